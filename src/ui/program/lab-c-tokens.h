/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LabCToken:
 * @offset: in the text, in bytes
 * @length: in bytes
 * @kind: what it is
 *
 * A stretch of C that gets a colour; what is between them has none.
 */
typedef enum
{
  LAB_C_COMMENT,
  LAB_C_PREPROCESSOR,  /* the directive's first word, such as “#include” */
  LAB_C_STRING,        /* string and character literals, and the file name of an #include */
  LAB_C_NUMBER,
  LAB_C_KEYWORD,
  LAB_C_CALL,          /* a call of the System V family, such as shmget */
} LabCTokenKind;

#define LAB_N_C_TOKEN_KINDS (LAB_C_CALL + 1)

typedef struct
{
  gsize         offset;
  gsize         length;
  LabCTokenKind kind;
} LabCToken;

GArray *lab_c_tokens_parse (const char *text,
                            gsize       length);

G_END_DECLS
