/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-message-entry.h"

#include <string.h>

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"

/* A text a little too long can still be shortened in the entry; one that is far
 * too long is refused whole, since no text view would cope with it. */
#define SLACK_BYTES     (16 * 1024)
#define PASTE_MAX_BYTES (64 * 1024 * 1024)
#define CHUNK_BYTES     (64 * 1024)

struct _LabMessageEntry
{
  GtkWidget      parent_instance;

  GtkWidget     *view;
  GtkTextBuffer *buffer;
  GtkLabel      *count;
  GtkWidget     *trouble;
  GtkLabel      *trouble_label;
  GtkWidget     *hint;
  GtkLabel      *note;
  GtkBox        *controls;
  GtkSwitch     *as_i_type;

  gsize          capacity_bytes;
  gsize          n_bytes;
  gboolean       setting_text;
  GCancellable  *pasting;
};

enum { PROP_0, PROP_AS_I_TYPE, N_PROPS };
enum { EDITED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabMessageEntry, lab_message_entry, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static gboolean
is_too_long (LabMessageEntry *self)
{
  return self->capacity_bytes > 0 && self->n_bytes > self->capacity_bytes;
}

static void
update_count (LabMessageEntry *self)
{
  g_autofree char *n = lab_text_format_count (self->n_bytes);
  g_autofree char *capacity = lab_text_format_count (self->capacity_bytes);
  g_autofree char *text = NULL;

  if (is_too_long (self))
    {
      g_autofree char *excess = lab_text_format_count (self->n_bytes - self->capacity_bytes);

      /* Translators: “1,990 of 1,983 bytes: 7 too many” */
      text = g_strdup_printf (_("%s of %s bytes: %s too many"), n, capacity, excess);
    }
  else if (self->capacity_bytes > 0)
    {
      /* Translators: “20 of 1,983 bytes” */
      text = g_strdup_printf (_("%s of %s bytes"), n, capacity);
    }
  else
    {
      text = g_strdup_printf (g_dngettext (NULL, "%s byte", "%s bytes", self->n_bytes), n);
    }
  gtk_label_set_text (self->count, text);

  if (is_too_long (self))
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->count), "dim-label");
      gtk_widget_add_css_class (GTK_WIDGET (self->count), "lab-trouble");
    }
  else
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->count), "dim-label");
      gtk_widget_remove_css_class (GTK_WIDGET (self->count), "lab-trouble");
    }
}

static void
update_refusal (LabMessageEntry *self)
{
  g_autofree char *n = NULL;
  g_autofree char *capacity = NULL;
  g_autofree char *text = NULL;

  if (!is_too_long (self))
    {
      gtk_widget_set_visible (self->trouble, FALSE);
      return;
    }

  n = lab_text_format_count (self->n_bytes);
  capacity = lab_text_format_count (self->capacity_bytes);
  text = g_strdup_printf (_("The message has %s bytes and the segment has room for %s: it was not written. Shorten it, or make a larger segment."),
                          n, capacity);
  lab_message_entry_show_refusal (self, text);
}

static void
update_hint (LabMessageEntry *self)
{
  const char *hint = gtk_label_get_text (GTK_LABEL (self->hint));

  gtk_widget_set_visible (self->hint, self->n_bytes == 0 && *hint != '\0');
}

static void
buffer_changed_cb (LabMessageEntry *self)
{
  g_autofree char *text = lab_message_entry_dup_text (self);

  /* Has the scrolled window around it laid out anew as well.  Left alone, GTK 4.8
   * allocates only the view when a sibling changes too, and the view then changes
   * its scroll bar, which is drawn without an allocation and a warning. */
  gtk_widget_queue_resize (self->view);

  self->n_bytes = strlen (text);
  update_count (self);
  update_refusal (self);
  update_hint (self);
  if (!self->setting_text)
    g_signal_emit (self, signals[EDITED], 0);
}

static void
refuse_paste (LabMessageEntry *self,
              gsize            n_bytes)
{
  g_autofree char *n = lab_text_format_count (n_bytes);
  g_autofree char *capacity = lab_text_format_count (self->capacity_bytes);
  g_autofree char *text = NULL;

  text = g_strdup_printf (_("The text has %s bytes and a message has room for %s: nothing was inserted. Choose a shorter text, or make a larger segment."),
                          n, capacity);
  lab_message_entry_show_refusal (self, text);
}

