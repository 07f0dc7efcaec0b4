/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdlib.h>

/* How long a test waits before it fails; the machine may be busy. */
#define TEST_LIMIT_SECONDS 60

/* Runs the main loop until @condition holds; a test that waits in vain fails. */
#define test_wait_for(condition) \
  G_STMT_START { \
    gint64 test_limit_us = g_get_monotonic_time () + TEST_LIMIT_SECONDS * G_USEC_PER_SEC; \
    guint test_tick_id = g_timeout_add (50, test_tick_cb, NULL); \
    while (!(condition) && g_get_monotonic_time () < test_limit_us) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (test_tick_id); \
    g_assert_true (condition); \
  } G_STMT_END

static inline gboolean
test_tick_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop for a while, to see that nothing happens. */
static inline void
test_run_for_ms (guint time_ms)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) time_ms * 1000;
  guint tick_id = g_timeout_add (10, test_tick_cb, NULL);

  while (g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick_id);
}

static inline int
test_compare_times (gconstpointer a,
                    gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

/* The shortest first, so that the median stands in the middle. */
static inline void
test_sort_times (gint64 *times,
                 gsize   n_times)
{
  qsort (times, n_times, sizeof *times, test_compare_times);
}
