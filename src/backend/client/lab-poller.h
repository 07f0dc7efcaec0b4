/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/client/lab-receiver.h"
#include "backend/protocol/lab-race.h"

G_BEGIN_DECLS

#define LAB_POLLER_MIN_INTERVAL_MS     10
#define LAB_POLLER_MAX_INTERVAL_MS     5000
#define LAB_POLLER_DEFAULT_INTERVAL_MS 100

/**
 * LabPace:
 * @LAB_PACE_STOPPED: not at all, for nothing is attached
 * @LAB_PACE_PAUSED: only when it is asked to
 * @LAB_PACE_BY_CLOCK: at its interval
 * @LAB_PACE_FULL_SPEED: as often as it can, in the server's race
 *
 * How a client looks.
 */
typedef enum
{
  LAB_PACE_STOPPED,
  LAB_PACE_PAUSED,
  LAB_PACE_BY_CLOCK,
  LAB_PACE_FULL_SPEED,
} LabPace;

#define LAB_TYPE_POLLER (lab_poller_get_type ())
G_DECLARE_FINAL_TYPE (LabPoller, lab_poller, LAB, POLLER, GObject)

LabPoller           *lab_poller_new             (LabSession           *session,
                                                 LabReceiver          *receiver) G_GNUC_WARN_UNUSED_RESULT;
void                 lab_poller_start           (LabPoller            *self);
void                 lab_poller_stop            (LabPoller            *self);
void                 lab_poller_look            (LabPoller            *self);

gboolean             lab_poller_is_racing       (LabPoller            *self);
const LabRaceSecond *lab_poller_get_race        (LabPoller            *self,
                                                 const LabRaceSecond **last);
void                 lab_poller_forget_race     (LabPoller            *self);

guint                lab_poller_get_interval_ms (LabPoller            *self);
void                 lab_poller_set_interval_ms (LabPoller            *self,
                                                 guint                 interval_ms);
void                 lab_poller_set_paused      (LabPoller            *self,
                                                 gboolean              paused);

G_END_DECLS
