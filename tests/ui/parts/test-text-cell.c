/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-ui.h"
#include "ui/parts/lab-text-cell.h"

static int
measure (GtkWidget      *cell,
         GtkOrientation  orientation)
{
  int minimum, natural;

  gtk_widget_measure (cell, orientation, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, natural);

  return natural;
}

static void
test_new_destroy (void)
{
  GtkWidget *cell = g_object_ref_sink (lab_text_cell_new (10, 0));

  lab_text_cell_set_text (LAB_TEXT_CELL (cell), "hello");
  g_assert_finalize_object (cell);
}

static void
test_size_is_not_the_texts (void)
{
  g_autoptr(GtkWidget) cell = g_object_ref_sink (lab_text_cell_new (10, 0));
  g_autoptr(GtkWidget) wide = g_object_ref_sink (lab_text_cell_new (20, 0));
  int width = measure (cell, GTK_ORIENTATION_HORIZONTAL);
  int height = measure (cell, GTK_ORIENTATION_VERTICAL);

  g_assert_cmpint (width, >, 10);
  g_assert_cmpint (height, >, 5);
  lab_text_cell_set_text (LAB_TEXT_CELL (cell), "a text that is far longer than ten characters\nand has two lines");
  g_assert_cmpint (measure (cell, GTK_ORIENTATION_HORIZONTAL), ==, width);
  g_assert_cmpint (measure (cell, GTK_ORIENTATION_VERTICAL), ==, height);
  g_assert_cmpint (measure (wide, GTK_ORIENTATION_HORIZONTAL), >=, 2 * width - 2);
}

static void
test_is_read_aloud (void)
{
  g_autoptr(GtkWidget) cell = g_object_ref_sink (lab_text_cell_new (10, 1));

  gtk_test_accessible_assert_role (cell, GTK_ACCESSIBLE_ROLE_LABEL);
  lab_text_cell_set_markup (LAB_TEXT_CELL (cell), "<tt>rw-s</tt> reads &amp; writes");
  g_assert_cmpstr (lab_text_cell_get_text (LAB_TEXT_CELL (cell)), ==, "rw-s reads & writes");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, "rw-s reads & writes");
  lab_text_cell_set_text (LAB_TEXT_CELL (cell), "4,096");
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "4,096");
  g_assert_cmpstr (lab_text_cell_get_text (LAB_TEXT_CELL (cell)), ==, "4,096");
}

static void
test_draws_what_it_is_given (void)
{
  static const char * const texts[] = { "", "short", "a text that is far longer than three characters", "two\nlines", "שלום", "2026-11-21 20:43:15" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GtkWidget) cell = g_object_ref_sink (lab_text_cell_new (3, 1));
      g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
      GskRenderNode *node;

      gtk_widget_set_direction (cell, i % 2 ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      lab_text_cell_set_text (LAB_TEXT_CELL (cell), texts[i]);
      gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_allocate (cell, 40, 20, -1, NULL);
      GTK_WIDGET_GET_CLASS (cell)->snapshot (cell, snapshot);
      node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
      g_assert_true ((node != NULL) == (texts[i][0] != '\0'));
      if (node != NULL)
        {
          graphene_rect_t bounds;

          gsk_render_node_get_bounds (node, &bounds);
          g_assert_cmpfloat (bounds.origin.x, >=, -4);
          g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, 44);
          gsk_render_node_unref (node);
        }
    }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  g_test_add_func ("/ui/text-cell/new-destroy", test_new_destroy);
  g_test_add_func ("/ui/text-cell/size-is-not-the-texts", test_size_is_not_the_texts);
  g_test_add_func ("/ui/text-cell/is-read-aloud", test_is_read_aloud);
  g_test_add_func ("/ui/text-cell/draws-what-it-is-given", test_draws_what_it_is_given);
  return g_test_run ();
}
