/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-plot.h"

#include <cairo-svg.h>
#include <math.h>

#include <glib/gi18n-lib.h>

#include "copies/measure/lab-copies-words.h"

#define MARGIN 10
#define MARK_RADIUS 4
#define MAX_LABELS 32  /* of crossings */
#define PAPER_WIDTH 960
#define PAPER_HEIGHT 560
#define PAPER_SCALE 2  /* of a PNG */

#define MAX_SERIES MAX (LAB_N_WAYS, LAB_N_TRIPS)

typedef enum { MARK_CIRCLE, MARK_SQUARE, MARK_DIAMOND, MARK_TRIANGLE, MARK_CROSS } Mark;

/* Never colour alone: each line has its own mark, and its name stands beside its end. */
typedef struct
{
  LabChartColor color;
  Mark          mark;
  gboolean      dashed;
} Style;

static const Style way_styles[LAB_N_WAYS] = {
  [LAB_WAY_PIPE]     = { LAB_CHART_SERVER,  MARK_CIRCLE, FALSE },
  [LAB_WAY_FIFO]     = { LAB_CHART_SERVER,  MARK_TRIANGLE, TRUE },
  [LAB_WAY_QUEUE]    = { LAB_CHART_CONTROL, MARK_SQUARE, FALSE },
  [LAB_WAY_LOCKSTEP] = { LAB_CHART_SEGMENT, MARK_DIAMOND, TRUE },
  [LAB_WAY_RING]     = { LAB_CHART_SEGMENT, MARK_CIRCLE, FALSE },
  [LAB_WAY_PLAIN]    = { LAB_CHART_DIM,     MARK_CROSS, TRUE },
};

static const Style trip_styles[LAB_N_TRIPS] = {
  [LAB_TRIP_PIPE]      = { LAB_CHART_SERVER,  MARK_CIRCLE, FALSE },
  [LAB_TRIP_FIFO]      = { LAB_CHART_SERVER,  MARK_TRIANGLE, TRUE },
  [LAB_TRIP_QUEUE]     = { LAB_CHART_CONTROL, MARK_SQUARE, FALSE },
  [LAB_TRIP_SEMAPHORE] = { LAB_CHART_SEGMENT, MARK_DIAMOND, TRUE },
  [LAB_TRIP_SPIN]      = { LAB_CHART_SEGMENT, MARK_CIRCLE, FALSE },
};

typedef struct
{
  const char   *name;
  const Style  *style;
  GArray       *points;     /* LabPoint */
  GArray       *crossings;  /* LabPoint: where it crosses the first line; NULL when none is looked for */
} Series;

struct _LabPlot
{
  LabPlotUnit  unit;
  Series       series[MAX_SERIES];
  guint        n_series;
  GArray      *sizes;     /* double: where there are points */
};

/* Where the drawing is, and what part of the numbers it shows. */
typedef struct
{
  cairo_t              *cr;
  PangoContext         *context;
  const LabChartColors *colors;
  double                left, top, width, height;  /* of the area between the axes */
  double                min_x, max_x, min_y, max_y;
} Area;

/**
 * lab_plot_new:
 * @unit: what it shows
 *
 * Returns: (transfer full): an empty plot
 */
LabPlot *
lab_plot_new (LabPlotUnit unit)
{
  LabPlot *self = g_new0 (LabPlot, 1);

  self->unit = unit;
  self->sizes = g_array_new (FALSE, FALSE, sizeof (double));

  return self;
}

static void
clear_series (LabPlot *self)
{
  for (guint i = 0; i < self->n_series; i++)
    {
      g_clear_pointer (&self->series[i].points, g_array_unref);
      g_clear_pointer (&self->series[i].crossings, g_array_unref);
    }
  self->n_series = 0;
  g_array_set_size (self->sizes, 0);
}

void
lab_plot_free (LabPlot *self)
{
  clear_series (self);
  g_array_unref (self->sizes);
  g_free (self);
}

static char *
format_y (LabPlot *self,
          double         y)
{
  return self->unit == LAB_PLOT_SPEED ? lab_copies_format_speed (y) : lab_copies_format_time (y * 1000);
}

