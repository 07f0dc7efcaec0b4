/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-segment-table.h"

G_BEGIN_DECLS

/* One row of the table: a segment of this computer.  The object stays the same
 * as long as the segment exists; ::changed says that something about it differs. */

typedef enum
{
  LAB_SEGMENT_STATE_IN_USE,
  LAB_SEGMENT_STATE_IDLE,      /* nobody is attached, but its creator lives, or may live */
  LAB_SEGMENT_STATE_LEFT,      /* nobody is attached, and its creator has ended */
  LAB_SEGMENT_STATE_REMOVED,   /* marked for removal, and still attached */
} LabSegmentState;

typedef enum
{
  LAB_SEGMENT_COLUMN_KEY,
  LAB_SEGMENT_COLUMN_ID,
  LAB_SEGMENT_COLUMN_OWNER,
  LAB_SEGMENT_COLUMN_MODE,
  LAB_SEGMENT_COLUMN_SIZE,
  LAB_SEGMENT_COLUMN_RESIDENT,
  LAB_SEGMENT_COLUMN_ATTACHED,
  LAB_SEGMENT_COLUMN_STATE,
  LAB_SEGMENT_COLUMN_CREATOR,
  LAB_SEGMENT_COLUMN_LAST_USER,
  LAB_SEGMENT_COLUMN_ATTACHED_AT,
  LAB_SEGMENT_COLUMN_DETACHED_AT,
  LAB_SEGMENT_COLUMN_CHANGED_AT,
} LabSegmentColumn;

#define LAB_N_SEGMENT_COLUMNS (LAB_SEGMENT_COLUMN_CHANGED_AT + 1)

/**
 * LabSegmentRow:
 * @entry: the kernel's record
 * @owner_name: the owner's name, valid for good
 * @creator: whether the process that made it lives
 * @creator_name: (nullable): its name while it runs
 * @last_user: whether the one that last attached or detached lives
 * @last_user_name: (nullable): its name while it runs
 *
 * What a thread found out about one segment.
 */
typedef struct
{
  LabShmEntry  entry;
  const char  *owner_name;
  LabPresence  creator;
  char        *creator_name;
  LabPresence  last_user;
  char        *last_user_name;
} LabSegmentRow;

#define LAB_TYPE_SEGMENT_ITEM (lab_segment_item_get_type ())
G_DECLARE_FINAL_TYPE (LabSegmentItem, lab_segment_item, LAB, SEGMENT_ITEM, GObject)

LabSegmentItem     *lab_segment_item_new         (LabSegmentRow    *row);
gboolean            lab_segment_item_update      (LabSegmentItem   *self,
                                                  LabSegmentRow    *row);
int                 lab_segment_item_get_id      (LabSegmentItem   *self);
const LabShmEntry  *lab_segment_item_get_entry   (LabSegmentItem   *self);
LabSegmentState     lab_segment_item_get_state   (LabSegmentItem   *self);
LabPresence         lab_segment_item_get_creator (LabSegmentItem   *self);
gboolean            lab_segment_item_is_mine     (LabSegmentItem   *self);
const char         *lab_segment_item_get_advice  (LabSegmentItem   *self);
char               *lab_segment_item_dup_text    (LabSegmentItem   *self,
                                                  LabSegmentColumn  column);
gboolean            lab_segment_item_matches     (LabSegmentItem   *self,
                                                  const char       *folded);
int                 lab_segment_item_compare     (LabSegmentItem   *a,
                                                  LabSegmentItem   *b,
                                                  LabSegmentColumn  column);

G_END_DECLS
