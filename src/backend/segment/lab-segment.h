/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-sysv.h"
#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

#define LAB_TYPE_SEGMENT (lab_segment_get_type ())
G_DECLARE_FINAL_TYPE (LabSegment, lab_segment, LAB, SEGMENT, GObject)

LabSegment         *lab_segment_create         (key_t         key,
                                                gsize         size_bytes,
                                                guint         mode,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
LabSegment         *lab_segment_create_full    (key_t         key,
                                                gsize         size_bytes,
                                                guint         mode,
                                                LabCall     **made,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
LabSegment         *lab_segment_find           (key_t         key,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
LabSegment         *lab_segment_find_full      (key_t         key,
                                                LabCall     **made,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
LabSegment         *lab_segment_open           (int           id,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
LabSegment         *lab_segment_open_full      (int           id,
                                                LabCall     **made,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            lab_segment_attach         (LabSegment   *self,
                                                gboolean      writable,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            lab_segment_attach_full    (LabSegment   *self,
                                                gboolean      writable,
                                                LabCall     **made,
                                                GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean            lab_segment_detach         (LabSegment   *self,
                                                GError      **error);
gboolean            lab_segment_detach_full    (LabSegment   *self,
                                                LabCall     **made,
                                                GError      **error);
gboolean            lab_segment_remove         (LabSegment   *self,
                                                GError      **error);
gboolean            lab_segment_remove_full    (LabSegment   *self,
                                                LabCall     **made,
                                                GError      **error);
gboolean            lab_segment_refresh        (LabSegment   *self,
                                                GError      **error);

int                 lab_segment_get_id         (LabSegment   *self);
key_t               lab_segment_get_key        (LabSegment   *self);
gpointer            lab_segment_get_base       (LabSegment   *self);
gboolean            lab_segment_is_attached    (LabSegment   *self);
gboolean            lab_segment_is_writable    (LabSegment   *self);
gboolean            lab_segment_is_created     (LabSegment   *self);
gboolean            lab_segment_is_removed     (LabSegment   *self);
gsize               lab_segment_get_size_bytes (LabSegment   *self);
gulong              lab_segment_get_n_attaches (LabSegment   *self);
const LabShmRecord *lab_segment_get_record     (LabSegment   *self);
const LabLayout    *lab_segment_get_layout     (LabSegment   *self);
gsize               lab_segment_peek           (LabSegment   *self,
                                                gsize         offset,
                                                gpointer      buffer,
                                                gsize         n_bytes);

G_END_DECLS
