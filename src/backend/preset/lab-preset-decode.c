/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/preset/lab-preset-decode.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* More of a text than this is not shown as a field's value. */
#define MAX_VALUE_CHARS 200

/**
 * lab_preset_field_dup_type:
 * @field: a field of a layout
 *
 * Returns: (transfer full): its type in C, such as "char [100]"; a text that goes
 *   up to the end of the segment is "char []"
 */
char *
lab_preset_field_dup_type (const LabPresetField *field)
{
  static const char *const types[] = {
    [LAB_PRESET_TEXT] = "char",
    [LAB_PRESET_COUNTED_TEXT] = "char",
    [LAB_PRESET_INT] = "int",
    [LAB_PRESET_UNSIGNED] = "unsigned int",
    [LAB_PRESET_TIME] = "time_t",
    [LAB_PRESET_TIME_32] = "time_t",
  };

  g_return_val_if_fail (field != NULL, NULL);

  if (field->count == 0)
    return g_strdup ("char []");
  if (field->count == 1)
    return g_strdup (types[field->type]);

  return g_strdup_printf ("%s [%u]", types[field->type], field->count);
}

static gsize
element_size (LabPresetType type)
{
  switch (type)
    {
    case LAB_PRESET_TIME:
      return sizeof (gint64);
    case LAB_PRESET_INT:
    case LAB_PRESET_UNSIGNED:
    case LAB_PRESET_TIME_32:
      return sizeof (gint32);
    case LAB_PRESET_TEXT:
    case LAB_PRESET_COUNTED_TEXT:
    default:
      return 1;
    }
}

/**
 * lab_preset_get_min_size:
 * @preset: a layout
 *
 * Returns: how many bytes a segment must have to hold every field; less than
 *   the layout's own size where a text goes up to the end
 */
gsize
lab_preset_get_min_size (const LabPreset *preset)
{
  const LabPresetField *last;

  g_return_val_if_fail (preset != NULL, 0);

  last = &preset->fields[preset->n_fields - 1];

  return last->offset + MAX (last->count, 1) * element_size (last->type);
}

/* Whether its text goes up to the end of the segment, however long that is. */
static gboolean
is_open (const LabPreset *preset)
{
  return preset->fields[preset->n_fields - 1].count == 0;
}

/**
 * lab_preset_fits:
 * @preset: a layout
 * @size_bytes: the size of a segment
 *
 * Returns: whether the segment has room for the whole struct, also for what the compiler
 *   puts behind its last field
 */
gboolean
lab_preset_fits (const LabPreset *preset,
                 gsize            size_bytes)
{
  g_return_val_if_fail (preset != NULL, FALSE);

  return size_bytes >= (is_open (preset) ? 1 : preset->size_bytes);
}

static void
append_field (GArray       *fields,
              gsize        *offset,
              gsize         end,
              LabFieldKind  kind,
              const char   *name)
{
  LabField field = { *offset, end - *offset, kind, g_intern_string (name) };

  if (end == *offset)
    return;

  g_array_append_val (fields, field);
  *offset = end;
}

/**
 * lab_preset_dup_fields:
 * @preset: a layout
 * @size_bytes: the size of a segment, which may be less than the layout's
 * @n_fields: (out): how many there are
 *
 * Names every stretch of a segment as @preset has it: in order, without gaps, from byte 0
 * to the last.  Each number of an array is a field of its own; one that the segment's
 * end cuts off is so much shorter.
 *
 * Returns: (transfer full) (array length=n_fields): the fields, for g_free()
 */
LabField *
lab_preset_dup_fields (const LabPreset *preset,
                       gsize            size_bytes,
                       guint           *n_fields)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (LabField));
  gsize end = 0;

  g_return_val_if_fail (preset != NULL && n_fields != NULL, NULL);

  for (guint i = 0; i < preset->n_fields; i++)
    {
      const LabPresetField *field = &preset->fields[i];
      const gboolean is_text = field->type == LAB_PRESET_TEXT || field->type == LAB_PRESET_COUNTED_TEXT;
      const guint n = is_text ? 1 : field->count;

      for (guint j = 0; j < n; j++)
        {
          const gsize element = is_text ? field->count : element_size (field->type);
          const gsize begin = MIN (field->offset + j * element, size_bytes);
          g_autofree char *name = n > 1 ? g_strdup_printf ("%s[%u]", field->name, j) : g_strdup (field->name);

          append_field (fields, &end, begin, LAB_FIELD_PLAIN, "padding");
          append_field (fields, &end, element > 0 ? MIN (begin + element, size_bytes) : size_bytes,
                        is_text ? LAB_FIELD_TEXT : LAB_FIELD_NUMBER, name);
        }
    }
  append_field (fields, &end, size_bytes, LAB_FIELD_PLAIN, "bytes");

  *n_fields = fields->len;

  return (LabField *) (gpointer) g_array_free (fields, FALSE);
}

