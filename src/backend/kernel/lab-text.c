/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-text.h"

#include <langinfo.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"

#define NS_PER_S G_GINT64_CONSTANT (1000000000)

/* Gives the length in bytes of the character at @p, 1 to 4, and the character
 * itself; 0 when the first byte of it is no UTF-8. */
static inline guint
next_char (const char *p,
           gsize       n_left,
           gunichar   *c)
{
  if ((guchar) *p < 0x80)
    {
      *c = (guchar) *p;
      return 1;
    }

  /* A character has at most 4 bytes; the limit also keeps gsize out of gssize. */
  *c = g_utf8_get_char_validated (p, (gssize) MIN (n_left, 4));
  if (*c == (gunichar) -1 || *c == (gunichar) -2)
    return 0;

  return (guint) (g_utf8_next_char (p) - p);
}

/**
 * lab_text_check_message:
 * @text: the message; need not end with a NUL
 * @length: its bytes
 * @capacity_bytes: how many bytes fit, see lab_layout_capacity()
 * @error: return location for an error
 *
 * Tells whether @text can be stored whole and read back as a C string.
 *
 * Errors: %LAB_SHM_ERROR_TEXT when there is a NUL inside or a byte that is not
 * UTF-8, %LAB_SHM_ERROR_TOO_LONG when it does not fit.
 *
 * Returns: %TRUE when it can
 */
gboolean
lab_text_check_message (const char  *text,
                        gsize        length,
                        gsize        capacity_bytes,
                        GError     **error)
{
  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  if (length > capacity_bytes)
    {
      g_autofree char *has = lab_text_format_count (length);
      g_autofree char *room = lab_text_format_count (capacity_bytes);

      /* Translators: both are numbers of bytes, such as 2,000 and 1,983 */
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TOO_LONG,
                   _("The message has %s bytes, and the segment has room for %s; shorten it, or make a larger segment"),
                   has, room);
      return FALSE;
    }

  for (gsize i = 0; i < length; )
    {
      gunichar c;
      guint n = next_char (text + i, length - i, &c);

      if (n == 0 || c == 0)
        {
          g_autofree char *where = lab_text_format_count (i);

          if (n == 0)
            /* Translators: the first is a hexadecimal byte, the second a number; UTF-8 is an encoding of text */
            g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TEXT,
                         _("The message has a byte 0x%02x at offset %s that is not UTF-8; write text in UTF-8"),
                         (guchar) text[i], where);
          else
            /* Translators: NUL is the byte 0 that ends a string in C */
            g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TEXT,
                         _("The message has a NUL at offset %s, where a C string would end; remove it"), where);
          return FALSE;
        }
      i += n;
    }

  return TRUE;
}

/* The picture of a control character, or the character itself.  Those above
 * 0x7f have no picture of their own and share “symbol for substitute form two”. */
static gunichar
control_picture (gunichar c)
{
  if (c < 0x20 && c != '\n' && c != '\t')
    return 0x2400 + c;
  if (c == 0x7f)
    return 0x2421;
  if (c >= 0x80 && c < 0xa0)
    return 0x2426;

  return c;
}

/**
 * lab_text_make_displayable:
 * @bytes: any bytes at all; need not end with a NUL
 * @length: how many
 * @max_chars: how many characters to give at most, so that a widget stays quick
 * @report: (out) (optional): what was done
 *
 * Makes text for a widget of what a stranger may have written.  A byte that is
 * not UTF-8 becomes U+FFFD; a control character other than newline and tab
 * becomes its picture, NUL too.  All @length bytes are looked at, also those
 * behind @max_chars, to count them.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
lab_text_make_displayable (const char    *bytes,
                           gsize          length,
                           gsize          max_chars,
                           LabTextReport *report)
{
  LabTextReport r = { 0 };
  GString *text;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  text = g_string_sized_new (MIN (length, max_chars));

  for (gsize i = 0; i < length; r.n_chars++)
    {
      gunichar c;
      guint n = next_char (bytes + i, length - i, &c);
      gunichar shown = n == 0 ? 0xfffd : control_picture (c);

      if (n == 0)
        r.n_bad_bytes++;
      else if (shown != c)
        r.n_control_chars++;

      if (r.n_chars >= max_chars)
        r.n_hidden_chars++;
      else if (shown < 0x80)
        g_string_append_c (text, (char) shown);
      else
        g_string_append_unichar (text, shown);

      i += MAX (n, 1);
    }

  if (report != NULL)
    *report = r;

  return g_string_free (text, FALSE);
}

/**
 * lab_text_format_count:
 * @n: a number
 *
 * Groups its digits as the locale does.  A locale that does not say how, such
 * as C, gets groups of three and a comma, or a narrow space where the comma is
 * the decimal point.
 *
 * Returns: (transfer full): such as "1,983", in UTF-8
 */
