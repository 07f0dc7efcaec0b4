/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-key-settings.h"

#include <gio/gio.h>

/**
 * lab_key_settings_load:
 * @error: return location for an error
 *
 * What the user chose last in either window; both programs share it, so that
 * they find each other.  Without a choice it is the default file with letter A.
 *
 * Returns: (transfer full): the choice, or %NULL with @error set when the default
 *   file could not be made
 */
LabKeyChoice *
lab_key_settings_load (GError **error)
{
  g_autoptr(GSettings) settings = g_settings_new (APP_ID_PREFIX);
  g_autoptr(GVariant) path = g_settings_get_value (settings, "key-file");
  key_t key = (key_t) g_settings_get_uint (settings, "key");
  int letter = (int) g_settings_get_uint (settings, "key-letter");
  LabKeyChoice *choice;

  if (key != 0)
    return lab_key_choice_new_key (key);
  if (*g_variant_get_bytestring (path) != '\0')
    return lab_key_choice_new_file (g_variant_get_bytestring (path), letter);

  choice = lab_key_choice_new_default (error);
  if (choice != NULL)
    choice->letter = letter;

  return choice;
}

/**
 * lab_key_settings_save:
 * @choice: what the user chose
 *
 * Remembers the choice for both programs.
 */
void
lab_key_settings_save (const LabKeyChoice *choice)
{
  g_autoptr(GSettings) settings = g_settings_new (APP_ID_PREFIX);
  g_autoptr(LabKeyChoice) standard = lab_key_choice_new_default (NULL);

  g_return_if_fail (choice != NULL);

  if (choice->path == NULL)
    {
      g_settings_set_uint (settings, "key", (guint) choice->key);
      return;
    }

  g_settings_set_uint (settings, "key", 0);
  g_settings_set_uint (settings, "key-letter", (guint) choice->letter);
  if (standard != NULL && g_strcmp0 (choice->path, standard->path) == 0)
    g_settings_reset (settings, "key-file");
  else
    g_settings_set_value (settings, "key-file", g_variant_new_bytestring (choice->path));
}
