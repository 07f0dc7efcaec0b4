/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

#define LAB_CARRY_OPTIONS_MAX_LIST 64

typedef struct
{
  guint64 values[LAB_CARRY_OPTIONS_MAX_LIST];
  guint   n_values;
} LabCarryList;

/**
 * LabCarryOptions:
 * @round_trips: whether to send messages there and back instead of carrying a file
 * @ways: LabWayKind, or LabTripKind for round trips
 * @blocks: bytes of a block or of a message
 * @n_rounds: how often
 * @n_slots: of the ring; 0 for a good number
 * @time_ms: for each series of round trips
 * @mode: from where to where
 * @makes_input: whether to make up the input
 * @make_bytes: how long it is then
 * @folder: where an output that is not kept has its room
 * @input_path: (nullable): the input
 * @output_path: (nullable): the output; %NULL when it is not kept
 *
 * What the command line asks for.
 */
typedef struct
{
  gboolean      round_trips;
  LabCarryList  ways;
  LabCarryList  blocks;
  guint         n_rounds;
  guint         n_slots;
  guint         time_ms;
  LabCarryMode  mode;
  gboolean      makes_input;
  guint64       make_bytes;
  char         *folder;
  char         *input_path;
  char         *output_path;
} LabCarryOptions;

gboolean lab_carry_options_parse (LabCarryOptions   *self,
                                  int               *argc,
                                  char            ***argv,
                                  GError           **error);
void     lab_carry_options_clear (LabCarryOptions   *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LabCarryOptions, lab_carry_options_clear)

G_END_DECLS
