/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab-message-entry.h"
#include "lab-publisher.h"

G_BEGIN_DECLS

void lab_write_controls_add (LabMessageEntry *entry,
                             LabPublisher    *publisher);

G_END_DECLS
