/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lab-subject.h"

G_BEGIN_DECLS

/* What belongs to a window of either program and is not about shared memory. */

void       lab_window_state_bind       (GtkWindow  *window,
                                        GSettings  *settings);
void       lab_window_state_bind_paned (GtkPaned   *paned,
                                        GSettings  *settings,
                                        const char *key);
void       lab_about_present           (GtkWindow  *parent,
                                        LabRole     role);
GtkWidget *lab_shortcuts_window_new    (LabRole     role);

G_END_DECLS
