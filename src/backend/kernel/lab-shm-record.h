/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define LAB_KEY_PRIVATE ((key_t) 0)   /* IPC_PRIVATE */
#define LAB_KEY_FAILED  ((key_t) -1)  /* what ftok(3) returns for a missing file */
#define LAB_MODE_CREATE 01000         /* IPC_CREAT, in what shmget(2) is given */
#define LAB_MODE_EXCL   02000         /* IPC_EXCL, in what shmget(2) is given */
#define LAB_MODE_DEST   01000         /* SHM_DEST, in what the kernel records: marked for removal */
#define LAB_MODE_LOCKED 02000         /* SHM_LOCKED, in what the kernel records: may not be swapped out */

/**
 * LabShmRecord:
 *
 * What the kernel keeps about one segment, `struct shmid_ds`, as plain numbers.
 * Times are seconds since 1970, 0 for never.  @mode holds the permission bits
 * with %LAB_MODE_DEST and %LAB_MODE_LOCKED.
 */
typedef struct
{
  int     id;
  key_t   key;
  uid_t   uid;
  gid_t   gid;
  uid_t   cuid;
  gid_t   cgid;
  guint   mode;
  guint   seq;
  guint64 size_bytes;
  gint64  atime;
  gint64  dtime;
  gint64  ctime;
  pid_t   cpid;
  pid_t   lpid;
  gulong  n_attaches;
} LabShmRecord;

G_END_DECLS
