/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-banner.h"

#include <glib/gi18n.h>

struct _LabServerBanner
{
  LabBanner        *banner;
  LabServer        *server;
  LabLeftover      *leftover;      /* what stands in the way of shmget, or NULL */
  char             *launch_error;  /* why the last client was not started, or NULL */
  LabServerTrouble  shown_trouble;
  gboolean          shown_late;
  gboolean          told_no_table;
};

/* It concerns a server once it has a key to look for. */
static gboolean
misses_table (LabServerBanner *self)
{
  return !lab_segment_monitor_has_table (lab_session_get_monitor (lab_server_get_session (self->server)));
}

/* Said once: it gets no better, and no worse. */
static void
show_calm (LabServerBanner *self)
{
  if (!misses_table (self) || self->told_no_table)
    {
      lab_banner_hide (self->banner);
      return;
    }

  self->told_no_table = TRUE;
  lab_banner_show_no_table (self->banner);
}

static gboolean
is_calm (LabServerBanner *self)
{
  return self->shown_trouble == LAB_SERVER_TROUBLE_NONE && !self->shown_late
         && self->leftover == NULL && self->launch_error == NULL;
}

static void
show_trouble (LabServerBanner *self)
{
  switch (lab_server_get_trouble (self->server))
    {
    case LAB_SERVER_TROUBLE_MARKED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("Somebody removed the segment"),
                       _("It is marked for removal: who is attached, this server too, goes on, but nobody finds it by its key any more. It goes when the last process detaches. Stop, then start again for a new one."));
      lab_banner_add_button (self->banner, _("Stop…"), "win.stop", NULL);
      break;
    case LAB_SERVER_TROUBLE_REPLACED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("Another segment has the key now"),
                       _("This server’s segment was removed and a new one was made under the same key. New clients find the new one: they and this server never meet. Stop, then start again."));
      lab_banner_add_button (self->banner, _("Stop…"), "win.stop", NULL);
      break;
    case LAB_SERVER_TROUBLE_GONE:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment is gone"),
                       _("Somebody removed it while no process was attached, so the kernel gave the memory back at once. Start again for a new one."));
      lab_banner_add_button (self->banner, _("Start Again"), "win.start-again", "suggested-action");
      break;
    case LAB_SERVER_TROUBLE_DAMAGED:
      lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("A stranger wrote over the control block"),
                       _("Any process with write access can do that. Write the message again: the server then sets the control block right."));
      lab_banner_add_button (self->banner, _("Write Again"), "win.write", "suggested-action");
      break;
    case LAB_SERVER_TROUBLE_NONE:
    default:
      show_calm (self);
    }
}

static void
show_leftover (LabServerBanner *self)
{
  g_autofree char *key = lab_key_format (self->leftover->key);
  g_autofree char *title = g_strdup_printf (_("Key %s is taken by segment %d"), key, self->leftover->entry.record.id);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *description = lab_leftover_describe (self->leftover);

  g_string_append (text, description);
  for (LabLeftoverOption option = LAB_LEFTOVER_TAKE_OVER; option <= LAB_LEFTOVER_OTHER_KEY; option++)
    {
      g_autofree char *sentence = lab_leftover_describe_option (self->leftover, option);

      if (sentence != NULL)
        g_string_append_printf (text, "\n• %s", sentence);
    }

  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, title, text->str);
  if (self->leftover->can_take_over)
    lab_banner_add_button (self->banner, _("Take It Over"), "win.take-over", "suggested-action");
  if (self->leftover->can_remove)
    lab_banner_add_button (self->banner, _("Remove It and Make a New One"), "win.replace", "destructive-action");
  lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
}

static void
show_late_status (LabServerBanner *self)
{
  lab_banner_show (self->banner, LAB_BANNER_INFO, _("The status is not stored yet"),
                   _("All bytes of a new segment are zero, and here FILLED is 0. Until the server stores NOT_READY, a client that looks takes what nobody has written. Let a client look now, or store the status."));
  lab_banner_add_button (self->banner, _("Store NOT_READY"), "win.store-status", "suggested-action");
}

