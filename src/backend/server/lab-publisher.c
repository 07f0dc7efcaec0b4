/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-publisher.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-claim.h"

#define RETRY_MS       20  /* how soon what had to wait is tried again */
#define N_RACE_READERS 1   /* besides the clients, so that a race without any shows something */

#define RACE_WRITES N_("A race at full speed is writing; wait until it is over, or stop it")

/* What the properties say, as of the last notification. */
typedef struct
{
  LabOutcome    outcome;
  LabReason     reason;
  pid_t         waiting_pid;
  LabProtocolId protocol;
  LabProtocolId message_protocol;
  guint64       number;
  gboolean      open;
  gboolean      writing;
  gboolean      racing;
  gboolean      status_late;
  gboolean      damaged;
} Shown;

/* A text that is kept until the protocol lets it be written. */
typedef struct
{
  char     *text;  /* NULL for none */
  gsize     length;
  gboolean  slow;  /* it was typed while slow motion was writing, and is written in slow motion too */
} Kept;

struct _LabPublisher
{
  GObject        parent_instance;

  LabSession    *session;
  LabSlowMotion *slow_motion;
  LabRace       *race;
  LabWriter     *writer;        /* while the segment is attached */
  int            semaphore_id;  /* as of when the writer was last this object's own; -1 for none */
  LabProtocolId  protocol;      /* chosen; in force as soon as the writer could change it */
  gboolean       has_message;   /* a message has been written, by this server or one before it */
  LabProtocolId  written_protocol;  /* and by which protocol */
  Kept           pending;       /* a message that has to wait for its turn */
  Kept           before_race;   /* the message to be put back when the race is over */
  guint          retry_source;
  gboolean       slow;
  LabOutcome     outcome;
  char          *refusal;       /* why what was asked for last was refused, or NULL */
  Shown          shown;
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_SLOW_MOTION,
  PROP_RACE,
  PROP_OPEN,
  PROP_OUTCOME,
  PROP_REASON,
  PROP_WAITING_PID,
  PROP_REFUSAL,
  PROP_PROTOCOL,
  PROP_MESSAGE_PROTOCOL,
  PROP_NUMBER,
  PROP_SLOW,
  PROP_WRITING,
  PROP_RACING,
  PROP_STATUS_LATE,
  PROP_DAMAGED,
  N_PROPS
};

enum { PUBLISHED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabPublisher, lab_publisher, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

/* The textbooks' turns, whose FILLED is 0, and whose server says NOT_READY too late. */
static gboolean
has_late_status (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
}

/* Whether the writer is this object's own now, and not the race's. */
static gboolean
has_writer (LabPublisher *self)
{
  return self->writer != NULL && !lab_race_is_running (self->race);
}

/* Whether a message or a change of the protocol is tried again and again. */
static gboolean
is_waiting (LabPublisher *self)
{
  return has_writer (self) && (self->pending.text != NULL || self->protocol != lab_writer_get_protocol (self->writer));
}

/* By which protocol the message is being written, was written, or will be. */
static LabProtocolId
find_message_protocol (LabPublisher *self)
{
  if (has_writer (self) && lab_slow_motion_is_writing (self->slow_motion))
    return lab_writer_get_protocol (self->writer);

  return self->has_message && self->pending.text == NULL ? self->written_protocol : self->protocol;
}

static Shown
find_shown (LabPublisher *self)
{
  Shown shown = {
    .outcome = self->outcome,
    .protocol = self->protocol,
    .message_protocol = find_message_protocol (self),
    .open = self->writer != NULL,
    .writing = lab_slow_motion_is_writing (self->slow_motion),
    .racing = lab_race_is_running (self->race),
  };

  if (shown.racing)
    shown.number = self->shown.number;  /* the writer is the race's thread's */
  else if (shown.open)
    shown.number = lab_writer_get_number (self->writer);
  if (is_waiting (self))
    {
      shown.reason = shown.writing ? LAB_REASON_WRITING : lab_writer_get_reason (self->writer);
      shown.waiting_pid = shown.writing ? 0 : lab_writer_get_blocking_pid (self->writer);
    }
  if (has_writer (self))
    {
      shown.status_late = lab_writer_is_status_late (self->writer);
      shown.damaged = !shown.writing && !lab_writer_check (self->writer);
    }

  return shown;
}

/* Tells of what is different. */
static void
update (LabPublisher *self)
{
  GObject *object = G_OBJECT (self);
  Shown before = self->shown;
  Shown now = find_shown (self);

  self->shown = now;
  g_object_freeze_notify (object);
  if (before.open != now.open)
    g_object_notify_by_pspec (object, properties[PROP_OPEN]);
  if (before.outcome != now.outcome)
    g_object_notify_by_pspec (object, properties[PROP_OUTCOME]);
  if (before.reason != now.reason)
    g_object_notify_by_pspec (object, properties[PROP_REASON]);
  if (before.waiting_pid != now.waiting_pid)
    g_object_notify_by_pspec (object, properties[PROP_WAITING_PID]);
  if (before.protocol != now.protocol)
    g_object_notify_by_pspec (object, properties[PROP_PROTOCOL]);
  if (before.message_protocol != now.message_protocol)
    g_object_notify_by_pspec (object, properties[PROP_MESSAGE_PROTOCOL]);
  if (before.number != now.number)
    g_object_notify_by_pspec (object, properties[PROP_NUMBER]);
  if (before.writing != now.writing)
    g_object_notify_by_pspec (object, properties[PROP_WRITING]);
  if (before.racing != now.racing)
    g_object_notify_by_pspec (object, properties[PROP_RACING]);
  if (before.status_late != now.status_late)
    g_object_notify_by_pspec (object, properties[PROP_STATUS_LATE]);
  if (before.damaged != now.damaged)
    g_object_notify_by_pspec (object, properties[PROP_DAMAGED]);
  g_object_thaw_notify (object);
}

static void
set_refusal (LabPublisher *self,
             const char   *refusal)
{
  if (g_strcmp0 (self->refusal, refusal) == 0)
    return;

  g_free (self->refusal);
  self->refusal = g_strdup (refusal);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSAL]);
}

