/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-message-entry.h"

#include <string.h>

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-protocol-words.h"
#include "ui/parts/lab-label.h"

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
  GtkBox        *controls;

  LabPublisher  *publisher;       /* what writes the message, or NULL */
  char          *hint;
  char          *refusal;         /* why the text is not written, or NULL */
  gsize          capacity_bytes;
  gsize          n_bytes;
  gboolean       as_i_type;
  gboolean       setting_text;
  GCancellable  *pasting;
};

enum
{
  PROP_0,
  PROP_AS_I_TYPE,
  PROP_PUBLISHER,
  PROP_HINT,
  PROP_REFUSAL,
  PROP_CAPACITY_BYTES,
  PROP_N_BYTES,
  N_PROPS
};

enum { EDITED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabMessageEntry, lab_message_entry, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static gboolean
is_too_long (LabMessageEntry *self)
{
  return self->capacity_bytes > 0 && self->n_bytes > self->capacity_bytes;
}

static char *
describe_count (LabMessageEntry *self,
                guint64          n_bytes,
                guint64          capacity_bytes)
{
  g_autofree char *n = lab_text_format_count (n_bytes);
  g_autofree char *capacity = lab_text_format_count (capacity_bytes);

  if (capacity_bytes == 0)
    return g_strdup_printf (g_dngettext (NULL, "%s byte", "%s bytes", n_bytes), n);

  if (n_bytes > capacity_bytes)
    {
      g_autofree char *excess = lab_text_format_count (n_bytes - capacity_bytes);

      /* Translators: “1,990 of 1,983 bytes: 7 too many” */
      return g_strdup_printf (_("%s of %s bytes: %s too many"), n, capacity, excess);
    }

  /* Translators: “20 of 1,983 bytes” */
  return g_strdup_printf (_("%s of %s bytes"), n, capacity);
}

static GStrv
choose_count_classes (LabMessageEntry *self,
                      guint64          n_bytes,
                      guint64          capacity_bytes)
{
  const char *classes[] = { "numeric", capacity_bytes > 0 && n_bytes > capacity_bytes ? "lab-trouble" : "dim-label", NULL };

  return g_strdupv ((GStrv) classes);
}

static gboolean
needs_hint (LabMessageEntry *self,
            guint64          n_bytes,
            const char      *hint)
{
  return n_bytes == 0 && hint != NULL;
}

static gboolean
has_text (LabMessageEntry *self,
          const char      *text)
{
  return text != NULL;
}

/* A message that the protocol keeps waiting is not lost, and not written yet. */
static char *
describe_wait (LabMessageEntry *self,
               guint            reason,
               int              waiting_pid,
               gulong           n_others)
{
  g_autofree char *why = NULL;

  if (reason == LAB_REASON_NONE)
    return NULL;

  why = lab_reason_describe_alone ((LabReason) reason, waiting_pid, n_others);

  return g_strdup_printf (_("Not yet: %s. It is tried again by itself."), why);
}

static gboolean
is_waiting (LabMessageEntry *self,
            guint            reason)
{
  return reason != LAB_REASON_NONE;
}

static void
set_refusal (LabMessageEntry *self,
             const char      *refusal)
{
  if (g_strcmp0 (self->refusal, refusal) == 0)
    return;

  g_free (self->refusal);
  self->refusal = g_strdup (refusal);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSAL]);
}

static void
update_refusal (LabMessageEntry *self)
{
  g_autofree char *n = NULL;
  g_autofree char *capacity = NULL;
  g_autofree char *text = NULL;

  if (!is_too_long (self))
    {
      set_refusal (self, NULL);
      return;
    }

  n = lab_text_format_count (self->n_bytes);
  capacity = lab_text_format_count (self->capacity_bytes);
  text = g_strdup_printf (_("The message has %s bytes and the segment has room for %s: it was not written. Shorten it, or make a larger segment."),
                          n, capacity);
  set_refusal (self, text);
}

static void
refused_cb (LabMessageEntry *self)
{
  if (lab_publisher_get_refusal (self->publisher) != NULL)
    set_refusal (self, lab_publisher_get_refusal (self->publisher));
  else
    update_refusal (self);
}

