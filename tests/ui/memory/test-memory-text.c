/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "ui/memory/lab-memory-text.h"

static void
test_reads_offsets (void)
{
  static const struct { const char *text; gsize offset; } good[] = {
    { "0", 0 }, { "0x0", 0 }, { " 0x7c0 ", 0x7c0 }, { "0X7C0", 0x7c0 }, { "1984", 1984 }, { "4095", 4095 },
  };
  static const char * const bad[] = { "", " ", "0x", "x", "-1", "+1", "4096", "0x1000", "1.5", "12 13", "0xfffffffffffffffff", "18446744073709551616" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GError) error = NULL;
      gsize offset = 1;

      g_assert_true (lab_memory_parse_offset (good[i].text, 4096, &offset, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (offset, ==, good[i].offset);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      gsize offset;

      g_assert_false (lab_memory_parse_offset (bad[i], 4096, &offset, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_says_where_the_segment_ends (void)
{
  g_autoptr(GError) error = NULL;
  gsize offset;

  g_assert_false (lab_memory_parse_offset ("4096", 4096, &offset, &error));
  g_assert_cmpstr (error->message, ==, "The last byte of this segment is at 0xfff");
}

static void
test_reads_hex (void)
{
  static const char * const good[] = { "476f6f", "47 6f 6f", " 47\t6F 6f " };
  static const char * const bad[] = { "", " ", "4", "476", "4 7", "0x47", "zz", "47 6" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GBytes) bytes = lab_memory_parse_hex (good[i], NULL);
      g_autoptr(GBytes) expected = g_bytes_new_static ("Goo", 3);

      g_assert_nonnull (bytes);
      g_assert_true (g_bytes_equal (bytes, expected));
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (lab_memory_parse_hex (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
assert_format (LabMemoryFormat  format,
               const char      *bytes,
               gsize            n_bytes,
               const char      *expected)
{
  g_autofree char *text = lab_memory_format (format, 0x10, (const guint8 *) bytes, n_bytes);

  g_assert_cmpstr (text, ==, expected);
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_copies_in_three_forms (void)
{
  assert_format (LAB_MEMORY_FORMAT_HEX, "Good", 4, "47 6f 6f 64\n");
  assert_format (LAB_MEMORY_FORMAT_HEX, "0123456789abcdefg", 17, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\n67\n");
  assert_format (LAB_MEMORY_FORMAT_TEXT, "Grüße\n\0\0", 10, "Grüße\n");
  assert_format (LAB_MEMORY_FORMAT_TEXT, "a\0b", 3, "a␀b");
  assert_format (LAB_MEMORY_FORMAT_TEXT, "a\xff", 2, "a\xef\xbf\xbd");
  assert_format (LAB_MEMORY_FORMAT_TEXT, "\0\0", 2, "");
  assert_format (LAB_MEMORY_FORMAT_C, "Good", 4,
                 "/* 4 bytes from offset 0x10 */\n"
                 "static const unsigned char bytes[4] = {\n"
                 "  0x47, 0x6f, 0x6f, 0x64,\n"
                 "};\n");
}

static void
assert_value_under (guint32     protocol,
                    const char *name,
                    guint64     value,
                    const char *expected)
{
  guint n_fields;
  g_autofree LabField *fields = lab_layout_dup_fields (4096, TRUE, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].name, name))
      {
        g_autofree char *text = lab_memory_describe_value (&fields[i], (const guint8 *) &value, protocol);

        g_assert_cmpstr (text, ==, expected);
        return;
      }
  g_assert_not_reached ();
}

static void
assert_value (const char *name,
              guint64     value,
              const char *expected)
{
  assert_value_under (LAB_PROTOCOL_LATCH, name, value, expected);
}

static void
test_decodes_the_control_block (void)
{
  assert_value ("magic", LAB_LAYOUT_MAGIC, "Shmlab 1");
  assert_value ("magic", 0, "0x0000000000000000");
  assert_value ("sequence", G_MAXUINT64, "18446744073709551615");
  assert_value ("A.number", 7, "7");
  assert_value ("A.written_ns", 1500000000, "1.500 s");
  assert_value ("B.length", 20, "20");
  assert_value ("protocol", LAB_PROTOCOL_LATCH, "latch");
  assert_value ("protocol", LAB_PROTOCOL_TURNS_TEXTBOOK, "turns, textbook form");
  assert_value ("protocol", 99, "99");
  assert_value ("state", 1, "1");
  assert_value_under (LAB_PROTOCOL_TURNS, "state", LAB_TURNS_FILLED, "1 FILLED");
  assert_value_under (LAB_PROTOCOL_TURNS_TEXTBOOK, "state", LAB_TURNS_TEXTBOOK_FILLED, "0 FILLED");
  assert_value_under (LAB_PROTOCOL_TURNS_TEXTBOOK, "state", LAB_TURNS_TEXTBOOK_NOT_READY, "-1 NOT_READY");
  assert_value_under (LAB_PROTOCOL_SEMAPHORE, "state", LAB_STATE_WRITING, "1 WRITING");
  assert_value_under (99, "state", 7, "7");
  assert_value ("A.flags", LAB_MESSAGE_UNIFORM, "one letter");
  assert_value ("B.flags", 0, "0");
  assert_value ("semaphore_id", (guint32) -1, "-1");
  assert_value ("writer_pid", 4021, "4021");
  assert_value ("claim", 4021, "pid 4021");
  assert_value ("claim", 0, "0");
  assert_value ("writer_namespaces", G_GUINT64_CONSTANT (0xf0000002f0000001), "pid:[4026531841] time:[4026531842]");
  assert_value ("writer_namespaces", 0, "0");
  assert_value ("copy A", 4021, NULL);
}

static void
test_describes_a_byte (void)
{
  g_autofree char *letter = lab_memory_describe_byte (0x10, 'a');
  g_autofree char *other = lab_memory_describe_byte (0xfff, 0xb5);

  g_assert_cmpstr (letter, ==, "offset 0x10 (16): 0x61 ‘a’");
  g_assert_cmpstr (other, ==, "offset 0xfff (4095): 0xb5 (181)");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func ("/ui/memory-text/" name, func)
  ADD ("reads-offsets", test_reads_offsets);
  ADD ("says-where-the-segment-ends", test_says_where_the_segment_ends);
  ADD ("reads-hex", test_reads_hex);
  ADD ("copies-in-three-forms", test_copies_in_three_forms);
  ADD ("decodes-the-control-block", test_decodes_the_control_block);
  ADD ("describes-a-byte", test_describes_a_byte);
  return g_test_run ();
}
