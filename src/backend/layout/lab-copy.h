/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

G_BEGIN_DECLS

/* Copies between private memory and memory that other processes change or look
 * at meanwhile.  There a plain memcpy() would be a data race.  C17 knows one way
 * to write such a copy: a relaxed atomic access for each word, which compilers
 * neither join nor turn into vector moves, so that it takes up to four times as
 * long as memcpy().  The moves below are assembly instead.  The language's rules
 * about data races end there; the compiler can neither drop, repeat nor reorder
 * them ("volatile", and the "memory" clobber); and what they do is the machine's
 * promise, not the compiler's guess: on x86 a vector move loads and stores each
 * of its bytes whole, invents none, and keeps the order of loads and of stores
 * (AMD64 vol. 2, 7.1-7.3; Intel SDM vol. 3, 9.2; "rep movsb" does not keep it, and
 * is not used).  That is more than a relaxed access of each byte asks, and no
 * reader trusts more before it has checked the sequence.
 *
 * Sanitizers cannot see into assembly: with them, and on other machines, the
 * atomic words do the work. */

#if defined (__has_feature)
#define LAB_HAS_FEATURE(feature) __has_feature (feature)
#else
#define LAB_HAS_FEATURE(feature) 0
#endif

#if defined (__SANITIZE_THREAD__) || LAB_HAS_FEATURE (thread_sanitizer)
#define LAB_COPY_TSAN 1
#else
#define LAB_COPY_TSAN 0
#endif

#if LAB_COPY_TSAN || defined (__SANITIZE_ADDRESS__) || LAB_HAS_FEATURE (address_sanitizer) || LAB_HAS_FEATURE (memory_sanitizer)
#define LAB_COPY_SANITIZED 1
#else
#define LAB_COPY_SANITIZED 0
#endif

/* ThreadSanitizer does not know fences.  There the copy's own words carry the
 * order: each load acquires and each store releases. */
#if LAB_COPY_TSAN
#define LAB_COPY_LOAD  memory_order_acquire
#define LAB_COPY_STORE memory_order_release
#define lab_fence_acquire() ((void) 0)
#define lab_fence_release() ((void) 0)
#else
#define LAB_COPY_LOAD  memory_order_relaxed
#define LAB_COPY_STORE memory_order_relaxed
#define lab_fence_acquire() atomic_thread_fence (memory_order_acquire)
#define lab_fence_release() atomic_thread_fence (memory_order_release)
#endif

#if defined (__x86_64__) && defined (__GNUC__) && !LAB_COPY_SANITIZED

/* "vzeroupper" empties the upper half of the registers ymm0 to ymm15, four of which the moves below use.  GCC and Clang
 * both take the name xmmN for the whole of ymmN and zmmN.  All are named without AVX too, because a function that was
 * built with it may have the copy inlined. */
#define LAB_COPY_EMPTIED_REGISTERS \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
  "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

/* The first 32 bytes, blocks of 128 from where the destination is aligned (a store
 * that crosses a cache line costs two), then the last 128 once more from the end. */
static inline void
lab_copy_move_blocks_avx (guint8       *to,
                          const guint8 *from,
                          gsize         n_bytes)
{
  gsize last = n_bytes - 128;
  gsize i = 32 - ((gsize) to & 31);

  __asm__ volatile ("vmovups   (%[from]), %%ymm0\n\t"
                    "vmovups %%ymm0,   (%[to])\n\t"
                    "jmp   2f\n\t"
                    ".p2align 5\n"
                    "1:\n\t"
                    "vmovups   (%[from],%[i]), %%ymm0\n\t"
                    "vmovups 32(%[from],%[i]), %%ymm1\n\t"
                    "vmovups 64(%[from],%[i]), %%ymm2\n\t"
                    "vmovups 96(%[from],%[i]), %%ymm3\n\t"
                    "vmovups %%ymm0,   (%[to],%[i])\n\t"
                    "vmovups %%ymm1, 32(%[to],%[i])\n\t"
                    "vmovups %%ymm2, 64(%[to],%[i])\n\t"
                    "vmovups %%ymm3, 96(%[to],%[i])\n\t"
                    "add   $128, %[i]\n"
                    "2:\n\t"
                    "cmp   %[last], %[i]\n\t"
                    "jb    1b\n\t"
                    "vmovups   (%[from],%[last]), %%ymm0\n\t"
                    "vmovups 32(%[from],%[last]), %%ymm1\n\t"
                    "vmovups 64(%[from],%[last]), %%ymm2\n\t"
                    "vmovups 96(%[from],%[last]), %%ymm3\n\t"
                    "vmovups %%ymm0,   (%[to],%[last])\n\t"
                    "vmovups %%ymm1, 32(%[to],%[last])\n\t"
                    "vmovups %%ymm2, 64(%[to],%[last])\n\t"
                    "vmovups %%ymm3, 96(%[to],%[last])\n\t"
                    "vzeroupper"
                    : [i] "+r" (i)
                    : [to] "r" (to), [from] "r" (from), [last] "r" (last)
                    : "memory", "cc", LAB_COPY_EMPTIED_REGISTERS);
}

