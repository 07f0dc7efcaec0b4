/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "copies/measure/lab-copies-data.h"

G_BEGIN_DECLS

/* A bar for each way, the fastest between two processes being 1×, with a
 * line where one process that reads and writes alone comes. */

#define LAB_TYPE_COPIES_BARS (lab_copies_bars_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesBars, lab_copies_bars, LAB, COPIES_BARS, GtkWidget)

void        lab_copies_bars_set_rows        (LabCopiesBars *self,
                                             const GArray  *rows);
const char *lab_copies_bars_get_description (LabCopiesBars *self);

G_END_DECLS
