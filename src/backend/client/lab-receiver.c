/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-receiver.h"

#include <string.h>

#include "backend/client/lab-message-log.h"
#include "backend/client/lab-server-watch.h"
#include "backend/preset/lab-preset-decode.h"
#include "backend/preset/lab-preset-reader.h"

#define CHUNK_BYTES 4096

/* What tells that the segment begins with something else now. */
typedef struct
{
  guint8  bytes[240];
  guint64 number;
  guint32 protocol;
  guint32 state;
} Beginning;

/* What the looks into a segment tell about it, besides the messages. */
typedef struct
{
  gboolean   is_empty;       /* nothing was written yet, as far as anybody can tell */
  gboolean   is_plain;       /* the segment has no control block of ours */
  gboolean   is_damaged;     /* it has one, which makes no sense */
  gboolean   is_erased;      /* the last look has seen that there is no message */
  LabReason  reason;         /* why the last look showed nothing, or LAB_REASON_NONE */
  pid_t      writer_pid;     /* the process that writes, according to the control block, or 0 */
  gboolean   writer_is_dead;
} Facts;

/* What the properties say: all of one moment, that of the last notification. */
typedef struct
{
  LabMessage      *message;       /* (owned) (nullable) */
  GBytes          *image;         /* (owned) (nullable) */
  const LabPreset *preset;
  gboolean         is_empty;
  gboolean         is_plain;
  gboolean         is_damaged;
  LabReason        reason;
  pid_t            writer_pid;
  gboolean         writer_is_dead;
  pid_t            blocking_pid;
  LabKept          kept;
  guint64          n_waits;
  LabCounters      counters;
  guint64          n_looks_without_call;
} Told;

struct _LabReceiver
{
  GObject           parent_instance;

  LabSession       *session;
  gboolean          open;
  int               id;             /* of the segment that is open, or was the last one; -1 before */
  Facts             facts;
  LabMessageLog    *log;
  LabServerWatch   *server_watch;
  Told              told;

