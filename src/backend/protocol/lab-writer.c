/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "backend/protocol/lab-writer.h"

#include "backend/kernel/lab-process.h"
#include "backend/kernel/lab-text.h"
#include "backend/layout/lab-claim-word.h"
#include "backend/layout/lab-latch.h"
#include "backend/protocol/lab-writer-ops.h"
#include "backend/segment/lab-semaphore.h"

/**
 * lab_writer_new:
 * @segment: a segment that is attached read-write and has room for our fields;
 *   it must stay attached as long as the writer lives
 *
 * Changes nothing yet: lab_writer_set_up() or lab_writer_adopt() comes next.
 *
 * Returns: (transfer full): a writer
 */
LabWriter *
lab_writer_new (LabSegment *segment)
{
  LabWriter *self;

  g_return_val_if_fail (LAB_IS_SEGMENT (segment), NULL);
  g_return_val_if_fail (lab_segment_get_layout (segment) != NULL && lab_segment_is_writable (segment), NULL);

  self = lab_writer_new_for_memory (lab_segment_get_layout (segment));
  self->segment = g_object_ref (segment);

  return self;
}

/**
 * lab_writer_new_for_memory:
 * @layout: a layout with room for our fields, in memory that outlives the writer
 *
 * As lab_writer_new(), but for any memory; without the protocol semaphore.
 *
 * Returns: (transfer full): a writer
 */
LabWriter *
lab_writer_new_for_memory (const LabLayout *layout)
{
  LabWriter *self;

  g_return_val_if_fail (layout != NULL && layout->base != NULL && layout->copy_size > 0, NULL);

  self = g_new0 (LabWriter, 1);
  self->layout = *layout;
  self->control = lab_layout_control (&self->layout);
  self->semaphore_id = -1;

  return self;
}

/**
 * lab_writer_free:
 * @self: (transfer full): a writer
 *
 * Gives back a semaphore that it holds.  Neither the segment nor the semaphore is
 * removed: that is lab_segment_remove()'s and lab_semaphore_remove()'s.
 */
void
lab_writer_free (LabWriter *self)
{
  if (self->holding)
    lab_semaphore_give (self->semaphore_id);
  g_free (self->last.text);
  g_free (self->next.text);
  g_clear_object (&self->segment);
  g_free (self);
}

static void
commit (LabWriter *self)
{
  LabWriterMessage message = self->last;

  self->last = self->next;
  self->next = message;
  self->number = self->last.number;
  self->writing = FALSE;
}

static void
begin_checked (LabWriter  *self,
               const char *text,
               gsize       length)
{
  lab_writer_heal (self);
  lab_writer_keep (&self->next, text, length);
  self->next.number = self->number + 1;
  self->next.written_ns = 0;
  self->op = 0;
  self->op_byte = 0;
  self->n_steps_done = 0;
  self->writing = TRUE;
  lab_writer_skip_empty_text (self);
}

/**
 * lab_writer_begin:
 * @self: a writer that was set up
 * @text: the message, without a NUL inside
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * Begins a message in slow motion, and stores nothing yet.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT.
 *
 * Returns: whether it was begun
 */
gboolean
lab_writer_begin (LabWriter   *self,
                  const char  *text,
                  gsize        length,
                  GError     **error)
{
  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET && !self->writing, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!lab_text_check_message (text, length, lab_layout_capacity (self->layout.size_bytes), error))
    return FALSE;

  begin_checked (self, text, length);

  return TRUE;
}

/**
 * lab_store_dup_text:
 * @store: one step of a write
 *
 * Returns: (transfer full): the store as C, such as “addr[0x5] = 'm'”
 */
char *
lab_store_dup_text (const LabStore *store)
{
  g_return_val_if_fail (store != NULL, NULL);

  if (store->size_bytes == 0)
    return g_strdup_printf ("semop(id, %+d)", (int) store->value);
  if (store->size_bytes > 1)
    return g_strdup_printf ("control->%s = %" G_GINT64_FORMAT, store->field, store->value);
  if (g_ascii_isprint ((char) store->value) && store->value != '\'')
    return g_strdup_printf ("addr[0x%" G_GSIZE_MODIFIER "x] = '%c'", store->offset, (char) store->value);

  return g_strdup_printf ("addr[0x%" G_GSIZE_MODIFIER "x] = 0x%02x", store->offset, (guint) (store->value & 0xff));
}

