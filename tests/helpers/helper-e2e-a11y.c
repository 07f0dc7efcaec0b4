/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-e2e-private.h"

#include <atspi/atspi.h>
#include <string.h>

#define A11Y_CALL_TIMEOUT_MS 15000
#define BUTTON_DOWN_MS       250    /* GTK's ACTIVATE_TIMEOUT */

static GDBusConnection *a11y;
static GDBusConnection *session;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiEditableText, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiText, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiValue, g_object_unref)

/* Ends the test program when there is no accessibility bus. */
void
e2e_a11y_connect (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;
  const char *address;

  session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (session != NULL)
    reply = g_dbus_connection_call_sync (session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL,
                                         G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  if (reply != NULL)
    {
      g_variant_get (reply, "(&s)", &address);
      a11y = g_dbus_connection_new_for_address_sync (address,
                                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                     NULL, NULL, &error);
    }
  if (a11y == NULL || atspi_init () > 1)
    g_error ("No accessibility bus (run this in tests/with-display.sh): %s", error != NULL ? error->message : "");

  atspi_set_timeout (A11Y_CALL_TIMEOUT_MS, A11Y_CALL_TIMEOUT_MS);

  /* libatspi warns when a program has only just come or has been killed, which
   * is what the tests are about.  The programs themselves are held to fatal
   * warnings all the same. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
}

static void
node_free (E2eNode *node)
{
  g_object_unref (node->accessible);
  g_free (node);
}

/* Takes the reference. */
static E2eNode *
program_node (E2eProgram      *program,
              AtspiAccessible *accessible)
{
  E2eNode *node;

  if (program->nodes == NULL)
    program->nodes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) node_free);

  node = g_hash_table_lookup (program->nodes, accessible);
  if (node == NULL)
    {
      node = g_new0 (E2eNode, 1);
      node->program = program;
      node->accessible = accessible;
      g_hash_table_insert (program->nodes, accessible, node);
    }
  else
    {
      g_object_unref (accessible);
    }

  return node;
}

/* The program's top node, or NULL as long as it has not come to the bus. */
static E2eNode *
program_root (E2eProgram *program)
{
  g_autoptr(AtspiAccessible) desktop = NULL;
  int n_programs;

  if (program->root != NULL)
    return program->root;

  desktop = atspi_get_desktop (0);
  n_programs = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n_programs && program->root == NULL; i++)
    {
      AtspiAccessible *root = atspi_accessible_get_child_at_index (desktop, i, NULL);

      if (root == NULL)
        continue;
      if ((pid_t) atspi_accessible_get_process_id (root, NULL) == program->pid)
        program->root = program_node (program, root);
      else
        g_object_unref (root);
    }

  return program->root;
}

/* As GTK names it: libatspi has fewer roles, and other names for them in other versions. */
static char *
dup_role (E2eNode *node)
{
  AtspiObject *object = ATSPI_OBJECT (node->accessible);
  g_autoptr(GVariant) reply = NULL;
  char *role = NULL;

  if (object->app == NULL)
    return NULL;

  reply = g_dbus_connection_call_sync (a11y, object->app->bus_name, object->path, "org.a11y.atspi.Accessible",
                                       "GetRoleName", NULL, G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE,
                                       A11Y_CALL_TIMEOUT_MS, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(s)", &role);

  return role;
}

static gboolean
has_state (E2eNode        *node,
           AtspiStateType  state)
{
  g_autoptr(AtspiStateSet) states = node != NULL ? atspi_accessible_get_state_set (node->accessible) : NULL;

  return states != NULL && atspi_state_set_contains (states, state);
}

gboolean
e2e_is_sensitive (E2eNode *node)
{
  return has_state (node, ATSPI_STATE_SENSITIVE);
}

gboolean
e2e_is_checked (E2eNode *node)
{
  return has_state (node, ATSPI_STATE_CHECKED) || has_state (node, ATSPI_STATE_PRESSED);
}

gboolean
e2e_is_focused (E2eNode *node)
{
  return has_state (node, ATSPI_STATE_FOCUSED);
}

gboolean
e2e_is_selected (E2eNode *node)
{
  return has_state (node, ATSPI_STATE_SELECTED);
}

/* Relative to the window; FALSE when nothing of it is to be seen. */
gboolean
e2e_get_extents (E2eNode *node,
                 int     *x,
                 int     *y,
                 int     *width,
                 int     *height)
{
  g_autoptr(AtspiComponent) component = atspi_accessible_get_component_iface (node->accessible);
  g_autoptr(GError) error = NULL;
  AtspiRect *extents;

  if (component == NULL)
    return FALSE;

  extents = atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, &error);
  *x = extents->x;
  *y = extents->y;
  *width = extents->width;
  *height = extents->height;
  g_free (extents);

  return error == NULL;
}

