/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view-private.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#define MAX_COPY_SIZE ((gsize) 16 * 1024 * 1024)

enum { CARET_MOVED, MOVE_CARET, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Scrolls as little as possible to show the row. */
void
lab_memory_view_show_row (LabMemoryView *self,
                          guint64        index)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double top = (double) index * lab_memory_view_row_height (self);

  if (adjustment != NULL)
    gtk_adjustment_clamp_page (adjustment, top, top + lab_memory_view_row_height (self));
}

void
lab_memory_view_open_fold (LabMemoryView *self,
                           gsize          offset)
{
  guint64 index = lab_memory_rows_find (self->rows, offset);

  if (!lab_memory_rows_get (self->rows, index).folded)
    return;

  g_array_append_val (self->opened, offset);
  lab_memory_view_update_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
move_caret_to (LabMemoryView *self,
               gsize          offset,
               gboolean       extend)
{
  if (self->size_bytes == 0)
    return;

  offset = MIN (offset, self->size_bytes - 1);
  if (extend && !self->selecting)
    self->anchor = self->caret;
  self->selecting = extend;
  self->caret = offset;
  lab_memory_view_show_row (self, lab_memory_rows_find (self->rows, offset));
  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CARET_MOVED], 0);
}

/* A row up or down, over what is folded: the same column of that row. */
static gsize
offset_in_row (LabMemoryView *self,
               gint64         index,
               gsize          column)
{
  gint64 last = (gint64) lab_memory_rows_get_n_rows (self->rows) - 1;
  gint64 step = index < (gint64) lab_memory_rows_find (self->rows, self->caret) ? -1 : 1;
  LabMemoryRow row;

  index = CLAMP (index, 0, last);
  row = lab_memory_rows_get (self->rows, index);
  if (row.folded && index + step >= 0 && index + step <= last)
    row = lab_memory_rows_get (self->rows, index + step);
  if (row.folded)
    return self->caret;

  return row.offset + MIN (column, row.n_bytes - 1);
}

static gsize
offset_by (gsize offset,
           int   count,
           gsize size_bytes)
{
  if (count < 0)
    return offset - MIN (offset, (gsize) -count);

  return MIN (offset + (gsize) count, size_bytes - 1);
}

static void
lab_memory_view_move_caret (LabMemoryView   *self,
                            GtkMovementStep  step,
                            int              count,
                            gboolean         extend)
{
  guint64 index;
  LabMemoryRow row;
  gsize offset = self->caret, column;
  int page;

  if (self->size_bytes == 0)
    return;

  index = lab_memory_rows_find (self->rows, self->caret);
  row = lab_memory_rows_get (self->rows, index);
  column = (self->caret - row.offset) % lab_memory_painter_get_columns (self->painter);
  page = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) / lab_memory_view_row_height (self) - 1);

  switch (step)
    {
    case GTK_MOVEMENT_VISUAL_POSITIONS:
      offset = offset_by (self->caret, count, self->size_bytes);
      if (lab_memory_rows_get (self->rows, lab_memory_rows_find (self->rows, offset)).folded)
        {
          /* Over a fold: to the first byte after it, or the last before it. */
          LabMemoryRow fold = lab_memory_rows_get (self->rows, lab_memory_rows_find (self->rows, offset));

          offset = count < 0 ? fold.offset - 1 : MIN (fold.offset + fold.n_bytes, self->size_bytes);
          if (offset == self->size_bytes)
            offset = self->caret;
        }
      break;
    case GTK_MOVEMENT_DISPLAY_LINES:
      offset = offset_in_row (self, (gint64) index + count, column);
      break;
    case GTK_MOVEMENT_PAGES:
      offset = offset_in_row (self, (gint64) index + (gint64) count * page, column);
      break;
    case GTK_MOVEMENT_DISPLAY_LINE_ENDS:
      offset = row.folded ? self->caret : count < 0 ? row.offset : row.offset + row.n_bytes - 1;
      break;
    case GTK_MOVEMENT_BUFFER_ENDS:
      offset = count < 0 ? 0 : self->size_bytes - 1;
      if (count > 0)
        lab_memory_view_go_to (self, offset, 0);
      break;
    default:
      break;
    }

  move_caret_to (self, offset, extend);
}

gboolean
lab_memory_view_is_selected (LabMemoryView *self,
                             gsize          offset)
{
  return self->selecting && offset >= MIN (self->anchor, self->caret) && offset <= MAX (self->anchor, self->caret);
}

