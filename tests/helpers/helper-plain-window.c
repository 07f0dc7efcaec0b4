/* SPDX-License-Identifier: GPL-3.0-or-later */

/* helper-plain-window WIDTH HEIGHT [empty]
 *
 * The window that bench-start.c holds ours against: what any GTK program has at
 * least, a header bar with a title, a label, an entry, a button and a text view,
 * and text in three faces.  Given "empty", a window with nothing in it. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <gtk/gtk.h>

static void
fill (GtkWindow *window)
{
  GtkWidget *header = gtk_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new ("A heading");
  GtkWidget *code = gtk_label_new ("shmget (key, 4096, 0600)");
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *entry = gtk_entry_new ();

  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (code, "monospace");
  gtk_editable_set_text (GTK_EDITABLE (entry), "Something to edit");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "Some lines\nof text", -1);
  gtk_widget_set_vexpand (view, TRUE);

  gtk_window_set_titlebar (window, header);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), gtk_label_new ("A sentence of ordinary text"));
  gtk_box_append (GTK_BOX (box), code);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("A button"));
  gtk_box_append (GTK_BOX (box), view);
  gtk_window_set_child (window, box);
}

static void
activate_cb (GtkApplication *app,
             char          **argv)
{
  GtkWidget *window = gtk_application_window_new (app);

  gtk_window_set_title (GTK_WINDOW (window), "A plain window");
  gtk_window_set_default_size (GTK_WINDOW (window), atoi (argv[1]), atoi (argv[2]));
  if (argv[3] == NULL)
    fill (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_autoptr(GtkApplication) app = NULL;

  if (argc < 3 || (argc > 3 && strcmp (argv[3], "empty") != 0))
    {
      g_printerr ("usage: helper-plain-window WIDTH HEIGHT [empty]\n");
      return 2;
    }

  app = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), argv);

  return g_application_run (G_APPLICATION (app), 1, argv);
}
