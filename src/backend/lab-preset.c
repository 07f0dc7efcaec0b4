/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-preset.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* More of a text than this is not shown as a field's value. */
#define MAX_VALUE_CHARS 200

static const LabPresetField text_fields[] = {
  { "text", LAB_PRESET_TEXT, 0, 0 },
};

static const LabPresetField alphabet_fields[] = {
  { "s", LAB_PRESET_TEXT, 0, 27 },
};

static const LabPresetField status_fields[] = {
  { "status", LAB_PRESET_INT, 0, 1 },
  { "data", LAB_PRESET_INT, 4, 4 },
};

static const LabPresetField transfer_fields[] = {
  { "cnt", LAB_PRESET_INT, 0, 1 },
  { "buf", LAB_PRESET_COUNTED_TEXT, 4, 1024 },
};

static const LabPresetField chat_fields[] = {
  { "buff", LAB_PRESET_TEXT, 0, 100 },
  { "status", LAB_PRESET_INT, 100, 1 },
  { "pid1", LAB_PRESET_INT, 104, 1 },
  { "pid2", LAB_PRESET_INT, 108, 1 },
};

/* struct shmTime as 64-bit compilers lay it out: four bytes of padding follow
 * the first microseconds, and four are at the end. */
static const LabPresetField clock_fields[] = {
  { "mode", LAB_PRESET_INT, 0, 1 },
  { "count", LAB_PRESET_INT, 4, 1 },
  { "clockTimeStampSec", LAB_PRESET_TIME, 8, 1 },
  { "clockTimeStampUSec", LAB_PRESET_INT, 16, 1 },
  { "receiveTimeStampSec", LAB_PRESET_TIME, 24, 1 },
  { "receiveTimeStampUSec", LAB_PRESET_INT, 32, 1 },
  { "leap", LAB_PRESET_INT, 36, 1 },
  { "precision", LAB_PRESET_INT, 40, 1 },
  { "nsamples", LAB_PRESET_INT, 44, 1 },
  { "valid", LAB_PRESET_INT, 48, 1 },
  { "clockTimeStampNSec", LAB_PRESET_UNSIGNED, 52, 1 },
  { "receiveTimeStampNSec", LAB_PRESET_UNSIGNED, 56, 1 },
};

#define FIELDS(array) array, G_N_ELEMENTS (array)

static const LabPreset presets[] = {
  /* Translators: “ftok, shmget, shmat, shmdt, shmctl”, as many tutorials teach it */
  { "five-calls", N_("Five-calls tutorial"), "shmfile", 65, 0, 0, 1024, 0666, 0666,
    LAB_HANDSHAKE_NONE, FIELDS (text_fields) },
  /* Translators: a well-known guide on the web */
  { "beej", N_("Beej’s guide, shmdemo"), "shmdemo.c", 'R', 0, 0, 1024, 0644, 0644,
    LAB_HANDSHAKE_NONE, FIELDS (text_fields) },
  /* Translators: course notes of Cardiff University */
  { "cardiff", N_("Cardiff, the alphabet"), NULL, 0, 5678, 1, 27, 0666, 0666,
    LAB_HANDSHAKE_STAR, FIELDS (alphabet_fields) },
  { "video", N_("Video lesson with key 9876"), NULL, 0, 9876, 1, 100, 0666, 0666,
    LAB_HANDSHAKE_STAR, FIELDS (text_fields) },
  /* Translators: course notes of Michigan Technological University, by C.-K. Shene */
  { "mtu", N_("MTU, status and four numbers"), "./", 'x', 0, 0, 20, 0666, 0666,
    LAB_HANDSHAKE_STATUS, FIELDS (status_fields) },
  /* Translators: The Linux Programming Interface, a book by Michael Kerrisk */
  { "tlpi", N_("TLPI, svshm_xfr"), NULL, 0, 0x1234, 1, 1028, 0660, 0660,
    LAB_HANDSHAKE_SEMAPHORES, FIELDS (transfer_fields) },
  { "chat", N_("Chat with signals"), NULL, 0, 12345, 1, 112, 0666, 0666,
    LAB_HANDSHAKE_SIGNALS, FIELDS (chat_fields) },
  { "ntp", N_("NTP reference clock"), NULL, 0, 0x4e545030, 256, 96, 0600, 0666,
    LAB_HANDSHAKE_NTP, FIELDS (clock_fields) },
};

