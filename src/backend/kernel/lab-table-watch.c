/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-table-watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TABLE_PATH "/proc/sysvipc/shm"

/* The kernel writes its numbers into text at about 1 µs a segment.  A table larger than this,
 * some 200 segments, is read in a thread, so that the main loop is never held up. */
#define N_BYTES_AT_ONCE (32 * 1024)

/* What the kernel fills at a time. */
#define N_BYTES_A_READ 4096

typedef struct
{
  guint id;
  guint interval_ms;
} Interval;

/* What a thread is to compare with, and what it found: the text, and the table when the text
 * is another one. */
typedef struct
{
  GBytes *before;  /* nullable */
  GBytes *text;    /* NULL when the file could not be read */
  GArray *table;
} Look;

struct _LabTableWatch
{
  GObject     parent_instance;

  int         fd;            /* -1 while there is no table */
  GByteArray *buffer;

  gboolean    is_ready;
  gboolean    is_large;      /* the last table was */
  GBytes     *text;          /* as it was last, NULL for none */
  GArray     *table;         /* the same; never changed, only replaced */

  GArray     *intervals;     /* of Interval */
  guint       last_id;
  guint       interval_ms;   /* of the timer */
  guint       timeout_id;
  guint64     n_looks;

  gboolean    is_looking;    /* a thread is */
  gboolean    look_again;
};

enum { PROP_0, PROP_READY, PROP_HAS_TABLE, N_PROPS };
enum { CHANGED, LOOKED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabTableWatch, lab_table_watch, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
look_free (Look *look)
{
  g_clear_pointer (&look->before, g_bytes_unref);
  g_clear_pointer (&look->text, g_bytes_unref);
  g_clear_pointer (&look->table, g_array_unref);
  g_free (look);
}

static void
close_file (LabTableWatch *self)
{
  if (self->fd != -1)
    close (self->fd);
  self->fd = -1;
}

/* Reads until the end, or until there are @n_most bytes.  Returns whether that was all. */
static gboolean
read_text (int         fd,
           GByteArray *buffer,
           gsize       n_most,
           gboolean   *failed)
{
  gsize length = 0;
  gssize n;

  *failed = FALSE;
  while (length < n_most)
    {
      g_byte_array_set_size (buffer, (guint) (length + N_BYTES_A_READ));
      n = pread (fd, buffer->data + length, N_BYTES_A_READ, (off_t) length);
      if (n == -1 && errno == EINTR)
        continue;

      *failed = n == -1;
      g_byte_array_set_size (buffer, (guint) (length + (gsize) MAX (n, 0)));
      if (n <= 0)
        return !*failed;
      length += (gsize) n;
    }

  return FALSE;
}

static gboolean
is_same_text (GBytes           *text,
              const GByteArray *buffer)
{
  gsize length;
  gconstpointer data = text != NULL ? g_bytes_get_data (text, &length) : NULL;

  return data != NULL && length == buffer->len && memcmp (data, buffer->data, length) == 0;
}

static GArray *
parse (const GByteArray *buffer)
{
  g_autofree char *text = g_strndup ((const char *) buffer->data, buffer->len);

  return lab_segment_table_parse (text);
}

/* Takes text and table. */
static void
take (LabTableWatch *self,
      GBytes        *text,
      GArray        *table)
{
  GObject *object = G_OBJECT (self);
  gboolean was_ready = self->is_ready, had_table = !was_ready || self->table != NULL;

  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->table, g_array_unref);
  self->text = text;
  self->table = table;
  self->is_ready = TRUE;
  self->is_large = text != NULL && g_bytes_get_size (text) > N_BYTES_AT_ONCE;

  if (!was_ready)
    g_object_notify_by_pspec (object, properties[PROP_READY]);
  if (had_table != (table != NULL))
    g_object_notify_by_pspec (object, properties[PROP_HAS_TABLE]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
look_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  LabTableWatch *self = source;  /* the main thread leaves the file alone meanwhile */
  Look *found = data;
  g_autoptr(GByteArray) buffer = g_byte_array_new ();
  gboolean failed;

  read_text (self->fd, buffer, G_MAXUINT / 2, &failed);
  if (!failed && is_same_text (found->before, buffer))
    {
      found->text = g_bytes_ref (found->before);
    }
  else if (!failed)
    {
      found->table = parse (buffer);
      found->text = g_byte_array_free_to_bytes (g_steal_pointer (&buffer));
    }

  g_task_return_boolean (task, TRUE);
}

static void look (LabTableWatch *self);

static void
look_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  LabTableWatch *self = LAB_TABLE_WATCH (source);
  Look *found = g_task_get_task_data (G_TASK (result));

