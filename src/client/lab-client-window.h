/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-client.h"
#include "ui/app/lab-application.h"

G_BEGIN_DECLS

#define LAB_TYPE_CLIENT_WINDOW (lab_client_window_get_type ())
G_DECLARE_FINAL_TYPE (LabClientWindow, lab_client_window, LAB, CLIENT_WINDOW, GtkApplicationWindow)

LabClientWindow *lab_client_window_new        (LabApplication     *application);
LabClient       *lab_client_window_get_client (LabClientWindow    *self);
void             lab_client_window_choose     (LabClientWindow    *self,
                                               const LabKeyChoice *choice,
                                               int                 id,
                                               guint               interval_ms);

G_END_DECLS
