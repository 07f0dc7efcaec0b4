/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-latch.h"
#include "backend/server/lab-server.h"
#include "client/lab-client-banner.h"
#include "client/lab-client-resources.h"
#include "client/lab-client-window.h"
#include "client/lab-history.h"
#include "client/lab-interval-scale.h"
#include "helpers/helper-application.h"
#include "helpers/helper-child.h"
#include "helpers/helper-content.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/inspector/lab-inspector.h"

typedef struct
{
  LabClientWindow *window;
  LabClient       *client;
  LabReceiver     *receiver;  /* of the client, as the next */
  LabPoller       *poller;
  LabServer       *server;
  key_t            key;
} Fixture;

static LabApplication *application;  /* one a process */

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  f->server = test_server_new (f->key);
  choice = lab_key_choice_new_key (f->key);
  f->window = lab_client_window_new (application);
  f->client = lab_client_window_get_client (f->window);
  f->receiver = lab_client_get_receiver (f->client);
  f->poller = lab_client_get_poller (f->client);
  lab_client_window_choose (f->window, choice, -1, 10);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lab_server_clean_up (f->server);
  g_clear_object (&f->server);
}

static void
start_server (Fixture    *f,
              const char *text)
{
  test_server_start (f->server);
  g_assert_true (lab_server_write (f->server, text, strlen (text), NULL));
}

/* Whether a label that is seen in @widget has a text that matches @pattern; the tabs below are not looked at. */
static gboolean
says (GtkWidget  *widget,
      const char *pattern)
{
  if (GTK_IS_LABEL (widget) && g_regex_match_simple (pattern, gtk_label_get_text (GTK_LABEL (widget)), 0, 0))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && !LAB_IS_INSPECTOR (child) && says (child, pattern))
      return TRUE;

  return FALSE;
}

static gboolean
says_id (Fixture *f,
         int      id)
{
  g_autofree char *pattern = g_strdup_printf ("\\b(id |shmat\\()%d\\b", id);

  return says (GTK_WIDGET (f->window), pattern);
}

static gboolean
is_enabled (Fixture    *f,
            const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), action);
}

static int
get_id (Fixture *f)
{
  return lab_session_get_segment_id (lab_server_get_session (f->server));
}

static const char *
get_banner_title (Fixture *f)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");

  return gtk_widget_get_visible (banner) ? get_label (banner, "title") : "";
}

static void
test_new_destroy (Fixture       *f,
                  gconstpointer  unused)
{
  gtk_window_present (GTK_WINDOW (f->window));
  test_run_for_ms (100);
}

/* The example of every lesson, AAAA…, has no place where a line would rather break. */
static void
test_shows_a_long_word_at_once (Fixture       *f,
                                gconstpointer  unused)
{
  g_autofree char *word = g_strnfill (30000, 'A');
  gint64 start_us;

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 65536);
  start_server (f, "short");
  gtk_window_present (GTK_WINDOW (f->window));
  lab_client_go (f->client);
  test_run_for_ms (200);

  start_us = g_get_monotonic_time ();
  g_assert_true (lab_server_write (f->server, word, strlen (word), NULL));
  test_wait_for (lab_receiver_get_counters (f->receiver).n_messages == 2);
  test_run_for_ms (200);
  g_assert_cmpfloat ((double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC, <, 10);
}

static void
test_says_that_it_waits_and_then_shows (Fixture       *f,
                                        gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");

  g_assert_cmpstr (get_banner_title (f), ==, "Not attached");
  lab_client_go (f->client);
  g_assert_nonnull (strstr (get_banner_title (f), "Waiting for a server"));

  start_server (f, "Hello");
  test_wait_for (g_strcmp0 (get_label (display, "text"), "Hello") == 0);
  g_assert_cmpstr (get_banner_title (f), ==, "");
  g_assert_true (g_str_has_prefix (get_label (display, "facts"), "message 1 · written at "));
  g_assert_nonnull (strstr (get_label (display, "verdict"), "whole"));
}

