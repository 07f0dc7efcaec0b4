/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever is asked of a publisher ends in one way: written, waiting for somebody, or
 * refused; also when the kernel's objects are taken away meanwhile. */

#include "config.h"

#include <poll.h>
#include <string.h>
#include <sys/sem.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/segment/lab-semaphore.h"
#include "backend/server/lab-server.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

typedef struct
{
  key_t          key;
  LabServer     *server;
  LabSession    *session;
  LabPublisher  *publisher;
  LabSlowMotion *slow;
  int            two;      /* a set of two semaphores that has the key, or -1 */
  guint          n_number;
  guint          n_reason;
  guint          n_all;
  guint          n_published;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  protocol)
{
  *f = (Fixture) { .key = test_key (), .two = -1 };
  f->server = test_server_new (f->key);
  f->session = lab_server_get_session (f->server);
  f->publisher = lab_server_get_publisher (f->server);
  f->slow = lab_publisher_get_slow_motion (f->publisher);

  g_assert_true (lab_publisher_set_protocol (f->publisher, GPOINTER_TO_UINT (protocol), NULL));
  test_server_start (f->server);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  lab_server_clean_up (f->server);
  g_clear_object (&f->server);
  if (f->two != -1)
    lab_sysv_semctl_rmid (f->two);
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, -1);
  lab_sysv_semctl_rmid (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0));  /* also after a failure nothing stays */
  g_assert_cmpint (lab_sysv_shmget (f->key, 0, LAB_GET_EXISTING, 0, NULL), ==, -1);
}

static int
get_semaphore (Fixture *f)
{
  return lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0);
}

/* Somebody else's idea of a semaphore: nothing can be done with it. */
static void
replace_semaphore_by_two (Fixture *f)
{
  if (get_semaphore (f) != -1)
    g_assert_cmpint (lab_sysv_semctl_rmid (get_semaphore (f)), ==, 0);
  f->two = lab_sysv_semget (f->key, 2, LAB_GET_EXCLUSIVE, 0600);
  g_assert_cmpint (f->two, !=, -1);
}

static void
write_text (Fixture    *f,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_publisher_write (f->publisher, text, strlen (text), &error));
  g_assert_no_error (error);
}

/* What a client that looks now reads. */
static void
assert_stands_there (Fixture    *f,
                     const char *text)
{
  LabReader *reader = lab_reader_new (lab_session_get_segment (f->session));

  g_assert_cmpstr (lab_reader_look (reader)->text, ==, text);
  lab_reader_free (reader);
}

static void
count_cb (LabPublisher *publisher,
          GParamSpec   *pspec,
          guint        *n)
{
  ++*n;
}

static void
count_published_cb (guint *n)
{
  ++*n;
}

static void
test_notifies_only_on_a_change (Fixture       *f,
                                gconstpointer  unused)
{
  guint64 number = 0;

  g_signal_connect (f->publisher, "notify::number", G_CALLBACK (count_cb), &f->n_number);
  g_signal_connect (f->publisher, "notify::reason", G_CALLBACK (count_cb), &f->n_reason);
  g_signal_connect (f->publisher, "notify", G_CALLBACK (count_cb), &f->n_all);
  write_text (f, "one");
  g_assert_cmpuint (f->n_number, ==, 1);
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WRITTEN);
  g_object_get (f->publisher, "number", &number, NULL);
  g_assert_cmpuint (number, ==, 1);

  /* Under turns nobody takes the first. */
  write_text (f, "two");
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_CLIENTS_TURN);
  g_assert_cmpuint (f->n_number, ==, 1);
  g_assert_cmpuint (f->n_reason, ==, 1);
  f->n_all = 0;
  test_run_for_ms (200);  /* tried again and again */
  g_assert_cmpuint (f->n_all, ==, 0);
}

static void
test_says_why_a_retry_was_refused (Fixture       *f,
                                   gconstpointer  unused)
{
  write_text (f, "old");
  g_assert_cmpint (lab_semaphore_try_take (get_semaphore (f)), ==, LAB_SEMAPHORE_TAKEN);
  write_text (f, "new");
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_SEMAPHORE_HELD);
  g_assert_null (lab_publisher_get_refusal (f->publisher));

  replace_semaphore_by_two (f);
  test_wait_for (lab_publisher_get_outcome (f->publisher) == LAB_OUTCOME_REFUSED);
  g_assert_nonnull (lab_publisher_get_refusal (f->publisher));
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_NONE);
  g_assert_cmpuint (lab_publisher_get_number (f->publisher), ==, 1);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "old");
  /* Nobody wrote over anything: the set alone is gone. */
  g_assert_false (lab_publisher_is_damaged (f->publisher));

}

