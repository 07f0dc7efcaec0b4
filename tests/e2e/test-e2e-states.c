/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of states and places: every text of the windows, in each state that they
 * can be in, against what the kernel and the calls say. */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/kernel/lab-sysv.h"
#include "helpers/helper-states.h"

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

  server = states_start_server (f, "server", NULL);
  e2e_get (server, "button", "Make the Key");
  states_look (f, "fresh", LOOK_ALL, "server",
               "server: *Step 1*Make the Key*",
               "server: *There is no key yet*",
               "server! *→*",
               "server! *done.*",
               "server: *0 calls*",
               NULL);

  client = states_start_client (f, "client", NULL);
  e2e_click_button (server, "Make the Key");
  e2e_get (server, "button", "Create");
  E2E_WAIT (e2e_shows (client, "Waiting for a server"));
  states_look (f, "key made, client waits", LOOK_ALL, "server client",
               "server: *described: done. The key was *",
               "server: *No segment has this key*",
               "client: *Waiting for a server with key*",
               "client: *not attached*",
               "server! *→ id*",
               "client! *→ id*",
               "client! *Message shown / label: whole*",
               NULL);
  e2e_end (client);

  e2e_click_button (server, "Create");
  e2e_get (server, "button", "Attach");
  states_look (f, "made, not attached", LOOK_NO_PROGRAM, "server",
               "server: *described: done. Ask the kernel for the segment. → id *",
               "server: *(all zero)*",
               "server: *attached: 0",
               "server: *The kernel has the segment; nobody is attached.",
               "server! *→ 0x???????????*",
               "server! *done. Map it*",
               NULL);

  client = states_start_client (f, "client", "--detached", NULL);
  e2e_click_button (client, "Make the Key");
  e2e_click_button (client, "Find");
  e2e_get (client, "button", "Attach");
  states_look (f, "made, client found it", LOOK_NO_PROGRAM, "server client",
               "client: *done. Find the same segment, and never make one. → id *",
               "client: *alert: Not attached*",
               "client: *attached: 0",
               "client! *done. Map it*",
               "client! *Message shown / label: whole*",
               NULL);

  e2e_click_button (server, "Attach");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  e2e_click_button (client, "Attach");
  E2E_WAIT (scene_count_attached (&f->scene) == 2);
  states_look (f, "attached, nothing written", LOOK_ALL, "server client",
               "client: *Attached, and nothing is written yet*",
               "client: *(no message yet)*",
               "server: *(no message yet)*",
               "server: *1 other attachment is still there*",
               "server: *attached: 2",
               "client: *looks a second*",
               "client: *0 | messages*",
               "client! *all zero*",
               "server! *all zero*",
               "client! *Message shown / label: whole*",
               "server! *→ message*",
               "client: *it may only read (r--s)*",
               NULL);

  scene_write (server, "");
  states_look (f, "an empty message", LOOK_ALL, "server client",
               "server: *(an empty message)*",
               "client: *(an empty message)*",
               "server: *→ message 1, 0 bytes*",
               "client: *message 1 ·* 0 bytes",
               "client: *1 | message*",
               "client! *all zero*",
               "server! *all zero*",
               "client! *no message yet*",
               "client! *nothing is written*",
               NULL);

  scene_write (server, "hello");
  E2E_WAIT (scene_shows_message (client, "hello"));
  states_look (f, "a message", LOOK_NO_PROGRAM, "server client",
               "client: *Message shown / label: hello",
               "client: *message 2 ·* 5 bytes",
               "client: *whole: *",
               "server: *→ message 2, 5 bytes*",
               "server: *“hello”*",
               "client: *“hello”*",
               "client: *2 | messages*",
               "client: *0 | torn*",
               "client! *before this client attached*",
               "client! *torn:*",
               NULL);

  e2e_set_text (e2e_get (server, "text box", "Message"), long_text);
  states_look (f, "a message that is too long", LOOK_NO_PROGRAM, "server client",
               "server: *1,984 bytes and the segment has room for 1,983: it was not written*",
               "client: *Message shown / label: hello",
               "server: *→ message 2, 5 bytes*",
               "server: *“hello”*",
               "client! *xxxx*",
               "server! *→ message 3*",
               NULL);
  e2e_set_text (e2e_get (server, "text box", "Message"), "hello");

  e2e_click_button (client, "Pause");
  E2E_WAIT (e2e_is_checked (e2e_get (client, "button", "Pause")));
  states_look (f, "client paused", LOOK_NO_PROGRAM, "client",
               "client: *looks: paused*",
               "client: *Pause ?on?*",
               "client: *“hello”*",
               "client! *looks a second*",
               NULL);
  e2e_click_button (client, "Pause");

  e2e_click_button (server, "Wait");
  e2e_get (server, "button", "Don’t Wait");
  states_look (f, "waiting for one client", LOOK_NO_PROGRAM, "server client",
               "server: *current. 1 other attachment is still there*",
               "server: *Don’t Wait*",
               "server! *was alone*",
               NULL);

  e2e_click_button (client, "Detach");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  states_look (f, "client detached", LOOK_NO_PROGRAM, "server client",
               "client: *kept; not attached*",
               "client: *(attach it to see what is in it)*",
               "client: *alert: Not attached*",
               "client: *Message shown / label: hello",
               "client: *nothing mapped here*",
               "client: *looks: not attached*",
               "client! *Message shown / label: whole*",
               "client! *“hello”*",
               "client! *looks a second*",
               "server: *→ was alone at *",
               "server: *attached: 1",
               NULL);

  e2e_click_button (server, "Detach");
  E2E_WAIT (scene_count_attached (&f->scene) == 0);
  states_look (f, "server detached", LOOK_NO_PROGRAM, "server client",
               "server: *done. Unmap it from this process. → 0*",
               "server: *attached: 0",
               "server: *(attach it to see what is in it)*",
               "server: *nothing mapped here*",
               "server: *current. Give the memory back*",
               "server! *“hello”*",
               "client! *“hello”*",
               "client! *Message shown / label: whole*",
               "client: *which is not attached*",
               NULL);

  e2e_click_button (server, "Remove");
  E2E_WAIT (!scene_has_segment (&f->scene));
  states_look (f, "removed", LOOK_ALL, "server client",
               "server: *done. Give the memory back. → 0*",
               "server: *Segment * is gone*",
               "client: *Segment * is gone*",
               "server: *, gone ·*",
               "client! *not known*",
               "client: *kept; the segment that held it is gone*",
               "server! *Picture / *marked for removal*",
               "client! *Picture / *marked for removal*",
               "server! *Picture / *goes when the last*",
               "server! *lives in the kernel*",
               "client! *Message shown / label: whole*",
               NULL);
}

