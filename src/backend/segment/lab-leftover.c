/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/segment/lab-leftover.h"

#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-copy-a.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-access.h"
#include "backend/segment/lab-claim.h"
#include "backend/segment/lab-key.h"
#include "backend/segment/lab-record-text.h"
#include "backend/segment/lab-segment.h"
#include "backend/segment/lab-semaphore.h"

#define MAX_TEXT_CHARS 200

/* How often it looks once more, because others come and go. */
#define MAX_LOOKS     5
#define LOOK_PAUSE_US 2000

#define MAX_TEXT_BYTES (4 * MAX_TEXT_CHARS + 1)

G_DEFINE_BOXED_TYPE (LabLeftover, lab_leftover, lab_leftover_copy, lab_leftover_free)

LabLeftover *
lab_leftover_copy (const LabLeftover *self)
{
  LabLeftover *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->owner_name = g_strdup (self->owner_name);
  copy->writer_name = g_strdup (self->writer_name);
  copy->text = g_strdup (self->text);

  return copy;
}

void
lab_leftover_free (LabLeftover *self)
{
  if (self == NULL)
    return;

  g_free (self->owner_name);
  g_free (self->writer_name);
  g_free (self->text);
  g_free (self);
}

static gboolean
may_remove (const LabShmRecord *record)
{
  return geteuid () == record->uid || geteuid () == record->cuid || lab_process_has_capability (CAP_SYS_ADMIN);
}

/* Those who are attached for writing; %NULL when not everybody who is attached can be seen. */
static GPtrArray *
find_writable (const LabShmRecord *record)
{
  g_autoptr(GPtrArray) attachments = lab_attachment_scan (record->id, NULL);

  if (attachments->len < record->n_attaches)
    return NULL;

  for (guint i = attachments->len; i > 0; i--)
    if (!lab_attachment_is_writable (g_ptr_array_index (attachments, i - 1)))
      g_ptr_array_remove_index (attachments, i - 1);

  return g_steal_pointer (&attachments);
}

/* Whether none of those who are attached can be a server: one that runs says so in the
 * control block, and that one is known to be gone.  Only pids of another namespace would
 * mean something else there, and this process is a server itself. */
static gboolean
are_all_clients (GPtrArray *writable)
{
  if (writable == NULL || !lab_attachment_all_share_pids (writable))
    return FALSE;

  for (guint i = 0; i < writable->len; i++)
    if (lab_attachment_get_pid (g_ptr_array_index (writable, i)) == getpid ())
      return FALSE;

  return TRUE;
}

/* What a textbook program would print: the bytes up to the first NUL. */
static char *
dup_c_string (LabSegment *segment)
{
  char bytes[MAX_TEXT_BYTES];
  gsize length = lab_segment_peek (segment, 0, bytes, sizeof bytes);
  const char *end = memchr (bytes, '\0', length);

  if (end != NULL)
    length = (gsize) (end - bytes);

  return length > 0 ? lab_text_format_excerpt (bytes, length, MAX_TEXT_CHARS) : NULL;
}

static void
read_message (LabLeftover *self,
              LabSegment  *segment)
{
  const LabLayout *layout = lab_segment_get_layout (segment);
  LabControl *control = lab_layout_control (layout);
  g_autofree char *buffer = g_try_malloc (layout->room);
  LabMessageInfo info = { 0 };

  self->protocol = (LabProtocolId) atomic_load_explicit (&control->protocol, memory_order_relaxed);
  if (self->protocol == LAB_PROTOCOL_LATCH && buffer != NULL
      && lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, buffer, &info) == LAB_READ_MESSAGE)
    {
      self->message_number = info.number;
      self->text = lab_text_format_excerpt (buffer, info.length, MAX_TEXT_CHARS);
      return;
    }

  self->message_number = atomic_load_explicit (&control->copies[0].number, memory_order_relaxed);
  self->text = dup_c_string (segment);
  self->half = self->protocol != LAB_PROTOCOL_LATCH && buffer != NULL
               && lab_copy_a_read (layout, self->protocol, buffer, &info);
}

