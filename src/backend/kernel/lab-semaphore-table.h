/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Which sets of semaphores the kernel has, without a call: looking changes nothing. */

int lab_semaphore_table_count (key_t key);

G_END_DECLS
