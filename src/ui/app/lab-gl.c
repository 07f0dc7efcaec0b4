/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-gl.h"

#include <string.h>

#include <gtk/gtk.h>

/* Without a graphics processor, as in a virtual machine, a container or a remote
 * classroom, GTK still looks for OpenGL, and finds Mesa's: a compiler that makes the
 * processor do a graphics processor's work.  To find it takes half of the time until
 * the first frame of an empty window, and LLVM's 58 MiB of memory; drawing with it is
 * no faster than with cairo, which GTK takes when there is no GL.  The windows look
 * the same. */

/* What a process draws through with a graphics processor, below /dev. */
static gboolean
is_for_drawing (const char *device)
{
  return g_str_has_prefix (device, "dri/renderD")
         || g_str_equal (device, "nvidiactl")  /* NVIDIA's own driver, where it has no render node */
         || g_str_equal (device, "dxg");       /* Windows lends its own to Linux */
}

/**
 * lab_gl_is_useless:
 * @devices: (array zero-terminated=1): names below /dev, such as "dri/renderD128"
 * @environment: (array zero-terminated=1): as from g_get_environ()
 *
 * A browser has a renderer of its own, and shows nothing of what cairo draws.
 *
 * Returns: whether nothing here could draw with GL, and the user has not said how GTK is to draw
 */
gboolean
lab_gl_is_useless (const char * const *devices,
                   const char * const *environment)
{
  static const char * const choices[] = { "GDK_DEBUG", "GDK_DISABLE", "GSK_RENDERER" };
  const char *backend;

  g_return_val_if_fail (devices != NULL, FALSE);
  g_return_val_if_fail (environment != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_environ_getenv ((char **) environment, choices[i]) != NULL)
      return FALSE;
  backend = g_environ_getenv ((char **) environment, "GDK_BACKEND");
  if (backend != NULL && strstr (backend, "broadway") != NULL)
    return FALSE;

  for (gsize i = 0; devices[i] != NULL; i++)
    if (is_for_drawing (devices[i]))
      return FALSE;

  return TRUE;
}

static void
add_devices (GStrvBuilder *devices,
             const char   *folder,
             const char   *prefix)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *device = g_strconcat (prefix, name, NULL);

      g_strv_builder_add (devices, device);
    }
}

/**
 * lab_gl_disable_where_useless:
 *
 * Makes GTK do without GL where nothing could draw with it.  To be called before there
 * are threads, for it changes the environment, and before gtk_init(), which reads that.
 * A program that this one starts inherits it, and would find the same.
 */
void
lab_gl_disable_where_useless (void)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) devices = NULL;
  g_auto(GStrv) environment = g_get_environ ();

  add_devices (builder, "/dev", "");
  add_devices (builder, "/dev/dri", "dri/");
  devices = g_strv_builder_end (builder);
  if (!lab_gl_is_useless ((const char * const *) devices, (const char * const *) environment))
    return;

  /* Without this GTK would first try the others, and say on the terminal that they fail. */
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  /* GTK 4.16 gave the switch another name. */
  if (gtk_check_version (4, 16, 0) == NULL)
    g_setenv ("GDK_DISABLE", "gl", FALSE);
  else
    g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
}
