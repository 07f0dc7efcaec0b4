/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-text.h"

#include <string.h>

#include "backend/kernel/lab-text.h"

/**
 * lab_call_dup_c:
 * @self: a call
 *
 * Returns: (transfer full): the call as a statement in C, with what it returned as a comment
 */
char *
lab_call_dup_c (LabCall *self)
{
  g_autofree char *result = NULL;

  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  result = lab_call_dup_result_text (self);
  if (lab_call_has_failed (self))
    return g_strdup_printf ("%s;  /* %s, errno = %s */", lab_call_get_text (self), result, lab_call_get_errno_name (self));

  return g_strdup_printf ("%s;  /* %s */", lab_call_get_text (self), result);
}

/**
 * lab_call_dup_strace:
 * @self: a call
 *
 * Returns: (transfer full): the call as one line of strace(1): the call, its result and
 *   when it failed errno by name and in the C library's words
 */
char *
lab_call_dup_strace (LabCall *self)
{
  g_autofree char *result = NULL;

  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  result = lab_call_dup_result_text (self);
  if (lab_call_has_failed (self))
    return g_strdup_printf ("%s = %s %s (%s)", lab_call_get_text (self), result,
                            lab_call_get_errno_name (self), g_strerror (lab_call_get_errno (self)));

  return g_strdup_printf ("%s = %s", lab_call_get_text (self), result);
}

/**
 * lab_call_dup_clock:
 * @self: a call
 *
 * Returns: (transfer full): the time of the day at which it began, as strace -tt
 *   has it: "20:06:41.123456"; by the computer's clock of that moment
 */
char *
lab_call_dup_clock (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return lab_text_format_clock (lab_call_get_real_us (self), 6);
}

/**
 * lab_call_dup_log:
 * @self: a call
 *
 * Returns: (transfer full): the call as one line of strace -tt -T: the time of the
 *   day, the call, its result, and how many seconds it took
 */
char *
lab_call_dup_log (LabCall *self)
{
  g_autofree char *clock = NULL;
  g_autofree char *call = NULL;
  gint64 duration_us;

  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  clock = lab_call_dup_clock (self);
  call = lab_call_dup_strace (self);
  duration_us = (lab_call_get_duration_ns (self) + 500) / 1000;

  return g_strdup_printf ("%s %s <%d.%06d>", clock, call, (int) (duration_us / G_USEC_PER_SEC), (int) (duration_us % G_USEC_PER_SEC));
}

static gboolean
contains (const char *text,
          const char *folded)
{
  g_autofree char *haystack = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return haystack != NULL && strstr (haystack, folded) != NULL;
}

/**
 * lab_call_matches:
 * @self: a call
 * @text: (nullable): what to look for, in any case
 * @failed_only: whether a call that succeeded does not match
 *
 * Returns: whether @text occurs in the call, its result or the name of its errno
 */
gboolean
lab_call_matches (LabCall    *self,
                  const char *text,
                  gboolean    failed_only)
{
  g_autofree char *folded = NULL;
  g_autofree char *result = NULL;

  g_return_val_if_fail (LAB_IS_CALL (self), FALSE);

  if (failed_only && !lab_call_has_failed (self))
    return FALSE;
  if (text == NULL || *text == '\0')
    return TRUE;

  folded = g_utf8_casefold (text, -1);
  result = lab_call_dup_result_text (self);

  return contains (lab_call_get_text (self), folded) || contains (result, folded) ||
         contains (lab_call_get_errno_name (self), folded);
}
