/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LabCarryCount:
 * @read_bytes: what read(2) returned, counted by us
 * @read_calls: calls of read(2)
 * @write_bytes: what write(2) returned, counted by us
 * @write_calls: calls of write(2)
 * @queue_bytes: bytes of msgsnd(2) and msgrcv(2); the kernel's `rchar` and `wchar` leave them out
 * @queue_calls: calls of msgsnd(2) and msgrcv(2)
 * @semaphore_calls: calls of semop(2)
 * @futex_calls: calls of futex(2), and of sched_yield(2) where one core has to do
 * @memcpy_bytes: bytes that this process copied itself
 * @rchar: `rchar` of `/proc/PID/io`: bytes that read calls returned
 * @wchar: `wchar` of `/proc/PID/io`: bytes that write calls took
 * @syscr: `syscr` of `/proc/PID/io`: read calls
 * @syscw: `syscw` of `/proc/PID/io`: write calls
 * @voluntary: context switches because it waited, getrusage(2)
 * @involuntary: context switches because its time was up, getrusage(2)
 * @user_ns: CPU time in the process
 * @system_ns: CPU time in the kernel
 * @faults: page faults without a disk
 * @start_ns: when the work began, `CLOCK_MONOTONIC`
 * @end_ns: when it was done
 * @max_rss_kib: the most memory it had, KiB; set when it has ended
 *
 * What one process did between lab_carry_count_begin() and lab_carry_count_end().
 */
typedef struct
{
  guint64 read_bytes;
  guint64 read_calls;
  guint64 write_bytes;
  guint64 write_calls;
  guint64 queue_bytes;
  guint64 queue_calls;
  guint64 semaphore_calls;
  guint64 futex_calls;
  guint64 memcpy_bytes;
  guint64 rchar;
  guint64 wchar;
  guint64 syscr;
  guint64 syscw;
  guint64 voluntary;
  guint64 involuntary;
  guint64 user_ns;
  guint64 system_ns;
  guint64 faults;
  gint64  start_ns;
  gint64  end_ns;
  guint64 max_rss_kib;
} LabCarryCount;

/**
 * LabCarryCountStart:
 *
 * What the counters of the kernel said at the start; the caller's, on its stack.
 */
typedef struct
{
  int           io_fd;
  LabCarryCount count;
} LabCarryCountStart;

void    lab_carry_count_begin     (LabCarryCountStart  *start);
void    lab_carry_count_end       (LabCarryCountStart  *start,
                                   LabCarryCount       *count);
guint64 lab_carry_count_get_calls (const LabCarryCount *count);

G_END_DECLS
