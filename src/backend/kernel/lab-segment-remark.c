/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-segment-remark.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-text.h"

/**
 * lab_segment_remark_larger:
 * @wanted_bytes: the size that is wanted
 * @there_bytes: the size of the segment, which is smaller
 *
 * Returns: (transfer full): what shmget(2) makes of that, in a translated sentence without its full stop
 */
char *
lab_segment_remark_larger (guint64 wanted_bytes,
                           guint64 there_bytes)
{
  g_autofree char *wanted = lab_text_format_count (wanted_bytes);
  g_autofree char *there = lab_text_format_count (there_bytes);

  /* Translators: numbers of bytes */
  return g_strdup_printf (_("%s bytes are wanted and %s are there: without IPC_EXCL shmget would say EINVAL"), wanted, there);
}

/**
 * lab_segment_remark_failed_key:
 *
 * Returns: what the key of an unchecked ftok(3) is, in a translated sentence without its full stop
 */
const char *
lab_segment_remark_failed_key (void)
{
  return _("The key 0xffffffff (-1) is what ftok returns when it fails: every program that does not check it meets here");
}

/**
 * lab_segment_remark_key:
 * @key: a segment's key
 *
 * Returns: (transfer full) (nullable): a translated sentence about the key of an unchecked
 *   ftok(3); %NULL for any other
 */
char *
lab_segment_remark_key (key_t key)
{
  return key == LAB_KEY_FAILED ? g_strconcat (lab_segment_remark_failed_key (), ".", NULL) : NULL;
}

/**
 * lab_segment_remark_mode:
 * @mode: a segment's permission bits
 *
 * Returns: (transfer full) (nullable): a translated sentence about a mode whose leading 0 was
 *   forgotten; %NULL for any other
 */
char *
lab_segment_remark_mode (guint mode)
{
  const guint decimal = lab_mode_find_decimal (mode);

  /* Translators: a mode in octal, the decimal number that gives it, and what was meant */
  return decimal != 0 ? g_strdup_printf (_("The mode %04o is what %u without the leading 0 gives; 0%u may have been meant."),
                                         mode & 0777, decimal, decimal) : NULL;
}

/**
 * lab_segment_remark_size:
 * @record: a segment that has a key
 * @wanted_bytes: the size that somebody wants under this key
 *
 * Returns: (transfer full) (nullable): a translated sentence about a segment that is smaller
 *   than what is wanted; %NULL when it is not
 */
char *
lab_segment_remark_size (const LabShmRecord *record,
                         guint64             wanted_bytes)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  if (wanted_bytes <= record->size_bytes)
    return NULL;

  text = lab_segment_remark_larger (wanted_bytes, record->size_bytes);

  return g_strconcat (text, ".", NULL);
}

/**
 * lab_segment_remark:
 * @record: a segment
 *
 * What is odd about a segment, wherever it is shown: its key, its mode, memory that is locked.
 *
 * Returns: (transfer full) (nullable): translated sentences, or %NULL when nothing is odd
 */
char *
lab_segment_remark (const LabShmRecord *record)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) sentences = NULL;
  g_autofree char *key = NULL;
  g_autofree char *mode = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  key = lab_segment_remark_key (record->key);
  mode = lab_segment_remark_mode (record->mode);
  if (key != NULL)
    g_strv_builder_add (builder, key);
  if (mode != NULL)
    g_strv_builder_add (builder, mode);
  if (record->mode & LAB_MODE_LOCKED)
    g_strv_builder_add (builder, _("It is locked (SHM_LOCKED): its pages in memory are never swapped out."));
  sentences = g_strv_builder_end (builder);

  return sentences[0] != NULL ? g_strjoinv (" ", sentences) : NULL;
}
