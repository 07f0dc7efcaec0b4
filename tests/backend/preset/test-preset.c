/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/preset/lab-preset.h"

#include <string.h>

#include "backend/kernel/lab-sysv.h"
#include "backend/preset/lab-preset-decode.h"

static const LabPreset *
get (const char *id)
{
  const LabPreset *preset = lab_preset_find (id);

  g_assert_nonnull (preset);

  return preset;
}

/* "name=value; name=value"; a field that the segment does not hold is "name?". */
static char *
decode (const char *id,
        const void *bytes,
        gsize       n_bytes)
{
  g_autoptr(GPtrArray) values = lab_preset_decode (get (id), bytes, n_bytes);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < values->len; i++)
    {
      const LabPresetValue *value = g_ptr_array_index (values, i);

      g_string_append_printf (all, "%s%s%s%s", i > 0 ? "; " : "", value->name,
                              value->text != NULL ? "=" : "?", value->text != NULL ? value->text : "");
      if (value->text != NULL)
        g_assert_cmpuint (value->offset, <, n_bytes);
    }

  return g_string_free (all, FALSE);
}

static void
assert_decodes (const char *id,
                const void *bytes,
                gsize       n_bytes,
                const char *values,
                const char *state)
{
  g_autofree char *decoded = decode (id, bytes, n_bytes);
  g_autofree char *described = lab_preset_describe_state (get (id), bytes, n_bytes, n_bytes, LAB_PRESET_N_SEMAPHORES);

  g_assert_cmpstr (decoded, ==, values);
  if (!g_str_has_prefix (described, state))
    g_error ("“%s” does not begin with “%s”", described, state);
}

static void
assert_text (const char *id,
             const void *bytes,
             gsize       n_bytes,
             const char *text)
{
  g_autofree char *found = lab_preset_dup_text (get (id), bytes, n_bytes, 1000, NULL);

  g_assert_cmpstr (found, ==, text);
}

static void
test_five_calls_and_beej (void)
{
  for (const char **id = (const char *[]) { "five-calls", "beej", NULL }; *id != NULL; id++)
    {
      char bytes[1024] = "";

      assert_decodes (*id, bytes, sizeof bytes, "text=\"\"", "Nothing is written: all 1,024 bytes of the segment are zero");
      assert_text (*id, bytes, sizeof bytes, "");
      strcpy (bytes, "hello, world\n");
      assert_decodes (*id, bytes, sizeof bytes, "text=\"hello, world\n\"", "There is text; ");
      assert_text (*id, bytes, sizeof bytes, "hello, world\n");

      /* Without a NUL it ends with the segment; in a value only its beginning shows. */
      memset (bytes, 'x', sizeof bytes);
      {
        g_autofree char *all = g_strnfill (sizeof bytes, 'x');
        g_autofree char *found = lab_preset_dup_text (get (*id), (guint8 *) bytes, sizeof bytes, G_MAXSIZE, NULL);
        g_autofree char *decoded = decode (*id, bytes, sizeof bytes);

        g_assert_cmpstr (found, ==, all);
        g_assert_true (g_str_has_suffix (decoded, "x…\""));
        g_assert_cmpuint (strlen (decoded), ==, strlen ("text=\"…\"") + 200);
      }
    }
}

static void
test_stars (void)
{
  char alphabet[27] = "abcdefghijklmnopqrstuvwxyz";
  char video[100] = "";

  assert_decodes ("cardiff", alphabet, sizeof alphabet, "s=\"abcdefghijklmnopqrstuvwxyz\"", "Written: ");
  alphabet[0] = '*';
  assert_decodes ("cardiff", alphabet, sizeof alphabet, "s=\"*bcdefghijklmnopqrstuvwxyz\"", "Taken: ");
  memset (alphabet, 0, sizeof alphabet);
  assert_decodes ("cardiff", alphabet, sizeof alphabet, "s=\"\"", "Nothing is written: all 27 bytes of the segment are zero");

  strcpy (video, "Hi");
  assert_decodes ("video", video, sizeof video, "text=\"Hi\"", "Written: ");
  video[0] = '*';
  assert_decodes ("video", video, sizeof video, "text=\"*i\"", "Taken: ");
}

