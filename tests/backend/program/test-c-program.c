/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/program/lab-c-program.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-reader.h"
#include "backend/protocol/lab-writer.h"
#include "backend/segment/lab-semaphore.h"
#include "helpers/helper-keys.h"

#define LIMIT_MS 20000

#define STRICT "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-O2"

/* Quotes, backslashes, an escape that is not one, percent signs, trigraphs, the
 * end of a comment, digits after an octal, control characters, text in other
 * scripts, a change of the writing direction and a byte that is not UTF-8. */
#define EVIL "a\u2028\u2029\xc2\x85\"b\\c\\n\n\t%s%n?\?/?\?=?\?\?) */ /* \001" "7\033[0m Grüße \xf0\x9f\x98\x80 \xe2\x80\xae" "abc\xe2\x80\xac é\xcc\x81 #\r\xff"
#define EVIL_NAME "a\"b\\c $(x) `y` %s?\?=*' \n\t\001" "7Grüße\xff.txt"
#define EVIL_FILE "folder?\?/" EVIL_NAME

typedef struct
{
  char              *folder;
  LabKeyChoice      *choice;
  LabProgramOptions  options;
  GPtrArray         *files;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  unused)
{
  g_autoptr(GError) error = NULL;

  f->folder = g_dir_make_tmp ("shmlab-XXXXXX", &error);
  g_assert_no_error (error);
  f->files = g_ptr_array_new_with_free_func (g_free);
  f->choice = lab_key_choice_new_key (test_key ());
  f->options = (LabProgramOptions) {
    .role = LAB_ROLE_SERVER,
    .form = LAB_PROGRAM_PROTECTED,
    .protocol = LAB_PROTOCOL_LATCH,
    .key_choice = f->choice,
    .size_bytes = 4096,
    .mode = 0600,
    .message = "Good morning, class!",
  };
}

static key_t
get_key (Fixture *f)
{
  return f->choice->path != NULL ? lab_sysv_ftok (f->choice->path, f->choice->letter, NULL) : f->choice->key;
}

static void
tear_down (Fixture       *f,
           gconstpointer  unused)
{
  g_autoptr(LabSegment) left = lab_segment_find (get_key (f), NULL);
  int semaphore_id;

  g_assert_null (left);
  if (left != NULL)
    lab_segment_remove (left, NULL);

  semaphore_id = lab_sysv_semget (get_key (f), 0, LAB_GET_EXISTING, 0);
  g_assert_cmpint (semaphore_id, ==, -1);
  if (semaphore_id != -1)
    lab_sysv_semctl_rmid (semaphore_id);

  for (guint i = 0; i < f->files->len; i++)  /* some of them may not have been made */
    g_unlink (g_ptr_array_index (f->files, i));
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_ptr_array_unref (f->files);
  g_free (f->folder);
  lab_key_choice_free (f->choice);
}

static const char *
file_in_folder (Fixture    *f,
                const char *name)
{
  char *path = g_build_filename (f->folder, name, NULL);

  g_ptr_array_add (f->files, path);

  return path;
}

static gboolean
has_compiler (const char *name)
{
  g_autofree char *path = g_find_program_in_path (name);

  if (path != NULL)
    return TRUE;
  g_test_skip ("there is no C compiler to compile the programs with");

  return FALSE;
}

static void
compile (const char *compiler,
         const char *source,
         const char *program)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *output = NULL;

  process = program != NULL
    ? g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
                        compiler, STRICT, "-x", "c", source, "-o", program, NULL)
    : g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
                        compiler, STRICT, "-x", "c", source, "-S", "-o", "/dev/null", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_subprocess_get_successful (process));
}

/* Writes the program of the options as they are, compiles it and gives its path. */
static const char *
build (Fixture    *f,
       const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabCProgram) program = lab_c_program_new (&f->options, &error);
  g_autofree char *source_name = g_strconcat (name, ".c", NULL);
  const char *source = file_in_folder (f, source_name);
  const char *path = file_in_folder (f, name);

  g_assert_no_error (error);
  g_assert_true (g_utf8_validate (program->text, (gssize) program->length, NULL));
  g_assert_true (g_file_set_contents (source, program->text, (gssize) program->length, &error));
  g_assert_no_error (error);
  compile ("cc", source, path);

  return path;
}

static const char *
build_role (Fixture        *f,
            LabRole         role,
            LabProgramForm  form)
{
  f->options.role = role;
  f->options.form = form;

  return build (f, role == LAB_ROLE_SERVER ? "server" : "client");
}

typedef struct
{
  GSubprocess   *process;
  GOutputStream *in;
  int            out;
} Program;

static Program
run (const char *path)
{
  g_autoptr(GError) error = NULL;
  Program p = { NULL };

  p.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                G_SUBPROCESS_FLAGS_STDERR_MERGE, &error, path, NULL);
  g_assert_no_error (error);
  p.in = g_subprocess_get_stdin_pipe (p.process);
  p.out = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (g_subprocess_get_stdout_pipe (p.process)));

  return p;
}

/* Reads up to the next newline, which it leaves out.  A program that says
 * nothing for long has failed: NULL, as at the end of the output. */
static char *
read_line (Program *p)
{
  GString *line = g_string_new (NULL);

  while (TRUE)
    {
      GPollFD fd = { .fd = p->out, .events = G_IO_IN };
      char c;

      if (g_poll (&fd, 1, LIMIT_MS) <= 0)
        {
          g_test_fail_printf ("the program has said nothing for %d ms", LIMIT_MS);
          break;
        }
      if (read (p->out, &c, 1) != 1)
        break;
      if (c == '\n')
        return g_string_free (line, FALSE);
      g_string_append_c (line, c);
    }
  g_string_free (line, TRUE);

  return NULL;
}

static void
assert_line (Program    *p,
             const char *pattern)
{
  g_autofree char *line = read_line (p);

  if (line == NULL || !g_pattern_match_simple (pattern, line))
    g_test_fail_printf ("“%s” is not like “%s”", line, pattern);
}

static void
type (Program    *p,
      const char *text)
{
  g_autoptr(GError) error = NULL;

  g_output_stream_write_all (p->in, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* It has said everything, and ends by itself. */
static void
end (Program *p,
     int      exit_status)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *line = read_line (p);

  g_assert_cmpstr (line, ==, NULL);
  if (line != NULL || g_test_failed ())
    g_subprocess_force_exit (p->process);
  g_subprocess_wait (p->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (p->process));
  if (g_subprocess_get_if_exited (p->process))
    g_assert_cmpint (g_subprocess_get_exit_status (p->process), ==, exit_status);
  g_clear_object (&p->process);
}

static void
use_file_key (Fixture    *f,
              const char *name,
              int         letter)
{
  const char *path = file_in_folder (f, name);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "", 0, &error));
  g_assert_no_error (error);
  lab_key_choice_free (f->choice);
  f->options.key_choice = f->choice = lab_key_choice_new_file (path, letter);
}

