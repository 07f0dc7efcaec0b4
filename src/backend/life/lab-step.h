/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-call.h"

G_BEGIN_DECLS

/**
 * LabStepState:
 * @LAB_STEP_PENDING: its turn has not come
 * @LAB_STEP_CURRENT: the next thing to do
 * @LAB_STEP_DONE: made, and it succeeded
 * @LAB_STEP_FAILED: made, and it failed: it can be tried again
 * @LAB_STEP_SKIPPED: the life went on without it
 */
typedef enum
{
  LAB_STEP_PENDING,
  LAB_STEP_CURRENT,
  LAB_STEP_DONE,
  LAB_STEP_FAILED,
  LAB_STEP_SKIPPED,
} LabStepState;

#define LAB_TYPE_STEP_STATE (lab_step_state_get_type ())
GType lab_step_state_get_type (void);

/* One row of a process's life: one system call, or what stands in its place.  Its
 * #LabLife changes it; everybody else only reads its properties:
 *
 * - call: the call as C, with its real arguments as far as they are known
 * - result: what came out, as C prints it, or %NULL
 * - error: why it failed, a sentence, or %NULL
 * - state: a #LabStepState */

#define LAB_TYPE_STEP (lab_step_get_type ())
G_DECLARE_FINAL_TYPE (LabStep, lab_step, LAB, STEP, GObject)

LabStep      *lab_step_new        (void);
const char   *lab_step_get_call   (LabStep      *self);
const char   *lab_step_get_result (LabStep      *self);
const char   *lab_step_get_error  (LabStep      *self);
LabStepState  lab_step_get_state  (LabStep      *self);

/* For LabLife. */
void          lab_step_set_call   (LabStep      *self,
                                   const char   *call);
void          lab_step_set_result (LabStep      *self,
                                   const char   *result);
void          lab_step_set_error  (LabStep      *self,
                                   const char   *error);
void          lab_step_set_state  (LabStep      *self,
                                   LabStepState  state);

G_END_DECLS
