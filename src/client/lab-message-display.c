/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/lab-message-display.h"

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "backend/protocol/lab-protocol-words.h"
#include "ui/parts/lab-label.h"

/* More than this no label lays out in a blink, and nobody reads. */
#define MAX_CHARS 20000

/* What is longer is no word. */
#define MAX_WORD_CHARS 60

#define N_SIZES 4

/* What is no message is as small as a message of so many characters. */
#define PLACEHOLDER_CHARS 81

/* As many bytes of what is no text as fit in a line. */
#define MAX_HEX_BYTES 8

struct _LabMessageDisplay
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *scroller;
  GtkLabel    *text;
  GtkWidget   *verdict_row;
  GtkImage    *verdict_icon;
  GtkLabel    *verdict;
  LabReceiver *receiver;
  LabPoller   *poller;

  gsize        n_chars;       /* of what is shown */
  guint        size;          /* in which of the sizes */
  guint        fit_id;
};

enum { PROP_0, PROP_RECEIVER, PROP_POLLER, N_PROPS };

/* How far what is shown can be trusted: what is kept need not be in the segment any more. */
typedef enum { VERDICT_GOOD, VERDICT_OPEN, VERDICT_DOUBTFUL, VERDICT_KEPT } Verdict;

G_DEFINE_FINAL_TYPE (LabMessageDisplay, lab_message_display, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Short messages are large, long ones have room. */
static const struct { gsize max_chars; double scale; PangoWeight weight; } sizes[N_SIZES] = {
  { 24, 2.6, PANGO_WEIGHT_BOLD },
  { 80, 1.83, PANGO_WEIGHT_BOLD },
  { 300, 1.3, PANGO_WEIGHT_NORMAL },
  { G_MAXSIZE, 1, PANGO_WEIGHT_NORMAL },
};

static PangoAttrList *
make_attributes (guint size)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (sizes[size].scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (sizes[size].weight));

  return attributes;
}

/* With large text or in a small window a short message too may be higher than its
 * place, or have a word that is wider. */
static gboolean
fits (LabMessageDisplay *self,
      guint              size,
      int                place_width,
      int                place_height)
{
  g_autoptr(PangoAttrList) attributes = make_attributes (size);
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->text), gtk_label_get_text (self->text));
  int width, height;

  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
  pango_layout_set_width (layout, place_width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, &height);

  return width <= place_width && height <= place_height;
}

/* The largest size in which the text is seen whole in the place that there is now; the
 * place comes from the window, and never from the text. */
static void
fit (LabMessageDisplay *self)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (self->scroller);
  const int width = (int) gtk_adjustment_get_page_size (gtk_scrolled_window_get_hadjustment (scroller));
  const int height = (int) gtk_adjustment_get_page_size (gtk_scrolled_window_get_vadjustment (scroller));
  g_autoptr(PangoAttrList) attributes = NULL;
  guint size = 0;

  while (size + 1 < N_SIZES &&
         (self->n_chars > sizes[size].max_chars || (width > 0 && !fits (self, size, width, height))))
    size++;
  if (size == self->size)
    return;

  self->size = size;
  attributes = make_attributes (size);
  gtk_label_set_attributes (self->text, attributes);
}

static gboolean
fit_cb (gpointer user_data)
{
  LabMessageDisplay *self = user_data;

  self->fit_id = 0;
  fit (self);

  return G_SOURCE_REMOVE;
}

/* A size that is set while a place is given out would be forgotten. */
static void
fit_when_idle (LabMessageDisplay *self)
{
  if (self->fit_id == 0)
    self->fit_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, fit_cb, self, NULL);
}

static void
set_text (LabMessageDisplay *self,
          const char        *text,
          gsize              n_chars)
{
  gtk_label_set_text (self->text, text);
  self->n_chars = n_chars;
  fit (self);
}

/* Where a word may be broken is sought in its whole length: of 4,000 letters in a row
 * that takes seconds.  Such a text is broken anywhere. */
static PangoWrapMode
find_wrap_mode (const char *text)
{
  guint n_chars = 0;

  for (const char *c = text; *c != '\0' && n_chars <= MAX_WORD_CHARS; c = g_utf8_next_char (c))
    n_chars = g_unichar_isspace (g_utf8_get_char (c)) ? 0 : n_chars + 1;

  return n_chars > MAX_WORD_CHARS ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR;
}

