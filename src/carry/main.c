/* SPDX-License-Identifier: GPL-3.0-or-later */

/* shmlab-carry: carries a file from one process to another and tells what it
 * cost.  Without GTK; started by the window Four Copies or Two, or by hand. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "carry/lab-carry-file.h"
#include "carry/lab-carry-job.h"
#include "carry/lab-carry-options.h"
#include "carry/lab-round-trip.h"

enum { EXIT_USAGE = 2, EXIT_CANCELLED = 3 };

typedef struct
{
  LabCrew         *crew;
  LabCarryOptions  options;
  LabCarryJob      job;
  guint64          run;
} Program;

/* Why a line could not be written; 0 when all could. */
static int emit_errsv;

/* Who has stopped reading has cancelled; lab_crew_is_cancelled() mostly sees that first. */
static void
emit (const LabCarryEvent *event)
{
  g_autofree char *line = lab_carry_event_to_string (event);

  if (puts (line) == EOF || fflush (stdout) == EOF)
    emit_errsv = errno;
}

/* Nobody has any use for a run whose results are lost. */
static gboolean
check_emitted (GError **error)
{
  if (emit_errsv == 0)
    return TRUE;

  lab_carry_set_error (error, LAB_CARRY_ERROR_FAILED, emit_errsv == EPIPE ? ECANCELED : emit_errsv,
                       _("The results cannot be written to the standard output"));

  return FALSE;
}

static int
emit_error (const GError *error)
{
  LabCarryEvent event = {
    .type = LAB_CARRY_EVENT_ERROR,
    .error_code = error->domain == LAB_CARRY_ERROR ? (LabCarryError) error->code : LAB_CARRY_ERROR_FAILED,
    .message = error->message,
  };

  emit (&event);
  if (emit_errsv != 0 && emit_errsv != EPIPE)
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);

  switch ((int) event.error_code)
    {
    case LAB_CARRY_ERROR_USAGE:
      return EXIT_USAGE;
    case LAB_CARRY_ERROR_CANCELLED:
      return EXIT_CANCELLED;
    default:
      return EXIT_FAILURE;
    }
}

static void
started_cb (pid_t    server,
            pid_t    client,
            gpointer data)
{
  Program *self = data;
  LabCarryEvent event = { .type = LAB_CARRY_EVENT_START, .run = self->run };

  event.server_pid = (guint64) server;
  event.client_pid = (guint64) client;
  emit (&event);
}

static void
progress_cb (guint64  n_done,
             gpointer data)
{
  Program *self = data;
  LabCarryEvent event = { .type = LAB_CARRY_EVENT_PROGRESS, .run = self->run, .n_done = n_done };

  emit (&event);
}

static gboolean
run_trip (Program *self,
          guint    round,
          guint64  block,
          guint64  way,
          GError **error)
{
  LabCarryEvent event = { .type = LAB_CARRY_EVENT_TRIP, .run = self->run };

  if (!lab_round_trip_run (self->crew, (LabTripKind) way, (gsize) block, self->options.time_ms,
                           started_cb, progress_cb, self, &event.trip, error))
    return FALSE;
  event.trip.round = round;
  emit (&event);

  return check_emitted (error);
}

static gboolean
writes_file (const Program *self)
{
  return self->job.mode == LAB_CARRY_MODE_FRESH || self->job.mode == LAB_CARRY_MODE_IN_PLACE;
}

/* Where the output is, or would be if it were kept. */
static char *
dup_place (const Program *self)
{
  return self->options.output_path != NULL ? g_strdup (self->options.output_path)
                                           : g_build_filename (self->options.folder, "shmlab-carry", NULL);
}

static gboolean
open_output (Program *self,
             GError **error)
{
  g_autofree char *place = dup_place (self);

  if (writes_file (self))
    self->job.output_fd = lab_carry_output_open (place, &lab_crew_get_shared (self->crew)->objects, error);
  else
    {
      self->job.output_fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);
      if (self->job.output_fd < 0)
        lab_carry_set_write_error (error, errno);
    }

  return self->job.output_fd >= 0;
}

static gboolean
finish_output (Program *self,
               GError **error)
{
  return !writes_file (self) || self->options.output_path == NULL
         || lab_carry_output_finish (self->job.output_fd, self->options.output_path, self->job.input.st_mode,
                                     &lab_crew_get_shared (self->crew)->objects, error);
}

static void
close_output (Program *self)
{
  if (self->job.output_fd >= 0)
    close (self->job.output_fd);
  self->job.output_fd = -1;
  lab_carry_objects_remove_path (&lab_crew_get_shared (self->crew)->objects, LAB_CARRY_PATH_OUTPUT);
}

