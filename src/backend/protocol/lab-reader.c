/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-reader.h"

#include <string.h>

#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-semaphore.h"

/* No writer gets so far between two looks: ten million messages a second for thirty hours. */
#define MAX_MISSED ((guint64) 1 << 40)

struct _LabReader
{
  LabSegment        *segment;       /* NULL for mere memory */
  LabLayout          layout;
  const LabControl  *control;
  LabControl        *taking;        /* the same where we may store, or NULL */
  guint64            taker;         /* this thread; in a program's first, the process */
  int                semaphore_id;  /* that was found to be the segment's, or -1 */

  char              *buffer;        /* the layout's room */
  char              *seen;          /* what was returned last, to see whether it changed */
  gsize              seen_size;
  gsize              seen_length;
  guint64            seen_number;
  gint64             seen_written_ns;
  gboolean           seen_torn;
  gboolean           seen_certain;
  gboolean           overtaken;     /* by the next message, during this look */
  gboolean           has_seen;
  gboolean           has_counted;   /* the message that was seen last, however often it was seen half */
  guint64            number;        /* of the last message, to count what was missed */
  gboolean           counts_missed; /* it has seen a message, or that there is none */
  guint64            sequence;      /* of the latch */
  LabLook            look;
  LabCounters        counters;
};

/* What stands about copy A, each field read once. */
typedef struct
{
  guint64 number;
  gint64  written_ns;
  gsize   length;
  guint32 flags;
} Header;

/**
 * lab_counters_add:
 * @sum: counters
 * @more: what is counted besides
 *
 * Adds up; what is too much for a counter stays at %LAB_COUNTER_MAX.
 */
void
lab_counters_add (LabCounters       *sum,
                  const LabCounters *more)
{
  g_return_if_fail (sum != NULL && more != NULL);

  sum->n_looks = lab_counter_add (sum->n_looks, more->n_looks);
  sum->n_messages = lab_counter_add (sum->n_messages, more->n_messages);
  sum->n_missed = lab_counter_add (sum->n_missed, more->n_missed);
  sum->n_torn = lab_counter_add (sum->n_torn, more->n_torn);
  sum->n_waited = lab_counter_add (sum->n_waited, more->n_waited);
  sum->n_retried = lab_counter_add (sum->n_retried, more->n_retried);
  sum->n_calling = lab_counter_add (sum->n_calling, more->n_calling);
}

/**
 * lab_reader_new_for_memory:
 * @layout: a layout with room for our fields, in memory that outlives the reader
 * @writable: whether the protocol turns may store there
 *
 * As lab_reader_new(), but for any memory; without the protocol semaphore.
 *
 * Returns: (transfer full): a reader
 */
LabReader *
lab_reader_new_for_memory (const LabLayout *layout,
                           gboolean         writable)
{
  LabReader *self;

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, NULL);

  self = g_new0 (LabReader, 1);
  self->layout = *layout;
  self->control = lab_layout_control (&self->layout);
  self->taking = writable ? lab_layout_control (&self->layout) : NULL;
  self->taker = lab_taker_get_own ();
  self->semaphore_id = -1;
  self->buffer = g_malloc (self->layout.room);

  return self;
}

/**
 * lab_reader_new:
 * @segment: an attached segment with room for our fields; it must stay attached as
 *   long as the reader lives.  Read-only is enough but for the protocol turns
 *
 * For the thread that makes it, which under turns is the one that takes the turn.
 *
 * Returns: (transfer full): a reader that has seen nothing yet
 */
LabReader *
lab_reader_new (LabSegment *segment)
{
  LabReader *self;

  g_return_val_if_fail (LAB_IS_SEGMENT (segment), NULL);
  g_return_val_if_fail (lab_segment_get_layout (segment) != NULL, NULL);

  self = lab_reader_new_for_memory (lab_segment_get_layout (segment), lab_segment_is_writable (segment));
  self->segment = g_object_ref (segment);

  return self;
}

/**
 * lab_reader_free:
 * @self: (transfer full): a reader
 */
void
lab_reader_free (LabReader *self)
{
  g_free (self->buffer);
  g_free (self->seen);
  g_clear_object (&self->segment);
  g_free (self);
}

static void
finish (LabReader     *self,
        LabLookResult  result,
        LabReason      reason)
{
  self->look.result = result;
  self->look.reason = reason;
}