/* What becomes of a client when something becomes of its server. */
static void
test_ends (States        *f,
           gconstpointer  unused)
{
  E2eProgram *server, *client, *heir;

  if (!states_can_look (f))
    return;

  server = states_start_server (f, "server", "--start", "--message", "last words", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "last words"));
  e2e_signal (server, SIGKILL);
  e2e_wait_exit (server);
  E2E_WAIT (e2e_shows (client, "ended without a word"));
  states_look (f, "server killed", LOOK_ALL, "client",
               "client: *has ended without a word*",
               "client: *Message shown / label: last words",
               "client: *“last words”*",
               "client: *attached: 1",
               "client: *lives in the kernel*",
               "client! *Picture / *marked for removal*",
               "client! *turn (*",
               NULL);

  heir = states_start_server (f, "heir", "--start", NULL);
  e2e_get (heir, "button", "Take It Over");
  states_look (f, "key taken by what a dead server left, a client attached", LOOK_ALL, "heir",
               "heir: *Take It Over*",
               "heir: *failed. *EEXIST*",
               "heir: *(attach it to see what is in it)*",
               "heir: *attached: 1",
               "heir! *still runs*",
               "heir! *done. Ask the kernel*",
               "heir! *Picture*“last words”*",
               NULL);
  e2e_click_button (heir, "Take It Over");
  E2E_WAIT (scene_count_attached (&f->scene) == 2);
  E2E_WAIT (!e2e_shows (client, "ended without a word"));
  states_look (f, "taken over", LOOK_NO_PROGRAM, "heir client",
               "heir: *attached: 2",
               "heir: *“last words”*",
               "client: *“last words”*",
               "client: *Message shown / label: last words",
               "heir! *Step 2 *EEXIST*",
               "client! *without a word*",
               "heir: *→ message 1, kept from the server before*",
               "heir! *message 2*",
               NULL);

  scene_remove (&f->scene);
  E2E_WAIT (e2e_shows (heir, "marked for removal") && e2e_shows (client, "marked for removal"));
  states_look (f, "removed by somebody else, both attached", LOOK_ALL, "heir client",
               "heir: *Picture / *marked for removal*",
               "client: *Picture / *marked for removal*",
               "heir: *key 0: nobody finds it*",
               "client: *key 0: nobody finds it*",
               "heir: *“last words”*",
               "heir! *Segment * is gone*",
               "client! *Segment * is gone*",
               "heir! *done. Give the memory back*",
               "heir! *lives in the kernel*",
               NULL);

  server = states_start_server (f, "server", "--start", "--message", "another", NULL);
  E2E_WAIT (e2e_shows (client, "A new segment has the key"));
  E2E_WAIT (e2e_shows (heir, "Another segment has the key"));
  states_look (f, "another segment has the key", LOOK_NO_PROGRAM, "heir client",
               "client: *A new segment has the key*",
               "heir: *Another segment has the key*",
               "client: *“last words”*",
               "client: *Message shown / label: last words",
               "client! *another",
               "heir! *“another”*",
               "client: *Follow the Key*",
               NULL);
  e2e_click_button (client, "Follow the Key");
  E2E_WAIT (scene_shows_message (client, "another"));
  states_look (f, "followed", LOOK_ALL, "server client",
               "client: *Message shown / label: another",
               "client: *“another”*",
               "server: *“another”*",
               "client: *whole: *",
               "client: *1 | message*",
               "client! *last words*",
               "client! *Picture / *marked for removal*",
               "client! *kept*",
               "client: *attached: 2",
               NULL);

  e2e_end (heir);
  e2e_click_button (server, "Stop…");
  e2e_get (server, "button", "Leave in the Kernel");
  states_look (f, "asked what is to become of it", LOOK_NO_TABS, "server",
               "server: *Leave in the Kernel*",
               "server: *1 other attachment is still there*",
               "server! *left in the kernel, as you chose*",
               "server! *done. Give*",
               NULL);
  e2e_click_button (server, "Leave in the Kernel");
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  states_look (f, "left in the kernel", LOOK_ALL, "server client",
               "server: *skipped. Give the memory back. → left in the kernel*",
               "server: *skipped. Wait until*",
               "server: *done. Unmap it from this process. → 0*",
               "server! *done. Give the memory back*",
               "server! *done. Wait until*",
               "client: *The server has detached and left the segment*",
               "server: *attached: 1",
               "client: *“another”*",
               "server! *“another”*",
               "server! *Picture / *marked for removal*",
               NULL);

  scene_remove (&f->scene);
  E2E_WAIT (e2e_shows (client, "marked for removal"));
  e2e_click_button (client, "Detach");
  E2E_WAIT (e2e_shows (client, "that held it is gone"));
  states_look (f, "the last one has detached from what was marked", LOOK_NO_PROGRAM, "client",
               "client: *kept; the segment that held it is gone*",
               "client: *Picture / *Segment * is gone*",
               "client: *Kernel Record / *Segment * is gone*",
               "client! *not known*",
               "client! *Picture / * yet*",
               "client! *Kernel Record / * yet*",
               NULL);
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

  first = states_start_server (f, "first", "--start", "--message", "still mine", NULL);
  E2E_WAIT (scene_count_attached (&f->scene) == 1);
  server = states_start_server (f, "server", "--start", NULL);
  e2e_get (server, "button", "Choose Another Key");
  states_look (f, "key taken by a living server", LOOK_ALL, "server",
               "server: *Key * is taken by segment*",
               "server: *failed. *EEXIST*",
               "server: *still runs*",
               "server: *A Shmlab server that runs now writes to it*",
               "server: *(attach it to see what is in it)*",
               "server: *attached: 1",
               "server! *Take It Over*",
               "server! *Take it over*",
               "server! *Remove It and Make a New One*",
               "server: *Choose another key, or see first who needs what has this one*",
               "server! *which is gone*",
               NULL);

  e2e_signal (first, SIGKILL);
  e2e_wait_exit (first);
  e2e_end (server);
  server = states_start_server (f, "server", "--start", NULL);
  e2e_get (server, "button", "Take It Over");
  states_look (f, "key taken by what a dead server left", LOOK_ALL, "server",
               "server: *Take It Over*",
               "server: *attached: 0",
               "server: *still mine*",
               "server: *The kernel has the segment; nobody is attached*",
               "server! *still runs*",
               "server! *runs now*",
               NULL);
  e2e_click_button (server, "Remove It and Make a New One");
  E2E_WAIT (scene_stat (&f->scene, &record) && record.cpid == e2e_get_pid (server));
  e2e_end (server);
  E2E_WAIT (!scene_has_segment (&f->scene));

  stranger = scene_start_stranger (&f->scene, 100, 0666, "--stay", NULL);
  states_play (f, "stranger", stranger);
  server = states_start_server (f, "server", "--start", NULL);
  e2e_get (server, "button", "Choose Another Key");
  states_look (f, "key taken by a stranger", LOOK_ALL, "server",
               "server: *Another program made it*",
               "server: *it is too small*",
               "server: *100 bytes*",
               "server: *still runs*",
               "server! *Take It Over*",
               "server! *Take it over*",
               "server! *A Shmlab server*",
               NULL);

  e2e_end (server);
  e2e_signal (stranger, SIGKILL);
  e2e_wait_exit (stranger);
  server = states_start_server (f, "server", NULL);
  e2e_click_button (server, "Make the Key");
  e2e_set_text (e2e_get (server, "text box", "Size in bytes"), "12 apples");
  e2e_focus (server);
  e2e_key ("F8");
  states_look (f, "a size that is none", LOOK_ALL, "server",
               "server: *“12 apples” is no size*",
               "server! *described: failed*",
               "server! *No size is given*",
               "server! *shmget(* 12,*",
               "server: *0 calls*",
               NULL);
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

  client = states_start_client (f, "client", "--detached", NULL);
  e2e_get (client, "button", "Make the Key");
  states_look (f, "detached from the start", LOOK_ALL, "client",
               "client: *alert: Not attached*",
               "client: *no key yet*",
               "client: *0 calls*",
               "client! *done.*",
               "client! *→*",
               "client! *Message shown / label: whole*",
               NULL);
  e2e_end (client);

  server = states_start_server (f, "server", "--mode", "0000", "--start", NULL);
  E2E_WAIT (scene_has_segment (&f->scene));
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (e2e_shows (client, "EACCES"));
  E2E_WAIT (e2e_shows (server, "EACCES"));
  states_look (f, "refused by the mode", LOOK_ALL, "server client",
               "client: *failed. *",
               "client: *EACCES*",
               "server: *failed. *",
               "client: *mode 0000*",
               "client: *The segment is not ours to read*",
               "client: *attached: 0",
               "client! *Message shown / label: whole*",
               "client! *done. Map it*",
               "server! *done. Map it*",
               "client: *No message seen yet*",
               NULL);
  e2e_end (client);
  e2e_end (server);

  server = states_start_server (f, "server", "--start", "--message", "by id", NULL);
  E2E_WAIT (scene_stat (&f->scene, &record) && record.n_attaches == 1);
  id = g_strdup_printf ("%d", record.id);
  client = e2e_start ("shmlab-client", "--id", id, NULL);
  states_play (f, "client", client);
  E2E_WAIT (scene_shows_message (client, "by id"));
  states_look (f, "by an id", LOOK_ALL, "client",
               "client: *Message shown / label: by id",
               "client: *an id needs no key*",
               "client: *Step 2 / label: → 0",
               "client: *#define ID *",
               "client! *#define KEY *",
               "client! *ftok(*",
               "client! *→ id 0*",
               "client: *1 | message*",
               NULL);
  e2e_end (client);
  e2e_end (server);

  client = e2e_start ("shmlab-client", "--id", "31337", NULL);
  states_play (f, "client", client);
  e2e_get (client, "window", NULL);
  E2E_WAIT (e2e_shows (client, "31337"));
  states_look (f, "by an id that never was", LOOK_ALL, "client", "client! somebody removed",
               "client: *failed. *No segment has the id 31337*EINVAL*",
               "client: *Calls / *No segment has the id 31337*",
               "client: *alert: No segment has the id 31337*",
               "client: *Picture / *no segment has this id*",
               "client: *Kernel Record / *No segment has the id 31337*",
               "client: *id 31337, not there*",
               "client! *There is no key yet*",
               "client! *one by one*",
               "client! *is gone*",
               "client! *Message shown / label: whole*",
               NULL);
  e2e_end (client);

  writer = e2e_start ("helper-textbook-writer", f->scene.key_text, "hello from chapter 7", NULL);
  states_play (f, "writer", writer);
  e2e_wait_exit (writer);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "hello from chapter 7"));
  states_look (f, "a foreign text", LOOK_ALL, "client",
               "client: *Message shown / label: hello from chapter 7",
               "client: *a plain C string*",
               "client: *“hello from chapter 7”*",
               "client: *attached: 1",
               "client! *Message shown / label: whole*",
               "client! *message 1 ·*",
               "client! *missed: *",
               NULL);
  e2e_end (client);
  scene_remove (&f->scene);

  writer = e2e_start ("helper-homework", "mtu", f->scene.key_text, "10", "-20", "30", "40", NULL);
  states_play (f, "writer", writer);
  e2e_wait_exit (writer);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (e2e_shows (client, "no text at byte 0"));
  states_look (f, "a foreign layout", LOOK_ALL, "client",
               "client: *Attached, and there is no text at byte 0*",
               "client: *7 bytes are not zero*",
               "client: *(no text at its beginning)*",
               "client! *all zero*",
               "client! *nothing is written yet*",
               "client: *No message seen yet*",
               NULL);
  e2e_choose (client, "Read as", "alt+e", "MTU*");
  E2E_WAIT (scene_shows_message (client, "10  -20  30  40"));
  states_look (f, "read by a preset", LOOK_ALL, "client",
               "client: *Message shown / label: 10  -20  30  40",
               "client: *so it may be torn*",
               "client! *Message shown / label: whole*",
               "client! *all zero*",
               "client! *no text at byte 0*",
               NULL);
}

