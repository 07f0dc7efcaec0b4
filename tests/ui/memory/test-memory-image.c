/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The image of a segment's bytes, without a widget: no display is opened here. */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/layout/lab-latch.h"
#include "helpers/helper-memory.h"
#include "helpers/helper-wait.h"

#define LARGE ((gsize) 1 << 30)

typedef struct
{
  LabSession     *session;
  LabSegment     *segment;  /* attached for writing */
  guint8         *base;
  LabMemoryImage *image;    /* seen */

  guint           n_told;   /* how often ::rows-changed came since forget() */
  guint64         first;    /* what it said last */
  guint64         n_rows;
  GHashTable     *notified; /* the properties that were notified since forget() */
  guint           n_notified;
} Fixture;

static void
forget (Fixture *f)
{
  f->n_told = 0;
  f->n_notified = 0;
  g_hash_table_remove_all (f->notified);
}

static void
rows_changed_cb (Fixture *f,
                 guint64  first,
                 guint64  n_rows)
{
  f->n_told++;
  f->first = first;
  f->n_rows = n_rows;
}

static void
notify_cb (LabMemoryImage *image,
           GParamSpec     *pspec,
           Fixture        *f)
{
  f->n_notified++;
  g_hash_table_add (f->notified, (gpointer) pspec->name);
}

static void
set_up (Fixture       *f,
        gconstpointer  size)
{
  f->session = lab_session_new (LAB_ROLE_SERVER);
  f->segment = new_segment (size != NULL ? GPOINTER_TO_SIZE (size) : 4096, TRUE);
  f->base = lab_segment_get_base (f->segment);
  lab_latch_publish (lab_segment_get_layout (f->segment), "Good morning, class!", 20, 1, 1000);
  lab_session_set_segment (f->session, f->segment);

  f->image = lab_memory_image_new ();
  lab_memory_image_set_session (f->image, f->session);
  lab_memory_image_set_seen (f->image, TRUE);
  f->notified = g_hash_table_new (g_str_hash, g_str_equal);
  g_signal_connect_swapped (f->image, "rows-changed", G_CALLBACK (rows_changed_cb), f);
  g_signal_connect (f->image, "notify", G_CALLBACK (notify_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_assert_finalize_object (f->image);
  g_hash_table_unref (f->notified);
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->segment);
}

/* What the image hears when this process has written. */
static void
tell (Fixture *f)
{
  lab_session_memory_changed (f->session);
}

static void
assert_row (Fixture    *f,
            guint64     index,
            const char *expected)
{
  g_autofree char *row = dup_row (f->image, index);

  g_assert_cmpstr (row, ==, expected);
}

static void
assert_words (Fixture    *f,
              const char *expected)
{
  g_autofree char *words = NULL;

  g_object_get (f->image, "words", &words, NULL);
  g_assert_cmpstr (words, ==, expected);
}

/* Another page of the segment is in memory for each that somebody has read or written. */
static gsize
count_touched_pages (Fixture *f)
{
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  gsize n_pages = LARGE / page_size, n = 0;
  g_autofree guchar *resident = g_malloc (n_pages);

  g_assert_cmpint (mincore (f->base, LARGE, resident), ==, 0);
  for (gsize i = 0; i < n_pages; i++)
    n += resident[i] & 1;

  return n;
}

static void
test_reads_no_more_than_the_range (Fixture       *f,
                                   gconstpointer  unused)
{
  gsize before = count_touched_pages (f);

  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, LARGE / 16);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, -1);

  lab_memory_image_set_range (f->image, 0, 50);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'G');
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 799), ==, 0);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 800), ==, -1);

  /* Some of these rows would be after the last. */
  lab_memory_image_set_range (f->image, LARGE / 16 - 10, 50);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, LARGE - 1), ==, 0);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, LARGE - 161), ==, -1);

  lab_memory_image_set_range (f->image, LARGE / 32, 50);
  lab_memory_image_select (f->image, 0, LARGE - 1);
  test_run_for_ms (250);
  g_assert_cmpuint (count_touched_pages (f) - before, <, 10);
}

static void
test_tells_of_the_range_of_a_large_segment (Fixture       *f,
                                            gconstpointer  unused)
{
  lab_memory_image_set_range (f->image, 100, 10);
  forget (f);
  f->base[99 * 16] = 1;
  f->base[110 * 16] = 1;
  tell (f);
  g_assert_cmpuint (f->n_told, ==, 0);

  f->base[103 * 16] = 1;
  f->base[105 * 16] = 1;
  tell (f);
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 103);
  g_assert_cmpuint (f->n_rows, ==, 3);
}

