/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writers and readers as fast as they can, in threads, so that ThreadSanitizer
 * sees them.  LAB_STRESS_SECONDS says for how long. */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-keys.h"

#define MAX_LENGTH 65535
#define N_READERS  2
#define N_PATTERNS 997

#define MIXTURE_LIMIT_NS G_GINT64_CONSTANT (60000000000)

typedef struct
{
  LabProtocolId  protocol;
  LabSegment    *segment;
  LabWriter     *writer;
  char          *pattern;      /* message N begins at N % N_PATTERNS */
  double         seconds;
  gint           stop;
  gint           n_wrong;      /* whole for certain, but not what was written */
  gint           has_mixed;    /* not what was written, by any means */
} Fixture;

typedef struct
{
  Fixture     *fixture;
  LabCounters  counters;
  guint64      n_mixed;        /* not what was written, by any means */
  guint64      sum;            /* of the numbers seen */
} Result;

static void
set_up (Fixture       *f,
        gconstpointer  protocol)
{
  const char *seconds = g_getenv ("LAB_STRESS_SECONDS");
  g_autoptr(GRand) rand = g_rand_new_with_seed (42);
  g_autoptr(GError) error = NULL;

  f->protocol = GPOINTER_TO_INT (protocol);
  f->seconds = seconds != NULL ? g_ascii_strtod (seconds, NULL) : 1;
  f->pattern = g_malloc (MAX_LENGTH + N_PATTERNS);
  for (guint i = 0; i < MAX_LENGTH + N_PATTERNS; i++)
    f->pattern[i] = (char) g_rand_int_range (rand, '!', '~');
  f->segment = lab_segment_create (test_key (), 2 * (MAX_LENGTH + 1) + 128, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  f->writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_set_up (f->writer, f->protocol != LAB_PROTOCOL_UNSET ? f->protocol : LAB_PROTOCOL_LATCH, FALSE, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  lab_writer_free (f->writer);
  lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0));
  lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
  g_free (f->pattern);
}

/* Short ones, too: there the header tears sooner than the text. */
static gsize
length_of (guint64 number)
{
  guint64 hash = number * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (hash >> 20) % ((number & 1) != 0 ? 100 : MAX_LENGTH + 1);
}

static gboolean
is_message (Fixture       *f,
            const LabLook *look,
            guint64        number)
{
  return look->length == length_of (number) && memcmp (look->text, f->pattern + number % N_PATTERNS, look->length) == 0;
}

/* With no protocol the header may be torn too: then a text that is whole has the next message's number. */
static gboolean
is_whole (Fixture       *f,
          const LabLook *look)
{
  return is_message (f, look, look->number)
         || (look->protocol == LAB_PROTOCOL_NONE && look->number > 0 && is_message (f, look, look->number - 1));
}

static void
tell_wrong (Fixture       *f,
            const LabLook *look)
{
  g_atomic_int_inc (&f->n_wrong);
  g_test_message ("wrong: result %d under protocol %d, message %" G_GUINT64_FORMAT " of %" G_GSIZE_FORMAT
                  " bytes where %" G_GSIZE_FORMAT " were written, %d and %d in the segment",
                  look->result, look->protocol, look->number, look->length, length_of (look->number),
                  (int) lab_layout_control (lab_segment_get_layout (f->segment))->protocol,
                  (int) lab_layout_control (lab_segment_get_layout (f->segment))->state);
}

static gpointer
read_all (gpointer data)
{
  Result *result = data;
  Fixture *f = result->fixture;
  g_autoptr(LabReader) reader = lab_reader_new (f->segment);

  while (!g_atomic_int_get (&f->stop))
    {
      const LabLook *look = lab_reader_look (reader);

      if (look->result == LAB_LOOK_MESSAGE || look->result == LAB_LOOK_TORN)
        {
          result->sum += look->number;
          if (!is_message (f, look, look->number))
            {
              result->n_mixed++;
              g_atomic_int_set (&f->has_mixed, TRUE);
              if (look->certain && !is_whole (f, look))
                tell_wrong (f, look);
            }
        }
      else if (look->result == LAB_LOOK_INVALID || look->result == LAB_LOOK_REFUSED)
        {
          tell_wrong (f, look);
        }
      if (look->result == LAB_LOOK_WAITING)
        g_thread_yield ();
    }
  result->counters = *lab_reader_get_counters (reader);

  return NULL;
}

static gboolean
publish_next (Fixture *f)
{
  guint64 number = lab_writer_get_number (f->writer) + 1;

  return lab_writer_publish (f->writer, f->pattern + number % N_PATTERNS, length_of (number), NULL) == LAB_WRITE_DONE;
}

/* With no protocol a mixture is only likely, so that is waited for: on a busy machine the threads take turns by themselves. */
static gboolean
is_over (Fixture *f,
         gint64   end_ns)
{
  gint64 now_ns = lab_monotonic_ns ();

  if (f->protocol == LAB_PROTOCOL_NONE && !g_atomic_int_get (&f->has_mixed))
    return now_ns > end_ns + MIXTURE_LIMIT_NS;

  return now_ns > end_ns;
}

