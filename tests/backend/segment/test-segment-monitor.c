/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "backend/segment/lab-segment-monitor.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

typedef struct
{
  key_t              key;
  int                id;
  LabSegment        *segment;
  LabSegmentMonitor *monitor;
  GArray            *children;   /* of pid_t */
  guint              n_changes;
} Fixture;

static void
changed_cb (LabSegmentMonitor *monitor,
            gpointer           data)
{
  Fixture *f = data;

  f->n_changes++;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->key = test_key ();
  f->segment = lab_segment_create (f->key, 5000, 0600, &error);
  g_assert_no_error (error);
  f->id = lab_segment_get_id (f->segment);
  f->children = test_children_new ();
  f->monitor = lab_segment_monitor_new ();
  lab_segment_monitor_set_interval_ms (f->monitor, 20);
  g_signal_connect (f->monitor, "changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  test_children_kill (f->children);
  g_array_unref (f->children);
  g_clear_object (&f->monitor);
  if (!lab_segment_is_removed (f->segment))
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

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (lab_segment_monitor_get_attachments (f->monitor));
}

static gboolean
lists (Fixture *f,
       pid_t    pid)
{
  for (guint i = 0; i < count (f); i++)
    {
      g_autoptr(LabAttachment) attachment = g_list_model_get_item (lab_segment_monitor_get_attachments (f->monitor), i);

      if (lab_attachment_get_pid (attachment) == pid)
        return TRUE;
    }

  return FALSE;
}

static gboolean
lists_all_children (Fixture *f)
{
  for (guint i = 0; i < f->children->len; i++)
    if (!lists (f, g_array_index (f->children, pid_t, i)))
      return FALSE;

  return TRUE;
}

static gulong
n_attaches (Fixture *f)
{
  const LabShmEntry *entry = lab_segment_monitor_get_entry (f->monitor);

  return entry != NULL ? entry->record.n_attaches : G_MAXULONG;
}

static void
test_does_nothing_untold (Fixture       *f,
                          gconstpointer  unused)
{
  test_run_for_ms (100);
  g_assert_false (lab_segment_monitor_is_ready (f->monitor));
  g_assert_null (lab_segment_monitor_get_entry (f->monitor));
  g_assert_null (lab_segment_monitor_get_key_entry (f->monitor));
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_cmpuint (f->n_changes, ==, 0);
  lab_segment_monitor_refresh (f->monitor);
  test_run_for_ms (50);
  g_assert_cmpuint (f->n_changes, ==, 0);
}

static void
test_answers_for_key_and_id (Fixture       *f,
                             gconstpointer  unused)
{
  lab_segment_monitor_set_key (f->monitor, f->key);
  g_assert_false (lab_segment_monitor_is_ready (f->monitor));
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_null (lab_segment_monitor_get_entry (f->monitor));
  g_assert_nonnull (lab_segment_monitor_get_key_entry (f->monitor));
  g_assert_cmpint (lab_segment_monitor_get_key_entry (f->monitor)->record.id, ==, f->id);

  lab_segment_monitor_set_id (f->monitor, f->id);
  g_assert_false (lab_segment_monitor_is_ready (f->monitor));
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_nonnull (lab_segment_monitor_get_entry (f->monitor));
  g_assert_cmpuint (lab_segment_monitor_get_entry (f->monitor)->record.size_bytes, ==, 5000);
}

static void
test_says_when_there_is_none (Fixture       *f,
                              gconstpointer  unused)
{
  lab_segment_monitor_set_key (f->monitor, test_key ());
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_null (lab_segment_monitor_get_key_entry (f->monitor));
  g_assert_cmpuint (f->n_changes, ==, 1);
}

static void
test_is_quiet_while_nothing_changes (Fixture       *f,
                                     gconstpointer  unused)
{
  const LabShmEntry *entry;
  guint64 n_scans;

  add_child (f, FALSE, 1);
  lab_segment_monitor_set_key (f->monitor, f->key);
  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (count (f) == 1);
  f->n_changes = 0;
  entry = lab_segment_monitor_get_entry (f->monitor);
  n_scans = lab_segment_monitor_get_n_scans (f->monitor);
  test_run_for_ms (4500);  /* long enough to look at the known ones again */
  g_assert_cmpuint (lab_segment_monitor_get_n_scans (f->monitor), >, n_scans);

  /* From then on a hundred looks at the table cost no thread. */
  n_scans = lab_segment_monitor_get_n_scans (f->monitor);
  test_run_for_ms (2000);
  g_assert_cmpuint (lab_segment_monitor_get_n_scans (f->monitor), ==, n_scans);
  g_assert_cmpuint (f->n_changes, ==, 0);
  g_assert_true (lab_segment_monitor_get_entry (f->monitor) == entry);
}

static void
test_sees_who_comes_and_goes (Fixture       *f,
                              gconstpointer  unused)
{
  pid_t reader, killed;

  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_cmpuint (n_attaches (f), ==, 0);

  reader = add_child (f, FALSE, 1);
  test_wait_for (n_attaches (f) == 1 && lists (f, reader));
  killed = test_child_attach (f->id, TRUE, 2);
  test_wait_for (n_attaches (f) == 3 && lists (f, killed));
  g_assert_cmpuint (count (f), ==, 3);
  g_assert_cmpuint (lab_segment_monitor_get_n_unseen (f->monitor), ==, 0);

  test_child_kill (killed);
  test_wait_for (n_attaches (f) == 1 && !lists (f, killed));
  g_assert_cmpuint (count (f), ==, 1);
  g_assert_true (lists (f, reader));
}

/* One goes and another comes between two looks: the kernel's count is the same. */
static void
test_sees_an_exchange (Fixture       *f,
                       gconstpointer  unused)
{
  pid_t first = test_child_attach (f->id, FALSE, 1), second;

  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (lists (f, first));
  test_child_kill (first);
  second = add_child (f, FALSE, 1);
  test_wait_for (lists (f, second) && !lists (f, first));
  g_assert_cmpuint (count (f), ==, 1);
}

/* Attaches at another address and leaves the old one. */
static gpointer
move (Fixture  *f,
      gpointer  base)
{
  gpointer moved = lab_sysv_shmat (f->id, FALSE, NULL);

  g_assert_nonnull (moved);
  g_assert_cmpint (lab_sysv_shmdt (base, NULL), ==, 0);

  return moved;
}

static gboolean
lists_address (Fixture  *f,
               gpointer  base)
{
  g_autoptr(LabAttachment) attachment = g_list_model_get_item (lab_segment_monitor_get_attachments (f->monitor), 0);

  return attachment != NULL && lab_attachment_get_address (attachment) == (guint64) (guintptr) base;
}

/* Two that leave the kernel's record as it was, since its times are in seconds. */
static void
test_sees_what_the_record_hides (Fixture       *f,
                                 gconstpointer  unused)
{
  gpointer base = lab_sysv_shmat (f->id, FALSE, NULL);
  gint64 start_us;

  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (lists_address (f, base));
  while (g_get_real_time () % G_USEC_PER_SEC > 100 * 1000)
    g_usleep (1000);
  base = move (f, base);
  test_wait_for (lists_address (f, base));
  base = move (f, base);
  start_us = g_get_monotonic_time ();
  test_wait_for (lists_address (f, base));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 7 * G_USEC_PER_SEC);
  g_assert_cmpint (lab_sysv_shmdt (base, NULL), ==, 0);
}

