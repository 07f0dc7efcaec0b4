/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-copies-bars.h"
#include "copies/draw/lab-copies-diagram.h"
#include "copies/draw/lab-copies-plot.h"
#include "copies/draw/lab-copies-table.h"
#include "copies/lab-copies-window.h"
#include "copies/measure/lab-carry-runner.h"
#include "copies/measure/lab-copies-data.h"
#include "copies/measure/lab-prediction.h"
#include "helpers/helper-blocks.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"

static GtkWidget *
new_window (void)
{
  GtkWidget *window = lab_copies_window_new ();

  gtk_window_present (GTK_WINDOW (window));

  return window;
}

static void
destroy (GtkWidget *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait_for (window == NULL);
}

static LabPrediction *
get_prediction (GtkWidget *window)
{
  return LAB_PREDICTION (find_by_id (window, "copies_prediction"));
}

static gboolean
is_running (GtkWidget *window)
{
  return is_visible (window, "cancel_button");
}

static void
choose (GtkWidget  *window,
        const char *id,
        guint       selected)
{
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_by_id (window, id)), selected);
}

static void
set_rounds (GtkWidget *window,
            double     n)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_by_id (window, "rounds")), n);
}

static void
show_page (GtkWidget  *window,
           const char *name)
{
  gtk_stack_set_visible_child_name (GTK_STACK (find_by_id (window, "pages")), name);
}

static void
run (GtkWidget *window)
{
  gtk_widget_activate_action (window, "copies.run", NULL);
}

static void
test_new_destroy (void)
{
  destroy (new_window ());

  g_assert_finalize_object (g_object_ref_sink (g_object_new (LAB_TYPE_COPIES_BARS, NULL)));
  g_assert_finalize_object (g_object_ref_sink (g_object_new (LAB_TYPE_COPIES_DIAGRAM, NULL)));
  g_assert_finalize_object (g_object_ref_sink (g_object_new (LAB_TYPE_COPIES_PLOT, NULL)));
  g_assert_finalize_object (g_object_ref_sink (g_object_new (LAB_TYPE_COPIES_TABLE, NULL)));
  g_assert_finalize_object (g_object_ref_sink (g_object_new (LAB_TYPE_PREDICTION, NULL)));
  g_assert_finalize_object (lab_carry_runner_new ());
}

static void
test_wants_a_prediction_first (void)
{
  GtkWidget *window = new_window ();

  g_assert_false (gtk_widget_is_sensitive (find_by_id (window, "run_button")));
  run (window);
  g_assert_false (is_running (window));
  lab_prediction_commit (get_prediction (window));
  g_assert_true (gtk_widget_is_sensitive (find_by_id (window, "run_button")));

  show_page (window, "trips");
  g_assert_false (gtk_widget_is_sensitive (find_by_id (window, "run_button")));
  show_page (window, "blocks");
  g_assert_false (gtk_widget_is_sensitive (find_by_id (window, "run_button")));
  choose (window, "crossing", 3);
  g_assert_true (gtk_widget_is_sensitive (find_by_id (window, "run_button")));

  destroy (window);
}

static void
test_runs_a_real_job (void)
{
  GtkWidget *window = new_window ();
  LabCopiesTable *table = LAB_COPIES_TABLE (find_by_id (window, "table"));
  const char *four, *two;

  choose (window, "input", 0);
  set_rounds (window, 1);
  lab_prediction_commit (get_prediction (window));
  run (window);
  g_assert_true (is_running (window));
  test_wait_for (!is_running (window));

  g_assert_false (is_visible (window, "banner"));
  g_assert_cmpuint (lab_copies_table_get_n_rows (table), ==, LAB_N_WAYS);
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_PIPE, 0), ==, "Pipe");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_PIPE, 3), ==, "4 MiB");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_PIPE, 5), ==, "4.00");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_QUEUE, 3), ==, "4 MiB");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_RING, 3), ==, "2 MiB");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_RING, 5), ==, "2.00");
  g_assert_cmpstr (lab_copies_table_get_cell (table, LAB_WAY_RING, 10), ==, "every byte");

  four = lab_copies_diagram_get_description (LAB_COPIES_DIAGRAM (find_by_id (window, "four")));
  two = lab_copies_diagram_get_description (LAB_COPIES_DIAGRAM (find_by_id (window, "two")));
  g_assert_true (g_str_has_prefix (four, "Pipe: 4.00 copies, as counted: input file (kernel) → 1 MiB → server buffer"));
  g_assert_true (g_str_has_prefix (two, "Shared Memory, Ring: 2.00 copies, as counted: input file (kernel) → 1 MiB → shared segment"));
  g_assert_nonnull (strstr (lab_copies_bars_get_description (LAB_COPIES_BARS (find_by_id (window, "bars"))), "1.00×"));
  g_assert_true (g_str_has_suffix (lab_copies_bars_get_description (LAB_COPIES_BARS (find_by_id (window, "bars"))),
                                   "; a line across the bars: one process alone"));
  g_assert_nonnull (strstr (get_label (window, "copies_sentence"), "Fastest between two processes: "));
  /* Nothing is said for sure that was measured on a busy computer. */
  g_assert_cmpint (strstr (get_label (window, "copies_note"), " busy when it began (load ") != NULL, ==,
                   strstr (get_label (window, "copies_sentence"), "busy when it began, so this says little") != NULL);

  destroy (window);
}