static void
race (Fixture *f,
      Result   results[N_READERS],
      gboolean switching)
{
  static const LabProtocolId protocols[] = {
    LAB_PROTOCOL_NONE, LAB_PROTOCOL_LATCH, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_LATCH, LAB_PROTOCOL_TURNS,
    LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_NONE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_TURNS_TEXTBOOK,
    LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_PROTOCOL_LATCH, LAB_PROTOCOL_TURNS_TEXTBOOK,
  };
  GThread *threads[N_READERS];
  gint64 end_ns = lab_monotonic_ns () + (gint64) (f->seconds * 1e9);
  guint n_switches = 0;
  guint64 n_waited = 0;

  for (guint i = 0; i < N_READERS; i++)
    {
      results[i] = (Result) { .fixture = f };
      threads[i] = g_thread_new ("reader", read_all, &results[i]);
    }

  while (!is_over (f, end_ns) && g_atomic_int_get (&f->n_wrong) == 0)
    {
      if (switching && lab_writer_get_number (f->writer) % 3 == 0 &&
          lab_writer_switch (f->writer, protocols[n_switches % G_N_ELEMENTS (protocols)], FALSE, NULL) == LAB_WRITE_DONE)
        n_switches++;
      if (!publish_next (f))
        {
          n_waited++;
          g_thread_yield ();
        }
    }

  if (f->protocol == LAB_PROTOCOL_TURNS)
    {
      /* The last one is taken as well. */
      while (atomic_load (&lab_layout_control (lab_segment_get_layout (f->segment))->state) == LAB_TURNS_FILLED)
        g_thread_yield ();
    }
  g_atomic_int_set (&f->stop, TRUE);
  for (guint i = 0; i < N_READERS; i++)
    g_thread_join (threads[i]);

  g_test_message ("%.0f s: %" G_GUINT64_FORMAT " messages written, writer waited %" G_GUINT64_FORMAT ", switched %u",
                  f->seconds, lab_writer_get_number (f->writer), n_waited, n_switches);
  for (guint i = 0; i < N_READERS; i++)
    g_test_message ("reader: %" G_GUINT64_FORMAT " looks, %" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT " missed, %"
                    G_GUINT64_FORMAT " torn (%" G_GUINT64_FORMAT " really), %" G_GUINT64_FORMAT " waited, %" G_GUINT64_FORMAT " retried",
                    results[i].counters.n_looks, results[i].counters.n_messages, results[i].counters.n_missed,
                    results[i].counters.n_torn, results[i].n_mixed, results[i].counters.n_waited, results[i].counters.n_retried);
}

static void
test_never_torn (Fixture       *f,
                 gconstpointer  unused)
{
  Result results[N_READERS];

  race (f, results, FALSE);
  g_assert_cmpint (f->n_wrong, ==, 0);
  for (guint i = 0; i < N_READERS; i++)
    {
      g_assert_cmpuint (results[i].n_mixed, ==, 0);
      g_assert_cmpuint (results[i].counters.n_torn, ==, 0);
    }
  g_assert_cmpuint (results[0].counters.n_messages + results[1].counters.n_messages, >, 0);
}

/* Each message is taken by one reader, once. */
static void
test_takes_turns (Fixture       *f,
                  gconstpointer  unused)
{
  Result results[N_READERS];
  guint64 n_messages;

  race (f, results, FALSE);
  g_assert_cmpint (f->n_wrong, ==, 0);
  n_messages = lab_writer_get_number (f->writer);
  g_assert_cmpuint (results[0].counters.n_messages + results[1].counters.n_messages, ==, n_messages);
  g_assert_cmpuint (results[0].sum + results[1].sum, ==, n_messages * (n_messages + 1) / 2);
  g_assert_cmpuint (results[0].n_mixed + results[1].n_mixed, ==, 0);
}

static void
test_tears (Fixture       *f,
            gconstpointer  unused)
{
  Result results[N_READERS];

  race (f, results, FALSE);
  g_assert_cmpint (f->n_wrong, ==, 0);
  g_assert_cmpuint (results[0].n_mixed + results[1].n_mixed, >, 0);
}

/* What a protocol promises holds while protocols come and go. */
static void
test_switches_under_readers (Fixture       *f,
                             gconstpointer  unused)
{
  Result results[N_READERS];

  race (f, results, TRUE);
  g_assert_cmpint (f->n_wrong, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that tear_down removes the segment and its semaphore */
#define ADD(protocol, name, func) \
  g_test_add ("/protocol/race/" name, Fixture, GINT_TO_POINTER (LAB_PROTOCOL_##protocol), set_up, func, tear_down)
  ADD (LATCH, "latch", test_never_torn);
  ADD (SEMAPHORE, "semaphore", test_never_torn);
  ADD (TURNS, "turns", test_takes_turns);
  ADD (NONE, "none", test_tears);
  ADD (UNSET, "switching", test_switches_under_readers);
  return g_test_run ();
}
