/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LAB_START_ERROR:
 * Why no window can be opened on this computer, in this session.
 */
#define LAB_START_ERROR (lab_start_error_quark ())
GQuark lab_start_error_quark (void);

typedef enum
{
  LAB_START_ERROR_SETTINGS,  /* the settings' schema is missing, or that of another version */
  LAB_START_ERROR_DISPLAY,   /* there is no display, or it lets nobody in */
} LabStartError;

gboolean lab_start_check (GError **error);

G_END_DECLS
