/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "backend/layout/lab-copy.h"
#include "backend/protocol/lab-reader.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-application.h"
#include "helpers/helper-blocks.h"
#include "helpers/helper-child.h"
#include "helpers/helper-content.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "server/lab-attached-list.h"
#include "server/lab-close-dialog.h"
#include "server/lab-message-entry.h"
#include "server/lab-race-window.h"
#include "server/lab-server-resources.h"
#include "server/lab-server-window.h"
#include "ui/choosers/lab-key-chooser.h"
#include "ui/inspector/lab-inspector.h"

typedef struct
{
  LabServerWindow *window;
  LabServer       *server;
  GtkWidget       *entry;
  key_t            key;
} Fixture;

static LabApplication *application;  /* one a process */

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  f->window = lab_server_window_new (application);
  f->server = g_object_ref (lab_server_window_get_server (f->window));
  f->entry = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (f->window), LAB_TYPE_SERVER_WINDOW, "entry"));
  choice = lab_key_choice_new_key (f->key);
  lab_server_window_choose (f->window, choice, 4096, 0600);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  lab_server_clean_up (f->server);
  g_clear_object (&f->server);
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
is_enabled (Fixture    *f,
            const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), action);
}

static void
activate (Fixture    *f,
          const char *action)
{
  g_assert_true (is_enabled (f, action));
  g_action_group_activate_action (G_ACTION_GROUP (f->window), action, NULL);
}

static void
test_new_destroy (Fixture       *f,
                  gconstpointer  unused)
{
  gtk_window_present (GTK_WINDOW (f->window));
  test_run_for_ms (100);
}

static void
test_goes_before_its_parts (Fixture       *f,
                            gconstpointer  unused)
{
  GtkWidget *race = lab_race_window_new (GTK_WINDOW (f->window), lab_server_get_publisher (f->server));
  GtkWidget *window = GTK_WIDGET (lab_server_window_new (application));

  gtk_window_present (GTK_WINDOW (race));
  destroy_before_its_parts (race, "choices");
  gtk_window_present (GTK_WINDOW (window));
  test_run_for_ms (100);
  destroy_before_its_parts (window, "subtitle");
}

static guint
count_widgets (GtkWidget *widget)
{
  guint n = 1;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_widgets (child);

  return n;
}

/* The inspector's other tabs, the menu and the window of shortcuts are three fifths of all widgets. */
static void
test_makes_what_is_seen (Fixture       *f,
                         gconstpointer  unused)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (f->window);
  GtkShortcutsWindow *shortcuts;
  guint n;

  gtk_window_present (GTK_WINDOW (window));
  test_run_for_ms (100);
  n = count_widgets (GTK_WIDGET (window));
  g_test_message ("%u widgets", n);
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (n, <, 600);
  g_assert_null (gtk_application_window_get_help_overlay (window));

  activate (f, "show-help-overlay");
  shortcuts = gtk_application_window_get_help_overlay (window);
  g_assert_nonnull (shortcuts);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (shortcuts)));
  gtk_window_close (GTK_WINDOW (shortcuts));
  activate (f, "show-help-overlay");
  g_assert_true (gtk_application_window_get_help_overlay (window) == shortcuts);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (shortcuts)));
}

static void
test_goes_step_by_step (Fixture       *f,
                        gconstpointer  unused)
{
  static const char * const steps[] = { "make-key", "create", "attach" };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (steps); j++)
        g_assert_true (is_enabled (f, steps[j]) == (i == j));
      activate (f, "next-step");
    }
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_WRITE);

  lab_server_window_set_message (f->window, "Hello");
  activate (f, "write");
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 1);
  activate (f, "wait");
  activate (f, "detach");
  activate (f, "remove");
  g_assert_false (lab_server_is_live (f->server));
  activate (f, "do-it-all");
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_KEY);
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (GTK_IS_DIALOG (window))
        return GTK_DIALOG (window);
    }

  return NULL;
}

static gboolean
asks_with (const char *words)
{
  g_autofree char *text = NULL;

  g_object_get (find_dialog (), "secondary-text", &text, NULL);

  return strstr (text, words) != NULL;
}

static LabStep *
get_step (Fixture       *f,
          LabServerStep  step)
{
  return lab_life_get_step (lab_server_get_life (f->server), step);
}

static GtkWidget *
get_row (Fixture *f,
         guint    i)
{
  GtkWidget *row = gtk_widget_get_first_child (find_by_id (GTK_WIDGET (f->window), "rows"));

  while (i-- > 0)
    row = gtk_widget_get_next_sibling (row);

  return row;
}

static const char *
get_subtitle (Fixture *f)
{
  GtkWidget *subtitle = GTK_WIDGET (gtk_window_get_titlebar (GTK_WINDOW (f->window)));

  return get_label (subtitle, "subtitle");
}

/* Whether any label of the window has @text in it. */
static gboolean
shows_match (GtkWidget  *widget,
             const char *pattern)
{
  if (GTK_IS_LABEL (widget) && g_regex_match_simple (pattern, gtk_label_get_text (GTK_LABEL (widget)), 0, 0))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows_match (child, pattern))
      return TRUE;

  return FALSE;
}

/* Without what is hidden. */
static gboolean
sees_match (GtkWidget  *widget,
            const char *pattern)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && g_regex_match_simple (pattern, gtk_label_get_text (GTK_LABEL (widget)), 0, 0))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (sees_match (child, pattern))
      return TRUE;

  return FALSE;
}

static gboolean
shows_text (GtkWidget  *widget,
            const char *text)
{
  g_autofree char *pattern = g_regex_escape_string (text, -1);

  return shows_match (widget, pattern);
}

/* Not as a part of another number. */
static gboolean
shows_number (GtkWidget  *widget,
              const char *number)
{
  g_autofree char *pattern = g_strdup_printf ("\\b%s\\b", number);

  return shows_match (widget, pattern);
}

/* The first segments of an IPC namespace have small ids, which are also numbers of steps and of bytes. */
static void
use_up_small_ids (void)
{
  int id;

  do
    {
      id = lab_sysv_shmget (test_key (), 1, LAB_GET_EXCLUSIVE, 0600, NULL);
      g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
    }
  while (id >= 0 && id < 5000);
}

/* A binding through an object that is not there keeps its old value: so nothing may be
 * left of a segment on the screen when the session is empty again. */
static void
test_shows_nothing_of_an_old_segment (Fixture       *f,
                                      gconstpointer  unused)
{
  LabSession *session = lab_server_get_session (f->server);
  g_autofree char *empty = g_strdup (get_subtitle (f));
  g_autofree char *key = lab_key_format (f->key);
  g_autofree char *id = NULL;
  g_autofree char *gone = NULL;
  g_autofree char *address = NULL;

  use_up_small_ids ();

  lab_server_window_set_message (f->window, "Hello");
  g_assert_cmpstr (get_label (f->entry, "count"), ==, "5 of 1,983 bytes");
  lab_server_window_start (f->window);
  id = g_strdup_printf ("%d", lab_session_get_segment_id (session));
  address = lab_session_dup_address_text (session);
  g_assert_nonnull (strstr (get_subtitle (f), id));
  g_assert_nonnull (strstr (get_subtitle (f), key));
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_WRITE), "result"), ==, "→ message 1, 5 bytes");
  g_assert_true (shows_text (get_row (f, LAB_SERVER_STEP_DETACH), address));
  g_assert_true (shows_number (get_row (f, LAB_SERVER_STEP_REMOVE), id));
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_WAIT), "sentence"), ==, "No other process is attached");
  g_assert_true (is_enabled (f, "stop"));

  activate (f, "wait");
  activate (f, "detach");
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "Nothing can be written any more: this process has detached");
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_WAIT), "sentence"), ==, "Wait until the clients have detached");
  g_assert_nonnull (strstr (get_subtitle (f), id));
  g_assert_false (is_enabled (f, "write"));

  activate (f, "remove");
  g_assert_false (is_enabled (f, "stop"));
  g_assert_true (shows_number (get_row (f, LAB_SERVER_STEP_REMOVE), id));  /* it tells what was done */
  gone = g_strdup_printf ("id %s, gone · ", id);
  test_wait_for (strstr (get_subtitle (f), gone) != NULL);

  activate (f, "start-again");
  g_assert_cmpstr (get_subtitle (f), ==, empty);
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "First make the segment: do steps 1 to 3, or Do It All");
  for (guint i = 0; i < LAB_N_SERVER_STEPS; i++)
    {
      g_assert_cmpstr (get_label (get_row (f, i), "result"), ==, "");
      g_assert_false (shows_text (get_row (f, i), address));
      g_assert_false (shows_number (get_row (f, i), id));
    }
  g_assert_false (shows_text (get_row (f, LAB_SERVER_STEP_CREATE), key));
  g_assert_null (lab_session_get_segment (session));
  g_assert_true (is_enabled (f, "make-key"));
}

