/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *lab_mode_describe    (guint mode);
char *lab_mode_dup_warning (guint mode);

G_END_DECLS
