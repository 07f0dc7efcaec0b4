/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server that meets an existing segment under its key says what it is, and
 * offers what is possible. */

#include "config.h"

#include "helpers/helper-scene.h"

/* A server killed with its message in the segment, which stays behind. */
static E2eProgram *
leave_behind (Scene      *scene,
              const char *message)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", message, NULL);

  E2E_WAIT (e2e_shows (server, "message 1"));
  e2e_signal (server, SIGKILL);
  g_assert_cmpint (e2e_wait_exit (server), ==, 1000 + SIGKILL);
  E2E_WAIT (scene_has_segment (scene) && scene_count_attached (scene) == 0);

  return server;
}

static void
test_a_dead_servers_segment_is_described (Scene         *scene,
                                          gconstpointer  unused)
{
  E2eProgram *dead = leave_behind (scene, "old");
  g_autofree char *pid = g_strdup_printf ("%d", (int) e2e_get_pid (dead));
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  LabShmRecord before = { 0 };

  g_assert_true (scene_stat (scene, &before));
  e2e_get (server, "button", "Take It Over");
  e2e_get (server, "button", "Remove It and Make a New One");
  e2e_get (server, "button", "Choose Another Key");
  g_assert_true (e2e_shows (server, "4,096 bytes"));
  g_assert_true (e2e_shows (server, pid));

  /* Told before anything is decided, and nothing is. */
  g_assert_true (scene_is_untouched (scene, &before));
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_true (scene_has_segment (scene));
}

static void
test_taken_over_with_its_message (Scene         *scene,
                                  gconstpointer  unused)
{
  LabShmRecord before = { 0 }, after = { 0 };
  E2eProgram *server, *client;

  leave_behind (scene, "an heirloom");
  g_assert_true (scene_stat (scene, &before));
  server = scene_start_server (scene, "--start", NULL);
  e2e_click_button (server, "Take It Over");
  E2E_WAIT (scene_count_attached (scene) == 1);
  g_assert_true (scene_stat (scene, &after));
  g_assert_cmpint (before.id, ==, after.id);
  E2E_WAIT (e2e_text_is (e2e_get (server, "text box", "Message"), "an heirloom"));
  client = scene_start_client (scene, NULL);
  E2E_WAIT (scene_shows_message (client, "an heirloom"));

  /* It was not made by this process, so a signal leaves it. */
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_true (scene_has_segment (scene));
}

static void
test_removed_and_made_new (Scene         *scene,
                           gconstpointer  unused)
{
  LabShmRecord before = { 0 }, after = { 0 };
  E2eProgram *server;

  leave_behind (scene, "rubbish");
  g_assert_true (scene_stat (scene, &before));
  server = scene_start_server (scene, NULL);
  e2e_click_button (server, "Make the Key");
  e2e_click_button (server, "Create");
  e2e_click_button (server, "Remove It and Make a New One");
  E2E_WAIT (scene_stat (scene, &after) && after.id != before.id);
  g_assert_cmpint (after.cpid, ==, e2e_get_pid (server));
  g_assert_false (scene_stat_id (before.id, &before));
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
}

static void
test_another_key_leaves_it_alone (Scene         *scene,
                                  gconstpointer  unused)
{
  LabShmRecord before = { 0 };
  E2eProgram *server;

  leave_behind (scene, "not mine");
  g_assert_true (scene_stat (scene, &before));
  server = scene_start_server (scene, "--start", NULL);
  e2e_click_button (server, "Choose Another Key");
  e2e_get (server, "button", "Make the Key");
  g_assert_true (scene_is_untouched (scene, &before));
}

static void
test_a_living_servers_segment_is_not_offered (Scene         *scene,
                                              gconstpointer  unused)
{
  E2eProgram *first = scene_start_server (scene, "--start", "--message", "alive", NULL);
  g_autofree char *pid = g_strdup_printf ("%d", (int) e2e_get_pid (first));
  E2eProgram *second;

  E2E_WAIT (scene_count_attached (scene) == 1);
  second = scene_start_server (scene, "--start", NULL);
  e2e_get (second, "button", "Choose Another Key");
  g_assert_true (e2e_shows (second, pid));
  g_assert_null (e2e_find (second, "button", "Take It Over"));
  g_assert_cmpuint (scene_count_attached (scene), ==, 1);
}

/* As a server leaves it that is killed between shmget and shmat. */
static void
test_a_segment_nobody_wrote_to_can_be_taken_over (Scene         *scene,
                                                  gconstpointer  unused)
{
  E2eProgram *server;

  if (scene_start_stranger (scene, 4096, 0600, NULL) == NULL)
    return;

  server = scene_start_server (scene, "--start", NULL);
  e2e_click_button (server, "Take It Over");
  E2E_WAIT (scene_count_attached (scene) == 1);
  scene_write (server, "the first words in it");
  E2E_WAIT (e2e_shows (server, "message 1"));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/leftovers/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("a-dead-servers-segment-is-described", test_a_dead_servers_segment_is_described);
  ADD ("taken-over-with-its-message", test_taken_over_with_its_message);
  ADD ("removed-and-made-new", test_removed_and_made_new);
  ADD ("another-key-leaves-it-alone", test_another_key_leaves_it_alone);
  ADD ("a-living-servers-segment-is-not-offered", test_a_living_servers_segment_is_not_offered);
  ADD ("a-segment-nobody-wrote-to-can-be-taken-over", test_a_segment_nobody_wrote_to_can_be_taken_over);
  return g_test_run ();
}
