/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-latch.h"
#include "backend/server/lab-server.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

typedef struct
{
  key_t      key;
  LabServer *server;
} Fixture;

static void
remove_by_key (key_t key)
{
  g_autoptr(LabSegment) segment = lab_segment_find (key, NULL);

  if (segment != NULL)
    lab_segment_remove (segment, NULL);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->key = test_key ();
  f->server = test_server_new (f->key);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->server);
  remove_by_key (f->key);
}

static int
get_id (LabServer *server)
{
  return lab_segment_get_id (lab_session_get_segment (lab_server_get_session (server)));
}

/* With somebody who has the segment before the server has it; the pid is theirs. */
static pid_t
start_with_reader (LabServer *server)
{
  pid_t child;

  g_assert_true (lab_server_make_key (server, NULL));
  g_assert_true (lab_server_create (server, NULL));
  child = test_child_attach (get_id (server), FALSE, 1);
  g_assert_true (lab_server_attach (server, NULL));

  return child;
}

static LabStep *
get_step (LabServer     *server,
          LabServerStep  step)
{
  return lab_life_get_step (lab_server_get_life (server), step);
}

static void
write_text (LabServer  *server,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_server_write (server, text, strlen (text), &error));
  g_assert_no_error (error);
}

static char *
read_by_key (key_t    key,
             guint64 *number)
{
  g_autoptr(LabSegment) segment = lab_segment_find (key, NULL);
  g_autofree char *buffer = NULL;
  LabMessageInfo info = { 0 };

  g_assert_true (lab_segment_attach (segment, FALSE, NULL));
  buffer = g_malloc (lab_segment_get_layout (segment)->copy_size);
  g_assert_cmpint (lab_latch_read (lab_segment_get_layout (segment), G_MAXUINT64, buffer, &info), ==, LAB_READ_MESSAGE);
  *number = info.number;

  return g_strndup (buffer, info.length);
}

static void
test_lives_through_its_steps (Fixture       *f,
                              gconstpointer  unused)
{
  g_autofree char *text = NULL;
  guint64 number;

  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_KEY);
  test_server_start (f->server);
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_WRITE);
  write_text (f->server, "Good morning, class!");
  text = read_by_key (f->key, &number);
  g_assert_cmpstr (text, ==, "Good morning, class!");
  g_assert_cmpuint (number, ==, 1);

  lab_server_wait (f->server);
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_DETACH);
  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_true (lab_server_remove (f->server, NULL));
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_OVER);
  g_assert_null (lab_segment_find (f->key, NULL));
}

static void
test_shows_each_call_with_its_arguments (Fixture       *f,
                                         gconstpointer  unused)
{
  g_autofree char *result = NULL;
  g_autofree char *expected = g_strdup_printf ("shmget(0x%08x, 4096, IPC_CREAT|IPC_EXCL|0600)", (guint) f->key);

  g_assert_cmpstr (lab_step_get_call (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==,
                   "shmget(key, 4096, IPC_CREAT|IPC_EXCL|0600)");
  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 8192);
  lab_choice_set_mode (lab_session_get_choice (lab_server_get_session (f->server)), 0640);
  g_assert_cmpstr (lab_step_get_call (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==,
                   "shmget(key, 8192, IPC_CREAT|IPC_EXCL|0640)");

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 4096);
  lab_choice_set_mode (lab_session_get_choice (lab_server_get_session (f->server)), 0600);
  test_server_start (f->server);
  g_assert_cmpstr (lab_step_get_call (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==, expected);
  result = g_strdup_printf ("id %d", get_id (f->server));
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==, result);
}

