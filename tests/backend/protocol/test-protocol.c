/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"

#define SIZE 1000

static const LabProtocolId protocols[] = {
  LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_LATCH, LAB_PROTOCOL_TURNS_TEXTBOOK,
};

typedef struct
{
  LabProtocolId    protocol;
  LabSegment      *segment;
  LabSegment      *seen;     /* as a client attaches it */
  const LabLayout *layout;
  LabControl      *control;
  char            *memory;
  LabWriter       *writer;
  LabReader       *reader;
  pid_t            child;
} Fixture;

static LabReader *
new_reader (Fixture  *f,
            gboolean  writable)
{
  g_clear_object (&f->seen);
  f->seen = lab_segment_find (lab_segment_get_key (f->segment), NULL);
  g_assert_true (lab_segment_attach (f->seen, writable, NULL));

  return lab_reader_new (f->seen);
}

static void
set_up (Fixture       *f,
        gconstpointer  protocol)
{
  g_autoptr(GError) error = NULL;

  f->protocol = GPOINTER_TO_INT (protocol);
  f->segment = lab_segment_create (test_key (), SIZE, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  f->layout = lab_segment_get_layout (f->segment);
  f->control = lab_layout_control (f->layout);
  f->memory = f->layout->base;
  f->writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_set_up (f->writer, f->protocol, FALSE, &error));
  g_assert_no_error (error);
  f->reader = new_reader (f, TRUE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->child > 0)
    test_child_kill (f->child);
  g_clear_pointer (&f->reader, lab_reader_free);
  g_clear_pointer (&f->writer, lab_writer_free);
  lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0));
  if (!lab_segment_is_removed (f->segment))
    lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->seen);
  g_clear_object (&f->segment);
}

static void
publish (Fixture    *f,
         const char *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (lab_writer_publish (f->writer, text, strlen (text), &error), ==, LAB_WRITE_DONE);
  g_assert_no_error (error);
}

static void
expect (Fixture       *f,
        LabLookResult  result,
        LabReason      reason,
        const char    *text)
{
  const LabLook *look = lab_reader_look (f->reader);

  g_assert_cmpint (look->result, ==, result);
  g_assert_cmpint (look->reason, ==, reason);
  g_assert_cmpstr (look->text, ==, text);
}

static gboolean
is_turns (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS || protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
}

/* What a look shows when nothing is new. */
static void
expect_nothing_new (Fixture *f)
{
  if (is_turns (lab_writer_get_protocol (f->writer)))
    expect (f, LAB_LOOK_WAITING, LAB_REASON_SERVERS_TURN, NULL);
  else
    expect (f, LAB_LOOK_UNCHANGED, LAB_REASON_NONE, NULL);
}

static void
test_carries_messages (Fixture       *f,
                       gconstpointer  unused)
{
  gsize capacity = lab_layout_capacity (SIZE);
  g_autofree char *text = g_strnfill (capacity, 'x');
  const LabCounters *counters = lab_reader_get_counters (f->reader);
  const LabLook *look = lab_reader_look (f->reader);
  g_autoptr(GError) error = NULL;

  if (is_turns (f->protocol))
    g_assert_cmpint (look->reason, ==, LAB_REASON_SERVERS_TURN);
  else
    g_assert_cmpint (look->result, ==, LAB_LOOK_EMPTY);

  for (gsize length = 0; length <= capacity; length++)
    {
      if (length > 0)
        text[length - 1] = (char) ('!' + length % 90);
      g_assert_cmpint (lab_writer_publish (f->writer, text, length, &error), ==, LAB_WRITE_DONE);
      look = lab_reader_look (f->reader);
      g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
      g_assert_cmpint (look->protocol, ==, f->protocol);
      g_assert_cmpmem (look->text, look->length, text, length);
      g_assert_cmpuint (look->number, ==, length + 1);
      g_assert_cmpint (look->written_ns, <=, lab_monotonic_ns ());
      g_assert_cmpint (look->certain, ==, f->protocol != LAB_PROTOCOL_NONE || (length == 2 && text[0] == text[1]));
      g_assert_cmpint (strncmp (f->memory, text, length), ==, 0);
      g_assert_cmpint (f->memory[length], ==, '\0');
      expect_nothing_new (f);
    }
  g_assert_cmpuint (counters->n_looks, ==, 2 * capacity + 3);
  g_assert_cmpuint (counters->n_messages, ==, capacity + 1);
  g_assert_cmpuint (counters->n_missed, ==, 0);
  g_assert_cmpuint (counters->n_torn, ==, 0);
  g_assert_cmpuint (counters->n_waited, ==, is_turns (f->protocol) ? capacity + 2 : 0);

  g_assert_cmpint (lab_writer_publish (f->writer, text, capacity + 1, &error), ==, LAB_WRITE_FAILED);
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TOO_LONG);
  expect_nothing_new (f);
}

static void
test_counts_what_was_missed (Fixture       *f,
                             gconstpointer  unused)
{
  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  if (is_turns (f->protocol))
    {
      publish (f, "two");
      g_assert_cmpint (lab_writer_publish (f->writer, "three", 5, NULL), ==, LAB_WRITE_WAITING);
      g_assert_cmpint (lab_writer_get_reason (f->writer), ==, LAB_REASON_CLIENTS_TURN);
      expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
      publish (f, "three");
      expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "three");
      g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_missed, ==, 0);
      return;
    }
  publish (f, "two");
  publish (f, "three");
  publish (f, "four");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "four");
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_missed, ==, 2);
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_messages, ==, 2);
  lab_reader_reset_counters (f->reader);
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_missed, ==, 0);
  expect_nothing_new (f);
}

/* Who has seen that there is no message yet misses the first one, too. */
static void
test_counts_from_nothing (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(LabReader) late = NULL;

  expect (f, LAB_LOOK_EMPTY, LAB_REASON_NONE, NULL);
  publish (f, "one");
  publish (f, "two");
  late = lab_reader_new (f->segment);
  publish (f, "three");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "three");
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_missed, ==, 2);
  g_assert_cmpuint (lab_reader_look (late)->number, ==, 3);
  g_assert_cmpuint (lab_reader_get_counters (late)->n_missed, ==, 0);
}

