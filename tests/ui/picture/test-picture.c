/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/layout/lab-latch.h"
#include "helpers/helper-blocks.h"
#include "helpers/helper-child.h"
#include "helpers/helper-content.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/picture/lab-picture-part.h"
#include "ui/picture/lab-picture-process.h"
#include "ui/picture/lab-picture.h"

#define NOBODY 65534

static char *programs_folder;

typedef struct
{
  key_t         key;
  LabSession   *session;
  LabSegment   *segment;
  GPtrArray    *helpers;   /* of GSubprocess */
  GtkWidget    *window;
  GtkWidget    *picture;
  const char   *shown_tab; /* what the last click asked for */
  pid_t         shown_pid;
  guint         n_frames;
} Fixture;

static void
show_tab_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  Fixture *f = data;

  f->shown_tab = g_intern_string (g_variant_get_string (parameter, NULL));
}

static void
show_process_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  Fixture *f = data;

  f->shown_pid = g_variant_get_int32 (parameter);
}

static void
set_up (Fixture       *f,
        gconstpointer  role)
{
  static const GActionEntry entries[] = {
    { .name = "show", .activate = show_tab_cb, .parameter_type = "s" },
    { .name = "show-process", .activate = show_process_cb, .parameter_type = "i" },
  };
  g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new ();

  f->key = test_key ();
  f->helpers = g_ptr_array_new_with_free_func (g_object_unref);
  f->session = lab_session_new ((LabRole) GPOINTER_TO_INT (role));
  lab_segment_monitor_set_interval_ms (lab_session_get_monitor (f->session), 40);

  f->window = gtk_window_new ();
  f->picture = lab_picture_new (f->session);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 860, 560);
  gtk_window_set_child (GTK_WINDOW (f->window), f->picture);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), f);
  gtk_widget_insert_action_group (f->window, "inspector", G_ACTION_GROUP (actions));
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
end_helper (Fixture *f,
            guint    position)
{
  g_autoptr(GSubprocess) helper = g_object_ref (g_ptr_array_index (f->helpers, position));

  g_output_stream_close (g_subprocess_get_stdin_pipe (helper), NULL, NULL);
  g_assert_true (g_subprocess_wait (helper, NULL, NULL));
  g_ptr_array_remove_index (f->helpers, position);
}

static void
tear_down (Fixture       *f,
           gconstpointer  role)
{
  while (f->helpers->len > 0)
    end_helper (f, 0);
  gtk_window_destroy (GTK_WINDOW (f->window));
  if (f->segment != NULL && !lab_segment_is_removed (f->segment))
    lab_segment_remove (f->segment, NULL);
  g_clear_object (&f->segment);
  g_ptr_array_unref (f->helpers);
  g_clear_object (&f->session);
}

/* Our programs' names mean a program of that name, and not merely a process that calls itself so. */
static char *
dup_program (const char *name)
{
  g_autofree char *helper = g_test_build_filename (G_TEST_BUILT, "helpers", "helper-attach", NULL);
  g_autoptr(GFile) from = g_file_new_for_path (helper);
  g_autoptr(GFile) to = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  if (!g_str_has_prefix (name, "shmlab-"))
    return g_steal_pointer (&helper);

  if (programs_folder == NULL)
    programs_folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  path = g_build_filename (programs_folder, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      to = g_file_new_for_path (path);
      g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }

  return g_steal_pointer (&path);
}

static void
forget_programs (void)
{
  static const char * const names[] = { "shmlab-server", "shmlab-client" };

  for (guint i = 0; programs_folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (programs_folder, names[i], NULL);

      g_unlink (path);
    }
  if (programs_folder != NULL)
    g_rmdir (programs_folder);
  g_clear_pointer (&programs_folder, g_free);
}

/* A real process of the name @name that has the segment @id attached; its pid.  With ~ before
 * its name it is another program which calls itself so. */
static pid_t
add_helper_to (Fixture    *f,
               const char *name,
               const char *id,
               const char *access,
               const char *times)
{
  g_autofree char *program = dup_program (name);
  g_autoptr(GError) error = NULL;
  GSubprocess *helper;
  char line[9];
  gsize n_read;

  name += name[0] == '~';
  helper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                             program, name, id, access, times, NULL);
  g_assert_no_error (error);
  g_ptr_array_add (f->helpers, helper);
  g_assert_true (g_input_stream_read_all (g_subprocess_get_stdout_pipe (helper), line, sizeof line, &n_read, NULL, &error));
  g_assert_cmpuint (n_read, ==, sizeof line);  /* "attached\n" */

  return (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (helper), NULL, 10);
}

static pid_t
add_helper (Fixture    *f,
            const char *name,
            const char *access,
            const char *times)
{
  g_autofree char *id = g_strdup_printf ("%d", lab_segment_get_id (f->segment));

  return add_helper_to (f, name, id, access, times);
}

static void
create_segment (Fixture *f)
{
  g_autoptr(GError) error = NULL;

  f->segment = lab_segment_create (f->key, 4096, 0600, &error);
  g_assert_no_error (error);
  lab_session_set_segment (f->session, f->segment);
}

static gboolean
headline_is (Fixture    *f,
             const char *text)
{
  return strcmp (get_label (f->picture, "headline"), text) == 0;
}

#define wait_for_headline(f, text) \
  G_STMT_START { \
    test_wait_for (headline_is ((f), (text))); \
    g_assert_cmpstr (get_label ((f)->picture, "headline"), ==, (text)); \
  } G_STMT_END

static GtkAccessible *
get_segment_button (Fixture *f)
{
  return GTK_ACCESSIBLE (find_by_id (find_by_id (f->picture, "segment"), "button"));
}

