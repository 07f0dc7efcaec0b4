/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/app/lab-window-state.h"

static void
test_keeps_the_size (void)
{
  g_autoptr(GSettings) settings = g_settings_new (APP_ID_PREFIX ".server");
  GtkWidget *window = gtk_window_new ();
  int width, height;

  g_settings_set_int (settings, "width", 950);
  g_settings_set_int (settings, "height", 650);
  lab_window_state_bind (GTK_WINDOW (window), settings);
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, ==, 950);
  g_assert_cmpint (height, ==, 650);

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  g_assert_cmpint (g_settings_get_int (settings, "width"), ==, 1000);
  g_assert_cmpint (g_settings_get_int (settings, "height"), ==, 700);
  g_assert_false (g_settings_get_boolean (settings, "maximized"));
  gtk_window_destroy (GTK_WINDOW (window));

  /* A window that goes takes no setting with it. */
  g_assert_cmpint (g_settings_get_int (settings, "width"), ==, 1000);
}

/* As saved by a window that a message had made 4,338 px wide. */
static void
test_a_window_is_no_larger_than_the_screen (void)
{
  g_autoptr(GSettings) settings = g_settings_new (APP_ID_PREFIX ".client");
  GListModel *monitors = gdk_display_get_monitors (gdk_display_get_default ());
  g_autoptr(GdkMonitor) monitor = g_list_model_get_item (monitors, 0);
  GtkWidget *window = gtk_window_new ();
  GdkRectangle area;
  int width, height;

  g_assert_cmpuint (g_list_model_get_n_items (monitors), ==, 1);
  gdk_monitor_get_geometry (monitor, &area);
  g_settings_set_int (settings, "width", 20000);
  g_settings_set_int (settings, "height", 500);
  lab_window_state_bind (GTK_WINDOW (window), settings);
  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, ==, area.width);
  g_assert_cmpint (height, ==, 500);
  g_assert_cmpint (g_settings_get_int (settings, "width"), ==, area.width);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_shows_shortcuts (gconstpointer data)
{
  GtkWidget *window = lab_shortcuts_window_new ((LabRole) GPOINTER_TO_INT (data));

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

static void
test_shows_about (gconstpointer data)
{
  GtkWidget *parent = gtk_window_new ();
  GListModel *windows = gtk_window_get_toplevels ();
  gboolean found = FALSE;

  gtk_window_present (GTK_WINDOW (parent));
  lab_about_present (GTK_WINDOW (parent), (LabRole) GPOINTER_TO_INT (data));

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (GTK_IS_ABOUT_DIALOG (window))
        {
          found = TRUE;
          g_assert_cmpstr (gtk_about_dialog_get_version (GTK_ABOUT_DIALOG (window)), ==, PACKAGE_VERSION);
          g_assert_nonnull (strstr (gtk_about_dialog_get_program_name (GTK_ABOUT_DIALOG (window)), "Shared Memory"));
          gtk_window_destroy (GTK_WINDOW (window));
        }
    }
  g_assert_true (found);
  gtk_window_destroy (GTK_WINDOW (parent));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
  g_test_add_func ("/ui/window-state/keeps-the-size", test_keeps_the_size);
  g_test_add_func ("/ui/window-state/a-window-is-no-larger-than-the-screen", test_a_window_is_no_larger_than_the_screen);
  g_test_add_data_func ("/ui/window-state/shows-shortcuts/server", GINT_TO_POINTER (LAB_ROLE_SERVER), test_shows_shortcuts);
  g_test_add_data_func ("/ui/window-state/shows-shortcuts/client", GINT_TO_POINTER (LAB_ROLE_CLIENT), test_shows_shortcuts);
  g_test_add_data_func ("/ui/window-state/shows-about/server", GINT_TO_POINTER (LAB_ROLE_SERVER), test_shows_about);
  g_test_add_data_func ("/ui/window-state/shows-about/client", GINT_TO_POINTER (LAB_ROLE_CLIENT), test_shows_about);
  return g_test_run ();
}
