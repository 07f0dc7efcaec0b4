/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"
#include "helpers/helper-child.h"
#include "helpers/helper-namespace.h"

/* A child that waits to be killed, with a name that tries to mislead. */
static pid_t
start_child (const char *name)
{
  int fds[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      prctl (PR_SET_NAME, name);
      (void) !write (fds[1], "", 1);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  close (fds[0]);

  return pid;
}

static void
test_knows_itself (void)
{
  guint64 start_ticks = lab_process_get_start_ticks (getpid ());

  g_assert_cmpuint (start_ticks, >, 0);
}


static void
test_is_not_misled_by_a_name (void)
{
  static const char * const names[] = { "a) S 1 2 3", ") (", "x", "a b c d e f g h", "\xff\xfe", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pid_t pid = start_child (names[i]);
      guint64 start_ticks = lab_process_get_start_ticks (pid);
      g_autofree char *found = lab_process_dup_name (pid);
      g_autofree char *valid = g_utf8_make_valid (names[i], -1);

      g_assert_cmpuint (start_ticks, >=, lab_process_get_start_ticks (getpid ()));
          g_assert_cmpstr (found, ==, valid);
      g_assert_true (g_utf8_validate (found, -1, NULL));
      test_child_kill (pid);
        }
}

/* Neither ends a line nor turns what stands beside it: U+202E would make "live" of "evil". */
static void
test_makes_signs_of_what_is_not_seen (void)
{
  static const char * const names[] = { "a\nb\tc", "\u202eevil" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pid_t pid = start_child (names[i]);
      g_autofree char *name = lab_process_dup_name (pid);
      g_autofree char *expected = lab_text_format_name (names[i]);

      g_assert_cmpstr (name, ==, expected);
      g_assert_null (strpbrk (name, "\n\t"));
      g_assert_null (strstr (name, "\u202e"));
      test_child_kill (pid);
    }
}


static void
test_tells_when_a_process_ends (void)
{
  pid_t pid = fork ();
  struct pollfd poll_fd = { .events = POLLIN };

  if (pid == 0)
    while (TRUE)
      pause ();

  poll_fd.fd = lab_process_open (pid);
  g_assert_cmpint (poll_fd.fd, !=, -1);
  g_assert_cmpint (poll (&poll_fd, 1, 0), ==, 0);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (poll (&poll_fd, 1, 20000), ==, 1);   /* before it is reaped */
  close (poll_fd.fd);

  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_assert_cmpint (lab_process_open (pid), ==, -1);
  g_assert_cmpint (lab_process_open (0), ==, -1);
  g_assert_cmpint (lab_process_open (-1), ==, -1);
}

static void
test_refuses_what_is_no_pid (void)
{
  g_assert_cmpuint (lab_process_get_start_ticks (0), ==, 0);
  g_assert_cmpuint (lab_process_get_start_ticks (-1), ==, 0);
  g_assert_null (lab_process_dup_name (-1));
  g_assert_null (lab_process_dup_name (0));
  g_assert_null (lab_process_dup_program (-1));
  g_assert_null (lab_process_dup_program (0));
}


static void
test_names_users (void)
{
  g_autofree char *root = lab_process_dup_user_name (0);
  g_autofree char *nobody_knows = lab_process_dup_user_name (3999999999u);

  g_assert_cmpstr (root, ==, "root");
  g_assert_cmpstr (nobody_knows, ==, "3999999999");
}

/* In a user namespace that has a number for its own user only, everybody else is 65534. */
static int
name_users_elsewhere (gpointer data)
{
  const guint *ids = data;
  g_autofree char *uid_map = g_strdup_printf ("%u %u 1", ids[0], ids[0]);
  g_autofree char *gid_map = g_strdup_printf ("%u %u 1", ids[1], ids[1]);
  g_autofree char *own = NULL;
  g_autofree char *other = NULL;

  if (!test_write_to ("/proc/self/setgroups", "deny") || !test_write_to ("/proc/self/uid_map", uid_map)
      || !test_write_to ("/proc/self/gid_map", gid_map))
    return TEST_NOT_PERMITTED;
  own = lab_process_dup_user_name (geteuid ());
  other = lab_process_dup_user_name (65534);
  TEST_CHECK (1, lab_process_knows_id (geteuid (), FALSE));
  TEST_CHECK (2, !lab_process_knows_id (65534, FALSE) && !lab_process_knows_id (65534, TRUE));
  TEST_CHECK (3, strcmp (other, "nobody") != 0 && strcmp (own, other) != 0);

  return 0;
}

static void
test_does_not_know_everybody (void)
{
  guint ids[] = { geteuid (), getegid () };
  g_autofree char *map = NULL;

  if (ids[0] == 65534)
    {
      g_test_skip ("nobody is somebody here");
      return;
    }
  /* An ordinary user may run the tests in such a namespace already. */
  if (g_file_get_contents ("/proc/self/uid_map", &map, NULL, NULL) && strstr (map, " 4294967295\n") != NULL)
    g_assert_true (lab_process_knows_id (65534, FALSE));
  test_in_namespace (CLONE_NEWUSER, name_users_elsewhere, ids);
}

static void
test_clock_goes_forward (void)
{
  gint64 before = lab_monotonic_ns ();
  gint64 us = g_get_monotonic_time ();
  gint64 after = lab_monotonic_ns ();

  g_assert_cmpint (before, <=, after);
  g_assert_cmpint (before / 1000, <=, us);
  g_assert_cmpint (us, <=, after / 1000);
}

/* Its name may be changed by anybody who runs there, its program not. */
static void
test_knows_a_program_by_its_file (void)
{
  g_autofree char *own = lab_process_dup_program (getpid ());
  pid_t pid = start_child ("shmlab-server");
  g_autofree char *name = lab_process_dup_name (pid);
  g_autofree char *program = lab_process_dup_program (pid);

  g_assert_cmpstr (name, ==, "shmlab-server");
  g_assert_cmpstr (program, ==, own);
  g_assert_true (g_str_has_prefix (program, "test-"));
  test_child_kill (pid);
  g_assert_null (lab_process_dup_program (pid));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/process/knows-itself", test_knows_itself);
  g_test_add_func ("/backend/process/is-not-misled-by-a-name", test_is_not_misled_by_a_name);
  g_test_add_func ("/backend/process/makes-signs-of-what-is-not-seen", test_makes_signs_of_what_is_not_seen);
  g_test_add_func ("/backend/process/tells-when-a-process-ends", test_tells_when_a_process_ends);
  g_test_add_func ("/backend/process/refuses-what-is-no-pid", test_refuses_what_is_no_pid);
  g_test_add_func ("/backend/process/knows-a-program-by-its-file", test_knows_a_program_by_its_file);
  g_test_add_func ("/backend/process/names-users", test_names_users);
  g_test_add_func ("/backend/process/does-not-know-everybody", test_does_not_know_everybody);
  g_test_add_func ("/backend/process/clock-goes-forward", test_clock_goes_forward);
  return g_test_run ();
}
