/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/layout/lab-layout.h"

#include <unistd.h>

#include "backend/kernel/lab-process.h"

static void
test_refuses_less_than_256_bytes (void)
{
  char memory[256];
  LabLayout layout = { .copy_size = 1 };

  for (gsize size = 0; size < LAB_LAYOUT_MIN_SIZE; size++)
    {
      g_assert_false (lab_layout_init (&layout, memory, size));
      g_assert_true (layout.base == memory);
      g_assert_cmpuint (layout.size_bytes, ==, size);
      g_assert_cmpuint (layout.copy_size, ==, 0);
      g_assert_cmpuint (lab_layout_capacity (size), ==, 0);
      g_assert_false (lab_layout_has_magic (&layout));
    }
}

static void
test_keeps_everything_inside (void)
{
  static const gsize large[] = { 65536, 65537, 1 << 20, (1 << 20) + 63, 1 << 30, ((gsize) 1 << 36) + 5 };

  for (gsize i = 256; i < 9000 + G_N_ELEMENTS (large); i++)
    {
      gsize size = i < 9000 ? i : large[i - 9000];
      LabLayout layout;

      g_assert_true (lab_layout_init (&layout, NULL, size));
      g_assert_cmpuint (layout.copy_size, >=, 64);
      g_assert_cmpuint (layout.copy_size % 64, ==, 0);
      g_assert_cmpuint (layout.control_offset % 64, ==, 0);
      g_assert_cmpuint (2 * layout.copy_size, <=, layout.control_offset);
      g_assert_cmpuint (layout.control_offset + LAB_LAYOUT_CONTROL_SIZE, <=, size);
      g_assert_cmpuint (size - (layout.control_offset + LAB_LAYOUT_CONTROL_SIZE), <, 64);
      g_assert_cmpuint (layout.copy_size, ==, (size - 128) / 2 / 64 * 64);
      g_assert_cmpuint (lab_layout_capacity (size), ==, MIN (layout.copy_size, LAB_LAYOUT_MAX_ROOM) - 1);
    }
}

static void
test_names_every_byte_once (void)
{
  static const gsize sizes[] = { 1, 255, 256, 257, 319, 320, 1000, 4096, 4097, 65536 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gboolean ours = FALSE; ours <= TRUE; ours++)
      {
        guint n_fields;
        g_autofree LabField *fields = lab_layout_dup_fields (sizes[i], ours, &n_fields);
        gsize offset = 0;

        for (guint j = 0; j < n_fields; j++)
          {
            g_assert_cmpuint (fields[j].offset, ==, offset);
            g_assert_cmpuint (fields[j].size_bytes, >, 0);
            g_assert_nonnull (fields[j].name);
            offset += fields[j].size_bytes;
          }
        g_assert_cmpuint (offset, ==, sizes[i]);
        if (!ours || sizes[i] < 256)
          g_assert_cmpuint (n_fields, ==, 1);
      }
}

static void
test_names_the_fields_where_they_are (void)
{
  LabLayout layout;
  guint n_fields;
  g_autofree LabField *fields = lab_layout_dup_fields (1000, TRUE, &n_fields);
  guint n_found = 0;

  lab_layout_init (&layout, NULL, 1000);
  g_assert_cmpstr (fields[0].name, ==, "copy A");
  g_assert_cmpint (fields[0].kind, ==, LAB_FIELD_COPY_A);
  g_assert_cmpuint (fields[0].size_bytes, ==, 384);
  g_assert_cmpstr (fields[1].name, ==, "copy B");
  g_assert_cmpuint (fields[1].offset, ==, 384);
  g_assert_cmpint (fields[2].kind, ==, LAB_FIELD_PLAIN);
  for (guint i = 0; i < n_fields; i++)
    {
      if (g_strcmp0 (fields[i].name, "sequence") == 0)
        {
          g_assert_cmpuint (fields[i].offset, ==, layout.control_offset + G_STRUCT_OFFSET (LabControl, sequence));
          n_found++;
        }
      if (g_strcmp0 (fields[i].name, "B.length") == 0)
        {
          g_assert_cmpuint (fields[i].offset, ==, layout.control_offset + G_STRUCT_OFFSET (LabControl, copies[1].length));
          g_assert_cmpuint (fields[i].size_bytes, ==, 4);
          n_found++;
        }
    }
  g_assert_cmpuint (n_found, ==, 2);
}

