/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-history.h"

#include <glib/gi18n.h>

#include "backend/client/lab-message.h"
#include "backend/kernel/lab-text.h"
#include "client/lab-message-display.h"

#define EXCERPT_CHARS 200

struct _LabHistory
{
  GtkWidget  parent_instance;

  GtkWidget *stack;
};

G_DEFINE_FINAL_TYPE (LabHistory, lab_history, GTK_TYPE_WIDGET)

static char *
dup_excerpt (LabMessage *message)
{
  gsize length;
  const char *bytes = g_bytes_get_data (lab_message_get_bytes (message), &length);

  if (length == 0)
    return g_strdup (_("(an empty message)"));

  return lab_text_format_excerpt (bytes, length, EXCERPT_CHARS);
}

/* Half a message looks like a message, and the first of one segment like the first of another. */
static char *
dup_facts (LabMessage *message)
{
  g_autofree char *what = lab_message_describe (message);
  /* Translators: the id of a segment, then what is known of a message in it */
  g_autofree char *facts = g_strdup_printf (_("segment %d · %s"), lab_message_get_segment_id (message), what);

  switch (lab_message_get_origin (message))
    {
    case LAB_MESSAGE_TORN:
      /* Translators: %s tells what is known of the message */
      return g_strdup_printf (_("torn · %s"), facts);
    case LAB_MESSAGE_UNCERTAIN:
      return g_strdup_printf (_("perhaps torn · %s"), facts);
    case LAB_MESSAGE_PROTECTED:
    case LAB_MESSAGE_PLAIN:
    case LAB_MESSAGE_PRESET:
    case LAB_MESSAGE_NUMBERS:
    case LAB_MESSAGE_OVERWRITTEN:
    default:
      return g_steal_pointer (&facts);
    }
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (facts), 0);
  gtk_label_set_ellipsize (GTK_LABEL (facts), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (box, "history-row");
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "caption");
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  LabMessage *message = gtk_list_item_get_item (item);
  GtkWidget *text = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  g_autofree char *excerpt = dup_excerpt (message);
  g_autofree char *facts = dup_facts (message);

  gtk_label_set_text (GTK_LABEL (text), excerpt);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (text)), facts);
}

static void
activate_cb (GtkListView *view,
             guint        position,
             LabHistory  *self)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (view));
  g_autoptr(LabMessage) message = g_list_model_get_item (model, position);
  gsize length;
  const char *bytes = g_bytes_get_data (lab_message_get_bytes (message), &length);
  g_autofree char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) length);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b,
                      gpointer      unused)
{
  gint64 seen_a = lab_message_get_seen_ns (LAB_MESSAGE ((gpointer) a));
  gint64 seen_b = lab_message_get_seen_ns (LAB_MESSAGE ((gpointer) b));

  return seen_a < seen_b ? GTK_ORDERING_LARGER : seen_a > seen_b ? GTK_ORDERING_SMALLER : GTK_ORDERING_EQUAL;
}

static void
items_changed_cb (LabHistory *self,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  GListModel *messages)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    g_list_model_get_n_items (messages) > 0 ? "list" : "empty");
}

static void
lab_history_dispose (GObject *object)
{
  LabHistory *self = LAB_HISTORY (object);

  g_clear_pointer (&self->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_history_parent_class)->dispose (object);
}

static void
lab_history_class_init (LabHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lab_history_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
lab_history_init (LabHistory *self)
{
  self->stack = gtk_stack_new ();
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

/**
 * lab_history_new:
 * @messages: a #GListModel of #LabMessage
 *
 * Returns: the list; a click copies a message
 */
GtkWidget *
lab_history_new (GListModel *messages)
{
  LabHistory *self = g_object_new (LAB_TYPE_HISTORY, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_newest_first, NULL, NULL));
  GtkSortListModel *sorted = gtk_sort_list_model_new (g_object_ref (messages), sorter);
  GtkWidget *view = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted))), factory);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *empty = gtk_label_new (_("No message was seen yet"));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), TRUE);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (view), TRUE);
  g_signal_connect (view, "activate", G_CALLBACK (activate_cb), self);
  gtk_widget_set_tooltip_text (view, _("What each look saw that was new; choose a message to copy it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("History"), -1);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_size_request (scroller, 420, 320);
  gtk_widget_add_css_class (empty, "dim-label");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  g_signal_connect_object (messages, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, 0, 0, messages);

  return GTK_WIDGET (self);
}
