/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be saved is saved through the dialog that a person uses. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "helpers/helper-scene.h"

typedef struct
{
  Scene  scene;
  char  *folder;
  char  *path;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  name)
{
  g_autoptr(GError) error = NULL;

  scene_set_up (&f->scene, NULL);
  f->folder = g_dir_make_tmp ("shmlab-save-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, name, NULL);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  scene_tear_down (&f->scene, NULL);
  g_remove (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

/* Opens the tab, presses its button, and types a path into the dialog that comes. */
static void
save (E2eProgram *program,
      const char *tab,
      const char *button,
      const char *title,
      const char *path)
{
  e2e_click (e2e_get (program, "tab", tab));
  E2E_WAIT (e2e_is_selected (e2e_get (program, "tab", tab)));
  e2e_click_button (program, button);
  E2E_WAIT (e2e_shows (program, title));
  e2e_key ("ctrl+a");
  e2e_type (path);
  e2e_key ("Return");
}

static gboolean
file_has (const char *path,
          const char *words)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, words) != NULL;
}

static void
test_the_program (Fixture       *f,
                  gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (&f->scene, "--start", "--message", "Hello", NULL);
  g_autofree char *said = g_strdup_printf ("Saved as %s.", f->path);

  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  save (server, "C Program", "Save…", "Save the Program", f->path);
  E2E_WAIT (e2e_shows (server, said));
  g_assert_true (file_has (f->path, f->scene.key_text));
  g_assert_true (file_has (f->path, "shmget"));
}

static void
test_the_calls (Fixture       *f,
                gconstpointer  unused)
{
  E2eProgram *client;

  scene_start_server (&f->scene, "--start", "--message", "Hello", NULL);
  client = scene_start_client (&f->scene, NULL);
  E2E_WAIT (scene_shows_message (client, "Hello"));
  save (client, "Calls", "Save All…", "Save the Calls", f->path);
  E2E_WAIT (file_has (f->path, "shmat"));
}

/* Nothing that was there is lost without a question. */
static void
test_asks_before_it_replaces (Fixture       *f,
                              gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (&f->scene, "--start", "--message", "Hello", NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (f->path, "mine", -1, &error);
  g_assert_no_error (error);
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  save (server, "C Program", "Save…", "Save the Program", f->path);
  E2E_WAIT (e2e_shows (server, "already exists"));
  g_assert_true (file_has (f->path, "mine"));
  e2e_click_button (server, "Replace");
  E2E_WAIT (file_has (f->path, "shmget"));
}

/* A full disk, a file that is none: the reason is said, and the window lives. */
static void
test_says_why_it_could_not (Fixture       *f,
                            gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (&f->scene, "--start", "--message", "Hello", NULL);

  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  save (server, "C Program", "Save…", "Save the Program", "/dev/full");
  E2E_WAIT (e2e_find (server, "button", "Replace") != NULL || e2e_shows (server, "Not saved: "));
  if (e2e_find (server, "button", "Replace") != NULL)
    e2e_click_button (server, "Replace");
  E2E_WAIT (e2e_shows (server, "Not saved: "));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, file, func) g_test_add ("/e2e/save/" name, Fixture, file, set_up, func, tear_down)
  ADD ("the-program", "server.c", test_the_program);
  ADD ("the-calls", "calls.txt", test_the_calls);
  ADD ("asks-before-it-replaces", "mine.c", test_asks_before_it_replaces);
  ADD ("says-why-it-could-not", "unused", test_says_why_it_could_not);
  return g_test_run ();
}
