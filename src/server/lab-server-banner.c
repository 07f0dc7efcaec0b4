/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-banner.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-key-composition.h"
#include "backend/kernel/lab-segment-remark.h"

#define MAX_BUTTONS 3

/* What is said, the first that there is. */
typedef enum
{
  MATTER_NOT_REMOVED,
  MATTER_LEFTOVER,
  MATTER_NOT_INSPECTED,
  MATTER_LAUNCH,
  MATTER_LATE,
  MATTER_TROUBLE,
  MATTER_LOST_RACE,
  MATTER_NO_KEY,
  MATTER_NO_TABLE,
  MATTER_NONE,
} Matter;

typedef struct
{
  const char *label;  /* translated; NULL for none, as the actions */
  const char *action;
  const char *css_class;
} Button;

/* The words, so that the same are not said anew. */
typedef struct
{
  Matter         matter;
  LabBannerKind  kind;
  char          *title;
  char          *text;
  Button         buttons[MAX_BUTTONS];
} Saying;

struct _LabServerBanner
{
  GObject            parent_instance;

  LabBanner         *banner;
  LabServer         *server;
  LabPublisher      *publisher;      /* of the server */
  LabObstacle       *obstacle;
  LabKeyComposition *composition;    /* of the key, when a file gave it */
  char              *launch_error;
  char              *key_error;
  gboolean           lost_race;
  gboolean           lost_written;   /* it took a message that had been written, once more */
  gboolean           told_no_table;  /* said once: it gets no better, and no worse */
  Saying             said;           /* what the banner says */
};