static gint32
read_int (const guint8 *bytes,
          gsize         n_bytes,
          gsize         offset,
          gboolean     *present)
{
  gint32 value = 0;

  *present = n_bytes >= sizeof value && offset <= n_bytes - sizeof value;
  if (*present)
    memcpy (&value, bytes + offset, sizeof value);

  return value;
}

/* The bytes of a text field that hold text, all of them within the segment. */
static gsize
text_length (const LabPresetField *field,
             const guint8         *bytes,
             gsize                 n_bytes)
{
  gsize room = field->offset < n_bytes ? n_bytes - field->offset : 0;

  if (field->count > 0)
    room = MIN (room, field->count);

  if (field->type == LAB_PRESET_COUNTED_TEXT)
    {
      gboolean present;
      gint32 count = read_int (bytes, n_bytes, 0, &present);

      return count > 0 ? MIN (room, (gsize) count) : 0;
    }

  return room > 0 ? strnlen ((const char *) bytes + field->offset, room) : 0;
}

static void
value_free (gpointer data)
{
  LabPresetValue *value = data;

  g_free (value->name);
  g_free (value->text);
  g_free (value);
}

static void
add_value (GPtrArray  *values,
           char       *name,
           char       *text,
           gsize       offset,
           gsize       size_bytes)
{
  LabPresetValue *value = g_new (LabPresetValue, 1);

  *value = (LabPresetValue) { name, text, offset, size_bytes };
  g_ptr_array_add (values, value);
}

static char *
format_time (gint64 seconds)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%F %T UTC") : NULL;

  if (date == NULL || seconds == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, seconds);

  return g_strdup_printf ("%" G_GINT64_FORMAT " (%s)", seconds, date);
}

static void
decode_text (GPtrArray            *values,
             const LabPresetField *field,
             const guint8         *bytes,
             gsize                 n_bytes)
{
  gsize length = text_length (field, bytes, n_bytes);
  gsize room = field->offset < n_bytes ? n_bytes - field->offset : 0;
  LabTextReport report;
  char *text = NULL;

  if (field->count > 0)
    room = MIN (room, field->count);

  if (room > 0)
    {
      g_autofree char *shown = lab_text_make_displayable ((const char *) bytes + field->offset, length, MAX_VALUE_CHARS, &report);

      text = g_strdup_printf ("\"%s%s\"", shown, report.n_hidden_chars > 0 ? "…" : "");
      if (room < field->count)
        {
          g_autofree char *whole = g_steal_pointer (&text);

          /* Translators: %s is as much of a text as the segment has room for */
          text = g_strdup_printf (_("%s (here the segment ends)"), whole);
        }
    }

  add_value (values, g_strdup (field->name), text, field->offset, field->count > 0 ? field->count : room);
}

static void
decode_numbers (GPtrArray            *values,
                const LabPresetField *field,
                const guint8         *bytes,
                gsize                 n_bytes)
{
  gsize size = element_size (field->type);

  for (guint i = 0; i < field->count; i++)
    {
      gsize offset = field->offset + i * size;
      char *text = NULL;

      if (n_bytes >= size && offset <= n_bytes - size)
        {
          gint64 seconds;
          gint32 number;

          switch (field->type)
            {
            case LAB_PRESET_TIME:
              memcpy (&seconds, bytes + offset, sizeof seconds);
              text = format_time (seconds);
              break;
            case LAB_PRESET_TIME_32:
              memcpy (&number, bytes + offset, sizeof number);
              text = format_time (number);
              break;
            case LAB_PRESET_UNSIGNED:
              memcpy (&number, bytes + offset, sizeof number);
              text = g_strdup_printf ("%u", (guint32) number);
              break;
            case LAB_PRESET_INT:
            case LAB_PRESET_TEXT:
            case LAB_PRESET_COUNTED_TEXT:
            default:
              memcpy (&number, bytes + offset, sizeof number);
              text = g_strdup_printf ("%d", number);
            }
        }

      add_value (values, field->count > 1 ? g_strdup_printf ("%s[%u]", field->name, i) : g_strdup (field->name),
                 text, offset, size);
    }
}

