/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <time.h>

#include <glib/gstdio.h>

#include "backend/kernel/lab-process.h"
#include "backend/layout/lab-copy.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-key.h"
#include "backend/segment/lab-record-text.h"
#include "helpers/helper-blocks.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "segments/lab-segment-item.h"
#include "segments/lab-segments-model.h"
#include "segments/lab-segments-remove.h"
#include "segments/lab-segments-window.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-text-cell.h"

/* What nobody notices; ten times as long where each access is checked. */
#define LONGEST_MS (LAB_COPY_SANITIZED ? 500 : 100)

typedef struct
{
  GArray           *ids;        /* of int: the segments of this test */
  GArray           *children;   /* of pid_t */
  GtkWidget        *window;
  LabSegmentsModel *model;
  guint             n_updates;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->ids = g_array_new (FALSE, FALSE, sizeof (int));
  f->children = test_children_new ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->model);
  if (f->window != NULL)
    {
      g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
      gtk_window_destroy (GTK_WINDOW (f->window));
      test_wait_for (f->window == NULL);
    }
  test_children_kill (f->children);
  g_array_unref (f->children);
  for (guint i = 0; i < f->ids->len; i++)
    lab_sysv_shmctl_rmid (g_array_index (f->ids, int, i), NULL);   /* some tests remove theirs */
  g_array_unref (f->ids);
}

static int
add_segment (Fixture *f,
             key_t    key,
             gsize    size_bytes,
             guint    mode)
{
  int id = lab_sysv_shmget (key, size_bytes, LAB_GET_EXCLUSIVE, mode, NULL);

  g_assert_cmpint (id, !=, -1);
  g_array_append_val (f->ids, id);

  return id;
}

static pid_t
add_child (Fixture  *f,
           int       id,
           gboolean  writable,
           guint     n_times)
{
  return test_children_add (f->children, id, writable, n_times);
}

static void
updated_cb (Fixture *f)
{
  f->n_updates++;
}

static void
open_window (Fixture *f)
{
  f->window = lab_segments_window_new ();
  g_object_get (f->window, "model", &f->model, NULL);
  g_signal_connect_swapped (f->model, "updated", G_CALLBACK (updated_cb), f);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (f->n_updates > 0);
}

static GListModel *
shown (Fixture *f)
{
  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (find_by_id (f->window, "view"))));
}

static LabSegmentItem *
find_shown (Fixture *f,
            int      id)
{
  for (guint i = 0; i < g_list_model_get_n_items (shown (f)); i++)
    {
      g_autoptr(LabSegmentItem) item = g_list_model_get_item (shown (f), i);

      if (lab_segment_item_get_id (item) == id)
        return item;
    }

  return NULL;
}

static gboolean
text_is (LabSegmentItem   *item,
         LabSegmentColumn  column,
         const char       *expected)
{
  g_autofree char *text = lab_segment_item_dup_text (item, column);

  return strcmp (text, expected) == 0;
}

static gboolean
remove_is_enabled (Fixture *f)
{
  GtkWidget *button = find_by_id (f->window, "remove");

  return gtk_widget_is_sensitive (button);
}

static void
test_new_destroy (void)
{
  GtkWidget *window = lab_segments_window_new ();

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (window);
}

static void
test_there_is_one (Fixture       *f,
                   gconstpointer  unused)
{
  guint n = 0;

  lab_segments_window_present (NULL);
  lab_segments_window_present (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (LAB_IS_SEGMENTS_WINDOW (window))
        {
          f->window = window;
          n++;
        }
    }
  g_assert_cmpuint (n, ==, 1);
}

static void
test_follows_the_kernel (Fixture       *f,
                         gconstpointer  unused)
{
  int id = add_segment (f, test_key (), 1000, 0640);
  LabSegmentItem *item;
  pid_t child;

  open_window (f);
  item = find_shown (f, id);
  g_assert_nonnull (item);
  g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_MODE, "rw-r-----"));
  g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_SIZE, "1,000"));
  g_assert_cmpint (lab_segment_item_get_state (item), ==, LAB_SEGMENT_STATE_IDLE);

  child = add_child (f, id, FALSE, 2);
  test_wait_for (text_is (item, LAB_SEGMENT_COLUMN_ATTACHED, "2"));
  g_assert_true (find_shown (f, id) == item);   /* the very same object */
  g_assert_cmpint (lab_segment_item_get_state (item), ==, LAB_SEGMENT_STATE_IN_USE);
  {
    g_autofree char *last = g_strdup_printf ("%d lab-reader", (int) child);

    g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_LAST_USER, last));
  }

  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  test_wait_for (lab_segment_item_get_state (item) == LAB_SEGMENT_STATE_REMOVED);
  g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_KEY, "none"));

  test_children_kill (f->children);
  test_wait_for (find_shown (f, id) == NULL);
}

