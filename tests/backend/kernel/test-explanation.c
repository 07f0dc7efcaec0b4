/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/kernel/lab-explain.h"
#include "backend/kernel/lab-key-parts.h"
#include "backend/kernel/lab-segment-remark.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"

static gboolean in_own_namespace;

/* Users whom no computer has. */
#define ME  3000001000u
#define YOU 3000002000u

/* A kernel that is made up: a page has 4,096 bytes, ME asks. */
static LabProbe *
make_probe (const char *shm,
            const char *sem,
            const char *msg)
{
  LabProbe *probe = lab_probe_new ();

  probe->uid = ME;
  probe->gid = ME;
  probe->shm = shm != NULL ? lab_segment_table_parse (shm) : NULL;
  probe->sem = sem != NULL ? lab_probe_parse_ipc (sem) : NULL;
  probe->msg = msg != NULL ? lab_probe_parse_ipc (msg) : NULL;
  probe->has_limits = probe->shm != NULL;
  probe->limits = (LabLimits) { .max_segments = 4096, .max_segment_bytes = G_MAXUINT64 - (1 << 24), .max_pages = G_MAXUINT64 - (1 << 24),
                                .n_segments = probe->shm != NULL ? probe->shm->len : 0,
                                .n_pages = probe->shm != NULL ? lab_limits_count_pages (probe->shm) : 0, .page_bytes = 4096 };
  probe->has_sem_limits = TRUE;
  probe->max_sets = 10;
  probe->max_semaphores = 100;
  probe->max_per_set = 50;
  probe->max_queues = 2;
  probe->max_message_bytes = 8192;

  return probe;
}

#define SHM "key shmid perms size cpid uid gid cuid cgid\n"
#define SEM "key semid perms nsems uid gid cuid cgid\n"
#define MSG "key msqid perms cbytes qnum uid gid cuid cgid\n"

static void
assert_explains (const LabCallArguments *arguments,
                 int                     errsv,
                 const LabProbe         *probe,
                 LabCause                cause,
                 LabShmError             code,
                 const char             *happened,
                 const char             *rest)
{
  g_autoptr(LabExplanation) explanation = lab_explain_failure (arguments, errsv, probe);
  g_autofree char *text = lab_explanation_dup_text (explanation);

  g_assert_cmpint (explanation->cause, ==, cause);
  g_assert_cmpint (explanation->code, ==, code);
  g_assert_cmpstr (explanation->happened, ==, happened);
  if (rest != NULL && strstr (text, rest) == NULL)
    g_error ("“%s” has no “%s”", text, rest);
}

/* The one that is there has key 42, id 41, 1,024 bytes, mode 0640, and belongs to YOU. */
#define ONE SHM "42 41 640 1024 812 3000002000 3000002000 3000002000 3000002000\n"

static void
test_a_taken_key (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, "", "");
  g_autoptr(LabProbe) blind = make_probe (NULL, NULL, NULL);
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = 42, .size = 4096, .flags = LAB_MODE_CREATE | LAB_MODE_EXCL | 0600 };

  assert_explains (&arguments, EEXIST, probe, LAB_CAUSE_KEY_TAKEN_SMALLER, LAB_SHM_ERROR_EXISTS,
                   "Segment 41 has the key 0x0000002a already: 1,024 bytes, of user 3000002000",
                   "4,096 bytes are wanted and 1,024 are there: without IPC_EXCL shmget would say EINVAL.");
  arguments.size = 1024;
  assert_explains (&arguments, EEXIST, probe, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS,
                   "Segment 41 has the key 0x0000002a already: 1,024 bytes, of user 3000002000", "would say EACCES");
  /* Whether it may be removed, nobody knows here: not even of one's own that nobody has attached. */
  probe->uid = YOU;
  assert_explains (&arguments, EEXIST, probe, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS,
                   "Segment 41 has the key 0x0000002a already: 1,024 bytes, of user 3000002000",
                   "what is new. Choose another key, or see first who needs what has this one.");
  probe->uid = ME;
  probe->may_all = TRUE;
  assert_explains (&arguments, EEXIST, probe, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS,
                   "Segment 41 has the key 0x0000002a already: 1,024 bytes, of user 3000002000", "only makes what is new");
  assert_explains (&arguments, EEXIST, blind, LAB_CAUSE_KEY_TAKEN, LAB_SHM_ERROR_EXISTS,
                   "Something has the key 0x0000002a already; what it is, /proc does not tell here", NULL);
  arguments.key = 43;
  assert_explains (&arguments, EEXIST, probe, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_EXISTS,
                   "Something had the key 0x0000002b when the call was made, and is gone by now", "Try again");
}

