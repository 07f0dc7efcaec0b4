/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The accessibility bus: one program's widgets as a tree of nodes.
 *
 * GTK tells all widgets that it has a path for in one answer (org.a11y.atspi.Cache,
 * GetItems), as they are at that moment.  A widget gets its path when its parent is
 * first asked for its children, so a node whose children are not among the items is
 * asked for them, unless nothing of it is on the screen: a page that was never shown
 * costs nothing.  What is never among the items is asked one by one. */

#include "config.h"

#include "helpers/helper-e2e-private.h"

#include <string.h>

#define CALL_TIMEOUT_MS 15000

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define APPLICATION_PATH "/org/a11y/atspi/accessible/root"
#define COORDINATES_OF_WINDOW 1
#define STATE_VISIBLE 30       /* AtspiStateType */
#define CHILDREN_UNKNOWN G_MININT
#define MAX_INCOMPLETE 10      /* so many readings in turn without what has no place among the items */

static GDBusConnection *a11y;
static GDBusConnection *session;

/* Ends the test program when there is no accessibility bus. */
void
e2e_bus_connect (void)
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
    g_error ("No accessibility bus (run this in tests/with-display.sh): %s", error != NULL ? error->message : "");
}

/* The bus that the programs have their actions on. */
GDBusConnection *
e2e_bus_get_session (void)
{
  return session;
}

static GVariant *
ask (const char *bus_name,
     const char *path,
     const char *interface,
     const char *method,
     GVariant   *arguments,
     const char *reply_type)
{
  return g_dbus_connection_call_sync (a11y, bus_name, path, interface, method, arguments, G_VARIANT_TYPE (reply_type),
                                      G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, NULL);
}

/**
 * e2e_bus_call:
 * @node: a widget
 * @interface: the last word of the name of one of its interfaces
 * @method: a method of that interface
 * @arguments: (nullable): a tuple
 * @reply_type: of the answer, a tuple
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL when there is none
 */
GVariant *
e2e_bus_call (E2eNode    *node,
              const char *interface,
              const char *method,
              GVariant   *arguments,
              const char *reply_type)
{
  g_autofree char *full_name = g_strconcat ("org.a11y.atspi.", interface, NULL);

  return ask (node->program->bus_name, node->path, full_name, method, arguments, reply_type);
}

/* The value of a property, or NULL. */
GVariant *
e2e_bus_get (E2eNode    *node,
             const char *interface,
             const char *property)
{
  g_autofree char *full_name = g_strconcat ("org.a11y.atspi.", interface, NULL);
  g_autoptr(GVariant) reply = ask (node->program->bus_name, node->path, "org.freedesktop.DBus.Properties", "Get",
                                   g_variant_new ("(ss)", full_name, property), "(v)");
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);

  return value;
}

gboolean
e2e_bus_set (E2eNode    *node,
             const char *interface,
             const char *property,
             GVariant   *value)
{
  g_autofree char *full_name = g_strconcat ("org.a11y.atspi.", interface, NULL);
  g_autoptr(GVariant) reply = ask (node->program->bus_name, node->path, "org.freedesktop.DBus.Properties", "Set",
                                   g_variant_new ("(ssv)", full_name, property, value), "()");

  return reply != NULL;
}

static void
node_free (E2eNode *node)
{
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node->path);
  g_free (node->role);
  g_free (node->name);
  g_free (node->description);
  g_free (node);
}

static E2eNode *
get_node (E2eProgram *program,
          const char *path)
{
  E2eNode *node;

  if (program->nodes == NULL)
    program->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) node_free);

  node = g_hash_table_lookup (program->nodes, path);
  if (node == NULL)
    {
      node = g_new0 (E2eNode, 1);
      node->program = program;
      node->path = g_strdup (path);
      node->name = g_strdup ("");
      node->description = g_strdup ("");
      node->children = g_ptr_array_new ();
      g_hash_table_insert (program->nodes, node->path, node);
    }

  return node;
}

/* Whether the program has come to the bus: sets its name there. */
static gboolean
find_on_bus (E2eProgram *program)
{
  g_autoptr(GVariant) programs = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  const char *bus_name;

  if (program->bus_name != NULL)
    return TRUE;

  programs = ask ("org.a11y.atspi.Registry", APPLICATION_PATH, ACCESSIBLE, "GetChildren", NULL, "(a(so))");
  if (programs == NULL)
    return FALSE;

  g_variant_get (programs, "(a(so))", &iter);
  while (program->bus_name == NULL && g_variant_iter_next (iter, "(&s&o)", &bus_name, NULL))
    {
      g_autoptr(GVariant) reply = ask ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "GetConnectionUnixProcessID", g_variant_new ("(s)", bus_name), "(u)");
      guint32 pid = 0;

      if (reply != NULL)
        g_variant_get (reply, "(u)", &pid);
      if (pid != 0 && (pid_t) pid == program->pid)
        program->bus_name = g_strdup (bus_name);
    }

  return program->bus_name != NULL;
}

