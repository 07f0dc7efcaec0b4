/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/shm.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-limits.h"
#include "backend/kernel/lab-names.h"
#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-copy.h"
#include "backend/segment/lab-record-text.h"
#include "helpers/helper-blocks.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-record.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/record/lab-kernel-record.h"
#include "ui/record/lab-record-row.h"

typedef struct
{
  LabSession *session;
  LabSegment *segment;
  GtkWidget  *window;
  GtkWidget  *record;
  GArray     *children;   /* of pid_t */
  guint       n_idle_frames;
  char       *others;     /* what the limits said at the last frame */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->children = test_children_new ();
  f->session = lab_session_new (LAB_ROLE_SERVER);
  f->segment = lab_segment_create (test_key (), 5000, 0640, &error);
  g_assert_no_error (error);
  f->record = lab_kernel_record_new (f->session);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 700);
  gtk_window_set_child (GTK_WINDOW (f->window), f->record);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  test_children_kill (f->children);
  g_array_unref (f->children);
  g_free (f->others);
  g_object_add_weak_pointer (G_OBJECT (f->session), (gpointer *) &f->session);
  g_object_unref (f->session);
  test_wait_for (f->session == NULL);   /* once the last answer from a thread is in */
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_clear_object (&f->segment);
}

static void
show (Fixture *f)
{
  lab_session_set_segment (f->session, f->segment);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (gtk_widget_get_mapped (f->record) && is_visible (f->record, "fields"));
}

static pid_t
add_child (Fixture  *f,
           gboolean  writable,
           guint     n_times)
{
  return test_children_add (f->children, lab_segment_get_id (f->segment), writable, n_times);
}

static const char *
value_of (Fixture    *f,
          const char *name)
{
  return lab_record_row_get_value (find_record_row (f->record, name));
}

static const char *
words_of (Fixture    *f,
          const char *name)
{
  return get_label (GTK_WIDGET (find_record_row (f->record, name)), "words");
}

static void
assert_number (Fixture    *f,
               const char *name,
               gint64      number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  g_assert_cmpstr (value_of (f, name), ==, text);
}

static void
test_new_destroy (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  GtkWidget *record = g_object_ref_sink (lab_kernel_record_new (session));

  gtk_test_accessible_assert_role (record, GTK_ACCESSIBLE_ROLE_GROUP);
  g_assert_finalize_object (record);
}

/* What the chooser knows is said of what others made, too. */
static void
test_says_what_is_odd (Fixture       *f,
                       gconstpointer  unused)
{
  LabShmRecord record = *lab_segment_get_record (f->segment);

  record.mode = 0232;
  if (geteuid () != 0)
    {
      g_test_skip ("needs root, to read what such a mode refuses");
      return;
    }
  g_assert_cmpint (lab_sysv_shmctl_set (lab_segment_get_id (f->segment), &record, NULL), ==, 0);
  show (f);
  test_wait_for (strstr (words_of (f, "shm_perm.mode"), "The mode 0232 is what 666 without the leading 0 gives") != NULL);
}