/* Half a message that was cleared has its number still, which nobody has missed who comes later. */
static void
test_counts_from_what_was_cleared (Fixture       *f,
                                   gconstpointer  unused)
{
  g_autoptr(LabReader) late = NULL;
  LabAdopted adopted;
  LabStore store;

  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  g_assert_true (lab_writer_begin (f->writer, "two", 3, NULL));
  while (f->control->copies[0].number != 2 || f->control->copies[0].length != 3)
    g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  lab_writer_free (f->writer);
  f->writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_adopt (f->writer, &adopted, NULL));
  g_assert_cmpint (adopted, ==, LAB_ADOPTED_HALF);

  late = lab_reader_new (f->segment);
  g_assert_cmpint (lab_reader_look (late)->result, ==, LAB_LOOK_EMPTY);
  publish (f, "three");
  g_assert_cmpuint (lab_reader_look (late)->number, ==, 3);
  g_assert_cmpuint (lab_reader_get_counters (late)->n_missed, ==, 0);
}

/* Every step of slow motion is a real store, where and what it says it is. */
static void
test_steps_are_real_stores (Fixture       *f,
                            gconstpointer  unused)
{
  static const char *const texts[] = { "Hello, world", "", "Grüße 👋", "A" };
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree guint8 *before = NULL;
      gsize n_steps, n_done = 0;
      LabWriteResult result;

      g_assert_true (lab_writer_begin (f->writer, texts[i], strlen (texts[i]), &error));
      n_steps = lab_writer_get_n_steps (f->writer);
      g_assert_true (lab_writer_is_writing (f->writer));
      do
        {
          LabStore next, store;

          before = g_memdup2 (f->memory, SIZE);
          g_assert_true (lab_writer_peek (f->writer, &next));
          result = lab_writer_step (f->writer, &store, &error);
          g_assert_cmpstr (store.field, ==, next.field);
          g_assert_cmpuint (store.offset, ==, next.offset);
          for (gsize j = 0; j < SIZE; j++)
            if (j < store.offset || j >= store.offset + store.size_bytes)
              g_assert_cmpint (((guint8 *) f->memory)[j], ==, before[j]);
          if (store.size_bytes > 0)
            g_assert_cmpmem (f->memory + store.offset, store.size_bytes, &store.value, store.size_bytes);
          g_clear_pointer (&before, g_free);
          n_done++;
          if (result == LAB_WRITE_MORE)
            g_assert_cmpuint (lab_writer_get_n_steps_done (f->writer), ==, n_done);
        }
      while (result == LAB_WRITE_MORE);
      g_assert_cmpint (result, ==, LAB_WRITE_DONE);
      g_assert_cmpuint (n_done, ==, n_steps);
      expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, texts[i]);
      g_assert_cmpstr (lab_writer_get_text (f->writer, NULL), ==, texts[i]);
    }
}

/* What each protocol lets a client see in the middle of a slow store. */
static void
test_slow_motion (Fixture       *f,
                  gconstpointer  unused)
{
  const LabCounters *counters = lab_reader_get_counters (f->reader);
  LabWriteResult result;
  gboolean seen = FALSE;
  guint n_torn = 0, n_waited = 0;
  LabStore store;

  publish (f, "AAAAAAAA");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "AAAAAAAA");
  g_assert_true (lab_writer_begin (f->writer, "BBBBBBBB", 8, NULL));
  do
    {
      const LabLook *look;

      result = lab_writer_step (f->writer, &store, NULL);
      look = lab_reader_look (f->reader);
      if (look->result == LAB_LOOK_TORN)
        {
          g_assert_cmpint (look->reason, ==, LAB_REASON_MIXED_LETTERS);
          g_assert_nonnull (strstr (look->text, "BA"));
          n_torn++;
        }
      else if (look->result == LAB_LOOK_WAITING)
        {
          n_waited++;
        }
      else if (look->result == LAB_LOOK_MESSAGE)
        {
          if (f->protocol != LAB_PROTOCOL_NONE)
            g_assert_false (seen);
          seen = g_strcmp0 (look->text, "BBBBBBBB") == 0;
          if (f->protocol != LAB_PROTOCOL_NONE)
            g_assert_true (seen);
        }
      else
        {
          g_assert_cmpint (look->result, ==, LAB_LOOK_UNCHANGED);
        }
    }
  while (result == LAB_WRITE_MORE);
  g_assert_true (seen);
  g_assert_cmpuint (counters->n_torn, ==, n_torn);
  g_assert_cmpuint (n_torn, ==, f->protocol == LAB_PROTOCOL_NONE ? 7 : 0);
  switch (f->protocol)
    {
    case LAB_PROTOCOL_SEMAPHORE:
      g_assert_cmpuint (n_waited, ==, 1 + 1 + 4 + 8 + 1 + 1);
      break;
    case LAB_PROTOCOL_TURNS:
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      g_assert_cmpuint (n_waited, ==, 1 + 4 + 8 + 1);
      break;
    case LAB_PROTOCOL_NONE:
    case LAB_PROTOCOL_LATCH:
    case LAB_PROTOCOL_UNSET:
    default:
      g_assert_cmpuint (n_waited, ==, 0);
      break;
    }
}

/* With no protocol: what can be known about an ordinary text, and what cannot. */
static void
test_torn_text (Fixture       *f,
                gconstpointer  unused)
{
  const LabCounters *counters = lab_reader_get_counters (f->reader);
  const LabLook *look;
  LabStore store;

  publish (f, "a longer text");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "a longer text");
  g_assert_true (lab_writer_begin (f->writer, "short", 5, NULL));
  for (guint i = 0; i < 4 + 2; i++)  /* the header and two bytes */
    g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  expect (f, LAB_LOOK_TORN, LAB_REASON_WRONG_LENGTH, "shlonger text");
  expect (f, LAB_LOOK_UNCHANGED, LAB_REASON_NONE, NULL);
  g_assert_cmpuint (counters->n_torn, ==, 1);
  g_assert_cmpint (lab_writer_finish (f->writer, NULL), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "short");
  g_assert_cmpuint (counters->n_messages, ==, 2);

  /* Half of a text of the same length looks like a message. */
  g_assert_true (lab_writer_begin (f->writer, "STAMP", 5, NULL));
  for (guint i = 0; i < 4 + 2; i++)
    g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  look = lab_reader_look (f->reader);
  g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
  g_assert_cmpstr (look->text, ==, "STort");
  g_assert_false (look->certain);
  g_assert_cmpuint (counters->n_torn, ==, 1);
  /* Only afterwards it shows. */
  g_assert_cmpint (lab_writer_finish (f->writer, NULL), ==, LAB_WRITE_DONE);
  look = lab_reader_look (f->reader);
  g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
  g_assert_true (look->corrects);
  g_assert_cmpstr (look->text, ==, "STAMP");
  g_assert_cmpuint (counters->n_torn, ==, 2);
  g_assert_cmpuint (counters->n_messages, ==, 3);
}

