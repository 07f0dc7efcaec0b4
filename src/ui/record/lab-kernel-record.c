/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/record/lab-kernel-record.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-limits.h"
#include "backend/kernel/lab-names.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-segment-remark.h"
#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-record-text.h"
#include "ui/parts/lab-gradual-list.h"
#include "ui/parts/lab-wrap-layout.h"
#include "ui/record/lab-attachment-columns.h"
#include "ui/record/lab-record-row.h"
#include "ui/style/lab-resource.h"

/* Whether the creator lives, and how much of the limits is used, shows in no
 * field of the segment's record. */
#define LOOK_SECONDS 1

typedef enum
{
  FIELD_ID,
  FIELD_KEY,
  FIELD_UID,
  FIELD_GID,
  FIELD_CUID,
  FIELD_CGID,
  FIELD_MODE,
  FIELD_SEQ,
  FIELD_SIZE,
  FIELD_ATIME,
  FIELD_DTIME,
  FIELD_CTIME,
  FIELD_CPID,
  FIELD_LPID,
  FIELD_N_ATTACHES,
  FIELD_RSS,
  FIELD_SWAP,
  N_FIELDS,
} Field;

/* In the order of struct shmid_ds, then what only /proc has. */
static const struct { const char *name, *meaning; } field_texts[N_FIELDS] = {
  [FIELD_ID] = { "shmid", N_("What shmget returned; the other calls take it. Not in the struct itself") },
  [FIELD_KEY] = { "shm_perm.__key", N_("The name under which others find it; 0 once it is removed, or for IPC_PRIVATE") },
  [FIELD_UID] = { "shm_perm.uid", N_("The owner, who may change the mode and remove it") },
  [FIELD_GID] = { "shm_perm.gid", N_("The owner’s group") },
  [FIELD_CUID] = { "shm_perm.cuid", N_("The user who made it; may do what the owner may, for good") },
  [FIELD_CGID] = { "shm_perm.cgid", N_("The group of the user who made it") },
  [FIELD_MODE] = { "shm_perm.mode", N_("Who may attach, for reading or for writing too") },
  [FIELD_SEQ] = { "shm_perm.__seq", N_("How often the kernel used this slot of its table before; a part of the id, so that an old id finds nothing") },
  [FIELD_SIZE] = { "shm_segsz", N_("The size as it was asked for; the kernel gives whole pages") },
  [FIELD_ATIME] = { "shm_atime", N_("When somebody last attached") },
  [FIELD_DTIME] = { "shm_dtime", N_("When somebody last detached") },
  [FIELD_CTIME] = { "shm_ctime", N_("When it was made, or its owner or mode last changed") },
  [FIELD_CPID] = { "shm_cpid", N_("The process that made it") },
  [FIELD_LPID] = { "shm_lpid", N_("The process that last attached or detached") },
  [FIELD_N_ATTACHES] = { "shm_nattch", N_("Attachments now, not processes: who attaches twice counts twice, and fork adds one") },
  [FIELD_RSS] = { "rss", N_("Bytes of it in memory now: pages that nobody touched take no room. Only in /proc") },
  [FIELD_SWAP] = { "swap", N_("Bytes of it that were moved to disk. Only in /proc") },
};

typedef enum
{
  LIMIT_SHMMNI,
  LIMIT_SHMMAX,
  LIMIT_SHMALL,
  N_LIMITS,
} Limit;

static const struct { const char *name, *meaning; } limit_texts[N_LIMITS] = {
  [LIMIT_SHMMNI] = { "SHMMNI", N_("How many segments there may be; one more, and shmget fails with ENOSPC") },
  [LIMIT_SHMMAX] = { "SHMMAX", N_("How many bytes one segment may have; more, and shmget fails with EINVAL") },
  [LIMIT_SHMALL] = { "SHMALL", N_("How many pages all segments together may have, each rounded up; more, and shmget fails with ENOSPC") },
};

struct _LabKernelRecord
{
  GtkWidget          parent_instance;

  LabSession        *session;

