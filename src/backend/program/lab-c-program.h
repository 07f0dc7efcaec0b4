/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "backend/choice/lab-session.h"
#include "backend/layout/lab-layout.h"
#include "backend/segment/lab-key.h"

G_BEGIN_DECLS

/* C programs that do what the two windows do.  The templates are templates/,
 * C programs themselves, in which `#if LAB_…` and `#include "part-…"` are
 * resolved and the values between their marks are replaced. */

/**
 * LabProgramForm:
 * @LAB_PROGRAM_TEXTBOOK: what textbooks teach: text at byte 0 and no protection
 * @LAB_PROGRAM_PROTECTED: with the control block, and the protocol that is chosen
 */
typedef enum
{
  LAB_PROGRAM_TEXTBOOK,
  LAB_PROGRAM_PROTECTED,
} LabProgramForm;

/**
 * LabProgramOptions:
 * @role: server or client
 * @form: in which form
 * @protocol: the protocol of the protected form; unset means the latch
 * @key_choice: (nullable): which key the segment has; not asked for by a client with @by_id
 * @by_id: whether a client names the segment by its id instead of a key
 * @id: the shmid for @by_id
 * @writable: whether a client attaches for writing too where its protocol does not ask for it
 * @size_bytes: the segment's size; a client asks the kernel for it
 * @mode: its permission bits; a client has none
 * @message: (nullable): what a server writes first; without one a greeting
 *
 * What the user chose.
 */
typedef struct
{
  LabRole             role;
  LabProgramForm      form;
  LabProtocolId       protocol;
  const LabKeyChoice *key_choice;
  gboolean            by_id;
  int                 id;
  gboolean            writable;
  gsize               size_bytes;
  guint               mode;
  const char         *message;
} LabProgramOptions;

/**
 * LabProgramRange:
 * @offset: in the text, in bytes
 * @length: in bytes
 *
 * A stretch of the program that the user chose.
 */
typedef struct
{
  gsize offset;
  gsize length;
} LabProgramRange;

/**
 * LabCProgram:
 * @text: the program, valid UTF-8
 * @length: its bytes
 * @chosen: (array length=n_chosen): what in it the user chose, in order, without overlap
 * @n_chosen: how many there are
 */
typedef struct
{
  char            *text;
  gsize            length;
  LabProgramRange *chosen;
  guint            n_chosen;
} LabCProgram;

/* A longer message would make a program that nobody can read. */
#define LAB_C_PROGRAM_MAX_MESSAGE 16384

LabCProgram *lab_c_program_new                 (const LabProgramOptions  *options,
                                                GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
void         lab_c_program_free                (LabCProgram              *program);
const char  *lab_c_program_get_file_name       (LabRole                   role);
char        *lab_c_program_dup_compile_command (const char               *file_name) G_GNUC_WARN_UNUSED_RESULT;
char        *lab_c_program_quote               (const char               *bytes,
                                                gsize                     length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabCProgram, lab_c_program_free)

G_END_DECLS
