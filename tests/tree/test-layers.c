/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "helpers/helper-tree.h"

/* The rooms of src/, and which of them each looks at besides itself; src/DESIGN.md has the same table in words.
 * A new folder has to be entered. */
static const struct
{
  const char *room;
  const char *may_see[12];
} rooms[] = {
  { "backend/kernel",   { NULL } },
  { "backend/layout",   { "backend/kernel" } },
  { "backend/segment",  { "backend/layout", "backend/kernel" } },
  { "backend/protocol", { "backend/segment", "backend/layout", "backend/kernel" } },
  { "backend/preset",   { "backend/segment", "backend/layout", "backend/kernel" } },
  { "backend/choice",   { "backend/preset", "backend/segment", "backend/layout", "backend/kernel" } },
  { "backend/life",     { "backend/choice", "backend/segment", "backend/kernel" } },
  { "backend/server",   { "backend/life", "backend/protocol", "backend/choice", "backend/segment", "backend/layout", "backend/kernel" } },
  { "backend/client",   { "backend/life", "backend/protocol", "backend/preset", "backend/choice", "backend/segment", "backend/layout",
                          "backend/kernel" } },
  { "backend/program",  { "backend/choice", "backend/segment", "backend/layout", "backend/kernel" } },
  { "backend/carry",    { "backend/kernel" } },

  { "ui/style",     { NULL } },
  { "ui/parts",     { "ui/style", "backend" } },
  { "ui/choosers",  { "ui/parts", "ui/style", "backend" } },
  { "ui/steps",     { "ui/parts", "ui/style", "backend" } },
  { "ui/picture",   { "ui/parts", "ui/style", "backend" } },
  { "ui/memory",    { "ui/parts", "ui/style", "backend" } },
  { "ui/record",    { "ui/parts", "ui/style", "backend" } },
  { "ui/calls",     { "ui/parts", "ui/style", "backend" } },
  { "ui/program",   { "ui/parts", "ui/style", "backend" } },
  { "ui/inspector", { "ui/picture", "ui/memory", "ui/record", "ui/calls", "ui/program", "ui/parts", "ui/style", "backend" } },
  { "ui/app",       { "ui", "backend" } },

  { "carry",    { "backend/carry", "backend/segment", "backend/kernel" } },
  { "segments", { "ui", "backend" } },
  { "copies/measure", { "ui", "backend" } },
  { "copies/draw",    { "copies/measure", "ui", "backend" } },
  { "copies",   { "copies", "ui", "backend" } },
  { "server",   { "copies", "segments", "ui", "backend" } },
  { "client",   { "copies", "segments", "ui", "backend" } },
};

static const char * const sysv_headers[] = { "sys/ipc.h", "sys/msg.h", "sys/sem.h", "sys/shm.h", NULL };
static const char * const toolkit_prefixes[] = { "gtk/", "gdk/", "gsk/", "adwaita", "pango/", "cairo", "graphene", NULL };

/* The row of rooms[] for the folder @folder, or -1. */
static int
find_room (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++)
    if (strcmp (rooms[i].room, folder) == 0)
      return (int) i;

  return -1;
}

/* Whether the room @name stands in row @row, by its own name or by that of the folder around it. */
static gboolean
may_see (int         row,
         const char *name)
{
  if (strcmp (rooms[row].room, name) == 0)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (rooms[row].may_see) && rooms[row].may_see[i] != NULL; i++)
    {
      gsize length = strlen (rooms[row].may_see[i]);

      if (strncmp (rooms[row].may_see[i], name, length) == 0 && (name[length] == '\0' || name[length] == '/'))
        return TRUE;
    }

  return FALSE;
}

/* What is wrong with the file @path (from src/ on) including @header, or NULL.
 * @quoted: "…" rather than <…> */