/* Another segment size is another capacity, before there is a segment and with one. */
static void
test_follows_what_is_chosen (Fixture       *f,
                             gconstpointer  unused)
{
  LabChoice *choice = lab_session_get_choice (lab_server_get_session (f->server));
  GtkWidget *size_entry = find_by_id (GTK_WIDGET (f->window), "size_entry");
  GtkWidget *key_chooser = find_by_id (GTK_WIDGET (f->window), "key_chooser");
  g_autoptr(LabKeyChoice) other = lab_key_choice_new_file ("/proc/self/exe", 'B');
  guint64 size_bytes;

  lab_choice_set_size_bytes (choice, 8192);
  g_object_get (size_entry, "size-bytes", &size_bytes, NULL);
  g_assert_cmpuint (size_bytes, ==, 8192);
  g_assert_cmpstr (get_label (f->entry, "count"), ==, "0 of 4,031 bytes");
  g_object_set (size_entry, "size-bytes", (guint64) 4096, NULL);
  g_assert_cmpuint (lab_choice_get_size_bytes (choice), ==, 4096);
  g_object_set (find_by_id (GTK_WIDGET (f->window), "mode_editor"), "mode", 0640u, NULL);
  g_assert_cmpuint (lab_choice_get_mode (choice), ==, 0640);
  g_assert_true (shows_text (get_row (f, LAB_SERVER_STEP_CREATE), "4096, IPC_CREAT|IPC_EXCL|0640"));

  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_KEY), "sentence"), ==, "The key was given, so ftok is not called");
  lab_choice_set_key_choice (choice, other);
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_KEY), "sentence"), ==, "Turn a file and a letter into a key");
  g_assert_true (lab_key_choice_equal (lab_key_chooser_get_choice (LAB_KEY_CHOOSER (key_chooser)), other));
  lab_choice_set_key_choice (choice, NULL);
  g_assert_null (lab_key_chooser_get_choice (LAB_KEY_CHOOSER (key_chooser)));
  g_assert_false (is_enabled (f, "open-client"));
  lab_choice_set_key_choice (choice, other);
  g_assert_true (is_enabled (f, "open-client"));

  g_assert_true (gtk_widget_is_sensitive (key_chooser));
  activate (f, "make-key");
  g_assert_false (gtk_widget_is_sensitive (key_chooser));
  g_assert_true (gtk_widget_is_sensitive (size_entry));
  activate (f, "create");
  g_assert_false (gtk_widget_is_sensitive (size_entry));
}

/* The first two of “12 apples” are a number; it was never asked for. */
static void
test_asks_for_no_number_that_was_not_given (Fixture       *f,
                                            gconstpointer  unused)
{
  GtkWidget *size_entry = find_by_id (GTK_WIDGET (f->window), "size_entry");
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_CREATE);

  activate (f, "make-key");
  set_text (size_entry, "entry", "1234");
  g_assert_true (shows_text (row, "1234, IPC_CREAT"));
  set_text (size_entry, "entry", "1234 apples");
  g_assert_false (shows_text (find_by_id (row, "call"), "1234"));
  g_assert_true (shows_text (row, ", size, IPC_CREAT"));

  /* It is told where it was typed, and nowhere else, as is a size with no room for a message. */
  for (guint i = 0; i < 2; i++)
    {
      set_text (size_entry, "entry", i == 0 ? "1234 apples" : "100");
      g_assert_true (strstr (get_label (size_entry, "words"), i == 0 ? "“1234 apples” is no size" : "too small for a message") != NULL);
      g_assert_true (gtk_widget_has_css_class (find_by_id (size_entry, "words"), "lab-trouble"));
      g_assert_false (is_enabled (f, "create"));
      g_assert_false (is_enabled (f, "do-it-all"));
      lab_server_window_start (f->window);
      g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_CREATE);
      g_assert_cmpstr (get_label (row, "error"), ==, "");
      g_assert_null (lab_segment_find (f->key, NULL));
    }

  /* 0 is for the kernel to refuse. */
  set_text (size_entry, "entry", "0");
  g_assert_true (is_enabled (f, "create"));
  set_text (size_entry, "entry", "4096");
  g_assert_false (gtk_widget_has_css_class (find_by_id (size_entry, "words"), "lab-trouble"));
  activate (f, "create");
  g_assert_true (lab_server_is_live (f->server));
  set_text (size_entry, "entry", "4096");
}

/* A step that is done says what was called when it was made, whatever is chosen since. */
static void
test_tells_its_own_call (Fixture       *f,
                         gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_WRITE);
  g_autofree char *words = NULL;

  lab_server_window_start (f->window);
  g_assert_true (lab_server_write (f->server, "one", 3, NULL));
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 1, 3 bytes");
  g_assert_cmpstr (get_label (row, "sentence"), ==, "No system call: just write");
  g_assert_true (lab_server_write (f->server, "two", 3, NULL));
  g_assert_cmpstr (get_label (row, "sentence"), ==, "Just write, between two calls of semop");
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  g_assert_cmpstr (get_label (row, "sentence"), ==, "Just write, between two calls of semop");

  /* What goes with the segment is named where it is asked what is to become of it. */
  words = g_strdup_printf ("Its semaphore, set %d, stays and goes with it.", lab_server_get_semaphore_id (f->server));
  g_assert_cmpint (lab_server_get_semaphore_id (f->server), !=, -1);
  gtk_window_present (GTK_WINDOW (f->window));
  activate (f, "stop");
  g_assert_true (asks_with (words));
  gtk_dialog_response (find_dialog (), LAB_CLOSE_CANCEL);
  g_assert_cmpint (lab_sysv_semctl_rmid (lab_server_get_semaphore_id (f->server)), ==, 0);
  activate (f, "stop");
  g_assert_false (asks_with ("semaphore"));
  gtk_dialog_response (find_dialog (), LAB_CLOSE_CANCEL);
}

/* What comes from the command line is not what the user finds the next time. */
static void
test_remembers_what_the_user_chose (Fixture       *f,
                                    gconstpointer  unused)
{
  g_autoptr(GSettings) settings = lab_application_settings (LAB_ROLE_SERVER);
  guint64 before = g_settings_get_uint64 (settings, "size-bytes");

  lab_server_window_choose (f->window, NULL, 12288, 0600);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "size-bytes"), ==, before);
  g_object_set (find_by_id (GTK_WIDGET (f->window), "size_entry"), "size-bytes", (guint64) 16384, NULL);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "size-bytes"), ==, 16384);
  g_settings_reset (settings, "size-bytes");
}

/* Nobody called shmctl(IPC_RMID), so there is no tick. */
static void
test_skips_what_is_left_in_the_kernel (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabSegment) left = NULL;
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_REMOVE);

  lab_server_window_start (f->window);
  activate (f, "stop");
  gtk_dialog_response (find_dialog (), LAB_CLOSE_LEAVE);
  g_assert_false (lab_server_is_live (f->server));
  g_assert_cmpint (lab_step_get_state (get_step (f, LAB_SERVER_STEP_REMOVE)), ==, LAB_STEP_SKIPPED);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (row, "bullet"))), ==, "skipped");
  g_assert_cmpstr (get_label (row, "result"), ==, "→ left in the kernel, as you chose");

  left = lab_segment_find (f->key, NULL);
  g_assert_nonnull (left);
  g_assert_true (lab_segment_remove (left, NULL));
}

