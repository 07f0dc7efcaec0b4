/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Whether a process that somebody named by its number lives.  There is one place that answers,
 * because the number alone says little: it is used again, it means another process in another pid
 * namespace, and what /proc hides is not gone. */

/**
 * LabPresence:
 * @LAB_PRESENCE_GONE: no such process any more; another may have its number by now
 * @LAB_PRESENCE_ENDED: it has ended, and its parent has not waited for it yet: a zombie, which holds
 *   neither memory nor attachments
 * @LAB_PRESENCE_RUNS: it runs
 * @LAB_PRESENCE_UNSEEN: it cannot be seen from here, and may run: it is in another pid namespace, or
 *   /proc hides it
 */
typedef enum
{
  LAB_PRESENCE_GONE,
  LAB_PRESENCE_ENDED,
  LAB_PRESENCE_RUNS,
  LAB_PRESENCE_UNSEEN,
} LabPresence;

guint64     lab_presence_get_namespaces (void);
gboolean    lab_presence_shares_pids    (pid_t       pid);
LabPresence lab_presence_find           (pid_t       pid,
                                         guint64     start_ticks,
                                         guint64     namespaces);
LabPresence lab_presence_find_now       (pid_t       pid,
                                         gint64     *start_us);
LabPresence lab_presence_find_recorded  (pid_t       pid,
                                         gint64      time_seconds);
LabPresence lab_presence_compare        (LabPresence now,
                                         gint64      start_us,
                                         gint64      time_seconds);
gboolean    lab_presence_may_run        (LabPresence presence);

G_END_DECLS
