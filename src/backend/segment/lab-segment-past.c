/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-segment-past.h"

#include <errno.h>

#include "backend/kernel/lab-sysv.h"

void
lab_segment_past_clear (LabSegmentPast *self)
{
  g_return_if_fail (self != NULL);

  *self = (LabSegmentPast) { .last = { .id = -1 }, .before = { .id = -1 } };
}

/**
 * lab_segment_past_see:
 * @self: what was seen
 * @id: the segment that is there now
 *
 * Returns: whether that is another one than the last
 */
gboolean
lab_segment_past_see (LabSegmentPast *self,
                      int             id)
{
  g_return_val_if_fail (self != NULL && id >= 0, FALSE);

  if (self->last.id == id)
    return FALSE;

  self->before = self->last;
  self->last = (LabPast) { .id = id };

  return TRUE;
}

static LabFate
find_fate (int     id,
           GArray *table)
{
  LabShmRecord record = { 0 };
  const LabShmEntry *entry;

  if (id == -1)
    return LAB_FATE_UNKNOWN;

  if (table != NULL)
    {
      entry = lab_segment_table_find_id (table, id);
      if (entry == NULL)
        return LAB_FATE_GONE;
      record = entry->record;
    }
  else if (lab_sysv_shm_watch (LAB_KEY_FAILED, id, &record) != 0)
    {
      return errno == EACCES ? LAB_FATE_THERE : LAB_FATE_GONE;
    }

  return (record.mode & LAB_MODE_DEST) != 0 ? LAB_FATE_MARKED : LAB_FATE_THERE;
}

/**
 * lab_segment_past_find:
 * @self: what was seen
 * @now: (nullable): the segment that is there now
 * @table: (nullable): the kernel's table, or %NULL where it has to be asked with IPC_STAT
 *
 * May be called in a thread, with a copy of what was seen.
 *
 * Returns: the segment before @now, and what has become of it
 */
LabPast
lab_segment_past_find (const LabSegmentPast *self,
                       const LabShmRecord   *now,
                       GArray               *table)
{
  LabPast past;

  g_return_val_if_fail (self != NULL, (LabPast) { .id = -1 });

  past = now != NULL && now->id == self->last.id ? self->before : self->last;
  past.fate = find_fate (past.id, table);
  past.was_marked = past.was_marked || past.fate == LAB_FATE_MARKED;

  return past;
}

/**
 * lab_segment_past_keep:
 * @self: what was seen
 * @now: (nullable): the segment that is there now
 * @past: what lab_segment_past_find() returned of the same moment
 *
 * Keeps what has just been seen.
 */
void
lab_segment_past_keep (LabSegmentPast     *self,
                       const LabShmRecord *now,
                       const LabPast      *past)
{
  g_return_if_fail (self != NULL && past != NULL);

  if (past->id == self->last.id)
    self->last = *past;
  else if (past->id == self->before.id)
    self->before = *past;
  if (now == NULL)
    return;

  lab_segment_past_see (self, now->id);
  self->last.was_marked = (now->mode & LAB_MODE_DEST) != 0;
}
