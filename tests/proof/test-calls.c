/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Many threads record calls while the main thread reads the list; also for a build with the
 * thread sanitizer. */

#include "backend/kernel/lab-call-log.h"

#define N_THREADS 4
#define N_CALLS   15000  /* of each thread, so that many are dropped */

typedef struct
{
  guint      number;
  GPtrArray *calls;  /* freed when the threads have ended: the thread sanitizer does not see GObject's counts */
} Recorder;

static gpointer
record (gpointer data)
{
  Recorder *recorder = data;
  guint64 before = 0;

  for (guint i = 0; i < N_CALLS; i++)
    {
      LabCall *call = lab_call_log_add (lab_call_log_get_default (), LAB_CALL_SEMOP, g_strdup_printf ("%u", recorder->number),
                                        i, 0, NULL, 1, 1);

      g_ptr_array_add (recorder->calls, call);
      g_assert_cmpuint (lab_call_get_number (call), >, before);
      before = lab_call_get_number (call);
    }

  return NULL;
}

typedef struct
{
  GThread *thread;
  guint    n;
} Reader;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  gpointer    data)
{
  Reader *reader = data;
  guint64 before = 0;

  g_assert_true (g_thread_self () == reader->thread);
  reader->n = reader->n - n_removed + n_added;
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, reader->n);

  for (guint i = position > 0 ? position - 1 : 0; i < position + n_added; i++)
    {
      g_autoptr(LabCall) call = g_list_model_get_item (model, i);

      g_assert_cmpuint (lab_call_get_number (call), >, before);
      before = lab_call_get_number (call);
    }
}

static void
test_order (void)
{
  LabCallLog *log = lab_call_log_get_default ();
  Recorder recorders[N_THREADS + 1] = { 0 };
  GThread *threads[N_THREADS];
  Reader reader = { g_thread_self (), 0 };
  gint64 next[N_THREADS + 1];
  guint64 n_gaps = 0;

  g_signal_connect (log, "items-changed", G_CALLBACK (items_changed_cb), &reader);
  for (guint i = 0; i <= N_THREADS; i++)
    {
      recorders[i].number = i;
      recorders[i].calls = g_ptr_array_new_with_free_func (g_object_unref);
    }
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("records", record, &recorders[i]);
  record (&recorders[N_THREADS]);
  while (reader.n + lab_call_log_get_n_dropped (log) < (N_THREADS + 1) * N_CALLS)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_signal_handlers_disconnect_by_data (log, &reader);

  /* Of each thread the calls stand in the order in which it made them, and only where the
   * list says so do any lack. */
  for (guint i = 0; i <= N_THREADS; i++)
    next[i] = 0;
  for (guint i = 0; i < reader.n; i++)
    {
      g_autoptr(LabCall) call = g_list_model_get_item (G_LIST_MODEL (log), i);
      guint thread = (guint) g_ascii_strtoull (lab_call_get_text (call), NULL, 10);

      g_assert_cmpint (lab_call_get_result (call), >=, next[thread]);
      n_gaps += (guint64) (lab_call_get_result (call) - next[thread]);
      next[thread] = lab_call_get_result (call) + 1;
    }
  for (guint i = 0; i <= N_THREADS; i++)
    n_gaps += (guint64) (N_CALLS - next[i]);
  g_assert_cmpuint (n_gaps, ==, lab_call_log_get_n_dropped (log));
  for (guint i = 0; i <= N_THREADS; i++)
    g_ptr_array_unref (recorders[i].calls);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proof/calls/many-threads-keep-the-order", test_order);
  return g_test_run ();
}
