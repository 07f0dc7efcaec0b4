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

/* A line that a tab takes to its next stop, in characters. */
#define TAB_STOP 8

/* More tabs in a row are shown as signs. */
#define MAX_TABS 3

/* So many marks over and under one letter, and so many characters drawn as one sign
 * (a family of emoji has 11), are somebody’s language; more is a tower. */
#define MAX_MARKS    4
#define MAX_CLUSTER 12

/* More lines than these make a label higher than GTK can draw. */
#define MAX_LINES 1000

#define MAX_NAME_CHARS  64
#define MAX_PATH_CHARS 120

#define ZERO_WIDTH_SPACE       0x200b
#define ZERO_WIDTH_NON_JOINER  0x200c
#define ZERO_WIDTH_JOINER      0x200d

/* What the text so far has come to. */
typedef struct
{
  GString       *text;
  gsize          n_shown;    /* characters in it */
  gsize          column;     /* of the next one in its line */
  gsize          n_lines;
  guint          n_tabs;     /* in a row */
  guint          n_marks;    /* of the last letter */
  guint          n_cluster;  /* characters that are drawn as one with the last */
  gunichar       last;
  LabTextReport  report;
} Shown;

/* The picture of a control character or of a line’s end other than newline, or the
 * character itself.  Those above 0x7f have no picture of their own and share “symbol
 * for substitute form two”. */
static gunichar
control_picture (gunichar c)
{
  if (c < 0x20)
    return 0x2400 + c;
  if (c == 0x7f)
    return 0x2421;
  if (c == 0x85 || c == 0x2028 || c == 0x2029)
    return 0x2424;
  if (c >= 0x80 && c < 0xa0)
    return 0x2426;

  return c;
}

/* Whether a character has no shape of its own: one that turns the direction of what
 * follows above all, so that “evil” reads “live”. */
static gboolean
is_invisible (gunichar c,
              gboolean one_line)
{
  /* Soft hyphens, Thai’s breaks, the joiners of Persian and emoji, the tags of flags. */
  static const gunichar of_use[] = { 0xad, ZERO_WIDTH_SPACE, ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER };
  /* Letters by name that are blanks to the eye. */
  static const gunichar blanks[] = { 0x034f, 0x115f, 0x1160, 0x2800, 0x3164, 0xffa0 };
  const gunichar *chosen = one_line ? blanks : of_use;
  const gsize n_chosen = one_line ? G_N_ELEMENTS (blanks) : G_N_ELEMENTS (of_use);
  gboolean is_chosen = !one_line && c >= 0xe0020 && c <= 0xe007f;

  for (gsize i = 0; i < n_chosen; i++)
    is_chosen |= chosen[i] == c;

  return one_line ? is_chosen || g_unichar_type (c) == G_UNICODE_FORMAT
                  : !is_chosen && g_unichar_type (c) == G_UNICODE_FORMAT;
}

static gboolean
is_mark (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK || type == G_UNICODE_SPACING_MARK;
}

/* Whether @c is drawn as one with the character before it, without being a mark.
 * Such a sign can be as wide as it is long, and no line is broken inside. */
static gboolean
is_joined (gunichar before,
           gunichar c)
{
  const gboolean jamo = (c >= 0x1100 && c <= 0x11ff) || (c >= 0xa960 && c <= 0xa97f) || (c >= 0xd7b0 && c <= 0xd7ff);
  /* Unicode 15.1 lets it join the consonants of Indian scripts on both sides of it. */
  const gboolean after_virama = g_unichar_combining_class (before) == 9;

  return jamo || after_virama || before == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER ||
         (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0020 && c <= 0xe007f);
}

static void
append_shown (Shown    *self,
              gunichar  c)
{
  if (c < 0x80)
    g_string_append_c (self->text, (char) c);
  else
    g_string_append_unichar (self->text, c);
  self->n_shown++;
  self->column++;
  self->last = c;
}