static double
to_x (const Area *area,
      double      x)
{
  return area->left + area->width * (log (x) - log (area->min_x)) / (log (area->max_x) - log (area->min_x));
}

static double
to_y (const Area *area,
      double      y)
{
  return area->top + area->height * (1 - (log (y) - log (area->min_y)) / (log (area->max_y) - log (area->min_y)));
}

static void
text_size (const Area  *area,
           LabChartText text_style,
           const char  *text,
           int         *width,
           int         *height)
{
  g_autoptr(PangoLayout) layout = lab_chart_layout (area->context, text_style, text, -1);

  pango_layout_get_pixel_size (layout, width, height);
}

static void
find_range (LabPlot *self,
            Area    *area)
{
  area->min_x = area->min_y = G_MAXDOUBLE;
  area->max_x = area->max_y = 0;
  for (guint i = 0; i < self->n_series; i++)
    for (guint p = 0; p < self->series[i].points->len; p++)
      {
        const LabPoint *point = &g_array_index (self->series[i].points, LabPoint, p);

        area->min_x = MIN (area->min_x, point->x);
        area->max_x = MAX (area->max_x, point->x);
        area->min_y = MIN (area->min_y, point->y);
        area->max_y = MAX (area->max_y, point->y);
      }

  if (area->min_x == area->max_x)
    {
      area->min_x /= 2;
      area->max_x *= 2;
    }
  area->min_y /= 1.3;
  area->max_y *= 1.3;
}

static void
line (const Area   *area,
      LabChartColor color,
      double        alpha,
      double        x1,
      double        y1,
      double        x2,
      double        y2)
{
  lab_chart_set_color_alpha (area->cr, area->colors, color, alpha);
  cairo_set_line_width (area->cr, 1);
  cairo_move_to (area->cr, x1, y1);
  cairo_line_to (area->cr, x2, y2);
  cairo_stroke (area->cr);
}

static void
text_at (const Area   *area,
         LabChartText  text_style,
         LabChartColor color,
         const char   *text,
         double        x,
         double        y,
         double        x_align)
{
  PangoLayout *layout = lab_chart_layout (area->context, text_style, text, -1);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);
  lab_chart_set_color (area->cr, area->colors, color);
  lab_chart_show (area->cr, layout, x - w * x_align, y);
}

/* 1, 2 and 5 of each power of ten; numbers at 1, and at all when there is only one power or two. */
static void
draw_y_axis (LabPlot    *self,
             const Area *area)
{
  static const double steps[] = { 1, 2, 5 };
  double unit = self->unit == LAB_PLOT_SPEED ? 1024 * 1024 : 1;
  double decades = log10 (area->max_y / area->min_y);

  for (double power = pow (10, floor (log10 (area->min_y / unit))); power * unit <= area->max_y; power *= 10)
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
      {
        double value = power * steps[i] * unit;
        g_autofree char *label = NULL;
        double y;
        int w, h;

        if (value < area->min_y || value > area->max_y)
          continue;
        y = to_y (area, value);
        line (area, LAB_CHART_LINE, i == 0 ? 1 : 0.4, area->left, y, area->left + area->width, y);
        if (i > 0 && decades > 2.5)
          continue;
        label = self->unit == LAB_PLOT_SPEED && value < 9999 * unit && value >= unit
                ? g_strdup_printf (_("%.0f MiB/s"), value / unit) : format_y (self, value);
        text_size (area, LAB_CHART_TEXT_SMALL, label, &w, &h);
        text_at (area, LAB_CHART_TEXT_SMALL, LAB_CHART_DIM, label, area->left - 6, y - h / 2.0, 1);
      }
}

static void
draw_x_axis (LabPlot    *self,
             const Area *area,
             const char *title)
{
  double last_end = -G_MAXDOUBLE;
  int w, h;

  for (guint i = 0; i < self->sizes->len; i++)
    {
      double size = g_array_index (self->sizes, double, i);
      double x = to_x (area, size);
      g_autofree char *label = lab_copies_format_size ((guint64) size);

      line (area, LAB_CHART_LINE, 0.4, x, area->top, x, area->top + area->height);
      text_size (area, LAB_CHART_TEXT_SMALL, label, &w, &h);
      if (x - w / 2.0 < last_end + 10)
        continue;
      text_at (area, LAB_CHART_TEXT_SMALL, LAB_CHART_DIM, label, x, area->top + area->height + 5, 0.5);
      last_end = x + w / 2.0;
    }
  text_size (area, LAB_CHART_TEXT_SMALL, title, &w, &h);
  text_at (area, LAB_CHART_TEXT_SMALL, LAB_CHART_FG, title, area->left + area->width / 2, area->top + area->height + 7 + h, 0.5);
}

