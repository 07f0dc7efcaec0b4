/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-memory-view-private.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define REFRESH_INTERVAL_MS 100
#define FADE_STEP_MS        80                   /* a fade needs no more frames than this */
#define SMALL_SIZE          ((gsize) 64 * 1024)  /* up to here all bytes are watched, and zeros folded */
#define MAX_COPY_SIZE       ((gsize) 16 * 1024 * 1024)

enum { PROP_0, PROP_SUBJECT, PROP_FOLLOW, PROP_FOLD, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE_WITH_CODE (LabMemoryView, lab_memory_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint signals[N_SIGNALS];

static gboolean
is_small (LabMemoryView *self)
{
  return self->size_bytes <= SMALL_SIZE;
}

const LabField *
lab_memory_view_find_field (LabMemoryView *self,
                            gsize          offset)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (offset - self->fields[i].offset < self->fields[i].size_bytes)
      return &self->fields[i];

  return NULL;
}

/* The rows in sight: from the first, how many. */
void
lab_memory_view_get_visible_rows (LabMemoryView *self,
                                  guint64       *first,
                                  guint64       *n)
{
  guint64 n_rows = self->rows != NULL ? lab_memory_rows_get_n_rows (self->rows) : 0;
  double top = lab_memory_view_scrolled (self, GTK_ORIENTATION_VERTICAL);
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  *first = MIN ((guint64) (MAX (top, 0) / lab_memory_view_row_height (self)), n_rows);
  *n = MIN ((guint64) (height / lab_memory_view_row_height (self)) + 2, n_rows - *first);
}

void
lab_memory_view_update_accessible (LabMemoryView *self)
{
  g_autofree char *words = self->size_bytes > 0 ? lab_memory_view_describe (self, self->caret)
                                                : g_strdup (_("Not attached: this process cannot see the bytes"));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
}

static gboolean
fade_cb (gpointer data)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (data);

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (lab_memory_window_is_fading (self->window))
    return G_SOURCE_CONTINUE;

  /* What was said of the caret's byte, that it changed, is no longer so. */
  self->fade_id = 0;
  lab_memory_view_update_accessible (self);
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
start_fade (LabMemoryView *self)
{
  gboolean animate;

  if (!lab_memory_window_is_fading (self->window) || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animate, NULL);
  if (animate && self->fade_id != 0)
    return;

  /* Without animations the mark stays as it is, and goes with one last frame. */
  g_clear_handle_id (&self->fade_id, g_source_remove);
  self->fade_id = g_timeout_add (animate ? FADE_STEP_MS : LAB_MEMORY_FADE_MS + FADE_STEP_MS, fade_cb, self);
}

static void
clamp_caret (LabMemoryView *self)
{
  gsize last = self->size_bytes > 0 ? self->size_bytes - 1 : 0;

  self->caret = MIN (self->caret, last);
  self->anchor = MIN (self->anchor, last);
}

static void
configure_adjustments (LabMemoryView *self)
{
  int size[2] = { gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)) };
  double upper[2];

  upper[GTK_ORIENTATION_HORIZONTAL] =
    self->size_bytes == 0 ? 0 : lab_memory_painter_get_width (self->painter, lab_memory_painter_get_columns (self->painter));
  upper[GTK_ORIENTATION_VERTICAL] = self->rows == NULL ? 0 : (double) lab_memory_rows_get_n_rows (self->rows) * lab_memory_view_row_height (self);

  for (int i = 0; i < 2; i++)
    {
      double value = lab_memory_view_scrolled (self, i);
      double limit = MAX (upper[i], size[i]);

      if (self->adjustments[i] != NULL)
        gtk_adjustment_configure (self->adjustments[i], CLAMP (value, 0, limit - size[i]), 0, limit,
                                  lab_memory_view_row_height (self), MAX (size[i] - lab_memory_view_row_height (self), lab_memory_view_row_height (self)), size[i]);
    }
}

