/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/record/lab-record-row.h"

#include <glib/gi18n-lib.h>

#include "ui/parts/lab-wrap-layout.h"
#include "ui/style/lab-resource.h"

/* How long the old value can be read beside the new one. */
#define MARK_SECONDS 10

struct _LabRecordRow
{
  GtkListBoxRow  parent_instance;

  GtkLabel      *name;
  GtkLabel      *value;
  GtkLabel      *words;
  GtkLabel      *before;
  GtkLabel      *meaning;
  GtkWidget     *mark;

  guint          mark_id;    /* the timeout that takes the mark away */
  gboolean       flip;       /* which of two equal animations runs: only another one starts anew */
};

G_DEFINE_FINAL_TYPE (LabRecordRow, lab_record_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
mark_timeout_cb (gpointer data)
{
  LabRecordRow *self = data;

  self->mark_id = 0;
  lab_record_row_unmark (self);

  return G_SOURCE_REMOVE;
}

static void
mark (LabRecordRow *self,
      const char   *value_before)
{
  /* Translators: %s is the value that a field had before it changed */
  g_autofree char *text = g_strdup_printf (_("was %s"), value_before);

  gtk_label_set_text (self->before, text);
  gtk_widget_set_visible (self->mark, TRUE);
  gtk_widget_remove_css_class (GTK_WIDGET (self), self->flip ? "changed" : "changed-again");
  self->flip = !self->flip;
  gtk_widget_add_css_class (GTK_WIDGET (self), self->flip ? "changed" : "changed-again");

  g_clear_handle_id (&self->mark_id, g_source_remove);
  self->mark_id = g_timeout_add_seconds (MARK_SECONDS, mark_timeout_cb, self);
}

static void
lab_record_row_dispose (GObject *object)
{
  LabRecordRow *self = LAB_RECORD_ROW (object);

  g_clear_handle_id (&self->mark_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), LAB_TYPE_RECORD_ROW);

  G_OBJECT_CLASS (lab_record_row_parent_class)->dispose (object);
}

static void
lab_record_row_class_init (LabRecordRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_record_row_dispose;

  g_type_ensure (LAB_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "record/lab-record-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, name);
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, value);
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, words);
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, before);
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, meaning);
  gtk_widget_class_bind_template_child (widget_class, LabRecordRow, mark);
  gtk_widget_class_set_css_name (widget_class, "recordrow");
}

static void
lab_record_row_init (LabRecordRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_record_row_new:
 * @name: the field's name in C
 * @meaning: what the field means, translated
 * @names: makes the names of all rows equally wide
 *
 * Returns: (transfer floating): a row without a value
 */
GtkWidget *
lab_record_row_new (const char   *name,
                    const char   *meaning,
                    GtkSizeGroup *names)
{
  LabRecordRow *self = g_object_new (LAB_TYPE_RECORD_ROW, NULL);

  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->meaning, meaning);
  gtk_size_group_add_widget (names, GTK_WIDGET (self->name));

  return GTK_WIDGET (self);
}

static gboolean
set_text (GtkLabel   *label,
          const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) == 0)
    return FALSE;

  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), text[0] != '\0');

  return TRUE;
}

/**
 * lab_record_row_set_value:
 * @self: a row
 * @value: the value as the kernel has it
 * @words: the value as people read it, or ""
 * @mark_change: whether a change is news: not for a segment that has just been found
 *
 * Does nothing when both are as they were.  An empty value is none yet.
 */
void
lab_record_row_set_value (LabRecordRow *self,
                          const char   *value,
                          const char   *words,
                          gboolean      mark_change)
{
  g_autofree char *before = NULL;
  g_autofree char *spoken = NULL;
  gboolean has_changed;

  g_return_if_fail (LAB_IS_RECORD_ROW (self));
  g_return_if_fail (value != NULL && words != NULL);

  before = g_strdup (gtk_label_get_text (self->value));
  has_changed = set_text (self->value, value);
  if (!set_text (self->words, words) && !has_changed)
    return;

  if (has_changed && mark_change && before[0] != '\0')
    mark (self, before);

  spoken = g_strdup_printf ("%s: %s %s", gtk_label_get_text (self->name), value, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_label_get_text (self->meaning),
                                  -1);
}

/**
 * lab_record_row_get_value:
 * @self: a row
 *
 * Returns: the value that is shown
 */
const char *
lab_record_row_get_value (LabRecordRow *self)
{
  g_return_val_if_fail (LAB_IS_RECORD_ROW (self), NULL);

  return gtk_label_get_text (self->value);
}

gboolean
lab_record_row_is_marked (LabRecordRow *self)
{
  g_return_val_if_fail (LAB_IS_RECORD_ROW (self), FALSE);

  return gtk_widget_get_visible (self->mark);
}

/**
 * lab_record_row_unmark:
 * @self: a row
 *
 * Takes the mark of a change away at once.
 */
void
lab_record_row_unmark (LabRecordRow *self)
{
  g_return_if_fail (LAB_IS_RECORD_ROW (self));

  g_clear_handle_id (&self->mark_id, g_source_remove);
  gtk_widget_set_visible (self->mark, FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "changed");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "changed-again");
}