static void
test_no_such_key (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, SEM "43 3 600 1 0 0 0 0\n", MSG "44 2 600 0 0 0 0 0 0\n");
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = 99 };

  assert_explains (&arguments, ENOENT, probe, LAB_CAUSE_KEY_FREE, LAB_SHM_ERROR_NOT_FOUND,
                   "No segment has the key 0x00000063", "Start a server");
  arguments.key = 43;
  assert_explains (&arguments, ENOENT, probe, LAB_CAUSE_KEY_OF_OTHER_KIND, LAB_SHM_ERROR_NOT_FOUND,
                   "No segment has the key 0x0000002b", "Semaphore set 3 has this key");
  arguments.call = LAB_CALL_SEMGET;
  arguments.key = 44;
  assert_explains (&arguments, ENOENT, probe, LAB_CAUSE_KEY_OF_OTHER_KIND, LAB_SHM_ERROR_NOT_FOUND,
                   "No semaphore set has the key 0x0000002c", "Message queue 2 has this key");
}

static void
test_which_size_is_wrong (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, SEM "42 3 600 1 0 0 0 0\n", "");
  g_autoptr(LabProbe) blind = make_probe (NULL, NULL, NULL);
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = 42, .size = 4096, .flags = LAB_MODE_CREATE | 0600 };

  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_OVER_EXISTING, LAB_SHM_ERROR_SIZE,
                   "4,096 bytes are wanted, and 1,024 are there: Segment 41 has this key", "finds a segment of any size");
  arguments.key = 7;
  arguments.size = 0;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_ZERO, LAB_SHM_ERROR_SIZE, "A segment of 0 bytes was asked for", "SHMMIN");
  arguments.size = 65537;
  probe->limits.max_segment_bytes = 65536;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE,
                   "65,537 bytes are wanted, and one segment may have 65,536 (SHMMAX)", "kernel.shmmax");
  arguments.size = 65536;  /* fits by now */
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_SIZE,
                   "The size 65,536 is too small, too large, or more than what exists has; which of these, cannot be told here", NULL);
  assert_explains (&arguments, EINVAL, blind, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_SIZE,
                   "The size 65,536 is too small, too large, or more than what exists has; which of these, cannot be told here", NULL);

  arguments = (LabCallArguments) { .call = LAB_CALL_SEMGET, .key = 42, .size = 2 };
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_OVER_EXISTING, LAB_SHM_ERROR_SIZE,
                   "2 semaphores are wanted, and 1 are there: Semaphore set 3 has this key", NULL);
  arguments = (LabCallArguments) { .call = LAB_CALL_SEMGET, .key = 7, .size = 51 };
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE,
                   "51 semaphores are wanted, and one set may have 50 (SEMMSL)", NULL);
}

