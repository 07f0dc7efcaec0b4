/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-page.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "ui/memory/lab-memory-input.h"
#include "ui/memory/lab-memory-search.h"
#include "ui/parts/lab-label.h"
#include "ui/parts/lab-menu-button.h"
#include "ui/style/lab-resource.h"

#define NOTICE_SECONDS 4  /* how long a notice stays in the place of what stands at the caret */

struct _LabMemoryPage
{
  GtkWidget           parent_instance;

  LabSession         *session;
  LabMemoryImage     *image;          /* what the strip shows; the bindings of the template go through it */
  LabMemoryView      *view;
  GSimpleActionGroup *actions;

  GMenuModel         *menu;
  GtkMenuButton      *menu_button;
  GtkWidget          *context_menu;   /* the same menu at the pointer; NULL until it is first opened */
  GtkMenuButton      *go_to_button;
  GtkEntry           *go_to_entry;
  GtkScrolledWindow  *scroller;
  GtkWidget          *search_entry;
  GtkDropDown        *search_kind;

  GCancellable       *searching;      /* NULL when no search is at work */
  gsize               n_wanted;       /* how many bytes it looks for */
  gsize               found_at;       /* where the last search ended, when @has_found */
  gboolean            has_found;
  gboolean            search_shown;
  char               *search_result;
  char               *go_to_error;    /* what is wrong with the offset that was typed, or "" */
  char               *notice;         /* what has just been done, or "" */
  guint               notice_id;
};

enum { PROP_0, PROP_SESSION, PROP_IMAGE, PROP_SEARCH_SHOWN, PROP_SEARCH_RESULT, PROP_GO_TO_ERROR, PROP_NOTICE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabMemoryPage, lab_memory_page, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
set_words (LabMemoryPage  *self,
           char          **words,
           const char     *now,
           guint           prop_id)
{
  if (g_strcmp0 (*words, now) == 0)
    return;

  g_free (*words);
  *words = g_strdup (now);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/* What the template shows, worked out by its closures; the first argument is the widget that shows it. */

static gboolean
has_words (GObject    *object,
           const char *words)
{
  return words != NULL && *words != '\0';
}

static gboolean
is_not (GObject  *object,
        gboolean  value)
{
  return !value;
}

static char *
choose_child (GObject  *object,
              gboolean  has_bytes)
{
  return g_strdup (has_bytes ? "bytes" : "nothing");
}

static char *
describe_status (GObject    *object,
                 const char *notice,
                 const char *words,
                 guint64     selection_start,
                 guint64     selection_end)
{
  gulong n_bytes = selection_end - selection_start;
  g_autofree char *count = NULL;
  g_autofree char *selected = NULL;

  if (*notice != '\0')
    return g_strdup (notice);
  if (n_bytes <= 1)
    return g_strdup (words);

  count = lab_text_format_count (n_bytes);
  selected = g_strdup_printf (ngettext ("%s byte selected", "%s bytes selected", n_bytes), count);

  return g_strconcat (selected, " · ", words, NULL);
}

/* Which of the two copies readers use now. */
static guint
find_current (guint   protocol,
              guint64 sequence)
{
  return protocol == LAB_PROTOCOL_LATCH ? sequence & 1 : 0;
}

static char *
describe_copy_a (GObject *object,
                 guint    protocol,
                 guint64  sequence)
{
  return g_strdup (find_current (protocol, sequence) == 0 ? _("copy A: what readers use now") : _("copy A: the spare"));
}

static char *
describe_copy_b (GObject *object,
                 guint    protocol,
                 guint64  sequence)
{
  if (protocol != LAB_PROTOCOL_LATCH)
    return g_strdup (_("copy B: not used by this protocol"));

  return g_strdup (find_current (protocol, sequence) == 1 ? _("copy B: what readers use now") : _("copy B: the spare"));
}

static char *
describe_control (GObject *object,
                  guint64  sequence,
                  guint    length,
                  guint    writer_pid)
{
  g_autofree char *sequence_words = lab_text_format_count (sequence);
  g_autofree char *length_words = lab_text_format_count (length);

  if (writer_pid != 0)
    /* Translators: the sequence number, the length in bytes, and the pid of the process that writes */
    return g_strdup_printf (_("control block: sequence %s, length %s, writer %u"), sequence_words, length_words, writer_pid);

  return g_strdup_printf (_("control block: sequence %s, length %s, no writer"), sequence_words, length_words);
}

static void
clear_notice (LabMemoryPage *self)
{
  g_clear_handle_id (&self->notice_id, g_source_remove);
  set_words (self, &self->notice, "", PROP_NOTICE);
}

static gboolean
notice_over_cb (gpointer data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);

  self->notice_id = 0;
  clear_notice (self);

  return G_SOURCE_REMOVE;
}

static void
notify_user (LabMemoryPage *self,
             const char    *words)
{
  g_clear_handle_id (&self->notice_id, g_source_remove);
  self->notice_id = g_timeout_add_seconds (NOTICE_SECONDS, notice_over_cb, self);
  set_words (self, &self->notice, words, PROP_NOTICE);
}

static void
set_search_shown (LabMemoryPage *self,
                  gboolean       shown)
{
  if (self->search_shown == shown)
    return;

  self->search_shown = shown;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH_SHOWN]);
}