/* The key of those who do not look whether ftok failed; and what is locked. */
static void
test_says_what_a_failed_key_is (Fixture       *f,
                                gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  int id = lab_sysv_shmget (LAB_KEY_FAILED, 5000, LAB_GET_EXCLUSIVE, 0600, NULL);
  gboolean is_locked;

  if (id == -1)
    {
      g_test_skip ("another program has a segment with this key");
      return;
    }

  is_locked = shmctl (id, SHM_LOCK, NULL) == 0;   /* as far as this user's limit goes */
  segment = lab_segment_open (id, NULL);
  lab_session_set_segment (f->session, segment);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (is_visible (f->record, "fields") && words_of (f, "shm_perm.__key")[0] != '\0');
  g_assert_cmpstr (words_of (f, "shm_perm.__key"), ==,
                   "The key 0xffffffff (-1) is what ftok returns when it fails: every program that does not check it meets here.");
  if (is_locked)
    g_assert_nonnull (strstr (words_of (f, "shm_perm.mode"), "SHM_LOCKED: never swapped out"));
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

static void
test_without_a_segment (Fixture       *f,
                        gconstpointer  unused)
{
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (gtk_widget_get_mapped (f->record));
  g_assert_cmpstr (get_label (f->record, "title"), ==, "No segment yet");
  g_assert_false (is_visible (f->record, "fields"));
  g_assert_false (is_visible (f->record, "attached"));
  test_wait_for (value_of (f, "SHMMNI")[0] != '\0');
}

static void
assert_agrees_with_kernel (Fixture *f)
{
  const LabShmRecord *record = lab_segment_get_record (f->segment);
  g_autofree char *key = lab_key_format (record->key);
  g_autofree char *mode = lab_record_text_octal (record->mode);

  assert_number (f, "shmid", record->id);
  g_assert_cmpstr (value_of (f, "shm_perm.__key"), ==, key);
  assert_number (f, "shm_perm.uid", record->uid);
  assert_number (f, "shm_perm.gid", record->gid);
  assert_number (f, "shm_perm.cuid", record->cuid);
  assert_number (f, "shm_perm.cgid", record->cgid);
  g_assert_cmpstr (value_of (f, "shm_perm.mode"), ==, mode);
  assert_number (f, "shm_perm.__seq", record->seq);
  assert_number (f, "shm_segsz", (gint64) record->size_bytes);
  assert_number (f, "shm_atime", record->atime);
  assert_number (f, "shm_dtime", record->dtime);
  assert_number (f, "shm_ctime", record->ctime);
  assert_number (f, "shm_cpid", record->cpid);
  assert_number (f, "shm_lpid", record->lpid);
  assert_number (f, "shm_nattch", (gint64) record->n_attaches);
}

static gulong
shown_attaches (Fixture *f)
{
  return strtoul (value_of (f, "shm_nattch"), NULL, 10);
}

static void
test_agrees_with_ipc_stat (Fixture       *f,
                           gconstpointer  unused)
{
  show (f);
  assert_agrees_with_kernel (f);

  add_child (f, FALSE, 2);
  lab_segment_refresh (f->segment, NULL);
  test_wait_for (shown_attaches (f) == 2);
  assert_agrees_with_kernel (f);
  g_assert_cmpstr (words_of (f, "shm_nattch"), ==, "by 1 process that you may see");
}

static void
test_explains_values (Fixture       *f,
                      gconstpointer  unused)
{
  g_autofree char *decimal = g_strdup_printf ("%d in decimal, as /proc prints it", (int) lab_segment_get_key (f->segment));

  show (f);
  g_assert_cmpstr (words_of (f, "shm_perm.__key"), ==, decimal);
  g_assert_cmpstr (words_of (f, "shm_perm.mode"), ==, "rw-r-----  owner: read and write, group: read, others: nothing");
  g_assert_cmpstr (words_of (f, "shm_dtime"), ==, "never");
  g_assert_nonnull (strstr (words_of (f, "shm_segsz"), "2 pages"));
  g_assert_nonnull (strstr (words_of (f, "shm_cpid"), "this process"));
  test_wait_for (strcmp (words_of (f, "shm_perm.uid"), lab_names_resolve_user (getuid ())) == 0);
}

static void
assert_process (pid_t       pid,
                gint64      time_seconds,
                const char *expected)
{
  g_autofree char *text = lab_record_text_process (pid, time_seconds);

  g_assert_cmpstr (text, ==, expected);
}

/* 0 in the kernel's record is a process of another pid namespace, unless nobody ever did it. */
static void
test_tells_nobody_from_who_cannot_be_seen (void)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  pid_t child = fork ();
  siginfo_t info;

  if (child == 0)
    _exit (0);

  assert_process (0, 0, "nobody");
  assert_process (0, now, "a process that cannot be seen from here");
  assert_process (G_MAXINT32, now, "gone");
  assert_process (getpid (), now - 3600, "gone");   /* it did not run then: the number is used again */

  g_assert_cmpint (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), ==, 0);
  assert_process (child, now + 1, "ended, not yet waited for");
  waitpid (child, NULL, 0);
  assert_process (child, now + 1, "gone");
}

