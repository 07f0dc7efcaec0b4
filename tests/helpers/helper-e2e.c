/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-e2e.h"

#include <glib/gstdio.h>
#include <linux/capability.h>
#include <locale.h>
#include <string.h>
#include <sys/prctl.h>

#include "helpers/helper-e2e-private.h"

/* Between two looks, as long as the one took: what a test waits for needs the processors more than the looking does. */
#define PAUSE_MS     40
#define PAUSE_MAX_MS 120
#define NUDGE_MS 500

static GPtrArray *programs;
static gboolean failed;

static void
e2e_program_free (E2eProgram *program)
{
  g_autofree char *folder = g_strdup (program->folder != NULL ? program->folder : "");
  g_autofree char *output = g_build_filename (folder, "output", NULL);
  g_autofree char *errors = g_build_filename (folder, "errors", NULL);

  if (program->process != NULL)
    {
      g_remove (output);
      g_remove (errors);
      g_rmdir (program->folder);
    }
  g_clear_object (&program->process);
  g_clear_pointer (&program->nodes, g_hash_table_unref);
  g_free (program->name);
  g_free (program->folder);
  g_free (program->bus_name);
  g_free (program);
}

/**
 * e2e_init:
 * @argc: (inout): as main() got it
 * @argv: (inout): as main() got it
 *
 * Makes this a test program that talks to the accessibility bus of its session.
 */
void
e2e_init (int    *argc,
          char ***argv)
{
  setlocale (LC_ALL, "");  /* for what is told in the log */
  g_test_init (argc, argv, NULL);
  g_test_set_nonfatal_assertions ();

  e2e_bus_connect ();
  programs = g_ptr_array_new_with_free_func ((GDestroyNotify) e2e_program_free);
}

/**
 * e2e_set_up:
 *
 * For a test's set_up.
 */
void
e2e_set_up (void)
{
  failed = FALSE;
}

static const char * const mistakes_of_gtk[] = {
  /* On X11 it looks for the monitor beside which a popover opens, and asks none for its size when the popover belongs to
   * a part of the window that lies beyond the screen: gdk_x11_surface_layout_popup() of GTK 4.8. */
  "gdk_monitor_get_geometry: assertion 'GDK_IS_MONITOR (monitor)' failed",
  /* The title of a column in its file chooser was clicked before there was a list: nothing here has such columns. */
  "gtk_tree_sortable_get_sort_column_id: assertion 'GTK_IS_TREE_SORTABLE (sortable)' failed",
  /* Once in some ten thousand clicks and keys, with GTK 4.8 and 4.18: nothing here calls that function. */
  "gtk_widget_is_ancestor: assertion 'GTK_IS_WIDGET (widget)' failed",
  /* The accessibility bus asks for the place of a widget that has left its window: no function of ours is on the stack. */
  "gtk_widget_compute_point: assertion 'GTK_IS_WIDGET (target)' failed",
  /* Its text view asks for a place again while the window is being drawn; likewise. */
  "Trying to snapshot GtkTextView",
  /* As rare as the ancestors, and nothing here calls that function either. */
  "gtk_popover_get_autohide: assertion 'GTK_IS_POPOVER (popover)' failed",
};

/* Whether whatever GTK complains of is held against GTK. */
static gboolean forgives_gtk;

