/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-leftover.h"
#include "backend/segment/lab-record-text.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-wait.h"

typedef enum { MAKE_EMPTY, MAKE_FOREIGN, MAKE_OURS } Make;

typedef struct
{
  key_t    key;
  int      id;
  pid_t    maker;
  GArray  *children;   /* of pid_t */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->key = test_key ();
  f->id = -1;
  f->children = test_children_new ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  test_children_kill (f->children);
  g_array_unref (f->children);
  if (f->id != -1)
    g_assert_cmpint (lab_sysv_shmctl_rmid (f->id, NULL), ==, 0);
}

static void
fill (int         id,
      Make        make,
      const char *text)
{
  g_autoptr(LabSegment) segment = lab_segment_open (id, NULL);
  const LabLayout *layout;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  layout = lab_segment_get_layout (segment);
  if (make == MAKE_OURS)
    {
      lab_latch_init (layout);
      lab_layout_set_writer (layout, getpid (), lab_process_get_start_ticks (getpid ()));
      if (text != NULL)
        lab_latch_publish (layout, text, strlen (text), 7, lab_monotonic_ns ());
    }
  else if (make == MAKE_FOREIGN)
    {
      strcpy (lab_segment_get_base (segment), text);
    }
}

/* A server in another process: it makes the segment, and waits to be killed. */
static void
make_by_child (Fixture    *f,
               gsize       size_bytes,
               guint       mode,
               uid_t       uid,
               Make        make,
               const char *text,
               gboolean    stays_attached)
{
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  f->maker = fork ();
  if (f->maker == 0)
    {
      int id;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (uid != getuid () && (setgid (uid) != 0 || setuid (uid) != 0))
        _exit (1);
      prctl (PR_SET_NAME, "lab-server");
      id = lab_sysv_shmget (f->key, size_bytes, LAB_GET_EXCLUSIVE, 0600, NULL);
      if (make != MAKE_EMPTY)
        fill (id, make, text);
      if (stays_attached && lab_sysv_shmat (id, TRUE, NULL) == NULL)
        _exit (1);
      (void) !write (fds[1], &id, sizeof id);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &f->id, sizeof f->id), ==, sizeof f->id);
  g_assert_cmpint (f->id, !=, -1);
  close (fds[0]);
  g_array_append_val (f->children, f->maker);
}

static void
kill_maker (Fixture *f)
{
  test_child_kill (f->maker);
  g_array_remove_index_fast (f->children, 0);
}

static LabLeftover *
inspect (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  LabLeftover *leftover = lab_leftover_inspect (f->key, &error);

  g_assert_no_error (error);

  return leftover;
}

static void
assert_says (const LabLeftover *leftover,
             const char        *words)
{
  g_autofree char *text = lab_leftover_describe (leftover);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, words));
}

static gboolean
offers (const LabLeftover *leftover,
        LabLeftoverOption  option)
{
  g_autofree char *text = lab_leftover_describe_option (leftover, option);

  return text != NULL;
}

static void
test_free_key (Fixture       *f,
               gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = inspect (f);

  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_NONE);
  g_assert_cmpint (leftover->entry.record.id, ==, -1);
  assert_says (leftover, "free");
  g_assert_false (offers (leftover, LAB_LEFTOVER_TAKE_OVER));
  g_assert_false (offers (leftover, LAB_LEFTOVER_OTHER_KEY));
}

/* An empty message is one, and another thing than none. */
static void
test_empty_message (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "", TRUE);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
  assert_says (leftover, "When this was read, its last message was empty.");
}

static void
test_killed_server (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;
  g_autofree char *time = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "Hello from the dead", TRUE);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
  g_assert_cmpint (leftover->entry.record.id, ==, f->id);
  g_assert_cmpuint (leftover->entry.record.n_attaches, ==, 0);
  g_assert_cmpint (leftover->writer_pid, ==, f->maker);
  g_assert_cmpint (leftover->writer, ==, LAB_PRESENCE_GONE);
  g_assert_cmpint (leftover->creator, ==, LAB_PRESENCE_GONE);
  g_assert_cmpstr (leftover->text, ==, "Hello from the dead");
  g_assert_cmpuint (leftover->message_number, ==, 7);
  time = lab_record_text_time (leftover->entry.record.ctime);
  assert_says (leftover, time);
  g_assert_true (leftover->can_take_over);
  g_assert_true (leftover->can_remove);
  assert_says (leftover, "that server is gone");
  assert_says (leftover, "When this was read, its last message was: “Hello from the dead”");
  assert_says (leftover, "Nobody is attached");
  g_assert_true (offers (leftover, LAB_LEFTOVER_TAKE_OVER));
  g_assert_true (offers (leftover, LAB_LEFTOVER_REMOVE));
  g_assert_true (offers (leftover, LAB_LEFTOVER_OTHER_KEY));
}

