/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a keystroke in the server's window to large type in the client's.
 * LAB_SLOW_TESTS=1 writes a thousand messages instead of two hundred. */

#include "config.h"

#include <string.h>

#include "backend/layout/lab-layout.h"
#include "helpers/helper-scene.h"

#define SIZE_BYTES 4096
#define N_MESSAGES (g_getenv ("LAB_SLOW_TESTS") != NULL ? 1000u : 200u)

static void
test_a_typed_message_is_shown (Scene         *scene,
                               gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  e2e_focus_node (e2e_get (server, "text box", "Message"));
  e2e_type ("Good morning, class!\nÜbung: שלום 🎉");
  E2E_WAIT (e2e_shows (server, "label: 42 of 1,983 bytes"));
  g_assert_false (scene_shows_message (client, "Good morning*"));
  e2e_key ("ctrl+Return");
  E2E_WAIT (scene_shows_message (client, "Good morning, class!\nÜbung: שלום 🎉"));

  e2e_key ("ctrl+a");
  e2e_type ("And by the button.");
  e2e_click_button (server, "Write");
  E2E_WAIT (scene_shows_message (client, "And by the button."));
}

static void
test_written_as_it_is_typed (Scene         *scene,
                             gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);
  E2eNode *toggle = e2e_get (server, "switch", "Write as I type");

  if (!e2e_is_checked (toggle))
    e2e_click (toggle);
  E2E_WAIT (e2e_is_checked (toggle));
  e2e_focus_node (e2e_get (server, "text box", "Message"));
  e2e_type ("abc");
  E2E_WAIT (scene_shows_message (client, "abc"));
  e2e_key ("BackSpace");
  E2E_WAIT (scene_shows_message (client, "ab"));
}

/* Message number @n, from 0: of 0 bytes to capacity, in several scripts and
 * directions, on several lines.  It says at both ends which one it is, so that
 * a mixture of two is none. */
static char *
make_message (guint n,
              gsize capacity)
{
  static const char * const words[] =
    { "plain words ", "Übergröße und weiß ", "שלום עולם ", "مرحبا بالعالم ", "日本語の文 ", "🎉🧵 ", "e\u0301a\u0308 ", "line\n" };
  g_autoptr(GRand) random = g_rand_new_with_seed (n);
  gsize length = n == 0 ? 0 : n == N_MESSAGES - 1 ? capacity : (gsize) g_rand_int_range (random, 0, (gint32) capacity + 1);
  g_autofree char *mark = g_strdup_printf ("%u", n);
  g_autoptr(GString) text = g_string_new (NULL);

  if (length < 2 * strlen (mark) + 2)
    return g_strdup (length == 0 ? "" : mark);

  g_string_append_printf (text, "%s ", mark);
  while (TRUE)
    {
      const char *word = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];

      if (text->len + strlen (word) + strlen (mark) > length)
        break;
      g_string_append (text, word);
    }
  while (text->len + strlen (mark) < length)
    g_string_append_c (text, '.');
  g_string_append (text, mark);

  return g_strdup (text->str);
}

