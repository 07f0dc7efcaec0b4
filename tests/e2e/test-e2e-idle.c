/* SPDX-License-Identifier: GPL-3.0-or-later */

/* With nothing happening, nothing is drawn. */

#include "config.h"

#include "helpers/helper-scene.h"

/* How long nothing must be drawn; and how long a window may take to settle: the
 * cursor in an entry blinks for ten seconds. */
#define QUIET_S   3
#define SETTLE_MS 40000

static void
set_up (Scene         *scene,
        gconstpointer  unused)
{
  g_setenv ("LAB_DEBUG", "frames", TRUE);
  scene_set_up (scene, unused);
}

static void
tear_down (Scene         *scene,
           gconstpointer  unused)
{
  scene_tear_down (scene, unused);
  g_unsetenv ("LAB_DEBUG");
}

static gboolean
is_at_rest (E2eProgram *program)
{
  guint n_quiet_s;

  return e2e_get_frames (program, &n_quiet_s) > 0 && n_quiet_s >= QUIET_S;
}

static void
test_a_server_without_clients_draws_nothing (Scene         *scene,
                                             gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "idle", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  E2E_WAIT_MS (is_at_rest (server), SETTLE_MS);
}

static void
test_a_polling_client_draws_nothing (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "idle", NULL);
  E2eProgram *client = scene_start_client (scene, "--interval", "100", NULL);
  guint before;

  E2E_WAIT (scene_shows_message (client, "idle"));
  E2E_WAIT_MS (is_at_rest (client), SETTLE_MS);
  E2E_WAIT_MS (is_at_rest (server), SETTLE_MS);

  /* The counter counts: a message is drawn. */
  before = e2e_get_frames (client, NULL);
  scene_write (server, "news");
  E2E_WAIT (scene_shows_message (client, "news"));
  E2E_WAIT (e2e_get_frames (client, NULL) > before);
}

static void
test_a_waiting_client_draws_nothing (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);

  e2e_get (client, "window", NULL);
  E2E_WAIT_MS (is_at_rest (client), SETTLE_MS);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/idle/" name, Scene, NULL, set_up, func, tear_down)
  ADD ("a-server-without-clients-draws-nothing", test_a_server_without_clients_draws_nothing);
  ADD ("a-polling-client-draws-nothing", test_a_polling_client_draws_nothing);
  ADD ("a-waiting-client-draws-nothing", test_a_waiting_client_draws_nothing);
  return g_test_run ();
}