static void
test_describes_what_is_in_the_way (Fixture       *f,
                                   gconstpointer  unused)
{
  g_autoptr(LabSegment) foreign = lab_segment_create (f->key, 4096, 0600, NULL);
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");

  /* A server that runs may have made it, and not attached it yet. */
  g_assert_nonnull (foreign);
  g_assert_false (gtk_widget_get_visible (banner));
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (banner));
  g_assert_false (is_enabled (f, "replace"));
  g_assert_null (find_button (banner, "Remove It and Make a New One"));
  g_assert_nonnull (find_button (banner, "Choose Another Key"));

  g_assert_true (lab_segment_attach (foreign, TRUE, NULL));
  strcpy (lab_segment_get_base (foreign), "homework");
  g_assert_true (lab_segment_detach (foreign, NULL));
  activate (f, "another-key");
  lab_server_window_start (f->window);
  test_wait_for (is_enabled (f, "replace"));
  g_assert_false (is_enabled (f, "create"));

  activate (f, "replace");
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_ATTACH);
  g_assert_false (gtk_widget_get_visible (banner));
  g_assert_false (lab_segment_refresh (foreign, NULL));
}

/* The size grew, and the key is not this program's: what shmget would say, and how the key is made. */
static void
test_explains_what_is_in_the_way (Fixture       *f,
                                  gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  g_autofree char *path = g_strdup ("/tmp/shmlab-key-XXXXXX");
  int fd = g_mkstemp (path);
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file (path, 'K');
  key_t key = lab_sysv_ftok (path, 'K', NULL);
  int id = lab_sysv_shmget (key, 100, LAB_GET_EXCLUSIVE, 0622, NULL);
  g_autofree char *step_words = NULL;

  close (fd);
  g_assert_cmpint (id, !=, -1);
  lab_server_window_choose (f->window, choice, 4096, 0600);
  lab_server_window_start (f->window);
  test_wait_for (strstr (get_label (banner, "title"), "is taken by segment") != NULL);
  g_assert_nonnull (strstr (get_label (banner, "text"), "4,096 bytes are wanted and 100 are there: without IPC_EXCL shmget would say EINVAL."));
  test_wait_for (strstr (get_label (banner, "text"), "= letter 0x4b (8 bits), device 0x") != NULL);
  step_words = g_strdup (lab_step_get_error (lab_life_get_step (lab_server_get_life (f->server), LAB_SERVER_STEP_CREATE)));
  g_assert_nonnull (step_words);
  g_assert_nonnull (strstr (step_words, "already: 100 bytes, of "));

  lab_sysv_shmctl_rmid (id, NULL);
  unlink (path);
}

/* Write is grey at first, and so it is said what comes before it. */
static void
test_says_what_comes_before_writing (Fixture       *f,
                                     gconstpointer  unused)
{
  GtkWidget *view = find_by_id (f->entry, "view");

  g_assert_true (is_visible (f->entry, "hint"));
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "First make the segment: do steps 1 to 3, or Do It All");
  lab_server_window_start (f->window);
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "Type a message, then choose Write");
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, "Type a message, then choose Write");
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "a", -1);
  g_assert_false (is_visible (f->entry, "hint"));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "", -1);
  g_assert_true (is_visible (f->entry, "hint"));
}

static void
test_writes_as_one_types (Fixture       *f,
                          gconstpointer  unused)
{
  GtkWidget *view = find_by_id (f->entry, "view");

  lab_server_window_start (f->window);
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "a", -1);
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 0);

  g_object_set (f->entry, "as-i-type", TRUE, NULL);
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "b", -1);
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 1);
  g_assert_cmpstr (lab_session_get_message (lab_server_get_session (f->server)), ==, "ab");
  g_object_set (f->entry, "as-i-type", FALSE, NULL);
}

/* The store of the first letter takes its time; the rest must not be forgotten. */
static void
test_writes_as_one_types_in_slow_motion (Fixture       *f,
                                         gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (publisher);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_by_id (f->entry, "view")));

  lab_server_window_start (f->window);
  g_object_set (f->entry, "as-i-type", TRUE, NULL);
  lab_publisher_set_slow (publisher, TRUE);
  g_assert_false (is_visible (f->entry, "note"));
  for (const char *letter = "abc"; *letter != '\0'; letter++)
    gtk_text_buffer_insert_at_cursor (buffer, letter, 1);
  g_assert_true (is_visible (f->entry, "note"));
  g_assert_cmpstr (get_label (f->entry, "note"), ==,
                   "Not yet: a message in slow motion is not finished. It is tried again by itself.");

  lab_slow_motion_set_speed (slow_motion, LAB_SLOW_MOTION_MAX_SPEED);
  lab_slow_motion_set_playing (slow_motion, TRUE);
  test_wait_for (g_strcmp0 (lab_session_get_message (lab_server_get_session (f->server)), "abc") == 0);
  g_assert_false (is_visible (f->entry, "note"));
  g_object_set (f->entry, "as-i-type", FALSE, NULL);
}

/* Somebody takes the semaphore away while the message waits for it. */
static void
test_tells_of_a_message_that_was_refused_later (Fixture       *f,
                                                gconstpointer  unused)
{
  g_autofree char *text = NULL;
  int semaphore;
  int two;

  lab_server_window_start (f->window);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_SEMAPHORE, NULL));
  semaphore = lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0);
  g_assert_cmpint (lab_semaphore_try_take (semaphore), ==, LAB_SEMAPHORE_TAKEN);
  lab_server_window_set_message (f->window, "kept");
  activate (f, "write");
  g_assert_true (is_visible (f->entry, "note"));
  g_assert_false (is_visible (f->entry, "trouble"));

  g_assert_cmpint (lab_sysv_semctl_rmid (semaphore), ==, 0);
  two = lab_sysv_semget (f->key, 2, LAB_GET_EXCLUSIVE, 0600);
  test_wait_for (is_visible (f->entry, "trouble"));
  g_assert_cmpstr (get_label (f->entry, "trouble_label"), ==, lab_publisher_get_refusal (lab_server_get_publisher (f->server)));
  g_assert_false (is_visible (f->entry, "note"));
  text = lab_message_entry_dup_text (LAB_MESSAGE_ENTRY (f->entry));
  g_assert_cmpstr (text, ==, "kept");
  g_assert_cmpint (lab_sysv_semctl_rmid (two), ==, 0);

  /* It is written again, and the sentence goes. */
  activate (f, "write");
  test_wait_for (lab_server_get_n_messages (f->server) == 1);
  g_assert_false (is_visible (f->entry, "trouble"));
}

static void
test_tells_of_a_protocol_that_cannot_be_had (Fixture       *f,
                                             gconstpointer  unused)
{
  GtkDropDown *choice = GTK_DROP_DOWN (find_by_id (f->entry, "drop_down"));
  int two = lab_sysv_semget (f->key, 2, LAB_GET_EXCLUSIVE, 0600);
  guint latch = gtk_drop_down_get_selected (choice);

  lab_server_window_start (f->window);
  gtk_drop_down_set_selected (choice, 1);
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, latch);
  g_assert_true (is_visible (f->entry, "trouble"));
  g_assert_cmpint (lab_sysv_semctl_rmid (two), ==, 0);

  gtk_drop_down_set_selected (choice, 1);
  g_assert_cmpint (lab_publisher_get_protocol (lab_server_get_publisher (f->server)), ==, LAB_PROTOCOL_SEMAPHORE);
  g_assert_false (is_visible (f->entry, "trouble"));
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_NONE, NULL));
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 0);
}