static void
test_which_limit_is_reached (void)
{
  g_autoptr(LabProbe) probe = make_probe (SHM "42 41 640 1024 812 0 0 0 0\n43 42 640 4097 812 0 0 0 0\n",
                                          SEM "42 3 600 60 0 0 0 0\n43 4 600 40 0 0 0 0\n", MSG "44 2 600 0 0 0 0 0 0\n45 3 600 0 0 0 0 0 0\n");
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = 7, .size = 4096 * 3 + 1 };

  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_LIMIT,
                   "A limit was reached when shmget was called, and is no longer: 2 of 4,096 segments, "
                   "3 of 18,446,744,073,692,774,399 pages are in use now", NULL);
  probe->limits.max_segments = 2;
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_COUNT, LAB_SHM_ERROR_LIMIT,
                   "2 of 2 segments are in use (SHMMNI)", "kernel.shmmni");
  probe->limits.max_pages = 6;
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_TOTAL, LAB_SHM_ERROR_LIMIT,
                   "3 of 6 pages are in use, and 4 more are wanted (SHMALL)", "kernel.shmall");
  arguments.size = 4096 * 3;
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_COUNT, LAB_SHM_ERROR_LIMIT,
                   "2 of 2 segments are in use (SHMMNI)", "kernel.shmmni");

  arguments = (LabCallArguments) { .call = LAB_CALL_SEMGET, .key = 7, .size = 1 };
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_TOTAL, LAB_SHM_ERROR_LIMIT,
                   "100 of 100 semaphores are in use, and 1 more are wanted (SEMMNS)", "kernel.sem");
  probe->max_semaphores = 1000;
  probe->max_sets = 2;
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_COUNT, LAB_SHM_ERROR_LIMIT,
                   "2 of 2 semaphore sets are in use (SEMMNI)", "kernel.sem");
  arguments = (LabCallArguments) { .call = LAB_CALL_MSGGET, .key = 7 };
  assert_explains (&arguments, ENOSPC, probe, LAB_CAUSE_LIMIT_COUNT, LAB_SHM_ERROR_LIMIT,
                   "2 of 2 message queues are in use (MSGMNI)", "kernel.msgmni");
}

static void
test_whether_memory_is_short (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, "", "");
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = 7, .size = (guint64) 1 << 46 };

  probe->memory_bytes = (guint64) 4 << 30;
  assert_explains (&arguments, ENOMEM, probe, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT,
                   "64.0 TiB are wanted, and this computer has 4.0 GiB of memory and swap", NULL);
  probe->commit_limit_bytes = (guint64) 3 << 30;
  probe->committed_bytes = (guint64) 2 << 30;
  assert_explains (&arguments, ENOMEM, probe, LAB_CAUSE_MEMORY, LAB_SHM_ERROR_LIMIT,
                   "64.0 TiB are wanted, and 2.0 GiB of 3.0 GiB are promised to programs already", "vm.overcommit_memory is 2");

  arguments = (LabCallArguments) { .call = LAB_CALL_SHMAT, .id = 41 };
  probe->address_limit_bytes = (guint64) 1 << 30;
  probe->address_bytes = (guint64) 1 << 29;
  assert_explains (&arguments, ENOMEM, probe, LAB_CAUSE_ADDRESS_SPACE, LAB_SHM_ERROR_LIMIT,
                   "The segment has 1.0 KiB, and this process uses 512.0 MiB of the 1.0 GiB of addresses that it may have (RLIMIT_AS)", NULL);
}

static void
test_whom_the_mode_refuses (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, "", "");
  LabCallArguments arguments = { .call = LAB_CALL_SHMAT, .id = 41, .writable = FALSE };

  assert_explains (&arguments, EACCES, probe, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION,
                   "Segment 41 belongs to user 3000002000 and has the mode 0640 (rw-r-----); reading was asked for",
                   "You are user 3000001000, neither its owner nor in its group, and to all others the mode gives: nothing. Ask user 3000002000 for a mode such as 0644, or run this program as user 3000002000");
  probe->gid = YOU;
  arguments.writable = TRUE;
  assert_explains (&arguments, EACCES, probe, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION,
                   "Segment 41 belongs to user 3000002000 and has the mode 0640 (rw-r-----); reading and writing was asked for",
                   "in its group, and to its group the mode gives: reading. Ask for reading only");

  /* Others have more than the owner has. */
  probe->uid = YOU;
  g_array_index (probe->shm, LabShmEntry, 0).record.mode = 0066;
  assert_explains (&arguments, EACCES, probe, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION,
                   "Segment 41 belongs to user 3000002000 and has the mode 0066 (---rw-rw-); reading and writing was asked for",
                   "its owner or creator, and to these the mode gives: nothing. Give it another mode with IPC_SET");

  /* The creator counts as the owner does, and shmget's bits count together. */
  probe->uid = YOU;
  g_array_index (probe->shm, LabShmEntry, 0).record.mode = 0232;
  arguments = (LabCallArguments) { .call = LAB_CALL_SHMGET, .key = 42, .size = 0, .flags = 0006 };
  assert_explains (&arguments, EACCES, probe, LAB_CAUSE_MODE, LAB_SHM_ERROR_PERMISSION,
                   "Segment 41 belongs to user 3000002000 and has the mode 0232 (-w--wx-w-); reading and writing was asked for",
                   "0232 is what 666 without a leading 0 gives");

  /* Nothing stands in the way by now. */
  g_array_index (probe->shm, LabShmEntry, 0).record.mode = 0600;
  arguments = (LabCallArguments) { .call = LAB_CALL_SHMCTL, .command = "IPC_STAT", .id = 41 };
  assert_explains (&arguments, EACCES, probe, LAB_CAUSE_UNKNOWN, LAB_SHM_ERROR_PERMISSION,
                   "The mode of Segment 41 does not give you: reading", NULL);

  probe->uid = ME;
  arguments.command = "IPC_RMID";
  assert_explains (&arguments, EPERM, probe, LAB_CAUSE_NOT_OWNER, LAB_SHM_ERROR_PERMISSION,
                   "Segment 41 belongs to user 3000002000, who made it; you are user 3000001000", "IPC_RMID is for the owner and the creator alone");
}

