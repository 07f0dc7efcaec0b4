/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

  g_test_add_data_func ("/data/icons/client", "client.svg", check_drawing);
  g_test_add_data_func ("/data/icons/client-symbolic", "client-symbolic.svg", check_drawing);
  g_test_add_data_func ("/data/icons/server", "server.svg", check_drawing);
  g_test_add_data_func ("/data/icons/server-symbolic", "server-symbolic.svg", check_drawing);
  g_test_add_func ("/data/icons/the-pair-shares-its-slab", test_the_pair_shares_its_slab);

  return g_test_run ();
}
