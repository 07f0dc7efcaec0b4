/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our programs on both sides of a pid namespace, as from one container into another: who
 * cannot be seen is not gone. */

#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "helpers/helper-scene.h"

static pid_t
find_child (E2eProgram *parent)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", (int) e2e_get_pid (parent), (int) e2e_get_pid (parent));
  g_autofree char *children = NULL;

  return g_file_get_contents (path, &children, NULL, NULL) ? (pid_t) atoi (children) : 0;
}

/* In a pid namespace with a /proc of its own, where it is process 1; NULL where none is to be had. */
static E2eProgram *
start_elsewhere (Scene      *scene,
                 const char *program,
                 const char *option)
{
  const char * const argv[] = {
    "unshare", "--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount-proc",
    g_getenv (program), "--key", scene->key_text, option, NULL
  };
  E2eProgram *outside = e2e_startv (argv);
  pid_t pid = 0;

  E2E_WAIT ((pid = find_child (outside)) != 0 || !e2e_is_running (outside));
  if (pid == 0)
    {
      g_test_skip ("no pid namespace of one's own is to be had here");
      return NULL;
    }

  return e2e_adopt (pid);
}

static void
test_a_server_takes_nothing_from_whom_it_cannot_see (Scene         *scene,
                                                     gconstpointer  unused)
{
  E2eProgram *first = scene_start_server (scene, "--start", "--message", "from outside", NULL);
  E2eProgram *second;

  E2E_WAIT (scene_count_attached (scene) == 1);
  second = start_elsewhere (scene, "E2E_SERVER", "--start");
  if (second == NULL)
    return;

  e2e_get (second, "button", "Choose Another Key");
  E2E_WAIT (e2e_shows (second, "A Shmlab server that cannot be seen from here may be writing to it."));
  E2E_WAIT (e2e_shows (second, "Only processes that cannot be seen from here are attached."));
  g_assert_null (e2e_find (second, "button", "Take It Over"));
  g_assert_false (e2e_shows (second, "is gone"));
  g_assert_false (e2e_shows (second, "left it behind"));
  g_assert_false (e2e_shows (second, "pid 0"));

  e2e_click_button (second, "Segments…");
  E2E_WAIT (e2e_shows (second, "not seen from here"));
  g_assert_false (e2e_shows (second, "left behind"));

  /* Nobody is attached any more, but who made it may yet be there. */
  e2e_signal (first, SIGKILL);
  e2e_wait_exit (first);
  E2E_WAIT (e2e_shows (second, "nobody attached"));
  g_assert_false (e2e_shows (second, "left behind"));
}

static void
test_a_client_believes_whom_it_cannot_see (Scene         *scene,
                                           gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "from outside", NULL);
  E2eProgram *client;

  E2E_WAIT (scene_count_attached (scene) == 1);
  client = start_elsewhere (scene, "E2E_CLIENT", NULL);
  if (client == NULL)
    return;

  E2E_WAIT (scene_shows_message (client, "from outside"));
  scene_write (server, "and again");
  E2E_WAIT (scene_shows_message (client, "and again"));
  e2e_click (e2e_get (client, "tab", "Picture"));
  E2E_WAIT (e2e_shows (client, "made by a process that cannot be seen from here"));
  e2e_click (e2e_get (client, "tab", "Kernel Record"));
  E2E_WAIT (e2e_shows (client, "1 more attachment, by a process that you may not see."));
  g_assert_false (e2e_shows (client, "has ended"));
  g_assert_false (e2e_shows (client, "is gone"));

  /* Nobody but the client is attached: so it is dead, wherever it was. */
  e2e_signal (server, SIGKILL);
  e2e_wait_exit (server);
  E2E_WAIT (e2e_shows (client, "has ended without a word"));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/elsewhere/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("a-server-takes-nothing-from-whom-it-cannot-see", test_a_server_takes_nothing_from_whom_it_cannot_see);
  ADD ("a-client-believes-whom-it-cannot-see", test_a_client_believes_whom_it_cannot_see);
  return g_test_run ();
}
