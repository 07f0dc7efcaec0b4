/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-writer-control.h"
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

LabWriter      *lab_writer_new               (LabSegment     *segment);
LabWriter      *lab_writer_new_for_memory    (const LabLayout *layout);
void            lab_writer_free              (LabWriter      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabWriter, lab_writer_free)

LabWriteResult  lab_writer_publish           (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
LabWriteResult  lab_writer_publish_checked   (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean        lab_writer_begin             (LabWriter      *self,
                                              const char     *text,
                                              gsize           length,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
LabWriteResult  lab_writer_step              (LabWriter      *self,
                                              LabStore       *store,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean        lab_writer_peek              (LabWriter      *self,
                                              LabStore       *store);
char           *lab_store_dup_text           (const LabStore *store);
LabWriteResult  lab_writer_finish            (LabWriter      *self,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
LabWriteResult  lab_writer_close             (LabWriter      *self,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
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
