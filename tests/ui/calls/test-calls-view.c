/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-call-text.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/calls/lab-calls-view.h"

typedef struct
{
  GtkWidget     *window;
  GtkWidget     *view;
  GListModel    *model;
  GAsyncResult  *result;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->window = gtk_window_new ();
  f->view = lab_calls_view_new ();
  f->model = lab_calls_view_get_model (LAB_CALLS_VIEW (f->view));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 700, 400);
  gtk_window_set_child (GTK_WINDOW (f->window), f->view);
  test_present (f->window, f->view);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_object_add_weak_pointer (G_OBJECT (f->view), (gpointer *) &f->view);
  gtk_window_destroy (GTK_WINDOW (f->window));
  test_wait_for (f->view == NULL);
}

/* A call that fails, and leaves nothing behind: no segment has this key. */
static void
make_a_call (void)
{
  g_assert_cmpint (lab_sysv_shmget (test_key (), 0, LAB_GET_EXISTING, 0, NULL), ==, -1);
  lab_call_log_flush (lab_call_log_get_default ());  /* all tests together are a burst */
}

/* One that succeeds. */
static void
make_a_key (void)
{
  g_assert_cmpint (lab_sysv_ftok ("/", 'A', NULL), !=, -1);
  lab_call_log_flush (lab_call_log_get_default ());  /* all tests together are a burst */
}

static GtkAdjustment *
get_adjustment (Fixture *f)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (find_by_id (f->view, "scroller")));
}

static double
get_distance_to_end (Fixture *f)
{
  GtkAdjustment *adjustment = get_adjustment (f);

  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - gtk_adjustment_get_value (adjustment);
}

static void
test_new_destroy (void)
{
  GtkWidget *view = g_object_ref_sink (lab_calls_view_new ());

  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (find_by_id (view, "columns"), GTK_ACCESSIBLE_PROPERTY_LABEL, "System calls of this process");
  g_assert_finalize_object (view);
}

static void
test_says_that_there_is_none (Fixture       *f,
                              gconstpointer  unused)
{
  if (g_list_model_get_n_items (f->model) > 0)
    {
      g_test_skip ("calls were made before");
      return;
    }
  g_assert_cmpstr (get_label (f->view, "nothing"), ==, "This process has made no System V call yet");
  g_assert_false (is_visible (f->view, "detail"));
}

static void
test_speaks_of_the_newest (Fixture       *f,
                           gconstpointer  unused)
{
  guint n = g_list_model_get_n_items (f->model);

  make_a_key ();
  g_assert_cmpuint (g_list_model_get_n_items (f->model), ==, n + 1);
  g_assert_true (g_str_has_prefix (get_label (f->view, "detail_call"), "ftok(\"/\", 'A') = 0x"));

  make_a_call ();
  g_assert_true (g_str_has_suffix (get_label (f->view, "detail_call"), ", 0, 0) = -1 ENOENT (No such file or directory)"));
  g_assert_true (g_str_has_prefix (get_label (f->view, "detail_sentence"), "No segment has the key"));
}

static void
test_filters (Fixture       *f,
              gconstpointer  unused)
{
  g_autofree char *count = NULL;
  guint n;

  make_a_key ();
  make_a_call ();
  n = g_list_model_get_n_items (f->model);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (f->view, "failed_only")), TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (f->model), <, n);
  for (guint i = 0; i < g_list_model_get_n_items (f->model); i++)
    {
      g_autoptr(LabCall) call = g_list_model_get_item (f->model, i);

      g_assert_true (lab_call_has_failed (call));
    }
  count = g_strdup_printf ("%u of %u calls", g_list_model_get_n_items (f->model), n);
  g_assert_cmpstr (get_label (f->view, "count"), ==, count);

  set_text (f->view, "filter_entry", "ftok");
  test_wait_for (g_list_model_get_n_items (f->model) == 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (f->view, "stack"))), ==, "nothing");
  g_assert_cmpstr (get_label (f->view, "nothing"), ==, "No call matches the filter");

  g_signal_emit_by_name (find_by_id (f->view, "filter_entry"), "stop-search");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (f->view, "failed_only")), FALSE);
  test_wait_for (g_list_model_get_n_items (f->model) == n);
}

