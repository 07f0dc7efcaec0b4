/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-server.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "lab-key-step.h"
#include "lab-process.h"
#include "lab-semaphore.h"
#include "lab-shm-error.h"
#include "lab-text.h"
#include "lab-writer.h"

#define RETRY_MS       20  /* how soon what had to wait is tried again */
#define N_RACE_READERS 1   /* besides the clients, so that a race without any shows something */

struct _LabServer
{
  GObject           parent_instance;

  LabSubject       *subject;
  LabServerStep     step;
  LabStep           steps[LAB_N_SERVER_STEPS];
  LabServerTrouble  trouble;
  LabWriter        *writer;      /* while attached */
  LabProtocolId     protocol;    /* chosen; in force as soon as the writer could change it */
  LabAdopted        adopted;     /* what a dead server left */
  char             *pending;     /* a message that has to wait for its turn, or NULL */
  gsize             pending_length;
  guint             retry_source;
  gboolean          slow;
  char             *slow_text;   /* the last that was begun in slow motion */
  gsize             slow_length;
  gboolean          playing;
  guint             speed;       /* stores per second */
  guint             play_source;
  LabRace          *race;        /* the last one, running or over */
  gboolean          waiting;     /* for the clients to detach */
  gboolean          left;        /* the user wants the segment to stay in the kernel */
};

enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabServer, lab_server, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
changed (LabServer *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static LabSegment *
get_segment (LabServer *self)
{
  return lab_subject_get_segment (self->subject);
}

/* What the steps that are still to come would do, with what is known by now. */
static void
update_prospects (LabServer *self)
{
  const LabKeyChoice *choice = lab_subject_get_key_choice (self->subject);
  LabSegment *segment = get_segment (self);
  LabStep *steps = self->steps;
  g_autofree char *key = NULL;
  g_autofree char *id = NULL;
  g_autofree char *address = NULL;

  if (lab_subject_get_key (self->subject) != LAB_KEY_FAILED)
    key = lab_key_format (lab_subject_get_key (self->subject));
  if (segment != NULL)
    id = g_strdup_printf ("%d", lab_segment_get_id (segment));
  if (segment != NULL && lab_segment_is_attached (segment))
    address = g_strdup_printf ("%p", lab_segment_get_base (segment));

  if (self->step <= LAB_SERVER_STEP_KEY && choice != NULL)
    lab_key_step_set_choice (&steps[LAB_SERVER_STEP_KEY], choice);
  if (self->step <= LAB_SERVER_STEP_CREATE)
    lab_step_set_call (&steps[LAB_SERVER_STEP_CREATE], "shmget(%s, %" G_GSIZE_FORMAT ", IPC_CREAT|IPC_EXCL|%04o)",
                       key != NULL ? key : "key", lab_subject_get_size_bytes (self->subject),
                       lab_subject_get_mode (self->subject));
  if (self->step <= LAB_SERVER_STEP_ATTACH)
    lab_step_set_call (&steps[LAB_SERVER_STEP_ATTACH], "shmat(%s, NULL, 0)", id != NULL ? id : "id");
  if (self->step <= LAB_SERVER_STEP_WRITE)
    lab_step_set_call (&steps[LAB_SERVER_STEP_WRITE], "memcpy(%s, message, length)", address != NULL ? address : "addr");
  if (self->step <= LAB_SERVER_STEP_WAIT)
    lab_step_set_call (&steps[LAB_SERVER_STEP_WAIT], "while (shm_nattch > 1)");
  if (self->step <= LAB_SERVER_STEP_DETACH)
    lab_step_set_call (&steps[LAB_SERVER_STEP_DETACH], "shmdt(%s)", address != NULL ? address : "addr");
  if (self->step <= LAB_SERVER_STEP_REMOVE)
    lab_step_set_call (&steps[LAB_SERVER_STEP_REMOVE], "shmctl(%s, IPC_RMID, NULL)", id != NULL ? id : "id");
}

static gboolean
fail (LabServer      *self,
      LabServerStep   step,
      GError         *local_error,
      GError        **error)
{
  lab_step_failed (&self->steps[step], local_error);
  g_propagate_error (error, local_error);
  changed (self);

  return FALSE;
}

static void
proceed (LabServer     *self,
         LabServerStep  next)
{
  self->step = next;
  update_prospects (self);
  changed (self);
}

static void
end_waiting (LabServer *self)
{
  gulong n_clients = lab_server_get_n_clients (self);

  self->waiting = FALSE;
  if (n_clients == 0)
    lab_step_done (&self->steps[LAB_SERVER_STEP_WAIT], "%s", _("only this process is attached"));
  else
    lab_step_done (&self->steps[LAB_SERVER_STEP_WAIT],
                   g_dngettext (GETTEXT_PACKAGE, "not waited for: %lu is still attached",
                                "not waited for: %lu are still attached", n_clients), n_clients);
  proceed (self, LAB_SERVER_STEP_DETACH);
}

static LabServerTrouble
find_trouble (LabServer *self)
{
  LabSegmentMonitor *monitor = lab_subject_get_monitor (self->subject);
  LabSegment *segment = get_segment (self);
  const LabShmEntry *entry;
  const LabShmEntry *key_entry;

  if (!lab_server_is_live (self) || !lab_segment_monitor_is_ready (monitor))
    return LAB_SERVER_TROUBLE_NONE;

  entry = lab_segment_monitor_get_entry (monitor);
  key_entry = lab_segment_monitor_get_key_entry (monitor);
  if (entry == NULL || (entry->record.mode & LAB_MODE_DEST) != 0)
    {
      if (key_entry != NULL && key_entry->record.id != lab_segment_get_id (segment))
        return LAB_SERVER_TROUBLE_REPLACED;
      return entry == NULL ? LAB_SERVER_TROUBLE_GONE : LAB_SERVER_TROUBLE_MARKED;
    }

  if (self->writer != NULL && !lab_server_is_racing (self) && !lab_writer_is_writing (self->writer) && !lab_writer_check (self->writer))
    return LAB_SERVER_TROUBLE_DAMAGED;

  return LAB_SERVER_TROUBLE_NONE;
}

static void
monitor_changed_cb (LabServer *self)
{
  self->trouble = find_trouble (self);
  if (self->waiting && lab_server_get_n_clients (self) == 0)
    end_waiting (self);
  else
    changed (self);
}

static void
show_last_message (LabServer *self)
{
  gsize length = 0;
  const char *bytes = lab_writer_get_text (self->writer, &length);
  g_autofree char *text = bytes != NULL ? g_utf8_make_valid (bytes, (gssize) length) : NULL;

  lab_subject_set_message (self->subject, text);
}

static void
race_finished_cb (LabServer *self)
{
  show_last_message (self);
  changed (self);
  lab_subject_memory_changed (self->subject);
}

/* Its threads stop within one message; then the writer is ours again. */
static void
end_race (LabServer *self)
{
  if (self->race == NULL)
    return;

  lab_race_stop (self->race);
  while (lab_race_is_running (self->race))
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (self->race, self);
  g_clear_object (&self->race);
}

static void
lab_server_dispose (GObject *object)
{
  LabServer *self = LAB_SERVER (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->play_source, g_source_remove);
  end_race (self);
  g_clear_pointer (&self->writer, lab_writer_free);
  if (self->subject != NULL)
    g_signal_handlers_disconnect_by_data (lab_subject_get_monitor (self->subject), self);

  G_OBJECT_CLASS (lab_server_parent_class)->dispose (object);
}

static void
lab_server_finalize (GObject *object)
{
  LabServer *self = LAB_SERVER (object);

  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    lab_step_clear (&self->steps[i]);
  g_free (self->pending);
  g_free (self->slow_text);
  g_clear_object (&self->subject);

  G_OBJECT_CLASS (lab_server_parent_class)->finalize (object);
}

static void
lab_server_class_init (LabServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lab_server_dispose;
  object_class->finalize = lab_server_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
choice_changed_cb (LabServer *self)
{
  update_prospects (self);
  changed (self);
}

static void
lab_server_init (LabServer *self)
{
  lab_call_log_get_default ();
  self->subject = lab_subject_new (LAB_ROLE_SERVER);
  self->protocol = LAB_PROTOCOL_LATCH;
  self->speed = LAB_SERVER_DEFAULT_SPEED;
  update_prospects (self);
  g_signal_connect_swapped (self->subject, "notify::key-choice", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (self->subject, "notify::size-bytes", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (self->subject, "notify::mode", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (lab_subject_get_monitor (self->subject), "changed", G_CALLBACK (monitor_changed_cb), self);
}

/**
 * lab_server_new:
 *
 * A server at the beginning of its life: nothing is in the kernel yet.  It
 * emits ::changed whenever something that it tells is different.
 *
 * Returns: (transfer full): the server
 */
LabServer *
lab_server_new (void)
{
  return g_object_new (LAB_TYPE_SERVER, NULL);
}

/**
 * lab_server_get_subject:
 * @self: a server
 *
 * Returns: (transfer none): its key, size, mode and segment
 */
LabSubject *
lab_server_get_subject (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);

  return self->subject;
}

/**
 * lab_server_get_step:
 * @self: a server
 *
 * Returns: the step that comes next
 */
LabServerStep
lab_server_get_step (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), LAB_SERVER_STEP_KEY);

  return self->step;
}

const LabStep *
lab_server_peek_step (LabServer     *self,
                      LabServerStep  step)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);
  g_return_val_if_fail (step < LAB_N_SERVER_STEPS, NULL);

  return &self->steps[step];
}

