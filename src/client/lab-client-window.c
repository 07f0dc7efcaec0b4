/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-window.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-access.h"
#include "client/lab-history.h"
#include "client/lab-interval-scale.h"
#include "client/lab-message-display.h"
#include "client/lab-read-as.h"
#include "ui/app/lab-window-state.h"
#include "ui/choosers/lab-key-chooser.h"
#include "ui/choosers/lab-key-settings.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/parts/lab-banner.h"
#include "ui/steps/lab-step-list.h"

typedef enum
{
  COUNTER_LOOKS,
  COUNTER_MESSAGES,
  COUNTER_MISSED,
  COUNTER_TORN,
  COUNTER_WAITED,
  COUNTER_RETRIED,
} Counter;

#define N_COUNTERS (COUNTER_RETRIED + 1)

struct _LabClientWindow
{
  GtkApplicationWindow  parent_instance;

  LabClient            *client;
  LabReceiver          *receiver;  /* of the client, as the next */
  LabPoller            *poller;
  GSettings            *settings;

  GtkLabel             *subtitle;
  GtkPaned             *columns;
  GtkPaned             *rows;
  GtkBox               *steps_place;
  LabBanner            *banner;
  LabMessageDisplay    *display;
  LabReadAs            *read_as;
  LabIntervalScale     *interval;
  GtkMenuButton        *history_button;
  GtkBox               *counters;
  LabInspector         *inspector;

  LabStepList          *steps;
  GtkWidget            *key_chooser;
  GtkLabel             *values[N_COUNTERS];
  GtkLabel             *names[N_COUNTERS];
  LabClientState        shown_state;
  gboolean              shown_racing;
  gboolean              shown_plain;
  const LabPreset      *shown_preset;
  gboolean              told_no_table;
  char                 *shown_refusal;  /* why the mode refuses us, as the banner says it */
};

G_DEFINE_FINAL_TYPE (LabClientWindow, lab_client_window, GTK_TYPE_APPLICATION_WINDOW)

/* Translators: each is what a button does, then what its system call is for. */
static const struct { const char *button; const char *action; const char *sentence; } step_texts[LAB_N_CLIENT_STEPS] = {
  { N_("Make the Key"), "win.make-key", N_("The same file and letter give the same key") },
  { N_("Find"), "win.find", N_("Find the same segment, and never make one") },
  { N_("Attach"), "win.attach", N_("Map it into this process, for reading only") },
  { N_("Look Now"), "win.look", N_("No system call: just read") },
  { N_("Detach"), "win.detach", N_("Unmap it; the segment stays in the kernel") },
};

static LabSession *
get_session (LabClientWindow *self)
{
  return lab_client_get_session (self->client);
}

static void
set_enabled (LabClientWindow *self,
             const char      *action_name,
             gboolean         enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action_name)), enabled);
}

static void
update_actions (LabClientWindow *self)
{
  LabClientStep step = lab_client_get_step (self->client);
  LabClientState state = lab_client_get_state (self->client);
  gboolean attached = lab_client_is_attached (self->client);

  set_enabled (self, "make-key", step == LAB_CLIENT_STEP_KEY);
  set_enabled (self, "find", !attached && step == LAB_CLIENT_STEP_FIND);
  set_enabled (self, "attach", !attached && step == LAB_CLIENT_STEP_ATTACH);
  set_enabled (self, "look", attached);
  set_enabled (self, "pause", attached);
  set_enabled (self, "detach", attached);
  set_enabled (self, "do-it-all", !attached);
  set_enabled (self, "another-key", !attached && step > LAB_CLIENT_STEP_KEY);
  set_enabled (self, "attach-writable", state == LAB_CLIENT_NEEDS_WRITE);
  set_enabled (self, "follow", state == LAB_CLIENT_REPLACED);
}

/* The word beside a counter, which only shows there. */
static const char *
name_counter (guint   i,
              guint64 n)
{
  const gulong number = (gulong) MIN (n, G_MAXULONG);

  switch (i)
    {
    case COUNTER_LOOKS:
      /* Translators: stands after its number, which is not in the text, as do the words that follow */
      return g_dngettext (NULL, "look", "looks", number);
    case COUNTER_MESSAGES:
      return g_dngettext (NULL, "message", "messages", number);
    case COUNTER_MISSED:
      /* Translators: stands after the number of messages that were missed */
      return g_dngettext (NULL, "missed", "missed", number);
    case COUNTER_TORN:
      /* Translators: stands after the number of looks that showed half a message */
      return g_dngettext (NULL, "torn", "torn", number);
    case COUNTER_WAITED:
      /* Translators: stands after the number of looks that found somebody else’s turn */
      return g_dngettext (NULL, "waited", "waited", number);
    case COUNTER_RETRIED:
    default:
      /* Translators: stands after the number of looks that had to begin again */
      return g_dngettext (NULL, "retried", "retried", number);
    }
}

