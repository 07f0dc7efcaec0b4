/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-segment-table.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"

#define HEADER \
  "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid" \
  "      atime      dtime      ctime                   rss                  swap\n"

static const LabShmEntry *
entry_at (GArray *table,
          guint   position)
{
  return &g_array_index (table, LabShmEntry, position);
}

static void
test_reads_every_column (void)
{
  g_autoptr(GArray) table =
    lab_segment_table_parse (HEADER
                             "1090849298         25  1640                  1000   812   813      2  1000   100  1001   101"
                             " 1700000001 1700000002 1700000003                  4096                  8192\n");
  const LabShmEntry *entry;

  g_assert_cmpuint (table->len, ==, 1);
  entry = entry_at (table, 0);
  g_assert_cmphex ((guint) entry->record.key, ==, 0x41050a12);
  g_assert_cmpint (entry->record.id, ==, 25);
  g_assert_cmpuint (entry->record.mode, ==, LAB_MODE_DEST | 0640);
  g_assert_cmpuint (entry->record.size_bytes, ==, 1000);
  g_assert_cmpint (entry->record.cpid, ==, 812);
  g_assert_cmpint (entry->record.lpid, ==, 813);
  g_assert_cmpuint (entry->record.n_attaches, ==, 2);
  g_assert_cmpuint (entry->record.uid, ==, 1000);
  g_assert_cmpuint (entry->record.gid, ==, 100);
  g_assert_cmpuint (entry->record.cuid, ==, 1001);
  g_assert_cmpuint (entry->record.cgid, ==, 101);
  g_assert_cmpint (entry->record.atime, ==, 1700000001);
  g_assert_cmpint (entry->record.dtime, ==, 1700000002);
  g_assert_cmpint (entry->record.ctime, ==, 1700000003);
  g_assert_cmpuint (entry->record.seq, ==, 0);
  g_assert_cmpuint (entry->rss_bytes, ==, 4096);
  g_assert_cmpuint (entry->swap_bytes, ==, 8192);
}

static void
test_finds_columns_by_name (void)
{
  g_autoptr(GArray) table = lab_segment_table_parse ("new  shmid  size key  perms\n7 25 100 -1090849298 600\n");

  g_assert_cmpuint (table->len, ==, 1);
  g_assert_cmpint (entry_at (table, 0)->record.id, ==, 25);
  g_assert_cmpuint (entry_at (table, 0)->record.size_bytes, ==, 100);
  g_assert_cmpint (entry_at (table, 0)->record.key, ==, -1090849298);
  g_assert_cmpuint (entry_at (table, 0)->record.mode, ==, 0600);
}

static void
test_passes_over_junk (void)
{
  static const char * const texts[] = {
    "", "\n", "\n\n\n", "key shmid", "key shmid\n", "no such columns\n1 2 3\n",
    "key shmid\n1\n", "key shmid\nx 2\n", "key shmid\n1 -2\n", "key shmid\n1 99999999999\n", "key shmid\n1 2x\n",
    "key shmid\n- 2\n", "key shmid perms\n1 2 888\n", "key shmid\n99999999999999999999999999 2\n", "key\n1\n", "key shmid\n   \n",
    "key shmid size\n1 2 -5\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GArray) table = lab_segment_table_parse (texts[i]);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (table->len, ==, 0);
    }
}

static void
test_goes_on_after_junk (void)
{
  g_autoptr(GArray) table = lab_segment_table_parse ("key shmid\n1 2\n\nwhat is this\n3\n-5 6\n7 8 9");

  g_assert_cmpuint (table->len, ==, 3);
  g_assert_cmpint (entry_at (table, 0)->record.id, ==, 2);
  g_assert_cmpint (entry_at (table, 1)->record.id, ==, 6);
  g_assert_cmpint (entry_at (table, 2)->record.id, ==, 8);
}

static void
test_survives_any_bytes (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (3);
  static const char alphabet[] = "0123456789- \n\tkeyshmidpermsx\xff";

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(GString) text = g_string_new (i % 2 ? HEADER : "");
      g_autoptr(GArray) table = NULL;

      for (guint j = 0; j < 400; j++)
        g_string_append_c (text, alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)]);
      table = lab_segment_table_parse (text->str);
      for (guint j = 0; j < table->len; j++)
        g_assert_cmpint (entry_at (table, j)->record.id, >=, 0);
    }
}

