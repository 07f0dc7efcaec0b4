/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"
#include "backend/segment/lab-segment-monitor.h"

G_BEGIN_DECLS

/* Which process serves a segment, as its control block names the writer, and whether that process lives. */

typedef struct _LabServerWatch LabServerWatch;

LabServerWatch *lab_server_watch_new           (GSourceOnceFunc    ended,
                                                gpointer           data) G_GNUC_WARN_UNUSED_RESULT;
void            lab_server_watch_free          (LabServerWatch    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabServerWatch, lab_server_watch_free)

void            lab_server_watch_check         (LabServerWatch    *self,
                                                const LabLayout   *layout,
                                                LabSegmentMonitor *monitor);
gboolean        lab_server_watch_is_up_to_date (LabServerWatch    *self,
                                                const LabLayout   *layout);
pid_t           lab_server_watch_get_pid       (LabServerWatch    *self);
gboolean        lab_server_watch_is_dead       (LabServerWatch    *self);

G_END_DECLS
