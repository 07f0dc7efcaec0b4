/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "backend/layout/lab-latch.h"
#include "helpers/helper-memory.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/memory/lab-memory-page.h"

typedef struct
{
  LabSession     *session;
  LabSegment     *segment;  /* attached for writing */
  GtkWidget      *window;
  GtkWidget      *page;
  LabMemoryView  *view;
  LabMemoryImage *image;
} Fixture;

static void
publish (Fixture    *f,
         const char *text)
{
  static guint64 number;

  lab_latch_publish (lab_segment_get_layout (f->segment), text, strlen (text), ++number, 1000);
}

static void
set_up (Fixture       *f,
        gconstpointer  size)
{
  f->session = lab_session_new (LAB_ROLE_SERVER);
  f->segment = new_segment (size != NULL ? GPOINTER_TO_SIZE (size) : 4096, TRUE);
  publish (f, "Good morning, class!");
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 600);
  f->page = lab_memory_page_new (f->session);
  f->view = lab_memory_page_get_view (LAB_MEMORY_PAGE (f->page));
  f->image = lab_memory_view_get_image (f->view);
  /* Wherever the pointer is, the status line speaks of the caret. */
  gtk_widget_set_can_target (GTK_WIDGET (f->view), FALSE);
  gtk_window_set_child (GTK_WINDOW (f->window), f->page);
  lab_session_set_segment (f->session, f->segment);
  test_present (f->window, GTK_WIDGET (f->view));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  /* GTK lets go of what it draws when it next has time. */
  g_object_add_weak_pointer (G_OBJECT (f->view), (gpointer *) &f->view);
  gtk_window_destroy (GTK_WINDOW (f->window));
  test_wait_for (f->view == NULL);
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->segment);
}

static void
assert_says (Fixture    *f,
             const char *words)
{
  gtk_test_accessible_assert_property (GTK_WIDGET (f->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words);
  gtk_test_accessible_assert_property (GTK_WIDGET (f->view), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words);
}

static gboolean
is_ours (Fixture *f)
{
  gboolean ours;

  g_object_get (f->image, "ours", &ours, NULL);

  return ours;
}

static gboolean
says (Fixture    *f,
      const char *words)
{
  g_autofree char *instead = gtk_test_accessible_check_property (GTK_ACCESSIBLE (f->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words);

  return instead == NULL;
}

static gboolean
row_is (Fixture    *f,
        guint64     index,
        const char *expected)
{
  g_autofree char *row = dup_row (f->image, index);

  return g_strcmp0 (row, expected) == 0;
}

static void
move (Fixture         *f,
      GtkMovementStep  step,
      int              count,
      gboolean         extend)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->view), "strip.move-caret", "(iib)", step, count, extend));
}

static void
test_new_destroy (void)
{
  LabSession *session = lab_session_new (LAB_ROLE_CLIENT);
  GtkWidget *page = g_object_ref_sink (lab_memory_page_new (session));
  LabMemoryImage *image = lab_memory_image_new ();
  GtkWidget *view = g_object_ref_sink (lab_memory_view_new (image));

  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Bytes of the segment");
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Not attached: this process cannot see the bytes");
  g_assert_finalize_object (view);
  g_assert_finalize_object (image);
  g_assert_finalize_object (page);
  g_assert_finalize_object (session);
}

static void
test_shows_the_segment (Fixture       *f,
                        gconstpointer  unused)
{
  g_assert_true (row_is (f, 0, "0000: 47 6f 6f 64 20 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy A"));
  g_assert_true (row_is (f, 1, "0010: 61 73 73 21 00 00 00 00 00 00 00 00 00 00 00 00"));
  g_assert_true (row_is (f, 3, "⋮ 1936"));
  g_assert_true (row_is (f, 4, "07c0: 47 6f 6f 64 20 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy B"));
  g_assert_true (row_is (f, 8, "0f80: 53 68 6d 6c 61 62 00 01 04 00 00 00 00 00 00 00  magic Shmlab 1 · sequence 4"));
  g_assert_cmpstr (get_label (f->page, "copy_a"), ==, "copy A: what readers use now");
  g_assert_cmpstr (get_label (f->page, "copy_b"), ==, "copy B: the spare");
  g_assert_cmpstr (get_label (f->page, "control"), ==, "control block: sequence 4, length 20, no writer");
  g_assert_cmpstr (get_label (f->page, "status"), ==, "offset 0x0 (0): 0x47 ‘G’, copy A");
}

