/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-image.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "backend/kernel/lab-text.h"
#include "ui/memory/lab-memory-window.h"

#define READ_INTERVAL_MS 100
#define SMALL_SIZE       ((gsize) 64 * 1024)         /* up to here all bytes are read, and zeros folded */
#define MAX_COPY_SIZE    ((gsize) 16 * 1024 * 1024)

/* Of the properties, those that follow from each other: as of the last notification. */
typedef struct
{
  gsize            size_bytes;
  gboolean         ours;
  LabMemoryControl control;
  guint64          n_rows;
  gsize            caret;
  gsize            selection_start;
  gsize            selection_end;
  gssize           pointed;
  gssize           write_cursor;
  gboolean         fading;
} Facts;

struct _LabMemoryImage
{
  GObject           parent_instance;

  LabSession       *session;
  LabSegment       *segment;       /* of the session, or NULL */

  LabMemoryFields  *fields;
  LabMemoryWindow  *window;        /* the bytes as they were last read */
  LabMemoryRows    *rows;          /* NULL while there are no bytes */
  GArray           *opened;        /* gsize: runs of zeros that the user unfolded */
  guint             n_columns;
  guint64           range_first;   /* the rows to read, some of which may be after the last one */
  guint64           range_n_rows;

  gsize             caret;
  gsize             anchor;
  gboolean          selecting;     /* from the anchor to the caret; else nothing is selected */
  gssize            pointed;       /* the byte under the pointer, or -1 */
  gssize            write_cursor;  /* the byte that the writer has just stored in slow motion, or -1 */

  gboolean          seen;
  gboolean          follow;
  gboolean          fold;
  gboolean          fading;
  guint             read_id;
  guint             fade_id;

  char             *caret_words;
  char             *words;
  gboolean          words_stale;

  Facts             told;
  gboolean          all_changed;   /* all rows, since the last ::rows-changed; else these bytes */
  gsize             changed_first;
  gsize             changed_end;   /* 0 for none */
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_SEEN,
  PROP_FOLLOW,
  PROP_FOLD,
  PROP_N_COLUMNS,
  PROP_RANGE_FIRST,
  PROP_RANGE_N_ROWS,
  PROP_SIZE_BYTES,
  PROP_HAS_BYTES,
  PROP_OURS,
  PROP_PROTOCOL,
  PROP_SEQUENCE,
  PROP_LENGTH,
  PROP_WRITER_PID,
  PROP_N_ROWS,
  PROP_CARET,
  PROP_SELECTION_START,
  PROP_SELECTION_END,
  PROP_POINTED,
  PROP_WRITE_CURSOR,
  PROP_FADING,
  PROP_CARET_WORDS,
  PROP_WORDS,
  N_PROPS
};

