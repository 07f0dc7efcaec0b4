/* SPDX-License-Identifier: GPL-3.0-or-later */

/* More of the table of states and places: what is beside the two windows and the life of one
 * segment.  A race while it runs, the window of copies, the question before a removal, a server
 * in another pid namespace, a limit that was raised, the history of a client, and calls that were scrolled to. */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-namespace.h"
#include "helpers/helper-states.h"

static guint
count_lines (const char *path,
             gboolean    of_the_dead)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      int pid = 0;

      sscanf (lines[i], "%*d %*d %*o %*u %d", &pid);
      n += *lines[i] != '\0' && (!of_the_dead || (kill (pid, 0) != 0 && errno == ESRCH));
    }

  return n;
}

/* The display makes segments all the time, and lives. */
static guint
count_left_behind (void)
{
  return count_lines ("/proc/sysvipc/shm", TRUE) + count_lines ("/proc/sysvipc/sem", FALSE) + count_lines ("/proc/sysvipc/msg", FALSE);
}

/* A race at full speed, before, while and after, as both windows tell of it. */
static void
test_race (States        *f,
           gconstpointer  unused)
{
  E2eProgram *server, *client;

  if (!states_can_look (f))
    return;

  server = states_start_server (f, "server", "--start", "--message", "before it", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "before it"));
  e2e_click (e2e_get (server, "tab", "Kernel Record"));
  e2e_click (e2e_get (client, "tab", "Kernel Record"));  /* what stands in the memory is different at each look */
  e2e_click_button (server, "Race…");
  E2E_WAIT (e2e_find (server, "button", "Start") != NULL);
  e2e_set_value (e2e_get (server, "spin button", "Seconds each"), 20);
  e2e_click_button (server, "Start");
  E2E_WAIT (e2e_shows (client, "Race at full speed") && e2e_shows (server, "Up to now:"));
  states_look (f, "race, running", LOOK_MOVES | LOOK_NO_TABS, "server client",
               "server: *status: Racing, 20 seconds for each protocol with messages of * bytes. Up to now:*",
               "server: *button: Stop*",
               "server: *only a semaphore has calls of its own. → a race at full speed writes*",
               "server: *Write ?cannot be used now?*",
               "server! *The last race*",
               "server! *It ended after*",
               "server! *→ message *",
               "client: *Race at full speed*",
               "client! *Message shown / label: before it*",
               "client! *Message shown / label: AAAA*",
               "client! *Message shown / label: BBBB*",
               NULL);
  e2e_click_button (server, "Stop");
  E2E_WAIT (!e2e_shows (client, "Race at full speed") && e2e_shows (server, "The last race"));
  E2E_WAIT (scene_shows_message (client, "before it"));
  states_look (f, "race, stopped", LOOK_NO_TABS, "server client",
               "server: *status: The last race, 20 seconds for each protocol with messages of * bytes:*",
               "server: *It ended after *",
               "server: *No system call: just write*",
               "server: *→ message *, 9 bytes*",
               "server! *Up to now*",
               "client: *Message shown / label: before it",
               "client! *Race at full speed*",
               NULL);
}

