/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-segment-monitor.h"

#include <errno.h>

#include "backend/kernel/lab-sysv.h"
#include "backend/kernel/lab-table-watch.h"

#define DEFAULT_INTERVAL_MS 500

/* Each change of who is attached shows in the kernel's record, almost: its times are in
 * seconds, so changes that cancel out within the second of the last one may leave it as it
 * was.  So when that second is over, those we know are looked at once more.  What never shows
 * there, such as a new name of a process, is looked at now and then. */
#define SETTLE_MS         2000
#define VERIFY_INTERVAL_S 10

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
  gboolean     all_share_pids; /* lab_attachment_all_share_pids(), for sure */
  gulong       n_unseen;
  LabPast      past;           /* the segment before this one */
  gboolean     is_settled;     /* nobody came or went while the processes were looked at */
} Reading;

typedef struct
{
  key_t           key;
  int             id;
  LabSegmentPast  past;
  guint           serial;
  gboolean        verify;     /* look although the kernel's record is the same */
  Reading        *previous;   /* nullable */
} Order;

struct _LabSegmentMonitor
{
  GObject       parent_instance;

  key_t         key;
  int           id;
  guint         interval_ms;

  LabSegmentPast past;           /* what was seen under the key, or with the id */
  guint         serial;          /* of what is followed; a reading for another is thrown away */
  Reading      *reading;         /* NULL until there is one for what is followed */
  GListStore   *attachments;

  guint         interval_id;     /* what this monitor wants of the reader of the table */
  guint         look_id;
  guint         verify_id;
  gboolean      is_waiting;      /* for a table that is read in a thread */
  gboolean      is_running;      /* a thread looks at the processes */
  gboolean      is_dirty;        /* the table has changed meanwhile */
  gboolean      run_again;       /* somebody wants to know meanwhile */
  gboolean      verify;          /* in the next run */
  guint64       n_scans;
  GCancellable *cancellable;
};

enum
{
  PROP_0, PROP_ATTACHMENTS, PROP_EXISTS, PROP_HAS_TABLE, PROP_HIDDEN, PROP_ID, PROP_KEY, PROP_KEY_EXISTS,
  PROP_N_ATTACHES, PROP_N_UNSEEN, PROP_READY, N_PROPS
};
enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabSegmentMonitor, lab_segment_monitor, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

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
         && a->shmid == b->shmid && a->n_unseen == b->n_unseen && a->all_share_pids == b->all_share_pids
         && a->past.id == b->past.id && a->past.fate == b->past.fate && a->past.was_marked == b->past.was_marked
         && a->is_settled == b->is_settled && attachments_equal (a->attachments, b->attachments);
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

static const LabShmRecord *
reading_get_record (const Reading *reading,
                    int            id)
{
  const LabShmEntry *target = reading_get_target (reading, id);

  return target != NULL ? &target->record : NULL;
}

/* From the table of all segments; where /proc has none, as with subset=pid, what the
 * kernel says of these two. */
static void
read_key_and_id (Reading *reading,
                 key_t    key,
                 int      id,
                 GArray  *table)
{
  const LabShmEntry *entry;

  reading->has_table = table != NULL;
  reading->is_hidden = FALSE;
  if (table == NULL)
    {
      reading->has_entry = id != -1 && ask_kernel (LAB_KEY_FAILED, id, &reading->entry);
      reading->is_hidden = id != -1 && !reading->has_entry && errno == EACCES;
      reading->has_key_entry = key != LAB_KEY_FAILED && ask_kernel (key, -1, &reading->key_entry);
      return;
    }

  entry = id != -1 ? lab_segment_table_find_id (table, id) : NULL;
  reading->has_entry = entry != NULL;
  if (entry != NULL)
    reading->entry = *entry;

  entry = key != LAB_KEY_FAILED ? lab_segment_table_find_key (table, key) : NULL;
  reading->has_key_entry = entry != NULL;
  if (entry != NULL)
    reading->key_entry = *entry;
}

static void
read_entries (Reading              *reading,
              key_t                 key,
              int                   id,
              const LabSegmentPast *past,
              GArray               *table)
{
  read_key_and_id (reading, key, id, table);
  reading->past = lab_segment_past_find (past, reading_get_record (reading, id), table);
}

static Reading *
reading_new (void)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->shmid = -1;
  reading->past.id = -1;
  reading->is_settled = TRUE;
  reading->attachments = g_ptr_array_new_with_free_func (g_object_unref);

  return reading;
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

/* Takes over the attachments of the previous reading when the kernel's record says that
 * they still hold.  Returns whether @reading has its attachments now. */
