/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Killed at every instruction: a child is single-stepped through a whole publish,
 * recovery or set-up, and at every single instruction a fresh reader looks, and a
 * new server takes over (in a copy of the segment, so that the child can go on). */

#include "config.h"

#include <string.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-claim-word.h"
#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-claim.h"
#include "backend/segment/lab-segment.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-step.h"

typedef struct
{
  guint64  number;
  gint64   written_ns;
  gsize    length;
  char    *text;
} Message;

typedef struct
{
  LabSegment      *segment;
  const LabLayout *layout;
  LabControl      *control;
  char            *snapshot;  /* of the whole segment */
  LabLayout        snapshot_layout;
  char            *buffer;
  Message          old;
  Message          new;
  guint            n_points;
} Fixture;

/* A sanitized build takes many times as many instructions. */
#define MAX_LENGTH (LAB_COPY_SANITIZED ? 255 : 65535)
#define SEGMENT_SIZE (2 * (MAX_LENGTH + 1) + 128)

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (test_key (), SEGMENT_SIZE, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, &error));
  f->layout = lab_segment_get_layout (f->segment);
  f->control = lab_layout_control (f->layout);
  f->snapshot = g_aligned_alloc (SEGMENT_SIZE, 1, 64);
  lab_layout_init (&f->snapshot_layout, f->snapshot, SEGMENT_SIZE);
  f->buffer = g_malloc (f->layout->copy_size);
  f->old.text = g_malloc (f->layout->copy_size);
  f->new.text = g_malloc (f->layout->copy_size);
  lab_latch_init (f->layout);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
  g_aligned_free (f->snapshot);
  g_free (f->buffer);
  g_free (f->old.text);
  g_free (f->new.text);
}

/* Every byte tells its message, its place and its length. */
static void
compose (Message *message,
         guint64  number,
         gsize    length)
{
  message->number = number;
  message->written_ns = (gint64) number * 1000003;
  message->length = length;
  for (gsize i = 0; i < length; i++)
    message->text[i] = (char) ('!' + (i * 31 + number * 47 + length) % 90);
}

static gboolean
equals (const Message        *message,
        const LabMessageInfo *info,
        const char           *text)
{
  return info->number == message->number &&
         info->written_ns == message->written_ns &&
         info->length == message->length &&
         memcmp (text, message->text, message->length) == 0 &&
         text[message->length] == '\0';
}

static void
publish_new (gpointer data)
{
  Fixture *f = data;

  lab_latch_publish (f->layout, f->new.text, f->new.length, f->new.number, f->new.written_ns);
}

static void
recover (gpointer data)
{
  Fixture *f = data;

  lab_latch_recover (f->layout);
}

static void
init (gpointer data)
{
  Fixture *f = data;

  lab_latch_init (f->layout);
}

/* Which message stands there: 0 the old, 1 the new.  Anything else fails. */
static int
look (Fixture         *f,
      const LabLayout *layout)
{
  LabMessageInfo info;
  LabReadResult result = lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, f->buffer, &info);

  if (result == LAB_READ_EMPTY && f->old.number == 0)
    return 0;

  g_assert_cmpint (result, ==, LAB_READ_MESSAGE);
  g_assert_cmpuint (info.n_retries, ==, 0);
  if (equals (&f->new, &info, f->buffer))
    return 1;
  g_assert_true (equals (&f->old, &info, f->buffer));

  return 0;
}