LabServerTrouble
lab_server_get_trouble (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), LAB_SERVER_TROUBLE_NONE);

  return self->trouble;
}

/**
 * lab_server_is_live:
 * @self: a server
 *
 * Returns: whether it has a segment that it has neither removed nor left to the kernel
 */
gboolean
lab_server_is_live (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return get_segment (self) != NULL && !self->left && !lab_segment_is_removed (get_segment (self));
}

gboolean
lab_server_is_attached (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return get_segment (self) != NULL && lab_segment_is_attached (get_segment (self));
}

gboolean
lab_server_is_waiting (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->waiting;
}

/**
 * lab_server_get_capacity:
 * @self: a server
 *
 * Returns: how many bytes a message may have, in the segment or, before there is
 *   one, in a segment of the size that was chosen
 */
gsize
lab_server_get_capacity (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  return lab_layout_capacity (lab_subject_get_size_bytes (self->subject));
}

/**
 * lab_server_get_n_messages:
 * @self: a server
 *
 * Returns: the number of the last message; those of a server before are counted
 */
guint64
lab_server_get_n_messages (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  return self->writer != NULL && !lab_server_is_racing (self) ? lab_writer_get_number (self->writer) : 0;
}

/**
 * lab_server_get_n_clients:
 * @self: a server
 *
 * Returns: attachments other than this process's own, as of the last reading
 */
gulong
lab_server_get_n_clients (LabServer *self)
{
  LabSegment *segment;
  const LabShmEntry *entry;
  gulong n_attaches;

  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  segment = get_segment (self);
  if (segment == NULL)
    return 0;

  entry = lab_segment_monitor_get_entry (lab_subject_get_monitor (self->subject));
  n_attaches = entry != NULL ? entry->record.n_attaches : lab_segment_get_n_attaches (segment);
  if (lab_segment_is_attached (segment) && n_attaches > 0)
    n_attaches--;

  return n_attaches;
}

/**
 * lab_server_make_key:
 * @self: a server before its first step
 * @error: return location for an error
 *
 * Turns the chosen file and letter into a key, or takes the key that was typed.
 *
 * Errors: %LAB_SHM_ERROR_KEY.
 *
 * Returns: whether there is a key now
 */
gboolean
lab_server_make_key (LabServer  *self,
                     GError    **error)
{
  const LabKeyChoice *choice;
  key_t key;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_KEY, FALSE);

  choice = lab_subject_get_key_choice (self->subject);
  g_return_val_if_fail (choice != NULL, FALSE);

  if (!lab_key_step_make (&self->steps[LAB_SERVER_STEP_KEY], choice, &key, &local_error))
    return fail (self, LAB_SERVER_STEP_KEY, local_error, error);

  lab_subject_set_key (self->subject, key);
  proceed (self, LAB_SERVER_STEP_CREATE);

  return TRUE;
}

/* Zero goes to the kernel, which refuses it in its own words. */
static gboolean
check_size (gsize    size_bytes,
            GError **error)
{
  if (size_bytes > 0 && lab_layout_capacity (size_bytes) == 0)
    {
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                   _("%" G_GSIZE_FORMAT " bytes are too few: two copies of a message and the control block need at least %d; choose a larger size"),
                   size_bytes, LAB_LAYOUT_MIN_SIZE);
      return FALSE;
    }

  return TRUE;
}

/**
 * lab_server_create:
 * @self: a server that has a key
 * @error: return location for an error
 *
 * Makes the segment, and never takes one that exists.
 *
 * Errors: %LAB_SHM_ERROR_EXISTS, %LAB_SHM_ERROR_SIZE, %LAB_SHM_ERROR_LIMIT.
 *
 * Returns: whether this process made a segment
 */
gboolean
lab_server_create (LabServer  *self,
                   GError    **error)
{
  g_autoptr(LabSegment) segment = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_CREATE, FALSE);

  if (!check_size (lab_subject_get_size_bytes (self->subject), &local_error))
    return fail (self, LAB_SERVER_STEP_CREATE, local_error, error);

  segment = lab_segment_create (lab_subject_get_key (self->subject), lab_subject_get_size_bytes (self->subject),
                                lab_subject_get_mode (self->subject), &local_error);
  if (segment == NULL)
    return fail (self, LAB_SERVER_STEP_CREATE, local_error, error);

  lab_step_made (&self->steps[LAB_SERVER_STEP_CREATE], LAB_CALL_SHMGET);
  self->left = FALSE;
  lab_subject_set_segment (self->subject, segment);
  proceed (self, LAB_SERVER_STEP_ATTACH);

  return TRUE;
}