static void
test_says_that_the_creator_is_gone (Fixture       *f,
                                    gconstpointer  unused)
{
  LabSegmentItem *item;
  g_autofree char *gone = NULL;
  int id;
  pid_t creator = test_child_create (test_key (), 100, &id);

  g_array_append_val (f->ids, id);
  g_array_append_val (f->children, creator);
  open_window (f);
  item = find_shown (f, id);
  g_assert_true (lab_segment_item_get_creator (item) == LAB_PRESENCE_RUNS);
  g_assert_cmpint (lab_segment_item_get_state (item), ==, LAB_SEGMENT_STATE_IDLE);
  test_children_kill (f->children);
  test_wait_for (lab_segment_item_get_creator (item) != LAB_PRESENCE_RUNS);
  g_assert_cmpint (lab_segment_item_get_state (item), ==, LAB_SEGMENT_STATE_LEFT);
  gone = g_strdup_printf ("%d, gone", (int) creator);
  g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_CREATOR, gone));
}

static void
test_says_what_became_of_processes (void)
{
  static const struct
  {
    pid_t       pid;
    LabPresence presence;
    const char *expected;
    gboolean    is_left;
  } rows[] = {
    { 812, LAB_PRESENCE_RUNS, "812 sleep", FALSE },
    { 812, LAB_PRESENCE_ENDED, "812, ended", TRUE },
    { 812, LAB_PRESENCE_GONE, "812, gone", TRUE },
    { 812, LAB_PRESENCE_UNSEEN, "812, not seen here", FALSE },   /* /proc hides it */
    { 0, LAB_PRESENCE_UNSEEN, "not seen from here", FALSE },          /* another pid namespace */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      LabSegmentRow row = { .owner_name = "root", .creator = rows[i].presence, .last_user = rows[i].presence };
      g_autoptr(LabSegmentItem) item = NULL;

      row.entry.record.cpid = row.entry.record.lpid = rows[i].pid;
      row.entry.record.ctime = row.entry.record.atime = 1000;
      row.creator_name = g_strdup (rows[i].presence == LAB_PRESENCE_RUNS ? "sleep" : NULL);
      row.last_user_name = g_strdup (row.creator_name);
      item = lab_segment_item_new (&row);
      g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_CREATOR, rows[i].expected));
      g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_LAST_USER, rows[i].expected));
      g_assert_cmpint (lab_segment_item_get_state (item), ==, rows[i].is_left ? LAB_SEGMENT_STATE_LEFT : LAB_SEGMENT_STATE_IDLE);
    }
}

/* No last user is not one who cannot be seen. */
static void
test_says_that_nobody_attached_yet (Fixture       *f,
                                    gconstpointer  unused)
{
  int id = add_segment (f, test_key (), 100, 0600);

  open_window (f);
  g_assert_true (text_is (find_shown (f, id), LAB_SEGMENT_COLUMN_LAST_USER, "nobody"));
}

static void
test_stops_while_closed (Fixture       *f,
                         gconstpointer  unused)
{
  guint before;

  open_window (f);
  gtk_widget_set_visible (f->window, FALSE);
  test_run_for_ms (300);
  before = f->n_updates;
  test_run_for_ms (1500);
  g_assert_cmpuint (f->n_updates, ==, before);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (f->n_updates > before);
}

static void
test_searches (Fixture       *f,
               gconstpointer  unused)
{
  key_t key = test_key ();
  int id = add_segment (f, key, 1000, 0600);
  int other = add_segment (f, test_key (), 1000, 0600);
  g_autofree char *hex_key = lab_key_format (key);
  g_autofree char *upper = g_ascii_strup (hex_key, -1);
  g_autofree char *decimal_key = g_strdup_printf ("%d", (int) key);
  g_autofree char *hex_id = g_strdup_printf ("0x%x", (guint) id);
  const char *texts[] = { hex_key, upper, decimal_key, hex_id };

  open_window (f);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      set_text (f->window, "search", texts[i]);
      test_wait_for (find_shown (f, other) == NULL);
      g_assert_nonnull (find_shown (f, id));
      g_assert_nonnull (strstr (get_label (f->window, "status"), "shown of"));
      set_text (f->window, "search", "");
      test_wait_for (find_shown (f, other) != NULL);
    }
  set_text (f->window, "search", "no such thing");
  test_wait_for (g_list_model_get_n_items (shown (f)) == 0);
}