static void
test_quotes_any_bytes (Fixture       *f,
                       gconstpointer  unused)
{
  static const char *const texts[] = {
    "", "plain", EVIL, EVIL_FILE, "?\?\?\?\?\?\?\?", "?\?=?\?/?\?'?\?(?\?)?\?!?\?<?\?>?\?-", "\\", "\"", "\\\"", "\001" "1\002" "2", "%d%%", "\n\n\n",
    "\xc3", "\xe2\x82", "\xf4\x90\x80\x80", "\xed\xa0\x80", "\xef\xbb\xbf", "\xe2\x81\xa6\xe2\x80\xae", "\xc2\x85", "\u2028",
    "a very long line that has to be broken somewhere, because nobody likes to read a line of C that goes on and on ?\?! and on ?\?\? and on",
  };
  g_autoptr(GString) source = g_string_new ("#include <stdio.h>\n#include <string.h>\n");
  g_autofree char *all = g_malloc (256);
  const char *program;
  Program p;

  if (!has_compiler ("cc"))
    return;

  for (guint i = 0; i < 255; i++)
    all[i] = (char) (i + 1);
  all[255] = '\0';

  g_string_append (source, "static const char *const texts[] = {\n");
  for (gsize i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      const char *text = i < G_N_ELEMENTS (texts) ? texts[i] : all;
      g_autofree char *literal = lab_c_program_quote (text, strlen (text));

      g_assert_true (g_utf8_validate (literal, -1, NULL));
      g_string_append_printf (source, "%s,\n", literal);
    }
  g_string_append (source, "};\nint main (void)\n{\n"
                   "  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)\n"
                   "    {\n      for (const char *c = texts[i]; *c != 0; c++)\n        printf (\"%02x\", (unsigned char) *c);\n"
                   "      printf (\"\\n\");\n    }\n  return 0;\n}\n");
  g_assert_true (g_file_set_contents (file_in_folder (f, "quote.c"), source->str, -1, NULL));
  program = file_in_folder (f, "quote");
  compile ("cc", g_ptr_array_index (f->files, 0), program);

  p = run (program);
  for (gsize i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      const char *text = i < G_N_ELEMENTS (texts) ? texts[i] : all;
      g_autofree char *line = read_line (&p);
      g_autoptr(GString) wanted = g_string_new (NULL);

      for (const char *c = text; *c != '\0'; c++)
        g_string_append_printf (wanted, "%02x", (guchar) *c);
      g_assert_cmpstr (line, ==, wanted->str);
    }
  end (&p, 0);
}

static char *
get_chosen (LabCProgram *program,
            guint        i)
{
  g_assert_cmpuint (i, <, program->n_chosen);
  g_assert_cmpuint (program->chosen[i].offset + program->chosen[i].length, <=, program->length);

  return g_strndup (program->text + program->chosen[i].offset, program->chosen[i].length);
}

/* The program without what the user has chosen. */
static char *
dup_rest (const LabProgramOptions *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabCProgram) program = lab_c_program_new (options, &error);
  GString *rest = g_string_new (NULL);
  gsize done = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < program->n_chosen; i++)
    {
      g_autofree char *chosen = get_chosen (program, i);

      /* A line of the source at most, and a literal or a number. */
      g_assert_null (strpbrk (chosen, "\n\r\033"));
      g_assert_true (g_ascii_isdigit (chosen[0]) || chosen[0] == '"' || chosen[0] == '\'');
      g_string_append_len (rest, program->text + done, (gssize) (program->chosen[i].offset - done));
      done = program->chosen[i].offset + program->chosen[i].length;
    }
  g_string_append (rest, program->text + done);

  return g_string_free (rest, FALSE);
}

/* Comments and the lines of the program are ours alone: a message or a path that ends a line, a
 * literal or a comment stands in a literal, and ends nothing. */
static void
test_puts_what_is_foreign_into_literals_only (Fixture       *f,
                                              gconstpointer  unused)
{
  static const char *const evil[] = {
    "one\ntwo", "one\rtwo", "one\"; system (\"true", "one */ int x; /* two", "one\\", "one\033[2Jtwo",
    "one\u2028two", "one\u2029two", "one\xc2\x85two", "one\u202etwo", "one?\?/", "one // two", "'one'",
  };

  for (guint kind = 0; kind < 4; kind++)
    {
      g_autoptr(LabKeyChoice) plain = lab_key_choice_new_file ("one", 'A');
      g_autofree char *wanted = NULL;

      f->options.role = kind & 1 ? LAB_ROLE_CLIENT : LAB_ROLE_SERVER;
      f->options.form = kind & 2 ? LAB_PROGRAM_PROTECTED : LAB_PROGRAM_TEXTBOOK;
      f->options.key_choice = plain;
      f->options.message = "one";
      wanted = dup_rest (&f->options);
      for (gsize i = 0; i < G_N_ELEMENTS (evil); i++)
        {
          g_autoptr(LabKeyChoice) foreign = lab_key_choice_new_file (evil[i], 'A');
          g_autofree char *rest = NULL;
          g_auto(GStrv) lines = NULL;
          g_autofree char *joined = NULL;

          f->options.key_choice = foreign;
          f->options.message = evil[i];
          rest = dup_rest (&f->options);
          lines = g_strsplit (rest, "\n  \n", -1);  /* where a literal went on in the next line */
          joined = g_strjoinv ("\n", lines);
          g_assert_cmpstr (joined, ==, wanted);
        }
      f->options.key_choice = f->choice;
    }
}

static void
assert_chosen (const LabProgramOptions *options,
               const char              *wanted)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabCProgram) program = lab_c_program_new (options, &error);
  g_autoptr(GString) all = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < program->n_chosen; i++)
    {
      g_autofree char *chosen = get_chosen (program, i);

      g_string_append_printf (all, "%s%s", i > 0 ? " " : "", chosen);
    }
  g_assert_cmpstr (all->str, ==, wanted);
  g_assert_null (strstr (program->text, "LAB_"));
  g_assert_null (strstr (program->text, "/*["));
  g_assert_null (strstr (program->text, "part-"));
  g_assert_null (strstr (program->text, "\n\n\n"));
  g_assert_true (g_str_has_prefix (program->text, "/* "));
  g_assert_true (g_str_has_suffix (program->text, "}\n"));
}

