/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/program/lab-c-program-view.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "ui/program/lab-c-tokens.h"
#include "ui/parts/lab-choose-file.h"
#include "ui/style/lab-resource.h"

/* Of what went wrong with a file, whose path stands in it. */
#define MAX_REASON_CHARS 300

struct _LabCProgramView
{
  GtkWidget             parent_instance;

  LabSession           *session;
  LabCProgram          *program;    /* what is shown; NULL when there is a problem instead */
  LabRole               shown_role;
  LabProgramForm        shown_form;
  guint                 update_id;
  gboolean              stale;      /* something changed since the program was made */
  char                 *file_name;  /* in the compile command; NULL for the usual one */
  GtkTextTag           *token_tags[LAB_N_C_TOKEN_KINDS];
  GtkTextTag           *chosen_tag;
  GCancellable         *cancellable;

  GtkToggleButton      *server;
  GtkToggleButton      *client;
  GtkToggleButton      *textbook;
  GtkToggleButton      *protected;
  GtkLabel             *sentence;
  GtkLabel             *status;
  GtkStack             *stack;
  GtkWidget            *program_page;
  GtkWidget            *problem_page;
  GtkTextView          *view;
  GtkLabel             *problem_words;
  GtkLabel             *command;
};

enum { PROP_0, PROP_SESSION, N_PROPS };

G_DEFINE_FINAL_TYPE (LabCProgramView, lab_c_program_view, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static LabRole
get_role (LabCProgramView *self)
{
  return gtk_toggle_button_get_active (self->server) ? LAB_ROLE_SERVER : LAB_ROLE_CLIENT;
}

static LabProgramForm
get_form (LabCProgramView *self)
{
  return gtk_toggle_button_get_active (self->textbook) ? LAB_PROGRAM_TEXTBOOK : LAB_PROGRAM_PROTECTED;
}

static gboolean
is_attached_client (LabCProgramView *self)
{
  return lab_session_get_role (self->session) == LAB_ROLE_CLIENT && lab_session_is_attached (self->session);
}

static const char *
describe (LabCProgramView *self)
{
  gboolean server = get_role (self) == LAB_ROLE_SERVER;

  if (get_form (self) == LAB_PROGRAM_TEXTBOOK)
    return server ? _("Writes the message at byte 0 and removes the segment when you press Enter. Nothing protects a reader.")
                  : _("Prints the text at byte 0 once. It cannot know whether the server is writing just then.");

  switch (lab_session_get_protocol (self->session))
    {
    case LAB_PROTOCOL_NONE:
      return server ? _("Writes the control block and the message, without protection: a client may see half a message.")
                    : _("Looks ten times a second and prints what it sees, half a message too.");
    case LAB_PROTOCOL_SEMAPHORE:
      return server ? _("Holds a semaphore while it writes, so that no client looks meanwhile.")
                    : _("Takes the semaphore for each look, and leaves it to the next look when the server has it.");
    case LAB_PROTOCOL_TURNS:
      return server ? _("Writes only when the client has taken the message before, so that none is missed.")
                    : _("Takes each message and says so; then the server may write the next.");
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      return server ? _("Takes turns by the textbook’s numbers, in which a new segment looks as if it were filled.")
                    : _("Takes turns by the textbook’s numbers; it waits for the control block, or it might take zeros.");
    case LAB_PROTOCOL_UNSET:
      if (!server && is_attached_client (self))
        return _("Waits for a control block, which the segment does not have now. What it has is what the textbook’s client prints.");
      G_GNUC_FALLTHROUGH;
    case LAB_PROTOCOL_LATCH:
    default:
      return server ? _("Keeps the message twice, so that there is a whole one at every instant.")
                    : _("Looks ten times a second and prints each message that it sees, always whole.");
    }
}

static void
set_status (LabCProgramView *self,
            const char      *words,
            gboolean         trouble)
{
  gtk_label_set_label (self->status, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), words != NULL);
  if (trouble)
    gtk_widget_add_css_class (GTK_WIDGET (self->status), "lab-trouble");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status), "lab-trouble");
}

static const char *
get_file_name (LabCProgramView *self)
{
  return self->file_name != NULL ? self->file_name : lab_c_program_get_file_name (get_role (self));
}

