/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-pair-layout.h"

struct _LabPairLayout
{
  GtkLayoutManager parent_instance;

  int              spacing;    /* pixels */
  int              min_chars;  /* each side's width, in average characters, below which they are stacked */
};

enum { PROP_0, PROP_SPACING, PROP_MIN_CHARS, N_PROPS };

G_DEFINE_FINAL_TYPE (LabPairLayout, lab_pair_layout, GTK_TYPE_LAYOUT_MANAGER)

static GParamSpec *properties[N_PROPS];

static int
char_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = pango_font_metrics_get_approximate_char_width (metrics);

  pango_font_metrics_unref (metrics);

  return PANGO_PIXELS_CEIL (width);
}

static gboolean
is_side_by_side (LabPairLayout *self,
                 GtkWidget     *widget,
                 int            width)
{
  const int side = (width - self->spacing) / 2;

  if (side < self->min_chars * char_width (widget))
    return FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int minimum;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      if (minimum > side)
        return FALSE;
    }

  return TRUE;
}

static GtkSizeRequestMode
lab_pair_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lab_pair_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  LabPairLayout *self = LAB_PAIR_LAYOUT (manager);
  const gboolean side_by_side = orientation == GTK_ORIENTATION_VERTICAL && is_side_by_side (self, widget, for_size);
  int n_children = 0;

  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;

      n_children++;
      gtk_widget_measure (child, orientation, side_by_side ? (for_size - self->spacing) / 2 : for_size,
                          &child_minimum, &child_natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_HORIZONTAL || side_by_side)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = MAX (*natural, child_natural);
        }
      else
        {
          *minimum += child_minimum;
          *natural += child_natural;
        }
    }

  if (orientation == GTK_ORIENTATION_HORIZONTAL && n_children > 1)
    *natural = *natural * 2 + self->spacing;
}

static void
lab_pair_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  LabPairLayout *self = LAB_PAIR_LAYOUT (manager);
  const gboolean side_by_side = is_side_by_side (self, widget, width);
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int side = side_by_side ? (width - self->spacing) / 2 : width;
  GtkAllocation allocation = { side_by_side && rtl ? width - side : 0, 0, side, height };

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_should_layout (child))
        continue;

      if (!side_by_side)
        gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, side, NULL, &allocation.height, NULL, NULL);
      gtk_widget_size_allocate (child, &allocation, -1);
      if (side_by_side)
        allocation.x = rtl ? 0 : width - side;
      else
        allocation.y += allocation.height;
    }
}

static void
lab_pair_layout_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabPairLayout *self = LAB_PAIR_LAYOUT (object);

  switch (prop_id)
    {
    case PROP_SPACING:
      g_value_set_int (value, self->spacing);
      break;
    case PROP_MIN_CHARS:
      g_value_set_int (value, self->min_chars);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_pair_layout_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabPairLayout *self = LAB_PAIR_LAYOUT (object);

  switch (prop_id)
    {
    case PROP_SPACING:
      self->spacing = g_value_get_int (value);
      break;
    case PROP_MIN_CHARS:
      self->min_chars = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_pair_layout_class_init (LabPairLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = lab_pair_layout_get_property;
  object_class->set_property = lab_pair_layout_set_property;

  layout_class->get_request_mode = lab_pair_layout_get_request_mode;
  layout_class->measure = lab_pair_layout_measure;
  layout_class->allocate = lab_pair_layout_allocate;

  properties[PROP_SPACING] =
    g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIN_CHARS] =
    g_param_spec_int ("min-chars", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_pair_layout_init (LabPairLayout *self)
{
}

/**
 * lab_pair_layout_new:
 * @spacing: pixels between the two
 * @min_chars: average characters that each needs to be beside the other
 *
 * Returns: (transfer full): a layout manager
 */
GtkLayoutManager *
lab_pair_layout_new (int spacing,
                     int min_chars)
{
  return g_object_new (LAB_TYPE_PAIR_LAYOUT, "spacing", spacing, "min-chars", min_chars, NULL);
}