static void
draw_mark (const Area  *area,
           const Style *style,
           double       x,
           double       y)
{
  cairo_t *cr = area->cr;
  double r = MARK_RADIUS;

  cairo_new_path (cr);
  switch (style->mark)
    {
    case MARK_CIRCLE:
      cairo_arc (cr, x, y, r, 0, 2 * G_PI);
      break;
    case MARK_SQUARE:
      cairo_rectangle (cr, x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1);
      break;
    case MARK_DIAMOND:
      cairo_move_to (cr, x, y - r - 1);
      cairo_line_to (cr, x + r + 1, y);
      cairo_line_to (cr, x, y + r + 1);
      cairo_line_to (cr, x - r - 1, y);
      cairo_close_path (cr);
      break;
    case MARK_TRIANGLE:
      cairo_move_to (cr, x, y - r - 1);
      cairo_line_to (cr, x + r + 1, y + r);
      cairo_line_to (cr, x - r - 1, y + r);
      cairo_close_path (cr);
      break;
    case MARK_CROSS:
    default:
      cairo_move_to (cr, x - r, y - r);
      cairo_line_to (cr, x + r, y + r);
      cairo_move_to (cr, x - r, y + r);
      cairo_line_to (cr, x + r, y - r);
      cairo_set_line_width (cr, 1.5);
      lab_chart_set_color (cr, area->colors, style->color);
      cairo_stroke (cr);
      return;
    }

  /* Dashed lines have hollow marks. */
  lab_chart_set_color (cr, area->colors, style->dashed ? LAB_CHART_BASE : style->color);
  cairo_fill_preserve (cr);
  lab_chart_set_color (cr, area->colors, style->color);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
draw_series (const Area   *area,
             const Series *series)
{
  const double dashes[] = { 6, 4 };
  cairo_t *cr = area->cr;

  lab_chart_set_color (cr, area->colors, series->style->color);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, dashes, series->style->dashed ? 2 : 0, 0);
  cairo_new_path (cr);
  for (guint i = 0; i < series->points->len; i++)
    {
      const LabPoint *point = &g_array_index (series->points, LabPoint, i);

      cairo_line_to (cr, to_x (area, point->x), to_y (area, point->y));
    }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);

  for (guint i = 0; i < series->points->len; i++)
    {
      const LabPoint *point = &g_array_index (series->points, LabPoint, i);

      draw_mark (area, series->style, to_x (area, point->x), to_y (area, point->y));
    }
}

static gboolean
overlaps (const graphene_rect_t *rects,
          guint                  n_rects,
          const graphene_rect_t *rect)
{
  for (guint i = 0; i < n_rects; i++)
    if (graphene_rect_intersection (&rects[i], rect, NULL))
      return TRUE;

  return FALSE;
}

