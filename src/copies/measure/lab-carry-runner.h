/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

/* Starts shmlab-carry and tells, line for line, what it says.  Never blocks. */

#define LAB_TYPE_CARRY_RUNNER (lab_carry_runner_get_type ())
G_DECLARE_FINAL_TYPE (LabCarryRunner, lab_carry_runner, LAB, CARRY_RUNNER, GObject)

LabCarryRunner *lab_carry_runner_new        (void);
gboolean        lab_carry_runner_start      (LabCarryRunner      *self,
                                             const char * const  *args,
                                             GError             **error);
void            lab_carry_runner_cancel     (LabCarryRunner      *self);
gboolean        lab_carry_runner_is_running (LabCarryRunner      *self);
double          lab_carry_runner_get_fraction (LabCarryRunner    *self);

G_END_DECLS
