/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/life/lab-life.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"

struct _LabLife
{
  GObject    parent_instance;

  GPtrArray *steps;    /* (element-type LabStep) */
  guint      current;  /* from 0; as many as there are steps when all are over */
};

enum { PROP_0, PROP_CURRENT, N_PROPS };

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabLife, lab_life, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[N_PROPS];

static GType
life_get_item_type (GListModel *model)
{
  return LAB_TYPE_STEP;
}

static guint
life_get_n_items (GListModel *model)
{
  return LAB_LIFE (model)->steps->len;
}

static gpointer
life_get_item (GListModel *model,
               guint       position)
{
  LabLife *self = LAB_LIFE (model);

  return position < self->steps->len ? g_object_ref (g_ptr_array_index (self->steps, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = life_get_item_type;
  iface->get_n_items = life_get_n_items;
  iface->get_item = life_get_item;
}

static void
lab_life_finalize (GObject *object)
{
  g_ptr_array_unref (LAB_LIFE (object)->steps);

  G_OBJECT_CLASS (lab_life_parent_class)->finalize (object);
}

static void
lab_life_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CURRENT:
      g_value_set_uint (value, LAB_LIFE (object)->current);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_life_class_init (LabLifeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = lab_life_finalize;
  object_class->get_property = lab_life_get_property;

  properties[PROP_CURRENT] = g_param_spec_uint ("current", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_life_init (LabLife *self)
{
  self->steps = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lab_life_new:
 * @n_steps: how many steps the life has, at least one
 *
 * Returns: (transfer full): a life before its first step
 */
LabLife *
lab_life_new (guint n_steps)
{
  LabLife *self;

  g_return_val_if_fail (n_steps > 0, NULL);

  self = g_object_new (LAB_TYPE_LIFE, NULL);
  for (guint i = 0; i < n_steps; i++)
    g_ptr_array_add (self->steps, lab_step_new ());
  lab_step_set_state (lab_life_get_step (self, 0), LAB_STEP_CURRENT);

  return self;
}

guint
lab_life_get_n_steps (LabLife *self)
{
  g_return_val_if_fail (LAB_IS_LIFE (self), 0);

  return self->steps->len;
}

/**
 * lab_life_get_step:
 * @self: a life
 * @step: which step, from 0
 *
 * Returns: (transfer none): the step; it lives as long as @self
 */
LabStep *
lab_life_get_step (LabLife *self,
                   guint    step)
{
  g_return_val_if_fail (LAB_IS_LIFE (self), NULL);
  g_return_val_if_fail (step < self->steps->len, NULL);

  return g_ptr_array_index (self->steps, step);
}

/**
 * lab_life_get_current:
 * @self: a life
 *
 * Returns: the step that comes next, from 0; the number of steps when the life is over
 */
guint
lab_life_get_current (LabLife *self)
{
  g_return_val_if_fail (LAB_IS_LIFE (self), 0);

  return self->current;
}

/* What a step is in that nothing came of it yet. */
static LabStepState
find_open_state (LabLife *self,
                 guint    step)
{
  return step == self->current ? LAB_STEP_CURRENT : LAB_STEP_PENDING;
}

static void
foretell (LabLife    *self,
          guint       step,
          const char *call)
{
  LabStep *object = lab_life_get_step (self, step);

  /* A step that is over keeps the call that was made. */
  if (step < self->current)
    return;

  lab_step_set_call (object, call);
  lab_step_set_result (object, NULL);
  lab_step_set_error (object, NULL);
  lab_step_set_state (object, find_open_state (self, step));
}

/**
 * lab_life_foretell:
 * @self: a life
 * @step: which step
 * @format: the call that would be made, as C
 *
 * Says what a step would do, and forgets that it failed before.  A step that is over
 * is left alone.
 */
void
lab_life_foretell (LabLife    *self,
                   guint       step,
                   const char *format,
                   ...)
{
  g_autofree char *call = NULL;
  va_list args;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);

  va_start (args, format);
  call = g_strdup_vprintf (format, args);
  va_end (args);
  foretell (self, step, call);
}

/**
 * lab_life_foretell_key:
 * @self: a life
 * @step: the step that makes the key
 * @choice: (nullable): how the segment is named; %NULL when nothing is chosen, since
 *   the file of our own could not be made
 *
 * Says what the step would do: call ftok(3), or take the key that was typed.
 */
void
lab_life_foretell_key (LabLife            *self,
                       guint               step,
                       const LabKeyChoice *choice)
{
  g_autofree char *text = NULL;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);

  if (choice == NULL)
    {
      foretell (self, step, "ftok(pathname, proj_id)");
    }
  else if (choice->path != NULL)
    {
      text = lab_sysv_ftok_text (choice->path, choice->letter);
      foretell (self, step, text);
    }
  else
    {
      text = lab_key_format (choice->key);
      lab_life_foretell (self, step, "key_t key = %s", text);
    }
}

/**
 * lab_life_make_key:
 * @self: a life
 * @step: the step that makes the key
 * @choice: (nullable): how the segment is named
 * @key: (out): return location for the key
 * @error: return location for an error
 *
 * Turns the chosen file and letter into a key, or takes the key that was typed.  The
 * step tells what came out; lab_life_proceed() is the caller's to call.
 *
 * Errors: %LAB_SHM_ERROR_KEY.
 *
 * Source: ftok(3).
 *
 * Returns: whether there is a key now
 */
gboolean
lab_life_make_key (LabLife             *self,
                   guint                step,
                   const LabKeyChoice  *choice,
                   key_t               *key,
                   GError             **error)
{
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_LIFE (self), FALSE);
  g_return_val_if_fail (step < self->steps->len, FALSE);

  if (choice == NULL)
    {
      local_error = g_error_new_literal (LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                                         _("No file is chosen, and no key; choose a file that exists, or type a key"));
      return lab_life_fail (self, step, local_error, error);
    }
  if (choice->path != NULL)
    {
      *key = lab_sysv_ftok (choice->path, choice->letter, &made);
      if (*key == LAB_KEY_FAILED)
        {
          lab_sysv_set_error (&local_error);
          return lab_life_fail (self, step, local_error, error);
        }
      lab_life_made (self, step, made);
    }
  else
    {
      g_autofree char *text = lab_key_format (choice->key);

      *key = choice->key;
      lab_life_done (self, step, "%s", text);
    }

  return TRUE;
}

static void
end_step (LabLife      *self,
          guint         step,
          LabStepState  state,
          const char   *result)
{
  LabStep *object = lab_life_get_step (self, step);

  lab_step_set_error (object, NULL);
  lab_step_set_result (object, result);
  lab_step_set_state (object, state);
}

/**
 * lab_life_made:
 * @self: a life
 * @step: which step
 * @call: the call that the step has just made, and that succeeded
 *
 * Takes call and result from the record of the call itself.
 */
void
lab_life_made (LabLife *self,
               guint    step,
               LabCall *call)
{
  g_autofree char *result = NULL;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);
  g_return_if_fail (LAB_IS_CALL (call));

  result = lab_call_dup_result_text (call);
  if (lab_call_get_name (call) == LAB_CALL_SHMGET)
    {
      g_autofree char *id = g_steal_pointer (&result);

      /* Translators: what shmget returned: the segment’s id */
      result = g_strdup_printf (_("id %s"), id);
    }
  lab_step_set_call (lab_life_get_step (self, step), lab_call_get_text (call));
  end_step (self, step, LAB_STEP_DONE, result);
}

/**
 * lab_life_done:
 * @self: a life
 * @step: a step without a system call of its own
 * @format: what came out
 *
 * Says that the step has succeeded.
 */
void
lab_life_done (LabLife    *self,
               guint       step,
               const char *format,
               ...)
{
  g_autofree char *result = NULL;
  va_list args;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);

  va_start (args, format);
  result = g_strdup_vprintf (format, args);
  va_end (args);
  end_step (self, step, LAB_STEP_DONE, result);
}

