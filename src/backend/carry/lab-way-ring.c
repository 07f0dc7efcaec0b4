/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A few blocks of shared memory, used again and again, so that server and
 * client work at the same time and no page is touched for the first time twice.
 *
 * Each side owns one counter: the server how many blocks it has passed on, the
 * client how many it has given back.  While both are at work nobody calls the
 * kernel for the ring's sake.  Who finds it full or empty looks again for some
 * microseconds, since the other is probably about to move; then it says so and
 * sleeps with futex(2) on the other's counter, and is woken when half the ring
 * is there for it, not for every block.  A futex and not a System V semaphore:
 * a semaphore costs a call for each block even when nobody sleeps.
 *
 * Nobody sleeps for longer than a moment without looking whether the job is
 * over, so a killed partner holds nobody up. */

#include "config.h"

#include "backend/carry/lab-way-private.h"

#include <errno.h>
#include <sched.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-sysv.h"

#define MAX_SLOTS 64
#define CACHE_LINE 64

/* As many bytes in all as stay in a core's second cache along with the rest; more
 * only so that there are a few blocks.  By measurement: more of them means more
 * pages to be touched for the first time, and gains nothing. */
#define GOOD_RING_BYTES ((gsize) 512 * 1024)
#define MAX_RING_BYTES  ((gsize) 1024 * 1024)
#define GOOD_SLOTS 4

/* Looks before sleeping: at most some 50 to 100 µs, about what a sleep and a waking
 * cost.  Who looked in vain looks half as often the next time: on a busy machine
 * the other side may not even be running, and then it is our looking that keeps
 * it from doing so.  But who sleeps is woken late, when there is much to do, and
 * would look in vain for ever after; so every so often one looks as long as at
 * first, and when that is worth it, goes on so. */
#define MAX_LOOKS 4000
#define MIN_LOOKS 16
#define WAITS_UNTIL_TRIAL 32

typedef struct
{
  _Alignas (CACHE_LINE) _Atomic uint32_t n_passed;        /* the server's; the client sleeps on it */
  _Alignas (CACHE_LINE) _Atomic uint32_t n_released;      /* the client's; the server sleeps on it */
  _Alignas (CACHE_LINE) _Atomic uint32_t client_sleeps;
  _Alignas (CACHE_LINE) _Atomic uint32_t server_sleeps;
  _Alignas (CACHE_LINE) _Atomic uint32_t lengths[MAX_SLOTS];
} RingHeader;

#define HEADER_BYTES 4096

G_STATIC_ASSERT (sizeof (RingHeader) <= HEADER_BYTES);

typedef struct
{
  LabWay  parent;
  RingHeader *header;
  guint8     *slots;
  gsize       slot_bytes;
  guint       max_looks;
  guint       n_looks;
  guint       n_vain;   /* waits since looking was last worth it */
  uint32_t    n_mine;   /* this side's own counter, as it alone knows it */
  uint32_t    n_theirs; /* the other side's, as last seen */
} Ring;

static void
ring_init (LabWay *way)
{
  Ring *self = (Ring *) way;

  self->slot_bytes = (way->block_bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;

  if (way->n_slots == 0)
    {
      way->n_slots = 2;
      while (way->n_slots < MAX_SLOTS
             && way->n_slots * 2 * self->slot_bytes <= (way->n_slots < GOOD_SLOTS ? MAX_RING_BYTES : GOOD_RING_BYTES))
        way->n_slots *= 2;
    }
}

static gboolean
ring_make (LabWay  *way,
           GError **error)
{
  return lab_carry_objects_make_segment (way->objects,
                                         HEADER_BYTES + way->n_slots * ((Ring *) way)->slot_bytes, error);
}

static guint
count_cores (void)
{
  cpu_set_t set;

  return sched_getaffinity (0, sizeof set, &set) == 0 ? (guint) CPU_COUNT (&set) : 1;
}

static gboolean
ring_attach (LabWay  *way,
             LabSide  side,
             GError **error)
{
  Ring *self = (Ring *) way;
  guint8 *base = lab_sysv_shmat (lab_carry_objects_get_segment (way->objects), TRUE, NULL);

  if (base == NULL)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The segment cannot be attached"));
      return FALSE;
    }

  self->header = (RingHeader *) base;
  self->slots = base + HEADER_BYTES;
  self->max_looks = self->n_looks = count_cores () > 1 ? MAX_LOOKS : 0;  /* alone on a core, the other cannot move while we look */

  return TRUE;
}

static void
ring_settle (LabWay *way)
{
  lab_carry_objects_remove_segment (way->objects);
}

static guint8 *
get_slot (Ring    *self,
          uint32_t number)
{
  return self->slots + (number % self->parent.n_slots) * self->slot_bytes;
}

