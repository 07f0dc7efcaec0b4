/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-text.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-claim-word.h"
#include "backend/protocol/lab-protocol.h"

#define BYTES_PER_LINE 16

/**
 * lab_memory_parse_offset:
 * @text: what the user typed: hex with 0x, or decimal
 * @size_bytes: the size of the segment
 * @offset: (out): where to go
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is no number or beyond the segment.
 *
 * Returns: whether @offset was set
 */
gboolean
lab_memory_parse_offset (const char  *text,
                         gsize        size_bytes,
                         gsize       *offset,
                         GError     **error)
{
  g_autofree char *number = g_strstrip (g_strdup (text));
  gboolean hex = g_ascii_strncasecmp (number, "0x", 2) == 0;
  guint64 value;

  if (!g_ascii_string_to_unsigned (hex ? number + 2 : number, hex ? 16 : 10, 0, G_MAXUINT64, &value, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("Type an offset in decimal, or in hex with 0x in front"));
      return FALSE;
    }

  if (value >= size_bytes)
    {
      g_autofree char *last = g_strdup_printf ("0x%" G_GSIZE_MODIFIER "x", size_bytes - 1);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: %s is an offset in hex, such as 0xfff */
                   _("The last byte of this segment is at %s"), last);
      return FALSE;
    }

  *offset = value;

  return TRUE;
}

/**
 * lab_memory_parse_hex:
 * @text: bytes in hex, with or without blanks between them
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_INVALID_ARGUMENT when it is not whole bytes in hex.
 *
 * Returns: (transfer full): at least one byte, or %NULL with @error set
 */
GBytes *
lab_memory_parse_hex (const char  *text,
                      GError     **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  int high = -1;

  for (const char *c = text; *c != '\0'; c++)
    {
      int digit = g_ascii_xdigit_value (*c);

      if (g_ascii_isspace (*c) && high == -1)
        continue;

      if (digit == -1)
        {
          high = 0;
          break;
        }

      if (high == -1)
        {
          high = digit;
        }
      else
        {
          guint8 byte = (guint8) (high << 4 | digit);

          g_byte_array_append (bytes, &byte, 1);
          high = -1;
        }
    }

  if (high != -1 || bytes->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("Type bytes as two hex digits each, such as 47 6f"));
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static char *
format_hex (const guint8 *bytes,
            gsize         n_bytes)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (n_bytes * 3 + 1);
  char *to = text;

  for (gsize i = 0; i < n_bytes; i++)
    {
      *to++ = digits[bytes[i] >> 4];
      *to++ = digits[bytes[i] & 0xf];
      *to++ = (i + 1) % BYTES_PER_LINE == 0 || i + 1 == n_bytes ? '\n' : ' ';
    }
  *to = '\0';

  return text;
}

static char *
format_c (gsize         offset,
          const guint8 *bytes,
          gsize         n_bytes)
{
  static const char digits[] = "0123456789abcdef";
  GString *text = g_string_sized_new (n_bytes * 6 + 100);

  g_string_append_printf (text, "/* %" G_GSIZE_FORMAT " bytes from offset 0x%" G_GSIZE_MODIFIER "x */\n", n_bytes, offset);
  g_string_append_printf (text, "static const unsigned char bytes[%" G_GSIZE_FORMAT "] = {", n_bytes);
  for (gsize i = 0; i < n_bytes; i++)
    {
      char item[] = { '0', 'x', digits[bytes[i] >> 4], digits[bytes[i] & 0xf], ',', '\0' };

      g_string_append (text, i % BYTES_PER_LINE == 0 ? "\n  " : " ");
      g_string_append (text, item);
    }
  g_string_append (text, "\n};\n");

  return g_string_free (text, FALSE);
}

static char *
format_text (const guint8 *bytes,
             gsize         n_bytes)
{
  while (n_bytes > 0 && bytes[n_bytes - 1] == 0)
    n_bytes--;

  if (g_utf8_validate_len ((const char *) bytes, n_bytes, NULL))
    return g_strndup ((const char *) bytes, n_bytes);

  return lab_text_make_copyable ((const char *) bytes, n_bytes);
}

