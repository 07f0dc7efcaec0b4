/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture-part.h"

#include <glib/gi18n-lib.h>

/* One box inside a process: a stretch of its addresses, or a word about what
 * is not drawn.  It can be reached by the keyboard and says one sentence. */

struct _LabPicturePart
{
  GtkWidget           parent_instance;

  GtkWidget          *text;
  GtkWidget          *access;

  LabPicturePartKind  kind;
  guint64             address;   /* of a stretch */
  gboolean            writable;
};

G_DEFINE_FINAL_TYPE (LabPicturePart, lab_picture_part, GTK_TYPE_WIDGET)

static const char * const css_classes[] = {
  [LAB_PICTURE_PART_REGION] = "region",
  [LAB_PICTURE_PART_EMPTY] = "empty",
  [LAB_PICTURE_PART_STRETCH] = "stretch",
  [LAB_PICTURE_PART_MORE] = "more",
};

static void
lab_picture_part_dispose (GObject *object)
{
  LabPicturePart *self = LAB_PICTURE_PART (object);

  g_clear_pointer (&self->text, gtk_widget_unparent);
  g_clear_pointer (&self->access, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_picture_part_parent_class)->dispose (object);
}

static void
lab_picture_part_class_init (LabPicturePartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_picture_part_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "picturepart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_picture_part_init (LabPicturePart *self)
{
  self->text = g_object_new (GTK_TYPE_LABEL,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                             "hexpand", TRUE,
                             "justify", GTK_JUSTIFY_CENTER,
                             NULL);
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
  self->access = g_object_new (GTK_TYPE_LABEL,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                               "css-classes", (const char *[]) { "access", NULL },
                               NULL);
  gtk_widget_set_parent (self->access, GTK_WIDGET (self));

  gtk_widget_add_css_class (GTK_WIDGET (self), css_classes[self->kind]);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

GtkWidget *
lab_picture_part_new (void)
{
  return g_object_new (LAB_TYPE_PICTURE_PART, NULL);
}

/**
 * lab_picture_part_set:
 * @self: a part
 * @kind: what it is
 * @text: what it is called
 * @access: (nullable): `rw-s` or `r--s`
 * @sentence: what the tooltip and a screen reader say about it
 */
void
lab_picture_part_set (LabPicturePart     *self,
                      LabPicturePartKind  kind,
                      const char         *text,
                      const char         *access,
                      const char         *sentence)
{
  g_return_if_fail (LAB_IS_PICTURE_PART (self));

  if (self->kind != kind)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), css_classes[self->kind]);
      self->kind = kind;
      gtk_widget_add_css_class (GTK_WIDGET (self), css_classes[self->kind]);
    }

  if (kind != LAB_PICTURE_PART_STRETCH)
    {
      self->address = 0;
      self->writable = FALSE;
    }

  /* An address may lose its middle; words go on in the next line. */
  gtk_label_set_wrap (GTK_LABEL (self->text), kind != LAB_PICTURE_PART_STRETCH);
  gtk_label_set_ellipsize (GTK_LABEL (self->text), kind == LAB_PICTURE_PART_STRETCH ? PANGO_ELLIPSIZE_MIDDLE
                                                                                    : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_xalign (GTK_LABEL (self->text), kind == LAB_PICTURE_PART_STRETCH ? 0.0f : 0.5f);
  gtk_widget_set_vexpand (GTK_WIDGET (self), kind != LAB_PICTURE_PART_MORE);
  gtk_label_set_text (GTK_LABEL (self->text), text);
  gtk_label_set_text (GTK_LABEL (self->access), access != NULL ? access : "");
  gtk_widget_set_visible (self->access, access != NULL);

  /* The tooltip first, because it sets the description too. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self)), sentence) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence,
                                  -1);
}

/**
 * lab_picture_part_set_stretch:
 * @self: a part
 * @pid: whose address it is
 * @address: where the segment begins for that process
 * @writable: whether it may write there
 */
void
lab_picture_part_set_stretch (LabPicturePart *self,
                              pid_t           pid,
                              guint64         address,
                              gboolean        writable)
{
  g_autofree char *text = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", address);
  g_autofree char *sentence = NULL;

  /* Translators: an address and a pid */
  sentence = g_strdup_printf (writable ? _("At %s process %d sees the segment; it may read and write (rw-s).")
                                       : _("At %s process %d sees the segment; it may only read (r--s)."),
                              text, (int) pid);
  self->address = address;
  self->writable = writable;
  lab_picture_part_set (self, LAB_PICTURE_PART_STRETCH, text, writable ? "rw-s" : "r--s", sentence);
}

LabPicturePartKind
lab_picture_part_get_kind (LabPicturePart *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PART (self), LAB_PICTURE_PART_REGION);

  return self->kind;
}

guint64
lab_picture_part_get_address (LabPicturePart *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PART (self), 0);

  return self->address;
}

gboolean
lab_picture_part_is_writable (LabPicturePart *self)
{
  g_return_val_if_fail (LAB_IS_PICTURE_PART (self), FALSE);

  return self->writable;
}