/* Four Copies or Two: what was measured, and what not yet or not to the end. */
static void
test_copies (States        *f,
             gconstpointer  unused)
{
  guint n_before = count_left_behind ();
  E2eProgram *copies;

  if (!states_can_look (f))
    return;

  copies = states_start_server (f, "copies", "--copies", NULL);
  E2E_WAIT (e2e_shows (copies, "Predict first"));
  states_look (f, "copies, before", LOOK_NO_TABS, "copies",
               "copies: *Predict first*",
               "copies: *label: 64 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 5 rounds*",
               "copies: *Run ?cannot be used now?*",
               "copies! *Measured on this machine*",
               "copies! *median of*",
               "copies! *Cancel*",
               NULL);

  e2e_set_value (e2e_get (copies, "spin button", "Rounds"), 99);
  e2e_click_button (copies, "Predict This Order");
  E2E_WAIT (e2e_is_sensitive (e2e_get (copies, "button", "Run")));
  e2e_click_button (copies, "Run");
  E2E_WAIT (e2e_shows (copies, "Measured on this machine"));
  states_look (f, "copies, while", LOOK_MOVES | LOOK_NO_TABS, "copies",
               "copies! *Predict first*",
               "copies: *Measuring: 64 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 99 rounds*",
               "copies: *label: measuring… 64 MiB*",
               "copies: *Cancel*",
               "copies! *median of*",
               "copies! *right*",
               "copies! *Next run*",
               NULL);

  e2e_click_button (copies, "Cancel");
  E2E_WAIT (e2e_shows (copies, "Stopped: 64 MiB"));
  E2E_WAIT (count_left_behind () == n_before);
  states_look (f, "copies, cancelled", LOOK_NO_TABS, "copies",
               "copies: *Stopped: 64 MiB of random bytes*",
               "copies: *What was made for it is removed.*",
               "copies: *not to the end*",
               "copies: *measured at *",
               "copies! *Measuring*",
               "copies! *label: measuring…*",
               "copies! *right*",
               NULL);

  e2e_set_value (e2e_get (copies, "spin button", "Rounds"), 1);
  e2e_choose (copies, "Input", "alt+i", "Made up, 1 MiB");
  E2E_WAIT (e2e_shows (copies, "Next run: 1 MiB"));
  e2e_click_button (copies, "Run");
  E2E_WAIT (e2e_shows (copies, "1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round · measured at"));
  E2E_WAIT (count_left_behind () == n_before);
  states_look (f, "copies, after", LOOK_NO_TABS, "copies",
               "copies: *1 MiB of random bytes · blocks of 64 KiB · A New File in Memory · 1 round*",
               "copies: *output compared byte for byte*",
               "copies: *measured at *",
               "copies: *Your prediction, the fastest first*",
               "copies! *Stopped*",
               "copies! *not to the end*",
               "copies! *64 MiB*blocks of 64 KiB*",
               "copies! *Measuring*",
               NULL);

  e2e_click (e2e_get (copies, "tab", "Block Sizes"));
  E2E_WAIT (e2e_shows (copies, "from which block size on"));
  states_look (f, "block sizes, before", LOOK_NO_TABS, "copies",
               "copies: *from which block size on*",
               "copies: *Run ?cannot be used now?*",
               "copies! *measured at*",
               "copies! *✗*",
               "copies! *✓*",
               NULL);

  e2e_choose (copies, "Predict first: from*", NULL, "512 B");
  E2E_WAIT (e2e_is_sensitive (e2e_get (copies, "button", "Run")));
  e2e_click_button (copies, "Run");
  E2E_WAIT (e2e_shows (copies, "1 MiB of random bytes · A New File in Memory · 1 round · measured at"));
  E2E_WAIT (count_left_behind () == n_before);
  states_look (f, "block sizes, after", LOOK_NO_TABS, "copies",
               "copies: *1 MiB of random bytes*1 round*measured at *",
               "copies! *not to the end*",
               "copies! *measuring…*",
               "copies! *Measuring*",
               "copies! *Stopped*",
               NULL);

  e2e_set_value (e2e_get (copies, "spin button", "Rounds"), 99);
  e2e_click_button (copies, "Run");
  e2e_get (copies, "button", "Cancel");
  e2e_click_button (copies, "Cancel");
  E2E_WAIT (e2e_shows (copies, "Stopped: 1 MiB"));
  E2E_WAIT (count_left_behind () == n_before);
  states_look (f, "block sizes, cancelled", LOOK_NO_TABS, "copies",
               "copies: *Stopped: 1 MiB of random bytes*",
               "copies! *✓*",
               "copies! *✗*",
               "copies! *Measuring*",
               "copies! *measuring…*",
               NULL);
}