static void
set_css_class (GtkWidget  *widget,
               const char *css_class,
               gboolean    wanted)
{
  if (wanted)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
set_frame (LabMessageDisplay *self,
           Verdict            verdict)
{
  set_css_class (GTK_WIDGET (self), "doubtful", verdict == VERDICT_DOUBTFUL);
  set_css_class (GTK_WIDGET (self), "kept", verdict == VERDICT_KEPT);
}

/* A tick stands only beside what is certain. */
static void
set_verdict (LabMessageDisplay *self,
             Verdict            verdict,
             const char        *text)
{
  gtk_image_set_from_icon_name (self->verdict_icon,
                                verdict == VERDICT_GOOD ? "object-select-symbolic" : "dialog-warning-symbolic");
  gtk_widget_set_visible (GTK_WIDGET (self->verdict_icon), verdict == VERDICT_GOOD || verdict == VERDICT_DOUBTFUL);
  gtk_label_set_text (self->verdict, text);
  set_css_class (self->verdict_row, "lab-client", verdict == VERDICT_GOOD);
  set_css_class (self->verdict_row, "lab-trouble", verdict == VERDICT_DOUBTFUL);
  set_frame (self, verdict);
}

/**
 * lab_message_describe:
 * @message: a message
 *
 * Returns: (transfer full): what is known about it, such as “message 7 · written at
 *   14:02:31.250 · seen 38 ms later · 20 bytes”.  It names moments and no ages,
 *   so that it stays true without being drawn anew.
 */
char *
lab_message_describe (LabMessage *message)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *n_bytes = lab_text_format_count (lab_message_get_length (message));
  gint64 delay_ns = lab_message_get_delay_ns (message);

  if (lab_message_get_number (message) > 0)
    {
      g_autofree char *number = lab_text_format_count (lab_message_get_number (message));

      g_string_append_printf (text, _("message %s · "), number);
    }
  if (lab_message_get_written_time (message) != 0)
    {
      g_autofree char *time = lab_text_format_clock (lab_message_get_written_time (message), 3);

      g_string_append_printf (text, _("written at %s · "), time);
    }
  if (delay_ns >= 0)
    {
      g_autofree char *delay = lab_text_format_duration (delay_ns);

      g_string_append_printf (text, _("seen %s later · "), delay);
    }
  else if (lab_message_get_written_time (message) != 0)
    {
      g_string_append (text, _("before this client attached · "));
    }
  if (lab_message_get_origin (message) == LAB_MESSAGE_NUMBERS)
    g_string_append (text, _("numbers, not text"));
  else
    g_string_append_printf (text, g_dngettext (NULL, "%s byte", "%s bytes", lab_message_get_length (message)), n_bytes);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * lab_race_describe_seen:
 * @race: what was seen in a race, or in its seconds up to now
 *
 * Returns: (transfer full): how long that was and what was counted, such as
 *   “3.0 s · looks: 1,204,332 · messages: 80,123 · missed: 12 · torn: 0 · waited: 0”
 */
char *
lab_race_describe_seen (const LabRaceSecond *race)
{
  g_autofree char *duration = NULL, *looks = NULL, *messages = NULL, *missed = NULL, *torn = NULL, *waited = NULL;

  g_return_val_if_fail (race != NULL, NULL);

  duration = lab_text_format_duration (race->duration_ns);
  looks = lab_counter_format (race->counters.n_looks);
  messages = lab_counter_format (race->counters.n_messages);
  missed = lab_counter_format (race->counters.n_missed);
  torn = lab_counter_format (race->counters.n_torn);
  waited = lab_counter_format (race->counters.n_waited);

  /* Translators: how long, then numbers; “waited” is the number of looks that found somebody else’s turn */
  return g_strdup_printf (_("%s · looks: %s · messages: %s · missed: %s · torn: %s · waited: %s"),
                          duration, looks, messages, missed, torn, waited);
}

/* What no protocol promises, chance may give; it is not for a tick. */
static Verdict
find_verdict (LabMessage *message)
{
  if (lab_message_get_origin (message) != LAB_MESSAGE_PROTECTED || lab_message_get_reason (message) == LAB_REASON_UNWRITTEN)
    return VERDICT_DOUBTFUL;

  switch (lab_message_get_protocol (message))
    {
    case LAB_PROTOCOL_SEMAPHORE:
    case LAB_PROTOCOL_TURNS:
    case LAB_PROTOCOL_LATCH:
      return VERDICT_GOOD;
    case LAB_PROTOCOL_UNSET:
    case LAB_PROTOCOL_NONE:
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
    default:
      return VERDICT_OPEN;
    }
}

static const char *
get_kept_words (LabKept kept)
{
  switch (kept)
    {
    case LAB_KEPT_DETACHED:
      /* Translators: of a message that is still shown */
      return _("kept; not attached: what the segment holds by now is not known");
    case LAB_KEPT_GONE:
      return _("kept; the segment that held it is gone");
    case LAB_KEPT_DAMAGED:
      return _("kept; the control block makes no sense, so no message can be found in the segment");
    case LAB_KEPT_ERASED:
      return _("kept; the segment holds no message now");
    case LAB_KEPT_SHUT_OUT:
      return _("kept; the protocol does not let this client look now");
    case LAB_KEPT_NOT:
    default:
      g_assert_not_reached ();
    }
}

static void
show_kept (LabMessageDisplay *self,
           LabMessage        *message)
{
  const char *words = get_kept_words (lab_receiver_get_kept (self->receiver));
  g_autofree char *reason = lab_reason_describe (lab_message_get_reason (message), 0);
  g_autofree char *torn = NULL;

  /* Translators: the message is kept, and it was torn in such a way when it was seen */
  if (lab_message_get_origin (message) == LAB_MESSAGE_TORN)
    torn = g_strdup_printf (_("%s\ntorn when it was seen: %s"), words, reason);
  set_verdict (self, VERDICT_KEPT, torn != NULL ? torn : words);
}

static void
show_verdict (LabMessageDisplay   *self,
              LabMessage          *message,
              const LabTextReport *report)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *reason = lab_reason_describe (lab_message_get_reason (message), 0);
  Verdict verdict = find_verdict (message);

  switch (lab_message_get_origin (message))
    {
    case LAB_MESSAGE_PROTECTED:
      if (lab_message_get_protocol (message) == LAB_PROTOCOL_NONE)
        {
          g_string_append (text, _("no protocol; this one is whole, for all its letters are the same, as they should be"));
          break;
        }
      G_GNUC_FALLTHROUGH;
    case LAB_MESSAGE_UNCERTAIN:
      g_string_append (text, lab_protocol_get_promise (lab_message_get_protocol (message)));
      break;
    case LAB_MESSAGE_TORN:
      /* Translators: “torn” is the term for half an old and half a new message */
      g_string_append_printf (text, _("torn: %s"), reason);
      break;
    case LAB_MESSAGE_PLAIN:
      g_string_append (text, _("a plain C string: no protocol protects it, so it may be torn"));
      break;
    case LAB_MESSAGE_PRESET:
    case LAB_MESSAGE_NUMBERS:
      /* Translators: of a layout that somebody else's programs use */
      g_string_append (text, _("this client only watches and takes no part in the layout’s rules, so it may be torn"));
      break;
    case LAB_MESSAGE_OVERWRITTEN:
      g_string_append (text, _("written over the server’s message by a program without a protocol, so it may be torn"));
      break;
    default:
      g_assert_not_reached ();
    }

  if (lab_message_get_reason (message) == LAB_REASON_UNWRITTEN)
    g_string_append_printf (text, "\n%s", reason);
  if (report->n_bad_bytes > 0)
    {
      g_string_append_printf (text, g_dngettext (NULL, "\n%zu byte is not UTF-8 and is shown as �",
                                                 "\n%zu bytes are not UTF-8 and are shown as �",
                                                 report->n_bad_bytes), report->n_bad_bytes);
    }
  if (report->n_control_chars > 0)
    {
      g_autofree char *signs = lab_text_format_count (report->n_control_chars);

      /* Translators: such as control characters, which are shown as ␀ or [U+202E] */
      g_string_append_printf (text, g_dngettext (NULL, "\n%s character has no shape and is shown as a sign",
                                                 "\n%s characters have no shape and are shown as signs",
                                                 report->n_control_chars), signs);
    }
  if (report->n_dropped_marks > 0)
    {
      g_autofree char *marks = lab_text_format_count (report->n_dropped_marks);

      /* Translators: accents and the like, of which a letter has more than four */
      g_string_append_printf (text, g_dngettext (NULL, "\n%s mark too many at its letter is not shown",
                                                 "\n%s marks too many at their letters are not shown",
                                                 report->n_dropped_marks), marks);
    }
  if (report->n_hidden_chars > 0)
    {
      g_autofree char *hidden = lab_text_format_count (report->n_hidden_chars);

      g_string_append_printf (text, g_dngettext (NULL, "\n%s more character is in the segment and not shown here",
                                                 "\n%s more characters are in the segment and not shown here",
                                                 report->n_hidden_chars), hidden);
    }
  /* What is shown is not what is there. */
  if (report->n_bad_bytes > 0 || report->n_hidden_chars > 0)
    verdict = VERDICT_DOUBTFUL;
  set_verdict (self, verdict, text->str);
}

