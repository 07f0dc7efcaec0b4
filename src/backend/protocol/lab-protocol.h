/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

/* What the writer and the readers of the four protocols share; LabWriter and
 * LabReader do the work. */

#define LAB_N_PROTOCOLS (LAB_PROTOCOL_TURNS_TEXTBOOK + 1)  /* with LAB_PROTOCOL_UNSET */

/**
 * LabReason:
 *
 * Why a look showed nothing new, why a write has to wait, or what is known about
 * a torn message; each is a sentence on the screen.
 */
typedef enum
{
  LAB_REASON_NONE,
  LAB_REASON_SEMAPHORE_HELD,     /* semaphore: somebody else is inside */
  LAB_REASON_SEMAPHORE_DENIED,   /* semaphore: its mode does not let us change it */
  LAB_REASON_SEMAPHORE_GONE,     /* semaphore: removed, or not the one under our key */
  LAB_REASON_SERVERS_TURN,       /* turns, client: the server has not filled it yet */
  LAB_REASON_CLIENTS_TURN,       /* turns, server: no client has taken it yet */
  LAB_REASON_OTHER_CLIENT,       /* turns, client: another client is taking it */
  LAB_REASON_NEEDS_WRITE,        /* turns, client: attached read-only, but must store TAKEN */
  LAB_REASON_WRITER_BUSY,        /* latch: the writer was faster at every try */
  LAB_REASON_SWITCHING,          /* the protocol changed during the look */
  LAB_REASON_WRITING,            /* server: a slow message is not finished */
  LAB_REASON_MIXED_LETTERS,      /* torn: a message of one letter has two */
  LAB_REASON_WRONG_LENGTH,       /* torn: the C string is not as long as its length says */
  LAB_REASON_WRITER_DIED,        /* torn: who wrote it died in the middle */
  LAB_REASON_UNWRITTEN,          /* turns, textbook form: taken before it was written */
} LabReason;

const char    *lab_protocol_to_nick   (LabProtocolId  protocol);
LabProtocolId  lab_protocol_from_nick (const char    *nick);
gboolean       lab_protocol_is_valid  (guint32        protocol);
guint32        lab_protocol_filled    (LabProtocolId  protocol);
guint32        lab_protocol_taken     (LabProtocolId  protocol);

/* Who takes a message under the protocol turns, in one atomic word: a pid and the
 * start of its process, because pids are used again. */
guint64        lab_taker_new          (pid_t             pid,
                                       guint64           start_ticks);
guint64        lab_taker_get_own      (void);
pid_t          lab_taker_get_pid      (guint64           taker);
void           lab_taker_say_where    (LabControl       *control);
LabPresence    lab_taker_find         (const LabControl *control,
                                       guint64           taker);
pid_t          lab_taker_get_seen_pid (const LabControl *control,
                                       guint64           taker);

G_END_DECLS
