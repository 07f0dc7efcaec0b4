/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-wrap-layout.h"

struct _LabWrapLayout
{
  GtkLayoutManager parent_instance;

  int              column_spacing;  /* pixels */
  int              row_spacing;     /* pixels */
  int              min_chars;       /* of equal children, see lab_wrap_layout_class_init() */
};

enum { PROP_0, PROP_COLUMN_SPACING, PROP_ROW_SPACING, PROP_MIN_CHARS, N_PROPS };

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
char_width (GtkWidget *widget)
{
  PangoFontMetrics *metrics = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  int width = pango_font_metrics_get_approximate_char_width (metrics);

  pango_font_metrics_unref (metrics);

  return PANGO_PIXELS_CEIL (width);
}

/* How wide each of equal children is: its share of one line, or, where that is too little
 * for one of them, all of a line.  0 when children are as wide as each needs. */
static int
equal_width (LabWrapLayout *self,
             GtkWidget     *widget,
             int            available)
{
  int n_children = 0, widest = self->min_chars, share;

  if (self->min_chars == 0)
    return 0;

  widest *= char_width (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int minimum;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      widest = MAX (widest, minimum);
      n_children++;
    }
  share = (available - self->column_spacing * (n_children - 1)) / MAX (n_children, 1);

  return share >= widest ? share : available;
}

/* @equal: from equal_width() */
static int
child_width (GtkWidget *child,
             int        available,
             int        equal)
{
  int minimum, natural;

  if (equal > 0)
    return equal;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);

  return MAX (minimum, MIN (natural, available));
}

/* Fills @line with the children from @first that fit into @available pixels: at least one. */
static void
break_line (LabWrapLayout *self,
            GtkWidget     *first,
            int            available,
            int            equal,
            Line          *line)
{
  GtkWidget *child;

  *line = (Line) { .first = first };
  for (child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int width, height;

      if (!gtk_widget_should_layout (child))
        continue;

      width = child_width (child, available, equal);
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
  const int available = for_size < 0 ? G_MAXINT / 2 : for_size;

  *minimum = 0;
  *natural = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      int widest = 0, n_children = 0;

      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          int child_minimum, child_natural;

          if (!gtk_widget_should_layout (child))
            continue;

          gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
          *minimum = MAX (*minimum, child_minimum);
          *natural += (*natural > 0 ? self->column_spacing : 0) + child_natural;
          widest = MAX (widest, child_natural);
          n_children++;
        }
      if (self->min_chars > 0 && n_children > 0)
        *natural = widest * n_children + self->column_spacing * (n_children - 1);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;)
    {
      Line line;

      break_line (self, child, available, equal_width (self, widget, available), &line);
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
  const int equal = equal_width (self, widget, width);
  int y = 0;

  for (GtkWidget *first = gtk_widget_get_first_child (widget); first != NULL;)
    {
      int x = 0;
      Line line;

      break_line (self, first, width, equal, &line);
      for (GtkWidget *child = line.first; child != line.end; child = gtk_widget_get_next_sibling (child))
        {
          GtkAllocation allocation;

          if (!gtk_widget_should_layout (child))
            continue;

          allocation.width = child_width (child, width, equal);
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
    case PROP_MIN_CHARS:
      g_value_set_int (value, self->min_chars);
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
    case PROP_MIN_CHARS:
      self->min_chars = g_value_get_int (value);
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
  /* With 0, children are as wide as each needs.  Else all are equally wide: they share one line
   * where each then has room for so many average characters, and have a line each elsewhere. */
  properties[PROP_MIN_CHARS] =
    g_param_spec_int ("min-chars", NULL, NULL, 0, G_MAXINT16, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_wrap_layout_init (LabWrapLayout *self)
{
}
