/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

#define LAB_TYPE_KEY_POPOVER (lab_key_popover_get_type ())
G_DECLARE_FINAL_TYPE (LabKeyPopover, lab_key_popover, LAB, KEY_POPOVER, GtkPopover)

GtkWidget *lab_key_popover_new        (void);
void       lab_key_popover_set_choice (LabKeyPopover      *self,
                                       const LabKeyChoice *choice);

G_END_DECLS
