/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-carry.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/helper-namespace.h"

static gboolean isolated;

/**
 * carry_isolate:
 *
 * Moves the test program and all it starts into an IPC namespace of its own.
 * Called before anything else, while there is one thread.
 */
void
carry_isolate (void)
{
  isolated = test_leave_the_common_namespace ();
}

gboolean
carry_is_isolated (void)
{
  return isolated;
}

/* Whether there is time for everything. */
gboolean
carry_is_thorough (void)
{
  return g_getenv ("LAB_SLOW_TESTS") != NULL;
}

CarryRun *
carry_run_new (void)
{
  CarryRun *run = g_new0 (CarryRun, 1);
  g_autoptr(GError) error = NULL;

  /* Memory, so that no disk decides how long this takes. */
  if (g_access ("/dev/shm", W_OK) == 0)
    {
      run->folder = g_strdup ("/dev/shm/shmlab-test-XXXXXX");
      g_assert_nonnull (g_mkdtemp (run->folder));
    }
  else
    {
      run->folder = g_dir_make_tmp ("shmlab-test-XXXXXX", &error);
      g_assert_no_error (error);
    }
  g_chmod (run->folder, 0777);
  run->results = g_array_new (FALSE, FALSE, sizeof (LabCarryResult));
  run->trips = g_array_new (FALSE, FALSE, sizeof (LabTripResult));
  run->server_fd = -1;
  run->client_fd = -1;

  return run;
}

static void
close_pidfds (CarryRun *run)
{
  if (run->server_fd >= 0)
    close (run->server_fd);
  if (run->client_fd >= 0)
    close (run->client_fd);
  run->server_fd = -1;
  run->client_fd = -1;
}

/* Another user may have no way into the build folder, as below /root, and
 * /dev/shm may not be for programs. */
static void
copy_program (CarryRun *run)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-test-XXXXXX", NULL);
  g_autoptr(GFile) from = g_file_new_for_path (g_getenv ("SHMLAB_CARRY"));
  g_autoptr(GFile) to = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (folder);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  run->program = g_build_filename (folder, "shmlab-carry", NULL);
  to = g_file_new_for_path (run->program);
  g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (run->program, 0755), ==, 0);
}

static void
remove_program (CarryRun *run)
{
  g_autofree char *folder = NULL;

  if (run->program == NULL)
    return;

  folder = g_path_get_dirname (run->program);
  g_remove (run->program);
  g_rmdir (folder);
  g_free (run->program);
}

void
carry_run_free (CarryRun *run)
{
  g_autoptr(GDir) dir = g_dir_open (run->folder, 0, NULL);
  const char *name;

  if (run->process != NULL)
    {
      g_subprocess_force_exit (run->process);
      g_subprocess_wait (run->process, NULL, NULL);
    }
  g_clear_object (&run->lines);
  g_clear_object (&run->process);
  close_pidfds (run);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (run->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (run->folder);
  remove_program (run);

  lab_carry_event_clear (&run->event);
  g_array_unref (run->results);
  g_array_unref (run->trips);
  g_free (run->error_message);
  g_free (run->folder);
  g_free (run);
}

char *
carry_run_path (CarryRun   *run,
                const char *name)
{
  return g_build_filename (run->folder, name, NULL);
}

/* Makes the file "input" of random bytes. */
char *
carry_run_input (CarryRun *run,
                 gsize     size_bytes)
{
  char *path = carry_run_path (run, "input");
  g_autofree guint64 *bytes = g_malloc (size_bytes + sizeof (guint64));
  guint64 state = (guint32) g_test_rand_int () | 1;
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < size_bytes / sizeof (guint64) + 1; i++)
    {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      bytes[i] = state;
    }
  g_file_set_contents_full (path, (const char *) bytes, (gssize) size_bytes, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);

  return path;
}

