/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What shmlab-carry does when things go wrong: a clear message, soon, and
 * nothing left behind. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helpers/helper-carry.h"
#include "helpers/helper-namespace.h"

#define MIB ((gsize) 1024 * 1024)
#define NOBODY 65534

/* How soon every run has to end once something is wrong. */
#define LIMIT_SECONDS 2.0

static const char * const only_input[] = { "input", NULL };
static const char * const input_and_output[] = { "input", "output", NULL };
static const char * const nothing[] = { NULL };

static void
expect_error (CarryRun     *run,
              LabCarryError code,
              const char   *word)
{
  int status = carry_run_finish (run);

  g_assert_cmpint (status, ==, code == LAB_CARRY_ERROR_CANCELLED ? 3 : code == LAB_CARRY_ERROR_USAGE ? 2 : 1);
  g_assert_true (run->failed);
  g_assert_false (run->done);
  g_assert_cmpstr (lab_carry_error_to_string (run->error_code), ==, lab_carry_error_to_string (code));
  g_assert_nonnull (run->error_message);
  if (run->error_message != NULL && word != NULL && strstr (run->error_message, word) == NULL)
    {
      g_test_message ("“%s” does not say “%s”", run->error_message, word);
      g_test_fail ();
    }
}

static void
test_refuses_a_folder (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *output = carry_run_path (run, "output");

  carry_run_start (run, NULL, run->folder, output, NULL);
  expect_error (run, LAB_CARRY_ERROR_INPUT, "folder");
  carry_run_expect_nothing_left (run, nothing);
}

static void
test_refuses_a_fifo (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_path (run, "input");
  g_autofree char *output = carry_run_path (run, "output");

  g_assert_cmpint (mkfifo (input, 0600), ==, 0);
  carry_run_start (run, NULL, input, output, NULL);
  expect_error (run, LAB_CARRY_ERROR_INPUT, "FIFO");
  carry_run_expect_nothing_left (run, only_input);
}

static void
test_refuses_a_device (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *output = carry_run_path (run, "output");

  carry_run_start (run, NULL, "/dev/zero", output, NULL);
  expect_error (run, LAB_CARRY_ERROR_INPUT, "device");
  carry_run_expect_nothing_left (run, nothing);
}

static void
test_says_that_there_is_no_input (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_path (run, "input");
  g_autofree char *output = carry_run_path (run, "output");

  carry_run_start (run, NULL, input, output, NULL);
  expect_error (run, LAB_CARRY_ERROR_INPUT, "ENOENT");
  carry_run_expect_nothing_left (run, nothing);
}

static void
become_nobody_cb (gpointer unused)
{
  if (geteuid () == 0 && (setresgid (NOBODY, NOBODY, NOBODY) != 0 || setresuid (NOBODY, NOBODY, NOBODY) != 0))
    _exit (99);
}

static void
test_says_that_it_may_not_read (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100);
  g_autofree char *output = carry_run_path (run, "output");

  g_assert_cmpint (g_chmod (input, 0), ==, 0);
  if (geteuid () != 0 && g_access (input, R_OK) == 0)
    {
      g_test_skip ("this user may read everything");
      return;
    }
  carry_run_start (run, become_nobody_cb, input, output, NULL);
  expect_error (run, LAB_CARRY_ERROR_INPUT, "EACCES");
  carry_run_expect_nothing_left (run, only_input);
}

static void
test_says_that_it_may_not_write (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100);
  g_autofree char *output = carry_run_path (run, "output");

  g_assert_cmpint (g_chmod (run->folder, 0555), ==, 0);
  if (geteuid () != 0 && g_access (run->folder, W_OK) == 0)
    {
      g_test_skip ("this user may write everywhere");
      return;
    }
  carry_run_start (run, become_nobody_cb, input, output, NULL);
  expect_error (run, LAB_CARRY_ERROR_OUTPUT, "EACCES");
  carry_run_expect_nothing_left (run, only_input);
}

static void
test_never_writes_to_its_input (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100);
  g_autofree char *other_name = carry_run_path (run, "output");

  g_assert_cmpint (link (input, other_name), ==, 0);
  carry_run_start (run, NULL, input, other_name, NULL);
  expect_error (run, LAB_CARRY_ERROR_OUTPUT, "input");
  carry_run_expect_nothing_left (run, input_and_output);
}