static Header
load_header (LabReader *self)
{
  const LabCopyHeader *header = &self->control->copies[0];

  return (Header) {
    .number = atomic_load_explicit (&header->number, LAB_COPY_LOAD),
    .written_ns = atomic_load_explicit (&header->written_ns, LAB_COPY_LOAD),
    .length = atomic_load_explicit (&header->length, LAB_COPY_LOAD),
    .flags = atomic_load_explicit (&header->flags, LAB_COPY_LOAD),
  };
}

/* Copy A as a textbook program sees it: up to the first NUL, at least @length bytes
 * in one go.  Returns how long it is; the buffer gets its NUL in any case. */
static gsize
copy_c_string (LabReader *self,
               gsize      length)
{
  const char *copy = lab_layout_copy (&self->layout, 0);
  gsize n_copied = 0;
  gsize n_wanted = (length + 8) & ~(gsize) 7;  /* with the NUL, and the next piece aligned */

  while (n_copied < self->layout.room)
    {
      const char *end;

      n_wanted = MIN (n_wanted, self->layout.room - n_copied);
      lab_copy_from_shared (self->buffer + n_copied, copy + n_copied, n_wanted);
      end = memchr (self->buffer + n_copied, '\0', n_wanted);
      if (end != NULL)
        return (gsize) (end - self->buffer);

      n_copied += n_wanted;
      n_wanted = 1024;
    }

  self->buffer[n_copied - 1] = '\0';

  return n_copied - 1;
}

/* The numbers are the segment's, and so anybody's. */
static guint64
count_missed (guint64 before,
              guint64 now)
{
  guint64 n = now - before - 1;

  return n < MAX_MISSED ? n : LAB_COUNTER_MAX;
}

/* The buffer holds what @header tells of, @length bytes and a NUL. */
static void
accept (LabReader    *self,
        const Header *header,
        gsize         length,
        gboolean      certain,
        LabReason     torn)
{
  /* A server that begins anew counts from 1 again, at another time.  With no
   * protocol the time may not be stored yet. */
  gboolean is_same = self->has_seen && self->seen_number == header->number &&
                     (self->seen_written_ns == header->written_ns || self->look.protocol == LAB_PROTOCOL_NONE);
  gboolean is_counted = is_same && self->has_counted;

  if (is_same && self->seen_length == length && memcmp (self->seen, self->buffer, length) == 0)
    {
      finish (self, LAB_LOOK_UNCHANGED, LAB_REASON_NONE);
      self->look.certain = certain;
      return;
    }

  /* With no protocol, the same message with other bytes: at least one of the two
   * looks was torn, and it was the one before, because stores only go on. */
  if (is_same && !self->seen_torn && !self->seen_certain && !self->overtaken)
    {
      self->look.corrects = TRUE;
      self->counters.n_torn++;
    }

  if (torn != LAB_REASON_NONE)
    {
      finish (self, LAB_LOOK_TORN, torn);
      self->counters.n_torn++;
    }
  else
    {
      finish (self, LAB_LOOK_MESSAGE, LAB_REASON_NONE);
      if (!is_counted)
        self->counters.n_messages++;
      is_counted = TRUE;
      if (self->counts_missed && header->number > self->number)
        {
          self->look.n_missed = count_missed (self->number, header->number);
          self->counters.n_missed = lab_counter_add (self->counters.n_missed, self->look.n_missed);
        }
      self->number = header->number;
      self->counts_missed = TRUE;
    }

  if (self->seen_size < length + 1)
    {
      self->seen_size = MAX (length + 1, 2 * self->seen_size);
      g_free (self->seen);
      self->seen = g_malloc (self->seen_size);
    }
  memcpy (self->seen, self->buffer, length);
  self->seen[length] = '\0';
  self->seen_length = length;
  self->seen_number = header->number;
  self->seen_written_ns = header->written_ns;
  self->seen_torn = torn != LAB_REASON_NONE;
  self->seen_certain = certain;
  self->has_seen = TRUE;
  self->has_counted = is_counted;

  self->look.number = header->number;
  self->look.written_ns = header->written_ns;
  self->look.text = self->seen;
  self->look.length = length;
  self->look.certain = certain;
}

/* What is written from now on and not seen is missed.  Where taking over has cleared half a
 * message, its number stands in copy B, which only the latch uses. */
