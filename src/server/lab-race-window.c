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

  LabPublisher   *publisher;
  GListStore     *rows;
  char           *refusal;  /* why the race was not started, or NULL */

  GtkAdjustment  *seconds;
  GtkAdjustment  *length;
  GtkColumnView  *table;
  GtkCheckButton *checks[LAB_N_PROTOCOLS];
};

enum { PROP_0, PROP_PUBLISHER, PROP_REFUSAL, N_PROPS };

G_DEFINE_FINAL_TYPE (LabRaceWindow, lab_race_window, GTK_TYPE_WINDOW)

static GParamSpec *properties[N_PROPS];

static const struct { LabProtocolId protocol; const char *check; } order[] = {
  { LAB_PROTOCOL_NONE, "none" },
  { LAB_PROTOCOL_SEMAPHORE, "semaphore" },
  { LAB_PROTOCOL_TURNS, "turns" },
  { LAB_PROTOCOL_LATCH, "latch" },
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

static LabRace *
get_race (LabRaceWindow *self)
{
  return lab_publisher_get_race (self->publisher);
}

static char *
describe_start (LabRaceWindow *self,
                gboolean       running)
{
  return g_strdup (running ? _("_Stop") : _("_Start"));
}

static gboolean
can_start (LabRaceWindow *self,
           gboolean       running,
           gboolean       open,
           gboolean       none,
           gboolean       semaphore,
           gboolean       turns,
           gboolean       latch)
{
  return running || (open && (none || semaphore || turns || latch));
}

static gboolean
is_not (LabRaceWindow *self,
        gboolean       what)
{
  return !what;
}

static gboolean
has_text (LabRaceWindow *self,
          const char    *text)
{
  return text != NULL && *text != '\0';
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

/* What came out up to now; why a protocol could not be raced; or why nothing was. */
static char *
describe_results (LabRaceWindow *self,
                  const char    *refusal,
                  guint          n_seconds,
                  const char    *trouble)
{
  g_autoptr(GString) text = g_string_new (refusal);

  for (guint i = 0; refusal == NULL && n_seconds > 0 && i < G_N_ELEMENTS (order); i++)
    {
      LabRaceSecond sum = lab_race_sum (get_race (self), order[i].protocol);

      if (sum.second > 0)
        append_result (text, &sum);
    }
  if (refusal == NULL && trouble != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", trouble);

  return g_strdup (text->str);
}

/* A row for each second that the race has by now. */
static void
fill_rows (LabRaceWindow *self)
{
  guint n;
  const LabRaceSecond *seconds = lab_race_get_seconds (get_race (self), &n);

  if (n == 0)
    g_list_store_remove_all (self->rows);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i < n; i++)
    {
      g_autoptr(LabRaceRow) row = g_object_new (LAB_TYPE_RACE_ROW, NULL);

      row->second = seconds[i];
      g_list_store_append (self->rows, row);
    }
}

static void
set_refusal (LabRaceWindow *self,
             const char    *refusal)
{
  if (g_strcmp0 (self->refusal, refusal) == 0)
    return;

  g_free (self->refusal);
  self->refusal = g_strdup (refusal);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSAL]);
}

static void
start_cb (LabRaceWindow *self)
{
  LabProtocolId protocols[G_N_ELEMENTS (order)];
  guint n_protocols = 0;
  g_autoptr(GError) error = NULL;

  if (lab_race_is_running (get_race (self)))
    {
      lab_race_stop (get_race (self));
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (gtk_check_button_get_active (self->checks[i]))
      protocols[n_protocols++] = order[i].protocol;

  if (lab_publisher_start_race (self->publisher, protocols, n_protocols, (guint) gtk_adjustment_get_value (self->seconds),
                                (gsize) gtk_adjustment_get_value (self->length), &error))
    set_refusal (self, NULL);
  else
    set_refusal (self, error->message);
}

static void
lab_race_window_constructed (GObject *object)
{
  LabRaceWindow *self = LAB_RACE_WINDOW (object);
  gsize capacity = lab_layout_capacity (lab_session_get_size_bytes (lab_publisher_get_session (self->publisher)));

  G_OBJECT_CLASS (lab_race_window_parent_class)->constructed (object);

  gtk_adjustment_set_upper (self->length, (double) capacity);
  gtk_adjustment_set_value (self->length, (double) MIN (capacity, 1000));
  g_signal_connect_object (get_race (self), "notify::n-seconds", G_CALLBACK (fill_rows), self, G_CONNECT_SWAPPED);
  fill_rows (self);
}

static void
lab_race_window_dispose (GObject *object)
{
  lab_race_stop (get_race (LAB_RACE_WINDOW (object)));

  G_OBJECT_CLASS (lab_race_window_parent_class)->dispose (object);
}

static void
lab_race_window_finalize (GObject *object)
{
  LabRaceWindow *self = LAB_RACE_WINDOW (object);

  g_clear_object (&self->publisher);
  g_clear_object (&self->rows);
  g_free (self->refusal);

  G_OBJECT_CLASS (lab_race_window_parent_class)->finalize (object);
}

static void
lab_race_window_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabRaceWindow *self = LAB_RACE_WINDOW (object);

  switch (prop_id)
    {
    case PROP_PUBLISHER:
      g_value_set_object (value, self->publisher);
      break;
    case PROP_REFUSAL:
      g_value_set_string (value, self->refusal);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_race_window_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PUBLISHER:
      LAB_RACE_WINDOW (object)->publisher = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_race_window_class_init (LabRaceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = lab_race_window_constructed;
  object_class->dispose = lab_race_window_dispose;
  object_class->finalize = lab_race_window_finalize;
  object_class->get_property = lab_race_window_get_property;
  object_class->set_property = lab_race_window_set_property;

  properties[PROP_PUBLISHER] = g_param_spec_object ("publisher", NULL, NULL, LAB_TYPE_PUBLISHER,
                                                    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_REFUSAL] = g_param_spec_string ("refusal", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_RACE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-race-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, seconds);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, length);
  gtk_widget_class_bind_template_child (widget_class, LabRaceWindow, table);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    gtk_widget_class_bind_template_child_full (widget_class, order[i].check, FALSE, 0);
  gtk_widget_class_bind_template_callback (widget_class, describe_start);
  gtk_widget_class_bind_template_callback (widget_class, can_start);
  gtk_widget_class_bind_template_callback (widget_class, is_not);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_bind_template_callback (widget_class, describe_results);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
lab_race_window_init (LabRaceWindow *self)
{
  self->rows = g_list_store_new (LAB_TYPE_RACE_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      self->checks[i] = GTK_CHECK_BUTTON (gtk_widget_get_template_child (GTK_WIDGET (self), LAB_TYPE_RACE_WINDOW, order[i].check));
      gtk_check_button_set_label (self->checks[i], lab_protocol_get_title (order[i].protocol));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->checks[i]), lab_protocol_get_lesson (order[i].protocol));
    }
  build_table (self);
}

/**
 * lab_race_window_new:
 * @parent: the server's window
 * @publisher: an open publisher, which races
 *
 * Returns: the window
 */
GtkWidget *
lab_race_window_new (GtkWindow    *parent,
                     LabPublisher *publisher)
{
  g_return_val_if_fail (LAB_IS_PUBLISHER (publisher), NULL);

  return g_object_new (LAB_TYPE_RACE_WINDOW,
                       "transient-for", parent, "destroy-with-parent", TRUE, "publisher", publisher, NULL);
}
