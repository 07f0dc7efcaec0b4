/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-fields.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/preset/lab-preset-decode.h"
#include "ui/memory/lab-memory-text.h"

#define PRESET_BYTES 4096  /* no more is read for the values of a preset */

struct _LabMemoryFields
{
  gsize             size_bytes;     /* 0 while there is no segment */
  gboolean          ours;           /* the segment has our magic */
  const LabPreset  *preset;         /* else the preset whose fields these are, or NULL */
  LabField         *fields;
  guint             n_fields;

  guint8            control_bytes[LAB_LAYOUT_CONTROL_SIZE];
  LabMemoryControl  control;        /* what @control_bytes say */
  GBytes           *preset_bytes;   /* NULL until they have been read */
  GPtrArray        *preset_values;  /* of LabPresetValue: what @preset_bytes say */
};

LabMemoryFields *
lab_memory_fields_new (void)
{
  return g_new0 (LabMemoryFields, 1);
}

/* Forgets the values, not the fields. */
static void
clear_values (LabMemoryFields *self)
{
  memset (self->control_bytes, 0, sizeof self->control_bytes);
  memset (&self->control, 0, sizeof self->control);
  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
}

/**
 * lab_memory_fields_clear:
 * @self: fields
 *
 * Forgets the segment: afterwards there are no fields.
 */
void
lab_memory_fields_clear (LabMemoryFields *self)
{
  clear_values (self);
  self->size_bytes = 0;
  self->ours = FALSE;
  self->preset = NULL;
  g_clear_pointer (&self->fields, g_free);
  self->n_fields = 0;
}

void
lab_memory_fields_free (LabMemoryFields *self)
{
  if (self == NULL)
    return;

  lab_memory_fields_clear (self);
  g_free (self);
}

/**
 * lab_memory_fields_set_segment:
 * @self: fields
 * @segment: an attached segment
 * @preset: (nullable): how to read a segment that is not ours
 *
 * Works out the fields from the segment's size, and from whether it has our magic now.
 *
 * Returns: whether they are other fields than before
 */
gboolean
lab_memory_fields_set_segment (LabMemoryFields *self,
                               LabSegment      *segment,
                               const LabPreset *preset)
{
  gsize size_bytes = lab_segment_get_size_bytes (segment);
  const LabLayout *layout = lab_segment_get_layout (segment);
  gboolean ours = layout != NULL && lab_layout_has_magic (layout);

  if (ours)
    preset = NULL;
  if (size_bytes == self->size_bytes && ours == self->ours && preset == self->preset)
    return FALSE;

  lab_memory_fields_clear (self);
  self->size_bytes = size_bytes;
  self->ours = ours;
  self->preset = preset;
  self->fields = preset != NULL ? lab_preset_dup_fields (preset, size_bytes, &self->n_fields)
                                : lab_layout_dup_fields (size_bytes, ours, &self->n_fields);

  return TRUE;
}

static void
decode_control (LabMemoryFields *self)
{
  const guint8 *bytes = self->control_bytes;
  LabMemoryControl *control = &self->control;
  gsize current;

  memcpy (&control->sequence, bytes + G_STRUCT_OFFSET (LabControl, sequence), sizeof control->sequence);
  memcpy (&control->protocol, bytes + G_STRUCT_OFFSET (LabControl, protocol), sizeof control->protocol);
  memcpy (&control->writer_pid, bytes + G_STRUCT_OFFSET (LabControl, writer_pid), sizeof control->writer_pid);
  current = control->protocol == LAB_PROTOCOL_LATCH ? control->sequence & 1 : 0;
  memcpy (&control->length, bytes + G_STRUCT_OFFSET (LabControl, copies) + current * sizeof (LabCopyHeader)
                            + G_STRUCT_OFFSET (LabCopyHeader, length), sizeof control->length);
}

