/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helpers/helper-e2e.h"

G_BEGIN_DECLS

struct _E2eProgram
{
  GSubprocess *process;      /* NULL when something else started it */
  pid_t        pid;
  char        *name;         /* of the file, for messages */
  char        *folder;       /* for what it prints */
  char        *bus_name;     /* on the accessibility bus, once known */
  GHashTable  *nodes;        /* path to E2eNode; NULL before the first */
  guint        reading;      /* how often its windows were read */
  guint        n_incomplete; /* readings in turn that had not all of them */
  gboolean     settled;      /* the window manager is done with its window */
};

struct _E2eNode
{
  E2eProgram *program;
  char       *path;
  char       *role;          /* once asked for */
  gint64      clicked;       /* when e2e_click() did, in monotonic time */

  /* As of the last reading. */
  guint       reading;       /* which one had it */
  E2eNode    *parent;
  int         place;         /* among the parent's children */
  int         n_children;
  GPtrArray  *children;
  char       *name;          /* as GTK says it */
  char       *description;
  gboolean    has_text;
  guint64     states;        /* one bit each */

  /* As of the last e2e_bus_ask_for_extents(). */
  int         x, y;          /* in the window; -1 without extents */
  int         width, height;
};

/* helper-e2e-bus.c: a program's widgets, as the accessibility bus tells them. */

void             e2e_bus_connect        (void);
GDBusConnection *e2e_bus_get_session    (void);
E2eNode         *e2e_bus_read           (E2eProgram *program);
void             e2e_bus_complete       (E2eNode    *node);
void             e2e_bus_collect        (E2eNode    *node,
                                         GPtrArray  *nodes);
GVariant        *e2e_bus_call           (E2eNode    *node,
                                         const char *interface,
                                         const char *method,
                                         GVariant   *arguments,
                                         const char *reply_type);
GVariant        *e2e_bus_get            (E2eNode    *node,
                                         const char *interface,
                                         const char *property);
gboolean         e2e_bus_set            (E2eNode    *node,
                                         const char *interface,
                                         const char *property,
                                         GVariant   *value);
const char      *e2e_get_role           (E2eNode    *node);
void             e2e_bus_ask_for_roles  (GPtrArray  *nodes);
void             e2e_bus_ask_for_extents (GPtrArray *nodes);
E2eNode         *e2e_bus_get_at         (E2eNode    *node,
                                         int         x,
                                         int         y);
gboolean         e2e_has_extents        (E2eNode    *node);
gboolean         e2e_get_extents        (E2eNode    *node,
                                         int        *x,
                                         int        *y,
                                         int        *width,
                                         int        *height);

/* helper-e2e-a11y.c: what its nodes say. */

char    *e2e_dup_plain_name     (const char *name);
char    *e2e_dup_text_as_read   (E2eNode    *node);

/* helper-e2e-x11.c: what goes through the X display. */

void     e2e_x_nudge            (void);
gboolean e2e_x_focus            (pid_t      pid);
gboolean e2e_x_click            (pid_t      pid,
                                 int        width,
                                 int        height,
                                 int        x,
                                 int        y,
                                 guint      button);
gboolean e2e_x_get_action_group (pid_t      pid,
                                 gboolean   of_window,
                                 char     **bus_name,
                                 char     **path);

G_END_DECLS
