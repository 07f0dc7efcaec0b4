/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

#define LAB_TYPE_KEY_CHOOSER (lab_key_chooser_get_type ())
G_DECLARE_FINAL_TYPE (LabKeyChooser, lab_key_chooser, LAB, KEY_CHOOSER, GtkWidget)

GtkWidget          *lab_key_chooser_new        (void);
const LabKeyChoice *lab_key_chooser_get_choice (LabKeyChooser      *self);
void                lab_key_chooser_set_choice (LabKeyChooser      *self,
                                                const LabKeyChoice *choice);

G_END_DECLS
