/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the latch costs, as ratios taken in the same round, so that a busy machine
 * weighs on both sides alike; medians over the rounds.  Fails when a figure is
 * more than twice its aim. */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"

#define N_ROUNDS    31
#define MAX_LENGTH  65536

static LabSegment      *segment;
static const LabLayout *layout;
static char            *text;
static char            *buffer;
static gboolean         failed;

static double
median (double *values,
        guint   n)
{
  for (guint i = 1; i < n; i++)
    for (guint j = i; j > 0 && values[j - 1] > values[j]; j--)
      {
        double value = values[j];

        values[j] = values[j - 1];
        values[j - 1] = value;
      }

  return values[n / 2];
}

static void
report (const char *what,
        double      ns,
        const char *against,
        double      base_ns,
        double      ratio,
        double      aim)
{
  printf ("%-44s %10.1f ns   %-34s %10.1f ns   ratio %5.2f", what, ns, against, base_ns, ratio);
  if (aim > 0)
    printf ("   aim %.2f%s", aim, ratio <= aim ? "" : "  MISSED");
  printf ("\n");
  fflush (stdout);
  if (aim > 0 && ratio > 2 * aim)
    failed = TRUE;
}

typedef void (*Job) (gsize length,
                     guint n);

static double
time_ns (Job   job,
         gsize length,
         guint n)
{
  gint64 start = lab_monotonic_ns ();

  job (length, n);

  return (double) (lab_monotonic_ns () - start) / n;
}

static void
compare (const char *what,
         Job         job,
         const char *against,
         Job         base,
         gsize       length,
         guint       n,
         double      aim)
{
  double ns[N_ROUNDS], base_ns[N_ROUNDS], ratio[N_ROUNDS];

  job (length, n);
  base (length, n);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      /* Each goes first in every other round. */
      if (i % 2 == 0)
        ns[i] = time_ns (job, length, n);
      base_ns[i] = time_ns (base, length, n);
      if (i % 2 != 0)
        ns[i] = time_ns (job, length, n);
      ratio[i] = ns[i] / base_ns[i];
    }
  report (what, median (ns, N_ROUNDS), against, median (base_ns, N_ROUNDS), median (ratio, N_ROUNDS), aim);
}

static void
look_with_nothing_new (gsize unused,
                       guint n)
{
  guint64 known = atomic_load (&lab_layout_control (layout)->sequence);
  guint n_news = 0;

  for (guint i = 0; i < n; i++)
    n_news += lab_latch_has_news (layout, known) != FALSE;
  g_assert_cmpuint (n_news, ==, 0);
}

static void
read_with_nothing_new (gsize unused,
                       guint n)
{
  guint64 known = atomic_load (&lab_layout_control (layout)->sequence);
  LabMessageInfo info;

  for (guint i = 0; i < n; i++)
    if (lab_latch_read (layout, known, buffer, &info) != LAB_READ_UNCHANGED)
      g_assert_not_reached ();
}

static void
relaxed_load (gsize unused,
              guint n)
{
  LabControl *control = lab_layout_control (layout);
  guint64 known = atomic_load (&control->sequence);
  guint n_news = 0;

  for (guint i = 0; i < n; i++)
    n_news += atomic_load_explicit (&control->sequence, memory_order_relaxed) != known;
  g_assert_cmpuint (n_news, ==, 0);
}

static void
publish (gsize length,
         guint n)
{
  for (guint i = 0; i < n; i++)
    lab_latch_publish (layout, text, length, i + 1, i);
}

static void
two_memcpy (gsize length,
            guint n)
{
  char *a = lab_layout_copy (layout, 0);
  char *b = lab_layout_copy (layout, 1);

  for (guint i = 0; i < n; i++)
    {
      memcpy (b, text, length);
      __asm__ volatile ("" ::: "memory");
      memcpy (a, text, length);
      __asm__ volatile ("" ::: "memory");
    }
}

static void
read_whole (gsize length,
            guint n)
{
  LabMessageInfo info;

  for (guint i = 0; i < n; i++)
    if (lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, buffer, &info) != LAB_READ_MESSAGE)
      g_assert_not_reached ();
}

static void
one_memcpy (gsize length,
            guint n)
{
  const char *a = lab_layout_copy (layout, 0);

  for (guint i = 0; i < n; i++)
    {
      memcpy (buffer, a, length);
      __asm__ volatile ("" ::: "memory");
    }
}

static pid_t
fork_child (void)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, !=, -1);
  if (pid == 0)
    prctl (PR_SET_PDEATHSIG, SIGKILL);

  return pid;
}

