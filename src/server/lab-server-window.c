/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-window.h"

#include <string.h>

#include <glib/gi18n.h>

#include "backend/choice/lab-options.h"
#include "backend/kernel/lab-shm-error.h"
#include "server/lab-close-dialog.h"
#include "server/lab-message-entry.h"
#include "server/lab-race-window.h"
#include "server/lab-server-banner.h"
#include "server/lab-server-steps.h"
#include "server/lab-slow-bar.h"
#include "server/lab-write-controls.h"
#include "ui/app/lab-launch.h"
#include "ui/app/lab-window-state.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/parts/lab-banner.h"

struct _LabServerWindow
{
  GtkApplicationWindow  parent_instance;

  LabServer            *server;
  LabPublisher         *publisher;  /* of the server */
  GSettings            *settings;

  GtkLabel             *subtitle;
  GtkPaned             *columns;
  GtkPaned             *rows;
  GtkBox               *steps_place;
  GtkButton            *do_it_all;
  LabBanner            *banner;
  LabMessageEntry      *entry;
  LabInspector         *inspector;

  LabServerSteps       *steps;
  LabServerBanner      *server_banner;  /* what the banner says */
  gboolean              ending;         /* close once the clients have gone */
};

G_DEFINE_FINAL_TYPE (LabServerWindow, lab_server_window, GTK_TYPE_APPLICATION_WINDOW)

static LabSession *
get_session (LabServerWindow *self)
{
  return lab_server_get_session (self->server);
}

static void
set_enabled (LabServerWindow *self,
             const char      *action_name,
             gboolean         enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action_name)), enabled);
}

static void
update_actions (LabServerWindow *self)
{
  LabServerStep step = lab_server_get_step (self->server);
  const LabLeftover *leftover = lab_server_banner_get_leftover (self->server_banner);
  gboolean attached = lab_server_is_attached (self->server);
  gboolean live = lab_server_is_live (self->server);

  set_enabled (self, "make-key", step == LAB_SERVER_STEP_KEY);
  set_enabled (self, "create", step == LAB_SERVER_STEP_CREATE && leftover == NULL);
  set_enabled (self, "take-over", leftover != NULL && leftover->can_take_over);
  set_enabled (self, "replace", leftover != NULL && leftover->can_remove);
  set_enabled (self, "another-key", step <= LAB_SERVER_STEP_CREATE);
  set_enabled (self, "attach", step == LAB_SERVER_STEP_ATTACH);
  set_enabled (self, "write", attached && lab_message_entry_fits (self->entry) && !lab_publisher_is_writing (self->publisher)
               && !lab_publisher_is_racing (self->publisher) && !lab_publisher_is_status_late (self->publisher));
  set_enabled (self, "store-status", lab_publisher_is_status_late (self->publisher));
  set_enabled (self, "race", attached && !lab_publisher_is_writing (self->publisher));
  set_enabled (self, "play", lab_publisher_is_writing (self->publisher));
  set_enabled (self, "store", lab_publisher_is_writing (self->publisher));
  set_enabled (self, "wait", attached && step == LAB_SERVER_STEP_WAIT);
  set_enabled (self, "detach", attached && step == LAB_SERVER_STEP_DETACH);
  set_enabled (self, "remove", live && !attached && step == LAB_SERVER_STEP_REMOVE);
  set_enabled (self, "do-it-all", leftover == NULL
               && (step < LAB_SERVER_STEP_WRITE || (step == LAB_SERVER_STEP_WRITE && lab_message_entry_fits (self->entry))
                   || step == LAB_SERVER_STEP_OVER));
  set_enabled (self, "stop", live);
  set_enabled (self, "open-client", lab_choice_get_key_choice (lab_session_get_choice (get_session (self))) != NULL);
}

/* Why nothing can be written yet or any more, and what to do about it. */
static const char *
get_hint (LabServerWindow *self)
{
  if (lab_server_is_attached (self->server))
    return _("Type a message, then choose Write");
  if (lab_server_get_step (self->server) > LAB_SERVER_STEP_ATTACH)
    return _("Nothing can be written any more: this process has detached");

  return _("First make the segment: do steps 1 to 3, or Do It All");
}

