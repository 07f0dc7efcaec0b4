/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "backend/client/lab-client.h"
#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/layout/lab-latch.h"
#include "backend/preset/lab-preset-decode.h"
#include "backend/server/lab-server.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

typedef struct
{
  key_t        key;
  LabServer   *server;
  LabClient   *client;
  LabReceiver *receiver;  /* of the client, as the next */
  LabPoller   *poller;
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
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  f->server = test_server_new (f->key);
  f->client = lab_client_new ();
  f->receiver = lab_client_get_receiver (f->client);
  f->poller = lab_client_get_poller (f->client);
  choice = lab_key_choice_new_key (f->key);
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
  lab_poller_set_interval_ms (f->poller, LAB_POLLER_MIN_INTERVAL_MS);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->client);
  g_clear_object (&f->server);
  remove_by_key (f->key);
}

static void
write_text (Fixture    *f,
            const char *text)
{
  g_assert_true (lab_server_write (f->server, text, strlen (text), NULL));
}

static gboolean
shows (Fixture    *f,
       const char *text)
{
  LabMessage *message = lab_receiver_get_message (f->receiver);
  gsize length;
  const char *bytes;

  if (message == NULL)
    return FALSE;

  bytes = g_bytes_get_data (lab_message_get_bytes (message), &length);

  return length == strlen (text) && (length == 0 || memcmp (bytes, text, length) == 0);
}

static void
test_sees_what_is_written (Fixture       *f,
                           gconstpointer  unused)
{
  test_server_start (f->server);
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_EMPTY);

  write_text (f, "Good morning, class!");
  test_wait_for (shows (f, "Good morning, class!"));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_READING);
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PROTECTED);
  g_assert_cmpuint (lab_message_get_number (lab_receiver_get_message (f->receiver)), ==, 1);
  g_assert_cmpint (lab_message_get_delay_ns (lab_receiver_get_message (f->receiver)), >=, 0);

  write_text (f, "");
  test_wait_for (shows (f, ""));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 2);
}

static void
test_attaches_by_itself_and_never_creates (Fixture       *f,
                                           gconstpointer  unused)
{
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_WAITING);
  test_run_for_ms (300);
  g_assert_null (lab_segment_find (f->key, NULL));

  test_server_start (f->server);
  test_wait_for (lab_client_is_attached (f->client));
  g_assert_false (lab_segment_is_writable (lab_session_get_segment (lab_client_get_session (f->client))));
}

static void
test_counts_what_it_missed (Fixture       *f,
                            gconstpointer  unused)
{
  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  g_assert_true (lab_session_is_looking (lab_client_get_session (f->client)));
  lab_poller_set_paused (f->poller, TRUE);
  g_assert_false (lab_session_is_looking (lab_client_get_session (f->client)));
  g_assert_true (shows (f, "one"));

  write_text (f, "two");
  write_text (f, "three");
  write_text (f, "four");
  lab_receiver_look (f->receiver);
  g_assert_true (shows (f, "four"));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 2);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_missed, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (lab_receiver_get_history (f->receiver)), ==, 2);
}

static void
test_makes_no_call_while_it_polls (Fixture       *f,
                                   gconstpointer  unused)
{
  GListModel *calls = G_LIST_MODEL (lab_call_log_get_default ());
  guint n_before;
  guint64 n_looks;

  test_server_start (f->server);
  lab_client_go (f->client);
  lab_call_log_flush (LAB_CALL_LOG (calls));
  n_before = g_list_model_get_n_items (calls);
  n_looks = lab_receiver_get_counters (f->receiver).n_looks;
  test_wait_for (lab_receiver_get_counters (f->receiver).n_looks >= n_looks + 50);
  lab_call_log_flush (LAB_CALL_LOG (calls));
  g_assert_cmpuint (g_list_model_get_n_items (calls), ==, n_before);
}

static int server_pipe[2];

static gpointer
be_server (gpointer data)
{
  const LabLayout *layout = lab_segment_get_layout (data);

  lab_latch_init (layout);
  lab_layout_set_writer (layout, gettid (), lab_process_get_start_ticks (gettid ()));
  lab_latch_publish (layout, "last words", 10, 1, lab_monotonic_ns ());
  (void) !write (server_pipe[1], "y", 1);
  while (TRUE)
    pause ();

  return NULL;
}