/**
 * lab_memory_format:
 * @format: what to make of the bytes
 * @offset: where in the segment the first of them is
 * @bytes: (array length=n_bytes): bytes
 * @n_bytes: how many, at least 1
 *
 * As hex, sixteen in a line; as text, without the NULs at its end, and with a
 * picture for what is no text; or as an array in C.
 *
 * Returns: (transfer full): valid UTF-8 for the clipboard
 */
char *
lab_memory_format (LabMemoryFormat  format,
                   gsize            offset,
                   const guint8    *bytes,
                   gsize            n_bytes)
{
  g_return_val_if_fail (n_bytes > 0, NULL);

  switch (format)
    {
    case LAB_MEMORY_FORMAT_HEX:
      return format_hex (bytes, n_bytes);
    case LAB_MEMORY_FORMAT_TEXT:
      return format_text (bytes, n_bytes);
    case LAB_MEMORY_FORMAT_C:
      return format_c (offset, bytes, n_bytes);
    default:
      g_assert_not_reached ();
    }
}

/**
 * lab_memory_describe_kind:
 * @field: a field
 *
 * Returns: (transfer full): its name for the user: a translated word for a
 *   stretch of bytes, the C name for a field of the control block or of a preset
 */
char *
lab_memory_describe_kind (const LabField *field)
{
  switch (field->kind)
    {
    case LAB_FIELD_COPY_A:
      /* Translators: the first of the two places in the segment where the message stands */
      return g_strdup (_("copy A"));
    case LAB_FIELD_COPY_B:
      /* Translators: the second of the two places in the segment where the message stands */
      return g_strdup (_("copy B"));
    case LAB_FIELD_CONTROL:
    case LAB_FIELD_TEXT:
    case LAB_FIELD_NUMBER:
      return g_strdup (field->name);
    case LAB_FIELD_PLAIN:
    default:
      /* Translators: bytes of the segment that belong to no field */
      return g_strdup (g_str_equal (field->name, "padding") ? _("padding") : _("bytes without a name"));
    }
}

static const char *
protocol_to_string (guint32 protocol)
{
  switch (protocol)
    {
    case LAB_PROTOCOL_UNSET:
      /* Translators: a protocol has not been chosen */
      return _("not chosen");
    case LAB_PROTOCOL_NONE:
      /* Translators: no synchronisation protocol */
      return C_("protocol", "none");
    case LAB_PROTOCOL_SEMAPHORE:
      return C_("protocol", "semaphore");
    case LAB_PROTOCOL_TURNS:
      /* Translators: the protocol in which the processes take turns */
      return C_("protocol", "turns");
    case LAB_PROTOCOL_TURNS_TEXTBOOK:
      /* Translators: the protocol turns, with the numbers that textbooks give to its states */
      return C_("protocol", "turns, textbook form");
    case LAB_PROTOCOL_LATCH:
      /* Translators: the protocol with two copies; a term of the Linux kernel */
      return C_("protocol", "latch");
    default:
      return NULL;
    }
}