/* Taking over clears what was half written, so nobody is told that it is kept. */
static void
test_half_a_message (Fixture       *f,
                     gconstpointer  unused)
{
  static const struct { guint protocol, state; gsize length; gboolean half; const char *words; } cases[] = {
    { LAB_PROTOCOL_SEMAPHORE, LAB_STATE_CLEAN, 3, FALSE, "Take it over: its message is kept." },
    { LAB_PROTOCOL_SEMAPHORE, LAB_STATE_WRITING, 3, TRUE, "Take it over: the half message is cleared." },
    { LAB_PROTOCOL_TURNS, LAB_TURNS_TAKEN, 3, FALSE, "Take it over: its message is kept." },
    { LAB_PROTOCOL_TURNS, LAB_TURNS_TAKEN, 8, TRUE, "Take it over: the half message is cleared." },
    { LAB_PROTOCOL_NONE, 0, G_MAXSIZE, TRUE, "Take it over: half a message is kept." },
  };
  g_autoptr(LabSegment) segment = NULL;
  LabControl *control;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "two", FALSE);
  segment = lab_segment_open (f->id, NULL);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  control = lab_layout_control (lab_segment_get_layout (segment));
  strcpy (lab_segment_get_base (segment), "two");
  atomic_store (&control->copies[0].number, 7);
  atomic_store (&control->copies[0].flags, 0);
  kill_maker (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(LabLeftover) leftover = NULL;
      g_autofree char *text = NULL;

      if (!lab_segment_is_attached (segment))
        g_assert_true (lab_segment_attach (segment, TRUE, NULL));
      control = lab_layout_control (lab_segment_get_layout (segment));
      atomic_store (&control->protocol, cases[i].protocol);
      atomic_store (&control->state, cases[i].state);
      atomic_store (&control->copies[0].length, cases[i].length);
      g_assert_true (lab_segment_detach (segment, NULL));
      leftover = inspect (f);
      g_test_message ("case %u", i);
      g_assert_cmpint (leftover->half, ==, cases[i].half);
      assert_says (leftover, cases[i].half ? "When this was read, half of message 7 was stored."
                                           : "When this was read, its last message was: “two”");
      text = lab_leftover_describe_option (leftover, LAB_LEFTOVER_TAKE_OVER);
      g_assert_cmpstr (text, ==, cases[i].words);
    }
}

static void
test_looking_leaves_nobody_attached (Fixture       *f,
                                     gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;
  LabShmRecord record;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "x", FALSE);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (lab_sysv_shmctl_stat (f->id, &record, NULL), ==, 0);
  g_assert_cmpuint (record.n_attaches, ==, 0);
}

static void
test_living_server (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "I live", TRUE);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
  g_assert_cmpint (leftover->writer, ==, LAB_PRESENCE_RUNS);
  g_assert_cmpint (leftover->creator, ==, LAB_PRESENCE_RUNS);
  g_assert_cmpstr (leftover->writer_name, ==, "lab-server");
  g_assert_cmpuint (leftover->entry.record.n_attaches, ==, 1);
  g_assert_false (leftover->can_take_over);
  g_assert_false (offers (leftover, LAB_LEFTOVER_TAKE_OVER));
  assert_says (leftover, "lab-server");
}

#define EXPECT(number, leftover, a_kind, a_creator) \
  TEST_CHECK (number, (leftover) != NULL && (leftover)->kind == (a_kind) && (leftover)->creator == (a_creator))

static gboolean
says (const LabLeftover *leftover,
      const char        *words)
{
  g_autofree char *text = lab_leftover_describe (leftover);

  return strstr (text, words) != NULL;
}

