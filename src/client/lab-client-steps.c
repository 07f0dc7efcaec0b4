/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-steps.h"

#include <glib/gi18n.h>

#include "ui/choosers/lab-key-chooser.h"
#include "ui/choosers/lab-key-settings.h"
#include "ui/parts/lab-bind.h"
#include "ui/steps/lab-step-list.h"

struct _LabClientSteps
{
  GtkWidget      parent_instance;

  LabClient     *client;
  LabStepList   *list;
  LabKeyChooser *key_chooser;
};

enum { PROP_0, PROP_CLIENT, N_PROPS };

G_DEFINE_FINAL_TYPE (LabClientSteps, lab_client_steps, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Translators: each is what a button does, then what its system call is for. */
static const struct { const char *button; const char *action; const char *sentence; } step_texts[LAB_N_CLIENT_STEPS] = {
  { N_("Make the Key"), "win.make-key", N_("The same file and letter give the same key") },
  { N_("Find"), "win.find", N_("Find the same segment, and never make one") },
  { N_("Attach"), "win.attach", N_("Map it into this process, for reading only") },
  { N_("Look Now"), "win.look", N_("No system call: just read") },
  { N_("Detach"), "win.detach", N_("Unmap it; without IPC_RMID the segment stays in the kernel") },
};

static LabChoice *
get_choice (LabClientSteps *self)
{
  return lab_session_get_choice (lab_client_get_session (self->client));
}

static void
key_chosen_cb (LabClientSteps *self)
{
  const LabKeyChoice *choice = lab_key_chooser_get_choice (self->key_chooser);

  if (choice != NULL)
    lab_key_settings_save (choice);
}

static char *
describe_key_step (gpointer            unused,
                   int                 id,
                   const LabKeyChoice *choice)
{
  if (id >= 0)
    return g_strdup (_("The id was given, so no key is needed"));
  if (choice != NULL && choice->path == NULL)
    return g_strdup (_("The key was given, so ftok is not called"));

  return g_strdup (_(step_texts[LAB_CLIENT_STEP_KEY].sentence));
}

static char *
describe_find_step (gpointer unused,
                    int      id)
{
  if (id >= 0)
    return g_strdup (_("Ask the kernel for the segment with this id; none is ever made"));

  return g_strdup (_(step_texts[LAB_CLIENT_STEP_FIND].sentence));
}

static char *
describe_attach_step (gpointer    unused,
                      LabSegment *segment,
                      gboolean    attached)
{
  if (attached && segment != NULL && lab_segment_is_writable (segment))
    return g_strdup (_("Map it into this process, for reading and writing"));

  return g_strdup (_(step_texts[LAB_CLIENT_STEP_ATTACH].sentence));
}

static char *
describe_look_step (gpointer unused,
                    gboolean attached,
                    guint    protocol)
{
  if (attached && protocol == LAB_PROTOCOL_SEMAPHORE)
    return g_strdup (_("The semaphore is taken and given with semop; to read needs no system call"));

  return g_strdup (_(step_texts[LAB_CLIENT_STEP_LOOK].sentence));
}

/* Where an id was given, a key would not be asked. */
static gboolean
can_choose_key (gpointer unused,
                guint    current,
                int      id)
{
  return current == LAB_CLIENT_STEP_KEY && id < 0;
}

static LabStepRow *
get_row (LabClientSteps *self,
         LabClientStep   step)
{
  return lab_step_list_get_row (self->list, step);
}

static void
set_client (LabClientSteps *self,
            LabClient      *client)
{
  LabSession *session = lab_client_get_session (client);
  LabLife *life;

  if (self->client == client)
    return;

  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  life = lab_client_get_life (client);
  self->list = lab_step_list_new (LAB_ROLE_CLIENT, life);
  for (guint i = 0; i < LAB_N_CLIENT_STEPS; i++)
    {
      lab_step_row_set_button (get_row (self, i), _(step_texts[i].button), step_texts[i].action);
      lab_step_row_set_sentence (get_row (self, i), _(step_texts[i].sentence));
    }
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));

  self->key_chooser = LAB_KEY_CHOOSER (lab_key_chooser_new ());
  lab_step_row_set_extra (get_row (self, LAB_CLIENT_STEP_KEY), GTK_WIDGET (self->key_chooser), FALSE);
  g_object_bind_property (get_choice (self), "key-choice", self->key_chooser, "choice",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (self->key_chooser, "changed", G_CALLBACK (key_chosen_cb), self, G_CONNECT_SWAPPED);

  lab_bind (self->key_chooser, "sensitive", G_CALLBACK (can_choose_key), life, "current", session, "given-id", NULL);
  lab_bind (get_row (self, LAB_CLIENT_STEP_KEY), "sentence", G_CALLBACK (describe_key_step),
            session, "given-id", get_choice (self), "key-choice", NULL);
  lab_bind (get_row (self, LAB_CLIENT_STEP_FIND), "sentence", G_CALLBACK (describe_find_step), session, "given-id", NULL);
  lab_bind (get_row (self, LAB_CLIENT_STEP_ATTACH), "sentence", G_CALLBACK (describe_attach_step),
            session, "segment", session, "attached", NULL);
  lab_bind (get_row (self, LAB_CLIENT_STEP_LOOK), "sentence", G_CALLBACK (describe_look_step),
            session, "attached", session, "protocol", NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLIENT]);
}

static void
lab_client_steps_dispose (GObject *object)
{
  LabClientSteps *self = LAB_CLIENT_STEPS (object);

  if (self->list != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->list));
  self->list = NULL;
  g_clear_object (&self->client);

  G_OBJECT_CLASS (lab_client_steps_parent_class)->dispose (object);
}

static void
lab_client_steps_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  LabClientSteps *self = LAB_CLIENT_STEPS (object);

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
lab_client_steps_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  LabClientSteps *self = LAB_CLIENT_STEPS (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      set_client (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_steps_class_init (LabClientStepsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_client_steps_dispose;
  object_class->get_property = lab_client_steps_get_property;
  object_class->set_property = lab_client_steps_set_property;

  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, LAB_TYPE_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
lab_client_steps_init (LabClientSteps *self)
{
}

/**
 * lab_client_steps_choose:
 * @self: the steps of a client that has done nothing yet
 * @choice: (nullable): the key, or %NULL for the one that was chosen last
 * @error: return location for an error
 *
 * Chooses for the user; it is not remembered.  With an error there is no key yet.
 *
 * Errors: those of lab_key_settings_load().
 */
void
lab_client_steps_choose (LabClientSteps      *self,
                         const LabKeyChoice  *choice,
                         GError             **error)
{
  g_autoptr(LabKeyChoice) last = NULL;

  g_return_if_fail (LAB_IS_CLIENT_STEPS (self) && self->client != NULL);

  if (choice == NULL)
    choice = last = lab_key_settings_load (error);

  lab_choice_set_key_choice (get_choice (self), choice);
}

void
lab_client_steps_focus_key (LabClientSteps *self)
{
  g_return_if_fail (LAB_IS_CLIENT_STEPS (self) && self->client != NULL);

  gtk_widget_grab_focus (GTK_WIDGET (self->key_chooser));
}

/**
 * lab_client_steps_get_action:
 * @step: a step
 *
 * Returns: the action of the window that takes it
 */
const char *
lab_client_steps_get_action (LabClientStep step)
{
  g_return_val_if_fail (step < LAB_N_CLIENT_STEPS, NULL);

  return step_texts[step].action;
}
