/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabFileChosenFunc:
 * @asker: the widget that asked
 * @file: (nullable): what the user chose, or %NULL after a change of mind
 */
typedef void (* LabFileChosenFunc) (GtkWidget *asker,
                                    GFile     *file);

void lab_choose_file (GtkWidget            *asker,
                      GtkFileChooserAction  action,
                      const char           *title,
                      GFile                *start,
                      const char           *name,
                      LabFileChosenFunc     chosen);

G_END_DECLS