/**
 * lab_preset_decode:
 * @preset: a layout
 * @bytes: (array length=n_bytes): a copy of the segment's bytes, which may be anything
 * @n_bytes: how many
 *
 * Reads @bytes as @preset has them. Numbers are in this machine's byte order.
 * A field behind the last byte has no text.
 *
 * Returns: (transfer full) (element-type LabPresetValue): the values, in order
 */
GPtrArray *
lab_preset_decode (const LabPreset *preset,
                   const guint8    *bytes,
                   gsize            n_bytes)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (value_free);

  g_return_val_if_fail (preset != NULL && (bytes != NULL || n_bytes == 0), values);

  for (guint i = 0; i < preset->n_fields; i++)
    {
      const LabPresetField *field = &preset->fields[i];

      if (field->type == LAB_PRESET_TEXT || field->type == LAB_PRESET_COUNTED_TEXT)
        decode_text (values, field, bytes, n_bytes);
      else
        decode_numbers (values, field, bytes, n_bytes);
    }

  return values;
}

static const LabPresetField *
find_text_field (const LabPreset *preset)
{
  for (guint i = 0; i < preset->n_fields; i++)
    if (preset->fields[i].type == LAB_PRESET_TEXT || preset->fields[i].type == LAB_PRESET_COUNTED_TEXT)
      return &preset->fields[i];

  return NULL;
}

/**
 * lab_preset_has_text:
 * @preset: a layout
 *
 * Returns: whether it carries a text, and not only numbers
 */
gboolean
lab_preset_has_text (const LabPreset *preset)
{
  g_return_val_if_fail (preset != NULL, FALSE);

  return find_text_field (preset) != NULL;
}

/**
 * lab_preset_dup_text:
 * @preset: a layout
 * @bytes: (array length=n_bytes): a copy of the segment's bytes, which may be anything
 * @n_bytes: how many
 * @max_chars: see lab_text_make_displayable()
 * @report: (out) (optional): what was done to show it
 *
 * Returns: (transfer full) (nullable): the text that the segment carries, valid
 *   UTF-8, or %NULL when the layout has none
 */
char *
lab_preset_dup_text (const LabPreset *preset,
                     const guint8    *bytes,
                     gsize            n_bytes,
                     gsize            max_chars,
                     LabTextReport   *report)
{
  const LabPresetField *field;
  gsize length;

  g_return_val_if_fail (preset != NULL && (bytes != NULL || n_bytes == 0), NULL);

  field = find_text_field (preset);
  if (field == NULL)
    return NULL;

  length = text_length (field, bytes, n_bytes);

  return lab_text_make_displayable (length > 0 ? (const char *) bytes + field->offset : NULL, length, max_chars, report);
}

/**
 * lab_preset_is_all_zero:
 * @bytes: (array length=n_bytes): a copy of bytes of a segment
 * @n_bytes: how many
 *
 * Returns: whether each of them is zero
 */
gboolean
lab_preset_is_all_zero (const guint8 *bytes,
                        gsize         n_bytes)
{
  /* The first is zero, and each is what the one before it is. */
  return n_bytes == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, n_bytes - 1) == 0);
}

/* Where a layout without a text has what it is there for: in its array, or in its time. */
static const LabPresetField *
find_data_field (const LabPreset *preset)
{
  for (guint i = 0; i < preset->n_fields; i++)
    if (preset->fields[i].count > 1)
      return &preset->fields[i];

  for (guint i = 0; i < preset->n_fields; i++)
    if (preset->fields[i].type == LAB_PRESET_TIME || preset->fields[i].type == LAB_PRESET_TIME_32)
      return &preset->fields[i];

  return &preset->fields[preset->n_fields - 1];
}

/**
 * lab_preset_dup_message:
 * @preset: a layout
 * @bytes: (array length=n_bytes): a copy of the segment's bytes, which may be anything
 * @n_bytes: how many
 * @is_empty: (out): whether it looks as if nobody has written it: no text, or only zero bytes
 *
 * What the writer has for the reader, without what they tell each other to agree.
 *
 * Returns: (transfer full): the bytes of the text, as they are and perhaps no UTF-8, or the
 *   numbers in decimal
 */