static void
buffer_changed_cb (LabMessageEntry *self)
{
  g_autofree char *text = lab_message_entry_dup_text (self);

  /* Has the scrolled window around it laid out anew as well.  Left alone, GTK 4.8
   * allocates only the view when a sibling changes too, and the view then changes
   * its scroll bar, which is drawn without an allocation and a warning. */
  gtk_widget_queue_resize (self->view);

  if (self->n_bytes != strlen (text))
    {
      self->n_bytes = strlen (text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_BYTES]);
    }
  update_refusal (self);
  if (self->setting_text)
    return;

  g_signal_emit (self, signals[EDITED], 0);
  if (self->as_i_type && self->publisher != NULL && lab_publisher_is_open (self->publisher) && !is_too_long (self))
    lab_publisher_type (self->publisher, text, strlen (text));
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
set_as_i_type (LabMessageEntry *self,
               gboolean         as_i_type)
{
  if (self->as_i_type == as_i_type)
    return;

  self->as_i_type = as_i_type;
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
      g_value_set_boolean (value, self->as_i_type);
      break;
    case PROP_PUBLISHER:
      g_value_set_object (value, self->publisher);
      break;
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    case PROP_REFUSAL:
      g_value_set_string (value, self->refusal);
      break;
    case PROP_CAPACITY_BYTES:
      g_value_set_uint64 (value, self->capacity_bytes);
      break;
    case PROP_N_BYTES:
      g_value_set_uint64 (value, self->n_bytes);
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
      set_as_i_type (self, g_value_get_boolean (value));
      break;
    case PROP_PUBLISHER:
      lab_message_entry_set_publisher (self, g_value_get_object (value));
      break;
    case PROP_HINT:
      lab_message_entry_set_hint (self, g_value_get_string (value));
      break;
    case PROP_CAPACITY_BYTES:
      lab_message_entry_set_capacity (self, g_value_get_uint64 (value));
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
  if (self->publisher != NULL)
    g_signal_handlers_disconnect_by_data (self->publisher, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (lab_message_entry_parent_class)->dispose (object);
}

static void
lab_message_entry_finalize (GObject *object)
{
  LabMessageEntry *self = LAB_MESSAGE_ENTRY (object);

  g_clear_object (&self->publisher);
  g_free (self->hint);
  g_free (self->refusal);

  G_OBJECT_CLASS (lab_message_entry_parent_class)->finalize (object);
}

static void
lab_message_entry_class_init (LabMessageEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_message_entry_dispose;
  object_class->finalize = lab_message_entry_finalize;
  object_class->get_property = lab_message_entry_get_property;
  object_class->set_property = lab_message_entry_set_property;
  widget_class->grab_focus = lab_message_entry_grab_focus;

  properties[PROP_AS_I_TYPE] = g_param_spec_boolean ("as-i-type", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_PUBLISHER] = g_param_spec_object ("publisher", NULL, NULL, LAB_TYPE_PUBLISHER, flags | G_PARAM_WRITABLE);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, flags | G_PARAM_WRITABLE);
  properties[PROP_REFUSAL] = g_param_spec_string ("refusal", NULL, NULL, NULL, flags);
  /* How many bytes of UTF-8 fit; 0 while that is unknown. */
  properties[PROP_CAPACITY_BYTES] =
    g_param_spec_uint64 ("capacity-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags | G_PARAM_WRITABLE);
  properties[PROP_N_BYTES] = g_param_spec_uint64 ("n-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EDITED] =
    g_signal_new ("edited", LAB_TYPE_MESSAGE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/server/lab-message-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, view);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, buffer);
  gtk_widget_class_bind_template_child (widget_class, LabMessageEntry, controls);
  gtk_widget_class_bind_template_callback (widget_class, describe_count);
  gtk_widget_class_bind_template_callback (widget_class, choose_count_classes);
  gtk_widget_class_bind_template_callback (widget_class, needs_hint);
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_bind_template_callback (widget_class, describe_wait);
  gtk_widget_class_bind_template_callback (widget_class, is_waiting);
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
  lab_label_keep_widths (GTK_WIDGET (self));
}

/**
 * lab_message_entry_set_publisher:
 * @self: an entry
 * @publisher: (nullable): what writes the message; what keeps it waiting and why it was
 *   refused is told below the text
 */
void
lab_message_entry_set_publisher (LabMessageEntry *self,
                                 LabPublisher    *publisher)
{
  g_return_if_fail (LAB_IS_MESSAGE_ENTRY (self));
  g_return_if_fail (publisher == NULL || LAB_IS_PUBLISHER (publisher));

  if (self->publisher == publisher)
    return;

  if (self->publisher != NULL)
    g_signal_handlers_disconnect_by_data (self->publisher, self);
  g_set_object (&self->publisher, publisher);
  if (publisher != NULL)
    g_signal_connect_object (publisher, "notify::refusal", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PUBLISHER]);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAPACITY_BYTES]);
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

  set_refusal (self, sentence);
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

  if (g_strcmp0 (self->hint, hint) == 0)
    return;

  g_free (self->hint);
  self->hint = g_strdup (hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, hint, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HINT]);
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
