/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-copies-diagram.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "copies/draw/lab-chart.h"
#include "copies/measure/lab-copies-words.h"

#define N_COLUMNS 5
#define BOX_PADDING 9
#define MIN_GAP 46
#define SPACING 6
#define ARROW_HEAD 9
#define MAX_BOX_WIDTH 170

typedef enum
{
  PLACE_KERNEL,
  PLACE_SERVER,
  PLACE_CLIENT,
  PLACE_SEGMENT,
} Place;

typedef struct
{
  const char *name;
  const char *where;
  Place       place;
  guint       column;
} Box;

struct _LabCopiesDiagram
{
  GtkWidget       parent_instance;

  gboolean        shared;
  LabCarryMode    mode;
  gboolean        has_result;
  LabCarryResult  result;
  char           *description;
};

enum { PROP_0, PROP_SHARED, N_PROPS };

G_DEFINE_FINAL_TYPE (LabCopiesDiagram, lab_copies_diagram, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static guint
get_boxes (LabCopiesDiagram *self,
           Box               boxes[N_COLUMNS])
{
  guint n = 0;
  gboolean memory = self->mode == LAB_CARRY_MODE_MEMORY;

  if (!memory)
    /* Translators: where the bytes are, in the diagram */
    boxes[n++] = (Box) { _("input file"), _("kernel"), PLACE_KERNEL, 0 };
  if (!self->shared || memory)
    boxes[n++] = (Box) { memory ? _("server memory") : _("server buffer"), _("server"), PLACE_SERVER, memory ? 0 : 1 };
  if (self->shared)
    boxes[n++] = (Box) { _("shared segment"), _("server and client"), PLACE_SEGMENT, 2 };
  else
    boxes[n++] = (Box) { _("kernel buffer"), _("kernel"), PLACE_KERNEL, 2 };
  if (!self->shared || memory)
    boxes[n++] = (Box) { memory ? _("client memory") : _("client buffer"), _("client"), PLACE_CLIENT, memory ? 4 : 3 };
  if (!memory)
    boxes[n++] = (Box) { self->mode == LAB_CARRY_MODE_NOWHERE ? "/dev/null" : _("output file"), _("kernel"), PLACE_KERNEL, 4 };

  return n;
}

/* Whether the last step copies nothing, because /dev/null throws it away. */
static gboolean
is_thrown_away (LabCopiesDiagram *self,
                guint             step,
                guint             n_steps)
{
  return self->mode == LAB_CARRY_MODE_NOWHERE && step == n_steps - 1;
}

/* Bytes over the arrow after box number @step. */
static guint64
get_step_bytes (LabCopiesDiagram *self,
                guint             step)
{
  guint64 steps[4];

  lab_carry_result_get_steps (&self->result, steps);

  /* From memory to memory there is no file at the ends. */
  return self->mode == LAB_CARRY_MODE_MEMORY && !self->shared ? steps[step + 1] : steps[step];
}

static char *
dup_total (LabCopiesDiagram *self)
{
  Box boxes[N_COLUMNS];
  guint n = get_boxes (self, boxes) - 1;

  if (self->mode == LAB_CARRY_MODE_NOWHERE)
    n--;
  if (self->has_result)
    /* Translators: %s is a way such as Pipe, %.2f how often each byte was copied */
    return g_strdup_printf (_("%s: %.2f copies, as counted"), lab_way_kind_get_title (self->result.kind),
                            lab_carry_result_get_copies (&self->result));

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u copy", "%u copies", n), n);
}

static const char *
get_title (LabCopiesDiagram *self)
{
  return self->shared ? _("Shared memory") : _("Pipe, FIFO, message queue");
}

static void
update_description (LabCopiesDiagram *self)
{
  Box boxes[N_COLUMNS];
  guint n_boxes = get_boxes (self, boxes);
  GString *text = g_string_new (NULL);
  g_autofree char *total = dup_total (self);

  g_string_append_printf (text, "%s: ", total);
  for (guint i = 0; i < n_boxes; i++)
    {
      if (i > 0)
        g_string_append (text, " → ");
      g_string_append_printf (text, "%s (%s)", boxes[i].name, boxes[i].where);
      if (self->has_result && i + 1 < n_boxes)
        {
          g_autofree char *bytes = lab_copies_format_size (get_step_bytes (self, i));

          g_string_append_printf (text, " → %s", bytes);
        }
    }

  g_free (self->description);
  self->description = g_string_free (text, FALSE);
  lab_chart_say (GTK_WIDGET (self), get_title (self), self->description);
}

static double
measure_text (GtkWidget    *widget,
              LabChartText  text_style,
              const char   *text,
              double        width,
              gboolean      vertical)
{
  g_autoptr(PangoLayout) layout = lab_chart_layout (gtk_widget_get_pango_context (widget), text_style, text, width);
  int w, h;

  pango_layout_get_pixel_size (layout, &w, &h);

  return vertical ? h : w;
}

/* The least width in which no word is broken. */
static double
get_min_box_width (LabCopiesDiagram *self)
{
  Box boxes[N_COLUMNS];
  guint n_boxes = get_boxes (self, boxes);
  double width = 0;

  for (guint i = 0; i < n_boxes; i++)
    {
      g_auto(GStrv) words = g_strsplit (boxes[i].name, " ", -1);

      for (guint w = 0; words[w] != NULL; w++)
        width = MAX (width, measure_text (GTK_WIDGET (self), LAB_CHART_TEXT_BOLD, words[w], -1, FALSE));
    }

  return width + 2 * BOX_PADDING;
}

static double
get_box_width (LabCopiesDiagram *self,
               double            width)
{
  double min = get_min_box_width (self);

  return CLAMP ((width - (N_COLUMNS - 1) * MIN_GAP * 1.4) / N_COLUMNS, min, MAX (min, MAX_BOX_WIDTH));
}

static double
get_box_height (LabCopiesDiagram *self,
                double            box_width)
{
  Box boxes[N_COLUMNS];
  guint n_boxes = get_boxes (self, boxes);
  double height = 0;

  for (guint i = 0; i < n_boxes; i++)
    height = MAX (height,
                  measure_text (GTK_WIDGET (self), LAB_CHART_TEXT_BOLD, boxes[i].name, box_width - 2 * BOX_PADDING, TRUE)
                  + measure_text (GTK_WIDGET (self), LAB_CHART_TEXT_SMALL, boxes[i].where, box_width - 2 * BOX_PADDING, TRUE));

  return height + 2 * BOX_PADDING;
}

static void
lab_copies_diagram_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  LabCopiesDiagram *self = LAB_COPIES_DIAGRAM (widget);
  double min_width = N_COLUMNS * get_min_box_width (self) + (N_COLUMNS - 1) * MIN_GAP;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int) min_width;
      *natural = MAX (*minimum, 820);
    }
  else
    {
      double width = MAX (for_size > 0 ? for_size : 820, min_width);
      double line = measure_text (widget, LAB_CHART_TEXT_BOLD, "X", -1, TRUE);

      *minimum = *natural = (int) (line + SPACING + get_box_height (self, get_box_width (self, width)) + 2);
    }
}

