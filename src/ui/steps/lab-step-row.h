/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/life/lab-step.h"

G_BEGIN_DECLS

/* One system call in the life of a process: what it is, what it is for, what came of
 * it, and, when it is its turn, the button that makes it.  A window binds the properties:
 *
 * - sentence: what the call is for, in one plain sentence
 * - button-label: what the button says, translated; %NULL for no button
 * - action-name: the action that the button activates, such as "win.attach" */

#define LAB_TYPE_STEP_ROW (lab_step_row_get_type ())
G_DECLARE_FINAL_TYPE (LabStepRow, lab_step_row, LAB, STEP_ROW, GtkWidget)

LabStepRow *lab_step_row_new          (LabStep    *step,
                                       guint       number,
                                       gboolean    last);
LabStep    *lab_step_row_get_step     (LabStepRow *self);
void        lab_step_row_set_sentence (LabStepRow *self,
                                       const char *sentence);
void        lab_step_row_set_button   (LabStepRow *self,
                                       const char *label,
                                       const char *action_name);
void        lab_step_row_set_extra    (LabStepRow *self,
                                       GtkWidget  *extra,
                                       gboolean    always);

G_END_DECLS
