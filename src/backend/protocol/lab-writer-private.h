/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-writer.h"

G_BEGIN_DECLS

/* Our own memory says what is true; the segment is what others may change. */
typedef struct
{
  char    *text;
  gsize    size;        /* of @text */
  gsize    length;
  guint64  number;
  gint64   written_ns;  /* 0 until it is stored for the first time */
  guint32  flags;
} LabWriterMessage;

struct _LabWriter
{
  LabSegment      *segment;
  LabLayout        layout;
  LabControl      *control;
  LabProtocolId    protocol;
  int              semaphore_id;  /* -1 for none */
  gboolean         holding;       /* the semaphore */
  gboolean         adopted;       /* from a server before, which may have left a semaphore */
  gboolean         late_status;   /* the textbook's NOT_READY is not stored yet */
  guint64          number;        /* of the last message, also when nothing is left of it */
  LabWriterMessage last;          /* that was published; number 0 for none */
  LabWriterMessage next;          /* that is being written */
  gboolean         writing;
  guint            op;            /* of the protocol's program */
  gsize            op_byte;       /* within OP_TEXT */
  gsize            n_steps_done;
  LabReason        reason;
  pid_t            blocking_pid;
  gint64           checked_ns;    /* when we last asked whether somebody is dead */
  guint            n_reclaimed;
};

/* lab-writer-ops.c: the operations of which each protocol is made */
guint32        lab_writer_load_state      (LabWriter        *self);
void           lab_writer_store_state     (LabWriter        *self,
                                           guint32           state);
void           lab_writer_flip            (LabWriter        *self);
LabWriteResult lab_writer_wait_for        (LabWriter        *self,
                                           LabReason         reason,
                                           pid_t             pid);
void           lab_writer_clear_reason    (LabWriter        *self);
gboolean       lab_writer_make_semaphore  (LabWriter        *self,
                                           GError          **error);
LabWriteResult lab_writer_take            (LabWriter        *self,
                                           GError          **error);
void           lab_writer_give            (LabWriter        *self);
LabStore       lab_writer_describe        (LabWriter        *self);
LabWriteResult lab_writer_run             (LabWriter        *self,
                                           gboolean          whole,
                                           GError          **error);
gboolean       lab_writer_is_over         (LabWriter        *self);
gsize          lab_writer_count_steps     (LabWriter        *self);
void           lab_writer_skip_empty_text (LabWriter        *self);

/* lab-writer.c */
void           lab_writer_keep            (LabWriterMessage *message,
                                           const char       *text,
                                           gsize             length);

G_END_DECLS
