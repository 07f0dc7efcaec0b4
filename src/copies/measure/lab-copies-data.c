/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/measure/lab-copies-data.h"

#include <math.h>

/* Two that differ by less are called alike: as much as a run differs from the next. */
#define ALIKE 0.07

struct _LabCopiesData
{
  GArray *results;  /* LabCarryResult */
  GArray *trips;    /* LabTripResult */
};

LabCopiesData *
lab_copies_data_new (void)
{
  LabCopiesData *self = g_new0 (LabCopiesData, 1);

  self->results = g_array_new (FALSE, FALSE, sizeof (LabCarryResult));
  self->trips = g_array_new (FALSE, FALSE, sizeof (LabTripResult));

  return self;
}

void
lab_copies_data_free (LabCopiesData *self)
{
  g_array_unref (self->results);
  g_array_unref (self->trips);
  g_free (self);
}

void
lab_copies_data_clear (LabCopiesData *self)
{
  g_array_set_size (self->results, 0);
  g_array_set_size (self->trips, 0);
}

void
lab_copies_data_add_result (LabCopiesData        *self,
                            const LabCarryResult *result)
{
  g_array_append_val (self->results, *result);
}

void
lab_copies_data_add_trip (LabCopiesData       *self,
                          const LabTripResult *trip)
{
  g_array_append_val (self->trips, *trip);
}

gboolean
lab_copies_data_is_empty (LabCopiesData *self)
{
  return self->results->len == 0 && self->trips->len == 0;
}

/**
 * lab_copies_data_get_size:
 * @self: what was measured
 *
 * Returns: how many bytes each run carried; 0 when nothing was carried
 */
guint64
lab_copies_data_get_size (LabCopiesData *self)
{
  return self->results->len > 0 ? g_array_index (self->results, LabCarryResult, 0).size_bytes : 0;
}

/**
 * lab_copies_data_is_compared:
 * @self: what was measured
 *
 * Returns: whether after each run every byte of the output was compared with the input
 */
gboolean
lab_copies_data_is_compared (LabCopiesData *self)
{
  for (guint i = 0; i < self->results->len; i++)
    if (g_array_index (self->results, LabCarryResult, i).checked_bytes != g_array_index (self->results, LabCarryResult, i).size_bytes)
      return FALSE;

  return self->results->len > 0;
}

static void
count_one (GHashTable *counts,
           guint       kind,
           guint64     size)
{
  gpointer one = GSIZE_TO_POINTER (size * 16 + kind);

  g_hash_table_insert (counts, one, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, one)) + 1));
}

/**
 * lab_copies_data_count_rounds:
 * @self: what was measured
 * @least: (out): how often the rarest of what was measured at all was measured; 0 when nothing was
 *
 * When a run was stopped, not everything was measured as often as was planned.
 *
 * Returns: how often the most frequent was measured
 */
guint
lab_copies_data_count_rounds (LabCopiesData *self,
                              guint         *least)
{
  g_autoptr(GHashTable) counts = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;
  guint most = 0;

  for (guint i = 0; i < self->results->len; i++)
    count_one (counts, g_array_index (self->results, LabCarryResult, i).kind, g_array_index (self->results, LabCarryResult, i).block_bytes);
  for (guint i = 0; i < self->trips->len; i++)
    count_one (counts, g_array_index (self->trips, LabTripResult, i).kind, g_array_index (self->trips, LabTripResult, i).message_bytes);

  *least = 0;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      guint n = GPOINTER_TO_UINT (value);

      *least = most == 0 ? n : MIN (*least, n);
      most = MAX (most, n);
    }

  return most;
}

static int
compare_results (gconstpointer a,
                 gconstpointer b)
{
  const LabCarryResult *x = *(const LabCarryResult * const *) a;
  const LabCarryResult *y = *(const LabCarryResult * const *) b;

  return (x->wall_ns > y->wall_ns) - (x->wall_ns < y->wall_ns);
}

