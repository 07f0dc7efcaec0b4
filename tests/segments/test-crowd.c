/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One hundred processes attach and detach one segment at random, while the picture,
 * the kernel's record and the table of segments look on.  In the end all three are what
 * the kernel says: shmctl(2), and /proc/PID/maps, read here by other code than theirs.
 * LAB_SLOW_TESTS=1 lets them come and go for a minute. */

#include "config.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backend/kernel/lab-attachment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-record.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "segments/lab-segment-item.h"
#include "segments/lab-segments-model.h"
#include "segments/lab-segments-window.h"
#include "ui/app/lab-ui.h"
#include "ui/picture/lab-picture-process.h"
#include "ui/picture/lab-picture.h"
#include "ui/record/lab-kernel-record.h"
#include "ui/record/lab-record-row.h"

#define N_PROCESSES 100
#define MAX_HELD 3
#define MAX_PAUSE_US 600000

/* What the crowd and the test share. */
typedef struct
{
  atomic_uint stop;           /* 1: stay as you are; 2: detach everything first */
  atomic_uint n_stopped[3];   /* how many have heard that */
  atomic_uint n_attached;     /* calls that succeeded, of all together */
  atomic_uint n_detached;
  atomic_uint n_failed;
} Shared;

typedef struct
{
  LabSegment *segment;
  int         id;
  Shared     *shared;
  GArray     *crowd;          /* of pid_t */
  LabSession *session;
  GtkWidget  *window;         /* with the picture and the record */
  GtkWidget  *picture;
  GtkWidget  *record;
  GtkWidget  *segments;       /* the other window */
  guint       n_pictures;     /* how often another number was seen there, while they came and went */
  guint       n_records;
  guint       n_tables;
} Fixture;

/* One of the crowd.  Bare system calls: with threads about, a child must not allocate. */
static void
come_and_go (Shared *shared,
             int     id,
             guint   seed)
{
  const int read_only = 010000;
  void *held[MAX_HELD];
  guint n_held = 0, heard = 0;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, "lab-crowd");

  while (TRUE)
    {
      guint stop = atomic_load (&shared->stop);

      if (stop > 0)
        {
          while (stop == 2 && n_held > 0)
            atomic_fetch_add (syscall (SYS_shmdt, held[--n_held]) == 0 ? &shared->n_detached : &shared->n_failed, 1);
          if (heard != stop)
            atomic_fetch_add (&shared->n_stopped[stop], 1);
          heard = stop;
          usleep (20000);
          continue;
        }

      usleep ((useconds_t) rand_r (&seed) % MAX_PAUSE_US);
      if (n_held == 0 || (n_held < MAX_HELD && rand_r (&seed) % 2 == 0))
        {
          void *address = (void *) syscall (SYS_shmat, id, NULL, rand_r (&seed) % 2 == 0 ? read_only : 0);

          if (address != (void *) -1)
            held[n_held++] = address;
          atomic_fetch_add (address != (void *) -1 ? &shared->n_attached : &shared->n_failed, 1);
        }
      else
        {
          atomic_fetch_add (syscall (SYS_shmdt, held[--n_held]) == 0 ? &shared->n_detached : &shared->n_failed, 1);
        }
    }
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  f->shared = mmap (NULL, sizeof *f->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (f->shared != MAP_FAILED);
  f->crowd = g_array_new (FALSE, FALSE, sizeof (pid_t));
  f->segment = lab_segment_create (test_key (), 4096, 0600, NULL);
  g_assert_nonnull (f->segment);
  f->id = lab_segment_get_id (f->segment);

  f->session = lab_session_new (LAB_ROLE_SERVER);
  lab_session_set_segment (f->session, f->segment);
  f->picture = lab_picture_new (f->session);
  f->record = lab_kernel_record_new (f->session);
  gtk_widget_set_hexpand (f->picture, TRUE);
  gtk_widget_set_hexpand (f->record, TRUE);
  gtk_box_append (GTK_BOX (box), f->picture);
  gtk_box_append (GTK_BOX (box), f->record);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1500, 800);
  gtk_window_set_child (GTK_WINDOW (f->window), box);
  gtk_window_present (GTK_WINDOW (f->window));

  f->segments = lab_segments_window_new ();
  gtk_window_present (GTK_WINDOW (f->segments));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  for (guint i = 0; i < f->crowd->len; i++)
    test_child_kill (g_array_index (f->crowd, pid_t, i));
  g_array_unref (f->crowd);
  gtk_window_destroy (GTK_WINDOW (f->segments));
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_add_weak_pointer (G_OBJECT (f->session), (gpointer *) &f->session);
  g_object_unref (f->session);
  test_wait_for (f->session == NULL);   /* once the last answer from a thread is in */
  g_assert_true (lab_segment_remove (f->segment, NULL));
  g_object_unref (f->segment);
  munmap (f->shared, sizeof *f->shared);
}

