/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/choosers/lab-preset-keys.h"
#include "ui/choosers/lab-key-chooser.h"

static LabKeyChooser *
new_chooser (void)
{
  return LAB_KEY_CHOOSER (g_object_ref_sink (lab_key_chooser_new ()));
}

static void
test_new_destroy (void)
{
  LabKeyChooser *chooser = new_chooser ();
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file ("/etc/passwd", 'A');

  lab_key_chooser_set_choice (chooser, choice);
  g_assert_finalize_object (chooser);
}

static void
test_shows_a_choice_without_a_signal (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/etc/passwd", 'A');
  g_autoptr(LabKeyChoice) number = lab_key_choice_new_key (0x1234);
  guint n_changed = 0;

  g_signal_connect_swapped (chooser, "changed", G_CALLBACK (count_cb), &n_changed);
  g_assert_null (lab_key_chooser_get_choice (chooser));

  lab_key_chooser_set_choice (chooser, file);
  g_assert_cmpstr (get_label (GTK_WIDGET (chooser), "summary"), ==, "File passwd, letter A");
  g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (chooser), file));

  lab_key_chooser_set_choice (chooser, number);
  g_assert_cmpstr (get_label (GTK_WIDGET (chooser), "summary"), ==, "Key 0x00001234");
  gtk_test_accessible_assert_property (find_by_id (GTK_WIDGET (chooser), "button"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Key 0x00001234");
  g_assert_cmpuint (n_changed, ==, 0);
}

static void
test_takes_a_typed_key (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  GtkWidget *widget = GTK_WIDGET (chooser);
  guint n_changed = 0;

  g_signal_connect_swapped (chooser, "changed", G_CALLBACK (count_cb), &n_changed);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (widget, "by_number")), TRUE);
  g_assert_false (gtk_widget_get_sensitive (find_by_id (widget, "file_grid")));

  set_text (widget, "number", "5678");
  g_assert_false (is_visible (widget, "trouble_box"));
  g_assert_cmpint (lab_key_chooser_get_choice (chooser)->key, ==, 5678);
  g_assert_null (lab_key_chooser_get_choice (chooser)->path);
  g_assert_cmpuint (n_changed, >=, 1);

  n_changed = 0;
  set_text (widget, "number", "0x162e");  /* the same number is no change */
  g_assert_cmpuint (n_changed, ==, 0);
  gtk_window_destroy (window);
}

static void
test_refuses_what_is_no_key (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  g_autoptr(LabKeyChoice) good = lab_key_choice_new_key (0x1234);
  GtkWidget *widget = GTK_WIDGET (chooser);

  lab_key_chooser_set_choice (chooser, good);
  for (const char **bad = (const char *[]) { "0", "-1", "x", "", "0x1ffffffff", "12 34", NULL }; *bad != NULL; bad++)
    {
      set_text (widget, "number", *bad);
      g_assert_true (is_visible (widget, "trouble_box"));
      g_assert_cmpuint (strlen (get_label (widget, "trouble")), >, 10);
      g_assert_true (gtk_widget_has_css_class (find_by_id (widget, "number"), "error"));
      gtk_test_accessible_assert_state (find_by_id (widget, "number"),
                                        GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
      g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (chooser), good));
    }
  gtk_window_destroy (window);
}

static void
test_takes_a_file_and_a_letter (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file ("/etc/passwd", 'A');
  GtkWidget *widget = GTK_WIDGET (chooser);

  lab_key_chooser_set_choice (chooser, choice);
  set_text (widget, "path", "/etc/group");
  set_text (widget, "letter", "R");
  g_assert_cmpstr (lab_key_chooser_get_choice (chooser)->path, ==, "/etc/group");
  g_assert_cmpint (lab_key_chooser_get_choice (chooser)->letter, ==, 'R');
  g_assert_cmpstr (get_label (widget, "summary"), ==, "File group, letter R");

  set_text (widget, "letter", "321");  /* ftok would use only 65 of it */
  g_assert_true (is_visible (widget, "trouble_box"));
  g_assert_cmpint (lab_key_chooser_get_choice (chooser)->letter, ==, 'R');
  gtk_window_destroy (window);
}

/* The three parts of the key, where it is chosen. */
static void
test_shows_how_the_key_is_composed (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/etc/passwd", 'A');
  g_autoptr(LabKeyChoice) number = lab_key_choice_new_key (0x1234);
  GtkWidget *widget = GTK_WIDGET (chooser);
  g_autofree char *key = lab_key_format (lab_sysv_ftok ("/etc/passwd", 'A', NULL));
  g_autofree char *words = g_strdup_printf ("Key %s = letter 0x41 (8 bits), device 0x", key);

  lab_key_chooser_set_choice (chooser, file);
  test_wait_for (is_visible (widget, "composition"));
  g_assert_true (g_str_has_prefix (get_label (widget, "composition"), words));
  g_assert_nonnull (strstr (get_label (widget, "composition"), "whose inodes differ by 65,536"));

  lab_key_chooser_set_choice (chooser, number);
  g_assert_false (is_visible (widget, "composition"));
  gtk_window_destroy (window);
}

