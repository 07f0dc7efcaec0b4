/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers and what they mean, in words. */

#include "config.h"

#include "copies/measure/lab-copies-words.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#define KIB 1024.0

/**
 * lab_copies_format_size:
 * @bytes: a number of bytes
 *
 * Returns: (transfer full): such as "64 KiB", "1.5 MiB", "100 B"
 */
char *
lab_copies_format_size (guint64 bytes)
{
  const char *unit;
  double value;

  if (bytes < 1024)
    /* Translators: B is bytes */
    return g_strdup_printf (_("%u B"), (guint) bytes);

  if (bytes < 1024 * 1024)
    {
      /* Translators: 1024 bytes */
      unit = _("KiB");
      value = (double) bytes / KIB;
    }
  else if (bytes < (guint64) 1024 * 1024 * 1024)
    {
      unit = _("MiB");
      value = (double) bytes / KIB / KIB;
    }
  else
    {
      unit = _("GiB");
      value = (double) bytes / KIB / KIB / KIB;
    }

  if (value == floor (value))
    /* Translators: %.0f is a number, %s a unit such as KiB */
    return g_strdup_printf (_("%.0f %s"), value, unit);

  /* Translators: %.*f is a number with a fitting number of decimals, %s a unit such as KiB */
  return g_strdup_printf (_("%.*f %s"), value < 10 ? 2 : value < 100 ? 1 : 0, value, unit);
}

/**
 * lab_copies_format_speed:
 * @bytes_per_second: a speed
 *
 * Returns: (transfer full): such as "1.43 GiB/s"
 */
char *
lab_copies_format_speed (double bytes_per_second)
{
  g_autofree char *size = lab_copies_format_size ((guint64) bytes_per_second);

  /* Translators: %s is a size such as 1.43 GiB; so much a second */
  return g_strdup_printf (_("%s/s"), size);
}

/**
 * lab_copies_format_time:
 * @ns: nanoseconds
 *
 * Returns: (transfer full): such as "43.7 µs"
 */
char *
lab_copies_format_time (double ns)
{
  static const struct { double ns; const char *unit; } units[] = {
    { 1e9, N_("s") }, { 1e6, N_("ms") }, { 1e3, N_("µs") }, { 1, N_("ns") },
  };
  guint i = 0;
  double value;

  while (i + 1 < G_N_ELEMENTS (units) && ns < units[i].ns)
    i++;
  value = ns / units[i].ns;

  /* Translators: %.*f is a number with a fitting number of decimals, %s a unit of time such as µs */
  return g_strdup_printf (_("%.*f %s"), value < 10 ? 2 : value < 100 ? 1 : 0, value, _(units[i].unit));
}

static const LabCopiesRow *
find_row (GArray    *rows,
          LabWayKind kind)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_array_index (rows, LabCopiesRow, i).kind == kind)
      return &g_array_index (rows, LabCopiesRow, i);

  return NULL;
}

static void
say (GString    *text,
     const char *format,
     ...) G_GNUC_PRINTF (2, 3);

