/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-places.h"

#include <string.h>

#include "helpers/helper-e2e-private.h"

#define BIT(state) (G_GUINT64_CONSTANT (1) << (state))

/* The numbers of the states on the bus (AtspiStateType). */
#define STATE_CHECKED   4
#define STATE_PRESSED   20
#define STATE_SELECTED  23
#define STATE_SENSITIVE 24
#define STATE_VISIBLE   30

#define LABEL_LENGTH 60  /* so much of a name is enough to know a widget by */

typedef struct
{
  GPtrArray  *places;
  GHashTable *selected;  /* names of the tabs that are */
  const char *panel;     /* only what lies in this one; NULL: everything */
  E2eNode    *window;
} Walk;

static void
place_free (Place *place)
{
  g_free (place->where);
  g_free (place->role);
  g_free (place->text);
  g_free (place);
}

static gboolean
has_role (E2eNode    *node,
          const char *role)
{
  return g_strcmp0 (e2e_get_role (node), role) == 0;
}

/* What nobody named has the name of its type. */
static char *
dup_given_name (E2eNode *node)
{
  g_autofree char *name = e2e_dup_plain_name (node->name);

  if ((g_str_has_prefix (name, "Gtk") || g_str_has_prefix (name, "Lab") || g_str_has_prefix (name, "gtkmm")) &&
      strchr (name, ' ') == NULL)
    return g_strdup ("");

  return g_steal_pointer (&name);
}

/* The name as a part of a place: its first words, and no numbers but those of the steps. */
static char *
dup_short_name (const char *name)
{
  g_autoptr(GRegex) number = g_regex_new ("(?<!Step )(0x[0-9a-f]+|[0-9][0-9,.:]*)", 0, 0, NULL);
  const char *colon = strstr (name, ": ");
  g_autofree char *first = colon != NULL ? g_strndup (name, colon - name) : g_strdup (name);
  g_autofree char *plain = g_regex_replace_literal (number, first, -1, 0, "#", 0, NULL);
  g_autofree char *text = g_utf8_substring (plain, 0, MIN (LABEL_LENGTH, g_utf8_strlen (plain, -1)));

  return g_strdelimit (g_steal_pointer (&text), "\n/", ' ');
}

static void
add_place (Walk       *walk,
           const char *where,
           E2eNode    *node,
           char       *text,
           gboolean    is_description)
{
  Place *place;

  if (*text == '\0')
    {
      g_free (text);
      return;
    }

  /* GTK 4.18 does not tell of the box around a number and its word. */
  place = walk->places->len > 0 ? walk->places->pdata[walk->places->len - 1] : NULL;
  if (place != NULL && !is_description && has_role (node, "label") && g_str_equal (place->role, "label") &&
      g_str_equal (place->where, where) && strspn (place->text, "0123456789,") == strlen (place->text) &&
      g_regex_match_simple ("^(looks?( a second(, in the race)?|: .*)?|messages?|missed|torn|waited|retried)$", text, 0, 0))
    {
      g_autofree char *number = place->text;

      place->text = g_strconcat (number, " | ", text, NULL);
      g_free (text);
      return;
    }

  place = g_new0 (Place, 1);
  place->where = g_strdup (where);
  place->role = g_strdup (e2e_get_role (node));
  place->text = text;
  place->is_description = is_description;
  g_ptr_array_add (walk->places, place);
}

static gboolean
lies_in (E2eNode *node,
         E2eNode *above)
{
  while (node != NULL && node != above)
    node = node->parent;

  return node != NULL;
}

/* A page that was shown and left keeps its extents, so what is there is asked for. */
static gboolean
is_on_top (Walk    *walk,
           E2eNode *page)
{
  for (guint i = 0; i < page->children->len; i++)
    {
      E2eNode *child = page->children->pdata[i];
      E2eNode *found;

      if (child->reading != page->reading || child->width <= 0 || child->height <= 0)
        continue;
      found = e2e_bus_get_at (walk->window, child->x + child->width / 2, child->y + child->height / 2);
      if (found != NULL && found->reading == page->reading)
        return lies_in (found, page);
      return TRUE;  /* nobody knows: out of sight in what scrolls */
    }

  return FALSE;
}

static gboolean
has_extents (E2eNode *page)
{
  for (guint i = 0; i < page->children->len; i++)
    {
      E2eNode *child = page->children->pdata[i];

      if (child->reading == page->reading && child->width > 0)
        return TRUE;
    }

  return FALSE;
}

static guint
count_pages (E2eNode *stack)
{
  guint n = 0;

  for (guint i = 0; i < stack->children->len; i++)
    {
      E2eNode *child = stack->children->pdata[i];

      if (child->reading == stack->reading && has_role (child, "tab panel") && has_extents (child))
        n++;
    }

  return n;
}

