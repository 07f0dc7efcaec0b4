/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-poller.h"

G_BEGIN_DECLS

/* The message as the last row of a lecture hall reads it, with what is known
 * about it, or the race while there is one.  Changes only when there is something new.
 *
 * - receiver: the LabReceiver; it can be set once
 * - poller: the LabPoller; it can be set once */

#define LAB_TYPE_MESSAGE_DISPLAY (lab_message_display_get_type ())
G_DECLARE_FINAL_TYPE (LabMessageDisplay, lab_message_display, LAB, MESSAGE_DISPLAY, GtkWidget)

char *lab_message_describe   (LabMessage          *message);
char *lab_race_describe_seen (const LabRaceSecond *race);

G_END_DECLS