static gboolean
has_extents (E2eNode *node)
{
  int x, y, width, height;

  /* An empty text view is as high as nothing. */
  return e2e_get_extents (node, &x, &y, &width, &height) && width > 0;
}

typedef gboolean (* VisitFunc) (E2eNode  *node,
                                gpointer  data);

/* In reading order; stops, and is TRUE, when the function says so. */
static gboolean
visit (E2eNode   *node,
       VisitFunc  func,
       gpointer   data)
{
  int n_children;

  if (func (node, data))
    return TRUE;

  n_children = atspi_accessible_get_child_count (node->accessible, NULL);
  for (int i = 0; i < n_children; i++)
    {
      AtspiAccessible *child = atspi_accessible_get_child_at_index (node->accessible, i, NULL);

      if (child != NULL && visit (program_node (node->program, child), func, data))
        return TRUE;
    }

  return FALSE;
}

static char *
without_underscores (const char *name)
{
  g_auto(GStrv) parts = g_strsplit (name, "_", -1);

  return g_strjoinv ("", parts);
}

/* “_Say Hello Say Hello” is how GTK 4.8 names a button with a mnemonic. */
static char *
dup_plain_name (const char *name)
{
  g_autofree char *plain = without_underscores (name);
  gsize length = strlen (plain);

  if (length % 2 == 0 || plain[length / 2] != ' ' || strncmp (plain, plain + length / 2 + 1, length / 2) != 0)
    return g_strdup (name);

  return g_strndup (plain, length / 2);
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
  g_autofree char *name = node != NULL ? atspi_accessible_get_name (node->accessible, NULL) : NULL;

  return name != NULL ? dup_plain_name (name) : g_strdup ("");
}

/* A label's name is its text, and comes whole with one question.  For the text,
 * GTK 4.8 reads beyond the end when it has become shorter since its length was
 * asked for.  NULL when this is no label, or one with a mnemonic. */
static char *
dup_text_of_label (E2eNode *node)
{
  g_autofree char *role = dup_role (node);
  g_autofree char *name = NULL;

  if (g_strcmp0 (role, "label") != 0)
    return NULL;

  name = atspi_accessible_get_name (node->accessible, NULL);
  if (name == NULL || strchr (name, '_') != NULL)
    return NULL;

  return g_steal_pointer (&name);
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
  g_autoptr(AtspiText) holder = NULL;
  g_autofree char *text = node != NULL ? dup_text_of_label (node) : NULL;
  int n_chars_then = -1;
  int n_chars;

  if (node == NULL || text != NULL)
    return text != NULL ? g_steal_pointer (&text) : g_strdup ("");

  holder = atspi_accessible_get_text_iface (node->accessible);
  n_chars = holder != NULL ? atspi_text_get_character_count (holder, NULL) : -1;
  /* The text may change between the two questions, and would be cut. */
  while (n_chars >= 0 && n_chars != n_chars_then)
    {
      g_free (text);
      text = atspi_text_get_text (holder, 0, n_chars, NULL);
      n_chars_then = n_chars;
      n_chars = atspi_text_get_character_count (holder, NULL);
    }

  return text != NULL ? g_steal_pointer (&text) : g_strdup ("");
}

