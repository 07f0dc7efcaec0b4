/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/layout/lab-latch.h"

typedef struct
{
  char           *memory;
  char           *buffer;
  LabLayout       layout;
  LabControl     *control;
  LabMessageInfo  info;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  size)
{
  f->memory = g_aligned_alloc0 (GPOINTER_TO_SIZE (size) + 64, 1, 64);
  memset (f->memory + GPOINTER_TO_SIZE (size), '#', 64);
  g_assert_true (lab_layout_init (&f->layout, f->memory, GPOINTER_TO_SIZE (size)));
  f->control = lab_layout_control (&f->layout);
  f->buffer = g_malloc (f->layout.copy_size);  /* exactly, so that ASan sees one byte more */
  lab_latch_init (&f->layout);
}

static void
tear_down (Fixture       *f,
           gconstpointer  size)
{
  for (guint i = 0; i < 64; i++)
    g_assert_cmpint (f->memory[GPOINTER_TO_SIZE (size) + i], ==, '#');
  g_free (f->buffer);
  g_aligned_free (f->memory);
}

static LabReadResult
read_anew (Fixture *f)
{
  return lab_latch_read (&f->layout, LAB_LATCH_NOTHING_KNOWN, f->buffer, &f->info);
}

static void
test_new_is_empty_and_ours (Fixture       *f,
                            gconstpointer  unused)
{
  guint64 start;

  g_assert_true (lab_layout_has_magic (&f->layout));
  g_assert_cmpint (f->control->protocol, ==, LAB_PROTOCOL_LATCH);
  g_assert_cmpint (lab_layout_get_writer (&f->layout, &start), ==, 0);
  g_assert_cmpint (read_anew (f), ==, LAB_READ_EMPTY);
  g_assert_cmpuint (f->info.number, ==, 0);
  g_assert_cmpint (lab_latch_read (&f->layout, f->info.sequence, f->buffer, &f->info), ==, LAB_READ_UNCHANGED);
}

static void
test_zeros_are_not_ours (Fixture       *f,
                         gconstpointer  unused)
{
  memset (f->memory, 0, f->layout.size_bytes);
  g_assert_false (lab_layout_has_magic (&f->layout));
  g_assert_cmpint (read_anew (f), ==, LAB_READ_INVALID);
}

static void
test_carries_every_length (Fixture       *f,
                           gconstpointer  unused)
{
  gsize capacity = lab_layout_capacity (f->layout.size_bytes);
  g_autofree char *text = g_malloc (capacity);

  for (gsize i = 0; i < capacity; i++)
    text[i] = (char) ('!' + i % 90);
  for (gsize length = 0; length <= capacity; length++)
    {
      lab_latch_publish (&f->layout, text, length, length + 1, (gint64) length * 10);
      g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
      g_assert_cmpuint (f->info.number, ==, length + 1);
      g_assert_cmpint (f->info.written_ns, ==, (gint64) length * 10);
      g_assert_cmpuint (f->info.n_retries, ==, 0);
      g_assert_cmpmem (f->buffer, f->info.length, text, length);
      g_assert_cmpint (f->buffer[length], ==, '\0');
      /* A textbook program sees it as a C string at byte 0. */
      g_assert_cmpuint (strlen (f->memory), ==, length);
      g_assert_cmpmem (f->memory, length + 1, f->memory + f->layout.copy_size, length + 1);
      g_assert_cmpuint (f->control->sequence % 2, ==, 0);
      g_assert_cmpint (lab_latch_read (&f->layout, f->info.sequence, f->buffer, &f->info), ==, LAB_READ_UNCHANGED);
    }
}

static void
test_refuses_one_byte_too_many (Fixture       *f,
                                gconstpointer  unused)
{
  g_autofree char *text = g_strnfill (f->layout.copy_size, 'x');

  g_test_expect_message ("Lab", G_LOG_LEVEL_CRITICAL, "*length*failed*");
  lab_latch_publish (&f->layout, text, f->layout.copy_size, 1, 0);
  g_test_assert_expected_messages ();
  g_assert_cmpint (read_anew (f), ==, LAB_READ_EMPTY);
}

static void
test_survives_a_lying_control_block (Fixture       *f,
                                     gconstpointer  unused)
{
  static const guint32 lengths[] = { G_MAXUINT32, 0x80000000, 0x7fffffff };

  lab_latch_publish (&f->layout, "hello", 5, 1, 1);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      f->control->copies[0].length = lengths[i];
      g_assert_cmpint (read_anew (f), ==, LAB_READ_INVALID);
    }
  f->control->copies[0].length = (guint32) f->layout.copy_size;
  g_assert_cmpint (read_anew (f), ==, LAB_READ_INVALID);
  f->control->copies[0].length = 4;  /* no NUL there */
  g_assert_cmpint (read_anew (f), ==, LAB_READ_INVALID);
  f->control->copies[0].length = 5;
  g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
  f->control->sequence = 0;
  g_assert_cmpint (read_anew (f), ==, LAB_READ_INVALID);
  f->control->sequence = G_MAXUINT64;
  g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
  f->control->magic ^= 1;
  g_assert_cmpint (lab_latch_read (&f->layout, G_MAXUINT64, f->buffer, &f->info), ==, LAB_READ_INVALID);
}