/* The looks alone change with every look, so they are brought up to date with
 * something else, or when somebody comes to read them; a counter that draws ten
 * times a second would be decoration. */
static void
update_counters (LabClientWindow *self)
{
  LabCounters counters = lab_receiver_get_counters (self->receiver);
  const guint64 numbers[N_COUNTERS] = {
    counters.n_looks, counters.n_messages, counters.n_missed, counters.n_torn, counters.n_waited, counters.n_retried,
  };
  g_autofree char *looks = lab_text_format_count (counters.n_looks);
  g_autofree char *sentence = NULL;

  for (guint i = 0; i < N_COUNTERS; i++)
    {
      g_autofree char *text = lab_text_format_count (numbers[i]);

      gtk_label_set_text (self->values[i], text);
      gtk_label_set_text (self->names[i], name_counter (i, numbers[i]));
    }

  g_object_set (lab_inspector_get_page (self->inspector, "calls"),
                "looks-without-call", counters.n_looks - counters.n_calling,
                NULL);

  if (lab_client_is_attached (self->client))
    /* Translators: how often the client has looked into the segment so far */
    sentence = g_strdup_printf (g_dngettext (NULL, "No system call: just read. %s look so far",
                                             "No system call: just read. %s looks so far", counters.n_looks), looks);
  lab_step_row_set_sentence (lab_step_list_get_row (self->steps, LAB_CLIENT_STEP_LOOK),
                             sentence != NULL ? sentence : _("No system call: just read"));
}

static const char *
describe_key_step (LabClientWindow *self)
{
  const LabKeyChoice *choice = lab_choice_get_key_choice (lab_session_get_choice (get_session (self)));

  if (lab_client_get_id (self->client) >= 0)
    return _("The id was given, so no key is needed");
  if (choice != NULL && choice->path == NULL)
    return _("The key was typed, so ftok is not called");

  return _(step_texts[LAB_CLIENT_STEP_KEY].sentence);
}

static void
update_steps (LabClientWindow *self)
{
  lab_step_row_set_sentence (lab_step_list_get_row (self->steps, LAB_CLIENT_STEP_KEY), describe_key_step (self));
}

/* Said once, when there is nothing more important. */
static gboolean
should_tell_no_table (LabClientWindow *self)
{
  return !self->told_no_table && lab_client_get_state (self->client) == LAB_CLIENT_READING
         && !lab_segment_monitor_has_table (lab_session_get_monitor (get_session (self)));
}

static void
show_calm (LabClientWindow *self)
{
  if (!should_tell_no_table (self))
    {
      lab_banner_hide (self->banner);
      return;
    }

  self->told_no_table = TRUE;
  lab_banner_show_no_table (self->banner);
}

static void
show_waiting (LabClientWindow *self)
{
  g_autofree char *key = lab_key_format (lab_session_get_key (get_session (self)));
  g_autofree char *title = g_strdup_printf (_("Waiting for a server with key %s"), key);

  lab_banner_show (self->banner, LAB_BANNER_INFO, title,
                   _("No segment has this key. Start a server with the same key: this client attaches by itself when the segment appears. It never makes one."));
  lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
}

static void
show_server_died (LabClientWindow *self)
{
  g_autofree char *title = g_strdup_printf (_("The server (pid %d) has ended without a word"),
                                            (int) lab_receiver_get_writer_pid (self->receiver));

  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, title,
                   _("The kernel detached it, yet the segment and its last message stay. A new server can take the segment over; then this client goes on by itself."));
}

static void
show_empty (LabClientWindow *self)
{
  if (!lab_receiver_is_plain (self->receiver))
    lab_banner_show (self->banner, LAB_BANNER_INFO, _("Attached, and nothing is written yet"),
                     _("All bytes of a new segment are zero, and zero is no message. The message appears here as soon as the server writes one."));
  else if (lab_receiver_get_preset (self->receiver) == NULL)
    lab_banner_show (self->banner, LAB_BANNER_INFO, _("Attached, and there is no text at byte 0"),
                     _("The segment has no control block, and its first byte is zero: nothing is written yet, or the segment has another layout than a C string. Choose below how to read it."));
  else
    lab_banner_show (self->banner, LAB_BANNER_INFO, _("Attached, and nothing is written yet"),
                     _("Where this layout has its data all bytes are zero, as in a new segment. The message appears here as soon as somebody writes one."));
}

