/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-protocol.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* The client's side of the four protocols: it follows what the control block says,
 * look by look.  A look never waits; what is not possible now is tried at the next. */

typedef enum
{
  LAB_LOOK_MESSAGE,    /* a message that is new to this reader */
  LAB_LOOK_UNCHANGED,  /* what it has seen already, byte for byte */
  LAB_LOOK_EMPTY,      /* no message yet */
  LAB_LOOK_WAITING,    /* not now, see the reason */
  LAB_LOOK_TORN,       /* for certain half a message; what was seen is in the text */
  LAB_LOOK_REFUSED,    /* this reader may not take part in the protocol, see the reason */
  LAB_LOOK_INVALID,    /* the control block makes no sense: a stranger wrote it */
} LabLookResult;

/**
 * LabLook:
 * @result: what came of it
 * @reason: why, for %LAB_LOOK_WAITING, %LAB_LOOK_TORN and %LAB_LOOK_REFUSED
 * @protocol: the protocol that the control block names
 * @number: which message, from 1
 * @written_ns: when it was written, CLOCK_MONOTONIC, as the segment says
 * @text: (nullable): the bytes and a NUL, for %LAB_LOOK_MESSAGE and %LAB_LOOK_TORN; not
 *   yet valid UTF-8; good until the next look
 * @length: bytes of @text
 * @certain: the message is whole for certain: the protocol sees to it, or all its
 *   letters are the same as they should be.  With no protocol and an ordinary
 *   text, nobody can know
 * @corrects: the same message showed other bytes before, so what was seen then was torn
 * @n_missed: messages that were written and overwritten since the one before
 * @n_retries: how often the look began again because the writer was at work
 *
 * What one look showed.
 */
typedef struct
{
  LabLookResult  result;
  LabReason      reason;
  LabProtocolId  protocol;
  guint64        number;
  gint64         written_ns;
  const char    *text;
  gsize          length;
  gboolean       certain;
  gboolean       corrects;
  guint64        n_missed;
  guint          n_retries;
} LabLook;

/**
 * LabCounters:
 * @n_looks: how often the reader looked
 * @n_messages: how many different messages it saw: one that was seen half first is one
 * @n_missed: how many were written and overwritten between two looks, by the numbers that
 *   stand in the segment; %LAB_COUNTER_MAX when they make no sense
 * @n_torn: how often half a message was seen, as far as that can be known; the same bytes
 *   seen again by the next look count once
 * @n_waited: how many looks found that it was somebody else's turn
 * @n_retried: how often a look began again because the writer was at work
 * @n_calling: how many looks needed a system call, those with a semaphore
 *
 * None of them goes beyond %LAB_COUNTER_MAX, which stands for more than can be counted.
 */
typedef struct
{
  guint64 n_looks;
  guint64 n_messages;
  guint64 n_missed;
  guint64 n_torn;
  guint64 n_waited;
  guint64 n_retried;
  guint64 n_calling;
} LabCounters;

#define LAB_COUNTER_MAX G_MAXUINT64

static inline guint64
lab_counter_add (guint64 a,
                 guint64 b)
{
  return a <= LAB_COUNTER_MAX - b ? a + b : LAB_COUNTER_MAX;
}

static inline guint64
lab_counter_since (guint64 now,
                   guint64 before)
{
  return now < LAB_COUNTER_MAX ? now - before : LAB_COUNTER_MAX;
}

void               lab_counters_add            (LabCounters       *sum,
                                                const LabCounters *more);

typedef struct _LabReader LabReader;

LabReader         *lab_reader_new              (LabSegment      *segment);
LabReader         *lab_reader_new_for_memory   (const LabLayout *layout,
                                                gboolean         writable);
void               lab_reader_free             (LabReader       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabReader, lab_reader_free)

const LabLook     *lab_reader_look             (LabReader       *self);
const LabCounters *lab_reader_get_counters     (LabReader       *self);
void               lab_reader_reset_counters   (LabReader       *self);
pid_t              lab_reader_get_blocking_pid (LabReader       *self);

/* Halves of a look, so that a test can be killed between them. */
gboolean           lab_reader_claim_turn       (LabReader       *self);

G_END_DECLS