/* Whether somebody else's bytes are rather numbers: half of them are no letters. */
static gboolean
is_no_text (LabMessage          *message,
            const LabTextReport *report)
{
  switch (lab_message_get_origin (message))
    {
    case LAB_MESSAGE_PLAIN:
    case LAB_MESSAGE_PRESET:
    case LAB_MESSAGE_OVERWRITTEN:
      return lab_text_is_rather_numbers (report);
    case LAB_MESSAGE_PROTECTED:
    case LAB_MESSAGE_UNCERTAIN:
    case LAB_MESSAGE_TORN:
    case LAB_MESSAGE_NUMBERS:
      return FALSE;
    default:
      g_assert_not_reached ();
    }
}

/* What a C string ends before is a NUL. */
static char *
describe_no_text (const guint8 *bytes,
                  gsize         length)
{
  g_autofree char *text = lab_text_format_bytes (bytes, MIN (length, MAX_HEX_BYTES));

  /* Translators: bytes in hexadecimal, such as “01 02” */
  return g_strdup_printf (length < MAX_HEX_BYTES ? _("not text: %s 00 …") : _("not text: %s …"), text);
}

static void
show_message (LabMessageDisplay *self,
              LabMessage        *message)
{
  gsize length;
  const char *bytes = g_bytes_get_data (lab_message_get_bytes (message), &length);
  LabTextReport report;
  g_autofree char *text = lab_text_make_displayable (bytes != NULL ? bytes : "", length, MAX_CHARS, &report);
  gsize n_chars = report.n_chars - report.n_hidden_chars;

  if (length == 0 || is_no_text (message, &report))
    {
      g_free (text);
      text = length == 0 ? g_strdup (_("(an empty message)")) : describe_no_text ((const guint8 *) bytes, length);
      n_chars = MAX (PLACEHOLDER_CHARS, (gsize) g_utf8_strlen (text, -1));
      gtk_widget_add_css_class (GTK_WIDGET (self->text), "placeholder");
      report = (LabTextReport) { 0 };
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->text), "placeholder");
    }
  gtk_label_set_wrap_mode (self->text, find_wrap_mode (text));
  set_text (self, text, n_chars);
  if (lab_receiver_get_kept (self->receiver) != LAB_KEPT_NOT)
    show_kept (self, message);
  else
    show_verdict (self, message, &report);
}