static void
show (LabServerBanner *self)
{
  self->shown_trouble = lab_server_get_trouble (self->server);
  self->shown_late = lab_publisher_is_status_late (lab_server_get_publisher (self->server));
  if (self->leftover != NULL)
    show_leftover (self);
  else if (self->launch_error != NULL)
    lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The client was not started"), self->launch_error);
  else if (self->shown_late)
    show_late_status (self);
  else
    show_trouble (self);
}

/**
 * lab_server_banner_new:
 * @banner: where it is said
 * @server: about whom
 *
 * Returns: (transfer full): nothing to say yet
 */
LabServerBanner *
lab_server_banner_new (LabBanner *banner,
                       LabServer *server)
{
  LabServerBanner *self;

  g_return_val_if_fail (LAB_IS_BANNER (banner), NULL);
  g_return_val_if_fail (LAB_IS_SERVER (server), NULL);

  self = g_new0 (LabServerBanner, 1);
  self->banner = g_object_ref (banner);
  self->server = g_object_ref (server);

  return self;
}

void
lab_server_banner_free (LabServerBanner *self)
{
  g_clear_pointer (&self->leftover, lab_leftover_free);
  g_free (self->launch_error);
  g_object_unref (self->banner);
  g_object_unref (self->server);
  g_free (self);
}

/**
 * lab_server_banner_update:
 * @self: a banner
 *
 * Says what is new about the server, and leaves alone what is said when nothing is.
 */
void
lab_server_banner_update (LabServerBanner *self)
{
  if (self->shown_trouble != lab_server_get_trouble (self->server)
      || self->shown_late != lab_publisher_is_status_late (lab_server_get_publisher (self->server))
      || (is_calm (self) && misses_table (self) && !self->told_no_table))
    show (self);
}

/**
 * lab_server_banner_get_leftover:
 * @self: a banner
 *
 * Returns: (transfer none) (nullable): the segment that stands in the way, about which the user decides
 */
const LabLeftover *
lab_server_banner_get_leftover (LabServerBanner *self)
{
  return self->leftover;
}

/**
 * lab_server_banner_set_leftover:
 * @self: a banner
 * @leftover: (transfer full) (nullable): what stands in the way of shmget(2) now
 */
void
lab_server_banner_set_leftover (LabServerBanner *self,
                                LabLeftover     *leftover)
{
  if (self->leftover == NULL && leftover == NULL)
    return;

  g_clear_pointer (&self->leftover, lab_leftover_free);
  self->leftover = leftover;
  show (self);
}

/**
 * lab_server_banner_show_launch:
 * @self: a banner
 * @error: (nullable): why the client was not started, or %NULL when it was
 */
void
lab_server_banner_show_launch (LabServerBanner *self,
                               const GError    *error)
{
  g_free (self->launch_error);
  self->launch_error = error != NULL ? g_strdup (error->message) : NULL;
  show (self);
}

void
lab_server_banner_show_not_removed (LabServerBanner *self,
                                    const GError    *error)
{
  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("The segment was not removed"), error->message);
  lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
}

/**
 * lab_server_banner_show_not_inspected:
 * @self: a banner
 * @key: a key that is taken
 * @error: why it is not known by whom
 */
void
lab_server_banner_show_not_inspected (LabServerBanner *self,
                                      key_t            key,
                                      const GError    *error)
{
  g_autofree char *key_text = lab_key_format (key);
  /* Translators: %s is a key such as 0x0000002a */
  g_autofree char *title = g_strdup_printf (_("Key %s is taken, and by which segment cannot be told"), key_text);
  /* Translators: %s is a sentence that says what went wrong */
  g_autofree char *text = g_strdup_printf (_("%s. The segment stays as it is: choose another key, or remove it with ipcrm -M."), error->message);

  self->told_no_table = TRUE;
  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, title, text);
  lab_banner_add_button (self->banner, _("Choose Another Key"), "win.another-key", NULL);
}

void
lab_server_banner_show_lost_race (LabServerBanner *self)
{
  lab_banner_show (self->banner, LAB_BANNER_TROUBLE, _("A client was faster"),
                   _("It read the zeros of the new segment as FILLED and took a message that nobody had written: the start-up race. With FILLED other than 0, as under Turns, it cannot happen."));
}
