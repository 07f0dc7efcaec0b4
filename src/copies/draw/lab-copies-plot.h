/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "copies/draw/lab-plot.h"

G_BEGIN_DECLS

/* A plot on the screen.  The arrow keys and the pointer go from size to size and
 * show the numbers. */

#define LAB_TYPE_COPIES_PLOT (lab_copies_plot_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesPlot, lab_copies_plot, LAB, COPIES_PLOT, GtkWidget)

void        lab_copies_plot_set_data        (LabCopiesPlot  *self,
                                             LabCopiesData  *data);
gboolean    lab_copies_plot_is_empty        (LabCopiesPlot  *self);
LabPlot    *lab_copies_plot_get_plot        (LabCopiesPlot  *self);

G_END_DECLS
