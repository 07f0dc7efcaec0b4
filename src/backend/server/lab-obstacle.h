/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-leftover.h"
#include "backend/server/lab-server.h"

G_BEGIN_DECLS

/* What stands in the way of shmget(IPC_CREAT | IPC_EXCL): the segment that has the key
 * already, what is known of it, and what the user decides about it.  It is forgotten as
 * soon as the server goes on to another step.  The properties:
 *
 * - leftover: the segment, or %NULL when nothing is in the way or it cannot be told what
 * - can-take-over, can-remove: what may be decided about it
 * - inspection-error: why it cannot be told what is in the way, a sentence, or %NULL
 * - removal-error: why it was not removed, a sentence, or %NULL */

#define LAB_TYPE_OBSTACLE (lab_obstacle_get_type ())
G_DECLARE_FINAL_TYPE (LabObstacle, lab_obstacle, LAB, OBSTACLE, GObject)

LabObstacle       *lab_obstacle_new                  (LabServer   *server);
const LabLeftover *lab_obstacle_get_leftover         (LabObstacle *self);
const char        *lab_obstacle_get_inspection_error (LabObstacle *self);
const char        *lab_obstacle_get_removal_error    (LabObstacle *self);
void               lab_obstacle_create               (LabObstacle *self);
gboolean           lab_obstacle_take_over            (LabObstacle *self);
void               lab_obstacle_replace              (LabObstacle *self);

G_END_DECLS