/* For a machine without AVX. */
static inline void
lab_copy_move_blocks_sse (guint8       *to,
                          const guint8 *from,
                          gsize         n_bytes)
{
  gsize last = n_bytes - 64;
  gsize i = 0;

  __asm__ volatile ("jmp   2f\n\t"
                    ".p2align 5\n"
                    "1:\n\t"
                    "movups   (%[from],%[i]), %%xmm0\n\t"
                    "movups 16(%[from],%[i]), %%xmm1\n\t"
                    "movups 32(%[from],%[i]), %%xmm2\n\t"
                    "movups 48(%[from],%[i]), %%xmm3\n\t"
                    "movups %%xmm0,   (%[to],%[i])\n\t"
                    "movups %%xmm1, 16(%[to],%[i])\n\t"
                    "movups %%xmm2, 32(%[to],%[i])\n\t"
                    "movups %%xmm3, 48(%[to],%[i])\n\t"
                    "add   $64, %[i]\n"
                    "2:\n\t"
                    "cmp   %[last], %[i]\n\t"
                    "jb    1b\n\t"
                    "movups   (%[from],%[last]), %%xmm0\n\t"
                    "movups 16(%[from],%[last]), %%xmm1\n\t"
                    "movups 32(%[from],%[last]), %%xmm2\n\t"
                    "movups 48(%[from],%[last]), %%xmm3\n\t"
                    "movups %%xmm0,   (%[to],%[last])\n\t"
                    "movups %%xmm1, 16(%[to],%[last])\n\t"
                    "movups %%xmm2, 32(%[to],%[last])\n\t"
                    "movups %%xmm3, 48(%[to],%[last])"
                    : [i] "+r" (i)
                    : [to] "r" (to), [from] "r" (from), [last] "r" (last)
                    : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3");
}

/* Fewer: two pieces from both ends, which overlap in the middle. */
static inline void
lab_copy_move_32_to_64 (guint8       *to,
                        const guint8 *from,
                        gsize         n_bytes)
{
  __asm__ volatile ("movups    (%[from]), %%xmm0\n\t"
                    "movups  16(%[from]), %%xmm1\n\t"
                    "movups -32(%[from],%[n]), %%xmm2\n\t"
                    "movups -16(%[from],%[n]), %%xmm3\n\t"
                    "movups %%xmm0,    (%[to])\n\t"
                    "movups %%xmm1,  16(%[to])\n\t"
                    "movups %%xmm2, -32(%[to],%[n])\n\t"
                    "movups %%xmm3, -16(%[to],%[n])"
                    :
                    : [to] "r" (to), [from] "r" (from), [n] "r" (n_bytes)
                    : "memory", "xmm0", "xmm1", "xmm2", "xmm3");
}

static inline void
lab_copy_move_16_to_32 (guint8       *to,
                        const guint8 *from,
                        gsize         n_bytes)
{
  __asm__ volatile ("movups    (%[from]), %%xmm0\n\t"
                    "movups -16(%[from],%[n]), %%xmm1\n\t"
                    "movups %%xmm0,    (%[to])\n\t"
                    "movups %%xmm1, -16(%[to],%[n])"
                    :
                    : [to] "r" (to), [from] "r" (from), [n] "r" (n_bytes)
                    : "memory", "xmm0", "xmm1");
}

static inline void
lab_copy_move_8_to_16 (guint8       *to,
                       const guint8 *from,
                       gsize         n_bytes)
{
  guint64 first, last;

  __asm__ volatile ("movq   (%[from]), %[first]\n\t"
                    "movq -8(%[from],%[n]), %[last]\n\t"
                    "movq %[first],   (%[to])\n\t"
                    "movq %[last],  -8(%[to],%[n])"
                    : [first] "=&r" (first), [last] "=&r" (last)
                    : [to] "r" (to), [from] "r" (from), [n] "r" (n_bytes)
                    : "memory");
}

static inline void
lab_copy_move_bytes (guint8       *to,
                     const guint8 *from,
                     gsize         n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      guint8 byte;

      __asm__ volatile ("movb (%[from]), %[byte]\n\t"
                        "movb %[byte], (%[to])"
                        : [byte] "=&q" (byte)
                        : [to] "r" (to + i), [from] "r" (from + i)
                        : "memory");
    }
}

