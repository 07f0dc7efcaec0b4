/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-server-watch.h"

#include <unistd.h>

#include <glib-unix.h>

#include "backend/kernel/lab-process.h"

struct _LabServerWatch
{
  GSourceOnceFunc  ended;
  gpointer         data;
  pid_t            pid;
  guint64          start_ticks;
  gboolean         is_dead;
  int              fd;      /* a pidfd while that process lives, -1 where there is none */
  guint            source;  /* for the moment when it ends */
};

/**
 * lab_server_watch_new:
 * @ended: (scope notified): called from the main loop at once when the kernel says that
 *   the server has ended
 * @data: for @ended
 *
 * Returns: (transfer full): a watch over nobody yet
 */
LabServerWatch *
lab_server_watch_new (GSourceOnceFunc ended,
                      gpointer        data)
{
  LabServerWatch *self = g_new0 (LabServerWatch, 1);

  self->ended = ended;
  self->data = data;
  self->fd = -1;

  return self;
}

static void
let_go (LabServerWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->fd != -1)
    close (self->fd);
  self->fd = -1;
}

void
lab_server_watch_free (LabServerWatch *self)
{
  let_go (self);
  g_free (self);
}

static gboolean
ended_cb (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  LabServerWatch *self = data;

  self->source = 0;
  let_go (self);
  self->is_dead = TRUE;
  self->ended (self->data);

  return G_SOURCE_REMOVE;
}

/**
 * lab_server_watch_check:
 * @self: a watch
 * @layout: (nullable): an attached segment with our control block, or %NULL for no server
 * @monitor: what follows that segment
 *
 * Reads which process writes, and whether that process lives.  The kernel tells at once when
 * the process ends; where that cannot be had, the next check finds out.  One that cannot be
 * seen from here is dead only when all who are attached can be seen: then it is not.
 */
void
lab_server_watch_check (LabServerWatch    *self,
                        const LabLayout   *layout,
                        LabSegmentMonitor *monitor)
{
  LabPresence presence = LAB_PRESENCE_GONE;
  guint64 start_ticks = 0;
  pid_t pid;

  g_return_if_fail (self != NULL);
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (monitor));

  pid = layout != NULL ? lab_layout_get_writer (layout, &start_ticks) : 0;
  if (self->pid != pid || self->start_ticks != start_ticks)
    {
      let_go (self);
      self->pid = pid;
      self->start_ticks = start_ticks;
      self->is_dead = FALSE;
      if (pid > 0 && lab_layout_find_writer (layout, FALSE, &pid) == LAB_PRESENCE_RUNS)
        self->fd = lab_process_open (pid);
      if (self->fd != -1)
        self->source = g_unix_fd_add (self->fd, G_IO_IN, ended_cb, self);
    }

  if (self->pid == 0 || self->is_dead)
    return;

  /* After it was opened: a pid that was used again meanwhile shows by its start. */
  presence = lab_layout_find_writer (layout, FALSE, &pid);
  if (pid == self->pid && presence != LAB_PRESENCE_RUNS
      && (presence != LAB_PRESENCE_UNSEEN || lab_segment_monitor_sees_all (monitor)))
    {
      self->is_dead = TRUE;
      let_go (self);
    }
}

/**
 * lab_server_watch_is_up_to_date:
 * @self: a watch
 * @layout: an attached segment with our control block
 *
 * Makes no system call.
 *
 * Returns: whether the control block still names the process that lab_server_watch_check() found
 */
gboolean
lab_server_watch_is_up_to_date (LabServerWatch  *self,
                                const LabLayout *layout)
{
  guint64 start_ticks;

  g_return_val_if_fail (self != NULL && layout != NULL, FALSE);

  return lab_layout_get_writer (layout, &start_ticks) == self->pid && start_ticks == self->start_ticks;
}

/**
 * lab_server_watch_get_pid:
 * @self: a watch
 *
 * Returns: the process that writes, according to the control block; 0 when none does
 */
pid_t
lab_server_watch_get_pid (LabServerWatch *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pid;
}

gboolean
lab_server_watch_is_dead (LabServerWatch *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_dead;
}
