/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-shm-record.h"

G_BEGIN_DECLS

gboolean lab_access_may_write (const LabShmRecord *record);

G_END_DECLS
