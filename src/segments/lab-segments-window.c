/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segments-window.h"

#include <glib/gi18n-lib.h>

#include "backend/choice/lab-session.h"
#include "backend/kernel/lab-segment-remark.h"
#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-record-text.h"
#include "segments/lab-segments-columns.h"
#include "segments/lab-segments-model.h"
#include "segments/lab-segments-remove.h"
#include "segments/lab-segments-resources.h"
#include "ui/app/lab-launch.h"
#include "ui/app/lab-ui.h"
#include "ui/parts/lab-label.h"
#include "ui/parts/lab-wrap-layout.h"
#include "ui/record/lab-kernel-record.h"

#define RESOURCE_PATH "/io/github/shmlab/segments/"

struct _LabSegmentsWindow
{
  GtkWindow            parent_instance;

  GtkSearchEntry      *search;
  GtkToggleButton     *all;
  GtkToggleButton     *mine;
  GtkScrolledWindow   *table;
  GtkColumnView       *view;
  GtkPaned            *paned;
  GtkStack            *details;
  GtkLabel            *placeholder;
  GtkWidget           *remove;
  GtkWidget           *segment;
  GtkWidget           *advice;
  GtkLabel            *advice_text;
  GtkLabel            *status;
  GtkWidget           *record;     /* a LabKernelRecord, or NULL */

  LabSegmentsModel    *model;
  GtkFilter           *filter;
  GtkFilterListModel  *filtered;
  GtkSelectionModel   *selection;
  LabSession          *session;    /* what the details are about */
  int                  shown_id;   /* the segment in the details, -1 for none */
  char                *folded;     /* what to search for */
  gboolean             is_at_line_start;  /* from right to left: whether it is scrolled to the first column */
  guint                scroll_source;     /* to scroll there when the table is laid out */
  gboolean             is_asking;  /* whether a question about removing is open */
};

enum { PROP_0, PROP_MODEL, N_PROPS };

G_DEFINE_FINAL_TYPE (LabSegmentsWindow, lab_segments_window, GTK_TYPE_WINDOW)

static GParamSpec *properties[N_PROPS];

static gboolean
filter_cb (gpointer item,
           gpointer data)
{
  LabSegmentsWindow *self = data;

  if (gtk_toggle_button_get_active (self->mine) && !lab_segment_item_is_mine (item))
    return FALSE;

  return self->folded == NULL || lab_segment_item_matches (item, self->folded);
}

static gboolean
is_filtering (LabSegmentsWindow *self)
{
  return self->folded != NULL || gtk_toggle_button_get_active (self->mine);
}

static void
update_status (LabSegmentsWindow *self)
{
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint n_mine;
  guint64 size_bytes, rss_bytes;
  g_autofree char *count = lab_text_format_count (n_all);
  g_autofree char *segments = NULL;
  g_autofree char *mine = NULL;
  g_autofree char *size = NULL;
  g_autofree char *rss = NULL;
  g_autofree char *text = NULL;

  lab_segments_model_get_totals (self->model, &n_mine, &size_bytes, &rss_bytes);
  size = lab_record_text_size (size_bytes);
  rss = lab_record_text_size (rss_bytes);
  segments = g_strdup_printf (ngettext ("%s segment", "%s segments", n_all), count);
  /* Translators: how many of the segments are this user's */
  mine = g_strdup_printf (ngettext ("%u yours", "%u yours", n_mine), n_mine);
  /* Translators: such as “12 segments, 3 yours; 80.5 MiB together, of which 4.0 KiB are in memory” */
  text = g_strdup_printf (_("%s, %s; %s together, of which %s are in memory"), segments, mine, size, rss);

  if (is_filtering (self))
    {
      guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));
      g_autofree char *shown = g_strdup_printf (ngettext ("%u shown of %s", "%u shown of %s", n_shown), n_shown, text);

      gtk_label_set_text (self->status, shown);
    }
  else
    {
      gtk_label_set_text (self->status, text);
    }
}

/* With what is odd about it. */
static char *
dup_advice (LabSegmentItem *item)
{
  const char *advice = lab_segment_item_get_advice (item);
  g_autofree char *remark = lab_segment_remark (&lab_segment_item_get_entry (item)->record);

  if (advice == NULL || remark == NULL)
    return g_strdup (advice != NULL ? advice : remark);

  return g_strdup_printf ("%s %s", advice, remark);
}

