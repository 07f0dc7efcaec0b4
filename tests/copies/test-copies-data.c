/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "copies/draw/lab-plot.h"
#include "copies/measure/lab-copies-data.h"
#include "copies/measure/lab-copies-words.h"

#define MIB ((guint64) 1024 * 1024)

static void
add (LabCopiesData *data,
     LabWayKind     kind,
     guint64        block_bytes,
     gint64         wall_ns)
{
  LabCarryResult result = { .kind = kind, .block_bytes = block_bytes, .size_bytes = MIB, .wall_ns = wall_ns, .round = 1 };
  gboolean shares = lab_way_kind_shares (kind) || kind == LAB_WAY_PLAIN;

  for (guint i = 0; i < 2; i++)
    {
      result.counts[i].rchar = i == 0 || !shares ? MIB : 0;
      result.counts[i].wchar = i == 1 || !shares ? MIB : 0;
    }
  lab_copies_data_add_result (data, &result);
}

static void
add_trip (LabCopiesData *data,
          LabTripKind    kind,
          guint64        message_bytes,
          gint64         median_ns)
{
  LabTripResult trip = { .kind = kind, .message_bytes = message_bytes, .median_ns = median_ns, .round = 1 };

  lab_copies_data_add_trip (data, &trip);
}

static void
test_shows_medians (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(GArray) rows = NULL;
  const LabCopiesRow *row;

  g_assert_true (lab_copies_data_is_empty (data));
  add (data, LAB_WAY_PIPE, 4096, 900);
  add (data, LAB_WAY_PIPE, 4096, 100000);
  add (data, LAB_WAY_PIPE, 4096, 1000);
  add (data, LAB_WAY_PIPE, 512, 5);
  add (data, LAB_WAY_RING, 4096, 500);
  add (data, LAB_WAY_PLAIN, 4096, 250);

  rows = lab_copies_data_get_rows (data, 4096);
  g_assert_cmpuint (rows->len, ==, 3);
  row = &g_array_index (rows, LabCopiesRow, 0);
  g_assert_cmpint (row->kind, ==, LAB_WAY_PIPE);
  g_assert_cmpuint (row->n_rounds, ==, 3);
  g_assert_cmpint (row->median.wall_ns, ==, 1000);

  /* The fastest between two processes is 1; one process alone may be more. */
  g_assert_cmpfloat_with_epsilon (row->ratio, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (g_array_index (rows, LabCopiesRow, 1).ratio, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (g_array_index (rows, LabCopiesRow, 2).ratio, 2, 1e-9);
}

static GArray *
new_points (const double *ys,
            guint         n)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (LabPoint));

  for (guint i = 0; i < n; i++)
    {
      LabPoint point = { 1 << i, ys[i] };

      g_array_append_val (points, point);
    }

  return points;
}

