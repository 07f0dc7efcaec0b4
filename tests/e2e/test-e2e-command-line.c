/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the command lines of both programs promise. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"
#include "backend/segment/lab-segment.h"
#include "helpers/helper-scene.h"

/* Without a display: whatever is to be said comes before any window. */
static E2eProgram *
start_blind (const char         *program,
             const char * const *arguments)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) "env");
  g_ptr_array_add (argv, (gpointer) "--unset=DISPLAY");
  g_ptr_array_add (argv, (gpointer) "--unset=WAYLAND_DISPLAY");
  g_ptr_array_add (argv, (gpointer) g_getenv (g_str_equal (program, "shmlab-server") ? "E2E_SERVER" : "E2E_CLIENT"));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);

  return e2e_startv ((const char * const *) argv->pdata);
}

static void
test_help_names_every_option (Scene         *scene,
                              gconstpointer  unused)
{
  static const char * const of_server[] =
    { "--file", "--letter", "--key", "--size", "--mode", "--start", "--message", "--version", NULL };
  static const char * const of_client[] =
    { "--file", "--letter", "--key", "--id", "--interval", "--detached", "--version", NULL };
  static const char * const help[] = { "--help", NULL };
  E2eProgram *server = start_blind ("shmlab-server", help);
  E2eProgram *client = start_blind ("shmlab-client", help);

  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_cmpint (e2e_wait_exit (client), ==, 0);
  for (guint i = 0; of_server[i] != NULL; i++)
    if (!e2e_output_has (server, of_server[i]))
      e2e_fail ("the server's help is silent about %s", of_server[i]);
  for (guint i = 0; of_client[i] != NULL; i++)
    if (!e2e_output_has (client, of_client[i]))
      e2e_fail ("the client's help is silent about %s", of_client[i]);
}

static void
test_version_is_printed (Scene         *scene,
                         gconstpointer  unused)
{
  static const char * const version[] = { "--version", NULL };
  E2eProgram *server = start_blind ("shmlab-server", version);
  E2eProgram *client = start_blind ("shmlab-client", version);

  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_cmpint (e2e_wait_exit (client), ==, 0);
  g_assert_true (e2e_output_has (server, PACKAGE_VERSION));
  g_assert_true (e2e_output_has (client, PACKAGE_VERSION));
}

typedef struct
{
  const char *program;
  const char *arguments[5];
  const char *words;         /* that the sentence on standard error must have */
} BadLine;

static const BadLine bad_lines[] = {
  { "shmlab-server", { "--key", "zebra" }, "zebra" },
  { "shmlab-server", { "--key", "0" }, "IPC_PRIVATE" },
  { "shmlab-server", { "--key", "0xffffffff" }, "ftok" },
  { "shmlab-server", { "--key", "0x123456789" }, "32 bits" },
  { "shmlab-server", { "--key", "5", "--file", "/etc/passwd" }, "--file" },
  { "shmlab-server", { "--file", "/nowhere/at/all" }, "/nowhere/at/all" },
  { "shmlab-server", { "--file", "" }, "names no file" },
  { "shmlab-server", { "--file", "/nowhere/\u202e\n\033[2J" }, "/nowhere/[U+202E]␊␛[2J" },
  { "shmlab-server", { "--letter", "" }, "letter" },
  { "shmlab-server", { "--letter", "321" }, "8 bits" },
  { "shmlab-server", { "--size", "many" }, "many" },
  { "shmlab-server", { "--size", "-1" }, "-1" },
  { "shmlab-server", { "--size", "99999999999999999999" }, "smaller" },
  { "shmlab-server", { "--mode", "888" }, "octal" },
  { "shmlab-server", { "--mode", "01777" }, "0777" },
  { "shmlab-server", { "--message", "\xff\xfe" }, "UTF-8" },
  { "shmlab-server", { "--no-such-option" }, "--no-such-option" },
  { "shmlab-server", { "surplus" }, "surplus" },
  { "shmlab-client", { "--key", "zebra" }, "zebra" },
  { "shmlab-client", { "--file", "/nowhere/at/all" }, "/nowhere/at/all" },
  { "shmlab-client", { "--file", "" }, "names no file" },
  { "shmlab-client", { "--letter", "ABC" }, "ABC" },
  { "shmlab-client", { "--id", "many" }, "many" },
  { "shmlab-client", { "--id", "-5" }, "-5" },
  { "shmlab-client", { "--id", "5", "--key", "5" }, "--id" },
  { "shmlab-client", { "--interval", "0" }, "10" },
  { "shmlab-client", { "--interval", "5001" }, "5000" },
  { "shmlab-client", { "--interval", "often" }, "often" },
  { "shmlab-client", { "--no-such-option" }, "--no-such-option" },
  { "shmlab-client", { "surplus" }, "surplus" },
};

