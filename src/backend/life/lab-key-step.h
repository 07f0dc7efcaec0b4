/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/life/lab-step.h"
#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

void     lab_key_step_set_choice (LabStep             *step,
                                  const LabKeyChoice  *choice);
gboolean lab_key_step_make       (LabStep             *step,
                                  const LabKeyChoice  *choice,
                                  key_t               *key,
                                  GError             **error);

G_END_DECLS