/* The byte at a place of the widget, and whether it is a mark for folded rows. */
static gboolean
find_offset (LabMemoryView *self,
             double         x,
             double         y,
             gsize         *offset,
             gboolean      *folded)
{
  gint64 n_rows = self->rows != NULL ? (gint64) lab_memory_rows_get_n_rows (self->rows) : 0;
  gint64 index = (gint64) floor ((lab_memory_view_scrolled (self, GTK_ORIENTATION_VERTICAL) + y) / lab_memory_view_row_height (self));
  LabMemoryRow row;
  gsize column;

  if (n_rows == 0)
    return FALSE;

  row = lab_memory_rows_get (self->rows, CLAMP (index, 0, n_rows - 1));
  column = lab_memory_painter_find_column (self->painter, x + lab_memory_view_scrolled (self, GTK_ORIENTATION_HORIZONTAL));
  *offset = row.folded ? row.offset : row.offset + MIN (column, row.n_bytes - 1);
  *folded = row.folded;

  return index >= 0 && index < n_rows;
}

static void
pressed_cb (LabMemoryView   *self,
            int              n_press,
            double           x,
            double           y,
            GtkGestureClick *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  const LabField *field;
  gboolean folded;
  gsize offset;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!find_offset (self, x, y, &offset, &folded))
    return;

  if (folded)
    {
      lab_memory_view_open_fold (self, offset);
      return;
    }

  field = lab_memory_view_find_field (self, offset);
  if (n_press == 2 && field != NULL && field->kind >= LAB_FIELD_CONTROL && field->kind <= LAB_FIELD_NUMBER)
    lab_memory_view_go_to (self, field->offset, field->size_bytes);
  else
    move_caret_to (self, offset, (state & GDK_SHIFT_MASK) != 0);
}

static void
drag_update_cb (LabMemoryView  *self,
                double          x,
                double          y,
                GtkGestureDrag *gesture)
{
  double start_x, start_y;
  gboolean folded;
  gsize offset;

  if (self->size_bytes == 0 || !gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y))
    return;
  if (!self->selecting && ABS (x) < 4 && ABS (y) < 4)
    return;

  find_offset (self, start_x + x, start_y + y, &offset, &folded);
  if (offset != self->caret)
    move_caret_to (self, offset, TRUE);
}

static void
drag_begin_cb (LabMemoryView  *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
set_pointed (LabMemoryView *self,
             gssize         offset)
{
  if (offset == self->pointed)
    return;

  self->pointed = offset;
  g_signal_emit (self, signals[CARET_MOVED], 0);
}

static void
motion_cb (LabMemoryView *self,
           double         x,
           double         y)
{
  gboolean folded = FALSE;
  gsize offset;

  if (find_offset (self, x, y, &offset, &folded) && !folded)
    set_pointed (self, (gssize) offset);
  else
    set_pointed (self, -1);
}

static void
leave_cb (LabMemoryView *self)
{
  set_pointed (self, -1);
}

static void
select_all_cb (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  if (self->size_bytes == 0)
    return;

  self->selecting = TRUE;
  self->anchor = 0;
  self->caret = self->size_bytes - 1;
  lab_memory_view_update_accessible (self);
  gtk_widget_queue_draw (widget);
  g_signal_emit (self, signals[CARET_MOVED], 0);
}

static void
select_none_cb (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);

  self->selecting = FALSE;
  gtk_widget_queue_draw (widget);
  g_signal_emit (self, signals[CARET_MOVED], 0);
}

static void
add_move (GtkWidgetClass  *widget_class,
          guint            keyval,
          GdkModifierType  modifiers,
          GtkMovementStep  step,
          int              count)
{
  gtk_widget_class_add_binding_signal (widget_class, keyval, modifiers, "move-caret", "(iib)", step, count, FALSE);
  gtk_widget_class_add_binding_signal (widget_class, keyval, modifiers | GDK_SHIFT_MASK, "move-caret", "(iib)", step, count, TRUE);
}