static LabLeftoverOption
get_first_option (const LabLeftover *leftover)
{
  LabLeftoverOption options[LAB_N_LEFTOVER_OPTIONS];

  return lab_leftover_list_options (leftover, options) > 0 ? options[0] : LAB_N_LEFTOVER_OPTIONS;
}

static int
look_from_elsewhere (gpointer data)
{
  const Fixture *f = data;
  g_autoptr(LabLeftover) leftover = NULL;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  leftover = lab_leftover_inspect (f->key, NULL);
  EXPECT (1, leftover, LAB_LEFTOVER_OURS_IN_USE, LAB_PRESENCE_UNSEEN);
  TEST_CHECK (2, leftover->writer == LAB_PRESENCE_UNSEEN);
  TEST_CHECK (3, !leftover->can_take_over);
  TEST_CHECK (4, leftover->entry.record.cpid == 0 && says (leftover, "cannot be seen from here"));
  TEST_CHECK (5, !says (leftover, "gone") && !says (leftover, "pid 0"));
  TEST_CHECK (6, get_first_option (leftover) == LAB_LEFTOVER_OTHER_KEY);

  return 0;
}

static int
look_at_nothing_from_elsewhere (gpointer data)
{
  const Fixture *f = data;
  g_autoptr(LabLeftover) leftover = NULL;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  leftover = lab_leftover_inspect (f->key, NULL);
  EXPECT (1, leftover, LAB_LEFTOVER_EMPTY, LAB_PRESENCE_UNSEEN);
  TEST_CHECK (2, !leftover->can_take_over);
  TEST_CHECK (3, get_first_option (leftover) == LAB_LEFTOVER_OTHER_KEY);

  return 0;
}

/* A container that shares the IPC namespace and not the pids. */
static void
test_living_server_elsewhere (Fixture       *f,
                              gconstpointer  unused)
{
  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "I live", TRUE);
  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, look_from_elsewhere, f);
}

/* Between its shmget and its shmat. */
static void
test_beginning_server_elsewhere (Fixture       *f,
                                 gconstpointer  unused)
{
  make_by_child (f, 4096, 0600, getuid (), MAKE_EMPTY, NULL, FALSE);
  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, look_at_nothing_from_elsewhere, f);
}

/* It named itself by numbers of its own pid namespace, whose processes are seen here by others. */
static int
serve_within (gpointer data)
{
  Fixture *f = data;
  int fds[2];
  char byte;
  pid_t server;
  g_autoptr(LabLeftover) leftover = NULL;
  g_autoptr(LabLeftover) afterwards = NULL;

  if (pipe (fds) != 0 || unshare (CLONE_NEWPID) != 0)
    return TEST_NOT_PERMITTED;
  server = fork ();
  if (server == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      fill (f->id, MAKE_OURS, "from within");
      if (lab_sysv_shmat (f->id, TRUE, NULL) != NULL)
        (void) !write (fds[1], "", 1);
      while (TRUE)
        pause ();
    }
  TEST_CHECK (1, read (fds[0], &byte, 1) == 1);

  leftover = lab_leftover_inspect (f->key, NULL);
  TEST_CHECK (2, leftover != NULL && leftover->kind == LAB_LEFTOVER_OURS_IN_USE);
  TEST_CHECK (3, leftover->writer == LAB_PRESENCE_UNSEEN && leftover->writer_pid == 1);
  TEST_CHECK (4, !leftover->can_take_over);

  test_child_kill (server);
  afterwards = lab_leftover_inspect (f->key, NULL);
  TEST_CHECK (5, afterwards != NULL && afterwards->kind == LAB_LEFTOVER_OURS_DEAD);
  TEST_CHECK (6, afterwards->writer == LAB_PRESENCE_GONE && afterwards->can_take_over);

  return 0;
}

static void
test_living_server_within (Fixture       *f,
                           gconstpointer  unused)
{
  make_by_child (f, 4096, 0600, getuid (), MAKE_EMPTY, NULL, FALSE);
  kill_maker (f);
  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, serve_within, f);
}

static void
test_creator_not_waited_for (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;
  siginfo_t info;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "x", TRUE);
  kill (f->maker, SIGKILL);
  g_assert_cmpint (waitid (P_PID, (id_t) f->maker, &info, WEXITED | WNOWAIT), ==, 0);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
  g_assert_cmpint (leftover->creator, ==, LAB_PRESENCE_ENDED);
  assert_says (leftover, "has ended, and its parent has not waited for it yet");
}

