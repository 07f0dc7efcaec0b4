/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-shm-record.h"

G_BEGIN_DECLS

/* What is odd about a segment that exists, wherever it is shown: sentences about key, mode and size. */

char *lab_segment_remark        (const LabShmRecord *record) G_GNUC_WARN_UNUSED_RESULT;
char *lab_segment_remark_key    (key_t               key) G_GNUC_WARN_UNUSED_RESULT;
char *lab_segment_remark_mode   (guint               mode) G_GNUC_WARN_UNUSED_RESULT;
char *lab_segment_remark_size   (const LabShmRecord *record,
                                 guint64             wanted_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Of these an explanation makes a part of its own: without the full stop. */
const char *lab_segment_remark_failed_key (void);
char       *lab_segment_remark_larger     (guint64 wanted_bytes,
                                           guint64 there_bytes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
