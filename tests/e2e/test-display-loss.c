/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <unistd.h>

#include "backend/segment/lab-segment.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

/* A display of our own that can be killed under a server's window. */
typedef struct
{
  key_t        key;
  char        *folder;
  GSubprocess *display;
  GSubprocess *server;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->key = test_key ();
  f->folder = g_dir_make_tmp ("shmlab-loss-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
}

static void
remove_folder (const char *path)
{
  const char *argv[] = { "rm", "-r", path, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_find (f->key, NULL);

  if (f->server != NULL)
    g_subprocess_force_exit (f->server);
  if (f->display != NULL)
    g_subprocess_force_exit (f->display);
  g_clear_object (&f->server);
  g_clear_object (&f->display);
  if (segment != NULL)
    lab_segment_remove (segment, NULL);
  remove_folder (f->folder);
  g_free (f->folder);
}

static gboolean
is_there (key_t key)
{
  g_autoptr(LabSegment) segment = lab_segment_find (key, NULL);

  return segment != NULL && lab_segment_get_n_attaches (segment) > 0;
}

static gboolean
has_exited (GSubprocess *process)
{
  return g_subprocess_get_identifier (process) == NULL;
}

static void
start_server (Fixture             *f,
              GSubprocessLauncher *launcher)
{
  g_autofree char *key = g_strdup_printf ("0x%x", (guint) f->key);
  g_autoptr(GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "GTK_A11Y", "none", TRUE);
  f->server = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("E2E_SERVER"), "--key", key, "--start", NULL);
  g_assert_no_error (error);
  test_wait_for (is_there (f->key) || has_exited (f->server));
  g_assert_true (is_there (f->key));
}

static void
lose_display (Fixture *f)
{
  g_subprocess_send_signal (f->display, SIGTERM);  /* so that it takes its lock file with it */
  test_wait_for (has_exited (f->server));
  g_assert_null (lab_segment_find (f->key, NULL));
}

static void
test_x11 (Fixture       *f,
          gconstpointer  unused)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("Xvfb");
  char number[16] = ":";
  int fds[2];

  if (program == NULL)
    {
      g_test_skip ("Xvfb is not installed");
      return;
    }

  g_assert_cmpint (pipe (fds), ==, 0);
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  /* Cairo tries the extension with a segment of its own, which stays when the display goes in that moment. */
  f->display = g_subprocess_launcher_spawn (launcher, NULL, program, "-displayfd", "3", "-screen", "0", "1280x900x24",
                                            "-nolisten", "tcp", "-extension", "MIT-SHM", NULL);
  g_subprocess_launcher_close (launcher);
  for (gsize i = 1; i < sizeof number - 1 && number[i - 1] != '\n' && read (fds[0], number + i, 1) == 1; i++)
    ;
  close (fds[0]);
  g_strchomp (number);

  g_clear_object (&launcher);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_setenv (launcher, "DISPLAY", number, TRUE);
  g_subprocess_launcher_setenv (launcher, "GDK_BACKEND", "x11", TRUE);
  start_server (f, launcher);
  lose_display (f);
}

static void
test_wayland (Fixture       *f,
              gconstpointer  unused)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *program = g_find_program_in_path ("weston");
  g_autofree char *socket = g_build_filename (f->folder, "wayland-lab", NULL);

  if (program == NULL)
    {
      g_test_skip ("weston is not installed");
      return;
    }

  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", f->folder, TRUE);
  f->display = g_subprocess_launcher_spawn (launcher, NULL, program, "--backend=headless-backend.so",
                                            "--socket=wayland-lab", "--no-config", NULL);
  test_wait_for (g_file_test (socket, G_FILE_TEST_EXISTS) || has_exited (f->display));
  g_assert_false (has_exited (f->display));

  g_subprocess_launcher_setenv (launcher, "WAYLAND_DISPLAY", "wayland-lab", TRUE);
  g_subprocess_launcher_setenv (launcher, "GDK_BACKEND", "wayland", TRUE);
  start_server (f, launcher);
  lose_display (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/e2e/display-loss/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("x11-leaves-no-segment", test_x11);
  ADD ("wayland-leaves-no-segment", test_wayland);
  return g_test_run ();
}
