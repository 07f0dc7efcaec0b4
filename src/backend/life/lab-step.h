/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-call.h"

G_BEGIN_DECLS

/**
 * LabStep:
 * @call: the call as C, with its real arguments as far as they are known
 * @result: (nullable): what came out, as C prints it
 * @error: (nullable): why it failed, a sentence
 *
 * One row of a process's life: one system call.
 */
typedef struct
{
  char *call;
  char *result;
  char *error;
} LabStep;

void lab_step_clear      (LabStep      *step);
void lab_step_set_call   (LabStep      *step,
                          const char   *format,
                          ...) G_GNUC_PRINTF (2, 3);
void lab_step_done       (LabStep      *step,
                          const char   *format,
                          ...) G_GNUC_PRINTF (2, 3);
void lab_step_made       (LabStep      *step,
                          LabCall      *call);
void lab_step_failed     (LabStep      *step,
                          const GError *error);

G_END_DECLS