/* Whoever copies in the middle of a store sees the same message several times, and it is one. */
static void
test_counts_a_message_once_that_was_seen_half (Fixture       *f,
                                               gconstpointer  unused)
{
  const LabCounters *counters = lab_reader_get_counters (f->reader);
  LabWriteResult result;
  LabStore store;

  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  g_assert_true (lab_writer_begin (f->writer, "the second", 10, NULL));
  do
    {
      result = lab_writer_step (f->writer, &store, NULL);
      lab_reader_look (f->reader);
    }
  while (result == LAB_WRITE_MORE);
  g_assert_cmpuint (counters->n_torn, >, 0);
  g_assert_cmpuint (counters->n_messages, ==, 2);
  g_assert_cmpuint (counters->n_missed, ==, 0);
}

/* The number is the segment's, and so anybody's. */
static void
test_misses_no_more_than_can_be (Fixture       *f,
                                 gconstpointer  unused)
{
  const LabCounters *counters = lab_reader_get_counters (f->reader);
  LabCounters sum = { .n_missed = 5, .n_looks = G_MAXUINT64 - 1 };

  publish (f, "one");
  lab_reader_look (f->reader);
  atomic_store (&f->control->copies[0].number, 8);
  lab_reader_look (f->reader);
  g_assert_cmpuint (counters->n_missed, ==, 6);
  atomic_store (&f->control->copies[0].number, G_MAXUINT64);
  g_assert_cmpuint (lab_reader_look (f->reader)->n_missed, ==, LAB_COUNTER_MAX);
  g_assert_cmpuint (counters->n_missed, ==, LAB_COUNTER_MAX);
  atomic_store (&f->control->copies[0].number, 3);
  lab_reader_look (f->reader);
  atomic_store (&f->control->copies[0].number, 5);
  lab_reader_look (f->reader);
  g_assert_cmpuint (counters->n_missed, ==, LAB_COUNTER_MAX);
  lab_counters_add (&sum, counters);
  g_assert_cmpuint (sum.n_missed, ==, LAB_COUNTER_MAX);
  g_assert_cmpuint (sum.n_looks, ==, LAB_COUNTER_MAX);
}

static void
test_abandons_only_what_did_not_begin (Fixture       *f,
                                       gconstpointer  unused)
{
  LabStore store;

  publish (f, "one");
  g_assert_true (lab_writer_begin (f->writer, "two", 3, NULL));
  g_assert_cmpint (lab_writer_publish (f->writer, "three", 5, NULL), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_reason (f->writer), ==, LAB_REASON_WRITING);
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_NONE, FALSE, NULL), ==, LAB_WRITE_WAITING);
  g_assert_true (lab_writer_abandon (f->writer));
  g_assert_false (lab_writer_is_writing (f->writer));
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  g_assert_true (lab_writer_begin (f->writer, "four", 4, NULL));
  g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  g_assert_false (lab_writer_abandon (f->writer));
  g_assert_cmpint (lab_writer_finish (f->writer, NULL), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "four");
  g_assert_cmpuint (lab_writer_get_number (f->writer), ==, 2);
}

/* From each protocol to each, under the same reader. */
static void
test_switches (Fixture       *f,
               gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  publish (f, "message");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "message");
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    for (guint j = 0; j < G_N_ELEMENTS (protocols); j++)
      {
        LabReader *fresh;

        g_assert_cmpint (lab_writer_switch (f->writer, protocols[i], FALSE, &error), ==, LAB_WRITE_DONE);
        g_assert_no_error (error);
        expect_nothing_new (f);
        publish (f, "before");
        expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "before");
        g_assert_cmpint (lab_writer_switch (f->writer, protocols[j], FALSE, &error), ==, LAB_WRITE_DONE);
        g_assert_no_error (error);
        g_assert_true (lab_writer_check (f->writer));
        expect_nothing_new (f);
        g_assert_cmpstr (f->memory, ==, "before");
        if (!is_turns (protocols[j]))
          {
            fresh = lab_reader_new_for_memory (f->layout, FALSE);
            if (protocols[j] != LAB_PROTOCOL_SEMAPHORE)
              g_assert_cmpstr (lab_reader_look (fresh)->text, ==, "before");
            lab_reader_free (fresh);
          }
        publish (f, "after");
        expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "after");
      }
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_missed, ==, 0);
  g_assert_cmpuint (lab_reader_get_counters (f->reader)->n_torn, ==, 0);
}

static void
test_switch_waits_for_the_semaphore (Fixture       *f,
                                     gconstpointer  unused)
{
  int id = lab_writer_get_semaphore_id (f->writer);

  publish (f, "one");
  g_assert_cmpint (lab_semaphore_try_take (id), ==, LAB_SEMAPHORE_TAKEN);
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_LATCH, FALSE, NULL), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_reason (f->writer), ==, LAB_REASON_SEMAPHORE_HELD);
  g_assert_cmpint (lab_writer_get_blocking_pid (f->writer), ==, getpid ());
  g_assert_cmpint (lab_writer_publish (f->writer, "two", 3, NULL), ==, LAB_WRITE_WAITING);
  expect (f, LAB_LOOK_WAITING, LAB_REASON_SEMAPHORE_HELD, NULL);
  g_assert_cmpint (lab_reader_get_blocking_pid (f->reader), ==, getpid ());
  g_assert_true (lab_semaphore_give (id));
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_LATCH, FALSE, NULL), ==, LAB_WRITE_DONE);
}

