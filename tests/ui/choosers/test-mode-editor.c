/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/choosers/lab-mode-editor.h"
#include "ui/choosers/lab-mode-words.h"

static LabModeEditor *
new_editor (void)
{
  return LAB_MODE_EDITOR (g_object_ref_sink (lab_mode_editor_new ()));
}

static void
test_new_destroy (void)
{
  g_assert_finalize_object (new_editor ());
}

static void
test_says_the_mode_in_three_ways (void)
{
  g_autoptr(LabModeEditor) editor = new_editor ();
  GtkWidget *widget = GTK_WIDGET (editor);
  GtkWindow *window;

  g_assert_cmpstr (get_label (widget, "summary"), ==, "0600 rw-------, only you");
  g_assert_false (is_visible (widget, "summary_warning"));
  g_assert_null (find_by_id (widget, "warning_box"));  /* before it is first opened */
  window = open_popover (widget, "button");
  g_assert_false (is_visible (widget, "warning_box"));

  lab_mode_editor_set_mode (editor, 0666);
  g_assert_cmpstr (get_label (widget, "summary"), ==,
                   "0666 rw-rw-rw-, everybody on this computer may read and write it");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "octal"))), ==, "0666");
  g_assert_true (is_visible (widget, "summary_warning"));
  g_assert_true (is_visible (widget, "warning_box"));
  gtk_test_accessible_assert_property (find_by_id (widget, "button"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Any program of any user can change the message while you write it");
  gtk_window_destroy (window);
}

static void
test_follows_the_checks (void)
{
  g_autoptr(LabModeEditor) editor = new_editor ();
  GtkWindow *window = open_popover (GTK_WIDGET (editor), "button");
  GtkWidget *widget = GTK_WIDGET (editor);
  guint n_changed = 0;

  g_signal_connect_swapped (editor, "notify::mode", G_CALLBACK (count_cb), &n_changed);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (widget, "group_read")), TRUE);
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0640);
  g_assert_cmpuint (n_changed, ==, 1);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (widget, "owner_read")), FALSE);
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0240);
  g_assert_true (is_visible (widget, "warning_box"));  /* not even the owner could attach */
  gtk_widget_activate_action (widget, "mode.set", "u", 0660);
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0660);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (find_by_id (widget, "owner_read"))));
  gtk_window_destroy (window);
}

static void
test_follows_the_octal_entry (void)
{
  g_autoptr(LabModeEditor) editor = new_editor ();
  GtkWindow *window = open_popover (GTK_WIDGET (editor), "button");
  GtkWidget *widget = GTK_WIDGET (editor);

  set_text (widget, "octal", "0644");
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0644);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (find_by_id (widget, "others_read"))));

  set_text (widget, "octal", "0888");
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0644);
  g_assert_true (gtk_widget_has_css_class (find_by_id (widget, "octal"), "error"));
  g_assert_true (is_visible (widget, "warning_box"));

  set_text (widget, "octal", "0600");
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0600);
  g_assert_false (gtk_widget_has_css_class (find_by_id (widget, "octal"), "error"));
  g_assert_false (is_visible (widget, "warning_box"));
  gtk_window_destroy (window);
}

/* A mode that was set before there is a popover stands in it. */
static void
test_makes_its_popover_when_opened (void)
{
  g_autoptr(LabModeEditor) editor = new_editor ();
  GtkWidget *widget = GTK_WIDGET (editor);
  GtkWindow *window;

  lab_mode_editor_set_mode (editor, 0640);
  g_assert_null (find_by_id (widget, "octal"));

  window = open_popover (widget, "button");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "octal"))), ==, "0640");
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (find_by_id (widget, "group_read"))));
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0640);
  gtk_window_destroy (window);
}

/* Every mode has words; what the execute bits are is kept, though the kernel ignores them. */
static void
test_knows_every_mode (void)
{
  g_autoptr(LabModeEditor) editor = new_editor ();
  GtkWindow *window = open_popover (GTK_WIDGET (editor), "button");

  for (guint mode = 0; mode <= 0777; mode++)
    {
      g_autofree char *words = lab_mode_describe (mode);
      g_autofree char *warning = lab_mode_dup_warning (mode);

      g_assert_cmpuint (strlen (words), >, 5);
      if ((mode & 0006) != 0 || (mode & 0600) != 0600)
        g_assert_nonnull (warning);
      lab_mode_editor_set_mode (editor, mode);
      g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, mode);
    }

  lab_mode_editor_set_mode (editor, 0711);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (GTK_WIDGET (editor), "group_read")), TRUE);
  g_assert_cmpuint (lab_mode_editor_get_mode (editor), ==, 0751);
  gtk_window_destroy (window);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add_func ("/ui/mode-editor/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("says-the-mode-in-three-ways", test_says_the_mode_in_three_ways);
  ADD ("follows-the-checks", test_follows_the_checks);
  ADD ("follows-the-octal-entry", test_follows_the_octal_entry);
  ADD ("makes-its-popover-when-opened", test_makes_its_popover_when_opened);
  ADD ("knows-every-mode", test_knows_every_mode);
  return g_test_run ();
}
