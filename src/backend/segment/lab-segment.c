/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-segment.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"

struct _LabSegment
{
  GObject       parent_instance;

  LabShmRecord  record;      /* as of the last refresh; its id is -1 before shmget(2) */
  key_t         key;         /* as it was asked for: the record's becomes 0 at removal */
  LabLayout     layout;      /* base is NULL while detached */
  gboolean      attached;
  gboolean      writable;
  gboolean      created;     /* by this process, and so its to remove */
  gboolean      removed;     /* by this process */
};

enum
{
  PROP_0, PROP_ATTACHED, PROP_CREATED, PROP_ID, PROP_KEY, PROP_MODE, PROP_N_ATTACHES, PROP_REMOVED, PROP_SIZE_BYTES,
  PROP_WRITABLE, N_PROPS
};

G_DEFINE_FINAL_TYPE (LabSegment, lab_segment, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
lab_segment_finalize (GObject *object)
{
  LabSegment *self = LAB_SEGMENT (object);

  if (self->attached && lab_sysv_shmdt (self->layout.base, NULL) != 0)
    g_warning ("shmdt: %s", g_strerror (errno));

  G_OBJECT_CLASS (lab_segment_parent_class)->finalize (object);
}

static void
lab_segment_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LabSegment *self = LAB_SEGMENT (object);

  switch (prop_id)
    {
    case PROP_ATTACHED:
      g_value_set_boolean (value, self->attached);
      break;
    case PROP_CREATED:
      g_value_set_boolean (value, self->created);
      break;
    case PROP_ID:
      g_value_set_int (value, self->record.id);
      break;
    case PROP_KEY:
      g_value_set_int (value, self->key);
      break;
    case PROP_MODE:
      g_value_set_uint (value, self->record.mode);
      break;
    case PROP_N_ATTACHES:
      g_value_set_ulong (value, self->record.n_attaches);
      break;
    case PROP_REMOVED:
      g_value_set_boolean (value, self->removed);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->record.size_bytes);
      break;
    case PROP_WRITABLE:
      g_value_set_boolean (value, self->writable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_segment_class_init (LabSegmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_segment_finalize;
  object_class->get_property = lab_segment_get_property;

  properties[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, flags);

  /* These three never change. */
  properties[PROP_CREATED] = g_param_spec_boolean ("created", NULL, NULL, FALSE, flags);
  properties[PROP_ID] = g_param_spec_int ("id", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_KEY] = g_param_spec_int ("key", NULL, NULL, G_MININT, G_MAXINT, LAB_KEY_PRIVATE, flags);

  /* With LAB_MODE_DEST and LAB_MODE_LOCKED. */
  properties[PROP_MODE] = g_param_spec_uint ("mode", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /* Attaches, not processes: one process that attaches twice counts twice. */
  properties[PROP_N_ATTACHES] = g_param_spec_ulong ("n-attaches", NULL, NULL, 0, G_MAXULONG, 0, flags);

  properties[PROP_REMOVED] = g_param_spec_boolean ("removed", NULL, NULL, FALSE, flags);
  properties[PROP_SIZE_BYTES] = g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_WRITABLE] = g_param_spec_boolean ("writable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_segment_init (LabSegment *self)
{
  self->record.id = -1;
}

static LabSegment *
new_for_id (int   id,
            key_t key)
{
  LabSegment *self = g_object_new (LAB_TYPE_SEGMENT, NULL);

  self->record.id = id;
  self->record.key = key;
  self->key = key;

  return self;
}

static void
set_record (LabSegment         *self,
            const LabShmRecord *record)
{
  GObject *object = G_OBJECT (self);
  LabShmRecord before = self->record;

  self->record = *record;
  if (before.mode != record->mode)
    g_object_notify_by_pspec (object, properties[PROP_MODE]);
  if (before.n_attaches != record->n_attaches)
    g_object_notify_by_pspec (object, properties[PROP_N_ATTACHES]);
  if (before.size_bytes != record->size_bytes)
    g_object_notify_by_pspec (object, properties[PROP_SIZE_BYTES]);
}

static void
set_attached (LabSegment *self,
              gboolean    attached,
              gboolean    writable)
{
  GObject *object = G_OBJECT (self);
  gboolean was_writable = self->writable;

  self->attached = attached;
  self->writable = writable;
  g_object_notify_by_pspec (object, properties[PROP_ATTACHED]);
  if (was_writable != writable)
    g_object_notify_by_pspec (object, properties[PROP_WRITABLE]);
}

static gboolean
refresh (LabSegment  *self,
         LabCall    **made,
         GError     **error)
{
  LabShmRecord record;

  if (lab_sysv_shmctl_stat (self->record.id, &record, made) == -1)
    {
      lab_sysv_set_error (error);
      return FALSE;
    }

  set_record (self, &record);

  return TRUE;
}

/**
 * lab_segment_create:
 * @key: the name other processes look up; any value but %LAB_KEY_PRIVATE and %LAB_KEY_FAILED
 * @size_bytes: bytes wanted, from 1 to the kernel's SHMMAX
 * @mode: permission bits; the umask does not apply
 * @error: return location for an error
 *
 * Makes a segment that nobody has yet, and does not attach it.  It outlives
 * this process until lab_segment_remove().  The kernel hands out whole pages,
 * yet keeps reporting @size_bytes as it was asked for.
 *
 * Errors: %LAB_SHM_ERROR_EXISTS when @key is taken, %LAB_SHM_ERROR_SIZE when
 * @size_bytes is outside its range, %LAB_SHM_ERROR_LIMIT when SHMMNI (segments),
 * SHMALL (pages, not bytes) or the memory is used up.
 *
 * Source: shmget(2), sysvipc(7); POSIX.1-2017 shmget().
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_create (key_t    key,
                    gsize    size_bytes,
                    guint    mode,
                    GError **error)
{
  return lab_segment_create_full (key, size_bytes, mode, NULL, error);
}

/**
 * lab_segment_create_full:
 * @key: the name other processes look up; any value but %LAB_KEY_PRIVATE and %LAB_KEY_FAILED
 * @size_bytes: bytes wanted, from 1 to the kernel's SHMMAX
 * @mode: permission bits; the umask does not apply
 * @made: (out) (optional) (nullable) (transfer full): the shmget(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_create(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_create().
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_create_full (key_t     key,
                         gsize     size_bytes,
                         guint     mode,
                         LabCall **made,
                         GError  **error)
{
  g_autoptr(LabSegment) self = NULL;
  int id;

  g_return_val_if_fail (key != LAB_KEY_PRIVATE && key != LAB_KEY_FAILED, NULL);

  id = lab_sysv_shmget (key, size_bytes, LAB_GET_EXCLUSIVE, mode, made);
  if (id == -1)
    {
      lab_sysv_set_error (error);
      return NULL;
    }

  self = new_for_id (id, key);
  self->created = TRUE;
  self->record.size_bytes = size_bytes;
  self->record.mode = mode;
  /* The mode may forbid even us to look; what we know already stays then. */
  lab_segment_refresh (self, NULL);

  return g_steal_pointer (&self);
}

/**
 * lab_segment_find:
 * @key: the name of an existing segment
 * @error: return location for an error
 *
 * Finds a segment of any size.  Never creates one, and asks for no permission:
 * whether we may read it shows at lab_segment_attach().
 *
 * Errors: %LAB_SHM_ERROR_NOT_FOUND, %LAB_SHM_ERROR_PERMISSION.
 *
 * Source: shmget(2).
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_find (key_t    key,
                  GError **error)
{
  return lab_segment_find_full (key, NULL, error);
}

/**
 * lab_segment_find_full:
 * @key: the name of an existing segment
 * @made: (out) (optional) (nullable) (transfer full): the shmget(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_find(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_find().
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_find_full (key_t     key,
                       LabCall **made,
                       GError  **error)
{
  g_autoptr(LabSegment) self = NULL;
  int id;

  g_return_val_if_fail (key != LAB_KEY_PRIVATE, NULL);

  id = lab_sysv_shmget (key, 0, LAB_GET_EXISTING, 0, made);
  if (id == -1)
    {
      lab_sysv_set_error (error);
      return NULL;
    }

  self = new_for_id (id, key);
  lab_segment_refresh (self, NULL);

  return g_steal_pointer (&self);
}

/**
 * lab_segment_open:
 * @id: the id of an existing segment, which shmget(2) gave to somebody
 * @error: return location for an error
 *
 * Errors: %LAB_SHM_ERROR_REMOVED when there is no such id,
 * %LAB_SHM_ERROR_PERMISSION when its record may not be read.
 *
 * Source: shmctl(2) IPC_STAT.
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_open (int      id,
                  GError **error)
{
  return lab_segment_open_full (id, NULL, error);
}

/**
 * lab_segment_open_full:
 * @id: the id of an existing segment, which shmget(2) gave to somebody
 * @made: (out) (optional) (nullable) (transfer full): the shmctl(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_open(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_open().
 *
 * Returns: (transfer full): the segment, or %NULL with @error set
 */
LabSegment *
lab_segment_open_full (int       id,
                       LabCall **made,
                       GError  **error)
{
  g_autoptr(LabSegment) self = NULL;

  g_return_val_if_fail (id >= 0, NULL);

  self = new_for_id (id, LAB_KEY_PRIVATE);
  if (!refresh (self, made, error))
    return NULL;
  self->key = self->record.key;

  return g_steal_pointer (&self);
}

/**
 * lab_segment_attach:
 * @self: a segment that is not attached
 * @writable: whether to write; reading only is the least privilege
 * @error: return location for an error
 *
 * Maps the segment into this process, at an address that the kernel chooses.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED, %LAB_SHM_ERROR_LIMIT.
 *
 * Source: shmat(2).
 *
 * Returns: whether it is attached now
 */
gboolean
lab_segment_attach (LabSegment  *self,
                    gboolean     writable,
                    GError     **error)
{
  return lab_segment_attach_full (self, writable, NULL, error);
}

/**
 * lab_segment_attach_full:
 * @self: a segment that is not attached
 * @writable: whether to write; reading only is the least privilege
 * @made: (out) (optional) (nullable) (transfer full): the shmat(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_attach(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_attach().
 *
 * Returns: whether it is attached now
 */
gboolean
lab_segment_attach_full (LabSegment  *self,
                         gboolean     writable,
                         LabCall    **made,
                         GError     **error)
{
  gpointer base;

  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);
  g_return_val_if_fail (!self->attached, FALSE);

  base = lab_sysv_shmat (self->record.id, writable, made);
  if (base == NULL)
    {
      lab_sysv_set_error (error);
      return FALSE;
    }

  /* Only now is the size certain: nobody can remove what is attached.  It is
   * the bound of every later access, so without it there is no access.  Whoever
   * counts the others must not hear of the attachment before it is known as ours. */
  g_object_freeze_notify (G_OBJECT (self));
  if (!lab_segment_refresh (self, error))
    {
      lab_sysv_shmdt (base, NULL);
      g_object_thaw_notify (G_OBJECT (self));
      return FALSE;
    }

  lab_layout_init (&self->layout, base, self->record.size_bytes);
  set_attached (self, TRUE, writable);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

/**
 * lab_segment_detach:
 * @self: an attached segment
 * @error: return location for an error
 *
 * Unmaps the segment from this process.  It stays in the kernel.
 *
 * Errors: %LAB_SHM_ERROR_REMOVED when nothing is attached at its address any more.
 *
 * Source: shmdt(2).
 *
 * Returns: whether it is detached now
 */
gboolean
lab_segment_detach (LabSegment  *self,
                    GError     **error)
{
  return lab_segment_detach_full (self, NULL, error);
}

/**
 * lab_segment_detach_full:
 * @self: an attached segment
 * @made: (out) (optional) (nullable) (transfer full): the shmdt(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_detach(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_detach().
 *
 * Returns: whether it is detached now
 */
gboolean
lab_segment_detach_full (LabSegment  *self,
                         LabCall    **made,
                         GError     **error)
{
  LabShmRecord record;

  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);
  g_return_val_if_fail (self->attached, FALSE);

  if (lab_sysv_shmdt (self->layout.base, made) == -1)
    {
      lab_sysv_set_error (error);
      return FALSE;
    }

  memset (&self->layout, 0, sizeof self->layout);
  record = self->record;
  if (record.n_attaches > 0)
    record.n_attaches--;
  set_attached (self, FALSE, FALSE);
  set_record (self, &record);

  return TRUE;
}

/**
 * lab_segment_remove:
 * @self: a segment
 * @error: return location for an error
 *
 * Marks the segment for removal.  The kernel frees it when the last process
 * detaches; until then those who are attached go on, and nobody finds it by key.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED when it is gone already.
 *
 * Source: shmctl(2) IPC_RMID.
 *
 * Returns: whether it was removed
 */
gboolean
lab_segment_remove (LabSegment  *self,
                    GError     **error)
{
  return lab_segment_remove_full (self, NULL, error);
}

/**
 * lab_segment_remove_full:
 * @self: a segment
 * @made: (out) (optional) (nullable) (transfer full): the shmctl(2) that was made, also when it failed;
 *   %NULL when none was recorded
 * @error: return location for an error
 *
 * As lab_segment_remove(), and hands over the record of its call, so that nobody has to search for it.
 *
 * Errors: those of lab_segment_remove().
 *
 * Returns: whether it was removed
 */
gboolean
lab_segment_remove_full (LabSegment  *self,
                         LabCall    **made,
                         GError     **error)
{
  LabShmRecord record;
  gboolean was_removed;

  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  if (lab_sysv_shmctl_rmid (self->record.id, made) == -1)
    {
      lab_sysv_set_error (error);
      return FALSE;
    }

  was_removed = self->removed;
  self->removed = TRUE;
  record = self->record;
  record.key = LAB_KEY_PRIVATE;
  record.mode |= LAB_MODE_DEST;
  set_record (self, &record);
  if (!was_removed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVED]);

  return TRUE;
}

/**
 * lab_segment_refresh:
 * @self: a segment
 * @error: return location for an error
 *
 * Asks the kernel for the segment's record.
 *
 * Errors: %LAB_SHM_ERROR_REMOVED, %LAB_SHM_ERROR_PERMISSION.
 *
 * Source: shmctl(2) IPC_STAT.
 *
 * Returns: whether the kernel answered
 */
gboolean
lab_segment_refresh (LabSegment  *self,
                     GError     **error)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  return refresh (self, NULL, error);
}

