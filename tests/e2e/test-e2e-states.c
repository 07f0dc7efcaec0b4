/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of states and places: every text of the windows, in each state that they
 * can be in, against what the kernel and the calls say. */

#include "config.h"

#include "helpers/helper-states.h"

static E2eProgram *
start_server (States     *f,
              const char *role,
              const char *a,
              const char *b,
              const char *c)
{
  E2eProgram *server = scene_start_server (&f->scene, a, b, c, NULL);

  states_play (f, role, server);

  return server;
}

static E2eProgram *
start_client (States     *f,
              const char *role,
              const char *a,
              const char *b)
{
  E2eProgram *client = scene_start_client (&f->scene, a, b, NULL);

  states_play (f, role, client);

  return client;
}

static void
click (E2eProgram *program,
       const char *name)
{
  e2e_click (e2e_get (program, "button", name));
}

/* The life of a segment and its client, call by call. */
static void
test_life (States        *f,
           gconstpointer  unused)
{
  g_autofree char *long_text = g_strnfill (1984, 'x');
  E2eProgram *server;
  E2eProgram *client;

  if (!states_can_look (f))
    return;

  server = start_server (f, "server", NULL, NULL, NULL);
  e2e_get (server, "button", "Make the Key");
  states_look (f, "fresh", LOOK_ALL, "server", NULL);

  client = start_client (f, "client", NULL, NULL);
  click (server, "Make the Key");
  e2e_get (server, "button", "Create");
  E2E_WAIT (e2e_shows (client, "Waiting for a server"));
  states_look (f, "key made, client waits", LOOK_ALL, "server client", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);

  click (server, "Create");
  e2e_get (server, "button", "Attach");
  states_look (f, "made, not attached", LOOK_ALL, "server", NULL);

  client = start_client (f, "client", "--detached", NULL);
  click (client, "Make the Key");
  click (client, "Find");
  e2e_get (client, "button", "Attach");
  states_look (f, "made, client found it", LOOK_ALL, "server client", NULL);

  click (server, "Attach");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  click (client, "Attach");
  E2E_WAIT (scene_count_attached (&f->scene) == 2);
  states_look (f, "attached, nothing written", LOOK_ALL, "server client", NULL);

  scene_write (server, "");
  states_look (f, "an empty message", LOOK_ALL, "server client", NULL);

  scene_write (server, "hello");
  E2E_WAIT (scene_shows_message (client, "hello"));
  states_look (f, "a message", LOOK_ALL, "server client", NULL);

  e2e_set_text (e2e_get (server, "text box", "Message"), long_text);
  states_look (f, "a message that is too long", LOOK_ALL, "server client", NULL);
  e2e_set_text (e2e_get (server, "text box", "Message"), "hello");

  click (client, "Pause");
  states_look (f, "client paused", LOOK_ALL, "client", NULL);
  click (client, "Pause");

  click (server, "Wait");
  e2e_get (server, "button", "Don’t Wait");
  states_look (f, "waiting for one client", LOOK_ALL, "server client", NULL);

  click (client, "Detach");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  states_look (f, "client detached", LOOK_ALL, "server client", NULL);

  click (server, "Detach");
  E2E_WAIT (scene_count_attached (&f->scene) == 0);
  states_look (f, "server detached", LOOK_ALL, "server client", NULL);

  click (server, "Remove");
  E2E_WAIT (!scene_has_segment (&f->scene));
  states_look (f, "removed", LOOK_ALL, "server client", NULL);
}

