/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/protocol/lab-writer.h"

G_BEGIN_DECLS

/* A message in slow motion: it begins paused, and each of its stores is a step of its
 * own and a real store, made by hand or by the clock.
 *
 * ::ended (result, text, error) is emitted when the message is over: %LAB_WRITE_DONE
 * after its last store; %LAB_WRITE_WAITING when all the rest was asked for and the protocol
 * lets somebody else go first, so that nothing was stored; %LAB_WRITE_FAILED with an
 * error when nothing can be stored. */

#define LAB_SLOW_MOTION_MIN_SPEED     1
#define LAB_SLOW_MOTION_MAX_SPEED     50
#define LAB_SLOW_MOTION_DEFAULT_SPEED 4

#define LAB_TYPE_SLOW_MOTION (lab_slow_motion_get_type ())
G_DECLARE_FINAL_TYPE (LabSlowMotion, lab_slow_motion, LAB, SLOW_MOTION, GObject)

LabSlowMotion *lab_slow_motion_new            (LabSession     *session);
gboolean       lab_slow_motion_begin          (LabSlowMotion  *self,
                                               LabWriter      *writer,
                                               const char     *text,
                                               gsize           length,
                                               GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void           lab_slow_motion_step           (LabSlowMotion  *self);
void           lab_slow_motion_finish         (LabSlowMotion  *self);
void           lab_slow_motion_release        (LabSlowMotion  *self);
gboolean       lab_slow_motion_is_writing     (LabSlowMotion  *self);
gboolean       lab_slow_motion_is_playing     (LabSlowMotion  *self);
void           lab_slow_motion_set_playing    (LabSlowMotion  *self,
                                               gboolean        playing);
guint          lab_slow_motion_get_speed      (LabSlowMotion  *self);
void           lab_slow_motion_set_speed      (LabSlowMotion  *self,
                                               guint           stores_per_second);
gsize          lab_slow_motion_get_n_steps    (LabSlowMotion  *self);
const char    *lab_slow_motion_get_next_store (LabSlowMotion  *self);
LabReason      lab_slow_motion_get_reason     (LabSlowMotion  *self,
                                               pid_t          *pid);

G_END_DECLS
