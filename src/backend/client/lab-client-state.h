/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/client/lab-receiver.h"

G_BEGIN_DECLS

/**
 * LabClientState:
 *
 * Where the client stands; each is a sentence on the screen.
 */
typedef enum
{
  LAB_CLIENT_IDLE,         /* not attached, because the user wants it so */
  LAB_CLIENT_WAITING,      /* no segment has the key; attaches by itself when one appears */
  LAB_CLIENT_REFUSED,      /* there is one, and its mode does not let us read */
  LAB_CLIENT_EMPTY,        /* attached; nothing was written yet */
  LAB_CLIENT_READING,      /* attached, and a server lives */
  LAB_CLIENT_SERVER_LEFT,  /* the server detached and left the segment */
  LAB_CLIENT_SERVER_DIED,  /* the server ended without a word; the segment stays */
  LAB_CLIENT_MARKED,       /* marked for removal; it goes when the last process detaches */
  LAB_CLIENT_REPLACED,     /* marked for removal, and a new segment has the key */
  LAB_CLIENT_PLAIN,        /* not our layout: read as a plain C string, or as a preset has it */
  LAB_CLIENT_NEEDS_WRITE,  /* the living server's protocol asks clients to store, and we are attached for reading only */
  LAB_CLIENT_DAMAGED,      /* our control block, but it makes no sense */
} LabClientState;

LabClientState lab_client_state_find (LabSession  *session,
                                      LabReceiver *receiver) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
