/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "helpers/helper-wait.h"

/* Shows @window and waits until @view has its place in it.  Once in a long while
 * GTK 4.8 misses what the window manager says of a new window, and waits for it
 * for ever; a window that is shown anew is told again. */
static inline void
test_present (GtkWidget *window,
              GtkWidget *view)
{
  for (guint i = 0; i < 5; i++)
    {
      gint64 end_us = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
      guint tick_id = g_timeout_add (50, test_tick_cb, NULL);

      gtk_window_present (GTK_WINDOW (window));
      while (!(gtk_widget_get_mapped (view) && gtk_widget_get_height (view) > 100) && g_get_monotonic_time () < end_us)
        g_main_context_iteration (NULL, TRUE);
      g_source_remove (tick_id);
      if (gtk_widget_get_mapped (view) && gtk_widget_get_height (view) > 100)
        return;
      gtk_widget_hide (window);
    }

  g_assert_not_reached ();
}

/* Finds a part of a template by its id, depth first. */
static inline GtkWidget *
find_by_id (GtkWidget  *widget,
            const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_by_id (child, id);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static inline void
hold_parts (GtkWidget *widget,
            GPtrArray *parts)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      g_ptr_array_add (parts, g_object_ref (child));
      hold_parts (child, parts);
    }
}

/* A window that is closed by a key goes before the part that had the keyboard, which GTK holds meanwhile.  What binds
 * that part to the window must go in any order: without @first, a part that is bound, it is another one. */
static inline void
destroy_before_its_parts (GtkWidget  *window,
                          const char *first)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_widget_unparent (find_by_id (window, first));
  hold_parts (window, parts);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait_for (window == NULL);
  g_ptr_array_unref (parts);
}

/* Shows @widget in a window of its own and opens the popover of its button with @id, which
 * may not be made before that.  Returns the window, to be destroyed. */
static inline GtkWindow *
open_popover (GtkWidget  *widget,
              const char *id)
{
  GtkWidget *window = gtk_window_new ();
  GtkMenuButton *button = GTK_MENU_BUTTON (find_by_id (widget, id));

  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  test_present (window, widget);
  gtk_menu_button_popup (button);
  g_assert_nonnull (gtk_menu_button_get_popover (button));

  return GTK_WINDOW (window);
}

static inline void
set_text (GtkWidget  *widget,
          const char *id,
          const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find_by_id (widget, id)), text);
}

static inline const char *
get_label (GtkWidget  *widget,
           const char *id)
{
  return gtk_label_get_text (GTK_LABEL (find_by_id (widget, id)));
}

static inline gboolean
is_visible (GtkWidget  *widget,
            const char *id)
{
  return gtk_widget_get_visible (find_by_id (widget, id));
}

static inline void
count_cb (guint *n)
{
  (*n)++;
}
