/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "backend/kernel/lab-text.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/choosers/lab-size-entry.h"

static LabSizeEntry *
new_entry (void)
{
  return LAB_SIZE_ENTRY (g_object_ref_sink (lab_size_entry_new ()));
}

static void
test_new_destroy (void)
{
  g_assert_finalize_object (new_entry ());
}

static void
test_says_pages_and_capacity (void)
{
  g_autoptr(LabSizeEntry) entry = new_entry ();
  g_autofree char *page_size = lab_text_format_count ((guint64) sysconf (_SC_PAGESIZE));
  g_autofree char *expected = g_strdup_printf ("1 page of %s bytes; capacity 1,983 bytes", page_size);

  g_assert_cmpuint (lab_size_entry_get_size_bytes (entry), ==, 4096);
  g_assert_cmpstr (get_label (GTK_WIDGET (entry), "words"), ==, expected);
}

static void
test_takes_units_and_presets (void)
{
  g_autoptr(LabSizeEntry) entry = new_entry ();
  GtkWidget *widget = GTK_WIDGET (entry);
  guint n_changed = 0;

  g_signal_connect_swapped (entry, "notify::size-bytes", G_CALLBACK (count_cb), &n_changed);
  set_text (widget, "entry", "64 KiB");
  g_assert_cmpuint (lab_size_entry_get_size_bytes (entry), ==, 65536);
  g_assert_cmpuint (n_changed, >=, 1);
  gtk_widget_activate_action (widget, "size.set", "t", (guint64) 1048576);
  g_assert_cmpuint (lab_size_entry_get_size_bytes (entry), ==, 1048576);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "entry"))), ==, "1048576");
}

static void
test_refuses_what_is_no_size (void)
{
  g_autoptr(LabSizeEntry) entry = new_entry ();
  GtkWidget *widget = GTK_WIDGET (entry);

  for (const char **bad = (const char *[]) { "", "abc", "-1", "99999999999999999999999", "4 pints", NULL }; *bad != NULL; bad++)
    {
      set_text (widget, "entry", *bad);
      g_assert_false (lab_size_entry_is_valid (entry));
      g_assert_true (gtk_widget_has_css_class (find_by_id (widget, "words"), "lab-trouble"));
      g_assert_cmpuint (lab_size_entry_get_size_bytes (entry), ==, 4096);
    }

  lab_size_entry_set_size_bytes (entry, 4096);  /* the same size, yet the text must be mended */
  g_assert_true (lab_size_entry_is_valid (entry));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_by_id (widget, "entry"))), ==, "4096");
}

static void
test_says_when_it_is_too_small (void)
{
  g_autofree char *words = lab_size_describe (255);

  g_assert_nonnull (strstr (words, "too small for a message: at least 256 bytes are needed"));
}

static void
test_makes_its_menu_when_opened (void)
{
  GtkWidget *window = gtk_window_new ();
  LabSizeEntry *entry = LAB_SIZE_ENTRY (lab_size_entry_new ());
  GtkMenuButton *button = GTK_MENU_BUTTON (find_by_id (GTK_WIDGET (entry), "menu_button"));
  GtkPopover *popover;

  gtk_widget_set_size_request (GTK_WIDGET (entry), 300, 200);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (entry));
  test_present (window, GTK_WIDGET (entry));
  g_assert_null (gtk_menu_button_get_popover (button));
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (button)));

  gtk_menu_button_popup (button);
  popover = gtk_menu_button_get_popover (button);
  g_assert_nonnull (popover);
  test_wait_for (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  gtk_widget_activate_action (GTK_WIDGET (popover), "size.set", "t", (guint64) 65536);
  g_assert_cmpuint (lab_size_entry_get_size_bytes (entry), ==, 65536);

  gtk_menu_button_popdown (button);
  gtk_menu_button_popup (button);
  g_assert_true (gtk_menu_button_get_popover (button) == popover);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add_func ("/ui/size-entry/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("says-pages-and-capacity", test_says_pages_and_capacity);
  ADD ("takes-units-and-presets", test_takes_units_and_presets);
  ADD ("refuses-what-is-no-size", test_refuses_what_is_no_size);
  ADD ("says-when-it-is-too-small", test_says_when_it_is_too_small);
  ADD ("makes-its-menu-when-opened", test_makes_its_menu_when_opened);
  return g_test_run ();
}