static void
test_refuses_an_output_that_is_a_folder (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 100);

  carry_run_start (run, NULL, input, run->folder, NULL);
  expect_error (run, LAB_CARRY_ERROR_OUTPUT, "EISDIR");
  carry_run_expect_nothing_left (run, only_input);
}

/* As cp(1): what a link leads to is replaced, and the link stays. */
static void
test_follows_a_link (gconstpointer data)
{
  gboolean is_there = GPOINTER_TO_INT (data);
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 1000);
  g_autofree char *output = carry_run_path (run, "output");
  g_autofree char *link = carry_run_path (run, "link");
  const char * const names[] = { "input", "output", "link", NULL };

  if (is_there)
    g_assert_true (g_file_set_contents (output, "old", -1, NULL));
  g_assert_cmpint (symlink ("output", link), ==, 0);
  carry_run_start (run, NULL, "--ways", "pipe", input, link, NULL);
  g_assert_cmpint (carry_run_finish (run), ==, 0);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  carry_expect_same_files (input, output);
  carry_run_expect_nothing_left (run, names);
}

static void
test_gives_the_output_a_mode (gconstpointer data)
{
  gboolean is_there = GPOINTER_TO_INT (data);
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 1000);
  g_autofree char *output = carry_run_path (run, "output");
  mode_t mask = umask (027);
  GStatBuf info = { 0 };

  g_assert_cmpint (g_chmod (input, 0664), ==, 0);
  if (is_there)
    {
      g_assert_true (g_file_set_contents (output, "old", -1, NULL));
      g_assert_cmpint (g_chmod (output, 0604), ==, 0);
    }
  carry_run_start (run, NULL, "--ways", "pipe", input, output, NULL);
  umask (mask);
  g_assert_cmpint (carry_run_finish (run), ==, 0);
  g_assert_cmpint (g_stat (output, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, is_there ? 0604 : 0640);
  carry_run_expect_nothing_left (run, input_and_output);
}

static void
test_refuses_wrong_options (void)
{
  const char * const options[][2] = {
    { "--ways", "pigeon" }, { "--ways", "" }, { "--blocks", "0" }, { "--blocks", "1" }, { "--blocks", "1TiB" }, { "--blocks", "x" },
    { "--rounds", "0" }, { "--rounds", "-1" }, { "--slots", "3" }, { "--slots", "128" }, { "--mode", "fast" }, { "--make", "much" },
    { "--time", "0" }, { "--nonsense", "1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();

      g_test_message ("%s %s", options[i][0], options[i][1]);
      carry_run_start (run, NULL, options[i][0], options[i][1], "in", "out", NULL);
      expect_error (run, LAB_CARRY_ERROR_USAGE, NULL);
      carry_run_expect_nothing_left (run, nothing);
    }
}

/* The input changes once the run is under way: 512 bytes at a time take long enough. */
static void
test_notices_a_change (gconstpointer data)
{
  gboolean grows = GPOINTER_TO_INT (data);
  const char * const ways[] = { "pipe", "queue", "lockstep", "ring", "plain" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 48 * MIB);
      g_autofree char *output = carry_run_path (run, "output");
      int fd = open (input, O_RDWR | O_CLOEXEC);

      carry_run_start (run, NULL, "--ways", ways[i], "--blocks", "512", input, output, NULL);
      g_assert_true (carry_run_until (run, LAB_CARRY_EVENT_START));
      g_assert_cmpint (ftruncate (fd, (off_t) (grows ? 49 * MIB : 1)), ==, 0);
      close (fd);
      expect_error (run, LAB_CARRY_ERROR_CHANGED, grows ? "grew" : "shrank");
      carry_run_expect_nothing_left (run, only_input);
    }
}

static void
limit_file_size_cb (gpointer unused)
{
  const struct rlimit limit = { 2 * MIB, 2 * MIB };

  if (setrlimit (RLIMIT_FSIZE, &limit) != 0)
    _exit (99);
}

static void
test_says_that_the_output_may_not_grow (void)
{
  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      const char *way = lab_way_kind_to_string ((LabWayKind) i);
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 3 * MIB);
      g_autofree char *output = carry_run_path (run, "output");

      g_test_message ("%s", way);
      carry_run_start (run, limit_file_size_cb, "--ways", way, input, output, NULL);
      expect_error (run, LAB_CARRY_ERROR_SPACE, "EFBIG");
      carry_run_expect_nothing_left (run, only_input);
    }
}

static const char *small_folder;

