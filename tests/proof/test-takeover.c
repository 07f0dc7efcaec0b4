/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two servers that want the same segment in the same moment, and servers that are killed
 * while they write: real processes, which are this program again.  20 times each; 200 times
 * with LAB_SLOW_TESTS=1.  The claim alone also in threads, for ThreadSanitizer, which sees
 * nothing between processes and starts them slowly: 5 times each there. */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-reader.h"
#include "backend/segment/lab-claim.h"
#include "backend/segment/lab-semaphore.h"
#include "backend/server/lab-obstacle.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

#define N_THREADS   2
#define SIZE        (1 << 20)
#define MAX_LENGTH  400000  /* long enough that many a kill falls in the middle of a message */
#define MAX_KILL_US 4000

static guint
get_n_rounds (void)
{
  return g_getenv ("LAB_SLOW_TESTS") != NULL ? 200 : 20;
}

static guint
get_n_rounds_of_processes (void)
{
#ifdef __SANITIZE_THREAD__
  return get_n_rounds () / 4;
#else
  return get_n_rounds ();
#endif
}

/* --- In the other processes --- */

static LabServer *
new_server (key_t key)
{
  LabServer *server = test_server_new (key);

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (server)), SIZE);
  if (!lab_server_make_key (server, NULL))
    exit (1);

  return server;
}

static void
say (const char *format,
     ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format,
     ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

/* Sees what was left, waits for the common moment, takes it over, and waits to be told how to end. */
static int
run_taker (key_t key)
{
  g_autoptr(LabServer) server = new_server (key);
  g_autoptr(LabObstacle) obstacle = lab_obstacle_new (server);
  char line[64];
  gint64 start_ns;

  lab_obstacle_create (obstacle);
  test_wait_for (lab_obstacle_get_leftover (obstacle) != NULL);
  say (lab_obstacle_get_leftover (obstacle)->can_take_over ? "ready\n" : "in use\n");
  if (fgets (line, sizeof line, stdin) == NULL)
    return 1;

  start_ns = g_ascii_strtoll (line, NULL, 10);
  while (lab_monotonic_ns () < start_ns)
    ;
  if (lab_obstacle_take_over (obstacle))
    {
      say ("owner\n");
    }
  else
    {
      test_wait_for (lab_obstacle_get_leftover (obstacle) != NULL);
      say ("loser %d %d %d\n", lab_obstacle_get_leftover (obstacle)->kind, (int) lab_obstacle_get_leftover (obstacle)->writer_pid,
           lab_server_is_attached (server));
    }

  if (fgets (line, sizeof line, stdin) != NULL && lab_server_is_attached (server))
    lab_server_leave (server);

  return 0;
}

/* Two letters and many lengths: what is a mixture of two messages shows it. */
static gsize
compose (guint64 number,
         char   *text)
{
  gsize length = MAX_LENGTH / 2 + (number * 3701) % (MAX_LENGTH / 2);

  memset (text, number % 2 == 0 ? 'A' : 'B', length);

  return length;
}

/* Writes until it is killed. */
static int
run_writer (key_t         key,
            LabProtocolId protocol)
{
  g_autoptr(LabServer) server = new_server (key);
  static char text[MAX_LENGTH];

  if (!lab_publisher_set_protocol (lab_server_get_publisher (server), protocol, NULL)
      || !lab_server_create (server, NULL) || !lab_server_attach (server, NULL))
    return 1;

  say ("ready\n");
  while (TRUE)
    {
      gsize length = compose (lab_server_get_n_messages (server) + 1, text);

      if (!lab_server_write (server, text, length, NULL))
        return 1;
    }
}

/* --- In this one --- */

typedef struct
{
  GPid        pid;
  FILE       *input;
  FILE       *output;
} Other;

static Other
start (const char *mode,
       key_t       key,
       const char *argument)
{
  g_autofree char *key_text = g_strdup_printf ("%d", (int) key);
  const char *argv[] = { "/proc/self/exe", mode, key_text, argument, NULL };
  g_autofree char *self = g_file_read_link (argv[0], NULL);
  g_autoptr(GError) error = NULL;
  Other other = { 0 };
  int input, output;

  argv[0] = self;
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &other.pid, &input, &output, NULL, &error);
  g_assert_no_error (error);
  other.input = fdopen (input, "w");
  other.output = fdopen (output, "r");

  return other;
}

