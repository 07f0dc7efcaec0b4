/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/client/lab-client.h"
#include "ui/parts/lab-banner.h"

G_BEGIN_DECLS

/* What the client's window says across itself: where the client stands, and what can be
 * done about it.  It follows the properties of the client by itself. */

#define LAB_TYPE_CLIENT_BANNER (lab_client_banner_get_type ())
G_DECLARE_FINAL_TYPE (LabClientBanner, lab_client_banner, LAB, CLIENT_BANNER, GObject)

LabClientBanner *lab_client_banner_new         (LabBanner       *banner,
                                                LabClient       *client);
void             lab_client_banner_show_no_key (LabClientBanner *self,
                                                const GError    *error);

G_END_DECLS
