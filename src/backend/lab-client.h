/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab-message.h"
#include "lab-preset.h"
#include "lab-reader.h"
#include "lab-step.h"
#include "lab-subject.h"

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

/**
 * LabClientState:
 *
 * Where the client stands; each is a sentence on the screen.
 */
typedef enum
{
  LAB_CLIENT_IDLE,         /* not attached, because the user wants it so */
  LAB_CLIENT_WAITING,      /* no segment has the key; attaches by itself when one appears */
  LAB_CLIENT_REFUSED,      /* there is one, and its mode does not let us read */
  LAB_CLIENT_EMPTY,        /* attached; nothing was written yet */
  LAB_CLIENT_READING,      /* attached, and a server lives */
  LAB_CLIENT_SERVER_LEFT,  /* the server detached and left the segment */
  LAB_CLIENT_SERVER_DIED,  /* the server ended without a word; the segment stays */
  LAB_CLIENT_MARKED,       /* marked for removal; it goes when the last process detaches */
  LAB_CLIENT_REPLACED,     /* marked for removal, and a new segment has the key */
  LAB_CLIENT_PLAIN,        /* not our layout: read as a plain C string, or as a preset has it */
  LAB_CLIENT_NEEDS_WRITE,  /* the protocol asks clients to store, and we are attached for reading only */
  LAB_CLIENT_DAMAGED,      /* our control block, but it makes no sense */
} LabClientState;

#define LAB_CLIENT_MIN_INTERVAL_MS     10
#define LAB_CLIENT_MAX_INTERVAL_MS     5000
#define LAB_CLIENT_DEFAULT_INTERVAL_MS 100

#define LAB_TYPE_CLIENT (lab_client_get_type ())
G_DECLARE_FINAL_TYPE (LabClient, lab_client, LAB, CLIENT, GObject)

LabClient               *lab_client_new             (void);
LabSubject              *lab_client_get_subject     (LabClient       *self);
LabClientStep            lab_client_get_step        (LabClient       *self);
const LabStep           *lab_client_peek_step       (LabClient       *self,
                                                     LabClientStep    step);
LabClientState           lab_client_get_state       (LabClient       *self);
const char              *lab_client_get_reason      (LabClient       *self);
gboolean                 lab_client_is_attached     (LabClient       *self);
gboolean                 lab_client_is_racing       (LabClient       *self);
LabCounters              lab_client_get_counters    (LabClient       *self);
void                     lab_client_reset_counters  (LabClient       *self);
LabMessage              *lab_client_get_message     (LabClient       *self);
GListModel              *lab_client_get_history     (LabClient       *self);
LabReason                lab_client_get_look_reason (LabClient       *self,
                                                     pid_t           *pid);
pid_t                    lab_client_get_writer_pid  (LabClient       *self);

int                      lab_client_get_id          (LabClient       *self);
void                     lab_client_set_id          (LabClient       *self,
                                                     int              id);
guint                    lab_client_get_interval_ms (LabClient       *self);
void                     lab_client_set_interval_ms (LabClient       *self,
                                                     guint            interval_ms);
gboolean                 lab_client_is_paused       (LabClient       *self);
void                     lab_client_set_paused      (LabClient       *self,
                                                     gboolean         paused);

gboolean                 lab_client_is_plain        (LabClient       *self);
const LabPreset         *lab_client_get_preset      (LabClient       *self);
void                     lab_client_set_preset      (LabClient       *self,
                                                     const LabPreset *preset);
GBytes                  *lab_client_get_image       (LabClient       *self);

gboolean                 lab_client_make_key        (LabClient       *self,
                                                     GError         **error);
gboolean                 lab_client_find            (LabClient       *self,
                                                     GError         **error);
gboolean                 lab_client_attach          (LabClient       *self,
                                                     GError         **error);
gboolean                 lab_client_attach_writable (LabClient       *self,
                                                     GError         **error);
void                     lab_client_look            (LabClient       *self);
gboolean                 lab_client_detach          (LabClient       *self,
                                                     GError         **error);
void                     lab_client_go              (LabClient       *self);
void                     lab_client_follow          (LabClient       *self);
void                     lab_client_reset           (LabClient       *self);

G_END_DECLS