  LabCounters       counters;       /* what the present reader has not counted */
  guint64           n_again;        /* messages of them that a reader before had counted already */
  gboolean          is_waiting;     /* as the last look found */
  guint64           n_waits;        /* how often a look had to wait that followed one that had not */
  Beginning         beginning;      /* as it was when a look last showed nothing */
  LabReader        *reader;         /* while open in a segment with room for our layout */
  const LabPreset  *preset;         /* how to read a segment that is not ours, or NULL for a C string */
  LabPresetReader  *preset_reader;  /* while something is read without a protocol */
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_HISTORY,
  PROP_MESSAGE,
  PROP_IMAGE,
  PROP_PRESET,
  PROP_EMPTY,
  PROP_PLAIN,
  PROP_DAMAGED,
  PROP_REASON,
  PROP_WRITER_PID,
  PROP_WRITER_IS_DEAD,
  PROP_BLOCKING_PID,
  PROP_KEPT,
  PROP_N_LOOKS,
  PROP_N_LOOKS_WITHOUT_CALL,
  PROP_N_MESSAGES,
  PROP_N_MISSED,
  PROP_N_TORN,
  PROP_N_WAITS,
  PROP_N_WAITED,
  PROP_N_RETRIED,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (LabReceiver, lab_receiver, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

/* Which property says which field of Told. */
#define FIELD(prop, field) { PROP_##prop, G_STRUCT_OFFSET (Told, field), sizeof (((Told *) 0)->field) }
static const struct { guint prop; gsize offset; gsize size; } fields[] = {
  FIELD (MESSAGE, message),
  FIELD (IMAGE, image),
  FIELD (PRESET, preset),
  FIELD (EMPTY, is_empty),
  FIELD (PLAIN, is_plain),
  FIELD (DAMAGED, is_damaged),
  FIELD (REASON, reason),
  FIELD (WRITER_PID, writer_pid),
  FIELD (WRITER_IS_DEAD, writer_is_dead),
  FIELD (KEPT, kept),
  FIELD (N_MESSAGES, counters.n_messages),
  FIELD (N_MISSED, counters.n_missed),
  FIELD (N_TORN, counters.n_torn),
  FIELD (N_WAITS, n_waits),
  FIELD (N_RETRIED, counters.n_retried),
#define N_EVENTS 15  /* the fields above; those below are told together with one of them */
  FIELD (BLOCKING_PID, blocking_pid),
  FIELD (N_LOOKS, counters.n_looks),
  FIELD (N_LOOKS_WITHOUT_CALL, n_looks_without_call),
  FIELD (N_WAITED, counters.n_waited),
};
G_STATIC_ASSERT (N_EVENTS < G_N_ELEMENTS (fields));
#undef FIELD

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

static void
free_readers (LabReceiver *self)
{
  g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
  if (self->reader == NULL)
    return;

  lab_counters_add (&self->counters, lab_reader_get_counters (self->reader));
  g_clear_pointer (&self->reader, lab_reader_free);
}

/* Whether a look that found the server's turn waits for a server that is not there any more. */
static gboolean
waits_for_nobody (LabReceiver *self)
{
  return self->facts.reason == LAB_REASON_SERVERS_TURN && (self->facts.writer_pid == 0 || self->facts.writer_is_dead);
}

static gboolean
is_same (const Told *a,
         const Told *b,
         guint       i)
{
  return memcmp ((const char *) a + fields[i].offset, (const char *) b + fields[i].offset, fields[i].size) == 0;
}

/* Why the last message may not be what stands in the segment now. */
static LabKept
find_kept (LabReceiver *self)
{
  if (lab_message_log_get_last (self->log) == NULL)
    return LAB_KEPT_NOT;
  if (!self->open)
    return lab_segment_monitor_find_fate (lab_session_get_monitor (self->session), self->id) == LAB_FATE_GONE
           ? LAB_KEPT_GONE : LAB_KEPT_DETACHED;
  if (self->facts.is_damaged)
    return LAB_KEPT_DAMAGED;
  if (self->facts.is_erased)
    return LAB_KEPT_ERASED;

  switch (self->facts.reason)
    {
    case LAB_REASON_NEEDS_WRITE:
    case LAB_REASON_SEMAPHORE_DENIED:
    case LAB_REASON_SEMAPHORE_GONE:
      return LAB_KEPT_SHUT_OUT;
    default:
      return LAB_KEPT_NOT;
    }
}

/* Notifies of what is different since the last notification.  What every look counts is told
 * with something else, or when @counters wants it: a number that draws ten times a second
 * would be decoration. */
static void
tell (LabReceiver *self,
      gboolean     counters)
{
  GObject *object = G_OBJECT (self);
  Told before = self->told;
  Told now = {
    .message = lab_receiver_get_message (self),
    .image = lab_receiver_get_image (self),
    .preset = self->preset,
    .is_empty = lab_receiver_is_empty (self),
    .is_plain = lab_receiver_is_plain (self),
    .is_damaged = self->facts.is_damaged,
    .reason = lab_receiver_get_reason (self),
    .writer_pid = self->facts.writer_pid,
    .writer_is_dead = self->facts.writer_is_dead,
    .kept = find_kept (self),
    .n_waits = self->n_waits,
    .counters = lab_receiver_get_counters (self),
  };
  gboolean differs = counters;

  for (guint i = 0; i < N_EVENTS; i++)
    differs = differs || !is_same (&before, &now, i);
  if (!differs)
    return;

  now.blocking_pid = lab_receiver_get_blocking_pid (self);
  now.n_looks_without_call = now.counters.n_looks - now.counters.n_calling;
  if (now.message != NULL)
    g_object_ref (now.message);
  if (now.image != NULL)
    g_bytes_ref (now.image);
  self->told = now;

  g_object_freeze_notify (object);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!is_same (&before, &now, i))
      g_object_notify_by_pspec (object, properties[fields[i].prop]);
  g_object_thaw_notify (object);

  g_clear_object (&before.message);
  g_clear_pointer (&before.image, g_bytes_unref);
}

static void
find_writer (LabReceiver *self)
{
  lab_server_watch_check (self->server_watch, get_layout (self), lab_session_get_monitor (self->session));
  self->facts.writer_pid = lab_server_watch_get_pid (self->server_watch);
  self->facts.writer_is_dead = lab_server_watch_is_dead (self->server_watch);
}

static void
server_ended_cb (gpointer data)
{
  LabReceiver *self = LAB_RECEIVER (data);

  self->facts.writer_is_dead = TRUE;
  tell (self, FALSE);
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
  self->facts.is_erased = FALSE;
  lab_session_set_message (self->session, text);
  lab_session_memory_changed (self->session);
}

static void
see_nothing (LabReceiver *self)
{
  self->facts.is_empty = TRUE;
  if (self->facts.is_erased)
    return;

  self->facts.is_erased = TRUE;
  lab_session_set_message (self->session, NULL);
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
      see_nothing (self);
      return FALSE;
    }

