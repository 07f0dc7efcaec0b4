/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/kernel/lab-segment-table.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"
#include "ui/memory/lab-memory-search.h"

typedef struct
{
  LabSegment    *segment;
  GAsyncResult  *result;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  size)
{
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (test_key (), GPOINTER_TO_SIZE (size), 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->result);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  g_assert_finalize_object (f->segment);
}

static void
put (Fixture    *f,
     gsize       offset,
     const char *text)
{
  memcpy ((char *) lab_segment_get_base (f->segment) + offset, text, strlen (text));
}

static void
searched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Fixture *f = data;

  f->result = g_object_ref (result);
}

static void
begin (Fixture      *f,
       const char   *text,
       gsize         from,
       gboolean      backward,
       GCancellable *cancellable)
{
  g_autoptr(GBytes) wanted = g_bytes_new (text, strlen (text));

  g_clear_object (&f->result);
  lab_memory_search_async (f->segment, wanted, from, backward, TRUE, cancellable, searched_cb, f);
}

static void
assert_found (Fixture    *f,
              const char *text,
              gsize       from,
              gboolean    backward,
              gsize       offset,
              gboolean    wrapped)
{
  g_autoptr(GError) error = NULL;
  LabMemoryMatch match = { 0 };

  begin (f, text, from, backward, NULL);
  test_wait_for (f->result != NULL);
  g_assert_true (lab_memory_search_finish (f->result, &match, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (match.offset, ==, offset);
  g_assert_cmpint (match.wrapped, ==, wrapped);
}

static void
assert_fails (Fixture    *f,
              GIOErrorEnum code)
{
  g_autoptr(GError) error = NULL;
  LabMemoryMatch match;

  test_wait_for (f->result != NULL);
  g_assert_false (lab_memory_search_finish (f->result, &match, &error));
  g_assert_error (error, G_IO_ERROR, (int) code);
}

static void
test_finds_both_ways (Fixture       *f,
                      gconstpointer  unused)
{
  put (f, 100, "needle");
  put (f, 500000, "needle");
  put (f, 999994, "needle");

  assert_found (f, "needle", 0, FALSE, 100, FALSE);
  assert_found (f, "needle", 100, FALSE, 100, FALSE);
  assert_found (f, "needle", 101, FALSE, 500000, FALSE);
  assert_found (f, "needle", 500001, FALSE, 999994, FALSE);
  assert_found (f, "needle", 999995, FALSE, 100, TRUE);
  assert_found (f, "needle", 999994, TRUE, 500000, FALSE);
  assert_found (f, "needle", 500000, TRUE, 100, FALSE);
  assert_found (f, "needle", 100, TRUE, 999994, TRUE);
  assert_found (f, "needle", 1000000, TRUE, 999994, FALSE);
}

static void
test_finds_across_chunks (Fixture       *f,
                          gconstpointer  unused)
{
  gsize offset = 256 * 1024 - 3;

  put (f, offset, "needle");
  assert_found (f, "needle", 0, FALSE, offset, FALSE);
  assert_found (f, "needle", 1000000, TRUE, offset, FALSE);
  assert_found (f, "needle", offset + 1, FALSE, offset, TRUE);
  assert_found (f, "needle", offset, TRUE, offset, TRUE);
}

static void
test_says_when_there_is_none (Fixture       *f,
                              gconstpointer  unused)
{
  put (f, 999995, "needl");
  begin (f, "needle", 0, FALSE, NULL);
  assert_fails (f, G_IO_ERROR_NOT_FOUND);
  begin (f, "needle", 5, TRUE, NULL);
  assert_fails (f, G_IO_ERROR_NOT_FOUND);
}

static void
test_agrees_with_a_plain_search (Fixture       *f,
                                 gconstpointer  unused)
{
  const char *base = lab_segment_get_base (f->segment);
  gsize size = lab_segment_get_size_bytes (f->segment);

  for (guint i = 0; i < 3000; i++)
    put (f, g_test_rand_int_range (0, (gint32) size - 2), i % 2 ? "ab" : "b");
  for (guint i = 0; i < 200; i++)
    {
      gsize from = (gsize) g_test_rand_int_range (0, (gint32) size);
      const char *match = memmem (base + from, size - from, "abb", 3);
      gboolean wrapped = match == NULL;

      if (wrapped)
        match = memmem (base, size, "abb", 3);
      if (match != NULL)
        assert_found (f, "abb", from, FALSE, (gsize) (match - base), wrapped);
    }
}

static void
test_can_be_cancelled (Fixture       *f,
                       gconstpointer  unused)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();

  begin (f, "needle", 0, FALSE, cancellable);
  g_cancellable_cancel (cancellable);
  assert_fails (f, G_IO_ERROR_CANCELLED);
}

/* The worst moment: the bytes are unmapped while they are searched. */
static void
test_bears_a_detach (Fixture       *f,
                     gconstpointer  unused)
{
  begin (f, "needle", 0, FALSE, NULL);
  g_main_context_iteration (NULL, TRUE);
  g_assert_null (f->result);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  assert_fails (f, G_IO_ERROR_CLOSED);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
}

static guint64
get_resident (Fixture *f)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  const LabShmEntry *entry = lab_segment_table_find_id (table, lab_segment_get_id (f->segment));

  g_assert_nonnull (entry);

  return entry->rss_bytes;
}

static void
test_takes_no_memory_for_what_nobody_touched (Fixture       *f,
                                              gconstpointer  unused)
{
  gsize at = ((gsize) 1 << 30) - 6;
  gint64 longest_us = 0;

  put (f, 0, "hay");
  put (f, at, "needle");
  begin (f, "needle", 0, FALSE, NULL);
  while (f->result == NULL)
    {
      gint64 start_us = g_get_monotonic_time ();

      g_main_context_iteration (NULL, TRUE);
      longest_us = MAX (longest_us, g_get_monotonic_time () - start_us);
    }
  g_test_message ("longest turn of the main loop: %.1f ms", (double) longest_us / 1000);
  assert_found (f, "needle", 0, FALSE, at, FALSE);
  g_assert_cmpuint (get_resident (f), <, 4 << 20);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func, size) g_test_add ("/ui/memory-search/" name, Fixture, (gpointer) (gsize) (size), set_up, func, tear_down)
  ADD ("finds-both-ways", test_finds_both_ways, 1000000);
  ADD ("finds-across-chunks", test_finds_across_chunks, 1000000);
  ADD ("says-when-there-is-none", test_says_when_there_is_none, 1000000);
  ADD ("agrees-with-a-plain-search", test_agrees_with_a_plain_search, 700000);
  ADD ("can-be-cancelled", test_can_be_cancelled, 1000000);
  ADD ("bears-a-detach", test_bears_a_detach, 1 << 30);
  ADD ("takes-no-memory-for-what-nobody-touched", test_takes_no_memory_for_what_nobody_touched, 1 << 30);
  return g_test_run ();
}