enum { ROWS_CHANGED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (LabMemoryImage, lab_memory_image, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static gboolean
is_small (LabMemoryImage *self)
{
  return lab_memory_fields_get_size_bytes (self->fields) <= SMALL_SIZE;
}

/* The bytes from @offset on as they are shown.  Returns FALSE when not all of them are in the window. */
static gboolean
copy_seen (LabMemoryImage *self,
           gsize           offset,
           guint8         *bytes,
           gsize           n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      int byte = lab_memory_window_get_byte (self->window, offset + i);

      if (byte < 0)
        return FALSE;
      bytes[i] = (guint8) byte;
    }

  return TRUE;
}

/* The bytes from @offset on that the window has, else, when it does not have all, those of the segment. */
static void
copy_bytes (LabMemoryImage *self,
            gsize           offset,
            guint8         *bytes,
            gsize           n_bytes)
{
  if (!copy_seen (self, offset, bytes, n_bytes))
    lab_segment_peek (self->segment, offset, bytes, n_bytes);
}

static char *
dup_value (LabMemoryImage *self,
           const LabField *field)
{
  guint8 bytes[sizeof (guint64)] = { 0 };

  copy_bytes (self, field->offset, bytes, MIN (field->size_bytes, sizeof bytes));

  return lab_memory_fields_dup_value (self->fields, field, bytes);
}

/* The byte, its field, the field's value, and whether the byte has just changed. */
static char *
describe (LabMemoryImage *self,
          gsize           offset)
{
  const LabField *field = lab_memory_fields_find (self->fields, offset);
  g_autofree char *byte_words = NULL;
  GString *words;
  guint8 byte = 0;

  copy_bytes (self, offset, &byte, 1);
  byte_words = lab_memory_describe_byte (offset, byte);
  words = g_string_new (byte_words);

  if (field != NULL)
    {
      g_autofree char *name = lab_memory_describe_kind (field);
      g_autofree char *value = dup_value (self, field);

      g_string_append_printf (words, ", %s", name);
      if (value != NULL)
        g_string_append_printf (words, " = %s", value);
    }

  if (lab_memory_window_get_glow (self->window, offset) > 0)
    {
      g_string_append (words, ", ");
      /* Translators: said of a byte in memory */
      g_string_append (words, _("changed just now"));
    }

  return g_string_free (words, FALSE);
}

static void
mark_all_changed (LabMemoryImage *self)
{
  self->all_changed = TRUE;
  self->words_stale = TRUE;
}

/* Takes down that the rows of these bytes show anything else than before. */
static void
mark_changed (LabMemoryImage *self,
              gsize           offset,
              gsize           n_bytes)
{
  if (n_bytes == 0)
    return;

  self->changed_first = self->changed_end > 0 ? MIN (self->changed_first, offset) : offset;
  self->changed_end = MAX (self->changed_end, offset + n_bytes);
  self->words_stale = TRUE;
}

/* The same for a byte that there may not be, such as the writer's. */
static void
mark_byte_changed (LabMemoryImage *self,
                   gssize          offset)
{
  if (offset >= 0 && (gsize) offset < lab_memory_fields_get_size_bytes (self->fields))
    mark_changed (self, (gsize) offset, 1);
}

static void
emit_rows_changed (LabMemoryImage *self)
{
  guint64 n_rows = lab_memory_image_get_n_rows (self);
  guint64 first = 0, n = MAX (n_rows, self->told.n_rows);

  if (!self->all_changed && self->changed_end == 0)
    return;

  if (!self->all_changed)
    {
      first = lab_memory_image_find_row (self, self->changed_first);
      n = lab_memory_image_find_row (self, self->changed_end - 1) - first + 1;
    }
  self->all_changed = FALSE;
  self->changed_end = 0;
  g_signal_emit (self, signals[ROWS_CHANGED], 0, first, n);
}

static void
set_words (LabMemoryImage *self,
           char          **words,
           char           *now,
           guint           prop_id)
{
  if (g_strcmp0 (*words, now) == 0)
    {
      g_free (now);
      return;
    }

  g_free (*words);
  *words = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
update_words (LabMemoryImage *self)
{
  gsize size_bytes = lab_memory_fields_get_size_bytes (self->fields);
  gsize pointed = self->pointed >= 0 && (gsize) self->pointed < size_bytes ? (gsize) self->pointed : self->caret;

  if (!self->words_stale)
    return;

  self->words_stale = FALSE;
  set_words (self, &self->caret_words,
             size_bytes > 0 ? describe (self, self->caret) : g_strdup (_("Not attached: this process cannot see the bytes")),
             PROP_CARET_WORDS);
  set_words (self, &self->words,
             size_bytes > 0 && pointed != self->caret ? describe (self, pointed) : g_strdup (self->caret_words),
             PROP_WORDS);
}

static Facts
collect_facts (LabMemoryImage *self)
{
  gsize n_selected;
  Facts facts = {
    .size_bytes = lab_memory_fields_get_size_bytes (self->fields),
    .ours = lab_memory_fields_is_ours (self->fields),
    .control = *lab_memory_fields_get_control (self->fields),
    .n_rows = lab_memory_image_get_n_rows (self),
    .caret = self->caret,
    .pointed = self->pointed,
    .write_cursor = self->write_cursor,
    .fading = self->fading,
  };

  n_selected = lab_memory_image_get_selection (self, &facts.selection_start);
  facts.selection_end = facts.selection_start + n_selected;

  return facts;
}

/* What each change ends with: tells of the rows first, so that whoever hears of the caret
 * knows the row that the caret is in, and then of all else that is different. */
static void
settle (LabMemoryImage *self)
{
  GObject *object = G_OBJECT (self);
  Facts before, now;

  emit_rows_changed (self);

  before = self->told;
  now = collect_facts (self);
  self->told = now;

  g_object_freeze_notify (object);
#define TELL(fact, prop) \
  if (before.fact != now.fact) \
    g_object_notify_by_pspec (object, properties[prop])
  TELL (size_bytes, PROP_SIZE_BYTES);
  if ((before.size_bytes > 0) != (now.size_bytes > 0))
    g_object_notify_by_pspec (object, properties[PROP_HAS_BYTES]);
  TELL (ours, PROP_OURS);
  TELL (control.protocol, PROP_PROTOCOL);
  TELL (control.sequence, PROP_SEQUENCE);
  TELL (control.length, PROP_LENGTH);
  TELL (control.writer_pid, PROP_WRITER_PID);
  TELL (n_rows, PROP_N_ROWS);
  TELL (caret, PROP_CARET);
  TELL (selection_start, PROP_SELECTION_START);
  TELL (selection_end, PROP_SELECTION_END);
  TELL (pointed, PROP_POINTED);
  TELL (write_cursor, PROP_WRITE_CURSOR);
  TELL (fading, PROP_FADING);
#undef TELL
  update_words (self);
  g_object_thaw_notify (object);
}

static gboolean
fade_over_cb (gpointer data)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (data);

  /* What is said of the caret's byte, that it changed just now, is no longer so. */
  self->fade_id = 0;
  self->fading = FALSE;
  self->words_stale = TRUE;
  settle (self);

  return G_SOURCE_REMOVE;
}

static void
update_rows (LabMemoryImage *self)
{
  gsize size_bytes = lab_memory_fields_get_size_bytes (self->fields);
  guint n_fields;
  const LabField *fields = lab_memory_fields_get_all (self->fields, &n_fields);
  gsize n_bytes;
  const guint8 *bytes = lab_memory_window_get_bytes (self->window, &n_bytes);
  g_autoptr(LabMemoryRows) rows = NULL;

  if (size_bytes == 0)
    return;

  if (self->fold && is_small (self) && n_bytes == size_bytes)
    rows = lab_memory_rows_new_digest (bytes, size_bytes, self->n_columns, fields, n_fields, self->opened);
  else
    rows = lab_memory_rows_new_plain (size_bytes, self->n_columns);

  if (self->rows != NULL && lab_memory_rows_equal (rows, self->rows))
    return;

  g_clear_pointer (&self->rows, lab_memory_rows_free);
  self->rows = g_steal_pointer (&rows);
  mark_all_changed (self);
}

/* Which bytes to read: all of a small segment, else the rows in the range. */
static gsize
find_range (LabMemoryImage *self,
            gsize          *offset)
{
  guint64 n_rows, first, n;
  LabMemoryRow last;

  *offset = 0;
  if (is_small (self))
    return lab_memory_fields_get_size_bytes (self->fields);

  n_rows = lab_memory_rows_get_n_rows (self->rows);
  first = MIN (self->range_first, n_rows);
  n = MIN (self->range_n_rows, n_rows - first);
  if (n == 0)
    return 0;

  last = lab_memory_rows_get (self->rows, first + n - 1);
  *offset = lab_memory_rows_get (self->rows, first).offset;

  return last.offset + last.n_bytes - *offset;
}

static void
read_bytes (LabMemoryImage *self,
            gboolean        mark)
{
  gsize offset, n_bytes, changed, n_changed;

  if (!is_small (self))
    update_rows (self);
  n_bytes = find_range (self, &offset);

  if (lab_memory_window_read (self->window, self->segment, offset, n_bytes, mark, &changed, &n_changed))
    {
      mark_changed (self, changed, n_changed);
      if (is_small (self))
        update_rows (self);
      if (lab_memory_window_is_fading (self->window))
        {
          g_clear_handle_id (&self->fade_id, g_source_remove);
          self->fade_id = g_timeout_add (LAB_MEMORY_FADE_MS, fade_over_cb, self);
          self->fading = TRUE;
        }
    }
  else if (self->rows == NULL)
    {
      update_rows (self);
    }
}

static void
clear (LabMemoryImage *self)
{
  if (lab_memory_fields_get_size_bytes (self->fields) == 0)
    return;

  lab_memory_fields_clear (self->fields);
  lab_memory_window_clear (self->window);
  g_clear_pointer (&self->rows, lab_memory_rows_free);
  g_array_set_size (self->opened, 0);
  self->caret = 0;
  self->anchor = 0;
  self->selecting = FALSE;
  self->pointed = -1;
  self->write_cursor = -1;
  g_clear_handle_id (&self->fade_id, g_source_remove);
  self->fading = FALSE;
  mark_all_changed (self);
}

/* @mark: whether bytes that differ changed just now */
static void
read_segment (LabMemoryImage *self,
              gboolean        mark)
{
  gsize offset, n_bytes;

  if (self->segment == NULL || !lab_segment_is_attached (self->segment))
    {
      clear (self);
      return;
    }

  if (lab_segment_get_size_bytes (self->segment) != lab_memory_fields_get_size_bytes (self->fields))
    clear (self);

  if (lab_memory_fields_set_segment (self->fields, self->segment, lab_session_get_preset (self->session)))
    {
      g_clear_pointer (&self->rows, lab_memory_rows_free);
      mark_all_changed (self);
    }
  if (lab_memory_fields_read (self->fields, self->segment, &offset, &n_bytes))
    mark_changed (self, offset, n_bytes);
  read_bytes (self, mark);
}

static gboolean
read_cb (gpointer data)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (data);

