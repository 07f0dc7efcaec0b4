/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "backend/kernel/lab-segment-remark.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/kernel/lab-text.h"

#define DEFAULT_LETTER 'A'

/* Makes @path when nobody has, readable by its owner alone.  ftok(3) uses the
 * inode, so an existing file must stay the very same one. */
static gboolean
ensure_file (const char  *path,
             GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int errsv = errno;
      g_autofree char *shown = lab_text_format_path (folder);

      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                   _("The folder %s for the key’s file cannot be made (%s); choose another file"),
                   shown, g_strerror (errsv));
      return FALSE;
    }

  fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd == -1 && errno != EEXIST)
    {
      int errsv = errno;
      g_autofree char *shown = lab_text_format_path (path);

      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                   _("The key’s file %s cannot be made (%s); choose another file"), shown, g_strerror (errsv));
      return FALSE;
    }
  if (fd != -1)
    g_close (fd, NULL);

  return TRUE;
}

G_DEFINE_BOXED_TYPE (LabKeyChoice, lab_key_choice, lab_key_choice_copy, lab_key_choice_free)

/* Where the file is, the best place first: the user's data, what lasts as long as the session, and a folder of
 * the user's own among the temporary files. */
static char *
dup_default_path (guint place)
{
  g_autofree char *own_folder = g_strdup_printf ("shmlab-%u", (guint) getuid ());

  switch (place)
    {
    case 0: return g_build_filename (g_get_user_data_dir (), "shmlab", "shmfile", NULL);
    case 1: return g_build_filename (g_get_user_runtime_dir (), "shmlab", "shmfile", NULL);
    default: return g_build_filename (g_get_tmp_dir (), own_folder, "shmfile", NULL);
    }
}

#define N_DEFAULT_PLACES 3

