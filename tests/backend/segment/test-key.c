/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "backend/kernel/lab-shm-error.h"
#include "backend/kernel/lab-sysv.h"
#include "backend/segment/lab-key.h"

static void
test_reads_keys (void)
{
  static const struct { const char *text; guint key; } rows[] = {
    { "0x41050a12", 0x41050a12 }, { "0X41050A12", 0x41050a12 }, { " 5678 ", 5678 }, { "0x1", 1 }, { "1", 1 },
    { "-2", 0xfffffffe }, { "-2147483648", 0x80000000 }, { "4294967294", 0xfffffffe }, { "0xdeadbeef", 0xdeadbeef },
    { "2147483648", 0x80000000 }, { "0x0000001234", 0x1234 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      key_t key = 0;

      g_assert_true (lab_key_parse (rows[i].text, &key, &error));
      g_assert_no_error (error);
      g_assert_cmphex ((guint) key, ==, rows[i].key);
    }
}

static void
test_refuses_what_is_no_key (void)
{
  static const struct { const char *text, *words; } rows[] = {
    { "0", "IPC_PRIVATE" }, { "0x0", "IPC_PRIVATE" }, { "-0", "IPC_PRIVATE" }, { "0x00000000", "IPC_PRIVATE" },
    { "-1", "ftok returns when it fails" }, { "0xffffffff", "ftok returns when it fails" }, { "4294967295", "ftok returns when it fails" },
    { "", "no key" }, { "0x", "no key" }, { "x12", "no key" }, { "12a", "no key" }, { "0x100000000", "no key" },
    { "4294967296", "no key" }, { "-2147483649", "no key" }, { "--1", "no key" }, { "-0x1", "no key" }, { "0x-1", "no key" },
    { "+5", "no key" }, { "0x+5", "no key" }, { "0x0x5", "no key" }, { "1 2", "no key" }, { "-", "no key" },
    { "99999999999999999999999", "no key" }, { "0666", "octal" }, { "007", "octal" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      key_t key;

      g_test_message ("“%s”", rows[i].text);
      g_assert_false (lab_key_parse (rows[i].text, &key, &error));
      g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
      g_assert_nonnull (strstr (error->message, rows[i].words));
    }
}

static void
test_key_comes_back_as_it_was_written (void)
{
  static const guint keys[] = { 1, 0x41050a12, 0x80000000, 0xfffffffe, 0x7fffffff };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = lab_key_format ((key_t) keys[i]);
      key_t key;

      g_assert_cmpuint (strlen (text), ==, 10);
      g_assert_true (lab_key_parse (text, &key, NULL));
      g_assert_cmphex ((guint) key, ==, keys[i]);
    }
}

static void
test_reads_letters (void)
{
  static const struct { const char *text; int letter; } rows[] = {
    { "A", 'A' }, { "x", 'x' }, { "'R'", 'R' }, { "65", 65 }, { "1", 1 }, { "'1'", '1' }, { "255", 255 }, { "0x41", 0x41 },
    { "/", '/' }, { "'", '\'' }, { " B ", 'B' }, { "' '", ' ' },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      int letter = 0;

      g_assert_true (lab_letter_parse (rows[i].text, &letter, &error));
      g_assert_no_error (error);
      g_assert_cmpint (letter, ==, rows[i].letter);
    }
}

static void
test_refuses_what_is_no_letter (void)
{
  static const char * const texts[] = { "", "0", "256", "321", "é", "AB", "-1", "€", "''", "999999999999", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      int letter;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_false (lab_letter_parse (texts[i], &letter, &error));
      g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
      g_assert_nonnull (strstr (error->message, "8 bits"));
    }
}

static void
test_says_which_letter_a_number_amounts_to (void)
{
  g_autoptr(GError) error = NULL;
  int letter;

  g_assert_false (lab_letter_parse ("321", &letter, &error));
  g_assert_nonnull (strstr (error->message, "same key as 65"));
}

static void
test_letter_comes_back_as_it_was_written (void)
{
  for (int letter = 1; letter <= 255; letter++)
    {
      g_autofree char *text = lab_letter_format (letter);
      int found = 0;

      g_assert_true (lab_letter_parse (text, &found, NULL));
      g_assert_cmpint (found, ==, letter);
    }
}

static void
test_reads_sizes (void)
{
  static const struct { const char *text; gsize size_bytes; } rows[] = {
    { "4096", 4096 }, { "0", 0 }, { "4 KiB", 4096 }, { "4k", 4096 }, { "1GiB", (gsize) 1 << 30 }, { "1M", 1 << 20 }, { "2 MB", 2000000 },
    { "1 TiB", (gsize) 1 << 40 }, { " 100 B ", 100 }, { "7 bytes", 7 }, { "9223372036854775807", G_MAXSIZE / 2 },
    { "0100", 100 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      gsize size_bytes = 1;

      g_assert_true (lab_size_parse (rows[i].text, &size_bytes, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (size_bytes, ==, rows[i].size_bytes);
    }
}

static void
test_refuses_what_is_no_size (void)
{
  static const char * const texts[] = { "", "-1", "1.5 K", "K", "4096 apples", "9223372036854775808", "99999999999 TiB", "0x1000", "4,096", "1 K K" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      gsize size_bytes;

      g_test_message ("“%s”", texts[i]);
      g_assert_false (lab_size_parse (texts[i], &size_bytes, &error));
      g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_SIZE);
    }
}

static void
test_reads_modes (void)
{
  static const struct { const char *text; guint mode; } rows[] = {
    { "0600", 0600 }, { "600", 0600 }, { "666", 0666 }, { "0", 0 }, { "000", 0 }, { "rw-r-----", 0640 }, { "---------", 0 },
    { "rwxrwxrwx", 0777 }, { "777", 0777 }, { " 0440 ", 0440 }, { "00640", 0640 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      guint mode = 1;

      g_assert_true (lab_mode_parse (rows[i].text, &mode, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (mode, ==, rows[i].mode);
    }
}

static void
test_refuses_what_is_no_mode (void)
{
  static const struct { const char *text, *words; } rows[] = {
    { "384", "write 0600" }, { "438", "write 0666" }, { "0800", "0 to 7" }, { "999", "0 to 7" }, { "1000", "0777" }, { "01666", "0777" },
    { "rw-", "no mode" }, { "rw-r----x-", "no mode" }, { "wr-------", "no mode" }, { "", "no mode" }, { "-1", "no mode" }, { "0x1ff", "no mode" },
    { "777777777777777777777777", "0777" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      guint mode;

      g_test_message ("“%s”", rows[i].text);
      g_assert_false (lab_mode_parse (rows[i].text, &mode, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, rows[i].words));
    }
}

static void
test_mode_comes_back_as_it_was_written (void)
{
  for (guint mode = 0; mode <= 0777; mode++)
    {
      g_autofree char *text = lab_mode_format (mode | LAB_MODE_DEST);
      guint found = 01000;

      g_assert_true (lab_mode_parse (text, &found, NULL));
      g_assert_cmpuint (found, ==, mode);
    }
}

static void
test_default_is_the_same_file_every_time (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabKeyChoice) first = lab_key_choice_new_default (&error);
  g_autoptr(LabKeyChoice) second = lab_key_choice_new_default (&error);
  g_autofree char *folder = g_path_get_dirname (first->path);
  GStatBuf status;
  key_t key;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (first->path, g_get_user_data_dir ()));
  g_assert_cmpint (first->letter, ==, 'A');
  g_assert_true (lab_key_choice_equal (first, second));
  key = lab_sysv_ftok (first->path, first->letter, NULL);
  g_assert_cmpint (key, !=, LAB_KEY_FAILED);
  g_assert_cmpint (lab_sysv_ftok (second->path, second->letter, NULL), ==, key);
  g_assert_cmpint (g_stat (first->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
}

static void
test_default_goes_elsewhere_when_home_is_closed (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(LabKeyChoice) choice = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "shmlab", NULL);
  g_autofree char *path = g_build_filename (folder, "shmfile", NULL);

  g_remove (path);
  g_rmdir (folder);
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  choice = lab_key_choice_new_default (&error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (choice->path, g_get_user_runtime_dir ()));
  g_assert_true (g_file_test (choice->path, G_FILE_TEST_IS_REGULAR));
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL; )
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

/* What is neither a folder nor can become one. */
static void
block (const char *folder,
       const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

/* Whoever named the user's folders: no line of ours is ended or turned by it. */
static void
test_names_a_folder_safely (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *temporary = NULL;

  if (g_test_subprocess ())
    {
      g_autofree char *own = g_strdup_printf ("shmlab-%u", (guint) getuid ());
      g_autoptr(GError) error = NULL;
      g_autoptr(LabKeyChoice) choice = NULL;

      block (g_get_user_data_dir (), "shmlab");
      block (g_get_user_runtime_dir (), "shmlab");
      block (g_get_tmp_dir (), own);
      choice = lab_key_choice_new_default (&error);
      g_assert_null (choice);
      g_assert_error (error, LAB_SHM_ERROR, LAB_SHM_ERROR_KEY);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_null (strstr (error->message, "\u202e"));
      g_assert_nonnull (strstr (error->message, "/shmlab"));
      return;
    }

  folder = g_dir_make_tmp ("shmlab-XXXXXX", NULL);
  temporary = g_build_filename (folder, "evil\n\u202elive\xff", NULL);
  g_assert_cmpint (g_mkdir (temporary, 0700), ==, 0);
  g_setenv ("TMPDIR", temporary, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("TMPDIR");
  g_test_trap_assert_passed ();
  remove_tree (folder);
}

static void
test_refusals_quote_what_was_typed_safely (void)
{
  g_autofree char *rest = g_strnfill (500, 'x');
  g_autofree char *typed = g_strconcat ("evil\n\u202e", rest, NULL);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr(GError) error = NULL;
      gsize size_bytes;
      guint mode;
      int letter;
      key_t key;

      switch (i)
        {
        case 0: g_assert_false (lab_key_parse (typed, &key, &error)); break;
        case 1: g_assert_false (lab_letter_parse (typed, &letter, &error)); break;
        case 2: g_assert_false (lab_size_parse (typed, &size_bytes, &error)); break;
        default: g_assert_false (lab_mode_parse (typed, &mode, &error)); break;
        }
      g_assert_nonnull (strstr (error->message, "evil"));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_null (strstr (error->message, "\u202e"));
      g_assert_cmpuint (g_utf8_strlen (error->message, -1), <, 300);
    }
}

static void
test_choices_are_told_apart (void)
{
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/etc/passwd", 'A');
  g_autoptr(LabKeyChoice) same = lab_key_choice_copy (file);
  g_autoptr(LabKeyChoice) letter = lab_key_choice_new_file ("/etc/passwd", 'B');
  g_autoptr(LabKeyChoice) path = lab_key_choice_new_file ("/etc/group", 'A');
  g_autoptr(LabKeyChoice) key = lab_key_choice_new_key (5678);
  g_autoptr(LabKeyChoice) other_key = lab_key_choice_new_key (5679);

  g_assert_true (lab_key_choice_equal (file, same));
  g_assert_true (lab_key_choice_equal (NULL, NULL));
  g_assert_false (lab_key_choice_equal (file, NULL));
  g_assert_false (lab_key_choice_equal (NULL, key));
  g_assert_false (lab_key_choice_equal (file, letter));
  g_assert_false (lab_key_choice_equal (file, path));
  g_assert_false (lab_key_choice_equal (file, key));
  g_assert_false (lab_key_choice_equal (key, other_key));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_set_nonfatal_assertions ();
  g_test_add_func ("/backend/key/reads-keys", test_reads_keys);
  g_test_add_func ("/backend/key/refuses-what-is-no-key", test_refuses_what_is_no_key);
  g_test_add_func ("/backend/key/comes-back-as-it-was-written", test_key_comes_back_as_it_was_written);
  g_test_add_func ("/backend/letter/reads", test_reads_letters);
  g_test_add_func ("/backend/letter/refuses-what-is-none", test_refuses_what_is_no_letter);
  g_test_add_func ("/backend/letter/says-what-a-number-amounts-to", test_says_which_letter_a_number_amounts_to);
  g_test_add_func ("/backend/letter/comes-back-as-it-was-written", test_letter_comes_back_as_it_was_written);
  g_test_add_func ("/backend/size/reads", test_reads_sizes);
  g_test_add_func ("/backend/size/refuses-what-is-none", test_refuses_what_is_no_size);
  g_test_add_func ("/backend/mode/reads", test_reads_modes);
  g_test_add_func ("/backend/mode/refuses-what-is-none", test_refuses_what_is_no_mode);
  g_test_add_func ("/backend/mode/comes-back-as-it-was-written", test_mode_comes_back_as_it_was_written);
  g_test_add_func ("/backend/key-choice/default-is-the-same-file-every-time", test_default_is_the_same_file_every_time);
  g_test_add_func ("/backend/key-choice/default-goes-elsewhere-when-home-is-closed", test_default_goes_elsewhere_when_home_is_closed);
  g_test_add_func ("/backend/key-choice/names-a-folder-safely", test_names_a_folder_safely);
  g_test_add_func ("/backend/key/refusals-quote-what-was-typed-safely", test_refusals_quote_what_was_typed_safely);
  g_test_add_func ("/backend/key-choice/are-told-apart", test_choices_are_told_apart);
  return g_test_run ();
}