static void
test_finds_crossings (void)
{
  g_autoptr(GArray) flat = new_points ((const double[]) { 10, 10, 10, 10, 10 }, 5);
  g_autoptr(GArray) rising = new_points ((const double[]) { 1, 2.5, 5, 20, 40 }, 5);
  g_autoptr(GArray) touching = new_points ((const double[]) { 20, 9.9, 10.1, 9.8, 20 }, 5);
  g_autoptr(GArray) one = lab_copies_find_crossings (rising, flat);
  g_autoptr(GArray) none = lab_copies_find_crossings (touching, flat);
  g_autoptr(GArray) nothing = lab_copies_find_crossings (flat, flat);
  g_autoptr(GArray) slow = new_points ((const double[]) { 5, 9.9, 10, 10.1, 20 }, 5);
  g_autoptr(GArray) met = lab_copies_find_crossings (slow, flat);

  g_assert_cmpuint (one->len, ==, 1);
  /* Half-way between 4 and 8 on a logarithmic axis. */
  g_assert_cmpfloat_with_epsilon (g_array_index (one, LabPoint, 0).x, 5.656854, 1e-4);
  g_assert_cmpfloat_with_epsilon (g_array_index (one, LabPoint, 0).y, 10, 1e-6);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (nothing->len, ==, 0);

  /* They are alike for a while, and really meet at 4. */
  g_assert_cmpuint (met->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (g_array_index (met, LabPoint, 0).x, 4, 1e-9);
}

static void
test_orders_the_fastest_first (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(GArray) order = NULL;
  g_autoptr(GArray) trip_order = NULL;

  add (data, LAB_WAY_PIPE, 4096, 300);
  add (data, LAB_WAY_QUEUE, 4096, 400);
  add (data, LAB_WAY_RING, 4096, 100);
  add_trip (data, LAB_TRIP_PIPE, 100, 5000);
  add_trip (data, LAB_TRIP_SPIN, 100, 200);

  order = lab_copies_data_get_order (data, 4096);
  g_assert_cmpuint (order->len, ==, 3);
  g_assert_cmpuint (g_array_index (order, LabPlace, 0).kind, ==, LAB_WAY_RING);
  g_assert_cmpuint (g_array_index (order, LabPlace, 1).kind, ==, LAB_WAY_PIPE);
  g_assert_cmpuint (g_array_index (order, LabPlace, 2).kind, ==, LAB_WAY_QUEUE);

  trip_order = lab_copies_data_get_trip_order (data, 100);
  g_assert_cmpuint (trip_order->len, ==, 2);
  g_assert_cmpuint (g_array_index (trip_order, LabPlace, 0).kind, ==, LAB_TRIP_SPIN);
}

static void
expect_words (const char *text,
              const char *words)
{
  if (text == NULL || strstr (text, words) == NULL)
    {
      g_test_message ("“%s” does not say “%s”", text, words);
      g_test_fail ();
    }
}

/* Whatever came out: shared memory is not always fastest. */
static void
test_says_what_came_out (void)
{
  g_autoptr(LabCopiesData) faster = lab_copies_data_new ();
  g_autoptr(LabCopiesData) slower = lab_copies_data_new ();
  g_autofree char *nothing = lab_copies_data_say_copies (faster, 4096);
  g_autofree char *faster_text = NULL;
  g_autofree char *slower_text = NULL;

  g_assert_null (nothing);
  add (faster, LAB_WAY_PIPE, 4096, 2000);
  add (faster, LAB_WAY_RING, 4096, 1000);
  faster_text = lab_copies_data_say_copies (faster, 4096);
  expect_words (faster_text, "Shared Memory, Ring");
  expect_words (faster_text, "the ring was 2.0 times as fast");

  add (slower, LAB_WAY_PIPE, 4096, 1000);
  add (slower, LAB_WAY_RING, 4096, 3000);
  add (slower, LAB_WAY_LOCKSTEP, 4096, 10000);
  slower_text = lab_copies_data_say_copies (slower, 4096);
  expect_words (slower_text, "Fastest between two processes: Pipe");
  expect_words (slower_text, "still the pipe was 3.0 times as fast");
  expect_words (slower_text, "the pipe was 10.0 times as fast");
}

static void
test_says_where_lines_cross (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < 5; i++)
    {
      add (data, LAB_WAY_PIPE, 1024u << i, 1000);
      add (data, LAB_WAY_LOCKSTEP, 1024u << i, 4096 >> i);
      add (data, LAB_WAY_RING, 1024u << i, 500);
    }
  text = lab_copies_data_say_blocks (data);
  expect_words (text, "in Turns: overtakes the pipe at blocks of about 4.");
  expect_words (text, "Ring: faster than the pipe at every block size");
}

/* Lines that touch, and lines that cross more than once. */
static void
test_says_no_more_of_lines_than_they_show (void)
{
  static const gint64 to_and_fro[] = { 2000, 500, 2000, 500, 500 };
  g_autoptr(LabCopiesData) alike = lab_copies_data_new ();
  g_autoptr(LabCopiesData) twice = lab_copies_data_new ();
  g_autofree char *alike_text = NULL;
  g_autofree char *twice_text = NULL;

  for (guint i = 0; i < 5; i++)
    {
      add (alike, LAB_WAY_PIPE, 1024u << i, 1000);
      add (alike, LAB_WAY_LOCKSTEP, 1024u << i, i == 4 ? 1990 : 980 + 10 * i);
      add (alike, LAB_WAY_RING, 1024u << i, 1010);
      add (twice, LAB_WAY_PIPE, 1024u << i, 1000);
      add (twice, LAB_WAY_RING, 1024u << i, to_and_fro[i]);
    }
  alike_text = lab_copies_data_say_blocks (alike);
  expect_words (alike_text, "in Turns: slower than the pipe, or about as fast, at every block size.");
  expect_words (alike_text, "Ring: about as fast as the pipe at every block size.");
  twice_text = lab_copies_data_say_blocks (twice);
  expect_words (twice_text, "Ring: its line crosses the pipe’s 3 times, and from blocks of about ");
  expect_words (twice_text, " on it is faster.");
}

