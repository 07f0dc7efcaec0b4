/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * LabProcessStat:
 * @is_zombie: whether it, or the first thread of a process, has ended
 * @n_threads: threads of its process
 * @start_ticks: when it started, in clock ticks since boot
 *
 * Some of what the kernel says about a process or a thread.
 */
typedef struct
{
  gboolean is_zombie;
  guint64  n_threads;
  guint64  start_ticks;
} LabProcessStat;

gboolean lab_process_read_stat       (pid_t           pid,
                                      LabProcessStat *stat);
gboolean lab_process_is_proc_ours    (void);
char    *lab_process_dup_path        (pid_t           pid,
                                      const char     *file) G_GNUC_WARN_UNUSED_RESULT;
guint64  lab_process_get_start_ticks (pid_t    pid);
int      lab_process_open            (pid_t    pid) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_process_dup_name        (pid_t    pid) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_process_dup_program     (pid_t    pid) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_process_dup_user_name   (uid_t    uid) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_process_knows_id        (guint    id,
                                      gboolean is_group);
gboolean lab_process_has_capability  (guint    capability);
gint64   lab_monotonic_ns            (void);

G_END_DECLS
