/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/kernel/lab-key-composition.h"
#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-near-key.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-wait.h"

static key_t key_now = LAB_KEY_FAILED;  /* what the file gives now */

static void
assert_near (key_t          key,
             gboolean       from_file,
             const char    *shm,
             GPtrArray     *holders,
             LabNearReason  reason,
             const char    *words)
{
  g_autoptr(LabProbe) probe = lab_probe_new ();
  g_autofree char *table = g_strconcat ("key shmid perms size ctime\n", shm, NULL);
  g_autofree char *sentence = NULL;

  probe->shm = lab_segment_table_parse (table);
  probe->sem = lab_probe_parse_ipc ("key semid perms nsems\n77 3 600 1\n");
  probe->msg = lab_probe_parse_ipc ("key msqid perms\n78 4 600\n");
  g_assert_cmpint (lab_near_key_find (&(LabSoughtKey) { key, from_file ? "/home/me/shmfile" : NULL, 'A' }, key_now, probe, holders, &sentence), ==, reason);
  if (words == NULL)
    g_assert_null (sentence);
  else if (sentence == NULL || strstr (sentence, words) == NULL)
    g_error ("“%s” has no “%s”", sentence, words);
}

static void
test_says_what_is_near (void)
{
  const key_t file_key = lab_key_join ('A', 5, 0x2a0b);
  g_autofree char *same_file = g_strdup_printf ("%d 41 600 100 1\n", lab_key_join ('B', 5, 0x2a0b));
  g_autofree char *made_anew = g_strdup_printf ("%d 40 600 100 1\n%d 41 600 100 2\n", lab_key_join ('A', 5, 0x1111), lab_key_join ('A', 5, 0x2a0c));
  g_autofree char *other_device = g_strdup_printf ("%d 41 600 100 1\n", lab_key_join ('A', 6, 0x2a0c));
  g_autofree char *itself = g_strdup_printf ("%d 41 600 100 1\n-1 42 600 100 1\n", file_key);

  assert_near (file_key, TRUE, "", NULL, LAB_NEAR_NOTHING, NULL);
  assert_near (file_key, TRUE, same_file, NULL, LAB_NEAR_OTHER_LETTER,
               "A guess: segment 41 has the key 0x42052a0b, which is of the same file with the letter B.");
  /* The newer of the two. */
  assert_near (file_key, TRUE, made_anew, NULL, LAB_NEAR_OTHER_INODE,
               "A guess: segment 41 has the key 0x41052a0c, with the same letter and device and another inode");
  assert_near (file_key, TRUE, other_device, NULL, LAB_NEAR_NOTHING, NULL);
  assert_near (file_key, TRUE, "-1 41 600 100 1\n", NULL, LAB_NEAR_UNCHECKED, "A guess: segment 41 has the key 0xffffffff");
  assert_near (file_key, TRUE, itself, NULL, LAB_NEAR_NOTHING, NULL);  /* it is there by now */

  key_now = lab_key_join ('A', 5, 0x2a0c);
  assert_near (file_key, TRUE, made_anew, NULL, LAB_NEAR_FILE_ANEW,
               "/home/me/shmfile was made anew: ftok gives another key now, 0x41052a0c, and segment 41 has it.");
  assert_near (file_key, TRUE, "", NULL, LAB_NEAR_FILE_ANEW, "which a server that starts now will have.");
  assert_near (0x1234, FALSE, "", NULL, LAB_NEAR_NOTHING, NULL);  /* no file gave it */
  key_now = file_key;
  assert_near (file_key, TRUE, "", NULL, LAB_NEAR_NOTHING, NULL);
  key_now = LAB_KEY_FAILED;

  assert_near (0x1234, FALSE, "1234 41 600 100 1\n", NULL, LAB_NEAR_OTHER_BASE,
               "A guess: segment 41 has the key 0x000004d2 (1234), and you chose 0x00001234 (4660)");
  assert_near (1234, FALSE, "4660 41 600 100 1\n", NULL, LAB_NEAR_OTHER_BASE, "segment 41 has the key 0x00001234 (4660)");
  assert_near (1234, FALSE, "668 41 600 100 1\n", NULL, LAB_NEAR_OTHER_BASE, "segment 41 has the key 0x0000029c (668)");  /* 01234 */
  assert_near (12345, FALSE, "13245 41 600 100 1\n", NULL, LAB_NEAR_SWAPPED, "two digits are swapped");
  assert_near (0x1234, FALSE, "8500 41 600 100 1\n", NULL, LAB_NEAR_SWAPPED, "two digits are swapped");  /* 0x2134 */
  assert_near (12345, FALSE, "12346 41 600 100 1\n", NULL, LAB_NEAR_NOTHING, NULL);
  assert_near (12345, FALSE, "13945 41 600 100 1\n19245 42 600 100 1\n", NULL, LAB_NEAR_NOTHING, NULL);  /* one of the two fits */
  assert_near (12345, FALSE, "0 41 600 100 1\n", NULL, LAB_NEAR_NOTHING, NULL);  /* no key at all */

  assert_near (77, FALSE, "", NULL, LAB_NEAR_OTHER_KIND, "Semaphore set 3 has this key, but no segment");
  assert_near (78, FALSE, "", NULL, LAB_NEAR_OTHER_KIND, "Message queue 4 has this key, but no segment");
}

