/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/parts/lab-wrap-layout.h"

static void
test_new_destroy (void)
{
  LabSession *session = lab_session_new (LAB_ROLE_SERVER);
  GtkWidget *inspector = g_object_ref_sink (lab_inspector_new (session));

  g_assert_true (lab_inspector_get_session (LAB_INSPECTOR (inspector)) == session);
  gtk_test_accessible_assert_role (inspector, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_role (find_by_id (inspector, "tabs"), GTK_ACCESSIBLE_ROLE_TAB_LIST);
  gtk_test_accessible_assert_property (find_by_id (inspector, "tabs"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Inspector");
  g_assert_finalize_object (inspector);
  g_assert_finalize_object (session);
}

static void
test_takes_its_session_later (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  g_autoptr(LabInspector) inspector = LAB_INSPECTOR (g_object_ref_sink (lab_inspector_new (NULL)));

  g_assert_null (lab_inspector_get_current (inspector));
  lab_inspector_set_session (inspector, session);
  g_assert_cmpstr (lab_inspector_get_current (inspector), !=, NULL);
  g_assert_nonnull (lab_inspector_get_page (inspector, "memory"));
}

static guint n_made;

static GtkWidget *
make_label (LabInspector *inspector)
{
  n_made++;

  return gtk_label_new ("page");
}

static void
test_shows_one_page (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_SERVER);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *widget = lab_inspector_new (session);
  LabInspector *inspector = LAB_INSPECTOR (widget);
  GtkWidget *first, *second;
  guint n_notified = 0;

  lab_inspector_add_tab (inspector, "first", "First", make_label);
  lab_inspector_add_tab (inspector, "second", "Second", make_label);
  first = lab_inspector_get_page (inspector, "first");
  second = lab_inspector_get_page (inspector, "second");
  lab_inspector_set_current (inspector, "first");
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (gtk_widget_get_mapped (first));
  g_assert_false (gtk_widget_get_mapped (second));
  g_assert_false (gtk_widget_get_mapped (lab_inspector_get_page (inspector, "memory")));

  g_signal_connect_swapped (inspector, "notify::current-name", G_CALLBACK (count_cb), &n_notified);
  gtk_widget_activate_action (widget, "inspector.show", "s", "second");
  g_assert_cmpstr (lab_inspector_get_current (inspector), ==, "second");
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (gtk_widget_get_mapped (second));
  g_assert_false (gtk_widget_get_mapped (first));

  /* A name from the settings of another version. */
  lab_inspector_set_current (inspector, "no such tab");
  g_assert_cmpstr (lab_inspector_get_current (inspector), ==, "second");

  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_page (LabInspector *inspector,
          const char   *name)
{
  GtkStack *stack = GTK_STACK (find_by_id (GTK_WIDGET (inspector), "stack"));

  return gtk_widget_get_first_child (gtk_stack_get_child_by_name (stack, name)) != NULL;
}

/* What the settings choose comes after the tabs, and before the window is shown. */
static void
test_makes_a_page_when_it_is_shown (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  GtkWidget *window = gtk_window_new ();
  LabInspector *inspector = LAB_INSPECTOR (lab_inspector_new (session));
  guint64 n_looks = 0;

  n_made = 0;
  lab_inspector_add_tab (inspector, "label", "Label", make_label);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (inspector));
  lab_inspector_set_current (inspector, "memory");
  lab_inspector_set_current (inspector, "label");
  g_assert_cmpuint (n_made, ==, 0);

  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (n_made, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      const char *never_shown[] = { "picture", "memory", "record", "calls", "program" };

      for (guint j = 0; j < G_N_ELEMENTS (never_shown); j++)
        g_assert_false (has_page (inspector, never_shown[j]));
      test_run_for_ms (50);
    }

  /* What was said before there was a page is not lost, nor what is said after. */
  g_object_set (inspector, "looks-without-call", (guint64) 7, NULL);
  gtk_widget_activate_action (GTK_WIDGET (inspector), "inspector.show", "s", "calls");
  g_assert_true (has_page (inspector, "calls"));
  g_assert_false (has_page (inspector, "record"));
  g_object_get (lab_inspector_get_page (inspector, "calls"), "looks-without-call", &n_looks, NULL);
  g_assert_cmpuint (n_looks, ==, 7);
  g_object_set (inspector, "looks-without-call", (guint64) 8, NULL);
  g_object_get (lab_inspector_get_page (inspector, "calls"), "looks-without-call", &n_looks, NULL);
  g_assert_cmpuint (n_looks, ==, 8);

  /* Once made, it stays. */
  lab_inspector_set_current (inspector, "label");
  g_assert_cmpuint (n_made, ==, 1);
  g_assert_true (has_page (inspector, "calls"));

  gtk_window_destroy (GTK_WINDOW (window));
}

/* Side by side while there is room, else in more lines, and never outside. */
static void
test_wraps_its_tabs (void)
{
  GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  int minimum, natural, one_line, narrow;

  gtk_widget_set_layout_manager (box, g_object_new (LAB_TYPE_WRAP_LAYOUT, "column-spacing", 6, "row-spacing", 6, NULL));
  for (guint i = 0; i < 6; i++)
    {
      GtkWidget *child = gtk_label_new ("tab");

      gtk_widget_set_size_request (child, 100, 20);
      gtk_box_append (GTK_BOX (box), child);
    }

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 100);
  g_assert_cmpint (natural, ==, 6 * 100 + 5 * 6);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, natural, &one_line, NULL, NULL, NULL);
  g_assert_cmpint (one_line, ==, 20);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 250, &narrow, NULL, NULL, NULL);
  g_assert_cmpint (narrow, ==, 3 * 20 + 2 * 6);

  for (guint rtl = 0; rtl < 2; rtl++)
    {
      gtk_widget_set_direction (box, rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      gtk_widget_allocate (box, 250, narrow, -1, NULL);
      for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          graphene_rect_t bounds;

          g_assert_true (gtk_widget_compute_bounds (child, box, &bounds));
          g_assert_cmpfloat (bounds.origin.x, >=, 0);
          g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, 250);
          g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, narrow);
          if (child == gtk_widget_get_first_child (box))
            g_assert_cmpfloat (bounds.origin.x, ==, rtl ? 150 : 0);
        }
    }
  g_object_unref (box);
}

static void
test_follows_the_dark_style (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *label = g_object_ref_sink (gtk_label_new ("server"));
  GdkRGBA light, dark;

  g_assert_false (lab_ui_is_dark ());
  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (label), "lab_server_fg", &light));
  g_object_set (settings, "gtk-application-prefer-dark-theme", TRUE, NULL);
  g_assert_true (lab_ui_is_dark ());
  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (label), "lab_server_fg", &dark));
  g_assert_false (gdk_rgba_equal (&light, &dark));
  g_object_set (settings, "gtk-application-prefer-dark-theme", FALSE, NULL);
  g_assert_false (lab_ui_is_dark ());
  g_object_unref (label);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add_func ("/ui/inspector/" name, func)
  ADD ("new-destroy", test_new_destroy);
  ADD ("takes-its-session-later", test_takes_its_session_later);
  ADD ("shows-one-page", test_shows_one_page);
  ADD ("makes-a-page-when-it-is-shown", test_makes_a_page_when_it_is_shown);
  ADD ("wraps-its-tabs", test_wraps_its_tabs);
  ADD ("follows-the-dark-style", test_follows_the_dark_style);
  return g_test_run ();
}
