/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-copies-plot.h"

#include <glib/gi18n-lib.h>

#include "copies/draw/lab-chart.h"

#define MIN_HEIGHT 380
#define HEIGHT_LINES 22
#define MIN_WIDTH 360

struct _LabCopiesPlot
{
  GtkWidget    parent_instance;

  LabPlotUnit  unit;
  LabPlot     *plot;
  int          cursor;       /* which size is shown; -1: none */
  char        *description;
};

enum { PROP_0, PROP_UNIT, N_PROPS };

G_DEFINE_FINAL_TYPE (LabCopiesPlot, lab_copies_plot, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
lab_copies_plot_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  LabCopiesPlot *self = LAB_COPIES_PLOT (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  LabChartColors colors;
  cairo_t *cr;

  if (lab_copies_plot_is_empty (self))
    return;

  lab_chart_colors_load (&colors, widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  lab_plot_draw (self->plot, cr, gtk_widget_get_pango_context (widget), &colors, width, height, self->cursor);
  cairo_destroy (cr);

  if (gtk_widget_has_visible_focus (widget))
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget), 0, 0, width, height);
}

static void
lab_copies_plot_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = MIN_WIDTH;
  else
    {
      g_autoptr(PangoLayout) layout = lab_chart_layout (gtk_widget_get_pango_context (widget), LAB_CHART_TEXT_NORMAL, "X", -1);
      int line_height;

      pango_layout_get_pixel_size (layout, NULL, &line_height);
      *minimum = *natural = MAX (MIN_HEIGHT, HEIGHT_LINES * line_height);
    }
}

static void
update_description (LabCopiesPlot *self)
{
  g_autofree char *text = NULL;

  if (lab_copies_plot_is_empty (self))
    text = g_strdup (_("Nothing has been measured yet"));
  else if (self->cursor >= 0)
    text = g_strdelimit (lab_plot_dup_readout (self->plot, (guint) self->cursor), "\n", ';');
  else
    text = g_strdup (_("Use the arrow keys to go from size to size"));

  g_free (self->description);
  self->description = g_steal_pointer (&text);
  lab_chart_say (GTK_WIDGET (self),
                 self->unit == LAB_PLOT_SPEED ? _("Plot of speeds over block sizes") : _("Plot of round trip times over message sizes"),
                 self->description);
}

static void
set_cursor (LabCopiesPlot *self,
            int            cursor)
{
  cursor = CLAMP (cursor, -1, (int) lab_plot_get_n_sizes (self->plot) - 1);
  if (cursor == self->cursor)
    return;

  self->cursor = cursor;
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                LabCopiesPlot         *self)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0 || lab_copies_plot_is_empty (self))
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      set_cursor (self, MAX (self->cursor - 1, 0));
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      set_cursor (self, self->cursor + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
      set_cursor (self, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
      set_cursor (self, (int) lab_plot_get_n_sizes (self->plot) - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (self->cursor < 0)
        return GDK_EVENT_PROPAGATE;
      set_cursor (self, -1);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           LabCopiesPlot            *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  set_cursor (self, lab_plot_find_size (self->plot, gtk_widget_get_pango_context (widget), gtk_widget_get_width (widget),
                                        gtk_widget_get_height (widget), x));
}

static void
leave_cb (GtkEventControllerMotion *controller,
          LabCopiesPlot            *self)
{
  set_cursor (self, -1);
}

static void
lab_copies_plot_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabCopiesPlot *self = LAB_COPIES_PLOT (object);

  switch (prop_id)
    {
    case PROP_UNIT:
      self->unit = (LabPlotUnit) g_value_get_uint (value);
      self->plot = lab_plot_new (self->unit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_copies_plot_constructed (GObject *object)
{
  G_OBJECT_CLASS (lab_copies_plot_parent_class)->constructed (object);

  update_description (LAB_COPIES_PLOT (object));
}

static void
lab_copies_plot_finalize (GObject *object)
{
  LabCopiesPlot *self = LAB_COPIES_PLOT (object);

  lab_plot_free (self->plot);
  g_free (self->description);

  G_OBJECT_CLASS (lab_copies_plot_parent_class)->finalize (object);
}

static void
lab_copies_plot_class_init (LabCopiesPlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = lab_copies_plot_set_property;
  object_class->constructed = lab_copies_plot_constructed;
  object_class->finalize = lab_copies_plot_finalize;
  widget_class->measure = lab_copies_plot_measure;
  widget_class->snapshot = lab_copies_plot_snapshot;

  properties[PROP_UNIT] =
    g_param_spec_uint ("unit", NULL, NULL, LAB_PLOT_SPEED, LAB_PLOT_TIME, LAB_PLOT_SPEED,
                       G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "labcopiesplot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lab_copies_plot_init (LabCopiesPlot *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->cursor = -1;

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

/**
 * lab_copies_plot_set_data:
 * @self: a plot
 * @data: what was measured
 *
 * Takes over what there is now.
 */
void
lab_copies_plot_set_data (LabCopiesPlot *self,
                          LabCopiesData *data)
{
  g_return_if_fail (LAB_IS_COPIES_PLOT (self));

  lab_plot_set_data (self->plot, data);
  self->cursor = MIN (self->cursor, (int) lab_plot_get_n_sizes (self->plot) - 1);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
lab_copies_plot_is_empty (LabCopiesPlot *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_PLOT (self), TRUE);

  return lab_plot_get_n_sizes (self->plot) == 0;
}

/**
 * lab_copies_plot_get_plot:
 * @self: a plot
 *
 * Returns: (transfer none): what it shows, to be drawn elsewhere
 */
LabPlot *
lab_copies_plot_get_plot (LabCopiesPlot *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_PLOT (self), NULL);

  return self->plot;
}
