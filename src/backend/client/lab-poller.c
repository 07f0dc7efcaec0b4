/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-poller.h"

#define CHECK_MS 500  /* how often a living writer is asked for */

/* So many looks, and for so long, are measured before it is said how often it looks. */
#define MIN_MEASURED 3
#define MEASURED_MS  1000

struct _LabPoller
{
  GObject      parent_instance;

  LabSession  *session;
  LabReceiver *receiver;
  gboolean     started;
  LabPace      pace;            /* as of the last notification */
  double       rate;            /* looks a second, as of the last notification */
  guint        interval_ms;
  gboolean     paused;
  GSource     *clock;           /* while it looks by the clock */
  gint64       next_look_us;
  guint        check_source;
  gint64       first_look_us;   /* by the clock, of those that are measured; 0 before it */
  gint64       last_look_us;
  guint        n_looks;         /* after the first */
  LabRace     *race;            /* while the server races, look as fast as possible */
  int          race_id;         /* of the segment in which there was the last one */
  guint        n_race_seconds;  /* of the race, or the last one */
  LabRaceSecond race_sum;       /* all of them together */
  LabRaceSecond race_last;
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_RECEIVER,
  PROP_INTERVAL_MS,
  PROP_PAUSED,
  PROP_PACE,
  PROP_LOOKS_PER_SECOND,
  PROP_RACING,
  PROP_N_RACE_SECONDS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (LabPoller, lab_poller, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static double
get_planned_rate (LabPoller *self)
{
  return 1000.0 / self->interval_ms;
}

static LabPace
find_pace (LabPoller *self)
{
  if (!self->started)
    return LAB_PACE_STOPPED;
  if (self->race != NULL)
    return LAB_PACE_FULL_SPEED;

  return self->paused ? LAB_PACE_PAUSED : LAB_PACE_BY_CLOCK;
}

static void
set_rate (LabPoller *self,
          double     rate)
{
  if (self->rate == rate)
    return;

  self->rate = rate;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKS_PER_SECOND]);
}

static void
forget_measured (LabPoller *self)
{
  self->first_look_us = self->last_look_us = 0;
  self->n_looks = 0;
}

/* How often it looks is what is meant until it is measured. */
static void
update_pace (LabPoller *self)
{
  LabPace pace = find_pace (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->pace != pace)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PACE]);
  self->pace = pace;
  forget_measured (self);
  set_rate (self, pace == LAB_PACE_BY_CLOCK ? get_planned_rate (self) : 0);
  g_object_thaw_notify (G_OBJECT (self));
}

/* To two digits. */
static double
round_rate (double rate)
{
  double unit = 1;

  while (rate >= 100 * unit)
    unit *= 10;
  while (rate < 10 * unit)
    unit /= 10;

  return (int) (rate / unit + 0.5) * unit;
}

/* A clock that keeps its time within a twentieth does what it should, and what is nearly what
 * was told before is no news. */
static void
measure_rate (LabPoller *self)
{
  double planned = get_planned_rate (self);
  double measured;

  if (self->pace != LAB_PACE_BY_CLOCK || self->n_looks < MIN_MEASURED
      || self->last_look_us - self->first_look_us < MEASURED_MS * 1000)
    return;

  measured = self->n_looks * (double) G_USEC_PER_SEC / (double) (self->last_look_us - self->first_look_us);
  forget_measured (self);
  if (ABS (measured - planned) <= planned / 20)
    set_rate (self, planned);
  else if (ABS (measured - self->rate) > self->rate / 10 || self->rate == planned)
    set_rate (self, round_rate (measured));
}

static void
count_look (LabPoller *self)
{
  self->last_look_us = g_get_monotonic_time ();
  if (self->first_look_us == 0)
    self->first_look_us = self->last_look_us;
  else
    self->n_looks++;
}

static void
set_race (LabPoller *self,
          LabRace   *race)
{
  if (self->race != NULL)
    g_signal_handlers_disconnect_by_data (self->race, self);
  g_set_object (&self->race, race);

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RACING]);
  update_pace (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_n_race_seconds (LabPoller *self,
                    guint      n)
{
  if (self->n_race_seconds == n)
    return;

  self->n_race_seconds = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RACE_SECONDS]);
}

