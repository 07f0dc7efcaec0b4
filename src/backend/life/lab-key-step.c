/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/life/lab-key-step.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"

/**
 * lab_key_step_set_choice:
 * @step: the first step of a server or client, which is not done yet
 * @choice: (nullable): how the segment is named; %NULL when nothing is chosen, since
 *   the file of our own could not be made
 *
 * Says what the step would do: call ftok(3), or take the key that was typed.
 */
void
lab_key_step_set_choice (LabStep            *step,
                         const LabKeyChoice *choice)
{
  g_autofree char *text = NULL;

  g_return_if_fail (step != NULL);

  if (choice == NULL)
    {
      lab_step_set_call (step, "ftok(pathname, proj_id)");
    }
  else if (choice->path != NULL)
    {
      text = lab_sysv_ftok_text (choice->path, choice->letter);
      lab_step_set_call (step, "%s", text);
    }
  else
    {
      text = lab_key_format (choice->key);
      lab_step_set_call (step, "key_t key = %s", text);
    }
}

/**
 * lab_key_step_make:
 * @step: the first step of a server or client
 * @choice: (nullable): how the segment is named
 * @key: (out): return location for the key
 * @error: return location for an error
 *
 * Turns the chosen file and letter into a key, or takes the key that was typed.
 *
 * Errors: %LAB_SHM_ERROR_KEY; the step is left as it was.
 *
 * Source: ftok(3).
 *
 * Returns: whether there is a key now
 */
gboolean
lab_key_step_make (LabStep             *step,
                   const LabKeyChoice  *choice,
                   key_t               *key,
                   GError             **error)
{
  g_return_val_if_fail (step != NULL, FALSE);

  if (choice == NULL)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("No file is chosen, and no key; choose a file that exists, or type a key"));
      return FALSE;
    }
  if (choice->path != NULL)
    {
      g_autoptr(LabCall) made = NULL;

      *key = lab_sysv_ftok (choice->path, choice->letter, &made);
      if (*key == LAB_KEY_FAILED)
        {
          lab_shm_set_error (error, LAB_CALL_FTOK, errno);
          return FALSE;
        }
      lab_step_made (step, made);
    }
  else
    {
      g_autofree char *text = lab_key_format (choice->key);

      *key = choice->key;
      lab_step_done (step, "%s", text);
    }

  return TRUE;
}
