/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-receiver.h"

#include <string.h>

#include "backend/client/lab-message-log.h"
#include "backend/client/lab-server-watch.h"
#include "backend/preset/lab-preset-decode.h"
#include "backend/preset/lab-preset-reader.h"

#define CHUNK_BYTES 4096

struct _LabReceiver
{
  GObject           parent_instance;

  LabSession       *session;
  gboolean          open;
  LabReceiverFacts  facts;
  LabMessageLog    *log;
  LabServerWatch   *writer;

  LabCounters       counters;       /* what the present reader has not counted */
  LabReader        *reader;         /* while open in a segment with room for our layout */
  const LabPreset  *preset;         /* how to read a segment that is not ours, or NULL for a C string */
  LabPresetReader  *preset_reader;  /* while something is read without a protocol */
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabReceiver, lab_receiver, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
changed (LabReceiver *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static LabSegment *
get_segment (LabReceiver *self)
{
  return lab_session_get_segment (self->session);
}

static const LabLayout *
get_layout (LabReceiver *self)
{
  const LabLayout *layout = self->open ? lab_segment_get_layout (get_segment (self)) : NULL;

  return layout != NULL && lab_layout_has_magic (layout) ? layout : NULL;
}

static gboolean
is_same (const LabReceiverFacts *a,
         const LabReceiverFacts *b)
{
  return a->is_empty == b->is_empty && a->is_plain == b->is_plain && a->is_damaged == b->is_damaged
         && a->reason == b->reason && a->writer_pid == b->writer_pid && a->writer_is_dead == b->writer_is_dead;
}

static void
add_counters (LabCounters       *sum,
              const LabCounters *more)
{
  sum->n_looks += more->n_looks;
  sum->n_messages += more->n_messages;
  sum->n_missed += more->n_missed;
  sum->n_torn += more->n_torn;
  sum->n_waited += more->n_waited;
  sum->n_retried += more->n_retried;
  sum->n_calling += more->n_calling;
}

static void
free_readers (LabReceiver *self)
{
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (self->reader == NULL)
    return;

  add_counters (&self->counters, lab_reader_get_counters (self->reader));
  g_clear_pointer (&self->reader, lab_reader_free);
}

static void
find_writer (LabReceiver *self)
{
  lab_server_watch_check (self->writer, get_layout (self));
  self->facts.writer_pid = lab_server_watch_get_pid (self->writer);
  self->facts.writer_is_dead = lab_server_watch_is_dead (self->writer);
}

static void
writer_ended_cb (gpointer data)
{
  LabReceiver *self = LAB_RECEIVER (data);

  self->facts.writer_is_dead = TRUE;
  changed (self);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));  /* so that who is attached follows */
}

/* The log has a message that it had not. */
static void
show_last_message (LabReceiver *self)
{
  gsize length;
  const char *bytes = g_bytes_get_data (lab_message_get_bytes (lab_message_log_get_last (self->log)), &length);
  g_autofree char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) length);

  self->facts.is_empty = FALSE;
  lab_session_set_message (self->session, text);
  lab_session_memory_changed (self->session);
}

/* Nothing numbers the messages here: another text is another message. */
static gboolean
take_text (LabReceiver      *self,
           LabMessageOrigin  origin)
{
  gboolean is_empty;
  g_autoptr(GBytes) text = lab_preset_reader_dup_message (self->preset_reader, &is_empty);

  if (is_empty && (lab_message_log_get_last (self->log) == NULL || self->facts.is_empty))
    {
      self->facts.is_empty = TRUE;
      return FALSE;
    }

  self->facts.is_empty = FALSE;
  if (!lab_message_log_add_text (self->log, origin, text))
    return FALSE;

  self->counters.n_messages++;
  show_last_message (self);

  return TRUE;
}

/* A segment that is not ours. */
static gboolean
look_by_preset (LabReceiver *self)
{
  LabMessageOrigin origin = LAB_MESSAGE_PLAIN;

  if (self->preset_reader == NULL)
    self->preset_reader = lab_preset_reader_new (get_segment (self), self->preset);
  if (!lab_preset_reader_look (self->preset_reader))
    return FALSE;

  if (self->preset != NULL)
    origin = lab_preset_has_text (self->preset) ? LAB_MESSAGE_PRESET : LAB_MESSAGE_NUMBERS;
  if (!take_text (self, origin))
    lab_session_memory_changed (self->session);

  return TRUE;
}

/* A program that knows nothing of protocols may store over copy A, which stands
 * at byte 0, and a reader of the latch would not see it: nothing announces that,
 * only the bytes tell. */