/* The segments that are selected; a view has few, but the user may choose all. */
static GPtrArray *
get_selected (LabSegmentsWindow *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->selection), position));

  return items;
}

/* Those of them that are not removed yet: one that is marked only waits for its last process. */
static GPtrArray *
get_removable (GPtrArray *items)
{
  GPtrArray *removable = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < items->len; i++)
    {
      LabSegmentItem *item = g_ptr_array_index (items, i);

      if (lab_segment_item_get_state (item) != LAB_SEGMENT_STATE_REMOVED)
        g_ptr_array_add (removable, g_object_ref (item));
    }

  return removable;
}

static void
update_remove (LabSegmentsWindow *self,
               GPtrArray         *items)
{
  g_autoptr(GPtrArray) removable = get_removable (items);
  const char *tooltip = items->len > 0 && removable->len == 0
                        ? _("Removed already: it is marked, and goes when the last process detaches")
                        : _("Remove what is selected from the kernel");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "segments.remove", removable->len > 0 && !self->is_asking);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->remove), tooltip) != 0)
    gtk_widget_set_tooltip_text (self->remove, tooltip);
}

/* Made when it is first wanted, because the window shall open at once. */
static void
ensure_record (LabSegmentsWindow *self)
{
  if (self->record != NULL)
    return;

  self->record = lab_kernel_record_new (self->session);
  lab_kernel_record_set_processes_first (LAB_KERNEL_RECORD (self->record), TRUE);
  gtk_widget_set_vexpand (self->record, TRUE);
  gtk_box_append (GTK_BOX (self->segment), self->record);
}

static void
update_details (LabSegmentsWindow *self)
{
  g_autoptr(GPtrArray) items = get_selected (self);
  LabSegmentItem *item = items->len == 1 ? g_ptr_array_index (items, 0) : NULL;
  g_autofree char *advice = item != NULL ? dup_advice (item) : NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "segments.open", item != NULL);
  update_remove (self, items);

  if (item == NULL)
    {
      g_autofree char *text = NULL;

      if (items->len > 1)
        text = g_strdup_printf (ngettext ("%u segment is selected.", "%u segments are selected.", items->len), items->len);
      else if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0)
        text = g_strdup (_("There is no System V shared memory segment on this computer now."));
      else
        text = g_strdup (_("Select a segment to see who is attached and what the kernel keeps about it."));
      gtk_label_set_text (self->placeholder, text);
      gtk_stack_set_visible_child_name (self->details, "nothing");
      self->shown_id = -1;
      lab_segment_monitor_set_id (lab_session_get_monitor (self->session), -1);
      return;
    }

  gtk_label_set_text (self->advice_text, advice != NULL ? advice : "");
  gtk_widget_set_visible (self->advice, advice != NULL);
  if (self->shown_id != lab_segment_item_get_id (item))
    {
      ensure_record (self);
      self->shown_id = lab_segment_item_get_id (item);
      lab_segment_monitor_set_id (lab_session_get_monitor (self->session), self->shown_id);
      gtk_stack_set_visible_child_name (self->details, "segment");
    }
}

static void
filter_changed_cb (LabSegmentsWindow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));

  g_clear_pointer (&self->folded, g_free);
  if (text[0] != '\0')
    self->folded = g_utf8_casefold (text, -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_status (self);
}

static void
stop_search_cb (LabSegmentsWindow *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
updated_cb (LabSegmentsWindow *self,
            guint              n_changed)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);

  /* Rows whose values changed may stand elsewhere now. */
  if (n_changed > 0)
    {
      if (self->folded != NULL)
        gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
      if (gtk_sorter_get_order (sorter) != GTK_SORTER_ORDER_NONE)
        gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
    }
  update_status (self);
  update_details (self);
}

/* Half for the table and half for the details, until the user says otherwise. */
static void
max_position_changed_cb (LabSegmentsWindow *self)
{
  gboolean is_set;

  g_object_get (self->paned, "position-set", &is_set, NULL);
  if (!is_set && gtk_widget_get_height (GTK_WIDGET (self->paned)) > 0)
    gtk_paned_set_position (self->paned, gtk_widget_get_height (GTK_WIDGET (self->paned)) / 2);
}

