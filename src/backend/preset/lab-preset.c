/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/preset/lab-preset.h"

#include <glib/gi18n-lib.h>

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
 * lab_preset_has_key:
 * @preset: a layout
 * @key: a segment's key
 * @choice: (nullable): the file and letter that @key was made from, when they are known
 *
 * Unlike lab_preset_guess() this is no guess: the key is made as the layout's programs make it.
 *
 * Returns: whether it is
 */
gboolean
lab_preset_has_key (const LabPreset    *preset,
                    key_t               key,
                    const LabKeyChoice *choice)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (preset != NULL, FALSE);

  if (preset->key_path == NULL)
    return (guint32) key - (guint32) preset->key < preset->n_keys;
  if (choice == NULL || choice->path == NULL || choice->letter != preset->key_letter)
    return FALSE;
  if (g_str_has_suffix (preset->key_path, G_DIR_SEPARATOR_S))
    return g_file_test (choice->path, G_FILE_TEST_IS_DIR);

  name = g_path_get_basename (choice->path);

  return g_str_equal (name, preset->key_path);
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
  guint points = (size_fits ? 4U : 0U) + (mode_fits ? 1U : 0U);

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
