/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Holds one child, whose width never follows from its height.  A wrapping label
 * tells how wide it must be to fit a low place; in a divider that would make
 * the whole window wide, where a second line is all that is wanted.  To find that
 * width, it would also lay out its text again and again. */

#define LAB_TYPE_SHEET (lab_sheet_get_type ())
G_DECLARE_FINAL_TYPE (LabSheet, lab_sheet, LAB, SHEET, GtkWidget)

GtkWidget *lab_sheet_new       (void);
GtkWidget *lab_sheet_get_child (LabSheet  *self);
void       lab_sheet_set_child (LabSheet  *self,
                                GtkWidget *child);

G_END_DECLS
