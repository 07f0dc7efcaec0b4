/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/choice/lab-subject.h"

struct _LabSubject
{
  GObject            parent_instance;

  LabRole            role;
  LabSegment        *segment;
  LabSegmentMonitor *monitor;
  LabKeyChoice      *key_choice;
  key_t              key;         /* LAB_KEY_FAILED until ftok(3) gave one */
  gsize              size_bytes;
  guint              mode;
  LabProtocolId      protocol;
  const LabPreset   *preset;
  char              *message;
  gssize             write_cursor;
};

enum { PROP_0, PROP_SEGMENT, PROP_KEY_CHOICE, PROP_KEY, PROP_SIZE_BYTES, PROP_MODE, PROP_PROTOCOL, PROP_PRESET, PROP_MESSAGE, PROP_WRITE_CURSOR, N_PROPS };
enum { MEMORY_CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSubject, lab_subject, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
lab_subject_finalize (GObject *object)
{
  LabSubject *self = LAB_SUBJECT (object);

  g_clear_object (&self->segment);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->key_choice, lab_key_choice_free);
  g_free (self->message);

  G_OBJECT_CLASS (lab_subject_parent_class)->finalize (object);
}

static void
lab_subject_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LabSubject *self = LAB_SUBJECT (object);

  switch (prop_id)
    {
    case PROP_SEGMENT:
      g_value_set_object (value, self->segment);
      break;
    case PROP_KEY_CHOICE:
      g_value_set_pointer (value, self->key_choice);
      break;
    case PROP_KEY:
      g_value_set_int (value, self->key);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->size_bytes);
      break;
    case PROP_MODE:
      g_value_set_uint (value, self->mode);
      break;
    case PROP_PROTOCOL:
      g_value_set_uint (value, self->protocol);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_PRESET:
      g_value_set_pointer (value, (gpointer) self->preset);
      break;
    case PROP_WRITE_CURSOR:
      g_value_set_int64 (value, self->write_cursor);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_subject_class_init (LabSubjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_subject_finalize;
  object_class->get_property = lab_subject_get_property;

  properties[PROP_SEGMENT] = g_param_spec_object ("segment", NULL, NULL, LAB_TYPE_SEGMENT, flags);
  properties[PROP_KEY_CHOICE] = g_param_spec_pointer ("key-choice", NULL, NULL, flags);
  properties[PROP_KEY] = g_param_spec_int ("key", NULL, NULL, G_MININT, G_MAXINT, LAB_KEY_FAILED, flags);
  properties[PROP_SIZE_BYTES] = g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_MODE] = g_param_spec_uint ("mode", NULL, NULL, 0, 0777, 0600, flags);
  properties[PROP_PROTOCOL] = g_param_spec_uint ("protocol", NULL, NULL, 0, G_MAXUINT, LAB_PROTOCOL_UNSET, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_PRESET] = g_param_spec_pointer ("preset", NULL, NULL, flags);
  properties[PROP_WRITE_CURSOR] = g_param_spec_int64 ("write-cursor", NULL, NULL, -1, G_MAXINT64, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MEMORY_CHANGED] =
    g_signal_new ("memory-changed", LAB_TYPE_SUBJECT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_subject_init (LabSubject *self)
{
  self->monitor = lab_segment_monitor_new ();
  self->key = LAB_KEY_FAILED;
  self->size_bytes = 4096;
  self->mode = 0600;
  self->write_cursor = -1;
}

/**
 * lab_subject_new:
 * @role: which of the two windows it is for
 *
 * Returns: (transfer full): a subject without a key and a segment, 4096 bytes, mode 0600
 */
LabSubject *
lab_subject_new (LabRole role)
{
  LabSubject *self = g_object_new (LAB_TYPE_SUBJECT, NULL);

  self->role = role;

  return self;
}

LabRole
lab_subject_get_role (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), LAB_ROLE_SERVER);

  return self->role;
}

/**
 * lab_subject_get_segment:
 * @self: a subject
 *
 * Returns: (transfer none) (nullable): the segment, attached or not, or %NULL before shmget(2)
 */
LabSegment *
lab_subject_get_segment (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->segment;
}

void
lab_subject_set_segment (LabSubject *self,
                         LabSegment *segment)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (!g_set_object (&self->segment, segment))
    return;

  lab_segment_monitor_set_id (self->monitor, segment != NULL ? lab_segment_get_id (segment) : -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEGMENT]);
}

/**
 * lab_subject_get_monitor:
 * @self: a subject
 *
 * Returns: (transfer none): what follows the subject's key and segment in /proc
 */
LabSegmentMonitor *
lab_subject_get_monitor (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->monitor;
}

/**
 * lab_subject_get_key_choice:
 * @self: a subject
 *
 * Returns: (transfer none) (nullable): how the user names the segment
 */
const LabKeyChoice *
lab_subject_get_key_choice (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->key_choice;
}

void
lab_subject_set_key_choice (LabSubject         *self,
                            const LabKeyChoice *choice)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (lab_key_choice_equal (self->key_choice, choice))
    return;

  g_clear_pointer (&self->key_choice, lab_key_choice_free);
  self->key_choice = choice != NULL ? lab_key_choice_copy (choice) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY_CHOICE]);
}