static void
test_paces_slow_motion (Fixture       *f,
                        gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSlowMotion *slow_motion = lab_publisher_get_slow_motion (publisher);
  GtkWidget *bar;
  GtkAdjustment *speed;

  lab_server_window_start (f->window);
  g_assert_null (gtk_widget_get_next_sibling (f->entry));  /* until slow motion is first chosen */
  lab_publisher_set_slow (publisher, TRUE);
  bar = gtk_widget_get_next_sibling (f->entry);
  speed = gtk_range_get_adjustment (GTK_RANGE (find_by_id (bar, "speed_scale")));
  g_assert_true (gtk_widget_get_visible (bar));
  lab_publisher_set_slow (publisher, FALSE);
  g_assert_false (gtk_widget_get_visible (bar));
  lab_publisher_set_slow (publisher, TRUE);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (gtk_widget_get_next_sibling (f->entry) == bar && gtk_widget_get_next_sibling (bar) == NULL);
  g_assert_cmpstr (get_label (bar, "progress"), ==, "Choose Write: the message is then stored byte by byte");
  g_assert_false (gtk_widget_get_sensitive (find_by_id (bar, "step")));

  lab_server_window_set_message (f->window, "Hello");
  activate (f, "write");
  g_assert_true (g_str_has_prefix (get_label (bar, "progress"), "store 1 of "));
  g_signal_emit_by_name (find_by_id (bar, "step"), "clicked");
  g_assert_true (g_str_has_prefix (get_label (bar, "progress"), "store 2 of "));
  g_signal_emit_by_name (find_by_id (bar, "play"), "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_by_id (bar, "play"))), ==, "Pause");
  gtk_adjustment_set_value (speed, 7);
  g_assert_cmpuint (lab_slow_motion_get_speed (slow_motion), ==, 7);
  g_assert_cmpstr (get_label (bar, "speed_value"), ==, "7 per second");
  lab_slow_motion_set_speed (slow_motion, 9);
  g_assert_cmpfloat (gtk_adjustment_get_value (speed), ==, 9);
  g_signal_emit_by_name (find_by_id (bar, "finish"), "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_by_id (bar, "play"))), ==, "Play");
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 1);
}

/* The size of a window is the user's and the screen's, whatever is typed and whatever tab
 * shows what was written. */
static void
test_no_content_changes_the_windows_size (Fixture       *f,
                                          gconstpointer  unused)
{
  static const char *const tabs[] = { "picture", "memory", "record", "calls", "program" };
  GtkWidget *window = GTK_WIDGET (f->window);
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (window, "inspector"));

  test_present (window, f->entry);
  activate (f, "do-it-all");
  test_wait_for (lab_server_is_attached (f->server));
  for (gsize tab = 0; tab < G_N_ELEMENTS (tabs); tab++)
    {
      int width, height, minimum, minimum_before = 0;

      lab_inspector_set_current (inspector, tabs[tab]);
      lab_message_entry_set_text (LAB_MESSAGE_ENTRY (f->entry), "before");
      activate (f, "write");
      test_run_for_ms (100);
      width = gtk_widget_get_width (window);
      height = gtk_widget_get_height (window);
      gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_before, NULL, NULL, NULL);

      for (gsize i = 0; i < G_N_ELEMENTS (hostile_contents); i++)
        {
          g_autofree char *content = make_hostile_content (&hostile_contents[i], 1900);

          if (!g_utf8_validate (content, -1, NULL))
            continue;

          lab_message_entry_set_text (LAB_MESSAGE_ENTRY (f->entry), content);
          activate (f, "write");
          test_wait_for (g_strcmp0 (lab_session_get_message (lab_server_get_session (f->server)), content) == 0);
          test_run_for_ms (30);
          gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
          g_test_message ("%s, %s: %d × %d, at least %d wide", tabs[tab], hostile_contents[i].name,
                          gtk_widget_get_width (window), gtk_widget_get_height (window), minimum);
          g_assert_cmpint (minimum, <=, minimum_before);
          g_assert_cmpint (gtk_widget_get_width (window), ==, width);
          g_assert_cmpint (gtk_widget_get_height (window), ==, height);
        }
    }
}

/* The name of the key's file stands in a step, on a button and in its tooltip. */
static void
test_no_key_file_changes_the_windows_size (Fixture       *f,
                                           gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  g_autofree char *folder = g_dir_make_tmp ("lab-XXXXXX", NULL);
  int width, height, minimum, minimum_before = 0;

  test_present (window, f->entry);
  test_run_for_ms (100);
  width = gtk_widget_get_width (window);
  height = gtk_widget_get_height (window);

  for (gsize i = 0; i <= G_N_ELEMENTS (hostile_contents); i++)
    {
      /* An ordinary name first. */
      g_autofree char *name = i == 0 ? g_strdup ("shmfile") : make_hostile_content (&hostile_contents[i - 1], 200);
      g_autofree char *path = g_build_filename (folder, g_strdelimit (name, "/", '-'), NULL);
      g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file (path, 'A');

      g_assert_true (g_file_set_contents (path, "", 0, NULL));
      lab_server_window_choose (f->window, choice, 4096, 0600);
      test_run_for_ms (50);
      gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      if (i == 0)
        minimum_before = minimum;
      g_test_message ("%s: %d × %d, at least %d wide", i == 0 ? "ordinary" : hostile_contents[i - 1].name,
                      gtk_widget_get_width (window), gtk_widget_get_height (window), minimum);
      g_assert_cmpint (minimum, <=, minimum_before);
      g_assert_cmpint (gtk_widget_get_width (window), ==, width);
      g_assert_cmpint (gtk_widget_get_height (window), ==, height);
      g_remove (path);
    }
  g_rmdir (folder);
}

/* What another program has left behind under the key is told in a banner, on one line. */
static void
test_no_leftover_changes_the_windows_size (Fixture       *f,
                                           gconstpointer  unused)
{
  GtkWidget *window = GTK_WIDGET (f->window);
  g_autoptr(LabSegment) segment = lab_segment_create (f->key, 4096, 0600, NULL);
  GtkWidget *banner = find_by_id (window, "banner");
  int width, height;

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  test_present (window, f->entry);
  width = gtk_widget_get_width (window);
  height = gtk_widget_get_height (window);

  for (gsize i = 0; i < G_N_ELEMENTS (hostile_contents); i++)
    {
      g_autofree char *content = make_hostile_content (&hostile_contents[i], 4000);
      int minimum;

      if (!lab_segment_is_attached (segment))
        g_assert_true (lab_segment_attach (segment, TRUE, NULL));
      memset (lab_segment_get_base (segment), 0, 4096);
      strcpy (lab_segment_get_base (segment), content);
      g_assert_true (lab_segment_detach (segment, NULL));
      lab_server_window_start (f->window);
      test_wait_for (strstr (get_label (banner, "text"), "When this was read, its text began: “") != NULL);
      test_run_for_ms (100);
      gtk_widget_measure (window, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
      g_test_message ("%s: %d × %d, at least %d high", hostile_contents[i].name, gtk_widget_get_width (window),
                      gtk_widget_get_height (window), minimum);
      g_assert_cmpint (minimum, <=, 720);
      g_assert_cmpint (gtk_widget_get_width (window), ==, width);
      g_assert_cmpint (gtk_widget_get_height (window), ==, height);
    }
  g_assert_true (lab_segment_remove (segment, NULL));
}

/* Somebody who attaches without end, seen in the steps, the picture and the record. */
/* What this computer, and these libraries, need to make and draw a plain window with some hundred labels. */
static gint64
measure_a_plain_window_us (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *grid = gtk_grid_new ();
  gint64 longest_us;

  test_blocks_begin ();
  for (int i = 0; i < 300; i++)
    {
      g_autofree char *text = g_strdup_printf ("label %d", i);

      gtk_grid_attach (GTK_GRID (grid), gtk_label_new (text), i % 10, i / 10, 1, 1);
    }
  gtk_window_set_child (GTK_WINDOW (window), grid);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (gtk_widget_get_mapped (grid));
  test_run_for_ms (500);
  longest_us = test_blocks.longest_us;
  test_blocks_end ();
  gtk_window_destroy (GTK_WINDOW (window));

  return longest_us;
}

static void
test_four_thousand_attachments_do_not_hold_it_up (Fixture       *f,
                                                  gconstpointer  unused)
{
  static const char *const tabs[] = { "picture", "record" };
  const gint64 plain_us = measure_a_plain_window_us ();
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (GTK_WIDGET (f->window), "inspector"));
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "helpers", "helper-attach", NULL);
  LabSession *session = lab_server_get_session (f->server);

  g_test_message ("a plain window with 300 labels: %.1f ms at once", (double) plain_us / 1000);
  test_present (GTK_WIDGET (f->window), f->entry);
  activate (f, "do-it-all");
  test_wait_for (lab_server_is_attached (f->server));

  for (gsize tab = 0; tab < G_N_ELEMENTS (tabs); tab++)
    {
      g_autofree char *id = g_strdup_printf ("%d", lab_session_get_segment_id (session));
      g_autoptr(GSubprocess) helper = NULL;

      lab_inspector_set_current (inspector, tabs[tab]);
      test_run_for_ms (500);
      test_blocks_begin ();
      helper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL,
                                 program, "a.out", id, "r", "4000", NULL);
      g_assert_nonnull (helper);
      test_wait_for (lab_session_get_n_others (session) == 4000
                     && g_list_model_get_n_items (lab_segment_monitor_get_attachments (lab_session_get_monitor (session))) == 4001);
      test_run_for_ms (500);
      test_blocks_end ();
      g_test_message ("%s: 4,000 attachments come: the main loop worked %.1f ms at once", tabs[tab],
                      (double) test_blocks.longest_us / 1000);
      g_assert_cmpint (test_blocks.longest_us, <, 8 * plain_us);

      test_blocks_begin ();
      g_output_stream_close (g_subprocess_get_stdin_pipe (helper), NULL, NULL);
      test_wait_for (lab_session_get_n_others (session) == 0);
      test_run_for_ms (500);
      test_blocks_end ();
      g_test_message ("%s: they go: %.1f ms at once", tabs[tab], (double) test_blocks.longest_us / 1000);
      g_assert_cmpint (test_blocks.longest_us, <, 8 * plain_us);
      g_assert_true (g_subprocess_wait (helper, NULL, NULL));
    }
}

