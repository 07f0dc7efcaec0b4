/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void lab_display_loss_init  (void);
void lab_display_loss_watch (GdkDisplay *display,
                             GFunc       last_act,
                             gpointer    user_data);

G_END_DECLS
