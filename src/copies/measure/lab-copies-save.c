/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/measure/lab-copies-save.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GtkFileChooserNative *chooser;
  GtkWindow            *parent;
  GBytes               *bytes;
  LabCopiesSavedFunc    saved;
  gpointer              data;
} Saving;

static void
saving_free (Saving *saving)
{
  g_clear_object (&saving->chooser);
  g_clear_object (&saving->parent);
  g_bytes_unref (saving->bytes);
  g_free (saving);
}

static void
replaced_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Saving *saving = user_data;
  g_autoptr(GError) error = NULL;

  g_file_replace_contents_finish (G_FILE (source), result, NULL, &error);
  saving->saved (error, saving->data);
  saving_free (saving);
}

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             Saving          *saving)
{
  g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  if (file == NULL)
    {
      saving_free (saving);
      return;
    }

  g_file_replace_contents_bytes_async (file, saving->bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, replaced_cb, saving);
}

/**
 * lab_copies_save:
 * @parent: the window that asks
 * @title: of the dialog
 * @name: a name to begin with
 * @bytes: what to save
 * @saved: told how it went, unless the user changes their mind; @parent lives until then
 * @data: for @saved
 *
 * Asks for a file and writes it, without blocking.
 */
void
lab_copies_save (GtkWindow          *parent,
                 const char         *title,
                 const char         *name,
                 GBytes             *bytes,
                 LabCopiesSavedFunc  saved,
                 gpointer            data)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  saving->parent = g_object_ref (parent);
  saving->bytes = g_bytes_ref (bytes);
  saving->saved = saved;
  saving->data = data;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (saving->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (saving->chooser), name);
  g_signal_connect (saving->chooser, "response", G_CALLBACK (response_cb), saving);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (saving->chooser));
}
