/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "helpers/helper-widgets.h"
#include "ui/record/lab-record-row.h"

/* Finds the row of a field of the kernel's record by the field's name. */
static inline LabRecordRow *
find_record_row (GtkWidget  *widget,
                 const char *name)
{
  if (LAB_IS_RECORD_ROW (widget))
    return strcmp (get_label (widget, "name"), name) == 0 ? LAB_RECORD_ROW (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      LabRecordRow *row = find_record_row (child, name);

      if (row != NULL)
        return row;
    }

  return NULL;
}
