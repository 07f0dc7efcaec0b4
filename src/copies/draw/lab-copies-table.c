/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copies/draw/lab-copies-table.h"

#include <glib/gi18n-lib.h>

#include "copies/measure/lab-copies-words.h"

typedef char *(*CellFunc) (const LabCopiesRow *row);

static char *
name_cell (const LabCopiesRow *row)
{
  return g_strdup (lab_way_kind_get_title (row->kind));
}

static char *
speed_cell (const LabCopiesRow *row)
{
  return lab_copies_format_speed (lab_carry_result_get_speed (&row->median));
}

static char *
time_cell (const LabCopiesRow *row)
{
  return lab_copies_format_time ((double) row->median.wall_ns);
}

static char *
copied_cell (const LabCopiesRow *row)
{
  return lab_copies_format_size (lab_carry_result_get_copied (&row->median));
}

static char *
own_cell (const LabCopiesRow *row)
{
  return lab_copies_format_size (lab_carry_result_get_own (&row->median));
}

static char *
copies_cell (const LabCopiesRow *row)
{
  return g_strdup_printf ("%.2f", lab_carry_result_get_copies (&row->median));
}

static char *
calls_cell (const LabCopiesRow *row)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, lab_carry_result_get_calls (&row->median));
}

static char *
switches_cell (const LabCopiesRow *row)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, lab_carry_result_get_switches (&row->median));
}

static char *
cpu_cell (const LabCopiesRow *row)
{
  return lab_copies_format_time ((double) lab_carry_result_get_cpu_ns (&row->median));
}

static char *
memory_cell (const LabCopiesRow *row)
{
  return lab_copies_format_size (MAX (row->median.counts[0].max_rss_kib, row->median.counts[1].max_rss_kib) * 1024);
}

static char *
checked_cell (const LabCopiesRow *row)
{
  if (row->median.mode == LAB_CARRY_MODE_FRESH || row->median.mode == LAB_CARRY_MODE_IN_PLACE)
    /* Translators: the output was compared with the input */
    return g_strdup (row->median.checked_bytes == row->median.size_bytes ? _("every byte") : _("no"));

  /* Translators: nothing was compared, for there is no output to compare */
  return g_strdup ("–");
}

static const struct
{
  const char *title;
  const char *source;
  CellFunc    cell;
} columns[] = {
  { N_("Way"), N_("How the bytes get from the server to the client"), name_cell },
  { N_("Speed"), N_("Size of the file by the time; median of the rounds"), speed_cell },
  { N_("Time"), N_("From the server’s first call to the client’s last, by CLOCK_MONOTONIC"), time_cell },
  { N_("Copied"), N_("rchar and wchar of /proc/PID/io of both processes; what went through a queue or was copied by the process itself is counted by us"), copied_cell },
  { N_("Counted by Us"), N_("The same, added up from what each call returned"), own_cell },
  { N_("Copies"), N_("Copied, by the size of the file"), copies_cell },
  { N_("System Calls"), N_("Counted by us as they are made, by both processes"), calls_cell },
  { N_("Context Switches"), N_("getrusage: ru_nvcsw and ru_nivcsw of both processes"), switches_cell },
  { N_("CPU Time"), N_("getrusage: ru_utime and ru_stime of both processes"), cpu_cell },
  { N_("Peak Memory"), N_("wait4: ru_maxrss of the larger process"), memory_cell },
  { N_("Compared"), N_("Whether the output was compared with the input afterwards"), checked_cell },
};

#define N_COLUMNS G_N_ELEMENTS (columns)

#define LAB_TYPE_COPIES_TABLE_ROW (lab_copies_table_row_get_type ())
G_DECLARE_FINAL_TYPE (LabCopiesTableRow, lab_copies_table_row, LAB, COPIES_TABLE_ROW, GObject)

struct _LabCopiesTableRow
{
  GObject  parent_instance;

  char    *cells[N_COLUMNS];
};

G_DEFINE_FINAL_TYPE (LabCopiesTableRow, lab_copies_table_row, G_TYPE_OBJECT)

static void
lab_copies_table_row_finalize (GObject *object)
{
  LabCopiesTableRow *self = LAB_COPIES_TABLE_ROW (object);

  for (guint i = 0; i < N_COLUMNS; i++)
    g_free (self->cells[i]);

  G_OBJECT_CLASS (lab_copies_table_row_parent_class)->finalize (object);
}

