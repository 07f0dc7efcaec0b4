/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-key-parts.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

/**
 * lab_key_split:
 * @key: a key
 *
 * Source: ftok(3); glibc's `sysvipc/ftok.c`.
 *
 * Returns: its 8 bits of letter, 8 of device and 16 of inode
 */
LabKeyParts
lab_key_split (key_t key)
{
  const guint32 bits = (guint32) key;

  return (LabKeyParts) { .letter = bits >> 24, .device = bits >> 16 & 0xff, .inode = bits & 0xffff };
}

/**
 * lab_key_join:
 * @letter: a project letter; its low 8 bits count
 * @device: the device that holds a file, `st_dev`; its low 8 bits count
 * @inode: the file's inode, `st_ino`; its low 16 bits count
 *
 * Source: ftok(3); glibc's `sysvipc/ftok.c`.
 *
 * Returns: the key that ftok(3) makes from them
 */
key_t
lab_key_join (guint   letter,
              guint64 device,
              guint64 inode)
{
  return (key_t) ((letter & 0xff) << 24 | (guint32) (device & 0xff) << 16 | (guint32) (inode & 0xffff));
}

/**
 * lab_key_describe_parts:
 * @letter: a project letter, 1 to 255
 * @device: the device that holds a file, `st_dev`
 * @inode: the file's inode, `st_ino`
 *
 * Returns: (transfer full): how ftok(3) composes the key, in translated sentences
 */
char *
lab_key_describe_parts (guint   letter,
                        guint64 device,
                        guint64 inode)
{
  const key_t key = lab_key_join (letter, device, inode);
  const LabKeyParts parts = lab_key_split (key);
  g_autofree char *whole = lab_key_format (key);
  g_autofree char *number = lab_text_format_count (inode);

  /* Translators: a key in hex; then the parts of it in hex, each with what it is made from; the last %s is the number of an inode */
  return g_strdup_printf (_("Key %s = letter 0x%02x (8 bits), device 0x%02x (8 bits), inode 0x%04x (the low 16 bits of %s). "
                            "Two files on this device whose inodes differ by 65,536, or twice that, make the same key."),
                          whole, parts.letter, parts.device, parts.inode, number);
}

/**
 * lab_key_format:
 * @key: a key
 *
 * Returns: (transfer full): the key as ipcs(1) and ftok's users write it, "0x41050a12"
 */
char *
lab_key_format (key_t key)
{
  return g_strdup_printf ("0x%08x", (guint) key);
}

/**
 * lab_mode_format:
 * @mode: permission bits; others are passed over
 *
 * Returns: (transfer full): the mode as ls(1) writes it, "rw-r-----"
 */
char *
lab_mode_format (guint mode)
{
  char *text = g_strdup ("rwxrwxrwx");

  for (guint i = 0; text[i] != '\0'; i++)
    if ((mode & (0400u >> i)) == 0)
      text[i] = '-';

  return text;
}

/**
 * lab_mode_find_decimal:
 * @mode: permission bits of a segment; others are passed over
 *
 * Who writes 666 in C and means 0666 passes 01232: `IPC_CREAT`, and the mode 0232.
 *
 * Returns: the decimal number that gives these odd bits, such as 666 for 0232, or 0
 */
guint
lab_mode_find_decimal (guint mode)
{
  static const guint decimals[] = { 600, 640, 644, 660, 664, 666, 700, 744, 750, 755, 770, 775, 777 };

  for (gsize i = 0; i < G_N_ELEMENTS (decimals); i++)
    if ((decimals[i] & 0777) == (mode & 0777))
      return decimals[i];

  return 0;
}
