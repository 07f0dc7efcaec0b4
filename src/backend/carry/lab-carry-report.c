/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/carry/lab-carry-report.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const char * const mode_names[LAB_N_CARRY_MODES] = { "fresh", "in-place", "nowhere", "memory" };

static const struct
{
  const char *name;
  const char *title;
} trips[LAB_N_TRIPS] = {
  [LAB_TRIP_PIPE]      = { "pipe",      NC_("way", "Pipe") },
  [LAB_TRIP_FIFO]      = { "fifo",      NC_("way", "FIFO") },
  [LAB_TRIP_QUEUE]     = { "queue",     NC_("way", "Message Queue") },
  /* Translators: who waits for the other sleeps on a semaphore */
  [LAB_TRIP_SEMAPHORE] = { "semaphore", NC_("way", "Shared Memory, Semaphore") },
  /* Translators: who waits for the other looks again and again */
  [LAB_TRIP_SPIN]      = { "spin",      NC_("way", "Shared Memory, Spinning") },
};

static const char * const event_names[] = { "plan", "start", "progress", "result", "trip", "error", "done" };

/* A number in an event: its key, and where it stands. */
typedef struct
{
  const char *key;
  gsize       offset;
} Field;

#define FIELD(member, key) { key, G_STRUCT_OFFSET (LabCarryEvent, member) }

static const Field plan_fields[] = { FIELD (n_runs, "runs"), FIELD (size_bytes, "size") };

static const Field start_fields[] = { FIELD (run, "run"), FIELD (server_pid, "server_pid"), FIELD (client_pid, "client_pid") };

static const Field progress_fields[] = { FIELD (run, "run"), FIELD (n_done, "done") };

#define COUNT_FIELDS(side, index) \
  FIELD (result.counts[index].read_bytes, side ".read_bytes"), \
  FIELD (result.counts[index].read_calls, side ".read_calls"), \
  FIELD (result.counts[index].write_bytes, side ".write_bytes"), \
  FIELD (result.counts[index].write_calls, side ".write_calls"), \
  FIELD (result.counts[index].queue_bytes, side ".queue_bytes"), \
  FIELD (result.counts[index].queue_calls, side ".queue_calls"), \
  FIELD (result.counts[index].semaphore_calls, side ".semaphore_calls"), \
  FIELD (result.counts[index].futex_calls, side ".futex_calls"), \
  FIELD (result.counts[index].memcpy_bytes, side ".memcpy_bytes"), \
  FIELD (result.counts[index].rchar, side ".rchar"), \
  FIELD (result.counts[index].wchar, side ".wchar"), \
  FIELD (result.counts[index].syscr, side ".syscr"), \
  FIELD (result.counts[index].syscw, side ".syscw"), \
  FIELD (result.counts[index].voluntary, side ".voluntary"), \
  FIELD (result.counts[index].involuntary, side ".involuntary"), \
  FIELD (result.counts[index].user_ns, side ".user_ns"), \
  FIELD (result.counts[index].system_ns, side ".system_ns"), \
  FIELD (result.counts[index].faults, side ".faults"), \
  FIELD (result.counts[index].max_rss_kib, side ".max_rss_kib")

static const Field result_fields[] = {
  FIELD (run, "run"),
  FIELD (result.block_bytes, "block"),
  FIELD (result.n_slots, "slots"),
  FIELD (result.round, "round"),
  FIELD (result.size_bytes, "size"),
  FIELD (result.wall_ns, "wall_ns"),
  FIELD (result.setup_ns, "setup_ns"),
  FIELD (result.checked_bytes, "checked"),
  COUNT_FIELDS ("server", LAB_SIDE_SERVER),
  COUNT_FIELDS ("client", LAB_SIDE_CLIENT),
};

static const Field trip_fields[] = {
  FIELD (run, "run"),
  FIELD (trip.message_bytes, "size"),
  FIELD (trip.round, "round"),
  FIELD (trip.n_trips, "trips"),
  FIELD (trip.median_ns, "median_ns"),
  FIELD (trip.best_ns, "best_ns"),
  FIELD (trip.p99_ns, "p99_ns"),
  FIELD (trip.n_calls, "calls"),
};

static const struct
{
  const Field *fields;
  guint        n_fields;
} event_fields[] = {
  [LAB_CARRY_EVENT_PLAN]     = { plan_fields, G_N_ELEMENTS (plan_fields) },
  [LAB_CARRY_EVENT_START]    = { start_fields, G_N_ELEMENTS (start_fields) },
  [LAB_CARRY_EVENT_PROGRESS] = { progress_fields, G_N_ELEMENTS (progress_fields) },
  [LAB_CARRY_EVENT_RESULT]   = { result_fields, G_N_ELEMENTS (result_fields) },
  [LAB_CARRY_EVENT_TRIP]     = { trip_fields, G_N_ELEMENTS (trip_fields) },
  [LAB_CARRY_EVENT_ERROR]    = { NULL, 0 },
  [LAB_CARRY_EVENT_DONE]     = { NULL, 0 },
};

