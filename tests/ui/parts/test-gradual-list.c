/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-wait.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-gradual-list.h"

#define N_MANY 1000

/* A table that shows @list, what @list told of until now, and how much it told of at once. */
typedef struct
{
  GListStore         *source;
  GtkWidget          *window;
  GtkWidget          *table;
  LabGradualList     *list;
  GtkSingleSelection *selection;
  GListStore         *told;
  guint               n_most;
  guint               n_times;
} Fixture;

static GObject *
make_item (guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  return G_OBJECT (gtk_string_object_new (text));
}

static void
insert (GListStore *store,
        guint       position,
        guint       n_items)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, make_item ((guint) g_test_rand_int_range (0, 10000)));
  g_list_store_splice (store, position, 0, items->pdata, n_items);
}

static gboolean
is_equal (GListModel *a,
          GListModel *b)
{
  if (g_list_model_get_n_items (a) != g_list_model_get_n_items (b))
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (a); i++)
    {
      g_autoptr(GObject) item_a = g_list_model_get_item (a, i);
      g_autoptr(GObject) item_b = g_list_model_get_item (b, i);

      if (item_a != item_b)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_done (Fixture *f)
{
  return is_equal (G_LIST_MODEL (f->list), G_LIST_MODEL (f->source));
}

static void
items_changed_cb (GListModel *list,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  Fixture    *f)
{
  g_autoptr(GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_added; i++)
    g_ptr_array_add (added, g_list_model_get_item (list, position + i));
  g_list_store_splice (f->told, position, n_removed, added->pdata, n_added);
  if (!is_equal (list, G_LIST_MODEL (f->told)))
    g_test_fail_printf ("at %u, %u for %u", position, n_added, n_removed);
  f->n_most = MAX (f->n_most, MAX (n_removed, n_added));
  f->n_times++;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->source = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  f->told = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  f->table = gtk_column_view_new (NULL);
  f->list = lab_gradual_list_new (G_LIST_MODEL (f->source), f->table);
  g_signal_connect (f->list, "items-changed", G_CALLBACK (items_changed_cb), f);
  f->selection = g_object_new (GTK_TYPE_SINGLE_SELECTION, "autoselect", FALSE, "can-unselect", TRUE, "model", f->list, NULL);
  gtk_column_view_set_model (GTK_COLUMN_VIEW (f->table), GTK_SELECTION_MODEL (f->selection));
  f->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (f->window), f->table);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->selection);
  g_signal_handlers_disconnect_by_data (f->list, f);
  g_assert_finalize_object (f->list);
  g_assert_finalize_object (f->told);
  g_assert_finalize_object (f->source);
}

static void
show (Fixture *f)
{
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (gtk_widget_get_mapped (f->table));
}

static void
forget (Fixture *f)
{
  f->n_most = f->n_times = 0;
}

static void
test_new_destroy (void)
{
  g_autoptr(GListStore) store = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  LabGradualList *list = lab_gradual_list_new (G_LIST_MODEL (store), NULL);

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (list)) == GTK_TYPE_STRING_OBJECT);
  insert (store, 0, N_MANY);
  g_assert_true (is_equal (G_LIST_MODEL (list), G_LIST_MODEL (store)));   /* without a view, at once */
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), N_MANY));
  g_list_store_remove_all (store);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_finalize_object (list);
}

static void
test_follows_a_small_change_at_once (Fixture       *f,
                                     gconstpointer  unused)
{
  insert (f->source, 0, 30);
  g_assert_true (is_done (f));
  insert (f->source, 10, 40);
  g_assert_true (is_done (f));
  g_list_store_splice (f->source, 3, 5, NULL, 0);
  g_assert_true (is_done (f));
  g_assert_cmpuint (f->n_times, ==, 3);
}

/* Without a frame for two seconds, as on a very busy machine, the rest is there at once. */
static void
wait_for_steps (Fixture *f)
{
  const gint64 began_us = g_get_monotonic_time ();

  test_wait_for (is_done (f));
  if (g_get_monotonic_time () - began_us < 2 * G_USEC_PER_SEC)
    g_assert_cmpuint (f->n_most, <=, 40);
}

static void
test_takes_many_in_steps (Fixture       *f,
                          gconstpointer  unused)
{
  show (f);
  insert (f->source, 0, 1);
  insert (f->source, 0, N_MANY);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
  wait_for_steps (f);

  forget (f);
  g_list_store_splice (f->source, 0, N_MANY, NULL, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, N_MANY + 1);
  wait_for_steps (f);
}

/* A table that is not seen has rows, too, which go in steps; new ones wait until it is seen. */
static void
test_waits_while_not_seen (Fixture       *f,
                           gconstpointer  unused)
{
  insert (f->source, 0, N_MANY);
  test_run_for_ms (50);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 0);
  show (f);
  test_wait_for (is_done (f));

  gtk_widget_set_visible (f->table, FALSE);
  g_list_store_splice (f->source, 5, N_MANY - 10, NULL, 0);
  test_wait_for (is_done (f));
  g_assert_cmpuint (f->n_most, <=, 40);
}

static void
test_finishes (Fixture       *f,
               gconstpointer  unused)
{
  insert (f->source, 0, N_MANY);
  lab_gradual_list_finish (f->list);
  g_assert_true (is_done (f));
  show (f);
  g_list_store_splice (f->source, 7, N_MANY / 2, NULL, 0);
  lab_gradual_list_finish (f->list);
  g_assert_true (is_done (f));
}

