/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-receiver.h"

G_BEGIN_DECLS

/* What a receiver has counted, each number with its word.  The looks alone change with every
 * look; they are brought up to date with something else, or when the pointer comes to read them.
 *
 * - receiver: the LabReceiver; it can be set once */

#define LAB_TYPE_CLIENT_COUNTERS (lab_client_counters_get_type ())
G_DECLARE_FINAL_TYPE (LabClientCounters, lab_client_counters, LAB, CLIENT_COUNTERS, GtkBox)

G_END_DECLS
