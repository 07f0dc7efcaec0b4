/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "helpers/helper-keys.h"
#include "helpers/helper-widgets.h"
#include "ui/app/lab-ui.h"
#include "ui/program/lab-c-program-view.h"
#include "ui/program/lab-c-tokens.h"

typedef struct
{
  LabSession      *session;
  LabCProgramView *view;
  GtkWidget       *widget;
  GtkTextBuffer   *buffer;
  GtkWidget       *window;
} Fixture;

/* Until there is nothing to do at the moment. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
wait_for (gboolean (*condition) (Fixture *f),
          Fixture   *f)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (!condition (f) && g_get_monotonic_time () < deadline)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_true (condition (f));
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_file ("/tmp/the file", 'K');

  f->session = lab_session_new (LAB_ROLE_SERVER);
  lab_choice_set_key_choice (lab_session_get_choice (f->session), choice);
  lab_session_set_message (f->session, "first");
  f->widget = g_object_ref_sink (lab_c_program_view_new (f->session));
  f->view = LAB_C_PROGRAM_VIEW (f->widget);
  f->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_by_id (f->widget, "view")));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->window != NULL)
    gtk_window_destroy (GTK_WINDOW (f->window));
  settle ();
  g_assert_finalize_object (f->widget);
  g_assert_finalize_object (f->session);
}

static gboolean
is_mapped (Fixture *f)
{
  return gtk_widget_get_mapped (f->widget);
}

static void
show (Fixture *f)
{
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 600);
  gtk_window_set_child (GTK_WINDOW (f->window), f->widget);
  gtk_window_present (GTK_WINDOW (f->window));
  wait_for (is_mapped, f);
  settle ();
}

static char *
get_shown (Fixture *f)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (f->buffer, &start, &end);

  return gtk_text_buffer_get_text (f->buffer, &start, &end, TRUE);
}

/* The widget shows what it says it shows, and that has @part in it. */
static void
assert_shows (Fixture    *f,
              const char *part)
{
  g_autofree char *shown = get_shown (f);

  g_assert_cmpstr (shown, ==, lab_c_program_view_get_text (f->view));
  if (strstr (shown, part) == NULL)
    g_test_message ("“%s” is not in the program:\n%s", part, shown);
  g_assert_nonnull (strstr (shown, part));
}

