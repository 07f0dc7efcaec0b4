/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helpers/helper-e2e.h"

G_BEGIN_DECLS

/* Everything that can be read in a program's windows now, text by text, each with
 * the place where it stands.  A place is a role and the names of what it lies in,
 * never a coordinate, so that it outlives a change of the layout. */

/**
 * Place:
 * @where: "Window / List / Row", what it lies in from outside to inside, with # for
 *   what is a number there
 * @role: of the widget; a row of a table is one place, its cells with " | " between
 * @text: what it says
 * @is_description: whether @text is what it says to whom points at it or has it read aloud
 */
typedef struct
{
  char     *where;
  char     *role;
  char     *text;
  gboolean  is_description;
} Place;

GPtrArray *places_read        (E2eProgram  *program,
                               const char  *panel);
GPtrArray *places_find_tabs   (E2eProgram  *program);
char      *places_dup_line    (const Place *place);

G_END_DECLS
