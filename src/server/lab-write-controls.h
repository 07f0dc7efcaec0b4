/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/server/lab-publisher.h"
#include "server/lab-message-entry.h"

G_BEGIN_DECLS

void lab_write_controls_add (LabMessageEntry *entry,
                             LabPublisher    *publisher);

G_END_DECLS
