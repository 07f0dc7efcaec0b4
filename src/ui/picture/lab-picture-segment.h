/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/picture/lab-picture-scene.h"

G_BEGIN_DECLS

#define LAB_TYPE_PICTURE_SEGMENT (lab_picture_segment_get_type ())
G_DECLARE_FINAL_TYPE (LabPictureSegment, lab_picture_segment, LAB, PICTURE_SEGMENT, GtkWidget)

void lab_picture_segment_update (LabPictureSegment     *self,
                                 const LabPictureScene *scene);

G_END_DECLS
