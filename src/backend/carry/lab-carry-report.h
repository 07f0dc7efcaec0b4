/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-way.h"

G_BEGIN_DECLS

/* What shmlab-carry writes to its stdout, a line for each event: a word, then
 * key=value pairs with a blank between them.  Only message= may hold blanks; it
 * comes last and goes to the end of the line.  shmlab-carry --help lists them. */

/**
 * LabCarryMode:
 * @LAB_CARRY_MODE_FRESH: from a file to a new file
 * @LAB_CARRY_MODE_IN_PLACE: from a file over the bytes of an existing one
 * @LAB_CARRY_MODE_NOWHERE: from a file to /dev/null
 * @LAB_CARRY_MODE_MEMORY: from the server's memory to the client's
 */
typedef enum
{
  LAB_CARRY_MODE_FRESH,
  LAB_CARRY_MODE_IN_PLACE,
  LAB_CARRY_MODE_NOWHERE,
  LAB_CARRY_MODE_MEMORY,
} LabCarryMode;

#define LAB_N_CARRY_MODES (LAB_CARRY_MODE_MEMORY + 1)

/**
 * LabTripKind:
 * @LAB_TRIP_PIPE: two pipes
 * @LAB_TRIP_FIFO: two FIFOs
 * @LAB_TRIP_QUEUE: a message queue, a type for each way
 * @LAB_TRIP_SEMAPHORE: shared memory; who waits sleeps on a semaphore
 * @LAB_TRIP_SPIN: shared memory; who waits looks again and again
 *
 * Ways to send a message there and back.
 */
typedef enum
{
  LAB_TRIP_PIPE,
  LAB_TRIP_FIFO,
  LAB_TRIP_QUEUE,
  LAB_TRIP_SEMAPHORE,
  LAB_TRIP_SPIN,
} LabTripKind;

#define LAB_N_TRIPS (LAB_TRIP_SPIN + 1)

/**
 * LabCarryResult:
 * @kind: the way
 * @mode: from where to where
 * @block_bytes: the block
 * @n_slots: blocks in the ring; 0 for the others
 * @round: which round, from 1
 * @size_bytes: carried
 * @wall_ns: from the server's first call to the client's last
 * @setup_ns: before that: processes and kernel objects made and attached
 * @checked_bytes: bytes that were compared afterwards
 * @counts: what server and client did, by %LabSide
 *
 * One run.
 */
typedef struct
{
  LabWayKind kind;
  LabCarryMode   mode;
  guint64        block_bytes;
  guint64        n_slots;
  guint64        round;
  guint64        size_bytes;
  gint64         wall_ns;
  gint64         setup_ns;
  guint64        checked_bytes;
  LabCarryCount  counts[2];
} LabCarryResult;

/**
 * LabTripResult:
 * @kind: the way
 * @message_bytes: bytes there, and as many back
 * @round: which round, from 1
 * @n_trips: how many were made
 * @median_ns: half of the trips took no longer
 * @best_ns: the shortest trip
 * @p99_ns: 99 of 100 trips took no longer
 * @n_calls: system calls of both processes for all trips
 *
 * One series of round trips.
 */
typedef struct
{
  LabTripKind kind;
  guint64     message_bytes;
  guint64     round;
  guint64     n_trips;
  gint64      median_ns;
  gint64      best_ns;
  gint64      p99_ns;
  guint64     n_calls;
} LabTripResult;

typedef enum
{
  LAB_CARRY_EVENT_PLAN,      /* n_runs, size_bytes */
  LAB_CARRY_EVENT_START,     /* run, server_pid, client_pid */
  LAB_CARRY_EVENT_PROGRESS,  /* run, n_done */
  LAB_CARRY_EVENT_RESULT,    /* result */
  LAB_CARRY_EVENT_TRIP,      /* trip */
  LAB_CARRY_EVENT_ERROR,     /* error_code, message */
  LAB_CARRY_EVENT_DONE,      /* the last line of a program that did all */
} LabCarryEventType;

typedef struct
{
  LabCarryEventType type;
  guint64           run;         /* from 1 */
  guint64           n_runs;
  guint64           size_bytes;  /* of the input; for round trips 0 */
  guint64           n_done;      /* bytes, or trips */
  guint64           server_pid;
  guint64           client_pid;  /* 0: there is none */
  LabCarryResult    result;
  LabTripResult     trip;
  LabCarryError     error_code;
  char             *message;
} LabCarryEvent;

void     lab_carry_event_clear     (LabCarryEvent       *event);
char    *lab_carry_event_to_string (const LabCarryEvent *event) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_event_parse     (const char          *line,
                                    LabCarryEvent       *event) G_GNUC_WARN_UNUSED_RESULT;

const char *lab_carry_mode_to_string (LabCarryMode  mode);
gboolean    lab_carry_mode_parse     (const char   *text,
                                      LabCarryMode *mode) G_GNUC_WARN_UNUSED_RESULT;
const char *lab_trip_kind_to_string  (LabTripKind   kind);
const char *lab_trip_kind_get_title  (LabTripKind   kind);
gboolean    lab_trip_kind_parse      (const char   *text,
                                      LabTripKind  *kind) G_GNUC_WARN_UNUSED_RESULT;

guint64     lab_carry_result_get_copied    (const LabCarryResult *result);
guint64     lab_carry_result_get_own       (const LabCarryResult *result);
guint64     lab_carry_result_get_calls     (const LabCarryResult *result);
guint64     lab_carry_result_get_switches  (const LabCarryResult *result);
guint64     lab_carry_result_get_cpu_ns    (const LabCarryResult *result);
double      lab_carry_result_get_copies    (const LabCarryResult *result);
double      lab_carry_result_get_speed     (const LabCarryResult *result);
guint       lab_carry_result_get_steps     (const LabCarryResult *result,
                                            guint64               steps[4]);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LabCarryEvent, lab_carry_event_clear)

G_END_DECLS
