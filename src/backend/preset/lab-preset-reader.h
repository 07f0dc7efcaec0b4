/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/preset/lab-preset.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* Looks again and again at a segment that has the layout of a preset, or a C string
 * at byte 0, and tells when a byte of it has changed. */

typedef struct _LabPresetReader LabPresetReader;

LabPresetReader *lab_preset_reader_new         (LabSegment      *segment,
                                                const LabPreset *preset) G_GNUC_WARN_UNUSED_RESULT;
void             lab_preset_reader_free        (LabPresetReader *self);
gboolean         lab_preset_reader_look        (LabPresetReader *self);
GBytes          *lab_preset_reader_get_image   (LabPresetReader *self);
GBytes          *lab_preset_reader_dup_message (LabPresetReader *self,
                                                gboolean        *is_empty) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabPresetReader, lab_preset_reader_free)

G_END_DECLS
