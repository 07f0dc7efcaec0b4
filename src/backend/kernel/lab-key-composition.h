/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How ftok(3) composes the key of a file and a letter, in words. */

#define LAB_TYPE_KEY_COMPOSITION (lab_key_composition_get_type ())
G_DECLARE_FINAL_TYPE (LabKeyComposition, lab_key_composition, LAB, KEY_COMPOSITION, GObject)

LabKeyComposition *lab_key_composition_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void               lab_key_composition_set_file  (LabKeyComposition *self,
                                                  const char        *path,
                                                  int                letter);
const char        *lab_key_composition_get_text  (LabKeyComposition *self);
const char        *lab_key_composition_get_twin  (LabKeyComposition *self);

G_END_DECLS
