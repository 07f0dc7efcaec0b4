/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-text.h"

#include <locale.h>
#include <string.h>

#include "backend/kernel/lab-shm-error.h"
#include "helpers/helper-content.h"

static void
test_accepts_what_fits (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (lab_text_check_message ("", 0, 0, &error));
  g_assert_no_error (error);
  g_assert_true (lab_text_check_message ("Grüße, \xf0\x9f\x98\x80\n", 14, 14, &error));
  g_assert_no_error (error);
  /* A limit above the address space is no reason to overflow. */
  g_assert_true (lab_text_check_message ("a", 1, G_MAXSIZE, &error));
  g_assert_no_error (error);
}

static void
test_refuses_what_cannot_be_read_back (void)
{
  static const struct
  {
    const char  *bytes;
    gsize        length;
    gsize        capacity;
    LabShmError  code;
    const char  *says;
  } rows[] = {
    { "abcd", 4, 3, LAB_SHM_ERROR_TOO_LONG, "has 4 bytes, and the segment has room for 3;" },
    { "ä", 2, 1, LAB_SHM_ERROR_TOO_LONG, "has 2 bytes, and the segment has room for 1;" },
    { "ab\0cd", 5, 100, LAB_SHM_ERROR_TEXT, "NUL at offset 2," },
    { "\0", 1, 100, LAB_SHM_ERROR_TEXT, "NUL at offset 0," },
    { "ab\xff", 3, 100, LAB_SHM_ERROR_TEXT, "byte 0xff at offset 2 " },
    { "ab\xc3", 3, 100, LAB_SHM_ERROR_TEXT, "byte 0xc3 at offset 2 " },
    { "\xc0\x80", 2, 100, LAB_SHM_ERROR_TEXT, "byte 0xc0 at offset 0 " },      /* an overlong NUL */
    { "\xed\xa0\x80", 3, 100, LAB_SHM_ERROR_TEXT, "byte 0xed at offset 0 " },  /* half a surrogate pair */
    { "\xf4\x90\x80\x80", 4, 100, LAB_SHM_ERROR_TEXT, "byte 0xf4" },           /* above U+10FFFF */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (lab_text_check_message (rows[i].bytes, rows[i].length, rows[i].capacity, &error));
      g_assert_error (error, LAB_SHM_ERROR, (int) rows[i].code);
      if (strstr (error->message, rows[i].says) == NULL)
        g_error ("row %" G_GSIZE_FORMAT ": “%s” does not say “%s”", i, error->message, rows[i].says);
    }
}

static void
test_says_long_numbers_in_groups (void)
{
  g_autofree char *text = g_strnfill (2000, 'x');
  g_autoptr(GError) error = NULL;

  g_assert_false (lab_text_check_message (text, 2000, 1983, &error));
  g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TOO_LONG);
  g_assert_nonnull (strstr (error->message, "2,000 bytes"));
  g_assert_nonnull (strstr (error->message, "room for 1,983;"));
}

