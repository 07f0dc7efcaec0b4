/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/memory/lab-memory-image.h"

G_BEGIN_DECLS

/* The strip: the bytes of an image as offset, hex and text, with the fields in colour.  It
 * tells the image which rows are in sight, and draws only when one of these shows anything
 * else than what is on the screen.  lab_memory_input_add() makes it answer to pointer and keys. */

#define LAB_TYPE_MEMORY_VIEW (lab_memory_view_get_type ())
G_DECLARE_FINAL_TYPE (LabMemoryView, lab_memory_view, LAB, MEMORY_VIEW, GtkWidget)

GtkWidget      *lab_memory_view_new           (LabMemoryImage *image);
LabMemoryImage *lab_memory_view_get_image     (LabMemoryView  *self);
guint           lab_memory_view_get_page_rows (LabMemoryView  *self);
gboolean        lab_memory_view_find_offset   (LabMemoryView  *self,
                                               double          x,
                                               double          y,
                                               gsize          *offset,
                                               gboolean       *folded);
void            lab_memory_view_show_byte     (LabMemoryView  *self,
                                               gsize           offset);
void            lab_memory_view_go_to         (LabMemoryView  *self,
                                               gsize           offset,
                                               gsize           n_bytes);

G_END_DECLS
