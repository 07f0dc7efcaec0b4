/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include <linux/capability.h>

#include "backend/kernel/lab-probe.h"
#include "backend/kernel/lab-process.h"

#define READ_BIT  04
#define WRITE_BIT 02

static LabIpcClass
get_class (const LabShmRecord *record)
{
  g_autoptr(LabProbe) probe = lab_probe_take (LAB_PROBE_USER, NULL);

  return lab_probe_get_class (probe, record->uid, record->gid, record->cuid, record->cgid);
}

static gboolean
has_bits (const LabShmRecord *record,
          guint               wanted)
{
  const guint shift = 3 * (LAB_IPC_OTHERS - get_class (record));

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