/* What becomes of a client when something becomes of its server. */
static void
test_ends (States        *f,
           gconstpointer  unused)
{
  E2eProgram *server, *client, *heir;

  if (!states_can_look (f))
    return;

  server = start_server (f, "server", "--start", "--message", "last words");
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (scene_shows_message (client, "last words"));
  e2e_signal (server, SIGKILL);
  e2e_wait_exit (server);
  E2E_WAIT (e2e_shows (client, "ended without a word"));
  states_look (f, "server killed", LOOK_ALL, "client", NULL);

  heir = start_server (f, "heir", "--start", NULL, NULL);
  e2e_get (heir, "button", "Take It Over");
  states_look (f, "key taken by what a dead server left, a client attached", LOOK_ALL, "heir", NULL);
  click (heir, "Take It Over");
  E2E_WAIT (scene_count_attached (&f->scene) == 2);
  E2E_WAIT (!e2e_shows (client, "ended without a word"));
  states_look (f, "taken over", LOOK_ALL, "heir client", NULL);

  scene_remove (&f->scene);
  E2E_WAIT (e2e_shows (heir, "marked for removal") && e2e_shows (client, "marked for removal"));
  states_look (f, "removed by somebody else, both attached", LOOK_ALL, "heir client", NULL);

  server = start_server (f, "server", "--start", "--message", "another");
  E2E_WAIT (e2e_shows (client, "A new segment has the key"));
  E2E_WAIT (e2e_shows (heir, "Another segment has the key"));
  states_look (f, "another segment has the key", LOOK_ALL, "heir client", NULL);
  click (client, "Follow the Key");
  E2E_WAIT (scene_shows_message (client, "another"));
  states_look (f, "followed", LOOK_ALL, "server client", NULL);

  e2e_signal (heir, SIGTERM);
  e2e_wait_exit (heir);
  click (server, "Stop…");
  e2e_get (server, "button", "Leave in the Kernel");
  states_look (f, "asked what is to become of it", LOOK_NO_TABS, "server", NULL);
  click (server, "Leave in the Kernel");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  states_look (f, "left in the kernel", LOOK_ALL, "server client", NULL);
}

/* What a server finds under its key. */
static void
test_leftovers (States        *f,
                gconstpointer  unused)
{
  E2eProgram *first, *server, *stranger;
  LabShmRecord record = { 0 };

  if (!states_can_look (f))
    return;

  first = start_server (f, "first", "--start", "--message", "still mine");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  server = start_server (f, "server", "--start", NULL, NULL);
  e2e_get (server, "button", "Choose Another Key");
  states_look (f, "key taken by a living server", LOOK_ALL, "server", NULL);

  e2e_signal (first, SIGKILL);
  e2e_wait_exit (first);
  e2e_signal (server, SIGTERM);
  e2e_wait_exit (server);
  server = start_server (f, "server", "--start", NULL, NULL);
  e2e_get (server, "button", "Take It Over");
  states_look (f, "key taken by what a dead server left", LOOK_ALL, "server", NULL);
  click (server, "Remove It and Make a New One");
  E2E_WAIT (scene_stat (&f->scene, &record) && record.cpid == e2e_get_pid (server));
  e2e_signal (server, SIGTERM);
  e2e_wait_exit (server);
  E2E_WAIT (!scene_has_segment (&f->scene));

  stranger = scene_start_stranger (&f->scene, 100, 0666, "--stay", NULL);
  states_play (f, "stranger", stranger);
  server = start_server (f, "server", "--start", NULL, NULL);
  e2e_get (server, "button", "Choose Another Key");
  states_look (f, "key taken by a stranger", LOOK_ALL, "server", NULL);

  e2e_signal (server, SIGTERM);
  e2e_wait_exit (server);
  e2e_signal (stranger, SIGKILL);
  e2e_wait_exit (stranger);
  server = start_server (f, "server", NULL, NULL, NULL);
  click (server, "Make the Key");
  e2e_set_text (e2e_get (server, "text box", "Size in bytes"), "12 apples");
  states_look (f, "a size that is none", LOOK_ALL, "server", NULL);
}