  self->facts.is_empty = FALSE;
  self->facts.is_erased = FALSE;
  if (!lab_message_log_add_text (self->log, origin, text))
    return FALSE;

  self->counters.n_messages++;
  show_last_message (self);

  return TRUE;
}

/* Whether a message that is new to the present reader was the last one before: after it was
 * detached and attached again, or after a race. */
static gboolean
is_seen_again (LabReceiver      *self,
               LabMessageOrigin  origin,
               const LabLook    *look)
{
  if (!lab_message_log_is_last (self->log, origin, look))
    return FALSE;

  self->n_again++;
  self->facts.is_empty = FALSE;
  self->facts.is_erased = FALSE;

  return TRUE;
}

/* A segment that is not ours. */
static void
look_by_preset (LabReceiver *self)
{
  LabMessageOrigin origin = LAB_MESSAGE_PLAIN;

  if (self->preset_reader == NULL)
    self->preset_reader = lab_preset_reader_new (get_segment (self), self->preset);
  if (!lab_preset_reader_look (self->preset_reader))
    return;

  if (self->preset != NULL)
    origin = lab_preset_has_text (self->preset) ? LAB_MESSAGE_PRESET : LAB_MESSAGE_NUMBERS;
  if (!take_text (self, origin))
    lab_session_memory_changed (self->session);
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

static void
look_at_overwritten (LabReceiver *self)
{
  if (self->preset_reader == NULL)
    self->preset_reader = lab_preset_reader_new (get_segment (self), NULL);
  lab_preset_reader_look (self->preset_reader);

  take_text (self, LAB_MESSAGE_OVERWRITTEN);
}

/* What was seen under one protocol is not promised by another. */
static void
see_unchanged (LabReceiver   *self,
               const LabLook *look)
{
  LabMessage *message = lab_message_log_get_last (self->log);
  LabMessageOrigin origin = look->protocol != LAB_PROTOCOL_NONE || look->certain ? LAB_MESSAGE_PROTECTED
                                                                                : LAB_MESSAGE_UNCERTAIN;

  if (message != NULL && lab_message_get_number (message) != 0 && lab_message_get_protocol (message) != look->protocol
      && lab_message_get_protocol (message) != LAB_PROTOCOL_UNSET && lab_message_get_origin (message) != LAB_MESSAGE_TORN)
    lab_message_log_see_again (self->log, origin, look->protocol);
}

/* A look that shows nothing does not keep others from writing. */
static void
follow_beginning (LabReceiver     *self,
                  const LabLayout *layout)
{
  LabControl *control = lab_layout_control (layout);
  Beginning now = {
    .number = atomic_load_explicit (&control->copies[0].number, memory_order_relaxed),
    .protocol = atomic_load_explicit (&control->protocol, memory_order_relaxed),
    .state = atomic_load_explicit (&control->state, memory_order_relaxed),
  };

  lab_segment_peek (get_segment (self), 0, now.bytes, MIN (sizeof now.bytes, layout->copy_size));
  if (memcmp (&now, &self->beginning, sizeof now) == 0)
    return;

  self->beginning = now;
  lab_session_memory_changed (self->session);
}

static void
look_by_protocol (LabReceiver     *self,
                  const LabLayout *layout)
{
  guint64 sequence = atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_acquire);
  const LabLook *look = lab_reader_look (self->reader);
  LabMessageOrigin origin = look->certain ? LAB_MESSAGE_PROTECTED : LAB_MESSAGE_UNCERTAIN;
  gboolean waited = self->is_waiting;

  self->is_waiting = look->result == LAB_LOOK_WAITING && look->reason != LAB_REASON_WRITER_BUSY;
  if (self->is_waiting && !waited)
    self->n_waits++;
  self->facts.is_damaged = look->result == LAB_LOOK_INVALID;
  self->facts.reason = LAB_REASON_NONE;
  if (!self->facts.is_damaged)
    lab_session_set_protocol (self->session, look->protocol);

  switch (look->result)
    {
    case LAB_LOOK_MESSAGE:
      if (is_seen_again (self, origin, look))
        return;
      lab_message_log_add (self->log, origin, look);
      break;
    case LAB_LOOK_TORN:
      lab_message_log_add (self->log, LAB_MESSAGE_TORN, look);
      break;
    case LAB_LOOK_UNCHANGED:
      see_unchanged (self, look);
      if (look->protocol == LAB_PROTOCOL_LATCH && is_overwritten (self, layout, sequence))
        look_at_overwritten (self);
      return;
    case LAB_LOOK_EMPTY:
      see_nothing (self);
      return;
    case LAB_LOOK_WAITING:
    case LAB_LOOK_REFUSED:
      self->facts.reason = look->reason;
      follow_beginning (self, layout);
      return;
    case LAB_LOOK_INVALID:
      follow_beginning (self, layout);
      return;
    default:
      g_assert_not_reached ();
    }
  show_last_message (self);
}

