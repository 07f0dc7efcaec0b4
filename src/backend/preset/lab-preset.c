/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/preset/lab-preset.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

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

/* The same struct of a 32-bit program, whose time_t and long have four bytes and leave no gaps. */
static const LabPresetField clock_32_fields[] = {
  { "mode", LAB_PRESET_INT, 0, 1 },
  { "count", LAB_PRESET_INT, 4, 1 },
  { "clockTimeStampSec", LAB_PRESET_TIME_32, 8, 1 },
  { "clockTimeStampUSec", LAB_PRESET_INT, 12, 1 },
  { "receiveTimeStampSec", LAB_PRESET_TIME_32, 16, 1 },
  { "receiveTimeStampUSec", LAB_PRESET_INT, 20, 1 },
  { "leap", LAB_PRESET_INT, 24, 1 },
  { "precision", LAB_PRESET_INT, 28, 1 },
  { "nsamples", LAB_PRESET_INT, 32, 1 },
  { "valid", LAB_PRESET_INT, 36, 1 },
  { "clockTimeStampNSec", LAB_PRESET_UNSIGNED, 40, 1 },
  { "receiveTimeStampNSec", LAB_PRESET_UNSIGNED, 44, 1 },
};

#define FIELDS(array) array, G_N_ELEMENTS (array)

static const LabPreset presets[] = {
  /* Translators: “ftok, shmget, shmat, shmdt, shmctl”, as many tutorials teach it */
  { "five-calls", N_("Five-calls tutorial"), "shmfile", 65, 0, 0, 1024, 0666, 0666,
    LAB_HANDSHAKE_NONE, FIELDS (text_fields), 0, FALSE },
  /* Translators: a well-known guide on the web */
  { "beej", N_("Beej’s guide, shmdemo"), "shmdemo.c", 'R', 0, 0, 1024, 0644, 0644,
    LAB_HANDSHAKE_NONE, FIELDS (text_fields), 0, FALSE },
  /* Translators: course notes of Cardiff University */
  { "cardiff", N_("Cardiff, the alphabet"), NULL, 0, 5678, 1, 27, 0666, 0666,
    LAB_HANDSHAKE_STAR, FIELDS (alphabet_fields), 0, FALSE },
  { "video", N_("Video lesson with key 9876"), NULL, 0, 9876, 1, 100, 0666, 0666,
    LAB_HANDSHAKE_STAR, FIELDS (text_fields), 0, FALSE },
  /* Translators: course notes of Michigan Technological University, by C.-K. Shene */
  { "mtu", N_("MTU, status and four numbers"), "./", 'x', 0, 0, 20, 0666, 0666,
    LAB_HANDSHAKE_STATUS, FIELDS (status_fields), 0, FALSE },
  /* Translators: The Linux Programming Interface, a book by Michael Kerrisk */
  { "tlpi", N_("TLPI, svshm_xfr"), NULL, 0, 0x1234, 1, 1028, 0660, 0660,
    LAB_HANDSHAKE_SEMAPHORES, FIELDS (transfer_fields), 0x5678, FALSE },
  { "chat", N_("Chat with signals"), NULL, 0, 12345, 1, 112, 0666, 0666,
    LAB_HANDSHAKE_SIGNALS, FIELDS (chat_fields), 0, FALSE },
  { "ntp", N_("NTP reference clock"), NULL, 0, 0x4e545030, 256, 96, 0600, 0666,
    LAB_HANDSHAKE_NTP, FIELDS (clock_fields), 0, FALSE },
  /* The only layout of these that differs: the others have nothing but char and int. */
  { "ntp-32", N_("NTP reference clock, 32-bit"), NULL, 0, 0x4e545030, 256, 80, 0600, 0666,
    LAB_HANDSHAKE_NTP, FIELDS (clock_32_fields), 0, TRUE },
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

/* Whether the key is made as the layout's programs make it.  Our own file is called as a tutorial's. */
static gboolean
has_key (const LabPreset    *preset,
         key_t               key,
         const LabKeyChoice *choice)
{
  g_autofree char *name = NULL;

  if (preset->key_path == NULL)
    return (guint32) key - (guint32) preset->key < preset->n_keys;
  if (choice == NULL || choice->path == NULL || choice->letter != preset->key_letter || lab_key_choice_has_default_file (choice))
    return FALSE;
  if (g_str_has_suffix (preset->key_path, G_DIR_SEPARATOR_S))
    return g_file_test (choice->path, G_FILE_TEST_IS_DIR);

  name = g_path_get_basename (choice->path);

  return g_str_equal (name, preset->key_path);
}

/**
 * lab_preset_judge:
 * @preset: a layout
 * @key: a segment's key
 * @choice: (nullable): the file and letter that @key was made from, when they are known
 * @size_bytes: the segment's size
 * @mode: its permission bits; others are passed over
 *
 * Returns: what speaks for a segment's having the layout
 */
LabGuess
lab_preset_judge (const LabPreset    *preset,
                  key_t               key,
                  const LabKeyChoice *choice,
                  gsize               size_bytes,
                  guint               mode)
{
  g_return_val_if_fail (preset != NULL, LAB_GUESS_NONE);

  if (has_key (preset, key, choice))
    return size_bytes == preset->size_bytes ? LAB_GUESS_KEY : LAB_GUESS_OTHER_SIZE;
  if (size_bytes != preset->size_bytes || (choice != NULL && lab_key_choice_has_default_file (choice)))
    return LAB_GUESS_NONE;
  if (preset->key_path != NULL && (guint32) key >> 24 == (guint32) preset->key_letter)
    return LAB_GUESS_LETTER;
  if ((mode & 0777) == preset->mode || (mode & 0777) == preset->other_mode)
    return LAB_GUESS_SIZE;

  return LAB_GUESS_NONE;
}

static int
compare_guesses (gconstpointer a,
                 gconstpointer b,
                 gpointer      data)
{
  const LabGuess *guesses = data;
  const LabPreset *preset_a = *(const LabPreset *const *) a;
  const LabPreset *preset_b = *(const LabPreset *const *) b;
  const LabGuess guess_a = guesses[preset_a - presets];
  const LabGuess guess_b = guesses[preset_b - presets];

  if (guess_a != guess_b)
    return guess_a > guess_b ? -1 : 1;

  return preset_a < preset_b ? -1 : 1;
}

/**
 * lab_preset_guess:
 * @key: a segment's key
 * @choice: (nullable): the file and letter that @key was made from, when they are known
 * @size_bytes: its size
 * @mode: its permission bits; others are passed over
 *
 * Guesses what made a segment that does not have our control block.  Another size is another layout.
 *
 * Returns: (transfer container) (element-type LabPreset): the layouts that it may have, the likeliest first
 */
GPtrArray *
lab_preset_guess (key_t               key,
                  const LabKeyChoice *choice,
                  gsize               size_bytes,
                  guint               mode)
{
  GPtrArray *fitting = g_ptr_array_new ();
  LabGuess guesses[G_N_ELEMENTS (presets)];

  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      guesses[i] = lab_preset_judge (&presets[i], key, choice, size_bytes, mode);
      if (guesses[i] > LAB_GUESS_OTHER_SIZE)
        g_ptr_array_add (fitting, (gpointer) &presets[i]);
    }
  g_ptr_array_sort_with_data (fitting, compare_guesses, guesses);

  return fitting;
}