static void
listen_to (const Other *other,
           char         line[64])
{
  if (fgets (line, 64, other->output) == NULL)
    line[0] = '\0';
  g_strchomp (line);
}

static void
finish (Other    *other,
        gboolean  killed)
{
  if (other->pid == 0)
    return;

  if (killed)
    kill (other->pid, SIGKILL);
  fputs ("leave\n", other->input);
  fclose (other->input);
  waitpid (other->pid, NULL, 0);
  fclose (other->output);
  other->pid = 0;
}

static gulong
count_attaches (int id)
{
  g_autoptr(LabSegment) segment = lab_segment_open (id, NULL);

  return segment != NULL ? lab_segment_get_n_attaches (segment) : 0;
}

/* Nothing has the key, neither a segment nor a semaphore. */
static void
assert_nothing_is_left (key_t key)
{
  g_assert_cmpint (lab_sysv_shmget (key, 0, LAB_GET_EXISTING, 0, NULL), ==, -1);
  g_assert_cmpint (lab_sysv_semget (key, 0, LAB_GET_EXISTING, 0), ==, -1);
}

static void
remove_all (key_t key)
{
  g_autoptr(LabSegment) segment = lab_segment_find (key, NULL);
  int semaphore = lab_sysv_semget (key, 0, LAB_GET_EXISTING, 0);

  if (segment != NULL)
    lab_segment_remove (segment, NULL);
  if (semaphore != -1)
    lab_sysv_semctl_rmid (semaphore);
}

static int
leave_a_message (key_t key)
{
  g_autoptr(LabServer) server = new_server (key);
  int id;

  g_assert_true (lab_server_create (server, NULL));
  g_assert_true (lab_server_attach (server, NULL));
  g_assert_true (lab_server_write (server, "kept", 4, NULL));
  id = lab_segment_get_id (lab_session_get_segment (lab_server_get_session (server)));
  lab_server_leave (server);

  return id;
}

/* Each round begins with what the round before left: every other owner is killed. */
static void
test_two_at_once (void)
{
  const key_t key = test_key ();
  const int id = leave_a_message (key);
  guint n_first = 0, n_rounds = 0;

  for (guint i = 0; i < get_n_rounds_of_processes () && !g_test_failed (); i++)
    {
      Other others[2] = { start ("--take", key, NULL), start ("--take", key, NULL) };
      guint n_owners = 0, owner = 0;
      char lines[2][64];
      int kind, writer, attached;
      gint64 start_ns;

      for (guint j = 0; j < 2; j++)
        {
          listen_to (&others[j], lines[j]);
          g_assert_cmpstr (lines[j], ==, "ready");
        }
      start_ns = lab_monotonic_ns () + 3000000;
      for (guint j = 0; j < 2; j++)
        {
          fprintf (others[j].input, "%" G_GINT64_FORMAT "\n", start_ns);
          fflush (others[j].input);
        }

      for (guint j = 0; j < 2; j++)
        {
          listen_to (&others[j], lines[j]);
          if (g_str_equal (lines[j], "owner"))
            {
              n_owners++;
              owner = j;
            }
        }
      g_assert_cmpuint (n_owners, ==, 1);
      n_first += owner == 0;

      /* The other is told by whom, and has let go. */
      g_assert_cmpint (sscanf (lines[1 - owner], "loser %d %d %d", &kind, &writer, &attached), ==, 3);
      g_assert_cmpint (kind, ==, LAB_LEFTOVER_OURS_IN_USE);
      g_assert_cmpint (writer, ==, others[owner].pid);
      g_assert_false (attached);
      g_assert_cmpuint (count_attaches (id), ==, 1);
      n_rounds++;

      finish (&others[1 - owner], FALSE);
      finish (&others[owner], i % 2 == 0);
    }
  g_test_message ("%u rounds, exactly one owner each; the first process %u times", n_rounds, n_first);
  remove_all (key);
  assert_nothing_is_left (key);
}

