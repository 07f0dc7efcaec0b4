/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "helpers/helper-tree.h"

typedef struct
{
  guint     n_elements;
  guint     n_shapes;
  double    width;
  double    height;
  char     *view_box;
  gboolean  root_is_svg;
  gboolean  outside;     /* refers to something that is not in the file */
  gboolean  one_colour;  /* nothing but the colour that GTK replaces in a symbolic icon */
} Drawing;

static void
start_element_cb (GMarkupParseContext  *context,
                  const char           *element,
                  const char          **names,
                  const char          **values,
                  gpointer              user_data,
                  GError              **error)
{
  static const char * const shapes[] = { "circle", "ellipse", "path", "polygon", "rect", NULL };
  Drawing *drawing = user_data;

  if (drawing->n_elements++ == 0)
    drawing->root_is_svg = strcmp (element, "svg") == 0;
  if (g_strv_contains (shapes, element))
    drawing->n_shapes++;
  if (strcmp (element, "image") == 0 || strcmp (element, "script") == 0 || strcmp (element, "text") == 0)
    drawing->outside = TRUE;

  for (gsize i = 0; names[i] != NULL; i++)
    {
      if (strcmp (element, "svg") == 0 && strcmp (names[i], "width") == 0)
        drawing->width = g_ascii_strtod (values[i], NULL);
      if (strcmp (element, "svg") == 0 && strcmp (names[i], "height") == 0)
        drawing->height = g_ascii_strtod (values[i], NULL);
      if (strcmp (element, "svg") == 0 && strcmp (names[i], "viewBox") == 0)
        {
          g_free (drawing->view_box);
          drawing->view_box = g_strdup (values[i]);
        }
      if (g_str_has_suffix (names[i], "href") && values[i][0] != '#')
        drawing->outside = TRUE;
      if (strstr (names[i], "color") != NULL || strcmp (names[i], "style") == 0 || strcmp (names[i], "stroke") == 0 ||
          (strcmp (names[i], "fill") == 0 && strcmp (values[i], "#2e3436") != 0))
        drawing->one_colour = FALSE;
    }
}

static void
check_drawing (gconstpointer user_data)
{
  static const GMarkupParser parser = { .start_element = start_element_cb };
  const char *name = user_data;
  gboolean is_symbolic = g_str_has_suffix (name, "-symbolic.svg");
  double side = is_symbolic ? 16 : 128;
  Drawing drawing = { .one_colour = TRUE };
  g_autofree char *path = g_build_filename ("data", "icons", name, NULL);
  g_autofree char *text = tree_read (path);
  g_autofree char *view_box = g_strdup_printf ("0 0 %g %g", side, side);
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &drawing, NULL);
  g_autoptr(GError) error = NULL;

  g_markup_parse_context_parse (context, text, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);

  g_assert_true (drawing.root_is_svg);
  g_assert_cmpuint (drawing.n_shapes, >=, 3);
  g_assert_cmpfloat (drawing.width, ==, side);
  g_assert_cmpfloat (drawing.height, ==, side);
  g_assert_cmpstr (drawing.view_box, ==, view_box);
  g_assert_false (drawing.outside);
  g_assert_true (drawing.one_colour == is_symbolic);

  g_free (drawing.view_box);
}

/* The pair is known by what it shares: the slab of cells, stroke for stroke. */
static void
test_the_pair_shares_its_slab (void)
{
  static const char * const names[] = { "data/icons/server.svg", "data/icons/client.svg" };
  g_auto(GStrv) slabs = g_new0 (char *, G_N_ELEMENTS (names) + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = tree_read (names[i]);
      g_auto(GStrv) parts = g_regex_split_simple ("<!-- The (?:segment|writer|reader)", text, 0, 0);

      g_assert_cmpuint (g_strv_length (parts), ==, 3);
      slabs[i] = g_strdup (parts[1]);
    }

  g_assert_cmpstr (slabs[0], ==, slabs[1]);
}

/* The programs decode no SVG: the library for it takes 6 MiB.  So each drawing is here
 * as PNG too, in the sizes that are asked for. */
static const int sizes[] = { 16, 32, 48, 64, 128 };

static GdkPixbuf *
render (const char  *name,
        int          size,
        GError     **error)
{
  g_autofree char *file = g_strconcat (name, ".svg", NULL);
  g_autofree char *path = g_build_filename (tree_root (), "data", "icons", file, NULL);

  return gdk_pixbuf_new_from_file_at_size (path, size, size, error);
}

static char *
png_path (const char *name,
          int         size)
{
  g_autofree char *file = g_strdup_printf ("%s-%d.png", name, size);

  return g_build_filename (tree_root (), "data", "icons", file, NULL);
}

/* How much two pictures differ at most, in a channel of a pixel, transparent ones being black. */
static int
difference (GdkPixbuf *first,
            GdkPixbuf *second)
{
  int most = 0;

  g_assert_cmpint (gdk_pixbuf_get_n_channels (first), ==, 4);
  g_assert_cmpint (gdk_pixbuf_get_n_channels (second), ==, 4);
  for (int y = 0; y < gdk_pixbuf_get_height (first); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (first); x++)
      {
        const guint8 *a = gdk_pixbuf_read_pixels (first) + y * gdk_pixbuf_get_rowstride (first) + 4 * x;
        const guint8 *b = gdk_pixbuf_read_pixels (second) + y * gdk_pixbuf_get_rowstride (second) + 4 * x;

        for (int i = 0; i < 4; i++)
          most = MAX (most, ABS (i < 3 ? a[i] * a[3] / 255 - b[i] * b[3] / 255 : a[3] - b[3]));
      }

  return most;
}

static void
check_png (gconstpointer name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GdkPixbuf) drawing = render (name, sizes[i], &error);
      g_autofree char *path = png_path (name, sizes[i]);
      g_autoptr(GdkPixbuf) png = NULL;

      if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
        {
          g_test_skip ("nothing here can draw an SVG");
          return;
        }
      g_assert_no_error (error);
      png = gdk_pixbuf_new_from_file (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (png), ==, sizes[i]);
      g_assert_cmpint (gdk_pixbuf_get_height (png), ==, sizes[i]);
      /* Another version smooths edges otherwise; another drawing differs altogether. */
      g_assert_cmpint (difference (drawing, png), <=, 48);
    }
}

/* test-icons --write: makes the PNG anew, after a change of the drawings. */
static int
write_pngs (void)
{
  static const char * const names[] = { "client", "server" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autoptr(GError) error = NULL;
        g_autoptr(GdkPixbuf) drawing = render (names[i], sizes[j], &error);
        g_autofree char *path = png_path (names[i], sizes[j]);

        if (drawing == NULL || !gdk_pixbuf_save (drawing, path, "png", &error, "compression", "9", NULL))
          {
            g_printerr ("%s: %s\n", path, error->message);
            return 1;
          }
      }

  return 0;
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "--write"))
    return write_pngs ();
  g_test_set_nonfatal_assertions ();

  g_test_add_data_func ("/data/icons/client", "client.svg", check_drawing);
  g_test_add_data_func ("/data/icons/client-symbolic", "client-symbolic.svg", check_drawing);
  g_test_add_data_func ("/data/icons/server", "server.svg", check_drawing);
  g_test_add_data_func ("/data/icons/server-symbolic", "server-symbolic.svg", check_drawing);
  g_test_add_data_func ("/data/icons/client-png", "client", check_png);
  g_test_add_data_func ("/data/icons/server-png", "server", check_png);
  g_test_add_func ("/data/icons/the-pair-shares-its-slab", test_the_pair_shares_its_slab);

  return g_test_run ();
}