/* The kernel gives the creator's pid to a process that has nothing to do with it. */
static int
give_the_pid_again (gpointer data)
{
  g_autoptr(LabLeftover) before = NULL;
  g_autoptr(LabLeftover) after = NULL;
  gboolean ok = TRUE;
  pid_t creator, other;
  key_t key = *(key_t *) data;
  int id;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  creator = test_child_create (key, 4096, &id);
  before = lab_leftover_inspect (key, NULL);
  ok = before != NULL && before->creator == LAB_PRESENCE_RUNS;
  test_child_kill (creator);
  while (g_get_real_time () < (before->entry.record.ctime + 2) * G_USEC_PER_SEC)   /* until another second */
    g_usleep (10000);

  other = test_give_pid_again (creator);
  after = lab_leftover_inspect (key, NULL);
  lab_sysv_shmctl_rmid (id, NULL);
  if (other == 0)
    return TEST_NOT_PERMITTED;
  TEST_CHECK (1, ok);
  TEST_CHECK (2, other == creator);
  TEST_CHECK (3, after != NULL && after->entry.record.cpid == other && after->creator == LAB_PRESENCE_GONE);

  return 0;
}

static void
test_creators_pid_used_again (Fixture       *f,
                              gconstpointer  unused)
{
  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, give_the_pid_again, &f->key);
}

/* It detached, and may attach again. */
static void
test_living_server_that_detached (Fixture       *f,
                                  gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "I live", FALSE);
  leftover = inspect (f);
  g_assert_cmpuint (leftover->entry.record.n_attaches, ==, 0);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
  g_assert_false (leftover->can_take_over);
}

/* The pid in the control block lives, but started later: it was given anew. */
static void
test_pid_used_again (Fixture       *f,
                     gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "old", FALSE);
  kill_maker (f);
  {
    g_autoptr(LabSegment) segment = lab_segment_open (f->id, NULL);

    g_assert_true (lab_segment_attach (segment, TRUE, NULL));
    lab_layout_set_writer (lab_segment_get_layout (segment), getpid (), lab_process_get_start_ticks (getpid ()) - 1);
  }
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
  g_assert_cmpint (leftover->writer, ==, LAB_PRESENCE_GONE);
}

static void
test_dead_server_with_readers (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "kept", TRUE);
  test_children_add (f->children, f->id, FALSE, 1);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_CLIENTS);
  g_assert_cmpuint (leftover->entry.record.n_attaches, ==, 1);
  g_assert_true (leftover->can_take_over);
  assert_says (leftover, "clients are still attached");
  assert_says (leftover, "kept");
}

/* In protocol turns clients write too; the server that the segment names is gone. */
static void
test_dead_server_with_writing_clients (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "kept", TRUE);
  test_children_add (f->children, f->id, TRUE, 1);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_CLIENTS);
}

static void
test_writer_that_is_ourselves (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_EMPTY, NULL, FALSE);
  kill_maker (f);
  fill (f->id, MAKE_OURS, "mine");
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
  assert_says (leftover, "this very server");
}

static void
test_no_message_yet (Fixture       *f,
                     gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, NULL, FALSE);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
  g_assert_cmpuint (leftover->message_number, ==, 0);
  assert_says (leftover, "no message");
}

/* What goes with the segment is named, and nothing that stays. */
static void
test_names_the_semaphore_that_goes (Fixture       *f,
                                    gconstpointer  unused)
{
  int semaphore = lab_sysv_semget (f->key, 1, LAB_GET_EXCLUSIVE, 0600);
  g_autofree char *words = g_strdup_printf (" Its semaphore, set %d, goes with it.", semaphore);

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "left behind", FALSE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(LabSegment) segment = lab_segment_open (f->id, NULL);
      g_autoptr(LabLeftover) leftover = NULL;
      g_autofree char *text = NULL;

      /* The second time it names a set that is another's. */
      g_assert_true (lab_segment_attach (segment, TRUE, NULL));
      lab_layout_control (lab_segment_get_layout (segment))->semaphore_id = semaphore + (int) i;
      g_assert_true (lab_segment_detach (segment, NULL));
      if (i == 0)
        kill_maker (f);
      leftover = inspect (f);
      g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_DEAD);
      text = lab_leftover_describe_option (leftover, LAB_LEFTOVER_REMOVE);
      g_assert_cmpint (strstr (text, words) != NULL, ==, i == 0);
      g_assert_cmpint (strstr (text, "semaphore") != NULL, ==, i == 0);
    }
  g_assert_cmpint (lab_sysv_semctl_rmid (semaphore), ==, 0);
}

