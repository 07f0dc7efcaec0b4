/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/picture/lab-picture-part.h"
#include "ui/picture/lab-picture-scene.h"

G_BEGIN_DECLS

#define LAB_TYPE_PICTURE_PROCESS (lab_picture_process_get_type ())
G_DECLARE_FINAL_TYPE (LabPictureProcess, lab_picture_process, LAB, PICTURE_PROCESS, GtkWidget)

GtkWidget           *lab_picture_process_new       (LabSceneProcessKind    kind,
                                                    guint                  number);
void                 lab_picture_process_update    (LabPictureProcess     *self,
                                                    const LabSceneProcess *process,
                                                    GArray                *regions);
pid_t                lab_picture_process_get_pid   (LabPictureProcess     *self);
LabSceneProcessKind  lab_picture_process_get_kind  (LabPictureProcess     *self);
guint                lab_picture_process_get_number (LabPictureProcess    *self);
guint                lab_picture_process_get_n_parts (LabPictureProcess   *self);
LabPicturePart      *lab_picture_process_get_part  (LabPictureProcess     *self,
                                                    guint                  position);

G_END_DECLS
