/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "carry/lab-carry-options.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/segment/lab-key.h"
#include "carry/lab-round-trip.h"

#define MAX_ROUNDS 1000
#define MAX_TIME_MS 60000

static const char help[] = N_(
  "Carries INPUT to OUTPUT, from one process to another, in each of the ways asked for, and\n"
  "tells what it cost. OUTPUT appears when it is whole and the same as INPUT, byte for byte.\n"
  "Without OUTPUT nothing is kept. Instead of INPUT, --make makes up a file.\n"
  "With --round-trips, a message goes there and back instead.");

static const char format_help[] = N_(
  "Results are lines on the standard output: a word, then key=value pairs. SIDE is server or client.\n"
  "  plan      runs= size=                        how many runs, how many bytes\n"
  "  start     run= server_pid= client_pid=       a run begins; client_pid=0 when one process does it alone\n"
  "  progress  run= done=                         bytes or trips so far\n"
  "  result    way= mode= run= block= slots= round= size= wall_ns= setup_ns= checked= and for each SIDE\n"
  "            SIDE.read_bytes= .read_calls= .write_bytes= .write_calls= .queue_bytes= .queue_calls=\n"
  "            .semaphore_calls= .futex_calls= .memcpy_bytes=      counted by the process itself\n"
  "            .rchar= .wchar= .syscr= .syscw=                     from /proc/PID/io\n"
  "            .voluntary= .involuntary= .user_ns= .system_ns= .faults= .max_rss_kib=   from getrusage(2)\n"
  "            checked= is how many bytes of the output were compared with the input\n"
  "  trip      way= run= size= round= trips= median_ns= best_ns= p99_ns= calls=\n"
  "  error     code= message=                     the last line: nothing is left behind\n"
  "  done                                         the last line: all went well\n"
  "code= is failed, usage, input, output, space, changed, differs, limit, partner or cancelled.\n"
  "\n"
  "Exit status: 0 all went well, 1 an error, 2 wrong options, 3 cancelled (SIGTERM, SIGINT, SIGHUP,\n"
  "or nobody reads the standard output any more).");

/* Always returns FALSE. */
static gboolean
refuse (GError    **error,
        const char *option,
        const char *value)
{
  /* Translators: the first %s is an option such as --rounds, the second what was given to it */
  g_autofree char *words = g_strdup_printf (_("%s does not take “%s”; see --help"), option, value);

  lab_carry_set_error (error, LAB_CARRY_ERROR_USAGE, 0, words);

  return FALSE;
}

static gboolean
parse_number (const char *option,
              const char *text,
              guint64     min,
              guint64     max,
              guint      *number,
              GError    **error)
{
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
    return refuse (error, option, text);
  *number = (guint) value;

  return TRUE;
}

static gboolean
add (LabCarryList *list,
     guint64       value)
{
  if (list->n_values >= LAB_CARRY_OPTIONS_MAX_LIST)
    return FALSE;
  list->values[list->n_values++] = value;

  return TRUE;
}

static gboolean
parse_blocks (LabCarryOptions *self,
              const char      *text,
              GError         **error)
{
  guint64 min = self->round_trips ? LAB_ROUND_TRIP_MIN_BYTES : LAB_WAY_MIN_BLOCK;
  guint64 max = self->round_trips ? LAB_ROUND_TRIP_MAX_BYTES : LAB_WAY_MAX_BLOCK;
  g_auto(GStrv) parts = g_strsplit (text != NULL ? text : self->round_trips ? "100" : "64KiB", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gsize value;

      if (!lab_size_parse (parts[i], &value, NULL) || value < min || value > max || !add (&self->blocks, value))
        return refuse (error, "--blocks", text);
    }

  return self->blocks.n_values > 0 || refuse (error, "--blocks", text);
}

static gboolean
parse_ways (LabCarryOptions *self,
            const char      *text,
            GError         **error)
{
  g_auto(GStrv) parts = text != NULL ? g_strsplit (text, ",", -1) : NULL;

  if (text == NULL)
    {
      for (guint i = 0; i < (self->round_trips ? LAB_N_TRIPS : LAB_N_WAYS); i++)
        add (&self->ways, i);
      return TRUE;
    }

  for (guint i = 0; parts[i] != NULL; i++)
    {
      LabWayKind kind = LAB_WAY_PIPE;
      LabTripKind trip = LAB_TRIP_PIPE;

      if (self->round_trips ? !lab_trip_kind_parse (parts[i], &trip) || !add (&self->ways, trip)
                            : !lab_way_kind_parse (parts[i], &kind) || !add (&self->ways, kind))
        return refuse (error, "--ways", text);
    }

  return self->ways.n_values > 0 || refuse (error, "--ways", text);
}

