/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LAB_SHM_ERROR:
 *
 * What went wrong with shared memory, in plain words with what to do; of a call then the
 * call and its errno in brackets, by lab_sysv_set_error(): “2 of 2 segments are in use
 * (SHMMNI). Remove what nobody needs (shmget: ENOSPC)”.
 */
#define LAB_SHM_ERROR (lab_shm_error_quark ())
GQuark lab_shm_error_quark (void);

typedef enum
{
  LAB_SHM_ERROR_FAILED,      /* anything else */
  LAB_SHM_ERROR_EXISTS,      /* the key is taken */
  LAB_SHM_ERROR_NOT_FOUND,   /* no segment has this key or id */
  LAB_SHM_ERROR_REMOVED,     /* it was there, and is gone or marked for removal */
  LAB_SHM_ERROR_SIZE,        /* the size is out of range */
  LAB_SHM_ERROR_LIMIT,       /* SHMMNI, SHMALL or the memory is used up */
  LAB_SHM_ERROR_PERMISSION,  /* the mode does not let us */
  LAB_SHM_ERROR_KEY,         /* ftok failed, or the text is no key */
  LAB_SHM_ERROR_TOO_LONG,    /* the message does not fit */
  LAB_SHM_ERROR_TEXT,        /* a NUL inside, or not UTF-8 */
  LAB_SHM_ERROR_LAYOUT,      /* the segment does not hold our control block */
} LabShmError;

G_END_DECLS
