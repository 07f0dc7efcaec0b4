/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-start-check.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>

G_DEFINE_QUARK (lab-start-error, lab_start_error)

/* What the schemas in data/ have, each its own keys.  GSettings ends the process at a key that is not there, as one of
 * an older version that is still installed. */
static const struct { const char *id; const char *keys[7]; } schemas[] = {
  { APP_ID_PREFIX, { "key", "key-file", "key-letter" } },
  { APP_ID_PREFIX ".server", { "size-bytes", "mode", "write-as-i-type" } },
  { APP_ID_PREFIX ".client", { "poll-interval-ms" } },
  { APP_ID_PREFIX ".window", { "width", "height", "maximized", "steps-width", "message-height", "inspector-tab" } },
};

static gboolean
check_settings (GError **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  for (gsize i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr(GSettingsSchema) schema = NULL;

      if (source != NULL)
        schema = g_settings_schema_source_lookup (source, schemas[i].id, TRUE);
      if (schema == NULL)
        {
          g_set_error (error, LAB_START_ERROR, LAB_START_ERROR_SETTINGS,
                       _("The description of the settings (schema %s) is not installed, so nothing can be started. "
                         "Install Shmlab, start it by “sh src/run.sh” in its source folder, or set "
                         "GSETTINGS_SCHEMA_DIR to the folder “data” of where it was built."), schemas[i].id);
          return FALSE;
        }
      for (gsize j = 0; j < G_N_ELEMENTS (schemas[i].keys) && schemas[i].keys[j] != NULL; j++)
        if (!g_settings_schema_has_key (schema, schemas[i].keys[j]))
          {
            g_set_error (error, LAB_START_ERROR, LAB_START_ERROR_SETTINGS,
                         _("The description of the settings that is installed (schema %s) is of another version: it "
                           "has no “%s”. Install this version of Shmlab, or set GSETTINGS_SCHEMA_DIR to the folder "
                           "“data” of where it was built."), schemas[i].id, schemas[i].keys[j]);
            return FALSE;
          }
    }

  return TRUE;
}

static gboolean
check_display (GError **error)
{
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");
  const char *x11 = g_getenv ("DISPLAY");

  if (gtk_init_check ())
    return TRUE;

  if ((wayland == NULL || *wayland == '\0') && (x11 == NULL || *x11 == '\0'))
    g_set_error (error, LAB_START_ERROR, LAB_START_ERROR_DISPLAY,
                 _("There is no display to open a window on: neither WAYLAND_DISPLAY nor DISPLAY is set. Start it in a "
                   "desktop session, over SSH with “ssh -X”, or by “sh src/run.sh” in the source folder, which "
                   "serves the windows to a browser."));
  else
    g_set_error (error, LAB_START_ERROR, LAB_START_ERROR_DISPLAY,
                 _("The display %s cannot be opened: nothing answers there, or it lets only another user in. Start it "
                   "as the user whose desktop this is."), x11 != NULL && *x11 != '\0' ? x11 : wayland);

  return FALSE;
}

/* The nearest folder above @path that exists. */
static char *
find_existing (const char *path)
{
  g_autofree char *folder = g_strdup (path);

  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
    }

  return g_steal_pointer (&folder);
}

/* Where the home folder cannot be written, dconf complains at each change and keeps none. */
static void
check_home (void)
{
  g_autofree char *folder = find_existing (g_get_user_config_dir ());

  if (g_getenv ("GSETTINGS_BACKEND") != NULL || access (folder, W_OK) == 0)
    return;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_printerr (_("%s: Settings are not kept, since the folder %s cannot be written.\n"), g_get_prgname (), folder);
}

/**
 * lab_start_check:
 * @error: return location for an error
 *
 * Looks for what a window needs, before anything is made that would end the process
 * without a sentence when it is missing: the settings and a display, which it opens.
 * Where settings cannot be kept it says so on standard error, and they last as long as the
 * process.  To be called before other threads run, since it may change the environment.
 *
 * Errors: %LAB_START_ERROR_SETTINGS, %LAB_START_ERROR_DISPLAY.
 *
 * Returns: whether a window can be opened
 */
gboolean
lab_start_check (GError **error)
{
  if (!check_settings (error))
    return FALSE;
  check_home ();

  return check_display (error);
}
