/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/layout/lab-latch.h"
#include "backend/segment/lab-semaphore.h"
#include "backend/server/lab-server.h"
#include "client/lab-client-resources.h"
#include "client/lab-client-window.h"
#include "helpers/helper-application.h"
#include "helpers/helper-child.h"
#include "helpers/helper-keys.h"
#include "helpers/helper-server.h"
#include "helpers/helper-wait.h"
#include "helpers/helper-widgets.h"
#include "ui/inspector/lab-inspector.h"
#include "ui/program/lab-c-program-view.h"
#include "ui/steps/lab-step-list.h"

/* What the window says in one state after the other: each sentence and number is of this
 * moment, this segment and this call. */

typedef struct
{
  LabClientWindow *window;
  GtkWidget       *widget;    /* the same, as the next */
  GtkWidget       *display;
  LabClient       *client;
  LabReceiver     *receiver;
  LabPoller       *poller;
  LabServer       *server;
  LabSegment      *segment;   /* of nobody who is a server of ours, when a test makes one */
  key_t            key;
} Fixture;

static LabApplication *application;  /* one a process */

static void
open_window (Fixture            *f,
             const LabKeyChoice *choice,
             int                 id)
{
  f->window = lab_client_window_new (application);
  f->widget = GTK_WIDGET (f->window);
  f->display = find_by_id (f->widget, "display");
  f->client = lab_client_window_get_client (f->window);
  f->receiver = lab_client_get_receiver (f->client);
  f->poller = lab_client_get_poller (f->client);
  lab_client_window_choose (f->window, choice, id, 10);
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(LabKeyChoice) choice = NULL;

  f->key = test_key ();
  f->server = test_server_new (f->key);
  choice = lab_key_choice_new_key (f->key);
  open_window (f, choice, -1);
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lab_server_clean_up (f->server);
  g_clear_object (&f->server);
  if (f->segment != NULL)
    {
      lab_segment_remove (f->segment, NULL);
      if (lab_segment_is_attached (f->segment))
        lab_segment_detach (f->segment, NULL);
      g_clear_object (&f->segment);
    }
}

static void
write_text (Fixture    *f,
            const char *text)
{
  g_assert_true (lab_server_write (f->server, text, strlen (text), NULL));
}

/* By somebody else. */
static void
remove_segment (Fixture *f)
{
  g_autoptr(LabSegment) segment = lab_segment_find (f->key, NULL);

  g_assert_true (segment != NULL && lab_segment_remove (segment, NULL));
}

static void
make_segment (Fixture *f)
{
  f->segment = lab_segment_create (f->key, 4096, 0600, NULL);
  g_assert_true (lab_segment_attach (f->segment, TRUE, NULL));
}

static void
set_writer (const LabLayout *layout,
            pid_t            pid)
{
  lab_layout_set_writer (layout, pid, lab_process_get_start_ticks (pid));
}

/* A process that is the server by the control block, and can be killed. */
static pid_t
start_writer (LabSegment *segment)
{
  pid_t pid = test_child_attach (lab_segment_get_id (segment), TRUE, 1);

  set_writer (lab_segment_get_layout (segment), pid);

  return pid;
}

static pid_t
make_segment_and_writer (Fixture *f)
{
  make_segment (f);
  lab_latch_init (lab_segment_get_layout (f->segment));

  return start_writer (f->segment);
}

static LabControl *
get_control (Fixture *f)
{
  return lab_layout_control (lab_segment_get_layout (f->segment));
}

static const char *
get_banner (Fixture    *f,
            const char *part)
{
  GtkWidget *banner = find_by_id (f->widget, "banner");

  return gtk_widget_get_visible (banner) ? get_label (banner, part) : "";
}

static gboolean
banner_says (Fixture    *f,
             const char *words)
{
  return strstr (get_banner (f, "title"), words) != NULL || strstr (get_banner (f, "text"), words) != NULL;
}

static const char *
get_shown (Fixture    *f,
           const char *part)
{
  GtkWidget *widget = find_by_id (f->display, part);

  return gtk_widget_get_visible (widget) && gtk_widget_get_visible (gtk_widget_get_parent (widget))
         ? gtk_label_get_text (GTK_LABEL (widget)) : "";
}

static gboolean
has_tick (Fixture *f)
{
  GtkImage *icon = GTK_IMAGE (find_by_id (f->display, "verdict_icon"));

  return is_visible (f->display, "verdict_row") && gtk_widget_get_visible (GTK_WIDGET (icon))
         && g_strcmp0 (gtk_image_get_icon_name (icon), "object-select-symbolic") == 0;
}

static gboolean
is_kept (Fixture *f)
{
  return gtk_widget_has_css_class (f->display, "kept") && !gtk_widget_has_css_class (f->display, "doubtful")
         && !has_tick (f) && g_str_has_prefix (get_shown (f, "verdict"), "kept; ");
}

static LabStep *
get_step (Fixture       *f,
          LabClientStep  step)
{
  return lab_life_get_step (lab_client_get_life (f->client), step);
}

