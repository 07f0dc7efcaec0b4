/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-protection.h"

#include <glib/gi18n.h>

#include "backend/protocol/lab-protocol-words.h"

struct _LabProtection
{
  GtkWidget      parent_instance;

  LabPublisher  *publisher;
  GtkDropDown   *drop_down;
  GtkStringList *titles;
};

enum { PROP_0, PROP_PUBLISHER, N_PROPS };

G_DEFINE_FINAL_TYPE (LabProtection, lab_protection, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* In the order in which a lecture takes them; the default comes last. */
static const LabProtocolId order[] = {
  LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_PROTOCOL_LATCH,
};

static guint
find_position (LabProtection *self,
               guint          protocol)
{
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] == protocol)
      return i;

  return GTK_INVALID_LIST_POSITION;
}

static char *
describe_lesson (LabProtection *self,
                 guint          protocol)
{
  return g_strdup (lab_protocol_get_lesson ((LabProtocolId) protocol));
}

/* What cannot be chosen is told by the publisher's refusal, which the message entry shows. */
static void
selected_cb (LabProtection *self)
{
  guint position = gtk_drop_down_get_selected (self->drop_down);
  g_autoptr(GError) error = NULL;

  if (self->publisher == NULL || position >= G_N_ELEMENTS (order)
      || order[position] == lab_publisher_get_protocol (self->publisher))
    return;

  if (!lab_publisher_set_protocol (self->publisher, order[position], &error))
    gtk_drop_down_set_selected (self->drop_down, find_position (self, lab_publisher_get_protocol (self->publisher)));
}

static void
lab_protection_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (lab_protection_parent_class)->dispose (object);
}

static void
lab_protection_finalize (GObject *object)
{
  g_clear_object (&LAB_PROTECTION (object)->publisher);

  G_OBJECT_CLASS (lab_protection_parent_class)->finalize (object);
}

static void
lab_protection_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PUBLISHER:
      g_value_set_object (value, LAB_PROTECTION (object)->publisher);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_protection_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PUBLISHER:
      LAB_PROTECTION (object)->publisher = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_protection_class_init (LabProtectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_protection_dispose;
  object_class->finalize = lab_protection_finalize;
  object_class->get_property = lab_protection_get_property;
  object_class->set_property = lab_protection_set_property;

  properties[PROP_PUBLISHER] = g_param_spec_object ("publisher", NULL, NULL, LAB_TYPE_PUBLISHER,
                                                    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-protection.ui");
  gtk_widget_class_bind_template_child (widget_class, LabProtection, drop_down);
  gtk_widget_class_bind_template_child (widget_class, LabProtection, titles);
  gtk_widget_class_bind_template_callback (widget_class, find_position);
  gtk_widget_class_bind_template_callback (widget_class, describe_lesson);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
lab_protection_init (LabProtection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    gtk_string_list_append (self->titles, lab_protocol_get_title (order[i]));
}

/**
 * lab_protection_new:
 * @publisher: whose protocol it is
 *
 * Returns: the choice
 */
GtkWidget *
lab_protection_new (LabPublisher *publisher)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (publisher), NULL);

  return g_object_new (LAB_TYPE_PROTECTION, "publisher", publisher, NULL);
}