/**
 * lab_writer_peek:
 * @self: a writer
 * @store: (out): what lab_writer_step() would do next
 *
 * Returns: %FALSE when nothing is being written
 */
gboolean
lab_writer_peek (LabWriter *self,
                 LabStore  *store)
{
  g_return_val_if_fail (self != NULL && store != NULL, FALSE);

  if (!self->writing)
    return FALSE;

  *store = lab_writer_describe (self);

  return TRUE;
}

/**
 * lab_writer_step:
 * @self: a writer that has begun a message
 * @store: (out): what was done
 * @error: return location for an error
 *
 * Makes the next store of the message: one byte of text, one field of the control
 * block, or one system call.
 *
 * Errors: those of lab_semaphore_make(), when somebody removed the semaphore and no new
 * one can be made; nothing of the message is stored then.
 *
 * Returns: %LAB_WRITE_MORE; %LAB_WRITE_DONE after the last one; %LAB_WRITE_WAITING when
 *   the step could not be made now
 */
LabWriteResult
lab_writer_step (LabWriter  *self,
                 LabStore   *store,
                 GError    **error)
{
  LabWriteResult result;

  g_return_val_if_fail (self != NULL && self->writing, LAB_WRITE_FAILED);
  g_return_val_if_fail (store != NULL, LAB_WRITE_FAILED);

  *store = lab_writer_describe (self);
  result = lab_writer_run (self, FALSE, error);
  if (result != LAB_WRITE_DONE)
    return result;

  if (store->field != NULL && g_str_has_suffix (store->field, ".written_ns"))
    store->value = self->next.written_ns;
  lab_writer_skip_empty_text (self);
  if (!lab_writer_is_over (self))
    return LAB_WRITE_MORE;

  commit (self);

  return LAB_WRITE_DONE;
}

/**
 * lab_writer_finish:
 * @self: a writer that has begun a message
 * @error: return location for an error
 *
 * Makes all the rest of its stores at full speed.
 *
 * Errors: those of lab_writer_step().
 *
 * Returns: %LAB_WRITE_DONE, or %LAB_WRITE_WAITING
 */
LabWriteResult
lab_writer_finish (LabWriter  *self,
                   GError    **error)
{
  g_return_val_if_fail (self != NULL && self->writing, LAB_WRITE_FAILED);

  while (!lab_writer_is_over (self))
    {
      LabWriteResult result = lab_writer_run (self, TRUE, error);

      if (result != LAB_WRITE_DONE)
        return result;
    }
  commit (self);

  return LAB_WRITE_DONE;
}

/**
 * lab_writer_close:
 * @self: a writer that was set up
 * @error: return location for an error
 *
 * Makes the rest of the stores of a message that was begun, and says in the control
 * block that nobody writes any more.  Makes nothing new in the kernel: when somebody
 * removed the semaphore, the message that wanted to take it is not written.  Then the
 * writer is good for lab_writer_free() only.
 *
 * Errors: those of semctl(2), for %LAB_PROTOCOL_SEMAPHORE.
 *
 * Returns: %LAB_WRITE_DONE when no message is left unfinished
 */
LabWriteResult
lab_writer_close (LabWriter  *self,
                  GError    **error)
{
  LabWriteResult result = LAB_WRITE_DONE;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);

  self->closing = TRUE;
  if (self->writing)
    result = lab_writer_finish (self, error);
  lab_layout_release_writer (&self->layout, lab_claim_word_get_own ());

  return result;
}

/**
 * lab_writer_abandon:
 * @self: a writer
 *
 * Forgets a message of which nothing was stored yet, because it had to wait or failed.
 *
 * Returns: %FALSE when something was stored; then it must be finished
 */
gboolean
lab_writer_abandon (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->writing && self->n_steps_done > 0)
    return FALSE;

  self->writing = FALSE;
  lab_writer_clear_reason (self);

  return TRUE;
}

/**
 * lab_writer_publish:
 * @self: a writer that was set up
 * @text: the message, without a NUL inside
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * Writes a message at full speed, under the protocol in force.
 *
 * Errors: %LAB_SHM_ERROR_TOO_LONG, %LAB_SHM_ERROR_TEXT, those of lab_writer_step().
 *
 * Returns: %LAB_WRITE_DONE; %LAB_WRITE_WAITING when nothing was stored because it is not
 *   our turn: call it again at the next tick
 */
