/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-rows.h"

static void
assert_row (LabMemoryRows *rows,
            guint64        index,
            gsize          offset,
            gsize          n_bytes,
            gboolean       folded)
{
  LabMemoryRow row = lab_memory_rows_get (rows, index);

  g_assert_cmpuint (row.offset, ==, offset);
  g_assert_cmpuint (row.n_bytes, ==, n_bytes);
  g_assert_cmpint (row.folded, ==, folded);
}

static LabMemoryRows *
digest (const guint8 *bytes,
        gsize         size_bytes,
        gboolean      ours,
        GArray       *opened)
{
  guint n_fields;
  g_autofree LabField *fields = lab_layout_dup_fields (size_bytes, ours, &n_fields);

  return lab_memory_rows_new_digest (bytes, size_bytes, 16, fields, n_fields, opened);
}

static void
test_shows_every_byte_of_plain_rows (void)
{
  g_autoptr(LabMemoryRows) none = lab_memory_rows_new_plain (0, 16);
  g_autoptr(LabMemoryRows) odd = lab_memory_rows_new_plain (33, 16);
  g_autoptr(LabMemoryRows) large = lab_memory_rows_new_plain ((gsize) 1 << 40, 8);

  g_assert_cmpuint (lab_memory_rows_get_n_rows (none), ==, 0);
  g_assert_cmpuint (lab_memory_rows_get_n_rows (odd), ==, 3);
  assert_row (odd, 2, 32, 1, FALSE);
  g_assert_cmpuint (lab_memory_rows_find (odd, 32), ==, 2);
  g_assert_cmpuint (lab_memory_rows_find (odd, 1000), ==, 2);
  g_assert_cmpuint (lab_memory_rows_get_n_rows (large), ==, (guint64) 1 << 37);
  assert_row (large, ((guint64) 1 << 37) - 1, ((gsize) 1 << 40) - 8, 8, FALSE);
}

static void
test_folds_zeros_between_fields (void)
{
  guint8 bytes[4096] = "Good morning, class!";
  g_autoptr(LabMemoryRows) rows = NULL;

  bytes[0x7c0] = 'G';
  bytes[0xf80] = 'S';
  rows = digest (bytes, sizeof bytes, TRUE, NULL);

  assert_row (rows, 0, 0, 16, FALSE);
  assert_row (rows, 1, 0x10, 16, FALSE);
  assert_row (rows, 2, 0x20, 16, FALSE);
  assert_row (rows, 3, 0x30, 0x7c0 - 0x30, TRUE);
  assert_row (rows, 4, 0x7c0, 16, FALSE);
  assert_row (rows, 5, 0x7d0, 16, FALSE);
  assert_row (rows, 6, 0x7e0, 0xf80 - 0x7e0, TRUE);
  assert_row (rows, 7, 0xf80, 16, FALSE);
  assert_row (rows, 8, 0xf90, 16, FALSE);
  assert_row (rows, 9, 0xfa0, 0x60, TRUE);
  g_assert_cmpuint (lab_memory_rows_get_n_rows (rows), ==, 10);
  g_assert_cmpuint (lab_memory_rows_find (rows, 0x500), ==, 3);
  g_assert_cmpuint (lab_memory_rows_find (rows, 0xfff), ==, 9);
}

static void
test_folds_no_two_rows (void)
{
  guint8 bytes[64] = { [0] = 1, [48] = 1 };
  g_autoptr(LabMemoryRows) rows = digest (bytes, sizeof bytes, FALSE, NULL);

  g_assert_cmpuint (lab_memory_rows_get_n_rows (rows), ==, 4);
  for (guint i = 0; i < 4; i++)
    assert_row (rows, i, i * 16, 16, FALSE);
}

static void
test_opens_what_was_clicked (void)
{
  guint8 bytes[1000] = { 1 };
  gsize offset = 500;
  g_autoptr(GArray) opened = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr(LabMemoryRows) folded = digest (bytes, sizeof bytes, FALSE, opened);
  g_autoptr(LabMemoryRows) unfolded = NULL;

  assert_row (folded, 2, 32, 968, TRUE);
  g_array_append_val (opened, offset);
  unfolded = digest (bytes, sizeof bytes, FALSE, opened);
  g_assert_cmpuint (lab_memory_rows_get_n_rows (unfolded), ==, 63);
  assert_row (unfolded, 62, 992, 8, FALSE);
  g_assert_false (lab_memory_rows_equal (folded, unfolded));
}

/* Whatever the bytes are, each of them is in one row, in order. */
static void
test_loses_no_byte (void)
{
  for (guint round = 0; round < 300; round++)
    {
      gsize size = (gsize) g_test_rand_int_range (1, 5000);
      g_autofree guint8 *bytes = g_malloc0 (size);
      g_autoptr(LabMemoryRows) rows = NULL;
      gsize offset = 0;

      for (guint i = 0; i < 20; i++)
        bytes[g_test_rand_int_range (0, (gint32) size)] = 1;
      rows = digest (bytes, size, g_test_rand_bit (), NULL);
      for (guint64 i = 0; i < lab_memory_rows_get_n_rows (rows); i++)
        {
          LabMemoryRow row = lab_memory_rows_get (rows, i);

          g_assert_cmpuint (row.offset, ==, offset);
          g_assert_cmpuint (lab_memory_rows_find (rows, offset), ==, i);
          for (gsize j = 0; row.folded && j < row.n_bytes; j++)
            g_assert_cmpuint (bytes[offset + j], ==, 0);
          offset += row.n_bytes;
        }
      g_assert_cmpuint (offset, ==, size);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/ui/memory-rows/" name, func)
  ADD ("shows-every-byte-of-plain-rows", test_shows_every_byte_of_plain_rows);
  ADD ("folds-zeros-between-fields", test_folds_zeros_between_fields);
  ADD ("folds-no-two-rows", test_folds_no_two_rows);
  ADD ("opens-what-was-clicked", test_opens_what_was_clicked);
  ADD ("loses-no-byte", test_loses_no_byte);
  return g_test_run ();
}
