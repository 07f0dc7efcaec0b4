/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"
#include "ui/memory/lab-memory-text.h"

G_BEGIN_DECLS

/* The strip: the bytes of a session's segment as offset, hex and text, with the
 * fields in colour.  It reads the rows in sight and nothing else, ten times a
 * second while it is mapped and follows changes, and at once when the session
 * says so; it draws only when a byte differs from what is on the screen.
 *
 * ::changed is emitted after bytes, the fields or the segment changed. */

#define LAB_TYPE_MEMORY_VIEW (lab_memory_view_get_type ())
G_DECLARE_FINAL_TYPE (LabMemoryView, lab_memory_view, LAB, MEMORY_VIEW, GtkWidget)

GtkWidget       *lab_memory_view_new           (LabSession       *session);
LabSegment      *lab_memory_view_get_segment   (LabMemoryView    *self);
gsize            lab_memory_view_get_size_bytes (LabMemoryView   *self);
gboolean         lab_memory_view_is_ours       (LabMemoryView    *self);
const LabField  *lab_memory_view_get_fields    (LabMemoryView    *self,
                                                guint            *n_fields);
const guint8    *lab_memory_view_get_control   (LabMemoryView    *self);
void             lab_memory_view_refresh       (LabMemoryView    *self);
gboolean         lab_memory_view_get_follow    (LabMemoryView    *self);
void             lab_memory_view_set_follow    (LabMemoryView    *self,
                                                gboolean          follow);
gboolean         lab_memory_view_get_fold      (LabMemoryView    *self);
void             lab_memory_view_set_fold      (LabMemoryView    *self,
                                                gboolean          fold);
void             lab_memory_view_set_cursor    (LabMemoryView    *self,
                                                gssize            offset);
gsize            lab_memory_view_get_caret     (LabMemoryView    *self);
gsize            lab_memory_view_get_pointed   (LabMemoryView    *self);
void             lab_memory_view_go_to         (LabMemoryView    *self,
                                                gsize             offset,
                                                gsize             n_bytes);
gsize            lab_memory_view_get_selection (LabMemoryView    *self,
                                                gsize            *offset);
char            *lab_memory_view_dup_selection (LabMemoryView    *self,
                                                LabMemoryFormat   format,
                                                GError          **error);
char            *lab_memory_view_describe      (LabMemoryView    *self,
                                                gsize             offset);
guint64          lab_memory_view_get_n_rows    (LabMemoryView    *self);
char            *lab_memory_view_describe_row  (LabMemoryView    *self,
                                                guint64           index);

G_END_DECLS
