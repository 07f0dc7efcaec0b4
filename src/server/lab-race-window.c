/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-race-window.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-protocol-words.h"

/* A row of the table: one second, or a protocol's sum. */
#define LAB_TYPE_RACE_ROW (lab_race_row_get_type ())
G_DECLARE_FINAL_TYPE (LabRaceRow, lab_race_row, LAB, RACE_ROW, GObject)

struct _LabRaceRow
{
  GObject       parent_instance;

  LabRaceSecond second;
};

G_DEFINE_FINAL_TYPE (LabRaceRow, lab_race_row, G_TYPE_OBJECT)

static void
lab_race_row_class_init (LabRaceRowClass *klass)
{
}

static void
lab_race_row_init (LabRaceRow *self)
{
}

struct _LabRaceWindow
{
  GtkWindow       parent_instance;

  LabServer      *server;
  LabRace        *race;
  GListStore     *rows;

  GtkBox         *choices;
  GtkAdjustment  *seconds;
  GtkAdjustment  *length;
  GtkButton      *start;
  GtkLabel       *sentence;
  GtkColumnView  *table;
  GtkWidget      *checks[LAB_N_PROTOCOLS];
};

G_DEFINE_FINAL_TYPE (LabRaceWindow, lab_race_window, GTK_TYPE_WINDOW)

static const LabProtocolId order[] = {
  LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS, LAB_PROTOCOL_LATCH,
};

typedef enum
{
  COLUMN_PROTOCOL,
  COLUMN_SECOND,
  COLUMN_WRITTEN,
  COLUMN_LOOKS,
  COLUMN_MESSAGES,
  COLUMN_TORN,
  COLUMN_MISSED,
  COLUMN_WAITED,
  COLUMN_RETRIED,
} Column;

/* Translators: the columns of the table of a race; “torn” is the term for half a message. */
static const char * const titles[] = {
  N_("Protocol"), N_("Second"), N_("Written"), N_("Looks"), N_("Messages"), N_("Torn"), N_("Missed"), N_("Waited"), N_("Retried"),
};

static char *
dup_cell (const LabRaceSecond *second,
          Column               column)
{
  switch (column)
    {
    case COLUMN_PROTOCOL:
      return g_strdup (lab_protocol_get_title (second->protocol));
    case COLUMN_SECOND:
      return g_strdup_printf ("%u", second->second + 1);
    case COLUMN_WRITTEN:
      return lab_text_format_count (second->n_written);
    case COLUMN_LOOKS:
      return lab_text_format_count (second->counters.n_looks);
    case COLUMN_MESSAGES:
      return lab_text_format_count (second->counters.n_messages);
    case COLUMN_TORN:
      return lab_text_format_count (second->counters.n_torn);
    case COLUMN_MISSED:
      return lab_text_format_count (second->counters.n_missed);
    case COLUMN_WAITED:
      return lab_text_format_count (second->counters.n_waited);
    case COLUMN_RETRIED:
      return lab_text_format_count (second->counters.n_retried);
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (column) == COLUMN_PROTOCOL ? 0 : 1);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  column)
{
  LabRaceRow *row = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = dup_cell (&row->second, GPOINTER_TO_UINT (column));

  gtk_label_set_text (GTK_LABEL (label), text);
  if (GPOINTER_TO_UINT (column) == COLUMN_TORN && row->second.counters.n_torn > 0)
    gtk_widget_add_css_class (label, "lab-trouble");
  else
    gtk_widget_remove_css_class (label, "lab-trouble");
}

static void
build_table (LabRaceWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      GtkColumnViewColumn *column;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_(titles[i]), factory);
      gtk_column_view_column_set_expand (column, i == COLUMN_PROTOCOL);
      gtk_column_view_append_column (self->table, column);
      g_object_unref (column);
    }
  gtk_column_view_set_model (self->table,
                             GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows)))));
}

static void
update (LabRaceWindow *self)
{
  gboolean running = self->race != NULL && lab_race_is_running (self->race);
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    any = any || gtk_check_button_get_active (GTK_CHECK_BUTTON (self->checks[i]));

  gtk_button_set_label (self->start, running ? _("_Stop") : _("_Start"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->choices), !running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), running || (any && lab_server_is_attached (self->server)));
}

