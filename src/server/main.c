/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "backend/choice/lab-options.h"
#include "backend/kernel/lab-text.h"
#include "copies/lab-copies-window.h"
#include "segments/lab-segments-window.h"
#include "server/lab-server-resources.h"
#include "server/lab-server-window.h"
#include "ui/app/lab-application.h"

static const GOptionEntry entries[] = {
  { "size", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Make a segment of this size, such as 4096 or 64KiB"), N_("SIZE") },
  { "mode", 'm', 0, G_OPTION_ARG_STRING, NULL, N_("Who may attach, such as 0600 or rw-r-----"), N_("MODE") },
  { "start", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Make the segment and attach it at once"), NULL },
  /* As a file name it may be any bytes, so that what is no text is refused in our own words. */
  { "message", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Put this message into the entry; with --start, write it"), N_("TEXT") },
  { "copies", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the window Four Copies or Two instead"), NULL },
  { NULL },
};

typedef struct
{
  gboolean      copies;
  LabKeyChoice *choice;
  gsize         size_bytes;
  guint         mode;
  gboolean      start;
  char         *message;
} Choices;

static gboolean
parse_choices (GVariantDict  *options,
               gpointer       data,
               GError       **error)
{
  Choices *choices = data;
  const char *text;

  choices->copies = g_variant_dict_contains (options, "copies");
  choices->choice = lab_options_get_choice (options);
  choices->size_bytes = G_MAXSIZE;
  choices->mode = G_MAXUINT;
  choices->start = g_variant_dict_contains (options, "start");
  if (g_variant_dict_lookup (options, "size", "&s", &text) && !lab_size_parse (text, &choices->size_bytes, error))
    return FALSE;
  if (g_variant_dict_lookup (options, "mode", "&s", &text) && !lab_mode_parse (text, &choices->mode, error))
    return FALSE;
  if (g_variant_dict_lookup (options, "message", "^ay", &choices->message)
      && !lab_text_check_message (choices->message, strlen (choices->message), G_MAXSIZE, error))
    return FALSE;

  return TRUE;
}

static void
startup_cb (LabApplication *application)
{
  lab_application_add_window (application, "segments", "<Ctrl>l", lab_segments_window_present);
  lab_application_add_window (application, "copies", "<Ctrl>4", lab_copies_window_present);
}

static void
activate_cb (LabApplication *application,
             Choices        *choices)
{
  LabServerWindow *window;

  if (choices->copies)
    {
      lab_copies_window_present (NULL);
      return;
    }

  window = lab_server_window_new (application);
  lab_server_window_choose (window, choices->choice, choices->size_bytes, choices->mode);
  if (choices->message != NULL)
    lab_server_window_set_message (window, choices->message);
  if (choices->start)
    lab_server_window_start (window);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_autoptr(LabApplication) application = lab_application_new (LAB_ROLE_SERVER);
  Choices choices = { 0 };
  int status;

  lab_server_register_resource ();
  lab_application_add_options (application, entries,
                               _("Makes a System V shared memory segment and writes messages into it."),
                               parse_choices, &choices);
  g_signal_connect (application, "startup", G_CALLBACK (startup_cb), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &choices);
  status = g_application_run (G_APPLICATION (application), argc, argv);

  g_clear_pointer (&choices.choice, lab_key_choice_free);
  g_free (choices.message);

  return status;
}