static void
keep (Kept       *kept,
      const char *text,
      gsize       length,
      gboolean    slow)
{
  char *before = kept->text;

  *kept = (Kept) { text != NULL ? g_strndup (text, length) : NULL, length, slow };
  g_free (before);
}

static void
drop (Kept *kept)
{
  g_clear_pointer (&kept->text, g_free);
}

static void
show_last_message (LabPublisher *self)
{
  gsize length = 0;
  const char *bytes = lab_writer_get_text (self->writer, &length);
  g_autofree char *text = bytes != NULL ? g_utf8_make_valid (bytes, (gssize) length) : NULL;

  lab_session_set_message (self->session, text);
}

static gboolean retry_cb (gpointer data);

/* Slow motion and a race tell by themselves when they are over. */
static gboolean
needs_clock (LabPublisher *self)
{
  return is_waiting (self) && !lab_slow_motion_is_writing (self->slow_motion);
}

static void
retry_soon (LabPublisher *self)
{
  if (self->retry_source == 0 && needs_clock (self))
    self->retry_source = g_timeout_add (RETRY_MS, retry_cb, self);
}

/* The one end of whatever was asked for, now or some time ago: a write, a retry, slow
 * motion, a race, a take-over, a change of the protocol.  @error says why it failed. */
static void
end (LabPublisher   *self,
     LabWriteResult  result,
     const GError   *error)
{
  switch (result)
    {
    case LAB_WRITE_DONE:
      self->outcome = LAB_OUTCOME_WRITTEN;
      self->has_message = TRUE;
      self->written_protocol = lab_writer_get_protocol (self->writer);
      show_last_message (self);
      update (self);
      g_signal_emit (self, signals[PUBLISHED], 0);
      lab_session_memory_changed (self->session);
      break;
    case LAB_WRITE_MORE:
      self->outcome = LAB_OUTCOME_STORING;
      update (self);
      break;
    case LAB_WRITE_WAITING:
      self->outcome = LAB_OUTCOME_WAITING;
      retry_soon (self);
      update (self);
      break;
    case LAB_WRITE_FAILED:
    default:
      self->outcome = LAB_OUTCOME_REFUSED;
      set_refusal (self, NULL);  /* whoever has put the same words away hears of them again */
      set_refusal (self, error->message);
      update (self);
    }
}

/* Takes @local_error. */
static gboolean
refuse (LabPublisher  *self,
        GError        *local_error,
        GError       **error)
{
  end (self, LAB_WRITE_FAILED, local_error);
  g_propagate_error (error, local_error);

  return FALSE;
}

/* What a person asks for anew makes what was refused before a thing of the past. */
static gboolean
begin_request (LabPublisher  *self,
               GError       **error)
{
  set_refusal (self, NULL);
  if (!lab_race_is_running (self->race))
    return TRUE;

  return refuse (self, g_error_new_literal (LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED, _(RACE_WRITES)), error);
}

