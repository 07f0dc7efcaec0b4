/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/client/lab-client-state.h"
#include "backend/client/lab-poller.h"
#include "backend/client/lab-receiver.h"
#include "backend/life/lab-life.h"

G_BEGIN_DECLS

/**
 * LabClientStep:
 *
 * The life of a client, one system call a step.
 */
typedef enum
{
  LAB_CLIENT_STEP_KEY,     /* ftok, or a key or an id that was given */
  LAB_CLIENT_STEP_FIND,    /* shmget(key, 0, 0) */
  LAB_CLIENT_STEP_ATTACH,  /* shmat(SHM_RDONLY) */
  LAB_CLIENT_STEP_LOOK,    /* no system call: load */
  LAB_CLIENT_STEP_DETACH,  /* shmdt */
} LabClientStep;

#define LAB_N_CLIENT_STEPS (LAB_CLIENT_STEP_DETACH + 1)

#define LAB_TYPE_CLIENT (lab_client_get_type ())
G_DECLARE_FINAL_TYPE (LabClient, lab_client, LAB, CLIENT, GObject)

LabClient      *lab_client_new             (void) G_GNUC_WARN_UNUSED_RESULT;
LabSession     *lab_client_get_session     (LabClient      *self);
LabReceiver    *lab_client_get_receiver    (LabClient      *self);
LabPoller      *lab_client_get_poller      (LabClient      *self);
LabClientStep   lab_client_get_step        (LabClient      *self);
LabLife        *lab_client_get_life        (LabClient      *self);
LabClientState  lab_client_get_state       (LabClient      *self);
const char     *lab_client_get_reason      (LabClient      *self);
const char     *lab_client_get_refusal     (LabClient      *self);
gboolean        lab_client_is_attached     (LabClient      *self);

void            lab_client_set_id          (LabClient      *self,
                                            int             id);

gboolean        lab_client_make_key        (LabClient      *self,
                                            GError        **error);
gboolean        lab_client_find            (LabClient      *self,
                                            GError        **error);
gboolean        lab_client_attach          (LabClient      *self,
                                            GError        **error);
gboolean        lab_client_attach_writable (LabClient      *self,
                                            GError        **error);
gboolean        lab_client_detach          (LabClient      *self,
                                            GError        **error);
void            lab_client_go              (LabClient      *self);
void            lab_client_follow          (LabClient      *self);
void            lab_client_reset           (LabClient      *self);

G_END_DECLS
