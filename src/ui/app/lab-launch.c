/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-launch.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static char *
find_in (const char *folder,
         const char *sub,
         const char *name)
{
  g_autofree char *path = g_build_filename (folder, sub, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}

/**
 * lab_find_program:
 * @name: one of our programs, such as "shmlab-client"
 *
 * Looks beside the program that runs, so that both are of the same version;
 * then where a build puts it; then in `PATH`.
 *
 * Returns: (transfer full) (nullable): its path, or %NULL when it is nowhere
 */
char *
lab_find_program (const char *name)
{
  g_autofree char *self = NULL;
  char *found = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_file_read_link ("/proc/self/exe", NULL);
  if (self != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self);

      found = find_in (folder, ".", name);
      if (found == NULL && g_str_has_prefix (name, "shmlab-"))
        {
          g_autofree char *sub = g_build_filename ("..", name + strlen ("shmlab-"), NULL);

          found = find_in (folder, sub, name);
        }
    }

  return found != NULL ? found : g_find_program_in_path (name);
}

static gboolean
spawn (const char         *name,
       const char * const *args,
       GError            **error)
{
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = lab_find_program (name);

  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The program %s was not found; install it beside this one"), name);
      return FALSE;
    }

  g_ptr_array_add (argv, g_steal_pointer (&path));
  for (guint i = 0; args != NULL && args[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (args[i]));
  g_ptr_array_add (argv, NULL);

  /* It lives on when we end, and GLib reaps it when it ends. */
  process = g_subprocess_newv ((const char * const *) argv->pdata, G_SUBPROCESS_FLAGS_NONE, error);

  return process != NULL;
}

/**
 * lab_spawn_client:
 * @args: (nullable) (array zero-terminated=1): its arguments, without the program's name
 * @error: return location for an error
 *
 * Starts a client, a process of its own.
 *
 * Errors: %G_IO_ERROR_NOT_FOUND when it is not installed; %G_SPAWN_ERROR.
 *
 * Returns: whether it was started
 */
gboolean
lab_spawn_client (const char * const *args,
                  GError            **error)
{
  return spawn ("shmlab-client", args, error);
}

/**
 * lab_spawn_server:
 * @args: (nullable) (array zero-terminated=1): its arguments, without the program's name
 * @error: return location for an error
 *
 * Starts a server, a process of its own.
 *
 * Errors: as lab_spawn_client().
 *
 * Returns: whether it was started
 */
gboolean
lab_spawn_server (const char * const *args,
                  GError            **error)
{
  return spawn ("shmlab-server", args, error);
}
