/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-way-private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* Where a buffer begins in its memory: a page, as a good read(2) likes it, after
 * another page that holds the type of a message. */
#define BUFFER_OFFSET 4096

static const struct
{
  const char            *name;
  const char            *title;
  const LabWayClass *klass;
} kinds[LAB_N_WAYS] = {
  [LAB_WAY_PIPE]     = { "pipe",     NC_("way", "Pipe"), &lab_way_pipe_class },
  /* Translators: a pipe with a name in the file system, mkfifo(3) */
  [LAB_WAY_FIFO]     = { "fifo",     NC_("way", "FIFO"), &lab_way_fifo_class },
  [LAB_WAY_QUEUE]    = { "queue",    NC_("way", "Message Queue"), &lab_way_queue_class },
  /* Translators: one shared buffer, server and client use it in strict turns */
  [LAB_WAY_LOCKSTEP] = { "lockstep", NC_("way", "Shared Memory, in Turns"), &lab_way_lockstep_class },
  /* Translators: a few shared buffers in a circle */
  [LAB_WAY_RING]     = { "ring",     NC_("way", "Shared Memory, Ring"), &lab_way_ring_class },
  [LAB_WAY_PLAIN]    = { "plain",    NC_("way", "One Process"), &lab_way_plain_class },
};

/**
 * lab_way_kind_to_string:
 * @kind: a way
 *
 * Returns: its name on the command line and in reports, such as "pipe"
 */
const char *
lab_way_kind_to_string (LabWayKind kind)
{
  g_return_val_if_fail (kind < LAB_N_WAYS, NULL);

  return kinds[kind].name;
}

/**
 * lab_way_kind_get_title:
 * @kind: a way
 *
 * Returns: its name on the screen, translated
 */
const char *
lab_way_kind_get_title (LabWayKind kind)
{
  g_return_val_if_fail (kind < LAB_N_WAYS, NULL);

  return g_dpgettext2 (GETTEXT_PACKAGE, "way", kinds[kind].title);
}