  self->is_looking = FALSE;
  if (found->text == NULL)
    {
      close_file (self);
      take (self, NULL, NULL);
    }
  else if (found->table != NULL)
    {
      take (self, g_steal_pointer (&found->text), g_steal_pointer (&found->table));
    }
  else if (found->text != self->text)
    {
      self->look_again = TRUE;  /* it was forgotten meanwhile */
    }

  if (self->look_again)
    {
      self->look_again = FALSE;
      look (self);
    }
  if (!self->is_looking)
    g_signal_emit (self, signals[LOOKED], 0);
}

static void
look_in_thread (LabTableWatch *self)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, look_cb, NULL);
  Look *order = g_new0 (Look, 1);

  order->before = self->text != NULL ? g_bytes_ref (self->text) : NULL;
  g_task_set_source_tag (task, look_in_thread);
  g_task_set_task_data (task, order, (GDestroyNotify) look_free);
  self->is_looking = TRUE;
  g_task_run_in_thread (task, look_thread);
}

static void
look (LabTableWatch *self)
{
  gboolean failed = FALSE;

  if (self->is_looking)
    {
      self->look_again = TRUE;
      return;
    }

  self->n_looks++;
  if (self->fd == -1)
    self->fd = open (TABLE_PATH, O_RDONLY | O_CLOEXEC);
  if (self->fd == -1)
    {
      take (self, NULL, NULL);
      return;
    }

  if (self->is_large || (!read_text (self->fd, self->buffer, N_BYTES_AT_ONCE, &failed) && !failed))
    {
      look_in_thread (self);
    }
  else if (failed)
    {
      close_file (self);
      take (self, NULL, NULL);
    }
  else if (!is_same_text (self->text, self->buffer))
    {
      take (self, g_bytes_new (self->buffer->data, self->buffer->len), parse (self->buffer));
    }
}

static gboolean
timeout_cb (gpointer data)
{
  LabTableWatch *self = LAB_TABLE_WATCH (data);

  /* A look that takes longer than the interval is not followed by two. */
  if (!self->is_looking)
    look (self);

  return G_SOURCE_CONTINUE;
}

/* What was read when somebody last wanted to know is not what there is. */
static void
forget (LabTableWatch *self)
{
  gboolean was_ready = self->is_ready, had_table = !was_ready || self->table != NULL;

  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->table, g_array_unref);
  self->is_ready = FALSE;
  self->is_large = FALSE;
  if (was_ready)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
  if (!had_table)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_TABLE]);
}

/* The timer runs at the shortest interval that anybody wants. */
static void
update_timeout (LabTableWatch *self)
{
  guint interval_ms = 0;

  for (guint i = 0; i < self->intervals->len; i++)
    {
      guint wanted_ms = g_array_index (self->intervals, Interval, i).interval_ms;

      interval_ms = interval_ms == 0 ? wanted_ms : MIN (interval_ms, wanted_ms);
    }
  if (interval_ms == self->interval_ms)
    return;

  self->interval_ms = interval_ms;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (interval_ms > 0)
    self->timeout_id = g_timeout_add (interval_ms, timeout_cb, self);
}

static void
lab_table_watch_finalize (GObject *object)
{
  LabTableWatch *self = LAB_TABLE_WATCH (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  close_file (self);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->table, g_array_unref);
  g_array_unref (self->intervals);
  g_byte_array_unref (self->buffer);

  G_OBJECT_CLASS (lab_table_watch_parent_class)->finalize (object);
}

