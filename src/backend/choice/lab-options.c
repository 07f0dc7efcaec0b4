/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/choice/lab-options.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"

static const GOptionEntry entries[] = {
  { "file", 'f', 0, G_OPTION_ARG_FILENAME, NULL, N_("Make the key from this file (ftok)"), N_("FILE") },
  { "letter", 'l', 0, G_OPTION_ARG_STRING, NULL, N_("Make the key with this letter, A when not given (ftok)"), N_("LETTER") },
  { "key", 'k', 0, G_OPTION_ARG_STRING, NULL, N_("Use this key, in hex (0x…) or decimal, instead of a file"), N_("KEY") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL },
  { NULL },
};

/**
 * lab_options_add:
 * @application: an application before g_application_run()
 *
 * Adds --file, --letter, --key and --version.
 */
void
lab_options_add (GApplication *application)
{
  g_application_add_main_option_entries (application, entries);
}

/* Left to GApplication it would be a warning, and later than the first window. */
static gboolean
refuse_surplus (GVariantDict  *options,
                GError       **error)
{
  g_autofree const char **surplus = NULL;
  g_autofree char *shown = NULL;

  if (!g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &surplus))
    return TRUE;

  shown = lab_text_format_path (surplus[0]);
  g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_FAILED,
               _("“%s” belongs to no option; --help lists the options"), shown);

  return FALSE;
}

static gboolean
parse_choice (GVariantDict  *options,
              LabKeyChoice **choice,
              GError       **error)
{
  const char *path = NULL;
  const char *letter_text = NULL;
  const char *key_text = NULL;
  int letter = 'A';
  key_t key;

  g_variant_dict_lookup (options, "file", "^&ay", &path);
  g_variant_dict_lookup (options, "letter", "&s", &letter_text);
  g_variant_dict_lookup (options, "key", "&s", &key_text);
  *choice = NULL;

  if (key_text != NULL)
    {
      if (path != NULL || letter_text != NULL)
        {
          g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                               _("A key is either typed (--key) or made from a file and a letter (--file, --letter); give only one of the two"));
          return FALSE;
        }
      if (!lab_key_parse (key_text, &key, error))
        return FALSE;
      *choice = lab_key_choice_new_key (key);
      return TRUE;
    }

  if (letter_text != NULL && !lab_letter_parse (letter_text, &letter, error))
    return FALSE;

  if (path != NULL && *path == '\0')
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                           _("--file names no file, so ftok can make no key from it; choose a file that exists"));
      return FALSE;
    }
  if (path != NULL)
    {
      g_autofree char *absolute = g_canonicalize_filename (path, NULL);
      g_autofree char *shown = lab_text_format_path (path);

      if (!g_file_test (absolute, G_FILE_TEST_EXISTS))
        {
          g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                       _("There is no file “%s”, so ftok can make no key from it; choose a file that exists"), shown);
          return FALSE;
        }
      *choice = lab_key_choice_new_file (absolute, letter);
    }
  else if (letter_text != NULL)
    {
      *choice = lab_key_choice_new_default (error);
      if (*choice == NULL)
        return FALSE;
      (*choice)->letter = letter;
    }

  return TRUE;
}

/**
 * lab_options_check:
 * @options: what was given
 * @error: return location for an error
 *
 * Handles --version, checks --file, --letter and --key, and refuses what is no option.
 *
 * Errors: %LAB_SHM_ERROR_KEY when the file, letter or key makes no key,
 * %LAB_SHM_ERROR_FAILED when there is something that is no option.
 *
 * Returns: what GApplication::handle-local-options wants: -1 to go on, 0 when all
 *   is done, 1 with @error set for a bad value
 */
int
lab_options_check (GVariantDict  *options,
                   GError       **error)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("%s %s\n", g_get_prgname (), PACKAGE_VERSION);
      return 0;
    }

  return refuse_surplus (options, error) && parse_choice (options, &choice, error) ? -1 : 1;
}

/**
 * lab_options_get_choice:
 * @options: what was given, after lab_options_check() found it good
 *
 * Returns: (transfer full) (nullable): the key that was chosen, or %NULL when none was
 */
LabKeyChoice *
lab_options_get_choice (GVariantDict *options)
{
  LabKeyChoice *choice;

  return parse_choice (options, &choice, NULL) ? choice : NULL;
}

/**
 * lab_options_format:
 * @choice: a key
 *
 * Returns: (transfer full): the arguments with which another program takes the same key
 */
GStrv
lab_options_format (const LabKeyChoice *choice)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *letter = NULL;
  g_autofree char *key = NULL;

  g_return_val_if_fail (choice != NULL, NULL);

  if (choice->path != NULL)
    {
      letter = g_strdup_printf ("%d", choice->letter);
      g_strv_builder_add_many (builder, "--file", choice->path, "--letter", letter, NULL);
    }
  else
    {
      key = lab_key_format (choice->key);
      g_strv_builder_add_many (builder, "--key", key, NULL);
    }

  return g_strv_builder_end (builder);
}
