/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segments-remove.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/segment/lab-semaphore.h"
#include "ui/parts/lab-label.h"

/* More than these cannot be read in a dialog. */
#define MAX_SEGMENTS 8
#define MAX_PROCESSES 6

/* One segment that is to be removed, for the threads: plain values, as they were shown. */
typedef struct
{
  int         id;
  key_t       key;
  gulong      n_attaches;
  int         semaphore_id;  /* of a server that is gone, which goes with the segment; -1 for none */
  LabSegment *segment;       /* whose semaphore it is, or NULL */
} Target;

static void
target_clear (gpointer data)
{
  Target *target = data;

  g_clear_object (&target->segment);
}

typedef struct
{
  GtkWindow *parent;
  GPtrArray *items;
  GArray    *targets;      /* of Target: one for each of the items */
  GPtrArray *attachments;  /* of LabAttachment, of all segments */
} Order;

static void
order_free (Order *order)
{
  g_clear_object (&order->parent);
  g_ptr_array_unref (order->items);
  g_array_unref (order->targets);
  g_clear_pointer (&order->attachments, g_ptr_array_unref);
  g_free (order);
}

/* The semaphore that a Shmlab server has made for the segment, when that server is gone: one that
 * runs removes it itself.  Attaches for a moment, but only where a set has the segment's key. */
static void
find_semaphore (Target *target)
{
  g_autoptr(LabSegment) segment = NULL;
  const LabLayout *layout;
  pid_t pid;
  int id;

  if (target->key == LAB_KEY_PRIVATE || target->key == LAB_KEY_FAILED
      || lab_sysv_semget (target->key, 0, LAB_GET_EXISTING, 0) == -1)
    return;

  segment = lab_segment_open (target->id, NULL);
  if (segment == NULL || !lab_segment_attach (segment, FALSE, NULL))
    return;

  layout = lab_segment_get_layout (segment);
  id = lab_semaphore_get_claimed (segment);
  if (lab_semaphore_is_own (segment, id)
      && !lab_presence_may_run (lab_layout_find_writer (layout, lab_segment_get_n_attaches (segment) == 1, &pid)))
    {
      target->semaphore_id = id;
      target->segment = g_object_ref (segment);
    }
  lab_segment_detach (segment, NULL);
}

/* Who is attached to one segment: a line a process, then how many more there are. */
static void
append_attached (GString        *text,
                 LabSegmentItem *item,
                 GPtrArray      *attachments)
{
  gulong n_left = lab_segment_item_get_entry (item)->record.n_attaches;
  guint n_named = 0;
  pid_t before = 0;

  if (n_left == 0)
    {
      g_string_append (text, _("Nobody is attached."));
      g_string_append_c (text, '\n');
      return;
    }

  g_string_append (text, _("Attached to it:"));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < attachments->len; i++)
    {
      LabAttachment *attachment = g_ptr_array_index (attachments, i);
      pid_t pid = lab_attachment_get_pid (attachment);

      if (lab_attachment_get_shmid (attachment) != lab_segment_item_get_id (item))
        continue;
      if (pid != before && n_named == MAX_PROCESSES)
        break;

      if (n_left > 0)
        n_left--;
      if (pid == before)
        continue;
      /* Translators: a line of a list: a process that is attached, its name and number */
      g_string_append_printf (text, _("• %s (pid %d)"), lab_attachment_get_process_name (attachment), (int) pid);
      g_string_append_c (text, '\n');
      before = pid;
      n_named++;
    }

  if (n_left == 0)
    return;

  if (n_named == 0)
    g_string_append_printf (text, ngettext ("• %lu attachment of somebody whom you may not see",
                                            "• %lu attachments of others whom you may not see", n_left), n_left);
  else
    /* Translators: a line of a list, after some that are named */
    g_string_append_printf (text, ngettext ("• %lu more attachment", "• %lu more attachments", n_left), n_left);
  g_string_append_c (text, '\n');
}

static void
append_semaphore (GString      *text,
                  const Target *target)
{
  if (target->semaphore_id == -1)
    return;

  /* Translators: the id of a set of semaphores */
  g_string_append_printf (text, _("Its semaphore, set %d, goes with it: the server that made it is gone."), target->semaphore_id);
  g_string_append_c (text, '\n');
}