static void
test_never_there_or_removed (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, "", "");
  LabCallArguments arguments = { .call = LAB_CALL_SHMCTL, .command = "IPC_STAT", .id = 31337 };

  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_ID_NONE, LAB_SHM_ERROR_REMOVED, "No segment has the id 31337", "None ever had it");
  arguments.was_seen = TRUE;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_ID_REMOVED, LAB_SHM_ERROR_REMOVED, "Segment 31337 is gone: somebody removed it", NULL);
  arguments.was_seen = FALSE;
  assert_explains (&arguments, EIDRM, probe, LAB_CAUSE_ID_REMOVED, LAB_SHM_ERROR_REMOVED, "Segment 31337 is gone: somebody removed it", NULL);
  arguments = (LabCallArguments) { .call = LAB_CALL_SHMAT, .id = 42 };
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_ID_IS_KEY, LAB_SHM_ERROR_NOT_FOUND, "No segment has the id 42",
                   "42 is a key (0x0000002a): Segment 41 has it");
  arguments.id = -1;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_ID_NEGATIVE, LAB_SHM_ERROR_NOT_FOUND, "-1 is no id", "-1 is what a call returns when it fails");
  arguments = (LabCallArguments) { .call = LAB_CALL_SEMOP, .id = 3, .was_seen = TRUE };
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_ID_REMOVED, LAB_SHM_ERROR_REMOVED, "Semaphore set 3 is gone: somebody removed it", NULL);
  arguments = (LabCallArguments) { .call = LAB_CALL_MSGSND, .id = 3, .size = 8193 };
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_SIZE_OVER_MAX, LAB_SHM_ERROR_SIZE,
                   "The message has 8,193 bytes, and a message may have 8,192 (MSGMAX)", NULL);
}

static void
test_what_lies_at_an_address (void)
{
  g_autoptr(LabProbe) probe = make_probe (ONE, "", "");
  LabMappedSegment segment = { 0x1000, 0x3000, 41 };
  LabCallArguments arguments = { .call = LAB_CALL_SHMDT, .address = 0x1004 };

  probe->mapped = g_array_new (FALSE, FALSE, sizeof segment);
  g_array_append_val (probe->mapped, segment);
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_NOT_THE_START, LAB_SHM_ERROR_REMOVED,
                   "0x1004 lies in segment 41, which begins at 0x1000", NULL);
  arguments.address = 0x3000;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_NOT_ATTACHED, LAB_SHM_ERROR_REMOVED, "No segment is attached at 0x3000", "already");
  arguments.address = G_MAXUINT64;
  assert_explains (&arguments, EINVAL, probe, LAB_CAUSE_NOT_ATTACHED, LAB_SHM_ERROR_REMOVED,
                   "No segment is attached at 0xffffffffffffffff", "(void *) -1");
}