static void
notify_cb (GObject    *monitor,
           GParamSpec *pspec,
           GHashTable *counts)
{
  g_hash_table_insert (counts, (gpointer) pspec->name,
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, pspec->name)) + 1));
}

static guint
get_n_notified (GHashTable *counts,
                const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, g_intern_string (name)));
}

/* Each property is notified when it changes, and not when another one does. */
static void
test_notifies_of_each_value (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(GHashTable) counts = g_hash_table_new (NULL, NULL);
  gboolean ready, exists, key_exists, has_table, hidden;
  gulong n_attached, n_unseen;

  g_signal_connect (f->monitor, "notify", G_CALLBACK (notify_cb), counts);
  g_object_set (f->monitor, "key", (int) f->key, NULL);
  g_assert_cmpuint (get_n_notified (counts, "key"), ==, 1);
  g_object_set (f->monitor, "key", (int) f->key, NULL);
  g_assert_cmpuint (get_n_notified (counts, "key"), ==, 1);
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_cmpuint (get_n_notified (counts, "ready"), ==, 1);
  g_assert_cmpuint (get_n_notified (counts, "key-exists"), ==, 1);
  g_assert_cmpuint (get_n_notified (counts, "exists"), ==, 0);
  g_assert_cmpuint (get_n_notified (counts, "n-attaches"), ==, 0);

  add_child (f, FALSE, 3);
  test_wait_for (count (f) == 3);
  g_object_get (f->monitor, "n-attaches", &n_attached, "n-unseen", &n_unseen, NULL);
  g_assert_cmpuint (n_attached, ==, 3);
  g_assert_cmpuint (n_unseen, ==, 0);
  g_assert_cmpuint (get_n_notified (counts, "n-attaches"), >=, 1);
  g_assert_cmpuint (get_n_notified (counts, "n-attaches"), <=, 3);
  g_assert_cmpuint (get_n_notified (counts, "ready"), ==, 1);

  /* Emptied, it has nothing of what it had. */
  g_object_set (f->monitor, "key", (int) LAB_KEY_FAILED, NULL);
  g_object_get (f->monitor, "n-attaches", &n_attached, "ready", &ready, "exists", &exists, "key-exists", &key_exists,
                "has-table", &has_table, "hidden", &hidden, NULL);
  g_assert_cmpuint (n_attached, ==, 0);
  g_assert_false (ready || exists || key_exists || hidden);
  g_assert_true (has_table);
  g_assert_cmpuint (get_n_notified (counts, "ready"), ==, 2);
  g_assert_cmpuint (get_n_notified (counts, "key-exists"), ==, 2);
  g_assert_cmpuint (get_n_notified (counts, "has-table"), ==, 0);
  g_assert_cmpuint (get_n_notified (counts, "hidden"), ==, 0);
  g_assert_cmpuint (get_n_notified (counts, "n-unseen"), ==, 0);
}

