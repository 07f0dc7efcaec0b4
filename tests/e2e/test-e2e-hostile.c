/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody writes random bytes over the segment while both windows show it.
 * For 30 seconds when LAB_SLOW_TESTS is set, else for 4. */

#include "config.h"

#include "helpers/helper-scene.h"

/* Its last page is mapped to the end, and the segment ends before. */
#define SIZE "5000"

static gint64
get_time_ms (void)
{
  return g_getenv ("LAB_SLOW_TESTS") != NULL ? 30 * 1000 : 4 * 1000;
}

static void
show_tab (E2eProgram *program,
          const char *name)
{
  e2e_click (e2e_get (program, "tab", name));
  E2E_WAIT (e2e_is_selected (e2e_get (program, "tab", name)));
}

static void
test_both_windows_survive_a_scribbler (Scene         *scene,
                                       gconstpointer  unused)
{
  static const char * const tabs[] = { "Memory", "Kernel Record", "Picture" };
  E2eProgram *server = scene_start_server (scene, "--size", SIZE, "--start", "--message", "before", NULL);
  E2eProgram *client = scene_start_client (scene, "--interval", "10", NULL);
  g_autofree char *seed = g_strdup_printf ("%u", g_test_rand_int ());
  gint64 deadline;
  E2eProgram *scribbler;
  guint n_rounds = 0;

  E2E_WAIT (scene_shows_message (client, "before"));
  scribbler = e2e_start ("helper-scribbler", scene->key_text, seed, NULL);
  E2E_WAIT (e2e_output_has (scribbler, "scribbling"));
  g_assert_cmpuint (scene_count_attached (scene), ==, 3);
  E2E_WAIT (!scene_shows_message (client, "before"));

  for (deadline = e2e_deadline (get_time_ms ()); g_get_monotonic_time () < deadline || n_rounds < G_N_ELEMENTS (tabs); n_rounds++)
    {
      const char *tab = tabs[n_rounds % G_N_ELEMENTS (tabs)];
      g_autofree char *message = g_strdup_printf ("in the noise, %u", n_rounds);

      show_tab (server, tab);
      show_tab (client, tab);
      scene_write (server, message);
      if (!e2e_is_running (server) || !e2e_is_running (client) || !e2e_is_running (scribbler) || g_test_failed ())
        break;
    }
  g_test_message ("%u tabs shown in each window", n_rounds);
  g_assert_true (e2e_is_running (server));
  g_assert_true (e2e_is_running (client));
  g_assert_true (e2e_is_running (scribbler));

  /* When it is over, one message makes everything well again. */
  e2e_signal (scribbler, SIGKILL);
  E2E_WAIT (!e2e_is_running (scribbler));
  E2E_WAIT (scene_count_attached (scene) == 2);
  scene_write (server, "well again");
  E2E_WAIT (scene_shows_message (client, "well again"));
  E2E_WAIT (!e2e_shows (server, "stranger*control block"));
  scene_write (server, "and on");
  E2E_WAIT (scene_shows_message (client, "and on"));

  g_assert_cmpint (e2e_end (client), ==, 0);
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add ("/e2e/hostile/both-windows-survive-a-scribbler", Scene, NULL,
              scene_set_up, test_both_windows_survive_a_scribbler, scene_tear_down);
  return g_test_run ();
}
