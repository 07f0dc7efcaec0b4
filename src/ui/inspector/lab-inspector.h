/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"

G_BEGIN_DECLS

/* The tabs in the lower right of both windows.  All of them look at one
 * LabSession; only the page that is seen is mapped, and only a mapped page works. */

typedef struct _LabInspector LabInspector;

/* Makes the page of a tab: (transfer floating). */
typedef GtkWidget *(*LabMakePage) (LabInspector *inspector);

#define LAB_TYPE_INSPECTOR (lab_inspector_get_type ())
G_DECLARE_FINAL_TYPE (LabInspector, lab_inspector, LAB, INSPECTOR, GtkWidget)

GtkWidget  *lab_inspector_new         (LabSession   *session);
LabSession *lab_inspector_get_session (LabInspector *self);
void        lab_inspector_set_session (LabInspector *self,
                                       LabSession   *session);
void        lab_inspector_add_tab     (LabInspector *self,
                                       const char   *name,
                                       const char   *title,
                                       LabMakePage   make);
GtkWidget  *lab_inspector_get_page    (LabInspector *self,
                                       const char   *name);
const char *lab_inspector_get_current (LabInspector *self);
void        lab_inspector_set_current (LabInspector *self,
                                       const char   *name);

G_END_DECLS