/* A server in a process of its own, which writes a message and is killed; its
 * main thread may leave that to another one. */
static pid_t
fork_server (int      id,
             gboolean in_thread)
{
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (server_pipe), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      g_autoptr(LabSegment) segment = lab_segment_open (id, NULL);

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (segment == NULL || !lab_segment_attach (segment, TRUE, NULL))
        _exit (1);
      if (in_thread)
        g_thread_join (g_thread_new ("writer", be_server, segment));
      be_server (segment);
    }
  close (server_pipe[1]);
  g_assert_cmpint (read (server_pipe[0], &byte, 1), ==, 1);
  close (server_pipe[0]);

  return pid;
}

static void
test_survives_a_killed_server (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  pid_t pid = fork_server (lab_segment_get_id (segment), FALSE);

  lab_client_go (f->client);
  test_wait_for (shows (f, "last words") && lab_client_get_state (f->client) == LAB_CLIENT_READING);
  test_child_kill (pid);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_SERVER_DIED);
  g_assert_true (shows (f, "last words"));

  test_server_take_over (f->server);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_READING);
  write_text (f, "and on it goes");
  test_wait_for (shows (f, "and on it goes"));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_missed, ==, 0);
}

/* As a container would: its pid is 1 for itself, and 1 is another process here. */
static pid_t
fork_server_elsewhere (int id)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (!test_unshare (CLONE_NEWPID))
        _exit (TEST_NOT_PERMITTED);
      fork_server (id, FALSE);
      while (TRUE)
        pause ();
    }
  while (waitpid (pid, &status, WNOHANG) == 0)
    {
      LabShmRecord record;

      if (lab_sysv_shmctl_stat (id, &record, NULL) == 0 && record.n_attaches > 0)
        return pid;
      g_usleep (1000);
    }

  return 0;
}

static void
test_believes_a_server_that_it_cannot_see (Fixture       *f,
                                           gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  pid_t pid = fork_server_elsewhere (lab_segment_get_id (segment));
  GPtrArray *attached = NULL;
  pid_t server;
  gint64 until_us;

  if (pid == 0)
    {
      lab_segment_remove (segment, NULL);
      g_test_skip ("no namespaces are permitted here");
      return;
    }

  lab_client_go (f->client);
  test_wait_for (shows (f, "last words"));
  g_assert_cmpint (lab_receiver_get_writer_pid (f->receiver), ==, 1);
  until_us = g_get_monotonic_time () + G_USEC_PER_SEC;   /* two readings of the monitor, and many looks */
  while (g_get_monotonic_time () < until_us)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_READING);
    }

  /* When it is attached no more, it is dead, wherever it was. */
  attached = lab_attachment_scan (lab_segment_get_id (segment), NULL);
  for (guint i = 0; i < attached->len; i++)
    {
      server = lab_attachment_get_pid (g_ptr_array_index (attached, i));
      if (server != getpid ())
        kill (server, SIGKILL);
    }
  g_ptr_array_unref (attached);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_SERVER_DIED);
  test_child_kill (pid);
  g_assert_true (lab_segment_remove (segment, NULL));
}

/* The kernel does not tell when a thread ends, for one. */
static void
test_notices_a_killed_server_by_itself (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  pid_t pid = fork_server (lab_segment_get_id (segment), TRUE);
  gint64 killed_us;

  lab_client_go (f->client);
  test_wait_for (shows (f, "last words") && lab_client_get_state (f->client) == LAB_CLIENT_READING);
  g_assert_cmpint (lab_receiver_get_writer_pid (f->receiver), !=, pid);
  g_assert_cmpint (lab_process_open (lab_receiver_get_writer_pid (f->receiver)), ==, -1);
  test_child_kill (pid);
  killed_us = g_get_monotonic_time ();
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_SERVER_DIED);
  /* Within a second, and more on a machine that is busy with other things. */
  g_test_message ("said after %.1f ms", (double) (g_get_monotonic_time () - killed_us) / 1000);
  g_assert_cmpint (g_get_monotonic_time () - killed_us, <, 5 * G_USEC_PER_SEC);
}