static void
test_refuses_a_message_that_does_not_fit (Fixture       *f,
                                          gconstpointer  unused)
{
  gsize capacity;
  g_autofree char *longest = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  guint64 number;

  test_server_start (f->server);
  capacity = lab_server_get_capacity (f->server);
  g_assert_cmpuint (capacity, ==, 1983);
  longest = g_strnfill (capacity + 1, 'x');

  g_assert_true (lab_server_write (f->server, longest, capacity, NULL));
  g_assert_false (lab_server_write (f->server, longest, capacity + 1, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TOO_LONG);
  g_clear_error (&error);
  g_assert_false (lab_server_write (f->server, "a\0b", 3, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TEXT);

  text = read_by_key (f->key, &number);
  g_assert_cmpuint (strlen (text), ==, capacity);
  g_assert_cmpuint (number, ==, 1);
}

static void
test_refuses_sizes_with_a_sentence (Fixture       *f,
                                    gconstpointer  unused)
{
  static const struct { gsize size_bytes; LabShmError code; } cases[] = {
    { 0, LAB_SHM_ERROR_SIZE },
    { 1, LAB_SHM_ERROR_SIZE },
    { 255, LAB_SHM_ERROR_SIZE },
    { (gsize) 1 << 46, LAB_SHM_ERROR_LIMIT },
  };

  g_assert_true (lab_server_make_key (f->server, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), cases[i].size_bytes);
      g_assert_false (lab_server_create (f->server, &error));
      g_assert_error (error, LAB_SHM_ERROR, (int) cases[i].code);
      g_assert_cmpstr (lab_step_get_error (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==, error->message);
    }
  g_assert_null (lab_segment_find (f->key, NULL));

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 256);
  g_assert_true (lab_server_create (f->server, NULL));
  g_assert_cmpuint (lab_server_get_capacity (f->server), ==, 63);
}

static void
test_waits_for_the_last_client (Fixture       *f,
                                gconstpointer  unused)
{
  pid_t children[3];

  /* Before the server attaches: a child inherits its parent's attachments. */
  g_assert_true (lab_server_make_key (f->server, NULL));
  g_assert_true (lab_server_create (f->server, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    children[i] = test_child_attach (get_id (f->server), FALSE, 1);
  g_assert_true (lab_server_attach (f->server, NULL));

  lab_server_wait (f->server);
  g_assert_true (lab_server_is_waiting (f->server));
  test_wait_for (lab_server_get_n_clients (f->server) == 3);

  test_child_kill (children[0]);
  test_child_kill (children[1]);
  test_wait_for (lab_server_get_n_clients (f->server) == 1);
  g_assert_true (lab_server_is_waiting (f->server));

  test_child_kill (children[2]);
  test_wait_for (!lab_server_is_waiting (f->server));
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_DETACH);
}

/* What the monitor has read is half a second old, and a client that it counted has ended. */
static void
test_counts_clients_anew_when_it_waits (Fixture       *f,
                                        gconstpointer  unused)
{
  pid_t child = start_with_reader (f->server);

  test_wait_for (lab_server_get_n_clients (f->server) == 1);
  lab_server_wait (f->server);
  g_assert_true (lab_server_is_waiting (f->server));
  test_child_kill (child);
  lab_server_stop_waiting (f->server);

  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_DETACH);
  g_assert_true (g_regex_match_simple ("^was alone at [0-9]{2}:[0-9]{2}:[0-9]{2}$",
                                       lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_WAIT)), 0, 0));
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WAIT)), ==, LAB_STEP_DONE);
}

/* A thread of the server's own reads in a race, with an attachment of its own: that is no client. */
static void
test_waits_for_no_racer (Fixture       *f,
                         gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSegment *segment;

  test_server_start (f->server);
  write_text (f->server, "one");
  segment = lab_session_get_segment (lab_server_get_session (f->server));
  g_assert_true (lab_publisher_start_race (publisher, protocols, 1, 20, 100, NULL));
  g_assert_true (lab_segment_refresh (segment, NULL));
  g_assert_cmpuint (lab_segment_get_n_attaches (segment), ==, 2);
  lab_segment_monitor_refresh (lab_session_get_monitor (lab_server_get_session (f->server)));
  test_run_for_ms (300);
  test_wait_for (lab_server_get_n_clients (f->server) == 0);  /* who is attached may not have been looked for yet */
  g_assert_true (lab_race_is_running (lab_publisher_get_race (publisher)));
  lab_server_wait (f->server);
  g_assert_false (lab_server_is_waiting (f->server));
  lab_server_clean_up (f->server);
}