  read_segment (self, TRUE);
  settle (self);

  return G_SOURCE_CONTINUE;
}

/* The timer runs only while somebody can see what it finds. */
static void
update_timer (LabMemoryImage *self)
{
  gboolean wanted = self->follow && self->seen && self->segment != NULL && lab_segment_is_attached (self->segment);

  if (wanted && self->read_id == 0)
    self->read_id = g_timeout_add (READ_INTERVAL_MS, read_cb, self);
  else if (!wanted)
    g_clear_handle_id (&self->read_id, g_source_remove);
}

static void
segment_changed_cb (LabMemoryImage *self)
{
  LabSegment *segment = self->session != NULL ? lab_session_get_segment (self->session) : NULL;

  if (segment != self->segment)
    {
      clear (self);
      g_set_object (&self->segment, segment);
    }
  read_segment (self, FALSE);
  update_timer (self);
  settle (self);
}

static void
memory_changed_cb (LabMemoryImage *self)
{
  if (!self->follow || !self->seen)
    return;

  read_segment (self, TRUE);
  settle (self);
}

/* The same bytes are read in another way. */
static void
preset_changed_cb (LabMemoryImage *self)
{
  if (!self->seen)
    return;

  read_segment (self, FALSE);
  settle (self);
}

static void
open_fold (LabMemoryImage *self,
           gsize           offset)
{
  if (!lab_memory_rows_get (self->rows, lab_memory_rows_find (self->rows, offset)).folded)
    return;

  g_array_append_val (self->opened, offset);
  update_rows (self);
}

