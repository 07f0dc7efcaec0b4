/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"

#define TEST_NOBODY 65534

/* Another process that attaches a segment, once or more often, and then waits
 * to be killed.  It dies with the test, whatever happens. */
static inline pid_t
test_child_attach (int      id,
                   gboolean writable,
                   guint    n_times)
{
  int fds[2];
  char byte = 0;
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      prctl (PR_SET_NAME, writable ? "lab-writer" : "lab-reader");
      byte = 'y';
      for (guint i = 0; i < n_times; i++)
        if (lab_sysv_shmat (id, writable, NULL) == NULL)
          byte = 'n';
      (void) !write (fds[1], &byte, 1);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'y');
  close (fds[0]);

  return pid;
}

/* Another process that makes a segment, does not attach it, and waits to be
 * killed.  A bare system call: with threads about, a child must not allocate. */
static inline pid_t
test_child_create (key_t  key,
                   gsize  size_bytes,
                   int   *id)
{
  const int create_exclusive_0600 = 01000 | 02000 | 0600;
  int fds[2];
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      int made;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      prctl (PR_SET_NAME, "lab-creator");
      made = (int) syscall (SYS_shmget, key, size_bytes, create_exclusive_0600);
      (void) !write (fds[1], &made, sizeof made);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], id, sizeof *id), ==, sizeof *id);
  g_assert_cmpint (*id, !=, -1);
  close (fds[0]);

  return pid;
}

/* kill -9: once this returns, the kernel has detached it. */
static inline void
test_child_kill (pid_t pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

/* The children of a test, as an array of pids. */
static inline GArray *
test_children_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (pid_t));
}

/* One more, as by test_child_attach(). */
static inline pid_t
test_children_add (GArray  *children,
                   int      id,
                   gboolean writable,
                   guint    n_times)
{
  pid_t pid = test_child_attach (id, writable, n_times);

  g_array_append_val (children, pid);

  return pid;
}

/* Kills them all, so that none is left in the array. */
static inline void
test_children_kill (GArray *children)
{
  for (guint i = 0; i < children->len; i++)
    test_child_kill (g_array_index (children, pid_t, i));
  g_array_set_size (children, 0);
}
