/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-segment.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LabMemoryMatch:
 * @offset: where the bytes begin
 * @wrapped: whether the search went past the end and began again
 *
 * What a search found.
 */
typedef struct
{
  gsize    offset;
  gboolean wrapped;
} LabMemoryMatch;

void     lab_memory_search_async  (LabSegment           *segment,
                                   GBytes               *wanted,
                                   gsize                 from,
                                   gboolean              backward,
                                   gboolean              skip_untouched,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean lab_memory_search_finish (GAsyncResult         *result,
                                   LabMemoryMatch       *match,
                                   GError              **error);

G_END_DECLS
