/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-choose-file.h"

#include <glib/gi18n-lib.h>

/* The dialog of a widget that has asked, and the widget of a dialog. */
#define ASKED "lab-asked-for-file"

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             gpointer         data)
{
  LabFileChosenFunc chosen = (LabFileChosenFunc) data;
  g_autoptr(GtkWidget) asker = g_object_ref (g_object_get_data (G_OBJECT (dialog), ASKED));
  g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  g_object_set_data (G_OBJECT (asker), ASKED, NULL);
  chosen (asker, file);
}

static void
destroy_dialog (gpointer dialog)
{
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/* The dialog goes with the widget that asked. */
static void
asker_destroyed_cb (GtkNativeDialog *dialog,
                    GtkWidget       *asker)
{
  g_object_set_data (G_OBJECT (asker), ASKED, NULL);
}

/**
 * lab_choose_file:
 * @asker: the widget that asks
 * @action: whether the file is to be opened or saved
 * @title: of the dialog, translated
 * @start: (nullable): the file to begin with
 * @name: (nullable): a name to begin with, when saving
 * @chosen: told once what the user chose, unless @asker is gone by then
 *
 * Asks for a file in the desktop's own dialog, without blocking.  A widget has one
 * such dialog at a time: to ask again shows the one that is open.
 */
void
lab_choose_file (GtkWidget            *asker,
                 GtkFileChooserAction  action,
                 const char           *title,
                 GFile                *start,
                 const char           *name,
                 LabFileChosenFunc     chosen)
{
  GtkFileChooserNative *dialog;
  GtkRoot *root;

  g_return_if_fail (GTK_IS_WIDGET (asker));
  g_return_if_fail (title != NULL && chosen != NULL);

  dialog = g_object_get_data (G_OBJECT (asker), ASKED);
  if (dialog != NULL)
    {
      gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
      return;
    }

  root = gtk_widget_get_root (asker);
  dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action,
                                        action == GTK_FILE_CHOOSER_ACTION_SAVE && name != NULL ? _("_Save") : _("_Choose"),
                                        _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (start != NULL)
    gtk_file_chooser_set_file (GTK_FILE_CHOOSER (dialog), start, NULL);
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);

  g_object_set_data (G_OBJECT (dialog), ASKED, asker);
  g_signal_connect_object (asker, "destroy", G_CALLBACK (asker_destroyed_cb), dialog, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (asker), ASKED, dialog, destroy_dialog);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), (gpointer) chosen);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