static void
stop_search (LabMemoryPage *self)
{
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
}


static void
copy_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);
  const char *name = g_variant_get_string (parameter, NULL);
  LabMemoryFormat format = g_str_equal (name, "text") ? LAB_MEMORY_FORMAT_TEXT
                           : g_str_equal (name, "c")  ? LAB_MEMORY_FORMAT_C
                                                      : LAB_MEMORY_FORMAT_HEX;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = lab_memory_image_dup_selection (self->image, format, &error);
  gsize n_bytes = lab_memory_image_get_selection (self->image, NULL);
  g_autofree char *count = lab_text_format_count (n_bytes);
  g_autofree char *words = NULL;

  if (text == NULL)
    {
      notify_user (self, error->message);
      return;
    }

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  words = g_strdup_printf (ngettext ("Copied %s byte", "Copied %s bytes", (gulong) n_bytes), count);
  notify_user (self, words);
}

static void
select_all_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  lab_memory_image_select (LAB_MEMORY_PAGE (data)->image, 0, G_MAXSIZE);
}

static void
show_field_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);
  LabFieldKind kind = g_variant_get_int32 (parameter);
  guint n_fields;
  const LabField *fields = lab_memory_image_get_fields (self->image, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (fields[i].kind == kind)
      {
        lab_memory_view_go_to (self->view, fields[i].offset, 0);
        return;
      }
}

static void
go_to_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);

  gtk_menu_button_popup (self->go_to_button);
  gtk_widget_grab_focus (GTK_WIDGET (self->go_to_entry));
}

static void
set_go_to_error (LabMemoryPage *self,
                 const char    *words)
{
  if (*words != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->go_to_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->go_to_entry), "error");
  set_words (self, &self->go_to_error, words, PROP_GO_TO_ERROR);
}

static void
go_to_changed_cb (LabMemoryPage *self)
{
  set_go_to_error (self, "");
}

static void
go_to_activated_cb (LabMemoryPage *self)
{
  g_autoptr(GError) error = NULL;
  gsize offset;

  if (!lab_memory_parse_offset (gtk_editable_get_text (GTK_EDITABLE (self->go_to_entry)),
                                lab_memory_image_get_size_bytes (self->image), &offset, &error))
    {
      set_go_to_error (self, error->message);
      return;
    }

  gtk_menu_button_popdown (self->go_to_button);
  lab_memory_view_go_to (self->view, offset, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
find_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);

  set_search_shown (self, TRUE);
  gtk_widget_grab_focus (self->search_entry);
}

