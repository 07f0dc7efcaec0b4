/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A System V message queue.  Each message is copied into the kernel and out of
 * it again; a block longer than MSGMAX (8 KiB by default) takes several.  The
 * queue goes when the job is over: its removal throws away what is in it. */

#include "config.h"

#include "backend/carry/lab-carrier-private.h"

#define TYPE_BLOCK 1

typedef struct
{
  LabCarrier parent;
  int        id;
  gsize      max_bytes;
  gboolean   ended;
} Queue;

static void
queue_init (LabCarrier *carrier)
{
  ((Queue *) carrier)->max_bytes = lab_carrier_get_message_max ();
}

static gboolean
queue_make (LabCarrier *carrier,
            GError    **error)
{
  return lab_carry_objects_make_queue (carrier->objects, error);
}

static gboolean
queue_attach (LabCarrier *carrier,
              LabSide     side,
              GError    **error)
{
  Queue *self = (Queue *) carrier;

  self->id = lab_carry_objects_get_queue (carrier->objects);

  return lab_carrier_ensure_buffer (carrier, error) != NULL;
}

static gpointer
queue_fill (LabCarrier *carrier,
            GError    **error)
{
  return carrier->buffer;
}

static gboolean
queue_pass (LabCarrier *carrier,
            gsize       n_bytes,
            GError    **error)
{
  Queue *self = (Queue *) carrier;

  return lab_carry_io_send (&carrier->io, self->id, carrier->buffer, n_bytes, self->max_bytes, TYPE_BLOCK)
         || lab_carrier_fail (carrier, error);
}

static gssize
queue_take (LabCarrier *carrier,
            gpointer   *block,
            GError    **error)
{
  Queue *self = (Queue *) carrier;
  gssize n;

  if (self->ended)
    return 0;

  n = lab_carry_io_receive (&carrier->io, self->id, carrier->buffer, carrier->block_bytes, TYPE_BLOCK, &self->ended);
  if (n < 0)
    lab_carrier_fail (carrier, error);
  *block = carrier->buffer;

  return n;
}

const LabCarrierClass lab_carrier_queue_class = {
  .instance_size = sizeof (Queue),
  .init = queue_init,
  .make = queue_make,
  .attach = queue_attach,
  .fill = queue_fill,
  .pass = queue_pass,
  .take = queue_take,
};
