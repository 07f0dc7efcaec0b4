/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/client/lab-message.h"
#include "backend/protocol/lab-reader.h"

G_BEGIN_DECLS

/* The messages that a client has seen, over all segments that it was attached to. */

typedef struct _LabMessageLog LabMessageLog;

LabMessageLog *lab_message_log_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void           lab_message_log_free        (LabMessageLog    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabMessageLog, lab_message_log_free)

void           lab_message_log_begin       (LabMessageLog    *self,
                                            int               segment_id);
void           lab_message_log_add         (LabMessageLog    *self,
                                            LabMessageOrigin  origin,
                                            const LabLook    *look);
gboolean       lab_message_log_add_text    (LabMessageLog    *self,
                                            LabMessageOrigin  origin,
                                            GBytes           *text);
void           lab_message_log_see_again   (LabMessageLog    *self,
                                            LabMessageOrigin  origin,
                                            LabProtocolId     protocol);
gboolean       lab_message_log_is_last     (LabMessageLog    *self,
                                            LabMessageOrigin  origin,
                                            const LabLook    *look);
LabMessage    *lab_message_log_get_last    (LabMessageLog    *self);
void           lab_message_log_forget_last (LabMessageLog    *self);
GListModel    *lab_message_log_get_model   (LabMessageLog    *self);

G_END_DECLS
