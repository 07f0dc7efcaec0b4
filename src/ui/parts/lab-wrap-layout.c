/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-wrap-layout.h"

struct _LabWrapLayout
{
  GtkLayoutManager parent_instance;

  int              column_spacing;  /* pixels */
  int              row_spacing;     /* pixels */
};

enum { PROP_0, PROP_COLUMN_SPACING, PROP_ROW_SPACING, N_PROPS };

G_DEFINE_FINAL_TYPE (LabWrapLayout, lab_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GParamSpec *properties[N_PROPS];

/* One line of children: those from @first to before @end that are shown. */
typedef struct
{
  GtkWidget *first;
  GtkWidget *end;
  int        width;
  int        height;
} Line;

static int
child_width (GtkWidget *child,
             int        available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);

  return MAX (minimum, MIN (natural, available));
}

/* Fills @line with the children from @first that fit into @available pixels: at least one. */
static void
break_line (LabWrapLayout *self,
            GtkWidget     *first,
            int            available,
            Line          *line)
{
  GtkWidget *child;

  *line = (Line) { .first = first };
  for (child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int width, height;

      if (!gtk_widget_should_layout (child))
        continue;

      width = child_width (child, available);
      if (line->width > 0 && line->width + self->column_spacing + width > available)
        break;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
      line->width += (line->width > 0 ? self->column_spacing : 0) + width;
      line->height = MAX (line->height, height);
    }
  line->end = child;
}

static GtkSizeRequestMode
lab_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lab_wrap_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  LabWrapLayout *self = LAB_WRAP_LAYOUT (manager);

  *minimum = 0;
  *natural = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          int child_minimum, child_natural;

          if (!gtk_widget_should_layout (child))
            continue;

          gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
          *minimum = MAX (*minimum, child_minimum);
          *natural += (*natural > 0 ? self->column_spacing : 0) + child_natural;
        }
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;)
    {
      Line line;

      break_line (self, child, for_size < 0 ? G_MAXINT / 2 : for_size, &line);
      *natural += (*natural > 0 && line.height > 0 ? self->row_spacing : 0) + line.height;
      child = line.end;
    }
  *minimum = *natural;
}

static void
lab_wrap_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  LabWrapLayout *self = LAB_WRAP_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int y = 0;

  for (GtkWidget *first = gtk_widget_get_first_child (widget); first != NULL;)
    {
      int x = 0;
      Line line;

      break_line (self, first, width, &line);
      for (GtkWidget *child = line.first; child != line.end; child = gtk_widget_get_next_sibling (child))
        {
          GtkAllocation allocation;

          if (!gtk_widget_should_layout (child))
            continue;

          allocation.width = child_width (child, width);
          allocation.height = line.height;
          allocation.x = rtl ? width - x - allocation.width : x;
          allocation.y = y;
          gtk_widget_size_allocate (child, &allocation, -1);
          x += allocation.width + self->column_spacing;
        }

      y += line.height + self->row_spacing;
      first = line.end;
    }
}

static void
lab_wrap_layout_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabWrapLayout *self = LAB_WRAP_LAYOUT (object);

  switch (prop_id)
    {
    case PROP_COLUMN_SPACING:
      g_value_set_int (value, self->column_spacing);
      break;
    case PROP_ROW_SPACING:
      g_value_set_int (value, self->row_spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_wrap_layout_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabWrapLayout *self = LAB_WRAP_LAYOUT (object);

  switch (prop_id)
    {
    case PROP_COLUMN_SPACING:
      self->column_spacing = g_value_get_int (value);
      break;
    case PROP_ROW_SPACING:
      self->row_spacing = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_wrap_layout_class_init (LabWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = lab_wrap_layout_get_property;
  object_class->set_property = lab_wrap_layout_set_property;

  layout_class->get_request_mode = lab_wrap_layout_get_request_mode;
  layout_class->measure = lab_wrap_layout_measure;
  layout_class->allocate = lab_wrap_layout_allocate;

  properties[PROP_COLUMN_SPACING] =
    g_param_spec_int ("column-spacing", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ROW_SPACING] =
    g_param_spec_int ("row-spacing", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_wrap_layout_init (LabWrapLayout *self)
{
}

/**
 * lab_wrap_layout_new:
 * @column_spacing: pixels between the children of a line
 * @row_spacing: pixels between lines
 *
 * Returns: (transfer full): a layout manager
 */
GtkLayoutManager *
lab_wrap_layout_new (int column_spacing,
                     int row_spacing)
{
  return g_object_new (LAB_TYPE_WRAP_LAYOUT,
                       "column-spacing", column_spacing,
                       "row-spacing", row_spacing,
                       NULL);
}