static gboolean
is_page_shown (Walk    *walk,
               E2eNode *page)
{
  g_autofree char *name = dup_given_name (page);

  if (*name != '\0')
    return g_hash_table_contains (walk->selected, name);
  if (!has_extents (page))
    return FALSE;

  return page->parent == NULL || count_pages (page->parent) < 2 || is_on_top (walk, page);
}

static char *
describe_state (E2eNode *node)
{
  static const char * const with_state[] = { "switch", "check box", "radio button", "toggle button", "radio" };
  const char *role = e2e_get_role (node);
  gboolean on = (node->states & (BIT (STATE_CHECKED) | BIT (STATE_PRESSED))) != 0;
  gboolean has_state = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (with_state); i++)
    has_state = has_state || g_strcmp0 (role, with_state[i]) == 0;
  if (g_strcmp0 (role, "slider") == 0 || g_strcmp0 (role, "spin button") == 0)
    return g_strdup_printf (" [%g]", e2e_get_value (node));
  if ((has_state || g_strcmp0 (role, "button") == 0) && (node->states & BIT (STATE_SENSITIVE)) == 0)
    return g_strdup (" [cannot be used now]");
  if (has_state || (g_strcmp0 (role, "button") == 0 && on))
    return g_strdup (on ? " [on]" : " [off]");

  return g_strdup ("");
}

static void
append_cell (GString *line,
             E2eNode *node)
{
  gsize length = line->len;

  /* A cell of a row that is scrolled out of sight has no extents. */
  if (has_role (node, "label"))
    {
      g_autofree char *text = e2e_dup_text_as_read (node);

      if (*text != '\0')
        g_string_append_printf (line, "%s%s", line->len > 0 ? " | " : "", text);
    }
  else if (node->children->len == 0)
    {
      e2e_bus_complete (node);
    }
  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading && (child->states & BIT (STATE_VISIBLE)) != 0)
        append_cell (line, child);
    }
  /* That of a row that has just come has no label among the items yet, but with GTK 4.18 the label’s text for its name. */
  if (line->len == length && has_role (node, "grid cell"))
    {
      g_autofree char *name = dup_given_name (node);

      if (*name != '\0')
        g_string_append_printf (line, "%s%s", line->len > 0 ? " | " : "", name);
    }
}

/* A box with a description and nothing but labels in it, such as a number and its word. */
static gboolean
is_line (E2eNode *node)
{
  for (guint i = 0; i < node->children->len; i++)
    if (!has_role (node->children->pdata[i], "label"))
      return FALSE;

  return *node->description != '\0' && node->children->len > 0;
}

static void
walk_node (Walk       *walk,
           E2eNode    *node,
           const char *where,
           const char *said)     /* by what it lies in */
{
  const char *role = e2e_get_role (node);
  g_autofree char *name = NULL;
  g_autofree char *inner = NULL;
  gboolean is_label = has_role (node, "label") || has_role (node, "heading") || has_role (node, "caption");

  if (role == NULL || g_str_equal (role, "scroll bar") || (g_str_equal (role, "tab panel") && !is_page_shown (walk, node)))
    return;
  if (g_str_equal (role, "window") || g_str_equal (role, "dialog"))
    walk->window = node;

  name = dup_given_name (node);
  /* With GTK 4.8 the text is the name. */
  is_label = is_label || (has_role (node, "status") && *name == '\0');
  if (walk->panel != NULL && g_str_equal (role, "tab panel") && g_str_equal (name, walk->panel))
    {
      Walk inside = *walk;

      inside.panel = NULL;
      for (guint i = 0; i < node->children->len; i++)
        if (((E2eNode *) node->children->pdata[i])->reading == node->reading)
          walk_node (&inside, node->children->pdata[i], name, "");
      return;
    }

  if (node->width > 0 && walk->panel == NULL)
    {
      if (g_str_equal (role, "row") || (g_str_equal (role, "group") && *name == '\0' && is_line (node)))
        {
          g_autoptr(GString) line = g_string_new (NULL);

          append_cell (line, node);
          if (line->len > 0)
            {
              add_place (walk, where, node, g_strdup (line->str), FALSE);
              add_place (walk, where, node, g_strdup (node->description), TRUE);
              return;
            }
        }
      if (is_label)
        {
          g_autofree char *text = e2e_dup_text_as_read (node);

          if (!g_str_equal (text, said))
            add_place (walk, where, node, g_steal_pointer (&text), FALSE);
        }
      else if (has_role (node, "text box") || has_role (node, "search box"))
        {
          g_autofree char *text = e2e_dup_text_as_read (node);

          add_place (walk, where, node, g_strdup_printf ("%s: %s", name, text), FALSE);
        }
      else if (*name != '\0' && !g_str_equal (name, said))
        {
          g_autofree char *state = describe_state (node);

          add_place (walk, where, node, g_strconcat (name, state, NULL), FALSE);
        }
      if (*node->description != '\0' && !g_str_equal (node->description, name) && !g_str_equal (node->description, said))
        add_place (walk, where, node, g_strdup (node->description), TRUE);
    }

  if (is_label || *name == '\0' || g_str_equal (role, "application") || (g_str_equal (name, said)))
    {
      inner = g_strdup (where);
    }
  else
    {
      g_autofree char *short_name = dup_short_name (name);

      inner = *where != '\0' ? g_strconcat (where, " / ", short_name, NULL) : g_strdup (short_name);
    }
  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading)
        walk_node (walk, child, inner, *name != '\0' ? name : said);
    }
}