static void
test_keeps_the_newest_in_sight (Fixture       *f,
                                gconstpointer  unused)
{
  for (guint i = 0; i < 100; i++)
    make_a_call ();
  test_wait_for (gtk_adjustment_get_value (get_adjustment (f)) > 0 && get_distance_to_end (f) < 4);

  /* Who scrolls up wants to read there. */
  gtk_adjustment_set_value (get_adjustment (f), 0);
  test_run_for_ms (100);
  for (guint i = 0; i < 20; i++)
    make_a_call ();
  test_run_for_ms (300);
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (f)), <, 50);

  gtk_adjustment_set_value (get_adjustment (f), gtk_adjustment_get_upper (get_adjustment (f)));
  test_run_for_ms (100);
  for (guint i = 0; i < 20; i++)
    make_a_call ();
  test_wait_for (get_distance_to_end (f) < 4);
}

static void
test_keeps_the_call_that_was_chosen (Fixture       *f,
                                     gconstpointer  unused)
{
  GtkColumnView *columns = GTK_COLUMN_VIEW (find_by_id (f->view, "columns"));
  g_autofree char *before = NULL;

  make_a_key ();
  make_a_call ();
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (gtk_column_view_get_model (columns)), 0);
  before = g_strdup (get_label (f->view, "detail_call"));
  make_a_key ();
  g_assert_cmpstr (get_label (f->view, "detail_call"), ==, before);
}

static void
test_costs_nothing_unseen (Fixture       *f,
                           gconstpointer  unused)
{
  GtkColumnView *columns = GTK_COLUMN_VIEW (find_by_id (f->view, "columns"));
  g_autofree char *before = g_strdup (get_label (f->view, "count"));

  gtk_widget_set_visible (f->view, FALSE);
  g_assert_null (gtk_column_view_get_model (columns));
  make_a_call ();
  g_assert_cmpstr (get_label (f->view, "count"), ==, before);

  gtk_widget_set_visible (f->view, TRUE);
  test_wait_for (gtk_widget_get_mapped (f->view));
  g_assert_cmpstr (get_label (f->view, "count"), !=, before);
}

static gboolean
tells (GtkWidget  *view,
       const char *pattern)
{
  return g_regex_match_simple (pattern, gtk_widget_get_tooltip_text (find_by_id (view, "looks")), 0, 0);
}

static void
test_counts_looks (Fixture       *f,
                   gconstpointer  unused)
{
  g_assert_false (is_visible (f->view, "looks"));
  g_object_set (f->view, "looks-without-call", (guint64) 1, NULL);
  g_assert_true (is_visible (f->view, "looks"));
  g_assert_true (tells (f->view, "^1 look up to [0-9:]{8}: "));
  g_object_set (f->view, "looks-without-call", (guint64) 1204, NULL);
  g_assert_true (tells (f->view, "^1,204 looks up to [0-9:]{8}: "));

  /* No number stands still on the screen. */
  g_assert_cmpstr (get_label (f->view, "looks"), ==, "Looks into the memory make no call, so they are not listed");
  g_object_set (f->view, "looks-without-call", (guint64) 0, NULL);
  g_assert_false (is_visible (f->view, "looks"));
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Fixture *f = data;

  f->result = g_object_ref (result);
}

static void
test_saves_as_text (Fixture       *f,
                    gconstpointer  unused)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "calls.txt", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFile) nowhere = g_file_new_for_path ("/proc/no such folder/calls.txt");
  g_autoptr(GError) error = NULL;
  g_autofree char *log = NULL;
  g_autofree char *text = NULL;

  make_a_key ();
  make_a_call ();
  lab_calls_view_save_async (LAB_CALLS_VIEW (f->view), file, NULL, saved_cb, f);
  test_wait_for (f->result != NULL);
  g_assert_true (lab_calls_view_save_finish (LAB_CALLS_VIEW (f->view), f->result, &error));
  g_assert_no_error (error);
  g_clear_object (&f->result);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  log = lab_calls_view_dup_log (LAB_CALLS_VIEW (f->view));
  g_assert_cmpuint (strlen (text), ==, strlen (log));
  g_assert_nonnull (strstr (text, " ftok(\"/\", 'A') = 0x"));
  g_assert_nonnull (strstr (text, " = -1 ENOENT (No such file or directory) <0."));

  lab_calls_view_save_async (LAB_CALLS_VIEW (f->view), nowhere, NULL, saved_cb, f);
  test_wait_for (f->result != NULL);
  g_assert_false (lab_calls_view_save_finish (LAB_CALLS_VIEW (f->view), f->result, &error));
  g_assert_nonnull (error);
  g_clear_object (&f->result);

  g_unlink (path);
  g_rmdir (folder);
}