static void
test_says_who_has_it (void)
{
  LabKeyHolder here = { 100, (char *) "reader", 41, FALSE };
  LabKeyHolder there = { 200, (char *) "postgres", 0, TRUE };
  g_autoptr(GPtrArray) holders = g_ptr_array_new ();

  g_ptr_array_add (holders, &here);
  assert_near (12345, FALSE, "13245 41 600 100 1\n", holders, LAB_NEAR_MARKED,
               "Segment 41 had this key, and is marked for removal; process 100 (reader) still has it attached.");
  g_ptr_array_add (holders, &there);
  assert_near (12345, FALSE, "13245 41 600 100 1\n", holders, LAB_NEAR_OTHER_NAMESPACE,
               "Process 200 (postgres) has a segment with this key, in another IPC namespace");
}

/* Another process in a namespace of its own; it dies with the test. */
static pid_t
start_elsewhere (key_t key)
{
  int fds[2];
  char byte = 'n';
  pid_t pid;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      int id;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (test_leave_the_common_namespace ())
        {
          id = lab_sysv_shmget (key, 4096, LAB_GET_EXCLUSIVE, 0600, NULL);
          byte = id != -1 && lab_sysv_shmat (id, FALSE, NULL) != NULL ? 'y' : 'e';
        }
      (void) !write (fds[1], &byte, 1);
      while (TRUE)
        pause ();
    }
  close (fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  close (fds[0]);
  if (byte == 'y')
    return pid;

  test_child_kill (pid);

  return -1;
}

static void
test_finds_another_namespace (void)
{
  g_autoptr(LabNearKey) near = lab_near_key_new ();
  const key_t key = test_key ();
  const pid_t pid = start_elsewhere (key);
  g_autofree char *words = g_strdup_printf ("Process %d (", (int) pid);

  if (pid == -1)
    {
      g_test_skip ("no IPC namespace of one's own is to be had here");
      return;
    }

  lab_near_key_look_for (near, &(LabSoughtKey) { .key = key });
  g_assert_null (lab_near_key_get_sentence (near));
  test_wait_for (lab_near_key_get_sentence (near) != NULL);
  g_assert_true (g_str_has_prefix (lab_near_key_get_sentence (near), words));
  lab_near_key_stop (near);
  g_assert_null (lab_near_key_get_sentence (near));
  test_child_kill (pid);
}

static void
count_cb (LabNearKey *near,
          GParamSpec *pspec,
          guint      *n)
{
  (*n)++;
}

