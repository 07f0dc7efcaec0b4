/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-read-as.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-probe.h"
#include "backend/preset/lab-preset-decode.h"
#include "backend/segment/lab-segment-monitor.h"
#include "ui/parts/lab-label.h"

/* A table of more rows than this is scrolled, so that the window stays low. */
#define MAX_ROWS           3
#define SCROLLED_HEIGHT_PX 72

enum { COLUMN_NAME, COLUMN_TYPE, COLUMN_OFFSET, COLUMN_VALUE, N_COLUMNS };

struct _LabReadAs
{
  GtkWidget        parent_instance;

  GtkWidget       *box;
  GtkDropDown     *choice;
  GtkLabel        *hint;
  GtkWidget       *scrolled;
  GtkGrid         *fields;

  LabClient       *client;
  LabReceiver     *receiver;  /* of the client */
  GPtrArray       *order;     /* of const LabPreset, as the choice has them; the first is NULL */
  const LabPreset *preset;    /* whose fields the table has */
  GPtrArray       *values;    /* of GtkLabel, one a field */
  char            *state;     /* what the fields together mean, or NULL */
  guint            timer;     /* looks whether the layout's semaphores are there, or 0 */
  gboolean         filling;   /* the choice is being set, and not chosen */
};

enum { PROP_0, PROP_CLIENT, PROP_STATE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabReadAs, lab_read_as, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* What speaks for a layout is asked of these. */
typedef struct
{
  key_t               key;
  const LabKeyChoice *choice;      /* or NULL when the segment was found by its id */
  gsize               size_bytes;
  guint               mode;
} Facts;

static Facts
find_facts (LabReadAs *self)
{
  LabSession *session = lab_client_get_session (self->client);
  const LabShmEntry *entry = lab_segment_monitor_get_entry (lab_session_get_monitor (session));

  return (Facts) {
    .key = lab_session_get_key (session),
    .choice = lab_session_get_given_id (session) < 0 ? lab_choice_get_key_choice (lab_session_get_choice (session)) : NULL,
    .size_bytes = lab_segment_get_size_bytes (lab_session_get_segment (session)),
    .mode = entry != NULL ? entry->record.mode : 0,
  };
}

static LabGuess
judge (const Facts     *facts,
       const LabPreset *preset)
{
  return lab_preset_judge (preset, facts->key, facts->choice, facts->size_bytes, facts->mode);
}

/* The layout that has the segment's key and another size. */
static const LabPreset *
find_other_size (const Facts *facts)
{
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  for (guint i = 0; i < n_presets; i++)
    if (judge (facts, &presets[i]) == LAB_GUESS_OTHER_SIZE)
      return &presets[i];

  return NULL;
}

static int
count_semaphores (const LabPreset *preset)
{
  return preset->semaphore_key != 0 ? lab_probe_count_semaphores (preset->semaphore_key) : -1;
}

/* A segment in which no byte is set says nothing about its layout. */
static gboolean
has_bytes (LabReadAs *self)
{
  GBytes *image = lab_receiver_get_image (self->receiver);
  const guint8 *bytes;
  gsize n_bytes;

  if (image == NULL)
    return FALSE;

  bytes = g_bytes_get_data (image, &n_bytes);

  return !lab_preset_is_all_zero (bytes, n_bytes);
}

static void
add_once (GPtrArray       *order,
          const LabPreset *preset)
{
  if (!g_ptr_array_find (order, preset, NULL))
    g_ptr_array_add (order, (gpointer) preset);
}

/* The C string, what may fit, then the rest. */
static GPtrArray *
find_order (GPtrArray *guessed)
{
  GPtrArray *order = g_ptr_array_new ();
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  g_ptr_array_add (order, NULL);
  for (guint i = 0; i < guessed->len; i++)
    add_once (order, g_ptr_array_index (guessed, i));
  for (guint i = 0; i < n_presets; i++)
    add_once (order, &presets[i]);

  return order;
}

static gboolean
is_same_order (GPtrArray *a,
               GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    if (g_ptr_array_index (a, i) != g_ptr_array_index (b, i))
      return FALSE;

  return TRUE;
}

static void
update_choice (LabReadAs *self,
               GPtrArray *order)
{
  const LabPreset *preset = lab_receiver_get_preset (self->receiver);

  self->filling = TRUE;
  if (!is_same_order (self->order, order))
    {
      g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);

      for (guint i = 0; i < order->len; i++)
        {
          const LabPreset *each = g_ptr_array_index (order, i);

          gtk_string_list_append (names, each != NULL ? lab_preset_get_name (each) : _("C string"));
        }
      g_clear_pointer (&self->order, g_ptr_array_unref);
      self->order = g_ptr_array_ref (order);
      gtk_drop_down_set_model (self->choice, G_LIST_MODEL (names));
    }
  for (guint i = 0; i < order->len; i++)
    if (g_ptr_array_index (order, i) == preset && gtk_drop_down_get_selected (self->choice) != i)
      gtk_drop_down_set_selected (self->choice, i);
  self->filling = FALSE;
}