/* Which segment it is: id, size, owner and key. */
static char *
describe_segment (LabSegmentItem *item)
{
  const LabShmRecord *record = &lab_segment_item_get_entry (item)->record;
  const gulong n_bytes = (gulong) MIN (record->size_bytes, G_MAXULONG);
  g_autofree char *key = lab_segment_item_dup_text (item, LAB_SEGMENT_COLUMN_KEY);
  g_autofree char *owner = lab_segment_item_dup_text (item, LAB_SEGMENT_COLUMN_OWNER);
  g_autofree char *size = lab_segment_item_dup_text (item, LAB_SEGMENT_COLUMN_SIZE);

  if (record->key == LAB_KEY_PRIVATE)
    /* Translators: id, bytes, user name */
    return g_strdup_printf (ngettext ("Segment %d has no key and %s byte, and belongs to %s.",
                                      "Segment %d has no key and %s bytes, and belongs to %s.", n_bytes),
                            lab_segment_item_get_id (item), size, owner);

  /* Translators: id, key, bytes, user name */
  return g_strdup_printf (ngettext ("Segment %d has the key %s and %s byte, and belongs to %s.",
                                    "Segment %d has the key %s and %s bytes, and belongs to %s.", n_bytes),
                          lab_segment_item_get_id (item), key, size, owner);
}

/* What removing them means: who is attached to which, and which semaphore goes with it. */
static char *
describe (const Order *order)
{
  g_autoptr(GString) text = g_string_new (NULL);
  GPtrArray *items = order->items;
  gboolean is_used = FALSE;

  for (guint i = 0; i < items->len; i++)
    {
      LabSegmentItem *item = g_ptr_array_index (items, i);

      is_used = is_used || lab_segment_item_get_entry (item)->record.n_attaches > 0;
      if (i < MAX_SEGMENTS)
        {
          g_autofree char *segment = describe_segment (item);

          if (i > 0)
            g_string_append_c (text, '\n');
          g_string_append (text, segment);
          g_string_append_c (text, ' ');
          append_attached (text, item, order->attachments);
          append_semaphore (text, &g_array_index (order->targets, Target, i));
        }
    }

  if (items->len > MAX_SEGMENTS)
    {
      guint n_more = items->len - MAX_SEGMENTS;

      g_string_append_printf (text, ngettext ("and %u more", "and %u more", n_more), n_more);
      g_string_append_c (text, '\n');
    }

  g_string_append_c (text, '\n');
  if (is_used)
    g_string_append (text, _("Those who are attached go on with the memory that they have, but nobody finds it by its key any more; it goes when the last of them detaches."));
  else
    g_string_append (text, ngettext ("What it holds is lost.", "What they hold is lost.", items->len));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Who attached after the question was asked did not stand in it. */
static gboolean
remove_one (Target  *target,
            GError **error)
{
  LabShmRecord record;

  if (lab_sysv_shmctl_stat (target->id, &record, NULL) == 0 && record.n_attaches > target->n_attaches)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
                           _("Meanwhile somebody has attached to it, so it was not removed; look again who it is"));
      return FALSE;
    }
  if (lab_sysv_shmctl_rmid (target->id, NULL) == -1)
    {
      lab_sysv_set_error (error);
      return FALSE;
    }
  if (target->segment != NULL)
    lab_semaphore_remove (target->segment, target->semaphore_id);

  return TRUE;
}

static void
remove_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  GArray *targets = data;
  g_autoptr(GString) text = g_string_new (NULL);
  int code = LAB_SHM_ERROR_FAILED;
  guint n_removed = 0, n_failed = 0;

  for (guint i = 0; i < targets->len; i++)
    {
      Target *target = &g_array_index (targets, Target, i);
      g_autoptr(GError) error = NULL;

      if (remove_one (target, &error))
        {
          n_removed++;
          continue;
        }

      code = error->code;
      if (n_failed++ < MAX_SEGMENTS)
        {
          /* Translators: the id of a segment, and why it could not be removed */
          g_string_append_printf (text, _("Segment %d: %s"), target->id, error->message);
          g_string_append_c (text, '\n');
        }
    }

  if (n_failed > MAX_SEGMENTS)
    g_string_append_printf (text, ngettext ("and %u more", "and %u more", n_failed - MAX_SEGMENTS), n_failed - MAX_SEGMENTS);
  if (n_failed > 0)
    g_task_return_new_error (task, LAB_SHM_ERROR, code, "%s", g_strchomp (text->str));
  else
    g_task_return_int (task, n_removed);
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  gssize n_removed = g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, n_removed);
}