static gboolean
parse_operands (LabCarryOptions *self,
                char           **operands,
                GError         **error)
{
  guint n = operands != NULL ? g_strv_length (operands) : 0;
  guint n_inputs = self->makes_input || self->round_trips ? 0 : 1;
  gboolean can_keep = !self->round_trips && (self->mode == LAB_CARRY_MODE_FRESH || self->mode == LAB_CARRY_MODE_IN_PLACE);

  if (self->mode == LAB_CARRY_MODE_MEMORY && !self->makes_input && !self->round_trips)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_USAGE, 0, _("From memory to memory there is no INPUT; use --make; see --help"));
      return FALSE;
    }
  if (n < n_inputs)
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_USAGE, 0, _("There is no INPUT; name a file, or use --make; see --help"));
      return FALSE;
    }
  if (n > n_inputs + (can_keep ? 1 : 0))
    return refuse (error, "shmlab-carry", operands[n - 1]);

  if (n_inputs == 1)
    self->input_path = g_strdup (operands[0]);
  if (n > n_inputs)
    self->output_path = g_strdup (operands[n_inputs]);

  return TRUE;
}

/**
 * lab_carry_options_parse:
 * @self: (out caller-allocates): what is asked for; clear it afterwards
 * @argc: (inout): of main()
 * @argv: (inout): of main()
 * @error: return location for an error
 *
 * Reads the command line.  `--help` prints the help and ends the program.
 *
 * Returns: whether it makes sense; else @error is %LAB_CARRY_ERROR_USAGE
 */
gboolean
lab_carry_options_parse (LabCarryOptions *self,
                         int             *argc,
                         char          ***argv,
                         GError         **error)
{
  g_autofree char *ways = NULL;
  g_autofree char *blocks = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *make = NULL;
  g_autofree char *rounds = NULL;
  g_autofree char *slots = NULL;
  g_autofree char *time = NULL;
  g_auto(GStrv) operands = NULL;
  const GOptionEntry entries[] = {
    { "ways", 'w', 0, G_OPTION_ARG_STRING, &ways, N_("pipe,fifo,queue,lockstep,ring,plain; for round trips pipe,fifo,queue,semaphore,spin (all)"), N_("LIST") },
    { "blocks", 'b', 0, G_OPTION_ARG_STRING, &blocks, N_("Sizes of a block or a message, such as 512,4KiB,1MiB (64KiB; 100 for round trips)"), N_("LIST") },
    { "rounds", 'r', 0, G_OPTION_ARG_STRING, &rounds, N_("Do all of it so many times, the ways in turn (1)"), N_("N") },
    { "mode", 'm', 0, G_OPTION_ARG_STRING, &mode, N_("fresh: to a new file; in-place: over the bytes of a file; nowhere: to /dev/null; memory: from memory to memory (fresh)"), N_("MODE") },
    { "make", 0, 0, G_OPTION_ARG_STRING, &make, N_("Make up an input of random bytes, such as 64MiB"), N_("SIZE") },
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &self->folder, N_("Where an output that is not kept has its room (the folder for temporary files)"), N_("FOLDER") },
    { "slots", 0, 0, G_OPTION_ARG_STRING, &slots, N_("Blocks in the ring: 2, 4, 8, 16, 32 or 64 (as many as make 512 KiB, at least 2)"), N_("N") },
    { "round-trips", 0, 0, G_OPTION_ARG_NONE, &self->round_trips, N_("Send a message there and back, again and again"), NULL },
    { "time", 0, 0, G_OPTION_ARG_STRING, &time, N_("About how long to do that with each size, in milliseconds (200)"), N_("MS") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &operands, NULL, NULL },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (_("[INPUT] [OUTPUT]"));
  g_autoptr(GError) reason = NULL;

  memset (self, 0, sizeof *self);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, help);
  g_option_context_set_description (context, format_help);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &reason))
    {
      lab_carry_set_error (error, LAB_CARRY_ERROR_USAGE, 0, reason->message);
      return FALSE;
    }

  self->n_rounds = 1;
  self->time_ms = 200;
  self->mode = LAB_CARRY_MODE_FRESH;
  if (self->folder == NULL)
    self->folder = g_strdup (g_get_tmp_dir ());

  if (!parse_number ("--rounds", rounds, 1, MAX_ROUNDS, &self->n_rounds, error)
      || !parse_number ("--slots", slots, 2, 64, &self->n_slots, error)
      || !parse_number ("--time", time, 1, MAX_TIME_MS, &self->time_ms, error))
    return FALSE;
  if ((self->n_slots & (self->n_slots - 1)) != 0)
    return refuse (error, "--slots", slots);
  if (mode != NULL && !lab_carry_mode_parse (mode, &self->mode))
    return refuse (error, "--mode", mode);
  if (make != NULL)
    {
      gsize value;

      if (!lab_size_parse (make, &value, NULL))
        return refuse (error, "--make", make);
      self->makes_input = TRUE;
      self->make_bytes = value;
    }

  return parse_blocks (self, blocks, error) && parse_ways (self, ways, error) && parse_operands (self, operands, error);
}

void
lab_carry_options_clear (LabCarryOptions *self)
{
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->input_path, g_free);
  g_clear_pointer (&self->output_path, g_free);
}
