/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory/lab-memory-window.h"

#include <string.h>

struct _LabMemoryWindow
{
  gsize    offset;
  gsize    n_bytes;
  guint8  *bytes;
  guint8  *scratch;         /* for the next reading; as large as @capacity, like @bytes */
  guint32 *changed_ms;      /* of each byte, 0 for never; NULL when none has a time */
  gsize    capacity;
  gint64   epoch_us;        /* what these times count from */
  guint32  last_change_ms;  /* the latest of them */
};

LabMemoryWindow *
lab_memory_window_new (void)
{
  LabMemoryWindow *self = g_new0 (LabMemoryWindow, 1);

  self->epoch_us = g_get_monotonic_time ();

  return self;
}

void
lab_memory_window_free (LabMemoryWindow *self)
{
  g_free (self->bytes);
  g_free (self->scratch);
  g_free (self->changed_ms);
  g_free (self);
}

/* Milliseconds, never 0; they wrap around after 49 days, which nobody sees. */
static guint32
now_ms (const LabMemoryWindow *self)
{
  return MAX ((guint32) ((g_get_monotonic_time () - self->epoch_us) / 1000 + 1), 1);
}

/**
 * lab_memory_window_clear:
 * @self: a window
 *
 * Forgets the bytes: what is read next has changed from nothing.
 */
void
lab_memory_window_clear (LabMemoryWindow *self)
{
  self->offset = 0;
  self->n_bytes = 0;
  self->last_change_ms = 0;
  g_clear_pointer (&self->changed_ms, g_free);
}

static void
make_room (LabMemoryWindow *self,
           gsize            n_bytes)
{
  if (n_bytes <= self->capacity)
    return;

  self->bytes = g_realloc (self->bytes, n_bytes);
  self->scratch = g_realloc (self->scratch, n_bytes);
  self->capacity = n_bytes;
}

/* Where the byte at @offset of the segment is in the window; not below n_bytes when it is not. */
static gsize
index_of (const LabMemoryWindow *self,
          gsize                  offset)
{
  return offset - self->offset;
}

/* The times of the stretch that begins at @offset, taken from those of the old stretch. */
static guint32 *
move_times (LabMemoryWindow *self,
            gsize            offset,
            gsize            n_bytes)
{
  guint32 *times = g_new0 (guint32, n_bytes);

  for (gsize i = 0; self->changed_ms != NULL && i < n_bytes; i++)
    if (index_of (self, offset + i) < self->n_bytes)
      times[i] = self->changed_ms[index_of (self, offset + i)];

  return times;
}

/* From the first byte that the new reading has otherwise to the last such byte; there is at least one. */
static void
find_difference (LabMemoryWindow *self,
                 gsize           *offset,
                 gsize           *n_bytes)
{
  gsize first = 0, last = self->n_bytes - 1;

  while (self->bytes[first] == self->scratch[first])
    first++;
  while (self->bytes[last] == self->scratch[last])
    last--;

  *offset = self->offset + first;
  *n_bytes = last - first + 1;
}

/**
 * lab_memory_window_read:
 * @self: a window
 * @segment: an attached segment
 * @offset: where the window is now
 * @n_bytes: how many bytes it shows now
 * @mark: whether bytes that were in it before and differ have changed just now
 * @changed: (out): the first byte that differs, or that was not in it before
 * @n_changed: (out): how many bytes from there on, with equal ones between them
 *
 * Reads the bytes anew.
 *
 * Returns: whether the window shows anything else than before; else @changed and
 *   @n_changed mean nothing
 */
gboolean
lab_memory_window_read (LabMemoryWindow *self,
                        LabSegment      *segment,
                        gsize            offset,
                        gsize            n_bytes,
                        gboolean         mark,
                        gsize           *changed,
                        gsize           *n_changed)
{
  gboolean moved;

  make_room (self, n_bytes);
  n_bytes = lab_segment_peek (segment, offset, self->scratch, n_bytes);
  moved = offset != self->offset || n_bytes != self->n_bytes;

  if (!moved && (n_bytes == 0 || memcmp (self->scratch, self->bytes, n_bytes) == 0))
    return FALSE;

  *changed = offset;
  *n_changed = n_bytes;
  if (!moved)
    find_difference (self, changed, n_changed);

  if (mark || self->changed_ms != NULL)
    {
      g_autofree guint32 *times = move_times (self, offset, n_bytes);
      guint32 now = now_ms (self);

      for (gsize i = 0; mark && i < n_bytes; i++)
        if (index_of (self, offset + i) < self->n_bytes && self->bytes[index_of (self, offset + i)] != self->scratch[i])
          {
            times[i] = now;
            self->last_change_ms = now;
          }
      g_free (self->changed_ms);
      self->changed_ms = g_steal_pointer (&times);
    }

  memcpy (self->bytes, self->scratch, n_bytes);
  self->offset = offset;
  self->n_bytes = n_bytes;

  return TRUE;
}

/**
 * lab_memory_window_get_bytes:
 * @self: a window
 * @n_bytes: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_bytes): the bytes as they were last read
 */
const guint8 *
lab_memory_window_get_bytes (const LabMemoryWindow *self,
                             gsize                 *n_bytes)
{
  *n_bytes = self->n_bytes;

  return self->bytes;
}

/**
 * lab_memory_window_get_byte:
 * @self: a window
 * @offset: in the segment
 *
 * Returns: the byte as it was last read, or -1 when it is not in the window
 */
int
lab_memory_window_get_byte (const LabMemoryWindow *self,
                            gsize                  offset)
{
  return index_of (self, offset) < self->n_bytes ? self->bytes[index_of (self, offset)] : -1;
}

/**
 * lab_memory_window_get_glow:
 * @self: a window
 * @offset: in the segment
 *
 * Returns: 1 when the byte has just changed, falling to 0 in %LAB_MEMORY_FADE_MS
 */
double
lab_memory_window_get_glow (const LabMemoryWindow *self,
                            gsize                  offset)
{
  guint32 changed, age;

  if (self->changed_ms == NULL || index_of (self, offset) >= self->n_bytes)
    return 0;

  changed = self->changed_ms[index_of (self, offset)];
  age = now_ms (self) - changed;

  return changed == 0 || age >= LAB_MEMORY_FADE_MS ? 0 : 1 - age / (double) LAB_MEMORY_FADE_MS;
}

/**
 * lab_memory_window_is_fading:
 * @self: a window
 *
 * Returns: whether a byte has just changed
 */
gboolean
lab_memory_window_is_fading (const LabMemoryWindow *self)
{
  return self->last_change_ms != 0 && now_ms (self) - self->last_change_ms < LAB_MEMORY_FADE_MS;
}