static void
test_mtu (void)
{
  struct { int status; int data[4]; } m = { -1, { 0, 0, 0, 0 } };

  g_assert_cmpuint (sizeof m, ==, get ("mtu")->size_bytes);
  assert_decodes ("mtu", &m, sizeof m, "status=-1; data[0]=0; data[1]=0; data[2]=0; data[3]=0", "NOT_READY: ");
  m.status = 0;
  assert_decodes ("mtu", &m, sizeof m, "status=0; data[0]=0; data[1]=0; data[2]=0; data[3]=0", "FILLED, or a new segment ");
  m.data[0] = 1;
  m.data[3] = -2147483647 - 1;
  assert_decodes ("mtu", &m, sizeof m, "status=0; data[0]=1; data[1]=0; data[2]=0; data[3]=-2147483648", "FILLED: ");
  m.status = 1;
  assert_decodes ("mtu", &m, sizeof m, "status=1; data[0]=1; data[1]=0; data[2]=0; data[3]=-2147483648", "TAKEN: ");
  m.status = 99;
  assert_decodes ("mtu", &m, sizeof m, "status=99; data[0]=1; data[1]=0; data[2]=0; data[3]=-2147483648", "The status is 99, ");
  assert_decodes ("mtu", &m, 11, "status=99; data[0]=1; data[1]?; data[2]?; data[3]?", "The segment has 11 bytes, and this layout needs 20");
  g_assert_false (lab_preset_has_text (get ("mtu")));
  assert_text ("mtu", &m, sizeof m, NULL);
}

static void
test_tlpi (void)
{
  struct { int cnt; char buf[1024]; } m = { 0, "" };

  g_assert_cmpuint (sizeof m, ==, get ("tlpi")->size_bytes);
  assert_decodes ("tlpi", &m, sizeof m, "cnt=0; buf=\"\"", "Nothing is written: all 1,028 bytes ");
  m.cnt = 5;
  memcpy (m.buf, "ab\0\377eXYZ", 8);
  assert_decodes ("tlpi", &m, sizeof m, "cnt=5; buf=\"ab␀\ufffde\"", "A block of 5 bytes; ");
  assert_text ("tlpi", &m, sizeof m, "ab␀\ufffde");
  m.cnt = 1;
  assert_decodes ("tlpi", &m, sizeof m, "cnt=1; buf=\"a\"", "A block of 1 byte; ");

  /* A count that lies moves nothing outside. */
  memset (m.buf, 'z', sizeof m.buf);
  for (const int *count = (const int[]) { -1, -2147483647 - 1, 1025, 2147483647, 0 }; *count != 0; count++)
    {
      g_autofree char *text = NULL;
      g_autofree char *state = NULL;

      m.cnt = *count;
      text = lab_preset_dup_text (get ("tlpi"), (guint8 *) &m, sizeof m, G_MAXSIZE, NULL);
      g_assert_cmpuint (strlen (text), ==, *count > 0 ? sizeof m.buf : 0);
      state = lab_preset_describe_state (get ("tlpi"), (guint8 *) &m, sizeof m, sizeof m, 2);
      g_assert_nonnull (strstr (state, "but the buffer has 1024 bytes"));
    }
}

static void
test_chat (void)
{
  struct { char buff[100]; int status, pid1, pid2; } m = { "", 0, 0, 0 };

  g_assert_cmpuint (sizeof m, ==, get ("chat")->size_bytes);
  assert_decodes ("chat", &m, sizeof m, "buff=\"\"; status=0; pid1=0; pid2=0", "FILLED, or a new segment ");
  strcpy (m.buff, "hi\n");
  m.pid1 = 4711;
  m.pid2 = 4712;
  assert_decodes ("chat", &m, sizeof m, "buff=\"hi\n\"; status=0; pid1=4711; pid2=4712", "FILLED: user 1 ");
  m.status = 1;
  assert_decodes ("chat", &m, sizeof m, "buff=\"hi\n\"; status=1; pid1=4711; pid2=4712", "Ready: user 2 ");
  m.status = -1;
  assert_decodes ("chat", &m, sizeof m, "buff=\"hi\n\"; status=-1; pid1=4711; pid2=4712", "NotReady: ");

  /* The text ends with its buffer, not at the next NUL. */
  memset (&m, 'q', sizeof m);
  {
    g_autofree char *wanted = g_strnfill (100, 'q');

    assert_text ("chat", &m, sizeof m, wanted);
  }
}