/* What a new server finds when the writer dies right here. */
static void
take_over_a_snapshot (Fixture *f,
                      int      seen)
{
  const Message *message = seen ? &f->new : &f->old;
  LabControl *control = lab_layout_control (&f->snapshot_layout);

  memcpy (f->snapshot, f->layout->base, SEGMENT_SIZE);
  g_assert_cmpint (lab_latch_recover (&f->snapshot_layout), ==, message->number != 0);
  g_assert_cmpint (look (f, &f->snapshot_layout), ==, seen);
  g_assert_cmpuint (control->sequence % 2, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      LabMessageInfo info = {
        .number = control->copies[i].number,
        .written_ns = control->copies[i].written_ns,
        .length = control->copies[i].length,
      };

      g_assert_true (message->number == 0 ? info.number == 0
                                          : equals (message, &info, lab_layout_copy (&f->snapshot_layout, i)));
    }
  lab_latch_publish (&f->snapshot_layout, "next", 4, message->number + 1, 1);
  g_assert_cmpstr (f->snapshot, ==, "next");
}

/* Steps through @job; the message may change once, from old to new, and at the end is @last. */
static void
step_through (Fixture *f,
              StepJob  job,
              int      last)
{
  int seen = look (f, f->layout);
  pid_t pid = step_fork (NULL, job, f);

  if (pid == -1)
    {
      g_test_skip ("this process may not trace another");
      return;
    }

  while (step (pid))
    {
      int now = look (f, f->layout);

      f->n_points++;
      g_assert_cmpint (now, >=, seen);
      seen = now;
      take_over_a_snapshot (f, seen);
      if (g_test_failed ())
        break;
    }
  step_kill (pid);
  g_assert_cmpint (seen, ==, last);
}

static const struct { gsize old_length, new_length; } lengths[] = {
  { 5, 0 }, { 0, 5 }, { 3, 7 }, { 9, 9 }, { 17, 24 }, { 33, 63 }, { 100, 13 }, { 13, 100 },
  { 127, 128 }, { 129, 255 }, { 1000, 1000 }, { 4094, 4095 }, { 1, 65535 }, { 65535, 65534 },
};

/* Odd: the server before died with copy B stable, and this one just goes on. */
static void
set_old_message (Fixture *f,
                 gsize    length,
                 guint    parity)
{
  compose (&f->old, f->new.number + 1, length);
  lab_latch_publish (f->layout, f->old.text, length, f->old.number, f->old.written_ns);
  f->control->sequence += parity;
}

static void
test_publish (Fixture       *f,
              gconstpointer  parity)
{
  for (guint i = 0; i < G_N_ELEMENTS (lengths) && !g_test_failed (); i++)
    {
      f->control->sequence &= ~(uint64_t) 1;
      set_old_message (f, MIN (lengths[i].old_length, MAX_LENGTH), GPOINTER_TO_UINT (parity));
      compose (&f->new, f->old.number + 1, MIN (lengths[i].new_length, MAX_LENGTH));
      step_through (f, publish_new, 1);
    }
  g_test_message ("killed at %u points", f->n_points);
}

static void
test_first_publish (Fixture       *f,
                    gconstpointer  unused)
{
  compose (&f->new, 1, 100);
  step_through (f, publish_new, 1);
  g_test_message ("killed at %u points", f->n_points);
}

/* The server that takes over is killed as well. */
static void
test_recovery (Fixture       *f,
               gconstpointer  parity)
{
  for (guint i = 0; i < G_N_ELEMENTS (lengths) - 2 && !g_test_failed (); i++)
    {
      char *spare;

      if (lengths[i].old_length > MAX_LENGTH)
        continue;

      f->control->sequence &= ~(uint64_t) 1;
      set_old_message (f, lengths[i].old_length, GPOINTER_TO_UINT (parity));
      f->new.number = f->old.number;
      /* The copy that the first server was writing when it died. */
      spare = lab_layout_copy (f->layout, parity == NULL);
      memset (spare, '~', lengths[i].old_length + 3);
      f->control->copies[parity == NULL].number += 1;
      f->control->copies[parity == NULL].length = MAX_LENGTH;
      step_through (f, recover, 0);
    }
  g_test_message ("killed at %u points", f->n_points);
}

