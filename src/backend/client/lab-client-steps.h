/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/life/lab-life.h"

G_BEGIN_DECLS

/**
 * LabClientStep:
 *
 * The life of a client, one system call a step.
 */
typedef enum
{
  LAB_CLIENT_STEP_KEY,     /* ftok, or a key or an id that was given */
  LAB_CLIENT_STEP_FIND,    /* shmget(key, 0, 0) */
  LAB_CLIENT_STEP_ATTACH,  /* shmat(SHM_RDONLY) */
  LAB_CLIENT_STEP_LOOK,    /* no system call: load */
  LAB_CLIENT_STEP_DETACH,  /* shmdt */
} LabClientStep;

#define LAB_N_CLIENT_STEPS (LAB_CLIENT_STEP_DETACH + 1)

void lab_client_steps_foretell (LabLife    *life,
                                LabSession *session,
                                int         id,
                                gboolean    writable);

G_END_DECLS
