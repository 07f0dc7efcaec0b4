/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-ipc-object.h"

#include <pwd.h>
#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-names.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"

/**
 * lab_ipc_object_get_kind:
 * @call: a function
 *
 * Returns: what @call works with; of ftok(3) a segment
 */
LabIpcKind
lab_ipc_object_get_kind (LabCallName call)
{
  switch (call)
    {
    case LAB_CALL_SEMGET:
    case LAB_CALL_SEMOP:
    case LAB_CALL_SEMCTL:
      return LAB_IPC_SET;
    case LAB_CALL_MSGGET:
    case LAB_CALL_MSGSND:
    case LAB_CALL_MSGRCV:
    case LAB_CALL_MSGCTL:
      return LAB_IPC_QUEUE;
    default:
      return LAB_IPC_SEGMENT;
    }
}

/**
 * lab_ipc_object_dup_name:
 * @kind: a kind
 * @id: an id
 *
 * Returns: (transfer full): the two in translated words, to begin a sentence: "Segment 41"
 */
char *
lab_ipc_object_dup_name (LabIpcKind kind,
                         int        id)
{
  switch (kind)
    {
    case LAB_IPC_SET:
      return g_strdup_printf (_("Semaphore set %d"), id);
    case LAB_IPC_QUEUE:
      return g_strdup_printf (_("Message queue %d"), id);
    case LAB_IPC_SEGMENT:
    default:
      return g_strdup_printf (_("Segment %d"), id);
    }
}

/**
 * lab_ipc_object_has_table:
 * @probe: a probe
 * @kind: what is looked for
 *
 * Returns: whether the table of all objects of this kind was read
 */
gboolean
lab_ipc_object_has_table (const LabProbe *probe,
                          LabIpcKind      kind)
{
  return (kind == LAB_IPC_SET ? probe->sem : kind == LAB_IPC_QUEUE ? probe->msg : probe->shm) != NULL;
}

/**
 * lab_ipc_object_init_record:
 * @self: (out caller-allocates): an object
 * @record: a segment's
 *
 * Makes @self the segment of @record.
 */
void
lab_ipc_object_init_record (LabIpcObject       *self,
                            const LabShmRecord *record)
{
  *self = (LabIpcObject) {
    LAB_IPC_SEGMENT, record->id, record->key, record->mode & 0777, record->uid, record->gid, record->cuid, record->cgid,
    record->size_bytes, record->n_attaches
  };
}

/**
 * lab_ipc_object_find:
 * @probe: a probe
 * @kind: what is looked for
 * @key: its key, or %LAB_KEY_PRIVATE to look by @id
 * @id: its id
 * @object: (out caller-allocates): what was found
 *
 * Returns: whether @probe has it
 */
gboolean
lab_ipc_object_find (const LabProbe *probe,
                     LabIpcKind      kind,
                     key_t           key,
                     int             id,
                     LabIpcObject   *object)
{
  if (!lab_ipc_object_has_table (probe, kind))
    return FALSE;

  if (kind == LAB_IPC_SEGMENT)
    {
      const LabShmEntry *found = key != LAB_KEY_PRIVATE ? lab_segment_table_find_key (probe->shm, key)
                                                        : lab_segment_table_find_id (probe->shm, id);

      if (found != NULL)
        lab_ipc_object_init_record (object, &found->record);

      return found != NULL;
    }
  else
    {
      const LabIpcEntry *found = lab_probe_find (kind == LAB_IPC_SET ? probe->sem : probe->msg, key, id);

      if (found != NULL)
        *object = (LabIpcObject) { kind, found->id, found->key, found->mode & 0777, found->uid, found->gid, found->cuid,
                                   found->cgid, found->n, 0 };

      return found != NULL;
    }
}

/* A directory service may take seconds; the file does not. */
static char *
find_in_passwd (uid_t uid)
{
  FILE *file = fopen ("/etc/passwd", "re");
  struct passwd *entry;
  char *name = NULL;

  while (file != NULL && name == NULL && (entry = fgetpwent (file)) != NULL)
    if (entry->pw_uid == uid && entry->pw_name[0] != '\0')
      name = lab_text_format_name (entry->pw_name);
  if (file != NULL)
    fclose (file);

  return name;
}

/**
 * lab_ipc_object_dup_user:
 * @uid: a user of the probe's namespace
 *
 * Returns: (transfer full): the user's name as /etc/passwd has it, or its number in words; asks no
 *   directory service, so that it can be called when a call fails
 */
char *
lab_ipc_object_dup_user (uid_t uid)
{
  const char *known = lab_names_peek_user (uid);
  char *name;

  if (!lab_process_knows_id (uid, FALSE))
    return lab_process_dup_user_name (uid);

  name = known != NULL ? g_strdup (known) : find_in_passwd (uid);
  if (name != NULL)
    return name;

  /* Translators: %u is the number of a user whose name is not known */
  return g_strdup_printf (_("user %u"), (guint) uid);
}

/**
 * lab_ipc_object_get_granted:
 * @probe: a probe with %LAB_PROBE_USER
 * @object: what the mode is of
 *
 * Returns: %LAB_IPC_READ and %LAB_IPC_WRITE as far as the mode gives them to this user
 */
guint
lab_ipc_object_get_granted (const LabProbe     *probe,
                            const LabIpcObject *object)
{
  const LabIpcClass class = lab_probe_get_class (probe, object->uid, object->gid, object->cuid, object->cgid);

  return object->mode >> 3 * (LAB_IPC_OTHERS - class) & (LAB_IPC_READ | LAB_IPC_WRITE);
}

/**
 * lab_ipc_object_is_granted:
 * @probe: a probe with %LAB_PROBE_USER
 * @object: what the mode is of
 * @wanted: %LAB_IPC_READ, %LAB_IPC_WRITE or both
 *
 * Returns: whether the kernel gives @wanted to this process, by the mode or by CAP_IPC_OWNER
 */
gboolean
lab_ipc_object_is_granted (const LabProbe     *probe,
                           const LabIpcObject *object,
                           guint               wanted)
{
  return probe->may_all || (wanted & ~lab_ipc_object_get_granted (probe, object)) == 0;
}

/**
 * lab_ipc_object_get_wanted:
 * @flags: what shmget(2), semget(2) or msgget(2) was given
 *
 * Returns: what was asked for: to these calls the permission bits are a wish
 */
guint
lab_ipc_object_get_wanted (guint flags)
{
  return (flags >> 6 | flags >> 3 | flags) & (LAB_IPC_READ | LAB_IPC_WRITE);
}
