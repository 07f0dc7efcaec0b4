/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-race-window.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-protocol-words.h"

/* Of fewer messages nothing follows: on a busy computer writer and reader hardly ever meet. */
#define FEWEST_MESSAGES 1000

/* A second that was shorter was cut short. */
#define SHORT_NS G_GINT64_CONSTANT (950000000)

/* How much longer and larger the next round is that is offered. */
#define LONGER 4

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
      if (second->duration_ns < SHORT_NS)
        /* Translators: the number of a second that was cut short, and how long it was; s is seconds */
        return g_strdup_printf (_("%u (%.1f s)"), second->second + 1, (double) second->duration_ns / 1e9);
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
  g_autoptr(GtkSelectionModel) selection = NULL;

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
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows))));
  gtk_column_view_set_model (self->table, selection);
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

/**
 * lab_race_window_describe_sum:
 * @sum: all seconds of a protocol together
 *
 * Returns: (transfer full): what they show, translated; also that they show nothing
 */
char *
lab_race_window_describe_sum (const LabRaceSecond *sum)
{
  const LabCounters *counters = &sum->counters;
  const char *title = lab_protocol_get_title (sum->protocol);
  const guint64 n_seen = counters->n_messages + counters->n_torn;
  g_autofree char *looks = lab_text_format_count (counters->n_looks);
  g_autofree char *torn = lab_text_format_count (counters->n_torn);
  g_autofree char *messages = lab_text_format_count (counters->n_messages);

  if (counters->n_torn > 0)
    /* The same half seen by several looks is counted once.
     * Translators: protocol, number, number, per cent */
    return g_strdup_printf (_("%s: at least %s of %s looks saw half a message, %.1f %% of the messages seen."),
                            title, torn, looks, 100.0 * (double) counters->n_torn / (double) n_seen);
  if (counters->n_messages < FEWEST_MESSAGES)
    /* Translators: protocol, and two numbers; in %s looks */
    return g_strdup_printf (g_dngettext (NULL, "%s proves nothing: the reader saw %s different message in %s looks, and it was whole.",
                                         "%s proves nothing: the reader saw %s different messages in %s looks, all of them whole.",
                                         (gulong) counters->n_messages), title, messages, looks);
  if (sum->protocol == LAB_PROTOCOL_NONE)
    /* Translators: protocol, and two numbers */
    return g_strdup_printf (_("%s: by chance none of %s different messages was torn, in %s looks; nothing keeps them whole."),
                            title, messages, looks);

  /* Translators: protocol, and two numbers */
  return g_strdup_printf (_("%s: none of %s different messages was torn, in %s looks."), title, messages, looks);
}

static gboolean
proves_nothing (const LabRaceSecond *sum)
{
  return sum->second > 0 && sum->counters.n_torn == 0 && sum->counters.n_messages < FEWEST_MESSAGES;
}

/* Of which race the numbers are. */
static char *
describe_race (LabRaceWindow *self,
               gboolean       running)
{
  guint n_seconds = lab_race_get_n_planned (get_race (self));
  g_autofree char *length = lab_text_format_count (lab_race_get_length (get_race (self)));

  if (running)
    /* Translators: a number of seconds, and of bytes */
    return g_strdup_printf (g_dngettext (NULL, "Racing, %u second for each protocol with messages of %s bytes. Up to now:",
                                         "Racing, %u seconds for each protocol with messages of %s bytes. Up to now:", n_seconds), n_seconds, length);

  /* Translators: a number of seconds, and of bytes */
  return g_strdup_printf (g_dngettext (NULL, "The last race, %u second for each protocol with messages of %s bytes:",
                                       "The last race, %u seconds for each protocol with messages of %s bytes:", n_seconds), n_seconds, length);
}

