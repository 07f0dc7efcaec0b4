/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others, and the kernel, do to the two programs: each is a sentence on
 * the screen, and costs no message. */

#include "config.h"

#include <string.h>

#include "backend/segment/lab-segment.h"
#include "helpers/helper-scene.h"

/* Any user but the one who runs the tests. */
#define SOMEBODY "65534"

/* The promise is a second; what the test itself needs to read two windows over
 * the accessibility bus comes on top. */
#define PROMPTLY_MS 2000

static void
test_clients_survive_a_killed_server (Scene         *scene,
                                      gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "last words", NULL);
  E2eProgram *clients[2];
  E2eProgram *heir;

  for (guint i = 0; i < 2; i++)
    clients[i] = scene_start_client (scene, NULL);
  for (guint i = 0; i < 2; i++)
    E2E_WAIT (scene_shows_message (clients[i], "last words"));

  e2e_signal (server, SIGKILL);
  for (guint i = 0; i < 2; i++)
    E2E_WAIT_MS (e2e_shows (clients[i], "ended without a word"), PROMPTLY_MS);
  for (guint i = 0; i < 2; i++)
    g_assert_true (scene_shows_message (clients[i], "last words"));
  g_assert_cmpuint (scene_count_attached (scene), ==, 2);

  heir = scene_start_server (scene, "--start", NULL);
  e2e_click_button (heir, "Take It Over");
  E2E_WAIT (scene_count_attached (scene) == 3);
  E2E_WAIT (e2e_text_is (e2e_get (heir, "text box", "Message"), "last words"));
  for (guint i = 0; i < 2; i++)
    E2E_WAIT (!e2e_shows (clients[i], "ended without a word") && scene_shows_message (clients[i], "last words"));

  scene_write (heir, "they go on");
  for (guint i = 0; i < 2; i++)
    E2E_WAIT (scene_shows_message (clients[i], "they go on") && e2e_shows (clients[i], "message 2"));
}

static void
test_a_killed_client_only_lowers_the_count (Scene         *scene,
                                            gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "steady", NULL);
  E2eProgram *clients[2];

  for (guint i = 0; i < 2; i++)
    clients[i] = scene_start_client (scene, NULL);
  for (guint i = 0; i < 2; i++)
    E2E_WAIT (scene_shows_message (clients[i], "steady"));
  E2E_WAIT (e2e_shows (server, "2 other attachments are still there"));

  e2e_signal (clients[0], SIGKILL);
  E2E_WAIT (scene_count_attached (scene) == 2);
  E2E_WAIT (e2e_shows (server, "1 other attachment is still there"));
  g_assert_true (scene_shows_message (clients[1], "steady"));
  scene_write (server, "and on");
  E2E_WAIT (scene_shows_message (clients[1], "and on"));
}

static void
test_a_segment_removed_under_both_windows (Scene         *scene,
                                           gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "still here", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  LabShmRecord record = { 0 };

  E2E_WAIT (scene_shows_message (client, "still here"));
  g_assert_true (scene_stat (scene, &record));
  scene_remove (scene);
  E2E_WAIT (e2e_shows (server, "removed*marked for removal"));
  E2E_WAIT (e2e_shows (client, "marked for removal"));
  g_assert_true (scene_shows_message (client, "still here"));

  /* Who is attached goes on. */
  scene_write (server, "until the end");
  E2E_WAIT (scene_shows_message (client, "until the end"));

  /* The last to detach takes it along. */
  e2e_end (client);
  g_assert_true (scene_stat_id (record.id, &record));
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_stat_id (record.id, &record));
}

static void
test_a_segment_removed_and_made_anew_can_be_followed (Scene         *scene,
                                                      gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "old", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  LabShmRecord record = { 0 };

  E2E_WAIT (scene_shows_message (client, "old"));
  scene_remove (scene);
  scene_start_server (scene, "--start", "--message", "new", NULL);
  E2E_WAIT (e2e_shows (server, "Another segment has the key"));
  E2E_WAIT (scene_stat (scene, &record) && record.n_attaches == 1);
  g_assert_true (scene_shows_message (client, "old"));
  e2e_click_button (client, "Follow the Key");
  E2E_WAIT (scene_shows_message (client, "new"));
  g_assert_cmpuint (scene_count_attached (scene), ==, 2);
}

static void
test_a_client_started_first_waits (Scene         *scene,
                                   gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);
  E2eProgram *server;

  E2E_WAIT (e2e_shows (client, "Waiting for a server with key"));
  g_assert_false (scene_has_segment (scene));
  server = scene_start_server (scene, "--start", "--message", "here I am", NULL);
  E2E_WAIT (scene_shows_message (client, "here I am"));
  e2e_end (server);
}

static void
test_somebody_elses_segment_is_not_touched (Scene         *scene,
                                            gconstpointer  unused)
{
  E2eProgram *server, *client;
  LabShmRecord before = { 0 };

  if (scene_start_stranger (scene, 4096, 0600, "--user", SOMEBODY, NULL) == NULL)
    return;

  g_assert_true (scene_stat (scene, &before));
  server = scene_start_server (scene, "--start", NULL);
  E2E_WAIT (e2e_shows (server, "nobody"));
  e2e_get (server, "button", "Choose Another Key");
  g_assert_null (e2e_find (server, "button", "Take It Over"));
  g_assert_null (e2e_find (server, "button", "Remove It and Make a New One"));

  client = scene_start_client (scene, NULL);
  E2E_WAIT (e2e_shows (client, "belongs to *mode 0600 (rw-------)*EACCES"));
  E2E_WAIT (e2e_shows (client, "not ours to read*belongs to *mode 0600 (rw-------)*the mode gives*Ask * for a mode such as 06"));

  g_assert_true (scene_is_untouched (scene, &before));
}