/* @segment is attached by us; @self->entry was read and @writable was found before that. */
static LabLeftoverKind
classify_ours (LabLeftover *self,
               LabSegment  *segment,
               GPtrArray   *writable)
{
  gboolean all_seen = writable != NULL && lab_attachment_all_share_pids (writable);

  read_message (self, segment);
  self->semaphore_id = lab_semaphore_get_claimed (segment);
  if (!lab_semaphore_is_own (segment, self->semaphore_id))
    self->semaphore_id = -1;
  self->writer = lab_layout_find_writer (lab_segment_get_layout (segment), all_seen, &self->writer_pid);
  if (self->writer == LAB_PRESENCE_RUNS)
    self->writer_name = lab_process_dup_name (self->writer_pid);

  if (lab_presence_may_run (self->writer))
    return LAB_LEFTOVER_OURS_IN_USE;
  if (self->entry.record.n_attaches == 0)
    return LAB_LEFTOVER_OURS_DEAD;

  return are_all_clients (writable) ? LAB_LEFTOVER_OURS_CLIENTS : LAB_LEFTOVER_OURS_IN_USE;
}

static LabLeftoverKind
classify (LabLeftover *self,
          GError     **error)
{
  const LabShmRecord *record = &self->entry.record;
  g_autoptr(GPtrArray) writable = NULL;
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(GError) local_error = NULL;
  LabLeftoverKind kind;

  if (record->size_bytes >= LAB_LAYOUT_MIN_SIZE && self->entry.rss_bytes == 0 && self->entry.swap_bytes == 0)
    return LAB_LEFTOVER_EMPTY;   /* no page of it was ever touched */

  writable = find_writable (record);
  segment = lab_segment_open (record->id, &local_error);
  if (segment == NULL || !lab_segment_attach (segment, FALSE, &local_error))
    {
      if (g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_PERMISSION))
        return LAB_LEFTOVER_NOT_READABLE;
      if (g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED))
        return LAB_LEFTOVER_NONE;   /* somebody was faster */
      g_propagate_error (error, g_steal_pointer (&local_error));
      return LAB_LEFTOVER_NOT_READABLE;
    }

  /* One more than before is us; more than that came in between. */
  if (lab_segment_get_n_attaches (segment) - 1 > record->n_attaches)
    {
      self->entry.record.n_attaches = lab_segment_get_n_attaches (segment) - 1;
      g_clear_pointer (&writable, g_ptr_array_unref);
    }

  if (lab_segment_get_layout (segment) == NULL)
    {
      self->text = dup_c_string (segment);
      kind = LAB_LEFTOVER_TOO_SMALL;
    }
  else if (!lab_layout_has_magic (lab_segment_get_layout (segment)))
    {
      self->text = dup_c_string (segment);
      kind = LAB_LEFTOVER_FOREIGN;
    }
  else
    {
      kind = classify_ours (self, segment, writable);
    }

  lab_segment_detach (segment, NULL);

  return kind;
}

/* Whether it is the segment of a server that runs, or may run: one between shmget and shmat is
 * known by nothing but that it made it. */
static gboolean
may_have_server (const LabLeftover *self)
{
  return self->kind == LAB_LEFTOVER_OURS_IN_USE
         || (self->kind == LAB_LEFTOVER_EMPTY && lab_presence_may_run (self->creator));
}