enum { PROP_0, PROP_LAUNCH_ERROR, PROP_KEY_ERROR, PROP_LOST_RACE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabServerBanner, lab_server_banner, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static LabSession *
get_session (LabServerBanner *self)
{
  return lab_server_get_session (self->server);
}

static Matter
find_matter (LabServerBanner *self)
{
  if (lab_obstacle_get_removal_error (self->obstacle) != NULL)
    return MATTER_NOT_REMOVED;
  if (lab_obstacle_get_leftover (self->obstacle) != NULL)
    return MATTER_LEFTOVER;
  if (lab_obstacle_get_inspection_error (self->obstacle) != NULL)
    return MATTER_NOT_INSPECTED;
  if (self->launch_error != NULL)
    return MATTER_LAUNCH;
  if (lab_publisher_is_status_late (self->publisher))
    return MATTER_LATE;
  if (lab_server_get_trouble (self->server) != LAB_SERVER_TROUBLE_NONE)
    return MATTER_TROUBLE;
  if (self->lost_race)
    return MATTER_LOST_RACE;
  if (self->key_error != NULL && lab_choice_get_key_choice (lab_session_get_choice (get_session (self))) == NULL)
    return MATTER_NO_KEY;
  /* The table concerns a server once it has a key to look for. */
  if (!self->told_no_table && !lab_segment_monitor_has_table (lab_session_get_monitor (get_session (self))))
    return MATTER_NO_TABLE;

  return MATTER_NONE;
}

/* Takes @title and @text. */
static void
say (Saying        *saying,
     LabBannerKind  kind,
     char          *title,
     char          *text)
{
  saying->kind = kind;
  saying->title = title;
  saying->text = text;
}

static void
offer (Saying     *saying,
       const char *label,
       const char *action,
       const char *css_class)
{
  gsize i = 0;

  while (saying->buttons[i].label != NULL)
    i++;
  g_assert (i < MAX_BUTTONS);
  saying->buttons[i] = (Button) { label, action, css_class };
}

/* A segment that is lost is not to be stopped any more. */
static void
offer_end (LabServerBanner *self,
           Saying          *saying)
{
  if (lab_server_is_live (self->server))
    offer (saying, _("Stop…"), "win.stop", NULL);
  else
    offer (saying, _("Start Again"), "win.start-again", "suggested-action");
}

static void
find_damage (LabServerBanner *self,
             Saying          *saying)
{
  gboolean written = lab_publisher_get_number (self->publisher) > 0;

  say (saying, LAB_BANNER_TROUBLE, g_strdup (_("A stranger wrote over the control block")),
       g_strdup (written ? _("Any process with write access can do that. Write the message again: the server then sets the control block right.")
                         : _("Any process with write access can do that. Write a message: the server then sets the control block right.")));
  if (written)
    offer (saying, _("Write Again"), "win.write-again", "suggested-action");
  else
    offer (saying, _("Write"), "win.write", "suggested-action");
}

static void
find_trouble (LabServerBanner *self,
              Saying          *saying)
{
  switch (lab_server_get_trouble (self->server))
    {
    case LAB_SERVER_TROUBLE_MARKED:
      say (saying, LAB_BANNER_TROUBLE, g_strdup (_("Somebody removed the segment")),
           g_strdup (lab_server_is_attached (self->server)
                     ? _("It is marked for removal: who is attached, this server too, goes on, but nobody finds it by its key any more. It goes when the last process detaches. Stop, then start again for a new one.")
                     : _("It is marked for removal: who is attached goes on, but nobody finds it by its key any more. It goes when the last process detaches.")));
      offer_end (self, saying);
      break;
    case LAB_SERVER_TROUBLE_REPLACED:
      say (saying, LAB_BANNER_TROUBLE, g_strdup (_("Another segment has the key now")),
           g_strdup (_("This server’s segment was removed and a new one was made under the same key. New clients find the new one: they and this server never meet. Stop, then start again.")));
      offer_end (self, saying);
      break;
    case LAB_SERVER_TROUBLE_GONE:
      say (saying, LAB_BANNER_TROUBLE, g_strdup (_("The segment is gone")),
           g_strdup (_("Somebody removed it. No process has it attached any more, so the kernel gave the memory back. Start again for a new one.")));
      offer_end (self, saying);
      break;
    case LAB_SERVER_TROUBLE_DAMAGED:
      find_damage (self, saying);
      break;
    case LAB_SERVER_TROUBLE_NONE:
    default:
      g_assert_not_reached ();
    }
}

static void
append_line (GString    *text,
             const char *line)
{
  if (line != NULL)
    g_string_append_printf (text, "\n%s", line);
}

static void
offer_option (Saying            *saying,
              LabLeftoverOption  option,
              gboolean           is_best)
{
  switch (option)
    {
    case LAB_LEFTOVER_TAKE_OVER:
      offer (saying, _("Take It Over"), "win.take-over", "suggested-action");
      break;
    case LAB_LEFTOVER_REMOVE:
      offer (saying, _("Remove It and Make a New One"), "win.replace", "destructive-action");
      break;
    case LAB_LEFTOVER_OTHER_KEY:
    default:
      offer (saying, _("Choose Another Key"), "win.another-key", is_best ? "suggested-action" : NULL);
      break;
    }
}

static void
find_leftover (LabServerBanner *self,
               Saying          *saying)
{
  const LabLeftover *found = lab_obstacle_get_leftover (self->obstacle);
  g_autofree char *key = lab_key_format (found->key);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *description = lab_leftover_describe (found);
  g_autofree char *size = lab_segment_remark_size (&found->entry.record, lab_session_get_size_bytes (get_session (self)));
  g_autofree char *remark = lab_segment_remark (&found->entry.record);
  LabLeftoverOption options[LAB_N_LEFTOVER_OPTIONS];
  guint n_options = lab_leftover_list_options (found, options);

  g_string_append (text, description);
  append_line (text, size);
  append_line (text, remark);
  /* Two programs that do not know of each other may still have one key. */
  if (found->kind == LAB_LEFTOVER_FOREIGN || found->kind == LAB_LEFTOVER_TOO_SMALL || found->kind == LAB_LEFTOVER_NOT_READABLE
      || lab_key_composition_get_twin (self->composition) != NULL)
    append_line (text, lab_key_composition_get_text (self->composition));
  append_line (text, lab_key_composition_get_twin (self->composition));
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *sentence = lab_leftover_describe_option (found, options[i]);

      g_string_append_printf (text, "\n• %s", sentence);
      offer_option (saying, options[i], i == 0);
    }

