/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helpers/helper-e2e.h"

#include <atspi/atspi.h>

G_BEGIN_DECLS

struct _E2eProgram
{
  GSubprocess *process;      /* NULL when something else started it */
  pid_t        pid;
  char        *name;         /* of the file, for messages */
  char        *folder;       /* for what it prints */
  E2eNode     *root;         /* on the accessibility bus, once known */
  GHashTable  *nodes;        /* AtspiAccessible to E2eNode; NULL before the first */
  gboolean     settled;      /* the window manager is done with its window */
};

struct _E2eNode
{
  E2eProgram      *program;
  AtspiAccessible *accessible;
  gint64           clicked;       /* when e2e_click() did, in monotonic time */
};

/* helper-e2e-a11y.c: what goes over the accessibility bus. */

void     e2e_a11y_connect       (void);
gboolean e2e_get_extents        (E2eNode   *node,
                                 int       *x,
                                 int       *y,
                                 int       *width,
                                 int       *height);

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

G_END_DECLS
