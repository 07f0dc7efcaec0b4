/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-server-window.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "lab-attached-list.h"
#include "lab-banner.h"
#include "lab-close-dialog.h"
#include "lab-debug.h"
#include "lab-inspector.h"
#include "lab-key-chooser.h"
#include "lab-key-settings.h"
#include "lab-launch.h"
#include "lab-leftover.h"
#include "lab-message-entry.h"
#include "lab-mode-editor.h"
#include "lab-protection.h"
#include "lab-protocol-words.h"
#include "lab-race-window.h"
#include "lab-semaphore.h"
#include "lab-shm-error.h"
#include "lab-size-entry.h"
#include "lab-slow-bar.h"
#include "lab-step-list.h"
#include "lab-window-state.h"

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

  LabStepList          *steps;
  GtkWidget            *key_chooser;
  GtkWidget            *size_entry;
  GtkWidget            *mode_editor;

  LabLeftover          *leftover;  /* what stands in the way of shmget, or NULL */
  char                 *launch_error;
  LabServerTrouble      shown_trouble;
  gboolean              shown_late;
  gboolean              ending;    /* close once the clients have gone */
};

G_DEFINE_FINAL_TYPE (LabServerWindow, lab_server_window, GTK_TYPE_APPLICATION_WINDOW)

/* Translators: each is what a button does, then what its system call is for. */
static const struct { const char *button; const char *action; const char *sentence; } step_texts[LAB_N_SERVER_STEPS] = {
  { N_("Make the Key"), "win.make-key", N_("Turn a file and a letter into a key") },
  { N_("Create"), "win.create", N_("Ask the kernel for the segment") },
  { N_("Attach"), "win.attach", N_("Map it into this process") },
  { N_("Write"), "win.write", N_("No system call: just write") },
  { N_("Wait"), "win.wait", N_("Wait until the clients have detached") },
  { N_("Detach"), "win.detach", N_("Unmap it from this process") },
  { N_("Remove"), "win.remove", N_("Give the memory back") },
};

static void show_banner (LabServerWindow *self);

static LabSubject *
get_subject (LabServerWindow *self)
{
  return lab_server_get_subject (self->server);
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
  gboolean attached = lab_server_is_attached (self->server);
  gboolean live = lab_server_is_live (self->server);

  set_enabled (self, "make-key", step == LAB_SERVER_STEP_KEY);
  set_enabled (self, "create", step == LAB_SERVER_STEP_CREATE && self->leftover == NULL);
  set_enabled (self, "take-over", self->leftover != NULL && self->leftover->can_take_over);
  set_enabled (self, "replace", self->leftover != NULL && self->leftover->can_remove);
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
  set_enabled (self, "do-it-all", self->leftover == NULL
               && (step < LAB_SERVER_STEP_WRITE || (step == LAB_SERVER_STEP_WRITE && lab_message_entry_fits (self->entry))
                   || step == LAB_SERVER_STEP_OVER));
  set_enabled (self, "stop", live);
  set_enabled (self, "open-client", lab_subject_get_key_choice (get_subject (self)) != NULL);
}

static char *
describe_waiting (LabServerWindow *self)
{
  gulong n = lab_server_get_n_clients (self->server);

  if (!lab_server_is_attached (self->server))
    return g_strdup (_("Wait until the clients have detached"));
  if (n == 0)
    return g_strdup (_("No other process is attached"));

  return g_strdup_printf (g_dngettext (NULL, "%lu is still attached", "%lu are still attached", n), n);
}

static void
update_steps (LabServerWindow *self)
{
  LabServerStep current = lab_server_get_step (self->server);
  const LabKeyChoice *choice = lab_subject_get_key_choice (get_subject (self));
  g_autofree char *waiting = describe_waiting (self);

  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    {
      const LabStep *step = lab_server_peek_step (self->server, i);
      LabStepState state = i < current ? LAB_STEP_DONE : i == current ? LAB_STEP_CURRENT : LAB_STEP_PENDING;
      g_autofree char *result = NULL;

      lab_step_list_set_call (self->steps, i, step->call != NULL ? step->call : "");
      if (i < current && step->result != NULL)
        /* Translators: what shmget returned: the segment's id */
        result = g_strdup_printf (i == LAB_SERVER_STEP_CREATE ? _("→ id %s") : "→ %s", step->result);
      lab_step_list_set_result (self->steps, i, result);
      lab_step_list_set_error (self->steps, i, i == current ? step->error : NULL);
      if (i == current && step->error != NULL)
        state = LAB_STEP_FAILED;
      lab_step_list_set_state (self->steps, i, state);
    }

  lab_step_list_set_sentence (self->steps, LAB_SERVER_STEP_KEY, choice == NULL || choice->path != NULL
                              ? _(step_texts[LAB_SERVER_STEP_KEY].sentence) : _("The key was typed, so ftok is not called"));
  lab_step_list_set_sentence (self->steps, LAB_SERVER_STEP_WAIT, waiting);
  lab_step_list_set_button_label (self->steps, LAB_SERVER_STEP_WAIT,
                                  lab_server_is_waiting (self->server) ? _("Don’t Wait") : _("Wait"));
  gtk_button_set_label (self->do_it_all, current == LAB_SERVER_STEP_OVER ? _("Start Again") : _("Do It All"));
}

