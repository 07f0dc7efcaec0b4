/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-protocol.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* The server's side of the four protocols.  Nothing here waits: what cannot go on
 * says so, with a reason, and is tried again at the next tick of a timer.
 *
 * At once:      lab_writer_publish ()
 * Slow motion:  lab_writer_begin (), lab_writer_step () for each store,
 *               or lab_writer_finish () for all the rest
 *
 * Each step is a real store of the protocol, in the protocol's true order. */

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

typedef struct _LabWriter LabWriter;

LabWriter      *lab_writer_new               (LabSegment     *segment);
LabWriter      *lab_writer_new_for_memory    (const LabLayout *layout);
void            lab_writer_free              (LabWriter      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabWriter, lab_writer_free)

gboolean        lab_writer_set_up            (LabWriter      *self,
                                              LabProtocolId   protocol,
                                              gboolean        late_status,
                                              GError        **error);
gboolean        lab_writer_adopt             (LabWriter      *self,
                                              LabAdopted     *adopted,
                                              GError        **error);
LabWriteResult  lab_writer_switch            (LabWriter      *self,
                                              LabProtocolId   protocol,
                                              gboolean        late_status,
                                              GError        **error);
gboolean        lab_writer_store_status      (LabWriter      *self);
gboolean        lab_writer_is_status_late    (LabWriter      *self);
gboolean        lab_writer_check             (LabWriter      *self);
gboolean        lab_writer_heal              (LabWriter      *self);

LabWriteResult  lab_writer_publish           (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error);
LabWriteResult  lab_writer_publish_checked   (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error);

gboolean        lab_writer_begin             (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error);
LabWriteResult  lab_writer_step              (LabWriter      *self,
                                              LabStore       *store,
                                              GError        **error);
gboolean        lab_writer_peek              (LabWriter      *self,
                                              LabStore       *store);
char           *lab_store_dup_text           (const LabStore *store);
LabWriteResult  lab_writer_finish            (LabWriter      *self,
                                              GError        **error);
gboolean        lab_writer_abandon           (LabWriter      *self);
gboolean        lab_writer_is_writing        (LabWriter      *self);
gsize           lab_writer_get_n_steps       (LabWriter      *self);
gsize           lab_writer_get_n_steps_done  (LabWriter      *self);

LabProtocolId   lab_writer_get_protocol      (LabWriter      *self);
guint64         lab_writer_get_number        (LabWriter      *self);
const char     *lab_writer_get_text          (LabWriter      *self,
                                              gsize          *length);
LabReason       lab_writer_get_reason        (LabWriter      *self);
pid_t           lab_writer_get_blocking_pid  (LabWriter      *self);
int             lab_writer_get_semaphore_id  (LabWriter      *self);
guint           lab_writer_get_n_reclaimed   (LabWriter      *self);

G_END_DECLS