static void
test_says_why_a_protocol_was_refused (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  replace_semaphore_by_two (f);
  g_assert_false (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_SEMAPHORE, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_cmpstr (lab_publisher_get_refusal (f->publisher), ==, error->message);
  g_assert_cmpint (lab_publisher_get_protocol (f->publisher), ==, LAB_PROTOCOL_LATCH);
  write_text (f, "still the latch");
  g_assert_null (lab_publisher_get_refusal (f->publisher));
}

/* The change waits for the semaphore, and then cannot be made. */
static void
test_says_why_a_change_was_refused_later (Fixture       *f,
                                          gconstpointer  unused)
{
  g_assert_cmpint (lab_semaphore_try_take (get_semaphore (f)), ==, LAB_SEMAPHORE_TAKEN);
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_NONE, NULL));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  g_assert_cmpint (lab_publisher_get_protocol (f->publisher), ==, LAB_PROTOCOL_NONE);

  replace_semaphore_by_two (f);
  test_wait_for (lab_publisher_get_refusal (f->publisher) != NULL);
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_REFUSED);
  g_assert_cmpint (lab_publisher_get_protocol (f->publisher), ==, LAB_PROTOCOL_SEMAPHORE);
}

/* The change has to wait, and is taken back before its turn. */
static void
test_forgets_a_change_that_is_taken_back (Fixture       *f,
                                          gconstpointer  unused)
{
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "slow");
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_NONE, NULL));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_LATCH, NULL));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_STORING);
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_NONE);
  lab_slow_motion_finish (f->slow);
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WRITTEN);
  g_assert_cmpint (lab_publisher_get_protocol (f->publisher), ==, LAB_PROTOCOL_LATCH);
}

static void
test_slow_motion_that_fails_says_so_and_stops (Fixture       *f,
                                               gconstpointer  unused)
{
  write_text (f, "old");
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "new");
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_STORING);
  replace_semaphore_by_two (f);
  lab_slow_motion_set_speed (f->slow, LAB_SLOW_MOTION_MAX_SPEED);
  lab_slow_motion_set_playing (f->slow, TRUE);
  test_wait_for (!lab_slow_motion_is_playing (f->slow));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_REFUSED);
  g_assert_nonnull (lab_publisher_get_refusal (f->publisher));
  g_assert_false (lab_publisher_is_writing (f->publisher));
  g_assert_cmpuint (lab_publisher_get_number (f->publisher), ==, 1);
}

/* Each letter that is typed, while the stores of the first are still being made. */
static void
test_writes_what_was_typed_meanwhile (Fixture       *f,
                                      gconstpointer  unused)
{
  lab_publisher_set_slow (f->publisher, TRUE);
  lab_publisher_type (f->publisher, "a", 1);
  g_assert_true (lab_publisher_is_writing (f->publisher));
  lab_publisher_type (f->publisher, "ab", 2);
  lab_publisher_type (f->publisher, "abc", 3);
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_WRITING);

  lab_slow_motion_set_speed (f->slow, LAB_SLOW_MOTION_MAX_SPEED);
  lab_slow_motion_set_playing (f->slow, TRUE);
  test_wait_for (g_strcmp0 (lab_session_get_message (f->session), "a") == 0);
  /* The rest is stored in slow motion too, and the clock goes on. */
  g_assert_true (lab_publisher_is_writing (f->publisher));
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_NONE);
  test_wait_for (!lab_publisher_is_writing (f->publisher));
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "abc");
  g_assert_cmpuint (lab_publisher_get_number (f->publisher), ==, 2);

  /* Without slow motion the rest comes at once. */
  lab_publisher_type (f->publisher, "d", 1);
  lab_publisher_type (f->publisher, "de", 2);
  lab_publisher_set_slow (f->publisher, FALSE);
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "de");
}

static void
test_waits_and_is_refused_at_the_end (Fixture       *f,
                                      gconstpointer  unused)
{
  /* Nobody takes the first, so the second never has its turn. */
  write_text (f, "first");
  write_text (f, "second");
  g_assert_false (lab_publisher_close (f->publisher));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_REFUSED);
  g_assert_nonnull (lab_publisher_get_refusal (f->publisher));
  g_assert_false (lab_publisher_is_open (f->publisher));
  g_assert_true (lab_publisher_close (f->publisher));
}