/* With a layout chosen, the row below the message says all of this. */
static void
show_plain (LabClientWindow *self)
{
  if (lab_receiver_get_preset (self->receiver) != NULL)
    {
      lab_banner_hide (self->banner);
      return;
    }

  lab_banner_show (self->banner, LAB_BANNER_INFO, _("Not this program’s layout: read as a plain C string"),
                   _("The segment has no control block. The bytes from 0 to the first NUL are shown; no protocol protects them, and messages cannot be counted."));
}

/* Whose the segment is and why its mode refuses us; known only when the monitor
 * has read the kernel's table, and until then the error has to do. */
static char *
describe_refusal (LabClientWindow *self)
{
  const LabShmEntry *entry;

  if (lab_client_get_state (self->client) != LAB_CLIENT_REFUSED)
    return NULL;

  entry = lab_segment_monitor_get_entry (lab_session_get_monitor (get_session (self)));

  return entry != NULL ? lab_access_describe_refusal (&entry->record) : g_strdup (lab_client_get_reason (self->client));
}

static void
show_state (LabClientWindow *self)
{
  LabClientState state = lab_client_get_state (self->client);

  self->shown_state = state;
  self->shown_plain = lab_receiver_is_plain (self->receiver);
  self->shown_preset = lab_receiver_get_preset (self->receiver);
  self->shown_racing = lab_poller_is_racing (self->poller);
  if (self->shown_racing)
    {
      lab_banner_show (self->banner, LAB_BANNER_INFO, _("Race at full speed"),
                       _("The server writes as fast as it can, and this client reads as fast as it can. The counters tell what it saw."));
      return;
    }

  switch (state)
    {
    case LAB_CLIENT_IDLE:
      lab_banner_show (self->banner, LAB_BANNER_INFO, _("Not attached"),
                       _("This process does not see the segment. Do the steps one by one, or all at once."));
      break;
    case LAB_CLIENT_WAITING:
      show_waiting (self);
      break;
    case LAB_CLIENT_REFUSED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment is not ours to read"),
                       self->shown_refusal);
      lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
      break;
    case LAB_CLIENT_EMPTY:
      show_empty (self);
      break;
    case LAB_CLIENT_SERVER_LEFT:
      lab_banner_show (self->banner, LAB_BANNER_INFO, _("The server has detached and left the segment"),
                       _("The segment and its last message stay in the kernel until somebody removes it. A new server can take it over."));
      break;
    case LAB_CLIENT_SERVER_DIED:
      show_server_died (self);
      break;
    case LAB_CLIENT_MARKED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment is marked for removal"),
                       _("Its key is gone and nobody new finds it, but who is attached can still read it. The kernel gives the memory back when the last process detaches."));
      lab_banner_add_button (self->banner, _("Detach"), "win.detach", NULL);
      break;
    case LAB_CLIENT_REPLACED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("A new segment has the key"),
                       _("This client still sees the old segment, which is marked for removal; what is written into the new one does not arrive here."));
      lab_banner_add_button (self->banner, _("Follow the Key"), "win.follow", "suggested-action");
      break;
    case LAB_CLIENT_PLAIN:
      show_plain (self);
      break;
    case LAB_CLIENT_NEEDS_WRITE:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("This protocol needs write permission"),
                       _("The server chose turns: who takes a message stores TAKEN into the segment, and this client is attached for reading only."));
      lab_banner_add_button (self->banner, _("Attach for Writing Too"), "win.attach-writable", "suggested-action");
      break;
    case LAB_CLIENT_DAMAGED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The control block makes no sense"),
                       _("Some process wrote over it: whoever may write to a segment may write anywhere in it. The last whole message stays on the screen. The server sets the control block right with its next message."));
      break;
    case LAB_CLIENT_READING:
    default:
      show_calm (self);
    }
}

static void
update (LabClientWindow *self)
{
  g_autofree char *refusal = describe_refusal (self);

  update_steps (self);
  lab_window_show_session (self->subtitle, get_session (self));
  update_actions (self);
  update_counters (self);
  lab_message_display_update (self->display, self->receiver);
  gtk_widget_set_sensitive (self->key_chooser, lab_client_get_step (self->client) == LAB_CLIENT_STEP_KEY);
  if (self->shown_state != lab_client_get_state (self->client)
      || self->shown_racing != lab_poller_is_racing (self->poller)
      || self->shown_plain != lab_receiver_is_plain (self->receiver)
      || should_tell_no_table (self)
      || (self->shown_plain && self->shown_preset != lab_receiver_get_preset (self->receiver))
      || g_strcmp0 (self->shown_refusal, refusal) != 0)
    {
      g_free (self->shown_refusal);
      self->shown_refusal = g_steal_pointer (&refusal);
      show_state (self);
    }
}

