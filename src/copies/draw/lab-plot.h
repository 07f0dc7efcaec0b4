/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copies/draw/lab-chart.h"
#include "copies/measure/lab-copies-data.h"

G_BEGIN_DECLS

/* Lines over sizes, both axes logarithmic, with a mark where a line of shared
 * memory crosses that of the pipe; for the screen and for paper. */

typedef enum
{
  LAB_PLOT_SPEED,  /* bytes a second over the block */
  LAB_PLOT_TIME,   /* microseconds over the message */
} LabPlotUnit;

typedef struct _LabPlot LabPlot;

LabPlot  *lab_plot_new         (LabPlotUnit           unit);
void      lab_plot_free        (LabPlot              *self);
void      lab_plot_set_data    (LabPlot              *self,
                                LabCopiesData        *data);
guint     lab_plot_get_n_sizes (LabPlot              *self);
char     *lab_plot_dup_readout (LabPlot              *self,
                                guint                 cursor);
void      lab_plot_draw        (LabPlot              *self,
                                cairo_t              *cr,
                                PangoContext         *context,
                                const LabChartColors *colors,
                                double                width,
                                double                height,
                                int                   cursor);
int       lab_plot_find_size   (LabPlot              *self,
                                PangoContext         *context,
                                double                width,
                                double                height,
                                double                x);
GBytes   *lab_plot_render      (LabPlot              *self,
                                gboolean              svg,
                                const char           *title,
                                GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabPlot, lab_plot_free)

G_END_DECLS
