/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/* Where a message is written: the text, its bytes against the capacity, and a sentence
 * when it does not fit, has to wait or was refused.  Emits ::edited after each change of
 * the text.  The window stores the text by the action "win.write"; while the property
 * "as-i-type" is set, the entry hands each change to its publisher. */

#define LAB_TYPE_MESSAGE_ENTRY (lab_message_entry_get_type ())
G_DECLARE_FINAL_TYPE (LabMessageEntry, lab_message_entry, LAB, MESSAGE_ENTRY, GtkWidget)

void      lab_message_entry_set_publisher (LabMessageEntry *self,
                                           LabPublisher    *publisher);
char     *lab_message_entry_dup_text      (LabMessageEntry *self);
void      lab_message_entry_set_text      (LabMessageEntry *self,
                                           const char      *text);
void      lab_message_entry_set_capacity  (LabMessageEntry *self,
                                           gsize            capacity_bytes);
void      lab_message_entry_show_refusal  (LabMessageEntry *self,
                                           const char      *sentence);
void      lab_message_entry_set_hint      (LabMessageEntry *self,
                                           const char      *hint);
void      lab_message_entry_add_control   (LabMessageEntry *self,
                                           GtkWidget       *control);

G_END_DECLS
