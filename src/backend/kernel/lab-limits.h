/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-segment-table.h"

G_BEGIN_DECLS

/**
 * LabLimits:
 * @max_segments: SHMMNI, segments at most
 * @max_segment_bytes: SHMMAX, bytes of one segment at most
 * @max_pages: SHMALL, pages of all segments together at most
 * @n_segments: how many there are
 * @n_pages: pages they have; each segment is rounded up to whole pages
 * @page_bytes: bytes of a page
 *
 * The kernel's limits on shared memory in this IPC namespace, and their use.
 */
typedef struct
{
  guint64 max_segments;
  guint64 max_segment_bytes;
  guint64 max_pages;
  guint64 n_segments;
  guint64 n_pages;
  guint64 page_bytes;
} LabLimits;

LabLimits *lab_limits_read_for    (GArray               *table,
                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;
LabLimits *lab_limits_read        (GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void       lab_limits_read_async  (GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
LabLimits *lab_limits_read_finish (GAsyncResult         *result,
                                   GError              **error) G_GNUC_WARN_UNUSED_RESULT;
guint64    lab_limits_count_pages (GArray               *table);
gboolean   lab_limits_is_unlimited (guint64               limit);

G_END_DECLS
