/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * LabCarryObject:
 * @key: its key; 0 when there is nothing to remove
 * @id: its id; -1 while it is being made, then the key finds it
 *
 * A segment, a semaphore set or a queue.
 */
typedef struct
{
  _Atomic int32_t key;
  _Atomic int32_t id;
} LabCarryObject;

typedef enum
{
  LAB_CARRY_PATH_THERE,   /* a FIFO from the server to the client */
  LAB_CARRY_PATH_BACK,    /* a FIFO the other way */
  LAB_CARRY_PATH_OUTPUT,  /* the output until it is whole */
} LabCarryPath;

#define LAB_N_CARRY_PATHS (LAB_CARRY_PATH_OUTPUT + 1)

/**
 * LabCarryObjects:
 *
 * What a job makes that outlives its processes, in memory that all of them
 * share, so that each can remove everything: the parent when a child was
 * killed, a child when the parent was.  A name is written down before the thing
 * is made, so that not even a kill between the two leaves anything behind.
 */
typedef struct
{
  LabCarryObject segment;
  LabCarryObject semaphores;
  LabCarryObject queue;
  char           paths[LAB_N_CARRY_PATHS][PATH_MAX];  /* empty: nothing to remove */
} LabCarryObjects;

void     lab_carry_objects_init            (LabCarryObjects *self);
gboolean lab_carry_objects_make_segment    (LabCarryObjects *self,
                                            gsize            size_bytes,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_objects_make_semaphores (LabCarryObjects *self,
                                            guint            n_semaphores,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_objects_make_queue      (LabCarryObjects *self,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_carry_objects_make_fifo       (LabCarryObjects *self,
                                            LabCarryPath     path,
                                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;
int      lab_carry_objects_get_segment     (LabCarryObjects *self);
int      lab_carry_objects_get_semaphores  (LabCarryObjects *self);
int      lab_carry_objects_get_queue       (LabCarryObjects *self);
void     lab_carry_objects_remove_segment  (LabCarryObjects *self);
void     lab_carry_objects_remove_path     (LabCarryObjects *self,
                                            LabCarryPath     path);
void     lab_carry_objects_remove_means    (LabCarryObjects *self);
void     lab_carry_objects_remove          (LabCarryObjects *self);

G_END_DECLS
