/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-slow-motion.h"

struct _LabSlowMotion
{
  GObject      parent_instance;

  LabSession  *session;
  LabWriter   *writer;      /* lent while a message is being written, or NULL */
  char        *text;        /* of that message */
  gboolean     playing;
  guint        speed;       /* stores per second */
  guint        play_source;

  /* What the properties say. */
  gboolean     writing;
  gsize        n_done;
  gsize        n_steps;
  char        *next_store;  /* as C, or NULL */
  LabReason    reason;      /* why the last step had to wait */
  pid_t        waiting_pid;
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_WRITING,
  PROP_PLAYING,
  PROP_SPEED,
  PROP_N_DONE,
  PROP_N_STEPS,
  PROP_NEXT_STORE,
  PROP_REASON,
  PROP_WAITING_PID,
  N_PROPS
};

enum { ENDED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSlowMotion, lab_slow_motion, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
notify (LabSlowMotion *self,
        guint          prop_id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static char *
dup_next_store (LabSlowMotion *self)
{
  LabStore store;

  if (self->writer == NULL || !lab_writer_peek (self->writer, &store))
    return NULL;

  return lab_store_dup_text (&store);
}

/* Brings up to date what follows from the writer; tells of what is different. */
static void
update (LabSlowMotion *self,
        LabReason      reason,
        pid_t          waiting_pid)
{
  gboolean writing = self->writer != NULL;
  gsize n_done = writing ? lab_writer_get_n_steps_done (self->writer) : 0;
  gsize n_steps = writing ? lab_writer_get_n_steps (self->writer) : 0;
  g_autofree char *next_store = dup_next_store (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->writing != writing)
    notify (self, PROP_WRITING);
  if (self->n_done != n_done)
    notify (self, PROP_N_DONE);
  if (self->n_steps != n_steps)
    notify (self, PROP_N_STEPS);
  if (g_strcmp0 (self->next_store, next_store) != 0)
    notify (self, PROP_NEXT_STORE);
  if (self->reason != reason)
    notify (self, PROP_REASON);
  if (self->waiting_pid != waiting_pid)
    notify (self, PROP_WAITING_PID);
  self->writing = writing;
  self->n_done = n_done;
  self->n_steps = n_steps;
  g_free (self->next_store);
  self->next_store = g_steal_pointer (&next_store);
  self->reason = reason;
  self->waiting_pid = waiting_pid;
  g_object_thaw_notify (G_OBJECT (self));
}

/* Gives the writer back, and tells what became of the message.  Who hears of it may begin
 * the next message at once: then the clock goes on, if it went. */
static void
end (LabSlowMotion  *self,
     LabWriteResult  result,
     const GError   *error)
{
  g_autofree char *text = g_steal_pointer (&self->text);

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  self->writer = NULL;
  lab_session_set_write_cursor (self->session, -1);
  update (self, LAB_REASON_NONE, 0);
  g_signal_emit (self, signals[ENDED], 0, (guint) result, text, error);
  if (self->writer == NULL)
    lab_slow_motion_set_playing (self, FALSE);
  g_object_thaw_notify (G_OBJECT (self));
  g_object_unref (self);
}

/* After a step, or all the rest of them.  Only the first operation of a protocol waits or
 * fails, so nothing of the message is stored by then. */
static void
stored (LabSlowMotion  *self,
        LabWriteResult  result,
        const LabStore *store,
        const GError   *error)
{
  switch (result)
    {
    case LAB_WRITE_DONE:
      end (self, result, NULL);
      break;
    case LAB_WRITE_MORE:
      if (store->size_bytes > 0)
        lab_session_set_write_cursor (self->session, (gssize) store->offset);
      update (self, LAB_REASON_NONE, 0);
      lab_session_memory_changed (self->session);
      break;
    case LAB_WRITE_WAITING:
      update (self, lab_writer_get_reason (self->writer), lab_writer_get_blocking_pid (self->writer));
      break;
    case LAB_WRITE_FAILED:
    default:
      lab_writer_abandon (self->writer);
      end (self, LAB_WRITE_FAILED, error);
    }
}

static gboolean
play_cb (gpointer data)
{
  lab_slow_motion_step (LAB_SLOW_MOTION (data));

  return G_SOURCE_CONTINUE;  /* lab_slow_motion_set_playing() ends it */
}

static void
lab_slow_motion_dispose (GObject *object)
{
  LabSlowMotion *self = LAB_SLOW_MOTION (object);

  g_clear_handle_id (&self->play_source, g_source_remove);
  self->writer = NULL;

  G_OBJECT_CLASS (lab_slow_motion_parent_class)->dispose (object);
}

static void
lab_slow_motion_finalize (GObject *object)
{
  LabSlowMotion *self = LAB_SLOW_MOTION (object);

  g_free (self->text);
  g_free (self->next_store);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_slow_motion_parent_class)->finalize (object);
}

static void
lab_slow_motion_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabSlowMotion *self = LAB_SLOW_MOTION (object);

