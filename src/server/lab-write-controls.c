/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-write-controls.h"

#include <glib/gi18n.h>

#include "server/lab-protection.h"

static GtkWidget *
new_slow_switch (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *slow_switch = gtk_switch_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (_("S_low motion"));

  gtk_widget_set_valign (slow_switch, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (slow_switch), "win.slow");
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), slow_switch);
  gtk_accessible_update_property (GTK_ACCESSIBLE (slow_switch), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Slow motion"), -1);
  gtk_widget_set_tooltip_text (box, _("Store the message byte by byte, so that clients can look in the middle of it"));
  gtk_box_append (GTK_BOX (box), slow_switch);
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

static GtkWidget *
new_race_button (void)
{
  GtkWidget *button = gtk_button_new_with_label (_("Race…"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.race");
  gtk_widget_set_tooltip_text (button, _("Write and read as fast as possible, protocol against protocol"));

  return button;
}

/**
 * lab_write_controls_add:
 * @entry: where the message is typed
 * @publisher: what writes it
 *
 * Has @entry tell what becomes of a message, and puts what decides about how messages are
 * written beside it: slow motion, protection, race.
 */
void
lab_write_controls_add (LabMessageEntry *entry,
                        LabPublisher    *publisher)
{
  lab_message_entry_set_publisher (entry, publisher);
  lab_message_entry_add_control (entry, new_slow_switch ());
  lab_message_entry_add_control (entry, lab_protection_new (publisher));
  lab_message_entry_add_control (entry, new_race_button ());
}
