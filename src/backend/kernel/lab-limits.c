/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-limits.h"

#include <unistd.h>

static guint64
page_bytes (void)
{
  return (guint64) sysconf (_SC_PAGESIZE);
}

static gboolean
read_number (const char  *path,
             guint64     *number,
             GError     **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;

  g_strstrip (text);

  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, error);
}

/**
 * lab_limits_count_pages:
 * @table: (element-type LabShmEntry): segments
 *
 * Source: the kernel's `ipc/shm.c` newseg(), which rounds each segment up.
 *
 * Returns: how much of SHMALL they use, in pages
 */
guint64
lab_limits_count_pages (GArray *table)
{
  const guint64 page = page_bytes ();
  guint64 n_pages = 0;

  g_return_val_if_fail (table != NULL, 0);

  for (guint i = 0; i < table->len; i++)
    {
      guint64 size = g_array_index (table, LabShmEntry, i).record.size_bytes;

      n_pages += size / page + (size % page != 0);
    }

  return n_pages;
}

/**
 * lab_limits_read_for:
 * @table: (element-type LabShmEntry): the segments of this moment
 * @error: return location for an error
 *
 * Errors: %G_FILE_ERROR, %G_NUMBER_PARSER_ERROR when /proc has no such limits.
 *
 * Source: proc_sys_kernel(5), shmget(2).
 *
 * Returns: (transfer full): the limits, to be freed with g_free(), or %NULL with @error set
 */
LabLimits *
lab_limits_read_for (GArray  *table,
                     GError **error)
{
  g_autofree LabLimits *self = g_new0 (LabLimits, 1);

  g_return_val_if_fail (table != NULL, NULL);

  if (!read_number ("/proc/sys/kernel/shmmni", &self->max_segments, error)
      || !read_number ("/proc/sys/kernel/shmmax", &self->max_segment_bytes, error)
      || !read_number ("/proc/sys/kernel/shmall", &self->max_pages, error))
    return NULL;

  self->n_segments = table->len;
  self->n_pages = lab_limits_count_pages (table);
  self->page_bytes = page_bytes ();

  return g_steal_pointer (&self);
}

/**
 * lab_limits_read:
 * @error: return location for an error
 *
 * Errors: %G_FILE_ERROR, those of lab_limits_read_for().
 *
 * Returns: (transfer full): the limits, to be freed with g_free(), or %NULL with @error set
 */
LabLimits *
lab_limits_read (GError **error)
{
  g_autoptr(GArray) table = lab_segment_table_read (error);

  return table != NULL ? lab_limits_read_for (table, error) : NULL;
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  LabLimits *self = lab_limits_read (&error);

  if (self != NULL)
    g_task_return_pointer (task, self, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * lab_limits_read_async:
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * lab_limits_read() in a thread.
 */
void
lab_limits_read_async (GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, lab_limits_read_async);
  g_task_run_in_thread (task, read_thread);
}

/**
 * lab_limits_read_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CANCELLED, those of lab_limits_read().
 *
 * Returns: (transfer full): the limits, to be freed with g_free(), or %NULL with @error set
 */
LabLimits *
lab_limits_read_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lab_limits_is_unlimited:
 * @limit: SHMMAX or SHMALL
 *
 * Since Linux 3.16 the default of both is `ULONG_MAX - (1UL << 24)`, which is
 * more than any machine has.
 *
 * Returns: whether the limit is no limit in practice
 */
gboolean
lab_limits_is_unlimited (guint64 limit)
{
  return limit >= G_MAXULONG - (1UL << 24);
}