static void
write_cursor_changed_cb (LabMemoryImage *self)
{
  gssize offset = lab_session_get_write_cursor (self->session);

  if (self->write_cursor == offset)
    return;

  if (self->seen)
    read_segment (self, TRUE);
  mark_byte_changed (self, self->write_cursor);
  self->write_cursor = offset;
  mark_byte_changed (self, offset);
  if (offset >= 0 && (gsize) offset < lab_memory_fields_get_size_bytes (self->fields))
    open_fold (self, (gsize) offset);
  settle (self);
}

static void
lab_memory_image_dispose (GObject *object)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (object);

  g_clear_handle_id (&self->read_id, g_source_remove);
  g_clear_handle_id (&self->fade_id, g_source_remove);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->segment);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (lab_memory_image_parent_class)->dispose (object);
}

static void
lab_memory_image_finalize (GObject *object)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (object);

  lab_memory_fields_free (self->fields);
  lab_memory_window_free (self->window);
  lab_memory_rows_free (self->rows);
  g_array_unref (self->opened);
  g_free (self->caret_words);
  g_free (self->words);

  G_OBJECT_CLASS (lab_memory_image_parent_class)->finalize (object);
}

static void
lab_memory_image_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SEEN:
      g_value_set_boolean (value, self->seen);
      break;
    case PROP_FOLLOW:
      g_value_set_boolean (value, self->follow);
      break;
    case PROP_FOLD:
      g_value_set_boolean (value, self->fold);
      break;
    case PROP_N_COLUMNS:
      g_value_set_uint (value, self->n_columns);
      break;
    case PROP_RANGE_FIRST:
      g_value_set_uint64 (value, self->range_first);
      break;
    case PROP_RANGE_N_ROWS:
      g_value_set_uint64 (value, self->range_n_rows);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, self->told.size_bytes);
      break;
    case PROP_HAS_BYTES:
      g_value_set_boolean (value, self->told.size_bytes > 0);
      break;
    case PROP_OURS:
      g_value_set_boolean (value, self->told.ours);
      break;
    case PROP_PROTOCOL:
      g_value_set_uint (value, self->told.control.protocol);
      break;
    case PROP_SEQUENCE:
      g_value_set_uint64 (value, self->told.control.sequence);
      break;
    case PROP_LENGTH:
      g_value_set_uint (value, self->told.control.length);
      break;
    case PROP_WRITER_PID:
      g_value_set_uint (value, self->told.control.writer_pid);
      break;
    case PROP_N_ROWS:
      g_value_set_uint64 (value, self->told.n_rows);
      break;
    case PROP_CARET:
      g_value_set_uint64 (value, self->told.caret);
      break;
    case PROP_SELECTION_START:
      g_value_set_uint64 (value, self->told.selection_start);
      break;
    case PROP_SELECTION_END:
      g_value_set_uint64 (value, self->told.selection_end);
      break;
    case PROP_POINTED:
      g_value_set_int64 (value, self->told.pointed);
      break;
    case PROP_WRITE_CURSOR:
      g_value_set_int64 (value, self->told.write_cursor);
      break;
    case PROP_FADING:
      g_value_set_boolean (value, self->told.fading);
      break;
    case PROP_CARET_WORDS:
      g_value_set_string (value, self->caret_words);
      break;
    case PROP_WORDS:
      g_value_set_string (value, self->words);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_image_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  LabMemoryImage *self = LAB_MEMORY_IMAGE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      lab_memory_image_set_session (self, g_value_get_object (value));
      break;
    case PROP_SEEN:
      lab_memory_image_set_seen (self, g_value_get_boolean (value));
      break;
    case PROP_FOLLOW:
      lab_memory_image_set_follow (self, g_value_get_boolean (value));
      break;
    case PROP_FOLD:
      lab_memory_image_set_fold (self, g_value_get_boolean (value));
      break;
    case PROP_N_COLUMNS:
      lab_memory_image_set_n_columns (self, g_value_get_uint (value));
      break;
    case PROP_RANGE_FIRST:
      lab_memory_image_set_range (self, g_value_get_uint64 (value), self->range_n_rows);
      break;
    case PROP_RANGE_N_ROWS:
      lab_memory_image_set_range (self, self->range_first, g_value_get_uint64 (value));
      break;
    case PROP_POINTED:
      lab_memory_image_set_pointed (self, (gssize) g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lab_memory_image_class_init (LabMemoryImageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_WRITABLE | flags;

  object_class->dispose = lab_memory_image_dispose;
  object_class->finalize = lab_memory_image_finalize;
  object_class->get_property = lab_memory_image_get_property;
  object_class->set_property = lab_memory_image_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, LAB_TYPE_SESSION, writable);
  /* Whether anybody looks at the image: else it reads only when bytes come or go. */
  properties[PROP_SEEN] = g_param_spec_boolean ("seen", NULL, NULL, FALSE, writable);
  properties[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE, writable);
  properties[PROP_FOLD] = g_param_spec_boolean ("fold", NULL, NULL, TRUE, writable);
  properties[PROP_N_COLUMNS] =
    g_param_spec_uint ("n-columns", NULL, NULL, 1, LAB_MEMORY_MAX_COLUMNS, LAB_MEMORY_MAX_COLUMNS, writable);
  properties[PROP_RANGE_FIRST] = g_param_spec_uint64 ("range-first", NULL, NULL, 0, G_MAXUINT64, 0, writable);
  properties[PROP_RANGE_N_ROWS] = g_param_spec_uint64 ("range-n-rows", NULL, NULL, 0, G_MAXUINT64, 0, writable);
  /* 0 while this process cannot see the segment */
  properties[PROP_SIZE_BYTES] = g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_HAS_BYTES] = g_param_spec_boolean ("has-bytes", NULL, NULL, FALSE, flags);
  /* Whether the segment had our magic when it was last read.  The four that follow are 0 when it did not. */
  properties[PROP_OURS] = g_param_spec_boolean ("ours", NULL, NULL, FALSE, flags);
  properties[PROP_PROTOCOL] = g_param_spec_uint ("protocol", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SEQUENCE] = g_param_spec_uint64 ("sequence", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_LENGTH] = g_param_spec_uint ("length", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_WRITER_PID] = g_param_spec_uint ("writer-pid", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_ROWS] = g_param_spec_uint64 ("n-rows", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_CARET] = g_param_spec_uint64 ("caret", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /* The first byte that is selected and the one after the last, as lab_memory_image_get_selection() has them. */
  properties[PROP_SELECTION_START] = g_param_spec_uint64 ("selection-start", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_SELECTION_END] = g_param_spec_uint64 ("selection-end", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_POINTED] = g_param_spec_int64 ("pointed", NULL, NULL, -1, G_MAXINT64, -1, writable);
  properties[PROP_WRITE_CURSOR] = g_param_spec_int64 ("write-cursor", NULL, NULL, -1, G_MAXINT64, -1, flags);
  /* Whether any byte has changed within the last %LAB_MEMORY_FADE_MS. */
  properties[PROP_FADING] = g_param_spec_boolean ("fading", NULL, NULL, FALSE, flags);
  /* What stands at the caret; and under the pointer, or else at the caret. */
  properties[PROP_CARET_WORDS] = g_param_spec_string ("caret-words", NULL, NULL, NULL, flags);
  properties[PROP_WORDS] = g_param_spec_string ("words", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ROWS_CHANGED] =
    g_signal_new ("rows-changed", LAB_TYPE_MEMORY_IMAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
lab_memory_image_init (LabMemoryImage *self)
{
  self->fields = lab_memory_fields_new ();
  self->window = lab_memory_window_new ();
  self->opened = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->n_columns = LAB_MEMORY_MAX_COLUMNS;
  self->pointed = -1;
  self->write_cursor = -1;
  self->follow = TRUE;
  self->fold = TRUE;
  self->words_stale = TRUE;
  self->told = collect_facts (self);
  update_words (self);
}

/**
 * lab_memory_image_new:
 *
 * Returns: (transfer full): an image without a session, and so without bytes
 */
LabMemoryImage *
lab_memory_image_new (void)
{
  return g_object_new (LAB_TYPE_MEMORY_IMAGE, NULL);
}

/**
 * lab_memory_image_set_session:
 * @self: an image
 * @session: (nullable): whose segment to read
 *
 * Forgets the bytes of the session before.
 */
void
lab_memory_image_set_session (LabMemoryImage *self,
                              LabSession     *session)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));
  g_return_if_fail (session == NULL || LAB_IS_SESSION (session));

  if (self->session == session)
    return;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    {
      g_signal_connect_object (session, "notify::segment", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::attached", G_CALLBACK (segment_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::write-cursor", G_CALLBACK (write_cursor_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::preset", G_CALLBACK (preset_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "memory-changed", G_CALLBACK (memory_changed_cb), self, G_CONNECT_SWAPPED);
    }
  segment_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/**
 * lab_memory_image_set_seen:
 * @self: an image
 * @seen: whether anybody looks
 *
 * Begins to read when somebody begins to look.  What changed before did not change just now.
 */
void
lab_memory_image_set_seen (LabMemoryImage *self,
                           gboolean        seen)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->seen == seen)
    return;

  self->seen = seen;
  if (seen)
    read_segment (self, FALSE);
  update_timer (self);
  settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}