static void
finish (E2eProgram *server,
        E2eProgram *client,
        const char *message)
{
  e2e_click_button (server, "Finish");
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

  server = states_start_server (f, "server", "--start", "--message", "AAAAAAAA", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "AAAAAAAA"));
  scene_write_slowly (server, "BBBBBBBB", 8);
  states_look (f, "two copies, in the middle of a message", LOOK_ALL, "server client",
               "server: *→ message 2 is being stored*",
               "server: *under way. *",
               "client: *Message shown / label: AAAAAAAA",
               "client: *message 1 ·*",
               "client: *whole: *",
               "client: *“AAAAAAAA”*",
               "client! *BBBB*",
               "client! *torn: *",
               "server! *→ message 2, 8 bytes*",
               NULL);
  finish (server, client, "BBBBBBBB");

  scene_choose_protection (server, "None");
  scene_write_slowly (server, "CCCCCCCC", 1);
  for (guint i = 0; i < 40 && !e2e_shows (client, "torn: "); i++)
    e2e_click_button (server, "Step");
  E2E_WAIT (e2e_shows (client, "torn: "));
  states_look (f, "no protection, in the middle of a message", LOOK_ALL, "server client",
               "server: *→ message 3 is being stored*",
               "client: *torn: *",
               "server: *being written: “C*",
               "client: *“C*B”*",
               "client! *Message shown / label: whole*",
               "client! *“CCCCCCCC”*",
               "client! *“BBBBBBBB”*",
               NULL);
  finish (server, client, "CCCCCCCC");

  scene_choose_protection (server, "Semaphore");
  scene_write_slowly (server, "DDDDDDDD", 5);
  E2E_WAIT (e2e_shows (client, "holds the semaphore"));
  states_look (f, "semaphore, in the middle of a message", LOOK_MOVES, "server client",
               "client: *waiting: somebody else holds the semaphore (pid *",
               "client: *Message shown / label: CCCCCCCC",
               "server: *between two calls of semop. → message 4 is being stored*",
               "client! *DDDDDDDD*",
               "client! *turn*FILLED*",
               NULL);
  finish (server, client, "DDDDDDDD");

  scene_choose_protection (server, "Turns");
  E2E_WAIT (e2e_shows (client, "needs write permission"));
  states_look (f, "turns, client may only read", LOOK_ALL, "server client",
               "client: *This protocol needs write permission*",
               "client: *kept; the protocol does not let this client look now*",
               "client: *Attach for Writing Too*",
               "client: *for reading only*",
               "server: *between two calls of semop. → message 4, 8 bytes*",
               "client! *Message shown / label: whole*",
               "client! *waiting: *",
               "client: *it may only read (r--s)*",
               NULL);
  e2e_click_button (client, "Attach for Writing Too");
  E2E_WAIT (e2e_shows (client, "it is the server’s turn"));
  states_look (f, "turns, client may write", LOOK_NO_PROGRAM, "server client",
               "client: *waiting: it is the server’s turn*",
               "client: *for reading and writing*",
               "client: *Message shown / label: DDDDDDDD",
               "client! *for reading only*",
               "client: *Step 3 / label: shmat(*, NULL, 0)*",
               "client: *it may read and write (rw-s)*",
               NULL);
  e2e_click_button (client, "Pause");
  E2E_WAIT (e2e_is_checked (e2e_get (client, "button", "Pause")));
  scene_write (server, "EEEEEEEE");
  scene_write (server, "FFFFFFFF");
  E2E_WAIT (e2e_shows (server, "turn"));
  states_look (f, "turns, the second message waits", LOOK_ALL, "server client",
               "server: *→ message 6 waits and is not written yet*",
               "server: *it is a client’s turn*",
               "client: *paused; the last look had to wait, and said: “*",
               "server: *“EEEEEEEE”*",
               "client: *Message shown / label: DDDDDDDD",
               "client: *looks: paused*",
               "client! *waiting: *",
               "server! *FFFFFFFF”*",
               "server! *→ message 6, *",
               NULL);
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
  server = states_start_server (f, "server", "--start", "--message", "shown", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "shown"));

  e2e_click_button (client, "History");
  states_look (f, "history", LOOK_NO_TABS, "client",
               "client: *Message shown / label: shown",
               NULL);
  e2e_focus (client);
  e2e_key ("Escape");

  e2e_click_button (server, "Race…");
  E2E_WAIT (e2e_find (server, "button", "Start") != NULL);
  e2e_set_value (e2e_get (server, "spin button", "Seconds each"), 3);  /* a busy machine is slow to look */
  states_look (f, "race, before", LOOK_NO_TABS, "server",
               "server! *The last race*",
               "server: *Start*",
               NULL);
  e2e_click_button (server, "Start");
  E2E_WAIT (e2e_shows (client, "Race at full speed"));
  E2E_WAIT (!e2e_shows (client, "Race at full speed"));
  E2E_WAIT (e2e_shows (server, "The last race"));
  states_look (f, "race, over", LOOK_NO_TABS, "server client",
               "server: *The last race*",
               "client: *Message shown / label: shown",
               "client! *Race at full speed*",
               "client! *Message shown / label: AAAA*",
               NULL);

  e2e_click_button (server, "Segments…");
  E2E_WAIT (e2e_shows (server, "Segments on This Computer"));
  states_look (f, "segments", LOOK_NO_TABS, "server",
               "server: *Segments on This Computer*",
               "server: *row: 0x*in use*",
               NULL);

  /* The race made a semaphore, which goes with the server's segment. */
  g_assert_cmpint (e2e_end (server), ==, 0);
  g_assert_false (scene_has_segment (&f->scene));
  g_assert_false (scene_has_semaphore (&f->scene));
  f->scene.key -= 1;
}