/* In another namespace another segment may have the same id. */
static gboolean
is_of_our_namespace (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/ns/ipc", pid);
  g_autofree char *theirs = g_file_read_link (path, NULL);
  g_autofree char *ours = g_file_read_link ("/proc/self/ns/ipc", NULL);

  return g_strcmp0 (theirs, ours) == 0;
}

/* What /proc says: "PID ADDRESS ACCESS" of each mapping of this segment. */
static GPtrArray *
read_maps (int id)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/%s/maps", name);
      FILE *maps = g_ascii_isdigit (name[0]) && is_of_our_namespace (name) ? fopen (path, "re") : NULL;
      char line[512];

      while (maps != NULL && fgets (line, sizeof line, maps) != NULL)
        {
          unsigned long address;
          char access[5], file[64];
          int inode;

          if (sscanf (line, "%lx-%*x %4s %*x %*s %d %63s", &address, access, &inode, file) == 4
              && inode == id && g_str_has_prefix (file, "/SYSV"))
            g_ptr_array_add (lines, g_strdup_printf ("%s %lx %c", name, address, access[1]));
        }
      if (maps != NULL)
        fclose (maps);
    }

  return lines;
}

/* Whether a table of attached processes has just these rows. */
static gboolean
list_is (GtkWidget *record,
         GPtrArray *lines)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (find_by_id (record, "attachments"))));

  if (g_list_model_get_n_items (model) != lines->len)
    return FALSE;

  for (guint i = 0; i < lines->len; i++)
    {
      g_autoptr(LabAttachment) item = g_list_model_get_item (model, i);
      g_autofree char *line = g_strdup_printf ("%d %lx %c", (int) lab_attachment_get_pid (item),
                                               (unsigned long) lab_attachment_get_address (item),
                                               lab_attachment_is_writable (item) ? 'w' : '-');

      if (!g_ptr_array_find_with_equal_func (lines, line, g_str_equal, NULL))
        return FALSE;
    }

  return TRUE;
}

static gboolean
record_is (GtkWidget    *record,
           LabShmRecord *kernel,
           GPtrArray    *lines)
{
  const struct { const char *name; long value; } fields[] = {
    { "shm_nattch", (long) kernel->n_attaches },
    { "shm_lpid", kernel->lpid },
    { "shm_cpid", kernel->cpid },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = g_strdup_printf ("%ld", fields[i].value);
      LabRecordRow *row = find_record_row (record, fields[i].name);

      if (row == NULL || g_strcmp0 (lab_record_row_get_value (row), value) != 0)
        return FALSE;
    }

  /* All are ours to see. */
  return strcmp (get_label (record, "unseen"), kernel->n_attaches == 0 ? "Nobody is attached." : "") == 0
         && list_is (record, lines);
}

