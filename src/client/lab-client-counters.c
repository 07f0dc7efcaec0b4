/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-counters.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"

struct _LabClientCounters
{
  GtkBox       parent_instance;

  LabReceiver *receiver;
};

enum { PROP_0, PROP_RECEIVER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabClientCounters, lab_client_counters, GTK_TYPE_BOX)

static GParamSpec *properties[N_PROPS];

/* The words beside the numbers; they stand in no sentence. */

static char *
name_looks (GObject *unused,
            guint64  n)
{
  /* Translators: stands after its number, which is not in the text, as do the words that follow */
  return g_strdup (g_dngettext (NULL, "look", "looks", (gulong) MIN (n, G_MAXULONG)));
}

static char *
name_messages (GObject *unused,
               guint64  n)
{
  return g_strdup (g_dngettext (NULL, "message", "messages", (gulong) MIN (n, G_MAXULONG)));
}

static char *
name_missed (GObject *unused,
             guint64  n)
{
  /* Translators: stands after the number of messages that were missed */
  return g_strdup (g_dngettext (NULL, "missed", "missed", (gulong) MIN (n, G_MAXULONG)));
}

static char *
name_torn (GObject *unused,
           guint64  n)
{
  /* Translators: stands after the number of looks that showed half a message */
  return g_strdup (g_dngettext (NULL, "torn", "torn", (gulong) MIN (n, G_MAXULONG)));
}

static char *
name_waited (GObject *unused,
             guint64  n)
{
  /* Translators: stands after the number of looks that found somebody else’s turn */
  return g_strdup (g_dngettext (NULL, "waited", "waited", (gulong) MIN (n, G_MAXULONG)));
}

static char *
name_retried (GObject *unused,
              guint64  n)
{
  /* Translators: stands after the number of looks that had to begin again */
  return g_strdup (g_dngettext (NULL, "retried", "retried", (gulong) MIN (n, G_MAXULONG)));
}

static char *
format_count (GObject *unused,
              guint64  n)
{
  return lab_text_format_count (n);
}

static void
enter_cb (LabClientCounters *self)
{
  if (self->receiver != NULL)
    lab_receiver_tell_counters (self->receiver);
}

static void
set_receiver (LabClientCounters *self,
              LabReceiver       *receiver)
{
  if (self->receiver == receiver)
    return;

  g_return_if_fail (self->receiver == NULL);

  self->receiver = g_object_ref (receiver);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVER]);
}

static void
lab_client_counters_dispose (GObject *object)
{
  LabClientCounters *self = LAB_CLIENT_COUNTERS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_CLIENT_COUNTERS);
  g_clear_object (&self->receiver);

  G_OBJECT_CLASS (lab_client_counters_parent_class)->dispose (object);
}

static void
lab_client_counters_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  LabClientCounters *self = LAB_CLIENT_COUNTERS (object);

  switch (prop_id)
    {
    case PROP_RECEIVER:
      g_value_set_object (value, self->receiver);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_counters_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  LabClientCounters *self = LAB_CLIENT_COUNTERS (object);

  switch (prop_id)
    {
    case PROP_RECEIVER:
      set_receiver (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_client_counters_class_init (LabClientCountersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_client_counters_dispose;
  object_class->get_property = lab_client_counters_get_property;
  object_class->set_property = lab_client_counters_set_property;

  properties[PROP_RECEIVER] =
    g_param_spec_object ("receiver", NULL, NULL, LAB_TYPE_RECEIVER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-client-counters.ui");
  gtk_widget_class_bind_template_callback (widget_class, format_count);
  gtk_widget_class_bind_template_callback (widget_class, name_looks);
  gtk_widget_class_bind_template_callback (widget_class, name_messages);
  gtk_widget_class_bind_template_callback (widget_class, name_missed);
  gtk_widget_class_bind_template_callback (widget_class, name_torn);
  gtk_widget_class_bind_template_callback (widget_class, name_waited);
  gtk_widget_class_bind_template_callback (widget_class, name_retried);
  gtk_widget_class_bind_template_callback (widget_class, enter_cb);
}

static void
lab_client_counters_init (LabClientCounters *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