/* A disk of two megabytes, for this process and its children only. */
static void
mount_small_disk_cb (gpointer unused)
{
  if (!test_unshare (CLONE_NEWNS)
      || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", small_folder, "tmpfs", 0, "size=2m") != 0)
    _exit (99);
}

static void
test_says_that_the_disk_is_full (void)
{
  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      const char *way = lab_way_kind_to_string ((LabWayKind) i);
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 3 * MIB);
      g_autofree char *folder = carry_run_path (run, "small");
      g_autofree char *output = g_build_filename (folder, "output", NULL);
      const char * const left[] = { "input", "small", NULL };

      g_test_message ("%s", way);
      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
      small_folder = folder;
      carry_run_start (run, mount_small_disk_cb, "--ways", way, input, output, NULL);
      if (!carry_run_next (run) && carry_run_finish (run) == 99)
        {
          g_test_skip ("this user may not mount");
          return;
        }
      expect_error (run, LAB_CARRY_ERROR_SPACE, "ENOSPC");
      carry_run_expect_nothing_left (run, left);
    }
}

/* What a random moment is aimed at: a run of every way, one after the other, that takes a while. */
static void
start_long_run (CarryRun   *run,
                const char *way,
                const char *input,
                const char *output)
{
  carry_run_start (run, NULL, "--ways", way, "--blocks", "512", "--rounds", "1000", input, output, NULL);
  g_assert_true (carry_run_until (run, LAB_CARRY_EVENT_START));
}

static void
sleep_at_random (guint max_us)
{
  g_usleep ((gulong) g_test_rand_int_range (0, (gint32) max_us));
}

/* Waits for the end, reading on meanwhile.  Returns how long that took. */
static double
seconds_until_end (CarryRun *run)
{
  gint64 start_us = g_get_monotonic_time ();

  carry_run_finish (run);

  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

static char
get_state (guint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/stat", pid);
  g_autofree char *text = NULL;
  const char *end;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 'X';
  end = strrchr (text, ')');

  return end != NULL && end[1] == ' ' ? end[2] : 'X';
}

/* Kills a process in the middle of its work.  One that has done its work, and
 * only waits to be reaped, takes a signal too, but nothing comes of it; so the
 * process is held first.  Returns whether it was still there. */
static gboolean
kill_at_work (int     pidfd,
              guint64 pid)
{
  if (syscall (SYS_pidfd_send_signal, pidfd, SIGSTOP, NULL, 0) != 0)
    return FALSE;
  while (strchr ("TZX", get_state (pid)) == NULL)
    g_usleep (50);
  if (get_state (pid) != 'T')
    return FALSE;

  return syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
}

static guint
n_trials (void)
{
  return carry_is_thorough () ? 200 : 20;
}

static void
test_survives_a_killed_side (void)
{
  const char * const ways[] = { "pipe", "fifo", "queue", "lockstep", "ring" };
  double longest = 0;
  guint n_hits = 0;

  for (guint trial = 0; n_hits < n_trials () && trial < 2 * n_trials (); trial++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 8 * MIB);
      g_autofree char *output = carry_run_path (run, "output");
      gboolean server = g_test_rand_bit ();
      guint64 pid;
      double seconds;

      start_long_run (run, ways[trial % G_N_ELEMENTS (ways)], input, output);
      sleep_at_random (trial % 4 == 0 ? 3000 : 60000);  /* some while they attach */
      pid = server ? run->event.server_pid : run->event.client_pid;
      if (!kill_at_work (server ? run->server_fd : run->client_fd, pid))
        continue;  /* that run was over; take another */

      seconds = seconds_until_end (run);
      longest = MAX (longest, seconds);
      g_assert_cmpfloat (seconds, <, LIMIT_SECONDS);
      expect_error (run, LAB_CARRY_ERROR_PARTNER, "SIGKILL");
      carry_run_expect_nothing_left (run, run->results->len > 0 ? input_and_output : only_input);
      n_hits++;
    }
  g_test_message ("%u kills, the longest end took %.3f s", n_hits, longest);
  g_assert_cmpuint (n_hits, ==, n_trials ());
}

