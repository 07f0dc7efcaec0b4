/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-poller.h"

#include "backend/protocol/lab-race.h"

#define CHECK_MS 500  /* how often a living writer is asked for */

struct _LabPoller
{
  GObject      parent_instance;

  LabSession  *session;
  LabReceiver *receiver;
  gboolean     started;
  gboolean     looking;         /* as of the last notification */
  guint        interval_ms;
  gboolean     paused;
  guint        look_source;
  guint        check_source;
  LabRace     *race;            /* while the server races, look as fast as possible */
  guint        n_race_seconds;  /* of it that the receiver has counted already */
};

enum { PROP_0, PROP_SESSION, PROP_RECEIVER, PROP_INTERVAL_MS, PROP_PAUSED, PROP_LOOKING, PROP_RACING, N_PROPS };

G_DEFINE_FINAL_TYPE (LabPoller, lab_poller, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
update_looking (LabPoller *self)
{
  gboolean looking = self->started && !self->paused && self->race == NULL;

  if (self->looking == looking)
    return;

  self->looking = looking;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
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
  update_looking (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
race_second_cb (LabPoller *self)
{
  guint n;
  const LabRaceSecond *seconds = lab_race_get_seconds (self->race, &n);

  for (; self->n_race_seconds < n; self->n_race_seconds++)
    lab_receiver_add_counters (self->receiver, &seconds[self->n_race_seconds].counters);
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

  self->n_race_seconds = 0;
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

static gboolean
look_cb (gpointer data)
{
  lab_poller_look (LAB_POLLER (data));

  return G_SOURCE_CONTINUE;
}

static gboolean
check_cb (gpointer data)
{
  lab_receiver_check_writer (LAB_POLLER (data)->receiver);

  return G_SOURCE_CONTINUE;
}

static void
update_timers (LabPoller *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->started && !self->paused)
    self->look_source = g_timeout_add (self->interval_ms, look_cb, self);

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
    case PROP_LOOKING:
      g_value_set_boolean (value, self->looking);
      break;
    case PROP_RACING:
      g_value_set_boolean (value, lab_poller_is_racing (self));
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
  /* Whether it looks by the clock now. */
  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE, flags);
  /* Whether it takes part in the server's race at full speed. */
  properties[PROP_RACING] = g_param_spec_boolean ("racing", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_poller_init (LabPoller *self)
{
  self->interval_ms = LAB_POLLER_DEFAULT_INTERVAL_MS;
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

  self->started = TRUE;
  update_timers (self);
  update_looking (self);
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
  update_looking (self);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_MS]);
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
  update_looking (self);
  g_object_thaw_notify (G_OBJECT (self));
}