static void
add_polls (guint n)
{
  for (guint i = 0; i < n; i++)
    {
      char *text = g_strdup_printf ("semop(5, (struct sembuf []) {{0, %d, SEM_UNDO}}, 1)", i & 1 ? 1 : -1);

      g_object_unref (lab_call_log_add (lab_call_log_get_default (), LAB_CALL_SEMOP, text, 0, 0, NULL, g_get_monotonic_time () * 1000, 1000));
    }
}

static guint64
get_last_number (Fixture *f)
{
  g_autoptr(LabCall) call = g_list_model_get_item (f->model, g_list_model_get_n_items (f->model) - 1);

  return lab_call_get_number (call);
}

/* A client that polls makes more calls than there can be frames. */
static void
test_shows_a_flood_now_and_then (Fixture       *f,
                                 gconstpointer  unused)
{
  const guint n_polls = 100, n_at_once = 30;
  guint n = g_list_model_get_n_items (f->model), n_changes = 0, n_bursts = 1;
  gint64 began_us = g_get_monotonic_time ();
  guint64 last;

  g_signal_connect_swapped (f->model, "items-changed", G_CALLBACK (count_cb), &n_changes);
  for (guint i = 0; i < n_polls; i++)
    {
      gint64 before_us = g_get_monotonic_time ();

      add_polls (2);
      test_run_for_ms (10);
      /* A busy machine may make a pause, and after half a second of it another burst begins. */
      if (g_get_monotonic_time () - before_us > G_USEC_PER_SEC / 3)
        n_bursts++;
    }
  g_signal_handlers_disconnect_by_data (f->model, &n_changes);
  g_assert_cmpuint (n_changes, <=, n_bursts * n_at_once + (guint) ((g_get_monotonic_time () - began_us) / (G_USEC_PER_SEC / 2)) + 1);

  /* None of them is lost, and the newest is in sight. */
  test_wait_for (g_list_model_get_n_items (f->model) == n + 2 * n_polls);
  last = get_last_number (f);
  g_assert_cmpuint (last, ==, n + 2 * n_polls);
  test_wait_for (get_distance_to_end (f) < 4);
}

static void
test_says_what_is_no_longer_listed (Fixture       *f,
                                    gconstpointer  unused)
{
  GtkColumnView *columns = GTK_COLUMN_VIEW (find_by_id (f->view, "columns"));
  guint n_before;
  g_autofree char *words = NULL;
  g_autofree char *dropped = NULL;
  g_autofree char *line = NULL;
  g_autofree char *log = NULL;
  g_auto(GStrv) lines = NULL;

  g_assert_false (is_visible (f->view, "dropped"));
  add_polls (LAB_CALL_LOG_N_FIRST + 1);   /* the newest, when it is chosen, gives way to the next */
  test_wait_for (g_list_model_get_n_items (f->model) > LAB_CALL_LOG_N_FIRST);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (gtk_column_view_get_model (columns)), LAB_CALL_LOG_N_FIRST - 1);
  words = g_strdup (get_label (f->view, "detail_call"));

  add_polls (LAB_CALL_LOG_N_NEWEST + 2 * LAB_CALL_LOG_N_BATCH);
  lab_call_log_flush (lab_call_log_get_default ());
  n_before = g_list_model_get_n_items (G_LIST_MODEL (lab_call_log_get_default ()));
  test_wait_for (g_list_model_get_n_items (f->model) == n_before);
  g_assert_cmpuint (n_before, <=, LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST + LAB_CALL_LOG_N_BATCH);

  dropped = g_strdup_printf ("%s earlier calls are no longer listed; the list keeps the first 100 and the newest 20,000",
                             lab_call_log_get_n_dropped (lab_call_log_get_default ()) == 2000 ? "2,000" : "4,000");
  g_assert_true (is_visible (f->view, "dropped"));
  g_assert_cmpstr (get_label (f->view, "dropped"), ==, dropped);

  /* What was chosen is one of the first, and is still chosen. */
  g_assert_cmpuint (gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (gtk_column_view_get_model (columns))), ==, LAB_CALL_LOG_N_FIRST - 1);
  g_assert_cmpstr (get_label (f->view, "detail_call"), ==, words);

  /* In the saved text it stands where they were. */
  log = lab_calls_view_dup_log (LAB_CALLS_VIEW (f->view));
  line = g_strdup_printf ("+++ %s +++", dropped);
  lines = g_strsplit (log, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, n_before + 2);
  g_assert_cmpstr (lines[LAB_CALL_LOG_N_FIRST], ==, line);
}