/* What somebody else made: attached for a moment, so that the test itself has nothing to do with it later. */
static void
make_foreign (States     *f,
              gsize       size_bytes,
              guint       mode,
              const char *bytes,
              gsize       n_bytes)
{
  int id = lab_sysv_shmget (f->scene.key, size_bytes, LAB_GET_CREATE | LAB_GET_EXCLUSIVE, mode, NULL);
  gpointer base = lab_sysv_shmat (id, TRUE, NULL);

  g_assert_cmpint (id, !=, -1);
  g_assert_nonnull (base);
  memcpy (base, bytes, n_bytes);
  g_assert_cmpint (lab_sysv_shmdt (base, NULL), ==, 0);
}

static void
end_client (E2eProgram *client)
{
  e2e_end (client);
}

static void
set_key (States *f,
         key_t   key)
{
  f->scene.key = key;
  g_free (f->scene.key_text);
  f->scene.key_text = g_strdup_printf ("0x%08x", (guint) key);
}

/* Bytes that are no text of ours, and the layouts that their keys and sizes hint at. */
static void
test_foreign (States        *f,
              gconstpointer  unused)
{
  static const struct { const char *state; key_t key; gsize size_bytes; guint mode; const char *hint; } presets[] = {
    { "the hint of the alphabet", 5678, 27, 0666, "client: *A guess: key 5678 and 27 bytes*Cardiff*" },
    { "the hint of the video lesson", 9876, 100, 0666, "client: *A guess: key 9876 and 100 bytes*Video lesson*" },
    { "the hint of TLPI", 0x1234, 1028, 0660, "client: *A guess: key 0x1234 and 1,028 bytes*semaphores*not there*" },
    { "the key of TLPI, another size", 0x1234, 1032, 0660, "client: *0x1234 is the key of*1,028*1,032*another layout*" },
    { "the hint of the chat", 12345, 112, 0666, "client: *A guess: key 12345 and 112 bytes*Chat*" },
    { "the hint of the clock", 0x4e545030, 96, 0600, "client: *A guess: key 0x4e545030* and 96 bytes*NTP*" },
    { "the hint of the clock of 32 bits", 0x4e545030, 80, 0600, "client: *A guess: key 0x4e545030* and 80 bytes*NTP*32-bit*" },
  };
  key_t key = f->scene.key;
  g_autofree char *full = g_strnfill (64, 'y');
  E2eProgram *client;

  if (!states_can_look (f))
    return;

  make_foreign (f, 64, 0666, full, 64);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (e2e_shows (client, "yyyyyyyy"));
  states_look (f, "a foreign text without its NUL", LOOK_NO_PROGRAM, "client",
               "client: *64 bytes*",
               "client! *Message shown / label: whole*",
               "client! *all zero*",
               NULL);
  end_client (client);
  scene_remove (&f->scene);

  make_foreign (f, 64, 0666, "\001\000\000\000\377\376", 6);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (e2e_shows (client, "not text: 01"));
  states_look (f, "foreign bytes that are no text", LOOK_NO_PROGRAM, "client",
               "client: *not text: 01*",
               "client! *Message shown / label: whole*",
               "client! *all zero*",
               NULL);
  end_client (client);
  scene_remove (&f->scene);

  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      set_key (f, presets[i].key);
      if (scene_has_segment (&f->scene))
        continue;  /* somebody has it, on a computer where tests share what is in the kernel */
      make_foreign (f, presets[i].size_bytes, presets[i].mode, "\000\000\001", 3);
      client = states_start_client (f, "client", NULL);
      E2E_WAIT (scene_count_attached (&f->scene) == 1);
      states_look (f, presets[i].state, LOOK_NO_TABS, "client", presets[i].hint, "client! *all zero*", "client! *Message shown / label: whole*", NULL);
      end_client (client);
      scene_remove (&f->scene);
    }
  set_key (f, key);
}

