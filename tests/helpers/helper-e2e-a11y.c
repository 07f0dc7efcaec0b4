/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-e2e-private.h"

#include <string.h>

#define A11Y_CALL_TIMEOUT_MS 15000
#define BUTTON_DOWN_MS       250    /* GTK's ACTIVATE_TIMEOUT */

/* The numbers of the states on the bus (AtspiStateType). */
#define STATE_CHECKED   4
#define STATE_FOCUSED   12
#define STATE_PRESSED   20
#define STATE_SELECTED  23
#define STATE_SENSITIVE 24

static gboolean
has_state (E2eNode *node,
           guint    state)
{
  g_autoptr(GVariant) reply = node != NULL ? e2e_bus_call (node, "Accessible", "GetState", NULL, "(au)") : NULL;
  g_autoptr(GVariant) words = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  guint32 word = 0;

  if (words != NULL && g_variant_n_children (words) > state / 32)
    g_variant_get_child (words, state / 32, "u", &word);

  return (word & (1u << state % 32)) != 0;
}

gboolean
e2e_is_sensitive (E2eNode *node)
{
  return has_state (node, STATE_SENSITIVE);
}

gboolean
e2e_is_checked (E2eNode *node)
{
  return has_state (node, STATE_CHECKED) || has_state (node, STATE_PRESSED);
}

gboolean
e2e_is_focused (E2eNode *node)
{
  return has_state (node, STATE_FOCUSED);
}

gboolean
e2e_is_selected (E2eNode *node)
{
  return has_state (node, STATE_SELECTED);
}

typedef gboolean (* VisitFunc) (E2eNode  *node,
                                gpointer  data);

/* In reading order, as e2e_bus_read() found them; stops, and is TRUE, when the function says so. */
static gboolean
visit (E2eNode   *node,
       VisitFunc  func,
       gpointer   data)
{
  if (func (node, data))
    return TRUE;

  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading && visit (child, func, data))
        return TRUE;
    }

  return FALSE;
}

/* The same below a node, which must be in its window still. */
static gboolean
read_and_visit (E2eNode   *node,
                VisitFunc  func,
                gpointer   data)
{
  return node != NULL && e2e_bus_read (node->program) != NULL && node->reading == node->program->reading &&
         visit (node, func, data);
}

static char *
without_underscores (const char *name)
{
  g_auto(GStrv) parts = g_strsplit (name, "_", -1);

  return g_strjoinv ("", parts);
}

/* “_Say Hello Say Hello” is how GTK 4.8 names a button with a mnemonic. */
char *
e2e_dup_plain_name (const char *name)
{
  g_autofree char *plain = without_underscores (name);
  gsize length = strlen (plain);

  if (length % 2 == 0 || plain[length / 2] != ' ' || strncmp (plain, plain + length / 2 + 1, length / 2) != 0)
    return g_strdup (name);

  return g_strndup (plain, length / 2);
}