static void
show_search_result (LabMemoryPage *self,
                    const char    *words,
                    gboolean       failed)
{
  set_words (self, &self->search_result, words, PROP_SEARCH_RESULT);
  if (failed)
    gtk_widget_add_css_class (self->search_entry, "error");
  else
    gtk_widget_remove_css_class (self->search_entry, "error");
}

/* What was found, copied or not there belongs to the segment that was shown. */
static void
segment_changed_cb (LabMemoryPage *self)
{
  stop_search (self);
  self->has_found = FALSE;
  show_search_result (self, "", FALSE);
  set_go_to_error (self, "");
  clear_notice (self);
  if (lab_memory_image_get_size_bytes (self->image) == 0)
    set_search_shown (self, FALSE);
}

static void
searched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(LabMemoryPage) self = LAB_MEMORY_PAGE (data);
  g_autoptr(GError) error = NULL;
  g_autofree char *where = NULL;
  g_autofree char *words = NULL;
  LabMemoryMatch match;

  if (!lab_memory_search_finish (result, &match, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_clear_object (&self->searching);
      show_search_result (self, error->message, TRUE);
      return;
    }

  g_clear_object (&self->searching);
  self->has_found = TRUE;
  self->found_at = match.offset;
  lab_memory_view_go_to (self->view, match.offset, self->n_wanted);
  where = g_strdup_printf ("0x%" G_GSIZE_MODIFIER "x", match.offset);
  /* Translators: %s is an offset in hex */
  words = g_strdup_printf (match.wrapped ? _("Found at %s, after beginning again at the other end") : _("Found at %s"), where);
  show_search_result (self, words, FALSE);
}

/* Whether pages that are not in memory have never been touched: not so when some are in swap. */
static gboolean
nothing_is_swapped (LabMemoryPage *self)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (self->session);
  const LabShmEntry *entry = monitor != NULL ? lab_segment_monitor_get_entry (monitor) : NULL;

  return entry != NULL && lab_segment_monitor_has_table (monitor) && entry->swap_bytes == 0 &&
         entry->record.id == lab_segment_get_id (lab_memory_image_get_segment (self->image));
}

static GBytes *
parse_search (LabMemoryPage  *self,
              GError        **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  if (gtk_drop_down_get_selected (self->search_kind) == 1)
    return lab_memory_parse_hex (text, error);

  if (*text == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("Type what to find"));
      return NULL;
    }

  return g_bytes_new (text, strlen (text));
}

static void
search (LabMemoryPage *self,
        gboolean       backward)
{
  g_autoptr(GBytes) wanted = NULL;
  g_autoptr(GError) error = NULL;
  gsize from;

  stop_search (self);
  if (lab_memory_image_get_size_bytes (self->image) == 0)
    return;

  wanted = parse_search (self, &error);
  if (wanted == NULL)
    {
      show_search_result (self, error->message, TRUE);
      return;
    }

  from = lab_memory_image_get_caret (self->image);
  if (!backward && self->has_found && self->found_at == from)
    from++;

  self->searching = g_cancellable_new ();
  self->n_wanted = g_bytes_get_size (wanted);
  show_search_result (self, _("Searching…"), FALSE);
  lab_memory_search_async (lab_memory_image_get_segment (self->image), wanted, from, backward,
                           nothing_is_swapped (self), self->searching, searched_cb, g_object_ref (self));
}

static void
search_next_cb (LabMemoryPage *self)
{
  search (self, FALSE);
}

static void
search_previous_cb (LabMemoryPage *self)
{
  search (self, TRUE);
}

static void
find_next_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  search (LAB_MEMORY_PAGE (data), FALSE);
}

static void
find_previous_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  search (LAB_MEMORY_PAGE (data), TRUE);
}

static void
search_text_changed_cb (LabMemoryPage *self)
{
  stop_search (self);
  self->has_found = FALSE;
  show_search_result (self, "", FALSE);
}

