/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-process.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

/* The 22nd field is the start time; the 2nd, the name, may hold blanks and
 * brackets of its own, so counting begins behind the last bracket. */
#define STATE_FIELD   3
#define THREADS_FIELD 20
#define START_FIELD   22

/* What stands behind the path of a program whose file is gone. */
#define DELETED " (deleted)"

/**
 * lab_process_is_proc_ours:
 *
 * Where a new pid namespace was made and /proc is still that of the old one, its numbers mean
 * other processes.
 *
 * Source: proc(5), `/proc/self`.
 *
 * Returns: whether the numbers in /proc are those of this process's pid namespace
 */
gboolean
lab_process_is_proc_ours (void)
{
  char text[16];
  gssize length = readlink ("/proc/self", text, sizeof text - 1);

  text[MAX (length, 0)] = '\0';

  return g_ascii_strtoll (text, NULL, 10) == getpid ();
}

/**
 * lab_process_dup_path:
 * @pid: a process or a thread
 * @file: which file about it, such as "stat"
 *
 * Returns: (transfer full) (nullable): where /proc has that file; %NULL when it cannot have it
 */
char *
lab_process_dup_path (pid_t       pid,
                      const char *file)
{
  if (pid == getpid ())
    return g_strdup_printf ("/proc/self/%s", file);

  return pid > 0 && lab_process_is_proc_ours () ? g_strdup_printf ("/proc/%d/%s", (int) pid, file) : NULL;
}

/**
 * lab_process_read_stat:
 * @pid: a process or a thread
 * @stat: (out): what the kernel says about it
 *
 * Source: proc_pid_stat(5).
 *
 * Returns: whether there is such a process, and /proc shows it
 */
gboolean
lab_process_read_stat (pid_t           pid,
                       LabProcessStat *stat)
{
  g_autofree char *path = lab_process_dup_path (pid, "stat");
  g_autofree char *text = NULL;
  g_auto(GStrv) fields = NULL;
  const char *rest;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;

  rest = strrchr (text, ')');
  if (rest == NULL || rest[1] != ' ')
    return FALSE;

  fields = g_strsplit (rest + 2, " ", START_FIELD - STATE_FIELD + 2);
  if (g_strv_length (fields) <= START_FIELD - STATE_FIELD)
    return FALSE;

  stat->is_zombie = fields[0][0] == 'Z' || fields[0][0] == 'X' || fields[0][0] == 'x';
  stat->n_threads = g_ascii_strtoull (fields[THREADS_FIELD - STATE_FIELD], NULL, 10);

  return g_ascii_string_to_unsigned (fields[START_FIELD - STATE_FIELD], 10, 0, G_MAXUINT64, &stat->start_ticks, NULL);
}

/**
 * lab_process_get_start_ticks:
 * @pid: a process
 *
 * When a process started.  Pids are used again, a pid with its start is not.
 *
 * Source: proc_pid_stat(5), field 22.
 *
 * Returns: clock ticks since boot, or 0 when there is no such process
 */
guint64
lab_process_get_start_ticks (pid_t pid)
{
  LabProcessStat stat;

  return lab_process_read_stat (pid, &stat) ? stat.start_ticks : 0;
}

/**
 * lab_process_open:
 * @pid: a process
 *
 * A file descriptor that becomes readable when the process ends, whoever its
 * parent is.  It needs no permission, and it still means the same process when
 * its pid is used again; whether @pid was the right one when this opened it, is
 * asked of lab_presence_find() afterwards.
 *
 * Source: pidfd_open(2), since Linux 5.3.
 *
 * Returns: the descriptor, closed on exec, which the caller closes; -1 when there is no
 *   such process, no room for a descriptor, or no such system call
 */
int
lab_process_open (pid_t pid)
{
  return pid > 0 ? (int) syscall (SYS_pidfd_open, pid, 0) : -1;
}

/**
 * lab_process_dup_name:
 * @pid: a process
 *
 * Source: proc_pid_comm(5), at most 15 bytes.
 *
 * Returns: (transfer full) (nullable): its name as lab_text_format_name() makes it, or
 *   %NULL when there is no such process, or none to be seen
 */
char *
lab_process_dup_name (pid_t pid)
{
  g_autofree char *path = lab_process_dup_path (pid, "comm");
  g_autofree char *text = NULL;
  gsize length;

  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL))
    return NULL;

  if (length > 0 && text[length - 1] == '\n')
    text[length - 1] = '\0';

  return lab_text_format_name (text);
}