static char *
dup_name_now (E2eNode *node)
{
  g_autoptr(GVariant) name = e2e_bus_get (node, "Accessible", "Name");

  return name != NULL && g_variant_is_of_type (name, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (name, NULL) : NULL;
}

/**
 * e2e_dup_name:
 * @node: (nullable): a node
 *
 * Returns: its accessible name
 */
char *
e2e_dup_name (E2eNode *node)
{
  g_autofree char *name = node != NULL ? dup_name_now (node) : NULL;

  return name != NULL ? e2e_dup_plain_name (name) : g_strdup ("");
}

/* A label's name is its text, and comes whole with one question.  For the text,
 * GTK 4.8 reads beyond the end when it has become shorter since its length was
 * asked for.  No such name when this is no label, or one with a mnemonic. */
static gboolean
is_text_of_label (E2eNode    *node,
                  const char *name)
{
  return name != NULL && g_strcmp0 (e2e_get_role (node), "label") == 0 && strchr (name, '_') == NULL;
}

static int
count_chars (E2eNode *node)
{
  g_autoptr(GVariant) n_chars = e2e_bus_get (node, "Text", "CharacterCount");

  return n_chars != NULL && g_variant_is_of_type (n_chars, G_VARIANT_TYPE_INT32) ? g_variant_get_int32 (n_chars) : -1;
}

static char *
dup_text_held (E2eNode *node)
{
  g_autofree char *text = NULL;
  int n_chars_then = -1;
  int n_chars = count_chars (node);

  /* The text may change between the two questions, and would be cut. */
  while (n_chars >= 0 && n_chars != n_chars_then)
    {
      g_autoptr(GVariant) reply = e2e_bus_call (node, "Text", "GetText", g_variant_new ("(ii)", 0, n_chars), "(s)");

      g_clear_pointer (&text, g_free);
      if (reply != NULL)
        g_variant_get (reply, "(s)", &text);
      n_chars_then = n_chars;
      n_chars = count_chars (node);
    }

  return text != NULL ? g_steal_pointer (&text) : g_strdup ("");
}

/**
 * e2e_dup_text:
 * @node: (nullable): a label, an entry or a text view
 *
 * Returns: the text it holds
 */
char *
e2e_dup_text (E2eNode *node)
{
  g_autofree char *name = NULL;

  if (node == NULL)
    return g_strdup ("");
  if (g_strcmp0 (e2e_get_role (node), "label") == 0)
    name = dup_name_now (node);

  return is_text_of_label (node, name) ? g_steal_pointer (&name) : dup_text_held (node);
}

/* The text as it was read with the rest of the window, or as it is now where that does not have it. */
char *
e2e_dup_text_as_read (E2eNode *node)
{
  if (*node->name != '\0' && is_text_of_label (node, node->name))
    return g_strdup (node->name);

  return e2e_dup_text (node);
}

gboolean
e2e_text_is (E2eNode    *node,
             const char *pattern)
{
  g_autofree char *text = e2e_dup_text (node);

  return g_pattern_match_simple (pattern, text);
}

/* A button that stays pressed is a “toggle button” since GTK 4.10, and just a button before. */
static gboolean
has_role (E2eNode    *node,
          const char *role)
{
  const char *own = e2e_get_role (node);

  return g_strcmp0 (own, role) == 0 || (g_strcmp0 (own, "toggle button") == 0 && g_str_equal (role, "button"));
}

typedef struct
{
  const char *role;
  const char *name;
  E2eNode    *found;
} Search;

static gboolean
search_cb (E2eNode  *node,
           gpointer  data)
{
  Search *search = data;

  if (search->name != NULL)
    {
      g_autofree char *name = e2e_dup_plain_name (node->name);
      g_autofree char *plain = without_underscores (name);

      if (!g_pattern_match_simple (search->name, name) && !g_pattern_match_simple (search->name, plain))
        return FALSE;
    }
  if (search->role != NULL && !has_role (node, search->role))
    return FALSE;
  if (!e2e_has_extents (node))
    return FALSE;

  search->found = node;

  return TRUE;
}

/**
 * e2e_find:
 * @program: a program
 * @role: (nullable): a role's name, any when %NULL
 * @name: (nullable): an accessible name, with * and ? for what may vary
 *
 * Returns: (transfer none) (nullable): the first such widget in reading order
 *   that is on the screen now
 */
E2eNode *
e2e_find (E2eProgram *program,
          const char *role,
          const char *name)
{
  Search search = { role, name, NULL };
  E2eNode *root = e2e_bus_read (program);

  if (root != NULL)
    visit (root, search_cb, &search);

  return search.found;
}

/**
 * e2e_find_below:
 * @node: (nullable): a widget
 * @role: (nullable): as e2e_find()
 * @name: (nullable): as e2e_find()
 *
 * Returns: (transfer none) (nullable): the first such widget that is, or is inside of, @node
 */
E2eNode *
e2e_find_below (E2eNode    *node,
                const char *role,
                const char *name)
{
  Search search = { role, name, NULL };

  read_and_visit (node, search_cb, &search);

  return search.found;
}

/**
 * e2e_get:
 * @program: a program
 * @role: (nullable): as e2e_find()
 * @name: (nullable): as e2e_find()
 *
 * Waits for a widget; it is the test's failure when none comes.
 *
 * Returns: (transfer none): the widget; after a failure %NULL, which all functions accept
 */
E2eNode *
e2e_get (E2eProgram *program,
         const char *role,
         const char *name)
{
  gint64 deadline = e2e_deadline (E2E_TIMEOUT_MS);
  E2eNode *node;

  while ((node = e2e_find (program, role, name)) == NULL)
    if (!e2e_is_running (program) || !e2e_not_yet (deadline))
      {
        e2e_fail ("%s has no %s “%s”", program->name, role != NULL ? role : "widget", name != NULL ? name : "*");
        return NULL;
      }

  return node;
}

typedef struct
{
  GString  *texts;
  GStrv     words;    /* leave out what has none of them; NULL: leave out nothing */
  gboolean  guess;    /* do not ask whether it is on the screen */
} Collection;

static gboolean
has_any (const char *line,
         GStrv       words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && strstr (line, words[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* A line of what a person can read there, or NULL. */
static char *
dup_line (E2eNode *node)
{
  g_autofree char *name = e2e_dup_plain_name (node->name);
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;
  const char *role;

  /* A label that is a status has its text as its name only with GTK 4.8. */
  if (*name == '\0')
    text = node->has_text ? e2e_dup_text (node) : NULL;
  else if (is_text_of_label (node, node->name))
    text = g_strdup (node->name);
  else if (node->has_text && (g_strcmp0 (e2e_get_role (node), "label") == 0 || g_strcmp0 (e2e_get_role (node), "text box") == 0))
    text = dup_text_held (node);
  if (*name == '\0' && (text == NULL || *text == '\0'))
    return NULL;

  role = e2e_get_role (node);
  if (text == NULL)
    return g_strdup_printf ("%s: %s\n", role, name);

  plain = without_underscores (name);
  if (*name == '\0' || g_str_equal (text, name) || g_str_equal (text, plain))
    return g_strdup_printf ("%s: %s\n", role, text);

  return g_strdup_printf ("%s %s: %s\n", role, name, text);
}

static gboolean
collect_text_cb (E2eNode  *node,
                 gpointer  data)
{
  Collection *collection = data;
  g_autofree char *line = dup_line (node);

  if (line != NULL && (collection->words == NULL || has_any (line, collection->words)) &&
      (collection->guess || e2e_has_extents (node)))
    g_string_append (collection->texts, line);

  return FALSE;
}

/**
 * e2e_dup_texts_below:
 * @node: (nullable): a widget
 *
 * Returns: what can be read in and below it, a line for each widget: “role: text”,
 *   or “role name: text” where the name differs from the text
 */
char *
e2e_dup_texts_below (E2eNode *node)
{
  g_autoptr(GString) texts = g_string_new (NULL);

  read_and_visit (node, collect_text_cb, &(Collection) { texts, NULL, FALSE });

  return g_strdup (texts->str);
}

static gboolean
find_focus_cb (E2eNode  *node,
               gpointer  data)
{
  if ((node->states & (G_GUINT64_CONSTANT (1) << STATE_FOCUSED)) == 0)
    return FALSE;

  *(E2eNode **) data = node;

  return TRUE;
}

/* What the row of a list says that has the keyboard, as e2e_dup_texts_below(); NULL while no row has it. */
static char *
dup_focused_row (E2eProgram *program)
{
  g_autoptr(GString) texts = g_string_new (NULL);
  E2eNode *root = e2e_bus_read (program);
  E2eNode *node = NULL;

  if (root == NULL || !visit (root, find_focus_cb, &node) || g_strcmp0 (e2e_get_role (node), "list item") != 0)
    return NULL;

  visit (node, collect_text_cb, &(Collection) { texts, NULL, TRUE });

  return g_strdup (texts->str);
}

/* Whether one of the texts of e2e_dup_texts_below() is this. */
static gboolean
has_line (const char *texts,
          const char *pattern)
{
  g_auto(GStrv) lines = g_strsplit (texts != NULL ? texts : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *text = strstr (lines[i], ": ");

      if (text != NULL && g_pattern_match_simple (pattern, text + 2))
        return TRUE;
    }

  return FALSE;
}

/**
 * e2e_has_row:
 * @program: a program
 * @pattern: with * and ? for what may vary
 *
 * Returns: whether a row of a list has the keyboard, and says this in one of its widgets
 */
gboolean
e2e_has_row (E2eProgram *program,
             const char *pattern)
{
  g_autofree char *row = dup_focused_row (program);

  return has_line (row, pattern);
}

/**
 * e2e_dup_texts:
 * @program: a program
 *
 * Returns: what can be read in its windows, see e2e_dup_texts_below()
 */
char *
e2e_dup_texts (E2eProgram *program)
{
  E2eNode *root = e2e_bus_read (program);
  g_autoptr(GString) texts = g_string_new (NULL);

  if (root != NULL)
    visit (root, collect_text_cb, &(Collection) { texts, NULL, FALSE });

  return g_strdup (texts->str);
}

/**
 * e2e_shows:
 * @program: a program
 * @pattern: with * and ? for what may vary
 *
 * Returns: whether the pattern matches somewhere in what can be read in the
 *   program's windows
 */
gboolean
e2e_shows (E2eProgram *program,
           const char *pattern)
{
  g_autofree char *anywhere = g_strconcat ("*", pattern, "*", NULL);
  /* Whether a widget is on the screen costs a question, so that is asked of those only that hold a part of the
   * pattern.  Where a part may lie across two of them, of all. */
  g_auto(GStrv) words = strpbrk (pattern, "?\n") == NULL ? g_strsplit (pattern, "*", -1) : NULL;
  g_autoptr(GString) texts = g_string_new (NULL);
  E2eNode *root = e2e_bus_read (program);

  if (root == NULL)
    return FALSE;

  if (words != NULL)
    {
      visit (root, collect_text_cb, &(Collection) { texts, words, TRUE });
      if (!g_pattern_match_simple (anywhere, texts->str))
        return FALSE;
      g_string_truncate (texts, 0);
    }
  visit (root, collect_text_cb, &(Collection) { texts, words, FALSE });

  return g_pattern_match_simple (anywhere, texts->str);
}

double
e2e_get_value (E2eNode *node)
{
  g_autoptr(GVariant) number = node != NULL ? e2e_bus_get (node, "Value", "CurrentValue") : NULL;

  return number != NULL ? g_variant_get_double (number) : -1;
}

void
e2e_set_value (E2eNode *node,
               double   number)
{
  if (node != NULL && !e2e_bus_set (node, "Value", "CurrentValue", g_variant_new_double (number)))
    e2e_fail ("a value was not accepted");
}

static gboolean
is_yes (GVariant *reply)
{
  gboolean yes = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &yes);

  return yes;
}

static gboolean
do_action (E2eNode *node)
{
  g_autoptr(GVariant) reply = node != NULL ? e2e_bus_call (node, "Action", "DoAction", g_variant_new ("(i)", 0), "(b)") : NULL;

  return is_yes (reply);
}

/* A menu button leaves what it does to the button in it. */
static E2eNode *
get_inner_button (E2eNode *node)
{
  if (e2e_bus_read (node->program) == NULL)
    return NULL;

  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading && has_role (child, "button"))
        return child;
    }

  return NULL;
}

/**
 * e2e_click:
 * @node: (nullable): a button, a switch, a tab of a stack switcher
 *
 * Clicks it, or toggles it, through the accessibility bus.  A button so clicked
 * is shown pressed for 250 ms and only then does what it does, and until then
 * another click would be lost; so that is waited for before a second one.
 */
void
e2e_click (E2eNode *node)
{
  if (node == NULL)
    return;

  while (g_get_monotonic_time () - node->clicked < 2 * BUTTON_DOWN_MS * 1000 && e2e_not_yet (G_MAXINT64))
    ;
  node->clicked = g_get_monotonic_time ();
  if (!do_action (node) && !do_action (get_inner_button (node)))
    {
      g_autofree char *name = e2e_dup_name (node);

      e2e_fail ("“%s” cannot be clicked now", name);
    }
}

/**
 * e2e_click_button:
 * @program: a program
 * @name: of a button in one of its windows
 *
 * Waits until the button is there, and clicks it.
 */
void
e2e_click_button (E2eProgram *program,
                  const char *name)
{
  e2e_click (e2e_get (program, "button", name));
}

/**
 * e2e_set_text:
 * @node: (nullable): an entry or a text view
 * @text: UTF-8
 *
 * Replaces what it holds, through the accessibility bus.
 */
void
e2e_set_text (E2eNode    *node,
              const char *text)
{
  g_autoptr(GVariant) reply = node != NULL ? e2e_bus_call (node, "EditableText", "SetTextContents",
                                                           g_variant_new ("(s)", text), "(b)") : NULL;

  if (node != NULL && !is_yes (reply))
    e2e_fail ("a text was not accepted");
}

/**
 * e2e_activate:
 * @program: a program
 * @action: "app.NAME" or "win.NAME"; the window is the one made last
 * @argument: (nullable): a string, when the action takes one
 *
 * Activates an action, as an item of a menu does.
 */
void
e2e_activate (E2eProgram *program,
              const char *action,
              const char *argument)
{
  g_autofree char *bus_name = NULL;
  g_autofree char *path = NULL;
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariantBuilder) arguments = g_variant_builder_new (G_VARIANT_TYPE ("av"));

  E2E_WAIT (e2e_x_get_action_group (program->pid, g_str_has_prefix (action, "win."), &bus_name, &path));
  if (path == NULL)
    return;

  if (argument != NULL)
    g_variant_builder_add (arguments, "v", g_variant_new_string (argument));
  reply = g_dbus_connection_call_sync (e2e_bus_get_session (), bus_name, path, "org.gtk.Actions", "Activate",
                                       g_variant_new ("(sava{sv})", strchr (action, '.') + 1, arguments, NULL),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, A11Y_CALL_TIMEOUT_MS, NULL, &error);
  if (reply == NULL)
    e2e_fail ("%s: %s", action, error->message);
}

