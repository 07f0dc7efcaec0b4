/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-carrier.h"
#include "backend/carry/lab-carry-io.h"

G_BEGIN_DECLS

/* What each carrier implements; lab-carrier.h says what the functions promise. */
typedef struct
{
  gsize      instance_size;
  void     (*init)    (LabCarrier     *self);
  gboolean (*prepare) (LabCarrier     *self,
                       GError        **error);
  gboolean (*make)    (LabCarrier     *self,
                       GError        **error);
  gboolean (*attach)  (LabCarrier     *self,
                       LabSide         side,
                       GError        **error);
  void     (*settle)  (LabCarrier     *self);
  gpointer (*fill)    (LabCarrier     *self,
                       GError        **error);
  gboolean (*pass)    (LabCarrier     *self,
                       gsize           n_bytes,
                       GError        **error);
  gssize   (*take)    (LabCarrier     *self,
                       gpointer       *block,
                       GError        **error);
  gboolean (*release) (LabCarrier     *self,
                       GError        **error);
  void     (*clear)   (LabCarrier     *self);
} LabCarrierClass;

struct _LabCarrier
{
  const LabCarrierClass *klass;
  LabCarrierKind         kind;
  gsize                  block_bytes;
  guint                  n_slots;
  LabCarryObjects       *objects;
  LabCarryIo             io;       /* of the process that attached */
  guint8                *memory;   /* this process's own, for the carriers that need it */
  guint8                *buffer;   /* a block in it, with room for a message's type in front */
};

extern const LabCarrierClass lab_carrier_pipe_class;
extern const LabCarrierClass lab_carrier_fifo_class;
extern const LabCarrierClass lab_carrier_queue_class;
extern const LabCarrierClass lab_carrier_lockstep_class;
extern const LabCarrierClass lab_carrier_ring_class;
extern const LabCarrierClass lab_carrier_plain_class;

gboolean lab_carrier_fail          (LabCarrier *self,
                                    GError    **error);
guint8  *lab_carrier_ensure_buffer (LabCarrier *self,
                                    GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