/* How a key comes to be, and what is chosen in popovers. */
static void
test_choices (States        *f,
              gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "key file", NULL);
  g_autofree char *key_button = g_strdup_printf ("Key %s", f->scene.key_text);
  g_autoptr(GError) error = NULL;
  E2eProgram *server, *client;

  if (!states_can_look (f))
    return;

  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  server = e2e_start ("shmlab-server", "--file", path, "--letter", "B", NULL);
  states_play (f, "server", server);
  e2e_click_button (server, "Make the Key");
  e2e_get (server, "button", "Create");
  states_look (f, "a key from a file", LOOK_ALL, "server",
               "server: *ftok(*'B')*",
               "server: *Step 1 / label: → 0x*",
               "server: *1 call",
               "server! *so ftok is not called*",
               "server! *described: failed*",
               NULL);
  e2e_end (server);

  server = e2e_start ("shmlab-server", "--file", path, NULL);
  states_play (f, "server", server);
  e2e_get (server, "button", "Make the Key");
  g_assert_cmpint (g_remove (path), ==, 0);
  e2e_click_button (server, "Make the Key");
  E2E_WAIT (e2e_shows (server, "ENOENT"));
  states_look (f, "a key from a file that went", LOOK_NO_PROGRAM, "server",
               "server: *failed. *",
               "server: *ftok: ENOENT*",
               "server: *1 call",
               "server! *→ 0x*",
               "server! *done. *",
               NULL);
  e2e_end (server);

  server = states_start_server (f, "server", NULL);
  e2e_focus (server);
  e2e_click_button (server, key_button);
  E2E_WAIT (e2e_find (server, "button", "Use the Default Key") != NULL);
  states_look (f, "choosing a key", LOOK_NO_TABS, "server",
               "server: *Use the Default Key*",
               "server! *label: → *",
               "server! *described: done. *",
               NULL);
  e2e_key ("Escape");
  E2E_WAIT (e2e_find (server, "button", "Use the Default Key") == NULL);
  e2e_click_button (server, "Make the Key");
  e2e_click_button (server, "0600*");
  E2E_WAIT (e2e_shows (server, "Who may attach"));
  states_look (f, "choosing a mode", LOOK_NO_TABS, "server",
               "server: *You, the owner*",
               "server: *0600*",
               "server! *described: done. Ask*",
               NULL);
  e2e_key ("Escape");
  e2e_end (server);

  server = states_start_server (f, "server", "--start", "--message", "asked", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "asked"));
  e2e_focus (server);
  e2e_key ("alt+r");
  e2e_key ("space");
  E2E_WAIT (e2e_shows (server, "Turns, as in textbooks") && e2e_has_row (server, "*"));
  states_look (f, "choosing a protection", LOOK_NO_TABS, "server", "server: *→ message 1, 5 bytes*", NULL);
  e2e_key ("Escape");
  e2e_click_button (server, "Close");
  E2E_WAIT (e2e_shows (server, "What is to become of segment"));
  states_look (f, "closing the window", LOOK_NO_TABS, "server client",
               "server: *What is to become of segment*",
               "server: *Remove Now*",
               "server: *Wait for Clients*",
               "client! *marked for removal*",
               "client: *Message shown / label: asked",
               NULL);
  e2e_click_button (server, "Cancel");
  E2E_WAIT (!e2e_shows (server, "What is to become of segment"));

  e2e_click (e2e_get (server, "tab", "C Program"));
  E2E_WAIT (e2e_is_selected (e2e_get (server, "tab", "C Program")));
  e2e_click (e2e_get (server, NULL, "Protected"));
  E2E_WAIT (e2e_is_checked (e2e_get (server, NULL, "Protected")));
  states_look (f, "the C program, protected", LOOK_NO_TABS, "server",
               "server: *#define KEY *",
               "server: *#define SIZE *4096*",
               "server: *#define MODE *0600*",
               NULL);
  e2e_click (e2e_get (server, NULL, "Client"));
  E2E_WAIT (e2e_is_checked (e2e_get (server, NULL, "Client")));
  states_look (f, "the C program, the client’s", LOOK_NO_TABS, "server", "server: *#define KEY *", "server! *#define MODE *", NULL);

}