/* A client without a server of ours. */
static void
test_client (States        *f,
             gconstpointer  unused)
{
  E2eProgram *client, *server, *writer;
  g_autofree char *id = NULL;
  LabShmRecord record = { 0 };

  if (!states_can_look (f))
    return;

  client = start_client (f, "client", "--detached", NULL);
  e2e_get (client, "button", "Make the Key");
  states_look (f, "detached from the start", LOOK_ALL, "client", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);

  server = start_server (f, "server", "--mode", "0000", "--start");
  E2E_WAIT (scene_has_segment (&f->scene));
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (e2e_shows (client, "EACCES"));
  E2E_WAIT (e2e_shows (server, "EACCES"));
  states_look (f, "refused by the mode", LOOK_ALL, "server client", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);
  e2e_signal (server, SIGTERM);
  e2e_wait_exit (server);

  server = start_server (f, "server", "--start", "--message", "by id");
  E2E_WAIT (scene_stat (&f->scene, &record) && record.n_attaches == 1);
  id = g_strdup_printf ("%d", record.id);
  client = e2e_start ("shmlab-client", "--id", id, NULL);
  states_play (f, "client", client);
  E2E_WAIT (scene_shows_message (client, "by id"));
  states_look (f, "by an id", LOOK_ALL, "client", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);
  e2e_signal (server, SIGTERM);
  e2e_wait_exit (server);

  client = e2e_start ("shmlab-client", "--id", "31337", NULL);
  states_play (f, "client", client);
  e2e_get (client, "window", NULL);
  E2E_WAIT (e2e_shows (client, "31337"));
  states_look (f, "by an id that never was", LOOK_ALL, "client", "client! somebody removed", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);

  writer = e2e_start ("helper-textbook-writer", f->scene.key_text, "hello from chapter 7", NULL);
  states_play (f, "writer", writer);
  e2e_wait_exit (writer);
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (scene_shows_message (client, "hello from chapter 7"));
  states_look (f, "a foreign text", LOOK_ALL, "client", NULL);
  e2e_signal (client, SIGTERM);
  e2e_wait_exit (client);
  scene_remove (&f->scene);

  writer = e2e_start ("helper-homework", "mtu", f->scene.key_text, "10", "-20", "30", "40", NULL);
  states_play (f, "writer", writer);
  e2e_wait_exit (writer);
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (e2e_shows (client, "no text at byte 0"));
  states_look (f, "a foreign layout", LOOK_ALL, "client", NULL);
  e2e_focus (client);
  e2e_key ("alt+e");
  e2e_key ("space");
  E2E_WAIT (e2e_shows (client, "NTP reference clock") && e2e_has_focus (client, "list item"));  /* the list is open */
  e2e_key ("Down");
  e2e_key ("Return");
  E2E_WAIT (scene_shows_message (client, "10  -20  30  40"));
  states_look (f, "read by a preset", LOOK_ALL, "client", NULL);
}

/* In the order of the list; the default is the last. */
typedef enum
{
  NONE,
  SEMAPHORE,
  TURNS,
  TURNS_TEXTBOOK,
  LATCH,
} Protection;

static void
choose (E2eProgram *server,
        Protection  protection,
        const char *title)
{
  e2e_focus (server);
  e2e_key ("alt+r");
  e2e_key ("space");
  E2E_WAIT (e2e_shows (server, "Turns, as in textbooks") && e2e_has_focus (server, "list item"));  /* the list is open */
  e2e_key ("Home");
  for (guint i = 0; i < protection; i++)
    e2e_key ("Down");
  e2e_key ("Return");
  E2E_WAIT (e2e_shows (server, title) && (protection == TURNS_TEXTBOOK || !e2e_shows (server, "Turns, as in textbooks")));
}

/* Begins the message and makes its first stores. */
static void
begin (E2eProgram *server,
       const char *message,
       guint       n_steps)
{
  E2eNode *button;

  e2e_click (e2e_get (server, "switch", "Slow motion"));
  button = e2e_get (server, "button", "Step");  /* there once the switch has moved */
  scene_write (server, message);
  E2E_WAIT (e2e_is_sensitive (button));
  for (guint i = 0; i < n_steps; i++)
    e2e_click (button);
}

static void
finish (E2eProgram *server,
        E2eProgram *client,
        const char *message)
{
  click (server, "Finish");
  E2E_WAIT (scene_shows_message (client, message));
  e2e_click (e2e_get (server, "switch", "Slow motion"));
  E2E_WAIT (e2e_find (server, "button", "Step") == NULL);
}

