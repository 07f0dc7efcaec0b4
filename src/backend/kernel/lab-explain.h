/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-explanation.h"
#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

/* Why a call failed, in one place: the call chooses the file, lab-explain-ftok.c, lab-explain-get.c
 * or lab-explain-use.c; the kernel's state chooses the cause within it. */

LabProbeParts   lab_explain_get_parts    (LabCallName             call,
                                          int                     errsv);
LabExplanation *lab_explain_failure      (const LabCallArguments *arguments,
                                          int                     errsv,
                                          const LabProbe         *probe) G_GNUC_WARN_UNUSED_RESULT;
LabExplanation *lab_explain_now          (const LabCallArguments *arguments,
                                          int                     errsv) G_GNUC_WARN_UNUSED_RESULT;
char           *lab_explain_foresee_ftok (const char             *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
