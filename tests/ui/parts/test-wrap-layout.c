/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "ui/app/lab-ui.h"
#include "ui/parts/lab-wrap-layout.h"

typedef struct
{
  GtkWidget *box;
  GtkWidget *first;
  GtkWidget *second;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  gtk_widget_set_layout_manager (f->box, g_object_new (LAB_TYPE_WRAP_LAYOUT, "column-spacing", 10, "min-chars", 20, NULL));
  f->first = gtk_label_new ("the first");
  f->second = gtk_label_new ("the second");
  gtk_box_append (GTK_BOX (f->box), f->first);
  gtk_box_append (GTK_BOX (f->box), f->second);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_assert_finalize_object (f->box);
}

static graphene_rect_t
place (Fixture   *f,
       GtkWidget *child,
       int        width)
{
  graphene_rect_t bounds;
  int height;

  gtk_widget_measure (f->box, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (f->box, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_allocate (f->box, width, height, -1, NULL);
  g_assert_true (gtk_widget_compute_bounds (child, f->box, &bounds));

  return bounds;
}

static void
test_side_by_side_with_room (Fixture       *f,
                             gconstpointer  unused)
{
  graphene_rect_t first = place (f, f->first, 1010), second = place (f, f->second, 1010);

  g_assert_cmpfloat (first.origin.x, ==, 0);
  g_assert_cmpfloat (first.size.width, ==, 500);
  g_assert_cmpfloat (second.origin.x, ==, 510);
  g_assert_cmpfloat (second.size.width, ==, 500);
  g_assert_cmpfloat (second.origin.y, ==, first.origin.y);
}

static void
test_stacked_when_narrow (Fixture       *f,
                          gconstpointer  unused)
{
  graphene_rect_t first = place (f, f->first, 150), second = place (f, f->second, 150);

  g_assert_cmpfloat (first.size.width, ==, 150);
  g_assert_cmpfloat (second.origin.x, ==, 0);
  g_assert_cmpfloat (second.origin.y, ==, first.origin.y + first.size.height);
}

static void
test_mirrored_from_right_to_left (Fixture       *f,
                                  gconstpointer  unused)
{
  graphene_rect_t first, second;

  gtk_widget_set_direction (f->box, GTK_TEXT_DIR_RTL);
  first = place (f, f->first, 1010);
  second = place (f, f->second, 1010);
  g_assert_cmpfloat (first.origin.x, ==, 510);
  g_assert_cmpfloat (second.origin.x, ==, 0);
}

static void
test_leaves_out_what_is_hidden (Fixture       *f,
                                gconstpointer  unused)
{
  int with, without;

  gtk_widget_measure (f->box, GTK_ORIENTATION_VERTICAL, 150, &with, NULL, NULL, NULL);
  gtk_widget_set_visible (f->second, FALSE);
  gtk_widget_measure (f->box, GTK_ORIENTATION_VERTICAL, 150, &without, NULL, NULL, NULL);
  g_assert_cmpint (without, <, with);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/wrap-layout/equal-" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("side-by-side-with-room", test_side_by_side_with_room);
  ADD ("stacked-when-narrow", test_stacked_when_narrow);
  ADD ("mirrored-from-right-to-left", test_mirrored_from_right_to_left);
  ADD ("leaves-out-what-is-hidden", test_leaves_out_what_is_hidden);
  return g_test_run ();
}
