/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/* The choice of the protocol, with a sentence about the chosen one.  Bound to the publisher. */

#define LAB_TYPE_PROTECTION (lab_protection_get_type ())
G_DECLARE_FINAL_TYPE (LabProtection, lab_protection, LAB, PROTECTION, GtkWidget)

GtkWidget *lab_protection_new (LabPublisher *publisher);

G_END_DECLS
