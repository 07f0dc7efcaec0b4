/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <string.h>
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
