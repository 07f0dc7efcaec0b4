/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-protocol.h"
#include "backend/protocol/lab-writer-types.h"

G_BEGIN_DECLS

/* The writer's control block: set up, taken over from a dead server, changed to another
 * protocol, healed after a stranger wrote over it. */

gboolean        lab_writer_set_up            (LabWriter      *self,
                                              LabProtocolId   protocol,
                                              gboolean        late_status,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean        lab_writer_adopt             (LabWriter      *self,
                                              LabAdopted     *adopted,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
LabWriteResult  lab_writer_switch            (LabWriter      *self,
                                              LabProtocolId   protocol,
                                              gboolean        late_status,
                                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean        lab_writer_store_status      (LabWriter      *self);
gboolean        lab_writer_is_status_late    (LabWriter      *self);
gboolean        lab_writer_check             (LabWriter      *self);
gboolean        lab_writer_heal              (LabWriter      *self);

G_END_DECLS
