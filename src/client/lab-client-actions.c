/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-actions.h"

#include "ui/parts/lab-bind.h"

/* The steps tell what has failed. */

static void
make_key_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       client)
{
  lab_client_make_key (client, NULL);
}

static void
find_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       client)
{
  lab_client_find (client, NULL);
}

static void
attach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       client)
{
  lab_client_attach (client, NULL);
}

static void
look_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       client)
{
  lab_poller_look (lab_client_get_poller (client));
  lab_receiver_tell_counters (lab_client_get_receiver (client));
}

static void
pause_action (GSimpleAction *action,
              GVariant      *state,
              gpointer       client)
{
  lab_poller_set_paused (lab_client_get_poller (client), g_variant_get_boolean (state));
}

static void
detach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       client)
{
  lab_client_detach (client, NULL);
}

static void
do_it_all_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       client)
{
  lab_client_go (client);
}

static void
attach_writable_action (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       client)
{
  lab_client_attach_writable (client, NULL);
}

static void
follow_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       client)
{
  lab_client_follow (client);
}

static void
reset_counters_action (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       client)
{
  lab_receiver_reset_counters (lab_client_get_receiver (client));
  lab_poller_forget_race (lab_client_get_poller (client));
}

/* For whoever has come to read what each look counts. */
static void
tell_counters_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       client)
{
  lab_receiver_tell_counters (lab_client_get_receiver (client));
}

static const GActionEntry client_actions[] = {
  { "make-key", make_key_action },
  { "find", find_action },
  { "attach", attach_action },
  { "look", look_action },
  { "pause", NULL, NULL, "false", pause_action },
  { "detach", detach_action },
  { "do-it-all", do_it_all_action },
  { "attach-writable", attach_writable_action },
  { "follow", follow_action },
  { "reset-counters", reset_counters_action },
  { "tell-counters", tell_counters_action },
};

/* An action can be taken while a number of the client, its life or its receiver is within these bounds. */
typedef struct
{
  const char *action;
  guint       least;
  guint       most;
} Bounds;

static const Bounds step_bounds[] = {
  { "make-key", LAB_CLIENT_STEP_KEY, LAB_CLIENT_STEP_KEY },
  { "find", LAB_CLIENT_STEP_FIND, LAB_CLIENT_STEP_FIND },
  { "attach", LAB_CLIENT_STEP_ATTACH, LAB_CLIENT_STEP_ATTACH },
  { "do-it-all", LAB_CLIENT_STEP_KEY, LAB_CLIENT_STEP_ATTACH },
  { "look", LAB_CLIENT_STEP_LOOK, LAB_CLIENT_STEP_DETACH },
  { "pause", LAB_CLIENT_STEP_LOOK, LAB_CLIENT_STEP_DETACH },
  { "detach", LAB_CLIENT_STEP_LOOK, LAB_CLIENT_STEP_DETACH },
};

static const Bounds state_bounds[] = {
  { "follow", LAB_CLIENT_REPLACED, LAB_CLIENT_REPLACED },
};

/* Also when the server is gone: its last message may wait to be taken. */
static const Bounds reason_bounds[] = {
  { "attach-writable", LAB_REASON_NEEDS_WRITE, LAB_REASON_NEEDS_WRITE },
};

static gboolean
is_within (GBinding     *binding,
           const GValue *number,
           GValue       *enabled,
           gpointer      bounds)
{
  const Bounds *self = bounds;
  guint n = g_value_get_uint (number);

  g_value_set_boolean (enabled, self->least <= n && n <= self->most);

  return TRUE;
}

static void
bind_within (GActionMap   *actions,
             gpointer      object,
             const char   *property,
             const Bounds *bounds,
             gsize         n_bounds)
{
  for (gsize i = 0; i < n_bounds; i++)
    g_object_bind_property_full (object, property, g_action_map_lookup_action (actions, bounds[i].action), "enabled",
                                 G_BINDING_SYNC_CREATE, is_within, NULL, (gpointer) &bounds[i], NULL);
}

/* Before the first step there is no other one yet, unless it was an id that was given. */
static gboolean
can_choose_another_key (gpointer unused,
                        guint    step,
                        int      given_id)
{
  return step <= LAB_CLIENT_STEP_ATTACH && (step > LAB_CLIENT_STEP_KEY || given_id >= 0);
}

static gboolean
boolean_to_state (GBinding     *binding,
                  const GValue *boolean,
                  GValue       *state,
                  gpointer      unused)
{
  g_value_set_variant (state, g_variant_new_boolean (g_value_get_boolean (boolean)));

  return TRUE;
}

/**
 * lab_client_actions_add:
 * @actions: the window
 * @client: its client
 *
 * Adds the actions that need none of the window's widgets.  Each can be taken when the client
 * has come so far, or stands where the action helps.  The window keeps the client for as long
 * as it has the actions.
 */
void
lab_client_actions_add (GActionMap *actions,
                        LabClient  *client)
{
  g_return_if_fail (G_IS_ACTION_MAP (actions));
  g_return_if_fail (LAB_IS_CLIENT (client));

  g_action_map_add_action_entries (actions, client_actions, G_N_ELEMENTS (client_actions), client);
  bind_within (actions, lab_client_get_life (client), "current", step_bounds, G_N_ELEMENTS (step_bounds));
  bind_within (actions, client, "state", state_bounds, G_N_ELEMENTS (state_bounds));
  bind_within (actions, lab_client_get_receiver (client), "reason", reason_bounds, G_N_ELEMENTS (reason_bounds));
  lab_bind (g_action_map_lookup_action (actions, "another-key"), "enabled", G_CALLBACK (can_choose_another_key),
            lab_client_get_life (client), "current", lab_client_get_session (client), "given-id", NULL);
  g_object_bind_property_full (lab_client_get_poller (client), "paused",
                               g_action_map_lookup_action (actions, "pause"), "state",
                               G_BINDING_SYNC_CREATE, boolean_to_state, NULL, NULL, NULL);
}
