/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"

struct _LabCall
{
  GObject      parent_instance;

  guint64      number;
  LabCallName  name;
  char        *text;
  gint64       result;
  int          errsv;
  gint64       start_ns;
  gint64       duration_ns;
};

G_DEFINE_FINAL_TYPE (LabCall, lab_call, G_TYPE_OBJECT)

static const char * const names[LAB_N_CALL_NAMES] = {
  "ftok", "shmget", "shmat", "shmdt", "shmctl", "semget", "semop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl",
};

/**
 * lab_call_name_to_string:
 * @name: a function
 *
 * Returns: its name in C
 */
const char *
lab_call_name_to_string (LabCallName name)
{
  g_return_val_if_fail (name < LAB_N_CALL_NAMES, NULL);

  return names[name];
}

static void
lab_call_finalize (GObject *object)
{
  LabCall *self = LAB_CALL (object);

  g_free (self->text);

  G_OBJECT_CLASS (lab_call_parent_class)->finalize (object);
}

static void
lab_call_class_init (LabCallClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_call_finalize;
}

static void
lab_call_init (LabCall *self)
{
}

/**
 * lab_call_get_number:
 * @self: a call
 *
 * Returns: which call of this process it was, from 1
 */
guint64
lab_call_get_number (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->number;
}

LabCallName
lab_call_get_name (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), LAB_CALL_FTOK);

  return self->name;
}

/**
 * lab_call_get_text:
 * @self: a call
 *
 * Returns: the call as C with its real arguments, without a semicolon
 */
const char *
lab_call_get_text (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return self->text;
}

/**
 * lab_call_get_result:
 * @self: a call
 *
 * Returns: what the call returned; an address for shmat(2), -1 for failure
 */
gint64
lab_call_get_result (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), -1);

  return self->result;
}

/**
 * lab_call_dup_result_text:
 * @self: a call
 *
 * Returns: (transfer full): the result as C would print it: a key and an
 *   address in hex, an id and a status in decimal
 */
char *
lab_call_dup_result_text (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  if (self->result == -1)
    return g_strdup ("-1");

  switch (self->name)
    {
    case LAB_CALL_FTOK:
      return g_strdup_printf ("0x%08x", (guint) self->result);
    case LAB_CALL_SHMAT:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", (guint64) self->result);
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, self->result);
    }
}

/**
 * lab_call_get_errno:
 * @self: a call
 *
 * Returns: errno after the call, 0 when it succeeded
 */
int
lab_call_get_errno (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->errsv;
}

/**
 * lab_call_get_errno_name:
 * @self: a call
 *
 * Returns: (nullable): the name, such as "ENOENT", or %NULL when it succeeded
 */
const char *
lab_call_get_errno_name (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  return self->errsv == 0 ? NULL : lab_errno_name (self->errsv);
}

gboolean
lab_call_has_failed (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), FALSE);

  return self->errsv != 0;
}

/**
 * lab_call_get_start_ns:
 * @self: a call
 *
 * Returns: when it began, in nanoseconds of `CLOCK_MONOTONIC`
 */
gint64
lab_call_get_start_ns (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->start_ns;
}

/**
 * lab_call_get_duration_ns:
 * @self: a call
 *
 * Returns: how long it took, in nanoseconds
 */
gint64
lab_call_get_duration_ns (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), 0);

  return self->duration_ns;
}

/**
 * lab_call_dup_sentence:
 * @self: a call
 *
 * Returns: (transfer full): one plain sentence that says what came out
 */
char *
lab_call_dup_sentence (LabCall *self)
{
  g_return_val_if_fail (LAB_IS_CALL (self), NULL);

  if (self->errsv != 0)
    {
      const char *words = lab_shm_describe_errno (self->name, self->errsv);

      return g_strdup (words != NULL ? words : g_strerror (self->errsv));
    }

  switch (self->name)
    {
    case LAB_CALL_FTOK:
      return g_strdup (_("The file and the letter give this key; every program that asks the same gets the same"));
    case LAB_CALL_SHMGET:
      return g_strdup_printf (_("The key leads to the segment with id %d"), (int) self->result);
    case LAB_CALL_SHMAT:
      return g_strdup (_("The segment is now part of this process’s memory, at this address"));
    case LAB_CALL_SHMDT:
      return g_strdup (_("The segment is no longer part of this process’s memory; it stays in the kernel"));
    case LAB_CALL_SHMCTL:
      if (strstr (self->text, "IPC_RMID") != NULL)
        return g_strdup (_("The segment is marked for removal and goes when the last process detaches"));
      return g_strdup (_("The kernel told what it knows about the segment"));
    case LAB_CALL_SEMGET:
      return g_strdup_printf (_("The key leads to the semaphore set with id %d"), (int) self->result);
    case LAB_CALL_SEMOP:
      return g_strdup (_("The semaphore was changed"));
    case LAB_CALL_SEMCTL:
      return g_strdup (_("The semaphore set answered"));
    case LAB_CALL_MSGGET:
      return g_strdup_printf (_("The key leads to the message queue with id %d"), (int) self->result);
    case LAB_CALL_MSGSND:
      return g_strdup (_("The kernel took a copy of the message"));
    case LAB_CALL_MSGRCV:
      return g_strdup (_("The kernel gave a copy of the message"));
    case LAB_CALL_MSGCTL:
      return g_strdup (_("The message queue answered"));
    default:
      g_assert_not_reached ();
    }
}

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
 */
void
lab_call_log_add (LabCallLog  *self,
                  LabCallName  name,
                  char        *text,
                  gint64       result,
                  int          errsv,
                  gint64       start_ns,
                  gint64       duration_ns)
{
  LabCall *call;

  g_return_if_fail (LAB_IS_CALL_LOG (self));

  call = g_object_new (LAB_TYPE_CALL, NULL);
  call->name = name;
  call->text = text;
  call->result = result;
  call->errsv = errsv;
  call->start_ns = start_ns;
  call->duration_ns = duration_ns;

  g_mutex_lock (&default_lock);
  call->number = ++self->n_added;
  g_mutex_unlock (&default_lock);

  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, append_cb, call, g_object_unref);
}