/* A segment whose key has two digits swapped, and the answer when it has gone. */
static void
test_says_what_is_near_while_it_waits (Fixture       *f,
                                       gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  const guint32 key = (guint32) f->key;
  const key_t swapped = (key_t) ((key & 0x00ffffffu) | (key >> 28 & 0xf) << 24 | (key >> 24 & 0xf) << 28);
  int id;

  g_assert_cmpint (swapped, !=, f->key);
  lab_client_go (f->client);
  id = lab_sysv_shmget (swapped, 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  g_assert_cmpint (id, !=, -1);
  test_wait_for (strstr (get_label (banner, "text"), "A guess: segment ") != NULL);
  g_assert_nonnull (strstr (get_label (banner, "text"), "two digits are swapped."));
  g_assert_true (g_str_has_prefix (get_banner_title (f), "Waiting for a server"));
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  test_wait_for (strstr (get_label (banner, "text"), "A guess") == NULL);
}

/* A wrapping label in a divider asks for all its text in one line. */
static void
test_a_long_sentence_does_not_widen_the_window (Fixture       *f,
                                                gconstpointer  unused)
{
  lab_client_go (f->client);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (gtk_widget_get_width (GTK_WIDGET (f->window)) > 0);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->window)), <=, 1060);
}

static gboolean
is_text_seen_whole (GtkWidget *display)
{
  GtkWidget *scroller = find_by_id (display, "scroller");
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  double page = gtk_adjustment_get_page_size (adjustment);

  return page > 0 && gtk_adjustment_get_upper (adjustment) <= page + 1;
}

/* How many times larger than a long message the text is. */
static double
get_scale (GtkWidget *text)
{
  PangoAttrIterator *iter = pango_attr_list_get_iterator (gtk_label_get_attributes (GTK_LABEL (text)));
  double scale = ((PangoAttrFloat *) pango_attr_iterator_get (iter, PANGO_ATTR_SCALE))->value;

  pango_attr_iterator_destroy (iter);

  return scale;
}

/* As with large text on a projector: one word of a short message is not it. */
static void
test_a_short_message_is_seen_whole_in_large_text (Fixture       *f,
                                                  gconstpointer  unused)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  GtkWidget *text = find_by_id (display, "text");

  g_object_set (settings, "gtk-xft-dpi", 192 * 1024, NULL);
  gtk_window_present (GTK_WINDOW (f->window));
  start_server (f, "Good morning, class!");
  lab_client_go (f->client);
  test_wait_for (g_strcmp0 (get_label (display, "text"), "Good morning, class!") == 0);
  test_wait_for (is_text_seen_whole (display));
  test_run_for_ms (200);
  g_assert_true (is_text_seen_whole (display));
  g_assert_cmpfloat (get_scale (text), <, 2.5);

  /* What is shorter is large again. */
  g_assert_true (lab_server_write (f->server, "Hi", 2, NULL));
  test_wait_for (get_scale (text) > 2.5);
  test_run_for_ms (200);
  g_assert_true (is_text_seen_whole (display));

  g_object_set (settings, "gtk-xft-dpi", 96 * 1024, NULL);
}

/* A place that was small once is forgotten when it is large. */
static void
test_a_message_is_as_large_as_its_place_each_time (Fixture       *f,
                                                   gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  GtkWidget *text = find_by_id (display, "text");
  GtkPaned *rows = GTK_PANED (gtk_widget_get_ancestor (display, GTK_TYPE_PANED));

  start_server (f, "Fit me, please, each time anew, in this place!");
  lab_client_go (f->client);
  test_present (GTK_WIDGET (f->window), GTK_WIDGET (rows));
  for (guint i = 0; i < 3; i++)
    {
      gtk_paned_set_position (rows, 1);  /* as small as it can be */
      test_wait_for (get_scale (text) < 1.5);
      gtk_paned_set_position (rows, 400);
      test_wait_for (get_scale (text) > 1.5 && is_text_seen_whole (display));
    }
}

