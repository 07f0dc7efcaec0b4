/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Holds one child, whose width never follows from its height.  A wrapping label
 * tells how wide it must be to fit a low place; in a divider that would make
 * the whole window wide, where a second line is all that is wanted. */

#define LAB_TYPE_SHEET (lab_sheet_get_type ())
G_DECLARE_FINAL_TYPE (LabSheet, lab_sheet, LAB, SHEET, GtkWidget)

G_END_DECLS
