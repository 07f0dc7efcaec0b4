/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-explanation.h"
#include "backend/kernel/lab-ipc-object.h"

G_BEGIN_DECLS

/* A mode that refuses: the same words for segments, semaphore sets and message queues. */

void        lab_explain_mode      (LabExplanation     *self,
                                   const LabProbe     *probe,
                                   const LabIpcObject *object,
                                   guint               wanted);
const char *lab_explain_mode_bits (guint               bits);

G_END_DECLS
