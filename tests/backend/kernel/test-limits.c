/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "backend/kernel/lab-limits.h"
#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

static void
test_rounds_each_segment_up (void)
{
  const guint64 page = (guint64) sysconf (_SC_PAGESIZE);
  g_autofree char *text = g_strdup_printf ("key shmid size\n1 1 1\n2 2 %" G_GUINT64_FORMAT "\n3 3 %" G_GUINT64_FORMAT "\n4 4 0\n",
                                           page, page + 1);
  g_autoptr(GArray) table = lab_segment_table_parse (text);

  g_assert_cmpuint (table->len, ==, 4);
  g_assert_cmpuint (lab_limits_count_pages (table), ==, 1 + 1 + 2);
}

static void
test_reads_what_the_kernel_says (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree LabLimits *limits = lab_limits_read (&error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents ("/proc/sys/kernel/shmmni", &text, NULL, NULL));
  g_assert_cmpuint (limits->max_segments, ==, g_ascii_strtoull (text, NULL, 10));
  g_assert_cmpuint (limits->max_segment_bytes, >, 0);
  g_assert_cmpuint (limits->max_pages, >, 0);
  g_assert_cmpuint (limits->n_segments, <=, limits->max_segments);
}

/* Others make segments too, so the difference is at least ours. */
static void
test_counts_ours (void)
{
  int id = lab_sysv_shmget (test_key (), 3 * (gsize) sysconf (_SC_PAGESIZE) - 1, LAB_GET_EXCLUSIVE, 0600, NULL);
  g_autofree LabLimits *limits = lab_limits_read (NULL);

  g_assert_cmpint (id, !=, -1);
  g_assert_cmpuint (limits->n_segments, >=, 1);
  g_assert_cmpuint (limits->n_pages, >=, 3);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr(GError) error = NULL;

  *(LabLimits **) data = lab_limits_read_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_reads_in_a_thread (void)
{
  g_autofree LabLimits *limits = NULL;

  lab_limits_read_async (NULL, read_cb, &limits);
  g_assert_null (limits);
  test_wait_for (limits != NULL);
  g_assert_cmpuint (limits->page_bytes, ==, (guint64) sysconf (_SC_PAGESIZE));
}

static void
test_tells_limits_from_none (void)
{
  g_assert_true (lab_limits_is_unlimited (G_GUINT64_CONSTANT (18446744073692774399)));
  g_assert_true (lab_limits_is_unlimited (G_MAXUINT64));
  g_assert_false (lab_limits_is_unlimited (33554432));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/limits/rounds-each-segment-up", test_rounds_each_segment_up);
  g_test_add_func ("/backend/limits/reads-what-the-kernel-says", test_reads_what_the_kernel_says);
  g_test_add_func ("/backend/limits/counts-ours", test_counts_ours);
  g_test_add_func ("/backend/limits/reads-in-a-thread", test_reads_in_a_thread);
  g_test_add_func ("/backend/limits/tells-limits-from-none", test_tells_limits_from_none);
  return g_test_run ();
}