static void
assert_writing (Fixture      *f,
                const char   *result,
                LabStepState  state)
{
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_WRITE)), ==, result);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WRITE)), ==, state);
}

/* What stands beside the step of writing is what stands in the segment, or that it is not settled. */
static void
test_tells_what_stands_in_the_segment (Fixture       *f,
                                       gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (publisher);

  test_server_start (f->server);
  lab_publisher_set_slow (publisher, TRUE);
  write_text (f->server, "slow");
  assert_writing (f, "message 1 is being stored", LAB_STEP_CURRENT);
  lab_slow_motion_step (slow_motion);
  assert_writing (f, "message 1 is being stored", LAB_STEP_CURRENT);
  lab_slow_motion_finish (slow_motion);
  assert_writing (f, "message 1, 4 bytes", LAB_STEP_DONE);

  write_text (f->server, "");
  lab_slow_motion_step (slow_motion);
  assert_writing (f, "message 2 is being stored", LAB_STEP_PENDING);
  lab_publisher_set_slow (publisher, FALSE);
  assert_writing (f, "message 2, 0 bytes", LAB_STEP_DONE);

  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS, NULL));
  assert_writing (f, "message 2, 0 bytes", LAB_STEP_DONE);
  write_text (f->server, "three");
  assert_writing (f, "message 3, 5 bytes", LAB_STEP_DONE);
  write_text (f->server, "four");
  assert_writing (f, "message 4 waits and is not written yet", LAB_STEP_PENDING);
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  test_wait_for (!lab_publisher_is_message_waiting (publisher));
  assert_writing (f, "message 4, 4 bytes", LAB_STEP_DONE);
}

/* What was refused is told elsewhere; the step tells of what stands there. */
static void
test_tells_a_refused_message_from_the_one_before (Fixture       *f,
                                                  gconstpointer  unused)
{
  g_autofree char *long_text = g_strnfill (5000, 'x');
  g_autoptr(GError) error = NULL;

  test_server_start (f->server);
  g_assert_false (lab_server_write (f->server, long_text, 5000, &error));
  assert_writing (f, NULL, LAB_STEP_CURRENT);
  write_text (f->server, "one");
  g_clear_error (&error);
  g_assert_false (lab_server_write (f->server, long_text, 5000, &error));
  assert_writing (f, "message 1, 3 bytes", LAB_STEP_DONE);
}

/* A race writes some hundred thousand messages and then the one before under a new number. */
static void
test_tells_of_a_race (Fixture       *f,
                      gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  g_autofree char *number = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  guint64 number_there;

  test_server_start (f->server);
  write_text (f->server, "before");
  g_assert_true (lab_publisher_start_race (publisher, protocols, 1, 1, 100, NULL));
  assert_writing (f, "a race at full speed writes", LAB_STEP_PENDING);
  test_wait_for (!lab_publisher_is_racing (publisher));
  text = read_by_key (f->key, &number_there);
  g_assert_cmpstr (text, ==, "before");
  g_assert_cmpuint (number_there, >, 2);
  number = lab_text_format_count (number_there);
  expected = g_strdup_printf ("message %s, 6 bytes", number);
  assert_writing (f, expected, LAB_STEP_DONE);

  g_assert_true (lab_publisher_start_race (publisher, protocols, 1, 20, 100, NULL));
  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WRITE)), ==, LAB_STEP_DONE);
  g_assert_true (g_str_has_prefix (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_WRITE)), "message "));
}

/* Somebody removed it with ipcrm(1) while the server was attached: it goes with the last
 * attachment, and no call is left to be made. */