GBytes *
lab_preset_dup_message (const LabPreset *preset,
                        const guint8    *bytes,
                        gsize            n_bytes,
                        gboolean        *is_empty)
{
  const LabPresetField *field;
  g_autoptr(GPtrArray) values = NULL;
  GString *numbers;
  gsize end;

  g_return_val_if_fail (preset != NULL && (bytes != NULL || n_bytes == 0) && is_empty != NULL, NULL);

  field = find_text_field (preset);
  if (field != NULL)
    {
      gsize length = text_length (field, bytes, n_bytes);

      *is_empty = length == 0;
      return g_bytes_new (length > 0 ? bytes + field->offset : NULL, length);
    }

  field = find_data_field (preset);
  end = MIN (field->offset + field->count * element_size (field->type), n_bytes);
  *is_empty = end <= field->offset || lab_preset_is_all_zero (bytes + field->offset, end - field->offset);

  values = lab_preset_decode (preset, bytes, n_bytes);
  numbers = g_string_new (NULL);
  for (guint i = 0; i < values->len; i++)
    {
      const LabPresetValue *value = g_ptr_array_index (values, i);

      if (value->text != NULL && value->offset >= field->offset && value->offset < end)
        g_string_append_printf (numbers, "%s%s", numbers->len > 0 ? "  " : "", value->text);
    }

  return g_string_free_to_bytes (numbers);
}

/**
 * lab_preset_describe_zeros:
 * @bytes: (array length=n_bytes): a copy of the segment's first bytes
 * @n_bytes: how many of them were read
 * @size_bytes: how many the segment has
 *
 * Returns: (transfer full) (nullable): that nothing is written, when every byte was read and is zero; how
 *   much was read, when that is zero; else %NULL.  Translated, without a full stop.
 */
char *
lab_preset_describe_zeros (const guint8 *bytes,
                           gsize         n_bytes,
                           gsize         size_bytes)
{
  g_autofree char *size = lab_text_format_count (size_bytes);
  g_autofree char *n_read = NULL;

  g_return_val_if_fail (bytes != NULL || n_bytes == 0, NULL);

  if (n_bytes == 0 || !lab_preset_is_all_zero (bytes, n_bytes))
    return NULL;
  if (n_bytes == size_bytes)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Nothing is written: the segment’s %s byte is zero",
                                         "Nothing is written: all %s bytes of the segment are zero", (gulong) size_bytes), size);

  n_read = lab_text_format_count (n_bytes);
  /* Translators: both are numbers of bytes */
  return g_strdup_printf (_("The first %s of %s bytes are zero, and the others were not read"), n_read, size);
}

/**
 * lab_preset_describe_text:
 * @bytes: (array length=n_bytes): a copy of the segment's first bytes
 * @n_bytes: how many of them were read
 * @size_bytes: how many the segment has
 *
 * What the bytes of a C string at byte 0 show that the text alone does not.
 *
 * Returns: (transfer full) (nullable): that there is no NUL, that there is more behind it, or that there is no text,
 *   in one translated sentence without a full stop; %NULL when there is nothing to say
 */
char *
lab_preset_describe_text (const guint8 *bytes,
                          gsize         n_bytes,
                          gsize         size_bytes)
{
  g_autofree char *n_read = lab_text_format_count (n_bytes);
  g_autofree char *size = lab_text_format_count (size_bytes);
  g_autofree char *count = NULL;
  g_autofree char *behind = NULL;
  char *zeros = lab_preset_describe_zeros (bytes, n_bytes, size_bytes);
  gsize length, n_set = 0;

  if (zeros != NULL || n_bytes == 0)
    return zeros;

  length = strnlen ((const char *) bytes, n_bytes);
  if (length == n_bytes && n_bytes == size_bytes)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "There is no NUL in the segment’s %s byte: a program that prints the text reads on behind the segment’s end",
                                         "There is no NUL in the segment’s %s bytes: a program that prints the text reads on behind the segment’s end",
                                         (gulong) size_bytes), size);
  if (length == n_bytes)
    /* Translators: both are numbers of bytes */
    return g_strdup_printf (_("There is no NUL in the first %s of %s bytes, and the others were not read"), n_read, size);

  for (gsize i = length; i < n_bytes; i++)
    n_set += bytes[i] != 0;
  if (n_set == 0)
    return NULL;

  count = lab_text_format_count (n_set);
  if (length == 0)
    behind = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Byte 0 is zero, so there is no text, but %s byte is not zero",
                                           "Byte 0 is zero, so there is no text, but %s bytes are not zero", (gulong) n_set), count);
  else
    behind = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Behind the text’s NUL %s byte is not zero: perhaps the rest of a longer text, or this is another layout",
                                           "Behind the text’s NUL %s bytes are not zero: perhaps the rest of a longer text, or this is another layout",
                                           (gulong) n_set), count);
  if (n_bytes == size_bytes)
    return g_steal_pointer (&behind);

  /* Translators: a sentence without its full stop, then two numbers of bytes */
  return g_strdup_printf (_("%s (of %s bytes, the first %s were read)"), behind, size, n_read);
}