/**
 * lab_memory_image_set_follow:
 * @self: an image
 * @follow: whether to read changes as they happen, or to hold still
 */
void
lab_memory_image_set_follow (LabMemoryImage *self,
                             gboolean        follow)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->follow == follow)
    return;

  /* When what is different has changed, nobody saw. */
  self->follow = follow;
  if (follow && self->seen)
    read_segment (self, FALSE);
  update_timer (self);
  settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
}

/**
 * lab_memory_image_get_segment:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): the segment whose bytes these are, or %NULL while there are none
 */
LabSegment *
lab_memory_image_get_segment (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), NULL);

  return lab_memory_fields_get_size_bytes (self->fields) > 0 ? self->segment : NULL;
}

/**
 * lab_memory_image_get_size_bytes:
 * @self: an image
 *
 * Returns: how many bytes the segment has; 0 while this process cannot see it
 */
gsize
lab_memory_image_get_size_bytes (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  return lab_memory_fields_get_size_bytes (self->fields);
}

/**
 * lab_memory_image_get_fields:
 * @self: an image
 * @n_fields: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_fields): the fields in order, valid until ::rows-changed
 */
const LabField *
lab_memory_image_get_fields (LabMemoryImage *self,
                             guint          *n_fields)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), NULL);

  return lab_memory_fields_get_all (self->fields, n_fields);
}