/* What differs no more than one run does from the next has no order. */
static void
test_those_alike_share_their_places (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(GArray) order = NULL;
  g_autofree char *text = NULL;
  static const LabPlace places[] = { { LAB_WAY_LOCKSTEP, 1, 2 }, { LAB_WAY_RING, 1, 2 }, { LAB_WAY_PIPE, 3, 3 } };

  add (data, LAB_WAY_PIPE, 4096, 2000);
  add (data, LAB_WAY_RING, 4096, 1020);
  add (data, LAB_WAY_LOCKSTEP, 4096, 1000);
  order = lab_copies_data_get_order (data, 4096);
  g_assert_cmpmem (order->data, order->len * sizeof (LabPlace), places, sizeof places);
  text = lab_copies_data_say_copies (data, 4096);
  expect_words (text, "Fastest between two processes: Shared Memory, in Turns");
  expect_words (text, "Shared Memory, Ring was about as fast.");
  g_assert_null (strstr (text, "Pipe was about as fast"));
}

static void
assert_lead (const double *ys,
             guint         earliest,
             guint         latest)
{
  static const double tens[] = { 10, 10, 10, 10 };
  g_autoptr(GArray) a = new_points (ys, 4);
  g_autoptr(GArray) b = new_points (tens, 4);
  guint first, last;

  lab_copies_find_lead (a, b, &first, &last);
  g_assert_cmpuint (first, ==, earliest);
  g_assert_cmpuint (last, ==, latest);
}

static void
test_a_lead_begins_somewhere (void)
{
  assert_lead ((double[]) { 5, 5, 20, 20 }, 2, 2);
  assert_lead ((double[]) { 5, 10.5, 9.6, 20 }, 1, 3);
  assert_lead ((double[]) { 20, 20, 20, 20 }, 0, 0);
  assert_lead ((double[]) { 20, 20, 20, 5 }, 4, 4);
  assert_lead ((double[]) { 5, 20, 20, 10.1 }, 1, 4);
}

/* What was not measured is not spoken of. */
static void
test_compares_with_what_was_measured (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(LabCopiesData) alone = lab_copies_data_new ();
  g_autoptr(GArray) rows = NULL;
  g_autofree char *text = NULL;
  guint least;

  add (data, LAB_WAY_PIPE, 4096, 1000);
  add (data, LAB_WAY_PIPE, 4096, 1000);
  add (data, LAB_WAY_LOCKSTEP, 4096, 10000);
  text = lab_copies_data_say_copies (data, 4096);
  g_assert_null (strstr (text, "ring"));
  expect_words (text, "copied each byte 2.0 times, and the pipe 4.0 times. Still the pipe was 10.0 times as fast");
  g_assert_cmpuint (lab_copies_data_count_rounds (data, &least), ==, 2);
  g_assert_cmpuint (least, ==, 1);
  g_assert_false (lab_copies_data_is_compared (data));

  add (alone, LAB_WAY_PLAIN, 4096, 1000);
  rows = lab_copies_data_get_rows (alone, 4096);
  g_assert_cmpfloat (g_array_index (rows, LabCopiesRow, 0).ratio, ==, 0);
  g_assert_cmpuint (lab_copies_data_count_rounds (alone, &least), ==, 1);
}

static void
test_says_what_spinning_is_worth (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(LabCopiesData) busy = lab_copies_data_new ();
  g_autofree char *text = NULL;
  g_autofree char *busy_text = NULL;

  add_trip (data, LAB_TRIP_PIPE, 100, 13100);
  add_trip (data, LAB_TRIP_SEMAPHORE, 100, 13000);
  add_trip (data, LAB_TRIP_SPIN, 100, 260);
  text = lab_copies_data_say_trips (data);
  expect_words (text, "Sharing alone gains nothing");
  expect_words (text, "50 times as fast");

  add_trip (busy, LAB_TRIP_PIPE, 100, 13100);
  add_trip (busy, LAB_TRIP_SEMAPHORE, 100, 13000);
  add_trip (busy, LAB_TRIP_SPIN, 100, 4000000);
  busy_text = lab_copies_data_say_trips (busy);
  expect_words (busy_text, "Spinning was slower");
}