static gboolean
begin_slowly (LabPublisher  *self,
              const char    *text,
              gsize          length,
              GError       **error)
{
  GError *local_error = NULL;

  if (!lab_slow_motion_begin (self->slow_motion, self->writer, text, length, &local_error))
    return refuse (self, local_error, error);

  end (self, LAB_WRITE_MORE, NULL);

  return TRUE;
}

static gboolean
publish (LabPublisher  *self,
         const char    *text,
         gsize          length,
         GError       **error)
{
  GError *local_error = NULL;
  LabWriteResult result = lab_writer_publish (self->writer, text, length, &local_error);

  if (result == LAB_WRITE_FAILED)
    return refuse (self, local_error, error);

  if (result == LAB_WRITE_WAITING)
    keep (&self->pending, text, length, FALSE);
  else
    drop (&self->pending);
  end (self, result, NULL);

  return TRUE;
}

static void
retry_protocol (LabPublisher *self)
{
  LabProtocolId before = lab_writer_get_protocol (self->writer);
  GError *error = NULL;

  switch (lab_writer_switch (self->writer, self->protocol, has_late_status (self->protocol), &error))
    {
    case LAB_WRITE_DONE:
      lab_session_set_protocol (self->session, self->protocol);
      lab_session_memory_changed (self->session);
      break;
    case LAB_WRITE_WAITING:
      break;
    case LAB_WRITE_MORE:
    case LAB_WRITE_FAILED:
    default:
      self->protocol = before;
      lab_session_set_protocol (self->session, before);
      refuse (self, error, NULL);
    }
}

static void
retry_message (LabPublisher *self)
{
  Kept pending = self->pending;

  if (lab_slow_motion_is_writing (self->slow_motion))
    return;

  self->pending.text = NULL;
  if (pending.slow && self->slow)
    begin_slowly (self, pending.text, pending.length, NULL);
  else
    publish (self, pending.text, pending.length, NULL);
  g_free (pending.text);
}

/* A change of the protocol alone had to wait, and does no more. */
static void
stop_waiting (LabPublisher *self)
{
  if (self->outcome != LAB_OUTCOME_WAITING || is_waiting (self))
    return;

  if (lab_slow_motion_is_writing (self->slow_motion))
    self->outcome = LAB_OUTCOME_STORING;
  else
    self->outcome = lab_writer_get_text (self->writer, NULL) != NULL ? LAB_OUTCOME_WRITTEN : LAB_OUTCOME_NONE;
}

/* What could not be done at once, because the protocol let somebody else go first. */
static void
retry (LabPublisher *self)
{
  if (!is_waiting (self))
    return;

  if (self->protocol != lab_writer_get_protocol (self->writer))
    retry_protocol (self);
  if (self->pending.text != NULL)
    retry_message (self);
  else
    stop_waiting (self);
  retry_soon (self);
  update (self);
}

static gboolean
retry_cb (gpointer data)
{
  g_autoptr(LabPublisher) self = g_object_ref (LAB_PUBLISHER (data));

  retry (self);
  if (self->retry_source != 0 && needs_clock (self))
    return G_SOURCE_CONTINUE;

  self->retry_source = 0;

  return G_SOURCE_REMOVE;
}

static void
slow_ended_cb (LabPublisher  *self,
               guint          result,
               const char    *text,
               const GError  *error)
{
  /* What was typed meanwhile is newer. */
  if (result == LAB_WRITE_WAITING && self->pending.text == NULL)
    keep (&self->pending, text, strlen (text), FALSE);
  end (self, (LabWriteResult) result, error);
  if (result != LAB_WRITE_WAITING)
    retry (self);
}

/* The writer comes back from the race, usually with message and protocol as they were before.
 * What the user wrote before is pending, if it is not there. */
static void
take_writer_back (LabPublisher *self)
{
  gsize length = 0;
  const char *text = lab_writer_get_text (self->writer, &length);
  const Kept *before = &self->before_race;
  gboolean is_there = before->text == NULL || (length == before->length && memcmp (text, before->text, length) == 0);

  if (!is_there && self->pending.text == NULL)
    keep (&self->pending, before->text, before->length, FALSE);
  drop (&self->before_race);
  lab_session_set_protocol (self->session, lab_writer_get_protocol (self->writer));
}

static void
race_finished_cb (LabPublisher *self)
{
  take_writer_back (self);
  if (is_waiting (self))
    end (self, LAB_WRITE_WAITING, NULL);
  else if (lab_writer_get_text (self->writer, NULL) != NULL)
    end (self, LAB_WRITE_DONE, NULL);
  else
    show_last_message (self);
  retry (self);
  update (self);
  lab_session_memory_changed (self->session);
}

