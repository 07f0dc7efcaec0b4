/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who pairs with whom:
 *
 *   writer                              reader
 *   1 fill the spare copy               a load the sequence (acquire)
 *   2 store the sequence (release)      b copy what it names
 *   3 fence (release)                   c fence (acquire)
 *   4 fill the other copy               d load the sequence again
 *
 * a sees 2: then b sees all of 1.  b sees a byte of 4: then, by the fences 3 and
 * c, d sees 2, which is not what a saw, and the reader begins again. */

#include "config.h"

#include "backend/layout/lab-latch.h"

#include "backend/layout/lab-copy.h"

/* What a reader may spend before it leaves the rest to the next look: about a
 * millisecond.  A large message takes longer to write and to read, so bytes count too. */
#define MAX_TRIES 1024
#define MAX_BYTES ((gsize) 16 << 20)

/* Between two of these a reader looks whether it has been overtaken already. */
#define CHUNK_SIZE 8192

/* So much of a text is fetched before a further try. */
#define MAX_FETCH 512

static inline LabControl *
control_of (const LabLayout *layout)
{
  return (LabControl *) ((char *) layout->base + layout->control_offset);
}

static inline char *
copy_of (const LabLayout *layout,
         guint64          which)
{
  return (char *) layout->base + (which != 0 ? layout->copy_size : 0);
}

static inline guint64
sequence_after (guint64 sequence)
{
  return sequence == G_MAXUINT64 ? 2 : sequence + 1;
}

static inline void
fill (const LabLayout *layout,
      guint            which,
      const char      *text,
      gsize            length,
      guint64          number,
      gint64           written_ns)
{
  LabCopyHeader *header = &control_of (layout)->copies[which];
  char *copy = copy_of (layout, which);

  /* The NUL first: a textbook program that prints copy A in the middle of this
   * sees no byte of an older, longer message behind it. */
  atomic_store_explicit ((_Atomic char *) copy + length, '\0', LAB_COPY_STORE);
  lab_copy_to_shared (copy, text, length);
  atomic_store_explicit (&header->number, number, LAB_COPY_STORE);
  atomic_store_explicit (&header->written_ns, written_ns, LAB_COPY_STORE);
  atomic_store_explicit (&header->length, (guint32) length, LAB_COPY_STORE);
}

static inline void
write_both (const LabLayout *layout,
            guint64          sequence,
            const char      *text,
            gsize            length,
            guint64          number,
            gint64           written_ns)
{
  LabControl *control = control_of (layout);
  guint spare = (sequence & 1) == 0;

  lab_fence_release ();
  fill (layout, spare, text, length, number, written_ns);
  sequence = sequence_after (sequence);
  atomic_store_explicit (&control->sequence, sequence, memory_order_release);
  lab_fence_release ();
  fill (layout, !spare, text, length, number, written_ns);
  atomic_store_explicit (&control->sequence, sequence_after (sequence), memory_order_release);
}

/**
 * lab_latch_clear:
 * @layout: a layout with room for our fields, mapped read-write
 *
 * Takes the magic away and makes everything empty: the first half of setting up.
 * The protocol, the writer, who may be the caller by now, and the magic, which comes last,
 * are the caller's.
 * A sequence that is already there is continued, so that no reader takes a later
 * message for one that it knows; a reader in the middle of it sees that it is over.
 */
void
lab_latch_clear (const LabLayout *layout)
{
  LabControl *control;
  guint64 sequence;

  g_return_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0);

  control = control_of (layout);
  sequence = atomic_load_explicit (&control->sequence, memory_order_relaxed) | 1;
  atomic_store_explicit (&control->magic, 0, memory_order_relaxed);
  atomic_store_explicit (&control->sequence, 0, memory_order_release);
  lab_fence_release ();

  for (guint i = 0; i < 2; i++)
    {
      atomic_store_explicit (&control->copies[i].flags, 0, memory_order_relaxed);
      fill (layout, i, "", 0, 0, 0);
    }
  atomic_store_explicit (&control->protocol, LAB_PROTOCOL_UNSET, memory_order_relaxed);
  atomic_store_explicit (&control->state, 0, memory_order_relaxed);
  atomic_store_explicit (&control->semaphore_id, -1, memory_order_relaxed);
  atomic_store_explicit (&control->taker, 0, memory_order_relaxed);
  atomic_store_explicit (&control->race_until_ns, 0, memory_order_relaxed);
  atomic_store_explicit (&control->takers_namespaces, 0, memory_order_relaxed);
  atomic_store_explicit (&control->sequence, sequence_after (sequence), memory_order_release);
}