/* One of the client's counters, by its name. */
static gint64
get_counter (E2eProgram *client,
             const char *words)
{
  g_autofree char *texts = e2e_dup_texts (client);
  g_autofree char *expression = g_strconcat ("label: ([0-9,]+)\nlabel: ", words, "\n", NULL);
  g_autoptr(GRegex) regex = g_regex_new (expression, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *number = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *digits = NULL;

  if (!g_regex_match (regex, texts, 0, &match))
    return -1;

  number = g_match_info_fetch (match, 1);
  parts = g_strsplit (number, ",", -1);
  digits = g_strjoinv ("", parts);

  return g_ascii_strtoll (digits, NULL, 10);
}

static void
test_many_messages_arrive_whole (Scene         *scene,
                                       gconstpointer  unused)
{
  gsize capacity = lab_layout_capacity (SIZE_BYTES);
  E2eProgram *server = scene_start_server (scene, "--size", "4096", "--start", NULL);
  E2eProgram *client = scene_start_client (scene, "--interval", "10", NULL);
  E2eNode *entry = e2e_get (server, "text box", "Message");
  g_autoptr(GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *last = make_message (N_MESSAGES - 1, capacity);
  E2eNode *label;
  guint n_read = 0;

  g_assert_cmpuint (strlen (last), ==, capacity);
  E2E_WAIT (scene_count_attached (scene) == 2);
  E2E_WAIT (get_counter (client, "looks? a second") > 0);  /* what was written before it looked it does not miss */
  label = scene_get_shown (client);
  g_hash_table_add (written, g_strdup ("No message seen yet"));
  g_hash_table_add (written, g_strdup ("(an empty message)"));
  for (guint i = 0; i < N_MESSAGES && !g_test_failed (); i++)
    {
      char *message = make_message (i, capacity);
      g_autofree char *shown = NULL;

      g_assert_cmpuint (strlen (message), <=, capacity);
      e2e_set_text (entry, message);
      g_hash_table_add (written, message);
      e2e_activate (server, "win.write", NULL);

      /* Whatever is on the screen now must be one of them, whole. */
      shown = e2e_dup_text (label);
      if (!g_hash_table_contains (written, shown))
        e2e_fail ("torn: “%s”", shown);
      n_read++;
    }
  E2E_WAIT (scene_shows_message (client, last));
  g_assert_cmpuint (n_read, ==, N_MESSAGES);
  E2E_WAIT (get_counter (client, "messages?") + get_counter (client, "missed") == N_MESSAGES);
  g_assert_cmpint (get_counter (client, "messages?"), >, 0);
  g_test_message ("%d of %u messages were seen by the client", (int) get_counter (client, "messages?"), N_MESSAGES);
}

static void
test_empty_and_full_messages_are_messages (Scene         *scene,
                                           gconstpointer  unused)
{
  gsize capacity = lab_layout_capacity (SIZE_BYTES);
  g_autofree char *full = g_strnfill (capacity, 'x');
  E2eProgram *server = scene_start_server (scene, "--size", "4096", "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  scene_write (server, "something");
  E2E_WAIT (scene_shows_message (client, "something"));
  scene_write (server, "");
  E2E_WAIT (e2e_shows (client, "message 2") && e2e_shows (client, "0 bytes"));
  scene_write (server, full);
  E2E_WAIT (scene_shows_message (client, full));
  g_assert_true (e2e_shows (server, "1,983 of 1,983 bytes"));
}

static void
test_one_byte_too_many_is_refused (Scene         *scene,
                                   gconstpointer  unused)
{
  gsize capacity = lab_layout_capacity (SIZE_BYTES);
  g_autofree char *more = g_strnfill (capacity + 1, 'x');
  E2eProgram *server = scene_start_server (scene, "--size", "4096", "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  scene_write (server, "before");
  E2E_WAIT (scene_shows_message (client, "before"));
  e2e_set_text (e2e_get (server, "text box", "Message"), more);
  E2E_WAIT (e2e_shows (server, "1,984 of 1,983 bytes: 1 too many"));
  E2E_WAIT (e2e_shows (server, "not written"));
  g_assert_false (e2e_is_sensitive (e2e_get (server, "button", "Write")));
  e2e_focus_node (e2e_get (server, "text box", "Message"));
  e2e_key ("ctrl+Return");  /* must neither write it nor add a line to it */

  /* Nothing of it is lost: one byte less, and it goes through. */
  e2e_key ("ctrl+End");
  e2e_key ("BackSpace");
  E2E_WAIT (e2e_shows (server, "1,983 of 1,983 bytes"));
  g_assert_true (scene_shows_message (client, "before"));
  e2e_key ("ctrl+Return");
  more[capacity] = '\0';
  E2E_WAIT (scene_shows_message (client, more));
  g_assert_true (e2e_shows (client, "message 2"));
}

/* The server says why nothing of the clipboard was inserted, and its message is the same as before. */
static void
paste_in_vain (E2eProgram *server,
               const char *bytes,
               gsize       length,
               const char *told)
{
  scene_fill_clipboard (bytes, length);
  e2e_focus_node (e2e_get (server, "text box", "Message"));
  e2e_key ("ctrl+v");
  E2E_WAIT (e2e_shows (server, told));
  g_assert_true (e2e_text_is (e2e_get (server, "text box", "Message"), "before"));
}

static void
test_ten_megabytes_pasted_are_refused (Scene         *scene,
                                       gconstpointer  unused)
{
  gsize length = 10 * 1000 * 1000;
  g_autofree char *text = g_strnfill (length, 'y');
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "before", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  E2E_WAIT (scene_shows_message (client, "before"));
  paste_in_vain (server, text, length, "10,000,000 bytes*nothing was inserted");
  g_assert_true (scene_shows_message (client, "before"));
}

static void
test_a_nul_in_the_clipboard_is_told (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "before", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  paste_in_vain (server, "one\0two", 7, "NUL at offset 3");
}

static void
test_what_is_not_utf_8_is_not_pasted (Scene         *scene,
                                      gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", "--message", "before", NULL);

  E2E_WAIT (scene_count_attached (scene) == 1);
  paste_in_vain (server, "ab\xff", 3, "0xff at offset 2");
}

static void
test_pasted_text_is_inserted (Scene         *scene,
                              gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  scene_fill_clipboard ("pasted: שלום", strlen ("pasted: שלום"));
  e2e_focus_node (e2e_get (server, "text box", "Message"));
  e2e_type ("a ");
  e2e_key ("ctrl+v");
  E2E_WAIT (e2e_text_is (e2e_get (server, "text box", "Message"), "a pasted: שלום"));
  e2e_key ("ctrl+Return");
  E2E_WAIT (scene_shows_message (client, "a pasted: שלום"));
}

static void
test_history_keeps_every_message_seen (Scene         *scene,
                                       gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  for (guint i = 0; i < 3; i++)
    {
      const char *texts[] = { "the first", "the second", "the third" };

      scene_write (server, texts[i]);
      E2E_WAIT (scene_shows_message (client, texts[i]));
    }
  e2e_click_button (client, "History");
  E2E_WAIT (e2e_shows (client, "the first") && e2e_shows (client, "the second"));
}

static void
test_a_paused_client_misses_and_counts (Scene         *scene,
                                        gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--start", NULL);
  E2eProgram *client = scene_start_client (scene, NULL);

  scene_write (server, "1");
  E2E_WAIT (scene_shows_message (client, "1"));
  e2e_click (e2e_get (client, NULL, "Pause"));
  E2E_WAIT (e2e_is_checked (e2e_get (client, NULL, "Pause")));
  for (char digit[] = "2"; *digit <= '5'; (*digit)++)
    scene_write (server, digit);
  g_assert_true (scene_shows_message (client, "1"));
  e2e_click_button (client, "Look Now");
  E2E_WAIT (scene_shows_message (client, "5"));
  E2E_WAIT (get_counter (client, "missed") == 3);
  E2E_WAIT (get_counter (client, "messages?") == 2);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/messages/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("a-typed-message-is-shown", test_a_typed_message_is_shown);
  ADD ("written-as-it-is-typed", test_written_as_it_is_typed);
  ADD ("many-messages-arrive-whole", test_many_messages_arrive_whole);
  ADD ("empty-and-full-messages-are-messages", test_empty_and_full_messages_are_messages);
  ADD ("one-byte-too-many-is-refused", test_one_byte_too_many_is_refused);
  ADD ("ten-megabytes-pasted-are-refused", test_ten_megabytes_pasted_are_refused);
  ADD ("a-nul-in-the-clipboard-is-told", test_a_nul_in_the_clipboard_is_told);
  ADD ("what-is-not-utf-8-is-not-pasted", test_what_is_not_utf_8_is_not_pasted);
  ADD ("pasted-text-is-inserted", test_pasted_text_is_inserted);
  ADD ("history-keeps-every-message-seen", test_history_keeps_every_message_seen);
  ADD ("a-paused-client-misses-and-counts", test_a_paused_client_misses_and_counts);
  return g_test_run ();
}