/* Every way in ends here: keys, paste, drop, input method, screen reader. */
static void
insert_text_cb (GtkTextBuffer   *buffer,
                GtkTextIter     *where,
                const char      *text,
                int              length,
                LabMessageEntry *self)
{
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  gsize capacity = self->capacity_bytes > 0 ? self->capacity_bytes : SLACK_BYTES;

  if (self->n_bytes + n_bytes <= capacity + SLACK_BYTES)
    return;

  g_signal_stop_emission_by_name (buffer, "insert-text");
  refuse_paste (self, n_bytes);
}

typedef struct
{
  LabMessageEntry *self;
  GByteArray      *bytes;
} Paste;

static void
paste_free (Paste *paste)
{
  g_object_unref (paste->self);
  g_byte_array_unref (paste->bytes);
  g_free (paste);
}

static void
finish_paste (Paste *paste)
{
  LabMessageEntry *self = paste->self;
  gsize length = paste->bytes->len;
  const char *text;
  g_autoptr(GError) error = NULL;

  /* GTK 4.8 tells the accessibility bus what is inserted up to a NUL, whatever
   * the length. */
  g_byte_array_append (paste->bytes, (const guint8 *) "", 1);
  text = (const char *) paste->bytes->data;
  if (length == 0)
    return;
  if (!lab_text_check_message (text, length, G_MAXSIZE, &error))
    {
      lab_message_entry_show_refusal (self, error->message);
      return;
    }

  gtk_text_buffer_begin_user_action (self->buffer);
  if (self->n_bytes + length <= self->capacity_bytes + SLACK_BYTES)
    gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, (int) length);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (self->buffer));
}

static void
chunk_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  Paste *paste = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) chunk = g_input_stream_read_bytes_finish (stream, result, &error);

  if (chunk == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lab_message_entry_show_refusal (paste->self, error->message);
      paste_free (paste);
      return;
    }

  if (g_bytes_get_size (chunk) > 0)
    g_byte_array_append (paste->bytes, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
  if (g_bytes_get_size (chunk) > 0 && paste->bytes->len <= PASTE_MAX_BYTES)
    {
      g_input_stream_read_bytes_async (stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, paste->self->pasting, chunk_cb, paste);
      return;
    }

  if (paste->bytes->len > PASTE_MAX_BYTES)
    refuse_paste (paste->self, paste->bytes->len);
  else
    finish_paste (paste);
  paste_free (paste);
}

static void
clipboard_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(LabMessageEntry) self = user_data;
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GError) error = NULL;
  const char *mime_type;
  Paste *paste;

  stream = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &mime_type, &error);
  if (stream == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lab_message_entry_show_refusal (self, _("The clipboard holds no text, so nothing was inserted."));
      return;
    }

  paste = g_new0 (Paste, 1);
  paste->self = g_object_ref (self);
  paste->bytes = g_byte_array_new ();
  g_input_stream_read_bytes_async (stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, self->pasting, chunk_cb, paste);
}

/* GTK's own paste ends a text at its first NUL without a word, so the bytes are
 * read here, and refused with a sentence. */
static void
paste_cb (GtkTextView     *view,
          LabMessageEntry *self)
{
  static const char *mime_types[] = { "text/plain;charset=utf-8", "UTF8_STRING", "text/plain", NULL };

  g_signal_stop_emission_by_name (view, "paste-clipboard");
  gdk_clipboard_read_async (gtk_widget_get_clipboard (GTK_WIDGET (view)), mime_types, G_PRIORITY_DEFAULT,
                            self->pasting, clipboard_cb, g_object_ref (self));
}

