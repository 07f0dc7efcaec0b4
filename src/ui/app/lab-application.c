/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-application.h"

#include <locale.h>
#include <signal.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "backend/choice/lab-options.h"
#include "ui/app/lab-debug.h"
#include "ui/app/lab-display-loss.h"
#include "ui/app/lab-gl.h"
#include "ui/app/lab-start-check.h"
#include "ui/app/lab-ui.h"
#include "ui/app/lab-window-state.h"
#include "ui/style/lab-style.h"

struct _LabApplication
{
  GtkApplication  parent_instance;

  LabRole         role;
  guint           signal_sources[3];
  LabParseOptions parse;
  gpointer        parse_data;
};

G_DEFINE_FINAL_TYPE (LabApplication, lab_application, GTK_TYPE_APPLICATION)

/* Removes what this process created, without a question. */
static void
clean_up (gpointer unused,
          gpointer app)
{
  for (GList *l = gtk_application_get_windows (app); l != NULL; l = l->next)
    if (G_IS_ACTION_GROUP (l->data) && g_action_group_has_action (G_ACTION_GROUP (l->data), "clean-up"))
      g_action_group_activate_action (G_ACTION_GROUP (l->data), "clean-up", NULL);
}

/* The default action of these signals would end the process too, but leave its
 * segment in the kernel. */
static gboolean
terminated_cb (gpointer app)
{
  clean_up (NULL, app);
  g_application_quit (G_APPLICATION (app));

  return G_SOURCE_CONTINUE;
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  LabApplication *self = LAB_APPLICATION (user_data);

  lab_about_present (gtk_application_get_active_window (GTK_APPLICATION (self)), self->role);
}

/* Closes each window as its own button would, so that each may ask first. */
static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (GTK_WINDOW (l->data));
}

static const GActionEntry actions[] = {
  { "about", about_action },
  { "quit", quit_action },
};

static const struct { const char *action; const char *key; } accels[] = {
  { "app.quit", "<Ctrl>q" },
  { "window.close", "<Ctrl>w" },
  { "win.do-it-all", "<Ctrl>d" },
  { "win.history", "<Ctrl>h" },
  { "win.look", "F5" },
  { "win.play", "F6" },
  { "win.race", "<Ctrl>r" },
  { "win.store", "F7" },
  { "win.next-step", "F8" },
  { "win.open-client", "<Ctrl>o" },
  { "win.pause", "<Ctrl>p" },
  { "win.show-help-overlay", "<Ctrl>question" },
  { "win.write", "<Ctrl>Return" },
};

static void
set_up_keys (LabApplication *self)
{
  static const char * const stop[] = { "<Ctrl>e", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    {
      const char *keys[] = { accels[i].key, NULL };

      gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, keys);
    }
  gtk_application_set_accels_for_action (GTK_APPLICATION (self),
                                         self->role == LAB_ROLE_SERVER ? "win.stop" : "win.detach", stop);
}

static void
after_paint_cb (GtkWindow     *window,
                GdkFrameClock *clock)
{
  const char *name = g_application_get_application_id (g_application_get_default ());

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, window);
  gtk_window_set_icon_name (window, name);
  gtk_window_set_default_icon_name (name);
}

static void
realized_cb (GtkWidget *window)
{
  g_signal_handlers_disconnect_by_func (window, realized_cb, NULL);
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), window,
                           G_CONNECT_SWAPPED);
}

/* An X server is given the icon in each of its sizes.  For the first window that waits until
 * the first frame is drawn, since the icon is not in it. */
static void
lab_application_window_added (GtkApplication *app,
                              GtkWindow      *window)
{
  GTK_APPLICATION_CLASS (lab_application_parent_class)->window_added (app, window);

  if (gtk_window_get_default_icon_name () == NULL)
    g_signal_connect (window, "realize", G_CALLBACK (realized_cb), NULL);
}

static void
lab_application_startup (GApplication *app)
{
  LabApplication *self = LAB_APPLICATION (app);
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

  /* GTK adds the icons below resource-base-path and then, in a thread, reads all icon themes.  An
   * icon that is added later has them read once more, and the first frame wait for it. */
  lab_ui_load_resource ();
  G_APPLICATION_CLASS (lab_application_parent_class)->startup (app);

  lab_ui_init ();
  /* With nothing happening, no frame is drawn; a fading cursor draws sixty a second. */
  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, NULL);
  if (lab_debug_get_flags () & LAB_DEBUG_RTL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  lab_style_follow_desktop ();
  lab_display_loss_watch (gdk_display_get_default (), clean_up, app);
  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), app);
  set_up_keys (self);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->signal_sources[i] = g_unix_signal_add (numbers[i], terminated_cb, app);
}

