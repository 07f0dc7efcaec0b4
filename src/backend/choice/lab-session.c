/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/choice/lab-session.h"

#include <unistd.h>

struct _LabSession
{
  GObject            parent_instance;

  LabRole            role;
  LabChoice         *choice;
  LabSegment        *segment;
  LabSegmentMonitor *monitor;
  key_t              key;         /* LAB_KEY_FAILED until ftok(3) gave one */
  int                given_id;    /* the user named the segment by its id; -1 when by a key */
  gsize              size_bytes;  /* as of the last notification, as the next */
  gboolean           attached;
  gulong             n_others;
  int                id;
  LabFate            fate;
  LabProtocolId      protocol;
  const LabPreset   *preset;
  char              *message;
  gssize             write_cursor;
  gboolean           looking;
};

enum
{
  PROP_0,
  PROP_ROLE,
  PROP_CHOICE,
  PROP_SEGMENT,
  PROP_ID,
  PROP_FATE,
  PROP_ATTACHED,
  PROP_MONITOR,
  PROP_KEY,
  PROP_GIVEN_ID,
  PROP_SIZE_BYTES,
  PROP_PROTOCOL,
  PROP_PRESET,
  PROP_MESSAGE,
  PROP_WRITE_CURSOR,
  PROP_LOOKING,
  PROP_N_OTHERS,
  N_PROPS
};

enum { MEMORY_CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSession, lab_session, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static gsize
find_size_bytes (LabSession *self)
{
  return self->segment != NULL ? lab_segment_get_size_bytes (self->segment) : lab_choice_get_size_bytes (self->choice);
}

/* Of the same reading as the number that it is taken from; a race has an attachment for each of
 * its readers. */
static gulong
count_own (LabSession *self)
{
  GListModel *attachments = lab_segment_monitor_get_attachments (self->monitor);
  gulong n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (attachments, i);

      if (lab_attachment_get_pid (attachment) == getpid ())
        n++;
    }

  return n;
}

static gulong
find_n_others (LabSession *self)
{
  const LabShmEntry *entry;
  gulong n_attaches;
  gulong n_own;

  if (self->segment == NULL)
    return 0;

  entry = lab_segment_monitor_get_entry (self->monitor);
  n_own = lab_segment_is_attached (self->segment) ? 1 : 0;
  if (entry != NULL)
    {
      n_attaches = entry->record.n_attaches;
      if (lab_segment_monitor_get_n_unseen (self->monitor) == 0)
        n_own = count_own (self);
      else
        n_own = MAX (n_own, count_own (self));  /* this process may be among those who cannot be seen */
    }
  else if (lab_segment_monitor_is_ready (self->monitor) && !lab_segment_monitor_is_hidden (self->monitor))
    {
      n_attaches = 0;  /* the segment is gone */
    }
  else
    {
      n_attaches = lab_segment_get_n_attaches (self->segment);
    }

  return n_attaches - MIN (n_attaches, n_own);
}

/* Brings up to date what follows from the segment, its monitor and the choice; tells of what is different. */
static void
update (LabSession *self)
{
  GObject *object = G_OBJECT (self);
  gboolean attached = self->segment != NULL && lab_segment_is_attached (self->segment);
  gsize size_bytes = find_size_bytes (self);
  gulong n_others = find_n_others (self);
  int id = self->segment != NULL ? lab_segment_get_id (self->segment) : self->given_id;
  LabFate fate = lab_segment_monitor_find_fate (self->monitor, id);

  g_object_freeze_notify (object);
  if (self->attached != attached)
    g_object_notify_by_pspec (object, properties[PROP_ATTACHED]);
  if (self->size_bytes != size_bytes)
    g_object_notify_by_pspec (object, properties[PROP_SIZE_BYTES]);
  if (self->n_others != n_others)
    g_object_notify_by_pspec (object, properties[PROP_N_OTHERS]);
  if (self->id != id)
    g_object_notify_by_pspec (object, properties[PROP_ID]);
  if (self->fate != fate)
    g_object_notify_by_pspec (object, properties[PROP_FATE]);
  self->attached = attached;
  self->size_bytes = size_bytes;
  self->n_others = n_others;
  self->id = id;
  self->fate = fate;
  g_object_thaw_notify (object);
}

