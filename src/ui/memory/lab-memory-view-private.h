/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/memory/lab-memory-view.h"

#include "ui/memory/lab-memory-painter.h"
#include "ui/memory/lab-memory-rows.h"
#include "ui/memory/lab-memory-window.h"

G_BEGIN_DECLS

/* What the files of the strip share: lab-memory-view.c is the widget, -read.c reads
 * the bytes, -scroll.c has the rows and which are in sight, -draw.c shows them, -input.c
 * has the caret, the selection, keys and pointer. */

struct _LabMemoryView
{
  GtkWidget         parent_instance;

  LabSession       *session;
  LabSegment       *segment;       /* the session's, whose signals we hear */

  /* What is drawn, as it was when it was last read. */
  gsize             size_bytes;    /* 0 while there is nothing to see */
  gboolean          ours;          /* it has our magic */
  const LabPreset  *preset;        /* else whose fields it has, or NULL */
  GBytes           *preset_bytes;  /* what @preset_values say */
  GPtrArray        *preset_values; /* of LabPresetValue */
  LabField         *fields;
  guint             n_fields;
  guint8            control[LAB_LAYOUT_CONTROL_SIZE];
  LabMemoryWindow  *window;
  LabMemoryRows    *rows;
  GArray           *opened;        /* gsize: runs of zeros that the user unfolded */

  LabMemoryPainter *painter;
  GtkAdjustment    *adjustments[2];      /* by GtkOrientation */
  GtkScrollablePolicy policies[2];

  gsize             caret;
  gsize             anchor;
  gboolean          selecting;     /* from the anchor to the caret; else nothing is selected */
  gssize            pointed;       /* where the pointer is, or -1 */
  gssize            cursor;        /* where the writer is in slow motion, or -1 */

  gboolean          follow;
  gboolean          fold;
  guint             refresh_id;
  guint             fade_id;
};

static inline double
lab_memory_view_scrolled (LabMemoryView  *self,
                          GtkOrientation  orientation)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  return adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;
}

static inline int
lab_memory_view_row_height (LabMemoryView *self)
{
  return lab_memory_painter_get_row_height (self->painter);
}

/* lab-memory-view.c */
void            lab_memory_view_changed             (LabMemoryView  *self);
void            lab_memory_view_update_accessible   (LabMemoryView  *self);

/* lab-memory-view-read.c */
void            lab_memory_view_set_session         (LabMemoryView  *self,
                                                     LabSession     *session);
void            lab_memory_view_stop_reading        (LabMemoryView  *self);
void            lab_memory_view_read                (LabMemoryView  *self,
                                                     gboolean        mark);
gboolean        lab_memory_view_read_rows           (LabMemoryView  *self,
                                                     gboolean        mark);
void            lab_memory_view_update_timer        (LabMemoryView  *self);
gboolean        lab_memory_view_is_small            (LabMemoryView  *self);
const LabField *lab_memory_view_find_field          (LabMemoryView  *self,
                                                     gsize           offset);

/* lab-memory-view-scroll.c */
void            lab_memory_view_update_rows         (LabMemoryView  *self);
void            lab_memory_view_get_visible_rows    (LabMemoryView  *self,
                                                     guint64        *first,
                                                     guint64        *n);
void            lab_memory_view_configure_scrolling (LabMemoryView  *self);
void            lab_memory_view_set_adjustment      (LabMemoryView  *self,
                                                     GtkOrientation  orientation,
                                                     GtkAdjustment  *adjustment);

/* lab-memory-view-draw.c */
void            lab_memory_view_snapshot            (GtkWidget      *widget,
                                                     GtkSnapshot    *snapshot);

/* lab-memory-view-input.c */
void            lab_memory_view_class_init_input    (GtkWidgetClass *widget_class);
void            lab_memory_view_init_input          (LabMemoryView  *self);
void            lab_memory_view_open_fold           (LabMemoryView  *self,
                                                     gsize           offset);
void            lab_memory_view_show_row            (LabMemoryView  *self,
                                                     guint64         index);
gboolean        lab_memory_view_is_selected         (LabMemoryView  *self,
                                                     gsize           offset);

G_END_DECLS