static gboolean
has_sentence (Fixture       *f,
              LabClientStep  step,
              const char    *words)
{
  LabStepList *list = LAB_STEP_LIST (gtk_widget_get_first_child (find_by_id (f->widget, "steps")));
  g_autofree char *sentence = NULL;

  g_object_get (lab_step_list_get_row (list, step), "sentence", &sentence, NULL);

  return strstr (sentence, words) != NULL;
}

/* All words of the window, for whoever reads the log. */
static void
print_labels (GtkWidget *widget,
              GString   *all)
{
  if (!GTK_IS_WINDOW (widget) && !(gtk_widget_get_visible (widget) && gtk_widget_get_child_visible (widget)))
    return;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    g_string_append_printf (all, "\n  %s", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    print_labels (child, all);
}

static void
print_state (Fixture    *f,
             const char *state)
{
  g_autoptr(GString) all = g_string_new (state);

  print_labels (f->widget, all);
  g_test_message ("%s", all->str);
}

/* A control block is not zero, and so are not all bytes. */
static void
test_says_what_is_written_before_a_message (Fixture       *f,
                                            gconstpointer  unused)
{
  make_segment (f);
  lab_client_go (f->client);
  print_state (f, "all bytes are zero");
  g_assert_true (banner_says (f, "All bytes of the segment are zero"));
  g_assert_cmpstr (get_shown (f, "text"), ==, "No message seen yet");
  g_assert_false (has_tick (f));

  lab_latch_init (lab_segment_get_layout (f->segment));
  lab_poller_look (f->poller);
  print_state (f, "a control block and no server");
  g_assert_true (banner_says (f, "its control block names no server"));
  g_assert_false (banner_says (f, "All bytes of"));

  set_writer (lab_segment_get_layout (f->segment), getpid ());
  lab_poller_look (f->poller);  /* who writes may be said after the client has attached */
  print_state (f, "a control block of a server");
  g_assert_true (banner_says (f, "The server has written its control block, and no message yet"));
  g_assert_false (banner_says (f, "All bytes of"));

  lab_latch_publish (lab_segment_get_layout (f->segment), "", 0, 1, lab_monotonic_ns ());
  lab_poller_look (f->poller);
  print_state (f, "an empty message");
  g_assert_cmpstr (get_shown (f, "text"), ==, "(an empty message)");
  g_assert_cmpstr (get_banner (f, "title"), ==, "");
  g_assert_true (has_tick (f));
}

/* A server that dies before its first message leaves none. */
static void
test_says_that_a_dead_server_wrote_nothing (Fixture       *f,
                                            gconstpointer  unused)
{
  pid_t server = make_segment_and_writer (f);

  lab_client_go (f->client);
  test_child_kill (server);
  test_wait_for (banner_says (f, "ended without a word"));
  print_state (f, "server dead, no message");
  g_assert_true (banner_says (f, "has seen no message in it"));
  g_assert_false (banner_says (f, "last message"));
}

/* What a server had half stored is no last message, and a server that takes over clears it. */
static void
test_says_that_half_a_message_stays (Fixture       *f,
                                     gconstpointer  unused)
{
  const LabLayout *layout;
  LabControl *control;
  pid_t server;

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_SEMAPHORE, NULL));
  write_text (f, "first");
  layout = lab_segment_get_layout (lab_session_get_segment (lab_server_get_session (f->server)));
  control = lab_layout_control (layout);
  server = start_writer (lab_session_get_segment (lab_server_get_session (f->server)));
  lab_client_go (f->client);
  test_wait_for (g_strcmp0 (get_shown (f, "text"), "first") == 0);

  atomic_store (&control->state, LAB_STATE_WRITING);
  atomic_store (&control->copies[0].number, 2);
  memcpy (layout->base, "se", 2);
  test_child_kill (server);
  test_wait_for (banner_says (f, "ended without a word"));
  lab_poller_look (f->poller);
  print_state (f, "server dead in the middle of a message");
  g_assert_true (banner_says (f, "with half of a message"));
  g_assert_false (banner_says (f, "last message"));

  *(char *) layout->base = '\0';
  atomic_store (&control->copies[0].length, 0);
  atomic_store (&control->copies[0].number, 0);
  atomic_store (&control->state, LAB_STATE_CLEAN);
  set_writer (layout, getpid ());
  lab_poller_look (f->poller);
  test_wait_for (banner_says (f, "there is no message any more"));
  print_state (f, "half a message was cleared");
  g_assert_false (banner_says (f, "no message yet"));
}

