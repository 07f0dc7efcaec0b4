/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"
#include "backend/protocol/lab-protocol.h"
#include "backend/protocol/lab-writer-types.h"
#include "backend/segment/lab-segment.h"

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
  gboolean         closing;       /* nothing new is made in the kernel any more */
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

G_END_DECLS
