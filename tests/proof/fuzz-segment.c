/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A libFuzzer target: the input is a whole segment, as a stranger might leave it,
 * and what a stranger does to it between our looks.  Everything that reads a
 * segment reads it here, in memory of exactly its size. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-copy.h"
#include "backend/layout/lab-latch.h"
#include "backend/preset/lab-preset-decode.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "ui/memory/lab-memory-rows.h"
#include "ui/memory/lab-memory-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            size_t        size);

/* The first bytes of an input; the rest is the segment, then the changes. */
typedef struct
{
  guint8  flags;
  guint8  protocol;
  guint8  n_changes;  /* of 4 bytes each: offset from the segment's end, and what is stored there */
  guint8  preset;
} Head;

#define FLAG_MAGIC    1  /* otherwise few inputs get past the first look */
#define FLAG_PROTOCOL 2
#define FLAG_SHORT    4  /* the lengths are small enough to be believed */
#define FLAG_WRITER   8
#define FLAG_DECODE   16 /* what is shown of it; slower than all the rest */
#define FLAG_LARGE    32 /* much text in front, for messages that are read in pieces */
#define FLAG_SLOWLY   64 /* a server in slow motion */

#define LARGE_BYTES 20000

static void
change (guint8       *segment,
        gsize         size,
        const guint8 *changes,
        guint         i)
{
  gsize back = (gsize) (changes[4 * i] | changes[4 * i + 1] << 8);

  if (back < size)
    segment[size - 1 - back] = changes[4 * i + 2];
  if ((changes[4 * i + 3] & 1) != 0 && back + 1 < size)
    segment[size - 2 - back] ^= changes[4 * i + 3];
}

static void
check_text (const char *bytes,
            gsize       length)
{
  LabTextReport report;
  g_autofree char *text = lab_text_make_displayable (bytes, length, 100, &report);

  if (!g_utf8_validate (text, -1, NULL) || strlen (bytes) > length)
    abort ();
}

static void
read_segment (const LabLayout *layout,
              guint8          *segment,
              const guint8    *changes,
              guint            n_changes)
{
  g_autoptr(LabReader) reader = lab_reader_new_for_memory (layout, TRUE);
  g_autofree char *buffer = g_malloc (layout->copy_size);
  LabMessageInfo info;
  guint64 start_ticks;

  for (guint i = 0; i <= n_changes; i++)
    {
      const LabLook *look = lab_reader_look (reader);

      if (look->text != NULL)
        {
          if (look->length >= layout->copy_size || look->text[look->length] != '\0')
            abort ();
          check_text (look->text, look->length);
        }
      if (lab_latch_read (layout, i, buffer, &info) == LAB_READ_MESSAGE &&
          (info.length >= layout->copy_size || buffer[info.length] != '\0'))
        abort ();
      lab_layout_get_writer (layout, &start_ticks);
      if (i < n_changes)
        change (segment, layout->size_bytes, changes, i);
    }
}

/* A new server finds it, and afterwards all must be well. */
static void
take_over (const LabLayout *layout,
           gboolean         slowly)
{
  g_autoptr(LabWriter) writer = lab_writer_new_for_memory (layout);
  g_autoptr(LabReader) reader = lab_reader_new_for_memory (layout, TRUE);
  g_autoptr(GError) error = NULL;
  const LabLook *look;
  LabAdopted adopted;
  LabProtocolId protocol;

  if (!lab_writer_adopt (writer, &adopted, &error))
    {
      if (!lab_writer_set_up (writer, LAB_PROTOCOL_LATCH, FALSE, NULL))
        abort ();
    }
  if (!lab_writer_check (writer))
    abort ();
  protocol = lab_writer_get_protocol (writer);
  /* Turns may be a living client's, for ever; the latch is nobody's. */
  if (lab_writer_publish (writer, "Hello", 5, NULL) != LAB_WRITE_DONE)
    {
      if (protocol == LAB_PROTOCOL_LATCH || protocol == LAB_PROTOCOL_NONE)
        abort ();
      if (lab_writer_switch (writer, LAB_PROTOCOL_LATCH, FALSE, NULL) != LAB_WRITE_DONE ||
          lab_writer_publish (writer, "Hello", 5, NULL) != LAB_WRITE_DONE)
        abort ();
    }
  if (slowly && lab_writer_begin (writer, "Hello", 5, NULL))
    {
      LabWriteResult result;
      LabStore store;

      do
        {
          result = lab_writer_step (writer, &store, NULL);
          if (store.offset > layout->size_bytes || store.size_bytes > layout->size_bytes - store.offset)
            abort ();
        }
      while (result == LAB_WRITE_MORE);
      if (result != LAB_WRITE_DONE && !lab_writer_abandon (writer))
        abort ();
    }
  look = lab_reader_look (reader);
  if (look->result != LAB_LOOK_MESSAGE || look->length != 5 || memcmp (look->text, "Hello", 6) != 0)
    abort ();
}

