/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A pipe, and a FIFO, which is a pipe with a name.  Each block is copied into
 * the kernel's buffer (64 KiB by default, pipe(7)) and out of it again. */

#include "config.h"

#include "backend/carry/lab-way-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

typedef struct
{
  LabWay parent;
  int        fds[2];  /* to read from, to write to; -1: closed */
} Pipe;

static void
close_end (Pipe *self,
           int   end)
{
  if (self->fds[end] >= 0)
    close (self->fds[end]);
  self->fds[end] = -1;
}

static void
pipe_init (LabWay *way)
{
  Pipe *self = (Pipe *) way;

  self->fds[0] = -1;
  self->fds[1] = -1;
}

static void
pipe_clear (LabWay *way)
{
  close_end ((Pipe *) way, 0);
  close_end ((Pipe *) way, 1);
}

static gboolean
pipe_prepare (LabWay  *way,
              GError **error)
{
  Pipe *self = (Pipe *) way;

  if (pipe2 (self->fds, O_CLOEXEC) == 0)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errno, _("No pipe can be made; close files that nobody needs"));

  return FALSE;
}

static gboolean
pipe_attach (LabWay  *way,
             LabSide  side,
             GError **error)
{
  close_end ((Pipe *) way, side == LAB_SIDE_SERVER ? 0 : 1);

  return lab_way_ensure_buffer (way, error) != NULL;
}

static gpointer
pipe_fill (LabWay  *way,
           GError **error)
{
  return way->buffer;
}

static gboolean
pipe_pass (LabWay  *way,
           gsize    n_bytes,
           GError **error)
{
  Pipe *self = (Pipe *) way;

  if (n_bytes == 0)
    {
      close_end (self, 1);
      return TRUE;
    }

  return lab_carry_io_write_all (&way->io, self->fds[1], way->buffer, n_bytes)
         || lab_way_fail (way, error);
}

static gssize
pipe_take (LabWay   *way,
           gpointer *block,
           GError  **error)
{
  gssize n = lab_carry_io_read (&way->io, ((Pipe *) way)->fds[0], way->buffer, way->block_bytes);

  if (n < 0)
    lab_way_fail (way, error);
  *block = way->buffer;

  return n;
}

const LabWayClass lab_way_pipe_class = {
  .instance_size = sizeof (Pipe),
  .init = pipe_init,
  .prepare = pipe_prepare,
  .attach = pipe_attach,
  .settle = pipe_clear,
  .fill = pipe_fill,
  .pass = pipe_pass,
  .take = pipe_take,
  .clear = pipe_clear,
};

/* The parent holds both ends open until server and client have theirs: the
 * opening of a FIFO waits for the other end, and would wait for ever for a
 * process that died. */
static gboolean
fifo_make (LabWay  *way,
           GError **error)
{
  Pipe *self = (Pipe *) way;

  if (!lab_carry_objects_make_fifo (way->objects, LAB_CARRY_PATH_THERE, error))
    return FALSE;

  self->fds[0] = open (way->objects->paths[LAB_CARRY_PATH_THERE], O_RDWR | O_CLOEXEC);
  if (self->fds[0] >= 0)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The FIFO cannot be opened"));

  return FALSE;
}

static gboolean
fifo_attach (LabWay  *way,
             LabSide  side,
             GError **error)
{
  Pipe *self = (Pipe *) way;
  int end = side == LAB_SIDE_SERVER ? 1 : 0;

  self->fds[end] = open (way->objects->paths[LAB_CARRY_PATH_THERE], (end == 1 ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  if (self->fds[end] >= 0)
    return lab_way_ensure_buffer (way, error) != NULL;

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The FIFO cannot be opened"));

  return FALSE;
}

static void
fifo_settle (LabWay *way)
{
  pipe_clear (way);
  lab_carry_objects_remove_path (way->objects, LAB_CARRY_PATH_THERE);
}

const LabWayClass lab_way_fifo_class = {
  .instance_size = sizeof (Pipe),
  .init = pipe_init,
  .make = fifo_make,
  .attach = fifo_attach,
  .settle = fifo_settle,
  .fill = pipe_fill,
  .pass = pipe_pass,
  .take = pipe_take,
  .clear = pipe_clear,
};