static void
update (LabServerWindow *self)
{
  lab_server_steps_update (self->steps);
  lab_window_show_session (self->subtitle, get_session (self));
  lab_message_entry_set_capacity (self->entry, lab_server_get_capacity (self->server));
  lab_message_entry_set_hint (self->entry, get_hint (self));
  update_actions (self);
  gtk_button_set_label (self->do_it_all, lab_server_get_step (self->server) == LAB_SERVER_STEP_OVER
                                         ? _("Start Again") : _("Do It All"));
  lab_server_banner_update (self->server_banner);
}

static void
make_key_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  lab_server_make_key (LAB_SERVER_WINDOW (user_data)->server, NULL);
}

static void
inspected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(LabServerWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(LabLeftover) leftover = lab_leftover_inspect_finish (result, &error);

  if (leftover == NULL)
    {
      if (self->server != NULL && lab_server_get_step (self->server) == LAB_SERVER_STEP_CREATE)
        lab_server_banner_show_not_inspected (self->server_banner, lab_session_get_key (get_session (self)), error);
      return;
    }

  /* Meanwhile the user may have chosen another key, or the segment may have gone. */
  if (self->server == NULL || leftover->kind == LAB_LEFTOVER_NONE
      || lab_server_get_step (self->server) != LAB_SERVER_STEP_CREATE
      || lab_session_get_key (get_session (self)) != leftover->key)
    return;

  lab_server_banner_set_leftover (self->server_banner, g_steal_pointer (&leftover));
  update (self);
}

static void
create_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autoptr(GError) error = NULL;

  if (!lab_server_create (self->server, &error) && g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
    lab_leftover_inspect_async (lab_session_get_key (get_session (self)), NULL, inspected_cb, g_object_ref (self));
}

static void
attach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_server_attach (self->server, NULL))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* What the server before wrote last is the message now; unless the user has
 * begun another. */
static void
show_adopted_message (LabServerWindow *self)
{
  const char *message = lab_session_get_message (get_session (self));
  g_autofree char *text = lab_message_entry_dup_text (self->entry);

  if (message != NULL && *text == '\0')
    lab_message_entry_set_text (self->entry, message);
}

static void
take_over_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autoptr(GError) error = NULL;

  lab_server_banner_set_leftover (self->server_banner, NULL);
  if (lab_server_take_over (self->server, NULL) && lab_server_attach (self->server, &error))
    show_adopted_message (self);
  update (self);
  if (g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
    {
      /* Somebody was faster: look again. */
      lab_server_leave (self->server);
      lab_server_reset (self->server);
      if (lab_server_make_key (self->server, NULL))
        create_action (NULL, NULL, self);
    }
}

static void
replace_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autoptr(GError) error = NULL;

  if (!lab_leftover_remove (lab_server_banner_get_leftover (self->server_banner), &error)
      && !g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
    {
      lab_server_banner_show_not_removed (self->server_banner, error);
      return;
    }

  /* Removed; or somebody has attached to it meanwhile, and the user looks again. */
  lab_server_banner_set_leftover (self->server_banner, NULL);
  update (self);
  create_action (NULL, NULL, self);
}

static void
another_key_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_server_banner_set_leftover (self->server_banner, NULL);
  lab_server_reset (self->server);
  lab_server_steps_focus_key (self->steps);
}

static void
write_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autofree char *text = lab_message_entry_dup_text (self->entry);
  g_autoptr(GError) error = NULL;

  if (!lab_server_write (self->server, text, strlen (text), &error))
    lab_message_entry_show_refusal (self->entry, error->message);
}

static void
edited_cb (LabServerWindow *self)
{
  update_actions (self);
}

static void
wait_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_server_is_waiting (self->server))
    {
      self->ending = FALSE;
      lab_server_stop_waiting (self->server);
    }
  else
    {
      lab_server_wait (self->server);
    }
}

static void
detach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  lab_server_detach (LAB_SERVER_WINDOW (user_data)->server, NULL);
}

static void
remove_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  lab_server_remove (LAB_SERVER_WINDOW (user_data)->server, NULL);
}

static void
do_it_all_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  lab_server_window_start (LAB_SERVER_WINDOW (user_data));
}

static void
start_again_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_server_get_trouble (self->server) == LAB_SERVER_TROUBLE_GONE)
    lab_server_leave (self->server);  /* there is nothing left that could be removed */
  if (!lab_server_is_live (self->server))
    lab_server_reset (self->server);
}

static void
remove_now (LabServerWindow *self)
{
  if (lab_server_is_attached (self->server))
    lab_server_detach (self->server, NULL);
  if (lab_server_is_live (self->server))
    lab_server_remove (self->server, NULL);
}