static void
test_new_destroy (Fixture       *f,
                  gconstpointer  unused)
{
  g_assert_null (lab_c_program_view_get_text (f->view));
  gtk_test_accessible_assert_role (f->widget, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (find_by_id (f->widget, "view"), GTK_ACCESSIBLE_PROPERTY_LABEL, "C program");
}

static void
test_follows_the_session (Fixture       *f,
                          gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = lab_key_choice_new_key (0x41050a12);

  show (f);
  assert_shows (f, "\"first\"");
  assert_shows (f, "\"/tmp/the file\"");
  assert_shows (f, "#define KEY_LETTER 'K'");

  lab_session_set_message (f->session, "Grüße \xf0\x9f\x98\x80\nsecond");
  lab_choice_set_size_bytes (lab_session_get_choice (f->session), 12345);
  lab_choice_set_mode (lab_session_get_choice (f->session), 0664);
  settle ();
  assert_shows (f, "  \"Grüße \xf0\x9f\x98\x80\\n\"\n  \"second\";");
  assert_shows (f, "12345\n");
  assert_shows (f, "0664\n");

  lab_session_set_message (f->session, "Grüße \xf0\x9f\x98\x81\nsecond");  /* one byte of it is another */
  settle ();
  assert_shows (f, "\"Grüße \xf0\x9f\x98\x81\\n\"");

  lab_choice_set_key_choice (lab_session_get_choice (f->session), choice);
  settle ();
  assert_shows (f, "((key_t) 0x41050a12)");
}

/* Of a segment that is there, key, size and mode are the kernel's and not what was chosen. */
static void
test_names_the_segment_that_is_there (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = lab_segment_create (test_key (), 12345, 0640, NULL);
  LabSession *session = lab_session_new (LAB_ROLE_CLIENT);
  g_autofree char *key = lab_key_format (lab_segment_get_key (segment));
  g_autofree char *id = g_strdup_printf ("#define ID         %d\n", lab_segment_get_id (segment));

  g_set_object (&f->session, session);
  g_object_unref (session);
  g_assert_finalize_object (f->widget);
  f->widget = g_object_ref_sink (lab_c_program_view_new (session));
  f->view = LAB_C_PROGRAM_VIEW (f->widget);
  f->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_by_id (f->widget, "view")));

  /* An id that was given is known at once, the key of its segment is not. */
  lab_session_set_given_id (session, lab_segment_get_id (segment));
  show (f);
  assert_shows (f, id);
  lab_c_program_view_set_role (f->view, LAB_ROLE_SERVER);
  settle ();
  g_assert_null (lab_c_program_view_get_text (f->view));

  lab_session_set_key (session, lab_segment_get_key (segment));
  lab_session_set_segment (session, segment);
  lab_session_set_message (session, "Hi");
  settle ();
  assert_shows (f, key);
  assert_shows (f, " 12345\n");
  assert_shows (f, " 0640\n");
  lab_c_program_view_set_role (f->view, LAB_ROLE_CLIENT);
  settle ();
  assert_shows (f, id);
  assert_shows (f, "shmat (id, NULL, SHM_RDONLY)");
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  settle ();
  assert_shows (f, "shmat (id, NULL, 0)");
  g_assert_true (lab_segment_detach (segment, NULL));

  /* Followed by its key, it is named by that. */
  lab_session_set_given_id (session, -1);
  lab_choice_set_key_choice (lab_session_get_choice (session), NULL);
  settle ();
  g_assert_null (lab_c_program_view_get_text (f->view));
  g_assert_true (lab_segment_remove (segment, NULL));
}

/* Beside the words that say that it is no size. */
static void
test_makes_no_program_without_a_size (Fixture       *f,
                                      gconstpointer  unused)
{
  show (f);
  assert_shows (f, "4096\n");
  lab_choice_set_size_given (lab_session_get_choice (f->session), FALSE);
  settle ();
  g_assert_null (lab_c_program_view_get_text (f->view));
  g_assert_nonnull (strstr (get_label (f->widget, "problem_words"), "size"));
}

static void
test_follows_its_toggles (Fixture       *f,
                          gconstpointer  unused)
{
  show (f);
  assert_shows (f, "A shared memory server as textbooks");
  lab_c_program_view_set_form (f->view, LAB_PROGRAM_PROTECTED);
  settle ();
  assert_shows (f, "whose clients never see half a message");
  g_assert_nonnull (strstr (get_label (f->widget, "sentence"), "Keeps the message twice"));
  g_assert_nonnull (strstr (get_label (f->widget, "command"), "shm-server.c -o shm-server"));

  lab_session_set_protocol (f->session, LAB_PROTOCOL_TURNS);
  settle ();
  assert_shows (f, "server that takes turns");
  g_assert_nonnull (strstr (get_label (f->widget, "sentence"), "only when the client has taken"));
  lab_session_set_protocol (f->session, LAB_PROTOCOL_UNSET);

  lab_c_program_view_set_role (f->view, LAB_ROLE_CLIENT);
  settle ();
  assert_shows (f, "client that never sees half a message");
  g_assert_nonnull (strstr (get_label (f->widget, "command"), "shm-client.c -o shm-client"));

  lab_c_program_view_set_form (f->view, LAB_PROGRAM_TEXTBOOK);
  settle ();
  assert_shows (f, "A shared memory client as textbooks");
}

static void
test_begins_with_the_windows_own_role (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabSession) session = lab_session_new (LAB_ROLE_CLIENT);
  GtkWidget *view = g_object_ref_sink (lab_c_program_view_new (session));

  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_by_id (view, "client"))));
  g_assert_finalize_object (view);
}