static void
test_ntp (void)
{
  struct
  {
    gint32 mode, count;
    gint64 clock_s;
    gint32 clock_us;
    gint64 receive_s;
    gint32 receive_us, leap, precision, nsamples, valid;
    guint32 clock_ns, receive_ns;
    gint32 dummy[8];
  } m = { .mode = 1, .count = 8, .clock_s = 1700000000, .clock_us = 250000, .receive_s = 0, .precision = -1, .nsamples = 3,
          .clock_ns = 4000000000u };

  g_assert_cmpuint (sizeof m, ==, get ("ntp")->size_bytes);
  assert_decodes ("ntp", &m, sizeof m,
                  "mode=1; count=8; clockTimeStampSec=1700000000 (2023-11-14 22:13:20 UTC); clockTimeStampUSec=250000; "
                  "receiveTimeStampSec=0; receiveTimeStampUSec=0; leap=0; precision=-1; nsamples=3; valid=0; "
                  "clockTimeStampNSec=4000000000; receiveTimeStampNSec=0", "No sample waits: ");
  m.valid = 1;
  {
    g_autofree char *state = lab_preset_describe_state (get ("ntp"), (guint8 *) &m, sizeof m, sizeof m, -1);

    g_assert_nonnull (strstr (state, "is not 8 before and after"));
  }
  m.mode = 0;
  {
    g_autofree char *state = lab_preset_describe_state (get ("ntp"), (guint8 *) &m, sizeof m, sizeof m, -1);

    g_assert_nonnull (strstr (state, "mode 0 has no protection"));
  }

  /* No calendar has these. */
  m.clock_s = G_MAXINT64;
  m.receive_s = G_MININT64;
  {
    g_autofree char *decoded = decode ("ntp", &m, sizeof m);

    g_assert_nonnull (strstr (decoded, "clockTimeStampSec=9223372036854775807; "));
    g_assert_nonnull (strstr (decoded, "receiveTimeStampSec=-9223372036854775808; "));
  }
}

static void
test_survives_any_bytes (void)
{
  guint n_presets;
  const LabPreset *all = lab_preset_get_all (&n_presets);

  for (guint round = 0; round < 5000; round++)
    {
      /* On the heap and of the exact size, so that a sanitizer sees a byte too far. */
      const LabPreset *preset = &all[g_test_rand_int_range (0, (gint32) n_presets)];
      const gsize n_bytes = (gsize) g_test_rand_int_range (0, g_test_rand_bit () ? 130 : 1200);
      g_autofree guint8 *bytes = g_malloc (n_bytes);
      g_autoptr(GPtrArray) values = NULL;
      g_autofree char *text = NULL;
      g_autofree char *state = NULL;
      LabTextReport report = { 0 };

      for (gsize i = 0; i < n_bytes; i++)
        bytes[i] = (guint8) (g_test_rand_bit () ? g_test_rand_int () : g_test_rand_bit () ? 0xff : 0);

      values = lab_preset_decode (preset, bytes, n_bytes);
      text = lab_preset_dup_text (preset, bytes, n_bytes, 100, &report);
      state = lab_preset_describe_state (preset, bytes, n_bytes, n_bytes + (gsize) g_test_rand_int_range (0, 3), g_test_rand_int_range (-1, 4));

      g_assert_true (g_utf8_validate (state, -1, NULL));
      g_assert_cmpint (text != NULL, ==, lab_preset_has_text (preset));
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint (report.n_chars, <=, n_bytes);
      for (guint i = 0; i < values->len; i++)
        {
          const LabPresetValue *value = g_ptr_array_index (values, i);

          g_assert_true (value->text == NULL || g_utf8_validate (value->text, -1, NULL));
        }
    }
}

static void
test_fields_are_in_order (void)
{
  guint n_presets;
  const LabPreset *all = lab_preset_get_all (&n_presets);

  g_assert_cmpuint (n_presets, ==, 9);
  for (guint i = 0; i < n_presets; i++)
    {
      g_autofree guint8 *zeros = g_malloc0 (all[i].size_bytes);
      g_autoptr(GPtrArray) values = lab_preset_decode (&all[i], zeros, all[i].size_bytes);
      gsize end = 0;

      g_assert_true (lab_preset_find (all[i].id) == &all[i]);
      g_assert_cmpuint (lab_preset_get_min_size (&all[i]), <=, all[i].size_bytes);
      g_assert_cmpuint (strlen (lab_preset_get_name (&all[i])), >, 0);
      for (guint j = 0; j < values->len; j++)
        {
          const LabPresetValue *value = g_ptr_array_index (values, j);

          g_assert_nonnull (value->text);
          g_assert_cmpuint (value->offset, >=, end);
          end = value->offset + value->size_bytes;
          g_assert_cmpuint (end, <=, all[i].size_bytes);
        }
    }
}