static void
assert_segment_says (Fixture    *f,
                     const char *name,
                     const char *description)
{
  gtk_test_accessible_assert_property (get_segment_button (f), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  gtk_test_accessible_assert_property (get_segment_button (f), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description);
}

static LabPictureProcess *
get_process (Fixture *f,
             pid_t    pid)
{
  static const char * const columns[] = { "servers", "others" };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    for (GtkWidget *child = gtk_widget_get_first_child (find_by_id (f->picture, columns[i]));
         child != NULL;
         child = gtk_widget_get_next_sibling (child))
      if (LAB_IS_PICTURE_PROCESS (child) && lab_picture_process_get_pid (LAB_PICTURE_PROCESS (child)) == pid)
        return LAB_PICTURE_PROCESS (child);

  return NULL;
}

static guint
count_processes (Fixture    *f,
                 const char *column)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (find_by_id (f->picture, column));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += LAB_IS_PICTURE_PROCESS (child);

  return n;
}

static void
assert_process_says (Fixture    *f,
                     pid_t       pid,
                     const char *title)
{
  g_autofree char *name = g_strdup_printf ("%s, pid %d", title, (int) pid);
  LabPictureProcess *process = get_process (f, pid);

  g_assert_nonnull (process);
  gtk_test_accessible_assert_role (process, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (process, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  gtk_test_accessible_assert_property (find_by_id (GTK_WIDGET (process), "header"), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

static LabPicturePart *
get_stretch (LabPictureProcess *process,
             guint              which)
{
  for (guint i = 0; i < lab_picture_process_get_n_parts (process); i++)
    {
      LabPicturePart *part = lab_picture_process_get_part (process, i);

      if (lab_picture_part_get_kind (part) == LAB_PICTURE_PART_STRETCH && which-- == 0)
        return part;
    }

  return NULL;
}

static const char *
part_text (LabPictureProcess *process,
           guint              position)
{
  GtkWidget *label = gtk_widget_get_first_child (GTK_WIDGET (lab_picture_process_get_part (process, position)));

  return gtk_label_get_text (GTK_LABEL (label));
}

static guint
find_part (LabPictureProcess *process,
           const char        *text)
{
  for (guint i = 0; i < lab_picture_process_get_n_parts (process); i++)
    if (strcmp (part_text (process, i), text) == 0)
      return i;

  g_error ("there is no part “%s”", text);
}

/* Draws a frame of a state into a file, for somebody to look at, when asked to. */
static void
take_picture (Fixture    *f,
              const char *name)
{
  const char *folder = g_getenv ("TEST_PICTURES");
  g_autoptr(GdkPaintable) paintable = NULL;
  g_autoptr(GtkSnapshot) snapshot = NULL;
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return;

  test_run_for_ms (400);
  paintable = gtk_widget_paintable_new (f->picture);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (f->picture), gtk_widget_get_height (f->picture));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (f->picture)), node, NULL);
  path = g_strdup_printf ("%s/picture-%s.png", folder, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static void
test_new_destroy (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  GtkWidget *picture = g_object_ref_sink (lab_picture_new (session));

  gtk_test_accessible_assert_role (picture, GTK_ACCESSIBLE_ROLE_GROUP);
  g_assert_finalize_object (picture);
}

/* Shown, and destroyed while it reads the address space. */
static void
test_destroyed_while_reading (void)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_SERVER);
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), lab_picture_new (session));
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (window));
  test_run_for_ms (50);
}

static void
test_follows_the_storyboard (Fixture       *f,
                             gconstpointer  role)
{
  g_autofree char *id_text = NULL;
  g_autofree char *key_text = NULL;
  g_autofree char *text = NULL;
  LabPictureProcess *own;
  LabPicturePart *stretch;
  pid_t first, second;

  wait_for_headline (f, "There is no key yet.");
  assert_segment_says (f, "no key yet", "Here the kernel will keep the segment; a segment belongs to no process.");

  /* 1 Before */
  lab_session_set_key (f->session, f->key);
  wait_for_headline (f, "No segment has this key.");
  assert_segment_says (f, "no segment has this key",
                       "Here the kernel will keep the segment; a segment belongs to no process.");
  assert_process_says (f, getpid (), "Server");
  own = get_process (f, getpid ());
  g_assert_cmpstr (part_text (own, 0), ==, "stack");
  find_part (own, "libraries");
  find_part (own, "nothing mapped here");
  find_part (own, "program");
  g_assert_null (get_stretch (own, 0));
  take_picture (f, "1");

  /* 2 shmget */
  create_segment (f);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  id_text = g_strdup_printf ("Segment %d", lab_segment_get_id (f->segment));
  key_text = g_strdup_printf ("key 0x%08x", (guint) f->key);
  text = g_strdup_printf ("%s. 4,096 bytes · rw-------. (all zero). attached: 0. lives in the kernel", key_text);
  assert_segment_says (f, id_text, text);
  take_picture (f, "2");

  /* 3 shmat */
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  wait_for_headline (f, "A stretch of the server’s addresses is the segment.");
  stretch = get_stretch (own, 0);
  g_assert_nonnull (stretch);
  g_assert_cmphex (lab_picture_part_get_address (stretch), ==, (guint64) (gsize) lab_segment_get_base (f->segment));
  g_assert_true (lab_picture_part_is_writable (stretch));
  g_free (text);
  text = g_strdup_printf ("%p", lab_segment_get_base (f->segment));
  gtk_test_accessible_assert_property (stretch, GTK_ACCESSIBLE_PROPERTY_LABEL, text);
  g_free (text);
  text = g_strdup_printf ("At %p process %d sees the segment; it may read and write (rw-s).",
                          lab_segment_get_base (f->segment), (int) getpid ());
  gtk_test_accessible_assert_property (stretch, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (stretch)), ==, text);
  take_picture (f, "3");

  /* 4 Two clients attach */
  first = add_helper (f, "shmlab-client", "r", NULL);
  second = add_helper (f, "shmlab-client", "r", NULL);
  strcpy (lab_segment_get_base (f->segment), "Good morning, class!");
  lab_session_set_message (f->session, "Good morning, class!");
  test_wait_for (get_process (f, first) != NULL && get_process (f, second) != NULL);
  g_assert_true (g_str_has_prefix (get_label (f->picture, "headline"), "Three processes, "));
  g_assert_true (g_str_has_suffix (get_label (f->picture, "headline"), " addresses, one piece of memory."));
  assert_process_says (f, first, "Client 1");
  assert_process_says (f, second, "Client 2");
  g_assert_false (lab_picture_part_is_writable (get_stretch (get_process (f, first), 0)));
  g_assert_cmpuint (count_processes (f, "servers"), ==, 1);
  g_assert_cmpuint (count_processes (f, "others"), ==, 2);
  g_free (text);
  text = g_strdup_printf ("%s. 4,096 bytes · rw-------. “Good morning, class!”. attached: 3. lives in the kernel", key_text);
  assert_segment_says (f, id_text, text);
  take_picture (f, "4");

  /* 5 The server detaches and IPC_RMID is set; readers still read */
  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_true (lab_segment_remove (f->segment, NULL));
  wait_for_headline (f, "Marked for removal, and still there: 2 attachments are left.");
  assert_segment_says (f, id_text,
                       "key 0: nobody finds it. 4,096 bytes · rw-------. (attach it to see what is in it). attached: 2. marked for removal");
  test_wait_for (get_stretch (own, 0) == NULL);
  find_part (own, "nothing mapped here");
  take_picture (f, "5");

  /* The number of a client stays its own. */
  end_helper (f, 0);
  wait_for_headline (f, "Marked for removal, and still there: 1 attachment is left.");
  assert_process_says (f, second, "Client 2");

  /* 6 The last shmdt */
  end_helper (f, 0);
  g_free (text);
  text = g_strdup_printf ("Segment %d is gone.", lab_segment_get_id (f->segment));
  wait_for_headline (f, text);
  g_assert_cmpstr (get_label (f->picture, "explanation"), ==,
                   "It was marked for removal, and the last process has detached: only now the memory is given back.");
  assert_segment_says (f, "no segment has this key any more", "The kernel has given the memory back.");
  g_assert_cmpuint (count_processes (f, "others"), ==, 0);
  take_picture (f, "6");
}

