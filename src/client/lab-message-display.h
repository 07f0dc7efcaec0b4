/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-receiver.h"

G_BEGIN_DECLS

/* The message as the last row of a lecture hall reads it, with what is known
 * about it.  Changes only when the receiver has something new.
 *
 * - receiver: the LabReceiver; it can be set once */

#define LAB_TYPE_MESSAGE_DISPLAY (lab_message_display_get_type ())
G_DECLARE_FINAL_TYPE (LabMessageDisplay, lab_message_display, LAB, MESSAGE_DISPLAY, GtkWidget)

char *lab_message_describe (LabMessage *message);

G_END_DECLS
