/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/client/lab-client.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-shm-error.h"

#define MODE_UNKNOWN G_MAXUINT

struct _LabClient
{
  GObject         parent_instance;

  LabSession     *session;
  LabReceiver    *receiver;      /* how messages get out of the segment; open while attached */
  LabPoller      *poller;        /* when it looks; started while attached */
  LabLife        *life;          /* its steps are those of LabClientStep */
  char           *reason;        /* why REFUSED, or why a step failed */
  gboolean        automatic;     /* find and attach without being asked */
  gboolean        writable;      /* how to attach: turns are taken by storing */
  guint           refused_mode;  /* the permission bits of the segment that we may not read */
  int             refused_id;

  guint           n_doing;       /* what is being done, one thing within another; nothing is told meanwhile */
  LabClientState  state;         /* as of the last notification, as the next */
  gboolean        attached;
  char           *refusal;
  char           *refused_why;   /* what the kernel said to shmat, in sentences */
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_RECEIVER,
  PROP_POLLER,
  PROP_LIFE,
  PROP_STATE,
  PROP_ATTACHED,
  PROP_REFUSAL,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (LabClient, lab_client, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

/* The shmid that was given instead of a key, or -1. */
static int
get_id (LabClient *self)
{
  return lab_session_get_given_id (self->session);
}

static LabSegment *
get_segment (LabClient *self)
{
  return lab_session_get_segment (self->session);
}

/* Says what the steps that are still to come would call. */
static void
update_prospects (LabClient *self)
{
  g_autofree char *key = lab_session_dup_key_text (self->session);
  g_autofree char *id = get_segment (self) == NULL && get_id (self) >= 0 ? g_strdup_printf ("%d", get_id (self))
                                                                         : lab_session_dup_id_text (self->session);
  g_autofree char *address = lab_session_dup_address_text (self->session);

  if (get_id (self) >= 0)
    {
      lab_life_foretell (self->life, LAB_CLIENT_STEP_KEY, "int id = %d", get_id (self));
      lab_life_foretell (self->life, LAB_CLIENT_STEP_FIND, "shmctl(%d, IPC_STAT, &record)", get_id (self));
    }
  else
    {
      lab_life_foretell_key (self->life, LAB_CLIENT_STEP_KEY,
                             lab_choice_get_key_choice (lab_session_get_choice (self->session)));
      lab_life_foretell (self->life, LAB_CLIENT_STEP_FIND, "shmget(%s, 0, 0)", key);
    }
  lab_life_foretell (self->life, LAB_CLIENT_STEP_ATTACH, "shmat(%s, NULL, %s)", id, self->writable ? "0" : "SHM_RDONLY");
  lab_life_foretell (self->life, LAB_CLIENT_STEP_LOOK, "memcpy(message, %s, length)", address);
  lab_life_foretell (self->life, LAB_CLIENT_STEP_DETACH, "shmdt(%s)", address);
}

static void
proceed (LabClient     *self,
         LabClientStep  next)
{
  lab_life_proceed (self->life, next);
  update_prospects (self);
}

static LabClientState
find_state (LabClient *self)
{
  if (lab_client_is_attached (self))
    return lab_client_state_find (self->session, self->receiver);
  if (self->refused_id >= 0)
    return LAB_CLIENT_REFUSED;

  return self->automatic ? LAB_CLIENT_WAITING : LAB_CLIENT_IDLE;
}

/* Brings up to date what follows from the session and the receiver; tells of what is different. */
static void
update (LabClient *self)
{
  GObject *object = G_OBJECT (self);
  LabClientState state;
  gboolean attached;
  g_autofree char *refusal = NULL;

  if (self->n_doing > 0)
    return;

  state = find_state (self);
  attached = lab_client_is_attached (self);
  refusal = state == LAB_CLIENT_REFUSED ? g_strdup (self->refused_why) : NULL;

  g_object_freeze_notify (object);
  if (self->state != state)
    g_object_notify_by_pspec (object, properties[PROP_STATE]);
  if (self->attached != attached)
    g_object_notify_by_pspec (object, properties[PROP_ATTACHED]);
  if (g_strcmp0 (self->refusal, refusal) != 0)
    g_object_notify_by_pspec (object, properties[PROP_REFUSAL]);
  self->state = state;
  self->attached = attached;
  g_free (self->refusal);
  self->refusal = g_steal_pointer (&refusal);
  g_object_thaw_notify (object);
}

/* Begins something that goes through several states, of which only the last is told. */
static void
begin (LabClient *self)
{
  self->n_doing++;
}

static gboolean
end (LabClient *self,
     gboolean   result)
{
  self->n_doing--;
  update (self);

  return result;
}

static gboolean
fail (LabClient      *self,
      LabClientStep   step,
      GError         *local_error,
      GError        **error)
{
  /* Waiting for a server is no failure. */
  if (find_state (self) == LAB_CLIENT_WAITING)
    g_propagate_error (error, local_error);
  else
    lab_life_fail (self->life, step, local_error, error);

  return end (self, FALSE);
}

static void
try_to_attach (LabClient *self)
{
  if (lab_client_get_step (self) <= LAB_CLIENT_STEP_FIND && !lab_client_find (self, NULL))
    return;

  lab_client_attach (self, NULL);
}

/* Whether the segment that this process may not read is gone, or has another mode now.  What
 * nobody had read yet when it was refused is as the first reading has it. */
static gboolean
is_refusal_over (LabClient *self)
{
  const LabShmEntry *entry = lab_segment_monitor_get_entry (lab_session_get_monitor (self->session));

  if (self->refused_id != lab_session_get_id (self->session))
    return FALSE;

  if (entry != NULL && self->refused_mode == MODE_UNKNOWN)
    self->refused_mode = entry->record.mode & 0777;

  return lab_session_get_fate (self->session) == LAB_FATE_GONE
         || (entry != NULL && (entry->record.mode & 0777) != self->refused_mode);
}

static void
monitor_changed_cb (LabClient *self)
{
  const LabShmEntry *key_entry = lab_segment_monitor_get_key_entry (lab_session_get_monitor (self->session));

  begin (self);
  if (self->automatic && !lab_client_is_attached (self) && key_entry != NULL
      && (self->refused_id != key_entry->record.id || self->refused_mode != (key_entry->record.mode & 0777)))
    {
      /* A segment that refused us may have been removed and made anew. */
      self->refused_id = -1;
      lab_life_proceed (self->life, LAB_CLIENT_STEP_FIND);
      try_to_attach (self);
    }
  else if (self->automatic && !lab_client_is_attached (self) && key_entry == NULL && self->refused_id >= 0)
    {
      self->refused_id = -1;
      lab_session_set_segment (self->session, NULL);
      proceed (self, LAB_CLIENT_STEP_FIND);
    }
  else if (!self->automatic && self->refused_id >= 0 && is_refusal_over (self))
    {
      self->refused_id = -1;   /* what the kernel says now it is asked when the user wants it */
    }

  lab_receiver_check_writer (self->receiver);
  lab_receiver_tell_counters (self->receiver);
  end (self, TRUE);
}

static void
lab_client_dispose (GObject *object)
{
  LabClient *self = LAB_CLIENT (object);

  if (self->poller != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->receiver, self);
      g_object_run_dispose (G_OBJECT (self->poller));
      g_object_run_dispose (G_OBJECT (self->receiver));
    }
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (lab_session_get_monitor (self->session), self);
      g_signal_handlers_disconnect_by_data (lab_session_get_choice (self->session), self);
    }

