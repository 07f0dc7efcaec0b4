/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-semaphore.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/segment/lab-key.h"

/* The set under this key that a server of this user has made, or -1. */
static int
find_own (key_t key)
{
  LabSemRecord record;
  int id;

  if (key == LAB_KEY_PRIVATE || key == LAB_KEY_FAILED)
    return -1;

  id = lab_sysv_semget (key, 0, LAB_GET_EXISTING, 0);
  if (id == -1 || lab_sysv_semctl_stat (id, &record) == -1)
    return -1;

  return record.cuid == geteuid () && record.n_semaphores == 1 ? id : -1;
}

static void
set_foreign_error (GError **error,
                   key_t    key,
                   int      id)
{
  g_autofree char *key_text = lab_key_format (key);

  g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
               /* Translators: the id of a semaphore set, and its key in hex */
               _("Semaphore set %d has the key %s already. The segment’s control block does not name it, so it is somebody else’s and stays. Choose another protocol or key, or remove the set (semget: EEXIST)"),
               id, key_text);
}

/**
 * lab_semaphore_make:
 * @segment: a segment that has a key
 * @named_id: the set that is known to be the segment's, from lab_semaphore_get_claimed(); -1 for none
 * @error: return location for an error
 *
 * Makes the segment's semaphore, free, or takes over the one that a server of the same
 * user left behind, if that is @named_id.  Any other set is somebody else's, however much
 * it looks like ours, and stays as it is.
 *
 * Errors: %LAB_SHM_ERROR_EXISTS when another set has the key, %LAB_SHM_ERROR_LIMIT,
 * %LAB_SHM_ERROR_KEY when the segment has no key.
 *
 * Source: semget(2), semctl(2).
 *
 * Returns: its id, or -1 with @error set
 */
int
lab_semaphore_make (LabSegment  *segment,
                    int          named_id,
                    GError     **error)
{
  key_t key = lab_segment_get_key (segment);
  int id;
  int errsv;

  if (key == LAB_KEY_PRIVATE || key == LAB_KEY_FAILED)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("The segment has no key, so no client could find its semaphore; choose another protocol"));
      return -1;
    }

  id = lab_sysv_semget (key, 1, LAB_GET_EXCLUSIVE, lab_segment_get_record (segment)->mode & 0666);
  errsv = errno;
  if (id == -1 && errsv == EEXIST)
    {
      int found_id = lab_sysv_semget (key, 0, LAB_GET_EXISTING, 0);

      if (found_id != -1 && found_id == named_id && find_own (key) == found_id)
        {
          lab_semaphore_repair (found_id);
          return found_id;
        }
      if (found_id != -1)
        {
          set_foreign_error (error, key, found_id);
          return -1;
        }
    }
  if (id == -1)
    {
      lab_sysv_set_error (error);
      return -1;
    }

  /* Until here it is 0, which keeps everybody out. */
  if (lab_sysv_semctl_setval (id, 0, 1) == -1)
    {
      lab_sysv_set_error (error);
      lab_sysv_semctl_rmid (id);
      return -1;
    }

  return id;
}

/**
 * lab_semaphore_find:
 * @segment: a segment
 * @claimed_id: what its control block says
 *
 * For a client.  The control block may name any semaphore of this computer; only
 * the one under the segment's own key is touched.
 *
 * Returns: @claimed_id, or -1 when that is not the segment's semaphore
 */
int
lab_semaphore_find (LabSegment *segment,
                    int         claimed_id)
{
  key_t key = lab_segment_get_key (segment);

  if (key == LAB_KEY_PRIVATE || key == LAB_KEY_FAILED || claimed_id < 0)
    return -1;

  return lab_sysv_semget (key, 0, LAB_GET_EXISTING, 0) == claimed_id ? claimed_id : -1;
}

/**
 * lab_semaphore_try_take:
 * @id: a semaphore set
 *
 * Takes the semaphore when it is free, and never waits.  `SEM_UNDO`: when this
 * process ends with it, however that happens, the kernel gives it back.
 *
 * Source: semop(2).
 *
 * Returns: what came of it
 */
