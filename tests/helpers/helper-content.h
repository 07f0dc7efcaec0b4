/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include <glib.h>

/* What a stranger may write, or call a process, a user or a file: contents that broke
 * a window, and others of their kind.  One list for all tests. */
typedef struct
{
  const char *name;
  const char *begin;    /* once; valid UTF-8 or not, but without a NUL */
  const char *repeated; /* as often as follows */
  gsize       n;
} HostileContent;

static const HostileContent hostile_contents[] = {
  { "tabs", "x", "\t", 100 },
  { "tabs-and-blanks", "x", "\t ", 1000 },
  { "blanks", "x", " ", 4000 },
  { "blanks-that-hold-together", "x", "\u00a0", 4000 },
  { "lines", "x", "\n", 40000 },
  { "lines-of-text", "", "line\n", 10000 },
  { "line-separators", "x", "\u2028", 5000 },
  { "paragraph-separators", "x", "\u2029y", 5000 },
  { "carriage-returns", "x", "\r\n", 5000 },
  { "next-lines", "x", "\xc2\x85", 5000 },
  { "one-word", "", "x", 65000 },
  { "one-wide-word", "", "\u6f22", 20000 },
  { "control-signs", "", "\x01\x02\x1b\x7f\x08", 800 },
  { "begins-with-one", "\x01", "", 0 },
  { "overrides", "", "\u202eevil\u202c", 400 },
  { "isolates", "", "\u2067", 2000 },
  { "right-to-left", "", "\u05d0\u05d1\u05d2 ", 2000 },
  { "zalgo", "z", "\u0301\u0316\u0489", 3000 },
  { "zalgo-words", "", "z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 ", 500 },
  { "marks-without-a-letter", "", "\u0308", 4000 },
  { "jamo", "", "\u1100", 3000 },
  { "emoji-joined", "", "\U0001f469\u200d", 2000 },
  { "joiners", "x", "\u200d", 4000 },
  { "number-signs", "", "\u0600", 2000 },
  { "virama", "", "\u0915\u094d", 2000 },
  { "wide-letters", "", "\ufdfd", 2000 },
  { "very-wide-letters", "", "\U00012031", 500 },
  { "zero-width", "", "\u200b\ufeff\u2060", 1000 },
  { "not-utf-8", "", "\xff\xfe\xc3", 2000 },
  { "halves-of-surrogates", "", "\xed\xa0\x80", 2000 },
  { "markup", "", "<b>&amp;</span>", 300 },
  { "underscores", "", "_x", 1000 },
  { "percents", "", "%s%n", 1000 },
};

/* At most @max_bytes of it, as many whole ones as fit. */
static inline char *
make_hostile_content (const HostileContent *content,
                      gsize                 max_bytes)
{
  GString *text = g_string_new (content->begin);

  for (gsize i = 0; i < content->n && text->len + strlen (content->repeated) <= max_bytes; i++)
    g_string_append (text, content->repeated);

  return g_string_free (text, FALSE);
}
