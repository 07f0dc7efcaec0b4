/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"
#include "backend/program/lab-c-program.h"

G_BEGIN_DECLS

/* A complete C program that does what the window does, with the values that the
 * user chose standing out.  It follows the session while it is mapped. */

#define LAB_TYPE_C_PROGRAM_VIEW (lab_c_program_view_get_type ())
G_DECLARE_FINAL_TYPE (LabCProgramView, lab_c_program_view, LAB, C_PROGRAM_VIEW, GtkWidget)

GtkWidget   *lab_c_program_view_new      (LabSession      *session);
void         lab_c_program_view_set_role (LabCProgramView *self,
                                          LabRole          role);
void         lab_c_program_view_set_form (LabCProgramView *self,
                                          LabProgramForm   form);
const char  *lab_c_program_view_get_text (LabCProgramView *self);
void         lab_c_program_view_save     (LabCProgramView *self,
                                          GFile           *file);

G_END_DECLS
