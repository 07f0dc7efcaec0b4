/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-explanation.h"
#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

/* Why shmget(2), semget(2) or msgget(2) failed: what makes or finds by a key. */

void lab_explain_get       (LabExplanation         *self,
                            const LabCallArguments *arguments,
                            const LabProbe         *probe);
void lab_explain_no_memory (LabExplanation         *self,
                            const LabCallArguments *arguments,
                            const LabProbe         *probe);

G_END_DECLS
