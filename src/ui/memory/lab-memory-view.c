/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/memory/lab-memory-draw.h"

#define FADE_STEP_MS 80  /* a fade needs no more frames than this */

struct _LabMemoryView
{
  GtkWidget            parent_instance;

  LabMemoryImage      *image;
  LabMemoryPainter    *painter;
  GtkAdjustment       *adjustments[2];  /* by GtkOrientation */
  GtkScrollablePolicy  policies[2];
  gsize                top;             /* the first byte of the uppermost row in sight */
  gboolean             glowing;         /* a byte that has just changed may be in sight */
  guint                fade_id;
};

enum { PROP_0, PROP_IMAGE, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };

G_DEFINE_FINAL_TYPE_WITH_CODE (LabMemoryView, lab_memory_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static double
get_scrolled (LabMemoryView  *self,
              GtkOrientation  orientation)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  return adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;
}

static int
get_row_height (LabMemoryView *self)
{
  return lab_memory_painter_get_row_height (self->painter);
}

/* The rows in sight: the first, and how many, of which some may be after the last row. */
static void
find_range (LabMemoryView *self,
            guint64       *first,
            guint64       *n_rows)
{
  *first = (guint64) (MAX (get_scrolled (self, GTK_ORIENTATION_VERTICAL), 0) / get_row_height (self));
  *n_rows = (guint64) (gtk_widget_get_height (GTK_WIDGET (self)) / get_row_height (self)) + 2;
}

/* Takes down which byte is uppermost, and tells the image what is in sight. */
static void
update_range (LabMemoryView *self)
{
  guint64 first, n_rows;

  find_range (self, &first, &n_rows);
  self->top = first < lab_memory_image_get_n_rows (self->image) ? lab_memory_image_get_row (self->image, first).offset : 0;
  lab_memory_image_set_range (self->image, first, n_rows);
}

static void
configure_scrolling (LabMemoryView *self)
{
  int size[2] = { gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)) };
  guint64 n_rows = lab_memory_image_get_n_rows (self->image);
  double step = get_row_height (self);
  double upper[2];

  upper[GTK_ORIENTATION_HORIZONTAL] =
    n_rows == 0 ? 0 : lab_memory_painter_get_width (self->painter, lab_memory_painter_get_columns (self->painter));
  upper[GTK_ORIENTATION_VERTICAL] = (double) n_rows * step;

  for (int i = 0; i < 2; i++)
    {
      double limit = MAX (upper[i], size[i]);

      if (self->adjustments[i] != NULL)
        gtk_adjustment_configure (self->adjustments[i], CLAMP (get_scrolled (self, i), 0, limit - size[i]), 0, limit,
                                  step, MAX (size[i] - step, step), size[i]);
    }
}

static void
draw (LabMemoryView *self)
{
  if (lab_memory_image_is_fading (self->image))
    self->glowing = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The row that was uppermost stays there, though there are more or fewer rows before it. */
static void
keep_top (LabMemoryView *self,
          gsize          top)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double value = get_scrolled (self, GTK_ORIENTATION_VERTICAL);
  double height = get_row_height (self);
  guint64 index = lab_memory_image_find_row (self->image, top);

  if (adjustment != NULL && index != (guint64) (value / height))
    gtk_adjustment_set_value (adjustment, (double) index * height + fmod (value, height));
}

static void
rows_changed_cb (LabMemoryView *self,
                 guint64        first,
                 guint64        n_rows)
{
  gboolean keep = get_scrolled (self, GTK_ORIENTATION_VERTICAL) > 0 && lab_memory_image_get_n_rows (self->image) > 0;
  gsize top = self->top;
  guint64 first_seen, n_seen;

  configure_scrolling (self);
  if (keep)
    keep_top (self, top);
  update_range (self);

  find_range (self, &first_seen, &n_seen);
  if (first < first_seen + n_seen && first + n_rows > first_seen)
    draw (self);
}

/* The painter makes rows for the width it is given, and the image has to know of how many bytes. */
static void
set_width (LabMemoryView *self,
           int            width)
{
  lab_memory_painter_set_width (self->painter, width);
  lab_memory_image_set_n_columns (self->image, lab_memory_painter_get_columns (self->painter));
}