/**
 * lab_server_take_over:
 * @self: a server that has a key under which there is a segment
 * @error: return location for an error
 *
 * Finds the segment that a server before left behind.  Its message stays.  It
 * was not made by this process, which therefore removes it only when told to.
 *
 * Errors: %LAB_SHM_ERROR_NOT_FOUND, %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_SIZE.
 *
 * Returns: whether the segment is this server's now
 */
gboolean
lab_server_take_over (LabServer  *self,
                      GError    **error)
{
  g_autoptr(LabSegment) segment = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_CREATE, FALSE);

  segment = lab_segment_find (lab_subject_get_key (self->subject), &local_error);
  if (segment == NULL || !check_size (lab_segment_get_size_bytes (segment), &local_error))
    return fail (self, LAB_SERVER_STEP_CREATE, local_error, error);

  lab_step_made (&self->steps[LAB_SERVER_STEP_CREATE], LAB_CALL_SHMGET);
  self->left = FALSE;
  self->step = LAB_SERVER_STEP_ATTACH;  /* before the size changes: shmget(2) is done */
  lab_subject_set_segment (self->subject, segment);
  lab_subject_set_size_bytes (self->subject, lab_segment_get_size_bytes (segment));
  proceed (self, LAB_SERVER_STEP_ATTACH);

  return TRUE;
}

/* Whether nobody has written anything that matters: a server that died between
 * shmget(2) and its first store leaves such a segment. */
static gboolean
is_blank (LabSegment      *segment,
          const LabLayout *layout)
{
  guint8 bytes[LAB_LAYOUT_CONTROL_SIZE];
  guint8 any = 0;

  lab_segment_peek (segment, 0, bytes, 1);
  any |= bytes[0];
  lab_segment_peek (segment, layout->control_offset, bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    any |= bytes[i];

  return any == 0;
}

/**
 * lab_server_attach:
 * @self: a server that has a segment
 * @error: return location for an error
 *
 * Attaches the segment read-write and makes it ready for messages: a new one by
 * a new control block, one taken over by repairing what a dead writer left.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED, %LAB_SHM_ERROR_LAYOUT
 * when the segment that was taken over is not ours.
 *
 * Returns: whether it is attached now
 */
gboolean
lab_server_attach (LabServer  *self,
                   GError    **error)
{
  LabSegment *segment;
  const LabLayout *layout;
  gboolean ready = FALSE;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_ATTACH, FALSE);

  segment = get_segment (self);
  if (!lab_segment_attach (segment, TRUE, &local_error))
    return fail (self, LAB_SERVER_STEP_ATTACH, local_error, error);

  layout = lab_segment_get_layout (segment);
  self->writer = lab_writer_new (segment);
  if (lab_segment_is_created (segment) || is_blank (segment, layout))
    {
      self->adopted = LAB_ADOPTED_EMPTY;
      ready = lab_writer_set_up (self->writer, self->protocol, self->protocol == LAB_PROTOCOL_TURNS_TEXTBOOK, &local_error);
    }
  else if (lab_layout_has_magic (layout))
    {
      ready = lab_writer_adopt (self->writer, &self->adopted, &local_error);
    }
  else
    {
      g_set_error_literal (&local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT,
                           _("The segment does not hold this program’s control block, so its bytes are somebody else’s; choose another key"));
    }

  if (!ready)
    {
      g_clear_pointer (&self->writer, lab_writer_free);
      lab_segment_detach (segment, NULL);
      return fail (self, LAB_SERVER_STEP_ATTACH, local_error, error);
    }

  lab_step_made (&self->steps[LAB_SERVER_STEP_ATTACH], LAB_CALL_SHMAT);
  self->protocol = lab_writer_get_protocol (self->writer);
  lab_subject_set_protocol (self->subject, self->protocol);
  show_last_message (self);
  if (lab_writer_get_text (self->writer, NULL) != NULL)
    {
      lab_step_done (&self->steps[LAB_SERVER_STEP_WRITE], _("message %" G_GUINT64_FORMAT ", kept from the server before"),
                     lab_writer_get_number (self->writer));
      proceed (self, LAB_SERVER_STEP_WAIT);
    }
  else
    {
      proceed (self, LAB_SERVER_STEP_WRITE);
    }
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));
  lab_subject_memory_changed (self->subject);

  return TRUE;
}

/* After the last store of a message. */
static void
published (LabServer *self)
{
  gsize length = 0;

  lab_writer_get_text (self->writer, &length);
  self->trouble = find_trouble (self);
  show_last_message (self);
  lab_subject_set_write_cursor (self->subject, -1);
  lab_step_done (&self->steps[LAB_SERVER_STEP_WRITE],
                 g_dngettext (GETTEXT_PACKAGE, "message %" G_GUINT64_FORMAT ", %" G_GSIZE_FORMAT " byte",
                              "message %" G_GUINT64_FORMAT ", %" G_GSIZE_FORMAT " bytes", length),
                 lab_writer_get_number (self->writer), length);
  if (self->step == LAB_SERVER_STEP_WRITE)
    proceed (self, LAB_SERVER_STEP_WAIT);
  else
    changed (self);
  lab_subject_memory_changed (self->subject);
}