static void
lab_publisher_constructed (GObject *object)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  G_OBJECT_CLASS (lab_publisher_parent_class)->constructed (object);

  self->slow_motion = lab_slow_motion_new (self->session);
  g_signal_connect_object (self->slow_motion, "ended", G_CALLBACK (slow_ended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slow_motion, "notify::writing", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_session_get_monitor (self->session), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/* The memory is about to go: returns when the race's threads have let go of it.  They wait
 * for nobody. */
static void
end_race (LabPublisher *self)
{
  if (!lab_race_is_running (self->race))
    return;

  g_signal_handlers_block_by_func (self->race, race_finished_cb, self);
  lab_race_finish (self->race);
  g_signal_handlers_unblock_by_func (self->race, race_finished_cb, self);
  take_writer_back (self);
}

static void
lab_publisher_dispose (GObject *object)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  end_race (self);
  g_signal_handlers_disconnect_by_data (self->slow_motion, self);
  lab_slow_motion_release (self->slow_motion);
  g_clear_pointer (&self->writer, lab_writer_free);

  G_OBJECT_CLASS (lab_publisher_parent_class)->dispose (object);
}

static void
lab_publisher_finalize (GObject *object)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  drop (&self->pending);
  drop (&self->before_race);
  g_free (self->refusal);
  g_clear_object (&self->slow_motion);
  g_clear_object (&self->race);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_publisher_parent_class)->finalize (object);
}

static void
lab_publisher_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SLOW_MOTION:
      g_value_set_object (value, self->slow_motion);
      break;
    case PROP_RACE:
      g_value_set_object (value, self->race);
      break;
    case PROP_OPEN:
      g_value_set_boolean (value, self->shown.open);
      break;
    case PROP_OUTCOME:
      g_value_set_uint (value, self->shown.outcome);
      break;
    case PROP_REASON:
      g_value_set_uint (value, self->shown.reason);
      break;
    case PROP_WAITING_PID:
      g_value_set_int (value, self->shown.waiting_pid);
      break;
    case PROP_REFUSAL:
      g_value_set_string (value, self->refusal);
      break;
    case PROP_PROTOCOL:
      g_value_set_uint (value, self->shown.protocol);
      break;
    case PROP_MESSAGE_PROTOCOL:
      g_value_set_uint (value, self->shown.message_protocol);
      break;
    case PROP_NUMBER:
      g_value_set_uint64 (value, self->shown.number);
      break;
    case PROP_SLOW:
      g_value_set_boolean (value, self->slow);
      break;
    case PROP_WRITING:
      g_value_set_boolean (value, self->shown.writing);
      break;
    case PROP_RACING:
      g_value_set_boolean (value, self->shown.racing);
      break;
    case PROP_STATUS_LATE:
      g_value_set_boolean (value, self->shown.status_late);
      break;
    case PROP_DAMAGED:
      g_value_set_boolean (value, self->shown.damaged);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_publisher_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_SLOW:
      lab_publisher_set_slow (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_publisher_class_init (LabPublisherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = lab_publisher_constructed;
  object_class->dispose = lab_publisher_dispose;
  object_class->finalize = lab_publisher_finalize;
  object_class->get_property = lab_publisher_get_property;
  object_class->set_property = lab_publisher_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SLOW_MOTION] = g_param_spec_object ("slow-motion", NULL, NULL, LAB_TYPE_SLOW_MOTION, flags);
  properties[PROP_RACE] = g_param_spec_object ("race", NULL, NULL, LAB_TYPE_RACE, flags);
  /* Whether messages can be written: from lab_publisher_open() to lab_publisher_close(). */
  properties[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, flags);
  /* A LabOutcome. */
  properties[PROP_OUTCOME] = g_param_spec_uint ("outcome", NULL, NULL, 0, G_MAXUINT, LAB_OUTCOME_NONE, flags);
  /* A LabReason: why a message or a change of the protocol waits. */
  properties[PROP_REASON] = g_param_spec_uint ("reason", NULL, NULL, 0, G_MAXUINT, LAB_REASON_NONE, flags);
  properties[PROP_WAITING_PID] = g_param_spec_int ("waiting-pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_REFUSAL] = g_param_spec_string ("refusal", NULL, NULL, NULL, flags);
  /* The LabProtocolId that was chosen. */
  properties[PROP_PROTOCOL] = g_param_spec_uint ("protocol", NULL, NULL, 0, G_MAXUINT, LAB_PROTOCOL_LATCH, flags);
  /* The LabProtocolId by which the last message was or is being written; or that was chosen, when there is none
   * or it waits. */
  properties[PROP_MESSAGE_PROTOCOL] = g_param_spec_uint ("message-protocol", NULL, NULL, 0, G_MAXUINT, LAB_PROTOCOL_LATCH, flags);
  properties[PROP_NUMBER] = g_param_spec_uint64 ("number", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_SLOW] = g_param_spec_boolean ("slow", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_WRITING] = g_param_spec_boolean ("writing", NULL, NULL, FALSE, flags);
  properties[PROP_RACING] = g_param_spec_boolean ("racing", NULL, NULL, FALSE, flags);
  properties[PROP_STATUS_LATE] = g_param_spec_boolean ("status-late", NULL, NULL, FALSE, flags);
  /* As of the last message, or the last reading of the session's monitor. */
  properties[PROP_DAMAGED] = g_param_spec_boolean ("damaged", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PUBLISHED] =
    g_signal_new ("published", LAB_TYPE_PUBLISHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_publisher_init (LabPublisher *self)
{
  self->protocol = LAB_PROTOCOL_LATCH;
  self->shown.protocol = self->protocol;
  self->shown.message_protocol = self->protocol;
  self->semaphore_id = -1;
  self->race = lab_race_new ();
  g_signal_connect_object (self->race, "finished", G_CALLBACK (race_finished_cb), self, G_CONNECT_SWAPPED);
}

/**
 * lab_publisher_new:
 * @session: whose segment it writes into
 *
 * Returns: (transfer full): a publisher, not open yet
 */
LabPublisher *
lab_publisher_new (LabSession *session)
{
  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  return g_object_new (LAB_TYPE_PUBLISHER, "session", session, NULL);
}

/**
 * lab_publisher_get_session:
 * @self: a publisher
 *
 * Returns: (transfer none): the session whose segment it writes into
 */
LabSession *
lab_publisher_get_session (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);

  return self->session;
}

/**
 * lab_publisher_get_slow_motion:
 * @self: a publisher
 *
 * Returns: (transfer none): what writes a message store by store, if lab_publisher_is_slow()
 */
LabSlowMotion *
lab_publisher_get_slow_motion (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);

  return self->slow_motion;
}

/**
 * lab_publisher_get_race:
 * @self: a publisher
 *
 * Returns: (transfer none): the race, which runs or not; what the last one brought is kept
 *   until the next
 */
LabRace *
lab_publisher_get_race (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);

  return self->race;
}

