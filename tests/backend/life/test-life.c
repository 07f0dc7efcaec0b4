/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/life/lab-life.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-keys.h"

static void
count_cb (guint *n)
{
  (*n)++;
}

static LabStepState
get_state (LabLife *life,
           guint    step)
{
  return lab_step_get_state (lab_life_get_step (life, step));
}

static const char *
get_result (LabLife *life,
            guint    step)
{
  return lab_step_get_result (lab_life_get_step (life, step));
}

static const char *
get_error (LabLife *life,
           guint    step)
{
  return lab_step_get_error (lab_life_get_step (life, step));
}

static void
fail (LabLife *life,
      guint    step)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (lab_life_fail (life, step, g_error_new_literal (LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS, "Taken"), &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_cmpstr (error->message, ==, "Taken");
}

static void
test_is_a_list_of_its_steps (void)
{
  g_autoptr(LabLife) life = lab_life_new (3);
  g_autoptr(LabStep) second = g_list_model_get_item (G_LIST_MODEL (life), 1);

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (life)) == LAB_TYPE_STEP);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (life)), ==, 3);
  g_assert_true (second == lab_life_get_step (life, 1));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (life), 3));
  g_assert_cmpuint (lab_life_get_current (life), ==, 0);
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_CURRENT);
  g_assert_cmpint (get_state (life, 2), ==, LAB_STEP_PENDING);
}

static void
test_goes_on_to_its_end (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);
  guint n = 0;
  guint current;

  g_signal_connect_swapped (life, "notify::current", G_CALLBACK (count_cb), &n);
  lab_life_done (life, 0, "0x%08x", 42u);
  g_assert_cmpuint (n, ==, 0);
  lab_life_proceed (life, 1);
  g_assert_cmpuint (n, ==, 1);
  g_object_get (life, "current", &current, NULL);
  g_assert_cmpuint (current, ==, 1);
  g_assert_cmpstr (get_result (life, 0), ==, "0x0000002a");
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_DONE);
  g_assert_cmpint (get_state (life, 1), ==, LAB_STEP_CURRENT);
  lab_life_proceed (life, 1);
  g_assert_cmpuint (n, ==, 1);

  lab_life_done (life, 1, "message 1");
  lab_life_proceed (life, 2);
  g_assert_cmpuint (lab_life_get_current (life), ==, 2);
  g_assert_cmpint (get_state (life, 1), ==, LAB_STEP_DONE);
}

/* Each value is told once when it changes, and never when it does not. */
static void
test_tells_of_each_change_once (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);
  LabStep *step = lab_life_get_step (life, 1);
  guint n_call = 0;
  guint n_result = 0;
  guint n_state = 0;

  g_signal_connect_swapped (step, "notify::call", G_CALLBACK (count_cb), &n_call);
  g_signal_connect_swapped (step, "notify::result", G_CALLBACK (count_cb), &n_result);
  g_signal_connect_swapped (step, "notify::state", G_CALLBACK (count_cb), &n_state);

  lab_life_foretell (life, 1, "shmat(id, NULL, 0)");
  lab_life_foretell (life, 1, "shmat(id, NULL, 0)");
  g_assert_cmpuint (n_call, ==, 1);
  g_assert_cmpuint (n_state, ==, 0);
  lab_life_proceed (life, 1);
  lab_life_done (life, 1, "0x7f00");
  lab_life_done (life, 1, "0x7f00");
  lab_life_proceed (life, 2);
  g_assert_cmpuint (n_call, ==, 1);
  g_assert_cmpuint (n_result, ==, 1);
  g_assert_cmpuint (n_state, ==, 2);  /* current, then done */
}

static void
test_says_why_a_step_failed_until_it_is_tried_again (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);

  lab_life_foretell (life, 0, "shmget(1, 4096, 0)");
  fail (life, 0);
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_FAILED);
  g_assert_cmpstr (get_error (life, 0), ==, "Taken");
  g_assert_null (get_result (life, 0));
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, "shmget(1, 4096, 0)");
  g_assert_cmpuint (lab_life_get_current (life), ==, 0);

  lab_life_foretell (life, 0, "shmget(2, 4096, 0)");
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_CURRENT);
  g_assert_null (get_error (life, 0));

  fail (life, 0);
  lab_life_done (life, 0, "7");
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_DONE);
  g_assert_null (get_error (life, 0));
}

/* Whoever asks without an error still finds it at the step. */
static void
test_keeps_an_error_that_nobody_takes (void)
{
  g_autoptr(LabLife) life = lab_life_new (1);

  g_assert_false (lab_life_fail (life, 0, g_error_new_literal (LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS, "Taken"), NULL));
  g_assert_cmpstr (get_error (life, 0), ==, "Taken");
}

/* What was never made counts as skipped, and not as done. */
static void
test_skips_what_was_never_made (void)
{
  g_autoptr(LabLife) life = lab_life_new (4);

  lab_life_done (life, 0, "7");
  lab_life_proceed (life, 1);
  fail (life, 1);
  lab_life_skip (life, 3, "left, since %s", "you asked");
  lab_life_proceed (life, 4);
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_DONE);
  g_assert_cmpint (get_state (life, 1), ==, LAB_STEP_SKIPPED);
  g_assert_null (get_error (life, 1));
  g_assert_cmpint (get_state (life, 2), ==, LAB_STEP_SKIPPED);
  g_assert_cmpint (get_state (life, 3), ==, LAB_STEP_SKIPPED);
  g_assert_cmpstr (get_result (life, 3), ==, "left, since you asked");

  /* And what is made afterwards is done. */
  lab_life_done (life, 2, "message 1");
  g_assert_cmpint (get_state (life, 2), ==, LAB_STEP_DONE);
}