/* The size of a window is the user's and the screen's. */
static void
test_no_content_changes_the_windows_size (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 65536, 0600, NULL);
  GtkWidget *window = GTK_WIDGET (f->window);
  GtkWidget *display = find_by_id (window, "display");
  int width, height, minimum, minimum_before;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  strcpy (lab_segment_get_base (segment), "before");
  lab_client_go (f->client);
  test_present (window, find_by_id (window, "inspector"));
  test_wait_for (g_strcmp0 (get_label (display, "text"), "before") == 0);
  test_run_for_ms (100);
  width = gtk_widget_get_width (window);
  height = gtk_widget_get_height (window);
  gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_before, NULL, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (hostile_contents); i++)
    {
      g_autofree char *content = make_hostile_content (&hostile_contents[i], 65000);
      guint64 n_before = lab_receiver_get_counters (f->receiver).n_messages;

      memset (lab_segment_get_base (segment), 0, 65536);
      memcpy (lab_segment_get_base (segment), content, strlen (content));
      test_wait_for (lab_receiver_get_counters (f->receiver).n_messages > n_before);
      lab_receiver_look (f->receiver);
      test_run_for_ms (100);
      gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      g_test_message ("%s: %d × %d, at least %d wide", hostile_contents[i].name, gtk_widget_get_width (window),
                      gtk_widget_get_height (window), minimum);
      g_assert_cmpint (minimum, <=, minimum_before);
      g_assert_cmpint (gtk_widget_get_width (window), ==, width);
      g_assert_cmpint (gtk_widget_get_height (window), ==, height);
    }

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (lab_segment_remove (segment, NULL));
}

/* Of a server in another pid namespace: there its number was its own, and here it would be another process. */
static void
test_names_no_number_of_another_namespace (Fixture       *f,
                                           gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  const LabLayout *layout;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  layout = lab_segment_get_layout (segment);
  lab_latch_init (layout);
  lab_layout_set_writer (layout, getpid (), 1);
  lab_layout_control (layout)->writer_namespaces ^= 1;
  lab_client_go (f->client);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_SERVER_DIED && gtk_widget_get_visible (banner));
  g_assert_cmpstr (get_label (banner, "title"), ==, "The server has ended without a word");

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (lab_segment_remove (segment, NULL));
}

/* A stranger's number is not a message of one control character. */
static void
test_says_what_is_no_text (Fixture       *f,
                           gconstpointer  unused)
{
  static const struct { const char *bytes, *shown; } rows[] = {
    { "\x01", "not text: 01 00 …" },
    { "\x79\x71\x01\x02", "not text: 79 71 01 02 00 …" },
    { "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7", "not text: ff fe fd fc fb fa f9 f8 …" },
    { "a\tb\n", "a       b\n" },
    { "ab\x01", "ab␁" },
  };
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 112, 0600, NULL);

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  lab_client_go (f->client);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      memset (lab_segment_get_base (segment), 0, 112);
      memcpy (lab_segment_get_base (segment), rows[i].bytes, strlen (rows[i].bytes));
      lab_receiver_look (f->receiver);
      test_wait_for (g_strcmp0 (get_label (display, "text"), rows[i].shown) == 0);
    }

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (lab_segment_remove (segment, NULL));
}

static void
test_shows_bytes_that_are_no_text (Fixture       *f,
                                   gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  LabSegment *segment;

  start_server (f, "Hello");
  lab_client_go (f->client);
  segment = lab_session_get_segment (lab_server_get_session (f->server));
  memcpy (lab_segment_get_base (segment), "ab\xff\xfe""c", 6);
  test_wait_for (g_strcmp0 (get_label (display, "text"), "ab\uFFFD\uFFFDc") == 0);
  g_assert_nonnull (strstr (get_label (display, "verdict"), "2 bytes are not UTF-8"));
}

static void
test_shows_a_large_message_in_part_and_says_so (Fixture       *f,
                                                gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  g_autofree char *text = g_strnfill (30000, 'x');

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 65536);
  start_server (f, text);
  lab_client_go (f->client);
  test_wait_for (strstr (get_label (display, "verdict"), "10,000 more characters") != NULL);
  g_assert_cmpuint (lab_message_get_length (lab_receiver_get_message (f->receiver)), ==, 30000);
}

static void
test_pauses_and_looks_once (Fixture       *f,
                            gconstpointer  unused)
{
  guint64 n_looks;

  start_server (f, "one");
  lab_client_go (f->client);
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (TRUE));
  n_looks = lab_receiver_get_counters (f->receiver).n_looks;
  test_run_for_ms (100);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_looks, ==, n_looks);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "look", NULL);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_looks, ==, n_looks + 1);
}

