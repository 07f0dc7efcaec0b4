/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-server.h"
#include "ui/app/lab-application.h"

G_BEGIN_DECLS

#define LAB_TYPE_SERVER_WINDOW (lab_server_window_get_type ())
G_DECLARE_FINAL_TYPE (LabServerWindow, lab_server_window, LAB, SERVER_WINDOW, GtkApplicationWindow)

LabServerWindow *lab_server_window_new         (LabApplication     *application);
LabServer       *lab_server_window_get_server  (LabServerWindow    *self);
void             lab_server_window_choose      (LabServerWindow    *self,
                                                const LabKeyChoice *choice,
                                                gsize               size_bytes,
                                                guint               mode);
void             lab_server_window_set_message (LabServerWindow    *self,
                                                const char         *message);
void             lab_server_window_start       (LabServerWindow    *self);

G_END_DECLS
