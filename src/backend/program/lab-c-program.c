/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/program/lab-c-program.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-text.h"
#include "backend/program/lab-backend-resources.h"

#define TEMPLATES "/io/github/shmlab/backend/program/templates/"

/* The longest string literal that every C17 compiler must take (5.2.4.1). */
#define MAX_LITERAL 4095

#define LINE_WIDTH 100

typedef struct
{
  GString    *text;
  GArray     *chosen;      /* of LabProgramRange */
  GHashTable *conditions;  /* a set of names such as "LAB_LATCH" */
  GHashTable *values;      /* name, such as "SIZE", to Value */
} Writer;

typedef struct
{
  char     *text;
  gboolean  chosen;
} Value;

static void
value_free (Value *value)
{
  g_free (value->text);
  g_free (value);
}

static void
set_value (Writer     *writer,
           const char *name,
           char       *text,
           gboolean    chosen)
{
  Value *value = g_new (Value, 1);

  value->text = text;
  value->chosen = chosen;
  g_hash_table_insert (writer->values, (gpointer) name, value);
}

static void
append_octal (GString *literal,
              guchar   byte)
{
  g_string_append_printf (literal, "\\%03o", byte);  /* three digits always, so that a digit may follow */
}

/* Appends the character at @p as it stands in a C literal, and gives the number
 * of bytes that it has.  What is not to be seen, such as a change of the
 * writing direction, is written as numbers: the program must be what it looks like. */
static gsize
append_char (GString    *literal,
             const char *p,
             gsize       n_left,
             char        quote)
{
  const char *with_letter = "\a\b\f\n\r\t\v";
  const char *letters = "abfnrtv";
  const guchar byte = (guchar) *p;
  gunichar c;
  gsize n;

  if (byte < 0x80)
    {
      const char *found = byte != 0 ? strchr (with_letter, byte) : NULL;

      if (found != NULL)
        g_string_append_printf (literal, "\\%c", letters[found - with_letter]);
      else if (byte < 0x20 || byte == 0x7f)
        append_octal (literal, byte);
      else if (byte == '\\' || byte == (guchar) quote)
        g_string_append_printf (literal, "\\%c", byte);
      else if (byte == '?' && literal->len > 0 && literal->str[literal->len - 1] == '?')
        g_string_append (literal, "\\?");  /* two of them and one more byte are a trigraph */
      else
        g_string_append_c (literal, (char) byte);
      return 1;
    }

  c = g_utf8_get_char_validated (p, (gssize) MIN (n_left, 4));
  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      append_octal (literal, byte);
      return 1;
    }

  n = (gsize) (g_utf8_next_char (p) - p);
  if (lab_text_is_visible (c))
    g_string_append_len (literal, p, (gssize) n);
  else
    for (gsize i = 0; i < n; i++)
      append_octal (literal, (guchar) p[i]);

  return n;
}

/* Where a line may end: after each newline of the text, and before it gets wide. */
static void
break_literal (GString  *literal,
               gsize    *line_start,
               gboolean  after_newline)
{
  if (!after_newline && literal->len - *line_start < LINE_WIDTH)
    return;

  g_string_append (literal, "\"\n  ");
  *line_start = literal->len;
  g_string_append_c (literal, '"');
}

/**
 * lab_c_program_quote:
 * @bytes: any bytes; need not end with a NUL
 * @length: how many
 *
 * Writes @bytes as a C string literal, over several lines when it is long: with
 * backslashes, quotes, newlines and trigraphs escaped, and bytes that are not
 * UTF-8 or characters that cannot be seen as octal numbers.
 *
 * Source: C17 6.4.5, 5.2.1.1.
 *
 * Returns: (transfer full): with the quotes around it, in UTF-8
 */
char *
lab_c_program_quote (const char *bytes,
                     gsize       length)
{
  GString *literal = g_string_new ("\"");
  gsize line_start = 0;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  for (gsize i = 0; i < length; )
    {
      gsize n = append_char (literal, bytes + i, length - i, '"');

      i += n;
      if (i < length)
        break_literal (literal, &line_start, bytes[i - 1] == '\n');
    }
  g_string_append_c (literal, '"');

  return g_string_free (literal, FALSE);
}

