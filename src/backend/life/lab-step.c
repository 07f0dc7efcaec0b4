/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/life/lab-step.h"

/**
 * lab_step_clear:
 * @step: a step
 *
 * Frees what the step holds.
 */
void
lab_step_clear (LabStep *step)
{
  g_clear_pointer (&step->call, g_free);
  g_clear_pointer (&step->result, g_free);
  g_clear_pointer (&step->error, g_free);
}

/**
 * lab_step_set_call:
 * @step: a step that is not done yet
 * @format: the call that would be made, as C
 *
 * Says what the step would do, and forgets an earlier outcome.
 */
void
lab_step_set_call (LabStep    *step,
                   const char *format,
                   ...)
{
  va_list args;

  lab_step_clear (step);
  va_start (args, format);
  step->call = g_strdup_vprintf (format, args);
  va_end (args);
}

/**
 * lab_step_done:
 * @step: a step without a system call of its own
 * @format: what came out
 *
 * Says that the step has succeeded.
 */
void
lab_step_done (LabStep    *step,
               const char *format,
               ...)
{
  va_list args;

  g_clear_pointer (&step->error, g_free);
  g_free (step->result);
  va_start (args, format);
  step->result = g_strdup_vprintf (format, args);
  va_end (args);
}

/**
 * lab_step_made:
 * @step: a step
 * @call: the call that this step has made
 *
 * Takes call and result from the record of the call itself.
 */
void
lab_step_made (LabStep *step,
               LabCall *call)
{
  g_return_if_fail (LAB_IS_CALL (call));

  lab_step_clear (step);
  step->call = g_strdup (lab_call_get_text (call));
  step->result = lab_call_dup_result_text (call);
}

/**
 * lab_step_failed:
 * @step: a step
 * @error: why
 *
 * Keeps the call, and says why it failed.
 */
void
lab_step_failed (LabStep      *step,
                 const GError *error)
{
  g_clear_pointer (&step->result, g_free);
  g_free (step->error);
  step->error = g_strdup (error->message);
}
