/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"
#include "backend/life/lab-step.h"
#include "ui/steps/lab-step-row.h"

G_BEGIN_DECLS

#define LAB_TYPE_STEP_LIST (lab_step_list_get_type ())
G_DECLARE_FINAL_TYPE (LabStepList, lab_step_list, LAB, STEP_LIST, GtkWidget)

LabStepList  *lab_step_list_new              (LabRole       role);
guint         lab_step_list_add              (LabStepList  *self,
                                              const char   *button_label,
                                              const char   *action_name);
guint         lab_step_list_get_n_steps      (LabStepList  *self);
LabStepState  lab_step_list_get_state        (LabStepList  *self,
                                              guint         step);
void          lab_step_list_set_state        (LabStepList  *self,
                                              guint         step,
                                              LabStepState  state);
void          lab_step_list_set_call         (LabStepList  *self,
                                              guint         step,
                                              const char   *call);
void          lab_step_list_set_sentence     (LabStepList  *self,
                                              guint         step,
                                              const char   *sentence);
void          lab_step_list_set_result       (LabStepList  *self,
                                              guint         step,
                                              const char   *result);
void          lab_step_list_set_error        (LabStepList  *self,
                                              guint         step,
                                              const char   *error);
void          lab_step_list_show             (LabStepList  *self,
                                              guint         step,
                                              guint         current,
                                              const LabStep *what,
                                              gboolean      is_id,
                                              gboolean      failed);
void          lab_step_list_set_button_label (LabStepList  *self,
                                              guint         step,
                                              const char   *label);
void          lab_step_list_set_extra        (LabStepList  *self,
                                              guint         step,
                                              GtkWidget    *extra,
                                              gboolean      always);

G_END_DECLS