  G_OBJECT_CLASS (lab_client_parent_class)->dispose (object);
}

static void
lab_client_finalize (GObject *object)
{
  LabClient *self = LAB_CLIENT (object);

  g_clear_object (&self->life);
  g_clear_object (&self->poller);
  g_clear_object (&self->receiver);
  g_clear_object (&self->session);
  g_free (self->reason);
  g_free (self->refusal);
  g_free (self->refused_why);

  G_OBJECT_CLASS (lab_client_parent_class)->finalize (object);
}

static void
lab_client_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  LabClient *self = LAB_CLIENT (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_RECEIVER:
      g_value_set_object (value, self->receiver);
      break;
    case PROP_POLLER:
      g_value_set_object (value, self->poller);
      break;
    case PROP_LIFE:
      g_value_set_object (value, self->life);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_ATTACHED:
      g_value_set_boolean (value, self->attached);
      break;
    case PROP_REFUSAL:
      g_value_set_string (value, self->refusal);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_class_init (LabClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_client_dispose;
  object_class->finalize = lab_client_finalize;
  object_class->get_property = lab_client_get_property;

  /* The same four objects for good. */
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION, flags);
  properties[PROP_RECEIVER] = g_param_spec_object ("receiver", NULL, NULL, LAB_TYPE_RECEIVER, flags);
  properties[PROP_POLLER] = g_param_spec_object ("poller", NULL, NULL, LAB_TYPE_POLLER, flags);
  properties[PROP_LIFE] = g_param_spec_object ("life", NULL, NULL, LAB_TYPE_LIFE, flags);
  /* A LabClientState. */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, LAB_CLIENT_IDLE, flags);
  properties[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, flags);
  properties[PROP_REFUSAL] = g_param_spec_string ("refusal", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_client_init (LabClient *self)
{
  static const char * const followed[] = {
    "notify::empty", "notify::plain", "notify::damaged", "notify::reason", "notify::writer-pid", "notify::writer-is-dead",
  };

  lab_call_log_get_default ();
  self->session = lab_session_new (LAB_ROLE_CLIENT);
  self->receiver = lab_receiver_new (self->session);
  self->poller = lab_poller_new (self->session, self->receiver);
  self->refused_id = -1;
  self->life = lab_life_new (LAB_N_CLIENT_STEPS);
  update_prospects (self);
  g_signal_connect_swapped (lab_session_get_choice (self->session), "notify::key-choice", G_CALLBACK (update_prospects), self);
  g_signal_connect_swapped (lab_session_get_monitor (self->session), "changed", G_CALLBACK (monitor_changed_cb), self);
  for (gsize i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_swapped (self->receiver, followed[i], G_CALLBACK (update), self);
}

/**
 * lab_client_new:
 *
 * A client at the beginning of its life.  Its properties notify when their value changes,
 * after what it does rather than in the middle of it; session, receiver, poller and life
 * are the same objects for good, and never %NULL.
 *
 * Returns: (transfer full): the client
 */
LabClient *
lab_client_new (void)
{
  return g_object_new (LAB_TYPE_CLIENT, NULL);
}

/**
 * lab_client_get_session:
 * @self: a client
 *
 * Returns: (transfer none): its key and segment
 */
LabSession *
lab_client_get_session (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->session;
}

/**
 * lab_client_get_receiver:
 * @self: a client
 *
 * Returns: (transfer none): what it has seen in the segment
 */
LabReceiver *
lab_client_get_receiver (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->receiver;
}

/**
 * lab_client_get_poller:
 * @self: a client
 *
 * Returns: (transfer none): when it looks
 */
LabPoller *
lab_client_get_poller (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->poller;
}

/**
 * lab_client_get_step:
 * @self: a client
 *
 * Returns: the step that comes next
 */
LabClientStep
lab_client_get_step (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), LAB_CLIENT_STEP_KEY);

  return lab_life_get_current (self->life);
}