static void
test_slow_motion_is_refused_at_the_end (Fixture       *f,
                                        gconstpointer  unused)
{
  write_text (f, "first");
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "second");
  lab_slow_motion_step (f->slow);
  g_assert_cmpint (lab_slow_motion_get_reason (f->slow, NULL), ==, LAB_REASON_CLIENTS_TURN);
  g_assert_false (lab_publisher_close (f->publisher));
}

static void
test_finishes_at_the_end (Fixture       *f,
                          gconstpointer  unused)
{
  g_signal_connect_swapped (f->publisher, "published", G_CALLBACK (count_published_cb), &f->n_published);
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "begun");
  for (guint i = 0; i < 4; i++)
    lab_slow_motion_step (f->slow);
  g_assert_true (lab_publisher_close (f->publisher));
  g_assert_cmpuint (f->n_published, ==, 1);
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WRITTEN);
  assert_stands_there (f, "begun");
}

/* A client is attached, so the segment stays until the server detaches too. */
static void
test_leaves_nothing_when_all_was_taken_away (Fixture       *f,
                                             gconstpointer  unused)
{
  g_autoptr(LabSegment) client = lab_segment_find (f->key, NULL);

  g_assert_true (lab_segment_attach (client, FALSE, NULL));
  write_text (f, "old");
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "new");
  g_assert_cmpint (lab_sysv_semctl_rmid (get_semaphore (f)), ==, 0);
  g_assert_true (lab_segment_remove (client, NULL));
  lab_server_clean_up (f->server);
  g_assert_cmpint (get_semaphore (f), ==, -1);
}

/* The set that a retry made anew goes with the segment. */
static void
test_removes_the_set_that_it_made_anew (Fixture       *f,
                                        gconstpointer  unused)
{
  int before = get_semaphore (f);

  write_text (f, "one");
  g_assert_cmpint (lab_sysv_semctl_rmid (before), ==, 0);
  write_text (f, "two");
  test_wait_for (lab_publisher_get_number (f->publisher) == 2);
  g_assert_cmpint (get_semaphore (f), !=, -1);
  g_assert_cmpint (get_semaphore (f), !=, before);
  lab_server_clean_up (f->server);
  g_assert_cmpint (get_semaphore (f), ==, -1);
}

static gboolean
race_is_over (Fixture *f)
{
  return !lab_publisher_is_racing (f->publisher);
}

/* Who asks for a race is told why there is none; the message has nothing to do with that. */
static void
test_refuses_a_race_in_one_place (Fixture       *f,
                                  gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_NONE };
  g_autoptr(GError) error = NULL;

  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "slowly");
  g_assert_false (lab_publisher_start_race (f->publisher, protocols, 1, 1, 100, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED);
  g_assert_null (lab_publisher_get_refusal (f->publisher));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_STORING);
}

static guint
get_message_protocol (Fixture *f)
{
  guint protocol;

  g_object_get (f->publisher, "message-protocol", &protocol, NULL);

  return protocol;
}

/* Of the message that stands there, not of the next one. */
static void
test_knows_by_which_protocol_it_wrote (Fixture       *f,
                                       gconstpointer  unused)
{
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_LATCH);
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_NONE, NULL));
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_NONE);  /* nothing is written yet */
  write_text (f, "one");
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_NONE);
  write_text (f, "two");
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_SEMAPHORE);

  /* Another protocol is chosen in the middle of a message. */
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, "three");
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_LATCH, NULL));
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_SEMAPHORE);
  lab_slow_motion_finish (f->slow);
  test_wait_for (!lab_publisher_is_writing (f->publisher));
  g_assert_cmpuint (get_message_protocol (f), ==, LAB_PROTOCOL_SEMAPHORE);
  g_assert_cmpint (lab_publisher_get_protocol (f->publisher), ==, LAB_PROTOCOL_LATCH);
}

/* Nobody but the race's own thread reads, and it ends when it likes. */
static void
test_puts_the_message_back_after_turns_alone (Fixture       *f,
                                              gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_TURNS };

  write_text (f, "before");
  for (guint i = 0; i < 5; i++)
    {
      g_assert_true (lab_publisher_start_race (f->publisher, protocols, 1, 20, 100, NULL));
      test_run_for_ms (30);
      lab_race_stop (lab_publisher_get_race (f->publisher));
      test_wait_for (race_is_over (f));
      g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WRITTEN);
      g_assert_cmpstr (lab_session_get_message (f->session), ==, "before");
      assert_stands_there (f, "before");
    }
}

