/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/carry/lab-way.h"

G_BEGIN_DECLS

/* Two processes that work together, the server and the client, and the parent
 * that looks after them: it forks them, lets them begin at the same time, waits,
 * and removes everything, whichever of the three is killed and whenever. */

/* What one process alone writes to has cache lines of its own: two, since some fetch them in pairs. */
#define LAB_CREW_ALIGNMENT 128

typedef struct
{
  _Alignas (LAB_CREW_ALIGNMENT) LabCarryCount count;
} LabCrewSide;

/**
 * LabCrewShared:
 *
 * What the three processes share besides the thing to be measured: anonymous
 * memory of their own, so that none of it costs a system call.
 */
typedef struct
{
  _Atomic uint32_t stop;        /* 1: the job is over, everybody ends */
  _Atomic uint32_t made;        /* 1: the parent has made what outlives processes */
  _Atomic uint32_t go;          /* 1: both are attached, begin */
  _Atomic uint32_t n_ready;
  _Atomic uint32_t has_error;   /* 0; 1: being written; 2: written */
  int              error_code;  /* a LabCarryError */
  char             error_message[1024];
  LabCarryObjects  objects;
  LabCrewSide      sides[2];    /* by LabSide */
  _Alignas (LAB_CREW_ALIGNMENT) _Atomic uint64_t n_done;  /* bytes or trips, for the progress; the client's */
} LabCrewShared;

/**
 * LabCrewTask:
 * @n_processes: 2, or 1 for the server alone
 * @prepare: (nullable): in the parent, before there are children
 * @make: (nullable): in the parent, once there are children
 * @attach: (nullable): in each child
 * @settle: (nullable): in the parent, once both are attached
 * @work: in each child, at the same time
 *
 * What a crew does.
 */
typedef struct
{
  guint      n_processes;
  gboolean (*prepare) (gpointer   data,
                       GError   **error);
  gboolean (*make)    (gpointer   data,
                       GError   **error);
  gboolean (*attach)  (gpointer   data,
                       LabSide    side,
                       GError   **error);
  void     (*settle)  (gpointer   data);
  gboolean (*work)    (gpointer   data,
                       LabSide    side,
                       GError   **error);
} LabCrewTask;

/* The parent's eyes: signals, the children's messages, whether anybody still
 * reads our stdout.  One for the whole program. */
typedef struct _LabCrew LabCrew;

typedef void (*LabCrewProgressFunc) (guint64  n_done,
                                     gpointer data);
typedef void (*LabCrewStartedFunc)  (pid_t    server,
                                     pid_t    client,
                                     gpointer data);

LabCrew       *lab_crew_new           (GError            **error);
void           lab_crew_free          (LabCrew            *self);
LabCrewShared *lab_crew_get_shared    (LabCrew            *self);
gboolean       lab_crew_is_cancelled  (LabCrew            *self,
                                       GError            **error);
gboolean       lab_crew_run           (LabCrew            *self,
                                       const LabCrewTask  *task,
                                       gpointer            data,
                                       LabCrewStartedFunc  started,
                                       LabCrewProgressFunc progress,
                                       gpointer            user_data,
                                       gint64             *setup_ns,
                                       GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabCrew, lab_crew_free)

G_END_DECLS
