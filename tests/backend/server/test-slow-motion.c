/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/client/lab-client.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/segment/lab-semaphore.h"
#include "backend/server/lab-server.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

/* A server that writes in slow motion and a client that looks when it is told
 * to, so that every moment in between can be seen. */
typedef struct
{
  key_t          key;
  LabServer     *server;
  LabPublisher  *publisher;  /* of the server */
  LabSlowMotion *slow;       /* of the publisher */
  LabClient     *client;
  LabReceiver   *receiver;   /* of the client */
} Fixture;

#define OLD "AAAAAAAA"
#define NEW "BBBBBBBB"

static void
set_up (Fixture       *f,
        gconstpointer  protocol)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  choice = lab_key_choice_new_key (f->key);
  f->server = test_server_new (f->key);
  f->publisher = lab_server_get_publisher (f->server);
  f->slow = lab_publisher_get_slow_motion (f->publisher);
  f->client = lab_client_new ();
  f->receiver = lab_client_get_receiver (f->client);
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
  lab_poller_set_paused (lab_client_get_poller (f->client), TRUE);

  g_assert_true (lab_publisher_set_protocol (f->publisher, GPOINTER_TO_UINT (protocol), NULL));
  test_server_start (f->server);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->client);
  lab_server_clean_up (f->server);
  g_clear_object (&f->server);
}

static void
write_text (Fixture    *f,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_server_write (f->server, text, strlen (text), &error));
  g_assert_no_error (error);
}

static char *
dup_seen (Fixture *f)
{
  LabMessage *message = lab_receiver_get_message (f->receiver);
  gsize length;
  const char *bytes;

  if (message == NULL)
    return g_strdup ("");

  bytes = g_bytes_get_data (lab_message_get_bytes (message), &length);

  return g_strndup (bytes, length);
}

static void
assert_seen (Fixture    *f,
             const char *text)
{
  g_autofree char *seen = dup_seen (f);

  g_assert_cmpstr (seen, ==, text);
}

static void
begin_slowly (Fixture *f)
{
  lab_publisher_set_slow (f->publisher, TRUE);
  write_text (f, NEW);
  g_assert_true (lab_publisher_is_writing (f->publisher));
  g_assert_false (lab_slow_motion_is_playing (f->slow));
}

static void
test_none_shows_half_a_message (Fixture       *f,
                                gconstpointer  unused)
{
  gboolean half = FALSE;

  write_text (f, OLD);
  lab_client_go (f->client);
  assert_seen (f, OLD);
  begin_slowly (f);
  while (lab_publisher_is_writing (f->publisher))
    {
      g_autofree char *seen = NULL;

      lab_slow_motion_step (f->slow);
      lab_receiver_look (f->receiver);
      seen = dup_seen (f);
      if (strchr (seen, 'A') != NULL && strchr (seen, 'B') != NULL)
        {
          half = TRUE;
          g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_TORN);
        }
    }
  g_assert_true (half);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_torn, >, 0);
  lab_receiver_look (f->receiver);
  assert_seen (f, NEW);
}

static void
test_latch_shows_the_old_and_then_the_new (Fixture       *f,
                                           gconstpointer  unused)
{
  gboolean new_seen = FALSE;

  write_text (f, OLD);
  lab_client_go (f->client);
  begin_slowly (f);
  while (lab_publisher_is_writing (f->publisher))
    {
      g_autofree char *seen = NULL;

      lab_slow_motion_step (f->slow);
      lab_receiver_look (f->receiver);
      seen = dup_seen (f);
      if (g_str_equal (seen, NEW))
        new_seen = TRUE;
      g_assert_cmpstr (seen, ==, new_seen ? NEW : OLD);
      g_assert_cmpint (lab_message_get_origin (lab_receiver_get_message (f->receiver)), ==, LAB_MESSAGE_PROTECTED);
    }
  g_assert_true (new_seen);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_torn, ==, 0);
}

static void
test_semaphore_makes_the_client_wait (Fixture       *f,
                                      gconstpointer  unused)
{
  guint n_waited = 0;

  write_text (f, OLD);
  lab_client_go (f->client);
  begin_slowly (f);
  while (lab_publisher_is_writing (f->publisher))
    {
      lab_slow_motion_step (f->slow);
      lab_receiver_look (f->receiver);
      if (lab_publisher_is_writing (f->publisher))
        assert_seen (f, OLD);
      if (lab_receiver_get_reason (f->receiver) == LAB_REASON_SEMAPHORE_HELD)
        n_waited++;
    }
  g_assert_cmpuint (n_waited, >, strlen (NEW));
  lab_receiver_look (f->receiver);
  assert_seen (f, NEW);
  g_assert_cmpint (lab_receiver_get_reason (f->receiver), ==, LAB_REASON_NONE);
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_waited, ==, n_waited);
}