static void
lab_session_finalize (GObject *object)
{
  LabSession *self = LAB_SESSION (object);

  g_clear_object (&self->segment);
  g_clear_object (&self->monitor);
  g_clear_object (&self->choice);
  g_free (self->message);

  G_OBJECT_CLASS (lab_session_parent_class)->finalize (object);
}

static void
lab_session_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LabSession *self = LAB_SESSION (object);

  switch (prop_id)
    {
    case PROP_ROLE:
      g_value_set_uint (value, self->role);
      break;
    case PROP_CHOICE:
      g_value_set_object (value, self->choice);
      break;
    case PROP_SEGMENT:
      g_value_set_object (value, self->segment);
      break;
    case PROP_ID:
      g_value_set_int (value, self->id);
      break;
    case PROP_FATE:
      g_value_set_uint (value, self->fate);
      break;
    case PROP_ATTACHED:
      g_value_set_boolean (value, self->attached);
      break;
    case PROP_MONITOR:
      g_value_set_object (value, self->monitor);
      break;
    case PROP_KEY:
      g_value_set_int (value, self->key);
      break;
    case PROP_GIVEN_ID:
      g_value_set_int (value, self->given_id);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->size_bytes);
      break;
    case PROP_PROTOCOL:
      g_value_set_uint (value, self->protocol);
      break;
    case PROP_PRESET:
      g_value_set_pointer (value, (gpointer) self->preset);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_WRITE_CURSOR:
      g_value_set_int64 (value, self->write_cursor);
      break;
    case PROP_LOOKING:
      g_value_set_boolean (value, self->looking);
      break;
    case PROP_N_OTHERS:
      g_value_set_ulong (value, self->n_others);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_session_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  LabSession *self = LAB_SESSION (object);

  switch (prop_id)
    {
    case PROP_ROLE:
      self->role = (LabRole) g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_session_class_init (LabSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_session_finalize;
  object_class->get_property = lab_session_get_property;
  object_class->set_property = lab_session_set_property;

  properties[PROP_ROLE] = g_param_spec_uint ("role", NULL, NULL, LAB_ROLE_SERVER, LAB_ROLE_CLIENT, LAB_ROLE_SERVER,
                                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CHOICE] = g_param_spec_object ("choice", NULL, NULL, LAB_TYPE_CHOICE, flags);
  properties[PROP_SEGMENT] = g_param_spec_object ("segment", NULL, NULL, LAB_TYPE_SEGMENT, flags);
  /* The segment's, else the one that the user gave, or -1; and the LabFate of the segment with it. */
  properties[PROP_ID] = g_param_spec_int ("id", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_FATE] = g_param_spec_uint ("fate", NULL, NULL, 0, G_MAXUINT, LAB_FATE_UNKNOWN, flags);
  properties[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, flags);
  properties[PROP_MONITOR] = g_param_spec_object ("monitor", NULL, NULL, LAB_TYPE_SEGMENT_MONITOR, flags);
  properties[PROP_KEY] = g_param_spec_int ("key", NULL, NULL, G_MININT, G_MAXINT, LAB_KEY_FAILED, flags);
  properties[PROP_GIVEN_ID] = g_param_spec_int ("given-id", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_SIZE_BYTES] = g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 4096, flags);
  properties[PROP_PROTOCOL] = g_param_spec_uint ("protocol", NULL, NULL, 0, G_MAXUINT, LAB_PROTOCOL_UNSET, flags);
  properties[PROP_PRESET] = g_param_spec_pointer ("preset", NULL, NULL, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_WRITE_CURSOR] = g_param_spec_int64 ("write-cursor", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, TRUE, flags);
  /* Attachments, not processes, and none of this process. */
  properties[PROP_N_OTHERS] = g_param_spec_ulong ("n-others", NULL, NULL, 0, G_MAXULONG, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MEMORY_CHANGED] =
    g_signal_new ("memory-changed", LAB_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_session_init (LabSession *self)
{
  self->choice = lab_choice_new ();
  self->monitor = lab_segment_monitor_new ();
  self->key = LAB_KEY_FAILED;
  self->given_id = -1;
  self->id = -1;
  self->size_bytes = lab_choice_get_size_bytes (self->choice);
  self->write_cursor = -1;
  self->looking = TRUE;
  g_signal_connect_object (self->choice, "notify::size-bytes", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/**
 * lab_session_new:
 * @role: which of the two windows it is for
 *
 * Returns: (transfer full): a session without a key and a segment
 */
LabSession *
lab_session_new (LabRole role)
{
  return g_object_new (LAB_TYPE_SESSION, "role", role, NULL);
}

LabRole
lab_session_get_role (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), LAB_ROLE_SERVER);

  return self->role;
}

/**
 * lab_session_get_choice:
 * @self: a session
 *
 * Returns: (transfer none): key, size and mode as the user chose them
 */
LabChoice *
lab_session_get_choice (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->choice;
}

/**
 * lab_session_get_segment:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the segment, attached or not, or %NULL before shmget(2)
 */
LabSegment *
lab_session_get_segment (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->segment;
}

/* Detached, a segment that was named by its id is followed on: nothing else would find it. */
static void
follow_id (LabSession *self)
{
  lab_segment_monitor_set_id (self->monitor, self->segment != NULL ? lab_segment_get_id (self->segment) : self->given_id);
  update (self);
}

void
lab_session_set_segment (LabSession *self,
                         LabSegment *segment)
{
  g_return_if_fail (LAB_IS_SESSION (self));
  g_return_if_fail (segment == NULL || LAB_IS_SEGMENT (segment));

  if (self->segment == segment)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->segment != NULL)
    g_signal_handlers_disconnect_by_func (self->segment, update, self);
  g_set_object (&self->segment, segment);
  if (segment != NULL)
    {
      g_signal_connect_object (segment, "notify::attached", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (segment, "notify::n-attaches", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  if (segment != NULL)
    lab_segment_monitor_see (self->monitor, lab_segment_get_id (segment));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEGMENT]);
  follow_id (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lab_session_get_segment_id:
 * @self: a session
 *
 * Returns: the shmid of its segment, or -1 without one
 */
int
lab_session_get_segment_id (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), -1);

  return self->segment != NULL ? lab_segment_get_id (self->segment) : -1;
}

/**
 * lab_session_get_id:
 * @self: a session
 *
 * Returns: the shmid that the window is about: of its segment, else the one that the user gave; -1 when it is
 *   about a key alone
 */
int
lab_session_get_id (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), -1);

  return self->id;
}

