/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* The semaphore of a segment: a set of one, under the segment's key and with its
 * mode, 1 when it is free.  Nothing here ever waits. */

typedef enum
{
  LAB_SEMAPHORE_TAKEN,   /* it is ours now; give it back */
  LAB_SEMAPHORE_HELD,    /* somebody else has it; try again later */
  LAB_SEMAPHORE_DENIED,  /* its mode does not let us change it */
  LAB_SEMAPHORE_GONE,    /* somebody removed it */
} LabSemaphoreResult;

int                lab_semaphore_make     (LabSegment  *segment,
                                           int          named_id,
                                           GError     **error) G_GNUC_WARN_UNUSED_RESULT;
int                lab_semaphore_find     (LabSegment  *segment,
                                           int          claimed_id) G_GNUC_WARN_UNUSED_RESULT;
LabSemaphoreResult lab_semaphore_try_take (int          id) G_GNUC_WARN_UNUSED_RESULT;
gboolean           lab_semaphore_give     (int          id);
gboolean           lab_semaphore_repair   (int          id);
pid_t              lab_semaphore_get_holder (int        id);
int                lab_semaphore_get_claimed (LabSegment *segment);
gboolean           lab_semaphore_is_own   (LabSegment  *segment,
                                           int          claimed_id);
gboolean           lab_semaphore_remove   (LabSegment  *segment,
                                           int          claimed_id);

G_END_DECLS
