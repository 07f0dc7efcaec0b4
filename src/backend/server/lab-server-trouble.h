/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/server/lab-publisher.h"

G_BEGIN_DECLS

/**
 * LabServerTrouble:
 *
 * What others did to the segment under the server's feet.
 */
typedef enum
{
  LAB_SERVER_TROUBLE_NONE,
  LAB_SERVER_TROUBLE_MARKED,    /* somebody removed it; who is attached goes on */
  LAB_SERVER_TROUBLE_REPLACED,  /* and another segment has the key now */
  LAB_SERVER_TROUBLE_GONE,      /* it was removed, and the kernel has it no more */
  LAB_SERVER_TROUBLE_DAMAGED,   /* a stranger wrote over the control block */
} LabServerTrouble;

#define LAB_TYPE_SERVER_TROUBLE (lab_server_trouble_get_type ())
GType lab_server_trouble_get_type (void);

LabServerTrouble lab_server_trouble_find    (LabSession   *session,
                                             LabPublisher *publisher);
gboolean         lab_server_trouble_is_gone (LabSession   *session);

G_END_DECLS