static LabLeftover *
look (key_t    key,
      GError **error)
{
  g_autoptr(LabLeftover) self = NULL;
  g_autoptr(GArray) table = NULL;
  g_autoptr(GError) local_error = NULL;
  const LabShmEntry *entry;

  table = lab_segment_table_read (error);
  if (table == NULL)
    return NULL;

  self = g_new0 (LabLeftover, 1);
  self->key = key;
  self->semaphore_id = -1;
  self->entry.record.id = -1;
  entry = lab_segment_table_find_key (table, key);
  if (entry == NULL)
    return g_steal_pointer (&self);

  self->entry = *entry;
  self->kind = classify (self, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (self->kind == LAB_LEFTOVER_NONE)
    {
      memset (&self->entry, 0, sizeof self->entry);
      self->entry.record.id = -1;
      return g_steal_pointer (&self);
    }

  self->owner_name = lab_process_dup_user_name (self->entry.record.uid);
  self->creator = lab_presence_find_recorded (self->entry.record.cpid, self->entry.record.ctime);
  self->can_remove = may_remove (&self->entry.record) && !may_have_server (self);
  switch (self->kind)
    {
    case LAB_LEFTOVER_OURS_DEAD:
    case LAB_LEFTOVER_OURS_CLIENTS:
      self->can_take_over = lab_access_may_write (&self->entry.record);
      break;
    case LAB_LEFTOVER_EMPTY:
      self->can_take_over = self->entry.record.n_attaches == 0 && !may_have_server (self)
                            && lab_access_may_write (&self->entry.record);
      break;
    case LAB_LEFTOVER_NONE:
    case LAB_LEFTOVER_OURS_IN_USE:
    case LAB_LEFTOVER_FOREIGN:
    case LAB_LEFTOVER_TOO_SMALL:
    case LAB_LEFTOVER_NOT_READABLE:
    default:
      break;
    }

  return g_steal_pointer (&self);
}

/* Whether it may count as in use, or as read by clients, only because of somebody who was attached
 * for the moment in which he looked, as another server does. */
static gboolean
is_outdated (const LabLeftover *self)
{
  LabShmRecord now;

  if (self->kind == LAB_LEFTOVER_OURS_IN_USE)
    return self->writer != LAB_PRESENCE_RUNS;

  return self->kind == LAB_LEFTOVER_OURS_CLIENTS
         && lab_sysv_shmctl_stat (self->entry.record.id, &now, NULL) == 0
         && now.n_attaches < self->entry.record.n_attaches;
}

/**
 * lab_leftover_inspect:
 * @key: a key; not %LAB_KEY_PRIVATE
 * @error: return location for an error
 *
 * Finds out what is under @key.  To look, it attaches read-only for a moment,
 * which changes the segment's lpid, atime and dtime; what the record was before
 * is in the answer.  It looks into every process, so a window uses
 * lab_leftover_inspect_async().  While somebody is attached who may be nobody, it looks once more.
 *
 * Errors: %G_FILE_ERROR when /proc has no table, %LAB_SHM_ERROR when attaching
 * fails for a reason other than the mode.
 *
 * Returns: (transfer full): what is there, or %NULL with @error set
 */
LabLeftover *
lab_leftover_inspect (key_t    key,
                      GError **error)
{
  LabLeftover *self;

  g_return_val_if_fail (key != LAB_KEY_PRIVATE, NULL);

  self = look (key, error);
  for (guint i = 0; i < MAX_LOOKS && self != NULL && is_outdated (self); i++)
    {
      g_usleep (LOOK_PAUSE_US);
      lab_leftover_free (self);
      self = look (key, error);
    }

  return self;
}

static void
inspect_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  LabLeftover *self = lab_leftover_inspect ((key_t) GPOINTER_TO_INT (data), &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) lab_leftover_free);
  else
    g_task_return_error (task, error);
}

/**
 * lab_leftover_inspect_async:
 * @key: a key; not %LAB_KEY_PRIVATE
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * lab_leftover_inspect() in a thread.
 */
void
lab_leftover_inspect_async (key_t                key,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (key != LAB_KEY_PRIVATE);

  g_task_set_source_tag (task, lab_leftover_inspect_async);
  g_task_set_task_data (task, GINT_TO_POINTER (key), NULL);
  g_task_run_in_thread (task, inspect_thread);
}