/* The text is made anew only for a change that shows, and only while mapped. */
static void
test_works_only_when_needed (Fixture       *f,
                             gconstpointer  unused)
{
  guint n_changed = 0;

  g_signal_connect_swapped (f->buffer, "changed", G_CALLBACK (count_cb), &n_changed);
  lab_session_set_message (f->session, "unseen");
  settle ();
  g_assert_cmpuint (n_changed, ==, 0);

  show (f);
  g_assert_cmpuint (n_changed, >, 0);
  assert_shows (f, "\"unseen\"");

  n_changed = 0;
  lab_session_set_message (f->session, "other");
  lab_session_set_message (f->session, "unseen");
  lab_session_memory_changed (f->session);
  settle ();
  g_assert_cmpuint (n_changed, ==, 0);

  gtk_widget_set_visible (f->widget, FALSE);
  lab_session_set_message (f->session, "hidden");
  settle ();
  g_assert_cmpuint (n_changed, ==, 0);
  gtk_widget_set_visible (f->widget, TRUE);
  settle ();
  assert_shows (f, "\"hidden\"");
}

static void
test_keeps_the_selection (Fixture       *f,
                          gconstpointer  unused)
{
  GtkTextIter start, end;
  g_autofree char *selected = NULL;

  show (f);
  gtk_text_buffer_get_start_iter (f->buffer, &start);
  g_assert_true (gtk_text_iter_forward_search (&start, "getchar ();", 0, &start, &end, NULL));
  gtk_text_buffer_select_range (f->buffer, &start, &end);

  lab_session_set_message (f->session, "something else");
  settle ();
  assert_shows (f, "\"something else\"");
  g_assert_true (gtk_text_buffer_get_selection_bounds (f->buffer, &start, &end));
  selected = gtk_text_buffer_get_text (f->buffer, &start, &end, FALSE);
  g_assert_cmpstr (selected, ==, "getchar ();");
}

static gboolean
is_bold_on_colour (Fixture    *f,
                   const char *text)
{
  GtkTextIter start, end;
  g_autoptr(GSList) tags = NULL;
  gboolean found = FALSE;

  gtk_text_buffer_get_start_iter (f->buffer, &start);
  g_assert_true (gtk_text_iter_forward_search (&start, text, 0, &start, &end, NULL));
  tags = gtk_text_iter_get_tags (&start);
  for (GSList *l = tags; l != NULL; l = l->next)
    {
      gboolean background;
      int underline;

      g_object_get (l->data, "background-set", &background, "underline", &underline, NULL);
      found = found || (background && underline == PANGO_UNDERLINE_SINGLE);
    }

  return found;
}

static void
test_marks_what_was_chosen (Fixture       *f,
                            gconstpointer  unused)
{
  lab_session_set_message (f->session, "Grüße");  /* bytes are not characters */
  show (f);
  g_assert_true (is_bold_on_colour (f, "\"Grüße\""));
  g_assert_true (is_bold_on_colour (f, "4096"));
  g_assert_true (is_bold_on_colour (f, "0600"));
  g_assert_true (is_bold_on_colour (f, "\"/tmp/the file\""));
  g_assert_true (is_bold_on_colour (f, "'K'"));
  g_assert_false (is_bold_on_colour (f, "static"));
  g_assert_false (is_bold_on_colour (f, ";\n#define"));
}

static void
test_says_why_there_is_no_program (Fixture       *f,
                                   gconstpointer  unused)
{
  lab_choice_set_size_bytes (lab_session_get_choice (f->session), 100);
  show (f);
  assert_shows (f, "100\n");

  lab_c_program_view_set_form (f->view, LAB_PROGRAM_PROTECTED);
  settle ();
  g_assert_null (lab_c_program_view_get_text (f->view));
  g_assert_nonnull (strstr (get_label (f->widget, "problem_words"), "at least 256 bytes"));
  g_assert_true (gtk_widget_get_child_visible (find_by_id (f->widget, "problem_page")));

  lab_choice_set_size_bytes (lab_session_get_choice (f->session), 256);
  settle ();
  assert_shows (f, "256\n");
  g_assert_false (gtk_widget_get_child_visible (find_by_id (f->widget, "problem_page")));
}