static void
show_error (LabSegmentsWindow *self,
            const char        *title,
            const char        *text)
{
  GtkWidget *dialog = gtk_message_dialog_new (GTK_WINDOW (self), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", title);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  lab_label_keep_dialog_wide (GTK_MESSAGE_DIALOG (dialog));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_in_client (LabSegmentsWindow *self,
                LabSegmentItem    *item)
{
  g_autofree char *id = g_strdup_printf ("%d", lab_segment_item_get_id (item));
  const char * const args[] = { "--id", id, NULL };
  g_autoptr(GError) error = NULL;

  if (!lab_spawn_client (args, &error))
    show_error (self, _("The client was not started"), error->message);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  LabSegmentsWindow *self = LAB_SEGMENTS_WINDOW (widget);
  g_autoptr(GPtrArray) items = get_selected (self);

  if (items->len == 1)
    open_in_client (self, g_ptr_array_index (items, 0));
}

static void
activate_cb (LabSegmentsWindow *self,
             guint              position)
{
  g_autoptr(LabSegmentItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    open_in_client (self, item);
}

static void
remove_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr(LabSegmentsWindow) self = data;
  g_autoptr(GError) error = NULL;
  int n_removed = lab_segments_remove_finish (result, &error);

  self->is_asking = FALSE;
  if (self->model == NULL)   /* the window was closed meanwhile */
    return;

  if (n_removed == -1 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _("Not everything was removed"), error->message);
  lab_segments_model_refresh (self->model);
  update_details (self);
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  LabSegmentsWindow *self = LAB_SEGMENTS_WINDOW (widget);
  g_autoptr(GPtrArray) selected = get_selected (self);
  g_autoptr(GPtrArray) items = get_removable (selected);

  if (items->len == 0 || self->is_asking)
    return;

  self->is_asking = TRUE;
  gtk_widget_action_set_enabled (widget, "segments.remove", FALSE);
  lab_segments_remove_async (GTK_WINDOW (self), items, NULL, remove_cb, g_object_ref (self));
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (LAB_SEGMENTS_WINDOW (widget)->search));
}

static void
refresh_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  lab_segments_model_refresh (LAB_SEGMENTS_WINDOW (widget)->model);
}

static double
get_line_start (GtkAdjustment *adjustment)
{
  return MAX (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment), 0);
}

static gboolean
scroll_cb (gpointer data)
{
  LabSegmentsWindow *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (self->table);

  self->scroll_source = 0;
  gtk_adjustment_set_value (adjustment, get_line_start (adjustment));

  return G_SOURCE_REMOVE;
}

/* From right to left the first column is the rightmost, which GTK 4.8 does not
 * scroll to by itself; nor does it stay there when columns become wider.  While
 * the table is being laid out, GTK would forget a new value. */
static void
adjustment_changed_cb (LabSegmentsWindow *self,
                       GtkAdjustment     *adjustment)
{
  if (self->is_at_line_start && self->scroll_source == 0)
    self->scroll_source = g_idle_add (scroll_cb, self);
}

static void
adjustment_value_changed_cb (LabSegmentsWindow *self,
                             GtkAdjustment     *adjustment)
{
  if (self->scroll_source == 0)
    self->is_at_line_start = gtk_adjustment_get_value (adjustment) >= get_line_start (adjustment) - 1;
}

static void
lab_segments_window_map (GtkWidget *widget)
{
  LabSegmentsWindow *self = LAB_SEGMENTS_WINDOW (widget);

  GTK_WIDGET_CLASS (lab_segments_window_parent_class)->map (widget);
  lab_segments_model_set_running (self->model, TRUE);
}

static void
lab_segments_window_unmap (GtkWidget *widget)
{
  LabSegmentsWindow *self = LAB_SEGMENTS_WINDOW (widget);

  if (self->model != NULL)
    lab_segments_model_set_running (self->model, FALSE);
  GTK_WIDGET_CLASS (lab_segments_window_parent_class)->unmap (widget);
}

static void
lab_segments_window_dispose (GObject *object)
{
  LabSegmentsWindow *self = LAB_SEGMENTS_WINDOW (object);

  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      g_signal_handlers_disconnect_by_data (self->selection, self);
      gtk_column_view_set_model (self->view, NULL);
    }
  g_clear_object (&self->model);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_segments_window_parent_class)->dispose (object);
}

