/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "segments/lab-segment-item.h"

G_BEGIN_DECLS

/* Asks before segments are removed, and says who is attached to them. */

void lab_segments_remove_async  (GtkWindow           *parent,
                                 GPtrArray           *items,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
int  lab_segments_remove_finish (GAsyncResult        *result,
                                 GError             **error);

G_END_DECLS