static void
append_result (GString             *text,
               const LabRaceSecond *sum)
{
  const LabCounters *counters = &sum->counters;
  g_autofree char *looks = lab_text_format_count (counters->n_looks);
  g_autofree char *torn = lab_text_format_count (counters->n_torn);
  guint64 n_seen = counters->n_messages + counters->n_torn;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (counters->n_torn > 0)
    /* Translators: protocol, number, number, per cent */
    g_string_append_printf (text, _("%s: %s of %s looks saw half a message, %.1f %% of the messages seen."),
                            lab_protocol_get_title (sum->protocol), torn, looks, 100.0 * (double) counters->n_torn / (double) n_seen);
  else
    g_string_append_printf (text, _("%s: none of %s looks was torn."), lab_protocol_get_title (sum->protocol), looks);
}

static void
show_sentence (LabRaceWindow *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      LabRaceSecond sum = lab_race_sum (self->race, order[i]);

      if (sum.second > 0)
        append_result (text, &sum);
    }

  gtk_label_set_text (self->sentence, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), text->len > 0);
}

static void
second_cb (LabRaceWindow *self)
{
  guint n;
  const LabRaceSecond *seconds = lab_race_get_seconds (self->race, &n);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i < n; i++)
    {
      g_autoptr(LabRaceRow) row = g_object_new (LAB_TYPE_RACE_ROW, NULL);

      row->second = seconds[i];
      g_list_store_append (self->rows, row);
    }
  show_sentence (self);
}

static void
finished_cb (LabRaceWindow *self)
{
  second_cb (self);
  update (self);
}

static void
start_cb (LabRaceWindow *self)
{
  LabProtocolId protocols[G_N_ELEMENTS (order)];
  guint n_protocols = 0;
  g_autoptr(GError) error = NULL;
  LabRace *race;

  if (self->race != NULL && lab_race_is_running (self->race))
    {
      lab_race_stop (self->race);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->checks[i])))
      protocols[n_protocols++] = order[i];

  if (self->race != NULL)
    g_signal_handlers_disconnect_by_data (self->race, self);
  g_clear_object (&self->race);
  g_list_store_remove_all (self->rows);
  race = lab_publisher_start_race (lab_server_get_publisher (self->server), protocols, n_protocols,
                                   (guint) gtk_adjustment_get_value (self->seconds),
                                   (gsize) gtk_adjustment_get_value (self->length), &error);
  if (race == NULL)
    {
      gtk_label_set_text (self->sentence, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->sentence), TRUE);
      return;
    }

  self->race = g_object_ref (race);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), FALSE);
  g_signal_connect_swapped (race, "second", G_CALLBACK (second_cb), self);
  g_signal_connect_swapped (race, "finished", G_CALLBACK (finished_cb), self);
  update (self);
}

static void
lab_race_window_dispose (GObject *object)
{
  LabRaceWindow *self = LAB_RACE_WINDOW (object);

  if (self->race != NULL)
    {
      lab_race_stop (self->race);
      g_signal_handlers_disconnect_by_data (self->race, self);
    }
  if (self->server != NULL)
    g_signal_handlers_disconnect_by_data (self->server, self);
  g_clear_object (&self->race);
  g_clear_object (&self->server);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (lab_race_window_parent_class)->dispose (object);
}

static void
lab_race_window_class_init (LabRaceWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_race_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-race-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, choices);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, seconds);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, length);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, start);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, sentence);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, table);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
lab_race_window_init (LabRaceWindow *self)
{
  self->rows = g_list_store_new (LAB_TYPE_RACE_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  build_table (self);
}

/**
 * lab_race_window_new:
 * @parent: the server's window
 * @server: an attached server
 *
 * Returns: the window
 */
GtkWidget *
lab_race_window_new (GtkWindow *parent,
                     LabServer *server)
{
  LabRaceWindow *self = g_object_new (LAB_TYPE_RACE_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, NULL);
  GtkWidget *before = NULL;

  self->server = g_object_ref (server);
  gtk_adjustment_set_upper (self->length, (double) lab_server_get_capacity (server));
  gtk_adjustment_set_value (self->length, (double) MIN (lab_server_get_capacity (server), 1000));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      self->checks[i] = gtk_check_button_new_with_label (lab_protocol_get_title (order[i]));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->checks[i]), order[i] != LAB_PROTOCOL_TURNS);
      gtk_widget_set_tooltip_text (self->checks[i], lab_protocol_get_lesson (order[i]));
      g_signal_connect_swapped (self->checks[i], "toggled", G_CALLBACK (update), self);
      gtk_box_insert_child_after (self->choices, self->checks[i], before);
      before = self->checks[i];
    }
  g_signal_connect_swapped (server, "changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}
