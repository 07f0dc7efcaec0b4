/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-input.h"

/* Moves the caret, and scrolls to where it is. */
static void
move_caret_to (LabMemoryView *view,
               gsize          offset,
               gboolean       extend)
{
  LabMemoryImage *image = lab_memory_view_get_image (view);

  lab_memory_image_move_caret (image, offset, extend);
  lab_memory_view_show_byte (view, lab_memory_image_get_caret (image));
}

/* A row up or down, over what is folded: the same column of that row. */
static gsize
offset_in_row (LabMemoryImage *image,
               gint64          index,
               gsize           column)
{
  gsize caret = lab_memory_image_get_caret (image);
  gint64 last = (gint64) lab_memory_image_get_n_rows (image) - 1;
  gint64 step = index < (gint64) lab_memory_image_find_row (image, caret) ? -1 : 1;
  LabMemoryRow row;

  index = CLAMP (index, 0, last);
  row = lab_memory_image_get_row (image, (guint64) index);
  if (row.folded && index + step >= 0 && index + step <= last)
    row = lab_memory_image_get_row (image, (guint64) (index + step));
  if (row.folded)
    return caret;

  return row.offset + MIN (column, row.n_bytes - 1);
}

/* @count bytes on or back; over a fold to the first byte after it, or the last before it. */
static gsize
offset_by (LabMemoryImage *image,
           int             count)
{
  gsize caret = lab_memory_image_get_caret (image);
  gsize size_bytes = lab_memory_image_get_size_bytes (image);
  gsize offset = count < 0 ? caret - MIN (caret, (gsize) -count) : MIN (caret + (gsize) count, size_bytes - 1);
  LabMemoryRow row = lab_memory_image_get_row (image, lab_memory_image_find_row (image, offset));

  if (!row.folded)
    return offset;
  if (count < 0)
    return row.offset - 1;

  return row.offset + row.n_bytes < size_bytes ? row.offset + row.n_bytes : caret;
}

static void
move_caret (LabMemoryView   *view,
            GtkMovementStep  step,
            int              count,
            gboolean         extend)
{
  LabMemoryImage *image = lab_memory_view_get_image (view);
  gsize size_bytes = lab_memory_image_get_size_bytes (image);
  gsize offset = lab_memory_image_get_caret (image), column;
  guint64 index;
  LabMemoryRow row;

  if (size_bytes == 0)
    return;

  index = lab_memory_image_find_row (image, offset);
  row = lab_memory_image_get_row (image, index);
  column = (offset - row.offset) % lab_memory_image_get_n_columns (image);

  switch (step)
    {
    case GTK_MOVEMENT_VISUAL_POSITIONS:
      offset = offset_by (image, count);
      break;
    case GTK_MOVEMENT_DISPLAY_LINES:
      offset = offset_in_row (image, (gint64) index + count, column);
      break;
    case GTK_MOVEMENT_PAGES:
      offset = offset_in_row (image, (gint64) index + (gint64) count * lab_memory_view_get_page_rows (view), column);
      break;
    case GTK_MOVEMENT_DISPLAY_LINE_ENDS:
      if (!row.folded)
        offset = count < 0 ? row.offset : row.offset + row.n_bytes - 1;
      break;
    case GTK_MOVEMENT_BUFFER_ENDS:
      offset = count < 0 ? 0 : size_bytes - 1;
      lab_memory_image_open_fold (image, offset);
      break;
    default:
      break;
    }

  move_caret_to (view, offset, extend);
}

static void
pressed_cb (LabMemoryView   *view,
            int              n_press,
            double           x,
            double           y,
            GtkGestureClick *gesture)
{
  LabMemoryImage *image = lab_memory_view_get_image (view);
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  const LabField *field;
  gboolean folded;
  gsize offset;

  gtk_widget_grab_focus (GTK_WIDGET (view));
  if (!lab_memory_view_find_offset (view, x, y, &offset, &folded))
    return;

  if (folded)
    {
      lab_memory_image_open_fold (image, offset);
      return;
    }

  field = lab_memory_image_find_field (image, offset);
  if (n_press == 2 && field != NULL && field->kind >= LAB_FIELD_CONTROL && field->kind <= LAB_FIELD_NUMBER)
    lab_memory_view_go_to (view, field->offset, field->size_bytes);
  else
    move_caret_to (view, offset, (state & GDK_SHIFT_MASK) != 0);
}