static gboolean
reuse_attachments (Reading       *reading,
                   const Reading *previous,
                   int            id)
{
  const LabShmEntry *now = reading_get_target (reading, id);
  const LabShmEntry *before = previous != NULL ? reading_get_target (previous, id) : NULL;

  reading->shmid = now != NULL ? now->record.id : -1;
  if (now == NULL || now->record.n_attaches == 0)
    {
      g_ptr_array_set_size (reading->attachments, 0);
      reading->all_share_pids = TRUE;
      reading->n_unseen = 0;
      return TRUE;
    }
  if (before == NULL || !previous->is_settled
      || before->record.id != now->record.id || !same_attach_record (&before->record, &now->record))
    return FALSE;

  g_ptr_array_unref (reading->attachments);
  reading->attachments = g_ptr_array_ref (previous->attachments);
  reading->all_share_pids = previous->all_share_pids;
  reading->n_unseen = previous->n_unseen;

  return TRUE;
}

/* Whether what reuse_attachments() took over is what there is.  Nothing can be said of
 * those who cannot be seen, so then everybody is looked at. */
static gboolean
verify_attachments (const Reading *reading)
{
  return reading->n_unseen == 0 && known_are_still_there (reading->attachments, reading->shmid);
}

static void
read_entries_in_thread (Reading     *reading,
                        const Order *order)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);

  read_entries (reading, order->key, order->id, &order->past, table);
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

      if (reuse_attachments (reading, i == 0 ? order->previous : NULL, order->id)
          && (reading->attachments->len + reading->n_unseen == 0 || !order->verify || verify_attachments (reading)))
        return;

      before = target->record;
      g_ptr_array_unref (reading->attachments);
      reading->attachments = lab_attachment_scan (before.id, cancellable);
      reading->all_share_pids = lab_attachment_all_share_pids (reading->attachments);

      /* The number and the list belong together only when nobody came or went. */
      read_entries_in_thread (reading, order);
      target = reading_get_target (reading, order->id);
      reading->n_unseen = target != NULL ? target->record.n_attaches - MIN (target->record.n_attaches, reading->attachments->len) : 0;
      if (target != NULL && target->record.id == before.id && same_attach_record (&target->record, &before))
        return;
    }

  /* They come and go, and nobody knows: whoever came since the last scan is in the number and not in the list. */
  reading->all_share_pids = FALSE;
  reading->is_settled = FALSE;
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  const Order *order = data;
  Reading *reading = reading_new ();

  read_entries_in_thread (reading, order);
  read_attachments (reading, order, cancellable);

  g_task_return_pointer (task, reading, (GDestroyNotify) reading_free);
}

static void look_soon (LabSegmentMonitor *self,
                       guint              delay_ms);

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

static gulong
get_n_attaches (LabSegmentMonitor *self)
{
  const LabShmEntry *target = self->reading != NULL ? reading_get_target (self->reading, self->id) : NULL;

  return target != NULL ? target->record.n_attaches : 0;
}

static void verify_later (LabSegmentMonitor *self,
                          gboolean           restart);

/* What the properties say, to find out which of them change. */
typedef struct
{
  gboolean flags[N_PROPS];
  gulong   n_attaches;
  gulong   n_unseen;
} Values;

static Values
get_values (LabSegmentMonitor *self)
{
  Values values = { 0 };

  values.flags[PROP_EXISTS] = lab_segment_monitor_get_entry (self) != NULL;
  values.flags[PROP_HAS_TABLE] = lab_segment_monitor_has_table (self);
  values.flags[PROP_HIDDEN] = lab_segment_monitor_is_hidden (self);
  values.flags[PROP_KEY_EXISTS] = lab_segment_monitor_get_key_entry (self) != NULL;
  values.flags[PROP_READY] = lab_segment_monitor_is_ready (self);
  values.n_attaches = get_n_attaches (self);
  values.n_unseen = lab_segment_monitor_get_n_unseen (self);

  return values;
}

static void
notify_changes (LabSegmentMonitor *self,
                const Values      *before)
{
  GObject *object = G_OBJECT (self);
  Values now = get_values (self);

  for (guint i = 0; i < N_PROPS; i++)
    if (now.flags[i] != before->flags[i])
      g_object_notify_by_pspec (object, properties[i]);
  if (now.n_attaches != before->n_attaches)
    g_object_notify_by_pspec (object, properties[PROP_N_ATTACHES]);
  if (now.n_unseen != before->n_unseen)
    g_object_notify_by_pspec (object, properties[PROP_N_UNSEEN]);
}

