/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helper-e2e-private.h"

#include <string.h>

#define A11Y_CALL_TIMEOUT_MS 15000
#define BUTTON_DOWN_MS       250    /* GTK's ACTIVATE_TIMEOUT */

/* AtspiStateType */
enum
{
  STATE_CHECKED   = 4,
  STATE_FOCUSED   = 12,
  STATE_PRESSED   = 20,
  STATE_SELECTED  = 23,
  STATE_SENSITIVE = 24,
};

static GDBusConnection *a11y;
static GDBusConnection *session;

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
  if (a11y == NULL)
    g_error ("No accessibility bus (run this in tests/with-display.sh): %s", error->message);
}

static GVariant *
call (const char         *bus_name,
      const char         *path,
      const char         *interface,
      const char         *method,
      GVariant           *parameters,
      const char         *reply_type)
{
  return g_dbus_connection_call_sync (a11y, bus_name, path, interface, method, parameters,
                                      reply_type != NULL ? G_VARIANT_TYPE (reply_type) : NULL,
                                      G_DBUS_CALL_FLAGS_NONE, A11Y_CALL_TIMEOUT_MS, NULL, NULL);
}

static GVariant *
node_call (E2eNode    *node,
           const char *interface,
           const char *method,
           GVariant   *parameters,
           const char *reply_type)
{
  g_autofree char *full = g_strconcat ("org.a11y.atspi.", interface, NULL);

  return call (node->program->bus_name, node->path, full, method, parameters, reply_type);
}

static GVariant *
node_property (E2eNode    *node,
               const char *interface,
               const char *property)
{
  g_autofree char *full = g_strconcat ("org.a11y.atspi.", interface, NULL);
  g_autoptr(GVariant) reply = NULL;
  GVariant *value = NULL;

  reply = call (node->program->bus_name, node->path, "org.freedesktop.DBus.Properties", "Get",
                g_variant_new ("(ss)", full, property), "(v)");
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);

  return value;
}

static E2eNode *
program_node (E2eProgram *program,
              const char *path)
{
  E2eNode *node = g_hash_table_lookup (program->nodes, path);

  if (node == NULL)
    {
      node = g_new0 (E2eNode, 1);
      node->program = program;
      node->path = g_strdup (path);
      g_hash_table_insert (program->nodes, node->path, node);
    }

  return node;
}

/* The program's top node, or NULL as long as it has not come to the bus. */
static E2eNode *
program_root (E2eProgram *program)
{
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  const char *bus_name;
  const char *path;

  if (program->bus_name != NULL)
    return program_node (program, "/org/a11y/atspi/accessible/root");

  reply = call ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible",
                "GetChildren", NULL, "(a(so))");
  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "(a(so))", &iter);
  while (g_variant_iter_next (iter, "(&s&o)", &bus_name, &path))
    {
      g_autoptr(GVariant) owner = NULL;
      guint32 pid = 0;

      owner = call ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                    "GetConnectionUnixProcessID", g_variant_new ("(s)", bus_name), "(u)");
      if (owner == NULL)
        continue;
      g_variant_get (owner, "(u)", &pid);
      if ((pid_t) pid == program->pid)
        {
          program->bus_name = g_strdup (bus_name);
          return program_node (program, "/org/a11y/atspi/accessible/root");
        }
    }

  return NULL;
}

static char *
dup_role (E2eNode *node)
{
  g_autoptr(GVariant) reply = node_call (node, "Accessible", "GetRoleName", NULL, "(s)");
  char *role = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(s)", &role);

  return role;
}

static guint64
get_states (E2eNode *node)
{
  g_autoptr(GVariant) reply = node != NULL ? node_call (node, "Accessible", "GetState", NULL, "(au)") : NULL;
  g_autoptr(GVariantIter) iter = NULL;
  guint64 states = 0;
  guint32 word;

  if (reply == NULL)
    return 0;

  g_variant_get (reply, "(au)", &iter);
  for (guint i = 0; i < 2 && g_variant_iter_next (iter, "u", &word); i++)
    states |= (guint64) word << (32 * i);

  return states;
}

gboolean
e2e_is_sensitive (E2eNode *node)
{
  return (get_states (node) >> STATE_SENSITIVE & 1) != 0;
}

gboolean
e2e_is_checked (E2eNode *node)
{
  guint64 states = get_states (node);

  return (states >> STATE_CHECKED & 1) != 0 || (states >> STATE_PRESSED & 1) != 0;
}

gboolean
e2e_is_focused (E2eNode *node)
{
  return (get_states (node) >> STATE_FOCUSED & 1) != 0;
}

gboolean
e2e_is_selected (E2eNode *node)
{
  return (get_states (node) >> STATE_SELECTED & 1) != 0;
}

