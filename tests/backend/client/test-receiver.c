/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/client/lab-poller.h"
#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-latch.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

typedef struct
{
  LabSession  *session;
  LabReceiver *receiver;
  LabPoller   *poller;
  LabSegment  *segment;   /* as a server has it attached, with our layout */
  GPtrArray   *notified;  /* names of properties */
} Fixture;

static void
notify_cb (GObject    *object,
           GParamSpec *pspec,
           GPtrArray  *notified)
{
  g_ptr_array_add (notified, (gpointer) pspec->name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* Whether exactly these were notified since the last call: @names in the order of the alphabet, between blanks. */
static gboolean
was_notified (Fixture    *f,
              const char *names)
{
  g_autofree char *text = NULL;

  g_ptr_array_sort (f->notified, compare_names);
  g_ptr_array_add (f->notified, NULL);
  text = g_strjoinv (" ", (char **) f->notified->pdata);
  g_ptr_array_set_size (f->notified, 0);
  g_test_message ("notified: %s", text);

  return g_str_equal (text, names);
}

static LabSegment *
make_segment (void)
{
  LabSegment *segment = lab_segment_create (test_key (), 4096, 0600, NULL);

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  lab_latch_init (lab_segment_get_layout (segment));

  return segment;
}

static void
drop_segment (LabSegment *segment)
{
  g_assert_true (lab_segment_remove (segment, NULL));
  g_assert_true (lab_segment_detach (segment, NULL));
  g_object_unref (segment);
}

static void
open_segment (Fixture    *f,
              LabSegment *segment)
{
  g_autoptr(LabSegment) ours = lab_segment_open (lab_segment_get_id (segment), NULL);

  g_assert_true (lab_segment_attach (ours, FALSE, NULL));
  lab_session_set_segment (f->session, ours);
  lab_receiver_open (f->receiver);
}

static void
close_segment (Fixture *f)
{
  lab_poller_stop (f->poller);
  lab_receiver_close (f->receiver);
  g_assert_true (lab_segment_detach (lab_session_get_segment (f->session), NULL));
  lab_session_set_segment (f->session, NULL);
}

static void
write_text (LabSegment *segment,
            guint64     number,
            const char *text)
{
  lab_latch_publish (lab_segment_get_layout (segment), text, strlen (text), number, lab_monotonic_ns ());
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->session = lab_session_new (LAB_ROLE_CLIENT);
  f->receiver = lab_receiver_new (f->session);
  f->poller = lab_poller_new (f->session, f->receiver);
  f->segment = make_segment ();
  f->notified = g_ptr_array_new ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (lab_session_get_segment (f->session) != NULL)
    close_segment (f);
  drop_segment (f->segment);
  g_assert_finalize_object (f->poller);
  g_assert_finalize_object (f->receiver);
  g_assert_finalize_object (f->session);
  g_ptr_array_unref (f->notified);
}

static void
test_notifies_of_what_has_changed (Fixture       *f,
                                   gconstpointer  unused)
{
  guint64 n_looks;

  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  g_signal_connect (f->receiver, "notify", G_CALLBACK (notify_cb), f->notified);

  write_text (f->segment, 1, "one");
  lab_receiver_look (f->receiver);
  g_assert_true (was_notified (f, "empty message n-looks n-looks-without-call n-messages"));

  /* Looks alone are not told, for then each would be drawn. */
  for (guint i = 0; i < 10; i++)
    lab_receiver_look (f->receiver);
  g_assert_true (was_notified (f, ""));
  g_object_get (f->receiver, "n-looks", &n_looks, NULL);
  g_assert_cmpuint (n_looks, ==, 2);

  /* Unless somebody comes to read them. */
  lab_receiver_tell_counters (f->receiver);
  g_assert_true (was_notified (f, "n-looks n-looks-without-call"));
  g_object_get (f->receiver, "n-looks", &n_looks, NULL);
  g_assert_cmpuint (n_looks, ==, 12);
  lab_receiver_tell_counters (f->receiver);
  g_assert_true (was_notified (f, ""));

  write_text (f->segment, 3, "three");
  lab_receiver_look (f->receiver);
  g_assert_true (was_notified (f, "message n-looks n-looks-without-call n-messages n-missed"));

  lab_receiver_reset_counters (f->receiver);
  g_assert_true (was_notified (f, "n-looks n-looks-without-call n-messages n-missed"));

  atomic_store (&lab_layout_control (lab_segment_get_layout (f->segment))->magic, 0);
  lab_receiver_look (f->receiver);
  g_assert_true (was_notified (f, "image message n-looks n-looks-without-call n-messages plain"));
  lab_receiver_set_preset (f->receiver, lab_preset_find ("mtu"));
  g_assert_true (was_notified (f, "image message n-looks n-looks-without-call preset"));
  lab_receiver_set_preset (f->receiver, lab_preset_find ("mtu"));
  g_assert_true (was_notified (f, ""));
}

/* All that was known about a segment goes with it, but for what was read. */
static void
test_knows_nothing_of_a_segment_that_is_closed (Fixture       *f,
                                                gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  gboolean empty, plain, damaged, dead;
  guint reason;
  int writer_pid, blocking_pid;
  GBytes *image;

  lab_layout_set_writer (layout, getpid (), lab_process_get_start_ticks (getpid ()));
  write_text (f->segment, 1, "kept");
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  atomic_store (&lab_layout_control (layout)->protocol, LAB_PROTOCOL_TURNS);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_receiver_get_writer_pid (f->receiver), ==, getpid ());
  g_assert_cmpint (lab_receiver_get_reason (f->receiver), ==, LAB_REASON_NEEDS_WRITE);

  close_segment (f);
  g_object_get (f->receiver, "empty", &empty, "plain", &plain, "damaged", &damaged, "writer-is-dead", &dead,
                "reason", &reason, "writer-pid", &writer_pid, "blocking-pid", &blocking_pid, "image", &image, NULL);
  g_assert_true (empty && !plain && !damaged && !dead);
  g_assert_cmpuint (reason, ==, LAB_REASON_NONE);
  g_assert_cmpint (writer_pid, ==, 0);
  g_assert_cmpint (blocking_pid, ==, 0);
  g_assert_null (image);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "kept");
  g_assert_nonnull (lab_receiver_get_message (f->receiver));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Who shows the bytes themselves hears that they are others, also when the looks see no message. */
static void
test_tells_of_bytes_that_no_look_shows (Fixture       *f,
                                        gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  char *base = lab_segment_get_base (f->segment);
  guint n_changes = 0;

  write_text (f->segment, 1, "seen");
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  g_signal_connect_swapped (f->session, "memory-changed", G_CALLBACK (count_cb), &n_changes);

  /* Attached for reading only, so it may take no turn. */
  atomic_store (&lab_layout_control (layout)->protocol, LAB_PROTOCOL_TURNS);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_receiver_get_reason (f->receiver), ==, LAB_REASON_NEEDS_WRITE);
  n_changes = 0;
  strcpy (base, "not seen");
  for (guint i = 0; i < 10; i++)
    lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_changes, ==, 1);

  /* Another number tells an empty message from none. */
  atomic_store (&lab_layout_control (layout)->copies[0].number, 2);
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_changes, ==, 2);

  /* A control block that makes no sense hides the message, and not the bytes. */
  atomic_store (&lab_layout_control (layout)->protocol, 77);
  lab_receiver_look (f->receiver);
  g_assert_true (lab_receiver_is_damaged (f->receiver));
  n_changes = 0;
  strcpy (base, "nor this");
  lab_receiver_look (f->receiver);
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "seen");
  g_signal_handlers_disconnect_by_func (f->session, count_cb, &n_changes);
}