/* What was seen stays, as what it is. */
static void
test_keeps_a_message_as_what_it_is (Fixture       *f,
                                    gconstpointer  unused)
{
  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  print_state (f, "attached");
  g_assert_true (has_tick (f));
  g_assert_false (is_kept (f));

  g_assert_true (lab_client_detach (f->client, NULL));
  print_state (f, "detached");
  g_assert_true (is_kept (f));
  g_assert_cmpstr (get_shown (f, "text"), ==, "one");
  g_assert_null (strstr (get_shown (f, "verdict"), "whole"));

  /* The same message is no other one when it is seen again. */
  lab_client_go (f->client);
  print_state (f, "attached again");
  g_assert_true (has_tick (f));
  g_assert_false (gtk_widget_has_css_class (f->display, "kept"));
  g_assert_cmpstr (get_label (f->widget, "messages"), ==, "1");
  g_assert_cmpuint (g_list_model_get_n_items (lab_receiver_get_history (f->receiver)), ==, 1);
}

/* Of a message that is kept: whether anything holds it besides this window. */
static void
test_says_when_nothing_holds_what_it_kept (Fixture       *f,
                                           gconstpointer  unused)
{
  pid_t stranger;

  /* Detached from what is there, which somebody removes later. */
  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  g_assert_true (lab_client_detach (f->client, NULL));
  test_wait_for (lab_segment_monitor_is_ready (lab_session_get_monitor (lab_client_get_session (f->client))));
  g_assert_cmpstr (get_shown (f, "verdict"), ==, "kept; not attached: what the segment holds by now is not known");
  lab_server_clean_up (f->server);
  test_wait_for (g_strcmp0 (get_shown (f, "verdict"), "kept; the segment that held it is gone") == 0);
  print_state (f, "detached, then removed");
  g_assert_true (is_kept (f));

  /* Another segment with the same key is not the one that held it. */
  make_segment (f);
  test_wait_for (lab_segment_monitor_get_key_entry (lab_session_get_monitor (lab_client_get_session (f->client))) != NULL);
  print_state (f, "detached, then removed and made anew");
  g_assert_cmpstr (get_shown (f, "verdict"), ==, "kept; the segment that held it is gone");

  /* Marked, it stays as long as somebody is attached: the last shmdt, which may be this client's, destroys it. */
  lab_client_go (f->client);
  strcpy (lab_segment_get_base (f->segment), "two");
  test_wait_for (g_strcmp0 (get_shown (f, "text"), "two") == 0);
  stranger = test_child_attach (lab_segment_get_id (f->segment), FALSE, 1);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (banner_says (f, "marked for removal"));
  g_assert_true (lab_client_detach (f->client, NULL));
  test_wait_for (lab_segment_monitor_is_ready (lab_session_get_monitor (lab_client_get_session (f->client))));
  print_state (f, "detached from what is marked, and not the last");
  g_assert_cmpstr (get_shown (f, "verdict"), ==, "kept; not attached: what the segment holds by now is not known");
  test_child_kill (stranger);
  test_wait_for (g_strcmp0 (get_shown (f, "verdict"), "kept; the segment that held it is gone") == 0);

  g_clear_object (&f->segment);
  make_segment (f);
  lab_client_go (f->client);
  strcpy (lab_segment_get_base (f->segment), "three");
  test_wait_for (g_strcmp0 (get_shown (f, "text"), "three") == 0);
  g_assert_true (lab_segment_detach (f->segment, NULL));
  g_assert_true (lab_segment_remove (f->segment, NULL));
  test_wait_for (banner_says (f, "marked for removal"));
  g_assert_true (lab_client_detach (f->client, NULL));
  test_wait_for (g_strcmp0 (get_shown (f, "verdict"), "kept; the segment that held it is gone") == 0);
  print_state (f, "the last one has detached from what was marked");
}

static void
test_keeps_what_cannot_be_found_any_more (Fixture       *f,
                                          gconstpointer  unused)
{
  make_segment (f);
  lab_latch_init (lab_segment_get_layout (f->segment));
  set_writer (lab_segment_get_layout (f->segment), getpid ());
  atomic_store (&get_control (f)->protocol, 77);
  lab_client_go (f->client);
  print_state (f, "damaged, no message");
  g_assert_true (banner_says (f, "makes no sense"));
  g_assert_false (banner_says (f, "stays on the screen"));

  atomic_store (&get_control (f)->protocol, LAB_PROTOCOL_LATCH);
  lab_latch_publish (lab_segment_get_layout (f->segment), "one", 3, 1, lab_monotonic_ns ());
  lab_poller_look (f->poller);
  g_assert_true (has_tick (f));
  atomic_store (&get_control (f)->protocol, 77);
  lab_poller_look (f->poller);
  print_state (f, "damaged, with a message");
  g_assert_true (banner_says (f, "The last message stays on the screen"));
  g_assert_true (is_kept (f));

  atomic_store (&get_control (f)->protocol, LAB_PROTOCOL_TURNS);
  lab_poller_look (f->poller);
  print_state (f, "turns, for reading only");
  g_assert_true (is_kept (f));
}

