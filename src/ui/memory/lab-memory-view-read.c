/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view-private.h"

#include <string.h>

/* What the strip shows, as it was when it was last read, and when it is read again. */

#define REFRESH_INTERVAL_MS 100
#define FADE_STEP_MS        80                   /* a fade needs no more frames than this */
#define PRESET_BYTES        4096                 /* no more is read for the values of a textbook's layout */
#define SMALL_SIZE          ((gsize) 64 * 1024)  /* up to here all bytes are watched, and zeros folded */

gboolean
lab_memory_view_is_small (LabMemoryView *self)
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
  lab_memory_view_changed (self);

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

/* What the fields are: the segment's size, and whether it has our magic or else is read as
 * a textbook has it. */
static gboolean
update_fields (LabMemoryView *self)
{
  gsize size_bytes = lab_segment_is_attached (self->segment) ? lab_segment_get_size_bytes (self->segment) : 0;
  const LabLayout *layout = lab_segment_get_layout (self->segment);
  gboolean ours = layout != NULL && lab_layout_has_magic (layout);
  const LabPreset *preset = ours ? NULL : lab_session_get_preset (self->session);

  if (size_bytes == self->size_bytes && ours == self->ours && preset == self->preset)
    return FALSE;

  if (size_bytes != self->size_bytes)
    {
      lab_memory_window_clear (self->window);
      g_array_set_size (self->opened, 0);
      self->selecting = FALSE;
    }

  self->size_bytes = size_bytes;
  self->ours = ours;
  self->preset = preset;
  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
  g_free (self->fields);
  self->fields = preset != NULL ? lab_preset_dup_fields (preset, size_bytes, &self->n_fields)
                                : lab_layout_dup_fields (size_bytes, ours, &self->n_fields);
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

/* A copy of the bytes is decoded, for they may change meanwhile. */
static gboolean
update_preset_values (LabMemoryView *self)
{
  guint8 buffer[PRESET_BYTES];
  g_autoptr(GBytes) bytes = NULL;
  gsize n_bytes;

  if (self->preset == NULL)
    return FALSE;

  n_bytes = lab_segment_peek (self->segment, 0, buffer, MIN (self->size_bytes, sizeof buffer));
  bytes = g_bytes_new (buffer, n_bytes);
  if (self->preset_bytes != NULL && g_bytes_equal (bytes, self->preset_bytes))
    return FALSE;

  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
  self->preset_values = lab_preset_decode (self->preset, buffer, n_bytes);
  self->preset_bytes = g_steal_pointer (&bytes);

  return TRUE;
}

/* Reads what is in sight.  Returns whether anything differs from what is drawn. */
gboolean
lab_memory_view_read_rows (LabMemoryView *self,
                           gboolean       mark)
{
  gsize offset = 0, end = self->size_bytes;
  gboolean differs;

  if (!lab_memory_view_is_small (self))
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
  if (lab_memory_view_is_small (self) && (differs || self->rows == NULL))
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
  self->preset = NULL;
  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
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
  lab_memory_view_configure_scrolling (self);
  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  lab_memory_view_changed (self);
}

void
lab_memory_view_read (LabMemoryView *self,
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
  differs = update_preset_values (self) || differs;
  if (fields_changed)
    g_clear_pointer (&self->rows, lab_memory_rows_free);
  differs = lab_memory_view_read_rows (self, mark) || differs || fields_changed;

  if (!differs)
    return;

  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  lab_memory_view_changed (self);
}

static gboolean
refresh_cb (gpointer data)
{
  lab_memory_view_read (LAB_MEMORY_VIEW (data), TRUE);

  return G_SOURCE_CONTINUE;
}

/* The timer runs only while somebody can see what it finds. */
void
lab_memory_view_update_timer (LabMemoryView *self)
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
  lab_memory_view_set_cursor (self, lab_session_get_write_cursor (self->session));
}

static void
memory_changed_cb (LabMemoryView *self)
{
  if (self->follow && gtk_widget_get_mapped (GTK_WIDGET (self)))
    lab_memory_view_read (self, TRUE);
}

/* Another reading of the same bytes. */
static void
preset_changed_cb (LabMemoryView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    lab_memory_view_read (self, FALSE);
}

static void
attached_changed_cb (LabMemoryView *self)
{
  lab_memory_view_read (self, FALSE);
  lab_memory_view_update_timer (self);
}

static void
segment_changed_cb (LabMemoryView *self)
{
  LabSegment *segment = self->session != NULL ? lab_session_get_segment (self->session) : NULL;

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

/* Once, at the beginning. */
void
lab_memory_view_set_session (LabMemoryView *self,
                             LabSession    *session)
{
  g_set_object (&self->session, session);
  if (session == NULL)
    return;

  g_signal_connect_object (session, "notify::segment", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::write-cursor", G_CALLBACK (write_cursor_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::preset", G_CALLBACK (preset_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "memory-changed", G_CALLBACK (memory_changed_cb), self, G_CONNECT_SWAPPED);
  segment_changed_cb (self);
}

void
lab_memory_view_stop_reading (LabMemoryView *self)
{
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->fade_id, g_source_remove);
  if (self->segment != NULL)
    g_signal_handlers_disconnect_by_func (self->segment, attached_changed_cb, self);
  g_clear_object (&self->segment);
  g_clear_object (&self->session);
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

  lab_memory_view_read (self, TRUE);
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
    lab_memory_view_read (self, TRUE);
  lab_memory_view_update_timer (self);
  g_object_notify (G_OBJECT (self), "follow");
}