static void
size_changed_cb (LabMemoryView *self)
{
  if (lab_memory_painter_set_segment (self->painter, lab_memory_image_get_size_bytes (self->image)))
    set_width (self, gtk_widget_get_width (GTK_WIDGET (self)));
  configure_scrolling (self);
}

static void
write_cursor_changed_cb (LabMemoryView *self)
{
  gssize offset = lab_memory_image_get_write_cursor (self->image);

  if (offset >= 0 && (gsize) offset < lab_memory_image_get_size_bytes (self->image))
    lab_memory_view_show_byte (self, (gsize) offset);
}

static void
caret_words_changed_cb (LabMemoryView *self)
{
  const char *words = lab_memory_image_get_caret_words (self->image);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
}

static gboolean
glows_in_sight (LabMemoryView *self)
{
  guint64 first, n_rows, end;

  find_range (self, &first, &n_rows);
  end = MIN (first + n_rows, lab_memory_image_get_n_rows (self->image));
  for (guint64 i = first; i < end; i++)
    {
      LabMemoryRow row = lab_memory_image_get_row (self->image, i);

      for (gsize j = 0; j < row.n_bytes && !row.folded; j++)
        if (lab_memory_image_get_glow (self->image, row.offset + j) > 0)
          return TRUE;
    }

  return FALSE;
}

/* Of what changed out of sight nothing is to be drawn. */
static gboolean
fade_cb (gpointer data)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (data);

  if (self->glowing)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->glowing = self->glowing && glows_in_sight (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
animates (LabMemoryView *self)
{
  gboolean animate;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animate, NULL);

  return animate;
}

/* Without animations the mark of a changed byte stays as it is, and goes with one last frame. */
static void
update_fade (LabMemoryView *self)
{
  gboolean wanted = gtk_widget_get_mapped (GTK_WIDGET (self)) && lab_memory_image_is_fading (self->image) && animates (self);

  if (wanted && self->fade_id == 0)
    self->fade_id = g_timeout_add (FADE_STEP_MS, fade_cb, self);
  else if (!wanted)
    g_clear_handle_id (&self->fade_id, g_source_remove);
}

static void
fading_changed_cb (LabMemoryView *self)
{
  update_fade (self);
  if (self->glowing && !lab_memory_image_is_fading (self->image))
    {
      self->glowing = FALSE;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

static void
lab_memory_view_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = lab_memory_painter_get_width (self->painter, 4);
      *natural = lab_memory_painter_get_width (self->painter, LAB_MEMORY_MAX_COLUMNS);
    }
  else
    {
      *minimum = 2 * get_row_height (self);
      *natural = 12 * get_row_height (self);
    }
}

static void
lab_memory_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  set_width (self, width);
  configure_scrolling (self);
  update_range (self);
}

static void
lab_memory_view_map (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->map (widget);

  lab_memory_image_set_seen (self->image, TRUE);
  update_fade (self);
}

static void
lab_memory_view_unmap (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->unmap (widget);

  lab_memory_image_set_seen (self->image, FALSE);
  update_fade (self);
}

static void
restyle (LabMemoryView *self)
{
  lab_memory_painter_update (self->painter, GTK_WIDGET (self));
  set_width (self, gtk_widget_get_width (GTK_WIDGET (self)));
  configure_scrolling (self);
  update_range (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
lab_memory_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->css_changed (widget, change);
  restyle (LAB_MEMORY_VIEW (widget));
}

static void
lab_memory_view_system_setting_changed (GtkWidget        *widget,
                                        GtkSystemSetting  setting)
{
  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->system_setting_changed (widget, setting);
  restyle (LAB_MEMORY_VIEW (widget));
}

static void
lab_memory_view_state_flags_changed (GtkWidget     *widget,
                                     GtkStateFlags  before)
{
  if ((before ^ gtk_widget_get_state_flags (widget)) & GTK_STATE_FLAG_FOCUSED)
    gtk_widget_queue_draw (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->state_flags_changed (widget, before);
}

static void
lab_memory_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);
  double top = get_scrolled (self, GTK_ORIENTATION_VERTICAL);
  double left = get_scrolled (self, GTK_ORIENTATION_HORIZONTAL);
  gboolean focused = gtk_widget_has_focus (widget);
  gboolean animate = animates (self);
  guint64 first, n_rows, end;

  find_range (self, &first, &n_rows);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget)));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-(float) round (left), 0));
  end = MIN (first + n_rows, lab_memory_image_get_n_rows (self->image));
  for (guint64 i = first; i < end; i++)
    {
      /* Integers up to here: a float has no pixels left at the end of a large segment. */
      float y = (float) round ((double) i * get_row_height (self) - top);

      lab_memory_draw_row (self->painter, snapshot, y, self->image, i, focused, animate);
    }
  gtk_snapshot_pop (snapshot);
}