static void
assert_agrees_with_kernel (GArray     *table,
                           LabSegment *segment)
{
  const LabShmRecord *record = lab_segment_get_record (segment);
  const LabShmEntry *entry = lab_segment_table_find_id (table, record->id);

  g_assert_nonnull (entry);
  if (entry == NULL)
    return;
  g_assert_cmpint (entry->record.key, ==, record->key);
  g_assert_cmpuint (entry->record.mode, ==, record->mode);
  g_assert_cmpuint (entry->record.size_bytes, ==, record->size_bytes);
  g_assert_cmpint (entry->record.cpid, ==, record->cpid);
  g_assert_cmpint (entry->record.lpid, ==, record->lpid);
  g_assert_cmpuint (entry->record.n_attaches, ==, record->n_attaches);
  g_assert_cmpuint (entry->record.uid, ==, record->uid);
  g_assert_cmpuint (entry->record.gid, ==, record->gid);
  g_assert_cmpuint (entry->record.cuid, ==, record->cuid);
  g_assert_cmpuint (entry->record.cgid, ==, record->cgid);
  g_assert_cmpint (entry->record.atime, ==, record->atime);
  g_assert_cmpint (entry->record.dtime, ==, record->dtime);
  g_assert_cmpint (entry->record.ctime, ==, record->ctime);
}

typedef struct
{
  key_t       key;
  LabSegment *segment;
  pid_t       child;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->key = test_key ();
  f->segment = lab_segment_create (f->key, 5000, 0640, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->child != 0)
    test_child_kill (f->child);
  if (!lab_segment_is_removed (f->segment))
    g_assert_true (lab_segment_remove (f->segment, NULL));
  g_clear_object (&f->segment);
}

static void
test_agrees_with_ipc_stat (Fixture       *f,
                           gconstpointer  unused)
{
  g_autoptr(GArray) fresh = lab_segment_table_read (NULL);
  g_autoptr(GArray) attached = NULL;
  g_autoptr(GArray) removed = NULL;

  assert_agrees_with_kernel (fresh, f->segment);
  g_assert_true (lab_segment_table_find_key (fresh, f->key) == lab_segment_table_find_id (fresh, lab_segment_get_id (f->segment)));

  f->child = test_child_attach (lab_segment_get_id (f->segment), TRUE, 3);
  lab_segment_refresh (f->segment, NULL);
  g_assert_cmpuint (lab_segment_get_n_attaches (f->segment), ==, 3);
  attached = lab_segment_table_read (NULL);
  assert_agrees_with_kernel (attached, f->segment);

  g_assert_true (lab_segment_remove (f->segment, NULL));
  lab_segment_refresh (f->segment, NULL);
  removed = lab_segment_table_read (NULL);
  assert_agrees_with_kernel (removed, f->segment);
  g_assert_null (lab_segment_table_find_key (removed, f->key));
  g_assert_true (lab_segment_table_find_id (removed, lab_segment_get_id (f->segment))->record.mode & LAB_MODE_DEST);
}

static void
test_shows_what_is_resident (Fixture       *f,
                             gconstpointer  unused)
{
  g_autoptr(GArray) before = lab_segment_table_read (NULL);
  g_autoptr(GArray) after = NULL;

  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  *(char *) lab_segment_get_base (f->segment) = 'x';
  after = lab_segment_table_read (NULL);
  g_assert_cmpuint (lab_segment_table_find_id (before, lab_segment_get_id (f->segment))->rss_bytes, ==, 0);
  g_assert_cmpuint (lab_segment_table_find_id (after, lab_segment_get_id (f->segment))->rss_bytes, >, 0);
}

static void
test_finds_no_private_key (Fixture       *f,
                           gconstpointer  unused)
{
  g_autoptr(GArray) table = lab_segment_table_parse (HEADER "0 5 600 1 1 1 0 0 0 0 0 0 0 0 0 0\n");

  g_assert_cmpuint (table->len, ==, 1);
  g_assert_null (lab_segment_table_find_key (table, LAB_KEY_PRIVATE));
  g_assert_null (lab_segment_table_find_id (table, 6));
}

static void
test_looking_changes_nothing (Fixture       *f,
                              gconstpointer  unused)
{
  LabShmRecord before = *lab_segment_get_record (f->segment);

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr(GArray) table = lab_segment_table_read (NULL);

      g_assert_nonnull (lab_segment_table_find_key (table, f->key));
    }
  lab_segment_refresh (f->segment, NULL);
  g_assert_cmpmem (&before, sizeof before, lab_segment_get_record (f->segment), sizeof before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/segment-table/reads-every-column", test_reads_every_column);
  g_test_add_func ("/backend/segment-table/finds-columns-by-name", test_finds_columns_by_name);
  g_test_add_func ("/backend/segment-table/passes-over-junk", test_passes_over_junk);
  g_test_add_func ("/backend/segment-table/goes-on-after-junk", test_goes_on_after_junk);
  g_test_add_func ("/backend/segment-table/survives-any-bytes", test_survives_any_bytes);
#define ADD(name, func) g_test_add ("/backend/segment-table/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("agrees-with-ipc-stat", test_agrees_with_ipc_stat);
  ADD ("shows-what-is-resident", test_shows_what_is_resident);
  ADD ("finds-no-private-key", test_finds_no_private_key);
  ADD ("looking-changes-nothing", test_looking_changes_nothing);
  return g_test_run ();
}