/* Runs @job in a child that then waits to be killed. */
static void
fork_and_kill (Fixture *f,
               void   (*job) (Fixture *f))
{
  int fds[2];
  char byte;

  g_assert_cmpint (pipe (fds), ==, 0);
  f->child = fork ();
  g_assert_cmpint (f->child, !=, -1);
  if (f->child == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      job (f);
      if (write (fds[1], "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  close (fds[0]);
}

static void
reap (Fixture *f)
{
  test_child_kill (f->child);
  f->child = 0;
}

static void
write_half (Fixture *f)
{
  LabStore store;

  g_assert_true (lab_writer_begin (f->writer, "BBBBBBBB", 8, NULL));
  while (lab_writer_step (f->writer, &store, NULL) == LAB_WRITE_MORE)
    if (store.value == 'B' && lab_writer_get_n_steps_done (f->writer) >= 9)
      return;
}

/* kill -9 in the middle of each protocol; a new server goes on. */
static void
test_server_dies_in_the_middle (Fixture       *f,
                                gconstpointer  unused)
{
  g_autoptr(LabWriter) next = NULL;
  g_autoptr(GError) error = NULL;
  const LabLook *look;
  LabAdopted adopted;

  publish (f, "AAAAAAAA");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "AAAAAAAA");
  fork_and_kill (f, write_half);
  if (f->protocol == LAB_PROTOCOL_SEMAPHORE)
    {
      expect (f, LAB_LOOK_WAITING, LAB_REASON_SEMAPHORE_HELD, NULL);
      g_assert_cmpint (lab_reader_get_blocking_pid (f->reader), ==, f->child);
    }
  reap (f);

  look = lab_reader_look (f->reader);
  switch (f->protocol)
    {
    case LAB_PROTOCOL_NONE:
      g_assert_cmpint (look->result, ==, LAB_LOOK_TORN);
      g_assert_cmpint (look->reason, ==, LAB_REASON_MIXED_LETTERS);
      break;
    case LAB_PROTOCOL_SEMAPHORE:  /* the kernel gave it back, the message is half */
      g_assert_cmpint (look->result, ==, LAB_LOOK_TORN);
      g_assert_cmpint (look->reason, ==, LAB_REASON_WRITER_DIED);
      break;
    case LAB_PROTOCOL_TURNS:
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      g_assert_cmpint (look->result, ==, LAB_LOOK_WAITING);
      g_assert_cmpint (look->reason, ==, LAB_REASON_SERVERS_TURN);
      break;
    case LAB_PROTOCOL_LATCH:
      g_assert_cmpint (look->result, ==, LAB_LOOK_UNCHANGED);
      break;
    case LAB_PROTOCOL_UNSET:
    default:
      g_assert_not_reached ();
    }

  next = lab_writer_new (f->segment);
  g_assert_true (lab_writer_adopt (next, &adopted, &error));
  g_assert_no_error (error);
  g_assert_cmpint (lab_writer_get_protocol (next), ==, f->protocol);
  g_assert_cmpint (adopted, ==, f->protocol == LAB_PROTOCOL_LATCH ? LAB_ADOPTED_WHOLE : LAB_ADOPTED_HALF);
  g_assert_true (lab_writer_check (next));
  if (f->protocol == LAB_PROTOCOL_LATCH)
    g_assert_cmpstr (lab_writer_get_text (next, NULL), ==, "AAAAAAAA");
  else if (f->protocol != LAB_PROTOCOL_NONE)
    g_assert_null (lab_writer_get_text (next, NULL));

  g_assert_cmpint (lab_writer_publish (next, "CCCC", 4, &error), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "CCCC");
  g_assert_cmpuint (lab_writer_get_number (next), >=, 2);
}

/* A server that ended properly, or between two messages. */
static void
test_server_is_restarted (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(LabWriter) next = lab_writer_new (f->segment);
  g_autoptr(GError) error = NULL;
  LabAdopted adopted;

  g_assert_true (lab_writer_adopt (next, &adopted, &error));
  g_assert_cmpint (adopted, ==, LAB_ADOPTED_EMPTY);
  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  publish (f, "two");
  g_clear_pointer (&next, lab_writer_free);
  next = lab_writer_new (f->segment);
  g_assert_true (lab_writer_adopt (next, &adopted, &error));
  g_assert_no_error (error);
  g_assert_cmpint (adopted, ==, LAB_ADOPTED_WHOLE);
  g_assert_cmpstr (lab_writer_get_text (next, NULL), ==, "two");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
  g_assert_cmpint (lab_writer_publish (next, "three", 5, &error), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "three");
  g_assert_cmpuint (lab_writer_get_number (next), ==, 3);
}

static void
claim (Fixture *f)
{
  g_autoptr(LabReader) reader = lab_reader_new_for_memory (f->layout, TRUE);

  if (!lab_reader_claim_turn (reader))
    _exit (1);
}

static LabWriteResult
publish_within_a_second (Fixture    *f,
                         const char *text)
{
  gint64 end_ns = lab_monotonic_ns () + G_GINT64_CONSTANT (1000000000);
  LabWriteResult result;

  do
    {
      result = lab_writer_publish (f->writer, text, strlen (text), NULL);
      if (result == LAB_WRITE_WAITING)
        g_usleep (1000);
    }
  while (result == LAB_WRITE_WAITING && lab_monotonic_ns () < end_ns);

  return result;
}

static void
test_client_dies_with_the_turn (Fixture       *f,
                                gconstpointer  unused)
{
  publish (f, "one");
  fork_and_kill (f, claim);
  expect (f, LAB_LOOK_WAITING, LAB_REASON_OTHER_CLIENT, NULL);
  g_assert_cmpint (lab_reader_get_blocking_pid (f->reader), ==, f->child);
  g_assert_cmpint (lab_writer_publish (f->writer, "two", 3, NULL), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_blocking_pid (f->writer), ==, f->child);
  reap (f);
  g_assert_cmpint (publish_within_a_second (f, "two"), ==, LAB_WRITE_DONE);
  g_assert_cmpuint (lab_writer_get_n_reclaimed (f->writer), ==, 1);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
}

/* A living process with the pid of the dead client, but not its start. */
static void
test_pid_is_used_again (Fixture       *f,
                        gconstpointer  unused)
{
  publish (f, "one");
  lab_taker_say_where (f->control);
  f->control->taker = lab_taker_new (getpid (), lab_process_get_start_ticks (getpid ()) + 1);
  g_assert_cmpint (publish_within_a_second (f, "two"), ==, LAB_WRITE_DONE);
  f->control->taker = lab_taker_new (getpid (), lab_process_get_start_ticks (getpid ()));
  g_assert_cmpint (lab_writer_publish (f->writer, "three", 5, NULL), ==, LAB_WRITE_WAITING);
}

/* The protocol is another and the old one again while a client takes the message: nothing is
 * filled under its hands. */
static void
test_switches_there_and_back_during_a_look (Fixture       *f,
                                            gconstpointer  unused)
{
  guint64 own = lab_taker_get_own ();

  publish (f, "one");
  g_assert_true (lab_reader_claim_turn (f->reader));
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_NONE, FALSE, NULL), ==, LAB_WRITE_DONE);
  publish (f, "two");
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_TURNS, FALSE, NULL), ==, LAB_WRITE_DONE);
  g_assert_cmpint (publish_within_a_second (f, "three"), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_reason (f->writer), ==, LAB_REASON_CLIENTS_TURN);
  g_assert_cmpint (lab_writer_get_blocking_pid (f->writer), ==, getpid ());

  /* The look ends. */
  g_assert_true (atomic_compare_exchange_strong (&f->control->taker, &own, 0));
  g_assert_cmpint (lab_writer_publish (f->writer, "three", 5, NULL), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "three");
}

