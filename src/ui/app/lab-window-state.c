/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-window-state.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ui/app/lab-debug.h"
#include "ui/style/lab-resource.h"

/* A size from another monitor, or of a mistake, would leave the title and its buttons
 * where nobody can reach them. */
static void
keep_on_screen (GtkWindow *window)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (window)));
  int max_width = 0, max_height = 0, width, height;

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr(GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle area;

      gdk_monitor_get_geometry (monitor, &area);
      max_width = MAX (max_width, area.width);
      max_height = MAX (max_height, area.height);
    }
  if (max_width == 0 || max_height == 0)
    return;

  gtk_window_get_default_size (window, &width, &height);
  if (width > max_width || height > max_height)
    gtk_window_set_default_size (window, MIN (width, max_width), MIN (height, max_height));
}

/**
 * lab_window_state_bind:
 * @window: a window that is not yet presented
 * @settings: with the keys width, height and maximized
 *
 * Gives @window the size of last time, as far as there is a monitor that it fits on, and
 * keeps the size from now on.  In a browser the page is the whole desktop, and the window
 * fills it.
 */
void
lab_window_state_bind (GtkWindow *window,
                       GSettings *settings)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (G_IS_SETTINGS (settings));

  if (g_str_equal (G_OBJECT_TYPE_NAME (gdk_display_get_default ()), "GdkBroadwayDisplay"))
    {
      gtk_window_maximize (window);
      return;
    }

  g_settings_bind (settings, "width", window, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "height", window, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "maximized", window, "maximized", G_SETTINGS_BIND_DEFAULT);
  keep_on_screen (window);
}

static void
position_changed_cb (GtkPaned   *paned,
                     GParamSpec *pspec,
                     gpointer    key)
{
  gboolean moved_by_hand;

  /* Until somebody moves it, the divider stands where its content needs it. */
  g_object_get (paned, "position-set", &moved_by_hand, NULL);
  if (moved_by_hand)
    g_settings_set_int (g_object_get_data (G_OBJECT (paned), "settings"), key, gtk_paned_get_position (paned));
}

/**
 * lab_window_state_bind_paned:
 * @paned: a divider
 * @settings: where its position is kept
 * @key: (not nullable): a static string, the key of an integer that is -1 until the divider was moved
 *
 * Puts the divider where it was last time, and keeps where it is moved to.
 */
void
lab_window_state_bind_paned (GtkPaned   *paned,
                             GSettings  *settings,
                             const char *key)
{
  int position;

  g_return_if_fail (GTK_IS_PANED (paned));
  g_return_if_fail (G_IS_SETTINGS (settings));

  position = g_settings_get_int (settings, key);
  if (position >= 0)
    gtk_paned_set_position (paned, position);
  g_object_set_data_full (G_OBJECT (paned), "settings", g_object_ref (settings), g_object_unref);
  g_signal_connect (paned, "notify::position", G_CALLBACK (position_changed_cb), (gpointer) key);
}

/* GTK's own action of this name wants the window there from the start. */
static void
show_shortcuts_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       window)
{
  LabRole role = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (action), "role"));

  if (gtk_application_window_get_help_overlay (window) == NULL)
    gtk_application_window_set_help_overlay (window, GTK_SHORTCUTS_WINDOW (lab_shortcuts_window_new (role)));
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

static void
add_shortcuts (GtkApplicationWindow *window,
               LabRole               role)
{
  g_autoptr(GSimpleAction) action = g_simple_action_new ("show-help-overlay", NULL);

  g_object_set_data (G_OBJECT (action), "role", GINT_TO_POINTER (role));
  g_signal_connect_object (action, "activate", G_CALLBACK (show_shortcuts_cb), window, 0);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
}

/* The window's group of actions can outlive it, held by a widget that somebody still has, and would tell the window
 * of an action whose object is bound to what a thread finds out later. */
