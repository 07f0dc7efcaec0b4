/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/memory/lab-memory-image.h"
#include "ui/memory/lab-memory-painter.h"

G_BEGIN_DECLS

void lab_memory_draw_row (LabMemoryPainter *painter,
                          GtkSnapshot      *snapshot,
                          float             y,
                          LabMemoryImage   *image,
                          guint64           index,
                          gboolean          focused,
                          gboolean          animate);

G_END_DECLS
