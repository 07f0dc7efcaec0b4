/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The inspector's tab Calls: every System V call of this process, the newest at
 * the end, and what the selected one means.  It shows the one log that the
 * process has, so it needs no session. */

#define LAB_TYPE_CALLS_VIEW (lab_calls_view_get_type ())
G_DECLARE_FINAL_TYPE (LabCallsView, lab_calls_view, LAB, CALLS_VIEW, GtkWidget)

GtkWidget  *lab_calls_view_new                    (void);
GListModel *lab_calls_view_get_model              (LabCallsView         *self);
void        lab_calls_view_set_looks_without_call (LabCallsView         *self,
                                                   guint64               n_looks);
char       *lab_calls_view_dup_log                (LabCallsView         *self);
void        lab_calls_view_save_async             (LabCallsView         *self,
                                                   GFile                *file,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
gboolean    lab_calls_view_save_finish            (LabCallsView         *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

G_END_DECLS
