/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carrier-private.h"

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
  const LabCarrierClass *klass;
} kinds[LAB_N_CARRIERS] = {
  [LAB_CARRIER_PIPE]     = { "pipe",     NC_("carrier", "Pipe"), &lab_carrier_pipe_class },
  /* Translators: a pipe with a name in the file system, mkfifo(3) */
  [LAB_CARRIER_FIFO]     = { "fifo",     NC_("carrier", "FIFO"), &lab_carrier_fifo_class },
  [LAB_CARRIER_QUEUE]    = { "queue",    NC_("carrier", "Message Queue"), &lab_carrier_queue_class },
  /* Translators: one shared buffer, server and client use it in strict turns */
  [LAB_CARRIER_LOCKSTEP] = { "lockstep", NC_("carrier", "Shared Memory, in Turns"), &lab_carrier_lockstep_class },
  /* Translators: a few shared buffers in a circle */
  [LAB_CARRIER_RING]     = { "ring",     NC_("carrier", "Shared Memory, Ring"), &lab_carrier_ring_class },
  [LAB_CARRIER_PLAIN]    = { "plain",    NC_("carrier", "One Process"), &lab_carrier_plain_class },
};

/**
 * lab_carrier_kind_to_string:
 * @kind: a carrier
 *
 * Returns: its name on the command line and in reports, such as "pipe"
 */
const char *
lab_carrier_kind_to_string (LabCarrierKind kind)
{
  g_return_val_if_fail (kind < LAB_N_CARRIERS, NULL);

  return kinds[kind].name;
}

/**
 * lab_carrier_kind_get_title:
 * @kind: a carrier
 *
 * Returns: its name on the screen, translated
 */
const char *
lab_carrier_kind_get_title (LabCarrierKind kind)
{
  g_return_val_if_fail (kind < LAB_N_CARRIERS, NULL);

  return g_dpgettext2 (GETTEXT_PACKAGE, "carrier", kinds[kind].title);
}

