/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "backend/kernel/lab-segment-table.h"

G_BEGIN_DECLS

/**
 * LabFate:
 * @LAB_FATE_UNKNOWN: nothing was read about it
 * @LAB_FATE_NONE: no segment has this id, and this process has seen none with it
 * @LAB_FATE_THERE: the kernel has it
 * @LAB_FATE_MARKED: marked for removal; it goes when the last process detaches
 * @LAB_FATE_GONE: it was seen, and the kernel has it no more
 *
 * What has become of a segment, by its id.
 */
typedef enum
{
  LAB_FATE_UNKNOWN,
  LAB_FATE_NONE,
  LAB_FATE_THERE,
  LAB_FATE_MARKED,
  LAB_FATE_GONE,
} LabFate;

/**
 * LabPast:
 * @id: the segment that was seen before, or -1
 * @fate: what has become of it
 * @was_marked: whether it was seen marked for removal
 */
typedef struct
{
  int      id;
  LabFate  fate;
  gboolean was_marked;
} LabPast;

/**
 * LabSegmentPast:
 * @last: the segment that was seen last
 * @before: the one before that
 *
 * What was seen under one name, a key or an id.
 */
typedef struct
{
  LabPast last;
  LabPast before;
} LabSegmentPast;

void     lab_segment_past_clear (LabSegmentPast       *self);
gboolean lab_segment_past_see   (LabSegmentPast       *self,
                                 int                   id);
LabPast  lab_segment_past_find  (const LabSegmentPast *self,
                                 const LabShmRecord   *now,
                                 GArray               *table);
void     lab_segment_past_keep  (LabSegmentPast       *self,
                                 const LabShmRecord   *now,
                                 const LabPast        *past);

G_END_DECLS
