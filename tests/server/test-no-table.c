/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "backend/client/lab-client.h"
#include "backend/kernel/lab-call-log.h"
#include "helpers/helper-application.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "server/lab-server-resources.h"
#include "server/lab-server-window.h"
#include "ui/picture/lab-picture.h"

/* Where /proc has no table of segments, as with the mount option subset=pid. */

typedef struct
{
  LabServerWindow *window;
  LabServer       *server;
  LabSession      *session;
  GtkWidget       *banner;
  key_t            key;
} Fixture;

static LabApplication *application;
static gboolean        is_hidden;

/* For this process alone, and before it has a second thread. */
static gboolean
hide_table (void)
{
  return unshare (geteuid () == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0
         && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
         && mount ("tmpfs", "/proc/sysvipc", "tmpfs", 0, NULL) == 0;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  choice = lab_key_choice_new_key (f->key);
  f->window = lab_server_window_new (application);
  f->server = g_object_ref (lab_server_window_get_server (f->window));
  f->session = lab_server_get_session (f->server);
  f->banner = find_by_id (GTK_WIDGET (f->window), "banner");
  lab_segment_monitor_set_interval_ms (lab_session_get_monitor (f->session), 20);
  lab_server_window_choose (f->window, choice, 4096, 0600);
  if (!is_hidden)
    g_test_skip ("this user may not mount");
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

static LabSegmentMonitor *
get_monitor (Fixture *f)
{
  return lab_session_get_monitor (f->session);
}

static void
test_asks_the_kernel_instead (Fixture       *f,
                              gconstpointer  unused)
{
  g_autoptr(LabSegmentMonitor) monitor = lab_segment_monitor_new ();
  g_autoptr(LabSegment) segment = NULL;

  if (!is_hidden)
    return;

  segment = lab_segment_create (f->key, 5000, 0640, NULL);
  g_assert_nonnull (segment);
  lab_segment_monitor_set_interval_ms (monitor, 20);
  lab_segment_monitor_set_key (monitor, f->key);
  lab_segment_monitor_set_id (monitor, lab_segment_get_id (segment));
  test_wait_for (lab_segment_monitor_is_ready (monitor));
  g_assert_false (lab_segment_monitor_has_table (monitor));
  g_assert_false (lab_segment_monitor_is_hidden (monitor));
  g_assert_nonnull (lab_segment_monitor_get_entry (monitor));
  g_assert_nonnull (lab_segment_monitor_get_key_entry (monitor));
  g_assert_cmpuint (lab_segment_monitor_get_entry (monitor)->record.size_bytes, ==, 5000);
  g_assert_cmpuint (lab_segment_monitor_get_entry (monitor)->record.mode, ==, 0640);
  g_assert_cmpint (lab_segment_monitor_get_key_entry (monitor)->record.id, ==, lab_segment_get_id (segment));

  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  test_wait_for (lab_segment_monitor_get_entry (monitor)->record.n_attaches == 1);
  test_wait_for (g_list_model_get_n_items (lab_segment_monitor_get_attachments (monitor)) == 1);

  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (lab_segment_monitor_get_key_entry (monitor) == NULL);
  g_assert_cmpuint (lab_segment_monitor_get_entry (monitor)->record.mode & LAB_MODE_DEST, !=, 0);
  g_assert_true (lab_segment_detach (segment, NULL));
  test_wait_for (lab_segment_monitor_get_entry (monitor) == NULL);
}

static gboolean
is_headline (GtkWidget  *picture,
             const char *before,
             int         id,
             const char *after)
{
  g_autofree char *headline = g_strdup_printf ("%s%d%s", before, id, after);

  return strcmp (get_label (picture, "headline"), headline) == 0;
}

/* The kernel has it and says no more: that is not gone. */
static void
test_calls_nothing_gone_that_it_may_not_read (Fixture       *f,
                                              gconstpointer  unused)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  g_autoptr(LabSegment) segment = NULL;
  GtkWidget *window, *picture;
  int id;

  if (!is_hidden)
    return;

  segment = lab_segment_create (f->key, 5000, 0000, NULL);
  id = lab_segment_get_id (segment);
  lab_segment_monitor_set_interval_ms (lab_session_get_monitor (session), 20);
  lab_session_set_given_id (session, id);
  picture = lab_picture_new (session);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 600);
  gtk_window_set_child (GTK_WINDOW (window), picture);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_for (lab_session_get_fate (session) == LAB_FATE_THERE);

  if (geteuid () == 0)
    {
      g_assert_cmpint (seteuid (TEST_NOBODY), ==, 0);
      test_wait_for (lab_segment_monitor_is_hidden (lab_session_get_monitor (session)));
      test_wait_for (is_headline (picture, "Segment ", id, " is there."));
      g_assert_cmpstr (get_label (picture, "absent"), ==, "its record may not be read");
      g_assert_cmpint (lab_session_get_fate (session), ==, LAB_FATE_THERE);
      g_assert_cmpint (seteuid (0), ==, 0);
    }

  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (is_headline (picture, "Segment ", id, " is gone."));
  gtk_window_destroy (GTK_WINDOW (window));
}

