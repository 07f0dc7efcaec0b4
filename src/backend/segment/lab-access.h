/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-sysv.h"

G_BEGIN_DECLS

/**
 * LabAccessClass:
 *
 * As who the kernel counts this process: the first that fits, and no other.
 */
typedef enum
{
  LAB_ACCESS_OWNER,   /* the owner or the creator */
  LAB_ACCESS_GROUP,   /* in the owner's or the creator's group */
  LAB_ACCESS_OTHERS,
} LabAccessClass;

LabAccessClass lab_access_get_class        (const LabShmRecord *record);
gboolean       lab_access_may_read         (const LabShmRecord *record);
gboolean       lab_access_may_write        (const LabShmRecord *record);
char          *lab_access_describe_refusal (const LabShmRecord *record) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