static void
lab_segments_window_finalize (GObject *object)
{
  g_free (LAB_SEGMENTS_WINDOW (object)->folded);

  G_OBJECT_CLASS (lab_segments_window_parent_class)->finalize (object);
}

static void
lab_segments_window_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, LAB_SEGMENTS_WINDOW (object)->model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_segments_window_class_init (LabSegmentsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_segments_window_dispose;
  object_class->finalize = lab_segments_window_finalize;
  object_class->get_property = lab_segments_window_get_property;
  widget_class->map = lab_segments_window_map;
  widget_class->unmap = lab_segments_window_unmap;

  /* All segments, whatever is searched for. */
  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, LAB_TYPE_SEGMENTS_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LAB_TYPE_WRAP_LAYOUT);
  lab_segments_register_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "lab-segments-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, search);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, all);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, mine);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, table);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, view);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, details);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, placeholder);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, remove);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, segment);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, advice);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, advice_text);
  gtk_widget_class_bind_template_child (widget_class, LabSegmentsWindow, status);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, max_position_changed_cb);

  gtk_widget_class_install_action (widget_class, "segments.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "segments.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "segments.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "segments.refresh", NULL, refresh_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "segments.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "segments.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "segments.refresh", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
lab_segments_window_init (LabSegmentsWindow *self)
{
  GtkSortListModel *sorted;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->shown_id = -1;
  self->model = lab_segments_model_new ();
  g_signal_connect_swapped (self->model, "updated", G_CALLBACK (updated_cb), self);

  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_cb, self, NULL));
  self->filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->model)), g_object_ref (self->filter));
  lab_segments_columns_add (self->view);
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->filtered)),
                                    g_object_ref (gtk_column_view_get_sorter (self->view)));
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (sorted)));
  g_signal_connect_swapped (self->selection, "selection-changed", G_CALLBACK (update_details), self);
  gtk_column_view_set_model (self->view, self->selection);

  self->is_at_line_start = TRUE;
  if (gtk_widget_get_direction (GTK_WIDGET (self->view)) == GTK_TEXT_DIR_RTL)
    {
      GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (self->table);

      g_signal_connect_object (adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (adjustment_value_changed_cb), self, G_CONNECT_SWAPPED);
    }

  self->session = lab_session_new (LAB_ROLE_CLIENT);
  update_details (self);
}

/**
 * lab_segments_window_new:
 *
 * Returns: (transfer none): a window that works while it is open
 */
GtkWidget *
lab_segments_window_new (void)
{
  return g_object_new (LAB_TYPE_SEGMENTS_WINDOW, NULL);
}

/**
 * lab_segments_window_present:
 * @parent: (nullable): the window from which it is opened
 *
 * Shows the window Segments on This Computer; there is one in each process.
 */
void
lab_segments_window_present (GtkWindow *parent)
{
  GListModel *toplevels = gtk_window_get_toplevels ();
  GtkWidget *window = NULL;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  for (guint i = 0; i < g_list_model_get_n_items (toplevels) && window == NULL; i++)
    {
      g_autoptr(GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (LAB_IS_SEGMENTS_WINDOW (toplevel))
        window = toplevel;
    }

  if (window == NULL)
    {
      window = lab_segments_window_new ();
      if (parent != NULL)
        gtk_window_set_application (GTK_WINDOW (window), gtk_window_get_application (parent));
    }

  gtk_window_present (GTK_WINDOW (window));
}

/**
 * lab_segments_window_select:
 * @self: the window
 * @id: a segment
 *
 * Selects this segment alone.
 *
 * Returns: whether it is in the list
 */
gboolean
lab_segments_window_select (LabSegmentsWindow *self,
                            int                id)
{
  GListModel *model;

  g_return_val_if_fail (LAB_IS_SEGMENTS_WINDOW (self), FALSE);

  model = G_LIST_MODEL (self->selection);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(LabSegmentItem) item = g_list_model_get_item (model, i);

      if (lab_segment_item_get_id (item) == id)
        return gtk_selection_model_select_item (self->selection, i, TRUE);
    }

  return FALSE;
}
