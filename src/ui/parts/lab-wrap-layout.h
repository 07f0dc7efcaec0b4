/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row of widgets that goes on in the next line when the window is narrow or
 * the text large, as words in a paragraph do. */

#define LAB_TYPE_WRAP_LAYOUT (lab_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (LabWrapLayout, lab_wrap_layout, LAB, WRAP_LAYOUT, GtkLayoutManager)

G_END_DECLS
