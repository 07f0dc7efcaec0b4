/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/calls/lab-calls-view.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-call-log.h"
#include "backend/kernel/lab-call-text.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/kernel/lab-text.h"
#include "ui/parts/lab-choose-file.h"
#include "ui/style/lab-resource.h"

typedef enum
{
  COLUMN_NUMBER,
  COLUMN_TIME,
  COLUMN_CALL,
  COLUMN_RESULT,
  COLUMN_ERRNO,
  COLUMN_DURATION,
  N_COLUMNS,
} Column;

struct _LabCallsView
{
  GtkWidget           parent_instance;

  GtkFilterListModel *filtered;
  GtkFilter          *filter;
  GtkSingleSelection *selection;
  guint64             n_looks;
  guint               scroll_id;
  gboolean            at_end;       /* the end is in sight, so it stays in sight */
  double              top;          /* of what is in sight, and how high the list was then */
  double              height;
  gboolean            on_newest;    /* nobody chose another call, so the newest is spoken of */

  GtkColumnView      *columns;
  GtkLabel           *count;
  GtkWidget          *detail;
  GtkLabel           *detail_call;
  GtkLabel           *detail_sentence;
  GtkLabel           *dropped;
  GtkLabel           *watch;
  GtkCheckButton     *failed_only;
  GtkEditable        *filter_entry;
  GtkLabel           *looks;
  GtkLabel           *nothing;
  GtkLabel           *notice;
  GtkScrolledWindow  *scroller;
  GtkStack           *stack;
};

enum { PROP_0, PROP_LOOKS_WITHOUT_CALL, N_PROPS };

G_DEFINE_FINAL_TYPE (LabCallsView, lab_calls_view, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static GListModel *
get_log (void)
{
  return G_LIST_MODEL (lab_call_log_get_default ());
}

/* When the first call of this process began; all times count from it. */
static gint64
get_start_ns (void)
{
  g_autoptr(LabCall) first = g_list_model_get_item (get_log (), 0);

  return first != NULL ? lab_call_get_start_ns (first) : 0;
}

static char *
dup_cell (LabCall *call,
          Column   column)
{
  switch (column)
    {
    case COLUMN_NUMBER:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, lab_call_get_number (call));
    case COLUMN_TIME:
      /* Translators: seconds since the first call */
      return g_strdup_printf (_("%.6f s"), (double) (lab_call_get_start_ns (call) - get_start_ns ()) / 1e9);
    case COLUMN_CALL:
      return g_strdup (lab_call_get_text (call));
    case COLUMN_RESULT:
      return lab_call_dup_result_text (call);
    case COLUMN_ERRNO:
      return g_strdup (lab_call_has_failed (call) ? lab_call_get_errno_name (call) : "");
    case COLUMN_DURATION:
      return lab_text_format_duration (lab_call_get_duration_ns (call));
    case N_COLUMNS:
    default:
      g_assert_not_reached ();
    }
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item,
               gpointer                  data)
{
  Column column = GPOINTER_TO_INT (data);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column == COLUMN_NUMBER || column == COLUMN_DURATION ? 1 : 0);
  gtk_widget_add_css_class (label, column == COLUMN_CALL ? "call" : "number");
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);  /* C and numbers, in every language */

  if (column == COLUMN_CALL)
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_width_chars (GTK_LABEL (label), 24);
    }

  if (column == COLUMN_ERRNO)
    {
      /* An icon and a word, for those who do not see the colour. */
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      GtkWidget *image = g_object_new (GTK_TYPE_IMAGE,
                                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                       "icon-name", "dialog-warning-symbolic",
                                       NULL);

      gtk_widget_add_css_class (box, "lab-trouble");
      gtk_box_append (GTK_BOX (box), image);
      gtk_box_append (GTK_BOX (box), label);
      gtk_list_item_set_child (item, box);
      return;
    }

  gtk_list_item_set_child (item, label);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              gpointer                  data)
{
  Column column = GPOINTER_TO_INT (data);
  LabCall *call = LAB_CALL (gtk_list_item_get_item (item));
  GtkWidget *child = gtk_list_item_get_child (item);
  GtkWidget *label = column == COLUMN_ERRNO ? gtk_widget_get_last_child (child) : child;
  g_autofree char *text = dup_cell (call, column);

  gtk_label_set_text (GTK_LABEL (label), text);
  if (column == COLUMN_ERRNO)
    gtk_widget_set_visible (child, lab_call_has_failed (call));
}