/* Its semaphore under the same key is none of ours. */
static void
test_removes_no_semaphore_of_a_stranger (Fixture       *f,
                                         gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;
  int semaphore = lab_sysv_semget (f->key, 1, LAB_GET_EXCLUSIVE, 0600);

  make_by_child (f, 4096, 0600, getuid (), MAKE_FOREIGN, "homework", FALSE);
  leftover = lab_leftover_inspect (f->key, NULL);
  g_assert_true (lab_leftover_remove (leftover, NULL));
  f->id = -1;
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, semaphore);
  g_assert_cmpint (lab_sysv_semctl_rmid (semaphore), ==, 0);
}

static void
test_foreign_program (Fixture       *f,
                      gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 1024, 0600, getuid (), MAKE_FOREIGN, "textbook \xff\x01 text", FALSE);
  kill_maker (f);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_FOREIGN);
  g_assert_true (g_utf8_validate (leftover->text, -1, NULL));
  g_assert_true (g_str_has_prefix (leftover->text, "textbook "));
  g_assert_false (leftover->can_take_over);
  g_assert_true (leftover->can_remove);
  assert_says (leftover, "Another program made it");
}

static void
test_too_small (Fixture       *f,
                gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 27, 0600, getuid (), MAKE_FOREIGN, "abcdefghijklmnopqrstuvwxyz", FALSE);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_TOO_SMALL);
  g_assert_cmpstr (leftover->text, ==, "abcdefghijklmnopqrstuvwxyz");
  g_assert_false (leftover->can_take_over);
}

/* A text that fills the segment to its last byte has no NUL to stop at. */
static void
test_text_without_an_end (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 26, 0600, getuid (), MAKE_FOREIGN, "abcdefghijklmnopqrstuvwxyz", FALSE);
  leftover = inspect (f);
  g_assert_cmpstr (leftover->text, ==, "abcdefghijklmnopqrstuvwxyz");
}

static void
test_never_written (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr(LabLeftover) alive = NULL;
  g_autoptr(LabLeftover) dead = NULL;
  LabShmRecord before, after;

  make_by_child (f, 4096, 0600, getuid (), MAKE_EMPTY, NULL, FALSE);
  g_assert_cmpint (lab_sysv_shmctl_stat (f->id, &before, NULL), ==, 0);
  alive = inspect (f);
  g_assert_cmpint (alive->kind, ==, LAB_LEFTOVER_EMPTY);
  g_assert_false (alive->can_take_over);   /* its maker may be about to attach */
  kill_maker (f);
  dead = inspect (f);
  g_assert_cmpint (dead->kind, ==, LAB_LEFTOVER_EMPTY);
  g_assert_true (dead->can_take_over);
  g_assert_cmpint (lab_sysv_shmctl_stat (f->id, &after, NULL), ==, 0);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
}

/* Whatever stands in the control block, the answer is one of ours and no crash. */
static void
test_control_block_of_a_stranger (Fixture       *f,
                                  gconstpointer  unused)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (5);
  g_autoptr(LabSegment) segment = NULL;

  make_by_child (f, 300, 0600, getuid (), MAKE_OURS, "x", FALSE);
  kill_maker (f);
  segment = lab_segment_open (f->id, NULL);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr(LabLeftover) leftover = NULL;
      char *bytes = lab_segment_get_base (segment);
      LabControl *control = lab_layout_control (lab_segment_get_layout (segment));

      for (guint j = 0; j < 300; j++)
        bytes[j] = (char) g_rand_int (rand);
      control->magic = LAB_LAYOUT_MAGIC;
      control->protocol = g_rand_boolean (rand) ? LAB_PROTOCOL_LATCH : g_rand_int (rand);
      leftover = inspect (f);
      g_assert_true (leftover->kind == LAB_LEFTOVER_OURS_IN_USE);
      g_assert_true (leftover->text == NULL || g_utf8_validate (leftover->text, -1, NULL));
    }
}

