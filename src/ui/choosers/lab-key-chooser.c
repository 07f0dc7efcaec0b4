/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-key-chooser.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "ui/choosers/lab-key-popover.h"
#include "ui/style/lab-resource.h"

/* How the segment is named: a button that says it in short, and a popover to
 * change it, which is made when it is first opened. */

struct _LabKeyChooser
{
  GtkWidget     parent_instance;

  GtkWidget    *button;
  GtkWidget    *summary;

  LabKeyChoice *choice;
};

enum { PROP_0, PROP_CHOICE, N_PROPS };
enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabKeyChooser, lab_key_chooser, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static char *
describe_choice (const LabKeyChoice *choice)
{
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  g_autofree char *letter = NULL;

  if (choice == NULL)
    return g_strdup (_("No key chosen"));

  if (choice->path == NULL)
    {
      g_autofree char *key = lab_key_format (choice->key);

      /* Translators: %s is a key in hex */
      return g_strdup_printf (_("Key %s"), key);
    }

  base = g_path_get_basename (choice->path);
  name = lab_text_format_name (base);
  letter = lab_letter_format (choice->letter);

  /* Translators: what ftok makes the key from: a file’s name and a letter */
  return g_strdup_printf (_("File %s, letter %s"), name, letter);
}

static void
update_summary (LabKeyChooser *self)
{
  g_autofree char *text = describe_choice (self->choice);
  g_autofree char *full = NULL;

  if (self->choice != NULL && self->choice->path != NULL)
    full = lab_text_format_path (self->choice->path);

  gtk_label_set_text (GTK_LABEL (self->summary), text);
  gtk_widget_set_tooltip_text (self->button, full);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, full != NULL ? full : "",
                                  -1);
}

static void
popover_changed_cb (LabKeyChooser *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
create_popup_cb (GtkMenuButton *button,
                 gpointer       user_data)
{
  LabKeyChooser *self = LAB_KEY_CHOOSER (user_data);
  GtkWidget *popover;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  popover = lab_key_popover_new ();
  gtk_menu_button_set_popover (button, popover);
  g_object_bind_property (self, "choice", popover, "choice", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (popover, "changed", G_CALLBACK (popover_changed_cb), self, G_CONNECT_SWAPPED);
}

static gboolean
lab_key_chooser_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (LAB_KEY_CHOOSER (widget)->button);
}

static void
lab_key_chooser_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabKeyChooser *self = LAB_KEY_CHOOSER (object);

  switch (prop_id)
    {
    case PROP_CHOICE:
      g_value_set_boxed (value, self->choice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_key_chooser_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CHOICE:
      lab_key_chooser_set_choice (LAB_KEY_CHOOSER (object), g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_key_chooser_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_KEY_CHOOSER);

  G_OBJECT_CLASS (lab_key_chooser_parent_class)->dispose (object);
}

static void
lab_key_chooser_finalize (GObject *object)
{
  LabKeyChooser *self = LAB_KEY_CHOOSER (object);

  g_clear_pointer (&self->choice, lab_key_choice_free);

  G_OBJECT_CLASS (lab_key_chooser_parent_class)->finalize (object);
}

static void
lab_key_chooser_class_init (LabKeyChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_key_chooser_dispose;
  object_class->finalize = lab_key_chooser_finalize;
  object_class->get_property = lab_key_chooser_get_property;
  object_class->set_property = lab_key_chooser_set_property;
  widget_class->grab_focus = lab_key_chooser_grab_focus;

  /* %NULL without a choice. */
  properties[PROP_CHOICE] =
    g_param_spec_boxed ("choice", NULL, NULL, LAB_TYPE_KEY_CHOICE,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* The user has chosen another key; not emitted when the property is set. */
  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_KEY_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "choosers/lab-key-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, LabKeyChooser, button);
  gtk_widget_class_bind_template_child (widget_class, LabKeyChooser, summary);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "keychooser");
}

static void
lab_key_chooser_init (LabKeyChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), create_popup_cb, self, NULL);
  update_summary (self);
}

/**
 * lab_key_chooser_new:
 *
 * Returns: (transfer floating): a chooser without a choice
 */
GtkWidget *
lab_key_chooser_new (void)
{
  return g_object_new (LAB_TYPE_KEY_CHOOSER, NULL);
}

/**
 * lab_key_chooser_get_choice:
 * @self: a chooser
 *
 * Returns: (transfer none) (nullable): the last valid choice, until the next change
 */
const LabKeyChoice *
lab_key_chooser_get_choice (LabKeyChooser *self)
{
  g_return_val_if_fail (LAB_IS_KEY_CHOOSER (self), NULL);

  return self->choice;
}

/**
 * lab_key_chooser_set_choice:
 * @self: a chooser
 * @choice: (nullable): what to show
 */
void
lab_key_chooser_set_choice (LabKeyChooser      *self,
                            const LabKeyChoice *choice)
{
  g_return_if_fail (LAB_IS_KEY_CHOOSER (self));

  if (lab_key_choice_equal (self->choice, choice))
    return;

  g_clear_pointer (&self->choice, lab_key_choice_free);
  self->choice = choice != NULL ? lab_key_choice_copy (choice) : NULL;
  update_summary (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOICE]);
}
