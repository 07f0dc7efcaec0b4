/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

#define LAB_TYPE_CHOICE (lab_choice_get_type ())
G_DECLARE_FINAL_TYPE (LabChoice, lab_choice, LAB, CHOICE, GObject)

LabChoice          *lab_choice_new            (void);
const LabKeyChoice *lab_choice_get_key_choice (LabChoice          *self);
void                lab_choice_set_key_choice (LabChoice          *self,
                                               const LabKeyChoice *key_choice);
gsize               lab_choice_get_size_bytes (LabChoice          *self);
void                lab_choice_set_size_bytes (LabChoice          *self,
                                               gsize               size_bytes);
gboolean            lab_choice_is_size_given  (LabChoice          *self);
void                lab_choice_set_size_given (LabChoice          *self,
                                               gboolean            size_given);
guint               lab_choice_get_mode       (LabChoice          *self);
void                lab_choice_set_mode       (LabChoice          *self,
                                               guint               mode);

G_END_DECLS
