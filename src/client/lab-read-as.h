/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/client/lab-client.h"

G_BEGIN_DECLS

/* How to read a segment that somebody else's program made: a choice of the
 * layouts that textbooks use, and what the chosen one finds.  Shown only while
 * there is such a segment, and changed only when one of its bytes has changed.
 *
 * - client: the LabClient whose segment it is about, and whose preset it sets; it can
 *   be set once */

#define LAB_TYPE_READ_AS (lab_read_as_get_type ())
G_DECLARE_FINAL_TYPE (LabReadAs, lab_read_as, LAB, READ_AS, GtkWidget)

G_END_DECLS