static void
test_magic_reads_as_text (void)
{
  uint64_t magic = LAB_LAYOUT_MAGIC;

  g_assert_cmpmem (&magic, 8, "Shmlab\0\1", 8);
}

static void
test_pairs_a_pid_with_its_start (void)
{
  _Alignas (64) char memory[256] = { 0 };
  LabLayout layout;
  guint64 start = 1;

  g_assert_true (lab_layout_init (&layout, memory, sizeof memory));
  g_assert_cmpint (lab_layout_get_writer (&layout, &start), ==, 0);
  g_assert_cmpuint (start, ==, 0);
  lab_layout_set_writer (&layout, 4711, 123456789012);
  g_assert_cmpint (lab_layout_get_writer (&layout, &start), ==, 4711);
  g_assert_cmpuint (start, ==, 123456789012);

  /* What one program of before there was a claim has stored. */
  atomic_store (&lab_layout_control (&layout)->claim, 0);
  g_assert_cmpint (lab_layout_get_writer (&layout, &start), ==, 4711);
  g_assert_cmpuint (start, ==, 123456789012);
  atomic_store (&lab_layout_control (&layout)->writer_pid, G_MAXUINT32);
  g_assert_cmpint (lab_layout_get_writer (&layout, &start), ==, 0);
}

/* A writer is attached: when all who are can be seen, and it is not among them, it is gone. */
static void
test_finds_its_writer (void)
{
  _Alignas (64) char memory[256] = { 0 };
  const guint64 start_ticks = lab_process_get_start_ticks (getpid ());
  LabLayout layout;
  LabControl *control;
  pid_t pid = -1;

  g_assert_true (lab_layout_init (&layout, memory, sizeof memory));
  control = lab_layout_control (&layout);
  g_assert_cmpint (lab_layout_find_writer (&layout, FALSE, &pid), ==, LAB_PRESENCE_GONE);
  g_assert_cmpint (pid, ==, 0);

  lab_layout_set_writer (&layout, getpid (), start_ticks);
  g_assert_cmpuint (atomic_load (&control->writer_namespaces), ==, lab_presence_get_namespaces ());
  g_assert_cmpint (lab_layout_find_writer (&layout, FALSE, &pid), ==, LAB_PRESENCE_RUNS);
  g_assert_cmpint (pid, ==, getpid ());
  lab_layout_set_writer (&layout, getpid (), start_ticks - 1);
  g_assert_cmpint (lab_layout_find_writer (&layout, FALSE, &pid), ==, LAB_PRESENCE_GONE);

  for (guint64 namespaces = 0; namespaces < 2; namespaces++)   /* of an older program, and of elsewhere */
    {
      atomic_store (&control->writer_namespaces, namespaces);
      g_assert_cmpint (lab_layout_find_writer (&layout, FALSE, &pid), ==, LAB_PRESENCE_UNSEEN);
      g_assert_cmpint (lab_layout_find_writer (&layout, TRUE, &pid), ==, LAB_PRESENCE_GONE);
    }

  lab_layout_set_writer (&layout, 0, 0);
  g_assert_cmpuint (atomic_load (&control->writer_namespaces), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend/layout/refuses-less-than-256-bytes", test_refuses_less_than_256_bytes);
  g_test_add_func ("/backend/layout/keeps-everything-inside", test_keeps_everything_inside);
  g_test_add_func ("/backend/layout/names-every-byte-once", test_names_every_byte_once);
  g_test_add_func ("/backend/layout/names-the-fields-where-they-are", test_names_the_fields_where_they_are);
  g_test_add_func ("/backend/layout/magic-reads-as-text", test_magic_reads_as_text);
  g_test_add_func ("/backend/layout/pairs-a-pid-with-its-start", test_pairs_a_pid_with_its_start);
  g_test_add_func ("/backend/layout/finds-its-writer", test_finds_its_writer);
  return g_test_run ();
}