static void
test_tells_why_a_protocol_was_not_raced (Fixture       *f,
                                         gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_LATCH };
  LabRace *race = lab_publisher_get_race (f->publisher);

  write_text (f, "before");
  replace_semaphore_by_two (f);
  g_assert_true (lab_publisher_start_race (f->publisher, protocols, G_N_ELEMENTS (protocols), 1, 100, NULL));
  g_assert_false (lab_publisher_write (f->publisher, "no", 2, NULL));
  test_wait_for (race_is_over (f));
  g_assert_nonnull (lab_race_get_trouble (race));
  g_assert_nonnull (strstr (lab_race_get_trouble (race), "Semaphore: "));
  g_assert_cmpuint (lab_race_sum (race, LAB_PROTOCOL_SEMAPHORE).second, ==, 0);
  g_assert_cmpuint (lab_race_sum (race, LAB_PROTOCOL_LATCH).second, ==, 1);
  assert_stands_there (f, "before");
  g_assert_cmpuint (lab_publisher_get_number (f->publisher), >, 2);
}

/* Another process: it takes the semaphore when it is told to, and holds it until it is
 * killed.  Bare system calls: with threads about, a child must not allocate. */
typedef struct
{
  pid_t pid;
  int   go;
  int   done;
} Holder;

static Holder
start_holder (int semaphore)
{
  struct sembuf take = { 0, -1, SEM_UNDO };
  int go[2];
  int done[2];
  char byte = 0;
  Holder holder;

  g_assert_cmpint (pipe (go), ==, 0);
  g_assert_cmpint (pipe (done), ==, 0);
  holder.pid = fork ();
  if (holder.pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      (void) !read (go[0], &byte, 1);
      byte = syscall (SYS_semtimedop, semaphore, &take, 1, NULL) == 0 ? 'y' : 'n';
      (void) !write (done[1], &byte, 1);
      while (TRUE)
        pause ();
    }
  close (go[0]);
  close (done[1]);
  holder.go = go[1];
  holder.done = done[0];

  return holder;
}

static void
hold (Holder *holder)
{
  char byte = 0;

  g_assert_cmpint (write (holder->go, "x", 1), ==, 1);
  g_assert_cmpint (read (holder->done, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'y');
}

static void
end_holder (Holder *holder)
{
  test_child_kill (holder->pid);
  close (holder->go);
  close (holder->done);
}

/* How long the main loop was away from its poll, by the clock on the wall. */
static gint64 longest_us;
static gint64 began_us;

static int
measuring_poll (GPollFD *fds,
                guint    n_fds,
                int      timeout_ms)
{
  int result;

  longest_us = MAX (longest_us, g_get_monotonic_time () - began_us);
  result = poll ((struct pollfd *) fds, n_fds, timeout_ms);
  began_us = g_get_monotonic_time ();

  return result;
}

#define HOLD_US (2 * G_USEC_PER_SEC)  /* what a wait for the holder would take at the least */

static gboolean
race_has_written (Fixture *f)
{
  char first = '\0';

  return lab_segment_peek (lab_session_get_segment (f->session), 0, &first, 1) == 1 && (first == 'A' || first == 'B');
}

/* The latch is the user's protocol; the semaphore is raced, and somebody holds it. */
static Holder
race_for_a_held_semaphore (Fixture *f)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_SEMAPHORE };
  Holder holder;

  write_text (f, "before");
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  g_assert_true (lab_publisher_set_protocol (f->publisher, LAB_PROTOCOL_LATCH, NULL));
  holder = start_holder (get_semaphore (f));
  g_assert_true (lab_publisher_start_race (f->publisher, protocols, 1, 20, 100, NULL));
  test_wait_for (race_has_written (f));  /* a race that has stored nothing has nothing to put back */
  hold (&holder);

  return holder;
}

