/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-mode-editor.h"

#include <glib/gi18n-lib.h>

#include "backend/segment/lab-key.h"
#include "ui/choosers/lab-mode-popover.h"
#include "ui/choosers/lab-mode-words.h"
#include "ui/style/lab-resource.h"

/* Who may attach a new segment: octal, letters and words of the same nine bits.
 * The kernel looks only at read and write; the execute bits are kept as given.
 * The popover to change them is made when it is first opened. */

struct _LabModeEditor
{
  GtkWidget  parent_instance;

  GtkWidget *button;
  GtkWidget *summary;
  GtkWidget *summary_warning;

  guint      mode;
};

enum { PROP_0, PROP_MODE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabModeEditor, lab_mode_editor, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
update (LabModeEditor *self)
{
  g_autofree char *letters = lab_mode_format (self->mode);
  g_autofree char *words = lab_mode_describe (self->mode);
  g_autofree char *warning = lab_mode_dup_warning (self->mode);
  /* Translators: a mode in octal, the same as letters, and in words */
  g_autofree char *summary = g_strdup_printf (_("%04o %s, %s"), self->mode, letters, words);
  g_autofree char *tooltip = warning != NULL ? g_strdup_printf ("%s\n%s", summary, warning) : g_strdup (summary);
  gboolean danger = (self->mode & 0006) != 0 || (self->mode & 0600) != 0600;

  gtk_label_set_text (GTK_LABEL (self->summary), summary);
  gtk_widget_set_visible (self->summary_warning, danger);
  gtk_widget_set_tooltip_text (self->button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, warning != NULL ? warning : "",
                                  -1);
}

static void
create_popup_cb (GtkMenuButton *button,
                 gpointer       user_data)
{
  GtkWidget *popover;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  popover = lab_mode_popover_new ();
  gtk_menu_button_set_popover (button, popover);
  g_object_bind_property (user_data, "mode", popover, "mode", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

static void
set_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  LabModeEditor *self = LAB_MODE_EDITOR (widget);

  lab_mode_editor_set_mode (self, g_variant_get_uint32 (parameter));
}

static gboolean
lab_mode_editor_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (LAB_MODE_EDITOR (widget)->button);
}

static void
lab_mode_editor_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabModeEditor *self = LAB_MODE_EDITOR (object);

  switch (prop_id)
    {
    case PROP_MODE:
      g_value_set_uint (value, self->mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_mode_editor_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabModeEditor *self = LAB_MODE_EDITOR (object);

  switch (prop_id)
    {
    case PROP_MODE:
      lab_mode_editor_set_mode (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_mode_editor_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_MODE_EDITOR);

  G_OBJECT_CLASS (lab_mode_editor_parent_class)->dispose (object);
}

static void
lab_mode_editor_class_init (LabModeEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_mode_editor_dispose;
  object_class->get_property = lab_mode_editor_get_property;
  object_class->set_property = lab_mode_editor_set_property;
  widget_class->grab_focus = lab_mode_editor_grab_focus;

  properties[PROP_MODE] =
    g_param_spec_uint ("mode", NULL, NULL, 0, 0777, 0600,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "choosers/lab-mode-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, button);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, summary);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, summary_warning);
  gtk_widget_class_install_action (widget_class, "mode.set", "u", set_action);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "modeeditor");
}

static void
lab_mode_editor_init (LabModeEditor *self)
{
  self->mode = 0600;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), create_popup_cb, self, NULL);
  update (self);
}

/**
 * lab_mode_editor_new:
 *
 * Returns: (transfer floating): an editor with the mode 0600
 */
GtkWidget *
lab_mode_editor_new (void)
{
  return g_object_new (LAB_TYPE_MODE_EDITOR, NULL);
}

guint
lab_mode_editor_get_mode (LabModeEditor *self)
{
  g_return_val_if_fail (LAB_IS_MODE_EDITOR (self), 0);

  return self->mode;
}

/**
 * lab_mode_editor_set_mode:
 * @self: an editor
 * @mode: the nine permission bits
 */
void
lab_mode_editor_set_mode (LabModeEditor *self,
                          guint          mode)
{
  g_return_if_fail (LAB_IS_MODE_EDITOR (self));
  g_return_if_fail ((mode & ~0777u) == 0);

  if (self->mode == mode)
    return;

  self->mode = mode;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
}
