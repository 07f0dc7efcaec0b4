/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call.h"

#include <glib/gi18n-lib.h>

struct _LabCall
{
  GObject         parent_instance;

  guint64         number;
  LabCallName     name;
  char           *text;
  gint64          result;
  int             errsv;
  LabExplanation *explanation;
  gint64          start_ns;
  gint64          duration_ns;
  gint64          real_us;
};

G_DEFINE_FINAL_TYPE (LabCall, lab_call, G_TYPE_OBJECT)

static void
lab_call_finalize (GObject *object)
{
  LabCall *self = LAB_CALL (object);

  g_free (self->text);
  lab_explanation_free (self->explanation);

  G_OBJECT_CLASS (lab_call_parent_class)->finalize (object);
}

static void
lab_call_class_init (LabCallClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_call_finalize;
}

static void
lab_call_init (LabCall *self)
{
}

/**
 * lab_call_new:
 * @number: which call of this process it was, from 1
 * @name: which function was called
 * @text: (transfer full): the call as C
 * @result: what it returned
 * @errsv: errno, or 0
 * @explanation: (nullable): what that means
 * @start_ns: when it began, `CLOCK_MONOTONIC`
 * @duration_ns: how long it took
 *
 * A call that was made, and that never changes from now on: any thread may read it.
 *
 * Returns: (transfer full): the call
 */
LabCall *
lab_call_new (guint64               number,
              LabCallName           name,
              char                 *text,
              gint64                result,
              int                   errsv,
              const LabExplanation *explanation,
              gint64                start_ns,
              gint64                duration_ns)
{
  LabCall *self;

  g_return_val_if_fail (name < LAB_N_CALL_NAMES, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (LAB_TYPE_CALL, NULL);
  self->number = number;
  self->name = name;
  self->text = text;
  self->result = result;
  self->errsv = errsv;
  self->explanation = explanation != NULL ? lab_explanation_copy (explanation) : NULL;
  self->start_ns = start_ns;
  self->duration_ns = duration_ns;
  self->real_us = g_get_real_time () - (g_get_monotonic_time () - start_ns / 1000);

  return self;
}

/**
 * lab_call_get_number:
 * @self: a call
 *
 * Returns: which call of this process it was, from 1
 */
guint64
lab_call_get_number (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->number;
}

LabCallName
lab_call_get_name (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), LAB_CALL_FTOK);

  return self->name;
}

/**
 * lab_call_get_text:
 * @self: a call
 *
 * Returns: the call as C with its real arguments, without a semicolon
 */
const char *
lab_call_get_text (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return self->text;
}

/**
 * lab_call_get_result:
 * @self: a call
 *
 * Returns: what the call returned; an address for shmat(2), -1 for failure
 */
gint64
lab_call_get_result (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), -1);

  return self->result;
}

/**
 * lab_call_dup_result_text:
 * @self: a call
 *
 * Returns: (transfer full): the result as C would print it: a key and an
 *   address in hex, an id and a status in decimal
 */
char *
lab_call_dup_result_text (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  if (self->result == -1)
    return g_strdup ("-1");

  switch (self->name)
    {
    case LAB_CALL_FTOK:
      return g_strdup_printf ("0x%08x", (guint) self->result);
    case LAB_CALL_SHMAT:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", (guint64) self->result);
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, self->result);
    }
}

/**
 * lab_call_get_errno:
 * @self: a call
 *
 * Returns: errno after the call, 0 when it succeeded
 */
int
lab_call_get_errno (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->errsv;
}

/**
 * lab_call_get_errno_name:
 * @self: a call
 *
 * Returns: (nullable): the name, such as "ENOENT", or %NULL when it succeeded
 */
const char *
lab_call_get_errno_name (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return self->errsv == 0 ? NULL : lab_errno_name (self->errsv);
}

gboolean
lab_call_has_failed (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), FALSE);

  return self->errsv != 0;
}

/**
 * lab_call_get_start_ns:
 * @self: a call
 *
 * Returns: when it began, in nanoseconds of `CLOCK_MONOTONIC`
 */
gint64
lab_call_get_start_ns (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->start_ns;
}

/**
 * lab_call_get_real_us:
 * @self: a call
 *
 * Returns: when it began by the computer's clock of that moment, in microseconds since 1970;
 *   a clock that is set later changes nothing
 */
gint64
lab_call_get_real_us (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->real_us;
}

/**
 * lab_call_get_duration_ns:
 * @self: a call
 *
 * Returns: how long it took, in nanoseconds
 */
gint64
lab_call_get_duration_ns (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->duration_ns;
}

/**
 * lab_call_get_explanation:
 * @self: a call
 *
 * Returns: (transfer none) (nullable): what its errno meant at that moment; %NULL when it succeeded
 */
const LabExplanation *
lab_call_get_explanation (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return self->explanation;
}

/**
 * lab_call_dup_sentence:
 * @self: a call
 *
 * Returns: (transfer full): one plain sentence that says what came out; of a call that failed
 *   what happened, why, and what to do, as of that moment
 */
char *
lab_call_dup_sentence (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  if (self->explanation != NULL)
    return lab_explanation_dup_text (self->explanation);
  if (self->errsv != 0)
    return g_strdup (g_strerror (self->errsv));

  switch (self->name)
    {
    case LAB_CALL_FTOK:
      return g_strdup (_("The file and the letter give this key; every program that asks the same gets the same"));
    case LAB_CALL_SHMGET:
      return g_strdup_printf (_("The key leads to the segment with id %d"), (int) self->result);
    case LAB_CALL_SHMAT:
      return g_strdup (_("The segment is now part of this process’s memory, at this address"));
    case LAB_CALL_SHMDT:
      return g_strdup (_("The segment is no longer part of this process’s memory; it stays in the kernel, unless it was marked for removal and nobody else is attached"));
    case LAB_CALL_SHMCTL:
      if (strstr (self->text, "IPC_RMID") != NULL)
        return g_strdup (_("The segment’s key is free; the segment goes at once when nobody is attached, else when the last process detaches"));
      return g_strdup (_("The kernel told what it knows about the segment"));
    case LAB_CALL_SEMGET:
      return g_strdup_printf (_("The key leads to the semaphore set with id %d"), (int) self->result);
    case LAB_CALL_SEMOP:
      return g_strdup (_("The semaphore was changed"));
    case LAB_CALL_SEMCTL:
      return g_strdup (_("The semaphore set answered"));
    case LAB_CALL_MSGGET:
      return g_strdup_printf (_("The key leads to the message queue with id %d"), (int) self->result);
    case LAB_CALL_MSGSND:
      return g_strdup (_("The kernel took a copy of the message"));
    case LAB_CALL_MSGRCV:
      return g_strdup (_("The kernel gave a copy of the message"));
    case LAB_CALL_MSGCTL:
      return g_strdup (_("The message queue answered"));
    default:
      g_assert_not_reached ();
    }
}