static GtkSizeRequestMode
lab_copies_diagram_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
show_centered (cairo_t      *cr,
               PangoContext *context,
               LabChartText  text_style,
               const char   *text,
               double        x,
               double        y,
               double        width)
{
  PangoLayout *layout = lab_chart_layout (context, text_style, text, width);

  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  lab_chart_show (cr, layout, x, y);
}

static void
draw_box (LabCopiesDiagram     *self,
          cairo_t              *cr,
          const LabChartColors *colors,
          const Box            *box,
          double                x,
          double                y,
          double                width,
          double                height)
{
  static const LabChartColor borders[] = { LAB_CHART_DIM, LAB_CHART_SERVER, LAB_CHART_CLIENT, LAB_CHART_SEGMENT };
  static const LabChartColor areas[] = { LAB_CHART_KERNEL, LAB_CHART_BASE, LAB_CHART_BASE, LAB_CHART_SEGMENT_BG };
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  double inner = width - 2 * BOX_PADDING;
  double name_height = measure_text (GTK_WIDGET (self), LAB_CHART_TEXT_BOLD, box->name, inner, TRUE);
  double text_height = name_height + measure_text (GTK_WIDGET (self), LAB_CHART_TEXT_SMALL, box->where, inner, TRUE);
  double top = y + (height - text_height) / 2;

  lab_chart_rounded_box (cr, x + 1, y + 1, width - 2, height - 2, 7);
  lab_chart_set_color (cr, colors, areas[box->place]);
  cairo_fill_preserve (cr);
  lab_chart_set_color (cr, colors, borders[box->place]);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);

  lab_chart_set_color (cr, colors, LAB_CHART_FG);
  show_centered (cr, context, LAB_CHART_TEXT_BOLD, box->name, x + BOX_PADDING, top, inner);
  lab_chart_set_color (cr, colors, LAB_CHART_DIM);
  show_centered (cr, context, LAB_CHART_TEXT_SMALL, box->where, x + BOX_PADDING, top + name_height, inner);
}

