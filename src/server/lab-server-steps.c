/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-steps.h"

#include <glib/gi18n.h>

#include "server/lab-attached-list.h"
#include "ui/choosers/lab-key-chooser.h"
#include "ui/choosers/lab-key-settings.h"
#include "ui/choosers/lab-mode-editor.h"
#include "ui/choosers/lab-size-entry.h"
#include "ui/parts/lab-bind.h"
#include "ui/steps/lab-step-list.h"

struct _LabServerSteps
{
  GtkWidget       parent_instance;

  LabServer      *server;
  GSettings      *settings;  /* where the choices are kept */
  LabStepList    *list;
  LabKeyChooser  *key_chooser;
  GtkWidget      *size_and_mode;
  LabSizeEntry   *size_entry;
  LabModeEditor  *mode_editor;
  gboolean        choosing;  /* for the user, who is to find the old choice the next time */
};

enum { PROP_0, PROP_SERVER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabServerSteps, lab_server_steps, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

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

static LabChoice *
get_choice (LabServerSteps *self)
{
  return lab_session_get_choice (lab_server_get_session (self->server));
}

static gboolean
is_before_key (LabServerSteps *self,
               guint           current)
{
  return current == LAB_SERVER_STEP_KEY;
}

static gboolean
is_before_segment (LabServerSteps *self,
                   guint           current)
{
  return current <= LAB_SERVER_STEP_CREATE;
}

static char *
describe_key_step (gpointer            unused,
                   const LabKeyChoice *choice)
{
  if (choice != NULL && choice->path == NULL)
    return g_strdup (_("The key was given, so ftok is not called"));

  return g_strdup (_(step_texts[LAB_SERVER_STEP_KEY].sentence));
}

static char *
describe_waiting (gpointer unused,
                  gboolean attached,
                  gulong   n_clients,
                  guint    current)
{
  if (!attached)
    return g_strdup (_(step_texts[LAB_SERVER_STEP_WAIT].sentence));
  if (n_clients == 0)
    return g_strdup (_("No other process is attached"));
  if (current > LAB_SERVER_STEP_WAIT)  /* whoever it is may have come after the waiting */
    return g_strdup_printf (g_dngettext (NULL, "%lu other attachment now", "%lu other attachments now", n_clients), n_clients);

  /* Attachments, not processes: one process that attaches twice counts twice. */
  return g_strdup_printf (g_dngettext (NULL, "%lu other attachment is still there", "%lu other attachments are still there",
                                       n_clients), n_clients);
}

/* The monitor also follows a segment that is in the way; nobody waits for those who have that attached. */
static gboolean
has_clients (gpointer unused,
             gboolean attached,
             gulong   n_clients)
{
  return attached && n_clients > 0;
}

/* Only the semaphore has calls of its own.  A race may be of several protocols. */
static char *
describe_writing (gpointer unused,
                  guint    protocol,
                  gboolean racing)
{
  if (racing)
    return g_strdup (_("Just write: only a semaphore has calls of its own"));
  if (protocol == LAB_PROTOCOL_SEMAPHORE)
    return g_strdup (_("Just write, between two calls of semop"));

  return g_strdup (_(step_texts[LAB_SERVER_STEP_WRITE].sentence));
}

/* The kernel gives the memory back when nobody has it attached any more. */
static char *
describe_removal (gpointer     unused,
                  LabStepState state,
                  gulong       n_clients)
{
  if (state != LAB_STEP_DONE || n_clients == 0)
    return g_strdup (_(step_texts[LAB_SERVER_STEP_REMOVE].sentence));

  return g_strdup_printf (g_dngettext (NULL, "Marked for removal: it goes with the last attachment; %lu is left",
                                       "Marked for removal: it goes with the last attachment; %lu are left", n_clients), n_clients);
}

static char *
name_wait_button (gpointer unused,
                  gboolean waiting)
{
  return g_strdup (waiting ? _("Don’t Wait") : _(step_texts[LAB_SERVER_STEP_WAIT].button));
}

static void
key_chosen_cb (LabServerSteps *self)
{
  const LabKeyChoice *choice = lab_key_chooser_get_choice (self->key_chooser);

  if (choice != NULL)
    lab_key_settings_save (choice);
}

static void
size_changed_cb (LabServerSteps *self)
{
  if (!self->choosing)
    g_settings_set_uint64 (self->settings, "size-bytes", lab_choice_get_size_bytes (get_choice (self)));
}

static void
mode_changed_cb (LabServerSteps *self)
{
  if (!self->choosing)
    g_settings_set_uint (self->settings, "mode", lab_choice_get_mode (get_choice (self)));
}

static void
lab_server_steps_dispose (GObject *object)
{
  LabServerSteps *self = LAB_SERVER_STEPS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_SERVER_STEPS);

  G_OBJECT_CLASS (lab_server_steps_parent_class)->dispose (object);
}