/* Each box of this process stands above those with lower addresses. */
static void
test_keeps_the_real_order (Fixture       *f,
                           gconstpointer  role)
{
  LabPictureProcess *own;
  guint64 last = G_MAXUINT64;
  guint n_checked = 0;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  test_wait_for (get_process (f, getpid ()) != NULL && get_stretch (get_process (f, getpid ()), 0) != NULL);
  own = get_process (f, getpid ());

  for (guint i = 0; i < lab_picture_process_get_n_parts (own); i++)
    {
      GtkWidget *part = GTK_WIDGET (lab_picture_process_get_part (own, i));
      const char *address = strstr (gtk_widget_get_tooltip_text (part), "0x");
      guint64 start;

      g_assert_nonnull (address);
      start = g_ascii_strtoull (address, NULL, 16);
      g_assert_cmphex (start, <, last);
      last = start;
      n_checked++;
    }
  g_assert_cmpuint (n_checked, >=, 4);
}

static void
test_shows_foreign_programs_and_double_attachments (Fixture       *f,
                                                    gconstpointer  role)
{
  pid_t foreign;

  create_segment (f);
  lab_session_set_key (f->session, f->key);
  foreign = add_helper (f, "a.out", "w", "2");
  test_wait_for (get_process (f, foreign) != NULL);
  assert_process_says (f, foreign, "a.out");
  g_assert_nonnull (get_stretch (get_process (f, foreign), 1));
  g_assert_null (get_stretch (get_process (f, foreign), 2));
  wait_for_headline (f, "One process, two addresses, one piece of memory.");
  g_assert_cmpstr (get_label (f->picture, "explanation"), ==,
                   "The kernel counts attachments, not processes: a process that attaches twice counts twice.");
}

/* The way IPC_RMID splits those who know the id from those who know the key. */
static void
test_tells_when_another_segment_has_the_key (Fixture       *f,
                                             gconstpointer  role)
{
  g_autoptr(LabSegment) other = NULL;
  g_autofree char *text = NULL;

  create_segment (f);
  lab_session_set_key (f->session, f->key);
  add_helper (f, "shmlab-client", "r", NULL);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  wait_for_headline (f, "Marked for removal, and still there: 1 attachment is left.");

  other = lab_segment_create (f->key, 4096, 0600, NULL);
  g_assert_nonnull (other);
  text = g_strdup_printf ("Segment %d has the key now: who looks it up meets that one, and never this.",
                          lab_segment_get_id (other));
  test_wait_for (strcmp (get_label (f->picture, "explanation"), text) == 0);
  g_assert_true (lab_segment_remove (other, NULL));
}

/* A key that is free again proves nothing about the memory: somebody may still have it attached.
 * And a segment that goes is told, though this process has let go of it. */
static void
test_calls_nothing_gone_that_is_there (Fixture       *f,
                                       gconstpointer  role)
{
  g_autofree char *text = NULL;

  create_segment (f);
  add_helper (f, "shmlab-client", "r", NULL);
  wait_for_headline (f, "One process, one address, one piece of memory.");
  lab_session_set_segment (f->session, NULL);
  wait_for_headline (f, "There is no key yet.");

  lab_session_set_key (f->session, f->key);
  wait_for_headline (f, "One process, one address, one piece of memory.");
  g_assert_true (lab_segment_remove (f->segment, NULL));
  text = g_strdup_printf ("Segment %d has lost its key.", lab_segment_get_id (f->segment));
  wait_for_headline (f, text);
  assert_segment_says (f, "no segment has this key any more", "The kernel gives the memory back when the last process detaches.");

  end_helper (f, 0);
  g_free (text);
  text = g_strdup_printf ("Segment %d is gone.", lab_segment_get_id (f->segment));
  wait_for_headline (f, text);
  assert_segment_says (f, "no segment has this key any more", "The kernel has given the memory back.");

  /* Under another key there was none. */
  lab_session_set_key (f->session, test_key ());
  wait_for_headline (f, "No segment has this key.");
  assert_segment_says (f, "no segment has this key", "Here the kernel will keep the segment; a segment belongs to no process.");
}