/* Anybody may make a folder in the one for temporary files, under any name. */
static gboolean
is_ours_alone (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  GStatBuf stat_buf;

  return g_lstat (folder, &stat_buf) == 0 && S_ISDIR (stat_buf.st_mode) && stat_buf.st_uid == getuid ()
         && (stat_buf.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/**
 * lab_key_choice_new_default:
 * @error: return location for an error
 *
 * The choice with which a server and a client find each other untold: a file of
 * our own in the user's data folder, made when it is missing, and the letter A.  Where
 * that folder cannot be written, the file is in the user's run-time folder, or else in
 * one of the user's own in the folder for temporary files: the first of the three that
 * can be had, so that both programs come to the same.
 *
 * Errors: %LAB_SHM_ERROR_KEY when the file cannot be made; the sentence is about the
 * data folder.
 *
 * Returns: (transfer full): the choice, or %NULL with @error set
 */
LabKeyChoice *
lab_key_choice_new_default (GError **error)
{
  for (guint i = 0; i < N_DEFAULT_PLACES; i++)
    {
      g_autofree char *path = dup_default_path (i);

      if (ensure_file (path, i == 0 ? error : NULL) && (i < N_DEFAULT_PLACES - 1 || is_ours_alone (path)))
        {
          g_clear_error (error);
          return lab_key_choice_new_file (path, DEFAULT_LETTER);
        }
    }

  return NULL;
}

/**
 * lab_key_choice_has_default_file:
 * @choice: a choice
 *
 * Returns: whether its file is our own, with whatever letter: then no other program
 *   has made its key by chance
 */
gboolean
lab_key_choice_has_default_file (const LabKeyChoice *choice)
{
  g_return_val_if_fail (choice != NULL, FALSE);

  for (guint i = 0; i < N_DEFAULT_PLACES; i++)
    {
      g_autofree char *path = dup_default_path (i);

      if (g_strcmp0 (choice->path, path) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * lab_key_choice_new_file:
 * @path: a file for ftok(3); whether it exists shows when ftok is called
 * @letter: the project letter, 1 to 255
 *
 * Returns: (transfer full): the choice
 */
LabKeyChoice *
lab_key_choice_new_file (const char *path,
                         int         letter)
{
  LabKeyChoice *choice;

  g_return_val_if_fail (path != NULL, NULL);

  choice = g_new0 (LabKeyChoice, 1);
  choice->path = g_strdup (path);
  choice->letter = letter;
  choice->key = LAB_KEY_FAILED;

  return choice;
}

/**
 * lab_key_choice_new_key:
 * @key: a key that the user typed
 *
 * Returns: (transfer full): the choice
 */
LabKeyChoice *
lab_key_choice_new_key (key_t key)
{
  LabKeyChoice *choice = g_new0 (LabKeyChoice, 1);

  choice->letter = DEFAULT_LETTER;
  choice->key = key;

  return choice;
}

LabKeyChoice *
lab_key_choice_copy (const LabKeyChoice *choice)
{
  LabKeyChoice *copy;

  g_return_val_if_fail (choice != NULL, NULL);

  copy = g_memdup2 (choice, sizeof *choice);
  copy->path = g_strdup (choice->path);

  return copy;
}

void
lab_key_choice_free (LabKeyChoice *choice)
{
  if (choice == NULL)
    return;

  g_free (choice->path);
  g_free (choice);
}

/**
 * lab_key_choice_equal:
 * @a: (nullable): a choice
 * @b: (nullable): another
 *
 * Returns: whether both name the segment in the same way
 */
gboolean
lab_key_choice_equal (const LabKeyChoice *a,
                      const LabKeyChoice *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->path == NULL || b->path == NULL)
    return a->path == b->path && a->key == b->key;

  return strcmp (a->path, b->path) == 0 && a->letter == b->letter;
}

/**
 * lab_key_parse:
 * @text: what the user typed: hex with 0x in front, or decimal, also negative as in /proc/sysvipc/shm
 * @key: (out): the key
 * @error: return location for an error
 *
 * Errors: %LAB_SHM_ERROR_KEY when it is no number of 32 bits, and for the two
 * numbers that are no names: 0 (`IPC_PRIVATE`) and -1 (what a failed ftok returns).
 *
 * Returns: whether @text is a key
 */
gboolean
lab_key_parse (const char  *text,
               key_t       *key,
               GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *shown = lab_text_format_name (stripped);
  gboolean negative = stripped[0] == '-';
  const char *digits = negative ? stripped + 1 : stripped;
  gboolean hex = g_ascii_strncasecmp (digits, "0x", 2) == 0;
  guint64 value = 0;
  gboolean ok;

  g_return_val_if_fail (key != NULL, FALSE);

  if (!hex && digits[0] == '0' && digits[1] != '\0')
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                   _("“%s” could mean two keys, because in C a 0 in front makes a number octal; write it in hex with 0x, or in decimal without the 0"),
                   shown);
      return FALSE;
    }

  /* g_ascii_string_to_unsigned() would let a second sign or 0x pass. */
  ok = hex ? !negative && g_ascii_isxdigit (digits[2]) && digits[3] != 'x' && digits[3] != 'X'
           : g_ascii_isdigit (digits[0]);
  ok = ok && g_ascii_string_to_unsigned (hex ? digits + 2 : digits, hex ? 16 : 10, 0,
                                         negative ? (guint64) G_MAXINT32 + 1 : G_MAXUINT32, &value, NULL);
  if (!ok)
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                   _("“%s” is no key; a key is a number of 32 bits, in hex like 0x41050a12 or in decimal like 1234"),
                   shown);
      return FALSE;
    }

  *key = (key_t) (guint32) (negative ? 0 - value : value);
  if (*key == LAB_KEY_PRIVATE)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("0 is IPC_PRIVATE and no name: each shmget with it makes another new segment, which nobody finds by key; choose another number"));
      return FALSE;
    }
  if (*key == LAB_KEY_FAILED)
    {
      g_autofree char *remark = lab_segment_remark_key (*key);

      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY, "%s %s", remark, _("Choose another number"));
      return FALSE;
    }

  return TRUE;
}

