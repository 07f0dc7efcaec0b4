/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LAB_TYPE_SIZE_ENTRY (lab_size_entry_get_type ())
G_DECLARE_FINAL_TYPE (LabSizeEntry, lab_size_entry, LAB, SIZE_ENTRY, GtkWidget)

GtkWidget *lab_size_entry_new            (void);
gsize      lab_size_entry_get_size_bytes (LabSizeEntry *self);
void       lab_size_entry_set_size_bytes (LabSizeEntry *self,
                                          gsize         size_bytes);
gboolean   lab_size_entry_is_valid       (LabSizeEntry *self);

char      *lab_size_describe             (gsize         size_bytes);

G_END_DECLS
