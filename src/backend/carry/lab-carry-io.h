/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend/carry/lab-carry-count.h"

G_BEGIN_DECLS

/* The calls that carry bytes and wait, each counted.  They fail as the C
 * library does, with -1 and errno; a signal only interrupts them when the work
 * is to stop, and then errno is ECANCELED. */

/**
 * LabCarryIo:
 * @stop: becomes 1 when every process of the job is to end
 * @count: where the calls and bytes are counted
 */
typedef struct
{
  _Atomic uint32_t *stop;
  LabCarryCount    *count;
} LabCarryIo;

/* Bytes before a buffer for lab_carry_io_send() and lab_carry_io_receive(): the message's type goes there. */
#define LAB_CARRY_IO_HEADROOM ((gsize) sizeof (glong))

gboolean lab_carry_io_must_stop  (LabCarryIo       *io) G_GNUC_WARN_UNUSED_RESULT;
gssize   lab_carry_io_read       (LabCarryIo       *io,
                                  int               fd,
                                  gpointer          bytes,
                                  gsize             n_bytes) G_GNUC_WARN_UNUSED_RESULT;
gssize   lab_carry_io_read_all   (LabCarryIo       *io,
                                  int               fd,
                                  gpointer          bytes,
                                  gsize             n_bytes) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_io_write_all  (LabCarryIo       *io,
                                  int               fd,
                                  gconstpointer     bytes,
                                  gsize             n_bytes) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_io_send       (LabCarryIo       *io,
                                  int               queue_id,
                                  gpointer          bytes,
                                  gsize             n_bytes,
                                  gsize             max_bytes,
                                  glong             type) G_GNUC_WARN_UNUSED_RESULT;
gssize   lab_carry_io_receive    (LabCarryIo       *io,
                                  int               queue_id,
                                  gpointer          bytes,
                                  gsize             n_bytes,
                                  glong             type,
                                  gboolean         *ended) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_io_semop      (LabCarryIo       *io,
                                  int               semaphores_id,
                                  guint             number,
                                  int               change) G_GNUC_WARN_UNUSED_RESULT;
void     lab_carry_io_wait_while (LabCarryIo       *io,
                                  _Atomic uint32_t *word,
                                  uint32_t          value);
void     lab_carry_io_wake       (LabCarryIo       *io,
                                  _Atomic uint32_t *word);

/* One turn of a loop that spins: lets the core rest a little, without a call. */
static inline void
lab_carry_io_relax (void)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__) || defined (__arm__)
  __asm__ volatile ("yield" ::: "memory");
#else
  atomic_signal_fence (memory_order_seq_cst);
#endif
}

G_END_DECLS
