/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One field of the kernel's record: its name in C, its value, what that is in
 * words, and what the field means.  A value that changes is marked: an icon and
 * the old value for some seconds, and a colour that fades at once. */

#define LAB_TYPE_RECORD_ROW (lab_record_row_get_type ())
G_DECLARE_FINAL_TYPE (LabRecordRow, lab_record_row, LAB, RECORD_ROW, GtkListBoxRow)

GtkWidget  *lab_record_row_new       (const char   *name,
                                      const char   *meaning,
                                      GtkSizeGroup *names);
void        lab_record_row_set_value (LabRecordRow *self,
                                      const char   *value,
                                      const char   *words,
                                      gboolean      mark_change);
const char *lab_record_row_get_value (LabRecordRow *self);
gboolean    lab_record_row_is_marked (LabRecordRow *self);
void        lab_record_row_unmark    (LabRecordRow *self);

G_END_DECLS
