/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-draw.h"

#include <unistd.h>

static void
fill_cells (LabMemoryLine  *line,
            LabMemoryImage *image,
            LabMemoryRow    row,
            gboolean        animate)
{
  const LabField *field = lab_memory_image_find_field (image, row.offset);
  gboolean has_caret = line->caret_focused || lab_memory_image_is_selecting (image) || lab_memory_image_get_caret (image) > 0;
  gssize cursor = lab_memory_image_get_write_cursor (image);

  for (gsize i = 0; i < row.n_bytes; i++)
    {
      gsize offset = row.offset + i;
      int byte = lab_memory_image_get_byte (image, offset);
      LabMemoryCell *cell = &line->cells[i];

      if (byte < 0)
        break;

      if (field != NULL && offset - field->offset >= field->size_bytes)
        field++;
      cell->byte = (guint8) byte;
      cell->kind = field != NULL ? field->kind : LAB_FIELD_PLAIN;
      cell->joined = (cell->kind == LAB_FIELD_CONTROL || cell->kind == LAB_FIELD_NUMBER) && offset != field->offset;
      cell->selected = lab_memory_image_is_selected (image, offset);
      cell->glow = lab_memory_image_get_glow (image, offset);
      if (!animate && cell->glow > 0)
        cell->glow = 1;
      if (has_caret && offset == lab_memory_image_get_caret (image))
        line->caret = (int) i;
      if (cursor >= 0 && offset == (gsize) cursor)
        line->cursor = (int) i;
      line->n_cells++;
    }
}

/**
 * lab_memory_draw_row:
 * @painter: what knows the font, the colours and the measures
 * @snapshot: where to draw
 * @y: the top of the row
 * @image: the bytes
 * @index: which of their rows
 * @focused: whether the keyboard is at the caret
 * @animate: whether the mark of a byte that has just changed fades; else it stays as it is
 */
void
lab_memory_draw_row (LabMemoryPainter *painter,
                     GtkSnapshot      *snapshot,
                     float             y,
                     LabMemoryImage   *image,
                     guint64           index,
                     gboolean          focused,
                     gboolean          animate)
{
  LabMemoryRow row = lab_memory_image_get_row (image, index);
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  g_autofree char *note = lab_memory_image_dup_note (image, index);
  LabMemoryLine line;

  line.offset = row.offset;
  line.caret = -1;
  line.cursor = -1;
  line.n_cells = 0;
  line.n_folded = row.folded ? row.n_bytes : 0;
  line.page = row.offset % page_size == 0 ? row.offset / page_size + 1 : 0;
  line.note = note;
  line.caret_focused = focused;
  if (!row.folded)
    fill_cells (&line, image, row, animate);

  lab_memory_painter_draw (painter, snapshot, y, &line);
}
