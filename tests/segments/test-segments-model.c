/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-presence.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-wait.h"
#include "segments/lab-segments-model.h"

/* The row of a segment, once it is read, and read again since @model was asked to. */
static LabSegmentItem *
read_row (LabSegmentsModel *model,
          int               id)
{
  const gint64 until_us = g_get_monotonic_time () + TEST_LIMIT_SECONDS * G_USEC_PER_SEC;
  LabSegmentItem *item;

  lab_segments_model_set_running (model, TRUE);
  while ((item = lab_segments_model_find (model, id)) == NULL && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);

  return item;
}

static gboolean
says (LabSegmentItem   *item,
      LabSegmentColumn  column,
      const char       *words)
{
  g_autofree char *text = lab_segment_item_dup_text (item, column);

  return g_str_equal (text, words);
}

static gboolean
advises (LabSegmentItem *item,
         const char     *words)
{
  return strstr (lab_segment_item_get_advice (item), words) != NULL;
}

/* Who has the number now did not make it. */
static int
give_the_pid_again (gpointer data)
{
  g_autoptr(LabSegmentsModel) model = lab_segments_model_new ();
  g_autofree char *gone = NULL;
  LabSegmentItem *item;
  LabShmRecord record = { 0 };
  pid_t creator, other;
  gboolean is_made;
  int id;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  creator = test_child_create (*(key_t *) data, 4096, &id);
  test_child_kill (creator);
  is_made = lab_sysv_shmctl_stat (id, &record, NULL) == 0;
  while (g_get_real_time () < (record.ctime + 2) * G_USEC_PER_SEC)   /* until another second */
    g_usleep (10000);
  other = test_give_pid_again (creator);
  item = read_row (model, id);
  lab_sysv_shmctl_rmid (id, NULL);
  if (other == 0)
    return TEST_NOT_PERMITTED;

  gone = g_strdup_printf ("%d, gone", (int) creator);
  TEST_CHECK (1, is_made && other == creator && item != NULL);
  TEST_CHECK (2, lab_segment_item_get_state (item) == LAB_SEGMENT_STATE_LEFT);
  TEST_CHECK (3, says (item, LAB_SEGMENT_COLUMN_CREATOR, gone));
  TEST_CHECK (4, advises (item, "the process that made it is gone") && !advises (item, "still runs"));

  return 0;
}

static void
test_pid_used_again (void)
{
  key_t key = test_key ();

  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, give_the_pid_again, &key);
}

static int
look_from_elsewhere (gpointer data)
{
  g_autoptr(LabSegmentsModel) model = lab_segments_model_new ();
  LabSegmentItem *item;

  if (!test_mount_proc (NULL))
    return TEST_NOT_PERMITTED;

  item = read_row (model, *(int *) data);
  TEST_CHECK (1, item != NULL);
  TEST_CHECK (2, lab_segment_item_get_state (item) == LAB_SEGMENT_STATE_IDLE);
  TEST_CHECK (3, says (item, LAB_SEGMENT_COLUMN_STATE, "nobody attached"));
  TEST_CHECK (4, says (item, LAB_SEGMENT_COLUMN_CREATOR, "not seen from here"));
  TEST_CHECK (5, advises (item, "cannot be seen from here") && !advises (item, "gone"));

  return 0;
}

/* As from a container that shares the IPC namespace and not the pids. */
static void
test_made_elsewhere (void)
{
  int id;
  pid_t creator = test_child_create (test_key (), 4096, &id);

  test_in_namespace (CLONE_NEWPID | CLONE_NEWNS, look_from_elsewhere, &id);
  test_child_kill (creator);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

/* Its parent has not waited for it yet. */
static int
look_at_a_zombies (gpointer data)
{
  g_autoptr(LabSegmentsModel) model = lab_segments_model_new ();
  g_autofree char *ended = NULL;
  LabSegmentItem *item;
  siginfo_t info;
  pid_t creator;
  int id;

  creator = test_child_create (*(key_t *) data, 4096, &id);
  kill (creator, SIGKILL);
  waitid (P_PID, (id_t) creator, &info, WEXITED | WNOWAIT);
  item = read_row (model, id);
  lab_sysv_shmctl_rmid (id, NULL);
  ended = g_strdup_printf ("%d, ended", (int) creator);
  TEST_CHECK (1, item != NULL && lab_segment_item_get_state (item) == LAB_SEGMENT_STATE_LEFT);
  TEST_CHECK (2, says (item, LAB_SEGMENT_COLUMN_CREATOR, ended));
  TEST_CHECK (3, advises (item, "has ended; only its parent has not waited for it yet") && !advises (item, "gone"));

  return 0;
}

static void
test_made_by_a_zombie (void)
{
  key_t key = test_key ();

  test_in_namespace (0, look_at_a_zombies, &key);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  /* In processes of their own, begun before there are threads. */
  g_test_add_func ("/segments/model/pid-used-again", test_pid_used_again);
  g_test_add_func ("/segments/model/made-elsewhere", test_made_elsewhere);
  g_test_add_func ("/segments/model/made-by-a-zombie", test_made_by_a_zombie);
  return g_test_run ();
}
