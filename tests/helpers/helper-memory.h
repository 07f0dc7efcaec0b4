/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-latch.h"
#include "helpers/helper-keys.h"
#include "ui/memory/lab-memory-image.h"

/* A segment attached for writing, with our control block or all zero. */
static inline LabSegment *
new_segment (gsize    size_bytes,
             gboolean ours)
{
  g_autoptr(GError) error = NULL;
  LabSegment *segment = lab_segment_create (test_key (), size_bytes, 0600, &error);

  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  if (ours)
    lab_latch_init (lab_segment_get_layout (segment));

  return segment;
}

/* A row of an image as text: "0000: 47 6f  copy A" with the note after the bytes, or "⋮ 1936" for
 * that many zeros; NULL when there is no such row. */
static inline char *
dup_row (LabMemoryImage *image,
         guint64         index)
{
  LabMemoryRow row;
  GString *text;
  g_autofree char *note = NULL;

  if (index >= lab_memory_image_get_n_rows (image))
    return NULL;

  row = lab_memory_image_get_row (image, index);
  if (row.folded)
    return g_strdup_printf ("⋮ %" G_GSIZE_FORMAT, row.n_bytes);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%04" G_GSIZE_MODIFIER "x:", row.offset);
  for (gsize i = 0; i < row.n_bytes; i++)
    g_string_append_printf (text, " %02x", lab_memory_image_get_byte (image, row.offset + i) & 0xff);
  note = lab_memory_image_dup_note (image, index);
  if (note != NULL)
    g_string_append_printf (text, "  %s", note);

  return g_string_free (text, FALSE);
}
