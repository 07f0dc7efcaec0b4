/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-view-private.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

static guint32
get_protocol (LabMemoryView *self)
{
  guint32 protocol;

  memcpy (&protocol, self->control + G_STRUCT_OFFSET (LabControl, protocol), sizeof protocol);

  return protocol;
}

/* The value of a field of a textbook's layout, in one line. */
static char *
dup_preset_value (LabMemoryView  *self,
                  const LabField *field)
{
  for (guint i = 0; self->preset_values != NULL && i < self->preset_values->len; i++)
    {
      const LabPresetValue *value = g_ptr_array_index (self->preset_values, i);
      GString *text;

      if (value->offset != field->offset)
        continue;

      /* Translators: a field’s value, when the segment ends before the field */
      text = g_string_new (value->text != NULL ? value->text : _("(outside)"));
      g_string_replace (text, "\n", "↵", 0);

      return g_string_free (text, FALSE);
    }

  return NULL;
}

/* What @field holds, whose first bytes are @bytes. */
static char *
dup_value (LabMemoryView  *self,
           const LabField *field,
           const guint8   *bytes)
{
  if (field->kind == LAB_FIELD_TEXT || field->kind == LAB_FIELD_NUMBER)
    return dup_preset_value (self, field);

  return lab_memory_describe_value (field, bytes, get_protocol (self));
}

static void
add_to_note (GString    *note,
             const char *words)
{
  if (note->len > 0)
    g_string_append (note, " · ");
  g_string_append (note, words);
}

/* The names and values of the fields that begin in a row. */
static char *
dup_note (LabMemoryView *self,
          gsize          row_offset,
          gsize          n_bytes)
{
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  GString *note = g_string_new (NULL);

  for (guint i = 0; i < self->n_fields; i++)
    {
      const LabField *field = &self->fields[i];
      guint8 bytes[sizeof (guint64)] = { 0 };
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (field->offset - row_offset >= n_bytes || g_str_has_suffix (field->name, "reserved") ||
          (field->kind == LAB_FIELD_PLAIN && self->n_fields == 1))
        continue;

      for (gsize j = 0; j < MIN (field->size_bytes, sizeof bytes); j++)
        bytes[j] = (guint8) MAX (lab_memory_window_get_byte (self->window, field->offset + j), 0);
      name = lab_memory_describe_kind (field);
      value = dup_value (self, field, bytes);
      add_to_note (note, name);
      if (value != NULL)
        g_string_append_printf (note, " %s", value);
    }

  if (row_offset > 0 && row_offset % page_size == 0)
    {
      g_autofree char *number = lab_text_format_count (row_offset / page_size + 1);
      /* Translators: the memory page with this number, counted from 1, begins here */
      g_autofree char *words = g_strdup_printf (_("page %s"), number);

      add_to_note (note, words);
    }

  if (note->len > 0)
    return g_string_free (note, FALSE);

  g_string_free (note, TRUE);

  return NULL;
}

static void
fill_line (LabMemoryView *self,
           guint64        index,
           LabMemoryLine *line)
{
  LabMemoryRow row = lab_memory_rows_get (self->rows, index);
  const LabField *field = lab_memory_view_find_field (self, row.offset);
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);

  line->offset = row.offset;
  line->caret = -1;
  line->cursor = -1;
  line->n_cells = 0;
  line->n_folded = row.folded ? row.n_bytes : 0;
  line->page = row.offset % page_size == 0 ? row.offset / page_size + 1 : 0;
  line->note = NULL;
  line->caret_focused = gtk_widget_has_focus (GTK_WIDGET (self));

  if (row.folded)
    return;

  for (gsize i = 0; i < row.n_bytes; i++)
    {
      gsize offset = row.offset + i;
      int byte = lab_memory_window_get_byte (self->window, offset);
      LabMemoryCell *cell = &line->cells[i];

      if (byte < 0)
        break;

      if (field != NULL && offset - field->offset >= field->size_bytes)
        field++;
      cell->byte = (guint8) byte;
      cell->kind = field != NULL ? field->kind : LAB_FIELD_PLAIN;
      cell->joined = (cell->kind == LAB_FIELD_CONTROL || cell->kind == LAB_FIELD_NUMBER) && offset != field->offset;
      cell->selected = lab_memory_view_is_selected (self, offset);
      cell->glow = lab_memory_window_get_glow (self->window, offset);
      if (offset == self->caret && (line->caret_focused || self->selecting || self->caret > 0))
        line->caret = (int) i;
      if (self->cursor >= 0 && offset == (gsize) self->cursor)
        line->cursor = (int) i;
      line->n_cells++;
    }
}