static void
test_bad_values_are_refused_before_any_window (Scene         *scene,
                                               gconstpointer  unused)
{
  E2eProgram *programs[G_N_ELEMENTS (bad_lines)];

  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      programs[i] = start_blind (bad_lines[i].program, bad_lines[i].arguments);
      if (e2e_wait_exit (programs[i]) != 1 || !e2e_errors_have (programs[i], bad_lines[i].words)
          || e2e_output_has (programs[i], bad_lines[i].words))
        e2e_fail ("%s %s %s does not end with 1 and a sentence with “%s”", bad_lines[i].program,
                  bad_lines[i].arguments[0], bad_lines[i].arguments[1], bad_lines[i].words);
    }
}

static void
test_server_makes_what_it_is_told_to (Scene         *scene,
                                      gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, "--size", "1000", "--mode", "0640", "--start", "--message",
                                           "first words", NULL);
  g_autoptr(LabSegment) segment = NULL;
  LabShmRecord record = { 0 };
  char bytes[12] = { 0 };

  E2E_WAIT (scene_stat (scene, &record) && record.n_attaches == 1);
  g_assert_cmpuint (record.size_bytes, ==, 1000);
  g_assert_cmpuint (record.mode, ==, 0640);
  g_assert_cmpint (record.cpid, ==, e2e_get_pid (server));

  segment = lab_segment_open (record.id, NULL);
  g_assert_nonnull (segment);
  if (segment == NULL)
    return;
  g_assert_true (lab_segment_attach (segment, FALSE, NULL));
  E2E_WAIT (lab_segment_peek (segment, 0, bytes, sizeof bytes) == sizeof bytes && strcmp (bytes, "first words") == 0);
  g_assert_true (lab_segment_detach (segment, NULL));
  E2E_WAIT (e2e_text_is (e2e_find (server, "text box", "Message"), "first words"));
}

static void
test_server_waits_for_the_learner (Scene         *scene,
                                   gconstpointer  unused)
{
  E2eProgram *server = scene_start_server (scene, NULL);

  e2e_get (server, "button", "Make the Key");
  g_assert_false (scene_has_segment (scene));
}

static void
test_both_make_the_key_from_a_file (Scene         *scene,
                                    gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "key file", NULL);
  E2eProgram *server, *client;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  scene->key = lab_sysv_ftok (path, 'B', NULL);
  server = e2e_start ("shmlab-server", "--file", path, "--letter", "B", "--start", "--message", "by file", NULL);
  client = e2e_start ("shmlab-client", "--file", path, "--letter", "66", NULL);
  E2E_WAIT (scene_shows_message (client, "by file"));
  g_assert_true (scene_has_segment (scene));
  e2e_end (client);
  e2e_end (server);
  g_remove (path);
}

static void
test_client_attaches_by_id (Scene         *scene,
                            gconstpointer  unused)
{
  g_autofree char *id = NULL;
  LabShmRecord record = { 0 };
  E2eProgram *client;

  scene_start_server (scene, "--start", "--message", "by id", NULL);
  E2E_WAIT (scene_stat (scene, &record));
  id = g_strdup_printf ("%d", record.id);
  client = e2e_start ("shmlab-client", "--id", id, NULL);
  E2E_WAIT (scene_shows_message (client, "by id"));
}

