/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-window.h"

#include "client/lab-client-actions.h"
#include "client/lab-client-banner.h"
#include "client/lab-client-counters.h"
#include "client/lab-client-steps.h"
#include "client/lab-history.h"
#include "client/lab-interval-scale.h"
#include "client/lab-message-display.h"
#include "client/lab-read-as.h"
#include "ui/app/lab-window-state.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/parts/lab-menu-button.h"

struct _LabClientWindow
{
  GtkApplicationWindow  parent_instance;

  LabClient            *client;
  LabClientBanner      *client_banner;
  GSettings            *settings;

  GtkMenuButton        *menu_button;
  GMenuModel           *main_menu;
  GtkPaned             *columns;
  GtkPaned             *rows;
  LabClientSteps       *steps;
  LabBanner            *banner;
  LabIntervalScale     *interval;
  GtkMenuButton        *history_button;
  LabInspector         *inspector;
};

enum { PROP_0, PROP_CLIENT, N_PROPS };

G_DEFINE_FINAL_TYPE (LabClientWindow, lab_client_window, GTK_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[N_PROPS];

static void
another_key_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);

  lab_client_reset (self->client);
  lab_client_steps_focus_key (self->steps);
}

static void
next_step_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);

  gtk_widget_activate_action (GTK_WIDGET (self), lab_client_steps_get_action (lab_client_get_step (self->client)), NULL);
}

static void
history_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  gtk_menu_button_popup (LAB_CLIENT_WINDOW (user_data)->history_button);
}

static const GActionEntry actions[] = {
  { "another-key", another_key_action },
  { "next-step", next_step_action },
  { "history", history_action },
};

/* What comes from the poller itself, as at the start, is not remembered. */
static void
interval_chosen_cb (LabClientWindow *self)
{
  LabPoller *poller = lab_client_get_poller (self->client);
  guint interval_ms = lab_interval_scale_get_interval_ms (self->interval);

  if (lab_poller_get_interval_ms (poller) == interval_ms)
    return;

  lab_poller_set_interval_ms (poller, interval_ms);
  g_settings_set_uint (self->settings, "poll-interval-ms", interval_ms);
}

static void
create_history_cb (GtkMenuButton *button,
                   gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);
  GtkWidget *popover;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (popover),
                         lab_history_new (lab_receiver_get_history (lab_client_get_receiver (self->client))));
  gtk_menu_button_set_popover (button, popover);
}

static void
lab_client_window_dispose (GObject *object)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (object);

  g_clear_object (&self->client_banner);

  G_OBJECT_CLASS (lab_client_window_parent_class)->dispose (object);
}

static void
lab_client_window_finalize (GObject *object)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (object);

  g_clear_object (&self->client);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lab_client_window_parent_class)->finalize (object);
}

static void
lab_client_window_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_window_class_init (LabClientWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_client_window_dispose;
  object_class->finalize = lab_client_window_finalize;
  object_class->get_property = lab_client_window_get_property;

  /* The same from the first moment to the last; all that the template shows is bound through it. */
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, LAB_TYPE_CLIENT,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_BANNER);
  g_type_ensure (LAB_TYPE_CLIENT_COUNTERS);
  g_type_ensure (LAB_TYPE_CLIENT_STEPS);
  g_type_ensure (LAB_TYPE_INSPECTOR);
  g_type_ensure (LAB_TYPE_INTERVAL_SCALE);
  g_type_ensure (LAB_TYPE_MESSAGE_DISPLAY);
  g_type_ensure (LAB_TYPE_READ_AS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-client-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, main_menu);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, columns);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, interval);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, history_button);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, inspector);
  gtk_widget_class_bind_template_callback (widget_class, lab_window_describe_session);
  gtk_widget_class_bind_template_callback (widget_class, interval_chosen_cb);
}

static void
lab_client_window_init (LabClientWindow *self)
{
  self->client = lab_client_new ();
  self->settings = lab_application_settings (LAB_ROLE_CLIENT);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  lab_client_actions_add (G_ACTION_MAP (self), self->client);
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_menu_button_set_late_menu (self->menu_button, self->main_menu);

  self->client_banner = lab_client_banner_new (self->banner, self->client);
  gtk_menu_button_set_create_popup_func (self->history_button, create_history_cb, self, NULL);
  g_object_bind_property (lab_client_get_receiver (self->client), "n-looks-without-call",
                          self->inspector, "looks-without-call", G_BINDING_SYNC_CREATE);
  lab_window_set_up (GTK_APPLICATION_WINDOW (self), LAB_ROLE_CLIENT, self->settings, self->columns, self->rows,
                     self->inspector);
}

/**
 * lab_client_window_new:
 * @application: the application
 *
 * Returns: (transfer none): the window of a client that has done nothing yet
 */
LabClientWindow *
lab_client_window_new (LabApplication *application)
{
  return g_object_new (LAB_TYPE_CLIENT_WINDOW, "application", application, NULL);
}

LabClient *
lab_client_window_get_client (LabClientWindow *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT_WINDOW (self), NULL);

  return self->client;
}

/**
 * lab_client_window_choose:
 * @self: a window whose client has done nothing yet
 * @choice: (nullable): the key, or %NULL for the one that was chosen last
 * @id: a shmid to use instead of a key, or -1
 * @interval_ms: milliseconds between two looks, or 0 for what was chosen last
 *
 * Sets what comes from the command line; it is not remembered.
 */
void
lab_client_window_choose (LabClientWindow    *self,
                          const LabKeyChoice *choice,
                          int                 id,
                          guint               interval_ms)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_CLIENT_WINDOW (self));

  if (id >= 0)
    lab_client_set_id (self->client, id);
  lab_poller_set_interval_ms (lab_client_get_poller (self->client),
                              interval_ms > 0 ? interval_ms : g_settings_get_uint (self->settings, "poll-interval-ms"));
  lab_client_steps_choose (self->steps, choice, &error);
  if (error != NULL)
    lab_client_banner_show_no_key (self->client_banner, error);
}