static void
test_marks_what_was_chosen (Fixture       *f,
                            gconstpointer  unused)
{
  lab_key_choice_free (f->choice);
  f->options.key_choice = f->choice = lab_key_choice_new_key ((key_t) 0xfedc0a12);
  f->options.size_bytes = 12345;
  f->options.mode = 0640;
  f->options.message = "Hi";

  for (LabProgramForm form = LAB_PROGRAM_TEXTBOOK; form <= LAB_PROGRAM_PROTECTED; form++)
    {
      f->options.form = form;
      f->options.role = LAB_ROLE_SERVER;
      assert_chosen (&f->options, "0xfedc0a12 12345 0640 \"Hi\"");
      f->options.role = LAB_ROLE_CLIENT;
      assert_chosen (&f->options, "0xfedc0a12");
    }

  /* What the user has not chosen is not marked. */
  f->options.role = LAB_ROLE_SERVER;
  f->options.message = NULL;
  assert_chosen (&f->options, "0xfedc0a12 12345 0640");

  lab_key_choice_free (f->choice);
  f->options.key_choice = f->choice = lab_key_choice_new_file ("/tmp/a \"b\"", '\'');
  f->options.mode = 0;
  assert_chosen (&f->options, "\"/tmp/a \\\"b\\\"\" '\\'' 12345 0000");

  lab_key_choice_free (f->choice);
  f->options.key_choice = f->choice = lab_key_choice_new_file ("x", 255);
  assert_chosen (&f->options, "\"x\" 255 12345 0000");
}

static void
test_refuses_what_cannot_work (Fixture       *f,
                               gconstpointer  unused)
{
  g_autofree char *long_message = g_strnfill (70000, 'x');
  g_autoptr(LabKeyChoice) private_key = lab_key_choice_new_key (LAB_KEY_PRIVATE);
  const struct
  {
    LabProgramForm      form;
    const LabKeyChoice *choice;
    gsize               size_bytes;
    const char         *message;
    int                 code;  /* -1: it can */
  } rows[] = {
    { LAB_PROGRAM_TEXTBOOK, NULL, 4096, "", LAB_SHM_ERROR_KEY },
    { LAB_PROGRAM_TEXTBOOK, private_key, 4096, "", LAB_SHM_ERROR_KEY },
    { LAB_PROGRAM_TEXTBOOK, f->choice, 0, "", LAB_SHM_ERROR_SIZE },
    { LAB_PROGRAM_TEXTBOOK, f->choice, G_MAXSIZE, "", LAB_SHM_ERROR_SIZE },
    { LAB_PROGRAM_TEXTBOOK, f->choice, 3, "abc", LAB_SHM_ERROR_TOO_LONG },
    { LAB_PROGRAM_TEXTBOOK, f->choice, 4, "abc", -1 },
    { LAB_PROGRAM_TEXTBOOK, f->choice, 1000000, long_message, LAB_SHM_ERROR_TOO_LONG },
    { LAB_PROGRAM_TEXTBOOK, f->choice, 1000000, long_message + 70000 - LAB_C_PROGRAM_MAX_MESSAGE, -1 },
    { LAB_PROGRAM_PROTECTED, f->choice, 255, "", LAB_SHM_ERROR_SIZE },
    { LAB_PROGRAM_PROTECTED, f->choice, 256, "", -1 },
    { LAB_PROGRAM_PROTECTED, f->choice, 256, long_message + 70000 - 64, LAB_SHM_ERROR_TOO_LONG },
    { LAB_PROGRAM_PROTECTED, f->choice, 256, long_message + 70000 - 63, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(LabCProgram) program = NULL;

      f->options.form = rows[i].form;
      f->options.key_choice = rows[i].choice;
      f->options.size_bytes = rows[i].size_bytes;
      f->options.message = rows[i].message;
      program = lab_c_program_new (&f->options, &error);
      if (rows[i].code == -1)
        g_assert_no_error (error);
      else
        g_assert_error (error, LAB_SHM_ERROR, rows[i].code);
      g_assert_true ((program == NULL) == (rows[i].code != -1));
    }
}

static const LabProtocolId protocols[] = {
  LAB_PROTOCOL_LATCH, LAB_PROTOCOL_NONE, LAB_PROTOCOL_SEMAPHORE, LAB_PROTOCOL_TURNS,
  LAB_PROTOCOL_TURNS_TEXTBOOK,
};

static void
test_compiles_without_a_warning (Fixture       *f,
                                 gconstpointer  compiler)
{
  g_autofree char *long_message = g_strnfill (16000, '\'');
  g_autofree char *literal_message = g_strnfill (4095, '?');
  g_autofree char *long_path = g_strnfill (4095, 'p');
  g_autoptr(LabKeyChoice) high_key = lab_key_choice_new_key ((key_t) 0xffffffff);
  g_autoptr(LabKeyChoice) evil_file = lab_key_choice_new_file (EVIL_FILE, '\\');
  g_autoptr(LabKeyChoice) long_file = lab_key_choice_new_file (long_path, 1);
  const struct
  {
    const LabKeyChoice *choice;
    gsize               size_bytes;
    guint               mode;
    const char         *message;
  } rows[] = {
    { f->choice, 4096, 0600, EVIL },
    { high_key, 256, 0, "" },
    { evil_file, 10000, 0777, literal_message },
    { long_file, G_GUINT64_CONSTANT (5000000000), 0666, long_message },
  };

  if (!has_compiler (compiler))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint kind = 0; kind < 4; kind++)
      {
        g_autoptr(GError) error = NULL;
        g_autoptr(LabCProgram) program = NULL;
        const char *source;

        f->options.role = kind & 1 ? LAB_ROLE_CLIENT : LAB_ROLE_SERVER;
        f->options.form = kind & 2 ? LAB_PROGRAM_PROTECTED : LAB_PROGRAM_TEXTBOOK;
        f->options.key_choice = rows[i].choice;
        f->options.size_bytes = rows[i].size_bytes;
        f->options.mode = rows[i].mode;
        f->options.message = rows[i].message;
        /* A client has only its key, so two rows show all that it can be. */
        if (f->options.role == LAB_ROLE_CLIENT && i % 2 == 0)
          continue;

        program = lab_c_program_new (&f->options, &error);
        g_assert_no_error (error);
        source = file_in_folder (f, "program.c");
        g_assert_true (g_file_set_contents (source, program->text, (gssize) program->length, &error));
        g_assert_no_error (error);
        compile (compiler, source, NULL);
      }

  f->options.key_choice = f->choice;
  f->options.form = LAB_PROGRAM_PROTECTED;
  f->options.message = "Hello";
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    for (guint kind = 0; kind < 3; kind++)
      {
        g_autoptr(LabCProgram) program = NULL;
        const char *source = file_in_folder (f, "program.c");

        f->options.role = kind == 0 ? LAB_ROLE_SERVER : LAB_ROLE_CLIENT;
        f->options.by_id = f->options.writable = kind == 2;
        f->options.id = (int) i * 32768;
        f->options.protocol = protocols[i];
        program = lab_c_program_new (&f->options, NULL);
        g_assert_true (g_file_set_contents (source, program->text, (gssize) program->length, NULL));
        compile (compiler, source, NULL);
      }
}

