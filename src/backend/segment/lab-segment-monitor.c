/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-segment-monitor.h"

#include <errno.h>

#include "backend/kernel/lab-process.h"

#define DEFAULT_INTERVAL_MS 500

/* Each change of who is attached shows in the kernel's record, almost: two that
 * cancel out within one second may leave it as it was.  So those we know are
 * looked at again now and then, and everybody when there are some we cannot see. */
#define VERIFY_INTERVAL_NS ((gint64) 2 * 1000 * 1000 * 1000)
#define RESCAN_INTERVAL_NS ((gint64) 10 * 1000 * 1000 * 1000)

/* How often a scan is done again because somebody came or went meanwhile. */
#define MAX_SCANS 3

/* One look at /proc. */
typedef struct
{
  gboolean     has_entry;
  gboolean     has_key_entry;
  gboolean     has_table;      /* else the entries come from IPC_STAT */
  gboolean     is_hidden;      /* the id is there, and its record may not be read */
  LabShmEntry  entry;
  LabShmEntry  key_entry;
  int          shmid;          /* of the attachments, -1 for none */
  GPtrArray   *attachments;    /* of LabAttachment; never NULL */
  gulong       n_unseen;
  gint64       verified_ns;
  gint64       scanned_ns;
} Reading;

typedef struct
{
  key_t    key;
  int      id;
  guint    serial;
  Reading *previous;   /* nullable */
} Order;

struct _LabSegmentMonitor
{
  GObject       parent_instance;

  key_t         key;
  int           id;
  guint         interval_ms;

  guint         serial;          /* of what is followed; a reading for another is thrown away */
  Reading      *reading;         /* NULL until there is one for what is followed */
  GListStore   *attachments;

