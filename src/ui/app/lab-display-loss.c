/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/app/lab-display-loss.h"

#include <poll.h>

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/wayland/gdkwayland.h>
#include <wayland-client-core.h>
#endif

/* When the display goes away, as it does when a desktop session ends roughly,
 * GDK ends the process at once by _exit(2): no signal, no atexit(3).  A segment
 * would stay in the kernel without anybody having chosen that. */

static GFunc    act;
static gpointer act_data;

static void
act_once (GdkDisplay *display)
{
  GFunc now = act;

  act = NULL;
  if (now != NULL)
    now (display, act_data);
}

#ifdef GDK_WINDOWING_X11
static XIOErrorHandler gdk_handler;

static int
io_error_cb (Display *display)
{
  act_once (NULL);

  return gdk_handler (display);
}
#endif

#ifdef GDK_WINDOWING_WAYLAND
/* Looks whether the compositor has hung up, before GDK's own source does.  In newer
 * versions, such as GTK 4.18, that one has the highest priority there is; of two
 * sources with the same priority the one that was attached first is prepared and
 * checked first. */
static int compositor_fd = -1;  /* none yet, or another kind of display */

static gboolean
has_hung_up (void)
{
  struct pollfd pollfd = { .fd = compositor_fd, .events = POLLRDHUP };

  return compositor_fd != -1 && poll (&pollfd, 1, 0) == 1
         && (pollfd.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

static gboolean
hang_up_prepare (GSource *source,
                 int     *timeout_ms)
{
  *timeout_ms = -1;
  if (has_hung_up ())
    act_once (NULL);

  return FALSE;
}

static gboolean
hang_up_check (GSource *source)
{
  if (has_hung_up ())
    act_once (NULL);

  return FALSE;
}

static gboolean
hang_up_dispatch (GSource     *source,
                  GSourceFunc  callback,
                  gpointer     user_data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs hang_up_funcs = {
  .prepare = hang_up_prepare,
  .check = hang_up_check,
  .dispatch = hang_up_dispatch,
};
#endif

/**
 * lab_display_loss_init:
 *
 * Takes a place before GDK.  To be called before a display is opened.
 *
 * Source: GDK's `gdk_wayland_display_install_gsources()`.
 */
void
lab_display_loss_init (void)
{
#ifdef GDK_WINDOWING_WAYLAND
  g_autoptr(GSource) source = g_source_new (&hang_up_funcs, sizeof (GSource));

  g_source_set_static_name (source, "display hang-up");
  g_source_set_priority (source, G_MININT);
  g_source_attach (source, NULL);
#endif
}

/**
 * lab_display_loss_watch:
 * @display: the display
 * @last_act: what to do when the connection to it is lost; called once, with %NULL
 *   and @user_data, in the main thread, before GDK ends the process.  It must
 *   not draw.
 * @user_data: for @last_act
 *
 * Source: XSetIOErrorHandler(3); GDK's `_gdk_wayland_display_queue_events()`.
 */
void
lab_display_loss_watch (GdkDisplay *display,
                        GFunc       last_act,
                        gpointer    user_data)
{
  g_return_if_fail (GDK_IS_DISPLAY (display));

  act = last_act;
  act_data = user_data;

#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_DISPLAY (display) && gdk_handler == NULL)
    gdk_handler = XSetIOErrorHandler (io_error_cb);
#endif
#ifdef GDK_WINDOWING_WAYLAND
  if (GDK_IS_WAYLAND_DISPLAY (display))
    compositor_fd = wl_display_get_fd (gdk_wayland_display_get_wl_display (display));
#endif
}