static void
test_counts_bytes_and_not_characters (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autofree char *long_text = g_strnfill (1984, 'x');

  lab_server_window_start (f->window);
  lab_server_window_set_message (f->window, "Grüße");
  g_assert_cmpstr (get_label (f->entry, "count"), ==, "7 of 1,983 bytes");
  g_assert_true (is_enabled (f, "write"));

  lab_server_window_set_message (f->window, long_text);
  g_assert_cmpstr (get_label (f->entry, "count"), ==, "1,984 of 1,983 bytes: 1 too many");
  g_assert_false (is_enabled (f, "write"));
  g_assert_true (is_visible (f->entry, "trouble"));

  lab_server_window_set_message (f->window, long_text + 1);
  g_assert_false (is_visible (f->entry, "trouble"));
  activate (f, "write");
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 1);
}

static void
test_refuses_a_flood_whole (Fixture       *f,
                            gconstpointer  unused)
{
  g_autofree char *flood = g_strnfill (10 * 1024 * 1024, 'x');
  g_autofree char *text = NULL;
  GtkWidget *view = find_by_id (f->entry, "view");

  lab_server_window_set_message (f->window, "kept");
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), flood, -1);
  text = lab_message_entry_dup_text (LAB_MESSAGE_ENTRY (f->entry));
  g_assert_cmpstr (text, ==, "kept");
  g_assert_nonnull (strstr (get_label (f->entry, "trouble_label"), "10,485,760 bytes"));
}

static void
test_races_and_shows_what_came_out (Fixture       *f,
                                    gconstpointer  unused)
{
  GtkWidget *race;
  GObject *table;
  GListModel *rows;
  const char *sentence;

  lab_server_window_set_message (f->window, "before");
  lab_server_window_start (f->window);
  race = lab_race_window_new (GTK_WINDOW (f->window), lab_server_get_publisher (f->server));
  table = gtk_widget_get_template_child (race, LAB_TYPE_RACE_WINDOW, "table");
  rows = G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (table)));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_by_id (race, "seconds_spin")), 1);
  gtk_window_present (GTK_WINDOW (race));

  g_signal_emit_by_name (find_by_id (race, "start"), "clicked");
  g_assert_true (lab_publisher_is_racing (lab_server_get_publisher (f->server)));
  g_assert_false (is_enabled (f, "write"));
  test_wait_for (!lab_publisher_is_racing (lab_server_get_publisher (f->server)));

  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 3);
  sentence = get_label (race, "sentence");
  g_assert_true (g_str_has_prefix (sentence, "The last race, 1 second for each protocol with messages of 1,000 bytes:\nNone"));
  g_assert_nonnull (strstr (sentence, "\nTwo copies (latch)"));
  /* Other choices do not change of which race the numbers are. */
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_by_id (race, "seconds_spin")), 7);
  g_assert_true (g_str_has_prefix (get_label (race, "sentence"), "The last race, 1 second for each protocol with messages of 1,000 bytes:\nNone"));
  g_assert_cmpstr (lab_session_get_message (lab_server_get_session (f->server)), ==, "before");
  g_assert_true (is_enabled (f, "write"));
  gtk_window_destroy (GTK_WINDOW (race));
}

static void
assert_race_sentence (LabProtocolId  protocol,
                      guint64        n_looks,
                      guint64        n_messages,
                      guint64        n_torn,
                      const char    *sentence)
{
  const LabRaceSecond sum = {
    .protocol = protocol, .second = 3, .counters = { .n_looks = n_looks, .n_messages = n_messages, .n_torn = n_torn },
  };
  g_autofree char *text = lab_race_window_describe_sum (&sum);

  g_assert_cmpstr (text, ==, sentence);
}

/* On a busy computer the two hardly ever meet: nothing follows. */
static void
test_a_race_of_few_messages_proves_nothing (Fixture       *f,
                                            gconstpointer  unused)
{
  assert_race_sentence (LAB_PROTOCOL_NONE, 495148, 5, 0,
                        "None proves nothing: the reader saw 5 different messages in 495,148 looks, all of them whole.");
  assert_race_sentence (LAB_PROTOCOL_LATCH, 495148, 1, 0,
                        "Two copies (latch) proves nothing: the reader saw 1 different message in 495,148 looks, and it was whole.");
  assert_race_sentence (LAB_PROTOCOL_LATCH, 495148, 999, 0,
                        "Two copies (latch) proves nothing: the reader saw 999 different messages in 495,148 looks, all of them whole.");
  assert_race_sentence (LAB_PROTOCOL_LATCH, 495148, 1000, 0, "Two copies (latch): none of 1,000 different messages was torn, in 495,148 looks.");
  assert_race_sentence (LAB_PROTOCOL_NONE, 495148, 1000, 0,
                        "None: by chance none of 1,000 different messages was torn, in 495,148 looks; nothing keeps them whole.");
  assert_race_sentence (LAB_PROTOCOL_NONE, 495148, 3, 1, "None: at least 1 of 495,148 looks saw half a message, 25.0 % of the messages seen.");
}

/* A race that is called off at once: few messages, and so another one is offered. */
static void
test_offers_a_longer_race (Fixture       *f,
                           gconstpointer  unused)
{
  GtkWidget *race;

  lab_server_window_start (f->window);
  race = lab_race_window_new (GTK_WINDOW (f->window), lab_server_get_publisher (f->server));
  gtk_window_present (GTK_WINDOW (race));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (race, "none")), FALSE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find_by_id (race, "semaphore")), FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_by_id (race, "seconds_spin")), 2);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_by_id (race, "length_spin")), 300);
  g_assert_false (is_visible (race, "longer"));
  g_signal_emit_by_name (find_by_id (race, "start"), "clicked");
  g_signal_emit_by_name (find_by_id (race, "start"), "clicked");
  test_wait_for (!lab_publisher_is_racing (lab_server_get_publisher (f->server)));

  /* On a fast computer even that were enough messages. */
  g_assert_cmpint (is_visible (race, "longer"), ==, strstr (get_label (race, "sentence"), " proves nothing: ") != NULL);
  if (is_visible (race, "longer"))
    {
      g_assert_nonnull (strstr (get_label (race, "sentence"), " It ended after 0."));
      g_signal_emit_by_name (find_by_id (race, "longer"), "clicked");
      g_assert_true (lab_publisher_is_racing (lab_server_get_publisher (f->server)));
      g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (find_by_id (race, "seconds_spin"))), ==, 8);
      g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (find_by_id (race, "length_spin"))), ==, 1200);
      g_assert_false (is_visible (race, "longer"));
    }
  gtk_window_destroy (GTK_WINDOW (race));
}