static void
test_interval_is_logarithmic (Fixture       *f,
                              gconstpointer  unused)
{
  LabIntervalScale *scale = LAB_INTERVAL_SCALE (find_by_id (GTK_WIDGET (f->window), "interval"));
  GtkRange *range = GTK_RANGE (find_by_id (GTK_WIDGET (scale), "scale"));
  static const guint values[] = { 10, 11, 55, 100, 550, 1000, 5000 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      lab_interval_scale_set_interval_ms (scale, values[i]);
      g_assert_cmpuint (lab_interval_scale_get_interval_ms (scale), ==, values[i]);
      g_assert_cmpuint (lab_poller_get_interval_ms (f->poller), ==, values[i]);
    }
  gtk_range_set_value (range, 1);
  g_assert_cmpuint (lab_poller_get_interval_ms (f->poller), ==, 10);
  gtk_range_set_value (range, 2.30103);
  g_assert_cmpuint (lab_poller_get_interval_ms (f->poller), ==, 200);
  gtk_range_set_value (range, 9);
  g_assert_cmpuint (lab_poller_get_interval_ms (f->poller), ==, 5000);
}

static int
get_min_height (GtkWidget *widget,
                int        width)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);

  return minimum;
}

/* Also with somebody else's segment, for which there is more to show. */
#define N_KILLS 20

/* kill -9 the server: from then, when the kernel has done with it, to the words on the screen. */
static void
test_says_within_a_second_that_the_server_died (Fixture       *f,
                                                gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  const LabLayout *layout;
  gint64 times_us[N_KILLS];

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  layout = lab_segment_get_layout (segment);
  lab_latch_init (layout);
  lab_poller_set_interval_ms (f->poller, LAB_POLLER_DEFAULT_INTERVAL_MS);
  gtk_window_present (GTK_WINDOW (f->window));

  for (guint i = 0; i < N_KILLS; i++)
    {
      pid_t server = test_child_attach (lab_segment_get_id (segment), TRUE, 1);
      gint64 killed_us;

      lab_layout_set_writer (layout, server, lab_process_get_start_ticks (server));
      if (i == 0)
        {
          lab_latch_publish (layout, "last words", 10, 1, lab_monotonic_ns ());
          lab_client_go (f->client);
        }
      test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_READING
                     && lab_receiver_get_writer_pid (f->receiver) == server && strcmp (get_banner_title (f), "") == 0);
      test_run_for_ms ((guint) g_test_rand_int_range (0, 600));   /* at any moment between two looks */

      test_child_kill (server);
      killed_us = g_get_monotonic_time ();
      test_wait_for (strstr (get_banner_title (f), "ended without a word") != NULL);
      times_us[i] = g_get_monotonic_time () - killed_us;
      g_assert_cmpstr (get_label (display, "text"), ==, "last words");
    }

  test_sort_times (times_us, N_KILLS);
  g_test_message ("said after %.1f ms in the median, %.1f ms at worst",
                  (double) times_us[N_KILLS / 2] / 1000, (double) times_us[N_KILLS - 1] / 1000);
  g_assert_cmpint (times_us[N_KILLS / 2], <, G_USEC_PER_SEC);
  g_assert_true (lab_segment_remove (segment, NULL));
  g_assert_true (lab_segment_detach (segment, NULL));
}

static void
test_fits_a_small_screen (Fixture       *f,
                          gconstpointer  unused)
{
  static const char *const ids[] = { NULL, "cardiff", "mtu", "chat", "ntp" };
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 112, 0600, NULL);
  guint8 *base;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  base = lab_segment_get_base (segment);
  gtk_window_present (GTK_WINDOW (f->window));
  lab_client_go (f->client);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    for (int value = 0; value < 256; value += 240)  /* nothing, and bytes that are no text */
      {
        int minimum, min_height;

        lab_receiver_set_preset (f->receiver, ids[i] != NULL ? lab_preset_find (ids[i]) : NULL);
        memset (base, value, 112);
        lab_receiver_look (f->receiver);
        gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
        min_height = get_min_height (GTK_WIDGET (f->window), 900);
        g_test_message ("%s, bytes %d: at least %d wide, and %d high", ids[i] != NULL ? ids[i] : "no layout", value,
                        minimum, min_height);
        g_assert_cmpint (minimum, <=, 900);
        g_assert_cmpint (min_height, <=, 600);
      }
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (lab_segment_remove (segment, NULL));
}