static void
test_names_types_in_c (void)
{
  g_autofree char *text = lab_preset_field_dup_type (&get ("beej")->fields[0]);
  g_autofree char *buffer = lab_preset_field_dup_type (&get ("chat")->fields[0]);
  g_autofree char *number = lab_preset_field_dup_type (&get ("chat")->fields[1]);
  g_autofree char *numbers = lab_preset_field_dup_type (&get ("mtu")->fields[1]);

  g_assert_cmpstr (text, ==, "char []");
  g_assert_cmpstr (buffer, ==, "char [100]");
  g_assert_cmpstr (number, ==, "int");
  g_assert_cmpstr (numbers, ==, "int [4]");
}

static void
test_knows_the_keys (void)
{
  static const struct { const char *id; const char *text; const char *path; int letter; key_t key; } rows[] = {
    { "five-calls", "ftok(\"shmfile\", 65)", "/home/ada/shmfile", 'A', 0 },
    { "beej", "ftok(\"shmdemo.c\", 'R')", "/home/ada/shmdemo.c", 'R', 0 },
    { "cardiff", "5678", NULL, 0, 5678 },
    { "video", "9876", NULL, 0, 9876 },
    { "mtu", "ftok(\"./\", 'x')", "/home/ada/./", 'x', 0 },
    { "tlpi", "0x1234", NULL, 0, 0x1234 },
    { "chat", "12345", NULL, 0, 12345 },
    { "ntp", "0x4e545030 + unit", NULL, 0, 0x4e545030 },
    { "ntp-32", "0x4e545030 + unit", NULL, 0, 0x4e545030 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = lab_preset_dup_key_text (get (rows[i].id));
      g_autoptr(LabKeyChoice) choice = lab_preset_dup_key_choice (get (rows[i].id), "/home/ada");

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_cmpstr (choice->path, ==, rows[i].path);
      if (rows[i].path != NULL)
        g_assert_cmpint (choice->letter, ==, rows[i].letter);
      else
        g_assert_cmpint (choice->key, ==, rows[i].key);
    }

  g_assert_null (lab_preset_find ("nonsense"));
}

static void
assert_message (const char *id,
                const void *bytes,
                gsize       n_bytes,
                const char *message,
                gboolean    empty)
{
  gboolean is_empty;
  g_autoptr(GBytes) found = lab_preset_dup_message (get (id), bytes, n_bytes, &is_empty);
  gsize length;
  const void *data = g_bytes_get_data (found, &length);

  g_assert_cmpmem (data, length, message, strlen (message));
  g_assert_cmpint (is_empty, ==, empty);
}

static void
test_finds_the_message (void)
{
  int mtu[5] = { -1, 0, 0, 0, 0 };
  struct { int cnt; char buf[1024]; } tlpi = { 0, "old text" };
  guint8 clock[96] = { 0 };
  gint64 seconds = 1700000000;

  assert_message ("cardiff", "*b\xff", 4, "*b\xff", FALSE);
  assert_message ("cardiff", "", 1, "", TRUE);
  assert_message ("beej", NULL, 0, "", TRUE);
  assert_message ("tlpi", &tlpi, sizeof tlpi, "", TRUE);
  tlpi.cnt = 3;
  assert_message ("tlpi", &tlpi, sizeof tlpi, "old", FALSE);
  assert_message ("tlpi", &tlpi, 6, "ol", FALSE);

  /* A status alone is no message. */
  assert_message ("mtu", mtu, sizeof mtu, "0  0  0  0", TRUE);
  mtu[3] = 7;
  assert_message ("mtu", mtu, sizeof mtu, "0  0  7  0", FALSE);
  assert_message ("mtu", mtu, 18, "0  0  7", FALSE);
  assert_message ("mtu", mtu, 3, "", TRUE);
  memcpy (clock + 8, &seconds, sizeof seconds);
  assert_message ("ntp", clock, sizeof clock, "1700000000 (2023-11-14 22:13:20 UTC)", FALSE);
}

static LabGuess
judge (const char         *id,
       key_t               key,
       const LabKeyChoice *choice,
       gsize               size_bytes)
{
  return lab_preset_judge (get (id), key, choice, size_bytes, 0600);
}

static void
test_tells_a_key_from_a_guess (void)
{
  g_autoptr(LabKeyChoice) file = lab_key_choice_new_file ("/any/where/shmfile", 65);
  g_autoptr(LabKeyChoice) other = lab_key_choice_new_file ("/any/where/shmfile", 66);
  g_autoptr(LabKeyChoice) folder = lab_preset_dup_key_choice (get ("mtu"), g_get_tmp_dir ());

  g_assert_cmpint (judge ("cardiff", 5678, NULL, 27), ==, LAB_GUESS_KEY);
  g_assert_cmpint (judge ("cardiff", 5679, NULL, 27), ==, LAB_GUESS_NONE);
  g_assert_cmpint (judge ("ntp", 0x4e545030 + 255, NULL, 96), ==, LAB_GUESS_KEY);
  g_assert_cmpint (judge ("ntp", 0x4e545030 + 255, NULL, 80), ==, LAB_GUESS_OTHER_SIZE);
  g_assert_cmpint (judge ("ntp-32", 0x4e545030 + 255, NULL, 80), ==, LAB_GUESS_KEY);
  g_assert_cmpint (judge ("ntp", 0x4e545030 + 256, NULL, 95), ==, LAB_GUESS_NONE);
  g_assert_cmpint (judge ("five-calls", 0x41000001, NULL, 1024), ==, LAB_GUESS_LETTER);
  g_assert_cmpint (judge ("five-calls", 0x41000001, file, 1024), ==, LAB_GUESS_KEY);
  g_assert_cmpint (judge ("five-calls", 0x42000001, other, 1024), ==, LAB_GUESS_NONE);
  g_assert_cmpint (judge ("beej", 0x41000001, file, 1024), ==, LAB_GUESS_NONE);
  g_assert_cmpint (judge ("mtu", 0x78000001, folder, 20), ==, LAB_GUESS_KEY);
  g_assert_cmpint (judge ("mtu", 0x41000001, file, 20), ==, LAB_GUESS_NONE);
}

/* Ours has the name and the letter of a tutorial's. */
static void
test_never_takes_our_own_file_for_a_tutorials (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "shmlab", "shmfile", NULL);
  g_autoptr(LabKeyChoice) ours = lab_key_choice_new_file (path, 'A');
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  for (guint i = 0; i < n_presets; i++)
    g_assert_cmpint (lab_preset_judge (&presets[i], 0x41000001, ours, presets[i].size_bytes, presets[i].mode), ==,
                     presets[i].key_path == NULL && presets[i].key == 0x41000001 ? LAB_GUESS_KEY : LAB_GUESS_NONE);
}

