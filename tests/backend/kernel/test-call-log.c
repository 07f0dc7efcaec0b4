/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-log.h"

#define MAX_ITEMS (LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST + LAB_CALL_LOG_N_BATCH)

typedef struct
{
  LabCallLog *log;
  guint       n;        /* items, as the signal tells */
  guint       n_drops;
} Fixture;

static void
items_changed_cb (Fixture *f,
                  guint    position,
                  guint    n_removed,
                  guint    n_added)
{
  f->n = f->n - n_removed + n_added;
  g_assert_cmpuint (f->n, ==, g_list_model_get_n_items (G_LIST_MODEL (f->log)));
  if (n_removed > 0)
    {
      g_assert_cmpuint (position, ==, LAB_CALL_LOG_N_FIRST);
      g_assert_cmpuint (n_added, ==, 0);
      f->n_drops++;
    }
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->log = lab_call_log_get_default ();
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
    g_object_unref (lab_call_log_add (f->log, LAB_CALL_SEMOP, g_strdup ("semop()"), 0, 0, g_get_monotonic_time () * 1000, 1000));
}

static guint64
get_number (Fixture *f,
            guint    position)
{
  g_autoptr(LabCall) call = g_list_model_get_item (G_LIST_MODEL (f->log), position);

  return call != NULL ? lab_call_get_number (call) : 0;
}

static void
test_keeps_the_first_and_the_newest (Fixture       *f,
                                     gconstpointer  unused)
{
  guint n_all;

  add_calls (f, MAX_ITEMS);
  g_assert_cmpuint (f->n, ==, MAX_ITEMS);
  g_assert_cmpuint (lab_call_log_get_n_dropped (f->log), ==, 0);

  /* One more than there may be: some go, and at least the newest stay. */
  add_calls (f, 1);
  g_assert_cmpuint (f->n_drops, ==, 1);
  g_assert_cmpuint (f->n, ==, MAX_ITEMS - LAB_CALL_LOG_N_BATCH + 1);

  add_calls (f, 3 * LAB_CALL_LOG_N_BATCH);
  n_all = MAX_ITEMS + 1 + 3 * LAB_CALL_LOG_N_BATCH;
  g_assert_cmpuint (f->n_drops, ==, 4);
  g_assert_cmpuint (f->n, <=, MAX_ITEMS);
  g_assert_cmpuint (f->n, >=, LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST);
  g_assert_cmpuint (f->n + lab_call_log_get_n_dropped (f->log), ==, n_all);

  /* The numbers go on, and tell what is missing. */
  for (guint i = 0; i < f->n; i++)
    g_assert_cmpuint (get_number (f, i), ==, i + 1 + (i < LAB_CALL_LOG_N_FIRST ? 0 : lab_call_log_get_n_dropped (f->log)));
  g_assert_cmpuint (get_number (f, f->n - 1), ==, n_all);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/backend/call-log/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keeps-the-first-and-the-newest", test_keeps_the_first_and_the_newest);
  return g_test_run ();
}
