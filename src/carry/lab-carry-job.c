/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "carry/lab-carry-job.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/carry/lab-carry-io.h"
#include "carry/lab-carry-file.h"

typedef struct
{
  const LabCarryJob *job;
  LabCrewShared     *shared;
  LabWay        *way;
} Work;

static gboolean
prepare (gpointer data,
         GError **error)
{
  return lab_way_prepare (((Work *) data)->way, error);
}

static gboolean
make (gpointer data,
      GError **error)
{
  return lab_way_make (((Work *) data)->way, error);
}

static gboolean
attach (gpointer data,
        LabSide  side,
        GError **error)
{
  Work *work = data;

  return lab_way_attach (work->way, side, &work->shared->sides[side].count, error);
}

static void
settle (gpointer data)
{
  lab_way_settle (((Work *) data)->way);
}

/* Bytes that the server makes up itself.  Each block begins with its number, so
 * that the client can see that it has this block and no other. */
typedef struct
{
  guint8  *block;
  guint64  n_blocks;
  guint64  n_left;
} Memory;

static void
fill_block (guint8 *block,
            gsize   n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    block[i] = (guint8) (i * 2654435761u >> 13);
}

/* Server: one block into its place.  Returns its length, 0 at the end, -1 for an error. */
static gssize
read_block (Work       *work,
            LabCarryIo *io,
            Memory     *memory,
            guint8     *place,
            guint64    *n_read,
            GError    **error)
{
  const LabCarryJob *job = work->job;
  gssize n;

  if (job->mode == LAB_CARRY_MODE_MEMORY)
    {
      gsize n_bytes = (gsize) MIN (memory->n_left, job->block_bytes);

      if (n_bytes == 0)
        return 0;

      /* A buffer of our own is the memory that we carry from. */
      if (lab_way_kind_shares (job->kind) || job->kind == LAB_WAY_PLAIN)
        {
          memcpy (place, memory->block, n_bytes);
          io->count->memcpy_bytes += n_bytes;
        }
      memcpy (place, &memory->n_blocks, MIN (n_bytes, sizeof memory->n_blocks));
      memory->n_blocks++;
      memory->n_left -= n_bytes;
      return (gssize) n_bytes;
    }

  n = lab_carry_io_read (io, job->input_fd, place, job->block_bytes);
  if (n < 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The input cannot be read to its end"));
      return -1;
    }
  *n_read += (guint64) n;
  if (*n_read > job->size_bytes)  /* else a file that grows as fast as we read would never end */
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_CHANGED, 0, _("The input grew while it was carried; run it again when nobody writes to it"));
      return -1;
    }

  return n;
}

/* Client: a block from its place. */
static gboolean
write_block (Work         *work,
             LabCarryIo   *io,
             Memory       *memory,
             const guint8 *place,
             gsize         n_bytes,
             GError      **error)
{
  const LabCarryJob *job = work->job;
  guint64 n_done = atomic_load_explicit (&work->shared->n_done, memory_order_relaxed);

  if (job->mode == LAB_CARRY_MODE_MEMORY)
    {
      guint64 number = n_done / job->block_bytes;

      if (lab_way_kind_shares (job->kind))
        {
          memcpy (memory->block, place, n_bytes);
          io->count->memcpy_bytes += n_bytes;
          place = memory->block;
        }
      if (n_done % job->block_bytes == 0 && memcmp (place, &number, MIN (n_bytes, sizeof number)) != 0)
        {
          lab_carry_set_error (error, LAB_CARRY_ERROR_DIFFERS, 0, _("A block came that was not its turn; please report it"));
          return FALSE;
        }
    }
  else if (!lab_carry_io_write_all (io, job->output_fd, place, n_bytes))
    {
      lab_carry_set_write_error (error, errno);
      return FALSE;
    }

  atomic_store_explicit (&work->shared->n_done, n_done + n_bytes, memory_order_relaxed);

  return TRUE;
}

static gboolean
serve (Work       *work,
       LabCarryIo *io,
       Memory     *memory,
       GError    **error)
{
  guint64 n_read = 0;
  gssize n;

  do
    {
      guint8 *place = lab_way_fill (work->way, error);

      if (place == NULL)
        return FALSE;
      n = read_block (work, io, memory, place, &n_read, error);
      if (n < 0 || !lab_way_pass (work->way, (gsize) n, error))
        return FALSE;

      /* Alone: it is its own client. */
      if (work->job->kind == LAB_WAY_PLAIN && n > 0)
        {
          gpointer block;
          gssize n_taken = lab_way_take (work->way, &block, error);

          if (n_taken < 0 || !write_block (work, io, memory, block, (gsize) n_taken, error))
            return FALSE;
        }
    }
  while (n > 0);

  return TRUE;
}