/* A message that is too long for a literal: the same bytes one by one. */
static char *
quote_bytes (const char *bytes,
             gsize       length)
{
  GString *literal = g_string_new ("{");
  gsize line_start = 0;

  for (gsize i = 0; i < length; i++)
    {
      g_string_append (literal, " '");
      if ((guchar) bytes[i] < 0x80)
        append_char (literal, bytes + i, 1, '\'');
      else
        append_octal (literal, (guchar) bytes[i]);
      g_string_append (literal, "',");
      if (literal->len - line_start >= LINE_WIDTH)
        {
          g_string_append (literal, "\n   ");
          line_start = literal->len - 3;
        }
    }
  g_string_append (literal, " 0 }");

  return g_string_free (literal, FALSE);
}

static char *
quote_array (const char *bytes)
{
  gsize length = strlen (bytes);

  return length <= MAX_LITERAL ? lab_c_program_quote (bytes, length) : quote_bytes (bytes, length);
}

static char *
quote_letter (int letter)
{
  GString *literal;
  char c = (char) letter;

  if (letter < 0x20 || letter >= 0x7f)
    return g_strdup_printf ("%d", letter);

  literal = g_string_new ("'");
  append_char (literal, &c, 1, '\'');
  g_string_append_c (literal, '\'');

  return g_string_free (literal, FALSE);
}

/* Takes the value's name from the mark that begins at @mark, such as /+[SIZE]+/
 * with stars for the plus signs, and gives what follows the mark. */
static const char *
read_mark (const char  *mark,
           char       **name)
{
  const char *end = strstr (mark, "]*/");

  g_assert (end != NULL);
  *name = g_strndup (mark + strlen ("/*["), (gsize) (end - mark) - strlen ("/*["));

  return end + strlen ("]*/");
}

/* A value may have several lines; the blanks before each belong to nobody. */
static void
append_value (Writer      *writer,
              const Value *value)
{
  const char *line = value->text;

  for (const char *end; value->chosen && *line != '\0'; line = *end != '\0' ? end + 1 : end)
    {
      LabProgramRange range;

      line += strspn (line, " ");
      end = strchrnul (line, '\n');
      range.offset = writer->text->len + (gsize) (line - value->text);
      range.length = (gsize) (end - line);
      g_array_append_val (writer->chosen, range);
    }

  g_string_append (writer->text, value->text);
}

static void
append_line (Writer     *writer,
             const char *line)
{
  const char *mark;

  while ((mark = strstr (line, "/*[")) != NULL)
    {
      g_autofree char *name = NULL;
      const char *default_text = read_mark (mark, &name);
      const char *end = strstr (default_text, "/*[]*/");
      Value *value = g_hash_table_lookup (writer->values, name);

      g_assert (end != NULL && value != NULL);
      g_string_append_len (writer->text, line, mark - line);
      append_value (writer, value);
      line = end + strlen ("/*[]*/");
    }

  /* What is left out must not leave two empty lines. */
  if (*line == '\0' && g_str_has_suffix (writer->text->str, "\n\n"))
    return;

  g_string_append (writer->text, line);
  g_string_append_c (writer->text, '\n');
}

static void
append_template (Writer     *writer,
                 const char *name)
{
  g_autofree char *path = g_strconcat (TEMPLATES, name, NULL);
  g_autoptr(GBytes) bytes = g_resource_lookup_data (lab_backend_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_auto(GStrv) lines = NULL;
  gboolean inside = FALSE, wanted = TRUE;

  g_assert (bytes != NULL);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);  /* a resource ends with a NUL */

  for (guint i = 0; lines[i] != NULL && (*lines[i] != '\0' || lines[i + 1] != NULL); i++)
    {
      if (g_str_has_prefix (lines[i], "#if LAB_"))
        {
          inside = TRUE;
          wanted = g_hash_table_contains (writer->conditions, lines[i] + strlen ("#if "));
        }
      else if (inside && g_str_equal (lines[i], "#else"))
        {
          wanted = !wanted;
        }
      else if (inside && g_str_equal (lines[i], "#endif"))
        {
          inside = FALSE;
          wanted = TRUE;
        }
      else if (wanted && g_str_has_prefix (lines[i], "#include \"part-"))
        {
          g_auto(GStrv) words = g_strsplit (lines[i], "\"", 3);

          append_template (writer, words[1]);
        }
      else if (wanted)
        {
          append_line (writer, lines[i]);
        }
    }
}

