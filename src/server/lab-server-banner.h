/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-leftover.h"
#include "backend/server/lab-server.h"
#include "ui/parts/lab-banner.h"

G_BEGIN_DECLS

/* What the server's window says across itself: of all that there is to say, the
 * one thing that the user has to decide first. */

typedef struct _LabServerBanner LabServerBanner;

LabServerBanner   *lab_server_banner_new              (LabBanner       *banner,
                                                       LabServer       *server);
void               lab_server_banner_free             (LabServerBanner *self);
void               lab_server_banner_update           (LabServerBanner *self);
const LabLeftover *lab_server_banner_get_leftover     (LabServerBanner *self);
void               lab_server_banner_set_leftover     (LabServerBanner *self,
                                                       LabLeftover     *leftover);
void               lab_server_banner_show_launch      (LabServerBanner *self,
                                                       const GError    *error);
void               lab_server_banner_show_not_inspected
                                                      (LabServerBanner *self,
                                                       key_t            key,
                                                       const GError    *error);
void               lab_server_banner_show_not_removed (LabServerBanner *self,
                                                       const GError    *error);
void               lab_server_banner_show_lost_race   (LabServerBanner *self);

G_END_DECLS