static const char * const marked_fields[] = { "shmid", "shm_perm.__key", "shm_nattch", "shm_lpid", "shm_atime", "shm_segsz" };

static void
test_marks_what_changes (Fixture       *f,
                         gconstpointer  unused)
{
  show (f);
  g_assert_false (lab_record_row_is_marked (find_record_row (f->record, "shm_nattch")));
  add_child (f, FALSE, 1);
  test_wait_for (shown_attaches (f) == 1);
  g_assert_true (lab_record_row_is_marked (find_record_row (f->record, "shm_nattch")));
  g_assert_true (lab_record_row_is_marked (find_record_row (f->record, "shm_lpid")));
  g_assert_false (lab_record_row_is_marked (find_record_row (f->record, "shm_segsz")));
  g_assert_false (lab_record_row_is_marked (find_record_row (f->record, "shm_perm.uid")));
  g_assert_cmpstr (get_label (GTK_WIDGET (find_record_row (f->record, "shm_nattch")), "before"), ==, "was 0");
}

/* Another segment, as after *Follow the Key*: what changed of the one before is no news about it. */
static void
test_takes_no_mark_to_another_segment (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabSegment) other = lab_segment_create (test_key (), 12345, 0600, NULL);
  g_autofree char *size = lab_text_format_count (12345);

  show (f);
  add_child (f, FALSE, 1);
  test_wait_for (shown_attaches (f) == 1);
  g_assert_true (lab_record_row_is_marked (find_record_row (f->record, "shm_nattch")));

  lab_session_set_segment (f->session, other);
  test_wait_for (strtol (value_of (f, "shmid"), NULL, 10) == lab_segment_get_id (other));
  for (guint i = 0; i < G_N_ELEMENTS (marked_fields); i++)
    g_assert_false (lab_record_row_is_marked (find_record_row (f->record, marked_fields[i])));
  test_wait_for (strstr (words_of (f, "SHMMAX"), size) != NULL);
  g_assert_true (lab_segment_remove (other, NULL));
}

/* What the record could show by now. */
static gulong
monitored_attaches (Fixture *f)
{
  const LabShmEntry *entry = lab_segment_monitor_get_entry (lab_session_get_monitor (f->session));

  return entry != NULL ? entry->record.n_attaches : 0;
}

static void
test_forgets_marks_while_hidden (Fixture       *f,
                                 gconstpointer  unused)
{
  show (f);
  add_child (f, FALSE, 1);
  test_wait_for (shown_attaches (f) == 1);
  gtk_widget_set_visible (f->record, FALSE);
  add_child (f, FALSE, 1);
  test_wait_for (monitored_attaches (f) == 2);
  test_run_for_ms (100);
  g_assert_cmpuint (shown_attaches (f), ==, 1);   /* it does nothing while it is not seen */
  gtk_widget_set_visible (f->record, TRUE);
  test_wait_for (shown_attaches (f) == 2);
  g_assert_false (lab_record_row_is_marked (find_record_row (f->record, "shm_nattch")));
}

static void
test_follows_a_removal (Fixture       *f,
                        gconstpointer  unused)
{
  show (f);
  g_assert_false (is_visible (f->record, "removal"));
  add_child (f, FALSE, 1);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (is_visible (f->record, "removal"));
  g_assert_nonnull (strstr (get_label (f->record, "title"), "marked for removal"));
  g_assert_cmpstr (value_of (f, "shm_perm.__key"), ==, "0x00000000");
  g_assert_cmpstr (value_of (f, "shm_perm.mode"), ==, "01640");
  g_assert_nonnull (strstr (words_of (f, "shm_perm.mode"), "SHM_DEST"));

  test_children_kill (f->children);
  test_wait_for (!is_visible (f->record, "fields"));
  g_assert_nonnull (strstr (get_label (f->record, "title"), "gone"));
  g_assert_false (is_visible (f->record, "removal"));
}

