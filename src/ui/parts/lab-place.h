/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a widget will be that is not made before somebody looks there. */

#define LAB_TYPE_PLACE (lab_place_get_type ())
G_DECLARE_FINAL_TYPE (LabPlace, lab_place, LAB, PLACE, GtkWidget)

GtkWidget *lab_place_new       (void);
void       lab_place_set_child (LabPlace  *self,
                                GtkWidget *child);

G_END_DECLS
