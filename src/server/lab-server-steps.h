/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-server.h"

G_BEGIN_DECLS

/* The server's life, one row a system call, with the choices that a call takes its
 * arguments from: key, size, and who may attach. */

#define LAB_TYPE_SERVER_STEPS (lab_server_steps_get_type ())
G_DECLARE_FINAL_TYPE (LabServerSteps, lab_server_steps, LAB, SERVER_STEPS, GtkWidget)

GtkWidget  *lab_server_steps_new            (LabServer          *server,
                                             GSettings          *settings);
void        lab_server_steps_choose         (LabServerSteps     *self,
                                             const LabKeyChoice *choice,
                                             gsize               size_bytes,
                                             guint               mode,
                                             GError            **error);
void        lab_server_steps_focus_key      (LabServerSteps     *self);
const char *lab_server_steps_get_action     (LabServerStep       step);

G_END_DECLS
