/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-explain.h"

#include <errno.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-explain-ftok.h"
#include "backend/kernel/lab-explain-get.h"
#include "backend/kernel/lab-explain-use.h"
#include "backend/kernel/lab-ipc-object.h"

/* One errno, several meanings: EINVAL is a bad size to shmget(2) and a vanished segment to
 * shmctl(2); ENOSPC is never about a disk.
 *
 * Sources: ftok(3), shmget(2), shmat(2), shmdt(2), shmctl(2), semget(2), semop(2), semctl(2),
 * msgget(2), msgsnd(2), msgrcv(2), msgctl(2); the kernel's ipc/shm.c, ipc/sem.c, ipc/util.c. */

/**
 * lab_explain_get_parts:
 * @call: a call that failed
 * @errsv: its errno
 *
 * Returns: what of the kernel's state tells its causes apart; often nothing
 */
LabProbeParts
lab_explain_get_parts (LabCallName call,
                       int         errsv)
{
  static const LabProbeParts tables[] = { LAB_PROBE_SHM, LAB_PROBE_SEM, LAB_PROBE_MSG };
  const LabProbeParts table = tables[lab_ipc_object_get_kind (call)];

  switch (call)
    {
    case LAB_CALL_FTOK:
      return LAB_PROBE_PATH;
    case LAB_CALL_SHMGET:
    case LAB_CALL_SEMGET:
    case LAB_CALL_MSGGET:
      return errsv == ENOENT ? LAB_PROBE_SHM | LAB_PROBE_SEM | LAB_PROBE_MSG
             : errsv == ENOMEM ? LAB_PROBE_MEMORY
             : errsv == EACCES || errsv == EEXIST ? table | LAB_PROBE_USER : table;
    case LAB_CALL_SHMDT:
      return LAB_PROBE_MAPPED;
    default:
      return errsv == EACCES || errsv == EPERM ? table | LAB_PROBE_USER
             : errsv == EINVAL ? table
             : errsv == ENOMEM && call == LAB_CALL_SHMAT ? table | LAB_PROBE_ADDRESS : LAB_PROBE_NOTHING;
    }
}

/**
 * lab_explain_failure:
 * @arguments: what the call was given
 * @errsv: its errno
 * @probe: the kernel's state, with the parts of lab_explain_get_parts() as far as they are known
 *
 * Tells which of the causes that @errsv may have it was, with the numbers of @probe.  What
 * @probe does not know is said not to be known.  Asks nobody.
 *
 * Returns: (transfer full): the explanation
 */
LabExplanation *
lab_explain_failure (const LabCallArguments *arguments,
                     int                     errsv,
                     const LabProbe         *probe)
{
  LabExplanation *self;

  g_return_val_if_fail (arguments != NULL, NULL);
  g_return_val_if_fail (probe != NULL, NULL);

  self = g_new0 (LabExplanation, 1);
  self->call = arguments->call;
  self->errsv = errsv;
  lab_explanation_judge (self, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_FAILED);
  switch (arguments->call)
    {
    case LAB_CALL_FTOK:
      lab_explain_ftok (self, arguments, probe);
      break;
    case LAB_CALL_SHMGET:
    case LAB_CALL_SEMGET:
    case LAB_CALL_MSGGET:
      lab_explain_get (self, arguments, probe);
      break;
    case LAB_CALL_SHMAT:
      lab_explain_shmat (self, arguments, probe);
      break;
    case LAB_CALL_SHMDT:
      lab_explain_shmdt (self, arguments, probe);
      break;
    case LAB_CALL_SHMCTL:
    case LAB_CALL_SEMCTL:
    case LAB_CALL_MSGCTL:
      lab_explain_ctl (self, arguments, probe);
      break;
    case LAB_CALL_SEMOP:
      lab_explain_semop (self, arguments, probe);
      break;
    case LAB_CALL_MSGSND:
    case LAB_CALL_MSGRCV:
      lab_explain_msg (self, arguments, probe);
      break;
    default:
      g_assert_not_reached ();
    }

  /* What no manual page lists. */
  if (self->happened == NULL)
    {
      g_clear_pointer (&self->why, g_free);
      lab_explanation_say (&self->happened, "%s", g_strerror (errsv));
    }

  return self;
}

/**
 * lab_explain_now:
 * @arguments: what a call that failed just now was given
 * @errsv: its errno
 *
 * Asks the kernel for what tells the causes apart, and explains with that.
 *
 * Returns: (transfer full): the explanation
 */
LabExplanation *
lab_explain_now (const LabCallArguments *arguments,
                 int                     errsv)
{
  g_autoptr(LabProbe) probe = NULL;

  g_return_val_if_fail (arguments != NULL, NULL);

  probe = lab_probe_take (lab_explain_get_parts (arguments->call, errsv), arguments->path);

  return lab_explain_failure (arguments, errsv, probe);
}

/**
 * lab_explain_foresee_ftok:
 * @path: a file
 *
 * Source: stat(2), which is all that ftok(3) asks.
 *
 * Returns: (transfer full) (nullable): why ftok(3) of it will fail, in a translated sentence
 *   without its full stop; %NULL when it will not
 */
char *
lab_explain_foresee_ftok (const char *path)
{
  const LabCallArguments arguments = { .call = LAB_CALL_FTOK, .path = path };
  g_autoptr(LabExplanation) explanation = NULL;
  struct stat status;

  g_return_val_if_fail (path != NULL, NULL);

  if (stat (path, &status) == 0)
    return NULL;

  explanation = lab_explain_now (&arguments, errno);

  /* Translators: why, such as “There is no file /tmp/shmfile” */
  return g_strdup_printf (_("%s: ftok will fail"), explanation->happened);
}
