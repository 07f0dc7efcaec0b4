/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each protocol in slow motion shows in the two windows what it teaches. */

#include "config.h"

#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-scene.h"

#define OLD "AAAAAAAA"
#define NEW "BBBBBBBB"

/* Both programs, and the old message in the client's window; @protection is NULL for the one that is chosen anyway. */
static void
start (Scene       *scene,
       const char  *protection,
       E2eProgram **server,
       E2eProgram **client)
{
  *server = scene_start_server (scene, "--start", "--message", OLD, NULL);
  *client = scene_start_client (scene, "--interval", "20", NULL);
  E2E_WAIT (scene_shows_message (*client, OLD));
  if (protection != NULL)
    scene_choose_protection (*server, protection);
}

static void
finish (E2eProgram *server,
        E2eProgram *client)
{
  e2e_click_button (server, "Finish");
  E2E_WAIT (scene_shows_message (client, NEW));
}

static void
end (Scene      *scene,
     E2eProgram *server)
{
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
  g_assert_false (scene_has_semaphore (scene));
}

static void
test_none_shows_half_a_message (Scene         *scene,
                                gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;
  E2eNode *step;

  start (scene, "None", &server, &client);
  scene_write_slowly (server, NEW, 1);
  step = e2e_get (server, "button", "Step");
  for (guint i = 0; i < 40 && !e2e_shows (client, "torn: "); i++)
    e2e_click (step);
  E2E_WAIT (e2e_shows (client, "torn: a message of one letter has two"));
  E2E_WAIT (e2e_shows (client, "B*A"));
  finish (server, client);
}

static void
test_semaphore_lets_the_client_wait (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;

  start (scene, "Semaphore", &server, &client);
  scene_write_slowly (server, NEW, 5);
  E2E_WAIT (e2e_shows (client, "waiting: somebody else holds the semaphore"));
  g_assert_true (scene_shows_message (client, OLD));
  finish (server, client);
  E2E_WAIT (!e2e_shows (client, "waiting: "));

  g_assert_true (scene_has_semaphore (scene));
  end (scene, server);
}

static void
test_turns_ask_for_write_permission (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;

  start (scene, "Turns", &server, &client);
  E2E_WAIT (e2e_shows (client, "This protocol needs write permission"));
  e2e_click_button (client, "Attach for Writing Too");
  E2E_WAIT (e2e_shows (client, "it is the server’s turn"));
  scene_write_slowly (server, NEW, 5);
  g_assert_true (scene_shows_message (client, OLD));
  finish (server, client);
}

static void
test_latch_shows_the_old_until_the_new_is_whole (Scene         *scene,
                                                 gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;
  E2eNode *step;

  start (scene, NULL, &server, &client);
  scene_write_slowly (server, NEW, 1);
  step = e2e_get (server, "button", "Step");
  for (guint i = 0; i < 24 && e2e_is_sensitive (step); i++)
    {
      e2e_click (step);
      if (!scene_shows_message (client, OLD) && !scene_shows_message (client, NEW))
        e2e_fail ("the client shows neither the old nor the new message");
      g_assert_false (e2e_shows (client, "torn: "));
    }
  finish (server, client);
}

static void
test_textbook_turns_are_lost_at_the_start (Scene         *scene,
                                           gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;

  start (scene, "Turns, as in textbooks", &server, &client);
  E2E_WAIT (e2e_shows (server, "The status is not stored yet"));
  e2e_click_button (client, "Attach for Writing Too");
  E2E_WAIT (e2e_shows (client, "it was this client’s turn"));
  e2e_click_button (server, "Store NOT_READY");
  E2E_WAIT (e2e_shows (server, "A client was faster"));
  scene_write (server, NEW);
  E2E_WAIT (scene_shows_message (client, NEW));
}

/* Somebody removes segment and semaphore while the client is attached and a message is begun. */
static void
test_ends_with_nothing_left (Scene         *scene,
                             gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;
  int id;

  start (scene, "Semaphore", &server, &client);
  scene_write_slowly (server, NEW, 0);
  id = lab_sysv_semget (scene->key, 0, LAB_GET_EXISTING, 0);
  g_assert_cmpint (lab_sysv_semctl_rmid (id), ==, 0);
  scene_remove (scene);
  end (scene, server);
}

/* Nobody tells the client that the race is over. */
static void
test_a_killed_server_ends_the_race (Scene         *scene,
                                    gconstpointer  unused)
{
  E2eProgram *server;
  E2eProgram *client;

  start (scene, NULL, &server, &client);
  e2e_focus (server);
  e2e_key ("ctrl+r");
  E2E_WAIT (e2e_find (server, "button", "Start") != NULL);
  e2e_set_value (e2e_get (server, "spin button", "Seconds each"), 20);
  e2e_click_button (server, "Start");
  E2E_WAIT (e2e_shows (client, "Race at full speed"));
  e2e_signal (server, SIGKILL);
  e2e_wait_exit (server);
  E2E_WAIT (!e2e_shows (client, "Race at full speed"));
  scene_remove (scene);
}

static void
test_copies_open_from_the_command_line (Scene         *scene,
                                        gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--copies", NULL);

  E2E_WAIT (e2e_shows (server, "Four Copies or Two"));
  g_assert_null (e2e_find (server, "button", "Make the Key"));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/protection/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("none-shows-half-a-message", test_none_shows_half_a_message);
  ADD ("semaphore-lets-the-client-wait", test_semaphore_lets_the_client_wait);
  ADD ("turns-ask-for-write-permission", test_turns_ask_for_write_permission);
  ADD ("latch-shows-the-old-until-the-new-is-whole", test_latch_shows_the_old_until_the_new_is_whole);
  ADD ("textbook-turns-are-lost-at-the-start", test_textbook_turns_are_lost_at_the_start);
  ADD ("ends-with-nothing-left", test_ends_with_nothing_left);
  ADD ("a-killed-server-ends-the-race", test_a_killed_server_ends_the_race);
  ADD ("copies-open-from-the-command-line", test_copies_open_from_the_command_line);
  return g_test_run ();
}
