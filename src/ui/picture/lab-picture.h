/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"

G_BEGIN_DECLS

#define LAB_TYPE_PICTURE (lab_picture_get_type ())
G_DECLARE_FINAL_TYPE (LabPicture, lab_picture, LAB, PICTURE, GtkWidget)

GtkWidget *lab_picture_new (LabSession *session);

G_END_DECLS
