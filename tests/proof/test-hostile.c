/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A second process writes random bytes over the segment while everything that
 * reads it reads.  LAB_STRESS_SECONDS says for how long. */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-segment.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"

#define SIZE 4096

typedef struct
{
  LabSegment *segment;
  LabSegment *seen;
  pid_t       child;
  gint64      end_ns;
} Fixture;

/* What looks like ours is worse than noise: most of the bytes stay, and one
 * field becomes something else. */
static void
scribble (const LabLayout *layout)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  LabControl *control = lab_layout_control (layout);
  _Atomic guint8 *bytes = layout->base;
  static const guint64 values[] = { 0, 1, 2, 63, 64, 1984, 1985, 4095, 4096, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };

  for (;;)
    {
      guint64 value = values[g_rand_int_range (rand, 0, G_N_ELEMENTS (values))];
      gsize i = (gsize) g_rand_int_range (rand, 0, SIZE);

      switch (g_rand_int_range (rand, 0, 13))
        {
        case 0: bytes[i] = (guint8) g_rand_int (rand); break;
        case 1: bytes[layout->control_offset + i % LAB_LAYOUT_CONTROL_SIZE] = (guint8) g_rand_int (rand); break;
        case 2: control->sequence = value; break;
        case 3: control->copies[i & 1].length = (guint32) value; break;
        case 4: control->copies[i & 1].number = value; break;
        case 5: control->protocol = (guint32) (i % (LAB_N_PROTOCOLS + 1)); break;
        case 6: control->state = (guint32) value; break;
        case 7: control->taker = i % 7 == 0 ? value : 0; break;
        case 8: control->semaphore_id = (gint32) value; break;
        case 9: control->magic = LAB_LAYOUT_MAGIC; break;
        case 10: control->copies[i & 1].flags = (guint32) value; break;
        case 11: control->writer_pid = (guint32) value; break;
        case 12:  /* a message that can be believed */
          control->magic = LAB_LAYOUT_MAGIC;
          control->protocol = i % 2 != 0 ? LAB_PROTOCOL_LATCH : LAB_PROTOCOL_NONE;
          control->sequence = 2 + 2 * (i % 100);
          bytes[i % 50] = 0;
          control->copies[0].length = (guint32) (i % 50);
          control->copies[0].number = i;
          break;
        default: g_assert_not_reached ();
        }
    }
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  const char *seconds = g_getenv ("LAB_STRESS_SECONDS");
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (test_key (), SIZE, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  f->seen = lab_segment_find (lab_segment_get_key (f->segment), NULL);
  g_assert_true (lab_segment_attach (f->seen, FALSE, NULL));

  f->child = fork ();
  g_assert_cmpint (f->child, !=, -1);
  if (f->child == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      scribble (lab_segment_get_layout (f->segment));
    }
  f->end_ns = lab_monotonic_ns () + (gint64) ((seconds != NULL ? g_ascii_strtod (seconds, NULL) : 2) * 1e9);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->child > 0)
    test_child_kill (f->child);
  lab_semaphore_remove (f->segment, lab_sysv_semget (lab_segment_get_key (f->segment), 0, LAB_GET_EXISTING, 0));
  lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
  g_clear_object (&f->seen);
}

static void
test_reader (Fixture       *f,
             gconstpointer  writable)
{
  LabSegment *segment = writable != NULL ? f->segment : f->seen;
  const LabLayout *layout = lab_segment_get_layout (segment);
  g_autoptr(LabReader) reader = lab_reader_new (segment);
  guint n_results[LAB_LOOK_INVALID + 1] = { 0 };
  gint64 longest_ns = 0;

  while (lab_monotonic_ns () < f->end_ns)
    {
      gint64 start_ns = lab_monotonic_ns ();
      const LabLook *look = lab_reader_look (reader);

      longest_ns = MAX (longest_ns, lab_monotonic_ns () - start_ns);
      n_results[look->result]++;
      if (look->text != NULL)
        {
          g_autofree char *text = NULL;

          g_assert_cmpuint (look->length, <, layout->copy_size);
          g_assert_cmpint (look->text[look->length], ==, '\0');
          text = lab_text_make_displayable (look->text, look->length, 100, NULL);
          g_assert_true (g_utf8_validate (text, -1, NULL));
        }
    }
  /* The scribbler leads us astray, and not always. */
  g_assert_cmpuint (n_results[LAB_LOOK_INVALID], >, 0);
  g_assert_cmpuint (n_results[LAB_LOOK_MESSAGE] + n_results[LAB_LOOK_TORN], >, 0);
  g_test_message ("%u messages, %u unchanged, %u empty, %u waiting, %u torn, %u refused, %u invalid; the longest look took %.1f ms",
                  n_results[0], n_results[1], n_results[2], n_results[3], n_results[4], n_results[5], n_results[6],
                  (double) longest_ns / 1e6);
}