static void
test_survives_a_killed_side_of_a_round_trip (void)
{
  for (guint i = 0; i < LAB_N_TRIPS; i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      double seconds;

      carry_run_start (run, NULL, "--round-trips", "--ways", lab_trip_kind_to_string ((LabTripKind) i),
                       "--blocks", "1MiB", "--time", "20000", NULL);
      g_assert_true (carry_run_until (run, LAB_CARRY_EVENT_START));
      sleep_at_random (30000);
      g_assert_true (kill_at_work (i % 2 ? run->server_fd : run->client_fd, i % 2 ? run->event.server_pid : run->event.client_pid));
      seconds = seconds_until_end (run);
      g_assert_cmpfloat (seconds, <, LIMIT_SECONDS);
      expect_error (run, LAB_CARRY_ERROR_PARTNER, "SIGKILL");
      carry_run_expect_nothing_left (run, nothing);
    }
}

static void
test_stops_when_asked (void)
{
  const char * const ways[] = { "pipe", "fifo", "queue", "lockstep", "ring", "plain" };
  const int signals[] = { SIGTERM, SIGINT, SIGHUP };

  for (guint i = 0; i < n_trials (); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 8 * MIB);
      g_autofree char *output = carry_run_path (run, "output");
      double seconds;

      /* From the very start on, and while comparing too. */
      carry_run_start (run, NULL, "--ways", ways[i % G_N_ELEMENTS (ways)], "--blocks", "512", "--rounds", "1000", input, output, NULL);
      g_assert_true (carry_run_until (run, LAB_CARRY_EVENT_PLAN));
      sleep_at_random (60000);
      g_subprocess_send_signal (run->process, signals[i % G_N_ELEMENTS (signals)]);
      seconds = seconds_until_end (run);
      g_assert_cmpfloat (seconds, <, LIMIT_SECONDS);
      expect_error (run, LAB_CARRY_ERROR_CANCELLED, NULL);
      carry_run_expect_nothing_left (run, run->results->len > 0 ? input_and_output : only_input);
    }
}

static void
test_stops_when_nobody_listens (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 8 * MIB);
  g_autofree char *output = carry_run_path (run, "output");
  gint64 start_us;

  start_long_run (run, "lockstep", input, output);
  g_assert_true (g_input_stream_close (G_INPUT_STREAM (run->lines), NULL, NULL));
  start_us = g_get_monotonic_time ();
  g_assert_true (g_subprocess_wait (run->process, NULL, NULL));
  g_assert_cmpfloat ((double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC, <, LIMIT_SECONDS);
  g_assert_cmpint (g_subprocess_get_exit_status (run->process), ==, 3);
  carry_run_expect_nothing_left (run, only_input);
}

static int
run_in_shell (CarryRun   *run,
              const char *redirections)
{
  g_autoptr(GSubprocess) shell = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = g_strdup_printf ("cd '%s' && exec '%s' --ways=pipe,ring input output %s",
                                           run->folder, g_getenv ("SHMLAB_CARRY"), redirections);

  shell = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                            "sh", "-c", line, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (shell, NULL, NULL));

  return g_subprocess_get_if_exited (shell) ? g_subprocess_get_exit_status (shell) : -1;
}

static void
test_says_that_the_results_are_lost (gconstpointer data)
{
  g_autoptr(CarryRun) run = carry_run_new ();

  g_free (carry_run_input (run, 1000));
  g_assert_cmpint (run_in_shell (run, data), ==, 1);
  carry_run_expect_nothing_left (run, only_input);
}

/* Else what is printed would go into the next file that is opened. */
static void
test_stands_closed_files (void)
{
  g_autoptr(CarryRun) run = carry_run_new ();
  g_autofree char *input = carry_run_input (run, 1000);
  g_autofree char *output = carry_run_path (run, "output");

  g_assert_cmpint (run_in_shell (run, "<&- 2>&-"), ==, 0);
  carry_expect_same_files (input, output);
  carry_run_expect_nothing_left (run, input_and_output);
}

/* A pidfd can be read from once the process has ended, whoever is to reap it. */
static gboolean
has_ended (int pidfd)
{
  struct pollfd fd = { pidfd, POLLIN, 0 };

  return poll (&fd, 1, 0) == 1;
}