/* Whether nobody has written anything that matters: a server that died between
 * shmget(2) and its first store leaves such a segment.  A claim may stand there: of a server
 * that is faster, or that died after it. */
static gboolean
is_blank (LabSegment      *segment,
          const LabLayout *layout)
{
  LabControl control;
  const guint8 *bytes = (const guint8 *) &control;
  guint8 any = 0;

  lab_segment_peek (segment, 0, &any, 1);
  lab_segment_peek (segment, layout->control_offset, &control, sizeof control);
  control.writer_pid = 0;
  control.writer_start = 0;
  control.writer_namespaces = 0;
  control.claim = 0;
  for (gsize i = 0; i < sizeof control; i++)
    any |= bytes[i];

  return any == 0;
}

/* The segment of a server before, or one that was never set up: only one server may have
 * it, and only this one repairs it. */
static gboolean
take_over (LabWriter   *writer,
           LabSegment  *segment,
           LabProtocolId protocol,
           GError     **error)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabAdopted adopted;
  gboolean done;

  if (!lab_layout_has_magic (layout) && !is_blank (segment, layout))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT,
                           _("The segment does not hold this program’s control block, so its bytes are somebody else’s; choose another key"));
      return FALSE;
    }
  if (!lab_claim_take (segment, error))
    return FALSE;

  /* Somebody may have set it up just before that. */
  if (lab_layout_has_magic (layout))
    done = lab_writer_adopt (writer, &adopted, error);
  else
    done = lab_writer_set_up (writer, protocol, has_late_status (protocol), error);
  if (!done)
    lab_claim_give (segment);

  return done;
}

/**
 * lab_publisher_open:
 * @self: a publisher
 * @error: return location for an error
 *
 * Makes the segment, which is attached by now, ready for messages: a new one by a
 * new control block, one taken over by repairing what a dead writer left.
 *
 * Errors: %LAB_SHM_ERROR_LAYOUT when the segment that was taken over is not ours;
 * %LAB_SHM_ERROR_EXISTS when another server has it, or was faster;
 * those of semget(2) for %LAB_PROTOCOL_SEMAPHORE.
 *
 * Returns: whether messages can be written now
 */
