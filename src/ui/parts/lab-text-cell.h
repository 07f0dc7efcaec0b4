/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One line of text in a table.  Its size depends on the font and a number of
 * characters, never on the text, and the text is laid out only when it is drawn:
 * a GtkColumnView keeps 200 rows of widgets, of which some twenty are seen. */

#define LAB_TYPE_TEXT_CELL (lab_text_cell_get_type ())
G_DECLARE_FINAL_TYPE (LabTextCell, lab_text_cell, LAB, TEXT_CELL, GtkWidget)

GtkWidget  *lab_text_cell_new      (guint        n_chars,
                                    float        xalign);
void        lab_text_cell_set_text (LabTextCell *self,
                                    const char  *text);
void        lab_text_cell_set_markup (LabTextCell *self,
                                      const char  *markup);
const char *lab_text_cell_get_text (LabTextCell *self);

G_END_DECLS
