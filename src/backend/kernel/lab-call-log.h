/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-call.h"

G_BEGIN_DECLS

#define LAB_TYPE_CALL_LOG (lab_call_log_get_type ())
G_DECLARE_FINAL_TYPE (LabCallLog, lab_call_log, LAB, CALL_LOG, GObject)

/* How many calls the log keeps: the first of the process's life, which made and attached
 * the segment, and the newest.  A client that polls under a semaphore makes 200 a
 * second.  Those between go a batch at a time. */
#define LAB_CALL_LOG_N_FIRST  100
#define LAB_CALL_LOG_N_NEWEST 20000
#define LAB_CALL_LOG_N_BATCH  2000

LabCallLog *lab_call_log_get_default    (void);
gboolean    lab_call_log_is_recording   (void);
void        lab_call_log_silence_thread (void);
guint64     lab_call_log_get_n_dropped  (LabCallLog  *self);
void        lab_call_log_flush          (LabCallLog  *self);
LabCall    *lab_call_log_add            (LabCallLog  *self,
                                         LabCallName  name,
                                         char        *text,
                                         gint64       result,
                                         int          errsv,
                                         const LabExplanation *explanation,
                                         gint64       start_ns,
                                         gint64       duration_ns) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
