/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-copies-bars.h"

#include <glib/gi18n-lib.h>

#include "copies/draw/lab-chart.h"
#include "copies/measure/lab-copies-words.h"

#define PADDING 8
#define COLUMN_GAP 16
#define MIN_BAR_AREA 220
#define BAR_RADIUS 4

struct _LabCopiesBars
{
  GtkWidget  parent_instance;

  GArray    *rows;         /* LabCopiesRow */
  char      *description;
};

G_DEFINE_FINAL_TYPE (LabCopiesBars, lab_copies_bars, GTK_TYPE_WIDGET)

/* Where things are, from one row to the next. */
typedef struct
{
  gboolean stacked;      /* texts above and below the bars instead of beside them */
  double   name_width;
  double   value_width;
  double   copied_width;
  double   calls_width;
  double   bar_start;
  double   bar_width;    /* of the longest */
  double   line_height;
  double   row_height;
} Places;

static char *
dup_value (const LabCopiesRow *row)
{
  g_autofree char *speed = lab_copies_format_speed (lab_carry_result_get_speed (&row->median));

  if (row->ratio == 0)  /* nothing between two processes was measured */
    return g_steal_pointer (&speed);

  /* Translators: %.2f× is a part of the fastest, %s a speed */
  return g_strdup_printf (_("%.2f×  %s"), row->ratio, speed);
}

/* What the line across the bars is: no limit, for two processes may be faster. */
static const char *
get_alone_words (void)
{
  return _("one process alone");
}

static char *
dup_copied (const LabCopiesRow *row)
{
  g_autofree char *size = lab_copies_format_size (lab_carry_result_get_copied (&row->median));

  /* Translators: %s is a size such as 256 MiB */
  return g_strdup_printf (_("%s copied"), size);
}

static char *
dup_calls (const LabCopiesRow *row)
{
  guint64 n = lab_carry_result_get_calls (&row->median);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%'lu system call", "%'lu system calls", (gulong) n), (gulong) n);
}

static double
measure_text (LabCopiesBars *self,
              LabChartText   text_style,
              const char    *text,
              double        *height)
{
  g_autoptr(PangoLayout) layout = lab_chart_layout (gtk_widget_get_pango_context (GTK_WIDGET (self)), text_style, text, -1);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);
  if (height != NULL)
    *height = h;

  return w;
}

static double
get_max_ratio (LabCopiesBars *self)
{
  double max = 1;

  for (guint i = 0; i < self->rows->len; i++)
    max = MAX (max, g_array_index (self->rows, LabCopiesRow, i).ratio);

  return max;
}

static const LabCopiesRow *
get_plain (LabCopiesBars *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, LabCopiesRow, i).kind == LAB_WAY_PLAIN)
      return &g_array_index (self->rows, LabCopiesRow, i);

  return NULL;
}

static void
find_places (LabCopiesBars *self,
             double         width,
             Places        *places)
{
  *places = (Places) { 0 };
  measure_text (self, LAB_CHART_TEXT_BOLD, "X", &places->line_height);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const LabCopiesRow *row = &g_array_index (self->rows, LabCopiesRow, i);
      g_autofree char *value = dup_value (row);
      g_autofree char *copied = dup_copied (row);
      g_autofree char *calls = dup_calls (row);

      places->name_width = MAX (places->name_width, measure_text (self, LAB_CHART_TEXT_BOLD, lab_way_kind_get_title (row->kind), NULL));
      places->value_width = MAX (places->value_width, measure_text (self, LAB_CHART_TEXT_BOLD, value, NULL));
      places->copied_width = MAX (places->copied_width, measure_text (self, LAB_CHART_TEXT_NORMAL, copied, NULL));
      places->calls_width = MAX (places->calls_width, measure_text (self, LAB_CHART_TEXT_NORMAL, calls, NULL));
    }

  places->bar_start = places->name_width + COLUMN_GAP;
  places->bar_width = width - places->bar_start - places->value_width - places->copied_width - places->calls_width - 3 * COLUMN_GAP;
  places->row_height = places->line_height + 2 * PADDING;
  if (places->bar_width < MIN_BAR_AREA)
    {
      places->stacked = TRUE;
      places->bar_start = 0;
      places->bar_width = MAX (width - places->value_width - COLUMN_GAP, 1);
      places->row_height = 3 * places->line_height + 2 * PADDING;
    }
}

