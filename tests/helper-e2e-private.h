/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helper-e2e.h"

G_BEGIN_DECLS

/* helper-e2e-x11.c: what goes through the X display. */

gboolean e2e_x_focus            (pid_t      pid);
gboolean e2e_x_click            (pid_t      pid,
                                 int        width,
                                 int        height,
                                 int        x,
                                 int        y);
gboolean e2e_x_get_action_group (pid_t      pid,
                                 gboolean   of_window,
                                 char     **bus_name,
                                 char     **path);
gboolean e2e_get_extents        (E2eNode   *node,
                                 int       *x,
                                 int       *y,
                                 int       *width,
                                 int       *height);

G_END_DECLS