/**
 * lab_memory_image_find_field:
 * @self: an image
 * @offset: of a byte
 *
 * Returns: (transfer none) (nullable): the field that the byte belongs to, valid until ::rows-changed
 */
const LabField *
lab_memory_image_find_field (LabMemoryImage *self,
                             gsize           offset)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), NULL);

  return lab_memory_fields_find (self->fields, offset);
}

/**
 * lab_memory_image_get_byte:
 * @self: an image
 * @offset: in the segment
 *
 * Returns: the byte as it was last read, or -1 when it is not in the range
 */
int
lab_memory_image_get_byte (LabMemoryImage *self,
                           gsize           offset)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), -1);

  return lab_memory_window_get_byte (self->window, offset);
}

/**
 * lab_memory_image_get_glow:
 * @self: an image
 * @offset: in the segment
 *
 * Returns: 1 when the byte has just changed, falling to 0
 */
double
lab_memory_image_get_glow (LabMemoryImage *self,
                           gsize           offset)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  return lab_memory_window_get_glow (self->window, offset);
}

/**
 * lab_memory_image_is_fading:
 * @self: an image
 *
 * Returns: whether any byte has just changed
 */
gboolean
lab_memory_image_is_fading (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), FALSE);

  return self->fading;
}

/**
 * lab_memory_image_get_n_rows:
 * @self: an image
 *
 * Returns: how many rows there are, of which one may stand for many rows of zeros
 */
guint64
lab_memory_image_get_n_rows (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  return self->rows != NULL ? lab_memory_rows_get_n_rows (self->rows) : 0;
}

/**
 * lab_memory_image_get_row:
 * @self: an image
 * @index: which row, from 0
 *
 * Returns: which bytes the row shows
 */
LabMemoryRow
lab_memory_image_get_row (LabMemoryImage *self,
                          guint64         index)
{
  g_return_val_if_fail (index < lab_memory_image_get_n_rows (self), (LabMemoryRow) { 0 });

  return lab_memory_rows_get (self->rows, index);
}

/**
 * lab_memory_image_find_row:
 * @self: an image
 * @offset: of a byte; beyond the end is taken for the last
 *
 * Returns: which row shows the byte; 0 while there are no rows
 */
guint64
lab_memory_image_find_row (LabMemoryImage *self,
                           gsize           offset)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  return self->rows != NULL ? lab_memory_rows_find (self->rows, offset) : 0;
}

