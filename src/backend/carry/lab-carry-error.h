/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LAB_CARRY_ERROR:
 *
 * Why nothing was carried.
 */
#define LAB_CARRY_ERROR (lab_carry_error_quark ())
GQuark lab_carry_error_quark (void);

typedef enum
{
  LAB_CARRY_ERROR_FAILED,     /* anything else */
  LAB_CARRY_ERROR_USAGE,      /* the options make no sense */
  LAB_CARRY_ERROR_INPUT,      /* the input cannot be read */
  LAB_CARRY_ERROR_OUTPUT,     /* the output cannot be written */
  LAB_CARRY_ERROR_SPACE,      /* the disk is full, or the file may not grow that far */
  LAB_CARRY_ERROR_CHANGED,    /* the input changed while it was carried */
  LAB_CARRY_ERROR_DIFFERS,    /* the output is not what the input was */
  LAB_CARRY_ERROR_LIMIT,      /* the kernel gives no more segments, semaphores, queues or memory */
  LAB_CARRY_ERROR_PARTNER,    /* the server or the client died */
  LAB_CARRY_ERROR_CANCELLED,  /* somebody asked us to stop */
} LabCarryError;

#define LAB_N_CARRY_ERRORS (LAB_CARRY_ERROR_CANCELLED + 1)

const char *lab_carry_error_to_string (LabCarryError   code);
gboolean    lab_carry_error_parse     (const char     *text,
                                       LabCarryError  *code) G_GNUC_WARN_UNUSED_RESULT;
void        lab_carry_set_error       (GError        **error,
                                       LabCarryError   code,
                                       int             errsv,
                                       const char     *words);

G_END_DECLS