/**
 * lab_leftover_inspect_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CANCELLED, those of lab_leftover_inspect().
 *
 * Returns: (transfer full): what is there, or %NULL with @error set
 */
LabLeftover *
lab_leftover_inspect_finish (GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lab_leftover_remove:
 * @self: what is under a key
 * @error: return location for an error
 *
 * Removes exactly the segment that was described, not whatever has the key by now,
 * and the semaphore that a Shmlab server made for it.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED when somebody was faster,
 * %LAB_SHM_ERROR_EXISTS when more are attached by now.
 *
 * Returns: whether this process removed it
 */
gboolean
lab_leftover_remove (const LabLeftover  *self,
                     GError            **error)
{
  g_autoptr(LabSegment) segment = NULL;
  gboolean has_claim = FALSE;
  gboolean removed = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);

  segment = lab_segment_open (self->entry.record.id, error);
  if (segment == NULL)
    return FALSE;
  if ((self->kind == LAB_LEFTOVER_OURS_DEAD || self->kind == LAB_LEFTOVER_OURS_CLIENTS)
      && lab_segment_attach (segment, TRUE, NULL))
    {
      /* Who takes it over at this moment gets it, or it is removed, but never both. */
      if (!lab_claim_take (segment, error))
        return FALSE;
      has_claim = TRUE;
    }

  if (!lab_segment_refresh (segment, error))
    removed = FALSE;
  else if (lab_segment_get_n_attaches (segment) > self->entry.record.n_attaches + (has_claim ? 1 : 0))
    g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS,
                         _("Meanwhile somebody has attached to the segment, so it was not removed; look again who it is"));
  else
    removed = lab_segment_remove (segment, error);

  if (removed)
    lab_semaphore_remove (segment, self->semaphore_id);
  if (has_claim)
    lab_claim_give (segment);

  return removed;
}

static char *
describe_kind (const LabLeftover *self)
{
  g_autofree char *key = lab_key_format (self->key);
  g_autofree char *mode = lab_mode_format (self->entry.record.mode);
  int id = self->entry.record.id;

  switch (self->kind)
    {
    case LAB_LEFTOVER_NONE:
      return g_strdup_printf (_("No segment has the key %s: it is free."), key);
    case LAB_LEFTOVER_OURS_DEAD:
      return g_strdup_printf (_("Segment %d has the key %s. A Shmlab server left it behind, and that server is gone."), id, key);
    case LAB_LEFTOVER_OURS_CLIENTS:
      return g_strdup_printf (_("Segment %d has the key %s. A Shmlab server left it behind and is gone; clients are still attached."), id, key);
    case LAB_LEFTOVER_OURS_IN_USE:
      if (self->writer == LAB_PRESENCE_UNSEEN)
        return g_strdup_printf (_("Segment %d has the key %s. A Shmlab server that cannot be seen from here may be writing to it."), id, key);
      if (self->writer != LAB_PRESENCE_RUNS)
        return g_strdup_printf (_("Segment %d has the key %s. It is laid out as ours, and somebody who is attached may be its server."), id, key);
      if (self->writer_pid == getpid ())
        return g_strdup_printf (_("Segment %d has the key %s. It belongs to this very server."), id, key);
      return g_strdup_printf (_("Segment %d has the key %s. A Shmlab server that runs now writes to it: %s, pid %d."), id, key,
                              self->writer_name != NULL ? self->writer_name : "?", (int) self->writer_pid);
    case LAB_LEFTOVER_EMPTY:
      return g_strdup_printf (_("Segment %d has the key %s. The kernel has given it no page yet, so nobody has written to it: all its bytes are zero."), id, key);
    case LAB_LEFTOVER_FOREIGN:
      return g_strdup_printf (_("Segment %d has the key %s. Another program made it: it does not hold our control block."), id, key);
    case LAB_LEFTOVER_TOO_SMALL:
      return g_strdup_printf (_("Segment %d has the key %s. Another program made it: it is too small for our control block."), id, key);
    case LAB_LEFTOVER_NOT_READABLE:
      /* Translators: the last %s is a mode such as rw------- */
      return g_strdup_printf (_("Segment %d has the key %s. It belongs to %s, and its mode %s does not let you read it."), id, key,
                              self->owner_name, mode);
    default:
      g_return_val_if_reached (NULL);
    }
}

