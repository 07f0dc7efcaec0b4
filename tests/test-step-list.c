/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helper-widgets.h"
#include "lab-step-list.h"
#include "lab-ui.h"

static void
test_new_destroy (void)
{
  GtkWidget *list = g_object_ref_sink (GTK_WIDGET (lab_step_list_new (LAB_ROLE_SERVER)));

  lab_step_list_add (LAB_STEP_LIST (list), "Create", "win.create");
  lab_step_list_set_state (LAB_STEP_LIST (list), 0, LAB_STEP_CURRENT);
  g_assert_finalize_object (list);
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

static LabStepList *
new_list (void)
{
  LabStepList *list = lab_step_list_new (LAB_ROLE_CLIENT);

  g_object_ref_sink (list);
  g_assert_cmpuint (lab_step_list_add (list, "Make the Key", "win.make-key"), ==, 0);
  g_assert_cmpuint (lab_step_list_add (list, "Attach", "win.attach"), ==, 1);
  g_assert_cmpuint (lab_step_list_get_n_steps (list), ==, 2);
  lab_step_list_set_call (list, 1, "shmat(32769, NULL, SHM_RDONLY)");
  lab_step_list_set_sentence (list, 1, "Map it, for reading only");

  return list;
}

static void
test_shows_the_button_where_there_is_something_to_do (void)
{
  g_autoptr(LabStepList) list = new_list ();
  GtkWidget *row = get_row (list, 1);
  GtkWidget *button = find_by_id (row, "button");

  g_assert_false (gtk_widget_get_visible (button));
  lab_step_list_set_state (list, 1, LAB_STEP_CURRENT);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Attach");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "win.attach");
  lab_step_list_set_button_label (list, 1, "Attach Again");
  lab_step_list_set_state (list, 1, LAB_STEP_FAILED);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Attach Again");
  lab_step_list_set_state (list, 1, LAB_STEP_DONE);
  g_assert_false (gtk_widget_get_visible (button));
}

static void
test_says_call_and_state (void)
{
  g_autoptr(LabStepList) list = new_list ();
  GtkAccessible *row = GTK_ACCESSIBLE (get_row (list, 1));

  gtk_test_accessible_assert_role (find_by_id (GTK_WIDGET (list), "rows"), GTK_ACCESSIBLE_ROLE_LIST);
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Step 2: shmat(32769, NULL, SHM_RDONLY)");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "not yet. Map it, for reading only");

  lab_step_list_set_state (list, 1, LAB_STEP_FAILED);
  lab_step_list_set_error (list, 1, "The mode does not let us (shmat: EACCES)");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "failed. Map it, for reading only. The mode does not let us (shmat: EACCES)");

  lab_step_list_set_error (list, 1, NULL);
  lab_step_list_set_result (list, 1, "→ 0x7fd1e4718000");
  lab_step_list_set_state (list, 1, LAB_STEP_DONE);
  g_assert_cmpint (lab_step_list_get_state (list, 1), ==, LAB_STEP_DONE);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "done. Map it, for reading only. → 0x7fd1e4718000");
}

static void
test_shows_only_what_there_is (void)
{
  g_autoptr(LabStepList) list = new_list ();
  GtkWidget *row = get_row (list, 1);

  g_assert_true (is_visible (row, "sentence"));
  g_assert_false (is_visible (row, "result"));
  g_assert_false (is_visible (row, "error_box"));
  lab_step_list_set_result (list, 1, "→ -1");
  lab_step_list_set_error (list, 1, "It failed");
  g_assert_true (is_visible (row, "result"));
  g_assert_true (is_visible (row, "error_box"));
  lab_step_list_set_error (list, 1, "");
  g_assert_false (is_visible (row, "error_box"));
}

static void
test_keeps_an_extra_as_long_as_asked (void)
{
  g_autoptr(LabStepList) list = new_list ();
  GtkWidget *first = get_row (list, 0);
  GtkWidget *second = get_row (list, 1);

  lab_step_list_set_extra (list, 0, gtk_label_new ("chooser"), FALSE);
  lab_step_list_set_extra (list, 1, gtk_label_new ("clients"), TRUE);
  g_assert_true (is_visible (first, "extra_box"));
  g_assert_true (is_visible (second, "extra_box"));
  lab_step_list_set_state (list, 0, LAB_STEP_DONE);
  lab_step_list_set_state (list, 1, LAB_STEP_DONE);
  g_assert_false (is_visible (first, "extra_box"));
  g_assert_true (is_visible (second, "extra_box"));
  lab_step_list_set_extra (list, 1, NULL, FALSE);
  g_assert_false (is_visible (second, "extra_box"));
}

/* In a column of 300 pixels; a path must wrap, not widen it. */
static void
test_fits_a_narrow_column (void)
{
  g_autoptr(LabStepList) list = new_list ();
  int minimum;

  lab_step_list_set_call (list, 0, "ftok(\"/home/somebody/.local/share/shmlab/a/very/long/path/to/the/shmfile\", 'A')");
  gtk_widget_measure (GTK_WIDGET (list), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 300);
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
  ADD ("shows-only-what-there-is", test_shows_only_what_there_is);
  ADD ("keeps-an-extra-as-long-as-asked", test_keeps_an_extra_as_long_as_asked);
  ADD ("fits-a-narrow-column", test_fits_a_narrow_column);
  return g_test_run ();
}