static char *
complaint (const char *path,
           const char *header,
           gboolean    quoted)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *owner = g_path_get_dirname (header);
  int row = find_room (folder);

  if (g_strv_contains (sysv_headers, header) && strcmp (path, "backend/kernel/lab-sysv.c") != 0)
    return g_strdup_printf ("src/%s includes <%s>; only src/backend/kernel/lab-sysv.c may", path, header);

  if (row < 0)
    return g_strdup_printf ("src/%s is in a folder that is no room yet", path);

  if (g_str_has_prefix (path, "backend/") || g_str_has_prefix (path, "carry/"))
    for (gsize i = 0; toolkit_prefixes[i] != NULL; i++)
      if (g_str_has_prefix (header, toolkit_prefixes[i]))
        return g_strdup_printf ("src/%s includes <%s>; %s knows no toolkit", path, header, folder);

  /* What the build makes has no room. */
  if (!quoted || strcmp (header, "config.h") == 0 || g_str_has_suffix (header, "-resources.h"))
    return NULL;

  if (strcmp (owner, ".") == 0)
    return g_strdup_printf ("src/%s includes \"%s\" without its room", path, header);
  if (find_room (owner) < 0)
    return g_strdup_printf ("src/%s includes \"%s\", which no room has", path, header);
  if (!may_see (row, owner))
    return g_strdup_printf ("src/%s includes \"%s\", which is above or beside it", path, header);

  return NULL;
}

static void
check_includes (const char *path,
                const char *text,
                GPtrArray  *complaints)
{
  g_autoptr(GRegex) include = g_regex_new ("^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  for (g_regex_match (include, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *mark = g_match_info_fetch (match, 1);
      g_autofree char *header = g_match_info_fetch (match, 2);
      char *words = complaint (path, header, mark[0] == '"');

      if (words != NULL)
        g_ptr_array_add (complaints, words);
    }
}

static void
report (GPtrArray *complaints)
{
  for (guint i = 0; i < complaints->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (complaints, i));

  g_assert_cmpuint (complaints->len, ==, 0);
}

static void
test_arrows_go_down (void)
{
  g_autoptr(GPtrArray) files = tree_files ("src", ".c", ".h", NULL);
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  guint n_sysv = 0;

  g_assert_cmpuint (files->len, >, 0);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *text = tree_read (path);

      check_includes (path + strlen ("src/"), text, complaints);
      if (strcmp (path, "src/backend/kernel/lab-sysv.c") == 0)
        n_sysv++;
    }

  report (complaints);
  g_assert_cmpuint (n_sysv, ==, 1);
}

/* The check above is worth something only if it fails when it should. */
static void
test_the_check_can_fail (void)
{
  static const struct
  {
    const char *path;
    const char *text;
    guint       n_complaints;
  } cases[] = {
    { "backend/kernel/lab-sysv.c",     "#include <sys/shm.h>\n#include <sys/ipc.h>\n", 0 },
    { "backend/segment/lab-segment.c", "#include <sys/shm.h>\n", 1 },
    { "ui/parts/lab-foo.c",                  "int a;\n  #  include \"sys/sem.h\"\n", 1 },
    { "ui/parts/lab-foo.c",                  "  \"#include <sys/shm.h>\\n\"\n", 0 },
    { "client/lab-foo.h",              "#include <sys/msg.h>", 1 },
    { "backend/segment/lab-foo.c",     "#include <gtk/gtk.h>\n", 1 },
    { "backend/segment/lab-foo.h",     "#include <glib.h>\n#include \"backend/segment/lab-segment.h\"\n", 0 },
    { "backend/segment/lab-foo.h",     "#include \"backend/kernel/lab-call.h\"\n", 0 },
    { "backend/segment/lab-foo.h",     "#include \"lab-segment.h\"\n", 1 },
    { "backend/kernel/lab-foo.h",      "#include \"backend/segment/lab-segment.h\"\n", 1 },
    { "backend/server/lab-foo.c",      "#include \"backend/client/lab-client.h\"\n", 1 },
    { "backend/nowhere/lab-foo.c",     "#include <glib.h>\n", 1 },
    { "ui/parts/lab-foo.c",                  "#include <gtk/gtk.h>\n#include \"config.h\"\n#include \"backend/kernel/lab-call.h\"\n", 0 },
    { "ui/parts/lab-foo.c",                  "#include \"../client/lab-client-window.h\"\n", 1 },
    { "ui/picture/lab-foo.c",          "#include \"ui/memory/lab-memory-view.h\"\n", 1 },
    { "carry/main.c",                  "#include <cairo.h>\n", 1 },
    { "carry/main.c",                  "#include \"backend/client/lab-client.h\"\n", 1 },
    { "elsewhere/main.c",              "#include <stdio.h>\n", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);

      check_includes (cases[i].path, cases[i].text, complaints);
      if (complaints->len != cases[i].n_complaints)
        g_printerr ("case %zu: %s\n", i, cases[i].text);
      g_assert_cmpuint (complaints->len, ==, cases[i].n_complaints);
    }
}

