/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-start [ROUNDS]
 *
 * How long each program takes from fork() to its first frame, and how much memory
 * it then holds, beside a plain window and an empty one of the same size.  All are
 * started in turn, round after round, so that a busy machine weighs on all alike;
 * a ratio is that of one round, and the median over the rounds is told.  Being
 * slow is told, and is no failure.
 *
 * bench-start --check starts each once and fails when a program shows no window
 * or has loaded the library that decodes SVG, whose memory none of them needs;
 * except where GTK itself does, for the buttons of a plain window, as 4.18.
 *
 * The windows appear on an X display without a window manager, which would put
 * one below another, where a frame is not seen to be drawn.
 *
 * Environment: BENCH_HELPERS, the folder of helper-plain-window; BENCH_SERVER and
 * BENCH_CLIENT, the programs. */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <X11/Xlib.h>
#include <X11/Xatom.h>
#include <X11/extensions/Xdamage.h>
#include <glib.h>

#include "helpers/helper-keys.h"

#define ROUNDS        10
#define N_DISPLAYS    10
#define PATIENCE_US   (20 * G_USEC_PER_SEC)
#define SETTLE_US     (800 * 1000)  /* what a program still does once its first frame is there */
#define FRAME_PERCENT 40            /* of the window: less is a cursor or a spinner */

typedef enum { EMPTY_WIDE, PLAIN_WIDE, SERVER, EMPTY, PLAIN, CLIENT, N_PROGRAMS } Program;

/* Which program a program is held against, and what it may take. */
static const struct { const char *name; Program plain; Program empty; double most_time; double most_mib; } programs[N_PROGRAMS] = {
  [EMPTY_WIDE] = { "an empty window, 1200 x 800", PLAIN_WIDE, EMPTY_WIDE, 0, 0 },
  [PLAIN_WIDE] = { "a plain window, 1200 x 800", PLAIN_WIDE, EMPTY_WIDE, 0, 0 },
  [SERVER] = { "the server, --start", PLAIN_WIDE, EMPTY_WIDE, 1.4, 15 },
  [EMPTY] = { "an empty window, 1060 x 800", PLAIN, EMPTY, 0, 0 },
  [PLAIN] = { "a plain window, 1060 x 800", PLAIN, EMPTY, 0, 0 },
  [CLIENT] = { "the client, attached", PLAIN, EMPTY, 1.25, 11 },
};

typedef struct
{
  double   first_ms;  /* from fork() to the first frame */
  double   cpu_ms;    /* of all threads until then */
  double   mib;       /* resident, once settled */
  gboolean decodes_svg;
} Figures;

static Display *display;
static Atom     pid_atom;
static int      damage_event;

static char *
read_proc (pid_t       pid,
           const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, name);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);

  return text != NULL ? text : g_strdup ("");
}

static double
read_mib (pid_t pid)
{
  g_autofree char *status = read_proc (pid, "status");
  const char *line = strstr (status, "VmRSS:");

  return line == NULL ? 0 : g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024;
}

/* The time of each thread that is still there, in nanoseconds: /proc/PID/stat has ticks of 10 ms. */
static double
read_cpu_ms (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *task;
  double ms = 0;

  while (dir != NULL && (task = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_strdup_printf ("task/%s/schedstat", task);
      g_autofree char *text = read_proc (pid, name);

      ms += g_ascii_strtod (text, NULL) / 1e6;
    }

  return ms;
}

static pid_t
start (const char **argv)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGTERM);
      execv (argv[0], (char **) argv);
      _exit (127);
    }

  return pid;
}

/* SIGTERM, so that a server removes its segment. */
static void
end (pid_t pid)
{
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
}