static void
test_client_looks_as_often_as_told (Scene         *scene,
                                    gconstpointer  unused)
{
  E2eProgram *client = scene_start_client (scene, "--interval", "250", NULL);

  E2E_WAIT (e2e_shows (client, "label: 250 ms"));
}

static void
test_client_opens_without_attaching (Scene         *scene,
                                     gconstpointer  unused)
{
  E2eProgram *client;

  scene_start_server (scene, "--start", "--message", "x", NULL);
  E2E_WAIT (scene_count_attached (scene) == 1);
  client = scene_start_client (scene, "--detached", NULL);
  e2e_get (client, "button", "Make the Key");
  g_assert_cmpuint (scene_count_attached (scene), ==, 1);
  e2e_click_button (client, "Do It All");
  E2E_WAIT (scene_count_attached (scene) == 2);
}

/* Not even root makes a folder there, so it stands for a home that cannot be written. */
#define NO_HOME "/proc/self/fdinfo/none"

static void
test_both_meet_where_the_home_cannot_be_written (Scene         *scene,
                                                 gconstpointer  unused)
{
  g_autofree char *folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  g_autofree char *own_name = g_strdup_printf ("shmlab-%u", (guint) getuid ());
  g_autofree char *own_folder = g_build_filename (folder, own_name, NULL);
  g_autofree char *file = g_build_filename (own_folder, "shmfile", NULL);
  g_autofree char *temporary = g_strconcat ("TMPDIR=", folder, NULL);
  E2eProgram *server = e2e_start ("env", "XDG_DATA_HOME=" NO_HOME, "XDG_CONFIG_HOME=" NO_HOME, "XDG_RUNTIME_DIR=" NO_HOME,
                                  temporary, g_getenv ("E2E_SERVER"), "--start", "--message",
                                  "from a home that is closed", NULL);
  E2eProgram *client = e2e_start ("env", "XDG_DATA_HOME=" NO_HOME, "XDG_CONFIG_HOME=" NO_HOME, "XDG_RUNTIME_DIR=" NO_HOME,
                                  temporary, g_getenv ("E2E_CLIENT"), NULL);

  E2E_WAIT (scene_shows_message (client, "from a home that is closed"));
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (e2e_end (server), ==, 0);

  g_unlink (file);
  g_rmdir (own_folder);
  g_rmdir (folder);
}

static void
test_says_what_to_do_without_a_display (Scene         *scene,
                                        gconstpointer  unused)
{
  static const char * const none[] = { NULL };
  E2eProgram *programs[] = { start_blind ("shmlab-server", none), start_blind ("shmlab-client", none) };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_assert_cmpint (e2e_wait_exit (programs[i]), ==, 1);
      g_assert_true (e2e_errors_have (programs[i], "src/run.sh"));
      g_assert_false (e2e_errors_have (programs[i], "WARNING"));
    }
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/command-line/" name, Scene, NULL, scene_set_up, func, scene_tear_down)
  ADD ("help-names-every-option", test_help_names_every_option);
  ADD ("version-is-printed", test_version_is_printed);
  ADD ("bad-values-are-refused-before-any-window", test_bad_values_are_refused_before_any_window);
  ADD ("server-makes-what-it-is-told-to", test_server_makes_what_it_is_told_to);
  ADD ("server-waits-for-the-learner", test_server_waits_for_the_learner);
  ADD ("both-make-the-key-from-a-file", test_both_make_the_key_from_a_file);
  ADD ("client-attaches-by-id", test_client_attaches_by_id);
  ADD ("client-looks-as-often-as-told", test_client_looks_as_often_as_told);
  ADD ("client-opens-without-attaching", test_client_opens_without_attaching);
  ADD ("both-meet-where-the-home-cannot-be-written", test_both_meet_where_the_home_cannot_be_written);
  ADD ("says-what-to-do-without-a-display", test_says_what_to_do_without_a_display);
  return g_test_run ();
}
