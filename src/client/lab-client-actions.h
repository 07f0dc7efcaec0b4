/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/client/lab-client.h"

G_BEGIN_DECLS

/* The actions of the client's window: what needs none of its widgets, and when each
 * action of the window can be taken. */

void lab_client_actions_add (GActionMap *actions,
                             LabClient  *client);

G_END_DECLS
