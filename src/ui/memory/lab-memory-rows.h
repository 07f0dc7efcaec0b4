/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-layout.h"

G_BEGIN_DECLS

#define LAB_MEMORY_MAX_COLUMNS 16  /* bytes in a row */

/**
 * LabMemoryRow:
 * @offset: of its first byte
 * @n_bytes: how many bytes it stands for; not more than the columns unless @folded
 * @folded: whether it is one mark for many rows of zeros
 *
 * One row of the memory strip.
 */
typedef struct
{
  gsize    offset;
  gsize    n_bytes;
  gboolean folded;
} LabMemoryRow;

/* Which row shows which bytes.  Plain rows are computed and cost no memory, so
 * a segment of any size has them at once; a digest keeps a list. */
typedef struct _LabMemoryRows LabMemoryRows;

LabMemoryRows *lab_memory_rows_new_plain  (gsize                size_bytes,
                                           guint                n_columns);
LabMemoryRows *lab_memory_rows_new_digest (const guint8        *bytes,
                                           gsize                size_bytes,
                                           guint                n_columns,
                                           const LabField      *fields,
                                           guint                n_fields,
                                           GArray              *opened);
void           lab_memory_rows_free       (LabMemoryRows       *self);
guint64        lab_memory_rows_get_n_rows (const LabMemoryRows *self);
LabMemoryRow   lab_memory_rows_get        (const LabMemoryRows *self,
                                           guint64              index);
guint64        lab_memory_rows_find       (const LabMemoryRows *self,
                                           gsize                offset);
gboolean       lab_memory_rows_equal      (const LabMemoryRows *a,
                                           const LabMemoryRows *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabMemoryRows, lab_memory_rows_free)

G_END_DECLS