/* The helper itself is killed: nobody is left to clean up but its children. */
static void
test_children_clean_up_after_their_parent (void)
{
  const char * const ways[] = { "pipe", "fifo", "queue", "lockstep", "ring" };
  const char * const whole[] = { "input", "output", NULL };

  for (guint i = 0; i < n_trials (); i++)
    {
      g_autoptr(CarryRun) run = carry_run_new ();
      g_autofree char *input = carry_run_input (run, 16 * MIB);
      g_autofree char *output = carry_run_path (run, "output");
      gint64 limit_us;

      start_long_run (run, ways[i % G_N_ELEMENTS (ways)], input, output);
      sleep_at_random (20000);
      g_subprocess_force_exit (run->process);
      g_assert_true (g_subprocess_wait (run->process, NULL, NULL));

      limit_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
      while (!(has_ended (run->server_fd) && has_ended (run->client_fd)) && g_get_monotonic_time () < limit_us)
        g_usleep (1000);
      g_assert_true (has_ended (run->server_fd));
      g_assert_true (has_ended (run->client_fd));
      /* A fast way on a slow machine has carried the file once by then. */
      if (g_file_test (output, G_FILE_TEST_EXISTS))
        carry_expect_same_files (input, output);
      carry_run_expect_nothing_left (run, whole);
    }
}

int
main (int   argc,
      char *argv[])
{
  carry_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  if (!carry_is_isolated ())
    g_test_message ("no IPC namespace of our own: what is left in the kernel cannot be told from what others have there");

  g_test_add_func ("/carry/faults/refuses-a-folder", test_refuses_a_folder);
  g_test_add_func ("/carry/faults/refuses-a-fifo", test_refuses_a_fifo);
  g_test_add_func ("/carry/faults/refuses-a-device", test_refuses_a_device);
  g_test_add_func ("/carry/faults/says-that-there-is-no-input", test_says_that_there_is_no_input);
  g_test_add_func ("/carry/faults/says-that-it-may-not-read", test_says_that_it_may_not_read);
  g_test_add_func ("/carry/faults/says-that-it-may-not-write", test_says_that_it_may_not_write);
  g_test_add_func ("/carry/faults/never-writes-to-its-input", test_never_writes_to_its_input);
  g_test_add_func ("/carry/faults/refuses-an-output-that-is-a-folder", test_refuses_an_output_that_is_a_folder);
  g_test_add_data_func ("/carry/faults/follows-a-link", GINT_TO_POINTER (TRUE), test_follows_a_link);
  g_test_add_data_func ("/carry/faults/follows-a-link-to-nothing", GINT_TO_POINTER (FALSE), test_follows_a_link);
  g_test_add_data_func ("/carry/faults/keeps-the-mode-of-the-output", GINT_TO_POINTER (TRUE), test_gives_the_output_a_mode);
  g_test_add_data_func ("/carry/faults/gives-a-new-output-the-mode-of-the-input", GINT_TO_POINTER (FALSE), test_gives_the_output_a_mode);
  g_test_add_func ("/carry/faults/refuses-wrong-options", test_refuses_wrong_options);
  g_test_add_data_func ("/carry/faults/notices-that-the-input-shrinks", GINT_TO_POINTER (FALSE), test_notices_a_change);
  g_test_add_data_func ("/carry/faults/notices-that-the-input-grows", GINT_TO_POINTER (TRUE), test_notices_a_change);
  g_test_add_func ("/carry/faults/says-that-the-output-may-not-grow", test_says_that_the_output_may_not_grow);
  g_test_add_func ("/carry/faults/says-that-the-disk-is-full", test_says_that_the_disk_is_full);
  g_test_add_func ("/carry/faults/survives-a-killed-side", test_survives_a_killed_side);
  g_test_add_func ("/carry/faults/survives-a-killed-side-of-a-round-trip", test_survives_a_killed_side_of_a_round_trip);
  g_test_add_func ("/carry/faults/stops-when-asked", test_stops_when_asked);
  g_test_add_func ("/carry/faults/stops-when-nobody-listens", test_stops_when_nobody_listens);
  g_test_add_data_func ("/carry/faults/says-that-the-results-are-lost-on-a-full-disk", ">/dev/full", test_says_that_the_results_are_lost);
  g_test_add_data_func ("/carry/faults/says-that-the-results-are-lost-without-an-output", ">&-", test_says_that_the_results_are_lost);
  g_test_add_data_func ("/carry/faults/says-that-the-results-are-lost-with-nothing-open", "<&- >&- 2>&-", test_says_that_the_results_are_lost);
  g_test_add_func ("/carry/faults/stands-closed-files", test_stands_closed_files);
  g_test_add_func ("/carry/faults/children-clean-up-after-their-parent", test_children_clean_up_after_their_parent);

  return g_test_run ();
}
