/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

/* A button that opens the list of the keys that presets have.  ::chosen has
 * the #LabKeyChoice of the one that was clicked, which the handler copies. */

#define LAB_TYPE_PRESET_KEYS (lab_preset_keys_get_type ())
G_DECLARE_FINAL_TYPE (LabPresetKeys, lab_preset_keys, LAB, PRESET_KEYS, GtkWidget)

GtkWidget *lab_preset_keys_new (void);

G_END_DECLS
