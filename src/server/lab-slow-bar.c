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
  GtkAdjustment *speed;
};

enum { PROP_0, PROP_PUBLISHER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabSlowBar, lab_slow_bar, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static char *
describe_play (LabSlowBar *self,
               gboolean    playing)
{
  return g_strdup (playing ? _("Pause") : _("Play"));
}

static char *
describe_speed (LabSlowBar *self,
                guint       stores_per_second)
{
  return g_strdup_printf (_("%u per second"), stores_per_second);
}

static char *
describe_progress (LabSlowBar *self,
                   const char *next_store,
                   guint64     n_done,
                   guint64     n_steps,
                   guint       reason,
                   int         waiting_pid,
                   gulong      n_others,
                   gboolean    open,
                   gboolean    racing)
{
  if (!open)
    return g_strdup (_("Nothing can be stored: this process is not attached"));
  if (racing)
    return g_strdup (_("A race at full speed writes"));
  if (next_store == NULL)
    return g_strdup (_("Choose Write: the message is then stored byte by byte"));

  if (reason != LAB_REASON_NONE)
    {
      g_autofree char *why = lab_reason_describe_alone ((LabReason) reason, waiting_pid, n_others);

      return g_strdup_printf (_("waiting: %s"), why);
    }

  /* Translators: “store 5 of 51: addr[0x4] = 'o'” */
  return g_strdup_printf (_("store %zu of %zu: %s"), (gsize) n_done + 1, (gsize) n_steps, next_store);
}

static LabSlowMotion *
get_slow_motion (LabSlowBar *self)
{
  return lab_publisher_get_slow_motion (self->publisher);
}

static void
play_cb (LabSlowBar *self)
{
  lab_slow_motion_set_playing (get_slow_motion (self), !lab_slow_motion_is_playing (get_slow_motion (self)));
}

static void
step_cb (LabSlowBar *self)
{
  lab_slow_motion_set_playing (get_slow_motion (self), FALSE);
  lab_slow_motion_step (get_slow_motion (self));
}

static void
finish_cb (LabSlowBar *self)
{
  lab_slow_motion_finish (get_slow_motion (self));
}

static void
lab_slow_bar_constructed (GObject *object)
{
  LabSlowBar *self = LAB_SLOW_BAR (object);

  G_OBJECT_CLASS (lab_slow_bar_parent_class)->constructed (object);

  g_object_bind_property (self->publisher, "slow", self, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (get_slow_motion (self), "speed", self->speed, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
lab_slow_bar_dispose (GObject *object)
{
  LabSlowBar *self = LAB_SLOW_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_slow_bar_parent_class)->dispose (object);
}

static void
lab_slow_bar_finalize (GObject *object)
{
  g_clear_object (&LAB_SLOW_BAR (object)->publisher);

  G_OBJECT_CLASS (lab_slow_bar_parent_class)->finalize (object);
}

static void
lab_slow_bar_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PUBLISHER:
      g_value_set_object (value, LAB_SLOW_BAR (object)->publisher);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_slow_bar_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PUBLISHER:
      LAB_SLOW_BAR (object)->publisher = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_slow_bar_class_init (LabSlowBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = lab_slow_bar_constructed;
  object_class->dispose = lab_slow_bar_dispose;
  object_class->finalize = lab_slow_bar_finalize;
  object_class->get_property = lab_slow_bar_get_property;
  object_class->set_property = lab_slow_bar_set_property;

  properties[PROP_PUBLISHER] = g_param_spec_object ("publisher", NULL, NULL, LAB_TYPE_PUBLISHER,
                                                    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_SLOW_MOTION);
  gtk_widget_class_set_css_name (widget_class, "labslowbar");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-slow-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, box);
  gtk_widget_class_bind_template_child (widget_class, LabSlowBar, speed);
  gtk_widget_class_bind_template_callback (widget_class, describe_play);
  gtk_widget_class_bind_template_callback (widget_class, describe_speed);
  gtk_widget_class_bind_template_callback (widget_class, describe_progress);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_cb);
  gtk_widget_class_bind_template_callback (widget_class, finish_cb);
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
 * Returns: the bar; hidden while the publisher writes at full speed
 */
GtkWidget *
lab_slow_bar_new (LabPublisher *publisher)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (publisher), NULL);

  return g_object_new (LAB_TYPE_SLOW_BAR, "publisher", publisher, NULL);
}