/* Each protocol, in the middle of a message. */
static void
test_protection (States        *f,
                 gconstpointer  unused)
{
  E2eProgram *server, *client;

  if (!states_can_look (f))
    return;

  server = start_server (f, "server", "--start", "--message", "AAAAAAAA");
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (scene_shows_message (client, "AAAAAAAA"));
  begin (server, "BBBBBBBB", 8);
  states_look (f, "two copies, in the middle of a message", LOOK_ALL, "server client", NULL);
  finish (server, client, "BBBBBBBB");

  choose (server, NONE, "None");
  begin (server, "CCCCCCCC", 1);
  for (guint i = 0; i < 40 && !e2e_shows (client, "torn: "); i++)
    click (server, "Step");
  E2E_WAIT (e2e_shows (client, "torn: "));
  states_look (f, "no protection, in the middle of a message", LOOK_ALL, "server client", NULL);
  finish (server, client, "CCCCCCCC");

  choose (server, SEMAPHORE, "Semaphore");
  begin (server, "DDDDDDDD", 5);
  E2E_WAIT (e2e_shows (client, "holds the semaphore"));
  states_look (f, "semaphore, in the middle of a message", LOOK_MOVES, "server client", NULL);
  finish (server, client, "DDDDDDDD");

  choose (server, TURNS, "Turns");
  E2E_WAIT (e2e_shows (client, "needs write permission"));
  states_look (f, "turns, client may only read", LOOK_ALL, "server client", NULL);
  click (client, "Attach for Writing Too");
  E2E_WAIT (e2e_shows (client, "it is the server’s turn"));
  states_look (f, "turns, client may write", LOOK_ALL, "server client", NULL);
  click (client, "Pause");
  E2E_WAIT (e2e_is_checked (e2e_get (client, "button", "Pause")));
  scene_write (server, "EEEEEEEE");
  scene_write (server, "FFFFFFFF");
  E2E_WAIT (e2e_shows (server, "turn"));
  states_look (f, "turns, the second message waits", LOOK_ALL, "server client", NULL);
}

/* The windows beside the two. */
static void
test_windows (States        *f,
              gconstpointer  unused)
{
  E2eProgram *server, *client, *stranger;

  if (!states_can_look (f))
    return;

  stranger = scene_start_stranger (&f->scene, 100, 0666, NULL);
  states_play (f, "stranger", stranger);
  f->scene.key += 1;
  g_free (f->scene.key_text);
  f->scene.key_text = g_strdup_printf ("0x%08x", (guint) f->scene.key);
  server = start_server (f, "server", "--start", "--message", "shown");
  client = start_client (f, "client", NULL, NULL);
  E2E_WAIT (scene_shows_message (client, "shown"));

  click (client, "History");
  states_look (f, "history", LOOK_NO_TABS, "client", NULL);
  e2e_focus (client);
  e2e_key ("Escape");

  click (server, "Race…");
  E2E_WAIT (e2e_find (server, "button", "Start") != NULL);
  e2e_set_value (e2e_get (server, "spin button", "Seconds each"), 1);
  states_look (f, "race, before", LOOK_NO_TABS, "server", NULL);
  click (server, "Start");
  E2E_WAIT (e2e_shows (client, "Race at full speed"));
  E2E_WAIT (!e2e_shows (client, "Race at full speed"));
  E2E_WAIT (e2e_shows (server, "The last race"));
  states_look (f, "race, over", LOOK_NO_TABS, "server client", NULL);

  click (server, "Segments…");
  E2E_WAIT (e2e_shows (server, "Segments on This Computer"));
  states_look (f, "segments", LOOK_NO_TABS, "server", NULL);

  /* The race made a semaphore, which goes with the server's segment. */
  e2e_signal (server, SIGTERM);
  g_assert_cmpint (e2e_wait_exit (server), ==, 0);
  g_assert_false (scene_has_segment (&f->scene));
  g_assert_false (scene_has_semaphore (&f->scene));
  f->scene.key -= 1;
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/states/" name, States, name, states_set_up, func, states_tear_down)
  ADD ("client", test_client);
  ADD ("ends", test_ends);
  ADD ("leftovers", test_leftovers);
  ADD ("life", test_life);
  ADD ("protection", test_protection);
  ADD ("windows", test_windows);
  return g_test_run ();
}