/* What the watch asks where /proc has no table is in no list, so it is said how much that is. */
static void
test_says_what_the_watch_asked (Fixture       *f,
                                gconstpointer  unused)
{
  guint64 n_before = lab_sysv_get_n_watch_calls ();
  guint n_listed = g_list_model_get_n_items (f->model);
  g_autofree char *count = NULL;
  LabShmRecord record;

  g_assert_cmpint (lab_sysv_shm_watch (test_key (), -1, &record), ==, -1);             /* shmget */
  g_assert_cmpint (lab_sysv_shm_watch (LAB_KEY_FAILED, G_MAXINT, &record), ==, -1);    /* shmctl */
  g_assert_cmpint (lab_sysv_shm_watch (LAB_KEY_PRIVATE, -1, &record), ==, -1);         /* neither */
  g_assert_cmpuint (lab_sysv_get_n_watch_calls (), ==, n_before + 2);
  lab_call_log_flush (lab_call_log_get_default ());
  g_assert_cmpuint (g_list_model_get_n_items (f->model), ==, n_listed);

  make_a_key ();
  count = g_strdup_printf ("%" G_GUINT64_FORMAT " calls of the watch up to ", n_before + 2);
  g_assert_true (is_visible (f->view, "watch"));
  g_assert_true (g_str_has_prefix (get_label (f->view, "watch"), count));
}

static void
test_copies (Fixture       *f,
             gconstpointer  unused)
{
  make_a_key ();
  gtk_widget_activate_action (f->view, "calls.copy", "s", "strace");
  g_assert_true (is_visible (f->view, "notice"));
  g_assert_cmpstr (get_label (f->view, "notice"), ==, "Copied");
  make_a_call ();
  g_assert_false (is_visible (f->view, "notice"));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  lab_call_log_get_default ();
#define ADD(name, func) g_test_add ("/ui/calls-view/" name, Fixture, NULL, set_up, func, tear_down)
  g_test_add_func ("/ui/calls-view/new-destroy", test_new_destroy);
  ADD ("says-that-there-is-none", test_says_that_there_is_none);
  ADD ("speaks-of-the-newest", test_speaks_of_the_newest);
  ADD ("filters", test_filters);
  ADD ("keeps-the-newest-in-sight", test_keeps_the_newest_in_sight);
  ADD ("keeps-the-call-that-was-chosen", test_keeps_the_call_that_was_chosen);
  ADD ("costs-nothing-unseen", test_costs_nothing_unseen);
  ADD ("counts-looks", test_counts_looks);
  ADD ("saves-as-text", test_saves_as_text);
  ADD ("says-what-the-watch-asked", test_says_what_the_watch_asked);
  ADD ("copies", test_copies);
  ADD ("shows-a-flood-now-and-then", test_shows_a_flood_now_and_then);
  ADD ("says-what-is-no-longer-listed", test_says_what_is_no_longer_listed);
  return g_test_run ();
}