static void
server_changed_cb (LabServerWindow *self)
{
  update (self);
  /* “Wait for Clients” was the answer to closing the window. */
  if (self->ending && !lab_server_is_waiting (self->server))
    {
      self->ending = FALSE;
      remove_now (self);
      if (!lab_server_is_live (self->server))
        gtk_window_destroy (GTK_WINDOW (self));
    }
}

static void
end (LabServerWindow *self,
     LabCloseChoice   choice)
{
  if (choice != LAB_CLOSE_CANCEL)
    self->ending = FALSE;  /* whatever was answered before */
  if (choice == LAB_CLOSE_WAIT)
    lab_server_wait (self->server);
  else if (choice == LAB_CLOSE_LEAVE)
    lab_server_leave (self->server);
  else if (choice == LAB_CLOSE_REMOVE)
    remove_now (self);
}

static void
stop_answer_cb (LabCloseChoice choice,
                gpointer       user_data)
{
  g_autoptr(LabServerWindow) self = user_data;

  end (self, choice);
}

static void
stop_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_close_dialog_present (GTK_WINDOW (self), self->server, stop_answer_cb, g_object_ref (self));
}

static void
close_answer_cb (LabCloseChoice choice,
                 gpointer       user_data)
{
  g_autoptr(LabServerWindow) self = user_data;

  end (self, choice);
  if (choice == LAB_CLOSE_WAIT && lab_server_is_waiting (self->server))
    self->ending = TRUE;
  else if (choice == LAB_CLOSE_WAIT)
    remove_now (self);  /* they have gone while the question was asked */
  if (choice != LAB_CLOSE_CANCEL && !lab_server_is_live (self->server))
    gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
close_request_cb (GtkWindow *window,
                  gpointer   unused)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (window);

  if (!lab_server_is_live (self->server))
    return GDK_EVENT_PROPAGATE;

  lab_close_dialog_present (window, self->server, close_answer_cb, g_object_ref (self));

  return GDK_EVENT_STOP;
}

static void
open_client_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  const LabKeyChoice *choice = lab_choice_get_key_choice (lab_session_get_choice (get_session (self)));
  g_auto(GStrv) args = lab_options_format (choice);
  g_autoptr(GError) error = NULL;

  lab_spawn_client ((const char * const *) args, &error);
  lab_server_banner_show_launch (self->server_banner, error);
}

static void
next_step_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_server_get_step (self->server) < LAB_SERVER_STEP_OVER)
    gtk_widget_activate_action (GTK_WIDGET (self), lab_server_steps_get_action (lab_server_get_step (self->server)), NULL);
}

static void
clean_up_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  /* Who asks for this goes through the windows: none may go meanwhile. */
  self->ending = FALSE;
  lab_server_clean_up (self->server);
}

static void
race_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  gtk_window_present (GTK_WINDOW (lab_race_window_new (GTK_WINDOW (self), self->publisher)));
}

static void
slow_action (GSimpleAction *action,
             GVariant      *state,
             gpointer       user_data)
{
  lab_publisher_set_slow (LAB_SERVER_WINDOW (user_data)->publisher, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
play_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (LAB_SERVER_WINDOW (user_data)->publisher);

  lab_slow_motion_set_playing (slow_motion, !lab_slow_motion_is_playing (slow_motion));
}

static void
store_status_action (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_publisher_store_status (self->publisher))
    lab_server_banner_show_lost_race (self->server_banner);
}

static void
store_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (LAB_SERVER_WINDOW (user_data)->publisher);

  lab_slow_motion_set_playing (slow_motion, FALSE);
  lab_slow_motion_step (slow_motion);
}

static const GActionEntry actions[] = {
  { "make-key", make_key_action },
  { "create", create_action },
  { "take-over", take_over_action },
  { "replace", replace_action },
  { "another-key", another_key_action },
  { "attach", attach_action },
  { "write", write_action },
  { "wait", wait_action },
  { "detach", detach_action },
  { "remove", remove_action },
  { "do-it-all", do_it_all_action },
  { "start-again", start_again_action },
  { "stop", stop_action },
  { "open-client", open_client_action },
  { "next-step", next_step_action },
  { "slow", NULL, NULL, "false", slow_action },
  { "race", race_action },
  { "play", play_action },
  { "store", store_action },
  { "store-status", store_status_action },
  { "clean-up", clean_up_action },
};

