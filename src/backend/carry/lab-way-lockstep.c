/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One block of shared memory and two semaphores, as textbooks have it: the
 * server waits for "empty", fills, gives "full"; the client waits for "full",
 * empties, gives "empty".  So only one of them ever works, and each block costs
 * four system calls and, on most machines, two sleeps.
 *
 * Source: M. Kerrisk, The Linux Programming Interface, 48.4 (svshm_xfr). */

#include "config.h"

#include "backend/carry/lab-way-private.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-sysv.h"

enum { SEMAPHORE_EMPTY, SEMAPHORE_FULL, N_SEMAPHORES };

#define BLOCK_OFFSET 4096

typedef struct
{
  LabWay  parent;
  guint8     *base;           /* the segment; a uint32_t with the length, the block a page later */
  int         semaphores_id;
} Lockstep;

static gboolean
lockstep_make (LabWay  *way,
               GError **error)
{
  if (!lab_carry_objects_make_segment (way->objects, BLOCK_OFFSET + way->block_bytes, error)
      || !lab_carry_objects_make_semaphores (way->objects, N_SEMAPHORES, error))
    return FALSE;

  if (lab_sysv_semctl_setval (lab_carry_objects_get_semaphores (way->objects), SEMAPHORE_EMPTY, 1) == 0
      && lab_sysv_semctl_setval (lab_carry_objects_get_semaphores (way->objects), SEMAPHORE_FULL, 0) == 0)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The semaphores cannot be set"));

  return FALSE;
}

static gboolean
lockstep_attach (LabWay  *way,
                 LabSide  side,
                 GError **error)
{
  Lockstep *self = (Lockstep *) way;

  self->semaphores_id = lab_carry_objects_get_semaphores (way->objects);
  self->base = lab_sysv_shmat (lab_carry_objects_get_segment (way->objects), TRUE, NULL);
  if (self->base != NULL)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The segment cannot be attached"));

  return FALSE;
}

static void
lockstep_settle (LabWay *way)
{
  lab_carry_objects_remove_segment (way->objects);
}

static gboolean
change_semaphore (Lockstep *self,
                  guint     number,
                  int       change,
                  GError  **error)
{
  return lab_carry_io_semop (&self->parent.io, self->semaphores_id, number, change)
         || lab_way_fail (&self->parent, error);
}

static gpointer
lockstep_fill (LabWay  *way,
               GError **error)
{
  Lockstep *self = (Lockstep *) way;

  return change_semaphore (self, SEMAPHORE_EMPTY, -1, error) ? self->base + BLOCK_OFFSET : NULL;
}

static gboolean
lockstep_pass (LabWay  *way,
               gsize    n_bytes,
               GError **error)
{
  Lockstep *self = (Lockstep *) way;

  atomic_store_explicit ((_Atomic uint32_t *) self->base, (uint32_t) n_bytes, memory_order_relaxed);

  return change_semaphore (self, SEMAPHORE_FULL, 1, error);
}

static gssize
lockstep_take (LabWay   *way,
               gpointer *block,
               GError  **error)
{
  Lockstep *self = (Lockstep *) way;
  gsize n_bytes;

  if (!change_semaphore (self, SEMAPHORE_FULL, -1, error))
    return -1;

  /* Whoever may write to the segment may have written nonsense. */
  n_bytes = atomic_load_explicit ((_Atomic uint32_t *) self->base, memory_order_relaxed);
  *block = self->base + BLOCK_OFFSET;

  return (gssize) MIN (n_bytes, way->block_bytes);
}

static gboolean
lockstep_release (LabWay  *way,
                  GError **error)
{
  return change_semaphore ((Lockstep *) way, SEMAPHORE_EMPTY, 1, error);
}

static void
lockstep_clear (LabWay *way)
{
  Lockstep *self = (Lockstep *) way;

  if (self->base != NULL)
    lab_sysv_shmdt (self->base, NULL);
}

const LabWayClass lab_way_lockstep_class = {
  .instance_size = sizeof (Lockstep),
  .make = lockstep_make,
  .attach = lockstep_attach,
  .settle = lockstep_settle,
  .fill = lockstep_fill,
  .pass = lockstep_pass,
  .take = lockstep_take,
  .release = lockstep_release,
  .clear = lockstep_clear,
};
