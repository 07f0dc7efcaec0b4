/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture-segment.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/segment/lab-key.h"
#include "ui/style/lab-resource.h"

/* The segment as the kernel has it, or the place where it could be. */

struct _LabPictureSegment
{
  GtkWidget  parent_instance;

  GtkWidget *button;
  GtkWidget *stack;
  GtkWidget *absent;
  GtkWidget *title;
  GtkWidget *key;
  GtkWidget *size;
  GtkWidget *content;
  GtkWidget *attached;
  GtkWidget *marked_icon;
  GtkWidget *state;
};

G_DEFINE_FINAL_TYPE (LabPictureSegment, lab_picture_segment, GTK_TYPE_WIDGET)

static void
set_css_class (GtkWidget  *widget,
               const char *name,
               gboolean    on)
{
  if (on && !gtk_widget_has_css_class (widget, name))
    gtk_widget_add_css_class (widget, name);
  else if (!on && gtk_widget_has_css_class (widget, name))
    gtk_widget_remove_css_class (widget, name);
}

static void
set_words (LabPictureSegment *self,
           const char        *name,
           const char        *description,
           const char        *sentence)
{
  /* The tooltip first, because it sets the description too. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->button), sentence) != 0)
    gtk_widget_set_tooltip_text (self->button, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
show_absent (LabPictureSegment     *self,
             const LabPictureScene *scene)
{
  const char *text;
  const char *sentence = _("Here the kernel will keep the segment; a segment belongs to no process.");

  if (lab_picture_scene_is_hidden (scene))
    {
      text = _("its record may not be read");
      sentence = _("The kernel keeps a segment until IPC_RMID; it belongs to no process.");
    }
  else if (lab_picture_scene_has_lost_key (scene))
    {
      text = _("no segment has this key any more");
      sentence = _("The kernel gives the memory back when the last process detaches.");
    }
  else if (scene->past.fate == LAB_FATE_GONE)
    {
      text = scene->has_key && scene->other_id == -1 ? _("no segment has this key any more") : _("the segment is gone");
      sentence = _("The kernel has given the memory back.");
    }
  else if (scene->id != -1)
    {
      text = _("no segment has this id");
      sentence = _("Nothing is here: a segment with this id was removed, or there never was one.");
    }
  else if (scene->has_key)
    {
      text = _("no segment has this key");
    }
  else
    {
      text = _("no key yet");
    }

  gtk_label_set_text (GTK_LABEL (self->absent), text);
  set_words (self, text, sentence, sentence);
}

static char *
describe_content (const LabPictureScene *scene)
{
  switch (scene->content)
    {
    case LAB_SCENE_CONTENT_ZERO:
      /* Translators: what is in a new segment */
      return g_strdup (_("(all zero)"));
    case LAB_SCENE_CONTENT_ZERO_BEGINNING:
      return g_strdup (_("(zero at its beginning)"));
    case LAB_SCENE_CONTENT_NO_MESSAGE:
      return g_strdup (_("(no message yet)"));
    case LAB_SCENE_CONTENT_EMPTY:
      return g_strdup (_("(an empty message)"));
    case LAB_SCENE_CONTENT_NO_STRING:
      return g_strdup (_("(no text at its beginning)"));
    case LAB_SCENE_CONTENT_NO_TEXT:
      /* Translators: bytes in hexadecimal, such as “01 02” */
      return g_strdup_printf (_("(not text: %s …)"), scene->text);
    case LAB_SCENE_CONTENT_WRITING:
      /* Translators: quotation marks around what of a message is there */
      return scene->text != NULL && *scene->text != '\0' ? g_strdup_printf (_("being written: “%s”"), scene->text)
                                                         : g_strdup (_("(being written)"));
    case LAB_SCENE_CONTENT_TEXT:
      /* Translators: quotation marks around a message */
      return g_strdup_printf (_("“%s”"), scene->text);
    case LAB_SCENE_CONTENT_UNKNOWN:
    default:
      return g_strdup (_("(attach it to see what is in it)"));
    }
}

/* With the time of the look before it, as the end of a long message may not be seen. */
static char *
dup_content (const LabPictureScene *scene)
{
  g_autofree char *content = describe_content (scene);

  if (scene->looked_at == NULL)
    return g_steal_pointer (&content);

  /* Translators: a time of day, and what stood in the segment then: at 10:20:02: “hello” */
  return g_strdup_printf (_("at %s: %s"), scene->looked_at, content);
}

static void
show_present (LabPictureSegment     *self,
              const LabPictureScene *scene)
{
  const LabShmRecord *record = &scene->record;
  g_autofree char *key_text = lab_key_format (record->key);
  g_autofree char *n_bytes = lab_text_format_count (record->size_bytes);
  g_autofree char *mode = lab_mode_format (record->mode & 0777);
  g_autofree char *content = dup_content (scene);
  g_autofree char *title = g_strdup_printf (_("Segment %d"), record->id);
  g_autofree char *attached = g_strdup_printf (_("attached: %lu"), record->n_attaches);
  g_autofree char *key = NULL;
  g_autofree char *size = NULL;
  g_autofree char *description = NULL;
  const char *state;

  key = record->key != LAB_KEY_PRIVATE ? g_strdup_printf (_("key %s"), key_text)
                                       /* Translators: the key became 0 when the segment was marked for removal */
                                       : g_strdup (_("key 0: nobody finds it"));
  /* Translators: “4,096 bytes · rw-------” */
  size = g_strdup_printf (_("%s bytes · %s"), n_bytes, mode);
  state = scene->marked ? _("marked for removal") : _("lives in the kernel");

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->key), key);
  gtk_label_set_text (GTK_LABEL (self->size), size);
  gtk_label_set_text (GTK_LABEL (self->content), content);
  gtk_label_set_text (GTK_LABEL (self->attached), attached);
  gtk_label_set_text (GTK_LABEL (self->state), state);
  gtk_widget_set_visible (self->marked_icon, scene->marked);

  description = g_strdup_printf ("%s. %s. %s. %s. %s", key, size, content, attached, state);
  set_words (self, title, description,
             _("The kernel keeps these bytes; whoever attaches the segment sees the very same ones."));
}

static void
lab_picture_segment_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_PICTURE_SEGMENT);

  G_OBJECT_CLASS (lab_picture_segment_parent_class)->dispose (object);
}

static void
lab_picture_segment_class_init (LabPictureSegmentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lab_picture_segment_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "picture/lab-picture-segment.ui");
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, button);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, stack);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, absent);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, title);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, key);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, size);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, content);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, attached);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, marked_icon);
  gtk_widget_class_bind_template_child (widget_class, LabPictureSegment, state);

  gtk_widget_class_set_css_name (widget_class, "picturesegment");
}

static void
lab_picture_segment_init (LabPictureSegment *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lab_picture_segment_update:
 * @self: the segment's box
 * @scene: what to show
 */
void
lab_picture_segment_update (LabPictureSegment     *self,
                            const LabPictureScene *scene)
{
  g_return_if_fail (LAB_IS_PICTURE_SEGMENT (self));

  set_css_class (GTK_WIDGET (self), "absent", !scene->exists);
  set_css_class (GTK_WIDGET (self), "marked", scene->exists && scene->marked);

  if (scene->exists)
    show_present (self, scene);
  else
    show_absent (self, scene);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), scene->exists ? "present" : "absent");
}
