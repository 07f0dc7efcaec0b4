/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-name.h"

#include <string.h>

static const char * const names[LAB_N_CALL_NAMES] = {
  "ftok", "shmget", "shmat", "shmdt", "shmctl", "semget", "semop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl",
};

/**
 * lab_call_name_to_string:
 * @name: a function
 *
 * Returns: its name in C
 */
const char *
lab_call_name_to_string (LabCallName name)
{
  g_return_val_if_fail (name < LAB_N_CALL_NAMES, NULL);

  return names[name];
}

/**
 * lab_errno_name:
 * @errsv: an errno
 *
 * Source: strerrorname_np(3), glibc 2.32.
 *
 * Returns: its name, such as "EINVAL"; "errno" for one that has none
 */
const char *
lab_errno_name (int errsv)
{
  const char *name = strerrorname_np (errsv);

  return name != NULL ? name : "errno";
}