static void
test_keeps_items_that_stay (Fixture       *f,
                            gconstpointer  unused)
{
  g_autoptr(LabAttachment) before = NULL;
  g_autoptr(LabAttachment) after = NULL;

  add_child (f, FALSE, 1);
  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (count (f) == 1);
  before = g_list_model_get_item (lab_segment_monitor_get_attachments (f->monitor), 0);
  add_child (f, FALSE, 1);
  test_wait_for (count (f) == 2);
  after = g_list_model_get_item (lab_segment_monitor_get_attachments (f->monitor),
                                 lists (f, lab_attachment_get_pid (before)) ? 0 : 1);
  if (lab_attachment_get_pid (after) != lab_attachment_get_pid (before))
    {
      g_object_unref (after);
      after = g_list_model_get_item (lab_segment_monitor_get_attachments (f->monitor), 1);
    }
  g_assert_true (before == after);
}

static void
test_lists_those_of_the_key_without_an_id (Fixture       *f,
                                           gconstpointer  unused)
{
  pid_t reader = add_child (f, FALSE, 1);

  lab_segment_monitor_set_key (f->monitor, f->key);
  test_wait_for (lists (f, reader));
}

static void
test_follows_removal_and_a_new_segment (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(LabSegment) anew = NULL;

  add_child (f, FALSE, 1);
  lab_segment_monitor_set_key (f->monitor, f->key);
  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (lab_segment_monitor_get_key_entry (f->monitor) != NULL);

  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (lab_segment_monitor_get_key_entry (f->monitor) == NULL);
  g_assert_nonnull (lab_segment_monitor_get_entry (f->monitor));
  g_assert_true (lab_segment_monitor_get_entry (f->monitor)->record.mode & LAB_MODE_DEST);
  g_assert_cmpuint (count (f), ==, 1);

  anew = lab_segment_create (f->key, 100, 0600, NULL);
  test_wait_for (lab_segment_monitor_get_key_entry (f->monitor) != NULL);
  g_assert_cmpint (lab_segment_monitor_get_key_entry (f->monitor)->record.id, ==, lab_segment_get_id (anew));
  g_assert_cmpint (lab_segment_monitor_get_entry (f->monitor)->record.id, ==, f->id);

  test_children_kill (f->children);
  test_wait_for (lab_segment_monitor_get_entry (f->monitor) == NULL);
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_true (lab_segment_remove (anew, NULL));
}

