/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A list that follows another in steps: a GtkColumnView keeps some 200 rows of widgets, and
 * to make, or to destroy, all of them at once would hold the main loop for 50 ms and more. */

#define LAB_TYPE_GRADUAL_LIST (lab_gradual_list_get_type ())
G_DECLARE_FINAL_TYPE (LabGradualList, lab_gradual_list, LAB, GRADUAL_LIST, GObject)

LabGradualList *lab_gradual_list_new    (GListModel     *source,
                                         GtkWidget      *view);
void            lab_gradual_list_finish (LabGradualList *self);

G_END_DECLS
