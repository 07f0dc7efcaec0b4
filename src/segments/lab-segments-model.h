/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "segments/lab-segment-item.h"

G_BEGIN_DECLS

/* All segments of this computer as a GListModel of LabSegmentItem.  While it
 * runs, a thread reads /proc every second; the difference is brought into the
 * list in small pieces, so that the main loop is never held up.  ::updated
 * comes when all of one reading is in, with the number of items that changed. */

#define LAB_TYPE_SEGMENTS_MODEL (lab_segments_model_get_type ())
G_DECLARE_FINAL_TYPE (LabSegmentsModel, lab_segments_model, LAB, SEGMENTS_MODEL, GObject)

LabSegmentsModel *lab_segments_model_new         (void);
void              lab_segments_model_set_running (LabSegmentsModel *self,
                                                  gboolean          running);
void              lab_segments_model_refresh     (LabSegmentsModel *self);
LabSegmentItem   *lab_segments_model_find        (LabSegmentsModel *self,
                                                  int               id);
void              lab_segments_model_get_totals  (LabSegmentsModel *self,
                                                  guint            *n_mine,
                                                  guint64          *size_bytes,
                                                  guint64          *rss_bytes);

G_END_DECLS
