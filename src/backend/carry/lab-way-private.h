/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/carry/lab-way.h"
#include "backend/carry/lab-carry-io.h"

G_BEGIN_DECLS

/* What each way implements; lab-way.h says what the functions promise. */
typedef struct
{
  gsize      instance_size;
  void     (*init)    (LabWay     *self);
  gboolean (*prepare) (LabWay     *self,
                       GError        **error);
  gboolean (*make)    (LabWay     *self,
                       GError        **error);
  gboolean (*attach)  (LabWay     *self,
                       LabSide         side,
                       GError        **error);
  void     (*settle)  (LabWay     *self);
  gpointer (*fill)    (LabWay     *self,
                       GError        **error);
  gboolean (*pass)    (LabWay     *self,
                       gsize           n_bytes,
                       GError        **error);
  gssize   (*take)    (LabWay     *self,
                       gpointer       *block,
                       GError        **error);
  gboolean (*release) (LabWay     *self,
                       GError        **error);
  void     (*clear)   (LabWay     *self);
} LabWayClass;

struct _LabWay
{
  const LabWayClass *klass;
  LabWayKind         kind;
  gsize                  block_bytes;
  guint                  n_slots;
  LabCarryObjects       *objects;
  LabCarryIo             io;       /* of the process that attached */
  guint8                *memory;   /* this process's own, for the ways that need it */
  guint8                *buffer;   /* a block in it, with room for a message's type in front */
};

extern const LabWayClass lab_way_pipe_class;
extern const LabWayClass lab_way_fifo_class;
extern const LabWayClass lab_way_queue_class;
extern const LabWayClass lab_way_lockstep_class;
extern const LabWayClass lab_way_ring_class;
extern const LabWayClass lab_way_plain_class;

gboolean lab_way_fail          (LabWay  *self,
                                GError **error);
guint8  *lab_way_ensure_buffer (LabWay  *self,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