/* Waits until the other side's counter is not @value any more. */
static gboolean
wait_for_other (Ring             *self,
                _Atomic uint32_t *counter,
                _Atomic uint32_t *sleeps,
                uint32_t          value,
                GError          **error)
{
  for (guint i = 0; i < self->n_looks; i++)
    {
      /* Pairs with the store in publish(). */
      if (atomic_load_explicit (counter, memory_order_acquire) != value)
        {
          self->n_looks = self->max_looks;
          self->n_vain = 0;
          return TRUE;
        }
      lab_carry_io_relax ();
    }
  self->n_looks = ++self->n_vain % WAITS_UNTIL_TRIAL == 0 ? self->max_looks
                                                          : MIN (MAX (self->n_looks / 2, MIN_LOOKS), self->max_looks);

  for (;;)
    {
      if (lab_carry_io_must_stop (&self->parent.io))
        return lab_way_fail (&self->parent, error);

      /* First say that we sleep, then look once more: publish() does it the other way round, so one sees the other. */
      atomic_store (sleeps, 1);
      if (atomic_load (counter) == value)
        lab_carry_io_wait_while (&self->parent.io, counter, value);
      if (atomic_load (counter) != value)
        {
          atomic_store_explicit (sleeps, 0, memory_order_relaxed);
          return TRUE;
        }
    }
}

/* Tells how far this side is, and wakes the other when it sleeps and there is
 * half a ring for it to do: blocks to take for the client, free places for the
 * server; or, with @at_once, in any case.  The other's counter is looked at only
 * then: each look takes its cache line away from it. */
static void
publish (Ring             *self,
         _Atomic uint32_t *counter,
         _Atomic uint32_t *other_counter,
         _Atomic uint32_t *other_sleeps,
         gboolean          at_once)
{
  uint32_t n_to_do;

  atomic_store (counter, self->n_mine);  /* pairs with the loads in wait_for_other() */
  if (atomic_load (other_sleeps) == 0)
    return;

  n_to_do = self->n_mine - atomic_load_explicit (other_counter, memory_order_relaxed);
  if (counter == &self->header->n_released)
    n_to_do += self->parent.n_slots;  /* the client is behind by the blocks that are still taken */
  if (at_once || n_to_do >= self->parent.n_slots / 2)
    {
      atomic_store_explicit (other_sleeps, 0, memory_order_relaxed);
      lab_carry_io_wake (&self->parent.io, counter);
    }
}

static gpointer
ring_fill (LabWay  *way,
           GError **error)
{
  Ring *self = (Ring *) way;

  if (self->n_mine - self->n_theirs >= way->n_slots)
    {
      self->n_theirs = atomic_load_explicit (&self->header->n_released, memory_order_acquire);
      if (self->n_mine - self->n_theirs >= way->n_slots)
        {
          if (!wait_for_other (self, &self->header->n_released, &self->header->server_sleeps, self->n_theirs, error))
            return NULL;
          self->n_theirs = atomic_load_explicit (&self->header->n_released, memory_order_acquire);
        }
    }

  return get_slot (self, self->n_mine);
}

static gboolean
ring_pass (LabWay  *way,
           gsize    n_bytes,
           GError **error)
{
  Ring *self = (Ring *) way;
  _Atomic uint32_t *length = &self->header->lengths[self->n_mine % way->n_slots];

  /* Most blocks are as long as the one before in this place: what is not written need not be fetched. */
  if (atomic_load_explicit (length, memory_order_relaxed) != n_bytes)
    atomic_store_explicit (length, (uint32_t) n_bytes, memory_order_relaxed);
  self->n_mine++;
  publish (self, &self->header->n_passed, &self->header->n_released, &self->header->client_sleeps, n_bytes == 0);

  return TRUE;
}

static gssize
ring_take (LabWay   *way,
           gpointer *block,
           GError  **error)
{
  Ring *self = (Ring *) way;
  gsize n_bytes;

  if (self->n_theirs == self->n_mine)
    {
      self->n_theirs = atomic_load_explicit (&self->header->n_passed, memory_order_acquire);
      if (self->n_theirs == self->n_mine)
        {
          if (!wait_for_other (self, &self->header->n_passed, &self->header->client_sleeps, self->n_theirs, error))
            return -1;
          self->n_theirs = atomic_load_explicit (&self->header->n_passed, memory_order_acquire);
        }
    }

  /* Whoever may write to the segment may have written nonsense. */
  n_bytes = atomic_load_explicit (&self->header->lengths[self->n_mine % way->n_slots], memory_order_relaxed);
  *block = get_slot (self, self->n_mine);

  return (gssize) MIN (n_bytes, way->block_bytes);
}

static gboolean
ring_release (LabWay  *way,
              GError **error)
{
  Ring *self = (Ring *) way;

  self->n_mine++;
  publish (self, &self->header->n_released, &self->header->n_passed, &self->header->server_sleeps, FALSE);

  return TRUE;
}

static void
ring_clear (LabWay *way)
{
  Ring *self = (Ring *) way;

  if (self->header != NULL)
    lab_sysv_shmdt (self->header, NULL);
}

const LabWayClass lab_way_ring_class = {
  .instance_size = sizeof (Ring),
  .init = ring_init,
  .make = ring_make,
  .attach = ring_attach,
  .settle = ring_settle,
  .fill = ring_fill,
  .pass = ring_pass,
  .take = ring_take,
  .release = ring_release,
  .clear = ring_clear,
};
