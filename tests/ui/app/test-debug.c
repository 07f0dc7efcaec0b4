/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-debug.h"
#include "ui/app/lab-ui.h"

#define LIMIT_MS 20000

static gboolean
give_up_cb (gpointer data)
{
  g_error ("nothing came within %d ms", LIMIT_MS);

  return G_SOURCE_REMOVE;
}

static gboolean
redraw_cb (gpointer widget)
{
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

static gboolean
second_over_cb (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

static void
run_for_ms (guint ms)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, second_over_cb, loop);
  g_main_loop_run (loop);
}

static void
show_window (gboolean draws)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *label = gtk_label_new ("still");
  guint redraw_id = 0;

  g_timeout_add (LIMIT_MS, give_up_cb, NULL);
  gtk_window_set_child (GTK_WINDOW (window), label);
  lab_frames_debug_init (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  if (draws)
    redraw_id = g_timeout_add (10, redraw_cb, label);
  run_for_ms (4500);
  if (redraw_id != 0)
    g_source_remove (redraw_id);
  gtk_window_destroy (GTK_WINDOW (window));
  run_for_ms (50);
}

static void
test_counts_frames (gconstpointer data)
{
  gboolean draws = GPOINTER_TO_INT (data);

  if (g_test_subprocess ())
    {
      show_window (draws);
      return;
    }

  g_setenv ("LAB_DEBUG", "frames", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();

  /* Up to four lines, fewer on a slow machine; the first one also counts how the window appears. */
  if (draws)
    {
      g_test_trap_assert_stderr ("*frames *\nframes *\n*");
      g_test_trap_assert_stderr_unmatched ("*frames 0\n*");
    }
  else
    {
      g_test_trap_assert_stderr ("*frames *\nframes 0\n*");
    }
  g_unsetenv ("LAB_DEBUG");
}

static void
test_is_silent_unasked (void)
{
  if (g_test_subprocess ())
    {
      GtkWidget *window = gtk_window_new ();

      lab_frames_debug_init (GTK_WINDOW (window));
      gtk_window_present (GTK_WINDOW (window));
      run_for_ms (1200);
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr_unmatched ("*frames*");
}

static void
test_lists_its_switches (void)
{
  if (g_test_subprocess ())
    {
      lab_debug_get_flags ();
      return;
    }

  g_setenv ("LAB_DEBUG", "help", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*frames*");
  g_unsetenv ("LAB_DEBUG");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
  g_test_add_data_func ("/ui/debug/counts-frames/still", GINT_TO_POINTER (FALSE), test_counts_frames);
  g_test_add_data_func ("/ui/debug/counts-frames/moving", GINT_TO_POINTER (TRUE), test_counts_frames);
  g_test_add_func ("/ui/debug/is-silent-unasked", test_is_silent_unasked);
  g_test_add_func ("/ui/debug/lists-its-switches", test_lists_its_switches);
  return g_test_run ();
}
