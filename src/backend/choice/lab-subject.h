/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/preset/lab-preset.h"
#include "backend/segment/lab-key.h"
#include "backend/segment/lab-segment-monitor.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

typedef enum
{
  LAB_ROLE_SERVER,
  LAB_ROLE_CLIENT,
} LabRole;

/* What a window is about: the key, size, mode and protocol that were chosen, the segment
 * once there is one, and the monitor that follows it.  The inspector's tabs
 * take a subject and nothing else, so the same tabs serve both windows.
 *
 * ::memory-changed is emitted when this process has just written or has just
 * seen new bytes, so that a view need not wait for its own next reading. */

#define LAB_TYPE_SUBJECT (lab_subject_get_type ())
G_DECLARE_FINAL_TYPE (LabSubject, lab_subject, LAB, SUBJECT, GObject)

LabSubject         *lab_subject_new                (LabRole             role);
LabRole             lab_subject_get_role           (LabSubject         *self);
LabSegment         *lab_subject_get_segment        (LabSubject         *self);
void                lab_subject_set_segment        (LabSubject         *self,
                                                    LabSegment         *segment);
LabSegmentMonitor  *lab_subject_get_monitor        (LabSubject         *self);
const LabKeyChoice *lab_subject_get_key_choice     (LabSubject         *self);
void                lab_subject_set_key_choice     (LabSubject         *self,
                                                    const LabKeyChoice *choice);
key_t               lab_subject_get_key            (LabSubject         *self);
void                lab_subject_set_key            (LabSubject         *self,
                                                    key_t               key);
gsize               lab_subject_get_size_bytes     (LabSubject         *self);
void                lab_subject_set_size_bytes     (LabSubject         *self,
                                                    gsize               size_bytes);
guint               lab_subject_get_mode           (LabSubject         *self);
void                lab_subject_set_mode           (LabSubject         *self,
                                                    guint               mode);
LabProtocolId       lab_subject_get_protocol       (LabSubject         *self);
void                lab_subject_set_protocol       (LabSubject         *self,
                                                    LabProtocolId       protocol);
const LabPreset    *lab_subject_get_preset         (LabSubject         *self);
void                lab_subject_set_preset         (LabSubject         *self,
                                                    const LabPreset    *preset);
const char         *lab_subject_get_message        (LabSubject         *self);
void                lab_subject_set_message        (LabSubject         *self,
                                                    const char         *message);
gssize              lab_subject_get_write_cursor   (LabSubject         *self);
void                lab_subject_set_write_cursor   (LabSubject         *self,
                                                    gssize              offset);
gulong              lab_subject_get_n_others       (LabSubject         *self);
char               *lab_subject_dup_key_text       (LabSubject         *self);
char               *lab_subject_dup_id_text        (LabSubject         *self);
char               *lab_subject_dup_address_text   (LabSubject         *self);
void                lab_subject_memory_changed     (LabSubject         *self);

G_END_DECLS