static void
add_to_note (GString    *note,
             const char *words)
{
  if (note->len > 0)
    g_string_append (note, " · ");
  g_string_append (note, words);
}

/**
 * lab_memory_image_dup_note:
 * @self: an image
 * @index: which row, from 0
 *
 * Returns: (transfer full) (nullable): the names and values of the fields that begin in the row,
 *   and the page that begins there; %NULL when neither does
 */
char *
lab_memory_image_dup_note (LabMemoryImage *self,
                           guint64         index)
{
  LabMemoryRow row = lab_memory_image_get_row (self, index);
  gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  guint n_fields;
  const LabField *fields = lab_memory_fields_get_all (self->fields, &n_fields);
  GString *note;

  if (row.folded)
    return NULL;

  note = g_string_new (NULL);
  for (guint i = 0; i < n_fields; i++)
    {
      const LabField *field = &fields[i];
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (field->offset - row.offset >= row.n_bytes || (field->kind == LAB_FIELD_PLAIN && n_fields == 1))
        continue;

      name = lab_memory_describe_kind (field);
      value = dup_value (self, field);
      add_to_note (note, name);
      if (value != NULL)
        g_string_append_printf (note, " %s", value);
    }

  if (row.offset > 0 && row.offset % page_size == 0)
    {
      g_autofree char *number = lab_text_format_count (row.offset / page_size + 1);
      /* Translators: the memory page with this number, counted from 1, begins here */
      g_autofree char *words = g_strdup_printf (_("page %s"), number);

      add_to_note (note, words);
    }

  return g_string_free (note, note->len == 0);
}

guint
lab_memory_image_get_n_columns (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), LAB_MEMORY_MAX_COLUMNS);

  return self->n_columns;
}

/**
 * lab_memory_image_set_n_columns:
 * @self: an image
 * @n_columns: bytes in a row, from 1 to %LAB_MEMORY_MAX_COLUMNS
 */
void
lab_memory_image_set_n_columns (LabMemoryImage *self,
                                guint           n_columns)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));
  g_return_if_fail (n_columns > 0 && n_columns <= LAB_MEMORY_MAX_COLUMNS);

  if (self->n_columns == n_columns)
    return;

  self->n_columns = n_columns;
  update_rows (self);
  settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_COLUMNS]);
}

/**
 * lab_memory_image_set_range:
 * @self: an image
 * @first: the first row in sight
 * @n_rows: how many rows are in sight, of which some may be after the last one
 *
 * Reads the rows that came into sight.
 */
void
lab_memory_image_set_range (LabMemoryImage *self,
                            guint64         first,
                            guint64         n_rows)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->range_first == first && self->range_n_rows == n_rows)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->range_first != first)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE_FIRST]);
  if (self->range_n_rows != n_rows)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE_N_ROWS]);
  self->range_first = first;
  self->range_n_rows = n_rows;
  if (!is_small (self))
    read_bytes (self, self->follow);
  settle (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lab_memory_image_set_fold:
 * @self: an image
 * @fold: whether long runs of zeros become one row; in a segment of at most 64 KiB
 */
void
lab_memory_image_set_fold (LabMemoryImage *self,
                           gboolean        fold)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->fold == fold)
    return;

  self->fold = fold;
  g_array_set_size (self->opened, 0);
  update_rows (self);
  settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLD]);
}

/**
 * lab_memory_image_open_fold:
 * @self: an image
 * @offset: of a byte; when a row stands for it and many more, they get rows of their own
 */
void
lab_memory_image_open_fold (LabMemoryImage *self,
                            gsize           offset)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->rows == NULL)
    return;

  open_fold (self, offset);
  settle (self);
}

/**
 * lab_memory_image_get_caret:
 * @self: an image
 *
 * Returns: the offset of the byte that the keyboard is at
 */
gsize
lab_memory_image_get_caret (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  return self->caret;
}

/**
 * lab_memory_image_get_caret_words:
 * @self: an image
 *
 * Returns: (transfer none): what stands at the caret: the byte, its field, the field's value, and
 *   whether the byte has just changed; or that there are no bytes
 */
const char *
lab_memory_image_get_caret_words (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), NULL);

  return self->caret_words;
}

/* @selecting: whether the bytes from @anchor to @caret are selected */
static void
place_caret (LabMemoryImage *self,
             gsize           anchor,
             gsize           caret,
             gboolean        selecting)
{
  gsize first = MIN (self->caret, caret), last = MAX (self->caret, caret);

  if (self->selecting)
    {
      first = MIN (first, self->anchor);
      last = MAX (last, self->anchor);
    }
  if (selecting)
    {
      first = MIN (first, anchor);
      last = MAX (last, anchor);
    }

  if (self->caret == caret && self->selecting == selecting && (!selecting || self->anchor == anchor))
    return;

  self->anchor = anchor;
  self->caret = caret;
  self->selecting = selecting;
  mark_changed (self, first, last - first + 1);
  settle (self);
}

