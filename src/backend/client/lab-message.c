/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-message.h"

#include "backend/kernel/lab-process.h"

struct _LabMessage
{
  GObject           parent_instance;

  LabMessageOrigin  origin;
  LabProtocolId     protocol;
  LabReason         reason;
  guint64           number;
  GBytes           *bytes;
  gint64            written_ns;
  gint64            seen_ns;
  gint64            attached_ns;
  gint64            written_time_us;
  int               segment_id;
};

G_DEFINE_FINAL_TYPE (LabMessage, lab_message, G_TYPE_OBJECT)

static void
lab_message_finalize (GObject *object)
{
  LabMessage *self = LAB_MESSAGE (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);

  G_OBJECT_CLASS (lab_message_parent_class)->finalize (object);
}

static void
lab_message_class_init (LabMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_message_finalize;
}

static void
lab_message_init (LabMessage *self)
{
}

/**
 * lab_message_new:
 * @origin: how it was read
 * @protocol: under which protocol, %LAB_PROTOCOL_UNSET for none of ours
 * @reason: what is known about a torn message, or %LAB_REASON_NONE
 * @number: which message, from 1; 0 when nobody counted
 * @bytes: its bytes, any bytes
 * @length: how many
 * @written_ns: when the writer says it wrote it, `CLOCK_MONOTONIC`; 0 when unknown
 * @seen_ns: when this process saw it, `CLOCK_MONOTONIC`
 * @attached_ns: when this process attached, `CLOCK_MONOTONIC`
 * @segment_id: the segment in which it was
 *
 * A message as it was once seen.
 *
 * Returns: (transfer full): the message
 */
LabMessage *
lab_message_new (LabMessageOrigin  origin,
                 LabProtocolId     protocol,
                 LabReason         reason,
                 guint64           number,
                 const char       *bytes,
                 gsize             length,
                 gint64            written_ns,
                 gint64            seen_ns,
                 gint64            attached_ns,
                 int               segment_id)
{
  LabMessage *self = g_object_new (LAB_TYPE_MESSAGE, NULL);

  self->origin = origin;
  self->protocol = protocol;
  self->reason = reason;
  self->number = number;
  self->bytes = g_bytes_new (bytes, length);
  /* The writer is not to be believed: a time in the future is no time. */
  self->written_ns = written_ns > 0 && written_ns <= seen_ns ? written_ns : 0;
  self->seen_ns = seen_ns;
  self->attached_ns = attached_ns;
  self->segment_id = segment_id;
  if (self->written_ns != 0)
    self->written_time_us = g_get_real_time () - (lab_monotonic_ns () - self->written_ns) / 1000;

  return self;
}

/**
 * lab_message_new_again:
 * @message: a message
 * @origin: how it was read now
 * @protocol: under which protocol
 *
 * Returns: (transfer full): the same message, as it was seen again under another protocol
 */
LabMessage *
lab_message_new_again (LabMessage       *message,
                       LabMessageOrigin  origin,
                       LabProtocolId     protocol)
{
  LabMessage *self;

  g_return_val_if_fail (LAB_IS_MESSAGE (message), NULL);

  self = g_object_new (LAB_TYPE_MESSAGE, NULL);
  self->origin = origin;
  self->protocol = protocol;
  self->reason = LAB_REASON_NONE;
  self->number = message->number;
  self->bytes = g_bytes_ref (message->bytes);
  self->written_ns = message->written_ns;
  self->seen_ns = message->seen_ns;
  self->attached_ns = message->attached_ns;
  self->segment_id = message->segment_id;
  self->written_time_us = message->written_time_us;

  return self;
}

LabMessageOrigin
lab_message_get_origin (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), LAB_MESSAGE_PLAIN);

  return self->origin;
}

LabProtocolId
lab_message_get_protocol (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), LAB_PROTOCOL_UNSET);

  return self->protocol;
}

/**
 * lab_message_get_reason:
 * @self: a message
 *
 * Returns: how it is known that the message is torn, or was taken unwritten
 */
LabReason
lab_message_get_reason (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), LAB_REASON_NONE);

  return self->reason;
}

/**
 * lab_message_get_number:
 * @self: a message
 *
 * Returns: which message of the segment it is, from 1; 0 when nobody counted
 */
guint64
lab_message_get_number (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), 0);

  return self->number;
}

/**
 * lab_message_get_bytes:
 * @self: a message
 *
 * Returns: (transfer none): its bytes, which need not be UTF-8
 */
GBytes *
lab_message_get_bytes (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), NULL);

  return self->bytes;
}

/**
 * lab_message_get_segment_id:
 * @self: a message
 *
 * Returns: the shmid of the segment in which it was seen
 */
int
lab_message_get_segment_id (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), -1);

  return self->segment_id;
}

gsize
lab_message_get_length (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), 0);

  return g_bytes_get_size (self->bytes);
}

/**
 * lab_message_get_written_ns:
 * @self: a message
 *
 * Returns: when it was written, `CLOCK_MONOTONIC`; 0 when unknown
 */
gint64
lab_message_get_written_ns (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), 0);

  return self->written_ns;
}

gint64
lab_message_get_seen_ns (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), 0);

  return self->seen_ns;
}

/**
 * lab_message_get_delay_ns:
 * @self: a message
 *
 * Returns: nanoseconds from written to seen; -1 when it was written before this
 *   process attached, so that the time says nothing about polling, or when unknown
 */
gint64
lab_message_get_delay_ns (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), -1);

  if (self->written_ns == 0 || self->written_ns < self->attached_ns)
    return -1;

  return self->seen_ns - self->written_ns;
}

/**
 * lab_message_get_written_time:
 * @self: a message
 *
 * Returns: when it was written, in microseconds since 1970 by the clock of the
 *   moment at which it was seen; 0 when unknown
 */
gint64
lab_message_get_written_time (LabMessage *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE (self), 0);

  return self->written_time_us;
}