/**
 * lab_life_fail:
 * @self: a life
 * @step: which step
 * @local_error: (transfer full): why it failed
 * @error: return location for the same error
 *
 * Keeps the call of the step, and says why it failed.
 *
 * Returns: %FALSE, for the caller to return
 */
gboolean
lab_life_fail (LabLife  *self,
               guint     step,
               GError   *local_error,
               GError  **error)
{
  LabStep *object;

  g_return_val_if_fail (LAB_IS_LIFE (self), FALSE);
  g_return_val_if_fail (step < self->steps->len, FALSE);
  g_return_val_if_fail (local_error != NULL, FALSE);

  object = lab_life_get_step (self, step);
  lab_step_set_result (object, NULL);
  lab_step_set_error (object, local_error->message);
  lab_step_set_state (object, LAB_STEP_FAILED);
  g_propagate_error (error, local_error);

  return FALSE;
}

/**
 * lab_life_skip:
 * @self: a life
 * @step: which step
 * @format: why it was not made, a few words
 *
 * Says that the life goes on without the step.
 */
void
lab_life_skip (LabLife    *self,
               guint       step,
               const char *format,
               ...)
{
  g_autofree char *words = NULL;
  va_list args;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);

  va_start (args, format);
  words = g_strdup_vprintf (format, args);
  va_end (args);
  end_step (self, step, LAB_STEP_SKIPPED, words);
}

/**
 * lab_life_hold:
 * @self: a life
 * @step: which step
 * @words: (nullable): what keeps it; %NULL when nothing came of it
 *
 * Says that the step is begun, or begun anew, and not over: what came of it before is not
 * what is there now.
 */
void
lab_life_hold (LabLife    *self,
               guint       step,
               const char *words)
{
  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (step < self->steps->len);

  end_step (self, step, words == NULL && step < self->current ? LAB_STEP_SKIPPED : find_open_state (self, step), words);
}

/**
 * lab_life_proceed:
 * @self: a life
 * @next: the step that comes next; as many as there are steps for none
 *
 * Goes on, or back.  A step before @next of which nothing came was skipped; what came
 * of @next and of those after it is forgotten, since they are to be made again.
 */
void
lab_life_proceed (LabLife *self,
                  guint    next)
{
  gboolean different;

  g_return_if_fail (LAB_IS_LIFE (self));
  g_return_if_fail (next <= self->steps->len);

  different = self->current != next;
  self->current = next;
  for (guint i = 0; i < self->steps->len; i++)
    {
      LabStep *step = lab_life_get_step (self, i);

      if (i >= next)
        end_step (self, i, find_open_state (self, i), NULL);
      else if (lab_step_get_result (step) == NULL)
        end_step (self, i, LAB_STEP_SKIPPED, NULL);
    }
  if (different)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

/**
 * lab_life_reset:
 * @self: a life
 *
 * Begins a new life at the first step, and forgets the calls of the one before.
 */
void
lab_life_reset (LabLife *self)
{
  g_return_if_fail (LAB_IS_LIFE (self));

  lab_life_proceed (self, 0);
  for (guint i = 0; i < self->steps->len; i++)
    lab_step_set_call (lab_life_get_step (self, i), "");
}
