/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-segment-table.h"
#include "helpers/helper-e2e.h"

G_BEGIN_DECLS

/* The fixture of the end-to-end tests: a key of its own, the two programs
 * started with it, and the kernel's side of what they do. */

typedef struct
{
  key_t       key;
  char       *key_text;  /* as for --key */
} Scene;

void        scene_set_up           (Scene         *self,
                                    gconstpointer  unused);
void        scene_tear_down        (Scene         *self,
                                    gconstpointer  unused);

E2eProgram *scene_start_valist     (Scene         *self,
                                    const char    *name,
                                    va_list        args);
E2eProgram *scene_start_server     (Scene         *self,
                                    ...) G_GNUC_NULL_TERMINATED;
E2eProgram *scene_start_client     (Scene         *self,
                                    ...) G_GNUC_NULL_TERMINATED;
E2eProgram *scene_start_stranger   (Scene         *self,
                                    gsize          size_bytes,
                                    guint          mode,
                                    ...) G_GNUC_NULL_TERMINATED;

gboolean    scene_stat             (Scene         *self,
                                    LabShmRecord  *record);
gboolean    scene_stat_id          (int            id,
                                    LabShmRecord  *record);
gboolean    scene_is_untouched     (Scene              *self,
                                    const LabShmRecord *before);
gboolean    scene_has_segment      (Scene         *self);
gboolean    scene_has_semaphore    (Scene         *self);
gulong      scene_count_attached   (Scene         *self);
void        scene_remove           (Scene         *self);
guint       scene_count_made_by    (E2eProgram    *program);

void        scene_choose_protection (E2eProgram    *server,
                                     const char    *title);
void        scene_write            (E2eProgram    *server,
                                    const char    *text);
void        scene_write_slowly     (E2eProgram    *server,
                                    const char    *text,
                                    guint          n_steps);
E2eNode    *scene_get_shown        (E2eProgram    *client);
gboolean    scene_shows_message    (E2eProgram    *client,
                                    const char    *text);
void        scene_fill_clipboard   (gconstpointer  bytes,
                                    gsize          length);

G_END_DECLS