/* Who made the segment; a pid of another pid namespace is no pid here. */
static char *
describe_creator (const LabLeftover *self)
{
  int pid = (int) self->entry.record.cpid;

  switch (self->creator)
    {
    case LAB_PRESENCE_RUNS:
      return g_strdup_printf (_("The process that made it, pid %d, still runs."), pid);
    case LAB_PRESENCE_ENDED:
      return g_strdup_printf (_("The process that made it, pid %d, has ended, and its parent has not waited for it yet."), pid);
    case LAB_PRESENCE_UNSEEN:
      return pid > 0 ? g_strdup_printf (_("The process that made it, pid %d, cannot be seen from here, and may still run."), pid)
                     : g_strdup (_("The process that made it cannot be seen from here, and may still run."));
    case LAB_PRESENCE_GONE:
    default:
      return g_strdup_printf (_("The process that made it, pid %d, is gone."), pid);
    }
}

static char *
describe_record (const LabLeftover *self)
{
  g_autofree char *size = lab_text_format_count (self->entry.record.size_bytes);
  g_autofree char *time = lab_record_text_time (self->entry.record.ctime);
  gulong n_digits = (gulong) MIN (self->entry.record.size_bytes, G_MAXULONG);

  /* Translators: size, owner, date and time: this may be read long after it was said */
  return g_strdup_printf (ngettext ("It has %s byte, belongs to %s, and was made or last changed at %s.",
                                    "It has %s bytes, belongs to %s, and was made or last changed at %s.", n_digits),
                          size, self->owner_name, time);
}

static char *
describe_attaches (const LabLeftover *self)
{
  gulong n = self->entry.record.n_attaches;

  if (n == 0)
    return g_strdup (_("Nobody is attached."));

  return g_strdup_printf (ngettext ("The kernel counts %lu attachment.", "The kernel counts %lu attachments.", n), n);
}

/* Whoever may attach it can store something else there, and this process is not attached. */
static char *
describe_text (const LabLeftover *self)
{
  g_autofree char *number = lab_text_format_count (self->message_number);

  switch (self->kind)
    {
    case LAB_LEFTOVER_OURS_DEAD:
    case LAB_LEFTOVER_OURS_CLIENTS:
    case LAB_LEFTOVER_OURS_IN_USE:
      if (self->half)
        return g_strdup_printf (_("When this was read, half of message %s was stored."), number);
      if (self->text == NULL || self->text[0] == '\0')
        return g_strdup (self->message_number > 0 ? _("When this was read, its last message was empty.")
                                                  : _("When this was read, it held no message."));
      return g_strdup_printf (_("When this was read, its last message was: “%s”"), self->text);
    case LAB_LEFTOVER_FOREIGN:
    case LAB_LEFTOVER_TOO_SMALL:
      if (self->text == NULL || self->text[0] == '\0')
        return NULL;
      return g_strdup_printf (_("When this was read, its text began: “%s”"), self->text);
    case LAB_LEFTOVER_NONE:
    case LAB_LEFTOVER_EMPTY:
    case LAB_LEFTOVER_NOT_READABLE:
    default:
      return NULL;
    }
}

/**
 * lab_leftover_describe:
 * @self: what is under a key
 *
 * Returns: (transfer full): that in some short sentences, translated
 */
