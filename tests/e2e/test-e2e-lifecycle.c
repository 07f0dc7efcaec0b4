/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The life of a segment, call by call, and its end in all the ways there are. */

#include "config.h"

#include "backend/kernel/lab-attachment.h"
#include "helpers/helper-scene.h"

static void
test_each_call_is_a_button (Scene         *scene,
                            gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, NULL);
  LabShmRecord record = { 0 };
  g_autofree char *id = NULL;

  e2e_click_button (server, "Make the Key");
  e2e_get (server, "button", "Create");
  g_assert_true (e2e_shows (server, scene->key_text));
  g_assert_false (scene_has_segment (scene));

  e2e_click_button (server, "Create");
  e2e_get (server, "button", "Attach");
  g_assert_true (scene_stat (scene, &record));
  g_assert_cmpuint (record.n_attaches, ==, 0);
  g_assert_cmpuint (record.mode, ==, 0600);
  g_assert_cmpuint (record.size_bytes, ==, 4096);
  id = g_strdup_printf ("id %d", record.id);
  g_assert_true (e2e_shows (server, id));

  e2e_click_button (server, "Attach");
  E2E_WAIT (scene_count_attached (scene) == 1);

  scene_write (server, "step by step");
  E2E_WAIT (e2e_shows (server, "message 1, 12 bytes"));
  e2e_click_button (server, "Wait");

  e2e_click_button (server, "Detach");
  e2e_get (server, "button", "Remove");
  g_assert_true (scene_stat (scene, &record));
  g_assert_cmpuint (record.n_attaches, ==, 0);

  e2e_click_button (server, "Remove");
  E2E_WAIT (!scene_has_segment (scene));
  e2e_get (server, "button", "Start Again");
}

static void
test_each_call_of_a_client_is_a_button (Scene         *scene,
                                        gconstpointer  unused)
{
  E2eProgram *client;

  scene_start_server (scene, "--start", "--message", "hello", NULL);
  E2E_WAIT (scene_count_attached (scene) == 1);
  client = scene_start_client (scene, "--detached", NULL);
  e2e_click_button (client, "Make the Key");
  e2e_click_button (client, "Find");
  e2e_get (client, "button", "Attach");
  g_assert_cmpuint (scene_count_attached (scene), ==, 1);
  e2e_click_button (client, "Attach");
  E2E_WAIT (scene_count_attached (scene) == 2);
  E2E_WAIT (scene_shows_message (client, "hello"));
  e2e_click_button (client, "Detach");
  E2E_WAIT (scene_count_attached (scene) == 1);
  g_assert_true (scene_shows_message (client, "hello"));
}

static gboolean
lists_attached (E2eProgram *server,
                E2eProgram *client)
{
  g_autofree char *texts = e2e_dup_texts_below (e2e_find (server, "list", "Attached processes"));
  g_autofree char *pid = g_strdup_printf ("*pid %d *", (int) e2e_get_pid (client));

  return g_pattern_match_simple (pid, texts);
}

static void
test_wait_ends_with_the_last_of_three_clients (Scene         *scene,
                                               gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "for three", NULL);
  E2eProgram *clients[3];
  LabShmRecord record = { 0 };

  for (guint i = 0; i < 3; i++)
    clients[i] = scene_start_client (scene, NULL);
  for (guint i = 0; i < 3; i++)
    E2E_WAIT (scene_shows_message (clients[i], "for three"));
  g_assert_true (scene_stat (scene, &record));
  g_assert_cmpuint (record.n_attaches, ==, 4);
  for (guint i = 0; i < 3; i++)
    E2E_WAIT (lists_attached (server, clients[i]));

  e2e_click_button (server, "Wait");
  e2e_get (server, "button", "Don’t Wait");
  g_assert_true (e2e_shows (server, "3 other attachments are still there"));

  e2e_click_button (clients[0], "Detach");
  E2E_WAIT (e2e_shows (server, "2 other attachments are still there"));
  E2E_WAIT (!lists_attached (server, clients[0]));
  e2e_signal (clients[1], SIGTERM);
  E2E_WAIT (e2e_shows (server, "1 other attachment is still there"));
  g_assert_nonnull (e2e_find (server, "button", "Don’t Wait"));
  e2e_signal (clients[2], SIGTERM);
  e2e_get (server, "button", "Detach");

  e2e_click_button (server, "Detach");
  e2e_click_button (server, "Remove");
  E2E_WAIT (!scene_has_segment (scene));
  g_assert_false (scene_stat_id (record.id, &record));
  g_assert_cmpuint (scene_count_made_by (server), ==, 0);
}

/* Who reads: between its fork and its exec the new process has what the server has. */
static pid_t
find_reader (Scene *scene)
{
  LabShmRecord record;
  g_autoptr(GPtrArray) attachments = NULL;

  if (!scene_stat (scene, &record))
    return 0;

  attachments = lab_attachment_scan (record.id, NULL);
  for (guint i = 0; i < attachments->len; i++)
    if (!lab_attachment_is_writable (g_ptr_array_index (attachments, i)))
      return lab_attachment_get_pid (g_ptr_array_index (attachments, i));

  return 0;
}

static void
test_open_a_client_opens_one_with_this_key (Scene         *scene,
                                            gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "beside", NULL);
  E2eProgram *client;
  pid_t pid = 0;

  E2E_WAIT (scene_count_attached (scene) == 1);
  e2e_click_button (server, "Open a Client");
  E2E_WAIT ((pid = find_reader (scene)) != 0);
  client = e2e_adopt (pid);
  E2E_WAIT (scene_shows_message (client, "beside"));
}

