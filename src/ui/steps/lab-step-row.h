/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabStepState:
 * @LAB_STEP_PENDING: its turn has not come
 * @LAB_STEP_CURRENT: the next thing to do: its button shows
 * @LAB_STEP_DONE: made, and it succeeded
 * @LAB_STEP_FAILED: made, and it failed: its button shows, to try again
 */
typedef enum
{
  LAB_STEP_PENDING,
  LAB_STEP_CURRENT,
  LAB_STEP_DONE,
  LAB_STEP_FAILED,
} LabStepState;

#define LAB_TYPE_STEP_ROW (lab_step_row_get_type ())
G_DECLARE_FINAL_TYPE (LabStepRow, lab_step_row, LAB, STEP_ROW, GtkWidget)

LabStepRow   *lab_step_row_new              (guint         number,
                                             const char   *button_label,
                                             const char   *action_name);
LabStepState  lab_step_row_get_state        (LabStepRow   *self);
void          lab_step_row_set_state        (LabStepRow   *self,
                                             LabStepState  state);
void          lab_step_row_set_call         (LabStepRow   *self,
                                             const char   *call);
void          lab_step_row_set_sentence     (LabStepRow   *self,
                                             const char   *sentence);
void          lab_step_row_set_result       (LabStepRow   *self,
                                             const char   *result);
void          lab_step_row_set_error        (LabStepRow   *self,
                                             const char   *error);
void          lab_step_row_set_button_label (LabStepRow   *self,
                                             const char   *label);
void          lab_step_row_set_extra        (LabStepRow   *self,
                                             GtkWidget    *extra,
                                             gboolean      always);
void          lab_step_row_set_last         (LabStepRow   *self,
                                             gboolean      last);

G_END_DECLS
