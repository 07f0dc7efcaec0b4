/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/memory/lab-memory-view.h"

G_BEGIN_DECLS

/* The inspector's tab “Memory”: the strip with its legend, what stands at the
 * caret in words, search, go to, and copy; or a sentence while there is nothing
 * to see. */

#define LAB_TYPE_MEMORY_PAGE (lab_memory_page_get_type ())
G_DECLARE_FINAL_TYPE (LabMemoryPage, lab_memory_page, LAB, MEMORY_PAGE, GtkWidget)

GtkWidget     *lab_memory_page_new      (LabSession    *session);
LabMemoryView *lab_memory_page_get_view (LabMemoryPage *self);

G_END_DECLS
