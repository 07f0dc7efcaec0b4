/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/measure/lab-carry-runner.h"

#include <errno.h>
#include <signal.h>

#include <glib/gi18n-lib.h>

#include "ui/app/lab-launch.h"

struct _LabCarryRunner
{
  GObject            parent_instance;

  GSubprocess       *process;       /* NULL while nothing runs */
  GDataInputStream  *lines;
  GCancellable      *cancellable;   /* of the reading: the object goes away */
  GError            *error;         /* what the program said */
  gboolean           done;          /* it said that all went well */
  gboolean           cancelled;     /* we asked it to stop */

  guint64            n_runs;
  guint64            n_runs_done;
  guint64            run_size;      /* bytes of a run; 0 for round trips */
  double             fraction;
};

enum { PROP_0, PROP_FRACTION, PROP_RUNNING, N_PROPS };
enum { RESULT, TRIP, FINISHED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabCarryRunner, lab_carry_runner, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void read_next (LabCarryRunner *self);

static void
set_fraction (LabCarryRunner *self,
              double          fraction)
{
  if (self->fraction == fraction)
    return;

  self->fraction = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
update_fraction (LabCarryRunner *self,
                 guint64         n_done)
{
  double part = self->run_size > 0 ? MIN ((double) n_done / (double) self->run_size, 1) : 0;

  if (self->n_runs > 0)
    set_fraction (self, MIN (((double) self->n_runs_done + part) / (double) self->n_runs, 1));
}

static void
take_event (LabCarryRunner *self,
            LabCarryEvent  *event)
{
  switch (event->type)
    {
    case LAB_CARRY_EVENT_PLAN:
      self->n_runs = event->n_runs;
      self->run_size = event->size_bytes;
      break;
    case LAB_CARRY_EVENT_PROGRESS:
      update_fraction (self, event->n_done);
      break;
    case LAB_CARRY_EVENT_RESULT:
      self->n_runs_done++;
      update_fraction (self, 0);
      g_signal_emit (self, signals[RESULT], 0, &event->result);
      break;
    case LAB_CARRY_EVENT_TRIP:
      self->n_runs_done++;
      update_fraction (self, 0);
      g_signal_emit (self, signals[TRIP], 0, &event->trip);
      break;
    case LAB_CARRY_EVENT_ERROR:
      g_clear_error (&self->error);
      self->error = g_error_new_literal (LAB_CARRY_ERROR, (int) event->error_code, event->message != NULL ? event->message : "");
      break;
    case LAB_CARRY_EVENT_DONE:
      self->done = TRUE;
      break;
    case LAB_CARRY_EVENT_START:
    default:
      break;
    }
}

static void
waited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(LabCarryRunner) self = user_data;
  g_autoptr(GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self->process != G_SUBPROCESS (source))
    return;

  g_clear_object (&self->process);
  g_clear_object (&self->lines);

  error = g_steal_pointer (&self->error);
  if (self->cancelled)
    {
      g_clear_error (&error);
      lab_carry_set_error (&error, LAB_CARRY_ERROR_CANCELLED, ECANCELED, "");
    }
  else if (error == NULL && !self->done)
    lab_carry_set_error (&error, LAB_CARRY_ERROR_PARTNER, 0, _("The program that carries ended too early; run it again"));

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, signals[FINISHED], 0, error);
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(LabCarryRunner) self = user_data;
  g_auto(LabCarryEvent) event = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->process == NULL)
    return;

  if (line == NULL)
    {
      g_subprocess_wait_async (self->process, self->cancellable, waited_cb, g_object_ref (self));
      return;
    }

  if (lab_carry_event_parse (line, &event))
    take_event (self, &event);
  else
    g_warning ("shmlab-carry said: %s", line);
  read_next (self);
}

static void
read_next (LabCarryRunner *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT_IDLE, self->cancellable, line_cb, g_object_ref (self));
}

