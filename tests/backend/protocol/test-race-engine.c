/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Not one of the tests for ThreadSanitizer, which takes GLib's main loop, built
 * without it, for a race; what the threads do to the segment is test-race's. */

#include "config.h"

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-process.h"
#include "backend/protocol/lab-race.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-segment.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

#define MAX_TRIALS 60

typedef struct
{
  LabSegment *segment;
  LabSegment *seen;
  LabWriter  *writer;
  LabRace    *race;
  LabRace    *client;
  guint       n_seconds;
  guint       n_ticks;
  gboolean    finished;
  gboolean    client_finished;
} Fixture;

static void
second_cb (LabRace    *race,
           GParamSpec *pspec,
           Fixture    *f)
{
  f->n_seconds++;
}

static void
finished_cb (LabRace  *race,
             gboolean *finished)
{
  g_assert_false (lab_race_is_running (race));
  *finished = TRUE;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (test_key (), 2 * 8192 + 128, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  f->writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_set_up (f->writer, LAB_PROTOCOL_LATCH, FALSE, NULL));
  g_assert_cmpint (lab_writer_publish (f->writer, "before", 6, NULL), ==, LAB_WRITE_DONE);
  f->race = lab_race_new ();
  g_signal_connect (f->race, "notify::n-seconds", G_CALLBACK (second_cb), f);
  g_signal_connect (f->race, "finished", G_CALLBACK (finished_cb), &f->finished);

  f->seen = lab_segment_find (lab_segment_get_key (f->segment), NULL);
  g_assert_true (lab_segment_attach (f->seen, TRUE, NULL));
  f->client = lab_race_new ();
  g_signal_connect (f->client, "finished", G_CALLBACK (finished_cb), &f->client_finished);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->race);
  g_clear_object (&f->client);
  lab_writer_free (f->writer);
  lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0));
  lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->seen);
  g_clear_object (&f->segment);
}

static gboolean
tick_cb (gpointer data)
{
  Fixture *f = data;

  f->n_ticks++;

  return G_SOURCE_CONTINUE;
}

static void
wait_until (gboolean *condition)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!*condition && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (*condition);
}

static void
test_protocol_against_protocol (Fixture       *f,
                                gconstpointer  unused)
{
  static const LabProtocolId protocols[] = {
    LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_LATCH,
  };
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  g_autoptr(LabReader) reader = NULL;
  g_autoptr(GError) error = NULL;
  guint ticker;

  g_assert_false (lab_race_is_on (layout));
  g_assert_true (lab_race_start_writer (f->race, f->segment, f->writer, protocols, G_N_ELEMENTS (protocols), 1, 8000, 1, &error));
  g_assert_no_error (error);
  g_assert_true (lab_race_is_running (f->race));
  ticker = g_timeout_add (20, tick_cb, f);
  while (!lab_race_is_on (layout))
    g_thread_yield ();
  lab_race_start_reader (f->client, f->seen);
  wait_until (&f->finished);
  wait_until (&f->client_finished);
  g_source_remove (ticker);

  /* The main loop went on meanwhile. */
  g_assert_cmpuint (f->n_ticks, >, 10);
  g_assert_cmpuint (f->n_seconds, ==, G_N_ELEMENTS (protocols));
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      LabRaceSecond own = lab_race_sum (f->race, protocols[i]);
      LabRaceSecond client = lab_race_sum (f->client, protocols[i]);

      g_test_message ("%s: %" G_GUINT64_FORMAT " written, writer waited %" G_GUINT64_FORMAT "; %" G_GUINT64_FORMAT " looks, %"
                      G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT " missed, %" G_GUINT64_FORMAT " torn, %" G_GUINT64_FORMAT
                      " waited, %" G_GUINT64_FORMAT " retried; client %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT " torn",
                      lab_protocol_to_nick (protocols[i]), own.n_written, own.n_writer_waited, own.counters.n_looks,
                      own.counters.n_messages, own.counters.n_missed, own.counters.n_torn, own.counters.n_waited,
                      own.counters.n_retried, client.counters.n_messages, client.counters.n_torn);
      g_assert_cmpuint (own.second, ==, 1);
      g_assert_cmpuint (own.n_written, >, 0);
      g_assert_cmpuint (own.counters.n_looks + client.counters.n_looks, >, 0);
      if (protocols[i] != LAB_PROTOCOL_NONE)
        g_assert_cmpuint (own.counters.n_torn + client.counters.n_torn, ==, 0);
      /* Each message is taken once, by one of the two; the last may be the second before's. */
      if (protocols[i] == LAB_PROTOCOL_TURNS)
        g_assert_cmpuint (own.counters.n_messages, <=, own.n_written + 1);
    }

  /* As it was before. */
  g_assert_false (lab_race_is_on (layout));
  g_assert_cmpint (lab_writer_get_protocol (f->writer), ==, LAB_PROTOCOL_LATCH);
  reader = lab_reader_new (f->segment);
  g_assert_cmpstr (lab_reader_look (reader)->text, ==, "before");
}

