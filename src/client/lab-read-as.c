/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-read-as.h"

#include <glib/gi18n.h>

#include "backend/preset/lab-preset-decode.h"
#include "backend/segment/lab-segment-monitor.h"

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
  GtkWidget       *details;
  GtkLabel        *state;
  GtkWidget       *scrolled;
  GtkGrid         *fields;

  LabClient       *client;
  LabReceiver     *receiver;  /* of the client */
  GPtrArray       *order;    /* of const LabPreset, as the choice has them; the first is NULL */
  const LabPreset *preset;   /* whose fields the table has */
  GPtrArray       *values;   /* of GtkLabel, one a field */
  GBytes          *image;    /* what the table shows */
  gboolean         filling;  /* the choice is being set, and not chosen */
};

G_DEFINE_FINAL_TYPE (LabReadAs, lab_read_as, GTK_TYPE_WIDGET)

/* A label is told only what is new to it, for else it is drawn again. */
static void
set_label (GtkLabel   *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static GPtrArray *
guess (LabReadAs *self)
{
  LabSession *session = lab_client_get_session (self->client);
  const LabShmEntry *entry = lab_segment_monitor_get_entry (lab_session_get_monitor (session));
  LabSegment *segment = lab_session_get_segment (session);

  return lab_preset_guess (lab_session_get_key (session), lab_segment_get_size_bytes (segment),
                           entry != NULL ? entry->record.mode : 0);
}

static const LabPreset *
find_by_key (LabReadAs *self)
{
  LabSession *session = lab_client_get_session (self->client);
  const LabKeyChoice *choice = lab_client_get_id (self->client) < 0 ? lab_choice_get_key_choice (lab_session_get_choice (session)) : NULL;
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  for (guint i = 0; i < n_presets; i++)
    if (lab_preset_has_key (&presets[i], lab_session_get_key (session), choice))
      return &presets[i];

  return NULL;
}

static void
add_once (GPtrArray       *order,
          const LabPreset *preset)
{
  if (!g_ptr_array_find (order, preset, NULL))
    g_ptr_array_add (order, (gpointer) preset);
}

/* The C string, what is known to fit, what may fit, then the rest. */
static GPtrArray *
find_order (const LabPreset *known,
            GPtrArray       *guessed)
{
  GPtrArray *order = g_ptr_array_new ();
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  g_ptr_array_add (order, NULL);
  if (known != NULL)
    add_once (order, known);
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
update_hint (LabReadAs       *self,
             const LabPreset *known,
             GPtrArray       *guessed)
{
  const LabPreset *chosen = lab_receiver_get_preset (self->receiver);
  g_autofree char *text = NULL;

  if (known != NULL)
    {
      g_autofree char *key = lab_preset_dup_key_text (known);

      /* Translators: a key, such as 5678 or ftok("shmfile", 65), then the name of a textbook’s layout */
      text = g_strdup_printf (chosen == known ? _("%s is the key of “%s”") : _("%s is the key of “%s”: choose that to see its fields"),
                              key, lab_preset_get_name (known));
    }
  else if (guessed->len > 0)
    {
      const LabPreset *likeliest = g_ptr_array_index (guessed, 0);

      /* Translators: the name of a textbook’s layout */
      text = g_strdup_printf (chosen == likeliest ? _("The size fits “%s”") : _("The size fits “%s”: choose that to see its fields"),
                              lab_preset_get_name (likeliest));
    }

  set_label (self->hint, text != NULL ? text : "");
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
  g_clear_pointer (&self->image, g_bytes_unref);
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
show_image (LabReadAs *self,
            GBytes    *image)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (image, &n_bytes);
  g_autoptr(GPtrArray) values = lab_preset_decode (self->preset, bytes, n_bytes);
  g_autofree char *state = lab_preset_describe_state (self->preset, bytes, n_bytes);
  guint next = 0;

  set_label (self->state, state);
  for (guint i = 0; i < self->preset->n_fields; i++)
    {
      g_autofree char *text = join_values (&self->preset->fields[i], values, &next);
      GtkLabel *label = g_ptr_array_index (self->values, i);

      if (g_strcmp0 (gtk_label_get_text (label), text) == 0)
        continue;
      gtk_label_set_text (label, text);
      gtk_widget_set_tooltip_text (GTK_WIDGET (label), text);
    }
}

static void
update_details (LabReadAs *self)
{
  const LabPreset *preset = lab_receiver_get_preset (self->receiver);
  GBytes *image = lab_receiver_get_image (self->receiver);

  if (self->preset != preset)
    build_table (self, preset);
  if (image != NULL && image != self->image)
    {
      show_image (self, image);
      g_clear_pointer (&self->image, g_bytes_unref);
      self->image = g_bytes_ref (image);
    }
  gtk_widget_set_visible (self->details, image != NULL);
}

static void
update (LabReadAs *self)
{
  gboolean plain = self->client != NULL && lab_receiver_is_plain (self->receiver);

  if (plain)
    {
      const LabPreset *known = find_by_key (self);
      g_autoptr(GPtrArray) guessed = guess (self);
      g_autoptr(GPtrArray) order = find_order (known, guessed);

      update_choice (self, order);
      update_hint (self, known, guessed);
      update_details (self);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), plain);
}

static void
selected_cb (LabReadAs *self)
{
  guint selected = gtk_drop_down_get_selected (self->choice);

  if (self->filling || self->client == NULL || self->order == NULL || selected >= self->order->len)
    return;

  lab_receiver_set_preset (self->receiver, g_ptr_array_index (self->order, selected));
}

static void
lab_read_as_dispose (GObject *object)
{
  LabReadAs *self = LAB_READ_AS (object);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
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
  g_clear_pointer (&self->image, g_bytes_unref);

  G_OBJECT_CLASS (lab_read_as_parent_class)->finalize (object);
}

static void
lab_read_as_class_init (LabReadAsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_read_as_dispose;
  object_class->finalize = lab_read_as_finalize;

  gtk_widget_class_set_css_name (widget_class, "labreadas");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-read-as.ui");
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, box);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, choice);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, hint);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, details);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, state);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, scrolled);
  gtk_widget_class_bind_template_child (widget_class, LabReadAs, fields);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
lab_read_as_init (LabReadAs *self)
{
  self->values = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_read_as_new:
 *
 * Returns: (transfer floating): a hidden widget without a client
 */
GtkWidget *
lab_read_as_new (void)
{
  return g_object_new (LAB_TYPE_READ_AS, NULL);
}

/**
 * lab_read_as_set_client:
 * @self: a widget
 * @client: (nullable): whose segment it is about, and whose preset it sets
 */
void
lab_read_as_set_client (LabReadAs *self,
                        LabClient *client)
{
  g_return_if_fail (LAB_IS_READ_AS (self));
  g_return_if_fail (client == NULL || LAB_IS_CLIENT (client));

  if (self->client == client)
    return;

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_set_object (&self->client, client);
  self->receiver = client != NULL ? lab_client_get_receiver (client) : NULL;
  if (client != NULL)
    g_signal_connect_swapped (client, "changed", G_CALLBACK (update), self);
  update (self);
}