/* Counted apart from what is seen by the clock. */
static void
race_second_cb (LabPoller *self)
{
  guint n;
  const LabRaceSecond *seconds = lab_race_get_seconds (self->race, &n);

  if (n == self->n_race_seconds)
    return;

  for (guint i = self->n_race_seconds; i < n; i++)
    {
      self->race_last = seconds[i];
      self->race_sum.duration_ns += seconds[i].duration_ns;
      lab_counters_add (&self->race_sum.counters, &seconds[i].counters);
    }
  g_object_freeze_notify (G_OBJECT (self));
  if (self->race_last.duration_ns > 0)
    set_rate (self, (double) self->race_last.counters.n_looks * 1e9 / (double) self->race_last.duration_ns);
  set_n_race_seconds (self, n);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
race_finished_cb (LabPoller *self)
{
  race_second_cb (self);
  lab_receiver_skip (self->receiver);
  set_race (self, NULL);
}

static void
start_race (LabPoller *self)
{
  g_autoptr(LabRace) race = lab_race_new ();

  lab_poller_forget_race (self);
  self->race_id = lab_session_get_segment_id (self->session);
  g_signal_connect_swapped (race, "notify::n-seconds", G_CALLBACK (race_second_cb), self);
  g_signal_connect_swapped (race, "finished", G_CALLBACK (race_finished_cb), self);
  lab_race_start_reader (race, lab_session_get_segment (self->session));
  set_race (self, race);
}

/* A server that has ended cannot say that its race is over. */
static void
writer_is_dead_cb (LabPoller *self)
{
  if (self->race != NULL && lab_receiver_is_writer_dead (self->receiver))
    lab_race_stop (self->race);
}

/* The segment must stay attached until the race's thread has let go of it. */
static void
end_race (LabPoller *self)
{
  g_autoptr(LabRace) race = self->race != NULL ? g_object_ref (self->race) : NULL;

  if (race != NULL)
    lab_race_finish (race);
}

/* A GLib timeout is late by what its callback before was late, and so looks 94 times a second
 * at 10 ms.  What was missed altogether is not made up for. */
static gboolean
clock_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     data)
{
  LabPoller *self = LAB_POLLER (data);
  gint64 interval_us = (gint64) self->interval_ms * 1000;
  gint64 now_us = g_source_get_time (source);

  self->next_look_us += interval_us;
  if (self->next_look_us <= now_us)
    self->next_look_us = now_us + interval_us;
  g_source_set_ready_time (source, self->next_look_us);

  return callback (data);
}

static GSourceFuncs clock_funcs = { .dispatch = clock_dispatch };

static void
stop_clock (LabPoller *self)
{
  if (self->clock != NULL)
    g_source_destroy (self->clock);
  g_clear_pointer (&self->clock, g_source_unref);
}

