/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "backend/layout/lab-copy.h"

/* Memory whose last byte is followed by a page that may not be touched. */
static guint8 *
map_before_a_wall (gsize size)
{
  guint8 *memory = mmap (NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  g_assert_true (memory != MAP_FAILED);
  g_assert_cmpint (mprotect (memory + size, size, PROT_NONE), ==, 0);

  return memory;
}

typedef struct
{
  gsize   size;
  guint8 *a;
  guint8 *b;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->size = 4 * (gsize) sysconf (_SC_PAGESIZE);
  f->a = map_before_a_wall (f->size);
  f->b = map_before_a_wall (f->size);
  for (gsize i = 0; i < f->size; i++)
    f->a[i] = (guint8) (i * 7 + i / 251);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  munmap (f->a, 2 * f->size);
  munmap (f->b, 2 * f->size);
}

static void
test_copies_exactly (Fixture       *f,
                     gconstpointer  to_shared)
{
  for (gsize length = 0; length < 700; length++)
    for (gsize shift = 0; shift < 64; shift += length < 100 ? 1 : 13)
      {
        gsize a = to_shared != NULL ? shift : 64;
        gsize b = to_shared != NULL ? 64 : shift;

        memset (f->b, 0xee, 1024);
        if (to_shared != NULL)
          lab_copy_to_shared (f->b + b, f->a + a, length);
        else
          lab_copy_from_shared (f->b + b, f->a + a, length);
        g_assert_true (memcmp (f->b + b, f->a + a, length) == 0);
        for (gsize i = 0; i < 1024; i++)
          if ((i < b || i >= b + length) && f->b[i] != 0xee)
            g_error ("length %zu, shift %zu: byte %zu was written", length, shift, i);
      }
}

static void
test_touches_nothing_behind_the_end (Fixture       *f,
                                     gconstpointer  unused)
{
  for (gsize length = 0; length <= f->size; length = length < 600 ? length + 8 : length * 2)
    {
      lab_copy_from_shared (f->b + f->size - length, f->a + f->size - length, length);
      lab_copy_to_shared (f->b + f->size - length, f->a + f->size - length, length);
      g_assert_true (memcmp (f->b + f->size - length, f->a + f->size - length, length) == 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/backend/copy/copies-exactly/to-shared", Fixture, "to", set_up, test_copies_exactly, tear_down);
  g_test_add ("/backend/copy/copies-exactly/from-shared", Fixture, NULL, set_up, test_copies_exactly, tear_down);
  g_test_add ("/backend/copy/touches-nothing-behind-the-end", Fixture, NULL,
              set_up, test_touches_nothing_behind_the_end, tear_down);
  return g_test_run ();
}