static void
test_follows_a_change (Fixture       *f,
                       gconstpointer  unused)
{
  assert_says (f, "offset 0x0 (0): 0x47 ‘G’, copy A");

  /* Nobody tells it: it sees by itself. */
  publish (f, "good evening!");
  test_wait_for (row_is (f, 0, "0000: 67 6f 6f 64 20 65 76 65 6e 69 6e 67 21 00 63 6c  copy A"));
  assert_says (f, "offset 0x0 (0): 0x67 ‘g’, copy A, changed just now");
  g_assert_cmpstr (get_label (f->page, "control"), ==, "control block: sequence 6, length 13, no writer");

  /* And that it changed is soon no longer news. */
  test_wait_for (says (f, "offset 0x0 (0): 0x67 ‘g’, copy A"));
  g_assert_cmpstr (get_label (f->page, "status"), ==, "offset 0x0 (0): 0x67 ‘g’, copy A");
}

static void
test_is_told_of_a_change (Fixture       *f,
                          gconstpointer  unused)
{
  publish (f, "bood");
  lab_session_memory_changed (f->session);
  g_assert_true (row_is (f, 0, "0000: 62 6f 6f 64 00 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy A"));
}

static void
test_holds_still (Fixture       *f,
                  gconstpointer  unused)
{
  lab_memory_image_set_follow (f->image, FALSE);
  g_assert_true (is_visible (f->page, "held"));
  publish (f, "bood");
  lab_session_memory_changed (f->session);
  test_run_for_ms (300);
  assert_says (f, "offset 0x0 (0): 0x47 ‘G’, copy A");

  gtk_widget_activate_action (f->page, "memory.follow", NULL);
  g_assert_false (is_visible (f->page, "held"));
  /* It changed while nobody looked, and not just now. */
  assert_says (f, "offset 0x0 (0): 0x62 ‘b’, copy A");
}

static void
count_frame_cb (GdkFrameClock *clock,
                guint         *n)
{
  (*n)++;
}

static void
test_draws_nothing_for_nothing (Fixture       *f,
                                gconstpointer  unused)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (f->window);
  guint n_frames = 0;

  test_run_for_ms (500);
  g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame_cb), &n_frames);
  test_run_for_ms (1000);
  g_assert_cmpuint (n_frames, ==, 0);

  /* Once a change has faded there is rest again. */
  publish (f, "bood");
  test_run_for_ms (1600);
  g_assert_cmpuint (n_frames, >, 3);
  n_frames = 0;
  test_run_for_ms (500);
  g_assert_cmpuint (n_frames, ==, 0);
}

/* A change in rows that are scrolled away is nothing to draw, nor is its fading. */
static void
test_draws_nothing_out_of_sight (Fixture       *f,
                                 gconstpointer  unused)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (f->window);
  guint8 *base = lab_segment_get_base (f->segment);
  guint n_frames = 0;

  lab_memory_image_set_fold (f->image, FALSE);
  lab_memory_view_go_to (f->view, 4095, 0);
  test_run_for_ms (500);
  g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame_cb), &n_frames);
  base[0] = '!';
  test_wait_for (lab_memory_image_get_byte (f->image, 0) == '!');
  test_wait_for (!lab_memory_image_is_fading (f->image));
  test_run_for_ms (100);
  g_assert_cmpuint (n_frames, ==, 0);

  /* In sight it is drawn. */
  base[4080] = '!';
  test_wait_for (lab_memory_image_get_byte (f->image, 4080) == '!');
  test_run_for_ms (300);
  g_assert_cmpuint (n_frames, >, 1);
}