static void
test_shows_any_bytes (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
    gsize       max_chars;
    const char *text;
    gsize       n_chars, n_bad, n_control, n_hidden;
  } rows[] = {
    { NULL, 0, 10, "", 0, 0, 0, 0 },
    { "a\tb\n", 4, 10, "a       b\n", 4, 0, 0, 0 },
    { "a\n\t\t", 4, 20, "a\n                ", 4, 0, 0, 0 },
    { "a\t\t\t\t\tb", 7, 40, "a                       ␉␉b", 7, 0, 2, 0 },
    { "a\tb\n", 4, 5, "a    ", 4, 0, 0, 2 },
    { "Grüße", 7, 5, "Grüße", 5, 0, 0, 0 },
    { "Grüße", 7, 3, "Grü", 5, 0, 0, 2 },
    { "Grüße", 7, 0, "", 5, 0, 0, 5 },
    { "a\0b\033\r\x7f", 6, 10, "a␀b␛␍␡", 6, 0, 4, 0 },
    { "\xc2\x85", 2, 10, "␤", 1, 0, 1, 0 },
    { "\xc2\x84", 2, 10, "␦", 1, 0, 1, 0 },
    { "a\u2028b\u2029", 8, 10, "a␤b␤", 4, 0, 2, 0 },
    { "\u202elive", 7, 20, "[U+202E]live", 5, 0, 1, 0 },
    { "a\u2067", 4, 8, "a", 2, 0, 0, 1 },
    { "\u0301a", 3, 9, "\u25cc\u0301a", 2, 0, 0, 0 },
    { "\U0001f469\u200d\U0001f4bb", 11, 9, "\U0001f469\u200d\U0001f4bb", 3, 0, 0, 0 },
    { "a\xff" "b\xc3", 4, 10, "a\ufffdb\ufffd", 4, 2, 0, 0 },
    { "\xe2\x82\xac\xe2\x82", 5, 10, "€\ufffd\ufffd", 3, 2, 0, 0 },
    { "\xf0\x9f\x98\x80\xff", 5, 1, "\U0001f600", 2, 1, 0, 1 },
    { "\xed\xa0\x80", 3, 10, "\ufffd\ufffd\ufffd", 3, 3, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      LabTextReport report;
      g_autofree char *text = lab_text_make_displayable (rows[i].bytes, rows[i].length, rows[i].max_chars, &report);

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_cmpuint (report.n_chars, ==, rows[i].n_chars);
      g_assert_cmpuint (report.n_bad_bytes, ==, rows[i].n_bad);
      g_assert_cmpuint (report.n_control_chars, ==, rows[i].n_control);
      g_assert_cmpuint (report.n_hidden_chars, ==, rows[i].n_hidden);
    }
}

static void
test_random_bytes_become_valid (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      /* On the heap and of the exact size, so that a sanitizer sees a byte too far. */
      const gsize length = (gsize) g_test_rand_int_range (0, 64);
      const gsize max_chars = (gsize) g_test_rand_int_range (0, 64);
      g_autofree char *bytes = g_malloc (length);
      g_autofree char *text = NULL;
      LabTextReport report;

      for (gsize i = 0; i < length; i++)
        bytes[i] = (char) g_test_rand_int_range (0, 256);

      text = lab_text_make_displayable (bytes, length, max_chars, &report);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint ((gsize) g_utf8_strlen (text, -1), <=, max_chars);
      g_assert_cmpuint (report.n_bad_bytes, <=, length);
      g_assert_cmpint (lab_text_check_message (bytes, length, length, NULL), ==,
                       report.n_bad_bytes == 0 && (length == 0 || memchr (bytes, 0, length) == NULL));
    }
}

/* What no label may be given, whatever the bytes were. */
static void
check_fit_for_a_label (const char *text,
                       gboolean    one_line)
{
  guint n_marks = 0, n_cluster = 0, n_lines = 1;
  gunichar before = 0;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      g_assert_true (c == '\n' || (c >= ' ' && c != 0x7f));
      g_assert_false (c >= 0x80 && c < 0xa0);
      g_assert_false (c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e));
      /* A name that is written from right to left is isolated, once. */
      if (!one_line || (p != text && p[3] != '\0'))
        g_assert_false (c >= 0x2066 && c <= 0x2069);
      n_marks = g_unichar_ismark (c) ? n_marks + 1 : 0;
      g_assert_cmpuint (n_marks, <=, 4);
      n_cluster = g_unichar_ismark (c) || c == 0x200d || (before == 0x200d && c != 0x200b) ||
                  (g_unichar_combining_class (before) == 9 && c != 0x200b) ||
                  (c >= 0x1100 && c <= 0x11ff) ? n_cluster + 1 : 0;
      g_assert_cmpuint (n_cluster, <=, 12);
      n_lines += c == '\n';
      before = c;
    }
  g_assert_cmpuint (n_lines, <=, one_line ? 1 : 1000);
}