static void
test_is_over_when_the_segment_is_lost (Fixture       *f,
                                       gconstpointer  unused)
{
  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_SEMAPHORE, NULL));
  remove_by_key (f->key);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_MARKED);
  g_assert_true (lab_server_is_live (f->server));
  lab_server_wait (f->server);
  g_assert_true (lab_server_detach (f->server, NULL));

  g_assert_false (lab_server_is_live (f->server));
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_OVER);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, "somebody else removed it");
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, -1);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_GONE);
  lab_server_reset (f->server);
  g_assert_cmpint (lab_server_get_trouble (f->server), ==, LAB_SERVER_TROUBLE_NONE);
}

/* The same with a reader that keeps it, and by the answer “Leave in the Kernel”: it does not stay there. */
static void
test_leaves_nothing_that_was_removed (Fixture       *f,
                                      gconstpointer  unused)
{
  pid_t child = start_with_reader (f->server);

  remove_by_key (f->key);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_MARKED);
  lab_server_leave (f->server);
  g_assert_false (lab_server_is_live (f->server));
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, "somebody else removed it");
  g_assert_cmpint (lab_server_get_trouble (f->server), ==, LAB_SERVER_TROUBLE_MARKED);
  test_child_kill (child);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_GONE);
}

/* Made, not attached yet, and removed: there is nothing to attach. */
static void
test_is_over_when_nothing_is_left_to_attach (Fixture       *f,
                                             gconstpointer  unused)
{
  g_assert_true (lab_server_make_key (f->server, NULL));
  g_assert_true (lab_server_create (f->server, NULL));
  lab_segment_monitor_refresh (lab_session_get_monitor (lab_server_get_session (f->server)));
  test_wait_for (lab_segment_monitor_get_entry (lab_session_get_monitor (lab_server_get_session (f->server))) != NULL);
  remove_by_key (f->key);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_GONE);
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_OVER);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_ATTACH)), ==, LAB_STEP_SKIPPED);
  g_assert_false (lab_server_is_live (f->server));
}

/* Taking over looks for the segment with another shmget(2) than the one that makes it. */
static void
test_shows_the_call_that_failed (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *key = lab_key_format (f->key);
  g_autofree char *call = g_strdup_printf ("shmget(%s, 0, 0)", key);

  g_assert_true (lab_server_make_key (f->server, NULL));
  g_assert_false (lab_server_take_over (f->server, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_NOT_FOUND);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==, LAB_STEP_FAILED);
  g_assert_cmpstr (lab_step_get_call (get_step (f->server, LAB_SERVER_STEP_CREATE)), ==, call);
}

/* No size is given, so nobody can say how much a message may have. */
static void
test_has_no_capacity_without_a_size (Fixture       *f,
                                     gconstpointer  unused)
{
  LabChoice *choice = lab_session_get_choice (lab_server_get_session (f->server));

  g_assert_cmpuint (lab_server_get_capacity (f->server), ==, 1983);
  g_object_set (choice, "size-given", FALSE, NULL);
  g_assert_cmpuint (lab_server_get_capacity (f->server), ==, 0);
  g_object_set (choice, "size-given", TRUE, NULL);
  g_assert_cmpuint (lab_server_get_capacity (f->server), ==, 1983);
}

static void
test_tells_who_was_not_waited_for (Fixture       *f,
                                   gconstpointer  unused)
{
  pid_t child = start_with_reader (f->server);

  lab_server_wait (f->server);
  lab_server_stop_waiting (f->server);
  g_assert_true (g_str_has_prefix (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_WAIT)),
                                   "not waited for: 1 other attachment at "));
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WAIT)), ==, LAB_STEP_SKIPPED);
  test_child_kill (child);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Each property is told when it changes, and what it then says is so. */