gboolean
lab_way_kind_parse (const char *text,
                    LabWayKind *kind)
{
  for (guint i = 0; i < LAB_N_WAYS; i++)
    if (g_str_equal (text, kinds[i].name))
      {
        *kind = (LabWayKind) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * lab_way_kind_shares:
 * @kind: a way
 *
 * Returns: whether it carries through shared memory
 */
gboolean
lab_way_kind_shares (LabWayKind kind)
{
  return kind == LAB_WAY_LOCKSTEP || kind == LAB_WAY_RING;
}

/**
 * lab_way_get_message_max:
 *
 * Source: `/proc/sys/kernel/msgmax` and `msgmnb`, sysvipc(7).
 *
 * Returns: the most bytes in one message of a queue; 8192 by default
 */
gsize
lab_way_get_message_max (void)
{
  const char * const files[] = { "/proc/sys/kernel/msgmax", "/proc/sys/kernel/msgmnb" };
  gsize max = LAB_WAY_MAX_BLOCK;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = NULL;
      guint64 value = 0;

      if (g_file_get_contents (files[i], &text, NULL, NULL))
        value = g_ascii_strtoull (text, NULL, 10);
      max = MIN (max, value > 0 ? value : 8192);
    }

  return max;
}

/**
 * lab_way_new:
 * @kind: which
 * @block_bytes: the largest block, %LAB_WAY_MIN_BLOCK to %LAB_WAY_MAX_BLOCK
 * @n_slots: for the ring, a power of two from 2 to 64; 0 for a good number
 * @objects: where it writes down what it makes, shared by all processes of the job
 * @stop: becomes 1 when the job is over, shared by all processes of the job
 *
 * The parent makes a way, calls lab_way_prepare(), forks the server and
 * the client, calls lab_way_make(), and once both have called
 * lab_way_attach() lab_way_settle().
 *
 * Returns: (transfer full): a way
 */
LabWay *
lab_way_new (LabWayKind        kind,
             gsize             block_bytes,
             guint             n_slots,
             LabCarryObjects  *objects,
             _Atomic uint32_t *stop)
{
  LabWay *self;

  g_return_val_if_fail (kind < LAB_N_WAYS, NULL);
  g_return_val_if_fail (block_bytes >= LAB_WAY_MIN_BLOCK && block_bytes <= LAB_WAY_MAX_BLOCK, NULL);
  g_return_val_if_fail (n_slots == 0 || (n_slots >= 2 && n_slots <= 64 && (n_slots & (n_slots - 1)) == 0), NULL);

  self = g_malloc0 (kinds[kind].klass->instance_size);
  self->klass = kinds[kind].klass;
  self->kind = kind;
  self->block_bytes = block_bytes;
  self->n_slots = n_slots;
  self->objects = objects;
  self->io.stop = stop;
  if (self->klass->init != NULL)
    self->klass->init (self);

  return self;
}

/**
 * lab_way_free:
 * @self: a way
 *
 * Detaches and closes.  What outlives processes is removed by
 * lab_carry_objects_remove().
 */
void
lab_way_free (LabWay *self)
{
  if (self == NULL)
    return;

  if (self->klass->clear != NULL)
    self->klass->clear (self);
  free (self->memory);
  g_free (self);
}

/**
 * lab_way_get_n_slots:
 * @self: a way
 *
 * Returns: how many blocks can be under way in memory that both share; 0 when
 *   the way has no slots
 */
guint
lab_way_get_n_slots (LabWay *self)
{
  return self->n_slots;
}

/**
 * lab_way_prepare:
 * @self: a way
 * @error: return location for an error
 *
 * Makes what the children inherit and what vanishes with its processes.
 * Called by the parent before it forks.
 *
 * Errors: %LAB_CARRY_ERROR_LIMIT.
 *
 * Returns: whether it worked
 */
gboolean
lab_way_prepare (LabWay  *self,
                 GError **error)
{
  return self->klass->prepare == NULL || self->klass->prepare (self, error);
}

/**
 * lab_way_make:
 * @self: a way
 * @error: return location for an error
 *
 * Makes what outlives processes.  Called by the parent once there are children,
 * so that somebody is there to remove it when the parent is killed.
 *
 * Errors: those of lab_carry_objects_make_segment(), and
 * %LAB_CARRY_ERROR_FAILED when a FIFO or a semaphore cannot be set up.
 *
 * Returns: whether it worked
 */
gboolean
lab_way_make (LabWay  *self,
              GError **error)
{
  return self->klass->make == NULL || self->klass->make (self, error);
}

/**
 * lab_way_attach:
 * @self: a way
 * @side: who this process is
 * @count: where this process's calls and bytes are counted
 * @error: return location for an error
 *
 * Called by the server and by the client once all is made.
 *
 * Errors: %LAB_CARRY_ERROR_LIMIT without memory for a block,
 * %LAB_CARRY_ERROR_FAILED when the segment or the FIFO cannot be opened.
 *
 * Returns: whether it worked
 */
gboolean
lab_way_attach (LabWay        *self,
                LabSide        side,
                LabCarryCount *count,
                GError       **error)
{
  self->io.count = count;

  return self->klass->attach == NULL || self->klass->attach (self, side, error);
}

/**
 * lab_way_settle:
 * @self: a way
 *
 * Takes away the names that nobody needs any more and the parent's own ends.
 * Called by the parent once both are attached.
 */
void
lab_way_settle (LabWay *self)
{
  if (self->klass->settle != NULL)
    self->klass->settle (self);
}

/**
 * lab_way_fill:
 * @self: the server's way
 * @error: return location for an error
 *
 * Waits for a free place.
 *
 * Errors: as lab_way_pass(); %LAB_CARRY_ERROR_LIMIT for the way that is
 * alone and has no memory for a block.
 *
 * Returns: (transfer none): room for a block, or %NULL
 */
gpointer
lab_way_fill (LabWay  *self,
              GError **error)
{
  return self->klass->fill (self, error);
}

/**
 * lab_way_pass:
 * @self: the server's way
 * @n_bytes: how much of the place is filled; 0 is the end
 * @error: return location for an error
 *
 * Passes the place that lab_way_fill() gave on to the client.
 *
 * Errors: %LAB_CARRY_ERROR_PARTNER when the other process has ended,
 * %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: whether it worked
 */
gboolean
lab_way_pass (LabWay  *self,
              gsize    n_bytes,
              GError **error)
{
  return self->klass->pass (self, n_bytes, error);
}

/**
 * lab_way_take:
 * @self: the client's way
 * @block: (out) (transfer none): the bytes, until lab_way_release()
 * @error: return location for an error
 *
 * Waits for bytes.  A pipe may give less than the block that was passed.
 *
 * Errors: %LAB_CARRY_ERROR_PARTNER when the other process has ended,
 * %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: how many, at most a block, 0 at the end, or -1
 */
gssize
lab_way_take (LabWay   *self,
              gpointer *block,
              GError  **error)
{
  return self->klass->take (self, block, error);
}

/**
 * lab_way_release:
 * @self: the client's way
 * @error: return location for an error
 *
 * Gives the place back that lab_way_take() showed.
 *
 * Errors: %LAB_CARRY_ERROR_PARTNER when the other process has ended,
 * %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: whether it worked
 */
gboolean
lab_way_release (LabWay  *self,
                 GError **error)
{
  return self->klass->release == NULL || self->klass->release (self, error);
}

/* After a failed call of lab-carry-io.h on what connects the two: it breaks when the other side ends. */
gboolean
lab_way_fail (LabWay  *self,
              GError **error)
{
  int errsv = errno;

  if (errsv == EPIPE || errsv == EIDRM || errsv == EINVAL)
    lab_carry_set_error (error, LAB_CARRY_ERROR_PARTNER, errsv, _("The other process has ended, so the rest cannot be carried"));
  else
    lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errsv, _("The bytes could not be carried"));

  return FALSE;
}

guint8 *
lab_way_ensure_buffer (LabWay  *self,
                       GError **error)
{
  void *memory;
  int errsv;

  if (self->buffer != NULL)
    return self->buffer;

  errsv = posix_memalign (&memory, BUFFER_OFFSET, BUFFER_OFFSET + self->block_bytes);
  if (errsv != 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errsv, _("There is not enough memory for a block; choose a smaller one"));
      return NULL;
    }

  self->memory = memory;
  self->buffer = self->memory + BUFFER_OFFSET;
  memset (self->memory, 0, BUFFER_OFFSET + self->block_bytes);

  return self->buffer;
}

/* The way of one process: what was filled is what is taken. */
typedef struct
{
  LabWay parent;
  gsize      n_bytes;
} Plain;

static gpointer
plain_fill (LabWay  *self,
            GError **error)
{
  return lab_way_ensure_buffer (self, error);
}

static gboolean
plain_pass (LabWay  *self,
            gsize    n_bytes,
            GError **error)
{
  ((Plain *) self)->n_bytes = n_bytes;

  return TRUE;
}

static gssize
plain_take (LabWay   *self,
            gpointer *block,
            GError  **error)
{
  *block = self->buffer;

  return (gssize) ((Plain *) self)->n_bytes;
}

const LabWayClass lab_way_plain_class = {
  .instance_size = sizeof (Plain),
  .fill = plain_fill,
  .pass = plain_pass,
  .take = plain_take,
};