static void
lab_carry_runner_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  LabCarryRunner *self = LAB_CARRY_RUNNER (object);

  switch (prop_id)
    {
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, lab_carry_runner_is_running (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_carry_runner_dispose (GObject *object)
{
  LabCarryRunner *self = LAB_CARRY_RUNNER (object);

  lab_carry_runner_cancel (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->process);
  g_clear_object (&self->lines);

  G_OBJECT_CLASS (lab_carry_runner_parent_class)->dispose (object);
}

static void
lab_carry_runner_finalize (GObject *object)
{
  LabCarryRunner *self = LAB_CARRY_RUNNER (object);

  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (lab_carry_runner_parent_class)->finalize (object);
}

static void
lab_carry_runner_class_init (LabCarryRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lab_carry_runner_get_property;
  object_class->dispose = lab_carry_runner_dispose;
  object_class->finalize = lab_carry_runner_finalize;

  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RUNNING] =
    g_param_spec_boolean ("running", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* A LabCarryResult; a LabTripResult; in the end NULL or a GError of LAB_CARRY_ERROR. */
  signals[RESULT] = g_signal_new ("result", LAB_TYPE_CARRY_RUNNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[TRIP] = g_signal_new ("trip", LAB_TYPE_CARRY_RUNNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FINISHED] = g_signal_new ("finished", LAB_TYPE_CARRY_RUNNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
lab_carry_runner_init (LabCarryRunner *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * lab_carry_runner_new:
 *
 * Returns: (transfer full): a runner with nothing to run
 */
LabCarryRunner *
lab_carry_runner_new (void)
{
  return g_object_new (LAB_TYPE_CARRY_RUNNER, NULL);
}

/* `SHMLAB_CARRY` names it for tests.  It is no program for users, so an installed
 * one is not in `PATH` but in libexec: of the prefix that this program is in, so
 * that an installation can be moved, or of the one it was built for. */
static char *
find_helper (void)
{
  const char *named = g_getenv ("SHMLAB_CARRY");
  g_autofree char *self = NULL;
  g_autofree char *bin = NULL;
  g_autofree char *beside = NULL;
  g_autofree char *built_for = NULL;
  char *found;

  if (named != NULL)
    return g_strdup (named);

  self = g_file_read_link ("/proc/self/exe", NULL);
  bin = g_path_get_dirname (self != NULL ? self : "");
  beside = g_build_filename (bin, "..", "libexec", "shmlab-carry", NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);

  found = lab_find_program ("shmlab-carry");
  if (found != NULL)
    return found;

  built_for = g_build_filename (LIBEXECDIR, "shmlab-carry", NULL);
  if (g_file_test (built_for, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&built_for);

  return NULL;
}

/**
 * lab_carry_runner_start:
 * @self: a runner with nothing to run
 * @args: (array zero-terminated=1): arguments of shmlab-carry
 * @error: return location for an error
 *
 * Errors: %LAB_CARRY_ERROR_FAILED when the program is not there or cannot be
 * started.  What goes wrong later comes with the signal "finished".
 *
 * Returns: whether it runs
 */
gboolean
lab_carry_runner_start (LabCarryRunner      *self,
                        const char * const  *args,
                        GError             **error)
{
  g_autofree char *path = NULL;
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GError) reason = NULL;

  g_return_val_if_fail (LAB_IS_CARRY_RUNNER (self), FALSE);
  g_return_val_if_fail (self->process == NULL, FALSE);

  path = find_helper ();
  if (path == NULL)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, 0, _("The program shmlab-carry was not found; install it beside this one"));
      return FALSE;
    }

  g_ptr_array_add (argv, path);
  for (guint i = 0; args[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) args[i]);
  g_ptr_array_add (argv, NULL);

  self->process = g_subprocess_newv ((const char * const *) argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &reason);
  if (self->process == NULL)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, 0, reason->message);
      return FALSE;
    }

  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_clear_error (&self->error);
  self->done = FALSE;
  self->cancelled = FALSE;
  self->n_runs = 0;
  self->n_runs_done = 0;
  self->run_size = 0;
  set_fraction (self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  read_next (self);

  return TRUE;
}

/**
 * lab_carry_runner_cancel:
 * @self: a runner
 *
 * Asks the program to stop; it removes what it made, and "finished" follows.
 */
void
lab_carry_runner_cancel (LabCarryRunner *self)
{
  g_return_if_fail (LAB_IS_CARRY_RUNNER (self));

  if (self->process == NULL)
    return;

  self->cancelled = TRUE;
  g_subprocess_send_signal (self->process, SIGTERM);
}

gboolean
lab_carry_runner_is_running (LabCarryRunner *self)
{
  g_return_val_if_fail (LAB_IS_CARRY_RUNNER (self), FALSE);

  return self->process != NULL;
}

/**
 * lab_carry_runner_get_fraction:
 * @self: a runner
 *
 * Returns: how much of it is done, from 0 to 1
 */
double
lab_carry_runner_get_fraction (LabCarryRunner *self)
{
  g_return_val_if_fail (LAB_IS_CARRY_RUNNER (self), 0);

  return self->fraction;
}