void
carry_run_start (CarryRun             *run,
                 GSpawnChildSetupFunc  child_setup,
                 const char           *first_arg,
                 ...)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GPtrArray) args = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  va_list list;

  g_assert_null (run->process);
  g_assert_nonnull (g_getenv ("SHMLAB_CARRY"));

  if (child_setup != NULL)
    copy_program (run);
  g_ptr_array_add (args, run->program != NULL ? run->program : (gpointer) g_getenv ("SHMLAB_CARRY"));
  va_start (list, first_arg);
  for (const char *arg = first_arg; arg != NULL; arg = va_arg (list, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (list);
  g_ptr_array_add (args, NULL);

  g_subprocess_launcher_setenv (launcher, "TMPDIR", run->folder, TRUE);
  if (child_setup != NULL)
    g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  run->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) args->pdata, &error);
  g_assert_no_error (error);
  run->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
}

static int
open_pid (guint64 pid)
{
  return pid > 0 ? (int) syscall (SYS_pidfd_open, (pid_t) pid, 0) : -1;
}

/* Reads the next line; FALSE at the end. */
gboolean
carry_run_next (CarryRun *run)
{
  g_autofree char *line = g_data_input_stream_read_line (run->lines, NULL, NULL, NULL);

  if (line == NULL)
    return FALSE;

  lab_carry_event_clear (&run->event);
  if (!lab_carry_event_parse (line, &run->event))
    g_error ("not a line of the documented form: %s", line);

  switch (run->event.type)
    {
    case LAB_CARRY_EVENT_START:
      close_pidfds (run);
      run->server_fd = open_pid (run->event.server_pid);
      run->client_fd = open_pid (run->event.client_pid);
      break;
    case LAB_CARRY_EVENT_RESULT:
      g_array_append_val (run->results, run->event.result);
      break;
    case LAB_CARRY_EVENT_TRIP:
      g_array_append_val (run->trips, run->event.trip);
      break;
    case LAB_CARRY_EVENT_ERROR:
      run->failed = TRUE;
      run->error_code = run->event.error_code;
      run->error_message = g_strdup (run->event.message);
      break;
    case LAB_CARRY_EVENT_DONE:
      run->done = TRUE;
      break;
    case LAB_CARRY_EVENT_PLAN:
    case LAB_CARRY_EVENT_PROGRESS:
    default:
      break;
    }

  return TRUE;
}

/* Reads on until a line of @type; FALSE when the program has ended before. */
gboolean
carry_run_until (CarryRun          *run,
                 LabCarryEventType  type)
{
  while (carry_run_next (run))
    if (run->event.type == type)
      return TRUE;

  return FALSE;
}

/* Reads to the end.  Returns the exit status, or -1 when a signal ended it. */
int
carry_run_finish (CarryRun *run)
{
  while (carry_run_next (run))
    ;
  g_assert_true (g_subprocess_wait (run->process, NULL, NULL));

  return g_subprocess_get_if_exited (run->process) ? g_subprocess_get_exit_status (run->process) : -1;
}

static guint
count_lines (const char *path)
{
  g_autofree char *text = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *c = text; *c != '\0'; c++)
    n += *c == '\n';

  return n;
}

/* Neither kernel objects nor files, but for those of @names. */
void
carry_run_expect_nothing_left (CarryRun           *run,
                               const char * const *names)
{
  g_autoptr(GDir) dir = g_dir_open (run->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_strv_contains (names, name))
      {
        g_test_message ("left behind: %s", name);
        g_test_fail ();
      }

  if (isolated)
    {
      /* Each table has one line of headings. */
      g_assert_cmpuint (count_lines ("/proc/sysvipc/shm"), ==, 1);
      g_assert_cmpuint (count_lines ("/proc/sysvipc/sem"), ==, 1);
      g_assert_cmpuint (count_lines ("/proc/sysvipc/msg"), ==, 1);
    }
}

void
carry_expect_same_files (const char *a,
                         const char *b)
{
  g_autoptr(GMappedFile) file_a = g_mapped_file_new (a, FALSE, NULL);
  g_autoptr(GMappedFile) file_b = g_mapped_file_new (b, FALSE, NULL);

  g_assert_nonnull (file_a);
  g_assert_nonnull (file_b);
  g_assert_cmpuint (g_mapped_file_get_length (file_a), ==, g_mapped_file_get_length (file_b));
  if (g_mapped_file_get_length (file_a) > 0)
    g_assert_true (memcmp (g_mapped_file_get_contents (file_a), g_mapped_file_get_contents (file_b),
                           g_mapped_file_get_length (file_a)) == 0);
}
