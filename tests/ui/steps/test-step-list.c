/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/steps/lab-step-list.h"

static void
test_new_destroy (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);
  GtkWidget *list = g_object_ref_sink (GTK_WIDGET (lab_step_list_new (LAB_ROLE_SERVER, life)));

  lab_step_row_set_button (lab_step_list_get_row (LAB_STEP_LIST (list), 0), "Create", "win.create");
  lab_life_proceed (life, 1);
  g_assert_finalize_object (list);
  lab_life_proceed (life, 2);
}

static GtkWidget *
get_row (LabStepList *list,
         guint        i)
{
  GtkWidget *row = gtk_widget_get_first_child (find_by_id (GTK_WIDGET (list), "rows"));

  while (i-- > 0)
    row = gtk_widget_get_next_sibling (row);

  return row;
}

static void
set_extra (LabStepList *list,
           guint        step,
           GtkWidget   *extra,
           gboolean     always)
{
  lab_step_row_set_extra (lab_step_list_get_row (list, step), extra, always);
}

static LabLife *
new_life (void)
{
  LabLife *life = lab_life_new (2);

  lab_life_foretell (life, 1, "shmat(32769, NULL, SHM_RDONLY)");

  return life;
}

static LabStepList *
new_list (LabLife *life)
{
  LabStepList *list = lab_step_list_new (LAB_ROLE_CLIENT, life);

  g_object_ref_sink (list);
  lab_step_row_set_button (lab_step_list_get_row (list, 0), "Make the Key", "win.make-key");
  lab_step_row_set_button (lab_step_list_get_row (list, 1), "Attach", "win.attach");
  lab_step_row_set_sentence (lab_step_list_get_row (list, 1), "Map it, for reading only");

  return list;
}

static void
fail (LabLife    *life,
      guint       step,
      const char *words)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (lab_life_fail (life, step, g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_ACCES, words), &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ACCES);
}

static void
test_shows_the_button_where_there_is_something_to_do (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  GtkWidget *row = get_row (list, 1);
  GtkWidget *button = find_by_id (row, "button");

  g_assert_false (gtk_widget_get_visible (button));
  lab_life_proceed (life, 1);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Attach");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "win.attach");
  lab_step_row_set_button (lab_step_list_get_row (list, 1), "Attach Again", "win.attach");
  fail (life, 1, "No");
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Attach Again");
  lab_step_row_set_button (lab_step_list_get_row (list, 1), NULL, NULL);
  g_assert_false (gtk_widget_get_visible (button));
  lab_step_row_set_button (lab_step_list_get_row (list, 1), "Attach", "win.attach");
  g_assert_true (gtk_widget_get_visible (button));
  lab_life_proceed (life, 2);
  g_assert_false (gtk_widget_get_visible (button));
}

static void
test_says_call_and_state (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  GtkAccessible *row = GTK_ACCESSIBLE (get_row (list, 1));

  gtk_test_accessible_assert_role (find_by_id (GTK_WIDGET (list), "rows"), GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Step 2: shmat(32769, NULL, SHM_RDONLY)");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "not yet. Map it, for reading only");

  lab_life_proceed (life, 1);
  fail (life, 1, "The mode does not let us (shmat: EACCES)");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "failed. Map it, for reading only. The mode does not let us (shmat: EACCES)");

  lab_life_done (life, 1, "0x7fd1e4718000");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "done. Map it, for reading only. → 0x7fd1e4718000");
  g_assert_cmpstr (get_label (GTK_WIDGET (row), "result"), ==, "→ 0x7fd1e4718000");

  lab_life_skip (life, 1, "left as it was");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "skipped. Map it, for reading only. → left as it was");
}

/* A tick is for what was made; what was left out has none. */
static void
test_ticks_only_what_was_made (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  GtkStack *first = GTK_STACK (find_by_id (get_row (list, 0), "bullet"));
  GtkStack *second = GTK_STACK (find_by_id (get_row (list, 1), "bullet"));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (first), ==, "number");
  lab_life_done (life, 0, "0x4102000b");
  lab_life_proceed (life, 2);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (first), ==, "done");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (second), ==, "skipped");
  g_assert_true (gtk_widget_has_css_class (get_row (list, 1), "skipped"));
  g_assert_false (gtk_widget_has_css_class (get_row (list, 1), "pending"));
}

/* What is shown is what the step has: a step that is emptied leaves nothing behind. */
static void
test_shows_nothing_of_an_old_life (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);

  lab_life_done (life, 0, "0x4102000b");
  lab_life_proceed (life, 1);
  fail (life, 1, "The mode does not let us (shmat: EACCES)");
  lab_life_reset (life);

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *row = get_row (list, i);

      g_assert_cmpstr (get_label (row, "call"), ==, "");
      g_assert_cmpstr (get_label (row, "result"), ==, "");
      g_assert_cmpstr (get_label (row, "error"), ==, "");
      g_assert_false (is_visible (row, "result"));
      g_assert_false (is_visible (row, "error_box"));
      g_assert_true (gtk_widget_has_css_class (row, i == 0 ? "current" : "pending"));
    }
}

