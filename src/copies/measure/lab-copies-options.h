/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/carry/lab-carry-report.h"

G_BEGIN_DECLS

/* What is carried, where to, in what blocks, by whom and how often: a row of
 * choices, and the arguments for shmlab-carry that follow from them. */

/**
 * LabCopiesPage:
 * @LAB_COPIES_PAGE_CARRY: one block size, all counts
 * @LAB_COPIES_PAGE_BLOCKS: the speed over block sizes
 * @LAB_COPIES_PAGE_TRIPS: round trips over message sizes
 *
 * What is measured.
 */
typedef enum
{
  LAB_COPIES_PAGE_CARRY,
  LAB_COPIES_PAGE_BLOCKS,
  LAB_COPIES_PAGE_TRIPS,
} LabCopiesPage;

#define LAB_N_COPIES_PAGES (LAB_COPIES_PAGE_TRIPS + 1)

#define LAB_COPIES_N_BLOCKS 14
extern const guint64 lab_copies_blocks[LAB_COPIES_N_BLOCKS];

/* The message that predictions of round trips are about. */
#define LAB_COPIES_TRIP_BYTES 100

#define LAB_TYPE_COPIES_OPTIONS (lab_copies_options_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesOptions, lab_copies_options, LAB, COPIES_OPTIONS, GtkWidget)

void         lab_copies_options_set_page   (LabCopiesOptions *self,
                                            LabCopiesPage     page);
void         lab_copies_options_set_file   (LabCopiesOptions *self,
                                            GFile            *file);
gboolean     lab_copies_options_has_file   (LabCopiesOptions *self);
LabCarryMode lab_copies_options_get_mode   (LabCopiesOptions *self);
guint64      lab_copies_options_get_block  (LabCopiesOptions *self);
guint        lab_copies_options_get_rounds (LabCopiesOptions *self);
guint        lab_copies_options_get_ways   (LabCopiesOptions *self,
                                            guint             ids[LAB_N_WAYS],
                                            const char       *titles[LAB_N_WAYS]);
char        *lab_copies_options_describe   (LabCopiesOptions *self);
GStrv        lab_copies_options_dup_args   (LabCopiesOptions *self);

G_END_DECLS
