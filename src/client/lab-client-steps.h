/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-client.h"

G_BEGIN_DECLS

/* The client's life, one row a system call, with the choice of the key that the first call
 * takes its arguments from.
 *
 * - client: the LabClient whose life it is; it can be set once */

#define LAB_TYPE_CLIENT_STEPS (lab_client_steps_get_type ())
G_DECLARE_FINAL_TYPE (LabClientSteps, lab_client_steps, LAB, CLIENT_STEPS, GtkWidget)

void        lab_client_steps_choose     (LabClientSteps      *self,
                                         const LabKeyChoice  *choice,
                                         GError             **error);
void        lab_client_steps_focus_key  (LabClientSteps      *self);
const char *lab_client_steps_get_action (LabClientStep        step);

G_END_DECLS