/* Relative to the window; FALSE when nothing of it is to be seen. */
gboolean
e2e_get_extents (E2eNode *node,
                 int     *x,
                 int     *y,
                 int     *width,
                 int     *height)
{
  g_autoptr(GVariant) reply = e2e_bus_call (node, "Component", "GetExtents", g_variant_new ("(u)", COORDINATES_OF_WINDOW),
                                            "((iiii))");

  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "((iiii))", x, y, width, height);

  return TRUE;
}

gboolean
e2e_has_extents (E2eNode *node)
{
  int x, y, width, height;

  /* An empty text view is as high as nothing. */
  return e2e_get_extents (node, &x, &y, &width, &height) && width > 0;
}

/* The widget at a place of the window that is below @node, or NULL. */
E2eNode *
e2e_bus_get_at (E2eNode *node,
                int      x,
                int      y)
{
  g_autoptr(GVariant) reply = e2e_bus_call (node, "Component", "GetAccessibleAtPoint",
                                            g_variant_new ("(iiu)", x, y, COORDINATES_OF_WINDOW), "((so))");
  const char *path;

  if (reply == NULL)
    return NULL;

  g_variant_get (reply, "((&s&o))", NULL, &path);

  return get_node (node->program, path);
}

/* The role as GTK names it, which has more of them than the bus has numbers; it is for good. */
const char *
e2e_get_role (E2eNode *node)
{
  if (node->role == NULL)
    {
      g_autoptr(GVariant) reply = e2e_bus_call (node, "Accessible", "GetRoleName", NULL, "(s)");

      if (reply != NULL)
        g_variant_get (reply, "(s)", &node->role);
    }

  return node->role;
}

static void
keep (char       **field,
      const char  *text)
{
  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
}

typedef struct
{
  E2eNode *node;
  guint   *n_open;
} Question;

static GVariant *
take_answer (GObject      *connection,
             GAsyncResult *result,
             Question     *question)
{
  (*question->n_open)--;

  return g_dbus_connection_call_finish (G_DBUS_CONNECTION (connection), result, NULL);
}

static void
extents_cb (GObject      *connection,
            GAsyncResult *result,
            gpointer      data)
{
  g_autofree Question *question = data;
  g_autoptr(GVariant) reply = take_answer (connection, result, question);
  E2eNode *node = question->node;

  node->x = node->y = node->width = node->height = -1;
  if (reply == NULL)
    return;

  g_variant_get (reply, "((iiii))", &node->x, &node->y, &node->width, &node->height);
  node->width = MAX (node->width, 0);
}

static void
role_cb (GObject      *connection,
         GAsyncResult *result,
         gpointer      data)
{
  g_autofree Question *question = data;
  g_autoptr(GVariant) reply = take_answer (connection, result, question);

  if (reply != NULL && question->node->role == NULL)
    g_variant_get (reply, "(s)", &question->node->role);
}

static void
put_question (E2eNode             *node,
              guint               *n_open,
              const char          *interface,
              const char          *method,
              GVariant            *arguments,
              const char          *reply_type,
              GAsyncReadyCallback  callback)
{
  Question *question = g_new (Question, 1);

  *question = (Question) { node, n_open };
  (*n_open)++;
  g_dbus_connection_call (a11y, node->program->bus_name, node->path, interface, method, arguments, G_VARIANT_TYPE (reply_type),
                          G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, callback, question);
}

static void
await_answers (guint *n_open)
{
  while (*n_open > 0)
    g_main_context_iteration (NULL, TRUE);
}

/**
 * e2e_bus_ask_for_roles:
 * @nodes: widgets of one program
 *
 * Asks for the roles that are not known yet, all at once: what takes long about a
 * question is to wait for its answer.
 */
void
e2e_bus_ask_for_roles (GPtrArray *nodes)
{
  guint n_open = 0;

  for (guint i = 0; i < nodes->len; i++)
    {
      E2eNode *node = nodes->pdata[i];

      if (node->role == NULL)
        put_question (node, &n_open, ACCESSIBLE, "GetRoleName", NULL, "(s)", role_cb);
    }
  await_answers (&n_open);
}

/**
 * e2e_bus_ask_for_extents:
 * @nodes: widgets of one program
 *
 * Asks where all of them are, at once.
 */
