/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LAB_TYPE_MODE_EDITOR (lab_mode_editor_get_type ())
G_DECLARE_FINAL_TYPE (LabModeEditor, lab_mode_editor, LAB, MODE_EDITOR, GtkWidget)

GtkWidget *lab_mode_editor_new      (void);
guint      lab_mode_editor_get_mode (LabModeEditor *self);
void       lab_mode_editor_set_mode (LabModeEditor *self,
                                     guint          mode);

G_END_DECLS
