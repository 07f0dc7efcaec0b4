/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-server-trouble.h"

G_DEFINE_ENUM_TYPE (LabServerTrouble, lab_server_trouble,
                    G_DEFINE_ENUM_VALUE (LAB_SERVER_TROUBLE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (LAB_SERVER_TROUBLE_MARKED, "marked"),
                    G_DEFINE_ENUM_VALUE (LAB_SERVER_TROUBLE_REPLACED, "replaced"),
                    G_DEFINE_ENUM_VALUE (LAB_SERVER_TROUBLE_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (LAB_SERVER_TROUBLE_DAMAGED, "damaged"))

/**
 * lab_server_trouble_is_gone:
 * @session: a server's, with a segment
 *
 * Returns: whether the kernel has the segment no more, as of the last reading of the monitor
 */
gboolean
lab_server_trouble_is_gone (LabSession *session)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (session);

  return lab_segment_monitor_is_ready (monitor) && !lab_segment_monitor_is_hidden (monitor)
         && lab_segment_monitor_get_entry (monitor) == NULL;
}

/**
 * lab_server_trouble_find:
 * @session: a server's, with a segment
 * @publisher: what writes into the segment
 *
 * Returns: what others did to the segment, as of the last reading of the monitor
 */
LabServerTrouble
lab_server_trouble_find (LabSession   *session,
                         LabPublisher *publisher)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (session);
  LabSegment *segment = lab_session_get_segment (session);
  const LabShmEntry *entry;
  const LabShmEntry *key_entry;

  g_return_val_if_fail (segment != NULL, LAB_SERVER_TROUBLE_NONE);

  entry = lab_segment_monitor_get_entry (monitor);
  key_entry = lab_segment_monitor_get_key_entry (monitor);
  if (entry == NULL && !lab_server_trouble_is_gone (session))
    return LAB_SERVER_TROUBLE_NONE;
  if (entry == NULL || (entry->record.mode & LAB_MODE_DEST) != 0)
    {
      if (key_entry != NULL && key_entry->record.id != lab_segment_get_id (segment))
        return LAB_SERVER_TROUBLE_REPLACED;
      return entry == NULL ? LAB_SERVER_TROUBLE_GONE : LAB_SERVER_TROUBLE_MARKED;
    }

  if (lab_publisher_is_damaged (publisher))
    return LAB_SERVER_TROUBLE_DAMAGED;

  return LAB_SERVER_TROUBLE_NONE;
}
