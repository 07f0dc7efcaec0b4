/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-explanation.h"
#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

/* Why ftok(3) failed. */

void lab_explain_ftok (LabExplanation         *self,
                       const LabCallArguments *arguments,
                       const LabProbe         *probe);

G_END_DECLS