static void
test_cancels (void)
{
  GtkWidget *window = new_window ();

  choose (window, "input", 3);
  choose (window, "block", 0);
  set_rounds (window, 99);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_wait_for (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (find_by_id (window, "progress"))) > 0);
  gtk_widget_activate_action (window, "copies.cancel", NULL);
  test_wait_for (!is_running (window));
  g_assert_true (is_visible (window, "banner"));
  g_assert_true (gtk_widget_is_sensitive (find_by_id (window, "run_button")));
  g_assert_null (strstr (get_label (window, "copies_note"), "99 rounds"));
  g_assert_nonnull (strstr (get_label (window, "copies_note"), " · not to the end"));
  g_assert_false (is_visible (window, "copies_sentence"));

  destroy (window);
}

static void
test_says_what_is_measured (void)
{
  GtkWidget *window = new_window ();
  g_autofree char *path = g_strdup_printf ("%s/shmlab-said-%08x", g_get_tmp_dir (), g_random_int ());
  g_autoptr(GFile) file = g_file_new_for_path (path);

  set_rounds (window, 5);
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "64 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 5 rounds");

  /* A plot carries less, and half as often. */
  show_page (window, "blocks");
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "16 MiB of random bytes, for a plot is many runs · A New File in Memory · 3 rounds");
  choose (window, "input", 0);
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "1 MiB of random bytes · A New File in Memory · 3 rounds");
  show_page (window, "trips");
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "messages of 100 bytes to 1 MiB · 3 rounds");

  /* A file that is chosen, and not carried. */
  show_page (window, "copies");
  lab_copies_window_set_file (LAB_COPIES_WINDOW (window), file);
  choose (window, "output", 3);
  g_assert_cmpstr (get_label (window, "subtitle"), ==,
                   "64 MiB of random bytes, for in memory there is no file · blocks of 64 KiB · From Memory to Memory · 5 rounds");

  destroy (window);
}

/* A name is a stranger's words, and perhaps no text at all. */
static void
test_shows_any_file_name (void)
{
  GtkWidget *window = new_window ();
  g_autoptr(GFile) file = g_file_new_for_path ("/tmp/live\xe2\x80\xae" "b\xff\n");

  lab_copies_window_set_file (LAB_COPIES_WINDOW (window), file);
  g_assert_true (g_utf8_validate (get_label (window, "subtitle"), -1, NULL));
  g_assert_null (strstr (get_label (window, "subtitle"), "\xe2\x80\xae"));
  g_assert_null (strchr (get_label (window, "subtitle"), '\n'));

  destroy (window);
}

static gboolean
note_begins_with (GtkWidget  *window,
                  const char *note,
                  const char *beginning)
{
  return g_str_has_prefix (get_label (window, note), beginning);
}

/* Other options change what the next run measures, and not of which run the numbers are. */
static void
test_numbers_name_their_run (void)
{
  GtkWidget *window = new_window ();

  choose (window, "input", 0);
  set_rounds (window, 1);
  lab_prediction_commit (get_prediction (window));
  run (window);
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "Measuring: 1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round");
  show_page (window, "trips");
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "Measuring: 1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round");
  show_page (window, "copies");
  test_wait_for (!is_running (window));
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round");
  g_assert_true (note_begins_with (window, "copies_note", "1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round · measured at "));

  choose (window, "input", 1);
  choose (window, "block", 0);
  set_rounds (window, 3);
  g_assert_cmpstr (get_label (window, "subtitle"), ==, "Next run: 16 MiB of random bytes · blocks of 512 B · A New File in Memory · 3 rounds");
  g_assert_true (note_begins_with (window, "copies_note", "1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round · "));
  g_assert_cmpuint (lab_copies_table_get_n_rows (LAB_COPIES_TABLE (find_by_id (window, "table"))), ==, LAB_N_WAYS);

  destroy (window);
}

