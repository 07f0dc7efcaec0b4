/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-address-space.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

static const LabRegion *
at (GArray *regions,
    guint   position)
{
  return &g_array_index (regions, LabRegion, position);
}

static void
test_takes_mappings_together (void)
{
  static const char maps[] =
    "55d0c0a00000-55d0c0a01000 r--p 00000000 fe:01 1234                       /usr/bin/program\n"
    "55d0c0a01000-55d0c0a03000 r-xp 00001000 fe:01 1234                       /usr/bin/program\n"
    "55d0c2000000-55d0c2021000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f0c50000000-7f0c50001000 r--p 00000000 fe:01 77                         /usr/lib/locale/locale-archive\n"
    "7f0c51000000-7f0c51002000 r-xp 00000000 fe:01 78                         /usr/lib/libm.so.6\n"
    "7f0c51002000-7f0c51003000 rw-p 00000000 00:00 0 \n"
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25                         /SYSV41050a12 (deleted)\n"
    "7f0c5b000000-7f0c5b001000 r-xp 00000000 fe:01 79                         /usr/lib/libc-2.36.so\n"
    "7f0c5b001000-7f0c5b002000 r-xp 00000000 fe:01 79                         /usr/lib/libc-2.36.so\n"
    "7f0c5b100000-7f0c5b101000 r-xp 00000000 fe:01 80                         /usr/lib/ld.so.2 (deleted)\n"
    "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n"
    "7ffc00100000-7ffc00102000 r-xp 00000000 00:00 0                          [vdso]\n";
  g_autoptr(GArray) regions = lab_address_space_parse (maps, "/usr/bin/program");

  g_assert_cmpuint (regions->len, ==, 6);
  g_assert_cmpint (at (regions, 0)->kind, ==, LAB_REGION_PROGRAM);
  g_assert_cmphex (at (regions, 0)->start, ==, G_GUINT64_CONSTANT (0x55d0c0a00000));
  g_assert_cmphex (at (regions, 0)->end, ==, G_GUINT64_CONSTANT (0x55d0c0a03000));
  g_assert_cmphex (at (regions, 0)->mapped_bytes, ==, 0x3000);
  g_assert_cmpint (at (regions, 1)->kind, ==, LAB_REGION_HEAP);
  g_assert_cmpint (at (regions, 2)->kind, ==, LAB_REGION_LIBRARIES);
  g_assert_cmpint (at (regions, 3)->kind, ==, LAB_REGION_SEGMENT);
  g_assert_cmpint (at (regions, 3)->shmid, ==, 25);
  g_assert_cmpint (at (regions, 4)->kind, ==, LAB_REGION_LIBRARIES);
  g_assert_cmphex (at (regions, 4)->start, ==, G_GUINT64_CONSTANT (0x7f0c5b000000));
  g_assert_cmphex (at (regions, 4)->end, ==, G_GUINT64_CONSTANT (0x7f0c5b101000));
  g_assert_cmphex (at (regions, 4)->mapped_bytes, ==, 0x3000);
  g_assert_cmpint (at (regions, 5)->kind, ==, LAB_REGION_STACK);
}

static void
test_is_not_misled (void)
{
  static const char * const maps[] = {
    "", "\n", "zzz", "1-2", "2000-1000 r-xp 00000000 fe:01 78 /usr/lib/libm.so.6\n",
    "1000-2000 r-xp 00000000 fe:01 78 /usr/lib/libm.source\n",
    "1000-2000 r-xp 00000000 fe:01 78 /usr/lib.so/program\n",
    "1000-2000 rw-p 00000000 00:01 25 /SYSV41050a12\n",
    "1000-2000 rw-p 00000000 00:00 0 [stack]x\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr(GArray) regions = lab_address_space_parse (maps[i], "/usr/bin/program");

      g_assert_cmpuint (regions->len, ==, 0);
    }
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;

  *(GArray **) data = lab_address_space_read_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_knows_this_process (void)
{
  g_autoptr(LabSegment) segment = lab_segment_create (test_key (), 4096, 0600, NULL);
  g_autoptr(GArray) regions = NULL;
  gboolean seen[LAB_REGION_SEGMENT + 1] = { FALSE };
  int local;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  lab_address_space_read_async (NULL, read_cb, &regions);
  test_wait_for (regions != NULL);

  for (guint i = 0; i < regions->len; i++)
    {
      const LabRegion *region = at (regions, i);
      guint64 probe = 0;

      if (i > 0)
        g_assert_cmphex (region->start, >=, at (regions, i - 1)->end);
      switch (region->kind)
        {
        case LAB_REGION_PROGRAM:
          probe = (guint64) (gsize) test_knows_this_process;
          break;
        case LAB_REGION_STACK:
          probe = (guint64) (gsize) &local;
          break;
        case LAB_REGION_SEGMENT:
          if (region->shmid == lab_segment_get_id (segment))
            {
              g_assert_cmphex (region->start, ==, (guint64) (gsize) lab_segment_get_base (segment));
              seen[LAB_REGION_SEGMENT] = TRUE;
            }
          continue;
        case LAB_REGION_HEAP:
        case LAB_REGION_LIBRARIES:
        default:
          break;
        }
      seen[region->kind] = probe == 0 || (region->start <= probe && probe < region->end);
    }

  g_assert_true (seen[LAB_REGION_PROGRAM]);
  g_assert_true (seen[LAB_REGION_LIBRARIES]);
  g_assert_true (seen[LAB_REGION_SEGMENT]);

  g_assert_true (lab_segment_remove (segment, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so a failed check still reaches the removal */
#define ADD(name, func) g_test_add_func ("/backend/address-space/" name, func)
  ADD ("takes-mappings-together", test_takes_mappings_together);
  ADD ("is-not-misled", test_is_not_misled);
  ADD ("knows-this-process", test_knows_this_process);
  return g_test_run ();
}