/* Until the magic is there nobody takes it for ours; from then on it is valid. */
static void
test_set_up (Fixture       *f,
             gconstpointer  unused)
{
  gboolean ours = FALSE;
  pid_t pid;

  memset (f->layout->base, 0x5a, SEGMENT_SIZE);
  pid = step_fork (NULL, init, f);
  if (pid == -1)
    {
      g_test_skip ("this process may not trace another");
      return;
    }

  while (step (pid))
    {
      LabMessageInfo info;
      LabReadResult result = lab_latch_read (f->layout, LAB_LATCH_NOTHING_KNOWN, f->buffer, &info);

      f->n_points++;
      g_assert_true (ours || lab_layout_has_magic (f->layout) || result == LAB_READ_INVALID);
      ours = lab_layout_has_magic (f->layout);
      if (ours)
        g_assert_cmpint (result, ==, LAB_READ_EMPTY);
    }
  step_kill (pid);
  g_assert_true (ours);
  g_test_message ("killed at %u points", f->n_points);
}

/* Not a snapshot this time: the writer really dies, and a new server goes on. */
static void
test_really_killed (Fixture       *f,
                    gconstpointer  unused)
{
  guint n_kills = 0;
  guint n_old = 0;

  set_old_message (f, 40, 0);
  for (guint stride = 1; n_kills < 400; stride += 2)
    for (guint n_steps = stride;; n_steps += 1 + stride)
      {
        g_autoptr(LabSegment) next = NULL;
        gboolean stepping = TRUE;
        pid_t pid;
        int seen;

        compose (&f->new, f->old.number + 1, (n_kills * 37) % 250);
        pid = step_fork (NULL, publish_new, f);
        if (pid == -1)
          {
            g_test_skip ("this process may not trace another");
            return;
          }
        for (guint i = 0; i < n_steps && stepping; i++)
          stepping = step (pid);
        step_kill (pid);
        n_kills++;

        next = lab_segment_open (lab_segment_get_id (f->segment), NULL);
        g_assert_true (lab_segment_attach (next, TRUE, NULL));
        seen = look (f, lab_segment_get_layout (next));
        g_assert_true (lab_latch_recover (lab_segment_get_layout (next)));
        g_assert_cmpint (look (f, f->layout), ==, seen);
        n_old += !seen;

        compose (&f->old, f->new.number + 1, (n_kills * 53) % 250);
        lab_latch_publish (lab_segment_get_layout (next), f->old.text, f->old.length, f->old.number, f->old.written_ns);
        g_assert_cmpint (look (f, f->layout), ==, 0);
        if (!stepping || g_test_failed ())
          break;
      }
  g_assert_cmpuint (n_old, >, 0);
  g_assert_cmpuint (n_old, <, n_kills);
  g_test_message ("%u real kills, %u with the old message, %u with the new", n_kills, n_old, n_kills - n_old);
}

/* What the child of test_claim() knows before it is stepped. */
typedef struct
{
  Fixture *fixture;
  guint64  seen;
  guint64  start_ticks;
} Claim;

static void
begin_claim (gpointer data)
{
  Claim *claim = data;

  claim->start_ticks = lab_process_get_start_ticks (getpid ());
}

static void
take_claim (gpointer data)
{
  Claim *claim = data;

  if (!lab_layout_claim_writer (claim->fixture->layout, claim->seen, getpid (), claim->start_ticks))
    _exit (1);
}

static void
give_claim (gpointer data)
{
  Claim *claim = data;

  if (!lab_layout_release_writer (claim->fixture->layout, lab_claim_word_get_own ()))
    _exit (1);
}

static void
take_whole_claim (gpointer data)
{
  begin_claim (data);
  take_claim (data);
  lab_claim_word_get_own ();  /* which is remembered */
}

/* A server dies while it takes the claim, or while it gives it back: before it, while it lives, it is
 * one or nobody is; after it the next server has the claim at once. */