/* FILLED and WRITING are the same number: what it means says the protocol beside it. */
static void
test_takes_no_state_of_another_protocol (Fixture       *f,
                                         gconstpointer  unused)
{
  LabStore store;

  publish (f, "one");
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_SEMAPHORE, FALSE, NULL), ==, LAB_WRITE_DONE);
  g_assert_true (lab_writer_begin (f->writer, "two", 3, NULL));
  while (f->control->state != LAB_STATE_WRITING)
    g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  g_assert_cmpuint (LAB_STATE_WRITING, ==, lab_protocol_filled (LAB_PROTOCOL_TURNS));
  g_assert_false (lab_reader_claim_turn (f->reader));
  g_assert_cmpuint (f->control->taker, ==, 0);
  g_assert_cmpint (lab_writer_finish (f->writer, NULL), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
}

/* A client in another pid namespace takes the message: its number says nothing here. */
static void
test_taker_cannot_be_seen (Fixture       *f,
                           gconstpointer  unused)
{
  publish (f, "one");
  f->child = test_child_attach (lab_segment_get_id (f->segment), TRUE, 1);
  lab_taker_say_where (f->control);
  g_assert_cmpuint (f->control->takers_namespaces, ==, lab_presence_get_namespaces ());
  f->control->takers_namespaces ^= 1;
  f->control->taker = lab_taker_new (getpid (), 1);
  g_assert_cmpint (lab_taker_find (f->control, f->control->taker), ==, LAB_PRESENCE_UNSEEN);
  g_assert_cmpint (publish_within_a_second (f, "two"), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_blocking_pid (f->writer), ==, 0);
  g_assert_cmpuint (lab_writer_get_n_reclaimed (f->writer), ==, 0);

  /* Then one of ours comes too: which of them takes, nobody knows. */
  lab_taker_say_where (f->control);
  g_assert_cmpint (lab_taker_find (f->control, f->control->taker), ==, LAB_PRESENCE_UNSEEN);
  lab_taker_say_where (f->control);
  g_assert_cmpint (lab_taker_find (f->control, f->control->taker), ==, LAB_PRESENCE_UNSEEN);

  /* Nobody is attached but this process: whoever it was, it takes nothing any more. */
  test_child_kill (f->child);
  f->child = 0;
  g_assert_cmpint (publish_within_a_second (f, "two"), ==, LAB_WRITE_DONE);
  g_assert_cmpuint (lab_writer_get_n_reclaimed (f->writer), ==, 1);
}

static void
test_turns_need_write_permission (Fixture       *f,
                                  gconstpointer  unused)
{
  publish (f, "one");
  lab_reader_free (f->reader);
  f->reader = new_reader (f, FALSE);
  expect (f, LAB_LOOK_REFUSED, LAB_REASON_NEEDS_WRITE, NULL);
}

static void
test_start_up_race (Fixture       *f,
                    gconstpointer  unused)
{
  const LabLook *look;

  memset (f->memory, 0, SIZE);
  g_assert_true (lab_writer_set_up (f->writer, LAB_PROTOCOL_TURNS_TEXTBOOK, TRUE, NULL));
  g_assert_true (lab_writer_is_status_late (f->writer));
  g_assert_cmpint (lab_writer_publish (f->writer, "one", 3, NULL), ==, LAB_WRITE_WAITING);
  look = lab_reader_look (f->reader);
  g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
  g_assert_cmpint (look->reason, ==, LAB_REASON_UNWRITTEN);
  g_assert_cmpuint (look->number, ==, 0);
  g_assert_cmpstr (look->text, ==, "");
  g_assert_true (lab_writer_store_status (f->writer));
  g_assert_false (lab_writer_is_status_late (f->writer));
  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");

  /* The server was faster. */
  g_assert_true (lab_writer_set_up (f->writer, LAB_PROTOCOL_TURNS_TEXTBOOK, TRUE, NULL));
  g_assert_false (lab_writer_store_status (f->writer));
  expect (f, LAB_LOOK_WAITING, LAB_REASON_SERVERS_TURN, NULL);

  /* With our numbers zero is EMPTY, and there is nothing to race for. */
  memset (f->memory, 0, SIZE);
  g_assert_true (lab_writer_set_up (f->writer, LAB_PROTOCOL_TURNS, TRUE, NULL));
  g_assert_false (lab_writer_is_status_late (f->writer));
  expect (f, LAB_LOOK_WAITING, LAB_REASON_SERVERS_TURN, NULL);
}

/* A holder that dies without SEM_UNDO leaves it taken for ever. */
static void
take_without_undo (Fixture *f)
{
  const LabSemOp op = { 0, -1, TRUE, FALSE };

  if (lab_sysv_semop (lab_writer_get_semaphore_id (f->writer), &op, 1) != 0)
    _exit (1);
}

static void
test_holder_dies_without_undo (Fixture       *f,
                               gconstpointer  unused)
{
  publish (f, "one");
  fork_and_kill (f, take_without_undo);
  g_assert_cmpint (lab_writer_publish (f->writer, "two", 3, NULL), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_blocking_pid (f->writer), ==, f->child);
  reap (f);
  expect (f, LAB_LOOK_WAITING, LAB_REASON_SEMAPHORE_HELD, NULL);
  g_assert_cmpint (publish_within_a_second (f, "two"), ==, LAB_WRITE_DONE);
  g_assert_cmpuint (lab_writer_get_n_reclaimed (f->writer), ==, 1);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
}