static void
drop_pending (LabServer *self)
{
  g_clear_pointer (&self->pending, g_free);
}

/* What could not be done at once, because the protocol let somebody else go first. */
static gboolean
retry_cb (gpointer data)
{
  LabServer *self = LAB_SERVER (data);
  LabProtocolId before = lab_writer_get_protocol (self->writer);
  LabReason reason = lab_writer_get_reason (self->writer);

  if (self->protocol != before)
    {
      if (lab_writer_switch (self->writer, self->protocol, self->protocol == LAB_PROTOCOL_TURNS_TEXTBOOK, NULL) == LAB_WRITE_FAILED)
        self->protocol = before;
      lab_subject_set_protocol (self->subject, lab_writer_get_protocol (self->writer));
    }

  if (self->pending != NULL)
    {
      LabWriteResult result = lab_writer_publish (self->writer, self->pending, self->pending_length, NULL);

      if (result != LAB_WRITE_WAITING)
        drop_pending (self);
      if (result == LAB_WRITE_DONE)
        published (self);
    }

  if (before != lab_writer_get_protocol (self->writer) || reason != lab_writer_get_reason (self->writer))
    changed (self);
  if (self->pending != NULL || self->protocol != lab_writer_get_protocol (self->writer))
    return G_SOURCE_CONTINUE;

  self->retry_source = 0;

  return G_SOURCE_REMOVE;
}

static void
retry_soon (LabServer *self)
{
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add (RETRY_MS, retry_cb, self);
}

/**
 * lab_server_write:
 * @self: an attached server
 * @text: a message, without a NUL inside
 * @length: its bytes, from 0 to lab_server_get_capacity()
 * @error: return location for an error
 *
 * Publishes the message whole, or refuses it whole.  When the protocol lets somebody
 * else go first, the message is kept and tried again, and lab_server_get_reason()
 * says why; a newer message then takes its place.  In slow motion it is only begun.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT; %LAB_SHM_ERROR_FAILED while a
 * message in slow motion is not finished.
 *
 * Returns: whether the message was taken
 */
gboolean
lab_server_write (LabServer   *self,
                  const char  *text,
                  gsize        length,
                  GError     **error)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_attached (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (lab_server_is_racing (self))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A race at full speed is writing; wait until it is over, or stop it"));
      return FALSE;
    }
  if (lab_writer_is_writing (self->writer))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("The message before is still being written in slow motion; let it be finished first"));
      return FALSE;
    }

  if (self->slow)
    {
      if (!lab_writer_begin (self->writer, text, length, error))
        return FALSE;
      drop_pending (self);
      g_free (self->slow_text);
      self->slow_text = g_strndup (text, length);
      self->slow_length = length;
      changed (self);
      return TRUE;
    }

  switch (lab_writer_publish (self->writer, text, length, error))
    {
    case LAB_WRITE_DONE:
      drop_pending (self);
      published (self);
      return TRUE;
    case LAB_WRITE_WAITING:
      drop_pending (self);
      self->pending = g_strndup (text, length);
      self->pending_length = length;
      retry_soon (self);
      changed (self);
      return TRUE;
    case LAB_WRITE_MORE:
    case LAB_WRITE_FAILED:
    default:
      return FALSE;
    }
}

/**
 * lab_server_get_reason:
 * @self: a server
 * @pid: (out) (optional): who is in the way, or 0
 *
 * Returns: why a message, the next store or a change of the protocol has to wait;
 *   %LAB_REASON_NONE when nothing waits
 */
LabReason
lab_server_get_reason (LabServer *self,
                       pid_t     *pid)
{
  gboolean waits;

  g_return_val_if_fail (LAB_IS_SERVER (self), LAB_REASON_NONE);

  if (pid != NULL)
    *pid = 0;
  if (self->writer == NULL || lab_server_is_racing (self))
    return LAB_REASON_NONE;

  waits = self->pending != NULL || self->protocol != lab_writer_get_protocol (self->writer)
          || (lab_writer_is_writing (self->writer) && lab_writer_get_n_steps_done (self->writer) == 0);
  if (!waits)
    return LAB_REASON_NONE;

  if (pid != NULL)
    *pid = lab_writer_get_blocking_pid (self->writer);

  return lab_writer_get_reason (self->writer);
}

/**
 * lab_server_get_protocol:
 * @self: a server
 *
 * Returns: the protocol that was chosen
 */
