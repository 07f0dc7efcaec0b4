/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sched.h>
#include <stdlib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

static LabAttachment *
at (GPtrArray *attachments,
    guint      position)
{
  return g_ptr_array_index (attachments, position);
}

static void
test_reads_maps (void)
{
  static const char maps[] =
    "55d0c0a00000-55d0c0a01000 r--p 00000000 fe:01 1234                       /usr/bin/cat\n"
    "7f0c5a2e3000-7f0c5a2e4000 r--s 00000000 00:01 25                         /SYSV41050a12 (deleted)\n"
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25                         /SYSV41050a12 (deleted)\n"
    "7f0c5a2e5000-7f0c5a2e6000 rw-s 00000000 00:01 0                          /SYSV00000000 (deleted)\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
  g_autoptr(GPtrArray) one = lab_attachment_parse_maps (maps, 812, "cat", 25);
  g_autoptr(GPtrArray) all = lab_attachment_parse_maps (maps, 812, "cat", -1);

  g_assert_cmpuint (one->len, ==, 2);
  g_assert_cmphex (lab_attachment_get_address (at (one, 0)), ==, G_GUINT64_CONSTANT (0x7f0c5a2e1000));
  g_assert_true (lab_attachment_is_writable (at (one, 0)));
  g_assert_cmphex (lab_attachment_get_address (at (one, 1)), ==, G_GUINT64_CONSTANT (0x7f0c5a2e3000));
  g_assert_false (lab_attachment_is_writable (at (one, 1)));
  g_assert_cmpint (lab_attachment_get_pid (at (one, 0)), ==, 812);
  g_assert_cmpstr (lab_attachment_get_process_name (at (one, 0)), ==, "cat");
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpint (lab_attachment_get_shmid (at (all, 2)), ==, 0);
}