static void
assert_guess (const char *id,
              LabGuess    guess,
              gsize       size_bytes,
              int         n_semaphores,
              const char *words)
{
  g_autofree char *text = lab_preset_describe_guess (get (id), guess, size_bytes, 0666, n_semaphores);

  g_assert_cmpstr (text, ==, words);
}

static void
test_gives_the_reason_of_a_guess (void)
{
  assert_guess ("cardiff", LAB_GUESS_KEY, 27, -1, "A guess: key 5678 and 27 bytes, as in “Cardiff, the alphabet”");
  assert_guess ("beej", LAB_GUESS_LETTER, 1024, -1, "A guess: the letter R in the key and 1,024 bytes, as in “Beej’s guide, shmdemo”");
  assert_guess ("mtu", LAB_GUESS_SIZE, 20, -1, "A guess: 20 bytes and mode 0666, as in “MTU, status and four numbers”");
  assert_guess ("mtu", LAB_GUESS_NONE, 20, -1, NULL);
  assert_guess ("tlpi", LAB_GUESS_OTHER_SIZE, 1032, 2,
                "0x1234 is the key of “TLPI, svshm_xfr” too, but that has 1,028 bytes and this segment 1,032: another layout");
  assert_guess ("tlpi", LAB_GUESS_KEY, 1028, 2,
                "A guess: key 0x1234, 1,028 bytes, and two semaphores with key 0x5678, as in “TLPI, svshm_xfr”");
  assert_guess ("tlpi", LAB_GUESS_KEY, 1028, 0,
                "A guess: key 0x1234 and 1,028 bytes, as in “TLPI, svshm_xfr”; but its two semaphores with key 0x5678 are not there");
  assert_guess ("tlpi", LAB_GUESS_KEY, 1028, 1,
                "A guess: key 0x1234 and 1,028 bytes, as in “TLPI, svshm_xfr”; but its two semaphores with key 0x5678 are not there");
  assert_guess ("tlpi", LAB_GUESS_KEY, 1028, -1, "A guess: key 0x1234 and 1,028 bytes, as in “TLPI, svshm_xfr”");
}