static void
test_marks_without_animations (Fixture       *f,
                               gconstpointer  unused)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (f->window);
  guint n_frames = 0;

  g_object_set (gtk_widget_get_settings (f->window), "gtk-enable-animations", FALSE, NULL);
  test_run_for_ms (500);
  g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame_cb), &n_frames);
  publish (f, "bood");
  test_run_for_ms (1800);
  g_assert_cmpuint (n_frames, >=, 2);
  g_assert_cmpuint (n_frames, <=, 4);

  /* Where nothing is said of the byte, the mark comes and goes all the same. */
  lab_memory_image_move_caret (f->image, 0x40, FALSE);
  test_run_for_ms (200);
  n_frames = 0;
  *(char *) lab_segment_get_base (f->segment) = 'f';
  test_wait_for (lab_memory_image_get_byte (f->image, 0) == 'f');
  test_wait_for (n_frames == 1);
  test_run_for_ms (1800);
  g_assert_cmpuint (n_frames, ==, 2);
  g_object_set (gtk_widget_get_settings (f->window), "gtk-enable-animations", TRUE, NULL);
}

static void
test_costs_nothing_unseen (Fixture       *f,
                           gconstpointer  unused)
{
  gtk_widget_set_visible (f->page, FALSE);
  publish (f, "bood");
  lab_session_memory_changed (f->session);
  test_run_for_ms (300);
  assert_says (f, "offset 0x0 (0): 0x47 ‘G’, copy A");

  gtk_widget_set_visible (f->page, TRUE);
  test_wait_for (row_is (f, 0, "0000: 62 6f 6f 64 00 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy A"));
  assert_says (f, "offset 0x0 (0): 0x62 ‘b’, copy A");
}

static void
test_detaches_and_attaches (Fixture       *f,
                            gconstpointer  unused)
{
  GtkStack *stack = GTK_STACK (find_by_id (f->page, "stack"));

  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "nothing");
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 0);
  g_assert_false (is_visible (f->page, "legend"));
  g_assert_false (is_visible (f->page, "status_row"));
  test_run_for_ms (150);

  g_assert_true (lab_segment_attach (f->segment, FALSE, NULL));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "bytes");
  g_assert_true (row_is (f, 0, "0000: 47 6f 6f 64 20 6d 6f 72 6e 69 6e 67 2c 20 63 6c  copy A"));
}

static void
test_shows_a_removed_segment (Fixture       *f,
                              gconstpointer  unused)
{
  g_assert_true (lab_segment_remove (f->segment, NULL));
  publish (f, "still here");
  test_wait_for (row_is (f, 0, "0000: 73 74 69 6c 6c 20 68 65 72 65 00 67 2c 20 63 6c  copy A"));
}

static gboolean
can_search (Fixture *f)
{
  return gtk_widget_get_sensitive (find_by_id (f->page, "find"));
}

