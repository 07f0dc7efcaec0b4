/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/layout/lab-layout.h"
#include "ui/memory/lab-memory-rows.h"

G_BEGIN_DECLS

/* How the memory strip looks: its font, colours and measures, and the drawing
 * of one row.  Hex digits and characters are shaped once; a row is then a
 * handful of text nodes, so that a frame stays cheap. */

/**
 * LabMemoryCell:
 * @byte: what it is
 * @kind: which colour it gets
 * @joined: whether it goes on the field of the byte before it
 * @selected: whether the user has selected it
 * @glow: 1 when it has just changed, falling to 0; also underlined while above 0
 *
 * One byte as it is drawn.
 */
typedef struct
{
  guint8       byte;
  LabFieldKind kind;
  gboolean     joined;
  gboolean     selected;
  double       glow;
} LabMemoryCell;

/**
 * LabMemoryLine:
 * @offset: of the first byte
 * @cells: its bytes
 * @n_cells: how many
 * @n_folded: when above 0, this is the mark for so many bytes of zeros, without cells
 * @page: when above 0, the row is the first of this memory page, counted from 1
 * @note: (nullable): names and values beside the bytes
 * @caret: which cell has the caret, or -1
 * @caret_focused: whether the strip has the keyboard focus
 * @cursor: which cell the writer has just stored, or -1
 *
 * One row as it is drawn.
 */
typedef struct
{
  gsize          offset;
  LabMemoryCell  cells[LAB_MEMORY_MAX_COLUMNS];
  guint          n_cells;
  gsize          n_folded;
  gsize          page;
  const char    *note;
  int            caret;
  gboolean       caret_focused;
  int            cursor;
} LabMemoryLine;

typedef struct _LabMemoryPainter LabMemoryPainter;

LabMemoryPainter *lab_memory_painter_new            (void);
void              lab_memory_painter_free           (LabMemoryPainter       *self);
void              lab_memory_painter_update         (LabMemoryPainter       *self,
                                                     GtkWidget              *widget);
gboolean          lab_memory_painter_set_segment    (LabMemoryPainter       *self,
                                                     gsize                   size_bytes);
gboolean          lab_memory_painter_set_width      (LabMemoryPainter       *self,
                                                     int                     width);
guint             lab_memory_painter_get_columns    (const LabMemoryPainter *self);
int               lab_memory_painter_get_width      (const LabMemoryPainter *self,
                                                     guint                   n_columns);
int               lab_memory_painter_get_row_height (const LabMemoryPainter *self);
int               lab_memory_painter_find_column    (const LabMemoryPainter *self,
                                                     double                  x);
void              lab_memory_painter_draw           (LabMemoryPainter       *self,
                                                     GtkSnapshot            *snapshot,
                                                     float                   y,
                                                     const LabMemoryLine    *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabMemoryPainter, lab_memory_painter_free)

G_END_DECLS
