/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <sys/types.h>

#include "backend/kernel/lab-key-parts.h"

G_BEGIN_DECLS

/**
 * LabKeyChoice:
 * @path: (nullable): the file for ftok(3), or %NULL when @key was typed
 * @letter: the project letter for ftok(3), 1 to 255
 * @key: the typed key, when @path is %NULL
 *
 * How the user names the segment: by file and letter, or by a number.
 */
typedef struct
{
  char  *path;
  int    letter;
  key_t  key;
} LabKeyChoice;

#define LAB_TYPE_KEY_CHOICE (lab_key_choice_get_type ())
GType         lab_key_choice_get_type    (void);

LabKeyChoice *lab_key_choice_new_default (GError             **error) G_GNUC_WARN_UNUSED_RESULT;
LabKeyChoice *lab_key_choice_new_file    (const char          *path,
                                          int                  letter) G_GNUC_WARN_UNUSED_RESULT;
LabKeyChoice *lab_key_choice_new_key     (key_t                key) G_GNUC_WARN_UNUSED_RESULT;
gboolean      lab_key_choice_has_default_file (const LabKeyChoice *choice);
LabKeyChoice *lab_key_choice_copy        (const LabKeyChoice  *choice) G_GNUC_WARN_UNUSED_RESULT;
void          lab_key_choice_free        (LabKeyChoice        *choice);
gboolean      lab_key_choice_equal       (const LabKeyChoice  *a,
                                          const LabKeyChoice  *b);

gboolean      lab_key_parse              (const char          *text,
                                          key_t               *key,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      lab_letter_parse           (const char          *text,
                                          int                 *letter,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;
char         *lab_letter_format          (int                  letter) G_GNUC_WARN_UNUSED_RESULT;
gboolean      lab_size_parse             (const char          *text,
                                          gsize               *size_bytes,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      lab_mode_parse             (const char          *text,
                                          guint               *mode,
                                          GError             **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabKeyChoice, lab_key_choice_free)

G_END_DECLS