/* Nobody can tell, and a message of one letter is whole by its letters alone. */
static void
test_ticks_only_what_a_protocol_promises (Fixture       *f,
                                          gconstpointer  unused)
{
  static const char *const texts[] = { "Good morning", "AAAA", "" };
  LabPublisher *publisher = lab_server_get_publisher (f->server);

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_NONE, NULL));
  lab_client_go (f->client);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      write_text (f, texts[i]);
      lab_poller_look (f->poller);
      print_state (f, "no protocol");
      g_assert_false (has_tick (f));
      g_assert_true (g_str_has_prefix (get_shown (f, "verdict"), "no protocol"));
    }

  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  lab_poller_look (f->poller);
  g_assert_true (has_tick (f));
}

static void
test_says_how_it_is_attached (Fixture       *f,
                              gconstpointer  unused)
{
  g_autofree char *reading = NULL, *writing = NULL;
  int id;

  test_server_start (f->server);
  write_text (f, "one");
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_TURNS, NULL));
  id = lab_session_get_segment_id (lab_server_get_session (f->server));
  reading = g_strdup_printf ("shmat(%d, NULL, SHM_RDONLY)", id);
  writing = g_strdup_printf ("shmat(%d, NULL, 0)", id);

  lab_client_go (f->client);
  print_state (f, "turns, for reading only");
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_ATTACH, "for reading only"));
  g_assert_cmpstr (lab_step_get_call (get_step (f, LAB_CLIENT_STEP_ATTACH)), ==, reading);
  g_assert_true (banner_says (f, "needs write permission"));

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "attach-writable", NULL);
  print_state (f, "turns, for writing too");
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_ATTACH, "for reading and writing"));
  g_assert_cmpstr (lab_step_get_call (get_step (f, LAB_CLIENT_STEP_ATTACH)), ==, writing);
  g_assert_false (banner_says (f, "nothing is written"));

  /* Whose turn it is is known of the last look alone: by now it may be another's. */
  test_wait_for (strstr (get_shown (f, "waiting"), "waiting: it is the server’s turn") != NULL);
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (TRUE));
  write_text (f, "two");
  print_state (f, "turns, paused");
  g_assert_true (g_str_has_prefix (get_shown (f, "waiting"), "paused; the last look had to wait, and said: “it is the server’s turn"));

  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_ATTACH, "for reading only"));
}

/* What was written was taken by somebody else, so nobody says that nothing is written. */
static void
test_waits_for_the_server_while_it_lives (Fixture       *f,
                                          gconstpointer  unused)
{
  pid_t server = make_segment_and_writer (f);

  atomic_store (&get_control (f)->protocol, LAB_PROTOCOL_TURNS);
  atomic_store (&get_control (f)->state, lab_protocol_taken (LAB_PROTOCOL_TURNS));
  lab_client_go (f->client);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "attach-writable", NULL);
  print_state (f, "the server's turn");
  g_assert_true (g_str_has_prefix (get_shown (f, "waiting"), "waiting: it is the server’s turn"));
  g_assert_false (banner_says (f, "nothing is written"));
  g_assert_cmpstr (get_label (f->widget, "waited"), ==, "1");

  test_child_kill (server);
  test_wait_for (banner_says (f, "ended without a word"));
  print_state (f, "nobody's turn");
  g_assert_cmpstr (get_shown (f, "waiting"), ==, "");
}

static gboolean
can (Fixture    *f,
     const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), action);
}

/* What a server once chose is no news beside its death; both matter when a message waits. */
static void
test_says_that_a_server_ended_under_turns (Fixture       *f,
                                           gconstpointer  unused)
{
  const LabLayout *layout;
  pid_t server;

  test_server_start (f->server);
  g_assert_true (lab_publisher_set_protocol (lab_server_get_publisher (f->server), LAB_PROTOCOL_TURNS, NULL));
  write_text (f, "last words");
  layout = lab_segment_get_layout (lab_session_get_segment (lab_server_get_session (f->server)));
  server = start_writer (lab_session_get_segment (lab_server_get_session (f->server)));
  lab_client_go (f->client);
  print_state (f, "turns, for reading only");
  g_assert_true (banner_says (f, "needs write permission"));
  g_assert_true (can (f, "attach-writable"));

  test_child_kill (server);
  test_wait_for (banner_says (f, "ended without a word"));
  print_state (f, "turns, for reading only, server dead");
  g_assert_false (banner_says (f, "needs write permission"));
  g_assert_true (banner_says (f, "has seen no message in it"));
  g_assert_true (banner_says (f, "It had chosen turns, and this client is attached for reading only"));
  g_assert_true (can (f, "attach-writable"));

  /* One that detached is not dead, and whether it wrote a message this client cannot know. */
  lab_layout_set_writer (layout, 0, 0);
  lab_poller_look (f->poller);
  print_state (f, "turns, for reading only, server left");
  g_assert_true (banner_says (f, "The server has detached and left the segment"));
  g_assert_true (banner_says (f, "has seen no message in it"));
  g_assert_true (banner_says (f, "It had chosen turns"));
  g_assert_false (banner_says (f, "there is no message"));

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "attach-writable", NULL);
  test_wait_for (g_strcmp0 (get_shown (f, "text"), "last words") == 0);
  print_state (f, "turns, for writing too, server left");
  g_assert_false (banner_says (f, "turns"));
  g_assert_true (banner_says (f, "its last message stay"));
  g_assert_false (can (f, "attach-writable"));

  /* One that died may have been in the middle of the next one. */
  lab_layout_set_writer (layout, server, 1);
  lab_poller_look (f->poller);
  test_wait_for (banner_says (f, "ended without a word"));
  print_state (f, "turns, for writing too, server dead");
  g_assert_true (banner_says (f, "with what the server stored in it last"));
  g_assert_false (banner_says (f, "its last message stay"));
  lab_layout_set_writer (layout, 0, 0);
  lab_poller_look (f->poller);

  /* Taken by somebody else before this client came, it was written all the same. */
  g_assert_true (lab_client_detach (f->client, NULL));
  lab_client_reset (f->client);
  lab_client_go (f->client);
  g_action_group_activate_action (G_ACTION_GROUP (f->window), "attach-writable", NULL);
  print_state (f, "turns, for writing too, server left, TAKEN");
  g_assert_false (banner_says (f, "there is no message"));
  g_assert_true (banner_says (f, "has seen no message in it"));

  remove_segment (f);
  test_wait_for (banner_says (f, "marked for removal"));
  print_state (f, "turns, server left, marked");
  g_assert_true (banner_says (f, "Its control block names no server"));
}

