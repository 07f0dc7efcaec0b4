/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/server/lab-obstacle.h"
#include "ui/parts/lab-banner.h"

G_BEGIN_DECLS

/* What the server's window says across itself: of all that there is to say, the one
 * thing that the user has to decide first.  It follows the properties of the server, its
 * publisher and its obstacle; what only the window knows it is told by properties:
 *
 * - launch-error: why the last client was not started, or %NULL
 * - key-error: why no key is chosen, or %NULL
 * - lost-race: whether a client was faster than the first status; until the server detaches */

#define LAB_TYPE_SERVER_BANNER (lab_server_banner_get_type ())
G_DECLARE_FINAL_TYPE (LabServerBanner, lab_server_banner, LAB, SERVER_BANNER, GObject)

LabServerBanner *lab_server_banner_new              (LabBanner       *banner,
                                                     LabServer       *server,
                                                     LabObstacle     *obstacle);
void             lab_server_banner_set_launch_error (LabServerBanner *self,
                                                     const GError    *error);
void             lab_server_banner_set_key_error    (LabServerBanner *self,
                                                     const GError    *error);
void             lab_server_banner_set_lost_race    (LabServerBanner *self,
                                                     gboolean         lost_race);

G_END_DECLS