static void
test_compile_command (void)
{
  static const struct { const char *file_name; const char *ends; } rows[] = {
    { "shm-server.c", " -O2 shm-server.c -o shm-server" },
    { "my program.c", " -O2 'my program.c' -o 'my program'" },
    { "-o.c", " -O2 ./-o.c -o ./-o" },
    { "it's.c", " -O2 'it'\\''s.c' -o 'it'\\''s'" },
    { "notes.txt", " -O2 -x c notes.txt -o notes.txt.out" },
    { ".c", " -O2 .c -o .c.out" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *command = lab_c_program_dup_compile_command (rows[i].file_name);

      g_assert_true (g_str_has_prefix (command, "gcc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -O2 "));
      g_assert_true (g_str_has_suffix (command, rows[i].ends));
    }
}

/* What the program says about its compilation is what compiles it. */
static void
test_names_its_compile_command (Fixture       *f,
                                gconstpointer  unused)
{
  for (guint kind = 0; kind < 4; kind++)
    {
      g_autoptr(LabCProgram) program = NULL;
      g_autofree char *command = NULL;

      f->options.role = kind & 1 ? LAB_ROLE_CLIENT : LAB_ROLE_SERVER;
      f->options.form = kind & 2 ? LAB_PROGRAM_PROTECTED : LAB_PROGRAM_TEXTBOOK;
      program = lab_c_program_new (&f->options, NULL);
      command = lab_c_program_dup_compile_command (lab_c_program_get_file_name (f->options.role));
      g_assert_nonnull (strstr (program->text, command));
    }
}

static void
test_textbook_server_and_client (Fixture       *f,
                                 gconstpointer  unused)
{
  Program server, client;
  g_autofree char *first = NULL, *rest = NULL;

  if (!has_compiler ("cc"))
    return;

  use_file_key (f, EVIL_NAME, 'S');
  f->options.message = "%s ?\?/ \"quoted\"\\ Grüße\n*/ second line";
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_TEXTBOOK));
  assert_line (&server, "Wrote * bytes into segment *, key 0x*.");
  assert_line (&server, "Run the client *");

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK));
  first = read_line (&client);
  g_assert_cmpstr (first, ==, "%s ?\?/ \"quoted\"\\ Grüße");
  rest = read_line (&client);
  g_assert_cmpstr (rest, ==, "*/ second line");
  end (&client, 0);

  type (&server, "\n");
  end (&server, 0);
}

static void
test_protected_server_and_client (Fixture       *f,
                                  gconstpointer  protocol)
{
  Program server, client;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = (LabProtocolId) GPOINTER_TO_UINT (protocol);
  use_file_key (f, "key", 'P');
  f->options.size_bytes = 1000;
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED));
  assert_line (&server, "Message 1 is in segment *, key 0x*.");
  assert_line (&server, "Each line *");

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  assert_line (&client, "message 1, 20 bytes, *.* ms old: Good morning, class!");
  type (&server, "and the next, \033[2J Grüße\n");
  assert_line (&client, "message 2, 26 bytes, *.* ms old: and the next, ?[2J Grüße");

  /* The longest, and one byte more. */
  {
    g_autofree char *longest = g_strnfill (lab_layout_capacity (1000), 'x');
    g_autofree char *line = g_strconcat (longest, "\n", NULL);
    g_autofree char *longer = g_strconcat ("x", longest, "\n", NULL);
    g_autofree char *shown = g_strconcat ("message 3, 383 bytes, *.* ms old: ", longest, NULL);

    type (&server, line);
    assert_line (&client, shown);
    type (&server, longer);
    assert_line (&server, "The message has 384 bytes; there is room for 383.");
  }

  type (&server, "\n");
  end (&server, 0);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

static void
attach (Fixture     *f,
        LabSegment **segment)
{
  g_autoptr(GError) error = NULL;

  *segment = lab_segment_find (get_key (f), &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (*segment, FALSE, &error));
  g_assert_no_error (error);
}

static void
test_window_reads_the_protected_server (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autofree char *buffer = NULL;
  const LabLayout *layout;
  LabMessageInfo info;
  Program server;
  guint64 start;
  pid_t pid;

  if (!has_compiler ("cc"))
    return;

  f->options.message = EVIL;
  f->options.size_bytes = 3000;
  f->options.mode = 0640;
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED));
  assert_line (&server, "Message 1 *");
  assert_line (&server, "Each line *");

  attach (f, &segment);
  layout = lab_segment_get_layout (segment);
  g_assert_cmpuint (lab_segment_get_size_bytes (segment), ==, 3000);
  g_assert_cmpuint (lab_segment_get_record (segment)->mode, ==, 0640);
  buffer = g_malloc (layout->copy_size);
  g_assert_cmpint (lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, buffer, &info), ==, LAB_READ_MESSAGE);
  g_assert_cmpstr (buffer, ==, EVIL);
  g_assert_cmpuint (info.number, ==, 1);
  g_assert_cmpuint (info.length, ==, strlen (EVIL));
  g_assert_cmpint (info.written_ns, <=, lab_monotonic_ns ());
  g_assert_cmpint (info.written_ns, >, lab_monotonic_ns () - G_GINT64_CONSTANT (60000000000));
  g_assert_cmpint (lab_layout_control (layout)->protocol, ==, LAB_PROTOCOL_LATCH);
  g_assert_cmpstr (lab_segment_get_base (segment), ==, EVIL);  /* a textbook client's view */

  pid = lab_layout_get_writer (layout, &start);
  g_assert_cmpint (pid, ==, (pid_t) atoi (g_subprocess_get_identifier (server.process)));
  g_assert_cmpint (lab_presence_find (pid, start, 0), ==, LAB_PRESENCE_RUNS);
  g_assert_cmpuint (lab_layout_control (layout)->writer_namespaces, ==, lab_presence_get_namespaces ());

  type (&server, "second\nthird");
  g_assert_true (g_output_stream_close (server.in, NULL, NULL));  /* the end of the input ends it too */
  end (&server, 0);
  g_assert_cmpint (lab_latch_read (layout, info.sequence, buffer, &info), ==, LAB_READ_MESSAGE);
  g_assert_cmpstr (buffer, ==, "third");
  g_assert_cmpuint (info.number, ==, 3);
  g_assert_true (lab_segment_detach (segment, NULL));
}

/* A server of this process, as the window has it. */
static void
serve (Fixture     *f,
       LabSegment **segment,
       gsize        size_bytes)
{
  g_autoptr(GError) error = NULL;

  *segment = lab_segment_create (get_key (f), size_bytes, 0600, &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (*segment, TRUE, &error));
  g_assert_no_error (error);
}