static void
test_mode_0000_is_refused_and_told (Scene         *scene,
                                    gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--mode", "0000", "--start", "--message", "x", NULL);
  E2eProgram *client;

  E2E_WAIT (scene_has_segment (scene));
  E2E_WAIT (e2e_shows (server, "EACCES"));
  client = scene_start_client (scene, NULL);
  E2E_WAIT (e2e_shows (client, "belongs to *mode 0000*EACCES"));
  g_assert_cmpuint (scene_count_attached (scene), ==, 0);
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (scene));
}

typedef struct
{
  const char *size;
  const char *words;  /* on the screen; NULL when it works */
} Size;

static const Size sizes[] = {
  { "0", "0 bytes*EINVAL" },
  { "1", "too small for a message" },
  { "255", "too small for a message" },
  { "999999999999999", "* of memory*ENOMEM" },
};

static void
test_a_size_that_will_not_do_is_told (Scene         *scene,
                                      gconstpointer  data)
{
  const Size *size = data;
  E2eProgram *server = scene_start_server (scene, "--size", size->size, "--start", "--message", "x", NULL);

  E2E_WAIT (e2e_shows (server, size->words));
  g_assert_false (scene_has_segment (scene));

  /* And the way out is open: another size, and on. */
  e2e_set_text (e2e_get (server, "text box", "Size in bytes"), "4096");
  e2e_click_button (server, "Create");
  E2E_WAIT (scene_has_segment (scene));
}

static void
test_the_least_size_works (Scene         *scene,
                           gconstpointer  unused)
{
  g_autofree char *full = g_strnfill (63, 'm');
  E2eProgram *server = scene_start_server (scene, "--size", "256", "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  scene_write (server, full);
  E2E_WAIT (e2e_shows (server, "63 of 63 bytes"));
  E2E_WAIT (scene_shows_message (client, full));
}

static void
test_a_gibibyte_works (Scene         *scene,
                       gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--size", "1GiB", "--start", "--message", "small in large", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  LabShmRecord record = { 0 };

  E2E_WAIT (scene_shows_message (client, "small in large"));
  g_assert_true (scene_stat (scene, &record));
  g_assert_cmpuint (record.size_bytes, ==, G_GUINT64_CONSTANT (1) << 30);
  scene_write (server, "again");
  E2E_WAIT (scene_shows_message (client, "again"));
}

static void
test_a_wiped_control_block_is_told_and_mended (Scene         *scene,
                                               gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "before", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  g_autoptr(LabSegment) segment = NULL;

  E2E_WAIT (scene_shows_message (client, "before"));
  segment = lab_segment_find (scene->key, NULL);
  g_assert_true (segment != NULL && lab_segment_attach (segment, TRUE, NULL));
  if (segment == NULL || !lab_segment_is_attached (segment))
    return;

  memset (lab_segment_get_base (segment), 0xff, 4096);
  E2E_WAIT (e2e_shows (server, "stranger*control block"));
  E2E_WAIT (e2e_shows (client, "not text: ff ff"));
  scene_write (server, "mended");
  E2E_WAIT (scene_shows_message (client, "mended"));
  E2E_WAIT (!e2e_shows (server, "stranger*control block"));
  g_assert_true (lab_segment_detach (segment, NULL));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD_WITH(name, func, data) g_test_add ("/e2e/faults/" name, Scene, data, scene_set_up, func, scene_tear_down)
#define ADD(name, func) ADD_WITH (name, func, NULL)
  ADD ("clients-survive-a-killed-server", test_clients_survive_a_killed_server);
  ADD ("a-killed-client-only-lowers-the-count", test_a_killed_client_only_lowers_the_count);
  ADD ("a-segment-removed-under-both-windows", test_a_segment_removed_under_both_windows);
  ADD ("a-segment-removed-and-made-anew-can-be-followed", test_a_segment_removed_and_made_anew_can_be_followed);
  ADD ("a-client-started-first-waits", test_a_client_started_first_waits);
  ADD ("somebody-elses-segment-is-not-touched", test_somebody_elses_segment_is_not_touched);
  ADD ("mode-0000-is-refused-and-told", test_mode_0000_is_refused_and_told);
  ADD_WITH ("size-0-is-told", test_a_size_that_will_not_do_is_told, &sizes[0]);
  ADD_WITH ("size-1-is-told", test_a_size_that_will_not_do_is_told, &sizes[1]);
  ADD_WITH ("size-255-is-told", test_a_size_that_will_not_do_is_told, &sizes[2]);
  ADD_WITH ("more-than-memory-is-told", test_a_size_that_will_not_do_is_told, &sizes[3]);
  ADD ("the-least-size-works", test_the_least_size_works);
  ADD ("a-gibibyte-works", test_a_gibibyte_works);
  ADD ("a-wiped-control-block-is-told-and-mended", test_a_wiped_control_block_is_told_and_mended);
  return g_test_run ();
}