/**
 * lab_preset_get_all:
 * @n_presets: (out): how many there are
 *
 * Source: the programs themselves; for the clock ntpd/refclock_shm.c.
 *
 * Returns: (transfer none) (array length=n_presets): every layout that is known
 */
const LabPreset *
lab_preset_get_all (guint *n_presets)
{
  g_return_val_if_fail (n_presets != NULL, NULL);

  *n_presets = G_N_ELEMENTS (presets);

  return presets;
}

/**
 * lab_preset_find:
 * @id: a layout's id
 *
 * Returns: (nullable): the layout, or %NULL when there is none of this id
 */
const LabPreset *
lab_preset_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    if (g_str_equal (presets[i].id, id))
      return &presets[i];

  return NULL;
}

/**
 * lab_preset_get_name:
 * @preset: a layout
 *
 * Returns: what the user reads, translated
 */
const char *
lab_preset_get_name (const LabPreset *preset)
{
  g_return_val_if_fail (preset != NULL, NULL);

  return _(preset->name);
}

/**
 * lab_preset_dup_key_text:
 * @preset: a layout
 *
 * Returns: (transfer full): how its programs make the key, in C: `ftok("shmfile", 65)`
 */
char *
lab_preset_dup_key_text (const LabPreset *preset)
{
  g_return_val_if_fail (preset != NULL, NULL);

  if (preset->key_path != NULL)
    return g_strdup_printf (preset->key_letter == 65 ? "ftok(\"%s\", %d)" : "ftok(\"%s\", '%c')",
                            preset->key_path, preset->key_letter);
  if (preset->n_keys > 1)
    return g_strdup_printf ("0x%x + unit", (guint) preset->key);

  return g_strdup_printf (preset->key == 0x1234 ? "0x%x" : "%d", (guint) preset->key);
}

/**
 * lab_preset_dup_key_choice:
 * @preset: a layout
 * @folder: (type filename): where the other program runs, because its path may be relative
 *
 * Returns: (transfer full): how to find the segment of a program that runs in
 *   @folder; of several units the first
 */
LabKeyChoice *
lab_preset_dup_key_choice (const LabPreset *preset,
                           const char      *folder)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (preset != NULL && folder != NULL, NULL);

  if (preset->key_path == NULL)
    return lab_key_choice_new_key (preset->key);

  path = g_build_filename (folder, preset->key_path, NULL);

  return lab_key_choice_new_file (path, preset->key_letter);
}

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

static gboolean
is_all_zero (const guint8 *bytes,
             gsize         n_bytes)
{
  /* The first is zero, and each is what the one before it is. */
  return n_bytes == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, n_bytes - 1) == 0);
}

static char *
describe_star (const guint8 *bytes,
               gsize         n_bytes)
{
  switch (n_bytes > 0 ? bytes[0] : 0)
    {
    case 0:
      return g_strdup (_("Empty: the server has not written yet"));
    case '*':
      return g_strdup (_("Taken: the client has put a star at byte 0, and the server may end"));
    default:
      return g_strdup (_("Written: the server waits for a star at byte 0"));
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
      if (is_all_zero (bytes, n_bytes))
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
                gsize            n_bytes)
{
  const guint room = preset->fields[preset->n_fields - 1].count;
  gboolean present;
  gint32 count = read_int (bytes, n_bytes, 0, &present);

  if (count == 0)
    return g_strdup (_("The count is 0: the end of the file, or nothing written yet"));
  if (count < 0 || (guint) count > room)
    return g_strdup_printf (_("The count is %d, but the buffer has %u bytes: this is another layout"), count, room);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "A block of %d byte; whose turn it is, the two semaphores tell",
                                       "A block of %d bytes; whose turn it is, the two semaphores tell", (gulong) count), count);
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
      if (is_all_zero (bytes, n_bytes))
        return g_strdup (_("FILLED, or a new segment that nobody has written to: both are zero, and that is a race"));
      return g_strdup (_("FILLED: user 1 has written, and it is the turn of user 2"));
    case 1:
      return g_strdup (_("Ready: user 2 has written, and it is the turn of user 1"));
    default:
      return g_strdup_printf (_("The status is %d, which this layout does not know"), status);
    }
}

