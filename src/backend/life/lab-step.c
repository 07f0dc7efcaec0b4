/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/life/lab-step.h"

struct _LabStep
{
  GObject       parent_instance;

  char         *call;
  char         *result;
  char         *error;
  LabStepState  state;
};

enum { PROP_0, PROP_CALL, PROP_RESULT, PROP_ERROR, PROP_STATE, N_PROPS };

G_DEFINE_ENUM_TYPE (LabStepState, lab_step_state,
                    G_DEFINE_ENUM_VALUE (LAB_STEP_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (LAB_STEP_CURRENT, "current"),
                    G_DEFINE_ENUM_VALUE (LAB_STEP_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LAB_STEP_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (LAB_STEP_SKIPPED, "skipped"))

G_DEFINE_FINAL_TYPE (LabStep, lab_step, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
lab_step_finalize (GObject *object)
{
  LabStep *self = LAB_STEP (object);

  g_free (self->call);
  g_free (self->result);
  g_free (self->error);

  G_OBJECT_CLASS (lab_step_parent_class)->finalize (object);
}

static void
lab_step_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  LabStep *self = LAB_STEP (object);

  switch (prop_id)
    {
    case PROP_CALL:
      g_value_set_string (value, self->call);
      break;
    case PROP_RESULT:
      g_value_set_string (value, self->result);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_step_class_init (LabStepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_step_finalize;
  object_class->get_property = lab_step_get_property;

  properties[PROP_CALL] = g_param_spec_string ("call", NULL, NULL, "", flags);
  properties[PROP_RESULT] = g_param_spec_string ("result", NULL, NULL, NULL, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LAB_TYPE_STEP_STATE, LAB_STEP_PENDING, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_step_init (LabStep *self)
{
  self->call = g_strdup ("");
}

/**
 * lab_step_new:
 *
 * Returns: (transfer full): a step that is pending, without a call
 */
LabStep *
lab_step_new (void)
{
  return g_object_new (LAB_TYPE_STEP, NULL);
}

/**
 * lab_step_get_call:
 * @self: a step
 *
 * Returns: the call as C, with its real arguments as far as they are known; "" before
 *   anything is known
 */
const char *
lab_step_get_call (LabStep *self)
{
  g_return_val_if_fail (LAB_IS_STEP (self), NULL);

  return self->call;
}

/**
 * lab_step_get_result:
 * @self: a step
 *
 * Returns: (nullable): what came out, as C prints it, or a few words
 */
const char *
lab_step_get_result (LabStep *self)
{
  g_return_val_if_fail (LAB_IS_STEP (self), NULL);

  return self->result;
}

/**
 * lab_step_get_error:
 * @self: a step
 *
 * Returns: (nullable): why it failed, a sentence
 */
const char *
lab_step_get_error (LabStep *self)
{
  g_return_val_if_fail (LAB_IS_STEP (self), NULL);

  return self->error;
}

LabStepState
lab_step_get_state (LabStep *self)
{
  g_return_val_if_fail (LAB_IS_STEP (self), LAB_STEP_PENDING);

  return self->state;
}

static void
set_text (LabStep    *self,
          char      **field,
          const char *text,
          guint       prop_id)
{
  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

void
lab_step_set_call (LabStep    *self,
                   const char *call)
{
  g_return_if_fail (LAB_IS_STEP (self));
  g_return_if_fail (call != NULL);

  set_text (self, &self->call, call, PROP_CALL);
}

void
lab_step_set_result (LabStep    *self,
                     const char *result)
{
  g_return_if_fail (LAB_IS_STEP (self));

  set_text (self, &self->result, result, PROP_RESULT);
}

void
lab_step_set_error (LabStep    *self,
                    const char *error)
{
  g_return_if_fail (LAB_IS_STEP (self));

  set_text (self, &self->error, error, PROP_ERROR);
}

void
lab_step_set_state (LabStep      *self,
                    LabStepState  state)
{
  g_return_if_fail (LAB_IS_STEP (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}