/**
 * lab_latch_init:
 * @layout: a layout with room for our fields, mapped read-write
 *
 * Makes the segment ours and empty, under the protocol latch.  The magic is
 * stored last: who sees it sees a control block that is valid.  The writer is
 * nobody until lab_layout_set_writer().
 */
void
lab_latch_init (const LabLayout *layout)
{
  LabControl *control;

  g_return_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0);

  control = control_of (layout);
  lab_latch_clear (layout);
  lab_layout_set_writer (layout, 0, 0);
  atomic_store_explicit (&control->protocol, LAB_PROTOCOL_LATCH, memory_order_relaxed);
  atomic_store_explicit (&control->magic, LAB_LAYOUT_MAGIC, memory_order_release);
}

/**
 * lab_latch_publish:
 * @layout: a layout with room for our fields, mapped read-write
 * @text: (array length=length): the message; need not end with a NUL
 * @length: its bytes, at most lab_layout_capacity()
 * @number: which message it is, from 1
 * @written_ns: when it was written, CLOCK_MONOTONIC
 *
 * Writes a message into both copies.  Never waits, and at every instant leaves
 * a whole message for every reader: until the first flip the one before, from
 * then on this one.  Only one writer may do this at a time.
 */
void
lab_latch_publish (const LabLayout *layout,
                   const char      *text,
                   gsize            length,
                   guint64          number,
                   gint64           written_ns)
{
  guint64 sequence;

  g_return_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0);
  g_return_if_fail (length < layout->room);
  g_return_if_fail (number > 0);

  sequence = atomic_load_explicit (&control_of (layout)->sequence, memory_order_relaxed);
  write_both (layout, sequence, text, length, number, written_ns);
}

/* Copies until the end, or until the writer overtakes us. */
static inline gboolean
copy_in_chunks (const LabControl *control,
                guint64           sequence,
                char             *buffer,
                const char       *copy,
                gsize             n_bytes)
{
  for (; n_bytes > CHUNK_SIZE; n_bytes -= CHUNK_SIZE, buffer += CHUNK_SIZE, copy += CHUNK_SIZE)
    {
      lab_copy_from_shared (buffer, copy, CHUNK_SIZE);
      if (atomic_load_explicit (&control->sequence, memory_order_relaxed) != sequence)
        return FALSE;
    }
  lab_copy_from_shared (buffer, copy, n_bytes);

  return TRUE;
}

/* What stands under this sequence; %LAB_READ_BUSY when it is not the sequence any more. */
static G_ALWAYS_INLINE inline LabReadResult
read_under (const LabLayout *layout,
            guint64          sequence,
            gboolean         patiently,
            char            *buffer,
            LabMessageInfo  *info)
{
  const LabControl *control = control_of (layout);
  const LabCopyHeader *header = &control->copies[sequence & 1];
  const char *copy = copy_of (layout, sequence & 1);
  guint64 number = atomic_load_explicit (&header->number, LAB_COPY_LOAD);
  gint64 written_ns = atomic_load_explicit (&header->written_ns, LAB_COPY_LOAD);
  gsize length = atomic_load_explicit (&header->length, LAB_COPY_LOAD);
  LabReadResult result = LAB_READ_MESSAGE;

  info->number = number;
  info->written_ns = written_ns;
  info->length = length;
  info->sequence = sequence;
  info->n_retries = 0;

  if (G_UNLIKELY (sequence == 0 || number == 0 || length >= layout->room))
    {
      result = sequence != 0 && number == 0 ? LAB_READ_EMPTY : LAB_READ_INVALID;
      info->length = 0;
    }
  else
    {
      if (!patiently && length >= CHUNK_SIZE)
        return LAB_READ_BUSY;
      if (!patiently)
        lab_copy_from_shared (buffer, copy, length + 1);
      else if (!copy_in_chunks (control, sequence, buffer, copy, length + 1))
        return LAB_READ_BUSY;
      if (G_UNLIKELY (buffer[length] != '\0'))
        result = LAB_READ_INVALID;
    }

  lab_fence_acquire ();
  if (G_UNLIKELY (atomic_load_explicit (&control->sequence, memory_order_relaxed) != sequence))
    return LAB_READ_BUSY;

  return result;
}

/* Fetches the beginning of both copies, so that from the first look at the sequence
 * to the second all comes from the cache.  A short text under a writer that never
 * pauses takes two or three tries so, instead of twenty. */
static inline void
fetch (const LabLayout *layout,
       gsize            length)
{
  length = MIN (MIN (length, layout->room - 1), MAX_FETCH);
  for (gsize i = 0; i <= length; i += LAB_LAYOUT_ALIGNMENT)
    {
      __builtin_prefetch (copy_of (layout, 0) + i);
      __builtin_prefetch (copy_of (layout, 1) + i);
    }
}