static void
test_shows_only_what_there_is (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  GtkWidget *row = get_row (list, 1);

  g_assert_true (is_visible (row, "sentence"));
  g_assert_false (is_visible (row, "result"));
  g_assert_false (is_visible (row, "error_box"));
  lab_life_done (life, 1, "-1");
  g_assert_true (is_visible (row, "result"));
  g_assert_false (is_visible (row, "error_box"));
  fail (life, 1, "It failed");
  g_assert_false (is_visible (row, "result"));
  g_assert_true (is_visible (row, "error_box"));
  lab_life_foretell (life, 1, "shmat(7, NULL, 0)");
  g_assert_false (is_visible (row, "error_box"));
  lab_step_row_set_sentence (lab_step_list_get_row (list, 1), NULL);
  g_assert_false (is_visible (row, "sentence"));
}

static void
test_keeps_an_extra_as_long_as_asked (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  GtkWidget *first = get_row (list, 0);
  GtkWidget *second = get_row (list, 1);

  set_extra (list, 0, gtk_label_new ("chooser"), FALSE);
  set_extra (list, 1, gtk_label_new ("clients"), TRUE);
  g_assert_true (is_visible (first, "extra_box"));
  g_assert_true (is_visible (second, "extra_box"));
  lab_life_done (life, 0, "done");
  lab_life_done (life, 1, "done");
  g_assert_false (is_visible (first, "extra_box"));
  g_assert_true (is_visible (second, "extra_box"));
  gtk_widget_set_visible (gtk_widget_get_first_child (find_by_id (second, "extra_box")), FALSE);
  g_assert_false (is_visible (second, "extra_box"));   /* nor its margin */
  gtk_widget_set_visible (gtk_widget_get_first_child (find_by_id (second, "extra_box")), TRUE);
  g_assert_true (is_visible (second, "extra_box"));
  set_extra (list, 1, NULL, FALSE);
  g_assert_false (is_visible (second, "extra_box"));
}

/* In a column of 300 pixels; a path must wrap, not widen it. */
static void
test_fits_a_narrow_column (void)
{
  g_autoptr(LabLife) life = new_life ();
  g_autoptr(LabStepList) list = new_list (life);
  int minimum;

  lab_life_foretell (life, 0, "ftok(\"/home/somebody/.local/share/shmlab/a/very/long/path/to/the/shmfile\", 'A')");
  gtk_widget_measure (GTK_WIDGET (list), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 300);
}

static gboolean
is_wholly_seen (LabStepList *list,
                GtkWidget   *button)
{
  GtkWidget *scroller = find_by_id (GTK_WIDGET (list), "scroller");
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (button) && gtk_widget_compute_bounds (button, scroller, &bounds)
         && bounds.size.height > 0 && bounds.origin.y >= 0
         && bounds.origin.y + bounds.size.height <= (float) gtk_widget_get_height (scroller);
}

static GtkAdjustment *
get_adjustment (LabStepList *list)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (find_by_id (GTK_WIDGET (list), "scroller")));
}

/* In a low window the button of the step that comes next is what must be seen,
 * also when the card grows under it or is higher than the window. */
static void
test_shows_the_whole_button (void)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr(LabLife) life = lab_life_new (6);
  LabStepList *list = lab_step_list_new (LAB_ROLE_SERVER, life);
  GtkWidget *extra = gtk_label_new ("pid 1");
  GtkWidget *button;

  for (guint i = 0; i < 6; i++)
    {
      lab_step_row_set_button (lab_step_list_get_row (list, i), "Go On", "win.go-on");
      lab_life_foretell (life, i, "shmat(32769, NULL, 0)");
    }
  set_extra (list, 4, extra, FALSE);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (list));
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 180);
  gtk_window_present (GTK_WINDOW (window));

  lab_life_proceed (life, 4);
  button = find_by_id (get_row (list, 4), "button");
  test_wait_for (is_wholly_seen (list, button));

  gtk_label_set_text (GTK_LABEL (extra), "pid 1\npid 2\npid 3\npid 4");
  test_wait_for (gtk_widget_get_height (extra) > 60);
  test_wait_for (is_wholly_seen (list, button));

  gtk_label_set_text (GTK_LABEL (extra), "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
  test_wait_for (gtk_widget_get_height (extra) > 180);
  test_wait_for (is_wholly_seen (list, button));

  /* And what the user has scrolled to stays, when another step changes. */
  gtk_adjustment_set_value (get_adjustment (list), 0);
  lab_life_done (life, 5, "0");
  test_wait_for (is_visible (get_row (list, 5), "result"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (list)), ==, 0);

  lab_life_proceed (life, 0);
  test_wait_for (is_wholly_seen (list, find_by_id (get_row (list, 0), "button")));
  fail (life, 0, "Another segment already has this key; take it over, remove it, or choose another key");
  test_wait_for (is_wholly_seen (list, find_by_id (get_row (list, 0), "button")));

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add_func ("/ui/step-list/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("shows-the-button-where-there-is-something-to-do", test_shows_the_button_where_there_is_something_to_do);
  ADD ("says-call-and-state", test_says_call_and_state);
  ADD ("ticks-only-what-was-made", test_ticks_only_what_was_made);
  ADD ("shows-nothing-of-an-old-life", test_shows_nothing_of_an_old_life);
  ADD ("shows-only-what-there-is", test_shows_only_what_there_is);
  ADD ("keeps-an-extra-as-long-as-asked", test_keeps_an_extra_as_long_as_asked);
  ADD ("fits-a-narrow-column", test_fits_a_narrow_column);
  ADD ("shows-the-whole-button", test_shows_the_whole_button);
  return g_test_run ();
}