/* A semaphore that somebody else holds, and will not give. */
static void
test_held (States        *f,
           gconstpointer  unused)
{
  static const LabSemOp take = { 0, -1, TRUE, TRUE }, give = { 0, 1, TRUE, TRUE };
  E2eProgram *server, *client;
  int id;

  if (!states_can_look (f))
    return;

  stage_add (f->stage, "holder", getpid ());
  server = states_start_server (f, "server", "--start", "--message", "AAAAAAAA", NULL);
  client = states_start_client (f, "client", NULL);
  E2E_WAIT (scene_shows_message (client, "AAAAAAAA"));
  scene_choose_protection (server, "Semaphore");
  E2E_WAIT (scene_has_semaphore (&f->scene));
  id = lab_sysv_semget (f->scene.key, 0, LAB_GET_EXISTING, 0);
  E2E_WAIT (lab_sysv_semop (id, &take, 1) == 0);
  scene_write (server, "BBBBBBBB");
  E2E_WAIT (e2e_shows (server, "waits and is not written yet") && e2e_shows (client, "holds the semaphore"));
  states_look (f, "semaphore, held by somebody else", LOOK_MOVES | LOOK_NO_TABS, "server client",
               "server: *→ message 2 waits and is not written yet*",
               "client: *waiting: somebody else holds the semaphore*",
               "client: *Message shown / label: AAAAAAAA",
               "server! *→ message 2, 8 bytes*",
               "client! *BBBBBBBB*",
               "client! *has ended*",
               NULL);
  g_assert_cmpint (lab_sysv_semop (id, &give, 1), ==, 0);
  E2E_WAIT (scene_shows_message (client, "BBBBBBBB"));
  states_look (f, "semaphore, given back", LOOK_MOVES | LOOK_NO_TABS, "server client",
               "server: *→ message 2, 8 bytes*",
               "client: *whole: copied while this client held the semaphore*",
               "client! *waiting: *",
               "server! *not written yet*",
               NULL);
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/states/" name, States, name, states_set_up, func, states_tear_down)
  ADD ("choices", test_choices);
  ADD ("client", test_client);
  ADD ("ends", test_ends);
  ADD ("foreign", test_foreign);
  ADD ("held", test_held);
  ADD ("leftovers", test_leftovers);
  ADD ("life", test_life);
  ADD ("protection", test_protection);
  ADD ("windows", test_windows);
  return g_test_run ();
}