/**
 * lab_subject_get_key:
 * @self: a subject
 *
 * Returns: the key, or %LAB_KEY_FAILED while ftok(3) has not been called
 */
key_t
lab_subject_get_key (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), LAB_KEY_FAILED);

  return self->key;
}

void
lab_subject_set_key (LabSubject *self,
                     key_t       key)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->key == key)
    return;

  self->key = key;
  lab_segment_monitor_set_key (self->monitor, key);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY]);
}

/**
 * lab_subject_get_size_bytes:
 * @self: a subject
 *
 * Returns: the size that the user chose, in bytes; the segment's own once there is one
 */
gsize
lab_subject_get_size_bytes (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), 0);

  return self->size_bytes;
}

void
lab_subject_set_size_bytes (LabSubject *self,
                            gsize       size_bytes)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->size_bytes == size_bytes)
    return;

  self->size_bytes = size_bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE_BYTES]);
}

/**
 * lab_subject_get_mode:
 * @self: a subject
 *
 * Returns: the permission bits that the user chose
 */
guint
lab_subject_get_mode (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), 0);

  return self->mode;
}

void
lab_subject_set_mode (LabSubject *self,
                      guint       mode)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->mode == mode)
    return;

  self->mode = mode;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}

/**
 * lab_subject_get_protocol:
 * @self: a subject
 *
 * Returns: what a server has chosen, or what a client has read in the control
 *   block; %LAB_PROTOCOL_UNSET while that is not known
 */
LabProtocolId
lab_subject_get_protocol (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), LAB_PROTOCOL_UNSET);

  return self->protocol;
}

void
lab_subject_set_protocol (LabSubject    *self,
                          LabProtocolId  protocol)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->protocol == protocol)
    return;

  self->protocol = protocol;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROTOCOL]);
}

/**
 * lab_subject_get_preset:
 * @self: a subject
 *
 * Returns: (transfer none) (nullable): how a segment without our control block is read; %NULL
 *   for a C string at byte 0
 */
const LabPreset *
lab_subject_get_preset (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->preset;
}

void
lab_subject_set_preset (LabSubject      *self,
                        const LabPreset *preset)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->preset == preset)
    return;

  self->preset = preset;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESET]);
}

/**
 * lab_subject_get_message:
 * @self: a subject
 *
 * Returns: (transfer none) (nullable): the message that stands in the segment, as far
 *   as this process knows: valid UTF-8
 */
const char *
lab_subject_get_message (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->message;
}

void
lab_subject_set_message (LabSubject *self,
                         const char *message)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (g_strcmp0 (self->message, message) == 0)
    return;

  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

/**
 * lab_subject_get_write_cursor:
 * @self: a subject
 *
 * Returns: the offset of the byte that this process has just stored in slow motion,
 *   or -1 while it writes at full speed or not at all
 */
gssize
lab_subject_get_write_cursor (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), -1);

  return self->write_cursor;
}

void
lab_subject_set_write_cursor (LabSubject *self,
                              gssize      offset)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  if (self->write_cursor == offset)
    return;

  self->write_cursor = offset;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WRITE_CURSOR]);
}

/**
 * lab_subject_get_n_others:
 * @self: a subject
 *
 * Returns: attachments other than this process's own, as of the last reading
 */
gulong
lab_subject_get_n_others (LabSubject *self)
{
  const LabShmEntry *entry;
  gulong n_attaches;

  g_return_val_if_fail (LAB_IS_SUBJECT (self), 0);

  if (self->segment == NULL)
    return 0;

  entry = lab_segment_monitor_get_entry (self->monitor);
  n_attaches = entry != NULL ? entry->record.n_attaches : lab_segment_get_n_attaches (self->segment);
  if (lab_segment_is_attached (self->segment) && n_attaches > 0)
    n_attaches--;

  return n_attaches;
}

/**
 * lab_subject_dup_key_text:
 * @self: a subject
 *
 * Returns: (transfer full): the key as C, "key" while there is none; for a call that
 *   is still to come
 */
char *
lab_subject_dup_key_text (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->key != LAB_KEY_FAILED ? lab_key_format (self->key) : g_strdup ("key");
}

/**
 * lab_subject_dup_id_text:
 * @self: a subject
 *
 * Returns: (transfer full): the shmid as C, "id" while there is none
 */
char *
lab_subject_dup_id_text (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  return self->segment != NULL ? g_strdup_printf ("%d", lab_segment_get_id (self->segment)) : g_strdup ("id");
}

/**
 * lab_subject_dup_address_text:
 * @self: a subject
 *
 * Returns: (transfer full): where this process sees the segment, "addr" while it does not
 */
char *
lab_subject_dup_address_text (LabSubject *self)
{
  g_return_val_if_fail (LAB_IS_SUBJECT (self), NULL);

  if (self->segment == NULL || !lab_segment_is_attached (self->segment))
    return g_strdup ("addr");

  return g_strdup_printf ("%p", lab_segment_get_base (self->segment));
}

/**
 * lab_subject_memory_changed:
 * @self: a subject
 *
 * Tells the views that the bytes have just changed.
 */
void
lab_subject_memory_changed (LabSubject *self)
{
  g_return_if_fail (LAB_IS_SUBJECT (self));

  g_signal_emit (self, signals[MEMORY_CHANGED], 0);
}