/* That ftok fails for it is a lesson, so it can be chosen. */
static void
test_warns_of_a_missing_file (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file ("/etc/passwd", 'A');
  GtkWidget *widget = GTK_WIDGET (chooser);

  lab_key_chooser_set_choice (chooser, choice);
  set_text (widget, "path", "/nonexistent/shmfile");
  g_assert_cmpstr (get_label (widget, "trouble"), ==, 
                   "There is no folder /nonexistent, so there is no file /nonexistent/shmfile: ftok will fail");
  set_text (widget, "path", "/etc/passwd/shmfile");
  g_assert_cmpstr (get_label (widget, "trouble"), ==, "/etc/passwd is a file and no folder, so nothing can be in it: ftok will fail");
  set_text (widget, "path", "/nonexistent/shmfile");
  g_assert_cmpstr (lab_key_chooser_get_choice (chooser)->path, ==, "/nonexistent/shmfile");
  gtk_window_destroy (window);
}

/* A digit alone is a number to lab_letter_parse(), so it is shown in quotes. */
static void
test_keeps_every_letter (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  GtkWidget *widget = GTK_WIDGET (chooser);

  for (int letter = 1; letter <= 255; letter++)
    {
      g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file ("/etc/passwd", letter);

      lab_key_chooser_set_choice (chooser, choice);
      set_text (widget, "path", "/etc/group");
      g_assert_false (is_visible (widget, "trouble_box"));
      g_assert_cmpstr (lab_key_chooser_get_choice (chooser)->path, ==, "/etc/group");
      g_assert_cmpint (lab_key_chooser_get_choice (chooser)->letter, ==, letter);
    }
  gtk_window_destroy (window);
}

/* What was chosen before there is a popover stands in it, and both change each other. */
static void
test_makes_its_popover_when_opened (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  g_autoptr(LabKeyChoice) number = lab_key_choice_new_key (0x1234);
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/etc/passwd", 'A');
  GtkWidget *widget = GTK_WIDGET (chooser);
  GtkWindow *window;

  lab_key_chooser_set_choice (chooser, number);
  g_assert_null (find_by_id (widget, "number"));

  window = open_popover (widget, "button");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "number"))), ==, "0x00001234");
  g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (chooser), number));

  lab_key_chooser_set_choice (chooser, file);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "path"))), ==, "/etc/passwd");
  gtk_window_destroy (window);
}

static void
test_fits_a_narrow_column (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  int minimum;

  gtk_widget_measure (GTK_WIDGET (chooser), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 260);
}

static GtkWidget *
find_by_name (GtkWidget  *widget,
              const char *name)
{
  if (g_strcmp0 (gtk_widget_get_name (widget), name) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_by_name (child, name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_offers_homework_keys (void)
{
  g_autoptr(LabKeyChooser) chooser = new_chooser ();
  GtkWindow *window = open_popover (GTK_WIDGET (chooser), "button");
  g_autoptr(LabKeyChoice) number = lab_key_choice_new_key (5678);
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *path = g_build_filename (folder, "shmdemo.c", NULL);
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file (path, 'R');
  guint n_changed = 0;

  g_signal_connect_swapped (chooser, "changed", G_CALLBACK (count_cb), &n_changed);
  g_signal_emit_by_name (find_by_name (GTK_WIDGET (chooser), "cardiff"), "clicked");
  g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (chooser), number));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (GTK_WIDGET (chooser), "number"))), ==, "0x0000162e");

  g_signal_emit_by_name (find_by_name (GTK_WIDGET (chooser), "beej"), "clicked");
  g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (chooser), file));
  g_assert_true (is_visible (GTK_WIDGET (chooser), "trouble_box"));  /* no such file here: ftok will fail */
  g_assert_cmpuint (n_changed, ==, 2);
  gtk_window_destroy (window);
}

static void
test_homework_keys_new_destroy (void)
{
  g_assert_finalize_object (g_object_ref_sink (lab_preset_keys_new ()));
}

/* A key that two layouts have is one key. */
static void
test_homework_keys_offers_each_key_once (void)
{
  GtkWidget *keys = g_object_ref_sink (lab_preset_keys_new ());

  g_assert_nonnull (find_by_name (keys, "ntp"));
  g_assert_null (find_by_name (keys, "ntp-32"));
  g_assert_finalize_object (keys);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add_func ("/ui/key-chooser/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("shows-a-choice-without-a-signal", test_shows_a_choice_without_a_signal);
  ADD ("takes-a-typed-key", test_takes_a_typed_key);
  ADD ("refuses-what-is-no-key", test_refuses_what_is_no_key);
  ADD ("takes-a-file-and-a-letter", test_takes_a_file_and_a_letter);
  ADD ("warns-of-a-missing-file", test_warns_of_a_missing_file);
  ADD ("shows-how-the-key-is-composed", test_shows_how_the_key_is_composed);
  ADD ("keeps-every-letter", test_keeps_every_letter);
  ADD ("makes-its-popover-when-opened", test_makes_its_popover_when_opened);
  ADD ("fits-a-narrow-column", test_fits_a_narrow_column);
  ADD ("offers-homework-keys", test_offers_homework_keys);
  g_test_add_func ("/ui/homework-keys/new-destroy", test_homework_keys_new_destroy);
  g_test_add_func ("/ui/homework-keys/offers-each-key-once", test_homework_keys_offers_each_key_once);
  return g_test_run ();
}