/* Ctrl+Enter never means a new line, also while nothing can be written: the
 * text view would add one in silence. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        modifiers,
                LabMessageEntry       *self)
{
  if ((modifiers & GDK_CONTROL_MASK) == 0
      || (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter))
    return GDK_EVENT_PROPAGATE;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.write", NULL);

  return GDK_EVENT_STOP;
}

static void
as_i_type_cb (LabMessageEntry *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AS_I_TYPE]);
}

static void
lab_message_entry_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  LabMessageEntry *self = LAB_MESSAGE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_AS_I_TYPE:
      g_value_set_boolean (value, lab_message_entry_is_as_i_type (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_message_entry_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  LabMessageEntry *self = LAB_MESSAGE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_AS_I_TYPE:
      gtk_switch_set_active (self->as_i_type, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
lab_message_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (LAB_MESSAGE_ENTRY (widget)->view);
}

static void
lab_message_entry_dispose (GObject *object)
{
  LabMessageEntry *self = LAB_MESSAGE_ENTRY (object);
  GtkWidget *child;

  if (self->pasting != NULL)
    g_cancellable_cancel (self->pasting);
  g_clear_object (&self->pasting);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (lab_message_entry_parent_class)->dispose (object);
}

static void
lab_message_entry_class_init (LabMessageEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_message_entry_dispose;
  object_class->get_property = lab_message_entry_get_property;
  object_class->set_property = lab_message_entry_set_property;
  widget_class->grab_focus = lab_message_entry_grab_focus;

  properties[PROP_AS_I_TYPE] =
    g_param_spec_boolean ("as-i-type", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EDITED] =
    g_signal_new ("edited", LAB_TYPE_MESSAGE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-message-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, view);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, buffer);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, count);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, trouble);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, hint);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, as_i_type);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, note);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, controls);
  gtk_widget_class_bind_template_callback (widget_class, buffer_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, insert_text_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
}

static void
lab_message_entry_init (LabMessageEntry *self)
{
  self->pasting = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->as_i_type, "notify::active", G_CALLBACK (as_i_type_cb), self, G_CONNECT_SWAPPED);
  update_count (self);
}

/**
 * lab_message_entry_dup_text:
 * @self: an entry
 *
 * Returns: (transfer full): the text, valid UTF-8
 */
char *
lab_message_entry_dup_text (LabMessageEntry *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (LAB_IS_MESSAGE_ENTRY (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

/**
 * lab_message_entry_set_text:
 * @self: an entry
 * @text: valid UTF-8
 *
 * Replaces the text, without ::edited.
 */
void
lab_message_entry_set_text (LabMessageEntry *self,
                            const char      *text)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));

  self->setting_text = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->setting_text = FALSE;
}

/**
 * lab_message_entry_set_capacity:
 * @self: an entry
 * @capacity_bytes: how many bytes of UTF-8 fit, or 0 when that is unknown
 */
void
lab_message_entry_set_capacity (LabMessageEntry *self,
                                gsize            capacity_bytes)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));

  if (self->capacity_bytes == capacity_bytes)
    return;

  self->capacity_bytes = capacity_bytes;
  update_count (self);
  update_refusal (self);
}

/**
 * lab_message_entry_show_refusal:
 * @self: an entry
 * @sentence: what was refused, and what to do
 *
 * Shows the sentence until the text changes.
 */
void
lab_message_entry_show_refusal (LabMessageEntry *self,
                                const char      *sentence)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));

  gtk_label_set_text (self->trouble_label, sentence);
  gtk_widget_set_visible (self->trouble, TRUE);
}

/**
 * lab_message_entry_set_note:
 * @self: an entry
 * @sentence: (nullable): what is going on with the message, or %NULL for nothing
 */
void
lab_message_entry_set_note (LabMessageEntry *self,
                            const char      *sentence)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));

  gtk_label_set_text (self->note, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), sentence != NULL);
}

/**
 * lab_message_entry_set_hint:
 * @self: an entry
 * @hint: what to do, translated
 *
 * Stands where the message will be, while there is none.
 */
void
lab_message_entry_set_hint (LabMessageEntry *self,
                            const char      *hint)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));
  g_return_if_fail (hint != NULL);

  if (g_str_equal (gtk_label_get_text (GTK_LABEL (self->hint)), hint))
    return;

  gtk_label_set_text (GTK_LABEL (self->hint), hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, hint, -1);
  update_hint (self);
}

/**
 * lab_message_entry_add_control:
 * @self: an entry
 * @control: something that decides how the message is written
 *
 * Puts @control beside the switch that writes as one types.
 */
void
lab_message_entry_add_control (LabMessageEntry *self,
                               GtkWidget       *control)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));

  gtk_box_append (self->controls, control);
}

gboolean
lab_message_entry_fits (LabMessageEntry *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE_ENTRY (self), FALSE);

  return !is_too_long (self);
}

gboolean
lab_message_entry_is_as_i_type (LabMessageEntry *self)
{
  g_return_val_if_fail (LAB_IS_MESSAGE_ENTRY (self), FALSE);

  return gtk_switch_get_active (self->as_i_type);
}
