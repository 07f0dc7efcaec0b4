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
 * LabCarrierKind:
 * @LAB_CARRIER_PIPE: pipe(2)
 * @LAB_CARRIER_FIFO: mkfifo(3)
 * @LAB_CARRIER_QUEUE: a System V message queue
 * @LAB_CARRIER_LOCKSTEP: one block of shared memory and two semaphores in strict turns, as textbooks have it
 * @LAB_CARRIER_RING: a few blocks of shared memory, used again and again
 * @LAB_CARRIER_PLAIN: no carrier: one process reads and writes, the limit to hold the others against
 */
typedef enum
{
  LAB_CARRIER_PIPE,
  LAB_CARRIER_FIFO,
  LAB_CARRIER_QUEUE,
  LAB_CARRIER_LOCKSTEP,
  LAB_CARRIER_RING,
  LAB_CARRIER_PLAIN,
} LabCarrierKind;

#define LAB_N_CARRIERS (LAB_CARRIER_PLAIN + 1)

#define LAB_CARRIER_MIN_BLOCK 64
#define LAB_CARRIER_MAX_BLOCK (64 * 1024 * 1024)

typedef enum
{
  LAB_SIDE_SERVER,
  LAB_SIDE_CLIENT,
} LabSide;

const char    *lab_carrier_kind_to_string    (LabCarrierKind       kind);
const char    *lab_carrier_kind_get_title    (LabCarrierKind       kind);
gboolean       lab_carrier_kind_parse        (const char          *text,
                                              LabCarrierKind      *kind) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_carrier_kind_shares       (LabCarrierKind       kind);
gsize          lab_carrier_get_message_max   (void);

typedef struct _LabCarrier LabCarrier;

LabCarrier    *lab_carrier_new             (LabCarrierKind       kind,
                                            gsize                block_bytes,
                                            guint                n_slots,
                                            LabCarryObjects     *objects,
                                            _Atomic uint32_t    *stop) G_GNUC_WARN_UNUSED_RESULT;
void           lab_carrier_free            (LabCarrier          *self);
guint          lab_carrier_get_n_slots     (LabCarrier          *self);
gboolean       lab_carrier_prepare         (LabCarrier          *self,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_carrier_make            (LabCarrier          *self,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_carrier_attach          (LabCarrier          *self,
                                            LabSide              side,
                                            LabCarryCount       *count,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void           lab_carrier_settle          (LabCarrier          *self);
gpointer       lab_carrier_fill            (LabCarrier          *self,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_carrier_pass            (LabCarrier          *self,
                                            gsize                n_bytes,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gssize         lab_carrier_take            (LabCarrier          *self,
                                            gpointer            *block,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       lab_carrier_release         (LabCarrier          *self,
                                            GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabCarrier, lab_carrier_free)

G_END_DECLS