static void
look (LabReceiver *self)
{
  const LabLayout *layout = get_layout (self);

  if (self->facts.is_plain != (layout == NULL))
    {
      self->facts.is_plain = layout == NULL;
      g_clear_pointer (&self->preset_reader, lab_preset_reader_free);
      if (layout == NULL)
        lab_session_set_protocol (self->session, LAB_PROTOCOL_UNSET);
      find_writer (self);
    }
  if (layout != NULL)
    {
      if (!lab_server_watch_is_up_to_date (self->server_watch, layout))
        find_writer (self);
      look_by_protocol (self, layout);
      return;
    }

  self->counters.n_looks++;
  self->facts.reason = LAB_REASON_NONE;
  self->facts.is_damaged = FALSE;   /* what is not there is not damaged */
  self->is_waiting = FALSE;
  look_by_preset (self);
}

static void
lab_receiver_dispose (GObject *object)
{
  LabReceiver *self = LAB_RECEIVER (object);

  if (self->open)
    lab_receiver_close (self);

  G_OBJECT_CLASS (lab_receiver_parent_class)->dispose (object);
}

static void
lab_receiver_finalize (GObject *object)
{
  LabReceiver *self = LAB_RECEIVER (object);

  g_clear_object (&self->told.message);
  g_clear_pointer (&self->told.image, g_bytes_unref);
  g_clear_pointer (&self->server_watch, lab_server_watch_free);
  g_clear_pointer (&self->log, lab_message_log_free);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_receiver_parent_class)->finalize (object);
}