static void
test_guesses (void)
{
  const key_t from_a = lab_sysv_ftok ("/", 'A', NULL);
  const key_t from_r = lab_sysv_ftok ("/", 'R', NULL);
  const key_t from_x = lab_sysv_ftok ("/", 'x', NULL);
  const struct { key_t key; gsize size_bytes; guint mode; const char *ids; } rows[] = {
    { 5678, 27, 0666, "cardiff" },
    { 5678, 100, 0666, "video" },                   /* another size is another layout, whatever the key */
    { 9876, 1024, 0666, "five-calls" },
    { from_a, 1024, 0666, "five-calls" },
    { from_a, 1024, 0600, "five-calls" },           /* changed, and still its letter and size */
    { from_r, 1024, 0644, "beej" },
    { from_r, 1024, 0666, "beej five-calls" },      /* the letter says more than the mode */
    { from_x, 20, 0666, "mtu" },
    { from_x, 20, 0600, "mtu" },
    { 0x1234, 1028, 0660 | LAB_MODE_DEST, "tlpi" },
    { 0x1234, 1032, 0660, "" },                     /* int cnt, complete; char buf[1024] */
    { 0x1234, 4, 0660, "" },
    { 12345, 112, 0666, "chat" },
    { 12345, 1024, 0600, "" },
    { 0x4e545030, 96, 0600, "ntp" },
    { 0x4e545033, 96, 0666, "ntp" },
    { 0x4e545033, 80, 0666, "ntp-32" },
    { 0x4e545033, 88, 0666, "" },                   /* 32 bits with a time_t of 64 */
    { 0x4e545030 - 1, 97, 0600, "" },
    { from_a, 4096, 0600, "" },                     /* our own default is nobody's */
    { (key_t) 0xffffffff, 1, 0, "" },
    { 0, 0, 0, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GPtrArray) fitting = lab_preset_guess (rows[i].key, NULL, rows[i].size_bytes, rows[i].mode);
      g_autoptr(GString) ids = g_string_new (NULL);

      for (guint j = 0; j < fitting->len; j++)
        g_string_append_printf (ids, "%s%s", j > 0 ? " " : "", ((const LabPreset *) g_ptr_array_index (fitting, j))->id);
      g_assert_cmpstr (ids->str, ==, rows[i].ids);
    }
}

static void
assert_state (const char *id,
              const void *bytes,
              gsize       n_bytes,
              gsize       size_bytes,
              int         n_semaphores,
              const char *words)
{
  g_autofree char *text = lab_preset_describe_state (get (id), bytes, n_bytes, size_bytes, n_semaphores);

  g_assert_cmpstr (text, ==, words);
}

/* Only what is known of another size: nothing about turns, and nothing about bytes that are not there. */
static void
test_a_size_that_is_not_the_layouts (void)
{
  struct { int cnt, complete; char buf[1024]; } homework = { 5, 0, "hello" };
  int number = 29049;
  char text[1024] = "some text";

  assert_state ("tlpi", &homework, sizeof homework, sizeof homework, 0,
                "The segment has 1,032 bytes, and this layout 1,028: perhaps it is another one, so nothing is said about whose turn it is");
  assert_state ("chat", text, sizeof text, sizeof text, -1,
                "The segment has 1,024 bytes, and this layout 112: perhaps it is another one, so nothing is said about whose turn it is");
  assert_decodes ("tlpi", &number, sizeof number, "cnt=29049; buf?", "The segment has 4 bytes, and this layout needs 1,028: it is another one");
  assert_decodes ("ntp", text, 80,
                  "mode=1701670771; count=2019914784; clockTimeStampSec=116 (1970-01-01 00:01:56 UTC); clockTimeStampUSec=0; "
                  "receiveTimeStampSec=0; receiveTimeStampUSec=0; leap=0; precision=0; nsamples=0; valid=0; "
                  "clockTimeStampNSec=0; receiveTimeStampNSec=0", "The segment has 80 bytes, and this layout needs 96: it is another one");
  assert_decodes ("chat", "Hello", 3, "buff=\"Hel\" (here the segment ends); status?; pid1?; pid2?", "The segment has 3 bytes, and this layout needs 112");
  g_assert_false (lab_preset_fits (get ("ntp"), 95));
  g_assert_true (lab_preset_fits (get ("ntp"), 96));
  g_assert_true (lab_preset_fits (get ("five-calls"), 1));
}