static void
draw_arrow (LabCopiesDiagram     *self,
            cairo_t              *cr,
            const LabChartColors *colors,
            guint                 step,
            guint                 n_steps,
            double                from,
            double                to,
            double                y)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  gboolean thrown_away = is_thrown_away (self, step, n_steps);
  double direction = to > from ? 1 : -1;
  double left = MIN (from, to);
  double width = fabs (to - from);
  const double dashes[] = { 4, 4 };
  g_autofree char *label = NULL;
  g_autofree char *bytes = NULL;
  int w, h;

  lab_chart_set_color (cr, colors, thrown_away ? LAB_CHART_DIM : LAB_CHART_TROUBLE);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, dashes, thrown_away ? 2 : 0, 0);
  cairo_move_to (cr, from + 3 * direction, y);
  cairo_line_to (cr, to - (3 + ARROW_HEAD) * direction, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_move_to (cr, to - 3 * direction, y);
  cairo_line_to (cr, to - (3 + ARROW_HEAD) * direction, y - ARROW_HEAD / 2.0);
  cairo_line_to (cr, to - (3 + ARROW_HEAD) * direction, y + ARROW_HEAD / 2.0);
  cairo_close_path (cr);
  cairo_fill (cr);

  if (thrown_away)
    label = g_strdup (_("no copy"));
  else
    /* Translators: the number of a copy, over an arrow */
    label = g_strdup_printf (_("copy %u"), step + 1);
  {
    PangoLayout *layout = lab_chart_layout (context, LAB_CHART_TEXT_SMALL_BOLD, label, -1);

    pango_layout_get_pixel_size (layout, &w, &h);
    if (w > width)  /* there is only room for the number */
      {
        g_autofree char *number = thrown_away ? g_strdup ("0") : g_strdup_printf ("%u", step + 1);

        pango_layout_set_text (layout, number, -1);
        pango_layout_get_pixel_size (layout, &w, &h);
      }
    lab_chart_set_color (cr, colors, thrown_away ? LAB_CHART_DIM : LAB_CHART_TROUBLE_FG);
    lab_chart_show (cr, layout, left + (width - w) / 2, y - h - 4);
  }

  if (self->has_result && !thrown_away)
    {
      PangoLayout *layout;

      bytes = lab_copies_format_size (get_step_bytes (self, step));
      layout = lab_chart_layout (context, LAB_CHART_TEXT_SMALL, bytes, -1);
      pango_layout_get_pixel_size (layout, &w, &h);
      if (w > width)
        {
          pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
          pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
          w = (int) width;
        }
      lab_chart_set_color (cr, colors, LAB_CHART_DIM);
      lab_chart_show (cr, layout, left + (width - w) / 2, y + 5);
    }
}

