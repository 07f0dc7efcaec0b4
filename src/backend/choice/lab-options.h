/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

/* What the command lines of both programs have in common. */

void          lab_options_add        (GApplication  *application);
int           lab_options_check      (GVariantDict  *options,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
LabKeyChoice *lab_options_get_choice (GVariantDict  *options) G_GNUC_WARN_UNUSED_RESULT;
GStrv         lab_options_format     (const LabKeyChoice *choice) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
