/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/inspector/lab-inspector.h"

G_BEGIN_DECLS

/* What belongs to a window of either program beside the work: size, dividers, title, shortcuts, About. */

void       lab_window_state_bind       (GtkWindow            *window,
                                        GSettings            *settings);
void       lab_window_state_bind_paned (GtkPaned             *paned,
                                        GSettings            *settings,
                                        const char           *key);
void       lab_window_set_up           (GtkApplicationWindow *window,
                                        LabRole               role,
                                        GSettings            *settings,
                                        GtkPaned             *columns,
                                        GtkPaned             *rows,
                                        LabInspector         *inspector);
char      *lab_window_describe_session (GtkWindow            *window,
                                        int                   key,
                                        int                   id,
                                        guint                 fate);
void       lab_about_present           (GtkWindow            *parent,
                                        LabRole               role);
GtkWidget *lab_shortcuts_window_new    (LabRole               role);

G_END_DECLS
