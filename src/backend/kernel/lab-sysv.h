/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-shm-record.h"

G_BEGIN_DECLS

/* Every System V call of this project is made in lab-sysv.c, and recorded
 * there, but for what lab_sysv_shm_watch() asks, which is counted.  The functions keep the C library's ways: -1 and errno on failure.
 * They are thin on purpose; LabSegment is the comfortable form. */

/**
 * LabGetFlags:
 * @LAB_GET_EXISTING: only find what exists
 * @LAB_GET_CREATE: `IPC_CREAT`, make it when the key is free
 * @LAB_GET_EXCLUSIVE: `IPC_CREAT | IPC_EXCL`, fail when the key is taken
 */
typedef enum
{
  LAB_GET_EXISTING  = 0,
  LAB_GET_CREATE    = 1 << 0,
  LAB_GET_EXCLUSIVE = 1 << 1,
} LabGetFlags;

char    *lab_sysv_ftok_text   (const char     *path,
                               int             letter) G_GNUC_WARN_UNUSED_RESULT;
key_t    lab_sysv_ftok        (const char     *path,
                               int             letter,
                               LabCall       **made) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_shmget      (key_t           key,
                               gsize           size_bytes,
                               LabGetFlags     flags,
                               guint           mode,
                               LabCall       **made) G_GNUC_WARN_UNUSED_RESULT;
gpointer lab_sysv_shmat       (int             id,
                               gboolean        writable,
                               LabCall       **made) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_shmdt       (gconstpointer   base,
                               LabCall       **made);
int      lab_sysv_shmctl_stat (int             id,
                               LabShmRecord   *record,
                               LabCall       **made) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_shmctl_set  (int             id,
                               const LabShmRecord *record,
                               LabCall       **made) G_GNUC_WARN_UNUSED_RESULT;
guint64  lab_sysv_get_n_watch_calls (void);
int      lab_sysv_shm_watch   (key_t           key,
                               int             id,
                               LabShmRecord   *record) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_shmctl_rmid (int             id,
                               LabCall       **made);

/**
 * LabSemOp:
 * @number: which semaphore of the set, from 0
 * @change: added to its value; below 0 waits until it fits; 0 waits for zero
 * @nowait: `IPC_NOWAIT`, fail with `EAGAIN` instead of waiting
 * @undo: `SEM_UNDO`, the kernel takes the change back when this process ends
 *
 * One operation of semop(2), `struct sembuf`, without its flags' names.
 */
typedef struct
{
  guint    number;
  int      change;
  gboolean nowait;
  gboolean undo;
} LabSemOp;

/**
 * LabSemRecord:
 *
 * What the kernel keeps about one semaphore set, `struct semid_ds`, as plain numbers.
 */
typedef struct
{
  int    id;
  key_t  key;
  uid_t  uid;
  uid_t  cuid;
  guint  mode;
  guint  n_semaphores;
  gint64 otime;          /* of the last semop(2), in seconds since 1970; 0 for never */
  gint64 ctime;          /* made, or last changed by semctl(2), in seconds since 1970 */
} LabSemRecord;

#define LAB_SEM_OPS_MAX 4  /* as many as one call of ours ever makes at once */

int      lab_sysv_semget        (key_t           key,
                                 guint           n_semaphores,
                                 LabGetFlags     flags,
                                 guint           mode) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_semop         (int             id,
                                 const LabSemOp *ops,
                                 guint           n_ops) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_semctl_setval (int             id,
                                 guint           number,
                                 int             value);
int      lab_sysv_semctl_getval (int             id,
                                 guint           number) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_semctl_getpid (int             id,
                                 guint           number) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_semctl_stat   (int             id,
                                 LabSemRecord   *record) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_semctl_rmid   (int             id);

int      lab_sysv_msgget        (key_t           key,
                                 LabGetFlags     flags,
                                 guint           mode) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_msgsnd        (int             id,
                                 gconstpointer   message,
                                 gsize           n_bytes,
                                 gboolean        nowait) G_GNUC_WARN_UNUSED_RESULT;
gssize   lab_sysv_msgrcv        (int             id,
                                 gpointer        message,
                                 gsize           n_bytes,
                                 glong           type,
                                 gboolean        nowait) G_GNUC_WARN_UNUSED_RESULT;
int      lab_sysv_msgctl_rmid   (int             id);

void     lab_sysv_set_error     (GError        **error);

G_END_DECLS