#define SHMMNI "/proc/sys/kernel/shmmni"

/* A limit was reached, and is raised before anybody reads of it: what was so is told as of then. */
static void
test_limit (States        *f,
            gconstpointer  unused)
{
  g_autofree char *limit = NULL;
  E2eProgram *server;

  if (!states_can_look (f))
    return;
  /* Only where nobody else has segments may their number be limited. */
  if (g_getenv ("E2E_ALONE") == NULL || !g_file_get_contents (SHMMNI, &limit, NULL, NULL) || !test_write_to (SHMMNI, limit))
    {
      g_test_skip ("the number of segments may not be limited here");
      return;
    }

  server = states_start_server (f, "server", NULL);
  e2e_click_button (server, "Make the Key");
  e2e_get (server, "button", "Create");
  g_assert_true (test_write_to (SHMMNI, "0"));
  e2e_click_button (server, "Create");
  E2E_WAIT (e2e_shows (server, "ENOSPC"));
  g_assert_true (test_write_to (SHMMNI, limit));
  states_look (f, "a limit that was raised since", LOOK_NO_PROGRAM, "server",
               "server: *failed. *of 0 segments are in use (SHMMNI)*(shmget: ENOSPC, at *",
               "server: *Step 2 / label: *(shmget: ENOSPC, at *",
               "server! *→ id*",
               NULL);
  e2e_click_button (server, "Create");
  E2E_WAIT (scene_has_segment (&f->scene));
  states_look (f, "no limit in the way", LOOK_NO_TABS, "server",
               "server: *done. Ask the kernel for the segment. → id *",
               "server! *described: failed*",
               NULL);
}

/* Asks about the segment of the scene, in the window of all segments. */
static void
ask (States     *f,
     E2eProgram *viewer)
{
  LabShmRecord record = { 0 };
  g_autofree char *id = NULL;

  E2E_WAIT (scene_stat (&f->scene, &record));
  id = g_strdup_printf ("%d", record.id);
  e2e_set_text (e2e_get (viewer, "search box", NULL), f->scene.key_text);  /* the display has segments too */
  E2E_WAIT (e2e_find (viewer, "label", id) != NULL && e2e_shows (viewer, "1 shown of *"));
  e2e_select_row (e2e_get (viewer, "label", id));
  E2E_WAIT (e2e_is_sensitive (e2e_get (viewer, "button", "Remove…")));
  e2e_click_button (viewer, "Remove…");
  E2E_WAIT (e2e_shows (viewer, "belongs to *.*"));
}

static void
answer (E2eProgram *viewer,
        const char *button)
{
  e2e_click_button (viewer, button);
  E2E_WAIT (e2e_find (viewer, "button", "Cancel") == NULL);
}