static void
see_empty (LabReader *self)
{
  if (self->look.protocol != LAB_PROTOCOL_LATCH)
    self->number = MAX (self->number, atomic_load_explicit (&self->control->copies[1].number, LAB_COPY_LOAD));
  self->counts_missed = TRUE;
  finish (self, LAB_LOOK_EMPTY, LAB_REASON_NONE);
}

/* Nobody keeps the writer out.  What can be known: a message that says that all
 * its letters are the same, and a C string as long as its length says, before the
 * copying or after it. */
static void
look_unprotected (LabReader *self)
{
  Header header = load_header (self);
  Header after;
  gsize length;

  if (header.length >= self->layout.room)
    {
      finish (self, LAB_LOOK_INVALID, LAB_REASON_NONE);
      return;
    }

  length = copy_c_string (self, header.length);
  lab_fence_acquire ();
  after = load_header (self);

  /* Overtaken: then these bytes say nothing about those of the message before. */
  if (after.number != header.number && length == after.length)
    header = after;
  else if (length != header.length)
    header = after;
  self->overtaken = after.number != header.number;

  if (header.number == 0 && length == 0)
    see_empty (self);
  else if ((header.flags & LAB_MESSAGE_UNIFORM) != 0 && length > 1 && !lab_layout_is_uniform (self->buffer, length))
    accept (self, &header, length, FALSE, LAB_REASON_MIXED_LETTERS);
  else if (length != header.length)
    accept (self, &header, length, FALSE, LAB_REASON_WRONG_LENGTH);
  else
    accept (self, &header, length, (header.flags & LAB_MESSAGE_UNIFORM) != 0, LAB_REASON_NONE);
  self->overtaken = FALSE;
}

/* Copies the message while nobody else is inside.  It is accepted later, when the
 * protocol has said that it counts. */
static LabLookResult
copy_inside (LabReader *self,
             gboolean   half,
             Header    *header,
             gsize     *length)
{
  *header = load_header (self);
  if (header->length >= self->layout.room)
    return LAB_LOOK_INVALID;
  if (header->number == 0 && !half)
    return LAB_LOOK_EMPTY;

  *length = copy_c_string (self, header->length);
  if (half)
    return LAB_LOOK_TORN;

  return *length == header->length ? LAB_LOOK_MESSAGE : LAB_LOOK_INVALID;  /* a stranger was here */
}

static void
accept_inside (LabReader     *self,
               LabLookResult  result,
               const Header  *header,
               gsize          length)
{
  if (result == LAB_LOOK_TORN)
    accept (self, header, length, FALSE, LAB_REASON_WRITER_DIED);
  else if (result == LAB_LOOK_MESSAGE)
    accept (self, header, length, TRUE, LAB_REASON_NONE);
  else if (result == LAB_LOOK_EMPTY)
    see_empty (self);
  else
    finish (self, result, LAB_REASON_NONE);
}

static gboolean
is_still (LabReader *self)
{
  return atomic_load_explicit (&self->control->protocol, memory_order_relaxed) == self->look.protocol;
}

static void
look_by_semaphore (LabReader *self)
{
  int claimed_id = atomic_load_explicit (&self->control->semaphore_id, memory_order_relaxed);
  LabLookResult result = LAB_LOOK_WAITING;
  Header header;
  gsize length = 0;

  if (self->semaphore_id == -1 || self->semaphore_id != claimed_id)
    self->semaphore_id = self->segment != NULL ? lab_semaphore_find (self->segment, claimed_id) : -1;
  if (self->semaphore_id == -1)
    {
      finish (self, LAB_LOOK_REFUSED, LAB_REASON_SEMAPHORE_GONE);
      return;
    }

  switch (lab_semaphore_try_take (self->semaphore_id))
    {
    case LAB_SEMAPHORE_TAKEN:
      lab_fence_acquire ();
      if (is_still (self))
        {
          guint32 state = atomic_load_explicit (&self->control->state, memory_order_relaxed);

          result = copy_inside (self, state == LAB_STATE_WRITING, &header, &length);
        }
      lab_fence_release ();
      lab_semaphore_give (self->semaphore_id);
      if (result == LAB_LOOK_WAITING)
        finish (self, LAB_LOOK_WAITING, LAB_REASON_SWITCHING);
      else
        accept_inside (self, result, &header, length);
      break;

    case LAB_SEMAPHORE_DENIED:
      finish (self, LAB_LOOK_REFUSED, LAB_REASON_SEMAPHORE_DENIED);
      break;

    case LAB_SEMAPHORE_GONE:
      self->semaphore_id = -1;
      finish (self, LAB_LOOK_REFUSED, LAB_REASON_SEMAPHORE_GONE);
      break;

    case LAB_SEMAPHORE_HELD:
    default:
      finish (self, LAB_LOOK_WAITING, LAB_REASON_SEMAPHORE_HELD);
      break;
    }
}

