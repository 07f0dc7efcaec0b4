/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-bind.h"

/**
 * lab_bind:
 * @target: an object
 * @property: one of its properties
 * @function: what makes the value of the property; its first argument is always %NULL,
 *   then come the values that are listed, in their order
 * @...: an object and the name of one of its properties, and so on, ended by %NULL
 *
 * What `<binding><closure>` is in a template, for what no template makes, such as an
 * action: keeps @property at what @function returns, whenever one of the values that are
 * listed changes.  The objects that are listed must live as long as @target.
 */
void
lab_bind (gpointer    target,
          const char *property,
          GCallback   function,
          ...)
{
  g_autoptr(GPtrArray) values = g_ptr_array_new ();
  GParamSpec *pspec;
  GObject *object;
  va_list args;

  g_return_if_fail (G_IS_OBJECT (target));

  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (target), property);
  g_return_if_fail (pspec != NULL);

  va_start (args, function);
  while ((object = va_arg (args, GObject *)) != NULL)
    g_ptr_array_add (values, gtk_property_expression_new (G_OBJECT_TYPE (object), gtk_object_expression_new (object),
                                                          va_arg (args, const char *)));
  va_end (args);

  gtk_expression_bind (gtk_cclosure_expression_new (pspec->value_type, NULL, values->len,
                                                    (GtkExpression **) values->pdata, function, NULL, NULL),
                       target, property, NULL);  /* GTK 4.8 warns when the last is @target, and @target is freed */
}