/* What stands in the question before a removal. */
static void
test_removal (States        *f,
              gconstpointer  unused)
{
  E2eProgram *viewer, *server, *client, *stranger;
  LabShmRecord record = { 0 };
  g_autofree char *id = NULL;

  if (!states_can_look (f))
    return;

  stranger = scene_start_stranger (&f->scene, 100, 0600, NULL);
  states_play (f, "stranger", stranger);
  e2e_wait_exit (stranger);
  viewer = states_start_server (f, "viewer", NULL);
  e2e_click_button (viewer, "Segments…");
  ask (f, viewer);
  states_look (f, "to be removed, nobody attached", LOOK_NO_TABS, "viewer",
               "viewer: *Segment * has the key * and 100 bytes, and belongs to *. Nobody is attached.*",
               "viewer: *What it holds is lost.*",
               "viewer! *Attached to it*",
               "viewer! *semaphore*",
               "viewer! *go on with the memory*",
               NULL);
  answer (viewer, "Cancel");
  scene_remove (&f->scene);

  if (getuid () == 0)
    {
      stranger = scene_start_stranger (&f->scene, 100, 0600, "--user", "65534", NULL);
      states_play (f, "nobody", stranger);
      e2e_wait_exit (stranger);
      ask (f, viewer);
      states_look (f, "to be removed, of somebody else", LOOK_NO_TABS, "viewer",
                   "viewer: *and 100 bytes, and belongs to nobody. Nobody is attached.*",
                   "viewer! *belongs to root*",
                   NULL);
      answer (viewer, "Cancel");
      g_assert_true (scene_has_segment (&f->scene));
      scene_remove (&f->scene);
    }

  server = states_start_server (f, "server", "--start", "--message", "in use", NULL);
  scene_choose_protection (server, "Semaphore");
  E2E_WAIT (scene_has_semaphore (&f->scene));
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "in use"));
  ask (f, viewer);
  states_look (f, "to be removed, in use", LOOK_NO_TABS, "viewer",
               "viewer: *Attached to it:*",
               "viewer: *• shmlab-server (pid *",
               "viewer: *• shmlab-client (pid *",
               "viewer: *go on with the memory that they have*",
               "viewer! *Nobody is attached*",
               "viewer! *What it holds is lost*",
               "viewer! *Its semaphore*",
               NULL);
  answer (viewer, "Cancel");

  e2e_signal (server, SIGKILL);
  e2e_wait_exit (server);
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  ask (f, viewer);
  states_look (f, "to be removed, with its semaphore", LOOK_NO_TABS, "viewer",
               "viewer: *Attached to it:*",
               "viewer: *• shmlab-client (pid *",
               "viewer: *Its semaphore, set *, goes with it: the server that made it is gone.*",
               "viewer! *• shmlab-server*",
               "viewer! *What it holds is lost*",
               NULL);
  g_assert_true (scene_stat (&f->scene, &record));
  id = g_strdup_printf ("%d", record.id);
  answer (viewer, "Remove");
  E2E_WAIT (!scene_has_segment (&f->scene) && !scene_has_semaphore (&f->scene));
  e2e_set_text (e2e_get (viewer, "search box", NULL), id);  /* it has no key any more */
  E2E_WAIT (e2e_shows (viewer, "marked for removal"));
  states_look (f, "removed, and still attached", LOOK_NO_TABS, "viewer client",
               "viewer: *Remove… ?cannot be used now?*",
               "viewer: *row: *marked*",
               "client: *marked for removal*",
               "viewer! *belongs to *. Attached*",
               NULL);
}

/* The program of a process that was started with --fork. */
static pid_t
find_child (E2eProgram *parent)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", (int) e2e_get_pid (parent), (int) e2e_get_pid (parent));
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? (pid_t) g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
can_have_pids (void)
{
  E2eProgram *unshare = e2e_start ("unshare", "--user", "--map-current-user", "--pid", "--fork", "--mount-proc", "true", NULL);

  return e2e_wait_exit (unshare) == 0;
}

/* Starts one of the two where its pid is another one than here. */
static E2eProgram *
start_away (States     *f,
            const char *role,
            const char *variable,
            const char *a,
            const char *b,
            const char *c)
{
  E2eProgram *unshare = e2e_start ("unshare", "--user", "--map-current-user", "--pid", "--fork", "--mount-proc", "--kill-child", g_getenv (variable), "--key",
                                   f->scene.key_text, a, b, c, NULL);
  E2eProgram *program;

  E2E_WAIT (find_child (unshare) > 0);
  program = e2e_adopt (find_child (unshare));
  states_play (f, role, program);

  return program;
}

