/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab-server.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "lab-latch.h"
#include "lab-process.h"
#include "lab-shm-error.h"
#include "lab-text.h"

struct _LabServer
{
  GObject           parent_instance;

  LabSubject       *subject;
  LabServerStep     step;
  LabStep           steps[LAB_N_SERVER_STEPS];
  LabServerTrouble  trouble;
  guint64           n_messages;  /* our own counter; the segment's may be anybody's */
  gboolean          waiting;
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
    {
      g_autofree char *text = choice->path != NULL ? lab_sysv_ftok_text (choice->path, choice->letter)
                                                   : lab_key_format (choice->key);

      if (choice->path != NULL)
        lab_step_set_call (&steps[LAB_SERVER_STEP_KEY], "%s", text);
      else
        lab_step_set_call (&steps[LAB_SERVER_STEP_KEY], "key_t key = %s", text);
    }
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

  if (lab_segment_get_layout (segment) != NULL && !lab_layout_has_magic (lab_segment_get_layout (segment)))
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
lab_server_dispose (GObject *object)
{
  LabServer *self = LAB_SERVER (object);

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

  return self->n_messages;
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

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_KEY, FALSE);

  choice = lab_subject_get_key_choice (self->subject);
  g_return_val_if_fail (choice != NULL, FALSE);

  if (choice->path != NULL)
    {
      key = lab_sysv_ftok (choice->path, choice->letter);
      if (key == LAB_KEY_FAILED)
        {
          GError *local_error = NULL;

          lab_shm_set_error (&local_error, LAB_CALL_FTOK, errno);
          return fail (self, LAB_SERVER_STEP_KEY, local_error, error);
        }
      lab_step_made (&self->steps[LAB_SERVER_STEP_KEY], LAB_CALL_FTOK);
    }
  else
    {
      g_autofree char *text = lab_key_format (choice->key);

      key = choice->key;
      lab_step_done (&self->steps[LAB_SERVER_STEP_KEY], "%s", text);
    }

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
  self->n_messages = 0;
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
  self->n_messages = 0;
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

/* What the server before wrote last, after its latch has been set right. */
static void
adopt_message (LabServer       *self,
               const LabLayout *layout)
{
  g_autofree char *buffer = g_malloc (layout->copy_size);
  g_autofree char *text = NULL;
  LabMessageInfo info;

  if (lab_latch_read (layout, G_MAXUINT64, buffer, &info) != LAB_READ_MESSAGE)
    return;

  self->n_messages = info.number;
  text = g_utf8_make_valid (buffer, (gssize) info.length);
  lab_subject_set_message (self->subject, text);
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
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (self->step == LAB_SERVER_STEP_ATTACH, FALSE);

  segment = get_segment (self);
  if (!lab_segment_attach (segment, TRUE, &local_error))
    return fail (self, LAB_SERVER_STEP_ATTACH, local_error, error);

  layout = lab_segment_get_layout (segment);
  if (lab_segment_is_created (segment) || is_blank (segment, layout))
    {
      lab_latch_init (layout);
    }
  else if (lab_layout_has_magic (layout))
    {
      lab_latch_recover (layout);
      adopt_message (self, layout);
    }
  else
    {
      lab_segment_detach (segment, NULL);
      g_set_error_literal (&local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_LAYOUT,
                           _("The segment does not hold this program’s control block, so its bytes are somebody else’s; choose another key"));
      return fail (self, LAB_SERVER_STEP_ATTACH, local_error, error);
    }

  lab_layout_set_writer (layout, getpid (), lab_process_get_start_ticks (getpid ()));
  lab_step_made (&self->steps[LAB_SERVER_STEP_ATTACH], LAB_CALL_SHMAT);
  if (self->n_messages > 0)
    {
      lab_step_done (&self->steps[LAB_SERVER_STEP_WRITE], _("message %" G_GUINT64_FORMAT ", kept from the server before"),
                     self->n_messages);
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

/**
 * lab_server_write:
 * @self: an attached server
 * @text: a message, without a NUL inside
 * @length: its bytes, from 0 to lab_server_get_capacity()
 * @error: return location for an error
 *
 * Publishes the message whole, or refuses it whole.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT.
 *
 * Returns: whether it stands in the segment
 */
gboolean
lab_server_write (LabServer   *self,
                  const char  *text,
                  gsize        length,
                  GError     **error)
{
  const LabLayout *layout;
  g_autofree char *valid = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_attached (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  layout = lab_segment_get_layout (get_segment (self));
  if (!lab_text_check_message (text, length, layout->copy_size - 1, error))
    return FALSE;

  /* A stranger may have wiped the control block; we know what belongs there. */
  if (!lab_layout_has_magic (layout))
    {
      lab_latch_init (layout);
      lab_layout_set_writer (layout, getpid (), lab_process_get_start_ticks (getpid ()));
      self->trouble = LAB_SERVER_TROUBLE_NONE;
    }
  lab_latch_publish (layout, text, length, ++self->n_messages, lab_monotonic_ns ());

  valid = g_strndup (text, length);
  lab_subject_set_message (self->subject, valid);
  lab_step_done (&self->steps[LAB_SERVER_STEP_WRITE],
                 g_dngettext (GETTEXT_PACKAGE, "message %" G_GUINT64_FORMAT ", %" G_GSIZE_FORMAT " byte",
                              "message %" G_GUINT64_FORMAT ", %" G_GSIZE_FORMAT " bytes", length),
                 self->n_messages, length);
  if (self->step == LAB_SERVER_STEP_WRITE)
    proceed (self, LAB_SERVER_STEP_WAIT);
  else
    changed (self);
  lab_subject_memory_changed (self->subject);

  return TRUE;
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

  layout = lab_segment_get_layout (get_segment (self));
  lab_layout_set_writer (layout, 0, 0);
  self->waiting = FALSE;
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
          self->left = TRUE;  /* nothing of ours is left to remove */
          proceed (self, LAB_SERVER_STEP_OVER);
        }
      return FALSE;
    }

  lab_step_made (&self->steps[LAB_SERVER_STEP_REMOVE], LAB_CALL_SHMCTL);
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
  self->n_messages = 0;
  self->waiting = FALSE;
  self->left = FALSE;
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    lab_step_clear (&self->steps[i]);
  proceed (self, LAB_SERVER_STEP_KEY);
}
