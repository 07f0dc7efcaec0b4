/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LabCallName:
 *
 * The C library's functions of System V IPC that this project calls.
 */
typedef enum
{
  LAB_CALL_FTOK,
  LAB_CALL_SHMGET,
  LAB_CALL_SHMAT,
  LAB_CALL_SHMDT,
  LAB_CALL_SHMCTL,
  LAB_CALL_SEMGET,
  LAB_CALL_SEMOP,
  LAB_CALL_SEMCTL,
  LAB_CALL_MSGGET,
  LAB_CALL_MSGSND,
  LAB_CALL_MSGRCV,
  LAB_CALL_MSGCTL,
} LabCallName;

#define LAB_N_CALL_NAMES (LAB_CALL_MSGCTL + 1)

const char *lab_call_name_to_string (LabCallName name);
const char *lab_errno_name          (int         errsv);

G_END_DECLS