static void
update_hint (LabReadAs   *self,
             const Facts *facts,
             GPtrArray   *guessed)
{
  const LabPreset *preset = guessed->len > 0 ? g_ptr_array_index (guessed, 0) : find_other_size (facts);
  LabGuess guess = preset != NULL ? judge (facts, preset) : LAB_GUESS_NONE;
  g_autofree char *reason = NULL;
  g_autofree char *text = NULL;

  if (preset != NULL && has_bytes (self))
    reason = lab_preset_describe_guess (preset, guess, facts->size_bytes, facts->mode, count_semaphores (preset));
  if (reason != NULL && guess != LAB_GUESS_OTHER_SIZE && lab_receiver_get_preset (self->receiver) != preset)
    /* Translators: %s is a guess at the segment’s layout */
    text = g_strdup_printf (_("%s: choose that to see its fields"), reason);
  else
    text = g_steal_pointer (&reason);

  if (g_strcmp0 (gtk_label_get_text (self->hint), text != NULL ? text : "") != 0)
    gtk_label_set_text (self->hint, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), text != NULL);
}

static GtkWidget *
new_cell (const char *text,
          const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
build_table (LabReadAs       *self,
             const LabPreset *preset)
{
  const char *const titles[N_COLUMNS] = { _("Field"), _("Type"), _("Offset"), _("Value") };
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->fields))) != NULL)
    gtk_grid_remove (self->fields, child);
  g_ptr_array_set_size (self->values, 0);
  self->preset = preset;
  if (preset == NULL)
    return;

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_AUTOMATIC,
                                  preset->n_fields > MAX_ROWS ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                              preset->n_fields > MAX_ROWS ? SCROLLED_HEIGHT_PX : -1);
  for (int column = 0; column < N_COLUMNS; column++)
    gtk_grid_attach (self->fields, new_cell (titles[column], "dim-label"), column, 0, 1, 1);

  for (guint i = 0; i < preset->n_fields; i++)
    {
      const LabPresetField *field = &preset->fields[i];
      g_autofree char *type = lab_preset_field_dup_type (field);
      g_autofree char *offset = g_strdup_printf ("%" G_GSIZE_FORMAT, field->offset);
      GtkWidget *name = new_cell (field->name, "monospace");
      GtkWidget *value = new_cell ("", "monospace");
      int row = (int) i + 1;

      gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (value), 8);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, name, NULL, -1);
      gtk_grid_attach (self->fields, name, COLUMN_NAME, row, 1, 1);
      gtk_grid_attach (self->fields, new_cell (type, "monospace"), COLUMN_TYPE, row, 1, 1);
      gtk_grid_attach (self->fields, new_cell (offset, "numeric"), COLUMN_OFFSET, row, 1, 1);
      gtk_grid_attach (self->fields, value, COLUMN_VALUE, row, 1, 1);
      g_ptr_array_add (self->values, value);
    }
}

/* A field's values, which are several where it is an array of numbers. */
static char *
join_values (const LabPresetField *field,
             GPtrArray            *values,
             guint                *next)
{
  const guint n = field->type == LAB_PRESET_TEXT || field->type == LAB_PRESET_COUNTED_TEXT ? 1 : field->count;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n && *next < values->len; i++, (*next)++)
    {
      const LabPresetValue *value = g_ptr_array_index (values, *next);

      /* Translators: a field’s value, when the segment ends before the field */
      g_string_append_printf (text, "%s%s", i > 0 ? "  " : "", value->text != NULL ? value->text : _("(outside)"));
    }

  /* One line a field: what would begin another is shown as a sign. */
  g_string_replace (text, "\n", "↵", 0);

  return g_string_free (text, FALSE);
}