static void
value_changed_cb (LabMemoryView *self)
{
  update_range (self);
  draw (self);
}

static void
set_adjustment (LabMemoryView  *self,
                GtkOrientation  orientation,
                GtkAdjustment  *adjustment)
{
  if (adjustment != NULL && adjustment == self->adjustments[orientation])
    return;

  if (self->adjustments[orientation] != NULL)
    g_signal_handlers_disconnect_by_func (self->adjustments[orientation], value_changed_cb, self);
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  g_clear_object (&self->adjustments[orientation]);
  self->adjustments[orientation] = g_object_ref_sink (adjustment);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
  configure_scrolling (self);
}

static void
lab_memory_view_constructed (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  G_OBJECT_CLASS (lab_memory_view_parent_class)->constructed (object);

  g_signal_connect_object (self->image, "rows-changed", G_CALLBACK (rows_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->image, "notify::size-bytes", G_CALLBACK (size_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->image, "notify::write-cursor", G_CALLBACK (write_cursor_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->image, "notify::caret-words", G_CALLBACK (caret_words_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->image, "notify::fading", G_CALLBACK (fading_changed_cb), self, G_CONNECT_SWAPPED);

  size_changed_cb (self);
  caret_words_changed_cb (self);
}

static void
lab_memory_view_dispose (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  g_clear_handle_id (&self->fade_id, g_source_remove);
  g_clear_object (&self->adjustments[0]);
  g_clear_object (&self->adjustments[1]);

  G_OBJECT_CLASS (lab_memory_view_parent_class)->dispose (object);
}

static void
lab_memory_view_finalize (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  lab_memory_painter_free (self->painter);
  g_clear_object (&self->image);

  G_OBJECT_CLASS (lab_memory_view_parent_class)->finalize (object);
}

static void
lab_memory_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  switch (prop_id)
    {
    case PROP_IMAGE:
      g_value_set_object (value, self->image);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->policies[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->policies[GTK_ORIENTATION_VERTICAL]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_view_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  switch (prop_id)
    {
    case PROP_IMAGE:
      self->image = g_value_get_object (value) != NULL ? g_value_dup_object (value) : lab_memory_image_new ();
      break;
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_HORIZONTAL] = g_value_get_enum (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_VSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_VERTICAL] = g_value_get_enum (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_view_class_init (LabMemoryViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = lab_memory_view_constructed;
  object_class->dispose = lab_memory_view_dispose;
  object_class->finalize = lab_memory_view_finalize;
  object_class->get_property = lab_memory_view_get_property;
  object_class->set_property = lab_memory_view_set_property;

  widget_class->css_changed = lab_memory_view_css_changed;
  widget_class->map = lab_memory_view_map;
  widget_class->measure = lab_memory_view_measure;
  widget_class->size_allocate = lab_memory_view_size_allocate;
  widget_class->snapshot = lab_memory_view_snapshot;
  widget_class->state_flags_changed = lab_memory_view_state_flags_changed;
  widget_class->system_setting_changed = lab_memory_view_system_setting_changed;
  widget_class->unmap = lab_memory_view_unmap;

  g_object_class_install_property (object_class, PROP_IMAGE,
                                   g_param_spec_object ("image", NULL, NULL, LAB_TYPE_MEMORY_IMAGE,
                                                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  gtk_widget_class_set_css_name (widget_class, "labmemoryview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lab_memory_view_init (LabMemoryView *self)
{
  self->painter = lab_memory_painter_new ();
  lab_memory_painter_update (self->painter, GTK_WIDGET (self));

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Bytes of the segment"),
                                  -1);
}

/**
 * lab_memory_view_new:
 * @image: what to show
 *
 * Returns: (transfer floating): a strip
 */
GtkWidget *
lab_memory_view_new (LabMemoryImage *image)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (image), NULL);

  return g_object_new (LAB_TYPE_MEMORY_VIEW, "image", image, NULL);
}

/**
 * lab_memory_view_get_image:
 * @self: a strip
 *
 * Returns: (transfer none): what it shows
 */
LabMemoryImage *
lab_memory_view_get_image (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);

  return self->image;
}

/**
 * lab_memory_view_get_page_rows:
 * @self: a strip
 *
 * Returns: how many rows a page up or down goes, at least 1: all but one of those in sight
 */
guint
lab_memory_view_get_page_rows (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 1);

  return (guint) MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) / get_row_height (self) - 1);
}

/**
 * lab_memory_view_find_offset:
 * @self: a strip
 * @x: a place in it
 * @y: a place in it, perhaps above the first row or below the last
 * @offset: (out): the byte that is nearest
 * @folded: (out): whether a row is there that stands for many rows of zeros
 *
 * Returns: whether a row is at the place; @offset and @folded are set unless there are no rows
 */
gboolean
lab_memory_view_find_offset (LabMemoryView *self,
                             double         x,
                             double         y,
                             gsize         *offset,
                             gboolean      *folded)
{
  gint64 n_rows, index;
  LabMemoryRow row;
  gsize column;

  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), FALSE);

  n_rows = (gint64) lab_memory_image_get_n_rows (self->image);
  if (n_rows == 0)
    return FALSE;

  index = (gint64) floor ((get_scrolled (self, GTK_ORIENTATION_VERTICAL) + y) / get_row_height (self));
  row = lab_memory_image_get_row (self->image, (guint64) CLAMP (index, 0, n_rows - 1));
  column = (gsize) lab_memory_painter_find_column (self->painter, x + get_scrolled (self, GTK_ORIENTATION_HORIZONTAL));
  *offset = row.folded ? row.offset : row.offset + MIN (column, row.n_bytes - 1);
  *folded = row.folded;

  return index >= 0 && index < n_rows;
}

/**
 * lab_memory_view_show_byte:
 * @self: a strip
 * @offset: which byte
 *
 * Scrolls as little as possible to show the byte's row.
 */
void
lab_memory_view_show_byte (LabMemoryView *self,
                           gsize          offset)
{
  double height, top;

  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  height = get_row_height (self);
  top = (double) lab_memory_image_find_row (self->image, offset) * height;
  if (self->adjustments[GTK_ORIENTATION_VERTICAL] != NULL)
    gtk_adjustment_clamp_page (self->adjustments[GTK_ORIENTATION_VERTICAL], top, top + height);
}

/**
 * lab_memory_view_go_to:
 * @self: a strip
 * @offset: where to go
 * @n_bytes: how many bytes to select there; 0 for none
 *
 * Brings the bytes into sight, in the upper part unless they are seen already, and the caret
 * to the first of them.
 */
void
lab_memory_view_go_to (LabMemoryView *self,
                       gsize          offset,
                       gsize          n_bytes)
{
  GtkAdjustment *adjustment;
  guint64 first, n_rows, end, index;

  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  if (offset >= lab_memory_image_get_size_bytes (self->image))
    return;

  lab_memory_image_open_fold (self->image, offset);
  adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  index = lab_memory_image_find_row (self->image, offset);
  find_range (self, &first, &n_rows);
  end = MIN (first + n_rows, lab_memory_image_get_n_rows (self->image));
  if (adjustment != NULL && (index <= first || index + 2 >= end))
    gtk_adjustment_set_value (adjustment, (double) index * get_row_height (self));

  if (n_bytes > 1)
    {
      lab_memory_image_select (self->image, offset + n_bytes - 1, offset);
      lab_memory_view_show_byte (self, offset + n_bytes - 1);
    }
  else
    {
      lab_memory_image_move_caret (self->image, offset, FALSE);
    }
  lab_memory_view_show_byte (self, offset);
}
