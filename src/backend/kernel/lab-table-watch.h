/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-segment-table.h"

G_BEGIN_DECLS

/* The one reader of the kernel's table of segments: one open file and one timer, however many
 * want to know.  ::changed is emitted when the table is not what it was; where /proc has none,
 * as with subset=pid, nobody can tell, so it is emitted at each look.  Everything here is for
 * the main thread. */

#define LAB_TYPE_TABLE_WATCH (lab_table_watch_get_type ())
G_DECLARE_FINAL_TYPE (LabTableWatch, lab_table_watch, LAB, TABLE_WATCH, GObject)

LabTableWatch *lab_table_watch_get_default     (void);
guint          lab_table_watch_add_interval    (LabTableWatch *self,
                                                guint          interval_ms) G_GNUC_WARN_UNUSED_RESULT;
void           lab_table_watch_remove_interval (LabTableWatch *self,
                                                guint          interval_id);
gboolean       lab_table_watch_refresh         (LabTableWatch *self);
gboolean       lab_table_watch_is_ready        (LabTableWatch *self);
GArray        *lab_table_watch_get_table       (LabTableWatch *self);
guint64        lab_table_watch_get_n_looks     (LabTableWatch *self);

G_END_DECLS