static void
lab_table_watch_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabTableWatch *self = LAB_TABLE_WATCH (object);

  switch (prop_id)
    {
    case PROP_READY:
      g_value_set_boolean (value, self->is_ready);
      break;
    case PROP_HAS_TABLE:
      g_value_set_boolean (value, !self->is_ready || self->table != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_table_watch_class_init (LabTableWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = lab_table_watch_finalize;
  object_class->get_property = lab_table_watch_get_property;

  properties[PROP_READY] =
    g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_TABLE] =
    g_param_spec_boolean ("has-table", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_TABLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /* A thread has looked, and may have found no change: what lab_table_watch_refresh() could
   * not do at once is done. */
  signals[LOOKED] =
    g_signal_new ("looked", LAB_TYPE_TABLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lab_table_watch_init (LabTableWatch *self)
{
  self->fd = -1;
  self->buffer = g_byte_array_new ();
  self->intervals = g_array_new (FALSE, FALSE, sizeof (Interval));
}

/**
 * lab_table_watch_get_default:
 *
 * Returns: (transfer none): the process's one reader of the table
 */
LabTableWatch *
lab_table_watch_get_default (void)
{
  static LabTableWatch *watch;

  if (watch == NULL)
    watch = g_object_new (LAB_TYPE_TABLE_WATCH, NULL);

  return watch;
}

/**
 * lab_table_watch_add_interval:
 * @self: the reader
 * @interval_ms: from one look to the next, at least 1
 *
 * Asks for looks at least this often.  The first comes after the interval; who cannot wait
 * calls lab_table_watch_refresh().  When nobody has asked before, what is known is too old
 * and forgotten.
 *
 * Returns: what to give to lab_table_watch_remove_interval(); never 0
 */
guint
lab_table_watch_add_interval (LabTableWatch *self,
                              guint          interval_ms)
{
  Interval interval;

  g_return_val_if_fail (LAB_IS_TABLE_WATCH (self), 0);
  g_return_val_if_fail (interval_ms > 0, 0);

  if (self->intervals->len == 0)
    forget (self);
  interval.id = ++self->last_id;
  interval.interval_ms = interval_ms;
  g_array_append_val (self->intervals, interval);
  update_timeout (self);

  return interval.id;
}

/**
 * lab_table_watch_remove_interval:
 * @self: the reader
 * @interval_id: what lab_table_watch_add_interval() returned
 *
 * While nobody asks for an interval nothing is read.
 */
void
lab_table_watch_remove_interval (LabTableWatch *self,
                                 guint          interval_id)
{
  g_return_if_fail (LAB_IS_TABLE_WATCH (self));

  for (guint i = 0; i < self->intervals->len; i++)
    if (g_array_index (self->intervals, Interval, i).id == interval_id)
      {
        g_array_remove_index_fast (self->intervals, i);
        update_timeout (self);
        return;
      }

  g_return_if_reached ();
}

/**
 * lab_table_watch_refresh:
 * @self: the reader
 *
 * Looks now.  ::changed was emitted when this returns, if there was reason to; only when the
 * table is large a thread looks, and ::looked tells when it has.
 *
 * Returns: whether the table is up to date
 */
gboolean
lab_table_watch_refresh (LabTableWatch *self)
{
  g_return_val_if_fail (LAB_IS_TABLE_WATCH (self), FALSE);

  look (self);

  return !self->is_looking;
}

/**
 * lab_table_watch_is_ready:
 * @self: the reader
 *
 * Returns: whether it has looked; before that, a missing table means nothing
 */
gboolean
lab_table_watch_is_ready (LabTableWatch *self)
{
  g_return_val_if_fail (LAB_IS_TABLE_WATCH (self), FALSE);

  return self->is_ready;
}

/**
 * lab_table_watch_get_table:
 * @self: the reader
 *
 * Source: proc_sysvipc(5).
 *
 * Returns: (transfer none) (nullable) (element-type LabShmEntry): the segments as of the last
 *   look, or %NULL where /proc has no table.  It never changes: after ::changed there is
 *   another one, so a thread may read one to which it holds a reference.
 */
GArray *
lab_table_watch_get_table (LabTableWatch *self)
{
  g_return_val_if_fail (LAB_IS_TABLE_WATCH (self), NULL);

  return self->table;
}

/**
 * lab_table_watch_get_n_looks:
 * @self: the reader
 *
 * Returns: how often it has looked, for tests and LAB_DEBUG
 */
guint64
lab_table_watch_get_n_looks (LabTableWatch *self)
{
  g_return_val_if_fail (LAB_IS_TABLE_WATCH (self), 0);

  return self->n_looks;
}