static void
test_folds_zeros (Fixture       *f,
                  gconstpointer  unused)
{
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 15);
  assert_row (f, 0, "0000: 47 6f 6f 64 20 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy A");
  assert_row (f, 1, "0010: 61 73 73 21 00 00 00 00 00 00 00 00 00 00 00 00");
  assert_row (f, 2, "0020: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
  assert_row (f, 3, "⋮ 1936");
  g_assert_cmpuint (lab_memory_image_find_row (f->image, 0x123), ==, 3);

  /* All its rows, and those after them. */
  forget (f);
  lab_memory_image_open_fold (f->image, 0x123);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 14 + 1936 / 16);
  g_assert_cmpuint (lab_memory_image_find_row (f->image, 0x123), ==, 0x12);
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 0);
  g_assert_cmpuint (f->n_rows, ==, 14 + 1936 / 16);
  g_assert_true (g_hash_table_contains (f->notified, "n-rows"));

  forget (f);
  lab_memory_image_open_fold (f->image, 0x123);
  g_assert_cmpuint (f->n_told + f->n_notified, ==, 0);

  lab_memory_image_set_fold (f->image, FALSE);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 256);
  lab_memory_image_set_fold (f->image, TRUE);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 15);

  lab_memory_image_set_n_columns (f->image, 8);
  assert_row (f, 0, "0000: 47 6f 6f 64 20 6d 6f 72  copy A");
  assert_row (f, 4, "⋮ 1952");
}

static void
test_selects_across_folds (Fixture       *f,
                           gconstpointer  unused)
{
  g_autofree char *hex = NULL;
  guint64 start, end;
  gsize offset;

  lab_memory_image_move_caret (f->image, 0x13, FALSE);
  g_assert_false (lab_memory_image_is_selecting (f->image));
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 1);
  g_assert_cmpuint (offset, ==, 0x13);

  forget (f);
  lab_memory_image_move_caret (f->image, 0x7c1, TRUE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 0x7c1 - 0x13 + 1);
  g_assert_cmpuint (offset, ==, 0x13);
  g_object_get (f->image, "selection-start", &start, "selection-end", &end, NULL);
  g_assert_cmpuint (start, ==, 0x13);
  g_assert_cmpuint (end, ==, 0x7c2);
  g_assert_false (lab_memory_image_is_selected (f->image, 0x12));
  g_assert_true (lab_memory_image_is_selected (f->image, 0x123));
  g_assert_false (lab_memory_image_is_selected (f->image, 0x7c2));
  g_assert_cmpuint (f->first, ==, 1);
  g_assert_cmpuint (f->n_rows, ==, 4);
  g_assert_true (g_hash_table_contains (f->notified, "selection-end"));
  g_assert_true (g_hash_table_contains (f->notified, "caret"));
  g_assert_false (g_hash_table_contains (f->notified, "selection-start"));

  /* What is folded is copied too. */
  hex = lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_HEX, NULL);
  g_assert_true (g_str_has_prefix (hex, "21 00 00"));
  g_assert_true (g_str_has_suffix (hex, "47 6f\n"));
  g_assert_cmpuint (strlen (hex), ==, 3 * (0x7c1 - 0x13 + 1));

  /* To the other side of where it began: what is no longer selected is told of too. */
  forget (f);
  lab_memory_image_move_caret (f->image, 0, TRUE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 0x14);
  g_assert_cmpuint (offset, ==, 0);
  g_assert_cmpuint (f->first, ==, 0);
  g_assert_cmpuint (f->n_rows, ==, 5);

  lab_memory_image_select (f->image, 0x13, 0x7c1);
  forget (f);
  lab_memory_image_move_caret (f->image, 0x7c2, FALSE);
  g_assert_cmpuint (f->first, ==, 1);
  g_assert_cmpuint (f->n_rows, ==, 4);

  lab_memory_image_select (f->image, 0, G_MAXSIZE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, NULL), ==, 4096);
  lab_memory_image_select_none (f->image);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, NULL), ==, 1);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 4095);

  forget (f);
  lab_memory_image_move_caret (f->image, 5000, FALSE);
  g_assert_cmpuint (f->n_told + f->n_notified, ==, 0);
}