static void
test_forgets_the_message_of_another_segment (Fixture       *f,
                                             gconstpointer  unused)
{
  LabSegment *other = make_segment ();

  write_text (f->segment, 1, "old");
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  close_segment (f);
  open_segment (f, f->segment);
  g_assert_nonnull (lab_receiver_get_message (f->receiver));
  close_segment (f);

  open_segment (f, other);
  g_assert_null (lab_receiver_get_message (f->receiver));
  g_assert_null (lab_session_get_message (f->session));
  g_assert_cmpint (lab_session_get_protocol (f->session), ==, LAB_PROTOCOL_UNSET);
  g_assert_cmpuint (g_list_model_get_n_items (lab_receiver_get_history (f->receiver)), ==, 1);

  /* Nor is what was counted there counted here. */
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 0);
  write_text (other, 1, "new");
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "new");
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(LabMessage) message = g_list_model_get_item (lab_receiver_get_history (f->receiver), i);

      g_assert_cmpint (lab_message_get_segment_id (message), ==, lab_segment_get_id (i == 0 ? f->segment : other));
    }
  close_segment (f);
  lab_receiver_forget (f->receiver);
  g_assert_null (lab_receiver_get_message (f->receiver));
  g_assert_null (lab_session_get_message (f->session));
  drop_segment (other);
}

