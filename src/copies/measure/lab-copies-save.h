/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabCopiesSavedFunc:
 * @error: (nullable): why it was not saved
 * @data: of the caller
 */
typedef void (*LabCopiesSavedFunc) (const GError *error,
                                    gpointer      data);

void lab_copies_save (GtkWindow          *parent,
                      const char         *title,
                      const char         *name,
                      GBytes             *bytes,
                      LabCopiesSavedFunc  saved,
                      gpointer            data);

G_END_DECLS