static void
test_tells_of_what_has_changed (Fixture       *f,
                                gconstpointer  unused)
{
  static const char * const names[] = { "notify::live", "notify::attached", "notify::capacity", "notify::waiting" };
  guint n[G_N_ELEMENTS (names)] = { 0 };
  guint64 capacity;
  gboolean live;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_swapped (f->server, names[i], G_CALLBACK (count_cb), &n[i]);

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 8192);
  g_object_get (f->server, "capacity", &capacity, NULL);
  g_assert_cmpuint (capacity, ==, 4031);
  g_assert_cmpuint (n[2], ==, 1);
  test_server_start (f->server);
  g_assert_cmpuint (n[0], ==, 1);
  g_assert_cmpuint (n[1], ==, 1);
  write_text (f->server, "one");
  lab_server_wait (f->server);
  g_assert_cmpuint (n[3], ==, 0);  /* nobody was attached */
  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_cmpuint (n[1], ==, 2);
  g_assert_cmpuint (n[0], ==, 1);
  g_assert_true (lab_server_remove (f->server, NULL));
  g_assert_cmpuint (n[0], ==, 2);
  g_object_get (f->server, "live", &live, NULL);
  g_assert_false (live);
  g_assert_cmpuint (n[2], ==, 1);
}

static void
test_takes_over_with_the_message_kept (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabServer) second = test_server_new (f->key);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  guint64 number;

  test_server_start (f->server);
  write_text (f->server, "one");
  write_text (f->server, "two");
  lab_server_leave (f->server);

  g_assert_true (lab_server_make_key (second, NULL));
  g_assert_false (lab_server_create (second, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_true (lab_server_take_over (second, NULL));
  g_assert_true (lab_server_attach (second, NULL));
  g_assert_cmpstr (lab_session_get_message (lab_server_get_session (second)), ==, "two");

  write_text (second, "three");
  text = read_by_key (f->key, &number);
  g_assert_cmpstr (text, ==, "three");
  g_assert_cmpuint (number, ==, 3);

}

/* A signal removes what this process made, and what it took over it did not make. */
static void
test_a_signal_leaves_what_was_taken_over (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(LabServer) second = test_server_new (f->key);
  g_autoptr(LabSegment) left = NULL;
  g_autofree char *text = NULL;
  guint64 number;

  test_server_start (f->server);
  write_text (f->server, "one");
  lab_server_leave (f->server);
  test_server_take_over (second);
  write_text (second, "two");

  lab_server_clean_up (second);
  g_assert_false (lab_server_is_attached (second));
  left = lab_segment_find (f->key, NULL);
  g_assert_nonnull (left);
  text = read_by_key (f->key, &number);
  g_assert_cmpstr (text, ==, "two");
}

/* Two servers may be shown the same leftover, and one click comes first. */
static void
test_does_not_take_over_from_the_living (Fixture       *f,
                                         gconstpointer  unused)
{
  g_autoptr(LabServer) first = test_server_new (f->key);
  g_autoptr(LabServer) second = test_server_new (f->key);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  guint64 number;

  test_server_start (f->server);
  write_text (f->server, "one");
  lab_server_leave (f->server);

  g_assert_true (lab_server_make_key (first, NULL));
  g_assert_true (lab_server_make_key (second, NULL));
  g_assert_true (lab_server_take_over (first, NULL));
  g_assert_true (lab_server_attach (first, NULL));
  g_assert_true (lab_server_take_over (second, NULL));
  g_assert_false (lab_server_attach (second, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_false (lab_server_is_attached (second));

  write_text (first, "two");
  text = read_by_key (f->key, &number);
  g_assert_cmpstr (text, ==, "two");
  g_assert_cmpuint (number, ==, 2);
}

static void
test_does_not_take_over_what_is_foreign (Fixture       *f,
                                         gconstpointer  unused)
{
  g_autoptr(LabSegment) foreign = lab_segment_create (f->key, 4096, 0600, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_segment_attach (foreign, TRUE, NULL));
  strcpy (lab_segment_get_base (foreign), "homework");

  g_assert_true (lab_server_make_key (f->server, NULL));
  g_assert_true (lab_server_take_over (f->server, NULL));
  g_assert_false (lab_server_attach (f->server, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT);
  g_assert_cmpstr (lab_segment_get_base (foreign), ==, "homework");
}

static void
test_cleans_up_only_its_own (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(LabSegment) left = NULL;

  test_server_start (f->server);
  lab_server_clean_up (f->server);
  g_assert_null (lab_segment_find (f->key, NULL));

  lab_server_reset (f->server);
  test_server_start (f->server);
  lab_server_leave (f->server);
  lab_server_clean_up (f->server);
  left = lab_segment_find (f->key, NULL);
  g_assert_nonnull (left);
}

static void
test_notices_a_removal (Fixture       *f,
                        gconstpointer  unused)
{
  test_server_start (f->server);
  remove_by_key (f->key);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_MARKED);

  g_autoptr(LabSegment) other = lab_segment_create (f->key, 4096, 0600, NULL);
  g_assert_nonnull (other);
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_REPLACED);
}

static void
test_mends_the_control_block (Fixture       *f,
                              gconstpointer  unused)
{
  const LabLayout *layout;
  g_autofree char *text = NULL;
  guint64 number;

  test_server_start (f->server);
  write_text (f->server, "one");
  layout = lab_segment_get_layout (lab_session_get_segment (lab_server_get_session (f->server)));
  memset (layout->base, 0xa5, layout->size_bytes);
  write_text (f->server, "two");
  text = read_by_key (f->key, &number);
  g_assert_cmpstr (text, ==, "two");
  g_assert_cmpuint (number, ==, 2);
}

/* Somebody removed the segment first; its semaphore must not stay behind. */
static void
test_leaves_no_semaphore_behind (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_SEMAPHORE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), !=, -1);
  g_assert_true (lab_server_detach (f->server, NULL));
  remove_by_key (f->key);
  g_assert_false (lab_server_remove (f->server, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED);
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, -1);
}

