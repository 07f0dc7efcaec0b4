/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void lab_label_keep_widths      (GtkWidget        *widget);
void lab_label_keep_dialog_wide (GtkMessageDialog *dialog);

G_END_DECLS