/* Puts the rows in place, and keeps what is at the top there. */
static void
set_rows (LabMemoryView *self,
          LabMemoryRows *rows)
{
  double value = lab_memory_view_scrolled (self, GTK_ORIENTATION_VERTICAL);
  int height = lab_memory_view_row_height (self);
  guint64 top = (guint64) (value / height);
  gboolean keep = self->rows != NULL && value > 0 && top < lab_memory_rows_get_n_rows (self->rows);
  gsize offset = keep ? lab_memory_rows_get (self->rows, top).offset : 0;

  g_clear_pointer (&self->rows, lab_memory_rows_free);
  self->rows = rows;
  configure_adjustments (self);

  if (keep && lab_memory_rows_get_n_rows (rows) > 0 && self->adjustments[GTK_ORIENTATION_VERTICAL] != NULL)
    gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL],
                              (double) lab_memory_rows_find (rows, offset) * height + fmod (value, height));
}

void
lab_memory_view_update_rows (LabMemoryView *self)
{
  guint n_columns = lab_memory_painter_get_columns (self->painter);
  g_autoptr(LabMemoryRows) rows = NULL;
  gsize n_bytes;
  const guint8 *bytes = lab_memory_window_get_bytes (self->window, &n_bytes);

  if (self->fold && is_small (self) && n_bytes == self->size_bytes)
    rows = lab_memory_rows_new_digest (bytes, self->size_bytes, n_columns,
                                       self->fields, self->n_fields, self->opened);
  else
    rows = lab_memory_rows_new_plain (self->size_bytes, n_columns);

  if (self->rows == NULL || !lab_memory_rows_equal (rows, self->rows))
    set_rows (self, g_steal_pointer (&rows));
}

/* What the fields are: the segment's size, and whether it has our magic. */
static gboolean
update_fields (LabMemoryView *self)
{
  gsize size_bytes = lab_segment_is_attached (self->segment) ? lab_segment_get_size_bytes (self->segment) : 0;
  const LabLayout *layout = lab_segment_get_layout (self->segment);
  gboolean ours = layout != NULL && lab_layout_has_magic (layout);

  if (size_bytes == self->size_bytes && ours == self->ours)
    return FALSE;

  if (size_bytes != self->size_bytes)
    {
      lab_memory_window_clear (self->window);
      g_array_set_size (self->opened, 0);
      self->selecting = FALSE;
    }

  self->size_bytes = size_bytes;
  self->ours = ours;
  g_free (self->fields);
  self->fields = lab_layout_dup_fields (size_bytes, ours, &self->n_fields);
  if (lab_memory_painter_set_segment (self->painter, size_bytes))
    lab_memory_painter_set_width (self->painter, gtk_widget_get_width (GTK_WIDGET (self)));
  clamp_caret (self);

  return TRUE;
}

static gboolean
update_control (LabMemoryView *self)
{
  const LabLayout *layout = lab_segment_get_layout (self->segment);
  guint8 control[LAB_LAYOUT_CONTROL_SIZE] = { 0 };

  if (layout != NULL)
    lab_segment_peek (self->segment, layout->control_offset, control, sizeof control);
  if (memcmp (control, self->control, sizeof control) == 0)
    return FALSE;

  memcpy (self->control, control, sizeof control);

  return TRUE;
}

/* Reads what is in sight.  Returns whether anything differs from what is drawn. */
static gboolean
update_window (LabMemoryView *self,
               gboolean       mark)
{
  gsize offset = 0, end = self->size_bytes;
  gboolean differs;

  if (!is_small (self))
    {
      guint64 first, n;

      lab_memory_view_update_rows (self);
      lab_memory_view_get_visible_rows (self, &first, &n);
      end = 0;
      if (n > 0)
        {
          LabMemoryRow last = lab_memory_rows_get (self->rows, first + n - 1);

          offset = lab_memory_rows_get (self->rows, first).offset;
          end = last.offset + last.n_bytes;
        }
    }

  differs = lab_memory_window_read (self->window, self->segment, offset, end - offset, mark);
  if (is_small (self) && (differs || self->rows == NULL))
    lab_memory_view_update_rows (self);
  if (differs)
    start_fade (self);

  return differs;
}

