/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-keys.h"

/* Who writes 666 and means 0666 gives shmget 01232: IPC_CREAT, and a mode that nobody meant. */
static void
test_passes_the_flags_as_they_are (void)
{
  g_autoptr(LabCall) made = NULL;
  const key_t key = test_key ();
  g_autofree char *text = g_strdup_printf ("shmget(0x%08x, 100, 01232)", (guint) key);
  LabShmRecord record = { .mode = 0 };
  int id;

  id = lab_sysv_shmget (key, 100, LAB_GET_EXISTING, 666, &made);
  g_assert_cmpint (id, !=, -1);
  g_assert_cmpstr (lab_call_get_text (made), ==, text);
  if (geteuid () == 0)
    {
      g_assert_cmpint (lab_sysv_shmctl_stat (id, &record, NULL), ==, 0);
      g_assert_cmpuint (record.mode, ==, 0232);
    }
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

static void
test_sets_a_mode (void)
{
  g_autoptr(LabCall) made = NULL;
  int id = lab_sysv_shmget (test_key (), 100, LAB_GET_EXCLUSIVE, 0600, NULL);
  g_autofree char *text = g_strdup_printf ("shmctl(%d, IPC_SET, &record)", id);
  LabShmRecord record;

  g_assert_cmpint (lab_sysv_shmctl_stat (id, &record, NULL), ==, 0);
  record.mode = 0640;
  g_assert_cmpint (lab_sysv_shmctl_set (id, &record, &made), ==, 0);
  g_assert_cmpstr (lab_call_get_text (made), ==, text);
  g_assert_cmpint (lab_sysv_shmctl_stat (id, &record, NULL), ==, 0);
  g_assert_cmpuint (record.mode, ==, 0640);
  g_assert_cmpuint (record.uid, ==, geteuid ());
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  g_assert_cmpint (lab_sysv_shmctl_set (id, &record, NULL), ==, -1);
}

/* The error and the list of calls say the same, and what they say is of the moment of the call. */
static void
test_explains_a_failure_once (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabCall) made = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *happened = NULL;
  const key_t key = test_key ();
  int id = lab_sysv_shmget (key, 1024, LAB_GET_EXCLUSIVE, 0600, NULL);

  g_assert_cmpint (lab_sysv_shmget (key, 4096, LAB_GET_CREATE, 0600, &made), ==, -1);
  g_assert_cmpint (errno, ==, EINVAL);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);

  lab_sysv_set_error (&error);
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE);
  happened = g_strdup_printf ("4,096 bytes are wanted, and 1,024 are there: Segment %d has this key", id);
  g_assert_true (g_str_has_prefix (error->message, happened));
  /* As of when: the error may be read when it is no longer so. */
  g_assert_true (g_regex_match_simple (" \\(shmget: EINVAL, at [0-9]{2}:[0-9]{2}:[0-9]{2}\\)$", error->message, 0, 0));
  sentence = lab_call_dup_sentence (made);
  g_assert_true (g_str_has_prefix (sentence, happened));
  g_assert_cmpint (lab_call_get_explanation (made)->cause, ==, LAB_CAUSE_SIZE_OVER_EXISTING);
}

/* What this process has seen was there; of any other id nobody can tell. */
static void
test_knows_what_was_there (void)
{
  g_autoptr(GError) error = NULL;
  LabShmRecord record;
  int id = lab_sysv_shmget (test_key (), 1024, LAB_GET_EXCLUSIVE, 0600, NULL);

  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
  g_assert_cmpint (lab_sysv_shmctl_stat (id, &record, NULL), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_REMOVED);
  g_assert_nonnull (strstr (error->message, "is gone: somebody removed it. Find it anew"));
  g_clear_error (&error);

  g_assert_cmpint (lab_sysv_shmctl_stat (G_MAXINT - 4711, &record, NULL), ==, -1);
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "No segment has the id 2147478936"));
}

static gpointer
fail_elsewhere (gpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (lab_sysv_shmat (-1, FALSE, NULL));
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "-1 is no id"));

  return NULL;
}

/* As errno is. */
static void
test_a_failure_is_its_threads (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (lab_sysv_shmdt ((gconstpointer) 0x1000, NULL), ==, -1);
  g_thread_join (g_thread_new ("fails", fail_elsewhere, NULL));
  lab_sysv_set_error (&error);
  g_assert_true (g_str_has_prefix (error->message, "No segment is attached at 0x1000. Attach it before you detach it, and detach it once (shmdt: EINVAL, at "));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_call_log_get_default ();
  g_test_add_func ("/backend/sysv/passes-the-flags-as-they-are", test_passes_the_flags_as_they_are);
  g_test_add_func ("/backend/sysv/sets-a-mode", test_sets_a_mode);
  g_test_add_func ("/backend/sysv/explains-a-failure-once", test_explains_a_failure_once);
  g_test_add_func ("/backend/sysv/knows-what-was-there", test_knows_what_was_there);
  g_test_add_func ("/backend/sysv/a-failure-is-its-threads", test_a_failure_is_its_threads);
  return g_test_run ();
}
