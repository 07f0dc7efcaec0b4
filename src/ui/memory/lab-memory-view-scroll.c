/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view-private.h"

#include <math.h>

/* Which rows there are, and which of them are in sight. */

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
lab_memory_view_configure_scrolling (LabMemoryView *self)
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
  lab_memory_view_configure_scrolling (self);

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

  if (self->fold && lab_memory_view_is_small (self) && n_bytes == self->size_bytes)
    rows = lab_memory_rows_new_digest (bytes, self->size_bytes, n_columns,
                                       self->fields, self->n_fields, self->opened);
  else
    rows = lab_memory_rows_new_plain (self->size_bytes, n_columns);

  if (self->rows == NULL || !lab_memory_rows_equal (rows, self->rows))
    set_rows (self, g_steal_pointer (&rows));
}

static void
value_changed_cb (LabMemoryView *self)
{
  if (self->size_bytes > 0 && !lab_memory_view_is_small (self))
    {
      lab_memory_view_read_rows (self, self->follow);
      lab_memory_view_update_accessible (self);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lab_memory_view_set_adjustment (LabMemoryView  *self,
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
  lab_memory_view_configure_scrolling (self);
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