static void
search_stopped_cb (LabMemoryPage *self)
{
  stop_search (self);
  set_search_shown (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static GtkPopover *
get_context_menu (LabMemoryPage *self)
{
  if (self->context_menu == NULL)
    {
      self->context_menu = gtk_popover_menu_new_from_model (self->menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->context_menu), FALSE);
      gtk_popover_set_position (GTK_POPOVER (self->context_menu), GTK_POS_BOTTOM);
      gtk_widget_set_halign (self->context_menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->context_menu, GTK_WIDGET (self));
    }

  return GTK_POPOVER (self->context_menu);
}

static void
show_context_menu (LabMemoryPage *self,
                   double         x,
                   double         y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;

  gtk_popover_set_pointing_to (get_context_menu (self), &(GdkRectangle) { (int) point.x, (int) point.y, 1, 1 });
  gtk_popover_popup (get_context_menu (self));
}

static void
secondary_pressed_cb (LabMemoryPage *self,
                      int            n_press,
                      double         x,
                      double         y)
{
  show_context_menu (self, x, y);
}

static gboolean
context_menu_key_cb (GtkWidget *widget,
                     GVariant  *arguments,
                     gpointer   data)
{
  show_context_menu (LAB_MEMORY_PAGE (data), gtk_widget_get_width (widget) / 4.0, 20);

  return TRUE;
}

/* Keys for the whole window, but only for the tab that is seen. */
static gboolean
global_key_cb (GtkWidget *widget,
               GVariant  *arguments,
               gpointer   data)
{
  const char *action = data;

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_activate_action (widget, action, NULL))
    return FALSE;

  return TRUE;
}

static void
add_keys (LabMemoryPage *self)
{
  GtkEventController *global = gtk_shortcut_controller_new ();
  GtkEventController *local = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (global), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (global),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_f, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (global_key_cb, (gpointer) "memory.find", NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (global),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_g, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (global_key_cb, (gpointer) "memory.go-to", NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), global);

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (local),
                                        gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (GDK_KEY_c, GDK_CONTROL_MASK),
                                                                         gtk_named_action_new ("memory.copy"), "s", "hex"));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (local),
                                        gtk_shortcut_new (gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_Menu, 0),
                                                                                       gtk_keyval_trigger_new (GDK_KEY_F10, GDK_SHIFT_MASK)),
                                                          gtk_callback_action_new (context_menu_key_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->view), local);
}

static void
add_actions (LabMemoryPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "copy", .activate = copy_cb, .parameter_type = "s" },
    { .name = "select-all", .activate = select_all_cb },
    { .name = "go-to", .activate = go_to_cb },
    { .name = "find", .activate = find_cb },
    { .name = "find-next", .activate = find_next_cb },
    { .name = "find-previous", .activate = find_previous_cb },
    { .name = "show-field", .activate = show_field_cb, .parameter_type = "i" },
  };
  g_autoptr(GPropertyAction) follow = g_property_action_new ("follow", self->image, "follow");
  g_autoptr(GPropertyAction) fold = g_property_action_new ("fold", self->image, "fold");

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_object_bind_property (self->image, "has-bytes",
                            g_action_map_lookup_action (G_ACTION_MAP (self->actions), entries[i].name), "enabled",
                            G_BINDING_SYNC_CREATE);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (fold));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "memory", G_ACTION_GROUP (self->actions));
}

static void
add_view (LabMemoryPage *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->view = LAB_MEMORY_VIEW (lab_memory_view_new (self->image));
  lab_memory_input_add (self->view);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  gtk_scrolled_window_set_child (self->scroller, GTK_WIDGET (self->view));
}

