/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static inline gboolean
test_write_to (const char *path,
               const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean ok = fd != -1 && write (fd, text, strlen (text)) == (gssize) strlen (text);

  if (fd != -1)
    close (fd);

  return ok;
}

/* Gives this process, and all that it starts, namespaces of its own: @flags as for unshare(2).  An
 * ordinary user may have them in a user namespace only, in which it stays who it is.  Each thread
 * has its own: to be called before there are any. */
static inline gboolean
test_unshare (int flags)
{
  g_autofree char *uid_map = g_strdup_printf ("%u %u 1", (guint) geteuid (), (guint) geteuid ());
  g_autofree char *gid_map = g_strdup_printf ("%u %u 1", (guint) getegid (), (guint) getegid ());

  if (unshare (flags) == 0)
    return TRUE;

  return unshare (CLONE_NEWUSER | flags) == 0
         && test_write_to ("/proc/self/setgroups", "deny")
         && test_write_to ("/proc/self/uid_map", uid_map)
         && test_write_to ("/proc/self/gid_map", gid_map);
}

/* Moves the test program into an IPC namespace of its own, where nobody else makes or removes anything. */
static inline gboolean
test_leave_the_common_namespace (void)
{
  return test_unshare (CLONE_NEWIPC);
}

#define TEST_NOT_PERMITTED 77

/* Within a body for test_in_namespace(): @number says which check it was. */
#define TEST_CHECK(number, condition) do { if (!(condition)) return number; } while (0)

/* A /proc of this process's pid namespace; @options such as "hidepid=2", or NULL. */
static inline gboolean
test_mount_proc (const char *options)
{
  return mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
         && mount ("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0;
}

/* Another process that has the number of one that is gone, in a pid namespace of one's own with a /proc
 * of its own; it dies with this process.  0 where numbers may not be chosen. */
static inline pid_t
test_give_pid_again (pid_t pid)
{
  g_autofree char *last = g_strdup_printf ("%d", (int) pid - 1);
  pid_t other;

  if (!test_write_to ("/proc/sys/kernel/ns_last_pid", last))
    return 0;
  other = fork ();
  if (other == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      while (TRUE)
        pause ();
    }

  return other;
}

/* Runs @body in a process of its own that has namespaces of its own, @flags as for unshare(2); with
 * CLONE_NEWPID it is process 1 of them.  The body returns 0, the number of a check that failed, or
 * TEST_NOT_PERMITTED: then the test is skipped. */
static inline void
test_in_namespace (int        flags,
                   int      (*body) (gpointer data),
                   gpointer   data)
{
  pid_t pid = fork ();
  int status = 0;

  if (pid == 0)
    {
      pid_t first;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (!test_unshare (flags))
        _exit (TEST_NOT_PERMITTED);
      first = fork ();
      if (first == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          _exit (body (data));
        }
      waitpid (first, &status, 0);
      _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 70);
    }
  waitpid (pid, &status, 0);

  if (WIFEXITED (status) && WEXITSTATUS (status) == TEST_NOT_PERMITTED)
    g_test_skip ("no namespaces are permitted here");
  else
    g_assert_cmpint (WIFEXITED (status) ? WEXITSTATUS (status) : 70, ==, 0);
}