static gboolean
check_server (const LabProgramOptions  *options,
              GError                  **error)
{
  gsize length = options->message != NULL ? strlen (options->message) : 0;
  gsize capacity = options->size_bytes > 0 ? options->size_bytes - 1 : 0;

  if (options->size_bytes == 0 || options->size_bytes > G_MAXINT64)
    {
      g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE, _("No segment has this size; choose another size"));
      return FALSE;
    }

  if (options->form == LAB_PROGRAM_PROTECTED)
    {
      capacity = lab_layout_capacity (options->size_bytes);
      if (capacity == 0)
        {
          /* Translators: the control block is the part of the segment that says how to read it */
          g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE,
                       _("A segment with a control block has at least %d bytes; choose a larger size"),
                       LAB_LAYOUT_MIN_SIZE);
          return FALSE;
        }
    }

  if (length > capacity)
    return lab_text_check_message (options->message, length, capacity, error);

  if (length > LAB_C_PROGRAM_MAX_MESSAGE)
    {
      g_autofree char *has = lab_text_format_count (length);
      g_autofree char *limit = lab_text_format_count (LAB_C_PROGRAM_MAX_MESSAGE);

      /* Translators: both are numbers of bytes */
      g_set_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_TOO_LONG,
                   _("The message has %s bytes, too many to be written into a program; shorten it to %s"), has, limit);
      return FALSE;
    }

  return TRUE;
}

static void
add_condition (Writer     *writer,
               const char *name)
{
  g_hash_table_add (writer->conditions, (gpointer) name);
}

/* How a client finds the segment: a server always makes it under a key. */
static gboolean
is_by_id (const LabProgramOptions *options)
{
  return options->by_id && options->role == LAB_ROLE_CLIENT;
}

static void
set_name (Writer                  *writer,
          const LabProgramOptions *options)
{
  const LabKeyChoice *choice = options->key_choice;

  if (is_by_id (options))
    {
      add_condition (writer, "LAB_BY_ID");
      set_value (writer, "ID", g_strdup_printf ("%d", options->id), TRUE);
      return;
    }

  add_condition (writer, "LAB_BY_KEY");
  if (choice->path != NULL)
    {
      add_condition (writer, "LAB_KEY_FROM_FILE");
      set_value (writer, "PATH", quote_array (choice->path), TRUE);
      set_value (writer, "LETTER", quote_letter (choice->letter), TRUE);
    }
  else
    {
      add_condition (writer, "LAB_KEY_TYPED");
      set_value (writer, "KEY", lab_key_format (choice->key), TRUE);
    }
}

static void
set_server_values (Writer                  *writer,
                   const LabProgramOptions *options)
{
  gboolean has_message = options->message != NULL && *options->message != '\0';

  set_value (writer, "SIZE", g_strdup_printf ("%" G_GSIZE_FORMAT, options->size_bytes), TRUE);
  set_value (writer, "MODE", g_strdup_printf ("0%03o", options->mode & 0777), TRUE);
  set_value (writer, "MESSAGE", quote_array (has_message ? options->message : "Hello!"), has_message);
}

static void
set_protocol (Writer                  *writer,
              const LabProgramOptions *options)
{
  LabProtocolId protocol = options->protocol;
  gboolean turns = protocol == LAB_PROTOCOL_TURNS || protocol == LAB_PROTOCOL_TURNS_TEXTBOOK;
  static const char *const conditions[] = {
    [LAB_PROTOCOL_UNSET] = "LAB_LATCH",
    [LAB_PROTOCOL_NONE] = "LAB_NONE",
    [LAB_PROTOCOL_SEMAPHORE] = "LAB_SEMAPHORE",
    [LAB_PROTOCOL_TURNS] = "LAB_TURNS",
    [LAB_PROTOCOL_LATCH] = "LAB_LATCH",
    [LAB_PROTOCOL_TURNS_TEXTBOOK] = "LAB_TURNS_TEXTBOOK",
  };

  g_return_if_fail ((guint) protocol < G_N_ELEMENTS (conditions));

  add_condition (writer, conditions[protocol]);
  if (protocol == LAB_PROTOCOL_SEMAPHORE)
    add_condition (writer, is_by_id (options) ? "LAB_SEMAPHORE_BY_ID" : "LAB_SEMAPHORE_BY_KEY");

  /* To take a turn is to store. */
  if (turns)
    add_condition (writer, "LAB_ANY_TURNS");
  if (!turns || options->form == LAB_PROGRAM_TEXTBOOK)
    add_condition (writer, options->writable ? "LAB_READ_WRITE" : "LAB_READ_ONLY");
}

