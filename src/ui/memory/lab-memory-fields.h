/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/preset/lab-preset.h"
#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* The fields of a segment, and what those hold that give others their meaning: our own
 * layout when the segment has our magic, else the preset by which the user reads it.  A field's
 * value stands where the field begins, though its bytes may go on in other rows. */

/**
 * LabMemoryControl:
 * @protocol: the protocol that it names, a #LabProtocolId if nobody else wrote there
 * @sequence: the sequence number
 * @length: of the message that readers use, in bytes
 * @writer_pid: the process that writes, 0 for nobody
 *
 * The control block as it was last read: zeros in a segment that is not ours.
 */
typedef struct
{
  guint32 protocol;
  guint64 sequence;
  guint32 length;
  guint32 writer_pid;
} LabMemoryControl;

typedef struct _LabMemoryFields LabMemoryFields;

LabMemoryFields        *lab_memory_fields_new            (void);
void                    lab_memory_fields_free           (LabMemoryFields       *self);
void                    lab_memory_fields_clear          (LabMemoryFields       *self);
gboolean                lab_memory_fields_set_segment    (LabMemoryFields       *self,
                                                          LabSegment            *segment,
                                                          const LabPreset       *preset);
gboolean                lab_memory_fields_read           (LabMemoryFields       *self,
                                                          LabSegment            *segment,
                                                          gsize                 *offset,
                                                          gsize                 *n_bytes);
gsize                   lab_memory_fields_get_size_bytes (const LabMemoryFields *self);
gboolean                lab_memory_fields_is_ours        (const LabMemoryFields *self);
const LabMemoryControl *lab_memory_fields_get_control    (const LabMemoryFields *self);
const LabField         *lab_memory_fields_get_all        (const LabMemoryFields *self,
                                                          guint                 *n_fields);
const LabField         *lab_memory_fields_find           (const LabMemoryFields *self,
                                                          gsize                  offset);
char                   *lab_memory_fields_dup_value      (const LabMemoryFields *self,
                                                          const LabField        *field,
                                                          const guint8          *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabMemoryFields, lab_memory_fields_free)

G_END_DECLS
