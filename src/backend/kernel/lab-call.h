/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LabCallName:
 *
 * The C library's functions of System V IPC that this project calls.
 */
typedef enum
{
  LAB_CALL_FTOK,
  LAB_CALL_SHMGET,
  LAB_CALL_SHMAT,
  LAB_CALL_SHMDT,
  LAB_CALL_SHMCTL,
  LAB_CALL_SEMGET,
  LAB_CALL_SEMOP,
  LAB_CALL_SEMCTL,
  LAB_CALL_MSGGET,
  LAB_CALL_MSGSND,
  LAB_CALL_MSGRCV,
  LAB_CALL_MSGCTL,
} LabCallName;

#define LAB_N_CALL_NAMES (LAB_CALL_MSGCTL + 1)

const char *lab_call_name_to_string (LabCallName name);

#define LAB_TYPE_CALL (lab_call_get_type ())
G_DECLARE_FINAL_TYPE (LabCall, lab_call, LAB, CALL, GObject)

guint64      lab_call_get_number      (LabCall *self);
LabCallName  lab_call_get_name        (LabCall *self);
const char  *lab_call_get_text        (LabCall *self);
gint64       lab_call_get_result      (LabCall *self);
char        *lab_call_dup_result_text (LabCall *self);
int          lab_call_get_errno       (LabCall *self);
const char  *lab_call_get_errno_name  (LabCall *self);
gboolean     lab_call_has_failed      (LabCall *self);
gint64       lab_call_get_start_ns    (LabCall *self);
gint64       lab_call_get_duration_ns (LabCall *self);
char        *lab_call_dup_sentence    (LabCall *self);

#define LAB_TYPE_CALL_LOG (lab_call_log_get_type ())
G_DECLARE_FINAL_TYPE (LabCallLog, lab_call_log, LAB, CALL_LOG, GObject)

/* How many calls the log keeps: the first of the process's life, which made and attached
 * the segment, and the newest.  A client that polls under a semaphore makes 200 a
 * second.  Those between go a batch at a time. */
#define LAB_CALL_LOG_N_FIRST  100
#define LAB_CALL_LOG_N_NEWEST 20000
#define LAB_CALL_LOG_N_BATCH  2000

LabCallLog *lab_call_log_get_default (void);
gboolean    lab_call_log_is_recording (void);
guint64     lab_call_log_get_n_dropped (LabCallLog *self);
void        lab_call_log_silence_thread (void);
void        lab_call_log_add          (LabCallLog  *self,
                                       LabCallName  name,
                                       char        *text,
                                       gint64       result,
                                       int          errsv,
                                       gint64       start_ns,
                                       gint64       duration_ns);

G_END_DECLS