static void
wait_cb (void)
{
  g_usleep (50000);
}

/* Where each step costs a lot, the rest comes at once after two seconds. */
static void
test_is_not_behind_for_long (Fixture       *f,
                             gconstpointer  unused)
{
  show (f);
  insert (f->source, 0, N_MANY);
  lab_gradual_list_finish (f->list);
  forget (f);
  g_signal_connect (f->list, "items-changed", G_CALLBACK (wait_cb), NULL);
  g_list_store_remove_all (f->source);
  test_wait_for (is_done (f));
  g_assert_cmpuint (f->n_times, >, 10);
  g_assert_cmpuint (f->n_times, <, 70);
  g_assert_cmpuint (f->n_most, >, 100);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  return g_strcmp0 (gtk_string_object_get_string (GTK_STRING_OBJECT ((gpointer) a)),
                    gtk_string_object_get_string (GTK_STRING_OBJECT ((gpointer) b)));
}

/* The selected item is in the middle, all others are others, and then their order is. */
static void
test_keeps_the_selection (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(GObject) item = make_item (5000);

  show (f);
  insert (f->source, 0, N_MANY);
  g_list_store_insert (f->source, 500, item);
  test_wait_for (is_done (f));
  gtk_single_selection_set_selected (f->selection, 500);
  g_assert_true (gtk_single_selection_get_selected_item (f->selection) == item);

  g_list_store_sort (f->source, compare_texts, NULL);
  test_wait_for (is_done (f));
  g_assert_true (gtk_single_selection_get_selected_item (f->selection) == item);

  {
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

    for (guint i = 0; i < 700; i++)
      g_ptr_array_add (items, i == 300 ? g_object_ref (item) : make_item (i));
    g_list_store_splice (f->source, 0, N_MANY + 1, items->pdata, items->len);
  }
  test_wait_for (is_done (f));
  g_assert_true (gtk_single_selection_get_selected_item (f->selection) == item);
  g_assert_cmpuint (gtk_single_selection_get_selected (f->selection), ==, 300);

  g_list_store_remove (f->source, 300);
  g_assert_null (gtk_single_selection_get_selected_item (f->selection));
}

/* Some of them while it has not yet followed the ones before, and an item may be there twice. */
static void
test_follows_whatever_changes (Fixture       *f,
                               gconstpointer  unused)
{
  gtk_column_view_set_model (GTK_COLUMN_VIEW (f->table), NULL);   /* GTK warns of an item that is there twice */
  show (f);
  for (guint round = 0; round < 200; round++)
    {
      const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->source));
      const guint position = (guint) g_test_rand_int_range (0, (int) n_items + 1);

      switch (g_test_rand_int_range (0, 6))
        {
        case 0:
        case 1:
          insert (f->source, position, (guint) g_test_rand_int_range (0, g_test_rand_bit () ? 10 : 300));
          break;
        case 2:
        case 3:
          g_list_store_splice (f->source, position, (guint) g_test_rand_int_range (0, (int) (n_items - position) + 1), NULL, 0);
          break;
        case 4:
          g_list_store_sort (f->source, compare_texts, NULL);
          break;
        default:
          if (n_items > 0)
            {
              g_autoptr(GObject) item = g_list_model_get_item (G_LIST_MODEL (f->source), n_items / 2);

              g_list_store_insert (f->source, position, item);
            }
          break;
        }

      if (g_test_rand_bit ())
        g_main_context_iteration (NULL, FALSE);
      if (round % 10 == 9)
        test_wait_for (is_done (f));
    }

  test_wait_for (is_done (f));
}

/* In the midst of its steps, and however many follow. */
static void
test_leaves_nothing_behind (Fixture       *f,
                            gconstpointer  unused)
{
  GtkWidget *other = gtk_column_view_new (NULL);
  GtkWidget *window = gtk_window_new ();
  LabGradualList *list = lab_gradual_list_new (G_LIST_MODEL (f->source), other);

  gtk_window_set_child (GTK_WINDOW (window), other);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (gtk_widget_get_mapped (other));
  insert (f->source, 0, N_MANY);
  g_assert_finalize_object (list);    /* has a tick */
  list = lab_gradual_list_new (G_LIST_MODEL (f->source), other);
  gtk_widget_set_visible (other, FALSE);
  g_assert_finalize_object (list);    /* has an idle source */
  list = lab_gradual_list_new (G_LIST_MODEL (f->source), other);
  gtk_window_destroy (GTK_WINDOW (window));
  g_list_store_remove_all (f->source);
  insert (f->source, 0, N_MANY);
  test_wait_for (is_equal (G_LIST_MODEL (list), G_LIST_MODEL (f->source)));   /* outlived its view */
  g_assert_finalize_object (list);
  test_run_for_ms (50);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  g_test_add_func ("/ui/gradual-list/new-destroy", test_new_destroy);
#define ADD(name, func) g_test_add ("/ui/gradual-list/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("follows-a-small-change-at-once", test_follows_a_small_change_at_once);
  ADD ("takes-many-in-steps", test_takes_many_in_steps);
  ADD ("waits-while-not-seen", test_waits_while_not_seen);
  ADD ("finishes", test_finishes);
  ADD ("is-not-behind-for-long", test_is_not_behind_for_long);
  ADD ("keeps-the-selection", test_keeps_the_selection);
  ADD ("follows-whatever-changes", test_follows_whatever_changes);
  ADD ("leaves-nothing-behind", test_leaves_nothing_behind);
  return g_test_run ();
}