void
lab_memory_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  LabMemoryView *self = LAB_MEMORY_VIEW (widget);
  double top = lab_memory_view_scrolled (self, GTK_ORIENTATION_VERTICAL);
  guint64 first, n;
  gboolean animate;

  lab_memory_view_get_visible_rows (self, &first, &n);
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animate, NULL);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget)));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-(float) round (lab_memory_view_scrolled (self, GTK_ORIENTATION_HORIZONTAL)), 0));
  for (guint64 i = first; i < first + n; i++)
    {
      /* Integers up to here: a float has no pixels left at the end of a large segment. */
      float y = (float) round ((double) i * lab_memory_view_row_height (self) - top);
      g_autofree char *note = NULL;
      LabMemoryLine line;

      fill_line (self, i, &line);
      if (line.n_folded == 0)
        note = dup_note (self, line.offset, line.n_cells);
      line.note = note;
      if (!animate)
        for (guint j = 0; j < line.n_cells; j++)
          line.cells[j].glow = line.cells[j].glow > 0 ? 1 : 0;
      lab_memory_painter_draw (self->painter, snapshot, y, &line);
    }
  gtk_snapshot_pop (snapshot);
}

/**
 * lab_memory_view_describe:
 * @self: a strip that shows a segment
 * @offset: of a byte
 *
 * Returns: (transfer full): what stands there, in words: the byte, its field, the
 *   field's value, and whether it has just changed
 */
char *
lab_memory_view_describe (LabMemoryView *self,
                          gsize          offset)
{
  const LabField *field;
  guint8 bytes[sizeof (guint64)] = { 0 };
  g_autofree char *byte_words = NULL;
  g_autofree char *value = NULL;
  GString *words;
  guint8 byte = 0;

  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);
  g_return_val_if_fail (offset < self->size_bytes, NULL);

  field = lab_memory_view_find_field (self, offset);
  if (lab_memory_window_get_byte (self->window, offset) >= 0)
    byte = (guint8) lab_memory_window_get_byte (self->window, offset);
  else
    lab_segment_peek (self->segment, offset, &byte, 1);

  byte_words = lab_memory_describe_byte (offset, byte);
  words = g_string_new (byte_words);

  if (field != NULL)
    {
      g_autofree char *name = lab_memory_describe_kind (field);

      lab_segment_peek (self->segment, field->offset, bytes, MIN (field->size_bytes, sizeof bytes));
      value = dup_value (self, field, bytes);
      g_string_append_printf (words, ", %s", name);
      if (value != NULL)
        g_string_append_printf (words, " = %s", value);
    }

  if (lab_memory_window_get_glow (self->window, offset) > 0)
    {
      g_string_append (words, ", ");
      /* Translators: said of a byte in memory */
      g_string_append (words, _("changed just now"));
    }

  return g_string_free (words, FALSE);
}

/**
 * lab_memory_view_describe_row:
 * @self: a strip
 * @index: a row that is in sight, from 0
 *
 * Returns: (transfer full): what the row shows, as text
 */
char *
lab_memory_view_describe_row (LabMemoryView *self,
                              guint64        index)
{
  LabMemoryRow row;
  GString *text;
  g_autofree char *note = NULL;

  g_return_val_if_fail (LAB_IS_MEMORY_VIEW (self), NULL);
  g_return_val_if_fail (index < lab_memory_view_get_n_rows (self), NULL);

  row = lab_memory_rows_get (self->rows, index);
  if (row.folded)
    return g_strdup_printf ("⋮ %" G_GSIZE_FORMAT, row.n_bytes);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%04" G_GSIZE_MODIFIER "x:", row.offset);
  for (gsize i = 0; i < row.n_bytes; i++)
    g_string_append_printf (text, " %02x", lab_memory_window_get_byte (self->window, row.offset + i) & 0xff);
  note = dup_note (self, row.offset, row.n_bytes);
  if (note != NULL)
    g_string_append_printf (text, "  %s", note);

  return g_string_free (text, FALSE);
}
