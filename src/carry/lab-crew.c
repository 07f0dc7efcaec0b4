/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "carry/lab-crew.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/carry/lab-carry-io.h"
#include "backend/kernel/lab-process.h"

/* How often the parent tells how far it is. */
#define PROGRESS_MS 50

/* Who has been told to stop and has not done so is killed. */
#define PATIENCE_MS 1000

/* A signal can arrive just before a call that waits; so it is repeated until the process has ended. */
#define REPEAT_NS (20 * 1000 * 1000)

struct _LabCrew
{
  LabCrewShared *shared;
  int            signal_fd;
  int            event_fd;     /* a child has something to say */
  gboolean       watch_stdout; /* whether it can tell that nobody reads it */
  sigset_t       old_mask;
};

typedef struct
{
  pid_t    pid;
  int      fd;       /* a pidfd; -1 when it has ended */
  int      status;
  gboolean started;
} Child;

static _Atomic uint32_t *child_stop;
static timer_t child_timer;

static void
child_told_to_stop (int signal_number)
{
  const struct itimerspec repeat = { { 0, REPEAT_NS }, { 0, REPEAT_NS } };
  int errsv = errno;

  if (atomic_exchange (child_stop, 1) == 0 || signal_number != SIGALRM)
    timer_settime (child_timer, 0, &repeat, NULL);
  errno = errsv;
}

static void
fail_child (LabCrewShared *shared,
            const GError  *error)
{
  uint32_t none = 0;

  if (atomic_compare_exchange_strong (&shared->has_error, &none, 1))
    {
      shared->error_code = error->domain == LAB_CARRY_ERROR ? error->code : LAB_CARRY_ERROR_FAILED;
      g_strlcpy (shared->error_message, error->message, sizeof shared->error_message);
      atomic_store (&shared->has_error, 2);
    }
  atomic_store (&shared->stop, 1);
}

static gboolean
wait_for_word (LabCrewShared    *shared,
               _Atomic uint32_t *word,
               GError          **error)
{
  LabCarryCount unused = { 0 };
  LabCarryIo io = { &shared->stop, &unused };

  while (atomic_load (word) == 0)
    {
      if (lab_carry_io_must_stop (&io))
        {
          lab_carry_set_error (error, LAB_CARRY_ERROR_CANCELLED, errno, "");
          return FALSE;
        }
      lab_carry_io_wait_while (&io, word, 0);
    }

  return TRUE;
}

static void
set_word (_Atomic uint32_t *word)
{
  LabCarryCount unused = { 0 };
  LabCarryIo io = { NULL, &unused };

  atomic_store (word, 1);
  lab_carry_io_wake (&io, word);
}

static void
tell_parent (LabCrew *self)
{
  const guint64 one = 1;

  while (write (self->event_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

static gboolean
do_child (LabCrew           *self,
          const LabCrewTask *task,
          gpointer           data,
          LabSide            side,
          GError           **error)
{
  LabCrewShared *shared = self->shared;

  if (!wait_for_word (shared, &shared->made, error))
    return FALSE;
  if (task->attach != NULL && !task->attach (data, side, error))
    return FALSE;

  atomic_fetch_add (&shared->n_ready, 1);
  tell_parent (self);

  return wait_for_word (shared, &shared->go, error) && task->work (data, side, error);
}

static void G_GNUC_NORETURN
be_child (LabCrew           *self,
          const LabCrewTask *task,
          gpointer           data,
          LabSide            side,
          pid_t              parent)
{
  const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGALRM };
  struct sigaction action = { .sa_handler = child_told_to_stop };
  struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
  LabCrewShared *shared = self->shared;
  g_autoptr(GError) error = NULL;
  int null_fd;

  prctl (PR_SET_NAME, side == LAB_SIDE_SERVER ? "carry-server" : "carry-client");
  child_stop = &shared->stop;
  timer_create (CLOCK_MONOTONIC, &event, &child_timer);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);  /* no SA_RESTART: calls that wait are to end */
  sigprocmask (SIG_SETMASK, &self->old_mask, NULL);

  /* A parent that dies takes its children with it; it may have died before we asked for that. */
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != parent)
    atomic_store (&shared->stop, 1);

  /* The results are the parent's to tell, and who reads them is not to wait for us. */
  null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_fd >= 0)
    {
      dup2 (null_fd, STDIN_FILENO);
      dup2 (null_fd, STDOUT_FILENO);
    }

  if (!do_child (self, task, data, side, &error))
    fail_child (shared, error);

  if (getppid () != parent)
    {
      atomic_store (&shared->stop, 1);
      lab_carry_objects_remove (&shared->objects);
    }

  _exit (error == NULL ? EXIT_SUCCESS : EXIT_FAILURE);
}

