/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Names of users and groups, looked up once each.  A directory service may
 * take seconds over it, so a thread resolves and the main thread peeks. */

const char *lab_names_resolve_user  (uid_t                 uid);
const char *lab_names_resolve_group (gid_t                 gid);
const char *lab_names_peek_user     (uid_t                 uid);
const char *lab_names_peek_group    (gid_t                 gid);
void        lab_names_resolve_async (const guint          *uids,
                                     gsize                 n_uids,
                                     const guint          *gids,
                                     gsize                 n_gids,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean    lab_names_resolve_finish (GAsyncResult         *result,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
