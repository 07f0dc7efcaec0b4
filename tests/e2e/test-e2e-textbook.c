/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our programs and those of a textbook, which know nothing of each other, meet
 * in the C string at byte 0. */

#include "config.h"

#include <string.h>

#include "helpers/helper-scene.h"

static void
test_a_textbook_reader_prints_our_message (Scene         *scene,
                                           gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "from the server: grüß dich", NULL);
  E2eProgram *reader;

  E2E_WAIT (e2e_shows (server, "message 1"));
  reader = e2e_start ("helper-textbook-reader", scene->key_text, NULL);
  g_assert_cmpint (e2e_wait_exit (reader), ==, 0);
  g_assert_true (e2e_output_has (reader, "Data read from memory: from the server: grüß dich\n"));

  /* And after an even and an odd number of messages. */
  scene_write (server, "short");
  E2E_WAIT (e2e_shows (server, "message 2"));
  reader = e2e_start ("helper-textbook-reader", scene->key_text, NULL);
  g_assert_cmpint (e2e_wait_exit (reader), ==, 0);
  g_assert_true (e2e_output_has (reader, "Data read from memory: short\n"));
}

static void
write_as_a_textbook (Scene      *scene,
                     const char *text)
{
  E2eProgram *writer = e2e_start ("helper-textbook-writer", scene->key_text, text, NULL);

  g_assert_cmpint (e2e_wait_exit (writer), ==, 0);
  g_assert_true (e2e_output_has (writer, "Data written in memory: "));
}

static void
test_a_textbook_writer_is_shown_without_protection (Scene         *scene,
                                                    gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);

  write_as_a_textbook (scene, "hello from chapter 7");
  E2E_WAIT (scene_shows_message (client, "hello from chapter 7"));
  E2E_WAIT (e2e_shows (client, "no protocol protects it"));
  g_assert_false (e2e_shows (client, "whole: the writer"));
  write_as_a_textbook (scene, "");
  E2E_WAIT (e2e_shows (client, "0 bytes"));
  write_as_a_textbook (scene, "and again");
  E2E_WAIT (scene_shows_message (client, "and again"));
}

static void
do_homework (Scene      *scene,
             const char *what,
             const char *output)
{
  g_auto(GStrv) words = g_strsplit (what, " ", -1);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  E2eProgram *program;

  g_ptr_array_add (arguments, (gpointer) "helper-homework");
  g_ptr_array_add (arguments, words[0]);
  g_ptr_array_add (arguments, scene->key_text);
  for (guint i = 1; words[i] != NULL; i++)
    g_ptr_array_add (arguments, words[i]);
  g_ptr_array_add (arguments, NULL);
  program = e2e_startv ((const char * const *) arguments->pdata);
  g_assert_cmpint (e2e_wait_exit (program), ==, 0);
  g_assert_true (e2e_output_has (program, output));
}

static void
read_as (E2eProgram *client,
         const char *hint,
         const char *layout)
{
  E2E_WAIT (e2e_shows (client, hint));
  e2e_choose (client, "Read as", "alt+e", layout);
}

static void
test_status_and_numbers_are_read_as_told (Scene         *scene,
                                          gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);

  do_homework (scene, "mtu 10 -20 30 40", "");
  E2E_WAIT (e2e_shows (client, "no text at byte 0"));
  read_as (client, "A guess: *as in “MTU*", "MTU*");
  E2E_WAIT (scene_shows_message (client, "10  -20  30  40"));
  E2E_WAIT (e2e_shows (client, "FILLED: the numbers wait"));
  E2E_WAIT (e2e_shows (client, "int [4]"));
  do_homework (scene, "mtu-take", "10 -20 30 40\n");
  E2E_WAIT (e2e_shows (client, "TAKEN: the client has read"));
  do_homework (scene, "mtu 1 2 3 4", "");
  E2E_WAIT (scene_shows_message (client, "1  2  3  4"));
  E2E_WAIT (e2e_shows (client, "FILLED: the numbers wait"));
}

static void
test_a_star_is_told_in_words (Scene         *scene,
                              gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);

  do_homework (scene, "cardiff", "");
  E2E_WAIT (scene_shows_message (client, "abcdefghijklmnopqrstuvwxyz"));
  read_as (client, "A guess: *as in “Cardiff*", "Cardiff*");
  E2E_WAIT (e2e_shows (client, "Written: the server waits for a star"));
  do_homework (scene, "cardiff-take", "abcdefghijklmnopqrstuvwxyz\n");
  E2E_WAIT (e2e_shows (client, "Taken: the client has put a star"));
  E2E_WAIT (scene_shows_message (client, "*bcdefghijklmnopqrstuvwxyz"));
}

static void
test_bytes_that_are_no_text_are_told (Scene         *scene,
                                      gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, NULL);

  write_as_a_textbook (scene, "ab\xff" "cd\xe2\x82");
  E2E_WAIT (e2e_shows (client, "ab�cd"));
  E2E_WAIT (e2e_shows (client, "3 bytes*not UTF-8"));
}

static void
test_a_string_that_fills_the_segment_has_an_end (Scene         *scene,
                                                 gconstpointer  unused)
{
  g_autofree char *full = g_strnfill (1023, 'z');
  E2eProgram *client = scene_start_client (scene, NULL);

  write_as_a_textbook (scene, full);
  E2E_WAIT (e2e_shows (client, "1,023 bytes"));
  E2E_WAIT (scene_shows_message (client, full));
}

static void
test_a_textbook_writer_over_our_server_is_told (Scene         *scene,
                                                gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "ours", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  E2E_WAIT (scene_shows_message (client, "ours"));
  write_as_a_textbook (scene, "theirs");
  E2E_WAIT (scene_shows_message (client, "theirs"));
  E2E_WAIT (e2e_shows (client, "without a protocol"));
  scene_write (server, "ours again");
  E2E_WAIT (scene_shows_message (client, "ours again"));
  E2E_WAIT (e2e_shows (client, "whole: the writer"));
}

static void
test_a_textbook_segment_is_not_taken_over (Scene         *scene,
                                           gconstpointer  unused)
{
  LabShmRecord before = { 0 }, after = { 0 };
  E2eProgram *server;

  write_as_a_textbook (scene, "homework");
  g_assert_true (scene_stat (scene, &before));
  server = scene_start_server (scene, "--start", "--message", "mine", NULL);
  e2e_get (server, "button", "Choose Another Key");
  g_assert_null (e2e_find (server, "button", "Take It Over"));
  g_assert_true (scene_stat (scene, &after));
  g_assert_cmpint (before.id, ==, after.id);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/textbook/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("a-textbook-reader-prints-our-message", test_a_textbook_reader_prints_our_message);
  ADD ("a-textbook-writer-is-shown-without-protection", test_a_textbook_writer_is_shown_without_protection);
  ADD ("status-and-numbers-are-read-as-told", test_status_and_numbers_are_read_as_told);
  ADD ("a-star-is-told-in-words", test_a_star_is_told_in_words);
  ADD ("bytes-that-are-no-text-are-told", test_bytes_that_are_no_text_are_told);
  ADD ("a-string-that-fills-the-segment-has-an-end", test_a_string_that_fills_the_segment_has_an_end);
  ADD ("a-textbook-writer-over-our-server-is-told", test_a_textbook_writer_over_our_server_is_told);
  ADD ("a-textbook-segment-is-not-taken-over", test_a_textbook_segment_is_not_taken_over);
  return g_test_run ();
}