  guint         timeout_id;
  gboolean      is_running;
  gboolean      run_again;
  GCancellable *cancellable;
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSegmentMonitor, lab_segment_monitor, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
reading_free (Reading *reading)
{
  g_ptr_array_unref (reading->attachments);
  g_free (reading);
}

static Reading *
reading_copy (const Reading *reading)
{
  Reading *copy = g_memdup2 (reading, sizeof *reading);

  g_ptr_array_ref (copy->attachments);

  return copy;
}

static void
order_free (Order *order)
{
  g_clear_pointer (&order->previous, reading_free);
  g_free (order);
}

static gboolean
entry_equal (gboolean           has_a,
             const LabShmEntry *a,
             gboolean           has_b,
             const LabShmEntry *b)
{
  if (!has_a || !has_b)
    return has_a == has_b;

  return lab_shm_entry_equal (a, b);
}

static gboolean
attachments_equal (GPtrArray *a,
                   GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    if (!lab_attachment_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;

  return TRUE;
}

static gboolean
reading_equal (const Reading *a,
               const Reading *b)
{
  return entry_equal (a->has_entry, &a->entry, b->has_entry, &b->entry)
         && entry_equal (a->has_key_entry, &a->key_entry, b->has_key_entry, &b->key_entry)
         && a->has_table == b->has_table && a->is_hidden == b->is_hidden
         && a->shmid == b->shmid && a->n_unseen == b->n_unseen && attachments_equal (a->attachments, b->attachments);
}

/* The segment whose attachments are listed: the one that is followed by its
 * id, else the one under the key. */
static const LabShmEntry *
reading_get_target (const Reading *reading,
                    int            id)
{
  if (id != -1)
    return reading->has_entry ? &reading->entry : NULL;

  return reading->has_key_entry ? &reading->key_entry : NULL;
}

static gboolean
ask_kernel (key_t        key,
            int          id,
            LabShmEntry *entry)
{
  *entry = (LabShmEntry) { 0 };

  return lab_sysv_shm_watch (key, id, &entry->record) == 0;
}

/* The table of all segments; where /proc has none, as with subset=pid, what the
 * kernel says of these two. */
static void
read_entries (Reading     *reading,
              const Order *order)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  const LabShmEntry *entry;

  reading->has_table = table != NULL;
  reading->is_hidden = FALSE;
  if (table == NULL)
    {
      reading->has_entry = order->id != -1 && ask_kernel (LAB_KEY_FAILED, order->id, &reading->entry);
      reading->is_hidden = order->id != -1 && !reading->has_entry && errno == EACCES;
      reading->has_key_entry = order->key != LAB_KEY_FAILED && ask_kernel (order->key, -1, &reading->key_entry);
      return;
    }

  entry = order->id != -1 ? lab_segment_table_find_id (table, order->id) : NULL;
  reading->has_entry = entry != NULL;
  if (entry != NULL)
    reading->entry = *entry;

  entry = order->key != LAB_KEY_FAILED ? lab_segment_table_find_key (table, order->key) : NULL;
  reading->has_key_entry = entry != NULL;
  if (entry != NULL)
    reading->key_entry = *entry;
}

/* Whether each attachment that was found is still there, and no other in the
 * processes that have them. */
static gboolean
known_are_still_there (GPtrArray *attachments,
                       int        shmid)
{
  for (guint i = 0; i < attachments->len;)
    {
      pid_t pid = lab_attachment_get_pid (g_ptr_array_index (attachments, i));
      g_autoptr(GPtrArray) found = lab_attachment_scan_process (pid, shmid);

      for (guint j = 0; j < found->len; i++, j++)
        if (i >= attachments->len
            || !lab_attachment_equal (g_ptr_array_index (attachments, i), g_ptr_array_index (found, j)))
          return FALSE;
      if (found->len == 0 || (i < attachments->len && lab_attachment_get_pid (g_ptr_array_index (attachments, i)) == pid))
        return FALSE;
    }

  return TRUE;
}

static gboolean
same_attach_record (const LabShmRecord *a,
                    const LabShmRecord *b)
{
  return a->n_attaches == b->n_attaches && a->lpid == b->lpid && a->atime == b->atime && a->dtime == b->dtime;
}

/* Takes over the attachments of the previous reading when they still hold. */
static gboolean
reuse_attachments (Reading     *reading,
                   const Order *order)
{
  const Reading *previous = order->previous;
  const LabShmEntry *now = reading_get_target (reading, order->id);
  const LabShmEntry *before = previous != NULL ? reading_get_target (previous, order->id) : NULL;
  gint64 time_ns = lab_monotonic_ns ();
  gboolean verify;

  if (before == NULL || before->record.id != now->record.id || !same_attach_record (&before->record, &now->record))
    return FALSE;
  if (previous->n_unseen > 0 && time_ns - previous->scanned_ns >= RESCAN_INTERVAL_NS)
    return FALSE;

  verify = time_ns - previous->verified_ns >= VERIFY_INTERVAL_NS;
  if (verify && !known_are_still_there (previous->attachments, now->record.id))
    return FALSE;

  g_ptr_array_unref (reading->attachments);
  reading->attachments = g_ptr_array_ref (previous->attachments);
  reading->n_unseen = previous->n_unseen;
  reading->scanned_ns = previous->scanned_ns;
  reading->verified_ns = verify ? time_ns : previous->verified_ns;

  return TRUE;
}

static void
read_attachments (Reading      *reading,
                  const Order  *order,
                  GCancellable *cancellable)
{
  for (guint i = 0; i < MAX_SCANS && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const LabShmEntry *target = reading_get_target (reading, order->id);
      LabShmRecord before;

      reading->shmid = target != NULL ? target->record.id : -1;
      if (target == NULL || target->record.n_attaches == 0)
        {
          g_ptr_array_set_size (reading->attachments, 0);
          reading->n_unseen = 0;
          return;
        }
      if (i == 0 && reuse_attachments (reading, order))
        return;

      before = target->record;
      g_ptr_array_unref (reading->attachments);
      reading->attachments = lab_attachment_scan (before.id, cancellable);
      reading->n_unseen = before.n_attaches - MIN (before.n_attaches, reading->attachments->len);
      reading->scanned_ns = reading->verified_ns = lab_monotonic_ns ();

      /* The number and the list belong together only when nobody came or went. */
      read_entries (reading, order);
      target = reading_get_target (reading, order->id);
      if (target != NULL && target->record.id == before.id && same_attach_record (&target->record, &before))
        return;
    }
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  const Order *order = data;
  Reading *reading = g_new0 (Reading, 1);

  reading->shmid = -1;
  reading->attachments = g_ptr_array_new_with_free_func (g_object_unref);
  read_entries (reading, order);
  read_attachments (reading, order, cancellable);

  g_task_return_pointer (task, reading, (GDestroyNotify) reading_free);
}

static void run (LabSegmentMonitor *self);

static void
weak_ref_free (GWeakRef *weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

/* Items that stay the same object stay in the list, so that a view keeps its
 * selection and draws only what is new. */
static void
update_attachments (LabSegmentMonitor *self,
                    GPtrArray         *attachments)
{
  GListModel *model = G_LIST_MODEL (self->attachments);
  guint n_before = g_list_model_get_n_items (model);
  guint n_front = 0, n_back = 0;

  while (n_front < MIN (n_before, attachments->len))
    {
      g_autoptr(LabAttachment) item = g_list_model_get_item (model, n_front);

      if (!lab_attachment_equal (item, g_ptr_array_index (attachments, n_front)))
        break;
      n_front++;
    }
  while (n_back < MIN (n_before, attachments->len) - n_front)
    {
      g_autoptr(LabAttachment) item = g_list_model_get_item (model, n_before - 1 - n_back);

      if (!lab_attachment_equal (item, g_ptr_array_index (attachments, attachments->len - 1 - n_back)))
        break;
      n_back++;
    }

  if (n_front + n_back < MAX (n_before, attachments->len))
    g_list_store_splice (self->attachments, n_front, n_before - n_front - n_back,
                         attachments->pdata + n_front, attachments->len - n_front - n_back);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GWeakRef *weak = data;
  g_autoptr(LabSegmentMonitor) self = g_weak_ref_get (weak);
  const Order *order = g_task_get_task_data (G_TASK (result));
  Reading *reading = g_task_propagate_pointer (G_TASK (result), NULL);

  weak_ref_free (weak);
  if (self == NULL)
    {
      g_clear_pointer (&reading, reading_free);
      return;
    }

  self->is_running = FALSE;
  if (self->run_again)
    {
      self->run_again = FALSE;
      run (self);
    }

  if (reading == NULL || order->serial != self->serial)
    {
      g_clear_pointer (&reading, reading_free);
      return;
    }

  /* The entries that were handed out stay where they are until ::changed. */
  if (self->reading != NULL && reading_equal (self->reading, reading))
    {
      self->reading->scanned_ns = reading->scanned_ns;
      self->reading->verified_ns = reading->verified_ns;
      reading_free (reading);
      return;
    }

  g_clear_pointer (&self->reading, reading_free);
  self->reading = reading;
  update_attachments (self, reading->attachments);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_following (LabSegmentMonitor *self)
{
  return self->id != -1 || self->key != LAB_KEY_FAILED;
}

static void
run (LabSegmentMonitor *self)
{
  g_autoptr(GTask) task = NULL;
  GWeakRef *weak;
  Order *order;

  if (!is_following (self))
    return;
  if (self->is_running)
    {
      self->run_again = TRUE;
      return;
    }

  order = g_new0 (Order, 1);
  order->key = self->key;
  order->id = self->id;
  order->serial = self->serial;
  order->previous = self->reading != NULL ? reading_copy (self->reading) : NULL;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);

  task = g_task_new (NULL, self->cancellable, read_cb, weak);
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  self->is_running = TRUE;
  g_task_run_in_thread (task, read_thread);
}

static gboolean
timeout_cb (gpointer data)
{
  LabSegmentMonitor *self = data;

  /* A look that takes longer than the interval is not followed by two. */
  if (!self->is_running)
    run (self);

  return G_SOURCE_CONTINUE;
}

static void
update_timeout (LabSegmentMonitor *self,
                gboolean           restart)
{
  if (restart || !is_following (self))
    g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (is_following (self) && self->timeout_id == 0)
    self->timeout_id = g_timeout_add (self->interval_ms, timeout_cb, self);
}

/* What was read was about something else. */
static void
forget_reading (LabSegmentMonitor *self)
{
  gboolean had_reading = self->reading != NULL;

  self->serial++;
  g_clear_pointer (&self->reading, reading_free);
  g_list_store_remove_all (self->attachments);
  update_timeout (self, FALSE);
  if (is_following (self))
    run (self);
  else if (had_reading)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
lab_segment_monitor_dispose (GObject *object)
{
  LabSegmentMonitor *self = LAB_SEGMENT_MONITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->id = -1;
  self->key = LAB_KEY_FAILED;

  G_OBJECT_CLASS (lab_segment_monitor_parent_class)->dispose (object);
}

static void
lab_segment_monitor_finalize (GObject *object)
{
  LabSegmentMonitor *self = LAB_SEGMENT_MONITOR (object);

  g_clear_pointer (&self->reading, reading_free);
  g_object_unref (self->attachments);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (lab_segment_monitor_parent_class)->finalize (object);
}

static void
lab_segment_monitor_class_init (LabSegmentMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_segment_monitor_dispose;
  object_class->finalize = lab_segment_monitor_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_SEGMENT_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_segment_monitor_init (LabSegmentMonitor *self)
{
  self->key = LAB_KEY_FAILED;
  self->id = -1;
  self->interval_ms = DEFAULT_INTERVAL_MS;
  self->attachments = g_list_store_new (LAB_TYPE_ATTACHMENT);
  self->cancellable = g_cancellable_new ();
}

/**
 * lab_segment_monitor_new:
 *
 * Returns: (transfer full): a monitor that follows nothing yet, and so does nothing
 */
LabSegmentMonitor *
lab_segment_monitor_new (void)
{
  return g_object_new (LAB_TYPE_SEGMENT_MONITOR, NULL);
}

/**
 * lab_segment_monitor_set_key:
 * @self: a monitor
 * @key: which key to follow, or %LAB_KEY_FAILED for none
 *
 * Looks at once; ::changed comes when the answer is there.
 */
void
lab_segment_monitor_set_key (LabSegmentMonitor *self,
                             key_t              key)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));

  if (self->key == key)
    return;

  self->key = key;
  forget_reading (self);
}

/**
 * lab_segment_monitor_set_id:
 * @self: a monitor
 * @id: which segment to follow, or -1 for none
 *
 * Looks at once; ::changed comes when the answer is there.
 */
void
lab_segment_monitor_set_id (LabSegmentMonitor *self,
                            int                id)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));

  if (self->id == id)
    return;

  self->id = id;
  forget_reading (self);
}

