/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/record/lab-attachment-columns.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-attachment.h"
#include "backend/kernel/lab-presence.h"
#include "ui/parts/lab-gradual-list.h"
#include "ui/parts/lab-text-cell.h"

typedef enum
{
  COLUMN_PID,
  COLUMN_NAME,
  COLUMN_ACCESS,
  COLUMN_ADDRESS,
  COLUMN_STATE,
  N_COLUMNS,
} Column;

static const char * const titles[N_COLUMNS] = {
  /* Translators: the number of a process */
  [COLUMN_PID] = N_("Pid"),
  [COLUMN_NAME] = N_("Process"),
  [COLUMN_ACCESS] = N_("Access"),
  [COLUMN_ADDRESS] = N_("Address There"),
  [COLUMN_STATE] = N_("State"),
};

/* Wide enough for a pid, and for a name as the kernel keeps it; an address of 48 bits. */
static const guint min_chars[N_COLUMNS] = {
  [COLUMN_PID] = 9,
  [COLUMN_NAME] = 16,
  [COLUMN_ACCESS] = 21,
  [COLUMN_ADDRESS] = 15,
  [COLUMN_STATE] = 20,
};

static const char *
describe_presence (pid_t pid)
{
  gint64 start_us;

  if (pid == getpid ())
    return _("alive, this process");

  switch (lab_presence_find_now (pid, &start_us))
    {
    case LAB_PRESENCE_RUNS:
      return _("alive");
    case LAB_PRESENCE_ENDED:
      return _("ended, not yet waited for");
    case LAB_PRESENCE_UNSEEN:
      return _("cannot be seen from here");
    case LAB_PRESENCE_GONE:
    default:
      return _("gone");
    }
}

static char *
format (LabAttachment *attachment,
        Column         column)
{
  pid_t pid = lab_attachment_get_pid (attachment);

  switch (column)
    {
    case COLUMN_PID:
      return g_strdup_printf ("%d", (int) pid);
    case COLUMN_NAME:
      return g_strdup (lab_attachment_get_process_name (attachment));
    case COLUMN_ACCESS:
      /* Translators: keep what stands between <tt> and </tt> */
      return g_strdup (lab_attachment_is_writable (attachment) ? _("<tt>rw-s</tt> reads and writes") : _("<tt>r--s</tt> reads"));
    case COLUMN_ADDRESS:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", lab_attachment_get_address (attachment));
    case COLUMN_STATE:
      return g_strdup (describe_presence (pid));
    case N_COLUMNS:
    default:
      g_return_val_if_reached (NULL);
    }
}

static gboolean
is_mono (Column column)
{
  return column == COLUMN_PID || column == COLUMN_ADDRESS;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  data)
{
  Column column = GPOINTER_TO_UINT (data);
  GtkWidget *cell = lab_text_cell_new (min_chars[column], column == COLUMN_PID ? 1.0f : 0.0f);

  if (is_mono (column))
    gtk_widget_add_css_class (cell, "mono");
  gtk_list_item_set_child (item, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  data)
{
  Column column = GPOINTER_TO_UINT (data);
  LabTextCell *cell = LAB_TEXT_CELL (gtk_list_item_get_child (item));
  g_autofree char *text = format (gtk_list_item_get_item (item), column);

  if (column == COLUMN_ACCESS)
    lab_text_cell_set_markup (cell, text);
  else
    lab_text_cell_set_text (cell, text);
}

static int
compare_pids (gconstpointer a,
              gconstpointer b,
              gpointer      unused)
{
  pid_t pid_a = lab_attachment_get_pid (LAB_ATTACHMENT ((gpointer) a));
  pid_t pid_b = lab_attachment_get_pid (LAB_ATTACHMENT ((gpointer) b));

  return (pid_a > pid_b) - (pid_a < pid_b);
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  return g_utf8_collate (lab_attachment_get_process_name (LAB_ATTACHMENT ((gpointer) a)),
                         lab_attachment_get_process_name (LAB_ATTACHMENT ((gpointer) b)));
}

static int
compare_access (gconstpointer a,
                gconstpointer b,
                gpointer      unused)
{
  return lab_attachment_is_writable (LAB_ATTACHMENT ((gpointer) a)) - lab_attachment_is_writable (LAB_ATTACHMENT ((gpointer) b));
}

static int
compare_addresses (gconstpointer a,
                   gconstpointer b,
                   gpointer      unused)
{
  guint64 address_a = lab_attachment_get_address (LAB_ATTACHMENT ((gpointer) a));
  guint64 address_b = lab_attachment_get_address (LAB_ATTACHMENT ((gpointer) b));

  return (address_a > address_b) - (address_a < address_b);
}

/**
 * lab_attachment_columns_add:
 * @view: an empty table
 *
 * Adds the columns.
 */
void
lab_attachment_columns_add (GtkColumnView *view)
{
  static const GCompareDataFunc compare[N_COLUMNS] = {
    [COLUMN_PID] = compare_pids,
    [COLUMN_NAME] = compare_names,
    [COLUMN_ACCESS] = compare_access,
    [COLUMN_ADDRESS] = compare_addresses,
  };

  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));

  for (Column i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr(GtkColumnViewColumn) column = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_(titles[i]), factory);
      gtk_column_view_column_set_expand (column, i == COLUMN_NAME);
      gtk_column_view_column_set_resizable (column, TRUE);
      if (compare[i] != NULL)
        {
          g_autoptr(GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare[i], NULL, NULL));

          gtk_column_view_column_set_sorter (column, sorter);
        }
      gtk_column_view_append_column (view, column);
    }
}

/**
 * lab_attachment_columns_set_model:
 * @view: a table with the columns, without a model
 * @attachments: a #GListModel of #LabAttachment
 *
 * Shows @attachments, sorted as the user likes; of many that come or go, some with each frame.
 *
 * Returns: (transfer none): the view's selection, of a #LabGradualList; nothing is selected at first
 */
GtkSingleSelection *
lab_attachment_columns_set_model (GtkColumnView *view,
                                  GListModel    *attachments)
{
  g_autoptr(GtkSortListModel) sorted = NULL;
  g_autoptr(LabGradualList) gradual = NULL;
  g_autoptr(GtkSingleSelection) selection = NULL;

  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (view), NULL);

  sorted = gtk_sort_list_model_new (g_object_ref (attachments), g_object_ref (gtk_column_view_get_sorter (view)));
  gradual = lab_gradual_list_new (G_LIST_MODEL (sorted), GTK_WIDGET (view));
  selection = g_object_new (GTK_TYPE_SINGLE_SELECTION,
                            "autoselect", FALSE,
                            "can-unselect", TRUE,
                            "model", gradual,
                            NULL);
  gtk_column_view_set_model (view, GTK_SELECTION_MODEL (selection));

  return selection;
}