/**
 * lab_memory_image_move_caret:
 * @self: an image
 * @offset: where the caret shall be; beyond the end is taken for the last byte
 * @extend: whether to select from where the selection began, or from the caret; else nothing is selected
 */
void
lab_memory_image_move_caret (LabMemoryImage *self,
                             gsize           offset,
                             gboolean        extend)
{
  gsize size_bytes;

  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  size_bytes = lab_memory_fields_get_size_bytes (self->fields);
  if (size_bytes > 0)
    place_caret (self, self->selecting ? self->anchor : self->caret, MIN (offset, size_bytes - 1), extend);
}

/**
 * lab_memory_image_set_pointed:
 * @self: an image
 * @offset: of the byte under the pointer, or -1
 */
void
lab_memory_image_set_pointed (LabMemoryImage *self,
                              gssize          offset)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  if (self->pointed == offset)
    return;

  self->pointed = offset;
  self->words_stale = TRUE;
  settle (self);
}

/**
 * lab_memory_image_get_write_cursor:
 * @self: an image
 *
 * Returns: the offset of the byte that the writer has just stored in slow motion, or -1
 */
gssize
lab_memory_image_get_write_cursor (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), -1);

  return self->write_cursor;
}

/**
 * lab_memory_image_select:
 * @self: an image
 * @anchor: the byte at the one end; beyond the end is taken for the last byte
 * @caret: the byte at the other end, where the caret goes
 */
void
lab_memory_image_select (LabMemoryImage *self,
                         gsize           anchor,
                         gsize           caret)
{
  gsize size_bytes;

  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  size_bytes = lab_memory_fields_get_size_bytes (self->fields);
  if (size_bytes > 0)
    place_caret (self, MIN (anchor, size_bytes - 1), MIN (caret, size_bytes - 1), TRUE);
}

void
lab_memory_image_select_none (LabMemoryImage *self)
{
  g_return_if_fail (LAB_IS_MEMORY_IMAGE (self));

  lab_memory_image_move_caret (self, self->caret, FALSE);
}

/**
 * lab_memory_image_is_selecting:
 * @self: an image
 *
 * Returns: whether the user selected anything, if only one byte
 */
gboolean
lab_memory_image_is_selecting (LabMemoryImage *self)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), FALSE);

  return self->selecting;
}

gboolean
lab_memory_image_is_selected (LabMemoryImage *self,
                              gsize           offset)
{
  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), FALSE);

  return self->selecting && offset >= MIN (self->anchor, self->caret) && offset <= MAX (self->anchor, self->caret);
}

/**
 * lab_memory_image_get_selection:
 * @self: an image
 * @offset: (out) (optional): where it begins
 *
 * Returns: how many bytes are selected: that at the caret when the user selected
 *   none; 0 while there are no bytes
 */
gsize
lab_memory_image_get_selection (LabMemoryImage *self,
                                gsize          *offset)
{
  gsize first, last;

  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), 0);

  first = self->selecting ? MIN (self->anchor, self->caret) : self->caret;
  last = self->selecting ? MAX (self->anchor, self->caret) : self->caret;
  if (offset != NULL)
    *offset = first;

  return lab_memory_fields_get_size_bytes (self->fields) > 0 ? last - first + 1 : 0;
}

/**
 * lab_memory_image_dup_selection:
 * @self: an image
 * @format: what to make of the bytes
 * @error: return location for an error
 *
 * Errors: %G_IO_ERROR_CLOSED while there are no bytes, %G_IO_ERROR_NO_SPACE when
 * more than 16 MiB are selected.
 *
 * Returns: (transfer full): text for the clipboard, or %NULL with @error set
 */
char *
lab_memory_image_dup_selection (LabMemoryImage   *self,
                                LabMemoryFormat   format,
                                GError          **error)
{
  g_autofree guint8 *bytes = NULL;
  gsize offset, n_bytes;

  g_return_val_if_fail (LAB_IS_MEMORY_IMAGE (self), NULL);

  n_bytes = lab_memory_image_get_selection (self, &offset);
  if (n_bytes > MAX_COPY_SIZE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _("More than 16 MiB are selected: too much to copy; select less"));
      return NULL;
    }

  if (n_bytes > 0)
    {
      bytes = g_malloc (n_bytes);
      if (!copy_seen (self, offset, bytes, n_bytes))
        n_bytes = lab_segment_peek (self->segment, offset, bytes, n_bytes);
    }
  if (n_bytes == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           _("Not attached: this process cannot see the bytes"));
      return NULL;
    }

  return lab_memory_format (format, offset, bytes, n_bytes);
}