/**
 * lab_client_get_life:
 * @self: a client
 *
 * Returns: (transfer none): its steps, which are those of #LabClientStep
 */
LabLife *
lab_client_get_life (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->life;
}

LabClientState
lab_client_get_state (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), LAB_CLIENT_IDLE);

  return self->state;
}

/**
 * lab_client_get_reason:
 * @self: a client
 *
 * Returns: (nullable): why the last attempt to find or attach failed, a sentence
 */
const char *
lab_client_get_reason (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->reason;
}

gboolean
lab_client_is_attached (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);

  return get_segment (self) != NULL && lab_segment_is_attached (get_segment (self));
}

/**
 * lab_client_get_refusal:
 * @self: a client
 *
 * Returns: (nullable): in %LAB_CLIENT_REFUSED, whose the segment is and why its mode refuses
 *   this process, in translated sentences
 */
const char *
lab_client_get_refusal (LabClient *self)
{
  g_return_val_if_fail (LAB_IS_CLIENT (self), NULL);

  return self->refusal;
}

/**
 * lab_client_set_id:
 * @self: a client before its first step
 * @id: a shmid to use instead of a key, or -1
 */
void
lab_client_set_id (LabClient *self,
                   int        id)
{
  g_return_if_fail (LAB_IS_CLIENT (self));
  g_return_if_fail (lab_client_get_step (self) == LAB_CLIENT_STEP_KEY);

  lab_session_set_given_id (self->session, id);
  update_prospects (self);
}

