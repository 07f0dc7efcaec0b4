/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-sheet.h"

struct _LabSheet
{
  GtkWidget  parent_instance;

  GtkWidget *child;
};

static GtkBuildableIface *parent_buildable;

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabSheet, lab_sheet, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static void
lab_sheet_add_child (GtkBuildable *buildable,
                     GtkBuilder   *builder,
                     GObject      *child,
                     const char   *type)
{
  LabSheet *self = LAB_SHEET (buildable);

  if (!GTK_IS_WIDGET (child))
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }

  g_assert (self->child == NULL);
  lab_sheet_set_child (self, GTK_WIDGET (child));
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = lab_sheet_add_child;
}

static GtkSizeRequestMode
lab_sheet_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lab_sheet_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  LabSheet *self = LAB_SHEET (widget);

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size,
                        minimum, natural, minimum_baseline, natural_baseline);
}

static void
lab_sheet_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  LabSheet *self = LAB_SHEET (widget);

  if (self->child != NULL)
    gtk_widget_allocate (self->child, width, height, baseline, NULL);
}

static void
lab_sheet_dispose (GObject *object)
{
  LabSheet *self = LAB_SHEET (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_sheet_parent_class)->dispose (object);
}

static void
lab_sheet_class_init (LabSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_sheet_dispose;
  widget_class->get_request_mode = lab_sheet_get_request_mode;
  widget_class->measure = lab_sheet_measure;
  widget_class->size_allocate = lab_sheet_size_allocate;
}

static void
lab_sheet_init (LabSheet *self)
{
}

/**
 * lab_sheet_new:
 *
 * Returns: (transfer floating): a sheet without a child
 */
GtkWidget *
lab_sheet_new (void)
{
  return g_object_new (LAB_TYPE_SHEET, NULL);
}

/**
 * lab_sheet_get_child:
 * @self: a sheet
 *
 * Returns: (transfer none) (nullable): what it holds
 */
GtkWidget *
lab_sheet_get_child (LabSheet *self)
{
  g_return_val_if_fail (LAB_IS_SHEET (self), NULL);

  return self->child;
}

/**
 * lab_sheet_set_child:
 * @self: a sheet
 * @child: (transfer floating): what it holds from now on
 */
void
lab_sheet_set_child (LabSheet  *self,
                     GtkWidget *child)
{
  g_return_if_fail (LAB_IS_SHEET (self));
  g_return_if_fail (GTK_IS_WIDGET (child));

  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}