static void
take_and_die (Fixture *f)
{
  if (lab_semaphore_try_take (lab_writer_get_semaphore_id (f->writer)) != LAB_SEMAPHORE_TAKEN)
    _exit (1);
}

static void
test_holder_dies_with_undo (Fixture       *f,
                            gconstpointer  unused)
{
  publish (f, "one");
  fork_and_kill (f, take_and_die);
  expect (f, LAB_LOOK_WAITING, LAB_REASON_SEMAPHORE_HELD, NULL);
  reap (f);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  publish (f, "two");
  g_assert_cmpuint (lab_writer_get_n_reclaimed (f->writer), ==, 0);
}

static int
repair_from_elsewhere (gpointer data)
{
  int id = *(int *) data;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  TEST_CHECK (1, lab_sysv_semctl_getpid (id, 0) == 0);   /* what the kernel says of who holds it */
  TEST_CHECK (2, !lab_semaphore_repair (id));
  TEST_CHECK (3, lab_sysv_semctl_getval (id, 0) == 0);

  return 0;
}

static void
test_holder_cannot_be_seen (Fixture       *f,
                            gconstpointer  unused)
{
  int id = lab_writer_get_semaphore_id (f->writer);

  fork_and_kill (f, take_and_die);
  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, repair_from_elsewhere, &id);
}

/* A new set, and one that was set to 0: what was last done to it is no semop(2). */
static void
test_repairs_what_nobody_took (Fixture       *f,
                               gconstpointer  unused)
{
  int id = lab_sysv_semget (test_key (), 1, LAB_GET_EXCLUSIVE, 0600);

  g_assert_cmpint (lab_sysv_semctl_getpid (id, 0), ==, 0);
  g_assert_true (lab_semaphore_repair (id));
  g_assert_cmpint (lab_sysv_semctl_getval (id, 0), ==, 1);
  g_assert_cmpint (lab_sysv_semctl_setval (id, 0, 0), ==, 0);
  g_assert_false (lab_semaphore_repair (id));   /* by this process, which runs */
  g_assert_cmpint (lab_sysv_semctl_rmid (id), ==, 0);
}

static void
test_semaphore_is_removed_by_somebody (Fixture       *f,
                                       gconstpointer  unused)
{
  int before = lab_writer_get_semaphore_id (f->writer);

  publish (f, "one");
  g_assert_true (lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0)));
  expect (f, LAB_LOOK_REFUSED, LAB_REASON_SEMAPHORE_GONE, NULL);
  g_assert_cmpint (lab_writer_publish (f->writer, "two", 3, NULL), ==, LAB_WRITE_WAITING);
  g_assert_cmpint (lab_writer_get_reason (f->writer), ==, LAB_REASON_SEMAPHORE_GONE);
  publish (f, "two");
  g_assert_cmpint (lab_writer_get_semaphore_id (f->writer), !=, before);
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
}

/* The control block may name anybody's semaphore. */
static void
test_foreign_semaphore_is_not_touched (Fixture       *f,
                                       gconstpointer  unused)
{
  int foreign = lab_sysv_semget (test_key (), 1, LAB_GET_EXCLUSIVE, 0600);

  g_assert_cmpint (lab_sysv_semctl_setval (foreign, 0, 1), ==, 0);
  publish (f, "one");
  f->control->semaphore_id = foreign;
  expect (f, LAB_LOOK_REFUSED, LAB_REASON_SEMAPHORE_GONE, NULL);
  g_assert_cmpint (lab_sysv_semctl_getpid (foreign, 0), ==, getpid ());  /* SETVAL was the last */
  g_assert_cmpint (lab_sysv_semctl_getval (foreign, 0), ==, 1);
  publish (f, "two");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
  lab_sysv_semctl_rmid (foreign);
}

static void
test_semaphore_goes_with_the_segment (Fixture       *f,
                                      gconstpointer  unused)
{
  LabSemRecord record;
  int id = lab_writer_get_semaphore_id (f->writer);

  g_assert_cmpint (lab_sysv_semctl_stat (id, &record), ==, 0);
  g_assert_cmpint (record.key, ==, lab_segment_get_key (f->segment));
  g_assert_cmpuint (record.mode, ==, 0600);
  g_assert_cmpint (lab_sysv_semctl_getval (id, 0), ==, 1);
  g_assert_true (lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0)));
  g_assert_cmpint (lab_sysv_semctl_stat (id, &record), ==, -1);
  g_assert_false (lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0)));
}

/* Somebody removed our segment, and another server has made one under the key: our semaphore is
 * not the other's, and does not become it. */
static void
test_semaphore_is_of_the_segment_that_names_it (Fixture       *f,
                                                gconstpointer  unused)
{
  g_autoptr(LabSegment) other = NULL;
  g_autoptr(LabWriter) writer = NULL;
  g_autoptr(GError) error = NULL;
  int before = lab_writer_get_semaphore_id (f->writer);
  int id;

  g_assert_true (lab_segment_remove (f->segment, NULL));
  other = lab_segment_create (lab_segment_get_key (f->segment), SIZE, 0600, NULL);
  g_assert_true (lab_segment_attach (other, TRUE, NULL));
  writer = lab_writer_new (other);
  g_assert_cmpint (lab_semaphore_try_take (before), ==, LAB_SEMAPHORE_TAKEN);
  g_assert_false (lab_writer_set_up (writer, LAB_PROTOCOL_SEMAPHORE, FALSE, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_cmpint (lab_sysv_semctl_getval (before, 0), ==, 0);
  g_assert_false (lab_layout_has_magic (lab_segment_get_layout (other)));
  g_assert_false (lab_semaphore_remove (other, lab_semaphore_get_claimed (other)));
  g_assert_true (lab_semaphore_give (before));

  g_assert_true (lab_semaphore_remove (f->segment, before));
  g_assert_true (lab_writer_set_up (writer, LAB_PROTOCOL_SEMAPHORE, FALSE, NULL));
  id = lab_writer_get_semaphore_id (writer);
  g_assert_cmpint (id, !=, before);
  g_assert_cmpint (lab_sysv_semctl_getval (id, 0), ==, 1);
  g_assert_false (lab_semaphore_remove (f->segment, before));
  g_assert_true (lab_semaphore_remove (other, id));
  g_assert_cmpint (lab_sysv_semctl_getval (id, 0), ==, -1);
  lab_segment_remove (other, NULL);
}

/* A set of one of the same user under the key, such as a textbook program makes: refused in words
 * with its id, and neither its value nor the set is touched, whoever comes and goes. */
static void
test_semaphore_that_nobody_names_stays (Fixture       *f,
                                        gconstpointer  unused)
{
  int foreign = lab_sysv_semget (lab_segment_get_key (f->segment), 1, LAB_GET_EXCLUSIVE, 0600);
  g_autofree char *id = g_strdup_printf ("%d", foreign);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (lab_sysv_semctl_setval (foreign, 0, 5), ==, 0);
  publish (f, "one");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(LabWriter) next = lab_writer_new (f->segment);
      LabAdopted adopted;

      g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_SEMAPHORE, FALSE, &error), ==, LAB_WRITE_FAILED);
      g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
      g_assert_true (error != NULL && strstr (error->message, id) != NULL);
      g_clear_error (&error);
      g_assert_cmpint (lab_writer_get_semaphore_id (f->writer), ==, -1);
      g_assert_cmpint (lab_semaphore_get_claimed (f->segment), ==, -1);
      g_assert_false (lab_semaphore_remove (f->segment, lab_semaphore_get_claimed (f->segment)));

      /* A server that takes over has no more right to it. */
      g_assert_true (lab_writer_adopt (next, &adopted, NULL));
      lab_writer_free (f->writer);
      f->writer = g_steal_pointer (&next);
    }
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  g_assert_cmpint (lab_sysv_semctl_getval (foreign, 0), ==, 5);
  lab_sysv_semctl_rmid (foreign);
}

