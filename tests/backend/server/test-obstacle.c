/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/server/lab-obstacle.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"

typedef struct
{
  key_t        key;
  LabServer   *server;
  LabObstacle *obstacle;
} Fixture;

static LabServer *
new_server (key_t key)
{
  LabServer *server = test_server_new (key);

  g_assert_true (lab_server_make_key (server, NULL));

  return server;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  f->key = test_key ();
  f->server = new_server (f->key);
  f->obstacle = lab_obstacle_new (f->server);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;

  lab_server_clean_up (f->server);
  g_clear_object (&f->obstacle);
  g_clear_object (&f->server);
  segment = lab_segment_find (f->key, NULL);
  if (segment != NULL)
    lab_segment_remove (segment, NULL);
}

/* What a server that has ended left behind, with a message in it. */
static void
leave_a_message (Fixture *f)
{
  g_autoptr(LabServer) before = new_server (f->key);

  g_assert_true (lab_server_create (before, NULL));
  g_assert_true (lab_server_attach (before, NULL));
  g_assert_true (lab_server_write (before, "kept", 4, NULL));
  lab_server_leave (before);
}

static gboolean
get_boolean (Fixture    *f,
             const char *property)
{
  gboolean value;

  g_object_get (f->obstacle, property, &value, NULL);

  return value;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_makes_the_segment_where_nothing_is (Fixture       *f,
                                         gconstpointer  unused)
{
  lab_obstacle_create (f->obstacle);
  g_assert_true (lab_server_is_live (f->server));
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
}

static void
test_takes_over_with_the_message (Fixture       *f,
                                  gconstpointer  unused)
{
  guint n = 0;

  leave_a_message (f);
  g_signal_connect_swapped (f->obstacle, "notify::leftover", G_CALLBACK (count_cb), &n);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (get_boolean (f, "can-take-over"));

  g_assert_true (lab_obstacle_take_over (f->obstacle));
  g_assert_true (lab_server_is_attached (f->server));
  g_assert_cmpstr (lab_session_get_message (lab_server_get_session (f->server)), ==, "kept");
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
  g_assert_false (get_boolean (f, "can-take-over"));
  g_assert_false (get_boolean (f, "can-remove"));
  g_assert_cmpuint (n, ==, 2);
}

/* Between the look and the decision the key became another segment's. */
static void
test_takes_over_only_what_was_shown (Fixture       *f,
                                     gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  int id;

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  id = lab_obstacle_get_leftover (f->obstacle)->entry.record.id;
  segment = lab_segment_find (f->key, NULL);
  g_assert_true (lab_segment_remove (segment, NULL));
  leave_a_message (f);

  g_assert_false (lab_obstacle_take_over (f->obstacle));
  g_assert_false (lab_server_is_live (f->server));
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_cmpint (lab_obstacle_get_leftover (f->obstacle)->entry.record.id, !=, id);
  g_assert_true (lab_obstacle_take_over (f->obstacle));
}

static void
test_replaces_it (Fixture       *f,
                  gconstpointer  unused)
{
  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_true (get_boolean (f, "can-remove"));
  lab_obstacle_replace (f->obstacle);
  g_assert_true (lab_server_is_live (f->server));
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
  g_assert_true (lab_segment_is_created (lab_session_get_segment (lab_server_get_session (f->server))));
}

/* Another key is chosen: what was in the way of the first is of no concern any more. */
static void
test_forgets_it_with_the_key (Fixture       *f,
                              gconstpointer  unused)
{
  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  lab_server_reset (f->server);
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
  g_assert_false (get_boolean (f, "can-remove"));

  /* Nor is it, when the answer comes after that. */
  g_assert_true (lab_server_make_key (f->server, NULL));
  lab_obstacle_create (f->obstacle);
  lab_server_reset (f->server);
  test_run_for_ms (300);
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
}

/* Between the look and the decision somebody else removed it: then that much is done. */
static void
test_goes_on_when_somebody_was_faster (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  segment = lab_segment_find (f->key, NULL);
  g_assert_true (lab_segment_remove (segment, NULL));
  lab_obstacle_replace (f->obstacle);
  g_assert_true (lab_server_is_live (f->server));
  g_assert_null (lab_obstacle_get_removal_error (f->obstacle));
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
}

/* The key is free again: neither the segment nor the refusal of shmget(2) is said any more. */
static void
test_vanishes_with_the_segment (Fixture       *f,
                                gconstpointer  unused)
{
  LabStep *step = lab_life_get_step (lab_server_get_life (f->server), LAB_SERVER_STEP_CREATE);
  g_autoptr(LabSegment) segment = NULL;

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_nonnull (lab_step_get_error (step));
  segment = lab_segment_find (f->key, NULL);
  g_assert_true (lab_segment_remove (segment, NULL));
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) == NULL);
  g_assert_false (get_boolean (f, "can-take-over"));
  g_assert_null (lab_step_get_error (step));
  g_assert_cmpint (lab_step_get_state (step), ==, LAB_STEP_CURRENT);
}