gboolean
lab_publisher_open (LabPublisher  *self,
                    GError       **error)
{
  g_autoptr(LabWriter) writer = NULL;
  LabSegment *segment;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (self->writer == NULL, FALSE);

  segment = lab_session_get_segment (self->session);
  writer = lab_writer_new (segment);
  if (!(lab_segment_is_created (segment) && !lab_layout_has_magic (lab_segment_get_layout (segment))
        ? lab_writer_set_up (writer, self->protocol, has_late_status (self->protocol), error)
        : take_over (writer, segment, self->protocol, error)))
    return FALSE;

  self->writer = g_steal_pointer (&writer);
  self->semaphore_id = -1;
  self->protocol = lab_writer_get_protocol (self->writer);
  self->has_message = FALSE;
  self->outcome = LAB_OUTCOME_NONE;
  set_refusal (self, NULL);
  lab_session_set_protocol (self->session, self->protocol);
  show_last_message (self);
  if (lab_writer_get_text (self->writer, NULL) != NULL)
    end (self, LAB_WRITE_DONE, NULL);
  else
    update (self);

  return TRUE;
}

/**
 * lab_publisher_close:
 * @self: a publisher
 *
 * Says in the control block that nobody writes any more.  A message that was begun
 * is finished before; one that never had its turn is refused.  When this returns, nothing
 * of this process writes to the segment.
 *
 * Returns: whether every message that was taken has been written
 */
gboolean
lab_publisher_close (LabPublisher *self)
{
  g_autoptr(GError) error = NULL;
  LabWriteResult result;
  gboolean was_writing;
  gboolean all;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  if (self->writer == NULL)
    return TRUE;

  end_race (self);  /* a message that it could not put back is pending now */
  update (self);
  was_writing = lab_writer_is_writing (self->writer);
  lab_slow_motion_release (self->slow_motion);
  result = lab_writer_close (self->writer, &error);
  all = result == LAB_WRITE_DONE && self->pending.text == NULL;
  if (was_writing && result == LAB_WRITE_DONE)
    end (self, LAB_WRITE_DONE, NULL);
  if (!all && error == NULL)
    g_set_error_literal (&error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                         _("The last message never had its turn, so it was not written"));

  drop (&self->pending);
  drop (&self->before_race);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->semaphore_id = lab_writer_get_semaphore_id (self->writer);
  self->protocol = lab_writer_get_protocol (self->writer);
  g_clear_pointer (&self->writer, lab_writer_free);
  if (all)
    update (self);
  else
    end (self, LAB_WRITE_FAILED, error);

  return all;
}

/**
 * lab_publisher_forget:
 * @self: a publisher that is not open
 *
 * What became of the messages to one segment does not concern the next.
 */
void
lab_publisher_forget (LabPublisher *self)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));
  g_return_if_fail (self->writer == NULL);

  self->has_message = FALSE;
  self->outcome = LAB_OUTCOME_NONE;
  set_refusal (self, NULL);
  update (self);
}

/**
 * lab_publisher_is_message_waiting:
 * @self: a publisher
 *
 * Returns: whether a message is kept until the protocol lets it be written, and not only a
 *   change of the protocol
 */
gboolean
lab_publisher_is_message_waiting (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->pending.text != NULL;
}

gboolean
lab_publisher_is_open (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->writer != NULL;
}

/**
 * lab_publisher_is_damaged:
 * @self: a publisher
 *
 * Returns: whether a stranger wrote over the control block between two messages, as of
 *   the last message or the last reading of the session's monitor
 */
gboolean
lab_publisher_is_damaged (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->shown.damaged;
}

/**
 * lab_publisher_get_semaphore_id:
 * @self: a publisher
 *
 * Returns: the semaphore set that this server or one before it has made for the
 *   segment, as far as that is known; also after lab_publisher_close(); -1 for none
 */
int
lab_publisher_get_semaphore_id (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), -1);

  return has_writer (self) ? lab_writer_get_semaphore_id (self->writer) : self->semaphore_id;
}

/**
 * lab_publisher_get_number:
 * @self: a publisher
 *
 * Returns: the number of the last message; those of a server before are counted, and those
 *   of a race when it is over
 */
guint64
lab_publisher_get_number (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), 0);

  return self->shown.number;
}

/**
 * lab_publisher_get_text:
 * @self: an open publisher that is not racing
 * @length: (out) (optional): how many bytes
 *
 * Returns: (nullable): the last message; those of a server before are counted; %NULL
 *   when there is none
 */
const char *
lab_publisher_get_text (LabPublisher *self,
                        gsize        *length)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);
  g_return_val_if_fail (has_writer (self), NULL);

  return lab_writer_get_text (self->writer, length);
}