static void
test_is_copied_whole (Fixture       *f,
                      gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;
  g_autoptr(LabLeftover) copy = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "twice", TRUE);
  leftover = inspect (f);
  copy = g_boxed_copy (LAB_TYPE_LEFTOVER, leftover);
  g_assert_cmpstr (copy->text, ==, leftover->text);
  g_assert_cmpstr (copy->owner_name, ==, leftover->owner_name);
  g_assert_true (copy->text != leftover->text);
}

static void
inspect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GError) error = NULL;

  *(LabLeftover **) data = lab_leftover_inspect_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_inspects_in_a_thread (Fixture       *f,
                           gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  make_by_child (f, 4096, 0600, getuid (), MAKE_OURS, "later", TRUE);
  lab_leftover_inspect_async (f->key, NULL, inspect_cb, &leftover);
  g_assert_null (leftover);
  test_wait_for (leftover != NULL);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
}

static void
run_as_nobody (Fixture    *f,
               const char *path)
{
  g_autofree char *key = g_strdup_printf ("%d", (int) f->key);

  g_setenv ("TEST_KEY", key, TRUE);
  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_unsetenv ("TEST_KEY");
  g_test_trap_assert_passed ();
}

static gboolean
become_nobody (Fixture *f)
{
  f->key = (key_t) g_ascii_strtoll (g_getenv ("TEST_KEY"), NULL, 10);

  return setgid (TEST_NOBODY) == 0 && setuid (TEST_NOBODY) == 0;
}

static void
test_another_users (Fixture       *f,
                    gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  make_by_child (f, 4096, 0600, TEST_NOBODY, MAKE_OURS, "nobody's", TRUE);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
  g_assert_cmpstr (leftover->owner_name, ==, "nobody");
  assert_says (leftover, "belongs to nobody");
}

static void
test_roots_to_nobody (Fixture       *f,
                      gconstpointer  unused)
{
  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  make_by_child (f, 4096, 0600, 0, MAKE_OURS, "root's", TRUE);
  run_as_nobody (f, "/backend/leftover/subprocess/roots-to-nobody");
}

static void
test_roots_to_nobody_subprocess (void)
{
  Fixture f;
  g_autoptr(LabLeftover) leftover = NULL;

  g_assert_true (become_nobody (&f));
  leftover = inspect (&f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_NOT_READABLE);
  g_assert_cmpstr (leftover->owner_name, ==, "root");
  g_assert_cmpuint (leftover->entry.record.n_attaches, ==, 1);
  g_assert_null (leftover->text);
  g_assert_false (leftover->can_take_over);
  g_assert_false (leftover->can_remove);
  g_assert_false (offers (leftover, LAB_LEFTOVER_REMOVE));
  g_assert_true (offers (leftover, LAB_LEFTOVER_OTHER_KEY));
  assert_says (leftover, "belongs to root");
  assert_says (leftover, "rw-------");
}

/* As root is in most containers. */
static void
test_roots_without_privilege (Fixture       *f,
                              gconstpointer  unused)
{
  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  make_by_child (f, 4096, 0600, TEST_NOBODY, MAKE_OURS, "nobody's", TRUE);
  run_as_nobody (f, "/backend/leftover/subprocess/roots-without-privilege");
}

static void
test_roots_without_privilege_subprocess (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
  Fixture f;
  g_autoptr(LabLeftover) leftover = NULL;

  f.key = (key_t) g_ascii_strtoll (g_getenv ("TEST_KEY"), NULL, 10);
  g_assert_cmpint (syscall (SYS_capset, &header, none), ==, 0);
  g_assert_cmpint (geteuid (), ==, 0);
  leftover = inspect (&f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_NOT_READABLE);
  g_assert_false (leftover->can_take_over);
  g_assert_false (leftover->can_remove);
}