LabWriteResult
lab_writer_publish (LabWriter   *self,
                    const char  *text,
                    gsize        length,
                    GError     **error)
{
  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (text != NULL, LAB_WRITE_FAILED);

  if (!lab_text_check_message (text, length, lab_layout_capacity (self->layout.size_bytes), error))
    return LAB_WRITE_FAILED;

  return lab_writer_publish_checked (self, text, length, error);
}

/**
 * lab_writer_publish_checked:
 * @self: a writer that was set up
 * @text: the message, which has passed lab_text_check_message() before
 * @length: its bytes, at most lab_layout_capacity()
 * @error: return location for an error
 *
 * As lab_writer_publish(), for a text that is written again and again.
 *
 * Errors: those of lab_writer_step().
 *
 * Returns: as lab_writer_publish()
 */
LabWriteResult
lab_writer_publish_checked (LabWriter   *self,
                            const char  *text,
                            gsize        length,
                            GError     **error)
{
  LabWriteResult result;

  g_return_val_if_fail (self != NULL && self->protocol != LAB_PROTOCOL_UNSET, LAB_WRITE_FAILED);
  g_return_val_if_fail (length <= lab_layout_capacity (self->layout.size_bytes), LAB_WRITE_FAILED);

  if (self->writing)
    return lab_writer_wait_for (self, LAB_REASON_WRITING, 0);

  begin_checked (self, text, length);
  if (self->protocol == LAB_PROTOCOL_LATCH)
    {
      self->next.written_ns = lab_monotonic_ns ();
      lab_latch_publish (&self->layout, text, length, self->next.number, self->next.written_ns);
      commit (self);
      return LAB_WRITE_DONE;
    }

  result = lab_writer_finish (self, error);
  if (result != LAB_WRITE_DONE)
    self->writing = FALSE;  /* only the first operation of each protocol waits */

  return result;
}

/**
 * lab_writer_is_writing:
 * @self: a writer
 *
 * Returns: whether a message in slow motion is not finished
 */
gboolean
lab_writer_is_writing (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->writing;
}

/**
 * lab_writer_get_n_steps:
 * @self: a writer
 *
 * Returns: how many steps the message in slow motion takes; 0 for none
 */
gsize
lab_writer_get_n_steps (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->writing ? lab_writer_count_steps (self) : 0;
}

/**
 * lab_writer_get_n_steps_done:
 * @self: a writer
 *
 * Returns: how many of them were made
 */
gsize
lab_writer_get_n_steps_done (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->writing ? self->n_steps_done : 0;
}

/**
 * lab_writer_get_protocol:
 * @self: a writer
 *
 * Returns: the protocol in force; %LAB_PROTOCOL_UNSET before it is set up
 */
LabProtocolId
lab_writer_get_protocol (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, LAB_PROTOCOL_UNSET);

  return self->protocol;
}

/**
 * lab_writer_get_number:
 * @self: a writer
 *
 * Returns: the number of the last message, from 1; 0 for none
 */
guint64
lab_writer_get_number (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->number;
}

/**
 * lab_writer_get_text:
 * @self: a writer
 * @length: (out) (optional): its bytes
 *
 * Returns: (nullable): the last message, or %NULL when there is none
 */
const char *
lab_writer_get_text (LabWriter *self,
                     gsize     *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->last.length;

  return self->last.number != 0 ? self->last.text : NULL;
}

/**
 * lab_writer_get_reason:
 * @self: a writer
 *
 * Returns: why the last call returned %LAB_WRITE_WAITING
 */
LabReason
lab_writer_get_reason (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, LAB_REASON_NONE);

  return self->reason;
}

/**
 * lab_writer_get_blocking_pid:
 * @self: a writer
 *
 * Returns: who holds the semaphore or has the turn, 0 when that is not known
 */
pid_t
lab_writer_get_blocking_pid (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->blocking_pid;
}

/**
 * lab_writer_get_semaphore_id:
 * @self: a writer
 *
 * Returns: the segment's semaphore set, or -1 while it has none; when a server before
 *   this one may have made it, what lab_semaphore_get_claimed() says
 */
int
lab_writer_get_semaphore_id (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, -1);

  if (self->semaphore_id == -1 && self->adopted)
    return lab_semaphore_get_claimed (self->segment);

  return self->semaphore_id;
}

/**
 * lab_writer_get_n_reclaimed:
 * @self: a writer
 *
 * Returns: how often a turn or a semaphore was taken back from a dead process
 */
guint
lab_writer_get_n_reclaimed (LabWriter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_reclaimed;
}
