/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char     *lab_find_program (const char         *name);
gboolean  lab_spawn_client (const char * const *args,
                            GError            **error);
gboolean  lab_spawn_server (const char * const *args,
                            GError            **error);

G_END_DECLS
