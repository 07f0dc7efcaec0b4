/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/server/lab-obstacle.h"
#include "server/lab-message-entry.h"
#include "server/lab-server-ending.h"

G_BEGIN_DECLS

/* The actions of the server's window: what needs none of its widgets, and when each can be taken. */

void lab_server_actions_add  (GActionMap      *actions,
                              LabServer       *server,
                              LabObstacle     *obstacle,
                              LabServerEnding *ending);
void lab_server_actions_bind (GActionMap      *actions,
                              LabServer       *server,
                              LabObstacle     *obstacle,
                              LabMessageEntry *entry);

G_END_DECLS