  GtkWidget         *scrolled;
  GtkLabel          *title;
  GtkWidget         *removal;
  GtkLabel          *source;
  GtkWidget         *fields;
  GtkListBox        *name_fields;
  GtkListBox        *use_fields;
  GtkWidget         *attached;
  GtkWidget         *attached_scrolled;
  GtkColumnView     *attachments;
  GtkLabel          *unseen;
  GtkListBox        *limits;

  LabRecordRow      *field_rows[N_FIELDS];
  LabRecordRow      *limit_rows[N_LIMITS];
  GtkSingleSelection *selection;

  int                shown_id;       /* whose values the rows have, -1 for nobody's */
  guint              look_id;
  GCancellable      *cancellable;    /* while mapped */
  gboolean           is_resolving;
};

G_DEFINE_FINAL_TYPE (LabKernelRecord, lab_kernel_record, GTK_TYPE_WIDGET)

static void
unmark_all (LabKernelRecord *self)
{
  for (Field i = 0; i < N_FIELDS; i++)
    lab_record_row_unmark (self->field_rows[i]);
  for (Limit i = 0; i < N_LIMITS; i++)
    lab_record_row_unmark (self->limit_rows[i]);
}

/* The segment that the window is about; before there is one, what stands under its key. */
static const LabShmEntry *
get_entry (LabKernelRecord *self)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (self->session);
  const LabShmEntry *entry = lab_segment_monitor_get_entry (monitor);

  if (entry == NULL && lab_session_get_id (self->session) == -1)
    entry = lab_segment_monitor_get_key_entry (monitor);

  return entry;
}

static void
set_row (LabKernelRecord *self,
         Field            field,
         const char      *value,
         const char      *words,
         gboolean         mark)
{
  lab_record_row_set_value (self->field_rows[field], value, words, mark);
}

static void
set_number (LabKernelRecord *self,
            Field            field,
            gint64           number,
            const char      *words,
            gboolean         mark)
{
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  set_row (self, field, value, words, mark);
}

static void resolve_names (LabKernelRecord    *self,
                           const LabShmRecord *record);

static void
show_names (LabKernelRecord    *self,
            const LabShmRecord *record,
            gboolean            mark)
{
  const char *user = lab_names_peek_user (record->uid);
  const char *group = lab_names_peek_group (record->gid);
  const char *creator = lab_names_peek_user (record->cuid);
  const char *creators_group = lab_names_peek_group (record->cgid);

  set_number (self, FIELD_UID, record->uid, user != NULL ? user : "", mark);
  set_number (self, FIELD_GID, record->gid, group != NULL ? group : "", mark);
  set_number (self, FIELD_CUID, record->cuid, creator != NULL ? creator : "", mark);
  set_number (self, FIELD_CGID, record->cgid, creators_group != NULL ? creators_group : "", mark);

  if (user == NULL || group == NULL || creator == NULL || creators_group == NULL)
    resolve_names (self, record);
}

static void
resolve_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(LabKernelRecord) self = data;
  const LabShmEntry *entry;

  self->is_resolving = FALSE;
  if (!lab_names_resolve_finish (result, NULL))
    return;

  entry = get_entry (self);
  if (entry != NULL && entry->record.id == self->shown_id)
    show_names (self, &entry->record, FALSE);
}

static void
resolve_names (LabKernelRecord    *self,
               const LabShmRecord *record)
{
  const guint uids[] = { record->uid, record->cuid };
  const guint gids[] = { record->gid, record->cgid };

  if (self->is_resolving)
    return;

  self->is_resolving = TRUE;
  lab_names_resolve_async (uids, G_N_ELEMENTS (uids), gids, G_N_ELEMENTS (gids),
                           self->cancellable, resolve_cb, g_object_ref (self));
}