  say (saying, LAB_BANNER_TROUBLE, g_strdup_printf (_("Key %s is taken by segment %d"), key, found->entry.record.id),
       g_string_free (g_steal_pointer (&text), FALSE));
}

static void
find_not_inspected (LabServerBanner *self,
                    Saying          *saying)
{
  g_autofree char *key = lab_key_format (lab_session_get_key (get_session (self)));

  say (saying, LAB_BANNER_TROUBLE,
       /* Translators: %s is a key such as 0x0000002a */
       g_strdup_printf (_("Key %s is taken, and by which segment cannot be told"), key),
       /* Translators: %s is a sentence that says what went wrong */
       g_strdup_printf (_("%s. The segment stays as it is: choose another key, or remove it with ipcrm -M."),
                        lab_obstacle_get_inspection_error (self->obstacle)));
  offer (saying, _("Choose Another Key"), "win.another-key", NULL);
}

static Saying
find_saying (LabServerBanner *self)
{
  Saying saying = { .matter = find_matter (self) };

  switch (saying.matter)
    {
    case MATTER_NOT_REMOVED:
      say (&saying, LAB_BANNER_TROUBLE, g_strdup (_("The segment was not removed")),
           g_strdup (lab_obstacle_get_removal_error (self->obstacle)));
      offer (&saying, _("Choose Another Key"), "win.another-key", NULL);
      break;
    case MATTER_LEFTOVER:
      find_leftover (self, &saying);
      break;
    case MATTER_NOT_INSPECTED:
      find_not_inspected (self, &saying);
      break;
    case MATTER_LAUNCH:
      say (&saying, LAB_BANNER_TROUBLE, g_strdup (_("The client was not started")), g_strdup (self->launch_error));
      break;
    case MATTER_LATE:
      say (&saying, LAB_BANNER_INFO, g_strdup (_("The status is not stored yet")),
           g_strdup (lab_publisher_get_number (self->publisher) > 0
                     ? _("It is 0, and here FILLED is 0. Until the server stores NOT_READY, a client that looks takes the message before once more. Let a client look now, or store the status.")
                     : _("All bytes of a new segment are zero, and here FILLED is 0. Until the server stores NOT_READY, a client that looks takes what nobody has written. Let a client look now, or store the status.")));
      offer (&saying, _("Store NOT_READY"), "win.store-status", "suggested-action");
      break;
    case MATTER_TROUBLE:
      find_trouble (self, &saying);
      break;
    case MATTER_LOST_RACE:
      say (&saying, LAB_BANNER_TROUBLE, g_strdup (_("A client was faster")),
           g_strdup (self->lost_written
                     ? _("It read the status 0 as FILLED and took the message before once more: the start-up race. With FILLED other than 0, as under Turns, it cannot happen.")
                     : _("It read the zeros of the new segment as FILLED and took a message that nobody had written: the start-up race. With FILLED other than 0, as under Turns, it cannot happen.")));
      break;
    case MATTER_NO_KEY:
      say (&saying, LAB_BANNER_TROUBLE, g_strdup (_("There is no key yet")), g_strdup (self->key_error));
      break;
    case MATTER_NO_TABLE:
    case MATTER_NONE:
    default:
      break;
    }

  return saying;
}

static gboolean
have_same_buttons (const Saying *a,
                   const Saying *b)
{
  for (gsize i = 0; i < MAX_BUTTONS; i++)
    if (g_strcmp0 (a->buttons[i].label, b->buttons[i].label) != 0 || g_strcmp0 (a->buttons[i].action, b->buttons[i].action) != 0)
      return FALSE;

  return TRUE;
}

