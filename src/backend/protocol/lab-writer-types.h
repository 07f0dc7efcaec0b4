/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a write is told in: how it came out, its single steps, what a new server found.
 * The words of lab-writer.h, lab-writer-control.h and lab-writer-ops.h. */

typedef struct _LabWriter LabWriter;

typedef enum
{
  LAB_WRITE_DONE,     /* the message is published */
  LAB_WRITE_MORE,     /* one step was made, and there are more */
  LAB_WRITE_WAITING,  /* not yet, see lab_writer_get_reason(); nothing was stored */
  LAB_WRITE_FAILED,   /* with an error */
} LabWriteResult;

/**
 * LabStore:
 * @offset: where in the segment; for the write cursor of the memory strip
 * @size_bytes: how many bytes; 0 for a system call, which changes none
 * @field: untranslated C name, as lab_layout_dup_fields() has it, or "semop"
 * @value: what was stored there: a byte, a number, or what semop added
 *
 * One step of a write.
 */
typedef struct
{
  gsize       offset;
  gsize       size_bytes;
  const char *field;
  gint64      value;
} LabStore;

typedef enum
{
  LAB_ADOPTED_EMPTY,  /* there was no message */
  LAB_ADOPTED_WHOLE,  /* the message is whole, or was when it was written */
  LAB_ADOPTED_HALF,   /* the server died in the middle, and its protocol does not survive that */
} LabAdopted;

G_END_DECLS