static void
test_is_not_misled (void)
{
  static const char * const maps[] = {
    "", "\n", "/SYSV", "/SYSV41050a12 (deleted)", "7f0c5a2e1000-7f0c5a2e2000 rw-s",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /tmp/SYSV41050a12 (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 fe:01 25 /SYSV41050a12 (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-p 00000000 00:01 25 /SYSV41050a12 (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /SYSV41050a12\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /SYSV41050a12 (deleted) (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /SYSV41050axx (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 99999999999 /SYSV41050a12 (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /SYSV41050a1 (deleted)\n",
    "7f0c5a2e1000-7f0c5a2e2000 rw-s 00000000 00:01 25 /memfd:/SYSV41050a12 (deleted)\n",
    "zzz rw-s 00000000 00:01 25 /SYSV41050a12 (deleted)\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr(GPtrArray) found = lab_attachment_parse_maps (maps[i], 1, "x", -1);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (found->len, ==, 0);
    }
}

typedef struct
{
  LabSegment *segment;
  int         id;
  GArray     *children;   /* of pid_t */
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (test_key (), 8192, 0600, &error);
  g_assert_no_error (error);
  f->id = lab_segment_get_id (f->segment);
  f->children = test_children_new ();
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  test_children_kill (f->children);
  g_array_unref (f->children);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  g_clear_object (&f->segment);
}

static pid_t
add_child (Fixture  *f,
           gboolean  writable,
           guint     n_times)
{
  return test_children_add (f->children, f->id, writable, n_times);
}

static void
test_nobody_is_attached (Fixture       *f,
                         gconstpointer  unused)
{
  g_autoptr(GPtrArray) found = lab_attachment_scan (f->id, NULL);

  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_finds_itself_where_it_is (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(GPtrArray) found = NULL;

  g_assert_true (lab_segment_attach (f->segment, FALSE, NULL));
  found = lab_attachment_scan (f->id, NULL);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpint (lab_attachment_get_pid (at (found, 0)), ==, getpid ());
  g_assert_cmphex (lab_attachment_get_address (at (found, 0)), ==, (guint64) (gsize) lab_segment_get_base (f->segment));
  g_assert_false (lab_attachment_is_writable (at (found, 0)));
}

static void
test_finds_children (Fixture       *f,
                     gconstpointer  unused)
{
  pid_t writer = add_child (f, TRUE, 1);
  pid_t reader = add_child (f, FALSE, 2);
  g_autoptr(GPtrArray) found = lab_attachment_scan (f->id, NULL);
  guint n_writers = 0, n_readers = 0;

  g_assert_cmpuint (found->len, ==, 3);
  for (guint i = 0; i < found->len; i++)
    {
      pid_t pid = lab_attachment_get_pid (at (found, i));

      g_assert_cmpint (lab_attachment_get_shmid (at (found, i)), ==, f->id);
      g_assert_cmphex (lab_attachment_get_address (at (found, i)), >, 0);
      if (pid == writer && lab_attachment_is_writable (at (found, i)))
        {
          n_writers++;
          g_assert_cmpstr (lab_attachment_get_process_name (at (found, i)), ==, "lab-writer");
        }
      if (pid == reader && !lab_attachment_is_writable (at (found, i)))
        {
          n_readers++;
          g_assert_cmpstr (lab_attachment_get_process_name (at (found, i)), ==, "lab-reader");
        }
      if (i > 0)
        g_assert_true (lab_attachment_get_pid (at (found, i - 1)) < pid
                       || lab_attachment_get_address (at (found, i - 1)) < lab_attachment_get_address (at (found, i)));
    }
  g_assert_cmpuint (n_writers, ==, 1);
  g_assert_cmpuint (n_readers, ==, 2);
}

static void
test_killed_is_gone (Fixture       *f,
                     gconstpointer  unused)
{
  pid_t staying = add_child (f, FALSE, 1);
  pid_t killed = test_child_attach (f->id, TRUE, 1);
  g_autoptr(GPtrArray) before = lab_attachment_scan (f->id, NULL);
  g_autoptr(GPtrArray) after = NULL;

  test_child_kill (killed);
  after = lab_attachment_scan (f->id, NULL);
  g_assert_cmpuint (before->len, ==, 2);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpint (lab_attachment_get_pid (at (after, 0)), ==, staying);
}

static void
test_tells_segments_apart (Fixture       *f,
                           gconstpointer  unused)
{
  g_autoptr(LabSegment) other = lab_segment_create (test_key (), 100, 0600, NULL);
  g_autoptr(GPtrArray) one = NULL;
  g_autoptr(GPtrArray) all = NULL;
  guint n_of_mine = 0;

  g_assert_true (lab_segment_attach (other, TRUE, NULL));
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  one = lab_attachment_scan (f->id, NULL);
  all = lab_attachment_scan (-1, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  for (guint i = 0; i < all->len; i++)
    if (lab_attachment_get_pid (at (all, i)) == getpid ())
      n_of_mine++;
  g_assert_cmpuint (n_of_mine, ==, 2);
  g_assert_true (lab_segment_remove (other, NULL));
}

static void
test_still_found_when_marked_for_removal (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(LabSegment) other = lab_segment_create (test_key (), 100, 0600, NULL);
  g_autoptr(GPtrArray) found = NULL;

  g_assert_true (lab_segment_attach (other, TRUE, NULL));
  g_assert_true (lab_segment_remove (other, NULL));
  found = lab_attachment_scan (lab_segment_get_id (other), NULL);
  g_assert_cmpuint (found->len, ==, 1);
}

static void
test_looks_into_one_process (Fixture       *f,
                             gconstpointer  unused)
{
  pid_t reader = add_child (f, FALSE, 2);
  g_autoptr(GPtrArray) theirs = lab_attachment_scan_process (reader, f->id);
  g_autoptr(GPtrArray) ours = lab_attachment_scan_process (getpid (), f->id);
  g_autoptr(GPtrArray) nobodys = lab_attachment_scan_process (-1, f->id);

  g_assert_cmpuint (theirs->len, ==, 2);
  g_assert_cmpuint (ours->len, ==, 0);
  g_assert_cmpuint (nobodys->len, ==, 0);
}

/* In another namespace the ids begin anew, so the same number is another segment. */
static void
test_leaves_out_other_namespaces (Fixture       *f,
                                  gconstpointer  unused)
{
  int fds[2];
  char byte = 0;
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      int id;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      byte = 'n';
      if (unshare (CLONE_NEWIPC) == 0 && (id = lab_sysv_shmget (4711, 100, LAB_GET_EXCLUSIVE, 0600, NULL)) != -1
          && lab_sysv_shmat (id, TRUE, NULL) != NULL)
        byte = 'y';
      (void) !write (fds[1], &byte, 1);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  close (fds[0]);
  g_array_append_val (f->children, pid);

  if (byte != 'y')
    {
      g_test_skip ("no IPC namespace may be made here");
      return;
    }

  {
    g_autoptr(GPtrArray) theirs = lab_attachment_scan_process (pid, -1);
    g_autoptr(GPtrArray) all = lab_attachment_scan (-1, NULL);

    g_assert_cmpuint (theirs->len, ==, 0);
    for (guint i = 0; i < all->len; i++)
      g_assert_cmpint (lab_attachment_get_pid (at (all, i)), !=, pid);
  }
}

static void
scan_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;

  *(GPtrArray **) data = lab_attachment_scan_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_scans_in_a_thread (Fixture       *f,
                        gconstpointer  unused)
{
  g_autoptr(GPtrArray) found = NULL;

  add_child (f, FALSE, 1);
  lab_attachment_scan_async (f->id, NULL, scan_cb, &found);
  g_assert_null (found);
  test_wait_for (found != NULL);
  g_assert_cmpuint (found->len, ==, 1);
}

static void
cancelled_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(GPtrArray) found = lab_attachment_scan_finish (result, data);

  g_assert_null (found);
}

static void
test_gives_up_when_told (Fixture       *f,
                         gconstpointer  unused)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  lab_attachment_scan_async (f->id, cancellable, cancelled_cb, &error);
  g_cancellable_cancel (cancellable);
  test_wait_for (error != NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/attachment/reads-maps", test_reads_maps);
  g_test_add_func ("/backend/attachment/is-not-misled", test_is_not_misled);
#define ADD(name, func) g_test_add ("/backend/attachment/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("nobody-is-attached", test_nobody_is_attached);
  ADD ("finds-itself-where-it-is", test_finds_itself_where_it_is);
  ADD ("finds-children", test_finds_children);
  ADD ("killed-is-gone", test_killed_is_gone);
  ADD ("tells-segments-apart", test_tells_segments_apart);
  ADD ("still-found-when-marked-for-removal", test_still_found_when_marked_for_removal);
  ADD ("looks-into-one-process", test_looks_into_one_process);
  ADD ("leaves-out-other-namespaces", test_leaves_out_other_namespaces);
  ADD ("scans-in-a-thread", test_scans_in_a_thread);
  ADD ("gives-up-when-told", test_gives_up_when_told);
  return g_test_run ();
}