static void
assert_ftok (const char *path,
             LabCause    cause,
             const char *happened)
{
  LabCallArguments arguments = { .call = LAB_CALL_FTOK, .path = path, .letter = 'A' };
  g_autoptr(LabExplanation) explanation = NULL;

  g_assert_cmpint (lab_sysv_ftok (path, 'A', NULL), ==, -1);
  explanation = lab_explain_now (&arguments, errno);
  g_assert_cmpint (explanation->cause, ==, cause);
  g_assert_cmpint (explanation->code, ==, LAB_SHM_ERROR_KEY);
  g_assert_cmpstr (explanation->happened, ==, happened);
  g_assert_nonnull (explanation->remedy);
}

/* Real files, and ftok itself. */
static void
test_which_part_of_a_path (void)
{
  g_autofree char *top = g_dir_make_tmp ("shmlab-path-XXXXXX", NULL);
  g_autofree char *missing = g_build_filename (top, "missing", NULL);
  g_autofree char *below = g_build_filename (top, "folder", "below", "file", NULL);
  g_autofree char *folder = g_build_filename (top, "folder", NULL);
  g_autofree char *file = g_build_filename (top, "file", NULL);
  g_autofree char *in_file = g_build_filename (file, "x", NULL);
  g_autofree char *a = g_build_filename (top, "a", NULL);
  g_autofree char *dangling = g_build_filename (top, "dangling", NULL);
  g_autofree char *long_name = g_strnfill (300, 'x');
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *words = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_cmpint (symlink (a, a), ==, 0);
  g_assert_cmpint (symlink (missing, dangling), ==, 0);

  words = g_strdup_printf ("There is no file %s", missing);
  assert_ftok (missing, LAB_CAUSE_PATH_MISSING, words);
  g_free (words);
  words = g_strdup_printf ("There is no folder %s, so there is no file %s", folder, below);
  assert_ftok (below, LAB_CAUSE_PATH_MISSING, words);
  g_free (words);
  words = g_strdup_printf ("%s is a file and no folder, so nothing can be in it", file);
  assert_ftok (in_file, LAB_CAUSE_PATH_NO_FOLDER, words);
  g_free (words);
  words = g_strdup_printf ("%s leads in a circle of links", a);
  assert_ftok (a, LAB_CAUSE_PATH_CIRCLE, words);
  g_free (words);
  words = g_strdup_printf ("%s is a link to a file that is not there", dangling);
  assert_ftok (dangling, LAB_CAUSE_PATH_DANGLING, words);
  g_free (words);
  words = g_strdup_printf ("There is no file no-such-file in %s, where this program runs", here);
  assert_ftok ("no-such-file", LAB_CAUSE_PATH_MISSING, words);
  assert_ftok ("", LAB_CAUSE_PATH_EMPTY, "The path is empty");
  assert_ftok (long_name, LAB_CAUSE_PATH_TOO_LONG, "The path has 300 bytes; a path may have 4095, and each name in it 255");

  g_unlink (a);
  g_unlink (dangling);
  g_unlink (file);
  g_rmdir (top);
}