/* What the user owns or made; another user's segment is needed to tell. */
static void
test_shows_mine (Fixture       *f,
                 gconstpointer  unused)
{
  int mine = add_segment (f, test_key (), 1000, 0600);
  int theirs = -1;
  int fds[2];
  pid_t pid;
  key_t key = test_key ();

  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      int id = -1;

      if (syscall (SYS_setuid, TEST_NOBODY) == 0)
        id = (int) syscall (SYS_shmget, key, 100, 01000 | 02000 | 0600);
      (void) !write (fds[1], &id, sizeof id);
      _exit (0);
    }
  g_assert_cmpint (read (fds[0], &theirs, sizeof theirs), ==, sizeof theirs);
  close (fds[0]);
  close (fds[1]);
  waitpid (pid, NULL, 0);
  g_assert_cmpint (theirs, !=, -1);
  g_array_append_val (f->ids, theirs);

  open_window (f);
  g_assert_nonnull (find_shown (f, theirs));
  g_assert_true (text_is (find_shown (f, theirs), LAB_SEGMENT_COLUMN_OWNER, "nobody"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_by_id (f->window, "mine")), TRUE);
  test_wait_for (find_shown (f, theirs) == NULL);
  g_assert_nonnull (find_shown (f, mine));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_by_id (f->window, "all")), TRUE);
  test_wait_for (find_shown (f, theirs) != NULL);
}

static void
assert_sorted (Fixture          *f,
               LabSegmentColumn  column)
{
  for (guint i = 1; i < g_list_model_get_n_items (shown (f)); i++)
    {
      g_autoptr(LabSegmentItem) before = g_list_model_get_item (shown (f), i - 1);
      g_autoptr(LabSegmentItem) item = g_list_model_get_item (shown (f), i);

      g_assert_cmpint (lab_segment_item_compare (before, item, column), <=, 0);
    }
}

static void
test_sorts (Fixture       *f,
            gconstpointer  unused)
{
  GtkColumnView *view;
  LabSegmentItem *item;
  int id = -1;

  for (guint i = 0; i < 20; i++)
    id = add_segment (f, test_key (), 100 + (i * 7919) % 1000, i % 2 ? 0600 : 0644);
  open_window (f);
  view = GTK_COLUMN_VIEW (find_by_id (f->window, "view"));
  for (LabSegmentColumn i = 0; i < LAB_N_SEGMENT_COLUMNS; i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (gtk_column_view_get_columns (view), i);

      gtk_column_view_sort_by_column (view, column, GTK_SORT_ASCENDING);
      assert_sorted (f, i);
    }

  /* A value that changes moves its row. */
  {
    g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (gtk_column_view_get_columns (view), LAB_SEGMENT_COLUMN_ATTACHED);

    gtk_column_view_sort_by_column (view, column, GTK_SORT_ASCENDING);
    item = find_shown (f, id);
    add_child (f, id, FALSE, 200);
    test_wait_for (text_is (item, LAB_SEGMENT_COLUMN_ATTACHED, "200"));
    test_wait_for (f->n_updates > 1);
    assert_sorted (f, LAB_SEGMENT_COLUMN_ATTACHED);
  }
}

/* Made with 666 instead of 0666, with the key of an unchecked ftok where nobody has it, and locked. */
static void
test_says_what_is_odd (Fixture       *f,
                       gconstpointer  unused)
{
  int first = lab_sysv_shmget (test_key (), 1000, LAB_GET_CREATE, 666, NULL);
  int second = lab_sysv_shmget (LAB_KEY_FAILED, 1000, LAB_GET_EXCLUSIVE, 0600, NULL);

  g_array_append_val (f->ids, first);
  open_window (f);
  g_assert_true (lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), first));
  test_wait_for (is_visible (f->window, "advice"));
  g_assert_nonnull (strstr (get_label (f->window, "advice_text"), "The mode 0232 is what 666 without the leading 0 gives; 0666 may have been meant."));
  if (second == -1)
    return;

  g_array_append_val (f->ids, second);
  test_wait_for (lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), second));
  test_wait_for (strstr (get_label (f->window, "advice_text"), "The key 0xffffffff (-1) is what ftok returns when it fails") != NULL);
}

static void
test_shows_details_of_the_selected (Fixture       *f,
                                    gconstpointer  unused)
{
  int first = add_segment (f, test_key (), 1000, 0600);
  int second = add_segment (f, test_key (), 2000, 0600);
  pid_t child = add_child (f, first, FALSE, 1);
  GtkStack *details;
  g_autofree char *title = g_strdup_printf ("Segment %d: in use", first);
  GListModel *attachments;

  open_window (f);
  details = GTK_STACK (find_by_id (f->window, "details"));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (details), ==, "nothing");
  g_assert_false (remove_is_enabled (f));

  g_assert_true (lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), first));
  g_assert_true (remove_is_enabled (f));
  test_wait_for (strcmp (gtk_stack_get_visible_child_name (details), "segment") == 0
                 && strcmp (get_label (f->window, "title"), title) == 0);
  attachments = G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (find_by_id (f->window, "attachments"))));
  test_wait_for (g_list_model_get_n_items (attachments) == 1);

  g_assert_true (lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), second));
  test_wait_for (is_visible (f->window, "advice"));
  g_assert_nonnull (strstr (get_label (f->window, "advice_text"), "may attach again"));

  /* The selected one goes away under the user. */
  g_assert_cmpint (lab_sysv_shmctl_rmid (second, NULL), ==, 0);
  test_wait_for (strcmp (gtk_stack_get_visible_child_name (details), "nothing") == 0);
  g_assert_false (remove_is_enabled (f));
  g_assert_cmpint (child, >, 0);
}