static void
test_stopping_a_race_waits_for_nobody (Fixture       *f,
                                       gconstpointer  unused)
{
  Holder holder = race_for_a_held_semaphore (f);
  gint64 stopped_us = g_get_monotonic_time ();
  pid_t pid = 0;

  began_us = stopped_us;
  longest_us = 0;
  g_main_context_set_poll_func (NULL, measuring_poll);
  lab_race_stop (lab_publisher_get_race (f->publisher));
  test_wait_for (race_is_over (f));
  test_run_for_ms (50);  /* the turn in which it was over is measured by the next */
  g_main_context_set_poll_func (NULL, NULL);
  g_test_message ("the longest turn of the main loop took %" G_GINT64_FORMAT " us", longest_us);
  g_assert_cmpint (longest_us, <, HOLD_US / 4);
  g_assert_cmpint (g_get_monotonic_time () - stopped_us, <, HOLD_US / 2);

  /* It is said for whom message and protocol wait, and they are back when he lets go. */
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_WAITING);
  test_wait_for (lab_publisher_get_reason (f->publisher, &pid) == LAB_REASON_SEMAPHORE_HELD && pid == holder.pid);
  end_holder (&holder);
  test_wait_for (lab_publisher_get_outcome (f->publisher) == LAB_OUTCOME_WRITTEN);
  g_assert_cmpint (lab_session_get_protocol (f->session), ==, LAB_PROTOCOL_LATCH);
  assert_stands_there (f, "before");
}

static void
test_detaching_in_a_race_waits_for_nobody (Fixture       *f,
                                           gconstpointer  unused)
{
  Holder holder = race_for_a_held_semaphore (f);
  gint64 start_us = g_get_monotonic_time ();

  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, HOLD_US / 4);
  g_assert_false (lab_publisher_is_racing (f->publisher));
  g_assert_cmpint (lab_publisher_get_outcome (f->publisher), ==, LAB_OUTCOME_REFUSED);
  lab_server_clean_up (f->server);
  end_holder (&holder);
}

/* What was typed in the race is what the user wants afterwards. */
static void
test_writes_what_was_typed_in_a_race (Fixture       *f,
                                      gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_NONE };

  write_text (f, "before");
  g_assert_true (lab_publisher_start_race (f->publisher, protocols, 1, 20, 100, NULL));
  lab_publisher_type (f->publisher, "meanwhile", 9);
  lab_race_stop (lab_publisher_get_race (f->publisher));
  test_wait_for (race_is_over (f));
  g_assert_cmpstr (lab_session_get_message (f->session), ==, "meanwhile");
  assert_stands_there (f, "meanwhile");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, protocol, func) \
  g_test_add ("/backend/publisher/" name, Fixture, GUINT_TO_POINTER (LAB_PROTOCOL_##protocol), set_up, func, tear_down)
  ADD ("notifies-only-on-a-change", TURNS, test_notifies_only_on_a_change);
  ADD ("says-why-a-retry-was-refused", SEMAPHORE, test_says_why_a_retry_was_refused);
  ADD ("says-why-a-protocol-was-refused", LATCH, test_says_why_a_protocol_was_refused);
  ADD ("says-why-a-change-was-refused-later", SEMAPHORE, test_says_why_a_change_was_refused_later);
  ADD ("forgets-a-change-that-is-taken-back", LATCH, test_forgets_a_change_that_is_taken_back);
  ADD ("slow-motion-that-fails-says-so-and-stops", SEMAPHORE, test_slow_motion_that_fails_says_so_and_stops);
  ADD ("writes-what-was-typed-meanwhile", LATCH, test_writes_what_was_typed_meanwhile);
  ADD ("waits-and-is-refused-at-the-end", TURNS, test_waits_and_is_refused_at_the_end);
  ADD ("slow-motion-is-refused-at-the-end", TURNS, test_slow_motion_is_refused_at_the_end);
  ADD ("finishes-at-the-end", LATCH, test_finishes_at_the_end);
  ADD ("leaves-nothing-when-all-was-taken-away", SEMAPHORE, test_leaves_nothing_when_all_was_taken_away);
  ADD ("removes-the-set-that-it-made-anew", SEMAPHORE, test_removes_the_set_that_it_made_anew);
  ADD ("puts-the-message-back-after-turns-alone", TURNS, test_puts_the_message_back_after_turns_alone);
  ADD ("refuses-a-race-in-one-place", LATCH, test_refuses_a_race_in_one_place);
  ADD ("knows-by-which-protocol-it-wrote", LATCH, test_knows_by_which_protocol_it_wrote);
  ADD ("tells-why-a-protocol-was-not-raced", LATCH, test_tells_why_a_protocol_was_not_raced);
  ADD ("stopping-a-race-waits-for-nobody", LATCH, test_stopping_a_race_waits_for_nobody);
  ADD ("detaching-in-a-race-waits-for-nobody", LATCH, test_detaching_in_a_race_waits_for_nobody);
  ADD ("writes-what-was-typed-in-a-race", LATCH, test_writes_what_was_typed_in_a_race);
  return g_test_run ();
}
