/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "helper-tree.h"

/* A folder of src/ is a layer, and a layer looks only at itself and at those it
 * names here.  A new folder has to be entered. */
static const struct
{
  const char *folder;
  const char *may_see[6];
} layers[] = {
  { "backend", { "backend" } },
  { "carry",   { "carry", "backend" } },
  { "client",  { "client", "copies", "segments", "ui", "backend" } },
  { "copies",  { "copies", "ui", "backend" } },
  { "segments", { "segments", "ui", "backend" } },
  { "server",  { "server", "copies", "segments", "ui", "backend" } },
  { "ui",      { "ui", "backend" } },
};

static const char * const sysv_headers[] = { "sys/ipc.h", "sys/msg.h", "sys/sem.h", "sys/shm.h", NULL };
static const char * const toolkit_prefixes[] = { "gtk/", "gdk/", "gsk/", "adwaita", "pango/", "cairo", "graphene", NULL };

/* The folder of src/ that holds the header @name, or NULL: config.h and what the build makes. */
static char *
folder_of_header (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *path = g_build_filename (tree_root (), "src", layers[i].folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_strdup (layers[i].folder);
    }

  return NULL;
}

/* What is wrong with the file @path (from src/ on) including @header, or NULL.
 * @quoted: "…" rather than <…> */
static char *
complaint (const char *path,
           const char *header,
           gboolean    quoted)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", 2);
  const char *folder = parts[0];
  const char * const *may_see = NULL;
  g_autofree char *owner = NULL;

  if (g_strv_contains (sysv_headers, header) && strcmp (path, "backend/lab-sysv.c") != 0)
    return g_strdup_printf ("src/%s includes <%s>; only src/backend/lab-sysv.c may", path, header);

  for (gsize i = 0; i < G_N_ELEMENTS (layers); i++)
    if (strcmp (layers[i].folder, folder) == 0)
      may_see = layers[i].may_see;
  if (may_see == NULL)
    return g_strdup_printf ("src/%s is in a folder that is no layer yet", path);

  if (strcmp (folder, "backend") == 0 || strcmp (folder, "carry") == 0)
    for (gsize i = 0; toolkit_prefixes[i] != NULL; i++)
      if (g_str_has_prefix (header, toolkit_prefixes[i]))
        return g_strdup_printf ("src/%s includes <%s>; %s knows no toolkit", path, header, folder);

  if (!quoted)
    return NULL;

  if (strchr (header, '/') != NULL)
    return g_strdup_printf ("src/%s includes \"%s\" by a path; headers of ours go by their name", path, header);

  owner = folder_of_header (header);
  if (owner == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (layers[0].may_see); i++)
    if (g_strcmp0 (may_see[i], owner) == 0)
      return NULL;

  return g_strdup_printf ("src/%s includes \"%s\" of src/%s, which is above or beside it", path, header, owner);
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
      if (strcmp (path, "src/backend/lab-sysv.c") == 0)
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
    { "backend/lab-sysv.c",    "#include <sys/shm.h>\n#include <sys/ipc.h>\n", 0 },
    { "backend/lab-segment.c", "#include <sys/shm.h>\n", 1 },
    { "ui/lab-foo.c",          "int a;\n  #  include \"sys/sem.h\"\n", 1 },
    { "ui/lab-foo.c",          "  \"#include <sys/shm.h>\\n\"\n", 0 },
    { "client/lab-foo.h",      "#include <sys/msg.h>", 1 },
    { "backend/lab-foo.c",     "#include <gtk/gtk.h>\n", 1 },
    { "backend/lab-foo.h",     "#include <glib.h>\n#include \"lab-segment.h\"\n", 0 },
    { "ui/lab-foo.c",          "#include <gtk/gtk.h>\n#include \"config.h\"\n#include \"lab-segment.h\"\n", 0 },
    { "ui/lab-foo.c",          "#include \"../client/lab-client-window.h\"\n", 1 },
    { "carry/main.c",          "#include <cairo.h>\n", 1 },
    { "elsewhere/main.c",      "#include <stdio.h>\n", 1 },
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
  g_test_add_func ("/tree/layers/every-file-names-its-licence", test_every_file_names_its_licence);

  return g_test_run ();
}