/* A real segment comes, and goes. */
static void
test_follows_the_table (void)
{
  g_autoptr(LabNearKey) near = lab_near_key_new ();
  const key_t key = lab_key_join ('q', 250, (guint64) getpid ());
  const key_t other = lab_key_join ('q', 250, (guint64) getpid () + 7);
  guint n = 0;
  int id;

  g_signal_connect (near, "notify::sentence", G_CALLBACK (count_cb), &n);
  lab_near_key_look_for (near, &(LabSoughtKey) { .key = key, .path = "/nonexistent", .letter = 'q' });
  id = lab_sysv_shmget (other, 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  g_assert_cmpint (id, !=, -1);
  test_wait_for (lab_near_key_get_sentence (near) != NULL);
  g_assert_nonnull (strstr (lab_near_key_get_sentence (near), "the same letter and device and another inode"));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  test_wait_for (lab_near_key_get_sentence (near) == NULL);
  g_assert_cmpuint (n, ==, 2);
}

/* As an editor saves a file: under another name, and then renamed. */
static void
test_sees_that_the_file_was_made_anew (void)
{
  g_autoptr(LabNearKey) near = lab_near_key_new ();
  g_autofree char *folder = g_dir_make_tmp ("shmlab-near-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "shmfile", NULL);
  g_autofree char *saved = g_build_filename (folder, "saved", NULL);
  LabSoughtKey sought = { .path = path, .letter = 'A' };

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  sought.key = lab_sysv_ftok (path, 'A', NULL);
  g_assert_true (g_file_set_contents (saved, "", 0, NULL));
  g_assert_cmpint (g_rename (saved, path), ==, 0);
  lab_near_key_look_for (near, &sought);
  test_wait_for (lab_near_key_get_sentence (near) != NULL);
  g_assert_nonnull (strstr (lab_near_key_get_sentence (near), "was made anew: ftok gives another key now"));
  g_unlink (path);
  g_rmdir (folder);
}

/* A segment that is attached while it is removed: its key is gone, and its name in the maps is not. */
static void
test_finds_what_is_marked (void)
{
  const key_t key = test_key ();
  int id = lab_sysv_shmget (key, 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  pid_t pid = test_child_attach (id, FALSE, 1);
  g_autoptr(GPtrArray) holders = NULL;
  const LabKeyHolder *holder;

  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  holders = lab_near_key_scan (key, FALSE, NULL);
  g_assert_cmpuint (holders->len, ==, 0);
  g_clear_pointer (&holders, g_ptr_array_unref);
  holders = lab_near_key_scan (key, TRUE, NULL);
  g_assert_cmpuint (holders->len, ==, 1);
  holder = g_ptr_array_index (holders, 0);
  g_assert_cmpint (holder->pid, ==, pid);
  g_assert_cmpint (holder->id, ==, id);
  g_assert_cmpstr (holder->name, ==, "lab-reader");
  g_assert_false (holder->elsewhere);
  test_child_kill (pid);
}

/* Makes files until one has an inode that ftok takes for that of @path, as tmpfs, which counts on, soon has. */
static gboolean
make_twin (const char *path,
           const char *twin)
{
  struct stat one, other;

  g_assert_cmpint (stat (path, &one), ==, 0);
  for (guint i = 0; i < 3 * LAB_KEY_INODES; i++)
    {
      int fd = open (twin, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

      if (fd == -1 || fstat (fd, &other) != 0)
        return FALSE;
      close (fd);
      if (other.st_ino != one.st_ino && (other.st_ino - one.st_ino) % LAB_KEY_INODES == 0)
        return TRUE;
      /* It gives the same numbers again. */
      if (i == 1000 && (other.st_ino > one.st_ino ? other.st_ino - one.st_ino : one.st_ino - other.st_ino) < 900)
        break;
      g_unlink (twin);
    }
  g_unlink (twin);

  return FALSE;
}

static void
test_finds_a_twin (void)
{
  g_autofree char *folder = g_strdup ("/dev/shm/shmlab-twin-XXXXXX");
  g_autofree char *path = NULL;
  g_autofree char *twin = NULL;
  g_autoptr(LabKeyComposition) composition = lab_key_composition_new ();

  if (g_mkdtemp (folder) == NULL)
    {
      g_test_skip ("no /dev/shm");
      return;
    }

  path = g_build_filename (folder, "one", NULL);
  twin = g_build_filename (folder, "two", NULL);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  lab_key_composition_set_file (composition, path, 'A');
  test_wait_for (lab_key_composition_get_text (composition) != NULL);
  g_assert_null (lab_key_composition_get_twin (composition));
  if (make_twin (path, twin))
    {
      g_assert_cmpint (lab_sysv_ftok (path, 'A', NULL), ==, lab_sysv_ftok (twin, 'A', NULL));
      lab_key_composition_set_file (composition, NULL, 0);
      lab_key_composition_set_file (composition, path, 'A');
      test_wait_for (lab_key_composition_get_text (composition) != NULL);
      g_assert_true (g_str_has_prefix (lab_key_composition_get_text (composition), "Key 0x41"));
      g_assert_nonnull (lab_key_composition_get_twin (composition));
      g_assert_true (g_str_has_prefix (lab_key_composition_get_twin (composition),
                                       "In the same folder two makes the same key with the same letter: its inode differs by "));
      lab_key_composition_set_file (composition, NULL, 0);
      g_assert_null (lab_key_composition_get_text (composition));
    }
  else
    g_test_skip ("this file system gives inodes again before 65,536 others");

  g_unlink (path);
  g_unlink (twin);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/near-key/says-what-is-near", test_says_what_is_near);
  g_test_add_func ("/backend/near-key/says-who-has-it", test_says_who_has_it);
  g_test_add_func ("/backend/near-key/finds-another-namespace", test_finds_another_namespace);
  g_test_add_func ("/backend/near-key/follows-the-table", test_follows_the_table);
  g_test_add_func ("/backend/near-key/sees-that-the-file-was-made-anew", test_sees_that_the_file_was_made_anew);
  g_test_add_func ("/backend/near-key/finds-what-is-marked", test_finds_what_is_marked);
  g_test_add_func ("/backend/near-key/finds-a-twin", test_finds_a_twin);
  return g_test_run ();
}
