/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdatomic.h>
#include <stdint.h>

#include "backend/carry/lab-carry-count.h"
#include "backend/carry/lab-carry-error.h"
#include "backend/carry/lab-carry-objects.h"

G_BEGIN_DECLS

/* Ways to carry a stream of blocks from one process, the server, to another,
 * the client.  The server asks for a place, fills it and passes it on; the
 * client takes a block and gives the place back.  With a pipe, a FIFO or a
 * queue the place is the process's own buffer, and passing on copies it into
 * the kernel; with shared memory the place is in the segment. */

/**
 * LabWayKind:
 * @LAB_WAY_PIPE: pipe(2)
 * @LAB_WAY_FIFO: mkfifo(3)
 * @LAB_WAY_QUEUE: a System V message queue
 * @LAB_WAY_LOCKSTEP: one block of shared memory and two semaphores in strict turns, as textbooks have it
 * @LAB_WAY_RING: a few blocks of shared memory, used again and again
 * @LAB_WAY_PLAIN: no way: one process reads and writes, the limit to hold the others against
 */
typedef enum
{
  LAB_WAY_PIPE,
  LAB_WAY_FIFO,
  LAB_WAY_QUEUE,
  LAB_WAY_LOCKSTEP,
  LAB_WAY_RING,
  LAB_WAY_PLAIN,
} LabWayKind;

#define LAB_N_WAYS (LAB_WAY_PLAIN + 1)

#define LAB_WAY_MIN_BLOCK 64
#define LAB_WAY_MAX_BLOCK (64 * 1024 * 1024)

typedef enum
{
  LAB_SIDE_SERVER,
  LAB_SIDE_CLIENT,
} LabSide;

const char *lab_way_kind_to_string  (LabWayKind  kind);
const char *lab_way_kind_get_title  (LabWayKind  kind);
gboolean    lab_way_kind_parse      (const char *text,
                                     LabWayKind *kind) G_GNUC_WARN_UNUSED_RESULT;
gboolean    lab_way_kind_shares     (LabWayKind  kind);
gsize       lab_way_get_message_max (void);

typedef struct _LabWay LabWay;

LabWay  *lab_way_new         (LabWayKind        kind,
                              gsize             block_bytes,
                              guint             n_slots,
                              LabCarryObjects  *objects,
                              _Atomic uint32_t *stop) G_GNUC_WARN_UNUSED_RESULT;
void     lab_way_free        (LabWay           *self);
guint    lab_way_get_n_slots (LabWay           *self);
gboolean lab_way_prepare     (LabWay           *self,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_way_make        (LabWay           *self,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_way_attach      (LabWay           *self,
                              LabSide           side,
                              LabCarryCount    *count,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
void     lab_way_settle      (LabWay           *self);
gpointer lab_way_fill        (LabWay           *self,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_way_pass        (LabWay           *self,
                              gsize             n_bytes,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gssize   lab_way_take        (LabWay           *self,
                              gpointer         *block,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_way_release     (LabWay           *self,
                              GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabWay, lab_way_free)

G_END_DECLS