static void
test_says_nothing_of_a_segment_that_it_left (Fixture       *f,
                                             gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  int id;

  start_server (f, "kept");
  lab_client_go (f->client);
  id = get_id (f);
  test_wait_for (says (window, "^kept$"));
  g_assert_true (says_id (f, id));
  g_assert_true (says (window, "shmdt\\(0x"));
  g_assert_true (says (window, "^looks a second$"));
  g_assert_true (is_enabled (f, "look") && is_enabled (f, "detach") && is_enabled (f, "pause"));
  g_assert_false (is_enabled (f, "find") || is_enabled (f, "do-it-all") || is_enabled (f, "another-key"));

  /* The last message stays, and nothing else. */
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_cmpstr (get_banner_title (f), ==, "Not attached");
  g_assert_true (says (window, "^kept$"));
  g_assert_false (says_id (f, id));
  g_assert_false (says (window, "shmdt\\(0x"));
  g_assert_false (says (window, "^looks a second$"));
  g_assert_true (says (window, "key 0x"));
  g_assert_false (is_enabled (f, "look") || is_enabled (f, "detach") || is_enabled (f, "pause"));
  g_assert_true (is_enabled (f, "find") && is_enabled (f, "do-it-all") && is_enabled (f, "another-key"));

  lab_client_reset (f->client);
  g_assert_false (says (window, "^kept$"));
  g_assert_true (says (window, "^No message seen yet$"));
  g_assert_false (says (window, "key 0x"));
  g_assert_false (says (window, "→"));
  g_assert_true (is_enabled (f, "make-key"));
  g_assert_false (is_enabled (f, "find") || is_enabled (f, "attach") || is_enabled (f, "another-key"));
}

static void
test_says_nothing_of_a_segment_that_is_gone (Fixture       *f,
                                             gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  int id;

  start_server (f, "kept");
  lab_client_go (f->client);
  id = get_id (f);
  test_wait_for (says (window, "^kept$"));
  lab_server_clean_up (f->server);
  test_wait_for (strstr (get_banner_title (f), "marked for removal") != NULL);
  g_assert_true (says_id (f, id));

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_false (says_id (f, id));
  lab_client_go (f->client);
  g_assert_true (g_str_has_prefix (get_banner_title (f), "Waiting for a server"));
  g_assert_false (says_id (f, id));
  lab_client_reset (f->client);
  g_assert_cmpstr (get_banner_title (f), ==, "Not attached");
}

/* The message of the old segment would stand under the number of the new one. */
static void
test_follows_the_key_at_once (Fixture       *f,
                              gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  GtkWidget *display = find_by_id (window, "display");
  g_autoptr(LabSegment) old = NULL;
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (window, "inspector"));
  GtkWidget *picture;
  gint64 followed_us;
  int id;

  start_server (f, "old");
  test_present (window, GTK_WIDGET (inspector));
  lab_client_go (f->client);
  id = get_id (f);
  test_wait_for (says (display, "^old$"));
  lab_inspector_set_current (inspector, "picture");
  picture = lab_inspector_get_page (inspector, "picture");
  test_wait_for (says (picture, "^“old”$"));
  old = lab_segment_open (id, NULL);
  g_assert_true (lab_segment_remove (old, NULL));
  lab_server_leave (f->server);
  lab_server_reset (f->server);
  test_server_start (f->server);
  test_wait_for (is_enabled (f, "follow"));

  followed_us = g_get_monotonic_time ();
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "follow", NULL);
  g_assert_true (says_id (f, get_id (f)));
  g_assert_false (says_id (f, id));
  g_assert_false (is_enabled (f, "follow"));
  g_assert_cmpstr (get_label (display, "text"), ==, "No message seen yet");
  g_assert_false (is_visible (display, "facts"));
  g_assert_false (is_visible (display, "verdict_row"));
  g_assert_cmpstr (get_banner_title (f), ==, "Attached, and nothing is written yet");
  test_wait_for (says (picture, "^\\(no message yet\\)$"));
  g_test_message ("the picture followed after %.1f ms", (double) (g_get_monotonic_time () - followed_us) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - followed_us, <, 5 * G_USEC_PER_SEC);

  g_assert_true (lab_server_write (f->server, "new", 3, NULL));
  test_wait_for (says (display, "^new$"));
  g_assert_true (is_visible (display, "facts"));
  g_assert_true (is_visible (display, "verdict_row"));
}

static void
test_says_whose_turn_it_is_while_attached (Fixture       *f,
                                           gconstpointer  unused)
{
  GtkWidget *display = find_by_id (GTK_WIDGET (f->window), "display");

  start_server (f, "one");
  lab_client_go (f->client);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_TURNS, NULL));
  test_wait_for (is_enabled (f, "attach-writable"));
  g_assert_cmpstr (get_banner_title (f), ==, "This protocol needs write permission");
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "attach-writable", NULL);
  g_assert_false (is_enabled (f, "attach-writable"));
  test_wait_for (is_visible (display, "waiting"));
  g_assert_true (g_str_has_prefix (get_label (display, "waiting"), "waiting: "));

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_false (is_visible (display, "waiting"));
}