/* The sentence about the text that fills a segment, if there is something to say, on a line of its own. */
static char *
add_text_remark (const LabPreset *preset,
                 const char      *state,
                 const guint8    *bytes,
                 gsize            n_bytes,
                 gsize            size_bytes)
{
  g_autofree char *remark = NULL;

  if (preset->n_fields == 1)
    remark = lab_preset_describe_text (bytes, n_bytes, size_bytes);
  if (remark == NULL)
    return g_strdup (state);

  return g_strdup_printf ("%s\n%s", state, remark);
}

static char *
describe_star (const LabPreset *preset,
               const guint8    *bytes,
               gsize            n_bytes,
               gsize            size_bytes)
{
  switch (bytes[0])
    {
    case 0:
      return lab_preset_describe_text (bytes, n_bytes, size_bytes);
    case '*':
      return add_text_remark (preset, _("Taken: the client has put a star at byte 0, and the server may end"),
                              bytes, n_bytes, size_bytes);
    default:
      return add_text_remark (preset, _("Written: the server waits for a star at byte 0"), bytes, n_bytes, size_bytes);
    }
}

static char *
describe_status (const guint8 *bytes,
                 gsize         n_bytes)
{
  gboolean present;
  gint32 status = read_int (bytes, n_bytes, 0, &present);

  switch (status)
    {
    case -1:
      return g_strdup (_("NOT_READY: the server has not filled in the numbers yet"));
    case 0:
      if (lab_preset_is_all_zero (bytes, n_bytes))
        return g_strdup (_("FILLED, or a new segment that nobody has written to: both are zero, and that is a race"));
      return g_strdup (_("FILLED: the numbers wait for the client"));
    case 1:
      return g_strdup (_("TAKEN: the client has read the numbers, and the server may remove the segment"));
    default:
      return g_strdup_printf (_("The status is %d, which this layout does not know"), status);
    }
}

static char *
describe_count (const LabPreset *preset,
                const guint8    *bytes,
                gsize            n_bytes,
                gsize            size_bytes,
                int              n_semaphores)
{
  const guint room = preset->fields[preset->n_fields - 1].count;
  g_autofree char *key = g_strdup_printf ("0x%x", (guint) preset->semaphore_key);
  g_autofree char *block = NULL;
  gboolean present;
  gint32 count = read_int (bytes, n_bytes, 0, &present);

  if (count == 0)
    {
      char *zeros = lab_preset_describe_zeros (bytes, n_bytes, size_bytes);

      return zeros != NULL ? zeros : g_strdup (_("The count is 0: the end of the file"));
    }
  if (count < 0 || (guint) count > room)
    return g_strdup_printf (_("The count is %d, but the buffer has %u bytes: this is another layout"), count, room);

  block = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "A block of %d byte", "A block of %d bytes", (gulong) count), count);
  if (n_semaphores < 0)
    return g_steal_pointer (&block);
  if (n_semaphores == LAB_PRESET_N_SEMAPHORES)
    /* Translators: “A block of 5 bytes”, and a key */
    return g_strdup_printf (_("%s; whose turn it is, the two semaphores with key %s tell"), block, key);

  /* Translators: “A block of 5 bytes”, and a key */
  return g_strdup_printf (_("%s; its two semaphores with key %s are not there, so nothing tells whose turn it is, and it may be another layout"),
                          block, key);
}