char *
lab_leftover_describe (const LabLeftover *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) sentences = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *record = NULL;
  g_autofree char *creator = NULL;
  g_autofree char *attaches = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  kind = describe_kind (self);
  if (self->kind == LAB_LEFTOVER_NONE)
    return g_steal_pointer (&kind);

  record = describe_record (self);
  creator = describe_creator (self);
  attaches = describe_attaches (self);
  text = describe_text (self);
  g_strv_builder_add_many (builder, kind, record, creator, attaches, text, NULL);
  sentences = g_strv_builder_end (builder);

  return g_strjoinv (" ", sentences);
}

/**
 * lab_leftover_list_options:
 * @self: what is under a key
 * @options: (out) (array): room for %LAB_N_LEFTOVER_OPTIONS of them
 *
 * What can be done, the best first.  Removing what somebody uses, or may use, comes last; what a
 * Shmlab server has, or may have, is not removed here at all.
 *
 * Returns: how many there are
 */
guint
lab_leftover_list_options (const LabLeftover *self,
                           LabLeftoverOption *options)
{
  gboolean may_be_used;
  guint n = 0;

  g_return_val_if_fail (self != NULL && options != NULL, 0);

  if (self->kind == LAB_LEFTOVER_NONE)
    return 0;

  may_be_used = self->entry.record.n_attaches > 0 || lab_presence_may_run (self->creator);
  if (self->can_take_over)
    options[n++] = LAB_LEFTOVER_TAKE_OVER;
  if (self->can_remove && !may_be_used)
    options[n++] = LAB_LEFTOVER_REMOVE;
  options[n++] = LAB_LEFTOVER_OTHER_KEY;
  if (self->can_remove && may_be_used)
    options[n++] = LAB_LEFTOVER_REMOVE;

  return n;
}

static char *
describe_removal (const LabLeftover *self)
{
  const char *what = self->entry.record.n_attaches > 0
                     ? _("Remove it and make a new one: those who are attached keep the old segment, and do not see the new one.")
                     : _("Remove it and make a new one: what it holds is lost.");

  if (self->semaphore_id == -1)
    return g_strdup (what);

  /* Translators: a sentence, and the id of a set of semaphores */
  return g_strdup_printf (_("%s Its semaphore, set %d, goes with it."), what, self->semaphore_id);
}

static char *
describe_take_over (const LabLeftover *self)
{
  const char *message;

  if (self->kind == LAB_LEFTOVER_EMPTY)
    return g_strdup (_("Take it over: this server uses the segment as it is."));

  if (self->half && self->protocol != LAB_PROTOCOL_NONE)
    message = _("Take it over: the half message is cleared.");
  else if (self->half)
    message = _("Take it over: half a message is kept.");
  else if (self->message_number > 0)
    message = _("Take it over: its message is kept.");
  else
    message = _("Take it over: it holds no message.");
  if (self->entry.record.n_attaches == 0)
    return g_strdup (message);

  /* Translators: what happens to the message, and to the processes that have the segment attached; two sentences */
  return g_strdup_printf (_("%s Those who are attached go on reading."), message);
}

/**
 * lab_leftover_describe_option:
 * @self: what is under a key
 * @option: what could be done
 *
 * Returns: (transfer full) (nullable): what that would mean, in one translated
 *   sentence, or %NULL when it is not possible
 */
char *
lab_leftover_describe_option (const LabLeftover *self,
                              LabLeftoverOption  option)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->kind == LAB_LEFTOVER_NONE)
    return NULL;

  switch (option)
    {
    case LAB_LEFTOVER_TAKE_OVER:
      if (!self->can_take_over)
        return NULL;
      return describe_take_over (self);
    case LAB_LEFTOVER_REMOVE:
      if (!self->can_remove)
        return NULL;
      return describe_removal (self);
    case LAB_LEFTOVER_OTHER_KEY:
      return g_strdup (_("Use another key: this segment stays as it is."));
    default:
      g_return_val_if_reached (NULL);
    }
}