static void
lab_copies_table_row_class_init (LabCopiesTableRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lab_copies_table_row_finalize;
}

static void
lab_copies_table_row_init (LabCopiesTableRow *self)
{
}

struct _LabCopiesTable
{
  GtkWidget   parent_instance;

  GtkWidget  *scrolled;
  GListStore *rows;
};

G_DEFINE_FINAL_TYPE (LabCopiesTable, lab_copies_table, GTK_TYPE_WIDGET)

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), GPOINTER_TO_UINT (column) == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  column)
{
  LabCopiesTableRow *row = gtk_list_item_get_item (item);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), row->cells[GPOINTER_TO_UINT (column)]);
}

static gboolean
query_tooltip_cb (GtkWidget  *view,
                  int         x,
                  int         y,
                  gboolean    keyboard,
                  GtkTooltip *tooltip)
{
  GtkWidget *picked = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  /* The head of a column is a label with its title; GTK 4.8 has no tooltip for it. */
  while (picked != NULL && picked != view)
    {
      if (GTK_IS_LABEL (picked))
        for (guint i = 0; i < N_COLUMNS; i++)
          if (g_str_equal (gtk_label_get_text (GTK_LABEL (picked)), _(columns[i].title)))
            {
              gtk_tooltip_set_text (tooltip, _(columns[i].source));
              return TRUE;
            }
      picked = gtk_widget_get_parent (picked);
    }

  return FALSE;
}

static void
lab_copies_table_dispose (GObject *object)
{
  LabCopiesTable *self = LAB_COPIES_TABLE (object);

  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (lab_copies_table_parent_class)->dispose (object);
}

static void
lab_copies_table_class_init (LabCopiesTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_copies_table_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "labcopiestable");
}

static void
lab_copies_table_init (LabCopiesTable *self)
{
  GtkSelectionModel *selection;
  GtkWidget *view;

  self->rows = g_list_store_new (LAB_TYPE_COPIES_TABLE_ROW);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows))));
  view = gtk_column_view_new (selection);
  gtk_widget_add_css_class (view, "data-table");
  gtk_widget_set_has_tooltip (view, TRUE);
  g_signal_connect (view, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What was measured"), -1);

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_(columns[i].title), factory);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), view);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

/**
 * lab_copies_table_set_rows:
 * @self: a table
 * @rows: #LabCopiesRow of each way
 *
 * Rows that say the same as before are left alone.
 */
void
lab_copies_table_set_rows (LabCopiesTable *self,
                           const GArray   *rows)
{
  GListModel *model;
  guint n_rows;

  g_return_if_fail (LAB_IS_COPIES_TABLE (self));

  model = G_LIST_MODEL (self->rows);
  n_rows = rows != NULL ? rows->len : 0;
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr(LabCopiesTableRow) row = g_object_new (LAB_TYPE_COPIES_TABLE_ROW, NULL);
      g_autoptr(LabCopiesTableRow) old = i < g_list_model_get_n_items (model) ? g_list_model_get_item (model, i) : NULL;
      gboolean same = old != NULL;

      for (guint c = 0; c < N_COLUMNS; c++)
        {
          row->cells[c] = columns[c].cell (&g_array_index (rows, LabCopiesRow, i));
          same = same && g_str_equal (row->cells[c], old->cells[c]);
        }
      if (!same)
        g_list_store_splice (self->rows, i, old != NULL ? 1 : 0, (gpointer *) &row, 1);
    }
  if (g_list_model_get_n_items (model) > n_rows)
    g_list_store_splice (self->rows, n_rows, g_list_model_get_n_items (model) - n_rows, NULL, 0);
}

guint
lab_copies_table_get_n_rows (LabCopiesTable *self)
{
  g_return_val_if_fail (LAB_IS_COPIES_TABLE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

/**
 * lab_copies_table_get_cell:
 * @self: a table
 * @row: from 0
 * @column: from 0
 *
 * Returns: (transfer none): what stands there
 */
const char *
lab_copies_table_get_cell (LabCopiesTable *self,
                           guint           row,
                           guint           column)
{
  g_autoptr(LabCopiesTableRow) item = NULL;

  g_return_val_if_fail (LAB_IS_COPIES_TABLE (self), NULL);
  g_return_val_if_fail (column < N_COLUMNS, NULL);

  item = g_list_model_get_item (G_LIST_MODEL (self->rows), row);

  return item != NULL ? item->cells[column] : NULL;
}