/* Textbooks like to give a segment and a semaphore the same key. */
/* Nobody takes the first message, so the second waits for its turn, which never comes. */
static void
test_says_when_a_message_was_not_written (Fixture       *f,
                                          gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS, NULL));
  write_text (f->server, "one");
  write_text (f->server, "two");
  g_assert_cmpint (lab_publisher_get_reason (publisher, NULL), !=, LAB_REASON_NONE);

  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_nonnull (strstr (lab_step_get_result (lab_life_get_step (lab_server_get_life (f->server), LAB_SERVER_STEP_WRITE)), "not written"));
}

static void
test_says_nothing_when_all_was_written (Fixture       *f,
                                        gconstpointer  unused)
{
  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_TURNS, NULL));
  write_text (f->server, "one");

  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_null (strstr (lab_step_get_result (lab_life_get_step (lab_server_get_life (f->server), LAB_SERVER_STEP_WRITE)), "not written"));
}

static void
test_leaves_the_semaphore_of_a_stranger (Fixture       *f,
                                         gconstpointer  unused)
{
  int stranger = lab_sysv_semget (f->key, 1, LAB_GET_EXCLUSIVE, 0600);

  test_server_start (f->server);
  write_text (f->server, "one");
  g_assert_true (lab_server_detach (f->server, NULL));
  g_assert_true (lab_server_remove (f->server, NULL));
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, stranger);
  g_assert_cmpint (lab_sysv_semctl_rmid (stranger), ==, 0);
}

static void
test_removes_the_semaphore_of_the_server_before (Fixture       *f,
                                                 gconstpointer  unused)
{
  g_autoptr(LabServer) second = test_server_new (f->key);

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_SEMAPHORE, NULL));
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_LATCH, NULL));
  lab_server_leave (f->server);
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), !=, -1);

  test_server_take_over (second);
  write_text (second, "one");
  g_assert_true (lab_server_detach (second, NULL));
  g_assert_true (lab_server_remove (second, NULL));
  g_assert_cmpint (lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0), ==, -1);
}

/* Nobody called shmctl(IPC_RMID), and nobody wrote or waited: no step tells otherwise. */
static void
test_skips_what_was_never_made (Fixture       *f,
                                gconstpointer  unused)
{
  test_server_start (f->server);
  lab_server_leave (f->server);

  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_OVER);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_ATTACH)), ==, LAB_STEP_DONE);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WRITE)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_WAIT)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_DETACH)), ==, LAB_STEP_DONE);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==,
                   "left in the kernel, as you chose");
}

