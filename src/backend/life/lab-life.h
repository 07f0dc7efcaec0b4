/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "backend/life/lab-step.h"
#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

/* The steps of a process's life in their order, a #GListModel of #LabStep whose length
 * never changes, and the property current: which of them comes next. */

#define LAB_TYPE_LIFE (lab_life_get_type ())
G_DECLARE_FINAL_TYPE (LabLife, lab_life, LAB, LIFE, GObject)

LabLife  *lab_life_new          (guint                n_steps);
guint     lab_life_get_n_steps  (LabLife             *self);
LabStep  *lab_life_get_step     (LabLife             *self,
                                 guint                step);
guint     lab_life_get_current  (LabLife             *self);
void      lab_life_foretell     (LabLife             *self,
                                 guint                step,
                                 const char          *format,
                                 ...) G_GNUC_PRINTF (3, 4);
void      lab_life_foretell_key (LabLife             *self,
                                 guint                step,
                                 const LabKeyChoice  *choice);
gboolean  lab_life_make_key     (LabLife             *self,
                                 guint                step,
                                 const LabKeyChoice  *choice,
                                 key_t               *key,
                                 GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void      lab_life_made         (LabLife             *self,
                                 guint                step,
                                 LabCall             *call);
void      lab_life_done         (LabLife             *self,
                                 guint                step,
                                 const char          *format,
                                 ...) G_GNUC_PRINTF (3, 4);
gboolean  lab_life_fail         (LabLife             *self,
                                 guint                step,
                                 GError              *local_error,
                                 GError             **error);
void      lab_life_skip         (LabLife             *self,
                                 guint                step,
                                 const char          *format,
                                 ...) G_GNUC_PRINTF (3, 4);
void      lab_life_hold         (LabLife             *self,
                                 guint                step,
                                 const char          *words);
void      lab_life_proceed      (LabLife             *self,
                                 guint                next);
void      lab_life_reset        (LabLife             *self);

G_END_DECLS