static void
test_hostile_content_fits_a_label (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile_contents); i++)
    {
      g_autofree char *content = make_hostile_content (&hostile_contents[i], 65535);
      const gsize length = strlen (content);
      LabTextReport report;
      g_autofree char *text = lab_text_make_displayable (content, length, 20000, &report);
      g_autofree char *name = lab_text_format_name (content);
      g_autofree char *path = lab_text_format_path (content);
      g_autofree char *excerpt = lab_text_format_excerpt (content, length, 200);

      g_test_message ("%s", hostile_contents[i].name);
      check_fit_for_a_label (text, FALSE);
      check_fit_for_a_label (name, TRUE);
      check_fit_for_a_label (path, TRUE);
      check_fit_for_a_label (excerpt, TRUE);
      g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, 200 + 2);
      g_assert_cmpint (g_utf8_strlen (text, -1), <=, 20000);
      g_assert_cmpint (g_utf8_strlen (name, -1), <=, 64 + 2);
      g_assert_cmpint (g_utf8_strlen (path, -1), <=, 120 + 2);
      g_assert_cmpint (report.n_hidden_chars + report.n_dropped_marks, <=, report.n_chars);
    }
}

static void
test_says_how_much_is_not_shown (void)
{
  LabTextReport report;
  g_autofree char *lines = g_strnfill (5000, '\n');
  g_autofree char *shown = lab_text_make_displayable (lines, 5000, 20000, &report);
  g_autofree char *marks = NULL;

  g_assert_cmpuint (strlen (shown), ==, 999);
  g_assert_cmpuint (report.n_hidden_chars, ==, 4001);

  marks = lab_text_make_displayable ("z\u0301\u0301\u0301\u0301\u0301\u0301 z", 15, 100, &report);
  g_assert_cmpstr (marks, ==, "z\u0301\u0301\u0301\u0301 z");
  g_assert_cmpuint (report.n_dropped_marks, ==, 2);
  g_assert_cmpuint (report.n_chars, ==, 9);
}