static void
update_title (LabServerWindow *self)
{
  LabSubject *subject = get_subject (self);
  LabSegment *segment = lab_subject_get_segment (subject);
  g_autoptr(GString) text = g_string_new (NULL);

  if (lab_subject_get_key (subject) != LAB_KEY_FAILED)
    {
      g_autofree char *key = lab_key_format (lab_subject_get_key (subject));

      g_string_append_printf (text, _("key %s · "), key);
    }
  if (segment != NULL)
    g_string_append_printf (text, _("id %d · "), lab_segment_get_id (segment));
  g_string_append_printf (text, _("pid %d"), (int) getpid ());
  gtk_label_set_text (self->subtitle, text->str);
}

/* A message that the protocol keeps waiting is not lost, and not written yet. */
static void
update_note (LabServerWindow *self)
{
  pid_t pid;
  LabReason reason = lab_publisher_get_reason (self->publisher, &pid);
  g_autofree char *why = lab_reason_describe (reason, pid);
  g_autofree char *note = NULL;

  if (reason != LAB_REASON_NONE && !lab_publisher_is_writing (self->publisher))
    note = g_strdup_printf (_("Not yet: %s. It is tried again by itself."), why);
  lab_message_entry_set_note (self->entry, note);
}

static void
update (LabServerWindow *self)
{
  gboolean editable = lab_server_get_step (self->server) <= LAB_SERVER_STEP_CREATE;

  update_steps (self);
  update_title (self);
  update_note (self);
  lab_message_entry_set_capacity (self->entry, lab_server_get_capacity (self->server));
  gtk_widget_set_sensitive (self->key_chooser, lab_server_get_step (self->server) == LAB_SERVER_STEP_KEY);
  gtk_widget_set_sensitive (self->size_entry, editable);
  gtk_widget_set_sensitive (self->mode_editor, editable);
  update_actions (self);
  if (self->shown_trouble != lab_server_get_trouble (self->server)
      || self->shown_late != lab_publisher_is_status_late (self->publisher))
    show_banner (self);
}

static void
show_trouble (LabServerWindow *self)
{
  switch (lab_server_get_trouble (self->server))
    {
    case LAB_SERVER_TROUBLE_MARKED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("Somebody removed the segment"),
                       _("It is marked for removal: who is attached, this server too, goes on, but nobody finds it by its key any more. It goes when the last process detaches. Stop, then start again for a new one."));
      lab_banner_add_button (self->banner, _("Stop…"), "win.stop", NULL);
      break;
    case LAB_SERVER_TROUBLE_REPLACED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("Another segment has the key now"),
                       _("This server’s segment was removed and a new one was made under the same key. New clients find the new one: they and this server never meet. Stop, then start again."));
      lab_banner_add_button (self->banner, _("Stop…"), "win.stop", NULL);
      break;
    case LAB_SERVER_TROUBLE_GONE:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment is gone"),
                       _("Somebody removed it while no process was attached, so the kernel gave the memory back at once. Start again for a new one."));
      lab_banner_add_button (self->banner, _("Start Again"), "win.start-again", "suggested-action");
      break;
    case LAB_SERVER_TROUBLE_DAMAGED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("A stranger wrote over the control block"),
                       _("Any process with write access can do that. Write the message again: the server then sets the control block right."));
      lab_banner_add_button (self->banner, _("Write Again"), "win.write", "suggested-action");
      break;
    case LAB_SERVER_TROUBLE_NONE:
    default:
      lab_banner_hide (self->banner);
    }
}

