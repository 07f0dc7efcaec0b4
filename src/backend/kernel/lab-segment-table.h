/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/kernel/lab-shm-record.h"

G_BEGIN_DECLS

/**
 * LabShmEntry:
 * @record: the kernel's record; its seq field is unknown here and 0
 * @rss_bytes: bytes of it in memory now
 * @swap_bytes: bytes of it in swap
 *
 * One line of `/proc/sysvipc/shm`.  Reading that file changes nothing in the
 * kernel, while attaching to look would change nattch, lpid and atime.
 */
typedef struct
{
  LabShmRecord record;
  guint64      rss_bytes;
  guint64      swap_bytes;
} LabShmEntry;

/* All functions give a GArray of LabShmEntry, in the kernel's order. */
GArray            *lab_segment_table_parse       (const char           *text) G_GNUC_WARN_UNUSED_RESULT;
GArray            *lab_segment_table_read        (GError              **error) G_GNUC_WARN_UNUSED_RESULT;
const LabShmEntry *lab_segment_table_find_id     (GArray               *table,
                                                  int                   id);
const LabShmEntry *lab_segment_table_find_key    (GArray               *table,
                                                  key_t                 key);
gboolean           lab_shm_entry_equal           (const LabShmEntry    *a,
                                                  const LabShmEntry    *b);

G_END_DECLS