/* What is over keeps the call that was made; what is to be made again forgets its outcome. */
static void
test_goes_back (void)
{
  g_autoptr(LabLife) life = lab_life_new (3);

  lab_life_foretell (life, 0, "ftok(\"f\", 'A')");
  lab_life_done (life, 0, "1");
  lab_life_done (life, 1, "2");
  lab_life_done (life, 2, "3");
  lab_life_proceed (life, 3);
  lab_life_proceed (life, 1);
  lab_life_foretell (life, 0, "another");
  lab_life_foretell (life, 1, "shmget(1, 0, 0)");
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, "ftok(\"f\", 'A')");
  g_assert_cmpstr (get_result (life, 0), ==, "1");
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_DONE);
  g_assert_null (get_result (life, 1));
  g_assert_cmpint (get_state (life, 1), ==, LAB_STEP_CURRENT);
  g_assert_null (get_result (life, 2));
  g_assert_cmpint (get_state (life, 2), ==, LAB_STEP_PENDING);

  lab_life_reset (life);
  g_assert_cmpuint (lab_life_get_current (life), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, i)), ==, "");
      g_assert_null (get_result (life, i));
      g_assert_cmpint (get_state (life, i), ==, i == 0 ? LAB_STEP_CURRENT : LAB_STEP_PENDING);
    }
}

/* Only shmget(2) returns an id: the same segment opened by its id answers 0. */
static void
test_says_what_the_call_returned (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);
  g_autoptr(LabCall) get = NULL;
  g_autoptr(LabCall) stat = NULL;
  g_autoptr(LabSegment) made = lab_segment_create_full (test_key (), 4096, 0600, &get, NULL);
  g_autoptr(LabSegment) opened = NULL;
  g_autofree char *id = NULL;

  g_assert_nonnull (made);
  id = g_strdup_printf ("id %d", lab_segment_get_id (made));
  opened = lab_segment_open_full (lab_segment_get_id (made), &stat, NULL);
  g_assert_true (lab_segment_remove (made, NULL));
  lab_life_made (life, 0, get);
  lab_life_made (life, 1, stat);
  g_assert_cmpstr (get_result (life, 0), ==, id);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, lab_call_get_text (get));
  g_assert_cmpstr (get_result (life, 1), ==, "0");
  g_assert_cmpint (get_state (life, 1), ==, LAB_STEP_DONE);
}

static void
test_makes_a_key (void)
{
  g_autoptr(LabLife) life = lab_life_new (2);
  g_autoptr(LabKeyChoice) typed = lab_key_choice_new_key (42);
  g_autoptr(LabKeyChoice) missing = lab_key_choice_new_file ("/nowhere/at/all", 'A');
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/proc/self/exe", 'A');
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  key_t key;

  lab_life_foretell_key (life, 0, NULL);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, "ftok(pathname, proj_id)");
  g_assert_false (lab_life_make_key (life, 0, NULL, &key, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
  g_assert_cmpstr (get_error (life, 0), ==, error->message);
  g_clear_error (&error);

  lab_life_foretell_key (life, 0, missing);
  g_assert_null (get_error (life, 0));
  g_assert_false (lab_life_make_key (life, 0, missing, &key, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
  g_assert_cmpint (get_state (life, 0), ==, LAB_STEP_FAILED);

  g_assert_true (lab_life_make_key (life, 0, file, &key, NULL));
  text = lab_key_format (key);
  g_assert_cmpstr (get_result (life, 0), ==, text);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, "ftok(\"/proc/self/exe\", 'A')");

  lab_life_foretell_key (life, 0, typed);
  g_assert_cmpstr (lab_step_get_call (lab_life_get_step (life, 0)), ==, "key_t key = 0x0000002a");
  g_assert_true (lab_life_make_key (life, 0, typed, &key, NULL));
  g_assert_cmpint (key, ==, 42);
  g_assert_cmpstr (get_result (life, 0), ==, "0x0000002a");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  lab_call_log_get_default ();
#define ADD(name, func) g_test_add_func ("/backend/life/" name, func)
  ADD ("is-a-list-of-its-steps", test_is_a_list_of_its_steps);
  ADD ("goes-on-to-its-end", test_goes_on_to_its_end);
  ADD ("tells-of-each-change-once", test_tells_of_each_change_once);
  ADD ("says-why-a-step-failed-until-it-is-tried-again", test_says_why_a_step_failed_until_it_is_tried_again);
  ADD ("keeps-an-error-that-nobody-takes", test_keeps_an_error_that_nobody_takes);
  ADD ("skips-what-was-never-made", test_skips_what_was_never_made);
  ADD ("goes-back", test_goes_back);
  ADD ("says-what-the-call-returned", test_says_what_the_call_returned);
  ADD ("makes-a-key", test_makes_a_key);
  return g_test_run ();
}
