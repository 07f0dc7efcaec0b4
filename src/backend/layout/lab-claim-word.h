/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* The writer of a segment in one word, so that it changes in one step: from the lowest bit on
 * 22 bits of pid, 10 that tell its namespaces from others, and the lower 32 of its start in
 * clock ticks since boot.  0 is nobody. */

guint64  lab_claim_word_new             (pid_t   pid,
                                         guint64 start_ticks);
guint64  lab_claim_word_get_own         (void);
pid_t    lab_claim_word_get_pid         (guint64 word);
guint64  lab_claim_word_get_start_ticks (guint64 word);
guint64  lab_claim_word_get_namespaces  (guint64 word);
gboolean lab_claim_word_fits            (guint64 word,
                                         guint32 pid,
                                         guint64 start_ticks);

G_END_DECLS
