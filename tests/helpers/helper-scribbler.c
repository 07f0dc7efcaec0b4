/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes random bytes over a whole segment, again and again until it is killed:
 * over every page that is mapped, so also over what lies behind the last byte
 * that was asked for.
 *
 * helper-scribbler KEY SEED
 *
 * Prints "scribbling" when it has done so once. */

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "backend/layout/lab-layout.h"
#include "backend/protocol/lab-protocol.h"
#include "backend/segment/lab-key.h"
#include "backend/segment/lab-segment.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) g_ascii_strtoull (argv[2], NULL, 10));
  g_autoptr(GError) error = NULL;
  g_autoptr(LabSegment) segment = lab_segment_find ((key_t) g_ascii_strtoull (argv[1], NULL, 0), &error);
  const LabLayout *layout;
  LabControl *control;
  _Atomic guint32 *words;
  gsize page_bytes = (gsize) sysconf (_SC_PAGESIZE);
  gsize n_words;

  if (segment == NULL || !lab_segment_attach (segment, TRUE, &error))
    {
      fprintf (stderr, "helper-scribbler: %s\n", error->message);
      return 1;
    }

  layout = lab_segment_get_layout (segment);
  control = lab_layout_control (layout);
  words = lab_segment_get_base (segment);
  n_words = (lab_segment_get_record (segment)->size_bytes + page_bytes - 1) / page_bytes * page_bytes / sizeof *words;

  for (guint round = 0;; round++)
    {
      for (gsize i = 0; i < n_words; i++)
        words[i] = g_rand_int (random);

      /* Noise is seen through at the first field.  So every other time most of
       * it can be believed, and one byte at a time cannot. */
      for (guint i = 0; round % 2 != 0 && i < 100; i++)
        {
          _Atomic guint8 *bytes = (_Atomic guint8 *) control;

          control->magic = LAB_LAYOUT_MAGIC;
          control->protocol = (guint32) g_rand_int_range (random, 0, LAB_N_PROTOCOLS);
          control->sequence = g_rand_int (random);
          control->copies[i % 2].length = (guint32) g_rand_int_range (random, 0, (gint32) layout->copy_size + 64);
          control->copies[i % 2].number = i;
          bytes[g_rand_int_range (random, 0, LAB_LAYOUT_CONTROL_SIZE)] = (guint8) g_rand_int (random);
          g_usleep (100);
        }

      if (round == 0)
        {
          printf ("scribbling\n");
          fflush (stdout);
        }
      g_usleep (1000);
    }
}
