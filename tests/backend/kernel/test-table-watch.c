/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-sysv.h"
#include "backend/kernel/lab-table-watch.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-wait.h"

/* More than are read in the main thread, and as many as a large machine has. */
#define N_LARGE 400
#define N_CROWD 3900

typedef struct
{
  LabTableWatch *watch;
  GArray        *ids;         /* of int */
  guint          interval_id;
  guint          n_changes;
  guint          n_looked;
} Fixture;

static void
changed_cb (Fixture *f)
{
  f->n_changes++;
}

static void
looked_cb (Fixture *f)
{
  f->n_looked++;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->watch = g_object_new (LAB_TYPE_TABLE_WATCH, NULL);
  f->ids = g_array_new (FALSE, FALSE, sizeof (int));
  g_signal_connect_swapped (f->watch, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->watch, "looked", G_CALLBACK (looked_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  for (guint i = 0; i < f->ids->len; i++)
    lab_sysv_shmctl_rmid (g_array_index (f->ids, int, i), NULL);
  g_array_unref (f->ids);
  if (f->interval_id != 0)
    lab_table_watch_remove_interval (f->watch, f->interval_id);
  g_object_add_weak_pointer (G_OBJECT (f->watch), (gpointer *) &f->watch);
  g_object_unref (f->watch);
  test_wait_for (f->watch == NULL);  /* a thread may still look */
}

static int
add_segment (Fixture *f)
{
  int id = lab_sysv_shmget (LAB_KEY_PRIVATE, 100, LAB_GET_EXCLUSIVE, 0600, NULL);

  if (id != -1)
    g_array_append_val (f->ids, id);

  return id;
}

static gboolean
has (Fixture *f,
     int      id)
{
  GArray *table = lab_table_watch_get_table (f->watch);

  return table != NULL && lab_segment_table_find_id (table, id) != NULL;
}

/* What the watch says of a segment is what another reader of the table finds. */
static void
assert_agrees (Fixture *f,
               int      id)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);

  g_assert_true (has (f, id) && lab_shm_entry_equal (lab_segment_table_find_id (lab_table_watch_get_table (f->watch), id),
                                                     lab_segment_table_find_id (table, id)));
}

static void
test_reads_nothing_unasked (Fixture       *f,
                            gconstpointer  unused)
{
  guint64 n_looks;

  test_run_for_ms (100);
  g_assert_false (lab_table_watch_is_ready (f->watch));
  g_assert_null (lab_table_watch_get_table (f->watch));
  g_assert_cmpuint (lab_table_watch_get_n_looks (f->watch), ==, 0);

  f->interval_id = lab_table_watch_add_interval (f->watch, 20);
  test_wait_for (lab_table_watch_get_n_looks (f->watch) > 2);
  lab_table_watch_remove_interval (f->watch, f->interval_id);
  f->interval_id = 0;
  n_looks = lab_table_watch_get_n_looks (f->watch);
  test_run_for_ms (100);
  g_assert_cmpuint (lab_table_watch_get_n_looks (f->watch), ==, n_looks);
}

static void
test_tells_of_a_change_only (Fixture       *f,
                             gconstpointer  unused)
{
  GArray *table;
  int id;

  f->interval_id = lab_table_watch_add_interval (f->watch, 10);
  lab_table_watch_refresh (f->watch);
  g_assert_true (lab_table_watch_is_ready (f->watch));
  g_assert_cmpuint (f->n_changes, ==, 1);

  /* Others on this computer may make some meanwhile, but not in each of three tries. */
  for (guint i = 0; i < 3; i++)
    {
      guint64 n_looks = lab_table_watch_get_n_looks (f->watch);

      table = lab_table_watch_get_table (f->watch);
      f->n_changes = 0;
      test_wait_for (lab_table_watch_get_n_looks (f->watch) >= n_looks + 20);
      if (f->n_changes == 0)
        break;
    }
  g_assert_cmpuint (f->n_changes, ==, 0);
  g_assert_true (lab_table_watch_get_table (f->watch) == table);

  id = add_segment (f);
  test_wait_for (has (f, id));
  g_assert_cmpuint (f->n_changes, >, 0);
  assert_agrees (f, id);
}

