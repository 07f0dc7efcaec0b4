/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/segment/lab-segment-monitor.h"

G_BEGIN_DECLS

/* Who is attached to the segment besides this process: pid, name and access of
 * those that may be seen, and a number for the others. */

#define LAB_TYPE_ATTACHED_LIST (lab_attached_list_get_type ())
G_DECLARE_FINAL_TYPE (LabAttachedList, lab_attached_list, LAB, ATTACHED_LIST, GtkWidget)

GtkWidget *lab_attached_list_new (LabSegmentMonitor *monitor);

G_END_DECLS