/* Every binding of the page is right while the session is empty, and speaks of the new segment afterwards. */
static void
test_bears_an_emptied_session (Fixture       *f,
                               gconstpointer  unused)
{
  GtkStack *stack = GTK_STACK (find_by_id (f->page, "stack"));
  LabSegment *other;

  gtk_widget_activate_action (f->page, "memory.find", NULL);
  gtk_widget_activate_action (f->page, "memory.copy", "s", "hex");
  lab_memory_image_set_follow (f->image, FALSE);
  g_assert_true (is_visible (f->page, "search_row"));
  g_assert_cmpstr (get_label (f->page, "status"), ==, "Copied 1 byte");

  lab_session_set_segment (f->session, NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "nothing");
  g_assert_false (is_visible (f->page, "search_row"));
  g_assert_false (is_visible (f->page, "legend"));
  g_assert_false (is_visible (f->page, "status_row"));
  g_assert_false (can_search (f));
  gtk_widget_activate_action (f->page, "memory.copy", "s", "hex");
  gtk_widget_activate_action (f->page, "memory.find", NULL);
  g_assert_false (is_visible (f->page, "search_row"));

  other = new_segment (4096, TRUE);
  lab_layout_set_writer (lab_segment_get_layout (other), 4711, 1);
  atomic_store (&lab_layout_control (lab_segment_get_layout (other))->protocol, LAB_PROTOCOL_NONE);
  lab_session_set_segment (f->session, other);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "bytes");
  g_assert_true (is_visible (f->page, "legend"));
  g_assert_true (is_visible (f->page, "status_row"));
  g_assert_true (is_visible (f->page, "held"));
  g_assert_true (can_search (f));
  g_assert_false (is_visible (f->page, "search_row"));
  g_assert_cmpstr (get_label (f->page, "copy_a"), ==, "copy A: what readers use now");
  g_assert_cmpstr (get_label (f->page, "copy_b"), ==, "copy B: not used by this protocol");
  g_assert_cmpstr (get_label (f->page, "control"), ==, "control block: sequence 2, length 0, writer 4711");
  g_assert_cmpstr (get_label (f->page, "status"), ==, "offset 0x0 (0): 0x00 (0), copy A");

  lab_session_set_segment (f->session, NULL);
  g_assert_true (lab_segment_remove (other, NULL));
  g_object_unref (other);
}

/* What was found in one segment is not said of the next. */
static void
test_forgets_what_it_found (Fixture       *f,
                            gconstpointer  unused)
{
  g_autoptr(LabSegment) other = new_segment (4096, FALSE);

  gtk_widget_activate_action (f->page, "memory.find", NULL);
  gtk_editable_set_text (GTK_EDITABLE (find_by_id (f->page, "search_entry")), "morning");
  gtk_widget_activate_action (f->page, "memory.find-next", NULL);
  test_wait_for (g_str_equal (get_label (f->page, "search_result"), "Found at 0x5"));

  /* Of the same size, so that there are bytes all the time. */
  lab_session_set_segment (f->session, other);
  g_assert_true (is_visible (f->page, "search_row"));
  g_assert_cmpstr (get_label (f->page, "search_result"), ==, "");
  gtk_widget_activate_action (f->page, "memory.find-next", NULL);
  test_wait_for (g_str_equal (get_label (f->page, "search_result"), "Not found in this segment"));

  lab_session_set_segment (f->session, f->segment);
  g_assert_cmpstr (get_label (f->page, "search_result"), ==, "");
  g_assert_true (lab_segment_remove (other, NULL));
}