gboolean
e2e_text_is (E2eNode    *node,
             const char *pattern)
{
  g_autofree char *text = e2e_dup_text (node);

  return g_pattern_match_simple (pattern, text);
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

  if (search->role != NULL)
    {
      g_autofree char *role = dup_role (node);

      if (g_strcmp0 (role, search->role) != 0)
        return FALSE;
    }
  if (search->name != NULL)
    {
      g_autofree char *name = e2e_dup_name (node);
      g_autofree char *plain = without_underscores (name);

      if (!g_pattern_match_simple (search->name, name) && !g_pattern_match_simple (search->name, plain))
        return FALSE;
    }
  if (!has_extents (node))
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
  E2eNode *root = program_root (program);

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

  if (node != NULL)
    visit (node, search_cb, &search);

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

static gboolean
search_focus_cb (E2eNode  *node,
                 gpointer  data)
{
  g_autofree char *role = e2e_is_focused (node) ? dup_role (node) : NULL;

  return g_strcmp0 (role, data) == 0;
}

/**
 * e2e_has_focus:
 * @program: a program
 * @role: a role's name
 *
 * Returns: whether a widget with this role has the keyboard
 */
gboolean
e2e_has_focus (E2eProgram *program,
               const char *role)
{
  E2eNode *root = program_root (program);

  return root != NULL && visit (root, search_focus_cb, (gpointer) role);
}

static gboolean
collect_text_cb (E2eNode  *node,
                 gpointer  data)
{
  g_autofree char *role = dup_role (node);
  g_autofree char *name = e2e_dup_name (node);
  /* A label that is a status has its text as its name only with GTK 4.8. */
  gboolean holds_text = g_strcmp0 (role, "label") == 0 || g_strcmp0 (role, "text box") == 0 || *name == '\0';
  g_autofree char *text = holds_text ? e2e_dup_text (node) : NULL;

  g_autofree char *plain = without_underscores (name);

  if ((*name != '\0' || (text != NULL && *text != '\0')) && has_extents (node))
    {
      if (text == NULL)
        g_string_append_printf (data, "%s: %s\n", role, name);
      else if (*name == '\0' || g_str_equal (text, name) || g_str_equal (text, plain))
        g_string_append_printf (data, "%s: %s\n", role, text);
      else
        g_string_append_printf (data, "%s %s: %s\n", role, name, text);
    }

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

  if (node != NULL)
    visit (node, collect_text_cb, texts);

  return g_strdup (texts->str);
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
  return e2e_dup_texts_below (program_root (program));
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
  g_autofree char *texts = e2e_dup_texts (program);
  g_autofree char *anywhere = g_strconcat ("*", pattern, "*", NULL);

  return g_pattern_match_simple (anywhere, texts);
}

double
e2e_get_value (E2eNode *node)
{
  g_autoptr(AtspiValue) value = node != NULL ? atspi_accessible_get_value_iface (node->accessible) : NULL;

  return value != NULL ? atspi_value_get_current_value (value, NULL) : -1;
}

void
e2e_set_value (E2eNode *node,
               double   number)
{
  g_autoptr(AtspiValue) value = node != NULL ? atspi_accessible_get_value_iface (node->accessible) : NULL;

  if (node != NULL && (value == NULL || !atspi_value_set_current_value (value, number, NULL)))
    e2e_fail ("a value was not accepted");
}

static gboolean
do_action (E2eNode *node)
{
  g_autoptr(AtspiAction) action = node != NULL ? atspi_accessible_get_action_iface (node->accessible) : NULL;

  return action != NULL && atspi_action_do_action (action, 0, NULL);
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
  /* In GTK 4.18 a menu button leaves that to the toggle button in it. */
  if (!do_action (node) && !do_action (e2e_find_below (node, "toggle button", NULL)))
    {
      g_autofree char *name = e2e_dup_name (node);

      e2e_fail ("“%s” cannot be clicked now", name);
    }
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
  g_autoptr(AtspiEditableText) holder = node != NULL ? atspi_accessible_get_editable_text_iface (node->accessible) : NULL;

  if (node != NULL && (holder == NULL || !atspi_editable_text_set_text_contents (holder, text, NULL)))
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
  reply = g_dbus_connection_call_sync (session, bus_name, path, "org.gtk.Actions", "Activate",
                                       g_variant_new ("(sava{sv})", strchr (action, '.') + 1, arguments, NULL),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, A11Y_CALL_TIMEOUT_MS, NULL, &error);
  if (reply == NULL)
    e2e_fail ("%s: %s", action, error->message);
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
  E2eNode *window;
  int x, y, width, height;
  int window_x, window_y, window_width, window_height;

  if (node == NULL)
    return;

  window = e2e_find (node->program, "window", NULL);
  if (window == NULL || !e2e_get_extents (window, &window_x, &window_y, &window_width, &window_height) ||
      !e2e_get_extents (node, &x, &y, &width, &height) ||
      !e2e_x_click (node->program->pid, window_width, window_height, x + width / 2, y + height / 2))
    e2e_fail ("a widget is not on the screen");
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
