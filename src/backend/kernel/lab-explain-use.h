/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-explanation.h"
#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

/* Why a call failed that uses what is there: attach, detach, ask, set, remove, wait, send. */

void lab_explain_shmat (LabExplanation         *self,
                        const LabCallArguments *arguments,
                        const LabProbe         *probe);
void lab_explain_shmdt (LabExplanation         *self,
                        const LabCallArguments *arguments,
                        const LabProbe         *probe);
void lab_explain_ctl   (LabExplanation         *self,
                        const LabCallArguments *arguments,
                        const LabProbe         *probe);
void lab_explain_semop (LabExplanation         *self,
                        const LabCallArguments *arguments,
                        const LabProbe         *probe);
void lab_explain_msg   (LabExplanation         *self,
                        const LabCallArguments *arguments,
                        const LabProbe         *probe);

G_END_DECLS