static void
test_forgets_when_told (Fixture       *f,
                        gconstpointer  unused)
{
  guint before;

  add_child (f, FALSE, 1);
  lab_segment_monitor_set_id (f->monitor, f->id);
  test_wait_for (count (f) == 1);
  before = f->n_changes;
  lab_segment_monitor_set_id (f->monitor, -1);
  g_assert_null (lab_segment_monitor_get_entry (f->monitor));
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_cmpuint (f->n_changes, ==, before + 1);
  test_run_for_ms (100);
  g_assert_cmpuint (f->n_changes, ==, before + 1);
}

/* A key tells of one segment after another; what has become of the one before it is asked by its id. */
static void
test_tells_what_became_of_the_one_before (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(LabSegment) other = NULL;
  const int never = G_MAXINT - 4711;
  int other_id;

  g_assert_cmpint (lab_segment_monitor_find_fate (f->monitor, f->id), ==, LAB_FATE_UNKNOWN);
  lab_segment_monitor_set_key (f->monitor, f->key);
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, f->id) == LAB_FATE_THERE);
  g_assert_cmpint (lab_segment_monitor_get_past (f->monitor).id, ==, -1);
  g_assert_cmpint (lab_segment_monitor_find_fate (f->monitor, never), ==, LAB_FATE_UNKNOWN);

  add_child (f, FALSE, 1);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, f->id) == LAB_FATE_MARKED);
  g_assert_cmpint (lab_segment_monitor_get_past (f->monitor).id, ==, f->id);

  other = lab_segment_create (f->key, 4096, 0600, NULL);
  other_id = lab_segment_get_id (other);
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, other_id) == LAB_FATE_THERE);
  g_assert_cmpint (lab_segment_monitor_find_fate (f->monitor, f->id), ==, LAB_FATE_MARKED);
  test_children_kill (f->children);
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, f->id) == LAB_FATE_GONE);
  g_assert_true (lab_segment_monitor_get_past (f->monitor).was_marked);

  g_assert_true (lab_segment_remove (other, NULL));
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, other_id) == LAB_FATE_GONE);
  g_assert_false (lab_segment_monitor_get_past (f->monitor).was_marked);

  /* Of an id that nobody saw nobody knows whether it once was one; a call of this process has seen it. */
  lab_segment_monitor_set_id (f->monitor, never);
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, never) == LAB_FATE_NONE);
  lab_segment_monitor_see (f->monitor, never);
  test_wait_for (lab_segment_monitor_find_fate (f->monitor, never) == LAB_FATE_GONE);
  g_assert_cmpint (lab_segment_monitor_find_fate (f->monitor, -1), ==, LAB_FATE_UNKNOWN);

  lab_segment_monitor_set_id (f->monitor, -1);
  lab_segment_monitor_set_key (f->monitor, test_key ());
  test_wait_for (lab_segment_monitor_is_ready (f->monitor));
  g_assert_cmpint (lab_segment_monitor_get_past (f->monitor).id, ==, -1);
}

