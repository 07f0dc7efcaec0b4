/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-names.h"
#include "helpers/helper-wait.h"

#define UNKNOWN 3999999999u

static void
test_knows_nothing_unasked (void)
{
  g_assert_null (lab_names_peek_user (0));
  g_assert_null (lab_names_peek_group (0));
}

static void
resolve_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GError) error = NULL;

  *(gboolean *) data = lab_names_resolve_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_resolves_in_a_thread (void)
{
  const guint uids[] = { 0, UNKNOWN };
  const guint gids[] = { 0, UNKNOWN };
  gboolean done = FALSE;

  lab_names_resolve_async (uids, G_N_ELEMENTS (uids), gids, G_N_ELEMENTS (gids), NULL, resolve_cb, &done);
  g_assert_false (done);
  test_wait_for (done);
  g_assert_cmpstr (lab_names_peek_user (0), ==, "root");
  g_assert_cmpstr (lab_names_peek_group (0), ==, "root");
  g_assert_cmpstr (lab_names_peek_user (UNKNOWN), ==, "3999999999");
  g_assert_cmpstr (lab_names_peek_group (UNKNOWN), ==, "3999999999");
}

static void
test_looks_up_once (void)
{
  const char *name = lab_names_resolve_user (0);

  g_assert_true (lab_names_resolve_user (0) == name);
  g_assert_true (lab_names_peek_user (0) == name);
}

static void
test_resolves_none (void)
{
  gboolean done = FALSE;

  lab_names_resolve_async (NULL, 0, NULL, 0, NULL, resolve_cb, &done);
  test_wait_for (done);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/names/knows-nothing-unasked", test_knows_nothing_unasked);
  g_test_add_func ("/backend/names/resolves-in-a-thread", test_resolves_in_a_thread);
  g_test_add_func ("/backend/names/looks-up-once", test_looks_up_once);
  g_test_add_func ("/backend/names/resolves-none", test_resolves_none);
  return g_test_run ();
}