/* A program may have several. */
static E2eNode *
find_window (E2eNode *node)
{
  while (node->parent != NULL && g_strcmp0 (e2e_get_role (node->parent), "application") != 0)
    node = node->parent;

  return node->parent != NULL ? node : e2e_find (node->program, "window", NULL);
}

static void
click_below (E2eNode *node,
             int      below)
{
  E2eNode *window;
  int x, y, width, height;
  int window_x, window_y, window_width, window_height;

  if (node == NULL)
    return;

  window = find_window (node);
  if (window == NULL || !e2e_get_extents (window, &window_x, &window_y, &window_width, &window_height) ||
      !e2e_get_extents (node, &x, &y, &width, &height) ||
      !e2e_x_click (node->program->pid, window_width, window_height, x + width / 2, y + height / 2 + below, 1))
    e2e_fail ("a widget is not on the screen");
}

/**
 * e2e_click_at:
 * @node: (nullable): a widget
 *
 * Clicks into its middle with the mouse.
 */
void
e2e_click_at (E2eNode *node)
{
  click_below (node, 0);
}

/**
 * e2e_focus_node:
 * @node: (nullable): a widget that takes the keyboard when it is clicked
 *
 * Gives it the keyboard with the mouse, and waits until it has it.
 */
void
e2e_focus_node (E2eNode *node)
{
  gint64 deadline;

  if (node == NULL)
    return;

  /* Again, should another window come in between. */
  deadline = e2e_deadline (E2E_TIMEOUT_MS);
  do
    {
      gint64 patience = e2e_deadline (1000);

      e2e_focus (node->program);
      e2e_click_at (node);
      while (!e2e_is_focused (node) && g_get_monotonic_time () < patience && e2e_not_yet (deadline))
        ;
    }
  while (!e2e_is_focused (node) && e2e_not_yet (deadline));
  if (!e2e_is_focused (node))
    e2e_fail ("a widget did not take the keyboard");
}

