/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"

G_BEGIN_DECLS

/* A race at full speed: the server writes AAAA… and BBBB… as fast as it can, the
 * clients read as fast as they can, and each counts.  In threads of their own,
 * so that the main loop goes on; the results come to the main loop once a second:
 * the properties "running", "n-seconds" and "trouble" notify.  A race is always there, and can
 * be run again: then the results before are forgotten. */

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

LabRace             *lab_race_new           (void);
gboolean             lab_race_start_writer  (LabRace             *self,
                                             LabSegment          *segment,
                                             LabWriter           *writer,
                                             const LabProtocolId *protocols,
                                             guint                n_protocols,
                                             guint                seconds,
                                             gsize                length,
                                             guint                n_readers,
                                             GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void                 lab_race_start_reader  (LabRace             *self,
                                             LabSegment          *segment);
void                 lab_race_stop          (LabRace             *self);
void                 lab_race_finish        (LabRace             *self);
gboolean             lab_race_is_running    (LabRace             *self);
const LabRaceSecond *lab_race_get_seconds   (LabRace             *self,
                                             guint               *n_seconds);
const char          *lab_race_get_trouble   (LabRace             *self);
LabRaceSecond        lab_race_sum           (LabRace             *self,
                                             LabProtocolId        protocol);

guint                lab_race_get_n_planned (LabRace             *self);
gsize                lab_race_get_length    (LabRace             *self);

gboolean             lab_race_is_on         (const LabLayout     *layout);

G_END_DECLS