static GListModel *
shown_attachments (Fixture *f)
{
  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (find_by_id (f->record, "attachments"))));
}

static void
test_lists_and_selects_processes (Fixture       *f,
                                  gconstpointer  unused)
{
  pid_t pids[3];
  GtkSingleSelection *selection;

  show (f);
  g_assert_cmpstr (get_label (f->record, "unseen"), ==, "Nobody is attached.");
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = add_child (f, i == 1, 1);
  test_wait_for (g_list_model_get_n_items (shown_attachments (f)) == 3);
  g_assert_false (is_visible (f->record, "unseen"));

  selection = GTK_SINGLE_SELECTION (shown_attachments (f));
  g_assert_null (gtk_single_selection_get_selected_item (selection));
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_assert_true (lab_kernel_record_select_process (LAB_KERNEL_RECORD (f->record), pids[i]));
      g_assert_cmpint (lab_attachment_get_pid (gtk_single_selection_get_selected_item (selection)), ==, pids[i]);
    }
  g_assert_false (lab_kernel_record_select_process (LAB_KERNEL_RECORD (f->record), 1));
}

/* Root on both sides, as from one container into another: what cannot be seen is not “another user's”. */
static void
test_says_whom_it_cannot_see (Fixture       *f,
                              gconstpointer  unused)
{
  int fds[2];
  char byte = 'n';
  pid_t pid;

  show (f);
  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      byte = lab_sysv_shmat (lab_segment_get_id (f->segment), FALSE, NULL) != NULL && test_unshare (CLONE_NEWIPC) ? 'y' : 'n';
      (void) !write (fds[1], &byte, 1);
      while (TRUE)
        pause ();
    }
  g_array_append_val (f->children, pid);
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  close (fds[0]);
  if (byte == 'n')
    {
      g_test_skip ("no namespaces are permitted here");
      return;
    }

  test_wait_for (shown_attaches (f) == 1 && is_visible (f->record, "unseen"));
  g_assert_cmpstr (get_label (f->record, "unseen"), ==, "1 more attachment, by a process that you may not see.");
}

/* Another window's segment under the same key, before this one has found it. */
static void
test_shows_what_is_under_the_key (Fixture       *f,
                                  gconstpointer  unused)
{
  lab_session_set_key (f->session, lab_segment_get_key (f->segment));
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (is_visible (f->record, "fields"));
  assert_number (f, "shmid", lab_segment_get_id (f->segment));
  g_assert_cmpstr (value_of (f, "shm_perm.__seq"), ==, "unknown");
  g_assert_cmpstr (words_of (f, "shm_perm.__seq"), ==, "/proc does not show it; only shmctl(IPC_STAT) tells");  /* also of a process that once asked */
}

static gboolean
is_titled (Fixture    *f,
           const char *before,
           int         id,
           const char *after)
{
  g_autofree char *title = g_strdup_printf ("%s%d%s", before, id, after);

  return strcmp (get_label (f->record, "title"), title) == 0;
}

/* None under a key is one thing, one that was there another. */
static void
test_says_what_became_of_it (Fixture       *f,
                             gconstpointer  unused)
{
  const int id = lab_segment_get_id (f->segment);
  const int never = G_MAXINT - 4711;
  const key_t key = lab_segment_get_key (f->segment);
  g_autoptr(LabSegment) other = NULL;

  gtk_window_present (GTK_WINDOW (f->window));
  lab_session_set_key (f->session, test_key ());
  test_wait_for (strcmp (get_label (f->record, "title"), "No segment has this key") == 0);

  lab_session_set_key (f->session, key);
  test_wait_for (is_visible (f->record, "fields"));
  add_child (f, FALSE, 1);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (is_titled (f, "Segment ", id, " has lost its key"));
  test_children_kill (f->children);
  test_wait_for (is_titled (f, "Segment ", id, " is gone"));
  g_assert_false (is_visible (f->record, "fields"));

  /* By its id, whether this process has it or not. */
  lab_session_set_key (f->session, LAB_KEY_FAILED);
  lab_session_set_given_id (f->session, never);
  test_wait_for (is_titled (f, "No segment has the id ", never, ""));
  other = lab_segment_create (key, 4096, 0600, NULL);
  lab_session_set_given_id (f->session, lab_segment_get_id (other));
  test_wait_for (is_visible (f->record, "fields"));
  assert_number (f, "shmid", lab_segment_get_id (other));
  lab_session_set_segment (f->session, other);
  lab_session_set_segment (f->session, NULL);
  test_wait_for (is_visible (f->record, "fields"));
  g_assert_true (lab_segment_remove (other, NULL));
  test_wait_for (is_titled (f, "Segment ", lab_segment_get_id (other), " is gone"));
}