static void
test_names_say_what_they_are (void)
{
  static const struct { const char *name, *shown; } rows[] = {
    { "", "" },
    { "sleep", "sleep" },
    { "Grüße 1", "Grüße 1" },
    { "\u202elive", "[U+202E]live" },
    { "a\u2066b\u200ec\u200b", "a[U+2066]b[U+200E]c[U+200B]" },
    { "a\tb\nc\033\r", "a␉b␊c␛␍" },
    { "a\u2028b\xff", "a␤b\ufffd" },
    { "\u0301x", "\u25cc\u0301x" },
    { "\u3164", "[U+3164]" },
    { "\u05d0\u05d1", "\u2068\u05d0\u05d1\u2069" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = lab_text_format_name (rows[i].name);
      g_autofree char *path = lab_text_format_path (rows[i].name);

      g_assert_cmpstr (shown, ==, rows[i].shown);
      g_assert_cmpstr (path, ==, rows[i].shown);
    }
}

static void
test_long_names_say_that_they_were_cut (void)
{
  g_autofree char *fill = g_strnfill (200, 'x');
  g_autofree char *long_name = g_strconcat ("/home/anna/", fill, "/shmfile", NULL);
  g_autofree char *name = lab_text_format_name (long_name);
  g_autofree char *path = lab_text_format_path (long_name);

  g_assert_cmpint (g_utf8_strlen (name, -1), ==, 64);
  g_assert_true (g_str_has_prefix (name, "/home/anna/xx") && g_str_has_suffix (name, "x…"));
  g_assert_cmpint (g_utf8_strlen (path, -1), ==, 120);
  g_assert_true (g_str_has_prefix (path, "/home/anna/xx") && g_str_has_suffix (path, "xx/shmfile"));
  g_assert_nonnull (strstr (path, "x…x"));
}

static void
test_an_excerpt_says_that_there_is_more (void)
{
  g_autofree char *whole = lab_text_format_excerpt ("a\nb", 3, 3);
  g_autofree char *cut = lab_text_format_excerpt ("a\nbc", 4, 3);
  g_autofree char *nothing = lab_text_format_excerpt (NULL, 0, 3);

  g_assert_cmpstr (whole, ==, "a␊b");
  g_assert_cmpstr (cut, ==, "a␊…");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_copies_tabs_as_they_are (void)
{
  g_autofree char *text = lab_text_make_copyable ("a\tb\n\0\xff\u202e", 9);

  g_assert_cmpstr (text, ==, "a\tb\n␀\ufffd\u202e");
}

static void
test_counts_in_groups (void)
{
  static const struct { guint64 n; const char *text; } rows[] = {
    { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 1983, "1,983" }, { 100000, "100,000" }, { 1234567, "1,234,567" },
    { G_MAXUINT64, "18,446,744,073,709,551,615" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = lab_text_format_count (rows[i].n);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_counts_as_the_locale_does (void)
{
  static const struct { const char *locale; const char *text; } rows[] = {
    { "de_DE.UTF-8", "1.234.567" }, { "fr_FR.UTF-8", "1\u202f234\u202f567" },
    { "de_DE.ISO-8859-1", "1.234.567" },
  };
  guint n_seen = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = NULL;

      if (setlocale (LC_ALL, rows[i].locale) == NULL)
        continue;
      text = lab_text_format_count (1234567);
      g_assert_cmpstr (text, ==, rows[i].text);
      n_seen++;
    }
  setlocale (LC_ALL, "C.UTF-8");

  if (n_seen == 0)
    g_test_skip ("neither locale de_DE nor fr_FR is installed");
}

static void
test_durations (void)
{
  static const struct { gint64 ns; const char *text; } rows[] = {
    { 0, "0 ns" }, { 999, "999 ns" }, { 1000, "1 µs" }, { 1240, "1.2 µs" }, { 1250, "1.3 µs" }, { 9949, "9.9 µs" },
    { 9950, "10 µs" }, { 38400, "38 µs" }, { 999499, "999 µs" }, { 999500, "1 ms" }, { 38000000, "38 ms" },
    { 999499999, "999 ms" }, { 999500000, "1 s" }, { 1200000000, "1.2 s" }, { G_GINT64_CONSTANT (59499999999), "59 s" },
    { G_GINT64_CONSTANT (59500000000), "1 min" }, { G_GINT64_CONSTANT (180000000000), "3 min" },
    { G_GINT64_CONSTANT (3600000000000), "1 h" }, { G_GINT64_CONSTANT (169000000000000), "47 h" },
    { G_GINT64_CONSTANT (172800000000000), "2 d" }, { -38000000, "−38 ms" }, { G_MAXINT64, "106752 d" }, { G_MININT64, "−106752 d" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = lab_text_format_duration (rows[i].ns);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/backend/text/" name, func)
  ADD ("accepts-what-fits", test_accepts_what_fits);
  ADD ("refuses-what-cannot-be-read-back", test_refuses_what_cannot_be_read_back);
  ADD ("says-long-numbers-in-groups", test_says_long_numbers_in_groups);
  ADD ("shows-any-bytes", test_shows_any_bytes);
  ADD ("random-bytes-become-valid", test_random_bytes_become_valid);
  ADD ("hostile-content-fits-a-label", test_hostile_content_fits_a_label);
  ADD ("says-how-much-is-not-shown", test_says_how_much_is_not_shown);
  ADD ("names-say-what-they-are", test_names_say_what_they_are);
  ADD ("long-names-say-that-they-were-cut", test_long_names_say_that_they_were_cut);
  ADD ("an-excerpt-says-that-there-is-more", test_an_excerpt_says_that_there_is_more);
  ADD ("copies-tabs-as-they-are", test_copies_tabs_as_they_are);
  ADD ("counts-in-groups", test_counts_in_groups);
  ADD ("counts-as-the-locale-does", test_counts_as_the_locale_does);
  ADD ("durations", test_durations);
  return g_test_run ();
}