LabSemaphoreResult
lab_semaphore_try_take (int id)
{
  const LabSemOp op = { 0, -1, TRUE, TRUE };

  if (lab_sysv_semop (id, &op, 1) == 0)
    return LAB_SEMAPHORE_TAKEN;

  switch (errno)
    {
    case EAGAIN:
    case EINTR:
    case ENOMEM:
    case ENOSPC:  /* the kernel has no undo record left; others will be given back */
      return LAB_SEMAPHORE_HELD;
    case EACCES:
      return LAB_SEMAPHORE_DENIED;
    default:
      return LAB_SEMAPHORE_GONE;
    }
}

/**
 * lab_semaphore_give:
 * @id: a semaphore set that this process has taken
 *
 * Source: semop(2).
 *
 * Returns: %FALSE when somebody removed it meanwhile
 */
gboolean
lab_semaphore_give (int id)
{
  const LabSemOp op = { 0, 1, TRUE, TRUE };

  return lab_sysv_semop (id, &op, 1) == 0;
}

/**
 * lab_semaphore_get_holder:
 * @id: a semaphore set
 *
 * Returns: the process that took it last, while it is taken; 0 when it is free, or gone
 */
pid_t
lab_semaphore_get_holder (int id)
{
  int pid;

  if (lab_sysv_semctl_getval (id, 0) != 0)
    return 0;

  pid = lab_sysv_semctl_getpid (id, 0);

  return pid > 0 ? pid : 0;
}

/* Whether the process that took the semaphore last may run: the kernel keeps its pid, which is
 * 0 for one of another pid namespace, and when that was.  Of a new set nobody has taken anything. */
static gboolean
may_be_held (int id,
             int pid)
{
  LabSemRecord record;

  if (pid == -1 || lab_sysv_semctl_stat (id, &record) != 0)
    return TRUE;
  if (pid == 0 && record.otime == 0)
    return FALSE;

  return lab_presence_may_run (lab_presence_find_recorded (pid, MAX (record.otime, record.ctime)));
}

/**
 * lab_semaphore_repair:
 * @id: a semaphore set of this user
 *
 * Sets right what no process of ours leaves behind, but a stranger may: a value
 * above 1, with which two could be inside, or a holder that died without `SEM_UNDO`; not one
 * that cannot be seen.
 *
 * Returns: whether there was something to repair
 */
gboolean
lab_semaphore_repair (int id)
{
  int value = lab_sysv_semctl_getval (id, 0);
  int pid;

  if (value == -1 || value == 1)
    return FALSE;

  pid = lab_sysv_semctl_getpid (id, 0);
  if (value == 0 && may_be_held (id, pid))
    return FALSE;

  return lab_sysv_semctl_setval (id, 0, 1) == 0;
}

/**
 * lab_semaphore_get_claimed:
 * @segment: a segment
 *
 * A server that died while it made the semaphore could not say which one it is; then it is
 * the one under the key of the segment that nobody has ever used.
 *
 * Returns: the semaphore set that the control block names as the segment's; -1 for none, or
 *   when there is no control block
 */
int
lab_semaphore_get_claimed (LabSegment *segment)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabSemRecord record;
  int id;

  if (layout == NULL || !lab_layout_has_magic (layout))
    return -1;

  id = atomic_load_explicit (&lab_layout_control (layout)->semaphore_id, memory_order_relaxed);
  if (id != LAB_SEMAPHORE_ID_COMING)
    return MAX (id, -1);

  id = find_own (lab_segment_get_key (segment));

  return id != -1 && lab_sysv_semctl_stat (id, &record) == 0 && record.otime == 0 ? id : -1;
}

/**
 * lab_semaphore_is_own:
 * @segment: a segment
 * @claimed_id: the set that a server has made for it, from the writer that made it or
 *   from lab_semaphore_get_claimed(); -1 for none
 *
 * Returns: whether that set is there, and goes when lab_semaphore_remove() is called
 */
gboolean
lab_semaphore_is_own (LabSegment *segment,
                      int         claimed_id)
{
  return claimed_id >= 0 && find_own (lab_segment_get_key (segment)) == claimed_id;
}

/**
 * lab_semaphore_remove:
 * @segment: a segment
 * @claimed_id: as for lab_semaphore_is_own()
 *
 * Removes the segment's semaphore, if a server of this user has made one.  It goes
 * at once, unlike a segment.  A set that another program has under the same key, as
 * textbooks like it, stays.
 *
 * Returns: whether it was removed
 */
gboolean
lab_semaphore_remove (LabSegment *segment,
                      int         claimed_id)
{
  return lab_semaphore_is_own (segment, claimed_id) && lab_sysv_semctl_rmid (claimed_id) == 0;
}
