/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-layout.h"
#include "backend/preset/lab-preset.h"

G_BEGIN_DECLS

/* What the bytes of a segment say when they are read by a preset. */

/**
 * LabPresetValue:
 * @name: the field's name in C, such as "status" or "data[2]"
 * @text: what it holds, valid UTF-8; %NULL when the segment ends before it
 * @offset: in the segment, in bytes
 * @size_bytes: how many bytes it takes
 *
 * One decoded field.
 */
typedef struct
{
  char  *name;
  char  *text;
  gsize  offset;
  gsize  size_bytes;
} LabPresetValue;

gboolean   lab_preset_has_text       (const LabPreset      *preset);
gsize      lab_preset_get_min_size   (const LabPreset      *preset);
gboolean   lab_preset_fits           (const LabPreset      *preset,
                                      gsize                 size_bytes);
char      *lab_preset_field_dup_type (const LabPresetField *field) G_GNUC_WARN_UNUSED_RESULT;
LabField  *lab_preset_dup_fields     (const LabPreset      *preset,
                                      gsize                 size_bytes,
                                      guint                *n_fields) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *lab_preset_decode         (const LabPreset      *preset,
                                      const guint8         *bytes,
                                      gsize                 n_bytes) G_GNUC_WARN_UNUSED_RESULT;
char      *lab_preset_dup_text       (const LabPreset      *preset,
                                      const guint8         *bytes,
                                      gsize                 n_bytes,
                                      gsize                 max_chars,
                                      LabTextReport        *report) G_GNUC_WARN_UNUSED_RESULT;
GBytes    *lab_preset_dup_message    (const LabPreset      *preset,
                                      const guint8         *bytes,
                                      gsize                 n_bytes,
                                      gboolean             *is_empty) G_GNUC_WARN_UNUSED_RESULT;
gboolean   lab_preset_is_all_zero    (const guint8         *bytes,
                                      gsize                 n_bytes);
char      *lab_preset_describe_zeros (const guint8         *bytes,
                                      gsize                 n_bytes,
                                      gsize                 size_bytes) G_GNUC_WARN_UNUSED_RESULT;
char      *lab_preset_describe_text  (const guint8         *bytes,
                                      gsize                 n_bytes,
                                      gsize                 size_bytes) G_GNUC_WARN_UNUSED_RESULT;
char      *lab_preset_describe_state (const LabPreset      *preset,
                                      const guint8         *bytes,
                                      gsize                 n_bytes,
                                      gsize                 size_bytes,
                                      int                   n_semaphores) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