static gboolean
look_cb (gpointer data)
{
  LabPoller *self = LAB_POLLER (data);

  lab_poller_look (self);
  if (self->race == NULL)
    count_look (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
check_cb (gpointer data)
{
  LabPoller *self = LAB_POLLER (data);

  lab_receiver_check_writer (self->receiver);
  measure_rate (self);

  return G_SOURCE_CONTINUE;
}

static void
update_timers (LabPoller *self)
{
  stop_clock (self);
  if (self->session != NULL)
    lab_session_set_looking (self->session, !self->paused);
  if (self->started && !self->paused)
    {
      self->clock = g_source_new (&clock_funcs, sizeof (GSource));
      g_source_set_callback (self->clock, look_cb, self, NULL);
      self->next_look_us = g_get_monotonic_time () + (gint64) self->interval_ms * 1000;
      g_source_set_ready_time (self->clock, self->next_look_us);
      g_source_attach (self->clock, NULL);
    }

  if (self->started && self->check_source == 0)
    self->check_source = g_timeout_add (CHECK_MS, check_cb, self);
  else if (!self->started)
    g_clear_handle_id (&self->check_source, g_source_remove);
}

static void
lab_poller_constructed (GObject *object)
{
  LabPoller *self = LAB_POLLER (object);

  G_OBJECT_CLASS (lab_poller_parent_class)->constructed (object);

  if (self->receiver != NULL)
    g_signal_connect_object (self->receiver, "notify::writer-is-dead", G_CALLBACK (writer_is_dead_cb), self, G_CONNECT_SWAPPED);
}

static void
lab_poller_dispose (GObject *object)
{
  lab_poller_stop (LAB_POLLER (object));

  G_OBJECT_CLASS (lab_poller_parent_class)->dispose (object);
}

static void
lab_poller_finalize (GObject *object)
{
  LabPoller *self = LAB_POLLER (object);

  g_clear_object (&self->receiver);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_poller_parent_class)->finalize (object);
}

static void
lab_poller_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  LabPoller *self = LAB_POLLER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_RECEIVER:
      g_value_set_object (value, self->receiver);
      break;
    case PROP_INTERVAL_MS:
      g_value_set_uint (value, self->interval_ms);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_PACE:
      g_value_set_uint (value, self->pace);
      break;
    case PROP_LOOKS_PER_SECOND:
      g_value_set_double (value, self->rate);
      break;
    case PROP_RACING:
      g_value_set_boolean (value, lab_poller_is_racing (self));
      break;
    case PROP_N_RACE_SECONDS:
      g_value_set_uint (value, self->n_race_seconds);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_poller_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  LabPoller *self = LAB_POLLER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_RECEIVER:
      self->receiver = g_value_dup_object (value);
      break;
    case PROP_INTERVAL_MS:
      lab_poller_set_interval_ms (self, g_value_get_uint (value));
      break;
    case PROP_PAUSED:
      lab_poller_set_paused (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_poller_class_init (LabPollerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = lab_poller_constructed;
  object_class->dispose = lab_poller_dispose;
  object_class->finalize = lab_poller_finalize;
  object_class->get_property = lab_poller_get_property;
  object_class->set_property = lab_poller_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION, once);
  properties[PROP_RECEIVER] = g_param_spec_object ("receiver", NULL, NULL, LAB_TYPE_RECEIVER, once);
  properties[PROP_INTERVAL_MS] =
    g_param_spec_uint ("interval-ms", NULL, NULL, LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS,
                       LAB_POLLER_DEFAULT_INTERVAL_MS, flags | G_PARAM_WRITABLE);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  /* A LabPace. */
  properties[PROP_PACE] = g_param_spec_uint ("pace", NULL, NULL, 0, G_MAXUINT, LAB_PACE_STOPPED, flags);
  /* How often it looks now: by the clock as measured, in a race in its last second. */
  properties[PROP_LOOKS_PER_SECOND] =
    g_param_spec_double ("looks-per-second", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  /* Whether it takes part in the server's race at full speed. */
  properties[PROP_RACING] = g_param_spec_boolean ("racing", NULL, NULL, FALSE, flags);
  /* Of the race, or of the last one: see lab_poller_get_race(). */
  properties[PROP_N_RACE_SECONDS] = g_param_spec_uint ("n-race-seconds", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_poller_init (LabPoller *self)
{
  self->interval_ms = LAB_POLLER_DEFAULT_INTERVAL_MS;
  self->race_id = -1;
}

/**
 * lab_poller_new:
 * @session: whose segment is looked into
 * @receiver: what looks into it
 *
 * When a client looks: at an interval, when it is asked to, and as fast as it can while
 * the server races.  Each of its properties notifies when its value changes.
 *
 * Returns: (transfer full): a poller, not started yet
 */
LabPoller *
lab_poller_new (LabSession  *session,
                LabReceiver *receiver)
{
  g_return_val_if_fail (LAB_IS_SESSION (session) && LAB_IS_RECEIVER (receiver), NULL);

  return g_object_new (LAB_TYPE_POLLER, "session", session, "receiver", receiver, NULL);
}

/**
 * lab_poller_start:
 * @self: a poller whose receiver is open
 *
 * Looks once, and then again and again unless it is paused.
 */
void
lab_poller_start (LabPoller *self)
{
  g_return_if_fail (LAB_IS_POLLER (self));

  if (self->race_id != lab_session_get_segment_id (self->session))
    lab_poller_forget_race (self);
  self->started = TRUE;
  update_timers (self);
  update_pace (self);
  lab_poller_look (self);
}

/**
 * lab_poller_stop:
 * @self: a poller
 *
 * Looks no more.  Returns when nothing of this process reads the segment.
 */
void
lab_poller_stop (LabPoller *self)
{
  g_return_if_fail (LAB_IS_POLLER (self));

  self->started = FALSE;
  update_timers (self);
  end_race (self);
  update_pace (self);
}

/**
 * lab_poller_look:
 * @self: a poller
 *
 * Looks now, if it is started; see lab_receiver_look().  Takes part in the server's race
 * instead when there is one, unless it is paused.  The race of a server that has ended is
 * over, whatever the segment says.
 */
void
lab_poller_look (LabPoller *self)
{
  const LabLayout *layout;

  g_return_if_fail (LAB_IS_POLLER (self));

  if (!self->started)
    return;

  layout = lab_segment_get_layout (lab_session_get_segment (self->session));
  if (self->race == NULL && !self->paused && layout != NULL && lab_race_is_on (layout)
      && !lab_receiver_is_writer_dead (self->receiver))
    start_race (self);
  if (self->race == NULL)
    lab_receiver_look (self->receiver);
}

/**
 * lab_poller_is_racing:
 * @self: a poller
 *
 * Returns: whether it takes part in the server's race at full speed
 */
gboolean
lab_poller_is_racing (LabPoller *self)
{
  g_return_val_if_fail (LAB_IS_POLLER (self), FALSE);

  return self->race != NULL;
}

/**
 * lab_poller_get_race:
 * @self: a poller
 * @last: (out) (optional): return location for the last second of the race
 *
 * Returns: (transfer none): all that was seen in the race at full speed, or in the last one,
 *   up to its last whole second; how many seconds there are is in #LabPoller:n-race-seconds
 */
const LabRaceSecond *
lab_poller_get_race (LabPoller            *self,
                     const LabRaceSecond **last)
{
  g_return_val_if_fail (LAB_IS_POLLER (self), NULL);

  if (last != NULL)
    *last = &self->race_last;

  return &self->race_sum;
}

/**
 * lab_poller_forget_race:
 * @self: a poller that is not racing
 *
 * Forgets what was seen in the last race.
 */
void
lab_poller_forget_race (LabPoller *self)
{
  g_return_if_fail (LAB_IS_POLLER (self));

  if (self->race != NULL)
    return;

  self->race_sum = self->race_last = (LabRaceSecond) { 0 };
  set_n_race_seconds (self, 0);
}

guint
lab_poller_get_interval_ms (LabPoller *self)
{
  g_return_val_if_fail (LAB_IS_POLLER (self), 0);

  return self->interval_ms;
}

/**
 * lab_poller_set_interval_ms:
 * @self: a poller
 * @interval_ms: time between two looks, from %LAB_POLLER_MIN_INTERVAL_MS to
 *   %LAB_POLLER_MAX_INTERVAL_MS; a value outside is brought inside
 */
void
lab_poller_set_interval_ms (LabPoller *self,
                            guint      interval_ms)
{
  g_return_if_fail (LAB_IS_POLLER (self));

  interval_ms = CLAMP (interval_ms, LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS);
  if (self->interval_ms == interval_ms)
    return;

  self->interval_ms = interval_ms;
  update_timers (self);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_MS]);
  if (self->race == NULL)
    update_pace (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lab_poller_set_paused:
 * @self: a poller
 * @paused: whether it looks only when it is asked to
 */
void
lab_poller_set_paused (LabPoller *self,
                       gboolean   paused)
{
  g_return_if_fail (LAB_IS_POLLER (self));

  if (self->paused == paused)
    return;

  self->paused = paused;
  update_timers (self);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
  if (self->race == NULL)
    update_pace (self);
  g_object_thaw_notify (G_OBJECT (self));
}