char *
lab_text_format_count (guint64 n)
{
  const char *separator = nl_langinfo (THOUSEP);
  g_autofree char *plain = NULL;
  GString *text;
  gsize n_digits;

  if (*separator != '\0')
    {
      g_autofree char *local = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
      char *utf8 = g_locale_to_utf8 (local, -1, NULL, NULL, NULL);

      if (utf8 != NULL)
        return utf8;
    }

  separator = g_str_equal (nl_langinfo (RADIXCHAR), ",") ? "\u202f" : ",";
  plain = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  n_digits = strlen (plain);
  text = g_string_new (NULL);
  for (gsize i = 0; i < n_digits; i++)
    {
      if (i > 0 && (n_digits - i) % 3 == 0)
        g_string_append (text, separator);
      g_string_append_c (text, plain[i]);
    }

  return g_string_free (text, FALSE);
}

/* @value / @unit to two digits: with one decimal below ten, else rounded. */
static char *
format_number (gint64 value,
               gint64 unit)
{
  gint64 tenths = value / (unit / 10) + (value % (unit / 10) >= unit / 20);

  if (tenths < 100)
    return tenths % 10 == 0 ? g_strdup_printf ("%d", (int) (tenths / 10)) : g_strdup_printf ("%.1f", (double) tenths / 10);

  return g_strdup_printf ("%d", (int) (value / unit + (value % unit >= unit / 2)));
}

/**
 * lab_text_format_duration:
 * @duration_ns: in nanoseconds
 *
 * Returns: (transfer full): such as "38 ms", "1.2 s" or "3 min", translated
 */
char *
lab_text_format_duration (gint64 duration_ns)
{
  /* Each row serves durations that it rounds to less than its limit. */
  static const struct
  {
    gint64      unit_ns;
    gint64      limit;   /* in units */
    const char *words;
  } rows[] = {
    /* Translators: microseconds, milliseconds, seconds, minutes, hours, days: the unit’s symbol after a number */
    { 1000, 1000, N_("%s µs") },
    { 1000000, 1000, N_("%s ms") },
    { NS_PER_S, 60, N_("%s s") },
    { 60 * NS_PER_S, 60, N_("%s min") },
    { 3600 * NS_PER_S, 48, N_("%s h") },
    { 24 * 3600 * NS_PER_S, G_MAXINT64, N_("%s d") },
  };
  g_autofree char *number = NULL;
  guint row = 0;

  if (duration_ns < 0)
    {
      g_autofree char *positive = lab_text_format_duration (duration_ns == G_MININT64 ? G_MAXINT64 : -duration_ns);

      return g_strconcat ("−", positive, NULL);
    }

  if (duration_ns < 1000)
    /* Translators: nanoseconds */
    return g_strdup_printf (_("%d ns"), (int) duration_ns);

  while (row + 1 < G_N_ELEMENTS (rows) && duration_ns / rows[row].unit_ns +
         (duration_ns % rows[row].unit_ns >= rows[row].unit_ns / 2) >= rows[row].limit)
    row++;

  number = format_number (duration_ns, rows[row].unit_ns);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(rows[row].words), number);
#pragma GCC diagnostic pop
}

/**
 * lab_text_format_age:
 * @age_seconds: how long ago, in seconds
 *
 * Returns: (transfer full): such as "2 hours ago", translated; what has not yet
 *   come, because somebody set the clock back, is "in the future"
 */
char *
lab_text_format_age (gint64 age_seconds)
{
  const gint64 minutes = age_seconds / 60, hours = minutes / 60, days = hours / 24;
  const gint64 years = MIN (days / 365, G_MAXINT);

  if (age_seconds < 0)
    return g_strdup (_("in the future"));
  if (age_seconds == 0)
    return g_strdup (_("just now"));
  if (minutes == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d second ago", "%d seconds ago", (gulong) age_seconds),
                            (int) age_seconds);
  if (hours == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d minute ago", "%d minutes ago", (gulong) minutes),
                            (int) minutes);
  if (days == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d hour ago", "%d hours ago", (gulong) hours),
                            (int) hours);
  if (years == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d day ago", "%d days ago", (gulong) days),
                            (int) days);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d year ago", "%d years ago", (gulong) years),
                          (int) years);
}