/* A server that has ended fills nothing any more. */
static void
test_waits_for_nobody_when_the_server_is_dead (Fixture       *f,
                                               gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  pid_t server = test_child_attach (lab_segment_get_id (f->segment), TRUE, 1);
  g_autoptr(LabSegment) ours = lab_segment_open (lab_segment_get_id (f->segment), NULL);

  lab_layout_set_writer (layout, server, lab_process_get_start_ticks (server));
  atomic_store (&lab_layout_control (layout)->protocol, LAB_PROTOCOL_TURNS);
  atomic_store (&lab_layout_control (layout)->state, lab_protocol_taken (LAB_PROTOCOL_TURNS));
  g_assert_true (lab_segment_attach (ours, TRUE, NULL));
  lab_session_set_segment (f->session, ours);
  lab_receiver_open (f->receiver);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_receiver_get_reason (f->receiver), ==, LAB_REASON_SERVERS_TURN);
  g_assert_cmpint (lab_receiver_get_blocking_pid (f->receiver), ==, server);

  test_child_kill (server);
  lab_receiver_check_writer (f->receiver);
  g_assert_true (lab_receiver_is_writer_dead (f->receiver));
  g_assert_cmpint (lab_receiver_get_reason (f->receiver), ==, LAB_REASON_NONE);
  g_assert_cmpint (lab_receiver_get_blocking_pid (f->receiver), ==, 0);
}

static LabKept
get_kept (LabReceiver *receiver)
{
  guint kept;

  g_object_get (receiver, "kept", &kept, NULL);
  g_assert_cmpint (kept, ==, lab_receiver_get_kept (receiver));

  return kept;
}

/* The last message stays when it cannot be looked at, and is not said to be there. */
static void
test_says_why_a_message_is_kept (Fixture       *f,
                                 gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  LabControl *control = lab_layout_control (layout);

  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_NOT);
  write_text (f->segment, 1, "kept");
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_NOT);
  close_segment (f);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_DETACHED);

  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_NOT);
  atomic_store (&control->protocol, 77);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_DAMAGED);
  atomic_store (&control->protocol, LAB_PROTOCOL_TURNS);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_SHUT_OUT);
  atomic_store (&control->protocol, LAB_PROTOCOL_SEMAPHORE);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_SHUT_OUT);
  atomic_store (&control->protocol, LAB_PROTOCOL_LATCH);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_NOT);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "kept");

  /* As a server that begins anew does. */
  memset (lab_segment_get_base (f->segment), 0, 4096);
  lab_latch_init (layout);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_ERASED);
  g_assert_null (lab_session_get_message (f->session));
  lab_receiver_look (f->receiver);
  write_text (f->segment, 1, "new");
  lab_receiver_look (f->receiver);
  g_assert_cmpint (get_kept (f->receiver), ==, LAB_KEPT_NOT);
}

