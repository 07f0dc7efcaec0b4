/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

/* What was measured: every run, the medians of them, and what to say about it. */

typedef struct _LabCopiesData LabCopiesData;

/**
 * LabCopiesRow:
 * @kind: the way
 * @n_rounds: how many runs
 * @median: the run whose time is the median; its counts are shown
 * @ratio: its speed, the fastest way's being 1
 *
 * A way at one block size.
 */
typedef struct
{
  LabWayKind kind;
  guint          n_rounds;
  LabCarryResult median;
  double         ratio;
} LabCopiesRow;

/**
 * LabPoint:
 * @x: bytes of a block or a message
 * @y: bytes a second, or microseconds
 */
typedef struct
{
  double x;
  double y;
} LabPoint;

/**
 * LabPlace:
 * @kind: a #LabWayKind or #LabTripKind
 * @first: the place that it has at best, from 1
 * @last: and at worst
 *
 * Of those that differ no more than one run does from the next, none is before the other.
 */
typedef struct
{
  guint kind;
  guint first;
  guint last;
} LabPlace;

LabCopiesData *lab_copies_data_new        (void);
void           lab_copies_data_free       (LabCopiesData        *self);
void           lab_copies_data_clear      (LabCopiesData        *self);
void           lab_copies_data_add_result (LabCopiesData        *self,
                                           const LabCarryResult *result);
void           lab_copies_data_add_trip   (LabCopiesData        *self,
                                           const LabTripResult  *trip);
gboolean       lab_copies_data_is_empty   (LabCopiesData        *self);
guint64        lab_copies_data_get_size   (LabCopiesData        *self);
gboolean       lab_copies_data_is_compared (LabCopiesData       *self);
guint          lab_copies_data_count_rounds (LabCopiesData      *self,
                                             guint              *least);

GArray  *lab_copies_data_get_rows       (LabCopiesData *self,
                                         guint64        block_bytes);
GArray  *lab_copies_data_get_speeds     (LabCopiesData *self,
                                         LabWayKind     kind);
GArray  *lab_copies_data_get_trips      (LabCopiesData *self,
                                         LabTripKind    kind);
gint64   lab_copies_data_get_trip_ns    (LabCopiesData *self,
                                         LabTripKind    kind,
                                         guint64        message_bytes);
gboolean lab_copies_are_alike           (double         a,
                                         double         b);
void     lab_copies_find_lead           (const GArray  *a,
                                         const GArray  *b,
                                         guint         *earliest,
                                         guint         *latest);
GArray  *lab_copies_find_crossings      (const GArray  *a,
                                         const GArray  *b);
GArray  *lab_copies_data_get_order      (LabCopiesData *self,
                                         guint64        block_bytes);
GArray  *lab_copies_data_get_trip_order (LabCopiesData *self,
                                         guint64        message_bytes);

char *lab_copies_data_to_csv (LabCopiesData *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabCopiesData, lab_copies_data_free)

G_END_DECLS