/**
 * lab_crew_new:
 * @error: return location for an error
 *
 * Takes over the signals that end a program, so that each of them ends a run
 * and not the process, and everything is removed first.
 *
 * Returns: (transfer full): a crew
 */
LabCrew *
lab_crew_new (GError **error)
{
  g_autoptr(LabCrew) self = g_new0 (LabCrew, 1);
  const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  struct pollfd out = { STDOUT_FILENO, 0, 0 };
  sigset_t mask;
  void *memory;

  self->signal_fd = -1;
  self->event_fd = -1;
  sigemptyset (&mask);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaddset (&mask, signals[i]);
  sigprocmask (SIG_BLOCK, &mask, &self->old_mask);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigdelset (&self->old_mask, signals[i]);

  signal (SIGPIPE, SIG_IGN);  /* EPIPE says the same */
  signal (SIGXFSZ, SIG_IGN);  /* EFBIG says the same */

  memory = mmap (NULL, sizeof (LabCrewShared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  self->shared = memory != MAP_FAILED ? memory : NULL;
  self->signal_fd = signalfd (-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->watch_stdout = poll (&out, 1, 0) == 0;  /* a pipe whose reader is there reports nothing when asked for nothing */
  if (self->shared == NULL || self->signal_fd < 0 || self->event_fd < 0)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errno, _("There is not enough memory, or too many files are open"));
      return NULL;
    }
  lab_carry_objects_init (&self->shared->objects);

  return g_steal_pointer (&self);
}

void
lab_crew_free (LabCrew *self)
{
  if (self == NULL)
    return;

  if (self->shared != NULL)
    {
      lab_carry_objects_remove (&self->shared->objects);
      munmap (self->shared, sizeof (LabCrewShared));
    }
  if (self->signal_fd >= 0)
    close (self->signal_fd);
  if (self->event_fd >= 0)
    close (self->event_fd);
  g_free (self);
}

/**
 * lab_crew_get_shared:
 * @self: a crew
 *
 * Returns: (transfer none): what the parent and its children share
 */
LabCrewShared *
lab_crew_get_shared (LabCrew *self)
{
  return self->shared;
}

/**
 * lab_crew_is_cancelled:
 * @self: a crew
 * @error: return location for an error
 *
 * Looks whether somebody asked us to end: by a signal, or by closing the other
 * end of our stdout.
 *
 * Returns: whether it is so; then @error is %LAB_CARRY_ERROR_CANCELLED
 */
gboolean
lab_crew_is_cancelled (LabCrew *self,
                       GError **error)
{
  struct pollfd fds[] = {
    { self->signal_fd, POLLIN, 0 },
    { self->watch_stdout ? STDOUT_FILENO : -1, 0, 0 },
  };

  if (poll (fds, G_N_ELEMENTS (fds), 0) <= 0)
    return FALSE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_CANCELLED, ECANCELED, "");

  return TRUE;
}