static void
lab_receiver_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  LabReceiver *self = LAB_RECEIVER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_HISTORY:
      g_value_set_object (value, lab_receiver_get_history (self));
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->told.message);
      break;
    case PROP_IMAGE:
      g_value_set_boxed (value, self->told.image);
      break;
    case PROP_PRESET:
      g_value_set_pointer (value, (gpointer) self->told.preset);
      break;
    case PROP_EMPTY:
      g_value_set_boolean (value, self->told.is_empty);
      break;
    case PROP_PLAIN:
      g_value_set_boolean (value, self->told.is_plain);
      break;
    case PROP_DAMAGED:
      g_value_set_boolean (value, self->told.is_damaged);
      break;
    case PROP_REASON:
      g_value_set_uint (value, self->told.reason);
      break;
    case PROP_WRITER_PID:
      g_value_set_int (value, self->told.writer_pid);
      break;
    case PROP_WRITER_IS_DEAD:
      g_value_set_boolean (value, self->told.writer_is_dead);
      break;
    case PROP_BLOCKING_PID:
      g_value_set_int (value, self->told.blocking_pid);
      break;
    case PROP_KEPT:
      g_value_set_uint (value, self->told.kept);
      break;
    case PROP_N_LOOKS:
      g_value_set_uint64 (value, self->told.counters.n_looks);
      break;
    case PROP_N_LOOKS_WITHOUT_CALL:
      g_value_set_uint64 (value, self->told.n_looks_without_call);
      break;
    case PROP_N_MESSAGES:
      g_value_set_uint64 (value, self->told.counters.n_messages);
      break;
    case PROP_N_MISSED:
      g_value_set_uint64 (value, self->told.counters.n_missed);
      break;
    case PROP_N_TORN:
      g_value_set_uint64 (value, self->told.counters.n_torn);
      break;
    case PROP_N_WAITS:
      g_value_set_uint64 (value, self->told.n_waits);
      break;
    case PROP_N_WAITED:
      g_value_set_uint64 (value, self->told.counters.n_waited);
      break;
    case PROP_N_RETRIED:
      g_value_set_uint64 (value, self->told.counters.n_retried);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_receiver_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  LabReceiver *self = LAB_RECEIVER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_PRESET:
      lab_receiver_set_preset (self, g_value_get_pointer (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_receiver_class_init (LabReceiverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_receiver_dispose;
  object_class->finalize = lab_receiver_finalize;
  object_class->get_property = lab_receiver_get_property;
  object_class->set_property = lab_receiver_set_property;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /* Of LabMessage, the oldest first; the same list for good. */
  properties[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, LAB_TYPE_MESSAGE, flags);
  properties[PROP_IMAGE] = g_param_spec_boxed ("image", NULL, NULL, G_TYPE_BYTES, flags);
  properties[PROP_PRESET] = g_param_spec_pointer ("preset", NULL, NULL, flags | G_PARAM_WRITABLE);
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE, flags);
  properties[PROP_PLAIN] = g_param_spec_boolean ("plain", NULL, NULL, FALSE, flags);
  properties[PROP_DAMAGED] = g_param_spec_boolean ("damaged", NULL, NULL, FALSE, flags);
  /* A LabReason. */
  properties[PROP_REASON] = g_param_spec_uint ("reason", NULL, NULL, 0, G_MAXUINT, LAB_REASON_NONE, flags);
  /* 0 when no process writes, or none is in the way. */
  properties[PROP_WRITER_PID] = g_param_spec_int ("writer-pid", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  properties[PROP_WRITER_IS_DEAD] = g_param_spec_boolean ("writer-is-dead", NULL, NULL, FALSE, flags);
  properties[PROP_BLOCKING_PID] = g_param_spec_int ("blocking-pid", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  /* A LabKept. */
  properties[PROP_KEPT] = g_param_spec_uint ("kept", NULL, NULL, 0, G_MAXUINT, LAB_KEPT_NOT, flags);
  /* Those with LAB_PROTOCOL_SEMAPHORE call semop(2), the others make no system call. */
  properties[PROP_N_LOOKS] = g_param_spec_uint64 ("n-looks", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_LOOKS_WITHOUT_CALL] =
    g_param_spec_uint64 ("n-looks-without-call", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_MESSAGES] = g_param_spec_uint64 ("n-messages", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_MISSED] = g_param_spec_uint64 ("n-missed", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_TORN] = g_param_spec_uint64 ("n-torn", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /* How often it came to be somebody else's turn, and how many looks found it so. */
  properties[PROP_N_WAITS] = g_param_spec_uint64 ("n-waits", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_WAITED] = g_param_spec_uint64 ("n-waited", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_RETRIED] = g_param_spec_uint64 ("n-retried", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_receiver_init (LabReceiver *self)
{
  self->id = -1;
  self->facts.is_empty = TRUE;
  self->told.is_empty = TRUE;
  self->log = lab_message_log_new ();
  self->server_watch = lab_server_watch_new (server_ended_cb, self);
}

/**
 * lab_receiver_new:
 * @session: whose segment it looks into
 *
 * How messages get out of a segment: by looks, whenever it is told to look.  Each of its
 * properties notifies when its value changes, except that what each look may count
 * (#LabReceiver:n-looks, #LabReceiver:n-looks-without-call, #LabReceiver:n-waited) and
 * #LabReceiver:blocking-pid wait for one of the others; see lab_receiver_tell_counters().
 * All properties are of the same moment.
 *
 * Returns: (transfer full): a receiver, not open yet
 */
LabReceiver *
lab_receiver_new (LabSession *session)
{
  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  return g_object_new (LAB_TYPE_RECEIVER, "session", session, NULL);
}

static void
forget_message (LabReceiver *self)
{
  lab_message_log_forget_last (self->log);
  lab_session_set_message (self->session, NULL);
  lab_session_set_protocol (self->session, LAB_PROTOCOL_UNSET);
}

/* Those of the present reader are its own. */
static void
forget_counters (LabReceiver *self)
{
  self->counters = (LabCounters) { 0 };
  self->n_again = 0;
  self->n_waits = 0;
}

/**
 * lab_receiver_open:
 * @self: a receiver whose segment has just been attached
 *
 * Makes ready for the first look.  The last message of another segment is forgotten, and what
 * was counted there; the list of messages keeps it.
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
  self->is_waiting = FALSE;
  self->facts = (Facts) { .is_empty = TRUE };
  if (self->id != lab_segment_get_id (segment))
    {
      forget_message (self);
      forget_counters (self);
    }
  self->id = lab_segment_get_id (segment);
  lab_message_log_begin (self->log, self->id);
  if (lab_segment_get_layout (segment) != NULL)
    self->reader = lab_reader_new (segment);
  find_writer (self);
  tell (self, FALSE);
}

/**
 * lab_receiver_close:
 * @self: a receiver
 *
 * Lets go of the segment, which must still be attached.  The messages and counters stay;
 * what else was known about the segment does not.
 */
void
lab_receiver_close (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  self->open = FALSE;
  free_readers (self);
  self->facts = (Facts) { .is_empty = TRUE };
  find_writer (self);
  tell (self, FALSE);
}

/**
 * lab_receiver_forget:
 * @self: a receiver that is not open
 *
 * Forgets the last message, though not the list of messages and the counters.
 */
void
lab_receiver_forget (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));
  g_return_if_fail (!self->open);

  forget_message (self);
  self->id = -1;
  tell (self, FALSE);
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
  g_return_if_fail (LAB_IS_RECEIVER (self));

  if (!self->open)
    return;

  look (self);
  tell (self, FALSE);
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
  g_return_if_fail (LAB_IS_RECEIVER (self));

  find_writer (self);
  tell (self, FALSE);
}

/**
 * lab_receiver_is_empty:
 * @self: a receiver
 *
 * Returns: whether nothing was written yet, as far as anybody can tell.  Who had to wait, or
 *   was refused, has not seen that
 */
gboolean
lab_receiver_is_empty (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), FALSE);

  return self->facts.is_empty && self->facts.reason == LAB_REASON_NONE;
}

/**
 * lab_receiver_is_damaged:
 * @self: a receiver
 *
 * Returns: whether the segment has our control block, and that makes no sense
 */
gboolean
lab_receiver_is_damaged (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), FALSE);

  return self->facts.is_damaged;
}

