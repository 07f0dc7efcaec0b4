/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-mode-editor.h"

#include <glib/gi18n-lib.h>

#include "backend/segment/lab-key.h"
#include "ui/style/lab-resource.h"

/* Who may attach a new segment: octal, letters and words of the same nine bits.
 * The kernel looks only at read and write; the execute bits are kept as given. */

struct _LabModeEditor
{
  GtkWidget  parent_instance;

  GtkWidget *button;
  GtkWidget *summary;
  GtkWidget *summary_warning;
  GtkWidget *popover;
  GtkWidget *owner_read;
  GtkWidget *owner_write;
  GtkWidget *group_read;
  GtkWidget *group_write;
  GtkWidget *others_read;
  GtkWidget *others_write;
  GtkWidget *octal;
  GtkWidget *letters;
  GtkWidget *words;
  GtkWidget *warning;
  GtkWidget *warning_box;

  guint      mode;
  gboolean   filling;  /* the widgets are being set from the mode */
};

enum { PROP_0, PROP_MODE, N_PROPS };

G_DEFINE_FINAL_TYPE (LabModeEditor, lab_mode_editor, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

#define N_CHECKS 6

static GtkCheckButton *
get_check (LabModeEditor *self,
           guint          i)
{
  GtkWidget *checks[N_CHECKS] = { self->owner_read, self->owner_write, self->group_read,
                                  self->group_write, self->others_read, self->others_write };

  return GTK_CHECK_BUTTON (checks[i]);
}

static const guint check_bits[N_CHECKS] = { 0400, 0200, 0040, 0020, 0004, 0002 };

static const char *
describe_access (guint bits)
{
  switch (bits & 06)
    {
    case 06:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("read and write");
    case 04:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("only read");
    case 02:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("only write");
    default:
      /* Translators: follows “you:”, “your group:” or “everybody else:” */
      return _("nothing");
    }
}

/**
 * lab_mode_describe:
 * @mode: permission bits
 *
 * Returns: (transfer full): who may do what, in words
 */
char *
lab_mode_describe (guint mode)
{
  switch (mode & 0666)
    {
    case 0600:
      return g_strdup (_("only you"));
    case 0660:
      return g_strdup (_("you and your group"));
    case 0666:
      return g_strdup (_("everybody on this computer may read and write it"));
    case 0644:
      return g_strdup (_("everybody on this computer may read it, only you may write"));
    case 0640:
      return g_strdup (_("your group may read it, only you may write"));
    case 0000:
      return g_strdup (_("nobody, not even you"));
    default:
      /* Translators: each %s is “read and write”, “only read”, “only write” or “nothing” */
      return g_strdup_printf (_("you: %s; your group: %s; everybody else: %s"),
                              describe_access (mode >> 6), describe_access (mode >> 3), describe_access (mode));
    }
}

/**
 * lab_mode_dup_warning:
 * @mode: permission bits
 *
 * Returns: (transfer full) (nullable): what is dangerous or useless about @mode, or %NULL
 */
char *
lab_mode_dup_warning (guint mode)
{
  if ((mode & 0600) != 0600)
    {
      if ((mode & 0600) == 0400)
        return g_strdup (_("You cannot write into your own segment: attaching it for writing will fail"));

      /* shmat(2) always asks for reading, even where only writing is meant. */
      return g_strdup (_("You cannot attach your own segment: that takes the permission to read"));
    }
  if ((mode & 0002) != 0)
    return g_strdup (_("Any program of any user can change the message while you write it"));
  if ((mode & 0004) != 0)
    return g_strdup (_("Any user of this computer can read the message"));
  if ((mode & 0020) != 0)
    return g_strdup (_("Everybody in your group can change the message"));

  return NULL;
}

static void
update (LabModeEditor *self)
{
  g_autofree char *letters = lab_mode_format (self->mode);
  g_autofree char *words = lab_mode_describe (self->mode);
  g_autofree char *warning = lab_mode_dup_warning (self->mode);
  /* Translators: a mode in octal, the same as letters, and in words */
  g_autofree char *summary = g_strdup_printf (_("%04o %s, %s"), self->mode, letters, words);
  g_autofree char *tooltip = warning != NULL ? g_strdup_printf ("%s\n%s", summary, warning) : g_strdup (summary);
  /* Translators: %s says who may attach, such as “only you” */
  g_autofree char *in_words = g_strdup_printf (_("In words: %s"), words);
  gboolean danger = (self->mode & 0006) != 0 || (self->mode & 0600) != 0600;

  gtk_label_set_text (GTK_LABEL (self->summary), summary);
  gtk_widget_set_visible (self->summary_warning, danger);
  gtk_widget_set_tooltip_text (self->button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, warning != NULL ? warning : "",
                                  -1);

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
fill_octal (LabModeEditor *self)
{
  g_autofree char *text = g_strdup_printf ("%04o", self->mode);

  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->octal), text);
  gtk_widget_remove_css_class (self->octal, "error");
  self->filling = FALSE;
}

static gboolean
take_mode (LabModeEditor *self,
           guint          mode)
{
  if (self->mode == mode)
    return FALSE;

  self->mode = mode;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);

  return TRUE;
}

static void
check_toggled_cb (LabModeEditor *self)
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
octal_changed_cb (LabModeEditor *self)
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
octal_activate_cb (LabModeEditor *self)
{
  if (!gtk_widget_has_css_class (self->octal, "error"))
    gtk_popover_popdown (GTK_POPOVER (self->popover));
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
  LAB_MODE_EDITOR (object)->filling = TRUE;
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
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, popover);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, owner_read);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, owner_write);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, group_read);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, group_write);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, others_read);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, others_write);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, octal);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, letters);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, words);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, warning);
  gtk_widget_class_bind_template_child (widget_class, LabModeEditor, warning_box);
  gtk_widget_class_bind_template_callback (widget_class, check_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, octal_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, octal_activate_cb);
  gtk_widget_class_install_action (widget_class, "mode.set", "u", set_action);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "modeeditor");
}

static void
lab_mode_editor_init (LabModeEditor *self)
{
  self->mode = 0600;
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
  fill_octal (self);
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

  if (take_mode (self, mode))
    fill_octal (self);
}