/* Whether a message of this protocol waits to be taken. */
static gboolean
is_filled (LabReader     *self,
           LabProtocolId  protocol)
{
  return atomic_load_explicit (&self->control->turn, memory_order_acquire) ==
         lab_layout_make_turn (protocol, lab_protocol_filled (protocol));
}

/**
 * lab_reader_claim_turn:
 * @self: a reader that may write, while the protocol is turns
 *
 * The first half of a look under turns: says who takes the message, so that the
 * server can take the turn back if this process dies, and fills nothing before.
 *
 * Returns: whether it is this reader's turn now
 */
gboolean
lab_reader_claim_turn (LabReader *self)
{
  guint64 nobody = 0;

  g_return_val_if_fail (self != NULL && self->taking != NULL, FALSE);

  if (!is_filled (self, LAB_PROTOCOL_TURNS))
    return FALSE;

  lab_taker_say_where (self->taking);
  if (!atomic_compare_exchange_strong (&self->taking->taker, &nobody, self->taker))
    return FALSE;

  if (is_filled (self, LAB_PROTOCOL_TURNS))
    return TRUE;

  nobody = self->taker;
  atomic_compare_exchange_strong (&self->taking->taker, &nobody, 0);

  return FALSE;
}

static guint64
load_number (LabReader *self)
{
  return atomic_load_explicit (&self->control->copies[0].number, LAB_COPY_LOAD);
}

static void
look_by_turns (LabReader *self)
{
  LabProtocolId protocol = self->look.protocol;
  uint64_t filled = lab_layout_make_turn (protocol, lab_protocol_filled (protocol));
  uint64_t taken = lab_layout_make_turn (protocol, lab_protocol_taken (protocol));
  gboolean textbook = protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  guint64 taker = self->taker;
  LabLookResult result;
  gboolean is_ours;
  Header header;
  gsize length = 0;
  guint64 number = 0;

  if (self->taking == NULL)
    {
      finish (self, LAB_LOOK_REFUSED, LAB_REASON_NEEDS_WRITE);
      return;
    }

  /* A textbook's client claims nothing.  What it reads is whole when the message was filled
   * after its number was seen, and the number is still the same in the end. */
  if (textbook)
    {
      number = load_number (self);
      lab_fence_acquire ();
    }
  if (!is_filled (self, protocol))
    {
      finish (self, LAB_LOOK_WAITING, LAB_REASON_SERVERS_TURN);
      return;
    }
  if (!textbook && !lab_reader_claim_turn (self))
    {
      finish (self, LAB_LOOK_WAITING, LAB_REASON_OTHER_CLIENT);
      return;
    }

  result = copy_inside (self, FALSE, &header, &length);
  if (textbook && header.number != number)
    {
      finish (self, LAB_LOOK_WAITING, LAB_REASON_SERVERS_TURN);
      return;
    }

  /* The server may have left this protocol meanwhile; then what was read is void. */
  is_ours = atomic_compare_exchange_strong_explicit (&self->taking->turn, &filled, taken,
                                                     memory_order_acq_rel, memory_order_relaxed) &&
            (!textbook || load_number (self) == number);
  if (!textbook)
    atomic_compare_exchange_strong (&self->taking->taker, &taker, 0);

  if (!is_ours)
    {
      finish (self, LAB_LOOK_WAITING, LAB_REASON_SWITCHING);
    }
  else if (result == LAB_LOOK_EMPTY)
    {
      /* Only zeros were there: the status of a new segment reads FILLED. */
      finish (self, LAB_LOOK_MESSAGE, LAB_REASON_UNWRITTEN);
      self->buffer[0] = '\0';
      self->look.text = self->buffer;
      self->counters.n_messages++;
    }
  else
    {
      accept_inside (self, result, &header, length);
    }
}