/* What the last column of the table in src/DESIGN.md says of the room in row @row. */
static char *
describe_sight (gsize row)
{
  const char *slash = strchr (rooms[row].room, '/');
  gsize layer_length = slash != NULL ? (gsize) (slash + 1 - rooms[row].room) : 0;
  g_autoptr(GString) words = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rooms[row].may_see) && rooms[row].may_see[i] != NULL; i++)
    {
      const char *name = rooms[row].may_see[i];

      if (words->len > 0)
        g_string_append (words, ", ");
      g_string_append (words, name + (strncmp (name, rooms[row].room, layer_length) == 0 ? layer_length : 0));
    }

  return g_strdup (words->len > 0 ? words->str : "-");
}

/* src/DESIGN.md shows a visitor the rooms above, each in a row, and no others. */
static void
test_design_has_every_room (void)
{
  g_autofree char *text = tree_read ("src/DESIGN.md");
  g_autoptr(GRegex) regex = g_regex_new ("^\\| `([a-z/]+)/` \\| [^|]+ \\| ([^|]+) \\|$", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  gboolean seen[G_N_ELEMENTS (rooms)] = { FALSE };

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *room = g_match_info_fetch (match, 1);
      g_autofree char *sight = g_match_info_fetch (match, 2);
      g_autofree char *expected = NULL;
      int row = find_room (room);

      if (row < 0)
        {
          g_ptr_array_add (complaints, g_strdup_printf ("src/DESIGN.md has a room %s that is not there", room));
          continue;
        }
      expected = describe_sight ((gsize) row);
      if (strcmp (sight, expected) != 0)
        g_ptr_array_add (complaints, g_strdup_printf ("src/DESIGN.md: %s looks down to %s, not to %s", room, expected, sight));
      seen[row] = TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++)
    if (!seen[i])
      g_ptr_array_add (complaints, g_strdup_printf ("src/DESIGN.md has no row for the room %s", rooms[i].room));

  report (complaints);
}

static void
test_every_file_names_its_licence (void)
{
  static const char * const folders[] = { "src", "tests" };
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);

  for (gsize f = 0; f < G_N_ELEMENTS (folders); f++)
    {
      g_autoptr(GPtrArray) files = tree_files (folders[f], ".c", ".h", NULL);

      for (guint i = 0; i < files->len; i++)
        {
          const char *path = g_ptr_array_index (files, i);
          g_autofree char *text = tree_read (path);

          if (!g_str_has_prefix (text, "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"))
            g_ptr_array_add (complaints, g_strdup_printf ("%s does not begin with the licence line", path));
        }
    }

  report (complaints);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  g_test_add_func ("/tree/layers/arrows-go-down", test_arrows_go_down);
  g_test_add_func ("/tree/layers/the-check-can-fail", test_the_check_can_fail);
  g_test_add_func ("/tree/layers/design-has-every-room", test_design_has_every_room);
  g_test_add_func ("/tree/layers/every-file-names-its-licence", test_every_file_names_its_licence);

  return g_test_run ();
}
