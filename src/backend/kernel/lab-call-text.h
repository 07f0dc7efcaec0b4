/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-call.h"

G_BEGIN_DECLS

char    *lab_call_dup_c      (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_call_dup_strace (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_call_dup_log    (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_call_dup_clock  (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_call_matches    (LabCall     *self,
                              const char  *text,
                              gboolean     failed_only);

G_END_DECLS
