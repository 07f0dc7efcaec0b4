/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-steps.h"

#include <glib/gi18n.h>

#include "server/lab-attached-list.h"
#include "ui/choosers/lab-key-chooser.h"
#include "ui/choosers/lab-key-settings.h"
#include "ui/choosers/lab-mode-editor.h"
#include "ui/choosers/lab-size-entry.h"
#include "ui/steps/lab-step-list.h"

struct _LabServerSteps
{
  GtkWidget       parent_instance;

  LabServer      *server;
  GSettings      *settings;  /* where the choices are kept */
  LabStepList    *list;
  LabKeyChooser  *key_chooser;
  LabSizeEntry   *size_entry;
  LabModeEditor  *mode_editor;
};

G_DEFINE_FINAL_TYPE (LabServerSteps, lab_server_steps, GTK_TYPE_WIDGET)

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

static LabSession *
get_session (LabServerSteps *self)
{
  return lab_server_get_session (self->server);
}

static char *
describe_waiting (LabServerSteps *self)
{
  gulong n = lab_server_get_n_clients (self->server);

  if (!lab_server_is_attached (self->server))
    return g_strdup (_("Wait until the clients have detached"));
  if (n == 0)
    return g_strdup (_("No other process is attached"));

  return g_strdup_printf (g_dngettext (NULL, "%lu is still attached", "%lu are still attached", n), n);
}

static void
key_chosen_cb (LabServerSteps *self)
{
  const LabKeyChoice *choice = lab_key_chooser_get_choice (self->key_chooser);

  if (choice == NULL)
    return;

  lab_choice_set_key_choice (lab_session_get_choice (get_session (self)), choice);
  lab_key_settings_save (choice);
}

static void
size_chosen_cb (LabServerSteps *self)
{
  if (lab_server_get_step (self->server) > LAB_SERVER_STEP_CREATE
      || !lab_size_entry_is_valid (self->size_entry))
    return;

  lab_choice_set_size_bytes (lab_session_get_choice (get_session (self)), lab_size_entry_get_size_bytes (self->size_entry));
  g_settings_set_uint64 (self->settings, "size-bytes", lab_session_get_size_bytes (get_session (self)));
}

static void
mode_chosen_cb (LabServerSteps *self)
{
  lab_choice_set_mode (lab_session_get_choice (get_session (self)), lab_mode_editor_get_mode (self->mode_editor));
  g_settings_set_uint (self->settings, "mode", lab_choice_get_mode (lab_session_get_choice (get_session (self))));
}

static void
lab_server_steps_dispose (GObject *object)
{
  LabServerSteps *self = LAB_SERVER_STEPS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->server);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lab_server_steps_parent_class)->dispose (object);
}

static void
lab_server_steps_class_init (LabServerStepsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lab_server_steps_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
lab_server_steps_init (LabServerSteps *self)
{
  self->key_chooser = LAB_KEY_CHOOSER (lab_key_chooser_new ());
  self->size_entry = LAB_SIZE_ENTRY (lab_size_entry_new ());
  self->mode_editor = LAB_MODE_EDITOR (lab_mode_editor_new ());
}

static void
set_extra (LabServerSteps *self,
           LabServerStep   step,
           GtkWidget      *extra,
           gboolean        always)
{
  lab_step_row_set_extra (lab_step_list_get_row (self->list, step), extra, always);
}

static void
build (LabServerSteps *self)
{
  GtkWidget *choices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->list = lab_step_list_new (LAB_ROLE_SERVER, lab_server_get_life (self->server));
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    {
      LabStepRow *row = lab_step_list_get_row (self->list, i);

      lab_step_row_set_button (row, _(step_texts[i].button), step_texts[i].action);
      lab_step_row_set_sentence (row, _(step_texts[i].sentence));
    }
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));

  gtk_box_append (GTK_BOX (choices), GTK_WIDGET (self->size_entry));
  gtk_box_append (GTK_BOX (choices), GTK_WIDGET (self->mode_editor));
  set_extra (self, LAB_SERVER_STEP_KEY, GTK_WIDGET (self->key_chooser), FALSE);
  set_extra (self, LAB_SERVER_STEP_CREATE, choices, FALSE);
  set_extra (self, LAB_SERVER_STEP_WAIT, lab_attached_list_new (lab_session_get_monitor (get_session (self))), TRUE);
  g_signal_connect_swapped (self->key_chooser, "changed", G_CALLBACK (key_chosen_cb), self);
  g_signal_connect_swapped (self->size_entry, "notify::size-bytes", G_CALLBACK (size_chosen_cb), self);
  g_signal_connect_swapped (self->mode_editor, "notify::mode", G_CALLBACK (mode_chosen_cb), self);
}

