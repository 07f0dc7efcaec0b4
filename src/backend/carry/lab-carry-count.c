/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carry-count.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"

static guint64
field (const char *text,
       const char *name)
{
  const char *found = strstr (text, name);

  return found != NULL ? g_ascii_strtoull (found + strlen (name), NULL, 10) : 0;
}

/* Returns how many bytes the reading itself added to rchar. */
static gsize
read_io (int            fd,
         LabCarryCount *count)
{
  char text[512];
  ssize_t n = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);

  if (n <= 0)
    return 0;

  text[n] = '\0';
  count->rchar = field (text, "rchar: ");
  count->wchar = field (text, "wchar: ");
  count->syscr = field (text, "syscr: ");
  count->syscw = field (text, "syscw: ");

  return (gsize) n;
}

static guint64
timeval_to_ns (const struct timeval *time)
{
  return (guint64) time->tv_sec * 1000000000 + (guint64) time->tv_usec * 1000;
}

static void
read_usage (LabCarryCount *count)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return;

  count->voluntary = (guint64) usage.ru_nvcsw;
  count->involuntary = (guint64) usage.ru_nivcsw;
  count->faults = (guint64) usage.ru_minflt;
  count->user_ns = timeval_to_ns (&usage.ru_utime);
  count->system_ns = timeval_to_ns (&usage.ru_stime);
}

/**
 * lab_carry_count_begin:
 * @start: (out caller-allocates): where this process's counters stand now
 *
 * What the reading of `/proc/self/io` itself costs is taken off, so that a
 * process that does nothing counts nothing.
 *
 * Source: proc_pid_io(5), getrusage(2).
 */
void
lab_carry_count_begin (LabCarryCountStart *start)
{
  gsize own_bytes;

  memset (start, 0, sizeof *start);
  start->io_fd = open ("/proc/self/io", O_RDONLY | O_CLOEXEC);
  own_bytes = read_io (start->io_fd, &start->count);
  start->count.rchar += own_bytes;
  start->count.syscr += own_bytes > 0 ? 1 : 0;
  read_usage (&start->count);
  start->count.start_ns = lab_monotonic_ns ();
}

/**
 * lab_carry_count_end:
 * @start: from lab_carry_count_begin()
 * @count: gets what the kernel counted since; our own counters in it stay
 */
void
lab_carry_count_end (LabCarryCountStart *start,
                     LabCarryCount      *count)
{
  LabCarryCount now = { 0 };

  count->start_ns = start->count.start_ns;
  count->end_ns = lab_monotonic_ns ();

  read_usage (&now);
  read_io (start->io_fd, &now);
  if (start->io_fd >= 0)
    close (start->io_fd);
  start->io_fd = -1;

  count->rchar = now.rchar - start->count.rchar;
  count->wchar = now.wchar - start->count.wchar;
  count->syscr = now.syscr - start->count.syscr;
  count->syscw = now.syscw - start->count.syscw;
  count->voluntary = now.voluntary - start->count.voluntary;
  count->involuntary = now.involuntary - start->count.involuntary;
  count->faults = now.faults - start->count.faults;
  count->user_ns = now.user_ns - start->count.user_ns;
  count->system_ns = now.system_ns - start->count.system_ns;
}

/**
 * lab_carry_count_get_calls:
 * @count: counts
 *
 * Returns: the system calls that the work took, as we counted them
 */
guint64
lab_carry_count_get_calls (const LabCarryCount *count)
{
  return count->read_calls + count->write_calls + count->queue_calls + count->semaphore_calls + count->futex_calls;
}