LabProtocolId
lab_server_get_protocol (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), LAB_PROTOCOL_UNSET);

  return self->protocol;
}

/**
 * lab_server_set_protocol:
 * @self: a server
 * @protocol: a protocol
 * @error: return location for an error
 *
 * Chooses the protocol.  While attached it is changed under the clients' eyes, now
 * or as soon as the protocol before lets it.
 *
 * Errors: those of semget(2) for %LAB_PROTOCOL_SEMAPHORE.
 *
 * Returns: whether it was chosen
 */
gboolean
lab_server_set_protocol (LabServer      *self,
                         LabProtocolId   protocol,
                         GError        **error)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_protocol_is_valid (protocol), FALSE);

  if (self->protocol == protocol)
    return TRUE;
  if (lab_server_is_racing (self))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A race at full speed is writing; wait until it is over, or stop it"));
      return FALSE;
    }

  if (self->writer != NULL)
    {
      LabWriteResult result = lab_writer_switch (self->writer, protocol, protocol == LAB_PROTOCOL_TURNS_TEXTBOOK, error);

      if (result == LAB_WRITE_FAILED)
        return FALSE;
      if (result == LAB_WRITE_WAITING)
        retry_soon (self);
      lab_subject_memory_changed (self->subject);
    }

  self->protocol = protocol;
  lab_subject_set_protocol (self->subject, self->writer != NULL ? lab_writer_get_protocol (self->writer) : protocol);
  changed (self);

  return TRUE;
}

/**
 * lab_server_is_status_late:
 * @self: a server
 *
 * Returns: whether the textbook's NOT_READY is still to be stored: until then zeros
 *   read FILLED, and a client that is early takes what nobody has written
 */
gboolean
lab_server_is_status_late (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->writer != NULL && !lab_server_is_racing (self) && lab_writer_is_status_late (self->writer);
}

/**
 * lab_server_store_status:
 * @self: a server whose status is late
 *
 * Stores NOT_READY, which a textbook's server does some moments after shmat(2).
 *
 * Returns: whether a client was faster, and has taken what nobody has written
 */
gboolean
lab_server_store_status (LabServer *self)
{
  gboolean lost;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_status_late (self), FALSE);

  lost = lab_writer_store_status (self->writer);
  changed (self);
  lab_subject_memory_changed (self->subject);

  return lost;
}

gboolean
lab_server_is_slow (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->slow;
}

/**
 * lab_server_set_slow:
 * @self: a server
 * @slow: whether the next message is written byte by byte
 *
 * Switching it off lets a message that was begun be finished at full speed.
 */
void
lab_server_set_slow (LabServer *self,
                     gboolean   slow)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  if (self->slow == slow)
    return;

  self->slow = slow;
  if (!slow)
    lab_server_finish (self);
  changed (self);
}

guint
lab_server_get_speed (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  return self->speed;
}

static void
stored (LabServer      *self,
        LabWriteResult  result,
        const LabStore *store)
{
  switch (result)
    {
    case LAB_WRITE_DONE:
      lab_server_set_playing (self, FALSE);
      published (self);
      break;
    case LAB_WRITE_MORE:
      if (store->size_bytes > 0)
        lab_subject_set_write_cursor (self->subject, (gssize) store->offset);
      lab_subject_memory_changed (self->subject);
      changed (self);
      break;
    case LAB_WRITE_WAITING:
    case LAB_WRITE_FAILED:
    default:
      changed (self);
    }
}

/**
 * lab_server_store_one:
 * @self: a server that writes in slow motion
 *
 * Makes the next store, a real one: one byte of the text, one field of the control
 * block, or one system call.  It may have to wait; see lab_server_get_reason().
 */
void
lab_server_store_one (LabServer *self)
{
  LabStore store = { 0 };

  g_return_if_fail (LAB_IS_SERVER (self));

  if (lab_server_is_writing (self))
    stored (self, lab_writer_step (self->writer, &store, NULL), &store);
}

static gboolean
play_cb (gpointer data)
{
  LabServer *self = LAB_SERVER (data);

  lab_server_store_one (self);

  return G_SOURCE_CONTINUE;  /* lab_server_set_playing() ends it */
}

/**
 * lab_server_set_playing:
 * @self: a server
 * @playing: whether the stores of slow motion follow each other by the clock
 */
void
lab_server_set_playing (LabServer *self,
                        gboolean   playing)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  playing = playing && lab_server_is_writing (self);
  if (self->playing == playing)
    return;

  self->playing = playing;
  g_clear_handle_id (&self->play_source, g_source_remove);
  if (playing)
    self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
  changed (self);
}

gboolean
lab_server_is_playing (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->playing;
}

/**
 * lab_server_is_writing:
 * @self: a server
 *
 * Returns: whether a message in slow motion is begun and not finished
 */