static void
show_words (LabMessageDisplay *self,
            const char        *words)
{
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "placeholder");
  set_frame (self, VERDICT_OPEN);
  set_text (self, words, PLACEHOLDER_CHARS);
}

/* In a race no message stays long enough to be read. */
static void
show (LabMessageDisplay *self)
{
  LabMessage *message = self->receiver != NULL ? lab_receiver_get_message (self->receiver) : NULL;

  if (self->poller != NULL && lab_poller_is_racing (self->poller))
    show_words (self, _("Race at full speed"));
  else if (message != NULL)
    show_message (self, message);
  else
    show_words (self, _("No message seen yet"));
}

static gboolean
has_facts (GObject    *unused,
           LabMessage *message,
           gboolean    racing)
{
  return racing || message != NULL;
}

static gboolean
has_verdict (GObject    *unused,
             LabMessage *message,
             gboolean    racing)
{
  return !racing && message != NULL;
}

static char *
describe_facts (GObject    *unused,
                LabMessage *message,
                gboolean    racing,
                LabPoller  *poller,
                guint       n_race_seconds)
{
  if (racing && poller != NULL)
    return n_race_seconds > 0 ? lab_race_describe_seen (lab_poller_get_race (poller, NULL))
                              : g_strdup (_("this client reads as fast as it can; the first second is not over"));

  return message != NULL ? lab_message_describe (message) : NULL;
}