static void
test_shares_the_fastest_timer (Fixture       *f,
                               gconstpointer  unused)
{
  guint slow = lab_table_watch_add_interval (f->watch, 100000);
  guint fast = lab_table_watch_add_interval (f->watch, 50);
  guint other = lab_table_watch_add_interval (f->watch, 60);
  guint64 n_looks;

  test_run_for_ms (1000);
  n_looks = lab_table_watch_get_n_looks (f->watch);
  g_assert_cmpuint (n_looks, >=, 2);
  g_assert_cmpuint (n_looks, <=, 21);   /* with a timer each there were some 36 */

  lab_table_watch_remove_interval (f->watch, fast);
  lab_table_watch_remove_interval (f->watch, other);
  n_looks = lab_table_watch_get_n_looks (f->watch);
  test_run_for_ms (200);
  g_assert_cmpuint (lab_table_watch_get_n_looks (f->watch), ==, n_looks);
  lab_table_watch_remove_interval (f->watch, slow);
}

static void
test_forgets_what_is_old (Fixture       *f,
                          gconstpointer  unused)
{
  int id = add_segment (f);

  f->interval_id = lab_table_watch_add_interval (f->watch, 100000);
  lab_table_watch_refresh (f->watch);
  g_assert_true (has (f, id));
  lab_table_watch_remove_interval (f->watch, f->interval_id);
  f->interval_id = lab_table_watch_add_interval (f->watch, 100000);
  g_assert_false (lab_table_watch_is_ready (f->watch));
  g_assert_false (has (f, id));

  /* The same text as before, but nobody knows it any more. */
  lab_table_watch_refresh (f->watch);
  g_assert_true (has (f, id));
}

/* However many segments there are, the main loop is not held up. */
static void
test_leaves_a_large_table_to_a_thread (Fixture       *f,
                                       gconstpointer  unused)
{
  const guint n_segments = g_test_perf () ? N_CROWD : N_LARGE;
  gint64 longest_us = 0;
  int last = -1;

  for (guint i = 0; i < n_segments; i++)
    {
      int id = add_segment (f);

      if (id == -1)
        break;   /* others have some too */
      last = id;
    }

  f->interval_id = lab_table_watch_add_interval (f->watch, 100000);
  for (guint i = 0; i < 5; i++)
    {
      gint64 start_us = g_get_monotonic_time ();

      g_assert_false (lab_table_watch_refresh (f->watch));
      longest_us = MAX (longest_us, g_get_monotonic_time () - start_us);
      g_assert_true (i > 0 || !has (f, last));  /* so it was not waited for */
      test_wait_for (f->n_looked == i + 1);
      assert_agrees (f, last);
    }
  g_assert_cmpuint (f->n_changes, >=, 1);
  g_assert_cmpuint (lab_table_watch_get_table (f->watch)->len, >=, f->ids->len);
  g_test_minimized_result ((double) longest_us, "a look at %u segments held up the main loop for %d us at most", f->ids->len, (int) longest_us);

  /* What a thread finds is a change too, and so is the way back to a small table. */
  g_assert_cmpint (lab_sysv_shmctl_rmid (last, NULL), ==, 0);
  lab_table_watch_refresh (f->watch);
  test_wait_for (!has (f, last));
  for (guint i = 0; i < f->ids->len; i++)
    lab_sysv_shmctl_rmid (g_array_index (f->ids, int, i), NULL);
  lab_table_watch_refresh (f->watch);
  test_wait_for (!has (f, g_array_index (f->ids, int, 0)));
  g_array_set_size (f->ids, 0);
}

/* A look of a thread answers too late. */
static void
test_forgets_during_a_look (Fixture       *f,
                            gconstpointer  unused)
{
  int last = -1;

  for (guint i = 0; i < N_LARGE; i++)
    last = add_segment (f);

  f->interval_id = lab_table_watch_add_interval (f->watch, 100000);
  lab_table_watch_refresh (f->watch);
  test_wait_for (has (f, last));
  lab_table_watch_refresh (f->watch);
  lab_table_watch_remove_interval (f->watch, f->interval_id);
  f->interval_id = lab_table_watch_add_interval (f->watch, 100000);
  g_assert_false (has (f, last));
  test_wait_for (has (f, last));
}

int
main (int argc, char *argv[])
{
  /* Where that is not allowed, others may make a segment now and then. */
  test_leave_the_common_namespace ();
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/table-watch/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("reads-nothing-unasked", test_reads_nothing_unasked);
  ADD ("tells-of-a-change-only", test_tells_of_a_change_only);
  ADD ("shares-the-fastest-timer", test_shares_the_fastest_timer);
  ADD ("forgets-what-is-old", test_forgets_what_is_old);
  ADD ("leaves-a-large-table-to-a-thread", test_leaves_a_large_table_to_a_thread);
  ADD ("forgets-during-a-look", test_forgets_during_a_look);
  return g_test_run ();
}
