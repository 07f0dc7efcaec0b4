/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-log.h"

struct _LabCallLog
{
  GObject    parent_instance;

  GPtrArray *calls;
  guint64    n_added;    /* with the lock held */
  guint64    n_dropped;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabCallLog, lab_call_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GMutex      default_lock;
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
lab_call_log_finalize (GObject *object)
{
  LabCallLog *self = LAB_CALL_LOG (object);

  g_ptr_array_unref (self->calls);

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
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lab_call_log_get_default:
 *
 * The list of the System V calls of this process, a #GListModel of #LabCall in
 * the order in which they were made.  Recording begins when it is first asked for.
 * It keeps the first %LAB_CALL_LOG_N_FIRST and at least the newest %LAB_CALL_LOG_N_NEWEST;
 * of those between, lab_call_log_get_n_dropped() tells how many there were.
 *
 * Returns: (transfer none): the log
 */
LabCallLog *
lab_call_log_get_default (void)
{
  g_mutex_lock (&default_lock);
  if (default_log == NULL)
    g_atomic_pointer_set (&default_log, g_object_new (LAB_TYPE_CALL_LOG, NULL));
  g_mutex_unlock (&default_lock);

  return default_log;
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

/* Many at a time, so that an addition costs the same however many there are. */
static void
drop_batch (LabCallLog *self)
{
  g_ptr_array_remove_range (self->calls, LAB_CALL_LOG_N_FIRST, LAB_CALL_LOG_N_BATCH);
  self->n_dropped += LAB_CALL_LOG_N_BATCH;
  g_list_model_items_changed (G_LIST_MODEL (self), LAB_CALL_LOG_N_FIRST, LAB_CALL_LOG_N_BATCH, 0);
}

static gboolean
append_cb (gpointer data)
{
  LabCall *call = LAB_CALL (data);
  guint position;

  if (default_log->calls->len >= LAB_CALL_LOG_N_FIRST + LAB_CALL_LOG_N_NEWEST + LAB_CALL_LOG_N_BATCH)
    drop_batch (default_log);

  position = default_log->calls->len;
  g_ptr_array_add (default_log->calls, g_object_ref (call));
  g_list_model_items_changed (G_LIST_MODEL (default_log), position, 0, 1);

  return G_SOURCE_REMOVE;
}

/**
 * lab_call_log_add:
 * @self: the log
 * @name: which function was called
 * @text: (transfer full): the call as C
 * @result: what it returned
 * @errsv: errno, or 0
 * @start_ns: when it began, `CLOCK_MONOTONIC`
 * @duration_ns: how long it took
 *
 * Adds a call.  Any thread may do so; the list changes in the main thread.
 *
 * Returns: (transfer full): the call
 */
LabCall *
lab_call_log_add (LabCallLog  *self,
                  LabCallName  name,
                  char        *text,
                  gint64       result,
                  int          errsv,
                  gint64       start_ns,
                  gint64       duration_ns)
{
  LabCall *call;

  g_return_val_if_fail (LAB_IS_CALL_LOG (self), NULL);

  g_mutex_lock (&default_lock);
  call = lab_call_new (++self->n_added, name, text, result, errsv, start_ns, duration_ns);
  g_mutex_unlock (&default_lock);

  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, append_cb, g_object_ref (call), g_object_unref);

  return call;
}