void
e2e_bus_ask_for_extents (GPtrArray *nodes)
{
  guint n_open = 0;

  for (guint i = 0; i < nodes->len; i++)
    put_question (nodes->pdata[i], &n_open, "org.a11y.atspi.Component", "GetExtents",
                  g_variant_new ("(u)", COORDINATES_OF_WINDOW), "((iiii))", extents_cb);
  await_answers (&n_open);
}

/* One question for all: how many there are, 0 when the program does not answer. */
static gsize
read_items (E2eProgram *program)
{
  g_autoptr(GVariant) items = ask (program->bus_name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", NULL,
                                   "(a((so)(so)(so)iiassusau))");
  g_autoptr(GVariantIter) iter = NULL;
  GVariantIter *interfaces, *states;
  const char *path, *parent, *name, *description;
  int place, n_children;

  if (items == NULL)
    return 0;

  program->reading++;
  g_variant_get (items, "(a((so)(so)(so)iiassusau))", &iter);
  while (g_variant_iter_next (iter, "((&s&o)(&s&o)(&s&o)iias&su&sau)", NULL, &path, NULL, NULL, NULL, &parent, &place,
                              &n_children, &interfaces, &name, NULL, &description, &states))
    {
      E2eNode *node = get_node (program, path);
      E2eNode *above = get_node (program, parent);
      const char *interface;
      guint32 word = 0;

      node->reading = program->reading;
      node->parent = above;
      node->place = place;
      node->n_children = n_children;
      node->has_text = FALSE;
      node->states = 0;
      g_ptr_array_set_size (node->children, 0);
      keep (&node->name, name);
      keep (&node->description, description);
      while (g_variant_iter_next (interfaces, "&s", &interface))
        if (g_str_equal (interface, "org.a11y.atspi.Text"))
          node->has_text = TRUE;
      for (guint i = 0; g_variant_iter_next (states, "u", &word) && i < 2; i++)
        node->states |= (guint64) word << (32 * i);
      g_variant_iter_free (interfaces);
      g_variant_iter_free (states);
    }

  return g_variant_iter_n_children (iter);
}

static gboolean
is_hidden (E2eNode *node)
{
  return (node->states & (G_GUINT64_CONSTANT (1) << STATE_VISIBLE)) == 0;
}

/* Puts the children that are among the items where they belong.  GTK gives a hidden one the place of the next that is
 * not; where two have one place all the same, their parent is asked, see has_all_children(). */
static void
place_children (E2eProgram *program)
{
  GHashTableIter iter;
  E2eNode *node;

  g_hash_table_iter_init (&iter, program->nodes);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &node))
    if (node->reading == program->reading && node->parent != NULL && node->place >= 0 && !is_hidden (node) &&
        node->parent->reading == program->reading && node->place < node->parent->n_children)
      {
        GPtrArray *children = node->parent->children;

        if ((guint) node->place >= children->len)
          g_ptr_array_set_size (children, node->place + 1);
        if (children->pdata[node->place] != NULL)
          node->parent->n_children = CHILDREN_UNKNOWN;
        children->pdata[node->place] = node;
      }
}

static gboolean
has_all_children (E2eNode *node)
{
  if (node->n_children == CHILDREN_UNKNOWN || node->children->len != (guint) MAX (node->n_children, 0))
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (node->children->pdata[i] == NULL)
      return FALSE;

  return TRUE;
}

static void
children_cb (GObject      *connection,
             GAsyncResult *result,
             gpointer      data)
{
  g_autofree Question *question = data;
  g_autoptr(GVariant) reply = take_answer (connection, result, question);
  g_autoptr(GVariantIter) iter = NULL;
  E2eNode *node = question->node;
  const char *path;

  if (reply != NULL)
    {
      g_variant_get (reply, "(a(so))", &iter);
      while (g_variant_iter_next (iter, "(&s&o)", NULL, &path))
        g_ptr_array_add (node->children, get_node (node->program, path));
    }
  node->n_children = (int) node->children->len;
}

/* What has extents that are empty has nothing inside that is on the screen; a page of a stack has none itself. */
static void
ask_for_children (GPtrArray *nodes)
{
  guint n_open = 0;

  e2e_bus_ask_for_extents (nodes);
  for (guint i = 0; i < nodes->len; i++)
    {
      E2eNode *node = nodes->pdata[i];

      g_ptr_array_set_size (node->children, 0);
      if (node->width != 0)
        put_question (node, &n_open, ACCESSIBLE, "GetChildren", NULL, "(a(so))", children_cb);
      else
        node->n_children = 0;
    }
  await_answers (&n_open);
}

