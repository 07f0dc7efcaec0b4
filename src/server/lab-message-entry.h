/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a message is written: the text, its bytes against the capacity, and a
 * sentence when it does not fit.  Emits ::edited after each change of the text.
 * The window stores it: by the action "win.write", or at each ::edited while the
 * property "as-i-type" is set. */

#define LAB_TYPE_MESSAGE_ENTRY (lab_message_entry_get_type ())
G_DECLARE_FINAL_TYPE (LabMessageEntry, lab_message_entry, LAB, MESSAGE_ENTRY, GtkWidget)

char     *lab_message_entry_dup_text     (LabMessageEntry *self);
void      lab_message_entry_set_text     (LabMessageEntry *self,
                                          const char      *text);
void      lab_message_entry_set_capacity (LabMessageEntry *self,
                                          gsize            capacity_bytes);
void      lab_message_entry_show_refusal (LabMessageEntry *self,
                                          const char      *sentence);
void      lab_message_entry_set_note     (LabMessageEntry *self,
                                          const char      *sentence);
void      lab_message_entry_set_hint     (LabMessageEntry *self,
                                          const char      *hint);
void      lab_message_entry_add_control  (LabMessageEntry *self,
                                          GtkWidget       *control);
gboolean  lab_message_entry_fits         (LabMessageEntry *self);
gboolean  lab_message_entry_is_as_i_type (LabMessageEntry *self);

G_END_DECLS