static void
test_tells_left_removed_and_replaced_apart (Fixture       *f,
                                            gconstpointer  unused)
{
  test_server_start (f->server);
  write_text (f, "kept");
  lab_client_go (f->client);
  lab_server_leave (f->server);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_SERVER_LEFT);

  remove_by_key (f->key);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_MARKED);
  g_assert_true (shows (f, "kept"));

  lab_server_reset (f->server);
  test_server_start (f->server);
  write_text (f, "new life");
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_REPLACED);
  g_assert_true (shows (f, "kept"));

  lab_client_follow (f->client);
  test_wait_for (shows (f, "new life"));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_READING);
}

static void
test_reads_a_textbook_program (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 1024, 0666, NULL);
  char *base;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  base = lab_segment_get_base (segment);
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_EMPTY);

  strcpy (base, "Hello from homework");
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_PLAIN);
  g_assert_true (shows (f, "Hello from homework"));
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PLAIN);

  /* No NUL anywhere: the text ends where the segment ends. */
  memset (base, 'x', 1024);
  test_wait_for (lab_message_get_length (lab_receiver_get_message (f->receiver)) == 1024);
}

static LabSegment *
make_homework (Fixture    *f,
               const char *preset_id)
{
  const LabPreset *preset = lab_preset_find (preset_id);
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, preset->size_bytes, preset->mode, NULL);

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));

  return g_steal_pointer (&segment);
}

static char *
dup_state (Fixture *f)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (lab_receiver_get_image (f->receiver), &n_bytes);

  return lab_preset_describe_state (lab_receiver_get_preset (f->receiver), bytes, n_bytes,
                                    lab_segment_get_size_bytes (lab_session_get_segment (lab_client_get_session (f->client))), -1);
}

static gboolean
state_begins_with (Fixture    *f,
                   const char *beginning)
{
  g_autofree char *state = dup_state (f);

  return g_str_has_prefix (state, beginning);
}

static void
test_reads_numbers_by_a_preset (Fixture       *f,
                                gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = make_homework (f, "mtu");
  int *base = lab_segment_get_base (segment);
  GBytes *image;

  lab_receiver_set_preset (f->receiver, lab_preset_find ("mtu"));
  g_assert_null (lab_receiver_get_image (f->receiver));
  lab_client_go (f->client);
  g_assert_true (lab_receiver_is_plain (f->receiver));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_EMPTY);
  g_assert_true (state_begins_with (f, "FILLED, or a new segment"));

  /* What is not the data is no message, but it is seen. */
  base[0] = -1;
  test_wait_for (state_begins_with (f, "NOT_READY: "));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 0);
  lab_poller_set_paused (f->poller, TRUE);
  base[1] = 10, base[2] = -20, base[3] = 30, base[4] = 40, base[0] = 0;
  lab_receiver_look (f->receiver);
  g_assert_true (shows (f, "10  -20  30  40"));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_PLAIN);
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_NUMBERS);
  base[0] = 1;
  lab_receiver_look (f->receiver);
  g_assert_true (state_begins_with (f, "TAKEN: "));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 1);

  /* Nothing new: the same image, and nobody is told. */
  image = lab_receiver_get_image (f->receiver);
  lab_receiver_look (f->receiver);
  g_assert_true (image == lab_receiver_get_image (f->receiver));
}

static void
test_reads_text_by_a_preset (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = make_homework (f, "cardiff");
  char *base = lab_segment_get_base (segment);

  lab_poller_set_paused (f->poller, TRUE);
  lab_client_go (f->client);
  strcpy (base, "abcdefghijklmnopqrstuvwxyz");
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PLAIN);
  g_assert_cmpuint (g_bytes_get_size (lab_receiver_get_image (f->receiver)), ==, 27);

  /* To read it in another way is no further message. */
  lab_receiver_set_preset (f->receiver, lab_preset_find ("cardiff"));
  g_assert_true (shows (f, "abcdefghijklmnopqrstuvwxyz"));
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PRESET);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 1);
  g_assert_true (state_begins_with (f, "Written: "));
  base[0] = '*';
  lab_receiver_look (f->receiver);
  g_assert_true (shows (f, "*bcdefghijklmnopqrstuvwxyz"));
  g_assert_true (state_begins_with (f, "Taken: "));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 2);

  /* Attached again, the same text is still there, and not a new segment's nothing. */
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_null (lab_receiver_get_image (f->receiver));
  g_assert_false (lab_receiver_is_plain (f->receiver));
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_PLAIN);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 2);

  lab_receiver_set_preset (f->receiver, NULL);
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PLAIN);
}