static void
test_semaphores_are_looked_for (void)
{
  struct { int cnt; char buf[1024]; } m = { 5, "hello" };

  assert_state ("tlpi", &m, sizeof m, sizeof m, 2, "A block of 5 bytes; whose turn it is, the two semaphores with key 0x5678 tell");
  assert_state ("tlpi", &m, sizeof m, sizeof m, 0,
                "A block of 5 bytes; its two semaphores with key 0x5678 are not there, so nothing tells whose turn it is, and it may be another layout");
  assert_state ("tlpi", &m, sizeof m, sizeof m, -1, "A block of 5 bytes");
  m.cnt = 0;
  assert_state ("tlpi", &m, sizeof m, sizeof m, 2, "The count is 0: the end of the file");
}

/* “Nothing is written” is for a segment of which every byte was read. */
static void
test_says_how_much_is_zero (void)
{
  char bytes[4096] = "";
  struct { char buff[100]; int status, pid1, pid2; } chat = { "", 0, 4711, 0 };

  assert_state ("five-calls", bytes, 1024, 1024, -1, "Nothing is written: all 1,024 bytes of the segment are zero");
  assert_state ("five-calls", bytes, 1, 1, -1, "Nothing is written: the segment’s 1 byte is zero");
  assert_state ("five-calls", bytes, 4096, 65536, -1, "The first 4,096 of 65,536 bytes are zero, and the others were not read");
  bytes[500] = 'x';
  assert_state ("five-calls", bytes, 1024, 1024, -1, "Byte 0 is zero, so there is no text, but 1 byte is not zero");
  assert_state ("five-calls", bytes, 4096, 65536, -1,
                "Byte 0 is zero, so there is no text, but 1 byte is not zero (of 65,536 bytes, the first 4,096 were read)");
  bytes[500] = '\0';
  bytes[20] = 1;
  assert_state ("cardiff", bytes, 27, 27, -1, "Byte 0 is zero, so there is no text, but 1 byte is not zero");

  /* FILLED is what nobody has written, too. */
  assert_state ("chat", &chat, sizeof chat, sizeof chat, -1,
                "The status is 0, which is FILLED, but the text is empty: nobody has written a line yet, or an empty one");
}

static void
assert_remark (const char *bytes,
               gsize       n_bytes,
               gsize       size_bytes,
               const char *words)
{
  g_autofree char *text = lab_preset_describe_text ((const guint8 *) bytes, n_bytes, size_bytes);

  g_assert_cmpstr (text, ==, words);
}

static void
test_says_what_is_known_of_a_text (void)
{
  char bytes[64] = "Hello";

  assert_remark (bytes, sizeof bytes, sizeof bytes, NULL);
  strcpy (bytes + 6, "ld text");
  assert_remark (bytes, sizeof bytes, sizeof bytes,
                 "Behind the text’s NUL 7 bytes are not zero: perhaps the rest of a longer text, or this is another layout");
  memset (bytes, 'x', sizeof bytes);
  assert_remark (bytes, sizeof bytes, sizeof bytes,
                 "There is no NUL in the segment’s 64 bytes: a program that prints the text reads on behind the segment’s end");
  assert_remark (bytes, sizeof bytes, 1 << 21, "There is no NUL in the first 64 of 2,097,152 bytes, and the others were not read");
  assert_remark (NULL, 0, 64, NULL);
  assert_state ("beej", bytes, sizeof bytes, sizeof bytes, -1,
                "There is text; nothing tells whether the writer is at work\n"
                "There is no NUL in the segment’s 64 bytes: a program that prints the text reads on behind the segment’s end");
}

