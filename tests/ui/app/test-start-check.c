/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "helpers/helper-tree.h"
#include "ui/app/lab-start-check.h"

/* The default source of schemas is made once a process, so each check has a process of its own. */
static void
check_in_this_process (void)
{
  g_autoptr(GError) error = NULL;

  if (lab_start_check (&error))
    g_print ("can start\n");
  else
    g_print ("%s: %s\n", g_quark_to_string (error->domain), error->message);
}

static void
run_check (const char *schema_folder)
{
  g_setenv ("GSETTINGS_SCHEMA_DIR", schema_folder, TRUE);
  /* No schema but those of the folder: an installed Shmlab is of no help here. */
  g_setenv ("XDG_DATA_DIRS", "/nowhere", TRUE);
  g_setenv ("XDG_DATA_HOME", "/nowhere", TRUE);
  g_test_trap_subprocess ("/ui/start-check/in-this-process/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_schema_that_is_missing_is_named (void)
{
  run_check ("/nowhere");
  g_test_trap_assert_stdout ("*lab-start-error*" APP_ID_PREFIX "*not installed*GSETTINGS_SCHEMA_DIR*");
}

static void
test_key_that_is_missing_is_named (void)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-schema-XXXXXX", NULL);
  g_autofree char *xml_path = g_build_filename (folder, APP_ID_PREFIX ".gschema.xml", NULL);
  g_autofree char *compiled = g_build_filename (folder, "gschemas.compiled", NULL);
  g_autofree char *source = tree_read ("data/settings.gschema.xml.in");
  g_autofree char *compile = g_strdup_printf ("glib-compile-schemas --strict %s", folder);
  g_autoptr(GRegex) keys = g_regex_new ("(<key|<override) name=\"([a-z-]+)\"", 0, 0, NULL);
  g_autoptr(GString) xml = g_string_new (source);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_string_replace (xml, "@APP_ID_PREFIX@", APP_ID_PREFIX, 0);
  g_string_replace (xml, "@SETTINGS_PATH@", "/io/github/shmlab/", 0);

  for (g_regex_match (keys, xml->str, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      char *key = g_match_info_fetch (match, 2);
      g_autofree char *quoted = g_strdup_printf (" name=\"%s\"", key);
      g_autofree char *expected = g_strdup_printf ("*another version*“%s”*", key);
      g_autoptr(GString) older = g_string_new (xml->str);

      if (!g_hash_table_add (seen, key))
        continue;

      g_string_replace (older, quoted, " name=\"something-else\"", 0);
      g_assert_true (g_file_set_contents (xml_path, older->str, -1, NULL));
      g_assert_true (g_spawn_command_line_sync (compile, NULL, NULL, NULL, NULL));
      run_check (folder);
      g_test_trap_assert_stdout (expected);
    }
  g_assert_cmpuint (g_hash_table_size (seen), >=, 12);

  g_unlink (xml_path);
  g_unlink (compiled);
  g_rmdir (folder);
}

static void
test_display_that_is_missing_is_named (void)
{
  g_autofree char *folder = g_strdup (g_getenv ("GSETTINGS_SCHEMA_DIR"));
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));
  g_autofree char *wayland = g_strdup (g_getenv ("WAYLAND_DISPLAY"));

  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  run_check (folder);
  g_test_trap_assert_stdout ("*lab-start-error*neither WAYLAND_DISPLAY nor DISPLAY*");

  g_setenv ("DISPLAY", ":9999", TRUE);
  run_check (folder);
  g_test_trap_assert_stdout ("*lab-start-error*:9999*");

  if (display != NULL)
    g_setenv ("DISPLAY", display, TRUE);
  else
    g_unsetenv ("DISPLAY");
  if (wayland != NULL)
    g_setenv ("WAYLAND_DISPLAY", wayland, TRUE);
  run_check (folder);
  g_test_trap_assert_stdout ("*can start*");
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* In this order, for each leaves its folder of schemas in the environment. */
  g_test_add_func ("/ui/start-check/names-a-missing-display", test_display_that_is_missing_is_named);
  g_test_add_func ("/ui/start-check/names-a-missing-schema", test_schema_that_is_missing_is_named);
  g_test_add_func ("/ui/start-check/names-a-missing-key", test_key_that_is_missing_is_named);
  g_test_add_func ("/ui/start-check/in-this-process/subprocess", check_in_this_process);
  return g_test_run ();
}
