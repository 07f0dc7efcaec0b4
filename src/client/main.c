/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "backend/choice/lab-options.h"
#include "client/lab-client-resources.h"
#include "client/lab-client-window.h"
#include "copies/lab-copies-window.h"
#include "segments/lab-segments-window.h"
#include "ui/app/lab-application.h"

static const GOptionEntry entries[] = {
  { "id", 'i', 0, G_OPTION_ARG_STRING, NULL, N_("Attach the segment with this id instead of a key"), N_("ID") },
  { "interval", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Look every so many milliseconds, 10 to 5000"), N_("MS") },
  { "detached", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the window without attaching"), NULL },
  { NULL },
};

typedef struct
{
  LabKeyChoice *choice;
  int           id;
  guint         interval_ms;
  gboolean      detached;
} Choices;

static gboolean
parse_number (GVariantDict  *options,
              const char    *name,
              guint64        least,
              guint64        most,
              guint64       *number,
              GError       **error)
{
  const char *text;
  g_autoptr(GError) local_error = NULL;

  if (!g_variant_dict_lookup (options, name, "&s", &text)
      || g_ascii_string_to_unsigned (text, 10, least, most, number, &local_error))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("“%s” is no value for --%s: give a whole number from %lu to %lu"),
               text, name, (gulong) least, (gulong) most);

  return FALSE;
}

static gboolean
parse_choices (GVariantDict  *options,
               gpointer       data,
               GError       **error)
{
  Choices *choices = data;
  guint64 id = G_MAXUINT64;
  guint64 interval_ms = 0;

  if (!parse_number (options, "id", 0, G_MAXINT, &id, error)
      || !parse_number (options, "interval", LAB_POLLER_MIN_INTERVAL_MS, LAB_POLLER_MAX_INTERVAL_MS, &interval_ms, error))
    return FALSE;

  choices->choice = lab_options_get_choice (options);
  choices->id = id == G_MAXUINT64 ? -1 : (int) id;
  choices->interval_ms = (guint) interval_ms;
  choices->detached = g_variant_dict_contains (options, "detached");
  if (choices->choice != NULL && choices->id >= 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("A segment is named either by its id (--id) or by a key (--key, --file, --letter); give only one of the two"));
      return FALSE;
    }

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
  LabClientWindow *window = lab_client_window_new (application);

  lab_client_window_choose (window, choices->choice, choices->id, choices->interval_ms);
  if (!choices->detached)
    lab_client_go (lab_client_window_get_client (window));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_autoptr(LabApplication) application = lab_application_new (LAB_ROLE_CLIENT);
  Choices choices = { .id = -1 };
  int status;

  lab_client_register_resource ();
  lab_application_add_options (application, entries,
                               _("Attaches a System V shared memory segment and shows the messages in it."),
                               parse_choices, &choices);
  g_signal_connect (application, "startup", G_CALLBACK (startup_cb), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &choices);
  status = g_application_run (G_APPLICATION (application), argc, argv);

  g_clear_pointer (&choices.choice, lab_key_choice_free);

  return status;
}
