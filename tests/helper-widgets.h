/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

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