static void
test_takes_another_segment (Fixture       *f,
                            gconstpointer  unused)
{
  g_autoptr(LabSegment) other = new_segment (100, FALSE);

  lab_session_set_segment (f->session, other);
  g_assert_cmpuint (lab_memory_image_get_size_bytes (f->image), ==, 100);
  g_assert_true (row_is (f, 0, "0000: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
  g_assert_true (row_is (f, 1, "⋮ 84"));
  g_assert_false (is_visible (f->page, "legend"));
  assert_says (f, "offset 0x0 (0): 0x00 (0), bytes without a name");

  lab_session_set_segment (f->session, NULL);
  g_assert_cmpuint (lab_memory_image_get_size_bytes (f->image), ==, 0);
  lab_segment_remove (other, NULL);
}

static void
test_sees_the_layout_come_and_go (Fixture       *f,
                                  gconstpointer  unused)
{
  LabControl *control = lab_layout_control (lab_segment_get_layout (f->segment));

  atomic_store (&control->magic, 0);
  test_wait_for (!is_ours (f));
  g_assert_false (is_visible (f->page, "legend"));
  atomic_store (&control->magic, LAB_LAYOUT_MAGIC);
  test_wait_for (is_ours (f));
  g_assert_true (is_visible (f->page, "legend"));
}

/* Any process may write anything, at any time. */
static void
test_bears_any_bytes (Fixture       *f,
                      gconstpointer  unused)
{
  guint8 *bytes = lab_segment_get_base (f->segment);

  for (guint round = 0; round < 100; round++)
    {
      for (gsize i = 0; i < 4096; i++)
        bytes[i] = (guint8) g_test_rand_int ();
      if (round % 2 == 0)
        atomic_store (&lab_layout_control (lab_segment_get_layout (f->segment))->magic, LAB_LAYOUT_MAGIC);
      lab_session_memory_changed (f->session);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), ==, 256);
}

static void
test_moves_the_caret (Fixture       *f,
                      gconstpointer  unused)
{
  move (f, GTK_MOVEMENT_VISUAL_POSITIONS, -1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0);
  move (f, GTK_MOVEMENT_VISUAL_POSITIONS, 1, FALSE);
  assert_says (f, "offset 0x1 (1): 0x6f ‘o’, copy A");
  move (f, GTK_MOVEMENT_DISPLAY_LINES, 2, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x21);
  /* Over what is folded, there and back. */
  move (f, GTK_MOVEMENT_DISPLAY_LINES, 1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x7c1);
  move (f, GTK_MOVEMENT_DISPLAY_LINES, -1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x21);
  move (f, GTK_MOVEMENT_DISPLAY_LINE_ENDS, 1, FALSE);
  move (f, GTK_MOVEMENT_VISUAL_POSITIONS, 1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x7c0);
  move (f, GTK_MOVEMENT_VISUAL_POSITIONS, -1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x2f);
  move (f, GTK_MOVEMENT_BUFFER_ENDS, 1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0xfff);
  move (f, GTK_MOVEMENT_PAGES, 1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0xfff);
  move (f, GTK_MOVEMENT_BUFFER_ENDS, -1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0);
}

static void
test_selects_and_copies (Fixture       *f,
                         gconstpointer  unused)
{
  g_autofree char *hex = NULL;
  g_autofree char *text = NULL;
  gsize offset;

  for (guint i = 0; i < 3; i++)
    move (f, GTK_MOVEMENT_VISUAL_POSITIONS, 1, TRUE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 4);
  g_assert_cmpuint (offset, ==, 0);
  hex = lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_HEX, NULL);
  g_assert_cmpstr (hex, ==, "47 6f 6f 64\n");
  g_assert_cmpstr (get_label (f->page, "status"), ==, "4 bytes selected · offset 0x3 (3): 0x64 ‘d’, copy A");

  gtk_widget_activate_action (f->page, "memory.copy", "s", "text");
  g_assert_cmpstr (get_label (f->page, "status"), ==, "Copied 4 bytes");

  gtk_widget_activate_action (f->page, "memory.select-all", NULL);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 4096);
  text = lab_memory_image_dup_selection (f->image, LAB_MEMORY_FORMAT_TEXT, NULL);
  g_assert_true (g_str_has_prefix (text, "Good morning, class!␀"));

  move (f, GTK_MOVEMENT_VISUAL_POSITIONS, -1, FALSE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, NULL), ==, 1);

  /* From here to the end, and from here to the beginning. */
  lab_memory_image_move_caret (f->image, 0x10, FALSE);
  move (f, GTK_MOVEMENT_BUFFER_ENDS, 1, TRUE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 0xff0);
  g_assert_cmpuint (offset, ==, 0x10);
  move (f, GTK_MOVEMENT_BUFFER_ENDS, -1, TRUE);
  g_assert_cmpuint (lab_memory_image_get_selection (f->image, &offset), ==, 0x11);
  g_assert_cmpuint (offset, ==, 0);
}