static void
show (LabServerBanner *self,
      const Saying    *saying)
{
  if (saying->matter == MATTER_NONE)
    {
      lab_banner_hide (self->banner);
      return;
    }
  if (saying->matter == MATTER_NO_TABLE)
    {
      lab_banner_show_no_table (self->banner);
      return;
    }

  lab_banner_show (self->banner, saying->kind, saying->title, saying->text);
  for (gsize i = 0; i < MAX_BUTTONS && saying->buttons[i].label != NULL; i++)
    lab_banner_add_button (self->banner, saying->buttons[i].label, saying->buttons[i].action, saying->buttons[i].css_class);
}

static void
clear_saying (Saying *saying)
{
  g_clear_pointer (&saying->title, g_free);
  g_clear_pointer (&saying->text, g_free);
}

/* Leaves alone what is the same: a button may have the keyboard. */
static void
update (LabServerBanner *self)
{
  Saying now = find_saying (self);
  Saying before = self->said;

  if (now.matter == MATTER_NOT_INSPECTED || (before.matter == MATTER_NO_TABLE && now.matter != MATTER_NO_TABLE))
    self->told_no_table = TRUE;

  self->said = now;
  if (now.matter != before.matter || !have_same_buttons (&now, &before))
    show (self, &now);
  else if (g_strcmp0 (now.title, before.title) != 0 || g_strcmp0 (now.text, before.text) != 0)
    lab_banner_reword (self->banner, now.kind, now.title, now.text);
  clear_saying (&before);
}

/* What stands in the way is looked at after this, when the thread is done. */
static void
key_changed_cb (LabServerBanner *self)
{
  const LabKeyChoice *choice = lab_choice_get_key_choice (lab_session_get_choice (get_session (self)));
  gboolean has_file = choice != NULL && choice->path != NULL && lab_session_get_key (get_session (self)) != LAB_KEY_FAILED;

  lab_key_composition_set_file (self->composition, has_file ? choice->path : NULL, has_file ? choice->letter : 0);
}

/* Something has happened since: that a client was not started is a thing of the past. */
static void
forget_launch_cb (LabServerBanner *self)
{
  lab_server_banner_set_launch_error (self, NULL);
  update (self);
}

static void
attached_changed_cb (LabServerBanner *self)
{
  if (!lab_server_is_attached (self->server))
    lab_server_banner_set_lost_race (self, FALSE);
  update (self);
}

static void
lab_server_banner_finalize (GObject *object)
{
  LabServerBanner *self = LAB_SERVER_BANNER (object);

  g_clear_object (&self->banner);
  g_clear_object (&self->composition);
  g_clear_object (&self->obstacle);
  g_clear_object (&self->server);
  g_free (self->launch_error);
  g_free (self->key_error);
  clear_saying (&self->said);

  G_OBJECT_CLASS (lab_server_banner_parent_class)->finalize (object);
}