/* What came out up to now; why a protocol could not be raced; or why nothing was. */
static char *
describe_results (LabRaceWindow *self,
                  const char    *refusal,
                  guint          n_seconds,
                  gboolean       running,
                  const char    *trouble)
{
  g_autoptr(GString) text = g_string_new (refusal);

  if (refusal == NULL && n_seconds > 0)
    {
      g_autofree char *race = describe_race (self, running);

      g_string_append (text, race);
    }
  for (guint i = 0; refusal == NULL && n_seconds > 0 && i < G_N_ELEMENTS (order); i++)
    {
      LabRaceSecond sum = lab_race_sum (get_race (self), order[i].protocol);
      g_autofree char *result = sum.second > 0 ? lab_race_window_describe_sum (&sum) : NULL;

      if (result != NULL)
        g_string_append_printf (text, "\n%s", result);
      if (result != NULL && !running && sum.duration_ns < (gint64) lab_race_get_n_planned (get_race (self)) * SHORT_NS)
        /* Translators: what comes behind a sentence about a protocol; a number of seconds */
        g_string_append_printf (text, _(" It ended after %.1f seconds."), (double) sum.duration_ns / 1e9);
    }
  if (refusal == NULL && trouble != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", trouble);

  return g_strdup (text->str);
}

/* The protocols of the last race that want another one, or 0 when none does or no race can be longer or larger. */
static guint
find_unproved (LabRaceWindow *self,
               LabProtocolId  protocols[G_N_ELEMENTS (order)])
{
  LabRace *race = get_race (self);
  guint n = 0;

  if (lab_race_get_n_planned (race) >= (guint) gtk_adjustment_get_upper (self->seconds)
      && lab_race_get_length (race) >= (gsize) gtk_adjustment_get_upper (self->length))
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      LabRaceSecond sum = lab_race_sum (race, order[i].protocol);

      if (proves_nothing (&sum))
        protocols[n++] = order[i].protocol;
    }

  return n;
}

static gboolean
offers_longer (LabRaceWindow *self,
               guint          n_seconds,
               gboolean       running,
               gboolean       open)
{
  LabProtocolId protocols[G_N_ELEMENTS (order)];

  return n_seconds > 0 && !running && open && find_unproved (self, protocols) > 0;
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
start (LabRaceWindow       *self,
       const LabProtocolId *protocols,
       guint                n_protocols)
{
  g_autoptr(GError) error = NULL;

  if (lab_publisher_start_race (self->publisher, protocols, n_protocols, (guint) gtk_adjustment_get_value (self->seconds),
                                (gsize) gtk_adjustment_get_value (self->length), &error))
    set_refusal (self, NULL);
  else
    set_refusal (self, error->message);
}

static void
start_cb (LabRaceWindow *self)
{
  LabProtocolId protocols[G_N_ELEMENTS (order)];
  guint n_protocols = 0;

  if (lab_race_is_running (get_race (self)))
    {
      lab_race_stop (get_race (self));
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (gtk_check_button_get_active (self->checks[i]))
      protocols[n_protocols++] = order[i].protocol;

  start (self, protocols, n_protocols);
}

/* Only what the last race left open, and the choices show what is raced. */
static void
longer_cb (LabRaceWindow *self)
{
  LabRace *race = get_race (self);
  LabProtocolId protocols[G_N_ELEMENTS (order)];
  guint n_protocols = find_unproved (self, protocols);

  gtk_adjustment_set_value (self->seconds, LONGER * lab_race_get_n_planned (race));
  gtk_adjustment_set_value (self->length, LONGER * (double) lab_race_get_length (race));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      gboolean chosen = FALSE;

      for (guint j = 0; j < n_protocols; j++)
        chosen = chosen || protocols[j] == order[i].protocol;
      gtk_check_button_set_active (self->checks[i], chosen);
    }
  start (self, protocols, n_protocols);
}

/* How long a message may be, of the segment that there is now. */
static void
open_changed_cb (LabRaceWindow *self)
{
  gsize size_bytes = lab_session_get_size_bytes (lab_publisher_get_session (self->publisher));

  if (lab_publisher_is_open (self->publisher))
    gtk_adjustment_set_upper (self->length, (double) lab_layout_capacity (size_bytes));
}

static void
lab_race_window_constructed (GObject *object)
{
  LabRaceWindow *self = LAB_RACE_WINDOW (object);

  G_OBJECT_CLASS (lab_race_window_parent_class)->constructed (object);

  open_changed_cb (self);
  gtk_adjustment_set_value (self->length, 1000);
  g_signal_connect_object (self->publisher, "notify::open", G_CALLBACK (open_changed_cb), self, G_CONNECT_SWAPPED);
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
  gtk_widget_class_bind_template_callback (widget_class, offers_longer);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, longer_cb);
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

/**
 * lab_race_window_present:
 * @parent: the server's window
 * @publisher: an open publisher, which races
 *
 * Opens the window, or brings the one that is open to the front: there is one race.
 */
void
lab_race_window_present (GtkWindow    *parent,
                         LabPublisher *publisher)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (LAB_IS_PUBLISHER (publisher));

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) open = g_list_model_get_item (windows, i);

      if (LAB_IS_RACE_WINDOW (open) && LAB_RACE_WINDOW (open)->publisher == publisher)
        {
          gtk_window_present (GTK_WINDOW (open));
          return;
        }
    }

  gtk_window_present (GTK_WINDOW (lab_race_window_new (parent, publisher)));
}
