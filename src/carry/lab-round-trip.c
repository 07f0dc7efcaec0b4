/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A message there and the same message back, one at a time.  Whatever the way,
 * each process has the bytes in memory of its own at the end: a pipe copies
 * twice there and twice back, and so does shared memory here.  What differs is
 * how the two wait for each other. */

#include "config.h"

#include "carry/lab-round-trip.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/carry/lab-carry-io.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-sysv.h"

/* Trips before the measuring begins, so that every page has been touched. */
#define N_WARM_UPS 8

#define MIN_TRIPS 20
#define MAX_TRIPS 20000

/* Looks between two looks whether the job is over. */
#define N_LOOKS 65536

#define CACHE_LINE 64
#define BUFFER_OFFSET 4096

enum { THERE, BACK, N_WAYS };

/* At the start of the segment; the two messages follow a page later. */
typedef struct
{
  _Alignas (CACHE_LINE) _Atomic uint32_t n_sent[N_WAYS];
} TripHeader;

/* What the server tells: how many trips there will be, and how long they took. */
typedef struct
{
  _Atomic uint32_t n_trips;
  LabTripResult    result;
} TripShared;

typedef struct
{
  LabTripKind    kind;
  gsize          message_bytes;
  guint          time_ms;
  LabCrewShared *crew_shared;
  TripShared    *shared;
  int            fds[N_WAYS][2];  /* to read from, to write to */
  int            id;              /* the queue or the semaphores */
  gsize          max_bytes;
  TripHeader    *header;
  guint8        *messages[N_WAYS];
  guint          n_looks;
  uint32_t       n_sent[N_WAYS];
  guint8        *memory;
  guint8        *buffer;          /* this process's own */
  LabCarryIo     io;
} Trip;

static gsize
get_message_stride (const Trip *self)
{
  return (self->message_bytes + BUFFER_OFFSET - 1) / BUFFER_OFFSET * BUFFER_OFFSET;
}

static void
close_fds (Trip *self)
{
  for (guint way = 0; way < N_WAYS; way++)
    for (guint end = 0; end < 2; end++)
      {
        if (self->fds[way][end] >= 0)
          close (self->fds[way][end]);
        self->fds[way][end] = -1;
      }
}

static gboolean
prepare (gpointer data,
         GError **error)
{
  Trip *self = data;

  if (self->kind != LAB_TRIP_PIPE || (pipe2 (self->fds[THERE], O_CLOEXEC) == 0 && pipe2 (self->fds[BACK], O_CLOEXEC) == 0))
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errno, _("No pipe can be made; close files that nobody needs"));

  return FALSE;
}