/* Every preset on segments that are too small for it, and full of anything. */
static void
test_reads_anything_by_any_preset (Fixture       *f,
                                   gconstpointer  unused)
{
  static const gsize sizes[] = { 1, 3, 4, 19, 100, 4096 };
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  lab_poller_set_paused (f->poller, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(LabSegment) segment = lab_segment_create (f->key, sizes[i], 0600, NULL);
      guint8 *base;

      g_assert_true (lab_segment_attach (segment, TRUE, NULL));
      base = lab_segment_get_base (segment);
      lab_client_go (f->client);
      for (guint j = 0; j < n_presets * 8; j++)
        {
          g_autofree char *state = NULL;

          lab_receiver_set_preset (f->receiver, &presets[j % n_presets]);
          for (gsize k = 0; k < sizes[i]; k++)
            base[k] = j < n_presets ? 0xff : (guint8) g_test_rand_int_range (0, 256);
          lab_receiver_look (f->receiver);
          g_assert_cmpuint (g_bytes_get_size (lab_receiver_get_image (f->receiver)), <=, sizes[i]);
          state = dup_state (f);
          g_assert_true (g_utf8_validate (state, -1, NULL));
        }
      g_assert_true (lab_client_detach (f->client, NULL));
      g_assert_true (lab_segment_remove (segment, NULL));
    }
}

static void
test_a_preset_is_not_for_our_own_layout (Fixture       *f,
                                         gconstpointer  unused)
{
  lab_receiver_set_preset (f->receiver, lab_preset_find ("mtu"));
  test_server_start (f->server);
  write_text (f, "ours");
  lab_client_go (f->client);
  g_assert_true (shows (f, "ours"));
  g_assert_false (lab_receiver_is_plain (f->receiver));
  g_assert_null (lab_receiver_get_image (f->receiver));
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PROTECTED);
}

static void
test_shows_what_a_stranger_wrote_over_the_message (Fixture       *f,
                                                   gconstpointer  unused)
{
  char *base;

  test_server_start (f->server);
  write_text (f, "ours");
  lab_client_go (f->client);
  test_wait_for (shows (f, "ours"));

  base = lab_segment_get_base (lab_session_get_segment (lab_server_get_session (f->server)));
  strcpy (base, "a stranger was here");
  test_wait_for (shows (f, "a stranger was here"));
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_OVERWRITTEN);

  write_text (f, "ours again");
  test_wait_for (shows (f, "ours again"));
  g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PROTECTED);
}

/* Every value a stranger may leave in the control block, one field at a time. */
static void
test_survives_any_control_block (Fixture       *f,
                                 gconstpointer  unused)
{
  const LabLayout *layout;
  guint8 *control;

  test_server_start (f->server);
  write_text (f, "whole");
  lab_client_go (f->client);
  lab_poller_set_paused (f->poller, TRUE);
  layout = lab_segment_get_layout (lab_session_get_segment (lab_server_get_session (f->server)));
  control = (guint8 *) layout->base + layout->control_offset;

  for (guint i = 0; i < 20000; i++)
    {
      if (i % 4 == 0)
        write_text (f, "whole");
      control[8 + g_random_int_range (0, 120)] = (guint8) g_random_int ();
      lab_receiver_look (f->receiver);
    }

  write_text (f, "mended");
  lab_receiver_look (f->receiver);
  g_assert_true (lab_message_get_length (lab_receiver_get_message (f->receiver)) <= layout->size_bytes);
}