static void
test_turns_need_write_permission_and_lose_nothing (Fixture       *f,
                                                   gconstpointer  unused)
{
  write_text (f, OLD);
  lab_client_go (f->client);
  g_assert_cmpint (lab_client_get_state (f->client), ==, LAB_CLIENT_NEEDS_WRITE);
  assert_seen (f, "");
  g_assert_true (lab_client_attach_writable (f->client, NULL));
  assert_seen (f, OLD);

  /* The second waits until the first was taken. */
  write_text (f, "first");
  write_text (f, "second");
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_CLIENTS_TURN);
  test_run_for_ms (100);
  g_assert_cmpint (lab_publisher_get_reason (f->publisher, NULL), ==, LAB_REASON_CLIENTS_TURN);
  lab_receiver_look (f->receiver);
  assert_seen (f, "first");
  test_wait_for (lab_publisher_get_reason (f->publisher, NULL) == LAB_REASON_NONE);
  lab_receiver_look (f->receiver);
  assert_seen (f, "second");
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_missed, ==, 0);
}

static void
test_textbook_turns_lose_the_race (Fixture       *f,
                                   gconstpointer  unused)
{
  g_assert_true (lab_publisher_is_status_late (f->publisher));
  lab_client_go (f->client);
  g_assert_true (lab_client_attach_writable (f->client, NULL));
  g_assert_nonnull (lab_receiver_get_message (f->receiver));
  g_assert_cmpint (lab_message_get_reason (lab_receiver_get_message (f->receiver)), ==, LAB_REASON_UNWRITTEN);
  g_assert_true (lab_publisher_store_status (f->publisher));

  write_text (f, NEW);
  lab_receiver_look (f->receiver);
  assert_seen (f, NEW);
}

static void
test_protocol_changes_under_the_reader (Fixture       *f,
                                        gconstpointer  unused)
{
  static const LabProtocolId order[] = {
    LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_LATCH, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_NONE, LAB_PROTOCOL_LATCH,
  };

  lab_client_go (f->client);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      g_assert_true (lab_publisher_set_protocol (f->publisher, order[i], NULL));
      test_wait_for (lab_session_get_protocol (lab_server_get_session (f->server)) == order[i]);
      write_text (f, text);
      lab_receiver_look (f->receiver);
      assert_seen (f, text);
      g_assert_cmpint (lab_session_get_protocol (lab_client_get_session (f->client)), ==, order[i]);
    }
  g_assert_cmpuint (lab_receiver_get_counters (f->receiver).n_torn, ==, 0);
}

static void
test_plays_by_the_clock (Fixture       *f,
                         gconstpointer  unused)
{
  write_text (f, OLD);
  begin_slowly (f);
  g_assert_nonnull (lab_slow_motion_get_next_store (f->slow));
  lab_slow_motion_set_speed (f->slow, LAB_SLOW_MOTION_MAX_SPEED);
  lab_slow_motion_set_playing (f->slow, TRUE);
  g_assert_cmpuint (lab_slow_motion_get_n_steps (f->slow), >, 2 * strlen (NEW));
  test_wait_for (!lab_publisher_is_writing (f->publisher));
  g_assert_false (lab_slow_motion_is_playing (f->slow));
  g_assert_cmpstr (lab_session_get_message (lab_server_get_session (f->server)), ==, NEW);
  g_assert_cmpint (lab_session_get_write_cursor (lab_server_get_session (f->server)), ==, -1);
}

static void
test_never_leaves_half_a_message_on_purpose (Fixture       *f,
                                             gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  write_text (f, OLD);
  lab_client_go (f->client);
  begin_slowly (f);
  for (guint i = 0; i < 6; i++)
    lab_slow_motion_step (f->slow);
  g_assert_false (lab_server_write (f->server, "other", 5, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED);

  g_assert_true (lab_server_detach (f->server, NULL));
  lab_receiver_look (f->receiver);
  assert_seen (f, NEW);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, protocol, func) \
  g_test_add ("/backend/slow-motion/" name, Fixture, GUINT_TO_POINTER (LAB_PROTOCOL_##protocol), set_up, func, tear_down)
  ADD ("none-shows-half-a-message", NONE, test_none_shows_half_a_message);
  ADD ("latch-shows-the-old-and-then-the-new", LATCH, test_latch_shows_the_old_and_then_the_new);
  ADD ("semaphore-makes-the-client-wait", SEMAPHORE, test_semaphore_makes_the_client_wait);
  ADD ("turns-need-write-permission-and-lose-nothing", TURNS, test_turns_need_write_permission_and_lose_nothing);
  ADD ("textbook-turns-lose-the-race", TURNS_TEXTBOOK, test_textbook_turns_lose_the_race);
  ADD ("protocol-changes-under-the-reader", LATCH, test_protocol_changes_under_the_reader);
  ADD ("plays-by-the-clock", LATCH, test_plays_by_the_clock);
  ADD ("never-leaves-half-a-message-on-purpose", NONE, test_never_leaves_half_a_message_on_purpose);
  return g_test_run ();
}
