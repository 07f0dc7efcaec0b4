/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "backend/choice/lab-session.h"

G_BEGIN_DECLS

/* The inspector's tab Kernel Record: every field of the segment's struct
 * shmid_ds, who is attached, and the kernel's limits.  It works only while it is
 * mapped, and makes no System V call. */

#define LAB_TYPE_KERNEL_RECORD (lab_kernel_record_get_type ())
G_DECLARE_FINAL_TYPE (LabKernelRecord, lab_kernel_record, LAB, KERNEL_RECORD, GtkWidget)

GtkWidget *lab_kernel_record_new            (LabSession      *session);
gboolean   lab_kernel_record_select_process (LabKernelRecord *self,
                                             pid_t            pid);
void       lab_kernel_record_set_processes_first (LabKernelRecord *self,
                                                  gboolean         processes_first);

G_END_DECLS
