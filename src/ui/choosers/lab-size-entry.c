/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/choosers/lab-size-entry.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-layout.h"
#include "backend/segment/lab-key.h"
#include "ui/parts/lab-label.h"
#include "ui/parts/lab-menu-button.h"
#include "ui/style/lab-resource.h"

/* How many bytes to ask the kernel for, and what one gets for it. */

struct _LabSizeEntry
{
  GtkWidget      parent_instance;

  GtkWidget     *box;
  GtkWidget     *entry;
  GtkWidget     *words;
  GtkMenuButton *menu_button;
  GMenuModel    *presets;

  gsize          size_bytes;
  gboolean       valid;    /* what is typed is the size */
  gboolean       filling;
};

enum { PROP_0, PROP_SIZE_BYTES, PROP_VALID, N_PROPS };

G_DEFINE_FINAL_TYPE (LabSizeEntry, lab_size_entry, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

/**
 * lab_size_describe:
 * @size_bytes: bytes asked for
 *
 * The kernel hands out whole pages, yet keeps reporting the size as it was asked for.
 *
 * Returns: (transfer full): how many pages that is and how long a message can be, in words
 */
char *
lab_size_describe (gsize size_bytes)
{
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  gsize n_pages = size_bytes / page_size + (size_bytes % page_size != 0);
  g_autofree char *page_text = lab_text_format_count (page_size);
  g_autofree char *n_text = lab_text_format_count (n_pages);
  g_autofree char *capacity_text = NULL;
  g_autofree char *pages = NULL;

  pages = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s page of %s bytes", "%s pages of %s bytes", n_pages),
                           n_text, page_text);

  if (size_bytes < LAB_LAYOUT_MIN_SIZE)
    /* Translators: %s is “1 page of 4,096 bytes” */
    return g_strdup_printf (_("%s; too small for a message: at least %d bytes are needed"), pages, LAB_LAYOUT_MIN_SIZE);

  capacity_text = lab_text_format_count (lab_layout_capacity (size_bytes));

  /* Translators: “1 page of 4,096 bytes; capacity 1,983 bytes”: the capacity is the longest message */
  return g_strdup_printf (_("%s; capacity %s bytes"), pages, capacity_text);
}

static void
update (LabSizeEntry *self,
        const char   *trouble)
{
  gboolean valid = trouble == NULL;

  if (valid)
    {
      g_autofree char *text = lab_size_describe (self->size_bytes);

      gtk_label_set_text (GTK_LABEL (self->words), text);
      if (lab_layout_check_size (self->size_bytes, NULL))
        gtk_widget_remove_css_class (self->words, "lab-trouble");
      else
        gtk_widget_add_css_class (self->words, "lab-trouble");
      gtk_widget_remove_css_class (self->entry, "error");
    }
  else
    {
      gtk_label_set_text (GTK_LABEL (self->words), trouble);
      gtk_widget_add_css_class (self->words, "lab-trouble");
      gtk_widget_add_css_class (self->entry, "error");
    }

  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               valid ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
  if (self->valid != valid)
    {
      self->valid = valid;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
    }
}

static void
take_size (LabSizeEntry *self,
           gsize         size_bytes)
{
  gboolean changed = self->size_bytes != size_bytes;

  self->size_bytes = size_bytes;
  update (self, NULL);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE_BYTES]);
}

static void
entry_changed_cb (LabSizeEntry *self)
{
  g_autoptr(GError) error = NULL;
  gsize size_bytes;

  if (self->filling)
    return;

  if (lab_size_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)), &size_bytes, &error))
    take_size (self, size_bytes);
  else
    update (self, error->message);
}

static void
set_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  lab_size_entry_set_size_bytes (LAB_SIZE_ENTRY (widget), g_variant_get_uint64 (parameter));
}

static gboolean
lab_size_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (LAB_SIZE_ENTRY (widget)->entry);
}

static void
lab_size_entry_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  LabSizeEntry *self = LAB_SIZE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->size_bytes);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_size_entry_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  LabSizeEntry *self = LAB_SIZE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_SIZE_BYTES:
      lab_size_entry_set_size_bytes (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_size_entry_dispose (GObject *object)
{
  LAB_SIZE_ENTRY (object)->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_SIZE_ENTRY);

  G_OBJECT_CLASS (lab_size_entry_parent_class)->dispose (object);
}

static void
lab_size_entry_class_init (LabSizeEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_size_entry_dispose;
  object_class->get_property = lab_size_entry_get_property;
  object_class->set_property = lab_size_entry_set_property;
  widget_class->grab_focus = lab_size_entry_grab_focus;

  properties[PROP_SIZE_BYTES] =
    g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXSIZE, 4096,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_VALID] =
    g_param_spec_boolean ("valid", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "choosers/lab-size-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, LabSizeEntry, box);
  gtk_widget_class_bind_template_child (widget_class, LabSizeEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, LabSizeEntry, words);
  gtk_widget_class_bind_template_child (widget_class, LabSizeEntry, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LabSizeEntry, presets);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_install_action (widget_class, "size.set", "t", set_action);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sizeentry");
}

static void
lab_size_entry_init (LabSizeEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
  lab_menu_button_set_late_menu (self->menu_button, self->presets);
  self->valid = TRUE;
  lab_size_entry_set_size_bytes (self, 4096);
}

/**
 * lab_size_entry_new:
 *
 * Returns: (transfer floating): an entry with 4096 bytes
 */
GtkWidget *
lab_size_entry_new (void)
{
  return g_object_new (LAB_TYPE_SIZE_ENTRY, NULL);
}

/**
 * lab_size_entry_get_size_bytes:
 * @self: an entry
 *
 * Returns: the last valid size, in bytes
 */
gsize
lab_size_entry_get_size_bytes (LabSizeEntry *self)
{
  g_return_val_if_fail (LAB_IS_SIZE_ENTRY (self), 0);

  return self->size_bytes;
}

void
lab_size_entry_set_size_bytes (LabSizeEntry *self,
                               gsize         size_bytes)
{
  g_autofree char *text = NULL;

  g_return_if_fail (LAB_IS_SIZE_ENTRY (self));

  if (self->valid && self->size_bytes == size_bytes)
    return;

  text = g_strdup_printf ("%" G_GSIZE_FORMAT, size_bytes);
  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  self->filling = FALSE;
  take_size (self, size_bytes);
}

/**
 * lab_size_entry_is_valid:
 * @self: an entry
 *
 * Returns: whether what is typed is a size
 */
gboolean
lab_size_entry_is_valid (LabSizeEntry *self)
{
  g_return_val_if_fail (LAB_IS_SIZE_ENTRY (self), FALSE);

  return self->valid;
}
