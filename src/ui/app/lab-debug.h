/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LabDebugFlags:
 * @LAB_DEBUG_FRAMES: print how many frames each window drew, once a second
 * @LAB_DEBUG_RTL: lay the windows out from right to left, whatever the language
 *
 * Our own switches, by name in the environment variable `LAB_DEBUG`;
 * `LAB_DEBUG=help` lists them.
 */
typedef enum
{
  LAB_DEBUG_FRAMES = 1 << 0,
  LAB_DEBUG_RTL    = 1 << 1,
} LabDebugFlags;

LabDebugFlags lab_debug_get_flags   (void);
void          lab_frames_debug_init (GtkWindow *window);

G_END_DECLS