static void
test_says_that_the_creator_died (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  int id = -1;
  pid_t pid = test_child_create (test_key (), 100, &id);

  segment = lab_segment_open (id, NULL);
  lab_session_set_segment (f->session, segment);
  gtk_window_present (GTK_WINDOW (f->window));
  test_wait_for (is_visible (f->record, "fields"));
  g_assert_nonnull (strstr (words_of (f, "shm_cpid"), "alive"));
  test_child_kill (pid);
  test_wait_for (strcmp (words_of (f, "shm_cpid"), "gone") == 0);
  g_assert_true (lab_segment_remove (segment, NULL));
}

static void
test_shows_the_limits (Fixture       *f,
                       gconstpointer  unused)
{
  g_autofree LabLimits *limits = lab_limits_read (NULL);
  g_autofree char *max_segments = lab_text_format_count (limits->max_segments);

  show (f);
  test_wait_for (value_of (f, "SHMALL")[0] != '\0');
  g_assert_cmpstr (value_of (f, "SHMMNI"), ==, max_segments);
  g_assert_nonnull (strstr (words_of (f, "SHMMNI"), "in use"));
  g_assert_nonnull (strstr (words_of (f, "SHMMAX"), "5,000"));
}

/* Segments of other programs come and go, which the limits show; no other frame is drawn. */
static void
frame_cb (Fixture *f)
{
  g_autofree char *others = g_strconcat (words_of (f, "SHMMNI"), words_of (f, "SHMALL"), NULL);

  if (g_strcmp0 (others, f->others) == 0)
    f->n_idle_frames++;
  g_free (f->others);
  f->others = g_steal_pointer (&others);
}

static void
test_draws_nothing_while_nothing_changes (Fixture       *f,
                                          gconstpointer  unused)
{
  add_child (f, FALSE, 1);
  show (f);
  test_wait_for (value_of (f, "SHMALL")[0] != '\0');
  g_signal_connect_swapped (gtk_widget_get_frame_clock (f->window), "after-paint", G_CALLBACK (frame_cb), f);
  /* The first frames, and names that came in: until it is quiet, at most 20 s. */
  for (guint i = 0; i < 20; i++)
    {
      f->n_idle_frames = 0;
      test_run_for_ms (1000);
      if (f->n_idle_frames == 0)
        break;
    }
  f->n_idle_frames = 0;
  test_run_for_ms (2500);
  g_assert_cmpuint (f->n_idle_frames, ==, 0);
}

#define N_MANY 4000
/* Processor time: a third of it on a machine that does nothing else. */
#define LONGEST_US ((LAB_COPY_SANITIZED ? 250 : 50) * 1000)

/* 4,000 attachments come, and go again, while the record looks on: in processor time of the main
 * thread, so that others on the machine change little. */
