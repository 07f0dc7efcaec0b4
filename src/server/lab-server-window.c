/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-window.h"

#include <string.h>

#include <glib/gi18n.h>

#include "backend/choice/lab-options.h"
#include "server/lab-message-entry.h"
#include "server/lab-race-window.h"
#include "server/lab-server-actions.h"
#include "server/lab-server-banner.h"
#include "server/lab-server-ending.h"
#include "server/lab-server-steps.h"
#include "server/lab-slow-bar.h"
#include "server/lab-write-controls.h"
#include "ui/app/lab-launch.h"
#include "ui/app/lab-window-state.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/parts/lab-banner.h"
#include "ui/parts/lab-bind.h"
#include "ui/parts/lab-menu-button.h"

struct _LabServerWindow
{
  GtkApplicationWindow  parent_instance;

  LabServer            *server;
  LabPublisher         *publisher;  /* of the server */
  GSettings            *settings;

  GtkMenuButton        *menu_button;
  GMenuModel           *main_menu;
  GtkPaned             *columns;
  GtkPaned             *rows;
  GtkBox               *steps_place;
  LabBanner            *banner;
  LabMessageEntry      *entry;
  LabInspector         *inspector;

  LabServerSteps       *steps;
  GtkWidget            *slow_bar;       /* NULL until slow motion is first chosen */
  LabObstacle          *obstacle;       /* what stands in the server's way */
  LabServerBanner      *server_banner;  /* what the banner says */
  LabServerEnding      *ending;         /* how the segment and the window end */
};

enum { PROP_0, PROP_SERVER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabServerWindow, lab_server_window, GTK_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[N_PROPS];

static LabSession *
get_session (LabServerWindow *self)
{
  return lab_server_get_session (self->server);
}

static char *
name_do_it_all (LabServerWindow *self,
                guint            current)
{
  return g_strdup (current == LAB_SERVER_STEP_OVER ? _("Start Again") : _("Do It All"));
}

/* Why nothing can be written yet or any more, and what to do about it. */
static char *
describe_next (gpointer           unused,
               gboolean           attached,
               guint              current,
               const LabLeftover *leftover,
               gboolean           racing,
               gboolean           status_late)
{
  if (racing)
    return g_strdup (_("A race at full speed writes. When it is over, type a message"));
  if (status_late)
    return g_strdup (_("First store the status"));
  if (attached)
    return g_strdup (_("Type a message, then choose Write"));
  if (current == LAB_SERVER_STEP_OVER)
    return g_strdup (_("Nothing can be written any more. Start Again begins with a new segment"));
  if (current > LAB_SERVER_STEP_ATTACH)
    return g_strdup (_("Nothing can be written any more: this process has detached"));

  if (current == LAB_SERVER_STEP_ATTACH)
    return g_strdup (_("First attach the segment: do step 3"));
  if (leftover != NULL)
    return g_strdup (_("First decide about the segment that has the key"));

  return g_strdup (_("First make the segment: do steps 1 to 3, or Do It All"));
}

static void
slow_changed_cb (LabServerWindow *self)
{
  if (self->slow_bar != NULL || !lab_publisher_is_slow (self->publisher))
    return;

  self->slow_bar = lab_slow_bar_new (self->publisher);
  gtk_widget_insert_after (self->slow_bar, gtk_widget_get_parent (GTK_WIDGET (self->entry)), GTK_WIDGET (self->entry));
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

  if (lab_obstacle_take_over (self->obstacle))
    show_adopted_message (self);
}

static void
another_key_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

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

  (void) !lab_server_write (self->server, text, strlen (text), NULL);  /* the publisher's refusal tells */
}

/* The message that stands there, whatever has been typed since. */
static void
write_again_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  gsize length = 0;
  const char *text = lab_publisher_get_text (self->publisher, &length);
  g_autofree char *copy = text != NULL ? g_strndup (text, length) : NULL;

  if (copy != NULL)
    (void) !lab_server_write (self->server, copy, length, NULL);  /* the publisher's refusal tells */
}

static void
do_it_all_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  lab_server_window_start (LAB_SERVER_WINDOW (user_data));
}

static gboolean
close_request_cb (GtkWindow *window,
                  gpointer   unused)
{
  return lab_server_ending_may_close (LAB_SERVER_WINDOW (window)->ending) ? GDK_EVENT_PROPAGATE : GDK_EVENT_STOP;
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
  lab_server_banner_set_launch_error (self->server_banner, error);
}

