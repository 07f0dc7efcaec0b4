/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab-protocol.h"
#include "lab-race.h"
#include "lab-step.h"
#include "lab-subject.h"

G_BEGIN_DECLS

/**
 * LabServerStep:
 *
 * The life of a segment as the server lives it, one system call a step.
 */
typedef enum
{
  LAB_SERVER_STEP_KEY,     /* ftok, or a key that was typed */
  LAB_SERVER_STEP_CREATE,  /* shmget(IPC_CREAT | IPC_EXCL) */
  LAB_SERVER_STEP_ATTACH,  /* shmat */
  LAB_SERVER_STEP_WRITE,   /* no system call: store */
  LAB_SERVER_STEP_WAIT,    /* until only this process is attached */
  LAB_SERVER_STEP_DETACH,  /* shmdt */
  LAB_SERVER_STEP_REMOVE,  /* shmctl(IPC_RMID) */
  LAB_SERVER_STEP_OVER,    /* nothing is left to do */
} LabServerStep;

#define LAB_N_SERVER_STEPS LAB_SERVER_STEP_OVER

/**
 * LabServerTrouble:
 *
 * What others did to the segment under the server's feet.
 */
typedef enum
{
  LAB_SERVER_TROUBLE_NONE,
  LAB_SERVER_TROUBLE_MARKED,    /* somebody removed it; who is attached goes on */
  LAB_SERVER_TROUBLE_REPLACED,  /* and another segment has the key now */
  LAB_SERVER_TROUBLE_GONE,      /* it was removed before we attached */
  LAB_SERVER_TROUBLE_DAMAGED,   /* a stranger wrote over the control block */
} LabServerTrouble;

#define LAB_TYPE_SERVER (lab_server_get_type ())
G_DECLARE_FINAL_TYPE (LabServer, lab_server, LAB, SERVER, GObject)

LabServer        *lab_server_new           (void);
LabSubject       *lab_server_get_subject   (LabServer    *self);
LabServerStep     lab_server_get_step      (LabServer    *self);
const LabStep    *lab_server_peek_step     (LabServer    *self,
                                            LabServerStep step);
LabServerTrouble  lab_server_get_trouble   (LabServer    *self);
gboolean          lab_server_is_live       (LabServer    *self);
gboolean          lab_server_is_attached   (LabServer    *self);
gboolean          lab_server_is_waiting    (LabServer    *self);
gsize             lab_server_get_capacity  (LabServer    *self);
guint64           lab_server_get_n_messages (LabServer   *self);
gulong            lab_server_get_n_clients (LabServer    *self);

gboolean          lab_server_make_key      (LabServer    *self,
                                            GError      **error);
gboolean          lab_server_create        (LabServer    *self,
                                            GError      **error);
gboolean          lab_server_take_over     (LabServer    *self,
                                            GError      **error);
gboolean          lab_server_attach        (LabServer    *self,
                                            GError      **error);
gboolean          lab_server_write         (LabServer    *self,
                                            const char   *text,
                                            gsize         length,
                                            GError      **error);
LabReason         lab_server_get_reason    (LabServer    *self,
                                            pid_t        *pid);

LabProtocolId     lab_server_get_protocol  (LabServer    *self);
gboolean          lab_server_set_protocol  (LabServer    *self,
                                            LabProtocolId protocol,
                                            GError      **error);

/* The start-up race of the textbooks' turns, whose FILLED is 0. */
gboolean          lab_server_is_status_late (LabServer   *self);
gboolean          lab_server_store_status   (LabServer   *self);

/* Slow motion: a write begins paused, and each step is a real store. */
#define LAB_SERVER_MIN_SPEED     1
#define LAB_SERVER_MAX_SPEED     50
#define LAB_SERVER_DEFAULT_SPEED 4

gboolean          lab_server_is_slow       (LabServer    *self);
void              lab_server_set_slow      (LabServer    *self,
                                            gboolean      slow);
guint             lab_server_get_speed     (LabServer    *self);
void              lab_server_set_speed     (LabServer    *self,
                                            guint         stores_per_second);
gboolean          lab_server_is_writing    (LabServer    *self);
gboolean          lab_server_is_playing    (LabServer    *self);
void              lab_server_set_playing   (LabServer    *self,
                                            gboolean      playing);
void              lab_server_store_one     (LabServer    *self);
void              lab_server_finish        (LabServer    *self);
void              lab_server_get_progress  (LabServer    *self,
                                            gsize        *n_done,
                                            gsize        *n_steps);
char             *lab_server_dup_next_store (LabServer   *self);

/* A race at full speed: the writer belongs to it until it is over. */
LabRace          *lab_server_start_race    (LabServer           *self,
                                            const LabProtocolId *protocols,
                                            guint                n_protocols,
                                            guint                seconds,
                                            gsize                length,
                                            GError             **error);
gboolean          lab_server_is_racing     (LabServer    *self);

void              lab_server_wait          (LabServer    *self);
void              lab_server_stop_waiting  (LabServer    *self);
gboolean          lab_server_detach        (LabServer    *self,
                                            GError      **error);
gboolean          lab_server_remove        (LabServer    *self,
                                            GError      **error);
void              lab_server_leave         (LabServer    *self);
void              lab_server_clean_up      (LabServer    *self);
void              lab_server_reset         (LabServer    *self);

G_END_DECLS