static void
close_window (E2eProgram *program)
{
  e2e_click_button (program, "Close");
}

static void
test_closing_asks_and_can_be_cancelled (Scene         *scene,
                                        gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "stay", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  close_window (server);
  E2E_WAIT (e2e_shows (server, "What is to become of segment"));
  e2e_click_button (server, "Cancel");
  E2E_WAIT (!e2e_shows (server, "What is to become of segment"));
  g_assert_true (e2e_is_running (server));
  g_assert_cmpuint (scene_count_attached (scene), ==, 1);
}

static void
test_closing_can_remove (Scene         *scene,
                         gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "gone", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  E2E_WAIT (scene_shows_message (client, "gone"));
  close_window (server);
  e2e_click_button (server, "Remove Now");
  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
  E2E_WAIT (e2e_shows (client, "marked for removal"));
  g_assert_true (scene_shows_message (client, "gone"));
}

static void
test_closing_can_leave_the_segment (Scene         *scene,
                                    gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "left", NULL);
  LabShmRecord record = { 0 };
  E2eProgram *client;

  E2E_WAIT (scene_count_attached (scene) == 1);
  close_window (server);
  e2e_click_button (server, "Leave in the Kernel");
  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_true (scene_stat (scene, &record));
  g_assert_cmpuint (record.n_attaches, ==, 0);
  client = scene_start_client (scene, NULL);
  E2E_WAIT (scene_shows_message (client, "left"));
}

static void
test_closing_can_wait_for_the_clients (Scene         *scene,
                                       gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "wait", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  g_autofree char *pid = g_strdup_printf ("pid %d", (int) e2e_get_pid (client));

  E2E_WAIT (scene_shows_message (client, "wait"));
  close_window (server);
  e2e_get (server, "button", "Wait for Clients");
  E2E_WAIT (e2e_shows (server, pid));
  e2e_click_button (server, "Wait for Clients");
  e2e_get (server, "button", "Don’t Wait");
  g_assert_cmpuint (scene_count_attached (scene), ==, 2);
  close_window (client);
  g_assert_cmpint (e2e_wait_exit (client), ==, 0);
  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
}

static void
test_a_signal_removes_what_was_made (Scene         *scene,
                                     gconstpointer  signal_number)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "x", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  e2e_signal (server, GPOINTER_TO_INT (signal_number));
  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
  g_assert_cmpuint (scene_count_made_by (server), ==, 0);
}

static void
test_a_signal_removes_it_before_it_is_attached (Scene         *scene,
                                                gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, NULL);

  e2e_click_button (server, "Make the Key");
  e2e_click_button (server, "Create");
  E2E_WAIT (scene_has_segment (scene));
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
}

static void
test_a_signal_to_a_client_removes_nothing (Scene         *scene,
                                           gconstpointer  signal_number)
{
  E2eProgram *client;

  scene_start_server (scene, "--start", "--message", "x", NULL);
  client = scene_start_client (scene, NULL);
  E2E_WAIT (scene_count_attached (scene) == 2);
  e2e_signal (client, GPOINTER_TO_INT (signal_number));
  g_assert_cmpint (e2e_wait_exit (client), ==, 0);
  g_assert_cmpuint (scene_count_attached (scene), ==, 1);
}

static void
test_a_signal_spares_what_was_left_on_purpose (Scene         *scene,
                                               gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "kept", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  e2e_click_button (server, "Stop…");
  e2e_click_button (server, "Leave in the Kernel");
  E2E_WAIT (scene_count_attached (scene) == 0);
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_true (scene_has_segment (scene));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD_WITH(name, func, data) g_test_add ("/e2e/lifecycle/" name, Scene, data, scene_set_up, func, scene_tear_down)
#define ADD(name, func) ADD_WITH (name, func, NULL)
  ADD ("each-call-is-a-button", test_each_call_is_a_button);
  ADD ("each-call-of-a-client-is-a-button", test_each_call_of_a_client_is_a_button);
  ADD ("wait-ends-with-the-last-of-three-clients", test_wait_ends_with_the_last_of_three_clients);
  ADD ("open-a-client-opens-one-with-this-key", test_open_a_client_opens_one_with_this_key);
  ADD ("closing-asks-and-can-be-cancelled", test_closing_asks_and_can_be_cancelled);
  ADD ("closing-can-remove", test_closing_can_remove);
  ADD ("closing-can-leave-the-segment", test_closing_can_leave_the_segment);
  ADD ("closing-can-wait-for-the-clients", test_closing_can_wait_for_the_clients);
  ADD_WITH ("sigterm-removes-what-was-made", test_a_signal_removes_what_was_made, GINT_TO_POINTER (SIGTERM));
  ADD_WITH ("sigint-removes-what-was-made", test_a_signal_removes_what_was_made, GINT_TO_POINTER (SIGINT));
  ADD_WITH ("sighup-removes-what-was-made", test_a_signal_removes_what_was_made, GINT_TO_POINTER (SIGHUP));
  ADD ("a-signal-removes-it-before-it-is-attached", test_a_signal_removes_it_before_it_is_attached);
  ADD_WITH ("sigterm-to-a-client-removes-nothing", test_a_signal_to_a_client_removes_nothing, GINT_TO_POINTER (SIGTERM));
  ADD_WITH ("sighup-to-a-client-removes-nothing", test_a_signal_to_a_client_removes_nothing, GINT_TO_POINTER (SIGHUP));
  ADD ("a-signal-spares-what-was-left-on-purpose", test_a_signal_spares_what_was_left_on_purpose);
  return g_test_run ();
}