static gboolean
start_child (LabCrew           *self,
             const LabCrewTask *task,
             gpointer           data,
             LabSide            side,
             Child             *child,
             GError           **error)
{
  pid_t parent = getpid ();

  child->pid = fork ();
  if (child->pid == 0)
    be_child (self, task, data, side, parent);

  if (child->pid > 0)
    {
      child->started = TRUE;
      child->fd = (int) syscall (SYS_pidfd_open, child->pid, 0);
    }
  if (child->pid > 0 && child->fd >= 0)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_LIMIT, errno, _("No process can be started"));

  return FALSE;
}

static void
reap (Child         *child,
      LabCarryCount *count)
{
  struct rusage usage = { 0 };

  while (wait4 (child->pid, &child->status, 0, &usage) < 0 && errno == EINTR)
    ;
  count->max_rss_kib = (guint64) usage.ru_maxrss;
  if (child->fd >= 0)
    close (child->fd);
  child->fd = -1;
  child->started = FALSE;
}

/* One look at what happens: returns whether somebody asked us to end. */
static gboolean
look (LabCrew *self,
      Child   *children,
      int      timeout_ms)
{
  struct pollfd fds[] = {
    { children[0].fd, POLLIN, 0 },
    { children[1].fd, POLLIN, 0 },
    { self->event_fd, POLLIN, 0 },
    { self->signal_fd, POLLIN, 0 },
    { self->watch_stdout ? STDOUT_FILENO : -1, 0, 0 },
  };
  guint64 unused;

  if (poll (fds, G_N_ELEMENTS (fds), timeout_ms) <= 0)
    return FALSE;

  for (guint i = 0; i < 2; i++)
    if (fds[i].revents != 0)
      reap (&children[i], &self->shared->sides[i].count);
  if (fds[2].revents != 0 && read (self->event_fd, &unused, sizeof unused) < 0)
    g_debug ("eventfd: %s", g_strerror (errno));

  return fds[3].revents != 0 || fds[4].revents != 0;
}

static gboolean
has_failed (const Child *child)
{
  return !child->started && child->pid > 0 && child->status != 0;
}

/* Tells the children that it is over, and sees to it. */
static void
stop_children (LabCrew *self,
               Child   *children)
{
  gint64 kill_ns = lab_monotonic_ns () + (gint64) PATIENCE_MS * 1000000;

  set_word (&self->shared->stop);
  lab_carry_objects_remove (&self->shared->objects);
  for (guint i = 0; i < 2; i++)
    if (children[i].started)
      kill (children[i].pid, SIGTERM);

  while (children[0].started || children[1].started)
    {
      if (lab_monotonic_ns () >= kill_ns)
        {
          for (guint i = 0; i < 2; i++)
            if (children[i].started)
              {
                kill (children[i].pid, SIGKILL);
                reap (&children[i], &self->shared->sides[i].count);
              }
          return;
        }

      /* The signals stay unread: whoever sent one wants the whole program to end. */
      {
        struct pollfd fds[] = { { children[0].fd, POLLIN, 0 }, { children[1].fd, POLLIN, 0 } };

        if (poll (fds, 2, REPEAT_NS / 1000000) > 0)
          for (guint i = 0; i < 2; i++)
            if (fds[i].revents != 0)
              reap (&children[i], &self->shared->sides[i].count);
      }
    }
}

static void
set_error_of_child (LabCrewShared *shared,
                    const Child   *children,
                    GError       **error)
{
  /* Who was killed could not say so; the other only noticed. */
  for (guint i = 0; i < 2; i++)
    if (children[i].pid > 0 && WIFSIGNALED (children[i].status))
      {
        g_set_error (error, LAB_CARRY_ERROR, LAB_CARRY_ERROR_PARTNER,
                     i == LAB_SIDE_SERVER
                     /* Translators: %d is a process id, %s a signal such as SIGKILL */
                     ? _("The server process %d was killed by SIG%s; run it again")
                     : _("The client process %d was killed by SIG%s; run it again"),
                     (int) children[i].pid, sigabbrev_np (WTERMSIG (children[i].status)));
        return;
      }

  if (atomic_load (&shared->has_error) == 2)
    {
      shared->error_message[sizeof shared->error_message - 1] = '\0';
      g_set_error_literal (error, LAB_CARRY_ERROR, shared->error_code, shared->error_message);
    }
  else
    lab_carry_set_error (error, LAB_CARRY_ERROR_PARTNER, 0, _("A process ended before its work was done"));
}