static void
test_knows_what_changed_and_when (Fixture       *f,
                                  gconstpointer  unused)
{
  assert_words (f, "offset 0x0 (0): 0x47 ‘G’, copy A");

  forget (f);
  f->base[0] = 'g';
  tell (f);
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), >, 0.5);
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 1), ==, 0);
  g_assert_true (lab_memory_image_is_fading (f->image));
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 0);
  g_assert_cmpuint (f->n_rows, ==, 1);
  assert_words (f, "offset 0x0 (0): 0x67 ‘g’, copy A, changed just now");

  /* Soon it is no longer news, and that is told too. */
  forget (f);
  test_wait_for (!lab_memory_image_is_fading (f->image));
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), ==, 0);
  g_assert_true (g_hash_table_contains (f->notified, "fading"));
  assert_words (f, "offset 0x0 (0): 0x67 ‘g’, copy A");

  /* What changed while nobody looked did not change just now. */
  lab_memory_image_set_seen (f->image, FALSE);
  f->base[0] = 'h';
  lab_memory_image_set_seen (f->image, TRUE);
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), ==, 0);
  g_assert_false (lab_memory_image_is_fading (f->image));
  assert_words (f, "offset 0x0 (0): 0x68 ‘h’, copy A");
}

static void
test_reads_only_while_somebody_looks_and_follows (Fixture       *f,
                                                  gconstpointer  unused)
{
  lab_memory_image_set_seen (f->image, FALSE);
  f->base[0] = 'a';
  tell (f);
  test_run_for_ms (250);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'G');

  lab_memory_image_set_follow (f->image, FALSE);
  lab_memory_image_set_seen (f->image, TRUE);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'a');
  f->base[0] = 'b';
  tell (f);
  test_run_for_ms (250);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'a');

  lab_memory_image_set_follow (f->image, TRUE);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'b');
  f->base[0] = 'c';
  test_wait_for (lab_memory_image_get_byte (f->image, 0) == 'c');
}

/* What is copied is what is shown, and what changed meanwhile did not change just now. */
static void
test_holds_still_also_for_copies (Fixture       *f,
                                  gconstpointer  unused)
{
  g_autofree char *held = NULL;
  g_autofree char *now = NULL;

  lab_memory_image_select (f->image, 0, 1);
  lab_memory_image_set_follow (f->image, FALSE);
  memcpy (f->base, "xy", 2);
  held = lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_TEXT, NULL);
  g_assert_cmpstr (held, ==, "Go");
  lab_memory_image_set_follow (f->image, TRUE);
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), ==, 0);
  g_assert_false (lab_memory_image_is_fading (f->image));
  now = lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_TEXT, NULL);
  g_assert_cmpstr (now, ==, "xy");
}

static void
test_says_nothing_of_nothing (Fixture       *f,
                              gconstpointer  unused)
{
  forget (f);
  tell (f);
  test_run_for_ms (350);
  g_assert_cmpuint (f->n_told, ==, 0);
  g_assert_cmpuint (f->n_notified, ==, 0);
}

/* Each property that follows from another tells once, and has then the new value. */
static void
test_notifies_what_the_control_block_says (Fixture       *f,
                                           gconstpointer  unused)
{
  guint64 sequence;
  guint protocol, length, writer_pid;

  forget (f);
  lab_latch_publish (lab_segment_get_layout (f->segment), "bye", 3, 2, 1000);
  lab_layout_set_writer (lab_segment_get_layout (f->segment), 4711, 1);
  tell (f);
  g_object_get (f->image, "protocol", &protocol, "sequence", &sequence, "length", &length, "writer-pid", &writer_pid, NULL);
  g_assert_cmpuint (protocol, ==, LAB_PROTOCOL_LATCH);
  g_assert_cmpuint (sequence, ==, 6);
  g_assert_cmpuint (length, ==, 3);
  g_assert_cmpuint (writer_pid, ==, 4711);
  g_assert_true (g_hash_table_contains (f->notified, "sequence"));
  g_assert_true (g_hash_table_contains (f->notified, "length"));
  g_assert_true (g_hash_table_contains (f->notified, "writer-pid"));
  g_assert_false (g_hash_table_contains (f->notified, "protocol"));
  g_assert_false (g_hash_table_contains (f->notified, "size-bytes"));
  g_assert_false (g_hash_table_contains (f->notified, "caret"));
  g_assert_cmpuint (f->n_notified, ==, g_hash_table_size (f->notified));
}

