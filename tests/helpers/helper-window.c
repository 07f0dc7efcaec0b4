/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window with one of each widget that the end-to-end tests read and work, so
 * that helper-e2e.c can be tested by itself.  What happens to it is told on
 * standard error, one line each. */

#include "config.h"

#include <glib-unix.h>
#include <gtk/gtk.h>

static void
clicked_cb (GtkButton  *button,
            const char *word)
{
  g_printerr ("clicked %s\n", word);
}

static void
text_changed_cb (GtkTextBuffer *buffer,
                 GtkLabel      *echo)
{
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  gtk_label_set_label (echo, text);
}

static void
switched_cb (GtkSwitch *toggle)
{
  g_printerr ("switched %s\n", gtk_switch_get_active (toggle) ? "on" : "off");
}

static void
hello_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  g_printerr ("hello\n");
}

static gboolean
told_to_end_cb (gpointer app)
{
  g_printerr ("told to end\n");
  g_application_quit (app);

  return G_SOURCE_CONTINUE;
}

static void
set_up_row_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_row_cb (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
name_it (GtkWidget  *widget,
         const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
activate_cb (GtkApplication *app)
{
  const char *words[] = { "one", "two", "three", NULL };
  GtkWidget *window = gtk_application_window_new (app);
  GtkWidget *header = gtk_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *button = gtk_button_new_with_label ("Press");
  GtkWidget *icon_button = gtk_button_new_from_icon_name ("list-add-symbolic");
  GtkWidget *action_button = gtk_button_new_with_mnemonic ("_Say Hello");
  GtkWidget *view = gtk_text_view_new ();
  /* A plain box has no name from GTK 4.14 on; a group has. */
  GtkWidget *shown = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *echo = gtk_label_new ("nothing yet");
  GtkWidget *plain = gtk_label_new ("just a label");
  GtkWidget *insensitive = gtk_button_new_with_label ("Not Yet");
  GtkWidget *hidden = gtk_label_new ("hidden");
  GtkWidget *locked = gtk_button_new_with_label ("Locked");
  GtkWidget *toggle = gtk_switch_new ();
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 100, 1);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, 10, 1);
  GtkWidget *menu_button = gtk_menu_button_new ();
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *notebook = gtk_notebook_new ();
  GtkWidget *drop_down = gtk_drop_down_new_from_strings (words);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *columns =
    gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (gtk_string_list_new (words)))));
  g_autoptr(GMenu) menu = g_menu_new ();

  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), (gpointer) "press");
  g_signal_connect (icon_button, "clicked", G_CALLBACK (clicked_cb), (gpointer) "icon");
  name_it (icon_button, "Add");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (action_button), "app.hello");
  name_it (view, "Message");
  gtk_widget_set_size_request (view, -1, 60);
  gtk_box_append (GTK_BOX (shown), echo);
  name_it (shown, "Message shown");
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "changed", G_CALLBACK (text_changed_cb), echo);
  name_it (toggle, "Write as I type");
  g_signal_connect (toggle, "notify::active", G_CALLBACK (switched_cb), NULL);
  name_it (scale, "Look every");
  name_it (entry, "Letter");
  name_it (spin, "Size");
  name_it (drop_down, "Protocol");
  name_it (list, "Attached");
  g_menu_append (menu, "Say Hello", "app.hello");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu_button), G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu_button), "open-menu-symbolic");
  name_it (menu_button, "Main Menu");
  for (guint i = 0; words[i] != NULL; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), gtk_label_new (words[i]));
  gtk_stack_add_titled (GTK_STACK (stack), gtk_label_new ("first page"), "first", "First");
  gtk_stack_add_titled (GTK_STACK (stack), gtk_label_new ("second page"), "second", "Second");
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (stack));
  gtk_notebook_append_page (GTK_NOTEBOOK (notebook), gtk_label_new ("third page"), gtk_label_new ("Third"));
  gtk_notebook_append_page (GTK_NOTEBOOK (notebook), gtk_label_new ("fourth page"), gtk_label_new ("Fourth"));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (columns), gtk_column_view_column_new ("Words", factory));
  gtk_widget_set_sensitive (insensitive, FALSE);
  gtk_widget_set_visible (hidden, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (locked), "app.locked");
  gtk_widget_set_size_request (columns, -1, 160);

  gtk_header_bar_pack_start (GTK_HEADER_BAR (header), icon_button);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), menu_button);
  for (GtkWidget **child = (GtkWidget *[]) { button, action_button, view, shown, plain, insensitive, locked, hidden, toggle, scale, entry, spin,
                                             list, switcher, stack, notebook, drop_down, columns, NULL };
       *child != NULL;
       child++)
    gtk_box_append (GTK_BOX (box), *child);

  gtk_window_set_titlebar (GTK_WINDOW (window), header);
  gtk_window_set_title (GTK_WINDOW (window), "Window to Test With");
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GtkApplication) app = gtk_application_new (APP_ID_PREFIX ".TestWindow", G_APPLICATION_NON_UNIQUE);
  const GActionEntry actions[] = { { "hello", hello_cb }, { "locked", hello_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), NULL);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (app), "locked")), FALSE);
  g_unix_signal_add (SIGINT, told_to_end_cb, app);
  g_unix_signal_add (SIGTERM, told_to_end_cb, app);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), NULL);

  return g_application_run (G_APPLICATION (app), argc, argv);
}