/* Who attaches again sees no other message. */
static void
test_counts_no_message_again (Fixture       *f,
                              gconstpointer  unused)
{
  write_text (f->segment, 1, "one");
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  close_segment (f);
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  lab_receiver_look (f->receiver);
  lab_receiver_skip (f->receiver);
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (lab_receiver_get_history (f->receiver)), ==, 1);
  g_assert_false (lab_receiver_is_empty (f->receiver));

  /* The same words under another number are another message. */
  write_text (f->segment, 2, "one");
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (lab_receiver_get_history (f->receiver)), ==, 2);
  lab_receiver_reset_counters (f->receiver);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 0);
  close_segment (f);
  open_segment (f, f->segment);
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 0);
}

/* A number that goes up with every look would stand still on the screen. */
static void
test_counts_waiting_once (Fixture       *f,
                          gconstpointer  unused)
{
  LabControl *control = lab_layout_control (lab_segment_get_layout (f->segment));
  g_autoptr(LabSegment) ours = lab_segment_open (lab_segment_get_id (f->segment), NULL);
  guint64 n_waits, n_waited;

  atomic_store (&control->protocol, LAB_PROTOCOL_TURNS);
  atomic_store (&control->state, lab_protocol_taken (LAB_PROTOCOL_TURNS));
  g_assert_true (lab_segment_attach (ours, TRUE, NULL));
  lab_session_set_segment (f->session, ours);
  lab_receiver_open (f->receiver);
  for (guint i = 0; i < 5; i++)
    lab_receiver_look (f->receiver);
  g_object_get (f->receiver, "n-waits", &n_waits, NULL);
  g_assert_cmpuint (n_waits, ==, 1);

  /* Nobody else's turn, and then the server's again. */
  atomic_store (&control->state, lab_protocol_filled (LAB_PROTOCOL_TURNS));
  for (guint i = 0; i < 5; i++)
    lab_receiver_look (f->receiver);
  lab_receiver_tell_counters (f->receiver);
  g_object_get (f->receiver, "n-waits", &n_waits, "n-waited", &n_waited, NULL);
  g_assert_cmpuint (n_waits, ==, 2);
  g_assert_cmpuint (n_waited, ==, 9);
}

static void
test_poller_notifies_of_what_has_changed (Fixture       *f,
                                          gconstpointer  unused)
{
  guint pace;

  g_signal_connect (f->poller, "notify", G_CALLBACK (notify_cb), f->notified);
  lab_poller_set_interval_ms (f->poller, 20);
  g_assert_true (was_notified (f, "interval-ms"));
  lab_poller_set_interval_ms (f->poller, 20);
  lab_poller_set_paused (f->poller, FALSE);
  g_assert_true (was_notified (f, ""));

  open_segment (f, f->segment);
  lab_poller_start (f->poller);
  g_assert_true (was_notified (f, "looks-per-second pace"));
  test_run_for_ms (100);
  g_assert_true (was_notified (f, ""));
  lab_poller_set_paused (f->poller, TRUE);
  g_assert_true (was_notified (f, "looks-per-second pace paused"));
  lab_poller_set_paused (f->poller, FALSE);
  g_assert_true (was_notified (f, "looks-per-second pace paused"));

  atomic_store (&lab_layout_control (lab_segment_get_layout (f->segment))->race_until_ns,
                lab_monotonic_ns () + 5 * G_GINT64_CONSTANT (1000000000));
  test_wait_for (lab_poller_is_racing (f->poller));
  g_assert_true (was_notified (f, "looks-per-second pace racing"));
  close_segment (f);
  g_assert_false (lab_poller_is_racing (f->poller));
  g_object_get (f->poller, "pace", &pace, NULL);
  g_assert_cmpint (pace, ==, LAB_PACE_STOPPED);
}

static double
get_rate (LabPoller *poller)
{
  double rate;

  g_object_get (poller, "looks-per-second", &rate, NULL);

  return rate;
}

static gboolean
hold_up_cb (gpointer unused)
{
  g_usleep (60000);

  return G_SOURCE_CONTINUE;
}

