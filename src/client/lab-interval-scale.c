/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-interval-scale.h"

#include <math.h>

#include <glib/gi18n.h>

#include "backend/client/lab-poller.h"
#include "backend/kernel/lab-text.h"

struct _LabIntervalScale
{
  GtkWidget      parent_instance;

  GtkAdjustment *adjustment;  /* the logarithm to base 10 of milliseconds */
  GtkLabel      *value;
  guint          interval_ms;
};

enum { PROP_0, PROP_INTERVAL_MS, N_PROPS };

G_DEFINE_FINAL_TYPE (LabIntervalScale, lab_interval_scale, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Two digits that people would choose themselves: 10, 11 … 100, 110 … */
static guint
round_interval (double log_ms)
{
  double ms = pow (10, log_ms);
  double unit = pow (10, floor (log10 (ms) + 1e-9) - 1);

  return CLAMP ((guint) (round (ms / unit) * unit), LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS);
}

static void
update_value (LabIntervalScale *self)
{
  g_autofree char *text = lab_text_format_duration ((gint64) self->interval_ms * 1000000);

  gtk_label_set_text (self->value, text);
}

static void
value_changed_cb (LabIntervalScale *self)
{
  guint interval_ms = round_interval (gtk_adjustment_get_value (self->adjustment));

  if (self->interval_ms == interval_ms)
    return;

  self->interval_ms = interval_ms;
  update_value (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_MS]);
}

static void
lab_interval_scale_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LabIntervalScale *self = LAB_INTERVAL_SCALE (object);

  switch (prop_id)
    {
    case PROP_INTERVAL_MS:
      g_value_set_uint (value, self->interval_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_interval_scale_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  LabIntervalScale *self = LAB_INTERVAL_SCALE (object);

  switch (prop_id)
    {
    case PROP_INTERVAL_MS:
      lab_interval_scale_set_interval_ms (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_interval_scale_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (lab_interval_scale_parent_class)->dispose (object);
}

static void
lab_interval_scale_class_init (LabIntervalScaleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_interval_scale_dispose;
  object_class->get_property = lab_interval_scale_get_property;
  object_class->set_property = lab_interval_scale_set_property;

  properties[PROP_INTERVAL_MS] =
    g_param_spec_uint ("interval-ms", NULL, NULL, LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS,
                       LAB_POLLER_DEFAULT_INTERVAL_MS,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-interval-scale.ui");
  gtk_widget_class_bind_template_child (widget_class, LabIntervalScale, adjustment);
  gtk_widget_class_bind_template_child (widget_class, LabIntervalScale, value);
  gtk_widget_class_bind_template_callback (widget_class, value_changed_cb);
}

static void
lab_interval_scale_init (LabIntervalScale *self)
{
  self->interval_ms = LAB_POLLER_DEFAULT_INTERVAL_MS;
  gtk_widget_init_template (GTK_WIDGET (self));
  update_value (self);
}

guint
lab_interval_scale_get_interval_ms (LabIntervalScale *self)
{
  g_return_val_if_fail (LAB_IS_INTERVAL_SCALE (self), 0);

  return self->interval_ms;
}

/**
 * lab_interval_scale_set_interval_ms:
 * @self: a scale
 * @interval_ms: milliseconds, from 10 to 5000
 */
void
lab_interval_scale_set_interval_ms (LabIntervalScale *self,
                                    guint             interval_ms)
{
  g_return_if_fail (LAB_IS_INTERVAL_SCALE (self));

  interval_ms = CLAMP (interval_ms, LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS);
  if (self->interval_ms == interval_ms)
    return;

  /* First the exact value, so that the slider's rounded one changes nothing. */
  self->interval_ms = interval_ms;
  g_signal_handlers_block_by_func (self->adjustment, value_changed_cb, self);
  gtk_adjustment_set_value (self->adjustment, log10 (interval_ms));
  g_signal_handlers_unblock_by_func (self->adjustment, value_changed_cb, self);
  update_value (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_MS]);
}
