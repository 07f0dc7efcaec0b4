/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the drawings of this folder have in common: colours of the style or of
 * paper, and text with cairo. */

typedef enum
{
  LAB_CHART_FG,
  LAB_CHART_DIM,      /* less important text */
  LAB_CHART_LINE,     /* frames and grids */
  LAB_CHART_KERNEL,   /* the area of what the kernel has */
  LAB_CHART_SERVER,
  LAB_CHART_CLIENT,
  LAB_CHART_SEGMENT,
  LAB_CHART_SEGMENT_BG,
  LAB_CHART_CONTROL,
  LAB_CHART_TROUBLE,
  LAB_CHART_TROUBLE_FG,
  LAB_CHART_BASE,     /* in boxes and marks */
  LAB_CHART_BG,       /* behind everything */
} LabChartColor;

#define LAB_N_CHART_COLORS (LAB_CHART_BG + 1)

typedef struct
{
  GdkRGBA colors[LAB_N_CHART_COLORS];
} LabChartColors;

typedef enum
{
  LAB_CHART_TEXT_NORMAL,
  LAB_CHART_TEXT_BOLD,
  LAB_CHART_TEXT_SMALL,
  LAB_CHART_TEXT_SMALL_BOLD,
} LabChartText;

void         lab_chart_colors_load    (LabChartColors       *self,
                                       GtkWidget            *widget);
void         lab_chart_colors_paper   (LabChartColors       *self);
void         lab_chart_set_color      (cairo_t              *cr,
                                       const LabChartColors *colors,
                                       LabChartColor         color);
void         lab_chart_set_color_alpha (cairo_t              *cr,
                                        const LabChartColors *colors,
                                        LabChartColor         color,
                                        double                alpha);
PangoLayout *lab_chart_layout         (PangoContext         *context,
                                       LabChartText          text_style,
                                       const char           *text,
                                       double                width);
void         lab_chart_show           (cairo_t              *cr,
                                       PangoLayout          *layout,
                                       double                x,
                                       double                y);
void         lab_chart_rounded_box    (cairo_t              *cr,
                                       double                x,
                                       double                y,
                                       double                width,
                                       double                height,
                                       double                radius);
void         lab_chart_say            (GtkWidget            *widget,
                                       const char           *label,
                                       const char           *description);

G_END_DECLS
