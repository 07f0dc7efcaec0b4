/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for an order before it is measured, and afterwards holds the two against
 * each other.  Emits ::committed when the learner stands by the order. */

#define LAB_TYPE_PREDICTION (lab_prediction_get_type ())
G_DECLARE_FINAL_TYPE (LabPrediction, lab_prediction, LAB, PREDICTION, GtkWidget)

void       lab_prediction_ask          (LabPrediction      *self,
                                        const char         *question,
                                        const char * const *titles,
                                        const guint        *ids,
                                        guint               n_items);
gboolean   lab_prediction_is_committed (LabPrediction      *self);
gboolean   lab_prediction_is_about     (LabPrediction      *self,
                                        const guint        *ids,
                                        guint               n_items);
void       lab_prediction_move         (LabPrediction      *self,
                                        guint               position,
                                        int                 by);
void       lab_prediction_commit       (LabPrediction      *self);
void       lab_prediction_set_measuring (LabPrediction     *self,
                                         gboolean           measuring);
void       lab_prediction_reveal       (LabPrediction      *self,
                                        const GArray       *order);
guint      lab_prediction_get_n_right  (LabPrediction      *self);

G_END_DECLS
