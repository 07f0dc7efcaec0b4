/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gtk/gtk.h>

#include "ui/app/lab-gl.h"

static gboolean
is_useless (const char *devices,
            const char *environment)
{
  g_auto(GStrv) device_list = g_strsplit (devices, " ", -1);
  g_auto(GStrv) environment_list = g_strsplit (environment, " ", -1);

  return lab_gl_is_useless ((const char * const *) device_list, (const char * const *) environment_list);
}

static void
test_needs_something_to_draw_with (void)
{
  g_assert_true (is_useless ("", "HOME=/root"));
  g_assert_true (is_useless ("null zero dri/card0 dri/by-path", "HOME=/root"));  /* a card shows, and does not draw */
  g_assert_false (is_useless ("null dri/card0 dri/renderD128", "HOME=/root"));
  g_assert_false (is_useless ("dri/renderD129", "HOME=/root"));
  g_assert_false (is_useless ("nvidia0 nvidiactl", "HOME=/root"));
  g_assert_false (is_useless ("dxg", "HOME=/root"));
}

static void
test_lets_a_browser_draw (void)
{
  g_assert_false (is_useless ("", "HOME=/root GDK_BACKEND=broadway"));
  g_assert_false (is_useless ("", "GDK_BACKEND=broadway,x11"));
  g_assert_true (is_useless ("", "GDK_BACKEND=x11"));
}

static void
test_lets_the_user_choose (void)
{
  g_assert_false (is_useless ("", "GSK_RENDERER=gl"));
  g_assert_false (is_useless ("", "HOME=/root GDK_DEBUG=events"));
  g_assert_false (is_useless ("", "GDK_DISABLE="));
}

/* Here GSK_RENDERER is set, as for every test. */
static void
test_changes_nothing_that_was_chosen (void)
{
  g_autofree char *debug = g_strdup (g_getenv ("GDK_DEBUG"));
  g_autofree char *disable = g_strdup (g_getenv ("GDK_DISABLE"));

  g_assert_nonnull (g_getenv ("GSK_RENDERER"));
  lab_gl_disable_where_useless ();
  g_assert_cmpstr (g_getenv ("GDK_DEBUG"), ==, debug);
  g_assert_cmpstr (g_getenv ("GDK_DISABLE"), ==, disable);
}

/* With nothing chosen, what GTK reads says the same as what was decided. */
static void
test_tells_gtk (void)
{
  static const char * const names[] = { "GDK_DEBUG", "GDK_DISABLE", "GSK_RENDERER" };
  gboolean has_node = FALSE;
  g_autoptr(GDir) dir = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_unsetenv (names[i]);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    has_node = has_node || g_str_has_prefix (name, "renderD");
  has_node = has_node || g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS) || g_file_test ("/dev/dxg", G_FILE_TEST_EXISTS);

  lab_gl_disable_where_useless ();
  if (has_node)
    {
      g_assert_null (g_getenv ("GDK_DEBUG"));
      g_assert_null (g_getenv ("GDK_DISABLE"));
      g_assert_null (g_getenv ("GSK_RENDERER"));
      return;
    }
  if (gtk_check_version (4, 16, 0) == NULL)
    g_assert_cmpstr (g_getenv ("GDK_DISABLE"), ==, "gl");
  else
    g_assert_cmpstr (g_getenv ("GDK_DEBUG"), ==, "gl-disable");
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "cairo");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/ui/gl/" name, func)
  ADD ("needs-something-to-draw-with", test_needs_something_to_draw_with);
  ADD ("lets-a-browser-draw", test_lets_a_browser_draw);
  ADD ("lets-the-user-choose", test_lets_the_user_choose);
  ADD ("changes-nothing-that-was-chosen", test_changes_nothing_that_was_chosen);
  ADD ("tells-gtk", test_tells_gtk);
  return g_test_run ();
}