static void
test_formats_numbers (void)
{
  static const struct { guint64 bytes; const char *text; } sizes[] = {
    { 0, "0 B" }, { 100, "100 B" }, { 1024, "1 KiB" }, { 1536, "1.50 KiB" }, { 65536, "64 KiB" }, { 64 * MIB, "64 MiB" },
    { 1024 * MIB, "1 GiB" }, { 1024 * MIB + 512 * MIB, "1.50 GiB" },
  };
  static const struct { double ns; const char *text; } times[] = {
    { 0.5, "0.50 ns" }, { 230, "230 ns" }, { 13100, "13.1 µs" }, { 9690000, "9.69 ms" }, { 2e9, "2.00 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = lab_copies_format_size (sizes[i].bytes);

      g_assert_cmpstr (text, ==, sizes[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = lab_copies_format_time (times[i].ns);

      g_assert_cmpstr (text, ==, times[i].text);
    }
}

static guint
count (const char *text,
       char        c)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == c;

  return n;
}

static void
test_writes_csv (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autofree char *csv = NULL;
  g_auto(GStrv) lines = NULL;

  add (data, LAB_WAY_PIPE, 4096, 1000000);
  add (data, LAB_WAY_RING, 4096, 500000);
  csv = lab_copies_data_to_csv (data);
  lines = g_strsplit (csv, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpstr (lines[3], ==, "");
  g_assert_true (g_str_has_prefix (lines[1], "pipe,fresh,4096,0,1,1048576,0.001000000,"));
  g_assert_nonnull (strstr (lines[1], ",4194304,4.0000,"));
  g_assert_nonnull (strstr (lines[2], ",2097152,2.0000,"));
  for (guint i = 1; i < 3; i++)
    g_assert_cmpuint (count (lines[i], ','), ==, count (lines[0], ','));
}

static void
test_draws_on_paper (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(LabPlot) plot = lab_plot_new (LAB_PLOT_SPEED);
  g_autoptr(GBytes) svg = NULL;
  g_autoptr(GBytes) png = NULL;
  g_autofree char *readout = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    {
      add (data, LAB_WAY_PIPE, 1024u << i, 1000);
      add (data, LAB_WAY_RING, 1024u << i, 4096 >> i);
    }
  lab_plot_set_data (plot, data);
  g_assert_cmpuint (lab_plot_get_n_sizes (plot), ==, 5);
  readout = lab_plot_dup_readout (plot, 1);
  expect_words (readout, "2 KiB\nPipe: ");

  svg = lab_plot_render (plot, TRUE, "A title", &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (svg, NULL), (gssize) g_bytes_get_size (svg), "<svg "));
  png = lab_plot_render (plot, FALSE, "A title", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (png), >, 10000);
  g_assert_cmpmem (g_bytes_get_data (png, NULL), 8, "\x89PNG\r\n\x1a\n", 8);
}

/* A single size is a plot too. */
static void
test_draws_one_size (void)
{
  g_autoptr(LabCopiesData) data = lab_copies_data_new ();
  g_autoptr(LabPlot) plot = lab_plot_new (LAB_PLOT_TIME);
  g_autoptr(GBytes) svg = NULL;

  add_trip (data, LAB_TRIP_PIPE, 100, 5000);
  lab_plot_set_data (plot, data);
  svg = lab_plot_render (plot, TRUE, "A title", NULL);
  g_assert_nonnull (svg);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add_func ("/copies/data/" name, func)
  ADD ("shows-medians", test_shows_medians);
  ADD ("finds-crossings", test_finds_crossings);
  ADD ("orders-the-fastest-first", test_orders_the_fastest_first);
  ADD ("says-what-came-out", test_says_what_came_out);
  ADD ("says-where-lines-cross", test_says_where_lines_cross);
  ADD ("says-no-more-of-lines-than-they-show", test_says_no_more_of_lines_than_they_show);
  ADD ("those-alike-share-their-places", test_those_alike_share_their_places);
  ADD ("a-lead-begins-somewhere", test_a_lead_begins_somewhere);
  ADD ("compares-with-what-was-measured", test_compares_with_what_was_measured);
  ADD ("says-what-spinning-is-worth", test_says_what_spinning_is_worth);
  ADD ("formats-numbers", test_formats_numbers);
  ADD ("writes-csv", test_writes_csv);
  ADD ("draws-on-paper", test_draws_on_paper);
  ADD ("draws-one-size", test_draws_one_size);
  return g_test_run ();
}
