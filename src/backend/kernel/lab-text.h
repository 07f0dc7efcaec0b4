/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LabTextReport:
 * @n_chars: characters in the whole text; a byte that is no text counts as one
 * @n_bad_bytes: bytes that are not UTF-8, each of them shown as U+FFFD
 * @n_control_chars: characters that have no shape, shown as a sign such as ␀ or [U+202E]
 * @n_hidden_chars: characters at the end that are not shown; 0 when all are
 * @n_dropped_marks: marks that are not shown, since their letter has too many
 *
 * What was done to bytes to make them fit for the screen.
 */
typedef struct
{
  gsize n_chars;
  gsize n_bad_bytes;
  gsize n_control_chars;
  gsize n_hidden_chars;
  gsize n_dropped_marks;
} LabTextReport;

gboolean lab_text_check_message    (const char     *text,
                                    gsize           length,
                                    gsize           capacity_bytes,
                                    GError        **error) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_make_displayable (const char     *bytes,
                                    gsize           length,
                                    gsize           max_chars,
                                    LabTextReport  *report) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_text_is_rather_numbers (const LabTextReport *report);
char    *lab_text_format_bytes     (gconstpointer   bytes,
                                    gsize           n_bytes) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_make_copyable    (const char     *bytes,
                                    gsize           length) G_GNUC_WARN_UNUSED_RESULT;
gboolean lab_text_is_clear        (const char     *text);
gboolean lab_text_is_visible      (gunichar        c);
char    *lab_text_format_name      (const char     *name) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_format_excerpt   (const char     *bytes,
                                    gsize           length,
                                    gsize           max_chars) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_format_path      (const char     *path) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_format_count     (guint64         n) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_format_clock     (gint64         real_us,
                                    guint          n_decimals) G_GNUC_WARN_UNUSED_RESULT;
char    *lab_text_format_duration  (gint64          duration_ns) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
