/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explanation.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"

G_DEFINE_BOXED_TYPE (LabExplanation, lab_explanation, lab_explanation_copy, lab_explanation_free)

/**
 * lab_explanation_say:
 * @field: (inout): one of the three texts
 * @format: a translated sentence without its full stop, as for printf()
 *
 * Puts a sentence there, in place of one that was there before.
 */
void
lab_explanation_say (char       **field,
                     const char  *format,
                     ...)
{
  va_list args;

  g_free (*field);
  va_start (args, format);
  *field = g_strdup_vprintf (format, args);
  va_end (args);
}

/**
 * lab_explanation_judge:
 * @self: an explanation
 * @cause: what it was
 * @code: the error for programs
 *
 * Says which cause it was.
 */
void
lab_explanation_judge (LabExplanation *self,
                       LabCause        cause,
                       LabShmError     code)
{
  self->cause = cause;
  self->code = code;
}

LabExplanation *
lab_explanation_copy (const LabExplanation *self)
{
  LabExplanation *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->happened = g_strdup (self->happened);
  copy->why = g_strdup (self->why);
  copy->remedy = g_strdup (self->remedy);

  return copy;
}

void
lab_explanation_free (LabExplanation *self)
{
  if (self == NULL)
    return;

  g_free (self->happened);
  g_free (self->why);
  g_free (self->remedy);
  g_free (self);
}

/**
 * lab_explanation_dup_text:
 * @self: an explanation
 *
 * Returns: (transfer full): what happened, why, and what to do, each a sentence
 */
char *
lab_explanation_dup_text (const LabExplanation *self)
{
  g_autoptr(GString) text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (NULL);
  g_string_append_printf (text, "%s.", self->happened);
  if (self->why != NULL)
    g_string_append_printf (text, " %s.", self->why);
  if (self->remedy != NULL)
    g_string_append_printf (text, " %s.", self->remedy);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * lab_explanation_set_error:
 * @self: an explanation
 * @real_us: when the call failed, microseconds since 1970
 * @error: return location for an error
 *
 * Sets a %LAB_SHM_ERROR: what happened and what to do, then call, errno and time, because
 * the error may be read when it is no longer so.
 */
void
lab_explanation_set_error (const LabExplanation  *self,
                           gint64                 real_us,
                           GError               **error)
{
  g_autofree char *clock = lab_text_format_clock (real_us, 0);
  g_autofree char *call = NULL;

  g_return_if_fail (self != NULL);

  /* Translators: a function of C, the name of its errno, and a time of the day: “shmget: ENOSPC, at 10:20:02” */
  call = g_strdup_printf (_("%s: %s, at %s"), lab_call_name_to_string (self->call), lab_errno_name (self->errsv), clock);
  if (self->remedy != NULL)
    g_set_error (error, LAB_SHM_ERROR, (int) self->code, "%s. %s (%s)", self->happened, self->remedy, call);
  else
    g_set_error (error, LAB_SHM_ERROR, (int) self->code, "%s (%s)", self->happened, call);
}