static void
lab_server_steps_finalize (GObject *object)
{
  LabServerSteps *self = LAB_SERVER_STEPS (object);

  g_clear_object (&self->server);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lab_server_steps_parent_class)->finalize (object);
}

static void
lab_server_steps_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, LAB_SERVER_STEPS (object)->server);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_server_steps_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SERVER:
      LAB_SERVER_STEPS (object)->server = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_server_steps_class_init (LabServerStepsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_server_steps_dispose;
  object_class->finalize = lab_server_steps_finalize;
  object_class->get_property = lab_server_steps_get_property;
  object_class->set_property = lab_server_steps_set_property;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, LAB_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_KEY_CHOOSER);
  g_type_ensure (LAB_TYPE_MODE_EDITOR);
  g_type_ensure (LAB_TYPE_SIZE_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-server-steps.ui");
  gtk_widget_class_bind_template_child (widget_class, LabServerSteps, key_chooser);
  gtk_widget_class_bind_template_child (widget_class, LabServerSteps, size_and_mode);
  gtk_widget_class_bind_template_child (widget_class, LabServerSteps, size_entry);
  gtk_widget_class_bind_template_child (widget_class, LabServerSteps, mode_editor);
  gtk_widget_class_bind_template_callback (widget_class, is_before_key);
  gtk_widget_class_bind_template_callback (widget_class, is_before_segment);
}

static void
lab_server_steps_init (LabServerSteps *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static LabStepRow *
get_row (LabServerSteps *self,
         LabServerStep   step)
{
  return lab_step_list_get_row (self->list, step);
}

static void
build_rows (LabServerSteps *self)
{
  LabSession *session = lab_server_get_session (self->server);
  LabLife *life = lab_server_get_life (self->server);
  LabPublisher *publisher = lab_server_get_publisher (self->server);
  GtkWidget *clients = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->list = lab_step_list_new (LAB_ROLE_SERVER, life);
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    {
      lab_step_row_set_button (get_row (self, i), _(step_texts[i].button), step_texts[i].action);
      lab_step_row_set_sentence (get_row (self, i), _(step_texts[i].sentence));
    }
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));

  lab_step_row_set_extra (get_row (self, LAB_SERVER_STEP_KEY), GTK_WIDGET (self->key_chooser), FALSE);
  lab_step_row_set_extra (get_row (self, LAB_SERVER_STEP_CREATE), self->size_and_mode, FALSE);
  gtk_box_append (GTK_BOX (clients), lab_attached_list_new (lab_session_get_monitor (session)));
  lab_step_row_set_extra (get_row (self, LAB_SERVER_STEP_WAIT), clients, TRUE);

  lab_bind (get_row (self, LAB_SERVER_STEP_KEY), "sentence", G_CALLBACK (describe_key_step),
            get_choice (self), "key-choice", NULL);
  lab_bind (get_row (self, LAB_SERVER_STEP_WRITE), "sentence", G_CALLBACK (describe_writing),
            publisher, "message-protocol", publisher, "racing", NULL);
  lab_bind (get_row (self, LAB_SERVER_STEP_WAIT), "sentence", G_CALLBACK (describe_waiting),
            self->server, "attached", self->server, "n-clients", life, "current", NULL);
  lab_bind (clients, "visible", G_CALLBACK (has_clients), self->server, "attached", self->server, "n-clients", NULL);
  lab_bind (get_row (self, LAB_SERVER_STEP_REMOVE), "sentence", G_CALLBACK (describe_removal),
            lab_life_get_step (life, LAB_SERVER_STEP_REMOVE), "state", self->server, "n-clients", NULL);
  lab_bind (get_row (self, LAB_SERVER_STEP_WAIT), "button-label", G_CALLBACK (name_wait_button),
            self->server, "waiting", NULL);
}

static void
bind_choice (LabServerSteps *self)
{
  const GBindingFlags flags = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  LabChoice *choice = get_choice (self);

  g_object_bind_property (choice, "key-choice", self->key_chooser, "choice", flags);
  g_object_bind_property (choice, "size-bytes", self->size_entry, "size-bytes", flags);
  g_object_bind_property (self->size_entry, "valid", choice, "size-given", G_BINDING_SYNC_CREATE);
  g_object_bind_property (choice, "mode", self->mode_editor, "mode", flags);

  g_signal_connect_object (self->key_chooser, "changed", G_CALLBACK (key_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::size-bytes", G_CALLBACK (size_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::mode", G_CALLBACK (mode_changed_cb), self, G_CONNECT_SWAPPED);
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

  self = g_object_new (LAB_TYPE_SERVER_STEPS, "server", server, NULL);
  self->settings = g_object_ref (settings);
  build_rows (self);
  bind_choice (self);

  return GTK_WIDGET (self);
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

  self->choosing = TRUE;
  lab_choice_set_key_choice (get_choice (self), choice);
  lab_choice_set_size_bytes (get_choice (self), size_bytes);
  lab_choice_set_mode (get_choice (self), mode);
  self->choosing = FALSE;
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
