/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include <linux/capability.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-process.h"
#include "backend/segment/lab-key.h"

#define READ_BIT  04
#define WRITE_BIT 02

static gboolean
is_in_group (gid_t gid)
{
  int n_groups = getgroups (0, NULL);
  g_autofree gid_t *groups = g_new0 (gid_t, MAX (n_groups, 0) + 1);

  if (getegid () == gid)
    return TRUE;

  n_groups = getgroups (MAX (n_groups, 0), groups);
  for (int i = 0; i < n_groups; i++)
    if (groups[i] == gid)
      return TRUE;

  return FALSE;
}

/**
 * lab_access_get_class:
 * @record: a segment's
 *
 * Source: ipcperms() in the kernel's ipc/util.c.
 *
 * Returns: which three bits of the mode count for this process
 */
LabAccessClass
lab_access_get_class (const LabShmRecord *record)
{
  g_return_val_if_fail (record != NULL, LAB_ACCESS_OTHERS);

  if (geteuid () == record->uid || geteuid () == record->cuid)
    return LAB_ACCESS_OWNER;
  if (is_in_group (record->gid) || is_in_group (record->cgid))
    return LAB_ACCESS_GROUP;

  return LAB_ACCESS_OTHERS;
}

static gboolean
has_bits (const LabShmRecord *record,
          guint               wanted)
{
  const guint shift = 3 * (LAB_ACCESS_OTHERS - lab_access_get_class (record));

  return lab_process_has_capability (CAP_IPC_OWNER) || (record->mode >> shift & wanted) == wanted;
}

/**
 * lab_access_may_read:
 * @record: a segment's
 *
 * Returns: whether shmat(2) with SHM_RDONLY is allowed to this process
 */
gboolean
lab_access_may_read (const LabShmRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  return has_bits (record, READ_BIT);
}

/**
 * lab_access_may_write:
 * @record: a segment's
 *
 * Returns: whether shmat(2) for reading and writing is allowed to this process
 */
gboolean
lab_access_may_write (const LabShmRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  return has_bits (record, READ_BIT | WRITE_BIT);
}

static char *
describe_class (const LabShmRecord *record,
                const char         *owner,
                const char         *user,
                const char         *mode)
{
  switch (lab_access_get_class (record))
    {
    case LAB_ACCESS_OWNER:
      /* Translators: id, user name, mode such as 0600 (rw-------) */
      return g_strdup_printf (_("Segment %d belongs to you (%s), but its mode is %s: it refuses even its owner."), record->id, user, mode);
    case LAB_ACCESS_GROUP:
      /* Translators: id, the owner's user name, mode such as 0600 (rw-------), this user's name */
      return g_strdup_printf (_("Segment %d belongs to %s and has the mode %s. You are %s, in the segment’s group, and the mode refuses its group."),
                              record->id, owner, mode, user);
    case LAB_ACCESS_OTHERS:
    default:
      /* Translators: id, the owner's user name, mode such as 0600 (rw-------), this user's name */
      return g_strdup_printf (_("Segment %d belongs to %s and has the mode %s. You are %s, neither the owner nor in its group, and the mode refuses all others."),
                              record->id, owner, mode, user);
    }
}

/**
 * lab_access_describe_refusal:
 * @record: of a segment that this process could not attach
 *
 * Returns: (transfer full): in translated sentences, whose the segment is, which mode
 *   it has, why that refuses this process, and what to do about it
 */
char *
lab_access_describe_refusal (const LabShmRecord *record)
{
  g_autofree char *owner = NULL;
  g_autofree char *user = NULL;
  g_autofree char *letters = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *why = NULL;
  g_autofree char *remedy = NULL;
  const char *call;
  guint better;

  g_return_val_if_fail (record != NULL, NULL);

  owner = lab_process_dup_user_name (record->uid);
  user = lab_process_dup_user_name (geteuid ());
  letters = lab_mode_format (record->mode);
  mode = g_strdup_printf ("%04o (%s)", record->mode & 0777, letters);
  why = describe_class (record, owner, user, mode);
  call = lab_access_may_read (record) ? _("So shmat for writing fails with EACCES.") : _("So shmat fails with EACCES.");

  if (lab_access_get_class (record) == LAB_ACCESS_OWNER)
    {
      /* Translators: IPC_SET and the command chmod are names */
      remedy = g_strdup (_("As its owner you may give it another mode with shmctl(IPC_SET), which is the chmod of segments, or remove it and make it again with the mode 0600."));
    }
  else
    {
      better = lab_access_get_class (record) == LAB_ACCESS_GROUP ? 0040 : 0044;
      if (lab_access_may_read (record))
        better |= better >> 1;
      /* Translators: the owner's user name, a mode, again the owner's user name */
      remedy = g_strdup_printf (_("Ask %s for a mode such as %04o: the server chooses it before shmget, and shmctl(IPC_SET) changes it later. Or run this client as %s."),
                                owner, 0600 | better, owner);
    }

  return g_strdup_printf ("%s %s %s", why, call, remedy);
}
