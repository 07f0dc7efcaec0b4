/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Four Copies or Two: carries a file from one process to another in several
 * ways and shows what each of them costs. */

#define LAB_TYPE_COPIES_WINDOW (lab_copies_window_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesWindow, lab_copies_window, LAB, COPIES_WINDOW, GtkWindow)

GtkWidget *lab_copies_window_new      (void);
void       lab_copies_window_set_file (LabCopiesWindow *self,
                                       GFile           *file);
void       lab_copies_window_present  (GtkWindow       *parent);

G_END_DECLS
