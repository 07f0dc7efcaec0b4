/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-actions.h"

#include "backend/layout/lab-layout.h"
#include "ui/parts/lab-bind.h"

/* The steps tell what has failed. */

static void
make_key_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       server)
{
  lab_server_make_key (server, NULL);
}

static void
detach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       server)
{
  lab_server_detach (server, NULL);
}

static void
remove_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       server)
{
  lab_server_remove (server, NULL);
}

static void
start_again_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  LabServer *server = user_data;

  if (!lab_server_is_live (server))
    lab_server_reset (server);
}

static const GActionEntry server_actions[] = {
  { "make-key", make_key_action },
  { "detach", detach_action },
  { "remove", remove_action },
  { "start-again", start_again_action },
};

static void
create_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       obstacle)
{
  lab_obstacle_create (obstacle);
}

static void
replace_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       obstacle)
{
  lab_obstacle_replace (obstacle);
}

static const GActionEntry obstacle_actions[] = {
  { "create", create_action },
  { "replace", replace_action },
};

static void
wait_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       ending)
{
  lab_server_ending_toggle_wait (ending);
}

static void
stop_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       ending)
{
  lab_server_ending_stop (ending);
}

static void
clean_up_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       ending)
{
  lab_server_ending_clean_up (ending);
}

static const GActionEntry ending_actions[] = {
  { "wait", wait_action },
  { "stop", stop_action },
  { "clean-up", clean_up_action },
};

static void
play_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       slow_motion)
{
  lab_slow_motion_set_playing (slow_motion, !lab_slow_motion_is_playing (slow_motion));
}

static void
store_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       slow_motion)
{
  lab_slow_motion_set_playing (slow_motion, FALSE);
  lab_slow_motion_step (slow_motion);
}

static const GActionEntry slow_motion_actions[] = {
  { "play", play_action },
  { "store", store_action },
};

/**
 * lab_server_actions_add:
 * @actions: the window
 * @server: its server
 * @obstacle: what stands in the server's way
 * @ending: how the segment and the window end
 *
 * Adds the actions that need none of the window's widgets.  The window keeps the objects
 * for as long as it has the actions.
 */
void
lab_server_actions_add (GActionMap      *actions,
                        LabServer       *server,
                        LabObstacle     *obstacle,
                        LabServerEnding *ending)
{
  LabPublisher *publisher = lab_server_get_publisher (server);
  g_autoptr(GPropertyAction) slow = g_property_action_new ("slow", publisher, "slow");

  g_return_if_fail (G_IS_ACTION_MAP (actions));

  g_action_map_add_action_entries (actions, server_actions, G_N_ELEMENTS (server_actions), server);
  g_action_map_add_action_entries (actions, obstacle_actions, G_N_ELEMENTS (obstacle_actions), obstacle);
  g_action_map_add_action_entries (actions, ending_actions, G_N_ELEMENTS (ending_actions), ending);
  g_action_map_add_action_entries (actions, slow_motion_actions, G_N_ELEMENTS (slow_motion_actions),
                                   lab_publisher_get_slow_motion (publisher));
  g_action_map_add_action (actions, G_ACTION (slow));
}

/* These can be taken when their step comes next; the server is then as they need it. */
static const struct { const char *action; LabServerStep step; } step_actions[] = {
  { "make-key", LAB_SERVER_STEP_KEY },
  { "attach", LAB_SERVER_STEP_ATTACH },
  { "wait", LAB_SERVER_STEP_WAIT },
  { "detach", LAB_SERVER_STEP_DETACH },
  { "remove", LAB_SERVER_STEP_REMOVE },
};

static gboolean
is_step_cb (GBinding     *binding,
            const GValue *current,
            GValue       *enabled,
            gpointer      step)
{
  g_value_set_boolean (enabled, g_value_get_uint (current) == GPOINTER_TO_UINT (step));

  return TRUE;
}

/* What is wrong with the size is told where it is typed. */
static gboolean
is_size_good (guint    current,
              gboolean size_given,
              guint64  size_bytes)
{
  return current > LAB_SERVER_STEP_CREATE || (size_given && lab_layout_check_size (size_bytes, NULL));
}

static gboolean
can_create (gpointer           unused,
            guint              current,
            const LabLeftover *leftover,
            gboolean           size_given,
            guint64            size_bytes)
{
  return current == LAB_SERVER_STEP_CREATE && leftover == NULL && is_size_good (current, size_given, size_bytes);
}

static gboolean
can_choose_another_key (gpointer unused,
                        guint    current)
{
  return current <= LAB_SERVER_STEP_CREATE;
}