gboolean
lab_server_is_writing (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->writer != NULL && !lab_server_is_racing (self) && lab_writer_is_writing (self->writer);
}

/**
 * lab_server_set_speed:
 * @self: a server
 * @stores_per_second: from %LAB_SERVER_MIN_SPEED to %LAB_SERVER_MAX_SPEED
 */
void
lab_server_set_speed (LabServer *self,
                      guint      stores_per_second)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  self->speed = CLAMP (stores_per_second, LAB_SERVER_MIN_SPEED, LAB_SERVER_MAX_SPEED);
  if (self->playing)
    {
      g_clear_handle_id (&self->play_source, g_source_remove);
      self->play_source = g_timeout_add (1000 / self->speed, play_cb, self);
    }
}

/**
 * lab_server_finish:
 * @self: a server
 *
 * Makes all the rest of the stores of slow motion at full speed; or, when nothing
 * was stored yet because it had to wait, lets the message wait like any other.
 */
void
lab_server_finish (LabServer *self)
{
  LabStore store = { 0 };
  LabWriteResult result;

  g_return_if_fail (LAB_IS_SERVER (self));

  if (!lab_server_is_writing (self))
    return;

  result = lab_writer_finish (self->writer, NULL);
  if (result == LAB_WRITE_WAITING && lab_writer_abandon (self->writer))
    {
      lab_server_set_playing (self, FALSE);
      self->pending = g_steal_pointer (&self->slow_text);
      self->pending_length = self->slow_length;
      retry_soon (self);
    }
  stored (self, result, &store);
}

void
lab_server_get_progress (LabServer *self,
                         gsize     *n_done,
                         gsize     *n_steps)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  *n_done = lab_server_is_writing (self) ? lab_writer_get_n_steps_done (self->writer) : 0;
  *n_steps = lab_server_is_writing (self) ? lab_writer_get_n_steps (self->writer) : 0;
}

/**
 * lab_server_dup_next_store:
 * @self: a server
 *
 * Returns: (transfer full) (nullable): what the next step of slow motion stores, as C,
 *   such as “addr[5] = 'm'”; %NULL when nothing is being written
 */
char *
lab_server_dup_next_store (LabServer *self)
{
  LabStore store;

  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);

  if (!lab_server_is_writing (self) || !lab_writer_peek (self->writer, &store))
    return NULL;

  if (store.size_bytes == 0)
    return g_strdup_printf ("semop(id, %+d)", (int) store.value);
  if (store.size_bytes > 1)
    return g_strdup_printf ("control->%s = %" G_GINT64_FORMAT, store.field, store.value);
  if (g_ascii_isprint ((char) store.value) && store.value != '\'')
    return g_strdup_printf ("addr[0x%" G_GSIZE_MODIFIER "x] = '%c'", store.offset, (char) store.value);

  return g_strdup_printf ("addr[0x%" G_GSIZE_MODIFIER "x] = 0x%02x", store.offset, (guint) (store.value & 0xff));
}

/**
 * lab_server_start_race:
 * @self: an attached server that is not in the middle of a message
 * @protocols: (array length=n_protocols): to be raced one after the other
 * @n_protocols: how many
 * @seconds: for each
 * @length: of the messages, in bytes
 * @error: return location for an error
 *
 * Writes AAAA… and BBBB… as fast as it can, while clients and one thread of this
 * process read as fast as they can.  Protocol and message are afterwards as before.
 *
 * Returns: (transfer none) (nullable): the race, which emits ::second and ::finished
 */
LabRace *
lab_server_start_race (LabServer            *self,
                       const LabProtocolId  *protocols,
                       guint                 n_protocols,
                       guint                 seconds,
                       gsize                 length,
                       GError              **error)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);
  g_return_val_if_fail (lab_server_is_attached (self), NULL);

  if (lab_server_is_racing (self) || lab_server_is_writing (self) || self->pending != NULL)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
                           _("A message is still being written; let it be finished first"));
      return NULL;
    }

  end_race (self);
  self->race = lab_race_new (get_segment (self));
  g_signal_connect_swapped (self->race, "finished", G_CALLBACK (race_finished_cb), self);
  if (!lab_race_start_writer (self->race, self->writer, protocols, n_protocols, seconds, length, N_RACE_READERS, error))
    {
      end_race (self);
      return NULL;
    }
  changed (self);

  return self->race;
}

gboolean
lab_server_is_racing (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return self->race != NULL && lab_race_is_running (self->race);
}

/**
 * lab_server_wait:
 * @self: an attached server
 *
 * Waits, without blocking, until no other process is attached; then the next
 * step is to detach.
 */
