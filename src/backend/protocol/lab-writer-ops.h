/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-writer-state.h"

G_BEGIN_DECLS

/* The operations of which each protocol is made, for lab-writer.c and lab-writer-control.c. */

void           lab_writer_keep            (LabWriterMessage *message,
                                           const char       *text,
                                           gsize             length);
guint32        lab_writer_load_state      (LabWriter        *self);
void           lab_writer_store_state     (LabWriter        *self,
                                           guint32           state);
void           lab_writer_flip            (LabWriter        *self);
LabWriteResult lab_writer_wait_for        (LabWriter        *self,
                                           LabReason         reason,
                                           pid_t             pid) G_GNUC_WARN_UNUSED_RESULT;
void           lab_writer_clear_reason    (LabWriter        *self);
gboolean       lab_writer_make_semaphore  (LabWriter        *self,
                                           GError          **error) G_GNUC_WARN_UNUSED_RESULT;
LabWriteResult lab_writer_take            (LabWriter        *self,
                                           GError          **error) G_GNUC_WARN_UNUSED_RESULT;
void           lab_writer_give            (LabWriter        *self);
LabStore       lab_writer_describe        (LabWriter        *self);
LabWriteResult lab_writer_run             (LabWriter        *self,
                                           gboolean          whole,
                                           GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_writer_is_over         (LabWriter        *self);
gsize          lab_writer_count_steps     (LabWriter        *self);
void           lab_writer_skip_empty_text (LabWriter        *self);

G_END_DECLS