/**
 * lab_process_dup_program:
 * @pid: a process
 *
 * A process may call itself whatever it likes, see lab_process_dup_name(); what file it runs
 * the kernel says.
 *
 * Source: proc_pid_exe(5), where " (deleted)" follows when a new program was installed meanwhile.
 *
 * Returns: (transfer full) (nullable) (type filename): the name of that file without its folders;
 *   %NULL when there is no such process, or this one may not know
 */
char *
lab_process_dup_program (pid_t pid)
{
  g_autofree char *path = lab_process_dup_path (pid, "exe");
  g_autofree char *target = path != NULL ? g_file_read_link (path, NULL) : NULL;

  if (target == NULL)
    return NULL;
  if (g_str_has_suffix (target, DELETED))
    target[strlen (target) - strlen (DELETED)] = '\0';

  return g_path_get_basename (target);
}

static gboolean
is_mapped (guint       id,
           const char *map_path)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  guint64 inside, outside, count;

  if (!g_file_get_contents (map_path, &text, NULL, NULL))
    return TRUE;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (sscanf (lines[i], "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &inside, &outside, &count) == 3
        && id >= inside && id - inside < count)
      return TRUE;

  return FALSE;
}

/**
 * lab_process_knows_id:
 * @id: a user or a group that the kernel has named
 * @is_group: which of the two
 *
 * In a user namespace of its own, a process is told one number for all users who have none there:
 * usually that of the user nobody, who is not the one that is meant.
 *
 * Source: user_namespaces(7), unmapped user and group IDs.
 *
 * Returns: %FALSE when @id only means that the kernel has no number for whoever it is
 */
gboolean
lab_process_knows_id (guint    id,
                      gboolean is_group)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (is_group ? "/proc/sys/kernel/overflowgid" : "/proc/sys/kernel/overflowuid", &text, NULL, NULL)
      || g_ascii_strtoull (text, NULL, 10) != id)
    return TRUE;

  return is_mapped (id, is_group ? "/proc/self/gid_map" : "/proc/self/uid_map");
}

/**
 * lab_process_dup_user_name:
 * @uid: a user
 *
 * May ask a directory service, so a thread is the place for it.
 *
 * Source: getpwuid_r(3).
 *
 * Returns: (transfer full): the login name as lab_text_format_name() makes it, or the
 * number of a user who has none
 */
char *
lab_process_dup_user_name (uid_t uid)
{
  struct passwd entry, *found = NULL;
  long hint = sysconf (_SC_GETPW_R_SIZE_MAX);
  gsize size = hint > 0 ? (gsize) hint : 1024;

  if (!lab_process_knows_id (uid, FALSE))
    return g_strdup (_("a user without a number here"));

  while (TRUE)
    {
      g_autofree char *buffer = g_malloc (size);
      int errsv = getpwuid_r (uid, &entry, buffer, size, &found);

      if (errsv == ERANGE && size < 1024 * 1024)
        {
          size *= 2;
          continue;
        }
      if (errsv == 0 && found != NULL && entry.pw_name[0] != '\0')
        return lab_text_format_name (entry.pw_name);

      return g_strdup_printf ("%u", (guint) uid);
    }
}

/**
 * lab_process_has_capability:
 * @capability: a number such as `CAP_IPC_OWNER`
 *
 * What root may depends on this and not on the user id: in a container root
 * usually has neither `CAP_IPC_OWNER` nor `CAP_SYS_ADMIN`.
 *
 * Source: capabilities(7); proc_pid_status(5), CapEff.
 *
 * Returns: whether this process has it now
 */
gboolean
lab_process_has_capability (guint capability)
{
  g_autofree char *text = NULL;
  const char *line;

  g_return_val_if_fail (capability < 64, FALSE);

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return FALSE;

  line = strstr (text, "\nCapEff:");

  return line != NULL && (g_ascii_strtoull (line + strlen ("\nCapEff:"), NULL, 16) >> capability & 1) != 0;
}

/**
 * lab_monotonic_ns:
 *
 * Source: clock_gettime(2) `CLOCK_MONOTONIC`, the same in every process.
 *
 * Returns: nanoseconds since some moment in the past
 */
gint64
lab_monotonic_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return (gint64) now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}
