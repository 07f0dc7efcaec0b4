/* SPDX-License-Identifier: GPL-3.0-or-later */

/* That what the other end-to-end tests stand on holds: they are only worth
 * something when their hands and eyes work. */

#include "config.h"

#include "helpers/helper-e2e.h"

typedef struct
{
  E2eProgram *window;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  e2e_set_up ();
  f->window = e2e_start ("helper-window", NULL);
  e2e_get (f->window, "window", "Window to Test With");
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  e2e_tear_down ();
}

static void
test_clicks_buttons (Fixture       *f,
                     gconstpointer  unused)
{
  e2e_click_button (f->window, "Press");
  E2E_WAIT (e2e_errors_have (f->window, "clicked press\n"));
  e2e_click_button (f->window, "Add");
  E2E_WAIT (e2e_errors_have (f->window, "clicked icon\n"));
  e2e_click_button (f->window, "Say Hello");
  E2E_WAIT (e2e_errors_have (f->window, "hello\n"));
}

static void
test_clicks_with_the_mouse (Fixture       *f,
                            gconstpointer  unused)
{
  e2e_click_at (e2e_get (f->window, "button", "Press"));
  E2E_WAIT (e2e_errors_have (f->window, "clicked press\n"));
  e2e_click_at (e2e_get (f->window, "button", "Add"));
  E2E_WAIT (e2e_errors_have (f->window, "clicked icon\n"));
}

static void
test_tells_what_can_be_clicked (Fixture       *f,
                                gconstpointer  unused)
{
  g_assert_true (e2e_is_sensitive (e2e_get (f->window, "button", "Press")));
  g_assert_false (e2e_is_sensitive (e2e_get (f->window, "button", "Not Yet")));
  g_assert_false (e2e_is_sensitive (e2e_get (f->window, "button", "Locked")));
}

static void
test_sees_only_what_is_shown (Fixture       *f,
                              gconstpointer  unused)
{
  g_assert_nonnull (e2e_find (f->window, "label", "just a label"));
  g_assert_null (e2e_find (f->window, "label", "hidden"));
  g_assert_nonnull (e2e_find (f->window, "label", "first page"));
  g_assert_null (e2e_find (f->window, "label", "second page"));
  e2e_click (e2e_get (f->window, "tab", "Second"));
  E2E_WAIT (e2e_is_selected (e2e_find (f->window, "tab", "Second")));
  e2e_get (f->window, "label", "second page");
}

static void
test_reads_and_sets_text (Fixture       *f,
                          gconstpointer  unused)
{
  g_autofree char *text = NULL;

  g_assert_true (e2e_text_is (e2e_find (f->window, "label", "nothing*"), "nothing yet"));
  e2e_set_text (e2e_get (f->window, "text box", "Message"), "zwei Zeilen\nשלום 🎉");
  E2E_WAIT (e2e_shows (f->window, "label: zwei Zeilen\nשלום 🎉"));
  text = e2e_dup_texts_below (e2e_find (f->window, "group", "Message shown"));
  g_assert_cmpstr (text, ==, "group: Message shown\nlabel: zwei Zeilen\nשלום 🎉\n");
  e2e_set_text (e2e_get (f->window, "text box", "Letter"), "B");
  g_assert_true (e2e_text_is (e2e_get (f->window, "text box", "Letter"), "B"));
}

static void
test_types (Fixture       *f,
            gconstpointer  unused)
{
  E2eNode *shown = e2e_get (f->window, "label", "nothing yet");

  e2e_focus_node (e2e_get (f->window, "text box", "Message"));
  e2e_type ("Good Morning, class! (1 + 1 = 2)\nÜß → שלום 🎉");
  E2E_WAIT (e2e_text_is (shown, "Good Morning, class! (1 + 1 = 2)\nÜß → שלום 🎉"));
  e2e_key ("ctrl+a");
  e2e_key ("BackSpace");
  E2E_WAIT (e2e_text_is (shown, ""));
}

static void
test_turns_switches_and_scales (Fixture       *f,
                                gconstpointer  unused)
{
  E2eNode *toggle = e2e_get (f->window, "switch", "Write as I type");
  E2eNode *scale = e2e_get (f->window, "slider", "Look every");

  g_assert_false (e2e_is_checked (toggle));
  e2e_click (toggle);
  E2E_WAIT (e2e_errors_have (f->window, "switched on\n"));
  E2E_WAIT (e2e_is_checked (toggle));
  e2e_set_value (scale, 42);
  E2E_WAIT (e2e_get_value (scale) == 42);
}

static void
test_works_menus (Fixture       *f,
                  gconstpointer  unused)
{
  e2e_activate (f->window, "app.hello", NULL);
  E2E_WAIT (e2e_errors_have (f->window, "hello\n"));
  e2e_click_at (e2e_get (f->window, "button", "Main Menu"));
  e2e_get (f->window, "menu item", NULL);  /* GTK 4.18 does not tell its name */
}

static void
test_knows_how_programs_end (Fixture       *f,
                             gconstpointer  unused)
{
  E2eProgram *other = e2e_start ("helper-window", NULL);

  e2e_get (other, "window", NULL);
  g_assert_cmpint (e2e_get_pid (other), !=, e2e_get_pid (f->window));
  e2e_signal (f->window, SIGINT);
  g_assert_cmpint (e2e_wait_exit (f->window), ==, 0);
  g_assert_true (e2e_errors_have (f->window, "told to end\n"));
  e2e_signal (other, SIGKILL);
  g_assert_cmpint (e2e_wait_exit (other), ==, 1000 + SIGKILL);
  g_assert_null (e2e_find (other, "window", NULL));
}

/* tear_down() would fail for any other complaint. */
static void
test_excuses_a_mistake_of_gtk (Fixture       *f,
                               gconstpointer  unused)
{
  E2eProgram *other = e2e_start ("/bin/sh", "-c",
                                 "echo \"Gdk-CRITICAL **: gdk_monitor_get_geometry: assertion 'GDK_IS_MONITOR (monitor)' failed\" >&2; kill -TRAP $$",
                                 NULL);

  g_assert_cmpint (e2e_wait_exit (other), ==, 1000 + SIGTRAP);
  g_assert_true (e2e_stumbled_in_gtk (other));
  g_assert_false (e2e_stumbled_in_gtk (f->window));
}

int
main (int   argc,
      char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/harness/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("clicks-buttons", test_clicks_buttons);
  ADD ("clicks-with-the-mouse", test_clicks_with_the_mouse);
  ADD ("tells-what-can-be-clicked", test_tells_what_can_be_clicked);
  ADD ("sees-only-what-is-shown", test_sees_only_what_is_shown);
  ADD ("reads-and-sets-text", test_reads_and_sets_text);
  ADD ("types", test_types);
  ADD ("turns-switches-and-scales", test_turns_switches_and_scales);
  ADD ("works-menus", test_works_menus);
  ADD ("knows-how-programs-end", test_knows_how_programs_end);
  ADD ("excuses-a-mistake-of-gtk", test_excuses_a_mistake_of_gtk);
  return g_test_run ();
}