/**
 * lab_segment_get_id:
 * @self: a segment
 *
 * Returns: its shmid
 */
int
lab_segment_get_id (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), -1);

  return self->record.id;
}

/**
 * lab_segment_get_key:
 * @self: a segment
 *
 * Returns: the key under which it was made or found, also after its removal
 */
key_t
lab_segment_get_key (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), LAB_KEY_FAILED);

  return self->key;
}

/**
 * lab_segment_get_base:
 * @self: a segment
 *
 * Returns: (nullable): where this process sees it, or %NULL while detached
 */
gpointer
lab_segment_get_base (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), NULL);

  return self->layout.base;
}

gboolean
lab_segment_is_attached (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  return self->attached;
}

gboolean
lab_segment_is_writable (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  return self->writable;
}

/**
 * lab_segment_is_created:
 * @self: a segment
 *
 * Returns: whether this process made it, so that it is this process's to remove
 */
gboolean
lab_segment_is_created (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  return self->created;
}

/**
 * lab_segment_is_removed:
 * @self: a segment
 *
 * Returns: whether this process removed it
 */
gboolean
lab_segment_is_removed (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), FALSE);

  return self->removed;
}

/**
 * lab_segment_get_size_bytes:
 * @self: a segment
 *
 * Returns: the kernel's `shm_segsz`; 0 while it is unknown
 */