static void
add_columns (LabCallsView *self)
{
  static const char * const titles[N_COLUMNS] = {
    /* Translators: column title, the number of a call */
    NC_("column", "No."),
    NC_("column", "Time"),
    NC_("column", "Call"),
    NC_("column", "Result"),
    "errno",
    /* Translators: column title, how long a call took */
    NC_("column", "Took"),
  };

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (i == COLUMN_ERRNO ? titles[i] : g_dpgettext2 (GETTEXT_PACKAGE, "column", titles[i]), factory);
      gtk_column_view_column_set_expand (column, i == COLUMN_CALL);
      gtk_column_view_column_set_resizable (column, i != COLUMN_NUMBER);
      gtk_column_view_append_column (self->columns, column);
    }
}

static guint
get_n_shown (LabCallsView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
}

static void
update_detail (LabCallsView *self)
{
  LabCall *call = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *line = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *words = NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "calls.copy", call != NULL);
  gtk_widget_set_visible (self->detail, call != NULL);
  if (call == NULL)
    return;

  line = lab_call_dup_strace (call);
  sentence = lab_call_dup_sentence (call);
  clock = lab_call_dup_clock (call);
  /* Translators: what a call did, then the time of the day at which it was made */
  words = g_strdup_printf (_("%s · at %s"), sentence, clock);
  gtk_label_set_text (self->detail_call, line);
  gtk_label_set_text (self->detail_sentence, words);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), FALSE);
}

/* NULL while every call is listed. */
static char *
dup_dropped (void)
{
  guint64 n_dropped = lab_call_log_get_n_dropped (lab_call_log_get_default ());
  g_autofree char *dropped = lab_text_format_count (n_dropped);
  g_autofree char *first = lab_text_format_count (LAB_CALL_LOG_N_FIRST);
  g_autofree char *newest = lab_text_format_count (LAB_CALL_LOG_N_NEWEST);

  if (n_dropped == 0)
    return NULL;

  /* Translators: all three are numbers of system calls; the list would else grow without end */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%s earlier call is no longer listed; the list keeps the first %s and the newest %s",
                                       "%s earlier calls are no longer listed; the list keeps the first %s and the newest %s",
                                       n_dropped), dropped, first, newest);
}

static void
update_dropped (LabCallsView *self)
{
  g_autofree char *words = dup_dropped ();

  if (words != NULL)
    gtk_label_set_text (self->dropped, words);
  gtk_widget_set_visible (GTK_WIDGET (self->dropped), words != NULL);
}

/* Where /proc has no table, the watch asks several times a second: how many calls that were stands there
 * as of when the page was shown or a call was listed. */
static void
update_watch (LabCallsView *self)
{
  guint64 n_calls = lab_sysv_get_n_watch_calls ();
  g_autofree char *time = lab_text_format_clock (g_get_real_time (), 0);
  g_autofree char *count = lab_text_format_count (n_calls);
  /* Translators: a number of system calls, and the time at which it was read; "the watch" looks after the segment */
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                         "%s call of the watch up to %s is not listed: /proc has no table of segments here, so it asks with shmget and shmctl, again and again",
                                                         "%s calls of the watch up to %s are not listed: /proc has no table of segments here, so it asks with shmget and shmctl, again and again",
                                                         n_calls), count, time);

  if (n_calls > 0)
    gtk_label_set_text (self->watch, words);
  gtk_widget_set_visible (GTK_WIDGET (self->watch), n_calls > 0);
}

