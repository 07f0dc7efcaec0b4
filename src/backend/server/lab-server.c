/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-server.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-semaphore.h"

/* What the properties say, as of the last notification. */
typedef struct
{
  LabServerTrouble trouble;
  gboolean         live;
  gboolean         attached;
  gsize            capacity_bytes;
  gulong           n_clients;
} Told;

struct _LabServer
{
  GObject           parent_instance;

  LabSession       *session;
  LabPublisher     *publisher;     /* how messages get into the segment; open while attached */
  LabLife          *life;          /* its steps are those of LabServerStep */
  LabServerTrouble  trouble;       /* as of the last reading */
  int               semaphore_id;  /* goes with the segment; -1 for none */
  guint64           n_kept;        /* number of the message of the server before; 0 for none */
  gboolean          waiting;       /* for the clients to detach */
  gboolean          left;          /* the user wants the segment to stay in the kernel */
  gboolean          lost;          /* somebody else removed it, and this process is not attached any more */
  Told              told;
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_PUBLISHER,
  PROP_LIFE,
  PROP_TROUBLE,
  PROP_LIVE,
  PROP_ATTACHED,
  PROP_WAITING,
  PROP_CAPACITY,
  PROP_N_CLIENTS,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (LabServer, lab_server, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static LabSegment *
get_segment (LabServer *self)
{
  return lab_session_get_segment (self->session);
}

/* The size as C; its name while what was typed is no number. */
static char *
dup_size_text (LabServer *self)
{
  if (!lab_choice_is_size_given (lab_session_get_choice (self->session)))
    return g_strdup ("size");

  return g_strdup_printf ("%" G_GSIZE_FORMAT, lab_session_get_size_bytes (self->session));
}

/* What the steps that are still to come would do, with what is known by now. */
static void
foretell (LabServer *self)
{
  LabChoice *choice = lab_session_get_choice (self->session);
  LabLife *life = self->life;
  g_autofree char *key = lab_session_dup_key_text (self->session);
  g_autofree char *size = dup_size_text (self);
  g_autofree char *id = lab_session_dup_id_text (self->session);
  g_autofree char *address = lab_session_dup_address_text (self->session);

  lab_life_foretell_key (life, LAB_SERVER_STEP_KEY, lab_choice_get_key_choice (choice));
  lab_life_foretell (life, LAB_SERVER_STEP_CREATE, "shmget(%s, %s, IPC_CREAT|IPC_EXCL|%04o)",
                     key, size, lab_choice_get_mode (choice));
  lab_life_foretell (life, LAB_SERVER_STEP_ATTACH, "shmat(%s, NULL, 0)", id);
  lab_life_foretell (life, LAB_SERVER_STEP_WRITE, "memcpy(%s, message, length)", address);
  lab_life_foretell (life, LAB_SERVER_STEP_WAIT, "while (shm_nattch > 1)");
  lab_life_foretell (life, LAB_SERVER_STEP_DETACH, "shmdt(%s)", address);
  lab_life_foretell (life, LAB_SERVER_STEP_REMOVE, "shmctl(%s, IPC_RMID, NULL)", id);
}

/* Tells of what is different. */
static void
update (LabServer *self)
{
  GObject *object = G_OBJECT (self);
  const Told before = self->told;
  const Told now = {
    .trouble = lab_server_get_trouble (self),
    .live = lab_server_is_live (self),
    .attached = lab_server_is_attached (self),
    .capacity_bytes = lab_server_get_capacity (self),
    .n_clients = lab_server_get_n_clients (self),
  };

  self->told = now;
  g_object_freeze_notify (object);
  if (before.trouble != now.trouble)
    g_object_notify_by_pspec (object, properties[PROP_TROUBLE]);
  if (before.live != now.live)
    g_object_notify_by_pspec (object, properties[PROP_LIVE]);
  if (before.attached != now.attached)
    g_object_notify_by_pspec (object, properties[PROP_ATTACHED]);
  if (before.capacity_bytes != now.capacity_bytes)
    g_object_notify_by_pspec (object, properties[PROP_CAPACITY]);
  if (before.n_clients != now.n_clients)
    g_object_notify_by_pspec (object, properties[PROP_N_CLIENTS]);
  g_object_thaw_notify (object);
}

/* Last in whatever ends the waiting: who waited for that may drop the server. */
static void
set_waiting (LabServer *self,
             gboolean   waiting)
{
  if (self->waiting == waiting)
    return;

  self->waiting = waiting;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

static void
show_written (LabServer *self)
{
  const guint64 number = lab_publisher_get_number (self->publisher);
  g_autofree char *number_text = lab_text_format_count (number);
  gsize length = 0;

  if (lab_publisher_get_text (self->publisher, &length) == NULL)
    lab_life_hold (self->life, LAB_SERVER_STEP_WRITE, NULL);
  else if (number == self->n_kept)
    lab_life_skip (self->life, LAB_SERVER_STEP_WRITE, _("message %s, kept from the server before"), number_text);
  else
    lab_life_done (self->life, LAB_SERVER_STEP_WRITE,
                   /* Translators: the number of a message and its size: “message 7, 20 bytes” */
                   g_dngettext (GETTEXT_PACKAGE, "message %s, %zu byte", "message %s, %zu bytes", length), number_text, length);
}

/* The step of writing is over only while its message is what stands in the segment. */
static void
update_write (LabServer *self)
{
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (self->publisher);
  g_autofree char *next = NULL;
  g_autofree char *words = NULL;

  if (!lab_publisher_is_open (self->publisher))
    return;

  if (lab_publisher_is_racing (self->publisher))
    {
      lab_life_hold (self->life, LAB_SERVER_STEP_WRITE, _("a race at full speed writes"));
      return;
    }

  next = lab_text_format_count (lab_publisher_get_number (self->publisher) + 1);
  if (lab_publisher_is_writing (self->publisher) && lab_slow_motion_get_reason (slow_motion, NULL) == LAB_REASON_NONE)
    words = g_strdup_printf (_("message %s is being stored"), next);
  else if (lab_publisher_is_writing (self->publisher) || lab_publisher_is_message_waiting (self->publisher))
    words = g_strdup_printf (_("message %s waits and is not written yet"), next);

  if (words != NULL)
    lab_life_hold (self->life, LAB_SERVER_STEP_WRITE, words);
  else
    show_written (self);
}

static void
proceed (LabServer     *self,
         LabServerStep  next)
{
  lab_life_proceed (self->life, next);
  foretell (self);
  update_write (self);
  update (self);
}

/* While it is attached the segment tells whether it has a semaphore. */
static void
note_semaphore (LabServer *self)
{
  if (lab_server_is_attached (self))
    self->semaphore_id = lab_publisher_get_semaphore_id (self->publisher);
}

/* @n_clients: as read just now; somebody may attach in the next moment, so the time is said */
static void
end_waiting (LabServer *self,
             gulong     n_clients)
{
  g_autofree char *clock = lab_text_format_clock (g_get_real_time (), 0);

  if (n_clients == 0)
    /* Translators: a time of the day, “10:20:02” */
    lab_life_done (self->life, LAB_SERVER_STEP_WAIT, _("was alone at %s"), clock);
  else
    lab_life_skip (self->life, LAB_SERVER_STEP_WAIT,
                   /* Translators: a number, and a time of the day: “not waited for: 2 other attachments at 10:20:02” */
                   g_dngettext (GETTEXT_PACKAGE, "not waited for: %lu other attachment at %s",
                                "not waited for: %lu other attachments at %s", n_clients), n_clients, clock);
  proceed (self, LAB_SERVER_STEP_DETACH);
  set_waiting (self, FALSE);
}

/* Asks the kernel now: what the monitor has read may be half a second old. */
static gulong
count_clients (LabServer *self)
{
  LabSegment *segment = get_segment (self);
  g_autoptr(GPtrArray) own = NULL;
  gulong n_attaches;
  gulong n_own;

  if (!lab_segment_refresh (segment, NULL))
    return lab_server_get_n_clients (self);

  /* A race has an attachment of its own for each of its readers. */
  own = lab_attachment_scan_process (getpid (), lab_segment_get_id (segment));
  n_attaches = lab_segment_get_n_attaches (segment);
  n_own = MAX (own->len, lab_segment_is_attached (segment) ? 1 : 0);

  return n_attaches - MIN (n_attaches, n_own);
}

/* Somebody else removed the segment, and this process is not attached any more: nothing is left that
 * it could do.  Before its first shmat(2) it still can attach what is only marked for removal. */
static gboolean
is_lost (LabServer *self)
{
  if (!lab_server_is_live (self) || lab_server_is_attached (self))
    return FALSE;

  return lab_server_trouble_is_gone (self->session)
         || (lab_server_get_step (self) == LAB_SERVER_STEP_REMOVE
             && (self->trouble == LAB_SERVER_TROUBLE_MARKED || self->trouble == LAB_SERVER_TROUBLE_REPLACED));
}

/* @words: why the last step was not made */
static void
lose (LabServer  *self,
      const char *words)
{
  lab_semaphore_remove (get_segment (self), self->semaphore_id);
  self->lost = TRUE;
  lab_life_skip (self->life, LAB_SERVER_STEP_REMOVE, "%s", words);
  proceed (self, LAB_SERVER_STEP_OVER);
}

/* What was done to a segment goes on to be of interest when it is lost by that. */
static void
update_trouble (LabServer *self)
{
  if (!lab_server_is_live (self) && !self->lost)
    return;

  self->trouble = lab_server_trouble_find (self->session, self->publisher);
  if (is_lost (self))
    lose (self, _("somebody else removed it"));
}

static void
damaged_cb (LabServer *self)
{
  update_trouble (self);
  update (self);
}

static void
monitor_changed_cb (LabServer *self)
{
  damaged_cb (self);
  if (self->waiting && lab_server_get_n_clients (self) == 0)
    end_waiting (self, 0);
}

static void
published_cb (LabServer *self)
{
  update_trouble (self);
  update_write (self);
  if (lab_server_get_step (self) == LAB_SERVER_STEP_WRITE)
    proceed (self, LAB_SERVER_STEP_WAIT);
  else
    update (self);
}

static void
lab_server_dispose (GObject *object)
{
  LabServer *self = LAB_SERVER (object);

  g_signal_handlers_disconnect_by_data (self->publisher, self);
  g_signal_handlers_disconnect_by_data (lab_publisher_get_slow_motion (self->publisher), self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (lab_session_get_monitor (self->session), self);
  g_signal_handlers_disconnect_by_data (lab_session_get_choice (self->session), self);
  g_object_run_dispose (G_OBJECT (self->publisher));

  G_OBJECT_CLASS (lab_server_parent_class)->dispose (object);
}

static void
lab_server_finalize (GObject *object)
{
  LabServer *self = LAB_SERVER (object);

  g_clear_object (&self->life);
  g_clear_object (&self->publisher);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_server_parent_class)->finalize (object);
}

static void
lab_server_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  LabServer *self = LAB_SERVER (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_PUBLISHER:
      g_value_set_object (value, self->publisher);
      break;
    case PROP_LIFE:
      g_value_set_object (value, self->life);
      break;
    case PROP_TROUBLE:
      g_value_set_enum (value, lab_server_get_trouble (self));
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, lab_server_is_live (self));
      break;
    case PROP_ATTACHED:
      g_value_set_boolean (value, lab_server_is_attached (self));
      break;
    case PROP_WAITING:
      g_value_set_boolean (value, self->waiting);
      break;
    case PROP_CAPACITY:
      g_value_set_uint64 (value, lab_server_get_capacity (self));
      break;
    case PROP_N_CLIENTS:
      g_value_set_ulong (value, lab_server_get_n_clients (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_server_class_init (LabServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_server_dispose;
  object_class->finalize = lab_server_finalize;
  object_class->get_property = lab_server_get_property;

  /* These three are the same from the first moment to the last. */
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION, flags);
  properties[PROP_PUBLISHER] = g_param_spec_object ("publisher", NULL, NULL, LAB_TYPE_PUBLISHER, flags);
  properties[PROP_LIFE] = g_param_spec_object ("life", NULL, NULL, LAB_TYPE_LIFE, flags);
  properties[PROP_TROUBLE] = g_param_spec_enum ("trouble", NULL, NULL, LAB_TYPE_SERVER_TROUBLE, LAB_SERVER_TROUBLE_NONE, flags);
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE, flags);
  properties[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, flags);
  properties[PROP_WAITING] = g_param_spec_boolean ("waiting", NULL, NULL, FALSE, flags);
  /* bytes that a message may have */
  properties[PROP_CAPACITY] = g_param_spec_uint64 ("capacity", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /* Attachments, not processes, and none of this process. */
  properties[PROP_N_CLIENTS] = g_param_spec_ulong ("n-clients", NULL, NULL, 0, G_MAXULONG, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_server_init (LabServer *self)
{
  LabChoice *choice;

  lab_call_log_get_default ();
  self->semaphore_id = -1;
  self->session = lab_session_new (LAB_ROLE_SERVER);
  self->publisher = lab_publisher_new (self->session);
  self->life = lab_life_new (LAB_N_SERVER_STEPS);
  foretell (self);
  update (self);

  choice = lab_session_get_choice (self->session);
  g_signal_connect_object (choice, "notify::key-choice", G_CALLBACK (foretell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::size-bytes", G_CALLBACK (foretell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::size-given", G_CALLBACK (foretell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::size-given", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "notify::mode", G_CALLBACK (foretell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_session_get_monitor (self->session), "changed", G_CALLBACK (monitor_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::damaged", G_CALLBACK (damaged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "published", G_CALLBACK (published_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::outcome", G_CALLBACK (update_write), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::racing", G_CALLBACK (update_write), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::writing", G_CALLBACK (update_write), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::number", G_CALLBACK (update_write), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publisher, "notify::reason", G_CALLBACK (update_write), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_publisher_get_slow_motion (self->publisher), "notify::reason", G_CALLBACK (update_write),
                           self, G_CONNECT_SWAPPED);
}

/**
 * lab_server_new:
 *
 * A server at the beginning of its life: nothing is in the kernel yet.
 *
 * Returns: (transfer full): the server
 */
LabServer *
lab_server_new (void)
{
  return g_object_new (LAB_TYPE_SERVER, NULL);
}

/**
 * lab_server_get_session:
 * @self: a server
 *
 * Returns: (transfer none): its key, size, mode and segment
 */
LabSession *
lab_server_get_session (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);

  return self->session;
}

/**
 * lab_server_get_publisher:
 * @self: a server
 *
 * Returns: (transfer none): how its messages get into the segment: protocol, slow motion, race
 */
LabPublisher *
lab_server_get_publisher (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);

  return self->publisher;
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

  return lab_life_get_current (self->life);
}

/**
 * lab_server_get_life:
 * @self: a server
 *
 * Returns: (transfer none): its steps, which are those of #LabServerStep
 */
LabLife *
lab_server_get_life (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), NULL);

  return self->life;
}

/**
 * lab_server_get_trouble:
 * @self: a server
 *
 * Returns: what others did to its segment, as of the last reading; also when the segment is
 *   not this server's any more by that
 */
LabServerTrouble
lab_server_get_trouble (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), LAB_SERVER_TROUBLE_NONE);

  return lab_server_is_live (self) || self->lost ? self->trouble : LAB_SERVER_TROUBLE_NONE;
}

/**
 * lab_server_is_live:
 * @self: a server
 *
 * Returns: whether it has a segment that it has neither removed nor left to the kernel, nor
 *   lost because somebody else removed it
 */
gboolean
lab_server_is_live (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);

  return get_segment (self) != NULL && !self->left && !self->lost && !lab_segment_is_removed (get_segment (self));
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
 *   one, in a segment of the size that was chosen; 0 when no size is given
 */
gsize
lab_server_get_capacity (LabServer *self)
{
  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  if (get_segment (self) == NULL && !lab_choice_is_size_given (lab_session_get_choice (self->session)))
    return 0;

  return lab_layout_capacity (lab_session_get_size_bytes (self->session));
}

/**
 * lab_server_get_semaphore_id:
 * @self: a server that has a segment
 *
 * Returns: the semaphore set that goes when the segment is removed, -1 for none
 */
int
lab_server_get_semaphore_id (LabServer *self)
{
  int id;

  g_return_val_if_fail (LAB_IS_SERVER (self), -1);
  g_return_val_if_fail (get_segment (self) != NULL, -1);

  /* A race may have made one that only the segment names. */
  id = lab_server_is_attached (self) ? lab_semaphore_get_claimed (get_segment (self)) : self->semaphore_id;

  return lab_semaphore_is_own (get_segment (self), id) ? id : -1;
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

  return lab_publisher_get_number (self->publisher);
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
  g_return_val_if_fail (LAB_IS_SERVER (self), 0);

  return lab_session_get_n_others (self->session);
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
  g_return_val_if_fail (lab_server_get_step (self) == LAB_SERVER_STEP_KEY, FALSE);

  choice = lab_choice_get_key_choice (lab_session_get_choice (self->session));
  if (!lab_life_make_key (self->life, LAB_SERVER_STEP_KEY, choice, &key, error))
    return FALSE;

  lab_session_set_key (self->session, key);
  proceed (self, LAB_SERVER_STEP_CREATE);

  return TRUE;
}

static void
begin (LabServer  *self,
       LabSegment *segment)
{
  self->left = FALSE;
  self->lost = FALSE;
  self->trouble = LAB_SERVER_TROUBLE_NONE;
  self->semaphore_id = -1;
  self->n_kept = 0;
  lab_session_set_segment (self->session, segment);
  proceed (self, LAB_SERVER_STEP_ATTACH);
}

/**
 * lab_server_create:
 * @self: a server that has a key
 * @error: return location for an error
 *
 * Makes the segment, and never takes one that exists.  What was typed as a size and is none is
 * told where it was typed, and not by the step.
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
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_get_step (self) == LAB_SERVER_STEP_CREATE, FALSE);

  if (!lab_choice_is_size_given (lab_session_get_choice (self->session)))
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                           _("No size is given; a size is a whole number of bytes, like 4096, 4 KiB or 1 GiB"));
      return FALSE;
    }
  if (!lab_layout_check_size (lab_session_get_size_bytes (self->session), &local_error))
    return lab_life_fail (self->life, LAB_SERVER_STEP_CREATE, local_error, error);

  segment = lab_segment_create_full (lab_session_get_key (self->session), lab_session_get_size_bytes (self->session),
                                     lab_choice_get_mode (lab_session_get_choice (self->session)), &made, &local_error);
  if (segment == NULL)
    return lab_life_fail (self->life, LAB_SERVER_STEP_CREATE, local_error, error);

  lab_life_made (self->life, LAB_SERVER_STEP_CREATE, made);
  begin (self, segment);

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
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_get_step (self) == LAB_SERVER_STEP_CREATE, FALSE);

  segment = lab_segment_find_full (lab_session_get_key (self->session), &made, &local_error);
  if (segment == NULL || !lab_layout_check_size (lab_segment_get_size_bytes (segment), &local_error))
    {
      if (made != NULL)  /* not the shmget(2) that was foretold: this one only looks for the segment */
        lab_step_set_call (lab_life_get_step (self->life, LAB_SERVER_STEP_CREATE), lab_call_get_text (made));
      return lab_life_fail (self->life, LAB_SERVER_STEP_CREATE, local_error, error);
    }

  lab_life_made (self->life, LAB_SERVER_STEP_CREATE, made);
  begin (self, segment);

  return TRUE;
}

/**
 * lab_server_attach:
 * @self: a server that has a segment
 * @error: return location for an error
 *
 * Attaches the segment read-write and makes it ready for messages: a new one by
 * a new control block, one taken over by repairing what a dead writer left.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED, those of lab_publisher_open().
 *
 * Returns: whether it is attached now
 */
gboolean
lab_server_attach (LabServer  *self,
                   GError    **error)
{
  LabSegment *segment;
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_get_step (self) == LAB_SERVER_STEP_ATTACH, FALSE);

  segment = get_segment (self);
  if (!lab_segment_attach_full (segment, TRUE, &made, &local_error))
    return lab_life_fail (self->life, LAB_SERVER_STEP_ATTACH, local_error, error);

  if (!lab_publisher_open (self->publisher, &local_error))
    {
      lab_segment_detach (segment, NULL);
      return lab_life_fail (self->life, LAB_SERVER_STEP_ATTACH, local_error, error);
    }

  lab_life_made (self->life, LAB_SERVER_STEP_ATTACH, made);
  self->n_kept = lab_publisher_get_number (self->publisher);
  proceed (self, LAB_SERVER_STEP_WRITE);
  if (lab_publisher_get_text (self->publisher, NULL) != NULL)
    proceed (self, LAB_SERVER_STEP_WAIT);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));
  lab_session_memory_changed (self->session);

  return TRUE;
}