static void
update_command (LabCProgramView *self)
{
  g_autofree char *command = lab_c_program_dup_compile_command (get_file_name (self));
  g_autofree char *shown = lab_text_make_displayable (command, strlen (command), G_MAXSIZE, NULL);

  gtk_label_set_label (self->command, shown);
}

static void
apply_tag (GtkTextBuffer *buffer,
           GtkTextTag    *tag,
           const char    *text,
           gsize          offset,
           gsize          length,
           gsize         *last_byte,
           int           *last_char)
{
  GtkTextIter start, end;

  /* Offsets only grow, so each stretch of the text is counted once. */
  *last_char += (int) g_utf8_strlen (text + *last_byte, (gssize) (offset - *last_byte));
  gtk_text_buffer_get_iter_at_offset (buffer, &start, *last_char);
  *last_char += (int) g_utf8_strlen (text + offset, (gssize) length);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, *last_char);
  *last_byte = offset + length;
  gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
}

static void
colour (LabCProgramView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autoptr(GArray) tokens = lab_c_tokens_parse (self->program->text, self->program->length);
  const LabProgramRange *chosen = self->program->chosen;
  const LabProgramRange *chosen_end = chosen + self->program->n_chosen;
  GtkTextIter start, end;
  gsize last_byte = 0;
  int last_char = 0;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_all_tags (buffer, &start, &end);

  for (guint i = 0; i < tokens->len; i++)
    {
      const LabCToken *token = &g_array_index (tokens, LabCToken, i);

      /* A long message may be an array of many thousand letters. */
      while (chosen < chosen_end && chosen->offset + chosen->length <= token->offset)
        chosen++;
      if (chosen < chosen_end && chosen->offset <= token->offset)
        continue;

      apply_tag (buffer, self->token_tags[token->kind], self->program->text, token->offset, token->length,
                 &last_byte, &last_char);
    }

  last_byte = 0;
  last_char = 0;
  for (guint i = 0; i < self->program->n_chosen; i++)
    apply_tag (buffer, self->chosen_tag, self->program->text, self->program->chosen[i].offset,
               self->program->chosen[i].length, &last_byte, &last_char);
}

/* Puts @text into the buffer, and leaves alone what is the same at the beginning
 * and the end, so that neither the selection nor the place scrolled to is lost. */
static void
replace_text (GtkTextBuffer *buffer,
              const char    *old_text,
              const char    *text)
{
  gsize old_length = strlen (old_text), length = strlen (text), n_before = 0, n_after = 0;
  GtkTextIter start, end;

  while (n_before < old_length && n_before < length && old_text[n_before] == text[n_before])
    n_before++;
  while (n_before > 0 && ((guchar) text[n_before] & 0xc0) == 0x80)  /* not within a character */
    n_before--;
  while (n_after < old_length - n_before && n_after < length - n_before &&
         old_text[old_length - n_after - 1] == text[length - n_after - 1])
    n_after++;
  while (n_after > 0 && ((guchar) text[length - n_after] & 0xc0) == 0x80)
    n_after--;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) g_utf8_strlen (old_text, (gssize) n_before));
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_iter_backward_chars (&end, (int) g_utf8_strlen (old_text + old_length - n_after, (gssize) n_after));
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text + n_before, (int) (length - n_before - n_after));
}

static void
set_tag_colour (GtkWidget  *widget,
                GtkTextTag *tag,
                const char *property,
                const char *name,
                float       alpha)
{
  g_autoptr(GdkRGBA) now = NULL;
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour))
    return;

  colour.alpha *= alpha;
  g_object_get (tag, property, &now, NULL);
  if (now == NULL || !gdk_rgba_equal (now, &colour))
    g_object_set (tag, property, &colour, NULL);
}

static void
set_colours (LabCProgramView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const char *role = get_role (self) == LAB_ROLE_SERVER ? "lab_server_fg" : "lab_client_fg";

  set_tag_colour (widget, self->token_tags[LAB_C_COMMENT], "foreground-rgba", "lab_code_comment", 1);
  set_tag_colour (widget, self->token_tags[LAB_C_PREPROCESSOR], "foreground-rgba", "lab_code_comment", 1);
  set_tag_colour (widget, self->token_tags[LAB_C_STRING], "foreground-rgba", "lab_code_literal", 1);
  set_tag_colour (widget, self->token_tags[LAB_C_NUMBER], "foreground-rgba", "lab_code_literal", 1);
  set_tag_colour (widget, self->token_tags[LAB_C_CALL], "foreground-rgba", role, 1);
  set_tag_colour (widget, self->chosen_tag, "foreground-rgba", "theme_text_color", 1);
  set_tag_colour (widget, self->chosen_tag, "background-rgba", "lab_accent", 0.25f);
}