static void
test_shows_nothing_of_an_emptied_session (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;
  guint64 size_bytes, n_rows, sequence, start, end;
  gboolean has_bytes, ours, fading;
  guint n_fields;

  f->base[100] = 1;
  tell (f);
  lab_memory_image_select (f->image, 5, 100);
  lab_memory_image_set_pointed (f->image, 7);
  lab_session_set_write_cursor (f->session, 9);

  forget (f);
  lab_session_set_segment (f->session, NULL);
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 0);
  g_assert_cmpuint (f->n_rows, >, 14);
  g_object_get (f->image, "size-bytes", &size_bytes, "has-bytes", &has_bytes, "n-rows", &n_rows, "ours", &ours,
                "sequence", &sequence, "selection-start", &start, "selection-end", &end, "fading", &fading, NULL);
  g_assert_cmpuint (size_bytes, ==, 0);
  g_assert_false (has_bytes);
  g_assert_cmpuint (n_rows, ==, 0);
  g_assert_false (ours);
  g_assert_cmpuint (sequence, ==, 0);
  g_assert_cmpuint (start, ==, 0);
  g_assert_cmpuint (end, ==, 0);
  g_assert_false (fading);
  g_assert_true (g_hash_table_contains (f->notified, "has-bytes"));
  g_assert_true (g_hash_table_contains (f->notified, "words"));
  g_assert_true (g_hash_table_contains (f->notified, "caret-words"));
  g_assert_null (lab_memory_image_get_segment (f->image));
  g_assert_null (lab_memory_image_get_fields (f->image, &n_fields));
  g_assert_cmpuint (n_fields, ==, 0);
  g_assert_null (lab_memory_image_find_field (f->image, 0));
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, -1);
  g_assert_cmpint (lab_memory_image_get_write_cursor (f->image), ==, -1);
  assert_words (f, "Not attached: this process cannot see the bytes");
  g_assert_null (lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_HEX, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  /* Nor does anything that is asked of it now do any harm. */
  lab_memory_image_move_caret (f->image, 10, TRUE);
  lab_memory_image_select (f->image, 0, 10);
  lab_memory_image_open_fold (f->image, 10);
  lab_memory_image_set_range (f->image, 3, 10);
  lab_memory_image_set_n_columns (f->image, 4);
  lab_memory_image_set_fold (f->image, FALSE);
  lab_session_set_write_cursor (f->session, 20);
  tell (f);
  test_run_for_ms (150);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 0);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0);
}

static void
test_forgets_what_it_detaches_from (Fixture       *f,
                                    gconstpointer  unused)
{
  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_cmpuint (lab_memory_image_get_size_bytes (f->image), ==, 0);
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, -1);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  g_assert_cmpint (lab_memory_image_get_byte (f->image, 0), ==, 'G');
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), ==, 0);
}

static void
test_takes_another_segment (Fixture       *f,
                            gconstpointer  unused)
{
  g_autoptr(LabSegment) other = new_segment (4096, TRUE);

  memcpy (lab_segment_get_base (other), "other", 5);
  lab_memory_image_open_fold (f->image, 0x123);
  lab_memory_image_select (f->image, 0x20, 0x200);
  f->base[0] = 'g';
  tell (f);

  /* The same size, and yet nothing of the old one: no fold that was opened there, nothing selected, nothing that glows. */
  forget (f);
  lab_session_set_segment (f->session, other);
  g_assert_true (lab_memory_image_get_segment (f->image) == other);
  assert_row (f, 0, "0000: 6f 74 68 65 72 00 00 00 00 00 00 00 00 00 00 00  copy A");
  assert_row (f, 2, "⋮ 1952");
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, NULL), ==, 1);
  g_assert_cmpfloat (lab_memory_image_get_glow (f->image, 0), ==, 0);
  g_assert_false (lab_memory_image_is_fading (f->image));
  g_assert_cmpuint (f->n_told, >=, 1);

  /* The old one is not listened to any more. */
  forget (f);
  f->base[0] = 'z';
  g_assert_true (lab_segment_detach (f->segment, NULL));
  test_run_for_ms (250);
  g_assert_cmpuint (f->n_told + f->n_notified, ==, 0);

  g_assert_true (lab_segment_remove (other, NULL));
}

static void
test_takes_another_session (Fixture       *f,
                            gconstpointer  unused)
{
  LabSession *other = lab_session_new (LAB_ROLE_CLIENT);

  lab_memory_image_set_session (f->image, other);
  g_assert_cmpuint (lab_memory_image_get_size_bytes (f->image), ==, 0);
  forget (f);
  tell (f);
  lab_session_set_write_cursor (f->session, 3);
  g_assert_cmpuint (f->n_told + f->n_notified, ==, 0);

  lab_memory_image_set_session (f->image, NULL);
  g_assert_finalize_object (other);
}