static void
remove_actions_cb (GtkWidget *window)
{
  g_auto(GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (window));

  g_signal_handlers_disconnect_by_func (window, remove_actions_cb, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    g_action_map_remove_action (G_ACTION_MAP (window), names[i]);
}

/**
 * lab_window_set_up:
 * @window: the main window of one of the programs
 * @role: which
 * @settings: its settings
 * @columns: between the steps and the rest
 * @rows: between the message and the inspector
 * @inspector: the inspector
 *
 * Makes the window as it was last time, and gives it its shortcuts.
 */
void
lab_window_set_up (GtkApplicationWindow *window,
                   LabRole               role,
                   GSettings            *settings,
                   GtkPaned             *columns,
                   GtkPaned             *rows,
                   LabInspector         *inspector)
{
  g_return_if_fail (GTK_IS_APPLICATION_WINDOW (window));

  lab_window_state_bind (GTK_WINDOW (window), settings);
  lab_window_state_bind_paned (columns, settings, "steps-width");
  lab_window_state_bind_paned (rows, settings, "message-height");
  g_settings_bind (settings, "inspector-tab", inspector, "current-name", G_SETTINGS_BIND_DEFAULT);
  lab_frames_debug_init (GTK_WINDOW (window));
  add_shortcuts (window, role);
  g_signal_connect (window, "destroy", G_CALLBACK (remove_actions_cb), NULL);
}

/**
 * lab_window_describe_session:
 * @window: for a closure in the window's template
 * @key: the key of the window's session
 * @id: the id that the session is about, or -1
 * @fate: what has become of the segment with that id, a #LabFate
 *
 * Returns: (transfer full): which key, segment and process these are, as far as there are
 *   any: the second line of the window's title
 */
char *
lab_window_describe_session (GtkWindow *window,
                             int        key,
                             int        id,
                             guint      fate)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (key != LAB_KEY_FAILED)
    {
      g_autofree char *key_text = lab_key_format (key);

      g_string_append_printf (text, _("key %s · "), key_text);
    }
  if (id != -1 && fate == LAB_FATE_GONE)
    /* Translators: the id of a segment that was removed */
    g_string_append_printf (text, _("id %d, gone · "), id);
  else if (id != -1 && fate == LAB_FATE_NONE)
    /* Translators: an id that no segment has */
    g_string_append_printf (text, _("id %d, not there · "), id);
  else if (id != -1)
    g_string_append_printf (text, _("id %d · "), id);
  g_string_append_printf (text, _("pid %d"), (int) getpid ());

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * lab_about_present:
 * @parent: the window that asks
 * @role: which of the two programs this is
 */
void
lab_about_present (GtkWindow *parent,
                   LabRole    role)
{
  static const char *authors[] = { "The Shmlab contributors", NULL };
  gboolean server = role == LAB_ROLE_SERVER;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  gtk_show_about_dialog (parent,
                         "program-name", server ? _("Shared Memory Server") : _("Shared Memory Client"),
                         "logo-icon-name", server ? APP_ID_PREFIX ".Server" : APP_ID_PREFIX ".Client",
                         "version", PACKAGE_VERSION,
                         "comments", _("See System V shared memory as it really happens"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "authors", authors,
                         /* Translators: put your names here, one a line */
                         "translator-credits", g_strcmp0 (_("translator-credits"), "translator-credits") != 0
                                                 ? _("translator-credits") : NULL,
                         NULL);
}

/**
 * lab_shortcuts_window_new:
 * @role: which of the two programs this is
 *
 * Returns: (transfer floating): the shortcuts, for gtk_application_window_set_help_overlay()
 */
GtkWidget *
lab_shortcuts_window_new (LabRole role)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new ();

  gtk_builder_add_from_resource (builder,
                                 role == LAB_ROLE_SERVER ? LAB_UI_RESOURCE_PATH "app/lab-server-shortcuts.ui"
                                                         : LAB_UI_RESOURCE_PATH "app/lab-client-shortcuts.ui",
                                 NULL);

  return g_object_ref (GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts")));
}
