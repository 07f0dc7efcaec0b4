/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "ui/memory/lab-memory-fields.h"
#include "ui/memory/lab-memory-rows.h"
#include "ui/memory/lab-memory-text.h"

G_BEGIN_DECLS

/* What is known of the bytes of a session's segment, without a widget: the bytes as they
 * were last read and when each of them changed, the fields, the rows, the caret and what is
 * selected.  The image reads the rows in its range and no others; of a segment of at most
 * 64 KiB it reads all, so that it can fold long runs of zeros.  While somebody sees it and it
 * follows changes, it reads ten times a second, and at once when the session says so.
 *
 * ::rows-changed (guint64 first, guint64 n_rows) is emitted after rows show anything else than
 * before: their bytes, what is said of their fields, a mark, or other bytes altogether.  Some of
 * these rows may be after the last one, when there were more rows before. */

#define LAB_TYPE_MEMORY_IMAGE (lab_memory_image_get_type ())
G_DECLARE_FINAL_TYPE (LabMemoryImage, lab_memory_image, LAB, MEMORY_IMAGE, GObject)

LabMemoryImage *lab_memory_image_new              (void);
void            lab_memory_image_set_session      (LabMemoryImage *self,
                                                   LabSession     *session);
void            lab_memory_image_set_seen         (LabMemoryImage *self,
                                                   gboolean        seen);
void            lab_memory_image_set_follow       (LabMemoryImage *self,
                                                   gboolean        follow);

LabSegment     *lab_memory_image_get_segment      (LabMemoryImage *self);
gsize           lab_memory_image_get_size_bytes   (LabMemoryImage *self);
const LabField *lab_memory_image_get_fields       (LabMemoryImage *self,
                                                   guint          *n_fields);
const LabField *lab_memory_image_find_field       (LabMemoryImage *self,
                                                   gsize           offset);
int             lab_memory_image_get_byte         (LabMemoryImage *self,
                                                   gsize           offset);
double          lab_memory_image_get_glow         (LabMemoryImage *self,
                                                   gsize           offset);
gboolean        lab_memory_image_is_fading        (LabMemoryImage *self);

guint64         lab_memory_image_get_n_rows       (LabMemoryImage *self);
LabMemoryRow    lab_memory_image_get_row          (LabMemoryImage *self,
                                                   guint64         index);
guint64         lab_memory_image_find_row         (LabMemoryImage *self,
                                                   gsize           offset);
char           *lab_memory_image_dup_note         (LabMemoryImage *self,
                                                   guint64         index);
guint           lab_memory_image_get_n_columns    (LabMemoryImage *self);
void            lab_memory_image_set_n_columns    (LabMemoryImage *self,
                                                   guint           n_columns);
void            lab_memory_image_set_range        (LabMemoryImage *self,
                                                   guint64         first,
                                                   guint64         n_rows);
void            lab_memory_image_set_fold         (LabMemoryImage *self,
                                                   gboolean        fold);
void            lab_memory_image_open_fold        (LabMemoryImage *self,
                                                   gsize           offset);

gsize           lab_memory_image_get_caret        (LabMemoryImage *self);
const char     *lab_memory_image_get_caret_words  (LabMemoryImage *self);
void            lab_memory_image_move_caret       (LabMemoryImage *self,
                                                   gsize           offset,
                                                   gboolean        extend);
void            lab_memory_image_set_pointed      (LabMemoryImage *self,
                                                   gssize          offset);
gssize          lab_memory_image_get_write_cursor (LabMemoryImage *self);
void            lab_memory_image_select           (LabMemoryImage *self,
                                                   gsize           anchor,
                                                   gsize           caret);
void            lab_memory_image_select_none      (LabMemoryImage *self);
gboolean        lab_memory_image_is_selecting     (LabMemoryImage *self);
gboolean        lab_memory_image_is_selected      (LabMemoryImage *self,
                                                   gsize           offset);
gsize           lab_memory_image_get_selection    (LabMemoryImage *self,
                                                   gsize          *offset);
char           *lab_memory_image_dup_selection    (LabMemoryImage *self,
                                                   LabMemoryFormat format,
                                                   GError        **error);

G_END_DECLS
