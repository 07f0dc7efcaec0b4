/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segments-remove.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "ui/parts/lab-label.h"

/* More than these cannot be read in a dialog. */
#define MAX_SEGMENTS 8
#define MAX_PROCESSES 6

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

/**
 * lab_segments_remove_describe:
 * @items: (element-type LabSegmentItem): the segments that are to be removed
 * @attachments: (element-type LabAttachment): who is attached to which segment
 *
 * Returns: (transfer full): what removing them means, naming who is attached to which
 */
char *
lab_segments_remove_describe (GPtrArray *items,
                              GPtrArray *attachments)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gboolean is_used = FALSE;

  g_return_val_if_fail (items != NULL && attachments != NULL, NULL);

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
          append_attached (text, item, attachments);
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

typedef struct
{
  GtkWindow *parent;
  GPtrArray *items;
} Order;

static void
order_free (Order *order)
{
  g_clear_object (&order->parent);
  g_ptr_array_unref (order->items);
  g_free (order);
}

static void
remove_all (GTask *task)
{
  Order *order = g_task_get_task_data (task);
  g_autoptr(GString) text = g_string_new (NULL);
  int code = LAB_SHM_ERROR_FAILED;
  guint n_removed = 0, n_failed = 0;

  for (guint i = 0; i < order->items->len; i++)
    {
      int id = lab_segment_item_get_id (g_ptr_array_index (order->items, i));
      g_autoptr(GError) error = NULL;

      lab_sysv_note_segment (id);
      if (lab_sysv_shmctl_rmid (id, NULL) == 0)
        {
          n_removed++;
          continue;
        }

      lab_sysv_set_error (&error);
      code = error->code;
      if (n_failed++ < MAX_SEGMENTS)
        g_string_append_printf (text, "%s\n", error->message);
    }

  if (n_failed > MAX_SEGMENTS)
    g_string_append_printf (text, ngettext ("and %u more", "and %u more", n_failed - MAX_SEGMENTS), n_failed - MAX_SEGMENTS);
  if (n_failed > 0)
    g_task_return_new_error (task, LAB_SHM_ERROR, code, "%s", g_strchomp (text->str));
  else
    g_task_return_int (task, n_removed);
}

static void
response_cb (GtkDialog *dialog,
             int        response,
             gpointer   data)
{
  g_autoptr(GTask) task = data;

  gtk_window_destroy (GTK_WINDOW (dialog));
  if (response == GTK_RESPONSE_ACCEPT)
    remove_all (task);
  else
    g_task_return_int (task, 0);
}

static void
scan_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GTask) task = data;
  Order *order = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(GPtrArray) attachments = lab_attachment_scan_finish (result, &error);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  if (attachments == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (order->items->len == 1)
    title = g_strdup_printf (_("Remove segment %d?"), lab_segment_item_get_id (g_ptr_array_index (order->items, 0)));
  else
    title = g_strdup_printf (ngettext ("Remove %u segment?", "Remove %u segments?", order->items->len), order->items->len);
  text = lab_segments_remove_describe (order->items, attachments);

  dialog = gtk_message_dialog_new (order->parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE, "%s", title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  lab_label_keep_widths (gtk_message_dialog_get_message_area (GTK_MESSAGE_DIALOG (dialog)));
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
 * Finds out who is attached, asks, and removes the segments.
 */
void
lab_segments_remove_async (GtkWindow           *parent,
                           GPtrArray           *items,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;
  Order *order;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (items != NULL && items->len > 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lab_segments_remove_async);
  order = g_new0 (Order, 1);
  order->parent = g_object_ref (parent);
  order->items = g_ptr_array_ref (items);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  lab_attachment_scan_async (-1, cancellable, scan_cb, task);
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