static GtkWidget *
find_dialog (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (toplevels, i);

      if (GTK_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

static char *
dup_secondary_text (GtkWidget *dialog)
{
  char *text;

  g_object_get (dialog, "secondary-text", &text, NULL);

  return text;
}

static void
ask_to_remove (Fixture *f)
{
  g_assert_true (gtk_widget_activate_action (f->window, "segments.remove", NULL));
  test_wait_for (find_dialog () != NULL);
}

static gboolean
exists (int id)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);

  return lab_segment_table_find_id (table, id) != NULL;
}

static gboolean
any_exists (GArray *ids)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);

  for (guint i = 0; i < ids->len; i++)
    if (lab_segment_table_find_id (table, g_array_index (ids, int, i)) != NULL)
      return TRUE;

  return FALSE;
}

static void
test_removes_only_what_was_chosen (Fixture       *f,
                                   gconstpointer  unused)
{
  int first = add_segment (f, test_key (), 1000, 0600);
  int second = add_segment (f, test_key (), 1000, 0600);
  g_autofree char *text = NULL;

  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), first);
  ask_to_remove (f);
  text = dup_secondary_text (find_dialog ());
  g_assert_nonnull (strstr (text, "Nobody is attached."));
  g_assert_nonnull (strstr (text, "is lost"));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_CANCEL);
  test_run_for_ms (50);
  g_assert_true (exists (first));

  ask_to_remove (f);
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (!exists (first));
  g_assert_true (exists (second));
  test_wait_for (find_shown (f, first) == NULL);
  g_assert_nonnull (find_shown (f, second));
}

static void
test_names_who_is_attached (Fixture       *f,
                            gconstpointer  unused)
{
  int first = add_segment (f, test_key (), 1000, 0600);
  int second = add_segment (f, test_key (), 1000, 0600);
  pid_t reader = add_child (f, first, FALSE, 2);
  pid_t writer = add_child (f, first, TRUE, 1);
  g_autofree char *reader_text = g_strdup_printf ("lab-reader (pid %d)", (int) reader);
  g_autofree char *writer_text = g_strdup_printf ("lab-writer (pid %d)", (int) writer);
  g_autofree char *text = NULL;

  open_window (f);
  test_wait_for (text_is (find_shown (f, first), LAB_SEGMENT_COLUMN_ATTACHED, "3"));
  for (guint i = 0; i < g_list_model_get_n_items (shown (f)); i++)
    {
      g_autoptr(LabSegmentItem) item = g_list_model_get_item (shown (f), i);

      if (lab_segment_item_get_id (item) == first || lab_segment_item_get_id (item) == second)
        gtk_selection_model_select_item (GTK_SELECTION_MODEL (shown (f)), i, FALSE);
    }
  g_assert_nonnull (strstr (get_label (f->window, "placeholder"), "2 segments"));
  ask_to_remove (f);
  text = dup_secondary_text (find_dialog ());
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, reader_text));
  g_assert_nonnull (strstr (text, writer_text));
  g_assert_null (strstr (text, "more attachment"));
  g_assert_nonnull (strstr (text, "Nobody is attached."));
  g_assert_nonnull (strstr (text, "when the last of them detaches"));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (!exists (second));
  g_assert_true (exists (first));   /* its readers keep it */
  test_wait_for (lab_segment_item_get_state (find_shown (f, first)) == LAB_SEGMENT_STATE_REMOVED);

  /* Nothing is left to do but to wait. */
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), first);
  test_wait_for (!gtk_widget_is_sensitive (find_by_id (f->window, "remove")));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (find_by_id (f->window, "remove")), "Removed already"));
  g_assert_false (gtk_widget_activate_action (f->window, "segments.remove", NULL) && find_dialog () != NULL);
}

static void
test_says_what_could_not_be_removed (Fixture       *f,
                                     gconstpointer  unused)
{
  int id = add_segment (f, test_key (), 1000, 0600);
  g_autofree char *text = NULL;

  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), id);
  ask_to_remove (f);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);   /* somebody was faster */
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (find_dialog () != NULL);
  text = dup_secondary_text (find_dialog ());
  g_assert_nonnull (strstr (text, "somebody removed it"));
  g_assert_nonnull (strstr (text, "(shmctl: EINVAL, at "));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_CLOSE);
}