/* An id names one segment, attached or not, and whether there is one. */
static void
test_follows_an_id (Fixture       *f,
                    gconstpointer  role)
{
  g_autofree char *id_text = NULL, *gone = NULL, *none = NULL;
  int id;

  none = g_strdup_printf ("No segment has the id %d.", G_MAXINT - 4711);
  lab_session_set_given_id (f->session, G_MAXINT - 4711);
  wait_for_headline (f, none);
  assert_segment_says (f, "no segment has this id",
                       "Nothing is here: a segment with this id was removed, or there never was one.");

  create_segment (f);
  id = lab_segment_get_id (f->segment);
  id_text = g_strdup_printf ("Segment %d", id);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  lab_session_set_given_id (f->session, id);
  lab_session_set_segment (f->session, NULL);
  add_helper (f, "shmlab-client", "r", NULL);
  wait_for_headline (f, "One process, one address, one piece of memory.");
  g_assert_cmpstr (get_label (f->picture, "title"), ==, id_text);

  end_helper (f, 0);
  g_assert_true (lab_segment_remove (f->segment, NULL));
  gone = g_strdup_printf ("Segment %d is gone.", id);
  wait_for_headline (f, gone);
  assert_segment_says (f, "the segment is gone", "The kernel has given the memory back.");
}

static void
test_shows_a_server_to_a_client (Fixture       *f,
                                 gconstpointer  role)
{
  g_autofree char *text = NULL;
  pid_t server;

  lab_session_set_key (f->session, f->key);
  wait_for_headline (f, "No segment has this key.");
  g_assert_cmpstr (get_label (f->picture, "explanation"), ==,
                   "A server makes one; a client never passes IPC_CREAT.");
  assert_process_says (f, getpid (), "This client");
  g_assert_true (is_visible (f->picture, "no_server"));

  /* Found by its key, before this client has called shmget. */
  f->segment = lab_segment_create (f->key, 4096, 0640, NULL);
  server = add_helper (f, "shmlab-server", "w", NULL);
  test_wait_for (get_process (f, server) != NULL);
  assert_process_says (f, server, "Server");
  g_assert_false (is_visible (f->picture, "no_server"));
  text = g_strdup_printf ("key 0x%08x. 4,096 bytes · rw-r-----. (attach it to see what is in it). attached: 1. lives in the kernel",
                          (guint) f->key);
  gtk_test_accessible_assert_property (get_segment_button (f), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
  g_assert_cmpstr (get_label (f->picture, "explanation"), ==,
                   "This process is not attached: it sees who is, and not what is in it.");

  /* What a stranger wrote is seen once it is attached, and made fit for the screen. */
  lab_session_set_segment (f->session, f->segment);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  memcpy (lab_segment_get_base (f->segment), "caf\xe9\x01!", 7);
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (get_stretch (get_process (f, getpid ()), 0) != NULL);
  lab_session_memory_changed (f->session);
  g_assert_cmpstr (get_label (f->picture, "content"), ==, "“caf\xef\xbf\xbd␁!”");
  take_picture (f, "client");
}

static void
test_counts_a_hundred (Fixture       *f,
                       gconstpointer  role)
{
  create_segment (f);
  for (guint i = 0; i < 100; i++)
    add_helper (f, "shmlab-client", "r", NULL);

  test_wait_for (strcmp (get_label (f->picture, "attached"), "attached: 100") == 0);
  g_assert_true (is_visible (f->picture, "more"));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_by_id (f->picture, "more"))), ==, "and 96 more processes");
  g_assert_cmpuint (count_processes (f, "others"), ==, 4);
  g_assert_true (g_str_has_prefix (get_label (f->picture, "headline"), "100 processes, "));
  take_picture (f, "hundred");

  while (f->helpers->len > 5)
    end_helper (f, f->helpers->len / 2);
  test_wait_for (strcmp (get_label (f->picture, "attached"), "attached: 5") == 0);
  g_assert_false (is_visible (f->picture, "more"));
  g_assert_cmpuint (count_processes (f, "others"), ==, 5);

  while (f->helpers->len > 0)
    end_helper (f, 0);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  g_assert_cmpuint (count_processes (f, "others"), ==, 0);
}

static gboolean
is_equal_to_the_kernel (Fixture *f)
{
  g_autofree char *text = NULL;
  LabShmRecord record;
  guint n_shown = count_processes (f, "others");
  guint n_more = 0;

  g_assert_cmpint (lab_sysv_shmctl_stat (lab_segment_get_id (f->segment), &record, NULL), ==, 0);
  g_assert_cmpuint (record.n_attaches, ==, f->helpers->len);
  text = g_strdup_printf ("attached: %lu", record.n_attaches);
  if (strcmp (get_label (f->picture, "attached"), text) != 0)
    return FALSE;

  if (is_visible (f->picture, "more"))
    n_more = (guint) atoi (gtk_button_get_label (GTK_BUTTON (find_by_id (f->picture, "more"))) + strlen ("and "));
  if (n_shown + n_more != f->helpers->len)
    return FALSE;

  /* Each that is drawn is one of those that live, and each stands there once. */
  for (guint i = 0; i < f->helpers->len; i++)
    {
      const char *pid = g_subprocess_get_identifier (g_ptr_array_index (f->helpers, i));

      n_shown -= get_process (f, (pid_t) g_ascii_strtoll (pid, NULL, 10)) != NULL;
    }

  return n_shown == 0;
}

static void
assert_content (Fixture    *f,
                const char *text)
{
  lab_session_memory_changed (f->session);
  g_assert_cmpstr (get_label (f->picture, "content"), ==, text);
}