static gboolean
make (gpointer data,
      GError **error)
{
  Trip *self = data;
  LabCarryObjects *objects = &self->crew_shared->objects;

  switch (self->kind)
    {
    case LAB_TRIP_PIPE:
      return TRUE;

    case LAB_TRIP_FIFO:
      for (guint way = 0; way < N_WAYS; way++)
        {
          LabCarryPath path = way == THERE ? LAB_CARRY_PATH_THERE : LAB_CARRY_PATH_BACK;

          if (!lab_carry_objects_make_fifo (objects, path, error))
            return FALSE;
          self->fds[way][0] = open (objects->paths[path], O_RDWR | O_CLOEXEC);  /* so that no opening waits */
          if (self->fds[way][0] < 0)
            {
              lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The FIFO cannot be opened"));
              return FALSE;
            }
        }
      return TRUE;

    case LAB_TRIP_QUEUE:
      return lab_carry_objects_make_queue (objects, error);

    case LAB_TRIP_SEMAPHORE:
      if (!lab_carry_objects_make_semaphores (objects, N_WAYS, error))
        return FALSE;
      for (guint way = 0; way < N_WAYS; way++)
        if (lab_sysv_semctl_setval (lab_carry_objects_get_semaphores (objects), way, 0) != 0)
          {
            lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The semaphores cannot be set"));
            return FALSE;
          }
      G_GNUC_FALLTHROUGH;
    case LAB_TRIP_SPIN:
      return lab_carry_objects_make_segment (objects, BUFFER_OFFSET + N_WAYS * get_message_stride (self), error);

    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
attach_fds (Trip    *self,
            LabSide  side,
            GError **error)
{
  for (guint way = 0; way < N_WAYS; way++)
    {
      gboolean sends = (way == THERE) == (side == LAB_SIDE_SERVER);

      if (self->kind == LAB_TRIP_PIPE)
        {
          close (self->fds[way][sends ? 0 : 1]);
          self->fds[way][sends ? 0 : 1] = -1;
        }
      else
        {
          const char *path = self->crew_shared->objects.paths[way == THERE ? LAB_CARRY_PATH_THERE : LAB_CARRY_PATH_BACK];

          self->fds[way][sends ? 1 : 0] = open (path, (sends ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
          if (self->fds[way][sends ? 1 : 0] < 0)
            {
              lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The FIFO cannot be opened"));
              return FALSE;
            }
        }
    }

  return TRUE;
}

static gboolean
attach (gpointer data,
        LabSide  side,
        GError **error)
{
  Trip *self = data;
  LabCarryObjects *objects = &self->crew_shared->objects;
  void *memory;

  self->io.count = &self->crew_shared->sides[side].count;
  if (posix_memalign (&memory, BUFFER_OFFSET, BUFFER_OFFSET + self->message_bytes) != 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, ENOMEM, _("There is not enough memory for a message; choose a smaller one"));
      return FALSE;
    }
  self->memory = memory;
  self->buffer = self->memory + BUFFER_OFFSET;
  memset (self->memory, 0x5a, BUFFER_OFFSET + self->message_bytes);

  if (self->kind == LAB_TRIP_PIPE || self->kind == LAB_TRIP_FIFO)
    return attach_fds (self, side, error);

  if (self->kind == LAB_TRIP_QUEUE)
    {
      self->id = lab_carry_objects_get_queue (objects);
      return TRUE;
    }

  self->header = lab_sysv_shmat (lab_carry_objects_get_segment (objects), TRUE, NULL);
  if (self->header == NULL)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The segment cannot be attached"));
      return FALSE;
    }
  self->messages[THERE] = (guint8 *) self->header + BUFFER_OFFSET;
  self->messages[BACK] = self->messages[THERE] + get_message_stride (self);
  self->n_looks = sysconf (_SC_NPROCESSORS_ONLN) > 1 ? N_LOOKS : 1;
  if (self->kind == LAB_TRIP_SEMAPHORE)
    self->id = lab_carry_objects_get_semaphores (objects);

  return TRUE;
}

static void
settle (gpointer data)
{
  Trip *self = data;

  close_fds (self);
  lab_carry_objects_remove_segment (&self->crew_shared->objects);
  lab_carry_objects_remove_path (&self->crew_shared->objects, LAB_CARRY_PATH_THERE);
  lab_carry_objects_remove_path (&self->crew_shared->objects, LAB_CARRY_PATH_BACK);
}

static gboolean
send_message (Trip *self,
              guint way)
{
  switch (self->kind)
    {
    case LAB_TRIP_PIPE:
    case LAB_TRIP_FIFO:
      return lab_carry_io_write_all (&self->io, self->fds[way][1], self->buffer, self->message_bytes);

    case LAB_TRIP_QUEUE:
      return lab_carry_io_send (&self->io, self->id, self->buffer, self->message_bytes, self->max_bytes, (glong) way + 1);

    case LAB_TRIP_SEMAPHORE:
      memcpy (self->messages[way], self->buffer, self->message_bytes);
      self->io.count->memcpy_bytes += self->message_bytes;
      return lab_carry_io_semop (&self->io, self->id, way, 1);

    case LAB_TRIP_SPIN:
      memcpy (self->messages[way], self->buffer, self->message_bytes);
      self->io.count->memcpy_bytes += self->message_bytes;
      self->n_sent[way]++;
      atomic_store_explicit (&self->header->n_sent[way], self->n_sent[way], memory_order_release);  /* pairs with spin() */
      return TRUE;

    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
spin (Trip *self,
      guint way)
{
  self->n_sent[way]++;
  while (!lab_carry_io_must_stop (&self->io))
    {
      for (guint i = 0; i < self->n_looks; i++)
        {
          if (atomic_load_explicit (&self->header->n_sent[way], memory_order_acquire) == self->n_sent[way])
            return TRUE;
          lab_carry_io_relax ();
        }
      sched_yield ();
      self->io.count->futex_calls++;
    }

  return FALSE;
}

static gboolean
receive_message (Trip *self,
                 guint way)
{
  gssize n = (gssize) self->message_bytes;
  gboolean ended = FALSE;

  switch (self->kind)
    {
    case LAB_TRIP_PIPE:
    case LAB_TRIP_FIFO:
      n = lab_carry_io_read_all (&self->io, self->fds[way][0], self->buffer, self->message_bytes);
      break;

    case LAB_TRIP_QUEUE:
      n = lab_carry_io_receive (&self->io, self->id, self->buffer, self->message_bytes, (glong) way + 1, &ended);
      break;

    case LAB_TRIP_SEMAPHORE:
    case LAB_TRIP_SPIN:
      if (self->kind == LAB_TRIP_SEMAPHORE ? !lab_carry_io_semop (&self->io, self->id, way, -1) : !spin (self, way))
        return FALSE;
      memcpy (self->buffer, self->messages[way], self->message_bytes);
      self->io.count->memcpy_bytes += self->message_bytes;
      break;

    default:
      g_return_val_if_reached (FALSE);
    }

  if (n >= 0 && n < (gssize) self->message_bytes)
    errno = EPIPE;

  return n == (gssize) self->message_bytes;
}

static gboolean
fail (GError **error)
{
  if (errno == EPIPE || errno == EIDRM || errno == EINVAL)
    lab_carry_set_error (error, LAB_CARRY_ERROR_PARTNER, errno, _("The other process has ended, so no answer will come"));
  else
    lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, errno, _("The message could not be sent there and back"));

  return FALSE;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Each trip takes another number, and must bring it back. */
static gboolean
serve_trip (Trip    *self,
            guint    number,
            GError **error)
{
  guint8 first = (guint8) number;
  guint8 last = (guint8) (number >> 8);

  self->buffer[0] = first;
  if (self->message_bytes > 1)
    self->buffer[self->message_bytes - 1] = last;

  if (!send_message (self, THERE) || !receive_message (self, BACK))
    return fail (error);

  /* The client has added one to each. */
  if (self->buffer[0] != (guint8) (first + 1)
      || (self->message_bytes > 1 && self->buffer[self->message_bytes - 1] != (guint8) (last + 1)))
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_DIFFERS, 0, _("The answer does not fit the message; please report it"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
serve (Trip    *self,
       GError **error)
{
  g_autofree gint64 *times = NULL;
  gint64 begin_ns = lab_monotonic_ns ();
  LabCarryCountStart start;
  guint n_trips;

  for (guint i = 0; i < N_WARM_UPS; i++)
    if (!serve_trip (self, i, error))
      return FALSE;

  {
    gint64 one_ns = MAX ((lab_monotonic_ns () - begin_ns) / N_WARM_UPS, 1);

    n_trips = (guint) CLAMP ((gint64) self->time_ms * 1000000 / one_ns, MIN_TRIPS, MAX_TRIPS);
    times = g_new (gint64, n_trips);
    atomic_store (&self->shared->n_trips, n_trips);  /* read by the client once the next message is there */
  }

  memset (self->io.count, 0, sizeof *self->io.count);
  lab_carry_count_begin (&start);
  for (guint i = 0; i < n_trips; i++)
    {
      gint64 start_ns = lab_monotonic_ns ();

      if (!serve_trip (self, i, error))
        return FALSE;
      times[i] = lab_monotonic_ns () - start_ns;
      atomic_store_explicit (&self->crew_shared->n_done, i + 1, memory_order_relaxed);
    }
  lab_carry_count_end (&start, self->io.count);

  qsort (times, n_trips, sizeof *times, compare_times);
  self->shared->result.n_trips = n_trips;
  self->shared->result.best_ns = times[0];
  self->shared->result.median_ns = times[n_trips / 2];
  self->shared->result.p99_ns = times[n_trips * 99 / 100];

  return TRUE;
}

static gboolean
answer (Trip    *self,
        GError **error)
{
  guint n_trips = G_MAXUINT;
  LabCarryCountStart start;

  lab_carry_count_begin (&start);
  for (guint i = 0; i < n_trips; i++)
    {
      if (i == N_WARM_UPS)
        memset (self->io.count, 0, sizeof *self->io.count);
      if (!receive_message (self, THERE))
        return fail (error);
      if (i == N_WARM_UPS)
        n_trips = N_WARM_UPS + atomic_load (&self->shared->n_trips);

      self->buffer[0]++;
      if (self->message_bytes > 1)
        self->buffer[self->message_bytes - 1]++;
      if (!send_message (self, BACK))
        return fail (error);
    }
  lab_carry_count_end (&start, self->io.count);

  return TRUE;
}

static gboolean
work_child (gpointer data,
            LabSide  side,
            GError **error)
{
  return side == LAB_SIDE_SERVER ? serve (data, error) : answer (data, error);
}

/**
 * lab_round_trip_run:
 * @crew: the parent's eyes
 * @kind: the way
 * @message_bytes: %LAB_ROUND_TRIP_MIN_BYTES to %LAB_ROUND_TRIP_MAX_BYTES
 * @time_ms: about how long to measure
 * @started: (nullable): told who the processes are
 * @progress: (nullable): told how many trips are made
 * @user_data: for both
 * @result: (out): how long they took
 * @error: return location for an error
 *
 * Sends a message there and back many times.
 *
 * Returns: whether each came back
 */
gboolean
lab_round_trip_run (LabCrew            *crew,
                    LabTripKind         kind,
                    gsize               message_bytes,
                    guint               time_ms,
                    LabCrewStartedFunc  started,
                    LabCrewProgressFunc progress,
                    gpointer            user_data,
                    LabTripResult      *result,
                    GError            **error)
{
  const LabCrewTask task = {
    .n_processes = 2,
    .prepare = prepare,
    .make = make,
    .attach = attach,
    .settle = settle,
    .work = work_child,
  };
  LabCrewShared *crew_shared = lab_crew_get_shared (crew);
  Trip self = {
    .kind = kind,
    .message_bytes = message_bytes,
    .time_ms = time_ms,
    .max_bytes = lab_way_get_message_max (),
    .crew_shared = crew_shared,
    .fds = { { -1, -1 }, { -1, -1 } },
    .io = { .stop = &crew_shared->stop },
  };
  gint64 setup_ns;
  gboolean ok;

  g_return_val_if_fail (kind < LAB_N_TRIPS, FALSE);
  g_return_val_if_fail (message_bytes >= LAB_ROUND_TRIP_MIN_BYTES && message_bytes <= LAB_ROUND_TRIP_MAX_BYTES, FALSE);

  self.shared = mmap (NULL, sizeof *self.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (self.shared == MAP_FAILED)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errno, _("There is not enough memory, or too many files are open"));
      return FALSE;
    }

  ok = lab_crew_run (crew, &task, &self, started, progress, user_data, &setup_ns, error);
  close_fds (&self);
  if (ok)
    {
      *result = self.shared->result;
      result->kind = kind;
      result->message_bytes = message_bytes;
      result->n_calls = lab_carry_count_get_calls (&crew_shared->sides[0].count) + lab_carry_count_get_calls (&crew_shared->sides[1].count);
    }
  munmap (self.shared, sizeof *self.shared);

  return ok;
}