/* For a text that is long, or was overtaken before.  Begins again at once, with
 * the other copy: what it reads there has to leave the writer's cache, which holds
 * the writer up when it comes round, and so a reader gets through on the second or
 * third try even when the writer alone would be four times as fast.  To wait for the
 * next flip looks kinder and is worse, by a factor of 70 at 16 KiB. */
static G_NO_INLINE LabReadResult
read_patiently (const LabLayout *layout,
                char            *buffer,
                LabMessageInfo  *info,
                guint            n_retries)
{
  const LabControl *control = control_of (layout);
  gsize n_bytes = 0;

  for (; n_retries < MAX_TRIES && (n_bytes < MAX_BYTES || n_retries < 4); n_retries++)
    {
      LabReadResult result;
      guint64 sequence;

      fetch (layout, info->length);
      sequence = atomic_load_explicit (&control->sequence, memory_order_acquire);
      result = read_under (layout, sequence, TRUE, buffer, info);
      if (result != LAB_READ_BUSY)
        {
          info->n_retries = n_retries;
          return result;
        }
      n_bytes += info->length;
    }

  info->n_retries = n_retries;

  return LAB_READ_BUSY;
}

/**
 * lab_latch_read:
 * @layout: a layout with room for our fields
 * @known_sequence: the sequence of what the caller has already, or %LAB_LATCH_NOTHING_KNOWN
 * @buffer: (out caller-allocates): the layout's room, in bytes
 * @info: (out caller-allocates): what was read
 *
 * Reads the newest whole message without writing to the segment.  With nothing
 * new it costs two loads and leaves @buffer and @info as they are.  While the
 * writer is at work it tries again, for about a millisecond at the most.  After
 * %LAB_READ_MESSAGE @buffer holds the text and a NUL; whether it is UTF-8 is for the
 * caller to check, and so is whether a NUL stands within it.  After anything else
 * but %LAB_READ_UNCHANGED the content of @buffer is undefined.
 *
 * Whatever another process does to the segment meanwhile, no byte outside of it
 * or of @buffer is touched, and the number of tries is bounded.
 *
 * Returns: what came of it
 */
LabReadResult
lab_latch_read (const LabLayout *layout,
                guint64          known_sequence,
                char            *buffer,
                LabMessageInfo  *info)
{
  const LabControl *control;
  LabReadResult result;
  guint64 sequence;

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, LAB_READ_INVALID);
  g_return_val_if_fail (buffer != NULL && info != NULL, LAB_READ_INVALID);

  control = control_of (layout);
  if (G_UNLIKELY (atomic_load_explicit (&control->magic, memory_order_acquire) != LAB_LAYOUT_MAGIC))
    {
      *info = (LabMessageInfo) { 0 };
      return LAB_READ_INVALID;
    }

  sequence = atomic_load_explicit (&control->sequence, memory_order_acquire);
  if (sequence == known_sequence && sequence != LAB_LATCH_NOTHING_KNOWN)
    return LAB_READ_UNCHANGED;

  result = read_under (layout, sequence, FALSE, buffer, info);

  if (G_UNLIKELY (result == LAB_READ_BUSY))
    return read_patiently (layout, buffer, info, info->length < CHUNK_SIZE);

  return result;
}

/**
 * lab_latch_recover:
 * @layout: a layout with room for our fields and our magic, mapped read-write
 *
 * Takes over from a writer that died, wherever it was: afterwards both copies
 * hold the one message that was whole, and the sequence is even.  Readers are
 * served all the while.  When a stranger has overwritten that message, the
 * segment becomes empty.
 *
 * Returns: whether a message was kept
 */
gboolean
lab_latch_recover (const LabLayout *layout)
{
  g_autofree char *text = NULL;
  LabControl *control;
  LabMessageInfo info = { 0 };
  guint64 sequence;

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, FALSE);

  control = control_of (layout);
  text = g_malloc (layout->room);
  if (lab_latch_read (layout, LAB_LATCH_NOTHING_KNOWN, text, &info) != LAB_READ_MESSAGE)
    {
      info = (LabMessageInfo) { 0 };
      sequence = atomic_load_explicit (&control->sequence, memory_order_relaxed);
    }
  else
    {
      sequence = info.sequence;
    }

  if (info.number == 0 || (sequence & 1) == 0)
    {
      write_both (layout, sequence, text, info.length, info.number, info.written_ns);
      sequence = atomic_load_explicit (&control->sequence, memory_order_relaxed);
    }
  if ((sequence & 1) != 0)
    {
      lab_fence_release ();
      fill (layout, 0, text, info.length, info.number, info.written_ns);
      atomic_store_explicit (&control->sequence, sequence_after (sequence), memory_order_release);
    }

  return info.number != 0;
}
