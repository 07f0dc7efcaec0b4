/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/protocol/lab-protocol.h"

G_BEGIN_DECLS

/**
 * LabMessageOrigin:
 * @LAB_MESSAGE_PROTECTED: whole for certain
 * @LAB_MESSAGE_UNCERTAIN: read without a protocol: nobody can tell whether it is whole
 * @LAB_MESSAGE_TORN: for certain half a message
 * @LAB_MESSAGE_PLAIN: a C string at byte 0 of a segment without our control block
 * @LAB_MESSAGE_PRESET: the text of a segment without our control block, read as a #LabPreset has it
 * @LAB_MESSAGE_NUMBERS: the same of a preset without a text: its numbers in decimal
 * @LAB_MESSAGE_OVERWRITTEN: a C string that a stranger stored over our copy A
 */
typedef enum
{
  LAB_MESSAGE_PROTECTED,
  LAB_MESSAGE_UNCERTAIN,
  LAB_MESSAGE_TORN,
  LAB_MESSAGE_PLAIN,
  LAB_MESSAGE_PRESET,
  LAB_MESSAGE_NUMBERS,
  LAB_MESSAGE_OVERWRITTEN,
} LabMessageOrigin;

#define LAB_TYPE_MESSAGE (lab_message_get_type ())
G_DECLARE_FINAL_TYPE (LabMessage, lab_message, LAB, MESSAGE, GObject)

LabMessage       *lab_message_new              (LabMessageOrigin  origin,
                                                LabProtocolId     protocol,
                                                LabReason         reason,
                                                guint64           number,
                                                const char       *bytes,
                                                gsize             length,
                                                gint64            written_ns,
                                                gint64            seen_ns,
                                                gint64            attached_ns,
                                                int               segment_id) G_GNUC_WARN_UNUSED_RESULT;
LabMessage       *lab_message_new_again        (LabMessage       *message,
                                                LabMessageOrigin  origin,
                                                LabProtocolId     protocol) G_GNUC_WARN_UNUSED_RESULT;
LabMessageOrigin  lab_message_get_origin       (LabMessage       *self);
LabProtocolId     lab_message_get_protocol     (LabMessage       *self);
LabReason         lab_message_get_reason       (LabMessage       *self);
guint64           lab_message_get_number       (LabMessage       *self);
GBytes           *lab_message_get_bytes        (LabMessage       *self);
int               lab_message_get_segment_id   (LabMessage       *self);
gsize             lab_message_get_length       (LabMessage       *self);
gint64            lab_message_get_written_ns   (LabMessage       *self);
gint64            lab_message_get_seen_ns      (LabMessage       *self);
gint64            lab_message_get_delay_ns     (LabMessage       *self);
gint64            lab_message_get_written_time (LabMessage       *self);

G_END_DECLS