/* What a server that is dead left behind, with its semaphore. */
static int
add_left_by_a_server (Fixture *f,
                      int     *semaphore_id)
{
  g_autoptr(LabSegment) segment = lab_segment_create (test_key (), 4096, 0600, NULL);
  g_autoptr(LabWriter) writer = NULL;
  int id = lab_segment_get_id (segment);

  g_array_append_val (f->ids, id);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  writer = lab_writer_new (segment);
  g_assert_true (lab_writer_set_up (writer, LAB_PROTOCOL_SEMAPHORE, FALSE, NULL));
  *semaphore_id = lab_writer_get_semaphore_id (writer);
  lab_layout_set_writer (lab_segment_get_layout (segment), getpid (), lab_process_get_start_ticks (getpid ()) - 1);

  return id;
}

static gboolean
semaphore_exists (int id)
{
  return lab_sysv_semctl_getval (id, 0) != -1;
}

static void
test_removes_the_semaphore_too (Fixture       *f,
                                gconstpointer  unused)
{
  int semaphore_id;
  int id = add_left_by_a_server (f, &semaphore_id);
  g_autofree char *words = g_strdup_printf ("Its semaphore, set %d,", semaphore_id);
  g_autofree char *text = NULL;

  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), id);
  ask_to_remove (f);
  text = dup_secondary_text (find_dialog ());
  g_assert_nonnull (strstr (text, words));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (!semaphore_exists (semaphore_id));
  g_assert_false (exists (id));
  if (semaphore_exists (semaphore_id))
    lab_sysv_semctl_rmid (semaphore_id);
}

/* A set that only has the same key is somebody else's. */
static void
test_leaves_the_semaphore_of_others (Fixture       *f,
                                     gconstpointer  unused)
{
  key_t key = test_key ();
  int id = add_segment (f, key, 4096, 0600);
  int semaphore_id = lab_sysv_semget (key, 1, LAB_GET_EXCLUSIVE, 0600);
  g_autofree char *text = NULL;

  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), id);
  ask_to_remove (f);
  text = dup_secondary_text (find_dialog ());
  g_assert_null (strstr (text, "semaphore"));
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (find_shown (f, id) == NULL);
  g_assert_true (semaphore_exists (semaphore_id));
  lab_sysv_semctl_rmid (semaphore_id);
}

/* Who attached while the question stood there was not in it. */
static void
test_looks_again_who_is_attached (Fixture       *f,
                                  gconstpointer  unused)
{
  int id = add_segment (f, test_key (), 1000, 0600);
  LabShmRecord record;
  g_autofree char *text = NULL;

  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), id);
  ask_to_remove (f);
  add_child (f, id, FALSE, 1);
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (find_dialog () != NULL);
  text = dup_secondary_text (find_dialog ());
  g_assert_nonnull (strstr (text, "Meanwhile somebody has attached"));
  g_assert_cmpint (lab_sysv_shmctl_stat (id, &record, NULL), ==, 0);
  g_assert_cmpint (record.key, !=, LAB_KEY_PRIVATE);   /* as it is when it is marked for removal */
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_CLOSE);
}

static gint64
get_thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (gint64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The longest that the main loop was at work without a pause; not the time that a busy computer
 * gave to others. */
#define run_until(condition, longest_ms) \
  G_STMT_START { \
    gint64 end_us = g_get_monotonic_time () + TEST_LIMIT_SECONDS * G_USEC_PER_SEC; \
    guint tick_id = g_timeout_add (20, test_tick_cb, NULL); \
    while (!(condition) && g_get_monotonic_time () < end_us) \
      { \
        gint64 start_ms = get_thread_ms (); \
        g_main_context_iteration (NULL, TRUE); \
        longest_ms = MAX (longest_ms, get_thread_ms () - start_ms); \
      } \
    g_source_remove (tick_id); \
  } G_STMT_END

#define N_MANY 4000

/* Ctrl+A, Delete.  Returns how long the main loop was held. */
static gint64
remove_many (Fixture *f,
             guint    n_many)
{
  int first = add_segment (f, LAB_KEY_PRIVATE, 1, 0600);
  gint64 longest_ms = 0;
  gint64 begin_ms;

  for (guint i = 1; i < n_many; i++)
    add_segment (f, LAB_KEY_PRIVATE, 1, 0600);
  test_wait_for (find_shown (f, first) != NULL
                 && find_shown (f, g_array_index (f->ids, int, f->ids->len - 1)) != NULL);
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (shown (f)));
  test_wait_for (remove_is_enabled (f));

  g_assert_true (gtk_widget_activate_action (f->window, "segments.remove", NULL));
  run_until (find_dialog () != NULL, longest_ms);
  begin_ms = get_thread_ms ();
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  longest_ms = MAX (longest_ms, get_thread_ms () - begin_ms);
  run_until (!exists (first) && find_shown (f, first) == NULL, longest_ms);
  g_assert_null (find_shown (f, first));

  return longest_ms;
}

