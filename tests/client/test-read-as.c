/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "backend/server/lab-server.h"
#include "client/lab-client-resources.h"
#include "client/lab-read-as.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"

typedef struct
{
  LabReadAs   *read_as;
  GtkWidget   *widget;    /* the same */
  LabClient   *client;
  LabReceiver *receiver;  /* of the client */
  LabSegment  *segment;   /* somebody's homework */
  key_t        key;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  choice = lab_key_choice_new_key (f->key);
  f->client = lab_client_new ();
  f->receiver = lab_client_get_receiver (f->client);
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
  lab_poller_set_paused (lab_client_get_poller (f->client), TRUE);
  f->widget = g_object_ref_sink (g_object_new (LAB_TYPE_READ_AS, "client", f->client, NULL));
  f->read_as = LAB_READ_AS (f->widget);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_clear_object (&f->client);
  g_assert_finalize_object (g_steal_pointer (&f->read_as));
  if (f->segment != NULL)
    lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
}

static void *
make_homework (Fixture *f,
               gsize    size_bytes,
               guint    mode)
{
  f->segment = lab_segment_create (f->key, size_bytes, mode, NULL);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_client_go (f->client);

  return lab_segment_get_base (f->segment);
}

static void
choose (Fixture    *f,
        const char *name)
{
  GtkDropDown *choice = GTK_DROP_DOWN (find_by_id (f->widget, "choice"));
  GListModel *model = gtk_drop_down_get_model (choice);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(GtkStringObject) item = g_list_model_get_item (model, i);

      if (g_str_equal (gtk_string_object_get_string (item), name))
        {
          gtk_drop_down_set_selected (choice, i);
          return;
        }
    }
  g_error ("no choice “%s”", name);
}

static const char *
get_chosen (Fixture *f)
{
  return gtk_string_object_get_string (gtk_drop_down_get_selected_item (GTK_DROP_DOWN (find_by_id (f->widget, "choice"))));
}

static const char *
get_cell (Fixture *f,
          int      column,
          int      row)
{
  return gtk_label_get_text (GTK_LABEL (gtk_grid_get_child_at (GTK_GRID (find_by_id (f->widget, "fields")), column, row)));
}

static void
test_new_destroy (Fixture       *f,
                  gconstpointer  unused)
{
  g_assert_false (gtk_widget_get_visible (f->widget));
}

static void
test_hides_from_our_own_segment (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(LabServer) server = test_server_new (f->key);

  test_server_start (server);
  lab_client_go (f->client);
  g_assert_true (lab_client_is_attached (f->client));
  g_assert_false (gtk_widget_get_visible (f->widget));
  lab_server_clean_up (server);
}

static void
test_reads_as_a_c_string_unless_told (Fixture       *f,
                                      gconstpointer  unused)
{
  strcpy (make_homework (f, 500, 0600), "hello");
  g_assert_true (gtk_widget_get_visible (f->widget));
  g_assert_cmpstr (get_chosen (f), ==, "C string");
  g_assert_false (is_visible (f->widget, "hint"));
  lab_receiver_look (f->receiver);
  g_assert_false (is_visible (f->widget, "details"));
  g_assert_null (lab_receiver_get_preset (f->receiver));

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_false (gtk_widget_get_visible (f->widget));
}

static void
test_shows_the_fields_of_a_layout (Fixture       *f,
                                   gconstpointer  unused)
{
  int *base = make_homework (f, 20, 0666);
  GtkDropDown *choice = GTK_DROP_DOWN (find_by_id (f->widget, "choice"));

  /* The likeliest is the second, and yet not chosen without being asked for, nor offered before a byte is set. */
  g_assert_cmpstr (get_chosen (f), ==, "C string");
  test_wait_for (lab_segment_monitor_get_entry (lab_session_get_monitor (lab_client_get_session (f->client))) != NULL);
  g_assert_false (is_visible (f->widget, "hint"));
  g_assert_cmpstr (get_label (f->widget, "state"), ==, "Nothing is written: all 20 bytes of the segment are zero");
  base[4] = 1;
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (get_label (f->widget, "hint"), ==,
                   "A guess: 20 bytes and mode 0666, as in “MTU, status and four numbers”: choose that to see its fields");
  base[4] = 0;
  lab_receiver_look (f->receiver);
  g_assert_false (is_visible (f->widget, "hint"));
  gtk_drop_down_set_selected (choice, 1);
  g_assert_cmpstr (get_chosen (f), ==, "MTU, status and four numbers");
  g_assert_true (lab_receiver_get_preset (f->receiver) == lab_preset_find ("mtu"));
  g_assert_true (is_visible (f->widget, "details"));
  g_assert_true (g_str_has_prefix (get_label (f->widget, "state"), "FILLED, or a new segment"));

  memcpy (base, (int[]) { 1, 10, -20, 30, 40 }, 20);
  lab_receiver_look (f->receiver);
  g_assert_true (g_str_has_prefix (get_label (f->widget, "state"), "TAKEN: "));
  g_assert_cmpstr (get_cell (f, 0, 1), ==, "status");
  g_assert_cmpstr (get_cell (f, 1, 1), ==, "int");
  g_assert_cmpstr (get_cell (f, 2, 1), ==, "0");
  g_assert_cmpstr (get_cell (f, 3, 1), ==, "1");
  g_assert_cmpstr (get_cell (f, 0, 2), ==, "data");
  g_assert_cmpstr (get_cell (f, 1, 2), ==, "int [4]");
  g_assert_cmpstr (get_cell (f, 2, 2), ==, "4");
  g_assert_cmpstr (get_cell (f, 3, 2), ==, "10  -20  30  40");

  choose (f, "C string");
  g_assert_null (lab_receiver_get_preset (f->receiver));
  g_assert_false (is_visible (f->widget, "scrolled"));
}