/* FALSE when there is no room left for it. */
static gboolean
append_char (Shown    *self,
             gunichar  c,
             gboolean  one_line,
             gsize     max_chars)
{
  gunichar shown = c;

  if (self->n_shown >= max_chars)
    return FALSE;

  if (c != '\t')
    self->n_tabs = 0;
  if (c >= ' ' && c < 0x7f)
    {
      self->n_marks = self->n_cluster = 0;
      append_shown (self, c);
      return TRUE;
    }

  if (c == '\n' && !one_line)
    {
      if (++self->n_lines >= MAX_LINES)
        return FALSE;
      append_shown (self, c);
      self->column = 0;
      return TRUE;
    }

  /* Pango does not break a line between two tabs, however narrow it is; and a page of blanks
   * would hide what stands behind it. */
  if (c == '\t' && !one_line && self->n_tabs++ < MAX_TABS)
    {
      do
        append_shown (self, ' ');
      while (self->column % TAB_STOP != 0 && self->n_shown < max_chars);
      return TRUE;
    }

  if (is_invisible (c, one_line))
    {
      char sign[16];
      int n = g_snprintf (sign, sizeof sign, "[U+%04X]", c);

      if (max_chars - self->n_shown < (gsize) n)
        return FALSE;
      for (int i = 0; i < n; i++)
        append_shown (self, (guchar) sign[i]);
      self->n_marks = self->n_cluster = 0;
      self->report.n_control_chars++;
      return TRUE;
    }

  shown = control_picture (c);
  if (shown != c)
    self->report.n_control_chars++;

  if (is_mark (c))
    {
      if (self->n_marks++ >= MAX_MARKS)
        {
          self->report.n_dropped_marks++;
          return TRUE;
        }
      self->n_cluster++;
      /* Without a letter of its own it would sit on what stands before the text. */
      if (self->n_shown == 0 && max_chars > 1)
        append_shown (self, 0x25cc);
    }
  else
    {
      self->n_marks = 0;
      if (!is_joined (self->last, c))
        self->n_cluster = 0;
      else if (++self->n_cluster >= MAX_CLUSTER)
        {
          if (max_chars - self->n_shown < 2)
            return FALSE;
          self->n_cluster = 0;
          append_shown (self, ZERO_WIDTH_SPACE);
        }
    }

  append_shown (self, shown);

  return TRUE;
}

static char *
show_bytes (const char    *bytes,
            gsize          length,
            gsize          max_chars,
            gboolean       one_line,
            LabTextReport *report)
{
  Shown self = { .text = g_string_sized_new (MIN (length, max_chars)) };
  LabTextReport *r = &self.report;
  gboolean full = FALSE;

  for (gsize i = 0; i < length; r->n_chars++)
    {
      gunichar c;
      guint n = next_char (bytes + i, length - i, &c);

      if (n == 0)
        {
          r->n_bad_bytes++;
          c = 0xfffd;
        }

      full = full || !append_char (&self, c, one_line, max_chars);
      if (full)
        r->n_hidden_chars++;

      i += MAX (n, 1);
    }

  if (report != NULL)
    *report = *r;

  return g_string_free (self.text, FALSE);
}

/**
 * lab_text_make_displayable:
 * @bytes: any bytes at all; need not end with a NUL
 * @length: how many
 * @max_chars: how many characters to give at most, so that a widget stays quick
 * @report: (out) (optional): what was done
 *
 * Makes text of several lines for a widget of what a stranger may have written.  A byte
 * that is not UTF-8 becomes U+FFFD; a control character other than newline and tab
 * becomes its picture, NUL too, and a line’s end other than newline ␤; the first three tabs
 * in a row become blanks up to the next of the stops, which are eight characters apart.  What turns the
 * direction of writing and what else cannot be seen becomes its number, such as
 * [U+202E]; of the marks at a letter the first four are kept, and no more than a dozen
 * characters are drawn as one.  A thousand lines are shown at most.  All @length bytes
 * are looked at, also those that are not shown, to count them.
 *
 * So no text is wider than the widest of its letters where a label breaks it anywhere.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
lab_text_make_displayable (const char    *bytes,
                           gsize          length,
                           gsize          max_chars,
                           LabTextReport *report)
{
  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  return show_bytes (bytes, length, max_chars, FALSE, report);
}

/**
 * lab_text_is_rather_numbers:
 * @report: from lab_text_make_displayable()
 *
 * A stranger's numbers read as a text are signs and little else.
 *
 * Returns: whether half of the text or more is no letters
 */
gboolean
lab_text_is_rather_numbers (const LabTextReport *report)
{
  g_return_val_if_fail (report != NULL, FALSE);

  return report->n_chars > 0 && (report->n_bad_bytes + report->n_control_chars) * 2 >= report->n_chars;
}

/**
 * lab_text_format_bytes:
 * @bytes: any bytes
 * @n_bytes: how many
 *
 * Returns: (transfer full): each of them in hexadecimal, such as “01 00”
 */
char *
lab_text_format_bytes (gconstpointer bytes,
                       gsize         n_bytes)
{
  GString *text = g_string_sized_new (3 * n_bytes);

  g_return_val_if_fail (bytes != NULL || n_bytes == 0, NULL);

  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", ((const guint8 *) bytes)[i]);

  return g_string_free (text, FALSE);
}

/**
 * lab_text_make_copyable:
 * @bytes: any bytes at all; need not end with a NUL
 * @length: how many
 *
 * Makes text for the clipboard: a byte that is not UTF-8 becomes U+FFFD, and a control
 * character other than newline and tab its picture.  Everything else stays.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
lab_text_make_copyable (const char *bytes,
                        gsize       length)
{
  GString *text = g_string_sized_new (length);

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  for (gsize i = 0; i < length;)
    {
      gunichar c;
      guint n = next_char (bytes + i, length - i, &c);

      g_string_append_unichar (text, n == 0 ? 0xfffd : c == '\n' || c == '\t' ? c : control_picture (c));
      i += MAX (n, 1);
    }

  return g_string_free (text, FALSE);
}

/**
 * lab_text_is_visible:
 * @c: a character
 *
 * Returns: whether it has a shape of its own and ends no line, so that a text that is to
 *   be what it looks like, such as a program, can have it as it is
 */
