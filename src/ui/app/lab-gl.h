/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean lab_gl_is_useless            (const char * const *devices,
                                       const char * const *environment);
void     lab_gl_disable_where_useless (void);

G_END_DECLS