static void
lab_server_window_dispose (GObject *object)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (object);

  if (self->server != NULL)
    g_signal_handlers_disconnect_by_data (self->server, self);
  g_clear_object (&self->server);
  self->publisher = NULL;
  g_clear_object (&self->settings);
  g_clear_pointer (&self->server_banner, lab_server_banner_free);

  G_OBJECT_CLASS (lab_server_window_parent_class)->dispose (object);
}

static void
lab_server_window_class_init (LabServerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_server_window_dispose;

  g_type_ensure (LAB_TYPE_BANNER);
  g_type_ensure (LAB_TYPE_INSPECTOR);
  g_type_ensure (LAB_TYPE_MESSAGE_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-server-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, columns);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, steps_place);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, do_it_all);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, inspector);
  gtk_widget_class_bind_template_callback (widget_class, close_request_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
}

static void
lab_server_window_init (LabServerWindow *self)
{
  self->server = lab_server_new ();
  self->publisher = lab_server_get_publisher (self->server);
  self->settings = lab_application_settings (LAB_ROLE_SERVER);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->server_banner = lab_server_banner_new (self->banner, self->server);
  lab_inspector_set_session (self->inspector, get_session (self));
  self->steps = LAB_SERVER_STEPS (lab_server_steps_new (self->server, self->settings));
  gtk_box_append (self->steps_place, GTK_WIDGET (self->steps));
  lab_write_controls_add (self->entry, self->publisher);
  gtk_widget_insert_after (lab_slow_bar_new (self->publisher), gtk_widget_get_parent (GTK_WIDGET (self->entry)),
                           GTK_WIDGET (self->entry));
  lab_window_set_up (GTK_APPLICATION_WINDOW (self), LAB_ROLE_SERVER, self->settings, self->columns, self->rows,
                     self->inspector);
  g_settings_bind (self->settings, "write-as-i-type", self->entry, "as-i-type", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->server, "changed", G_CALLBACK (server_changed_cb), self);
}

/**
 * lab_server_window_new:
 * @application: the application
 *
 * Returns: (transfer none): the window of a server that has done nothing yet
 */
LabServerWindow *
lab_server_window_new (LabApplication *application)
{
  return g_object_new (LAB_TYPE_SERVER_WINDOW, "application", application, NULL);
}

LabServer *
lab_server_window_get_server (LabServerWindow *self)
{
  g_return_val_if_fail (LAB_IS_SERVER_WINDOW (self), NULL);

  return self->server;
}

/**
 * lab_server_window_choose:
 * @self: a window whose server has done nothing yet
 * @choice: (nullable): the key, or %NULL for the one that was chosen last
 * @size_bytes: the size in bytes, or %G_MAXSIZE for the one that was chosen last
 * @mode: the permission bits, or %G_MAXUINT for those that were chosen last
 *
 * Sets what comes from the command line; it is not remembered.
 */
void
lab_server_window_choose (LabServerWindow    *self,
                          const LabKeyChoice *choice,
                          gsize               size_bytes,
                          guint               mode)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_SERVER_WINDOW (self));

  lab_server_steps_choose (self->steps, choice, size_bytes, mode, &error);
  if (error != NULL)
    lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("There is no key yet"), error->message);
  update (self);
}

/**
 * lab_server_window_set_message:
 * @self: a window
 * @message: valid UTF-8
 *
 * Puts a message into the entry; it is not written by that.
 */
void
lab_server_window_set_message (LabServerWindow *self,
                               const char      *message)
{
  g_return_if_fail (LAB_IS_SERVER_WINDOW (self));

  lab_message_entry_set_text (self->entry, message);
  update_actions (self);
}

/**
 * lab_server_window_start:
 * @self: a window
 *
 * Does all steps up to the first message, as far as they succeed.  A segment that
 * stands in the way is described, and the user decides.
 */
void
lab_server_window_start (LabServerWindow *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (LAB_IS_SERVER_WINDOW (self));

  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_OVER)
    {
      lab_server_reset (self->server);
      return;
    }

  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_KEY)
    make_key_action (NULL, NULL, self);
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_CREATE)
    create_action (NULL, NULL, self);
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_ATTACH)
    attach_action (NULL, NULL, self);

  text = lab_message_entry_dup_text (self->entry);
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_WRITE && *text != '\0')
    write_action (NULL, NULL, self);
}