static void
update_count (LabCallsView *self)
{
  guint n_all = g_list_model_get_n_items (get_log ()), n_shown = get_n_shown (self);
  g_autofree char *all = lab_text_format_count (n_all);
  g_autofree char *shown = lab_text_format_count (n_shown);
  g_autofree char *words = NULL;

  if (n_shown == n_all)
    words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s call", "%s calls", n_all), all);
  else
    /* Translators: as many calls as the filter lets through, of all */
    words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s of %s call", "%s of %s calls", n_all), shown, all);
  gtk_label_set_text (self->count, words);
  gtk_label_set_text (self->nothing, n_all > 0 ? _("No call matches the filter") : _("This process has made no System V call yet"));
  gtk_stack_set_visible_child_name (self->stack, n_shown > 0 ? "calls" : "nothing");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "calls.save", n_shown > 0);
}

/* Looks come ten times a second, so how many there were stands where somebody comes to read it. */
static void
update_looks (LabCallsView *self)
{
  g_autofree char *time = lab_text_format_clock (g_get_real_time (), 0);
  g_autofree char *count = lab_text_format_count (self->n_looks);
  /* Translators: a number, and the time at which it was read */
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                         "%s look up to %s: once the segment is attached, its bytes are read like any other memory",
                                                         "%s looks up to %s: once the segment is attached, its bytes are read like any other memory",
                                                         self->n_looks), count, time);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->looks), words);
  gtk_widget_set_visible (GTK_WIDGET (self->looks), self->n_looks > 0);
}

/* The window that has the client brings the number up to date, if it does; what it told before is not of now. */
static void
ask_for_looks (LabCallsView *self)
{
  if (self->n_looks > 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.tell-counters", NULL);
}

/* GtkColumnView cannot be asked to show a row before GTK 4.12, but the list inside it can. */
static gboolean
scroll_to_end_cb (gpointer data)
{
  LabCallsView *self = LAB_CALLS_VIEW (data);
  guint n = get_n_shown (self);

  self->scroll_id = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->columns)); child != NULL && n > 0; child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (G_OBJECT_TYPE_NAME (child), "GtkColumnListView"))
      gtk_widget_activate_action (child, "list.scroll-to-item", "u", n - 1);

  return G_SOURCE_REMOVE;
}

static void
scroll_to_end (LabCallsView *self)
{
  if (self->scroll_id == 0)
    self->scroll_id = g_idle_add (scroll_to_end_cb, self);
}

static void
update (LabCallsView *self)
{
  update_count (self);
  update_dropped (self);
  update_watch (self);
  if (self->on_newest && get_n_shown (self) > 0)
    gtk_single_selection_set_selected (self->selection, get_n_shown (self) - 1);
  update_detail (self);
  if (self->at_end)
    scroll_to_end (self);
}

static void
items_changed_cb (LabCallsView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
selected_cb (LabCallsView *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  /* Without a model the column view shows nothing, and nobody chooses anything. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  self->on_newest = selected == GTK_INVALID_LIST_POSITION || selected + 1 == get_n_shown (self);
  update_detail (self);
}

/* Rows that come or go move the list too.  Only who goes up in a list that has not
 * become shorter wants to read there. */
static void
scrolled_cb (LabCallsView  *self,
             GtkAdjustment *adjustment)
{
  double top = gtk_adjustment_get_value (adjustment), height = gtk_adjustment_get_upper (adjustment);

  if (height - gtk_adjustment_get_page_size (adjustment) - top < 4)
    self->at_end = TRUE;
  else if (top < self->top && height >= self->height)
    self->at_end = FALSE;
  self->top = top;
  self->height = height;
}

static gboolean
match_cb (gpointer item,
          gpointer data)
{
  LabCallsView *self = LAB_CALLS_VIEW (data);

  return lab_call_matches (LAB_CALL (item), gtk_editable_get_text (self->filter_entry),
                           gtk_check_button_get_active (self->failed_only));
}

static void
filter_changed_cb (LabCallsView *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
filter_stopped_cb (LabCallsView *self)
{
  gtk_editable_set_text (self->filter_entry, "");
}

static void
say (LabCallsView *self,
     const char   *words,
     gboolean      trouble)
{
  gtk_label_set_text (self->notice, words);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), TRUE);
  if (trouble)
    gtk_widget_add_css_class (GTK_WIDGET (self->notice), "lab-trouble");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->notice), "lab-trouble");
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  LabCallsView *self = LAB_CALLS_VIEW (widget);
  LabCall *call = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *text = NULL;

  if (call == NULL)
    return;

  text = g_str_equal (g_variant_get_string (parameter, NULL), "c") ? lab_call_dup_c (call) : lab_call_dup_strace (call);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  say (self, _("Copied"), FALSE);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  LabCallsView *self = LAB_CALLS_VIEW (source);
  g_autoptr(GError) error = NULL;

  if (lab_calls_view_save_finish (self, result, &error))
    say (self, _("Saved"), FALSE);
  else
    say (self, error->message, TRUE);
}

