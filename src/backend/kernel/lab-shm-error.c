/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-shm-error.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (lab-shm-error, lab_shm_error)

/* One errno, several meanings: EINVAL is a bad size to shmget(2) and a vanished
 * segment to shmctl(2); ENOSPC is never about a disk.  So both choose the row.
 *
 * Sources: ftok(3), shmget(2), shmat(2), shmdt(2), shmctl(2), semget(2), semop(2), semctl(2),
 * msgget(2), msgsnd(2), msgrcv(2), msgctl(2). */
typedef struct
{
  LabCallName  call;
  int          errsv;
  LabShmError  code;
  const char  *words;
} Row;

#define ROW(call, errsv, code, words) { LAB_CALL_##call, errsv, LAB_SHM_ERROR_##code, words }

static const Row rows[] = {
  ROW (FTOK, ENOENT, KEY, N_("There is no such file, so ftok can make no key from it; choose a file that exists")),
  ROW (FTOK, EACCES, KEY, N_("A folder on the way to the file may not be searched; choose a file that you can reach")),
  ROW (FTOK, ENOTDIR, KEY, N_("A part of the path is a file and not a folder; correct the path")),
  ROW (FTOK, ELOOP, KEY, N_("The path leads in a circle of links; choose another file")),
  ROW (FTOK, ENAMETOOLONG, KEY, N_("The path is too long; choose another file")),

  ROW (SHMGET, EEXIST, EXISTS, N_("Another segment already has this key; take it over, remove it, or choose another key")),
  ROW (SHMGET, ENOENT, NOT_FOUND, N_("No segment has this key; start a server with this key first")),
  ROW (SHMGET, EINVAL, SIZE, N_("The size is too small or too large, or more than the existing segment has; choose another size")),
  ROW (SHMGET, ENOSPC, LIMIT, N_("The kernel’s limit on segments (SHMMNI) or on shared pages (SHMALL) is reached; remove segments that nobody needs")),
  ROW (SHMGET, ENOMEM, LIMIT, N_("There is not enough memory for a segment of this size; choose a smaller one")),
  ROW (SHMGET, EACCES, PERMISSION, N_("The segment’s mode does not give you this access; ask its owner, or choose another key")),
  ROW (SHMGET, EPERM, PERMISSION, N_("You may not make such a segment; choose another size or mode")),

  ROW (SHMAT, EACCES, PERMISSION, N_("The segment’s mode does not let you attach it this way; ask its owner for read or write permission")),
  ROW (SHMAT, EINVAL, REMOVED, N_("No segment has this id any more; find it anew by its key")),
  ROW (SHMAT, EIDRM, REMOVED, N_("The segment has been removed; find it anew by its key")),
  ROW (SHMAT, ENOMEM, LIMIT, N_("There is no room in this process for the segment; choose a smaller one")),

  ROW (SHMDT, EINVAL, REMOVED, N_("Nothing is attached at this address; it may have been detached already")),

  ROW (SHMCTL, EINVAL, REMOVED, N_("The segment is gone: somebody removed it")),
  ROW (SHMCTL, EIDRM, REMOVED, N_("The segment is gone: somebody removed it")),
  ROW (SHMCTL, EACCES, PERMISSION, N_("The segment’s mode does not let you read its record; ask its owner")),
  ROW (SHMCTL, EPERM, PERMISSION, N_("Only the segment’s owner or creator may do this; ask them")),

  ROW (SEMGET, EEXIST, EXISTS, N_("Another semaphore set already has this key; remove it, or choose another key")),
  ROW (SEMGET, ENOENT, NOT_FOUND, N_("No semaphore set has this key; start a server that uses one first")),
  ROW (SEMGET, EINVAL, SIZE, N_("The semaphore set has fewer semaphores than asked for; another program made it")),
  ROW (SEMGET, ENOSPC, LIMIT, N_("The kernel’s limit on semaphores (SEMMNI or SEMMNS) is reached; remove sets that nobody needs")),
  ROW (SEMGET, ENOMEM, LIMIT, N_("There is not enough memory for a semaphore set")),
  ROW (SEMGET, EACCES, PERMISSION, N_("The semaphore set’s mode does not give you this access; ask its owner")),
  ROW (SEMOP, EAGAIN, FAILED, N_("Somebody else holds the semaphore now; try again")),
  ROW (SEMOP, EINTR, FAILED, N_("A signal interrupted the wait; try again")),
  ROW (SEMOP, EINVAL, REMOVED, N_("The semaphore set is gone: somebody removed it")),
  ROW (SEMOP, EIDRM, REMOVED, N_("The semaphore set was removed while waiting for it")),
  ROW (SEMOP, EACCES, PERMISSION, N_("The semaphore set’s mode does not let you change it; ask its owner")),
  ROW (SEMOP, ENOSPC, LIMIT, N_("The kernel’s limit on undo records (SEMMNU) is reached")),
  ROW (SEMCTL, EINVAL, REMOVED, N_("The semaphore set is gone: somebody removed it")),
  ROW (SEMCTL, EIDRM, REMOVED, N_("The semaphore set is gone: somebody removed it")),
  ROW (SEMCTL, EACCES, PERMISSION, N_("The semaphore set’s mode does not let you do this; ask its owner")),
  ROW (SEMCTL, EPERM, PERMISSION, N_("Only the semaphore set’s owner or creator may do this; ask them")),

  ROW (MSGGET, EEXIST, EXISTS, N_("Another message queue already has this key; remove it, or choose another key")),
  ROW (MSGGET, ENOENT, NOT_FOUND, N_("No message queue has this key")),
  ROW (MSGGET, ENOSPC, LIMIT, N_("The kernel’s limit on message queues (MSGMNI) is reached; remove queues that nobody needs")),
  ROW (MSGGET, ENOMEM, LIMIT, N_("There is not enough memory for a message queue")),
  ROW (MSGGET, EACCES, PERMISSION, N_("The message queue’s mode does not give you this access; ask its owner")),
  ROW (MSGSND, EAGAIN, FAILED, N_("The message queue is full; try again")),
  ROW (MSGSND, EINVAL, SIZE, N_("The queue is gone, or the message is larger than MSGMAX; choose a smaller block")),
  ROW (MSGSND, EIDRM, REMOVED, N_("The message queue was removed while waiting for room in it")),
  ROW (MSGSND, EINTR, FAILED, N_("A signal interrupted the wait; try again")),
  ROW (MSGRCV, E2BIG, SIZE, N_("The message is larger than the buffer; choose a larger block")),
  ROW (MSGRCV, EIDRM, REMOVED, N_("The message queue was removed while waiting for a message")),
  ROW (MSGRCV, EINVAL, REMOVED, N_("The message queue is gone: somebody removed it")),
  ROW (MSGRCV, EINTR, FAILED, N_("A signal interrupted the wait; try again")),
  ROW (MSGRCV, ENOMSG, FAILED, N_("No message is waiting in the queue")),
  ROW (MSGCTL, EINVAL, REMOVED, N_("The message queue is gone: somebody removed it")),
  ROW (MSGCTL, EIDRM, REMOVED, N_("The message queue is gone: somebody removed it")),
  ROW (MSGCTL, EPERM, PERMISSION, N_("Only the message queue’s owner or creator may do this; ask them")),
};

static const Row *
find_row (LabCallName call,
          int         errsv)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].call == call && rows[i].errsv == errsv)
      return &rows[i];

  return NULL;
}

/**
 * lab_shm_describe_errno:
 * @call: the call that failed
 * @errsv: its errno
 *
 * Returns: (nullable): what that means for this call and what to do, translated,
 *   or %NULL when the manual page lists no such error
 */
const char *
lab_shm_describe_errno (LabCallName call,
                        int         errsv)
{
  const Row *row = find_row (call, errsv);

  return row != NULL ? _(row->words) : NULL;
}

/**
 * lab_shm_set_error:
 * @error: return location for an error
 * @call: the call that failed
 * @errsv: its errno, saved before any other call
 *
 * Sets a %LAB_SHM_ERROR: plain words and what to do, then call and errno.
 */
void
lab_shm_set_error (GError     **error,
                   LabCallName  call,
                   int          errsv)
{
  const Row *row = find_row (call, errsv);

  g_set_error (error, LAB_SHM_ERROR, row != NULL ? (int) row->code : LAB_SHM_ERROR_FAILED, "%s (%s: %s)",
               row != NULL ? _(row->words) : g_strerror (errsv), lab_call_name_to_string (call), lab_errno_name (errsv));
}