/* A thread makes the calls, because there may be thousands. */
static void
response_cb (GtkDialog *dialog,
             int        response,
             gpointer   data)
{
  g_autoptr(GTask) task = data;
  Order *order = g_task_get_task_data (task);
  g_autoptr(GTask) removal = NULL;

  gtk_window_destroy (GTK_WINDOW (dialog));
  if (response != GTK_RESPONSE_ACCEPT)
    {
      g_task_return_int (task, 0);
      return;
    }

  removal = g_task_new (NULL, NULL, removed_cb, g_steal_pointer (&task));
  g_task_set_source_tag (removal, response_cb);
  g_task_set_task_data (removal, g_array_ref (order->targets), (GDestroyNotify) g_array_unref);
  g_task_run_in_thread (removal, remove_thread);
}

/* Who is attached, and which semaphores go with what was chosen. */
static void
look_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GArray *targets = data;

  for (guint i = 0; i < targets->len; i++)
    find_semaphore (&g_array_index (targets, Target, i));
  g_task_return_pointer (task, lab_attachment_scan (-1, cancellable), (GDestroyNotify) g_ptr_array_unref);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(GTask) task = data;
  Order *order = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  order->attachments = g_task_propagate_pointer (G_TASK (result), &error);
  if (order->attachments == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (order->items->len == 1)
    title = g_strdup_printf (_("Remove segment %d?"), lab_segment_item_get_id (g_ptr_array_index (order->items, 0)));
  else
    title = g_strdup_printf (ngettext ("Remove %u segment?", "Remove %u segments?", order->items->len), order->items->len);
  for (guint i = 0; i < order->targets->len; i++)   /* as it is shown */
    g_array_index (order->targets, Target, i).n_attaches =
      lab_segment_item_get_entry (g_ptr_array_index (order->items, i))->record.n_attaches;
  text = describe (order);

  dialog = gtk_message_dialog_new (order->parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE, "%s", title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  lab_label_keep_dialog_wide (GTK_MESSAGE_DIALOG (dialog));
  gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Cancel"), GTK_RESPONSE_CANCEL);
  gtk_widget_add_css_class (gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Remove"), GTK_RESPONSE_ACCEPT), "destructive-action");
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), g_steal_pointer (&task));
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * lab_segments_remove_async:
 * @parent: the window over which to ask
 * @items: (element-type LabSegmentItem): what the user chose; nothing else is touched
 * @cancellable: (nullable): to give up before the question is asked
 * @callback: called when it is done or the user said no
 * @user_data: for @callback
 *
 * Finds out who is attached, asks, and removes the segments, each unless somebody has
 * attached to it after the question; with it the semaphore of a Shmlab server that is gone.
 */
void
lab_segments_remove_async (GtkWindow           *parent,
                           GPtrArray           *items,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) look = NULL;
  GTask *task;
  Order *order;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (items != NULL && items->len > 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lab_segments_remove_async);
  order = g_new0 (Order, 1);
  order->parent = g_object_ref (parent);
  order->items = g_ptr_array_ref (items);
  order->targets = g_array_sized_new (FALSE, TRUE, sizeof (Target), items->len);
  g_array_set_clear_func (order->targets, target_clear);
  for (guint i = 0; i < items->len; i++)
    {
      const LabShmRecord *record = &lab_segment_item_get_entry (g_ptr_array_index (items, i))->record;
      Target target = { .id = record->id, .key = record->key, .semaphore_id = -1 };

      g_array_append_val (order->targets, target);
    }
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);

  look = g_task_new (NULL, cancellable, looked_cb, task);
  g_task_set_source_tag (look, lab_segments_remove_async);
  g_task_set_task_data (look, g_array_ref (order->targets), (GDestroyNotify) g_array_unref);
  g_task_run_in_thread (look, look_thread);
}

/**
 * lab_segments_remove_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: %LAB_SHM_ERROR with a line for each segment that could not be removed;
 * the others are; %G_IO_ERROR_CANCELLED.
 *
 * Returns: how many were removed, 0 when the user said no, -1 with @error set
 */
int
lab_segments_remove_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
