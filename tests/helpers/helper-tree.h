/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* The checkout that is being tested: what tests about the source itself read. */
static inline const char *
tree_root (void)
{
  static char *root;

  if (root == NULL)
    root = g_path_get_dirname (g_test_get_dir (G_TEST_DIST));

  return root;
}

static inline char *
tree_read (const char *path)
{
  g_autofree char *full = g_build_filename (tree_root (), path, NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  if (!g_file_get_contents (full, &text, NULL, &error))
    g_error ("%s", error->message);

  return text;
}

static inline void
tree_walk (const char         *folder,
           const char * const *suffixes,
           GPtrArray          *files)
{
  g_autofree char *full = g_build_filename (tree_root (), folder, NULL);
  g_autoptr(GDir) dir = g_dir_open (full, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *full_path = g_build_filename (tree_root (), path, NULL);

      if (name[0] == '.')
        continue;
      if (g_file_test (full_path, G_FILE_TEST_IS_DIR))
        tree_walk (path, suffixes, files);
      else
        for (gsize i = 0; suffixes[i] != NULL; i++)
          if (g_str_has_suffix (name, suffixes[i]))
            {
              g_ptr_array_add (files, g_steal_pointer (&path));
              break;
            }
    }
}

/* The files below @folder whose names end in one of the suffixes, as paths from the checkout's top. */
static inline GPtrArray * G_GNUC_NULL_TERMINATED
tree_files (const char *folder,
            ...)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) suffixes = g_ptr_array_new ();
  const char *suffix;
  va_list args;

  va_start (args, folder);
  while ((suffix = va_arg (args, const char *)) != NULL)
    g_ptr_array_add (suffixes, (gpointer) suffix);
  va_end (args);
  g_ptr_array_add (suffixes, NULL);

  tree_walk (folder, (const char * const *) suffixes->pdata, files);

  return files;
}
