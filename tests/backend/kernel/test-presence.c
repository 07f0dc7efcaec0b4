/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-child.h"
#include "helpers/helper-namespace.h"

/* A child that waits to be killed, and dies with the test. */
static pid_t
start_child (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      while (TRUE)
        pause ();
    }

  return pid;
}

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static LabPresence
find_here (pid_t   pid,
           guint64 start_ticks)
{
  return lab_presence_find (pid, start_ticks, lab_presence_get_namespaces ());
}

static void
test_runs_until_it_ends (void)
{
  pid_t pid = start_child ();
  guint64 start_ticks = lab_process_get_start_ticks (pid);
  siginfo_t info;

  g_assert_cmpint (find_here (pid, start_ticks), ==, LAB_PRESENCE_RUNS);
  g_assert_cmpint (lab_presence_find_recorded (pid, get_now ()), ==, LAB_PRESENCE_RUNS);

  kill (pid, SIGKILL);
  g_assert_cmpint (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_cmpint (find_here (pid, start_ticks), ==, LAB_PRESENCE_ENDED);
  g_assert_cmpint (lab_presence_find_recorded (pid, get_now ()), ==, LAB_PRESENCE_ENDED);

  waitpid (pid, NULL, 0);
  g_assert_cmpint (find_here (pid, start_ticks), ==, LAB_PRESENCE_GONE);
  g_assert_cmpint (lab_presence_find_recorded (pid, get_now ()), ==, LAB_PRESENCE_GONE);
}

/* The number is the same, the process is not. */
static void
test_the_start_decides (void)
{
  pid_t pid = start_child ();
  guint64 start_ticks = lab_process_get_start_ticks (pid);

  g_assert_cmpint (find_here (pid, start_ticks - 1), ==, LAB_PRESENCE_GONE);
  g_assert_cmpint (find_here (pid, start_ticks + 1), ==, LAB_PRESENCE_GONE);
  g_assert_cmpint (find_here (pid, 0), ==, LAB_PRESENCE_RUNS);
  g_assert_cmpint (lab_presence_find_recorded (pid, get_now () - 3), ==, LAB_PRESENCE_GONE);
  test_child_kill (pid);
}

/* What a record says of this second is true of a process that started in it; of the second before
 * the last it is not, because that one did not start yet. */
static void
test_the_second_decides (void)
{
  pid_t pid;
  gint64 second;

  do   /* a start that is well within its second */
    {
      g_usleep (1000);
      second = get_now ();
    }
  while (g_get_real_time () % G_USEC_PER_SEC < G_USEC_PER_SEC * 4 / 10 || g_get_real_time () % G_USEC_PER_SEC > G_USEC_PER_SEC * 8 / 10);

  pid = start_child ();
  if (get_now () == second)
    {
      g_assert_cmpint (lab_presence_find_recorded (pid, second), ==, LAB_PRESENCE_RUNS);
      g_assert_cmpint (lab_presence_find_recorded (pid, second + 100), ==, LAB_PRESENCE_RUNS);
      g_assert_cmpint (lab_presence_find_recorded (pid, second - 1), ==, LAB_PRESENCE_GONE);
    }
  else
    {
      g_test_skip ("the computer is too busy to start a process within half a second");
    }
  test_child_kill (pid);
}

static void *
pause_thread (void *unused)
{
  while (TRUE)
    pause ();

  return NULL;
}

/* Its state is Z, yet it runs, and has its memory. */
static void
test_a_first_thread_that_ended_is_no_end (void)
{
  pid_t pid = fork ();
  LabProcessStat stat = { 0 };

  if (pid == 0)
    {
      pthread_t thread;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      pthread_create (&thread, NULL, pause_thread, NULL);
      syscall (SYS_exit, 0);
    }

  while (lab_process_read_stat (pid, &stat) && !stat.is_zombie)
    g_usleep (1000);
  g_assert_cmpuint (stat.n_threads, ==, 2);
  g_assert_cmpint (find_here (pid, stat.start_ticks), ==, LAB_PRESENCE_RUNS);
  test_child_kill (pid);
}

static void
test_no_number_is_not_gone (void)
{
  g_assert_cmpint (lab_presence_find_recorded (0, get_now ()), ==, LAB_PRESENCE_UNSEEN);
  g_assert_cmpint (find_here (0, 0), ==, LAB_PRESENCE_UNSEEN);
  g_assert_true (lab_presence_may_run (LAB_PRESENCE_UNSEEN));
  g_assert_true (lab_presence_may_run (LAB_PRESENCE_RUNS));
  g_assert_false (lab_presence_may_run (LAB_PRESENCE_ENDED));
  g_assert_false (lab_presence_may_run (LAB_PRESENCE_GONE));
}

static void
test_another_namespace_cannot_be_seen (void)
{
  const guint64 own = lab_presence_get_namespaces ();
  const guint64 start_ticks = lab_process_get_start_ticks (getpid ());

  g_assert_cmpuint (own, !=, 0);
  g_assert_true (lab_presence_shares_pids (getpid ()));

  /* other pids: even a number that fits means nothing */
  g_assert_cmpint (lab_presence_find (getpid (), start_ticks, own ^ 1), ==, LAB_PRESENCE_UNSEEN);
  g_assert_cmpint (lab_presence_find (getpid (), 1, own ^ 1), ==, LAB_PRESENCE_UNSEEN);
  /* other ticks: the pid is right, and the start says nothing */
  g_assert_cmpint (lab_presence_find (getpid (), 1, own ^ G_GUINT64_CONSTANT (1) << 32), ==, LAB_PRESENCE_UNSEEN);
  /* nobody said which: who is found is the one, who is not found may be elsewhere */
  g_assert_cmpint (lab_presence_find (getpid (), start_ticks, 0), ==, LAB_PRESENCE_RUNS);
  g_assert_cmpint (lab_presence_find (getpid (), 1, 0), ==, LAB_PRESENCE_UNSEEN);
}

typedef struct
{
  pid_t   pid;
  guint64 namespaces;
} Outside;

static int
check_from_another_namespace (gpointer data)
{
  const Outside *outside = data;
  const pid_t outer = outside->pid;
  const guint64 namespaces = outside->namespaces;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  TEST_CHECK (1, getpid () == 1);
  TEST_CHECK (2, lab_presence_get_namespaces () != namespaces);
  TEST_CHECK (3, lab_presence_find (outer, 1, namespaces) == LAB_PRESENCE_UNSEEN);
  TEST_CHECK (4, lab_presence_find (1, 0, namespaces) == LAB_PRESENCE_UNSEEN);   /* not this process */
  TEST_CHECK (5, lab_presence_find (1, lab_process_get_start_ticks (1), lab_presence_get_namespaces ()) == LAB_PRESENCE_RUNS);
  TEST_CHECK (6, find_here (outer, 0) == LAB_PRESENCE_GONE);                     /* had it been one of ours */

  return 0;
}

static int
check_with_the_old_proc (gpointer unused)
{
  pid_t other = start_child ();
  g_autofree char *name = lab_process_dup_name (other);
  g_autoptr(GPtrArray) attachments = NULL;
  void *address;
  int id;

  /* What /proc/2 says is not about the child. */
  TEST_CHECK (1, getpid () == 1 && other == 2);
  TEST_CHECK (2, name == NULL);
  TEST_CHECK (3, lab_process_get_start_ticks (other) == 0);
  TEST_CHECK (4, find_here (other, 12345) == LAB_PRESENCE_UNSEEN);
  TEST_CHECK (5, find_here (3, 0) == LAB_PRESENCE_GONE);
  TEST_CHECK (6, find_here (1, lab_process_get_start_ticks (1)) == LAB_PRESENCE_RUNS);
  TEST_CHECK (7, lab_presence_shares_pids (1) && !lab_presence_shares_pids (other));

  id = lab_sysv_shmget (LAB_KEY_PRIVATE, 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  address = lab_sysv_shmat (id, FALSE, NULL);
  attachments = lab_attachment_scan (id, NULL);
  lab_sysv_shmctl_rmid (id, NULL);
  TEST_CHECK (8, address != NULL && attachments->len == 1);
  TEST_CHECK (9, lab_attachment_get_pid (g_ptr_array_index (attachments, 0)) == 1);

  return 0;
}

static int
check_hidden (gpointer unused)
{
  if (!test_mount_proc ("hidepid=2") || setgid (65534) != 0 || setuid (65534) != 0)
    return TEST_NOT_PERMITTED;

  TEST_CHECK (1, lab_process_get_start_ticks (1) == 0);                          /* hidden indeed */
  TEST_CHECK (2, find_here (1, 1) == LAB_PRESENCE_UNSEEN);
  TEST_CHECK (3, lab_presence_find_recorded (1, get_now ()) == LAB_PRESENCE_UNSEEN);
  TEST_CHECK (4, find_here (G_MAXINT32, 1) == LAB_PRESENCE_GONE);

  return 0;
}

static void
test_sees_nobody_from_another_namespace (void)
{
  Outside outside = { start_child (), lab_presence_get_namespaces () };

  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, check_from_another_namespace, &outside);
  test_child_kill (outside.pid);
}

static void
test_distrusts_the_proc_of_another_namespace (void)
{
  test_in_namespace (CLONE_NEWPID, check_with_the_old_proc, NULL);
}

static void
test_hidden_is_not_gone (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root may hide processes");
      return;
    }
  test_in_namespace (CLONE_NEWNS, check_hidden, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/presence/runs-until-it-ends", test_runs_until_it_ends);
  g_test_add_func ("/backend/presence/the-start-decides", test_the_start_decides);
  g_test_add_func ("/backend/presence/the-second-decides", test_the_second_decides);
  g_test_add_func ("/backend/presence/a-first-thread-that-ended-is-no-end", test_a_first_thread_that_ended_is_no_end);
  g_test_add_func ("/backend/presence/no-number-is-not-gone", test_no_number_is_not_gone);
  g_test_add_func ("/backend/presence/another-namespace-cannot-be-seen", test_another_namespace_cannot_be_seen);
  g_test_add_func ("/backend/presence/sees-nobody-from-another-namespace", test_sees_nobody_from_another_namespace);
  g_test_add_func ("/backend/presence/distrusts-the-proc-of-another-namespace", test_distrusts_the_proc_of_another_namespace);
  g_test_add_func ("/backend/presence/hidden-is-not-gone", test_hidden_is_not_gone);
  return g_test_run ();
}
