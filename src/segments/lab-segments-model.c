/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segments-model.h"

#include "backend/kernel/lab-names.h"
#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-table-watch.h"

#define INTERVAL_MS 1000

/* A process that detached long ago may end without a trace in the kernel's table, so its name
 * is looked up again now and then. */
#define NAMES_INTERVAL_S 3

/* How long one piece of work may hold up the main loop. */
#define SLICE_US 3000

/* A GtkColumnView makes the widgets of its first 200 rows at once, and lays them
 * out in the next frame: so these come in as many a frame as fit into it.  The
 * rows behind them cost next to nothing. */
#define N_COSTLY_ROWS 200
#define COSTLY_ROWS_A_SLICE 20
#define CHEAP_ROWS_A_SLICE 64
#define FRAME_MS 17

/* What a thread read. */
typedef struct
{
  GArray     *rows;       /* of LabSegmentRow */
  GHashTable *positions;  /* id to position in @rows plus one */
  guint8     *seen;       /* by position: whether the list has it */
} Reading;

typedef struct
{
  LabPresence  presence;   /* of whoever has the number now */
  gint64       start_us;
  char        *name;       /* while it runs */
} Process;

struct _LabSegmentsModel
{
  GObject       parent_instance;

  GPtrArray    *items;

  guint         interval_id;  /* what the list wants of the reader of the table */
  guint         names_id;
  guint         slice_id;
  gboolean      running;
  gboolean      is_reading;
  GCancellable *cancellable;

  Reading      *reading;   /* what is being brought in, or NULL */
  guint         to_check;  /* items before this are still to be compared with the reading */
  guint         to_add;    /* the rows from here on may be new */
  guint         n_changed; /* items that the reading changed */
  gboolean      again;     /* somebody asked for another reading meanwhile */
  gboolean      refresh;   /* somebody waits for the table to be read */
};

enum { UPDATED, N_SIGNALS };

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LabSegmentsModel, lab_segments_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static guint signals[N_SIGNALS];

static void
process_free (Process *process)
{
  g_free (process->name);
  g_free (process);
}

static void
row_clear (gpointer data)
{
  LabSegmentRow *row = data;

  g_free (row->creator_name);
  g_free (row->last_user_name);
}

static void
reading_free (Reading *reading)
{
  g_array_unref (reading->rows);
  g_hash_table_unref (reading->positions);
  g_free (reading->seen);
  g_free (reading);
}

/* A process made thousands of segments, perhaps, so each is looked at once. */
static LabPresence
find_process (GHashTable  *processes,
              pid_t        pid,
              gint64       time,
              char       **name)
{
  Process *process = g_hash_table_lookup (processes, GINT_TO_POINTER (pid));
  LabPresence presence;

  if (process == NULL)
    {
      process = g_new0 (Process, 1);
      process->presence = lab_presence_find_now (pid, &process->start_us);
      process->name = process->presence == LAB_PRESENCE_RUNS ? lab_process_dup_name (pid) : NULL;
      g_hash_table_insert (processes, GINT_TO_POINTER (pid), process);
    }

  presence = lab_presence_compare (process->presence, process->start_us, time);
  *name = presence == LAB_PRESENCE_RUNS ? g_strdup (process->name) : NULL;

  return presence;
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GArray *table = data;
  g_autoptr(GHashTable) processes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) process_free);
  Reading *reading = g_new0 (Reading, 1);

  reading->rows = g_array_sized_new (FALSE, FALSE, sizeof (LabSegmentRow), table->len);
  g_array_set_clear_func (reading->rows, row_clear);
  reading->positions = g_hash_table_new (NULL, NULL);
  reading->seen = g_new0 (guint8, table->len + 1);

  for (guint i = 0; i < table->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const LabShmEntry *entry = &g_array_index (table, LabShmEntry, i);
      const LabShmRecord *record = &entry->record;
      LabSegmentRow row = {
        .entry = *entry,
        .owner_name = lab_names_resolve_user (record->uid),
      };

      row.creator = find_process (processes, record->cpid, record->ctime, &row.creator_name);
      row.last_user = find_process (processes, record->lpid, MAX (record->atime, record->dtime), &row.last_user_name);
      g_array_append_val (reading->rows, row);
      g_hash_table_insert (reading->positions, GINT_TO_POINTER (record->id), GUINT_TO_POINTER (i + 1));
    }

  g_task_return_pointer (task, reading, (GDestroyNotify) reading_free);
}

static void start_reading (LabSegmentsModel *self);

static void
finish (LabSegmentsModel *self)
{
  g_clear_pointer (&self->reading, reading_free);
  g_signal_emit (self, signals[UPDATED], 0, self->n_changed);

  if (self->running && self->again)
    start_reading (self);
}