/* Not what was written or seen some time ago. */
static void
test_says_what_is_there_now (Fixture       *f,
                             gconstpointer  role)
{
  const LabLayout *layout;
  LabControl *control;
  char *base;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  test_wait_for (get_process (f, getpid ()) != NULL && get_stretch (get_process (f, getpid ()), 0) != NULL);
  base = lab_segment_get_base (f->segment);
  layout = lab_segment_get_layout (f->segment);
  assert_content (f, "(all zero)");

  /* Somebody else's bytes. */
  base[100] = 'x';
  assert_content (f, "(no text at its beginning)");
  base[0] = 1;
  assert_content (f, "(not text: 01 00 00 00 00 00 00 00 …)");
  strcpy (base, "plain");
  assert_content (f, "“plain”");
  memset (base, 0, 4096);
  base[4095] = 1;
  assert_content (f, "(no text at its beginning)");
  memset (base, 0, 4096);

  /* Ours: the control block is there, and then messages. */
  lab_latch_init (layout);
  assert_content (f, "(no message yet)");
  lab_latch_publish (layout, "Hello", 5, 1, 1);
  assert_content (f, "“Hello”");
  lab_latch_publish (layout, "", 0, 2, 2);
  lab_session_set_message (f->session, "");
  assert_content (f, "(an empty message)");

  /* Without a protocol, in the middle of a store in slow motion. */
  control = lab_layout_control (layout);
  atomic_store (&control->protocol, LAB_PROTOCOL_NONE);
  strcpy (base, "AAAAA");
  lab_session_set_message (f->session, "AAAAA");
  assert_content (f, "“AAAAA”");
  memcpy (base, "BB", 2);
  lab_session_set_write_cursor (f->session, 1);
  g_assert_cmpstr (get_label (f->picture, "content"), ==, "being written: “BBAAA”");
  memcpy (base, "BBBBB", 5);
  lab_session_set_write_cursor (f->session, -1);
  g_assert_cmpstr (get_label (f->picture, "content"), ==, "“BBBBB”");

  atomic_store (&control->protocol, LAB_PROTOCOL_SEMAPHORE);
  atomic_store (&control->state, LAB_STATE_WRITING);
  assert_content (f, "being written: “BBBBB”");

  /* What nobody here sees is not said. */
  g_assert_true (lab_segment_detach (f->segment, NULL));
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (strcmp (get_label (f->picture, "content"), "(attach it to see what is in it)") == 0);
}

/* Of more than was looked at nothing is said. */
static void
test_says_how_far_it_is_zero (Fixture       *f,
                              gconstpointer  role)
{
  f->segment = lab_segment_create (f->key, 100000, 0600, NULL);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_session_set_segment (f->session, f->segment);
  test_wait_for (strcmp (get_label (f->picture, "content"), "(zero at its beginning)") == 0);
}

/* A server of another kind. */
static void
test_who_made_it_stands_there_by_name (Fixture       *f,
                                       gconstpointer  role)
{
  g_autofree char *id = g_strdup_printf ("key:%d", (int) f->key);
  g_autofree char *text = NULL;
  GtkWidget *label;
  pid_t creator;

  creator = add_helper_to (f, "homework", id, "w", NULL);
  lab_session_set_key (f->session, f->key);
  test_wait_for (get_process (f, creator) != NULL);
  assert_process_says (f, creator, "homework");
  g_assert_cmpuint (count_processes (f, "servers"), ==, 1);
  g_assert_false (is_visible (f->picture, "no_server"));
  g_assert_cmpstr (get_label (GTK_WIDGET (get_process (f, creator)), "note"), ==, "made the segment");

  f->segment = lab_segment_find (f->key, NULL);
  g_assert_nonnull (f->segment);
  end_helper (f, 0);
  test_wait_for (is_visible (f->picture, "no_server"));
  label = gtk_widget_get_first_child (find_by_id (f->picture, "no_server"));
  text = g_strdup_printf ("made by pid %d, which has ended", (int) creator);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, text);
}

static void
test_no_content_changes_its_size (Fixture       *f,
                                  gconstpointer  role)
{
  int minimum_before, minimum;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  strcpy (lab_segment_get_base (f->segment), "before");
  wait_for_headline (f, "A stretch of the server’s addresses is the segment.");
  assert_content (f, "“before”");
  gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_before, NULL, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (hostile_contents); i++)
    {
      g_autofree char *content = make_hostile_content (&hostile_contents[i], 4000);

      memset (lab_segment_get_base (f->segment), 0, 4096);
      strcpy (lab_segment_get_base (f->segment), content);
      lab_session_memory_changed (f->session);
      gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      g_test_message ("%s: at least %d wide", hostile_contents[i].name, minimum);
      g_assert_cmpint (minimum, <=, minimum_before);
    }
}

/* As many as there are in a namespace. */
static void
test_groups_what_is_too_much (Fixture       *f,
                              gconstpointer  role)
{
  LabPictureProcess *process;
  pid_t pid;

  create_segment (f);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  test_run_for_ms (200);

  test_blocks_begin ();
  pid = add_helper (f, "a.out", "r", "4000");
  test_wait_for (strcmp (get_label (f->picture, "attached"), "attached: 4000") == 0 && get_process (f, pid) != NULL);
  test_run_for_ms (1000);
  test_blocks_end ();
  process = get_process (f, pid);
  g_assert_cmpuint (lab_picture_process_get_n_parts (process), ==, 5);
  g_assert_cmpstr (part_text (process, 4), ==, "3,996 more of the same process");
  g_test_message ("4,000 attachments: the main loop worked %.1f ms at once, %.0f ms in all",
                  (double) test_blocks.longest_us / 1000, (double) test_blocks.total_us / 1000);
  g_assert_cmpint (test_blocks.longest_us, <, 100000);
  take_picture (f, "4000");

  /* As many as the picture draws, and one more. */
  end_helper (f, 0);
  pid = add_helper (f, "a.out", "r", "5");
  test_wait_for (get_process (f, pid) != NULL && strcmp (get_label (f->picture, "attached"), "attached: 5") == 0);
  g_assert_cmpuint (lab_picture_process_get_n_parts (get_process (f, pid)), ==, 5);
  g_assert_nonnull (get_stretch (get_process (f, pid), 4));
}

