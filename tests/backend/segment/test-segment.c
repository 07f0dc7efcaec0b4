/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend/kernel/lab-call-log.h"
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
  g_assert_nonnull (strstr (error->message, "(shmget: EEXIST, at "));
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

/* Takes the call. */
static void
check_call (LabCall    *call,
            const char *text,
            gint64      result,
            int         errsv)
{
  g_assert_nonnull (call);
  if (call == NULL)
    return;

  g_assert_cmpstr (lab_call_get_text (call), ==, text);
  g_assert_cmpint (lab_call_get_result (call), ==, result);
  g_assert_cmpint (lab_call_get_errno (call), ==, errsv);
  g_object_unref (call);
}

/* Each asks for the record besides, so the newest call of the log would be another one. */
static void
test_hands_over_the_call_that_it_made (Fixture       *f,
                                       gconstpointer  unused)
{
  key_t key = test_key ();
  LabCall *made = NULL;
  int id;
  g_autofree char *create = g_strdup_printf ("shmget(0x%08x, 1000, IPC_CREAT|IPC_EXCL|0640)", (guint) key);
  g_autofree char *find = g_strdup_printf ("shmget(0x%08x, 0, 0)", (guint) key);
  g_autofree char *attach = NULL;
  g_autofree char *detach = NULL;
  g_autofree char *stat = NULL;
  g_autofree char *rmid = NULL;
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(LabSegment) again = NULL;
  g_autoptr(LabSegment) by_id = NULL;

  segment = lab_segment_create_full (key, 1000, 0640, &made, NULL);
  id = lab_segment_get_id (segment);
  check_call (made, create, id, 0);
  g_assert_null (lab_segment_create_full (key, 1000, 0640, &made, NULL));
  check_call (made, create, -1, EEXIST);

  again = lab_segment_find_full (key, &made, NULL);
  check_call (made, find, id, 0);

  stat = g_strdup_printf ("shmctl(%d, IPC_STAT, &record)", id);
  by_id = lab_segment_open_full (id, &made, NULL);
  check_call (made, stat, 0, 0);

  attach = g_strdup_printf ("shmat(%d, NULL, SHM_RDONLY)", id);
  g_assert_true (lab_segment_attach_full (segment, FALSE, &made, NULL));
  check_call (made, attach, (gint64) (gintptr) lab_segment_get_base (segment), 0);

  detach = g_strdup_printf ("shmdt(%p)", lab_segment_get_base (segment));
  g_assert_true (lab_segment_detach_full (segment, &made, NULL));
  check_call (made, detach, 0, 0);

  rmid = g_strdup_printf ("shmctl(%d, IPC_RMID, NULL)", id);
  g_assert_true (lab_segment_remove_full (segment, &made, NULL));
  check_call (made, rmid, 0, 0);

  /* What fails is handed over too. */
  g_assert_false (lab_segment_remove_full (again, &made, NULL));
  check_call (made, rmid, -1, EINVAL);
  g_assert_false (lab_segment_attach_full (again, FALSE, &made, NULL));
  check_call (made, attach, -1, EINVAL);
  g_assert_null (lab_segment_find_full (key, &made, NULL));
  check_call (made, find, -1, ENOENT);
  g_assert_null (lab_segment_open_full (id, &made, NULL));
  check_call (made, stat, -1, EINVAL);
}

static void
notify_cb (GObject    *segment,
           GParamSpec *pspec,
           GString    *names)
{
  g_string_append_printf (names, "%s ", pspec->name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* In what order several are told is GObject's affair. */
static void
assert_told (GString    *names,
             const char *expected)
{
  g_auto(GStrv) told = g_strsplit (g_strstrip (names->str), " ", -1);
  g_autofree char *sorted = NULL;

  qsort (told, g_strv_length (told), sizeof *told, compare_names);
  sorted = g_strjoinv (" ", told);
  g_assert_cmpstr (sorted, ==, expected);
}

/* Each property once, when it changes, and none that did not. */
static void
test_notifies_of_each_value (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(GString) names = g_string_new (NULL);
  gboolean attached, writable, created;
  int id, key;
  guint mode;
  guint64 size_bytes;

  g_signal_connect (f->segment, "notify", G_CALLBACK (notify_cb), names);
  g_assert_true (lab_segment_refresh (f->segment, NULL));
  assert_told (names, "");

  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  assert_told (names, "attached n-attaches writable");
  g_object_get (f->segment, "attached", &attached, "writable", &writable, "created", &created, "id", &id, "key", &key,
                "mode", &mode, "size-bytes", &size_bytes, NULL);
  g_assert_true (attached && writable && created);
  g_assert_cmpint (id, ==, lab_segment_get_id (f->segment));
  g_assert_cmpint (key, ==, f->key);
  g_assert_cmpuint (mode, ==, 0600);
  g_assert_cmpuint (size_bytes, ==, 1000);

  g_string_truncate (names, 0);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  assert_told (names, "attached n-attaches writable");

  g_string_truncate (names, 0);
  g_assert_true (lab_segment_attach (f->segment, FALSE, NULL));
  assert_told (names, "attached n-attaches");

  g_string_truncate (names, 0);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  assert_told (names, "mode removed");
  g_string_truncate (names, 0);
  g_assert_true (lab_segment_remove (f->segment, NULL));  /* the kernel marks it once more */
  assert_told (names, "");
  g_assert_true (lab_segment_detach (f->segment, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so a failed check still reaches tear_down, which removes the segment */
  lab_call_log_get_default ();        /* from now on calls are recorded */
#define ADD(name, func) g_test_add ("/backend/segment/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keeps-the-size-asked-for", test_keeps_the_size_asked_for);
  ADD ("refuses-a-taken-key", test_refuses_a_taken_key);
  ADD ("counts-attaches-not-processes", test_counts_attaches_not_processes);
  ADD ("outlives-its-removal-while-attached", test_outlives_its_removal_while_attached);
  ADD ("peeks-only-inside", test_peeks_only_inside);
  ADD ("notifies-of-each-value", test_notifies_of_each_value);
  ADD ("hands-over-the-call-that-it-made", test_hands_over_the_call_that_it_made);
  return g_test_run ();
}
