/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"

G_BEGIN_DECLS

/* A race at full speed: the server writes AAAA… and BBBB… as fast as it can, the
 * clients read as fast as they can, and each counts.  In threads of their own,
 * so that the main loop goes on; the results come to the main loop once a second. */

#define LAB_RACE_MAX_SECONDS 60

/**
 * LabRaceSecond:
 * @protocol: under which protocol
 * @second: from 0, of this protocol
 * @duration_ns: how long it really was
 * @n_written: messages written, when this process wrote
 * @n_writer_waited: how often the writer had to wait for its turn
 * @counters: of all readers of this process together
 *
 * What happened within one second.
 */
typedef struct
{
  LabProtocolId protocol;
  guint         second;
  gint64        duration_ns;
  guint64       n_written;
  guint64       n_writer_waited;
  LabCounters   counters;
} LabRaceSecond;

#define LAB_TYPE_RACE (lab_race_get_type ())
G_DECLARE_FINAL_TYPE (LabRace, lab_race, LAB, RACE, GObject)

LabRace             *lab_race_new           (LabSegment          *segment);
gboolean             lab_race_start_writer  (LabRace             *self,
                                             LabWriter           *writer,
                                             const LabProtocolId *protocols,
                                             guint                n_protocols,
                                             guint                seconds,
                                             gsize                length,
                                             guint                n_readers,
                                             GError             **error);
gboolean             lab_race_start_reader  (LabRace             *self);
void                 lab_race_stop          (LabRace             *self);
void                 lab_race_finish        (LabRace             *self);
gboolean             lab_race_is_running    (LabRace             *self);
const LabRaceSecond *lab_race_get_seconds   (LabRace             *self,
                                             guint               *n_seconds);
LabRaceSecond        lab_race_sum           (LabRace             *self,
                                             LabProtocolId        protocol);

gboolean             lab_race_is_on         (const LabLayout     *layout);

G_END_DECLS