static void
test_opens_a_fold_for_the_writer (Fixture       *f,
                                  gconstpointer  unused)
{
  forget (f);
  lab_session_set_write_cursor (f->session, 0x700);
  g_assert_cmpint (lab_memory_image_get_write_cursor (f->image), ==, 0x700);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 14 + 1936 / 16);
  g_assert_true (g_hash_table_contains (f->notified, "write-cursor"));

  /* From one row to another: both, and those between. */
  forget (f);
  lab_session_set_write_cursor (f->session, 0x720);
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 0x70);
  g_assert_cmpuint (f->n_rows, ==, 3);

  forget (f);
  lab_session_set_write_cursor (f->session, 5000);
  g_assert_cmpuint (f->first, ==, 0x72);
  g_assert_cmpuint (f->n_rows, ==, 1);
  lab_session_set_write_cursor (f->session, -1);
  g_assert_cmpint (lab_memory_image_get_write_cursor (f->image), ==, -1);
}

/* The value of a field stands in its first row, also when only its end changes. */
static void
test_tells_of_the_row_with_the_value (Fixture       *f,
                                      gconstpointer  unused)
{
  memset (f->base, 0, 4096);
  strcpy ((char *) f->base, "a text that goes over more than one row of the strip");
  lab_session_set_preset (f->session, lab_preset_find ("five-calls"));
  assert_row (f, 0, "0000: 61 20 74 65 78 74 20 74 68 61 74 20 67 6f 65 73  "
                    "text \"a text that goes over more than one row of the strip\"");

  forget (f);
  f->base[51] = 'e';
  tell (f);
  g_assert_cmpuint (f->n_told, ==, 1);
  g_assert_cmpuint (f->first, ==, 0);
  assert_row (f, 0, "0000: 61 20 74 65 78 74 20 74 68 61 74 20 67 6f 65 73  "
                    "text \"a text that goes over more than one row of the strie\"");
  lab_session_set_preset (f->session, NULL);
}

static void
test_speaks_of_the_byte_under_the_pointer (Fixture       *f,
                                           gconstpointer  unused)
{
  lab_memory_image_set_pointed (f->image, 2);
  assert_words (f, "offset 0x2 (2): 0x6f ‘o’, copy A");
  g_assert_cmpstr (lab_memory_image_get_caret_words (f->image), ==, "offset 0x0 (0): 0x47 ‘G’, copy A");
  lab_memory_image_set_pointed (f->image, 5000);
  assert_words (f, "offset 0x0 (0): 0x47 ‘G’, copy A");
  lab_memory_image_set_pointed (f->image, -1);
  lab_memory_image_move_caret (f->image, 0xf80, FALSE);
  assert_words (f, "offset 0xf80 (3968): 0x53 ‘S’, magic = Shmlab 1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD_SIZE(name, func, size) g_test_add ("/ui/memory-image/" name, Fixture, GSIZE_TO_POINTER (size), set_up, func, tear_down)
#define ADD(name, func) ADD_SIZE (name, func, 0)
  ADD_SIZE ("reads-no-more-than-the-range", test_reads_no_more_than_the_range, LARGE);
  ADD_SIZE ("tells-of-the-range-of-a-large-segment", test_tells_of_the_range_of_a_large_segment, LARGE);
  ADD ("folds-zeros", test_folds_zeros);
  ADD ("selects-across-folds", test_selects_across_folds);
  ADD ("knows-what-changed-and-when", test_knows_what_changed_and_when);
  ADD ("reads-only-while-somebody-looks-and-follows", test_reads_only_while_somebody_looks_and_follows);
  ADD ("holds-still-also-for-copies", test_holds_still_also_for_copies);
  ADD ("says-nothing-of-nothing", test_says_nothing_of_nothing);
  ADD ("notifies-what-the-control-block-says", test_notifies_what_the_control_block_says);
  ADD ("shows-nothing-of-an-emptied-session", test_shows_nothing_of_an_emptied_session);
  ADD ("forgets-what-it-detaches-from", test_forgets_what_it_detaches_from);
  ADD ("takes-another-segment", test_takes_another_segment);
  ADD ("takes-another-session", test_takes_another_session);
  ADD ("opens-a-fold-for-the-writer", test_opens_a_fold_for_the_writer);
  ADD ("tells-of-the-row-with-the-value", test_tells_of_the_row_with_the_value);
  ADD ("speaks-of-the-byte-under-the-pointer", test_speaks_of_the_byte_under_the_pointer);
  return g_test_run ();
}