gboolean
lab_text_is_visible (gunichar c)
{
  return g_unichar_isprint (c) && control_picture (c) == c && !is_invisible (c, TRUE);
}

/**
 * lab_text_is_clear:
 * @text: any bytes up to a NUL
 *
 * Returns: whether @text can stand on a line as it is: lab_text_format_name() would change
 *   none of its characters
 */
gboolean
lab_text_is_clear (const char *text)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  shown = show_bytes (text, strlen (text), G_MAXSIZE, TRUE, NULL);

  return g_str_equal (shown, text);
}

/* Of the blocks of Unicode that are written from right to left. */
static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) ||
         (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

/* On one line, at most @max_chars long, of which @n_begin stand before the dots where
 * something is left out. */
static char *
format_foreign (const char *bytes,
                gsize       length,
                gsize       max_chars,
                gsize       n_begin)
{
  /* What comes after so much is left out, except the end of a path, which is short. */
  const gsize n_wanted = n_begin + 1 < max_chars ? G_MAXSIZE : max_chars + 1;
  g_autofree char *all = show_bytes (bytes, length, n_wanted, TRUE, NULL);
  const gsize n_chars = (gsize) g_utf8_strlen (all, -1);
  GString *text = g_string_new (all);
  gboolean isolated = FALSE;

  g_assert (n_begin < max_chars);

  if (n_chars > max_chars)
    {
      const char *begin = g_utf8_offset_to_pointer (all, (glong) n_begin);
      const char *end = g_utf8_offset_to_pointer (all, (glong) (n_chars - (max_chars - n_begin - 1)));

      g_string_truncate (text, (gsize) (begin - all));
      g_string_append (text, "…");
      g_string_append (text, end);
    }

  for (const char *c = text->str; *c != '\0' && !isolated; c = g_utf8_next_char (c))
    isolated = is_right_to_left (g_utf8_get_char (c));
  if (isolated)
    {
      g_string_prepend (text, "\u2068");
      g_string_append (text, "\u2069");
    }

  return g_string_free (text, FALSE);
}

/**
 * lab_text_format_name:
 * @name: what somebody else chose: the name of a process, a user, a file; any bytes
 *
 * Makes one line of a name, 64 characters long at most, that can stand by itself or in
 * the middle of a sentence.  Whatever cannot be seen, ends a line or turns the direction
 * of writing becomes a sign, as lab_text_make_displayable() has it, and a tab too.  A
 * name that is written from right to left is isolated, so that the words around it stay
 * where they are.
 *
 * A name goes through here once, where it is read: what was isolated would be shown as signs.
 *
 * Returns: (transfer full): valid UTF-8; other than @name only where that is needed
 */
char *
lab_text_format_name (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return format_foreign (name, strlen (name), MAX_NAME_CHARS, MAX_NAME_CHARS - 1);
}

/**
 * lab_text_format_excerpt:
 * @bytes: what somebody wrote, any bytes; need not end with a NUL
 * @length: how many
 * @max_chars: how many characters to give at most, two or more
 *
 * Makes one line of the beginning of a message, for a sentence or a list, as
 * lab_text_format_name() does of a name.
 *
 * Returns: (transfer full): valid UTF-8, which ends with an ellipsis when there is more
 */
char *
lab_text_format_excerpt (const char *bytes,
                         gsize       length,
                         gsize       max_chars)
{
  g_return_val_if_fail (bytes != NULL || length == 0, NULL);
  g_return_val_if_fail (max_chars >= 2, NULL);

  return format_foreign (bytes, length, max_chars, max_chars - 1);
}

/**
 * lab_text_format_path:
 * @path: a file’s path, any bytes
 *
 * Does for a path what lab_text_format_name() does for a name.  Of a path that is longer
 * than 120 characters the middle is left out, since its end tells more.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
lab_text_format_path (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return format_foreign (path, strlen (path), MAX_PATH_CHARS, MAX_PATH_CHARS / 3);
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
 * lab_text_format_clock:
 * @real_us: microseconds since 1970, such as g_get_real_time()
 * @n_decimals: of the second, 0 to 6
 *
 * Returns: (transfer full): the local time of the day, such as "14:02:31.250"
 */
char *
lab_text_format_clock (gint64 real_us,
                       guint  n_decimals)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (real_us / G_USEC_PER_SEC);
  g_autofree char *seconds = time != NULL ? g_date_time_format (time, "%H:%M:%S") : g_strdup ("?");
  char decimals[8];

  g_return_val_if_fail (n_decimals <= 6, NULL);

  /* As in a clock, what has not passed yet does not count: cut, not rounded. */
  g_snprintf (decimals, sizeof decimals, ".%06d", (int) (real_us % G_USEC_PER_SEC));
  decimals[n_decimals > 0 ? n_decimals + 1 : 0] = '\0';

  return g_strconcat (seconds, decimals, NULL);
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
