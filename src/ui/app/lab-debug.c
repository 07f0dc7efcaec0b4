/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-debug.h"

typedef struct
{
  GdkFrameClock *clock;     /* while the window is realized */
  gulong         paint_id;
  guint          timeout_id;
  guint          n_frames;  /* since the last line */
} FrameCounter;

/**
 * lab_debug_get_flags:
 *
 * Returns: the switches in `LAB_DEBUG`
 */
LabDebugFlags
lab_debug_get_flags (void)
{
  static const GDebugKey keys[] = { { "frames", LAB_DEBUG_FRAMES }, { "rtl", LAB_DEBUG_RTL } };
  static gsize flags_plus_one;

  if (g_once_init_enter (&flags_plus_one))
    g_once_init_leave (&flags_plus_one, g_parse_debug_string (g_getenv ("LAB_DEBUG"), keys, G_N_ELEMENTS (keys)) + 1);

  return (LabDebugFlags) (flags_plus_one - 1);
}

static void
after_paint_cb (GdkFrameClock *clock,
                FrameCounter  *counter)
{
  counter->n_frames++;
}

static gboolean
report_cb (gpointer user_data)
{
  FrameCounter *counter = user_data;

  g_printerr ("frames %u\n", counter->n_frames);
  counter->n_frames = 0;

  return G_SOURCE_CONTINUE;
}

static void
stop_counting (FrameCounter *counter)
{
  if (counter->clock != NULL)
    g_signal_handler_disconnect (counter->clock, counter->paint_id);
  g_clear_object (&counter->clock);
  g_clear_handle_id (&counter->timeout_id, g_source_remove);
}

/* The frame clock belongs to the surface, which comes and goes with realize. */
static void
realize_cb (GtkWidget    *window,
            FrameCounter *counter)
{
  g_set_object (&counter->clock, gtk_widget_get_frame_clock (window));
  counter->paint_id = g_signal_connect (counter->clock, "after-paint", G_CALLBACK (after_paint_cb), counter);
  counter->timeout_id = g_timeout_add_seconds (1, report_cb, counter);
}

static void
unrealize_cb (GtkWidget    *window,
              FrameCounter *counter)
{
  stop_counting (counter);
}

static void
frame_counter_free (gpointer  data,
                    GClosure *closure)
{
  stop_counting (data);
  g_free (data);
}

/**
 * lab_frames_debug_init:
 * @window: a window
 *
 * With `frames` in `LAB_DEBUG`, prints a line “frames N” to the standard error
 * output once a second, N being the frames that @window drew since the last
 * one.  Counting draws nothing itself.  Without the switch it does nothing.
 */
void
lab_frames_debug_init (GtkWindow *window)
{
  FrameCounter *counter;

  g_return_if_fail (GTK_IS_WINDOW (window));

  if ((lab_debug_get_flags () & LAB_DEBUG_FRAMES) == 0)
    return;

  counter = g_new0 (FrameCounter, 1);
  g_signal_connect (window, "unrealize", G_CALLBACK (unrealize_cb), counter);
  g_signal_connect_data (window, "realize", G_CALLBACK (realize_cb), counter, frame_counter_free, 0);
  if (gtk_widget_get_realized (GTK_WIDGET (window)))
    realize_cb (GTK_WIDGET (window), counter);
}