/**
 * lab_client_make_key:
 * @self: a client before its first step
 * @error: return location for an error
 *
 * Turns the chosen file and letter into a key, or takes the key or id that was given.
 *
 * Errors: %LAB_SHM_ERROR_KEY.
 *
 * Returns: whether there is a key, or an id, now
 */
gboolean
lab_client_make_key (LabClient  *self,
                     GError    **error)
{
  const LabKeyChoice *choice;
  key_t key = LAB_KEY_FAILED;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_get_step (self) == LAB_CLIENT_STEP_KEY, FALSE);

  choice = lab_choice_get_key_choice (lab_session_get_choice (self->session));
  if (get_id (self) >= 0)
    lab_life_done (self->life, LAB_CLIENT_STEP_KEY, "%s", _("an id needs no key"));
  else if (!lab_life_make_key (self->life, LAB_CLIENT_STEP_KEY, choice, &key, error))
    return FALSE;

  lab_session_set_key (self->session, key);
  proceed (self, LAB_CLIENT_STEP_FIND);

  return TRUE;
}

static void
set_reason (LabClient    *self,
            const GError *error)
{
  g_free (self->reason);
  self->reason = error != NULL ? g_strdup (error->message) : NULL;
}

/**
 * lab_client_find:
 * @self: a client that has a key or an id
 * @error: return location for an error
 *
 * Finds the segment and never makes one.
 *
 * Errors: %LAB_SHM_ERROR_NOT_FOUND, %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED.
 *
 * Returns: whether there is one
 */
gboolean
lab_client_find (LabClient  *self,
                 GError    **error)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_get_step (self) == LAB_CLIENT_STEP_FIND
                        || lab_client_get_step (self) == LAB_CLIENT_STEP_ATTACH, FALSE);

  begin (self);
  lab_life_proceed (self->life, LAB_CLIENT_STEP_FIND);
  if (get_id (self) >= 0)
    segment = lab_segment_open_full (get_id (self), &made, &local_error);
  else
    segment = lab_segment_find_full (lab_session_get_key (self->session), &made, &local_error);
  set_reason (self, local_error);
  if (segment == NULL)
    {
      lab_session_set_segment (self->session, NULL);
      return fail (self, LAB_CLIENT_STEP_FIND, local_error, error);
    }

  lab_life_made (self->life, LAB_CLIENT_STEP_FIND, made);
  if (get_id (self) >= 0 && lab_segment_get_key (segment) != LAB_KEY_PRIVATE)
    lab_session_set_key (self->session, lab_segment_get_key (segment));
  lab_session_set_segment (self->session, segment);
  proceed (self, LAB_CLIENT_STEP_ATTACH);

  return end (self, TRUE);
}

/**
 * lab_client_attach:
 * @self: a client that has found a segment
 * @error: return location for an error
 *
 * Attaches the segment for reading only, and begins to look.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION, %LAB_SHM_ERROR_REMOVED.
 *
 * Returns: whether it is attached now
 */
gboolean
lab_client_attach (LabClient  *self,
                   GError    **error)
{
  LabSegment *segment;
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_get_step (self) == LAB_CLIENT_STEP_ATTACH, FALSE);

  begin (self);
  segment = get_segment (self);
  if (!lab_segment_attach_full (segment, self->writable, &made, &local_error))
    {
      set_reason (self, local_error);
      if (g_error_matches (local_error, LAB_SHM_ERROR, LAB_SHM_ERROR_PERMISSION))
        {
          self->refused_id = lab_segment_get_id (segment);
          g_free (self->refused_why);
          self->refused_why = made != NULL ? lab_call_dup_sentence (made) : g_strdup (local_error->message);
          self->refused_mode = lab_segment_monitor_get_entry (lab_session_get_monitor (self->session)) != NULL
                               ? lab_session_get_mode (self->session) : MODE_UNKNOWN;
        }
      else
        {
          lab_session_set_segment (self->session, NULL);
          lab_life_proceed (self->life, LAB_CLIENT_STEP_FIND);
        }
      return fail (self, LAB_CLIENT_STEP_ATTACH, local_error, error);
    }

  set_reason (self, NULL);
  self->refused_id = -1;
  lab_life_made (self->life, LAB_CLIENT_STEP_ATTACH, made);
  proceed (self, LAB_CLIENT_STEP_LOOK);
  lab_receiver_open (self->receiver);
  lab_poller_start (self->poller);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));

  return end (self, TRUE);
}

