/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carry-io.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"

/* How long a futex sleeps at most before it looks whether the job is over. */
#define FUTEX_NAP_NS (50 * 1000 * 1000)

/**
 * lab_carry_io_must_stop:
 * @io: this process
 *
 * Returns: whether the job is over; then errno is ECANCELED
 */
gboolean
lab_carry_io_must_stop (LabCarryIo *io)
{
  if (atomic_load_explicit (io->stop, memory_order_relaxed) == 0)
    return FALSE;

  errno = ECANCELED;
  return TRUE;
}

/* After a failed call: whether to make it again. */
static gboolean
again (LabCarryIo *io)
{
  return errno == EINTR && !lab_carry_io_must_stop (io);
}

/**
 * lab_carry_io_read:
 * @io: this process
 * @fd: a file or the reading end of a pipe
 * @bytes: room for @n_bytes
 * @n_bytes: at most so many
 *
 * Source: read(2).
 *
 * Returns: bytes read, 0 at the end, or -1 with errno set
 */
gssize
lab_carry_io_read (LabCarryIo *io,
                   int         fd,
                   gpointer    bytes,
                   gsize       n_bytes)
{
  gssize n;

  if (lab_carry_io_must_stop (io))
    return -1;

  do
    {
      n = read (fd, bytes, n_bytes);
      io->count->read_calls++;
    }
  while (n < 0 && again (io));

  if (n > 0)
    io->count->read_bytes += (gsize) n;

  return n;
}

/**
 * lab_carry_io_read_all:
 * @io: this process
 * @fd: the reading end of a pipe
 * @bytes: room for @n_bytes
 * @n_bytes: exactly so many, unless the end comes first
 *
 * Returns: bytes read, or -1 with errno set
 */
gssize
lab_carry_io_read_all (LabCarryIo *io,
                       int         fd,
                       gpointer    bytes,
                       gsize       n_bytes)
{
  gsize done = 0;

  while (done < n_bytes)
    {
      gssize n = lab_carry_io_read (io, fd, (guint8 *) bytes + done, n_bytes - done);

      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += (gsize) n;
    }

  return (gssize) done;
}

/**
 * lab_carry_io_write_all:
 * @io: this process
 * @fd: a file or the writing end of a pipe
 * @bytes: what to write
 * @n_bytes: how much
 *
 * Source: write(2).
 *
 * Returns: whether all was written; else errno is set
 */
gboolean
lab_carry_io_write_all (LabCarryIo    *io,
                        int            fd,
                        gconstpointer  bytes,
                        gsize          n_bytes)
{
  const guint8 *from = bytes;

  while (n_bytes > 0)
    {
      gssize n;

      if (lab_carry_io_must_stop (io))
        return FALSE;

      n = write (fd, from, n_bytes);
      io->count->write_calls++;
      if (n < 0)
        {
          if (again (io))
            continue;
          return FALSE;
        }

      io->count->write_bytes += (gsize) n;
      from += n;
      n_bytes -= (gsize) n;
    }

  return TRUE;
}

/**
 * lab_carry_io_send:
 * @io: this process
 * @queue_id: a message queue
 * @bytes: what to send, with %LAB_CARRY_IO_HEADROOM bytes of the caller's own in front of it
 * @n_bytes: how much; 0 sends one empty message, the end
 * @max_bytes: the most in one message
 * @type: the type of the messages, above 0
 *
 * Sends a block in as few messages as the kernel's MSGMAX allows.  The bytes
 * are not copied to put the type in front of them: what stands there is kept
 * aside meanwhile.
 *
 * Source: msgsnd(2).
 *
 * Returns: whether all was sent; else errno is set
 */