static gboolean
is_overwritten (LabReceiver     *self,
                const LabLayout *layout,
                guint64          sequence)
{
  LabMessage *message = lab_message_log_get_last (self->log);
  guint8 now[CHUNK_BYTES];
  gsize length;
  const guint8 *last;
  gsize n;

  if (message == NULL || (sequence & 1) != 0)
    return FALSE;

  last = g_bytes_get_data (lab_message_get_bytes (message), &length);
  n = lab_segment_peek (get_segment (self), 0, now, MIN (length + 1, sizeof now));
  if (n > length ? (length == 0 || memcmp (now, last, length) == 0) && now[length] == '\0' : memcmp (now, last, n) == 0)
    return FALSE;

  /* Unless the writer has begun a new message meanwhile: then that was it. */
  atomic_thread_fence (memory_order_acquire);
  return atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_relaxed) == sequence;
}

static gboolean
look_at_overwritten (LabReceiver *self)
{
  if (self->preset_reader == NULL)
    self->preset_reader = lab_preset_reader_new (get_segment (self), NULL);
  lab_preset_reader_look (self->preset_reader);

  return take_text (self, LAB_MESSAGE_OVERWRITTEN);
}

static gboolean
look_by_protocol (LabReceiver     *self,
                  const LabLayout *layout)
{
  guint64 sequence = atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_acquire);
  const LabLook *look = lab_reader_look (self->reader);

  self->facts.is_damaged = look->result == LAB_LOOK_INVALID;
  self->facts.reason = LAB_REASON_NONE;
  if (!self->facts.is_damaged)
    lab_session_set_protocol (self->session, look->protocol);

  switch (look->result)
    {
    case LAB_LOOK_MESSAGE:
      lab_message_log_add (self->log, look->certain ? LAB_MESSAGE_PROTECTED : LAB_MESSAGE_UNCERTAIN, look);
      break;
    case LAB_LOOK_TORN:
      lab_message_log_add (self->log, LAB_MESSAGE_TORN, look);
      break;
    case LAB_LOOK_UNCHANGED:
      return look->protocol == LAB_PROTOCOL_LATCH && is_overwritten (self, layout, sequence)
             && look_at_overwritten (self);
    case LAB_LOOK_EMPTY:
      self->facts.is_empty = TRUE;
      return FALSE;
    case LAB_LOOK_WAITING:
    case LAB_LOOK_REFUSED:
      self->facts.reason = look->reason;
      return FALSE;
    case LAB_LOOK_INVALID:
      return FALSE;
    default:
      g_assert_not_reached ();
    }
  show_last_message (self);

  return TRUE;
}

static void
lab_receiver_dispose (GObject *object)
{
  LabReceiver *self = LAB_RECEIVER (object);

  lab_receiver_close (self);

  G_OBJECT_CLASS (lab_receiver_parent_class)->dispose (object);
}

static void
lab_receiver_finalize (GObject *object)
{
  LabReceiver *self = LAB_RECEIVER (object);

  g_clear_pointer (&self->writer, lab_server_watch_free);
  g_clear_pointer (&self->log, lab_message_log_free);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_receiver_parent_class)->finalize (object);
}

static void
lab_receiver_class_init (LabReceiverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_receiver_dispose;
  object_class->finalize = lab_receiver_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_RECEIVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_receiver_init (LabReceiver *self)
{
  self->log = lab_message_log_new ();
  self->writer = lab_server_watch_new (writer_ended_cb, self);
}

/**
 * lab_receiver_new:
 * @session: whose segment it looks into
 *
 * How messages get out of a segment: by looks, whenever it is told to look.  It emits
 * ::changed whenever something that it tells is different, except for the number of looks.
 *
 * Returns: (transfer full): a receiver, not open yet
 */
LabReceiver *
lab_receiver_new (LabSession *session)
{
  LabReceiver *self;

  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  self = g_object_new (LAB_TYPE_RECEIVER, NULL);
  self->session = g_object_ref (session);

  return self;
}

/**
 * lab_receiver_open:
 * @self: a receiver whose segment has just been attached
 *
 * Makes ready for the first look.
 */
void
lab_receiver_open (LabReceiver *self)
{
  LabSegment *segment;

  g_return_if_fail (LAB_IS_RECEIVER (self));
  g_return_if_fail (!self->open);

  segment = get_segment (self);
  g_return_if_fail (segment != NULL && lab_segment_is_attached (segment));

  self->open = TRUE;
  self->facts = (LabReceiverFacts) { .is_empty = TRUE };
  lab_message_log_begin (self->log);
  if (lab_segment_get_layout (segment) != NULL)
    self->reader = lab_reader_new (segment);
  find_writer (self);
}

/**
 * lab_receiver_close:
 * @self: a receiver
 *
 * Lets go of the segment, which must still be attached.  The messages and counters stay.
 */
void
lab_receiver_close (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  self->open = FALSE;
  free_readers (self);
  find_writer (self);
}

/**
 * lab_receiver_look:
 * @self: a receiver
 *
 * Looks into the segment once, if it is open.  Makes no system call, but for the
 * semaphore's where that is the protocol.
 */
void
lab_receiver_look (LabReceiver *self)
{
  LabReceiverFacts before;
  const LabLayout *layout;
  gboolean is_new;

  g_return_if_fail (LAB_IS_RECEIVER (self));

  if (!self->open)
    return;

  before = self->facts;
  layout = get_layout (self);
  if (self->facts.is_plain != (layout == NULL))
    {
      self->facts.is_plain = layout == NULL;
      g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
      find_writer (self);
    }
  if (layout != NULL)
    {
      is_new = look_by_protocol (self, layout);
    }
  else
    {
      self->counters.n_looks++;
      self->facts.reason = LAB_REASON_NONE;
      self->facts.is_damaged = FALSE;   /* what is not there is not damaged */
      is_new = look_by_preset (self);
    }
  if (is_new || !is_same (&before, &self->facts))
    changed (self);
}

/**
 * lab_receiver_check_writer:
 * @self: a receiver
 *
 * Looks now who writes and whether that process lives, rather than at the next time.
 */
void
lab_receiver_check_writer (LabReceiver *self)
{
  LabReceiverFacts before;

  g_return_if_fail (LAB_IS_RECEIVER (self));

  before = self->facts;
  find_writer (self);
  if (!is_same (&before, &self->facts))
    changed (self);
}

/**
 * lab_receiver_get_facts:
 * @self: a receiver
 *
 * Returns: (transfer none): what it knows about the segment, as of the last look
 */
const LabReceiverFacts *
lab_receiver_get_facts (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  return &self->facts;
}

/**
 * lab_receiver_get_blocking_pid:
 * @self: a receiver
 *
 * Returns: who is in the way when the last look showed nothing, or 0
 */
pid_t
lab_receiver_get_blocking_pid (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), 0);

  return self->reader != NULL && self->facts.reason != LAB_REASON_NONE ? lab_reader_get_blocking_pid (self->reader) : 0;
}

