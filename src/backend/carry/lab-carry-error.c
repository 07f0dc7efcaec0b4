/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carry-error.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (lab-carry-error, lab_carry_error)

static const char * const error_names[LAB_N_CARRY_ERRORS] = {
  "failed", "usage", "input", "output", "space", "changed", "differs", "limit", "partner", "cancelled",
};

const char *
lab_carry_error_to_string (LabCarryError code)
{
  g_return_val_if_fail (code < LAB_N_CARRY_ERRORS, NULL);

  return error_names[code];
}

gboolean
lab_carry_error_parse (const char    *text,
                       LabCarryError *code)
{
  for (guint i = 0; i < LAB_N_CARRY_ERRORS; i++)
    if (g_str_equal (text, error_names[i]))
      {
        *code = (LabCarryError) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * lab_carry_set_error:
 * @error: return location for an error
 * @code: what kind of trouble
 * @errsv: errno, or 0 when there is none to tell
 * @words: what happened and what to do, translated
 *
 * Sets a %LAB_CARRY_ERROR: the words, then the errno by name.  ECANCELED turns
 * any trouble into %LAB_CARRY_ERROR_CANCELLED.
 */
void
lab_carry_set_error (GError       **error,
                     LabCarryError  code,
                     int            errsv,
                     const char    *words)
{
  if (errsv == ECANCELED)
    g_set_error_literal (error, LAB_CARRY_ERROR, LAB_CARRY_ERROR_CANCELLED, _("Stopped before it was done"));
  else if (errsv != 0)
    g_set_error (error, LAB_CARRY_ERROR, (int) code, "%s (%s)", words, strerrorname_np (errsv));
  else
    g_set_error_literal (error, LAB_CARRY_ERROR, (int) code, words);
}