/* What is uppermost in sight stays there when rows before it come or go. */
static void
test_keeps_its_place (Fixture       *f,
                      gconstpointer  unused)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (f->view));
  guint64 index;
  double before;

  lab_memory_view_go_to (f->view, 0xc00, 0);
  test_run_for_ms (50);
  index = lab_memory_image_find_row (f->image, 0xc00);
  before = gtk_adjustment_get_value (adjustment);
  g_assert_cmpfloat (before, >, 0);

  /* Copy A gets its rows. */
  lab_memory_image_open_fold (f->image, 0x123);
  g_assert_cmpuint (lab_memory_image_find_row (f->image, 0xc00), >, index);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment) - before,
                                  (double) (lab_memory_image_find_row (f->image, 0xc00) - index) *
                                  gtk_adjustment_get_step_increment (adjustment), 0.5);
}

static void
test_goes_to_an_offset (Fixture       *f,
                        gconstpointer  unused)
{
  GtkWidget *entry = find_by_id (f->page, "go_to_entry");

  gtk_widget_activate_action (f->page, "memory.go-to", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "0x2000");
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (is_visible (f->page, "go_to_error"));
  g_assert_cmpstr (get_label (f->page, "go_to_error"), ==, "The last byte of this segment is at 0xfff");

  /* Into folded zeros: they open. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "0x123");
  g_assert_false (is_visible (f->page, "go_to_error"));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x123);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), >, 100);
  assert_says (f, "offset 0x123 (291): 0x00 (0), copy A");
}

static void
test_jumps_to_the_fields (Fixture       *f,
                          gconstpointer  unused)
{
  gtk_widget_activate_action (f->page, "memory.show-field", "i", LAB_FIELD_CONTROL);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0xf80);
  gtk_widget_activate_action (f->page, "memory.show-field", "i", LAB_FIELD_COPY_B);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0x7c0);
  gtk_widget_activate_action (f->page, "memory.show-field", "i", LAB_FIELD_COPY_A);
  g_assert_cmpuint (lab_memory_image_get_caret (f->image), ==, 0);
}

static void
test_shows_the_write_cursor (Fixture       *f,
                             gconstpointer  unused)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (f->view));
  guint64 n_rows = lab_memory_image_get_n_rows (f->image);

  /* It opens what is folded, and keeps itself in sight. */
  lab_session_set_write_cursor (f->session, 0x700);
  g_assert_cmpuint (lab_memory_image_get_n_rows (f->image), >, n_rows);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);
  lab_session_set_write_cursor (f->session, -1);
  lab_session_set_write_cursor (f->session, 1 << 20);
  test_run_for_ms (50);
}

/* A segment of somebody else's program is read as its textbook has it. */
static void
test_names_the_fields_of_a_textbook (Fixture       *f,
                                     gconstpointer  unused)
{
  const gint32 mtu[] = { 0, 17, -4, 1000000, 23 };
  guint8 *base = lab_segment_get_base (f->segment);
  const LabField *fields;
  guint n_fields;

  memset (base, 0, 4096);
  memcpy (base, mtu, sizeof mtu);
  lab_session_memory_changed (f->session);
  g_assert_true (row_is (f, 0, "0000: 00 00 00 00 11 00 00 00 fc ff ff ff 40 42 0f 00"));

  lab_session_set_preset (f->session, lab_preset_find ("mtu"));
  g_assert_true (row_is (f, 0, "0000: 00 00 00 00 11 00 00 00 fc ff ff ff 40 42 0f 00  status 0 · data[0] 17 · data[1] -4 · data[2] 1000000"));
  g_assert_true (row_is (f, 1, "0010: 17 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  data[3] 23 · bytes without a name"));
  fields = lab_memory_image_get_fields (f->image, &n_fields);
  g_assert_cmpuint (n_fields, ==, 6);
  g_assert_cmpint (fields[1].kind, ==, LAB_FIELD_NUMBER);

  lab_memory_view_go_to (f->view, 5, 0);
  g_assert_true (says (f, "offset 0x5 (5): 0x00 (0), data[0] = 17, changed just now"));

  /* A change of the bytes changes the value. */
  base[4] = 18;
  lab_session_memory_changed (f->session);
  test_wait_for (says (f, "offset 0x5 (5): 0x00 (0), data[0] = 18"));

  /* The same bytes as text; what would begin another line is a sign. */
  memcpy (base, "one\ntwo", 8);
  lab_session_set_preset (f->session, lab_preset_find ("five-calls"));
  g_assert_true (row_is (f, 0, "0000: 6f 6e 65 0a 74 77 6f 00 fc ff ff ff 40 42 0f 00  text \"one↵two\""));

  /* Our own control block goes before what was chosen. */
  lab_latch_init (lab_segment_get_layout (f->segment));
  lab_session_memory_changed (f->session);
  g_assert_true (is_ours (f));
  fields = lab_memory_image_get_fields (f->image, &n_fields);
  g_assert_cmpint (fields[0].kind, ==, LAB_FIELD_COPY_A);

  lab_session_set_preset (f->session, NULL);
}