/* Relative to the window; FALSE when nothing of it is to be seen. */
gboolean
e2e_get_extents (E2eNode *node,
                 int     *x,
                 int     *y,
                 int     *width,
                 int     *height)
{
  g_autoptr(GVariant) reply = NULL;

  reply = node_call (node, "Component", "GetExtents", g_variant_new ("(u)", 1), "((iiii))");
  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "((iiii))", x, y, width, height);

  return TRUE;
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
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  const char *bus_name;
  const char *path;

  if (func (node, data))
    return TRUE;

  reply = node_call (node, "Accessible", "GetChildren", NULL, "(a(so))");
  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "(a(so))", &iter);
  while (g_variant_iter_next (iter, "(&s&o)", &bus_name, &path))
    if (!g_str_equal (path, "/org/a11y/atspi/null") && visit (program_node (node->program, path), func, data))
      return TRUE;

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
  g_autoptr(GVariant) value = node != NULL ? node_property (node, "Accessible", "Name") : NULL;

  return value != NULL ? dup_plain_name (g_variant_get_string (value, NULL)) : g_strdup ("");
}

static int
get_n_chars (E2eNode *node)
{
  g_autoptr(GVariant) count = node_property (node, "Text", "CharacterCount");

  return count != NULL ? g_variant_get_int32 (count) : -1;
}

/* A label's name is its text, and comes whole with one question.  For the text,
 * GTK 4.8 reads beyond the end when it has become shorter since its length was
 * asked for.  NULL when this is no label, or one with a mnemonic. */
static char *
dup_text_of_label (E2eNode *node)
{
  g_autoptr(GVariant) name = NULL;
  g_autofree char *role = node != NULL ? dup_role (node) : NULL;

  if (g_strcmp0 (role, "label") != 0)
    return NULL;

  name = node_property (node, "Accessible", "Name");
  if (name == NULL || strchr (g_variant_get_string (name, NULL), '_') != NULL)
    return NULL;

  return g_variant_dup_string (name, NULL);
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
  g_autofree char *text = dup_text_of_label (node);
  int n_chars = node != NULL && text == NULL ? get_n_chars (node) : -1;
  int n_chars_then = -1;

  /* The text may change between the two questions, and would be cut. */
  while (n_chars >= 0 && n_chars != n_chars_then)
    {
      g_autoptr(GVariant) reply = node_call (node, "Text", "GetText", g_variant_new ("(ii)", 0, n_chars), "(s)");

      g_clear_pointer (&text, g_free);
      if (reply != NULL)
        g_variant_get (reply, "(s)", &text);
      n_chars_then = n_chars;
      n_chars = get_n_chars (node);
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
collect_text_cb (E2eNode  *node,
                 gpointer  data)
{
  g_autofree char *role = dup_role (node);
  gboolean holds_text = g_strcmp0 (role, "label") == 0 || g_strcmp0 (role, "text box") == 0;
  g_autofree char *name = e2e_dup_name (node);
  g_autofree char *text = holds_text ? e2e_dup_text (node) : NULL;

  g_autofree char *plain = without_underscores (name);

  if ((*name != '\0' || (text != NULL && *text != '\0')) && has_extents (node))
    {
      if (text == NULL)
        g_string_append_printf (data, "%s: %s\n", role, name);
      else if (g_str_equal (text, name) || g_str_equal (text, plain))
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
  g_autoptr(GVariant) value = node != NULL ? node_property (node, "Value", "CurrentValue") : NULL;

  return value != NULL ? g_variant_get_double (value) : -1;
}

void
e2e_set_value (E2eNode *node,
               double   value)
{
  g_autoptr(GVariant) reply = NULL;

  if (node == NULL)
    return;

  reply = call (node->program->bus_name, node->path, "org.freedesktop.DBus.Properties", "Set",
                g_variant_new ("(ssv)", "org.a11y.atspi.Value", "CurrentValue", g_variant_new_double (value)), NULL);
  if (reply == NULL)
    e2e_fail ("a value was not accepted");
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
  g_autoptr(GVariant) reply = NULL;
  gboolean done = FALSE;

  if (node == NULL)
    return;

  while (g_get_monotonic_time () - node->clicked < 2 * BUTTON_DOWN_MS * 1000 && e2e_not_yet (G_MAXINT64))
    ;
  node->clicked = g_get_monotonic_time ();
  reply = node_call (node, "Action", "DoAction", g_variant_new ("(i)", 0), "(b)");
  if (reply != NULL)
    g_variant_get (reply, "(b)", &done);
  if (!done)
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
  g_autoptr(GVariant) reply = NULL;
  gboolean done = FALSE;

  if (node == NULL)
    return;

  reply = node_call (node, "EditableText", "SetTextContents", g_variant_new ("(s)", text), "(b)");
  if (reply != NULL)
    g_variant_get (reply, "(b)", &done);
  if (!done)
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
