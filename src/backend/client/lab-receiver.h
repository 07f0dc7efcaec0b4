/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/client/lab-message.h"
#include "backend/preset/lab-preset.h"
#include "backend/protocol/lab-reader.h"

G_BEGIN_DECLS

/**
 * LabReceiverFacts:
 * @is_empty: nothing was written yet, as far as anybody can tell
 * @is_plain: the segment has no control block of ours
 * @is_damaged: it has one, which makes no sense
 * @reason: why the last look showed nothing, or %LAB_REASON_NONE
 * @writer_pid: who writes, according to the control block; 0 when nobody does
 * @writer_is_dead: that process is gone
 *
 * What the looks into a segment tell about it, besides the messages.
 */
typedef struct
{
  gboolean  is_empty;
  gboolean  is_plain;
  gboolean  is_damaged;
  LabReason reason;
  pid_t     writer_pid;
  gboolean  writer_is_dead;
} LabReceiverFacts;

#define LAB_TYPE_RECEIVER (lab_receiver_get_type ())
G_DECLARE_FINAL_TYPE (LabReceiver, lab_receiver, LAB, RECEIVER, GObject)

LabReceiver            *lab_receiver_new              (LabSession        *session);
void                    lab_receiver_open             (LabReceiver       *self);
void                    lab_receiver_close            (LabReceiver       *self);

void                    lab_receiver_look             (LabReceiver       *self);
void                    lab_receiver_check_writer     (LabReceiver       *self);
const LabReceiverFacts *lab_receiver_get_facts        (LabReceiver       *self);
pid_t                   lab_receiver_get_blocking_pid (LabReceiver       *self);
LabMessage             *lab_receiver_get_message      (LabReceiver       *self);
GListModel             *lab_receiver_get_history      (LabReceiver       *self);
LabCounters             lab_receiver_get_counters     (LabReceiver       *self);
void                    lab_receiver_reset_counters   (LabReceiver       *self);
void                    lab_receiver_add_counters     (LabReceiver       *self,
                                                       const LabCounters *more);
void                    lab_receiver_skip             (LabReceiver       *self);

/* Segments that are not ours. */
gboolean                lab_receiver_is_plain         (LabReceiver       *self);
const LabPreset        *lab_receiver_get_preset       (LabReceiver       *self);
void                    lab_receiver_set_preset       (LabReceiver       *self,
                                                       const LabPreset   *preset);
GBytes                 *lab_receiver_get_image        (LabReceiver       *self);

G_END_DECLS
