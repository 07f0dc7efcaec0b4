/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-claim-word.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-claim.h"
#include "backend/segment/lab-leftover.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"

typedef struct
{
  LabSegment *segment;
  LabLayout   layout;
  LabControl *control;
  pid_t       other;        /* a process that sleeps */
  guint64     other_start;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->other = fork ();  /* before anything is attached */
  if (f->other == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause ();
    }
  g_assert_cmpint (f->other, >, 0);
  f->other_start = lab_process_get_start_ticks (f->other);

  f->segment = lab_segment_create (test_key (), 1024, 0600, NULL);
  g_assert_nonnull (f->segment);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  f->layout = *lab_segment_get_layout (f->segment);
  f->control = lab_layout_control (&f->layout);
  lab_latch_init (&f->layout);
}

static void
end_other (Fixture *f)
{
  if (f->other == 0)
    return;

  test_child_kill (f->other);
  f->other = 0;
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  end_other (f);
  lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
}

static void
assert_taken (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  guint64 start_ticks;

  g_assert_true (lab_claim_take (f->segment, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (lab_layout_get_claim (&f->layout), ==, lab_claim_word_get_own ());
  g_assert_cmpint (lab_layout_get_writer (&f->layout, &start_ticks), ==, getpid ());
  g_assert_cmpuint (start_ticks, ==, lab_process_get_start_ticks (getpid ()));
  g_assert_cmpuint (f->control->writer_pid, ==, (guint32) getpid ());

  lab_claim_give (f->segment);
  g_assert_cmpuint (lab_layout_get_claim (&f->layout), ==, 0);
  g_assert_cmpint (lab_layout_get_writer (&f->layout, &start_ticks), ==, 0);
  g_assert_cmpuint (f->control->writer_pid, ==, 0);
}

/* The loser is told by whom, and nothing is changed. */
static void
assert_refused (Fixture    *f,
                const char *words)
{
  g_autoptr(GError) error = NULL;
  LabControl before = *f->control;

  g_assert_false (lab_claim_take (f->segment, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_true (error != NULL && strstr (error->message, words) != NULL);
  g_assert_cmpmem (f->control, sizeof before, &before, sizeof before);
}

static void
test_is_taken_from_nobody (Fixture       *f,
                           gconstpointer  unused)
{
  assert_taken (f);
}

static void
test_is_refused_by_name (Fixture       *f,
                         gconstpointer  unused)
{
  g_autofree char *name = lab_process_dup_name (f->other);
  g_autofree char *words = g_strdup_printf ("%s, pid %d", name, (int) f->other);

  lab_layout_set_writer (&f->layout, f->other, f->other_start);
  assert_refused (f, words);
  end_other (f);
  assert_taken (f);
}

/* Two servers of one process are two. */
static void
test_is_refused_to_the_same_process (Fixture       *f,
                                     gconstpointer  unused)
{
  g_assert_true (lab_claim_take (f->segment, NULL));
  assert_refused (f, "pid");
}

static void
test_pid_is_used_again (Fixture       *f,
                        gconstpointer  unused)
{
  lab_layout_set_writer (&f->layout, f->other, f->other_start - 1);
  assert_taken (f);
}

/* A control block of before there was a claim: the pid and the start alone. */
static void
test_is_taken_from_an_old_control_block (Fixture       *f,
                                         gconstpointer  unused)
{
  lab_layout_set_writer (&f->layout, f->other, f->other_start);
  f->control->claim = 0;
  f->control->writer_namespaces = 0;
  assert_refused (f, "pid");
  end_other (f);
  assert_taken (f);
}

/* Killed after the claim, and before the other fields said the same. */
static void
test_half_a_claim_is_a_claim (Fixture       *f,
                              gconstpointer  unused)
{
  guint64 start_ticks;

  f->control->claim = lab_claim_word_new (f->other, f->other_start);
  f->control->writer_pid = 4711;
  f->control->writer_start = 4711;
  g_assert_cmpint (lab_layout_get_writer (&f->layout, &start_ticks), ==, f->other);
  g_assert_cmpuint (start_ticks, ==, f->other_start);
  assert_refused (f, "pid");
  end_other (f);
  assert_taken (f);
}

/* Killed while it gave the claim back. */
static void
test_half_given_back (Fixture       *f,
                      gconstpointer  unused)
{
  lab_layout_set_writer (&f->layout, f->other, f->other_start);
  f->control->writer_pid = 0;
  f->control->writer_start = 0;
  assert_refused (f, "pid");
  end_other (f);
  assert_taken (f);
}

/* A process of another pid namespace, whose pid means nothing here, is gone when everybody who
 * is attached can be seen, and it is not among them. */
static void
test_is_taken_from_the_unseen_who_let_go (Fixture       *f,
                                          gconstpointer  complete)
{
  g_autoptr(LabSegment) again = lab_segment_open (lab_segment_get_id (f->segment), NULL);

  lab_layout_set_writer (&f->layout, f->other, f->other_start);
  f->control->claim ^= (guint64) 1 << 22;
  f->control->writer_namespaces ^= 1;
  if (complete == NULL)
    f->control->writer_pid = 0;
  end_other (f);
  g_assert_cmpuint (lab_claim_word_get_namespaces (f->control->claim), !=, lab_presence_get_namespaces ());

  g_assert_true (lab_segment_attach (again, FALSE, NULL));
  assert_taken (f);
}

/* In a pid namespace of its own, as in a container with the host's IPC: takes the claim, and waits
 * to be killed. */
static pid_t
claim_elsewhere (Fixture *f)
{
  int fds[2];
  char byte = 'n';
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (test_unshare (CLONE_NEWPID) && fork () == 0)
        {
          g_autoptr(LabSegment) segment = lab_segment_open (lab_segment_get_id (f->segment), NULL);

          prctl (PR_SET_PDEATHSIG, SIGKILL);
          if (segment != NULL && lab_segment_attach (segment, TRUE, NULL) && lab_claim_take (segment, NULL))
            byte = 'y';
          (void) !write (fds[1], &byte, 1);
          for (;;)
            pause ();
        }
      close (fds[1]);
      for (;;)
        pause ();
    }
  close (fds[1]);
  if (read (fds[0], &byte, 1) != 1)
    byte = 'n';
  close (fds[0]);
  if (byte == 'y')
    return pid;

  test_child_kill (pid);

  return 0;
}

static void
test_is_not_taken_from_the_unseen (Fixture       *f,
                                   gconstpointer  unused)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  pid_t pid = claim_elsewhere (f);

  if (pid == 0)
    {
      g_test_skip ("no pid namespace may be made here");
      return;
    }

  assert_refused (f, "cannot be seen");
  f->control->writer_pid = 0;   /* as if it had been killed after half of the claim, which it was not */
  assert_refused (f, "cannot be seen");

  test_child_kill (pid);
  while (lab_segment_refresh (f->segment, NULL) && lab_segment_get_n_attaches (f->segment) > 1
         && g_get_monotonic_time () < end_us)
    g_usleep (1000);
  assert_taken (f);
}

/* Somebody else has it by now. */
static void
test_is_not_given_for_others (Fixture       *f,
                              gconstpointer  unused)
{
  g_assert_true (lab_claim_take (f->segment, NULL));
  lab_layout_set_writer (&f->layout, f->other, f->other_start);
  lab_claim_give (f->segment);
  g_assert_cmpuint (lab_layout_get_claim (&f->layout), ==, lab_claim_word_new (f->other, f->other_start));
  assert_refused (f, "pid");
}

/* The word has half of the start; the rest comes from the clock. */
static void
test_word_keeps_what_it_is_given (void)
{
  guint64 own_start = lab_process_get_start_ticks (getpid ());
  guint64 word = lab_claim_word_new (getpid (), own_start);

  g_assert_cmpuint (word, ==, lab_claim_word_get_own ());
  g_assert_cmpuint (word, !=, 0);
  g_assert_cmpint (lab_claim_word_get_pid (word), ==, getpid ());
  g_assert_cmpuint (lab_claim_word_get_start_ticks (word), ==, own_start);
  g_assert_cmpuint (lab_claim_word_get_namespaces (word), ==, lab_presence_get_namespaces ());
  g_assert_true (lab_claim_word_fits (word, (guint32) getpid (), own_start));
  g_assert_false (lab_claim_word_fits (word, (guint32) getpid (), own_start + 1));
  g_assert_false (lab_claim_word_fits (word, (guint32) getpid () + 1, own_start));
  g_assert_cmpuint (lab_claim_word_new (0, 4711), ==, 0);
  g_assert_cmpint (lab_claim_word_get_pid (lab_claim_word_new ((1 << 22) - 1, own_start)), ==, (1 << 22) - 1);
}

/* While somebody decides to remove what a server left, another server takes it over: the
 * removal is refused, and the other is named. */
static void
test_leftover_that_was_claimed_is_not_removed (Fixture       *f,
                                               gconstpointer  unused)
{
  g_autofree char *words = g_strdup_printf ("pid %d", (int) f->other);
  g_autoptr(LabLeftover) leftover = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_segment_detach (f->segment, NULL));
  leftover = lab_leftover_inspect (lab_segment_get_key (f->segment), NULL);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);

  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_layout_set_writer (lab_segment_get_layout (f->segment), f->other, f->other_start);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_false (lab_leftover_remove (leftover, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_true (error != NULL && strstr (error->message, words) != NULL);
  g_assert_true (lab_segment_refresh (f->segment, NULL));
  g_assert_cmpuint (lab_segment_get_n_attaches (f->segment), ==, 0);

  end_other (f);
  g_assert_true (lab_leftover_remove (leftover, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/claim/word-keeps-what-it-is-given", test_word_keeps_what_it_is_given);
#define ADD(name, data, func) g_test_add ("/backend/claim/" name, Fixture, data, set_up, func, tear_down)
  ADD ("is-taken-from-nobody", NULL, test_is_taken_from_nobody);
  ADD ("is-refused-by-name", NULL, test_is_refused_by_name);
  ADD ("is-refused-to-the-same-process", NULL, test_is_refused_to_the_same_process);
  ADD ("pid-is-used-again", NULL, test_pid_is_used_again);
  ADD ("is-taken-from-an-old-control-block", NULL, test_is_taken_from_an_old_control_block);
  ADD ("half-a-claim-is-a-claim", NULL, test_half_a_claim_is_a_claim);
  ADD ("half-given-back", NULL, test_half_given_back);
  ADD ("is-taken-from-the-unseen-who-let-go/whole", GINT_TO_POINTER (1), test_is_taken_from_the_unseen_who_let_go);
  ADD ("is-taken-from-the-unseen-who-let-go/half", NULL, test_is_taken_from_the_unseen_who_let_go);
  ADD ("is-not-taken-from-the-unseen", NULL, test_is_not_taken_from_the_unseen);
  ADD ("is-not-given-for-others", NULL, test_is_not_given_for_others);
  ADD ("leftover-that-was-claimed-is-not-removed", NULL, test_leftover_that_was_claimed_is_not_removed);
  return g_test_run ();
}