  switch (prop_id)
    {
    case PROP_WRITING:
      g_value_set_boolean (value, self->writing);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_SPEED:
      g_value_set_uint (value, self->speed);
      break;
    case PROP_N_DONE:
      g_value_set_uint64 (value, self->n_done);
      break;
    case PROP_N_STEPS:
      g_value_set_uint64 (value, self->n_steps);
      break;
    case PROP_NEXT_STORE:
      g_value_set_string (value, self->next_store);
      break;
    case PROP_REASON:
      g_value_set_uint (value, self->reason);
      break;
    case PROP_WAITING_PID:
      g_value_set_int (value, self->waiting_pid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_slow_motion_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabSlowMotion *self = LAB_SLOW_MOTION (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    case PROP_SPEED:
      lab_slow_motion_set_speed (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_slow_motion_class_init (LabSlowMotionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_slow_motion_dispose;
  object_class->finalize = lab_slow_motion_finalize;
  object_class->get_property = lab_slow_motion_get_property;
  object_class->set_property = lab_slow_motion_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WRITING] = g_param_spec_boolean ("writing", NULL, NULL, FALSE, flags);
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  properties[PROP_SPEED] = g_param_spec_uint ("speed", NULL, NULL, LAB_SLOW_MOTION_MIN_SPEED, LAB_SLOW_MOTION_MAX_SPEED,
                                              LAB_SLOW_MOTION_DEFAULT_SPEED, flags | G_PARAM_WRITABLE);
  properties[PROP_N_DONE] = g_param_spec_uint64 ("n-done", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_N_STEPS] = g_param_spec_uint64 ("n-steps", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_NEXT_STORE] = g_param_spec_string ("next-store", NULL, NULL, NULL, flags);
  /* A LabReason. */
  properties[PROP_REASON] = g_param_spec_uint ("reason", NULL, NULL, 0, G_MAXUINT, LAB_REASON_NONE, flags);
  properties[PROP_WAITING_PID] = g_param_spec_int ("waiting-pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ENDED] =
    g_signal_new ("ended", LAB_TYPE_SLOW_MOTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                  G_TYPE_UINT, G_TYPE_STRING, G_TYPE_ERROR);
}

static void
lab_slow_motion_init (LabSlowMotion *self)
{
  self->speed = LAB_SLOW_MOTION_DEFAULT_SPEED;
}

/**
 * lab_slow_motion_new:
 * @session: which is told where the last store was
 *
 * Returns: (transfer full): slow motion, with nothing to write yet
 */
LabSlowMotion *
lab_slow_motion_new (LabSession *session)
{
  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  return g_object_new (LAB_TYPE_SLOW_MOTION, "session", session, NULL);
}

/**
 * lab_slow_motion_begin:
 * @self: slow motion that writes nothing
 * @writer: a writer that is not in the middle of a message; it is lent until ::ended
 * @text: the message, without a NUL inside
 * @length: its bytes
 * @error: return location for an error
 *
 * Begins a message, and stores nothing yet: the first store is the learner's to make.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT.
 *
 * Returns: whether it was begun
 */
gboolean
lab_slow_motion_begin (LabSlowMotion  *self,
                       LabWriter      *writer,
                       const char     *text,
                       gsize           length,
                       GError        **error)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), FALSE);
  g_return_val_if_fail (self->writer == NULL && writer != NULL, FALSE);

  if (!lab_writer_begin (writer, text, length, error))
    return FALSE;

  self->writer = writer;
  self->text = g_strndup (text, length);
  update (self, LAB_REASON_NONE, 0);

  return TRUE;
}

/**
 * lab_slow_motion_step:
 * @self: slow motion
 *
 * Makes the next store, if a message is being written: one byte of the text, one field
 * of the control block, or one system call.  When the step has to wait, "reason" says why.
 */
void
lab_slow_motion_step (LabSlowMotion *self)
{
  LabStore store = { 0 };
  g_autoptr(GError) error = NULL;
  LabWriteResult result;

  g_return_if_fail (LAB_IS_SLOW_MOTION (self));

  if (self->writer == NULL)
    return;

  result = lab_writer_step (self->writer, &store, &error);
  stored (self, result, &store, error);
}

/**
 * lab_slow_motion_finish:
 * @self: slow motion
 *
 * Makes all the rest of the stores at full speed; or, when nothing was stored yet because
 * the message had to wait, ends with %LAB_WRITE_WAITING, so that it waits like any other.
 */
void
lab_slow_motion_finish (LabSlowMotion *self)
{
  LabStore store = { 0 };
  g_autoptr(GError) error = NULL;
  LabWriteResult result;

  g_return_if_fail (LAB_IS_SLOW_MOTION (self));

  if (self->writer == NULL)
    return;

  lab_slow_motion_set_playing (self, FALSE);
  result = lab_writer_finish (self->writer, &error);
  if (result == LAB_WRITE_WAITING && lab_writer_abandon (self->writer))
    end (self, result, NULL);
  else
    stored (self, result, &store, error);
}

/**
 * lab_slow_motion_release:
 * @self: slow motion
 *
 * Gives the writer back in the middle of the message, without ::ended.  The message is
 * then the writer's owner's to finish.
 */
void
lab_slow_motion_release (LabSlowMotion *self)
{
  g_return_if_fail (LAB_IS_SLOW_MOTION (self));

  lab_slow_motion_set_playing (self, FALSE);
  self->writer = NULL;
  g_clear_pointer (&self->text, g_free);
  lab_session_set_write_cursor (self->session, -1);
  update (self, LAB_REASON_NONE, 0);
}

/**
 * lab_slow_motion_is_writing:
 * @self: slow motion
 *
 * Returns: whether a message is begun and not finished
 */
gboolean
lab_slow_motion_is_writing (LabSlowMotion *self)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), FALSE);

  return self->writer != NULL;
}

