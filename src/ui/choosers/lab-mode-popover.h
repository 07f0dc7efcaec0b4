/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LAB_TYPE_MODE_POPOVER (lab_mode_popover_get_type ())
G_DECLARE_FINAL_TYPE (LabModePopover, lab_mode_popover, LAB, MODE_POPOVER, GtkPopover)

GtkWidget *lab_mode_popover_new      (void);
void       lab_mode_popover_set_mode (LabModePopover *self,
                                      guint           mode);

G_END_DECLS