static void
clipboard_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  char **text = data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_assert_nonnull (*text);
}

static char *
read_clipboard (Fixture *f)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (f->widget), NULL, clipboard_cb, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);

  return text;
}

/* By the keyboard or a screen reader, before the tab was seen; and what has changed meanwhile. */
static void
test_copies_before_it_is_shown (Fixture       *f,
                                gconstpointer  unused)
{
  g_autofree char *program = NULL;
  g_autofree char *changed = NULL;

  gtk_widget_activate_action (f->widget, "program.copy", NULL);
  program = read_clipboard (f);
  g_assert_nonnull (strstr (program, "first"));

  lab_session_set_message (f->session, "second");
  gtk_widget_activate_action (f->widget, "program.copy", NULL);
  changed = read_clipboard (f);
  g_assert_nonnull (strstr (changed, "second"));
}

static void
test_copies (Fixture       *f,
             gconstpointer  unused)
{
  g_autofree char *program = NULL;
  g_autofree char *command = NULL;

  show (f);
  g_assert_true (gtk_widget_activate_action (f->widget, "program.copy", NULL));
  program = read_clipboard (f);
  g_assert_cmpstr (program, ==, lab_c_program_view_get_text (f->view));
  g_assert_true (is_visible (f->widget, "status"));

  g_assert_true (gtk_widget_activate_action (f->widget, "program.copy-command", NULL));
  command = read_clipboard (f);
  g_assert_cmpstr (command, ==, get_label (f->widget, "command"));

  /* What was copied is not what is shown any more. */
  lab_session_set_message (f->session, "another");
  settle ();
  g_assert_false (is_visible (f->widget, "status"));
}

static gboolean
has_status (Fixture *f)
{
  return is_visible (f->widget, "status");
}

static void
test_saves (Fixture       *f,
            gconstpointer  unused)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "my program.c", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *saved = NULL;

  show (f);
  lab_c_program_view_save (f->view, file);
  wait_for (has_status, f);
  g_assert_nonnull (strstr (get_label (f->widget, "status"), "my program.c"));
  g_assert_false (gtk_widget_has_css_class (find_by_id (f->widget, "status"), "lab-trouble"));
  g_assert_true (g_str_has_suffix (get_label (f->widget, "command"), "'my program.c' -o 'my program'"));
  g_assert_true (g_file_get_contents (path, &saved, NULL, NULL));
  g_assert_cmpstr (saved, ==, lab_c_program_view_get_text (f->view));

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_says_when_it_cannot_save (Fixture       *f,
                               gconstpointer  unused)
{
  g_autoptr(GFile) file = g_file_new_for_path ("/nonexistent/folder/shm-server.c");

  show (f);
  lab_c_program_view_save (f->view, file);
  wait_for (has_status, f);
  g_assert_true (g_str_has_prefix (get_label (f->widget, "status"), "Not saved: "));
  g_assert_true (gtk_widget_has_css_class (find_by_id (f->widget, "status"), "lab-trouble"));
}