/* A ring at each crossing, and its size where there is room to write it. */
static void
draw_crossings (LabPlot    *self,
                const Area *area)
{
  graphene_rect_t labels[MAX_LABELS];
  guint n_labels = 0;

  for (guint s = 0; s < self->n_series; s++)
    for (guint i = 0; self->series[s].crossings != NULL && i < self->series[s].crossings->len; i++)
      {
        const LabPoint *crossing = &g_array_index (self->series[s].crossings, LabPoint, i);
        g_autofree char *label = lab_copies_format_size ((guint64) crossing->x);
        double x = to_x (area, crossing->x);
        double y = to_y (area, crossing->y);
        graphene_rect_t rect;
        int w, h;

        lab_chart_set_color (area->cr, area->colors, LAB_CHART_TROUBLE);
        cairo_set_line_width (area->cr, 2);
        cairo_new_path (area->cr);
        cairo_arc (area->cr, x, y, 9, 0, 2 * G_PI);
        cairo_stroke (area->cr);

        text_size (area, LAB_CHART_TEXT_SMALL_BOLD, label, &w, &h);
        rect = GRAPHENE_RECT_INIT ((float) x + 11, (float) y + 4, (float) w + 4, (float) h);
        if (n_labels == MAX_LABELS || overlaps (labels, n_labels, &rect))
          continue;
        labels[n_labels++] = rect;
        lab_chart_set_color_alpha (area->cr, area->colors, LAB_CHART_BG, 0.85);
        cairo_rectangle (area->cr, rect.origin.x, rect.origin.y, rect.size.width, rect.size.height);
        cairo_fill (area->cr);
        text_at (area, LAB_CHART_TEXT_SMALL_BOLD, LAB_CHART_TROUBLE_FG, label, x + 13, y + 4, 0);
      }
}

/* The names at the right, each as near to its line's end as the others let it. */
static void
draw_names (LabPlot    *self,
            const Area *area)
{
  double ys[MAX_SERIES];
  guint order[MAX_SERIES];
  guint n = 0;
  int w, h = 0;

  for (guint i = 0; i < self->n_series; i++)
    {
      const GArray *points = self->series[i].points;

      if (points->len == 0)
        continue;
      ys[i] = to_y (area, g_array_index (points, LabPoint, points->len - 1).y);
      order[n++] = i;
      for (guint j = n - 1; j > 0 && ys[order[j - 1]] > ys[order[j]]; j--)
        {
          guint other = order[j - 1];

          order[j - 1] = order[j];
          order[j] = other;
        }
    }

  text_size (area, LAB_CHART_TEXT_SMALL, "X", &w, &h);
  for (guint i = 1; i < n; i++)
    ys[order[i]] = MAX (ys[order[i]], ys[order[i - 1]] + h);
  for (guint i = n; i-- > 0;)
    {
      double limit = i + 1 < n ? ys[order[i + 1]] - h : area->top + area->height - h / 2.0 + h;

      ys[order[i]] = MIN (ys[order[i]], limit);
    }

  for (guint i = 0; i < n; i++)
    {
      const Series *series = &self->series[order[i]];
      const LabPoint *end = &g_array_index (series->points, LabPoint, series->points->len - 1);
      double x = area->left + area->width + 14;

      line (area, series->style->color, 0.6, to_x (area, end->x) + MARK_RADIUS + 1, to_y (area, end->y), x + 4, ys[order[i]]);
      draw_mark (area, series->style, x + 8, ys[order[i]]);
      text_at (area, LAB_CHART_TEXT_SMALL, LAB_CHART_FG, series->name, x + 17, ys[order[i]] - h / 2.0, 0);
    }
}

static const LabPoint *
find_point (const Series *series,
            double        x)
{
  for (guint i = 0; i < series->points->len; i++)
    if (g_array_index (series->points, LabPoint, i).x == x)
      return &g_array_index (series->points, LabPoint, i);

  return NULL;
}

/**
 * lab_plot_dup_readout:
 * @self: a plot
 * @cursor: which size, from 0
 *
 * Returns: (transfer full): the size and the numbers there, a line each
 */
char *
lab_plot_dup_readout (LabPlot *self,
                      guint    cursor)
{
  double size = g_array_index (self->sizes, double, cursor);
  g_autofree char *size_text = lab_copies_format_size ((guint64) size);
  GString *text = g_string_new (size_text);

  for (guint i = 0; i < self->n_series; i++)
    {
      const LabPoint *point = find_point (&self->series[i], size);
      g_autofree char *value = point != NULL ? format_y (self, point->y) : NULL;

      if (value != NULL)
        g_string_append_printf (text, "\n%s: %s", self->series[i].name, value);
    }

  return g_string_free (text, FALSE);
}