static void
clear (LabMemoryView *self)
{
  if (self->size_bytes == 0)
    return;

  self->size_bytes = 0;
  self->ours = FALSE;
  self->n_fields = 0;
  self->cursor = -1;
  self->pointed = -1;
  self->selecting = FALSE;
  g_clear_pointer (&self->fields, g_free);
  memset (self->control, 0, sizeof self->control);
  lab_memory_window_clear (self->window);
  g_array_set_size (self->opened, 0);
  g_clear_pointer (&self->rows, lab_memory_rows_free);
  clamp_caret (self);
  configure_adjustments (self);
  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
refresh (LabMemoryView *self,
         gboolean       mark)
{
  gboolean fields_changed, differs;

  if (self->segment == NULL || !lab_segment_is_attached (self->segment))
    {
      clear (self);
      return;
    }

  fields_changed = update_fields (self);
  differs = update_control (self);
  if (fields_changed)
    g_clear_pointer (&self->rows, lab_memory_rows_free);
  differs = update_window (self, mark) || differs || fields_changed;

  if (!differs)
    return;

  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
refresh_cb (gpointer data)
{
  refresh (LAB_MEMORY_VIEW (data), TRUE);

  return G_SOURCE_CONTINUE;
}

/* The timer runs only while somebody can see what it finds. */
static void
update_timer (LabMemoryView *self)
{
  gboolean wanted = self->follow && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
                    self->segment != NULL && lab_segment_is_attached (self->segment);

  if (wanted && self->refresh_id == 0)
    self->refresh_id = g_timeout_add (REFRESH_INTERVAL_MS, refresh_cb, self);
  else if (!wanted)
    g_clear_handle_id (&self->refresh_id, g_source_remove);
}

static void
write_cursor_cb (LabMemoryView *self)
{
  lab_memory_view_set_cursor (self, lab_subject_get_write_cursor (self->subject));
}

static void
memory_changed_cb (LabMemoryView *self)
{
  if (self->follow && gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self, TRUE);
}

static void
attached_changed_cb (LabMemoryView *self)
{
  refresh (self, FALSE);
  update_timer (self);
}

static void
segment_changed_cb (LabMemoryView *self)
{
  LabSegment *segment = self->subject != NULL ? lab_subject_get_segment (self->subject) : NULL;

  if (segment == self->segment)
    return;

  if (self->segment != NULL)
    g_signal_handlers_disconnect_by_func (self->segment, attached_changed_cb, self);
  clear (self);
  g_set_object (&self->segment, segment);
  if (segment != NULL)
    g_signal_connect_object (segment, "notify::attached", G_CALLBACK (attached_changed_cb), self, G_CONNECT_SWAPPED);
  attached_changed_cb (self);
}

static void
value_changed_cb (LabMemoryView *self)
{
  if (self->size_bytes > 0 && !is_small (self))
    {
      update_window (self, self->follow);
      lab_memory_view_update_accessible (self);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  configure_adjustments (self);
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
      *minimum = 2 * lab_memory_view_row_height (self);
      *natural = 12 * lab_memory_view_row_height (self);
    }
}

static void
lab_memory_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  if (lab_memory_painter_set_width (self->painter, width) && self->size_bytes > 0)
    lab_memory_view_update_rows (self);
  configure_adjustments (self);
  if (self->size_bytes > 0 && !is_small (self))
    update_window (self, self->follow);
}

static void
lab_memory_view_map (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->map (widget);

  /* What changed while nobody looked did not change just now. */
  refresh (self, FALSE);
  update_timer (self);
}

static void
lab_memory_view_unmap (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->unmap (widget);

  update_timer (self);
  g_clear_handle_id (&self->fade_id, g_source_remove);
}

static void
restyle (LabMemoryView *self)
{
  lab_memory_painter_update (self->painter, GTK_WIDGET (self));
  lab_memory_painter_set_width (self->painter, gtk_widget_get_width (GTK_WIDGET (self)));
  if (self->size_bytes > 0)
    lab_memory_view_update_rows (self);
  configure_adjustments (self);
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
lab_memory_view_dispose (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->fade_id, g_source_remove);
  if (self->segment != NULL)
    g_signal_handlers_disconnect_by_func (self->segment, attached_changed_cb, self);
  g_clear_object (&self->segment);
  g_clear_object (&self->subject);
  g_clear_object (&self->adjustments[0]);
  g_clear_object (&self->adjustments[1]);

  G_OBJECT_CLASS (lab_memory_view_parent_class)->dispose (object);
}

static void
lab_memory_view_finalize (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  g_free (self->fields);
  lab_memory_window_free (self->window);
  g_array_unref (self->opened);
  lab_memory_rows_free (self->rows);
  lab_memory_painter_free (self->painter);

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
    case PROP_SUBJECT:
      g_value_set_object (value, self->subject);
      break;
    case PROP_FOLLOW:
      g_value_set_boolean (value, self->follow);
      break;
    case PROP_FOLD:
      g_value_set_boolean (value, self->fold);
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
    case PROP_SUBJECT:
      self->subject = g_value_dup_object (value);
      if (self->subject != NULL)
        {
          g_signal_connect_object (self->subject, "notify::segment", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
          g_signal_connect_object (self->subject, "notify::write-cursor", G_CALLBACK (write_cursor_cb), self, G_CONNECT_SWAPPED);
          g_signal_connect_object (self->subject, "memory-changed", G_CALLBACK (memory_changed_cb), self, G_CONNECT_SWAPPED);
          segment_changed_cb (self);
        }
      break;
    case PROP_FOLLOW:
      lab_memory_view_set_follow (self, g_value_get_boolean (value));
      break;
    case PROP_FOLD:
      lab_memory_view_set_fold (self, g_value_get_boolean (value));
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
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

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

  g_object_class_install_property (object_class, PROP_SUBJECT,
                                   g_param_spec_object ("subject", NULL, NULL, LAB_TYPE_SUBJECT,
                                                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FOLLOW, g_param_spec_boolean ("follow", NULL, NULL, TRUE, flags));
  g_object_class_install_property (object_class, PROP_FOLD, g_param_spec_boolean ("fold", NULL, NULL, TRUE, flags));
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[CHANGED] = g_signal_new ("changed", LAB_TYPE_MEMORY_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  lab_memory_view_class_init_input (widget_class);

  gtk_widget_class_set_css_name (widget_class, "labmemoryview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lab_memory_view_init (LabMemoryView *self)
{
  self->window = lab_memory_window_new ();
  self->opened = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->cursor = -1;
  self->pointed = -1;
  self->follow = TRUE;
  self->fold = TRUE;
  self->painter = lab_memory_painter_new ();
  lab_memory_painter_update (self->painter, GTK_WIDGET (self));

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Bytes of the segment"),
                                  -1);
  lab_memory_view_update_accessible (self);
  lab_memory_view_init_input (self);
}

/**
 * lab_memory_view_new:
 * @subject: whose segment to show
 *
 * Returns: (transfer floating): a strip
 */
GtkWidget *
lab_memory_view_new (LabSubject *subject)
{
  return g_object_new (LAB_TYPE_MEMORY_VIEW, "subject", subject, NULL);
}

/**
 * lab_memory_view_get_segment:
 * @self: a strip
 *
 * Returns: (transfer none) (nullable): what it shows, or %NULL while nothing is attached
 */
LabSegment *
lab_memory_view_get_segment (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);

  return self->size_bytes > 0 ? self->segment : NULL;
}

/**
 * lab_memory_view_get_size_bytes:
 * @self: a strip
 *
 * Returns: how many bytes there are to see; 0 while nothing is attached
 */
gsize
lab_memory_view_get_size_bytes (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 0);

  return self->size_bytes;
}

/**
 * lab_memory_view_is_ours:
 * @self: a strip
 *
 * Returns: whether the segment had our magic when it was last read
 */
gboolean
lab_memory_view_is_ours (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), FALSE);

  return self->ours;
}

/**
 * lab_memory_view_get_fields:
 * @self: a strip
 * @n_fields: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_fields): the fields, valid until ::changed
 */
const LabField *
lab_memory_view_get_fields (LabMemoryView *self,
                            guint         *n_fields)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);

  *n_fields = self->n_fields;

  return self->fields;
}