static void
decode (const guint8 *segment,
        gsize         size,
        const Head   *head)
{
  guint n_presets, n_fields;
  const LabPreset *preset = lab_preset_get_all (&n_presets) + head->preset % 16 % n_presets;
  g_autoptr(GPtrArray) values = lab_preset_decode (preset, segment, size);
  g_autofree char *text = lab_preset_dup_text (preset, segment, size, 50, NULL);
  g_autofree char *state = lab_preset_describe_state (preset, segment, size, size, head->preset % 4 - 1);
  g_autofree LabField *fields = lab_layout_dup_fields (size, (head->flags & FLAG_MAGIC) != 0, &n_fields);
  g_autoptr(LabMemoryRows) rows = lab_memory_rows_new_digest (segment, size, 16, fields, n_fields, NULL);
  guint64 n_rows = lab_memory_rows_get_n_rows (rows);
  gsize offset = 0;

  for (guint i = 0; i < values->len; i++)
    {
      const LabPresetValue *value = g_ptr_array_index (values, i);

      if (value->text != NULL && !g_utf8_validate (value->text, -1, NULL))
        abort ();
    }
  if ((text != NULL && !g_utf8_validate (text, -1, NULL)) || (state != NULL && !g_utf8_validate (state, -1, NULL)))
    abort ();

  for (guint i = 0; i < n_fields; i++)
    if (fields[i].kind == LAB_FIELD_CONTROL)
      {
        g_autofree char *value = lab_memory_describe_value (&fields[i], segment + fields[i].offset, fields[i].offset % 6);

        if (value != NULL && !g_utf8_validate (value, -1, NULL))
          abort ();
      }
  for (guint64 i = 0; i < n_rows; i++)
    {
      LabMemoryRow row = lab_memory_rows_get (rows, i);

      if (row.offset != offset)
        abort ();
      offset += row.n_bytes;
    }
  if (offset != size)
    abort ();

  for (int format = LAB_MEMORY_FORMAT_HEX; format <= LAB_MEMORY_FORMAT_C; format++)
    {
      g_autofree char *copied = lab_memory_format ((LabMemoryFormat) format, 0, segment, MIN (size, 100));

      if (!g_utf8_validate (copied, -1, NULL))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  Head head;
  LabLayout layout;
  void *memory;
  guint8 *segment;
  gsize n_changed;
  gsize in_front;
  gsize segment_size;

  if (size < sizeof head + 1 || size > 16384)
    return -1;
  memcpy (&head, data, sizeof head);
  data += sizeof head;
  size -= sizeof head;
  head.n_changes %= 8;
  n_changed = MIN (4u * head.n_changes, size - 1) & ~(gsize) 3;
  in_front = (head.flags & FLAG_LARGE) != 0 ? LARGE_BYTES : 0;
  segment_size = in_front + size - n_changed;

  /* To the byte, so that the sanitizer sees one more. */
  if (posix_memalign (&memory, 64, segment_size) != 0)
    return -1;
  segment = memory;
  memset (segment, 'x', in_front);
  memcpy (segment + in_front, data, segment_size - in_front);

  if (lab_layout_init (&layout, segment, segment_size))
    {
      LabControl *control = lab_layout_control (&layout);

      if ((head.flags & FLAG_MAGIC) != 0)
        control->magic = LAB_LAYOUT_MAGIC;
      if ((head.flags & FLAG_PROTOCOL) != 0)
        control->protocol = head.protocol % (LAB_N_PROTOCOLS + 1);
      if ((head.flags & FLAG_SHORT) != 0)
        for (guint i = 0; i < 2; i++)
          control->copies[i].length = (guint32) (control->copies[i].length % (layout.copy_size + 1));
    }

  if ((head.flags & FLAG_DECODE) != 0)
    decode (segment, segment_size, &head);
  if (layout.copy_size > 0)
    {
      read_segment (&layout, segment, data + segment_size - in_front, (guint) (n_changed / 4));
      if ((head.flags & FLAG_WRITER) != 0)
        {
          /* Anybody's pid may stand there, and we ask the kernel for none of them. */
          lab_layout_control (&layout)->taker = 0;
          take_over (&layout, (head.flags & FLAG_SLOWLY) != 0);
        }
    }
  free (memory);

  return 0;
}