/* Readers that are attached, have read, and now wait for their next look. */
static void
bench_attached (void)
{
  static const guint counts[] = { 1, 100 };
  static const gsize lengths[] = { 64, 1024, 65536 };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      pid_t pids[100];

      for (guint j = 0; j < counts[i]; j++)
        {
          pids[j] = fork_child ();
          if (pids[j] == 0)
            {
              g_autoptr(LabSegment) own = lab_segment_open (lab_segment_get_id (segment), NULL);
              LabMessageInfo info;

              if (!lab_segment_attach (own, FALSE, NULL)
                  || lab_latch_read (lab_segment_get_layout (own), LAB_LATCH_NOTHING_KNOWN, buffer, &info) == LAB_READ_INVALID)
                g_error ("a reader sees no segment of ours");
              for (;;)
                pause ();
            }
        }
      /* The fork itself attached each once, by inheritance; the second is its own. */
      do
        {
          g_usleep (1000);
          lab_segment_refresh (segment, NULL);
        }
      while (lab_segment_get_n_attaches (segment) < 2 * counts[i] + 1);

      for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
        {
          g_autofree char *what = g_strdup_printf ("publish %" G_GSIZE_FORMAT " B, %u attached readers",
                                                   lengths[j], counts[i]);

          compare (what, publish, "two memcpy", two_memcpy, lengths[j],
                   2000000 / (guint) (lengths[j] + 64), lengths[j] >= 1024 ? 1.15 : 0);
        }
      for (guint j = 0; j < counts[i]; j++)
        test_child_kill (pids[j]);
    }
}

/* From the store to the moment when a reader that spins in another process has
 * the whole message (or the flag), by the clock that both share. */
typedef struct
{
  _Alignas (64) _Atomic gint64 flag;
  _Alignas (64) _Atomic guint  seen;
  _Alignas (64) _Atomic gint64 delay_ns;
} Meeting;

#define N_MEETINGS 4000

static double
time_to_seen (Meeting  *meeting,
              gboolean  latch,
              gsize     length)
{
  g_autofree double *delays = g_new (double, N_MEETINGS);
  guint64 first = atomic_load (&lab_layout_control (layout)->sequence);
  pid_t pid;

  atomic_store (&meeting->flag, 0);
  atomic_store (&meeting->seen, 0);
  pid = fork_child ();
  if (pid == 0)
    {
      guint64 known = first;
      gint64 known_flag = 0;

      atomic_store (&meeting->seen, 1);
      for (guint i = 2;; i++)
        {
          gint64 written_ns;

          if (latch)
            {
              LabMessageInfo info;

              while (!lab_latch_has_news (layout, known))
                ;
              while (lab_latch_read (layout, known, buffer, &info) != LAB_READ_MESSAGE)
                ;
              written_ns = info.written_ns;
              /* The second flip is no news. */
              while ((atomic_load (&lab_layout_control (layout)->sequence) & 1) != 0)
                ;
              known = atomic_load (&lab_layout_control (layout)->sequence);
              atomic_store (&meeting->delay_ns, lab_monotonic_ns () - written_ns);
            }
          else
            {
              while ((written_ns = atomic_load_explicit (&meeting->flag, memory_order_acquire)) == known_flag)
                ;
              known_flag = written_ns;
              atomic_store (&meeting->delay_ns, lab_monotonic_ns () - written_ns);
            }
          atomic_store (&meeting->seen, i);
        }
    }

  for (guint i = 0; i < N_MEETINGS; i++)
    {
      while (atomic_load (&meeting->seen) != i + 1)
        ;
      if (latch)
        lab_latch_publish (layout, text, length, i + 1, lab_monotonic_ns ());
      else
        atomic_store_explicit (&meeting->flag, lab_monotonic_ns (), memory_order_release);
      while (atomic_load (&meeting->seen) != i + 2)
        ;
      delays[i] = (double) atomic_load (&meeting->delay_ns);
    }
  test_child_kill (pid);

  return median (delays, N_MEETINGS);
}

static void
bench_seen (Meeting *meeting)
{
  double latch_ns[5], flag_ns[5], ratio[5];

  for (guint i = 0; i < 5; i++)
    {
      latch_ns[i] = time_to_seen (meeting, TRUE, 64);
      flag_ns[i] = time_to_seen (meeting, FALSE, 0);
      ratio[i] = latch_ns[i] / flag_ns[i];
    }
  report ("64 B from store to seen, spinning reader", median (latch_ns, 5), "a bare flag",
          median (flag_ns, 5), median (ratio, 5), 0);
}

/* A reader under a writer that never pauses, against one whose writer has just
 * stopped: in both the text comes out of the other core's cache. */