/* A file that is gone: what an earlier run gave is not this run's. */
static void
test_forgets_the_run_before (void)
{
  GtkWidget *window = new_window ();
  g_autofree char *path = g_strdup_printf ("%s/shmlab-gone-%08x", g_get_tmp_dir (), g_random_int ());
  g_autoptr(GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "hello", 5, NULL));
  lab_copies_window_set_file (LAB_COPIES_WINDOW (window), file);
  set_rounds (window, 1);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_wait_for (!is_running (window));
  g_assert_true (is_visible (window, "copies_results"));
  g_assert_nonnull (strstr (get_label (window, "copies_note"), " · 5 B each time · "));
  g_assert_true (is_visible (window, "copies_sentence"));

  g_assert_true (g_file_delete (file, NULL, NULL));
  run (window);
  test_wait_for (!is_running (window));
  g_assert_true (is_visible (window, "banner"));
  g_assert_false (is_visible (window, "copies_results"));
  g_assert_cmpuint (lab_copies_table_get_n_rows (LAB_COPIES_TABLE (find_by_id (window, "table"))), ==, 0);
  g_assert_cmpuint (lab_prediction_get_n_right (get_prediction (window)), ==, 0);
  g_assert_null (strstr (lab_copies_diagram_get_description (LAB_COPIES_DIAGRAM (find_by_id (window, "four"))), "as counted"));

  destroy (window);
}

/* A verdict is about the prediction that it was given for. */
static void
test_another_prediction_has_no_verdict (void)
{
  GtkWidget *window = new_window ();

  show_page (window, "blocks");
  choose (window, "input", 0);
  choose (window, "crossing", 3);
  set_rounds (window, 1);
  run (window);
  test_wait_for (!is_running (window));
  g_assert_true (is_visible (window, "crossing_verdict"));
  g_assert_true (note_begins_with (window, "blocks_note", "1 MiB of random bytes · A New File in Memory · 1 round"));
  choose (window, "crossing", 4);
  g_assert_false (is_visible (window, "crossing_verdict"));

  destroy (window);
}

/* The window goes away in the middle: the program ends too, or this test would never end. */
static void
test_closes_while_running (void)
{
  GtkWidget *window = new_window ();

  choose (window, "input", 3);
  set_rounds (window, 99);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_run_for_ms (100);
  destroy (window);
}

static void
test_tells_what_went_wrong (void)
{
  GtkWidget *window = new_window ();
  g_autoptr(GFile) folder = g_file_new_for_path (g_get_tmp_dir ());

  lab_copies_window_set_file (LAB_COPIES_WINDOW (window), folder);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_wait_for (!is_running (window));
  g_assert_true (is_visible (window, "banner"));
  g_assert_false (is_visible (window, "copies_results"));

  destroy (window);
}

static void
test_carries_a_chosen_file (void)
{
  GtkWidget *window = new_window ();
  g_autofree char *path = g_strdup_printf ("%s/shmlab-chosen-%08x", g_get_tmp_dir (), g_random_int ());
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *before = g_strnfill (300000, 'x');
  g_autofree char *after = NULL;

  g_assert_true (g_file_set_contents (path, before, 300000, NULL));
  lab_copies_window_set_file (LAB_COPIES_WINDOW (window), file);
  g_assert_nonnull (strstr (get_label (window, "subtitle"), "shmlab-chosen-"));
  set_rounds (window, 1);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_wait_for (!is_running (window));
  g_assert_false (is_visible (window, "banner"));
  g_assert_cmpuint (lab_copies_table_get_n_rows (LAB_COPIES_TABLE (find_by_id (window, "table"))), ==, LAB_N_WAYS);

  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
  g_assert_true (g_file_delete (file, NULL, NULL));
  destroy (window);
}

