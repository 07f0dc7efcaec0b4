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

static GMatchInfo *
match_includes (const char *text)
{
  g_autoptr(GRegex) include = g_regex_new ("^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]", G_REGEX_MULTILINE, 0, NULL);
  GMatchInfo *match;

  g_regex_match (include, text, 0, &match);

  return match;
}

static void
check_includes (const char *path,
                const char *text,
                GPtrArray  *complaints)
{
  g_autoptr(GMatchInfo) match = match_includes (text);

  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *mark = g_match_info_fetch (match, 1);
      g_autofree char *header = g_match_info_fetch (match, 2);
      char *words = complaint (path, header, mark[0] == '"');

      if (words != NULL)
        g_ptr_array_add (complaints, words);
    }
}

/* Its words without comments, strings and characters. */
static char *
strip (const char *text)
{
  g_autoptr(GRegex) noise = g_regex_new ("/\\*.*?\\*/|//[^\\n]*|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'", G_REGEX_DOTALL, 0, NULL);

  return g_regex_replace_literal (noise, text, -1, 0, " ", 0, NULL);
}

/* What no header tells: a System V call by its number, or by a declaration of one's own. */
static void
check_calls (const char *path,
             const char *text,
             GPtrArray  *complaints)
{
  g_autoptr(GRegex) call = g_regex_new ("\\b(?:(?:SYS|__NR)_(?:ipc|shm\\w+|sem\\w+|msg\\w+)"
                                        "|syscall\\s*\\((?!\\s*SYS_)"
                                        "|(?:ftok|shmget|shmat|shmdt|shmctl|semget|semop|semtimedop|semctl|msgget|msgsnd|msgrcv|msgctl)\\s*\\()",
                                        0, 0, NULL);
  g_autofree char *code = strip (text);
  g_autoptr(GMatchInfo) match = NULL;

  if (strcmp (path, "backend/kernel/lab-sysv.c") == 0)
    return;

  for (g_regex_match (call, code, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *word = g_match_info_fetch (match, 0);

      g_ptr_array_add (complaints, g_strdup_printf ("src/%s has “%s”; only src/backend/kernel/lab-sysv.c may make System V calls", path, word));
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
      check_calls (path + strlen ("src/"), text, complaints);
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
    { "backend/kernel/lab-sysv.c",     "id = shmget (key, 1, 0);\n", 0 },
    { "backend/kernel/lab-foo.c",      "id = (int) syscall (SYS_shmget, key, 1, 0);\n", 1 },
    { "backend/kernel/lab-foo.c",      "id = (int) syscall (29, key, 1, 0);\n", 1 },
    { "backend/kernel/lab-foo.c",      "n = __NR_semop;\n", 1 },
    { "carry/lab-foo.c",               "int shmget (int, size_t, int);\nid = shmget(1, 1, 0);\n", 2 },
    { "carry/lab-foo.c",               "fd = (int) syscall (SYS_pidfd_open, pid, 0);\nlab_sysv_shmget (1);\n", 0 },
    { "carry/lab-foo.c",               "/* shmget (2) and\n * SYS_shmget */\ng_print (\"shmget(%d) \\\"SYS_shmat\\\"\", id);\n", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);

      check_includes (cases[i].path, cases[i].text, complaints);
      check_calls (cases[i].path, cases[i].text, complaints);
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

/* The path without what tells a header from a source: lab-foo.c, lab-foo.h and lab-foo-private.h are one node. */
static char *
dup_stem (const char *path)
{
  const char *dot = strrchr (path, '.');
  gsize length = dot != NULL ? (gsize) (dot - path) : strlen (path);
  char *stem = g_strndup (path, length);

  if (g_str_has_suffix (stem, "-private"))
    stem[length - strlen ("-private")] = '\0';

  return stem;
}

/* Enters into @graph, which is of stems and the GPtrArray of stems that each includes, what @path includes. */
static void
add_arrows (GHashTable *graph,
            const char *path,
            const char *text)
{
  g_autofree char *from = dup_stem (path);
  g_autoptr(GMatchInfo) match = match_includes (text);
  GPtrArray *arrows = g_hash_table_lookup (graph, from);

  if (arrows == NULL)
    {
      arrows = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (graph, g_strdup (from), arrows);
    }

  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *mark = g_match_info_fetch (match, 1);
      g_autofree char *header = g_match_info_fetch (match, 2);
      g_autofree char *to = dup_stem (header);

      if (mark[0] == '"' && !g_str_equal (from, to))
        g_ptr_array_add (arrows, g_steal_pointer (&to));
    }
}

/* Walks along the arrows from @stem.  An arrow back to a stem of @way closes a circle. */
static void
follow_arrows (GHashTable *graph,
               const char *stem,
               GPtrArray  *way,
               GHashTable *done,
               GPtrArray  *complaints)
{
  GPtrArray *arrows = g_hash_table_lookup (graph, stem);
  guint at;

  if (g_ptr_array_find_with_equal_func (way, stem, g_str_equal, &at))
    {
      GString *words = g_string_new ("src/ has a circle of files:");

      for (; at < way->len; at++)
        g_string_append_printf (words, " %s ->", (const char *) g_ptr_array_index (way, at));
      g_string_append_printf (words, " %s", stem);
      g_ptr_array_add (complaints, g_string_free (words, FALSE));
      return;
    }
  if (arrows == NULL || g_hash_table_contains (done, stem))
    return;

  g_ptr_array_add (way, (gpointer) stem);
  for (guint i = 0; i < arrows->len; i++)
    follow_arrows (graph, g_ptr_array_index (arrows, i), way, done, complaints);
  g_ptr_array_remove_index (way, way->len - 1);
  g_hash_table_add (done, (gpointer) stem);
}

static void
check_circles (GHashTable *graph,
               GPtrArray  *complaints)
{
  g_autoptr(GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) way = g_ptr_array_new ();
  g_autoptr(GList) stems = g_list_sort (g_hash_table_get_keys (graph), (GCompareFunc) strcmp);

  for (GList *l = stems; l != NULL; l = l->next)
    follow_arrows (graph, l->data, way, done, complaints);
}

static GHashTable *
new_graph (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

static void
test_no_files_go_round_in_a_circle (void)
{
  g_autoptr(GPtrArray) files = tree_files ("src", ".c", ".h", NULL);
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GHashTable) graph = new_graph ();

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *text = tree_read (path);

      add_arrows (graph, path + strlen ("src/"), text);
    }

  check_circles (graph, complaints);
  report (complaints);
}

static void
test_the_check_for_circles_can_fail (void)
{
  static const struct
  {
    const char *files[4][2];
    guint       n_complaints;
  } cases[] = {
    { { { "a/b.c", "#include \"a/b.h\"\n#include \"a/c.h\"\n" }, { "a/c.h", "#include <a/b.h>\n" } }, 0 },
    { { { "a/b.c", "#include \"a/c.h\"\n" }, { "a/c.h", "#include \"a/b.h\"\n" } }, 1 },
    { { { "a/b.c", "#include \"a/c.h\"\n" }, { "a/c.c", "#include \"d/d.h\"\n" }, { "d/d.h", "#include \"a/b.h\"\n" } }, 1 },
    /* Two ways to the same place are no circle. */
    { { { "a/b.c", "#include \"a/c.h\"\n#include \"a/d.h\"\n" }, { "a/c.c", "#include \"a/e.h\"\n" }, { "a/d.h", "#include \"a/e.h\"\n" } }, 0 },
    /* A private header is a part of the file that it is named after. */
    { { { "a/b.c", "#include \"a/b-private.h\"\n" }, { "a/b-private.h", "#include \"a/b.h\"\n" } }, 0 },
    { { { "a/b-private.h", "#include \"a/c.h\"\n" }, { "a/c.c", "#include \"a/b.h\"\n" } }, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
      g_autoptr(GHashTable) graph = new_graph ();

      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].files) && cases[i].files[j][0] != NULL; j++)
        add_arrows (graph, cases[i].files[j][0], cases[i].files[j][1]);
      check_circles (graph, complaints);
      if (complaints->len != cases[i].n_complaints)
        g_printerr ("case %zu\n", i);
      g_assert_cmpuint (complaints->len, ==, cases[i].n_complaints);
    }
}

