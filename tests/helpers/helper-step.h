/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A child process that can be stopped between any two of its instructions. */

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

typedef void (*StepJob) (gpointer data);

/* Returns the child, stopped between @prepare and @job, or -1 when it may not be traced. */
static inline pid_t
step_fork (StepJob  prepare,
           StepJob  job,
           gpointer data)
{
  int status;
  pid_t pid = fork ();

  g_assert_cmpint (pid, !=, -1);
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit (1);
      if (prepare != NULL)
        prepare (data);
      raise (SIGSTOP);
      job (data);
      raise (SIGSTOP);
      _exit (0);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);

  return WIFSTOPPED (status) && WSTOPSIG (status) == SIGSTOP ? pid : -1;
}

/* One instruction.  Returns FALSE when the job is done. */
static inline gboolean
step (pid_t pid)
{
  int status;

  g_assert_cmpint (ptrace (PTRACE_SINGLESTEP, pid, NULL, NULL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFSTOPPED (status) && WSTOPSIG (status) == SIGTRAP)
    return TRUE;

  g_assert_true (WIFSTOPPED (status));
  g_assert_cmpint (WSTOPSIG (status), ==, SIGSTOP);

  return FALSE;
}

static inline void
step_kill (pid_t pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}
