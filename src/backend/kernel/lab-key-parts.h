/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * LabKeyParts:
 * @letter: the project letter, 8 bits; 0 is none that ftok(3) would take
 * @device: the low 8 bits of the device that holds the file
 * @inode: the low 16 bits of the file's inode
 *
 * What ftok(3) of glibc makes a key from.  A key that was typed has these bits too,
 * and they mean nothing.
 */
typedef struct
{
  guint letter;
  guint device;
  guint inode;
} LabKeyParts;

#define LAB_KEY_INODES 65536u  /* inodes whose distance is a multiple of this are one to ftok(3) */

LabKeyParts lab_key_split            (key_t    key);
key_t       lab_key_join             (guint    letter,
                                      guint64  device,
                                      guint64  inode);
char       *lab_key_describe_parts   (guint    letter,
                                      guint64  device,
                                      guint64  inode) G_GNUC_WARN_UNUSED_RESULT;
char       *lab_key_format           (key_t    key) G_GNUC_WARN_UNUSED_RESULT;
char       *lab_mode_format          (guint    mode) G_GNUC_WARN_UNUSED_RESULT;
guint       lab_mode_find_decimal    (guint    mode);

G_END_DECLS