/* First the control block is damaged, then it is gone: the segment is another's now. */
static void
test_forgets_damage_with_the_control_block (Fixture       *f,
                                            gconstpointer  unused)
{
  LabControl *control;

  test_server_start (f->server);
  write_text (f, "whole");
  lab_client_go (f->client);
  lab_poller_set_paused (f->poller, TRUE);
  control = lab_layout_control (lab_segment_get_layout (lab_session_get_segment (lab_server_get_session (f->server))));

  atomic_store (&control->sequence, atomic_load (&control->sequence) + 2);
  atomic_store (&control->protocol, 77);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_DAMAGED);

  atomic_store (&control->magic, 0);
  lab_receiver_look (f->receiver);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_PLAIN);
}

static void
test_gives_up_when_told_to (Fixture       *f,
                            gconstpointer  unused)
{
  test_server_start (f->server);
  lab_client_go (f->client);
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_IDLE);
  test_run_for_ms (1200);
  g_assert_false (lab_client_is_attached (f->client));

  g_assert_true (lab_client_find (f->client, NULL));
  g_assert_true (lab_client_attach (f->client, NULL));
}

/* Both ends of a race at full speed, in one process. */
static void
start_race (Fixture *f)
{
  const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  LabPublisher *publisher = lab_server_get_publisher (f->server);

  test_server_start (f->server);
  write_text (f, "before");
  lab_client_go (f->client);
  test_wait_for (shows (f, "before"));
  g_assert_true (lab_publisher_start_race (publisher, protocols, G_N_ELEMENTS (protocols), 2, 100, NULL));
  test_wait_for (lab_poller_is_racing (f->poller));
}

static void
test_races_along_and_goes_on_afterwards (Fixture       *f,
                                         gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  const LabRaceSecond *race, *last;
  LabCounters counters;
  guint64 n_missed;
  guint pace;
  double rate;

  /* What is seen in the race is counted apart. */
  start_race (f);
  counters = lab_receiver_get_counters (f->receiver);
  g_object_get (f->poller, "pace", &pace, "looks-per-second", &rate, NULL);
  g_assert_cmpint (pace, ==, LAB_PACE_FULL_SPEED);
  g_assert_cmpfloat (rate, ==, 0);  /* nobody has counted a whole second yet */
  race = lab_poller_get_race (f->poller, &last);
  test_wait_for (race->counters.n_looks > 1000);
  g_object_get (f->poller, "looks-per-second", &rate, NULL);
  g_assert_cmpfloat (ABS (rate * (double) last->duration_ns / 1e9 - (double) last->counters.n_looks), <, 1);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_looks, ==, counters.n_looks);
  test_wait_for (!lab_poller_is_racing (f->poller));
  test_wait_for (!lab_publisher_is_racing (publisher));
  g_assert_cmpuint (race->counters.n_messages, >, 1);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, <=, counters.n_messages + 1);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_looks, <, counters.n_looks + 1000);
  g_object_get (f->poller, "pace", &pace, "looks-per-second", &rate, NULL);
  g_assert_cmpint (pace, ==, LAB_PACE_BY_CLOCK);
  g_assert_cmpfloat (rate, ==, 100);

  /* The message is as it was before the race, under a new number. */
  test_wait_for (lab_message_get_number (lab_receiver_get_message (f->receiver)) == lab_publisher_get_number (publisher));
  g_assert_true (shows (f, "before"));
  n_missed = lab_receiver_get_counters (f->receiver).n_missed;
  write_text (f, "after");
  test_wait_for (shows (f, "after"));
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_missed, ==, n_missed);
}