/* The run in the middle; NULL when there is none. */
static const LabCarryResult *
find_median (LabCopiesData *self,
             LabWayKind     kind,
             guint64        block_bytes,
             guint         *n_rounds)
{
  g_autoptr(GPtrArray) runs = g_ptr_array_new ();

  for (guint i = 0; i < self->results->len; i++)
    {
      LabCarryResult *result = &g_array_index (self->results, LabCarryResult, i);

      if (result->kind == kind && result->block_bytes == block_bytes)
        g_ptr_array_add (runs, result);
    }
  if (n_rounds != NULL)
    *n_rounds = runs->len;
  if (runs->len == 0)
    return NULL;

  g_ptr_array_sort (runs, compare_results);

  return g_ptr_array_index (runs, runs->len / 2);
}

/**
 * lab_copies_data_get_rows:
 * @self: what was measured
 * @block_bytes: at which block
 *
 * Returns: (transfer full): #LabCopiesRow of each way that was measured there
 */
GArray *
lab_copies_data_get_rows (LabCopiesData *self,
                          guint64        block_bytes)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (LabCopiesRow));
  double best = 0;

  for (guint i = 0; i < LAB_N_WAYS; i++)
    {
      LabCopiesRow row = { .kind = (LabWayKind) i };
      const LabCarryResult *median = find_median (self, row.kind, block_bytes, &row.n_rounds);

      if (median == NULL)
        continue;
      row.median = *median;
      if (row.kind != LAB_WAY_PLAIN)
        best = MAX (best, lab_carry_result_get_speed (median));
      g_array_append_val (rows, row);
    }

  for (guint i = 0; i < rows->len; i++)
    {
      LabCopiesRow *row = &g_array_index (rows, LabCopiesRow, i);

      row->ratio = best > 0 ? lab_carry_result_get_speed (&row->median) / best : 0;
    }

  return rows;
}

static int
compare_sizes (gconstpointer a,
               gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

static void
add_size (GArray *sizes,
          guint64 size)
{
  for (guint i = 0; i < sizes->len; i++)
    if (g_array_index (sizes, guint64, i) == size)
      return;

  g_array_append_val (sizes, size);
}

/**
 * lab_copies_data_get_speeds:
 * @self: what was measured
 * @kind: a way
 *
 * Returns: (transfer full): #LabPoint of each block size: bytes a second
 */
GArray *
lab_copies_data_get_speeds (LabCopiesData *self,
                            LabWayKind     kind)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (LabPoint));
  g_autoptr(GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->results->len; i++)
    if (g_array_index (self->results, LabCarryResult, i).kind == kind)
      add_size (sizes, g_array_index (self->results, LabCarryResult, i).block_bytes);
  g_array_sort (sizes, compare_sizes);

  for (guint i = 0; i < sizes->len; i++)
    {
      guint64 size = g_array_index (sizes, guint64, i);
      LabPoint point = { (double) size, lab_carry_result_get_speed (find_median (self, kind, size, NULL)) };

      if (point.y > 0)
        g_array_append_val (points, point);
    }

  return points;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * lab_copies_data_get_trip_ns:
 * @self: what was measured
 * @kind: a way
 * @message_bytes: a message
 *
 * Returns: the median of the rounds' medians, in nanoseconds; 0 when there is none
 */
gint64
lab_copies_data_get_trip_ns (LabCopiesData *self,
                             LabTripKind    kind,
                             guint64        message_bytes)
{
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->trips->len; i++)
    {
      const LabTripResult *trip = &g_array_index (self->trips, LabTripResult, i);

      if (trip->kind == kind && trip->message_bytes == message_bytes)
        g_array_append_val (times, trip->median_ns);
    }
  if (times->len == 0)
    return 0;

  g_array_sort (times, compare_times);

  return g_array_index (times, gint64, times->len / 2);
}

/**
 * lab_copies_data_get_trips:
 * @self: what was measured
 * @kind: a way
 *
 * Returns: (transfer full): #LabPoint of each message size: microseconds there and back
 */
GArray *
lab_copies_data_get_trips (LabCopiesData *self,
                           LabTripKind    kind)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (LabPoint));
  g_autoptr(GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->trips->len; i++)
    if (g_array_index (self->trips, LabTripResult, i).kind == kind)
      add_size (sizes, g_array_index (self->trips, LabTripResult, i).message_bytes);
  g_array_sort (sizes, compare_sizes);

  for (guint i = 0; i < sizes->len; i++)
    {
      guint64 size = g_array_index (sizes, guint64, i);
      LabPoint point = { (double) size, (double) lab_copies_data_get_trip_ns (self, kind, size) / 1000 };

      g_array_append_val (points, point);
    }

  return points;
}

