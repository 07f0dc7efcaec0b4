/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-choice.h"
#include "backend/preset/lab-preset.h"
#include "backend/segment/lab-segment-monitor.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

typedef enum
{
  LAB_ROLE_SERVER,
  LAB_ROLE_CLIENT,
} LabRole;

/* What a window is about: the segment once there is one, the key under which it is found,
 * the monitor that follows both, and what this process knows about the message in it.  The
 * session is always there, with a segment or without; so a window binds what it shows to
 * the session, and not to the segment.  The inspector's tabs take a session and nothing
 * else, so the same tabs serve both windows.
 *
 * ::memory-changed is emitted when this process has just written or has just
 * seen new bytes, so that a view need not wait for its own next reading. */

#define LAB_TYPE_SESSION (lab_session_get_type ())
G_DECLARE_FINAL_TYPE (LabSession, lab_session, LAB, SESSION, GObject)

LabSession        *lab_session_new              (LabRole          role);
LabRole            lab_session_get_role         (LabSession      *self);
LabChoice         *lab_session_get_choice       (LabSession      *self);
LabSegment        *lab_session_get_segment      (LabSession      *self);
void               lab_session_set_segment      (LabSession      *self,
                                                 LabSegment      *segment);
int                lab_session_get_segment_id   (LabSession      *self);
int                lab_session_get_id           (LabSession      *self);
LabFate            lab_session_get_fate         (LabSession      *self);
gboolean           lab_session_is_attached      (LabSession      *self);
LabSegmentMonitor *lab_session_get_monitor      (LabSession      *self);
key_t              lab_session_get_key          (LabSession      *self);
void               lab_session_set_key          (LabSession      *self,
                                                 key_t            key);
int                lab_session_get_given_id     (LabSession      *self);
void               lab_session_set_given_id     (LabSession      *self,
                                                 int              id);
guint              lab_session_get_mode         (LabSession      *self);
gsize              lab_session_get_size_bytes   (LabSession      *self);
LabProtocolId      lab_session_get_protocol     (LabSession      *self);
void               lab_session_set_protocol     (LabSession      *self,
                                                 LabProtocolId    protocol);
const LabPreset   *lab_session_get_preset       (LabSession      *self);
void               lab_session_set_preset       (LabSession      *self,
                                                 const LabPreset *preset);
const char        *lab_session_get_message      (LabSession      *self);
void               lab_session_set_message      (LabSession      *self,
                                                 const char      *message);
gssize             lab_session_get_write_cursor (LabSession      *self);
void               lab_session_set_write_cursor (LabSession      *self,
                                                 gssize           offset);
gboolean           lab_session_is_looking       (LabSession      *self);
void               lab_session_set_looking      (LabSession      *self,
                                                 gboolean         looking);
gulong             lab_session_get_n_others     (LabSession      *self);
char              *lab_session_dup_key_text     (LabSession      *self) G_GNUC_WARN_UNUSED_RESULT;
char              *lab_session_dup_id_text      (LabSession      *self) G_GNUC_WARN_UNUSED_RESULT;
char              *lab_session_dup_address_text (LabSession      *self) G_GNUC_WARN_UNUSED_RESULT;
void               lab_session_memory_changed   (LabSession      *self);

G_END_DECLS
