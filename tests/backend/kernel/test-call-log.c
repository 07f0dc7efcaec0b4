/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-log.h"

#define MAX_ITEMS (LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST + LAB_CALL_LOG_N_BATCH)

typedef struct
{
  LabCallLog *log;
  guint       n;        /* items, as the signal tells */
  guint       n_drops;  /* batches that have gone */
  guint       n_changes;
  GThread    *thread;
} Fixture;

static void
items_changed_cb (Fixture *f,
                  guint    position,
                  guint    n_removed,
                  guint    n_added)
{
  f->n = f->n - n_removed + n_added;
  f->n_changes++;
  g_assert_true (g_thread_self () == f->thread);
  g_assert_cmpuint (f->n, ==, g_list_model_get_n_items (G_LIST_MODEL (f->log)));
  if (n_removed > 0)
    {
      g_assert_cmpuint (position, ==, LAB_CALL_LOG_N_FIRST);
      g_assert_cmpuint (n_added, ==, 0);
      f->n_drops += n_removed / LAB_CALL_LOG_N_BATCH;
    }
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->log = lab_call_log_get_default ();
  f->thread = g_thread_self ();
  lab_call_log_flush (f->log);
  f->n = g_list_model_get_n_items (G_LIST_MODEL (f->log));
  g_signal_connect_swapped (f->log, "items-changed", G_CALLBACK (items_changed_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_signal_handlers_disconnect_by_data (f->log, f);
}

static void
add_calls (Fixture *f,
           guint    n)
{
  for (guint i = 0; i < n; i++)
    g_object_unref (lab_call_log_add (f->log, LAB_CALL_SEMOP, g_strdup ("semop()"), 0, 0, NULL, g_get_monotonic_time () * 1000, 1000));
}

static guint64
get_number (Fixture *f,
            guint    position)
{
  g_autoptr(LabCall) call = g_list_model_get_item (G_LIST_MODEL (f->log), position);

  return call != NULL ? lab_call_get_number (call) : 0;
}

static void
check_order (Fixture *f)
{
  for (guint i = 0; i < f->n; i++)
    g_assert_cmpuint (get_number (f, i), ==, i + 1 + (i < LAB_CALL_LOG_N_FIRST ? 0 : lab_call_log_get_n_dropped (f->log)));
}

/* What a thread has just done is in the list when the call returns; only a burst is not. */
static void
test_shows_a_call_at_once (Fixture       *f,
                           gconstpointer  unused)
{
  guint n = f->n;

  for (guint i = 1; i <= 10; i++)
    {
      add_calls (f, 1);
      g_assert_cmpuint (f->n, ==, n + i);
    }
  g_assert_cmpuint (f->n_changes, ==, 10);
}

static void
test_shows_a_burst_twice_a_second (Fixture       *f,
                                   gconstpointer  unused)
{
  guint n = f->n;
  gint64 start_us = g_get_monotonic_time ();

  add_calls (f, 1000);
  g_assert_cmpuint (f->n_changes, <, 50);
  while (f->n < n + 1000)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_changes, <, 50);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >, 400 * 1000);

  /* Who cannot wait does not have to. */
  add_calls (f, 100);
  lab_call_log_flush (f->log);
  g_assert_cmpuint (f->n, ==, n + 1100);
  check_order (f);
}

static gpointer
add_in_thread (gpointer data)
{
  add_calls (data, 1);

  return NULL;
}

/* g_main_context_invoke() would run a thread's call in that thread while nobody else runs the
 * main loop. */
static void
test_changes_in_the_main_thread_only (Fixture       *f,
                                      gconstpointer  unused)
{
  guint n;

  g_usleep (1100 * 1000);  /* no burst any more */
  n = f->n;
  g_thread_join (g_thread_new ("adds", add_in_thread, f));
  g_assert_cmpuint (f->n, ==, n);
  while (f->n == n)
    g_main_context_iteration (NULL, TRUE);

  /* A call of the main thread does not overtake one that was made before. */
  g_thread_join (g_thread_new ("adds", add_in_thread, f));
  g_assert_cmpuint (f->n, ==, n + 1);
  add_calls (f, 1);
  g_assert_cmpuint (f->n, ==, n + 3);
  check_order (f);
}

