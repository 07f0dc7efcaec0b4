/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-client-state.h"

/**
 * lab_client_state_find:
 * @session: a client's, with an attached segment
 * @receiver: what looks into the segment
 *
 * Returns: where an attached client stands, as of the last reading of the monitor
 *   and the last look
 */
LabClientState
lab_client_state_find (LabSession  *session,
                       LabReceiver *receiver)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (session);
  const LabShmEntry *entry = lab_segment_monitor_get_entry (monitor);
  const LabShmEntry *key_entry = lab_segment_monitor_get_key_entry (monitor);

  g_return_val_if_fail (LAB_IS_RECEIVER (receiver), LAB_CLIENT_IDLE);

  if (entry != NULL && (entry->record.mode & LAB_MODE_DEST) != 0)
    {
      if (key_entry != NULL && key_entry->record.id != entry->record.id)
        return LAB_CLIENT_REPLACED;
      return LAB_CLIENT_MARKED;
    }
  if (lab_receiver_is_damaged (receiver))
    return LAB_CLIENT_DAMAGED;
  if (lab_receiver_is_plain (receiver))
    return lab_receiver_is_empty (receiver) ? LAB_CLIENT_EMPTY : LAB_CLIENT_PLAIN;
  if (lab_receiver_get_writer_pid (receiver) == 0)
    return lab_receiver_is_empty (receiver) ? LAB_CLIENT_EMPTY : LAB_CLIENT_SERVER_LEFT;
  if (lab_receiver_is_writer_dead (receiver))
    return LAB_CLIENT_SERVER_DIED;
  /* What a server that is gone once chose is no trouble of its own. */
  if (lab_receiver_get_reason (receiver) == LAB_REASON_NEEDS_WRITE)
    return LAB_CLIENT_NEEDS_WRITE;

  return lab_receiver_is_empty (receiver) ? LAB_CLIENT_EMPTY : LAB_CLIENT_READING;
}
