/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-chart.h"

static const struct
{
  const char *name;   /* in the stylesheet */
  const char *paper;  /* where there is none */
} colors[LAB_N_CHART_COLORS] = {
  [LAB_CHART_FG]         = { "theme_fg_color", "#2e3436" },
  [LAB_CHART_DIM]        = { NULL,             "#5e6466" },
  [LAB_CHART_LINE]       = { NULL,             "#c0c4c6" },
  [LAB_CHART_KERNEL]     = { NULL,             "#ecebea" },
  [LAB_CHART_SERVER]     = { "lab_server",     "#0072b2" },
  [LAB_CHART_CLIENT]     = { "lab_client",     "#009e73" },
  [LAB_CHART_SEGMENT]    = { "lab_segment",    "#e69f00" },
  [LAB_CHART_SEGMENT_BG] = { "lab_segment_bg", "#fdf0d0" },
  [LAB_CHART_CONTROL]    = { "lab_control",    "#cc79a7" },
  [LAB_CHART_TROUBLE]    = { "lab_trouble",    "#d55e00" },
  [LAB_CHART_TROUBLE_FG] = { "lab_trouble_fg", "#a84500" },
  [LAB_CHART_BASE]       = { "theme_base_color", "#ffffff" },
  [LAB_CHART_BG]         = { "theme_bg_color", "#ffffff" },
};

static GdkRGBA
mix (const GdkRGBA *a,
     const GdkRGBA *b,
     float          part_of_b)
{
  return (GdkRGBA) {
    a->red + (b->red - a->red) * part_of_b,
    a->green + (b->green - a->green) * part_of_b,
    a->blue + (b->blue - a->blue) * part_of_b,
    1,
  };
}

/**
 * lab_chart_colors_paper:
 * @self: (out caller-allocates): colours for a white page
 */
void
lab_chart_colors_paper (LabChartColors *self)
{
  for (guint i = 0; i < LAB_N_CHART_COLORS; i++)
    gdk_rgba_parse (&self->colors[i], colors[i].paper);
}

/**
 * lab_chart_colors_load:
 * @self: (out caller-allocates): the colours of the style, light or dark
 * @widget: whose style
 */
void
lab_chart_colors_load (LabChartColors *self,
                       GtkWidget      *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  const GdkRGBA *fg = &self->colors[LAB_CHART_FG];
  const GdkRGBA *bg = &self->colors[LAB_CHART_BG];

  lab_chart_colors_paper (self);
  for (guint i = 0; i < LAB_N_CHART_COLORS; i++)
    if (colors[i].name != NULL)
      gtk_style_context_lookup_color (context, colors[i].name, &self->colors[i]);

  self->colors[LAB_CHART_DIM] = mix (fg, bg, 0.28f);
  self->colors[LAB_CHART_LINE] = mix (fg, bg, 0.72f);
  self->colors[LAB_CHART_KERNEL] = mix (fg, bg, 0.9f);
}

void
lab_chart_set_color (cairo_t              *cr,
                     const LabChartColors *self,
                     LabChartColor         color)
{
  gdk_cairo_set_source_rgba (cr, &self->colors[color]);
}

void
lab_chart_set_color_alpha (cairo_t              *cr,
                           const LabChartColors *self,
                           LabChartColor         color,
                           double                alpha)
{
  const GdkRGBA *rgba = &self->colors[color];

  cairo_set_source_rgba (cr, rgba->red, rgba->green, rgba->blue, rgba->alpha * alpha);
}

/**
 * lab_chart_layout:
 * @context: a widget's or a page's
 * @text_style: how important it is
 * @text: what to write
 * @width: in pixels, to wrap at; -1 to stay on one line
 *
 * Returns: (transfer full): the text, ready to be measured and shown
 */
PangoLayout *
lab_chart_layout (PangoContext *context,
                  LabChartText  text_style,
                  const char   *text,
                  double        width)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();

  if (text_style == LAB_CHART_TEXT_BOLD || text_style == LAB_CHART_TEXT_SMALL_BOLD)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (text_style == LAB_CHART_TEXT_SMALL || text_style == LAB_CHART_TEXT_SMALL_BOLD)
    pango_attr_list_insert (attributes, pango_attr_scale_new (0.87));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  pango_layout_set_text (layout, text, -1);
  if (width >= 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }

  return layout;
}

/**
 * lab_chart_show:
 * @cr: where to
 * @layout: (transfer full): a text
 * @x: its left edge
 * @y: its top
 */
void
lab_chart_show (cairo_t     *cr,
                PangoLayout *layout,
                double       x,
                double       y)
{
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  g_object_unref (layout);
}

void
lab_chart_rounded_box (cairo_t *cr,
                       double   x,
                       double   y,
                       double   width,
                       double   height,
                       double   radius)
{
  radius = MIN (radius, MIN (width, height) / 2);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, G_PI + G_PI_2);
  cairo_close_path (cr);
}

/**
 * lab_chart_say:
 * @widget: a drawing
 * @label: what it is
 * @description: what it shows, as one would read it aloud
 */
void
lab_chart_say (GtkWidget  *widget,
               const char *label,
               const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}