/**
 * lab_segment_monitor_set_interval_ms:
 * @self: a monitor
 * @interval_ms: from one look to the next, at least 1; 500 when it is never set
 */
void
lab_segment_monitor_set_interval_ms (LabSegmentMonitor *self,
                                     guint              interval_ms)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));
  g_return_if_fail (interval_ms > 0);

  if (self->interval_ms == interval_ms)
    return;

  self->interval_ms = interval_ms;
  update_timeout (self, TRUE);
}

/**
 * lab_segment_monitor_refresh:
 * @self: a monitor
 *
 * Looks now rather than at the next interval: after a call of our own that
 * surely changed something.
 */
void
lab_segment_monitor_refresh (LabSegmentMonitor *self)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));

  run (self);
}

/**
 * lab_segment_monitor_is_ready:
 * @self: a monitor
 *
 * Returns: whether there is an answer for the key and the id that are followed
 *   now; before that, a missing entry means nothing
 */
gboolean
lab_segment_monitor_is_ready (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), FALSE);

  return self->reading != NULL;
}

/**
 * lab_segment_monitor_has_table:
 * @self: a monitor
 *
 * Without it the entries come from IPC_STAT: how much of a segment is in memory or in
 * swap is not known then, and the list of all segments cannot be had.
 *
 * Returns: whether the last look could read the kernel's table, or there was none yet
 */