static gboolean
is_of_gtk (const char *errors)
{
  if (forgives_gtk && (strstr (errors, ": Gtk-") != NULL || strstr (errors, ": Gdk-") != NULL))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (mistakes_of_gtk); i++)
    if (strstr (errors, mistakes_of_gtk[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* Signs in a program's own words that something in it is wrong. */
static const char *
find_complaint (const char *errors)
{
  static const char * const signs[] = { "WARNING", "CRITICAL", "Sanitizer", "runtime error:", "assertion" };
  g_auto(GStrv) lines = g_strsplit (errors, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (signs); j++)
      if (strstr (lines[i], signs[j]) != NULL && !is_of_gtk (lines[i]))
        return signs[j];

  return NULL;
}

static void
tell_text (const char *title,
           const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_test_message ("%s:", title);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_test_message ("  %s", lines[i]);
}

/**
 * e2e_tear_down:
 *
 * For a test's tear_down: ends every program that was started and fails the
 * test when one of them complained.  After a failure it tells what the windows
 * showed, and leaves a picture of the screen in the folder E2E_PICTURES.
 */
void
e2e_tear_down (void)
{
  if (g_test_failed ())
    {
      g_autofree char *name = g_strdelimit (g_strdup (g_test_get_path () + 1), "/", '-');

      e2e_screenshot (name);
    }

  for (guint i = 0; i < programs->len; i++)
    {
      E2eProgram *program = g_ptr_array_index (programs, i);
      g_autofree char *errors = e2e_dup_errors (program);
      const char *sign = find_complaint (errors);

      if (sign != NULL)
        {
          g_test_message ("%s said “%s” on standard error", program->name, sign);
          g_test_fail ();
        }
      if (g_test_failed ())
        {
          g_autofree char *title = g_strdup_printf ("%s, pid %d, %s", program->name, (int) program->pid,
                                                    e2e_is_running (program) ? "running" : "ended");

          tell_text (title, errors);
          if (e2e_is_running (program))
            {
              g_autofree char *texts = e2e_dup_texts (program);

              tell_text ("its windows show", texts);
            }
        }
    }

#ifdef LAB_COVERAGE
  /* What is killed does not write down which of its lines ran. */
  for (guint i = 0; i < programs->len; i++)
    {
      gint64 patience = e2e_deadline (2000);

      failed = FALSE;
      e2e_signal (g_ptr_array_index (programs, i), SIGTERM);
      while (e2e_is_running (g_ptr_array_index (programs, i)) && e2e_not_yet (patience))
        ;
    }
#endif
  for (guint i = 0; i < programs->len; i++)
    e2e_signal (g_ptr_array_index (programs, i), SIGKILL);
  for (guint i = 0; i < programs->len; i++)
    {
      failed = FALSE;
      E2E_WAIT (!e2e_is_running (g_ptr_array_index (programs, i)));
    }
  g_ptr_array_set_size (programs, 0);
}

gint64
e2e_deadline (gint64 timeout_ms)
{
  return g_get_monotonic_time () + timeout_ms * 1000;
}

/* FALSE when the time is over; else pauses a moment and is TRUE. */
gboolean
e2e_not_yet (gint64 deadline)
{
  static gint64 nudged;
  static gint64 looked;
  gint64 took_us = g_get_monotonic_time () - looked;

  if (failed || g_get_monotonic_time () > deadline)
    return FALSE;

  if (g_get_monotonic_time () - nudged > NUDGE_MS * 1000)
    {
      nudged = g_get_monotonic_time ();
      e2e_x_nudge ();
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_usleep ((gulong) CLAMP (took_us, PAUSE_MS * 1000, PAUSE_MAX_MS * 1000));
  looked = g_get_monotonic_time ();

  return TRUE;
}

/**
 * e2e_fail:
 * @format: what went wrong
 * @...: arguments
 *
 * Fails the test.  Only the first failure is told: the others follow from it.
 */
void
e2e_fail (const char *format,
          ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (failed)
    return;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  /* Where a run of all the tests shows it, which has no room for what each test says. */
  g_printerr ("%s\n", message);
  g_test_message ("%s", message);
  g_test_fail ();
  failed = TRUE;
}

/* Between fork and exec.  The program ends with the test whatever happens to
 * it, has the signals of a program started from a desktop, and is denied what
 * the mode of a segment denies, even when the tests are run by root. */
static void
child_setup_cb (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_CAPBSET_DROP, CAP_IPC_OWNER);
  prctl (PR_CAPBSET_DROP, CAP_SYS_ADMIN);
  signal (SIGINT, SIG_DFL);
  signal (SIGQUIT, SIG_DFL);
  signal (SIGPIPE, SIG_DFL);
}

/* Where a program of the build is, which meson tells in the environment. */
static char *
find_program (const char *name)
{
  const char *path;

  if (g_str_has_prefix (name, "helper-"))
    return g_build_filename (g_getenv ("E2E_HELPERS"), name, NULL);

  path = g_str_equal (name, "shmlab-server") ? g_getenv ("E2E_SERVER")
       : g_str_equal (name, "shmlab-client") ? g_getenv ("E2E_CLIENT")
                                             : name;
  g_assert_nonnull (path);

  return g_strdup (path);
}

/**
 * e2e_startv:
 * @argv: "shmlab-server", "shmlab-client", "helper-…" or a file, and arguments
 *
 * Starts a program.
 *
 * Returns: (transfer none): the program, until e2e_tear_down()
 */
E2eProgram *
e2e_startv (const char * const *argv)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  E2eProgram *program = g_new0 (E2eProgram, 1);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = find_program (argv[0]);
  g_auto(GStrv) real_argv = g_strdupv ((char **) argv);
  const char *identifier;

  g_free (real_argv[0]);
  real_argv[0] = g_strdup (path);
  program->name = g_path_get_basename (argv[0]);
  program->folder = g_dir_make_tmp ("shmlab-e2e-XXXXXX", &error);
  g_assert_no_error (error);
  output = g_build_filename (program->folder, "output", NULL);
  errors = g_build_filename (program->folder, "errors", NULL);

  g_subprocess_launcher_set_stdout_file_path (launcher, output);
  g_subprocess_launcher_set_stderr_file_path (launcher, errors);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  program->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) real_argv, &error);
  if (program->process == NULL)
    g_error ("%s", error->message);

  identifier = g_subprocess_get_identifier (program->process);
  program->pid = identifier != NULL ? (pid_t) g_ascii_strtoll (identifier, NULL, 10) : 0;
  g_ptr_array_add (programs, program);

  return program;
}