static void
test_removes_thousands (Fixture       *f,
                        gconstpointer  unused)
{
  g_autoptr(GArray) table = lab_segment_table_read (NULL);
  gint64 few_ms, many_ms;

  if (table->len > 80)
    {
      g_test_skip ("others have too many segments here");
      return;
    }

  open_window (f);
  remove_many (f, 10);    /* the first dialog costs more */
  few_ms = remove_many (f, 10);
  many_ms = remove_many (f, N_MANY);
  g_test_message ("the main loop was held for %d ms at most, and for %d ms with 10 segments", (int) many_ms, (int) few_ms);
  g_assert_cmpint (many_ms - few_ms, <, LONGEST_MS);
}

static void
test_opens_a_client (Fixture       *f,
                     gconstpointer  unused)
{
  int id = add_segment (f, test_key (), 1000, 0600);
  g_autofree char *folder = g_dir_make_tmp ("lab-segments-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "shmlab-client", NULL);
  g_autofree char *said = g_build_filename (folder, "said", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho \"$@\" >%s/new && mv %s/new %s\n", folder, folder, said);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autofree char *new_path = g_strdup_printf ("%s:%s", folder, path);
  g_autofree char *expected = g_strdup_printf ("--id %d\n", id);
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_setenv ("PATH", new_path, TRUE);
  open_window (f);
  lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->window), id);
  g_assert_true (gtk_widget_activate_action (f->window, "segments.open", NULL));
  test_wait_for (g_file_test (said, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (said, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_setenv ("PATH", path, TRUE);
  g_remove (said);
  g_remove (program);
  g_rmdir (folder);
}

static const char *
lsipc_value (char       **words,
             const char  *name)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], name) && words[i][strlen (name)] == '=')
      return words[i] + strlen (name) + 1;

  return "";
}

static gint64
iso_to_seconds (const char *text)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr(GDateTime) time = text[0] != '\0' ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL ? g_date_time_to_unix (time) : 0;
}

#define N_COMPARED 500

static void
test_agrees_with_lsipc (Fixture       *f,
                        gconstpointer  unused)
{
  g_autofree char *output = NULL;
  g_auto(GStrv) lines = NULL;
  guint n_found = 0;

  /* Whatever mode, but for the two that are attached: who made a segment needs its permission like everybody else. */
  for (guint i = 0; i < N_COMPARED; i++)
    add_segment (f, i % 10 == 9 ? LAB_KEY_PRIVATE : (key_t) (0x61000000u | ((guint) getpid () & 0xfff) << 12 | i), 1 + i * 37,
                 i == 3 || i == 4 ? 0600 | i : i % 0777);
  add_child (f, g_array_index (f->ids, int, 3), TRUE, 3);
  add_child (f, g_array_index (f->ids, int, 4), TRUE, 1);
  g_assert_cmpint (lab_sysv_shmctl_rmid (g_array_index (f->ids, int, 4), NULL), ==, 0);

  if (!g_spawn_command_line_sync ("lsipc -m -e -b -P --time-format=iso"
                                  " -o KEY,ID,PERMS,OWNER,SIZE,NATTCH,CPID,LPID,ATTACH,DETACH,CTIME,STATUS", &output, NULL, NULL, NULL))
    {
      g_test_skip ("lsipc is not installed");
      return;
    }

  open_window (f);
  lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = NULL;
      LabSegmentItem *item = NULL;
      const LabShmRecord *record;
      int id;

      if (!g_shell_parse_argv (lines[i], NULL, &words, NULL))
        continue;
      id = atoi (lsipc_value (words, "ID"));
      for (guint j = 0; j < f->ids->len && item == NULL; j++)
        if (g_array_index (f->ids, int, j) == id)
          item = lab_segments_model_find (f->model, id);
      if (item == NULL)
        continue;

      n_found++;
      record = &lab_segment_item_get_entry (item)->record;
      g_assert_cmphex (strtoul (lsipc_value (words, "KEY"), NULL, 16), ==, (guint32) record->key);
      g_assert_cmpuint (strtoul (lsipc_value (words, "PERMS"), NULL, 8), ==, record->mode & 0777);
      g_assert_true (text_is (item, LAB_SEGMENT_COLUMN_OWNER, lsipc_value (words, "OWNER")));
      g_assert_cmpuint (g_ascii_strtoull (lsipc_value (words, "SIZE"), NULL, 10), ==, record->size_bytes);
      g_assert_cmpuint (strtoul (lsipc_value (words, "NATTCH"), NULL, 10), ==, record->n_attaches);
      g_assert_cmpint (atoi (lsipc_value (words, "CPID")), ==, record->cpid);
      g_assert_cmpint (atoi (lsipc_value (words, "LPID")), ==, record->lpid);
      g_assert_cmpint (iso_to_seconds (lsipc_value (words, "ATTACH")), ==, record->atime);
      g_assert_cmpint (iso_to_seconds (lsipc_value (words, "DETACH")), ==, record->dtime);
      g_assert_cmpint (iso_to_seconds (lsipc_value (words, "CTIME")), ==, record->ctime);
      g_assert_cmpint (strstr (lsipc_value (words, "STATUS"), "dest") != NULL, ==, (record->mode & LAB_MODE_DEST) != 0);
    }
  g_assert_cmpuint (n_found, ==, N_COMPARED);
}