/**
 * lab_publisher_write:
 * @self: an open publisher
 * @text: a message, without a NUL inside
 * @length: its bytes, from 0 to the capacity of the segment
 * @error: return location for an error
 *
 * Publishes the message whole, or refuses it whole.  When the protocol lets somebody
 * else go first, the message is kept and tried again, and lab_publisher_get_reason()
 * says why; a newer message then takes its place.  In slow motion it is only begun.
 * A message that is refused later is told of in #LabPublisher:refusal.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT; %LAB_SHM_ERROR_FAILED while a
 * message in slow motion is not finished, or a race is on; those of semget(2) when
 * somebody removed the semaphore and no new one can be made.
 *
 * Returns: whether the message was taken
 */
gboolean
lab_publisher_write (LabPublisher  *self,
                     const char    *text,
                     gsize          length,
                     GError       **error)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (self->writer != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!begin_request (self, error))
    return FALSE;
  if (lab_slow_motion_is_writing (self->slow_motion))
    return refuse (self, g_error_new_literal (LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                                              _("The message before is still being written in slow motion; let it be finished first")), error);
  if (!self->slow)
    return publish (self, text, length, error);
  if (!begin_slowly (self, text, length, error))
    return FALSE;

  drop (&self->pending);
  update (self);

  return TRUE;
}

/**
 * lab_publisher_type:
 * @self: an open publisher
 * @text: a message, without a NUL inside
 * @length: its bytes, from 0 to the capacity of the segment
 *
 * As lab_publisher_write(), for each change of a text that is being typed: while slow motion
 * or a race is writing, the text is kept, and written when that is over.  A text that
 * cannot be written is told of in #LabPublisher:refusal.
 */
void
lab_publisher_type (LabPublisher *self,
                    const char   *text,
                    gsize         length)
{
  GError *error = NULL;
  gsize capacity;

  g_return_if_fail (LAB_IS_PUBLISHER (self));
  g_return_if_fail (self->writer != NULL);
  g_return_if_fail (text != NULL);

  if (!lab_race_is_running (self->race) && !lab_slow_motion_is_writing (self->slow_motion))
    {
      (void) !lab_publisher_write (self, text, length, NULL);  /* the refusal tells */
      return;
    }

  set_refusal (self, NULL);
  capacity = lab_layout_capacity (lab_session_get_size_bytes (self->session));
  if (!lab_text_check_message (text, length, capacity, &error))
    {
      refuse (self, error, NULL);
      return;
    }

  keep (&self->pending, text, length, self->slow);
  end (self, LAB_WRITE_WAITING, NULL);
}

/**
 * lab_publisher_get_outcome:
 * @self: a publisher
 *
 * Returns: what became of what was asked for last
 */
LabOutcome
lab_publisher_get_outcome (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), LAB_OUTCOME_NONE);

  return self->shown.outcome;
}

/**
 * lab_publisher_get_reason:
 * @self: a publisher
 * @pid: (out) (optional): the process that is in the way, or 0
 *
 * Returns: why a message or a change of the protocol has to wait; %LAB_REASON_NONE when
 *   nothing waits.  Why the next store of slow motion waits, lab_slow_motion_get_reason() says
 */
LabReason
lab_publisher_get_reason (LabPublisher *self,
                          pid_t        *pid)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), LAB_REASON_NONE);

  if (pid != NULL)
    *pid = self->shown.waiting_pid;

  return self->shown.reason;
}

/**
 * lab_publisher_get_refusal:
 * @self: a publisher
 *
 * Returns: (transfer none) (nullable): why a message or a change of the protocol was refused
 *   since a person last asked for something
 */
const char *
lab_publisher_get_refusal (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);

  return self->refusal;
}

/**
 * lab_publisher_get_protocol:
 * @self: a publisher
 *
 * Returns: the protocol that was chosen
 */
LabProtocolId
lab_publisher_get_protocol (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), LAB_PROTOCOL_UNSET);

  return self->protocol;
}

/**
 * lab_publisher_set_protocol:
 * @self: a publisher
 * @protocol: a protocol
 * @error: return location for an error
 *
 * Chooses the protocol.  While attached it is changed under the clients' eyes, now
 * or as soon as the protocol before lets it.  When that fails later, the protocol stays as
 * it was, and #LabPublisher:refusal says why.
 *
 * Errors: those of semget(2) for %LAB_PROTOCOL_SEMAPHORE; %LAB_SHM_ERROR_FAILED during a race.
 *
 * Returns: whether it was chosen
 */