static guint64
read_anonymous_kib (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "\nRssAnon:");
  g_assert_nonnull (line);

  return g_ascii_strtoull (line + strlen ("\nRssAnon:"), NULL, 10);
}

static void
open_and_close_a_race_window (Fixture *f)
{
  GtkWidget *race = lab_race_window_new (GTK_WINDOW (f->window), lab_server_get_publisher (f->server));

  gtk_window_present (GTK_WINDOW (race));
  test_wait_for (gtk_widget_get_mapped (race));
  test_run_for_ms (30);
  g_object_add_weak_pointer (G_OBJECT (race), (gpointer *) &race);
  gtk_window_destroy (GTK_WINDOW (race));
  test_wait_for (race == NULL);
}

static void
test_the_race_window_leaves_no_memory_behind (Fixture       *f,
                                              gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_NONE, LAB_PROTOCOL_LATCH };
  guint64 before_kib, after_kib;

  lab_server_window_start (f->window);
  g_assert_true (lab_publisher_start_race (lab_server_get_publisher (f->server), protocols, 2, 1, 100, NULL));
  test_wait_for (!lab_publisher_is_racing (lab_server_get_publisher (f->server)));
  for (guint i = 0; i < 10; i++)
    open_and_close_a_race_window (f);
  before_kib = read_anonymous_kib ();
  for (guint i = 0; i < 60; i++)
    open_and_close_a_race_window (f);
  after_kib = read_anonymous_kib ();
  g_test_message ("anonymous memory: %" G_GUINT64_FORMAT " KiB, after 60 windows %" G_GUINT64_FORMAT " KiB", before_kib, after_kib);
  /* A sanitizer keeps what was freed. */
  if (!LAB_COPY_SANITIZED)
    g_assert_cmpuint (after_kib, <, before_kib + 60 * 100);
}

static guint
count_race_windows (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      n += LAB_IS_RACE_WINDOW (window);
    }

  return n;
}

/* There is one race, and so one window of it, however often it is asked for. */
static void
test_there_is_one_race_window (Fixture       *f,
                               gconstpointer  unused)
{
  guint64 before_kib;

  lab_server_window_start (f->window);
  activate (f, "race");
  test_run_for_ms (100);
  g_assert_cmpuint (count_race_windows (), ==, 1);
  before_kib = read_anonymous_kib ();
  for (guint i = 0; i < 60; i++)
    {
      activate (f, "race");
      test_run_for_ms (10);
    }
  g_assert_cmpuint (count_race_windows (), ==, 1);
  g_assert_cmpuint (read_anonymous_kib (), <, before_kib + 60 * 100);
}

static void
test_can_be_left_in_the_middle_of_a_race (Fixture       *f,
                                          gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };

  lab_server_window_start (f->window);
  g_assert_true (lab_publisher_start_race (lab_server_get_publisher (f->server), protocols, 1, 20, 100, NULL));
  lab_server_clean_up (f->server);
  g_assert_null (lab_segment_find (f->key, NULL));
}

static gboolean
removing_comes_last (GtkWidget *banner)
{
  GtkWidget *first = find_button (banner, "Choose Another Key");
  GtkWidget *last = find_button (banner, "Remove It and Make a New One");

  if (first == NULL || !gtk_widget_has_css_class (first, "suggested-action"))
    return FALSE;
  for (GtkWidget *button = first; button != NULL; button = gtk_widget_get_next_sibling (button))
    if (button == last)
      return TRUE;

  return FALSE;
}

/* Somebody attaches and goes, and in the end the segment: the words follow, and a button that stays is the same. */
static void
test_follows_what_is_in_the_way (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(LabSegment) foreign = lab_segment_create (f->key, 4096, 0600, NULL);
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_CREATE);
  GtkWidget *button;
  pid_t client;

  g_assert_true (lab_segment_attach (foreign, TRUE, NULL));
  strcpy (lab_segment_get_base (foreign), "homework");
  g_assert_true (lab_segment_detach (foreign, NULL));
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (banner));
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "First decide about the segment that has the key");
  g_assert_true (shows_text (banner, "Nobody is attached."));
  button = find_button (banner, "Remove It and Make a New One");
  g_assert_nonnull (button);
  g_assert_true (removing_comes_last (banner));   /* who made it runs, and may attach again */

  client = test_child_attach (lab_segment_get_id (foreign), FALSE, 1);
  test_wait_for (shows_text (banner, "The kernel counts 1 attachment."));
  g_assert_true (find_button (banner, "Remove It and Make a New One") == button);
  test_child_kill (client);
  test_wait_for (shows_text (banner, "Nobody is attached."));
  g_assert_true (find_button (banner, "Remove It and Make a New One") == button);

  g_assert_cmpstr (get_label (row, "error"), !=, "");
  g_assert_true (lab_segment_remove (foreign, NULL));
  test_wait_for (!gtk_widget_get_visible (banner));
  g_assert_false (is_enabled (f, "replace"));
  g_assert_true (is_enabled (f, "create"));
  g_assert_cmpstr (get_label (row, "error"), ==, "");
}

/* ipcrm -M while the server is attached; then it detaches, and with that the segment is gone: Remove is not
 * offered, and it is not said that nobody had been attached. */
static void
test_tells_how_the_segment_was_lost (Fixture       *f,
                                     gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  g_autoptr(LabSegment) segment = NULL;

  lab_server_window_set_message (f->window, "Hello");
  lab_server_window_start (f->window);
  segment = lab_segment_find (f->key, NULL);
  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (gtk_widget_get_visible (banner));
  g_assert_true (shows_text (banner, "Somebody removed the segment"));
  g_assert_true (shows_text (banner, "who is attached, this server too, goes on"));
  g_assert_nonnull (find_button (banner, "Stop…"));

  activate (f, "stop");
  g_assert_true (shows_text (GTK_WIDGET (find_dialog ()), "Somebody removed this segment already"));
  g_assert_false (gtk_widget_get_sensitive (gtk_dialog_get_widget_for_response (find_dialog (), LAB_CLOSE_LEAVE)));
  gtk_dialog_response (find_dialog (), GTK_RESPONSE_CANCEL);

  activate (f, "wait");
  activate (f, "detach");
  g_assert_false (is_enabled (f, "remove"));
  g_assert_false (is_enabled (f, "stop"));
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_REMOVE), "result"), ==, "→ somebody else removed it");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (get_row (f, LAB_SERVER_STEP_REMOVE), "bullet"))), ==, "skipped");
  test_wait_for (shows_text (banner, "The segment is gone"));
  g_assert_false (shows_text (banner, "while no process was attached"));
  g_assert_null (find_button (banner, "Stop…"));
  g_assert_nonnull (find_button (banner, "Start Again"));
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "Nothing can be written any more. Start Again begins with a new segment");

  activate (f, "start-again");
  g_assert_false (gtk_widget_get_visible (banner));
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_KEY);
}

/* The window asks what is to become of the segment, and meanwhile it goes: nothing is left to ask. */
static void
test_asks_nothing_of_what_is_gone (Fixture       *f,
                                   gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;

  activate (f, "make-key");
  activate (f, "create");
  lab_segment_monitor_refresh (lab_session_get_monitor (lab_server_get_session (f->server)));
  test_wait_for (lab_segment_monitor_get_entry (lab_session_get_monitor (lab_server_get_session (f->server))) != NULL);
  activate (f, "stop");
  g_assert_nonnull (find_dialog ());
  segment = lab_segment_find (f->key, NULL);
  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (!lab_server_is_live (f->server));
  g_assert_null (find_dialog ());
  g_assert_true (gtk_widget_get_visible (find_by_id (GTK_WIDGET (f->window), "banner")));
}

