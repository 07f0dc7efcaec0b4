/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* Who may write to a segment, or remove what a writer left behind: one process at a time,
 * however many want to. */

gboolean lab_claim_take (LabSegment  *segment,
                         GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void     lab_claim_give (LabSegment  *segment);

G_END_DECLS