/* Killed between semget(2) and saying which set it is: it is the segment's all the same, until
 * somebody has used it, because then it is not the one. */
static void
test_semaphore_of_a_server_that_died_making_it (Fixture       *f,
                                                gconstpointer  unused)
{
  g_autoptr(LabWriter) next = lab_writer_new (f->segment);
  LabAdopted adopted;
  int id;

  publish (f, "one");
  id = lab_sysv_semget (lab_segment_get_key (f->segment), 1, LAB_GET_EXCLUSIVE, 0600);
  g_assert_cmpint (lab_semaphore_get_claimed (f->segment), ==, -1);
  f->control->semaphore_id = LAB_SEMAPHORE_ID_COMING;
  g_assert_cmpint (lab_semaphore_get_claimed (f->segment), ==, id);
  g_assert_true (lab_writer_adopt (next, &adopted, NULL));
  g_assert_cmpint (lab_writer_switch (next, LAB_PROTOCOL_SEMAPHORE, FALSE, NULL), ==, LAB_WRITE_DONE);
  g_assert_cmpint (lab_writer_get_semaphore_id (next), ==, id);
  g_assert_cmpint (lab_sysv_semctl_getval (id, 0), ==, 1);
  lab_writer_free (f->writer);
  f->writer = g_steal_pointer (&next);
  publish (f, "two");

  f->control->semaphore_id = LAB_SEMAPHORE_ID_COMING;
  g_assert_cmpint (lab_semaphore_get_claimed (f->segment), ==, -1);
}

/* A stranger writes over everything; the next message heals it. */
static void
test_control_block_is_overwritten (Fixture       *f,
                                   gconstpointer  unused)
{
  static const int fillings[] = { 0, 0xff, 'x', 1 };

  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  for (guint i = 0; i < G_N_ELEMENTS (fillings); i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      memset (f->memory, fillings[i], SIZE);
      g_assert_false (lab_writer_check (f->writer));
      expect (f, LAB_LOOK_INVALID, LAB_REASON_NONE, NULL);
      g_assert_true (lab_writer_heal (f->writer));
      g_assert_true (lab_writer_check (f->writer));
      publish (f, text);
      expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, text);
    }
  f->control->protocol = 77;
  expect (f, LAB_LOOK_INVALID, LAB_REASON_NONE, NULL);
  publish (f, "last");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "last");
}

/* Strangers' lengths, numbers and missing NULs. */
static void
test_lies_are_not_believed (Fixture       *f,
                            gconstpointer  unused)
{
  static const guint32 lengths[] = { G_MAXUINT32, 0x7fffffff, 1000000, 384 };
  g_autoptr(LabWriter) next = NULL;
  const LabLook *look;
  LabAdopted adopted;

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      publish (f, "one");
      f->control->copies[0].length = lengths[i];
      f->control->copies[1].length = lengths[i];
      expect (f, LAB_LOOK_INVALID, LAB_REASON_NONE, NULL);
    }
  publish (f, "one");
  memset (f->memory, 'y', 2 * f->layout->copy_size);
  look = lab_reader_look (f->reader);
  if (f->protocol == LAB_PROTOCOL_NONE)
    {
      g_assert_cmpint (look->result, ==, LAB_LOOK_TORN);
      g_assert_cmpuint (look->length, ==, f->layout->copy_size - 1);
    }
  else
    {
      g_assert_cmpint (look->result, ==, LAB_LOOK_INVALID);
    }
  f->control->copies[0].number = f->control->copies[1].number = G_MAXUINT64;
  next = lab_writer_new (f->segment);
  g_assert_true (lab_writer_adopt (next, &adopted, NULL));
  g_assert_cmpuint (lab_writer_get_number (next), ==, 0);
  publish (f, "two");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "two");
}

/* Only turns want a client that may write. */
static void
test_read_only_is_enough (Fixture       *f,
                          gconstpointer  unused)
{
  lab_reader_free (f->reader);
  f->reader = new_reader (f, FALSE);
  publish (f, "one");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "one");
  expect_nothing_new (f);
}

/* The time is a stranger's word, or from before the computer slept. */
static void
test_believes_no_clock (Fixture       *f,
                        gconstpointer  unused)
{
  static const gint64 times[] = { 0, 1, -1, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr(LabReader) reader = lab_reader_new (f->segment);
      const LabLook *look;

      publish (f, "one");
      f->control->copies[0].written_ns = times[i];
      look = lab_reader_look (reader);
      g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
      g_assert_cmpint (look->written_ns, ==, times[i]);
      g_assert_cmpuint (lab_reader_get_counters (reader)->n_missed, ==, 0);
    }
}