/* Who has attached what is in the way is no client, and nobody waits for him. */
static void
test_waits_for_nobody_of_another_segment (Fixture       *f,
                                          gconstpointer  unused)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (lab_server_get_session (f->server));
  int id = lab_sysv_shmget (f->key, 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  pid_t stranger = test_child_attach (id, FALSE, 1);

  gtk_window_present (GTK_WINDOW (f->window));
  activate (f, "make-key");
  activate (f, "create");
  test_wait_for (g_list_model_get_n_items (lab_segment_monitor_get_attachments (monitor)) == 1);
  g_assert_false (sees_match (get_row (f, LAB_SERVER_STEP_WAIT), "^pid [0-9]+ "));
  g_assert_true (shows_match (get_row (f, LAB_SERVER_STEP_WAIT), "^pid [0-9]+ "));   /* or nothing was looked for */
  test_child_kill (stranger);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

/* What was true when it was said has its time beside it; what is true now has none. */
static void
test_tells_now_from_then (Fixture       *f,
                          gconstpointer  unused)
{
  GtkWidget *wait = get_row (f, LAB_SERVER_STEP_WAIT);
  int id;
  pid_t client;

  activate (f, "make-key");
  activate (f, "create");
  id = lab_session_get_segment_id (lab_server_get_session (f->server));
  client = test_child_attach (id, FALSE, 2);
  activate (f, "attach");
  test_wait_for (lab_server_get_n_clients (f->server) == 2);
  g_assert_cmpstr (get_label (wait, "sentence"), ==, "2 other attachments are still there");
  test_wait_for (sees_match (wait, "^pid [0-9]+ "));
  lab_server_window_set_message (f->window, "Hello");
  activate (f, "write");
  activate (f, "stop");
  test_wait_for (shows_match (GTK_WIDGET (find_dialog ()), "^2 other attachments: pid [0-9]+ .*, pid "));
  gtk_dialog_response (find_dialog (), GTK_RESPONSE_CANCEL);
  test_child_kill (client);
  activate (f, "wait");
  g_assert_true (g_regex_match_simple ("^→ was alone at [0-9:]{8}$", get_label (wait, "result"), 0, 0));

  /* A child of this process would have its attachment too. */
  activate (f, "detach");
  client = test_child_attach (id, FALSE, 1);
  test_wait_for (lab_server_get_n_clients (f->server) == 1);
  g_assert_true (g_regex_match_simple ("^→ was alone at [0-9:]{8}$", get_label (wait, "result"), 0, 0));
  activate (f, "remove");
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_REMOVE), "sentence"), ==,
                   "Marked for removal: it goes with the last attachment; 1 is left");
  test_child_kill (client);
  test_wait_for (g_str_equal (get_label (get_row (f, LAB_SERVER_STEP_REMOVE), "sentence"), "Give the memory back"));
}

/* While slow motion or a race writes, no place says that one could write, or what was written before. */
static void
test_tells_who_writes_now (Fixture       *f,
                           gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_WRITE);
  GtkWidget *slow_bar;

  lab_server_window_start (f->window);
  g_assert_false (is_enabled (f, "do-it-all"));  /* nothing is typed that it could write */
  activate (f, "next-step");
  g_assert_cmpuint (lab_server_get_n_messages (f->server), ==, 0);
  lab_server_window_set_message (f->window, "one");
  g_assert_true (is_enabled (f, "do-it-all"));
  lab_publisher_set_slow (publisher, TRUE);
  slow_bar = gtk_widget_get_next_sibling (f->entry);
  g_assert_cmpstr (get_label (slow_bar, "progress"), ==, "Choose Write: the message is then stored byte by byte");
  activate (f, "write");
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 1 is being stored");
  g_assert_false (is_enabled (f, "do-it-all"));
  lab_slow_motion_finish (lab_publisher_get_slow_motion (publisher));
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 1, 3 bytes");

  g_assert_true (lab_publisher_start_race (publisher, protocols, 1, 20, 100, NULL));
  g_assert_cmpstr (get_label (row, "result"), ==, "→ a race at full speed writes");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "under way. Just write: only a semaphore has calls of its own. → a race at full speed writes");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (row, "bullet"))), ==, "number");
  g_assert_cmpstr (get_label (slow_bar, "progress"), ==, "A race at full speed writes");
  activate (f, "wait");
  activate (f, "detach");
  g_assert_cmpstr (get_label (slow_bar, "progress"), ==, "Nothing can be stored: this process is not attached");
}

/* What is to be done next can be done, and who is waited for is there. */
static void
test_tells_what_can_be_done (Fixture       *f,
                             gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_WRITE);
  GtkWidget *slow_bar;
  pid_t client;

  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  g_assert_cmpstr (get_label (row, "sentence"), ==, "Just write, between two calls of semop");
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS_TEXTBOOK, NULL));
  g_assert_cmpstr (get_label (row, "sentence"), ==, "No system call: just write");
  activate (f, "make-key");
  activate (f, "create");
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "First attach the segment: do step 3");
  client = test_child_attach (lab_session_get_segment_id (lab_server_get_session (f->server)), FALSE, 1);
  activate (f, "attach");
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "First store the status");
  activate (f, "store-status");
  g_assert_cmpstr (get_label (f->entry, "hint"), ==, "Type a message, then choose Write");

  lab_server_window_set_message (f->window, "one");
  activate (f, "write");
  activate (f, "write");
  test_wait_for (is_visible (f->entry, "note"));
  g_assert_true (g_str_has_prefix (get_label (f->entry, "note"), "Not yet: it is a client’s turn: nobody has TAKEN"));
  test_child_kill (client);
  test_wait_for (g_str_has_prefix (get_label (f->entry, "note"), "Not yet: it is a client’s turn, and no client is attached"));

  /* A message in slow motion takes the place of the one that waits: nothing else waits then. */
  lab_publisher_set_slow (publisher, TRUE);
  activate (f, "write");
  g_assert_false (is_visible (f->entry, "note"));
  activate (f, "store");
  slow_bar = gtk_widget_get_next_sibling (f->entry);
  g_assert_cmpstr (get_label (slow_bar, "progress"), ==, "waiting: it is a client’s turn, and no client is attached");
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 2 waits and is not written yet");
}

/* This process never called memcpy(): the message is the one of the server before. */
static void
test_ticks_no_message_of_another (Fixture       *f,
                                  gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  GtkWidget *row = get_row (f, LAB_SERVER_STEP_WRITE);
  g_autofree char *address = NULL;

  lab_server_window_set_message (f->window, "kept");
  lab_server_window_start (f->window);
  lab_server_leave (f->server);
  activate (f, "start-again");
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (banner));
  activate (f, "take-over");
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 1, kept from the server before");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (row, "bullet"))), ==, "skipped");

  activate (f, "write");
  address = lab_session_dup_address_text (lab_server_get_session (f->server));
  g_assert_cmpstr (get_label (row, "result"), ==, "→ message 2, 4 bytes");
  g_assert_true (shows_text (row, address));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find_by_id (row, "bullet"))), ==, "done");
  activate (f, "wait");
  activate (f, "detach");
  activate (f, "remove");
}

/* “Write Again” is about the message that stands there, whatever has been typed since. */
static void
test_writes_again_what_was_written (Fixture       *f,
                                    gconstpointer  unused)
{
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  LabSession *session = lab_server_get_session (f->server);
  const LabLayout *layout;

  lab_server_window_set_message (f->window, "kept");
  lab_server_window_start (f->window);
  lab_server_window_set_message (f->window, "something else");
  layout = lab_segment_get_layout (lab_session_get_segment (session));
  memset (lab_layout_control (layout), 0xff, sizeof (LabControl));
  g_signal_emit_by_name (lab_session_get_monitor (session), "changed");
  test_wait_for (shows_text (banner, "A stranger wrote over the control block"));
  g_assert_nonnull (find_button (banner, "Write Again"));
  activate (f, "write-again");
  g_assert_cmpstr (lab_session_get_message (session), ==, "kept");
  g_assert_cmpstr (get_label (get_row (f, LAB_SERVER_STEP_WRITE), "result"), ==, "→ message 2, 4 bytes");
  test_wait_for (!gtk_widget_get_visible (banner));
}

