/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabBannerKind:
 * @LAB_BANNER_INFO: something to know
 * @LAB_BANNER_TROUBLE: something went wrong, or will
 *
 * Decides on icon and colour of a banner.
 */
typedef enum
{
  LAB_BANNER_INFO,
  LAB_BANNER_TROUBLE,
} LabBannerKind;

/* A sentence across the window with what can be done about it, beside the work
 * and not in front of it.  Hidden while there is nothing to say. */

#define LAB_TYPE_BANNER (lab_banner_get_type ())
G_DECLARE_FINAL_TYPE (LabBanner, lab_banner, LAB, BANNER, GtkWidget)

void       lab_banner_show          (LabBanner     *self,
                                     LabBannerKind  kind,
                                     const char    *title,
                                     const char    *text);
void       lab_banner_show_no_table (LabBanner     *self);
void       lab_banner_reword        (LabBanner     *self,
                                     LabBannerKind  kind,
                                     const char    *title,
                                     const char    *text);
void       lab_banner_add_button    (LabBanner     *self,
                                     const char    *label,
                                     const char    *action_name,
                                     const char    *css_class);
void       lab_banner_hide          (LabBanner     *self);

G_END_DECLS