static void
test_changes_only_with_the_bytes (Fixture       *f,
                                  gconstpointer  unused)
{
  char *base = make_homework (f, 27, 0666);
  GtkWidget *value, *state = find_by_id (f->widget, "state");
  guint n_values = 0, n_states = 0;

  choose (f, "Cardiff, the alphabet");
  strcpy (base, "abc");
  lab_receiver_look (f->receiver);
  value = gtk_grid_get_child_at (GTK_GRID (find_by_id (f->widget, "fields")), 3, 1);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (value)), ==, "\"abc\"");
  g_signal_connect_swapped (value, "notify", G_CALLBACK (count_cb), &n_values);
  g_signal_connect_swapped (state, "notify", G_CALLBACK (count_cb), &n_states);
  for (int i = 0; i < 20; i++)
    lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_values, ==, 0);

  base[0] = '*';
  lab_receiver_look (f->receiver);
  g_assert_cmpuint (n_values, >, 0);
  g_assert_cmpuint (n_states, >, 0);
  n_states = 0;
  base[1] = 'B';  /* a value and no state */
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (value)), ==, "\"*Bc\"");
  g_assert_cmpuint (n_states, ==, 0);
  g_signal_handlers_disconnect_by_data (value, &n_values);
  g_signal_handlers_disconnect_by_data (state, &n_states);
}

static void
test_says_whose_key_it_is (Fixture       *f,
                           gconstpointer  unused)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "shmdemo.c", NULL);
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file (path, 'R');

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
  g_assert_true (lab_client_make_key (f->client, NULL));
  f->key = lab_session_get_key (lab_client_get_session (f->client));
  strcpy (make_homework (f, 1024, 0644), "hello");
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (get_label (f->widget, "hint"), ==,
                   "A guess: key ftok(\"shmdemo.c\", 'R') and 1,024 bytes, as in “Beej’s guide, shmdemo”: choose that to see its fields");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_by_id (f->widget, "choice")), 1);
  g_assert_cmpstr (get_chosen (f), ==, "Beej’s guide, shmdemo");
  g_assert_cmpstr (get_label (f->widget, "hint"), ==,
                   "A guess: key ftok(\"shmdemo.c\", 'R') and 1,024 bytes, as in “Beej’s guide, shmdemo”");
  g_remove (path);
  g_rmdir (folder);
}

static void
take_number_as_key (Fixture *f,
                    key_t    key)
{
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_key (key);

  f->key = key;
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
}

/* Skipped where somebody else has the key. */
static gboolean
is_taken (key_t key)
{
  if (shmget (key, 0, 0) == -1)
    return FALSE;

  g_test_skip ("another program has this key");

  return TRUE;
}

static void
test_another_size_is_another_layout (Fixture       *f,
                                     gconstpointer  unused)
{
  struct { int cnt, complete; char buf[1024]; } *homework;

  if (is_taken (0x1234))
    return;
  take_number_as_key (f, 0x1234);
  homework = make_homework (f, sizeof *homework, 0660);
  homework->cnt = 5;
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (get_label (f->widget, "hint"), ==,
                   "0x1234 is the key of “TLPI, svshm_xfr” too, but that has 1,028 bytes and this segment 1,032: another layout");
  g_assert_null (strstr (get_label (f->widget, "state"), "semaphores"));
  choose (f, "TLPI, svshm_xfr");
  g_assert_null (strstr (get_label (f->widget, "state"), "semaphores"));
  g_assert_true (g_str_has_prefix (get_label (f->widget, "state"), "The segment has 1,032 bytes, and this layout 1,028: perhaps it is another one"));
}

static void
test_what_lies_outside_is_absent (Fixture       *f,
                                  gconstpointer  unused)
{
  int *base = make_homework (f, 4, 0666);

  base[0] = 29049;
  lab_receiver_look (f->receiver);
  choose (f, "TLPI, svshm_xfr");
  g_assert_cmpstr (get_label (f->widget, "state"), ==, "The segment has 4 bytes, and this layout needs 1,028: it is another one");
  g_assert_cmpstr (get_cell (f, 3, 1), ==, "29049");
  g_assert_cmpstr (get_cell (f, 3, 2), ==, "(outside)");
  g_assert_null (lab_receiver_get_message (f->receiver));
}

