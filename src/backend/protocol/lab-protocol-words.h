/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/protocol/lab-protocol.h"

G_BEGIN_DECLS

/* What the screen says about the protocols. */

const char *lab_protocol_get_title    (LabProtocolId protocol);
const char *lab_protocol_get_lesson   (LabProtocolId protocol);
const char *lab_protocol_get_promise  (LabProtocolId protocol);
char       *lab_counter_format        (guint64       n);
char       *lab_reason_describe       (LabReason     reason,
                                       pid_t         pid);
char       *lab_reason_describe_alone (LabReason     reason,
                                       pid_t         pid,
                                       gulong        n_others);

G_END_DECLS