/* Our own, but the mode forbids even us to look. */
static void
test_mode_0000 (Fixture       *f,
                gconstpointer  unused)
{
  g_autoptr(LabLeftover) leftover = NULL;

  if (getuid () == 0)
    {
      run_as_nobody (f, "/backend/leftover/subprocess/mode-0000");
      return;
    }

  f->id = lab_sysv_shmget (f->key, 100, LAB_GET_EXCLUSIVE, 0, NULL);
  leftover = inspect (f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_NOT_READABLE);
  g_assert_true (leftover->can_remove);
  g_assert_false (leftover->can_take_over);
  assert_says (leftover, "---------");
}

static void
test_mode_0000_subprocess (void)
{
  Fixture f = { 0 };

  g_assert_true (become_nobody (&f));
  f.children = test_children_new ();
  f.id = -1;
  test_mode_0000 (&f, NULL);
  tear_down (&f, NULL);
}

/* Clients that cannot be seen might be anything. */
static void
test_unseen_counts_as_in_use (Fixture       *f,
                              gconstpointer  unused)
{
  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  make_by_child (f, 4096, 0600, TEST_NOBODY, MAKE_OURS, "nobody's", TRUE);
  test_children_add (f->children, f->id, FALSE, 1);   /* root's, which nobody may not look into */
  kill_maker (f);
  run_as_nobody (f, "/backend/leftover/subprocess/unseen");
}

static void
test_unseen_subprocess (void)
{
  Fixture f;
  g_autoptr(LabLeftover) leftover = NULL;

  g_assert_true (become_nobody (&f));
  leftover = inspect (&f);
  g_assert_cmpint (leftover->kind, ==, LAB_LEFTOVER_OURS_IN_USE);
  g_assert_cmpint (leftover->writer, ==, LAB_PRESENCE_GONE);
  g_assert_false (leftover->can_take_over);
  assert_says (leftover, "may be its server");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/leftover/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("free-key", test_free_key);
  ADD ("empty-message", test_empty_message);
  ADD ("killed-server", test_killed_server);
  ADD ("half-a-message", test_half_a_message);
  ADD ("looking-leaves-nobody-attached", test_looking_leaves_nobody_attached);
  ADD ("living-server", test_living_server);
  ADD ("living-server-elsewhere", test_living_server_elsewhere);
  ADD ("beginning-server-elsewhere", test_beginning_server_elsewhere);
  ADD ("living-server-within", test_living_server_within);
  ADD ("creator-not-waited-for", test_creator_not_waited_for);
  ADD ("creators-pid-used-again", test_creators_pid_used_again);
  ADD ("living-server-that-detached", test_living_server_that_detached);
  ADD ("pid-used-again", test_pid_used_again);
  ADD ("dead-server-with-readers", test_dead_server_with_readers);
  ADD ("dead-server-with-writing-clients", test_dead_server_with_writing_clients);
  ADD ("writer-that-is-ourselves", test_writer_that_is_ourselves);
  ADD ("no-message-yet", test_no_message_yet);
  ADD ("foreign-program", test_foreign_program);
  ADD ("names-the-semaphore-that-goes", test_names_the_semaphore_that_goes);
  ADD ("removes-no-semaphore-of-a-stranger", test_removes_no_semaphore_of_a_stranger);
  ADD ("too-small", test_too_small);
  ADD ("text-without-an-end", test_text_without_an_end);
  ADD ("never-written", test_never_written);
  ADD ("control-block-of-a-stranger", test_control_block_of_a_stranger);
  ADD ("is-copied-whole", test_is_copied_whole);
  ADD ("inspects-in-a-thread", test_inspects_in_a_thread);
  ADD ("another-users", test_another_users);
  ADD ("roots-to-nobody", test_roots_to_nobody);
  ADD ("roots-without-privilege", test_roots_without_privilege);
  ADD ("mode-0000", test_mode_0000);
  ADD ("unseen-counts-as-in-use", test_unseen_counts_as_in_use);
  g_test_add_func ("/backend/leftover/subprocess/roots-to-nobody", test_roots_to_nobody_subprocess);
  g_test_add_func ("/backend/leftover/subprocess/roots-without-privilege", test_roots_without_privilege_subprocess);
  g_test_add_func ("/backend/leftover/subprocess/mode-0000", test_mode_0000_subprocess);
  g_test_add_func ("/backend/leftover/subprocess/unseen", test_unseen_subprocess);
  return g_test_run ();
}