static gboolean
run_way (Program *self,
         guint    round,
         guint64  block,
         guint64  way,
         GError **error)
{
  LabCarryEvent event = { .type = LAB_CARRY_EVENT_RESULT, .run = self->run };
  gboolean fresh = self->job.mode == LAB_CARRY_MODE_FRESH;
  gboolean ok;

  self->job.kind = (LabWayKind) way;
  self->job.block_bytes = (gsize) block;

  if (self->job.mode == LAB_CARRY_MODE_IN_PLACE
      && !lab_carry_output_scrub (self->job.output_fd, self->job.size_bytes, self->crew, error))
    return FALSE;

  ok = (!fresh || open_output (self, error))
       && lab_carry_job_run (&self->job, started_cb, progress_cb, self, &event.result, error)
       && (!fresh || finish_output (self, error));
  if (fresh)
    close_output (self);
  if (!ok)
    return FALSE;

  event.result.round = round;
  emit (&event);

  return check_emitted (error);
}

static gboolean
run_all (Program *self,
         GError **error)
{
  const LabCarryOptions *options = &self->options;
  LabCarryEvent plan = {
    .type = LAB_CARRY_EVENT_PLAN,
    .n_runs = (guint64) options->n_rounds * options->blocks.n_values * options->ways.n_values,
    .size_bytes = self->job.size_bytes,
  };

  emit (&plan);
  if (!check_emitted (error))
    return FALSE;

  for (guint round = 1; round <= options->n_rounds; round++)
    for (guint b = 0; b < options->blocks.n_values; b++)
      for (guint w = 0; w < options->ways.n_values; w++)
        {
          self->run++;
          if (!(options->round_trips ? run_trip : run_way) (self, round, options->blocks.values[b],
                                                            options->ways.values[w], error))
            return FALSE;
        }

  return TRUE;
}

static gboolean
open_input (Program *self,
            GError **error)
{
  const LabCarryOptions *options = &self->options;
  LabCarryJob *job = &self->job;

  if (job->mode == LAB_CARRY_MODE_MEMORY)
    {
      job->size_bytes = options->make_bytes;
      return TRUE;
    }

  if (options->makes_input)
    {
      g_autofree char *place = dup_place (self);
      g_autofree char *folder = g_path_get_dirname (place);

      job->input_fd = lab_carry_input_make (folder, options->make_bytes, self->crew, &job->input, error);
    }
  else
    job->input_fd = lab_carry_input_open (options->input_path, &job->input, error);
  job->size_bytes = (guint64) job->input.st_size;

  return job->input_fd >= 0
         && (options->output_path == NULL || lab_carry_output_check (options->output_path, &job->input, error));
}

static gboolean
run_files (Program *self,
           GError **error)
{
  gboolean fresh = self->options.mode == LAB_CARRY_MODE_FRESH;
  gboolean ok;

  self->job = (LabCarryJob) {
    .crew = self->crew,
    .mode = self->options.mode,
    .n_slots = self->options.n_slots,
    .input_fd = -1,
    .output_fd = -1,
  };

  /* A fresh output is opened for each run, another one for all of them. */
  ok = open_input (self, error)
       && (fresh || open_output (self, error))
       && run_all (self, error)
       && (fresh || finish_output (self, error));
  close_output (self);
  if (self->job.input_fd >= 0)
    close (self->job.input_fd);

  return ok;
}

/* A descriptor of these three that is closed would be the next file's, and what is
 * printed would go there.  Writing to what stands in for the standard output fails. */
static void
occupy_standard_files (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) == -1 && open ("/dev/null", O_RDONLY) != fd)
      _exit (EXIT_FAILURE);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(LabCrew) crew = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(LabCarryOptions) options = { 0 };
  Program self = { 0 };
  LabCarryEvent done = { .type = LAB_CARRY_EVENT_DONE };

  occupy_standard_files ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!lab_carry_options_parse (&options, &argc, &argv, &error))
    return emit_error (error);
  if (options.output_path != NULL)
    lab_carry_output_follow (&options.output_path);

  crew = lab_crew_new (&error);
  if (crew == NULL)
    return emit_error (error);

  self.crew = crew;
  self.options = options;  /* borrowed */
  if (!(options.round_trips ? run_all (&self, &error) : run_files (&self, &error)))
    return emit_error (error);
  emit (&done);

  return check_emitted (&error) ? EXIT_SUCCESS : emit_error (error);
}