static gboolean
can_write (gpointer unused,
           gboolean attached,
           guint64  n_bytes,
           guint64  capacity_bytes,
           gboolean writing,
           gboolean racing,
           gboolean status_late)
{
  return attached && n_bytes <= capacity_bytes && !writing && !racing && !status_late;
}

static gboolean
can_write_again (gpointer unused,
                 gboolean attached,
                 gboolean writing,
                 gboolean racing,
                 gboolean status_late)
{
  return can_write (NULL, attached, 0, 0, writing, racing, status_late);
}

static gboolean
can_race (gpointer unused,
          gboolean attached,
          gboolean writing)
{
  return attached && !writing;
}

/* All that is left to do without a person; or, when it is over, to start again. */
static gboolean
can_do_it_all (gpointer           unused,
               guint              current,
               const LabLeftover *leftover,
               gboolean           size_given,
               guint64            size_bytes,
               guint64            n_bytes,
               guint64            capacity_bytes,
               gboolean           writing,
               gboolean           racing,
               gboolean           status_late)
{
  if (leftover != NULL || !is_size_good (current, size_given, size_bytes))
    return FALSE;
  if (current == LAB_SERVER_STEP_WRITE)
    return n_bytes > 0 && can_write (NULL, TRUE, n_bytes, capacity_bytes, writing, racing, status_late);

  return current < LAB_SERVER_STEP_WRITE || current == LAB_SERVER_STEP_OVER;
}

static gboolean
can_open_client (gpointer            unused,
                 const LabKeyChoice *choice)
{
  return choice != NULL;
}

static void
bind_directly (GActionMap *actions,
               const char *name,
               gpointer    object,
               const char *property)
{
  g_object_bind_property (object, property, g_action_map_lookup_action (actions, name), "enabled", G_BINDING_SYNC_CREATE);
}

/**
 * lab_server_actions_bind:
 * @actions: the window, which has all of its actions already
 * @server: its server
 * @obstacle: what stands in the server's way
 * @entry: the message that would be written
 *
 * Has each action follow what the server, its publisher, the obstacle and the entry are like.
 */
void
lab_server_actions_bind (GActionMap      *actions,
                         LabServer       *server,
                         LabObstacle     *obstacle,
                         LabMessageEntry *entry)
{
  LabLife *life = lab_server_get_life (server);
  LabPublisher *publisher = lab_server_get_publisher (server);
  LabChoice *choice = lab_session_get_choice (lab_server_get_session (server));

  g_return_if_fail (G_IS_ACTION_MAP (actions));

#define ACTION(name) g_action_map_lookup_action (actions, name)
  for (gsize i = 0; i < G_N_ELEMENTS (step_actions); i++)
    g_object_bind_property_full (life, "current", ACTION (step_actions[i].action), "enabled", G_BINDING_SYNC_CREATE,
                                 is_step_cb, NULL, GUINT_TO_POINTER (step_actions[i].step), NULL);

  bind_directly (actions, "take-over", obstacle, "can-take-over");
  bind_directly (actions, "replace", obstacle, "can-remove");
  bind_directly (actions, "store-status", publisher, "status-late");
  bind_directly (actions, "play", publisher, "writing");
  bind_directly (actions, "store", publisher, "writing");
  bind_directly (actions, "stop", server, "live");

  lab_bind (ACTION ("create"), "enabled", G_CALLBACK (can_create),
            life, "current", obstacle, "leftover", choice, "size-given", choice, "size-bytes", NULL);
  lab_bind (ACTION ("another-key"), "enabled", G_CALLBACK (can_choose_another_key),
            life, "current", NULL);
  lab_bind (ACTION ("write"), "enabled", G_CALLBACK (can_write),
            server, "attached", entry, "n-bytes", entry, "capacity-bytes",
            publisher, "writing", publisher, "racing", publisher, "status-late", NULL);
  lab_bind (ACTION ("write-again"), "enabled", G_CALLBACK (can_write_again),
            server, "attached", publisher, "writing", publisher, "racing", publisher, "status-late", NULL);
  lab_bind (ACTION ("race"), "enabled", G_CALLBACK (can_race),
            server, "attached", publisher, "writing", NULL);
  lab_bind (ACTION ("do-it-all"), "enabled", G_CALLBACK (can_do_it_all),
            life, "current", obstacle, "leftover", choice, "size-given", choice, "size-bytes",
            entry, "n-bytes", entry, "capacity-bytes",
            publisher, "writing", publisher, "racing", publisher, "status-late", NULL);
  lab_bind (ACTION ("open-client"), "enabled", G_CALLBACK (can_open_client),
            choice, "key-choice", NULL);
#undef ACTION
}
