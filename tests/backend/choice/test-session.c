/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/choice/lab-session.h"

#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"

typedef struct
{
  LabSession *session;
  LabSegment *segment;
  GString    *told;     /* the properties that were notified, each with a blank */
} Fixture;

static void
notify_cb (LabSession *session,
           GParamSpec *pspec,
           Fixture    *f)
{
  g_string_append_printf (f->told, "%s ", pspec->name);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->session = lab_session_new (LAB_ROLE_CLIENT);
  f->told = g_string_new (NULL);
  f->segment = lab_segment_create (test_key (), 8192, 0600, &error);
  g_assert_no_error (error);
  g_signal_connect (f->session, "notify", G_CALLBACK (notify_cb), f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_signal_handlers_disconnect_by_data (f->session, f);
  g_clear_object (&f->session);
  g_clear_object (&f->segment);
  g_string_free (f->told, TRUE);
}

/* How often the property @name was notified since the last question. */
static guint
count_told (Fixture    *f,
            const char *name)
{
  g_auto(GStrv) names = g_strsplit (f->told->str, " ", -1);
  guint n = 0;

  for (guint i = 0; names[i] != NULL; i++)
    n += g_str_equal (names[i], name);

  return n;
}

static void
test_begins_without_a_segment (Fixture       *f,
                               gconstpointer  unused)
{
  g_assert_cmpint (lab_session_get_segment_id (f->session), ==, -1);
  g_assert_false (lab_session_is_attached (f->session));
  g_assert_cmpuint (lab_session_get_n_others (f->session), ==, 0);
  g_assert_cmpuint (lab_session_get_size_bytes (f->session), ==, 4096);
  g_assert_cmpint (lab_session_get_role (f->session), ==, LAB_ROLE_CLIENT);
}

static void
test_has_the_size_of_its_segment (Fixture       *f,
                                  gconstpointer  unused)
{
  lab_choice_set_size_bytes (lab_session_get_choice (f->session), 1000);
  g_assert_cmpuint (lab_session_get_size_bytes (f->session), ==, 1000);
  g_assert_cmpuint (count_told (f, "size-bytes"), ==, 1);

  lab_session_set_segment (f->session, f->segment);
  g_assert_cmpuint (lab_session_get_size_bytes (f->session), ==, 8192);
  g_assert_cmpuint (count_told (f, "size-bytes"), ==, 2);

  /* What is chosen meanwhile is for the next segment. */
  lab_choice_set_size_bytes (lab_session_get_choice (f->session), 2000);
  g_assert_cmpuint (lab_session_get_size_bytes (f->session), ==, 8192);
  g_assert_cmpuint (count_told (f, "size-bytes"), ==, 2);

  lab_session_set_segment (f->session, NULL);
  g_assert_cmpuint (lab_session_get_size_bytes (f->session), ==, 2000);
}

/* Of its segment, else of the id that the user gave. */
static void
test_tells_what_became_of_its_id (Fixture       *f,
                                  gconstpointer  unused)
{
  const int id = lab_segment_get_id (f->segment);

  lab_session_set_given_id (f->session, G_MAXINT - 4711);
  g_assert_cmpint (lab_session_get_id (f->session), ==, G_MAXINT - 4711);
  test_wait_for (lab_session_get_fate (f->session) == LAB_FATE_NONE);

  lab_session_set_given_id (f->session, id);
  g_assert_cmpint (lab_session_get_fate (f->session), ==, LAB_FATE_UNKNOWN);
  test_wait_for (lab_session_get_fate (f->session) == LAB_FATE_THERE);
  lab_session_set_segment (f->session, f->segment);
  lab_session_set_segment (f->session, NULL);
  g_assert_cmpint (lab_session_get_id (f->session), ==, id);
  g_assert_cmpint (lab_session_get_fate (f->session), ==, LAB_FATE_THERE);

  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (lab_session_get_fate (f->session) == LAB_FATE_GONE);
  lab_session_set_given_id (f->session, -1);
  g_assert_cmpint (lab_session_get_id (f->session), ==, -1);
  g_assert_cmpint (lab_session_get_fate (f->session), ==, LAB_FATE_UNKNOWN);
}

static void
test_tells_that_it_is_attached (Fixture       *f,
                                gconstpointer  unused)
{
  lab_session_set_segment (f->session, f->segment);
  g_assert_cmpuint (count_told (f, "id"), ==, 1);
  g_assert_cmpuint (count_told (f, "attached"), ==, 0);

  g_assert_true (lab_segment_attach (f->segment, FALSE, NULL));
  g_assert_true (lab_session_is_attached (f->session));
  g_assert_cmpuint (count_told (f, "attached"), ==, 1);

  /* A session that is emptied shows nothing of its segment any more. */
  lab_session_set_segment (f->session, NULL);
  g_assert_false (lab_session_is_attached (f->session));
  g_assert_cmpint (lab_session_get_segment_id (f->session), ==, -1);
  g_assert_cmpuint (count_told (f, "attached"), ==, 2);

  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_cmpuint (count_told (f, "attached"), ==, 2);
}

static void
test_does_not_count_itself (Fixture       *f,
                            gconstpointer  unused)
{
  int id = lab_segment_get_id (f->segment);
  pid_t child = test_child_attach (id, FALSE, 2);
  gpointer racer;

  lab_session_set_segment (f->session, f->segment);
  test_wait_for (lab_session_get_n_others (f->session) == 2);
  test_child_kill (child);
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (lab_session_get_n_others (f->session) == 0);
  g_string_truncate (f->told, 0);
  g_assert_true (lab_segment_attach (f->segment, FALSE, NULL));
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  g_assert_cmpuint (lab_session_get_n_others (f->session), ==, 0);
  g_assert_cmpuint (count_told (f, "n-others"), ==, 0);

  /* As the reader of a race does. */
  racer = lab_sysv_shmat (id, FALSE, NULL);
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (g_list_model_get_n_items (lab_segment_monitor_get_attachments (lab_session_get_monitor (f->session))) == 2);
  g_assert_cmpuint (lab_session_get_n_others (f->session), ==, 0);
  g_assert_cmpuint (count_told (f, "n-others"), ==, 0);

  g_assert_cmpint (lab_sysv_shmdt (racer, NULL), ==, 0);
  g_assert_true (lab_segment_detach (f->segment, NULL));
}

/* A segment that is gone has no attachments, whatever IPC_STAT said of it last. */
static void
test_counts_nobody_at_what_is_gone (Fixture       *f,
                                    gconstpointer  unused)
{
  pid_t child = test_child_attach (lab_segment_get_id (f->segment), FALSE, 1);

  lab_session_set_segment (f->session, f->segment);
  g_assert_true (lab_segment_refresh (f->segment, NULL));
  g_assert_cmpuint (lab_segment_get_n_attaches (f->segment), ==, 1);
  test_wait_for (lab_session_get_n_others (f->session) == 1);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_child_kill (child);
  test_wait_for (lab_session_get_n_others (f->session) == 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();

#define ADD(name, func) g_test_add ("/backend/session/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("begins-without-a-segment", test_begins_without_a_segment);
  ADD ("has-the-size-of-its-segment", test_has_the_size_of_its_segment);
  ADD ("counts-nobody-at-what-is-gone", test_counts_nobody_at_what_is_gone);
  ADD ("tells-what-became-of-its-id", test_tells_what_became_of_its_id);
  ADD ("tells-that-it-is-attached", test_tells_that_it_is_attached);
  ADD ("does-not-count-itself", test_does_not_count_itself);

  return g_test_run ();
}