static void
lab_server_banner_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  LabServerBanner *self = LAB_SERVER_BANNER (object);

  switch (prop_id)
    {
    case PROP_LAUNCH_ERROR:
      g_value_set_string (value, self->launch_error);
      break;
    case PROP_KEY_ERROR:
      g_value_set_string (value, self->key_error);
      break;
    case PROP_LOST_RACE:
      g_value_set_boolean (value, self->lost_race);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_server_banner_class_init (LabServerBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lab_server_banner_finalize;
  object_class->get_property = lab_server_banner_get_property;

  properties[PROP_LAUNCH_ERROR] = g_param_spec_string ("launch-error", NULL, NULL, NULL, flags);
  properties[PROP_KEY_ERROR] = g_param_spec_string ("key-error", NULL, NULL, NULL, flags);
  properties[PROP_LOST_RACE] = g_param_spec_boolean ("lost-race", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lab_server_banner_init (LabServerBanner *self)
{
  self->said.matter = MATTER_NONE;
}

static void
follow (LabServerBanner *self,
        gpointer         object,
        const char      *signal,
        GCallback        callback)
{
  g_signal_connect_object (object, signal, callback, self, G_CONNECT_SWAPPED);
}

/**
 * lab_server_banner_new:
 * @banner: where it is said
 * @server: about whom
 * @obstacle: what stands in the server's way
 *
 * Returns: (transfer full): what says it, as long as it lives
 */
LabServerBanner *
lab_server_banner_new (LabBanner   *banner,
                       LabServer   *server,
                       LabObstacle *obstacle)
{
  LabServerBanner *self;

  g_return_val_if_fail (LAB_IS_BANNER (banner), NULL);
  g_return_val_if_fail (LAB_IS_SERVER (server), NULL);
  g_return_val_if_fail (LAB_IS_OBSTACLE (obstacle), NULL);

  self = g_object_new (LAB_TYPE_SERVER_BANNER, NULL);
  self->banner = g_object_ref (banner);
  self->server = g_object_ref (server);
  self->publisher = lab_server_get_publisher (server);
  self->obstacle = g_object_ref (obstacle);
  self->composition = lab_key_composition_new ();
  follow (self, self->composition, "notify", G_CALLBACK (update));
  follow (self, get_session (self), "notify::key", G_CALLBACK (key_changed_cb));
  follow (self, obstacle, "notify::leftover", G_CALLBACK (update));
  follow (self, obstacle, "notify::inspection-error", G_CALLBACK (update));
  follow (self, obstacle, "notify::removal-error", G_CALLBACK (update));
  follow (self, server, "notify::trouble", G_CALLBACK (forget_launch_cb));
  follow (self, server, "notify::live", G_CALLBACK (update));
  follow (self, server, "notify::attached", G_CALLBACK (attached_changed_cb));
  follow (self, lab_server_get_life (server), "notify::current", G_CALLBACK (forget_launch_cb));
  follow (self, self->publisher, "notify::status-late", G_CALLBACK (forget_launch_cb));
  follow (self, lab_session_get_choice (get_session (self)), "notify::key-choice", G_CALLBACK (update));
  follow (self, lab_session_get_monitor (get_session (self)), "notify::has-table", G_CALLBACK (update));

  return self;
}

static void
set_error (LabServerBanner  *self,
           char            **field,
           const GError     *error,
           guint             prop_id)
{
  const char *text = error != NULL ? error->message : NULL;

  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
  update (self);
}

/**
 * lab_server_banner_set_launch_error:
 * @self: a banner
 * @error: (nullable): why the client was not started, or %NULL when it was
 */
void
lab_server_banner_set_launch_error (LabServerBanner *self,
                                    const GError    *error)
{
  g_return_if_fail (LAB_IS_SERVER_BANNER (self));

  set_error (self, &self->launch_error, error, PROP_LAUNCH_ERROR);
}

/**
 * lab_server_banner_set_key_error:
 * @self: a banner
 * @error: (nullable): why no key is chosen; said until one is
 */
void
lab_server_banner_set_key_error (LabServerBanner *self,
                                 const GError    *error)
{
  g_return_if_fail (LAB_IS_SERVER_BANNER (self));

  set_error (self, &self->key_error, error, PROP_KEY_ERROR);
}

/**
 * lab_server_banner_set_lost_race:
 * @self: a banner
 * @lost_race: whether a client has just taken the zeros of a new segment for a message
 */
void
lab_server_banner_set_lost_race (LabServerBanner *self,
                                 gboolean         lost_race)
{
  g_return_if_fail (LAB_IS_SERVER_BANNER (self));

  if (self->lost_race == lost_race)
    return;

  self->lost_race = lost_race;
  self->lost_written = lab_publisher_get_number (self->publisher) > 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOST_RACE]);
  update (self);
}