/**
 * lab_receiver_get_reason:
 * @self: a receiver
 *
 * Returns: why the last look showed nothing, or %LAB_REASON_NONE.  It is nobody's turn when
 *   it was the server's, and the server is gone
 */
LabReason
lab_receiver_get_reason (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), LAB_REASON_NONE);

  return waits_for_nobody (self) ? LAB_REASON_NONE : self->facts.reason;
}

/**
 * lab_receiver_get_blocking_pid:
 * @self: a receiver
 *
 * Makes a system call where a semaphore is in the way.
 *
 * Returns: the process that is in the way when the last look showed nothing, or 0
 */
pid_t
lab_receiver_get_blocking_pid (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), 0);

  return self->reader != NULL && lab_receiver_get_reason (self) != LAB_REASON_NONE
         ? lab_reader_get_blocking_pid (self->reader) : 0;
}

/**
 * lab_receiver_get_writer_pid:
 * @self: a receiver
 *
 * Returns: the process that writes, according to the control block; 0 when none does
 */
pid_t
lab_receiver_get_writer_pid (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), 0);

  return self->facts.writer_pid;
}

gboolean
lab_receiver_is_writer_dead (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), FALSE);

  return self->facts.writer_is_dead;
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

/**
 * lab_receiver_get_counters:
 * @self: a receiver
 *
 * Returns: what it has counted up to now
 */