static guint
count_calls (void)
{
  lab_call_log_flush (lab_call_log_get_default ());

  return g_list_model_get_n_items (G_LIST_MODEL (lab_call_log_get_default ()));
}

static void
test_says_so_once_and_nothing_false (Fixture       *f,
                                     gconstpointer  unused)
{
  guint n_calls;

  if (!is_hidden)
    return;

  lab_server_window_set_message (f->window, "Hello");
  lab_server_window_start (f->window);
  g_assert_true (lab_server_is_attached (f->server));
  test_wait_for (lab_segment_monitor_is_ready (get_monitor (f)));
  test_wait_for (gtk_widget_get_visible (f->banner));
  g_assert_cmpint (lab_server_get_trouble (f->server), ==, LAB_SERVER_TROUBLE_NONE);
  g_assert_nonnull (strstr (get_label (f->banner, "title"), "cannot be read"));

  /* What is asked again and again is in no list of what this program did. */
  n_calls = count_calls ();
  test_run_for_ms (200);
  g_assert_cmpuint (count_calls (), ==, n_calls);
}

static void
test_finds_real_trouble (Fixture       *f,
                         gconstpointer  unused)
{
  g_autoptr(LabSegment) other = NULL;

  if (!is_hidden)
    return;

  lab_server_window_set_message (f->window, "Hello");
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (f->banner));
  other = lab_segment_find (f->key, NULL);
  g_assert_nonnull (other);
  g_assert_true (lab_segment_remove (other, NULL));
  test_wait_for (lab_server_get_trouble (f->server) == LAB_SERVER_TROUBLE_MARKED);
  g_assert_cmpstr (get_label (f->banner, "title"), ==, "Somebody removed the segment");
}

static void
test_says_that_a_key_is_taken (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(LabSegment) other = NULL;

  if (!is_hidden)
    return;

  other = lab_segment_create (f->key, 100, 0600, NULL);
  g_assert_nonnull (other);
  lab_server_window_start (f->window);
  test_wait_for (gtk_widget_get_visible (f->banner)
                 && strstr (get_label (f->banner, "title"), "is taken") != NULL);
  g_assert_true (lab_segment_remove (other, NULL));
}

static void
test_client_waits_and_attaches (Fixture       *f,
                                gconstpointer  unused)
{
  g_autoptr(LabClient) client = NULL;
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_key (f->key);

  if (!is_hidden)
    return;

  client = lab_client_new ();
  lab_segment_monitor_set_interval_ms (lab_session_get_monitor (lab_client_get_session (client)), 20);
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (client)), choice);
  lab_client_go (client);
  g_assert_cmpint (lab_client_get_state (client), ==, LAB_CLIENT_WAITING);
  lab_server_window_set_message (f->window, "Hello");
  lab_server_window_start (f->window);
  test_wait_for (lab_client_get_state (client) == LAB_CLIENT_READING);
  g_assert_true (lab_client_detach (client, NULL));
}

int
main (int argc, char *argv[])
{
  is_hidden = hide_table ();
  application = test_application_init (&argc, &argv, LAB_ROLE_SERVER);
  lab_server_register_resource ();
#define ADD(name, func) g_test_add ("/server/no-table/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("asks-the-kernel-instead", test_asks_the_kernel_instead);
  ADD ("calls-nothing-gone-that-it-may-not-read", test_calls_nothing_gone_that_it_may_not_read);
  ADD ("says-so-once-and-nothing-false", test_says_so_once_and_nothing_false);
  ADD ("finds-real-trouble", test_finds_real_trouble);
  ADD ("says-that-a-key-is-taken", test_says_that_a_key_is_taken);
  ADD ("client-waits-and-attaches", test_client_waits_and_attaches);
  return test_application_run (&application);
}