/* As a 32-bit compiler lays it out: i386 with -m32. */
static void
test_ntp_of_32_bits (void)
{
  struct
  {
    gint32 mode, count, clock_s, clock_us, receive_s, receive_us, leap, precision, nsamples, valid;
    guint32 clock_ns, receive_ns;
    gint32 dummy[8];
  } m = { .mode = 1, .count = 8, .clock_s = 1700000000, .clock_us = 250000, .receive_s = 1700000001, .receive_us = 7, .precision = -1,
          .nsamples = 3, .valid = 1, .clock_ns = 4000000000u };

  g_assert_cmpuint (sizeof m, ==, 80);
  g_assert_cmpuint (sizeof m, ==, get ("ntp-32")->size_bytes);
  assert_decodes ("ntp-32", &m, sizeof m,
                  "mode=1; count=8; clockTimeStampSec=1700000000 (2023-11-14 22:13:20 UTC); clockTimeStampUSec=250000; "
                  "receiveTimeStampSec=1700000001 (2023-11-14 22:13:21 UTC); receiveTimeStampUSec=7; leap=0; precision=-1; nsamples=3; "
                  "valid=1; clockTimeStampNSec=4000000000; receiveTimeStampNSec=0", "A sample waits for ntpd, which drops it ");
}

/* However long the segment is, each byte of it is in one field, in order. */
static void
test_fields_cover_any_segment (void)
{
  guint n_presets;
  const LabPreset *presets = lab_preset_get_all (&n_presets);

  for (guint i = 0; i < n_presets; i++)
    for (gsize size_bytes = 1; size_bytes < 1200; size_bytes++)
      {
        guint n_fields;
        g_autofree LabField *fields = lab_preset_dup_fields (&presets[i], size_bytes, &n_fields);
        gsize offset = 0;

        for (guint j = 0; j < n_fields; j++)
          {
            g_assert_cmpuint (fields[j].offset, ==, offset);
            g_assert_cmpuint (fields[j].size_bytes, >, 0);
            offset += fields[j].size_bytes;
          }
        g_assert_cmpuint (offset, ==, size_bytes);
      }
}

static void
test_names_fields (void)
{
  guint n_fields;
  g_autofree LabField *fields = lab_preset_dup_fields (get ("ntp"), 96, &n_fields);

  g_assert_cmpuint (n_fields, ==, 14);
  g_assert_cmpstr (fields[3].name, ==, "clockTimeStampUSec");
  g_assert_cmpint (fields[3].kind, ==, LAB_FIELD_NUMBER);
  g_assert_cmpuint (fields[3].offset, ==, 16);
  g_assert_cmpuint (fields[3].size_bytes, ==, 4);
  g_assert_cmpint (fields[4].kind, ==, LAB_FIELD_PLAIN);
  g_assert_cmpstr (fields[4].name, ==, "padding");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/backend/preset/" name, func)
  ADD ("five-calls-and-beej", test_five_calls_and_beej);
  ADD ("stars", test_stars);
  ADD ("mtu", test_mtu);
  ADD ("tlpi", test_tlpi);
  ADD ("chat", test_chat);
  ADD ("ntp", test_ntp);
  ADD ("survives-any-bytes", test_survives_any_bytes);
  ADD ("fields-are-in-order", test_fields_are_in_order);
  ADD ("fields-cover-any-segment", test_fields_cover_any_segment);
  ADD ("names-fields", test_names_fields);
  ADD ("names-types-in-c", test_names_types_in_c);
  ADD ("knows-the-keys", test_knows_the_keys);
  ADD ("finds-the-message", test_finds_the_message);
  ADD ("tells-a-key-from-a-guess", test_tells_a_key_from_a_guess);
  ADD ("guesses", test_guesses);
  ADD ("gives-the-reason-of-a-guess", test_gives_the_reason_of_a_guess);
  ADD ("never-takes-our-own-file-for-a-tutorials", test_never_takes_our_own_file_for_a_tutorials);
  ADD ("a-size-that-is-not-the-layouts", test_a_size_that_is_not_the_layouts);
  ADD ("semaphores-are-looked-for", test_semaphores_are_looked_for);
  ADD ("says-how-much-is-zero", test_says_how_much_is_zero);
  ADD ("says-what-is-known-of-a-text", test_says_what_is_known_of_a_text);
  ADD ("ntp-of-32-bits", test_ntp_of_32_bits);
  return g_test_run ();
}
