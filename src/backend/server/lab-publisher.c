/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-publisher.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/server/lab-publisher-private.h"

#define RETRY_MS       20  /* how soon what had to wait is tried again */
#define N_RACE_READERS 1   /* besides the clients, so that a race without any shows something */

enum { CHANGED, PUBLISHED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabPublisher, lab_publisher, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

void
lab_publisher_changed (LabPublisher *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The textbooks' turns, whose FILLED is 0, and whose server says NOT_READY too late. */
static gboolean
has_late_status (LabProtocolId protocol)
{
  return protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
}

static void
show_last_message (LabPublisher *self)
{
  gsize length = 0;
  const char *bytes = lab_writer_get_text (self->writer, &length);
  g_autofree char *text = bytes != NULL ? g_utf8_make_valid (bytes, (gssize) length) : NULL;

  lab_session_set_message (self->session, text);
}

static void
race_finished_cb (LabPublisher *self)
{
  show_last_message (self);
  lab_publisher_changed (self);
  lab_session_memory_changed (self->session);
}

/* Its threads stop within one message; then the writer is ours again. */
static void
end_race (LabPublisher *self)
{
  if (self->race == NULL)
    return;

  lab_race_finish (self->race);
  g_signal_handlers_disconnect_by_data (self->race, self);
  g_clear_object (&self->race);
}

/* After the last store of a message. */
void
lab_publisher_published (LabPublisher *self)
{
  show_last_message (self);
  lab_session_set_write_cursor (self->session, -1);
  g_signal_emit (self, signals[PUBLISHED], 0);
  lab_session_memory_changed (self->session);
}

/* What could not be done at once, because the protocol let somebody else go first. */
static gboolean
retry_cb (gpointer data)
{
  LabPublisher *self = LAB_PUBLISHER (data);
  LabProtocolId before = lab_writer_get_protocol (self->writer);
  LabReason reason = lab_writer_get_reason (self->writer);

  if (self->protocol != before)
    {
      if (lab_writer_switch (self->writer, self->protocol, has_late_status (self->protocol), NULL) == LAB_WRITE_FAILED)
        self->protocol = before;
      lab_session_set_protocol (self->session, lab_writer_get_protocol (self->writer));
    }

  if (self->pending != NULL)
    {
      LabWriteResult result = lab_writer_publish (self->writer, self->pending, self->pending_length, NULL);

      if (result != LAB_WRITE_WAITING)
        g_clear_pointer (&self->pending, g_free);
      if (result == LAB_WRITE_DONE)
        lab_publisher_published (self);
    }

  if (before != lab_writer_get_protocol (self->writer) || reason != lab_writer_get_reason (self->writer))
    lab_publisher_changed (self);
  if (self->pending != NULL || self->protocol != lab_writer_get_protocol (self->writer))
    return G_SOURCE_CONTINUE;

  self->retry_source = 0;

  return G_SOURCE_REMOVE;
}

static void
retry_soon (LabPublisher *self)
{
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add (RETRY_MS, retry_cb, self);
}

/* Takes @text, and the place of a message that was waiting. */
void
lab_publisher_wait_for_turn (LabPublisher *self,
                             char         *text,
                             gsize         length)
{
  g_free (self->pending);
  self->pending = text;
  self->pending_length = length;
  retry_soon (self);
}

static void
lab_publisher_dispose (GObject *object)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->play_source, g_source_remove);
  end_race (self);
  g_clear_pointer (&self->writer, lab_writer_free);

  G_OBJECT_CLASS (lab_publisher_parent_class)->dispose (object);
}

static void
lab_publisher_finalize (GObject *object)
{
  LabPublisher *self = LAB_PUBLISHER (object);

  g_free (self->pending);
  g_free (self->slow_text);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_publisher_parent_class)->finalize (object);
}

