/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-label.h"

#define MIN_CHARS 14         /* letters in a line at least */
#define MIN_DIALOG_CHARS 40  /* in a dialog, where GTK would like to have 60 */

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

/* In average letters of the label's font, as GTK counts them. */
static int
measure_longest_line (GtkLabel *label)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (label), gtk_label_get_text (label));
  PangoFontMetrics *metrics = pango_context_get_metrics (pango_layout_get_context (layout), NULL, NULL);
  const int letter = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                          pango_font_metrics_get_approximate_digit_width (metrics));
  int width;

  pango_font_metrics_unref (metrics);
  pango_layout_get_size (layout, &width, NULL);

  return width / MAX (letter, 1);
}

/**
 * lab_label_keep_dialog_wide:
 * @dialog: a dialog that has its text
 *
 * Does for the labels of a dialog what lab_label_keep_widths() does; lines that are longer than
 * %MIN_DIALOG_CHARS letters are kept as wide as that: a list of some lines takes GTK four times
 * as long as all the rest of the dialog when it is to find out how narrow that could be.
 */
void
lab_label_keep_dialog_wide (GtkMessageDialog *dialog)
{
  GtkWidget *area;

  g_return_if_fail (GTK_IS_MESSAGE_DIALOG (dialog));

  area = gtk_message_dialog_get_message_area (dialog);
  lab_label_keep_widths (area);
  for (GtkWidget *child = gtk_widget_get_first_child (area); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && gtk_label_get_wrap (GTK_LABEL (child)) && measure_longest_line (GTK_LABEL (child)) > MIN_DIALOG_CHARS)
      gtk_label_set_width_chars (GTK_LABEL (child), MIN_DIALOG_CHARS);
}