/* /proc has no seq; this process's own IPC_STAT does. */
static void
show_sequence (LabKernelRecord    *self,
               const LabShmRecord *record,
               gboolean            mark)
{
  LabSegment *segment = lab_session_get_segment (self->session);
  const LabShmRecord *own = segment != NULL ? lab_segment_get_record (segment) : NULL;

  if (own != NULL && own->id == record->id && own->cpid != 0)
    set_number (self, FIELD_SEQ, own->seq, _("from shmctl(IPC_STAT) of this process"), mark);
  else
    /* Translators: the value of a field that cannot be known */
    set_row (self, FIELD_SEQ, _("unknown"), _("/proc does not show it; only shmctl(IPC_STAT) tells"), FALSE);
}

static guint
count_processes (GListModel *attachments)
{
  pid_t before = 0;
  guint n_processes = 0;

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (attachments, i);

      if (lab_attachment_get_pid (attachment) != before)
        n_processes++;
      before = lab_attachment_get_pid (attachment);
    }

  return n_processes;
}

static void
show_attaches (LabKernelRecord    *self,
               const LabShmRecord *record,
               gboolean            mark)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (self->session);
  gulong n_unseen = lab_segment_monitor_get_n_unseen (monitor);
  guint n_processes = count_processes (lab_segment_monitor_get_attachments (monitor));
  g_autofree char *words = NULL;
  g_autofree char *unseen = NULL;

  if (record->n_attaches == 0)
    words = g_strdup (_("nobody"));
  else
    words = g_strdup_printf (ngettext ("by %u process that you may see", "by %u processes that you may see", n_processes), n_processes);
  set_number (self, FIELD_N_ATTACHES, (gint64) record->n_attaches, words, mark);

  if (n_unseen > 0)
    unseen = g_strdup_printf (ngettext ("%lu more attachment, by a process that you may not see.",
                                        "%lu more attachments, by processes that you may not see.", n_unseen), n_unseen);
  else if (record->n_attaches == 0)
    unseen = g_strdup (_("Nobody is attached."));
  gtk_widget_set_visible (self->attached_scrolled, n_processes > 0);
  gtk_label_set_text (self->unseen, unseen != NULL ? unseen : "");
  gtk_widget_set_visible (GTK_WIDGET (self->unseen), unseen != NULL);
}

/* What may change without the record changing: a creator that dies detached. */
static void
show_processes (LabKernelRecord    *self,
                const LabShmRecord *record,
                gboolean            mark)
{
  g_autofree char *creator = lab_record_text_process (record->cpid, record->ctime);
  g_autofree char *last = lab_record_text_process (record->lpid, MAX (record->atime, record->dtime));

  set_number (self, FIELD_CPID, record->cpid, creator, mark);
  set_number (self, FIELD_LPID, record->lpid, last, mark);
}

static void
show_times (LabKernelRecord    *self,
            const LabShmRecord *record,
            gboolean            mark)
{
  g_autofree char *atime = lab_record_text_time (record->atime);
  g_autofree char *dtime = lab_record_text_time (record->dtime);
  g_autofree char *ctime = lab_record_text_time (record->ctime);

  set_number (self, FIELD_ATIME, record->atime, atime, mark);
  set_number (self, FIELD_DTIME, record->dtime, dtime, mark);
  set_number (self, FIELD_CTIME, record->ctime, ctime, mark);
}