static void
remove_items (LabSegmentsModel *self,
              guint             position,
              guint             n_items)
{
  if (n_items == 0)
    return;

  g_ptr_array_remove_range (self->items, position, n_items);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_items, 0);
}

/* Compares the items with the reading, from the last to the first, and takes
 * away those whose segment is gone, some at a time: which of them have rows, only the
 * table knows, and to take away a row costs.  Returns whether there are more. */
static gboolean
check_some (LabSegmentsModel *self,
            gint64            until_us)
{
  guint first = self->to_check, n_gone = 0;

  while (self->to_check > 0 && (self->to_check % 16 != 0 || g_get_monotonic_time () < until_us))
    {
      LabSegmentItem *item = g_ptr_array_index (self->items, self->to_check - 1);
      guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->reading->positions,
                                                              GINT_TO_POINTER (lab_segment_item_get_id (item))));

      self->to_check--;
      if (position == 0)
        {
          first = self->to_check;
          if (++n_gone < COSTLY_ROWS_A_SLICE)
            continue;
          remove_items (self, first, n_gone);
          n_gone = 0;
          if (g_get_monotonic_time () >= until_us)
            break;
          continue;
        }

      remove_items (self, first, n_gone);
      n_gone = 0;
      self->reading->seen[position - 1] = TRUE;
      if (lab_segment_item_update (item, &g_array_index (self->reading->rows, LabSegmentRow, position - 1)))
        self->n_changed++;
    }
  remove_items (self, first, n_gone);

  return self->to_check > 0;
}

/* Adds some of the segments that are new.  Returns whether there are more. */
static gboolean
add_some (LabSegmentsModel *self)
{
  const guint position = self->items->len;
  const guint n_most = position < N_COSTLY_ROWS ? COSTLY_ROWS_A_SLICE : CHEAP_ROWS_A_SLICE;
  guint n_added = 0;

  for (; self->to_add < self->reading->rows->len && n_added < n_most; self->to_add++)
    if (!self->reading->seen[self->to_add])
      {
        g_ptr_array_add (self->items, lab_segment_item_new (&g_array_index (self->reading->rows, LabSegmentRow, self->to_add)));
        n_added++;
      }

  if (n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_added);

  return self->to_add < self->reading->rows->len;
}

static gboolean
slice_cb (gpointer data)
{
  LabSegmentsModel *self = data;
  gint64 until_us = g_get_monotonic_time () + SLICE_US;

  if (self->to_check > 0 && check_some (self, until_us))
    return G_SOURCE_CONTINUE;

  while (add_some (self))
    {
      if (self->items->len < N_COSTLY_ROWS)
        {
          self->slice_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FRAME_MS, slice_cb, self, NULL);
          return G_SOURCE_REMOVE;
        }
      if (g_get_monotonic_time () >= until_us)
        {
          self->slice_id = g_idle_add (slice_cb, self);
          return G_SOURCE_REMOVE;
        }
    }

  self->slice_id = 0;
  finish (self);

  return G_SOURCE_REMOVE;
}

static void
weak_ref_free (GWeakRef *weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  GWeakRef *weak = data;
  g_autoptr(LabSegmentsModel) self = g_weak_ref_get (weak);
  Reading *reading = g_task_propagate_pointer (G_TASK (result), NULL);

  weak_ref_free (weak);
  if (self == NULL)
    {
      g_clear_pointer (&reading, reading_free);
      return;
    }

  self->is_reading = FALSE;
  if (reading == NULL)
    return;

  self->reading = reading;
  self->to_check = self->items->len;
  self->to_add = 0;
  self->n_changed = 0;
  self->slice_id = g_idle_add (slice_cb, self);
}

static gboolean
is_busy (LabSegmentsModel *self)
{
  return self->is_reading || self->reading != NULL;
}

/* A thread makes rows of the table as it is now. */
static void
start_reading (LabSegmentsModel *self)
{
  GArray *table = lab_table_watch_get_table (lab_table_watch_get_default ());
  g_autoptr(GTask) task = NULL;
  GWeakRef *weak;

  if (is_busy (self))
    {
      self->again = TRUE;
      return;
    }

  self->again = FALSE;
  if (table == NULL)
    {
      self->n_changed = 0;
      finish (self);
      return;
    }

  self->is_reading = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, self->cancellable, read_cb, weak);
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, g_array_ref (table), (GDestroyNotify) g_array_unref);
  g_task_run_in_thread (task, read_thread);
}

static void
table_changed_cb (LabSegmentsModel *self)
{
  if (!self->running)
    return;

  self->refresh = FALSE;
  start_reading (self);
}

static void
table_looked_cb (LabSegmentsModel *self)
{
  if (self->running && self->refresh)
    start_reading (self);
  self->refresh = FALSE;
}

static gboolean
names_cb (gpointer data)
{
  start_reading (data);

  return G_SOURCE_CONTINUE;
}