gboolean
lab_publisher_set_protocol (LabPublisher   *self,
                            LabProtocolId   protocol,
                            GError        **error)
{
  LabWriteResult result = LAB_WRITE_DONE;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), FALSE);

  if (self->protocol == protocol)
    return TRUE;
  if (!begin_request (self, error))
    return FALSE;

  if (self->writer != NULL)
    {
      result = lab_writer_switch (self->writer, protocol, has_late_status (protocol), &local_error);
      if (result == LAB_WRITE_FAILED)
        return refuse (self, local_error, error);
    }

  self->protocol = protocol;
  lab_session_set_protocol (self->session, self->writer != NULL ? lab_writer_get_protocol (self->writer) : protocol);
  if (self->writer != NULL && self->protocol != lab_writer_get_protocol (self->writer))
    {
      end (self, LAB_WRITE_WAITING, NULL);
    }
  else
    {
      stop_waiting (self);
      update (self);
    }
  if (self->writer != NULL)
    lab_session_memory_changed (self->session);

  return TRUE;
}

/**
 * lab_publisher_is_status_late:
 * @self: a publisher
 *
 * Returns: whether the textbook's NOT_READY is still to be stored: until then zeros
 *   read FILLED, and a client that is early takes what nobody has written
 */
gboolean
lab_publisher_is_status_late (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->shown.status_late;
}

/**
 * lab_publisher_store_status:
 * @self: a publisher whose status is late
 *
 * Stores NOT_READY, which a textbook's server does some moments after shmat(2).
 *
 * Returns: whether a client was faster, and has taken what nobody has written
 */
gboolean
lab_publisher_store_status (LabPublisher *self)
{
  gboolean lost;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (lab_publisher_is_status_late (self), FALSE);

  lost = lab_writer_store_status (self->writer);
  update (self);
  lab_session_memory_changed (self->session);

  return lost;
}

gboolean
lab_publisher_is_slow (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->slow;
}

/**
 * lab_publisher_set_slow:
 * @self: a publisher
 * @slow: whether the next message is written store by store
 *
 * Switching it off lets a message that was begun be finished at full speed.
 */
void
lab_publisher_set_slow (LabPublisher *self,
                        gboolean      slow)
{
  g_return_if_fail (LAB_IS_PUBLISHER (self));

  if (self->slow == slow)
    return;

  self->slow = slow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLOW]);
  if (!slow)
    lab_slow_motion_finish (self->slow_motion);
}

/**
 * lab_publisher_is_writing:
 * @self: a publisher
 *
 * Returns: whether a message in slow motion is begun and not finished
 */
gboolean
lab_publisher_is_writing (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return lab_slow_motion_is_writing (self->slow_motion);
}

/**
 * lab_publisher_start_race:
 * @self: an open publisher that is not in the middle of a message
 * @protocols: (array length=n_protocols): to be raced one after the other
 * @n_protocols: how many
 * @seconds: for each
 * @length: of the messages, in bytes
 * @error: return location for an error
 *
 * Writes AAAA… and BBBB… as fast as it can, while clients and one thread of this
 * process read as fast as they can; lab_publisher_get_race() tells of it.  Protocol and
 * message are afterwards as before, or are put back as soon as the protocol lets them.
 * A race that is refused is told of by @error alone: it is no message, and no
 * #LabPublisher:refusal.
 *
 * Errors: %LAB_SHM_ERROR_FAILED while a message is being written or a race is on; those of
 * lab_segment_attach() for the thread that reads.
 *
 * Returns: whether it runs
 */
gboolean
lab_publisher_start_race (LabPublisher         *self,
                          const LabProtocolId  *protocols,
                          guint                 n_protocols,
                          guint                 seconds,
                          gsize                 length,
                          GError              **error)
{
  gsize length_before = 0;
  const char *before;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (self->writer != NULL, FALSE);

  if (lab_race_is_running (self->race))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED, _(RACE_WRITES));
      return FALSE;
    }
  if (lab_slow_motion_is_writing (self->slow_motion) || is_waiting (self))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A message is still being written; let it be finished first"));
      return FALSE;
    }

  set_refusal (self, NULL);
  before = lab_writer_get_text (self->writer, &length_before);
  keep (&self->before_race, before, length_before, FALSE);
  self->semaphore_id = lab_writer_get_semaphore_id (self->writer);
  if (!lab_race_start_writer (self->race, lab_session_get_segment (self->session), self->writer, protocols, n_protocols,
                              seconds, length, N_RACE_READERS, error))
    {
      drop (&self->before_race);
      return FALSE;
    }

  update (self);

  return TRUE;
}

gboolean
lab_publisher_is_racing (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return lab_race_is_running (self->race);
}
