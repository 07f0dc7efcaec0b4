/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-key-popover.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-explain.h"
#include "backend/kernel/lab-key-composition.h"
#include "ui/choosers/lab-preset-keys.h"
#include "ui/parts/lab-choose-file.h"
#include "ui/style/lab-resource.h"

/* Where a key is chosen.  Only what is valid becomes the choice. */

struct _LabKeyPopover
{
  GtkPopover            parent_instance;

  GtkWidget            *by_file;
  GtkWidget            *by_number;
  GtkWidget            *file_grid;
  GtkWidget            *path;
  GtkWidget            *letter;
  GtkWidget            *composition;
  GtkWidget            *number;
  GtkWidget            *trouble;
  GtkWidget            *trouble_box;

  LabKeyChoice         *choice;
  LabKeyComposition    *made_of;  /* of the file and the letter */
  gboolean              filling;  /* the entries are being set from the choice */
};

enum { PROP_0, PROP_CHOICE, N_PROPS };
enum { CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabKeyPopover, lab_key_popover, GTK_TYPE_POPOVER)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
show_trouble (LabKeyPopover *self,
              const char    *text)
{
  gtk_label_set_text (GTK_LABEL (self->trouble), text != NULL ? text : "");
  gtk_widget_set_visible (self->trouble_box, text != NULL);
}

static void
mark_entry (GtkWidget *entry,
            gboolean   good)
{
  if (good)
    gtk_widget_remove_css_class (entry, "error");
  else
    gtk_widget_add_css_class (entry, "error");

  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

static void
update_sensitivity (LabKeyPopover *self)
{
  gboolean by_file = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->by_file));

  gtk_widget_set_sensitive (self->file_grid, by_file);
  gtk_widget_set_sensitive (self->number, !by_file);
}

static void
show_composition (LabKeyPopover *self)
{
  const char *text = lab_key_composition_get_text (self->made_of);
  const char *twin = lab_key_composition_get_twin (self->made_of);
  g_autofree char *words = twin != NULL ? g_strdup_printf ("%s\n%s", text, twin) : g_strdup (text);

  gtk_label_set_text (GTK_LABEL (self->composition), words != NULL ? words : "");
  gtk_widget_set_visible (self->composition, words != NULL);
}

static void
ask_composition (LabKeyPopover *self)
{
  const LabKeyChoice *choice = self->choice;

  lab_key_composition_set_file (self->made_of, choice != NULL ? choice->path : NULL, choice != NULL ? choice->letter : 0);
}

/* Takes @choice; TRUE when it differs from the old one. */
static gboolean
take_choice (LabKeyPopover *self,
             LabKeyChoice  *choice)
{
  if (lab_key_choice_equal (self->choice, choice))
    {
      g_clear_pointer (&choice, lab_key_choice_free);
      return FALSE;
    }

  g_clear_pointer (&self->choice, lab_key_choice_free);
  self->choice = choice;
  ask_composition (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOICE]);

  return TRUE;
}

static void
fill (LabKeyPopover *self)
{
  const LabKeyChoice *choice = self->choice;

  self->filling = TRUE;
  if (choice != NULL && choice->path == NULL)
    {
      g_autofree char *key = lab_key_format (choice->key);

      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->by_number), TRUE);
      gtk_editable_set_text (GTK_EDITABLE (self->number), key);
    }
  else if (choice != NULL)
    {
      g_autofree char *path = g_filename_to_utf8 (choice->path, -1, NULL, NULL, NULL);
      g_autofree char *letter = lab_letter_format (choice->letter);

      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->by_file), TRUE);
      gtk_editable_set_text (GTK_EDITABLE (self->path), path != NULL ? path : "");
      gtk_editable_set_text (GTK_EDITABLE (self->letter), letter);
    }
  self->filling = FALSE;

  update_sensitivity (self);
  mark_entry (self->path, TRUE);
  mark_entry (self->letter, TRUE);
  mark_entry (self->number, TRUE);
  show_trouble (self, NULL);
}

static LabKeyChoice *
read_file_choice (LabKeyPopover  *self,
                  GError        **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->path));
  g_autofree char *path = NULL;
  int letter;

  if (text[0] == '\0')
    {
      mark_entry (self->path, FALSE);
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("Choose a file that exists: ftok makes the key from it"));
      return NULL;
    }
  if (!lab_letter_parse (gtk_editable_get_text (GTK_EDITABLE (self->letter)), &letter, error))
    {
      mark_entry (self->letter, FALSE);
      return NULL;
    }

  path = g_filename_from_utf8 (text, -1, NULL, NULL, error);
  if (path == NULL)
    {
      mark_entry (self->path, FALSE);
      return NULL;
    }

  return lab_key_choice_new_file (path, letter);
}

static LabKeyChoice *
read_number_choice (LabKeyPopover  *self,
                    GError        **error)
{
  key_t key;

  if (!lab_key_parse (gtk_editable_get_text (GTK_EDITABLE (self->number)), &key, error))
    {
      mark_entry (self->number, FALSE);
      return NULL;
    }

  return lab_key_choice_new_key (key);
}

/* A file that ftok cannot reach is let through, with a word: that ftok(3) fails is a lesson. */
static void
warn_of_missing_file (LabKeyPopover *self)
{
  g_autofree char *trouble = self->choice->path != NULL ? lab_explain_foresee_ftok (self->choice->path) : NULL;

  if (trouble != NULL)
    show_trouble (self, trouble);
}

