/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/picture/lab-picture-scene.h"

G_BEGIN_DECLS

#define LAB_TYPE_PICTURE_CANVAS (lab_picture_canvas_get_type ())
G_DECLARE_FINAL_TYPE (LabPictureCanvas, lab_picture_canvas, LAB, PICTURE_CANVAS, GtkWidget)

void lab_picture_canvas_update (LabPictureCanvas      *self,
                                const LabPictureScene *scene,
                                GArray                *regions,
                                gboolean               animate);

G_END_DECLS