static gboolean
is_in_selected (E2eNode *node)
{
  for (; node != NULL; node = node->parent)
    if (e2e_is_selected (node) && g_strcmp0 (e2e_get_role (node), "tab") != 0)
      return TRUE;

  return FALSE;
}

/**
 * e2e_select_row:
 * @node: (nullable): a widget in a row of a list
 *
 * Selects the row with the mouse.  Since GTK 4.10 what the bus says of places leaves out all
 * padding around them, more than a row is high: so it is tried further below, too.
 */
void
e2e_select_row (E2eNode *node)
{
  for (int below = 0; node != NULL && below < 100; below += 8)
    {
      gint64 patience = e2e_deadline (500);

      click_below (node, below);
      while (!is_in_selected (node) && g_get_monotonic_time () < patience)
        ;
      if (is_in_selected (node))
        return;
    }
  if (node != NULL)
    e2e_fail ("a row was not selected");
}

/* Waits until the keyboard has stayed on a row for a moment: a list that opens gives it to the first row, and only
 * then to the one that is chosen. */
static char *
dup_settled_row (E2eProgram *program,
                 const char *before)
{
  const gint64 patience = e2e_deadline (2000);
  char *row = dup_focused_row (program);
  gint64 since = g_get_monotonic_time ();

  while (e2e_not_yet (patience) && (row == NULL || g_strcmp0 (row, before) == 0 || g_get_monotonic_time () - since < 150 * 1000))
    {
      char *now = dup_focused_row (program);

      if (g_strcmp0 (row, now) != 0)
        since = g_get_monotonic_time ();
      g_free (row);
      row = now;
    }

  return row;
}

