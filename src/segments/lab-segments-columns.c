/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "segments/lab-segments-columns.h"

#include <glib/gi18n-lib.h>

#include "segments/lab-segment-item.h"
#include "ui/parts/lab-text-cell.h"

static const struct { const char *title; guint n_chars; gboolean is_number, is_mono; } columns[LAB_N_SEGMENT_COLUMNS] = {
  [LAB_SEGMENT_COLUMN_KEY] = { N_("Key"), 11, FALSE, TRUE },
  [LAB_SEGMENT_COLUMN_ID] = { N_("Id"), 8, TRUE, FALSE },
  [LAB_SEGMENT_COLUMN_OWNER] = { N_("Owner"), 9, FALSE, FALSE },
  [LAB_SEGMENT_COLUMN_MODE] = { N_("Mode"), 11, FALSE, TRUE },
  [LAB_SEGMENT_COLUMN_SIZE] = { N_("Bytes"), 11, TRUE, FALSE },
  /* Translators: how many bytes of the segment are in memory */
  [LAB_SEGMENT_COLUMN_RESIDENT] = { N_("Resident"), 11, TRUE, FALSE },
  /* Translators: how many attachments the segment has */
  [LAB_SEGMENT_COLUMN_ATTACHED] = { N_("Attached"), 8, TRUE, FALSE },
  [LAB_SEGMENT_COLUMN_STATE] = { N_("State"), 17, FALSE, FALSE },
  /* Translators: the process that made the segment */
  [LAB_SEGMENT_COLUMN_CREATOR] = { N_("Creator"), 20, FALSE, FALSE },
  /* Translators: the process that last attached or detached the segment */
  [LAB_SEGMENT_COLUMN_LAST_USER] = { N_("Last User"), 20, FALSE, FALSE },
  [LAB_SEGMENT_COLUMN_ATTACHED_AT] = { N_("Last Attached"), 20, FALSE, FALSE },
  [LAB_SEGMENT_COLUMN_DETACHED_AT] = { N_("Last Detached"), 20, FALSE, FALSE },
  [LAB_SEGMENT_COLUMN_CHANGED_AT] = { N_("Made or Changed"), 20, FALSE, FALSE },
};

/* The cells in which an item is shown at the moment. */
typedef struct
{
  LabTextCell *cells[LAB_N_SEGMENT_COLUMNS];
} Cells;

static G_DEFINE_QUARK (lab-segment-cells, cells)

static void
fill_cell (LabSegmentItem   *item,
           LabTextCell      *cell,
           LabSegmentColumn  column)
{
  g_autofree char *text = lab_segment_item_dup_text (item, column);

  lab_text_cell_set_text (cell, text);
  if (column == LAB_SEGMENT_COLUMN_STATE)
    {
      LabSegmentState state = lab_segment_item_get_state (item);

      if (state == LAB_SEGMENT_STATE_LEFT || state == LAB_SEGMENT_STATE_REMOVED)
        gtk_widget_add_css_class (GTK_WIDGET (cell), "lab-trouble");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (cell), "lab-trouble");
    }
}

static void
changed_cb (LabSegmentItem *item)
{
  Cells *cells = g_object_get_qdata (G_OBJECT (item), cells_quark ());

  for (LabSegmentColumn i = 0; i < LAB_N_SEGMENT_COLUMNS; i++)
    if (cells->cells[i] != NULL)
      fill_cell (item, cells->cells[i], i);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  data)
{
  LabSegmentColumn column = GPOINTER_TO_UINT (data);
  GtkWidget *cell = lab_text_cell_new (columns[column].n_chars, columns[column].is_number ? 1.0f : 0.0f);

  if (columns[column].is_mono)
    gtk_widget_add_css_class (cell, "mono");
  gtk_list_item_set_child (list_item, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         gpointer                  data)
{
  LabSegmentColumn column = GPOINTER_TO_UINT (data);
  LabSegmentItem *item = gtk_list_item_get_item (list_item);
  Cells *cells = g_object_get_qdata (G_OBJECT (item), cells_quark ());

  if (cells == NULL)
    {
      cells = g_new0 (Cells, 1);
      g_object_set_qdata_full (G_OBJECT (item), cells_quark (), cells, g_free);
      g_signal_connect (item, "changed", G_CALLBACK (changed_cb), NULL);
    }

  cells->cells[column] = LAB_TEXT_CELL (gtk_list_item_get_child (list_item));
  fill_cell (item, cells->cells[column], column);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           gpointer                  data)
{
  LabSegmentColumn column = GPOINTER_TO_UINT (data);
  Cells *cells = g_object_get_qdata (gtk_list_item_get_item (list_item), cells_quark ());

  /* When rows move, the item may be in another cell already. */
  if (GTK_WIDGET (cells->cells[column]) == gtk_list_item_get_child (list_item))
    cells->cells[column] = NULL;
}

static int
compare_cb (gconstpointer a,
            gconstpointer b,
            gpointer      data)
{
  return lab_segment_item_compare (LAB_SEGMENT_ITEM ((gpointer) a), LAB_SEGMENT_ITEM ((gpointer) b), GPOINTER_TO_UINT (data));
}

/**
 * lab_segments_columns_add:
 * @view: an empty table
 *
 * Adds the columns for #LabSegmentItem.
 */
void
lab_segments_columns_add (GtkColumnView *view)
{
  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  for (LabSegmentColumn i = 0; i < LAB_N_SEGMENT_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = NULL;
      g_autoptr(GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, GUINT_TO_POINTER (i), NULL));

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_(columns[i].title), factory);
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (view, column);
    }
}