static void
test_a_crowd_does_not_hold_it_up (Fixture       *f,
                                  gconstpointer  role)
{
  guint n = g_getenv ("LAB_SLOW_TESTS") != NULL ? 500 : 150;
  g_autofree char *text = g_strdup_printf ("attached: %u", n);

  create_segment (f);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  test_run_for_ms (200);

  for (guint i = 0; i < n; i++)
    {
      add_helper (f, "a.out", "r", NULL);  /* itself no work of the picture's */
      if (i % 10 == 0)
        {
          test_blocks_begin ();
          test_run_for_ms (20);
          test_blocks_end ();
          g_assert_cmpint (test_blocks.longest_us, <, 100000);
        }
    }
  test_blocks_begin ();
  test_wait_for (strcmp (get_label (f->picture, "attached"), text) == 0);
  test_run_for_ms (500);
  test_blocks_end ();
  g_test_message ("%u processes: the main loop worked %.1f ms at once", n, (double) test_blocks.longest_us / 1000);
  g_assert_cmpint (test_blocks.longest_us, <, 100000);
}

/* Many come and go at random; in the end the picture is what the kernel says. */
static void
test_ends_equal_to_the_kernel (Fixture       *f,
                               gconstpointer  role)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  gint64 end_us = g_get_monotonic_time () + (g_getenv ("LAB_SLOW_TESTS") != NULL ? 60 : 4) * G_USEC_PER_SEC;

  create_segment (f);
  while (g_get_monotonic_time () < end_us)
    {
      for (guint i = (guint) g_rand_int_range (rand, 1, 8); i > 0; i--)
        if (f->helpers->len < 2 || (f->helpers->len < 100 && g_rand_boolean (rand)))
          add_helper (f, "shmlab-client", g_rand_boolean (rand) ? "r" : "w", NULL);
        else
          end_helper (f, (guint) g_rand_int_range (rand, 0, (int) f->helpers->len));
      test_run_for_ms (20);
    }

  test_wait_for (is_equal_to_the_kernel (f));
  while (f->helpers->len > 3)
    end_helper (f, 0);
  test_wait_for (is_equal_to_the_kernel (f));
}

/* It runs, and may attach again. */
static void
test_who_made_it_need_not_be_attached (Fixture       *f,
                                       gconstpointer  role)
{
  g_autofree char *text = NULL;
  GtkWidget *label;
  int id;
  pid_t creator = test_child_create (f->key, 4096, &id);

  lab_session_set_key (f->session, f->key);
  test_wait_for (is_visible (f->picture, "no_server"));
  label = gtk_widget_get_first_child (find_by_id (f->picture, "no_server"));
  text = g_strdup_printf ("made by lab-creator, pid %d, which is not attached", (int) creator);
  test_wait_for (strcmp (gtk_label_get_text (GTK_LABEL (label)), text) == 0);
  test_child_kill (creator);
  g_assert_cmpint (lab_sysv_shmctl_rmid (id, NULL), ==, 0);
}

/* A process that this user may not look into is a number. */
static void
test_counts_what_it_cannot_see (Fixture       *f,
                                gconstpointer  role)
{
  if (geteuid () != 0 || seteuid (NOBODY) != 0 || seteuid (0) != 0)
    {
      g_test_skip ("only root can be somebody else");
      return;
    }

  create_segment (f);
  lab_session_set_key (f->session, f->key);
  add_helper (f, "shmlab-client", "r", NULL);
  g_assert_cmpint (seteuid (NOBODY), ==, 0);
  lab_segment_monitor_set_id (lab_session_get_monitor (f->session), -1);
  lab_segment_monitor_set_id (lab_session_get_monitor (f->session), lab_segment_get_id (f->segment));
  wait_for_headline (f, "Only processes that cannot be seen from here are attached.");
  g_assert_true (is_visible (f->picture, "unseen"));
  gtk_test_accessible_assert_property (find_by_id (f->picture, "unseen"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "1 more attachment, not seen");
  g_assert_cmpint (seteuid (0), ==, 0);
}

static void
become (Fixture    *f,
        guint       position,
        const char *program)
{
  GSubprocess *helper = g_ptr_array_index (f->helpers, position);
  g_autofree char *request = g_strconcat (program, "\n", NULL);
  char line[9];
  gsize n_read;

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (helper), request, strlen (request), NULL, NULL, NULL));
  g_assert_true (g_input_stream_read_all (g_subprocess_get_stdout_pipe (helper), line, sizeof line, &n_read, NULL, NULL));
  g_assert_cmpuint (n_read, ==, sizeof line);  /* "attached\n" */
}

static gboolean
is_client (Fixture *f,
           pid_t    pid)
{
  LabPictureProcess *process = get_process (f, pid);

  return process != NULL && lab_picture_process_get_kind (process) == LAB_SCENE_CLIENT;
}

static gboolean
content_matches (Fixture    *f,
                 const char *pattern)
{
  return g_pattern_match_simple (pattern, get_label (f->picture, "content"));
}

/* Nothing tells a client that looks only when it is asked to of what was written since. */
static void
test_says_when_it_has_looked (Fixture       *f,
                              gconstpointer  role)
{
  char *bytes;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  bytes = lab_segment_get_base (f->segment);
  strcpy (bytes, "DDDD");
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (content_matches (f, "“DDDD”"));

  lab_session_set_looking (f->session, FALSE);
  test_wait_for (content_matches (f, "at ??:??:??: “DDDD”"));
  strcpy (bytes, "EEEE");
  lab_session_memory_changed (f->session);   /* it was asked to look once */
  test_wait_for (content_matches (f, "at ??:??:??: “EEEE”"));
  lab_session_set_looking (f->session, TRUE);
  test_wait_for (content_matches (f, "“EEEE”"));

  /* What the kernel says of a segment that is not attached is so now. */
  lab_session_set_looking (f->session, FALSE);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (content_matches (f, "(attach it *"));
}