static void
test_claim (Fixture       *f,
            gconstpointer  giving)
{
  gboolean stepping = TRUE;

  for (guint n_steps = 0; stepping && !g_test_failed (); n_steps += LAB_COPY_SANITIZED ? 307 : 7)
    {
      g_autoptr(GError) error = NULL;
      Claim claim = { f, lab_layout_get_claim (f->layout), 0 };
      guint64 start_ticks;
      pid_t before = lab_layout_get_writer (f->layout, &start_ticks);
      pid_t writer, pid;

      pid = giving != NULL ? step_fork (take_whole_claim, give_claim, &claim) : step_fork (begin_claim, take_claim, &claim);
      if (pid == -1)
        {
          g_test_skip ("this process may not trace another");
          return;
        }
      for (guint i = 0; i < n_steps && stepping; i++)
        stepping = step (pid);

      writer = lab_layout_get_writer (f->layout, &start_ticks);
      g_assert_true (writer == pid || writer == (giving != NULL ? 0 : before));
      if (writer == pid)
        {
          g_assert_cmpuint (start_ticks, ==, lab_process_get_start_ticks (pid));
          g_assert_false (lab_claim_take (f->segment, NULL));
        }
      step_kill (pid);
      f->n_points++;

      g_assert_true (lab_claim_take (f->segment, &error));
      g_assert_no_error (error);
      /* Now and then the next one finds somebody's claim who is dead, and now and then nobody's. */
      if (n_steps % 2 == 0)
        lab_claim_give (f->segment);
      else
        lab_layout_set_writer (f->layout, pid, 1);
    }
  g_test_message ("killed at %u points", f->n_points);
}

/* The other protocols promise less: that the rest goes on. */
typedef struct
{
  LabProtocolId  protocol;
  LabSegment    *segment;
  LabWriter     *writer;
  LabReader     *reader;
  LabWriter     *child_writer;
  LabReader     *child_reader;
} Peers;

static void
set_up_peers (Peers         *p,
              gconstpointer  protocol)
{
  g_autoptr(GError) error = NULL;

  p->protocol = GPOINTER_TO_INT (protocol);
  p->segment = lab_segment_create (test_key (), 1024, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (p->segment, TRUE, NULL));
  p->writer = lab_writer_new (p->segment);
  g_assert_true (lab_writer_set_up (p->writer, p->protocol, FALSE, &error));
  g_assert_no_error (error);
  p->reader = lab_reader_new (p->segment);
}

static void
tear_down_peers (Peers         *p,
                 gconstpointer  unused)
{
  lab_reader_free (p->reader);
  lab_writer_free (p->writer);
  lab_semaphore_remove (p->segment, lab_sysv_semget (lab_segment_get_key (p->segment), 0, LAB_GET_EXISTING, 0));
  lab_segment_remove (p->segment, NULL);
  g_clear_object (&p->segment);
}

static void
begin_server (gpointer data)
{
  Peers *p = data;
  LabAdopted adopted;

  p->child_writer = lab_writer_new (p->segment);
  if (!lab_writer_adopt (p->child_writer, &adopted, NULL))
    _exit (1);
}

static void
serve (gpointer data)
{
  Peers *p = data;

  if (lab_writer_publish (p->child_writer, "BBBBBBBB", 8, NULL) == LAB_WRITE_FAILED)
    _exit (1);
}

static void
begin_client (gpointer data)
{
  Peers *p = data;

  p->child_reader = lab_reader_new (p->segment);
}

static void
take_a_look (gpointer data)
{
  Peers *p = data;

  lab_reader_look (p->child_reader);
}

/* What is whole for certain is one of the messages. */
static const LabLook *
look_at_peers (Peers *p)
{
  const LabLook *result = lab_reader_look (p->reader);

  g_assert_cmpint (result->result, !=, LAB_LOOK_INVALID);
  g_assert_cmpint (result->result, !=, LAB_LOOK_REFUSED);
  if (result->result == LAB_LOOK_MESSAGE && result->certain)
    g_assert_true (g_str_equal (result->text, "AAAAAAAA") || g_str_equal (result->text, "BBBBBBBB") ||
                   g_str_equal (result->text, "CCCC"));

  return result;
}