static void
test_counts_on_past_the_last_sequence (Fixture       *f,
                                       gconstpointer  unused)
{
  f->control->sequence = G_MAXUINT64 - 1;
  lab_latch_publish (&f->layout, "hello", 5, 1, 1);
  g_assert_cmpuint (f->control->sequence, ==, 2);
  g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
}

static void
test_making_anew_continues_the_sequence (Fixture       *f,
                                         gconstpointer  unused)
{
  guint64 before;

  lab_latch_publish (&f->layout, "hello", 5, 1, 1);
  before = f->control->sequence;
  f->control->sequence |= 1;
  lab_latch_init (&f->layout);
  g_assert_cmpuint (f->control->sequence, >, before);
  g_assert_cmpuint (f->control->sequence % 2, ==, 0);
  g_assert_cmpint (lab_latch_read (&f->layout, before, f->buffer, &f->info), ==, LAB_READ_EMPTY);
}

/* The states in which a killed writer can leave the segment, by hand; every
 * single instruction of it is test-ptrace's. */
static void
test_takes_over_with_the_message (Fixture       *f,
                                  gconstpointer  unused)
{
  char *copy_a = lab_layout_copy (&f->layout, 0);
  char *copy_b = lab_layout_copy (&f->layout, 1);

  lab_latch_publish (&f->layout, "hello", 5, 7, 70);
  memcpy (copy_b, "hexxxx", 6);       /* killed while it filled B */
  f->control->copies[1].length = 50;
  g_assert_true (lab_latch_recover (&f->layout));
  g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
  g_assert_cmpstr (f->buffer, ==, "hello");
  g_assert_cmpuint (f->info.number, ==, 7);
  g_assert_cmpint (f->info.written_ns, ==, 70);
  g_assert_cmpstr (copy_b, ==, "hello");
  g_assert_cmpuint (f->control->copies[1].length, ==, 5);

  f->control->sequence += 1;          /* killed while it filled A */
  memcpy (copy_a, "zz", 2);
  f->control->copies[0].number = 8;
  g_assert_true (lab_latch_recover (&f->layout));
  g_assert_cmpuint (f->control->sequence % 2, ==, 0);
  g_assert_cmpint (read_anew (f), ==, LAB_READ_MESSAGE);
  g_assert_cmpstr (f->buffer, ==, "hello");
  g_assert_cmpstr (copy_a, ==, "hello");
  g_assert_cmpuint (f->info.number, ==, 7);
}

static void
test_takes_over_without_a_message (Fixture       *f,
                                   gconstpointer  unused)
{
  for (guint parity = 0; parity < 2; parity++)
    {
      guint64 before;

      lab_latch_publish (&f->layout, "hello", 5, 7, 70);
      f->control->sequence += parity;
      f->control->copies[parity].length = 4000000000;
      before = f->control->sequence;
      g_assert_false (lab_latch_recover (&f->layout));
      g_assert_cmpuint (f->control->sequence, >, before);
      g_assert_cmpuint (f->control->sequence % 2, ==, 0);
      g_assert_cmpint (read_anew (f), ==, LAB_READ_EMPTY);
      g_assert_cmpint (f->memory[0], ==, '\0');
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD_SIZE(name, func, size) \
  g_test_add ("/backend/latch/" name, Fixture, GSIZE_TO_POINTER (size), set_up, func, tear_down)
#define ADD(name, func) ADD_SIZE (name, func, 1000)
  ADD ("new-is-empty-and-ours", test_new_is_empty_and_ours);
  ADD ("zeros-are-not-ours", test_zeros_are_not_ours);
  ADD ("carries-every-length", test_carries_every_length);
  ADD_SIZE ("carries-every-length/256", test_carries_every_length, 256);
  ADD_SIZE ("carries-every-length/4096", test_carries_every_length, 4096);
  ADD ("refuses-one-byte-too-many", test_refuses_one_byte_too_many);
  ADD ("survives-a-lying-control-block", test_survives_a_lying_control_block);
  ADD ("counts-on-past-the-last-sequence", test_counts_on_past_the_last_sequence);
  ADD ("making-anew-continues-the-sequence", test_making_anew_continues_the_sequence);
  ADD ("takes-over-with-the-message", test_takes_over_with_the_message);
  ADD ("takes-over-without-a-message", test_takes_over_without_a_message);
  return g_test_run ();
}