/* Until there is a message, or this one; the writer may be slow on a busy computer.  Under turns the
 * one before has to be taken. */
static void
look_until (LabReader  *reader,
            const char *text)
{
  gint64 end_us = g_get_monotonic_time () + TEST_LIMIT_SECONDS * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end_us)
    {
      const LabLook *look = lab_reader_look (reader);

      if (look->result == LAB_LOOK_MESSAGE && (text == NULL || g_str_equal (look->text, text)))
        return;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_not_reached ();
}

/* Whole for certain, which the latch's always is; or told that it is not.  With no protocol a
 * message may also be told to be neither. */
static void
look_at_it (LabReader     *reader,
            LabProtocolId  protocol,
            guint         *n_whole,
            guint         *n_told)
{
  const LabLook *look = lab_reader_look (reader);
  gboolean is_one_letter;

  if (protocol == LAB_PROTOCOL_LATCH)
    g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
  if (look->result != LAB_LOOK_MESSAGE || !look->certain)
    {
      g_assert_cmpint (look->result, !=, LAB_LOOK_INVALID);
      (*n_told)++;
      return;
    }

  is_one_letter = look->length > 0 && strspn (look->text, look->text[0] == 'A' ? "A" : "B") == look->length;
  g_assert_true (is_one_letter || g_str_equal (look->text, "next"));
  (*n_whole)++;
}

static void
test_killed_while_writing (gconstpointer data)
{
  const LabProtocolId protocol = (LabProtocolId) GPOINTER_TO_INT (data);
  g_autofree char *protocol_text = g_strdup_printf ("%d", protocol);
  g_autoptr(GRand) rand = g_rand_new_with_seed (42);
  guint n_killed = 0, n_whole = 0, n_told = 0;
  guint64 n_messages = 0;

  for (guint i = 0; i < get_n_rounds_of_processes () && !g_test_failed (); i++)
    {
      const key_t key = test_key ();
      Other writer = start ("--write", key, protocol_text);
      g_autoptr(LabSegment) segment = NULL;
      g_autoptr(LabReader) reader = NULL;
      g_autoptr(LabServer) server = NULL;
      gint64 kill_us;
      char line[64];

      listen_to (&writer, line);
      g_assert_cmpstr (line, ==, "ready");
      segment = lab_segment_find (key, NULL);
      g_assert_true (lab_segment_attach (segment, TRUE, NULL));
      reader = lab_reader_new (segment);
      look_until (reader, NULL);
      kill_us = g_get_monotonic_time () + g_rand_int_range (rand, 0, MAX_KILL_US);
      while (g_get_monotonic_time () < kill_us)
        lab_reader_look (reader);  /* under turns the writer needs somebody who takes */
      finish (&writer, TRUE);
      n_killed++;

      /* A client that comes now. */
      g_clear_pointer (&reader, lab_reader_free);
      reader = lab_reader_new (segment);
      look_at_it (reader, protocol, &n_whole, &n_told);

      /* A new server, and a client that comes then. */
      server = new_server (key);
      g_assert_true (lab_server_take_over (server, NULL));
      g_assert_true (lab_server_attach (server, NULL));
      n_messages += lab_server_get_n_messages (server);
      g_clear_pointer (&reader, lab_reader_free);
      reader = lab_reader_new (segment);
      look_at_it (reader, protocol, &n_whole, &n_told);
      g_assert_true (lab_server_write (server, "next", 4, NULL));
      look_until (reader, "next");
      test_wait_for (lab_publisher_get_outcome (lab_server_get_publisher (server)) == LAB_OUTCOME_WRITTEN);

      lab_segment_detach (segment, NULL);
      g_assert_true (lab_server_detach (server, NULL));
      g_assert_true (lab_server_remove (server, NULL));
      assert_nothing_is_left (key);
      remove_all (key);
    }
  g_test_message ("%u kills after %" G_GUINT64_FORMAT " messages: of %u looks %u at a whole message, %u told that it is none",
                  n_killed, n_messages, n_whole + n_told, n_whole, n_told);
}