G_STATIC_ASSERT (sizeof (((LabCarryEvent *) 0)->result.wall_ns) == sizeof (guint64));

void
lab_carry_event_clear (LabCarryEvent *event)
{
  g_clear_pointer (&event->message, g_free);
}

/**
 * lab_carry_event_to_string:
 * @event: what happened
 *
 * Returns: (transfer full): one line, without its end
 */
char *
lab_carry_event_to_string (const LabCarryEvent *event)
{
  GString *line = g_string_new (event_names[event->type]);

  if (event->type == LAB_CARRY_EVENT_RESULT)
    g_string_append_printf (line, " way=%s mode=%s", lab_way_kind_to_string (event->result.kind),
                            lab_carry_mode_to_string (event->result.mode));
  if (event->type == LAB_CARRY_EVENT_TRIP)
    g_string_append_printf (line, " way=%s", lab_trip_kind_to_string (event->trip.kind));

  for (guint i = 0; i < event_fields[event->type].n_fields; i++)
    {
      const Field *field = &event_fields[event->type].fields[i];
      guint64 value = G_STRUCT_MEMBER (guint64, event, field->offset);

      g_string_append_printf (line, " %s=%" G_GUINT64_FORMAT, field->key, value);
    }

  if (event->type == LAB_CARRY_EVENT_ERROR)
    {
      g_autofree char *message = g_strdelimit (g_strdup (event->message), "\n\r", ' ');

      g_string_append_printf (line, " code=%s message=%s", lab_carry_error_to_string (event->error_code), message);
    }

  return g_string_free (line, FALSE);
}

static gboolean
parse_pair (LabCarryEvent *event,
            const char    *key,
            const char    *value)
{
  if (g_str_equal (key, "way") && event->type == LAB_CARRY_EVENT_TRIP)
    return lab_trip_kind_parse (value, &event->trip.kind);
  if (g_str_equal (key, "way"))
    return lab_way_kind_parse (value, &event->result.kind);
  if (g_str_equal (key, "mode"))
    return lab_carry_mode_parse (value, &event->result.mode);
  if (g_str_equal (key, "code"))
    return lab_carry_error_parse (value, &event->error_code);

  for (guint i = 0; i < event_fields[event->type].n_fields; i++)
    {
      const Field *field = &event_fields[event->type].fields[i];

      if (g_str_equal (key, field->key))
        return g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64,
                                           &G_STRUCT_MEMBER (guint64, event, field->offset), NULL);
    }

  return TRUE;  /* a key of a later version */
}

/**
 * lab_carry_event_parse:
 * @line: a line, without its end
 * @event: (out caller-allocates): what it says; clear it afterwards
 *
 * Unknown keys are passed over.
 *
 * Returns: whether it is a line that shmlab-carry writes
 */
gboolean
lab_carry_event_parse (const char    *line,
                       LabCarryEvent *event)
{
  g_auto(GStrv) words = NULL;
  const char *message = strstr (line, " message=");
  g_autofree char *head = message != NULL ? g_strndup (line, (gsize) (message - line)) : g_strdup (line);
  guint type;

  memset (event, 0, sizeof *event);
  words = g_strsplit (head, " ", -1);
  if (words[0] == NULL)
    return FALSE;
  for (type = 0; type < G_N_ELEMENTS (event_names); type++)
    if (g_str_equal (words[0], event_names[type]))
      break;
  if (type == G_N_ELEMENTS (event_names))
    return FALSE;

  event->type = (LabCarryEventType) type;
  for (guint i = 1; words[i] != NULL; i++)
    {
      char *equals = strchr (words[i], '=');

      if (equals == NULL)
        return FALSE;
      *equals = '\0';
      if (!parse_pair (event, words[i], equals + 1))
        return FALSE;
    }
  if (message != NULL)
    event->message = g_utf8_make_valid (message + strlen (" message="), -1);

  return TRUE;
}

const char *
lab_carry_mode_to_string (LabCarryMode mode)
{
  g_return_val_if_fail (mode < LAB_N_CARRY_MODES, NULL);

  return mode_names[mode];
}

gboolean
lab_carry_mode_parse (const char   *text,
                      LabCarryMode *mode)
{
  for (guint i = 0; i < LAB_N_CARRY_MODES; i++)
    if (g_str_equal (text, mode_names[i]))
      {
        *mode = (LabCarryMode) i;
        return TRUE;
      }

  return FALSE;
}

const char *
lab_trip_kind_to_string (LabTripKind kind)
{
  g_return_val_if_fail (kind < LAB_N_TRIPS, NULL);

  return trips[kind].name;
}

/**
 * lab_trip_kind_get_title:
 * @kind: a way
 *
 * Returns: its name on the screen, translated
 */
const char *
lab_trip_kind_get_title (LabTripKind kind)
{
  g_return_val_if_fail (kind < LAB_N_TRIPS, NULL);

  return g_dpgettext2 (GETTEXT_PACKAGE, "way", trips[kind].title);
}

