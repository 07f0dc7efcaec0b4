/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-tree.h"

/* Whether @text, from the file @path, has words for a translator. */
static gboolean
has_words (const char *path,
           const char *text)
{
  const char *pattern;

  if (g_str_has_suffix (path, ".ui"))
    pattern = "translatable=[\"'](yes|true|1)[\"']";
  else if (g_str_has_suffix (path, ".desktop.in"))
    pattern = "^(Name|GenericName|Comment|Keywords)=";
  else if (g_str_has_suffix (path, ".xml.in"))
    pattern = "<(summary|name|p|li)>";
  else
    pattern = "(?<![A-Za-z0-9_])(_|N_|Q_|C_|NC_|ngettext|g_dngettext|g_dpgettext2|dngettext|gettext)[ \\t]*\\([ \\t\\n]*[^)\\s]*\"";

  return g_regex_match_simple (pattern, text, G_REGEX_MULTILINE, 0);
}

static void
test_potfiles_lists_every_file_with_words (void)
{
  g_autofree char *text = tree_read ("po/POTFILES.in");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) files = tree_files ("src", ".c", ".h", ".ui", ".in", NULL);
  g_autoptr(GPtrArray) data = tree_files ("data", ".in", NULL);
  const char *before = "";
  guint n_wrong = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *full = g_build_filename (tree_root (), lines[i], NULL);

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if (!g_file_test (full, G_FILE_TEST_IS_REGULAR))
        {
          g_printerr ("POTFILES.in names %s, which is not there\n", lines[i]);
          n_wrong++;
        }
      if (strcmp (before, lines[i]) >= 0)
        {
          g_printerr ("POTFILES.in: %s stands twice or out of order\n", lines[i]);
          n_wrong++;
        }
      before = lines[i];
      g_hash_table_add (listed, lines[i]);
    }

  g_ptr_array_extend_and_steal (files, g_steal_pointer (&data));
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *contents = tree_read (path);

      if (has_words (path, contents) && !g_hash_table_contains (listed, path))
        {
          g_printerr ("%s has words to translate and is not in POTFILES.in\n", path);
          n_wrong++;
        }
    }

  g_assert_cmpuint (n_wrong, ==, 0);
}

static void
test_the_check_can_fail (void)
{
  g_assert_true (has_words ("a.c", "  f (_(\"Write\"));"));
  g_assert_true (has_words ("a.c", "  ngettext (\"%u look\", \"%u looks\", n)"));
  g_assert_true (has_words ("a.c", "{ 1, N_ (\n  \"Write\") }"));
  g_assert_true (has_words ("a.ui", "<property name=\"label\" translatable=\"yes\">Write</property>"));
  g_assert_true (has_words ("a.desktop.in", "[Desktop Entry]\nName=Shared Memory Lab\n"));
  g_assert_true (has_words ("a.xml.in", "  <summary>Words</summary>"));
  g_assert_false (has_words ("a.c", "  lab_call_ (\"Write\"); g_print (\"%d\", 1);"));
  g_assert_false (has_words ("a.c", "  dgettext_free (x); return _(words);"));
  g_assert_false (has_words ("a.ui", "<property name=\"label\">0x41</property>"));
}

/* Every language that is named has its file, and every file is named. */
static void
test_linguas_and_files_agree (void)
{
  g_autofree char *text = tree_read ("po/LINGUAS");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GPtrArray) files = tree_files ("po", ".po", NULL);
  guint n_named = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/po/%s.po", tree_root (), lines[i]);

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      n_named++;
      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_printerr ("LINGUAS names %s, and there is no po/%s.po\n", lines[i], lines[i]);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }

  g_assert_cmpuint (files->len, ==, n_named);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  g_test_add_func ("/tree/po/potfiles-lists-every-file-with-words", test_potfiles_lists_every_file_with_words);
  g_test_add_func ("/tree/po/the-check-can-fail", test_the_check_can_fail);
  g_test_add_func ("/tree/po/linguas-and-files-agree", test_linguas_and_files_agree);

  return g_test_run ();
}