/* The bytes of a segment in which a message was written are not all zero. */
static void
test_tells_what_a_late_status_means (Fixture       *f,
                                     gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");
  LabReader *client;

  lab_server_window_start (f->window);
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS_TEXTBOOK, NULL));
  g_assert_true (shows_text (banner, "All bytes of a new segment are zero"));
  activate (f, "store-status");
  g_assert_false (gtk_widget_get_visible (banner));
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  lab_server_window_set_message (f->window, "one");
  activate (f, "write");
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS_TEXTBOOK, NULL));
  g_assert_false (shows_text (banner, "All bytes of a new segment are zero"));
  g_assert_true (shows_text (banner, "a client that looks takes the message before once more"));

  /* And so it does. */
  client = lab_reader_new (lab_session_get_segment (lab_server_get_session (f->server)));
  g_assert_cmpstr (lab_reader_look (client)->text, ==, "one");
  activate (f, "store-status");
  g_assert_true (shows_text (banner, "A client was faster"));
  g_assert_true (shows_text (banner, "took the message before once more"));
  lab_reader_free (client);
}

/* Each time that something is refused it is said, also with the same words as before. */
static void
test_says_each_refusal (Fixture       *f,
                        gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_by_id (f->entry, "view")));
  int stranger = lab_sysv_semget (f->key, 2, LAB_GET_EXCLUSIVE, 0600);

  lab_server_window_start (f->window);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (is_visible (f->entry, "trouble"));
      g_assert_false (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
      g_assert_true (is_visible (f->entry, "trouble"));
      g_assert_cmpstr (get_label (f->entry, "trouble_label"), ==, lab_publisher_get_refusal (publisher));
      gtk_text_buffer_insert_at_cursor (buffer, "a", -1);
    }

  /* A new life knows nothing of it. */
  g_assert_false (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  lab_server_clean_up (f->server);
  g_assert_true (is_visible (f->entry, "trouble"));
  activate (f, "start-again");
  g_assert_false (is_visible (f->entry, "trouble"));
  g_assert_cmpint (lab_sysv_semctl_rmid (stranger), ==, 0);
}

/* While the banner stood there somebody attached: what the user agreed to is not so any more. */
static void
test_removes_only_what_was_described (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(LabSegment) foreign = lab_segment_create (f->key, 4096, 0600, NULL);
  GtkWidget *banner = find_by_id (GTK_WIDGET (f->window), "banner");

  g_assert_true (lab_segment_attach (foreign, TRUE, NULL));
  strcpy (lab_segment_get_base (foreign), "homework");
  g_assert_true (lab_segment_detach (foreign, NULL));
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (banner));

  g_assert_true (lab_segment_attach (foreign, TRUE, NULL));
  activate (f, "replace");
  g_assert_true (lab_segment_refresh (foreign, NULL));
  g_assert_cmpuint (lab_segment_get_record (foreign)->mode & LAB_MODE_DEST, ==, 0);

  /* The banner comes again, and tells of it; now it is removed. */
  test_wait_for (gtk_widget_get_visible (banner) && is_enabled (f, "replace"));
  activate (f, "replace");
  g_assert_cmpint (lab_server_get_step (f->server), ==, LAB_SERVER_STEP_ATTACH);
}

/* “Wait for Clients” was the answer, and before they went the session ends: the window
 * must not go while somebody is at work on it. */
static void
test_may_be_told_to_end_while_it_waits (Fixture       *f,
                                        gconstpointer  unused)
{
  gpointer window = f->window;
  pid_t client;

  activate (f, "make-key");
  activate (f, "create");
  client = test_child_attach (lab_session_get_segment_id (lab_server_get_session (f->server)), FALSE, 1);
  activate (f, "attach");
  gtk_window_present (GTK_WINDOW (f->window));
  gtk_window_close (GTK_WINDOW (f->window));
  g_assert_nonnull (find_dialog ());
  gtk_dialog_response (find_dialog (), LAB_CLOSE_WAIT);
  g_assert_true (lab_server_is_waiting (f->server));

  g_object_add_weak_pointer (window, &window);
  activate (f, "clean-up");
  g_assert_nonnull (window);
  g_assert_false (lab_server_is_live (f->server));
  g_assert_null (lab_segment_find (f->key, NULL));
  g_clear_weak_pointer (&window);
  test_child_kill (client);
}

int
main (int argc, char *argv[])
{
  application = test_application_init (&argc, &argv, LAB_ROLE_SERVER);
  lab_server_register_resource ();
#define ADD(name, func) g_test_add ("/server/window/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new-destroy", test_new_destroy);
  ADD ("goes-before-its-parts", test_goes_before_its_parts);
  ADD ("makes-what-is-seen", test_makes_what_is_seen);
  ADD ("goes-step-by-step", test_goes_step_by_step);
  ADD ("shows-nothing-of-an-old-segment", test_shows_nothing_of_an_old_segment);
  ADD ("follows-what-is-chosen", test_follows_what_is_chosen);
  ADD ("asks-for-no-number-that-was-not-given", test_asks_for_no_number_that_was_not_given);
  ADD ("tells-its-own-call", test_tells_its_own_call);
  ADD ("remembers-what-the-user-chose", test_remembers_what_the_user_chose);
  ADD ("skips-what-is-left-in-the-kernel", test_skips_what_is_left_in_the_kernel);
  ADD ("describes-what-is-in-the-way", test_describes_what_is_in_the_way);
  ADD ("follows-what-is-in-the-way", test_follows_what_is_in_the_way);
  ADD ("tells-how-the-segment-was-lost", test_tells_how_the_segment_was_lost);
  ADD ("asks-nothing-of-what-is-gone", test_asks_nothing_of_what_is_gone);
  ADD ("waits-for-nobody-of-another-segment", test_waits_for_nobody_of_another_segment);
  ADD ("tells-now-from-then", test_tells_now_from_then);
  ADD ("tells-who-writes-now", test_tells_who_writes_now);
  ADD ("tells-what-can-be-done", test_tells_what_can_be_done);
  ADD ("ticks-no-message-of-another", test_ticks_no_message_of_another);
  ADD ("writes-again-what-was-written", test_writes_again_what_was_written);
  ADD ("tells-what-a-late-status-means", test_tells_what_a_late_status_means);
  ADD ("says-each-refusal", test_says_each_refusal);
  ADD ("explains-what-is-in-the-way", test_explains_what_is_in_the_way);
  ADD ("removes-only-what-was-described", test_removes_only_what_was_described);
  ADD ("says-what-comes-before-writing", test_says_what_comes_before_writing);
  ADD ("writes-as-one-types", test_writes_as_one_types);
  ADD ("writes-as-one-types-in-slow-motion", test_writes_as_one_types_in_slow_motion);
  ADD ("tells-of-a-message-that-was-refused-later", test_tells_of_a_message_that_was_refused_later);
  ADD ("tells-of-a-protocol-that-cannot-be-had", test_tells_of_a_protocol_that_cannot_be_had);
  ADD ("paces-slow-motion", test_paces_slow_motion);
  ADD ("no-content-changes-the-windows-size", test_no_content_changes_the_windows_size);
  ADD ("no-key-file-changes-the-windows-size", test_no_key_file_changes_the_windows_size);
  ADD ("no-leftover-changes-the-windows-size", test_no_leftover_changes_the_windows_size);
  ADD ("four-thousand-attachments-do-not-hold-it-up", test_four_thousand_attachments_do_not_hold_it_up);
  ADD ("counts-bytes-and-not-characters", test_counts_bytes_and_not_characters);
  ADD ("refuses-a-flood-whole", test_refuses_a_flood_whole);
  ADD ("races-and-shows-what-came-out", test_races_and_shows_what_came_out);
  ADD ("a-race-of-few-messages-proves-nothing", test_a_race_of_few_messages_proves_nothing);
  ADD ("offers-a-longer-race", test_offers_a_longer_race);
  ADD ("there-is-one-race-window", test_there_is_one_race_window);
  ADD ("the-race-window-leaves-no-memory-behind", test_the_race_window_leaves_no_memory_behind);
  ADD ("can-be-left-in-the-middle-of-a-race", test_can_be_left_in_the_middle_of_a_race);
  ADD ("may-be-told-to-end-while-it-waits", test_may_be_told_to_end_while_it_waits);
  return test_application_run (&application);
}
