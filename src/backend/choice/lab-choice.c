/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/choice/lab-choice.h"

/* What the user chooses before there is a segment.  Each property can be set and
 * bound; what became of it in the kernel is in LabSession. */

struct _LabChoice
{
  GObject       parent_instance;

  LabKeyChoice *key_choice;
  gsize         size_bytes;
  gboolean      size_given;
  guint         mode;
};

enum { PROP_0, PROP_KEY_CHOICE, PROP_SIZE_BYTES, PROP_SIZE_GIVEN, PROP_MODE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabChoice, lab_choice, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
lab_choice_finalize (GObject *object)
{
  LabChoice *self = LAB_CHOICE (object);

  g_clear_pointer (&self->key_choice, lab_key_choice_free);

  G_OBJECT_CLASS (lab_choice_parent_class)->finalize (object);
}

static void
lab_choice_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  LabChoice *self = LAB_CHOICE (object);

  switch (prop_id)
    {
    case PROP_KEY_CHOICE:
      g_value_set_boxed (value, self->key_choice);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->size_bytes);
      break;
    case PROP_SIZE_GIVEN:
      g_value_set_boolean (value, self->size_given);
      break;
    case PROP_MODE:
      g_value_set_uint (value, self->mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_choice_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  LabChoice *self = LAB_CHOICE (object);

  switch (prop_id)
    {
    case PROP_KEY_CHOICE:
      lab_choice_set_key_choice (self, g_value_get_boxed (value));
      break;
    case PROP_SIZE_BYTES:
      lab_choice_set_size_bytes (self, g_value_get_uint64 (value));
      break;
    case PROP_SIZE_GIVEN:
      lab_choice_set_size_given (self, g_value_get_boolean (value));
      break;
    case PROP_MODE:
      lab_choice_set_mode (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_choice_class_init (LabChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_choice_finalize;
  object_class->get_property = lab_choice_get_property;
  object_class->set_property = lab_choice_set_property;

  properties[PROP_KEY_CHOICE] = g_param_spec_boxed ("key-choice", NULL, NULL, LAB_TYPE_KEY_CHOICE, flags);
  properties[PROP_SIZE_BYTES] = g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXSIZE, 4096, flags);
  /* FALSE while what is typed is no size, and size-bytes still the last one that was. */
  properties[PROP_SIZE_GIVEN] = g_param_spec_boolean ("size-given", NULL, NULL, TRUE, flags);
  properties[PROP_MODE] = g_param_spec_uint ("mode", NULL, NULL, 0, 0777, 0600, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_choice_init (LabChoice *self)
{
  self->size_bytes = 4096;
  self->size_given = TRUE;
  self->mode = 0600;
}

/**
 * lab_choice_new:
 *
 * Returns: (transfer full): no key, 4096 bytes, mode 0600
 */
LabChoice *
lab_choice_new (void)
{
  return g_object_new (LAB_TYPE_CHOICE, NULL);
}

/**
 * lab_choice_get_key_choice:
 * @self: a choice
 *
 * Returns: (transfer none) (nullable): how the user names the segment, or %NULL when nothing is chosen yet
 */
const LabKeyChoice *
lab_choice_get_key_choice (LabChoice *self)
{
  g_return_val_if_fail (LAB_IS_CHOICE (self), NULL);

  return self->key_choice;
}

void
lab_choice_set_key_choice (LabChoice          *self,
                           const LabKeyChoice *key_choice)
{
  g_return_if_fail (LAB_IS_CHOICE (self));

  if (lab_key_choice_equal (self->key_choice, key_choice))
    return;

  g_clear_pointer (&self->key_choice, lab_key_choice_free);
  self->key_choice = key_choice != NULL ? lab_key_choice_copy (key_choice) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY_CHOICE]);
}

/**
 * lab_choice_get_size_bytes:
 * @self: a choice
 *
 * Returns: the size that a new segment is to have, in bytes
 */
gsize
lab_choice_get_size_bytes (LabChoice *self)
{
  g_return_val_if_fail (LAB_IS_CHOICE (self), 0);

  return self->size_bytes;
}

void
lab_choice_set_size_bytes (LabChoice *self,
                           gsize      size_bytes)
{
  g_return_if_fail (LAB_IS_CHOICE (self));

  if (self->size_bytes == size_bytes)
    return;

  self->size_bytes = size_bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE_BYTES]);
}

/**
 * lab_choice_is_size_given:
 * @self: a choice
 *
 * Returns: whether the size is what the user asks for: %FALSE while what is typed is no size
 */
gboolean
lab_choice_is_size_given (LabChoice *self)
{
  g_return_val_if_fail (LAB_IS_CHOICE (self), FALSE);

  return self->size_given;
}

void
lab_choice_set_size_given (LabChoice *self,
                           gboolean   size_given)
{
  g_return_if_fail (LAB_IS_CHOICE (self));

  if (self->size_given == size_given)
    return;

  self->size_given = size_given;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE_GIVEN]);
}

/**
 * lab_choice_get_mode:
 * @self: a choice
 *
 * Returns: the permission bits that a new segment is to have
 */
guint
lab_choice_get_mode (LabChoice *self)
{
  g_return_val_if_fail (LAB_IS_CHOICE (self), 0);

  return self->mode;
}

void
lab_choice_set_mode (LabChoice *self,
                     guint      mode)
{
  g_return_if_fail (LAB_IS_CHOICE (self));

  if (self->mode == mode)
    return;

  self->mode = mode;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}