static void
test_leaves_the_segment_alone (Fixture       *f,
                               gconstpointer  unused)
{
  LabShmRecord before;

  add_child (f, FALSE, 1);
  lab_segment_refresh (f->segment, NULL);
  before = *lab_segment_get_record (f->segment);
  lab_segment_monitor_set_id (f->monitor, f->id);
  lab_segment_monitor_set_key (f->monitor, f->key);
  test_run_for_ms (300);
  lab_segment_refresh (f->segment, NULL);
  g_assert_cmpmem (&before, sizeof before, lab_segment_get_record (f->segment), sizeof before);
}

/* Freed at any moment of a look, and the look's answer comes too late. */
static void
test_may_be_freed_at_any_time (Fixture       *f,
                               gconstpointer  unused)
{
  for (guint i = 0; i < 30; i++)
    {
      LabSegmentMonitor *monitor = lab_segment_monitor_new ();

      g_object_add_weak_pointer (G_OBJECT (monitor), (gpointer *) &monitor);
      lab_segment_monitor_set_interval_ms (monitor, 1);
      lab_segment_monitor_set_id (monitor, f->id);
      for (guint j = 0; j < i % 5; j++)
        g_main_context_iteration (NULL, TRUE);
      g_object_unref (monitor);
      g_assert_null (monitor);
    }
  test_run_for_ms (100);
}

