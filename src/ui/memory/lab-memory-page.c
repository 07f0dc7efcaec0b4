/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-page.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "ui/memory/lab-memory-search.h"
#include "ui/style/lab-resource.h"

#define NOTICE_SECONDS 4  /* how long a notice stays in the place of the caret's byte */

struct _LabMemoryPage
{
  GtkWidget           parent_instance;

  LabSession         *session;
  LabMemoryView      *view;
  GSimpleActionGroup *actions;

  GtkWidget          *context_menu;
  GtkLabel           *control;
  GtkLabel           *copy_a;
  GtkLabel           *copy_b;
  GtkMenuButton      *go_to_button;
  GtkEntry           *go_to_entry;
  GtkLabel           *go_to_error;
  GtkWidget          *held;
  GtkWidget          *legend;
  GtkScrolledWindow  *scroller;
  GtkWidget          *search_entry;
  GtkDropDown        *search_kind;
  GtkLabel           *search_result;
  GtkWidget          *search_row;
  GtkStack           *stack;
  GtkLabel           *status;
  GtkWidget          *status_row;

  GCancellable       *searching;      /* NULL when no search is at work */
  gsize               n_wanted;       /* how many bytes it looks for */
  gsize               found_at;       /* where the last one ended, when @has_found */
  gboolean            has_found;
  guint               notice_id;
};

enum { PROP_0, PROP_SESSION, N_PROPS };

G_DEFINE_FINAL_TYPE (LabMemoryPage, lab_memory_page, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/* Setting the same text again would draw a frame for nothing. */
static void
set_label (GtkLabel   *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
update_status (LabMemoryPage *self)
{
  g_autofree char *words = NULL;
  gsize n_bytes;

  if (self->notice_id != 0 || lab_memory_view_get_size_bytes (self->view) == 0)
    return;

  n_bytes = lab_memory_view_get_selection (self->view, NULL);
  words = lab_memory_view_describe (self->view, lab_memory_view_get_pointed (self->view));
  if (n_bytes > 1)
    {
      g_autofree char *count = lab_text_format_count (n_bytes);
      g_autofree char *selected = g_strdup_printf (ngettext ("%s byte selected", "%s bytes selected", (gulong) n_bytes), count);
      g_autofree char *both = g_strconcat (selected, " · ", words, NULL);

      set_label (self->status, both);
      return;
    }

  set_label (self->status, words);
}

static gboolean
notice_over_cb (gpointer data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);

  self->notice_id = 0;
  update_status (self);

  return G_SOURCE_REMOVE;
}

static void
notify_user (LabMemoryPage *self,
             const char    *words)
{
  g_clear_handle_id (&self->notice_id, g_source_remove);
  self->notice_id = g_timeout_add_seconds (NOTICE_SECONDS, notice_over_cb, self);
  set_label (self->status, words);
}

static void
caret_moved_cb (LabMemoryPage *self)
{
  g_clear_handle_id (&self->notice_id, g_source_remove);
  update_status (self);
}

/* The legend says what each part is for right now, from the control block as the strip read it. */
static void
update_legend (LabMemoryPage *self)
{
  const guint8 *control = lab_memory_view_get_control (self->view);
  g_autofree char *sequence_words = NULL;
  g_autofree char *length_words = NULL;
  g_autofree char *control_words = NULL;
  guint64 sequence;
  guint32 protocol, length, writer;
  guint current;

  gtk_widget_set_visible (self->legend, lab_memory_view_is_ours (self->view));
  if (!lab_memory_view_is_ours (self->view))
    return;

  memcpy (&sequence, control + G_STRUCT_OFFSET (LabControl, sequence), sizeof sequence);
  memcpy (&protocol, control + G_STRUCT_OFFSET (LabControl, protocol), sizeof protocol);
  memcpy (&writer, control + G_STRUCT_OFFSET (LabControl, writer_pid), sizeof writer);
  current = protocol == LAB_PROTOCOL_LATCH ? sequence & 1 : 0;
  memcpy (&length, control + G_STRUCT_OFFSET (LabControl, copies) + current * sizeof (LabCopyHeader)
                   + G_STRUCT_OFFSET (LabCopyHeader, length), sizeof length);

  set_label (self->copy_a, current == 0 ? _("copy A: what readers use now") : _("copy A: the spare"));
  if (protocol == LAB_PROTOCOL_LATCH)
    set_label (self->copy_b, current == 1 ? _("copy B: what readers use now") : _("copy B: the spare"));
  else
    set_label (self->copy_b, _("copy B: not used by this protocol"));

  sequence_words = lab_text_format_count (sequence);
  length_words = lab_text_format_count (length);
  if (writer != 0)
    /* Translators: the sequence number, the length in bytes, and the pid of the process that writes */
    control_words = g_strdup_printf (_("control block: sequence %s, length %s, writer %u"), sequence_words, length_words, writer);
  else
    control_words = g_strdup_printf (_("control block: sequence %s, length %s, no writer"), sequence_words, length_words);
  set_label (self->control, control_words);
}

static void
set_enabled (LabMemoryPage *self,
             const char    *name,
             gboolean       enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  if (g_action_get_enabled (action) != enabled)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
view_changed_cb (LabMemoryPage *self)
{
  static const char * const needing_bytes[] = { "copy", "select-all", "go-to", "find", "find-next", "find-previous", "show-field" };
  gboolean has_bytes = lab_memory_view_get_size_bytes (self->view) > 0;

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), has_bytes ? "bytes" : "nothing") != 0)
    {
      gtk_stack_set_visible_child_name (self->stack, has_bytes ? "bytes" : "nothing");
      gtk_widget_set_visible (self->status_row, has_bytes);
      for (guint i = 0; i < G_N_ELEMENTS (needing_bytes); i++)
        set_enabled (self, needing_bytes[i], has_bytes);
    }
  if (!has_bytes)
    {
      g_cancellable_cancel (self->searching);
      gtk_widget_set_visible (self->search_row, FALSE);
    }

  update_legend (self);
  update_status (self);
}