static void
show_program (LabCProgramView *self,
              LabCProgram     *program)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean another = self->program == NULL || self->shown_role != get_role (self) || self->shown_form != get_form (self);

  if (another)
    {
      GtkTextIter start;

      gtk_text_buffer_set_text (buffer, program->text, (int) program->length);
      gtk_text_buffer_get_start_iter (buffer, &start);
      gtk_text_buffer_place_cursor (buffer, &start);
      gtk_text_view_scroll_to_iter (self->view, &start, 0, FALSE, 0, 0);
    }
  else
    {
      replace_text (buffer, self->program->text, program->text);
    }

  g_clear_pointer (&self->program, lab_c_program_free);
  self->program = program;
  self->shown_role = get_role (self);
  self->shown_form = get_form (self);
  set_colours (self);
  colour (self);
}

/* Which key the segment has: what the user chose, or what the kernel says of a segment that
 * was given by its id.  NULL while nobody knows. */
static LabKeyChoice *
dup_key_choice (LabCProgramView *self)
{
  LabSegment *segment = lab_session_get_segment (self->session);
  const LabKeyChoice *chosen = lab_choice_get_key_choice (lab_session_get_choice (self->session));

  if (lab_session_get_given_id (self->session) < 0)
    return chosen != NULL ? lab_key_choice_copy (chosen) : NULL;
  if (lab_session_get_key (self->session) != LAB_KEY_FAILED)
    return lab_key_choice_new_key (lab_session_get_key (self->session));

  return segment != NULL ? lab_key_choice_new_key (LAB_KEY_PRIVATE) : NULL;
}

/* 0 while what the user typed is no size. */
static gsize
get_size_bytes (LabCProgramView *self)
{
  gboolean is_chosen = lab_session_get_segment (self->session) == NULL && lab_session_get_role (self->session) == LAB_ROLE_SERVER;

  if (is_chosen && !lab_choice_is_size_given (lab_session_get_choice (self->session)))
    return 0;

  return lab_session_get_size_bytes (self->session);
}

/* What a client has kept of a segment that it does not see need not fit into another one. */
static const char *
get_message (LabCProgramView *self)
{
  if (lab_session_get_role (self->session) == LAB_ROLE_CLIENT && !lab_session_is_attached (self->session))
    return NULL;

  return lab_session_get_message (self->session);
}

static void
update (LabCProgramView *self)
{
  LabSegment *segment = lab_session_get_segment (self->session);
  g_autoptr(LabKeyChoice) key_choice = dup_key_choice (self);
  LabProgramOptions options = {
    .role = get_role (self),
    .form = get_form (self),
    .protocol = lab_session_get_protocol (self->session),
    .key_choice = key_choice,
    .by_id = lab_session_get_given_id (self->session) >= 0,
    .id = lab_session_get_given_id (self->session),
    .writable = segment != NULL && lab_session_get_role (self->session) == LAB_ROLE_CLIENT && lab_segment_is_writable (segment),
    .size_bytes = get_size_bytes (self),
    .mode = lab_session_get_mode (self->session),
    .message = get_message (self),
  };
  g_autoptr(GError) error = NULL;
  LabCProgram *program = lab_c_program_new (&options, &error);

  self->stale = FALSE;
  gtk_label_set_label (self->sentence, describe (self));
  update_command (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "program.copy", program != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "program.save", program != NULL);

  if (program == NULL)
    {
      g_clear_pointer (&self->program, lab_c_program_free);
      gtk_label_set_label (self->problem_words, error->message);
      gtk_stack_set_visible_child (self->stack, self->problem_page);
      return;
    }

  if (self->program != NULL && g_str_equal (program->text, self->program->text) &&
      program->n_chosen == self->program->n_chosen)
    {
      lab_c_program_free (program);
      return;
    }

  set_status (self, NULL, FALSE);
  show_program (self, program);
  gtk_stack_set_visible_child (self->stack, self->program_page);
}

