/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <poll.h>
#include <time.h>

/* How long the main loop works between two waits, in processor time of the main
 * thread: a machine that is busy with other things changes nothing about it. */

static struct
{
  gint64 began_us;
  gint64 total_us;
  gint64 longest_us;
  guint  n_long;      /* longer than a frame of 16 ms */
} test_blocks;

static inline gint64
test_blocks_now_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static int
test_blocks_poll (GPollFD *fds,
                  guint    n_fds,
                  int      timeout_ms)
{
  gint64 took_us = test_blocks_now_us () - test_blocks.began_us;
  int result;

  test_blocks.total_us += took_us;
  test_blocks.longest_us = MAX (test_blocks.longest_us, took_us);
  test_blocks.n_long += took_us > 16000;
  result = poll ((struct pollfd *) fds, n_fds, timeout_ms);
  test_blocks.began_us = test_blocks_now_us ();

  return result;
}

static inline void
test_blocks_begin (void)
{
  test_blocks.total_us = test_blocks.longest_us = 0;
  test_blocks.n_long = 0;
  test_blocks.began_us = test_blocks_now_us ();
  g_main_context_set_poll_func (NULL, test_blocks_poll);
}

static inline void
test_blocks_end (void)
{
  g_main_context_set_poll_func (NULL, NULL);
}
