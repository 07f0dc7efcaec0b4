/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/program/lab-c-tokens.h"

#include <string.h>

static const char *const keywords[] = {
  "_Atomic", "_Noreturn", "_Static_assert", "bool", "break", "case", "char", "const", "continue", "default", "do", "double",
  "else", "enum", "extern", "false", "float", "for", "goto", "if", "int", "int32_t", "int64_t", "key_t", "long", "return",
  "short", "signed", "size_t", "sizeof", "static", "struct", "switch", "true", "typedef", "uint32_t", "uint64_t", "union",
  "unsigned", "void", "while",
};

static const char *const calls[] = {
  "ftok", "semctl", "semget", "semop", "semtimedop", "shmat", "shmctl", "shmdt", "shmget",
};

static gboolean
contains (const char *const *words,
          gsize              n_words,
          const char        *word,
          gsize              length)
{
  for (gsize i = 0; i < n_words; i++)
    if (strncmp (words[i], word, length) == 0 && words[i][length] == '\0')
      return TRUE;

  return FALSE;
}

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static gsize
skip_comment (const char *text,
              gsize       i,
              gsize       length)
{
  gboolean line = text[i + 1] == '/';

  for (i += 2; i < length; i++)
    {
      if (line && text[i] == '\n')
        return i;
      if (!line && text[i] == '*' && i + 1 < length && text[i + 1] == '/')
        return i + 2;
    }

  return length;
}

static gsize
skip_quoted (const char *text,
             gsize       i,
             gsize       length,
             char        end)
{
  for (i++; i < length && text[i] != '\n'; i++)
    {
      if (text[i] == end)
        return i + 1;
      if (text[i] == '\\' && end != '>' && i + 1 < length)
        i++;
    }

  return i;
}

static gsize
skip_word (const char *text,
           gsize       i,
           gsize       length)
{
  while (i < length && is_word_char (text[i]))
    i++;

  return i;
}

/* A preprocessing number, C17 6.4.8: 0x1p-3, 1e+5, 10u */
static gsize
skip_number (const char *text,
             gsize       i,
             gsize       length)
{
  for (i++; i < length; i++)
    {
      gboolean sign = (text[i] == '+' || text[i] == '-') && strchr ("eEpP", text[i - 1]) != NULL;

      if (!is_word_char (text[i]) && text[i] != '.' && !sign)
        break;
    }

  return i;
}

static void
add (GArray        *tokens,
     gsize          offset,
     gsize          end,
     LabCTokenKind  kind)
{
  LabCToken token = { offset, end - offset, kind };

  g_array_append_val (tokens, token);
}

/**
 * lab_c_tokens_parse:
 * @text: any text; need not be C, nor end with a NUL
 * @length: its bytes
 *
 * Finds what to colour, well enough for programs as lab_c_program_new() writes them.
 *
 * Returns: (transfer full) (element-type LabCToken): in order, without overlap
 */
GArray *
lab_c_tokens_parse (const char *text,
                    gsize       length)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (LabCToken));
  gboolean line_start = TRUE, in_include = FALSE;
  gsize i = 0;

  while (i < length)
    {
      const gsize start = i;
      const char c = text[i];

      if (c == '/' && i + 1 < length && (text[i + 1] == '*' || text[i + 1] == '/'))
        {
          i = skip_comment (text, i, length);
          add (tokens, start, i, LAB_C_COMMENT);
        }
      else if (c == '"' || c == '\'' || (c == '<' && in_include))
        {
          i = skip_quoted (text, i, length, c == '<' ? '>' : c);
          add (tokens, start, i, LAB_C_STRING);
        }
      else if (c == '#' && line_start)
        {
          for (i++; i < length && (text[i] == ' ' || text[i] == '\t'); )
            i++;
          i = skip_word (text, i, length);
          add (tokens, start, i, LAB_C_PREPROCESSOR);
          in_include = i - start >= strlen ("include") && strncmp (text + i - strlen ("include"), "include", strlen ("include")) == 0;
        }
      else if (g_ascii_isdigit (c))
        {
          i = skip_number (text, i, length);
          add (tokens, start, i, LAB_C_NUMBER);
        }
      else if (is_word_char (c))
        {
          i = skip_word (text, i, length);
          if (contains (keywords, G_N_ELEMENTS (keywords), text + start, i - start))
            add (tokens, start, i, LAB_C_KEYWORD);
          else if (contains (calls, G_N_ELEMENTS (calls), text + start, i - start))
            add (tokens, start, i, LAB_C_CALL);
        }
      else
        {
          i++;
        }

      if (c == '\n')
        in_include = FALSE;
      line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
    }

  return tokens;
}