static gboolean
set_true_cb (gpointer data)
{
  gboolean *value = data;

  *value = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_detaches_in_the_middle_of_a_race (Fixture       *f,
                                       gconstpointer  unused)
{
  gboolean was_run = FALSE;
  guint idle;

  start_race (f);
  idle = g_idle_add_full (G_PRIORITY_HIGH, set_true_cb, &was_run, NULL);
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_false (was_run);  /* a click on Detach would have found no segment */
  if (!was_run)
    g_source_remove (idle);
  g_assert_false (lab_poller_is_racing (f->poller));
  g_assert_false (lab_client_is_attached (f->client));
  g_assert_true (lab_publisher_is_racing (lab_server_get_publisher (f->server)));
}

static gboolean
says_call (LabClient     *client,
           LabClientStep  step,
           const char    *format,  /* %d is the id */
           int            id)
{
  g_autofree char *number = g_strdup_printf ("%d", id);
  g_autoptr(GString) call = g_string_new (format);

  g_string_replace (call, "%d", number, 0);

  return g_strcmp0 (lab_step_get_call (lab_life_get_step (lab_client_get_life (client), step)), call->str) == 0;
}

static gboolean
says (LabClient     *client,
      LabClientStep  step,
      const char    *format,
      int            id,
      const char    *result)
{
  return says_call (client, step, format, id)
         && g_strcmp0 (lab_step_get_result (lab_life_get_step (lab_client_get_life (client), step)), result) == 0;
}

static void
test_opens_by_id (Fixture       *f,
                  gconstpointer  unused)
{
  g_autoptr(LabClient) by_id = lab_client_new ();
  int id;

  test_server_start (f->server);
  write_text (f, "by id");
  id = lab_segment_get_id (lab_session_get_segment (lab_server_get_session (f->server)));
  lab_client_set_id (by_id, id);
  lab_client_go (by_id);
  g_assert_true (lab_client_is_attached (by_id));
  g_assert_cmpint (lab_session_get_key (lab_client_get_session (by_id)), ==, f->key);
  g_assert_true (says (by_id, LAB_CLIENT_STEP_KEY, "int id = %d", id, "an id needs no key"));
  g_assert_true (says (by_id, LAB_CLIENT_STEP_FIND, "shmctl(%d, IPC_STAT, &record)", id, "0"));
}

/* Of one that this process never saw nobody can know whether it once was. */
static void
test_says_that_no_segment_has_the_id (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  lab_client_set_id (f->client, G_MAXINT - 4711);
  g_assert_true (lab_client_make_key (f->client, NULL));
  g_assert_false (lab_client_find (f->client, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED);
  g_assert_true (g_str_has_prefix (error->message, "No segment has the id 2147478936. Look at the list"));
  g_assert_cmpstr (lab_client_get_reason (f->client), ==, error->message);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_IDLE);
}

/* From then on it is the key that names the segment, for the steps too. */
static void
test_follows_the_key_of_an_id (Fixture       *f,
                               gconstpointer  unused)
{
  LabSession *session = lab_client_get_session (f->client);
  g_autoptr(LabSegment) first = lab_segment_create (f->key, 4096, 0600, NULL);
  g_autoptr(LabSegment) second = NULL;
  g_autofree char *key = lab_key_format (f->key);
  g_autofree char *call = g_strdup_printf ("key_t key = %s", key);
  g_autofree char *find = g_strdup_printf ("shmget(%s, 0, 0)", key);
  g_autofree char *found = NULL;

  lab_choice_set_key_choice (lab_session_get_choice (session), NULL);
  lab_client_set_id (f->client, lab_segment_get_id (first));
  lab_client_go (f->client);
  g_assert_true (lab_client_is_attached (f->client));
  g_assert_true (lab_segment_remove (first, NULL));
  second = lab_segment_create (f->key, 4096, 0600, NULL);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_REPLACED);

  lab_client_follow (f->client);
  g_assert_true (lab_client_is_attached (f->client));
  g_assert_cmpint (lab_session_get_segment_id (session), ==, lab_segment_get_id (second));
  g_assert_cmpint (lab_session_get_given_id (session), ==, -1);
  g_assert_cmpint (lab_choice_get_key_choice (lab_session_get_choice (session))->key, ==, f->key);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (lab_client_get_life (f->client), LAB_CLIENT_STEP_KEY)), ==, call);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (lab_client_get_life (f->client), LAB_CLIENT_STEP_FIND)), ==, find);
  found = g_strdup_printf ("id %d", lab_segment_get_id (second));
  g_assert_cmpstr (lab_step_get_result (lab_life_get_step (lab_client_get_life (f->client), LAB_CLIENT_STEP_FIND)), ==, found);
}