/**
 * lab_server_write:
 * @self: an attached server
 * @text: a message, without a NUL inside
 * @length: its bytes, from 0 to lab_server_get_capacity()
 * @error: return location for an error
 *
 * The step that is no system call.  See lab_publisher_write() for what may keep the
 * message waiting.
 *
 * Errors: as lab_publisher_write().
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

  return lab_publisher_write (self->publisher, text, length, error);
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

  proceed (self, LAB_SERVER_STEP_WAIT);
  if (count_clients (self) == 0)
    {
      end_waiting (self, 0);
      return;
    }

  set_waiting (self, TRUE);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));
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
    end_waiting (self, count_clients (self));
}

/**
 * lab_server_detach:
 * @self: an attached server
 * @error: return location for an error
 *
 * Says in the control block that nobody writes any more, and detaches.  A message
 * that was begun is finished before; of one that never had its turn the step tells.
 *
 * Errors: as lab_segment_detach().
 *
 * Returns: whether it is detached now
 */
gboolean
lab_server_detach (LabServer  *self,
                   GError    **error)
{
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_attached (self), FALSE);

  if (!lab_publisher_close (self->publisher))
    lab_life_skip (self->life, LAB_SERVER_STEP_WRITE, "%s", _("the last message never had its turn and was not written"));
  note_semaphore (self);
  if (!lab_segment_detach_full (get_segment (self), &made, &local_error))
    return lab_life_fail (self->life, LAB_SERVER_STEP_DETACH, local_error, error);

  lab_life_made (self->life, LAB_SERVER_STEP_DETACH, made);
  proceed (self, LAB_SERVER_STEP_REMOVE);
  update_trouble (self);
  update (self);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));
  set_waiting (self, FALSE);

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
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_SERVER (self), FALSE);
  g_return_val_if_fail (lab_server_is_live (self), FALSE);

  note_semaphore (self);
  if (!lab_segment_remove_full (get_segment (self), &made, &local_error))
    {
      if (!g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED))
        return lab_life_fail (self->life, LAB_SERVER_STEP_REMOVE, local_error, error);

      /* Somebody was faster: nothing of ours is left to remove. */
      lose (self, local_error->message);
      g_propagate_error (error, local_error);
      return FALSE;
    }

  lab_life_made (self->life, LAB_SERVER_STEP_REMOVE, made);
  lab_semaphore_remove (get_segment (self), self->semaphore_id);
  proceed (self, LAB_SERVER_STEP_OVER);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));

  return TRUE;
}

/**
 * lab_server_leave:
 * @self: a server
 *
 * Detaches, and leaves the segment with its message in the kernel on purpose.  One that
 * somebody else removed does not stay, which the last step then tells.
 */
void
lab_server_leave (LabServer *self)
{
  g_return_if_fail (LAB_IS_SERVER (self));

  if (lab_server_is_attached (self))
    lab_server_detach (self, NULL);
  if (self->lost)
    return;

  self->left = TRUE;
  lab_life_skip (self->life, LAB_SERVER_STEP_REMOVE, "%s", _("left in the kernel, as you chose"));
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

  lab_session_set_segment (self->session, NULL);
  lab_session_set_message (self->session, NULL);
  lab_session_set_key (self->session, LAB_KEY_FAILED);
  lab_publisher_forget (self->publisher);
  self->left = FALSE;
  self->lost = FALSE;
  self->semaphore_id = -1;
  lab_life_reset (self->life);
  proceed (self, LAB_SERVER_STEP_KEY);
  set_waiting (self, FALSE);
}
