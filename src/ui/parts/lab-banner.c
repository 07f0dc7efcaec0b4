/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/parts/lab-banner.h"

#include <glib/gi18n-lib.h>

#include "ui/parts/lab-label.h"
#include "ui/style/lab-resource.h"

struct _LabBanner
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkImage  *icon;
  GtkLabel  *title;
  GtkLabel  *text;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (LabBanner, lab_banner, GTK_TYPE_WIDGET)

static void
lab_banner_dispose (GObject *object)
{
  LabBanner *self = LAB_BANNER (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_banner_parent_class)->dispose (object);
}

static void
lab_banner_class_init (LabBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_banner_dispose;

  gtk_widget_class_set_css_name (widget_class, "labbanner");
  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "parts/lab-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, LabBanner, box);
  gtk_widget_class_bind_template_child (widget_class, LabBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, LabBanner, title);
  gtk_widget_class_bind_template_child (widget_class, LabBanner, text);
  gtk_widget_class_bind_template_child (widget_class, LabBanner, buttons);
}

static void
lab_banner_init (LabBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
}

static void
set_words (LabBanner     *self,
           LabBannerKind  kind,
           const char    *title,
           const char    *text)
{
  gtk_image_set_from_icon_name (self->icon, kind == LAB_BANNER_TROUBLE ? "dialog-warning-symbolic"
                                                                       : "dialog-information-symbolic");
  if (kind == LAB_BANNER_TROUBLE)
    gtk_widget_add_css_class (GTK_WIDGET (self), "trouble");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "trouble");

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->text, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->text), text != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/**
 * lab_banner_show:
 * @self: a banner
 * @kind: how bad it is
 * @title: what happened, in a few words
 * @text: (nullable): why, and what to do
 *
 * Says this instead of what was said before, without buttons.
 */
void
lab_banner_show (LabBanner     *self,
                 LabBannerKind  kind,
                 const char    *title,
                 const char    *text)
{
  GtkWidget *button;

  g_return_if_fail (LAB_IS_BANNER (self));

  while ((button = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_widget_unparent (button);
  gtk_widget_set_visible (self->buttons, FALSE);

  set_words (self, kind, title, text);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

/**
 * lab_banner_reword:
 * @self: a banner that is shown
 * @kind: how bad it is
 * @title: what happened, in a few words
 * @text: (nullable): why, and what to do
 *
 * Says the same matter as it is now.  The buttons stay, and so does the keyboard on one of them.
 */
void
lab_banner_reword (LabBanner     *self,
                   LabBannerKind  kind,
                   const char    *title,
                   const char    *text)
{
  g_return_if_fail (LAB_IS_BANNER (self));

  set_words (self, kind, title, text);
}

/**
 * lab_banner_add_button:
 * @self: a banner
 * @label: what the button does
 * @action_name: the action, such as "win.attach"
 * @css_class: (nullable): "suggested-action" or "destructive-action"
 *
 * Adds something that can be done.
 */
void
lab_banner_add_button (LabBanner  *self,
                       const char *label,
                       const char *action_name,
                       const char *css_class)
{
  GtkWidget *button;

  g_return_if_fail (LAB_IS_BANNER (self));

  button = gtk_button_new_with_label (label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  if (css_class != NULL)
    gtk_widget_add_css_class (button, css_class);
  gtk_box_append (GTK_BOX (self->buttons), button);
  gtk_widget_set_visible (self->buttons, TRUE);
}

/**
 * lab_banner_show_no_table:
 * @self: a banner
 *
 * Says that /proc has no table of segments here, and what works without it.
 */
void
lab_banner_show_no_table (LabBanner *self)
{
  lab_banner_show (self, LAB_BANNER_INFO, _("The kernel’s table of segments cannot be read"),
                   /* Translators: keep /proc/sysvipc/shm, IPC_STAT, mode and nattch as they are */
                   _("There is no /proc/sysvipc/shm here. The segment still works, and its key, id, mode and nattch are asked for with IPC_STAT. How much of it is in memory or in swap stays unknown, and other segments cannot be listed."));
}

void
lab_banner_hide (LabBanner *self)
{
  g_return_if_fail (LAB_IS_BANNER (self));

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
