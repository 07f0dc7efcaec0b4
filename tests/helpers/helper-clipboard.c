/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Owns the clipboard with the bytes of a file as its text, whatever they are,
 * as a careless program does.
 *
 * helper-clipboard FILE
 *
 * Prints "ready" when the clipboard is its own. */

#include "config.h"

#include <gtk/gtk.h>

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  GdkContentProvider *providers[2];
  g_autoptr(GdkContentProvider) all = NULL;
  char *contents;
  gsize length;

  gtk_init ();
  if (!g_file_get_contents (argv[1], &contents, &length, &error))
    {
      g_printerr ("helper-clipboard: %s\n", error->message);
      return 1;
    }

  bytes = g_bytes_new_take (contents, length);
  providers[0] = gdk_content_provider_new_for_bytes ("text/plain;charset=utf-8", bytes);
  providers[1] = gdk_content_provider_new_for_bytes ("UTF8_STRING", bytes);
  all = gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
  if (!gdk_clipboard_set_content (gdk_display_get_clipboard (gdk_display_get_default ()), all))
    return 1;
  gdk_display_sync (gdk_display_get_default ());

  g_print ("ready\n");
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}