static void
test_says_who_is_to_mend_the_control_block (Fixture       *f,
                                            gconstpointer  unused)
{
  pid_t server = make_segment_and_writer (f);

  atomic_store (&get_control (f)->protocol, 77);
  lab_client_go (f->client);
  g_assert_true (banner_says (f, "The server sets the control block right with its next message"));
  test_child_kill (server);
  test_wait_for (banner_says (f, "ended without a word"));
  print_state (f, "damaged, server dead");
  g_assert_true (banner_says (f, "makes no sense"));
  g_assert_false (banner_says (f, "with its next message"));
}

static void
test_shows_the_race_while_it_runs (Fixture       *f,
                                   gconstpointer  unused)
{
  static const LabProtocolId protocols[] = { LAB_PROTOCOL_LATCH };
  LabPublisher *publisher = lab_server_get_publisher (f->server);

  test_server_start (f->server);
  write_text (f, "before");
  lab_client_go (f->client);
  test_wait_for (has_tick (f));
  g_assert_false (is_visible (f->widget, "race"));

  g_assert_true (lab_publisher_start_race (publisher, protocols, G_N_ELEMENTS (protocols), 3, 100, NULL));
  test_wait_for (lab_poller_is_racing (f->poller));
  print_state (f, "a race begins");
  g_assert_cmpstr (get_shown (f, "text"), ==, "Race at full speed");
  g_assert_cmpstr (get_shown (f, "verdict"), ==, "");
  g_assert_cmpstr (get_label (f->widget, "looks_name"), ==, "looking as fast as it can");
  test_wait_for (strstr (get_shown (f, "facts"), "looks: ") != NULL);
  print_state (f, "a race");
  g_assert_cmpstr (get_shown (f, "text"), ==, "Race at full speed");
  g_assert_cmpstr (get_label (f->widget, "looks_name"), ==, "looks a second, in the race");
  g_assert_cmpstr (get_label (f->widget, "messages"), ==, "1");

  test_wait_for (!lab_poller_is_racing (f->poller) && !lab_publisher_is_racing (publisher));
  test_wait_for (g_strcmp0 (get_shown (f, "text"), "before") == 0 && has_tick (f));
  print_state (f, "after a race");
  g_assert_true (is_visible (f->widget, "race"));
  g_assert_true (g_str_has_prefix (get_label (f->widget, "race"), "Race, counted apart: "));
  g_assert_cmpstr (get_label (f->widget, "missed"), ==, "0");

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "reset-counters", NULL);
  g_assert_false (is_visible (f->widget, "race"));
}

static void
test_says_that_it_is_paused (Fixture       *f,
                             gconstpointer  unused)
{
  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  g_assert_cmpstr (get_shown (f, "waiting"), ==, "");
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (TRUE));
  print_state (f, "paused");
  g_assert_true (g_str_has_prefix (get_shown (f, "waiting"), "paused: "));
  g_assert_true (lab_client_detach (f->client, NULL));
  g_assert_cmpstr (get_shown (f, "waiting"), ==, "");
}