static void
file_chosen_cb (GtkWidget *widget,
                GFile     *file)
{
  if (file != NULL)
    lab_calls_view_save_async (LAB_CALLS_VIEW (widget), file, NULL, saved_cb, NULL);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  lab_choose_file (widget, GTK_FILE_CHOOSER_ACTION_SAVE, _("Save the Calls"), NULL, "calls.txt", file_chosen_cb);
}

static void
lab_calls_view_map (GtkWidget *widget)
{
  LabCallsView *self = LAB_CALLS_VIEW (widget);

  GTK_WIDGET_CLASS (lab_calls_view_parent_class)->map (widget);

  lab_call_log_flush (lab_call_log_get_default ());
  gtk_column_view_set_model (self->columns, GTK_SELECTION_MODEL (self->selection));
  update (self);
  ask_for_looks (self);
}

static void
lab_calls_view_unmap (GtkWidget *widget)
{
  LabCallsView *self = LAB_CALLS_VIEW (widget);

  GTK_WIDGET_CLASS (lab_calls_view_parent_class)->unmap (widget);

  /* So that calls that nobody sees make no rows. */
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  gtk_column_view_set_model (self->columns, NULL);
}

static void
lab_calls_view_dispose (GObject *object)
{
  LabCallsView *self = LAB_CALLS_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  if (self->filtered != NULL)
    gtk_filter_list_model_set_model (self->filtered, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (lab_calls_view_parent_class)->dispose (object);
}

static void
lab_calls_view_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  LabCallsView *self = LAB_CALLS_VIEW (object);

  switch (prop_id)
    {
    case PROP_LOOKS_WITHOUT_CALL:
      g_value_set_uint64 (value, self->n_looks);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_calls_view_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_LOOKS_WITHOUT_CALL:
      lab_calls_view_set_looks_without_call (LAB_CALLS_VIEW (object), g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_calls_view_class_init (LabCallsViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_calls_view_dispose;
  object_class->get_property = lab_calls_view_get_property;
  object_class->set_property = lab_calls_view_set_property;

  widget_class->map = lab_calls_view_map;
  widget_class->unmap = lab_calls_view_unmap;

  properties[PROP_LOOKS_WITHOUT_CALL] =
    g_param_spec_uint64 ("looks-without-call", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "calls.copy", "s", copy_action);
  gtk_widget_class_install_action (widget_class, "calls.save", NULL, save_action);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "calls/lab-calls-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, columns);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, count);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, detail);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, detail_call);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, detail_sentence);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, dropped);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, watch);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, failed_only);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, filter_entry);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, looks);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, nothing);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, notice);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabCallsView, stack);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_stopped_cb);
  gtk_widget_class_set_css_name (widget_class, "labcallsview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

/* Ctrl+C in the list: in strace's form; with Shift as C. */
static void
add_keys (LabCallsView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (GDK_KEY_c, GDK_CONTROL_MASK),
                                                                         gtk_named_action_new ("calls.copy"), "s", "strace"));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK),
                                                                         gtk_named_action_new ("calls.copy"), "s", "c"));
  gtk_widget_add_controller (GTK_WIDGET (self->columns), keys);
}

/* Ctrl+F in the window, while this tab is the one that is seen. */
static gboolean
find_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_grab_focus (GTK_WIDGET (LAB_CALLS_VIEW (widget)->filter_entry));
}