/* Threads that claim, round after round; at the same addresses, for the sanitizer. */
typedef struct
{
  LabSegment *segment;
  gint       *round;     /* counts down to 0 */
  gint       *n_ready;
  gint       *n_done;
  gint       *n_owners;
  gint       *n_told;
} Claimer;

static gpointer
claim_cb (gpointer data)
{
  Claimer *self = data;
  g_autofree char *words = g_strdup_printf ("pid %d", (int) getpid ());

  for (gint round = g_atomic_int_get (self->round); round > 0; round--)
    {
      g_autoptr(GError) error = NULL;

      g_atomic_int_inc (self->n_ready);
      while (g_atomic_int_get (self->round) == round)
        g_thread_yield ();
      if (lab_claim_take (self->segment, &error))
        g_atomic_int_inc (self->n_owners);
      else if (g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS) && strstr (error->message, words) != NULL)
        g_atomic_int_inc (self->n_told);
      g_atomic_int_inc (self->n_done);
    }

  return NULL;
}

static void
wait_for_all (gint *count)
{
  while (g_atomic_int_get (count) < N_THREADS)
    g_thread_yield ();
  g_atomic_int_set (count, 0);
}

static void
test_threads (void)
{
  const guint64 own_start = lab_process_get_start_ticks (getpid ());
  g_autoptr(LabSegment) segment = lab_segment_create (test_key (), SIZE, 0600, NULL);
  gint round = (gint) get_n_rounds () * 200;
  gint n_ready = 0, n_done = 0, n_owners = 0, n_told = 0;
  GThread *threads[N_THREADS];
  Claimer claimers[N_THREADS];

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  lab_latch_init (lab_segment_get_layout (segment));
  for (guint i = 0; i < N_THREADS; i++)
    {
      claimers[i] = (Claimer) { segment, &round, &n_ready, &n_done, &n_owners, &n_told };
      threads[i] = g_thread_new ("claim", claim_cb, &claimers[i]);
    }

  while (round > 0)
    {
      wait_for_all (&n_ready);
      /* Nobody's, or one's who is gone: this pid, but another start. */
      if (round % 4 == 0)
        lab_layout_set_writer (lab_segment_get_layout (segment), 0, 0);
      else
        lab_layout_set_writer (lab_segment_get_layout (segment), getpid (), own_start - 1);
      n_owners = n_told = 0;
      g_atomic_int_add (&round, -1);
      wait_for_all (&n_done);
      g_assert_cmpint (n_owners, ==, 1);
      g_assert_cmpint (n_told, ==, N_THREADS - 1);
    }

  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  lab_segment_remove (segment, NULL);
}

int
main (int argc, char *argv[])
{
  if (argc > 2 && g_str_has_prefix (argv[1], "--"))
    {
      key_t key = (key_t) g_ascii_strtoll (argv[2], NULL, 10);

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (g_str_equal (argv[1], "--take"))
        return run_taker (key);
      if (g_str_equal (argv[1], "--write") && argc > 3)
        return run_writer (key, (LabProtocolId) atoi (argv[3]));
    }

  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/backend/takeover/two-at-once", test_two_at_once);
  g_test_add_func ("/backend/takeover/threads", test_threads);
#define ADD(PROTOCOL, name) \
  g_test_add_data_func ("/backend/takeover/killed-while-writing/" name, GINT_TO_POINTER (LAB_PROTOCOL_##PROTOCOL), test_killed_while_writing)
  ADD (NONE, "none");
  ADD (SEMAPHORE, "semaphore");
  ADD (TURNS, "turns");
  ADD (LATCH, "latch");
  return g_test_run ();
}
