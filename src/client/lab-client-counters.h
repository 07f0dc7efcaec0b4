/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-poller.h"

G_BEGIN_DECLS

/* How often a client looks, and what it has counted, each number with its word.  How many looks
 * there were changes with every look, so that stands where the pointer comes to read it.
 *
 * - receiver: the LabReceiver; it can be set once
 * - poller: the LabPoller; it can be set once */

#define LAB_TYPE_CLIENT_COUNTERS (lab_client_counters_get_type ())
G_DECLARE_FINAL_TYPE (LabClientCounters, lab_client_counters, LAB, CLIENT_COUNTERS, GtkBox)

G_END_DECLS
