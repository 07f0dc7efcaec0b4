/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"

G_BEGIN_DECLS

/* What both programs do alike around their window: identity, languages, the
 * desktop's style, and an end that never leaks.  A window that has something
 * in the kernel implements the action "win.clean-up". */

#define LAB_TYPE_APPLICATION (lab_application_get_type ())
G_DECLARE_FINAL_TYPE (LabApplication, lab_application, LAB, APPLICATION, GtkApplication)

typedef gboolean (*LabParseOptions) (GVariantDict  *options,
                                     gpointer       data,
                                     GError       **error);

LabApplication *lab_application_new         (LabRole             role);
void            lab_application_add_options (LabApplication     *self,
                                             const GOptionEntry *entries,
                                             const char         *summary,
                                             LabParseOptions     parse,
                                             gpointer            data);
void            lab_application_add_window  (LabApplication     *self,
                                             const char         *action_name,
                                             const char         *accel,
                                             void              (*present) (GtkWindow *parent));
GSettings      *lab_application_settings    (LabRole             role);

G_END_DECLS