static gboolean
read_control (LabMemoryFields *self,
              LabSegment      *segment,
              gsize           *offset,
              gsize           *n_bytes)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  guint8 bytes[LAB_LAYOUT_CONTROL_SIZE] = { 0 };

  if (layout == NULL)
    return FALSE;

  *offset = layout->control_offset;
  *n_bytes = lab_segment_peek (segment, layout->control_offset, bytes, sizeof bytes);
  if (memcmp (bytes, self->control_bytes, sizeof bytes) == 0)
    return FALSE;

  memcpy (self->control_bytes, bytes, sizeof bytes);
  decode_control (self);

  return TRUE;
}

/* A copy of the bytes is decoded, because another process may change them meanwhile. */
static gboolean
read_preset (LabMemoryFields *self,
             LabSegment      *segment,
             gsize           *offset,
             gsize           *n_bytes)
{
  guint8 buffer[PRESET_BYTES];
  g_autoptr(GBytes) bytes = NULL;

  *offset = 0;
  *n_bytes = lab_segment_peek (segment, 0, buffer, MIN (self->size_bytes, sizeof buffer));
  bytes = g_bytes_new (buffer, *n_bytes);
  if (self->preset_bytes != NULL && g_bytes_equal (bytes, self->preset_bytes))
    return FALSE;

  g_clear_pointer (&self->preset_bytes, g_bytes_unref);
  g_clear_pointer (&self->preset_values, g_ptr_array_unref);
  self->preset_values = lab_preset_decode (self->preset, buffer, *n_bytes);
  self->preset_bytes = g_steal_pointer (&bytes);

  return TRUE;
}

/**
 * lab_memory_fields_read:
 * @self: fields
 * @segment: the segment that was given last, attached
 * @offset: (out): where the bytes begin whose fields hold something else now
 * @n_bytes: (out): how many they are
 *
 * Reads the control block, or what the preset names.
 *
 * Returns: whether anything differs from the last reading; else @offset and @n_bytes mean nothing
 */
gboolean
lab_memory_fields_read (LabMemoryFields *self,
                        LabSegment      *segment,
                        gsize           *offset,
                        gsize           *n_bytes)
{
  if (self->ours)
    return read_control (self, segment, offset, n_bytes);

  return self->preset != NULL && read_preset (self, segment, offset, n_bytes);
}

/**
 * lab_memory_fields_get_size_bytes:
 * @self: fields
 *
 * Returns: the size of the segment; 0 while there is none
 */
gsize
lab_memory_fields_get_size_bytes (const LabMemoryFields *self)
{
  return self->size_bytes;
}

gboolean
lab_memory_fields_is_ours (const LabMemoryFields *self)
{
  return self->ours;
}

const LabMemoryControl *
lab_memory_fields_get_control (const LabMemoryFields *self)
{
  return &self->control;
}

/**
 * lab_memory_fields_get_all:
 * @self: fields
 * @n_fields: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_fields): the fields in order, without gaps
 */
const LabField *
lab_memory_fields_get_all (const LabMemoryFields *self,
                           guint                 *n_fields)
{
  *n_fields = self->n_fields;

  return self->fields;
}

/**
 * lab_memory_fields_find:
 * @self: fields
 * @offset: of a byte
 *
 * Returns: (transfer none) (nullable): the field that the byte belongs to
 */
const LabField *
lab_memory_fields_find (const LabMemoryFields *self,
                        gsize                  offset)
{
  for (guint i = 0; i < self->n_fields; i++)
    if (offset - self->fields[i].offset < self->fields[i].size_bytes)
      return &self->fields[i];

  return NULL;
}

/* The value of a preset's field, in one line. */
static char *
dup_preset_value (const LabMemoryFields *self,
                  const LabField        *field)
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

/**
 * lab_memory_fields_dup_value:
 * @self: fields
 * @field: one of them
 * @bytes: the first 8 bytes of it, or all if it is shorter
 *
 * Returns: (transfer full) (nullable): what the field holds, in words; %NULL when there is nothing to say
 */
char *
lab_memory_fields_dup_value (const LabMemoryFields *self,
                             const LabField        *field,
                             const guint8          *bytes)
{
  if (field->kind == LAB_FIELD_TEXT || field->kind == LAB_FIELD_NUMBER)
    return dup_preset_value (self, field);

  return lab_memory_describe_value (field, bytes, self->control.protocol);
}
