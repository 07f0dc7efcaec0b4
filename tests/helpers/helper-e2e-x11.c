/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-e2e-private.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <cairo.h>
#include <string.h>

static int
ignore_error_cb (Display     *display,
                 XErrorEvent *event)
{
  /* A window may close between two requests. */
  return 0;
}

static Display *
get_display (void)
{
  static Display *display;

  if (display == NULL)
    {
      display = XOpenDisplay (NULL);
      if (display == NULL)
        g_error ("No X display: run this in tests/with-display.sh");
      XSetErrorHandler (ignore_error_cb);

      /* The first key from here makes the server change from one keyboard to
       * another, layout and all; better now than in the middle of a word. */
      XTestFakeKeyEvent (display, XKeysymToKeycode (display, XK_Shift_L), True, CurrentTime);
      XTestFakeKeyEvent (display, XKeysymToKeycode (display, XK_Shift_L), False, CurrentTime);
      XSync (display, False);
    }

  return display;
}

static gulong
get_number (Window      window,
            const char *property,
            gulong      missing)
{
  Display *display = get_display ();
  Atom type;
  int format;
  gulong n_items = 0, rest;
  guchar *data = NULL;
  gulong number = missing;

  if (XGetWindowProperty (display, window, XInternAtom (display, property, False), 0, 1, False, AnyPropertyType,
                          &type, &format, &n_items, &rest, &data) == Success && n_items > 0 && format == 32)
    number = *(gulong *) data;
  if (data != NULL)
    XFree (data);

  return number;
}

static char *
dup_string (Window      window,
            const char *property)
{
  Display *display = get_display ();
  Atom type;
  int format;
  gulong n_items = 0, rest;
  guchar *data = NULL;
  char *string = NULL;

  if (XGetWindowProperty (display, window, XInternAtom (display, property, False), 0, 1000, False, AnyPropertyType,
                          &type, &format, &n_items, &rest, &data) == Success && n_items > 0 && format == 8)
    string = g_strndup ((char *) data, n_items);
  if (data != NULL)
    XFree (data);

  return string;
}

/* The window of this process that is uppermost on the screen; not a popover. */
static Window
find_window (Window  parent,
             pid_t   pid)
{
  Display *display = get_display ();
  Window root, above;
  Window *children = NULL;
  guint n_children = 0;
  Window found = None;

  if (!XQueryTree (display, parent, &root, &above, &children, &n_children))
    return None;

  for (guint i = n_children; i > 0 && found == None; i--)
    {
      XWindowAttributes attributes;

      if (!XGetWindowAttributes (display, children[i - 1], &attributes) || attributes.map_state != IsViewable
          || attributes.override_redirect)
        continue;
      if (get_number (children[i - 1], "_NET_WM_PID", 0) == (gulong) pid)
        found = children[i - 1];
      else
        found = find_window (children[i - 1], pid);
    }
  if (children != NULL)
    XFree (children);

  return found;
}

/* Asks the window manager, as a task bar does; TRUE once the window has the keyboard. */
/* Tells the window manager that a property of the screen has changed.  Openbox, when it looks for an event of one kind,
 * can take others in with it, and then sleeps on them until the display sends the next.  For a person something always
 * does, the mouse if nothing else; here a window would wait to be shown for ever when another went at the wrong moment. */
void
e2e_x_nudge (void)
{
  Display *display = get_display ();
  static const guchar nothing[1];

  XChangeProperty (display, DefaultRootWindow (display), XInternAtom (display, "SHMLAB_TESTS_NUDGE", False), XA_STRING, 8,
                   PropModeReplace, nothing, 0);
  XFlush (display);
}

gboolean
e2e_x_focus (pid_t pid)
{
  Display *display = get_display ();
  Window window = find_window (DefaultRootWindow (display), pid);
  XEvent event = { 0 };

  if (window == None)
    return FALSE;
  if (get_number (DefaultRootWindow (display), "_NET_ACTIVE_WINDOW", None) == window)
    return TRUE;

  event.xclient.type = ClientMessage;
  event.xclient.window = window;
  event.xclient.message_type = XInternAtom (display, "_NET_ACTIVE_WINDOW", False);
  event.xclient.format = 32;
  event.xclient.data.l[0] = 2;  /* from a pager */
  XSendEvent (display, DefaultRootWindow (display), False, SubstructureNotifyMask | SubstructureRedirectMask, &event);
  XSync (display, False);

  return FALSE;
}

/* At a point of a window whose size without its border or shadow is known. */
gboolean
e2e_x_click (pid_t pid,
             int   width,
             int   height,
             int   x,
             int   y,
             guint button)
{
  Display *display = get_display ();
  Window window = find_window (DefaultRootWindow (display), pid);
  XWindowAttributes attributes;
  Window child;
  int root_x, root_y;

  if (window == None || !XGetWindowAttributes (display, window, &attributes) ||
      !XTranslateCoordinates (display, window, DefaultRootWindow (display),
                              (attributes.width - width) / 2 + x, (attributes.height - height) / 2 + y,
                              &root_x, &root_y, &child))
    return FALSE;

  XTestFakeMotionEvent (display, -1, root_x, root_y, CurrentTime);
  XTestFakeButtonEvent (display, button, True, CurrentTime);
  XTestFakeButtonEvent (display, button, False, CurrentTime);
  XSync (display, False);

  return TRUE;
}

