/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "helpers/helper-wait.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-choose-file.h"

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

typedef struct
{
  GtkWidget *window;
  GtkWidget *asker;
} Fixture;

static guint n_told;
static char *told_name;  /* of the file, or NULL */

static void
chosen_cb (GtkWidget *asker,
           GFile     *file)
{
  n_told++;
  g_free (told_name);
  told_name = file != NULL ? g_file_get_basename (file) : NULL;
}

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  n_told = 0;
  g_clear_pointer (&told_name, g_free);
  f->window = gtk_window_new ();
  f->asker = gtk_label_new ("asker");
  gtk_window_set_child (GTK_WINDOW (f->window), f->asker);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  if (f->window != NULL)
    gtk_window_destroy (GTK_WINDOW (f->window));
}

/* Without a portal GTK shows a dialog of its own. */
static GtkWidget *
find_dialog (guint *n_dialogs)
{
  g_autoptr(GList) windows = gtk_window_list_toplevels ();
  GtkWidget *found = NULL;

  *n_dialogs = 0;
  for (GList *l = windows; l != NULL; l = l->next)
    if (GTK_IS_FILE_CHOOSER_DIALOG (l->data) && gtk_widget_get_visible (l->data))
      {
        found = l->data;
        ++*n_dialogs;
      }

  return found;
}

static GtkWidget *
ask (Fixture *f)
{
  guint n_dialogs;

  lab_choose_file (f->asker, GTK_FILE_CHOOSER_ACTION_SAVE, "Save", NULL, "some-name.txt", chosen_cb);
  test_wait_for (find_dialog (&n_dialogs) != NULL);

  return find_dialog (&n_dialogs);
}

static void
test_tells_a_change_of_mind (Fixture       *f,
                             gconstpointer  unused)
{
  guint n_dialogs;

  gtk_dialog_response (GTK_DIALOG (ask (f)), GTK_RESPONSE_CANCEL);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_null (told_name);
  test_wait_for (find_dialog (&n_dialogs) == NULL);
}

static void
test_tells_the_file (Fixture       *f,
                     gconstpointer  unused)
{
  GtkWidget *dialog = ask (f);
  g_autoptr(GFile) folder = g_file_new_for_path (g_get_tmp_dir ());
  g_autofree char *name = NULL;

  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  name = gtk_file_chooser_get_current_name (GTK_FILE_CHOOSER (dialog));
  g_assert_cmpstr (name, ==, "some-name.txt");
  test_wait_for (gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) != NULL);
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  test_wait_for (n_told == 1);
  g_assert_cmpstr (told_name, ==, "some-name.txt");
}

static void
test_asks_once_at_a_time (Fixture       *f,
                          gconstpointer  unused)
{
  GtkWidget *dialog = ask (f);
  guint n_dialogs;

  g_assert_true (ask (f) == dialog);
  find_dialog (&n_dialogs);
  g_assert_cmpuint (n_dialogs, ==, 1);
  gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_assert_cmpuint (n_told, ==, 1);
}

static void
test_goes_with_its_asker (Fixture       *f,
                          gconstpointer  unused)
{
  guint n_dialogs;

  ask (f);
  gtk_window_destroy (GTK_WINDOW (f->window));
  f->window = NULL;
  test_wait_for (find_dialog (&n_dialogs) == NULL);
  g_assert_cmpuint (n_told, ==, 0);
}

G_GNUC_END_IGNORE_DEPRECATIONS

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  lab_ui_init ();
#define ADD(name, func) g_test_add ("/ui/choose-file/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("tells-a-change-of-mind", test_tells_a_change_of_mind);
  ADD ("tells-the-file", test_tells_the_file);
  ADD ("asks-once-at-a-time", test_asks_once_at_a_time);
  ADD ("goes-with-its-asker", test_goes_with_its_asker);
  return g_test_run ();
}
