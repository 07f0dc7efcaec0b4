/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/preset/lab-preset-reader.h"

#include <string.h>

#include "backend/preset/lab-preset-decode.h"

#define CHUNK_BYTES 4096
#define MAX_BYTES   (1 << 20)  /* how far a text without an end is followed */

struct _LabPresetReader
{
  LabSegment      *segment;
  const LabPreset *preset;     /* or NULL for a C string at byte 0 */
  guint8          *buffer;
  gsize            n_bytes;    /* of the segment, at most */
  gboolean         is_string;  /* it ends with its first NUL */
  GBytes          *image;
};

/**
 * lab_preset_reader_new:
 * @segment: an attached segment
 * @preset: (nullable): how to read it; %NULL for a C string at byte 0
 *
 * Returns: (transfer full): a reader that has not looked yet
 */
LabPresetReader *
lab_preset_reader_new (LabSegment      *segment,
                       const LabPreset *preset)
{
  LabPresetReader *self;
  gsize size_bytes;

  g_return_val_if_fail (LAB_IS_SEGMENT (segment), NULL);

  size_bytes = lab_segment_get_size_bytes (segment);
  self = g_new0 (LabPresetReader, 1);
  self->segment = g_object_ref (segment);
  self->preset = preset;
  self->is_string = preset == NULL || preset->fields[preset->n_fields - 1].count == 0;
  self->n_bytes = MIN (size_bytes, self->is_string ? MAX_BYTES : MAX (preset->size_bytes, CHUNK_BYTES));
  self->buffer = g_malloc (self->n_bytes);

  return self;
}

void
lab_preset_reader_free (LabPresetReader *self)
{
  g_clear_object (&self->segment);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self->buffer);
  g_free (self);
}

/* Reads in chunks, so that a short text in a large segment costs little; a small segment is read whole, so that
 * what stands behind the text is known too. */
static gsize
read_bytes (LabPresetReader *self)
{
  gsize length = 0;

  while (length < self->n_bytes)
    {
      gsize wanted = MIN (CHUNK_BYTES, self->n_bytes - length);
      gsize n = lab_segment_peek (self->segment, length, self->buffer + length, wanted);
      gboolean ends = self->is_string && memchr (self->buffer + length, 0, n) != NULL;

      length += n;
      if (n < wanted || ends)
        break;
    }

  return length;
}

/**
 * lab_preset_reader_look:
 * @self: a reader whose segment is attached
 *
 * Copies what of the segment the layout is about, and what else is in the segment's first bytes.  Makes no system call.
 *
 * Returns: whether it is different from what the last look saw; the first look always is
 */
gboolean
lab_preset_reader_look (LabPresetReader *self)
{
  gsize n_bytes, n_before = 0;
  const guint8 *before = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  n_bytes = read_bytes (self);
  if (self->image != NULL)
    {
      before = g_bytes_get_data (self->image, &n_before);
      if (n_before == n_bytes && (n_bytes == 0 || memcmp (before, self->buffer, n_bytes) == 0))
        return FALSE;
    }

  g_clear_pointer (&self->image, g_bytes_unref);
  self->image = g_bytes_new (self->buffer, n_bytes);

  return TRUE;
}

/**
 * lab_preset_reader_get_image:
 * @self: a reader
 *
 * Returns: (transfer none) (nullable): the segment's first bytes as the last look saw them, another object whenever
 *   one has changed; with a text that goes up to the end of the segment its NUL is among them, unless there is none
 */
GBytes *
lab_preset_reader_get_image (LabPresetReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->image;
}

/**
 * lab_preset_reader_dup_message:
 * @self: a reader that has looked
 * @is_empty: (out): whether there is none: no text, only zero bytes where the numbers are, or no room for the layout
 *
 * See lab_preset_dup_message().
 *
 * Returns: (transfer full): the bytes of the text that the last look saw, as they are and
 *   perhaps no UTF-8, or its numbers in decimal
 */
GBytes *
lab_preset_reader_dup_message (LabPresetReader *self,
                               gboolean        *is_empty)
{
  const guint8 *bytes;
  gsize n_bytes;

  g_return_val_if_fail (self != NULL && self->image != NULL && is_empty != NULL, NULL);

  bytes = g_bytes_get_data (self->image, &n_bytes);
  if (self->preset != NULL && !lab_preset_fits (self->preset, lab_segment_get_size_bytes (self->segment)))
    {
      *is_empty = TRUE;   /* what such a layout reads here means something else */
      return g_bytes_new (NULL, 0);
    }
  if (self->preset != NULL)
    return lab_preset_dup_message (self->preset, bytes, n_bytes, is_empty);

  n_bytes = n_bytes > 0 ? strnlen ((const char *) bytes, n_bytes) : 0;
  *is_empty = n_bytes == 0;

  return g_bytes_new_from_bytes (self->image, 0, n_bytes);
}