/* Whether the last look showed nothing because somebody was in the way. */
static gboolean
is_waiting (guint reason)
{
  return reason != LAB_REASON_NONE && reason != LAB_REASON_NEEDS_WRITE;
}

/* Nothing that the clock's looks found is true of now while there is a race, or none looks. */
static gboolean
has_status (GObject *unused,
            guint    reason,
            guint    pace)
{
  return pace == LAB_PACE_PAUSED || (pace == LAB_PACE_BY_CLOCK && is_waiting (reason));
}

static char *
describe_status (GObject *unused,
                 guint    reason,
                 int      blocking_pid,
                 guint    pace)
{
  g_autofree char *description = lab_reason_describe ((LabReason) reason, blocking_pid);

  if (pace != LAB_PACE_PAUSED)
    return g_strdup_printf (_("waiting: %s"), description);
  if (is_waiting (reason))
    /* Translators: %s says for whom or what the last look had to wait, in words of that moment */
    return g_strdup_printf (_("paused; the last look had to wait, and said: “%s”"), description);
  if (reason != LAB_REASON_NONE)
    /* Translators: %s says why the last look may not read, in words of that moment */
    return g_strdup_printf (_("paused; the last look was refused, and said: “%s”"), description);

  return g_strdup (_("paused: this is what the last look found"));
}

static void
set_receiver (LabMessageDisplay *self,
              LabReceiver       *receiver)
{
  if (self->receiver == receiver)
    return;

  g_return_if_fail (self->receiver == NULL);

  self->receiver = g_object_ref (receiver);
  g_signal_connect_object (receiver, "notify::message", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (receiver, "notify::kept", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVER]);
}

static void
set_poller (LabMessageDisplay *self,
            LabPoller         *poller)
{
  if (self->poller == poller)
    return;

  g_return_if_fail (self->poller == NULL);

  self->poller = g_object_ref (poller);
  g_signal_connect_object (poller, "notify::racing", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLLER]);
}

static void
lab_message_display_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  LabMessageDisplay *self = LAB_MESSAGE_DISPLAY (object);

  switch (prop_id)
    {
    case PROP_RECEIVER:
      g_value_set_object (value, self->receiver);
      break;
    case PROP_POLLER:
      g_value_set_object (value, self->poller);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_message_display_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  LabMessageDisplay *self = LAB_MESSAGE_DISPLAY (object);

  switch (prop_id)
    {
    case PROP_RECEIVER:
      set_receiver (self, g_value_get_object (value));
      break;
    case PROP_POLLER:
      set_poller (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_message_display_dispose (GObject *object)
{
  LabMessageDisplay *self = LAB_MESSAGE_DISPLAY (object);

  g_clear_handle_id (&self->fit_id, g_source_remove);
  if (self->scroller != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), self);
      g_signal_handlers_disconnect_by_data (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), self);
    }
  self->scroller = NULL;
  if (self->receiver != NULL)
    g_signal_handlers_disconnect_by_data (self->receiver, self);
  g_clear_object (&self->receiver);
  if (self->poller != NULL)
    g_signal_handlers_disconnect_by_data (self->poller, self);
  g_clear_object (&self->poller);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_message_display_parent_class)->dispose (object);
}

static void
lab_message_display_class_init (LabMessageDisplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_message_display_dispose;
  object_class->get_property = lab_message_display_get_property;
  object_class->set_property = lab_message_display_set_property;

  properties[PROP_RECEIVER] =
    g_param_spec_object ("receiver", NULL, NULL, LAB_TYPE_RECEIVER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_POLLER] =
    g_param_spec_object ("poller", NULL, NULL, LAB_TYPE_POLLER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "labmessagedisplay");
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/shmlab/client/lab-message-display.ui");
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, box);
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, text);
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, verdict_row);
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, LabMessageDisplay, verdict);
  gtk_widget_class_bind_template_callback (widget_class, describe_facts);
  gtk_widget_class_bind_template_callback (widget_class, describe_status);
  gtk_widget_class_bind_template_callback (widget_class, has_facts);
  gtk_widget_class_bind_template_callback (widget_class, has_status);
  gtk_widget_class_bind_template_callback (widget_class, has_verdict);
}

static void
lab_message_display_init (LabMessageDisplay *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
  self->size = N_SIZES;
  g_signal_connect_swapped (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "changed",
                            G_CALLBACK (fit_when_idle), self);
  g_signal_connect_swapped (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "changed",
                            G_CALLBACK (fit_when_idle), self);
  show (self);
}