gboolean
lab_trip_kind_parse (const char  *text,
                     LabTripKind *kind)
{
  for (guint i = 0; i < LAB_N_TRIPS; i++)
    if (g_str_equal (text, trips[i].name))
      {
        *kind = (LabTripKind) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * lab_carry_result_get_copied:
 * @result: a run
 *
 * Counts each copy of each byte: what the kernel counts as read and written
 * (`rchar`, `wchar`), what went into and out of a queue, which the kernel does
 * not count there, and what the processes copied themselves.  What /dev/null
 * takes is copied by nobody, and is left out.
 *
 * Source: proc_pid_io(5), our own counters.
 *
 * Returns: bytes
 */
guint64
lab_carry_result_get_copied (const LabCarryResult *result)
{
  guint64 sum = 0;

  for (guint i = 0; i < 2; i++)
    sum += result->counts[i].rchar + result->counts[i].wchar + result->counts[i].queue_bytes + result->counts[i].memcpy_bytes;
  if (result->mode == LAB_CARRY_MODE_NOWHERE)
    sum -= MIN (sum, result->size_bytes);

  return sum;
}

/**
 * lab_carry_result_get_own:
 * @result: a run
 *
 * Returns: the same as lab_carry_result_get_copied(), by our own counters alone
 */
guint64
lab_carry_result_get_own (const LabCarryResult *result)
{
  guint64 sum = 0;

  for (guint i = 0; i < 2; i++)
    sum += result->counts[i].read_bytes + result->counts[i].write_bytes + result->counts[i].queue_bytes + result->counts[i].memcpy_bytes;
  if (result->mode == LAB_CARRY_MODE_NOWHERE)
    sum -= MIN (sum, result->size_bytes);

  return sum;
}

/**
 * lab_carry_result_get_calls:
 * @result: a run
 *
 * Returns: the system calls of both processes, by our own counters
 */
guint64
lab_carry_result_get_calls (const LabCarryResult *result)
{
  return lab_carry_count_get_calls (&result->counts[0]) + lab_carry_count_get_calls (&result->counts[1]);
}

/**
 * lab_carry_result_get_switches:
 * @result: a run
 *
 * Source: getrusage(2).
 *
 * Returns: the context switches of both processes
 */
guint64
lab_carry_result_get_switches (const LabCarryResult *result)
{
  return result->counts[0].voluntary + result->counts[0].involuntary
         + result->counts[1].voluntary + result->counts[1].involuntary;
}

/**
 * lab_carry_result_get_cpu_ns:
 * @result: a run
 *
 * Source: getrusage(2).
 *
 * Returns: the CPU time of both processes
 */
guint64
lab_carry_result_get_cpu_ns (const LabCarryResult *result)
{
  return result->counts[0].user_ns + result->counts[0].system_ns + result->counts[1].user_ns + result->counts[1].system_ns;
}

/**
 * lab_carry_result_get_copies:
 * @result: a run
 *
 * Returns: how often each byte was copied; 0 when there was none
 */
double
lab_carry_result_get_copies (const LabCarryResult *result)
{
  return result->size_bytes > 0 ? (double) lab_carry_result_get_copied (result) / (double) result->size_bytes : 0;
}

/**
 * lab_carry_result_get_speed:
 * @result: a run
 *
 * Returns: bytes a second
 */
double
lab_carry_result_get_speed (const LabCarryResult *result)
{
  return result->wall_ns > 0 ? (double) result->size_bytes * 1e9 / (double) result->wall_ns : 0;
}

/**
 * lab_carry_result_get_steps:
 * @result: a run
 * @steps: (out): bytes copied in each step, from the input to the output
 *
 * The steps of the diagram, each as it was counted.
 *
 * Returns: how many steps there are: 4, or 2
 */
guint
lab_carry_result_get_steps (const LabCarryResult *result,
                            guint64               steps[4])
{
  const LabCarryCount *server = &result->counts[LAB_SIDE_SERVER];
  const LabCarryCount *client = &result->counts[LAB_SIDE_CLIENT];

  switch (result->kind)
    {
    case LAB_WAY_PIPE:
    case LAB_WAY_FIFO:
    case LAB_WAY_QUEUE:
      steps[0] = server->rchar;
      steps[1] = server->wchar + server->queue_bytes;
      steps[2] = client->rchar + client->queue_bytes;
      steps[3] = client->wchar;
      return 4;
    case LAB_WAY_LOCKSTEP:
    case LAB_WAY_RING:
      steps[0] = server->rchar + server->memcpy_bytes;
      steps[1] = client->wchar + client->memcpy_bytes;
      return 2;
    case LAB_WAY_PLAIN:
      steps[0] = server->rchar + server->memcpy_bytes;
      steps[1] = server->wchar;
      return 2;
    default:
      g_return_val_if_reached (0);
    }
}