/**
 * lab_copies_find_crossings:
 * @a: #LabPoint, in the order of x
 * @b: #LabPoint, in the order of x
 *
 * Where two lines cross that are drawn straight between their points on
 * logarithmic axes.  Only points at the same x are looked at, and only those
 * where the two differ by more than one run does from the next: lines that
 * merely touch do not cross.
 *
 * Returns: (transfer full): #LabPoint of each crossing
 */
GArray *
lab_copies_find_crossings (const GArray *a,
                           const GArray *b)
{
  GArray *crossings = g_array_new (FALSE, FALSE, sizeof (LabPoint));
  double last_x = 0, last_y = 0, last_difference = 0;
  double side = 0;                   /* where the lines were last clearly apart */
  LabPoint crossing = { 0, 0 };      /* where they met since */

  for (guint i = 0, j = 0; i < a->len && j < b->len;)
    {
      const LabPoint *p = &g_array_index (a, LabPoint, i);
      const LabPoint *q = &g_array_index (b, LabPoint, j);
      double difference;

      if (p->x != q->x)
        {
          if (p->x < q->x)
            i++;
          else
            j++;
          continue;
        }
      i++;
      j++;

      difference = log (p->y) - log (q->y);
      if (difference == 0)
        crossing = *p;
      else if (last_difference * difference < 0)
        {
          double t = last_difference / (last_difference - difference);

          crossing.x = exp (log (last_x) + t * (log (p->x) - log (last_x)));
          crossing.y = exp (log (last_y) + t * (log (p->y) - log (last_y)));
        }
      last_x = p->x;
      last_y = p->y;
      last_difference = difference;

      if (lab_copies_are_alike (p->y, q->y))
        continue;
      if (side * difference < 0)
        g_array_append_val (crossings, crossing);
      side = difference;
    }

  return crossings;
}

/**
 * lab_copies_are_alike:
 * @a: a speed or a time
 * @b: another
 *
 * Returns: whether they differ no more than one run does from the next
 */
gboolean
lab_copies_are_alike (double a,
                      double b)
{
  return fabs (a - b) <= ALIKE * MAX (a, b);
}

/**
 * lab_copies_find_lead:
 * @a: #LabPoint, in the order of x
 * @b: #LabPoint at the same x
 * @earliest: (out): the first point, from 0, from which on @a is never clearly below @b
 * @latest: (out): the first point from which on @a is always clearly above @b
 *
 * From where on one line stays above the other: somewhere from @earliest to @latest, for in between
 * they differ no more than one run does from the next.  The number of points stands for “never”.
 */
void
lab_copies_find_lead (const GArray *a,
                      const GArray *b,
                      guint        *earliest,
                      guint        *latest)
{
  gboolean clear = TRUE;

  g_return_if_fail (a->len == b->len);

  *earliest = *latest = a->len;
  for (guint i = a->len; i-- > 0;)
    {
      double y = g_array_index (a, LabPoint, i).y, other = g_array_index (b, LabPoint, i).y;
      gboolean alike = lab_copies_are_alike (y, other);

      if (!alike && y < other)
        break;
      clear = clear && !alike;
      *earliest = i;
      if (clear)
        *latest = i;
    }
}

typedef struct
{
  guint  kind;
  double value;
} Ranked;

static int
compare_ranked (gconstpointer a,
                gconstpointer b)
{
  double x = ((const Ranked *) a)->value;
  double y = ((const Ranked *) b)->value;

  return (x < y) - (x > y);
}

static GArray *
rank (GArray *ranked)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (LabPlace));

  g_array_sort (ranked, compare_ranked);
  for (guint i = 0; i < ranked->len; i++)
    {
      const Ranked *one = &g_array_index (ranked, Ranked, i);
      LabPlace place = { one->kind, i + 1, i + 1 };

      while (place.first > 1 && lab_copies_are_alike (one->value, g_array_index (ranked, Ranked, place.first - 2).value))
        place.first--;
      while (place.last < ranked->len && lab_copies_are_alike (one->value, g_array_index (ranked, Ranked, place.last).value))
        place.last++;
      g_array_append_val (order, place);
    }

  return order;
}