/* A server that writes on, and one that takes over again and again. */
static void
test_writer (Fixture       *f,
             gconstpointer  unused)
{
  const LabLayout *layout = lab_segment_get_layout (f->segment);
  g_autoptr(LabReader) reader = lab_reader_new (f->segment);
  g_autoptr(LabWriter) writer = NULL;
  g_autoptr(GError) error = NULL;
  const LabLook *look;
  guint n_published = 0, n_waited = 0, n_refused = 0;

  while (lab_monotonic_ns () < f->end_ns)
    {
      LabAdopted adopted;

      writer = lab_writer_new (f->segment);
      if (!lab_writer_adopt (writer, &adopted, NULL) &&
          !lab_writer_set_up (writer, LAB_PROTOCOL_LATCH, FALSE, NULL))
        n_refused++;
      else
        for (guint i = 0; i < 20; i++)
          switch (lab_writer_publish (writer, "Hello, world", i % 13, NULL))
            {
            case LAB_WRITE_DONE: n_published++; break;
            case LAB_WRITE_WAITING: n_waited++; break;
            case LAB_WRITE_FAILED: n_refused++; break;
            case LAB_WRITE_MORE: default: g_assert_not_reached ();
            }
      lab_latch_recover (layout);
      g_clear_pointer (&writer, lab_writer_free);
    }
  g_test_message ("%u published, %u waited, %u refused", n_published, n_waited, n_refused);
  g_assert_cmpuint (n_published, >, 0);
  g_assert_cmpuint (n_refused, ==, 0);

  /* When it is over, everything is well again. */
  test_child_kill (f->child);
  f->child = 0;
  writer = lab_writer_new (f->segment);
  g_assert_true (lab_writer_set_up (writer, LAB_PROTOCOL_LATCH, FALSE, NULL));
  g_assert_cmpint (lab_writer_publish (writer, "well", 4, &error), ==, LAB_WRITE_DONE);
  g_assert_no_error (error);
  look = lab_reader_look (reader);
  g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);
  g_assert_cmpstr (look->text, ==, "well");
}

/* A segment without memory behind it (SHM_NORESERVE) may be larger than all memory. */
static void
test_more_than_all_memory (void)
{
  const gsize size_bytes = (gsize) 4 << 40;
  gpointer memory = mmap (NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_autoptr(LabReader) reader = NULL;
  g_autoptr(LabWriter) writer = NULL;
  LabControl *control;
  LabLayout layout;
  LabAdopted adopted;

  if (memory == MAP_FAILED)
    {
      g_test_skip ("no room for 4 TiB of addresses");
      return;
    }

  g_assert_true (lab_layout_init (&layout, memory, size_bytes));
  control = lab_layout_control (&layout);
  reader = lab_reader_new_for_memory (&layout, FALSE);
  lab_latch_init (&layout);
  for (guint protocol = LAB_PROTOCOL_NONE; protocol <= LAB_PROTOCOL_LATCH; protocol += LAB_PROTOCOL_LATCH - LAB_PROTOCOL_NONE)
    {
      control->protocol = protocol;
      lab_latch_publish (&layout, "small", 5, protocol, 1);
      g_assert_cmpint (lab_reader_look (reader)->result, ==, LAB_LOOK_MESSAGE);
      control->copies[0].number = 7;
      control->copies[0].length = G_MAXUINT32 - 1;
      control->sequence += 2;
      g_assert_cmpint (lab_reader_look (reader)->result, ==, LAB_LOOK_INVALID);

      writer = lab_writer_new_for_memory (&layout);
      g_assert_true (lab_writer_adopt (writer, &adopted, NULL));
      g_assert_cmpint (lab_writer_publish (writer, "well", 4, NULL), ==, LAB_WRITE_DONE);
      g_assert_cmpint (lab_reader_look (reader)->result, ==, LAB_LOOK_MESSAGE);
      g_clear_pointer (&writer, lab_writer_free);
    }
  g_clear_pointer (&reader, lab_reader_free);
  g_assert_cmpint (munmap (memory, size_bytes), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that tear_down removes the segment and its semaphore */
  g_test_add ("/protocol/hostile/reader", Fixture, NULL, set_up, test_reader, tear_down);
  g_test_add ("/protocol/hostile/reader-that-may-write", Fixture, "writable", set_up, test_reader, tear_down);
  g_test_add_func ("/protocol/hostile/more-than-all-memory", test_more_than_all_memory);
  g_test_add ("/protocol/hostile/writer", Fixture, NULL, set_up, test_writer, tear_down);
  return g_test_run ();
}