static void
test_counts_what_happens (Fixture       *f,
                          gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  GtkWidget *looks = gtk_widget_get_parent (find_by_id (window, "looks"));
  g_autofree char *words = NULL;

  g_assert_cmpstr (get_label (window, "looks"), ==, "0");
  g_assert_cmpstr (get_label (window, "looks_name"), ==, "looks: not attached");
  lab_poller_set_paused (f->poller, TRUE);
  start_server (f, "one");
  lab_client_go (f->client);
  g_assert_cmpstr (get_label (window, "looks_name"), ==, "looks: paused");
  g_assert_cmpstr (get_label (window, "messages"), ==, "1");
  g_assert_cmpstr (get_label (window, "messages_name"), ==, "message");
  g_assert_true (lab_server_write (f->server, "two", 3, NULL));
  g_assert_true (lab_server_write (f->server, "three", 5, NULL));
  lab_poller_look (f->poller);
  g_assert_cmpstr (get_label (window, "messages"), ==, "2");
  g_assert_cmpstr (get_label (window, "messages_name"), ==, "messages");
  g_assert_cmpstr (get_label (window, "missed"), ==, "1");

  /* How many looks there were is told with the time at which somebody came to read it. */
  for (guint i = 0; i < 5; i++)
    lab_poller_look (f->poller);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "tell-counters", NULL);
  words = g_strdup_printf ("^%" G_GUINT64_FORMAT " looks into the segment up to [0-9:]{8}; ",
                           lab_receiver_get_counters (f->receiver).n_looks);
  g_assert_true (g_regex_match_simple (words, gtk_widget_get_tooltip_text (looks), 0, 0));

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "reset-counters", NULL);
  g_assert_cmpstr (get_label (window, "messages"), ==, "0");
  g_assert_cmpstr (get_label (window, "missed"), ==, "0");
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (looks), "0 looks "));
}

/* What it does now, and never a number that stands still. */
static void
test_says_how_often_it_looks (Fixture       *f,
                              gconstpointer  unused)
{
  static const struct { guint interval_ms; const char *number; const char *words; } rows[] = {
    { 100, "10", "looks a second" },
    { 10, "100", "looks a second" },
    { 1000, "1", "look a second" },
    { 400, "2.5", "looks a second" },
    { 30, "33", "looks a second" },
    { 5000, "1", "look every 5 s" },
    { 1500, "1", "look every 1.5 s" },
  };
  GtkWidget *window = GTK_WIDGET (f->window);

  start_server (f, "one");
  lab_client_go (f->client);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      lab_poller_set_interval_ms (f->poller, rows[i].interval_ms);
      g_assert_cmpstr (get_label (window, "looks"), ==, rows[i].number);
      g_assert_cmpstr (get_label (window, "looks_name"), ==, rows[i].words);
    }
  lab_poller_set_paused (f->poller, TRUE);
  g_assert_cmpstr (get_label (window, "looks"), ==, "0");
  lab_poller_set_interval_ms (f->poller, 100);
  g_assert_cmpstr (get_label (window, "looks"), ==, "0");
  lab_poller_set_paused (f->poller, FALSE);
  g_assert_cmpstr (get_label (window, "looks"), ==, "10");
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_cmpstr (get_label (window, "looks"), ==, "0");
  g_assert_cmpstr (get_label (window, "looks_name"), ==, "looks: not attached");
}

/* The file of our own cannot be made where the user may not write. */
static void
test_says_that_there_is_no_key_until_there_is (Fixture       *f,
                                               gconstpointer  unused)
{
  LabChoice *choice = lab_session_get_choice (lab_client_get_session (f->client));
  g_autoptr(LabKeyChoice) key = lab_key_choice_copy (lab_choice_get_key_choice (choice));
  g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_READ_ONLY, "read-only");
  g_autoptr(LabBanner) banner = LAB_BANNER (g_object_ref_sink (g_object_new (LAB_TYPE_BANNER, NULL)));
  g_autoptr(LabClientBanner) says_it = lab_client_banner_new (banner, f->client);

  lab_choice_set_key_choice (choice, NULL);
  lab_client_banner_show_no_key (says_it, error);
  g_assert_cmpstr (get_label (GTK_WIDGET (banner), "title"), ==, "There is no key yet");
  g_assert_cmpstr (get_label (GTK_WIDGET (banner), "text"), ==, "read-only");
  lab_choice_set_key_choice (choice, key);
  g_assert_cmpstr (get_label (GTK_WIDGET (banner), "title"), ==, "Not attached");
}