static void
lab_publisher_class_init (LabPublisherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_publisher_dispose;
  object_class->finalize = lab_publisher_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_PUBLISHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* A message is whole in the segment. */
  signals[PUBLISHED] =
    g_signal_new ("published", LAB_TYPE_PUBLISHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_publisher_init (LabPublisher *self)
{
  self->protocol = LAB_PROTOCOL_LATCH;
  self->speed = LAB_PUBLISHER_DEFAULT_SPEED;
}

/**
 * lab_publisher_new:
 * @session: whose segment it writes into
 *
 * How messages get into a segment: by a protocol, at once or store by store.  It
 * emits ::changed whenever something that it tells is different, and ::published
 * after the last store of a message.
 *
 * Returns: (transfer full): a publisher, not open yet
 */
LabPublisher *
lab_publisher_new (LabSession *session)
{
  LabPublisher *self;

  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  self = g_object_new (LAB_TYPE_PUBLISHER, NULL);
  self->session = g_object_ref (session);

  return self;
}

/* Whether nobody has written anything that matters: a server that died between
 * shmget(2) and its first store leaves such a segment. */
static gboolean
is_blank (LabSegment      *segment,
          const LabLayout *layout)
{
  guint8 bytes[LAB_LAYOUT_CONTROL_SIZE];
  guint8 any = 0;

  lab_segment_peek (segment, 0, bytes, 1);
  any |= bytes[0];
  lab_segment_peek (segment, layout->control_offset, bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    any |= bytes[i];

  return any == 0;
}

/* Between the user's look at what was left behind and the taking over, another
 * server may have been faster. */
static gboolean
check_writer_is_gone (const LabLayout  *layout,
                      GError          **error)
{
  guint64 start_ticks;
  pid_t pid = lab_layout_get_writer (layout, &start_ticks);

  if (pid == 0 || !lab_process_is_alive (pid, start_ticks))
    return TRUE;

  g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
               /* Translators: %d is a process id */
               _("A server that runs now, pid %d, writes to this segment; choose another key"), (int) pid);

  return FALSE;
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
 * %LAB_SHM_ERROR_EXISTS when its server lives;
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
  const LabLayout *layout;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (self->writer == NULL, FALSE);

  segment = lab_session_get_segment (self->session);
  layout = lab_segment_get_layout (segment);
  writer = lab_writer_new (segment);
  if (lab_segment_is_created (segment) || is_blank (segment, layout))
    {
      if (!lab_writer_set_up (writer, self->protocol, has_late_status (self->protocol), error))
        return FALSE;
    }
  else if (lab_layout_has_magic (layout))
    {
      LabAdopted adopted;

      if (!check_writer_is_gone (layout, error) || !lab_writer_adopt (writer, &adopted, error))
        return FALSE;
    }
  else
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT,
                           _("The segment does not hold this program’s control block, so its bytes are somebody else’s; choose another key"));
      return FALSE;
    }

  self->writer = g_steal_pointer (&writer);
  self->protocol = lab_writer_get_protocol (self->writer);
  lab_session_set_protocol (self->session, self->protocol);
  show_last_message (self);
  lab_publisher_changed (self);

  return TRUE;
}

/**
 * lab_publisher_close:
 * @self: a publisher
 *
 * Says in the control block that nobody writes any more.  A message that was begun
 * is finished before; one that never had its turn is not written.
 *
 * Returns: whether every message that was taken has been written
 */
gboolean
lab_publisher_close (LabPublisher *self)
{
  gboolean all;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  if (self->writer == NULL)
    return TRUE;

  end_race (self);
  lab_publisher_set_playing (self, FALSE);
  if (lab_publisher_is_writing (self) && lab_writer_finish (self->writer, NULL) == LAB_WRITE_DONE)
    lab_publisher_published (self);
  all = self->pending == NULL && !lab_publisher_is_writing (self);
  g_clear_pointer (&self->pending, g_free);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  lab_session_set_write_cursor (self->session, -1);

  lab_layout_set_writer (lab_segment_get_layout (lab_session_get_segment (self->session)), 0, 0);
  g_clear_pointer (&self->writer, lab_writer_free);
  lab_publisher_changed (self);

  return all;
}

/**
 * lab_publisher_is_damaged:
 * @self: a publisher
 *
 * Returns: whether a stranger wrote over the control block between two messages
 */
gboolean
lab_publisher_is_damaged (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->writer != NULL && !lab_publisher_is_racing (self) && !lab_writer_is_writing (self->writer)
         && !lab_writer_check (self->writer);
}

/**
 * lab_publisher_get_semaphore_id:
 * @self: a publisher
 *
 * Returns: the semaphore set that this server or one before it has made for the
 *   segment, as far as that is known; -1 for none, and while not open
 */
int
lab_publisher_get_semaphore_id (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), -1);

  return self->writer != NULL ? lab_writer_get_semaphore_id (self->writer) : -1;
}

/**
 * lab_publisher_get_number:
 * @self: a publisher
 *
 * Returns: the number of the last message; those of a server before are counted
 */
guint64
lab_publisher_get_number (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), 0);

  return self->writer != NULL && !lab_publisher_is_racing (self) ? lab_writer_get_number (self->writer) : 0;
}