/* In reading order, with their roles; NULL when the program does not answer. */
static GPtrArray *
read_nodes (E2eProgram *program)
{
  E2eNode *root = e2e_bus_read (program);
  GPtrArray *nodes;

  if (root == NULL)
    return NULL;

  nodes = g_ptr_array_new ();
  e2e_bus_collect (root, nodes);
  e2e_bus_ask_for_roles (nodes);

  return nodes;
}

/* In reading order, those that are on the screen. */
static GPtrArray *
find_tabs (GPtrArray *nodes)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new ();
  GPtrArray *tabs = g_ptr_array_new ();

  for (guint i = 0; i < nodes->len; i++)
    if (has_role (nodes->pdata[i], "tab"))
      g_ptr_array_add (all, nodes->pdata[i]);
  e2e_bus_ask_for_extents (all);
  for (guint i = 0; i < all->len; i++)
    if (((E2eNode *) all->pdata[i])->width > 0)
      g_ptr_array_add (tabs, all->pdata[i]);

  return tabs;
}

/* What walk_node() comes to, so that its extents count: nothing of a page whose tab is not chosen. */
static void
collect_in_sight (Walk      *walk,
                  E2eNode   *node,
                  GPtrArray *nodes)
{
  g_autofree char *name = NULL;

  g_ptr_array_add (nodes, node);
  if (has_role (node, "tab panel"))
    {
      name = dup_given_name (node);
      if (*name != '\0' && !g_hash_table_contains (walk->selected, name))
        return;
    }
  for (guint i = 0; i < node->children->len; i++)
    {
      E2eNode *child = node->children->pdata[i];

      if (child->reading == node->reading)
        collect_in_sight (walk, child, nodes);
    }
}

/**
 * places_read:
 * @program: a program with windows
 * @panel: (nullable): the name of a tab: only what lies on its page; %NULL: everything
 *
 * Returns: (transfer full) (element-type Place): what can be read now, in reading order
 */
GPtrArray *
places_read (E2eProgram *program,
             const char *panel)
{
  g_autoptr(GPtrArray) nodes = read_nodes (program);
  g_autoptr(GPtrArray) tabs = NULL;
  g_autoptr(GPtrArray) in_sight = g_ptr_array_new ();
  g_autoptr(GHashTable) selected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walk = { g_ptr_array_new_with_free_func ((GDestroyNotify) place_free), selected, panel, NULL };

  if (nodes == NULL)
    return walk.places;

  tabs = find_tabs (nodes);
  for (guint i = 0; i < tabs->len; i++)
    if ((((E2eNode *) tabs->pdata[i])->states & BIT (STATE_SELECTED)) != 0)
      g_hash_table_add (selected, dup_given_name (tabs->pdata[i]));
  collect_in_sight (&walk, nodes->pdata[0], in_sight);
  e2e_bus_ask_for_extents (in_sight);
  walk_node (&walk, nodes->pdata[0], "", "");

  return walk.places;
}

/**
 * places_find_tabs:
 * @program: a program with windows
 *
 * Returns: (transfer container) (element-type E2eNode): its tabs, in reading order, to be clicked
 */
GPtrArray *
places_find_tabs (E2eProgram *program)
{
  g_autoptr(GPtrArray) nodes = read_nodes (program);

  return nodes != NULL ? find_tabs (nodes) : g_ptr_array_new ();
}

/**
 * places_dup_line:
 * @place: a place
 *
 * Returns: (transfer full): "WHERE / ROLE: TEXT", further lines of the text indented
 */
char *
places_dup_line (const Place *place)
{
  g_auto(GStrv) lines = g_strsplit (place->text, "\n", -1);
  g_autofree char *text = g_strjoinv ("\n    ", lines);

  return g_strdup_printf ("%s%s%s%s: %s", place->where, *place->where != '\0' ? " / " : "", place->role,
                          place->is_description ? ", described" : "", text);
}
