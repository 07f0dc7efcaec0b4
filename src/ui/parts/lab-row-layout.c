/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-row-layout.h"

struct _LabRowLayout
{
  GtkLayoutManager parent_instance;

  int              spacing;  /* pixels */
};

enum { PROP_0, PROP_SPACING, N_PROPS };

G_DEFINE_FINAL_TYPE (LabRowLayout, lab_row_layout, GTK_TYPE_LAYOUT_MANAGER)

static GParamSpec *properties[N_PROPS];

/* The next child from @child on that is shown. */
static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

/* How wide @child is when @available pixels are left for it and those after it. */
static int
child_width (GtkWidget *child,
             int        available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  if (skip_hidden (gtk_widget_get_next_sibling (child)) == NULL)
    return MAX (minimum, available);

  return natural;
}

static GtkSizeRequestMode
lab_row_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (LabRowLayout *self,
               GtkWidget    *widget,
               int          *minimum,
               int          *natural)
{
  for (GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget)), *next; child != NULL; child = next)
    {
      int child_minimum, child_natural;

      next = skip_hidden (gtk_widget_get_next_sibling (child));
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum += next != NULL ? child_natural + self->spacing : child_minimum;
      *natural += next != NULL ? child_natural + self->spacing : child_natural;
    }
}

static void
measure_height (LabRowLayout *self,
                GtkWidget    *widget,
                int           width,
                int          *minimum,
                int          *natural)
{
  for (GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget)); child != NULL;
       child = skip_hidden (gtk_widget_get_next_sibling (child)))
    {
      int this_width = width < 0 ? -1 : child_width (child, width);
      int child_minimum, child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, this_width, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
      if (width >= 0)
        width = MAX (0, width - this_width - self->spacing);
    }
}

static void
lab_row_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (LAB_ROW_LAYOUT (manager), widget, minimum, natural);
  else
    measure_height (LAB_ROW_LAYOUT (manager), widget, for_size, minimum, natural);
}

static void
lab_row_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  LabRowLayout *self = LAB_ROW_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget)); child != NULL;
       child = skip_hidden (gtk_widget_get_next_sibling (child)))
    {
      GtkAllocation allocation = { .width = child_width (child, MAX (0, width - x)), .height = height };

      allocation.x = rtl ? width - x - allocation.width : x;
      gtk_widget_size_allocate (child, &allocation, -1);
      x += allocation.width + self->spacing;
    }
}

static void
lab_row_layout_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SPACING:
      g_value_set_int (value, LAB_ROW_LAYOUT (object)->spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_row_layout_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SPACING:
      LAB_ROW_LAYOUT (object)->spacing = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_row_layout_class_init (LabRowLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = lab_row_layout_get_property;
  object_class->set_property = lab_row_layout_set_property;

  layout_class->get_request_mode = lab_row_layout_get_request_mode;
  layout_class->measure = lab_row_layout_measure;
  layout_class->allocate = lab_row_layout_allocate;

  properties[PROP_SPACING] =
    g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_row_layout_init (LabRowLayout *self)
{
}

/**
 * lab_row_layout_new:
 * @spacing: pixels between the children
 *
 * Returns: (transfer full): a layout manager
 */
GtkLayoutManager *
lab_row_layout_new (int spacing)
{
  return g_object_new (LAB_TYPE_ROW_LAYOUT, "spacing", spacing, NULL);
}