/**
 * lab_memory_view_get_control:
 * @self: a strip
 *
 * Returns: (transfer none): the 128 bytes of the control block as they were last
 *   read; zeros when there is none
 */
const guint8 *
lab_memory_view_get_control (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);

  return self->control;
}

/**
 * lab_memory_view_refresh:
 * @self: a strip
 *
 * Reads the bytes now, and marks those that changed.
 */
void
lab_memory_view_refresh (LabMemoryView *self)
{
  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  refresh (self, TRUE);
}

gboolean
lab_memory_view_get_follow (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), FALSE);

  return self->follow;
}

/**
 * lab_memory_view_set_follow:
 * @self: a strip
 * @follow: whether to show changes as they happen, or to hold still
 */
void
lab_memory_view_set_follow (LabMemoryView *self,
                            gboolean       follow)
{
  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  if (follow == self->follow)
    return;

  self->follow = follow;
  if (follow && gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self, TRUE);
  update_timer (self);
  g_object_notify (G_OBJECT (self), "follow");
}

gboolean
lab_memory_view_get_fold (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), FALSE);

  return self->fold;
}

/**
 * lab_memory_view_set_fold:
 * @self: a strip
 * @fold: whether long runs of zeros become one mark; in a segment of at most 64 KiB
 */
void
lab_memory_view_set_fold (LabMemoryView *self,
                          gboolean       fold)
{
  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  if (fold == self->fold)
    return;

  self->fold = fold;
  g_array_set_size (self->opened, 0);
  if (self->size_bytes > 0)
    lab_memory_view_update_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify (G_OBJECT (self), "fold");
}

