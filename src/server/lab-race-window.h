/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/* Race at full speed, protocol against protocol: what is chosen, what each second
 * brought, and a sentence about what came out. */

#define LAB_TYPE_RACE_WINDOW (lab_race_window_get_type ())
G_DECLARE_FINAL_TYPE (LabRaceWindow, lab_race_window, LAB, RACE_WINDOW, GtkWindow)

GtkWidget *lab_race_window_new (GtkWindow    *parent,
                                LabPublisher *publisher);

void       lab_race_window_present (GtkWindow    *parent,
                                    LabPublisher *publisher);

char *lab_race_window_describe_sum (const LabRaceSecond *sum) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
