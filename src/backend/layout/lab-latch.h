/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

/* The latch: the writer fills copy B, flips the sequence, fills copy A and
 * flips it back.  At every instant one copy is whole, so a writer that dies
 * between any two instructions leaves every reader with a whole message.
 *
 * Source: the Linux kernel's seqcount_latch_t (Documentation/locking/seqlock.rst);
 * H.-J. Boehm, "Can seqlocks get along with programming language memory
 * models?", MSPC 2012. */

/**
 * LabMessageInfo:
 * @number: which message, from 1; 0 when the segment is empty
 * @written_ns: when it was written, CLOCK_MONOTONIC
 * @length: bytes, without the NUL
 * @sequence: the sequence under which it was read
 * @n_retries: how often the reader began again because the writer was at work
 */
typedef struct
{
  guint64 number;
  gint64  written_ns;
  gsize   length;
  guint64 sequence;
  guint   n_retries;
} LabMessageInfo;

typedef enum
{
  LAB_READ_MESSAGE,    /* a whole message was copied */
  LAB_READ_UNCHANGED,  /* the sequence is the one that was passed in */
  LAB_READ_EMPTY,      /* no message yet */
  LAB_READ_BUSY,       /* the writer was faster every time; look again later */
  LAB_READ_INVALID,    /* the control block makes no sense: a stranger wrote it */
} LabReadResult;

/* A sequence that no segment has: what a reader passes that has seen nothing yet. */
#define LAB_LATCH_NOTHING_KNOWN G_GUINT64_CONSTANT (0)

void          lab_latch_clear   (const LabLayout *layout);
void          lab_latch_init    (const LabLayout *layout);
void          lab_latch_publish (const LabLayout *layout,
                                 const char      *text,
                                 gsize            length,
                                 guint64          number,
                                 gint64           written_ns);
LabReadResult lab_latch_read    (const LabLayout *layout,
                                 guint64          known_sequence,
                                 char            *buffer,
                                 LabMessageInfo  *info) G_GNUC_WARN_UNUSED_RESULT;
static inline gboolean lab_latch_has_news (const LabLayout *layout,
                                           guint64          known_sequence);
gboolean      lab_latch_recover (const LabLayout *layout);

/**
 * lab_latch_has_news:
 * @layout: a layout with room for our fields
 * @known_sequence: the sequence of what the caller has already
 *
 * The cheapest look: two loads.
 *
 * Returns: whether lab_latch_read() would return anything but %LAB_READ_UNCHANGED
 */
static inline gboolean
lab_latch_has_news (const LabLayout *layout,
                    guint64          known_sequence)
{
  const LabControl *control = (const LabControl *) ((const char *) layout->base + layout->control_offset);

  return known_sequence == LAB_LATCH_NOTHING_KNOWN ||
         atomic_load_explicit (&control->sequence, memory_order_relaxed) != known_sequence ||
         atomic_load_explicit (&control->magic, memory_order_relaxed) != LAB_LAYOUT_MAGIC;
}

G_END_DECLS