static void
add_bindings (GtkWidgetClass *widget_class)
{
  static const struct { guint keyval; guint keypad; GdkModifierType modifiers; GtkMovementStep step; int count; } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, 0, GTK_MOVEMENT_VISUAL_POSITIONS, -1 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 0, GTK_MOVEMENT_VISUAL_POSITIONS, 1 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, GTK_MOVEMENT_DISPLAY_LINES, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, GTK_MOVEMENT_DISPLAY_LINES, 1 },
    { GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, 0, GTK_MOVEMENT_PAGES, -1 },
    { GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down, 0, GTK_MOVEMENT_PAGES, 1 },
    { GDK_KEY_Home, GDK_KEY_KP_Home, 0, GTK_MOVEMENT_DISPLAY_LINE_ENDS, -1 },
    { GDK_KEY_End, GDK_KEY_KP_End, 0, GTK_MOVEMENT_DISPLAY_LINE_ENDS, 1 },
    { GDK_KEY_Home, GDK_KEY_KP_Home, GDK_CONTROL_MASK, GTK_MOVEMENT_BUFFER_ENDS, -1 },
    { GDK_KEY_End, GDK_KEY_KP_End, GDK_CONTROL_MASK, GTK_MOVEMENT_BUFFER_ENDS, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      add_move (widget_class, moves[i].keyval, moves[i].modifiers, moves[i].step, moves[i].count);
      add_move (widget_class, moves[i].keypad, moves[i].modifiers, moves[i].step, moves[i].count);
    }

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "strip.select-all", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "strip.select-none", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "strip.select-none", NULL);
}

void
lab_memory_view_class_init_input (GtkWidgetClass *widget_class)
{
  /* The byte that is spoken of is another: the caret's, or the one under the pointer. */
  signals[CARET_MOVED] = g_signal_new ("caret-moved", LAB_TYPE_MEMORY_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* A key binding, as GtkTextView's move-cursor. */
  signals[MOVE_CARET] = g_signal_new_class_handler ("move-caret", LAB_TYPE_MEMORY_VIEW, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                                                    G_CALLBACK (lab_memory_view_move_caret), NULL, NULL, NULL,
                                                    G_TYPE_NONE, 3, GTK_TYPE_MOVEMENT_STEP, G_TYPE_INT, G_TYPE_BOOLEAN);

  gtk_widget_class_install_action (widget_class, "strip.select-all", NULL, select_all_cb);
  gtk_widget_class_install_action (widget_class, "strip.select-none", NULL, select_none_cb);
  add_bindings (widget_class);
}

void
lab_memory_view_init_input (LabMemoryView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

/**
 * lab_memory_view_get_pointed:
 * @self: a strip
 *
 * Returns: the offset of the byte to speak of: the one under the pointer, or else
 *   the caret's
 */
gsize
lab_memory_view_get_pointed (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 0);

  return self->pointed >= 0 && (gsize) self->pointed < self->size_bytes ? (gsize) self->pointed : self->caret;
}

/**
 * lab_memory_view_get_caret:
 * @self: a strip
 *
 * Returns: the offset of the byte that the keyboard is at
 */
gsize
lab_memory_view_get_caret (LabMemoryView *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 0);

  return self->caret;
}

/**
 * lab_memory_view_go_to:
 * @self: a strip
 * @offset: where to go
 * @n_bytes: how many bytes to select there; 0 for none
 *
 * Brings the bytes into sight, in the upper part unless they are seen already.
 */
void
lab_memory_view_go_to (LabMemoryView *self,
                       gsize          offset,
                       gsize          n_bytes)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  guint64 first, n, index;

  g_return_if_fail (LAB_IS_MEMORY_VIEW (self));

  if (offset >= self->size_bytes)
    return;

  lab_memory_view_open_fold (self, offset);
  index = lab_memory_rows_find (self->rows, offset);
  lab_memory_view_get_visible_rows (self, &first, &n);
  if (adjustment != NULL && (index <= first || index + 2 >= first + n))
    gtk_adjustment_set_value (adjustment, (double) index * lab_memory_view_row_height (self));

  self->selecting = FALSE;
  if (n_bytes > 1)
    {
      move_caret_to (self, offset + n_bytes - 1, FALSE);
      move_caret_to (self, offset, TRUE);
    }
  else
    {
      move_caret_to (self, offset, FALSE);
    }
}

/**
 * lab_memory_view_get_selection:
 * @self: a strip
 * @offset: (out) (optional): where it begins
 *
 * Returns: how many bytes are selected: that at the caret when the user selected
 *   none; 0 while nothing is attached
 */
gsize
lab_memory_view_get_selection (LabMemoryView *self,
                               gsize         *offset)
{
  gsize first, last;

  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), 0);

  first = self->selecting ? MIN (self->anchor, self->caret) : self->caret;
  last = self->selecting ? MAX (self->anchor, self->caret) : self->caret;
  if (offset != NULL)
    *offset = first;

  return self->size_bytes > 0 ? last - first + 1 : 0;
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