static void
make_key_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  lab_client_make_key (LAB_CLIENT_WINDOW (user_data)->client, NULL);
}

static void
find_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  lab_client_find (LAB_CLIENT_WINDOW (user_data)->client, NULL);
}

static void
attach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  lab_client_attach (LAB_CLIENT_WINDOW (user_data)->client, NULL);
}

static void
look_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);

  lab_poller_look (self->poller);
  update_counters (self);
}

static void
pause_action (GSimpleAction *action,
              GVariant      *state,
              gpointer       user_data)
{
  lab_poller_set_paused (LAB_CLIENT_WINDOW (user_data)->poller, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
detach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  lab_client_detach (LAB_CLIENT_WINDOW (user_data)->client, NULL);
}

static void
do_it_all_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  lab_client_go (LAB_CLIENT_WINDOW (user_data)->client);
}

static void
attach_writable_action (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  lab_client_attach_writable (LAB_CLIENT_WINDOW (user_data)->client, NULL);
}

static void
follow_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  lab_client_follow (LAB_CLIENT_WINDOW (user_data)->client);
}

static void
another_key_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);

  lab_client_reset (self->client);
  gtk_widget_grab_focus (self->key_chooser);
}

static void
reset_counters_action (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  lab_receiver_reset_counters (LAB_CLIENT_WINDOW (user_data)->receiver);
}

static void
next_step_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (user_data);

  gtk_widget_activate_action (GTK_WIDGET (self), step_texts[lab_client_get_step (self->client)].action, NULL);
}

static void
history_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  gtk_menu_button_popup (LAB_CLIENT_WINDOW (user_data)->history_button);
}

static const GActionEntry actions[] = {
  { "make-key", make_key_action },
  { "find", find_action },
  { "attach", attach_action },
  { "look", look_action },
  { "pause", NULL, NULL, "false", pause_action },
  { "detach", detach_action },
  { "do-it-all", do_it_all_action },
  { "attach-writable", attach_writable_action },
  { "follow", follow_action },
  { "another-key", another_key_action },
  { "next-step", next_step_action },
  { "history", history_action },
  { "reset-counters", reset_counters_action },
};

static void
key_chosen_cb (LabClientWindow *self)
{
  const LabKeyChoice *choice = lab_key_chooser_get_choice (LAB_KEY_CHOOSER (self->key_chooser));

  if (choice == NULL)
    return;

  lab_choice_set_key_choice (lab_session_get_choice (get_session (self)), choice);
  lab_key_settings_save (choice);
}

static void
interval_chosen_cb (LabClientWindow *self)
{
  guint interval_ms = lab_interval_scale_get_interval_ms (self->interval);

  lab_poller_set_interval_ms (self->poller, interval_ms);
  g_settings_set_uint (self->settings, "poll-interval-ms", interval_ms);
}

static void
build_steps (LabClientWindow *self)
{
  self->steps = lab_step_list_new (LAB_ROLE_CLIENT, lab_client_get_life (self->client));
  for (guint i = 0; i < LAB_N_CLIENT_STEPS; i++)
    {
      LabStepRow *row = lab_step_list_get_row (self->steps, i);

      lab_step_row_set_button (row, _(step_texts[i].button), step_texts[i].action);
      lab_step_row_set_sentence (row, _(step_texts[i].sentence));
    }
  gtk_widget_set_hexpand (GTK_WIDGET (self->steps), TRUE);
  gtk_box_append (self->steps_place, GTK_WIDGET (self->steps));

  self->key_chooser = lab_key_chooser_new ();
  lab_step_row_set_extra (lab_step_list_get_row (self->steps, LAB_CLIENT_STEP_KEY), self->key_chooser, FALSE);
  g_signal_connect_swapped (self->key_chooser, "changed", G_CALLBACK (key_chosen_cb), self);
}