static gboolean
check_name (const LabProgramOptions  *options,
            GError                  **error)
{
  const LabKeyChoice *choice = options->key_choice;

  if (is_by_id (options))
    return TRUE;

  if (choice == NULL)
    g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                         _("Without a key no other program can find the segment; choose a key"));
  else if (choice->path == NULL && choice->key == LAB_KEY_PRIVATE)
    g_set_error_literal (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY,
                         _("The segment has no key (IPC_PRIVATE), so no program can find it by one; choose a key"));
  else
    return TRUE;

  return FALSE;
}

/**
 * lab_c_program_new:
 * @options: what the user chose
 * @error: return location for an error
 *
 * Writes a complete program that needs no arguments and compiles without a
 * warning; see lab_c_program_dup_compile_command().
 *
 * Errors: %LAB_SHM_ERROR_KEY without a key that another program could find,
 * %LAB_SHM_ERROR_SIZE and %LAB_SHM_ERROR_TOO_LONG when the size does not hold
 * the control block or the message.
 *
 * Returns: (transfer full): the program, or %NULL with @error set
 */
LabCProgram *
lab_c_program_new (const LabProgramOptions  *options,
                   GError                  **error)
{
  static const char *const templates[2][2] = {
    [LAB_ROLE_SERVER] = { "server-textbook.c.in", "server-protected.c.in" },
    [LAB_ROLE_CLIENT] = { "client-textbook.c.in", "client-protected.c.in" },
  };
  g_autoptr(GHashTable) conditions = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) value_free);
  Writer writer = { .conditions = conditions, .values = values };
  LabCProgram *program;

  g_return_val_if_fail (options != NULL, NULL);

  if (!check_name (options, error))
    return NULL;
  if (options->role == LAB_ROLE_SERVER && !check_server (options, error))
    return NULL;

  set_name (&writer, options);
  if (options->role == LAB_ROLE_SERVER)
    set_server_values (&writer, options);
  set_protocol (&writer, options);

  writer.text = g_string_new (NULL);
  writer.chosen = g_array_new (FALSE, FALSE, sizeof (LabProgramRange));
  append_template (&writer, templates[options->role][options->form]);

  program = g_new (LabCProgram, 1);
  program->length = writer.text->len;
  program->text = g_string_free (writer.text, FALSE);
  program->n_chosen = writer.chosen->len;
  program->chosen = (LabProgramRange *) (gpointer) g_array_free (writer.chosen, FALSE);

  return program;
}

void
lab_c_program_free (LabCProgram *program)
{
  if (program == NULL)
    return;

  g_free (program->text);
  g_free (program->chosen);
  g_free (program);
}

/**
 * lab_c_program_get_file_name:
 * @role: server or client
 *
 * Returns: how the program's file is called when the user does not say, in ASCII
 */
const char *
lab_c_program_get_file_name (LabRole role)
{
  return role == LAB_ROLE_SERVER ? "shm-server.c" : "shm-client.c";
}

static gboolean
needs_quotes (const char *name)
{
  return name[strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_./")] != '\0';
}

/**
 * lab_c_program_dup_compile_command:
 * @file_name: (type filename): the program's file
 *
 * Returns: (transfer full) (type filename): a line for a shell, which makes a
 *   program of the same name without the “.c”
 */
char *
lab_c_program_dup_compile_command (const char *file_name)
{
  g_autofree char *source = NULL;
  g_autofree char *program = NULL;
  g_autofree char *quoted_source = NULL;
  g_autofree char *quoted_program = NULL;

  g_return_val_if_fail (file_name != NULL && *file_name != '\0', NULL);

  /* A name that begins with a minus would be an option. */
  source = *file_name == '-' ? g_strconcat ("./", file_name, NULL) : g_strdup (file_name);
  program = g_str_has_suffix (source, ".c") && strlen (source) > strlen (".c") ?
            g_strndup (source, strlen (source) - strlen (".c")) : g_strconcat (source, ".out", NULL);

  quoted_source = needs_quotes (source) ? g_shell_quote (source) : g_strdup (source);
  quoted_program = needs_quotes (program) ? g_shell_quote (program) : g_strdup (program);

  return g_strdup_printf ("gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -O2 %s%s -o %s",
                          g_str_has_suffix (source, ".c") ? "" : "-x c ", quoted_source, quoted_program);
}