gsize
lab_segment_get_size_bytes (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), 0);

  return self->record.size_bytes;
}

/**
 * lab_segment_get_n_attaches:
 * @self: a segment
 *
 * Returns: the kernel's `shm_nattch` as of the last lab_segment_refresh();
 *   attachments, not processes
 */
gulong
lab_segment_get_n_attaches (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), 0);

  return self->record.n_attaches;
}

/**
 * lab_segment_get_record:
 * @self: a segment
 *
 * Returns: (transfer none): the kernel's record as of the last lab_segment_refresh()
 */
const LabShmRecord *
lab_segment_get_record (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), NULL);

  return &self->record;
}

/**
 * lab_segment_get_layout:
 * @self: a segment
 *
 * Returns: (transfer none) (nullable): where our fields are, or %NULL while it is
 *   detached or when it is too small to hold them
 */
const LabLayout *
lab_segment_get_layout (LabSegment *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT (self), NULL);

  return self->attached && self->layout.copy_size > 0 ? &self->layout : NULL;
}

/**
 * lab_segment_peek:
 * @self: a segment
 * @offset: where to begin, in bytes
 * @buffer: (out caller-allocates): room for @n_bytes
 * @n_bytes: how many bytes are wanted
 *
 * Copies bytes as they are at this moment.  Other processes may change them
 * meanwhile, so each byte is read once.
 *
 * Returns: how many bytes there were: fewer at the segment's end, none while detached
 */
gsize
lab_segment_peek (LabSegment *self,
                  gsize       offset,
                  gpointer    buffer,
                  gsize       n_bytes)
{
  const _Atomic guint8 *from;
  guint8 *to = buffer;

  g_return_val_if_fail (LAB_IS_SEGMENT (self), 0);

  if (!self->attached || offset >= self->layout.size_bytes)
    return 0;

  n_bytes = MIN (n_bytes, self->layout.size_bytes - offset);
  from = (const _Atomic guint8 *) self->layout.base + offset;
  for (gsize i = 0; i < n_bytes; i++)
    to[i] = atomic_load_explicit (&from[i], memory_order_relaxed);

  return n_bytes;
}
