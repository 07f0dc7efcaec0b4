/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carry-objects.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/carry/lab-carry-error.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"

/* Two jobs that draw the same key is next to impossible, ten times in a row is not bad luck. */
#define MAX_TRIES 10

void
lab_carry_objects_init (LabCarryObjects *self)
{
  LabCarryObject *objects[] = { &self->segment, &self->semaphores, &self->queue };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      atomic_store (&objects[i]->key, 0);
      atomic_store (&objects[i]->id, -1);
    }
  for (guint i = 0; i < LAB_N_CARRY_PATHS; i++)
    self->paths[i][0] = '\0';
}

typedef int (*GetFunc) (key_t key,
                        gsize size,
                        LabGetFlags flags);

static int
remove_segment (int id)
{
  return lab_sysv_shmctl_rmid (id, NULL);
}

static int
get_segment (key_t       key,
             gsize       size,
             LabGetFlags flags)
{
  return lab_sysv_shmget (key, size, flags, flags != LAB_GET_EXISTING ? 0600 : 0, NULL);
}

static int
get_semaphores (key_t       key,
                gsize       size,
                LabGetFlags flags)
{
  return lab_sysv_semget (key, (guint) size, flags, flags != LAB_GET_EXISTING ? 0600 : 0);
}

static int
get_queue (key_t       key,
           gsize       size,
           LabGetFlags flags)
{
  return lab_sysv_msgget (key, flags, flags != LAB_GET_EXISTING ? 0600 : 0);
}

static gboolean
make (LabCarryObject *object,
      LabCallName     call,
      GetFunc         get,
      gsize           size,
      GError        **error)
{
  g_autoptr(GError) reason = NULL;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      key_t key = (key_t) (g_random_int () | 1);
      int id;

      atomic_store (&object->id, -1);
      atomic_store (&object->key, key);
      id = get (key, size, LAB_GET_EXCLUSIVE);
      if (id != -1)
        {
          atomic_store (&object->id, id);
          return TRUE;
        }

      atomic_store (&object->key, 0);
      g_clear_error (&reason);
      lab_sysv_set_error (&reason);
      if (!g_error_matches (reason, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
        break;
    }

  lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, 0, reason->message);

  return FALSE;
}

static void
take_away (LabCarryObject *object,
           GetFunc         get,
           int           (*remove) (int id))
{
  key_t key = atomic_load (&object->key);
  int id;

  if (key == 0)
    return;

  id = atomic_load (&object->id);
  if (id == -1)
    id = get (key, 0, LAB_GET_EXISTING);
  if (id != -1)
    remove (id);
  atomic_store (&object->key, 0);
}

/**
 * lab_carry_objects_make_segment:
 * @self: what the job has made
 * @size_bytes: its size
 * @error: return location for an error
 *
 * Makes a segment of mode 0600 under a key that nobody has.
 *
 * Errors: %LAB_CARRY_ERROR_LIMIT with what the kernel's refusal means.
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_objects_make_segment (LabCarryObjects *self,
                                gsize            size_bytes,
                                GError         **error)
{
  return make (&self->segment, LAB_CALL_SHMGET, get_segment, size_bytes, error);
}

/**
 * lab_carry_objects_make_semaphores:
 * @self: what the job has made
 * @n_semaphores: how many
 * @error: return location for an error
 *
 * Makes a semaphore set of mode 0600 under a key that nobody has.
 *
 * Errors: as lab_carry_objects_make_segment().
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_objects_make_semaphores (LabCarryObjects *self,
                                   guint            n_semaphores,
                                   GError         **error)
{
  return make (&self->semaphores, LAB_CALL_SEMGET, get_semaphores, n_semaphores, error);
}

/**
 * lab_carry_objects_make_queue:
 * @self: what the job has made
 * @error: return location for an error
 *
 * Makes a message queue of mode 0600 under a key that nobody has.
 *
 * Errors: as lab_carry_objects_make_segment().
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_objects_make_queue (LabCarryObjects *self,
                              GError         **error)
{
  return make (&self->queue, LAB_CALL_MSGGET, get_queue, 0, error);
}

/**
 * lab_carry_objects_make_fifo:
 * @self: what the job has made
 * @path: which of its two FIFOs
 * @error: return location for an error
 *
 * Makes a FIFO in the folder for temporary files.
 *
 * Errors: %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: whether it worked
 */
gboolean
lab_carry_objects_make_fifo (LabCarryObjects *self,
                             LabCarryPath     path,
                             GError         **error)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      int errsv;

      g_snprintf (self->paths[path], sizeof self->paths[path], "%s/shmlab-carry-%08x.fifo", g_get_tmp_dir (), g_random_int ());
      if (mkfifo (self->paths[path], 0600) == 0)
        return TRUE;

      errsv = errno;
      self->paths[path][0] = '\0';
      if (errsv != EEXIST)
        {
          lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errsv, _("No FIFO can be made in the folder for temporary files"));
          return FALSE;
        }
    }

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, EEXIST, _("No FIFO can be made in the folder for temporary files"));

  return FALSE;
}

int
lab_carry_objects_get_segment (LabCarryObjects *self)
{
  return atomic_load (&self->segment.id);
}

int
lab_carry_objects_get_semaphores (LabCarryObjects *self)
{
  return atomic_load (&self->semaphores.id);
}

int
lab_carry_objects_get_queue (LabCarryObjects *self)
{
  return atomic_load (&self->queue.id);
}

/**
 * lab_carry_objects_remove_segment:
 * @self: what the job has made
 *
 * Marks the segment for removal: it lives on for who is attached, and goes with
 * the last of them, however they end.
 */
void
lab_carry_objects_remove_segment (LabCarryObjects *self)
{
  take_away (&self->segment, get_segment, remove_segment);
}

void
lab_carry_objects_remove_path (LabCarryObjects *self,
                               LabCarryPath     path)
{
  if (self->paths[path][0] == '\0')
    return;

  unlink (self->paths[path]);
  self->paths[path][0] = '\0';
}

/**
 * lab_carry_objects_remove_means:
 * @self: what the job has made
 *
 * Removes what the bytes went through, and leaves the output.  May be called by
 * any process of the job, and more than once.  Who waits for a semaphore or a
 * queue wakes up with `EIDRM`.
 */
void
lab_carry_objects_remove_means (LabCarryObjects *self)
{
  lab_carry_objects_remove_segment (self);
  take_away (&self->semaphores, get_semaphores, lab_sysv_semctl_rmid);
  take_away (&self->queue, get_queue, lab_sysv_msgctl_rmid);
  lab_carry_objects_remove_path (self, LAB_CARRY_PATH_THERE);
  lab_carry_objects_remove_path (self, LAB_CARRY_PATH_BACK);
}

/**
 * lab_carry_objects_remove:
 * @self: what the job has made
 *
 * Removes everything that is still there, the unfinished output too.
 */
void
lab_carry_objects_remove (LabCarryObjects *self)
{
  lab_carry_objects_remove_means (self);
  lab_carry_objects_remove_path (self, LAB_CARRY_PATH_OUTPUT);
}
