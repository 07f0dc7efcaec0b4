/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-server.h"

G_BEGIN_DECLS

/* How a server's window and its segment end: Stop, and the closing of the window, ask
 * what is to become of the segment.  After “Wait for Clients” the window closes later. */

#define LAB_TYPE_SERVER_ENDING (lab_server_ending_get_type ())
G_DECLARE_FINAL_TYPE (LabServerEnding, lab_server_ending, LAB, SERVER_ENDING, GObject)

LabServerEnding *lab_server_ending_new         (GtkWindow       *window,
                                                LabServer       *server);
void             lab_server_ending_stop        (LabServerEnding *self);
gboolean         lab_server_ending_may_close   (LabServerEnding *self);
void             lab_server_ending_toggle_wait (LabServerEnding *self);
void             lab_server_ending_clean_up    (LabServerEnding *self);

G_END_DECLS