static void
test_remembers_only_what_the_user_chose (Fixture       *f,
                                         gconstpointer  unused)
{
  g_autoptr(GSettings) settings = lab_application_settings (LAB_ROLE_CLIENT);
  LabIntervalScale *scale = LAB_INTERVAL_SCALE (find_by_id (GTK_WIDGET (f->window), "interval"));

  g_assert_cmpuint (lab_interval_scale_get_interval_ms (scale), ==, 10);  /* as on the command line */
  g_assert_cmpuint (g_settings_get_uint (settings, "poll-interval-ms"), !=, 10);
  lab_interval_scale_set_interval_ms (scale, 250);
  g_assert_cmpuint (g_settings_get_uint (settings, "poll-interval-ms"), ==, 250);
  lab_poller_set_interval_ms (f->poller, 300);
  g_assert_cmpuint (lab_interval_scale_get_interval_ms (scale), ==, 300);
  g_assert_cmpuint (g_settings_get_uint (settings, "poll-interval-ms"), ==, 250);
  g_settings_reset (settings, "poll-interval-ms");
}

static void
test_goes_before_its_parts (Fixture       *f,
                            gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (lab_client_window_new (application));

  gtk_window_present (GTK_WINDOW (window));
  test_run_for_ms (100);
  destroy_before_its_parts (window, "subtitle");
}

int
main (int argc, char *argv[])
{
  application = test_application_init (&argc, &argv, LAB_ROLE_CLIENT);
  lab_client_register_resource ();
#define ADD(name, func) g_test_add ("/client/window/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new-destroy", test_new_destroy);
  ADD ("goes-before-its-parts", test_goes_before_its_parts);
  ADD ("shows-a-long-word-at-once", test_shows_a_long_word_at_once);
  ADD ("says-that-it-waits-and-then-shows", test_says_that_it_waits_and_then_shows);
  ADD ("says-what-is-near-while-it-waits", test_says_what_is_near_while_it_waits);
  ADD ("a-long-sentence-does-not-widen-the-window", test_a_long_sentence_does_not_widen_the_window);
  ADD ("a-short-message-is-seen-whole-in-large-text", test_a_short_message_is_seen_whole_in_large_text);
  ADD ("a-message-is-as-large-as-its-place-each-time", test_a_message_is_as_large_as_its_place_each_time);
  ADD ("no-content-changes-the-windows-size", test_no_content_changes_the_windows_size);
  ADD ("names-no-number-of-another-namespace", test_names_no_number_of_another_namespace);
  ADD ("says-what-is-no-text", test_says_what_is_no_text);
  ADD ("shows-bytes-that-are-no-text", test_shows_bytes_that_are_no_text);
  ADD ("shows-a-large-message-in-part-and-says-so", test_shows_a_large_message_in_part_and_says_so);
  ADD ("pauses-and-looks-once", test_pauses_and_looks_once);
  ADD ("says-within-a-second-that-the-server-died", test_says_within_a_second_that_the_server_died);
  ADD ("fits-a-small-screen", test_fits_a_small_screen);
  ADD ("interval-is-logarithmic", test_interval_is_logarithmic);
  ADD ("says-nothing-of-a-segment-that-it-left", test_says_nothing_of_a_segment_that_it_left);
  ADD ("says-nothing-of-a-segment-that-is-gone", test_says_nothing_of_a_segment_that_is_gone);
  ADD ("follows-the-key-at-once", test_follows_the_key_at_once);
  ADD ("says-whose-turn-it-is-while-attached", test_says_whose_turn_it_is_while_attached);
  ADD ("counts-what-happens", test_counts_what_happens);
  ADD ("says-how-often-it-looks", test_says_how_often_it_looks);
  ADD ("says-that-there-is-no-key-until-there-is", test_says_that_there_is_no_key_until_there_is);
  ADD ("remembers-only-what-the-user-chose", test_remembers_only_what_the_user_chose);
  return test_application_run (&application);
}