static void
stop_serving (LabSegment *segment)
{
  g_assert_true (lab_segment_detach (segment, NULL));
  g_assert_true (lab_segment_remove (segment, NULL));
}

static void
test_protected_client_reads_the_window (Fixture       *f,
                                        gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  const LabLayout *layout;
  Program client;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 777);
  layout = lab_segment_get_layout (segment);
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  lab_latch_init (layout);  /* the client has started first and waits for the magic */
  lab_latch_publish (layout, "one", 3, 1, lab_monotonic_ns ());
  assert_line (&client, "message 1, 3 bytes, *.* ms old: one");
  lab_latch_publish (layout, "", 0, 2, lab_monotonic_ns ());
  assert_line (&client, "message 2, 0 bytes, *.* ms old: ");
  lab_latch_publish (layout, "five", 4, 5, lab_monotonic_ns ());
  assert_line (&client, "message 5, 4 bytes, *.* ms old, 2 missed: five");

  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

static void
test_textbook_client_reads_the_window (Fixture       *f,
                                       gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autofree char *line = NULL;
  Program client;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 4096);
  lab_latch_init (lab_segment_get_layout (segment));
  lab_latch_publish (lab_segment_get_layout (segment), "%d Grüße", 10, 1, lab_monotonic_ns ());
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK));
  line = read_line (&client);
  g_assert_cmpstr (line, ==, "%d Grüße");
  end (&client, 0);

  /* Without a NUL it stops at the segment's end. */
  memset (lab_segment_get_base (segment), 'y', 4096);
  client = run (g_ptr_array_index (f->files, 1));
  g_free (line);
  line = read_line (&client);
  g_assert_cmpuint (strspn (line, "y"), ==, 4096);
  g_assert_cmpuint (strlen (line), ==, 4096);
  end (&client, 0);
  stop_serving (segment);
}

static void
assert_has (const LabProgramOptions *options,
            const char              *part,
            const char              *no_part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabCProgram) program = lab_c_program_new (options, &error);

  g_assert_no_error (error);
  if (strstr (program->text, part) == NULL)
    g_error ("“%s” is not in the program:\n%s", part, program->text);
  if (strstr (program->text, no_part) != NULL)
    g_error ("“%s” is in the program:\n%s", no_part, program->text);
}

/* What names the segment is its id, and the key that the user would have chosen is of another one. */
static void
test_client_by_id_reads_that_segment (Fixture       *f,
                                      gconstpointer  unused)
{
  g_autoptr(LabSegment) other = NULL;
  g_autoptr(LabSegment) segment = NULL;
  g_autofree char *id = NULL;
  Program client;

  if (!has_compiler ("cc"))
    return;

  serve (f, &other, 777);
  lab_latch_init (lab_segment_get_layout (other));
  lab_latch_publish (lab_segment_get_layout (other), "another", 7, 1, lab_monotonic_ns ());
  segment = lab_segment_create (test_key (), 777, 0600, NULL);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  lab_latch_init (lab_segment_get_layout (segment));
  lab_latch_publish (lab_segment_get_layout (segment), "one", 3, 1, lab_monotonic_ns ());

  f->options.by_id = TRUE;
  f->options.id = lab_segment_get_id (segment);
  id = g_strdup_printf ("#define ID         %d\n", f->options.id);
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK));
  assert_line (&client, "one");
  end (&client, 0);
  assert_has (&f->options, id, "shmget (");
  assert_has (&f->options, id, "ftok (");

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  assert_line (&client, "message 1, 3 bytes, *.* ms old: one");
  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
  stop_serving (other);

  /* The id was never anybody's, or is gone. */
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_TEXTBOOK));
  assert_line (&client, "shmctl: *");
  assert_line (&client, "No segment has this id; *");
  end (&client, 1);

  /* A server makes its segment under a key, whatever the client was given. */
  f->options.role = LAB_ROLE_SERVER;
  assert_has (&f->options, "#define KEY ", "#define ID ");
}

static void
test_client_attaches_as_the_window_did (Fixture       *f,
                                        gconstpointer  unused)
{
  f->options.role = LAB_ROLE_CLIENT;
  for (LabProgramForm form = LAB_PROGRAM_TEXTBOOK; form <= LAB_PROGRAM_PROTECTED; form++)
    {
      f->options.form = form;
      f->options.writable = FALSE;
      assert_has (&f->options, "shmat (id, NULL, SHM_RDONLY)", "shmat (id, NULL, 0)");
      f->options.writable = TRUE;
      assert_has (&f->options, "shmat (id, NULL, 0)", "shmat (id, NULL, SHM_RDONLY)");
    }
  f->options.protocol = LAB_PROTOCOL_TURNS;
  f->options.writable = FALSE;
  assert_has (&f->options, "shmat (id, NULL, 0)", "shmat (id, NULL, SHM_RDONLY)");
}

/* A server that writes every 30 microseconds, about as long as the client needs
 * to copy: each message is of one letter, so that a torn one would show. */
typedef struct
{
  const LabLayout *layout;
  gboolean         stop;
} Hammer;

#define HAMMER_LENGTH(number) (20000 + (gsize) ((number) % 500))

static gpointer
hammer (gpointer data)
{
  Hammer *h = data;
  g_autofree char *text = g_malloc (20500);

  for (guint64 number = 1; !g_atomic_int_get (&h->stop); number++)
    {
      gsize length = HAMMER_LENGTH (number);
      gint64 now = lab_monotonic_ns ();

      memset (text, 'A' + (int) (number % 26), length);
      lab_latch_publish (h->layout, text, length, number, now);
      while (lab_monotonic_ns () < now + 30000)
        ;
    }

  return NULL;
}

static void
test_protected_client_sees_whole_messages (Fixture       *f,
                                           gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  Hammer h = { NULL };
  GThread *thread;
  Program client;
  guint n_seen = 0;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 65536);
  h.layout = lab_segment_get_layout (segment);
  lab_latch_init (h.layout);
  thread = g_thread_new ("hammer", hammer, &h);
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));

  for (; n_seen < 12; n_seen++)
    {
      g_autofree char *line = read_line (&client);
      guint64 number = 0;
      guint length = 0;
      const char *text;

      if (line == NULL || sscanf (line, "message %" G_GUINT64_FORMAT ", %u bytes", &number, &length) != 2)
        {
          g_test_fail_printf ("the client says “%s”", line);
          break;
        }
      text = strstr (line, ": ") + 2;
      g_assert_cmpuint (length, ==, HAMMER_LENGTH (number));
      g_assert_cmpuint (strlen (text), ==, length);
      g_assert_cmpint (text[0], ==, 'A' + (int) (number % 26));
      g_assert_cmpuint (strspn (text, (char[]) { text[0], '\0' }), ==, length);
    }

  g_atomic_int_set (&h.stop, TRUE);
  g_thread_join (thread);
  stop_serving (segment);
  g_subprocess_force_exit (client.process);
  g_subprocess_wait (client.process, NULL, NULL);
  g_clear_object (&client.process);
}