/**
 * lab_client_attach_writable:
 * @self: an attached client
 * @error: return location for an error
 *
 * Detaches, and attaches the same segment for writing too, which the protocol turns
 * asks for: who takes a message stores TAKEN.
 *
 * Errors: %LAB_SHM_ERROR_PERMISSION; then the client is detached.
 *
 * Returns: whether it is attached for writing now
 */
gboolean
lab_client_attach_writable (LabClient  *self,
                            GError    **error)
{
  gboolean automatic;
  gboolean attached;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_is_attached (self), FALSE);

  begin (self);
  automatic = self->automatic;
  if (!lab_client_detach (self, error))
    return end (self, FALSE);

  self->writable = TRUE;
  attached = lab_client_find (self, error) && lab_client_attach (self, error);
  self->writable = FALSE;  /* the next segment is attached with the least privilege again */
  self->automatic = automatic && attached;

  return end (self, attached);
}

/**
 * lab_client_detach:
 * @self: an attached client
 * @error: return location for an error
 *
 * Detaches, and attaches again only when asked to.  The last message stays on
 * the screen, the segment in the kernel.
 *
 * Errors: those of lab_segment_detach(); then it neither looks nor is detached.
 *
 * Returns: whether it is detached now
 */
gboolean
lab_client_detach (LabClient  *self,
                   GError    **error)
{
  g_autoptr(LabCall) made = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (LAB_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (lab_client_is_attached (self), FALSE);

  begin (self);
  self->automatic = FALSE;
  lab_poller_stop (self->poller);
  lab_receiver_close (self->receiver);
  if (!lab_segment_detach_full (get_segment (self), &made, &local_error))
    return fail (self, LAB_CLIENT_STEP_DETACH, local_error, error);

  lab_life_made (self->life, LAB_CLIENT_STEP_DETACH, made);
  lab_session_set_segment (self->session, NULL);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));
  proceed (self, LAB_CLIENT_STEP_FIND);

  return end (self, TRUE);
}

/**
 * lab_client_go:
 * @self: a client
 *
 * Does all that is possible now, and the rest by itself as soon as it is: a
 * client started before its server attaches when the segment appears.
 */
void
lab_client_go (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  if (lab_client_is_attached (self))
    return;
  if (lab_client_get_step (self) == LAB_CLIENT_STEP_KEY && !lab_client_make_key (self, NULL))
    return;

  begin (self);
  /* An id never comes back; only a key is worth waiting for. */
  self->automatic = get_id (self) < 0;
  self->refused_id = -1;
  try_to_attach (self);
  lab_segment_monitor_refresh (lab_session_get_monitor (self->session));
  end (self, TRUE);
}

/* From now on the segment that was given by its id is whichever has its key: the user
 * chose that key by following it. */
static void
name_by_key (LabClient *self)
{
  key_t key = lab_session_get_key (self->session);
  g_autoptr(LabKeyChoice) choice = NULL;

  if (get_id (self) < 0)
    return;

  choice = lab_key_choice_new_key (key);
  lab_session_set_given_id (self->session, -1);
  lab_life_proceed (self->life, LAB_CLIENT_STEP_KEY);
  lab_choice_set_key_choice (lab_session_get_choice (self->session), choice);
}

/**
 * lab_client_follow:
 * @self: a client whose segment was removed and made anew
 *
 * Leaves the old segment for the one that has its key now.  The message of the old one is forgotten.
 */
void
lab_client_follow (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));

  begin (self);
  if (!lab_client_is_attached (self) || lab_client_detach (self, NULL))
    {
      lab_receiver_forget (self->receiver);
      name_by_key (self);
      lab_client_go (self);
    }
  end (self, TRUE);
}

/**
 * lab_client_reset:
 * @self: a client that is not attached
 *
 * Begins again at the first step, for instance with another key.  The last message is forgotten.
 */
void
lab_client_reset (LabClient *self)
{
  g_return_if_fail (LAB_IS_CLIENT (self));
  g_return_if_fail (!lab_client_is_attached (self));

  begin (self);
  self->automatic = FALSE;
  lab_session_set_given_id (self->session, -1);
  self->refused_id = -1;
  set_reason (self, NULL);
  lab_receiver_forget (self->receiver);
  lab_session_set_segment (self->session, NULL);
  lab_session_set_key (self->session, LAB_KEY_FAILED);
  lab_life_reset (self->life);
  update_prospects (self);
  end (self, TRUE);
}