void
lab_server_wait (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));
  g_return_if_fail (lab_server_is_attached (self));

  self->waiting = TRUE;
  self->step = LAB_SERVER_STEP_WAIT;
  if (lab_segment_refresh (get_segment (self), NULL) && lab_segment_get_n_attaches (get_segment (self)) <= 1)
    {
      end_waiting (self);
      return;
    }

  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));
  changed (self);
}

/**
 * lab_server_stop_waiting:
 * @self: a server that may be waiting
 *
 * Goes on to the next step although somebody is still attached.
 */
void
lab_server_stop_waiting (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  if (self->waiting)
    end_waiting (self);
}

/**
 * lab_server_detach:
 * @self: an attached server
 * @error: return location for an error
 *
 * Says in the control block that nobody writes any more, and detaches.
 *
 * Returns: whether it is detached now
 */
gboolean
lab_server_detach (LabServer  *self,
                   GError    **error)
{
  GError *local_error = NULL;
  const LabLayout *layout;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_attached (self), FALSE);

  end_race (self);

  /* A message that was begun is finished; one that never had its turn is not
   * written, and the step says so. */
  lab_server_set_playing (self, FALSE);
  if (lab_server_is_writing (self) && lab_writer_finish (self->writer, NULL) == LAB_WRITE_DONE)
    published (self);
  if (self->pending != NULL || lab_server_is_writing (self))
    lab_step_done (&self->steps[LAB_SERVER_STEP_WRITE], "%s", _("the last message never had its turn and was not written"));
  drop_pending (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  lab_subject_set_write_cursor (self->subject, -1);

  layout = lab_segment_get_layout (get_segment (self));
  lab_layout_set_writer (layout, 0, 0);
  self->waiting = FALSE;
  g_clear_pointer (&self->writer, lab_writer_free);
  if (!lab_segment_detach (get_segment (self), &local_error))
    return fail (self, LAB_SERVER_STEP_DETACH, local_error, error);

  lab_step_made (&self->steps[LAB_SERVER_STEP_DETACH], LAB_CALL_SHMDT);
  proceed (self, LAB_SERVER_STEP_REMOVE);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));

  return TRUE;
}

/**
 * lab_server_remove:
 * @self: a server that has a segment
 * @error: return location for an error
 *
 * Marks the segment for removal.  Who is attached goes on until it detaches.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED when somebody was faster.
 *
 * Returns: whether this process removed it
 */
gboolean
lab_server_remove (LabServer  *self,
                   GError    **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_live (self), FALSE);

  if (!lab_segment_remove (get_segment (self), &local_error))
    {
      gboolean gone = g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED);

      fail (self, LAB_SERVER_STEP_REMOVE, local_error, error);
      if (gone)
        {
          lab_semaphore_remove (get_segment (self));
          self->left = TRUE;  /* nothing of ours is left to remove */
          proceed (self, LAB_SERVER_STEP_OVER);
        }
      return FALSE;
    }

  lab_step_made (&self->steps[LAB_SERVER_STEP_REMOVE], LAB_CALL_SHMCTL);
  lab_semaphore_remove (get_segment (self));
  self->trouble = LAB_SERVER_TROUBLE_NONE;
  proceed (self, LAB_SERVER_STEP_OVER);
  lab_segment_monitor_refresh (lab_subject_get_monitor (self->subject));

  return TRUE;
}

/**
 * lab_server_leave:
 * @self: a server
 *
 * Detaches, and leaves the segment with its message in the kernel on purpose.
 */
void
lab_server_leave (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  if (lab_server_is_attached (self))
    lab_server_detach (self, NULL);
  self->left = TRUE;
  lab_step_done (&self->steps[LAB_SERVER_STEP_REMOVE], "%s", _("left in the kernel, as you chose"));
  proceed (self, LAB_SERVER_STEP_OVER);
}

/**
 * lab_server_clean_up:
 * @self: a server
 *
 * What a signal or the end of the session asks for: detaches, and removes the
 * segment when this process made it and nobody chose to leave it.
 */
void
lab_server_clean_up (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  if (lab_server_is_attached (self))
    lab_server_detach (self, NULL);
  if (lab_server_is_live (self) && lab_segment_is_created (get_segment (self)))
    lab_server_remove (self, NULL);
}

/**
 * lab_server_reset:
 * @self: a server whose segment is removed or left, or that has none yet
 *
 * Begins a new life at the first step.
 */
void
lab_server_reset (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));
  g_return_if_fail (!lab_server_is_live (self));

  lab_subject_set_segment (self->subject, NULL);
  lab_subject_set_message (self->subject, NULL);
  lab_subject_set_key (self->subject, LAB_KEY_FAILED);
  self->trouble = LAB_SERVER_TROUBLE_NONE;
  self->waiting = FALSE;
  self->left = FALSE;
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    lab_step_clear (&self->steps[i]);
  proceed (self, LAB_SERVER_STEP_KEY);
}