/* What the last look found is not what is there: of what is written since, a client that is paused knows nothing. */
static void
test_says_nothing_of_now_while_it_is_paused (Fixture       *f,
                                             gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSegment *segment;
  guint32 protocol;

  test_server_start (f->server);
  lab_client_go (f->client);
  g_assert_true (banner_says (f, "nothing is written yet"));
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (TRUE));
  write_text (f, "one");
  print_state (f, "paused, then written");
  g_assert_false (banner_says (f, "nothing is written yet"));
  g_assert_false (banner_says (f, "as soon as"));
  g_assert_true (banner_says (f, "the last look found no message"));
  g_assert_cmpstr (get_shown (f, "text"), ==, "No message seen yet");

  lab_poller_look (f->poller);
  g_assert_cmpstr (get_shown (f, "text"), ==, "one");
  g_assert_cmpstr (get_banner (f, "title"), ==, "");

  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_TURNS, NULL));
  lab_poller_look (f->poller);
  g_assert_true (banner_says (f, "needs write permission"));
  g_assert_true (banner_says (f, "that is what its last look found"));
  g_assert_true (g_str_has_prefix (get_shown (f, "waiting"), "paused; the last look was refused, and said: “taking a turn"));
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  print_state (f, "paused under turns, then two copies");

  segment = lab_session_get_segment (lab_server_get_session (f->server));
  protocol = atomic_exchange (&lab_layout_control (lab_segment_get_layout (segment))->protocol, 77);
  lab_poller_look (f->poller);
  g_assert_true (banner_says (f, "makes no sense"));
  atomic_store (&lab_layout_control (lab_segment_get_layout (segment))->protocol, protocol);
  print_state (f, "paused at damage, then mended");
  g_assert_true (banner_says (f, "that is what its last look found"));
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (FALSE));
  test_wait_for (has_tick (f));
  g_assert_false (banner_says (f, "makes no sense"));
}

/* A number and the time at which it was so belong together, also on a page that is shown later. */
static void
test_counts_looks_when_they_are_shown (Fixture       *f,
                                       gconstpointer  unused)
{
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (f->widget, "inspector"));
  g_autofree char *number = NULL;
  const char *words;

  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  test_present (f->widget, find_by_id (f->widget, "inspector"));
  test_wait_for (lab_receiver_get_counters (lab_client_get_receiver (f->client)).n_looks >= 10);
  g_action_group_change_action_state (G_ACTION_GROUP (f->window), "pause", g_variant_new_boolean (TRUE));

  lab_inspector_set_current (inspector, "calls");
  test_wait_for (lab_inspector_get_page (inspector, "calls") != NULL
                 && gtk_widget_get_mapped (lab_inspector_get_page (inspector, "calls")));
  words = gtk_widget_get_tooltip_text (find_by_id (lab_inspector_get_page (inspector, "calls"), "looks"));
  number = g_strdup_printf ("%" G_GUINT64_FORMAT " looks up to ", lab_receiver_get_counters (lab_client_get_receiver (f->client)).n_looks);
  g_assert_cmpstr (words, !=, NULL);
  g_assert_true (g_str_has_prefix (words, number));
}

static void
test_says_what_a_look_calls (Fixture       *f,
                             gconstpointer  unused)
{
  LabPublisher *publisher = lab_server_get_publisher (f->server);

  test_server_start (f->server);
  write_text (f, "one");
  lab_client_go (f->client);
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_LOOK, "No system call"));
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_SEMAPHORE, NULL));
  lab_poller_look (f->poller);
  print_state (f, "semaphore");
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_LOOK, "semop"));
  g_assert_true (lab_publisher_set_protocol (publisher, LAB_PROTOCOL_LATCH, NULL));
  lab_poller_look (f->poller);
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_LOOK, "No system call"));
}

static void
test_says_that_a_number_makes_no_sense (Fixture       *f,
                                        gconstpointer  unused)
{
  make_segment (f);
  lab_latch_init (lab_segment_get_layout (f->segment));
  set_writer (lab_segment_get_layout (f->segment), getpid ());
  lab_latch_publish (lab_segment_get_layout (f->segment), "one", 3, 1, lab_monotonic_ns ());
  lab_client_go (f->client);
  lab_latch_publish (lab_segment_get_layout (f->segment), "last", 4, G_MAXUINT64, lab_monotonic_ns ());
  lab_poller_look (f->poller);
  print_state (f, "number 2^64 - 1");
  g_assert_cmpstr (get_label (f->widget, "missed"), ==, "too many to count");
}

static const char *
get_program (Fixture *f)
{
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (f->widget, "inspector"));

  lab_inspector_set_current (inspector, "program");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);

  return lab_c_program_view_get_text (LAB_C_PROGRAM_VIEW (lab_inspector_get_page (inspector, "program")));
}

static void
assert_program_has (Fixture    *f,
                    const char *part)
{
  const char *program = get_program (f);

  if (program != NULL && strstr (program, part) == NULL)
    g_test_message ("“%s” is not in the program:\n%s", part, program);
  g_assert_true (program != NULL && strstr (program, part) != NULL);
}

/* The second line of the window's title. */
static gboolean
is_called (Fixture    *f,
           int         id,
           const char *after)
{
  g_autofree char *part = g_strdup_printf ("id %d%s", id, after);

  return strstr (get_label (GTK_WIDGET (gtk_window_get_titlebar (GTK_WINDOW (f->window))), "subtitle"), part) != NULL;
}

