/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/kernel/lab-segment-table.h"

#include <string.h>

#define TABLE_PATH "/proc/sysvipc/shm"
#define MAX_COLUMNS 64

/* What we know about a column.  The kernel may add others or move these, so
 * each is found by its name in the first line. */
typedef enum
{
  COLUMN_KEY,
  COLUMN_ID,
  COLUMN_MODE,
  COLUMN_SIZE,
  COLUMN_CPID,
  COLUMN_LPID,
  COLUMN_N_ATTACHES,
  COLUMN_UID,
  COLUMN_GID,
  COLUMN_CUID,
  COLUMN_CGID,
  COLUMN_ATIME,
  COLUMN_DTIME,
  COLUMN_CTIME,
  COLUMN_RSS,
  COLUMN_SWAP,
  COLUMN_OTHER,
} Column;

static const struct { const char *name; gboolean is_octal; gint64 least, most; } columns[COLUMN_OTHER] = {
  [COLUMN_KEY] = { "key", FALSE, G_MININT32, G_MAXUINT32 },
  [COLUMN_ID] = { "shmid", FALSE, 0, G_MAXINT32 },
  [COLUMN_MODE] = { "perms", TRUE, 0, G_MAXUINT32 },
  [COLUMN_SIZE] = { "size", FALSE, 0, G_MAXINT64 },
  [COLUMN_CPID] = { "cpid", FALSE, 0, G_MAXINT32 },
  [COLUMN_LPID] = { "lpid", FALSE, 0, G_MAXINT32 },
  [COLUMN_N_ATTACHES] = { "nattch", FALSE, 0, G_MAXINT64 },
  [COLUMN_UID] = { "uid", FALSE, 0, G_MAXUINT32 },
  [COLUMN_GID] = { "gid", FALSE, 0, G_MAXUINT32 },
  [COLUMN_CUID] = { "cuid", FALSE, 0, G_MAXUINT32 },
  [COLUMN_CGID] = { "cgid", FALSE, 0, G_MAXUINT32 },
  [COLUMN_ATIME] = { "atime", FALSE, G_MININT64, G_MAXINT64 },
  [COLUMN_DTIME] = { "dtime", FALSE, G_MININT64, G_MAXINT64 },
  [COLUMN_CTIME] = { "ctime", FALSE, G_MININT64, G_MAXINT64 },
  [COLUMN_RSS] = { "rss", FALSE, 0, G_MAXINT64 },
  [COLUMN_SWAP] = { "swap", FALSE, 0, G_MAXINT64 },
};

/* The next word of a line, which it leaves unchanged; NULL at its end. */
static const char *
next_word (const char **rest,
           const char  *end,
           gsize       *length)
{
  const char *word;

  while (*rest < end && g_ascii_isspace (**rest))
    (*rest)++;
  word = *rest;
  while (*rest < end && !g_ascii_isspace (**rest))
    (*rest)++;
  *length = (gsize) (*rest - word);

  return *length > 0 ? word : NULL;
}

static guint
parse_header (const char *line,
              const char *end,
              Column      found[MAX_COLUMNS])
{
  guint n_columns = 0;
  const char *word;
  gsize length;

  while (n_columns < MAX_COLUMNS && (word = next_word (&line, end, &length)) != NULL)
    {
      Column column = 0;

      while (column < COLUMN_OTHER
             && (strlen (columns[column].name) != length || strncmp (columns[column].name, word, length) != 0))
        column++;
      found[n_columns++] = column;
    }

  return n_columns;
}

static gboolean
parse_number (const char *word,
              gsize       length,
              Column      column,
              gint64     *value)
{
  const guint64 base = columns[column].is_octal ? 8 : 10;
  gboolean negative = word[0] == '-';
  guint64 result = 0;

  if (negative && length == 1)
    return FALSE;

  for (gsize i = negative ? 1 : 0; i < length; i++)
    {
      guint64 digit = (guint64) (word[i] - '0');

      if (word[i] < '0' || digit >= base || result > (G_MAXINT64 - digit) / base)
        return FALSE;
      result = result * base + digit;
    }

  *value = negative ? -(gint64) result : (gint64) result;

  return *value >= columns[column].least && *value <= columns[column].most;
}

static void
set_column (LabShmEntry *entry,
            Column       column,
            gint64       value)
{
  LabShmRecord *record = &entry->record;

  switch (column)
    {
    case COLUMN_KEY:
      record->key = (key_t) (guint32) value;
      break;
    case COLUMN_ID:
      record->id = (int) value;
      break;
    case COLUMN_MODE:
      record->mode = (guint) value;
      break;
    case COLUMN_SIZE:
      record->size_bytes = (guint64) value;
      break;
    case COLUMN_CPID:
      record->cpid = (pid_t) value;
      break;
    case COLUMN_LPID:
      record->lpid = (pid_t) value;
      break;
    case COLUMN_N_ATTACHES:
      record->n_attaches = (gulong) value;
      break;
    case COLUMN_UID:
      record->uid = (uid_t) value;
      break;
    case COLUMN_GID:
      record->gid = (gid_t) value;
      break;
    case COLUMN_CUID:
      record->cuid = (uid_t) value;
      break;
    case COLUMN_CGID:
      record->cgid = (gid_t) value;
      break;
    case COLUMN_ATIME:
      record->atime = value;
      break;
    case COLUMN_DTIME:
      record->dtime = value;
      break;
    case COLUMN_CTIME:
      record->ctime = value;
      break;
    case COLUMN_RSS:
      entry->rss_bytes = (guint64) value;
      break;
    case COLUMN_SWAP:
      entry->swap_bytes = (guint64) value;
      break;
    case COLUMN_OTHER:
    default:
      g_assert_not_reached ();
    }
}