/* Takes the reading. */
static void
publish (LabSegmentMonitor *self,
         Reading           *reading,
         gboolean           scanned)
{
  Values before;

  /* The entries that were handed out stay where they are until ::changed. */
  if (self->reading != NULL && reading_equal (self->reading, reading))
    {
      reading_free (reading);
      verify_later (self, scanned);
      return;
    }

  before = get_values (self);
  g_clear_pointer (&self->reading, reading_free);
  self->reading = reading;
  lab_segment_past_keep (&self->past, reading_get_record (reading, self->id), &reading->past);
  if (reading->is_hidden)
    lab_segment_past_see (&self->past, self->id);
  update_attachments (self, reading->attachments);
  verify_later (self, scanned);

  g_object_ref (self);
  notify_changes (self, &before);
  g_signal_emit (self, signals[CHANGED], 0);
  g_object_unref (self);
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

  /* A crowd that comes and goes without end does not have threads run without end. */
  if (self->run_again)
    look_soon (self, 0);
  else if (self->is_dirty || (reading != NULL && !reading->is_settled))
    look_soon (self, self->interval_ms);
  self->run_again = self->is_dirty = FALSE;

  if (reading != NULL && order->serial == self->serial)
    publish (self, reading, TRUE);
  else
    g_clear_pointer (&reading, reading_free);
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

  order = g_new0 (Order, 1);
  order->key = self->key;
  order->id = self->id;
  order->past = self->past;
  order->serial = self->serial;
  order->verify = self->verify;
  order->previous = self->reading != NULL ? reading_copy (self->reading) : NULL;
  self->verify = FALSE;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);

  task = g_task_new (NULL, self->cancellable, read_cb, weak);
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  self->is_running = TRUE;
  self->n_scans++;
  g_task_run_in_thread (task, read_thread);
}

/* Compares with the table, which has just been read.  A thread looks at the processes only
 * when the kernel's record says that somebody came or went, or after a while. */
static void
evaluate (LabSegmentMonitor *self)
{
  LabTableWatch *watch = lab_table_watch_get_default ();
  Reading *reading;

  self->is_waiting = FALSE;
  if (!is_following (self))
    return;

  reading = reading_new ();
  read_entries (reading, self->key, self->id, &self->past, lab_table_watch_get_table (watch));
  if (reuse_attachments (reading, self->reading, self->id) && !self->verify)
    {
      publish (self, reading, FALSE);
      return;
    }

  reading_free (reading);
  run (self);
}

static void
table_changed_cb (LabSegmentMonitor *self)
{
  if (self->is_running)
    self->is_dirty = TRUE;
  else
    evaluate (self);
}

static void
table_looked_cb (LabSegmentMonitor *self)
{
  if (self->is_waiting && !self->is_running)
    evaluate (self);
}

static void
look (LabSegmentMonitor *self)
{
  if (self->is_running)
    {
      self->run_again = TRUE;
      return;
    }

  self->is_waiting = TRUE;
  if (lab_table_watch_refresh (lab_table_watch_get_default ()) && self->is_waiting)
    evaluate (self);
}

static gboolean
verify_cb (gpointer data)
{
  LabSegmentMonitor *self = data;

  self->verify_id = 0;
  self->verify = TRUE;
  g_object_ref (self);
  look (self);
  g_object_unref (self);

  return G_SOURCE_REMOVE;
}

static void
verify_later (LabSegmentMonitor *self,
              gboolean           restart)
{
  const LabShmEntry *target = self->reading != NULL ? reading_get_target (self->reading, self->id) : NULL;
  gboolean is_wanted = target != NULL && target->record.n_attaches > 0;

  if (restart || !is_wanted)
    g_clear_handle_id (&self->verify_id, g_source_remove);
  if (!is_wanted || self->verify_id != 0)
    return;

  if (MAX (target->record.atime, target->record.dtime) >= g_get_real_time () / G_USEC_PER_SEC - 1)
    self->verify_id = g_timeout_add (SETTLE_MS, verify_cb, self);
  else
    self->verify_id = g_timeout_add_seconds (VERIFY_INTERVAL_S, verify_cb, self);
}

/* From the main loop and not at once, so that ::changed is never emitted inside of a call. */
static gboolean
look_cb (gpointer data)
{
  LabSegmentMonitor *self = data;

  self->look_id = 0;
  g_object_ref (self);
  look (self);
  g_object_unref (self);

  return G_SOURCE_REMOVE;
}