gboolean
lab_carrier_kind_parse (const char     *text,
                        LabCarrierKind *kind)
{
  for (guint i = 0; i < LAB_N_CARRIERS; i++)
    if (g_str_equal (text, kinds[i].name))
      {
        *kind = (LabCarrierKind) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * lab_carrier_kind_shares:
 * @kind: a carrier
 *
 * Returns: whether it carries through shared memory
 */
gboolean
lab_carrier_kind_shares (LabCarrierKind kind)
{
  return kind == LAB_CARRIER_LOCKSTEP || kind == LAB_CARRIER_RING;
}

/**
 * lab_carrier_get_message_max:
 *
 * Source: `/proc/sys/kernel/msgmax` and `msgmnb`, sysvipc(7).
 *
 * Returns: the most bytes in one message of a queue; 8192 by default
 */
gsize
lab_carrier_get_message_max (void)
{
  const char * const files[] = { "/proc/sys/kernel/msgmax", "/proc/sys/kernel/msgmnb" };
  gsize max = LAB_CARRIER_MAX_BLOCK;

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
 * lab_carrier_new:
 * @kind: which
 * @block_bytes: the largest block, %LAB_CARRIER_MIN_BLOCK to %LAB_CARRIER_MAX_BLOCK
 * @n_slots: for the ring, a power of two from 2 to 64; 0 for a good number
 * @objects: where it writes down what it makes, shared by all processes of the job
 * @stop: becomes 1 when the job is over, shared by all processes of the job
 *
 * The parent makes a carrier, calls lab_carrier_prepare(), forks the server and
 * the client, calls lab_carrier_make(), and once both have called
 * lab_carrier_attach() lab_carrier_settle().
 *
 * Returns: (transfer full): a carrier
 */
LabCarrier *
lab_carrier_new (LabCarrierKind    kind,
                 gsize             block_bytes,
                 guint             n_slots,
                 LabCarryObjects  *objects,
                 _Atomic uint32_t *stop)
{
  LabCarrier *self;

  g_return_val_if_fail (kind < LAB_N_CARRIERS, NULL);
  g_return_val_if_fail (block_bytes >= LAB_CARRIER_MIN_BLOCK && block_bytes <= LAB_CARRIER_MAX_BLOCK, NULL);
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
 * lab_carrier_free:
 * @self: a carrier
 *
 * Detaches and closes.  What outlives processes is removed by
 * lab_carry_objects_remove().
 */
void
lab_carrier_free (LabCarrier *self)
{
  if (self == NULL)
    return;

  if (self->klass->clear != NULL)
    self->klass->clear (self);
  free (self->memory);
  g_free (self);
}

/**
 * lab_carrier_get_n_slots:
 * @self: a carrier
 *
 * Returns: how many blocks can be under way in memory that both share; 0 when
 *   the carrier has no slots
 */
guint
lab_carrier_get_n_slots (LabCarrier *self)
{
  return self->n_slots;
}

/**
 * lab_carrier_prepare:
 * @self: a carrier
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
lab_carrier_prepare (LabCarrier *self,
                     GError    **error)
{
  return self->klass->prepare == NULL || self->klass->prepare (self, error);
}

/**
 * lab_carrier_make:
 * @self: a carrier
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
lab_carrier_make (LabCarrier *self,
                  GError    **error)
{
  return self->klass->make == NULL || self->klass->make (self, error);
}

/**
 * lab_carrier_attach:
 * @self: a carrier
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
lab_carrier_attach (LabCarrier    *self,
                    LabSide        side,
                    LabCarryCount *count,
                    GError       **error)
{
  self->io.count = count;

  return self->klass->attach == NULL || self->klass->attach (self, side, error);
}

/**
 * lab_carrier_settle:
 * @self: a carrier
 *
 * Takes away the names that nobody needs any more and the parent's own ends.
 * Called by the parent once both are attached.
 */
void
lab_carrier_settle (LabCarrier *self)
{
  if (self->klass->settle != NULL)
    self->klass->settle (self);
}

/**
 * lab_carrier_fill:
 * @self: the server's carrier
 * @error: return location for an error
 *
 * Waits for a free place.
 *
 * Errors: as lab_carrier_pass(); %LAB_CARRY_ERROR_LIMIT for the carrier that is
 * alone and has no memory for a block.
 *
 * Returns: (transfer none): room for a block, or %NULL
 */
gpointer
lab_carrier_fill (LabCarrier *self,
                  GError    **error)
{
  return self->klass->fill (self, error);
}

/**
 * lab_carrier_pass:
 * @self: the server's carrier
 * @n_bytes: how much of the place is filled; 0 is the end
 * @error: return location for an error
 *
 * Passes the place that lab_carrier_fill() gave on to the client.
 *
 * Errors: %LAB_CARRY_ERROR_PARTNER when the other process has ended,
 * %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: whether it worked
 */
gboolean
lab_carrier_pass (LabCarrier *self,
                  gsize       n_bytes,
                  GError    **error)
{
  return self->klass->pass (self, n_bytes, error);
}

/**
 * lab_carrier_take:
 * @self: the client's carrier
 * @block: (out) (transfer none): the bytes, until lab_carrier_release()
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
lab_carrier_take (LabCarrier *self,
                  gpointer   *block,
                  GError    **error)
{
  return self->klass->take (self, block, error);
}

/**
 * lab_carrier_release:
 * @self: the client's carrier
 * @error: return location for an error
 *
 * Gives the place back that lab_carrier_take() showed.
 *
 * Errors: %LAB_CARRY_ERROR_PARTNER when the other process has ended,
 * %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_FAILED.
 *
 * Returns: whether it worked
 */
gboolean
lab_carrier_release (LabCarrier *self,
                     GError    **error)
{
  return self->klass->release == NULL || self->klass->release (self, error);
}

/* After a failed call of lab-carry-io.h on what connects the two: it breaks when the other side ends. */
gboolean
lab_carrier_fail (LabCarrier *self,
                  GError    **error)
{
  int errsv = errno;

  if (errsv == EPIPE || errsv == EIDRM || errsv == EINVAL)
    lab_carry_set_error (error, LAB_CARRY_ERROR_PARTNER, errsv, _("The other process has ended, so the rest cannot be carried"));
  else
    lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errsv, _("The bytes could not be carried"));

  return FALSE;
}

guint8 *
lab_carrier_ensure_buffer (LabCarrier *self,
                           GError    **error)
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

/* The carrier of one process: what was filled is what is taken. */
typedef struct
{
  LabCarrier parent;
  gsize      n_bytes;
} Plain;

static gpointer
plain_fill (LabCarrier *self,
            GError    **error)
{
  return lab_carrier_ensure_buffer (self, error);
}

static gboolean
plain_pass (LabCarrier *self,
            gsize       n_bytes,
            GError    **error)
{
  ((Plain *) self)->n_bytes = n_bytes;

  return TRUE;
}

static gssize
plain_take (LabCarrier *self,
            gpointer   *block,
            GError    **error)
{
  *block = self->buffer;

  return (gssize) ((Plain *) self)->n_bytes;
}

const LabCarrierClass lab_carrier_plain_class = {
  .instance_size = sizeof (Plain),
  .fill = plain_fill,
  .pass = plain_pass,
  .take = plain_take,
};
