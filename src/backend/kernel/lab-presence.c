/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-presence.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"

/* The kernel writes its records with the second of its last tick, which a busy machine may owe it. */
#define TICK_SLACK_US (G_USEC_PER_SEC / 4)

static guint32
get_namespace (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 ? (guint32) info.st_ino : 0;
}

/* A process never leaves its namespaces, but what it forks may be in others. */
static _Atomic guint64 own_namespaces;

static void
forget_namespaces (void)
{
  own_namespaces = 0;
}

/**
 * lab_presence_get_namespaces:
 *
 * Where the pid and the start of this process mean something: numbers of processes are those of a
 * pid namespace, and clock ticks since boot those of a time namespace.
 *
 * Source: namespaces(7), the inodes of `/proc/self/ns/pid` and `/proc/self/ns/time`, each in 32 bits.
 *
 * Returns: both in one number, the same in each process that shares both; 0 when that cannot be found out
 */
guint64
lab_presence_get_namespaces (void)
{
  static gsize is_prepared;
  guint64 pids;

  if (g_once_init_enter (&is_prepared))
    {
      pthread_atfork (NULL, NULL, forget_namespaces);
      g_once_init_leave (&is_prepared, 1);
    }
  if (own_namespaces != 0)
    return own_namespaces;

  pids = get_namespace ("/proc/self/ns/pid");
  if (pids != 0)
    own_namespaces = pids | (guint64) get_namespace ("/proc/self/ns/time") << 32;

  return own_namespaces;
}

/**
 * lab_presence_shares_pids:
 * @pid: a process that can be seen
 *
 * A process sees those of the pid namespaces within its own, under numbers that they do not
 * have for themselves.
 *
 * Returns: whether what @pid calls itself is what it is called here; %FALSE when that cannot be found out
 */
gboolean
lab_presence_shares_pids (pid_t pid)
{
  g_autofree char *path = lab_process_dup_path (pid, "ns/pid");
  guint32 theirs = path != NULL ? get_namespace (path) : 0;

  return theirs != 0 && theirs == (guint32) lab_presence_get_namespaces ();
}

/* What is known when /proc says nothing of a process. */
static LabPresence
find_hidden (pid_t pid)
{
  return kill (pid, 0) == 0 || errno != ESRCH ? LAB_PRESENCE_UNSEEN : LAB_PRESENCE_GONE;
}

static LabPresence
judge (const LabProcessStat *stat)
{
  /* A program's first thread may end while the others run on. */
  return stat->is_zombie && stat->n_threads <= 1 ? LAB_PRESENCE_ENDED : LAB_PRESENCE_RUNS;
}

/**
 * lab_presence_find:
 * @pid: a process or a thread, as it called itself
 * @start_ticks: from its lab_process_get_start_ticks(), or 0 when it is unknown
 * @namespaces: from its lab_presence_get_namespaces(), or 0 when it is unknown
 *
 * For what a process has written down about itself, as in our control block.  Without
 * @start_ticks a process that was given the same pid later passes for the one that was meant.
 * Without @namespaces nobody is known to be gone, because the number may be another namespace's;
 * who finds such a process is sure enough, since the start is the same as well.
 *
 * Source: proc_pid_stat(5); kill(2) where /proc hides other users' processes.
 *
 * Returns: whether it lives
 */
LabPresence
lab_presence_find (pid_t   pid,
                   guint64 start_ticks,
                   guint64 namespaces)
{
  guint64 own = lab_presence_get_namespaces ();
  gboolean is_known = own != 0 && namespaces == own;
  LabPresence answer = LAB_PRESENCE_GONE;
  LabProcessStat stat;

  if (pid <= 0)
    return LAB_PRESENCE_UNSEEN;
  if (namespaces != 0 && !is_known && (guint32) namespaces != (guint32) own)
    return LAB_PRESENCE_UNSEEN;

  if (!lab_process_read_stat (pid, &stat))
    answer = find_hidden (pid);
  else if (start_ticks == 0 || stat.start_ticks == start_ticks)
    return judge (&stat);
  else if (namespaces != 0 && !is_known)
    return LAB_PRESENCE_UNSEEN;   /* the same pids, but ticks of another time namespace */

  return answer == LAB_PRESENCE_GONE && namespaces == 0 ? LAB_PRESENCE_UNSEEN : answer;
}

/* When a process started, by the wall clock of now. */
static gint64
get_start_us (guint64 start_ticks)
{
  const long ticks_per_second = sysconf (_SC_CLK_TCK);
  struct timespec since_boot;
  gint64 boot_us;

  clock_gettime (CLOCK_BOOTTIME, &since_boot);
  boot_us = g_get_real_time () - since_boot.tv_sec * G_USEC_PER_SEC - since_boot.tv_nsec / 1000;

  return boot_us + (gint64) (start_ticks * G_USEC_PER_SEC / (guint64) MAX (ticks_per_second, 1));
}

/**
 * lab_presence_find_now:
 * @pid: a process that a record of the kernel names, 0 for one of another pid namespace
 * @start_us: (out): when it started, in microseconds since 1970 by the wall clock of now; 0 when
 *   that cannot be told
 *
 * Returns: whether a process has that number now
 */
LabPresence
lab_presence_find_now (pid_t   pid,
                       gint64 *start_us)
{
  LabProcessStat stat;

  *start_us = 0;
  if (pid <= 0)
    return LAB_PRESENCE_UNSEEN;
  if (!lab_process_read_stat (pid, &stat))
    return find_hidden (pid);

  *start_us = get_start_us (stat.start_ticks);

  return judge (&stat);
}

/**
 * lab_presence_compare:
 * @now: from lab_presence_find_now()
 * @start_us: from lab_presence_find_now()
 * @time_seconds: when the process did what a record says, in seconds since 1970
 *
 * For many records that name the same process: see lab_presence_find_recorded().
 *
 * Returns: whether the process that is meant lives
 */
LabPresence
lab_presence_compare (LabPresence now,
                      gint64      start_us,
                      gint64      time_seconds)
{
  return start_us >= (time_seconds + 1) * G_USEC_PER_SEC + TICK_SLACK_US ? LAB_PRESENCE_GONE : now;
}

/**
 * lab_presence_find_recorded:
 * @pid: a process that a record of the kernel names
 * @time_seconds: when it did what the record says, in seconds since 1970
 *
 * The kernel's record of a segment names pids, in the numbers of whoever asks, but not when they
 * started.  A process that started only later did not do it: it has the same number.  In the same
 * second nobody can tell, and it counts as the one that was meant.
 *
 * Source: shmctl(2) IPC_STAT, where 0 is a process of another pid namespace; proc_pid_stat(5).
 *
 * Returns: whether it lives
 */
LabPresence
lab_presence_find_recorded (pid_t  pid,
                            gint64 time_seconds)
{
  gint64 start_us;
  LabPresence now = lab_presence_find_now (pid, &start_us);

  return lab_presence_compare (now, start_us, time_seconds);
}

/**
 * lab_presence_may_run:
 * @presence: what was found
 *
 * Returns: whether the process runs, or may run: then nothing is taken from it
 */
gboolean
lab_presence_may_run (LabPresence presence)
{
  return presence == LAB_PRESENCE_RUNS || presence == LAB_PRESENCE_UNSEEN;
}
