/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include "backend/kernel/lab-probe.h"

#define READ_BIT  04
#define WRITE_BIT 02

static gboolean
has_bits (const LabShmRecord *record,
          guint               wanted)
{
  g_autoptr(LabProbe) probe = lab_probe_take (LAB_PROBE_USER, NULL);
  LabIpcClass class = lab_probe_get_class (probe, record->uid, record->gid, record->cuid, record->cgid);

  return probe->may_all || (record->mode >> 3 * (LAB_IPC_OTHERS - class) & wanted) == wanted;
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