gboolean
lab_segment_monitor_has_table (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), TRUE);

  return self->reading == NULL || self->reading->has_table;
}

/**
 * lab_segment_monitor_is_hidden:
 * @self: a monitor
 *
 * Returns: whether the segment with the id that is followed exists, yet nothing can be
 *   said of it: there is no table, and its mode forbids IPC_STAT
 */
gboolean
lab_segment_monitor_is_hidden (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), FALSE);

  return self->reading != NULL && self->reading->is_hidden;
}

/**
 * lab_segment_monitor_get_entry:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): the segment with the id that is followed, or
 *   %NULL when there is none; valid until the next ::changed
 */
const LabShmEntry *
lab_segment_monitor_get_entry (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), NULL);

  return self->reading != NULL && self->reading->has_entry ? &self->reading->entry : NULL;
}

/**
 * lab_segment_monitor_get_key_entry:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): the segment that shmget(2) would find under the
 *   key that is followed, or %NULL; valid until the next ::changed
 */
const LabShmEntry *
lab_segment_monitor_get_key_entry (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), NULL);

  return self->reading != NULL && self->reading->has_key_entry ? &self->reading->key_entry : NULL;
}

/**
 * lab_segment_monitor_get_attachments:
 * @self: a monitor
 *
 * Who is attached to the segment that is followed by its id; when no id is
 * set, to the one under the key.  By pid, then address.  The list changes
 * right before ::changed, and attachments that stay remain the same objects.
 *
 * Returns: (transfer none): a #GListModel of #LabAttachment
 */
GListModel *
lab_segment_monitor_get_attachments (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), NULL);

  return G_LIST_MODEL (self->attachments);
}

/**
 * lab_segment_monitor_get_n_unseen:
 * @self: a monitor
 *
 * Returns: how many more attachments the kernel counts than this user may see
 */
gulong
lab_segment_monitor_get_n_unseen (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), 0);

  return self->reading != NULL ? self->reading->n_unseen : 0;
}