/* The segment may be shorter than the textbook's, and hold anything. */
static void
test_stays_within_a_short_segment (Fixture       *f,
                                   gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = new_segment (11, FALSE);
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  memset (lab_segment_get_base (segment), 0xff, 11);
  lab_session_set_preset (f->session, lab_preset_find ("mtu"));
  lab_session_set_segment (f->session, segment);
  g_assert_true (row_is (f, 0, "0000: ff ff ff ff ff ff ff ff ff ff ff  status -1 · data[0] -1 · data[1] (outside)"));
  for (guint i = 0; i < n_presets; i++)
    {
      lab_session_set_preset (f->session, &presets[i]);
      for (gsize offset = 0; offset < 11; offset++)
        {
          lab_memory_image_move_caret (f->image, offset, FALSE);
          g_assert_true (g_utf8_validate (lab_memory_image_get_caret_words (f->image), -1, NULL));
        }
      test_run_for_ms (20);
    }

  lab_session_set_preset (f->session, NULL);
  lab_session_set_segment (f->session, f->segment);
  g_assert_true (lab_segment_remove (segment, NULL));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/memory-view/" name, Fixture, NULL, set_up, func, tear_down)
  g_test_add_func ("/ui/memory-view/new-destroy", test_new_destroy);
  ADD ("shows-the-segment", test_shows_the_segment);
  ADD ("follows-a-change", test_follows_a_change);
  ADD ("is-told-of-a-change", test_is_told_of_a_change);
  ADD ("holds-still", test_holds_still);
  ADD ("draws-nothing-for-nothing", test_draws_nothing_for_nothing);
  ADD ("draws-nothing-out-of-sight", test_draws_nothing_out_of_sight);
  ADD ("marks-without-animations", test_marks_without_animations);
  ADD ("costs-nothing-unseen", test_costs_nothing_unseen);
  ADD ("detaches-and-attaches", test_detaches_and_attaches);
  ADD ("shows-a-removed-segment", test_shows_a_removed_segment);
  ADD ("bears-an-emptied-session", test_bears_an_emptied_session);
  ADD ("forgets-what-it-found", test_forgets_what_it_found);
  ADD ("takes-another-segment", test_takes_another_segment);
  ADD ("sees-the-layout-come-and-go", test_sees_the_layout_come_and_go);
  ADD ("bears-any-bytes", test_bears_any_bytes);
  ADD ("names-the-fields-of-a-textbook", test_names_the_fields_of_a_textbook);
  ADD ("stays-within-a-short-segment", test_stays_within_a_short_segment);
  ADD ("moves-the-caret", test_moves_the_caret);
  ADD ("selects-and-copies", test_selects_and_copies);
  ADD ("keeps-its-place", test_keeps_its_place);
  ADD ("goes-to-an-offset", test_goes_to_an_offset);
  ADD ("jumps-to-the-fields", test_jumps_to_the_fields);
  ADD ("shows-the-write-cursor", test_shows_the_write_cursor);
  return g_test_run ();
}