/**
 * lab_memory_view_set_cursor:
 * @self: a strip
 * @offset: where the writer has just stored a byte, or -1 when it is not writing
 *
 * Frames the byte and keeps it in sight.
 */
void
lab_memory_view_set_cursor (LabMemoryView *self,
                            gssize         offset)
{
  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  if (offset == self->cursor)
    return;

  self->cursor = offset;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self, TRUE);
  if (offset >= 0 && (gsize) offset < self->size_bytes)
    {
      lab_memory_view_open_fold (self, (gsize) offset);
      lab_memory_view_show_row (self, lab_memory_rows_find (self->rows, (gsize) offset));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * lab_memory_view_dup_selection:
 * @self: a strip
 * @format: what to make of the bytes
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CLOSED while nothing is attached, %G_IO_ERROR_NO_SPACE when
 * more than 16 MiB are selected.
 *
 * Returns: (transfer full): text for the clipboard, or %NULL with @error set
 */
char *
lab_memory_view_dup_selection (LabMemoryView    *self,
                               LabMemoryFormat   format,
                               GError          **error)
{
  g_autofree guint8 *bytes = NULL;
  gsize offset, n_bytes;

  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);

  n_bytes = lab_memory_view_get_selection (self, &offset);
  if (n_bytes > MAX_COPY_SIZE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _("More than 16 MiB are selected: too much to copy; select less"));
      return NULL;
    }

  if (n_bytes > 0)
    {
      bytes = g_malloc (n_bytes);
      n_bytes = lab_segment_peek (self->segment, offset, bytes, n_bytes);
    }
  if (n_bytes == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           _("Not attached: this process cannot see the bytes"));
      return NULL;
    }

  return lab_memory_format (format, offset, bytes, n_bytes);
}

/**
 * lab_memory_view_get_n_rows:
 * @self: a strip
 *
 * Returns: how many rows there are
 */
guint64
lab_memory_view_get_n_rows (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 0);

  return self->rows != NULL ? lab_memory_rows_get_n_rows (self->rows) : 0;
}