/* What a process calls itself says nothing about what it is. */
static void
test_believes_no_name (Fixture       *f,
                       gconstpointer  role)
{
  pid_t server, client, stranger;

  create_segment (f);
  server = add_helper (f, "~shmlab-server", "w", NULL);
  client = add_helper (f, "~shmlab-client", "w", NULL);
  test_wait_for (get_process (f, client) != NULL && get_process (f, server) != NULL);
  assert_process_says (f, server, "shmlab-server");
  assert_process_says (f, client, "shmlab-client");
  g_assert_cmpint (lab_picture_process_get_kind (get_process (f, server)), ==, LAB_SCENE_FOREIGN);
  g_assert_cmpint (lab_picture_process_get_kind (get_process (f, client)), ==, LAB_SCENE_FOREIGN);

  /* Before this process sees the control block, one of our server program's is who writes. */
  stranger = add_helper (f, "shmlab-server", "w", NULL);
  test_wait_for (get_process (f, stranger) != NULL);
  assert_process_says (f, stranger, "Server");

  /* Then it is who is named there, whatever its program. */
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  lab_latch_init (lab_segment_get_layout (f->segment));
  lab_layout_set_writer (lab_segment_get_layout (f->segment), client, lab_process_get_start_ticks (client));
  lab_segment_monitor_refresh (lab_session_get_monitor (f->session));
  test_wait_for (get_process (f, client) != NULL && lab_picture_process_get_kind (get_process (f, client)) == LAB_SCENE_SERVER);
  assert_process_says (f, client, "Server");
  assert_process_says (f, stranger, "shmlab-server");
  assert_process_says (f, server, "shmlab-server");
  g_assert_cmpint (lab_picture_process_get_kind (get_process (f, stranger)), ==, LAB_SCENE_FOREIGN);
}

/* Between its fork and its exec a new client looks like who started it. */
static void
test_shows_what_a_process_has_become (Fixture       *f,
                                      gconstpointer  role)
{
  g_autofree char *program = dup_program ("shmlab-client");
  pid_t becoming, client;

  create_segment (f);
  becoming = add_helper (f, "a.out", "r", NULL);
  test_wait_for (get_process (f, becoming) != NULL);
  g_assert_false (is_client (f, becoming));

  become (f, 0, program);
  client = add_helper (f, "shmlab-client", "r", NULL);  /* a reason to look again */
  test_wait_for (is_client (f, becoming) && is_client (f, client));
  g_assert_cmpuint (lab_picture_process_get_number (get_process (f, becoming)), !=,
                    lab_picture_process_get_number (get_process (f, client)));
}

static gboolean
is_laid_out (LabPictureProcess *process)
{
  for (guint i = 0; i < lab_picture_process_get_n_parts (process); i++)
    if (gtk_widget_get_height (GTK_WIDGET (lab_picture_process_get_part (process, i))) == 0)
      return FALSE;

  return TRUE;
}

/* What Tab reaches, with a sentence each. */
static void
test_is_reached_by_keyboard (Fixture       *f,
                             gconstpointer  role)
{
  g_autoptr(GHashTable) reached = g_hash_table_new (NULL, NULL);
  GtkWidget *segment_button;
  LabPictureProcess *own;
  pid_t client;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  client = add_helper (f, "shmlab-client", "r", NULL);
  test_wait_for (is_client (f, client) && get_stretch (get_process (f, getpid ()), 0) != NULL &&
                 is_laid_out (get_process (f, client)) && is_laid_out (get_process (f, getpid ())));

  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  while (gtk_widget_child_focus (f->picture, GTK_DIR_TAB_FORWARD))
    {
      GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->window));

      if (!g_hash_table_add (reached, focus))
        break;
      if (gtk_widget_is_ancestor (focus, find_by_id (f->picture, "canvas")))
        g_assert_nonnull (gtk_widget_get_tooltip_text (focus));
    }

  own = get_process (f, getpid ());
  segment_button = GTK_WIDGET (get_segment_button (f));
  g_assert_true (g_hash_table_contains (reached, segment_button));
  g_assert_true (g_hash_table_contains (reached, find_by_id (GTK_WIDGET (own), "header")));
  g_assert_true (g_hash_table_contains (reached, find_by_id (GTK_WIDGET (get_process (f, client)), "header")));
  g_assert_true (g_hash_table_contains (reached, get_stretch (own, 0)));
  g_assert_true (g_hash_table_contains (reached, get_stretch (get_process (f, client), 0)));
  for (guint i = 0; i < lab_picture_process_get_n_parts (own); i++)
    g_assert_true (g_hash_table_contains (reached, lab_picture_process_get_part (own, i)));

  /* The bar says what the focused part is, and returns to what the picture shows. */
  gtk_window_set_focus_visible (GTK_WINDOW (f->window), TRUE);
  gtk_widget_grab_focus (segment_button);
  g_assert_cmpstr (get_label (f->picture, "explanation"), ==, gtk_widget_get_tooltip_text (segment_button));
  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  g_assert_cmpstr (get_label (f->picture, "explanation"), !=, gtk_widget_get_tooltip_text (segment_button));

  /* To the bytes, and to the record. */
  gtk_widget_activate (segment_button);
  test_wait_for (f->shown_tab != NULL);
  g_assert_cmpstr (f->shown_tab, ==, "memory");
  gtk_widget_activate (find_by_id (GTK_WIDGET (get_process (f, client)), "header"));
  test_wait_for (f->shown_pid != 0);
  g_assert_cmpint (f->shown_pid, ==, client);
}

/* In the inspector: the segment leads to its bytes, a process to its row. */
static void
test_leads_to_the_other_tabs (Fixture       *f,
                              gconstpointer  role)
{
  GtkWidget *inspector = lab_inspector_new (f->session);
  pid_t client;

  gtk_window_set_child (GTK_WINDOW (f->window), inspector);
  lab_inspector_set_current (LAB_INSPECTOR (inspector), "picture");
  f->picture = lab_inspector_get_page (LAB_INSPECTOR (inspector), "picture");
  create_segment (f);
  client = add_helper (f, "shmlab-client", "r", NULL);
  test_wait_for (get_process (f, client) != NULL);

  gtk_widget_activate (GTK_WIDGET (get_segment_button (f)));
  test_wait_for (strcmp (lab_inspector_get_current (LAB_INSPECTOR (inspector)), "memory") == 0);

  lab_inspector_set_current (LAB_INSPECTOR (inspector), "picture");
  gtk_widget_activate (find_by_id (GTK_WIDGET (get_process (f, client)), "header"));
  test_wait_for (strcmp (lab_inspector_get_current (LAB_INSPECTOR (inspector)), "record") == 0);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f->window)),
                                         lab_inspector_get_page (LAB_INSPECTOR (inspector), "record")));
}