/**
 * lab_letter_parse:
 * @text: what the user typed: one character, also in quotes ('7'), or a number from 1 to 255;
 *   a digit without quotes is a number
 * @letter: (out): the project letter for ftok(3)
 * @error: return location for an error
 *
 * Errors: %LAB_SHM_ERROR_KEY; ftok(3) uses only the low 8 bits, and they must not be 0.
 *
 * Returns: whether @text is a letter
 */
gboolean
lab_letter_parse (const char  *text,
                  int         *letter,
                  GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *shown = lab_text_format_name (stripped);
  gsize length = strlen (stripped);
  gboolean hex = g_ascii_strncasecmp (stripped, "0x", 2) == 0 && g_ascii_isxdigit (stripped[2]);
  guint64 value;

  g_return_val_if_fail (letter != NULL, FALSE);

  if (length == 3 && stripped[0] == '\'' && stripped[2] == '\'' && g_ascii_isprint (stripped[1]))
    {
      *letter = stripped[1];
      return TRUE;
    }

  if (length == 1 && g_ascii_isprint (stripped[0]) && !g_ascii_isdigit (stripped[0]))
    {
      *letter = stripped[0];
      return TRUE;
    }

  if ((hex || g_ascii_isdigit (stripped[0]))
      && g_ascii_string_to_unsigned (hex ? stripped + 2 : stripped, hex ? 16 : 10, 0, G_MAXUINT32, &value, NULL))
    {
      if (value >= 1 && value <= 255)
        {
          *letter = (int) value;
          return TRUE;
        }
      if ((value & 0xff) == 0)
        g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                     _("%s will not do: ftok uses only the low 8 bits, and they must not all be 0; choose a letter or a number from 1 to 255"),
                     shown);
      else
        g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                     _("%s will not do: ftok uses only the low 8 bits, so it would give the same key as %u; choose a letter or a number from 1 to 255"),
                     shown, (guint) (value & 0xff));
      return FALSE;
    }

  if (g_utf8_validate (stripped, -1, NULL) && g_utf8_strlen (stripped, -1) == 1)
    g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                 ngettext ("“%s” will not do: ftok uses only 8 bits, and this character has %u byte; choose one from A to Z, or a number from 1 to 255",
                           "“%s” will not do: ftok uses only 8 bits, and this character has %u bytes; choose one from A to Z, or a number from 1 to 255",
                           (gulong) length),
                 shown, (guint) length);
  else
    g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                 _("“%s” is no project letter: ftok uses only 8 bits; choose one character, or a number from 1 to 255"), shown);

  return FALSE;
}

/**
 * lab_letter_format:
 * @letter: a project letter, 1 to 255
 *
 * Returns: (transfer full): what lab_letter_parse() reads as @letter again: the
 *   character, in quotes when it is a digit, or the number of one that cannot be shown
 */
char *
lab_letter_format (int letter)
{
  if (g_ascii_isdigit (letter))
    return g_strdup_printf ("'%c'", letter);  /* without quotes it would be a number */
  if (letter < 128 && g_ascii_isgraph (letter))
    return g_strdup_printf ("%c", letter);

  return g_strdup_printf ("%d", letter);
}