static double
get_stacked_width (const Places *places)
{
  return MAX (MAX (places->name_width, places->value_width + COLUMN_GAP + 60),
              places->copied_width + COLUMN_GAP + places->calls_width);
}

static void
lab_copies_bars_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  LabCopiesBars *self = LAB_COPIES_BARS (widget);
  Places places;

  find_places (self, for_size > 0 && orientation == GTK_ORIENTATION_VERTICAL ? for_size : 820, &places);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int) get_stacked_width (&places);
      *natural = MAX (*minimum, 820);
    }
  else
    *minimum = *natural = (int) (places.row_height * self->rows->len + (get_plain (self) != NULL ? places.line_height + 4 : 0));
}

static GtkSizeRequestMode
lab_copies_bars_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Shows a text from @x on, or, right to left, as far from the other edge. */
static void
show_text (LabCopiesBars *self,
           cairo_t       *cr,
           LabChartText   text_style,
           const char    *text,
           double         x,
           double         y,
           gboolean       at_end)
{
  PangoLayout *layout = lab_chart_layout (gtk_widget_get_pango_context (GTK_WIDGET (self)), text_style, text, -1);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);
  if (at_end)
    x -= w;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - w;
  lab_chart_show (cr, layout, x, y);
}

/* The bar, or, above the line of one process, what stands beside it. */
static void
draw_row (LabCopiesBars        *self,
          cairo_t              *cr,
          const LabChartColors *colors,
          const Places         *places,
          const LabCopiesRow   *row,
          double                y,
          gboolean              texts)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double bar = places->bar_width * row->ratio / get_max_ratio (self);
  double bar_y = y + PADDING + (places->stacked ? places->line_height : 0);
  double columns = width - places->copied_width - places->calls_width - COLUMN_GAP;
  g_autofree char *value = dup_value (row);
  g_autofree char *copied = dup_copied (row);
  g_autofree char *calls = dup_calls (row);

  if (texts)
    {
      /* The line of one process makes way for the numbers. */
      double value_width = measure_text (self, LAB_CHART_TEXT_BOLD, value, NULL) + COLUMN_GAP / 2.0;
      double value_x = places->bar_start + bar + COLUMN_GAP / 4.0;

      lab_chart_set_color (cr, colors, LAB_CHART_BG);
      cairo_rectangle (cr, rtl ? width - value_x - value_width : value_x, bar_y, value_width, places->line_height);
      cairo_fill (cr);

      lab_chart_set_color (cr, colors, LAB_CHART_FG);
      show_text (self, cr, LAB_CHART_TEXT_BOLD, lab_way_kind_get_title (row->kind),
                 places->stacked ? 0 : places->name_width, y + PADDING, !places->stacked);
      show_text (self, cr, LAB_CHART_TEXT_BOLD, value, places->bar_start + bar + COLUMN_GAP / 2.0, bar_y, FALSE);
      show_text (self, cr, LAB_CHART_TEXT_NORMAL, copied, places->stacked ? 0 : columns,
                 places->stacked ? bar_y + places->line_height : y + PADDING, FALSE);
      show_text (self, cr, LAB_CHART_TEXT_NORMAL, calls, (places->stacked ? 0 : columns) + places->copied_width + COLUMN_GAP,
                 places->stacked ? bar_y + places->line_height : y + PADDING, FALSE);
      return;
    }

  lab_chart_rounded_box (cr, rtl ? width - places->bar_start - bar : places->bar_start, bar_y, MAX (bar, 1), places->line_height, BAR_RADIUS);
  if (row->kind == LAB_WAY_PLAIN)
    lab_chart_set_color (cr, colors, LAB_CHART_LINE);
  else if (lab_way_kind_shares (row->kind))
    lab_chart_set_color (cr, colors, LAB_CHART_SEGMENT);
  else
    lab_chart_set_color_alpha (cr, colors, LAB_CHART_SERVER, 0.5);
  cairo_fill (cr);
}