static char *
describe_clock (const guint8 *bytes,
                gsize         n_bytes)
{
  gboolean present;
  gint32 mode = read_int (bytes, n_bytes, 0, &present);
  gint32 count = read_int (bytes, n_bytes, 4, &present);
  gint32 valid = read_int (bytes, n_bytes, 48, &present);

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
 * @bytes: (array length=n_bytes): a copy of the segment's bytes, which may be anything
 * @n_bytes: how many
 *
 * Returns: (transfer full): how far writer and reader are, in one sentence without a full stop, translated
 */
char *
lab_preset_describe_state (const LabPreset *preset,
                           const guint8    *bytes,
                           gsize            n_bytes)
{
  g_return_val_if_fail (preset != NULL && (bytes != NULL || n_bytes == 0), NULL);

  if (n_bytes < lab_preset_get_min_size (preset))
    {
      g_autofree char *has = lab_text_format_count (n_bytes);
      g_autofree char *wants = lab_text_format_count (lab_preset_get_min_size (preset));

      /* Translators: both are numbers of bytes */
      return g_strdup_printf (_("The segment has %s bytes, and this layout needs %s: it is another one"), has, wants);
    }

  switch (preset->handshake)
    {
    case LAB_HANDSHAKE_STAR:
      return describe_star (bytes, n_bytes);
    case LAB_HANDSHAKE_STATUS:
      return describe_status (bytes, n_bytes);
    case LAB_HANDSHAKE_SEMAPHORES:
      return describe_count (preset, bytes, n_bytes);
    case LAB_HANDSHAKE_SIGNALS:
      return describe_chat (bytes, n_bytes);
    case LAB_HANDSHAKE_NTP:
      return describe_clock (bytes, n_bytes);
    case LAB_HANDSHAKE_NONE:
    default:
      return g_strdup (bytes[0] == 0 ? _("Empty: nobody has written yet")
                                     : _("There is text; nothing tells whether the writer is at work"));
    }
}

/* How well a segment fits: 0 not at all.  A key that is a number proves the
 * most; of an ftok key the highest byte is the letter, which is less. */
static guint
score (const LabPreset *preset,
       key_t            key,
       gsize            size_bytes,
       guint            mode)
{
  const guint32 unit = (guint32) key - (guint32) preset->key;
  const gboolean size_fits = size_bytes == preset->size_bytes;
  const gboolean mode_fits = (mode & 0777) == preset->mode || (mode & 0777) == preset->other_mode;
  guint points = (size_fits ? 4 : 0) + (mode_fits ? 1 : 0);

  if (preset->key_path == NULL && unit < preset->n_keys)
    return points + 8;
  if (preset->key_path != NULL && (guint32) key >> 24 == (guint32) preset->key_letter && size_fits)
    return points + 2;

  return size_fits && mode_fits ? points : 0;
}

static int
compare_scores (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  const guint *scores = data;
  const LabPreset *preset_a = *(const LabPreset *const *) a;
  const LabPreset *preset_b = *(const LabPreset *const *) b;
  const guint score_a = scores[preset_a - presets];
  const guint score_b = scores[preset_b - presets];

  if (score_a != score_b)
    return score_a > score_b ? -1 : 1;

  return preset_a < preset_b ? -1 : 1;
}

/**
 * lab_preset_guess:
 * @key: a segment's key
 * @size_bytes: its size
 * @mode: its permission bits; others are passed over
 *
 * Guesses what made a segment that does not have our control block.
 *
 * Returns: (transfer container) (element-type LabPreset): the layouts that it may have, the likeliest first
 */
GPtrArray *
lab_preset_guess (key_t key,
                  gsize size_bytes,
                  guint mode)
{
  GPtrArray *fitting = g_ptr_array_new ();
  guint scores[G_N_ELEMENTS (presets)];

  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      scores[i] = score (&presets[i], key, size_bytes, mode);
      if (scores[i] > 0)
        g_ptr_array_add (fitting, (gpointer) &presets[i]);
    }
  g_ptr_array_sort_with_data (fitting, compare_scores, scores);

  return fitting;
}
