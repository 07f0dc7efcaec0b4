/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The messages that were seen, the newest first. */

#define LAB_TYPE_HISTORY (lab_history_get_type ())
G_DECLARE_FINAL_TYPE (LabHistory, lab_history, LAB, HISTORY, GtkWidget)

GtkWidget *lab_history_new (GListModel *messages);

G_END_DECLS