/* A client comes and goes, and then another server takes it over and ends. */
static void
test_follows_who_is_attached (Fixture       *f,
                              gconstpointer  unused)
{
  g_autoptr(LabServer) other = NULL;
  pid_t client;

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_cmpint (lab_obstacle_get_leftover (f->obstacle)->kind, ==, LAB_LEFTOVER_OURS_DEAD);

  client = test_child_attach (lab_obstacle_get_leftover (f->obstacle)->entry.record.id, FALSE, 1);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle)->kind == LAB_LEFTOVER_OURS_CLIENTS);
  g_assert_cmpuint (lab_obstacle_get_leftover (f->obstacle)->entry.record.n_attaches, ==, 1);
  test_child_kill (client);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle)->kind == LAB_LEFTOVER_OURS_DEAD);
  g_assert_cmpuint (lab_obstacle_get_leftover (f->obstacle)->entry.record.n_attaches, ==, 0);

  other = new_server (f->key);
  g_assert_true (lab_server_take_over (other, NULL));
  g_assert_true (lab_server_attach (other, NULL));
  test_wait_for (lab_obstacle_get_leftover (f->obstacle)->kind == LAB_LEFTOVER_OURS_IN_USE);
  g_assert_false (get_boolean (f, "can-take-over"));
  g_assert_false (get_boolean (f, "can-remove"));  /* not from a server that runs */
  lab_server_leave (other);
  test_wait_for (get_boolean (f, "can-take-over"));
  g_assert_true (get_boolean (f, "can-remove"));
}

/* Who made it ends without ever having attached it: the kernel's record of the segment stays as it is. */
static void
test_follows_who_made_it (Fixture       *f,
                          gconstpointer  unused)
{
  int id;
  pid_t creator = test_child_create (f->key, 4096, &id);

  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  g_assert_cmpint (lab_obstacle_get_leftover (f->obstacle)->kind, ==, LAB_LEFTOVER_EMPTY);
  g_assert_cmpint (lab_obstacle_get_leftover (f->obstacle)->creator, ==, LAB_PRESENCE_RUNS);
  g_assert_false (get_boolean (f, "can-take-over"));
  g_assert_false (get_boolean (f, "can-remove"));  /* it may be a server between shmget and shmat */
  test_child_kill (creator);
  test_wait_for (get_boolean (f, "can-take-over"));
  g_assert_true (get_boolean (f, "can-remove"));
  g_assert_cmpint (lab_obstacle_get_leftover (f->obstacle)->creator, ==, LAB_PRESENCE_GONE);
}

/* That somebody only looks is no news, so the same is not said again and again. */
static void
test_is_quiet_while_nothing_changes (Fixture       *f,
                                     gconstpointer  unused)
{
  guint n = 0;

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  test_wait_for (lab_obstacle_get_leftover (f->obstacle) != NULL);
  test_run_for_ms (1200);
  g_signal_connect_swapped (f->obstacle, "notify::leftover", G_CALLBACK (count_cb), &n);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(LabLeftover) look = lab_leftover_inspect (f->key, NULL);

      g_assert_nonnull (look);
      test_run_for_ms (700);
    }
  g_assert_cmpuint (n, ==, 0);
}

/* Two keys, the first of which is left before its answer comes: the answer is no longer wanted. */
static void
test_takes_no_answer_for_another_key (Fixture       *f,
                                      gconstpointer  unused)
{
  LabChoice *choice = lab_session_get_choice (lab_server_get_session (f->server));
  g_autoptr(LabKeyChoice) other = lab_key_choice_new_key (test_key ());

  leave_a_message (f);
  lab_obstacle_create (f->obstacle);
  lab_server_reset (f->server);
  lab_choice_set_key_choice (choice, other);
  g_assert_true (lab_server_make_key (f->server, NULL));
  test_run_for_ms (300);
  g_assert_null (lab_obstacle_get_leftover (f->obstacle));
  g_assert_null (lab_obstacle_get_inspection_error (f->obstacle));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD(name, func) g_test_add ("/backend/obstacle/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("makes-the-segment-where-nothing-is", test_makes_the_segment_where_nothing_is);
  ADD ("takes-over-with-the-message", test_takes_over_with_the_message);
  ADD ("takes-over-only-what-was-shown", test_takes_over_only_what_was_shown);
  ADD ("replaces-it", test_replaces_it);
  ADD ("forgets-it-with-the-key", test_forgets_it_with_the_key);
  ADD ("goes-on-when-somebody-was-faster", test_goes_on_when_somebody_was_faster);
  ADD ("vanishes-with-the-segment", test_vanishes_with_the_segment);
  ADD ("follows-who-is-attached", test_follows_who_is_attached);
  ADD ("follows-who-made-it", test_follows_who_made_it);
  ADD ("is-quiet-while-nothing-changes", test_is_quiet_while_nothing_changes);
  ADD ("takes-no-answer-for-another-key", test_takes_no_answer_for_another_key);
  return g_test_run ();
}