static gboolean
record_says (Fixture    *f,
             const char *before,
             int         id,
             const char *after)
{
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (f->widget, "inspector"));
  g_autofree char *title = g_strdup_printf ("%s%d%s", before, id, after);

  lab_inspector_set_current (inspector, "record");

  return lab_inspector_get_page (inspector, "record") != NULL
         && g_str_has_prefix (get_label (lab_inspector_get_page (inspector, "record"), "title"), title);
}

/* By an id: what names the segment is the id, and not the key that the chooser holds. */
static void
test_names_the_segment_by_its_id (Fixture       *f,
                                  gconstpointer  unused)
{
  g_autofree char *define = NULL, *call = NULL;
  int id;

  test_server_start (f->server);
  write_text (f, "one");
  id = lab_session_get_segment_id (lab_server_get_session (f->server));
  gtk_window_destroy (GTK_WINDOW (f->window));
  open_window (f, NULL, id);
  test_present (f->widget, find_by_id (f->widget, "inspector"));
  lab_client_go (f->client);
  print_state (f, "by id");
  call = g_strdup_printf ("shmctl(%d, IPC_STAT, &record)", id);
  g_assert_cmpstr (lab_step_get_call (get_step (f, LAB_CLIENT_STEP_FIND)), ==, call);
  g_assert_cmpstr (lab_step_get_result (get_step (f, LAB_CLIENT_STEP_FIND)), ==, "0");
  g_assert_true (has_sentence (f, LAB_CLIENT_STEP_FIND, "with this id"));
  define = g_strdup_printf ("#define ID         %d\n", id);
  assert_program_has (f, define);

  /* Detached it is the same segment that would be attached again. */
  g_assert_true (lab_client_detach (f->client, NULL));
  test_wait_for (record_says (f, "Segment ", id, ": "));
  print_state (f, "by id, detached");
  assert_program_has (f, define);
  g_assert_true (is_called (f, id, " · "));
  g_assert_cmpstr (get_banner (f, "title"), ==, "Not attached");

  lab_server_clean_up (f->server);
  test_wait_for (record_says (f, "Segment ", id, " is gone"));
  g_assert_true (is_called (f, id, ", gone · "));
  g_assert_true (banner_says (f, "Nobody can wait for an id"));
  g_assert_true (can (f, "another-key"));
  g_assert_false (lab_client_find (f->client, NULL));
  print_state (f, "by an id that is gone");
  g_assert_true (is_called (f, id, ", gone · "));
  g_assert_nonnull (strstr (lab_step_get_error (get_step (f, LAB_CLIENT_STEP_FIND)), "is gone: somebody removed it"));

  /* Of one that nobody has seen that cannot be said. */
  lab_client_reset (f->client);
  lab_client_set_id (f->client, G_MAXINT - 1);
  test_wait_for (record_says (f, "No segment has the id ", G_MAXINT - 1, ""));
  print_state (f, "by an id that never was, before the first step");
  g_assert_true (banner_says (f, "or there never was one"));
  g_assert_true (can (f, "another-key"));
  lab_client_go (f->client);
  print_state (f, "by an id that never was");
  g_assert_true (is_called (f, G_MAXINT - 1, ", not there · "));
  g_assert_true (banner_says (f, "or there never was one"));
  g_assert_true (g_str_has_prefix (lab_step_get_error (get_step (f, LAB_CLIENT_STEP_FIND)), "No segment has the id"));
  g_assert_null (strstr (lab_step_get_error (get_step (f, LAB_CLIENT_STEP_FIND)), "gone"));
}

static void
show_program (Fixture        *f,
              LabRole         role,
              LabProgramForm  form)
{
  LabInspector *inspector = LAB_INSPECTOR (find_by_id (f->widget, "inspector"));
  LabCProgramView *view;

  lab_inspector_set_current (inspector, "program");
  view = LAB_C_PROGRAM_VIEW (lab_inspector_get_page (inspector, "program"));
  lab_c_program_view_set_role (view, role);
  lab_c_program_view_set_form (view, form);
}

