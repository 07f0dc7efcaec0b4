/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The time between two looks, from 10 ms to 5 s on a logarithmic scale, so that
 * 10 to 20 ms takes as much room as 1 to 2 s. */

#define LAB_TYPE_INTERVAL_SCALE (lab_interval_scale_get_type ())
G_DECLARE_FINAL_TYPE (LabIntervalScale, lab_interval_scale, LAB, INTERVAL_SCALE, GtkWidget)

guint      lab_interval_scale_get_interval_ms (LabIntervalScale *self);
void       lab_interval_scale_set_interval_ms (LabIntervalScale *self,
                                               guint             interval_ms);

G_END_DECLS