gboolean
lab_slow_motion_is_playing (LabSlowMotion *self)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), FALSE);

  return self->playing;
}

/**
 * lab_slow_motion_set_playing:
 * @self: slow motion
 * @playing: whether the stores follow each other by the clock; as long as there are any
 */
void
lab_slow_motion_set_playing (LabSlowMotion *self,
                             gboolean       playing)
{
  g_return_if_fail (LAB_IS_SLOW_MOTION (self));

  playing = playing && self->writer != NULL;
  if (self->playing == playing)
    return;

  self->playing = playing;
  g_clear_handle_id (&self->play_source, g_source_remove);
  if (playing)
    self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
  notify (self, PROP_PLAYING);
}

guint
lab_slow_motion_get_speed (LabSlowMotion *self)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), 0);

  return self->speed;
}

/**
 * lab_slow_motion_set_speed:
 * @self: slow motion
 * @stores_per_second: from %LAB_SLOW_MOTION_MIN_SPEED to %LAB_SLOW_MOTION_MAX_SPEED; a value
 *   outside is brought inside
 */
void
lab_slow_motion_set_speed (LabSlowMotion *self,
                           guint          stores_per_second)
{
  g_return_if_fail (LAB_IS_SLOW_MOTION (self));

  stores_per_second = CLAMP (stores_per_second, LAB_SLOW_MOTION_MIN_SPEED, LAB_SLOW_MOTION_MAX_SPEED);
  if (self->speed == stores_per_second)
    return;

  self->speed = stores_per_second;
  if (self->playing)
    {
      g_clear_handle_id (&self->play_source, g_source_remove);
      self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
    }
  notify (self, PROP_SPEED);
}

/**
 * lab_slow_motion_get_n_steps:
 * @self: slow motion
 *
 * Returns: how many steps the message takes; 0 while none is being written
 */
gsize
lab_slow_motion_get_n_steps (LabSlowMotion *self)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), 0);

  return self->n_steps;
}

/**
 * lab_slow_motion_get_next_store:
 * @self: slow motion
 *
 * Returns: (transfer none) (nullable): what the next step stores, as C, such as
 *   “addr[5] = 'm'”; %NULL while nothing is being written
 */
const char *
lab_slow_motion_get_next_store (LabSlowMotion *self)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), NULL);

  return self->next_store;
}

/**
 * lab_slow_motion_get_reason:
 * @self: slow motion
 * @pid: (out) (optional): the process that is in the way, or 0
 *
 * Returns: why the last step had to wait; %LAB_REASON_NONE when it had not
 */
LabReason
lab_slow_motion_get_reason (LabSlowMotion *self,
                            pid_t         *pid)
{
  g_return_val_if_fail (LAB_IS_SLOW_MOTION (self), LAB_REASON_NONE);

  if (pid != NULL)
    *pid = self->waiting_pid;

  return self->reason;
}