/* In a list that has just been opened. */
static void
choose_row (E2eProgram *program,
            const char *pattern)
{
  g_autofree char *row = dup_settled_row (program, NULL);

  for (guint i = 0; row != NULL && !has_line (row, pattern) && i < 30; i++)
    {
      g_autofree char *before = g_steal_pointer (&row);

      e2e_key (i == 0 ? "Home" : "Down");
      row = dup_settled_row (program, i == 0 ? NULL : before);
    }
  e2e_key (row != NULL && has_line (row, pattern) ? "Return" : "Escape");
}

static gboolean
says (E2eProgram *program,
      const char *name,
      const char *pattern)
{
  g_autofree char *row = dup_focused_row (program);
  g_autofree char *texts = row == NULL ? e2e_dup_texts_below (e2e_find (program, "combo box", name)) : NULL;

  return has_line (texts, pattern);
}

/**
 * e2e_choose:
 * @program: a program
 * @name: of a list that opens to choose from
 * @mnemonic: (nullable): the keys that give it the keyboard; else it is clicked
 * @pattern: what the row says, with * and ? for what may vary
 *
 * Chooses a row by the keyboard, and looks after each key where that has gone; again, until the row is chosen.
 */
void
e2e_choose (E2eProgram *program,
            const char *name,
            const char *mnemonic,
            const char *pattern)
{
  const gint64 deadline = e2e_deadline (E2E_TIMEOUT_MS);

  do
    {
      const gint64 patience = e2e_deadline (2000);

      e2e_focus (program);
      if (mnemonic != NULL)
        {
          e2e_key (mnemonic);
          e2e_key ("space");
        }
      else
        {
          e2e_click_at (e2e_get (program, "combo box", name));
        }
      choose_row (program, pattern);
      while (!says (program, name, pattern) && e2e_not_yet (patience))
        ;
    }
  while (!says (program, name, pattern) && e2e_not_yet (deadline));
  if (!says (program, name, pattern))
    e2e_fail ("“%s” was not chosen in “%s”", pattern, name);
}