/* Sooner or later: on a busy machine a writer and a reader may well take turns for a second. */
static void
test_tears_without_a_protocol (Fixture       *f,
                               gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_NONE };
  guint64 n_torn = 0;

  for (guint i = 0; i < MAX_TRIALS && n_torn == 0; i++)
    {
      f->finished = FALSE;
      g_assert_true (lab_race_start_writer (f->race, f->segment, f->writer, protocols, 1, 1, 8000, 1, NULL));
      wait_until (&f->finished);
      n_torn = lab_race_sum (f->race, LAB_PROTOCOL_NONE).counters.n_torn;
    }
  g_assert_cmpuint (n_torn, >, 0);
}

static void
test_stops (Fixture       *f,
            gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_TURNS };
  g_autoptr(GListModel) calls = g_object_ref (G_LIST_MODEL (lab_call_log_get_default ()));
  gint64 start = g_get_monotonic_time ();
  guint n_calls;

  /* Nobody reads, so the writer waits for ever. */
  g_assert_true (lab_race_start_writer (f->race, f->segment, f->writer, protocols, 1, LAB_RACE_MAX_SECONDS, 10, 0, NULL));
  lab_call_log_flush (LAB_CALL_LOG (calls));
  n_calls = g_list_model_get_n_items (calls);
  while (!lab_race_is_on (lab_segment_get_layout (f->segment)))
    g_thread_yield ();
  lab_race_stop (f->race);
  wait_until (&f->finished);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
  lab_call_log_flush (LAB_CALL_LOG (calls));
  g_assert_cmpuint (g_list_model_get_n_items (calls), ==, n_calls);
  g_assert_cmpstr (lab_writer_get_text (f->writer, NULL), ==, "before");
}

/* The message before the race stands in the segment, and nobody has taken the race's last. */
static void
test_puts_back_what_nobody_takes (Fixture       *f,
                                  gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_TURNS };
  g_autoptr(LabReader) reader = lab_reader_new (f->seen);

  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_TURNS, FALSE, NULL), ==, LAB_WRITE_DONE);
  g_assert_true (lab_race_start_writer (f->race, f->segment, f->writer, protocols, 1, 1, 10, 0, NULL));
  wait_until (&f->finished);
  g_assert_cmpuint (lab_race_sum (f->race, LAB_PROTOCOL_TURNS).n_written, ==, 1);  /* it was never read */
  g_assert_cmpstr (lab_reader_look (reader)->text, ==, "before");
}

/* A server that is killed says nothing any more, and a client that races with it ends soon. */
static void
test_ends_with_the_server (Fixture       *f,
                           gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  LabControl *control = lab_layout_control (layout);
  gint64 start_us;
  gint64 left_ns;

  g_assert_true (lab_race_start_writer (f->race, f->segment, f->writer, protocols, 1, LAB_RACE_MAX_SECONDS, 10, 0, NULL));
  test_run_for_ms (3000);

  /* The server says again and again that it races, and never more than it can keep. */
  g_assert_true (lab_race_is_on (layout));
  left_ns = atomic_load (&control->race_until_ns) - lab_monotonic_ns ();
  g_assert_cmpint (left_ns, <, G_GINT64_CONSTANT (3000000000));

  /* So that is what a killed one leaves. */
  lab_race_finish (f->race);
  g_assert_false (lab_race_is_on (layout));
  atomic_store (&control->race_until_ns, lab_monotonic_ns () + left_ns);
  lab_race_start_reader (f->client, f->seen);
  start_us = g_get_monotonic_time ();
  wait_until (&f->client_finished);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 10 * G_USEC_PER_SEC);
  g_assert_false (lab_race_is_on (layout));
}