static void
measure_thousands (Fixture *f,
                   gint64   longest_us[2])
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "helpers", "helper-attach", NULL);
  g_autofree char *id = g_strdup_printf ("%d", lab_segment_get_id (f->segment));
  g_autofree char *times = g_strdup_printf ("%d", N_MANY);
  g_autoptr(GSubprocess) helper = NULL;
  char line[9];

  /* Not a child of this process, whose memory would be copied in the midst of it. */
  helper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL,
                             program, "lab-many", id, "r", times, NULL);
  g_assert_nonnull (helper);
  g_assert_true (g_input_stream_read_all (g_subprocess_get_stdout_pipe (helper), line, sizeof line, NULL, NULL, NULL));
  test_blocks_begin ();
  test_wait_for (strcmp (value_of (f, "shm_nattch"), "4001") == 0 && g_list_model_get_n_items (shown_attachments (f)) == N_MANY + 1);
  test_run_for_ms (500);
  longest_us[0] = test_blocks.longest_us;

  test_blocks_begin ();
  g_subprocess_force_exit (helper);
  g_subprocess_wait (helper, NULL, NULL);
  test_wait_for (strcmp (value_of (f, "shm_nattch"), "1") == 0 && g_list_model_get_n_items (shown_attachments (f)) == 1);
  test_run_for_ms (200);
  longest_us[1] = test_blocks.longest_us;
  test_blocks_end ();

  g_test_message ("%d attachments: the main loop worked %.1f ms at once when they came, %.1f ms when they went",
                  N_MANY, (double) longest_us[0] / 1e3, (double) longest_us[1] / 1e3);
}

static void
test_takes_thousands_without_a_block (Fixture       *f,
                                      gconstpointer  unused)
{
  gint64 longest_us[2] = { G_MAXINT64, G_MAXINT64 };

  show (f);
  add_child (f, FALSE, 1);   /* the first row costs fonts and styles */
  test_wait_for (strcmp (value_of (f, "shm_nattch"), "1") == 0);
  test_run_for_ms (200);

  /* A virtual machine counts as this thread's what others took from its processor. */
  for (guint i = 0; i < 3 && MAX (longest_us[0], longest_us[1]) >= LONGEST_US; i++)
    measure_thousands (f, longest_us);
  g_assert_cmpint (longest_us[0], <, LONGEST_US);
  g_assert_cmpint (longest_us[1], <, LONGEST_US);
}

static void
test_is_accessible (Fixture       *f,
                    gconstpointer  unused)
{
  LabRecordRow *row;

  show (f);
  row = find_record_row (f->record, "shm_dtime");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, "shm_dtime: 0 never");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "When somebody last detached");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_by_id (f->record, "attachments")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Attached processes");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/ui/kernel-record/new-destroy", test_new_destroy);
  g_test_add_func ("/ui/kernel-record/tells-nobody-from-who-cannot-be-seen", test_tells_nobody_from_who_cannot_be_seen);
#define ADD(name, func) g_test_add ("/ui/kernel-record/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("without-a-segment", test_without_a_segment);
  ADD ("says-what-is-odd", test_says_what_is_odd);
  ADD ("says-what-a-failed-key-is", test_says_what_a_failed_key_is);
  ADD ("agrees-with-ipc-stat", test_agrees_with_ipc_stat);
  ADD ("explains-values", test_explains_values);
  ADD ("marks-what-changes", test_marks_what_changes);
  ADD ("takes-no-mark-to-another-segment", test_takes_no_mark_to_another_segment);
  ADD ("forgets-marks-while-hidden", test_forgets_marks_while_hidden);
  ADD ("follows-a-removal", test_follows_a_removal);
  ADD ("lists-and-selects-processes", test_lists_and_selects_processes);
  ADD ("says-whom-it-cannot-see", test_says_whom_it_cannot_see);
  ADD ("shows-what-is-under-the-key", test_shows_what_is_under_the_key);
  ADD ("says-what-became-of-it", test_says_what_became_of_it);
  ADD ("says-that-the-creator-died", test_says_that_the_creator_died);
  ADD ("shows-the-limits", test_shows_the_limits);
  ADD ("draws-nothing-while-nothing-changes", test_draws_nothing_while_nothing_changes);
  ADD ("takes-thousands-without-a-block", test_takes_thousands_without_a_block);
  ADD ("is-accessible", test_is_accessible);
  return g_test_run ();
}
