/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/stat.h>

#include "backend/carry/lab-carry-report.h"
#include "carry/lab-crew.h"

G_BEGIN_DECLS

/**
 * LabCarryJob:
 * @crew: the parent's eyes
 * @kind: the way
 * @mode: from where to where
 * @block_bytes: the block
 * @n_slots: for the ring; 0 for a good number
 * @size_bytes: bytes to carry
 * @input_fd: the input; unused when carrying from memory
 * @input: what the input was when it was opened
 * @output_fd: the output; unused when carrying to memory
 *
 * What is to be carried, and how.
 */
typedef struct
{
  LabCrew        *crew;
  LabWayKind  kind;
  LabCarryMode    mode;
  gsize           block_bytes;
  guint           n_slots;
  guint64         size_bytes;
  int             input_fd;
  struct stat     input;
  int             output_fd;
} LabCarryJob;

gboolean lab_carry_job_run (const LabCarryJob  *job,
                            LabCrewStartedFunc  started,
                            LabCrewProgressFunc progress,
                            gpointer            user_data,
                            LabCarryResult     *result,
                            GError            **error);

G_END_DECLS