static GType
segments_model_get_item_type (GListModel *model)
{
  return LAB_TYPE_SEGMENT_ITEM;
}

static guint
segments_model_get_n_items (GListModel *model)
{
  return LAB_SEGMENTS_MODEL (model)->items->len;
}

static gpointer
segments_model_get_item (GListModel *model,
                         guint       position)
{
  LabSegmentsModel *self = LAB_SEGMENTS_MODEL (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = segments_model_get_item_type;
  iface->get_n_items = segments_model_get_n_items;
  iface->get_item = segments_model_get_item;
}

static void
lab_segments_model_dispose (GObject *object)
{
  LabSegmentsModel *self = LAB_SEGMENTS_MODEL (object);

  lab_segments_model_set_running (self, FALSE);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->slice_id, g_source_remove);

  G_OBJECT_CLASS (lab_segments_model_parent_class)->dispose (object);
}

static void
lab_segments_model_finalize (GObject *object)
{
  LabSegmentsModel *self = LAB_SEGMENTS_MODEL (object);

  g_clear_pointer (&self->reading, reading_free);
  g_ptr_array_unref (self->items);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (lab_segments_model_parent_class)->finalize (object);
}

static void
lab_segments_model_class_init (LabSegmentsModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_segments_model_dispose;
  object_class->finalize = lab_segments_model_finalize;

  signals[UPDATED] =
    g_signal_new ("updated", LAB_TYPE_SEGMENTS_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
lab_segments_model_init (LabSegmentsModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (lab_table_watch_get_default (), "changed", G_CALLBACK (table_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_table_watch_get_default (), "looked", G_CALLBACK (table_looked_cb), self, G_CONNECT_SWAPPED);
}

/**
 * lab_segments_model_new:
 *
 * Returns: (transfer full): an empty list, which does nothing until it is told to run
 */
LabSegmentsModel *
lab_segments_model_new (void)
{
  return g_object_new (LAB_TYPE_SEGMENTS_MODEL, NULL);
}

/**
 * lab_segments_model_set_running:
 * @self: a list
 * @running: whether to follow the kernel; begins with a reading at once
 */
void
lab_segments_model_set_running (LabSegmentsModel *self,
                                gboolean          running)
{
  LabTableWatch *watch = lab_table_watch_get_default ();

  g_return_if_fail (LAB_IS_SEGMENTS_MODEL (self));

  if (self->running == running)
    return;

  self->running = running;
  if (running)
    {
      self->interval_id = lab_table_watch_add_interval (watch, INTERVAL_MS);
      self->names_id = g_timeout_add_seconds (NAMES_INTERVAL_S, names_cb, self);
      lab_segments_model_refresh (self);
    }
  else
    {
      lab_table_watch_remove_interval (watch, self->interval_id);
      g_clear_handle_id (&self->names_id, g_source_remove);
    }
}

/**
 * lab_segments_model_refresh:
 * @self: a list
 *
 * Reads now rather than after the interval, and looks up the names again.
 */
void
lab_segments_model_refresh (LabSegmentsModel *self)
{
  gboolean was_busy;

  g_return_if_fail (LAB_IS_SEGMENTS_MODEL (self));

  if (!self->running)
    return;

  was_busy = is_busy (self);
  self->refresh = !lab_table_watch_refresh (lab_table_watch_get_default ());
  if (!self->refresh && (was_busy || !is_busy (self)))  /* else the change has begun it */
    start_reading (self);
}

/**
 * lab_segments_model_find:
 * @self: a list
 * @id: a shmid
 *
 * Returns: (transfer none) (nullable): the segment's item
 */
LabSegmentItem *
lab_segments_model_find (LabSegmentsModel *self,
                         int               id)
{
  g_return_val_if_fail (LAB_IS_SEGMENTS_MODEL (self), NULL);

  for (guint i = 0; i < self->items->len; i++)
    if (lab_segment_item_get_id (g_ptr_array_index (self->items, i)) == id)
      return g_ptr_array_index (self->items, i);

  return NULL;
}

/**
 * lab_segments_model_get_totals:
 * @self: a list
 * @n_mine: (out): how many are this user's
 * @size_bytes: (out): the sizes of all together
 * @rss_bytes: (out): what of that is in memory
 */
void
lab_segments_model_get_totals (LabSegmentsModel *self,
                               guint            *n_mine,
                               guint64          *size_bytes,
                               guint64          *rss_bytes)
{
  g_return_if_fail (LAB_IS_SEGMENTS_MODEL (self));

  *n_mine = 0;
  *size_bytes = *rss_bytes = 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      LabSegmentItem *item = g_ptr_array_index (self->items, i);
      const LabShmEntry *entry = lab_segment_item_get_entry (item);

      *n_mine += lab_segment_item_is_mine (item);
      *size_bytes += entry->record.size_bytes;
      *rss_bytes += entry->rss_bytes;
    }
}