/* What the items would have told, one question after another. */
static void
ask_for_all (E2eNode *node)
{
  g_autoptr(GVariant) name = e2e_bus_get (node, "Accessible", "Name");
  g_autoptr(GVariant) description = e2e_bus_get (node, "Accessible", "Description");
  g_autoptr(GVariant) n_children = e2e_bus_get (node, "Accessible", "ChildCount");
  g_autoptr(GVariant) interfaces = e2e_bus_call (node, "Accessible", "GetInterfaces", NULL, "(as)");
  g_autoptr(GVariant) states = e2e_bus_call (node, "Accessible", "GetState", NULL, "(au)");
  g_autofree const char **names = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  guint32 word = 0;

  if (name == NULL || n_children == NULL || interfaces == NULL || states == NULL)
    return;

  keep (&node->name, g_variant_get_string (name, NULL));
  keep (&node->description, description != NULL ? g_variant_get_string (description, NULL) : "");
  node->n_children = g_variant_get_int32 (n_children) > 0 ? CHILDREN_UNKNOWN : 0;
  g_variant_get (interfaces, "(^a&s)", &names);
  node->has_text = g_strv_contains (names, "org.a11y.atspi.Text");
  node->states = 0;
  g_variant_get (states, "(au)", &iter);
  for (guint i = 0; g_variant_iter_next (iter, "u", &word) && i < 2; i++)
    node->states |= (guint64) word << (32 * i);
  g_ptr_array_set_size (node->children, 0);
  node->reading = node->program->reading;
}

/* Asks for the children of a widget that had no place yet when the others were asked for theirs. */
void
e2e_bus_complete (E2eNode *node)
{
  guint n_open = 0;

  g_ptr_array_set_size (node->children, 0);
  put_question (node, &n_open, ACCESSIBLE, "GetChildren", NULL, "(a(so))", children_cb);
  await_answers (&n_open);
  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading != node->reading)
        ask_for_all (child);
    }
}

/* Asks below the top node for the children that are not known, one generation after the other; TRUE when some of them
 * were not among the items. */
static gboolean
complete (E2eNode *root)
{
  gboolean is_patient = root->program->n_incomplete < MAX_INCOMPLETE;
  gboolean has_new = FALSE;
  g_autoptr(GPtrArray) generation = g_ptr_array_new ();

  g_ptr_array_add (generation, root);
  while (generation->len > 0)
    {
      g_autoptr(GPtrArray) parents = g_steal_pointer (&generation);
      g_autoptr(GPtrArray) unknown = g_ptr_array_new ();

      generation = g_ptr_array_new ();
      for (guint i = 0; i < parents->len; i++)
        {
          E2eNode *node = parents->pdata[i];

          if (node == root || node->reading != root->reading || !has_all_children (node))
            g_ptr_array_add (unknown, node);
        }
      ask_for_children (unknown);
      for (guint i = 0; i < parents->len; i++)
        {
          E2eNode *node = parents->pdata[i];

          for (guint c = 0; c < node->children->len; c++)
            {
              E2eNode *child = node->children->pdata[c];

              if (child->reading != root->reading && !is_patient)
                ask_for_all (child);
              has_new = has_new || child->reading != root->reading;
              g_ptr_array_add (generation, child);
            }
        }
    }

  return has_new;
}

/**
 * e2e_bus_read:
 * @program: a program
 *
 * Reads what the program's windows hold now: from here on each node has the name,
 * the states and the children that it had at that moment.
 *
 * Returns: (transfer none) (nullable): the program's top node; %NULL as long as it
 *   has not come to the bus, and when it does not answer
 */
E2eNode *
e2e_bus_read (E2eProgram *program)
{
  E2eNode *root;
  gboolean has_new = TRUE;
  gsize n_items = 0;

  if (!find_on_bus (program))
    return NULL;

  /* What was asked for is among the items of the next round.  A window that is just being made has its widgets there
   * only when it is idle, and would not come to that if it was asked without end. */
  root = get_node (program, APPLICATION_PATH);
  while (has_new)
    {
      gsize n_items_then = n_items;

      n_items = read_items (program);
      if (n_items == 0)
        return NULL;
      place_children (program);
      root->reading = program->reading;
      has_new = complete (root);
      if (has_new && n_items <= n_items_then)
        {
          program->n_incomplete++;
          return root;
        }
    }
  program->n_incomplete = 0;

  return root;
}

/**
 * e2e_bus_collect:
 * @node: a widget of the last reading
 * @nodes: (element-type E2eNode): where to add it and all below it
 *
 * Lists widgets as they were read last, depth first.
 */
void
e2e_bus_collect (E2eNode   *node,
                 GPtrArray *nodes)
{
  g_ptr_array_add (nodes, node);
  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading)
        e2e_bus_collect (child, nodes);
    }
}
