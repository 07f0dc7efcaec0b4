/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-segment-table.h"
#include "backend/segment/lab-segment-past.h"

G_BEGIN_DECLS

/* Follows one key and one segment, and what becomes of the segment before it, through what
 * the kernel shows in /proc, at an interval; a thread looks at the processes, and only when
 * the kernel's record of the segment has changed.  It attaches nothing and so changes nothing; it makes a System V call,
 * IPC_STAT, only where /proc has no table of segments.  A property is notified and ::changed is
 * emitted only when something differs from the last reading, so that nothing is drawn for
 * nothing; never inside of one of these functions, except when there is nothing to follow. */

#define LAB_TYPE_SEGMENT_MONITOR (lab_segment_monitor_get_type ())
G_DECLARE_FINAL_TYPE (LabSegmentMonitor, lab_segment_monitor, LAB, SEGMENT_MONITOR, GObject)

LabSegmentMonitor *lab_segment_monitor_new             (void) G_GNUC_WARN_UNUSED_RESULT;
void               lab_segment_monitor_set_key         (LabSegmentMonitor *self,
                                                        key_t              key);
void               lab_segment_monitor_set_id          (LabSegmentMonitor *self,
                                                        int                id);
void               lab_segment_monitor_see             (LabSegmentMonitor *self,
                                                        int                id);
void               lab_segment_monitor_set_interval_ms (LabSegmentMonitor *self,
                                                        guint              interval_ms);
void               lab_segment_monitor_refresh         (LabSegmentMonitor *self);
gboolean           lab_segment_monitor_is_ready        (LabSegmentMonitor *self);
gboolean           lab_segment_monitor_has_table       (LabSegmentMonitor *self);
gboolean           lab_segment_monitor_is_hidden       (LabSegmentMonitor *self);
const LabShmEntry *lab_segment_monitor_get_entry       (LabSegmentMonitor *self);
const LabShmEntry *lab_segment_monitor_get_key_entry   (LabSegmentMonitor *self);
LabPast            lab_segment_monitor_get_past        (LabSegmentMonitor *self);
LabFate            lab_segment_monitor_find_fate       (LabSegmentMonitor *self,
                                                        int                id);
GListModel        *lab_segment_monitor_get_attachments (LabSegmentMonitor *self);
gulong             lab_segment_monitor_get_n_unseen    (LabSegmentMonitor *self);
gboolean           lab_segment_monitor_sees_all        (LabSegmentMonitor *self);
guint64            lab_segment_monitor_get_n_scans     (LabSegmentMonitor *self);

G_END_DECLS