/* A folder that root may search and nobody else; the child becomes somebody else. */
static void
test_which_folder_is_closed (void)
{
  g_autofree char *top = g_dir_make_tmp ("shmlab-path-XXXXXX", NULL);
  g_autofree char *closed = g_build_filename (top, "closed", NULL);
  g_autofree char *path = g_build_filename (closed, "file", NULL);

  if (g_test_subprocess ())
    {
      const char *wanted = g_getenv ("SHMLAB_TEST_PATH");
      g_autofree char *folder = g_path_get_dirname (wanted);
      g_autofree char *words = g_strdup_printf ("The folder %s may not be searched by you", folder);

      if (geteuid () == 0)
        g_assert_cmpint (setresuid (TEST_NOBODY, TEST_NOBODY, TEST_NOBODY), ==, 0);
      assert_ftok (wanted, LAB_CAUSE_PATH_CLOSED, words);
      g_rmdir (top);
      return;
    }

  g_assert_cmpint (g_chmod (top, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (closed, 0000), ==, 0);
  g_setenv ("SHMLAB_TEST_PATH", path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_rmdir (closed);
  g_rmdir (top);
}

static gboolean
set_limit (const char *name,
           const char *value)
{
  g_autofree char *path = g_build_filename ("/proc/sys/kernel", name, NULL);

  return test_write_to (path, value);
}

static void
assert_refused (key_t       key,
                gsize       size_bytes,
                int         errsv,
                LabCause    cause,
                const char *happened)
{
  LabCallArguments arguments = { .call = LAB_CALL_SHMGET, .key = key, .size = size_bytes, .flags = LAB_MODE_CREATE | 0600 };
  g_autoptr(LabExplanation) explanation = NULL;

  g_assert_cmpint (lab_sysv_shmget (key, size_bytes, LAB_GET_CREATE, 0600, NULL), ==, -1);
  g_assert_cmpint (errno, ==, errsv);
  explanation = lab_explain_now (&arguments, errsv);
  g_assert_cmpint (explanation->cause, ==, cause);
  g_assert_cmpstr (explanation->happened, ==, happened);
}

/* The kernel's own limits, in a namespace that has its own. */
static void
test_the_kernel_agrees (void)
{
  const gsize page = (gsize) sysconf (_SC_PAGESIZE);
  int ids[2];

  if (!in_own_namespace)
    {
      g_test_skip ("no IPC namespace of one's own is to be had here");
      return;
    }
  if (!set_limit ("shmmni", "2") || !set_limit ("shmmax", "65536") || !set_limit ("shmall", "100"))
    {
      g_test_skip ("the limits of a namespace are not this user's to set before Linux 6.9");
      return;
    }

  ids[0] = lab_sysv_shmget (1, 1, LAB_GET_EXCLUSIVE, 0600, NULL);
  ids[1] = lab_sysv_shmget (2, page + 1, LAB_GET_EXCLUSIVE, 0600, NULL);
  g_assert_cmpint (ids[1], !=, -1);
  assert_refused (3, 1, ENOSPC, LAB_CAUSE_LIMIT_COUNT, "2 of 2 segments are in use (SHMMNI)");
  assert_refused (3, 65537, EINVAL, LAB_CAUSE_SIZE_OVER_MAX, "65,537 bytes are wanted, and one segment may have 65,536 (SHMMAX)");
  assert_refused (3, 0, EINVAL, LAB_CAUSE_SIZE_ZERO, "A segment of 0 bytes was asked for");
  assert_refused (1, 2, EINVAL, LAB_CAUSE_SIZE_OVER_EXISTING, "2 bytes are wanted, and 1 are there: Segment 0 has this key");
  g_assert_true (set_limit ("shmmni", "3") && set_limit ("shmall", "4"));
  assert_refused (3, 2 * page, ENOSPC, LAB_CAUSE_LIMIT_TOTAL, "3 of 4 pages are in use, and 2 more are wanted (SHMALL)");
  g_assert_true (set_limit ("shmmni", "4096") && set_limit ("shmall", "18446744073692774399") && set_limit ("shmmax", "18446744073692774399"));

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpint (lab_sysv_shmctl_rmid (ids[i], NULL), ==, 0);
}

/* Sets and queues, by the numbers of /proc/sysvipc. */
static void
test_the_kernel_agrees_on_sets_and_queues (void)
{
  g_autoptr(GError) error = NULL;
  int set, queue;

  if (!in_own_namespace || !set_limit ("sem", "5 7 32 2") || !set_limit ("msgmni", "1"))
    {
      g_test_skip ("the limits of a namespace are not this user's to set");
      return;
    }

  set = lab_sysv_semget (1, 5, LAB_GET_EXCLUSIVE, 0600);
  g_assert_cmpint (set, !=, -1);
  g_assert_cmpint (lab_sysv_semget (2, 3, LAB_GET_EXCLUSIVE, 0600), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "5 of 7 semaphores are in use, and 3 more are wanted (SEMMNS)."));
  g_clear_error (&error);
  g_assert_cmpint (lab_sysv_semget (2, 6, LAB_GET_EXCLUSIVE, 0600), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "6 semaphores are wanted, and one set may have 5 (SEMMSL)."));
  g_clear_error (&error);
  g_assert_true (set_limit ("sem", "5 1000 32 1"));
  g_assert_cmpint (lab_sysv_semget (2, 1, LAB_GET_EXCLUSIVE, 0600), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "1 of 1 semaphore set is in use (SEMMNI)."));
  g_clear_error (&error);

  queue = lab_sysv_msgget (1, LAB_GET_EXCLUSIVE, 0600);
  g_assert_cmpint (queue, !=, -1);
  g_assert_cmpint (lab_sysv_msgget (2, LAB_GET_EXCLUSIVE, 0600), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "1 of 1 message queue is in use (MSGMNI)."));

  g_assert_true (set_limit ("sem", "32000 1024000000 500 32000") && set_limit ("msgmni", "32000"));
  g_assert_cmpint (lab_sysv_semctl_rmid (set), ==, 0);
  g_assert_cmpint (lab_sysv_msgctl_rmid (queue), ==, 0);
}