static gboolean
update_idle_cb (gpointer data)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (data);

  self->update_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* Several properties change one after the other, and each letter that is typed
 * is a change; the program follows once, when there is nothing more urgent. */
static void
queue_update (LabCProgramView *self)
{
  self->stale = TRUE;
  if (self->update_id == 0 && self->session != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->update_id = g_idle_add (update_idle_cb, self);
}

static void
choice_changed_cb (LabCProgramView *self)
{
  g_clear_pointer (&self->file_name, g_free);
  set_status (self, NULL, FALSE);
  queue_update (self);
}

static void
lab_c_program_view_map (GtkWidget *widget)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (widget);

  /* At once, so that the first frame has the program. */
  if (self->stale && self->session != NULL)
    update (self);

  GTK_WIDGET_CLASS (lab_c_program_view_parent_class)->map (widget);
}

static void
lab_c_program_view_unmap (GtkWidget *widget)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (widget);

  g_clear_handle_id (&self->update_id, g_source_remove);

  GTK_WIDGET_CLASS (lab_c_program_view_parent_class)->unmap (widget);
}

/* The named colours are other ones in the dark style. */
static void
lab_c_program_view_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lab_c_program_view_parent_class)->css_changed (widget, change);

  set_colours (LAB_C_PROGRAM_VIEW (widget));
}

static void
copy_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (widget);

  /* The page may not have been seen yet, or what it shows is about to change. */
  if (self->stale && self->session != NULL)
    update (self);
  if (self->program == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->program->text);
  set_status (self, _("Copied."), FALSE);
}

static void
copy_command_cb (GtkWidget  *widget,
                 const char *action,
                 GVariant   *parameter)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (widget);
  g_autofree char *command = lab_c_program_dup_compile_command (get_file_name (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), command);
  set_status (self, _("Copied."), FALSE);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(LabCProgramView) self = LAB_C_PROGRAM_VIEW (data);
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  g_autofree char *parse_name = NULL;
  g_autofree char *name = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      parse_name = g_file_get_parse_name (G_FILE (source));
      name = lab_text_format_path (parse_name);
      /* Translators: %s is the name of a file */
      words = g_strdup_printf (_("Saved as %s."), name);
      g_free (self->file_name);
      self->file_name = g_file_get_basename (G_FILE (source));
      update_command (self);
      set_status (self, words, FALSE);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      name = lab_text_format_excerpt (error->message, strlen (error->message), MAX_REASON_CHARS);  /* it has the file's name */
      /* Translators: %s says what went wrong */
      words = g_strdup_printf (_("Not saved: %s."), name);
      set_status (self, words, TRUE);
    }
}

static void
file_chosen_cb (GtkWidget *widget,
                GFile     *file)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (widget);

  if (file != NULL && self->program != NULL)
    lab_c_program_view_save (self, file);
}

static void
save_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  if (LAB_C_PROGRAM_VIEW (widget)->stale && LAB_C_PROGRAM_VIEW (widget)->session != NULL)
    update (LAB_C_PROGRAM_VIEW (widget));
  lab_choose_file (widget, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save the Program"), NULL,
                   lab_c_program_get_file_name (get_role (LAB_C_PROGRAM_VIEW (widget))), file_chosen_cb);
}

static void
lab_c_program_view_dispose (GObject *object)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->update_id, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_c_program_view_parent_class)->dispose (object);
}

static void
lab_c_program_view_finalize (GObject *object)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (object);

  g_clear_pointer (&self->program, lab_c_program_free);
  g_free (self->file_name);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (lab_c_program_view_parent_class)->finalize (object);
}

