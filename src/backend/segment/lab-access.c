/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-access.h"

#include "backend/kernel/lab-ipc-object.h"

/**
 * lab_access_may_write:
 * @record: a segment's
 *
 * Returns: whether shmat(2) for reading and writing is allowed to this process
 */
gboolean
lab_access_may_write (const LabShmRecord *record)
{
  g_autoptr(LabProbe) probe = NULL;
  LabIpcObject object;

  g_return_val_if_fail (record != NULL, FALSE);

  probe = lab_probe_take (LAB_PROBE_USER, NULL);
  lab_ipc_object_init_record (&object, record);

  return lab_ipc_object_is_granted (probe, &object, LAB_IPC_READ | LAB_IPC_WRITE);
}