/**
 * lab_session_get_fate:
 * @self: a session
 *
 * Returns: what has become of the segment with lab_session_get_id(), as of the last reading
 */
LabFate
lab_session_get_fate (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), LAB_FATE_UNKNOWN);

  return self->fate;
}

/**
 * lab_session_is_attached:
 * @self: a session
 *
 * Returns: whether this process has its segment attached
 */
gboolean
lab_session_is_attached (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), FALSE);

  return self->attached;
}

/**
 * lab_session_get_monitor:
 * @self: a session
 *
 * Returns: (transfer none): what follows the session's key and segment in /proc
 */
LabSegmentMonitor *
lab_session_get_monitor (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->monitor;
}

/**
 * lab_session_get_key:
 * @self: a session
 *
 * Returns: the key, or %LAB_KEY_FAILED while ftok(3) has not been called
 */
key_t
lab_session_get_key (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), LAB_KEY_FAILED);

  return self->key;
}

void
lab_session_set_key (LabSession *self,
                     key_t       key)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (self->key == key)
    return;

  self->key = key;
  lab_segment_monitor_set_key (self->monitor, key);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY]);
}

/**
 * lab_session_get_given_id:
 * @self: a session
 *
 * Returns: the shmid by which the user named the segment instead of a key, or -1
 */
int
lab_session_get_given_id (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), -1);

  return self->given_id;
}

void
lab_session_set_given_id (LabSession *self,
                          int         id)
{
  g_return_if_fail (LAB_IS_SESSION (self));
  g_return_if_fail (id >= -1);

  if (self->given_id == id)
    return;

  self->given_id = id;
  follow_id (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GIVEN_ID]);
}

/**
 * lab_session_get_mode:
 * @self: a session
 *
 * Returns: the permission bits of the segment as the kernel has them; before there is a
 *   segment, those that the user chose
 */