/* A server publishes, and a client reads it, within a second. */
static void
go_on (Peers      *p,
       LabWriter  *writer,
       const char *text)
{
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;
  gboolean published = FALSE;

  while (g_get_monotonic_time () < end)
    {
      const LabLook *result;

      if (!published)
        published = lab_writer_publish (writer, text, strlen (text), NULL) == LAB_WRITE_DONE;
      result = look_at_peers (p);
      if (published && result->result == LAB_LOOK_MESSAGE && g_str_equal (result->text, text))
        return;
    }
  g_assert_not_reached ();
}

static void
test_others_go_on (Peers    *p,
                   StepJob   prepare,
                   StepJob   job)
{
  gboolean stepping = TRUE;
  guint n_kills = 0;

  for (guint n_steps = 0; stepping && !g_test_failed (); n_steps += LAB_COPY_SANITIZED ? 307 : 17)
    {
      g_autoptr(LabWriter) next = NULL;
      LabAdopted adopted;
      pid_t pid;

      go_on (p, p->writer, "AAAAAAAA");
      if (job == take_a_look)
        g_assert_cmpint (lab_writer_publish (p->writer, "CCCC", 4, NULL), ==, LAB_WRITE_DONE);
      pid = step_fork (prepare, job, p);
      if (pid == -1)
        {
          g_test_skip ("this process may not trace another");
          return;
        }
      for (guint i = 0; i < n_steps && stepping; i++)
        stepping = step (pid);
      step_kill (pid);
      n_kills++;

      look_at_peers (p);
      if (job == serve)
        {
          next = lab_writer_new (p->segment);
          g_assert_true (lab_writer_adopt (next, &adopted, NULL));
          lab_writer_free (p->writer);
          p->writer = g_steal_pointer (&next);
        }
      go_on (p, p->writer, "CCCC");
    }
  g_test_message ("%u real kills", n_kills);
  g_assert_cmpuint (n_kills, >, 10);
}

static void
test_server_killed (Peers         *p,
                    gconstpointer  unused)
{
  test_others_go_on (p, begin_server, serve);
}

static void
test_client_killed (Peers         *p,
                    gconstpointer  unused)
{
  test_others_go_on (p, begin_client, take_a_look);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that tear_down removes the segment */
#define ADD(name, data, func) g_test_add ("/backend/latch/killed-at-every-instruction/" name, Fixture, data, set_up, func, tear_down)
  ADD ("publish", GUINT_TO_POINTER (0), test_publish);
  ADD ("publish-from-odd", GUINT_TO_POINTER (1), test_publish);
  ADD ("first-publish", NULL, test_first_publish);
  ADD ("recovery", GUINT_TO_POINTER (0), test_recovery);
  ADD ("recovery-from-odd", GUINT_TO_POINTER (1), test_recovery);
  ADD ("set-up", NULL, test_set_up);
  ADD ("really", NULL, test_really_killed);
  ADD ("claim", NULL, test_claim);
  ADD ("claim-given-back", GINT_TO_POINTER (1), test_claim);

#define ADD_PEERS(protocol, name, func) \
  g_test_add ("/backend/" name "/goes-on-after-a-kill", Peers, GINT_TO_POINTER (LAB_PROTOCOL_##protocol), \
              set_up_peers, func, tear_down_peers)
  ADD_PEERS (NONE, "none/server", test_server_killed);
  ADD_PEERS (SEMAPHORE, "semaphore/server", test_server_killed);
  ADD_PEERS (SEMAPHORE, "semaphore/client", test_client_killed);
  ADD_PEERS (TURNS, "turns/server", test_server_killed);
  ADD_PEERS (TURNS, "turns/client", test_client_killed);
  ADD_PEERS (LATCH, "latch/server", test_server_killed);
  return g_test_run ();
}