/* A line counts when it has its id and nothing in it is out of range. */
static gboolean
parse_line (const char   *line,
            const char   *end,
            const Column *found,
            guint         n_columns,
            LabShmEntry  *entry)
{
  gboolean has_id = FALSE;

  memset (entry, 0, sizeof *entry);

  for (guint i = 0; i < n_columns; i++)
    {
      gsize length;
      const char *word = next_word (&line, end, &length);
      gint64 value;

      if (word == NULL)
        return FALSE;
      if (found[i] == COLUMN_OTHER)
        continue;
      if (!parse_number (word, length, found[i], &value))
        return FALSE;
      set_column (entry, found[i], value);
      has_id = has_id || found[i] == COLUMN_ID;
    }

  return has_id;
}

/**
 * lab_segment_table_parse:
 * @text: what `/proc/sysvipc/shm` holds
 *
 * Columns are found by the names in the first line; a line that makes no sense
 * is passed over.
 *
 * Source: proc_sysvipc(5), the kernel's `ipc/shm.c` sysvipc_shm_proc_show().
 *
 * Returns: (transfer full) (element-type LabShmEntry): the segments, in the kernel's order
 */
GArray *
lab_segment_table_parse (const char *text)
{
  GArray *table = g_array_new (FALSE, FALSE, sizeof (LabShmEntry));
  const char *line = text;
  Column found[MAX_COLUMNS];
  guint n_columns = 0;

  g_return_val_if_fail (text != NULL, table);

  for (gboolean is_header = TRUE; *line != '\0'; is_header = FALSE)
    {
      const char *end = strchrnul (line, '\n');
      LabShmEntry entry;

      if (is_header)
        n_columns = parse_header (line, end, found);
      else if (parse_line (line, end, found, n_columns, &entry))
        g_array_append_val (table, entry);
      line = *end == '\n' ? end + 1 : end;
    }

  return table;
}

/**
 * lab_segment_table_read:
 * @error: return location for an error
 *
 * Reads the segments of this IPC namespace, also those that this user may not
 * attach.  With thousands of them it takes some milliseconds, so it is for a
 * thread; who follows the table asks LabTableWatch.
 *
 * Errors: %G_FILE_ERROR when the kernel has no System V IPC or /proc is missing.
 *
 * Returns: (transfer full) (element-type LabShmEntry): the segments, or %NULL with @error set
 */
GArray *
lab_segment_table_read (GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (TABLE_PATH, &text, NULL, error))
    return NULL;

  return lab_segment_table_parse (text);
}

/**
 * lab_segment_table_find_id:
 * @table: (element-type LabShmEntry): a table
 * @id: a shmid
 *
 * Returns: (transfer none) (nullable): the segment with this id
 */
const LabShmEntry *
lab_segment_table_find_id (GArray *table,
                           int     id)
{
  g_return_val_if_fail (table != NULL, NULL);

  for (guint i = 0; i < table->len; i++)
    {
      const LabShmEntry *entry = &g_array_index (table, LabShmEntry, i);

      if (entry->record.id == id)
        return entry;
    }

  return NULL;
}

/**
 * lab_segment_table_find_key:
 * @table: (element-type LabShmEntry): a table
 * @key: a key
 *
 * A key belongs to one segment at most; %LAB_KEY_PRIVATE is no key and is never found.
 *
 * Returns: (transfer none) (nullable): the segment that shmget(2) would find
 */
const LabShmEntry *
lab_segment_table_find_key (GArray *table,
                            key_t   key)
{
  g_return_val_if_fail (table != NULL, NULL);

  if (key == LAB_KEY_PRIVATE)
    return NULL;

  for (guint i = 0; i < table->len; i++)
    {
      const LabShmEntry *entry = &g_array_index (table, LabShmEntry, i);

      if (entry->record.key == key)
        return entry;
    }

  return NULL;
}

static gboolean
record_equal (const LabShmRecord *a,
              const LabShmRecord *b)
{
  return a->id == b->id && a->key == b->key
         && a->uid == b->uid && a->gid == b->gid && a->cuid == b->cuid && a->cgid == b->cgid
         && a->mode == b->mode && a->seq == b->seq && a->size_bytes == b->size_bytes
         && a->atime == b->atime && a->dtime == b->dtime && a->ctime == b->ctime
         && a->cpid == b->cpid && a->lpid == b->lpid && a->n_attaches == b->n_attaches;
}

/**
 * lab_shm_entry_equal:
 * @a: a segment
 * @b: another, or the same at another time
 *
 * Returns: whether no field differs
 */
gboolean
lab_shm_entry_equal (const LabShmEntry *a,
                     const LabShmEntry *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->rss_bytes == b->rss_bytes && a->swap_bytes == b->swap_bytes && record_equal (&a->record, &b->record);
}