static void
show_entry (LabKernelRecord   *self,
            const LabShmEntry *entry)
{
  const LabShmRecord *record = &entry->record;
  gboolean mark = self->shown_id == record->id;
  g_autofree char *key = lab_key_format (record->key);
  g_autofree char *key_words = NULL;
  g_autofree char *id_words = g_strdup_printf (_("0x%x in hex, as lsof and pmap print it"), (guint) record->id);
  g_autofree char *octal = lab_record_text_octal (record->mode);
  g_autofree char *letters = lab_mode_format (record->mode);
  g_autofree char *who = lab_record_text_mode (record->mode);
  g_autofree char *mode_remark = lab_segment_remark_mode (record->mode);
  g_autofree char *mode_words = g_strjoin ("  ", letters, who, mode_remark, NULL);
  g_autofree char *size = lab_record_text_size (record->size_bytes);
  g_autofree char *pages = lab_record_text_pages (record->size_bytes);
  g_autofree char *size_words = g_strdup_printf ("%s, %s", size, pages);
  g_autofree char *rss = lab_record_text_pages (entry->rss_bytes);
  g_autofree char *swap = lab_record_text_pages (entry->swap_bytes);

  if (record->key == LAB_KEY_FAILED)
    key_words = lab_segment_remark_key (record->key);
  else if (record->key == LAB_KEY_PRIVATE)
    key_words = g_strdup (record->mode & LAB_MODE_DEST ? _("none any more: the segment is marked for removal") : _("none: made with IPC_PRIVATE"));
  else
    key_words = g_strdup_printf (_("%d in decimal, as /proc prints it"), (int) record->key);

  if (!mark)
    unmark_all (self);   /* what changed of another segment */
  self->shown_id = record->id;

  set_number (self, FIELD_ID, record->id, id_words, mark);
  set_row (self, FIELD_KEY, key, key_words, mark);
  show_names (self, record, mark);
  set_row (self, FIELD_MODE, octal, mode_words, mark);
  show_sequence (self, record, mark);
  set_number (self, FIELD_SIZE, (gint64) record->size_bytes, size_words, mark);
  show_times (self, record, mark);
  show_processes (self, record, mark);
  show_attaches (self, record, mark);
  if (lab_segment_monitor_has_table (lab_session_get_monitor (self->session)))
    {
      set_number (self, FIELD_RSS, (gint64) entry->rss_bytes, rss, mark);
      set_number (self, FIELD_SWAP, (gint64) entry->swap_bytes, swap, mark);
    }
  else
    {
      set_row (self, FIELD_RSS, _("unknown"), _("only /proc/sysvipc/shm tells, which is not there"), FALSE);
      set_row (self, FIELD_SWAP, _("unknown"), _("only /proc/sysvipc/shm tells, which is not there"), FALSE);
    }
}

static void limits_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      data);

static void
show_title (LabKernelRecord   *self,
            const LabShmEntry *entry)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (self->session);
  const int id = lab_session_get_id (self->session);
  const LabPast past = lab_segment_monitor_get_past (monitor);
  g_autofree char *title = NULL;
  const char *source;

  if (entry != NULL)
    {
      g_autofree char *state = lab_record_text_state (entry);

      /* Translators: the id of a segment, and its state in a few words */
      title = g_strdup_printf (_("Segment %d: %s"), entry->record.id, state);
      if (!lab_segment_monitor_has_table (monitor))
        source = _("What the kernel keeps about it: struct shmid_ds, asked for with IPC_STAT, as there is no /proc/sysvipc/shm.");
      else
        source = id != -1
                 ? _("What the kernel keeps about it: struct shmid_ds, read from /proc/sysvipc/shm, which changes nothing.")
                 : _("It stands under this key. What the kernel keeps about it: struct shmid_ds, read from /proc/sysvipc/shm, which changes nothing.");
    }
  else if (!lab_segment_monitor_is_ready (monitor) && (id != -1 || lab_session_get_key (self->session) != LAB_KEY_FAILED))
    {
      return;   /* the answer is on its way */
    }
  else if (lab_session_get_fate (self->session) == LAB_FATE_THERE)
    {
      title = g_strdup_printf (_("Segment %d is there"), id);
      source = _("There is no /proc/sysvipc/shm, and the segment’s mode forbids IPC_STAT: nothing more can be said.");
    }
  else if (past.fate == LAB_FATE_GONE)
    {
      title = g_strdup_printf (_("Segment %d is gone"), past.id);
      source = _("The kernel removed it and keeps nothing about it.");
    }
  else if (past.fate == LAB_FATE_THERE || past.fate == LAB_FATE_MARKED)
    {
      title = g_strdup_printf (_("Segment %d has lost its key"), past.id);
      source = _("IPC_RMID marked it for removal: nobody new finds it, and its memory is given back when the last process detaches.");
    }
  else if (id != -1)
    {
      title = g_strdup_printf (_("No segment has the id %d"), id);
      source = _("It was removed, or there never was one: an id names one segment for as long as the kernel has it.");
    }
  else if (lab_session_get_key (self->session) != LAB_KEY_FAILED)
    {
      title = g_strdup (_("No segment has this key"));
      source = _("Once shmget has made or found one, the kernel’s record of it is shown here.");
    }
  else
    {
      title = g_strdup (_("No segment yet"));
      source = _("Once shmget has made or found one, the kernel’s record of it is shown here.");
    }

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->source, source);
  gtk_widget_set_visible (self->removal, entry != NULL && (entry->record.mode & LAB_MODE_DEST) != 0);
  gtk_widget_set_visible (self->fields, entry != NULL);
  gtk_widget_set_visible (self->attached, entry != NULL);
}

