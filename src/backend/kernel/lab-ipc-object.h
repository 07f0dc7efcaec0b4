/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/kernel/lab-call-name.h"
#include "backend/kernel/lab-probe.h"

G_BEGIN_DECLS

#define LAB_IPC_READ  04u
#define LAB_IPC_WRITE 02u

/**
 * LabIpcKind:
 * @LAB_IPC_SEGMENT: a segment of shared memory
 * @LAB_IPC_SET: a semaphore set
 * @LAB_IPC_QUEUE: a message queue
 */
typedef enum
{
  LAB_IPC_SEGMENT,
  LAB_IPC_SET,
  LAB_IPC_QUEUE,
} LabIpcKind;

/**
 * LabIpcObject:
 * @kind: what it is
 * @id: its id
 * @key: its key
 * @mode: its permission bits
 * @uid: owner
 * @gid: owner's group
 * @cuid: creator
 * @cgid: creator's group
 * @size: of a segment bytes, of a set semaphores, of a queue messages
 * @n_attaches: of a segment, else 0
 *
 * What a call was about, of whatever kind: the kernel checks permissions of all three alike.
 */
typedef struct
{
  LabIpcKind kind;
  int        id;
  key_t      key;
  guint      mode;
  uid_t      uid;
  gid_t      gid;
  uid_t      cuid;
  gid_t      cgid;
  guint64    size;
  gulong     n_attaches;
} LabIpcObject;

LabIpcKind  lab_ipc_object_get_kind    (LabCallName         call);
char       *lab_ipc_object_dup_name    (LabIpcKind          kind,
                                        int                 id) G_GNUC_WARN_UNUSED_RESULT;
char       *lab_ipc_object_dup_user    (uid_t               uid) G_GNUC_WARN_UNUSED_RESULT;
void        lab_ipc_object_init_record (LabIpcObject       *self,
                                        const LabShmRecord *record);
gboolean    lab_ipc_object_has_table   (const LabProbe     *probe,
                                        LabIpcKind          kind);
gboolean    lab_ipc_object_find        (const LabProbe     *probe,
                                        LabIpcKind          kind,
                                        key_t               key,
                                        int                 id,
                                        LabIpcObject       *object);
guint       lab_ipc_object_get_granted (const LabProbe     *probe,
                                        const LabIpcObject *object);
gboolean    lab_ipc_object_is_granted  (const LabProbe     *probe,
                                        const LabIpcObject *object,
                                        guint               wanted);
guint       lab_ipc_object_get_wanted  (guint               flags);

G_END_DECLS