LabCounters
lab_receiver_get_counters (LabReceiver *self)
{
  LabCounters sum = { 0 };

  g_return_val_if_fail (LAB_IS_RECEIVER (self), sum);

  sum = self->counters;
  if (self->reader != NULL)
    lab_counters_add (&sum, lab_reader_get_counters (self->reader));
  sum.n_messages -= MIN (sum.n_messages, self->n_again);

  return sum;
}

/**
 * lab_receiver_tell_counters:
 * @self: a receiver
 *
 * Brings the properties that count up to date, for somebody who has come to read them.
 */
void
lab_receiver_tell_counters (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  tell (self, TRUE);
}

void
lab_receiver_reset_counters (LabReceiver *self)
{
  g_return_if_fail (LAB_IS_RECEIVER (self));

  forget_counters (self);
  if (self->reader != NULL)
    lab_reader_reset_counters (self->reader);
  tell (self, TRUE);
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
  tell (self, TRUE);
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
      look (self);
      if (had_message)
        self->counters.n_messages = n_messages;
    }
  tell (self, FALSE);
}

/**
 * lab_receiver_get_kept:
 * @self: a receiver
 *
 * Returns: why the last message is kept, and may not be what stands in the segment
 */
LabKept
lab_receiver_get_kept (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), LAB_KEPT_NOT);

  return find_kept (self);
}

/**
 * lab_receiver_get_image:
 * @self: a receiver
 *
 * Returns: (transfer none) (nullable): the first bytes of a segment without our control block, as the last look saw
 *   them, another object whenever one has changed; %NULL with another segment
 */
GBytes *
lab_receiver_get_image (LabReceiver *self)
{
  g_return_val_if_fail (LAB_IS_RECEIVER (self), NULL);

  if (self->preset_reader == NULL || !lab_receiver_is_plain (self))
    return NULL;

  return lab_preset_reader_get_image (self->preset_reader);
}
