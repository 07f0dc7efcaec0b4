/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children side by side: each as wide as it would like to be, and the last with the rest,
 * where its text goes on in the next line.
 *
 * What a horizontal GtkBox does too, at a price: to find the least height for a width, a
 * box tries heights, and asks each child how wide it is then; a label that wraps tries
 * widths in turn, and shapes its text for each. */

#define LAB_TYPE_ROW_LAYOUT (lab_row_layout_get_type ())
G_DECLARE_FINAL_TYPE (LabRowLayout, lab_row_layout, LAB, ROW_LAYOUT, GtkLayoutManager)

GtkLayoutManager *lab_row_layout_new (int spacing);

G_END_DECLS
