/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-protection.h"

#include <glib/gi18n.h>

#include "backend/protocol/lab-protocol-words.h"

struct _LabProtection
{
  GtkWidget     parent_instance;

  LabPublisher *publisher;
  GtkDropDown  *drop_down;
};

enum { FAILED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabProtection, lab_protection, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

/* In the order in which a lecture takes them; the default comes last. */
static const LabProtocolId order[] = {
  LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_PROTOCOL_LATCH,
};

static guint
find_position (LabProtocolId protocol)
{
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] == protocol)
      return i;

  return GTK_INVALID_LIST_POSITION;
}

static void
changed_cb (LabProtection *self)
{
  LabProtocolId protocol = lab_publisher_get_protocol (self->publisher);
  guint position = find_position (protocol);

  if (gtk_drop_down_get_selected (self->drop_down) != position)
    gtk_drop_down_set_selected (self->drop_down, position);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), lab_protocol_get_lesson (protocol));
}

static void
selected_cb (LabProtection *self)
{
  guint position = gtk_drop_down_get_selected (self->drop_down);
  g_autoptr(GError) error = NULL;

  if (position >= G_N_ELEMENTS (order) || order[position] == lab_publisher_get_protocol (self->publisher))
    return;

  if (!lab_publisher_set_protocol (self->publisher, order[position], &error))
    {
      changed_cb (self);
      g_signal_emit (self, signals[FAILED], 0, error->message);
    }
}

static void
lab_protection_dispose (GObject *object)
{
  LabProtection *self = LAB_PROTECTION (object);
  GtkWidget *child;

  if (self->publisher != NULL)
    g_signal_handlers_disconnect_by_data (self->publisher, self);
  g_clear_object (&self->publisher);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (lab_protection_parent_class)->dispose (object);
}

static void
lab_protection_class_init (LabProtectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lab_protection_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);

  /* The protocol was not changed; with a sentence why. */
  signals[FAILED] =
    g_signal_new ("failed", LAB_TYPE_PROTECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lab_protection_init (LabProtection *self)
{
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
  LabProtection *self = g_object_new (LAB_TYPE_PROTECTION, NULL);
  GtkWidget *label = gtk_label_new_with_mnemonic (_("P_rotection"));
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);

  self->publisher = g_object_ref (publisher);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    gtk_string_list_append (titles, lab_protocol_get_title (order[i]));
  self->drop_down = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&titles)), NULL));
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (self->drop_down));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Protection"), -1);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->drop_down), GTK_WIDGET (self));

  changed_cb (self);
  g_signal_connect_swapped (self->drop_down, "notify::selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (publisher, "changed", G_CALLBACK (changed_cb), self);

  return GTK_WIDGET (self);
}