/* Each step says the call that was made, also when it was made another way the second time. */
static void
test_says_how_it_attached (Fixture       *f,
                           gconstpointer  unused)
{
  int id;

  test_server_start (f->server);
  id = lab_segment_get_id (lab_session_get_segment (lab_server_get_session (f->server)));
  lab_client_go (f->client);
  g_assert_true (says_call (f->client, LAB_CLIENT_STEP_ATTACH, "shmat(%d, NULL, SHM_RDONLY)", id));
  g_assert_true (lab_client_attach_writable (f->client, NULL));
  g_assert_true (says_call (f->client, LAB_CLIENT_STEP_ATTACH, "shmat(%d, NULL, 0)", id));
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (says_call (f->client, LAB_CLIENT_STEP_ATTACH, "shmat(id, NULL, SHM_RDONLY)", id));
}

/* Not in a child: one of a process with threads may find a lock of GLib's taken for ever. */
static void
do_as_nobody (LabClient  *client,
              void      (*function) (LabClient *client))
{
  g_assert_cmpint (setegid (TEST_NOBODY), ==, 0);
  g_assert_cmpint (seteuid (TEST_NOBODY), ==, 0);
  function (client);
  g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (setegid (0), ==, 0);
}

static void
test_is_refused_by_the_mode (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root, to become somebody else");
      return;
    }

  segment = lab_segment_create (f->key, 4096, 0600, NULL);
  do_as_nobody (f->client, lab_client_go);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_REFUSED);
  g_assert_nonnull (strstr (lab_client_get_reason (f->client), "EACCES"));
  g_assert_nonnull (strstr (lab_client_get_refusal (f->client), "and has the mode 0600 (rw-------); reading was asked for. You are "));
  lab_client_reset (f->client);
  g_assert_null (lab_client_get_refusal (f->client));
}

static void
find_and_attach (LabClient *client)
{
  g_assert_true (lab_client_find (client, NULL));
  g_assert_false (lab_client_attach (client, NULL));
}

/* Who does the steps by hand does not try again, and yet says nothing that is over. */
static void
test_refuses_no_longer_than_it_is_so (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  LabSession *session = lab_client_get_session (f->client);
  LabShmRecord record;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root, to become somebody else");
      return;
    }

  segment = lab_segment_create (f->key, 4096, 0600, NULL);
  g_assert_true (lab_client_make_key (f->client, NULL));
  do_as_nobody (f->client, find_and_attach);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_REFUSED);
  test_wait_for (lab_segment_monitor_is_ready (lab_session_get_monitor (session)));
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_REFUSED);

  record = *lab_segment_get_record (segment);
  record.mode = 0640;
  g_assert_cmpint (lab_sysv_shmctl_set (lab_segment_get_id (segment), &record, NULL), ==, 0);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_IDLE);
  do_as_nobody (f->client, find_and_attach);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_REFUSED);
  g_assert_nonnull (strstr (lab_client_get_refusal (f->client), "has the mode 0640"));

  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_IDLE);
  g_assert_cmpint (lab_session_get_fate (session), ==, LAB_FATE_GONE);
}

/* A thousand messages may be more than the memory of this computer. */
static void
test_forgets_what_is_too_much (Fixture       *f,
                               gconstpointer  unused)
{
  const gsize length = (gsize) 4 << 20;
  g_autofree char *text = g_strnfill (length, 'x');
  GListModel *history = lab_receiver_get_history (f->receiver);

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 2 * length + 1024);
  test_server_start (f->server);
  lab_client_go (f->client);
  lab_poller_set_paused (f->poller, TRUE);
  for (guint i = 0; i < 24; i++)
    {
      text[0] = (char) ('a' + i);
      g_assert_true (lab_server_write (f->server, text, length, NULL));
      lab_receiver_look (f->receiver);
    }
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_messages, ==, 24);
  g_assert_cmpuint (g_list_model_get_n_items (history), ==, 16);
}

