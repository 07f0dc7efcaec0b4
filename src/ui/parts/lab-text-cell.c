/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-text-cell.h"

/* A cell of a long table.  GtkInscription shows the same; but each asks for the font's
 * measures and shapes its text when it is measured, and a table of 4,000 segments then
 * takes 246 ms to open instead of 174, its longest block 20 ms instead of 12 (GTK 4.8.3,
 * medians of 15 openings in turn; tests/segments/test-segments-window.c measures it). */

struct _LabTextCell
{
  GtkWidget      parent_instance;

  char          *text;
  PangoAttrList *attributes;  /* of the text, or NULL */
  PangoLayout   *layout;      /* made when it is drawn */
  guint          n_chars;
  float          xalign;        /* 0 at the start of the line, 1 at its end */
};

G_DEFINE_FINAL_TYPE (LabTextCell, lab_text_cell, GTK_TYPE_WIDGET)

/* The font's measures, of the table that was last asked for: all its cells
 * would ask the same. */
static void
get_metrics (LabTextCell *self,
             int         *char_width,
             int         *line_height)
{
  static GtkWidget *known;
  static guint known_serial;
  static int known_width, known_height;
  GtkWidget *table = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_COLUMN_VIEW);
  PangoContext *context = gtk_widget_get_pango_context (table != NULL ? table : GTK_WIDGET (self));

  if (table == NULL || table != known || pango_context_get_serial (context) != known_serial)
    {
      PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

      known_width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                         pango_font_metrics_get_approximate_digit_width (metrics));
      known_height = MAX (pango_font_metrics_get_height (metrics),
                          pango_font_metrics_get_ascent (metrics) + pango_font_metrics_get_descent (metrics));
      known_serial = pango_context_get_serial (context);
      known = table;
      pango_font_metrics_unref (metrics);
    }

  *char_width = known_width;
  *line_height = known_height;
}

static void
lab_text_cell_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  LabTextCell *self = LAB_TEXT_CELL (widget);
  int char_width, line_height;

  get_metrics (self, &char_width, &line_height);
  *minimum = *natural = PANGO_PIXELS_CEIL (orientation == GTK_ORIENTATION_HORIZONTAL ? (int) self->n_chars * char_width : line_height);
}

static void
lab_text_cell_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  LabTextCell *self = LAB_TEXT_CELL (widget);
  const int width = gtk_widget_get_width (widget);
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  PangoRectangle extents;
  GdkRGBA colour;
  float x;

  if (self->text == NULL || self->text[0] == '\0')
    return;

  if (self->layout == NULL)
    {
      self->layout = gtk_widget_create_pango_layout (widget, self->text);
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_single_paragraph_mode (self->layout, TRUE);
      pango_layout_set_attributes (self->layout, self->attributes);
      /* A date has no letter to tell its direction: it is written from the left everywhere. */
      pango_context_set_base_dir (pango_layout_get_context (self->layout), PANGO_DIRECTION_LTR);
    }
  pango_layout_set_width (self->layout, width * PANGO_SCALE);
  pango_layout_get_pixel_extents (self->layout, NULL, &extents);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  x = (float) (width - extents.width) * (rtl ? 1 - self->xalign : self->xalign) - (float) extents.x;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, (float) (gtk_widget_get_height (widget) - extents.height) / 2));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
lab_text_cell_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lab_text_cell_parent_class)->css_changed (widget, change);
  g_clear_object (&LAB_TEXT_CELL (widget)->layout);
}

static void
lab_text_cell_direction_changed (GtkWidget        *widget,
                                 GtkTextDirection  before)
{
  g_clear_object (&LAB_TEXT_CELL (widget)->layout);
  GTK_WIDGET_CLASS (lab_text_cell_parent_class)->direction_changed (widget, before);
}

static void
lab_text_cell_system_setting_changed (GtkWidget        *widget,
                                      GtkSystemSetting  setting)
{
  g_clear_object (&LAB_TEXT_CELL (widget)->layout);
  GTK_WIDGET_CLASS (lab_text_cell_parent_class)->system_setting_changed (widget, setting);
}

static void
lab_text_cell_finalize (GObject *object)
{
  LabTextCell *self = LAB_TEXT_CELL (object);

  g_free (self->text);
  g_clear_pointer (&self->attributes, pango_attr_list_unref);
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (lab_text_cell_parent_class)->finalize (object);
}

static void
lab_text_cell_class_init (LabTextCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lab_text_cell_finalize;
  widget_class->measure = lab_text_cell_measure;
  widget_class->snapshot = lab_text_cell_snapshot;
  widget_class->css_changed = lab_text_cell_css_changed;
  widget_class->direction_changed = lab_text_cell_direction_changed;
  widget_class->system_setting_changed = lab_text_cell_system_setting_changed;

  gtk_widget_class_set_css_name (widget_class, "label");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
lab_text_cell_init (LabTextCell *self)
{
}

/**
 * lab_text_cell_new:
 * @n_chars: how many average characters wide it is
 * @xalign: where shorter text stands, from 0 (start of the line) to 1 (its end)
 *
 * Returns: (transfer floating): a cell without text
 */
GtkWidget *
lab_text_cell_new (guint n_chars,
                   float xalign)
{
  LabTextCell *self = g_object_new (LAB_TYPE_TEXT_CELL, NULL);

  self->n_chars = n_chars;
  self->xalign = xalign;

  return GTK_WIDGET (self);
}

/* Takes over @attributes. */
static void
set_text (LabTextCell   *self,
          const char    *text,
          PangoAttrList *attributes)
{
  g_clear_pointer (&self->attributes, pango_attr_list_unref);
  self->attributes = attributes;
  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_object (&self->layout);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * lab_text_cell_set_text:
 * @self: a cell
 * @text: valid UTF-8
 *
 * Draws only when the text is another.
 */
void
lab_text_cell_set_text (LabTextCell *self,
                        const char  *text)
{
  g_return_if_fail (LAB_IS_TEXT_CELL (self));
  g_return_if_fail (text != NULL);

  set_text (self, text, NULL);
}

/**
 * lab_text_cell_set_markup:
 * @self: a cell
 * @markup: text in Pango's markup, for cells whose texts differ where their markup does
 *
 * Draws only when the text is another.
 */
void
lab_text_cell_set_markup (LabTextCell *self,
                          const char  *markup)
{
  g_autofree char *text = NULL;
  PangoAttrList *attributes = NULL;

  g_return_if_fail (LAB_IS_TEXT_CELL (self));
  g_return_if_fail (markup != NULL);

  if (!pango_parse_markup (markup, -1, 0, &attributes, &text, NULL, NULL))
    text = g_strdup (markup);   /* a mistake in a translation */
  set_text (self, text, attributes);
}

const char *
lab_text_cell_get_text (LabTextCell *self)
{
  g_return_val_if_fail (LAB_IS_TEXT_CELL (self), NULL);

  return self->text;
}
