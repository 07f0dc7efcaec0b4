/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helpers/helper-facts.h"
#include "helpers/helper-scene.h"

G_BEGIN_DECLS

/* The table of states and places: in each state that a test brings the programs to,
 * every text of their windows is read, held against what is so (helper-facts.h) by
 * the rules (helper-rules.h), and written down. */

typedef struct
{
  Scene       scene;
  Stage      *stage;
  char       *group;     /* of states: the name of the file they are written to */
  char       *log_path;  /* what helper-witness wrote */
  GString    *report;
  GHashTable *programs;  /* role to E2eProgram */
  GHashTable *windows;   /* role to what was read of its whole window last */
  guint       n_in_vain; /* pages that were waited for in vain */
} States;

/* How a state is looked at. */
typedef enum
{
  LOOK_ALL        = 0,
  LOOK_MOVES      = 1 << 0,  /* what is shown changes all the time: one look, and numbers may be a little old */
  LOOK_NO_TABS    = 1 << 1,  /* only what is in sight without choosing a tab */
  LOOK_NO_PROGRAM = 1 << 2,  /* without the C program, which is what it was in the state before */
} Look;

void        states_set_up       (States        *self,
                                 gconstpointer  group);
void        states_tear_down    (States        *self,
                                 gconstpointer  group);
gboolean    states_can_look     (States        *self);
void        states_play         (States        *self,
                                 const char    *role,
                                 E2eProgram    *program);
E2eProgram *states_start_server (States        *self,
                                 const char    *role,
                                 ...) G_GNUC_NULL_TERMINATED;
E2eProgram *states_start_client (States        *self,
                                 const char    *role,
                                 ...) G_GNUC_NULL_TERMINATED;
void        states_look         (States        *self,
                                 const char    *state,
                                 Look           look,
                                 const char    *who,
                                 ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