static char *
describe_key_and_size (const LabPreset *preset,
                       const char      *size,
                       int              n_semaphores)
{
  g_autofree char *key = lab_preset_dup_key_text (preset);
  g_autofree char *semaphore_key = g_strdup_printf ("0x%x", (guint) preset->semaphore_key);
  const char *name = lab_preset_get_name (preset);

  if (preset->semaphore_key == 0 || n_semaphores < 0)
    /* Translators: a key, such as 5678 or ftok("shmfile", 65), a number of bytes, and the name of a textbook’s layout */
    return g_strdup_printf (_("A guess: key %s and %s bytes, as in “%s”"), key, size, name);
  if (n_semaphores == LAB_PRESET_N_SEMAPHORES)
    /* Translators: a key, a number of bytes, another key, and the name of a textbook’s layout */
    return g_strdup_printf (_("A guess: key %s, %s bytes, and two semaphores with key %s, as in “%s”"), key, size, semaphore_key, name);

  /* Translators: a key, a number of bytes, the name of a textbook’s layout, and another key */
  return g_strdup_printf (_("A guess: key %s and %s bytes, as in “%s”; but its two semaphores with key %s are not there"),
                          key, size, name, semaphore_key);
}

/**
 * lab_preset_describe_guess:
 * @preset: a layout
 * @guess: what speaks for a segment's having it
 * @size_bytes: the segment's size
 * @mode: its permission bits
 * @n_semaphores: how many there are with the layout's semaphore key; -1 when that is not known
 *
 * Returns: (transfer full) (nullable): the guess and its reason, translated and without a full stop;
 *   %NULL for %LAB_GUESS_NONE
 */
char *
lab_preset_describe_guess (const LabPreset *preset,
                           LabGuess         guess,
                           gsize            size_bytes,
                           guint            mode,
                           int              n_semaphores)
{
  g_autofree char *size = lab_text_format_count (size_bytes);
  g_autofree char *letter = NULL;
  g_autofree char *key = NULL;
  g_autofree char *own_size = NULL;

  g_return_val_if_fail (preset != NULL, NULL);

  switch (guess)
    {
    case LAB_GUESS_KEY:
      return describe_key_and_size (preset, size, n_semaphores);
    case LAB_GUESS_LETTER:
      letter = lab_letter_format (preset->key_letter);
      /* Translators: a letter, a number of bytes, and the name of a textbook’s layout */
      return g_strdup_printf (_("A guess: the letter %s in the key and %s bytes, as in “%s”"), letter, size, lab_preset_get_name (preset));
    case LAB_GUESS_SIZE:
      /* Translators: a number of bytes, permission bits in octal, and the name of a textbook’s layout */
      return g_strdup_printf (_("A guess: %s bytes and mode %04o, as in “%s”"), size, mode & 0777, lab_preset_get_name (preset));
    case LAB_GUESS_OTHER_SIZE:
      key = lab_preset_dup_key_text (preset);
      own_size = lab_text_format_count (preset->size_bytes);
      /* Translators: a key, the name of a textbook’s layout, and two numbers of bytes */
      return g_strdup_printf (_("%s is the key of “%s” too, but that has %s bytes and this segment %s: another layout"),
                              key, lab_preset_get_name (preset), own_size, size);
    case LAB_GUESS_NONE:
    default:
      return NULL;
    }
}