static void
lab_c_program_view_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_c_program_view_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_c_program_view_constructed (GObject *object)
{
  LabCProgramView *self = LAB_C_PROGRAM_VIEW (object);
  static const char *const followed[] = {
    "notify::key", "notify::given-id", "notify::attached", "notify::size-bytes", "notify::protocol", "notify::message",
  };

  G_OBJECT_CLASS (lab_c_program_view_parent_class)->constructed (object);

  g_return_if_fail (self->session != NULL);

  lab_c_program_view_set_role (self, lab_session_get_role (self->session));
  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (self->session, followed[i], G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab_session_get_choice (self->session), "notify", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  /* The mode is the kernel's. */
  g_signal_connect_object (lab_session_get_monitor (self->session), "changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
}

static void
lab_c_program_view_class_init (LabCProgramViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = lab_c_program_view_constructed;
  object_class->dispose = lab_c_program_view_dispose;
  object_class->finalize = lab_c_program_view_finalize;
  object_class->get_property = lab_c_program_view_get_property;
  object_class->set_property = lab_c_program_view_set_property;
  widget_class->css_changed = lab_c_program_view_css_changed;
  widget_class->map = lab_c_program_view_map;
  widget_class->unmap = lab_c_program_view_unmap;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "program/lab-c-program-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, server);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, client);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, textbook);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, protected);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, sentence);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, status);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, stack);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, program_page);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, problem_page);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, view);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, problem_words);
  gtk_widget_class_bind_template_child (widget_class, LabCProgramView, command);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed_cb);

  gtk_widget_class_install_action (widget_class, "program.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "program.copy-command", NULL, copy_command_cb);
  gtk_widget_class_install_action (widget_class, "program.save", NULL, save_cb);
  gtk_widget_class_set_css_name (widget_class, "cprogramview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_c_program_view_init (LabCProgramView *self)
{
  GtkTextBuffer *buffer;

  self->cancellable = g_cancellable_new ();
  self->stale = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  /* The last one made wins, so what was chosen shows within a string too. */
  buffer = gtk_text_view_get_buffer (self->view);
  for (guint i = 0; i < LAB_N_C_TOKEN_KINDS; i++)
    self->token_tags[i] = gtk_text_buffer_create_tag (buffer, NULL, NULL);
  g_object_set (self->token_tags[LAB_C_COMMENT], "style", PANGO_STYLE_ITALIC, NULL);
  g_object_set (self->token_tags[LAB_C_KEYWORD], "weight", PANGO_WEIGHT_BOLD, NULL);
  g_object_set (self->token_tags[LAB_C_CALL], "weight", PANGO_WEIGHT_BOLD, NULL);
  self->chosen_tag = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD,
                                                 "underline", PANGO_UNDERLINE_SINGLE, NULL);
}

/**
 * lab_c_program_view_new:
 * @session: whose key, size, mode and message the program has
 *
 * Returns: (transfer floating): a view that shows the session's own role in the textbook form
 */
GtkWidget *
lab_c_program_view_new (LabSession *session)
{
  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  return g_object_new (LAB_TYPE_C_PROGRAM_VIEW, "session", session, NULL);
}

void
lab_c_program_view_set_role (LabCProgramView *self,
                             LabRole          role)
{
  g_return_if_fail (LAB_IS_C_PROGRAM_VIEW (self));

  gtk_toggle_button_set_active (role == LAB_ROLE_SERVER ? self->server : self->client, TRUE);
}

void
lab_c_program_view_set_form (LabCProgramView *self,
                             LabProgramForm   form)
{
  g_return_if_fail (LAB_IS_C_PROGRAM_VIEW (self));

  gtk_toggle_button_set_active (form == LAB_PROGRAM_TEXTBOOK ? self->textbook : self->protected, TRUE);
}

/**
 * lab_c_program_view_get_text:
 * @self: a view
 *
 * Returns: (nullable): the program that is shown, or %NULL when there is none
 */
const char *
lab_c_program_view_get_text (LabCProgramView *self)
{
  g_return_val_if_fail (LAB_IS_C_PROGRAM_VIEW (self), NULL);

  return self->program != NULL ? self->program->text : NULL;
}

/**
 * lab_c_program_view_save:
 * @self: a view that shows a program
 * @file: where to; what is there is replaced
 *
 * Writes the program as it is now, without holding up the main loop, and says
 * in the view what came of it.
 */
void
lab_c_program_view_save (LabCProgramView *self,
                         GFile           *file)
{
  g_autoptr(GBytes) bytes = NULL;

  g_return_if_fail (LAB_IS_C_PROGRAM_VIEW (self) && self->program != NULL);
  g_return_if_fail (G_IS_FILE (file));

  bytes = g_bytes_new (self->program->text, self->program->length);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, self->cancellable,
                                       saved_cb, g_object_ref (self));
}
