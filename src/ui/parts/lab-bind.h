/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void lab_bind (gpointer    target,
               const char *property,
               GCallback   function,
               ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