static void
test_names_protocols (void)
{
  g_assert_cmpint (lab_protocol_from_nick ("unset"), ==, LAB_PROTOCOL_UNSET);
  g_assert_cmpint (lab_protocol_from_nick ("nonsense"), ==, LAB_PROTOCOL_UNSET);
  g_assert_cmpint (lab_protocol_from_nick (NULL), ==, LAB_PROTOCOL_UNSET);
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    g_assert_cmpint (lab_protocol_from_nick (lab_protocol_to_nick (protocols[i])), ==, protocols[i]);
  g_assert_false (lab_protocol_is_valid (0));
  g_assert_false (lab_protocol_is_valid (G_MAXUINT32));
}

static void
add_for_all (const char *name,
             void      (*func) (Fixture *, gconstpointer))
{
  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autofree char *path = g_strdup_printf ("/backend/protocol/%s/%s", name, lab_protocol_to_nick (protocols[i]));

      g_test_add (path, Fixture, GINT_TO_POINTER (protocols[i]), set_up, func, tear_down);
    }
}

/* Of the message that was half written nothing is left; the one that the latch had
 * before must not come back from copy B. */
static void
test_latch_begins_empty_after_half_a_message (Fixture       *f,
                                              gconstpointer  unused)
{
  LabAdopted adopted;
  LabStore store;

  publish (f, "long ago");
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_SEMAPHORE, FALSE, NULL), ==, LAB_WRITE_DONE);
  g_assert_true (lab_writer_begin (f->writer, "never whole", 11, NULL));
  for (guint i = 0; i < 9; i++)
    g_assert_cmpint (lab_writer_step (f->writer, &store, NULL), ==, LAB_WRITE_MORE);
  lab_writer_free (f->writer);

  f->writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_adopt (f->writer, &adopted, NULL));
  g_assert_cmpint (adopted, ==, LAB_ADOPTED_HALF);
  g_assert_cmpint (lab_writer_switch (f->writer, LAB_PROTOCOL_LATCH, FALSE, NULL), ==, LAB_WRITE_DONE);
  expect (f, LAB_LOOK_EMPTY, LAB_REASON_NONE, NULL);
  publish (f, "new");
  expect (f, LAB_LOOK_MESSAGE, LAB_REASON_NONE, "new");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that tear_down removes the segment and its semaphore */
  g_test_add_func ("/backend/protocol/names-protocols", test_names_protocols);
  add_for_all ("carries-messages", test_carries_messages);
  add_for_all ("counts-what-was-missed", test_counts_what_was_missed);
  add_for_all ("steps-are-real-stores", test_steps_are_real_stores);
  add_for_all ("slow-motion", test_slow_motion);
  add_for_all ("switches", test_switches);
  add_for_all ("server-dies-in-the-middle", test_server_dies_in_the_middle);
  add_for_all ("server-is-restarted", test_server_is_restarted);
  add_for_all ("control-block-is-overwritten", test_control_block_is_overwritten);
  add_for_all ("lies-are-not-believed", test_lies_are_not_believed);
  add_for_all ("believes-no-clock", test_believes_no_clock);
#define ADD(protocol, name, func) \
  g_test_add ("/backend/protocol/" name, Fixture, GINT_TO_POINTER (LAB_PROTOCOL_##protocol), set_up, func, tear_down)
  ADD (NONE, "torn-text", test_torn_text);
  ADD (NONE, "counts-a-message-once-that-was-seen-half", test_counts_a_message_once_that_was_seen_half);
  ADD (NONE, "counts-from-nothing/none", test_counts_from_nothing);
  ADD (SEMAPHORE, "counts-from-nothing/semaphore", test_counts_from_nothing);
  ADD (LATCH, "counts-from-nothing/latch", test_counts_from_nothing);
  ADD (SEMAPHORE, "counts-from-what-was-cleared", test_counts_from_what_was_cleared);
  ADD (NONE, "misses-no-more-than-can-be", test_misses_no_more_than_can_be);
  ADD (LATCH, "abandons-only-what-did-not-begin", test_abandons_only_what_did_not_begin);
  ADD (SEMAPHORE, "switch-waits-for-the-semaphore", test_switch_waits_for_the_semaphore);
  ADD (SEMAPHORE, "holder-dies-with-undo", test_holder_dies_with_undo);
  ADD (SEMAPHORE, "holder-dies-without-undo", test_holder_dies_without_undo);
  ADD (SEMAPHORE, "holder-cannot-be-seen", test_holder_cannot_be_seen);
  ADD (SEMAPHORE, "repairs-what-nobody-took", test_repairs_what_nobody_took);
  ADD (SEMAPHORE, "semaphore-is-removed-by-somebody", test_semaphore_is_removed_by_somebody);
  ADD (SEMAPHORE, "foreign-semaphore-is-not-touched", test_foreign_semaphore_is_not_touched);
  ADD (SEMAPHORE, "semaphore-goes-with-the-segment", test_semaphore_goes_with_the_segment);
  ADD (SEMAPHORE, "semaphore-is-of-the-segment-that-names-it", test_semaphore_is_of_the_segment_that_names_it);
  ADD (LATCH, "semaphore-that-nobody-names-stays", test_semaphore_that_nobody_names_stays);
  ADD (LATCH, "semaphore-of-a-server-that-died-making-it", test_semaphore_of_a_server_that_died_making_it);
  ADD (NONE, "read-only-is-enough/none", test_read_only_is_enough);
  ADD (SEMAPHORE, "read-only-is-enough/semaphore", test_read_only_is_enough);
  ADD (LATCH, "read-only-is-enough/latch", test_read_only_is_enough);
  ADD (LATCH, "begins-empty-after-half-a-message", test_latch_begins_empty_after_half_a_message);
  ADD (TURNS, "client-dies-with-the-turn", test_client_dies_with_the_turn);
  ADD (TURNS, "pid-is-used-again", test_pid_is_used_again);
  ADD (TURNS, "switches-there-and-back-during-a-look", test_switches_there_and_back_during_a_look);
  ADD (TURNS, "takes-no-state-of-another-protocol", test_takes_no_state_of_another_protocol);
  ADD (TURNS, "taker-cannot-be-seen", test_taker_cannot_be_seen);
  ADD (TURNS, "turns-need-write-permission", test_turns_need_write_permission);
  ADD (TURNS_TEXTBOOK, "start-up-race", test_start_up_race);
  return g_test_run ();
}
