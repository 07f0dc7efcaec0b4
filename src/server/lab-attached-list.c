/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "server/lab-attached-list.h"

#include <unistd.h>

#include <glib/gi18n.h>

#include "backend/kernel/lab-text.h"
#include "ui/parts/lab-bind.h"

#define MAX_ROWS      8    /* more than these scroll */
#define MAX_LISTED   24    /* more than these are a number: each is a widget, and nobody reads them */
#define MAX_HEIGHT_PX 180

struct _LabAttachedList
{
  GtkWidget          parent_instance;

  LabSegmentMonitor *monitor;
  GListModel        *others;
  GListModel        *listed;   /* the first of them */
  GtkWidget         *box;
};

G_DEFINE_FINAL_TYPE (LabAttachedList, lab_attached_list, GTK_TYPE_WIDGET)

static gboolean
is_any (gpointer unused,
        guint    n_seen)
{
  return n_seen > 0;
}

static GtkPolicyType
find_policy (gpointer unused,
             guint    n_seen)
{
  return n_seen > MAX_ROWS ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER;
}

static gboolean
is_any_unseen (gpointer unused,
               gulong   n_unseen)
{
  return n_unseen > 0;
}

static gboolean
is_any_at_all (gpointer unused,
               guint    n_seen,
               gulong   n_unseen)
{
  return n_seen > 0 || n_unseen > 0;
}

static gboolean
are_too_many (gpointer unused,
              guint    n_seen)
{
  return n_seen > MAX_LISTED;
}

static char *
describe_more (gpointer unused,
               guint    n_seen)
{
  const guint n_more = n_seen - MIN (n_seen, MAX_LISTED);
  g_autofree char *number = lab_text_format_count (n_more);

  return g_strdup_printf (g_dngettext (NULL, "%s more attachment stands in the Kernel Record",
                                       "%s more attachments stand in the Kernel Record", n_more), number);
}

static char *
describe_unseen (gpointer unused,
                 gulong   n_unseen)
{
  return g_strdup_printf (g_dngettext (NULL, "%lu more attachment, which you may not see",
                                       "%lu more attachments, which you may not see", n_unseen), n_unseen);
}

static gboolean
is_other_process (gpointer item,
                  gpointer unused)
{
  return lab_attachment_get_pid (LAB_ATTACHMENT (item)) != getpid ();
}

static GtkWidget *
create_row (gpointer item,
            gpointer unused)
{
  LabAttachment *attachment = LAB_ATTACHMENT (item);
  g_autofree char *text = NULL;
  GtkWidget *label;

  /* Translators: one process attached to the segment: its pid, its name, its access as in /proc/PID/maps */
  text = g_strdup_printf (_("pid %d  %s  %s"), (int) lab_attachment_get_pid (attachment),
                          lab_attachment_get_process_name (attachment),
                          lab_attachment_is_writable (attachment) ? "rw-s" : "r--s");
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "attached-process");

  return label;
}

static void
lab_attached_list_dispose (GObject *object)
{
  LabAttachedList *self = LAB_ATTACHED_LIST (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->listed);
  g_clear_object (&self->others);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_attached_list_parent_class)->dispose (object);
}

static void
lab_attached_list_class_init (LabAttachedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lab_attached_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
lab_attached_list_init (LabAttachedList *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * lab_attached_list_new:
 * @monitor: what follows the segment
 *
 * Returns: the list; hidden while nobody else is attached
 */
GtkWidget *
lab_attached_list_new (LabSegmentMonitor *monitor)
{
  LabAttachedList *self = g_object_new (LAB_TYPE_ATTACHED_LIST, NULL);
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_other_process, NULL, NULL));
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *more = gtk_label_new (NULL);
  GtkWidget *unseen = gtk_label_new (NULL);

  self->monitor = g_object_ref (monitor);
  self->others = G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (lab_segment_monitor_get_attachments (monitor)), filter));
  self->listed = G_LIST_MODEL (gtk_slice_list_model_new (g_object_ref (self->others), 0, MAX_LISTED));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_bind_model (GTK_LIST_BOX (list), self->listed, create_row, NULL, NULL);
  gtk_widget_add_css_class (list, "attached-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Attached processes"), -1);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT_PX);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_box_append (GTK_BOX (self->box), scroller);

  gtk_label_set_xalign (GTK_LABEL (more), 0);
  gtk_label_set_wrap (GTK_LABEL (more), TRUE);
  gtk_widget_add_css_class (more, "dim-label");
  gtk_box_append (GTK_BOX (self->box), more);

  gtk_label_set_xalign (GTK_LABEL (unseen), 0);
  gtk_label_set_wrap (GTK_LABEL (unseen), TRUE);
  gtk_widget_add_css_class (unseen, "dim-label");
  gtk_box_append (GTK_BOX (self->box), unseen);

  lab_bind (scroller, "visible", G_CALLBACK (is_any), self->others, "n-items", NULL);
  lab_bind (scroller, "vscrollbar-policy", G_CALLBACK (find_policy), self->others, "n-items", NULL);
  lab_bind (more, "visible", G_CALLBACK (are_too_many), self->others, "n-items", NULL);
  lab_bind (more, "label", G_CALLBACK (describe_more), self->others, "n-items", NULL);
  lab_bind (unseen, "visible", G_CALLBACK (is_any_unseen), monitor, "n-unseen", NULL);
  lab_bind (unseen, "label", G_CALLBACK (describe_unseen), monitor, "n-unseen", NULL);
  lab_bind (self, "visible", G_CALLBACK (is_any_at_all), self->others, "n-items", monitor, "n-unseen", NULL);

  return GTK_WIDGET (self);
}