static void
show_leftover (LabServerWindow *self)
{
  g_autofree char *key = lab_key_format (self->leftover->key);
  g_autofree char *title = g_strdup_printf (_("Key %s is taken by segment %d"), key, self->leftover->entry.record.id);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *description = lab_leftover_describe (self->leftover);

  g_string_append (text, description);
  for (LabLeftoverOption option = LAB_LEFTOVER_TAKE_OVER; option <= LAB_LEFTOVER_OTHER_KEY; option++)
    {
      g_autofree char *sentence = lab_leftover_describe_option (self->leftover, option);

      if (sentence != NULL)
        g_string_append_printf (text, "\n• %s", sentence);
    }

  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, title, text->str);
  if (self->leftover->can_take_over)
    lab_banner_add_button (self->banner, _("Take It Over"), "win.take-over", "suggested-action");
  if (self->leftover->can_remove)
    lab_banner_add_button (self->banner, _("Remove It and Make a New One"), "win.replace", "destructive-action");
  lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
}

static void
show_late_status (LabServerWindow *self)
{
  lab_banner_show (self->banner, LAB_BANNER_INFO, _("The status is not stored yet"),
                   _("All bytes of a new segment are zero, and here FILLED is 0. Until the server stores NOT_READY, a client that looks takes what nobody has written. Let a client look now, or store the status."));
  lab_banner_add_button (self->banner, _("Store NOT_READY"), "win.store-status", "suggested-action");
}

static void
show_banner (LabServerWindow *self)
{
  self->shown_trouble = lab_server_get_trouble (self->server);
  self->shown_late = lab_publisher_is_status_late (self->publisher);
  if (self->leftover != NULL)
    show_leftover (self);
  else if (self->launch_error != NULL)
    lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The client was not started"), self->launch_error);
  else if (self->shown_late)
    show_late_status (self);
  else
    show_trouble (self);
}

static void
clear_leftover (LabServerWindow *self)
{
  if (self->leftover == NULL)
    return;

  g_clear_pointer (&self->leftover, lab_leftover_free);
  show_banner (self);
}

static void
make_key_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_server_make_key (self->server, NULL);
}

static void
inspected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(LabServerWindow) self = user_data;
  g_autoptr(LabLeftover) leftover = lab_leftover_inspect_finish (result, NULL);

  /* Meanwhile the user may have chosen another key, or the segment may have gone. */
  if (self->server == NULL || leftover == NULL || leftover->kind == LAB_LEFTOVER_NONE
      || lab_server_get_step (self->server) != LAB_SERVER_STEP_CREATE
      || lab_subject_get_key (get_subject (self)) != leftover->key)
    return;

  g_clear_pointer (&self->leftover, lab_leftover_free);
  self->leftover = g_steal_pointer (&leftover);
  show_banner (self);
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
    lab_leftover_inspect_async (lab_subject_get_key (get_subject (self)), NULL, inspected_cb, g_object_ref (self));
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
  const char *message = lab_subject_get_message (get_subject (self));
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

  clear_leftover (self);
  if (lab_server_take_over (self->server, NULL) && lab_server_attach (self->server, NULL))
    show_adopted_message (self);
  update (self);
}

static void
replace_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(GError) error = NULL;

  /* Exactly the segment that was described, not whatever has the key by now. */
  segment = lab_segment_open (self->leftover->entry.record.id, &error);
  if (segment == NULL || !lab_segment_remove (segment, &error))
    {
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment was not removed"), error->message);
      lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
      return;
    }

  lab_semaphore_remove (segment);
  clear_leftover (self);
  update (self);
  create_action (NULL, NULL, self);
}

/* A new life, with the size that was chosen and not the one that was taken over. */
static void
begin_again (LabServerWindow *self)
{
  lab_server_reset (self->server);
  lab_subject_set_size_bytes (get_subject (self), lab_size_entry_get_size_bytes (LAB_SIZE_ENTRY (self->size_entry)));
}

static void
another_key_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  clear_leftover (self);
  begin_again (self);
  gtk_widget_grab_focus (self->key_chooser);
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
  if (lab_message_entry_is_as_i_type (self->entry) && lab_server_is_attached (self->server)
      && g_action_group_get_action_enabled (G_ACTION_GROUP (self), "write") && lab_message_entry_fits (self->entry))
    write_action (NULL, NULL, self);
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
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_server_detach (self->server, NULL);
}

