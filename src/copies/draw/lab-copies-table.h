/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "copies/measure/lab-copies-data.h"

G_BEGIN_DECLS

/* Every number that was measured, with where it comes from in the head of its column. */

#define LAB_TYPE_COPIES_TABLE (lab_copies_table_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesTable, lab_copies_table, LAB, COPIES_TABLE, GtkWidget)

void        lab_copies_table_set_rows   (LabCopiesTable *self,
                                         const GArray   *rows);
guint       lab_copies_table_get_n_rows (LabCopiesTable *self);
const char *lab_copies_table_get_cell   (LabCopiesTable *self,
                                         guint           row,
                                         guint           column);

G_END_DECLS