static void
lab_calls_view_init (LabCallsView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_widget_set_direction (GTK_WIDGET (self->detail_call), GTK_TEXT_DIR_LTR);
  self->at_end = TRUE;
  self->on_newest = TRUE;
  self->filter = GTK_FILTER (gtk_custom_filter_new (match_cb, self, NULL));
  self->filtered = gtk_filter_list_model_new (g_object_ref (get_log ()), g_object_ref (self->filter));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->filtered));

  /* After the selection has seen the change. */
  g_signal_connect_object (self->filtered, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);

  add_columns (self);
  add_keys (self);

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_f, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (find_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (ask_for_looks), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  update_count (self);
  update_dropped (self);
  update_watch (self);
  update_detail (self);
}

/**
 * lab_calls_view_new:
 *
 * Returns: (transfer floating): a view of the process's calls
 */
GtkWidget *
lab_calls_view_new (void)
{
  return g_object_new (LAB_TYPE_CALLS_VIEW, NULL);
}

/**
 * lab_calls_view_get_model:
 * @self: a view
 *
 * Returns: (transfer none): the calls that the filter lets through, a #GListModel of #LabCall
 */
GListModel *
lab_calls_view_get_model (LabCallsView *self)
{
  g_return_val_if_fail (LAB_IS_CALLS_VIEW (self), NULL);

  return G_LIST_MODEL (self->filtered);
}

/**
 * lab_calls_view_set_looks_without_call:
 * @self: a view
 * @n_looks: how often the process has looked into the segment
 *
 * Looks are counted and not listed, because they make no call.  The view says so, and
 * their number where the pointer comes; it asks for a new one then, and when it comes
 * into sight, by the action win.tell-counters.
 */
void
lab_calls_view_set_looks_without_call (LabCallsView *self,
                                       guint64       n_looks)
{
  g_return_if_fail (LAB_IS_CALLS_VIEW (self));

  if (n_looks == self->n_looks)
    return;

  self->n_looks = n_looks;
  update_looks (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKS_WITHOUT_CALL]);
}

/* As strace marks what is no call. */
static void
append_dropped (GString  *text,
                char    **dropped)
{
  g_string_append_printf (text, "+++ %s +++\n", *dropped);
  g_clear_pointer (dropped, g_free);
}

/**
 * lab_calls_view_dup_log:
 * @self: a view
 *
 * Returns: (transfer full): the calls that the filter lets through, as strace -tt -T prints
 *   them; where calls are no longer listed, a line says so
 */
char *
lab_calls_view_dup_log (LabCallsView *self)
{
  g_autofree char *dropped = NULL;
  GString *text;

  g_return_val_if_fail (LAB_IS_CALLS_VIEW (self), NULL);

  lab_call_log_flush (lab_call_log_get_default ());
  dropped = dup_dropped ();
  text = g_string_new (NULL);
  for (guint i = 0; i < get_n_shown (self); i++)
    {
      g_autoptr(LabCall) call = g_list_model_get_item (G_LIST_MODEL (self->filtered), i);
      g_autofree char *line = lab_call_dup_log (call);

      if (dropped != NULL && lab_call_get_number (call) > LAB_CALL_LOG_N_FIRST)
        append_dropped (text, &dropped);
      g_string_append_printf (text, "%s\n", line);
    }
  if (dropped != NULL)
    append_dropped (text, &dropped);

  return g_string_free (text, FALSE);
}

static void
replaced_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GTask) task = G_TASK (data);
  g_autoptr(GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * lab_calls_view_save_async:
 * @self: a view
 * @file: where to; what it held is replaced
 * @cancellable: (nullable): ends the writing
 * @callback: what to call
 * @user_data: for @callback
 *
 * Writes lab_calls_view_dup_log() to a file, without holding up the main loop.
 */
void
lab_calls_view_save_async (LabCallsView        *self,
                           GFile               *file,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;
  g_autoptr(GBytes) bytes = NULL;
  char *text;

  g_return_if_fail (LAB_IS_CALLS_VIEW (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lab_calls_view_save_async);
  text = lab_calls_view_dup_log (self);
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, replaced_cb, task);
}

/**
 * lab_calls_view_save_finish:
 * @self: a view
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Errors: those of g_file_replace_contents_bytes_async().
 *
 * Returns: whether the file was written
 */
gboolean
lab_calls_view_save_finish (LabCallsView  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
