/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>

#include "backend/layout/lab-copy.h"

/* A copy on AVX ends with "vzeroupper", which empties the upper halves of the registers ymm0 to ymm15.  A compiler may
 * keep there what it needs after the copy, unless it is told.  Whether it does is its own choice, so this program is
 * built by each compiler that is there. */

#if defined (__x86_64__)

typedef guint64 Vector __attribute__ ((vector_size (32)));

enum { N_VECTORS = 8 };

/* Carries @in over to @out in registers, with a copy meanwhile.  The copy is inlined: around a call every register
 * would be saved. */
static __attribute__ ((noinline, flatten, target ("avx2"))) void
carry_over_a_copy (const Vector *in,
                   Vector       *out,
                   guint8       *to,
                   const guint8 *from,
                   gsize         n_bytes)
{
  Vector a = in[0], b = in[1], c = in[2], d = in[3], e = in[4], f = in[5], g = in[6], h = in[7];

  /* What comes out of here, the compiler cannot load once more. */
  __asm__ volatile ("" : "+x" (a), "+x" (b), "+x" (c), "+x" (d), "+x" (e), "+x" (f), "+x" (g), "+x" (h));
  lab_copy_from_shared (to, from, n_bytes);
  __asm__ volatile ("" : "+x" (a), "+x" (b), "+x" (c), "+x" (d), "+x" (e), "+x" (f), "+x" (g), "+x" (h));

  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
  out[5] = f;
  out[6] = g;
  out[7] = h;
}

static void
test_keeps_what_registers_hold (void)
{
  static guint8 from[4096], to[4096];
  static Vector in[N_VECTORS], out[N_VECTORS];

  if (!__builtin_cpu_supports ("avx2"))
    {
      g_test_skip ("this processor has no AVX2");
      return;
    }

  memset (in, 0xa5, sizeof in);

  /* A length for each way to move bytes. */
  for (gsize n_bytes = 0; n_bytes <= sizeof from; n_bytes = n_bytes * 2 + 1)
    {
      memset (out, 0, sizeof out);
      carry_over_a_copy (in, out, to, from, n_bytes);
      g_assert_cmpmem (in, sizeof in, out, sizeof out);
    }
}

#else

static void
test_keeps_what_registers_hold (void)
{
  g_test_skip ("this family of processors has no AVX2");
}

#endif

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend/copy/keeps-what-registers-hold", test_keeps_what_registers_hold);
  return g_test_run ();
}
