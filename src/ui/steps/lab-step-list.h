/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"
#include "backend/life/lab-life.h"
#include "ui/steps/lab-step-row.h"

G_BEGIN_DECLS

/* The life of a segment, or of a client, as a column of rows, one for each #LabStep of
 * a #LabLife.  The rows show the steps by themselves. */

#define LAB_TYPE_STEP_LIST (lab_step_list_get_type ())
G_DECLARE_FINAL_TYPE (LabStepList, lab_step_list, LAB, STEP_LIST, GtkWidget)

LabStepList *lab_step_list_new     (LabRole      role,
                                    LabLife     *life);
LabStepRow  *lab_step_list_get_row (LabStepList *self,
                                    guint        step);

G_END_DECLS