static LabTextCell *
find_cell (GtkWidget  *widget,
           const char *text)
{
  if (LAB_IS_TEXT_CELL (widget))
    return g_strcmp0 (lab_text_cell_get_text (LAB_TEXT_CELL (widget)), text) == 0 ? LAB_TEXT_CELL (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      LabTextCell *cell = find_cell (child, text);

      if (cell != NULL)
        return cell;
    }

  return NULL;
}

/* What stands in the cells, not only in the items. */
static void
test_cells_follow_their_items (Fixture       *f,
                               gconstpointer  unused)
{
  key_t key = test_key ();
  int id = add_segment (f, key, 123456, 0600);
  g_autofree char *key_text = lab_key_format (key);

  open_window (f);
  set_text (f->window, "search", key_text);
  test_wait_for (g_list_model_get_n_items (shown (f)) == 1);
  g_assert_nonnull (find_cell (f->window, key_text));
  g_assert_nonnull (find_cell (f->window, "123,456"));
  g_assert_null (find_cell (f->window, "17"));
  add_child (f, id, FALSE, 17);
  test_wait_for (find_cell (f->window, "17") != NULL);
  g_assert_nonnull (find_cell (f->window, "in use"));
}

/* As many as one namespace has room for, nearly: SHMMNI is 4,096. */
#define N_MEASURED 4000

#define N_OPENINGS 5
#define AIM_TOTAL_US   (200 * 1000)
#define AIM_LONGEST_US (16 * 1000)

static void
close_window (Fixture *f)
{
  g_clear_object (&f->model);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&f->window)));
  f->n_updates = 0;
  test_run_for_ms (100);
}

/* Opening must not hold up the main loop.  A figure beyond twice its aim is a
 * failure; what is between them is told, and may be the machine's. */
static void
test_opens_without_a_block (Fixture       *f,
                            gconstpointer  unused)
{
  const guint n_segments = g_test_perf () ? N_MEASURED : 500;
  gint64 total_us[N_OPENINGS], longest_us[N_OPENINGS];

  for (guint i = 0; i < n_segments; i++)
    {
      int id = lab_sysv_shmget (LAB_KEY_PRIVATE, 100, LAB_GET_EXCLUSIVE, 0600, NULL);

      if (id == -1)
        break;   /* others have some too */
      g_array_append_val (f->ids, id);
    }
  if (g_test_perf () && f->ids->len < n_segments)
    {
      g_autofree char *reason = g_strdup_printf ("only %u of %u segments could be made", f->ids->len, n_segments);

      g_test_skip (reason);
      return;
    }

  /* A window like ours has been open for long: fonts, icons and styles are there. */
  open_window (f);
  for (guint i = 0; i < N_OPENINGS; i++)
    {
      close_window (f);
      test_blocks_begin ();
      open_window (f);
      test_run_for_ms (100);
      test_blocks_end ();
      total_us[i] = test_blocks.total_us;
      longest_us[i] = test_blocks.longest_us;
      g_assert_cmpuint (g_list_model_get_n_items (shown (f)), >=, f->ids->len);
    }

  test_sort_times (total_us, N_OPENINGS);
  test_sort_times (longest_us, N_OPENINGS);
  g_test_message ("%u segments, %d openings: main loop busy for %.0f to %.0f ms, median %.0f, longest block %.1f to %.1f ms, median %.1f",
                  f->ids->len, N_OPENINGS, total_us[0] / 1e3, total_us[N_OPENINGS - 1] / 1e3, total_us[N_OPENINGS / 2] / 1e3,
                  longest_us[0] / 1e3, longest_us[N_OPENINGS - 1] / 1e3, longest_us[N_OPENINGS / 2] / 1e3);
  g_test_minimized_result (total_us[N_OPENINGS / 2] / 1e3, "opening %u segments, ms of main loop, aim %d", f->ids->len,
                           AIM_TOTAL_US / 1000);
  g_test_minimized_result (longest_us[N_OPENINGS / 2] / 1e3, "longest block, ms, aim %d", AIM_LONGEST_US / 1000);
  if (g_test_perf ())
    {
      g_assert_cmpint (total_us[N_OPENINGS / 2], <, 2 * AIM_TOTAL_US);
      g_assert_cmpint (longest_us[N_OPENINGS / 2], <, 2 * AIM_LONGEST_US);
    }
}

