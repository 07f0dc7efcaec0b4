/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-log.h"

#include <pthread.h>

#define N_MAX (LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST + LAB_CALL_LOG_N_BATCH)

/* A process that polls makes more calls than anybody can read, and a frame for each would
 * keep the processor busy.  So the first of a burst get into the list at once, the others
 * twice a second. */
#define MAX_AT_ONCE       30
#define BURST_INTERVAL_MS 500

struct _LabCallLog
{
  GObject    parent_instance;

  GThread   *thread;       /* the only one that touches the list */
  GPtrArray *calls;        /* the list */
  guint64    n_dropped;
  gboolean   is_emitting;

  /* The lock guards what follows.  It is no GMutex, which the thread sanitizer does not see. */
  pthread_mutex_t lock;

  guint64    n_added;
  GPtrArray *waiting;      /* recorded, and not yet in the list */
  guint64    n_lost;       /* recorded after the list and before those that wait, and dropped */
  GSource   *source;       /* puts into the list what waits */
  gboolean   is_burst;     /* the source takes its time */
  guint      n_at_once;    /* of this burst */
  gint64     recorded_us;  /* when the last call was, 0 = never */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabCallLog, lab_call_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static LabCallLog *default_log;

static _Thread_local gboolean thread_is_silent;

static GType
call_log_get_item_type (GListModel *model)
{
  return LAB_TYPE_CALL;
}

static guint
call_log_get_n_items (GListModel *model)
{
  return LAB_CALL_LOG (model)->calls->len;
}

static gpointer
call_log_get_item (GListModel *model,
                   guint       position)
{
  LabCallLog *self = LAB_CALL_LOG (model);

  if (position >= self->calls->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->calls, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = call_log_get_item_type;
  iface->get_n_items = call_log_get_n_items;
  iface->get_item = call_log_get_item;
}

static void
clear_source (LabCallLog *self)
{
  if (self->source == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
lab_call_log_finalize (GObject *object)
{
  LabCallLog *self = LAB_CALL_LOG (object);

  clear_source (self);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->calls);
  pthread_mutex_destroy (&self->lock);

  G_OBJECT_CLASS (lab_call_log_parent_class)->finalize (object);
}

static void
lab_call_log_class_init (LabCallLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_call_log_finalize;
}

static void
lab_call_log_init (LabCallLog *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->thread = g_thread_self ();
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lab_call_log_get_default:
 *
 * The list of the System V calls of this process, a #GListModel of #LabCall in
 * the order of their numbers.  Recording begins when it is first asked for.  The thread that
 * asks first must be the one that runs the main loop: the list is read and changes there, and
 * nowhere else.
 *
 * It keeps the first %LAB_CALL_LOG_N_FIRST and at least the newest %LAB_CALL_LOG_N_NEWEST;
 * of those between, lab_call_log_get_n_dropped() tells how many there were.
 *
 * Returns: (transfer none): the log
 */
LabCallLog *
lab_call_log_get_default (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      g_atomic_pointer_set (&default_log, g_object_new (LAB_TYPE_CALL_LOG, NULL));
      g_once_init_leave (&once, 1);
    }

  return g_atomic_pointer_get (&default_log);
}

/**
 * lab_call_log_is_recording:
 *
 * Returns: whether somebody asked for the log; a helper program that makes
 *   millions of calls never does, and pays nothing
 */
gboolean
lab_call_log_is_recording (void)
{
  return g_atomic_pointer_get (&default_log) != NULL && !thread_is_silent;
}

/**
 * lab_call_log_silence_thread:
 *
 * From now on no call of this thread is recorded: for one that makes millions of
 * them, and tells how many it made in its own way.
 */
void
lab_call_log_silence_thread (void)
{
  thread_is_silent = TRUE;
}

/**
 * lab_call_log_get_n_dropped:
 * @self: the log
 *
 * Returns: how many calls after the first %LAB_CALL_LOG_N_FIRST are no longer in the list
 */
guint64
lab_call_log_get_n_dropped (LabCallLog *self)
{
  g_return_val_if_fail (LAB_IS_CALL_LOG (self), 0);

  return self->n_dropped;
}

/* How many of the calls that wait are among the first of the process. */
static guint
get_n_first (GPtrArray *waiting)
{
  guint64 number = waiting->len > 0 ? lab_call_get_number (g_ptr_array_index (waiting, 0)) : G_MAXUINT64;

  return number <= LAB_CALL_LOG_N_FIRST ? MIN (waiting->len, (guint) (LAB_CALL_LOG_N_FIRST + 1 - number)) : 0;
}

/* Makes room for the calls that wait.  Many go at a time, so that an addition costs the same
 * however many there are. */
static void
make_room (LabCallLog *self,
           GPtrArray  *waiting,
           guint64     n_lost)
{
  guint n_rest = self->calls->len > LAB_CALL_LOG_N_FIRST ? self->calls->len - LAB_CALL_LOG_N_FIRST : 0;
  guint n_all = self->calls->len + waiting->len;
  guint n_too_many = n_all > N_MAX ? n_all - N_MAX : 0;
  guint n_drop = (n_too_many + LAB_CALL_LOG_N_BATCH - 1) / LAB_CALL_LOG_N_BATCH * LAB_CALL_LOG_N_BATCH;
  guint n_drop_old = n_lost > 0 ? n_rest : MIN (n_drop, n_rest);  /* else there were two gaps */
  guint n_drop_waiting = n_drop > n_drop_old ? n_drop - n_drop_old : 0;

  self->n_dropped += n_lost + n_drop_old + n_drop_waiting;
  if (n_drop_waiting > 0)
    g_ptr_array_remove_range (waiting, get_n_first (waiting), n_drop_waiting);
  if (n_drop_old > 0)
    {
      g_ptr_array_remove_range (self->calls, LAB_CALL_LOG_N_FIRST, n_drop_old);
      g_list_model_items_changed (G_LIST_MODEL (self), LAB_CALL_LOG_N_FIRST, n_drop_old, 0);
    }
}

/**
 * lab_call_log_flush:
 * @self: the log
 *
 * Puts every call that was recorded so far into the list now: for a reader that must not miss
 * the last half second of a burst.  In the middle of ::items-changed it does nothing.
 */
void
lab_call_log_flush (LabCallLog *self)
{
  g_autoptr(GPtrArray) waiting = NULL;
  guint64 n_lost;
  guint position, n_waiting;

  g_return_if_fail (LAB_IS_CALL_LOG (self));
  g_return_if_fail (self->thread == g_thread_self ());

  if (self->is_emitting)
    return;

  pthread_mutex_lock (&self->lock);
  clear_source (self);
  self->is_burst = FALSE;
  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  n_lost = self->n_lost;
  self->n_lost = 0;
  pthread_mutex_unlock (&self->lock);

  if (waiting->len == 0)
    return;

  self->is_emitting = TRUE;
  make_room (self, waiting, n_lost);
  position = self->calls->len;
  n_waiting = waiting->len;
  g_ptr_array_extend_and_steal (self->calls, g_steal_pointer (&waiting));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_waiting);
  self->is_emitting = FALSE;
}

static gboolean
flush_cb (gpointer data)
{
  LabCallLog *self = LAB_CALL_LOG (data);

  pthread_mutex_lock (&self->lock);
  if (self->waiting->len <= 1)
    self->n_at_once = 0;  /* the burst is over */
  pthread_mutex_unlock (&self->lock);
  lab_call_log_flush (self);

  return G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
schedule (LabCallLog *self,
          guint       interval_ms)
{
  clear_source (self);
  self->source = interval_ms > 0 ? g_timeout_source_new (interval_ms) : g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, flush_cb, self, NULL);
  g_source_set_static_name (self->source, "[shmlab] calls");
  g_source_attach (self->source, NULL);
}

/* With the lock held.  Returns whether the call goes into the list at once, else it is seen
 * to that it does later. */
static gboolean
plan (LabCallLog *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us - self->recorded_us > G_USEC_PER_SEC)
    self->n_at_once = 0;
  self->recorded_us = now_us;
  if (self->is_burst)
    return FALSE;

  if (self->n_at_once >= MAX_AT_ONCE)
    {
      self->is_burst = TRUE;
      schedule (self, BURST_INTERVAL_MS);
      return FALSE;
    }

  if (self->thread == g_thread_self () && !self->is_emitting)
    {
      self->n_at_once++;
      return TRUE;
    }

  if (self->source == NULL)
    {
      self->n_at_once++;
      schedule (self, 0);
    }

  return FALSE;
}

/**
 * lab_call_log_add:
 * @self: the log
 * @name: which function was called
 * @text: (transfer full): the call as C
 * @result: what it returned
 * @errsv: errno, or 0
 * @explanation: (nullable): what that means
 * @start_ns: when it began, `CLOCK_MONOTONIC`
 * @duration_ns: how long it took
 *
 * Adds a call.  Any thread may do so: number and place are given under one lock.  The list
 * changes in the main thread only: a call of that thread is in it when this returns, but for
 * a burst of them; the others come with the next turn of the main loop, and a burst twice a
 * second.
 *
 * Returns: (transfer full): the call
 */
LabCall *
lab_call_log_add (LabCallLog           *self,
                  LabCallName           name,
                  char                 *text,
                  gint64                result,
                  int                   errsv,
                  const LabExplanation *explanation,
                  gint64                start_ns,
                  gint64                duration_ns)
{
  LabCall *call;
  gboolean at_once;

  g_return_val_if_fail (LAB_IS_CALL_LOG (self), NULL);

  pthread_mutex_lock (&self->lock);
  call = lab_call_new (++self->n_added, name, text, result, errsv, explanation, start_ns, duration_ns);
  g_ptr_array_add (self->waiting, g_object_ref (call));
  if (self->waiting->len >= N_MAX + LAB_CALL_LOG_N_BATCH)
    {
      /* The main loop has not turned for long. */
      g_ptr_array_remove_range (self->waiting, get_n_first (self->waiting), LAB_CALL_LOG_N_BATCH);
      self->n_lost += LAB_CALL_LOG_N_BATCH;
    }
  at_once = plan (self);
  pthread_mutex_unlock (&self->lock);

  if (at_once)
    lab_call_log_flush (self);

  return call;
}
