/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/picture/lab-picture.h"

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-address-space.h"
#include "ui/parts/lab-label.h"
#include "ui/picture/lab-picture-canvas.h"
#include "ui/picture/lab-picture-scene.h"
#include "ui/style/lab-resource.h"

/* The picture: who has the segment where.  It works only while it is mapped;
 * then it follows the session and the monitor, and draws when they change. */

struct _LabPicture
{
  GtkWidget         parent_instance;

  GtkWidget        *scroller;
  GtkWidget        *canvas;
  GtkWidget        *bar;
  GtkWidget        *headline;
  GtkWidget        *explanation;

  LabSession       *session;
  LabPictureScene  *scene;        /* what is shown, or NULL at first */
  GArray           *regions;      /* of LabRegion: this process's address space, or NULL */
  GCancellable     *cancellable;  /* of the reading under way, or NULL */
  gboolean          shown;        /* once it has been: the first time nothing moves */
};

G_DEFINE_FINAL_TYPE (LabPicture, lab_picture, GTK_TYPE_WIDGET)

/* What a part says when the keyboard has gone to it, else what the picture shows. */
static void
update_bar (LabPicture *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean by_keyboard = GTK_IS_WINDOW (root) && gtk_window_get_focus_visible (GTK_WINDOW (root));
  GtkWidget *focus = by_keyboard ? gtk_root_get_focus (root) : NULL;
  g_autofree char *headline = lab_picture_scene_dup_headline (self->scene);
  g_autofree char *explanation = NULL;

  if (focus != NULL && gtk_widget_get_ancestor (focus, LAB_TYPE_PICTURE_CANVAS) == self->canvas)
    explanation = g_strdup (gtk_widget_get_tooltip_text (focus));
  if (explanation == NULL)
    explanation = lab_picture_scene_dup_explanation (self->scene);

  gtk_label_set_text (GTK_LABEL (self->headline), headline);
  gtk_label_set_text (GTK_LABEL (self->explanation), explanation);
}

static gboolean
wants_animation (LabPicture *self)
{
  gboolean enabled;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &enabled, NULL);

  return enabled && self->shown;
}

static void
show_scene (LabPicture *self)
{
  lab_picture_canvas_update (LAB_PICTURE_CANVAS (self->canvas), self->scene, self->regions, wants_animation (self));
  update_bar (self);
  self->shown = TRUE;
}

static void
regions_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(LabPicture) self = data;
  g_autoptr(GError) error = NULL;
  GArray *regions = lab_address_space_read_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->regions, g_array_unref);
  self->regions = regions;  /* none where there is no /proc: then only the stretches are drawn */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_scene (self);
}

static gboolean
same_stretches (const LabPictureScene *a,
                const LabPictureScene *b)
{
  GArray *of_a = lab_picture_scene_get_own (a)->stretches;
  GArray *of_b = lab_picture_scene_get_own (b)->stretches;

  if (of_a->len != of_b->len)
    return FALSE;

  for (guint i = 0; i < of_a->len; i++)
    if (g_array_index (of_a, LabSceneStretch, i).address != g_array_index (of_b, LabSceneStretch, i).address)
      return FALSE;

  return TRUE;
}

/* The addresses are read anew only when a stretch of ours came or went; until
 * they are there the old picture stays. */
static void
update (LabPicture *self)
{
  LabSegmentMonitor *monitor = lab_session_get_monitor (self->session);
  gboolean following = lab_session_get_segment (self->session) != NULL
                       || lab_session_get_key (self->session) != LAB_KEY_FAILED;
  LabPictureScene *scene;
  gboolean read_regions;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (following && !lab_segment_monitor_is_ready (monitor))
    return;

  scene = lab_picture_scene_new (self->session);
  read_regions = self->scene == NULL || !same_stretches (scene, self->scene);
  g_clear_pointer (&self->scene, lab_picture_scene_free);
  self->scene = scene;

  if (!read_regions)
    {
      if (self->cancellable == NULL)
        show_scene (self);
      return;
    }

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  lab_address_space_read_async (self->cancellable, regions_cb, g_object_ref (self));
}

static void
focus_cb (LabPicture *self)
{
  /* While the addresses are read, the scene is not yet what is seen. */
  if (self->shown && self->cancellable == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_bar (self);
}

static void
lab_picture_map (GtkWidget *widget)
{
  LabPicture *self = LAB_PICTURE (widget);

  GTK_WIDGET_CLASS (lab_picture_parent_class)->map (widget);

  self->shown = FALSE;
  update (self);
}

static void
lab_picture_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lab_picture_parent_class)->root (widget);

  g_signal_connect_object (gtk_widget_get_root (widget), "notify::focus-widget",
                           G_CALLBACK (focus_cb), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::focus-visible",
                           G_CALLBACK (focus_cb), widget, G_CONNECT_SWAPPED);
}

static void
lab_picture_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), focus_cb, widget);

  GTK_WIDGET_CLASS (lab_picture_parent_class)->unroot (widget);
}

static void
lab_picture_dispose (GObject *object)
{
  LabPicture *self = LAB_PICTURE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (object), LAB_TYPE_PICTURE);

  G_OBJECT_CLASS (lab_picture_parent_class)->dispose (object);
}

static void
lab_picture_finalize (GObject *object)
{
  LabPicture *self = LAB_PICTURE (object);

  g_clear_pointer (&self->scene, lab_picture_scene_free);
  g_clear_pointer (&self->regions, g_array_unref);

  G_OBJECT_CLASS (lab_picture_parent_class)->finalize (object);
}

static void
lab_picture_class_init (LabPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lab_picture_dispose;
  object_class->finalize = lab_picture_finalize;
  widget_class->map = lab_picture_map;
  widget_class->root = lab_picture_root;
  widget_class->unroot = lab_picture_unroot;

  g_type_ensure (LAB_TYPE_PICTURE_CANVAS);

  gtk_widget_class_set_template_from_resource (widget_class, LAB_UI_RESOURCE_PATH "picture/lab-picture.ui");
  gtk_widget_class_bind_template_child (widget_class, LabPicture, scroller);
  gtk_widget_class_bind_template_child (widget_class, LabPicture, canvas);
  gtk_widget_class_bind_template_child (widget_class, LabPicture, bar);
  gtk_widget_class_bind_template_child (widget_class, LabPicture, headline);
  gtk_widget_class_bind_template_child (widget_class, LabPicture, explanation);

  gtk_widget_class_set_css_name (widget_class, "labpicture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lab_picture_init (LabPicture *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lab_label_keep_widths (GTK_WIDGET (self));
}

/**
 * lab_picture_new:
 * @session: what to show
 *
 * Returns: (transfer floating): the picture
 */
GtkWidget *
lab_picture_new (LabSession *session)
{
  LabPicture *self;

  g_return_val_if_fail (LAB_IS_SESSION (session), NULL);

  self = g_object_new (LAB_TYPE_PICTURE, NULL);
  self->session = g_object_ref (session);

  g_signal_connect_object (lab_session_get_monitor (session), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::segment", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::key", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::message", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::attached", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::preset", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::write-cursor", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::looking", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "memory-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