static gboolean
consume (Work       *work,
         LabCarryIo *io,
         Memory     *memory,
         GError    **error)
{
  for (;;)
    {
      gpointer block;
      gssize n = lab_way_take (work->way, &block, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      if (!write_block (work, io, memory, block, (gsize) n, error)
          || !lab_way_release (work->way, error))
        return FALSE;
    }
}

static gboolean
work_child (gpointer data,
            LabSide  side,
            GError **error)
{
  Work *work = data;
  LabCarryIo io = { &work->shared->stop, &work->shared->sides[side].count };
  Memory memory = { .n_left = work->job->size_bytes };
  g_autofree guint8 *block = NULL;
  LabCarryCountStart start;
  gboolean result;

  if (work->job->mode == LAB_CARRY_MODE_MEMORY)
    {
      block = g_malloc (work->job->block_bytes);
      fill_block (block, work->job->block_bytes);
      memory.block = block;
    }

  lab_carry_count_begin (&start);
  if (side == LAB_SIDE_SERVER)
    result = serve (work, &io, &memory, error);
  else
    result = consume (work, &io, &memory, error);
  lab_carry_count_end (&start, io.count);

  return result;
}

static gboolean
check (const LabCarryJob *job,
       guint64            n_done,
       guint64           *checked_bytes,
       GError           **error)
{
  *checked_bytes = 0;

  if (job->mode != LAB_CARRY_MODE_MEMORY && !lab_carry_input_check (job->input_fd, &job->input, error))
    return FALSE;
  if (n_done != job->size_bytes)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_DIFFERS, 0, _("Not every byte came through; please report it"));
      return FALSE;
    }

  if (job->mode == LAB_CARRY_MODE_FRESH || job->mode == LAB_CARRY_MODE_IN_PLACE)
    {
      if (!lab_carry_compare (job->input_fd, job->output_fd, job->size_bytes, job->crew, error))
        return FALSE;
      *checked_bytes = job->size_bytes;
    }

  return TRUE;
}

/**
 * lab_carry_job_run:
 * @job: what is to be carried, and how
 * @started: (nullable): told who the processes are
 * @progress: (nullable): told how many bytes have arrived
 * @user_data: for both
 * @result: (out): what it cost
 * @error: return location for an error
 *
 * Carries the input once, and compares the output with it.
 *
 * Returns: whether every byte arrived
 */
gboolean
lab_carry_job_run (const LabCarryJob  *job,
                   LabCrewStartedFunc  started,
                   LabCrewProgressFunc progress,
                   gpointer            user_data,
                   LabCarryResult     *result,
                   GError            **error)
{
  const LabCrewTask task = {
    .n_processes = job->kind == LAB_WAY_PLAIN ? 1 : 2,
    .prepare = prepare,
    .make = make,
    .attach = attach,
    .settle = settle,
    .work = work_child,
  };
  LabCrewShared *shared = lab_crew_get_shared (job->crew);
  g_autoptr(LabWay) way = lab_way_new (job->kind, job->block_bytes, job->n_slots, &shared->objects, &shared->stop);
  Work work = { job, shared, way };

  memset (result, 0, sizeof *result);

  if (job->mode != LAB_CARRY_MODE_MEMORY && lseek (job->input_fd, 0, SEEK_SET) != 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_INPUT, errno, _("The input cannot be read from its start"));
      return FALSE;
    }
  if ((job->mode == LAB_CARRY_MODE_FRESH || job->mode == LAB_CARRY_MODE_IN_PLACE) && lseek (job->output_fd, 0, SEEK_SET) != 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_OUTPUT, errno, _("The output cannot be written from its start"));
      return FALSE;
    }

  if (!lab_crew_run (job->crew, &task, &work, started, progress, user_data, &result->setup_ns, error)
      || !check (job, atomic_load (&shared->n_done), &result->checked_bytes, error))
    return FALSE;

  result->kind = job->kind;
  result->mode = job->mode;
  result->block_bytes = job->block_bytes;
  result->n_slots = lab_way_get_n_slots (way);
  result->size_bytes = job->size_bytes;
  for (guint i = 0; i < 2; i++)
    result->counts[i] = shared->sides[i].count;
  result->wall_ns = result->counts[task.n_processes - 1].end_ns - result->counts[0].start_ns;

  return TRUE;
}
