/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/segment/lab-segment.h"

G_BEGIN_DECLS

/* The stretch of a segment that is on the screen, as it was when it was last
 * read, and when each of its bytes changed. */

#define LAB_MEMORY_FADE_MS 1200  /* how long a byte counts as just changed */

typedef struct _LabMemoryWindow LabMemoryWindow;

LabMemoryWindow *lab_memory_window_new       (void);
void             lab_memory_window_free      (LabMemoryWindow       *self);
void             lab_memory_window_clear     (LabMemoryWindow       *self);
gboolean         lab_memory_window_read      (LabMemoryWindow       *self,
                                              LabSegment            *segment,
                                              gsize                  offset,
                                              gsize                  n_bytes,
                                              gboolean               mark,
                                              gsize                 *changed,
                                              gsize                 *n_changed);
const guint8    *lab_memory_window_get_bytes (const LabMemoryWindow *self,
                                              gsize                 *n_bytes);
int              lab_memory_window_get_byte  (const LabMemoryWindow *self,
                                              gsize                  offset);
double           lab_memory_window_get_glow  (const LabMemoryWindow *self,
                                              gsize                  offset);
gboolean         lab_memory_window_is_fading (const LabMemoryWindow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabMemoryWindow, lab_memory_window_free)

G_END_DECLS