/* Somebody was faster: it was not this server that removed the segment. */
static void
test_does_not_claim_what_somebody_else_removed (Fixture       *f,
                                                gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  test_server_start (f->server);
  g_assert_true (lab_server_detach (f->server, NULL));
  remove_by_key (f->key);
  g_assert_false (lab_server_remove (f->server, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED);
  g_assert_cmpint (lab_step_get_state (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpstr (lab_step_get_result (get_step (f->server, LAB_SERVER_STEP_REMOVE)), ==, error->message);
}

/* The file of our own cannot be made where the user may not write. */
static void
test_asks_for_a_key_when_there_is_none (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  lab_choice_set_key_choice (lab_session_get_choice (lab_server_get_session (f->server)), NULL);
  g_assert_cmpstr (lab_step_get_call (get_step (f->server, LAB_SERVER_STEP_KEY)), ==, "ftok(pathname, proj_id)");
  g_assert_false (lab_server_make_key (f->server, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_KEY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/server/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("lives-through-its-steps", test_lives_through_its_steps);
  ADD ("waits-for-no-racer", test_waits_for_no_racer);
  ADD ("tells-what-stands-in-the-segment", test_tells_what_stands_in_the_segment);
  ADD ("tells-a-refused-message-from-the-one-before", test_tells_a_refused_message_from_the_one_before);
  ADD ("tells-of-a-race", test_tells_of_a_race);
  ADD ("is-over-when-the-segment-is-lost", test_is_over_when_the_segment_is_lost);
  ADD ("leaves-nothing-that-was-removed", test_leaves_nothing_that_was_removed);
  ADD ("is-over-when-nothing-is-left-to-attach", test_is_over_when_nothing_is_left_to_attach);
  ADD ("shows-the-call-that-failed", test_shows_the_call_that_failed);
  ADD ("has-no-capacity-without-a-size", test_has_no_capacity_without_a_size);
  ADD ("asks-for-a-key-when-there-is-none", test_asks_for_a_key_when_there_is_none);
  ADD ("shows-each-call-with-its-arguments", test_shows_each_call_with_its_arguments);
  ADD ("refuses-a-message-that-does-not-fit", test_refuses_a_message_that_does_not_fit);
  ADD ("refuses-sizes-with-a-sentence", test_refuses_sizes_with_a_sentence);
  ADD ("waits-for-the-last-client", test_waits_for_the_last_client);
  ADD ("counts-clients-anew-when-it-waits", test_counts_clients_anew_when_it_waits);
  ADD ("tells-who-was-not-waited-for", test_tells_who_was_not_waited_for);
  ADD ("tells-of-what-has-changed", test_tells_of_what_has_changed);
  ADD ("takes-over-with-the-message-kept", test_takes_over_with_the_message_kept);
  ADD ("a-signal-leaves-what-was-taken-over", test_a_signal_leaves_what_was_taken_over);
  ADD ("does-not-take-over-from-the-living", test_does_not_take_over_from_the_living);
  ADD ("does-not-take-over-what-is-foreign", test_does_not_take_over_what_is_foreign);
  ADD ("skips-what-was-never-made", test_skips_what_was_never_made);
  ADD ("does-not-claim-what-somebody-else-removed", test_does_not_claim_what_somebody_else_removed);
  ADD ("cleans-up-only-its-own", test_cleans_up_only_its_own);
  ADD ("notices-a-removal", test_notices_a_removal);
  ADD ("mends-the-control-block", test_mends_the_control_block);
  ADD ("says-when-a-message-was-not-written", test_says_when_a_message_was_not_written);
  ADD ("says-nothing-when-all-was-written", test_says_nothing_when_all_was_written);
  ADD ("leaves-no-semaphore-behind", test_leaves_no_semaphore_behind);
  ADD ("leaves-the-semaphore-of-a-stranger", test_leaves_the_semaphore_of_a_stranger);
  ADD ("removes-the-semaphore-of-the-server-before", test_removes_the_semaphore_of_the_server_before);
  return g_test_run ();
}
