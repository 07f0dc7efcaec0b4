/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-client-state.h"

/**
 * lab_client_state_find:
 * @session: a client's, with an attached segment
 * @facts: what the looks into the segment tell
 *
 * Returns: where an attached client stands, as of the last reading of the monitor
 *   and the last look
 */
LabClientState
lab_client_state_find (LabSession             *session,
                       const LabReceiverFacts *facts)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (session);
  const LabShmEntry *entry = lab_segment_monitor_get_entry (monitor);
  const LabShmEntry *key_entry = lab_segment_monitor_get_key_entry (monitor);

  g_return_val_if_fail (facts != NULL, LAB_CLIENT_IDLE);

  if (entry != NULL && (entry->record.mode & LAB_MODE_DEST) != 0)
    {
      if (key_entry != NULL && key_entry->record.id != entry->record.id)
        return LAB_CLIENT_REPLACED;
      return LAB_CLIENT_MARKED;
    }
  if (facts->is_damaged)
    return LAB_CLIENT_DAMAGED;
  if (facts->reason == LAB_REASON_NEEDS_WRITE)
    return LAB_CLIENT_NEEDS_WRITE;
  if (facts->is_plain)
    return facts->is_empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_PLAIN;
  if (facts->writer_pid == 0)
    return facts->is_empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_SERVER_LEFT;
  if (facts->writer_is_dead)
    return LAB_CLIENT_SERVER_DIED;

  return facts->is_empty ? LAB_CLIENT_EMPTY : LAB_CLIENT_READING;
}
