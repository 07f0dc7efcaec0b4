/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-client-counters.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-protocol-words.h"
#include "client/lab-message-display.h"
#include "ui/parts/lab-label.h"

struct _LabClientCounters
{
  GtkBox       parent_instance;

  LabReceiver *receiver;
  LabPoller   *poller;
};

enum { PROP_0, PROP_RECEIVER, PROP_POLLER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabClientCounters, lab_client_counters, GTK_TYPE_BOX)

static GParamSpec *properties[N_PROPS];

/* The words beside the numbers; they stand in no sentence. */

static char *
format_rate (GObject *unused,
             guint    pace,
             double   rate)
{
  if (pace == LAB_PACE_STOPPED || pace == LAB_PACE_PAUSED)
    return g_strdup ("0");
  if (rate <= 0)
    return g_strdup ("");
  if (rate < 1)
    return g_strdup ("1");

  return rate < 10 && rate != (int) rate ? g_strdup_printf ("%.1f", rate) : lab_text_format_count ((guint64) (rate + 0.5));
}

static char *
name_rate (GObject *unused,
           guint    pace,
           double   rate)
{
  g_autofree char *period = NULL;

  switch (pace)
    {
    case LAB_PACE_STOPPED:
      /* Translators: stands after the number 0, which is not in the text */
      return g_strdup (_("looks: not attached"));
    case LAB_PACE_PAUSED:
      return g_strdup (_("looks: paused"));
    case LAB_PACE_FULL_SPEED:
      /* Translators: stands after a number, which is not in the text */
      return g_strdup (rate > 0 ? _("looks a second, in the race") : _("looking as fast as it can"));
    case LAB_PACE_BY_CLOCK:
    default:
      break;
    }
  if (rate >= 1)
    /* Translators: stands after its number, which is not in the text, as do the words that follow */
    return g_strdup (g_dngettext (NULL, "look a second", "looks a second", rate > 1 ? (gulong) MAX (2, rate) : 1));

  period = lab_text_format_duration (rate > 0 ? (gint64) (1e9 / rate + 0.5) : 0);

  /* Translators: stands after the number 1; %s is a time, such as “5 s” */
  return g_strdup_printf (_("look every %s"), period);
}

static char *
describe_looks (GObject *unused,
                guint64  n)
{
  g_autofree char *time = lab_text_format_clock (g_get_real_time (), 0);
  g_autofree char *looks = lab_counter_format (n);

  /* Translators: a number, and the time at which it was read */
  return g_strdup_printf (g_dngettext (NULL, "%s look into the segment up to %s; those in a race are counted apart",
                                       "%s looks into the segment up to %s; those in a race are counted apart",
                                       (gulong) MIN (n, G_MAXULONG)), looks, time);
}

static char *
describe_waits (GObject *unused,
                guint64  n_waited)
{
  g_autofree char *waited = lab_counter_format (n_waited);

  /* Translators: the number is one of looks */
  return g_strdup_printf (_("How often it came to be somebody else’s turn; each look tries again, and up to now %s had to wait"),
                          waited);
}

static char *
describe_race (GObject   *unused,
               LabPoller *poller,
               guint      n_seconds)
{
  g_autofree char *seen = NULL;

  if (poller == NULL || n_seconds == 0)
    return NULL;

  seen = lab_race_describe_seen (lab_poller_get_race (poller, NULL));

  /* Translators: of a race at full speed; %s says how long it was and what was counted in it */
  return g_strdup_printf (_("Race, counted apart: %s"), seen);
}

/* While it runs the message’s place tells the same. */
static gboolean
has_race (GObject *unused,
          guint    n_seconds,
          gboolean racing)
{
  return n_seconds > 0 && !racing;
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
  /* Translators: stands after how often it was somebody else’s turn */
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
  return lab_counter_format (n);
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
set_poller (LabClientCounters *self,
            LabPoller         *poller)
{
  if (self->poller == poller)
    return;

  g_return_if_fail (self->poller == NULL);

  self->poller = g_object_ref (poller);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLLER]);
}

static void
lab_client_counters_dispose (GObject *object)
{
  LabClientCounters *self = LAB_CLIENT_COUNTERS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_CLIENT_COUNTERS);
  g_clear_object (&self->receiver);
  g_clear_object (&self->poller);

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
    case PROP_POLLER:
      g_value_set_object (value, self->poller);
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
    case PROP_POLLER:
      set_poller (self, g_value_get_object (value));
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
  properties[PROP_POLLER] =
    g_param_spec_object ("poller", NULL, NULL, LAB_TYPE_POLLER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-client-counters.ui");
  gtk_widget_class_bind_template_callback (widget_class, format_count);
  gtk_widget_class_bind_template_callback (widget_class, format_rate);
  gtk_widget_class_bind_template_callback (widget_class, name_rate);
  gtk_widget_class_bind_template_callback (widget_class, describe_looks);
  gtk_widget_class_bind_template_callback (widget_class, describe_waits);
  gtk_widget_class_bind_template_callback (widget_class, describe_race);
  gtk_widget_class_bind_template_callback (widget_class, has_race);
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
  lab_label_keep_widths (GTK_WIDGET (self));
}