static void
drag_update_cb (LabMemoryView  *view,
                double          x,
                double          y,
                GtkGestureDrag *gesture)
{
  LabMemoryImage *image = lab_memory_view_get_image (view);
  double start_x, start_y;
  gboolean folded;
  gsize offset;

  if (lab_memory_image_get_size_bytes (image) == 0 || !gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y))
    return;
  if (!lab_memory_image_is_selecting (image) && ABS (x) < 4 && ABS (y) < 4)
    return;

  lab_memory_view_find_offset (view, start_x + x, start_y + y, &offset, &folded);
  if (offset != lab_memory_image_get_caret (image))
    move_caret_to (view, offset, TRUE);
}

static void
drag_begin_cb (LabMemoryView  *view,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
motion_cb (LabMemoryView *view,
           double         x,
           double         y)
{
  gboolean folded = FALSE;
  gsize offset;

  if (lab_memory_view_find_offset (view, x, y, &offset, &folded) && !folded)
    lab_memory_image_set_pointed (lab_memory_view_get_image (view), (gssize) offset);
  else
    lab_memory_image_set_pointed (lab_memory_view_get_image (view), -1);
}

static void
leave_cb (LabMemoryView *view)
{
  lab_memory_image_set_pointed (lab_memory_view_get_image (view), -1);
}

static void
select_all_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       view)
{
  lab_memory_image_select (lab_memory_view_get_image (view), 0, G_MAXSIZE);
}

static void
select_none_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       view)
{
  lab_memory_image_select_none (lab_memory_view_get_image (view));
}

static void
move_caret_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       view)
{
  gint32 step, count;
  gboolean extend;

  g_variant_get (parameter, "(iib)", &step, &count, &extend);
  move_caret (view, (GtkMovementStep) step, count, extend);
}

/* The same action for a key and its twin on the number pad. */
static void
add_move (GtkShortcutController *keys,
          guint                  keyval,
          guint                  keypad,
          GdkModifierType        modifiers,
          GtkMovementStep        step,
          int                    count,
          gboolean               extend)
{
  GtkShortcutTrigger *trigger = gtk_alternative_trigger_new (gtk_keyval_trigger_new (keyval, modifiers),
                                                             gtk_keyval_trigger_new (keypad, modifiers));

  gtk_shortcut_controller_add_shortcut (keys, gtk_shortcut_new_with_arguments (trigger, gtk_named_action_new ("strip.move-caret"),
                                                                               "(iib)", step, count, extend));
}

static void
add_key (GtkShortcutController *keys,
         guint                  keyval,
         GdkModifierType        modifiers,
         const char            *action)
{
  gtk_shortcut_controller_add_shortcut (keys, gtk_shortcut_new (gtk_keyval_trigger_new (keyval, modifiers),
                                                                gtk_named_action_new (action)));
}

static void
add_keys (LabMemoryView *view)
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
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcutController *keys = GTK_SHORTCUT_CONTROLLER (controller);

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      add_move (keys, moves[i].keyval, moves[i].keypad, moves[i].modifiers, moves[i].step, moves[i].count, FALSE);
      add_move (keys, moves[i].keyval, moves[i].keypad, moves[i].modifiers | GDK_SHIFT_MASK, moves[i].step, moves[i].count, TRUE);
    }

  add_key (keys, GDK_KEY_a, GDK_CONTROL_MASK, "strip.select-all");
  add_key (keys, GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "strip.select-none");
  add_key (keys, GDK_KEY_Escape, 0, "strip.select-none");
  gtk_widget_add_controller (GTK_WIDGET (view), controller);
}

static void
add_pointer (LabMemoryView *view)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), view);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), view);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), view);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), view);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), view);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), view);
  gtk_widget_add_controller (GTK_WIDGET (view), motion);
}

/**
 * lab_memory_input_add:
 * @view: a strip
 *
 * Lets the user work in the strip: the pointer and the keys move the caret of its image,
 * select, and open folds.  The same is there as actions of the strip: strip.select-all,
 * strip.select-none, and strip.move-caret, whose parameter is "(iib)": a #GtkMovementStep, how
 * many, and whether to extend the selection.
 */
void
lab_memory_input_add (LabMemoryView *view)
{
  static const GActionEntry entries[] = {
    { .name = "select-all", .activate = select_all_cb },
    { .name = "select-none", .activate = select_none_cb },
    { .name = "move-caret", .activate = move_caret_cb, .parameter_type = "(iib)" },
  };
  g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new ();

  g_return_if_fail (LAB_IS_MEMORY_VIEW (view));

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), view);
  gtk_widget_insert_action_group (GTK_WIDGET (view), "strip", G_ACTION_GROUP (actions));
  add_pointer (view);
  add_keys (view);
}