/**
 * lab_publisher_get_text:
 * @self: an open publisher
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
  g_return_val_if_fail (self->writer != NULL, NULL);

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
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT; %LAB_SHM_ERROR_FAILED while a
 * message in slow motion is not finished.
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

  if (lab_publisher_is_racing (self))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A race at full speed is writing; wait until it is over, or stop it"));
      return FALSE;
    }
  if (lab_writer_is_writing (self->writer))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("The message before is still being written in slow motion; let it be finished first"));
      return FALSE;
    }

  if (self->slow)
    return lab_publisher_begin (self, text, length, error);

  switch (lab_writer_publish (self->writer, text, length, error))
    {
    case LAB_WRITE_DONE:
      g_clear_pointer (&self->pending, g_free);
      lab_publisher_published (self);
      return TRUE;
    case LAB_WRITE_WAITING:
      lab_publisher_wait_for_turn (self, g_strndup (text, length), length);
      lab_publisher_changed (self);
      return TRUE;
    case LAB_WRITE_MORE:
    case LAB_WRITE_FAILED:
    default:
      return FALSE;
    }
}

/**
 * lab_publisher_get_reason:
 * @self: a publisher
 * @pid: (out) (optional): who is in the way, or 0
 *
 * Returns: why a message, the next store or a change of the protocol has to wait;
 *   %LAB_REASON_NONE when nothing waits
 */
LabReason
lab_publisher_get_reason (LabPublisher *self,
                          pid_t        *pid)
{
  gboolean waits;

  g_return_val_if_fail (LAB_IS_PUBLISHER (self), LAB_REASON_NONE);

  if (pid != NULL)
    *pid = 0;
  if (self->writer == NULL || lab_publisher_is_racing (self))
    return LAB_REASON_NONE;

  waits = self->pending != NULL || self->protocol != lab_writer_get_protocol (self->writer)
          || (lab_writer_is_writing (self->writer) && lab_writer_get_n_steps_done (self->writer) == 0);
  if (!waits)
    return LAB_REASON_NONE;

  if (pid != NULL)
    *pid = lab_writer_get_blocking_pid (self->writer);

  return lab_writer_get_reason (self->writer);
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
 * or as soon as the protocol before lets it.
 *
 * Errors: those of semget(2) for %LAB_PROTOCOL_SEMAPHORE.
 *
 * Returns: whether it was chosen
 */
gboolean
lab_publisher_set_protocol (LabPublisher   *self,
                            LabProtocolId   protocol,
                            GError        **error)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), FALSE);

  if (self->protocol == protocol)
    return TRUE;
  if (lab_publisher_is_racing (self))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A race at full speed is writing; wait until it is over, or stop it"));
      return FALSE;
    }

  if (self->writer != NULL)
    {
      LabWriteResult result = lab_writer_switch (self->writer, protocol, has_late_status (protocol), error);

      if (result == LAB_WRITE_FAILED)
        return FALSE;
      if (result == LAB_WRITE_WAITING)
        retry_soon (self);
      lab_session_memory_changed (self->session);
    }

  self->protocol = protocol;
  lab_session_set_protocol (self->session, self->writer != NULL ? lab_writer_get_protocol (self->writer) : protocol);
  lab_publisher_changed (self);

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

  return self->writer != NULL && !lab_publisher_is_racing (self) && lab_writer_is_status_late (self->writer);
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
  lab_publisher_changed (self);
  lab_session_memory_changed (self->session);

  return lost;
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
 * process read as fast as they can.  Protocol and message are afterwards as before.
 *
 * Returns: (transfer none) (nullable): the race, which emits ::second and ::finished
 */
LabRace *
lab_publisher_start_race (LabPublisher         *self,
                          const LabProtocolId  *protocols,
                          guint                 n_protocols,
                          guint                 seconds,
                          gsize                 length,
                          GError              **error)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), NULL);
  g_return_val_if_fail (self->writer != NULL, NULL);

  if (lab_publisher_is_racing (self) || lab_publisher_is_writing (self) || self->pending != NULL)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A message is still being written; let it be finished first"));
      return NULL;
    }

  end_race (self);
  self->race = lab_race_new (lab_session_get_segment (self->session));
  g_signal_connect_swapped (self->race, "finished", G_CALLBACK (race_finished_cb), self);
  if (!lab_race_start_writer (self->race, self->writer, protocols, n_protocols, seconds, length, N_RACE_READERS, error))
    {
      end_race (self);
      return NULL;
    }
  lab_publisher_changed (self);

  return self->race;
}

gboolean
lab_publisher_is_racing (LabPublisher *self)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (self), FALSE);

  return self->race != NULL && lab_race_is_running (self->race);
}