static void
after_paint_cb (Fixture *f)
{
  f->n_frames++;
}

static guint
count_frames_for_ms (Fixture *f,
                     guint    time_ms)
{
  f->n_frames = 0;
  test_run_for_ms (time_ms);

  return f->n_frames;
}

/* The monitor looks 25 times a second; nothing differs, so nothing is drawn. */
static void
test_draws_nothing_when_nothing_changes (Fixture       *f,
                                         gconstpointer  role)
{
  GdkFrameClock *clock;

  create_segment (f);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
  add_helper (f, "shmlab-client", "r", NULL);
  test_wait_for (g_str_has_prefix (get_label (f->picture, "headline"), "Two processes"));
  clock = gtk_widget_get_frame_clock (f->picture);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (after_paint_cb), f);

  test_wait_for (count_frames_for_ms (f, 500) == 0);  /* the lines have grown */
  lab_session_memory_changed (f->session);            /* a poll that saw the same bytes */
  g_assert_cmpuint (count_frames_for_ms (f, 1500), ==, 0);

  /* A change is drawn, and comes to rest. */
  f->n_frames = 0;
  add_helper (f, "shmlab-client", "r", NULL);
  test_wait_for (g_str_has_prefix (get_label (f->picture, "headline"), "Three processes"));
  test_wait_for (f->n_frames > 0);
  test_wait_for (count_frames_for_ms (f, 500) == 0);

  /* Without animations it is drawn at once. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  test_wait_for (count_frames_for_ms (f, 500) == 0);
  f->n_frames = 0;
  end_helper (f, 0);
  test_wait_for (g_str_has_prefix (get_label (f->picture, "headline"), "Two processes"));
  test_wait_for (f->n_frames > 0);
  test_run_for_ms (500);
  g_assert_cmpuint (f->n_frames, <=, 4);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, f);
}

/* Out of sight it does not work; back in sight it is right. */
static void
test_works_only_while_it_is_seen (Fixture       *f,
                                  gconstpointer  role)
{
  create_segment (f);
  wait_for_headline (f, "The kernel has the segment; nobody is attached.");
  gtk_widget_hide (f->picture);
  add_helper (f, "shmlab-client", "r", NULL);
  test_wait_for (g_list_model_get_n_items (lab_segment_monitor_get_attachments (lab_session_get_monitor (f->session))) == 1);
  g_assert_true (headline_is (f, "The kernel has the segment; nobody is attached."));
  gtk_widget_show (f->picture);
  test_wait_for (strcmp (get_label (f->picture, "attached"), "attached: 1") == 0);
  g_assert_cmpuint (count_processes (f, "others"), ==, 1);
}

int
main (int argc, char *argv[])
{
  int result;

  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so a failed check still reaches tear_down, which removes the segment */
  lab_ui_init ();
#define ADD(name, func, role) \
  g_test_add ("/ui/picture/" name, Fixture, GINT_TO_POINTER (LAB_ROLE_##role), set_up, func, tear_down)
  g_test_add_func ("/ui/picture/new-destroy", test_new_destroy);
  g_test_add_func ("/ui/picture/destroyed-while-reading", test_destroyed_while_reading);
  ADD ("follows-the-storyboard", test_follows_the_storyboard, SERVER);
  ADD ("keeps-the-real-order", test_keeps_the_real_order, SERVER);
  ADD ("shows-foreign-programs-and-double-attachments", test_shows_foreign_programs_and_double_attachments, SERVER);
  ADD ("tells-when-another-segment-has-the-key", test_tells_when_another_segment_has_the_key, SERVER);
  ADD ("calls-nothing-gone-that-is-there", test_calls_nothing_gone_that_is_there, SERVER);
  ADD ("follows-an-id", test_follows_an_id, CLIENT);
  ADD ("shows-a-server-to-a-client", test_shows_a_server_to_a_client, CLIENT);
  ADD ("counts-a-hundred", test_counts_a_hundred, SERVER);
  ADD ("says-what-is-there-now", test_says_what_is_there_now, SERVER);
  ADD ("says-how-far-it-is-zero", test_says_how_far_it_is_zero, SERVER);
  ADD ("who-made-it-stands-there-by-name", test_who_made_it_stands_there_by_name, CLIENT);
  ADD ("who-made-it-need-not-be-attached", test_who_made_it_need_not_be_attached, CLIENT);
  ADD ("no-content-changes-its-size", test_no_content_changes_its_size, SERVER);
  ADD ("groups-what-is-too-much", test_groups_what_is_too_much, SERVER);
  ADD ("a-crowd-does-not-hold-it-up", test_a_crowd_does_not_hold_it_up, SERVER);
  ADD ("ends-equal-to-the-kernel", test_ends_equal_to_the_kernel, SERVER);
  ADD ("counts-what-it-cannot-see", test_counts_what_it_cannot_see, SERVER);
  ADD ("says-when-it-has-looked", test_says_when_it_has_looked, CLIENT);
  ADD ("believes-no-name", test_believes_no_name, CLIENT);
  ADD ("shows-what-a-process-has-become", test_shows_what_a_process_has_become, SERVER);
  ADD ("is-reached-by-keyboard", test_is_reached_by_keyboard, SERVER);
  ADD ("leads-to-the-other-tabs", test_leads_to_the_other_tabs, SERVER);
  ADD ("draws-nothing-when-nothing-changes", test_draws_nothing_when_nothing_changes, SERVER);
  ADD ("works-only-while-it-is-seen", test_works_only_while_it_is_seen, SERVER);
  result = g_test_run ();
  forget_programs ();
  return result;
}