/* The other way round: the generated server gets line after line. */
#define N_LINES 3000

static gpointer
type_lines (gpointer data)
{
  Program *p = data;

  for (guint number = 2; number <= N_LINES; number++)
    {
      g_autofree char *line = g_strnfill (1000 + number % 900, (char) ('A' + number % 26));

      type (p, line);
      type (p, "\n");
      g_usleep (50);  /* or the reader would hardly ever have its turn */
    }

  return NULL;
}

static void
test_window_sees_whole_messages (Fixture       *f,
                                 gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autofree char *buffer = NULL;
  LabMessageInfo info = { 0 };
  Program server;
  GThread *thread;
  guint n_seen = 0;
  gint64 deadline;

  if (!has_compiler ("cc"))
    return;

  f->options.message = "B";  /* the letter of number 1 */
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED));
  assert_line (&server, "Message 1 *");
  assert_line (&server, "Each line *");
  attach (f, &segment);
  buffer = g_malloc (lab_segment_get_layout (segment)->copy_size);
  thread = g_thread_new ("typist", type_lines, &server);

  deadline = lab_monotonic_ns () + (gint64) LIMIT_MS * 1000000;
  while (info.number < N_LINES && !g_test_failed () && lab_monotonic_ns () < deadline)
    {
      LabReadResult result = lab_latch_read (lab_segment_get_layout (segment), info.sequence, buffer, &info);

      if (result != LAB_READ_MESSAGE)
        {
          g_assert_true (result == LAB_READ_UNCHANGED || result == LAB_READ_BUSY);
          continue;
        }
      n_seen++;
      g_assert_cmpint (buffer[0], ==, 'A' + (int) (info.number % 26));
      g_assert_cmpuint (strspn (buffer, (char[]) { buffer[0], '\0' }), ==, info.length);
      if (info.number > 1)
        g_assert_cmpuint (info.length, ==, 1000 + info.number % 900);
    }
  g_assert_cmpuint (info.number, ==, N_LINES);
  g_test_message ("%u whole reads of %d messages", n_seen, N_LINES);

  g_thread_join (thread);
  type (&server, "\n");
  end (&server, 0);
}

/* Whatever stands in the control block, the client neither crashes nor reads beside it. */
static void
test_protected_client_survives_a_hostile_segment (Fixture       *f,
                                                  gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  const LabLayout *layout;
  LabControl *control;
  Program client;
  guint64 sequence;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 256);
  layout = lab_segment_get_layout (segment);
  memset (layout->base, 0xff, 256);
  control = lab_layout_control (layout);
  control->protocol = LAB_PROTOCOL_LATCH;
  control->magic = LAB_LAYOUT_MAGIC;
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));

  /* It is silent about all that, and reads the first message that makes sense. */
  for (guint i = 0; i < 2000; i++)
    {
      for (guint which = 0; which < 2; which++)
        {
          control->copies[which].length = (guint32) g_test_rand_int_range (0, 2) ? G_MAXUINT32 : 64;
          control->copies[which].number = (guint64) g_test_rand_int ();
          control->copies[which].written_ns = G_MININT64;
        }
      control->sequence = (guint64) g_test_rand_int ();
      g_usleep (100);
    }
  memset ((char *) layout->base, 0, 256);
  sequence = 7;
  strcpy (lab_layout_copy (layout, 1), "sense");
  control->copies[1].length = 5;
  control->copies[1].number = 77;
  control->copies[1].written_ns = G_MAXINT64;
  control->sequence = sequence;
  assert_line (&client, "message 77, 5 bytes, *-*.* ms old: sense");

  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

static void
test_protected_client_refuses_a_textbook_segment (Fixture       *f,
                                                  gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  const char *path;
  Program client;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 100);
  path = build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED);
  client = run (path);
  assert_line (&client, "The segment has 100 bytes: too few for a control block.");
  end (&client, 1);
  stop_serving (segment);
  g_clear_object (&segment);

  serve (f, &segment, 1024);
  strcpy (lab_segment_get_base (segment), "text at byte 0");
  client = run (path);
  assert_line (&client, "The server does not use this protocol; *");
  end (&client, 1);
  stop_serving (segment);
}

/* Looks until there is a message, as the client window does. */
static const LabLook *
await_message (LabReader *reader)
{
  gint64 deadline = lab_monotonic_ns () + (gint64) LIMIT_MS * 1000000;
  const LabLook *look;

  while ((look = lab_reader_look (reader))->result != LAB_LOOK_MESSAGE && lab_monotonic_ns () < deadline)
    g_usleep (1000);
  g_assert_cmpint (look->result, ==, LAB_LOOK_MESSAGE);

  return look;
}

static void
test_window_follows_the_server (Fixture       *f,
                                gconstpointer  protocol)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(LabReader) reader = NULL;
  g_autoptr(GError) error = NULL;
  const LabLook *look;
  Program server;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = (LabProtocolId) GPOINTER_TO_UINT (protocol);
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED));
  assert_line (&server, "Message 1 *");
  assert_line (&server, "Each line *");
  segment = lab_segment_find (get_key (f), &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  reader = lab_reader_new (segment);

  look = await_message (reader);
  g_assert_cmpint (look->protocol, ==, f->options.protocol);
  g_assert_cmpstr (look->text, ==, f->options.message);
  g_assert_cmpuint (look->number, ==, 1);
  type (&server, "zzzz\n");
  look = await_message (reader);
  g_assert_cmpstr (look->text, ==, "zzzz");
  g_assert_cmpuint (look->number, ==, 2);
  g_assert_true (look->certain);  /* even without protection, as it is of one letter */
  g_assert_cmpuint (lab_reader_get_counters (reader)->n_missed, ==, 0);

  type (&server, "\n");
  end (&server, 0);
  g_clear_pointer (&reader, lab_reader_free);
  g_assert_true (lab_segment_detach (segment, NULL));
}

static void
publish (LabWriter  *writer,
         const char *text)
{
  gint64 deadline = lab_monotonic_ns () + (gint64) LIMIT_MS * 1000000;
  g_autoptr(GError) error = NULL;
  LabWriteResult result;

  while ((result = lab_writer_publish (writer, text, strlen (text), &error)) == LAB_WRITE_WAITING &&
         lab_monotonic_ns () < deadline)
    g_usleep (1000);
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, LAB_WRITE_DONE);
}