static void
remove_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_server_remove (self->server, NULL);
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
    begin_again (self);
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
stop_answer_cb (LabCloseChoice choice,
                gpointer       user_data)
{
  g_autoptr(LabServerWindow) self = user_data;

  if (choice == LAB_CLOSE_WAIT)
    lab_server_wait (self->server);
  else if (choice == LAB_CLOSE_LEAVE)
    lab_server_leave (self->server);
  else if (choice == LAB_CLOSE_REMOVE)
    remove_now (self);
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

  if (choice == LAB_CLOSE_WAIT)
    {
      self->ending = TRUE;
      lab_server_wait (self->server);
      return;
    }
  if (choice == LAB_CLOSE_LEAVE)
    lab_server_leave (self->server);
  else if (choice == LAB_CLOSE_REMOVE)
    remove_now (self);
  else
    return;

  if (!lab_server_is_live (self->server))
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
  const LabKeyChoice *choice = lab_subject_get_key_choice (get_subject (self));
  g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;

  if (choice->path != NULL)
    {
      g_ptr_array_add (args, g_strdup ("--file"));
      g_ptr_array_add (args, g_strdup (choice->path));
      g_ptr_array_add (args, g_strdup ("--letter"));
      g_ptr_array_add (args, g_strdup_printf ("%d", choice->letter));
    }
  else
    {
      g_ptr_array_add (args, g_strdup ("--key"));
      g_ptr_array_add (args, lab_key_format (choice->key));
    }
  g_ptr_array_add (args, NULL);

  g_clear_pointer (&self->launch_error, g_free);
  if (!lab_spawn_client ((const char * const *) args->pdata, &error))
    self->launch_error = g_strdup (error->message);
  show_banner (self);
}

static void
next_step_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_server_get_step (self->server) < LAB_SERVER_STEP_OVER)
    gtk_widget_activate_action (GTK_WIDGET (self), step_texts[lab_server_get_step (self->server)].action, NULL);
}

static void
clean_up_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  lab_server_clean_up (LAB_SERVER_WINDOW (user_data)->server);
}

static void
race_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  gtk_window_present (GTK_WINDOW (lab_race_window_new (GTK_WINDOW (self), self->server)));
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
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_publisher_set_playing (self->publisher, !lab_publisher_is_playing (self->publisher));
}

static void
store_status_action (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  if (lab_publisher_store_status (self->publisher))
    lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("A client was faster"),
                     _("It read the zeros of the new segment as FILLED and took a message that nobody had written: the start-up race. With FILLED other than 0, as under Turns, it cannot happen."));
}

static void
store_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (user_data);

  lab_publisher_set_playing (self->publisher, FALSE);
  lab_publisher_store_one (self->publisher);
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
key_chosen_cb (LabServerWindow *self)
{
  const LabKeyChoice *choice = lab_key_chooser_get_choice (LAB_KEY_CHOOSER (self->key_chooser));

  if (choice == NULL)
    return;

  lab_subject_set_key_choice (get_subject (self), choice);
  lab_key_settings_save (choice);
}

static void
size_chosen_cb (LabServerWindow *self)
{
  if (lab_server_get_step (self->server) > LAB_SERVER_STEP_CREATE
      || !lab_size_entry_is_valid (LAB_SIZE_ENTRY (self->size_entry)))
    return;

  lab_subject_set_size_bytes (get_subject (self), lab_size_entry_get_size_bytes (LAB_SIZE_ENTRY (self->size_entry)));
  g_settings_set_uint64 (self->settings, "size-bytes", lab_subject_get_size_bytes (get_subject (self)));
}

static void
mode_chosen_cb (LabServerWindow *self)
{
  lab_subject_set_mode (get_subject (self), lab_mode_editor_get_mode (LAB_MODE_EDITOR (self->mode_editor)));
  g_settings_set_uint (self->settings, "mode", lab_subject_get_mode (get_subject (self)));
}

static void
build_steps (LabServerWindow *self)
{
  LabSubject *subject = get_subject (self);
  GtkWidget *choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->steps = lab_step_list_new (LAB_ROLE_SERVER);
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    {
      lab_step_list_add (self->steps, _(step_texts[i].button), step_texts[i].action);
      lab_step_list_set_sentence (self->steps, i, _(step_texts[i].sentence));
    }
  gtk_widget_set_hexpand (GTK_WIDGET (self->steps), TRUE);
  gtk_box_append (self->steps_place, GTK_WIDGET (self->steps));

  self->key_chooser = lab_key_chooser_new ();
  lab_step_list_set_extra (self->steps, LAB_SERVER_STEP_KEY, self->key_chooser, FALSE);
  g_signal_connect_swapped (self->key_chooser, "changed", G_CALLBACK (key_chosen_cb), self);

  self->size_entry = lab_size_entry_new ();
  self->mode_editor = lab_mode_editor_new ();
  gtk_box_append (GTK_BOX (choices), self->size_entry);
  gtk_box_append (GTK_BOX (choices), self->mode_editor);
  lab_step_list_set_extra (self->steps, LAB_SERVER_STEP_CREATE, choices, FALSE);
  g_signal_connect_swapped (self->size_entry, "notify::size-bytes", G_CALLBACK (size_chosen_cb), self);
  g_signal_connect_swapped (self->mode_editor, "notify::mode", G_CALLBACK (mode_chosen_cb), self);

  lab_step_list_set_extra (self->steps, LAB_SERVER_STEP_WAIT,
                           lab_attached_list_new (lab_subject_get_monitor (subject)), TRUE);
}