static void
look_soon (LabSegmentMonitor *self,
           guint              delay_ms)
{
  if (!is_following (self) || (delay_ms > 0 && self->look_id != 0))
    return;

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (delay_ms == 0)
    self->look_id = g_idle_add_full (G_PRIORITY_DEFAULT, look_cb, self, NULL);
  else
    self->look_id = g_timeout_add (delay_ms, look_cb, self);
}

static void
update_interval (LabSegmentMonitor *self,
                 gboolean           restart)
{
  LabTableWatch *watch = lab_table_watch_get_default ();

  if (self->interval_id != 0 && (restart || !is_following (self)))
    {
      lab_table_watch_remove_interval (watch, self->interval_id);
      self->interval_id = 0;
    }
  if (is_following (self) && self->interval_id == 0)
    self->interval_id = lab_table_watch_add_interval (watch, self->interval_ms);
}

/* What was read was about something else. */
static void
forget_reading (LabSegmentMonitor *self)
{
  gboolean had_reading = self->reading != NULL;
  Values before = get_values (self);

  self->serial++;
  g_clear_pointer (&self->reading, reading_free);
  g_clear_handle_id (&self->verify_id, g_source_remove);
  self->verify = FALSE;
  g_list_store_remove_all (self->attachments);
  update_interval (self, FALSE);
  notify_changes (self, &before);
  if (is_following (self))
    look_soon (self, 0);
  else if (had_reading)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
lab_segment_monitor_dispose (GObject *object)
{
  LabSegmentMonitor *self = LAB_SEGMENT_MONITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->verify_id, g_source_remove);
  self->id = -1;
  self->key = LAB_KEY_FAILED;
  update_interval (self, FALSE);

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
lab_segment_monitor_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  LabSegmentMonitor *self = LAB_SEGMENT_MONITOR (object);

  switch (prop_id)
    {
    case PROP_ATTACHMENTS:
      g_value_set_object (value, self->attachments);
      break;
    case PROP_EXISTS:
      g_value_set_boolean (value, lab_segment_monitor_get_entry (self) != NULL);
      break;
    case PROP_HAS_TABLE:
      g_value_set_boolean (value, lab_segment_monitor_has_table (self));
      break;
    case PROP_HIDDEN:
      g_value_set_boolean (value, lab_segment_monitor_is_hidden (self));
      break;
    case PROP_ID:
      g_value_set_int (value, self->id);
      break;
    case PROP_KEY:
      g_value_set_int (value, self->key);
      break;
    case PROP_KEY_EXISTS:
      g_value_set_boolean (value, lab_segment_monitor_get_key_entry (self) != NULL);
      break;
    case PROP_N_ATTACHES:
      g_value_set_ulong (value, get_n_attaches (self));
      break;
    case PROP_N_UNSEEN:
      g_value_set_ulong (value, lab_segment_monitor_get_n_unseen (self));
      break;
    case PROP_READY:
      g_value_set_boolean (value, lab_segment_monitor_is_ready (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_segment_monitor_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  LabSegmentMonitor *self = LAB_SEGMENT_MONITOR (object);

  switch (prop_id)
    {
    case PROP_ID:
      lab_segment_monitor_set_id (self, g_value_get_int (value));
      break;
    case PROP_KEY:
      lab_segment_monitor_set_key (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_segment_monitor_class_init (LabSegmentMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_segment_monitor_dispose;
  object_class->finalize = lab_segment_monitor_finalize;
  object_class->get_property = lab_segment_monitor_get_property;
  object_class->set_property = lab_segment_monitor_set_property;

  properties[PROP_ATTACHMENTS] = g_param_spec_object ("attachments", NULL, NULL, G_TYPE_LIST_MODEL, readable);

  /* Whether there is a segment with the id, and one under the key. */
  properties[PROP_EXISTS] = g_param_spec_boolean ("exists", NULL, NULL, FALSE, readable);
  properties[PROP_KEY_EXISTS] = g_param_spec_boolean ("key-exists", NULL, NULL, FALSE, readable);

  properties[PROP_HAS_TABLE] = g_param_spec_boolean ("has-table", NULL, NULL, TRUE, readable);
  properties[PROP_HIDDEN] = g_param_spec_boolean ("hidden", NULL, NULL, FALSE, readable);
  properties[PROP_ID] = g_param_spec_int ("id", NULL, NULL, -1, G_MAXINT, -1, writable);
  properties[PROP_KEY] = g_param_spec_int ("key", NULL, NULL, G_MININT, G_MAXINT, LAB_KEY_FAILED, writable);

  /* Of the segment whose attachments are listed; 0 when there is none. */
  properties[PROP_N_ATTACHES] = g_param_spec_ulong ("n-attaches", NULL, NULL, 0, G_MAXULONG, 0, readable);
  properties[PROP_N_UNSEEN] = g_param_spec_ulong ("n-unseen", NULL, NULL, 0, G_MAXULONG, 0, readable);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* After the notifications: some field of an entry is another one.  A property for each of
   * the kernel's fields would say it too, and be sixteen of them. */
  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_SEGMENT_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_segment_monitor_init (LabSegmentMonitor *self)
{
  self->key = LAB_KEY_FAILED;
  self->id = -1;
  lab_segment_past_clear (&self->past);
  self->interval_ms = DEFAULT_INTERVAL_MS;
  self->attachments = g_list_store_new (LAB_TYPE_ATTACHMENT);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (lab_table_watch_get_default (), "changed", G_CALLBACK (table_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_table_watch_get_default (), "looked", G_CALLBACK (table_looked_cb), self, G_CONNECT_SWAPPED);
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
 * Looks at once; ::changed comes when the answer is there.  What was seen before is forgotten.
 */
void
lab_segment_monitor_set_key (LabSegmentMonitor *self,
                             key_t              key)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));

  if (self->key == key)
    return;

  self->key = key;
  lab_segment_past_clear (&self->past);
  forget_reading (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY]);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

/**
 * lab_segment_monitor_see:
 * @self: a monitor
 * @id: a segment that a call of this process has made or found
 *
 * Remembers it as one that was there, also when it goes before the next look.
 */
void
lab_segment_monitor_see (LabSegmentMonitor *self,
                         int                id)
{
  g_return_if_fail (LAB_IS_SEGMENT_MONITOR (self));
  g_return_if_fail (id >= 0);

  if (lab_segment_past_see (&self->past, id))
    look_soon (self, 0);
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
  update_interval (self, TRUE);
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

  look_soon (self, 0);
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
 * lab_segment_monitor_get_past:
 * @self: a monitor
 *
 * Returns: the segment that was there under the key, or with the id, before the one that is
 *   there now, as of the last look; its id is -1 when none was seen
 */
LabPast
lab_segment_monitor_get_past (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), (LabPast) { .id = -1 });

  return self->reading != NULL ? self->reading->past : (LabPast) { .id = -1 };
}

static gboolean
is_entry (const LabShmEntry *entry,
          int                id)
{
  return entry != NULL && entry->record.id == id;
}

/**
 * lab_segment_monitor_find_fate:
 * @self: a monitor
 * @id: a segment that it follows or has followed, or -1
 *
 * Returns: what has become of it as of the last look
 */
LabFate
lab_segment_monitor_find_fate (LabSegmentMonitor *self,
                               int                id)
{
  const LabShmEntry *entry = lab_segment_monitor_get_entry (self);

  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), LAB_FATE_UNKNOWN);

  if (self->reading == NULL || id == -1)
    return LAB_FATE_UNKNOWN;

  if (!is_entry (entry, id))
    entry = lab_segment_monitor_get_key_entry (self);
  if (is_entry (entry, id))
    return (entry->record.mode & LAB_MODE_DEST) != 0 ? LAB_FATE_MARKED : LAB_FATE_THERE;
  if (self->reading->past.id == id)
    return self->reading->past.fate;
  if (self->id != id)
    return LAB_FATE_UNKNOWN;

  return self->reading->is_hidden ? LAB_FATE_THERE : LAB_FATE_NONE;
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

/**
 * lab_segment_monitor_sees_all:
 * @self: a monitor
 *
 * Then who is not in lab_segment_monitor_get_attachments() is not attached.  Asks the kernel
 * whether somebody has come or gone since the last look; that changes nothing.
 *
 * Returns: whether each attachment is known now to be that of a process in our own pid
 *   namespace that this user may see
 */
gboolean
lab_segment_monitor_sees_all (LabSegmentMonitor *self)
{
  const LabShmEntry *target;
  LabShmEntry now;

  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), FALSE);

  target = self->reading != NULL ? reading_get_target (self->reading, self->id) : NULL;

  return target != NULL && self->reading->n_unseen == 0 && self->reading->all_share_pids
         && ask_kernel (LAB_KEY_FAILED, target->record.id, &now) && same_attach_record (&target->record, &now.record);
}

/**
 * lab_segment_monitor_get_n_scans:
 * @self: a monitor
 *
 * Returns: how often a thread has looked at the processes, which is what costs; for tests
 */
guint64
lab_segment_monitor_get_n_scans (LabSegmentMonitor *self)
{
  g_return_val_if_fail (LAB_IS_SEGMENT_MONITOR (self), 0);

  return self->n_scans;
}