/**
 * lab_copies_data_get_order:
 * @self: what was measured
 * @block_bytes: at which block
 *
 * Returns: (transfer full): #LabPlace of each #LabWayKind, the fastest first
 */
GArray *
lab_copies_data_get_order (LabCopiesData *self,
                           guint64        block_bytes)
{
  g_autoptr(GArray) rows = lab_copies_data_get_rows (self, block_bytes);
  g_autoptr(GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));

  for (guint i = 0; i < rows->len; i++)
    {
      const LabCopiesRow *row = &g_array_index (rows, LabCopiesRow, i);
      Ranked one = { row->kind, row->ratio };

      g_array_append_val (ranked, one);
    }

  return rank (ranked);
}

/**
 * lab_copies_data_get_trip_order:
 * @self: what was measured
 * @message_bytes: at which message size
 *
 * Returns: (transfer full): #LabPlace of each #LabTripKind, the fastest first
 */
GArray *
lab_copies_data_get_trip_order (LabCopiesData *self,
                                guint64        message_bytes)
{
  g_autoptr(GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));

  for (guint i = 0; i < LAB_N_TRIPS; i++)
    {
      gint64 time_ns = lab_copies_data_get_trip_ns (self, (LabTripKind) i, message_bytes);
      Ranked one = { i, time_ns > 0 ? 1.0 / (double) time_ns : 0 };

      if (time_ns > 0)
        g_array_append_val (ranked, one);
    }

  return rank (ranked);
}

/**
 * lab_copies_data_to_csv:
 * @self: what was measured
 *
 * Returns: (transfer full): every run, a line each, in the order in which they were made
 */
char *
lab_copies_data_to_csv (LabCopiesData *self)
{
  GString *csv = g_string_new (NULL);

  if (self->results->len > 0)
    g_string_append (csv, "way,mode,block_bytes,slots,round,size_bytes,seconds,setup_seconds,bytes_per_second,bytes_copied,copies,"
                          "bytes_counted_by_us,system_calls,context_switches,cpu_seconds,server_peak_kib,client_peak_kib,bytes_compared\n");
  for (guint i = 0; i < self->results->len; i++)
    {
      const LabCarryResult *result = &g_array_index (self->results, LabCarryResult, i);
      char numbers[5][G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (csv, "%s,%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%s,%s,%s,",
                              lab_way_kind_to_string (result->kind), lab_carry_mode_to_string (result->mode),
                              result->block_bytes, result->n_slots, result->round, result->size_bytes,
                              g_ascii_formatd (numbers[0], sizeof numbers[0], "%.9f", (double) result->wall_ns / 1e9),
                              g_ascii_formatd (numbers[1], sizeof numbers[1], "%.9f", (double) result->setup_ns / 1e9),
                              g_ascii_formatd (numbers[2], sizeof numbers[2], "%.0f", lab_carry_result_get_speed (result)));
      g_string_append_printf (csv, "%" G_GUINT64_FORMAT ",%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%s,%"
                              G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "\n",
                              lab_carry_result_get_copied (result),
                              g_ascii_formatd (numbers[3], sizeof numbers[3], "%.4f", lab_carry_result_get_copies (result)),
                              lab_carry_result_get_own (result), lab_carry_result_get_calls (result), lab_carry_result_get_switches (result),
                              g_ascii_formatd (numbers[4], sizeof numbers[4], "%.6f", (double) lab_carry_result_get_cpu_ns (result) / 1e9),
                              result->counts[LAB_SIDE_SERVER].max_rss_kib, result->counts[LAB_SIDE_CLIENT].max_rss_kib, result->checked_bytes);
    }

  if (self->trips->len > 0)
    g_string_append (csv, "way,message_bytes,round,trips,median_ns,best_ns,p99_ns,system_calls\n");
  for (guint i = 0; i < self->trips->len; i++)
    {
      const LabTripResult *trip = &g_array_index (self->trips, LabTripResult, i);

      g_string_append_printf (csv, "%s,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                              ",%" G_GINT64_FORMAT ",%" G_GUINT64_FORMAT "\n", lab_trip_kind_to_string (trip->kind), trip->message_bytes,
                              trip->round, trip->n_trips, trip->median_ns, trip->best_ns, trip->p99_ns, trip->n_calls);
    }

  return g_string_free (csv, FALSE);
}