static void
test_believes_no_stranger (Fixture       *f,
                           gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  LabControl *control = lab_layout_control (layout);

  control->race_until_ns = G_MAXINT64;
  g_assert_false (lab_race_is_on (layout));
  control->race_until_ns = G_MININT64;
  g_assert_false (lab_race_is_on (layout));
  control->race_until_ns = lab_monotonic_ns () - 1;
  g_assert_false (lab_race_is_on (layout));
  control->race_until_ns = lab_monotonic_ns () + G_GINT64_CONSTANT (10000000000);
  g_assert_true (lab_race_is_on (layout));
  control->magic = 0;
  g_assert_false (lab_race_is_on (layout));
}

/* Whoever may write to the segment may store any protocol and any number while it is raced. */
static void
test_counts_what_a_stranger_stores (Fixture       *f,
                                    gconstpointer  unused)
{
  static const guint32 protocols[] = { LAB_PROTOCOL_LATCH, 77, LAB_PROTOCOL_NONE, G_MAXUINT32, LAB_PROTOCOL_TURNS, 0 };
  LabControl *control = lab_layout_control (lab_segment_get_layout (f->segment));
  const LabRaceSecond *seconds;
  guint n_seconds;

  atomic_store (&control->protocol, LAB_PROTOCOL_NONE);
  atomic_store (&control->copies[0].number, 1);
  atomic_store (&control->race_until_ns, lab_monotonic_ns () + G_GINT64_CONSTANT (20000000000));
  lab_race_start_reader (f->client, f->seen);
  for (guint i = 0; i < 3 * G_N_ELEMENTS (protocols); i++)
    {
      test_run_for_ms (60);
      atomic_store (&control->protocol, protocols[i % G_N_ELEMENTS (protocols)]);
    }
  /* Long enough for the reader's thread to come on on a busy machine. */
  atomic_store (&control->protocol, LAB_PROTOCOL_NONE);
  test_run_for_ms (1000);
  atomic_store (&control->copies[0].number, G_MAXUINT64);
  test_run_for_ms (1000);
  lab_race_stop (f->client);
  wait_until (&f->client_finished);

  seconds = lab_race_get_seconds (f->client, &n_seconds);
  g_assert_cmpuint (n_seconds, >, G_N_ELEMENTS (protocols));
  for (guint i = 0; i < n_seconds; i++)
    {
      g_assert_true (seconds[i].protocol == LAB_PROTOCOL_UNSET || lab_protocol_is_valid (seconds[i].protocol));
      g_assert_cmpuint (seconds[i].counters.n_looks, <, 1000000000);
      g_assert_cmpuint (seconds[i].counters.n_messages, <, 1000000000);
      g_assert_cmpuint (seconds[i].counters.n_waited, <, 1000000000);
    }
  g_assert_cmpuint (lab_race_sum (f->client, LAB_PROTOCOL_NONE).counters.n_missed, ==, LAB_COUNTER_MAX);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that tear_down removes the segment and its semaphore */
#define ADD(name, func) g_test_add ("/backend/race-engine/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("protocol-against-protocol", test_protocol_against_protocol);
  ADD ("tears-without-a-protocol", test_tears_without_a_protocol);
  ADD ("stops", test_stops);
  ADD ("puts-back-what-nobody-takes", test_puts_back_what_nobody_takes);
  ADD ("ends-with-the-server", test_ends_with_the_server);
  ADD ("believes-no-stranger", test_believes_no_stranger);
  ADD ("counts-what-a-stranger-stores", test_counts_what_a_stranger_stores);
  return g_test_run ();
}
