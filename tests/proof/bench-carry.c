/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the ring is worth against the pipe and against one process alone: ratios
 * of medians, taken in one run with the ways in turn, so that a busy machine
 * weighs on all of them alike.  The pipe has its best block, 64 KiB, where the
 * ring has its best.  Fails when a figure is less than half its aim. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "helpers/helper-carry.h"

#define ROUNDS "9"
#define SIZE   "128MiB"

static const guint64 blocks[] = { 1024, 4096, 16384, 65536, 262144, 1048576 };
#define PIPE_BEST 65536

static const struct
{
  const char *mode;
  double      best_aim;   /* ring against pipe, each at its best block; 0: none */
  double      plain_aim;  /* ring against one process, each at its best block; 0: none */
} modes[] = {
  { "fresh",    1.5, 1.2 },
  { "in-place", 2.0, 0 },
  { "nowhere",  2.5, 0 },
  { "memory",   0,   0 },
};

static gboolean failed;

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* GiB a second. */
static double
median (GArray    *results,
        LabWayKind kind,
        guint64    block)
{
  g_autoptr(GArray) speeds = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < results->len; i++)
    {
      const LabCarryResult *result = &g_array_index (results, LabCarryResult, i);
      double speed = lab_carry_result_get_speed (result) / 1024 / 1024 / 1024;

      if (result->kind == kind && result->block_bytes == block)
        g_array_append_val (speeds, speed);
    }
  g_array_sort (speeds, compare);

  return g_array_index (speeds, double, speeds->len / 2);
}

static void
hold (const char *what,
      double      ratio,
      double      aim)
{
  printf ("    %-34s %5.2f  aim %.1f  %s\n", what, ratio, aim, ratio >= aim ? "held" : "MISSED");
  if (ratio < aim / 2)
    failed = TRUE;
}

static void
measure (const char *mode,
         double      best_aim,
         double      plain_aim)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  double ring_best = 0, plain_best = 0;

  carry_run_start (run, NULL, "--ways", "pipe,ring,plain", "--blocks", "1KiB,4KiB,16KiB,64KiB,256KiB,1MiB", "--rounds", ROUNDS, "--make", SIZE,
                   "--mode", mode, "--folder", run->folder, NULL);
  if (carry_run_finish (run) != 0)
    {
      fprintf (stderr, "%s: %s\n", mode, run->error_message);
      failed = TRUE;
      return;
    }

  printf ("%s, GiB/s, medians of " ROUNDS " rounds of " SIZE "\n", mode);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      double pipe = median (run->results, LAB_WAY_PIPE, blocks[i]);
      double ring = median (run->results, LAB_WAY_RING, blocks[i]);
      double plain = median (run->results, LAB_WAY_PLAIN, blocks[i]);
      g_autofree char *what = g_strdup_printf ("ring/pipe at %" G_GUINT64_FORMAT, blocks[i]);

      printf ("  block %7" G_GUINT64_FORMAT "  pipe %6.2f  ring %6.2f  one process %6.2f\n", blocks[i], pipe, ring, plain);
      hold (what, ring / pipe, 1.0);
      ring_best = MAX (ring_best, ring);
      plain_best = MAX (plain_best, plain);
    }
  if (best_aim > 0)
    hold ("ring/pipe, each at its best", ring_best / median (run->results, LAB_WAY_PIPE, PIPE_BEST), best_aim);
  if (plain_aim > 0)
    hold ("ring/one process, each at its best", ring_best / plain_best, plain_aim);
}

int
main (int   argc,
      char *argv[])
{
  double load = 0;

  if (getloadavg (&load, 1) == 1)
    printf ("load %.1f on %u processors\n", load, g_get_num_processors ());
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    measure (modes[i].mode, modes[i].best_aim, modes[i].plain_aim);

  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
