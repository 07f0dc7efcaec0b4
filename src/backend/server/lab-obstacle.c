/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-obstacle.h"

#include <glib-unix.h>
#include <glib/gstdio.h>

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"

struct _LabObstacle
{
  GObject      parent_instance;

  LabServer   *server;
  LabLeftover *leftover;
  guint        inspection;    /* the number of the look that counts; an older one's answer is of another time */
  gboolean     inspecting;
  gboolean     overtaken;     /* the monitor has read something while it was looked */
  int          creator_fd;    /* a pidfd while who made it runs, or -1 */
  guint        creator_source;
  char        *inspection_error;
  char        *removal_error;
};

enum
{
  PROP_0,
  PROP_SERVER,
  PROP_LEFTOVER,
  PROP_CAN_TAKE_OVER,
  PROP_CAN_REMOVE,
  PROP_INSPECTION_ERROR,
  PROP_REMOVAL_ERROR,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (LabObstacle, lab_obstacle, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static gboolean
can_take_over (LabObstacle *self)
{
  return self->leftover != NULL && self->leftover->can_take_over;
}

static gboolean
can_remove (LabObstacle *self)
{
  return self->leftover != NULL && self->leftover->can_remove;
}

static void
set_error (LabObstacle  *self,
           char        **field,
           const char   *text,
           guint         prop_id)
{
  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void inspect (LabObstacle *self);

static void
let_creator_go (LabObstacle *self)
{
  g_clear_handle_id (&self->creator_source, g_source_remove);
  if (self->creator_fd != -1)
    g_close (self->creator_fd, NULL);
  self->creator_fd = -1;
}

static gboolean
creator_ended_cb (int          fd,
                  GIOCondition condition,
                  gpointer     data)
{
  LabObstacle *self = LAB_OBSTACLE (data);

  self->creator_source = 0;
  let_creator_go (self);
  inspect (self);

  return G_SOURCE_REMOVE;
}

/* Nothing of a segment changes when the process that made it ends. */
static void
watch_creator (LabObstacle *self)
{
  let_creator_go (self);
  if (self->leftover == NULL || self->leftover->creator != LAB_PRESENCE_RUNS)
    return;

  self->creator_fd = lab_process_open (self->leftover->entry.record.cpid);
  if (self->creator_fd != -1)
    self->creator_source = g_unix_fd_add (self->creator_fd, G_IO_IN, creator_ended_cb, self);
}

/* Takes @leftover.  What is known now makes a thing of the past of what went wrong before. */
static void
set_leftover (LabObstacle *self,
              LabLeftover *leftover)
{
  GObject *object = G_OBJECT (self);
  gboolean could_take_over = can_take_over (self);
  gboolean could_remove = can_remove (self);

  g_object_freeze_notify (object);
  set_error (self, &self->inspection_error, NULL, PROP_INSPECTION_ERROR);
  set_error (self, &self->removal_error, NULL, PROP_REMOVAL_ERROR);
  if (self->leftover != NULL || leftover != NULL)
    {
      g_clear_pointer (&self->leftover, lab_leftover_free);
      self->leftover = leftover;
      watch_creator (self);
      g_object_notify_by_pspec (object, properties[PROP_LEFTOVER]);
    }
  if (could_take_over != can_take_over (self))
    g_object_notify_by_pspec (object, properties[PROP_CAN_TAKE_OVER]);
  if (could_remove != can_remove (self))
    g_object_notify_by_pspec (object, properties[PROP_CAN_REMOVE]);
  g_object_thaw_notify (object);
}

static LabSession *
get_session (LabObstacle *self)
{
  return lab_server_get_session (self->server);
}

/* Nothing is known any more, nor will be by an answer that is still to come. */
static void
forget (LabObstacle *self)
{
  self->inspection++;
  self->inspecting = FALSE;
  set_leftover (self, NULL);
}

static void
step_changed_cb (LabObstacle *self)
{
  if (lab_server_get_step (self->server) != LAB_SERVER_STEP_CREATE)
    forget (self);
}

/* Whether what was described is still so.  That somebody has looked, which changes lpid and times, is nothing. */
static gboolean
is_as_described (const LabLeftover *leftover,
                 const LabShmEntry *now)
{
  const LabShmRecord *a = &leftover->entry.record;
  const LabShmRecord *b = &now->record;

  return a->id == b->id && a->n_attaches == b->n_attaches && a->mode == b->mode && a->uid == b->uid && a->gid == b->gid
         && a->ctime == b->ctime
         && (leftover->kind != LAB_LEFTOVER_EMPTY || now->rss_bytes + now->swap_bytes == 0);
}

/* Looking anew is for what has changed meanwhile: a client has gone, a server came, the mode is another. */
static void
follow_key (LabObstacle *self)
{
  const LabShmEntry *entry = lab_segment_monitor_get_key_entry (lab_session_get_monitor (get_session (self)));

  if (self->leftover == NULL)
    return;

  if (entry != NULL && !is_as_described (self->leftover, entry))
    {
      inspect (self);
    }
  else if (entry == NULL)
    {
      forget (self);
      lab_life_proceed (lab_server_get_life (self->server), LAB_SERVER_STEP_CREATE);
    }
}

static void
monitor_changed_cb (LabObstacle *self)
{
  if (self->inspecting)
    self->overtaken = TRUE;
  else
    follow_key (self);
}

/* The key is free now, so it does not matter any more that it could not be told what had it. */
static void
key_exists_cb (LabObstacle *self)
{
  if (self->inspection_error == NULL
      || lab_segment_monitor_get_key_entry (lab_session_get_monitor (get_session (self))) != NULL)
    return;

  forget (self);
  lab_life_proceed (lab_server_get_life (self->server), LAB_SERVER_STEP_CREATE);
}

static void
lab_obstacle_constructed (GObject *object)
{
  LabObstacle *self = LAB_OBSTACLE (object);

  G_OBJECT_CLASS (lab_obstacle_parent_class)->constructed (object);

  if (self->server == NULL)
    self->server = lab_server_new ();
  g_signal_connect_object (lab_server_get_life (self->server), "notify::current", G_CALLBACK (step_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_session_get_monitor (get_session (self)), "changed", G_CALLBACK (monitor_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_session_get_monitor (get_session (self)), "notify::key-exists", G_CALLBACK (key_exists_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
lab_obstacle_finalize (GObject *object)
{
  LabObstacle *self = LAB_OBSTACLE (object);

  let_creator_go (self);
  g_clear_object (&self->server);
  g_clear_pointer (&self->leftover, lab_leftover_free);
  g_free (self->inspection_error);
  g_free (self->removal_error);

  G_OBJECT_CLASS (lab_obstacle_parent_class)->finalize (object);
}

static void
lab_obstacle_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  LabObstacle *self = LAB_OBSTACLE (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, self->server);
      break;
    case PROP_LEFTOVER:
      g_value_set_boxed (value, self->leftover);
      break;
    case PROP_CAN_TAKE_OVER:
      g_value_set_boolean (value, can_take_over (self));
      break;
    case PROP_CAN_REMOVE:
      g_value_set_boolean (value, can_remove (self));
      break;
    case PROP_INSPECTION_ERROR:
      g_value_set_string (value, self->inspection_error);
      break;
    case PROP_REMOVAL_ERROR:
      g_value_set_string (value, self->removal_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_obstacle_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SERVER:
      LAB_OBSTACLE (object)->server = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_obstacle_class_init (LabObstacleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = lab_obstacle_constructed;
  object_class->finalize = lab_obstacle_finalize;
  object_class->get_property = lab_obstacle_get_property;
  object_class->set_property = lab_obstacle_set_property;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, LAB_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LEFTOVER] = g_param_spec_boxed ("leftover", NULL, NULL, LAB_TYPE_LEFTOVER, flags);
  properties[PROP_CAN_TAKE_OVER] = g_param_spec_boolean ("can-take-over", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REMOVE] = g_param_spec_boolean ("can-remove", NULL, NULL, FALSE, flags);
  properties[PROP_INSPECTION_ERROR] = g_param_spec_string ("inspection-error", NULL, NULL, NULL, flags);
  properties[PROP_REMOVAL_ERROR] = g_param_spec_string ("removal-error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_obstacle_init (LabObstacle *self)
{
  self->creator_fd = -1;
}

/**
 * lab_obstacle_new:
 * @server: whose way it is
 *
 * Returns: (transfer full): nothing in the way yet
 */
LabObstacle *
lab_obstacle_new (LabServer *server)
{
  g_return_val_if_fail (LAB_IS_SERVER (server), NULL);

  return g_object_new (LAB_TYPE_OBSTACLE, "server", server, NULL);
}

/**
 * lab_obstacle_get_leftover:
 * @self: an obstacle
 *
 * Returns: (transfer none) (nullable): the segment that is in the way, about which the user decides
 */
const LabLeftover *
lab_obstacle_get_leftover (LabObstacle *self)
{
  g_return_val_if_fail (LAB_IS_OBSTACLE (self), NULL);

  return self->leftover;
}

/**
 * lab_obstacle_get_inspection_error:
 * @self: an obstacle
 *
 * Returns: (nullable): why it cannot be told which segment is in the way
 */
const char *
lab_obstacle_get_inspection_error (LabObstacle *self)
{
  g_return_val_if_fail (LAB_IS_OBSTACLE (self), NULL);

  return self->inspection_error;
}

/**
 * lab_obstacle_get_removal_error:
 * @self: an obstacle
 *
 * Returns: (nullable): why the segment was not removed
 */
const char *
lab_obstacle_get_removal_error (LabObstacle *self)
{
  g_return_val_if_fail (LAB_IS_OBSTACLE (self), NULL);

  return self->removal_error;
}

typedef struct
{
  LabObstacle *obstacle;
  guint        number;
} Inspection;

static void
inspected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autofree Inspection *inspection = user_data;
  g_autoptr(LabObstacle) self = inspection->obstacle;
  g_autoptr(GError) error = NULL;
  g_autoptr(LabLeftover) leftover = lab_leftover_inspect_finish (result, &error);

  /* Meanwhile the user may have chosen another key. */
  if (inspection->number != self->inspection)
    return;

  self->inspecting = FALSE;
  if (leftover == NULL)
    {
      set_leftover (self, NULL);
      set_error (self, &self->inspection_error, error->message, PROP_INSPECTION_ERROR);
    }
  else if (leftover->kind == LAB_LEFTOVER_NONE)
    {
      forget (self);
      lab_life_proceed (lab_server_get_life (self->server), LAB_SERVER_STEP_CREATE);
    }
  else
    {
      set_leftover (self, g_steal_pointer (&leftover));
      if (self->overtaken)
        follow_key (self);
    }
}

/* What was known stays until more is. */
static void
inspect (LabObstacle *self)
{
  Inspection *inspection = g_new (Inspection, 1);

  *inspection = (Inspection) { g_object_ref (self), ++self->inspection };
  self->inspecting = TRUE;
  self->overtaken = FALSE;
  lab_leftover_inspect_async (lab_session_get_key (get_session (self)), NULL, inspected_cb, inspection);
}

/**
 * lab_obstacle_create:
 * @self: an obstacle whose server has a key
 *
 * Makes the server's segment.  When another segment has the key, finds out what that is,
 * and tells by its properties, for as long as it has the key; why shmget(2) failed is told by
 * the server's step, until the key is free.
 */
void
lab_obstacle_create (LabObstacle *self)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_OBSTACLE (self));

  if (!lab_server_create (self->server, &error) && g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
    inspect (self);
}

/* What is in the way is not what was shown: nothing is done to it before the user has decided anew. */
static void
look_again (LabObstacle *self)
{
  lab_server_leave (self->server);
  lab_server_reset (self->server);
  if (lab_server_make_key (self->server, NULL))
    lab_obstacle_create (self);
}

/**
 * lab_obstacle_take_over:
 * @self: an obstacle that can be taken over
 *
 * Finds the segment and attaches it.  When somebody was faster, or the key is another
 * segment's meanwhile, looks again at what is in the way; any other failure is told by the
 * server's step.
 *
 * Returns: whether the segment, with its message, is the server's now
 */
gboolean
lab_obstacle_take_over (LabObstacle *self)
{
  g_autoptr(GError) error = NULL;
  int id;

  g_return_val_if_fail (LAB_IS_OBSTACLE (self), FALSE);
  g_return_val_if_fail (can_take_over (self), FALSE);

  id = self->leftover->entry.record.id;
  forget (self);
  if (!lab_server_take_over (self->server, NULL))
    return FALSE;
  if (lab_segment_get_id (lab_session_get_segment (get_session (self))) != id)
    {
      look_again (self);
      return FALSE;
    }
  if (lab_server_attach (self->server, &error))
    return TRUE;

  if (g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS))
    look_again (self);

  return FALSE;
}

/**
 * lab_obstacle_replace:
 * @self: an obstacle that can be removed
 *
 * Removes the segment, and makes a new one under the same key.  When somebody has
 * attached to it meanwhile, it stays, and the user is asked anew.  When somebody else has
 * removed it meanwhile, that much is done.
 */
void
lab_obstacle_replace (LabObstacle *self)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (LAB_IS_OBSTACLE (self));
  g_return_if_fail (self->leftover != NULL);

  if (!lab_leftover_remove (self->leftover, &error)
      && !g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS)
      && !g_error_matches (error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED))
    {
      set_error (self, &self->removal_error, error->message, PROP_REMOVAL_ERROR);
      return;
    }

  forget (self);
  lab_obstacle_create (self);
}
