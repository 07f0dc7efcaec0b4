/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-explanation.h"

G_BEGIN_DECLS

#define LAB_TYPE_CALL (lab_call_get_type ())
G_DECLARE_FINAL_TYPE (LabCall, lab_call, LAB, CALL, GObject)

LabCall     *lab_call_new             (guint64      number,
                                       LabCallName  name,
                                       char        *text,
                                       gint64       result,
                                       int          errsv,
                                       const LabExplanation *explanation,
                                       gint64       start_ns,
                                       gint64       duration_ns) G_GNUC_WARN_UNUSED_RESULT;
guint64      lab_call_get_number      (LabCall     *self);
LabCallName  lab_call_get_name        (LabCall     *self);
const char  *lab_call_get_text        (LabCall     *self);
gint64       lab_call_get_result      (LabCall     *self);
char        *lab_call_dup_result_text (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;
int          lab_call_get_errno       (LabCall     *self);
const char  *lab_call_get_errno_name  (LabCall     *self);
gboolean     lab_call_has_failed      (LabCall     *self);
gint64       lab_call_get_start_ns    (LabCall     *self);
gint64       lab_call_get_real_us     (LabCall     *self);
gint64       lab_call_get_duration_ns (LabCall     *self);
const LabExplanation *lab_call_get_explanation (LabCall *self);
char        *lab_call_dup_sentence    (LabCall     *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
