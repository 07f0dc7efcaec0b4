/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

/* Who writes into a segment, and whether that process lives. */

typedef struct _LabWriterWatch LabWriterWatch;

LabWriterWatch *lab_writer_watch_new     (GSourceOnceFunc  ended,
                                          gpointer         data);
void            lab_writer_watch_free    (LabWriterWatch  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabWriterWatch, lab_writer_watch_free)

void            lab_writer_watch_check   (LabWriterWatch  *self,
                                          const LabLayout *layout);
pid_t           lab_writer_watch_get_pid (LabWriterWatch  *self);
gboolean        lab_writer_watch_is_dead (LabWriterWatch  *self);

G_END_DECLS