/* The program does what the window has done, in each of its states. */
static void
test_has_the_program_of_its_state (Fixture       *f,
                                   gconstpointer  unused)
{
  static const LabProtocolId protocols[] = {
    LAB_PROTOCOL_LATCH, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_NONE, LAB_PROTOCOL_TURNS,
  };
  LabPublisher *publisher = lab_server_get_publisher (f->server);
  LabSession *session = lab_client_get_session (f->client);
  g_autofree char *key = lab_key_format (f->key);
  g_autofree char *long_text = g_strnfill (5000, 'x');
  g_autoptr(LabSegment) old = NULL;

  lab_choice_set_size_bytes (lab_session_get_choice (lab_server_get_session (f->server)), 12345);
  lab_choice_set_mode (lab_session_get_choice (lab_server_get_session (f->server)), 0640);
  test_present (f->widget, find_by_id (f->widget, "inspector"));
  show_program (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED);
  assert_program_has (f, key);

  test_server_start (f->server);
  write_text (f, long_text);
  lab_client_go (f->client);
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autofree char *define = g_strdup_printf ("#define PROTOCOL %d\n", (int) protocols[i]);

      g_assert_true (lab_publisher_set_protocol (publisher, protocols[i], NULL));
      test_wait_for (lab_session_get_protocol (session) == protocols[i]);
      assert_program_has (f, define);
      assert_program_has (f, protocols[i] == LAB_PROTOCOL_TURNS ? "shmat (id, NULL, 0)" : "shmat (id, NULL, SHM_RDONLY)");
    }
  g_assert_true (lab_client_attach_writable (f->client, NULL));
  assert_program_has (f, "shmat (id, NULL, 0)");
  show_program (f, LAB_ROLE_SERVER, LAB_PROGRAM_TEXTBOOK);
  assert_program_has (f, " 12345\n");
  assert_program_has (f, " 0640\n");
  assert_program_has (f, key);
  show_program (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK);
  assert_program_has (f, "shmat (id, NULL, 0)");

  /* Detached: what was kept need not fit. */
  g_assert_true (lab_client_detach (f->client, NULL));
  assert_program_has (f, "shmat (id, NULL, SHM_RDONLY)");
  assert_program_has (f, key);
  show_program (f, LAB_ROLE_SERVER, LAB_PROGRAM_TEXTBOOK);
  assert_program_has (f, "\"Hello!\"");

  /* By its id, and then followed to its key. */
  lab_client_reset (f->client);
  lab_choice_set_key_choice (lab_session_get_choice (session), NULL);
  lab_client_set_id (f->client, lab_session_get_segment_id (lab_server_get_session (f->server)));
  show_program (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK);
  assert_program_has (f, "#define ID ");
  lab_client_go (f->client);
  old = lab_segment_open (lab_session_get_segment_id (session), NULL);
  lab_semaphore_remove (old, lab_sysv_semget (f->key, 0, LAB_GET_EXISTING, 0));
  g_assert_true (lab_segment_remove (old, NULL));
  lab_server_leave (f->server);
  f->segment = lab_segment_create (f->key, 777, 0600, NULL);
  test_wait_for (lab_client_get_state (f->client) == LAB_CLIENT_REPLACED);
  assert_program_has (f, "#define ID ");
  lab_client_follow (f->client);
  print_state (f, "followed from an id");
  assert_program_has (f, key);
  g_assert_null (strstr (get_program (f), "#define ID "));
  g_assert_cmpstr (lab_step_get_result (get_step (f, LAB_CLIENT_STEP_KEY)), ==, key);

  /* It has no control block, and the program that wants one says so. */
  show_program (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED);
  get_program (f);
  g_assert_nonnull (strstr (get_label (find_by_id (f->widget, "inspector"), "sentence"), "Waits for a control block"));
}

int
main (int argc, char *argv[])
{
  application = test_application_init (&argc, &argv, LAB_ROLE_CLIENT);
  lab_client_register_resource ();
#define ADD(name, func) g_test_add ("/client/states/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("says-what-is-written-before-a-message", test_says_what_is_written_before_a_message);
  ADD ("says-that-a-dead-server-wrote-nothing", test_says_that_a_dead_server_wrote_nothing);
  ADD ("says-that-half-a-message-stays", test_says_that_half_a_message_stays);
  ADD ("keeps-a-message-as-what-it-is", test_keeps_a_message_as_what_it_is);
  ADD ("says-when-nothing-holds-what-it-kept", test_says_when_nothing_holds_what_it_kept);
  ADD ("keeps-what-cannot-be-found-any-more", test_keeps_what_cannot_be_found_any_more);
  ADD ("ticks-only-what-a-protocol-promises", test_ticks_only_what_a_protocol_promises);
  ADD ("says-how-it-is-attached", test_says_how_it_is_attached);
  ADD ("waits-for-the-server-while-it-lives", test_waits_for_the_server_while_it_lives);
  ADD ("says-that-a-server-ended-under-turns", test_says_that_a_server_ended_under_turns);
  ADD ("says-who-is-to-mend-the-control-block", test_says_who_is_to_mend_the_control_block);
  ADD ("shows-the-race-while-it-runs", test_shows_the_race_while_it_runs);
  ADD ("says-that-it-is-paused", test_says_that_it_is_paused);
  ADD ("says-nothing-of-now-while-it-is-paused", test_says_nothing_of_now_while_it_is_paused);
  ADD ("counts-looks-when-they-are-shown", test_counts_looks_when_they_are_shown);
  ADD ("says-what-a-look-calls", test_says_what_a_look_calls);
  ADD ("says-that-a-number-makes-no-sense", test_says_that_a_number_makes_no_sense);
  ADD ("names-the-segment-by-its-id", test_names_the_segment_by_its_id);
  ADD ("has-the-program-of-its-state", test_has_the_program_of_its_state);
  return test_application_run (&application);
}
