/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/life/lab-life.h"
#include "backend/server/lab-publisher.h"
#include "backend/server/lab-server-trouble.h"

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

#define LAB_TYPE_SERVER (lab_server_get_type ())
G_DECLARE_FINAL_TYPE (LabServer, lab_server, LAB, SERVER, GObject)

LabServer        *lab_server_new           (void);
LabSession       *lab_server_get_session   (LabServer    *self);
LabPublisher     *lab_server_get_publisher (LabServer    *self);
LabServerStep     lab_server_get_step      (LabServer    *self);
LabLife          *lab_server_get_life      (LabServer    *self);
LabServerTrouble  lab_server_get_trouble   (LabServer    *self);
gboolean          lab_server_is_live       (LabServer    *self);
gboolean          lab_server_is_attached   (LabServer    *self);
gboolean          lab_server_is_waiting    (LabServer    *self);
gsize             lab_server_get_capacity  (LabServer    *self);
guint64           lab_server_get_n_messages (LabServer   *self);
gulong            lab_server_get_n_clients (LabServer    *self);
int               lab_server_get_semaphore_id (LabServer  *self);

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
                                            GError      **error) G_GNUC_WARN_UNUSED_RESULT;
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