/* Another user's processes cannot be looked into; the kernel's count says how many. */
static void
test_counts_who_cannot_be_seen (Fixture       *f,
                                gconstpointer  unused)
{
  g_autofree char *id = g_strdup_printf ("%d", f->id);

  if (getuid () != 0)
    {
      g_test_skip ("only root may become another user");
      return;
    }

  add_child (f, TRUE, 2);
  g_setenv ("TEST_SEGMENT_ID", id, TRUE);
  g_test_trap_subprocess ("/backend/segment-monitor/subprocess/as-nobody", 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_unsetenv ("TEST_SEGMENT_ID");
  g_test_trap_assert_passed ();
}

static void
test_as_nobody (void)
{
  Fixture f = { .id = (int) g_ascii_strtoll (g_getenv ("TEST_SEGMENT_ID"), NULL, 10) };

  g_assert_cmpint (setgid (TEST_NOBODY), ==, 0);
  g_assert_cmpint (setuid (TEST_NOBODY), ==, 0);
  f.monitor = lab_segment_monitor_new ();
  lab_segment_monitor_set_id (f.monitor, f.id);
  test_wait_for (lab_segment_monitor_is_ready (f.monitor));
  g_assert_cmpuint (n_attaches (&f), ==, 2);
  g_assert_cmpuint (count (&f), ==, 0);
  g_assert_cmpuint (lab_segment_monitor_get_n_unseen (f.monitor), ==, 2);
  g_object_unref (f.monitor);
}

/* Many come and go at random; in the end the list is what the kernel says. */
static void
test_ends_equal_to_the_kernel (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (11);

  lab_segment_monitor_set_id (f->monitor, f->id);
  for (guint i = 0; i < 200; i++)
    {
      if (f->children->len < 5 || (f->children->len < 40 && g_rand_boolean (rand)))
        add_child (f, g_rand_boolean (rand), (guint) g_rand_int_range (rand, 1, 4));
      else
        {
          guint which = (guint) g_rand_int_range (rand, 0, (int) f->children->len);

          test_child_kill (g_array_index (f->children, pid_t, which));
          g_array_remove_index_fast (f->children, which);
        }
      if (i % 10 == 0)
        test_run_for_ms (10);
    }

  lab_segment_refresh (f->segment, NULL);
  test_wait_for (n_attaches (f) == lab_segment_get_n_attaches (f->segment) && count (f) == n_attaches (f)
                 && lists_all_children (f));
  g_assert_cmpuint (lab_segment_monitor_get_n_unseen (f->monitor), ==, 0);
}

/* Processes of which so many attach that somebody comes during each scan, and then no more: no later change of the
 * record tells of those whom the last scan did not see. */
#define N_HASTY 100

enum { REST, ATTACH, DETACH };

static void
add_hasty_child (Fixture     *f,
                 atomic_uint *order,
                 guint        seed)
{
  const int read_only = 010000;
  void *address = NULL;
  pid_t pid = fork ();

  if (pid == 0)
    prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (; pid == 0; usleep (2000))
    {
      guint what = atomic_load (order);

      if (what == ATTACH && address == NULL && rand_r (&seed) % 30 == 0)
        {
          address = (void *) syscall (SYS_shmat, f->id, NULL, read_only);
        }
      else if (what == DETACH && address != NULL)
        {
          syscall (SYS_shmdt, address);
          address = NULL;
        }
    }

  g_assert_cmpint (pid, !=, -1);
  g_array_append_val (f->children, pid);
}

static gboolean
equals_the_kernel (Fixture *f)
{
  lab_segment_refresh (f->segment, NULL);

  return n_attaches (f) == lab_segment_get_n_attaches (f->segment) && count (f) == n_attaches (f);
}

static void
test_misses_nobody_of_a_rush (Fixture       *f,
                              gconstpointer  unused)
{
  atomic_uint *order = mmap (NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (order != MAP_FAILED);
  for (guint i = 0; i < N_HASTY; i++)
    add_hasty_child (f, order, i + 1);
  lab_segment_monitor_set_id (f->monitor, f->id);
  for (guint i = 0; i < 40 && !g_test_failed (); i++)
    {
      atomic_store (order, ATTACH);
      test_run_for_ms (30 + 2 * i);
      atomic_store (order, REST);
      test_wait_for (equals_the_kernel (f));
      atomic_store (order, DETACH);
      test_wait_for (n_attaches (f) == 0 && count (f) == 0);
    }
  munmap (order, sizeof *order);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/segment-monitor/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("does-nothing-untold", test_does_nothing_untold);
  ADD ("answers-for-key-and-id", test_answers_for_key_and_id);
  ADD ("says-when-there-is-none", test_says_when_there_is_none);
  ADD ("is-quiet-while-nothing-changes", test_is_quiet_while_nothing_changes);
  ADD ("sees-who-comes-and-goes", test_sees_who_comes_and_goes);
  ADD ("sees-an-exchange", test_sees_an_exchange);
  ADD ("sees-what-the-record-hides", test_sees_what_the_record_hides);
  ADD ("notifies-of-each-value", test_notifies_of_each_value);
  ADD ("keeps-items-that-stay", test_keeps_items_that_stay);
  ADD ("lists-those-of-the-key-without-an-id", test_lists_those_of_the_key_without_an_id);
  ADD ("follows-removal-and-a-new-segment", test_follows_removal_and_a_new_segment);
  ADD ("forgets-when-told", test_forgets_when_told);
  ADD ("tells-what-became-of-the-one-before", test_tells_what_became_of_the_one_before);
  ADD ("leaves-the-segment-alone", test_leaves_the_segment_alone);
  ADD ("may-be-freed-at-any-time", test_may_be_freed_at_any_time);
  ADD ("counts-who-cannot-be-seen", test_counts_who_cannot_be_seen);
  ADD ("ends-equal-to-the-kernel", test_ends_equal_to_the_kernel);
  ADD ("misses-nobody-of-a-rush", test_misses_nobody_of_a_rush);
  g_test_add_func ("/backend/segment-monitor/subprocess/as-nobody", test_as_nobody);
  return g_test_run ();
}