static void
bench_never_pausing (gsize length)
{
  g_autofree double *ns = g_new (double, N_ROUNDS * 100);
  g_autofree double *base_ns = g_new (double, N_ROUNDS * 100);
  LabControl *control = lab_layout_control (layout);
  guint n = 0, n_retries = 0, n_busy = 0;
  guint n_base = 0;
  pid_t pid = fork_child ();

  /* Bit 0 of the state: write; bit 1: write once, then say so by clearing it. */
  if (pid == 0)
    for (guint64 number = 1;; number++)
      {
        guint state = atomic_load (&control->state);

        if (state != 0)
          lab_latch_publish (layout, text, length, number, 0);
        if ((state & 2) != 0)
          atomic_fetch_and (&control->state, ~2u);
      }

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      for (guint j = 0; j < 100; j++)
        {
          LabMessageInfo info;
          gint64 start;

          atomic_store (&control->state, 2);
          while (atomic_load (&control->state) != 0)
            ;
          start = lab_monotonic_ns ();
          if (lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, buffer, &info) != LAB_READ_MESSAGE)
            g_assert_not_reached ();
          base_ns[n_base++] = (double) (lab_monotonic_ns () - start);
        }

      atomic_store (&control->state, 1);
      for (guint j = 0; j < 100; j++)
        {
          guint64 sequence = atomic_load (&control->sequence);
          LabMessageInfo info;
          LabReadResult result;
          gint64 start;

          /* The writer may be without a processor; begin when it is seen at work. */
          while (atomic_load (&control->sequence) == sequence)
            ;
          for (guint k = (j * 7919) % 997; k > 0; k--)
            __asm__ volatile ("" ::: "memory");
          start = lab_monotonic_ns ();
          while ((result = lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, buffer, &info)) == LAB_READ_BUSY)
            n_busy++;
          g_assert_cmpint (result, ==, LAB_READ_MESSAGE);
          ns[n++] = (double) (lab_monotonic_ns () - start);
          n_retries += info.n_retries;
        }
      atomic_store (&control->state, 0);
    }
  test_child_kill (pid);
  atomic_store (&control->state, 0);
  lab_latch_recover (layout);

  {
    double m = median (ns, n), base = median (base_ns, n_base);
    g_autofree char *what = g_strdup_printf ("read %" G_GSIZE_FORMAT " B under a never-pausing writer", length);

    /* The aim is about long texts; a short one's writer is back within 20 ns. */
    report (what, m, "its writer has just stopped", base, m / base, length >= 1024 ? 3 : 0);
    printf ("    tries per read %.2f, gave up %u of %u; 99th percentile %.0f ns\n",
            1 + (double) n_retries / n, n_busy, n, ns[n - n / 100 - 1]);
  }
}

int
main (int argc, char *argv[])
{
  static const gsize lengths[] = { 64, 1024, 65536 };
  g_autoptr(LabSegment) meeting_segment = NULL;
  g_autoptr(GError) error = NULL;
  gboolean quick = argc > 1 && strcmp (argv[1], "--never-pausing") == 0;

  segment = lab_segment_create (test_key (), 2 * (MAX_LENGTH + 64) + 128, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  meeting_segment = lab_segment_create (test_key (), sizeof (Meeting), 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (meeting_segment, TRUE, NULL));
  /* Both go with their last process, however this one ends. */
  lab_segment_remove (segment, NULL);
  lab_segment_remove (meeting_segment, NULL);
  layout = lab_segment_get_layout (segment);
  lab_latch_init (layout);
  text = g_malloc (MAX_LENGTH);
  memset (text, 'x', MAX_LENGTH);
  buffer = g_malloc (layout->copy_size);
  lab_latch_publish (layout, text, MAX_LENGTH, 1, 1);

  if (!quick)
    {
      compare ("look with nothing new", look_with_nothing_new, "relaxed load", relaxed_load, 0, 1000000, 3);
      compare ("lab_latch_read() with nothing new", read_with_nothing_new, "relaxed load", relaxed_load, 0, 1000000, 0);
      for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
        {
          g_autofree char *what = g_strdup_printf ("publish %" G_GSIZE_FORMAT " B", lengths[i]);

          compare (what, publish, "two memcpy", two_memcpy, lengths[i],
                   5000000 / (guint) (lengths[i] + 64), lengths[i] >= 1024 ? 1.15 : 0);
        }
      for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
        {
          g_autofree char *what = g_strdup_printf ("read %" G_GSIZE_FORMAT " B", lengths[i]);

          lab_latch_publish (layout, text, lengths[i], 1, 1);
          compare (what, read_whole, "one memcpy", one_memcpy, lengths[i],
                   10000000 / (guint) (lengths[i] + 64), lengths[i] >= 1024 ? 1.15 : 0);
        }
      bench_attached ();
      bench_seen (lab_segment_get_base (meeting_segment));
    }
  bench_never_pausing (64);
  bench_never_pausing (1024);
  bench_never_pausing (16384);
  bench_never_pausing (MAX_LENGTH);

  g_clear_object (&segment);
  g_free (text);
  g_free (buffer);

  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
