/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-close-dialog.h"

#include <unistd.h>

#include <glib/gi18n.h>

#define MAX_NAMED 8

typedef struct
{
  GtkMessageDialog *dialog;
  LabServer        *server;
  LabCloseCallback  callback;
  gpointer          user_data;
} Question;

static GListModel *
get_attachments (LabServer *server)
{
  return lab_segment_monitor_get_attachments (lab_session_get_monitor (lab_server_get_session (server)));
}

static void
question_free (gpointer  data,
               GClosure *unused)
{
  Question *question = data;

  g_signal_handlers_disconnect_by_data (question->server, question);
  g_signal_handlers_disconnect_by_data (get_attachments (question->server), question);
  g_object_unref (question->server);
  g_free (question);
}

/* “pid 4100 (shmlab-client), pid 4107 (cat) and 3 more”, or NULL. */
static char *
describe_attached (LabServer *server)
{
  GListModel *attachments = get_attachments (server);
  gulong n_others = lab_server_get_n_clients (server);
  g_autoptr(GString) names = g_string_new (NULL);
  gulong n_named = 0;

  for (guint i = 0; i < g_list_model_get_n_items (attachments) && n_named < MAX_NAMED; i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (attachments, i);

      if (lab_attachment_get_pid (attachment) == getpid ())
        continue;
      /* Translators: a process, by its pid and name, in a list */
      g_string_append_printf (names, _("%spid %d (%s)"), names->len > 0 ? ", " : "",
                              (int) lab_attachment_get_pid (attachment), lab_attachment_get_process_name (attachment));
      n_named++;
    }

  if (n_others == 0)
    return g_strdup (_("No other process is attached."));

  /* Attachments, not processes: one process that attaches twice counts twice. */
  if (n_named == 0)
    return g_strdup_printf (g_dngettext (NULL, "%lu other attachment.", "%lu other attachments.", n_others), n_others);
  if (n_named < n_others)
    return g_strdup_printf (_("%lu other attachments, among them %s."), n_others, names->str);

  return g_strdup_printf (g_dngettext (NULL, "%lu other attachment: %s.", "%lu other attachments: %s.", n_others),
                          n_others, names->str);
}

/* Somebody else has removed the segment, so it can neither be left nor be removed. */
static gboolean
is_removed (LabServer *server)
{
  LabServerTrouble trouble = lab_server_get_trouble (server);

  return trouble == LAB_SERVER_TROUBLE_MARKED || trouble == LAB_SERVER_TROUBLE_REPLACED;
}

/* Who is attached, and what becomes of the segment and of what goes with it. */
static char *
describe (LabServer *server)
{
  g_autofree char *attached = describe_attached (server);
  int semaphore_id;

  if (is_removed (server))
    return g_strdup_printf (_("%s Somebody removed this segment already: it goes when the last process detaches."), attached);

  semaphore_id = lab_server_get_semaphore_id (server);
  if (semaphore_id == -1)
    return g_strdup_printf (_("%s A segment outlives its programs: until it is removed it stays in the kernel with its last message."), attached);

  /* Translators: some sentences, and the id of a set of semaphores */
  return g_strdup_printf (_("%s A segment outlives its programs: until it is removed it stays in the kernel with its last message. Its semaphore, set %d, stays and goes with it."),
                          attached, semaphore_id);
}

static void
update (Question *question)
{
  gboolean removed = is_removed (question->server);
  GtkWidget *remove = gtk_dialog_get_widget_for_response (GTK_DIALOG (question->dialog), LAB_CLOSE_REMOVE);
  g_autofree char *text = describe (question->server);

  g_object_set (question->dialog, "secondary-text", text, NULL);
  gtk_button_set_label (GTK_BUTTON (remove), removed ? _("_Detach Now") : _("_Remove Now"));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (question->dialog), LAB_CLOSE_LEAVE, !removed);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (question->dialog), LAB_CLOSE_WAIT,
                                     lab_server_get_n_clients (question->server) > 0
                                     && lab_server_is_attached (question->server));
}

/* There is nothing left to ask: the segment went while the question stood there. */
static void
live_changed_cb (Question *question)
{
  if (!lab_server_is_live (question->server))
    gtk_dialog_response (GTK_DIALOG (question->dialog), GTK_RESPONSE_CANCEL);
}

static void
response_cb (GtkDialog *dialog,
             int        response,
             gpointer   data)
{
  Question *question = data;
  LabCloseChoice choice = response > 0 ? (LabCloseChoice) response : LAB_CLOSE_CANCEL;
  LabCloseCallback callback = question->callback;
  gpointer user_data = question->user_data;

  /* What the answer does is no news to the question. */
  g_signal_handlers_disconnect_by_data (question->server, question);
  g_signal_handlers_disconnect_by_data (get_attachments (question->server), question);

  /* The answer may destroy the parent, and the dialog lives until its signal is
   * over: it must not come back to the parent then, as GTK 4.8 does. */
  gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
  callback (choice, user_data);
}

/**
 * lab_close_dialog_present:
 * @parent: the server's window
 * @server: a server with a live segment
 * @callback: called once with the answer
 * @user_data: for @callback
 *
 * Asks what is to become of the segment, and shows who is attached while it asks.
 */
void
lab_close_dialog_present (GtkWindow        *parent,
                          LabServer        *server,
                          LabCloseCallback  callback,
                          gpointer          user_data)
{
  Question *question = g_new0 (Question, 1);
  int id = lab_segment_get_id (lab_session_get_segment (lab_server_get_session (server)));

  question->server = g_object_ref (server);
  question->callback = callback;
  question->user_data = user_data;
  question->dialog =
    GTK_MESSAGE_DIALOG (gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                                GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                                _("What is to become of segment %d?"), id));
  gtk_dialog_add_button (GTK_DIALOG (question->dialog), _("_Cancel"), GTK_RESPONSE_CANCEL);
  gtk_dialog_add_button (GTK_DIALOG (question->dialog), _("_Wait for Clients"), LAB_CLOSE_WAIT);
  gtk_dialog_add_button (GTK_DIALOG (question->dialog), _("_Leave in the Kernel"), LAB_CLOSE_LEAVE);
  gtk_dialog_add_button (GTK_DIALOG (question->dialog), _("_Remove Now"), LAB_CLOSE_REMOVE);
  gtk_widget_add_css_class (gtk_dialog_get_widget_for_response (GTK_DIALOG (question->dialog), LAB_CLOSE_REMOVE),
                            "destructive-action");
  gtk_dialog_set_default_response (GTK_DIALOG (question->dialog), LAB_CLOSE_REMOVE);

  g_signal_connect_data (question->dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  g_signal_connect_swapped (server, "notify::n-clients", G_CALLBACK (update), question);
  g_signal_connect_swapped (server, "notify::trouble", G_CALLBACK (update), question);
  g_signal_connect_swapped (server, "notify::live", G_CALLBACK (live_changed_cb), question);
  g_signal_connect_swapped (server, "notify::attached", G_CALLBACK (update), question);
  g_signal_connect_swapped (get_attachments (server), "items-changed", G_CALLBACK (update), question);
  update (question);
  gtk_window_present (GTK_WINDOW (question->dialog));
}
