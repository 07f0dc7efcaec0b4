/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/protocol/lab-protocol.h"
#include "backend/protocol/lab-race.h"

G_BEGIN_DECLS

#define LAB_TYPE_PUBLISHER (lab_publisher_get_type ())
G_DECLARE_FINAL_TYPE (LabPublisher, lab_publisher, LAB, PUBLISHER, GObject)

LabPublisher  *lab_publisher_new             (LabSession          *session);
gboolean       lab_publisher_open            (LabPublisher        *self,
                                              GError             **error);
gboolean       lab_publisher_close           (LabPublisher        *self);
gboolean       lab_publisher_is_damaged      (LabPublisher        *self);

gboolean       lab_publisher_write           (LabPublisher        *self,
                                              const char          *text,
                                              gsize                length,
                                              GError             **error);
LabReason      lab_publisher_get_reason      (LabPublisher        *self,
                                              pid_t               *pid);
int            lab_publisher_get_semaphore_id (LabPublisher       *self);
guint64        lab_publisher_get_number      (LabPublisher        *self);
const char    *lab_publisher_get_text        (LabPublisher        *self,
                                              gsize               *length);

LabProtocolId  lab_publisher_get_protocol    (LabPublisher        *self);
gboolean       lab_publisher_set_protocol    (LabPublisher        *self,
                                              LabProtocolId        protocol,
                                              GError             **error);

/* The start-up race of the textbooks' turns, whose FILLED is 0. */
gboolean       lab_publisher_is_status_late  (LabPublisher        *self);
gboolean       lab_publisher_store_status    (LabPublisher        *self);

/* Slow motion: a write begins paused, and each step is a real store. */
#define LAB_PUBLISHER_MIN_SPEED     1
#define LAB_PUBLISHER_MAX_SPEED     50
#define LAB_PUBLISHER_DEFAULT_SPEED 4

gboolean       lab_publisher_is_slow         (LabPublisher        *self);
void           lab_publisher_set_slow        (LabPublisher        *self,
                                              gboolean             slow);
guint          lab_publisher_get_speed       (LabPublisher        *self);
void           lab_publisher_set_speed       (LabPublisher        *self,
                                              guint                stores_per_second);
gboolean       lab_publisher_is_writing      (LabPublisher        *self);
gboolean       lab_publisher_is_playing      (LabPublisher        *self);
void           lab_publisher_set_playing     (LabPublisher        *self,
                                              gboolean             playing);
void           lab_publisher_store_one       (LabPublisher        *self);
void           lab_publisher_finish          (LabPublisher        *self);
void           lab_publisher_get_progress    (LabPublisher        *self,
                                              gsize               *n_done,
                                              gsize               *n_steps);
char          *lab_publisher_dup_next_store  (LabPublisher        *self);

/* A race at full speed: the writer belongs to it until it is over. */
LabRace       *lab_publisher_start_race      (LabPublisher        *self,
                                              const LabProtocolId *protocols,
                                              guint                n_protocols,
                                              guint                seconds,
                                              gsize                length,
                                              GError             **error);
gboolean       lab_publisher_is_racing       (LabPublisher        *self);

G_END_DECLS