static gboolean
picture_is (Fixture      *f,
            LabShmRecord *kernel,
            GPtrArray    *lines)
{
  g_autofree char *text = g_strdup_printf ("attached: %lu", kernel->n_attaches);
  g_autoptr(GHashTable) pids = g_hash_table_new (NULL, NULL);
  guint n_shown = 0, n_more = 0;

  for (guint i = 0; i < lines->len; i++)
    g_hash_table_add (pids, GINT_TO_POINTER (atoi (g_ptr_array_index (lines, i))));

  for (GtkWidget *child = gtk_widget_get_first_child (find_by_id (f->picture, "others")); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (LAB_IS_PICTURE_PROCESS (child))
      {
        if (!g_hash_table_contains (pids, GINT_TO_POINTER (lab_picture_process_get_pid (LAB_PICTURE_PROCESS (child)))))
          return FALSE;
        n_shown++;
      }
  if (is_visible (f->picture, "more"))
    n_more = (guint) atoi (gtk_button_get_label (GTK_BUTTON (find_by_id (f->picture, "more"))) + strlen ("and "));

  return n_shown + n_more == g_hash_table_size (pids) && strcmp (get_label (f->picture, "attached"), text) == 0;
}

static gboolean
table_is (Fixture      *f,
          LabShmRecord *kernel,
          GPtrArray    *lines)
{
  g_autoptr(LabSegmentsModel) model = NULL;
  g_autofree char *expected = g_strdup_printf ("%lu", kernel->n_attaches);
  g_autofree char *text = NULL;
  LabSegmentItem *item;

  g_object_get (f->segments, "model", &model, NULL);
  item = lab_segments_model_find (model, f->id);
  text = item != NULL ? lab_segment_item_dup_text (item, LAB_SEGMENT_COLUMN_ATTACHED) : NULL;

  return g_strcmp0 (text, expected) == 0 && record_is (find_by_id (f->segments, "segment"), kernel, lines);
}

static void
assert_all_end_equal (Fixture *f,
                      guint    n_expected)
{
  g_autoptr(GPtrArray) lines = read_maps (f->id);
  LabShmRecord kernel;
  gint64 began_us = g_get_monotonic_time ();

  g_assert_cmpint (lab_sysv_shmctl_stat (f->id, &kernel, NULL), ==, 0);
  g_assert_cmpuint (kernel.n_attaches, ==, lines->len);
  g_assert_cmpuint (kernel.n_attaches, ==, n_expected);

  test_wait_for (picture_is (f, &kernel, lines));
  test_wait_for (record_is (f->record, &kernel, lines));
  test_wait_for (table_is (f, &kernel, lines));
  g_test_message ("%lu attachments: picture, record and table are equal to the kernel after %d ms",
                  kernel.n_attaches, (int) ((g_get_monotonic_time () - began_us) / 1000));
}

static guint
n_held_by_all (Fixture *f)
{
  return atomic_load (&f->shared->n_attached) - atomic_load (&f->shared->n_detached);
}

static void
test_picture_record_and_table_end_equal (Fixture       *f,
                                         gconstpointer  unused)
{
  const guint time_ms = g_getenv ("LAB_SLOW_TESTS") != NULL ? 60000 : 5000;
  g_autoptr(LabSegmentsModel) model = NULL;

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      pid_t pid = fork ();

      g_assert_cmpint (pid, !=, -1);
      if (pid == 0)
        come_and_go (f->shared, f->id, i + 1);
      g_array_append_val (f->crowd, pid);
    }
  test_wait_for (lab_segments_window_select (LAB_SEGMENTS_WINDOW (f->segments), f->id));
  test_wait_for (find_record_row (find_by_id (f->segments, "segment"), "shm_nattch") != NULL);
  test_wait_for (find_record_row (f->record, "shm_nattch") != NULL && g_str_has_prefix (get_label (f->picture, "attached"), "attached"));
  g_object_get (f->segments, "model", &model, NULL);
  g_signal_connect_swapped (lab_segments_model_find (model, f->id), "changed", G_CALLBACK (count_cb), &f->n_tables);
  g_signal_connect_swapped (find_by_id (f->picture, "attached"), "notify::label", G_CALLBACK (count_cb), &f->n_pictures);
  g_signal_connect_swapped (find_by_id (GTK_WIDGET (find_record_row (f->record, "shm_nattch")), "value"), "notify::label",
                            G_CALLBACK (count_cb), &f->n_records);

  test_run_for_ms (time_ms);
  test_wait_for (f->n_pictures > 0 && f->n_records > 0 && f->n_tables > 0
                 && atomic_load (&f->shared->n_detached) > N_PROCESSES);
  atomic_store (&f->shared->stop, 1);
  test_wait_for (atomic_load (&f->shared->n_stopped[1]) == N_PROCESSES);
  g_test_message ("%u processes attached %u times and detached %u times in %u ms; picture, record and table changed %u, %u and %u times",
                  f->crowd->len, atomic_load (&f->shared->n_attached), atomic_load (&f->shared->n_detached), time_ms,
                  f->n_pictures, f->n_records, f->n_tables);
  g_assert_cmpuint (atomic_load (&f->shared->n_failed), ==, 0);
  assert_all_end_equal (f, n_held_by_all (f));

  /* Half of them are killed with what they have. */
  {
    g_autoptr(GPtrArray) lines = NULL;

    for (guint i = 0; i < N_PROCESSES / 2; i++)
      {
        test_child_kill (g_array_index (f->crowd, pid_t, f->crowd->len - 1));
        g_array_set_size (f->crowd, f->crowd->len - 1);
      }
    lines = read_maps (f->id);
    g_assert_cmpuint (lines->len, <, n_held_by_all (f));
    assert_all_end_equal (f, lines->len);
  }

  /* And the last one is detached. */
  atomic_store (&f->shared->stop, 2);
  test_wait_for (atomic_load (&f->shared->n_stopped[2]) == N_PROCESSES / 2);
  g_assert_cmpuint (atomic_load (&f->shared->n_failed), ==, 0);
  assert_all_end_equal (f, 0);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add ("/segments/crowd/picture-record-and-table-end-equal", Fixture, NULL,
              set_up, test_picture_record_and_table_end_equal, tear_down);
  return g_test_run ();
}