gboolean
e2e_x_get_action_group (pid_t      pid,
                        gboolean   of_window,
                        char     **bus_name,
                        char     **path)
{
  Window window = find_window (DefaultRootWindow (get_display ()), pid);

  if (window == None)
    return FALSE;

  g_clear_pointer (bus_name, g_free);
  g_clear_pointer (path, g_free);
  *bus_name = dup_string (window, "_GTK_UNIQUE_BUS_NAME");
  *path = dup_string (window, of_window ? "_GTK_WINDOW_OBJECT_PATH" : "_GTK_APPLICATION_OBJECT_PATH");

  return *bus_name != NULL && *path != NULL;
}

/* A key that gives this symbol, alone or with Shift.  The keyboard is given
 * the symbols that it lacks on its unused keys, and keeps them: a program reads
 * the keyboard's layout when it gets the key, which may be later. */
static KeyCode
find_key (KeySym    symbol,
          gboolean *shift)
{
  static GHashTable *made;
  Display *display = get_display ();
  int first, last, n_levels;
  KeySym *map;
  KeyCode key = 0;

  XDisplayKeycodes (display, &first, &last);
  map = XGetKeyboardMapping (display, (KeyCode) first, last - first + 1, &n_levels);
  *shift = FALSE;

  for (int code = first; code <= last && key == 0; code++)
    for (int level = 0; level < MIN (n_levels, 2) && key == 0; level++)
      if (map[(code - first) * n_levels + level] == symbol)
        {
          key = (KeyCode) code;
          *shift = level == 1;
        }

  if (made == NULL)
    made = g_hash_table_new (NULL, NULL);
  for (int pass = 0; pass < 2 && key == 0; pass++)
    {
      for (int code = last; code >= first && key == 0; code--)
        {
          gboolean unused = !g_hash_table_contains (made, GINT_TO_POINTER (code));

          for (int level = 0; level < n_levels; level++)
            unused = unused && map[(code - first) * n_levels + level] == NoSymbol;
          if (unused)
            {
              XChangeKeyboardMapping (display, code, 2, (KeySym[]) { symbol, symbol }, 1);
              XSync (display, False);
              g_hash_table_add (made, GINT_TO_POINTER (code));
              key = (KeyCode) code;
            }
        }
      if (key == 0)
        g_error ("The keyboard has no key left for one more character");
    }
  XFree (map);

  return key;
}

static void
press (KeySym   symbol,
       gboolean control,
       gboolean shift,
       gboolean alt)
{
  Display *display = get_display ();
  const KeySym symbols[] = { XK_Control_L, XK_Shift_L, XK_Alt_L };
  gboolean shift_needed;
  KeyCode key = find_key (symbol, &shift_needed);
  const gboolean held[] = { control, shift || shift_needed, alt };

  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (held[i])
      XTestFakeKeyEvent (display, XKeysymToKeycode (display, symbols[i]), True, CurrentTime);
  XTestFakeKeyEvent (display, key, True, CurrentTime);
  XTestFakeKeyEvent (display, key, False, CurrentTime);
  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (held[i])
      XTestFakeKeyEvent (display, XKeysymToKeycode (display, symbols[i]), False, CurrentTime);
  XSync (display, False);
}

static KeySym
get_symbol (gunichar c)
{
  if (c == '\n')
    return XK_Return;

  return c < 0x100 ? c : 0x01000000 | c;
}

/**
 * e2e_type:
 * @text: UTF-8, with at most some dozens of characters that the keyboard lacks
 *
 * Types on the keyboard, into the window that has it.
 */
void
e2e_type (const char *text)
{
  gboolean shift;

  /* All new keys first: a program may meet a key with the layout of a moment before. */
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    find_key (get_symbol (g_utf8_get_char (p)), &shift);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    press (get_symbol (g_utf8_get_char (p)), FALSE, FALSE, FALSE);
}

/**
 * e2e_key:
 * @combination: such as "ctrl+Return", "Escape", "ctrl+shift+c"
 *
 * Presses a key, with its modifiers.
 */
void
e2e_key (const char *combination)
{
  g_auto(GStrv) parts = g_strsplit (combination, "+", -1);
  gboolean control = FALSE, shift = FALSE, alt = FALSE;
  guint i;

  for (i = 0; parts[i + 1] != NULL; i++)
    {
      control |= g_str_equal (parts[i], "ctrl");
      shift |= g_str_equal (parts[i], "shift");
      alt |= g_str_equal (parts[i], "alt");
    }
  press (XStringToKeysym (parts[i]), control, shift, alt);
}

/**
 * e2e_screenshot:
 * @name: of the picture, without .png
 *
 * Leaves a picture of the screen in the folder of the environment variable
 * E2E_PICTURES; does nothing without it.
 */
void
e2e_screenshot (const char *name)
{
  Display *display = get_display ();
  const char *folder = g_getenv ("E2E_PICTURES");
  XWindowAttributes attributes;
  XImage *image;
  cairo_surface_t *surface;
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return;

  XGetWindowAttributes (display, DefaultRootWindow (display), &attributes);
  image = XGetImage (display, DefaultRootWindow (display), 0, 0, (guint) attributes.width, (guint) attributes.height,
                     AllPlanes, ZPixmap);
  if (image == NULL)
    return;

  file = g_strconcat (name, ".png", NULL);
  path = g_build_filename (folder, file, NULL);
  g_mkdir_with_parents (folder, 0755);
  surface = cairo_image_surface_create_for_data ((guchar *) image->data, CAIRO_FORMAT_RGB24, image->width,
                                                 image->height, image->bytes_per_line);
  if (cairo_surface_write_to_png (surface, path) == CAIRO_STATUS_SUCCESS)
    g_test_message ("picture of the screen: %s", path);
  cairo_surface_destroy (surface);
  XDestroyImage (image);
}