/* The constant that the state is under a protocol, as it stands in the C program. */
static const char *
state_to_string (guint32 state,
                 guint32 protocol)
{
  static const struct { LabProtocolId protocol; guint32 state; const char *name; } states[] = {
    { LAB_PROTOCOL_SEMAPHORE, LAB_STATE_CLEAN, "CLEAN" },
    { LAB_PROTOCOL_SEMAPHORE, LAB_STATE_WRITING, "WRITING" },
    { LAB_PROTOCOL_TURNS, LAB_TURNS_EMPTY, "EMPTY" },
    { LAB_PROTOCOL_TURNS, LAB_TURNS_FILLED, "FILLED" },
    { LAB_PROTOCOL_TURNS, LAB_TURNS_TAKEN, "TAKEN" },
    { LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_TURNS_TEXTBOOK_NOT_READY, "NOT_READY" },
    { LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_TURNS_TEXTBOOK_FILLED, "FILLED" },
    { LAB_PROTOCOL_TURNS_TEXTBOOK, LAB_TURNS_TEXTBOOK_TAKEN, "TAKEN" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (states[i].protocol == protocol && states[i].state == state)
      return states[i].name;

  return NULL;
}

static char *
describe_state (guint32 state,
                guint32 protocol)
{
  const char *name = state_to_string (state, protocol);

  return name != NULL ? g_strdup_printf ("%d %s", (gint32) state, name) : g_strdup_printf ("%u", state);
}

/**
 * lab_memory_describe_value:
 * @field: a field of the control block
 * @bytes: its bytes, as they were read once
 * @protocol: the protocol that the control block names, which gives the state its meaning
 *
 * Returns: (transfer full) (nullable): the value decoded, or %NULL when there is
 *   nothing to say about a field of this kind
 */
char *
lab_memory_describe_value (const LabField *field,
                           const guint8   *bytes,
                           guint32         protocol)
{
  guint64 value;

  if (field->kind != LAB_FIELD_CONTROL)
    return NULL;

  if (field->size_bytes == sizeof (guint32))
    {
      guint32 value32;

      memcpy (&value32, bytes, sizeof value32);
      value = value32;
    }
  else if (field->size_bytes == sizeof (guint64))
    {
      memcpy (&value, bytes, sizeof value);
    }
  else
    {
      return NULL;
    }

  if (g_str_equal (field->name, "magic") && value == LAB_LAYOUT_MAGIC)
    return g_strdup_printf ("Shmlab %d", bytes[sizeof value - 1]);
  if (g_str_equal (field->name, "protocol") && protocol_to_string ((guint32) value) != NULL)
    return g_strdup (protocol_to_string ((guint32) value));
  if (g_str_equal (field->name, "semaphore_id"))
    return g_strdup_printf ("%d", (gint32) (guint32) value);
  if (g_str_equal (field->name, "state"))
    return describe_state ((guint32) value, protocol);
  if (g_str_has_suffix (field->name, "flags") && value == LAB_MESSAGE_UNIFORM)
    /* Translators: said of a message all of whose letters are the same */
    return g_strdup (_("one letter"));
  if (g_str_equal (field->name, "taker") && value != 0)
    /* Translators: %d is a process's pid */
    return g_strdup_printf (_("pid %d"), (int) lab_taker_get_pid (value));
  if (g_str_has_suffix (field->name, "_namespaces") && value != 0 && value != G_MAXUINT64)
    return g_strdup_printf ("pid:[%u] time:[%u]", (guint) (value & G_MAXUINT32), (guint) (value >> 32));   /* as in /proc/PID/ns */
  if (g_str_equal (field->name, "claim") && value != 0)
    return g_strdup_printf (_("pid %d"), (int) lab_claim_word_get_pid (value));
  if (g_str_has_suffix (field->name, "_ns") && value != 0)
    /* Translators: a time on the clock that starts when the computer does; s is seconds */
    return g_strdup_printf (_("%.3f s"), (double) (gint64) value / 1e9);
  if (g_str_equal (field->name, "magic"))
    return g_strdup_printf ("0x%016" G_GINT64_MODIFIER "x", value);

  return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

/**
 * lab_memory_describe_byte:
 * @offset: where it is
 * @byte: what it is
 *
 * Returns: (transfer full): such as "offset 0x10 (16): 0x61 ‘a’"
 */
char *
lab_memory_describe_byte (gsize  offset,
                          guint8 byte)
{
  g_autofree char *hex = g_strdup_printf ("0x%" G_GSIZE_MODIFIER "x", offset);
  g_autofree char *decimal = g_strdup_printf ("%" G_GSIZE_FORMAT, offset);

  if (g_ascii_isgraph (byte))
    /* Translators: the offset in hex and in decimal, the byte in hex and as a character */
    return g_strdup_printf (_("offset %s (%s): 0x%02x ‘%c’"), hex, decimal, byte, byte);

  /* Translators: the offset in hex and in decimal, the byte in hex and in decimal */
  return g_strdup_printf (_("offset %s (%s): 0x%02x (%d)"), hex, decimal, byte, byte);
}
