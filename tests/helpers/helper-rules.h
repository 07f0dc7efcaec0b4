/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "helpers/helper-facts.h"
#include "helpers/helper-places.h"

G_BEGIN_DECLS

/* What each number and some of the words in a window must agree with. */

char *rules_check (const Facts *before,
                   const Facts *after,
                   const Actor *self,
                   GPtrArray   *places,
                   guint        index,
                   GPtrArray   *window,
                   GPtrArray   *complaints);

G_END_DECLS
