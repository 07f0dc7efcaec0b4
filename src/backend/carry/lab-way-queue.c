/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A System V message queue.  Each message is copied into the kernel and out of
 * it again; a block longer than MSGMAX (8 KiB by default) takes several.  The
 * queue goes when the job is over: its removal throws away what is in it. */

#include "config.h"

#include "backend/carry/lab-way-private.h"

#define TYPE_BLOCK 1

typedef struct
{
  LabWay parent;
  int        id;
  gsize      max_bytes;
  gboolean   ended;
} Queue;

static void
queue_init (LabWay *way)
{
  ((Queue *) way)->max_bytes = lab_way_get_message_max ();
}

static gboolean
queue_make (LabWay  *way,
            GError **error)
{
  return lab_carry_objects_make_queue (way->objects, error);
}

static gboolean
queue_attach (LabWay  *way,
              LabSide  side,
              GError **error)
{
  Queue *self = (Queue *) way;

  self->id = lab_carry_objects_get_queue (way->objects);

  return lab_way_ensure_buffer (way, error) != NULL;
}

static gpointer
queue_fill (LabWay  *way,
            GError **error)
{
  return way->buffer;
}

static gboolean
queue_pass (LabWay  *way,
            gsize    n_bytes,
            GError **error)
{
  Queue *self = (Queue *) way;

  return lab_carry_io_send (&way->io, self->id, way->buffer, n_bytes, self->max_bytes, TYPE_BLOCK)
         || lab_way_fail (way, error);
}

static gssize
queue_take (LabWay   *way,
            gpointer *block,
            GError  **error)
{
  Queue *self = (Queue *) way;
  gssize n;

  if (self->ended)
    return 0;

  n = lab_carry_io_receive (&way->io, self->id, way->buffer, way->block_bytes, TYPE_BLOCK, &self->ended);
  if (n < 0)
    lab_way_fail (way, error);
  *block = way->buffer;

  return n;
}

const LabWayClass lab_way_queue_class = {
  .instance_size = sizeof (Queue),
  .init = queue_init,
  .make = queue_make,
  .attach = queue_attach,
  .fill = queue_fill,
  .pass = queue_pass,
  .take = queue_take,
};
