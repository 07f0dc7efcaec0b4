/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-label.h"

#define MIN_CHARS 14  /* letters in a line at least */

/* A third of the letters of the longest line: however narrow they are, GTK then finds that
 * the label would like at least the width that it must have, and warns of nothing. */
static void
label_changed_cb (GtkLabel *label)
{
  int n = 0, longest = 0;

  for (const char *p = gtk_label_get_text (label); *p != '\0' && longest < 3 * MIN_CHARS; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      n = c == '\n' ? 0 : n + !g_unichar_iszerowidth (c);
      longest = MAX (longest, n);
    }

  gtk_label_set_width_chars (label, longest / 3);
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