static void
test_measures_round_trips (void)
{
  GtkWidget *window = new_window ();
  LabCopiesPlot *plot = LAB_COPIES_PLOT (find_by_id (window, "trips_plot"));

  show_page (window, "trips");
  set_rounds (window, 1);
  lab_prediction_commit (LAB_PREDICTION (find_by_id (window, "trips_prediction")));
  run (window);
  test_wait_for (!is_running (window));
  g_assert_false (is_visible (window, "banner"));
  g_assert_false (lab_copies_plot_is_empty (plot));
  g_assert_nonnull (strstr (get_label (window, "trips_sentence"), "100 B there and back: pipe "));

  destroy (window);
}

static void
test_orders_by_keys (void)
{
  static const char * const titles[] = { "a", "b", "c" };
  static const guint ids[] = { 0, 1, 2 };
  LabPrediction *prediction = LAB_PREDICTION (g_object_ref_sink (g_object_new (LAB_TYPE_PREDICTION, NULL)));
  static const LabPlace places[] = { { 0, 1, 1 }, { 1, 2, 2 }, { 2, 3, 3 } };
  static const LabPlace alike[] = { { 0, 1, 3 }, { 1, 1, 3 }, { 2, 1, 3 } };
  g_autoptr(GArray) order = g_array_new (FALSE, FALSE, sizeof (LabPlace));
  guint n_committed = 0;

  lab_ui_init ();
  g_signal_connect_swapped (prediction, "committed", G_CALLBACK (count_cb), &n_committed);
  g_array_append_vals (order, places, 3);
  lab_prediction_ask (prediction, "Which?", titles, ids, 3);
  g_assert_true (lab_prediction_is_about (prediction, ids, 3));
  g_assert_false (lab_prediction_is_about (prediction, ids, 2));

  lab_prediction_reveal (prediction, order);  /* nothing was predicted yet */
  g_assert_cmpuint (lab_prediction_get_n_right (prediction), ==, 0);
  lab_prediction_commit (prediction);
  lab_prediction_commit (prediction);
  g_assert_cmpuint (n_committed, ==, 1);
  lab_prediction_move (prediction, 0, 1);  /* too late */
  lab_prediction_reveal (prediction, order);
  g_assert_cmpuint (lab_prediction_get_n_right (prediction), !=, 2);  /* of three, two right means three right */

  /* A run begins: what came out of the one before is not its.  Of those alike, any order is right. */
  lab_prediction_set_measuring (prediction, TRUE);
  g_assert_cmpuint (lab_prediction_get_n_right (prediction), ==, 0);
  g_array_set_size (order, 0);
  g_array_append_vals (order, alike, 3);
  lab_prediction_reveal (prediction, order);
  g_assert_cmpuint (lab_prediction_get_n_right (prediction), ==, 3);

  g_assert_finalize_object (prediction);
}

/* How long the main loop works without looking for the next event, by the time
 * that it really has a core.  The aim is a frame, 16 ms; a busy machine makes each
 * turn slower, but a file carried in the main loop would take far longer than ten. */
static void
test_never_blocks (void)
{
  GtkWidget *window = new_window ();
  guint n = 0;

  test_run_for_ms (300);  /* the first frame is not what this is about */
  choose (window, "input", 1);
  set_rounds (window, 3);
  lab_prediction_commit (get_prediction (window));
  run (window);
  test_blocks_begin ();
  while (is_running (window) && n++ < 100000)
    g_main_context_iteration (NULL, TRUE);
  test_blocks_end ();
  g_assert_false (is_running (window));
  g_test_message ("the longest turn of the main loop took %.1f ms, aim 16", (double) test_blocks.longest_us / 1000);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (test_blocks.longest_us, <, 160 * 1000);
#endif

  destroy (window);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add_func ("/copies/window/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("wants-a-prediction-first", test_wants_a_prediction_first);
  ADD ("runs-a-real-job", test_runs_a_real_job);
  ADD ("cancels", test_cancels);
  ADD ("says-what-is-measured", test_says_what_is_measured);
  ADD ("shows-any-file-name", test_shows_any_file_name);
  ADD ("numbers-name-their-run", test_numbers_name_their_run);
  ADD ("forgets-the-run-before", test_forgets_the_run_before);
  ADD ("another-prediction-has-no-verdict", test_another_prediction_has_no_verdict);
  ADD ("closes-while-running", test_closes_while_running);
  ADD ("tells-what-went-wrong", test_tells_what_went_wrong);
  ADD ("carries-a-chosen-file", test_carries_a_chosen_file);
  ADD ("measures-round-trips", test_measures_round_trips);
  ADD ("orders-by-keys", test_orders_by_keys);
  ADD ("never-blocks", test_never_blocks);
  return g_test_run ();
}
