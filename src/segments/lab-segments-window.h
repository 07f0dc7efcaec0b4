/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Segments on This Computer: what ipcs, lsipc and ipcrm do, and who is attached. */

#define LAB_TYPE_SEGMENTS_WINDOW (lab_segments_window_get_type ())
G_DECLARE_FINAL_TYPE (LabSegmentsWindow, lab_segments_window, LAB, SEGMENTS_WINDOW, GtkWindow)

GtkWidget *lab_segments_window_new     (void);
void       lab_segments_window_present (GtkWindow         *parent);
gboolean   lab_segments_window_select  (LabSegmentsWindow *self,
                                        int                id);

G_END_DECLS
