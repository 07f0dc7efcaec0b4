/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-preset-keys.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/preset/lab-preset.h"

struct _LabPresetKeys
{
  GtkWidget  parent_instance;

  GtkWidget *button;
  GtkWidget *list;
};

enum { CHOSEN, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabPresetKeys, lab_preset_keys, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static void
clicked_cb (LabPresetKeys *self,
            GtkWidget       *item)
{
  const LabPreset *preset = lab_preset_find (gtk_widget_get_name (item));
  g_autofree char *folder = g_get_current_dir ();
  g_autoptr(LabKeyChoice) choice = lab_preset_dup_key_choice (preset, folder);

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  g_signal_emit (self, signals[CHOSEN], 0, choice);
}

/* What its programs make, and which file this one would take: theirs is in the
 * folder where they run. */
static char *
describe (const LabPreset *preset)
{
  g_autofree char *key = lab_preset_dup_key_text (preset);
  g_autofree char *size = lab_text_format_count (preset->size_bytes);
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *shown = lab_text_format_path (folder);
  g_autoptr(GString) text = g_string_new (NULL);

  /* Translators: a key, a number of bytes, and permission bits in octal */
  g_string_append_printf (text, _("Key %s, %s bytes, mode %04o"), key, size, preset->mode);
  if (preset->key_path != NULL)
    /* Translators: %s is a folder */
    g_string_append_printf (text, _("\nThe file is looked for in %s"), shown);
  if (preset->n_keys > 1)
    g_string_append_printf (text, _("\nThis is the key of unit 0"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_tooltips (LabPresetKeys *self)
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      g_autofree char *text = describe (lab_preset_find (gtk_widget_get_name (item)));

      gtk_widget_set_tooltip_text (item, text);
    }
}

static void
add_item (LabPresetKeys *self,
          const LabPreset *preset)
{
  GtkWidget *item = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *name = gtk_label_new (lab_preset_get_name (preset));
  g_autofree char *key_text = lab_preset_dup_key_text (preset);
  GtkWidget *key = gtk_label_new (key_text);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (key, "monospace");
  gtk_widget_add_css_class (key, "dim-label");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), key);
  gtk_button_set_child (GTK_BUTTON (item), box);
  gtk_button_set_has_frame (GTK_BUTTON (item), FALSE);
  gtk_widget_set_name (item, preset->id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, lab_preset_get_name (preset), -1);
  g_signal_connect_swapped (item, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self->list), item);
}

static void
lab_preset_keys_dispose (GObject *object)
{
  LabPresetKeys *self = LAB_PRESET_KEYS (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);

  G_OBJECT_CLASS (lab_preset_keys_parent_class)->dispose (object);
}

static void
lab_preset_keys_class_init (LabPresetKeysClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_preset_keys_dispose;

  signals[CHOSEN] =
    g_signal_new ("chosen", LAB_TYPE_PRESET_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "labpresetkeys");
}

static void
lab_preset_keys_init (LabPresetKeys *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _("_Homework Keys"));
  gtk_menu_button_set_use_underline (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_set_tooltip_text (self->button, _("The keys that textbooks and tutorials use"));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));

  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  for (guint i = 0; i < n_presets; i++)
    if (!presets[i].is_variant)
      add_item (self, &presets[i]);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 360);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (update_tooltips), self);
}

/**
 * lab_preset_keys_new:
 *
 * Returns: (transfer floating): a button
 */
GtkWidget *
lab_preset_keys_new (void)
{
  return g_object_new (LAB_TYPE_PRESET_KEYS, NULL);
}
