/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-shm-error.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-keys.h"

typedef struct
{
  key_t       key;
  LabSegment *segment;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->key = test_key ();
  f->segment = lab_segment_create (f->key, 1000, 0600, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_clear_object (&f->segment);
}

static void
test_keeps_the_size_asked_for (Fixture       *f,
                               gconstpointer  unused)
{
  g_assert_cmpuint (lab_segment_get_size_bytes (f->segment), ==, 1000);
  g_assert_cmpint (lab_segment_get_key (f->segment), ==, f->key);
  g_assert_true (lab_segment_is_created (f->segment));
  g_assert_cmpuint (lab_segment_get_record (f->segment)->mode, ==, 0600);
}

static void
test_refuses_a_taken_key (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (lab_segment_create (f->key, 1000, 0600, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, "(shmget: EEXIST)"));
}

static void
test_counts_attaches_not_processes (Fixture       *f,
                                    gconstpointer  unused)
{
  g_autoptr(LabSegment) again = lab_segment_find (f->key, NULL);

  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  g_assert_true (lab_segment_attach (again, FALSE, NULL));
  g_assert_true (lab_segment_refresh (f->segment, NULL));
  g_assert_cmpuint (lab_segment_get_n_attaches (f->segment), ==, 2);
  g_assert_true (lab_segment_detach (again, NULL));
  g_assert_true (lab_segment_refresh (f->segment, NULL));
  g_assert_cmpuint (lab_segment_get_n_attaches (f->segment), ==, 1);
}

static void
test_outlives_its_removal_while_attached (Fixture       *f,
                                          gconstpointer  unused)
{
  g_autoptr(LabSegment) reader = lab_segment_find (f->key, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_segment_attach (reader, FALSE, NULL));
  g_assert_true (lab_segment_remove (f->segment, NULL));
  g_assert_null (lab_segment_find (f->key, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_NOT_FOUND);
  g_assert_true (lab_segment_refresh (reader, NULL));
  g_assert_true ((lab_segment_get_record (reader)->mode & LAB_MODE_DEST) != 0);
  g_assert_true (lab_segment_detach (reader, NULL));
  g_assert_false (lab_segment_refresh (reader, NULL));
}

static void
test_peeks_only_inside (Fixture       *f,
                        gconstpointer  unused)
{
  guint8 bytes[16];

  g_assert_cmpuint (lab_segment_peek (f->segment, 0, bytes, sizeof bytes), ==, 0);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  g_assert_cmpuint (lab_segment_peek (f->segment, 0, bytes, sizeof bytes), ==, 16);
  g_assert_cmpuint (lab_segment_peek (f->segment, 992, bytes, sizeof bytes), ==, 8);
  g_assert_cmpuint (lab_segment_peek (f->segment, 1000, bytes, sizeof bytes), ==, 0);
  g_assert_cmpuint (lab_segment_peek (f->segment, G_MAXSIZE, bytes, sizeof bytes), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so a failed check still reaches tear_down, which removes the segment */
#define ADD(name, func) g_test_add ("/backend/segment/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keeps-the-size-asked-for", test_keeps_the_size_asked_for);
  ADD ("refuses-a-taken-key", test_refuses_a_taken_key);
  ADD ("counts-attaches-not-processes", test_counts_attaches_not_processes);
  ADD ("outlives-its-removal-while-attached", test_outlives_its_removal_while_attached);
  ADD ("peeks-only-inside", test_peeks_only_inside);
  return g_test_run ();
}
