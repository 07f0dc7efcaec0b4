/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-place.h"

struct _LabPlace
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (LabPlace, lab_place, GTK_TYPE_WIDGET)

static void
lab_place_dispose (GObject *object)
{
  lab_place_set_child (LAB_PLACE (object), NULL);

  G_OBJECT_CLASS (lab_place_parent_class)->dispose (object);
}

static void
lab_place_class_init (LabPlaceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_place_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_place_init (LabPlace *self)
{
}

/**
 * lab_place_new:
 *
 * Returns: (transfer floating): a place with nothing in it
 */
GtkWidget *
lab_place_new (void)
{
  return g_object_new (LAB_TYPE_PLACE, NULL);
}

/**
 * lab_place_set_child:
 * @self: a place
 * @child: (nullable) (transfer floating): what fills it, instead of what did
 */
void
lab_place_set_child (LabPlace  *self,
                     GtkWidget *child)
{
  GtkWidget *before;

  g_return_if_fail (LAB_IS_PLACE (self));
  g_return_if_fail (child == NULL || GTK_IS_WIDGET (child));

  before = gtk_widget_get_first_child (GTK_WIDGET (self));
  if (before != NULL)
    gtk_widget_unparent (before);
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}