/* Who is in another pid namespace has another pid there, and lives all the same. */
static void
test_away (States        *f,
           gconstpointer  unused)
{
  E2eProgram *server, *client, *heir;

  if (!states_can_look (f))
    return;
  if (!can_have_pids ())
    {
      g_test_skip ("no pid namespaces are permitted here");
      return;
    }

  server = start_away (f, "server", "E2E_SERVER", "--start", "--message", "from afar");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "from afar"));
  states_look (f, "the server is in another pid namespace", LOOK_NO_PROGRAM, "client",
               "client: *Message shown / label: from afar",
               "client: *whole: *",
               "client: *attached: 2",
               "client! *has ended*",
               "client! *without a word*",
               "client! *no server is attached*",
               "client! *, gone*",
               NULL);

  heir = states_start_server (f, "heir", "--start", NULL);
  e2e_get (heir, "button", "Choose Another Key");
  states_look (f, "key taken by a server in another pid namespace", LOOK_NO_TABS, "heir",
               "heir: *failed. *EEXIST*",
               "heir! *Take It Over*",
               "heir! *Remove It*",
               "heir! *is gone*",
               "heir! *left it behind*",
               NULL);
  e2e_end (heir);
  e2e_end (client);
  e2e_signal (server, SIGTERM);
  E2E_WAIT (!scene_has_segment (&f->scene));

  server = states_start_server (f, "home", "--start", "--message", "at home", NULL);
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  client = start_away (f, "away", "E2E_CLIENT", NULL, NULL, NULL);
  E2E_WAIT (scene_shows_message (client, "at home"));
  E2E_WAIT (e2e_shows (server, "1 other attachment"));
  states_look (f, "the client is in another pid namespace", LOOK_NO_PROGRAM, "home",
               "home: *attached: 2",
               "home: *1 other attachment is still there*",
               "home! *No other process is attached*",
               NULL);
  E2E_WAIT (e2e_shows (client, "whole: "));
  g_assert_false (e2e_shows (client, "ended"));
}

/* What was seen before, and what has to be scrolled to. */
static void
test_lists (States        *f,
            gconstpointer  unused)
{
  E2eProgram *server, *client;

  if (!states_can_look (f))
    return;

  client = states_start_client (f, "client", "--detached", NULL);
  e2e_click_button (client, "Make the Key");
  e2e_get (client, "button", "Find");
  e2e_focus (client);
  for (guint i = 0; i < 40; i++)
    e2e_key ("F8");
  e2e_click (e2e_get (client, "tab", "Calls"));
  E2E_WAIT (e2e_shows (client, "40 calls"));
  server = states_start_server (f, "server", "--start", "--message", "one", NULL);
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  e2e_focus (client);  /* the server's window has come in between */
  for (guint i = 0; i < 15; i++)
    e2e_key ("F8");
  E2E_WAIT (scene_count_attached (&f->scene) == 2);
  states_look (f, "calls, the last", LOOK_NO_TABS, "client",
               "client: *row: *shmat(*",
               NULL);
  e2e_select_row (e2e_get (client, "label", "shmctl(*"));
  e2e_key ("Home");
  E2E_WAIT (e2e_find (client, "label", "1") != NULL);
  states_look (f, "calls, the first", LOOK_NO_TABS, "client",
               "client: *row: 1 | *shmget(*| -1 | ENOENT |*",
               NULL);
  e2e_key ("End");
  states_look (f, "calls, the last again", LOOK_NO_TABS, "client",
               "client: *row: *shmat(*",
               NULL);

  scene_write (server, "two");
  E2E_WAIT (scene_shows_message (client, "two"));
  scene_write (server, "");
  E2E_WAIT (e2e_shows (client, "message 3 ·"));
  scene_write (server, "four");
  E2E_WAIT (scene_shows_message (client, "four"));
  e2e_click_button (client, "History");
  E2E_WAIT (e2e_shows (client, "two"));
  states_look (f, "a history", LOOK_NO_TABS, "client",
               "client: *History / *one*",
               "client: *History / *two*",
               "client: *History / *four*",
               NULL);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/beside/" name, States, name, states_set_up, func, states_tear_down)
  ADD ("away", test_away);
  ADD ("copies", test_copies);
  ADD ("limit", test_limit);
  ADD ("lists", test_lists);
  ADD ("race", test_race);
  ADD ("removal", test_removal);
  return g_test_run ();
}
