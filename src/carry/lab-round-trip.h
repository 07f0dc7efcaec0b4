/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-carry-report.h"
#include "carry/lab-crew.h"

G_BEGIN_DECLS

#define LAB_ROUND_TRIP_MIN_BYTES 1
#define LAB_ROUND_TRIP_MAX_BYTES (16 * 1024 * 1024)

gboolean lab_round_trip_run (LabCrew            *crew,
                             LabTripKind         kind,
                             gsize               message_bytes,
                             guint               time_ms,
                             LabCrewStartedFunc  started,
                             LabCrewProgressFunc progress,
                             gpointer            user_data,
                             LabTripResult      *result,
                             GError            **error);

G_END_DECLS