static void
update (LabKernelRecord *self)
{
  const LabShmEntry *entry = get_entry (self);
  int before = self->shown_id;

  if (entry != NULL)
    show_entry (self, entry);
  show_title (self, entry);
  if (before != -1 && self->shown_id != before)   /* how large “this segment” is stands among the limits */
    lab_limits_read_async (self->cancellable, limits_cb, g_object_ref (self));
}

static char *
format_limit (guint64 limit)
{
  return lab_limits_is_unlimited (limit) ? g_strdup (_("no limit")) : lab_text_format_count (limit);
}

static void
show_limits (LabKernelRecord *self,
             const LabLimits *found)
{
  const LabShmEntry *entry = get_entry (self);
  g_autofree char *max_segments = lab_text_format_count (found->max_segments);
  g_autofree char *n_segments = lab_text_format_count (found->n_segments);
  g_autofree char *segments = g_strdup_printf (_("%s in use"), n_segments);
  g_autofree char *max_bytes = format_limit (found->max_segment_bytes);
  g_autofree char *bytes = NULL;
  g_autofree char *max_pages = format_limit (found->max_pages);
  g_autofree char *n_pages = lab_text_format_count (found->n_pages);
  g_autofree char *page = lab_text_format_count (found->page_bytes);
  g_autofree char *pages = g_strdup_printf (_("%s in use, of %s bytes each"), n_pages, page);

  if (entry != NULL)
    {
      g_autofree char *size = lab_text_format_count (entry->record.size_bytes);

      bytes = g_strdup_printf (_("this segment has %s"), size);
    }

  lab_record_row_set_value (self->limit_rows[LIMIT_SHMMNI], max_segments, segments, TRUE);
  lab_record_row_set_value (self->limit_rows[LIMIT_SHMMAX], max_bytes, bytes != NULL ? bytes : "", TRUE);
  lab_record_row_set_value (self->limit_rows[LIMIT_SHMALL], max_pages, pages, TRUE);
}

static void
limits_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(LabKernelRecord) self = data;
  g_autofree LabLimits *found = lab_limits_read_finish (result, NULL);

  if (found != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_limits (self, found);
}

static gboolean
look_cb (gpointer data)
{
  LabKernelRecord *self = data;
  const LabShmEntry *entry = get_entry (self);

  if (entry != NULL && entry->record.id == self->shown_id)
    show_processes (self, &entry->record, FALSE);
  lab_limits_read_async (self->cancellable, limits_cb, g_object_ref (self));

  return G_SOURCE_CONTINUE;
}