static void
lab_application_shutdown (GApplication *app)
{
  LabApplication *self = LAB_APPLICATION (app);

  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);

  G_APPLICATION_CLASS (lab_application_parent_class)->shutdown (app);
}

static void
lab_application_class_init (LabApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = lab_application_startup;
  application_class->shutdown = lab_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_added = lab_application_window_added;
}

static void
lab_application_init (LabApplication *self)
{
}

/**
 * lab_application_new:
 * @role: which of the two programs this is
 *
 * Every start is a process of its own, because several clients of one server
 * are the point; so the application is not unique.  Also sets the language, and how
 * GTK draws.
 *
 * Returns: (transfer full): the application
 */
LabApplication *
lab_application_new (LabRole role)
{
  LabApplication *self;

  lab_gl_disable_where_useless ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (role == LAB_ROLE_SERVER ? _("Shared Memory Server") : _("Shared Memory Client"));

  self = g_object_new (LAB_TYPE_APPLICATION,
                       "application-id", role == LAB_ROLE_SERVER ? APP_ID_PREFIX ".Server" : APP_ID_PREFIX ".Client",
                       "flags", G_APPLICATION_NON_UNIQUE,
                       "resource-base-path", "/io/github/shmlab",
                       NULL);
  self->role = role;

  return self;
}

static int
options_cb (LabApplication *self,
            GVariantDict   *options)
{
  g_autoptr(GError) error = NULL;
  int status = lab_options_check (options, &error);

  if (status == -1)
    {
      lab_display_loss_init ();
      if (!self->parse (options, self->parse_data, &error) || !lab_start_check (&error))
        status = 1;
    }
  if (error != NULL)
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);

  return status;
}

/**
 * lab_application_add_options:
 * @self: an application before g_application_run()
 * @entries: what this program knows besides lab_options_add()
 * @summary: what the program does, one translated sentence
 * @parse: checks and keeps what was given
 * @data: for @parse
 *
 * Adds the options of the command line.  A bad value ends the program with status 1
 * and a sentence, before there is a window.
 */
void
lab_application_add_options (LabApplication     *self,
                             const GOptionEntry *entries,
                             const char         *summary,
                             LabParseOptions     parse,
                             gpointer            data)
{
  g_return_if_fail (LAB_IS_APPLICATION (self));
  g_return_if_fail (self->parse == NULL);

  self->parse = parse;
  self->parse_data = data;
  lab_options_add (G_APPLICATION (self));
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (G_APPLICATION (self), summary);
  g_signal_connect (self, "handle-local-options", G_CALLBACK (options_cb), NULL);
}

typedef void (*PresentFunc) (GtkWindow *parent);

static void
window_action_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  PresentFunc present = (PresentFunc) g_object_get_data (G_OBJECT (action), "present");

  present (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

/**
 * lab_application_add_window:
 * @self: the application
 * @action_name: the name of an action, such as "segments"
 * @accel: its key
 * @present: shows the window, over the one that is active
 *
 * Adds a further window to both programs' menus, which name the action "app.@action_name".
 */
void
lab_application_add_window (LabApplication *self,
                            const char     *action_name,
                            const char     *accel,
                            void          (*present) (GtkWindow *parent))
{
  g_autoptr(GSimpleAction) action = g_simple_action_new (action_name, NULL);
  g_autofree char *detailed_name = g_strconcat ("app.", action_name, NULL);
  const char *keys[] = { accel, NULL };

  g_return_if_fail (LAB_IS_APPLICATION (self));

  g_object_set_data (G_OBJECT (action), "present", (gpointer) present);
  g_signal_connect_object (action, "activate", G_CALLBACK (window_action_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), detailed_name, keys);
}

/**
 * lab_application_settings:
 * @role: which of the two programs
 *
 * Returns: (transfer full): the settings of its window
 */
GSettings *
lab_application_settings (LabRole role)
{
  return g_settings_new (role == LAB_ROLE_SERVER ? APP_ID_PREFIX ".server" : APP_ID_PREFIX ".client");
}
