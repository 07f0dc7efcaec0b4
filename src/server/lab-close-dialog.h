/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/server/lab-server.h"

G_BEGIN_DECLS

typedef enum
{
  LAB_CLOSE_CANCEL,
  LAB_CLOSE_WAIT,    /* until the last client detaches, then remove */
  LAB_CLOSE_LEAVE,   /* detach only */
  LAB_CLOSE_REMOVE,  /* at once */
} LabCloseChoice;

typedef void (*LabCloseCallback) (LabCloseChoice choice,
                                  gpointer       user_data);

void lab_close_dialog_present (GtkWindow        *parent,
                               LabServer        *server,
                               LabCloseCallback  callback,
                               gpointer          user_data);

G_END_DECLS