/**
 * lab_receiver_get_message:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): the last message that was seen; it stays when
 *   the server or the segment is gone
 */
LabMessage *
lab_receiver_get_message (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  return lab_message_log_get_last (self->log);
}

/**
 * lab_receiver_get_history:
 * @self: a receiver
 *
 * Returns: (transfer none): the last 1,000 messages, a #GListModel of #LabMessage,
 *   the oldest first
 */
GListModel *
lab_receiver_get_history (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  return lab_message_log_get_model (self->log);
}

LabCounters
lab_receiver_get_counters (LabReceiver *self)
{
  LabCounters sum = { 0 };

  g_return_val_if_fail (LAB_IS_RECEIVER (self), sum);

  sum = self->counters;
  if (self->reader != NULL)
    add_counters (&sum, lab_reader_get_counters (self->reader));

  return sum;
}

void
lab_receiver_reset_counters (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  self->counters = (LabCounters) { 0 };
  if (self->reader != NULL)
    lab_reader_reset_counters (self->reader);
  changed (self);
}

/**
 * lab_receiver_add_counters:
 * @self: an open receiver
 * @more: what others of this process have seen in the same segment
 *
 * Counts it too.
 */
void
lab_receiver_add_counters (LabReceiver       *self,
                           const LabCounters *more)
{
  g_return_if_fail (LAB_IS_RECEIVER (self) && more != NULL);

  add_counters (&self->counters, more);
  changed (self);
}

/**
 * lab_receiver_skip:
 * @self: an open receiver
 *
 * Goes on with what is written from now on; what others have seen was not missed.
 */
void
lab_receiver_skip (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self) && self->open);

  free_readers (self);
  self->reader = lab_reader_new (get_segment (self));
  changed (self);
}

/**
 * lab_receiver_is_plain:
 * @self: a receiver
 *
 * Returns: whether it is open in a segment without our control block
 */
gboolean
lab_receiver_is_plain (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), FALSE);

  return self->facts.is_plain && self->open;
}

/**
 * lab_receiver_get_preset:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): how a segment without our control block is read; %NULL
 *   for a C string at byte 0
 */
const LabPreset *
lab_receiver_get_preset (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  return self->preset;
}

/**
 * lab_receiver_set_preset:
 * @self: a receiver
 * @preset: (nullable): see lab_receiver_get_preset()
 *
 * Reads what there is anew.  That is no further message, for nobody has written one.
 */
void
lab_receiver_set_preset (LabReceiver     *self,
                         const LabPreset *preset)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  if (self->preset == preset)
    return;

  self->preset = preset;
  lab_session_set_preset (self->session, preset);
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (lab_receiver_is_plain (self))
    {
      gboolean had_message = !self->facts.is_empty;
      guint64 n_messages = self->counters.n_messages;

      lab_message_log_forget_last (self->log);
      self->facts.is_empty = TRUE;
      lab_receiver_look (self);
      if (had_message)
        self->counters.n_messages = n_messages;
    }
  changed (self);
}

/**
 * lab_receiver_get_image:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): the bytes that the last look read as the preset has them,
 *   another object whenever one has changed; %NULL without a preset or such a segment
 */
GBytes *
lab_receiver_get_image (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  if (self->preset == NULL || self->preset_reader == NULL || !lab_receiver_is_plain (self))
    return NULL;

  return lab_preset_reader_get_image (self->preset_reader);
}