static void
lab_copies_diagram_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  LabCopiesDiagram *self = LAB_COPIES_DIAGRAM (widget);
  PangoContext *context = gtk_widget_get_pango_context (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (widget);
  double box_width = get_box_width (self, width);
  double box_height = get_box_height (self, box_width);
  double stride = (width - box_width) / (N_COLUMNS - 1);
  g_autofree char *total = dup_total (self);
  LabChartColors colors;
  Box boxes[N_COLUMNS];
  guint n_boxes = get_boxes (self, boxes);
  PangoLayout *title, *total_layout;
  cairo_t *cr;
  int w, h;
  double top;

  lab_chart_colors_load (&colors, widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) gtk_widget_get_height (widget)));

  title = lab_chart_layout (context, LAB_CHART_TEXT_BOLD, get_title (self), -1);
  pango_layout_get_pixel_size (title, &w, &h);
  lab_chart_set_color (cr, &colors, LAB_CHART_FG);
  lab_chart_show (cr, title, rtl ? width - w : 0, 0);
  total_layout = lab_chart_layout (context, LAB_CHART_TEXT_BOLD, total, -1);
  pango_layout_get_pixel_size (total_layout, &w, &h);
  lab_chart_show (cr, total_layout, rtl ? 0 : width - w, 0);
  top = h + SPACING;

  for (guint i = 0; i < n_boxes; i++)
    {
      guint column = rtl ? N_COLUMNS - 1 - boxes[i].column : boxes[i].column;

      draw_box (self, cr, &colors, &boxes[i], column * stride, top, box_width, box_height);
      if (i + 1 < n_boxes)
        {
          guint next = rtl ? N_COLUMNS - 1 - boxes[i + 1].column : boxes[i + 1].column;

          draw_arrow (self, cr, &colors, i, n_boxes - 1,
                      column * stride + (rtl ? 0 : box_width), next * stride + (rtl ? box_width : 0), top + box_height / 2);
        }
    }

  cairo_destroy (cr);
}

static void
lab_copies_diagram_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  LabCopiesDiagram *self = LAB_COPIES_DIAGRAM (object);

  switch (prop_id)
    {
    case PROP_SHARED:
      self->shared = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_copies_diagram_constructed (GObject *object)
{
  G_OBJECT_CLASS (lab_copies_diagram_parent_class)->constructed (object);

  update_description (LAB_COPIES_DIAGRAM (object));
}

static void
lab_copies_diagram_finalize (GObject *object)
{
  g_free (LAB_COPIES_DIAGRAM (object)->description);

  G_OBJECT_CLASS (lab_copies_diagram_parent_class)->finalize (object);
}

static void
lab_copies_diagram_class_init (LabCopiesDiagramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = lab_copies_diagram_set_property;
  object_class->constructed = lab_copies_diagram_constructed;
  object_class->finalize = lab_copies_diagram_finalize;
  widget_class->measure = lab_copies_diagram_measure;
  widget_class->get_request_mode = lab_copies_diagram_get_request_mode;
  widget_class->snapshot = lab_copies_diagram_snapshot;

  properties[PROP_SHARED] =
    g_param_spec_boolean ("shared", NULL, NULL, FALSE,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "labcopiesdiagram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lab_copies_diagram_init (LabCopiesDiagram *self)
{
}

/**
 * lab_copies_diagram_set_mode:
 * @self: a diagram
 * @mode: from where to where
 *
 * What was counted before is forgotten.
 */
void
lab_copies_diagram_set_mode (LabCopiesDiagram *self,
                             LabCarryMode      mode)
{
  g_return_if_fail (LAB_IS_COPIES_DIAGRAM (self));

  self->mode = mode;
  self->has_result = FALSE;
  update_description (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lab_copies_diagram_set_result:
 * @self: a diagram
 * @result: (nullable): a run to tell the counts of; %NULL to forget it
 */
void
lab_copies_diagram_set_result (LabCopiesDiagram     *self,
                               const LabCarryResult *result)
{
  g_return_if_fail (LAB_IS_COPIES_DIAGRAM (self));

  self->has_result = result != NULL;
  if (result != NULL)
    {
      self->result = *result;
      self->mode = result->mode;
    }
  update_description (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lab_copies_diagram_get_description:
 * @self: a diagram
 *
 * Returns: (transfer none): what it shows, in words
 */
const char *
lab_copies_diagram_get_description (LabCopiesDiagram *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_DIAGRAM (self), NULL);

  return self->description;
}
