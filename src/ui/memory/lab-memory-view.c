/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view-private.h"

#include <glib/gi18n-lib.h>

enum { PROP_0, PROP_SESSION, PROP_FOLLOW, PROP_FOLD, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE_WITH_CODE (LabMemoryView, lab_memory_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint signals[N_SIGNALS];

void
lab_memory_view_changed (LabMemoryView *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
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
  lab_memory_view_configure_scrolling (self);
  if (self->size_bytes > 0 && !lab_memory_view_is_small (self))
    lab_memory_view_read_rows (self, self->follow);
}

static void
lab_memory_view_map (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->map (widget);

  /* What changed while nobody looked did not change just now. */
  lab_memory_view_read (self, FALSE);
  lab_memory_view_update_timer (self);
}

static void
lab_memory_view_unmap (GtkWidget *widget)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  GTK_WIDGET_CLASS (lab_memory_view_parent_class)->unmap (widget);

  lab_memory_view_update_timer (self);
  g_clear_handle_id (&self->fade_id, g_source_remove);
}

static void
restyle (LabMemoryView *self)
{
  lab_memory_painter_update (self->painter, GTK_WIDGET (self));
  lab_memory_painter_set_width (self->painter, gtk_widget_get_width (GTK_WIDGET (self)));
  if (self->size_bytes > 0)
    lab_memory_view_update_rows (self);
  lab_memory_view_configure_scrolling (self);
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

  lab_memory_view_stop_reading (self);
  g_clear_object (&self->adjustments[0]);
  g_clear_object (&self->adjustments[1]);

  G_OBJECT_CLASS (lab_memory_view_parent_class)->dispose (object);
}

static void
lab_memory_view_finalize (GObject *object)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (object);

  g_free (self->fields);
  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
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
    case PROP_SESSION:
      g_value_set_object (value, self->session);
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
    case PROP_SESSION:
      lab_memory_view_set_session (self, g_value_get_object (value));
      break;
    case PROP_FOLLOW:
      lab_memory_view_set_follow (self, g_value_get_boolean (value));
      break;
    case PROP_FOLD:
      lab_memory_view_set_fold (self, g_value_get_boolean (value));
      break;
    case PROP_HADJUSTMENT:
      lab_memory_view_set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      lab_memory_view_set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
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

  g_object_class_install_property (object_class, PROP_SESSION,
                                   g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
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
 * @session: whose segment to show
 *
 * Returns: (transfer floating): a strip
 */
GtkWidget *
lab_memory_view_new (LabSession *session)
{
  return g_object_new (LAB_TYPE_MEMORY_VIEW, "session", session, NULL);
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
    lab_memory_view_read (self, TRUE);
  if (offset >= 0 && (gsize) offset < self->size_bytes)
    {
      lab_memory_view_open_fold (self, (gsize) offset);
      lab_memory_view_show_row (self, lab_memory_rows_find (self->rows, (gsize) offset));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
