/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two widgets side by side, equally wide; one below the other when the window
 * is narrow or the text large. */

#define LAB_TYPE_PAIR_LAYOUT (lab_pair_layout_get_type ())
G_DECLARE_FINAL_TYPE (LabPairLayout, lab_pair_layout, LAB, PAIR_LAYOUT, GtkLayoutManager)

GtkLayoutManager *lab_pair_layout_new (int spacing,
                                       int min_chars);

G_END_DECLS
