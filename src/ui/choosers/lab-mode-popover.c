/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-mode-popover.h"

#include <glib/gi18n-lib.h>

#include "backend/segment/lab-key.h"
#include "ui/choosers/lab-mode-words.h"
#include "ui/style/lab-resource.h"

/* Where a mode is chosen: by its six bits that count, in octal, or by a word. */

struct _LabModePopover
{
  GtkPopover  parent_instance;

  GtkWidget  *owner_read;
  GtkWidget  *owner_write;
  GtkWidget  *group_read;
  GtkWidget  *group_write;
  GtkWidget  *others_read;
  GtkWidget  *others_write;
  GtkWidget  *octal;
  GtkWidget  *letters;
  GtkWidget  *words;
  GtkWidget  *warning;
  GtkWidget  *warning_box;

  guint       mode;
  gboolean    filling;  /* the widgets are being set from the mode */
};

enum { PROP_0, PROP_MODE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabModePopover, lab_mode_popover, GTK_TYPE_POPOVER)

static GParamSpec *properties[N_PROPS];

#define N_CHECKS 6

static GtkCheckButton *
get_check (LabModePopover *self,
           guint           i)
{
  GtkWidget *checks[N_CHECKS] = { self->owner_read, self->owner_write, self->group_read,
                                  self->group_write, self->others_read, self->others_write };

  return GTK_CHECK_BUTTON (checks[i]);
}

static const guint check_bits[N_CHECKS] = { 0400, 0200, 0040, 0020, 0004, 0002 };

static void
update (LabModePopover *self)
{
  g_autofree char *letters = lab_mode_format (self->mode);
  g_autofree char *words = lab_mode_describe (self->mode);
  g_autofree char *warning = lab_mode_dup_warning (self->mode);
  /* Translators: %s says who may attach, such as “only you” */
  g_autofree char *in_words = g_strdup_printf (_("In words: %s"), words);

  gtk_label_set_text (GTK_LABEL (self->letters), letters);
  gtk_label_set_text (GTK_LABEL (self->words), in_words);
  gtk_label_set_text (GTK_LABEL (self->warning), warning != NULL ? warning : "");
  gtk_widget_set_visible (self->warning_box, warning != NULL);

  self->filling = TRUE;
  for (guint i = 0; i < N_CHECKS; i++)
    gtk_check_button_set_active (get_check (self, i), (self->mode & check_bits[i]) != 0);
  self->filling = FALSE;
}

/* Not while it is typed into, or the cursor would jump. */
static void
fill_octal (LabModePopover *self)
{
  g_autofree char *text = g_strdup_printf ("%04o", self->mode);

  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->octal), text);
  gtk_widget_remove_css_class (self->octal, "error");
  self->filling = FALSE;
}

static gboolean
take_mode (LabModePopover *self,
           guint           mode)
{
  if (self->mode == mode)
    return FALSE;

  self->mode = mode;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);

  return TRUE;
}

static void
check_toggled_cb (LabModePopover *self)
{
  guint mode = self->mode & ~0666u;

  if (self->filling)
    return;

  for (guint i = 0; i < N_CHECKS; i++)
    if (gtk_check_button_get_active (get_check (self, i)))
      mode |= check_bits[i];

  if (take_mode (self, mode))
    fill_octal (self);
}

static void
octal_changed_cb (LabModePopover *self)
{
  g_autoptr(GError) error = NULL;
  guint mode;
  gboolean good;

  if (self->filling)
    return;

  good = lab_mode_parse (gtk_editable_get_text (GTK_EDITABLE (self->octal)), &mode, &error);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->octal), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
  if (!good)
    {
      gtk_widget_add_css_class (self->octal, "error");
      gtk_label_set_text (GTK_LABEL (self->warning), error->message);
      gtk_widget_set_visible (self->warning_box, TRUE);
      return;
    }

  gtk_widget_remove_css_class (self->octal, "error");
  if (!take_mode (self, mode))
    update (self);  /* takes the error away */
}

static void
octal_activate_cb (LabModePopover *self)
{
  if (!gtk_widget_has_css_class (self->octal, "error"))
    gtk_popover_popdown (GTK_POPOVER (self));
}

static void
lab_mode_popover_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabModePopover *self = LAB_MODE_POPOVER (object);

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
lab_mode_popover_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LabModePopover *self = LAB_MODE_POPOVER (object);

  switch (prop_id)
    {
    case PROP_MODE:
      lab_mode_popover_set_mode (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_mode_popover_dispose (GObject *object)
{
  LAB_MODE_POPOVER (object)->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_MODE_POPOVER);

  G_OBJECT_CLASS (lab_mode_popover_parent_class)->dispose (object);
}

static void
lab_mode_popover_class_init (LabModePopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_mode_popover_dispose;
  object_class->get_property = lab_mode_popover_get_property;
  object_class->set_property = lab_mode_popover_set_property;

  properties[PROP_MODE] =
    g_param_spec_uint ("mode", NULL, NULL, 0, 0777, 0600,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "choosers/lab-mode-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, owner_read);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, owner_write);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, group_read);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, group_write);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, others_read);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, others_write);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, octal);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, letters);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, words);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, warning);
  gtk_widget_class_bind_template_child (widget_class, LabModePopover, warning_box);
  gtk_widget_class_bind_template_callback (widget_class, check_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, octal_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, octal_activate_cb);
}

static void
lab_mode_popover_init (LabModePopover *self)
{
  self->mode = 0600;
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
  fill_octal (self);
}

/**
 * lab_mode_popover_new:
 *
 * Returns: (transfer floating): a popover with the mode 0600
 */
GtkWidget *
lab_mode_popover_new (void)
{
  return g_object_new (LAB_TYPE_MODE_POPOVER, NULL);
}

/**
 * lab_mode_popover_set_mode:
 * @self: a popover
 * @mode: the nine permission bits
 */
void
lab_mode_popover_set_mode (LabModePopover *self,
                           guint           mode)
{
  g_return_if_fail (LAB_IS_MODE_POPOVER (self));
  g_return_if_fail ((mode & ~0777u) == 0);

  if (take_mode (self, mode))
    fill_octal (self);
}