static void
draw_alone (LabCopiesBars        *self,
            cairo_t              *cr,
            const LabChartColors *colors,
            const Places         *places,
            double                ratio)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double x = places->bar_start + places->bar_width * ratio / get_max_ratio (self);
  double bottom = places->row_height * self->rows->len;
  const double dashes[] = { 5, 4 };
  const char *text = get_alone_words ();
  double text_width = measure_text (self, LAB_CHART_TEXT_SMALL, text, NULL);

  lab_chart_set_color (cr, colors, LAB_CHART_TROUBLE);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, dashes, 2, 0);
  if (places->stacked)  /* between the bars there are words */
    for (guint i = 0; i < self->rows->len; i++)
      {
        cairo_move_to (cr, rtl ? width - x : x, i * places->row_height + PADDING + places->line_height - 3);
        cairo_rel_line_to (cr, 0, places->line_height + 6);
      }
  else
    {
      cairo_move_to (cr, rtl ? width - x : x, 2);
      cairo_line_to (cr, rtl ? width - x : x, bottom);
    }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);

  lab_chart_set_color (cr, colors, LAB_CHART_TROUBLE_FG);
  show_text (self, cr, LAB_CHART_TEXT_SMALL, text, x - 4 < text_width ? MIN (x + 4, width - text_width) : x, bottom + 2, x - 4 >= text_width);
}

static void
lab_copies_bars_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  LabCopiesBars *self = LAB_COPIES_BARS (widget);
  const LabCopiesRow *plain = get_plain (self);
  LabChartColors colors;
  Places places;
  cairo_t *cr;

  if (self->rows->len == 0)
    return;

  find_places (self, gtk_widget_get_width (widget), &places);
  lab_chart_colors_load (&colors, widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget)));
  for (guint i = 0; i < self->rows->len; i++)
    draw_row (self, cr, &colors, &places, &g_array_index (self->rows, LabCopiesRow, i), i * places.row_height, FALSE);
  if (plain != NULL)
    draw_alone (self, cr, &colors, &places, plain->ratio);
  for (guint i = 0; i < self->rows->len; i++)
    draw_row (self, cr, &colors, &places, &g_array_index (self->rows, LabCopiesRow, i), i * places.row_height, TRUE);
  cairo_destroy (cr);
}

static void
lab_copies_bars_finalize (GObject *object)
{
  LabCopiesBars *self = LAB_COPIES_BARS (object);

  g_array_unref (self->rows);
  g_free (self->description);

  G_OBJECT_CLASS (lab_copies_bars_parent_class)->finalize (object);
}

static void
lab_copies_bars_class_init (LabCopiesBarsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = lab_copies_bars_finalize;
  widget_class->measure = lab_copies_bars_measure;
  widget_class->get_request_mode = lab_copies_bars_get_request_mode;
  widget_class->snapshot = lab_copies_bars_snapshot;

  gtk_widget_class_set_css_name (widget_class, "labcopiesbars");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lab_copies_bars_init (LabCopiesBars *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (LabCopiesRow));
  lab_copies_bars_set_rows (self, NULL);
}

/**
 * lab_copies_bars_set_rows:
 * @self: the bars
 * @rows: (nullable): #LabCopiesRow of each way
 */
void
lab_copies_bars_set_rows (LabCopiesBars *self,
                          const GArray  *rows)
{
  GString *text = g_string_new (NULL);

  g_return_if_fail (LAB_IS_COPIES_BARS (self));

  g_array_set_size (self->rows, 0);
  if (rows != NULL && rows->len > 0)
    g_array_append_vals (self->rows, rows->data, rows->len);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const LabCopiesRow *row = &g_array_index (self->rows, LabCopiesRow, i);
      g_autofree char *value = dup_value (row);
      g_autofree char *copied = dup_copied (row);
      g_autofree char *calls = dup_calls (row);

      g_string_append_printf (text, "%s%s: %s, %s, %s", i > 0 ? "; " : "", lab_way_kind_get_title (row->kind), value, copied, calls);
    }
  if (get_plain (self) != NULL)
    /* Translators: %s is “one process alone” */
    g_string_append_printf (text, _("; a line across the bars: %s"), get_alone_words ());
  g_free (self->description);
  self->description = g_string_free (text, FALSE);
  lab_chart_say (GTK_WIDGET (self), _("Speeds, the fastest between two processes being 1"), self->description);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lab_copies_bars_get_description:
 * @self: the bars
 *
 * Returns: (transfer none): what they show, in words
 */
const char *
lab_copies_bars_get_description (LabCopiesBars *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_BARS (self), NULL);

  return self->description;
}
