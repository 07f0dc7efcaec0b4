/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-copy.h"

#include <stdint.h>
#include <string.h>

/**
 * lab_copy_to_shared:
 * @shared: (out caller-allocates): where to, aligned to 8 bytes
 * @bytes: where from; memory of this thread alone
 * @n_bytes: how many
 *
 * Stores bytes where other threads or processes may be reading them.
 *
 * Source: C17 7.17; H.-J. Boehm, "Can seqlocks get along with programming
 * language memory models?", MSPC 2012.
 */
void
lab_copy_to_shared (gpointer      shared,
                    gconstpointer bytes,
                    gsize         n_bytes)
{
  const guint8 *from = bytes;
  guint8 *to = shared;

  for (; n_bytes >= 8; n_bytes -= 8, from += 8, to += 8)
    {
      uint64_t word;

      memcpy (&word, from, 8);
      atomic_store_explicit ((_Atomic uint64_t *) to, word, LAB_COPY_STORE);
    }
  for (; n_bytes > 0; n_bytes--, from++, to++)
    atomic_store_explicit ((_Atomic guint8 *) to, *from, LAB_COPY_STORE);
}

/**
 * lab_copy_from_shared:
 * @buffer: (out caller-allocates): where to; memory of this thread alone
 * @shared: where from, aligned to 8 bytes
 * @n_bytes: how many
 *
 * Loads bytes that other threads or processes may be changing.  What arrives
 * may be old in one place and new in another; the caller checks that.
 */
void
lab_copy_from_shared (gpointer      buffer,
                      gconstpointer shared,
                      gsize         n_bytes)
{
  const guint8 *from = shared;
  guint8 *to = buffer;

  for (; n_bytes >= 8; n_bytes -= 8, from += 8, to += 8)
    {
      uint64_t word = atomic_load_explicit ((const _Atomic uint64_t *) from, LAB_COPY_LOAD);

      memcpy (to, &word, 8);
    }
  for (; n_bytes > 0; n_bytes--, from++, to++)
    *to = atomic_load_explicit ((const _Atomic guint8 *) from, LAB_COPY_LOAD);
}