/* Whether @source defines the function @name: in our style a definition has the name at the beginning of a
 * line.  GLib's macros define NAME_get_type() and NAME_quark(). */
static gboolean
defines (const char *source,
         const char *name)
{
  static const char * const made_suffixes[] = { "_get_type", "_quark" };
  g_autofree char *pattern = g_strdup_printf ("^%s \\(", name);

  if (g_regex_match_simple (pattern, source, G_REGEX_MULTILINE, 0))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (made_suffixes); i++)
    if (g_str_has_suffix (name, made_suffixes[i]))
      {
        g_autofree char *prefix = g_strndup (name, strlen (name) - strlen (made_suffixes[i]));
        g_autofree char *macro = g_strdup_printf ("^G_DEFINE_[A-Z_]+ \\([^)]*\\b%s\\b", prefix);

        if (g_regex_match_simple (macro, source, G_REGEX_MULTILINE, 0))
          return TRUE;
      }

  return FALSE;
}

/* @source: the .c file that goes with the header @path, or NULL when there is none */
static void
check_declarations (const char *path,
                    const char *header,
                    const char *source,
                    GPtrArray  *complaints)
{
  g_autoptr(GRegex) comment = g_regex_new ("/\\*.*?\\*/", G_REGEX_DOTALL, 0, NULL);
  g_autoptr(GRegex) declaration = g_regex_new ("^(?!static\\b|typedef\\b)[A-Za-z_][A-Za-z0-9_ ]*?[ *]+(lab_[a-z0-9_]+)\\s*\\([^;{}]*\\)[^;{}()]*;",
                                               G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (comment, header, -1, 0, "", 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  for (g_regex_match (declaration, plain, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);

      if (source == NULL || !defines (source, name))
        g_ptr_array_add (complaints, g_strdup_printf ("src/%s declares %s(), which the .c file beside it does not define", path, name));
    }
}

static void
test_a_function_is_defined_beside_its_header (void)
{
  g_autoptr(GPtrArray) files = tree_files ("src", ".h", NULL);
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *header = tree_read (path);
      g_autofree char *stem = dup_stem (path);
      g_autofree char *source_path = g_strconcat (stem, ".c", NULL);
      g_autofree char *full = g_build_filename (tree_root (), source_path, NULL);
      g_autofree char *source = g_file_test (full, G_FILE_TEST_EXISTS) ? tree_read (source_path) : NULL;

      check_declarations (path + strlen ("src/"), header, source, complaints);
    }

  report (complaints);
}

static void
test_the_check_for_definitions_can_fail (void)
{
  static const struct
  {
    const char *header;
    const char *source;
    guint       n_complaints;
  } cases[] = {
    { "int   lab_foo (void);\n", "int\nlab_foo (void)\n{\n", 0 },
    { "int   lab_foo (void);\n", "static int\nfoo (void)\n{\n  lab_foo ();\n", 1 },
    { "int   lab_foo (void);\n", NULL, 1 },
    { "const char *lab_foo (int  a,\n                     int *b) G_GNUC_WARN_UNUSED_RESULT;\n", "const char *\nlab_foo (int a,\n", 0 },
    { "const char *lab_foo (int  a,\n                     int *b) G_GNUC_WARN_UNUSED_RESULT;\n", "const char *\nlab_foo_bar (int a,\n", 1 },
    { "void lab_foo (void);\nvoid lab_bar (void);\n", "void\nlab_foo (void)\n", 1 },
    { "/* int lab_foo (void); */\n", "", 0 },
    { "static inline int\nlab_foo (void)\n{\n  return lab_bar ();\n}\n", NULL, 0 },
    { "static inline int lab_foo (void) { return 0; }\n", NULL, 0 },
    { "GType lab_foo_get_type (void);\nGQuark lab_foo_error_quark (void);\n",
      "G_DEFINE_BOXED_TYPE (LabFoo, lab_foo, lab_foo_copy, lab_foo_free)\nG_DEFINE_QUARK (lab-foo-error, lab_foo_error)\n", 0 },
    { "GType lab_foo_get_type (void);\n", "G_DEFINE_BOXED_TYPE (LabFooBar, lab_foo_bar, a, b)\n", 1 },
    { "typedef int (*LabFoo) (int lab_foo);\n", NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);

      check_declarations ("ui/parts/lab-foo.h", cases[i].header, cases[i].source, complaints);
      if (complaints->len != cases[i].n_complaints)
        g_printerr ("case %zu: %s\n", i, cases[i].header);
      g_assert_cmpuint (complaints->len, ==, cases[i].n_complaints);
    }
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

/* A template's own properties are looked up by type: <lookup name="…" type="LabThis"/>.  By name, the object would be held
 * by a reference of the expression too, and GTK 4.8 warns when both are let go in the wrong order. */
static void
test_no_template_is_looked_up_by_name (void)
{
  g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) files = tree_files ("src", ".ui", NULL);
  g_autoptr(GRegex) lookup = g_regex_new ("<template class=\"(\\w+)\".*>\\1</lookup>", G_REGEX_DOTALL, 0, NULL);

  g_assert_cmpuint (files->len, >, 20);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *text = tree_read (path);

      if (g_regex_match (lookup, text, 0, NULL))
        g_ptr_array_add (complaints, g_strdup_printf ("%s looks its template up by name and not by type", path));
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
  g_test_add_func ("/tree/layers/no-files-go-round-in-a-circle", test_no_files_go_round_in_a_circle);
  g_test_add_func ("/tree/layers/the-check-for-circles-can-fail", test_the_check_for_circles_can_fail);
  g_test_add_func ("/tree/layers/a-function-is-defined-beside-its-header", test_a_function_is_defined_beside_its_header);
  g_test_add_func ("/tree/layers/the-check-for-definitions-can-fail", test_the_check_for_definitions_can_fail);
  g_test_add_func ("/tree/layers/every-file-names-its-licence", test_every_file_names_its_licence);
  g_test_add_func ("/tree/layers/no-template-is-looked-up-by-name", test_no_template_is_looked_up_by_name);

  return g_test_run ();
}
