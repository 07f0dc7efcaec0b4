/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void     lab_ui_load_resource (void);
void     lab_ui_init          (void);
gboolean lab_ui_is_dark       (void);

G_END_DECLS