static gboolean
supervise (LabCrew            *self,
           const LabCrewTask  *task,
           gpointer            data,
           Child              *children,
           LabCrewStartedFunc  started,
           LabCrewProgressFunc progress,
           gpointer            user_data,
           gint64             *setup_ns,
           GError            **error)
{
  LabCrewShared *shared = self->shared;
  gint64 begin_ns = lab_monotonic_ns ();

  for (guint i = 0; i < task->n_processes; i++)
    if (!start_child (self, task, data, (LabSide) i, &children[i], error))
      return FALSE;
  if (started != NULL)
    started (children[0].pid, children[1].pid, user_data);

  if (task->make != NULL && !task->make (data, error))
    return FALSE;
  set_word (&shared->made);

  while (children[0].started || children[1].started)
    {
      if (look (self, children, PROGRESS_MS))
        {
          lab_carry_set_error (error, LAB_CARRY_ERROR_CANCELLED, ECANCELED, "");
          return FALSE;
        }
      if (has_failed (&children[0]) || has_failed (&children[1]))
        {
          stop_children (self, children);
          set_error_of_child (shared, children, error);
          return FALSE;
        }

      if (atomic_load (&shared->go) == 0)
        {
          if (atomic_load (&shared->n_ready) < task->n_processes)
            continue;
          if (task->settle != NULL)
            task->settle (data);
          *setup_ns = lab_monotonic_ns () - begin_ns;
          set_word (&shared->go);
        }
      else if (progress != NULL)
        progress (atomic_load (&shared->n_done), user_data);
    }

  return TRUE;
}

/**
 * lab_crew_run:
 * @self: a crew
 * @task: what to do
 * @data: for the functions of @task
 * @started: (nullable): told who the processes are, before they begin
 * @progress: (nullable): told from time to time how far they are
 * @user_data: for @started and @progress
 * @setup_ns: (out): from the first fork until both could begin
 * @error: return location for an error
 *
 * Runs @task to its end.  When it fails, for whatever reason, both processes
 * have ended and what they made is removed; the file of
 * %LAB_CARRY_PATH_OUTPUT is removed only on failure.
 *
 * Errors: those of the task, %LAB_CARRY_ERROR_PARTNER when a process was
 * killed, %LAB_CARRY_ERROR_CANCELLED, %LAB_CARRY_ERROR_LIMIT.
 *
 * Returns: whether both processes did their work
 */
gboolean
lab_crew_run (LabCrew            *self,
              const LabCrewTask  *task,
              gpointer            data,
              LabCrewStartedFunc  started,
              LabCrewProgressFunc progress,
              gpointer            user_data,
              gint64             *setup_ns,
              GError            **error)
{
  LabCrewShared *shared = self->shared;
  Child children[2] = { { .fd = -1 }, { .fd = -1 } };

  g_return_val_if_fail (task->n_processes >= 1 && task->n_processes <= 2, FALSE);

  atomic_store (&shared->stop, 0);
  atomic_store (&shared->made, 0);
  atomic_store (&shared->go, 0);
  atomic_store (&shared->n_ready, 0);
  atomic_store (&shared->n_done, 0);
  atomic_store (&shared->has_error, 0);
  memset (shared->sides, 0, sizeof shared->sides);
  fflush (NULL);  /* so that no child has our unwritten lines */

  if (lab_crew_is_cancelled (self, error)
      || (task->prepare != NULL && !task->prepare (data, error))
      || !supervise (self, task, data, children, started, progress, user_data, setup_ns, error))
    {
      stop_children (self, children);
      return FALSE;
    }
  lab_carry_objects_remove_means (&shared->objects);

  return TRUE;
}