static void
look_by_latch (LabReader *self,
               gboolean   same_protocol)
{
  guint64 known_sequence = same_protocol ? self->sequence : LAB_LATCH_NOTHING_KNOWN;
  LabMessageInfo info = { 0 };
  LabReadResult result = lab_latch_read (&self->layout, known_sequence, self->buffer, &info);
  Header header;

  self->look.n_retries = info.n_retries;
  self->counters.n_retried += info.n_retries;
  if (!is_still (self))
    {
      finish (self, LAB_LOOK_WAITING, LAB_REASON_SWITCHING);
      return;
    }

  switch (result)
    {
    case LAB_READ_MESSAGE:
      header = (Header) { info.number, info.written_ns, info.length, 0 };
      self->sequence = info.sequence;
      accept (self, &header, info.length, TRUE, LAB_REASON_NONE);
      break;
    case LAB_READ_UNCHANGED:
      finish (self, LAB_LOOK_UNCHANGED, LAB_REASON_NONE);
      break;
    case LAB_READ_EMPTY:
      self->sequence = LAB_LATCH_NOTHING_KNOWN;
      see_empty (self);
      break;
    case LAB_READ_BUSY:
      finish (self, LAB_LOOK_WAITING, LAB_REASON_WRITER_BUSY);
      break;
    case LAB_READ_INVALID:
    default:
      self->sequence = LAB_LATCH_NOTHING_KNOWN;
      finish (self, LAB_LOOK_INVALID, LAB_REASON_NONE);
      break;
    }
}

/**
 * lab_reader_look:
 * @self: a reader
 *
 * Looks once, under the protocol that the control block names now.  Never waits;
 * touches no byte outside of the segment, whatever stands in it.
 *
 * Returns: (transfer none): what it showed, good until the next look
 */
const LabLook *
lab_reader_look (LabReader *self)
{
  LabProtocolId before;
  guint32 protocol;

  g_return_val_if_fail (self != NULL, NULL);

  before = self->look.protocol;
  self->look = (LabLook) { .result = LAB_LOOK_INVALID };
  self->counters.n_looks++;
  if (!lab_layout_has_magic (&self->layout))
    return &self->look;

  protocol = atomic_load_explicit (&self->control->protocol, memory_order_acquire);
  self->look.protocol = lab_protocol_is_valid (protocol) ? (LabProtocolId) protocol : LAB_PROTOCOL_UNSET;
  switch (self->look.protocol)
    {
    case LAB_PROTOCOL_NONE:
      look_unprotected (self);
      break;
    case LAB_PROTOCOL_SEMAPHORE:
      self->counters.n_calling++;
      look_by_semaphore (self);
      break;
    case LAB_PROTOCOL_TURNS:
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      look_by_turns (self);
      break;
    case LAB_PROTOCOL_LATCH:
      look_by_latch (self, before == LAB_PROTOCOL_LATCH);
      break;
    case LAB_PROTOCOL_UNSET:
    default:
      break;
    }

  /* The latch's readers do not wait for anybody: a busy writer is a retry. */
  if (self->look.result == LAB_LOOK_WAITING && self->look.reason != LAB_REASON_WRITER_BUSY)
    self->counters.n_waited++;

  return &self->look;
}

/**
 * lab_reader_get_counters:
 * @self: a reader
 *
 * Returns: (transfer none): what was counted since the beginning or the last reset
 */
const LabCounters *
lab_reader_get_counters (LabReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->counters;
}

/**
 * lab_reader_reset_counters:
 * @self: a reader
 */
void
lab_reader_reset_counters (LabReader *self)
{
  g_return_if_fail (self != NULL);

  self->counters = (LabCounters) { 0 };
}

/**
 * lab_reader_get_blocking_pid:
 * @self: a reader whose last look returned %LAB_LOOK_WAITING
 *
 * Makes system calls, so ask only when it is shown.
 *
 * Returns: the process that holds the semaphore or has the turn, 0 when that is not known
 */
pid_t
lab_reader_get_blocking_pid (LabReader *self)
{
  pid_t pid;

  g_return_val_if_fail (self != NULL, 0);

  switch (self->look.reason)
    {
    case LAB_REASON_SEMAPHORE_HELD:
      return lab_semaphore_get_holder (self->semaphore_id);
    case LAB_REASON_OTHER_CLIENT:
      return lab_taker_get_seen_pid (self->control, atomic_load_explicit (&self->control->taker, memory_order_relaxed));
    case LAB_REASON_SERVERS_TURN:
      return lab_layout_find_writer (&self->layout, FALSE, &pid) != LAB_PRESENCE_UNSEEN ? pid : 0;
    default:
      return 0;
    }
}