/* As in coreutils: K and KiB are 1024 bytes, kB is 1000. */
static gboolean
unit_to_factor (const char *unit,
                guint64    *factor)
{
  static const struct { const char *unit; guint64 factor; } units[] = {
    { "", 1 }, { "b", 1 }, { "byte", 1 }, { "bytes", 1 },
    { "k", G_GUINT64_CONSTANT (1) << 10 }, { "kib", G_GUINT64_CONSTANT (1) << 10 }, { "kb", 1000 },
    { "m", G_GUINT64_CONSTANT (1) << 20 }, { "mib", G_GUINT64_CONSTANT (1) << 20 }, { "mb", 1000000 },
    { "g", G_GUINT64_CONSTANT (1) << 30 }, { "gib", G_GUINT64_CONSTANT (1) << 30 }, { "gb", 1000000000 },
    { "t", G_GUINT64_CONSTANT (1) << 40 }, { "tib", G_GUINT64_CONSTANT (1) << 40 }, { "tb", G_GUINT64_CONSTANT (1000000000000) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (unit, units[i].unit) == 0)
      {
        *factor = units[i].factor;
        return TRUE;
      }

  return FALSE;
}

/**
 * lab_size_parse:
 * @text: what the user typed, such as "4096", "4 KiB", "1GiB", "1M"
 * @size_bytes: (out): the size
 * @error: return location for an error
 *
 * Reads a whole number of bytes.  A size that shmget(2) will refuse, such as 0,
 * passes: the kernel shall say so itself.
 *
 * Errors: %LAB_SHM_ERROR_SIZE when it is no number, or beyond `G_MAXSIZE / 2`.
 *
 * Returns: whether @text is a size
 */
gboolean
lab_size_parse (const char  *text,
                gsize       *size_bytes,
                GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *shown = lab_text_format_name (stripped);
  gsize n_digits = strspn (stripped, "0123456789");
  g_autofree char *digits = g_strndup (stripped, n_digits);
  const char *unit = stripped + n_digits;
  guint64 value, factor;

  g_return_val_if_fail (size_bytes != NULL, FALSE);

  while (g_ascii_isspace (*unit))
    unit++;

  if (n_digits == 0 || !unit_to_factor (unit, &factor))
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                   _("“%s” is no size; a size is a whole number of bytes, like 4096, 4 KiB or 1 GiB"), shown);
      return FALSE;
    }

  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXSIZE / 2, &value, NULL) || value > G_MAXSIZE / 2 / factor)
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                   _("%s is more than any computer can address; choose a smaller size"), shown);
      return FALSE;
    }

  *size_bytes = (gsize) (value * factor);

  return TRUE;
}

static const char mode_letters[] = "rwxrwxrwx";

static gboolean
parse_mode_letters (const char *text,
                    guint      *mode)
{
  guint result = 0;

  if (strlen (text) != strlen (mode_letters))
    return FALSE;

  for (guint i = 0; mode_letters[i] != '\0'; i++)
    if (text[i] == mode_letters[i])
      result |= 0400u >> i;
    else if (text[i] != '-')
      return FALSE;

  *mode = result;

  return TRUE;
}

/**
 * lab_mode_parse:
 * @text: what the user typed: octal with or without a 0 in front, or like "rw-r-----"
 * @mode: (out): permission bits, 0 to 0777
 * @error: return location for an error
 *
 * Errors: %LAB_SHM_ERROR_FAILED.
 *
 * Returns: whether @text is a mode
 */
gboolean
lab_mode_parse (const char  *text,
                guint       *mode,
                GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *shown = lab_text_format_name (stripped);
  gsize n_digits = strspn (stripped, "0123456789");
  guint64 value;

  g_return_val_if_fail (mode != NULL, FALSE);

  if (parse_mode_letters (stripped, mode))
    return TRUE;

  if (n_digits == 0 || stripped[n_digits] != '\0')
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                   _("“%s” is no mode; write it in octal like 0640, or like rw-r-----"), shown);
      return FALSE;
    }

  if (strpbrk (stripped, "89") != NULL)
    {
      /* Somebody printed a mode with %d: 0600 is 384. */
      if (stripped[0] != '0' && g_ascii_string_to_unsigned (stripped, 10, 0, 0777, &value, NULL))
        g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                     _("A mode is octal, with the digits 0 to 7; if you mean the decimal number %s, write %04o"),
                     shown, (guint) value);
      else
        g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                     _("“%s” is no mode: it is octal, with the digits 0 to 7"), shown);
      return FALSE;
    }

  if (!g_ascii_string_to_unsigned (stripped, 8, 0, 0777, &value, NULL))
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                   _("%s is more than the nine permission bits; the most is 0777, reading and writing for everybody is 0666"), shown);
      return FALSE;
    }

  *mode = (guint) value;

  return TRUE;
}