/* The X server chooses a free number by itself, and tells it when it is ready. */
static pid_t
start_display (void)
{
  char number[16] = "";
  g_autofree char *name = NULL;
  int fds[2];
  pid_t pid;

  if (pipe (fds) != 0)
    return -1;

  pid = fork ();
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGTERM);
      dup2 (fds[1], 3);
      /* It says of each number that is taken that it is. */
      if (freopen ("/dev/null", "w", stderr) != NULL)
        execlp ("Xvfb", "Xvfb", "-displayfd", "3", "-screen", "0", "1800x1000x24", "-nolisten", "tcp", "-noreset", NULL);
      _exit (127);
    }
  close (fds[1]);
  if (read (fds[0], number, sizeof number - 1) > 0)
    {
      name = g_strdup_printf (":%d", atoi (number));
      g_setenv ("DISPLAY", name, TRUE);
      display = XOpenDisplay (NULL);
    }
  close (fds[0]);

  return pid;
}

static gboolean
belongs_to (Window window,
            pid_t  pid)
{
  Atom type;
  int format;
  gulong n_items = 0;
  gulong n_left;
  unsigned char *data = NULL;
  gboolean is_his = FALSE;

  if (XGetWindowProperty (display, window, pid_atom, 0, 1, False, XA_CARDINAL, &type, &format, &n_items, &n_left, &data) == Success
      && n_items == 1)
    is_his = *(gulong *) (gpointer) data == (gulong) pid;
  if (data != NULL)
    XFree (data);

  return is_his;
}

/* Whether @pid has drawn a frame: most of a window of its own at once. */
static gboolean
saw_frame (pid_t pid)
{
  gboolean saw = FALSE;

  while (XPending (display) > 0)
    {
      XEvent event;

      XNextEvent (display, &event);
      if (event.type == CreateNotify)
        {
          XDamageCreate (display, event.xcreatewindow.window, XDamageReportRawRectangles);
          XFlush (display);
        }
      else if (event.type == damage_event)
        {
          const XDamageNotifyEvent *damage = (const XDamageNotifyEvent *) &event;
          int all = damage->geometry.width * damage->geometry.height;

          if (all > 100 * 100 && damage->area.width * damage->area.height * 100 >= all * FRAME_PERCENT)
            saw = saw || belongs_to (damage->drawable, pid);
        }
    }

  return saw;
}

static pid_t
start_and_measure (const char **argv,
                   Figures     *figures)
{
  g_autofree char *maps = NULL;
  gint64 begin;
  pid_t pid;

  XSync (display, False);
  saw_frame (0);
  begin = g_get_monotonic_time ();
  pid = start (argv);
  while (!saw_frame (pid))
    {
      if (g_get_monotonic_time () - begin > PATIENCE_US)
        {
          fprintf (stderr, "%s has drawn no window\n", argv[0]);
          exit (1);
        }
      g_usleep (200);
    }
  figures->first_ms = (double) (g_get_monotonic_time () - begin) / 1000;
  figures->cpu_ms = read_cpu_ms (pid);
  g_usleep (SETTLE_US);
  figures->mib = read_mib (pid);
  maps = read_proc (pid, "maps");
  figures->decodes_svg = strstr (maps, "librsvg") != NULL;

  return pid;
}

static void
run_round (Figures *figures)
{
  g_autofree char *window = g_build_filename (g_getenv ("BENCH_HELPERS"), "helper-plain-window", NULL);
  const char *server = g_getenv ("BENCH_SERVER");
  const char *client = g_getenv ("BENCH_CLIENT");
  g_autofree char *key = g_strdup_printf ("0x%08x", (guint) test_key ());
  const char *argvs[N_PROGRAMS][7] = {
    [EMPTY_WIDE] = { window, "1200", "800", "empty" },
    [PLAIN_WIDE] = { window, "1200", "800" },
    [SERVER] = { server, "--key", key, "--start", "--message", "Hello" },
    [EMPTY] = { window, "1060", "800", "empty" },
    [PLAIN] = { window, "1060", "800" },
    [CLIENT] = { client, "--key", key },
  };
  pid_t server_pid = 0;

  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      pid_t pid = start_and_measure (argvs[i], &figures[i]);

      if (i == SERVER)
        server_pid = pid;  /* what the client reads */
      else
        end (pid);
    }
  end (server_pid);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return first < second ? -1 : first > second;
}