static void
draw_cursor (LabPlot    *self,
             const Area *area,
             guint       cursor)
{
  g_autofree char *text = lab_plot_dup_readout (self, cursor);
  double x = to_x (area, g_array_index (self->sizes, double, cursor));
  PangoLayout *layout = lab_chart_layout (area->context, LAB_CHART_TEXT_SMALL, text, -1);
  double box_x;
  int w, h;

  lab_chart_set_color (area->cr, area->colors, LAB_CHART_FG);
  cairo_set_line_width (area->cr, 1);
  cairo_move_to (area->cr, x, area->top);
  cairo_line_to (area->cr, x, area->top + area->height);
  cairo_stroke (area->cr);

  pango_layout_get_pixel_size (layout, &w, &h);
  box_x = x + 10 + w + 16 < area->left + area->width ? x + 10 : x - 10 - w - 16;
  lab_chart_rounded_box (area->cr, box_x, area->top + 8, w + 16, h + 12, 5);
  lab_chart_set_color (area->cr, area->colors, LAB_CHART_BASE);
  cairo_fill_preserve (area->cr);
  lab_chart_set_color (area->cr, area->colors, LAB_CHART_LINE);
  cairo_stroke (area->cr);
  lab_chart_set_color (area->cr, area->colors, LAB_CHART_FG);
  lab_chart_show (area->cr, layout, box_x + 8, area->top + 14);
}

static const char *
get_x_title (LabPlot *self)
{
  return self->unit == LAB_PLOT_SPEED ? _("block size") : _("message size, there and back");
}

static void
set_up_area (LabPlot              *self,
             Area                 *area,
             cairo_t              *cr,
             PangoContext         *context,
             const LabChartColors *colors,
             double                width,
             double                height)
{
  int name_width = 0;
  int w, h, y_width;

  *area = (Area) { .cr = cr, .context = context, .colors = colors };
  find_range (self, area);
  for (guint i = 0; i < self->n_series; i++)
    {
      text_size (area, LAB_CHART_TEXT_SMALL, self->series[i].name, &w, &h);
      name_width = MAX (name_width, w);
    }
  text_size (area, LAB_CHART_TEXT_SMALL, self->unit == LAB_PLOT_SPEED ? "1000 MiB/s" : "1000 µs", &y_width, &h);
  area->left = MARGIN + y_width + 6;
  area->top = MARGIN;
  area->width = MAX (width - area->left - name_width - 34 - MARGIN, 10);
  area->height = MAX (height - area->top - 2 * h - 12 - MARGIN, 10);
}

/**
 * lab_plot_draw:
 * @self: a plot that is not empty
 * @cr: where to
 * @context: how to write there
 * @colors: of the style, or of paper
 * @width: in pixels
 * @height: in pixels
 * @cursor: which size to show the numbers of, from 0; -1 for none
 */
void
lab_plot_draw (LabPlot              *self,
               cairo_t              *cr,
               PangoContext         *context,
               const LabChartColors *colors,
               double                width,
               double                height,
               int                   cursor)
{
  Area area;

  set_up_area (self, &area, cr, context, colors, width, height);
  draw_y_axis (self, &area);
  draw_x_axis (self, &area, get_x_title (self));
  for (guint i = 0; i < self->n_series; i++)
    draw_series (&area, &self->series[i]);
  draw_crossings (self, &area);
  draw_names (self, &area);
  if (cursor >= 0)
    draw_cursor (self, &area, (guint) cursor);
}

/**
 * lab_plot_find_size:
 * @self: a plot
 * @context: how it is written
 * @width: in pixels
 * @height: in pixels
 * @x: a place in it
 *
 * Returns: the size nearest to @x, from 0; -1 when @x is beside the lines
 */
