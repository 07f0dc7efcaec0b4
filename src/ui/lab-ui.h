/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the templates and stylesheets of this folder are in the GResource. */
#define LAB_UI_RESOURCE_PATH "/io/github/shmlab/ui/"

void     lab_ui_init    (void);
gboolean lab_ui_is_dark (void);

G_END_DECLS
