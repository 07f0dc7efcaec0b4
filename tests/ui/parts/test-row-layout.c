/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-label.h"
#include "ui/parts/lab-row-layout.h"
#include "ui/parts/lab-sheet.h"

#define TEXT "a sentence that goes on in the next line where there is not much room for it"

typedef struct
{
  GtkWidget *row;
  GtkWidget *icon;
  GtkWidget *label;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->row = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  gtk_widget_set_layout_manager (f->row, lab_row_layout_new (10));
  f->icon = gtk_label_new ("+");
  gtk_widget_set_size_request (f->icon, 30, 20);
  f->label = gtk_label_new (TEXT);
  gtk_label_set_wrap (GTK_LABEL (f->label), TRUE);
  gtk_box_append (GTK_BOX (f->row), f->icon);
  gtk_box_append (GTK_BOX (f->row), f->label);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_assert_finalize_object (f->row);
}

static int
measure (GtkWidget      *widget,
         GtkOrientation  orientation,
         int             for_size)
{
  int natural;

  gtk_widget_measure (widget, orientation, for_size, NULL, &natural, NULL, NULL);

  return natural;
}

static void
test_gives_the_rest_to_the_last (Fixture       *f,
                                 gconstpointer  unused)
{
  int minimum;
  int wanted = measure (f->label, GTK_ORIENTATION_HORIZONTAL, -1);

  gtk_widget_measure (f->row, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (measure (f->row, GTK_ORIENTATION_HORIZONTAL, -1), ==, 30 + 10 + wanted);
  g_assert_cmpint (minimum, <, 30 + 10 + wanted);

  for (guint rtl = 0; rtl < 2; rtl++)
    {
      int height = measure (f->row, GTK_ORIENTATION_VERTICAL, 240);
      graphene_rect_t icon, label;

      gtk_widget_set_direction (f->row, rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      g_assert_cmpint (height, ==, measure (f->label, GTK_ORIENTATION_VERTICAL, 200));
      g_assert_cmpint (height, >, measure (f->label, GTK_ORIENTATION_VERTICAL, wanted));
      gtk_widget_allocate (f->row, 240, height, -1, NULL);
      g_assert_true (gtk_widget_compute_bounds (f->icon, f->row, &icon));
      g_assert_true (gtk_widget_compute_bounds (f->label, f->row, &label));
      g_assert_cmpfloat (icon.origin.x, ==, rtl ? 210 : 0);
      g_assert_cmpfloat (icon.size.width, ==, 30);
      g_assert_cmpfloat (icon.size.height, ==, height);
      g_assert_cmpfloat (label.origin.x, ==, rtl ? 0 : 40);
      g_assert_cmpfloat (label.size.width, ==, 200);
    }
}

static void
test_leaves_out_what_is_hidden (Fixture       *f,
                                gconstpointer  unused)
{
  gtk_widget_hide (f->icon);
  g_assert_cmpint (measure (f->row, GTK_ORIENTATION_HORIZONTAL, -1), ==, measure (f->label, GTK_ORIENTATION_HORIZONTAL, -1));
  gtk_widget_show (f->icon);
  gtk_widget_hide (f->label);
  g_assert_cmpint (measure (f->row, GTK_ORIENTATION_HORIZONTAL, -1), ==, 30);
  gtk_widget_hide (f->icon);
  g_assert_cmpint (measure (f->row, GTK_ORIENTATION_HORIZONTAL, -1), ==, 0);
}

/* However short the text and however narrow its letters, GTK has nothing to warn of. */
static void
test_keeps_a_label_wide_enough (Fixture       *f,
                                gconstpointer  unused)
{
  const char *texts[] = { "", "i", "il", "ill", "llll llll llll llll llll llll llll llll", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", TEXT };
  int narrow, wide;

  gtk_label_set_wrap_mode (GTK_LABEL (f->label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_measure (f->label, GTK_ORIENTATION_HORIZONTAL, -1, &narrow, NULL, NULL, NULL);
  lab_label_keep_widths (f->label);
  gtk_widget_measure (f->label, GTK_ORIENTATION_HORIZONTAL, -1, &wide, NULL, NULL, NULL);
  g_assert_cmpint (wide, >, narrow);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      int minimum, natural;

      gtk_label_set_text (GTK_LABEL (f->label), texts[i]);
      for (int height = -1; height < 200; height += 67)
        {
          gtk_widget_measure (f->label, GTK_ORIENTATION_HORIZONTAL, height, &minimum, &natural, NULL, NULL);
          g_assert_cmpint (natural, >=, minimum);
        }
    }
}

/* What a divider's side is as wide as: its child, and not its child when it is low. */
static void
test_sheet_ignores_the_height (Fixture       *f,
                               gconstpointer  unused)
{
  GtkWidget *sheet = g_object_ref_sink (lab_sheet_new ());
  GtkWidget *label = gtk_label_new (TEXT);
  int low, any;

  g_assert_null (lab_sheet_get_child (LAB_SHEET (sheet)));
  g_assert_cmpint (measure (sheet, GTK_ORIENTATION_HORIZONTAL, -1), ==, 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  lab_sheet_set_child (LAB_SHEET (sheet), gtk_label_new ("before"));
  lab_sheet_set_child (LAB_SHEET (sheet), label);
  g_assert_true (lab_sheet_get_child (LAB_SHEET (sheet)) == label);
  g_assert_true (gtk_widget_get_last_child (sheet) == label);
  gtk_widget_measure (sheet, GTK_ORIENTATION_HORIZONTAL, 20, &low, NULL, NULL, NULL);
  gtk_widget_measure (sheet, GTK_ORIENTATION_HORIZONTAL, -1, &any, NULL, NULL, NULL);
  g_assert_cmpint (low, ==, any);
  g_assert_finalize_object (sheet);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/row-layout/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("gives-the-rest-to-the-last", test_gives_the_rest_to_the_last);
  ADD ("leaves-out-what-is-hidden", test_leaves_out_what_is_hidden);
  ADD ("keeps-a-label-wide-enough", test_keeps_a_label_wide_enough);
  ADD ("sheet-ignores-the-height", test_sheet_ignores_the_height);
  return g_test_run ();
}