static void
input_changed_cb (LabKeyPopover *self)
{
  g_autoptr(GError) error = NULL;
  LabKeyChoice *choice;

  if (self->filling)
    return;

  update_sensitivity (self);
  mark_entry (self->path, TRUE);
  mark_entry (self->letter, TRUE);
  mark_entry (self->number, TRUE);

  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->by_file)))
    choice = read_file_choice (self, &error);
  else
    choice = read_number_choice (self, &error);

  show_trouble (self, error != NULL ? error->message : NULL);
  if (choice == NULL)
    return;

  if (take_choice (self, choice))
    g_signal_emit (self, signals[CHANGED], 0);
  warn_of_missing_file (self);
}

static void
activate_cb (LabKeyPopover *self)
{
  if (!gtk_widget_get_visible (self->trouble_box))
    gtk_popover_popdown (GTK_POPOVER (self));
}

/* What was typed and refused is not kept: the popover opens with what holds. */
static void
show_cb (LabKeyPopover *self)
{
  fill (self);
  ask_composition (self);  /* the file may have been made anew */
  if (self->choice != NULL)
    warn_of_missing_file (self);
}

static void
default_cb (LabKeyPopover *self)
{
  g_autoptr(GError) error = NULL;
  LabKeyChoice *choice = lab_key_choice_new_default (&error);
  gboolean changed;

  if (choice == NULL)
    {
      show_trouble (self, error->message);
      return;
    }

  changed = take_choice (self, choice);
  fill (self);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
preset_chosen_cb (LabKeyPopover      *self,
             const LabKeyChoice *choice)
{
  gboolean changed = take_choice (self, lab_key_choice_copy (choice));

  fill (self);
  warn_of_missing_file (self);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
file_chosen_cb (GtkWidget *widget,
                GFile     *file)
{
  LabKeyPopover *self = LAB_KEY_POPOVER (widget);
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;

  gtk_menu_button_popup (GTK_MENU_BUTTON (gtk_widget_get_ancestor (widget, GTK_TYPE_MENU_BUTTON)));

  if (file == NULL)
    return;

  path = g_file_get_path (file);
  shown = path != NULL ? g_filename_to_utf8 (path, -1, NULL, NULL, NULL) : NULL;
  if (shown == NULL)
    {
      show_trouble (self, _("This file has no path that ftok can use; choose another one"));
      return;
    }

  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->by_file), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (self->path), shown);
}

static void
browse_cb (LabKeyPopover *self)
{
  g_autoptr(GFile) start = NULL;

  if (self->choice != NULL && self->choice->path != NULL)
    start = g_file_new_for_path (self->choice->path);
  gtk_popover_popdown (GTK_POPOVER (self));
  lab_choose_file (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _("Choose a File for ftok"), start, NULL, file_chosen_cb);
}

static void
lab_key_popover_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LabKeyPopover *self = LAB_KEY_POPOVER (object);

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
lab_key_popover_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CHOICE:
      lab_key_popover_set_choice (LAB_KEY_POPOVER (object), g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_key_popover_dispose (GObject *object)
{
  LabKeyPopover *self = LAB_KEY_POPOVER (object);

  self->filling = TRUE;  /* the entries go empty on their way out */
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_KEY_POPOVER);

  G_OBJECT_CLASS (lab_key_popover_parent_class)->dispose (object);
}

static void
lab_key_popover_finalize (GObject *object)
{
  LabKeyPopover *self = LAB_KEY_POPOVER (object);

  g_clear_pointer (&self->choice, lab_key_choice_free);
  g_clear_object (&self->made_of);

  G_OBJECT_CLASS (lab_key_popover_parent_class)->finalize (object);
}

static void
lab_key_popover_class_init (LabKeyPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_key_popover_dispose;
  object_class->finalize = lab_key_popover_finalize;
  object_class->get_property = lab_key_popover_get_property;
  object_class->set_property = lab_key_popover_set_property;

  /* %NULL without a choice. */
  properties[PROP_CHOICE] =
    g_param_spec_boxed ("choice", NULL, NULL, LAB_TYPE_KEY_CHOICE,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* The user has chosen another key; not emitted when the property is set. */
  signals[CHANGED] =
    g_signal_new ("changed", LAB_TYPE_KEY_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (LAB_TYPE_PRESET_KEYS);
  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "choosers/lab-key-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, by_file);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, by_number);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, file_grid);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, path);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, letter);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, composition);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, number);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, trouble);
  gtk_widget_class_bind_template_child (widget_class, LabKeyPopover, trouble_box);
  gtk_widget_class_bind_template_callback (widget_class, input_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, browse_cb);
  gtk_widget_class_bind_template_callback (widget_class, default_cb);
  gtk_widget_class_bind_template_callback (widget_class, preset_chosen_cb);
}

static void
lab_key_popover_init (LabKeyPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->made_of = lab_key_composition_new ();
  g_signal_connect_object (self->made_of, "notify", G_CALLBACK (show_composition), self, G_CONNECT_SWAPPED);
  update_sensitivity (self);
}

/**
 * lab_key_popover_new:
 *
 * Returns: (transfer floating): a popover without a choice
 */
GtkWidget *
lab_key_popover_new (void)
{
  return g_object_new (LAB_TYPE_KEY_POPOVER, NULL);
}

/**
 * lab_key_popover_set_choice:
 * @self: a popover
 * @choice: (nullable): what to show
 */
void
lab_key_popover_set_choice (LabKeyPopover      *self,
                            const LabKeyChoice *choice)
{
  g_return_if_fail (LAB_IS_KEY_POPOVER (self));

  if (take_choice (self, choice != NULL ? lab_key_choice_copy (choice) : NULL))
    fill (self);
}
