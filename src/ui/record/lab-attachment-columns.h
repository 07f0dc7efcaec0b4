/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The columns of a table of attached processes: pid, name, access, address, state. */

void                lab_attachment_columns_add       (GtkColumnView *view);
GtkSingleSelection *lab_attachment_columns_set_model (GtkColumnView *view,
                                                      GListModel    *attachments);

G_END_DECLS