static char *
describe_chat (const guint8 *bytes,
               gsize         n_bytes)
{
  gboolean present;
  gint32 status = read_int (bytes, n_bytes, 100, &present);

  switch (status)
    {
    case -1:
      return g_strdup (_("NotReady: user 1 waits for user 2"));
    case 0:
      if (lab_preset_is_all_zero (bytes, n_bytes))
        return g_strdup (_("FILLED, or a new segment that nobody has written to: both are zero, and that is a race"));
      if (bytes[0] == 0)
        return g_strdup (_("The status is 0, which is FILLED, but the text is empty: nobody has written a line yet, or an empty one"));
      return g_strdup (_("FILLED: user 1 has written, and it is the turn of user 2"));
    case 1:
      return g_strdup (_("Ready: user 2 has written, and it is the turn of user 1"));
    default:
      return g_strdup_printf (_("The status is %d, which this layout does not know"), status);
    }
}

static const LabPresetField *
find_field (const LabPreset *preset,
            const char      *name)
{
  for (guint i = 0; i < preset->n_fields; i++)
    if (g_str_equal (preset->fields[i].name, name))
      return &preset->fields[i];

  g_return_val_if_reached (preset->fields);
}

static char *
describe_clock (const LabPreset *preset,
                const guint8    *bytes,
                gsize            n_bytes,
                gsize            size_bytes)
{
  gboolean present;
  gint32 mode = read_int (bytes, n_bytes, 0, &present);
  gint32 count = read_int (bytes, n_bytes, 4, &present);
  gint32 valid = read_int (bytes, n_bytes, find_field (preset, "valid")->offset, &present);
  char *zeros = lab_preset_describe_zeros (bytes, n_bytes, size_bytes);

  if (zeros != NULL)
    return zeros;
  if (mode != 0 && mode != 1)
    return g_strdup_printf (_("The mode is %d, which this layout does not know"), mode);
  if (valid == 0)
    return g_strdup (_("No sample waits: ntpd has taken it, or none has come yet"));
  if (mode == 0)
    return g_strdup (_("A sample waits for ntpd; mode 0 has no protection against a torn read"));

  return g_strdup_printf (_("A sample waits for ntpd, which drops it when the count is not %d before and after the reading"), count);
}

/**
 * lab_preset_describe_state:
 * @preset: a layout
 * @bytes: (array length=n_bytes): a copy of the segment's first bytes, which may be anything
 * @n_bytes: how many of them were read
 * @size_bytes: how many the segment has
 * @n_semaphores: how many semaphores there are with the layout's semaphore key; -1 when that is not known
 *
 * Returns: (transfer full): how far writer and reader are, or that it is another layout, in one or two lines without
 *   a full stop, translated
 */
char *
lab_preset_describe_state (const LabPreset *preset,
                           const guint8    *bytes,
                           gsize            n_bytes,
                           gsize            size_bytes,
                           int              n_semaphores)
{
  g_return_val_if_fail (preset != NULL && (bytes != NULL || n_bytes == 0) && n_bytes <= size_bytes, NULL);

  if (!lab_preset_fits (preset, n_bytes) || (!is_open (preset) && size_bytes != preset->size_bytes))
    {
      g_autofree char *has = lab_text_format_count (size_bytes);
      g_autofree char *wants = lab_text_format_count (is_open (preset) ? 1 : preset->size_bytes);

      if (!lab_preset_fits (preset, n_bytes))
        /* Translators: both are numbers of bytes */
        return g_strdup_printf (_("The segment has %s bytes, and this layout needs %s: it is another one"), has, wants);

      /* Translators: both are numbers of bytes */
      return g_strdup_printf (_("The segment has %s bytes, and this layout %s: perhaps it is another one, so nothing is said about whose turn it is"),
                              has, wants);
    }

  switch (preset->handshake)
    {
    case LAB_HANDSHAKE_STAR:
      return describe_star (preset, bytes, n_bytes, size_bytes);
    case LAB_HANDSHAKE_STATUS:
      return describe_status (bytes, n_bytes);
    case LAB_HANDSHAKE_SEMAPHORES:
      return describe_count (preset, bytes, n_bytes, size_bytes, n_semaphores);
    case LAB_HANDSHAKE_SIGNALS:
      return describe_chat (bytes, n_bytes);
    case LAB_HANDSHAKE_NTP:
      return describe_clock (preset, bytes, n_bytes, size_bytes);
    case LAB_HANDSHAKE_NONE:
    default:
      if (bytes[0] == 0)
        return lab_preset_describe_text (bytes, n_bytes, size_bytes);
      return add_text_remark (preset, _("There is text; nothing tells whether the writer is at work"), bytes, n_bytes, size_bytes);
    }
}
