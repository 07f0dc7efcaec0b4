/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-call-name.h"
#include "backend/kernel/lab-shm-error.h"

G_BEGIN_DECLS

/**
 * LabCallArguments:
 * @call: the function
 * @command: (nullable): of shmctl, semctl and msgctl, the command's name in C, such as "IPC_STAT"
 * @path: (nullable): of ftok, the file
 * @letter: of ftok
 * @key: of shmget, semget and msgget
 * @size: of shmget and msgsnd bytes, of semget semaphores
 * @flags: of shmget, semget and msgget, what they were given: permission bits with
 *   %LAB_MODE_CREATE and %LAB_MODE_EXCL
 * @id: of the functions that take one
 * @was_seen: whether this process has seen @id in the kernel before
 * @writable: of shmat, without `SHM_RDONLY`
 * @address: of shmdt
 *
 * What a call was given, as far as it has such an argument.
 */
typedef struct
{
  LabCallName  call;
  const char  *command;
  const char  *path;
  int          letter;
  key_t        key;
  guint64      size;
  guint        flags;
  int          id;
  gboolean     was_seen;
  gboolean     writable;
  guint64      address;
} LabCallArguments;

/**
 * LabCause:
 *
 * Which of the things that one errno may mean it was.
 */
typedef enum
{
  LAB_CAUSE_UNKNOWN,              /* /proc does not tell, or it is no longer so */
  LAB_CAUSE_PATH_EMPTY,
  LAB_CAUSE_PATH_MISSING,
  LAB_CAUSE_PATH_DANGLING,
  LAB_CAUSE_PATH_CLOSED,
  LAB_CAUSE_PATH_NO_FOLDER,
  LAB_CAUSE_PATH_CIRCLE,
  LAB_CAUSE_PATH_TOO_LONG,
  LAB_CAUSE_KEY_TAKEN,
  LAB_CAUSE_KEY_TAKEN_SMALLER,    /* and what has it is smaller than what is wanted */
  LAB_CAUSE_KEY_FREE,             /* nothing has the key */
  LAB_CAUSE_KEY_OF_OTHER_KIND,    /* a semaphore set or message queue has it */
  LAB_CAUSE_SIZE_ZERO,
  LAB_CAUSE_SIZE_OVER_MAX,        /* SHMMAX, SEMMSL */
  LAB_CAUSE_SIZE_OVER_EXISTING,
  LAB_CAUSE_LIMIT_COUNT,          /* SHMMNI, SEMMNI, MSGMNI */
  LAB_CAUSE_LIMIT_TOTAL,          /* SHMALL, SEMMNS */
  LAB_CAUSE_MEMORY,
  LAB_CAUSE_ADDRESS_SPACE,
  LAB_CAUSE_MODE,                 /* the mode refuses this user */
  LAB_CAUSE_NOT_OWNER,
  LAB_CAUSE_PRIVILEGE,
  LAB_CAUSE_ID_NEGATIVE,          /* -1, what a failed shmget returns */
  LAB_CAUSE_ID_IS_KEY,
  LAB_CAUSE_ID_REMOVED,           /* it was there */
  LAB_CAUSE_ID_NONE,              /* nobody has it; whether anybody ever had, the kernel does not tell */
  LAB_CAUSE_NOT_ATTACHED,
  LAB_CAUSE_NOT_THE_START,        /* inside a segment, and not where it begins */
  LAB_CAUSE_WOULD_WAIT,
  LAB_CAUSE_INTERRUPTED,
} LabCause;

/**
 * LabExplanation:
 * @call: the call that failed
 * @errsv: its errno
 * @cause: which of the things that @errsv may mean for @call
 * @code: the #LabShmError
 * @happened: what happened, with the numbers of that moment
 * @why: (nullable): why the kernel says so
 * @remedy: (nullable): what to do
 *
 * What a failed call means.  The three texts are translated sentences without their full stop.
 */
typedef struct
{
  LabCallName  call;
  int          errsv;
  LabCause     cause;
  LabShmError  code;
  char        *happened;
  char        *why;
  char        *remedy;
} LabExplanation;

#define LAB_TYPE_EXPLANATION (lab_explanation_get_type ())
GType           lab_explanation_get_type  (void);

LabExplanation *lab_explanation_copy      (const LabExplanation  *self) G_GNUC_WARN_UNUSED_RESULT;
void            lab_explanation_free      (LabExplanation        *self);
char           *lab_explanation_dup_text  (const LabExplanation  *self) G_GNUC_WARN_UNUSED_RESULT;
void            lab_explanation_set_error (const LabExplanation  *self,
                                           gint64                 real_us,
                                           GError               **error);

/* For those who explain: lab-explain-*.c. */
void            lab_explanation_say       (char                 **field,
                                           const char            *format,
                                           ...) G_GNUC_PRINTF (2, 3);
void            lab_explanation_judge     (LabExplanation        *self,
                                           LabCause               cause,
                                           LabShmError            code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabExplanation, lab_explanation_free)

G_END_DECLS
