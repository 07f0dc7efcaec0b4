/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabPicturePartKind:
 * @LAB_PICTURE_PART_REGION: memory that is not the segment
 * @LAB_PICTURE_PART_EMPTY: where nothing is
 * @LAB_PICTURE_PART_STRETCH: where a process sees the segment
 * @LAB_PICTURE_PART_MORE: what stands for others that are not drawn
 */
typedef enum
{
  LAB_PICTURE_PART_REGION,
  LAB_PICTURE_PART_EMPTY,
  LAB_PICTURE_PART_STRETCH,
  LAB_PICTURE_PART_MORE,
} LabPicturePartKind;

#define LAB_TYPE_PICTURE_PART (lab_picture_part_get_type ())
G_DECLARE_FINAL_TYPE (LabPicturePart, lab_picture_part, LAB, PICTURE_PART, GtkWidget)

GtkWidget          *lab_picture_part_new          (void);
void                lab_picture_part_set          (LabPicturePart     *self,
                                                   LabPicturePartKind  kind,
                                                   const char         *text,
                                                   const char         *access,
                                                   const char         *sentence);
void                lab_picture_part_set_stretch  (LabPicturePart     *self,
                                                   pid_t               pid,
                                                   guint64             address,
                                                   gboolean            writable);
LabPicturePartKind  lab_picture_part_get_kind     (LabPicturePart     *self);
guint64             lab_picture_part_get_address  (LabPicturePart     *self);
gboolean            lab_picture_part_is_writable  (LabPicturePart     *self);

G_END_DECLS