static void
test_client_follows_the_window (Fixture       *f,
                                gconstpointer  protocol)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(LabWriter) writer = NULL;
  g_autoptr(GError) error = NULL;
  Program client;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = (LabProtocolId) GPOINTER_TO_UINT (protocol);
  serve (f, &segment, 1000);
  writer = lab_writer_new (segment);
  g_assert_true (lab_writer_set_up (writer, f->options.protocol, FALSE, &error));
  g_assert_no_error (error);

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  publish (writer, "one");
  assert_line (&client, "message 1, 3 bytes, * ms old: one");
  publish (writer, "");
  assert_line (&client, "message 2, 0 bytes, * ms old: ");
  publish (writer, "Grüße");
  assert_line (&client, "message 3, 7 bytes, * ms old: Grüße");

  g_clear_pointer (&writer, lab_writer_free);
  lab_semaphore_remove (segment, lab_sysv_semget (lab_segment_get_key (segment), 0, LAB_GET_EXISTING, 0));
  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

/* Without protection the client says when it can tell that a message is torn. */
static void
test_unprotected_client_tells_torn_messages (Fixture       *f,
                                             gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  LabControl *control;
  Program client;
  char *copy;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = LAB_PROTOCOL_NONE;
  serve (f, &segment, 1024);
  control = lab_layout_control (lab_segment_get_layout (segment));
  copy = lab_layout_copy (lab_segment_get_layout (segment), 0);
  control->protocol = LAB_PROTOCOL_NONE;
  control->magic = LAB_LAYOUT_MAGIC;
  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));

  strcpy (copy, "BBAA");
  control->copies[0].length = 4;
  control->copies[0].number = 1;
  assert_line (&client, "message 1, 4 bytes, * ms old: BBAA");  /* it may well be meant so */
  control->copies[0].flags = LAB_MESSAGE_UNIFORM;
  control->copies[0].number = 2;
  assert_line (&client, "message 2, 4 bytes, * ms old, torn: BBAA");
  strcpy (copy, "BBBB");
  control->copies[0].number = 3;
  assert_line (&client, "message 3, 4 bytes, * ms old: BBBB");
  control->copies[0].length = 10;
  control->copies[0].number = 4;
  assert_line (&client, "message 4, 10 bytes, * ms old, torn: BBBB*");

  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

/* Otherwise no server could tell that it is gone. */
static void
test_turns_client_says_where_it_is (Fixture       *f,
                                    gconstpointer  unused)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(LabWriter) writer = NULL;
  g_autoptr(GError) error = NULL;
  const guint64 own = lab_presence_get_namespaces ();
  LabControl *control;
  Program client;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = LAB_PROTOCOL_TURNS;
  serve (f, &segment, 1000);
  control = lab_layout_control (lab_segment_get_layout (segment));
  writer = lab_writer_new (segment);
  g_assert_true (lab_writer_set_up (writer, f->options.protocol, FALSE, &error));
  g_assert_no_error (error);

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  g_assert_cmpuint (control->takers_namespaces, ==, 0);
  publish (writer, "one");
  assert_line (&client, "message 1, 3 bytes, * ms old: one");
  g_assert_cmpuint (control->takers_namespaces, ==, own);

  control->takers_namespaces = own ^ 1;
  publish (writer, "two");
  assert_line (&client, "message 2, 3 bytes, * ms old: two");
  g_assert_cmpuint (control->takers_namespaces, ==, G_MAXUINT64);

  g_clear_pointer (&writer, lab_writer_free);
  stop_serving (segment);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
}

/* A client that is killed while it has the turn does not stop the server for good. */
static void
test_turns_server_survives_a_dead_client (Fixture       *f,
                                          gconstpointer  unused)
{
  LabControl *control;
  g_autoptr(GSubprocess) dead = NULL;
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(GError) error = NULL;
  Program server, client;
  guint64 pid;

  if (!has_compiler ("cc"))
    return;

  dead = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "cat", NULL);
  g_assert_no_error (error);
  pid = g_ascii_strtoull (g_subprocess_get_identifier (dead), NULL, 10);  /* while it lives */
  g_subprocess_force_exit (dead);
  g_subprocess_wait (dead, NULL, NULL);

  f->options.protocol = LAB_PROTOCOL_TURNS;
  server = run (build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED));
  assert_line (&server, "Message 1 *");
  assert_line (&server, "Each line *");
  segment = lab_segment_find (get_key (f), &error);
  g_assert_no_error (error);
  g_assert_true (lab_segment_attach (segment, TRUE, NULL));
  control = lab_layout_control (lab_segment_get_layout (segment));
  control->taker = lab_taker_new ((pid_t) pid, 1);
  type (&server, "two\n");

  /* Nobody has said where that number means anybody; then one of another namespace has. */
  for (guint i = 0; i < 2; i++)
    {
      g_usleep (50 * 1000);  /* some of the server's looks; a busy machine can only make it less strict */
      g_assert_cmpuint (control->taker, ==, lab_taker_new ((pid_t) pid, 1));
      control->takers_namespaces = lab_presence_get_namespaces () ^ 1;
    }
  control->takers_namespaces = lab_presence_get_namespaces ();

  client = run (build_role (f, LAB_ROLE_CLIENT, LAB_PROGRAM_PROTECTED));
  assert_line (&client, "message 1, *");
  assert_line (&client, "message 2, 3 bytes, *: two");
  g_assert_cmpuint (control->takers_namespaces, ==, lab_presence_get_namespaces ());
  type (&server, "\n");
  end (&server, 0);
  assert_line (&client, "The server has removed the segment.");
  end (&client, 0);
  g_assert_true (lab_segment_detach (segment, NULL));
}

static void
test_says_what_to_do_without_a_server (Fixture       *f,
                                       gconstpointer  form)
{
  Program client;

  if (!has_compiler ("cc"))
    return;

  client = run (build_role (f, LAB_ROLE_CLIENT, (LabProgramForm) GPOINTER_TO_UINT (form)));
  assert_line (&client, "shmget: No such file or directory");
  assert_line (&client, "Start the server first; *");
  end (&client, 1);
}

static void
test_says_what_to_do_without_the_file (Fixture       *f,
                                       gconstpointer  form)
{
  Program client;

  if (!has_compiler ("cc"))
    return;

  use_file_key (f, "gone %s", 'A');
  g_assert_cmpint (g_unlink (f->choice->path), ==, 0);
  client = run (build_role (f, LAB_ROLE_CLIENT, (LabProgramForm) GPOINTER_TO_UINT (form)));
  assert_line (&client, "*/gone %s: No such file or directory");
  assert_line (&client, "ftok needs a file that exists, *");
  end (&client, 1);
  g_assert_true (g_file_set_contents (f->choice->path, "", 0, NULL));
}

