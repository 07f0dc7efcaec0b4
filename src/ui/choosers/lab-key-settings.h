/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

LabKeyChoice *lab_key_settings_load (GError             **error);
void          lab_key_settings_save (const LabKeyChoice  *choice);

G_END_DECLS
