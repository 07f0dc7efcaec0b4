/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-server-ending.h"

#include "server/lab-close-dialog.h"

struct _LabServerEnding
{
  GObject    parent_instance;

  GtkWindow *window;   /* weak: the window owns this object */
  LabServer *server;
  gboolean   closing;  /* the window closes once the clients have gone */
};

G_DEFINE_FINAL_TYPE (LabServerEnding, lab_server_ending, G_TYPE_OBJECT)

/* The steps tell what cannot be done. */
static void
remove_now (LabServer *server)
{
  if (lab_server_is_attached (server))
    lab_server_detach (server, NULL);
  if (lab_server_is_live (server))
    lab_server_remove (server, NULL);
}

static void
destroy_window (LabServerEnding *self)
{
  if (self->window != NULL && !gtk_widget_in_destruction (GTK_WIDGET (self->window)) && !lab_server_is_live (self->server))
    gtk_window_destroy (self->window);
}

/* “Wait for Clients” was the answer to closing the window. */
static void
waiting_changed_cb (LabServerEnding *self)
{
  if (!self->closing || lab_server_is_waiting (self->server))
    return;

  self->closing = FALSE;
  remove_now (self->server);
  destroy_window (self);
}

static void
lab_server_ending_finalize (GObject *object)
{
  LabServerEnding *self = LAB_SERVER_ENDING (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (lab_server_ending_parent_class)->finalize (object);
}

static void
lab_server_ending_class_init (LabServerEndingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_server_ending_finalize;
}

static void
lab_server_ending_init (LabServerEnding *self)
{
}

/**
 * lab_server_ending_new:
 * @window: the server's window, which owns what is returned
 * @server: the server
 *
 * Returns: (transfer full): the end of both, which nobody has asked for yet
 */
LabServerEnding *
lab_server_ending_new (GtkWindow *window,
                       LabServer *server)
{
  LabServerEnding *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (LAB_IS_SERVER (server), NULL);

  self = g_object_new (LAB_TYPE_SERVER_ENDING, NULL);
  g_set_weak_pointer (&self->window, window);
  self->server = g_object_ref (server);
  g_signal_connect_object (server, "notify::waiting", G_CALLBACK (waiting_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

static void
end (LabServerEnding *self,
     LabCloseChoice   choice)
{
  if (choice != LAB_CLOSE_CANCEL)
    self->closing = FALSE;  /* whatever was answered before */
  if (choice == LAB_CLOSE_WAIT)
    lab_server_wait (self->server);
  else if (choice == LAB_CLOSE_LEAVE)
    lab_server_leave (self->server);
  else if (choice == LAB_CLOSE_REMOVE)
    remove_now (self->server);
}

static void
stop_answer_cb (LabCloseChoice choice,
                gpointer       user_data)
{
  g_autoptr(LabServerEnding) self = user_data;

  end (self, choice);
}

/**
 * lab_server_ending_stop:
 * @self: the end of a server with a live segment
 *
 * Asks what is to become of the segment; the window stays.
 */
void
lab_server_ending_stop (LabServerEnding *self)
{
  g_return_if_fail (LAB_IS_SERVER_ENDING (self));

  lab_close_dialog_present (self->window, self->server, stop_answer_cb, g_object_ref (self));
}

static void
close_answer_cb (LabCloseChoice choice,
                 gpointer       user_data)
{
  g_autoptr(LabServerEnding) self = user_data;

  end (self, choice);
  if (choice == LAB_CLOSE_WAIT && lab_server_is_waiting (self->server))
    self->closing = TRUE;
  else if (choice == LAB_CLOSE_WAIT)
    remove_now (self->server);  /* they have gone while the question was asked */
  if (choice != LAB_CLOSE_CANCEL)
    destroy_window (self);
}

/**
 * lab_server_ending_may_close:
 * @self: the end of a server
 *
 * Asks what is to become of a live segment, and closes the window after the answer.
 *
 * Returns: whether the window may close at once
 */
gboolean
lab_server_ending_may_close (LabServerEnding *self)
{
  g_return_val_if_fail (LAB_IS_SERVER_ENDING (self), TRUE);

  if (!lab_server_is_live (self->server))
    return TRUE;

  lab_close_dialog_present (self->window, self->server, close_answer_cb, g_object_ref (self));

  return FALSE;
}

/**
 * lab_server_ending_toggle_wait:
 * @self: the end of an attached server
 *
 * Waits for the clients; or, while it waits, goes on without them, and the window stays.
 */
void
lab_server_ending_toggle_wait (LabServerEnding *self)
{
  g_return_if_fail (LAB_IS_SERVER_ENDING (self));

  if (!lab_server_is_waiting (self->server))
    {
      lab_server_wait (self->server);
      return;
    }

  self->closing = FALSE;
  lab_server_stop_waiting (self->server);
}

/**
 * lab_server_ending_clean_up:
 * @self: the end of a server
 *
 * Removes what this process made, for a signal or the end of the session.  Whoever asks
 * goes through the windows meanwhile, so the window stays.
 */
void
lab_server_ending_clean_up (LabServerEnding *self)
{
  g_return_if_fail (LAB_IS_SERVER_ENDING (self));

  self->closing = FALSE;
  lab_server_clean_up (self->server);
}