static void
build_counters (LabClientWindow *self)
{
  static const char *const tooltips[N_COUNTERS] = {
    [COUNTER_LOOKS] = N_("How often this client has looked into the segment; brought up to date when something happens or the pointer comes here"),
    [COUNTER_MESSAGES] = N_("How many different messages it saw"),
    [COUNTER_MISSED] = N_("How many messages were written and overwritten between two looks; the numbers of the messages tell"),
    [COUNTER_TORN] = N_("How many looks showed half a message, as far as that can be known: with no protocol and an ordinary text nobody can tell"),
    [COUNTER_WAITED] = N_("How many looks found that it was somebody else’s turn; the next look tries again"),
    [COUNTER_RETRIED] = N_("How often a look began again because the server was writing just then"),
  };
  GtkEventController *motion = gtk_event_controller_motion_new ();

  for (guint i = 0; i < N_COUNTERS; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *name = gtk_label_new (name_counter (i, 0));

      self->names[i] = GTK_LABEL (name);
      self->values[i] = GTK_LABEL (gtk_label_new ("0"));
      gtk_widget_add_css_class (GTK_WIDGET (self->values[i]), "heading");
      gtk_widget_add_css_class (GTK_WIDGET (self->values[i]), "numeric");
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->values[i]),
                                      GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, name, NULL, -1);
      gtk_widget_add_css_class (name, "dim-label");
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->values[i]));
      gtk_box_append (GTK_BOX (box), name);
      gtk_widget_set_tooltip_text (box, _(tooltips[i]));
      gtk_box_append (self->counters, box);
    }

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (update_counters), self);
  gtk_widget_add_controller (GTK_WIDGET (self->counters), motion);
}

static void
build_history (LabClientWindow *self)
{
  GtkWidget *popover = gtk_popover_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), lab_history_new (lab_receiver_get_history (self->receiver)));
  gtk_menu_button_set_popover (self->history_button, popover);
}

static void
lab_client_window_dispose (GObject *object)
{
  LabClientWindow *self = LAB_CLIENT_WINDOW (object);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->shown_refusal, g_free);

  G_OBJECT_CLASS (lab_client_window_parent_class)->dispose (object);
}

static void
lab_client_window_class_init (LabClientWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_client_window_dispose;

  g_type_ensure (LAB_TYPE_BANNER);
  g_type_ensure (LAB_TYPE_INSPECTOR);
  g_type_ensure (LAB_TYPE_INTERVAL_SCALE);
  g_type_ensure (LAB_TYPE_MESSAGE_DISPLAY);
  g_type_ensure (LAB_TYPE_READ_AS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-client-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, columns);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, steps_place);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, display);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, read_as);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, interval);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, history_button);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, counters);
  gtk_widget_class_bind_template_child (widget_class, LabClientWindow, inspector);
}

static void
lab_client_window_init (LabClientWindow *self)
{
  self->client = lab_client_new ();
  self->receiver = lab_client_get_receiver (self->client);
  self->poller = lab_client_get_poller (self->client);
  self->settings = lab_application_settings (LAB_ROLE_CLIENT);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_init_template (GTK_WIDGET (self));

  lab_inspector_set_session (self->inspector, get_session (self));
  lab_read_as_set_client (self->read_as, self->client);
  build_steps (self);
  build_counters (self);
  build_history (self);
  lab_window_set_up (GTK_APPLICATION_WINDOW (self), LAB_ROLE_CLIENT, self->settings, self->columns, self->rows,
                     self->inspector);
  g_signal_connect_swapped (self->interval, "notify::interval-ms", G_CALLBACK (interval_chosen_cb), self);
  g_signal_connect_swapped (self->client, "changed", G_CALLBACK (update), self);
  show_state (self);
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
  g_autoptr(LabKeyChoice) last = NULL;
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_CLIENT_WINDOW (self));

  if (choice == NULL)
    choice = last = lab_key_settings_load (&error);
  if (interval_ms == 0)
    interval_ms = g_settings_get_uint (self->settings, "poll-interval-ms");

  lab_choice_set_key_choice (lab_session_get_choice (get_session (self)), choice);
  if (id >= 0)
    lab_client_set_id (self->client, id);
  lab_poller_set_interval_ms (self->poller, interval_ms);
  g_signal_handlers_block_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_block_by_func (self->interval, interval_chosen_cb, self);
  if (choice != NULL)
    lab_key_chooser_set_choice (LAB_KEY_CHOOSER (self->key_chooser), choice);
  lab_interval_scale_set_interval_ms (self->interval, interval_ms);
  g_signal_handlers_unblock_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_unblock_by_func (self->interval, interval_chosen_cb, self);

  update (self);
  if (error != NULL)
    lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("There is no key yet"), error->message);
}