static void
test_server_leaves_a_taken_key_alone (Fixture       *f,
                                      gconstpointer  form)
{
  g_autoptr(LabSegment) segment = NULL;
  g_autoptr(GError) error = NULL;
  Program server;

  if (!has_compiler ("cc"))
    return;

  serve (f, &segment, 4096);
  strcpy (lab_segment_get_base (segment), "mine");
  server = run (build_role (f, LAB_ROLE_SERVER, (LabProgramForm) GPOINTER_TO_UINT (form)));
  assert_line (&server, "shmget: File exists");
  assert_line (&server, "If the key is taken, *");
  end (&server, 1);

  g_assert_cmpstr (lab_segment_get_base (segment), ==, "mine");
  g_assert_true (lab_segment_refresh (segment, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (lab_segment_get_record (segment)->mode & LAB_MODE_DEST, ==, 0);
  stop_serving (segment);
}

static void
test_protected_server_removes_when_told_to_end (Fixture       *f,
                                                gconstpointer  protocol)
{
  static const int signals[] = { SIGINT, SIGTERM };
  const char *path;

  if (!has_compiler ("cc"))
    return;

  f->options.protocol = (LabProtocolId) GPOINTER_TO_UINT (protocol);
  path = build_role (f, LAB_ROLE_SERVER, LAB_PROGRAM_PROTECTED);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr(LabSegment) left = NULL;
      Program server = run (path);

      assert_line (&server, "Message 1 *");
      assert_line (&server, "Each line *");
      g_subprocess_send_signal (server.process, signals[i]);
      end (&server, 128 + signals[i]);
      left = lab_segment_find (get_key (f), NULL);
      g_assert_null (left);
      g_assert_cmpint (lab_sysv_semget (get_key (f), 0, LAB_GET_EXISTING, 0), ==, -1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
#define ADD_DATA(name, data, func) g_test_add ("/backend/c-program/" name, Fixture, data, set_up, func, tear_down)
#define ADD(name, func) ADD_DATA (name, NULL, func)
  ADD ("quotes-any-bytes", test_quotes_any_bytes);
  ADD ("marks-what-was-chosen", test_marks_what_was_chosen);
  ADD ("refuses-what-cannot-work", test_refuses_what_cannot_work);
  ADD_DATA ("compiles-without-a-warning/cc", "cc", test_compiles_without_a_warning);
  ADD_DATA ("compiles-without-a-warning/clang", "clang", test_compiles_without_a_warning);
  g_test_add_func ("/backend/c-program/compile-command", test_compile_command);
  ADD ("names-its-compile-command", test_names_its_compile_command);
  ADD ("textbook-server-and-client", test_textbook_server_and_client);
#define ADD_PROTOCOL(name, protocol, func) ADD_DATA (name, GUINT_TO_POINTER (LAB_PROTOCOL_##protocol), func)
  ADD_PROTOCOL ("protected-server-and-client/latch", LATCH, test_protected_server_and_client);
  ADD_PROTOCOL ("protected-server-and-client/none", NONE, test_protected_server_and_client);
  ADD_PROTOCOL ("protected-server-and-client/semaphore", SEMAPHORE, test_protected_server_and_client);
  ADD_PROTOCOL ("protected-server-and-client/turns", TURNS, test_protected_server_and_client);
  ADD_PROTOCOL ("protected-server-and-client/turns-textbook", TURNS_TEXTBOOK, test_protected_server_and_client);
  ADD_PROTOCOL ("window-follows-the-server/none", NONE, test_window_follows_the_server);
  ADD_PROTOCOL ("window-follows-the-server/semaphore", SEMAPHORE, test_window_follows_the_server);
  ADD_PROTOCOL ("window-follows-the-server/turns", TURNS, test_window_follows_the_server);
  ADD_PROTOCOL ("window-follows-the-server/turns-textbook", TURNS_TEXTBOOK, test_window_follows_the_server);
  ADD_PROTOCOL ("client-follows-the-window/none", NONE, test_client_follows_the_window);
  ADD_PROTOCOL ("client-follows-the-window/semaphore", SEMAPHORE, test_client_follows_the_window);
  ADD_PROTOCOL ("client-follows-the-window/turns", TURNS, test_client_follows_the_window);
  ADD_PROTOCOL ("client-follows-the-window/turns-textbook", TURNS_TEXTBOOK, test_client_follows_the_window);
  ADD ("unprotected-client-tells-torn-messages", test_unprotected_client_tells_torn_messages);
  ADD ("puts-what-is-foreign-into-literals-only", test_puts_what_is_foreign_into_literals_only);
  ADD ("turns-client-says-where-it-is", test_turns_client_says_where_it_is);
  ADD ("turns-server-survives-a-dead-client", test_turns_server_survives_a_dead_client);
  ADD ("window-reads-the-protected-server", test_window_reads_the_protected_server);
  ADD ("protected-client-reads-the-window", test_protected_client_reads_the_window);
  ADD ("textbook-client-reads-the-window", test_textbook_client_reads_the_window);
  ADD ("client-by-id-reads-that-segment", test_client_by_id_reads_that_segment);
  ADD ("client-attaches-as-the-window-did", test_client_attaches_as_the_window_did);
  ADD ("protected-client-sees-whole-messages", test_protected_client_sees_whole_messages);
  ADD ("window-sees-whole-messages", test_window_sees_whole_messages);
  ADD ("protected-client-survives-a-hostile-segment", test_protected_client_survives_a_hostile_segment);
  ADD ("protected-client-refuses-a-textbook-segment", test_protected_client_refuses_a_textbook_segment);
  ADD_DATA ("says-what-to-do-without-a-server/textbook", GUINT_TO_POINTER (LAB_PROGRAM_TEXTBOOK), test_says_what_to_do_without_a_server);
  ADD_DATA ("says-what-to-do-without-a-server/protected", GUINT_TO_POINTER (LAB_PROGRAM_PROTECTED), test_says_what_to_do_without_a_server);
  ADD_DATA ("says-what-to-do-without-the-file/textbook", GUINT_TO_POINTER (LAB_PROGRAM_TEXTBOOK), test_says_what_to_do_without_the_file);
  ADD_DATA ("says-what-to-do-without-the-file/protected", GUINT_TO_POINTER (LAB_PROGRAM_PROTECTED), test_says_what_to_do_without_the_file);
  ADD_DATA ("server-leaves-a-taken-key-alone/textbook", GUINT_TO_POINTER (LAB_PROGRAM_TEXTBOOK), test_server_leaves_a_taken_key_alone);
  ADD_DATA ("server-leaves-a-taken-key-alone/protected", GUINT_TO_POINTER (LAB_PROGRAM_PROTECTED), test_server_leaves_a_taken_key_alone);
  ADD_PROTOCOL ("protected-server-removes-when-told-to-end/latch", LATCH, test_protected_server_removes_when_told_to_end);
  ADD_PROTOCOL ("protected-server-removes-when-told-to-end/semaphore", SEMAPHORE, test_protected_server_removes_when_told_to_end);
  return g_test_run ();
}