static void
next_step_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autofree char *text = lab_message_entry_dup_text (self->entry);

  /* An empty message is written only by who asks for it by name. */
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_WRITE && *text == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else if (lab_server_get_step (self->server) < LAB_SERVER_STEP_OVER)
    gtk_widget_activate_action (GTK_WIDGET (self), lab_server_steps_get_action (lab_server_get_step (self->server)), NULL);
}

static void
race_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_race_window_present (GTK_WINDOW (self), self->publisher);
}

static void
store_status_action (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_publisher_store_status (self->publisher))
    lab_server_banner_set_lost_race (self->server_banner, TRUE);
}

static const GActionEntry actions[] = {
  { "take-over", take_over_action },
  { "another-key", another_key_action },
  { "attach", attach_action },
  { "write", write_action },
  { "write-again", write_again_action },
  { "do-it-all", do_it_all_action },
  { "open-client", open_client_action },
  { "next-step", next_step_action },
  { "race", race_action },
  { "store-status", store_status_action },
};

static void
lab_server_window_dispose (GObject *object)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (object);

  g_clear_object (&self->server_banner);

  G_OBJECT_CLASS (lab_server_window_parent_class)->dispose (object);
}

static void
lab_server_window_finalize (GObject *object)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (object);

  g_clear_object (&self->ending);
  g_clear_object (&self->obstacle);
  g_clear_object (&self->server);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lab_server_window_parent_class)->finalize (object);
}

static void
lab_server_window_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, LAB_SERVER_WINDOW (object)->server);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_server_window_class_init (LabServerWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_server_window_dispose;
  object_class->finalize = lab_server_window_finalize;
  object_class->get_property = lab_server_window_get_property;

  /* The same from the first moment to the last, so that the template can bind through it. */
  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, LAB_TYPE_SERVER,
                                                 G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_BANNER);
  g_type_ensure (LAB_TYPE_INSPECTOR);
  g_type_ensure (LAB_TYPE_MESSAGE_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-server-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, main_menu);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, columns);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, steps_place);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, LabServerWindow, inspector);
  gtk_widget_class_bind_template_callback (widget_class, close_request_cb);
  gtk_widget_class_bind_template_callback (widget_class, lab_window_describe_session);
  gtk_widget_class_bind_template_callback (widget_class, name_do_it_all);
}

static void
lab_server_window_init (LabServerWindow *self)
{
  self->server = lab_server_new ();
  self->publisher = lab_server_get_publisher (self->server);
  self->obstacle = lab_obstacle_new (self->server);
  self->ending = lab_server_ending_new (GTK_WINDOW (self), self->server);
  self->settings = lab_application_settings (LAB_ROLE_SERVER);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  lab_server_actions_add (G_ACTION_MAP (self), self->server, self->obstacle, self->ending);
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_menu_button_set_late_menu (self->menu_button, self->main_menu);

  lab_server_actions_bind (G_ACTION_MAP (self), self->server, self->obstacle, self->entry);
  lab_bind (self->entry, "hint", G_CALLBACK (describe_next),
            self->server, "attached", lab_server_get_life (self->server), "current", self->obstacle, "leftover",
            self->publisher, "racing", self->publisher, "status-late", NULL);
  self->server_banner = lab_server_banner_new (self->banner, self->server, self->obstacle);
  lab_inspector_set_session (self->inspector, get_session (self));
  self->steps = LAB_SERVER_STEPS (lab_server_steps_new (self->server, self->settings));
  gtk_box_append (self->steps_place, GTK_WIDGET (self->steps));
  lab_write_controls_add (self->entry, self->publisher);
  g_signal_connect_object (self->publisher, "notify::slow", G_CALLBACK (slow_changed_cb), self, G_CONNECT_SWAPPED);
  lab_window_set_up (GTK_APPLICATION_WINDOW (self), LAB_ROLE_SERVER, self->settings, self->columns, self->rows,
                     self->inspector);
  g_settings_bind (self->settings, "write-as-i-type", self->entry, "as-i-type", G_SETTINGS_BIND_DEFAULT);
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
  lab_server_banner_set_key_error (self->server_banner, error);
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
    lab_server_make_key (self->server, NULL);
  if (g_action_group_get_action_enabled (G_ACTION_GROUP (self), "create"))
    lab_obstacle_create (self->obstacle);
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_ATTACH)
    attach_action (NULL, NULL, self);

  text = lab_message_entry_dup_text (self->entry);
  if (lab_server_get_step (self->server) == LAB_SERVER_STEP_WRITE && *text != '\0')
    write_action (NULL, NULL, self);
}
