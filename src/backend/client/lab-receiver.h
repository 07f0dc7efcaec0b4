/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/client/lab-message.h"
#include "backend/preset/lab-preset.h"
#include "backend/protocol/lab-reader.h"

G_BEGIN_DECLS

/**
 * LabKept:
 * @LAB_KEPT_NOT: the last message is what the last look saw
 * @LAB_KEPT_DETACHED: this process does not see the segment any more
 * @LAB_KEPT_GONE: the same, and the kernel has the segment no more
 * @LAB_KEPT_DAMAGED: the control block makes no sense, so that no message can be found
 * @LAB_KEPT_ERASED: there is no message in the segment now
 * @LAB_KEPT_SHUT_OUT: the protocol does not let this process look
 *
 * Why the last message is still shown.
 */
typedef enum
{
  LAB_KEPT_NOT,
  LAB_KEPT_DETACHED,
  LAB_KEPT_GONE,
  LAB_KEPT_DAMAGED,
  LAB_KEPT_ERASED,
  LAB_KEPT_SHUT_OUT,
} LabKept;

#define LAB_TYPE_RECEIVER (lab_receiver_get_type ())
G_DECLARE_FINAL_TYPE (LabReceiver, lab_receiver, LAB, RECEIVER, GObject)

LabReceiver     *lab_receiver_new              (LabSession        *session) G_GNUC_WARN_UNUSED_RESULT;
void             lab_receiver_open             (LabReceiver       *self);
void             lab_receiver_close            (LabReceiver       *self);
void             lab_receiver_forget           (LabReceiver       *self);

void             lab_receiver_look             (LabReceiver       *self);
void             lab_receiver_check_writer     (LabReceiver       *self);
gboolean         lab_receiver_is_empty         (LabReceiver       *self);
gboolean         lab_receiver_is_damaged       (LabReceiver       *self);
LabReason        lab_receiver_get_reason       (LabReceiver       *self);
pid_t            lab_receiver_get_blocking_pid (LabReceiver       *self);
pid_t            lab_receiver_get_writer_pid   (LabReceiver       *self);
gboolean         lab_receiver_is_writer_dead   (LabReceiver       *self);
LabMessage      *lab_receiver_get_message      (LabReceiver       *self);
LabKept          lab_receiver_get_kept         (LabReceiver       *self);
GListModel      *lab_receiver_get_history      (LabReceiver       *self);

LabCounters      lab_receiver_get_counters     (LabReceiver       *self);
void             lab_receiver_tell_counters    (LabReceiver       *self);
void             lab_receiver_reset_counters   (LabReceiver       *self);
void             lab_receiver_skip             (LabReceiver       *self);

/* Segments that are not ours. */
gboolean         lab_receiver_is_plain         (LabReceiver       *self);
const LabPreset *lab_receiver_get_preset       (LabReceiver       *self);
void             lab_receiver_set_preset       (LabReceiver       *self,
                                                const LabPreset   *preset);
GBytes          *lab_receiver_get_image        (LabReceiver       *self);

G_END_DECLS
