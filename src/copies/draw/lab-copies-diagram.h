/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

/* The way of a byte from the input to the output, box by box, with an arrow for
 * each copy, and how much went over each of them as it was counted. */

#define LAB_TYPE_COPIES_DIAGRAM (lab_copies_diagram_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesDiagram, lab_copies_diagram, LAB, COPIES_DIAGRAM, GtkWidget)

void        lab_copies_diagram_set_mode        (LabCopiesDiagram     *self,
                                                LabCarryMode          mode);
void        lab_copies_diagram_set_result      (LabCopiesDiagram     *self,
                                                const LabCarryResult *result);
const char *lab_copies_diagram_get_description (LabCopiesDiagram     *self);

G_END_DECLS