static void
protection_failed_cb (LabServerWindow *self,
                      const char      *sentence)
{
  lab_message_entry_show_refusal (self->entry, sentence);
}

static void
build_controls (LabServerWindow *self)
{
  GtkWidget *slow = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *slow_switch = gtk_switch_new ();
  GtkWidget *slow_label = gtk_label_new_with_mnemonic (_("S_low motion"));
  GtkWidget *protection = lab_protection_new (self->publisher);
  GtkWidget *race = gtk_button_new_with_label (_("Race…"));

  gtk_widget_set_valign (slow_switch, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (slow_switch), "win.slow");
  gtk_label_set_mnemonic_widget (GTK_LABEL (slow_label), slow_switch);
  gtk_accessible_update_property (GTK_ACCESSIBLE (slow_switch), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Slow motion"), -1);
  gtk_widget_set_tooltip_text (slow, _("Store the message byte by byte, so that clients can look in the middle of it"));
  gtk_box_append (GTK_BOX (slow), slow_switch);
  gtk_box_append (GTK_BOX (slow), slow_label);
  lab_message_entry_add_control (self->entry, slow);

  g_signal_connect_object (protection, "failed", G_CALLBACK (protection_failed_cb), self, G_CONNECT_SWAPPED);
  lab_message_entry_add_control (self->entry, protection);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (race), "win.race");
  gtk_widget_set_tooltip_text (race, _("Write and read as fast as possible, protocol against protocol"));
  lab_message_entry_add_control (self->entry, race);
  gtk_widget_insert_after (lab_slow_bar_new (self->publisher), gtk_widget_get_parent (GTK_WIDGET (self->entry)),
                           GTK_WIDGET (self->entry));
}

static void
lab_server_window_dispose (GObject *object)
{
  LabServerWindow *self = LAB_SERVER_WINDOW (object);

  if (self->server != NULL)
    g_signal_handlers_disconnect_by_data (self->server, self);
  g_clear_object (&self->server);
  self->publisher = NULL;
  g_clear_object (&self->settings);
  g_clear_pointer (&self->leftover, lab_leftover_free);
  g_clear_pointer (&self->launch_error, g_free);

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

  lab_inspector_set_subject (self->inspector, get_subject (self));
  build_steps (self);
  build_controls (self);
  lab_window_state_bind (GTK_WINDOW (self), self->settings);
  lab_frames_debug_init (GTK_WINDOW (self));
  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self),
                                           GTK_SHORTCUTS_WINDOW (lab_shortcuts_window_new (LAB_ROLE_SERVER)));
  lab_window_state_bind_paned (self->columns, self->settings, "steps-width");
  lab_window_state_bind_paned (self->rows, self->settings, "message-height");
  g_settings_bind (self->settings, "inspector-tab", self->inspector, "current-name", G_SETTINGS_BIND_DEFAULT);
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
  g_autoptr(LabKeyChoice) last = NULL;
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_SERVER_WINDOW (self));

  if (choice == NULL)
    choice = last = lab_key_settings_load (&error);
  if (size_bytes == G_MAXSIZE)
    size_bytes = g_settings_get_uint64 (self->settings, "size-bytes");
  if (mode == G_MAXUINT)
    mode = g_settings_get_uint (self->settings, "mode");

  /* First what is shown: its signals find nothing that would change. */
  lab_subject_set_key_choice (get_subject (self), choice);
  lab_subject_set_size_bytes (get_subject (self), size_bytes);
  lab_subject_set_mode (get_subject (self), mode);
  g_signal_handlers_block_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_block_by_func (self->size_entry, size_chosen_cb, self);
  g_signal_handlers_block_by_func (self->mode_editor, mode_chosen_cb, self);
  if (choice != NULL)
    lab_key_chooser_set_choice (LAB_KEY_CHOOSER (self->key_chooser), choice);
  lab_size_entry_set_size_bytes (LAB_SIZE_ENTRY (self->size_entry), size_bytes);
  lab_mode_editor_set_mode (LAB_MODE_EDITOR (self->mode_editor), mode);
  g_signal_handlers_unblock_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_unblock_by_func (self->size_entry, size_chosen_cb, self);
  g_signal_handlers_unblock_by_func (self->mode_editor, mode_chosen_cb, self);

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
      begin_again (self);
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