/* How often it looks is counted, and told when it is something else. */
static void
test_poller_says_how_often_it_looks (Fixture       *f,
                                     gconstpointer  unused)
{
  guint source;
  guint64 n_looks;
  gint64 start_us;
  double measured;

  g_assert_cmpfloat (get_rate (f->poller), ==, 0);
  open_segment (f, f->segment);
  lab_poller_set_interval_ms (f->poller, 2000);
  lab_poller_start (f->poller);
  g_assert_cmpfloat (get_rate (f->poller), ==, 0.5);
  lab_poller_set_paused (f->poller, TRUE);
  g_assert_cmpfloat (get_rate (f->poller), ==, 0);
  lab_poller_look (f->poller);
  g_assert_cmpfloat (get_rate (f->poller), ==, 0);
  lab_poller_set_paused (f->poller, FALSE);
  lab_poller_set_interval_ms (f->poller, 20);
  g_assert_cmpfloat (get_rate (f->poller), ==, 50);

  /* A window that has other things to do. */
  source = g_timeout_add (1, hold_up_cb, NULL);
  test_wait_for (get_rate (f->poller) < 30);
  n_looks = lab_receiver_get_counters (f->receiver).n_looks;
  start_us = g_get_monotonic_time ();
  test_run_for_ms (2000);
  measured = (double) (lab_receiver_get_counters (f->receiver).n_looks - n_looks)
             / ((double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC);
  g_test_message ("said %.1f, measured %.1f", get_rate (f->poller), measured);
  g_assert_cmpfloat (ABS (get_rate (f->poller) - measured), <, measured / 2);
  g_source_remove (source);

  /* And on its own again; a busy machine may take a while. */
  test_wait_for (get_rate (f->poller) == 50);
  close_segment (f);
  g_assert_cmpfloat (get_rate (f->poller), ==, 0);
}

/* kill -9 in a race: nobody stores that it is over. */
static void
test_a_race_ends_with_its_server (Fixture       *f,
                                  gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  pid_t server = test_child_attach (lab_segment_get_id (f->segment), TRUE, 1);
  gint64 killed_us;
  guint64 n_looks;

  lab_layout_set_writer (layout, server, lab_process_get_start_ticks (server));
  write_text (f->segment, 1, "AAAA");
  lab_poller_set_interval_ms (f->poller, 20);
  open_segment (f, f->segment);
  lab_poller_start (f->poller);
  atomic_store (&lab_layout_control (layout)->race_until_ns, lab_monotonic_ns () + 30 * G_GINT64_CONSTANT (1000000000));
  test_wait_for (lab_poller_is_racing (f->poller));

  test_child_kill (server);
  killed_us = g_get_monotonic_time ();
  test_wait_for (!lab_poller_is_racing (f->poller));
  g_test_message ("over %.1f ms after", (double) (g_get_monotonic_time () - killed_us) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - killed_us, <, 5 * G_USEC_PER_SEC);

  /* The segment still says that it goes on; the client goes on looking by the clock. */
  n_looks = lab_receiver_get_counters (f->receiver).n_looks;
  test_wait_for (lab_receiver_get_counters (f->receiver).n_looks >= n_looks + 5);
  g_assert_false (lab_poller_is_racing (f->poller));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_looks, <, n_looks + 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("receiver/notifies-of-what-has-changed", test_notifies_of_what_has_changed);
  ADD ("receiver/knows-nothing-of-a-segment-that-is-closed", test_knows_nothing_of_a_segment_that_is_closed);
  ADD ("receiver/tells-of-bytes-that-no-look-shows", test_tells_of_bytes_that_no_look_shows);
  ADD ("receiver/forgets-the-message-of-another-segment", test_forgets_the_message_of_another_segment);
  ADD ("receiver/waits-for-nobody-when-the-server-is-dead", test_waits_for_nobody_when_the_server_is_dead);
  ADD ("receiver/says-why-a-message-is-kept", test_says_why_a_message_is_kept);
  ADD ("receiver/counts-no-message-again", test_counts_no_message_again);
  ADD ("receiver/counts-waiting-once", test_counts_waiting_once);
  ADD ("poller/says-how-often-it-looks", test_poller_says_how_often_it_looks);
  ADD ("poller/notifies-of-what-has-changed", test_poller_notifies_of_what_has_changed);
  ADD ("poller/a-race-ends-with-its-server", test_a_race_ends_with_its_server);
  return g_test_run ();
}