int
lab_plot_find_size (LabPlot      *self,
                    PangoContext *context,
                    double        width,
                    double        height,
                    double        x)
{
  int nearest = -1;
  double distance = G_MAXDOUBLE;
  Area area;

  if (self->n_series == 0)
    return -1;

  set_up_area (self, &area, NULL, context, NULL, width, height);
  if (x >= area.left - 20 && x <= area.left + area.width + 20)
    for (guint i = 0; i < self->sizes->len; i++)
      {
        double d = fabs (to_x (&area, g_array_index (self->sizes, double, i)) - x);

        if (d < distance)
          {
            distance = d;
            nearest = (int) i;
          }
      }

  return nearest;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
add_series (LabPlot     *self,
            const char  *name,
            const Style *style,
            GArray      *points)
{
  Series *series = &self->series[self->n_series];

  if (points->len == 0)
    {
      g_array_unref (points);
      return;
    }

  *series = (Series) { name, style, points, NULL };

  /* The first is the pipe; the lines of shared memory are held against it. */
  if (self->n_series > 0 && style->color == LAB_CHART_SEGMENT && self->series[0].style->color == LAB_CHART_SERVER)
    series->crossings = lab_copies_find_crossings (points, self->series[0].points);
  self->n_series++;

  for (guint i = 0; i < points->len; i++)
    {
      double x = g_array_index (points, LabPoint, i).x;
      gboolean known = FALSE;

      for (guint j = 0; j < self->sizes->len; j++)
        known = known || g_array_index (self->sizes, double, j) == x;
      if (!known)
        g_array_append_val (self->sizes, x);
    }
  g_array_sort (self->sizes, compare_doubles);
}

/**
 * lab_plot_set_data:
 * @self: a plot
 * @data: what was measured
 *
 * Takes over what there is now.
 */
void
lab_plot_set_data (LabPlot       *self,
                   LabCopiesData *data)
{
  clear_series (self);
  if (self->unit == LAB_PLOT_SPEED)
    for (guint i = 0; i < LAB_N_WAYS; i++)
      add_series (self, lab_way_kind_get_title ((LabWayKind) i), &way_styles[i],
                  lab_copies_data_get_speeds (data, (LabWayKind) i));
  else
    for (guint i = 0; i < LAB_N_TRIPS; i++)
      add_series (self, lab_trip_kind_get_title ((LabTripKind) i), &trip_styles[i],
                  lab_copies_data_get_trips (data, (LabTripKind) i));
}

/**
 * lab_plot_get_n_sizes:
 * @self: a plot
 *
 * Returns: at how many sizes there are points; 0 when it is empty
 */
guint
lab_plot_get_n_sizes (LabPlot *self)
{
  return self->sizes->len;
}

static cairo_status_t
append_cb (void                *closure,
           const unsigned char *data,
           unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static void
draw_paper (LabPlot    *self,
            cairo_t    *cr,
            const char *title)
{
  PangoContext *context = pango_cairo_create_context (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans 10");
  PangoLayout *layout;
  LabChartColors colors;
  int w, h;

  pango_context_set_font_description (context, font);
  pango_font_description_free (font);
  lab_chart_colors_paper (&colors);
  lab_chart_set_color (cr, &colors, LAB_CHART_BASE);
  cairo_paint (cr);

  layout = lab_chart_layout (context, LAB_CHART_TEXT_BOLD, title, PAPER_WIDTH - 2 * MARGIN);
  pango_layout_get_pixel_size (layout, &w, &h);
  lab_chart_set_color (cr, &colors, LAB_CHART_FG);
  lab_chart_show (cr, layout, MARGIN, MARGIN);

  cairo_translate (cr, 0, h + MARGIN);
  lab_plot_draw (self, cr, context, &colors, PAPER_WIDTH, PAPER_HEIGHT - h - MARGIN, -1);
  g_object_unref (context);
}

/**
 * lab_plot_render:
 * @self: a plot that is not empty
 * @svg: whether as SVG; else as PNG
 * @title: a line above the plot
 * @error: return location for an error
 *
 * Draws the plot on white, whatever the style of the screen is.
 *
 * Returns: (transfer full): the file's bytes, or %NULL
 */
GBytes *
lab_plot_render (LabPlot    *self,
                 gboolean    svg,
                 const char *title,
                 GError    **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  g_return_val_if_fail (self->n_series > 0, NULL);

  if (svg)
    surface = cairo_svg_surface_create_for_stream (append_cb, bytes, PAPER_WIDTH, PAPER_HEIGHT);
  else
    surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, PAPER_WIDTH * PAPER_SCALE, PAPER_HEIGHT * PAPER_SCALE);
  cr = cairo_create (surface);
  if (!svg)
    cairo_scale (cr, PAPER_SCALE, PAPER_SCALE);
  draw_paper (self, cr, title);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (!svg && status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The plot cannot be drawn: %s"), cairo_status_to_string (status));

  return NULL;
}
