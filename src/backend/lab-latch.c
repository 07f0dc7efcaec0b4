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

#include "lab-latch.h"

#include "lab-copy.h"

/* How often a reader begins again before it leaves it to the next look. */
#define MAX_TRIES 64

static guint64
sequence_after (guint64 sequence)
{
  return sequence == G_MAXUINT64 ? 2 : sequence + 1;
}

static void
fill (const LabLayout *layout,
      guint            which,
      const char      *text,
      gsize            length,
      guint64          number,
      gint64           written_ns)
{
  LabCopyHeader *header = &lab_layout_control (layout)->copies[which];
  char *copy = lab_layout_copy (layout, which);

  /* The NUL first: a textbook program that prints copy A in the middle of this
   * sees no byte of an older, longer message behind it. */
  atomic_store_explicit ((_Atomic char *) copy + length, '\0', LAB_COPY_STORE);
  lab_copy_to_shared (copy, text, length);
  atomic_store_explicit (&header->number, number, LAB_COPY_STORE);
  atomic_store_explicit (&header->written_ns, written_ns, LAB_COPY_STORE);
  atomic_store_explicit (&header->length, (guint32) length, LAB_COPY_STORE);
}

static void
write_both (const LabLayout *layout,
            guint64          sequence,
            const char      *text,
            gsize            length,
            guint64          number,
            gint64           written_ns)
{
  LabControl *control = lab_layout_control (layout);
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
 * lab_latch_init:
 * @layout: a layout with room for our fields, mapped read-write
 *
 * Makes the segment ours and empty, under the protocol latch.  The magic is
 * stored last: who sees it sees a control block that is valid.  The writer is
 * nobody until lab_layout_set_writer().  A sequence that is already there is
 * continued, so that no reader takes a later message for one that it knows.
 */
void
lab_latch_init (const LabLayout *layout)
{
  LabControl *control;
  guint64 sequence;

  g_return_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0);

  control = lab_layout_control (layout);
  atomic_store_explicit (&control->magic, 0, memory_order_relaxed);
  lab_fence_release ();

  sequence = atomic_load_explicit (&control->sequence, memory_order_relaxed) | 1;
  atomic_store_explicit (&control->sequence, sequence_after (sequence), memory_order_relaxed);
  for (guint i = 0; i < 2; i++)
    {
      atomic_store_explicit (&control->copies[i].reserved, 0, memory_order_relaxed);
      fill (layout, i, "", 0, 0, 0);
    }
  atomic_store_explicit (&control->state, 0, memory_order_relaxed);
  atomic_store_explicit (&control->semaphore_id, 0, memory_order_relaxed);
  for (guint i = 0; i < G_N_ELEMENTS (control->reserved); i++)
    atomic_store_explicit (&control->reserved[i], 0, memory_order_relaxed);
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
  g_return_if_fail (length <= lab_layout_capacity (layout->size_bytes));
  g_return_if_fail (number > 0);

  sequence = atomic_load_explicit (&lab_layout_control (layout)->sequence, memory_order_relaxed);
  write_both (layout, sequence, text, length, number, written_ns);
}

/**
 * lab_latch_read:
 * @layout: a layout with room for our fields
 * @known_sequence: the sequence of what the caller has already, or %LAB_LATCH_NOTHING_KNOWN
 * @buffer: (out caller-allocates): room for the layout's copy_size bytes
 * @info: (out caller-allocates): what was read
 *
 * Reads the newest whole message, without ever waiting for the writer or
 * writing to the segment.  With nothing new it costs two loads, and @buffer and
 * all of @info but its sequence stay as they are.  After %LAB_READ_MESSAGE
 * @buffer holds the text and a NUL; whether it is UTF-8 is for the caller to check,
 * and so is whether a NUL stands within it.  After anything else the content of
 * @buffer is undefined.
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

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, LAB_READ_INVALID);
  g_return_val_if_fail (buffer != NULL && info != NULL, LAB_READ_INVALID);

  if (!lab_layout_has_magic (layout))
    return LAB_READ_INVALID;

  control = lab_layout_control (layout);
  for (guint n_tries = 0; n_tries < MAX_TRIES; n_tries++)
    {
      guint64 sequence = atomic_load_explicit (&control->sequence, memory_order_acquire);
      const LabCopyHeader *header = &control->copies[sequence & 1];
      const char *copy;
      guint64 number;
      gint64 written_ns;
      gsize length;
      LabReadResult result = LAB_READ_MESSAGE;

      if (sequence == known_sequence && sequence != LAB_LATCH_NOTHING_KNOWN)
        {
          info->sequence = sequence;
          return LAB_READ_UNCHANGED;
        }

      number = atomic_load_explicit (&header->number, LAB_COPY_LOAD);
      written_ns = atomic_load_explicit (&header->written_ns, LAB_COPY_LOAD);
      length = atomic_load_explicit (&header->length, LAB_COPY_LOAD);
      copy = lab_layout_copy (layout, sequence & 1);
      if (sequence == 0 || length >= layout->copy_size)
        {
          result = LAB_READ_INVALID;
        }
      else if (number == 0)
        {
          result = LAB_READ_EMPTY;
        }
      else
        {
          lab_copy_from_shared (buffer, copy, length + 1);
          if (buffer[length] != '\0')
            result = LAB_READ_INVALID;
        }

      lab_fence_acquire ();
      if (atomic_load_explicit (&control->sequence, memory_order_relaxed) == sequence)
        {
          *info = (LabMessageInfo) {
            .number = number,
            .written_ns = written_ns,
            .length = result == LAB_READ_MESSAGE ? length : 0,
            .sequence = sequence,
            .n_retries = n_tries,
          };
          return result;
        }
    }

  info->n_retries = MAX_TRIES;

  return LAB_READ_BUSY;
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

  control = lab_layout_control (layout);
  text = g_malloc (layout->copy_size);
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