gboolean
lab_carry_io_send (LabCarryIo *io,
                   int         queue_id,
                   gpointer    bytes,
                   gsize       n_bytes,
                   gsize       max_bytes,
                   glong       type)
{
  guint8 *from = bytes;

  do
    {
      gsize n = MIN (n_bytes, max_bytes);
      guint8 kept[sizeof (glong)];
      int result;

      if (lab_carry_io_must_stop (io))
        return FALSE;

      memcpy (kept, from - sizeof kept, sizeof kept);
      memcpy (from - sizeof kept, &type, sizeof type);
      result = lab_sysv_msgsnd (queue_id, from - sizeof kept, n, FALSE);
      memcpy (from - sizeof kept, kept, sizeof kept);
      io->count->queue_calls++;
      if (result == -1)
        {
          if (again (io))
            continue;
          return FALSE;
        }

      io->count->queue_bytes += n;
      from += n;
      n_bytes -= n;
    }
  while (n_bytes > 0);

  return TRUE;
}

/**
 * lab_carry_io_receive:
 * @io: this process
 * @queue_id: a message queue
 * @bytes: room for @n_bytes, with %LAB_CARRY_IO_HEADROOM bytes of the caller's own in front of it
 * @n_bytes: exactly so many, unless the end comes first
 * @type: the type that lab_carry_io_send() was given
 * @ended: (out): set to %TRUE when the empty message came
 *
 * Receives a block in as many messages as it was sent.
 *
 * Source: msgrcv(2).
 *
 * Returns: bytes received, or -1 with errno set
 */
gssize
lab_carry_io_receive (LabCarryIo *io,
                      int         queue_id,
                      gpointer    bytes,
                      gsize       n_bytes,
                      glong       type,
                      gboolean   *ended)
{
  guint8 *to = bytes;
  gsize done = 0;

  while (done < n_bytes)
    {
      guint8 kept[sizeof (glong)];
      gssize n;

      if (lab_carry_io_must_stop (io))
        return -1;

      memcpy (kept, to - sizeof kept, sizeof kept);
      n = lab_sysv_msgrcv (queue_id, to - sizeof kept, n_bytes - done, type, FALSE);
      memcpy (to - sizeof kept, kept, sizeof kept);
      io->count->queue_calls++;
      if (n < 0)
        {
          if (again (io))
            continue;
          return -1;
        }
      if (n == 0)
        {
          *ended = TRUE;
          break;
        }

      io->count->queue_bytes += (gsize) n;
      to += n;
      done += (gsize) n;
    }

  return (gssize) done;
}

/**
 * lab_carry_io_semop:
 * @io: this process
 * @semaphores_id: a semaphore set
 * @number: which semaphore, from 0
 * @change: -1 takes and waits for it, 1 gives
 *
 * Source: semop(2).
 *
 * Returns: whether it was done; else errno is set
 */
gboolean
lab_carry_io_semop (LabCarryIo *io,
                    int         semaphores_id,
                    guint       number,
                    int         change)
{
  const LabSemOp op = { .number = number, .change = change };
  int result;

  do
    {
      if (lab_carry_io_must_stop (io))
        return FALSE;
      result = lab_sysv_semop (semaphores_id, &op, 1);
      io->count->semaphore_calls++;
    }
  while (result == -1 && again (io));

  return result == 0;
}

/**
 * lab_carry_io_wait_while:
 * @io: this process
 * @word: in memory that both processes share
 * @value: what it held when the caller looked
 *
 * Sleeps while @word holds @value, but not for long: the caller looks again
 * whether its condition holds, and whether the job is over.
 *
 * Source: futex(2) FUTEX_WAIT.
 */
void
lab_carry_io_wait_while (LabCarryIo       *io,
                         _Atomic uint32_t *word,
                         uint32_t          value)
{
  const struct timespec nap = { 0, FUTEX_NAP_NS };

  syscall (SYS_futex, word, FUTEX_WAIT, value, &nap, NULL, 0);
  io->count->futex_calls++;
}

/**
 * lab_carry_io_wake:
 * @io: this process
 * @word: what another process may sleep on
 *
 * Source: futex(2) FUTEX_WAKE.
 */
void
lab_carry_io_wake (LabCarryIo       *io,
                   _Atomic uint32_t *word)
{
  syscall (SYS_futex, word, FUTEX_WAKE, G_MAXINT, NULL, NULL, 0);
  io->count->futex_calls++;
}