guint
lab_session_get_mode (LabSession *self)
{
  const LabShmEntry *entry;

  g_return_val_if_fail (LAB_IS_SESSION (self), 0);

  if (self->segment == NULL)
    return lab_choice_get_mode (self->choice);

  entry = lab_segment_monitor_get_entry (self->monitor);

  return (entry != NULL ? entry->record.mode : lab_segment_get_record (self->segment)->mode) & 0777;
}

/**
 * lab_session_get_size_bytes:
 * @self: a session
 *
 * Returns: the size of the segment in bytes; before there is one, the size that the user chose
 */
gsize
lab_session_get_size_bytes (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), 0);

  return self->size_bytes;
}

/**
 * lab_session_get_protocol:
 * @self: a session
 *
 * Returns: what a server has chosen, or what a client has read in the control
 *   block; %LAB_PROTOCOL_UNSET while that is not known
 */
LabProtocolId
lab_session_get_protocol (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), LAB_PROTOCOL_UNSET);

  return self->protocol;
}

void
lab_session_set_protocol (LabSession    *self,
                          LabProtocolId  protocol)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (self->protocol == protocol)
    return;

  self->protocol = protocol;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROTOCOL]);
}

/**
 * lab_session_get_preset:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): how a segment without our control block is read; %NULL
 *   for a C string at byte 0
 */
const LabPreset *
lab_session_get_preset (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->preset;
}

void
lab_session_set_preset (LabSession      *self,
                        const LabPreset *preset)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (self->preset == preset)
    return;

  self->preset = preset;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESET]);
}

/**
 * lab_session_get_message:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the message that stands in the segment, as far
 *   as this process knows: valid UTF-8
 */
const char *
lab_session_get_message (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->message;
}

void
lab_session_set_message (LabSession *self,
                         const char *message)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (g_strcmp0 (self->message, message) == 0)
    return;

  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

/**
 * lab_session_get_write_cursor:
 * @self: a session
 *
 * Returns: the offset of the byte that this process has just stored in slow motion,
 *   or -1 while it writes at full speed or not at all
 */
gssize
lab_session_get_write_cursor (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), -1);

  return self->write_cursor;
}

void
lab_session_set_write_cursor (LabSession *self,
                              gssize      offset)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (self->write_cursor == offset)
    return;

  self->write_cursor = offset;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WRITE_CURSOR]);
}

/**
 * lab_session_is_looking:
 * @self: a session
 *
 * Returns: whether ::memory-changed tells of each change; %FALSE while the user has told this
 *   process to look only when it is asked to, so that what it knows is as of then
 */
gboolean
lab_session_is_looking (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), FALSE);

  return self->looking;
}

void
lab_session_set_looking (LabSession *self,
                         gboolean    looking)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  if (self->looking == looking)
    return;

  self->looking = looking;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

/**
 * lab_session_get_n_others:
 * @self: a session
 *
 * Returns: attachments other than this process's own, as of the last reading
 */
gulong
lab_session_get_n_others (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), 0);

  return self->n_others;
}

/**
 * lab_session_dup_key_text:
 * @self: a session
 *
 * Returns: (transfer full): the key as C, "key" while there is none; for a call that
 *   is still to come
 */
char *
lab_session_dup_key_text (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->key != LAB_KEY_FAILED ? lab_key_format (self->key) : g_strdup ("key");
}

/**
 * lab_session_dup_id_text:
 * @self: a session
 *
 * Returns: (transfer full): the shmid as C, "id" while there is none
 */
char *
lab_session_dup_id_text (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  return self->segment != NULL ? g_strdup_printf ("%d", lab_segment_get_id (self->segment)) : g_strdup ("id");
}

/**
 * lab_session_dup_address_text:
 * @self: a session
 *
 * Returns: (transfer full): where this process sees the segment, "addr" while it does not
 */
char *
lab_session_dup_address_text (LabSession *self)
{
  g_return_val_if_fail (LAB_IS_SESSION (self), NULL);

  if (self->segment == NULL || !lab_segment_is_attached (self->segment))
    return g_strdup ("addr");

  return g_strdup_printf ("%p", lab_segment_get_base (self->segment));
}

/**
 * lab_session_memory_changed:
 * @self: a session
 *
 * Tells the views that the bytes have just changed.
 */
void
lab_session_memory_changed (LabSession *self)
{
  g_return_if_fail (LAB_IS_SESSION (self));

  g_signal_emit (self, signals[MEMORY_CHANGED], 0);
}