static gpointer
add_many_in_thread (gpointer data)
{
  add_calls (data, MAX_ITEMS / 2);

  return NULL;
}

static void
test_keeps_the_order_of_many_threads (Fixture       *f,
                                      gconstpointer  unused)
{
  GThread *threads[4];
  guint64 n_all = f->n + lab_call_log_get_n_dropped (f->log) + G_N_ELEMENTS (threads) * (MAX_ITEMS / 2) + 100;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("adds", add_many_in_thread, f);
  add_calls (f, 100);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  lab_call_log_flush (f->log);
  g_assert_cmpuint (f->n, <=, MAX_ITEMS);
  g_assert_cmpuint (f->n, >=, LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST);
  g_assert_cmpuint (f->n + lab_call_log_get_n_dropped (f->log), ==, n_all);
  check_order (f);
}

static void
add_again_cb (Fixture *f)
{
  g_signal_handlers_disconnect_by_func (f->log, add_again_cb, f);
  add_calls (f, 1);
}

/* Who makes a call because of a call must not change the list while others still hear of the first. */
static void
test_waits_for_the_end_of_a_change (Fixture       *f,
                                    gconstpointer  unused)
{
  guint n;

  g_usleep (1100 * 1000);
  n = f->n;
  g_signal_connect_swapped (f->log, "items-changed", G_CALLBACK (add_again_cb), f);
  add_calls (f, 1);
  g_assert_cmpuint (f->n, ==, n + 1);
  while (f->n < n + 2)
    g_main_context_iteration (NULL, TRUE);
  check_order (f);
}

static void
test_keeps_the_first_and_the_newest (Fixture       *f,
                                     gconstpointer  unused)
{
  guint n_all;

  add_calls (f, MAX_ITEMS);
  lab_call_log_flush (f->log);
  g_assert_cmpuint (f->n, ==, MAX_ITEMS);
  g_assert_cmpuint (lab_call_log_get_n_dropped (f->log), ==, 0);

  /* One more than there may be: some go, and at least the newest stay. */
  add_calls (f, 1);
  lab_call_log_flush (f->log);
  g_assert_cmpuint (f->n_drops, ==, 1);
  g_assert_cmpuint (f->n, ==, MAX_ITEMS - LAB_CALL_LOG_N_BATCH + 1);

  add_calls (f, 3 * LAB_CALL_LOG_N_BATCH);
  lab_call_log_flush (f->log);
  n_all = MAX_ITEMS + 1 + 3 * LAB_CALL_LOG_N_BATCH;
  g_assert_cmpuint (f->n_drops, ==, 4);
  g_assert_cmpuint (f->n, <=, MAX_ITEMS);
  g_assert_cmpuint (f->n, >=, LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST);
  g_assert_cmpuint (f->n + lab_call_log_get_n_dropped (f->log), ==, n_all);

  /* The numbers go on, and tell what is missing. */
  check_order (f);
  g_assert_cmpuint (get_number (f, f->n - 1), ==, n_all);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/backend/call-log/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keeps-the-first-and-the-newest", test_keeps_the_first_and_the_newest);  /* of an empty list, so this is the first test */
  ADD ("changes-in-the-main-thread-only", test_changes_in_the_main_thread_only);
  ADD ("shows-a-call-at-once", test_shows_a_call_at_once);
  ADD ("waits-for-the-end-of-a-change", test_waits_for_the_end_of_a_change);
  ADD ("shows-a-burst-twice-a-second", test_shows_a_burst_twice_a_second);
  ADD ("keeps-the-order-of-many-threads", test_keeps_the_order_of_many_threads);
  return g_test_run ();
}