static void
set_state (LabReadAs *self,
           char      *state)
{
  g_autofree char *old = g_steal_pointer (&self->state);

  self->state = state;
  if (g_strcmp0 (old, state) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* What the bytes say of the layout, or of the C string. */
static void
update_state (LabReadAs *self)
{
  const LabPreset *preset = lab_receiver_get_preset (self->receiver);
  GBytes *image = lab_receiver_get_image (self->receiver);
  const guint8 *bytes;
  gsize n_bytes, size_bytes;

  if (image == NULL)
    {
      set_state (self, NULL);
      return;
    }

  bytes = g_bytes_get_data (image, &n_bytes);
  size_bytes = lab_segment_get_size_bytes (lab_session_get_segment (lab_client_get_session (self->client)));
  set_state (self, preset == NULL ? lab_preset_describe_text (bytes, n_bytes, size_bytes)
                                  : lab_preset_describe_state (preset, bytes, n_bytes, size_bytes, count_semaphores (preset)));
}

static void
update_table (LabReadAs *self)
{
  const LabPreset *preset = lab_receiver_get_preset (self->receiver);
  GBytes *image = lab_receiver_get_image (self->receiver);
  g_autoptr(GPtrArray) decoded = NULL;
  const guint8 *bytes;
  gsize n_bytes;
  guint next = 0;

  if (self->preset != preset)
    build_table (self, preset);
  update_state (self);
  gtk_widget_set_visible (self->scrolled, preset != NULL);
  if (image == NULL || preset == NULL)
    return;

  bytes = g_bytes_get_data (image, &n_bytes);
  decoded = lab_preset_decode (preset, bytes, n_bytes);
  for (guint i = 0; i < preset->n_fields; i++)
    {
      g_autofree char *text = join_values (&preset->fields[i], decoded, &next);
      GtkLabel *label = g_ptr_array_index (self->values, i);

      gtk_label_set_text (label, text);
      gtk_widget_set_tooltip_text (GTK_WIDGET (label), text);
    }
}

/* Which layouts there are to choose from, and why one is the likeliest. */
static void
update_choices (LabReadAs *self)
{
  g_autoptr(GPtrArray) guessed = NULL;
  g_autoptr(GPtrArray) order = NULL;
  Facts facts;

  if (!lab_receiver_is_plain (self->receiver))
    return;

  facts = find_facts (self);
  guessed = lab_preset_guess (facts.key, facts.choice, facts.size_bytes, facts.mode);
  order = find_order (guessed);
  update_choice (self, order);
  update_hint (self, &facts, guessed);
}

/* Nobody tells when semaphores come and go. */
static gboolean
look_for_semaphores_cb (gpointer user_data)
{
  LabReadAs *self = user_data;

  update_state (self);
  update_choices (self);

  return G_SOURCE_CONTINUE;
}

/* Only while a layout with semaphores is chosen and to be seen. */
static void
update_timer (LabReadAs *self)
{
  const LabPreset *preset = self->receiver != NULL ? lab_receiver_get_preset (self->receiver) : NULL;
  gboolean wanted = preset != NULL && preset->semaphore_key != 0 && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->timer == 0)
    self->timer = g_timeout_add_seconds (1, look_for_semaphores_cb, self);
  else if (!wanted)
    g_clear_handle_id (&self->timer, g_source_remove);
}

static gboolean
has_text (GObject    *unused,
          const char *text)
{
  return text != NULL;
}

static void
selected_cb (LabReadAs *self)
{
  guint selected = gtk_drop_down_get_selected (self->choice);

  if (self->filling || self->order == NULL || selected >= self->order->len)
    return;

  lab_receiver_set_preset (self->receiver, g_ptr_array_index (self->order, selected));
}

static void
follow (LabReadAs  *self,
        gpointer    object,
        const char *signal,
        GCallback   callback)
{
  g_signal_connect_object (object, signal, callback, self, G_CONNECT_SWAPPED);
}

static void
set_client (LabReadAs *self,
            LabClient *client)
{
  LabSession *session;

  if (self->client == client)
    return;

  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  self->receiver = lab_client_get_receiver (client);
  session = lab_client_get_session (client);
  /* Not in the template: GTK 4.8 cannot free a widget that binds a property of itself by way of itself. */
  g_object_bind_property (self->receiver, "plain", self, "visible", G_BINDING_SYNC_CREATE);
  follow (self, self->receiver, "notify::preset", G_CALLBACK (update_table));
  follow (self, self->receiver, "notify::image", G_CALLBACK (update_table));
  follow (self, self->receiver, "notify::image", G_CALLBACK (update_choices));
  follow (self, self->receiver, "notify::preset", G_CALLBACK (update_choices));
  follow (self, self->receiver, "notify::preset", G_CALLBACK (update_timer));
  g_signal_connect (self, "map", G_CALLBACK (update_timer), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (update_timer), NULL);
  follow (self, self->receiver, "notify::plain", G_CALLBACK (update_choices));
  follow (self, session, "notify::key", G_CALLBACK (update_choices));
  follow (self, session, "notify::segment", G_CALLBACK (update_choices));
  follow (self, lab_session_get_monitor (session), "changed", G_CALLBACK (update_choices));
  update_table (self);
  update_choices (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLIENT]);
}

static void
lab_read_as_dispose (GObject *object)
{
  LabReadAs *self = LAB_READ_AS (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->client);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_read_as_parent_class)->dispose (object);
}

static void
lab_read_as_finalize (GObject *object)
{
  LabReadAs *self = LAB_READ_AS (object);

  g_clear_pointer (&self->order, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_free (self->state);

  G_OBJECT_CLASS (lab_read_as_parent_class)->finalize (object);
}

static void
lab_read_as_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LabReadAs *self = LAB_READ_AS (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_read_as_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  LabReadAs *self = LAB_READ_AS (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      set_client (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_read_as_class_init (LabReadAsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_read_as_dispose;
  object_class->finalize = lab_read_as_finalize;
  object_class->get_property = lab_read_as_get_property;
  object_class->set_property = lab_read_as_set_property;

  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, LAB_TYPE_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* What the fields together mean; told only when the words are others, for a label is drawn again with the same ones too. */
  properties[PROP_STATE] =
    g_param_spec_string ("state", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "labreadas");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-read-as.ui");
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, box);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, choice);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, hint);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, fields);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
lab_read_as_init (LabReadAs *self)
{
  self->values = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
}