E2eProgram *
e2e_start (const char *path,
           ...)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  va_list args;

  va_start (args, path);
  for (const char *argument = path; argument != NULL; argument = va_arg (args, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (args);
  g_ptr_array_add (arguments, NULL);

  return e2e_startv ((const char * const *) arguments->pdata);
}

/**
 * e2e_adopt:
 * @pid: a process that a program under test started
 *
 * Lets the test use that program too, and ends it with the others.  What it
 * prints goes where its parent's does.
 *
 * Returns: (transfer none): the program, until e2e_tear_down()
 */
E2eProgram *
e2e_adopt (pid_t pid)
{
  E2eProgram *program = g_new0 (E2eProgram, 1);

  program->pid = pid;
  program->name = g_strdup_printf ("the process %d", (int) pid);
  g_ptr_array_add (programs, program);

  return program;
}

pid_t
e2e_get_pid (E2eProgram *program)
{
  return program->pid;
}

gboolean
e2e_is_running (E2eProgram *program)
{
  if (program->process == NULL)
    return kill (program->pid, 0) == 0;

  return g_subprocess_get_identifier (program->process) != NULL;
}

void
e2e_signal (E2eProgram *program,
            int         signal_number)
{
  if (program->process != NULL)
    g_subprocess_send_signal (program->process, signal_number);
  else if (program->pid > 1)
    kill (program->pid, signal_number);
}

/**
 * e2e_wait_exit:
 * @program: a program that is about to end
 *
 * Returns: its exit status, or 1000 and the number of the signal that ended it
 */
int
e2e_wait_exit (E2eProgram *program)
{
  E2E_WAIT (!e2e_is_running (program));
  if (e2e_is_running (program) || program->process == NULL)
    return -1;

  return g_subprocess_get_if_exited (program->process) ? g_subprocess_get_exit_status (program->process)
                                                       : 1000 + g_subprocess_get_term_sig (program->process);
}

/**
 * e2e_end:
 * @program: a program that runs
 *
 * Ends it with SIGTERM, and waits until it has ended.
 *
 * Returns: as e2e_wait_exit()
 */
int
e2e_end (E2eProgram *program)
{
  e2e_signal (program, SIGTERM);

  return e2e_wait_exit (program);
}

static char *
dup_file (E2eProgram *program,
          const char *name)
{
  g_autofree char *path = NULL;
  char *contents = NULL;

  if (program->process == NULL)
    return g_strdup ("");

  path = g_build_filename (program->folder, name, NULL);

  return g_file_get_contents (path, &contents, NULL, NULL) ? contents : g_strdup ("");
}

char *
e2e_dup_output (E2eProgram *program)
{
  return dup_file (program, "output");
}

char *
e2e_dup_errors (E2eProgram *program)
{
  return dup_file (program, "errors");
}

/**
 * e2e_output_has:
 * @program: a program
 * @words: what it may have printed by now
 *
 * Returns: whether it has, on standard output
 */
gboolean
e2e_output_has (E2eProgram *program,
                const char *words)
{
  g_autofree char *output = e2e_dup_output (program);

  return strstr (output, words) != NULL;
}

gboolean
e2e_errors_have (E2eProgram *program,
                 const char *words)
{
  g_autofree char *errors = e2e_dup_errors (program);

  return strstr (errors, words) != NULL;
}

/**
 * e2e_forgive_gtk:
 *
 * From now on no complaint of GTK's fails a test.  For input that is different in each run: that finds mistakes of
 * GTK's as well, and a test that runs for every change must not.
 */
void
e2e_forgive_gtk (void)
{
  forgives_gtk = TRUE;
}

/**
 * e2e_stumbled_in_gtk:
 * @program: a program that has ended
 *
 * Returns: whether it complained of what is held to be a mistake of GTK's, which ends it by SIGTRAP where
 *   warnings are fatal
 */
gboolean
e2e_stumbled_in_gtk (E2eProgram *program)
{
  g_autofree char *errors = e2e_dup_errors (program);

  return is_of_gtk (errors);
}

/**
 * e2e_get_frames:
 * @program: a program started with LAB_DEBUG=frames
 * @n_quiet_s: (out) (optional): for how many seconds it has drawn none, up to now
 *
 * Returns: how many frames it has drawn so far; it tells once a second
 */
guint
e2e_get_frames (E2eProgram *program,
                guint      *n_quiet_s)
{
  g_autofree char *errors = e2e_dup_errors (program);
  g_auto(GStrv) lines = g_strsplit (errors, "\n", -1);
  guint n_frames = 0;
  guint n_quiet = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "frames "))
      {
        guint n = (guint) g_ascii_strtoull (lines[i] + strlen ("frames "), NULL, 10);

        n_frames += n;
        n_quiet = n == 0 ? n_quiet + 1 : 0;
      }
  if (n_quiet_s != NULL)
    *n_quiet_s = n_quiet;

  return n_frames;
}

/**
 * e2e_focus:
 * @program: a program with a window
 *
 * Gives its window the keyboard.  A new window takes the keyboard some time
 * after it comes to the screen, so each new one is given it once on purpose:
 * by then the window manager is done with it.
 */
void
e2e_focus (E2eProgram *program)
{
  for (guint i = 0; i < programs->len; i++)
    {
      E2eProgram *other = g_ptr_array_index (programs, i);

      if (other->settled || !g_str_has_prefix (other->name, "shmlab-"))
        continue;
      E2E_WAIT (e2e_x_focus (other->pid) || !e2e_is_running (other));
      other->settled = TRUE;
    }
  E2E_WAIT (e2e_x_focus (program->pid));
}
