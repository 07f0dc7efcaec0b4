/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strip before a segment of 1 GiB. */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/layout/lab-latch.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-memory.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/memory/lab-memory-page.h"

#define SIZE     ((gsize) 1 << 30)
#define FRAME_MS 16.0

/* The checks of sanitizers take their own time and memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEASURES 0
#define N_FRAMES 20
#else
#define MEASURES 1
#define N_FRAMES 400
#endif

typedef struct
{
  LabSession     *session;
  LabSegment     *segment;
  GtkWidget      *window;
  LabMemoryView  *view;
  LabMemoryImage *image;
} Fixture;

/* Memory of this process's own: without the segment's pages that it has looked at. */
static double
get_own_mib (void)
{
  g_autofree char *status = NULL;
  const char *line;
  long kib;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "\nRssAnon:");
  g_assert_nonnull (line);
  g_assert_cmpint (sscanf (line, "\nRssAnon: %ld kB", &kib), ==, 1);

  return (double) kib / 1024;
}

static double
get_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;
  GtkWidget *page;

  f->segment = lab_segment_create (test_key (), SIZE, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_latch_init (lab_segment_get_layout (f->segment));

  f->session = lab_session_new (LAB_ROLE_SERVER);
  f->window = gtk_window_new ();
  page = lab_memory_page_new (f->session);
  f->view = lab_memory_page_get_view (LAB_MEMORY_PAGE (page));
  f->image = lab_memory_view_get_image (f->view);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1000, 800);
  gtk_window_set_child (GTK_WINDOW (f->window), page);
  test_present (f->window, page);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_object_add_weak_pointer (G_OBJECT (f->view), (gpointer *) &f->view);
  gtk_window_destroy (GTK_WINDOW (f->window));
  test_wait_for (f->view == NULL);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->segment);
}

static void
show (Fixture *f)
{
  lab_session_set_segment (f->session, f->segment);
  test_wait_for (gtk_widget_get_mapped (GTK_WIDGET (f->view)) && gtk_widget_get_height (GTK_WIDGET (f->view)) > 100);
}

static void
test_opens_at_once (Fixture       *f,
                    gconstpointer  unused)
{
  double start_ms = get_cpu_ms ();

  lab_session_set_segment (f->session, f->segment);
  if (MEASURES)
    g_assert_cmpfloat (get_cpu_ms () - start_ms, <, FRAME_MS);
  g_test_message ("opened in %.2f ms", get_cpu_ms () - start_ms);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image) * 16, >=, SIZE);
}

/* What one frame costs us: to read the rows that came into sight, to say what to
 * draw, and to draw it as the cairo renderer does. */
static double
draw_frame (Fixture         *f,
            cairo_surface_t *surface)
{
  double start_ms = get_cpu_ms ();
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  cairo_t *cr = cairo_create (surface);

  GTK_WIDGET_GET_CLASS (f->view)->snapshot (GTK_WIDGET (f->view), snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  gsk_render_node_unref (node);
  cairo_destroy (cr);

  return get_cpu_ms () - start_ms;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static void
test_scrolls_from_end_to_end (Fixture       *f,
                              gconstpointer  unused)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (f->view));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1000, 800);
  double frames_ms[N_FRAMES], before_mib, end;

  show (f);
  end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  draw_frame (f, surface);
  before_mib = get_own_mib ();

  for (guint i = 0; i < N_FRAMES; i++)
    {
      double start_ms = get_cpu_ms ();

      gtk_adjustment_set_value (adjustment, end * i / (N_FRAMES - 1));
      frames_ms[i] = get_cpu_ms () - start_ms + draw_frame (f, surface);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }

  qsort (frames_ms, N_FRAMES, sizeof frames_ms[0], compare);
  g_test_message ("frame: median %.2f ms, longest %.2f ms; memory grew by %.1f MiB",
                  frames_ms[N_FRAMES / 2], frames_ms[N_FRAMES - 1], get_own_mib () - before_mib);
  if (MEASURES)
    {
      g_assert_cmpfloat (frames_ms[N_FRAMES - 1], <, FRAME_MS);
      g_assert_cmpfloat (get_own_mib () - before_mib, <, 8);
    }
  cairo_surface_destroy (surface);
}

/* At the end, where a pixel position no longer fits in a float. */
static void
test_is_exact_at_the_end (Fixture       *f,
                          gconstpointer  unused)
{
  g_autofree char *row = NULL;
  guint64 last;

  show (f);
  lab_memory_view_go_to (f->view, SIZE - 1, 0);
  test_run_for_ms (100);
  last = lab_memory_image_get_n_rows (f->image) - 1;
  ((char *) lab_segment_get_base (f->segment))[SIZE - 1] = '!';
  lab_session_memory_changed (f->session);

  g_assert_true (g_str_has_prefix (lab_memory_image_get_caret_words (f->image), "offset 0x3fffffff (1073741823): 0x21 ‘!’"));
  row = dup_row (f->image, last);
  g_assert_true (g_str_has_prefix (row, "3ffffff"));
  g_assert_nonnull (strstr (row, " 21"));
}

static void
test_refuses_to_copy_everything (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  show (f);
  gtk_widget_activate_action (GTK_WIDGET (f->view), "strip.select-all", NULL);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, NULL), ==, SIZE);
  g_assert_null (lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_HEX, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/memory-large/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("opens-at-once", test_opens_at_once);
  ADD ("scrolls-from-end-to-end", test_scrolls_from_end_to_end);
  ADD ("is-exact-at-the-end", test_is_exact_at_the_end);
  ADD ("refuses-to-copy-everything", test_refuses_to_copy_everything);
  return g_test_run ();
}