static void
test_a_key_is_composed (void)
{
  const key_t key = lab_key_join ('A', 0x805, 0x12a0b);
  const LabKeyParts parts = lab_key_split (key);
  g_autofree char *text = lab_key_describe_parts ('A', 0x805, 0x12a0b);
  g_autofree char *path = g_strdup ("/proc/self/exe");
  struct stat status;

  g_assert_cmphex ((guint) key, ==, 0x41052a0b);
  g_assert_cmpuint (parts.letter, ==, 'A');
  g_assert_cmpuint (parts.device, ==, 5);
  g_assert_cmpuint (parts.inode, ==, 0x2a0b);
  g_assert_cmpint (lab_key_join ('A', 0x805, 0x12a0b + LAB_KEY_INODES), ==, key);
  g_assert_cmpint (lab_key_join ('A', 0x805, 0x12a0b + 65535), !=, key);
  g_assert_cmpstr (text, ==, "Key 0x41052a0b = letter 0x41 (8 bits), device 0x05 (8 bits), inode 0x2a0b (the low 16 bits of 76,299). "
                             "Two files on this device whose inodes differ by 65,536, or twice that, make the same key.");

  /* As ftok itself does. */
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (lab_sysv_ftok (path, 300, NULL), ==, lab_key_join (300, status.st_dev, status.st_ino));
}

static void
test_what_is_odd (void)
{
  LabShmRecord record = { .key = 42, .mode = 0600 };
  g_autofree char *text = NULL;

  g_assert_null (lab_segment_remark (&record));
  record = (LabShmRecord) { .key = -1, .mode = 0232 | LAB_MODE_LOCKED };
  text = lab_segment_remark (&record);
  g_assert_cmpstr (text, ==, "The key 0xffffffff (-1) is what ftok returns when it fails: every program that does not check it meets here. "
                             "The mode 0232 is what 666 without the leading 0 gives; 0666 may have been meant. "
                             "It is locked (SHM_LOCKED): its pages in memory are never swapped out.");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  in_own_namespace = !g_test_subprocess () && test_leave_the_common_namespace ();
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/explanation/a-taken-key", test_a_taken_key);
  g_test_add_func ("/backend/explanation/no-such-key", test_no_such_key);
  g_test_add_func ("/backend/explanation/which-size-is-wrong", test_which_size_is_wrong);
  g_test_add_func ("/backend/explanation/which-limit-is-reached", test_which_limit_is_reached);
  g_test_add_func ("/backend/explanation/whether-memory-is-short", test_whether_memory_is_short);
  g_test_add_func ("/backend/explanation/whom-the-mode-refuses", test_whom_the_mode_refuses);
  g_test_add_func ("/backend/explanation/never-there-or-removed", test_never_there_or_removed);
  g_test_add_func ("/backend/explanation/what-lies-at-an-address", test_what_lies_at_an_address);
  g_test_add_func ("/backend/explanation/which-part-of-a-path", test_which_part_of_a_path);
  g_test_add_func ("/backend/explanation/which-folder-is-closed", test_which_folder_is_closed);
  g_test_add_func ("/backend/explanation/the-kernel-agrees", test_the_kernel_agrees);
  g_test_add_func ("/backend/explanation/the-kernel-agrees-on-sets-and-queues", test_the_kernel_agrees_on_sets_and_queues);
  g_test_add_func ("/backend/explanation/a-key-is-composed", test_a_key_is_composed);
  g_test_add_func ("/backend/explanation/what-is-odd", test_what_is_odd);
  return g_test_run ();
}
