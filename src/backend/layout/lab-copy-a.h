/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/layout/lab-latch.h"

G_BEGIN_DECLS

/* What a writer that is gone has left in copy A, where all protocols but the latch have their message. */

gboolean lab_copy_a_read (const LabLayout *layout,
                          guint32          protocol,
                          char            *text,
                          LabMessageInfo  *info);

G_END_DECLS
