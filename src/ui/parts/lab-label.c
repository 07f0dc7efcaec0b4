/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-label.h"

#define MIN_CHARS 14  /* letters in a line at least */

/* Half of the text's letters: however narrow they are, GTK then finds that the label
 * would like at least the width that it must have, and warns of nothing. */
static void
label_changed_cb (GtkLabel *label)
{
  const glong half = g_utf8_strlen (gtk_label_get_text (label), -1) / 2;

  gtk_label_set_width_chars (label, (int) MIN (half, MIN_CHARS));
}

static void
keep_width (GtkLabel *label)
{
  gtk_label_set_natural_wrap_mode (label, GTK_NATURAL_WRAP_NONE);
  g_signal_connect (label, "notify::label", G_CALLBACK (label_changed_cb), NULL);
  label_changed_cb (label);
}

/**
 * lab_label_keep_widths:
 * @widget: a widget that has its children
 *
 * Keeps every label in @widget that breaks its text into lines about 14 letters wide
 * at least, as far as its text is that long.
 *
 * To find out how narrow a label can be, GTK breaks its text wherever it may, at
 * every letter if need be, and has each piece shaped; to find out how it wraps by
 * itself, it does so again and again.  That was most of what a window did before
 * its first frame.
 */
void
lab_label_keep_widths (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (GTK_IS_LABEL (widget) && gtk_label_get_wrap (GTK_LABEL (widget)))
    keep_width (GTK_LABEL (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    lab_label_keep_widths (child);
}
