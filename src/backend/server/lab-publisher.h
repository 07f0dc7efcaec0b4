/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/protocol/lab-protocol.h"
#include "backend/protocol/lab-race.h"
#include "backend/server/lab-slow-motion.h"

G_BEGIN_DECLS

/* How messages get into the segment of a session: by a protocol, at once or in slow
 * motion, or in a race at full speed.  What is asked for may end at once or later; each
 * end is told in the same way, by "outcome" with "reason" and "waiting-pid", or "refusal".
 * Each property notifies when, and only when, it changes.
 *
 * ::published is emitted when a message is whole in the segment: after its last store, after
 * a race, and when a message of the server before is taken over. */

/**
 * LabOutcome:
 * @LAB_OUTCOME_NONE: nothing was asked for yet
 * @LAB_OUTCOME_STORING: a message is being stored in slow motion
 * @LAB_OUTCOME_WRITTEN: the message is whole in the segment
 * @LAB_OUTCOME_WAITING: the message, or the change of the protocol, waits for somebody and is
 *   tried again by itself
 * @LAB_OUTCOME_REFUSED: it was not done, and will not be
 *
 * What became of what was asked for last.
 */
typedef enum
{
  LAB_OUTCOME_NONE,
  LAB_OUTCOME_STORING,
  LAB_OUTCOME_WRITTEN,
  LAB_OUTCOME_WAITING,
  LAB_OUTCOME_REFUSED,
} LabOutcome;

#define LAB_TYPE_PUBLISHER (lab_publisher_get_type ())
G_DECLARE_FINAL_TYPE (LabPublisher, lab_publisher, LAB, PUBLISHER, GObject)

LabPublisher  *lab_publisher_new              (LabSession           *session);
LabSession    *lab_publisher_get_session      (LabPublisher         *self);
LabSlowMotion *lab_publisher_get_slow_motion  (LabPublisher         *self);
LabRace       *lab_publisher_get_race         (LabPublisher         *self);

gboolean       lab_publisher_open             (LabPublisher         *self,
                                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_publisher_close            (LabPublisher         *self) G_GNUC_WARN_UNUSED_RESULT;
void           lab_publisher_forget           (LabPublisher         *self);
gboolean       lab_publisher_is_open          (LabPublisher         *self);
gboolean       lab_publisher_is_message_waiting (LabPublisher       *self);

gboolean       lab_publisher_write            (LabPublisher         *self,
                                               const char           *text,
                                               gsize                 length,
                                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void           lab_publisher_type             (LabPublisher         *self,
                                               const char           *text,
                                               gsize                 length);
LabOutcome     lab_publisher_get_outcome      (LabPublisher         *self);
LabReason      lab_publisher_get_reason       (LabPublisher         *self,
                                               pid_t                *pid);
const char    *lab_publisher_get_refusal      (LabPublisher         *self);
gboolean       lab_publisher_is_damaged       (LabPublisher         *self);
int            lab_publisher_get_semaphore_id (LabPublisher         *self);
guint64        lab_publisher_get_number       (LabPublisher         *self);
const char    *lab_publisher_get_text         (LabPublisher         *self,
                                               gsize                *length);

LabProtocolId  lab_publisher_get_protocol     (LabPublisher         *self);
gboolean       lab_publisher_set_protocol     (LabPublisher         *self,
                                               LabProtocolId         protocol,
                                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* The start-up race of the textbooks' turns, whose FILLED is 0. */
gboolean       lab_publisher_is_status_late   (LabPublisher         *self);
gboolean       lab_publisher_store_status     (LabPublisher         *self);

gboolean       lab_publisher_is_slow          (LabPublisher         *self);
void           lab_publisher_set_slow         (LabPublisher         *self,
                                               gboolean              slow);
gboolean       lab_publisher_is_writing       (LabPublisher         *self);

/* A race at full speed: the writer belongs to it until it is over. */
gboolean       lab_publisher_start_race       (LabPublisher         *self,
                                               const LabProtocolId  *protocols,
                                               guint                 n_protocols,
                                               guint                 seconds,
                                               gsize                 length,
                                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_publisher_is_racing        (LabPublisher         *self);

G_END_DECLS