/* Ctrl+A and Delete, in processor time of the main thread: 30 ms at once here, for 500
 * segments as for 4,000.  Before rows were taken away some at a time it was 63, and 85 before
 * the question was kept from measuring how narrow it could be. */
/* Twice what is promised: processor time is longer on a busy machine too. */
#define LONGEST_REMOVAL_US (100 * 1000)

static void
test_removes_thousands_without_a_block (Fixture       *f,
                                        gconstpointer  unused)
{
  const guint n_segments = g_test_perf () ? N_MEASURED : 500;
  gint64 asking_us;

  for (guint i = 0; i < n_segments; i++)
    {
      int id = lab_sysv_shmget (LAB_KEY_PRIVATE, 100, LAB_GET_EXCLUSIVE, 0600, NULL);

      if (id == -1)
        break;
      g_array_append_val (f->ids, id);
    }
  open_window (f);
  test_wait_for (g_list_model_get_n_items (shown (f)) >= f->ids->len);
  test_run_for_ms (500);

  test_blocks_begin ();
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (shown (f)));
  test_run_for_ms (300);
  ask_to_remove (f);
  test_run_for_ms (500);
  asking_us = test_blocks.longest_us;
  test_blocks_begin ();
  gtk_dialog_response (GTK_DIALOG (find_dialog ()), GTK_RESPONSE_ACCEPT);
  test_wait_for (!any_exists (f->ids));
  test_run_for_ms (500);
  test_blocks_end ();
  g_test_message ("%u segments chosen and removed: the main loop worked %.1f ms at once, %.1f ms while it asked",
                  f->ids->len, test_blocks.longest_us / 1e3, asking_us / 1e3);
  g_array_set_size (f->ids, 0);
  g_assert_cmpint (asking_us, <, LONGEST_REMOVAL_US);
  g_assert_cmpint (test_blocks.longest_us, <, LONGEST_REMOVAL_US);
}

static void
test_is_accessible (Fixture       *f,
                    gconstpointer  unused)
{
  open_window (f);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_by_id (f->window, "view")), GTK_ACCESSIBLE_PROPERTY_LABEL, "Segments");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_by_id (f->window, "search")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Search in the segments");
  gtk_test_accessible_assert_role (find_by_id (f->window, "status"), GTK_ACCESSIBLE_ROLE_STATUS);
}

int
main (int argc, char *argv[])
{
  for (int i = 1; i + 1 < argc; i++)
    if (strcmp (argv[i], "-m") == 0 && strcmp (argv[i + 1], "perf") == 0)
      if (!test_leave_the_common_namespace ())  /* thousands of segments are too many for a machine that others use too */
        g_printerr ("# no IPC namespace of its own: %s\n", g_strerror (errno));

  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/segments/window/new-destroy", test_new_destroy);
  g_test_add_func ("/segments/window/says-what-became-of-processes", test_says_what_became_of_processes);
#define ADD(name, func) g_test_add ("/segments/window/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("there-is-one", test_there_is_one);
  ADD ("follows-the-kernel", test_follows_the_kernel);
  ADD ("says-that-the-creator-is-gone", test_says_that_the_creator_is_gone);
  ADD ("says-that-nobody-attached-yet", test_says_that_nobody_attached_yet);
  ADD ("stops-while-closed", test_stops_while_closed);
  ADD ("searches", test_searches);
  ADD ("shows-mine", test_shows_mine);
  ADD ("sorts", test_sorts);
  ADD ("shows-details-of-the-selected", test_shows_details_of_the_selected);
  ADD ("says-what-is-odd", test_says_what_is_odd);
  ADD ("removes-only-what-was-chosen", test_removes_only_what_was_chosen);
  ADD ("names-who-is-attached", test_names_who_is_attached);
  ADD ("says-what-could-not-be-removed", test_says_what_could_not_be_removed);
  ADD ("removes-the-semaphore-too", test_removes_the_semaphore_too);
  ADD ("leaves-the-semaphore-of-others", test_leaves_the_semaphore_of_others);
  ADD ("looks-again-who-is-attached", test_looks_again_who_is_attached);
  ADD ("removes-thousands", test_removes_thousands);
  ADD ("opens-a-client", test_opens_a_client);
  ADD ("agrees-with-lsipc", test_agrees_with_lsipc);
  ADD ("cells-follow-their-items", test_cells_follow_their_items);
  ADD ("opens-without-a-block", test_opens_without_a_block);
  ADD ("removes-thousands-without-a-block", test_removes_thousands_without_a_block);
  ADD ("is-accessible", test_is_accessible);
  return g_test_run ();
}