/* The file of our own cannot be made where the user may not write. */
static void
test_asks_for_a_key_when_there_is_none (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), NULL);
  g_assert_false (lab_client_make_key (f->client, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_step (f->client), ==, LAB_CLIENT_STEP_KEY);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* What it goes through in between, nobody is told. */
static void
test_tells_once_what_came_of_it (Fixture       *f,
                                 gconstpointer  unused)
{
  guint n_states = 0, n_attached = 0, n_ids = 0;
  gboolean attached;
  guint state;

  g_signal_connect_swapped (f->client, "notify::state", G_CALLBACK (count_cb), &n_states);
  g_signal_connect_swapped (f->client, "notify::attached", G_CALLBACK (count_cb), &n_attached);
  g_signal_connect_swapped (lab_client_get_session (f->client), "notify::given-id", G_CALLBACK (count_cb), &n_ids);

  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  g_assert_cmpuint (n_states, ==, 1);
  g_assert_cmpuint (n_attached, ==, 1);
  g_object_get (f->client, "state", &state, "attached", &attached, NULL);
  g_assert_cmpint (state, ==, LAB_CLIENT_READING);
  g_assert_true (attached);

  /* Detached and attached again, and so where it was. */
  g_assert_true (lab_client_attach_writable (f->client, NULL));
  g_assert_cmpuint (n_states, ==, 1);
  g_assert_cmpuint (n_attached, ==, 1);

  lab_poller_set_paused (f->poller, TRUE);
  for (guint i = 0; i < 10; i++)
    lab_receiver_look (f->receiver);
  write_text (f, "two");
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_states, ==, 1);

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_cmpuint (n_states, ==, 2);
  g_assert_cmpuint (n_attached, ==, 2);
  lab_client_reset (f->client);
  g_assert_cmpuint (n_states, ==, 2);
  g_assert_cmpuint (n_ids, ==, 0);
  lab_client_set_id (f->client, 5);
  lab_client_set_id (f->client, 5);
  g_assert_cmpuint (n_ids, ==, 1);
  lab_client_reset (f->client);
  g_assert_cmpuint (n_ids, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/client/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("asks-for-a-key-when-there-is-none", test_asks_for_a_key_when_there_is_none);
  ADD ("sees-what-is-written", test_sees_what_is_written);
  ADD ("attaches-by-itself-and-never-creates", test_attaches_by_itself_and_never_creates);
  ADD ("counts-what-it-missed", test_counts_what_it_missed);
  ADD ("makes-no-call-while-it-polls", test_makes_no_call_while_it_polls);
  ADD ("survives-a-killed-server", test_survives_a_killed_server);
  ADD ("believes-a-server-that-it-cannot-see", test_believes_a_server_that_it_cannot_see);
  ADD ("notices-a-killed-server-by-itself", test_notices_a_killed_server_by_itself);
  ADD ("tells-left-removed-and-replaced-apart", test_tells_left_removed_and_replaced_apart);
  ADD ("reads-a-textbook-program", test_reads_a_textbook_program);
  ADD ("reads-numbers-by-a-preset", test_reads_numbers_by_a_preset);
  ADD ("reads-text-by-a-preset", test_reads_text_by_a_preset);
  ADD ("reads-anything-by-any-preset", test_reads_anything_by_any_preset);
  ADD ("a-preset-is-not-for-our-own-layout", test_a_preset_is_not_for_our_own_layout);
  ADD ("shows-what-a-stranger-wrote-over-the-message", test_shows_what_a_stranger_wrote_over_the_message);
  ADD ("survives-any-control-block", test_survives_any_control_block);
  ADD ("forgets-damage-with-the-control-block", test_forgets_damage_with_the_control_block);
  ADD ("gives-up-when-told-to", test_gives_up_when_told_to);
  ADD ("races-along-and-goes-on-afterwards", test_races_along_and_goes_on_afterwards);
  ADD ("detaches-in-the-middle-of-a-race", test_detaches_in_the_middle_of_a_race);
  ADD ("tells-once-what-came-of-it", test_tells_once_what_came_of_it);
  ADD ("opens-by-id", test_opens_by_id);
  ADD ("says-that-no-segment-has-the-id", test_says_that_no_segment_has_the_id);
  ADD ("follows-the-key-of-an-id", test_follows_the_key_of_an_id);
  ADD ("says-how-it-attached", test_says_how_it_attached);
  ADD ("is-refused-by-the-mode", test_is_refused_by_the_mode);
  ADD ("refuses-no-longer-than-it-is-so", test_refuses_no_longer_than_it_is_so);
  ADD ("forgets-what-is-too-much", test_forgets_what_is_too_much);
  return g_test_run ();
}