static void
stop (LabKernelRecord *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (lab_session_get_monitor (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
}

static void
lab_kernel_record_map (GtkWidget *widget)
{
  LabKernelRecord *self = LAB_KERNEL_RECORD (widget);

  GTK_WIDGET_CLASS (lab_kernel_record_parent_class)->map (widget);

  self->cancellable = g_cancellable_new ();
  g_signal_connect_swapped (lab_session_get_monitor (self->session), "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->session, "notify::segment", G_CALLBACK (update), self);
  self->look_id = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);

  /* What changed while nobody looked is no news. */
  self->shown_id = -1;
  update (self);
  look_cb (self);
}

static void
lab_kernel_record_unmap (GtkWidget *widget)
{
  LabKernelRecord *self = LAB_KERNEL_RECORD (widget);

  stop (self);
  unmark_all (self);

  GTK_WIDGET_CLASS (lab_kernel_record_parent_class)->unmap (widget);
}

static void
lab_kernel_record_dispose (GObject *object)
{
  LabKernelRecord *self = LAB_KERNEL_RECORD (object);

  stop (self);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_KERNEL_RECORD);

  G_OBJECT_CLASS (lab_kernel_record_parent_class)->dispose (object);
}

static void
lab_kernel_record_class_init (LabKernelRecordClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_kernel_record_dispose;
  widget_class->map = lab_kernel_record_map;
  widget_class->unmap = lab_kernel_record_unmap;

  g_type_ensure (LAB_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "record/lab-kernel-record.ui");
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, title);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, removal);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, source);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, fields);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, name_fields);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, use_fields);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, attached);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, attached_scrolled);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, attachments);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, unseen);
  gtk_widget_class_bind_template_child (widget_class, LabKernelRecord, limits);
  gtk_widget_class_set_css_name (widget_class, "kernelrecord");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_kernel_record_init (LabKernelRecord *self)
{
  g_autoptr(GtkSizeGroup) names = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->shown_id = -1;
  gtk_widget_init_template (GTK_WIDGET (self));

  for (Field i = 0; i < N_FIELDS; i++)
    {
      self->field_rows[i] = LAB_RECORD_ROW (lab_record_row_new (field_texts[i].name, _(field_texts[i].meaning), names));
      gtk_list_box_append (i < FIELD_SIZE ? self->name_fields : self->use_fields, GTK_WIDGET (self->field_rows[i]));
    }
  for (Limit i = 0; i < N_LIMITS; i++)
    {
      self->limit_rows[i] = LAB_RECORD_ROW (lab_record_row_new (limit_texts[i].name, _(limit_texts[i].meaning), names));
      gtk_list_box_append (self->limits, GTK_WIDGET (self->limit_rows[i]));
    }
}

static void
set_session (LabKernelRecord *self,
             LabSession      *session)
{
  GListModel *attachments = lab_segment_monitor_get_attachments (lab_session_get_monitor (session));

  self->session = g_object_ref (session);
  lab_attachment_columns_add (self->attachments);
  self->selection = lab_attachment_columns_set_model (self->attachments, attachments);
}

/**
 * lab_kernel_record_new:
 * @session: what to look at
 *
 * Returns: (transfer floating): the tab
 */
GtkWidget *
lab_kernel_record_new (LabSession *session)
{
  LabKernelRecord *self;

  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  self = g_object_new (LAB_TYPE_KERNEL_RECORD, NULL);
  set_session (self, session);

  return GTK_WIDGET (self);
}

/**
 * lab_kernel_record_select_process:
 * @self: a tab
 * @pid: a process
 *
 * Selects the process's first row among the attached ones, scrolls to it and
 * gives it the focus.
 *
 * Returns: whether it is attached
 */
gboolean
lab_kernel_record_select_process (LabKernelRecord *self,
                                  pid_t            pid)
{
  GListModel *model;

  g_return_val_if_fail (LAB_IS_KERNEL_RECORD (self), FALSE);

  lab_gradual_list_finish (LAB_GRADUAL_LIST (gtk_single_selection_get_model (self->selection)));
  model = G_LIST_MODEL (self->selection);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (model, i);

      if (lab_attachment_get_pid (attachment) != pid)
        continue;

      gtk_single_selection_set_selected (self->selection, i);
      gtk_widget_grab_focus (GTK_WIDGET (self->attachments));
      gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->attachments)), "list.scroll-to-item", "u", i);
      return TRUE;
    }

  return FALSE;
}

/**
 * lab_kernel_record_set_processes_first:
 * @self: a tab
 * @processes_first: whether the attached processes stand above the fields
 */
void
lab_kernel_record_set_processes_first (LabKernelRecord *self,
                                       gboolean         processes_first)
{
  g_return_if_fail (LAB_IS_KERNEL_RECORD (self));

  gtk_box_reorder_child_after (GTK_BOX (gtk_widget_get_parent (self->attached)), self->attached,
                               processes_first ? GTK_WIDGET (self->removal) : self->fields);
}