static double
median (GArray *values)
{
  g_array_sort (values, compare);

  return g_array_index (values, double, values->len / 2);
}

#define MEDIAN(expression) \
  G_STMT_START \
    { \
      g_array_set_size (values, 0); \
      for (guint round = 0; round < n_rounds; round++) \
        { \
          const Figures *f = &rounds[round * N_PROGRAMS]; \
          double value = (expression); \
 \
          g_array_append_val (values, value); \
        } \
      result = median (values); \
    } \
  G_STMT_END

static void
report (const Figures *rounds,
        guint          n_rounds)
{
  g_autoptr(GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  double result;

  printf ("%-28s %9s %9s %8s %9s %9s %8s %11s\n", "median of each", "first ms", "x plain", "at most", "CPU ms", "x plain", "MiB", "over empty");
  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      double ratio;
      double over;

      printf ("%-28s", programs[i].name);
      MEDIAN (f[i].first_ms);
      printf (" %9.1f", result);
      MEDIAN (f[i].first_ms / f[programs[i].plain].first_ms);
      ratio = result;
      printf (" %9.2f", ratio);
      if (programs[i].most_time > 0)
        printf (" %8.2f", programs[i].most_time);
      else
        printf (" %8s", "");
      MEDIAN (f[i].cpu_ms);
      printf (" %9.1f", result);
      MEDIAN (f[i].cpu_ms / f[programs[i].plain].cpu_ms);
      printf (" %9.2f", result);
      MEDIAN (f[i].mib);
      printf (" %8.1f", result);
      MEDIAN (f[i].mib - f[programs[i].empty].mib);
      over = result;
      printf (" %+11.1f", over);
      if (programs[i].most_mib > 0)
        printf ("  at most %+.0f%s%s", programs[i].most_mib,
                ratio > programs[i].most_time ? "  TOO SLOW" : "", over > programs[i].most_mib ? "  TOO LARGE" : "");
      printf ("\n");
    }
}

static int
check (const Figures *figures)
{
  int status = 0;

  printf ("1..%d\n", N_PROGRAMS);
  for (guint i = 0; i < N_PROGRAMS; i++)
    {
      gboolean gtk_does = figures[programs[i].plain].decodes_svg;
      gboolean good = gtk_does || !figures[i].decodes_svg;

      printf ("%s %u - %s shows a window and decodes no SVG%s\n", good ? "ok" : "not ok", i + 1, programs[i].name,
              gtk_does ? " # SKIP this GTK does for a plain window" : "");
      if (!good)
        status = 1;
    }

  return status;
}

/* A window may go while it is asked about. */
static int
ignore_error_cb (Display     *unused,
                 XErrorEvent *error)
{
  return 0;
}

int
main (int argc, char *argv[])
{
  gboolean is_check = argc > 1 && strcmp (argv[1], "--check") == 0;
  guint n_rounds = is_check ? 1 : argc > 1 ? (guint) MAX (1, atoi (argv[1])) : ROUNDS;
  g_autofree Figures *rounds = g_new0 (Figures, n_rounds * N_PROGRAMS);
  Figures warm_up[N_PROGRAMS];
  int damage_error;
  pid_t server = start_display ();

  /* Two servers that start at once may choose the same number. */
  for (guint i = 1; i < N_DISPLAYS && display == NULL; i++)
    {
      end (server);
      server = start_display ();
    }
  if (display == NULL || !XDamageQueryExtension (display, &damage_event, &damage_error))
    {
      fprintf (stderr, "There is no X display that tells what was drawn\n");
      return 1;
    }
  damage_event += XDamageNotify;
  pid_atom = XInternAtom (display, "_NET_WM_PID", False);
  XSetErrorHandler (ignore_error_cb);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);

  if (!is_check)
    run_round (warm_up);
  for (guint round = 0; round < n_rounds; round++)
    run_round (&rounds[round * N_PROGRAMS]);

  XCloseDisplay (display);
  end (server);

  if (is_check)
    return check (rounds);

  report (rounds, n_rounds);

  return 0;
}