static void
follow_changed_cb (LabMemoryPage *self)
{
  gtk_widget_set_visible (self->held, !lab_memory_view_get_follow (self->view));
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
  g_autofree char *text = lab_memory_view_dup_selection (self->view, format, &error);
  gsize n_bytes = lab_memory_view_get_selection (self->view, NULL);
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
  gtk_widget_activate_action (GTK_WIDGET (LAB_MEMORY_PAGE (data)->view), "strip.select-all", NULL);
}

static void
show_field_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (data);
  LabFieldKind kind = g_variant_get_int32 (parameter);
  guint n_fields;
  const LabField *fields = lab_memory_view_get_fields (self->view, &n_fields);

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
go_to_changed_cb (LabMemoryPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->go_to_error), FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->go_to_entry), "error");
}

static void
go_to_activated_cb (LabMemoryPage *self)
{
  g_autoptr(GError) error = NULL;
  gsize offset;

  if (!lab_memory_parse_offset (gtk_editable_get_text (GTK_EDITABLE (self->go_to_entry)),
                                lab_memory_view_get_size_bytes (self->view), &offset, &error))
    {
      set_label (self->go_to_error, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->go_to_error), TRUE);
      gtk_widget_add_css_class (GTK_WIDGET (self->go_to_entry), "error");
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

  gtk_widget_set_visible (self->search_row, TRUE);
  gtk_widget_grab_focus (self->search_entry);
}

static void
show_search_result (LabMemoryPage *self,
                    const char    *words,
                    gboolean       failed)
{
  set_label (self->search_result, words);
  if (failed)
    gtk_widget_add_css_class (self->search_entry, "error");
  else
    gtk_widget_remove_css_class (self->search_entry, "error");
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
         entry->record.id == lab_segment_get_id (lab_memory_view_get_segment (self->view));
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
stop_search (LabMemoryPage *self)
{
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
}

static void
search (LabMemoryPage *self,
        gboolean       backward)
{
  g_autoptr(GBytes) wanted = NULL;
  g_autoptr(GError) error = NULL;
  gsize from;

  stop_search (self);
  if (lab_memory_view_get_size_bytes (self->view) == 0)
    return;

  wanted = parse_search (self, &error);
  if (wanted == NULL)
    {
      show_search_result (self, error->message, TRUE);
      return;
    }

  from = lab_memory_view_get_caret (self->view);
  if (!backward && self->has_found && self->found_at == from)
    from++;

  self->searching = g_cancellable_new ();
  self->n_wanted = g_bytes_get_size (wanted);
  show_search_result (self, _("Searching…"), FALSE);
  lab_memory_search_async (lab_memory_view_get_segment (self->view), wanted, from, backward,
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
  gtk_widget_set_visible (self->search_row, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
show_context_menu (LabMemoryPage *self,
                   double         x,
                   double         y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;

  gtk_popover_set_pointing_to (GTK_POPOVER (self->context_menu), &(GdkRectangle) { (int) point.x, (int) point.y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->context_menu));
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
  g_autoptr(GPropertyAction) follow = g_property_action_new ("follow", self->view, "follow");
  g_autoptr(GPropertyAction) fold = g_property_action_new ("fold", self->view, "fold");

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (fold));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "memory", G_ACTION_GROUP (self->actions));
}

static void
lab_memory_page_constructed (GObject *object)
{
  LabMemoryPage *self = LAB_MEMORY_PAGE (object);
  GtkGesture *click;

  G_OBJECT_CLASS (lab_memory_page_parent_class)->constructed (object);

  self->view = LAB_MEMORY_VIEW (lab_memory_view_new (self->session));
  gtk_scrolled_window_set_child (self->scroller, GTK_WIDGET (self->view));
  g_signal_connect_object (self->view, "changed", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "caret-moved", G_CALLBACK (caret_moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::follow", G_CALLBACK (follow_changed_cb), self, G_CONNECT_SWAPPED);

  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));

  add_actions (self);
  add_keys (self);
  view_changed_cb (self);
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
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_memory_page_parent_class)->dispose (object);
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

  object_class->constructed = lab_memory_page_constructed;
  object_class->dispose = lab_memory_page_dispose;
  object_class->set_property = lab_memory_page_set_property;

  widget_class->unmap = lab_memory_page_unmap;

  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "memory/lab-memory-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, context_menu);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, control);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, copy_a);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, copy_b);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, go_to_button);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, go_to_entry);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, go_to_error);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, held);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, legend);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_kind);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_result);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, search_row);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, stack);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, status);
  gtk_widget_class_bind_template_child (widget_class, LabMemoryPage, status_row);
  gtk_widget_class_bind_template_callback (widget_class, go_to_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_to_changed_cb);
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
  gtk_widget_init_template (GTK_WIDGET (self));
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
