/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-slow-bar.h"

#include <glib/gi18n.h>

#include "backend/protocol/lab-protocol-words.h"

struct _LabSlowBar
{
  GtkWidget      parent_instance;

  LabPublisher  *publisher;
  GtkWidget     *box;
  GtkButton     *play;
  GtkWidget     *step;
  GtkWidget     *finish;
  GtkAdjustment *speed;
  GtkLabel      *speed_value;
  GtkLabel      *progress;
};

G_DEFINE_FINAL_TYPE (LabSlowBar, lab_slow_bar, GTK_TYPE_WIDGET)

static char *
describe_progress (LabSlowBar *self)
{
  g_autofree char *next = lab_publisher_dup_next_store (self->publisher);
  g_autofree char *why = NULL;
  pid_t pid;
  LabReason reason = lab_publisher_get_reason (self->publisher, &pid);
  gsize n_done;
  gsize n_steps;

  if (next == NULL)
    return g_strdup (_("Choose Write: the message is then stored byte by byte"));

  lab_publisher_get_progress (self->publisher, &n_done, &n_steps);
  if (reason != LAB_REASON_NONE)
    {
      why = lab_reason_describe (reason, pid);
      return g_strdup_printf (_("waiting: %s"), why);
    }

  /* Translators: “store 5 of 51: addr[0x4] = 'o'” */
  return g_strdup_printf (_("store %zu of %zu: %s"), n_done + 1, n_steps, next);
}

static void
update (LabSlowBar *self)
{
  gboolean writing = lab_publisher_is_writing (self->publisher);
  g_autofree char *progress = describe_progress (self);
  g_autofree char *speed = g_strdup_printf (_("%u per second"), lab_publisher_get_speed (self->publisher));

  gtk_widget_set_visible (GTK_WIDGET (self), lab_publisher_is_slow (self->publisher));
  gtk_widget_set_sensitive (GTK_WIDGET (self->play), writing);
  gtk_widget_set_sensitive (self->step, writing);
  gtk_widget_set_sensitive (self->finish, writing);
  gtk_button_set_label (self->play, lab_publisher_is_playing (self->publisher) ? _("Pause") : _("Play"));
  gtk_label_set_text (self->progress, progress);
  gtk_label_set_text (self->speed_value, speed);
}

static void
play_cb (LabSlowBar *self)
{
  lab_publisher_set_playing (self->publisher, !lab_publisher_is_playing (self->publisher));
}

static void
step_cb (LabSlowBar *self)
{
  lab_publisher_set_playing (self->publisher, FALSE);
  lab_publisher_store_one (self->publisher);
}

static void
finish_cb (LabSlowBar *self)
{
  lab_publisher_finish (self->publisher);
}

static void
speed_changed_cb (LabSlowBar *self)
{
  if (self->publisher == NULL)
    return;

  lab_publisher_set_speed (self->publisher, (guint) gtk_adjustment_get_value (self->speed));
  update (self);
}

static void
lab_slow_bar_dispose (GObject *object)
{
  LabSlowBar *self = LAB_SLOW_BAR (object);

  if (self->publisher != NULL)
    g_signal_handlers_disconnect_by_data (self->publisher, self);
  g_clear_object (&self->publisher);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_slow_bar_parent_class)->dispose (object);
}

static void
lab_slow_bar_class_init (LabSlowBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_slow_bar_dispose;

  gtk_widget_class_set_css_name (widget_class, "labslowbar");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-slow-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, box);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, play);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, step);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, finish);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, speed);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, speed_value);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, progress);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_cb);
  gtk_widget_class_bind_template_callback (widget_class, finish_cb);
  gtk_widget_class_bind_template_callback (widget_class, speed_changed_cb);
}

static void
lab_slow_bar_init (LabSlowBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_slow_bar_new:
 * @publisher: whose stores it paces
 *
 * Returns: the bar; hidden while it writes at full speed
 */
GtkWidget *
lab_slow_bar_new (LabPublisher *publisher)
{
  LabSlowBar *self = g_object_new (LAB_TYPE_SLOW_BAR, NULL);

  self->publisher = g_object_ref (publisher);
  g_signal_connect_swapped (publisher, "changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}
