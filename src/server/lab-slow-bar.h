/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/* Play, pause, one store, speed and the rest at once, for a message that is
 * written in slow motion; and what the next store is, as C. */

#define LAB_TYPE_SLOW_BAR (lab_slow_bar_get_type ())
G_DECLARE_FINAL_TYPE (LabSlowBar, lab_slow_bar, LAB, SLOW_BAR, GtkWidget)

GtkWidget *lab_slow_bar_new (LabPublisher *publisher);

G_END_DECLS