/* The chooser and a save that is under way are no reason to crash. */
static void
test_goes_away_in_the_middle (Fixture       *f,
                              gconstpointer  unused)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "shm-server.c", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  show (f);
  g_assert_true (gtk_widget_activate_action (f->widget, "program.save", NULL));
  settle ();
  lab_c_program_view_save (f->view, file);
  lab_session_set_message (f->session, "unsaved");
  gtk_window_destroy (GTK_WINDOW (f->window));
  f->window = NULL;
  while (G_OBJECT (f->widget)->ref_count > 1 && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static char *
describe_tokens (const char *text,
                 gsize       length)
{
  static const char letters[] = "cpsnkf";
  g_autoptr(GArray) tokens = lab_c_tokens_parse (text, length);
  GString *all = g_string_new (NULL);
  gsize end = 0;

  for (guint i = 0; i < tokens->len; i++)
    {
      const LabCToken *token = &g_array_index (tokens, LabCToken, i);

      g_assert_cmpuint (token->offset, >=, end);
      g_assert_cmpuint (token->length, >, 0);
      end = token->offset + token->length;
      g_assert_cmpuint (end, <=, length);
      g_string_append_printf (all, "%s%c:%.*s", i > 0 ? "|" : "", letters[token->kind], (int) token->length, text + token->offset);
    }

  return g_string_free (all, FALSE);
}

static void
test_tokens (void)
{
  static const struct { const char *text; const char *tokens; } rows[] = {
    { "", "" },
    { "x = y;", "" },
    { "#include <sys/shm.h>\n", "p:#include|s:<sys/shm.h>" },
    { "a < b; c > d", "" },
    { " # define A 0x1p-3+2", "p:# define|n:0x1p-3|n:2" },
    { "x #define", "" },
    { "/* \"a\" 1 */ 10u", "c:/* \"a\" 1 */|n:10u" },
    { "// int\nint i1;", "c:// int|k:int" },
    { "\"/* \\\" \" 'x' '\\''", "s:\"/* \\\" \"|s:'x'|s:'\\''" },
    { "id = shmget (key, 0, 0); myshmget ();", "f:shmget|n:0|n:0" },
    { "static integer", "k:static" },
    { "/* open", "c:/* open" },
    { "/", "" },
    { "\"open\nint", "s:\"open|k:int" },
    { "'\\", "s:'\\" },
    { "\"ä\" ä9 1.5e+3", "s:\"ä\"|n:9|n:1.5e+3" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *tokens = describe_tokens (rows[i].text, strlen (rows[i].text));

      g_assert_cmpstr (tokens, ==, rows[i].tokens);
    }
}

static void
test_tokens_of_anything (void)
{
  static const char alphabet[] = "/*\"'\\\n#<>aeint 019+-._\0\xff";

  for (guint round = 0; round < 3000; round++)
    {
      const gsize length = (gsize) g_test_rand_int_range (0, 40);
      g_autofree char *text = g_malloc (length);
      g_autofree char *tokens = NULL;

      for (gsize i = 0; i < length; i++)
        text[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      tokens = describe_tokens (text, length);
    }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();  /* so that a failed check still removes the segment */
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/c-program-view/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new-destroy", test_new_destroy);
  ADD ("copies-before-it-is-shown", test_copies_before_it_is_shown);
  ADD ("follows-the-session", test_follows_the_session);
  ADD ("names-the-segment-that-is-there", test_names_the_segment_that_is_there);
  ADD ("makes-no-program-without-a-size", test_makes_no_program_without_a_size);
  ADD ("follows-its-toggles", test_follows_its_toggles);
  ADD ("begins-with-the-windows-own-role", test_begins_with_the_windows_own_role);
  ADD ("works-only-when-needed", test_works_only_when_needed);
  ADD ("keeps-the-selection", test_keeps_the_selection);
  ADD ("marks-what-was-chosen", test_marks_what_was_chosen);
  ADD ("says-why-there-is-no-program", test_says_why_there_is_no_program);
  ADD ("copies", test_copies);
  ADD ("saves", test_saves);
  ADD ("says-when-it-cannot-save", test_says_when_it_cannot_save);
  ADD ("goes-away-in-the-middle", test_goes_away_in_the_middle);
  g_test_add_func ("/ui/c-program-view/tokens", test_tokens);
  g_test_add_func ("/ui/c-program-view/tokens-of-anything", test_tokens_of_anything);
  return g_test_run ();
}