static inline void
lab_copy_move (guint8       *to,
               const guint8 *from,
               gsize         n_bytes)
{
  if (n_bytes >= 128 && __builtin_cpu_supports ("avx"))
    lab_copy_move_blocks_avx (to, from, n_bytes);
  else if (n_bytes >= 64)
    lab_copy_move_blocks_sse (to, from, n_bytes);
  else if (n_bytes >= 32)
    lab_copy_move_32_to_64 (to, from, n_bytes);
  else if (n_bytes >= 16)
    lab_copy_move_16_to_32 (to, from, n_bytes);
  else if (n_bytes >= 8)
    lab_copy_move_8_to_16 (to, from, n_bytes);
  else
    lab_copy_move_bytes (to, from, n_bytes);
}

#define lab_copy_move_to_shared   lab_copy_move
#define lab_copy_move_from_shared lab_copy_move

#else

static inline void
lab_copy_move_to_shared (guint8       *to,
                         const guint8 *from,
                         gsize         n_bytes)
{
  for (; n_bytes >= 8; n_bytes -= 8, from += 8, to += 8)
    {
      uint64_t word;

      memcpy (&word, from, 8);
      atomic_store_explicit ((_Atomic uint64_t *) to, word, LAB_COPY_STORE);
    }
  for (; n_bytes > 0; n_bytes--, from++, to++)
    atomic_store_explicit ((_Atomic guint8 *) to, *from, LAB_COPY_STORE);
}

static inline void
lab_copy_move_from_shared (guint8       *to,
                           const guint8 *from,
                           gsize         n_bytes)
{
  for (; n_bytes >= 8; n_bytes -= 8, from += 8, to += 8)
    {
      uint64_t word = atomic_load_explicit ((const _Atomic uint64_t *) from, LAB_COPY_LOAD);

      memcpy (to, &word, 8);
    }
  for (; n_bytes > 0; n_bytes--, from++, to++)
    *to = atomic_load_explicit ((const _Atomic guint8 *) from, LAB_COPY_LOAD);
}

#endif

/**
 * lab_copy_to_shared:
 * @shared: (out caller-allocates): where to, aligned to 8 bytes
 * @bytes: where from; memory of this thread alone
 * @n_bytes: how many
 *
 * Stores bytes where other threads or processes may be reading them.  Their
 * order among each other is open.
 *
 * Source: C17 7.17; H.-J. Boehm, "Can seqlocks get along with programming
 * language memory models?", MSPC 2012.
 */
static inline void
lab_copy_to_shared (gpointer      shared,
                    gconstpointer bytes,
                    gsize         n_bytes)
{
  lab_copy_move_to_shared (shared, bytes, n_bytes);
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
static inline void
lab_copy_from_shared (gpointer      buffer,
                      gconstpointer shared,
                      gsize         n_bytes)
{
  lab_copy_move_from_shared (buffer, shared, n_bytes);
}

G_END_DECLS
