/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LabRegionKind:
 * @LAB_REGION_PROGRAM: the executable's code and data
 * @LAB_REGION_HEAP: what brk(2) grows
 * @LAB_REGION_LIBRARIES: shared libraries, with whatever is mapped among them
 * @LAB_REGION_STACK: the main thread's stack
 * @LAB_REGION_SEGMENT: a System V segment
 */
typedef enum
{
  LAB_REGION_PROGRAM,
  LAB_REGION_HEAP,
  LAB_REGION_LIBRARIES,
  LAB_REGION_STACK,
  LAB_REGION_SEGMENT,
} LabRegionKind;

/**
 * LabRegion:
 * @kind: what it is
 * @start: its first address
 * @end: the address after its last one
 * @mapped_bytes: how much between the two is mapped; the rest is holes and other things
 * @shmid: of a segment, -1 of anything else
 *
 * One stretch of an address space, several mappings of one kind taken together.
 */
typedef struct
{
  LabRegionKind kind;
  guint64       start;
  guint64       end;
  guint64       mapped_bytes;
  int           shmid;
} LabRegion;

/* GArray of LabRegion, from the lowest address to the highest. */
GArray *lab_address_space_parse       (const char           *maps,
                                       const char           *program_path) G_GNUC_WARN_UNUSED_RESULT;
void    lab_address_space_read_async  (GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GArray *lab_address_space_read_finish (GAsyncResult         *result,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