/* The two semaphores come and go without a byte's change. */
static void
test_finds_the_semaphores (Fixture       *f,
                           gconstpointer  unused)
{
  struct { int cnt; char buf[1024]; } *transfer;
  GtkWidget *window;
  int semaphores;

  if (is_taken (0x1234))
    return;
  semaphores = semget (0x5678, 2, IPC_CREAT | IPC_EXCL | 0600);
  if (semaphores == -1)
    {
      g_test_skip ("another program has these semaphores");
      return;
    }

  take_number_as_key (f, 0x1234);
  transfer = make_homework (f, sizeof *transfer, 0660);
  transfer->cnt = 5;
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (get_label (f->widget, "hint"), ==,
                   "A guess: key 0x1234, 1,028 bytes, and two semaphores with key 0x5678, as in “TLPI, svshm_xfr”: choose that to see its fields");
  choose (f, "TLPI, svshm_xfr");
  g_assert_cmpstr (get_label (f->widget, "state"), ==, "A block of 5 bytes; whose turn it is, the two semaphores with key 0x5678 tell");

  window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), f->widget);
  gtk_widget_show (window);
  g_assert_cmpint (semctl (semaphores, 0, IPC_RMID), ==, 0);
  test_wait_for (strstr (get_label (f->widget, "state"), "are not there, so nothing tells whose turn it is") != NULL);
  g_assert_nonnull (strstr (get_label (f->widget, "hint"), "but its two semaphores with key 0x5678 are not there"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A server of ours that has not written its control block yet: nobody's homework. */
static void
test_our_own_file_is_no_tutorials (Fixture       *f,
                                   gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_default (NULL);

  g_assert_nonnull (choice);
  lab_choice_set_key_choice (lab_session_get_choice (lab_client_get_session (f->client)), choice);
  g_assert_true (lab_client_make_key (f->client, NULL));
  f->key = lab_session_get_key (lab_client_get_session (f->client));
  if (is_taken (f->key))
    return;
  strcpy (make_homework (f, 1024, 0666), "x");
  lab_receiver_look (f->receiver);
  g_assert_true (gtk_widget_get_visible (f->widget));
  g_assert_false (is_visible (f->widget, "hint"));
}

static void
test_says_that_a_text_has_no_end (Fixture       *f,
                                  gconstpointer  unused)
{
  char *base = make_homework (f, 50, 0600);

  memset (base, 'x', 50);
  lab_receiver_look (f->receiver);
  g_assert_cmpstr (get_label (f->widget, "state"), ==,
                   "There is no NUL in the segment’s 50 bytes: a program that prints the text reads on behind the segment’s end");
  g_assert_true (is_visible (f->widget, "details"));
  g_assert_false (is_visible (f->widget, "scrolled"));
  base[3] = '\0';
  lab_receiver_look (f->receiver);
  g_assert_true (g_str_has_prefix (get_label (f->widget, "state"), "Behind the text’s NUL 46 bytes are not zero: "));
  memset (base + 3, 0, 47);
  lab_receiver_look (f->receiver);
  g_assert_false (is_visible (f->widget, "details"));
}

/* A segment that is too small, and bytes that are no text and would be many lines. */
static void
test_shows_anything (Fixture       *f,
                     gconstpointer  unused)
{
  guint8 *base = make_homework (f, 30, 0666);
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  for (guint i = 0; i < n_presets * 20; i++)
    {
      const LabPreset *preset = &presets[i % n_presets];

      for (int j = 0; j < 30; j++)
        base[j] = i % 3 == 0 ? '\n' : (guint8) g_test_rand_int_range (0, 256);
      choose (f, lab_preset_get_name (preset));
      lab_receiver_look (f->receiver);
      for (guint row = 1; row <= preset->n_fields; row++)
        {
          g_assert_true (g_utf8_validate (get_cell (f, 3, (int) row), -1, NULL));
          g_assert_null (strchr (get_cell (f, 3, (int) row), '\n'));
        }
    }
  choose (f, "NTP reference clock");
  g_assert_true (g_str_has_prefix (get_label (f->widget, "state"), "The segment has 30 bytes, and this layout needs "));
  g_assert_cmpstr (get_cell (f, 3, 12), ==, "(outside)");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
  lab_client_register_resource ();
#define ADD(name, func) g_test_add ("/client/read-as/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new-destroy", test_new_destroy);
  ADD ("hides-from-our-own-segment", test_hides_from_our_own_segment);
  ADD ("reads-as-a-c-string-unless-told", test_reads_as_a_c_string_unless_told);
  ADD ("shows-the-fields-of-a-layout", test_shows_the_fields_of_a_layout);
  ADD ("changes-only-with-the-bytes", test_changes_only_with_the_bytes);
  ADD ("says-whose-key-it-is", test_says_whose_key_it_is);
  ADD ("another-size-is-another-layout", test_another_size_is_another_layout);
  ADD ("what-lies-outside-is-absent", test_what_lies_outside_is_absent);
  ADD ("finds-the-semaphores", test_finds_the_semaphores);
  ADD ("our-own-file-is-no-tutorials", test_our_own_file_is_no_tutorials);
  ADD ("says-that-a-text-has-no-end", test_says_that_a_text_has_no_end);
  ADD ("shows-anything", test_shows_anything);
  return g_test_run ();
}
