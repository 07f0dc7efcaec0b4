/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "backend/kernel/lab-segment-table.h"

G_BEGIN_DECLS

/* What stands in a segment's record, as people read it. */

char *lab_record_text_mode    (guint              mode) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_octal   (guint              mode) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_time    (gint64             time_seconds) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_size    (guint64            size_bytes) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_pages   (guint64            size_bytes) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_process (pid_t              pid,
                               gint64             time_seconds) G_GNUC_WARN_UNUSED_RESULT;
char *lab_record_text_state   (const LabShmEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