/**
 * lab_server_steps_new:
 * @server: whose life it is
 * @settings: where size and mode are kept
 *
 * Returns: the steps
 */
GtkWidget *
lab_server_steps_new (LabServer *server,
                      GSettings *settings)
{
  LabServerSteps *self;

  g_return_val_if_fail (LAB_IS_SERVER (server), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (LAB_TYPE_SERVER_STEPS, "hexpand", TRUE, NULL);
  self->server = g_object_ref (server);
  self->settings = g_object_ref (settings);
  build (self);

  return GTK_WIDGET (self);
}

/**
 * lab_server_steps_update:
 * @self: the steps
 *
 * Shows how far the server has come.
 */
void
lab_server_steps_update (LabServerSteps *self)
{
  LabServerStep current;
  const LabKeyChoice *choice;
  g_autofree char *waiting = NULL;

  g_return_if_fail (LAB_IS_SERVER_STEPS (self));

  current = lab_server_get_step (self->server);
  choice = lab_choice_get_key_choice (lab_session_get_choice (get_session (self)));
  waiting = describe_waiting (self);
  lab_step_row_set_sentence (lab_step_list_get_row (self->list, LAB_SERVER_STEP_KEY),
                             choice == NULL || choice->path != NULL ? _(step_texts[LAB_SERVER_STEP_KEY].sentence)
                                                                    : _("The key was typed, so ftok is not called"));
  lab_step_row_set_sentence (lab_step_list_get_row (self->list, LAB_SERVER_STEP_WAIT), waiting);
  lab_step_row_set_button (lab_step_list_get_row (self->list, LAB_SERVER_STEP_WAIT),
                           lab_server_is_waiting (self->server) ? _("Don’t Wait") : _("Wait"), "win.wait");
  gtk_widget_set_sensitive (GTK_WIDGET (self->key_chooser), current == LAB_SERVER_STEP_KEY);
  gtk_widget_set_sensitive (GTK_WIDGET (self->size_entry), current <= LAB_SERVER_STEP_CREATE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mode_editor), current <= LAB_SERVER_STEP_CREATE);
}

/**
 * lab_server_steps_choose:
 * @self: the steps of a server that has done nothing yet
 * @choice: (nullable): the key, or %NULL for the one that was chosen last
 * @size_bytes: the size in bytes, or %G_MAXSIZE for the one that was chosen last
 * @mode: the permission bits, or %G_MAXUINT for those that were chosen last
 * @error: return location for an error
 *
 * Chooses for the user; it is not remembered.  With an error there is no key yet.
 */
void
lab_server_steps_choose (LabServerSteps      *self,
                         const LabKeyChoice  *choice,
                         gsize                size_bytes,
                         guint                mode,
                         GError             **error)
{
  g_autoptr(LabKeyChoice) last = NULL;

  g_return_if_fail (LAB_IS_SERVER_STEPS (self));

  if (choice == NULL)
    choice = last = lab_key_settings_load (error);
  if (size_bytes == G_MAXSIZE)
    size_bytes = g_settings_get_uint64 (self->settings, "size-bytes");
  if (mode == G_MAXUINT)
    mode = g_settings_get_uint (self->settings, "mode");

  /* First what is shown: its signals find nothing that would change. */
  lab_choice_set_key_choice (lab_session_get_choice (get_session (self)), choice);
  lab_choice_set_size_bytes (lab_session_get_choice (get_session (self)), size_bytes);
  lab_choice_set_mode (lab_session_get_choice (get_session (self)), mode);
  g_signal_handlers_block_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_block_by_func (self->size_entry, size_chosen_cb, self);
  g_signal_handlers_block_by_func (self->mode_editor, mode_chosen_cb, self);
  if (choice != NULL)
    lab_key_chooser_set_choice (self->key_chooser, choice);
  lab_size_entry_set_size_bytes (self->size_entry, size_bytes);
  lab_mode_editor_set_mode (self->mode_editor, mode);
  g_signal_handlers_unblock_by_func (self->key_chooser, key_chosen_cb, self);
  g_signal_handlers_unblock_by_func (self->size_entry, size_chosen_cb, self);
  g_signal_handlers_unblock_by_func (self->mode_editor, mode_chosen_cb, self);
}

void
lab_server_steps_focus_key (LabServerSteps *self)
{
  g_return_if_fail (LAB_IS_SERVER_STEPS (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->key_chooser));
}

/**
 * lab_server_steps_get_action:
 * @step: a step
 *
 * Returns: the action of the window that takes it
 */
const char *
lab_server_steps_get_action (LabServerStep step)
{
  g_return_val_if_fail (step < LAB_N_SERVER_STEPS, NULL);

  return step_texts[step].action;
}