static void
say (GString    *text,
     const char *format,
     ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

/* Ring against pipe: what the copies saved are worth. */
static void
say_ring (GString            *text,
          const LabCopiesRow *ring,
          const LabCopiesRow *pipe)
{
  double factor = ring->ratio / pipe->ratio;
  double ring_copies = lab_carry_result_get_copies (&ring->median);
  double pipe_copies = lab_carry_result_get_copies (&pipe->median);

  if (lab_copies_are_alike (ring->ratio, pipe->ratio))
    /* Translators: the numbers are how often each byte was copied */
    say (text, _("The ring copied each byte %.1f times and the pipe %.1f times, yet both took about as long: here the copies are not what takes the time."),
         ring_copies, pipe_copies);
  else if (factor > 1)
    /* Translators: the numbers are how often each byte was copied, and how many times as fast */
    say (text, _("The ring copied each byte %.1f times, the pipe %.1f times, and the ring was %.1f times as fast."),
         ring_copies, pipe_copies, factor);
  else
    say (text, _("The ring copied each byte %.1f times, the pipe %.1f times, and still the pipe was %.1f times as fast: waiting for each other cost more than copying."),
         ring_copies, pipe_copies, 1 / factor);
}

static void
say_lockstep (GString            *text,
              const LabCopiesRow *lockstep,
              const LabCopiesRow *pipe)
{
  double factor = lockstep->ratio / pipe->ratio;
  double lockstep_copies = lab_carry_result_get_copies (&lockstep->median);
  double pipe_copies = lab_carry_result_get_copies (&pipe->median);

  if (lab_copies_are_alike (lockstep->ratio, pipe->ratio))
    say (text, _("Shared memory in turns, as textbooks have it, was about as fast as the pipe: what it saves in copies it loses in waiting."));
  else if (factor < 1)
    /* Translators: the first two numbers are how often each byte was copied, then how many times as fast; %'u is a number */
    say (text, _("Shared memory in turns, as textbooks have it, copied each byte %.1f times, and the pipe %.1f times. Still the pipe was %.1f times as fast: in turns only one side works at a time, here with %'u context switches."),
         lockstep_copies, pipe_copies, 1 / factor, (guint) lab_carry_result_get_switches (&lockstep->median));
  else
    say (text, _("Even in turns, as textbooks have it, shared memory was %.1f times as fast as the pipe."), factor);
}

/**
 * lab_copies_data_say_copies:
 * @self: what was measured
 * @block_bytes: at which block
 *
 * Returns: (transfer full) (nullable): what came out, in sentences; %NULL when
 *   nothing did
 */
char *
lab_copies_data_say_copies (LabCopiesData *self,
                            guint64        block_bytes)
{
  g_autoptr(GArray) rows = lab_copies_data_get_rows (self, block_bytes);
  const LabCopiesRow *pipe = find_row (rows, LAB_WAY_PIPE);
  const LabCopiesRow *ring = find_row (rows, LAB_WAY_RING);
  const LabCopiesRow *lockstep = find_row (rows, LAB_WAY_LOCKSTEP);
  const LabCopiesRow *plain = find_row (rows, LAB_WAY_PLAIN);
  const LabCopiesRow *best = NULL;
  GString *text;

  for (guint i = 0; i < rows->len; i++)
    {
      const LabCopiesRow *row = &g_array_index (rows, LabCopiesRow, i);

      if (row->kind != LAB_WAY_PLAIN && (best == NULL || row->ratio > best->ratio))
        best = row;
    }
  if (best == NULL)
    return NULL;

  text = g_string_new (NULL);
  {
    g_autofree char *speed = lab_copies_format_speed (lab_carry_result_get_speed (&best->median));

    /* Translators: the first %s is a way such as Pipe, the second a speed */
    say (text, _("Fastest between two processes: %s, %s."), lab_way_kind_get_title (best->kind), speed);
  }
  for (guint i = 0; i < rows->len; i++)
    {
      const LabCopiesRow *row = &g_array_index (rows, LabCopiesRow, i);

      if (row != best && row->kind != LAB_WAY_PLAIN && lab_copies_are_alike (row->ratio, best->ratio))
        /* Translators: %s is a way such as Pipe */
        say (text, _("%s was about as fast."), lab_way_kind_get_title (row->kind));
    }
  if (ring != NULL && pipe != NULL)
    say_ring (text, ring, pipe);
  if (lockstep != NULL && pipe != NULL)
    say_lockstep (text, lockstep, pipe);
  if (plain != NULL && plain->ratio < 1 && !lab_copies_are_alike (plain->ratio, 1))
    say (text, _("Two processes even beat one that reads and writes alone: they work at the same time."));

  return g_string_free (text, FALSE);
}

/* Two lines that never cross, and perhaps touch. */
static void
say_no_crossing (GString      *text,
                 const GArray *shared,
                 const GArray *pipe,
                 const char   *title)
{
  guint n_ahead = 0, n_behind = 0, n_alike = 0;

  for (guint i = 0; i < shared->len; i++)
    for (guint j = 0; j < pipe->len; j++)
      {
        const LabPoint *p = &g_array_index (shared, LabPoint, i);
        const LabPoint *q = &g_array_index (pipe, LabPoint, j);

        if (p->x != q->x)
          continue;
        if (lab_copies_are_alike (p->y, q->y))
          n_alike++;
        else if (p->y > q->y)
          n_ahead++;
        else
          n_behind++;
      }

  if (n_ahead == 0 && n_behind == 0 && n_alike > 0)
    /* Translators: %s is a way such as “Shared Memory, Ring” */
    say (text, _("%s: about as fast as the pipe at every block size."), title);
  else if (n_ahead > 0)
    say (text, n_alike == 0 ? _("%s: faster than the pipe at every block size.")
                            : _("%s: faster than the pipe, or about as fast, at every block size."), title);
  else if (n_behind > 0)
    say (text, n_alike == 0 ? _("%s: slower than the pipe at every block size.")
                            : _("%s: slower than the pipe, or about as fast, at every block size."), title);
}

static void
say_crossing (GString      *text,
              const GArray *shared,
              const GArray *pipe,
              const char   *title)
{
  g_autoptr(GArray) crossings = lab_copies_find_crossings (shared, pipe);
  g_autofree char *size = NULL;
  gboolean ahead;

  if (shared->len == 0 || pipe->len == 0)
    return;

  if (crossings->len == 0)
    {
      say_no_crossing (text, shared, pipe, title);
      return;
    }

  ahead = g_array_index (shared, LabPoint, shared->len - 1).y > g_array_index (pipe, LabPoint, pipe->len - 1).y;
  size = lab_copies_format_size ((guint64) g_array_index (crossings, LabPoint, crossings->len - 1).x);
  if (crossings->len > 1)
    /* Translators: a way such as “Shared Memory, in Turns”, a number of at least 2, and a size such as 48 KiB */
    say (text, ahead ? _("%s: its line crosses the pipe’s %u times, and from blocks of about %s on it is faster.")
                     : _("%s: its line crosses the pipe’s %u times, and from blocks of about %s on it is slower."),
         title, crossings->len, size);
  else
    /* Translators: the first %s is a way such as “Shared Memory, in Turns”, the second a size such as 48 KiB */
    say (text, ahead ? _("%s: overtakes the pipe at blocks of about %s; below that, waiting costs more than copying saves.")
                     : _("%s: falls behind the pipe at blocks of about %s."), title, size);
}

/**
 * lab_copies_data_say_blocks:
 * @self: what was measured
 *
 * Returns: (transfer full) (nullable): where the lines cross, in sentences
 */
char *
lab_copies_data_say_blocks (LabCopiesData *self)
{
  g_autoptr(GArray) pipe = lab_copies_data_get_speeds (self, LAB_WAY_PIPE);
  g_autoptr(GArray) ring = lab_copies_data_get_speeds (self, LAB_WAY_RING);
  g_autoptr(GArray) lockstep = lab_copies_data_get_speeds (self, LAB_WAY_LOCKSTEP);
  GString *text;

  if (lab_copies_data_get_size (self) == 0)
    return NULL;

  text = g_string_new (NULL);
  say_crossing (text, lockstep, pipe, lab_way_kind_get_title (LAB_WAY_LOCKSTEP));
  say_crossing (text, ring, pipe, lab_way_kind_get_title (LAB_WAY_RING));
  if (text->len == 0)
    say (text, _("Choose the pipe and shared memory to see where their lines cross."));

  return g_string_free (text, FALSE);
}

/**
 * lab_copies_data_say_trips:
 * @self: what was measured
 *
 * Returns: (transfer full) (nullable): what sharing and what spinning is worth
 */
char *
lab_copies_data_say_trips (LabCopiesData *self)
{
  g_autoptr(GArray) sizes = lab_copies_data_get_trips (self, LAB_TRIP_PIPE);
  g_autofree char *size = NULL;
  g_autofree char *pipe_time = NULL;
  g_autofree char *semaphore_time = NULL;
  g_autofree char *spin_time = NULL;
  double pipe, semaphore, spin;
  guint64 message_bytes;
  GString *text;

  if (sizes->len == 0)
    return NULL;

  message_bytes = (guint64) g_array_index (sizes, LabPoint, 0).x;
  pipe = (double) lab_copies_data_get_trip_ns (self, LAB_TRIP_PIPE, message_bytes);
  semaphore = (double) lab_copies_data_get_trip_ns (self, LAB_TRIP_SEMAPHORE, message_bytes);
  spin = (double) lab_copies_data_get_trip_ns (self, LAB_TRIP_SPIN, message_bytes);
  if (pipe == 0 || semaphore == 0 || spin == 0)
    return NULL;

  text = g_string_new (NULL);
  size = lab_copies_format_size (message_bytes);
  pipe_time = lab_copies_format_time (pipe);
  semaphore_time = lab_copies_format_time (semaphore);
  spin_time = lab_copies_format_time (spin);

  /* Translators: the first %s is a size, the others are times */
  say (text, _("%s there and back: pipe %s, shared memory with a semaphore %s, with spinning %s."), size, pipe_time, semaphore_time, spin_time);
  if (lab_copies_are_alike (pipe, semaphore))
    say (text, _("Sharing alone gains nothing here: both sleep, and waking up takes the time."));
  else if (semaphore < pipe)
    say (text, _("Sharing alone makes it %.1f times as fast; both still sleep and are woken."), pipe / semaphore);
  else
    say (text, _("Sharing alone makes it %.1f times slower; both still sleep and are woken."), semaphore / pipe);

  if (spin * 2 < semaphore)
    say (text, _("Not sleeping makes it %.0f times as fast: the famous factor comes from spinning, not from sharing, and costs a whole core while it waits."), semaphore / spin);
  else if (spin > semaphore)
    say (text, _("Spinning was slower: perhaps there was no core to spare, and then who spins keeps the other from working."));

  return g_string_free (text, FALSE);
}
