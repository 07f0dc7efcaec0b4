/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "helpers/helper-wait.h"
#include "ui/app/lab-launch.h"

typedef struct
{
  char *folder;
  char *old_path;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autofree char *path = NULL;

  f->folder = g_dir_make_tmp ("lab-launch-XXXXXX", NULL);
  f->old_path = g_strdup (g_getenv ("PATH"));
  path = g_strdup_printf ("%s:%s", f->folder, f->old_path);
  g_setenv ("PATH", path, TRUE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  static const char * const names[] = { "shmlab-client", "shmlab-server", "said" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_setenv ("PATH", f->old_path, TRUE);
  g_free (f->old_path);
  g_free (f->folder);
}

static char *
write_program (Fixture    *f,
               const char *name)
{
  char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\nfor a; do echo \"[$a]\"; done >%s/new && mv %s/new %s/said\n",
                                             f->folder, f->folder, f->folder);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);

  return path;
}

static void
test_passes_arguments_as_they_are (Fixture       *f,
                                   gconstpointer  unused)
{
  static const char * const args[] = { "--id", "25", "two words", "$(false)", NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *said = g_build_filename (f->folder, "said", NULL);
  g_autofree char *text = NULL;

  g_free (write_program (f, "shmlab-client"));
  g_assert_true (lab_spawn_client (args, &error));
  g_assert_no_error (error);
  test_wait_for (g_file_test (said, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (said, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "[--id]\n[25]\n[two words]\n[$(false)]\n");
}

static void
test_says_what_is_missing (Fixture       *f,
                           gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  g_setenv ("PATH", f->folder, TRUE);
  g_assert_false (lab_spawn_server (NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "shmlab-server"));
}

static void
test_prefers_what_lies_beside (Fixture       *f,
                               gconstpointer  unused)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *name = g_path_get_basename (self);
  g_autofree char *decoy = write_program (f, "shmlab-client");
  g_autofree char *found = lab_find_program (name);
  g_autofree char *in_path = lab_find_program ("shmlab-client");
  g_autofree char *nowhere = lab_find_program ("shmlab-nowhere");

  g_assert_cmpstr (in_path, ==, decoy);
  g_assert_null (nowhere);
  g_assert_nonnull (found);
  g_assert_true (g_str_has_suffix (found, name));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/ui/launch/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("passes-arguments-as-they-are", test_passes_arguments_as_they_are);
  ADD ("says-what-is-missing", test_says_what_is_missing);
  ADD ("prefers-what-lies-beside", test_prefers_what_lies_beside);
  return g_test_run ();
}