/* A notice goes once the user does anything in the strip. */
static void
watch_image (LabMemoryPage *self)
{
  static const char * const moves[] = { "notify::caret", "notify::selection-start", "notify::selection-end", "notify::pointed" };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    g_signal_connect_object (self->image, moves[i], G_CALLBACK (clear_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->image, "notify::has-bytes", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
lab_memory_page_unmap (GtkWidget *widget)
{
  stop_search (LAB_MEMORY_PAGE (widget));

  GTK_WIDGET_CLASS (lab_memory_page_parent_class)->unmap (widget);
}

static void
lab_memory_page_dispose (GObject *object)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (object);
  GtkWidget *child;

  stop_search (self);
  g_clear_handle_id (&self->notice_id, g_source_remove);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "memory", NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->actions);
  g_clear_object (&self->image);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_memory_page_parent_class)->dispose (object);
}

static void
lab_memory_page_finalize (GObject *object)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (object);

  g_free (self->search_result);
  g_free (self->go_to_error);
  g_free (self->notice);

  G_OBJECT_CLASS (lab_memory_page_parent_class)->finalize (object);
}

static void
lab_memory_page_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_IMAGE:
      g_value_set_object (value, self->image);
      break;
    case PROP_SEARCH_SHOWN:
      g_value_set_boolean (value, self->search_shown);
      break;
    case PROP_SEARCH_RESULT:
      g_value_set_string (value, self->search_result);
      break;
    case PROP_GO_TO_ERROR:
      g_value_set_string (value, self->go_to_error);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_page_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      self->session = g_value_dup_object (value);
      lab_memory_image_set_session (self->image, self->session);
      if (self->session != NULL)  /* after the image, which has then the bytes of the new segment */
        g_signal_connect_object (self->session, "notify::segment", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_page_class_init (LabMemoryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lab_memory_page_dispose;
  object_class->finalize = lab_memory_page_finalize;
  object_class->get_property = lab_memory_page_get_property;
  object_class->set_property = lab_memory_page_set_property;

  widget_class->unmap = lab_memory_page_unmap;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IMAGE] = g_param_spec_object ("image", NULL, NULL, LAB_TYPE_MEMORY_IMAGE, flags);
  properties[PROP_SEARCH_SHOWN] = g_param_spec_boolean ("search-shown", NULL, NULL, FALSE, flags);
  properties[PROP_SEARCH_RESULT] = g_param_spec_string ("search-result", NULL, NULL, "", flags);
  properties[PROP_GO_TO_ERROR] = g_param_spec_string ("go-to-error", NULL, NULL, "", flags);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "memory/lab-memory-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, menu);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, go_to_button);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, go_to_entry);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_kind);
  gtk_widget_class_bind_template_callback (widget_class, choose_child);
  gtk_widget_class_bind_template_callback (widget_class, describe_control);
  gtk_widget_class_bind_template_callback (widget_class, describe_copy_a);
  gtk_widget_class_bind_template_callback (widget_class, describe_copy_b);
  gtk_widget_class_bind_template_callback (widget_class, describe_status);
  gtk_widget_class_bind_template_callback (widget_class, go_to_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_to_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, has_words);
  gtk_widget_class_bind_template_callback (widget_class, is_not);
  gtk_widget_class_bind_template_callback (widget_class, search_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_text_changed_cb);
  gtk_widget_class_set_css_name (widget_class, "labmemorypage");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_memory_page_init (LabMemoryPage *self)
{
  self->actions = g_simple_action_group_new ();
  self->search_result = g_strdup ("");
  self->go_to_error = g_strdup ("");
  self->notice = g_strdup ("");
  /* Before the template: a binding through an object that is not there yet would keep what it has. */
  self->image = lab_memory_image_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
  lab_menu_button_set_late_menu (self->menu_button, self->menu);
  add_view (self);
  add_actions (self);
  add_keys (self);
  watch_image (self);
}

/**
 * lab_memory_page_new:
 * @session: whose segment to show
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
lab_memory_page_new (LabSession *session)
{
  return g_object_new (LAB_TYPE_MEMORY_PAGE, "session", session, NULL);
}

/**
 * lab_memory_page_get_view:
 * @self: a page
 *
 * Returns: (transfer none): its strip
 */
LabMemoryView *
lab_memory_page_get_view (LabMemoryPage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_PAGE (self), NULL);

  return self->view;
}
